"""What GitHub shows to the sandbox's token at present: lists that are refused, repositories that are gone.

What belongs here: the switches, which may be changed between two requests, and GitHub's words where one is off. What
the records are is the community's; requests that fail for a while are `github_faults.py`.
"""

from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError

from community_assets.sandbox.github_answers import RestAnswer, failure
from community_assets.sandbox.github_faults import Faults
from community_assets.sandbox.github_paging import github_error

UNAUTHORIZED, FORBIDDEN, NOT_FOUND, GONE, BLOCKED = 401, 403, 404, 410, 451
REQUIRES_AUTHENTICATION = "Requires authentication"
_UNAUTHENTICATED = "UNAUTHENTICATED"
_KINDS = {"401": _UNAUTHENTICATED, "403": "FORBIDDEN", "404": "NOT_FOUND"}
_ACCEPTED = {"x-accepted-github-permissions": "metadata=read; contents=write"}
_TOO_LARGE = (
    "The history or contributor list is too large to list contributors for this repository via the API."  # as observed
)


@dataclass(frozen=True, slots=True)
class Access:
    """How each API answers when it is asked who is on a list: `listed`, `401`, `403`, `404` or `empty`."""

    graphql: str = "listed"
    rest: str = "listed"


@dataclass(eq=False, repr=False)
class Conditions:
    """How GitHub answers at present; every attribute may be changed between two requests.

    Attributes:
        access: Who may see the lists `stargazers` and `watchers`. How many are on a list is told to everybody.
        events: Whether repositories have a feed of events, else it is not found.
        contributors: What is answered to who contributed: `listed`, `computing`, `too large` or `empty`.
        computing: How many of the next requests for contributors are answered that the list is being computed.
        gone: Name of a repository, `owner/name` in lower case → 404, 410 or 451, with which it is answered.
        null_edges: Node ids of users whom lists show as null, though their accounts are there.
        poison: Node ids at which the GraphQL API fails: a query that names one of them is answered 502.
        heaviest: How many nodes a GraphQL query may ask for; of more, only a part is answered. None for any number.
        most_rest_pages: Last page of a list of the REST API that may be asked for.
        faults: Which requests fail for a while; None for no request.
        stall: Seconds before the answer of the requests in `stalled`, on top of the latency.
        stalled: Numbers of requests, from 1.
    """

    access: dict[str, Access] = field(default_factory=lambda: {"stargazers": Access(), "watchers": Access()})
    events: bool = True
    contributors: str = "listed"
    computing: int = 0
    gone: dict[str, int] = field(default_factory=dict)
    null_edges: set[str] = field(default_factory=set)
    poison: set[str] = field(default_factory=set)
    heaviest: int | None = None
    most_rest_pages: int = 400
    faults: Faults | None = None
    stall: float = 0.0
    stalled: set[int] = field(default_factory=set)

    def gone_status(self, *names: str) -> int | None:
        """Return the status by which a repository is refused, given one or several of its names."""
        return next((status for name in names if (status := self.gone.get(name.lower()))), None)


def list_error(list_of: str, access: str) -> GraphQLError | None:
    """Return the error with which the GraphQL API refuses a list, None if it does not."""
    if kind := _KINDS.get(access):
        return github_error(kind, f"You do not have permission to view the {list_of} of this repository.")
    return None


def list_refusal(list_of: str, access: str) -> RestAnswer | None:
    """Return what the REST API answers instead of a list, None if it shows the list."""
    if access == "401":
        return failure(UNAUTHORIZED, REQUIRES_AUTHENTICATION)
    if access == "404":
        return failure(NOT_FOUND, "Not Found")
    if access == "empty":
        return RestAnswer(200, [])
    if access != "403":
        return None
    if list_of == "stargazers":
        return failure(FORBIDDEN, "You do not have permission to view the stargazers of this repository")
    return failure(FORBIDDEN, "Resource not accessible by personal access token", _ACCEPTED)


def gone_error(status: int, name: str) -> GraphQLError:
    """Return the error with which the GraphQL API answers for a repository that is gone."""
    if status == BLOCKED:
        return github_error("FORBIDDEN", "Repository access blocked")
    return github_error("NOT_FOUND", f"Could not resolve to a Repository with the name '{name}'.")


def gone_answer(status: int) -> RestAnswer:
    """Return what the REST API answers for a repository that is gone."""
    if status == BLOCKED:
        notice = "https://github.com/github/dmca/blob/master/2026/01/2026-01-01-example.md"
        block = {"reason": "dmca", "created_at": "2026-01-01T00:00:00Z", "html_url": notice}
        return RestAnswer(BLOCKED, {"message": "Repository access blocked", "block": block})
    return failure(status, "Gone" if status == GONE else "Not Found")


def contributors_answer(conditions: Conditions) -> RestAnswer | None:
    """Return what is answered instead of the contributors, None if they are listed; counts `computing` down."""
    if conditions.computing > 0:
        conditions.computing -= 1
        return RestAnswer(202, {})
    answers = {
        "computing": RestAnswer(202, {}),
        "too large": failure(FORBIDDEN, _TOO_LARGE),
        "empty": RestAnswer(204, None),
    }
    return answers.get(conditions.contributors)


def over_http(answer: dict[str, Any]) -> RestAnswer:
    """Return the answer of the GraphQL API with its HTTP status: 401 for the whole if a list is refused so."""
    if any(error.get("type") == _UNAUTHENTICATED for error in answer.get("errors", ())):
        return failure(UNAUTHORIZED, REQUIRES_AUTHENTICATION)
    return RestAnswer(200, answer)
