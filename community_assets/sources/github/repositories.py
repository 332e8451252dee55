"""Repositories: what GitHub shows of each to this token, found out before its lists are walked.

What belongs here: the first question about a repository, and which of its lists GitHub refuses. Since July 2026 it
lists stargazers and watchers to admins and collaborators only; it refuses them with a status, with an error in the
answer, or with an empty list, whichever way it likes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from community_assets.sources.github.client import Answer, GithubClient, Page, RefusedError, TransientError

if TYPE_CHECKING:
    from community_assets.sources.github.walks import Connection

Tier = Literal["listed", "events", "counts"]
EMPTY_LIST = "GitHub shows an empty list"
# Statuses by which GitHub refuses a list, if the same token is shown the rest of the repository.
_REFUSALS = {401, 403, 404}
_LISTS = ("stargazers", "watchers", "watcherCount", "forks", "issues", "pullRequests", "discussions")


@dataclass
class Repository:
    """A repository as it is now.

    Attributes:
        name: as it was asked for, "owner/name".
        node: GitHub's answer.
        refused: lists that GitHub does not show, and why.
        tier: how far it shows who starred; null until somebody has looked.
        events: the newest public events, where stargazers are not listed and it was time to look; null elsewhere.
    """

    name: str
    node: dict[str, Any]
    refused: dict[str, str] = field(default_factory=dict)
    tier: Tier | None = None
    events: Page | None = None

    @property
    def id(self) -> str:
        """Node id."""
        return str(self.node["id"])

    @property
    def path(self) -> str:
        """Of the REST API, by the present name."""
        return f"/repos/{self.node['nameWithOwner']}"

    @property
    def variables(self) -> dict[str, str]:
        """Of queries about it."""
        owner, _, name = self.name.partition("/")
        return {"owner": owner, "name": name}

    def head(self, connection: "Connection") -> tuple[str | None, int]:
        """The newest moment of a list, null where it has none, and how many are on it."""
        shown = self.node.get(connection.field) or {}
        records = [record for record in shown.get("edges", shown.get("nodes")) or () if record]
        moment = records[0][connection.moment] if records and connection.moment else None
        return moment, shown.get("totalCount") or 0


def describe(client: GithubClient, name: str) -> tuple[Repository | None, str]:
    """Ask for a repository; null, and why, when GitHub does not show it.

    1 point, and 1 for each list that GitHub refuses: its lists may not be null, so that a refused one takes the
    repository with it.

    Raises:
        BudgetSpentError: the load may spend no more.
        SourceError: GitHub cannot be used now, or refuses the token.
    """
    owner, _, short_name = name.partition("/")
    refused: dict[str, str] = {}
    hidden = iter(({"stargazers"}, {"watchers"}, {"stargazers", "watchers"}))
    while True:
        flags = {list_: list_ not in refused for list_ in _LISTS}
        try:
            answer = client.query("repository", owner=owner, name=short_name, **flags)
        except TransientError as error:
            if error.answer is None:
                raise
            answer = error.answer
        except RefusedError as error:
            # The status does not tell which list is meant: try without one, then the other, then both.
            lists = next(hidden, None) if error.status in _REFUSALS else None
            if lists is None:
                raise
            refused = dict.fromkeys(lists, str(error))
            continue
        node = answer.data["repository"]
        newly_refused = {list_: reason for list_, reason in _refused_lists(answer) if list_ not in refused}
        refused |= newly_refused
        if node is not None:
            return Repository(name, node, refused | dict(_empty_lists(node, refused))), ""
        if not newly_refused:
            return None, answer.reasons or "no such repository, or the token may not see it"


def _refused_lists(answer: Answer) -> Iterator[tuple[str, str]]:
    shown = answer.data["repository"] or {}
    for path, reason in answer.refused.items():
        if len(path) >= 2 and path[1] in _LISTS and shown.get(str(path[1])) is None:
            yield str(path[1]), reason


def _empty_lists(node: dict[str, Any], refused: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Lists that show nobody although GitHub counts somebody."""
    counts = {"stargazers": node["stargazerCount"], "watchers": (node.get("watcherCount") or {}).get("totalCount")}
    for list_, count in counts.items():
        shown = node.get(list_) or {}
        if count and list_ not in refused and not shown.get("edges", shown.get("nodes")):
            yield list_, EMPTY_LIST
