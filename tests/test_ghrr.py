"""What is published of people's roles and channels, after a refresh of a small community.

`ghrr` is compared with what a walk of our own over the REST API, in the order of GHRR's `main.py`, writes as CSV.
"""

import ast
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import duckdb
import pytest
import requests

from community_assets.register import Register
from community_assets.sandbox import Community, Sandbox, serve
from tests.sandbox.client import headers
from tests.test_refresh import Deployment

COLUMNS = [
    "username",
    "company",
    "organizations",
    "email",
    "location",
    "followers_count",
    "public_repos_count",
    "user_interaction",
]
LISTS = {"stargazers": "stargazer", "subscribers": "subscriber", "contributors": "contributor"}
DECISIONS = [("given", "2026-01-01"), ("refused", "2026-02-01"), ("given", "2026-01-15")]
Row = dict[str, str]


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """One refresh, before which somebody with an address decided three times about mail."""
    with serve(Community.generate(people=150, seed=17)) as sandbox:
        deployment = Deployment(tmp_path_factory.mktemp("deployment"), sandbox)
        register = Register(deployment.paths.register)
        register.consents()
        with duckdb.connect(register.path) as db:
            for consent, decided_at in DECISIONS:
                values = [addressee(sandbox), consent, f"{decided_at} 00:00:00+00"]
                db.execute("insert into consents values ('github', ?, 'email', ?, ?)", values)
        result = deployment.heroes("refresh")
        assert result.exit_code == 0, result.output
        yield deployment


def addressee(sandbox: Sandbox) -> str:
    """The account id of the first stargazer with an address who is no bot."""
    accounts = sandbox.community.accounts
    fans = [accounts[s.user_id] for s in sandbox.community.projects[0].stars if s.user_id in accounts]
    return str(next(f.database_id for f in fans if getattr(f, "email", None) and not f.login.endswith("bot")))


def pages(sandbox: Sandbox, path: str) -> Iterator[dict[str, Any]]:
    """Each entry of a list of the REST API, as its Link headers lead."""
    url: str | None = sandbox.api_url + path
    while url:
        response = requests.get(url, headers=headers(sandbox), timeout=10)
        assert response.status_code == 200, response.text
        yield from response.json()
        url = response.links.get("next", {}).get("url")


def walk(sandbox: Sandbox) -> Iterator[list[Any]]:
    """GHRR's lines over all repositories; it would ask for an account that is gone forever, here it is left out."""
    for repository in sandbox.community.repositories:
        for path, role in LISTS.items():
            for member in pages(sandbox, f"/repos/{repository}/{path}"):
                url = f"{sandbox.api_url}/users/{member['login']}"
                response = requests.get(url, headers=headers(sandbox), timeout=10)
                if response.status_code == 404:
                    continue
                user = response.json()
                company = user["company"] and user["company"].replace("@", "")
                organizations = [o["login"] for o in pages(sandbox, f"/users/{member['login']}/orgs")]
                profile = [user["email"], user["location"], user["followers"], user["public_repos"]]
                yield [user["login"], company, organizations, *profile, role]


def by_account_and_role(lines: Iterable[Sequence[Any]]) -> dict[tuple[str, str], Row]:
    """The lines as a reader of the CSV file sees them, once for each account and role."""
    file = io.StringIO(newline="")
    csv.writer(file).writerows([COLUMNS, *lines])
    file.seek(0)
    rows = list(csv.DictReader(file))
    for row in rows:
        row["organizations"] = str(sorted(ast.literal_eval(row["organizations"])))
    return {(row["username"], row["user_interaction"]): row for row in rows}


def test_ghrr_says_of_each_person_what_ghrr_itself_writes(deployment: Deployment) -> None:
    lines = deployment.published("from ghrr")
    published, expected = by_account_and_role(lines), by_account_and_role(walk(deployment.sandbox))
    assert deployment.published("select column_name from duckdb_columns() where table_name = 'ghrr'") == [
        (column,) for column in COLUMNS
    ]
    assert {role for _, role in expected} == set(LISTS.values())
    assert len(lines) == len(published)
    assert published.keys() == expected.keys()
    assert [(published[key], row) for key, row in expected.items() if published[key] != row] == []


def test_the_community_compared_has_what_could_go_wrong(deployment: Deployment) -> None:
    ((bots, several, companies, addresses),) = deployment.published(
        """
        select
            count(*) filter (username like '%[bot]'), count(*) filter (organizations like '%, %'),
            count(*) filter (company is not null), count(*) filter (email is not null)
        from ghrr
        """
    )
    assert min(bots, several, companies, addresses) > 0
    assert deployment.sandbox.community.ghosts


def test_the_newest_decision_of_the_register_is_published_with_the_channel(deployment: Deployment) -> None:
    points = deployment.published("select account_id, channel, consent from contact_points where consent <> 'unknown'")
    assert points == [(addressee(deployment.sandbox), "email", "refused")]
    assert deployment.published("select count(distinct channel) > 2 from contact_points") == [(True,)]
