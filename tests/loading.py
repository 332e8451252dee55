"""Loads without Dagster, in this process or in one that a test can kill."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from community_assets.definitions import github_connector
from community_assets.ingestion import Connector, load_into_raw, loading_pipeline, plain_failures
from community_assets.settings import GithubSection, Paths, Settings
from community_assets.sources.github import GithubLoad
from community_assets.sources.github.source import TABLES

# What was observed, without when: the same whether a load was stopped or not.
STARS = "select distinct repository_id, user_id, user_login, starred_at from raw.stargazers order by all"
EDGES = {
    table: f"select distinct * exclude (observed_at, walk_id) from raw.{table} order by all"
    for table in ("watchers", "forks", "activities", "contributors")
}
PEOPLE = (
    "select distinct on (user_id) * exclude (observed_at, walk_id) from raw.users order by user_id, observed_at desc"
)


def connector(repositories: list[str], organizations: list[str] | None = None, **options: Any) -> Connector:
    """GitHub as the settings configure it; `options` are attributes of its load, such as `pages_per_chunk`."""
    section = GithubSection(repositories=repositories, organizations=organizations or [])
    base = github_connector(Settings(github=section))

    def start() -> GithubLoad:
        load = base.start()
        assert isinstance(load, GithubLoad)
        return replace(load, **options)

    return replace(base, start=start)


def load(data: Path, repositories: list[str], organizations: list[str] | None = None, **options: Any) -> Paths:
    """Run one load into `data` and publish its raw file; fails as the asset does."""
    paths = Paths(data)
    github = connector(repositories, organizations, **options)
    pipeline = loading_pipeline(github, paths)

    def run(chunk: Any) -> None:
        pipeline.drop()  # as dagster-dlt does: state comes from the loading file alone
        pipeline.run(chunk)

    with plain_failures("github"):
        load_into_raw(github, paths, run, list(TABLES))
    return paths


def raw_rows(paths: Paths, query: str) -> list[tuple[Any, ...]]:
    """Rows of a query over GitHub's raw file."""
    with duckdb.connect(paths.raw("github"), read_only=True) as db:
        return db.execute(query).fetchall()


def load_with(environment: dict[str, str], data: Path, repositories: list[str], **options: Any) -> None:
    """What a child process runs: `load` in an environment of its own."""
    os.environ.update(environment)
    load(data, repositories, None, **options)
