"""What GHRR writes of a community: a walk of our own over the REST API, in the order of GHRR's `main.py`, as CSV."""

import ast
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import requests

from community_assets.sandbox import Sandbox
from tests.sandbox.client import headers

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
Row = dict[str, str]


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
