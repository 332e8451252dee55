"""BI tools on SQLAlchemy 1.4 (Superset among them) read the published file, also while it is published again."""

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from community_assets.publishing.snapshot import publish_marts
from community_assets.settings import Paths
from tests.conftest import ROOT

CLIENT = Path(__file__).with_name("bi_client.py")
PACKAGES = ["sqlalchemy<2", "duckdb-engine==0.17.*", f"duckdb=={duckdb.__version__}", "pytz"]
MARTS = ["people", "heroes"]


@pytest.fixture(scope="module")
def bi_python() -> Path:
    """The Python of an environment with SQLAlchemy 1.4, which Dagster's own does not allow; made once."""
    version = f"py{sys.version_info.major}{sys.version_info.minor}-duckdb{duckdb.__version__}"
    folder = ROOT / "data" / "test-environments" / f"sqlalchemy14-{version}"
    python, ready = folder / "bin" / "python", folder / ".ready"
    if not ready.exists():
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
        for command in ([sys.executable, "-m", "venv", "--clear", folder], install):
            done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
            if done.returncode:
                pytest.skip(f"SQLAlchemy 1.4 cannot be installed: {(done.stderr or done.stdout).strip()[-300:]}")
        ready.touch()
    return python


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    paths = Paths(tmp_path)
    publish(paths, edition=1)
    return paths


def publish(paths: Paths, edition: int) -> None:
    """Publish two marts that hold the number of their edition; people have as many rows as it says thousands."""
    with duckdb.connect(paths.warehouse) as db:
        db.execute("create schema if not exists marts")
        db.execute(f"create or replace table marts.heroes as select {edition} as edition")
        db.execute(
            f"create or replace table marts.people as "
            f"select {edition} as edition, hash(i)::varchar as person_id, timestamptz '2026-01-01 00:00:00+00' as at "
            f"from range({edition * 1000}) r(i)"
        )
        db.execute("comment on table marts.people is 'One row per person; it''s a mart'")
        db.execute("comment on column marts.people.person_id is 'Lasting id'")
    publish_marts(paths, MARTS)


@pytest.mark.parametrize("mode", ["reconnect", "keep"])
def test_ten_publications_go_by_without_a_reader_noticing_but_by_new_rows(
    bi_python: Path, paths: Paths, tmp_path: Path, mode: str
) -> None:
    command = [bi_python, CLIENT, paths.community, tmp_path / "stop", mode]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as reader:
        assert reader.stdout
        assert reader.stdout.readline() == "ready\n"
        for edition in range(2, 12):
            publish(paths, edition)
        (tmp_path / "stop").touch()
        out, errors = reader.communicate(timeout=60)
    assert (reader.returncode, errors) == (0, "")
    told = json.loads(out.splitlines()[-1])
    assert told["version"].startswith("1.4.")
    editions = [first for first, *_ in told["seen"]]
    assert told["seen"] == [[edition, edition, edition * 1000, edition] for edition in editions]
    assert editions == [1] if mode == "keep" else editions[-1] == 11
    assert told["rows"] == editions[-1] * 1000


def test_tables_and_columns_are_listed_with_their_comments(bi_python: Path, paths: Paths, tmp_path: Path) -> None:
    (tmp_path / "stop").touch()
    command = [bi_python, CLIENT, paths.community, tmp_path / "stop", "reconnect"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["tables"] == {"heroes": None, "people": "One row per person; it's a mart"}
    assert told["columns"] == {
        "edition": ["INTEGER", None],
        "person_id": ["VARCHAR", "Lasting id"],
        "at": ["TIMESTAMP", None],
    }
