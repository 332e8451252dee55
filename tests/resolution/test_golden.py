"""The golden set of places: strings written for it, grouped by phenomenon; each phenomenon is held."""

import csv
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from community_assets.resolution import resolve_places

HERE = Path(__file__).parent


def golden(name: str) -> dict[str, list[dict[str, str]]]:
    groups: dict[str, list[dict[str, str]]] = {}
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            groups.setdefault(row["phenomenon"], []).append(row)
    return groups


PLACES = golden("golden_places.csv")


PHENOMENON_RIGHT, OVERALL_RIGHT, SURE, SURE_RIGHT = 0.9, 0.97, 0.9, 0.97


@pytest.fixture(scope="module")
def places() -> pl.DataFrame:
    """The golden strings with their answers; a region or city counts where one is given."""
    rows = pl.read_csv(HERE / "golden_places.csv", infer_schema=False, empty_string_is_null=False)
    expected = rows.rename({name: f"golden_{name}" for name in ("country_code", "region", "city")})
    answers = resolve_places(rows["location"]).drop("location")
    return pl.concat([expected, answers], how="horizontal").with_columns(
        right=pl.all_horizontal(
            pl.col("golden_country_code") == pl.col("country_code").fill_null(""),
            *(
                (pl.col(f"golden_{name}") == "") | (pl.col(f"golden_{name}") == pl.col(name)).fill_null(False)
                for name in ("region", "city")
            ),
        )
    )


@pytest.mark.parametrize("phenomenon", PLACES)
def test_places_of_a_phenomenon_are_found(
    places: pl.DataFrame, phenomenon: str, record_property: Callable[[str, object], None]
):
    rows = places.filter(phenomenon=phenomenon)
    record_property("right", f"{rows['right'].sum()} of {rows.height}")
    assert rows["right"].mean() >= PHENOMENON_RIGHT, wrong(rows)


def test_places_are_found_over_all_phenomena(places: pl.DataFrame):
    assert places.height >= 1_000
    assert places["right"].mean() >= OVERALL_RIGHT, wrong(places)


def test_a_sure_place_is_right(places: pl.DataFrame):
    sure = places.filter(pl.col("confidence") >= SURE)
    assert sure.height > places.drop_nulls("country_code").height / 2
    assert sure["right"].mean() >= SURE_RIGHT, wrong(sure)


def test_hardly_any_string_without_a_place_gets_one(places: pl.DataFrame):
    nowhere = places.filter(golden_country_code="")
    assert nowhere["country_code"].count() <= 0.02 * nowhere.height, wrong(nowhere)


def wrong(rows: pl.DataFrame) -> list[tuple[object, ...]]:
    return rows.filter(~pl.col("right")).select("location", "country_code", "region", "city", "method").rows()
