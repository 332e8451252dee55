"""Loads without Dagster, in this process or in one that a test can kill."""

import multiprocessing
import os
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import duckdb

from community_assets import ingestion, raw
from community_assets.connectors import connectors
from community_assets.connectors.github import github_connector
from community_assets.ingestion import Connector, load_into_raw, loading_pipeline, plain_failures, plain_message
from community_assets.sandbox import Community, RequestInfo, Sandbox, serve
from community_assets.sandbox.people import NOW
from community_assets.settings import GithubSection, Paths, Settings
from community_assets.sources.github import GithubLoad
from community_assets.sources.github.pace import Clock
from community_assets.sources.github.source import TABLES
from community_assets.sources.load import Load

# What was observed, without when: the same whether a load was stopped or not.
STARS = "select distinct repository_id, user_id, user_login, starred_at from raw.stargazers order by all"
EDGES = {
    table: f"select distinct * exclude (observed_at, walk_id) from raw.{table} order by all"
    for table in ("watchers", "forks", "activities", "contributors")
}
PEOPLE = (
    "select distinct on (user_id) * exclude (observed_at, walk_id) from raw.users order by user_id, observed_at desc"
)
DEEP = "select distinct * exclude (observed_at, walk_id) from raw.deep_profiles order by all"
OBSERVED = {"stargazers": STARS, "users": PEOPLE, "deep_profiles": DEEP, **EDGES}

Sections = dict[str, dict[str, Any]]
_FORKSERVER = multiprocessing.get_context("forkserver")
_FORKSERVER.set_forkserver_preload(["tests.loading"])
# How often dlt sends a request when nothing else is set.
ATTEMPTS = {"RUNTIME__REQUEST_MAX_ATTEMPTS": "5"}


class FakeClock:
    """Time that passes only while somebody sleeps; shared by a source and its sandbox, and by their threads."""

    def __init__(self) -> None:
        self.time = (NOW + timedelta(days=1)).timestamp()  # what the community did last is long ago
        self._lock = threading.Lock()

    def now(self) -> float:
        """Seconds since the epoch."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        with self._lock:
            self.time += seconds

    @property
    def clock(self) -> Clock:
        """For a load."""
        return Clock(self.now, self.sleep)


@dataclass
class Rig:
    """A sandbox and a loading file, both on one clock; it loads as the asset does, but publishes nothing.

    A load that fails is an attempt like others, and what it has committed stays.

    Attributes:
        sandbox: what is loaded from.
        time: by which sandbox and source wait.
        data: the data directory.
        options: attributes of every load.
        environment: variables of every load.
    """

    sandbox: Sandbox
    time: FakeClock
    data: Path
    options: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    def load(
        self, tables: Collection[str] = TABLES, repositories: Sequence[str] | None = None, **options: Any
    ) -> raw.Attempt:
        """Run one load, of some tables or repositories if not of all."""
        environment = {"GITHUB_TOKEN": self.sandbox.token, "GITHUB_API_URL": self.sandbox.api_url}
        paths = Paths(self.data)
        names = list(repositories or self.sandbox.community.repositories)
        with patch.dict(os.environ, {**environment, **ATTEMPTS, **self.environment}):
            github = connector(names, clock=self.time.clock, **{"at_once": 4, **self.options, **options})
            pipeline = loading_pipeline(github, paths)
            if not paths.loading("github").exists():
                paths.loading("github").write_bytes(_loading_file())
            started = github.start()
            assert started
            try:
                for chunk in started.chunks(tables):
                    pipeline.drop()  # as dagster-dlt does: state comes from the loading file alone
                    pipeline.run(chunk)
            except Exception as error:
                return raw.Attempt.of(started, failure=plain_message(error))
            return raw.Attempt.of(started)

    def asked(self) -> list[RequestInfo]:
        """A list of what is asked from now on."""
        asked: list[RequestInfo] = []
        self.sandbox.on_request = lambda _, info: asked.append(info)
        return asked

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query over the loading file."""
        with duckdb.connect(Paths(self.data).loading("github"), read_only=True) as db:
            return db.execute(query).fetchall()

    def observed(self) -> dict[str, Any]:
        """What was found, without when."""
        return {table: self.rows(query) for table, query in OBSERVED.items()}


@cache
def _loading_file() -> bytes:
    """A loading file with nothing but its tables; to have it made once saves each load some tenths of a second."""
    with TemporaryDirectory() as data:
        ingestion._create_tables(connector([]), Paths(Path(data)))
        return Paths(Path(data)).loading("github").read_bytes()


@dataclass(frozen=True)
class Undisturbed:
    """What a load finds and costs when nothing goes wrong."""

    attempt: raw.Attempt
    observed: dict[str, Any]


@cache
def undisturbed(people: int, seed: int, repositories: tuple[str, ...] = ()) -> Undisturbed:
    """Load a community, or some of its repositories, without any fault."""
    time = FakeClock()
    with TemporaryDirectory() as data, serve(Community.generate(people, seed), clock=time.now) as sandbox:
        rig = Rig(sandbox, time, Path(data))
        return Undisturbed(rig.load(repositories=repositories), rig.observed())


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
    """Run one load of GitHub into `data` and publish its raw file; fails as the asset does."""
    return run_load(connector(repositories, organizations, **options), data)


def run_load(source: Connector, data: Path) -> Paths:
    """Run one load of any source into `data` and publish its raw file; fails as the asset does."""
    paths = Paths(data)
    pipeline = loading_pipeline(source, paths)

    def run(chunk: Any) -> None:
        pipeline.drop()  # as dagster-dlt does: state comes from the loading file alone
        pipeline.run(chunk)

    with plain_failures(source.name):
        load_into_raw(source, paths, run, list(source.empty().resources))
    return paths


def raw_rows(paths: Paths, query: str, source: str = "github") -> list[tuple[Any, ...]]:
    """Rows of a query over a raw file."""
    with duckdb.connect(paths.raw(source), read_only=True) as db:
        return db.execute(query).fetchall()


def load_source_with(environment: dict[str, str], data: Path, source: str, sections: Sections, **options: Any) -> None:
    """What a child process runs: a load of any source as sections of settings ask for; `options` are its attributes."""
    os.environ.update(environment)
    (base,) = [c for c in connectors(Settings.model_validate(sections)) if c.name == source]

    def start() -> Load:
        load = base.start()
        assert load
        return replace(load, **options)

    run_load(replace(base, start=start), data)


def killed_load(
    api: Any, stop: int, seconds: float, data: Path, source: str, sections: Sections, **options: Any
) -> int | None:
    """Load in a process of its own, and SIGKILL it; its exit code.

    Args:
        api: the double that counts requests: the sandbox, or one of those in it.
        stop: the request at which it is killed, before it is answered.
        seconds: it is killed so long after that instead, if not 0.
        data: the data directory.
        source: which source is loaded.
        sections: of settings.
        options: attributes of the load.
    """
    arguments = api.environment, data, source, sections
    process = _FORKSERVER.Process(target=load_source_with, args=arguments, kwargs=options)

    def on_request(number: int, _: object) -> None:
        if number == stop and seconds:
            threading.Timer(seconds, process.kill).start()
        elif number == stop:
            process.kill()

    api.on_request = on_request
    process.start()
    process.join(60)
    return process.exitcode
