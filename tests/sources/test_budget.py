"""The points that one load may cost: it stops there, says what is left, and later loads go on."""

from collections.abc import Callable

import pytest

from community_assets.sources.github.schemas import KEYS
from tests.conftest import EXHAUSTIVE
from tests.loading import Rig, undisturbed

RigOf = Callable[..., Rig]
PEOPLE, SEED = 60, 5
# What a load of this community costs: three repositories, fifteen pages of lists, two and six batches of profiles.
ALL = 26


def assert_nothing_is_twice(rig: Rig) -> None:
    """Whatever was observed more than once was the same each time."""
    for table, keys in KEYS.items():
        if table not in ("repositories", "walks"):
            values = f"select distinct columns(c -> c not in ('observed_at', 'walk_id')) from raw.{table}"
            distinct = f"select count(*), count(distinct ({', '.join(keys)})) from ({values})"
            ((rows, things),) = rig.rows(distinct)
            assert rows == things, table


@pytest.mark.parametrize("points", range(3, ALL) if EXHAUSTIVE else [3, 4, 7, 13, 18, 19, 21, 25])
def test_a_load_stops_at_its_budget_and_the_next_one_goes_on(rig_of: RigOf, points: int) -> None:
    expected = undisturbed(PEOPLE, SEED)
    assert expected.attempt.points == ALL
    rig = rig_of(PEOPLE, SEED)
    first = rig.load(points_budget=points)
    assert first.outcome == "paused"
    assert "the budget is spent, the next load goes on with " in str(first.message)
    assert rig.sandbox.points == first.points <= points
    second = rig.load()
    assert second.outcome == "complete"
    assert rig.observed() == expected.observed
    assert_nothing_is_twice(rig)
    assert rig.sandbox.points <= ALL + 3  # each load looks at the repositories


def test_a_budget_of_exactly_what_a_load_costs_is_enough(rig_of: RigOf) -> None:
    assert rig_of(PEOPLE, SEED).load(points_budget=ALL).outcome == "complete"


def test_small_budgets_end_in_a_complete_load(rig_of: RigOf) -> None:
    """Each load looks at its three repositories, and goes on with the rest of its points."""
    rig, points = rig_of(PEOPLE, SEED), 9
    outcomes = []
    while not outcomes or outcomes[-1] == "paused":
        attempt = rig.load(points_budget=points)
        outcomes.append(attempt.outcome)
        assert attempt.points <= points
        assert len(outcomes) <= ALL // (points - 3) + 2
    assert outcomes[-1] == "complete"
    assert rig.observed() == undisturbed(PEOPLE, SEED).observed
    assert_nothing_is_twice(rig)


def test_what_is_left_is_named(rig_of: RigOf) -> None:
    rig = rig_of(PEOPLE, SEED)
    first, second, third = rig.sandbox.community.repositories
    none = rig.load(points_budget=0)
    assert (none.outcome, none.points) == ("paused", 0)
    assert {f"{name} (all of it)" in str(none.message) for name in (first, second, third)} == {True}
    lists = rig.load(points_budget=6, at_once=1)
    assert f"forks of {first} (a part of them)" in str(lists.message)
    assert f"issues of {third} (a part of them)" in str(lists.message)
    people = len(undisturbed(PEOPLE, SEED).observed["users"])
    profiles = rig.load(points_budget=3 + 15 - 3 + 1, at_once=1)
    assert f"profiles ({people - 37})" in str(profiles.message)
