"""The connections of GitHub's GraphQL API over a community: which records a list holds, and in which order.

What belongs here: how each field that is a connection becomes a page. Windows and cursors are `github_paging.py`;
other fields are `github_resolvers.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any

from graphql import GraphQLResolveInfo

from community_assets.sandbox.community import Community, by_age
from community_assets.sandbox.entities import (
    Account,
    Organization,
    OwnStar,
    Profile,
    Project,
    Repository,
    SocialAccount,
    Star,
    User,
)
from community_assets.sandbox.github_access import Conditions, list_error
from community_assets.sandbox.github_limits import Budget, Cost
from community_assets.sandbox.github_paging import Bounds, Key, Page, PageInfo, cursor_of, github_error, paginate
from community_assets.sandbox.threads import Post, PullRequest, Review, Thread, Threads, by_creation, by_update

Arguments = Mapping[str, Any]
Resolver = Callable[..., Any]
OWN_WAYS = {"COMMIT", "REPOSITORY"}
NO_PAGES = PageInfo(None, None, has_next_page=False, has_previous_page=False)
ISSUE_FILTERS = {"since", "states", "createdBy"}


@dataclass(frozen=True, slots=True)
class Context:
    """What the fields of one query read."""

    community: Community
    budget: Budget
    cost: Cost
    conditions: Conditions = field(default_factory=Conditions)


@dataclass(frozen=True, slots=True)
class StarEdge:
    """When a star was given, and what is at its other end."""

    starred_at: datetime
    node: Account | Repository
    cursor: str


@dataclass(frozen=True, slots=True)
class Stars:
    """A page of stars."""

    edges: Sequence[StarEdge | None]
    page_info: PageInfo
    total_count: int
    is_over_limit: bool = False

    @property
    def nodes(self) -> list[Account | Repository | None]:
        """What is at the other ends of the stars."""
        return [edge.node if edge else None for edge in self.edges]


def stargazers(repository: Repository, info: GraphQLResolveInfo, **arguments: Any) -> Stars:
    """Return a page of those who starred a repository; an edge is null where nothing is left of the account."""
    if _is_shown_empty("stargazers", info, arguments):
        return Stars([], NO_PAGES, 0)
    stars = repository.stars if isinstance(repository, Project) else []
    page = paginate(stars, _star_key, _bounds(info, arguments), _descending(arguments))
    accounts = [_listed(info, star.user_id) for star in page.nodes]
    edges = [
        StarEdge(star.starred_at, account, cursor_of(_star_key(star))) if account else None
        for star, account in zip(page.nodes, accounts, strict=True)
    ]
    return Stars(edges, page.page_info, repository.stargazer_count)


def starred_repositories(user: User, info: GraphQLResolveInfo, **arguments: Any) -> Stars:
    """Return a page of what somebody starred."""
    page = paginate(user.starred, _own_star_key, _bounds(info, arguments), _descending(arguments))
    edges = [
        StarEdge(star.starred_at, repository, cursor_of(_own_star_key(star)))
        for star in page.nodes
        if isinstance(repository := _community(info).node(star.repository_id), Repository)
    ]
    return Stars(edges, page.page_info, page.total_count)


def watchers(repository: Repository, info: GraphQLResolveInfo, **arguments: Any) -> Page[Account | None]:
    """Return a page of those who watch a repository; null where nothing is left of the account."""
    if _is_shown_empty("watchers", info, arguments):
        return Page([], NO_PAGES, 0)
    ids = repository.watchers if isinstance(repository, Project) else []
    page = paginate(ids, lambda user_id: (user_id,), _bounds(info, arguments))
    accounts = [_listed(info, user_id) for user_id in page.nodes]
    return Page(accounts, page.page_info, repository.watcher_count)


def forks(repository: Repository, info: GraphQLResolveInfo, **arguments: Any) -> Page[Repository]:
    """Return a page of the forks of a repository."""
    listed = repository.forks if isinstance(repository, Project) else []
    if arguments.get("privacy") == "PRIVATE":
        return _repository_page([], info, arguments)
    page = _repository_page(listed, info, arguments)
    return Page(page.nodes, page.page_info, repository.fork_count)


def repositories(owner: Profile, info: GraphQLResolveInfo, **arguments: Any) -> Page[Repository]:
    """Return a page of the repositories of an account."""
    gone = info.context.conditions.gone_status
    there = [repository for repository in owner.repositories if not gone(repository.name_with_owner)]
    wanted = [repository for repository in there if _is_wanted(repository, arguments)]
    return _repository_page(wanted, info, arguments)


def repositories_contributed_to(user: User, info: GraphQLResolveInfo, **arguments: Any) -> Page[Repository]:
    """Return a page of the repositories of others that somebody contributed to, on demand the own ones too."""
    ways = set(arguments.get("contributionTypes") or ()) or None
    found = (_community(info).node(id_) for id_, done in user.contributed.items() if ways is None or ways & done)
    wanted = [repository for repository in found if isinstance(repository, Repository)]
    if arguments.get("includeUserRepositories") and (ways is None or ways & OWN_WAYS):
        wanted += user.repositories
    return _repository_page(wanted if arguments.get("privacy") != "PRIVATE" else [], info, arguments)


def repository_topics(repository: Repository, info: GraphQLResolveInfo, **arguments: Any) -> Page[str]:
    """Return a page of the topics of a repository."""
    return paginate(sorted(repository.topics), lambda topic: (topic,), _bounds(info, arguments))


def organizations(user: User, info: GraphQLResolveInfo, **arguments: Any) -> Page[Organization]:
    """Return a page of the organizations of which somebody is a public member."""
    key = attrgetter("login", "database_id")
    return paginate(sorted(user.organizations, key=key), key, _bounds(info, arguments))


def social_accounts(user: User, info: GraphQLResolveInfo, **arguments: Any) -> Page[SocialAccount]:
    """Return a page of the links of a profile."""
    key = attrgetter("provider", "url")
    return paginate(sorted(user.social_accounts, key=key), key, _bounds(info, arguments))


def threads(kind: str) -> Resolver:
    """Return what lists the threads of one kind, an attribute of a project."""

    def resolve(repository: Repository, info: GraphQLResolveInfo, **arguments: Any) -> Page[Thread]:
        listed: Threads[Thread] = getattr(repository, kind) if isinstance(repository, Project) else Threads()
        by_time = (arguments.get("orderBy") or {}).get("field") == "UPDATED_AT"
        sorted_threads, key = (listed.updated, by_update) if by_time else (listed.created, by_creation)
        wanted = _filtered(sorted_threads, _community(info), arguments)
        return paginate(wanted, key, _bounds(info, arguments), _descending(arguments))

    return resolve


def comments(thread: Thread, info: GraphQLResolveInfo, **arguments: Any) -> Page[Post]:
    """Return a page of the comments of a thread, oldest first."""
    return paginate(thread.comments, by_creation, _bounds(info, arguments))


def reviews(pull_request: PullRequest, info: GraphQLResolveInfo, **arguments: Any) -> Page[Review]:
    """Return a page of the reviews of a pull request, oldest first."""
    return paginate(pull_request.reviews, by_creation, _bounds(info, arguments))


def _community(info: GraphQLResolveInfo) -> Community:
    return info.context.community  # type: ignore[no-any-return]


def _listed(info: GraphQLResolveInfo, user_id: str) -> Account | None:
    return None if user_id in info.context.conditions.null_edges else _community(info).listed(user_id)


def _is_shown_empty(list_of: str, info: GraphQLResolveInfo, arguments: Arguments) -> bool:
    """Tell whether GitHub shows a list as if nobody were on it; how many there are is told to everybody.

    Raises:
        GraphQLError: The token may not see who is on the list.
    """
    if arguments.get("first") is None and arguments.get("last") is None:
        return False
    access = info.context.conditions.access[list_of].graphql
    if error := list_error(list_of, access):
        raise error
    return bool(access == "empty")


def _bounds(info: GraphQLResolveInfo, arguments: Arguments) -> Bounds:
    bounds = Bounds(*(arguments.get(name) for name in ("first", "last", "after", "before")))
    bounds.check(info)
    return bounds


def _descending(arguments: Arguments) -> bool:
    return (arguments.get("orderBy") or {}).get("direction") == "DESC"


def _star_key(star: Star) -> Key:
    return star.starred_at.timestamp(), star.user_id


def _own_star_key(star: OwnStar) -> Key:
    return star.starred_at.timestamp(), star.repository_id


def _repository_page(listed: list[Repository], info: GraphQLResolveInfo, arguments: Arguments) -> Page[Repository]:
    key = REPOSITORY_KEYS[(arguments.get("orderBy") or {}).get("field", "CREATED_AT")]
    return paginate(sorted(listed, key=key), key, _bounds(info, arguments), _descending(arguments))


def _is_wanted(repository: Repository, arguments: Arguments) -> bool:
    """Tell whether a repository passes the filters; everybody owns theirs and all are public."""
    return (
        arguments.get("isFork") in (None, repository.is_fork)
        and arguments.get("isArchived") in (None, repository.is_archived)
        and "OWNER" in (arguments.get("ownerAffiliations") or ["OWNER"])
        and arguments.get("privacy") != "PRIVATE"
    )


def _filtered(listed: list[Thread], community: Community, arguments: Arguments) -> list[Thread]:
    """Return the threads that pass the filters.

    Raises:
        GraphQLError: A filter is by what threads do not have here, such as labels.
    """
    filters = {name: value for name, value in (arguments.get("filterBy") or {}).items() if value is not None}
    if unknown := sorted(filters.keys() - ISSUE_FILTERS):
        raise github_error("NOT_IMPLEMENTED", f"The sandbox does not filter by {', '.join(unknown)}.")
    if since := filters.get("since"):
        listed = [thread for thread in listed if thread.updated_at >= since]
    if states := arguments.get("states") or filters.get("states"):
        listed = [thread for thread in listed if thread.state in states]
    if login := filters.get("createdBy"):
        author = community.account(login)
        listed = [thread for thread in listed if author and thread.author_id == author.id]
    return listed


REPOSITORY_KEYS: dict[str, Callable[[Repository], tuple[Any, ...]]] = {
    "CREATED_AT": by_age,
    "PUSHED_AT": lambda repository: (repository.pushed_at.timestamp(), repository.database_id),
    "NAME": attrgetter("name", "database_id"),
    "STARGAZERS": attrgetter("stargazer_count", "database_id"),
}
