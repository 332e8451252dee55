"""The REST API of the sandbox: shapes, redirects and pages."""

import re
from typing import Any

import pytest

from community_assets.sandbox import Community, Sandbox, serve
from tests.sandbox.client import get
from tests.sandbox.shapes import problems

STAR_JSON = {"Accept": "application/vnd.github.star+json"}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/rate_limit", "rate-limit-overview"),
        ("/repos/beacon-example/beacon", "full-repository"),
        ("/user", "public-user"),
        ("/users/beacon-example", "public-user"),
        ("/users/beacon-ci-example[bot]", "public-user"),
        ("/users/nobody-has-this-login", "basic-error"),
    ],
)
def test_an_answer_has_githubs_shape(components: dict[str, Any], sandbox: Sandbox, path: str, name: str) -> None:
    assert problems(components, name, get(sandbox, path).json()) == []


@pytest.mark.parametrize(("accept", "name"), [(STAR_JSON, "stargazer"), ({}, "simple-user")])
def test_each_row_of_stargazers_has_githubs_shape(
    components: dict[str, Any], sandbox: Sandbox, accept: dict[str, str], name: str
) -> None:
    rows = get(sandbox, "/repos/beacon-example/beacon/stargazers?per_page=100", headers=accept).json()
    assert len(rows) >= 95
    assert [problem for row in rows for problem in problems(components, name, row)] == []


def test_the_counts_of_a_repository_are_the_communitys(sandbox: Sandbox, community: Community) -> None:
    project = community.projects[0]
    shown = get(sandbox, f"/repos/{project.name_with_owner}").json()
    assert shown["stargazers_count"] == shown["watchers_count"] == len(project.stars)
    assert shown["subscribers_count"] == project.watcher_count
    assert (shown["id"], shown["node_id"]) == (project.database_id, project.id)
    assert get(sandbox, f"/repositories/{project.database_id}").json() == shown


def test_following_the_links_lists_every_star_oldest_first(sandbox: Sandbox, community: Community) -> None:
    project = community.projects[1]
    url, rows = f"/repos/{project.name_with_owner}/stargazers?per_page=37", []
    while url:
        response = get(sandbox, url, headers=STAR_JSON)
        rows += response.json()
        url = response.links.get("next", {}).get("url", "").removeprefix(sandbox.api_url)
    expected = [community.listed(star.user_id) and star.user_id for star in project.stars]
    assert [row["user"] and row["user"]["node_id"] for row in rows] == expected


@pytest.mark.parametrize(
    ("query", "relations"),
    [
        ("per_page=100&page=1", {"next": 2, "last": 3}),
        ("per_page=100&page=2", {"prev": 1, "next": 3, "last": 3, "first": 1}),
        ("per_page=100&page=3", {"prev": 2, "first": 1}),
        ("per_page=1000&page=²", {"next": 2, "last": 3}),
    ],
)
def test_links_name_the_pages_there_are(
    sandbox: Sandbox, community: Community, query: str, relations: dict[str, int]
) -> None:
    assert 200 < len(community.projects[1].stars) <= 300
    links = get(sandbox, f"/repos/{community.repositories[1]}/stargazers?{query}").links
    assert {name: int(re.findall(r"[?&]page=(\d+)", link["url"])[0]) for name, link in links.items()} == relations


@pytest.mark.parametrize("list_of", ["", "/stargazers", "/subscribers", "/contributors?anon=1&per_page=2"])
def test_a_renamed_repository_redirects_to_its_id(small: Community, list_of: str) -> None:
    project = small.projects[0]
    before = project.name_with_owner
    small.rename_repository(project, "lighthouse")
    with serve(small) as sandbox:
        moved = get(sandbox, f"/repos/{before}{list_of}", allow_redirects=False)
        followed = get(sandbox, f"/repos/{before}{list_of}")
        direct = get(sandbox, f"/repos/beacon-example/lighthouse{list_of}")
    assert moved.status_code == 301
    assert moved.headers["location"] == f"{sandbox.api_url}/repositories/{project.database_id}{list_of}"
    assert followed.json() == direct.json() != []


@pytest.mark.parametrize(
    "path", ["/repos/x/y", "/repos/x/y/stargazers", "/users/zz--zz", "/repositories/1", "/nothing/here", "/"]
)
def test_what_is_not_there_is_404(sandbox: Sandbox, path: str) -> None:
    response = get(sandbox, path)
    assert response.status_code == 404
    assert response.json()["message"] == "Not Found"


def test_the_token_is_the_maintainers(sandbox: Sandbox, community: Community) -> None:
    response = get(sandbox, "/user")
    assert response.json()["login"] == community.viewer.login
    assert "read:user" in response.headers["x-oauth-scopes"]


def test_an_address_is_shown_or_null(sandbox: Sandbox, community: Community) -> None:
    users = [account for account in community.accounts.values() if account.TYPE == "User"]
    for user in [next(u for u in users if u.email), next(u for u in users if not u.email)]:  # type: ignore[attr-defined]
        assert get(sandbox, f"/users/{user.login}").json()["email"] == user.email  # type: ignore[attr-defined]
