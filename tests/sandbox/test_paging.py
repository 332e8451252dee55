"""Pages of connections, against a walk over the plain list."""

from typing import Any

import pytest
from graphql import GraphQLError
from hypothesis import given
from hypothesis import strategies as st

from community_assets.sandbox.github_paging import Bounds, cursor_of, key_of, paginate

records = st.lists(st.tuples(st.integers(0, 20), st.text(max_size=3)), unique=True, max_size=40).map(sorted)


def itself(record: tuple[int, str]) -> tuple[int, str]:
    return record


def walk(items: list[Any], size: int, descending: bool, backwards: bool) -> list[Any]:
    """Return what a client sees that follows the cursors to the end."""
    seen: list[Any] = []
    cursor = None
    while True:
        bounds = Bounds(last=size, before=cursor) if backwards else Bounds(first=size, after=cursor)
        page = paginate(items, itself, bounds, descending)
        seen = [*page.nodes, *seen] if backwards else [*seen, *page.nodes]
        info = page.page_info
        if not (info.has_previous_page if backwards else info.has_next_page):
            return seen
        cursor = info.start_cursor if backwards else info.end_cursor


@given(records, st.integers(1, 9), st.booleans(), st.booleans())
def test_a_walk_sees_every_record_once_and_in_order(
    items: list[Any], size: int, descending: bool, backwards: bool
) -> None:
    assert walk(items, size, descending, backwards) == (items[::-1] if descending else items)


@given(records, records, st.integers(1, 9))
def test_a_walk_neither_repeats_nor_loses_records_while_others_come_and_go(
    items: list[Any], others: list[Any], size: int
) -> None:
    """Between two pages all the others come, and go again before the third, and so on."""
    more = sorted({*items, *others})
    seen: list[Any] = []
    cursor, turn = None, 0
    while True:
        page = paginate(more if turn % 2 else items, itself, Bounds(first=size, after=cursor), descending=True)
        seen += page.nodes
        if not page.nodes:
            break
        cursor, turn = page.page_info.end_cursor, turn + 1
    assert len(seen) == len(set(seen))
    assert seen == sorted(seen, reverse=True)
    assert set(items) <= set(seen) <= set(more)


@given(records, st.integers(1, 9))
def test_a_page_tells_the_whole_count(items: list[Any], size: int) -> None:
    assert paginate(items, itself, Bounds(first=size)).total_count == len(items)


@given(st.tuples(st.floats(allow_nan=False, allow_infinity=False), st.text()))
def test_a_cursor_keeps_its_key(key: tuple[float, str]) -> None:
    assert key_of(cursor_of(key)) == key


@pytest.mark.parametrize("cursor", ["x", "abc=", "eyJ9", "ÿ", "Y3Vyc29yOnYyOjE="])
def test_a_foreign_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(GraphQLError, match="does not appear to be a valid cursor"):
        key_of(cursor)
