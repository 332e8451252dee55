"""The GitHub source against the sandbox: what it loads, what it asks, how it says that GitHub says no."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from dagster import Failure
from requests import Response

from community_assets.privacy import load_suppression, suppress
from community_assets.sandbox import Community, Quota, Sandbox, serve
from community_assets.settings import Paths
from community_assets.sources.github import GithubLoad
from community_assets.sources.load import SourceError
from tests.conftest import EXHAUSTIVE
from tests.loading import OBSERVED, PEOPLE, STARS, killed_load, load, raw_rows

Use = Callable[[Sandbox], None]
IN_PARTS = {"pages_per_chunk": 3, "at_once": 4}
LOADS = "select outcome, message, requests, points, rows_loaded from raw.loads order by finished_at"


def test_every_star_of_the_community_is_loaded_once(sandbox: Sandbox, use_sandbox: Use, tmp_path: Path) -> None:
    use_sandbox(sandbox)
    paths = load(tmp_path, sandbox.community.repositories)
    listed = sandbox.community.listed
    stars = {
        (project.id, star.user_id, star.starred_at)
        for project in sandbox.community.projects
        for star in project.stars
        if listed(star.user_id)
    }
    loaded = raw_rows(paths, "select repository_id, user_id, starred_at from raw.stargazers")
    assert len(loaded) == len(stars)
    assert {(r, u, t.astimezone(UTC)) for r, u, t in loaded} == stars
    people = raw_rows(paths, "select user_id, is_found from raw.users")
    assert {u for u, _ in people} >= {user for _, user, _ in stars}
    assert {(u, found) for u, found in people} == {(u, u in sandbox.community.accounts) for u, _ in people}


def test_a_profile_carries_what_the_account_shows(sandbox: Sandbox, use_sandbox: Use, tmp_path: Path) -> None:
    use_sandbox(sandbox)
    paths = load(tmp_path, sandbox.community.repositories)
    columns = "user_id, login, name, company, location, email, followers_count, top_repositories, organizations"
    for user_id, login, name, company, location, email, followers, top, organizations in raw_rows(
        paths, f"select {columns} from raw.users where account_type = 'User'"
    ):
        account = sandbox.community.accounts[user_id]
        assert (login, name, company, location) == (account.login, account.name, account.company, account.location)
        assert (email, followers) == (account.email, account.followers)
        stars = [repository["stargazer_count"] for repository in json.loads(top)]
        assert stars == sorted(stars, reverse=True)
        assert len(json.loads(organizations)) <= 10


def test_a_second_load_with_nothing_new_costs_one_point_for_each_repository(
    sandbox: Sandbox, use_sandbox: Use, tmp_path: Path
) -> None:
    use_sandbox(sandbox)
    load(tmp_path, sandbox.community.repositories)
    paths = load(tmp_path, sandbox.community.repositories)
    (_, second) = raw_rows(paths, LOADS)
    assert second[3] == len(sandbox.community.projects)
    assert second[2] == 2 * second[3]  # GitHub tells for free that the contributors are the same
    assert sandbox.not_modified == second[3]
    assert raw_rows(paths, "select count(*) = count(distinct user_id) from raw.users") == [(True,)]


def test_new_stars_are_found_above_the_watermark(sandbox: Sandbox, use_sandbox: Use, tmp_path: Path) -> None:
    use_sandbox(sandbox)
    community = sandbox.community
    project = community.projects[0]
    fans = [a for a in community.accounts.values() if hasattr(a, "followers")]
    stars = {star.user_id for star in project.stars}
    newcomer = next(a for a in fans if a.id not in stars)
    load(tmp_path, community.repositories)
    community.star(project, newcomer, datetime(2026, 11, 20, tzinfo=UTC))
    paths = load(tmp_path, community.repositories)
    found = f"select count(*) from raw.stargazers where repository_id = '{project.id}' and user_id = '{newcomer.id}'"
    assert raw_rows(paths, found) == [(1,)]


def test_an_empty_list_after_a_full_one_takes_nothing_away(sandbox: Sandbox, use_sandbox: Use, tmp_path: Path) -> None:
    use_sandbox(sandbox)
    paths = load(tmp_path, sandbox.community.repositories)
    before = raw_rows(paths, STARS)
    for project in sandbox.community.projects:
        project.stars.clear()
    load(tmp_path, sandbox.community.repositories)
    assert raw_rows(paths, STARS) == before


def refuse_stargazers(body: dict[str, Any], kind: str, message: str) -> None:
    body["data"]["repository"]["stargazers"] = None
    body["errors"] = [{"type": kind, "path": ["repository", "stargazers"], "message": message}]


def test_a_profile_that_is_refused_is_not_taken_for_a_deleted_account(
    sandbox: Sandbox, use_sandbox: Use, tmp_path: Path, answer_instead: Any
) -> None:
    def refuse_first(variables: dict[str, Any], body: dict[str, Any]) -> None:
        if "ids" in variables and "login" in body["data"]["nodes"][0]:
            body["data"]["nodes"][0] = None
            body["errors"] = [{"type": "FORBIDDEN", "path": ["nodes", 0], "message": "Resource protected"}]

    use_sandbox(sandbox)
    undisturbed = load(tmp_path / "undisturbed", sandbox.community.repositories)
    answer_instead(refuse_first)
    paths = load(tmp_path / "refused", sandbox.community.repositories)
    outcome, message, *_ = raw_rows(paths, LOADS)[0]
    assert (outcome, message.split("; ")[0]) == ("incomplete", "profiles: Resource protected")
    ((all_people,),) = raw_rows(undisturbed, "select count(*) from raw.users")
    assert raw_rows(paths, "select count(*) from raw.users") == [(all_people - -(-all_people // 37),)]


def test_a_cursor_that_github_no_longer_takes_begins_the_walk_again(
    use_sandbox: Use, tmp_path: Path, answer_instead: Any
) -> None:
    community = Community.generate(people=400, seed=5)
    with serve(community, quota=Quota(points=6, seconds=3600)) as poor:
        use_sandbox(poor)
        with pytest.raises(Failure):
            load(tmp_path, community.repositories, pages_per_chunk=2, longest_wait=timedelta(0))
    refused: list[str] = []

    def refuse_the_first_cursor(variables: dict[str, Any], body: dict[str, Any]) -> None:
        if variables.get("cursor") and not refused:
            refused.append(variables["cursor"])
            refuse_stargazers(body, "INVALID_CURSOR_ARGUMENTS", "That does not appear to be a valid cursor.")

    with serve(community) as rich:
        use_sandbox(rich)
        undisturbed = load(tmp_path / "undisturbed", community.repositories)
        answer_instead(refuse_the_first_cursor)
        paths = load(tmp_path, community.repositories)
    assert refused
    assert raw_rows(paths, STARS) == raw_rows(undisturbed, STARS)


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (200, "<html>nginx</html>", "is no GraphQL API: it answers '<html>nginx</html>'; is GITHUB_GRAPHQL_URL right?"),
        (200, "[1, 2]", "is no GraphQL API"),
        (200, "null", "is no GraphQL API"),
        (200, '{"message": "Bad"}', "is no GraphQL API: it answers 'Bad'"),
        (200, '{"errors": ["boom"]}', "answers errors of an unknown form"),
        (200, '{"data": null, "errors": [{"message": "no TOKEN"}]}', r"refuses the query: no \*\*\*"),
        (400, '{"message": "your token TOKEN is odd"}', r"answers 400 your token \*\*\* is odd"),
        (401, "[]", r"does not accept the token in GITHUB_TOKEN \(401"),
    ],
)
def test_an_answer_of_another_form_is_said_in_one_line_without_the_token(
    monkeypatch: pytest.MonkeyPatch, status: int, body: str, message: str
) -> None:
    answer = Response()
    answer.status_code, answer._content = status, body.replace("TOKEN", "t-secret").encode()
    monkeypatch.setattr("dlt.sources.helpers.requests.session.Session.send", lambda *_, **__: answer)
    load = GithubLoad(token="t-secret", api_url="http://127.0.0.1:9", graphql_url="http://127.0.0.1:9/graphql")
    with pytest.raises(SourceError, match=message) as error:
        load.client.query("repository", owner="a", name="b")
    assert "t-secret" not in str(error.value)


def test_etags_of_another_api_tell_nothing(sandbox: Sandbox) -> None:
    load = GithubLoad(token=sandbox.token, api_url=sandbox.api_url, graphql_url=sandbox.graphql_url)
    assert load.client.changed({"http://127.0.0.1:9/repos/a/b/contributors": '"etag"'})
    assert sandbox.requests == 0


def test_half_a_surrogate_pair_does_not_stop_a_load(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = Response()
    answer.status_code, answer._content = 200, rb'{"data": {"repository": {"id": "x\ud800y \ud83d\ude00"}}}'
    monkeypatch.setattr("dlt.sources.helpers.requests.session.Session.send", lambda *_, **__: answer)
    load = GithubLoad(token="t", api_url="http://127.0.0.1:9", graphql_url="http://127.0.0.1:9/graphql")
    assert load.client.query("repository", owner="a", name="b").data == {"repository": {"id": "x?y \U0001f600"}}


def test_the_token_does_not_give_way_to_netrc(
    sandbox: Sandbox, use_sandbox: Use, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    use_sandbox(sandbox)
    paths = load(tmp_path / "data", sandbox.community.repositories[:1])
    assert raw_rows(paths, LOADS)[0][0] == "complete"


def test_a_repository_named_twice_is_walked_once(sandbox: Sandbox, use_sandbox: Use, tmp_path: Path) -> None:
    use_sandbox(sandbox)
    name = sandbox.community.repositories[0]
    paths = load(tmp_path, [name, name.upper()])
    assert raw_rows(paths, "select count(*) = count(distinct user_id) from raw.stargazers") == [(True,)]


def test_people_who_asked_to_be_forgotten_are_not_stored(sandbox: Sandbox, use_sandbox: Use, tmp_path: Path) -> None:
    use_sandbox(sandbox)
    paths = load(tmp_path / "with", sandbox.community.repositories)
    account_id, login = raw_rows(paths, "select database_id, login from raw.users where is_found order by 1")[0]
    suppress(paths.model_copy(update={"data": tmp_path / "without"}), "github", str(account_id))
    paths = load(tmp_path / "without", sandbox.community.repositories)
    assert load_suppression(paths).hashes
    assert raw_rows(paths, f"from raw.stargazers where user_database_id = {account_id} or user_login = '{login}'") == []
    assert raw_rows(paths, f"from raw.users where database_id = {account_id}") == []
    assert raw_rows(paths, "select count(*) > 100 from raw.users") == [(True,)]


def test_an_unknown_repository_is_named_and_the_others_are_loaded(
    sandbox: Sandbox, use_sandbox: Use, tmp_path: Path
) -> None:
    use_sandbox(sandbox)
    (known, *_) = sandbox.community.repositories
    paths = load(tmp_path, ["nobody/nothing", known])
    ((outcome, message, *_),) = raw_rows(paths, LOADS)
    assert outcome == "incomplete"
    assert message.split("; ")[0] == "nobody/nothing: no such repository, or the token may not see it"
    assert raw_rows(paths, "select count(distinct repository_id) from raw.stargazers") == [(1,)]


@pytest.mark.parametrize(
    ("token", "api_url", "message"),
    [
        ("wrong", None, r"does not accept the token in GITHUB_TOKEN \(401 Bad credentials\)"),
        (None, "http://127.0.0.1:9", r"http://127\.0\.0\.1:9/graphql \(GITHUB_API_URL\) cannot be reached: .*refused"),
    ],
)
def test_a_failed_load_says_why_and_leaves_what_was_there(
    sandbox: Sandbox, use_sandbox: Use, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, token, api_url, message
) -> None:
    use_sandbox(sandbox)
    paths = load(tmp_path, sandbox.community.repositories)
    before = raw_rows(paths, STARS), raw_rows(paths, PEOPLE)
    monkeypatch.setenv("GITHUB_TOKEN", token or sandbox.token)
    monkeypatch.setenv("GITHUB_API_URL", api_url or sandbox.api_url)
    with pytest.raises(Failure, match=message) as error:
        load(tmp_path, sandbox.community.repositories)
    assert sandbox.token not in str(error.value)
    assert (raw_rows(paths, STARS), raw_rows(paths, PEOPLE)) == before
    assert [row[0] for row in raw_rows(paths, LOADS)] == ["complete", "failed"]


def test_a_spent_rate_limit_stops_the_load_and_the_next_one_goes_on(use_sandbox: Use, tmp_path: Path) -> None:
    community = Community.generate(people=400, seed=5)
    with serve(community, quota=Quota(points=6, seconds=3600)) as poor:
        use_sandbox(poor)
        with pytest.raises(Failure, match=r"is spent until \d\d:\d\d UTC, longer than github.max_wait_minutes = 0"):
            load(tmp_path, community.repositories, pages_per_chunk=10, longest_wait=timedelta(0))
    with serve(community) as rich:
        use_sandbox(rich)
        paths = load(tmp_path, community.repositories, pages_per_chunk=10)
        undisturbed = load(tmp_path / "undisturbed", community.repositories)
    assert raw_rows(paths, STARS) == raw_rows(undisturbed, STARS)
    assert raw_rows(paths, PEOPLE) == raw_rows(undisturbed, PEOPLE)


def observed(paths: Paths) -> list[Any]:
    """What is in raw, without when it was observed."""
    return [raw_rows(paths, query) for query in OBSERVED.values()]


def kill_at(stop: int, seconds: float, data: Path, community: Community) -> int | None:
    """SIGKILL a load soon after its `stop`-th request; returns its exit code."""
    with serve(community) as served:
        sections = {"github": served.sections["github"]}
        return killed_load(served, stop, seconds, data, "github", sections, **IN_PARTS)


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Community, Any]:
    """A community, and what an undisturbed load of it finds in 29 requests, profiles included."""
    community = Community.generate(people=60, seed=5)
    with serve(community) as served, pytest.MonkeyPatch.context() as patch:
        patch.setenv("GITHUB_TOKEN", served.token)
        patch.setenv("GITHUB_API_URL", served.api_url)
        paths = load(tmp_path_factory.mktemp("undisturbed"), community.repositories)
        assert served.requests == 29
    return community, observed(paths)


@pytest.mark.parametrize(
    ("stop", "seconds"),
    [*((stop, 0) for stop in range(1, 30, 1 if EXHAUSTIVE else 4)), (4, 0.09), (15, 0.31), (19, 0.17), (24, 0.23)],
)
def test_a_load_killed_at_any_moment_ends_like_an_undisturbed_one(
    walked: tuple[Community, Any], stop: int, seconds: float, use_sandbox: Use, tmp_path: Path
) -> None:
    community, expected = walked
    assert kill_at(stop, seconds, tmp_path, community) == -signal.SIGKILL
    with serve(community) as served:
        use_sandbox(served)
        paths = load(tmp_path, community.repositories, **IN_PARTS)
    assert observed(paths) == expected


def test_the_source_runs_alone(sandbox: Sandbox, use_sandbox: Use, tmp_path: Path) -> None:
    use_sandbox(sandbox)
    command = [sys.executable, "-m", "community_assets.sources.github", *sandbox.community.repositories]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "github.duckdb").exists()
    assert sandbox.token not in done.stdout + done.stderr


def test_the_source_alone_says_in_one_line_what_went_wrong(tmp_path: Path) -> None:
    environment = {
        "GITHUB_TOKEN": "secret",
        "GITHUB_API_URL": "http://127.0.0.1:9",
        "RUNTIME__REQUEST_MAX_ATTEMPTS": "1",
    }
    command = [sys.executable, "-m", "community_assets.sources.github", "owner/name"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "(GITHUB_API_URL) cannot be reached" in done.stderr


def test_every_public_repository_of_an_organization_is_loaded(
    sandbox: Sandbox, use_sandbox: Use, tmp_path: Path
) -> None:
    use_sandbox(sandbox)
    organization = sandbox.community.organization
    paths = load(tmp_path, [], organizations=[organization.login])
    own = {r.name_with_owner for r in organization.repositories if not r.is_fork}
    assert {name for (name,) in raw_rows(paths, "select name_with_owner from raw.repositories")} == own
    assert set(sandbox.community.repositories) <= own


def test_an_unknown_organization_is_named(sandbox: Sandbox, use_sandbox: Use, tmp_path: Path) -> None:
    use_sandbox(sandbox)
    paths = load(tmp_path, sandbox.community.repositories[:1], organizations=["nobody-here"])
    ((outcome, message, *_),) = raw_rows(paths, LOADS)
    assert outcome == "incomplete"
    assert message.split("; ")[0] == "nobody-here: no such organization, or the token may not see it"
