"""CSV that says what went in, and that no spreadsheet runs."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community_assets.publishing.exports import neutral, write_csv

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
HOSTILE = st.builds("".join, st.lists(st.sampled_from(list("=+-@\t\r\n \"',;a1＝\ufeff")), max_size=8))


def written(rows: list[list[object]]) -> str:
    file = io.StringIO(newline="")
    write_csv(file, ["a", "b"], rows)
    return file.getvalue()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\t\t=", '"=', "'=", ' "+', "\u00a0=", "＝"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(start: str) -> None:
    assert neutral(f"{start}cmd") == f"'{start}cmd"


@pytest.mark.parametrize("text", ["", "a=b", "1-2", "'quoted'", '"x"', "  indented", "ada@example.org", "[]", "#1"])
def test_what_no_spreadsheet_would_run_stays(text: str) -> None:
    assert neutral(text) == text


def test_a_semicolon_or_a_line_end_begins_no_formula_where_it_parts_cells() -> None:
    assert neutral("Acme;=cmd()") == "Acme;'=cmd()"
    assert neutral('a\n" =cmd()') == "a\n'\" =cmd()"
    assert neutral("one; two;3") == "one; two;3"


@given(TEXTS | HOSTILE)
def test_no_neutral_text_begins_a_formula(text: str) -> None:
    for cell in re.split(r"[;\r\n]", neutral(text)):
        assert not cell.strip().lstrip("\"'").strip().startswith(("=", "+", "-", "@")) or cell.startswith("'")
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert neutral(text).replace("'", "") == text.replace("'", "")


@given(st.lists(st.tuples(TEXTS | HOSTILE, TEXTS | HOSTILE), max_size=5))
def test_csv_gives_back_what_went_in_but_for_the_apostrophe(rows: list[tuple[str, str]]) -> None:
    header, *found = csv.reader(io.StringIO(written([list(row) for row in rows]), newline=""))
    assert header == ["a", "b"]
    assert found == [[neutral(a), neutral(b)] for a, b in rows]


@given(st.integers() | st.floats(allow_nan=False))
def test_numbers_stay_numbers(number: float) -> None:
    _, (first, _) = csv.reader(io.StringIO(written([[number, None]]), newline=""))
    assert float(first) == float(number)


def test_values_that_are_no_texts() -> None:
    moment = datetime(2026, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))
    assert written([[moment, None], [date(2026, 1, 1), True], [["=a"], datetime(2026, 1, 1, tzinfo=UTC)]]) == (
        'a,b\r\n2026-01-01T00:00:00Z,\r\n2026-01-01,true\r\n"[""=a""]",2026-01-01T00:00:00Z\r\n'
    )
