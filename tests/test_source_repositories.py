"""Names of repositories in URLs: the same in Python and in SQL, whatever people write."""

from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from community_assets.connectors import source_repositories
from community_assets.connectors.source_repositories import github_repository
from tests.conftest import ROOT

MACROS = (ROOT / "dbt_project" / "macros" / "source_repository.sql").read_text("utf-8")
QUERY = Environment().from_string(MACROS + "select {{ source_repository('url') }}, {{ source_host('url') }}").render()
DATABASE = duckdb.connect()


def by_sql(url: str) -> tuple[str | None, str | None]:
    found = DATABASE.execute(f"{QUERY} from (select $url as url)", {"url": url}).fetchone()
    assert found
    return found


@pytest.mark.parametrize(
    ("url", "name", "host"),
    [
        ("https://github.com/Acme/Tool", "acme/tool", "github.com"),
        ("https://www.github.com/acme/tool.git/", "acme/tool", "github.com"),
        ("http://github.com/acme/tool.js/tree/main/charts/tool?tab=readme#top", "acme/tool.js", "github.com"),
        ("git@github.com:acme/tool.git", "acme/tool", "github.com"),
        ("ssh://git@github.com/acme/tool", "acme/tool", "github.com"),
        ("git::https://github.com/acme/tool.git?ref=v1", "acme/tool", "github.com"),
        ("github.com/acme/tool", "acme/tool", "github.com"),
        ("https://user:secret@github.com:443/acme/tool", "acme/tool", "github.com"),
        ("https://github.com/acme", None, None),
        ("https://github.com/orgs/acme", None, "github.com"),
        ("https://gitlab.com/acme/group/tool", None, "gitlab.com"),
        ("https://github.com.evil.example/acme/tool", None, "github.com.evil.example"),
        ("https://acme.github.io/charts", None, None),
        ("", None, None),
        ("the repository", None, None),
    ],
)
def test_a_url_leads_to_a_repository_or_to_none(url: str, name: str | None, host: str | None) -> None:
    assert github_repository(url) == name
    assert by_sql(url) == (name, host)


PARTS = st.sampled_from(["https://", "github.com", "/", ":", "acme", "tool.git", ".", "@", "git", " ", "?", "é", "\n"])


@given(st.lists(PARTS, max_size=9).map("".join))
def test_python_and_sql_read_the_same(url: str) -> None:
    assert github_repository(url) == by_sql(url)[0]


def test_every_source_of_urls_is_one_of_the_house() -> None:
    assert set(source_repositories.URLS) <= {path.name for path in (Path(ROOT) / "community_assets/sources").iterdir()}
