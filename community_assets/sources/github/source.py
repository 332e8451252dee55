"""The GitHub source: repositories, everybody who takes part in them, then each person's profile once.

What belongs here: the tables and the order in which they are loaded. Lists are walked in `walks.py`, profiles fetched
in `profiles.py`, GitHub's answers read in `client.py`; they become rows in `rows.py`.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import dlt
import pyarrow as pa
from dlt.common.configuration.specs import BaseConfiguration
from dlt.sources import DltResource, DltSource

from community_assets.sources.github import rows, schemas, walks
from community_assets.sources.github.client import GithubClient, RefusedError
from community_assets.sources.github.profiles import base_profiles, deep_profiles
from community_assets.sources.load import Load


@dataclass(kw_only=True)
class GithubLoad(Load):
    """One refresh of GitHub.

    Attributes:
        token: a personal access token, or an App's installation token.
        api_url: base of the REST API.
        graphql_url: endpoint of the GraphQL API.
        repositories: names as "owner/name".
        organizations: logins; their public repositories that are no forks are added to `repositories`.
        profile_max_age: profiles observed longer ago are asked for again.
        deep_profile_heroes: how many people who stand out get a deep profile.
        deep_profile_sample: how many people drawn without regard to what they do get one.
        deep_profile_points: points that deep profiles may cost in this load.
        pages_per_chunk: requests after which dlt commits.
    """

    source: str = "github"
    token: str = field(repr=False)
    api_url: str
    graphql_url: str
    repositories: list[str] = field(default_factory=list)
    organizations: list[str] = field(default_factory=list)
    profile_max_age: timedelta = timedelta(days=30)
    deep_profile_heroes: int = 250
    deep_profile_sample: int = 250
    deep_profile_points: int = 100
    pages_per_chunk: int = 25

    def __post_init__(self) -> None:
        self.client = GithubClient(self.token, self.api_url, self.graphql_url, self)
        self.stale_before = datetime.now(UTC) - self.profile_max_age
        self.finished: set[tuple[str, str]] = set()
        self.begun_again: set[tuple[str, str]] = set()
        self.asked: set[str] = set()
        self.people = self.edges = self.pages_left = 0

    def chunks(self, tables: Collection[str]) -> Iterator[DltSource]:
        """Repositories with every list of theirs, then whose profiles are missing, each until nothing is left."""
        named = [*self.repositories, *self.organization_repositories()]
        self.repositories = list({name.lower(): name for name in reversed(named)}.values())[::-1]
        for phase in PHASES:
            while unfinished := [table for table in phase if table in tables and not self._is_finished(table)]:
                self.pages_left = self.pages_per_chunk
                yield github(self).with_resources(*unfinished)

    def _is_finished(self, table: str) -> bool:
        return all((part, "") in self.finished for part in TABLES[table])

    def organization_repositories(self) -> Iterator[str]:
        """Public repositories of the organizations that are no forks; an unknown organization is noted as a failure."""
        for login in self.organizations:
            cursor = None
            while True:
                data = self.client.query("organization_repositories", login=login, cursor=cursor)
                if data["organization"] is None:
                    self.failures[login] = "no such organization, or the token may not see it"
                    break
                page = data["organization"]["repositories"]
                yield from (node["nameWithOwner"] for node in page["nodes"] if node)
                if not page["pageInfo"]["hasNextPage"]:
                    break
                cursor = page["pageInfo"]["endCursor"]

    def ask_repository(self, query: str, name: str, part: str | None = None, **variables: Any) -> dict[str, Any] | None:
        """Ask about one repository; null when GitHub does not show it, which is noted as a failure of this load.

        It is null without a note when GitHub refuses `part` alone: GitHub's lists may not be null, so that one which is
        refused takes the repository with it.
        """
        owner, _, short_name = name.partition("/")
        repository: dict[str, Any] | None = self.client.query(query, owner=owner, name=short_name, **variables)[
            "repository"
        ]
        if repository is None and ("repository", part) not in self.client.refused:
            reasons = "; ".join(self.client.refused.values())
            self.failures[name] = reasons or "no such repository, or the token may not see it"
        return repository

    def describe(self, name: str) -> dict[str, Any] | None:
        """A repository as it is now, without the number of its watchers where GitHub refuses it."""
        found = self.ask_repository("repository", name, "watchers")
        if found is None and name not in self.failures:
            found = self.ask_repository("repository", name, watchers=False)
        return found

    def note_refusal(self, connection: walks.Connection, name: str, whole: bool) -> None:
        """Note that GitHub does not show a list, or a part of it, in its own words: others are loaded all the same."""
        reasons = "; ".join(self.client.refused.values()) or "GitHub does not show them to this token"
        noted = self.notes if whole and connection in walks.FOR_COLLABORATORS else self.failures
        noted[f"{connection.field} of {name}"] = reasons

    def observation(self) -> dict[str, str]:
        """The columns that tell when and in which walk a row was seen."""
        return {"observed_at": datetime.now(UTC).isoformat(), "walk_id": self.walk_id}

    def report(self, what: str) -> None:
        """Log progress."""
        counts = f"{self.edges:,} edges, {self.people:,} people, {self.requests:,} requests"
        left = "" if self.client.remaining is None else f", {self.client.remaining:,} points left"
        self.logger.info("%s: %s%s", what, counts, left)


# Each table, and the parts that must be finished until it is.
TABLES = {
    "repositories": ["repositories"],
    "stargazers": [walks.STARGAZERS.field],
    "watchers": [walks.WATCHERS.field],
    "forks": [walks.FORKS.field],
    "activities": [connection.field for connection in walks.THREADS],
    "contributors": ["contributors"],
    "users": ["users"],
    "deep_profiles": ["deep_profiles"],
}
# Base profiles are asked for when every edge is stored, and deep ones when the base profiles are.
PHASES = [[table for table in TABLES if table not in ("users", "deep_profiles")], ["users"], ["deep_profiles"]]


# The empty spec keeps dlt from looking for an argument of the name `load` in its own configuration.
@dlt.source(name="github", max_table_nesting=0, schema_contract={"data_type": "freeze"}, spec=BaseConfiguration)
def github(load: GithubLoad | None = None) -> tuple[DltResource, ...]:
    """GitHub's tables.

    Args:
        load: what to ask for; without it every table comes typed and empty, so that the graph builds without GitHub.
    """

    @dlt.resource(write_disposition="append")
    def repositories() -> Iterator[pa.Table]:
        """Repositories as they were at each load: counts, language, times. One row per repository and observation."""
        yield from _repositories(load) if load else [schemas.REPOSITORIES.empty_table()]

    @dlt.resource(write_disposition="append")
    def stargazers() -> Iterator[pa.Table]:
        """Who starred which repository, and when. One row per repository, account and observation."""
        yield from walks.walk(load, walks.STARGAZERS) if load else [schemas.STARGAZERS.empty_table()]

    @dlt.resource(write_disposition="append")
    def star_events() -> Iterator[pa.Table]:
        """Stars as they happen, from the feed of public events. One row per event and observation."""
        yield schemas.STAR_EVENTS.empty_table()

    @dlt.resource(write_disposition="append")
    def star_history() -> Iterator[pa.Table]:
        """How many stars were given in which week; nobody's name. One row per repository, week and observation."""
        yield schemas.STAR_HISTORY.empty_table()

    @dlt.resource(name="walks", write_disposition="append")
    def completed_walks() -> Iterator[pa.Table]:
        """Which walks of a list came to their end, and whether they were whole. One row per walk."""
        yield schemas.WALKS.empty_table()

    @dlt.resource(write_disposition="append")
    def watchers() -> Iterator[pa.Table]:
        """Who watches which repository. One row per repository, account and observation."""
        yield from walks.walk(load, walks.WATCHERS) if load else [schemas.WATCHERS.empty_table()]

    @dlt.resource(write_disposition="append")
    def forks() -> Iterator[pa.Table]:
        """Forks, their owners, and when they were made. One row per fork and observation."""
        yield from walks.walk(load, walks.FORKS) if load else [schemas.FORKS.empty_table()]

    @dlt.resource(write_disposition="append")
    def activities() -> Iterator[pa.Table]:
        """Issues, pull requests, discussions, their comments and reviews: whose, and when. One row per observation."""
        yield from walks.walk(load, *walks.THREADS) if load else [schemas.ACTIVITIES.empty_table()]

    @dlt.resource(write_disposition="append")
    def contributors() -> Iterator[pa.Table]:
        """Who contributed how many commits; those without an account are one row. One row per observation."""
        yield from _contributors(load) if load else [schemas.CONTRIBUTORS.empty_table()]

    @dlt.resource(write_disposition="append")
    def users() -> Iterator[pa.Table]:
        """Base profiles: who, where, for whom, followers, own repositories. One row per account and observation."""
        yield from base_profiles(load) if load else [schemas.USERS.empty_table()]

    @dlt.resource(name="deep_profiles", write_disposition="append")
    def deep() -> Iterator[pa.Table]:
        """What heroes and a random sample build, star and contribute to. One row per account and observation."""
        yield from deep_profiles(load) if load else [schemas.DEEP_PROFILES.empty_table()]

    return (
        repositories(),
        stargazers(),
        star_events(),
        star_history(),
        watchers(),
        forks(),
        activities(),
        contributors(),
        completed_walks(),
        users(),
        deep(),
    )


def _repositories(load: GithubLoad) -> Iterator[pa.Table]:
    for name in load.repositories:
        node = load.describe(name)
        if node:
            yield load.batch([rows.repository(node, load.observation())], schemas.REPOSITORIES)
    load.finished.add(("repositories", ""))


def _contributors(load: GithubLoad) -> Iterator[pa.Table]:
    """The REST API alone lists contributors; GitHub keeps the list for some hours."""
    for name in load.repositories:
        repository = None if name in load.failures else load.describe(name)
        if repository is None:
            continue
        try:
            pages = load.client.pages(f"/repos/{name}/contributors", anon=1, per_page=100)
            nodes = [node for page in pages for node in page]
        except RefusedError as error:
            load.failures[f"contributors of {name}"] = str(error)
            continue
        observation = {"repository_id": repository["id"], **load.observation()}
        found = [{**row, **observation} for row in rows.contributors(nodes)]
        yield load.batch(found, schemas.CONTRIBUTORS)
        load.edges += len(found)
        load.report(f"contributors of {name}")
    load.finished.add(("contributors", ""))
