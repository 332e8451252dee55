"""The pace on a clock of its own: refusals at the same time, refusals without end, and the end of waiting."""

from datetime import timedelta

import pytest

from community_assets.sandbox import Faults
from community_assets.sources.github.pace import Pace
from community_assets.sources.load import SourceError
from tests.loading import FakeClock, Rig


def pace_of(time: FakeClock, at_once: int = 8) -> Pace:
    return Pace(time.clock, at_once, timedelta(minutes=70).total_seconds(), lambda _: None)


def test_requests_that_are_refused_together_are_one_refusal() -> None:
    time = FakeClock()
    pace, began = pace_of(time), time.now()
    for _ in range(8):
        pace.slow_down(None, "too fast")
    with pace.turn("graphql"):
        assert 60 <= time.now() - began <= 65
    for _ in range(8):
        pace.slow_down(None, "too fast")
    again = time.now()
    with pace.turn("graphql"):
        assert 120 <= time.now() - again <= 128


def test_nothing_is_asked_any_more_when_the_load_has_ended() -> None:
    pace = pace_of(FakeClock())
    pace.stop()
    with pytest.raises(SourceError, match="stopped"), pace.turn("core"):
        raise AssertionError


def test_an_hour_that_somebody_else_spends_again_and_again_is_waited_for_once(rig_of) -> None:
    rig: Rig = rig_of(people=10)
    rig.sandbox.faults = Faults(1, share=1.0, kinds=["primary limit"], most_in_a_row=1_000_000)
    began = rig.time.now()
    attempt = rig.load(longest_wait=timedelta(minutes=5))
    assert attempt.outcome == "failed"
    assert "longer than github.max_wait_minutes = 5 allows to wait" in str(attempt.message)
    assert rig.time.now() - began <= 300
