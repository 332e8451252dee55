"""The published files are replaced whole, and stay whole whatever goes wrong."""

import multiprocessing
import resource
from pathlib import Path

import duckdb
import pytest

from community_assets import raw
from community_assets.publishing.snapshot import publish_marts, replacing
from community_assets.settings import Paths

MANY = 200_000
FEW = 10_000  # so few that DuckDB writes them when the file is closed


def make_warehouse(paths: Paths, rows: int) -> None:
    paths.data.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(paths.warehouse) as db:
        db.execute("create schema if not exists marts; create schema if not exists staging")
        db.execute(
            f"create or replace table marts.people as select hash(i)::varchar as person_id from range({rows}) r(i)"
        )
        db.execute("comment on table marts.people is 'One row per person; it''s a mart'")
        db.execute("comment on column marts.people.person_id is 'Lasting id'")
        db.execute("create table if not exists staging.hidden as select 1 as x")
        db.execute("create table if not exists marts.of_a_model_that_is_no_more as select 1 as x")


def publish_people(paths: Paths) -> None:
    publish_marts(paths, ["people"])


def published(paths: Paths) -> int:
    with duckdb.connect(paths.community, read_only=True) as db:
        return db.execute("select count(*) from people").fetchall()[0][0]


def test_marts_become_plain_tables_of_schema_main_with_their_comments(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    make_warehouse(paths, 3)
    assert publish_marts(paths, ["people"]) == {"people": 3}
    with duckdb.connect(paths.community, read_only=True) as db:
        tables = db.execute("select schema_name, table_name, comment from duckdb_tables()").fetchall()
        comments = db.execute("select comment from duckdb_columns() where table_name = 'people'").fetchall()
    assert tables == [("main", "people", "One row per person; it's a mart")]
    assert comments == [("Lasting id",)]


def test_a_connected_reader_keeps_its_file_and_the_next_one_sees_the_new(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    make_warehouse(paths, 3)
    publish_people(paths)
    context = multiprocessing.get_context("spawn")
    ready, go, result = context.Event(), context.Event(), context.Queue()
    reader = context.Process(target=_read_twice, args=(paths.community, ready, go, result))
    reader.start()
    assert ready.wait(30)
    make_warehouse(paths, 5)
    publish_people(paths)
    go.set()
    assert (result.get(timeout=30), published(paths)) == ((3, 3), 5)
    reader.join(30)


def _read_twice(path: Path, ready, go, result) -> None:
    with duckdb.connect(path) as db:  # as the duckdb shell does: not even read-only
        query = "select count(*) from people"
        first = db.execute(query).fetchall()[0][0]
        ready.set()
        go.wait(30)
        result.put((first, db.execute(query).fetchall()[0][0]))


def _limited(work, paths: Paths, result) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))  # no file may grow beyond: the disk is full
    try:
        work(paths)
        result.put("published")
    except (OSError, duckdb.Error) as error:
        result.put(str(error))


def _on_a_full_disk(work, paths: Paths) -> str:
    context = multiprocessing.get_context("spawn")
    result = context.Queue()
    process = context.Process(target=_limited, args=(work, paths, result))
    process.start()
    message = result.get(timeout=60)
    process.join(60)
    return message


@pytest.mark.parametrize(("rows", "message"), [(MANY, "File too large"), (FEW, "cannot be written whole")])
def test_a_disk_that_is_full_while_publishing_leaves_the_last_marts(tmp_path: Path, rows: int, message: str) -> None:
    paths = Paths(tmp_path)
    make_warehouse(paths, 3)
    publish_people(paths)
    make_warehouse(paths, rows)
    assert message in _on_a_full_disk(publish_people, paths)
    assert published(paths) == 3
    assert sorted(p.name for p in tmp_path.iterdir()) == ["community.duckdb", "warehouse.duckdb"]


def test_a_disk_that_is_full_while_publishing_leaves_the_last_raw_file(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    paths.loading("github").parent.mkdir(parents=True)
    with duckdb.connect(paths.loading("github")) as db:
        db.execute("create schema raw; create table raw.users as select 1 as x")
    raw.publish(paths, "github")
    before = paths.raw("github").read_bytes()
    with duckdb.connect(paths.loading("github")) as db:
        db.execute(f"insert into raw.users select hash(i) % 1000000000 from range({MANY}) r(i)")
    assert "File too large" in _on_a_full_disk(_publish_raw, paths)
    assert paths.raw("github").read_bytes() == before
    assert [p.name for p in paths.raw("github").parent.iterdir()] == ["github.duckdb"]


def _publish_raw(paths: Paths) -> None:
    raw.publish(paths, "github")


def test_a_draft_of_a_killed_process_is_in_nobodys_way(tmp_path: Path) -> None:
    target = tmp_path / "community.duckdb"
    (tmp_path / ".community.duckdb.draft").write_text("half written")
    with replacing(target) as draft:
        assert not draft.exists()
        draft.write_text("whole")
    assert target.read_text() == "whole"


def test_a_failure_while_writing_leaves_the_target(tmp_path: Path) -> None:
    target = tmp_path / "community.duckdb"
    target.write_text("last good")
    with pytest.raises(ZeroDivisionError), replacing(target) as draft:
        draft.write_text("half")
        _ = 1 / 0
    assert target.read_text() == "last good"
    assert list(tmp_path.iterdir()) == [target]
