"""GitHub's GraphQL API over a community: the schema in `github.graphql`, run by graphql-core.

What belongs here: requests, running them, and how answers and errors look. What the fields read is
`github_resolvers.py`; limits are beside; HTTP is `server.py`.
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, lru_cache
from operator import attrgetter
from pathlib import Path
from random import Random
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
    execute_sync,
    get_operation_ast,
    parse,
    validate,
)

from community_assets.sandbox.community import Community
from community_assets.sandbox.entities import timestamp
from community_assets.sandbox.github_access import Conditions
from community_assets.sandbox.github_connections import Context, Resolver
from community_assets.sandbox.github_faults import RATE_LIMIT_MESSAGE
from community_assets.sandbox.github_limits import Budget, cost_of
from community_assets.sandbox.github_partial import RESOURCE_LIMITS_EXCEEDED, partial
from community_assets.sandbox.github_resolvers import RESOLVERS

SDL = Path(__file__).with_name("github.graphql")
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class GraphqlRequest:
    """A query with its variables, and the name of the operation to run where the document has several."""

    query: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    name: str | None = None

    @classmethod
    def parse(cls, body: bytes) -> "GraphqlRequest":
        """Return the request in the body of an HTTP request; what is not one becomes an empty query."""
        try:
            given = json.loads(body)
        except ValueError:
            given = None
        known = given if isinstance(given, dict) else {}
        variables = known.get("variables")
        return cls(
            query=str(known.get("query") or ""),
            variables=variables if isinstance(variables, dict) else {},
            name=known.get("operationName"),
        )

    def names(self, node_ids: Collection[str]) -> bool:
        """Tell whether the query or a variable names one of the node ids."""
        texts = (self.query, json.dumps(dict(self.variables)))
        return any(f'"{node_id}"' in text for node_id in node_ids for text in texts)

    @property
    def operation(self) -> str | None:
        """Name of the operation that runs, None where it has none or the query cannot be read."""
        document, _ = prepare(self.query)
        operation = get_operation_ast(document, self.name) if document else None
        return operation.name.value if operation and operation.name else None


class GraphqlApi:
    """Answers GraphQL requests from a live community and charges them to a budget."""

    def __init__(self, community: Community, budget: Budget, conditions: Conditions | None = None) -> None:
        self._community = community
        self._conditions = conditions or Conditions()
        self.budget = budget

    def answer(self, request: GraphqlRequest) -> Answer:
        """Return the answer to a query; GitHub sends all of them, errors too, with HTTP status 200."""
        if self.budget.remaining == 0:
            return {"errors": [{"type": "RATE_LIMITED", "message": RATE_LIMIT_MESSAGE}]}
        document, errors = prepare(request.query)
        if document is None or errors:
            return {"errors": [format_error(error) for error in errors]}
        return self._execute(document, request)

    def _execute(self, document: DocumentNode, request: GraphqlRequest) -> Answer:
        cost = cost_of(document, request.variables, request.name)
        self.budget.charge(cost.points)
        result = execute_sync(
            schema(),
            document,
            context_value=Context(self._community, self.budget, cost, self._conditions),
            variable_values=dict(request.variables),
            operation_name=request.name,
            type_resolver=_type_of,
        )
        errors = {"errors": [format_error(error) for error in result.errors]} if result.errors else {}
        answer = {"data": result.data, **errors}
        heaviest = self._conditions.heaviest
        if heaviest is None or cost.nodes <= heaviest:
            return answer
        return partial(answer, RESOURCE_LIMITS_EXCEEDED, Random(cost.nodes))


@lru_cache(maxsize=64)
def prepare(query: str) -> tuple[DocumentNode | None, list[GraphQLError]]:
    """Return the parsed document and what the schema has against it; clients send the same few documents."""
    try:
        document = parse(query)
    except GraphQLError as error:
        return None, [error]
    return document, validate(schema(), document)


def format_error(error: GraphQLError) -> Answer:
    """Return an error in GitHub's form: its `type` beside path, locations and message."""
    kind = (error.extensions or {}).get("type")
    shown = {name: value for name, value in error.formatted.items() if name != "extensions"}
    return {"type": kind, **shown} if kind else shown


@cache
def schema() -> GraphQLSchema:
    """Return the schema with a resolver on each field."""
    built = build_schema(SDL.read_text(encoding="utf-8"))
    for name, type_ in built.type_map.items():
        if isinstance(type_, GraphQLObjectType) and not name.startswith("__"):
            for field_name, definition in type_.fields.items():
                definition.resolve = RESOLVERS.get((name, field_name)) or _attribute(field_name)
    date_time = built.type_map["DateTime"]
    assert isinstance(date_time, GraphQLScalarType)
    date_time.serialize = timestamp  # type: ignore[method-assign, assignment]
    date_time.parse_value = _moment  # type: ignore[method-assign, assignment]
    return built


def _moment(text: str) -> datetime:
    given = datetime.fromisoformat(text)
    return given if given.tzinfo else given.replace(tzinfo=UTC)


def _attribute(field_name: str) -> Resolver:
    read = attrgetter(re.sub(r"(?=[A-Z])", "_", field_name).lower())
    return lambda source, _info, **_arguments: read(source)


def _type_of(value: Any, _info: GraphQLResolveInfo, _type: object) -> str:
    return str(value.TYPE)
