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
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Literal, NamedTuple

import polars as pl

from community_assets.resolution.gazetteer import Area, Centre, City, distance_km, gazetteer
from community_assets.resolution.reference import read_reference
from community_assets.resolution.text import clean, flags, fold, is_dense_script, replace_symbols

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


def resolve_places(locations: pl.Series) -> pl.DataFrame:
    """Place of each raw location string.

    Args:
        locations: strings as people typed them; null and empty are fine.

    Returns:
        One row per input, in order: location (as given), country_code (ISO 3166-1 alpha-2), region and city (English or
        GeoNames' main name), latitude and longitude (degrees; of the city, else the population-weighted centre of the
        region or country), precision (`city`, `region`, `country`), confidence (0 to 1) and method (what was read:
        `country name`, `country code`, `region name`, `region code`, `city name`, `known name`, `flag`; with
        ` in words` where other words stood around it). All but location are null where the string names no place.
    """
    raw = locations.cast(pl.String).alias("location")
    distinct = raw.drop_nulls().unique(maintain_order=True)
    answers = pl.DataFrame([_row(text) for text in distinct], schema=SCHEMA, orient="row")
    return raw.to_frame().join(answers, on="location", how="left", maintain_order="left")


def _row(text: str) -> tuple[str | float | None, ...]:
    answer = locate(text)
    if answer is None:
        return (text, *[None] * 8)
    level, area, number, _, method = answer.reading
    world = gazetteer()
    city = None if number is None else world.cities[number]
    centre: City | Centre | None = city or world.centres.get(area) or world.centres.get(Area(area.country))
    position = (centre.latitude, centre.longitude) if centre else (None, None)
    region = world.region_names.get(area)
    return (text, area.country, region, city and city.name, *position, level, round(answer.confidence, 3), method)


def locate(text: str) -> Answer | None:
    """The place that `text` names first, or None."""
    flagged = [Reading("country", Area(code), None, 0.8, "flag") for code in flags(text) if _is_country(code)]
    typed = clean(text)
    groups = [] if _is_no_place(typed) else [_read_group(group) for group in _split(typed)]
    return _choose([group for group in groups if any(group)], flagged)


def _is_country(code: str) -> bool:
    return code in gazetteer().country_codes


# --- normalise and split -------------------------------------------------------------------------------------------

_NO_PLACE = re.compile(r"https?://|www\.|::|\blocalhost\b|\b0x|\S@\S|\.(?:git|js|py|sh|exe)\b", re.IGNORECASE)
_BETWEEN_PLACES = re.compile(
    r"\s*(?:<?[-=]+>|<[-=]+>?|(?<!\d)/|/(?!\d)|[|\\;&+•·●‖→←⇄↔➡⇒⟶]|(?<=\w)–(?=\w)|\band\b|\bor\b|\bvia\b)\s*",
    re.IGNORECASE,
)
_WITHIN_PLACE = re.compile(
    r"\s*[,，、،()\[\]{}【】（）:：!?\"<>~_*=^]\s*|(?<=\w{3})\.\s+|(?<=[a-z]{3})\.(?=[a-z]{3})|(?<=\w{3})\.$|\s+[-–—]+|[-–—]+\s+",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"\b[A-Z]{0,2}-?\d[\d. -]{2,}\b|#\d+|<3")
_INNER_HYPHEN = re.compile(r"[-–—]+")
_CAMEL_CASE = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LIVES = re.compile(r"\b(?:lives?|living|based|residing|currently|now)\s+(?:in|at)\s+(.+)", re.IGNORECASE)
_FORMER = re.compile(r"(?<=\w)\W+(?:formerly|previously|originally|born in|ex-)\b", re.IGNORECASE)
_MAX_GROUPS = 6
_MAX_SEGMENTS = 8
"""Profiles name few places; the limits keep the comparison of all readings with each other short for any string."""


def _is_no_place(text: str) -> bool:
    return (fold(text) in _not_places() and not _is_code(text)) or bool(_NO_PLACE.search(text))


def _is_code(text: str) -> bool:
    """Whether `text` in capitals is a code that is a small word otherwise (`IN`, `L.A.`); `NA` is no answer."""
    letters = text.replace(".", "").strip()
    known = letters.lower() in gazetteer().aliases or any(_code_readings(letters))
    return letters.isupper() and letters != "NA" and known


@cache
def _not_places() -> frozenset[str]:
    return frozenset(fold(row["phrase"]) for row in read_reference("not_places.csv"))


def _split(text: str) -> list[list[str]]:
    """Groups (one for each place) of segments (of that place, usually small to large)."""
    whole = _POSTCODE.sub(" ", replace_symbols(text, "‖"))
    if _known_whole(whole):
        return [[whole]]
    lives = _LIVES.search(whole)
    whole = lives[1] if lives else _FORMER.split(whole)[0]
    groups = [_segments(group) for group in _BETWEEN_PLACES.split(whole)]
    return [group for group in groups if group][:_MAX_GROUPS]


def _known_whole(text: str) -> bool:
    world, key = gazetteer(), fold(text)
    return key in world.aliases or key in world.countries or key in world.regions


def _segments(group: str) -> list[str]:
    return [segment for segment in _WITHIN_PLACE.split(group) if segment.strip(" .'-_")][:_MAX_SEGMENTS]


# --- match ---------------------------------------------------------------------------------------------------------

Segment = tuple[Reading, ...]

_FILLER = re.compile(
    r"""^(?:(?:the|greater|downtown|central|metro|near|from|in|around|based\ in|living\ in|currently\ in|somewhere\ in
            |city\ of|cidade\ de|ciudad\ de)\ )+
    | (?:\ (?:metropolitan\ area|metro\ area|area|metro|region|city|county|province|prefecture|district|suburbs|state
            |municipality|capital|remote|oblast|governorate))+$""",
    re.VERBOSE,
)
_CODE_LENGTHS = (2, 3)
_SHORTEST_CHANGED = 5
_LONGEST_NAME = 5
_LONGEST_DENSE_NAME = 8
_KNOWN_CITY = 100_000


def _read_group(group: list[str]) -> list[Segment]:
    """Readings of each segment; a segment of which only words are known counts as several."""
    return [segment for text in group for segment in _read_segment(text)][:_MAX_SEGMENTS]


@lru_cache(maxsize=200_000)
def _read_segment(text: str) -> tuple[Segment, ...]:
    """Readings of the whole, else of it without filler, else of its parts at hyphens, else of the words in it."""
    whole = _read_whole(text)
    if whole:
        return (whole,)
    if fold(text) in _not_places():
        return ()
    if is_dense_script(text):
        return tuple(_scan_characters(fold(text)))
    parts = [part for part in _INNER_HYPHEN.split(text) if part.strip()]
    if len(parts) > 1:
        return tuple(segment for part in parts for segment in _read_segment(part))
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
    if key in _not_places():
        return _readings(text, key) if _is_code(text) else ()
    found = _readings(text, key)
    if found or len(key) < _SHORTEST_CHANGED:
        return found
    stripped = _FILLER.sub("", key)
    spellings = [stripped] * (stripped != key) + [fold(_CAMEL_CASE.sub(" ", text)), key.replace(" ", "")]
    inner = (_readings(text, spelling) for spelling in spellings if spelling not in _not_places())
    return _weaken(next(filter(None, inner), ()), 0.95)


def _readings(text: str, key: str) -> Segment:
    return (*_code_readings(text), *_area_readings(key), *_city_readings(key))


def _code_readings(text: str) -> Iterator[Reading]:
    """Postal codes of states and ISO codes of countries; a code is a segment of its own."""
    letters = text.strip(" .").replace(".", "")
    if len(letters) not in _CODE_LENGTHS or not (letters.isascii() and letters.isalpha()):
        return
    world, code = gazetteer(), letters.upper()
    typed = 1.0 if letters.isupper() else 0.85
    areas = world.region_codes.get(code, [])
    for area in areas:
        yield Reading("region", area, None, _CODE_WEIGHTS.get(area.country, 0.5) * typed, "region code")
    if code in world.country_codes and (letters.isupper() or len(code) == _CODE_LENGTHS[0]):
        country = Area(world.country_codes[code])
        weight = 0.85 if _dwarfs(country, areas) else 0.65
        yield Reading("country", country, None, weight * typed, "country code")


def _dwarfs(country: Area, regions: list[Area]) -> bool:
    """Whether a country is so much larger than the states of the same code (`IN`, `DE`) that it is the likelier one."""
    centres = gazetteer().centres
    largest = max((centres[area].population for area in regions if area.country == "US"), default=0)
    return country in centres and centres[country].population > 10 * largest


_COUNTRY_WEIGHT = 1.25
_WEAK_COUNTRY_WEIGHT = 0.85
_FEDERATIONS = frozenset({"US", "CA", "AU", "IN", "BR", "MX", "DE", "CN", "RU", "GB", "IT", "ES", "JP", "CH", "AT"})
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
    outside = 0.0 if area.country in _FEDERATIONS else 0.1
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
    if key.isascii() and len(key) <= 2:
        return
    for number in gazetteer().cities_by_key.get(key, []):
        city = cities[number]
        yield Reading("city", Area(city.country, city.region), number, _city_weight(city, key), "city name")


def _city_weight(city: City, key: str) -> float:
    """Grows with the logarithm of the population: 0.9 for a million; less where the name is only an alternate one."""
    weight = 0.3 + math.log10(max(city.population, 100)) / 10
    return weight if city.key == key or not key.isascii() else weight - 0.12


def _weaken(segment: Segment, factor: float) -> Segment:
    return tuple(
        reading._replace(weight=reading.weight * factor, method=f"{reading.method} in words") for reading in segment
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
    codes = _code_readings(text) if is_last and text.strip(".").isupper() else ()
    if not key or key in _not_places():
        return _weaken(tuple(codes), 0.9)
    cities = (reading for reading in _city_readings(key) if len(key) > 3 and _is_well_known(reading, text))
    areas = _area_readings(key) if len(key) > 3 or text.isupper() else ()
    return _weaken((*codes, *areas, *cities), 0.9)


def _is_well_known(reading: Reading, text: str) -> bool:
    """Whether a city is big enough to be meant by words among others; capitals speak for a name."""
    if reading.city is None:
        return True
    city = gazetteer().cities[reading.city]
    if text[:1].islower():
        return city.population >= 3 * _KNOWN_CITY
    return city.population >= (_KNOWN_CITY / 2 if city.key == fold(text) else _KNOWN_CITY)


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


# --- score ---------------------------------------------------------------------------------------------------------
# Weights and scores are on one scale: 1 is a name that hardly means anything else. The constants were set on labelled
# profiles; the golden set in the tests holds what they achieve.

_SPECIFICITY: dict[Level, float] = {"country": 0.0, "region": 0.1, "city": 0.2}
_CONTRADICTION: dict[Level, float] = {"country": 0.15, "region": 0.8, "city": 1.0}
_FLAG_CONTRADICTION = 0.3
_METROPOLIS = 500_000
_PLAUSIBLE_AREA = 0.62
_PLAUSIBLE_CITY = 0.8
"""Scores below which nothing is answered: a state's code in small letters; a village that nothing confirms."""


class Scored(NamedTuple):
    """A reading with its score and the support from other segments that is part of the score."""

    score: float
    support: float
    reading: Reading


def _choose(groups: list[list[Segment]], flagged: list[Reading]) -> Answer | None:
    if not groups:
        return Answer(flagged[0], 0.9) if flagged else None
    rankings = [_rank(group, groups[:at] + groups[at + 1 :], flagged) for at, group in enumerate(groups)]
    ranked = next((ranked for ranked in rankings if _is_plausible(ranked[0])), None)
    if ranked is None:
        return None
    best = ranked[0]
    if best.reading.level != "city":
        best = _refine(best, rankings)
    return Answer(best.reading, _confidence(best, ranked))


def _is_plausible(best: Scored) -> bool:
    return best.score >= (_PLAUSIBLE_AREA if best.reading.level != "city" else _PLAUSIBLE_CITY)


def _rank(group: list[Segment], others: list[list[Segment]], flagged: list[Reading]) -> list[Scored]:
    """All readings of a group, best first; ties go to the earlier segment, then to the order of the gazetteer."""
    scored = [
        _score(reading, position, group, others, flagged)
        for position, segment in enumerate(group)
        for reading in segment
    ]
    if flagged:
        scored.append(Scored(0.7, 0.0, flagged[0]))
    return sorted(scored, key=lambda item: -item.score)


def _score(
    reading: Reading, position: int, group: list[Segment], others: list[list[Segment]], flagged: list[Reading]
) -> Scored:
    support = sum(_agreement(reading, segment) for segment in group[position + 1 :])
    support += sum(_agreement(reading, segment, before=True) for segment in group[:position])
    support += 0.5 * sum(_agreement(reading, segment) for other in others for segment in other)
    anchor = next((segment for segment in group[position + 1 :] if _is_anchor(segment)), None)
    if anchor and not _agreement(reading, anchor):
        support -= _CONTRADICTION[reading.level]
    if flagged:
        support += 0.4 if any(_agrees(reading, flag) for flag in flagged) else -_FLAG_CONTRADICTION
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
    """Whether `other` is a larger city close to the city that is read."""
    if reading.city is None or other.city is None:
        return False
    town, city = gazetteer().cities[reading.city], gazetteer().cities[other.city]
    return town.population < city.population and distance_km(town, city) <= SUBURB_KM


def _is_anchor(segment: Segment) -> bool:
    """Whether a segment says which country or region the segments before it lie in, and is no metropolis itself."""
    cities = gazetteer().cities
    if any(reading.city is not None and cities[reading.city].population > _METROPOLIS for reading in segment):
        return False
    return any(reading.level != "city" for reading in segment)


def _refine(best: Scored, rankings: list[list[Scored]]) -> Scored:
    """A more exact place inside the chosen area that another group names (`India | Bangalore`)."""
    for candidate in (ranked[0] for ranked in rankings):
        finer = _SPECIFICITY[candidate.reading.level] > _SPECIFICITY[best.reading.level]
        if finer and _agrees(candidate.reading, best.reading):
            return candidate
    return best


_BASE_CONFIDENCE = {
    "country name": 0.98,
    "known name": 0.96,
    "region name": 0.95,
    "region code": 0.75,
    "country code": 0.8,
    "flag": 0.9,
}
_CITY_CONFIDENCE = 0.55
_CONFIRMED = 0.97
_CONTRADICTED = 0.7
_AMONG_WORDS = 0.85
_SUREST = 0.99
_CLOSE = 0.2
_EQUALLY_LIKELY = 0.6
_NAMESAKE_IN_COUNTRY = 0.9


def _confidence(best: Scored, ranked: list[Scored]) -> float:
    """How sure the method is by itself, more where other segments agree, less for each thing that speaks against it."""
    method, in_words = best.reading.method.removesuffix(" in words"), best.reading.method.endswith(" in words")
    confidence = _BASE_CONFIDENCE.get(method) or _CITY_CONFIDENCE + (1 - _CITY_CONFIDENCE) * min(best.reading.weight, 1)
    if best.support > 0:
        confidence = max(confidence, _CONFIRMED)
    if best.support < 0:
        confidence *= _CONTRADICTED
    if in_words and best.support <= 0:
        confidence *= _AMONG_WORDS
    return min(confidence * _distinctness(best, ranked), _SUREST)


def _distinctness(best: Scored, ranked: list[Scored]) -> float:
    """1 where no namesake comes close, down to 0.6 for an equally likely one in another country."""
    close = [item for item in ranked if best.score - item.score < _CLOSE]
    gap = next(
        (best.score - item.score for item in close if item.reading.area.country != best.reading.area.country), 1.0
    )
    abroad = min(_EQUALLY_LIKELY + (1 - _EQUALLY_LIKELY) * max(gap, 0) / _CLOSE, 1.0)
    elsewhere = any(item.reading.area != best.reading.area for item in close if item.reading.level == "city")
    return abroad * (_NAMESAKE_IN_COUNTRY if elsewhere and best.reading.level == "city" else 1.0)
