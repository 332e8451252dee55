"""Names of repositories in URLs: the same in Python and in SQL, whatever people write."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from community_assets.connectors import source_repositories
from community_assets.connectors.source_repositories import github_repository
from community_assets.settings import Paths
from community_assets.sources.artifact_hub.schemas import PACKAGE_DETAILS
from tests.building import write_raw
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


def test_repositories_are_those_that_artifacts_name_at_last_each_once(tmp_path: Path) -> None:
    assert source_repositories.source_repositories(Paths(tmp_path)) == []
    urls = [
        ("p1", 1, "https://github.com/acme/old"),
        ("p1", 2, "https://github.com/Acme/Tool.git"),
        ("p2", 1, "https://github.com/acme/tool/tree/main"),
        ("p3", 1, "https://gitlab.com/acme/tool"),
        ("p4", 1, None),
    ]
    rows = [
        {
            "package_id": package,
            "is_found": True,
            "source_url": url,
            "observed_at": datetime(2026, 1, day, tzinfo=UTC),
            "walk_id": "w",
        }
        for package, day, url in urls
    ]
    write_raw(Paths(tmp_path), {"artifact_hub/package_details": pa.Table.from_pylist(rows, schema=PACKAGE_DETAILS)})
    assert source_repositories.source_repositories(Paths(tmp_path)) == ["acme/tool"]


def test_every_source_of_urls_is_one_of_the_house() -> None:
    assert set(source_repositories.URLS) <= {path.name for path in (Path(ROOT) / "community_assets/sources").iterdir()}
