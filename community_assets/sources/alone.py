"""Alone: running one source without the rest of the house, into a DuckDB file of the current folder."""

import logging
import sys
from collections.abc import Callable, Collection
from pathlib import Path

import dlt
from dlt.sources import DltSource

from community_assets.settings import ConfigurationError
from community_assets.sources.load import Load, SourceError, causes, loading_destination


def run_alone(load: Load, empty: Callable[[], DltSource], tables: Collection[str]) -> None:
    """Load into `<source>.duckdb`, schema raw. Nobody is suppressed there.

    Raises:
        SourceError: something could not be loaded.
    """
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    dlt.config["load.delete_completed_jobs"] = True
    dlt.config["extract.next_item_mode"] = "fifo"
    pipeline = dlt.pipeline(
        load.source,
        pipelines_dir=str(Path("dlt").resolve()),
        destination=loading_destination(Path(f"{load.source}.duckdb")),
        dataset_name="raw",
    )
    pipeline.run(empty())
    for chunk in load.chunks(tables):
        pipeline.run(chunk)
    if load.failures:
        raise SourceError("; ".join(f"{name}: {reason}" for name, reason in load.failures.items()))


def exit_by(main: Callable[[list[str]], None], usage: str | None) -> None:
    """Call `main` with the arguments of the command line; what goes wrong is one line on stderr."""
    if not sys.argv[1:]:
        sys.exit(usage)
    try:
        main(sys.argv[1:])
    except Exception as error:
        known = next((e for e in causes(error) if isinstance(e, ConfigurationError | SourceError)), None)
        if known is None:
            raise
        sys.exit(str(known))
