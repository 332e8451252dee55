"""Requests that fail for a while or for good: what is loaded in spite of them, and what the log says of the rest."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from community_assets.raw import Attempt
from community_assets.sandbox import TRANSIENT, Community, Faults, RequestInfo, serve
from tests.loading import FakeClock, Rig, undisturbed

RigOf = Callable[..., Rig]
PEOPLE, SEED = 60, 5
# With one request at a time the same seed gives the same faults: these five alone give every kind.
ONE_AT_A_TIME, MANY_AT_ONCE = (1, 2, 3, 4, 5), (6, 7, 8, 9, 10)


@dataclass(frozen=True)
class Faulty:
    """How ten loads ended of which every fifth request failed, and all that was said and stored meanwhile."""

    attempts: list[Attempt]
    observed: list[dict[str, Any]]
    served: Counter[str]
    token: str
    log: str
    data: Path


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faulty]:
    """Load a community ten times, each time into another data directory."""
    time, data, log = FakeClock(), tmp_path_factory.mktemp("faulty"), StringIO()
    found: list[tuple[Attempt, dict[str, Any]]] = []
    served = Counter[str]()
    with (
        serve(Community.generate(PEOPLE, SEED), clock=time.now) as sandbox,
        everything_logged(log),
    ):
        for seed in ONE_AT_A_TIME + MANY_AT_ONCE:
            sandbox.faults = Faults(seed)
            rig = Rig(sandbox, time, data / str(seed), {"at_once": 1 if seed in ONE_AT_A_TIME else 4})
            found.append((rig.load(), rig.observed()))
            served += sandbox.faults.served
        attempts, observed = zip(*found, strict=True)
        yield Faulty(list(attempts), list(observed), served, sandbox.token, log.getvalue(), data)


@contextmanager
def everything_logged(log: StringIO) -> Iterator[None]:
    """Write what any logger says, down to the least of it, tracebacks included."""
    handler, root = logging.StreamHandler(log), logging.getLogger()
    known = [root, *(logger for logger in root.manager.loggerDict.values() if isinstance(logger, logging.Logger))]
    before = [(logger, logger.level, logger.propagate) for logger in known]
    root.addHandler(handler)
    for logger in known:
        logger.setLevel(logging.DEBUG)
        logger.propagate = True
    yield
    for logger, level, propagate in before:
        logger.setLevel(level)
        logger.propagate = propagate
    root.removeHandler(handler)


def test_a_fifth_of_all_requests_may_fail_and_nothing_is_missing(faulty: Faulty) -> None:
    expected = undisturbed(PEOPLE, SEED)
    for attempt, observed in zip(faulty.attempts, faulty.observed, strict=True):
        assert (attempt.outcome, attempt.message) == ("complete", expected.attempt.message)
        assert observed == expected.observed
    assert set(faulty.served) == set(TRANSIENT)


def test_no_fault_brings_the_token_to_light(faulty: Faulty) -> None:
    assert faulty.served["echo"]
    assert "asked again" in faulty.log
    assert faulty.token not in faulty.log
    assert not any(faulty.token in (attempt.message or "") for attempt in faulty.attempts)
    files = [path for path in faulty.data.rglob("*") if path.is_file()]
    assert len(files) > len(faulty.attempts)
    assert [path for path in files if faulty.token.encode() in path.read_bytes()] == []
