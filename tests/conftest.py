"""Fixtures that every test may use: an environment of its own, data directories, a small served community."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from sqlalchemy import Engine, create_engine

from community_assets.sandbox import Community, Sandbox, serve
from community_assets.settings import GithubSection, Settings

# Loaded cores are no reason to fail.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
# Some tests take samples of the moments at which a load may end; EXHAUSTIVE=1 tries each.
EXHAUSTIVE = bool(os.environ.get("EXHAUSTIVE"))


# Files that take longest, first: the last one to start would be waited for.
SLOWEST = (
    "test_ui",
    "test_refresh",
    "test_faults",
    "test_tiers",
    "test_budget",
    "test_limits",
    "test_pipeline",
    "test_marts",
    "test_roles",
    "test_github",
    "test_bi",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the slow files first."""
    order = {name: place for place, name in enumerate(SLOWEST)}
    items.sort(key=lambda item: order.get(item.path.stem, len(order)))


@pytest.fixture(scope="session", autouse=True)
def no_environment_of_the_developer() -> Iterator[None]:
    """No test reads the developer's tokens or settings, and none waits between attempts of a request."""
    before = dict(os.environ)
    for name in list(os.environ):
        if name.startswith(("ARTIFACT_HUB_", "TERRAFORM_REGISTRY_", "GITHUB_", "COMMUNITY_", "DAGSTER_", "SOURCES__")):
            del os.environ[name]
    os.environ |= {"RUNTIME__REQUEST_MAX_ATTEMPTS": "2", "RUNTIME__REQUEST_BACKOFF_FACTOR": "0"}
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session", autouse=True)
def engines_are_kept() -> Iterator[None]:
    """Dagster's event log makes an engine for each event, which compiles all statements again: a tenth of a run."""
    engines: dict[str, Engine] = {}

    def kept(url: str, **options: Any) -> Engine:
        return engines[url] if url in engines else engines.setdefault(url, create_engine(url, **options))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dagster._core.storage.event_log.sqlite.sqlite_event_log.create_engine", kept)
        yield


@pytest.fixture(autouse=True)
def no_data_directory_of_the_test_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """`build_defs` tells dbt where the data are by an environment variable of the process."""
    monkeypatch.delenv("COMMUNITY_DATA_DIR", raising=False)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A served community of one's own, to be changed."""
    with serve(Community.generate(people=250, seed=11)) as served:
        yield served


@pytest.fixture
def use_sandbox(monkeypatch: pytest.MonkeyPatch) -> Callable[[Sandbox], None]:
    """Point the environment at a sandbox."""

    def use(served: Sandbox) -> None:
        monkeypatch.setenv("GITHUB_TOKEN", served.token)
        monkeypatch.setenv("GITHUB_API_URL", served.api_url)

    return use


@pytest.fixture
def settings_for(tmp_path: Path) -> Callable[..., Settings]:
    """Settings that load some repositories into a data directory of one's own."""

    def make(repositories: list[str], data_dir: Path | None = None) -> Settings:
        return Settings(data_dir=data_dir or tmp_path / "data", github=GithubSection(repositories=repositories))

    return make
