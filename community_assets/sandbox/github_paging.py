"""Pages of a connection: what `first`, `last`, `after` and `before` mean.

What belongs here: cursors and windows over a sorted sequence, and GitHub's words when they are wrong. A cursor tells
the key of a record and not its rank, so that pages neither repeat nor lose a record while others come and go.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from graphql import FieldNode, GraphQLError, GraphQLResolveInfo

from community_assets.sandbox.github_limits import MOST_PER_PAGE

T = TypeVar("T")
Key = tuple[Any, ...]
_MARK = b"cursor:v2:"


def github_error(kind: str, message: str) -> GraphQLError:
    """Return an error that the answer shows with GitHub's `type` beside the message."""
    return GraphQLError(message, extensions={"type": kind})


@dataclass(frozen=True, slots=True)
class PageInfo:
    """Where a page begins and ends, and whether there is more on either side."""

    start_cursor: str | None
    end_cursor: str | None
    has_next_page: bool
    has_previous_page: bool


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of the records of a connection, and how many there are in all."""

    nodes: Sequence[T]
    page_info: PageInfo
    total_count: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """The paging arguments of a connection."""

    first: int | None = None
    last: int | None = None
    after: str | None = None
    before: str | None = None

    def check(self, info: GraphQLResolveInfo) -> None:
        """Refuse a page that is too large, or records without a page size.

        Raises:
            GraphQLError: `first` or `last` is not within 1 to 100, or both are missing and more than a count is asked.
        """
        for name, size in (("first", self.first), ("last", self.last)):
            if size is not None and not 1 <= size <= MOST_PER_PAGE:
                raise _wrong_size(info.field_name, name, size)
        if self.first is None and self.last is None and not _asks_for_the_count_only(info):
            raise github_error(
                "MISSING_PAGINATION_BOUNDARIES",
                f"You must provide a `first` or `last` value to properly paginate the `{info.field_name}` connection.",
            )


def cursor_of(key: Key) -> str:
    """Return the opaque cursor of the record with that key."""
    return urlsafe_b64encode(_MARK + json.dumps(key).encode()).decode()


def key_of(cursor: str) -> Key:
    """Return the key a cursor stands for.

    Raises:
        GraphQLError: It is none of ours.
    """
    try:
        _, key = urlsafe_b64decode(cursor).split(_MARK)
        return tuple(json.loads(key))
    except (ValueError, TypeError) as failure:
        message = f"`{cursor}` does not appear to be a valid cursor."
        raise github_error("INVALID_CURSOR_ARGUMENTS", message) from failure


def paginate(items: Sequence[T], key: Callable[[T], Key], bounds: Bounds, descending: bool = False) -> Page[T]:
    """Return the page that the bounds ask for.

    Args:
        items: All records, ascending by key.
        key: What orders the records; JSON values, unique.
        bounds: Checked paging arguments.
        descending: Whether pages run from the greatest key to the least.
    """
    after, before = (bounds.before, bounds.after) if descending else (bounds.after, bounds.before)
    lowest, highest = (bounds.last, bounds.first) if descending else (bounds.first, bounds.last)
    low = bisect_right(items, key_of(after), key=key) if after else 0
    high = bisect_left(items, key_of(before), lo=low, key=key) if before else len(items)
    low, high = _cut(low, high, lowest, highest)
    nodes = items[low:high][::-1] if descending else items[low:high]
    more = (low > 0, high < len(items))
    return Page(nodes, _page_info(nodes, key, *(more if descending else more[::-1])), len(items))


def _page_info(nodes: Sequence[T], key: Callable[[T], Key], has_next: bool, has_previous: bool) -> PageInfo:
    start, end = (cursor_of(key(nodes[0])), cursor_of(key(nodes[-1]))) if nodes else (None, None)
    return PageInfo(start, end, has_next, has_previous)


def _cut(low: int, high: int, lowest: int | None, highest: int | None) -> tuple[int, int]:
    if lowest is not None:
        high = min(high, low + lowest)
    if highest is not None:
        low = max(low, high - highest)
    return low, high


def _wrong_size(connection: str, name: str, size: int) -> GraphQLError:
    if size < 1:
        return github_error(
            "ARGUMENT_LIMIT", f"`{name}` on the `{connection}` connection cannot be less than one; you provided {size}."
        )
    return github_error(
        "EXCESSIVE_PAGINATION",
        f"Requesting {size} records on the `{connection}` connection exceeds the `{name}` limit of "
        f"{MOST_PER_PAGE} records.",
    )


def _asks_for_the_count_only(info: GraphQLResolveInfo) -> bool:
    selected = [
        selection for field in info.field_nodes if field.selection_set for selection in field.selection_set.selections
    ]
    return all(isinstance(s, FieldNode) and s.name.value in ("totalCount", "__typename") for s in selected)
