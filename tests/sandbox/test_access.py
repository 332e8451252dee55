"""What the sandbox shows to whom: refused and empty lists, repositories and accounts that are gone."""

from typing import Any

import pytest
import requests

from community_assets.sandbox import Access, Community, Sandbox, serve
from community_assets.sandbox.entities import User
from tests.sandbox.client import get, graphql, headers
from tests.sandbox.shapes import problems

BEACON = "/repos/beacon-example/beacon"
LISTS = {
    "stargazers": """query($n: Int = 2) { repository(owner: "beacon-example", name: "beacon") { stargazerCount
        stargazers(first: $n) { totalCount pageInfo { hasNextPage endCursor } edges { cursor } nodes { id } } } }""",
    "watchers": """query($n: Int = 2) { repository(owner: "beacon-example", name: "beacon") { stargazerCount
        watchers(last: $n) { totalCount pageInfo { hasNextPage endCursor } nodes { id } } } }""",
}
COUNTS = """{ repository(owner: "beacon-example", name: "beacon") {
  stargazerCount forkCount stargazers { totalCount } watchers { totalCount } forks { totalCount }
  issues { totalCount } pullRequests { totalCount } discussions { totalCount } } }"""
PATHS = {"stargazers": "stargazers", "watchers": "subscribers"}


@pytest.mark.parametrize("list_of", LISTS)
@pytest.mark.parametrize(("access", "kind"), [("403", "FORBIDDEN"), ("404", "NOT_FOUND")])
def test_a_refused_list_takes_the_repository_with_it(small: Community, list_of: str, access: str, kind: str) -> None:
    aliased = LISTS[list_of].replace(f"{list_of}(", f"people: {list_of}(").replace("repository(", "it: repository(")
    with serve(small) as sandbox:
        sandbox.access[list_of] = Access(graphql=access)
        plain, renamed = graphql(sandbox, LISTS[list_of]), graphql(sandbox, aliased)
        rest = get(sandbox, f"{BEACON}/{PATHS[list_of]}")
    assert plain["data"] == {"repository": None}
    assert [(e["type"], e["path"]) for e in plain["errors"]] == [(kind, ["repository", list_of])]
    assert renamed["data"] == {"it": None}
    assert renamed["errors"][0]["path"] == ["it", "people"]
    assert rest.status_code == 200
    assert rest.json() != []


@pytest.mark.parametrize("list_of", LISTS)
def test_a_list_for_others_than_the_token_answers_401_for_the_whole_document(small: Community, list_of: str) -> None:
    with serve(small) as sandbox:
        sandbox.access[list_of] = Access(graphql="401")
        body = {"query": LISTS[list_of]}
        answer = requests.post(sandbox.graphql_url, json=body, headers=headers(sandbox), timeout=10)
        sandbox.access[list_of] = Access()
        assert len(graphql(sandbox, LISTS[list_of])["data"]["repository"][list_of]["nodes"]) == 2
    assert answer.status_code == 401
    assert answer.json()["message"] == "Requires authentication"


@pytest.mark.parametrize("list_of", LISTS)
def test_a_list_may_be_shown_as_if_nobody_were_on_it(small: Community, list_of: str) -> None:
    with serve(small) as sandbox:
        sandbox.access[list_of] = Access("empty", "empty")
        shown = graphql(sandbox, LISTS[list_of])["data"]["repository"]
        rest = get(sandbox, f"{BEACON}/{PATHS[list_of]}")
    assert shown["stargazerCount"] == small.projects[0].stargazer_count > 0
    assert shown[list_of]["totalCount"] == 0
    assert shown[list_of]["nodes"] == shown[list_of].get("edges", []) == []
    assert shown[list_of]["pageInfo"] == {"hasNextPage": False, "endCursor": None}
    assert (rest.status_code, rest.json()) == (200, [])


@pytest.mark.parametrize("access", ["401", "403", "404", "empty"])
def test_how_many_are_on_a_list_is_told_to_everybody(small: Community, access: str) -> None:
    project = small.projects[0]
    with serve(small) as sandbox:
        sandbox.access.update(stargazers=Access(access, access), watchers=Access(access, access))
        shown = graphql(sandbox, COUNTS)["data"]["repository"]
        count = get(sandbox, f"{BEACON}/stargazers/count")
        history = get(sandbox, f"{BEACON}/stargazers/history")
    assert shown["stargazerCount"] == shown["stargazers"]["totalCount"] == len(project.stars)
    assert shown["watchers"]["totalCount"] == len(project.watchers)
    assert shown["forkCount"] == shown["forks"]["totalCount"] == len(project.forks)
    threads = {"issues": project.issues, "pullRequests": project.pull_requests, "discussions": project.discussions}
    assert {name: shown[name]["totalCount"] for name in threads} == {name: len(t) for name, t in threads.items()}
    assert (count.status_code, count.json()) == (200, {"count": len(project.stars)})
    assert history.status_code == 200


@pytest.mark.parametrize(
    ("list_of", "status", "message"),
    [
        ("stargazers", 401, "Requires authentication"),
        ("stargazers", 403, "You do not have permission to view the stargazers of this repository"),
        ("stargazers", 404, "Not Found"),
        ("watchers", 401, "Requires authentication"),
        ("watchers", 403, "Resource not accessible by personal access token"),
        ("watchers", 404, "Not Found"),
    ],
)
def test_rest_refuses_a_list_in_githubs_words(
    small: Community, components: dict[str, Any], list_of: str, status: int, message: str
) -> None:
    with serve(small) as sandbox:
        sandbox.access[list_of] = Access(rest=str(status))
        answer = get(sandbox, f"{BEACON}/{PATHS[list_of]}")
        shown = graphql(sandbox, LISTS[list_of])["data"]["repository"][list_of]["nodes"]
    assert (answer.status_code, answer.json()["message"]) == (status, message)
    assert problems(components, "basic-error", answer.json()) == []
    assert answer.headers["x-ratelimit-remaining"] != "0"
    assert len(shown) == 2


@pytest.mark.parametrize(
    ("status", "kind", "message"),
    [
        (404, "NOT_FOUND", "Could not resolve to a Repository with the name"),
        (410, "NOT_FOUND", "Could not resolve to a Repository with the name"),
        (451, "FORBIDDEN", "Repository access blocked"),
    ],
)
def test_a_repository_that_is_gone_answers_so_everywhere(
    small: Community, status: int, kind: str, message: str
) -> None:
    project = small.projects[0]
    former = project.name_with_owner
    small.rename_repository(project, "lighthouse")
    issue = next(iter(project.issues))
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    with serve(small) as sandbox:
        sandbox.gone["beacon-example/lighthouse"] = status
        for path in ("", "/stargazers", "/stargazers/count", "/contributors", "/events", "/issues"):
            for name in ("repos/Beacon-Example/Lighthouse", f"repositories/{project.database_id}", f"repos/{former}"):
                assert get(sandbox, f"/{name}{path}").status_code == status
        body = get(sandbox, "/repos/beacon-example/lighthouse").json()
        named = graphql(sandbox, LISTS["stargazers"])
        nodes = graphql(sandbox, query, ids=[project.id, issue.id, small.viewer.id])
        assert get(sandbox, f"/repos/{small.repositories[1]}").status_code == 200
    assert ("block" in body, body.get("block", {}).get("reason")) == (status == 451, "dmca" if status == 451 else None)
    assert named["data"] == {"repository": None}
    assert [(e["type"], e["path"]) for e in named["errors"]] == [(kind, ["repository"])]
    assert message in named["errors"][0]["message"]
    assert [node and node["id"] for node in nodes["data"]["nodes"]] == [None, None, small.viewer.id]
    assert [e["type"] for e in nodes["errors"]] == [kind, kind]


def test_a_repository_that_is_gone_is_none_of_its_organizations(small: Community) -> None:
    query = '{ organization(login: "beacon-example") { repositories(first: 50) { nodes { nameWithOwner } } } }'
    with serve(small) as sandbox:
        sandbox.gone["beacon-example/beacon"] = 404
        nodes = graphql(sandbox, query)["data"]["organization"]["repositories"]["nodes"]
    assert {node["nameWithOwner"] for node in nodes} == set(small.repositories) - {"beacon-example/beacon"}


def test_users_may_be_null_in_lists_while_their_accounts_are_there(small: Community) -> None:
    project = small.projects[0]
    star, watcher = project.stars[0].user_id, project.watchers[0]
    accept = {"Accept": "application/vnd.github.star+json"}
    query = """{ repository(owner: "beacon-example", name: "beacon") {
      stargazers(first: 2) { edges { node { id } } nodes { id } totalCount } watchers(first: 2) { nodes { id } } } }"""
    with serve(small) as sandbox:
        sandbox.null_edges |= {star, watcher}
        shown = graphql(sandbox, query)["data"]["repository"]
        rows = get(sandbox, f"{BEACON}/stargazers", headers=accept).json()
        subscribers = get(sandbox, f"{BEACON}/subscribers").json()
        account = graphql(sandbox, "query($id: ID!) { node(id: $id) { id } }", id=star)["data"]["node"]
    assert [edge is None for edge in shown["stargazers"]["edges"]] == [True, False]
    assert [node is None for node in shown["stargazers"]["nodes"]] == [True, False]
    assert shown["stargazers"]["totalCount"] == len(project.stars)
    assert [node is None for node in shown["watchers"]["nodes"]] == [True, False]
    assert [row["user"] is None for row in rows[:2]] == [True, False]
    assert watcher not in [row["node_id"] for row in subscribers]
    assert account == {"id": star}


def test_a_user_is_found_by_login_and_nobody_is_null_with_an_error(sandbox: Sandbox, community: Community) -> None:
    query = "query($login: String!) { user(login: $login) { id login } }"
    login = community.viewer.login
    assert graphql(sandbox, query, login=login.upper())["data"]["user"] == {"id": community.viewer.id, "login": login}
    for nobody in ("zz--zz", "beacon-example"):
        answer = graphql(sandbox, query, login=nobody)
        assert answer["data"] == {"user": None}
        message = f"Could not resolve to a User with the login of '{nobody}'."
        assert [(e["type"], e["path"], e["message"]) for e in answer["errors"]] == [("NOT_FOUND", ["user"], message)]


def test_an_account_is_found_by_its_number_under_whatever_login(small: Community, components: dict[str, Any]) -> None:
    gone = next(a for a in small.accounts.values() if isinstance(a, User) and a is not small.viewer)
    small.rename_account(small.viewer, "another-name")
    small.delete_account(gone)
    with serve(small) as sandbox:
        found = get(sandbox, f"/user/{small.viewer.database_id}")
        missing = [get(sandbox, f"/user/{number}").status_code for number in (gone.database_id, 10**30)]
    assert found.json()["login"] == "another-name"
    assert problems(components, "public-user", found.json()) == []
    assert missing == [404, 404]


@pytest.mark.parametrize(("state", "status"), [("computing", 202), ("too large", 403), ("empty", 204)])
def test_contributors_may_be_withheld(small: Community, state: str, status: int) -> None:
    with serve(small) as sandbox:
        sandbox.contributors = state
        answer = get(sandbox, f"{BEACON}/contributors?anon=1")
        sandbox.contributors = "listed"
        assert get(sandbox, f"{BEACON}/contributors").json()
    assert answer.status_code == status
    if status == 403:
        assert "too large to list contributors" in answer.json()["message"]
    else:
        assert answer.content == (b"{}" if status == 202 else b"")


def test_contributors_are_ready_after_so_many_requests(small: Community) -> None:
    with serve(small) as sandbox:
        sandbox.computing = 2
        answers = [get(sandbox, f"{BEACON}/contributors").status_code for _ in range(4)]
    assert answers == [202, 202, 200, 200]
