"""The golden set of places: strings written for it, grouped by phenomenon; each phenomenon is held."""

import polars as pl
import pytest

from tests.resolution.golden import PLACES, golden_places

PHENOMENON_RIGHT, OVERALL_RIGHT, SURE, SURE_RIGHT = 0.9, 0.97, 0.9, 0.97


@pytest.fixture
def places() -> pl.DataFrame:
    """The golden strings with their answers."""
    return golden_places()


@pytest.mark.parametrize("phenomenon", PLACES["phenomenon"].unique(maintain_order=True))
def test_places_of_a_phenomenon_are_found(places: pl.DataFrame, phenomenon: str):
    rows = places.filter(phenomenon=phenomenon)
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
