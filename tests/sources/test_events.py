"""Stars by event: what GitHub's feed does to its events, what a look costs, and repositories that swap names."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from community_assets.sandbox import Access, github_rest
from community_assets.sandbox.people import NOW
from community_assets.sandbox.entities import User
from community_assets.sandbox.github_events import newest_events
from community_assets.sandbox.server import RequestInfo
from tests.loading import Rig

RigOf = Callable[..., Rig]
DAILY = ["repositories", "star_events"]
STARS = "select user_id from raw.star_events where walk_id = '{}'"


def newcomers(rig: Rig) -> list[User]:
    """People who have not starred the first project."""
    fans = {star.user_id for star in rig.sandbox.community.projects[0].stars}
    users = [a for a in rig.sandbox.community.accounts.values() if isinstance(a, User)]
    return [user for user in users if user.id not in fans]


def test_a_look_at_events_costs_no_point(rig_of: RigOf) -> None:
    rig = rig_of()
    rig.sandbox.access["stargazers"] = Access("403", "403")
    rig.load(DAILY)
    rig.time.sleep(120)
    project, new = rig.sandbox.community.projects[0], newcomers(rig)[0]
    rig.sandbox.community.star(project, new, NOW + timedelta(seconds=60))
    asked: list[RequestInfo] = []
    rig.sandbox.on_request = lambda _, info: asked.append(info)
    attempt = rig.load(["star_events"])
    assert attempt.outcome == "complete"
    assert rig.rows(STARS.format(attempt.load_id)) == [(new.id,)]
    assert attempt.points == 1, "the one that names who starred"
    assert len(asked) == len(rig.sandbox.community.projects) + 1


def test_a_repository_that_lists_its_stars_is_not_looked_at_for_events(rig_of: RigOf) -> None:
    rig = rig_of()
    rig.sandbox.access["stargazers"] = Access("403", "403")
    rig.load(DAILY)
    rig.sandbox.access["stargazers"] = Access()
    rig.load(DAILY)
    rig.time.sleep(120)
    assert rig.load(["star_events"]).requests == 0


def test_events_that_disappear_or_come_late_change_nothing(rig_of: RigOf, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = rig_of()
    project, new = rig.sandbox.community.projects[0], newcomers(rig)
    hidden: set[str] = set()
    monkeypatch.setattr(
        github_rest, "newest_events", lambda *of: [e for e in newest_events(*of) if e.actor.id not in hidden]
    )
    rig.sandbox.access["stargazers"] = Access("403", "403")
    for minute, user in enumerate(new[:2]):
        rig.sandbox.community.star(project, user, NOW + timedelta(minutes=minute))
    late, gone = new[0].id, new[1].id
    hidden.add(late)
    rig.time.sleep(600)
    first = rig.load(DAILY)
    assert (gone,) in rig.rows(STARS.format(first.load_id))
    hidden.clear()
    hidden.add(gone)
    rig.time.sleep(600)
    second = rig.load(["star_events"])
    assert rig.rows(STARS.format(second.load_id)) == [(late,)]
    assert "look more often" not in str(second.message)


def test_a_name_that_is_given_to_another_repository_is_walked_from_the_start(rig_of: RigOf) -> None:
    rig = rig_of()
    first, second = rig.sandbox.community.projects[:2]
    name = first.name_with_owner
    rig.load(["activities"], repositories=[name])
    first.name, second.name = second.name, first.name
    assert second.name_with_owner == name
    rig.load(["activities"], repositories=[name])
    accounts = rig.sandbox.community.accounts
    expected = {issue.id for p in (first, second) for issue in p.issues if issue.author_id in accounts}
    assert {i for (i,) in rig.rows("select activity_id from raw.activities where kind = 'issue'")} == expected
