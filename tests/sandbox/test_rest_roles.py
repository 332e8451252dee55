"""The roles in the REST API: contributors, subscribers and organizations, and what a token tells of itself."""

import re
from typing import Any

import pytest
import requests

from community_assets.sandbox import Community, Sandbox, serve
from community_assets.sandbox.entities import Project, User
from tests.sandbox.client import get, headers
from tests.sandbox.shapes import problems

CONTRIBUTORS = "/repos/beacon-example/beacon/contributors"


def follow(sandbox: Sandbox, url: str) -> list[dict[str, Any]]:
    """Return the rows of all pages."""
    rows: list[dict[str, Any]] = []
    while url:
        response = get(sandbox, url)
        rows += response.json()
        url = response.links.get("next", {}).get("url", "").removeprefix(sandbox.api_url)
    return rows


def known(project: Project) -> list[tuple[str | None, int]]:
    return [(c.user_id, c.contributions) for c in project.contributors if c.user_id]


def test_contributors_come_with_most_contributions_first(sandbox: Sandbox, community: Community) -> None:
    rows = follow(sandbox, f"{CONTRIBUTORS}?per_page=10")
    assert [(row["node_id"], row["contributions"]) for row in rows] == known(community.projects[0])
    assert {row["type"] for row in rows} == {"User", "Bot"}


@pytest.mark.parametrize("anon", ["1", "true"])
def test_contributors_without_an_account_are_listed_on_demand(
    sandbox: Sandbox, community: Community, anon: str
) -> None:
    rows = follow(sandbox, f"{CONTRIBUTORS}?anon={anon}&per_page=10")
    anonymous = [row for row in rows if row["type"] == "Anonymous"]
    expected = [c for c in community.projects[0].contributors if c.user_id is None]
    assert [row["contributions"] for row in rows] == [c.contributions for c in community.projects[0].contributors]
    assert [(row["name"], row["email"]) for row in anonymous] == [(c.name, c.email) for c in expected] != []
    assert all(set(row) == {"type", "name", "email", "contributions"} for row in anonymous)


def test_links_of_contributors_keep_the_question(sandbox: Sandbox, community: Community) -> None:
    count = len(community.projects[0].contributors)
    links = get(sandbox, f"{CONTRIBUTORS}?anon=1&per_page=10&page=2").links
    assert all(link["url"].startswith(f"{sandbox.api_url}{CONTRIBUTORS}?anon=1&") for link in links.values())
    pages = {name: int(re.findall(r"[?&]page=(\d+)", link["url"])[0]) for name, link in links.items()}
    assert pages == {"prev": 1, "next": 3, "last": -(-count // 10), "first": 1}


def test_a_contributor_whose_account_is_gone_is_not_listed(small: Community) -> None:
    project = small.projects[0]
    first = small.accounts[project.contributors[0].user_id or ""]
    assert isinstance(first, User)
    small.delete_account(first)
    with serve(small) as sandbox:
        rows = follow(sandbox, CONTRIBUTORS)
    assert [row["node_id"] for row in rows] == [user_id for user_id, _ in known(project)][1:]


def test_an_empty_repository_has_no_content_for_contributors(small: Community) -> None:
    small.projects[0].contributors.clear()
    with serve(small) as sandbox:
        response = get(sandbox, CONTRIBUTORS)
    assert (response.status_code, response.content) == (204, b"")
    assert "x-ratelimit-remaining" in response.headers


def test_subscribers_are_the_watchers(sandbox: Sandbox, community: Community) -> None:
    rows = follow(sandbox, "/repos/beacon-example/beacon/subscribers?per_page=7")
    assert [row["node_id"] for row in rows] == community.projects[0].watchers


def test_organizations_are_the_public_memberships_oldest_first(sandbox: Sandbox, community: Community) -> None:
    users = [account for account in community.accounts.values() if isinstance(account, User)]
    user = max(users, key=lambda user: len(user.organizations))
    assert len(user.organizations) > 1
    rows = follow(sandbox, f"/users/{user.login}/orgs?per_page=1")
    assert [row["id"] for row in rows] == sorted(o.database_id for o in user.organizations)
    loner = next(user for user in users if not user.organizations)
    assert get(sandbox, f"/users/{loner.login}/orgs").json() == []


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (f"{CONTRIBUTORS}?anon=1&per_page=100", "contributor"),
        ("/repos/beacon-example/beacon/subscribers", "simple-user"),
        ("/users/{member}/orgs", "organization-simple"),
    ],
)
def test_each_row_has_githubs_shape(
    components: dict[str, Any], sandbox: Sandbox, community: Community, path: str, name: str
) -> None:
    member = next(a for a in community.accounts.values() if isinstance(a, User) and a.organizations)
    rows = get(sandbox, path.format(member=member.login)).json()
    assert rows
    assert [problem for row in rows for problem in problems(components, name, row)] == []


@pytest.mark.parametrize("path", ["/repos/x/y/contributors", "/repos/x/y/subscribers", "/users/zz--zz/orgs"])
def test_lists_of_what_is_not_there_are_404(sandbox: Sandbox, path: str) -> None:
    assert get(sandbox, path).status_code == 404


def test_stars_have_times_by_the_older_media_type_too(sandbox: Sandbox) -> None:
    accept = {"Accept": "application/vnd.github.v3.star+json"}
    rows = get(sandbox, "/repos/beacon-example/beacon/stargazers", headers=accept).json()
    assert all(row["starred_at"] for row in rows)


def test_a_repository_counts_open_issues_and_pull_requests_together(sandbox: Sandbox, community: Community) -> None:
    project = community.projects[0]
    shown = get(sandbox, "/repos/beacon-example/beacon").json()
    threads = [*project.issues, *project.pull_requests]
    assert shown["open_issues_count"] == sum(thread.state == "OPEN" for thread in threads) > 0
    assert (shown["topics"], shown["forks_count"]) == (project.topics, len(project.forks))


def test_answers_tell_the_scopes_of_the_token_and_only_to_its_holder(community: Community) -> None:
    with serve(community) as sandbox:
        ordinary = get(sandbox, "/rate_limit").headers["x-oauth-scopes"]
        sandbox.scopes = "public_repo"
        fewer = get(sandbox, "/rate_limit").headers["x-oauth-scopes"]
        graphql = requests.post(sandbox.graphql_url, json={}, headers=headers(sandbox), timeout=10)
        sandbox.scopes = None
        fine_grained = get(sandbox, "/rate_limit").headers
        stranger = requests.get(f"{sandbox.api_url}/user", timeout=10).headers
    assert ordinary == "public_repo, read:org, read:user, user:email"
    assert fewer == graphql.headers["x-oauth-scopes"] == "public_repo"
    assert "x-oauth-scopes" not in fine_grained
    assert "x-oauth-scopes" not in stranger
