"""The Artifact Hub source: packages as searches find them, then the details of those that have changed.

What belongs here: the tables, which searches are walked and how far, and whose details are due. Answers are read in
`client.py`; they become rows in `rows.py`.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import dlt
import pyarrow as pa
from dlt import Pipeline
from dlt.common.configuration.specs import BaseConfiguration
from dlt.sources import DltResource, DltSource

from community_assets.sources.artifact_hub import rows, schemas
from community_assets.sources.artifact_hub.client import PAGE_SIZE, ArtifactHubClient
from community_assets.sources.load import Load, SourceError
from community_assets.sources.rest import RefusedError

State = dict[str, Any]
TABLES = ["packages", "package_details"]
# Artifact Hub sorts packages anew for each page: what moved from a page to one before it is missed the first time.
MOST_ROUNDS = 3
# A search that was stopped longer ago begins anew: its first pages tell of another day.
RESUMABLE = timedelta(hours=12)


@dataclass(frozen=True)
class Search:
    """A search for packages: the setting that names it, its value, and the parameter of the API."""

    setting: str
    value: str
    parameter: str

    @property
    def name(self) -> str:
        """For people, and in dlt's state."""
        return f"{self.setting} {self.value}"


@dataclass(kw_only=True)
class ArtifactHubLoad(Load):
    """One refresh of Artifact Hub.

    Attributes:
        url: of Artifact Hub, without the path of its API.
        key: id and secret of an API key; none is needed.
        organizations: names, whose packages are loaded.
        users: aliases, likewise.
        repositories: names of package repositories, likewise.
        searches: words, likewise; all packages that they find are loaded.
        details_max_age: details observed longer ago are asked for again, changed or not.
        details_budget: packages whose details may be asked for in this load.
        pages_per_chunk: requests after which dlt commits.
        now: the time.
    """

    source: str = "artifact_hub"
    url: str
    key: tuple[str, str] | None = field(default=None, repr=False)
    organizations: list[str] = field(default_factory=list)
    users: list[str] = field(default_factory=list)
    repositories: list[str] = field(default_factory=list)
    searches: list[str] = field(default_factory=list)
    details_max_age: timedelta = timedelta(days=30)
    details_budget: int = 1_000
    pages_per_chunk: int = 100
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def __post_init__(self) -> None:
        self.client = ArtifactHubClient(self)
        self.finished: set[str] = set()
        self.observed: set[str] = set()
        self.asked: set[str] = set()
        self.failure: SourceError | None = None
        self.pages_left = 0

    @property
    def all_searches(self) -> list[Search]:
        """What is searched for, each once."""
        named = {
            "organization": (self.organizations, "org"),
            "user": (self.users, "user"),
            "repository": (self.repositories, "repo"),
            "search": (self.searches, "ts_query_web"),
        }
        return [
            Search(setting, value, parameter)
            for setting, (values, parameter) in named.items()
            for value in dict.fromkeys(values)
        ]

    def chunks(self, tables: Collection[str]) -> Iterator[DltSource]:
        """Every search until nothing is left of it, then the details that are due.

        What was loaded before Artifact Hub could no longer be used is committed first.
        """
        for table in [table for table in TABLES if table in tables]:
            while table not in self.finished:
                self.pages_left = self.pages_per_chunk
                yield artifact_hub(self).with_resources(table)
                if self.failure:
                    raise self.failure

    def take_page(self) -> bool:
        """Whether this chunk may ask once more."""
        self.pages_left -= 1
        return self.pages_left > 0

    def observation(self) -> dict[str, str]:
        """The columns that tell when and in which walk a row was seen."""
        return {"observed_at": self.now().isoformat(), "walk_id": self.walk_id}

    def report(self, what: str) -> None:
        """Log progress."""
        self.logger.info("%s: %s packages, %s requests", what, f"{len(self.observed):,}", f"{self.requests:,}")


# The empty spec keeps dlt from looking for an argument of the name `load` in its own configuration.
@dlt.source(name="artifact_hub", max_table_nesting=0, schema_contract={"data_type": "freeze"}, spec=BaseConfiguration)
def artifact_hub(load: ArtifactHubLoad | None = None) -> tuple[DltResource, ...]:
    """Artifact Hub's tables.

    Args:
        load: what to ask for; without it every table comes typed and empty, so that the graph builds without it.
    """

    @dlt.resource(write_disposition="append")
    def packages() -> Iterator[pa.Table]:
        """Packages as they were at each load: stars, version, publisher. One row per package and observation."""
        states = dlt.current.resource_state().setdefault("searches", {}) if load else {}
        yield from walk_all(load, states) if load else [schemas.PACKAGES.empty_table()]

    @dlt.resource(write_disposition="append")
    def package_details() -> Iterator[pa.Table]:
        """Links and maintainers. One row per package and observation, and one for each of its maintainers."""
        yield from _details(load) if load else [schemas.PACKAGE_DETAILS.empty_table()]

    return packages(), package_details()


def walk_all(load: ArtifactHubLoad, states: State) -> Iterator[pa.Table]:
    """Walk searches until the pages of this chunk are spent; `states` keeps where each of them goes on, by its name."""
    for search in load.all_searches:
        if search.name in load.finished:
            continue
        if load.failure or load.pages_left <= 0:
            return
        try:
            yield from walk(load, search, states)
        except RefusedError as error:
            load.failures[search.name] = str(error)
            load.finished.add(search.name)
        except SourceError as error:
            load.failure = error
    if all(search.name in load.finished for search in load.all_searches):
        load.finished.add("packages")


def walk(load: ArtifactHubLoad, search: Search, states: State) -> Iterator[pa.Table]:
    """Yield the pages of a search, again from the first when packages are missing because their order moved.

    The state of a stopped walk has `offset`, `round`, the ids of the packages that were `seen`, and since when.
    """
    state = states.get(search.name)
    if not state or load.now() - datetime.fromisoformat(state["started_at"]) > RESUMABLE:
        state = {"started_at": load.now().isoformat(), "offset": 0, "round": 1, "seen": []}
    states[search.name] = state
    seen, total = set(state["seen"]), 0
    while True:
        for page in load.client.packages(state["offset"], **{search.parameter: search.value}):
            ids = [package["package_id"] for package in page.packages]
            new = {i: p for i, p in zip(ids, page.packages, strict=True) if i not in load.observed}
            seen.update(ids)
            load.observed.update(ids)
            total = page.total or 0
            state |= {"offset": state["offset"] + PAGE_SIZE, "seen": list(seen)}
            yield load.batch([rows.package(p, load.observation()) for p in new.values()], schemas.PACKAGES)
            load.report(search.setting)  # a user's name is a person's
            if not load.take_page() and state["offset"] < total:
                return
        if len(seen) >= total or state["round"] == MOST_ROUNDS:
            break
        state |= {"offset": 0, "round": state["round"] + 1}
    if len(seen) < total:
        load.failures[search.name] = f"{len(seen):,} of {total:,} packages were shown, for their order moved meanwhile"
    elif not seen:
        load.notes[search.name] = "has no packages"
    del states[search.name]
    load.finished.add(search.name)


class Due(NamedTuple):
    """A package whose details are to be asked for, as a search told it."""

    package_id: str
    kind: int | None
    repository: str | None
    name: str | None
    version: str | None
    released_at: datetime | None

    @property
    def path(self) -> str | None:
        """Of its details; null where there is none that is known here."""
        return rows.path_of(self.kind, self.repository, self.name)


def _details(load: ArtifactHubLoad) -> Iterator[pa.Table]:
    """Ask for the details that are due until the requests of this chunk, or those of this load, are spent."""
    due = list(askable(load, _due(dlt.current.pipeline(), load)))
    limit = max(min(load.pages_per_chunk, load.details_budget - len(load.asked)), 0)
    some: list[dict[str, Any]] = []
    for package, path in due[:limit]:
        load.asked.add(package.package_id)
        try:
            some += ask_for_details(load, package, path)
        except RefusedError as error:
            load.failures[f"details of {path}"] = str(error)
        except SourceError as error:
            load.failure = error
            break
    yield load.batch(some, schemas.PACKAGE_DETAILS)
    load.report("details")
    if len(due) <= limit or len(load.asked) >= load.details_budget:
        load.finished.add("package_details")
        if left := len(due[limit:]):
            load.left["details of packages"] = f"{left:,}"


def askable(load: ArtifactHubLoad, due: list[Due]) -> Iterator[tuple[Due, str]]:
    """Those that were not asked for yet, with their paths; kinds without a path are noted."""
    for package in due:
        if not package.path:
            load.notes[f"details of packages of kind {package.kind}"] = "cannot be asked for: no path to them is known"
        elif package.package_id not in load.asked:
            yield package, package.path


def ask_for_details(load: ArtifactHubLoad, package: Due, path: str) -> list[dict[str, Any]]:
    """Rows of a package's details."""
    node = load.client.details(path)
    if node and node["package_id"] != package.package_id:
        node = None  # the name is another package's by now
    released_at = package.released_at and package.released_at.isoformat()
    told = {"version": package.version, "released_at": released_at}
    return list(rows.details(package.package_id, node, told, load.observation()))


def _due(pipeline: Pipeline, load: ArtifactHubLoad) -> list[Due]:
    """Packages without details, with those of another version, or with old ones; most stars first."""
    with pipeline.sql_client() as sql:
        tables = {table: sql.make_qualified_table_name(table) for table in TABLES}
        found = sql.execute_sql(_DUE.format(**tables), load.now() - load.details_max_age)
    return [Due(*row) for row in found or ()]


_DUE = """
    with latest as (
        select package_id, arg_max(packages, observed_at) as package from {packages} as packages group by package_id
    ),
    known as (
        select
            package_id,
            max(observed_at) as observed_at,
            arg_max({{'version': version, 'released_at': released_at}}, observed_at) as asked_for
        from {package_details}
        group by package_id
    )
    select
        package_id,
        package.kind,
        package.repository_name,
        package.normalized_name,
        package.version,
        package.released_at
    from latest
    left join known using (package_id)
    where
        known.package_id is null
        or known.observed_at < %s
        or asked_for.version is distinct from package.version
        or asked_for.released_at is distinct from package.released_at
    order by package.stars desc nulls last, package_id
"""
