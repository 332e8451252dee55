"""Probing: what a token may see, what is left of its limits, and what a first load would yield and cost.

What belongs here: a few cheap questions before a load, their answers typed. Nothing is stored, nothing says who anybody
but the token's own account is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from urllib.parse import parse_qs, urlsplit

from requests.utils import parse_header_links

from community_assets.sources.github import walks
from community_assets.sources.github.client import GithubClient, RefusedError
from community_assets.sources.github.profiles import PROFILES_PER_QUERY
from community_assets.sources.github.repositories import Tier, describe
from community_assets.sources.github.rest_lists import star_tier
from community_assets.sources.github.source import GithubLoad
from community_assets.sources.load import SourceError

SCOPES = frozenset({"public_repo", "read:user", "user:email", "read:org"})
_IMPLIED = {
    "repo": {"public_repo"},
    "user": {"read:user", "user:email"},
    "admin:org": {"read:org"},
    "write:org": {"read:org"},
}


@dataclass(frozen=True)
class RateLimit:
    """What is left of one limit: requests of the REST API (`core`), points of the GraphQL API (`graphql`)."""

    resource: str
    limit: int
    remaining: int
    resets_at: datetime


@dataclass(frozen=True)
class Token:
    """Whose a token is and what it may do.

    Attributes:
        login: null for tokens of apps, which are nobody's.
        scopes: null for fine-grained tokens and tokens of apps, of which GitHub tells none.
    """

    login: str | None
    scopes: frozenset[str] | None

    @property
    def missing_scopes(self) -> frozenset[str]:
        """Scopes that a load needs and the token is known to lack."""
        if self.scopes is None:
            return frozenset()
        return SCOPES - self.scopes.union(*(_IMPLIED.get(scope, ()) for scope in self.scopes))


@dataclass(frozen=True)
class Yield:
    """How much there is to load of a repository.

    Attributes:
        name: as "owner/name".
        stars: how many, listed or not; likewise the other counts.
        star_tier: how far the token is shown who gave them: `listed`, `events` or `counts`.
        star_refusal: why they are not listed, in GitHub's words.
        watchers: null where GitHub does not tell.
        watchers_listed: whether the token is shown who watches.
        contributors: those without an account included; null where GitHub does not count them.
    """

    name: str
    stars: int
    watchers: int | None
    forks: int
    issues: int
    pull_requests: int
    discussions: int
    star_tier: Tier
    star_refusal: str | None
    watchers_listed: bool
    contributors: int | None

    @property
    def points(self) -> int:
        """About what a first load costs: pages of the lists, and base profiles as if everybody did one thing only."""
        stars = self.stars if self.star_tier == "listed" else 0
        watchers = (self.watchers or 0) * self.watchers_listed
        lists = [(stars, walks.STARGAZERS), (watchers, walks.WATCHERS), (self.forks, walks.FORKS)]
        lists += zip((self.issues, self.pull_requests, self.discussions), walks.THREADS, strict=True)
        people = sum(count for count, _ in lists) + (self.contributors or 0)
        pages = sum(ceil(count / connection.page) for count, connection in lists)
        return 1 + pages + ceil(people / PROFILES_PER_QUERY)


def rate_limits(client: GithubClient) -> list[RateLimit]:
    """Ask what is left, which costs nothing; an empty list means that this GitHub limits nobody.

    Raises:
        SourceError: GitHub cannot be reached, refuses the token, or this is no GitHub.
    """
    try:
        answer, _ = client.get("/rate_limit")
    except RefusedError:
        return []
    resources = answer.get("resources") if isinstance(answer, dict) else None
    if not isinstance(resources, dict):
        raise SourceError("the API tells no rate limits; is GITHUB_API_URL that of a GitHub API?")
    return [_rate_limit(name, resources[name]) for name in ("graphql", "core") if name in resources]


def _rate_limit(name: str, state: Mapping[str, int]) -> RateLimit:
    return RateLimit(name, state["limit"], state["remaining"], datetime.fromtimestamp(state["reset"], UTC))


def token(client: GithubClient) -> Token:
    """Ask whose the token is.

    Raises:
        SourceError: GitHub cannot be reached, refuses the token, or this is no GitHub.
    """
    try:
        account, headers = client.get("/user")
    except RefusedError as error:
        if error.status == 401:
            raise
        if error.status != 403:
            raise SourceError(f"the API answers {error} to /user; is GITHUB_API_URL that of a GitHub API?") from None
        return Token(None, None)
    scopes = headers.get("x-oauth-scopes")
    known = None if scopes is None else frozenset(filter(None, (scope.strip() for scope in scopes.split(","))))
    return Token(account.get("login") if isinstance(account, dict) else None, known)


def repository(load: GithubLoad, name: str) -> Yield:
    """Ask how much there is to load of a repository. 1 point, and 1 for each of its lists that is refused.

    Raises:
        RefusedError: GitHub does not show the repository.
        SourceError: GitHub cannot be reached, refuses the token, its rate limit is spent, or it refuses the query.
    """
    found, reason = describe(load.client, name)
    if found is None:
        raise RefusedError(reason, 404)
    counts = {connection: found.head(connection)[1] for connection in (walks.FORKS, *walks.THREADS)}
    forks, issues, pull_requests, discussions = counts.values()
    return Yield(
        name=name,
        stars=found.node["stargazerCount"],
        watchers=(found.node.get("watcherCount") or {}).get("totalCount"),
        forks=forks,
        issues=issues,
        pull_requests=pull_requests,
        discussions=discussions,
        star_tier=star_tier(load, found, {}),
        star_refusal=found.refused.get("stargazers"),
        watchers_listed="watchers" not in found.refused,
        contributors=_contributors(load.client, name),
    )


def _contributors(client: GithubClient, name: str) -> int | None:
    """The number of the last page when each page holds one."""
    try:
        found, headers = client.get(f"/repos/{name}/contributors?per_page=1&anon=1")
    except RefusedError:
        return None  # too many for GitHub to list
    for link in parse_header_links(headers.get("link", "")):
        if link.get("rel") == "last":
            return int(parse_qs(urlsplit(link["url"]).query)["page"][0])
    return len(found or [])
