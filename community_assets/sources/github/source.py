"""The GitHub source: repositories, everybody who takes part in them, then each person's profile once.

What belongs here: the tables and the order in which they are loaded. What GitHub shows of a repository is found out in
`repositories.py`; lists are walked in `walks.py` and `rest_lists.py`, profiles fetched in `profiles.py`, answers read
in `client.py`; they become rows in `rows.py`.
"""

import threading
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import dlt
import pyarrow as pa
from dlt.common.configuration.specs import BaseConfiguration
from dlt.sources import DltResource, DltSource

from community_assets.sources.github import rest_lists, rows, schemas, walks
from community_assets.sources.github.artifacts import artifact_contributors, artifact_repositories
from community_assets.sources.github.client import BudgetSpentError, GithubClient, RefusedError, TransientError
from community_assets.sources.github.pace import Clock
from community_assets.sources.github.profiles import Batches, base_profiles, deep_profiles
from community_assets.sources.github.repositories import Repository, describe
from community_assets.sources.load import Load, SourceError

State = dict[str, Any]
Part = Callable[["GithubLoad", Repository, State], Iterator[pa.Table]]


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
        hero_profile_max_age: likewise, of those who stand out.
        whole_walk_after: lists that people may leave are walked whole after that time, changed or not.
        deep_profile_heroes: how many people who stand out get a deep profile.
        deep_profile_sample: how many people drawn without regard to what they do get one.
        deep_profile_points: points that deep profiles may cost in this load.
        artifact_repositories: names of repositories in which artifacts of other platforms have their source.
        artifact_budget: about how many requests may be spent on listing who contributes to those, in this load.
        points_budget: points that this load may cost; null for any number.
        longest_wait: for which GitHub may be waited for when it limits.
        at_once: requests under way at the same time.
        pages_per_chunk: requests after which dlt commits.
        clock: by which is waited.
    """

    source: str = "github"
    token: str = field(repr=False)
    api_url: str
    graphql_url: str
    repositories: list[str] = field(default_factory=list)
    organizations: list[str] = field(default_factory=list)
    profile_max_age: timedelta = timedelta(days=30)
    hero_profile_max_age: timedelta = timedelta(days=7)
    whole_walk_after: timedelta = timedelta(days=30)
    deep_profile_heroes: int = 250
    deep_profile_sample: int = 250
    deep_profile_points: int = 100
    artifact_repositories: list[str] = field(default_factory=list)
    artifact_budget: int = 300
    points_budget: int | None = None
    longest_wait: timedelta = timedelta(minutes=70)
    at_once: int = 8
    pages_per_chunk: int = 300
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.client = GithubClient(self)
        self.stale_before = self.now() - self.profile_max_age
        self.hero_stale_before = self.now() - self.hero_profile_max_age
        self.pool = ThreadPoolExecutor(self.at_once, thread_name_prefix=self.source)
        self.finished: set[tuple[str, str]] = set()
        self.begun_again: set[tuple[str, str]] = set()
        self.profiles: Batches | None = None
        self.deep_asked: set[str] = set()
        self.artifacts: dict[str, dict[str, Any]] = {}
        self.artifacts_given_up: set[str] = set()
        self.artifact_requests = 0
        self.described: dict[str, Repository] | None = None
        self.completed_walks: list[dict[str, Any]] = []
        self.failure: SourceError | None = None
        self.people = self.edges = self.deep_points = self._pages_left = 0
        self._tables: list[str] = []
        self._lists: dict[str, list[Future[list[pa.Table]]]] = {}
        self._books = threading.Lock()

    def chunks(self, tables: Collection[str]) -> Iterator[DltSource]:
        """Repositories with every list of theirs, then whose profiles are missing, each until nothing is left.

        What was loaded before GitHub could no longer be used is committed first.
        """
        try:
            self._name_repositories()
            for phase in PHASES:
                while unfinished := [table for table in phase if table in tables and not self._is_finished(table)]:
                    self._pages_left, self._tables, self._lists = self.pages_per_chunk, unfinished, {}
                    yield github(self).with_resources(*unfinished, *(["walks"] if phase is PHASES[0] else []))
                    if self.failure:
                        raise self.failure
        finally:
            self._pages_left = 0
            self.client.stop()
            self.pool.shutdown(wait=False, cancel_futures=True)

    def _is_finished(self, table: str) -> bool:
        return all((part, "") in self.finished for part in LISTS.get(table, [table]))

    def _name_repositories(self) -> None:
        named = list(self.repositories)
        try:
            named += self.organization_repositories()
        except BudgetSpentError:
            self.left["organizations"] = "their repositories"
        self.repositories = list({name.lower(): name for name in reversed(named)}.values())[::-1]

    def organization_repositories(self) -> Iterator[str]:
        """Public repositories of the organizations that are no forks; an unknown organization is noted as a failure."""
        for login in self.organizations:
            cursor = None
            while True:
                answer = self.client.query("organization_repositories", login=login, cursor=cursor)
                organization = answer.data["organization"]
                if organization is None:
                    self.failures[login] = answer.reasons or "no such organization, or the token may not see it"
                    break
                page = organization["repositories"]
                yield from (node["nameWithOwner"] for node in page["nodes"] if node)
                if not page["pageInfo"]["hasNextPage"]:
                    break
                cursor = page["pageInfo"]["endCursor"]

    def describe(self) -> dict[str, Repository]:
        """The repositories that GitHub shows, asked for once; the others are noted as failures of this load.

        Raises:
            SourceError: it shows none, and this is why.
        """
        if self.described is None:
            events = dlt.current.source_state().get("star_events", {})
            states = [events.get(name.lower(), {}) for name in self.repositories]
            describe = self._known if self._tables == ["star_events"] else self._describe
            found = list(self.pool.map(describe, self.repositories, states))
            shown = [repository for repository in found if isinstance(repository, Repository)]
            refusals = [error for error in found if isinstance(error, SourceError)]
            if refusals and not shown:
                raise refusals[0]
            self.described = {repository.name: repository for repository in shown}
        return self.described

    def _describe(self, name: str, events: State) -> Repository | SourceError | None:
        try:
            repository, reason = describe(self.client, name)
            if repository:
                repository.tier = rest_lists.star_tier(self, repository, events)
            else:
                self.failures[name] = reason
        except BudgetSpentError:
            self.left[name] = "all of it"
            return None
        except (RefusedError, TransientError) as error:
            self.failures[name] = str(error)
            return error
        return repository

    def _known(self, name: str, events: State) -> Repository | SourceError | None:
        """A repository as its events need it described, for nothing; null where its stars are not known by them."""
        if not events.get("is_polled"):
            return None
        repository = Repository(name, {"id": events["repository_id"], "nameWithOwner": name}, {"stargazers": ""})
        repository.tier = rest_lists.star_tier(self, repository, events)
        return repository

    def _state(self, part: str, repository: Repository) -> State:
        """What is known of a list: nothing if the name of its repository was that of another one."""
        states = dlt.current.source_state().setdefault(part, {})
        state: State = states.setdefault(repository.name.lower(), {})
        if state.setdefault("repository_id", repository.id) != repository.id:
            state.clear()
            state["repository_id"] = repository.id
        return state

    def fetch(self, table: str) -> Iterator[pa.Table]:
        """What is new in a table's lists; the first table that is asked for starts those of all, many at once."""
        if not self._lists:
            for name in [name for name in LISTS if name in self._tables]:
                self._lists[name] = [
                    self.pool.submit(self._fetch, part, repository, self._state(part, repository))
                    for part in LISTS[name]
                    for repository in self.describe().values()
                    if (part, repository.name) not in self.finished
                ]
        for future in self._lists[table]:
            if found := future.result():
                yield pa.concat_tables(found)  # dlt looks at each table anew
        for part in LISTS[table]:
            if all((part, name) in self.finished for name in self.describe()):
                self.finished.add((part, ""))

    def _fetch(self, part: str, repository: Repository, state: State) -> list[pa.Table]:
        found: list[pa.Table] = []
        if self.failure:
            return found
        try:
            for batch in PARTS[part](self, repository, state):
                found.append(batch)
        except BudgetSpentError:
            self.left[f"{part} of {repository.name}"] = "a part of them"
            self.finish(part, repository.name)
        except SourceError as error:
            self.fail(error)
        return found

    def fail(self, error: SourceError) -> None:
        """End this load when what it has is committed."""
        self.failure, self._pages_left = self.failure or error, 0

    def take_page(self) -> bool:
        """Whether this chunk may ask for one more page."""
        with self._books:
            self._pages_left -= 1
            return self._pages_left >= 0

    def finish(self, part: str, name: str) -> None:
        """Note that nothing is left of a list of a repository."""
        self.finished.add((part, name))

    def pop_completed_walks(self) -> list[dict[str, Any]]:
        """Rows of the walks that came to their end in this chunk."""
        completed, self.completed_walks = self.completed_walks, []
        return completed

    @property
    def is_artifact_budget_spent(self) -> bool:
        """Whether no further list of an artifact's repository may be begun."""
        return self.artifact_requests >= self.artifact_budget

    def count_artifact_request(self) -> None:
        """Count a request of such a list."""
        with self._books:
            self.artifact_requests += 1

    def count_edges(self, edges: int) -> None:
        """Count what was found."""
        with self._books:
            self.edges += edges

    def note_refusal(self, connection: walks.Connection, part: str, reason: str, is_whole: bool) -> None:
        """Note that GitHub does not show a list, or a part of it, in its own words: others are loaded all the same."""
        noted = self.notes if is_whole and connection in walks.FOR_COLLABORATORS else self.failures
        noted[part] = reason or "GitHub does not show them to this token"

    def now(self) -> datetime:
        """Time by this load's clock."""
        return datetime.fromtimestamp(self.clock.now(), UTC)

    def observation(self) -> dict[str, str]:
        """The columns that tell when and in which walk a row was seen."""
        return {"observed_at": self.now().isoformat(), "walk_id": self.walk_id}

    def report(self, what: str) -> None:
        """Log progress."""
        counts = f"{self.edges:,} edges, {self.people:,} people, {self.requests:,} requests"
        left = "" if self.client.remaining is None else f", {self.client.remaining:,} points left"
        self.logger.info("%s: %s%s", what, counts, left)


# The parts of each table that is made of lists, and how each is walked.
LISTS = {
    "stargazers": [walks.STARGAZERS.field],
    "star_events": ["star_events"],
    "star_history": ["star_history"],
    "watchers": [walks.WATCHERS.field],
    "forks": [walks.FORKS.field],
    "activities": [connection.field for connection in walks.THREADS],
    "contributors": ["contributors"],
}
PARTS: dict[str, Part] = {
    **{
        connection.field: partial(walks.walk, connection)
        for connection in (walks.STARGAZERS, walks.WATCHERS, walks.FORKS, *walks.THREADS)
    },
    "star_events": rest_lists.star_events,
    "star_history": rest_lists.star_history,
    "contributors": rest_lists.contributors,
}
# Base profiles are asked for when every edge is stored, and deep ones when the base profiles are.
PHASES = [
    ["repositories", *LISTS, "artifact_repositories", "artifact_contributors"],
    ["users"],
    ["deep_profiles"],
]
# Walks come with the lists, asked for or not: else it would be forgotten that a list was walked to its end.
TABLES = [*(table for phase in PHASES for table in phase), "walks"]


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
        yield from load.fetch("stargazers") if load else [schemas.STARGAZERS.empty_table()]

    @dlt.resource(write_disposition="append")
    def star_events() -> Iterator[pa.Table]:
        """Stars as they happen, from the feed of public events. One row per event and observation."""
        yield from load.fetch("star_events") if load else [schemas.STAR_EVENTS.empty_table()]

    @dlt.resource(write_disposition="append")
    def star_history() -> Iterator[pa.Table]:
        """How many stars were given in which week; nobody's name. One row per repository, week and observation."""
        yield from load.fetch("star_history") if load else [schemas.STAR_HISTORY.empty_table()]

    @dlt.resource(name="walks", write_disposition="append")
    def completed_walks() -> Iterator[pa.Table]:
        """Which walks of a list came to their end, and whether they were whole. One row per walk."""
        yield load.batch(load.pop_completed_walks(), schemas.WALKS) if load else schemas.WALKS.empty_table()

    @dlt.resource(write_disposition="append")
    def watchers() -> Iterator[pa.Table]:
        """Who watches which repository. One row per repository, account and observation."""
        yield from load.fetch("watchers") if load else [schemas.WATCHERS.empty_table()]

    @dlt.resource(write_disposition="append")
    def forks() -> Iterator[pa.Table]:
        """Forks, their owners, and when they were made. One row per fork and observation."""
        yield from load.fetch("forks") if load else [schemas.FORKS.empty_table()]

    @dlt.resource(write_disposition="append")
    def activities() -> Iterator[pa.Table]:
        """Issues, pull requests, discussions, their comments and reviews: whose, and when. One row per observation."""
        yield from load.fetch("activities") if load else [schemas.ACTIVITIES.empty_table()]

    @dlt.resource(write_disposition="append")
    def contributors() -> Iterator[pa.Table]:
        """Who contributed how many commits; those without an account are one row. One row per observation."""
        yield from load.fetch("contributors") if load else [schemas.CONTRIBUTORS.empty_table()]

    @dlt.resource(name="artifact_repositories", write_disposition="append")
    def sources() -> Iterator[pa.Table]:
        """Where artifacts of other platforms have their source, and whose it is. One row per name and observation."""
        yield from artifact_repositories(load) if load else [schemas.ARTIFACT_REPOSITORIES.empty_table()]

    @dlt.resource(name="artifact_contributors", write_disposition="append")
    def sources_contributors() -> Iterator[pa.Table]:
        """Who contributes to artifacts' sources. One row per repository, account and observation."""
        yield from artifact_contributors(load) if load else [schemas.ARTIFACT_CONTRIBUTORS.empty_table()]

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
        sources(),
        sources_contributors(),
        users(),
        deep(),
    )


def _repositories(load: GithubLoad) -> Iterator[pa.Table]:
    found = [rows.repository(r.node, r.tier, load.observation()) for r in load.describe().values()]
    yield load.batch(found, schemas.REPOSITORIES)
    load.finished.add(("repositories", ""))
