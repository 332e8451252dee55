"""Fixtures of the command line: settings of one's own, and a small published file."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from click.testing import Result
from typer.testing import CliRunner

from community_assets import variables
from community_assets.cli import app

HOSTILE = "g\x1b]0;owned\x07\x9b31m\n=cmd()"
WEIGHTS = {"reach": 0.2, "activity": 0.15, "engagement": 0.35, "authority": 0.15, "network": 0.15}
PUBLISHED = Path(__file__).with_name("published.sql").read_text("utf-8")


@pytest.fixture
def configure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def write(text: str) -> None:
        (tmp_path / "community.toml").write_text(text, "utf-8")
        monkeypatch.setenv("COMMUNITY_CONFIG", str(tmp_path / "community.toml"))
        monkeypatch.setenv("COMMUNITY_DATA_DIR", str(tmp_path / "data"))

    return write


@pytest.fixture
def published(configure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A published file of five people: one is a bot, one suspicious, and one has a hostile name."""
    configure("")
    (tmp_path / "dbt_project.yml").write_text(f"vars: { ({f'weight_{name}': w for name, w in WEIGHTS.items()}) }")
    monkeypatch.setattr(variables, "DBT_PROJECT", tmp_path / "dbt_project.yml")
    file = tmp_path / "data" / "community.duckdb"
    file.parent.mkdir()
    with duckdb.connect(file) as db:
        for statement in db.extract_statements(PUBLISHED):
            db.execute(statement, {"hostile": HOSTILE} if "$hostile" in statement.query else None)
    return file


@pytest.fixture
def heroes() -> Callable[..., Result]:
    """Type a command."""

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, arguments)

    return run
