"""Compaction: observations that say nothing new leave a loading file, so that files do not grow by what never changes.

What belongs here: which rows go, and giving their space back. What is a key is said by the source. Staging makes the
same of the rows before and after, for of equal observations in a row the first and the last stay.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from community_assets.publishing.snapshot import identifier, literal, replacing

# When and by which load something was observed is no part of what was observed.
_CIRCUMSTANCES = {"observed_at", "walk_id", "_dlt_load_id", "_dlt_id"}
Keys = Mapping[str, Sequence[str]]


def compact(path: Path, keys: Keys) -> dict[str, int]:
    """Delete observations that equal the one before and the one after them, in one transaction.

    Args:
        path: a loading file that nobody else has open.
        keys: for each table, the columns that identify what a row observes; null is a value of theirs. Tables that are
            not named stay as they are, and so do those whose rows are walks themselves: their key names the walk.

    Returns:
        How many rows went, by table.
    """
    with duckdb.connect(path) as db:
        tables = {name: key for name, key in keys.items() if "walk_id" not in key}
        db.begin()
        deleted = {name: _delete_unchanged(db, name, key) for name, key in tables.items()}
        db.commit()
    if any(deleted.values()):
        _give_space_back(path)
    return deleted


def crowded(path: Path, keys: Keys) -> Keys:
    """The tables of `keys` with more than about two observations of a thing on average: others have little to give."""
    with duckdb.connect(path, read_only=True) as db:
        return {name: key for name, key in keys.items() if _is_crowded(db, name, key)}


def _is_crowded(db: duckdb.DuckDBPyConnection, table: str, key: Sequence[str]) -> bool:
    query = f"select count(*) > 2 * approx_count_distinct(row({_list(key)})) from raw.{identifier(table)}"
    return bool(db.execute(query).fetchall()[0][0])


def _delete_unchanged(db: duckdb.DuckDBPyConnection, table: str, key: Sequence[str]) -> int:
    name = f"raw.{identifier(table)}"
    columns = [column for column, *_ in db.execute(f"from {name} limit 0").description or ()]
    said = [column for column in columns if column not in _CIRCUMSTANCES]
    query = f"""
        delete from {name} where rowid in (
            select observation from (
                select
                    rowid as observation,
                    row({_list(said)}) as said,
                    lag(said) over of_a_thing as before,
                    lead(said) over of_a_thing as after
                from {name}
                window of_a_thing as (partition by {_list(key)} order by observed_at, walk_id, rowid)
            )
            where said is not distinct from before and said is not distinct from after
        )
    """
    return int(db.execute(query).fetchall()[0][0])


def _give_space_back(path: Path) -> None:
    """Write the file anew when a third of it is free: DuckDB fills free blocks, but keeps them in the file."""
    with duckdb.connect(path) as db:
        db.execute("checkpoint")
        ((free, used),) = db.execute("select free_blocks, used_blocks from pragma_database_size()").fetchall()
    if free <= used / 2:
        return
    with replacing(path) as draft, duckdb.connect() as db:
        db.execute(f"attach {literal(str(path))} as crowded (read_only); attach {literal(str(draft))} as compact")
        db.execute("copy from database crowded to compact")


def _list(columns: Sequence[str]) -> str:
    return ", ".join(identifier(column) for column in columns)
