"""Snapshots: a draft is written beside its target and moved over it when it is complete.

Readers of a DuckDB file hold a lock on it, and a writer keeps every other process out. `os.replace` needs neither:
connected readers keep the old file, new ones see the new, and there is nothing in between.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from community_assets.settings import Paths


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Yield the path of a draft beside `target`; move it there when the block ends well, delete it when not.

    Raises:
        OSError: the draft cannot be written, such as on a full disk; `target` is as it was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.draft")
    log = draft.with_name(f"{draft.name}.wal")
    leftovers = (draft, log)
    for leftover in leftovers:
        leftover.unlink(missing_ok=True)  # of a process that was killed
    try:
        yield draft
        if log.exists():  # DuckDB closes in silence a file into which it could not write its log
            raise OSError(f"{target} cannot be written whole; is the disk full?")
        _sync(draft)
        os.replace(draft, target)
        _sync(target.parent)
    finally:
        for leftover in leftovers:
            leftover.unlink(missing_ok=True)


def publish_marts(paths: Paths, marts: Iterable[str]) -> dict[str, int]:
    """Copy tables of the warehouse's schema `marts`, with their comments, to the published file's schema `main`.

    Args:
        paths: where warehouse and published file live.
        marts: names of the tables; others, such as those of a model that is no more, are left out.

    Returns:
        Rows of each published table.
    """
    with replacing(paths.community) as draft, duckdb.connect(draft) as db:
        db.execute(f"attach {literal(str(paths.warehouse))} as warehouse (read_only)")
        rows = {table: _copy_table(db, table) for table in sorted(marts)}
        db.execute("detach warehouse")
    return rows


def _copy_table(db: duckdb.DuckDBPyConnection, table: str) -> int:
    name = identifier(table)
    db.execute(f"create table {name} as from warehouse.marts.{name}")
    described = """
        select comment from duckdb_tables()
        where database_name = 'warehouse' and schema_name = 'marts' and table_name = ? and comment is not null
    """
    for (comment,) in db.execute(described, [table]).fetchall():
        db.execute(f"comment on table {name} is {literal(comment)}")
    columns = db.execute(
        """
        select column_name, comment from duckdb_columns()
        where database_name = 'warehouse' and schema_name = 'marts' and table_name = ? and comment is not null
        """,
        [table],
    ).fetchall()
    for column, text in columns:
        db.execute(f"comment on column {name}.{identifier(column)} is {literal(text)}")
    (count,) = db.execute(f"select count(*) from {name}").fetchone() or (0,)
    return int(count)


def identifier(name: str) -> str:
    """A name as SQL writes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
