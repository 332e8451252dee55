"""Exports: the published marts as Parquet or CSV files, each replaced whole.

What belongs here: what leaves the house and in which form, for files and for `--csv` of the commands. Without
permission, no file carries an address at which somebody can be reached.
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, TextIO

import duckdb

from community_assets.publishing.reading import published
from community_assets.publishing.snapshot import identifier, literal, replacing
from community_assets.settings import Paths

PERSONAL_MARTS = ("contact_points", "ghrr", "identity_links")
PERSONAL_COLUMNS = {"people": ("email", "x_username")}
_ORDER = {"ghrr": "array_position(['stargazer', 'subscriber', 'contributor'], user_interaction), username"}
# https://owasp.org/www-community/attacks/CSV_Injection; where the comma is for decimals, a semicolon begins a cell, and
# quotes in the middle of what is taken for one cell hold neither it nor a line end.
_FORMULA = re.compile(r"(^|[;\r\n])(?=[\s\"'\ufeff]*[=+\-@\t\r\n＝＋－＠])")
_BATCH = 10_000


class UnknownMartError(ValueError):
    """A mart is not published; the message names those that are."""


@dataclass(frozen=True)
class Export:
    """One written file."""

    mart: str
    path: Path
    rows: int


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe goes before what could begin one."""
    return _FORMULA.sub(r"\1'", text)


def portable(value: object) -> object:
    """A value as JSON and CSV can tell it: times as ISO 8601 in UTC, decimals as floats, anything else as it is."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def write_csv(file: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write CSV as RFC 4180 says, with a header; texts that could be formulas are neutralised, null is empty.

    Args:
        file: opened with `newline=""`.
        columns: the header.
        rows: values in the header's order.

    Returns:
        Number of rows.
    """
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(columns)
    count = 0
    for row in rows:
        writer.writerow([_csv_value(value) for value in row])
        count += 1
    return count


def _csv_value(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=portable)
    return neutral(value) if isinstance(value, str) else portable(value)


def mart_names(paths: Paths) -> list[str]:
    """Names of the published marts.

    Raises:
        PublishedFileError: there is no published file, or it cannot be read.
    """
    with published(paths) as db:
        return _marts(db)


def withheld(marts: Sequence[str]) -> list[str]:
    """What an export of these marts leaves out unless contact points are asked for; no marts means all of them."""
    names = [] if marts else list(PERSONAL_MARTS)
    people = [name for name in PERSONAL_COLUMNS if not marts or name in marts]
    return names + [f"{name}.{column}" for name in people for column in PERSONAL_COLUMNS[name]]


def export_marts(
    paths: Paths,
    marts: Sequence[str],
    form: Literal["parquet", "csv"],
    folder: Path,
    contact_points: bool = False,
) -> Iterator[Export]:
    """Write marts of the published file to `folder`, one file each, all of one publication.

    Args:
        paths: where the published file lives.
        marts: their names; none means all, but for those that hold contact points.
        form: format and ending of the files.
        folder: made if need be; a file in it is replaced when its successor is complete.
        contact_points: whether marts and columns with addresses are written too. Named marts always are.

    Yields:
        What was written.

    Raises:
        UnknownMartError: a mart is not published; nothing was written.
        PublishedFileError: the published file cannot be read.
        OSError: a file cannot be written.
    """
    with published(paths) as db:
        known = _marts(db)
        if unknown := [name for name in marts if name not in known]:
            raise UnknownMartError(f"{', '.join(unknown)}: no such mart; published are {', '.join(known)}")
        for mart in dict.fromkeys(marts) or [m for m in known if contact_points or m not in PERSONAL_MARTS]:
            left_out = () if contact_points else PERSONAL_COLUMNS.get(mart, ())
            with replacing(folder / f"{mart}.{form}") as draft:
                rows = _WRITERS[form](db, _query(db, mart, left_out), draft)
            yield Export(mart, folder / f"{mart}.{form}", rows)


def _marts(db: duckdb.DuckDBPyConnection) -> list[str]:
    query = "select table_name from duckdb_tables() where schema_name = 'main' order by table_name"
    return [name for (name,) in db.execute(query).fetchall()]


def _query(db: duckdb.DuckDBPyConnection, mart: str, left_out: Sequence[str]) -> str:
    columns = [name for name, *_ in db.execute(f"from {identifier(mart)} limit 0").description or ()]
    shown = ", ".join(identifier(name) for name in columns if name not in left_out)
    order = f" order by {_ORDER[mart]}" if mart in _ORDER else ""
    return f"select {shown} from {identifier(mart)}{order}"


def _write_parquet(db: duckdb.DuckDBPyConnection, query: str, path: Path) -> int:
    try:
        copied = db.execute(f"copy ({query}) to {literal(str(path))} (format parquet, compression zstd)").fetchone()
    except duckdb.IOException as error:
        raise OSError(str(error)) from None
    return int(copied[0]) if copied else 0


def _write_csv_file(db: duckdb.DuckDBPyConnection, query: str, path: Path) -> int:
    result = db.execute(query)
    columns = [name for name, *_ in result.description or ()]
    with path.open("w", encoding="utf-8", newline="") as file:
        return write_csv(file, columns, (row for batch in iter(lambda: result.fetchmany(_BATCH), []) for row in batch))


_WRITERS = {"parquet": _write_parquet, "csv": _write_csv_file}
