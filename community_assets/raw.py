"""Raw: the published copy of a source's loading file, and the log of attempts to load it.

A loader writes only its own file, below `data/loading`. What is below `data/raw` is replaced whole after a complete
load; a failed one adds no rows to it but the note that it failed, so that everybody downstream can tell.
"""

import shutil
import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import duckdb

from community_assets.publishing.snapshot import replacing
from community_assets.settings import Paths
from community_assets.sources.load import Load

DATASET = "raw"
Outcome = Literal["complete", "paused", "incomplete", "failed", "off"]

_LOADS = f"""
create schema if not exists {DATASET};
create table if not exists {DATASET}.loads (
    load_id varchar not null,
    source varchar not null,
    started_at timestamptz not null,
    finished_at timestamptz not null,
    outcome varchar not null,
    message varchar,
    requests bigint not null,
    points bigint not null,
    rows_loaded bigint not null
);
alter table {DATASET}.loads add column if not exists is_partial boolean default false
"""


@dataclass(frozen=True)
class Attempt:
    """How one load ended; a row of the log."""

    load_id: str
    source: str
    started_at: datetime
    outcome: Outcome
    message: str | None = None
    requests: int = 0
    points: int = 0
    rows_loaded: int = 0
    is_partial: bool = False

    @classmethod
    def of(cls, load: Load, failure: str | None = None) -> "Attempt":
        """How `load` ended: it failed, or it is complete but for its failures and for what its budget left over."""
        noted = [f"{name}: {reason}" for name, reason in sorted({**load.notes, **load.failures}.items())]
        left = ", ".join(f"{name} ({what})" for name, what in sorted(load.left.items()))
        said = "; ".join([*noted, f"the budget is spent, the next load goes on with {left}"] if left else noted)
        return cls(
            load_id=load.walk_id,
            source=load.source,
            started_at=load.started_at,
            outcome=("failed" if failure else "incomplete" if load.failures else "paused" if load.left else "complete"),
            message=failure or said or None,
            requests=load.requests,
            points=load.points,
            rows_loaded=load.rows,
            is_partial=load.is_partial,
        )

    @classmethod
    def without_load(cls, source: str, outcome: Outcome, message: str | None = None) -> "Attempt":
        """A source that is off, or that could not even start."""
        return cls(uuid.uuid4().hex, source, datetime.now(UTC), outcome, message)

    def append_to(self, path: Path) -> None:
        """Add this attempt to the log inside a loading or raw file."""
        row = {**asdict(self), "finished_at": datetime.now(UTC)}
        with duckdb.connect(path) as db:
            db.execute(_LOADS)
            columns = ", ".join(row)
            db.execute(
                f"insert into {DATASET}.loads ({columns}) values ({', '.join('?' * len(row))})", list(row.values())
            )


def publish(paths: Paths, source: str, attempt: Attempt | None = None) -> None:
    """Replace the raw file of `source` by a copy of its loading file; without an attempt it only gets its tables."""
    loading = paths.loading(source)
    with duckdb.connect(loading) as db:
        db.execute(_LOADS)
        db.execute("checkpoint")
    with replacing(paths.raw(source)) as draft:
        shutil.copyfile(loading, draft)
        if attempt:
            attempt.append_to(draft)
    if attempt:
        attempt.append_to(loading)


def note_attempt(paths: Paths, source: str, attempt: Attempt) -> None:
    """Log an attempt of which no rows come, in the loading file and in the raw one, whose rows stay as they are."""
    attempt.append_to(paths.loading(source))
    raw = paths.raw(source)
    with replacing(raw) as draft:
        shutil.copyfile(raw, draft)
        attempt.append_to(draft)


def restore_loading(paths: Paths, source: str) -> None:
    """Make a lost loading file anew from its published copy, so that nothing needs to be asked again."""
    loading, published = paths.loading(source), paths.raw(source)
    if published.exists() and not loading.exists():
        with replacing(loading) as draft:
            shutil.copyfile(published, draft)


def columns(path: Path) -> set[tuple[str, str]]:
    """Tables and their columns in a loading or raw file; none without a file."""
    if not path.exists():
        return set()
    with duckdb.connect(path, read_only=True) as db:
        return set(db.execute("select table_name, column_name from duckdb_columns() where not internal").fetchall())


def last_attempt(paths: Paths, source: str) -> tuple[Outcome, str | None] | None:
    """Outcome and message of the newest attempt at the whole source, or null when there was none."""
    if not paths.raw(source).exists():
        return None
    with duckdb.connect(paths.raw(source), read_only=True) as db:
        whole = f"from {DATASET}.loads where not is_partial"
        newest = f"select outcome, message {whole} order by finished_at desc limit 1"
        row = db.execute(newest).fetchone()
    return (row[0], row[1]) if row else None


def last_complete_at(paths: Paths, source: str) -> datetime | None:
    """When the newest complete load ended, or null when none did."""
    if not paths.raw(source).exists():
        return None
    with duckdb.connect(paths.raw(source), read_only=True) as db:
        newest = f"select max(finished_at) from {DATASET}.loads where outcome = 'complete' and not is_partial"
        row = db.execute(newest).fetchone()
    return row[0] if row else None


def has_rows(paths: Paths, source: str, query: str) -> bool:
    """Whether a query over a raw file finds anything; nothing without a file."""
    if not paths.raw(source).exists():
        return False
    with duckdb.connect(paths.raw(source), read_only=True) as db:
        return db.execute(query).fetchone() is not None
