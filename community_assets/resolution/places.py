"""Places: free text of a profile → country, region, city and coordinates, with method and confidence.

Belongs here: reading what a person typed. Does not belong here: the names of the world (gazetteer.py, reference/).

The pipeline, for each distinct string:

1. *normalise*: Unicode clean-up, flags taken out as evidence, network addresses and the like dropped;
2. *split* into groups (several places) of segments (one place, small to large);
3. *match* each segment to all its readings: country, region, city, nickname; words inside it where the whole fails;
4. *score* the readings by how plausible each is and how the other segments and flags agree; the first group wins.
"""

import math
import re
import unicodedata
from collections.abc import Container, Iterator
from functools import cache, lru_cache
from itertools import permutations
from typing import Literal, NamedTuple

import polars as pl

from community_assets.resolution.company_vocabulary import schools
from community_assets.resolution.gazetteer import LARGE_CITY, Area, Centre, City, distance_km, gazetteer
from community_assets.resolution.reference import read_reference
from community_assets.resolution.text import clean, flags, fold, is_dense_script, replace_symbols, typed_key

Level = Literal["country", "region", "city"]

SCHEMA: dict[str, pl.DataType] = {
    "location": pl.String(),
    "country_code": pl.String(),
    "region": pl.String(),
    "city": pl.String(),
    "latitude": pl.Float64(),
    "longitude": pl.Float64(),
    "precision": pl.String(),
    "confidence": pl.Float64(),
    "method": pl.String(),
}

NAMED: dict[str, pl.DataType] = {"location": pl.String(), "position": pl.Int64(), **SCHEMA}

Row = tuple[str | float | None, ...]
"""The columns of an answer behind its location."""

_CHUNK = 50_000
"""Strings whose answers are Python objects at the same time: memory does not grow with all of them."""

SUBURB_KM = 60.0
"""Two cities of one country that are named together and no farther apart are a suburb and its city."""


class Reading(NamedTuple):
    """One thing that a segment may mean, with a weight: how plausible it is from the segment alone (about 0 to 1)."""

    level: Level
    area: Area
    city: int | None
    weight: float
    method: str


class Answer(NamedTuple):
    """The chosen reading with the confidence that it is right (0 to 1)."""

    reading: Reading
    confidence: float


def resolve_places(locations: pl.Series, *, overrides: pl.DataFrame | None = None) -> pl.DataFrame:
    """Place that each raw location string names first.

    Args:
        locations: strings as people typed them; null and empty are fine.
        overrides: what a user decided, see `named_places`.

    Returns:
        One row per input, in order: location (as given), country_code (ISO 3166-1 alpha-2), region and city (English or
        GeoNames' main name), latitude and longitude (degrees; of the city, else the population-weighted centre of the
        region or country), precision (`city`, `region`, `country`), confidence (0 to 1) and method (what was read:
        `country name`, `country code`, `region name`, `region code`, `city name`, `known name`, `airport code`,
        `university`, `flag`; with ` in words` where other words stood around it, ` misspelt` where a letter was wrong;
        or `override`). All but location are null where the string names no place.
    """
    return first_places(locations, named_places(locations, overrides=overrides))


def named_places(locations: pl.Series, *, overrides: pl.DataFrame | None = None) -> pl.DataFrame:
    """All places that each distinct location string names (`Berlin / Lisbon`), in the order in which it names them.

    Args:
        locations: strings as people typed them; null and empty are fine.
        overrides: columns location, country_code, region, city, latitude, longitude. The row is the answer for a string
            that equals its location but for case and spaces, and no place if its country_code is empty; where it has no
            coordinates, they are those of its city, region or country. Of two rows for one string the later counts.

    Returns:
        One row per distinct string and place: location, position (from 1), then the other columns of `resolve_places`.
        A place around another one of the same string (`India | Chennai`) is not named apart. A string that names no
        place has no row.
    """
    decided = _decided(overrides)
    distinct = locations.cast(pl.String).drop_nulls().unique(maintain_order=True).to_frame("location")
    chunks = [_named(chunk.to_series(), decided) for chunk in distinct.iter_slices(_CHUNK)]
    return pl.concat([pl.DataFrame(schema=NAMED), *chunks])


def _named(distinct: pl.Series, decided: dict[str, Row | None]) -> pl.DataFrame:
    rows = ((text, position, *row) for text in distinct for position, row in enumerate(_rows(text, decided), 1))
    return pl.DataFrame(list(rows), schema=NAMED, orient="row")


def first_places(locations: pl.Series, named: pl.DataFrame) -> pl.DataFrame:
    """One row per location, in order, with the place of `named` that it names first."""
    first = named.filter(pl.col("position") == 1).drop("position")
    raw = locations.cast(pl.String).alias("location").to_frame()
    return raw.join(first, on="location", how="left", maintain_order="left")


def are_known_nowhere(locations: pl.Series) -> pl.Series:
    """Whether each string is a word or joke that is known to name no place, rather than a name that is not known."""
    return pl.Series([_is_no_place(clean(text)) for text in locations.cast(pl.String)], dtype=pl.Boolean)


_SUREST = 0.99
_DECIDED = 1.0


def _rows(text: str, decided: dict[str, Row | None]) -> list[Row]:
    key = typed_key(text) if decided else ""
    if key in decided:
        row = decided[key]
        return [row] if row else []
    return [_row(answer) for answer in locate(text)]


def _decided(overrides: pl.DataFrame | None) -> dict[str, Row | None]:
    """The answer, or None for no place, by key of the location."""
    rows = () if overrides is None else overrides.iter_rows(named=True)
    return {typed_key(row["location"]): _override(**row) for row in rows}


def _override(
    country_code: str | None,
    region: str | None,
    city: str | None,
    latitude: float | None,
    longitude: float | None,
    **_: object,
) -> Row | None:
    if not country_code:
        return None
    if latitude is None or longitude is None:
        latitude, longitude = _position(*gazetteer().find(country_code, region or "", city or ""))
    level = "city" if city else "region" if region else "country"
    return (country_code, region or None, city or None, latitude, longitude, level, _DECIDED, "override")


def _row(answer: Answer) -> Row:
    level, area, number, _, method = answer.reading
    world = gazetteer()
    city = None if number is None else world.cities[number]
    position = _position(area, number)
    region = world.region_names.get(area)
    return (area.country, region, city and city.name, *position, level, round(answer.confidence, 3), method)


def _position(area: Area, number: int | None) -> tuple[float, float] | tuple[None, None]:
    world = gazetteer()
    city = None if number is None else world.cities[number]
    point: City | Centre | None = city or world.centres.get(area) or world.centres.get(Area(area.country))
    return (point.latitude, point.longitude) if point else (None, None)


def locate(text: str) -> list[Answer]:
    """The places that `text` names, in its order."""
    flagged = [Reading("country", Area(code), None, 0.8, "flag") for code in flags(text) if _is_country(code)]
    typed = clean(text)
    groups = [] if _is_no_place(typed) else [_read_group(group) for group in _split(typed)]
    return _choose([part for group in groups if any(group) for part in _apart(group)], flagged)


def _is_country(code: str) -> bool:
    return code in gazetteer().country_codes


# --- normalise and split -------------------------------------------------------------------------------------------

_NO_PLACE = re.compile(
    r"https?://|www\.|::|\blocalhost\b|\b0x|\S@\S|\w\.(?:git|js|py|sh|exe|com|org|net|io|dev|app|xyz)\b"
    r"|^(?:~(?:/|$)|[a-z]:[\\/])|^/(?:bin|dev|etc|home|lib|mnt|opt|proc|root|srv|sys|tmp|usr|var)(?:/[\w.-]*){0,2}$"
    r"|\b(?:us|eu|ap|sa|ca|me|af)-(?:gov-)?(?:north|south|east|west|central)\w*-\d",
    re.IGNORECASE,
)
_BETWEEN_PLACES = re.compile(
    r"\s*(?:<?[-=]+>|<[-=]+>?|(?<!\d)/|/(?!\d)|[|\\;&+•·●‖→←⇄↔➡⇒⟶]|(?<=\w)–(?=\w)|\bvia\b)\s*",
    re.IGNORECASE,
)
_WITHIN_PLACE = re.compile(
    r"\s*[,，、،()\[\]{}【】（）:：!?\"<>~_*=^]\s*|(?<=\w{3})(?<!\bedo)(?<!\bprov)(?<!\bdept)(?<!\bdpto)(?<!\bdist)(?<!\buniv)\.\s+|(?<=[a-z]{3})\.(?=[a-z]{3})|(?<=\w{3})\.$|\s+[-–—]+|[-–—]+\s+",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"\b[A-Z]{0,2}-?\d[\d. -]{2,}\b|#\d+|<3")
_TIME_ZONE = re.compile(r"^(?:Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific)/(?:\w+/)?([A-Z]\w+)$")
_QUALIFIED = re.compile(r"([^,;/|()]+) \(([^()]+)\)")
_CONJUNCTION = re.compile(r" (?:(and|or)|und|oder|et|ou|y|e|ed|och|og|en|ja|и|та|і|と|및) ", re.IGNORECASE)
_INNER_HYPHEN = re.compile(r"[-–—]+")
_CAMEL_CASE = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LIVES = re.compile(r"\b(?:lives?|living|based|residing|currently|now)\s+(?:in|at)\s+(.+)", re.IGNORECASE)
_FROM_IN = re.compile(r"(\w+) (?:in|en|em|à|a) (.+)", re.IGNORECASE)
_FORMER = re.compile(r"(?<=\w)\W+(?:formerly|previously|originally|born in|ex-)\b", re.IGNORECASE)
_MAX_GROUPS = 6
_MAX_SEGMENTS = 8
"""Profiles name few places; the limits keep the comparison of all readings with each other short for any string."""


def _is_no_place(text: str) -> bool:
    return _is_no_name(text, fold(text)) or bool(_NO_PLACE.search(text))


def _is_no_name(text: str, key: str) -> bool:
    """Whether `text`, of this key, is a word or a joke and no name of a place."""
    if key in gazetteer().continents:
        return True
    return key in _not_places() and not _is_code(text, key) and not (not text.isascii() and _is_spelled(text))


def _is_spelled(text: str) -> bool:
    """Whether `text` is an alias to the letter, where without accents it is a word (`Ísland`)."""
    return text.strip().casefold() in gazetteer().spelled


def _is_code(text: str, key: str) -> bool:
    """Whether `text` in capitals is a code that is a small word otherwise (`IN`, `L.A.`); `NA` and `EST` are none."""
    letters = text.replace(".", "").strip()
    if not letters.isupper() or _not_places()[key] in _NEVER_CODES:
        return False
    return letters.lower() in gazetteer().aliases or any(_code_readings(letters))


@cache
def _not_places() -> dict[str, str]:
    """Kind of each phrase that names no place, by its key."""
    return {fold(row["phrase"]): row["origin"] for row in read_reference("not_places.csv")}


def _split(text: str) -> list[list[str]]:
    """Groups (one for each place) of segments (of that place, usually small to large)."""
    whole = _POSTCODE.sub(" ", replace_symbols(text, "‖"))
    whole = _TIME_ZONE.sub(lambda zone: zone[1].replace("_", " "), whole)
    if _is_name_of_area(whole):
        return [[whole]]
    lives = _LIVES.search(whole) or _is_from(_FROM_IN.match(whole))
    whole = lives[lives.re.groups] if lives else _FORMER.split(whole)[0]
    groups = [_segments(part) for group in _BETWEEN_PLACES.split(whole) for part in _at_conjunctions(group)]
    return [group for group in groups if group][:_MAX_GROUPS]


def _is_from(match: re.Match[str] | None) -> re.Match[str] | None:
    """`match` if its first word is a country's: `Argentino en Madrid` lives in Madrid."""
    return match if match and any(reading.level == "country" for reading in _read_whole(match[1])) else None


def _at_conjunctions(text: str) -> list[str]:
    """`text` cut at each `and` that is no part of a name (`Trinidad and Tobago`, `Mazar e Sharif`)."""
    for conjunction in _CONJUNCTION.finditer(text):
        before, after = text[: conjunction.start()], text[conjunction.end() :]
        names = _WITHIN_PLACE.split(before)[-1], _WITHIN_PLACE.split(after)[0]
        if not _is_name(conjunction[0].join(names)) and (conjunction[1] or all(map(_is_name, names))):
            return [before, *_at_conjunctions(after)]
    return [text]


def _qualified(match: re.Match[str]) -> str:
    """`Halle (Saale)` is the name of a city, `Halle (Germany)` is not."""
    name = " ".join(match.groups())
    return name if _is_name(name) else match[0]


def _is_name(text: str) -> bool:
    return _is_name_of_area(text) or fold(text) in gazetteer().cities_by_key


def _is_name_of_area(text: str) -> bool:
    world, key = gazetteer(), fold(text)
    return key in world.aliases or key in world.countries or key in world.regions


def _segments(group: str) -> list[str]:
    group = _QUALIFIED.sub(_qualified, group)
    return [segment for segment in _WITHIN_PLACE.split(group) if segment.strip(" .'-_")][:_MAX_SEGMENTS]


# --- match ---------------------------------------------------------------------------------------------------------

Segment = tuple[Reading, ...]

_FILLER = re.compile(
    r"""^(?:(?:the|greater|downtown|central|metro|near|from|in|around|based\ in|living\ in|currently\ in|somewhere\ in
            |(?:city|town|state|province|county|region)\ of|cidade\ de|ciudad\ de|edo(?:\ de)?|estado\ d[eo]
            |prov(?:incia)?\ d[ei]|co|county|(?:departamento|dept|dpto)\ del?|landkreis|kreis)\ )+
    | (?:\ (?:metropolitan\ area|metro\ area|area|metro|region|city|county|province|prefecture|district|suburbs|state
            |municipality|capital|remote|oblast|governorate|kraj|krai|voivodeship|megye|fylke))+$""",
    re.VERBOSE,
)
_OF_A_REGION = re.compile(
    r"^(?:co|county|edo|(?:state|province|region) of|prov|provincia|estado|departamento|dept|dpto)\b"
    r"|(?:county|state|province|prefecture|oblast|governorate|kraj|krai|voivodeship|megye|fylke)$"
)
_CODE_LENGTHS = (2, 3)
_SMALL_LETTERS = 0.6
_SHORTEST_CHANGED = 5
_SHORTEST_SCHOOL, _SHORTEST_SCHOOL_WORD = 3, 6
_MISSPELT = 0.8
_LONGEST_NAME = 5
_LONGEST_DENSE_NAME = 8
_NEVER_CODES = frozenset({"time zone", "abbreviation"})
_NAMES_OF_TOWNS = frozenset({"common word", "generic", "fiction", "technology", "profession", "person"})
_DOUBT = 0.6
_FAME = 0.15
_ALTERNATE = 0.11
_BEGINNING = 0.05
_FOREIGN_SCRIPT = 0.3


def _read_group(group: list[str]) -> list[Segment]:
    """Readings of each segment; a segment of which only words are known counts as several."""
    segments = [segment for text in group for segment in _read_segment(text)]
    return [*segments, *_read_small_code(group[-1], segments)][:_MAX_SEGMENTS]


def _read_small_code(text: str, before: list[Segment]) -> list[Segment]:
    """`bloomington, in`: a word that is the code of a state if a place before lies there."""
    if not text.islower() or fold(text) not in _not_places():
        return []
    codes = tuple(code for code in _code_readings(text) if code.level == "region")
    return [codes] if any(_is_inside(reading, code) for part in before for reading in part for code in codes) else []


@lru_cache(maxsize=200_000)
def _read_segment(text: str) -> tuple[Segment, ...]:
    """Readings of the whole, else of a school, else as misspelt, else of parts at hyphens, else of the words in it."""
    whole = _read_whole(text)
    if whole:
        return (whole,)
    if _is_no_name(text, fold(text)):
        return ()
    if school := _read_school(text):
        return school
    if misspelt := _read_misspelt(text):
        return (misspelt,)
    return _read_parts(text)


def _read_school(text: str) -> tuple[Segment, ...]:
    """Places in the name of a university, and its country; one short word is an abbreviation and counts in capitals."""
    key = fold(text)
    if len(key) < (_SHORTEST_SCHOOL if text.isupper() or not text.isascii() or " " in key else _SHORTEST_SCHOOL_WORD):
        return ()
    school = schools().named(text)
    country = schools().countries.get(school[0]) if school else None
    if not school or not country:
        return ()
    parts = _read_parts(text) or _read_parts(school[1])
    if country == "US" and parts and not any(r.area.country == country for part in parts for r in part):
        return parts
    return (*parts, (Reading("country", Area(country), None, 1.0, "university"),))


def _read_misspelt(text: str) -> Segment:
    """Readings of the well-known names that are one mistake away."""
    readings = (reading for name in gazetteer().misspelt(fold(text)) for reading in _readings(name, name))
    return tuple(
        reading._replace(weight=reading.weight * _MISSPELT, method=f"{reading.method} misspelt")
        for reading in readings
        if reading.city is None or gazetteer().cities[reading.city].population >= LARGE_CITY
    )


def _read_parts(text: str) -> tuple[Segment, ...]:
    if is_dense_script(text):
        return tuple(_scan_characters(fold(text)))
    parts = [part for part in _INNER_HYPHEN.split(text) if part.strip()]
    if len(parts) > 1:
        read = [_read_segment(part) for part in parts]
        segments = tuple(segment for part in read for segment in part)
        return segments if all(read) else tuple(_weaken(segment, 0.9) for segment in segments)
    return _read_tail(text) or tuple(_scan_words(text))


def _read_tail(text: str) -> tuple[Segment, ...]:
    """`Woodbridge VA`, `Santa Cruz Bolivia`: a name with the area around it, without a comma between."""
    words = text.split()
    for size in range(1, min(_LONGEST_NAME, len(words))):
        head, tail = _read_whole(" ".join(words[:-size])), _read_whole(" ".join(words[-size:]))
        inner = tuple(reading for reading in head if any(_is_inside(reading, area) for area in tail))
        if inner:
            return (inner, tail)
    return ()


def _is_inside(reading: Reading, area: Reading) -> bool:
    return area.level not in ("city", reading.level) and _agrees(reading, area)


def _read_whole(text: str) -> Segment:
    key = fold(text)
    if _is_no_name(text, key):
        return _doubtful(key)
    found = _readings(text, key)
    if found or len(key) < _SHORTEST_CHANGED:
        return found
    stripped = _FILLER.sub("", key)
    spellings = [stripped] * (stripped != key) + [fold(_CAMEL_CASE.sub(" ", text)), key.replace(" ", "")]
    inner = (_readings(text, spelling) for spelling in spellings if not _is_no_name(text, spelling))
    found = next(filter(None, inner), ())
    regions = tuple(reading for reading in found if reading.level == "region") if _OF_A_REGION.search(key) else ()
    return _weaken(regions or found, 0.95)


def _doubtful(key: str) -> Segment:
    """Towns whose name is a word: meant only where an area around them is named (`Best, the Netherlands`)."""
    if _not_places().get(key, "") not in _NAMES_OF_TOWNS:
        return ()
    cities = (reading for reading in _city_readings(key) if gazetteer().cities[reading.city or 0].key == key)
    return tuple(reading._replace(weight=reading.weight - _DOUBT) for reading in cities)


def _readings(text: str, key: str) -> Segment:
    return (*_code_readings(text), *_area_readings(key), *_city_readings(key))


def _code_readings(text: str) -> Iterator[Reading]:
    """Postal codes of states and ISO codes of countries; a code is a segment of its own."""
    letters = text.strip(" .").replace(".", "")
    if len(letters) not in _CODE_LENGTHS or not (letters.isascii() and letters.isalpha()):
        return
    world, code = gazetteer(), letters.upper()
    if letters.isupper() and code in world.airports and code not in world.country_codes:
        area, number = world.airports[code]
        yield _alias_reading(area, number)._replace(weight=0.8, method="airport code")
    typed = 1.0 if letters.isupper() else _SMALL_LETTERS
    areas = world.region_codes.get(code, [])
    least = _LONG_CODE if len(areas) == 1 and len(code) > _CODE_LENGTHS[0] else _CODE
    for area in areas:
        yield Reading("region", area, None, max(least, _CODE_WEIGHTS.get(area.country, 0)) * typed, "region code")
    if code in world.country_codes and (letters.isupper() or len(code) == _CODE_LENGTHS[0]):
        country = Area(world.country_codes[code])
        yield Reading("country", country, None, _country_code_weight(country, areas) * typed, "country code")


def _country_code_weight(country: Area, regions: list[Area]) -> float:
    """More than that of a state of the US with this code only if the country is much larger (`IN`, `DE`)."""
    centres = gazetteer().centres
    states = [centres[area].population for area in regions if area.country == "US"]
    if country not in centres or any(centres[country].population <= 10 * people for people in states):
        return 0.65
    return 0.95 if states else 0.85


_COUNTRY_WEIGHT = 1.25
_WEAK_COUNTRY_WEIGHT = 0.85
_FEDERATIONS = frozenset({"US", "CA", "AU", "IN", "BR", "MX", "DE", "CN", "RU", "GB", "IT", "ES", "JP", "CH", "AT"})
_CODE, _LONG_CODE = 0.5, 0.65
_CODE_WEIGHTS = {"US": 0.8, "CA": 0.62, "AU": 0.62, "BR": 0.6, "GB": 0.6}


def _area_readings(key: str) -> Iterator[Reading]:
    world = gazetteer()
    if key in world.aliases:
        area, number = world.aliases[key]
        yield _alias_reading(area, number)
    if key in world.countries:
        weight = _WEAK_COUNTRY_WEIGHT if key in world.weak_countries else _COUNTRY_WEIGHT
        yield Reading("country", Area(world.countries[key]), None, weight, "country name")
    for area in world.regions.get(key, []):
        yield Reading("region", area, None, _region_weight(area, key), "region name")


def _region_weight(area: Area, key: str) -> float:
    """1.0 for ten million inhabitants, 0.05 less for each power of ten below.

    Less where few people give their region, and where its main city has the same name (`Québec`, `Salzburg`).
    """
    people = gazetteer().centres[area].population if area in gazetteer().centres else 0
    outside = 0.0 if area.country in _FEDERATIONS else 0.05
    homonym = 0.15 if _has_homonymous_city(area, key, people) else 0.0
    return 0.65 + math.log10(max(people, 1000)) / 20 - outside - homonym


def _has_homonymous_city(area: Area, key: str, people: int) -> bool:
    cities = (gazetteer().cities[number] for number in gazetteer().cities_by_key.get(key, []))
    return any(Area(city.country, city.region) == area and city.population > people / 20 for city in cities)


def _alias_reading(area: Area, number: int | None) -> Reading:
    if number is not None:
        city = gazetteer().cities[number]
        return Reading("city", Area(city.country, city.region), number, 1.05, "known name")
    if area.region:
        return Reading("region", area, None, 1.0, "known name")
    return Reading("country", area, None, _COUNTRY_WEIGHT, "known name")


def _city_readings(key: str) -> Iterator[Reading]:
    cities = gazetteer().cities
    if len(key) <= (2 if key.isascii() else 1):
        return
    for number in gazetteer().cities_by_key.get(key, []):
        city = cities[number]
        yield Reading("city", Area(city.country, city.region), number, _city_weight(city, key), "city name")


def _city_weight(city: City, key: str) -> float:
    """About 0.6 for a village and 0.9 for a million; more with more names than a city of this size usually has.

    Less where `key` is an alternate name in Latin letters, less so if the main name begins with it (`León de los
    Aldama`), and for a town in a script that is foreign there: it is rather a word (`ページ` is a page, not Page).
    """
    size = math.log10(max(city.population, 100))
    fame = math.log10(1 + city.names) - (0.6 + 0.34 * (size - 3))
    weight = min(0.3 + size / 10 + _FAME * max(fame, 0), _SUREST)
    if not key.isascii():
        return weight - (_FOREIGN_SCRIPT if city.population < LARGE_CITY and city.country not in _homes(key[0]) else 0)
    if city.key == key:
        return weight
    return weight - (_BEGINNING if city.key.startswith(f"{key} ") else _ALTERNATE)


@lru_cache(maxsize=4096)
def _homes(letter: str) -> Container[str]:
    """Countries that write in the script of a letter; all for a script that is not listed."""
    script = unicodedata.name(letter, "").split(" ")[0]
    return _SCRIPTS.get(script, gazetteer().country_codes)


_CYRILLIC = "AM AZ BA BG BY EE GE KG KZ LT LV MD ME MK MN RS RU TJ TM UA UZ XK"
_ARABIC = "AE AF BH DJ DZ EG EH ER IL IN IQ IR JO KM KW LB LY MA MR OM PK PS QA SA SD SO SS SY TD TN TR YE"
_SCRIPTS = {
    script: frozenset(countries.split())
    for script, countries in {
        "ARABIC": _ARABIC,
        "CJK": "CN HK JP KP KR MO MY SG TW",
        "CYRILLIC": _CYRILLIC,
        "DEVANAGARI": "IN NP",
        "GREEK": "CY GR",
        "HANGUL": "KP KR",
        "HEBREW": "IL PS",
        "HIRAGANA": "JP",
        "KATAKANA": "JP",
        "THAI": "TH",
    }.items()
}


def _weaken(segment: Segment, factor: float) -> Segment:
    return tuple(
        reading._replace(weight=reading.weight * factor, method=f"{reading.method.removesuffix(' in words')} in words")
        for reading in segment
    )


def _scan_words(text: str) -> list[Segment]:
    """Places among the words of a segment, longest first, left to right."""
    words = text.split()[:40]
    found: list[Segment] = []
    start = 0
    while start < len(words):
        size, segment = _longest_at(words, start)
        if segment:
            found.append(segment)
        start += size
    return found


def _longest_at(words: list[str], start: int) -> tuple[int, Segment]:
    for size in range(min(_LONGEST_NAME, len(words) - start), 0, -1):
        text = " ".join(words[start : start + size])
        segment = _word_readings(text, is_last=start + size == len(words))
        if segment:
            return size, segment
    return 1, ()


def _word_readings(text: str, *, is_last: bool) -> Segment:
    """Readings of words inside a longer text: codes only in capitals at its end, cities only if well known."""
    key = fold(text)
    codes = tuple(_code_readings(text)) if is_last and text.strip(".").isupper() else ()
    codes = tuple(r._replace(weight=r.weight * 0.7) if r.level == "country" else r for r in codes)
    if not key or _is_no_name(text, key):
        return _weaken(codes, 0.9)
    cities = (reading for reading in _city_readings(key) if len(key) > 3 and _is_well_known(reading, text))
    areas = _area_readings(key) if len(key) > 3 or text.isupper() else ()
    return _weaken((*codes, *areas, *cities), 0.9)


def _is_well_known(reading: Reading, text: str) -> bool:
    """Whether a city is big enough to be meant by words among others; capitals speak for a name."""
    if reading.city is None:
        return True
    city = gazetteer().cities[reading.city]
    if text[:1].islower():
        return city.population >= 3 * LARGE_CITY
    return city.population >= (LARGE_CITY / 2 if city.key == fold(text) else LARGE_CITY)


def _scan_characters(key: str) -> list[Segment]:
    """Places in text that is written without spaces: the longest name at each position, left to right."""
    found: list[Segment] = []
    for run in key.split():
        start = 0
        while start < len(run):
            size, segment = _longest_run_at(run, start)
            if segment:
                found.append(segment)
            start += size
    return found


def _longest_run_at(run: str, start: int) -> tuple[int, Segment]:
    for size in range(min(_LONGEST_DENSE_NAME, len(run) - start), 1, -1):
        name = run[start : start + size]
        segment = (*_area_readings(name), *(r for r in _city_readings(name) if _is_well_known(r, name)))
        if segment:
            return size, _weaken(segment, 0.95)
    return 1, ()


_WHOLE = ("city name", "known name", "region name", "country name")


def _apart(group: list[Segment]) -> list[list[Segment]]:
    """A group, or each of its segments if all are countries, or metropolises, of their own (`London, Tokyo`)."""
    whole = all(segment[0].method in _WHOLE for segment in group)
    if len(group) == 1 or not whole or not (all(map(_is_country_name, group)) or all(map(_is_metropolis, group))):
        return [group]
    likeliest = [max(segment, key=lambda reading: reading.weight) for segment in group]
    near = any(_confirmation(one, other, before=False) for one, other in permutations(likeliest, 2))
    return [group] if near else [[segment] for segment in group]


def _is_country_name(segment: Segment) -> bool:
    return any(reading.level == "country" and reading.weight >= _COUNTRY_WEIGHT for reading in segment)


# --- score ---------------------------------------------------------------------------------------------------------
# Weights and scores are on one scale: 1 is a name that hardly means anything else. The constants were set on labelled
# profiles; the golden set in the tests holds what they achieve.

_SPECIFICITY: dict[Level, float] = {"country": 0.0, "region": 0.1, "city": 0.2}
_CONTRADICTION: dict[Level, float] = {"country": 0.15, "region": 0.8, "city": 1.0}
_FLAG_CONTRADICTION = 0.3
_METROPOLIS = 500_000
_CONFIRMING = 12
_PLAUSIBLE_AREA = 0.62
_PLAUSIBLE_CITY = 0.8
"""Scores below which nothing is answered: a state's code in small letters; a village that nothing confirms."""


class Scored(NamedTuple):
    """A reading with its score and the support from other segments that is part of the score."""

    score: float
    support: float
    reading: Reading


def _choose(groups: list[list[Segment]], flagged: list[Reading]) -> list[Answer]:
    if not groups:
        return [Answer(flag, 0.9) for flag in dict.fromkeys(flagged)]
    rankings = [_rank(group, groups[:at] + groups[at + 1 :], flagged) for at, group in enumerate(groups)]
    named = {
        chosen[0].reading: Answer(chosen[0].reading, _confidence(*chosen))
        for ranked in rankings
        if _is_plausible(ranked[0])
        for chosen in [_most_exact(ranked, rankings)]
    }
    return list(named.values())


def _is_plausible(best: Scored) -> bool:
    return best.score >= (_PLAUSIBLE_AREA if best.reading.level != "city" else _PLAUSIBLE_CITY)


class Surroundings(NamedTuple):
    """What else a string says around a segment: the likeliest readings of other segments, and flags."""

    after: list[Segment]
    before: list[Segment]
    elsewhere: list[Segment]
    anchor: Segment | None
    flagged: list[Reading]


def _rank(group: list[Segment], others: list[list[Segment]], flagged: list[Reading]) -> list[Scored]:
    """All readings of a group, best first; ties go to the earlier segment, then to the order of the gazetteer."""
    likeliest = [_likeliest(segment) for segment in group]
    elsewhere = [_likeliest(segment) for other in others for segment in other]
    scored: list[Scored] = []
    for position, segment in enumerate(group):
        anchor = next((at for at in range(position + 1, len(group)) if _is_anchor(group[at])), None)
        after, before = likeliest[position + 1 :], likeliest[:position]
        around = Surroundings(after, before, elsewhere, None if anchor is None else likeliest[anchor], flagged)
        scored += [_score(reading, position, around) for reading in segment]
    if flagged:
        scored.append(Scored(0.7, 0.0, flagged[0]))
    return sorted(scored, key=lambda item: -item.score)


def _likeliest(segment: Segment) -> Segment:
    """The readings that may confirm others: of many namesakes a few, since all would be compared with all."""
    return segment if len(segment) <= _CONFIRMING else tuple(sorted(segment, key=_plausibility)[:_CONFIRMING])


def _plausibility(reading: Reading) -> tuple[bool, float]:
    return reading.level == "city", -reading.weight


def _score(reading: Reading, position: int, around: Surroundings) -> Scored:
    support = sum(_agreement(reading, segment) for segment in around.after)
    support += sum(_agreement(reading, segment, before=True) for segment in around.before)
    support += 0.5 * sum(_agreement(reading, segment) for segment in around.elsewhere)
    if around.anchor and not _agreement(reading, around.anchor):
        support -= _CONTRADICTION[reading.level]
    if around.flagged:
        support += 0.4 if any(_agrees(reading, flag) for flag in around.flagged) else -_FLAG_CONTRADICTION
    return Scored(reading.weight + _SPECIFICITY[reading.level] + support - 0.1 * position, support, reading)


def _agreement(reading: Reading, segment: Segment, *, before: bool = False) -> float:
    """How strongly the best reading of another segment (one `before` this one) confirms `reading`."""
    return max((_confirmation(reading, other, before=before) for other in segment), default=0.0)


def _confirmation(reading: Reading, other: Reading, *, before: bool) -> float:
    if not _agrees(reading, other):
        return 0.0
    if other.level == "city":
        return 0.4 * other.weight if not before and _is_suburb(reading, other) else 0.0
    if other.level == reading.level:
        return 0.3
    return other.weight + (0.2 if other.level == "region" else 0.0)


def _agrees(reading: Reading, other: Reading) -> bool:
    """Whether `other` may be an area around `reading`, or a place within the same area."""
    if other.level == "region" or (other.level == "city" and reading.level == "region"):
        return reading.area == other.area and reading.level != "country"
    return other.area.country in (reading.area.country, _SOVEREIGNS.get(reading.area.country))


_SOVEREIGNS = {
    territory: sovereign
    for sovereign, territories in {
        "CN": "HK MO TW",
        "DK": "FO GL",
        "FI": "AX",
        "FR": "GF GP MQ NC PF PM RE YT",
        "GB": "BM GG GI IM JE KY",
        "NL": "AW CW SX",
        "NO": "SJ",
        "US": "AS GU MP PR VI",
    }.items()
    for territory in territories.split()
}
"""Territories with a code of their own that people also write with the country after it (`Macau, China`)."""


def _is_suburb(reading: Reading, other: Reading) -> bool:
    """Whether `other` is a larger city close to the city that is read, or the city that a quarter was read as."""
    if reading.city is None or other.city is None:
        return False
    if reading.city == other.city:
        return True
    town, city = gazetteer().cities[reading.city], gazetteer().cities[other.city]
    return town.population < city.population and distance_km(town, city) <= SUBURB_KM


def _is_anchor(segment: Segment) -> bool:
    """Whether a segment says which country or region the segments before it lie in, and is no metropolis itself."""
    return not _is_metropolis(segment) and any(reading.level != "city" for reading in segment)


def _is_metropolis(segment: Segment) -> bool:
    cities = gazetteer().cities
    return any(reading.city is not None and cities[reading.city].population > _METROPOLIS for reading in segment)


def _most_exact(ranked: list[Scored], rankings: list[list[Scored]]) -> tuple[Scored, list[Scored]]:
    """The best reading, or that of another group if it lies inside (`India | Bangalore`), and the ranking it leads."""
    best = ranked[0]
    inside = (other for other in rankings if _is_inside(other[0].reading, best.reading))
    return next(((other[0], other) for other in inside), (best, ranked))


_BASE_CONFIDENCE = {
    "country name": 0.98,
    "known name": 0.96,
    "region name": 0.95,
    "region code": 0.75,
    "country code": 0.8,
    "airport code": 0.85,
    "university": 0.93,
    "flag": 0.9,
}
_CITY_CONFIDENCE = 0.55
_CONFIRMED = 0.97
_CONTRADICTED = 0.7
_QUALIFIERS = {" in words": 0.85, " misspelt": 0.8}
_CLOSE = 0.2
_EQUALLY_LIKELY = 0.6
_EQUALLY_LIKELY_AT_HOME = 0.8


def _confidence(best: Scored, ranked: list[Scored]) -> float:
    """How sure the method is by itself, more where other segments agree, less for each thing that speaks against it."""
    method, doubt = best.reading.method, 1.0
    for qualifier, factor in _QUALIFIERS.items():
        if method.endswith(qualifier):
            method, doubt = method.removesuffix(qualifier), doubt * factor
    confidence = _BASE_CONFIDENCE.get(method) or _CITY_CONFIDENCE + (1 - _CITY_CONFIDENCE) * min(best.reading.weight, 1)
    if best.support > 0:
        confidence = max(confidence, _CONFIRMED)
    if best.support < 0:
        confidence *= _CONTRADICTED
    if best.support <= 0:
        confidence *= doubt
    return min(confidence * _distinctness(best, ranked), _SUREST)


def _distinctness(best: Scored, ranked: list[Scored]) -> float:
    """1 where no namesake comes close, down to 0.6 for an equally likely one abroad and 0.8 for one in the country."""
    close = [item for item in ranked if best.score - item.score < _CLOSE and item.reading.area != best.reading.area]
    gaps: dict[bool, list[float]] = {True: [], False: []}
    for item in close:
        gaps[item.reading.area.country == best.reading.area.country].append(best.score - item.score)
    at_home = gaps[True] if best.reading.level == "city" else []
    return _doubt(_EQUALLY_LIKELY, gaps[False]) * _doubt(_EQUALLY_LIKELY_AT_HOME, at_home)


def _doubt(least: float, gaps: list[float]) -> float:
    """From `least` for a namesake with the same score to 1 for one that is far below, or none."""
    return least + (1 - least) * min(max(min(gaps, default=_CLOSE), 0) / _CLOSE, 1)
