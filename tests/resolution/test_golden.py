"""The golden set of places: strings written for it, grouped by phenomenon; each phenomenon is held."""

import csv
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


@pytest.mark.parametrize("phenomenon", PLACES)
def test_places_of_a_phenomenon_are_found(phenomenon: str):
    rows = PLACES[phenomenon]
    answers = resolve_places(pl.Series([row["location"] for row in rows])).to_dicts()
    wrong = [
        (row["location"], answer)
        for row, answer in zip(rows, answers, strict=True)
        if (answer["country_code"] or "") != row["country_code"]
        or (row["region"] and answer["region"] != row["region"])
        or (row["city"] and answer["city"] != row["city"])
    ]
    assert wrong == []
