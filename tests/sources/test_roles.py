"""Everybody who takes part: watchers, forkers, contributors, authors, commenters and reviewers, against the sandbox."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from community_assets.privacy import suppress
from community_assets.sandbox import Community, Sandbox, serve
from community_assets.sandbox.entities import Project, User
from community_assets.sandbox.github_rest import RestAnswer, RestApi
from community_assets.sandbox.server import RequestInfo
from community_assets.sandbox.threads import PullRequest, Thread
from tests.loading import load, raw_rows

Use = Callable[[Sandbox], None]
LOADS = "select outcome, message, requests, points from raw.loads order by finished_at"
LATE = datetime(2026, 11, 20, 12, tzinfo=UTC)


def people(community: Community) -> list[User]:
    return [a for a in community.accounts.values() if isinstance(a, User)]


def threads(project: Project) -> list[Thread]:
    return [*project.issues, *project.pull_requests, *project.discussions]


def posts(community: Community) -> Iterator[tuple[str, str, str, datetime]]:
    """Id, kind, author and time of everything that was written; the author may be gone."""
    kinds = {"Issue": "issue", "PullRequest": "pull_request", "Discussion": "discussion"}
    for project in community.projects:
        for thread in threads(project):
            kind = kinds[thread.TYPE]
            yield thread.id, kind, thread.author_id, thread.created_at
            for comment in thread.comments:
                yield comment.id, f"{kind}_comment", comment.author_id, comment.created_at
            for review in thread.reviews if isinstance(thread, PullRequest) else ():
                yield review.id, "review", review.author_id, review.created_at


@pytest.fixture(scope="module")
def asked() -> list[RequestInfo]:
    return []


@pytest.fixture(scope="module")
def served(asked: list[RequestInfo]) -> Iterator[Sandbox]:
    community = Community.generate(people=400, seed=3)
    talkative = community.projects[0]
    author, *others = people(community)
    long = community.open_pull_request(talkative, author, LATE - timedelta(days=2))
    for minute in range(230):
        community.comment(long, others[minute % 7], LATE - timedelta(days=1) + timedelta(minutes=minute))
        community.review(long, others[minute % 5], LATE - timedelta(days=1) + timedelta(minutes=minute, seconds=30))
    with serve(community, on_request=lambda _, info: asked.append(info)) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def loaded(served: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GITHUB_TOKEN", served.token)
        patch.setenv("GITHUB_API_URL", served.api_url)
        return load(tmp_path_factory.mktemp("data"), served.community.repositories, pages_per_chunk=4)


def test_every_watcher_and_every_fork_is_loaded_once(served: Sandbox, loaded: Any) -> None:
    projects, listed = served.community.projects, served.community.listed
    watchers = [(p.id, w) for p in projects for w in p.watchers if listed(w)]
    assert sorted(raw_rows(loaded, "select repository_id, user_id from raw.watchers")) == sorted(watchers)
    forks = [(p.id, f.id, f.owner.id) for p in projects for f in p.forks]
    assert sorted(raw_rows(loaded, "select repository_id, fork_id, user_id from raw.forks")) == sorted(forks)
    assert watchers
    assert forks


def test_whatever_was_written_is_loaded_once_with_author_kind_and_time(served: Sandbox, loaded: Any) -> None:
    rows = raw_rows(loaded, "select activity_id, kind, user_id, happened_at from raw.activities")
    found = {(i, kind, user, t.astimezone(UTC)) for i, kind, user, t in rows}
    expected = {post for post in posts(served.community) if post[2] in served.community.accounts}
    assert found == expected
    assert len(rows) == len(found)
    assert {kind for _, kind, _, _ in found} == {
        *("issue", "issue_comment", "pull_request", "pull_request_comment", "review"),
        *("discussion", "discussion_comment"),
    }


def test_contributors_without_an_account_are_a_number_and_nothing_else(served: Sandbox, loaded: Any) -> None:
    for project in served.community.projects:
        anonymous = [c for c in project.contributors if c.user_id is None]
        rows = f"select * exclude (observed_at, walk_id) from raw.contributors where repository_id = '{project.id}'"
        found = raw_rows(loaded, rows)
        named = {(user, contributions) for _, user, _, _, _, contributions in found if user}
        assert named == {(c.user_id, c.contributions) for c in project.contributors if c.user_id}
        assert [row[1:] for row in found if row[1] is None] == [
            (None, None, None, len(anonymous), sum(c.contributions for c in anonymous))
        ]


def test_profiles_are_fetched_once_for_each_person_whatever_their_roles(loaded: Any) -> None:
    edges = " union ".join(
        f"select user_id from raw.{table} where user_id is not null"
        for table in ("stargazers", "watchers", "forks", "activities", "contributors")
    )
    assert raw_rows(loaded, f"select count(*) from ({edges})") == raw_rows(
        loaded, "select count(distinct user_id) from raw.users"
    )
    assert raw_rows(loaded, "select count(*) = count(distinct user_id) from raw.users") == [(True,)]


def test_points_follow_the_formula_for_each_kind_of_request(
    served: Sandbox, asked: list[RequestInfo], loaded: Any
) -> None:
    ((_, _, requests, points),) = raw_rows(loaded, LOADS)
    operations = Counter(info.operation for info in asked)
    projects = served.community.projects

    def pages(lists: str, size: int) -> int:
        return sum(-(-len(getattr(project, lists)) // size) for project in projects)

    users = raw_rows(loaded, "select count(*) from raw.users")[0][0]
    deep = raw_rows(loaded, "select count(*) from raw.deep_profiles")[0][0]
    reviewed = [t for p in projects for t in p.pull_requests if len(t.reviews) > 25]
    long = [t for p in projects for t in threads(p) if len(t.comments) > 25]
    assert operations.pop(None) == sum(-(-len(p.contributors) // 100) for p in projects)
    assert operations == {
        "Repository": len(projects),
        "Stargazers": pages("stars", 100),
        "Watchers": pages("watchers", 100),
        "Forks": pages("forks", 100),
        "Issues": pages("issues", 25),
        "PullRequests": pages("pull_requests", 25),
        "Discussions": pages("discussions", 25),
        "ThreadComments": sum(-(-(len(t.comments) - 25) // 100) for t in long),
        "ThreadReviews": sum(-(-(len(getattr(t, "reviews", ())) - 25) // 100) for t in reviewed),
        "Profiles": -(-users // 37),
        "DeepProfiles": -(-deep // 11),
    }
    assert requests == len(asked)
    assert points == operations.total() == served.points


def test_a_new_comment_on_an_old_thread_is_found_and_nothing_else_is_asked_again(
    served: Sandbox, asked: list[RequestInfo], loaded: Any, use_sandbox: Use
) -> None:
    use_sandbox(served)
    community = served.community
    project = community.projects[0]
    oldest = next(iter(project.issues))
    newcomer = community.accounts[next(iter(project.watchers))]
    comment = community.comment(oldest, newcomer, LATE)
    before = raw_rows(loaded, "select count(*) from raw.activities")[0][0]
    asked.clear()
    load(loaded.data, community.repositories)
    assert raw_rows(loaded, f"select kind from raw.activities where activity_id = '{comment.id}'") == [
        ("issue_comment",)
    ]
    operations = Counter(info.operation for info in asked)
    assert operations == {"Repository": len(community.projects), "Issues": 1, None: len(community.projects)}
    assert raw_rows(loaded, "select count(*) from raw.activities")[0][0] > before


def test_the_newest_comments_of_a_long_thread_are_found_without_reading_the_old_ones(
    served: Sandbox, asked: list[RequestInfo], loaded: Any, use_sandbox: Use
) -> None:
    use_sandbox(served)
    community = served.community
    long = max(threads(community.projects[0]), key=lambda thread: len(thread.comments))
    author = people(community)[3]
    new = [community.comment(long, author, LATE + timedelta(minutes=n)).id for n in range(120)]
    asked.clear()
    load(loaded.data, community.repositories)
    assert Counter(info.operation for info in asked)["ThreadComments"] == 1
    ids = ", ".join(f"'{i}'" for i in new)
    assert raw_rows(loaded, f"select count(distinct activity_id) from raw.activities where activity_id in ({ids})") == [
        (120,)
    ]


def test_replies_that_were_not_shown_are_asked_for_again(
    served: Sandbox, use_sandbox: Use, tmp_path: Path, answer_instead: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_sandbox(served)
    with monkeypatch.context() as once:
        refusing = [True]

        def refuse(_variables: dict[str, Any], body: dict[str, Any]) -> None:
            if refusing and "comments" in (body["data"].get("node") or {}):
                body["data"]["node"]["comments"] = None
                body["errors"] = [{"type": "SERVICE_UNAVAILABLE", "path": ["node", "comments"], "message": "Busy"}]

        answer_instead(refuse)
        paths = load(tmp_path, served.community.repositories)
        outcome, message, *_ = raw_rows(paths, LOADS)[0]
        assert outcome == "incomplete"
        assert f"comments of pullRequests of {served.community.repositories[0]}: Busy" in message
        refusing.clear()
        del once
    load(tmp_path, served.community.repositories)
    expected = {post[0] for post in posts(served.community) if post[2] in served.community.accounts}
    assert {i for (i,) in raw_rows(paths, "select activity_id from raw.activities")} == expected


def test_deep_profiles_tell_what_a_person_builds_and_uses(served: Sandbox, loaded: Any) -> None:
    columns = "user_id, is_hero, is_sampled, repositories, starred_repositories, contributed_repositories"
    rows = raw_rows(loaded, f"select {columns} from raw.deep_profiles")
    assert {(hero, sampled) for _, hero, sampled, *_ in rows} >= {(True, False), (False, True), (True, True)}
    for user_id, _, _, own, starred, contributed in rows:
        user = served.community.accounts[user_id]
        assert isinstance(user, User)
        newest = sorted(user.repositories, key=lambda r: (r.pushed_at, r.database_id), reverse=True)[:10]
        assert {r["repository_id"] for r in json.loads(own)} == {r.id for r in newest}
        assert {t for r in json.loads(own) for t in r["topics"]} == {t for r in newest for t in r.topics}
        assert len(json.loads(starred)) == min(100, len(user.starred))
        assert len(json.loads(contributed)) <= 50


@pytest.fixture
def small() -> Iterator[Sandbox]:
    with serve(Community.generate(people=120, seed=8)) as served:
        yield served


def test_deep_profiles_stop_at_their_budget_and_go_on_next_time(
    small: Sandbox, use_sandbox: Use, tmp_path: Path
) -> None:
    use_sandbox(small)
    count = "select count(*), count(distinct user_id) from raw.deep_profiles"
    paths = load(tmp_path, small.community.repositories, deep_profile_points=2)
    assert raw_rows(paths, count) == [(22, 22)]
    load(tmp_path, small.community.repositories, deep_profile_points=2)
    assert raw_rows(paths, count) == [(44, 44)]


def test_as_many_deep_profiles_are_asked_for_as_the_settings_say(
    small: Sandbox, use_sandbox: Use, tmp_path: Path
) -> None:
    use_sandbox(small)
    paths = load(tmp_path, small.community.repositories, deep_profile_heroes=10, deep_profile_sample=5)
    counts = "select count(*) filter (is_hero), count(*) filter (is_sampled) from raw.deep_profiles"
    assert raw_rows(paths, counts) == [(10, 5)]


def test_an_account_that_is_gone_is_asked_for_no_deep_profile(
    small: Sandbox, use_sandbox: Use, tmp_path: Path, answer_instead: Any
) -> None:
    asked: list[str] = []

    def note(variables: dict[str, Any], body: dict[str, Any]) -> None:
        if any("starredRepositories" in (node or {}) for node in body["data"].get("nodes") or ()):
            asked.extend(variables["ids"])

    use_sandbox(small)
    answer_instead(note)
    paths = load(tmp_path, small.community.repositories)
    gone = small.community.accounts[asked[0]]
    assert isinstance(gone, User)
    small.community.delete_account(gone)
    asked.clear()
    load(tmp_path, small.community.repositories, profile_max_age=timedelta(0))  # everybody is due again
    assert raw_rows(paths, f"select count(*) from raw.users where user_id = '{gone.id}' and not is_found") == [(1,)]
    assert asked
    assert gone.id not in asked


@pytest.mark.parametrize(
    ("field", "outcome"), [("stargazers", "complete"), ("watchers", "complete"), ("forks", "incomplete")]
)
@pytest.mark.parametrize("kind", ["FORBIDDEN", "NOT_FOUND"])
@pytest.mark.parametrize("takes_repository", [True, False])
def test_a_list_that_is_not_shown_is_named_and_all_others_are_loaded(
    small: Sandbox,
    use_sandbox: Use,
    tmp_path: Path,
    answer_instead: Any,
    field: str,
    outcome: str,
    kind: str,
    takes_repository: bool,
) -> None:
    """Stargazers and watchers are for collaborators: a load without them is as complete as this token allows.

    GitHub's schema lets no list be null, so that by the rules of GraphQL a refused one takes its repository with it.
    """

    def refuse(_variables: dict[str, Any], body: dict[str, Any]) -> None:
        if "pageInfo" in ((body["data"].get("repository") or {}).get(field) or {}):
            if takes_repository:
                body["data"]["repository"] = None
            else:
                body["data"]["repository"][field] = None
            body["errors"] = [{"type": kind, "path": ["repository", field], "message": "Must have push access"}]

    use_sandbox(small)
    answer_instead(refuse)
    paths = load(tmp_path, small.community.repositories)
    members = {"stargazers": "stars"}.get(field, field)
    names = {project.name_with_owner for project in small.community.projects if getattr(project, members)}
    ended, message, *_ = raw_rows(paths, LOADS)[0]
    assert ended == outcome
    assert {said for said in message.split("; ") if said.startswith(field)} == {
        f"{field} of {name}: Must have push access" for name in names
    }
    assert names
    assert raw_rows(paths, f"select count(*) from raw.{field}") == [(0,)]
    assert raw_rows(paths, "select count(*) > 50 from raw.activities") == [(True,)]
    assert raw_rows(paths, "select count(*) > 20 from raw.users") == [(True,)]


def test_a_page_that_is_always_refused_ends_its_list_as_incomplete(
    use_sandbox: Use, tmp_path: Path, answer_instead: Any
) -> None:
    def refuse_second_pages(variables: dict[str, Any], body: dict[str, Any]) -> None:
        if variables.get("cursor") and "stargazers" in (body["data"].get("repository") or {}):
            body["data"]["repository"] = None
            body["errors"] = [{"path": ["repository", "stargazers"], "message": "Something went wrong"}]

    community = Community.generate(people=300, seed=5)
    with serve(community) as sandbox:
        use_sandbox(sandbox)
        answer_instead(refuse_second_pages)
        paths = load(tmp_path, community.repositories)
    outcome, message, *_ = raw_rows(paths, LOADS)[0]
    assert outcome == "incomplete"
    assert f"stargazers of {community.repositories[0]}: Something went wrong" in message
    assert raw_rows(paths, "select count(*) >= 100 from raw.stargazers") == [(True,)]


def test_a_thread_that_github_fails_to_show_makes_a_load_incomplete(
    small: Sandbox, use_sandbox: Use, tmp_path: Path, answer_instead: Any
) -> None:
    def fail(_variables: dict[str, Any], body: dict[str, Any]) -> None:
        issues = (body["data"].get("repository") or {}).get("issues", {})
        if "pageInfo" in issues and issues["nodes"]:
            issues["nodes"][0] = None
            path = ["repository", "issues", "nodes", 0, "comments"]
            body["errors"] = [{"path": path, "message": "Something went wrong"}]

    use_sandbox(small)
    answer_instead(fail)
    outcome, message, *_ = raw_rows(load(tmp_path, small.community.repositories), LOADS)[0]
    assert outcome == "incomplete"
    assert f"issues of {small.community.repositories[0]}: Something went wrong" in message


def test_a_number_of_watchers_that_is_refused_costs_nothing_else(
    small: Sandbox, use_sandbox: Use, tmp_path: Path, answer_instead: Any
) -> None:
    def refuse(variables: dict[str, Any], body: dict[str, Any]) -> None:
        if "watcherCount" in (body["data"].get("repository") or {}):
            body["data"]["repository"] = None
            path = ["repository", "watcherCount"]
            body["errors"] = [{"type": "FORBIDDEN", "path": path, "message": "Must have push"}]

    use_sandbox(small)
    answer_instead(refuse)
    paths = load(tmp_path, small.community.repositories)
    assert raw_rows(paths, LOADS)[0][0] == "complete"
    everything = (len(small.community.repositories), 0)
    assert raw_rows(paths, "select count(*), count(watcher_count) from raw.repositories") == [everything]
    assert raw_rows(paths, "select count(distinct repository_id) from raw.contributors") == [everything[:1]]


def test_a_contributor_list_that_is_too_large_is_named_in_githubs_words(
    small: Sandbox, use_sandbox: Use, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = small.community.repositories[0]
    words = "The history or contributor list is too large to list contributors for this repository via the API."
    answer = RestApi.answer

    def refuse(self: RestApi, request: Any) -> RestAnswer:
        if request.path == f"/repos/{name}/contributors":
            return RestAnswer(403, {"message": words})
        return answer(self, request)

    monkeypatch.setattr(RestApi, "answer", refuse)
    use_sandbox(small)
    paths = load(tmp_path, small.community.repositories)
    outcome, message, *_ = raw_rows(paths, LOADS)[0]
    assert outcome == "complete"  # as complete as it can be
    assert f"contributors of {name}: 403 {words}" in message
    others = len(small.community.repositories) - 1
    assert raw_rows(paths, "select count(distinct repository_id) from raw.contributors") == [(others,)]


def test_profiles_of_an_older_release_are_asked_for_again(small: Sandbox, use_sandbox: Use, tmp_path: Path) -> None:
    use_sandbox(small)
    paths = load(tmp_path, small.community.repositories)
    ((shown, all_of_them),) = raw_rows(paths, "select count(*) filter (is_found), count(*) from raw.users")
    with duckdb.connect(paths.loading("github")) as db:
        db.execute("update raw.users set recent_repositories = null")
    load(tmp_path, small.community.repositories)
    renewed = "select count(distinct user_id) from raw.users where recent_repositories is not null"
    assert raw_rows(paths, renewed) == [(shown,)]
    load(tmp_path, small.community.repositories)
    assert raw_rows(paths, "select count(*) from raw.users") == [(all_of_them + shown,)]


def test_people_who_asked_to_be_forgotten_are_in_no_role(small: Sandbox, use_sandbox: Use, tmp_path: Path) -> None:
    use_sandbox(small)
    community = small.community
    project = community.projects[0]
    forgotten = people(community)[5]
    community.watch(project, forgotten)
    community.fork(project, forgotten, LATE)
    community.merge(community.open_pull_request(project, forgotten, LATE), LATE)
    with_them = load(tmp_path / "with", community.repositories)
    suppress(with_them.model_copy(update={"data": tmp_path / "without"}), "github", str(forgotten.database_id))
    without = load(tmp_path / "without", community.repositories)
    for table in ("watchers", "forks", "activities", "contributors", "deep_profiles", "users"):
        found = f"select count(*) from raw.{table} where user_id = '{forgotten.id}'"
        assert raw_rows(without, found) == [(0,)], table
        if table != "deep_profiles":
            assert raw_rows(with_them, found) != [(0,)], table
