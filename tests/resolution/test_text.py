"""Folding: what two spellings of one name have in common."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community_assets.resolution.text import clean, flags, fold, fold_all


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("São Paulo", "sao-paulo"),
        ("St. Louis", "Saint Louis"),
        ("Łódź", "lodz"),
        ("Xi'an", "Xian"),
        ("STRASSE", "Straße"),
        ("Ｔｏｋｙｏ", "Tokyo"),
        ("Đà Nẵng", "Da Nang"),
        ("İstanbul", "istanbul"),
        ("Ёлка", "елка"),
    ],
)
def test_spellings_of_one_name_meet(one: str, other: str):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("कल", "कुल"), ("パリ", "ハリ"), ("Nice", "Nicaea")])
def test_marks_that_make_another_word_are_kept(one: str, other: str):
    assert fold(one) != fold(other)


@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_folding_together_equals_folding_one_by_one(texts: list[str]):
    assert fold_all(texts) == [fold(text) for text in texts]


@given(st.text(max_size=40))
def test_cleaning_twice_changes_nothing(text: str):
    assert clean(clean(text)) == clean(text)


def test_flags_are_read_in_order_and_those_of_nations_count_as_the_country():
    assert flags("🇧🇷 then 🏴󠁧󠁢󠁷󠁬󠁳󠁿 then 🇯🇵") == ["BR", "GB", "JP"]
