"""Walks that meet what is wrong for good: a page, a record, a list or a profile that GitHub does not show."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest

from community_assets.sandbox import Faults, Sandbox
from community_assets.sandbox.github_faults import bad_gateway
from tests.loading import Rig

RigOf = Callable[..., Rig]
Hidden = Callable[[str | None, dict[str, Any]], bool]


@contextmanager
def failing(is_hit: Hidden) -> Iterator[None]:
    """Answer 502 to the GraphQL queries that are hit, by operation and variables."""
    original = Sandbox._graphql_answer

    def answer(self: Sandbox, asked: Any) -> Any:
        return bad_gateway() if is_hit(asked.operation, dict(asked.variables)) else original(self, asked)

    with patch.object(Sandbox, "_graphql_answer", answer):
        yield


def test_an_outage_ends_the_load_soon_and_nobody_is_blamed_for_it(rig_of: RigOf) -> None:
    rig = rig_of()

    def break_down(number: int, _info: object) -> None:
        if number == 9:
            rig.sandbox.faults = Faults(1, share=1.0, kinds=["503"], most_in_a_row=1_000_000)

    rig.sandbox.on_request = break_down
    attempt = rig.load(at_once=2)
    assert attempt.outcome == "failed"
    assert "nothing else is answered either, try again later" in str(attempt.message)
    assert attempt.requests < 50
    rig.sandbox.on_request = None
    rig.sandbox.faults = None
    assert rig.load().outcome == "complete"


def test_a_part_of_a_profile_that_is_refused_costs_no_other_part(rig_of: RigOf, answer_instead: Any) -> None:
    def refuse(variables: dict[str, Any], body: dict[str, Any]) -> None:
        nodes = (body.get("data") or {}).get("nodes") or []
        if nodes and nodes[0] and "topRepositories" in nodes[0]:
            nodes[0]["organizations"] = None
            error = {"type": "FORBIDDEN", "path": ["nodes", 0, "organizations"], "message": "protected by SAML"}
            body["errors"] = [*body.get("errors", []), error]

    answer_instead(refuse)
    rig = rig_of()
    attempt = rig.load()
    assert attempt.outcome == "complete"
    assert "profiles: protected by SAML" in str(attempt.message)
    assert rig.rows("select count(*) from raw.users where len(organizations::json[]) = 0 and is_found") > [(0,)]
    again = rig.load()
    assert again.points == len(rig.sandbox.community.projects)


def test_a_list_that_is_empty_for_good_is_no_failure_and_is_not_asked_for_again(
    rig_of: RigOf, answer_instead: Any
) -> None:
    closed = False

    def close(_variables: dict[str, Any], body: dict[str, Any]) -> None:
        discussions = ((body.get("data") or {}).get("repository") or {}).get("discussions")
        if closed and discussions:
            discussions |= {"totalCount": 0, "nodes": []}
            if "pageInfo" in discussions:
                discussions["pageInfo"] = {"endCursor": None, "hasNextPage": False}

    answer_instead(close)
    rig = rig_of()
    rig.load()
    closed = True
    attempts = [rig.load() for _ in range(2)]
    assert [attempt.outcome for attempt in attempts] == ["complete", "complete"]
    assert attempts[1].points == len(rig.sandbox.community.projects)


def test_a_newest_star_of_nobody_is_looked_for_once(rig_of: RigOf) -> None:
    rig = rig_of()
    projects = rig.sandbox.community.projects
    rig.sandbox.null_edges = {max(p.stars, key=lambda star: star.starred_at).user_id for p in projects}
    rig.load()
    assert rig.load().points == len(projects)


def test_a_page_that_always_fails_hides_nothing_that_comes_later(rig_of: RigOf) -> None:
    rig = rig_of(150)
    project = rig.sandbox.community.projects[0]
    newest = max(project.stars, key=lambda star: star.starred_at)
    with failing(lambda operation, variables: operation == "Stargazers" and bool(variables.get("cursor"))):
        attempt = rig.load(repositories=[project.name_with_owner])
        assert attempt.outcome == "incomplete"
        known = {user_id for (user_id,) in rig.rows("select user_id from raw.stargazers")}
        late = next(u for u in rig.sandbox.community.accounts if u not in {star.user_id for star in project.stars})
        project.stars.append(replace(newest, user_id=late, starred_at=newest.starred_at + timedelta(seconds=1)))
        assert late not in known
        rig.load(repositories=[project.name_with_owner])
        assert (late,) in rig.rows("select user_id from raw.stargazers")
    assert rig.load(repositories=[project.name_with_owner]).outcome == "complete"
    stars = {star.user_id for star in project.stars if rig.sandbox.community.listed(star.user_id)}
    assert {user_id for (user_id,) in rig.rows("select user_id from raw.stargazers")} == stars


@pytest.mark.parametrize("field", ["issues", "stargazers"])
def test_a_record_that_github_failed_to_show_is_looked_for_again(
    rig_of: RigOf, answer_instead: Any, field: str
) -> None:
    records = {"issues": "nodes", "stargazers": "edges"}[field]
    is_failing = True

    def fail(_variables: dict[str, Any], body: dict[str, Any]) -> None:
        page = ((body.get("data") or {}).get("repository") or {}).get(field)
        if is_failing and page and "pageInfo" in page:
            page[records][0] = None
            path = ["repository", field, records, 0]
            body["errors"] = [{"path": path, "message": "Something went wrong while executing your query."}]

    answer_instead(fail)
    rig = rig_of(10)
    assert rig.load(["repositories", field.replace("issues", "activities")]).outcome == "incomplete"
    assert not any(whole for (whole,) in rig.rows(f"select is_whole from raw.walks where list = '{field}'"))
    is_failing = False
    assert rig.load().outcome == "complete"
    projects = rig.sandbox.community.projects
    if field == "stargazers":
        listed = rig.sandbox.community.listed
        expected = {(p.id, star.user_id) for p in projects for star in p.stars if listed(star.user_id)}
        assert set(rig.rows("select repository_id, user_id from raw.stargazers")) == expected
    else:
        accounts = rig.sandbox.community.accounts
        expected = {issue.id for p in projects for issue in p.issues if issue.author_id in accounts}
        assert {i for (i,) in rig.rows("select activity_id from raw.activities where kind = 'issue'")} == expected
