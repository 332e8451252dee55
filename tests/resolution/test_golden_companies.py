"""The golden set of companies: strings written for it, by phenomenon; each phenomenon and the whole are held."""

import csv
from collections import Counter
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from community_assets.resolution import resolve_companies

NEGATIVES = ("alike but different", "programmes of companies", "subsidiaries stay themselves")
TOLD = 0.9
"""What each phenomenon must reach; a phenomenon of few strings may miss none."""


def rows() -> list[dict[str, str]]:
    with (Path(__file__).parent / "golden_companies.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


ROWS = rows()
PHENOMENA = sorted({row["phenomenon"] for row in ROWS})


@cache
def answers() -> dict[str, tuple[str, float]]:
    """Id (empty for none) and confidence by string."""
    resolved = resolve_companies(pl.Series([row["company"] for row in ROWS]))
    columns = (resolved["company"], resolved["company_id"].fill_null(""), resolved["confidence"])
    return {text: (company_id, sure) for text, company_id, sure in zip(*columns, strict=True)}


def test_the_set_is_large_and_has_each_string_once() -> None:
    assert len(ROWS) >= 500
    assert len({row["company"] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("phenomenon", PHENOMENA)
def test_companies_of_a_phenomenon_are_found(phenomenon: str) -> None:
    group = [row for row in ROWS if row["phenomenon"] == phenomenon]
    wrong = {
        row["company"]: (answers()[row["company"]][0], row["company_id"])
        for row in group
        if answers()[row["company"]][0] != row["company_id"]
    }
    assert 1 - len(wrong) / len(group) >= TOLD, (phenomenon, wrong)


def clusters() -> list[tuple[str, str]]:
    """Company and answer of each string that names one."""
    return [(row["company_id"], answers()[row["company"]][0]) for row in ROWS if row["company_id"]]


def test_strings_of_one_company_meet_and_others_do_not() -> None:
    """B³ (Bagga and Baldwin 1998): how much of each string's cluster is right, and how much of its company is in it."""
    both, answered, true = Counter(clusters()), Counter(a for _, a in clusters()), Counter(c for c, _ in clusters())
    precision = sum(both[pair] / answered[pair[1]] for pair in clusters()) / len(clusters())
    recall = sum(both[pair] / true[pair[0]] for pair in clusters()) / len(clusters())
    assert 2 * precision * recall / (precision + recall) >= 0.98


def test_strings_that_meet_are_of_one_company() -> None:
    def pairs(counts: Counter[object]) -> int:
        return sum(n * (n - 1) // 2 for n in counts.values())

    right = pairs(Counter(clusters()))
    assert right / pairs(Counter(answer for _, answer in clusters())) >= 0.99


def test_what_is_alike_but_different_is_hardly_ever_merged() -> None:
    others = {row["company_id"] for row in ROWS if row["phenomenon"] not in NEGATIVES}
    negatives = [row for row in ROWS if row["phenomenon"] in NEGATIVES]
    merged = [
        row["company"]
        for row in negatives
        if answers()[row["company"]][0] in others and answers()[row["company"]][0] != row["company_id"]
    ]
    assert len(merged) / len(negatives) <= 0.02, merged


def test_who_names_no_company_is_told_from_who_does() -> None:
    none = [answers()[row["company"]][0] == "" for row in ROWS if not row["company_id"]]
    dropped = [row["company"] for row in ROWS if row["company_id"] and not answers()[row["company"]][0]]
    assert sum(none) / len(none) >= 0.98
    assert len(dropped) / len(clusters()) <= 0.01, dropped


def test_a_sure_answer_is_right() -> None:
    sure = [row for row in ROWS if answers()[row["company"]][1] >= 0.9]
    right = [row for row in sure if answers()[row["company"]][0] == row["company_id"]]
    assert len(right) / len(sure) >= 0.97
