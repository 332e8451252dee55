"""Answers of the GraphQL API that came to an end too early: a part of the data is null, and an error says so.

What belongs here: which parts may be null and GitHub's words for it. When it happens is `github_faults.py` and, for
queries that ask for too much, `github_graphql.py`.
"""

from collections.abc import Iterator
from random import Random
from typing import Any

Json = dict[str, Any]
SOMETHING_WENT_WRONG: Json = {
    "message": "Something went wrong while executing your query. This may be the result of a timeout, or it could be "
    "a GitHub bug."
}
RESOURCE_LIMITS_EXCEEDED: Json = {
    "type": "RESOURCE_LIMITS_EXCEEDED",
    "message": "Resource limits for this query exceeded.",
}
NOT_NULL = {"viewer"}


def partial(answer: Json, error: Json, random: Random) -> Json:
    """Return an answer with parts of its data null, where the schema allows it, and one more error.

    Either some records of one list are null, or what was asked for at the top; `rateLimit` is always told.
    """
    data = answer.get("data")
    lists = [records for records in _lists(data) if any(record is not None for record in records)]
    short = [*answer.get("errors", ()), error]
    if lists and random.random() < 0.5:
        _forget_some(random.choice(lists), random)
        return {"data": data, "errors": short}
    if not data or NOT_NULL & data.keys():
        return {"data": None, "errors": short}
    return {
        "data": {name: part if name == "rateLimit" else _without(part) for name, part in data.items()},
        "errors": short,
    }


def _without(part: Any) -> Any:
    """Return what is left of something that was asked for at the top: of a list, which may not be null, its length."""
    return [None] * len(part) if isinstance(part, list) else None


def _forget_some(records: list[Any], random: Random) -> None:
    there = [position for position, record in enumerate(records) if record is not None]
    for position in random.sample(there, k=1 + len(there) // 2):
        records[position] = None


def _lists(part: Any) -> Iterator[list[Any]]:
    """Yield the lists of records in a part of an answer; their records may be null, those of other lists may not."""
    if isinstance(part, list):
        for record in part:
            yield from _lists(record)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name in ("nodes", "edges") and isinstance(value, list):
                yield value
            yield from _lists(value)
