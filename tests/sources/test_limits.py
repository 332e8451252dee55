"""GitHub's limits: kept where they are known, waited for where GitHub says so, given up when that takes too long."""

import json
import logging
import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from community_assets.sandbox import Access, Faults, Quota, RequestInfo, github_faults, github_secondary
from community_assets.sources.github import GithubLoad
from community_assets.sources.github.pace import POINTS_PER_MINUTE
from tests.loading import Rig, undisturbed

RigOf = Callable[..., Rig]
PEOPLE, SEED = 60, 5
ALWAYS = 1_000_000


@pytest.fixture
def progress(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """What a load says while it goes on."""
    caplog.set_level(logging.INFO, "community_assets.sources.github")
    return caplog


def refusing(rig: Rig, kind: str, in_a_row: int) -> None:
    """Refuse each request so many times before it is answered."""
    rig.sandbox.faults = Faults(1, share=1.0, kinds=[kind], most_in_a_row=in_a_row)


def test_a_spent_hour_is_waited_for_and_nothing_is_asked_meanwhile(
    rig_of: RigOf, progress: pytest.LogCaptureFixture
) -> None:
    window = 600
    rig = rig_of(PEOPLE, SEED, quota=Quota(points=8, seconds=window))
    began, expected = rig.time.now(), undisturbed(PEOPLE, SEED)
    attempt = rig.load()
    assert attempt.outcome == "complete"
    assert rig.observed() == expected.observed
    windows = -(-expected.attempt.points // 8)
    waited = rig.time.now() - began
    assert (windows - 1) * window <= waited < windows * window
    # Who was under way when the last point was spent is refused, and nobody else.
    assert attempt.requests <= expected.attempt.requests + (windows - 1) * (4 - 1)
    said = [
        re.fullmatch(r"waiting: GitHub's rate limit of this token is spent; (\d+):(\d\d) left", m)
        for m in progress.messages
    ]
    left = [int(m[1]) * 60 + int(m[2]) for m in said if m]
    assert max(left) > window - 10
    assert min(left) < 10
    assert len(left) <= windows * window / 5


def test_the_hour_of_the_rest_api_is_waited_for(rig_of: RigOf) -> None:
    rig = rig_of(PEOPLE, SEED, quota=Quota(points=3, seconds=600))
    began = rig.time.now()
    rig.sandbox.access["stargazers"] = Access("403", "403")
    attempt = rig.load(["repositories", "star_history", "contributors"])
    assert attempt.outcome == "complete"
    windows, others = -(-rig.sandbox.rest_points // 3), -(-rig.sandbox.points // 3)
    assert windows > 10
    assert (windows - 1) * 600 <= rig.time.now() - began < (windows + others) * 600


@pytest.mark.parametrize(
    ("kind", "in_a_row", "least", "most"),
    [
        ("secondary limit", 1, 1, github_faults.LONGEST_RETRY_AFTER),
        ("secondary limit", 3, 3, 3 * github_faults.LONGEST_RETRY_AFTER),
        ("secondary limit without Retry-After", 1, 60, 60),
        ("secondary limit without Retry-After", 2, 60 + 120, 60 + 120),
    ],
)
def test_github_is_given_the_time_that_it_asks_for(
    rig_of: RigOf, progress: pytest.LogCaptureFixture, kind: str, in_a_row: int, least: int, most: int
) -> None:
    rig = rig_of(PEOPLE, SEED)
    refusing(rig, kind, in_a_row)
    began = rig.time.now()
    attempt = rig.load(at_once=1)
    expected = undisturbed(PEOPLE, SEED)
    assert (attempt.outcome, attempt.message) == ("complete", expected.attempt.message)
    assert rig.observed() == expected.observed
    asked = expected.attempt.requests
    assert attempt.requests == (in_a_row + 1) * asked
    # A little longer than told, by chance, so that not all come back at once.
    assert least * asked <= rig.time.now() - began <= (most * 1.05 + in_a_row) * asked
    assert any(
        m.startswith("waiting: GitHub asks to slow down (its secondary rate limit); ") for m in progress.messages
    )


def test_less_is_asked_for_at_once_when_github_asked_to_slow_down(rig_of: RigOf) -> None:
    busy = rig_of(PEOPLE, SEED, latency=0.03)
    busy.load(at_once=8)
    assert busy.sandbox.most_at_once == 8
    slow = rig_of(PEOPLE, SEED, latency=0.03)
    refusing(slow, "secondary limit", 1)

    def forgive(number: int, _info: RequestInfo) -> None:
        if number == 4:  # all three repositories were refused
            slow.sandbox.faults = None

    slow.sandbox.on_request = forgive
    slow.load(at_once=8)
    assert slow.sandbox.most_at_once <= 4


@pytest.mark.parametrize(
    ("kind", "longest", "reason"),
    [
        ("primary limit", 0, "GitHub's rate limit of this token is spent"),
        ("secondary limit without Retry-After", 5, r"GitHub asks to slow down \(its secondary rate limit\)"),
        ("secondary limit", 1, r"GitHub asks to slow down \(its secondary rate limit\)"),
    ],
)
def test_a_limit_that_lasts_too_long_ends_the_load_and_the_next_one_goes_on(
    rig_of: RigOf, kind: str, longest: int, reason: str
) -> None:
    rig = rig_of(PEOPLE, SEED)
    answered: Counter[str] = Counter()

    def limit_later(number: int, info: RequestInfo) -> None:
        if number == 16:
            refusing(rig, kind, ALWAYS)
        if number <= 16 - 4 or not rig.sandbox.faults:  # four were under way
            answered[json.dumps([info.path, info.operation, dict(info.variables)], sort_keys=True)] += 1

    rig.sandbox.on_request = limit_later
    began = rig.time.now()
    # One at a time: on this clock waiting takes no time, so that others under way would be answered after it.
    attempt = rig.load(pages_per_chunk=20, longest_wait=timedelta(minutes=longest), at_once=1)
    assert attempt.outcome == "failed"
    assert re.fullmatch(
        rf"{reason} until \d\d:\d\d UTC, longer than github\.max_wait_minutes = {longest} allows to wait; "
        "a later refresh goes on where this one stopped",
        str(attempt.message),
    )
    assert rig.time.now() - began <= longest * 60
    rig.sandbox.faults = None
    again = rig.load(pages_per_chunk=20)
    expected = undisturbed(PEOPLE, SEED)
    assert again.outcome == "complete"
    assert rig.observed() == expected.observed
    twice = [json.loads(asked) for asked, times in answered.items() if times > 1]
    assert {operation for _, operation, _ in twice} <= {"Repository", None}
    assert sum(1 for _, operation, _ in twice if operation == "Repository") == len(rig.sandbox.community.projects)


def test_the_limits_of_a_minute_and_of_requests_at_once_are_never_met(rig_of: RigOf) -> None:
    assert POINTS_PER_MINUTE == github_secondary.POINTS_PER_MINUTE == {"core": 900, "graphql": 2_000}
    rig = rig_of(10, SEED, latency=0.02, quota=Quota(points=10_000, seconds=3_600))
    urls = {"api_url": rig.sandbox.api_url, "graphql_url": rig.sandbox.graphql_url}
    load = GithubLoad(token=rig.sandbox.token, **urls, clock=rig.time.clock, at_once=100)
    began = rig.time.now()

    def ask(number: int) -> None:
        if number % 3 == 0:
            load.client.get("/rate_limit")
        else:
            load.client.ask("{ rateLimit { cost remaining resetAt } }")

    with ThreadPoolExecutor(120) as pool:
        list(pool.map(ask, range(3_100)))
    assert rig.sandbox.requests == 3_100
    assert rig.sandbox.secondary_refusals == 0
    assert 50 < rig.sandbox.most_at_once <= 100
    assert 60 <= rig.time.now() - began < 180
