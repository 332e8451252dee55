"""Who starred, as far as GitHub shows it: lists refused and shown again, events, weeks, and stars taken back."""

import json
from collections.abc import Callable
from datetime import UTC, timedelta

import pytest

from community_assets.raw import Attempt
from community_assets.sandbox import Access, RequestInfo
from community_assets.sandbox.entities import Project, User
from community_assets.sandbox.github_history import star_history
from community_assets.sandbox.people import NOW
from tests.loading import EDGES, STARS, Rig

RigOf = Callable[..., Rig]
PEOPLE, SEED = 60, 5
STAR_TABLES = ["repositories", "stargazers", "star_events", "star_history"]
TIERS = "select star_tier from raw.repositories where observed_at = (select max(observed_at) from raw.repositories)"
STARRED = "select repository_id, user_id from raw.stargazers where walk_id = '{}'"


def hide_stars(rig: Rig, how: str = "403") -> None:
    rig.sandbox.access["stargazers"] = Access(how, how)


def users(rig: Rig) -> list[User]:
    return [account for account in rig.sandbox.community.accounts.values() if isinstance(account, User)]


def a_minute_later(rig: Rig) -> None:
    """GitHub wants a minute between two looks at its events."""
    rig.time.sleep(61)


@pytest.mark.parametrize("events", [True, False])
@pytest.mark.parametrize("how", ["401", "403", "404", "empty"])
def test_a_list_that_is_refused_and_shown_again_loses_nothing(rig_of: RigOf, how: str, events: bool) -> None:
    rig = rig_of(PEOPLE, SEED)
    rig.sandbox.events = events
    projects = len(rig.sandbox.community.projects)
    assert rig.load(STAR_TABLES).outcome == "complete"
    before = rig.rows(STARS)
    whole = rig.rows("select repository_id, records, live_count from raw.walks where list = 'stargazers' and is_whole")
    assert rig.rows(TIERS) == [("listed",)] * projects
    assert len(whole) == projects

    hide_stars(rig, how)
    a_minute_later(rig)
    refused = rig.load(STAR_TABLES)
    assert refused.outcome == "complete"  # as complete as this token allows
    names = rig.sandbox.community.repositories
    assert [said.split(": ")[0] for said in str(refused.message).split("; ")] == [f"stargazers of {n}" for n in names]
    assert rig.rows(TIERS) == [("events" if events else "counts",)] * projects
    assert rig.rows(STARS) == before

    hide_stars(rig, "listed")
    a_minute_later(rig)
    rig.sandbox.community.star(rig.sandbox.community.projects[0], users(rig)[0], NOW + timedelta(minutes=1))
    again = rig.load(STAR_TABLES)
    assert again.outcome == "complete"
    assert rig.rows(TIERS) == [("listed",)] * projects
    assert set(before) < set(rig.rows(STARS))
    walks = "select list, is_whole, records from raw.walks where walk_id in ('{}', '{}')"
    assert rig.rows(walks.format(refused.load_id, again.load_id)) == [
        ("stargazers", False, len(rig.sandbox.community.projects[0].stars))
    ]


@pytest.mark.parametrize("how", ["401", "403", "404", "empty"])
def test_a_refused_list_with_nothing_new_costs_two_points_and_the_rest_is_free(rig_of: RigOf, how: str) -> None:
    rig = rig_of(PEOPLE, SEED)
    projects = len(rig.sandbox.community.projects)
    hide_stars(rig, how)
    tables = [*STAR_TABLES, "contributors"]
    rig.load(tables)
    a_minute_later(rig)
    core = rig.sandbox._budgets["core"].total
    attempt = rig.load(tables)
    assert attempt.outcome == "complete"
    assert attempt.points <= 2 * projects
    assert rig.sandbox._budgets["core"].total == core
    # Events, contributors, and the newest weeks.
    assert rig.sandbox.not_modified >= 3 * projects


def test_people_of_a_repository_that_never_listed_its_stars_are_found_all_the_same(rig_of: RigOf) -> None:
    rig = rig_of(PEOPLE, SEED)
    community = rig.sandbox.community
    hide_stars(rig)
    attempt = rig.load()
    assert attempt.outcome == "complete"
    assert rig.rows(STARS) == []
    assert all(rig.rows(query) for table, query in EDGES.items())
    shown = {
        (p.id, star.user_id, star.starred_at)
        for p in community.projects
        for star in p.stars
        if star.user_id in community.accounts
    }
    found = rig.rows("select repository_id, user_id, starred_at from raw.star_events")
    assert {(repository, user, at.astimezone(UTC)) for repository, user, at in found} == shown
    assert len(found) == len(shown)
    known = {user for (user,) in rig.rows("select user_id from raw.users where is_found")}
    assert {user for _, user, _ in shown} <= known


def test_weeks_tell_how_many_stars_there_are_where_nobody_is_named(rig_of: RigOf) -> None:
    rig = rig_of(PEOPLE, SEED)
    hide_stars(rig)
    rig.load(STAR_TABLES)
    for project in rig.sandbox.community.projects:
        columns = "epoch(week)::int, stars, stars_by_day"
        weeks = f"select {columns} from raw.star_history where repository_id = '{project.id}' order by week desc"
        expected = [(row["week"], row["total"], row["days"]) for row in star_history(project, rig.time.now())]
        assert [(week, stars, json.loads(days)) for week, stars, days in rig.rows(weeks)] == expected
        assert sum(stars for _, stars, _ in expected) == len(project.stars)


def test_a_login_that_changed_hands_meanwhile_is_nobody_elses_star(rig_of: RigOf) -> None:
    """Events tell login and number; the node id that belongs to the number counts."""
    rig = rig_of(PEOPLE, SEED)
    community, project = rig.sandbox.community, rig.sandbox.community.projects[0]
    hide_stars(rig)
    fans = {star.user_id for star in project.stars}
    renamed = next(user for user in users(rig) if user.id in fans)
    other = next(user for user in users(rig) if user.id not in fans and user is not community.viewer)
    login = renamed.login

    def swap(_number: int, info: RequestInfo) -> None:
        if info.operation == "StarEventActors" and renamed.login == login:
            community.rename_account(renamed, f"{login}-before")
            community.rename_account(other, login)

    rig.sandbox.on_request = swap
    assert rig.load(STAR_TABLES).outcome == "complete"
    assert other.login == login
    stars = f"select count(*) from raw.star_events where repository_id = '{project.id}' and user_id = '{{}}'"
    assert rig.rows(stars.format(renamed.id)) == [(1,)]
    assert rig.rows(stars.format(other.id)) == [(0,)]


def test_events_are_looked_at_no_more_often_than_github_wants(rig_of: RigOf) -> None:
    rig = rig_of(PEOPLE, SEED)
    hide_stars(rig)
    asked = rig.asked()
    looks: list[int] = []
    for seconds in (0, 0, 58, 3):
        rig.time.sleep(seconds)
        asked.clear()
        rig.load(["repositories", "star_events"])
        looks.append(sum(info.path.endswith("/events") for info in asked))
    first = looks[0]
    assert first >= len(rig.sandbox.community.projects)
    assert looks == [first, 0, 0, len(rig.sandbox.community.projects)]
    assert rig.sandbox.not_modified == len(rig.sandbox.community.projects)
    assert rig.rows(TIERS) == [("events",)] * len(rig.sandbox.community.projects)


def test_new_stars_are_found_among_other_events(rig_of: RigOf) -> None:
    rig = rig_of(PEOPLE, SEED)
    community, project = rig.sandbox.community, rig.sandbox.community.projects[0]
    hide_stars(rig)
    rig.load(STAR_TABLES)
    issue = next(iter(project.issues))
    fans = {star.user_id for star in project.stars}
    new = [user for user in users(rig) if user.id not in fans][:2]
    for minute in range(250):
        community.comment(issue, users(rig)[3], NOW + timedelta(minutes=minute))
    community.star(project, new[0], NOW + timedelta(minutes=1))
    community.star(project, new[1], NOW + timedelta(minutes=249))
    community.unstar(project, new[1])  # an event is never taken back
    rig.time.sleep(300 * 60)
    attempt = rig.load(STAR_TABLES)
    assert "look more often" not in str(attempt.message)
    found = f"select user_id from raw.star_events where walk_id = '{attempt.load_id}'"
    assert sorted(rig.rows(found)) == sorted((user.id,) for user in new)


def test_events_that_are_what_they_were_are_one_free_request_however_many_there_are(rig_of: RigOf) -> None:
    rig = rig_of(PEOPLE, SEED)
    hide_stars(rig)
    issue = next(iter(rig.sandbox.community.projects[0].issues))
    for minute in range(150):
        rig.sandbox.community.comment(issue, users(rig)[3], NOW + timedelta(minutes=minute))
    rig.time.sleep(300 * 60)
    rig.load(STAR_TABLES)
    rig.time.sleep(300 * 60)
    asked = rig.asked()
    rig.load(["star_events"])
    assert len(asked) == rig.sandbox.not_modified == len(rig.sandbox.community.projects)


def test_more_events_than_github_keeps_are_noted(rig_of: RigOf) -> None:
    rig = rig_of(PEOPLE, SEED)
    project = rig.sandbox.community.projects[0]
    hide_stars(rig)
    rig.load(STAR_TABLES)
    issue = next(iter(project.issues))
    for minute in range(310):
        rig.sandbox.community.comment(issue, users(rig)[3], NOW + timedelta(minutes=minute))
    rig.time.sleep(400 * 60)
    attempt = rig.load(STAR_TABLES)
    assert attempt.outcome == "complete"
    said = f"events of {project.name_with_owner}: more happened than GitHub keeps; look more often"
    assert said in str(attempt.message)
    a_minute_later(rig)
    assert "look more often" not in str(rig.load(STAR_TABLES).message)


LISTED = ["repositories", "stargazers"]


def walks_of(rig: Rig, attempt: Attempt) -> list[tuple[str, bool]]:
    return rig.rows(f"select repository_id, is_whole from raw.walks where walk_id = '{attempt.load_id}' order by all")


def fan(rig: Rig, project: Project, place: int = 0) -> User:
    """Who starred a project as the first, the second and so on, of those who still have an account."""
    accounts = rig.sandbox.community.accounts
    return [user for star in project.stars if isinstance(user := accounts.get(star.user_id), User)][place]


def newcomer(rig: Rig, project: Project) -> User:
    fans = {star.user_id for star in project.stars}
    return next(user for user in users(rig) if user.id not in fans)


@pytest.mark.parametrize("place", [0, 10, -1])
def test_a_star_that_is_taken_back_is_missing_in_a_whole_walk(rig_of: RigOf, place: int) -> None:
    rig = rig_of(PEOPLE, SEED)
    project = rig.sandbox.community.projects[0]
    first = rig.load(LISTED)
    gone = fan(rig, project, place)
    assert (project.id, gone.id) in rig.rows(STARRED.format(first.load_id))
    rig.sandbox.community.unstar(project, gone)
    attempt = rig.load(LISTED)
    assert walks_of(rig, attempt) == [(project.id, True)]
    seen = rig.rows(STARRED.format(attempt.load_id))
    assert {user for _, user in seen} == {s.user_id for s in project.stars if rig.sandbox.community.listed(s.user_id)}
    assert attempt.points == len(rig.sandbox.community.projects) + 1


def test_a_new_star_does_not_hide_one_that_is_taken_back(rig_of: RigOf) -> None:
    rig = rig_of(PEOPLE, SEED)
    project = rig.sandbox.community.projects[0]
    rig.load(LISTED)
    gone, new = fan(rig, project), newcomer(rig, project)
    rig.sandbox.community.unstar(project, gone)
    rig.sandbox.community.star(project, new, NOW + timedelta(minutes=1))
    rig.time.sleep(3_600)
    attempt = rig.load(LISTED)
    assert (project.id, True) in walks_of(rig, attempt)
    seen = {user for _, user in rig.rows(STARRED.format(attempt.load_id))}
    assert new.id in seen
    assert gone.id not in {
        user
        for (user,) in rig.rows(
            "select user_id from raw.stargazers join raw.walks using (walk_id, repository_id)"
            f" where walk_id = '{attempt.load_id}' and is_whole"
        )
    }
    quiet = rig.load(LISTED)
    assert (walks_of(rig, quiet), quiet.points) == ([], len(rig.sandbox.community.projects))


def test_a_star_that_is_given_and_taken_back_between_two_loads_leaves_no_doubt(rig_of: RigOf) -> None:
    rig = rig_of(PEOPLE, SEED)
    project = rig.sandbox.community.projects[0]
    rig.load(LISTED)
    brief = newcomer(rig, project)
    rig.sandbox.community.star(project, brief, NOW + timedelta(minutes=1))
    rig.sandbox.community.unstar(project, brief)
    attempt = rig.load(LISTED)
    assert (walks_of(rig, attempt), attempt.points) == ([], len(rig.sandbox.community.projects))


def test_a_star_taken_back_that_no_number_tells_of_is_found_by_the_long_schedule(rig_of: RigOf) -> None:
    rig = rig_of(PEOPLE, SEED)
    project = rig.sandbox.community.projects[0]
    rig.load(LISTED)
    gone = fan(rig, project)
    rig.sandbox.community.unstar(project, gone)
    project.unlisted_stars += 1
    rig.time.sleep(29 * 86_400)
    assert walks_of(rig, rig.load(LISTED)) == []
    rig.time.sleep(2 * 86_400)
    attempt = rig.load(LISTED)
    assert walks_of(rig, attempt) == sorted((p.id, True) for p in rig.sandbox.community.projects)
    assert (project.id, gone.id) not in rig.rows(STARRED.format(attempt.load_id))
