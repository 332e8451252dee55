"""The documentation says what the code says."""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from docs import generate
from tests.conftest import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *generate.DOCS.rglob("*.md")])


@pytest.mark.parametrize("name", generate.PAGES)
def test_a_reference_page_is_what_make_docs_writes(name: str) -> None:
    assert (generate.DOCS / name).read_text("utf-8") == generate.PAGES[name](), "run `make docs`"


@pytest.fixture(scope="module")
def published() -> Iterator[duckdb.DuckDBPyConnection]:
    """The published tables without rows, as the reference page lists them."""
    with duckdb.connect() as db:
        for section in (generate.DOCS / "marts.md").read_text("utf-8").split("\n## ")[1:]:
            columns = re.findall(r"^\| `(\w+)` \| ([\w ]+) \|", section, re.MULTILINE)
            db.execute(f"create table {section.split()[0]} ({', '.join(f'{name} {kind}' for name, kind in columns)})")
        yield db


@pytest.mark.parametrize("page", ["bi.md", "contributing/tour.md"])
def test_the_queries_of_a_page_fit_the_published_columns(page: str, published: duckdb.DuckDBPyConnection) -> None:
    queries = re.findall(r"```sql\n(.*?)```", (generate.DOCS / page).read_text("utf-8"), re.DOTALL)
    assert queries
    for query in queries:
        published.execute(query)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_names_only_commands_that_there_are(page: Path) -> None:
    known = set(re.findall(r"^## `heroes (\w+)`", (generate.DOCS / "commands.md").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:`|\.venv/bin/)heroes ([a-z]+)", page.read_text("utf-8"))) <= known
