"""The GitHub source: repositories, their stargazers newest first, then each person's base profile once.

What belongs here: what is asked for, in which order, and the cursors. GitHub's answers are read in `client.py` and
become rows in `rows.py`.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import dlt
import pyarrow as pa
from dlt import Pipeline
from dlt.common.configuration.specs import BaseConfiguration
from dlt.sources import DltResource, DltSource

from community_assets.sources.github import rows, schemas
from community_assets.sources.github.client import GithubClient
from community_assets.sources.load import Load

# GitHub charges 1 point for 100 fetched connections, rounded: 49 profiles of three connections are 1.48.
PROFILES_PER_QUERY = 49


@dataclass(kw_only=True)
class GithubLoad(Load):
    """One refresh of GitHub.

    Attributes:
        token: a personal access token, or an App's installation token.
        graphql_url: endpoint of the GraphQL API.
        repositories: names as "owner/name".
        organizations: logins; their public repositories that are no forks are added to `repositories`.
        profile_max_age: profiles observed longer ago are asked for again.
        pages_per_chunk: requests after which dlt commits.
    """

    source: str = "github"
    token: str = field(repr=False)
    graphql_url: str
    repositories: list[str] = field(default_factory=list)
    organizations: list[str] = field(default_factory=list)
    profile_max_age: timedelta = timedelta(days=30)
    pages_per_chunk: int = 25

    def __post_init__(self) -> None:
        self.client = GithubClient(self.token, self.graphql_url, self)
        self.finished: set[str] = set()
        self.asked: set[str] = set()
        self.people = self.stars = 0

    def chunks(self, tables: Collection[str]) -> Iterator[DltSource]:
        """Repositories, then stargazers, then profiles, each until nothing is left."""
        named = [*self.repositories, *self._organization_repositories()]
        self.repositories = list({name.lower(): name for name in reversed(named)}.values())[::-1]
        for table in ("repositories", "stargazers", "users"):
            while table in tables and table not in self.finished:
                yield github(self).with_resources(table)

    def _organization_repositories(self) -> Iterator[str]:
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

    def ask_repository(self, query: str, name: str, **variables: Any) -> dict[str, Any] | None:
        """Ask about one repository; null when GitHub does not show it, which is noted as a failure of this load."""
        owner, _, short_name = name.partition("/")
        repository: dict[str, Any] | None = self.client.query(query, owner=owner, name=short_name, **variables)[
            "repository"
        ]
        if repository is None:
            self.fail(name)
        return repository

    def fail(self, name: str) -> None:
        """Note that a repository could not be loaded, in GitHub's own words if it gave any."""
        reasons = "; ".join(self.client.refused.values())
        self.failures[name] = reasons or "no such repository, or the token may not see it"

    def observation(self) -> dict[str, str]:
        """The columns that tell when and in which walk a row was seen."""
        return {"observed_at": datetime.now(UTC).isoformat(), "walk_id": self.walk_id}

    def report(self, what: str) -> None:
        """Log progress."""
        counts = f"{self.stars:,} stars, {self.people:,} people, {self.requests:,} requests"
        left = "" if self.client.remaining is None else f", {self.client.remaining:,} points left"
        self.logger.info("%s: %s%s", what, counts, left)


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
        yield from _stargazers(load) if load else [schemas.STARGAZERS.empty_table()]

    @dlt.resource(write_disposition="append")
    def users() -> Iterator[pa.Table]:
        """Base profiles: who, where, for whom, followers, own top repositories. One row per account and observation."""
        yield from _users(load) if load else [schemas.USERS.empty_table()]

    return repositories(), stargazers(), users()


def _repositories(load: GithubLoad) -> Iterator[pa.Table]:
    for name in load.repositories:
        node = load.ask_repository("repository", name)
        if node:
            yield load.batch([rows.repository(node, load.observation())], schemas.REPOSITORIES)
    load.finished.add("repositories")


def _stargazers(load: GithubLoad) -> Iterator[pa.Table]:
    """Walk each repository until its walk of this load has joined the previous one, at most one chunk of pages."""
    walks = dlt.current.resource_state().setdefault("walks", {})
    pages = 0
    for name in load.repositories:
        walk = walks.setdefault(name.lower(), {})
        while name not in load.finished and name not in load.failures:
            if pages == load.pages_per_chunk:
                return
            pages += 1
            yield from _stargazer_page(load, name, walk)
    load.finished.add("stargazers")


def _stargazer_page(load: GithubLoad, name: str, walk: dict[str, Any]) -> Iterator[pa.Table]:
    """Fetch one page and move the cursor; the watermark moves only when the walk joins the previous one.

    `walk` is dlt state and is stored together with the page: `watermark` (newest star below which everything is known)
    and, while a walk is under way, its `walk_id`, the `head` (its newest star) and the `cursor` of its next page.
    """
    walk_id = walk.setdefault("walk_id", load.walk_id)
    repository = load.ask_repository("stargazers", name, cursor=walk.get("cursor"))
    if repository is None:
        return
    page = repository["stargazers"]
    if page is None:
        # A refused cursor is forgotten and the walk begins again; a list that is refused from its start has failed.
        if walk.pop("cursor", None) is None:
            load.fail(name)
        for key in ("walk_id", "head"):
            walk.pop(key, None)
        return
    edges = [edge for edge in page["edges"] if edge and edge["node"]]
    times = [edge["starredAt"] for edge in edges]
    walk["head"] = walk.get("head") or max(times, default=None)
    watermark = walk.get("watermark")
    if page["pageInfo"]["hasNextPage"] and not (watermark and times and min(times) < watermark):
        walk["cursor"] = page["pageInfo"]["endCursor"]
    else:
        walk["watermark"] = walk["head"] or watermark
        for key in ("walk_id", "head", "cursor"):
            walk.pop(key, None)
        if walk_id == load.walk_id:  # an older walk only closed the hole behind its head
            load.finished.add(name)
    observation = {**load.observation(), "walk_id": walk_id}
    yield load.batch([rows.stargazer(repository["id"], edge, observation) for edge in edges], schemas.STARGAZERS)
    load.stars += len(edges)
    load.report(f"stargazers of {name}")


def _users(load: GithubLoad) -> Iterator[pa.Table]:
    """Fetch the profiles of people who are unknown or stale, at most one chunk of batches."""
    limit = PROFILES_PER_QUERY * load.pages_per_chunk
    due = _people_due(dlt.current.pipeline(), datetime.now(UTC) - load.profile_max_age)
    due = [user_id for user_id in due if user_id not in load.asked][:limit]
    for start in range(0, len(due), PROFILES_PER_QUERY):
        yield _profiles(load, due[start : start + PROFILES_PER_QUERY])
        load.report("profiles")
    if len(due) < limit:
        load.finished.add("users")


def _profiles(load: GithubLoad, ids: list[str]) -> pa.Table:
    """One batch of profiles; a null is an account that is gone, unless GitHub says that it refused to show it."""
    nodes = load.client.query("profiles", ids=ids)["nodes"]
    load.asked.update(ids)
    load.people += len(ids)
    refused = {path[1]: reason for path, reason in load.client.refused.items() if path[0] == "nodes"}
    if refused:
        load.failures["profiles"] = "; ".join(sorted(set(refused.values())))
    observation = load.observation()
    shown = [(i, node) for number, (i, node) in enumerate(zip(ids, nodes, strict=True)) if number not in refused]
    return load.batch([rows.user(i, node, observation) for i, node in shown], schemas.USERS)


def _people_due(pipeline: Pipeline, stale_before: datetime) -> list[str]:
    """Node ids of people who have an edge but no profile observed since `stale_before`, in a lasting order."""
    with pipeline.sql_client() as sql:
        edges, users = sql.make_qualified_table_name("stargazers"), sql.make_qualified_table_name("users")
        found = sql.execute_sql(
            f"""
            select distinct user_id
            from {edges}
            where user_id not in (select user_id from {users} where observed_at >= %s)
            order by user_id
            """,
            stale_before,
        )
    return [row[0] for row in found or ()]
