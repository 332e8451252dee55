"""A load: what every source keeps count of while it asks its API, and the shape of its work.

dlt commits a run at its end only, so a long load is a loop of short runs (`Load.chunks`) that each commit their pages
together with the cursor that leads to the next one. A killed load loses its last chunk and goes on from there.
"""

import logging
import uuid
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dlt
import pyarrow as pa
from dlt.common.destination import Destination, DestinationCapabilitiesContext
from dlt.destinations.impl.duckdb.configuration import DuckDbCredentials
from dlt.sources import DltSource

# A load makes and drops a table for each page; Arrow's own pool would keep what is dropped.
pa.set_memory_pool(pa.system_memory_pool())


class SourceError(Exception):
    """An API cannot be used now; the message says what happened, where, and which setting or time changes it."""


class UnavailableError(SourceError):
    """An API does not answer just now; the same request may be answered later."""


class _DuckDb(dlt.destinations.duckdb):  # type: ignore[misc]
    """DuckDB, for runs that are short: what it can do depends on no setting, so none is read each time dlt asks."""

    def capabilities(self, config: Any = None, naming: Any = None) -> DestinationCapabilitiesContext:
        return super().capabilities(self.spec() if config is None else config, naming)

    @property
    def destination_type(self) -> str:
        return "dlt.destinations.duckdb"


def loading_destination(path: Path) -> Destination[Any, Any]:
    """The DuckDB file of a source, as dlt opens it many times a load."""
    # Else all small row groups are merged, in memory, each time that the file is closed.
    return _DuckDb(credentials=DuckDbCredentials(str(path), global_config={"max_vacuum_tasks": 0}))


def causes(error: BaseException) -> list[BaseException]:
    """An exception and what it was raised from, innermost last; libraries wrap the one that says what happened."""
    chain = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) is not None:
        chain.append(cause)
    return chain


@dataclass
class Load(ABC):
    """One refresh of one source.

    Attributes:
        source: name of the source, also of its file, group and settings section.
        walk_id: identifies the observations of this load.
        requests: requests answered so far.
        points: what the API charged for them, in its own unit.
        rows: rows yielded so far.
        failures: what could not be loaded although everything else could, by name; a load with failures is incomplete.
        notes: what the API does not show to this token, by name; a load with notes is as complete as it can be.
        is_partial: whether only some of the source's tables are loaded.
        left: what the next load goes on with, by name, because the budget of this one was spent.
    """

    source: str
    walk_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    requests: int = 0
    points: int = 0
    rows: int = 0
    failures: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    is_partial: bool = False

    @abstractmethod
    def chunks(self, tables: Collection[str]) -> Iterator[DltSource]:
        """Yield the next short run until nothing is left to ask for; the caller runs each before it takes the next.

        Args:
            tables: the resources to load; the others are left alone.

        Raises:
            SourceError: the API cannot be used now.
        """

    def batch(self, rows: list[dict[str, Any]], schema: pa.Schema) -> pa.Table:
        """One page as one Arrow table.

        Args:
            rows: one dict a row; times as ISO 8601 strings, as APIs send them, or null.
            schema: names and types of the columns; a column that no row names is null.
        """
        self.rows += len(rows)
        wire = pa.schema([f.with_type(pa.string()) if pa.types.is_timestamp(f.type) else f for f in schema])
        return pa.Table.from_pylist(rows, schema=wire).cast(schema)

    @property
    def logger(self) -> logging.Logger:
        """Progress, one line a request; never a person's data."""
        return logging.getLogger(f"community_assets.sources.{self.source}")
