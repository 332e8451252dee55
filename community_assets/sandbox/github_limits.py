"""What a request costs and whether it may still be answered: GitHub's primary rate limit.

What belongs here: the point formula of the GraphQL API and the hourly budget. Secondary limits are
`github_secondary.py`.
"""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_operation_ast,
    value_from_ast_untyped,
)

REQUESTS_PER_POINT = 100
MOST_PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Quota:
    """How much may be spent in how many seconds: points of the GraphQL API, requests of the REST API."""

    points: int
    seconds: float


HOURLY = Quota(points=5_000, seconds=3_600)
"""What a user's token is given."""


class Budget:
    """What is left of a quota; the first look at it opens a window, and the next window opens when that one is over.

    Args:
        resource: Name that the headers of an answer give it, `core` or `graphql`.
        quota: Points and length of a window.
        clock: Seconds since the epoch.

    Attributes:
        limit: Points per window.
        total: Points spent in all windows.
    """

    def __init__(self, resource: str, quota: Quota = HOURLY, clock: Callable[[], float] = time.time) -> None:
        self.resource = resource
        self.limit = quota.points
        self.total = 0
        self._window = quota.seconds
        self._clock = clock
        self._used = 0
        self._reset = 0.0

    @property
    def used(self) -> int:
        """Points spent in this window."""
        self._open_window()
        return self._used

    @property
    def remaining(self) -> int:
        """Points left in this window."""
        return self.limit - self.used

    @property
    def reset(self) -> int:
        """When the window ends, in whole seconds since the epoch."""
        self._open_window()
        return math.ceil(self._reset)

    @property
    def reset_at(self) -> datetime:
        """When the window ends."""
        return datetime.fromtimestamp(self.reset, UTC)

    def charge(self, points: int) -> None:
        """Take points, at most those that are left."""
        points = min(points, self.remaining)
        self._used += points
        self.total += points

    def state(self) -> dict[str, int]:
        """Return the budget as `GET /rate_limit` shows it."""
        return {"limit": self.limit, "remaining": self.remaining, "used": self.used, "reset": self.reset}

    def headers(self) -> dict[str, str]:
        """Return the headers by which every answer tells the state of the budget."""
        values = {**self.state(), "resource": self.resource}
        return {f"x-ratelimit-{name}": str(value) for name, value in values.items()}

    def _open_window(self) -> None:
        now = self._clock()
        if now >= self._reset:
            self._used, self._reset = 0, now + self._window


@dataclass(frozen=True, slots=True)
class Cost:
    """What a query costs: `requests` to fulfil its connections, and `nodes` it may return."""

    requests: int
    nodes: int

    @property
    def points(self) -> int:
        """Points charged: one for a hundred requests, rounded to the nearest, at least one."""
        return max(1, (self.requests + REQUESTS_PER_POINT // 2) // REQUESTS_PER_POINT)


def cost_of(document: DocumentNode, variables: Mapping[str, Any], operation_name: str | None = None) -> Cost:
    """Return the cost of a valid query before it is run.

    A connection with `first` or `last` is fetched once for each node of the connections around it; one without, of
    which only `totalCount` may be asked, is free. A list of ids is fetched once and multiplies what is below it.
    Source: GitHub's documentation, "Rate limits and query limits for the GraphQL API".
    """
    operation = get_operation_ast(document, operation_name)
    if operation is None:
        return Cost(0, 0)
    return _Calculator(document, _with_defaults(operation, variables)).cost(operation.selection_set, parents=1)


def _with_defaults(operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> dict[str, Any]:
    defaults = {
        definition.variable.name.value: value_from_ast_untyped(definition.default_value)
        for definition in operation.variable_definitions
        if definition.default_value
    }
    return defaults | dict(variables)


class _Calculator:
    def __init__(self, document: DocumentNode, variables: dict[str, Any]) -> None:
        definitions = document.definitions
        self._fragments = {f.name.value: f for f in definitions if isinstance(f, FragmentDefinitionNode)}
        self._variables = variables

    def cost(self, selections: SelectionSetNode, parents: int) -> Cost:
        requests = nodes = 0
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                part = self._field(selection, parents)
            elif isinstance(selection, FragmentSpreadNode):
                part = self.cost(self._fragments[selection.name.value].selection_set, parents)
            else:
                part = self.cost(selection.selection_set, parents)  # type: ignore[attr-defined]
            requests, nodes = requests + part.requests, nodes + part.nodes
        return Cost(requests, nodes)

    def _field(self, field: FieldNode, parents: int) -> Cost:
        if field.selection_set is None:
            return Cost(0, 0)
        size = self._size(field)
        below = self.cost(field.selection_set, parents * (size or 1))
        return below if size is None else Cost(below.requests + parents, below.nodes + parents * size)

    def _size(self, field: FieldNode) -> int | None:
        """Return how many records a field asks for, None if it is no list."""
        arguments = {a.name.value: value_from_ast_untyped(a.value, self._variables) for a in field.arguments}
        ids, size = arguments.get("ids"), arguments.get("first") or arguments.get("last")
        if isinstance(ids, list):
            return len(ids)
        return max(1, min(size, MOST_PER_PAGE)) if isinstance(size, int) else None
