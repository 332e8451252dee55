"""Resources: the warehouse that models and resolution share, and dbt, which builds in it."""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import chdir
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from dagster import AssetExecutionContext, ConfigurableResource, Failure
from dagster_dbt import DagsterDbtTranslator, DbtProject
from dagster_dbt.asset_utils import get_updated_cli_invocation_params_for_context
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage
from dagster_dbt.core.dbt_event_iterator import DbtDagsterEventType

from community_assets.settings import Paths

Columns = dict[str, dict[str, dict[str, str]]]
DBT_PROJECT_DIR = Path(__file__).parent.parent / "dbt_project"


class Warehouse(ConfigurableResource):  # type: ignore[type-arg]
    """The disposable DuckDB file of staging, resolution and marts; opened for each call, never while anything waits."""

    path: str

    def read(self, query: str) -> pl.DataFrame:
        """The rows of a query; times in UTC."""
        with duckdb.connect(self.path, read_only=True) as db:
            db.execute("set timezone = 'UTC'")
            return db.execute(query).pl()

    def row_counts(self) -> dict[str, int]:
        """Rows of each table, by `<schema>__<table>`, as Dagster names the outputs of `@dbt_assets`."""
        with duckdb.connect(self.path, read_only=True) as db:
            names = "select schema_name, table_name from duckdb_tables() where database_name = current_database()"
            tables = db.execute(names).fetchall()
            return {f"{s}__{t}": db.execute(f'select count(*) from "{s}"."{t}"').fetchall()[0][0] for s, t in tables}

    def replace_table(self, schema: str, table: str, rows: pl.DataFrame) -> None:
        """Create or replace a table by a frame, in one transaction."""
        with duckdb.connect(self.path) as db:
            db.execute(f"create schema if not exists {schema}")
            db.register("rows", rows)
            db.execute(f"create or replace table {schema}.{table} as from rows")


class DbtRunner(ConfigurableResource):  # type: ignore[type-arg]
    """Builds dbt models in this process: starting the dbt command takes longer than the models of a community.

    Attributes:
        target_path: folder of dbt's artifacts.
        databases: the files that models and sources live in, by their names in dbt's profile.
    """

    target_path: str
    databases: dict[str, str]

    def build(self, context: AssetExecutionContext, *arguments: str) -> Iterator[DbtDagsterEventType]:
        """Run `dbt build` on what is selected of the context's `@dbt_assets`.

        Yields:
            The integration's events: an output for each model, a check result for each test.

        Raises:
            Failure: a model or a test failed; the events of what was done come before.
        """
        selected = get_updated_cli_invocation_params_for_context(context, {}, DagsterDbtTranslator())
        project = selected.dbt_project
        assert project, "@dbt_assets was given no project"
        target = Path(self.target_path)
        _reuse_parsed_project(project, target)
        command = ["build", *arguments, *selected.selection_args]
        command += ["--project-dir", str(project.project_dir), "--profiles-dir", str(project.project_dir)]
        command += ["--target-path", str(target), "--log-path", str(target)]
        messages, problem = _invoke(command)
        columns = _columns(self.databases)
        for message in messages:
            history = _table_history(selected.manifest, message, columns)
            event = DbtCoreCliEventMessage(raw_event=message, event_history_metadata=history)
            yield from event.to_default_asset_events(
                manifest=selected.manifest,
                dagster_dbt_translator=selected.dagster_dbt_translator,
                context=context,
                target_path=target,
                project=project,
            )
        if problem:
            raise Failure(description=f"dbt: {problem}", allow_retries=False)


def _invoke(command: list[str]) -> tuple[list[dict[str, Any]], str | None]:
    """Run dbt; its structured events, and what went wrong."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner
    from dbt_common.events.functions import msg_to_dict

    messages: list[dict[str, Any]] = []
    with chdir("."):  # dbt changes into its project
        result = dbtRunner(callbacks=[lambda event: messages.append(msg_to_dict(event))]).invoke(command)
    DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]  # else nobody else in this process could open the warehouse
    if result.success:
        return messages, None
    nodes = [r for r in getattr(result.result, "results", None) or () if r.status in ("error", "fail")]
    reasons = [f"{r.node.name}: {' '.join((r.message or r.status).split())}" for r in nodes]
    return messages, "; ".join(reasons) or str(result.exception)


def _columns(databases: Mapping[str, str]) -> Columns:
    """Name and type of the columns of every table, by the name that dbt gives the relation."""
    columns: Columns = {}
    for name, path in databases.items():
        if not Path(path).exists():
            continue
        with duckdb.connect(path, read_only=True) as db:
            found = db.execute(
                "select schema_name, table_name, column_name, data_type from duckdb_columns()"
            ).fetchall()
        for schema, table, column, kind in found:
            columns.setdefault(f'"{name}"."{schema}"."{table}"', {})[column] = {"data_type": kind}
    return columns


def _table_history(manifest: Mapping[str, Any], message: Mapping[str, Any], columns: Columns) -> dict[str, Any]:
    """What the integration needs for columns and their lineage: of the model, with our words, and of its parents."""
    node = manifest["nodes"].get(message.get("data", {}).get("node_info", {}).get("unique_id"))
    if not node or node["resource_type"] != "model" or node["relation_name"] not in columns:
        return {}
    parents = [
        (manifest["nodes"].get(p) or manifest["sources"][p])["relation_name"] for p in node["depends_on"]["nodes"]
    ]
    described = {
        name: {**column, "description": node["columns"].get(name, {}).get("description", "")}
        for name, column in columns[node["relation_name"]].items()
    }
    return {"columns": described, "parents": {p: {"columns": columns.get(p, {})} for p in parents}}


def _reuse_parsed_project(project: DbtProject, target: Path) -> None:
    """Let dbt start from what was parsed when the manifest was made."""
    parsed = Path(project.project_dir) / project.target_path / "partial_parse.msgpack"
    if parsed.exists() and not (target / parsed.name).exists():
        target.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(parsed, target / parsed.name)


def dbt_project(paths: Paths) -> DbtProject:
    """The dbt project with a manifest that is as new as its files; dbt is started only when it is not.

    Artifacts live in the data directory: dbt parses anew whenever the paths in its profile change.
    """
    _find_console_scripts()
    project = DbtProject(project_dir=DBT_PROJECT_DIR, target_path=paths.dbt / "target")
    if not project.manifest_path.exists() or project.manifest_path.stat().st_mtime < _newest_file(DBT_PROJECT_DIR):
        project.preparer.prepare(project)
    return project


def _find_console_scripts() -> None:
    """Let dagster-dbt find the `dbt` of this environment, which need not be activated."""
    folder, path = str(Path(sys.executable).parent), os.environ.get("PATH", "")
    if folder not in path.split(os.pathsep):
        os.environ["PATH"] = folder + os.pathsep + path


def _newest_file(folder: Path) -> float:
    return max(f.stat().st_mtime for suffix in ("sql", "yml", "csv", "md") for f in folder.rglob(f"*.{suffix}"))
