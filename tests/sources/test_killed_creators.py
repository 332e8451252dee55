"""SIGKILL of a load of creators: the one that follows ends like an undisturbed one."""

import os
import signal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from community_assets.sandbox import Community, serve
from community_assets.settings import Paths
from tests.conftest import EXHAUSTIVE
from tests.loading import killed_load, load_source_with, raw_rows

IN_PARTS = {"terraform_registry": {"requests_per_chunk": 12}, "artifact_hub": {"pages_per_chunk": 12}}
TABLES = {
    "terraform_registry": ["modules", "providers", "versions"],
    "artifact_hub": ["packages", "package_details"],
}
# Requests of a load, and how many of them a kill costs at most: those of a chunk, and lists that begin anew.
MOST_LOST = 26
REQUESTS = {"terraform_registry": 52, "artifact_hub": 78}
MOMENTS = [
    (source, stop)
    for source, requests in REQUESTS.items()
    for stop in (range(1, requests + 1) if EXHAUSTIVE else range(38, requests, 37))
]


@pytest.fixture(scope="module")
def community() -> Community:
    return Community.generate(people=60, seed=5)


def load(source: str, community: Community, data: Path) -> int:
    """Load without a disturbance; how much was asked."""
    with serve(community) as sandbox, patch.dict(os.environ):
        load_source_with(sandbox.environment, data, source, sandbox.sections)
        return int(getattr(sandbox, source).requests)


def kill_at(stop: int, source: str, community: Community, data: Path) -> int | None:
    """SIGKILL a load at its `stop`-th request; returns its exit code."""
    with serve(community) as sandbox:
        return killed_load(getattr(sandbox, source), stop, 0, data, source, sandbox.sections, **IN_PARTS[source])


def observed(source: str, data: Path) -> list[Any]:
    """What is in raw, without when it was observed."""
    query = "select distinct * exclude (observed_at, walk_id) from raw.{} order by all"
    return [raw_rows(Paths(data), query.format(table), source) for table in TABLES[source]]


@pytest.fixture(scope="module")
def undisturbed(community: Community, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """What there is to be found of each source."""
    found = {}
    for source, requests in REQUESTS.items():
        data = tmp_path_factory.mktemp(source)
        assert load(source, community, data) == requests
        found[source] = observed(source, data)
    return found


@pytest.mark.parametrize(("source", "stop"), MOMENTS)
def test_a_load_killed_at_any_request_ends_like_an_undisturbed_one(
    community: Community, undisturbed: dict[str, list[Any]], source: str, stop: int, tmp_path: Path
) -> None:
    assert kill_at(stop, source, community, tmp_path) == -signal.SIGKILL
    assert load(source, community, tmp_path) <= REQUESTS[source] - stop + MOST_LOST
    assert observed(source, tmp_path) == undisturbed[source]
