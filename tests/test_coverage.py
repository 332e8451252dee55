"""What the UI tells of resolution: how much was resolved, and which strings a user may want to override."""

from pathlib import Path

import polars as pl
import pytest

from community_assets.assets import LONGEST_SHOWN, MOST_FREQUENT, SHARED_BY, _coverage, frequent_strings
from community_assets.resources import Warehouse

HOSTILE = ["<img src=x onerror=alert(1)>", "[link](javascript:alert(1))", "`'; drop table", "a\u202eb\x1b[31m\nc"]


def records(uses: pl.DataFrame) -> list[dict[str, object]]:
    return [dict(record.data) for record in frequent_strings(uses).records]


def test_a_string_that_few_accounts_share_stays_out_of_the_event_log() -> None:
    uses = pl.DataFrame({"location": ["a", "b", "c"], "accounts": [SHARED_BY, SHARED_BY - 1, SHARED_BY + 1]})
    assert records(uses) == [{"location": "c", "accounts": SHARED_BY + 1}, {"location": "a", "accounts": SHARED_BY}]


def test_the_most_frequent_strings_are_few_and_short() -> None:
    uses = pl.DataFrame({"location": [f"{n:03}" + "x" * 1000 for n in range(100)], "accounts": range(100, 200)})
    shown = records(uses)
    assert [row["accounts"] for row in shown] == list(range(199, 199 - MOST_FREQUENT, -1))
    assert {len(str(row["location"])) for row in shown} == {LONGEST_SHOWN}


def test_hostile_strings_are_cells_of_a_table_on_one_line() -> None:
    shown = records(pl.DataFrame({"company": HOSTILE, "accounts": [9, 8, 7, 6]}))
    assert [row["company"] for row in shown] == [*HOSTILE[:3], "ab[31m c"]


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    warehouse = Warehouse(path=str(tmp_path / "warehouse.duckdb"))
    strings = ["Paris"] * 5 + ["remote"] * 4 + ["Xyzzy"] * 3 + ["Nowhereville"] * 2 + [None]
    accounts = pl.DataFrame({"location": strings, "is_person_account": True})
    warehouse.replace_table("intermediate", "int_accounts", accounts)
    return warehouse


def test_coverage_counts_strings_and_accounts_and_names_what_nobody_knows(warehouse: Warehouse) -> None:
    resolved = pl.DataFrame(
        {
            "location": ["Paris", "remote", "Xyzzy", "Nowhereville"],
            "country_code": ["FR", None, None, None],
            "method": ["city name", None, None, None],
            "confidence": [0.9, None, None, None],
        }
    )
    told = _coverage(warehouse, resolved, "country_code", pl.Series([False, True, False, False]))
    assert told["resolved strings"] == pytest.approx(1 / 4)
    assert told["resolved accounts"] == pytest.approx(5 / 14)
    assert told["methods"] == {"city name": 1}
    assert [dict(record.data) for record in told["unresolved or doubtful"].records] == [
        {"location": "Xyzzy", "accounts": 3}
    ]
