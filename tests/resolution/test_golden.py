"""The golden set: strings written for it, grouped by phenomenon; each phenomenon is held."""

import csv
from pathlib import Path

import polars as pl
import pytest

from community_assets.resolution import resolve_companies, resolve_places

HERE = Path(__file__).parent


def golden(name: str) -> dict[str, list[dict[str, str]]]:
    groups: dict[str, list[dict[str, str]]] = {}
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            groups.setdefault(row["phenomenon"], []).append(row)
    return groups


PLACES, COMPANIES = golden("golden_places.csv"), golden("golden_companies.csv")


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


@pytest.mark.parametrize("phenomenon", COMPANIES)
def test_companies_of_a_phenomenon_are_found(phenomenon: str):
    rows = COMPANIES[phenomenon]
    answers = resolve_companies(pl.Series([row["company"] for row in rows]))["company_id"]
    found = {row["company"]: answer or "" for row, answer in zip(rows, answers, strict=True)}
    assert found == {row["company"]: row["company_id"] for row in rows}
