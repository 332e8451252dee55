"""GitHub's GraphQL API over a community: the schema in `github.graphql`, run by graphql-core.

What belongs here: how the fields of the schema read the community, and how answers and errors look. Paging and
limits are beside; HTTP is `server.py`.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from operator import attrgetter
from pathlib import Path
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
from community_assets.sandbox.entities import (
    Account,
    Organization,
    Profile,
    Project,
    Repository,
    SocialAccount,
    Star,
    User,
    timestamp,
)
from community_assets.sandbox.github_limits import Budget, Cost, cost_of
from community_assets.sandbox.github_paging import Bounds, Page, PageInfo, cursor_of, github_error, paginate

SDL = Path(__file__).with_name("github.graphql")
MOST_IDS = 100
Resolver = Callable[..., Any]
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

    @property
    def operation(self) -> str | None:
        """Name of the operation that runs, None where it has none or the query cannot be read."""
        document, _ = prepare(self.query)
        operation = get_operation_ast(document, self.name) if document else None
        return operation.name.value if operation and operation.name else None


@dataclass(frozen=True, slots=True)
class Context:
    """What the fields of one query read."""

    community: Community
    budget: Budget
    cost: Cost


@dataclass(frozen=True, slots=True)
class RateLimit:
    """The state of the budget after a query, and what the query cost."""

    cost: int
    node_count: int
    limit: int
    remaining: int
    used: int
    reset_at: datetime


@dataclass(frozen=True, slots=True)
class StarEdge:
    """A star and who gave it."""

    star: Star
    node: Account

    @property
    def starred_at(self) -> datetime:
        """Time of the star."""
        return self.star.starred_at

    @property
    def cursor(self) -> str:
        """Cursor of the star."""
        return cursor_of(star_key(self.star))


@dataclass(frozen=True, slots=True)
class Stargazers:
    """A page of the stars of a repository."""

    edges: Sequence[StarEdge | None]
    page_info: PageInfo
    total_count: int

    @property
    def nodes(self) -> list[Account | None]:
        """Who gave the stars."""
        return [edge.node if edge else None for edge in self.edges]


class GraphqlApi:
    """Answers GraphQL requests from a live community and charges them to a budget."""

    def __init__(self, community: Community, budget: Budget) -> None:
        self._community = community
        self.budget = budget

    def answer(self, request: GraphqlRequest) -> Answer:
        """Return the answer to a query; GitHub sends all of them, errors too, with HTTP status 200."""
        if self.budget.remaining == 0:
            return {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded for the sandbox's user."}]}
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
            context_value=Context(self._community, self.budget, cost),
            variable_values=dict(request.variables),
            operation_name=request.name,
            type_resolver=_type_of,
        )
        errors = {"errors": [format_error(error) for error in result.errors]} if result.errors else {}
        return {"data": result.data, **errors}


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
    return built


def star_key(star: Star) -> tuple[float, str]:
    """Return the order of stars as values that fit in a cursor."""
    return star.starred_at.timestamp(), star.user_id


def _attribute(field_name: str) -> Resolver:
    read = attrgetter(re.sub(r"(?=[A-Z])", "_", field_name).lower())
    return lambda source, _info, **_arguments: read(source)


def _itself(source: Any, _info: GraphQLResolveInfo) -> Any:
    return source


def _type_of(value: Any, _info: GraphQLResolveInfo, _type: object) -> str:
    return str(value.TYPE)


def _nodes(_root: None, info: GraphQLResolveInfo, ids: list[str]) -> list[Any]:
    if len(ids) > MOST_IDS:
        message = f"You may not provide more than {MOST_IDS} node ids; you provided {len(ids)}."
        raise github_error("ARGUMENT_LIMIT", message)
    community: Community = info.context.community
    return [community.node(node_id) or _unresolved(node_id) for node_id in ids]


def _unresolved(node_id: str) -> GraphQLError:
    """Return what the executor turns into a null entry with an error of its own."""
    return github_error("NOT_FOUND", f"Could not resolve to a node with the global id of '{node_id}'.")


def _organization(_root: None, info: GraphQLResolveInfo, login: str) -> Organization:
    account = info.context.community.account(login)
    if not isinstance(account, Organization):
        raise github_error("NOT_FOUND", f"Could not resolve to an Organization with the login of '{login}'.")
    return account


def _repository(_root: None, info: GraphQLResolveInfo, owner: str, name: str, **options: bool) -> Repository:
    follow = options.get("followRenames", True)
    repository: Repository | None = info.context.community.repository(f"{owner}/{name}", follow)
    if repository is None:
        raise github_error("NOT_FOUND", f"Could not resolve to a Repository with the name '{owner}/{name}'.")
    return repository


def _viewer(_root: None, info: GraphQLResolveInfo) -> User:
    return info.context.community.viewer  # type: ignore[no-any-return]


def _rate_limit(_root: None, info: GraphQLResolveInfo) -> RateLimit:
    context: Context = info.context
    budget, cost = context.budget, context.cost
    return RateLimit(cost.points, cost.nodes, budget.limit, budget.remaining, budget.used, budget.reset_at)


def _email(user: User, _info: GraphQLResolveInfo) -> str:
    return user.email or ""


def _bounds(info: GraphQLResolveInfo, arguments: Mapping[str, Any]) -> Bounds:
    bounds = Bounds(*(arguments.get(name) for name in ("first", "last", "after", "before")))
    bounds.check(info)
    return bounds


def _stargazers(repository: Repository, info: GraphQLResolveInfo, **arguments: Any) -> Stargazers:
    stars = repository.stars if isinstance(repository, Project) else []
    descending = (arguments.get("orderBy") or {}).get("direction") == "DESC"
    page = paginate(stars, star_key, _bounds(info, arguments), descending)
    community: Community = info.context.community
    edges = [_star_edge(star, community) for star in page.nodes]
    return Stargazers(edges, page.page_info, repository.stargazer_count)


def _star_edge(star: Star, community: Community) -> StarEdge | None:
    account = community.listed(star.user_id)
    return StarEdge(star, account) if account else None


def _repositories(owner: Profile, info: GraphQLResolveInfo, **arguments: Any) -> Page[Repository]:
    order = arguments.get("orderBy") or {"field": "CREATED_AT", "direction": "ASC"}
    key = REPOSITORY_KEYS[order["field"]]
    wanted = [repository for repository in owner.repositories if _is_wanted(repository, arguments)]
    return paginate(sorted(wanted, key=key), key, _bounds(info, arguments), descending=order["direction"] == "DESC")


def _is_wanted(repository: Repository, arguments: Mapping[str, Any]) -> bool:
    """Tell whether a repository passes the filters; everybody owns theirs and all are public."""
    return (
        arguments.get("isFork") in (None, repository.is_fork)
        and arguments.get("isArchived") in (None, repository.is_archived)
        and "OWNER" in (arguments.get("ownerAffiliations") or ["OWNER"])
        and arguments.get("privacy") != "PRIVATE"
    )


def _organizations(user: User, info: GraphQLResolveInfo, **arguments: Any) -> Page[Organization]:
    key = attrgetter("login", "database_id")
    return paginate(sorted(user.organizations, key=key), key, _bounds(info, arguments))


def _social_accounts(user: User, info: GraphQLResolveInfo, **arguments: Any) -> Page[SocialAccount]:
    key = attrgetter("provider", "url")
    return paginate(sorted(user.social_accounts, key=key), key, _bounds(info, arguments))


def _watchers(repository: Repository, _info: GraphQLResolveInfo, **_arguments: Any) -> int:
    return repository.watcher_count


REPOSITORY_KEYS: dict[str, Callable[[Repository], tuple[Any, ...]]] = {
    "CREATED_AT": lambda repository: (repository.created_at.timestamp(), repository.database_id),
    "PUSHED_AT": lambda repository: (repository.pushed_at.timestamp(), repository.database_id),
    "NAME": attrgetter("name", "database_id"),
    "STARGAZERS": attrgetter("stargazer_count", "database_id"),
}
RESOLVERS: dict[tuple[str, str], Resolver] = {
    ("Query", "nodes"): _nodes,
    ("Query", "organization"): _organization,
    ("Query", "rateLimit"): _rate_limit,
    ("Query", "repository"): _repository,
    ("Query", "viewer"): _viewer,
    ("User", "email"): _email,
    ("User", "organizations"): _organizations,
    ("User", "repositories"): _repositories,
    ("User", "socialAccounts"): _social_accounts,
    ("Organization", "repositories"): _repositories,
    ("Repository", "stargazers"): _stargazers,
    ("Repository", "watchers"): _watchers,
    # These objects have nothing but their only field: a name and three numbers stand for them.
    ("Language", "name"): _itself,
    ("FollowerConnection", "totalCount"): _itself,
    ("FollowingConnection", "totalCount"): _itself,
    ("UserConnection", "totalCount"): _itself,
}
"""Type and field → how it is read, where it is not simply the attribute of that name."""
