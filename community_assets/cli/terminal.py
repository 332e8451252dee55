"""The terminal: exit codes, messages, and tables for people, JSON and CSV for scripts.

Stdout carries data only; everything said about it goes to stderr. What strangers typed never controls a terminal.
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum, StrEnum
from io import StringIO, TextIOWrapper
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from community_assets.settings import ConfigurationError, Paths, load_settings

Row = Mapping[str, Any]
_ELASTIC_WIDTH = 30


class ExitCode(IntEnum):
    """How `heroes` ends."""

    OK = 0
    FAILED = 1
    WRONG_USAGE = 2


EXIT_CODES = (
    f"Exit codes: {ExitCode.OK:d} all is well; {ExitCode.FAILED:d} something went wrong, and what is said; "
    f"{ExitCode.WRONG_USAGE:d} wrong usage or settings, nothing was started."
)


class Format(StrEnum):
    """How rows are written to stdout."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


AsJson = Annotated[bool, typer.Option("--json", help="Write JSON to stdout: an array of objects.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Write CSV to stdout, safe to open in a spreadsheet.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=1_000_000_000, help="How many rows to show.")]

if isinstance(sys.stdout, TextIOWrapper):
    sys.stdout.reconfigure(errors="replace")  # names come in every script, a terminal's encoding may not
output = Console(width=None if sys.stdout and sys.stdout.isatty() else 130)
messages = Console(stderr=True, soft_wrap=True)


def chosen_format(as_json: bool, as_csv: bool = False) -> Format:
    """The format that the options name; they exclude each other."""
    if as_json and as_csv:
        raise typer.BadParameter("choose one of --json and --csv")
    return Format.JSON if as_json else Format.CSV if as_csv else Format.TABLE


def say(*lines: str) -> None:
    """Print lines to stdout as they are."""
    for line in lines:
        output.print(plain(line), soft_wrap=True)


def note(*lines: str) -> None:
    """Print lines to stderr as they are."""
    for line in lines:
        messages.print(plain(line))


def command_name() -> str:
    """This program as it was called, for hints that work when they are copied."""
    return os.path.relpath(sys.argv[0]) if os.sep in sys.argv[0] else sys.argv[0]


def configured_paths() -> Paths:
    """Where the settings say that things live."""
    with configuration_errors():
        return load_settings().paths


@contextmanager
def configuration_errors() -> Iterator[None]:
    """End with `WRONG_USAGE` and the message when the settings are wrong."""
    try:
        yield
    except ConfigurationError as error:
        note(str(error))
        raise typer.Exit(ExitCode.WRONG_USAGE) from None


@contextmanager
def reading_errors() -> Iterator[None]:
    """End with `FAILED` and the message when the published file does not give what is asked for."""
    from community_assets.publishing.reading import PublishedFileError

    try:
        yield
    except PublishedFileError as error:
        note(str(error))
        raise typer.Exit(ExitCode.FAILED) from None


def write(title: str, rows: Sequence[Row], columns: Sequence[str], form: Format, elastic: str | None = None) -> None:
    """Write rows to stdout.

    Args:
        title: above the table; JSON and CSV have none.
        rows: one mapping a row.
        columns: which columns, in this order, also when there are no rows.
        form: table, JSON or CSV.
        elastic: column of the table that takes the width which the others leave, and is left out when it is little.
    """
    if form is Format.JSON:
        write_json([{name: row[name] for name in columns} for row in rows])
    elif form is Format.CSV:
        _write_csv(rows, columns)
    else:
        output.print(_fitted(title, rows, list(columns), elastic))


def write_json(rows: Sequence[Row]) -> None:
    """Write an array of objects to stdout; ASCII, for JSON leaves some control characters as they are."""
    from community_assets.publishing.exports import portable

    output.file.write(json.dumps(rows, indent=2, default=portable) + "\n")


def _write_csv(rows: Sequence[Row], columns: Sequence[str]) -> None:
    from community_assets.publishing.exports import write_csv

    file = StringIO(newline="")
    write_csv(file, columns, ([row[name] for name in columns] for row in rows))
    text = plain(file.getvalue().replace("\r\n", "\n")).plain if output.is_terminal else file.getvalue()
    typer.echo(text.encode("utf-8"), nl=False)


def _fitted(title: str, rows: Sequence[Row], columns: list[str], elastic: str | None) -> Table:
    if elastic is None:
        return table(title, rows, columns)
    narrow = table(title, rows, [name for name in columns if name != elastic])
    unbounded = output.options.update(max_width=sys.maxsize)
    left = output.width - Measurement.get(output, unbounded, narrow).maximum - 3
    return table(title, rows, columns, {elastic: left}) if left >= _ELASTIC_WIDTH else narrow


def table(title: str, rows: Sequence[Row], columns: Sequence[str], widths: Mapping[str, int] | None = None) -> Table:
    """A table for people: numbers to the right, long texts cut off."""
    shown = Table(title=title, title_justify="left", title_style="bold")
    for name in columns:
        heading = name.replace("_", " ")
        if all(isinstance(row[name], int | float | None) for row in rows) and rows:
            shown.add_column(heading, justify="right", no_wrap=True, min_width=len(heading))
        else:
            width = (widths or {}).get(name, _ELASTIC_WIDTH)
            shown.add_column(heading, no_wrap=True, overflow="ellipsis", max_width=width)
    for row in rows:
        shown.add_row(*(plain(" ".join(cell(row[name]).split())) for name in columns))
    return shown


def cell(value: object) -> str:
    """A value as people read it."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) >= 0.1 or value == 0 else f"{value:.2g}"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:%Y-%m-%d}" if hasattr(value, "strftime") else str(value)


def plain(text: str) -> Text:
    """Text as it is: no markup, and no control characters that a stranger's name could send to the terminal."""
    return Text("".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text))
