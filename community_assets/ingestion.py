"""Ingestion: one factory that wraps any source in `@dlt_assets`, and the translator that names its assets.

A source takes part by a `Connector`. Its loading file, its pool, its raw file and its log of attempts follow from its
name; its asset keys are those of the dbt sources that read it.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import dlt
from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    AssetSpec,
    DagsterExecutionInterruptedError,
    Failure,
    MaterializeResult,
)
from dagster_dlt import DagsterDltResource, DagsterDltTranslator, dlt_assets
from dagster_dlt.translator import DltResourceTranslatorData
from dlt.sources import DltSource

from community_assets import raw
from community_assets.compaction import compact, crowded
from community_assets.privacy import Suppression, load_suppression
from community_assets.settings import ConfigurationError, Paths
from community_assets.sources.load import Load, SourceError, UnavailableError, causes, loading_destination

OWNERS = ["team:community"]
# Tag of runs that somebody waits for: these tell at once that an API is down, all others try again.
ATTENDED = "community/attended"
# Metadata of the failure of a step that somebody has stopped.
STOPPED = "stopped"


@dataclass(frozen=True)
class Poll:
    """Tables that are loaded more often than their source, because the API soon forgets what is in them.

    Attributes:
        name: of its job and schedule, behind that of the source.
        tables: which.
        cron: when, UTC.
        is_needed: whether anything would come.
    """

    name: str
    tables: Sequence[str]
    cron: str
    is_needed: Callable[[], bool]


@dataclass(frozen=True)
class Connector:
    """What the house needs to know of a source.

    Attributes:
        name: of its settings section, group, files and job.
        empty: the source without a load: its typed tables, no rows.
        start: opens a load, or returns null when the source is off. Called when a run begins, for it reads the token.
        account_columns: for each table about accounts, the column with the platform's id of the account.
        keys: for each table, the columns that identify what a row observes; unchanged observations are compacted.
        cron: when its schedule loads it, UTC.
        polls: what is loaded in between.
    """

    name: str
    empty: Callable[[], DltSource]
    start: Callable[[], Load | None]
    account_columns: Mapping[str, str]
    keys: Mapping[str, Sequence[str]]
    cron: str
    polls: Sequence[Poll] = ()


class SourceTranslator(DagsterDltTranslator):
    """Names a dlt resource like the dbt source that reads it: `<source>/<table>`."""

    def get_asset_spec(self, data: DltResourceTranslatorData) -> AssetSpec:
        """Key, group, owners, kinds, no upstream: an API is no asset. The description is the resource's docstring."""
        resource = data.resource
        return (
            super()
            .get_asset_spec(data)
            .replace_attributes(
                key=AssetKey([resource.source_name, resource.name]),
                deps=[],
                group_name=resource.source_name,
                owners=OWNERS,
                kinds={"dlt", "duckdb"},
            )
        )


def loading_pipeline(connector: Connector, paths: Paths) -> dlt.Pipeline:
    """The dlt pipeline that appends to a source's loading file; it keeps no copy of what it has loaded."""
    path = paths.loading(connector.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    dlt.config["load.delete_completed_jobs"] = True
    dlt.config["extract.next_item_mode"] = "fifo"  # one list after the other, as a source names them
    return dlt.pipeline(
        connector.name,
        pipelines_dir=str(paths.dlt),
        destination=loading_destination(path),
        dataset_name=raw.DATASET,
    )


def source_assets(connector: Connector, paths: Paths) -> AssetsDefinition:
    """The assets of one source: each of its tables, loaded together, in chunks, and published when all is there."""
    pipeline = loading_pipeline(connector, paths)

    @dlt_assets(
        dlt_source=connector.empty(),
        dlt_pipeline=pipeline,
        name=f"load_{connector.name}",
        dagster_dlt_translator=SourceTranslator(),
        pool=f"loading_{connector.name}",
    )
    def load_source(context: AssetExecutionContext, dlt: DagsterDltResource) -> Iterator[MaterializeResult[Any]]:
        tables = [key.path[-1] for key in context.selected_asset_keys]
        results: dict[AssetKey, MaterializeResult[Any]] = {}
        rows: Counter[str] = Counter()

        def run(chunk: DltSource) -> None:
            for result in dlt.run(context=context, dlt_source=chunk):
                if isinstance(result, MaterializeResult) and result.asset_key:
                    results[result.asset_key] = result
            rows.update(pipeline.last_trace.last_normalize_info.row_counts)

        with plain_failures(connector.name, allow_retries=ATTENDED not in context.run.tags):
            load_into_raw(connector, paths, run, tables)
        for key in context.selected_asset_keys & results.keys():
            result = results[key]
            yield result._replace(metadata={**(result.metadata or {}), "rows_loaded": rows[key.path[-1]]})

    return load_source


def load_into_raw(connector: Connector, paths: Paths, run: Callable[[DltSource], None], tables: Sequence[str]) -> None:
    """Run one load chunk by chunk, compact and publish its file; of a load that fails only the failure is published.

    Args:
        connector: the source.
        paths: where its files live.
        run: loads one chunk into the loading file.
        tables: the tables to load.

    Raises:
        SourceError: the load cannot be finished now.
    """
    suppression = load_suppression(paths)
    _create_tables(connector, paths)
    if not paths.raw(connector.name).exists():
        raw.publish(paths, connector.name)
    load, not_run = None, set(tables)
    try:
        load = connector.start()
        if load:
            load.is_partial = not set(tables).issuperset(connector.empty().resources)
        for chunk in load.chunks(tables) if load else ():
            run(_protected(chunk, connector, suppression))
            not_run -= chunk.selected_resources.keys()
        if not_run:  # Dagster expects an event of each table
            run(connector.empty().with_resources(*not_run))
    except Exception as error:
        raw.note_attempt(paths, connector.name, _failed_attempt(connector, load, plain_message(error)))
        raise
    if load and load.is_partial and not load.rows and not load.failures:
        return  # a poll that found nothing new
    if load:
        loading = paths.loading(connector.name)
        compact(loading, crowded(loading, connector.keys))
    attempt = raw.Attempt.of(load) if load else raw.Attempt.without_load(connector.name, "off")
    raw.publish(paths, connector.name, attempt)


def ensure_raw(connector: Connector, paths: Paths) -> None:
    """Give a source that never ran, or has new tables or columns, all of them typed, for the models above to build."""
    if not raw.columns(paths.raw(connector.name)) >= _columns(connector.empty):
        _create_tables(connector, paths)
        raw.publish(paths, connector.name)


def _create_tables(connector: Connector, paths: Paths) -> None:
    """Create the tables and columns that a loading file lacks: queries of a load may read them."""
    raw.restore_loading(paths, connector.name)
    if not raw.columns(paths.loading(connector.name)) >= _columns(connector.empty):
        loading_pipeline(connector, paths).run(connector.empty())


@cache
def _columns(empty: Callable[[], DltSource]) -> set[tuple[str, str]]:
    resources = empty().resources.items()
    return {(table, column) for table, resource in resources for rows in resource for column in rows.schema.names}


@contextmanager
def plain_failures(what: str, allow_retries: bool = False) -> Iterator[None]:
    """Turn an exception into a `Failure` whose description is one line that says what happened, without a traceback.

    An interrupt becomes one, too, marked `STOPPED`; left alone, Dagster's retry policy would begin again.

    Args:
        what: stands before the message.
        allow_retries: whether the job's retry policy applies when an API does not answer just now.
    """
    try:
        yield
    except (KeyboardInterrupt, DagsterExecutionInterruptedError) as error:
        raise Failure(f"{what}: stopped", metadata={STOPPED: True}, allow_retries=False) from error
    except Exception as error:
        retry = allow_retries and any(isinstance(cause, UnavailableError) for cause in causes(error))
        raise Failure(description=f"{what}: {plain_message(error)}", allow_retries=retry) from error


def plain_message(error: BaseException) -> str:
    """What went wrong, from the innermost of the exceptions that dlt wraps around it."""
    chain = causes(error)
    known = next((e for e in chain if isinstance(e, SourceError | ConfigurationError)), None)
    return " ".join(str(known or chain[-1]).split()) or type(chain[-1]).__name__


def _failed_attempt(connector: Connector, load: Load | None, message: str) -> raw.Attempt:
    if load is None:
        return raw.Attempt.without_load(connector.name, "failed", message)
    return raw.Attempt.of(load, failure=message)


def _protected(chunk: DltSource, connector: Connector, suppression: Suppression) -> DltSource:
    """Hook the suppression filter between the source and dlt's first write to disk."""
    for table, column in connector.account_columns.items():
        if table in chunk.selected_resources:
            chunk.resources[table].add_map(suppression.batch_filter(connector.name, column))
    return chunk
