"""Resources: the warehouse that models and resolution share, and dbt, which builds in it."""

import gc
import hashlib
import shutil
from collections.abc import Iterator, Mapping
from contextlib import chdir
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import yaml
from dagster import (
    AssetExecutionContext,
    AssetKey,
    ConfigurableResource,
    Failure,
    Output,
    TableColumnDep,
    TableColumnLineage,
)
from dagster_dbt import DagsterDbtTranslator, DbtProject
from dagster_dbt.asset_utils import get_updated_cli_invocation_params_for_context
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage
from dagster_dbt.core.dbt_event_iterator import DbtDagsterEventType
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from community_assets.lineage import Relation, parent_columns
from community_assets.settings import ConfigurationError, Paths

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
        target_path: folder of what dbt compiles and logs.
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
        # Nobody reads the artifacts that dbt would write as JSON after each build.
        command = ["--no-write-json", "build", *arguments, *selected.selection_args]
        messages, problem = _invoke([*command, *_folders(project, target)])
        tables = _tables(self.databases)
        for message in messages:
            node = selected.manifest["nodes"].get(message.get("data", {}).get("node_info", {}).get("unique_id"))
            event = DbtCoreCliEventMessage(raw_event=message, event_history_metadata=_described(node, tables))
            for asset_event in event.to_default_asset_events(
                manifest=selected.manifest,
                dagster_dbt_translator=selected.dagster_dbt_translator,
                context=context,
                target_path=target,
                project=project,
            ):
                if isinstance(asset_event, Output) and node["resource_type"] == "model":
                    column_lineage = _column_lineage(selected, node, tables, target)
                    yield asset_event.with_metadata({**asset_event.metadata, **column_lineage})
                else:
                    yield asset_event
        if problem:
            raise Failure(description=f"dbt: {problem}", allow_retries=False)


def _invoke(command: list[str]) -> tuple[list[dict[str, Any]], str | None]:
    """Run dbt; its structured events, and what went wrong."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner
    from dbt_common.events.functions import msg_to_dict

    messages: list[dict[str, Any]] = []

    def keep(event: Any) -> None:
        # Those of which the integration makes Dagster's events; turning all thousands into dicts takes seconds.
        if event.info.name.endswith("Result"):
            messages.append(msg_to_dict(event))

    gc.freeze()  # what is there before, such as the gazetteer, need not be searched below
    with chdir("."):  # dbt changes into its project
        result = dbtRunner(callbacks=[keep]).invoke(command)
    # Else nobody else in this process could open the warehouse. Threads that are done may leave cursors in cycles.
    DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
    gc.collect()
    gc.unfreeze()
    if result.success:
        return messages, None
    nodes = [r for r in getattr(result.result, "results", None) or () if r.status in ("error", "fail")]
    reasons = [f"{r.node.name}: {' '.join((r.message or r.status).split())}" for r in nodes]
    return messages, "; ".join(reasons) or str(result.exception)


def _collect_garbage(_: RetryCallState) -> None:
    gc.collect()


# On a busy machine a thread of dbt may end after dbt itself, and leave its cursor in a cycle.
_patiently = Retrying(
    retry=retry_if_exception_type(duckdb.ConnectionException),
    before_sleep=_collect_garbage,
    stop=stop_after_delay(30),
    wait=wait_fixed(0.2),
    reraise=True,
)


def _tables(databases: Mapping[str, str]) -> dict[Relation, dict[str, str]]:
    """Columns of every table and their types."""
    tables: dict[Relation, dict[str, str]] = {}
    for database, path in databases.items():
        if Path(path).exists():
            with _patiently(duckdb.connect, path, read_only=True) as db:
                found = db.execute("select schema_name, table_name, column_name, data_type from duckdb_columns()")
                for schema, table, column, kind in found.fetchall():
                    tables.setdefault((database, schema, table), {})[column] = kind
    return tables


def _described(node: Mapping[str, Any] | None, tables: Mapping[Relation, Mapping[str, str]]) -> dict[str, Any]:
    """The columns of a model in the integration's form: types as built, words as in the dbt project."""
    if not node or node["resource_type"] != "model":
        return {}
    words = {name: column["description"] for name, column in node["columns"].items()}
    built = tables.get(_relation(node), {})
    return {"columns": {name: {"data_type": built[name], "description": words.get(name, "")} for name in built}}


def _column_lineage(
    selected: Any, node: Mapping[str, Any], tables: Mapping[Relation, Mapping[str, str]], target: Path
) -> Mapping[str, Any]:
    manifest = selected.manifest
    parents = {_relation(parent): uid for uid in node["depends_on"]["nodes"] for parent in [_node(manifest, uid)]}
    sql = (target / "compiled" / node["package_name"] / node["original_file_path"]).read_text("utf-8")
    found = parent_columns(sql, {relation: tables.get(relation, {}) for relation in parents})

    def key(uid: str) -> AssetKey:
        return selected.dagster_dbt_translator.get_asset_spec(manifest, uid, selected.dbt_project).key  # type: ignore[no-any-return]

    dependencies = {
        column: [TableColumnDep(key(parents[relation]), name) for relation, name in sorted(leaves)]
        for column, leaves in found.items()
    }
    return {"dagster/column_lineage": TableColumnLineage(dependencies)} if dependencies else {}


def _node(manifest: Mapping[str, Any], unique_id: str) -> Mapping[str, Any]:
    return manifest["nodes"].get(unique_id) or manifest["sources"][unique_id]  # type: ignore[no-any-return]


def _relation(node: Mapping[str, Any]) -> Relation:
    return node["database"], node["schema"], node.get("identifier") or node.get("alias") or node["name"]


def _reuse_parsed_project(project: DbtProject, target: Path) -> None:
    """Let dbt start from what was parsed when the manifest was made."""
    parsed = Path(project.project_dir) / project.target_path / "partial_parse.msgpack"
    if parsed.exists() and not (target / parsed.name).exists():
        target.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(parsed, target / parsed.name)


def dbt_project(paths: Paths) -> DbtProject:
    """The dbt project with a manifest made of its present files; dbt parses them only when there is none.

    Artifacts live in the data directory: dbt parses anew whenever the paths in its profile change.

    Raises:
        ConfigurationError: dbt cannot read it; the message is dbt's.
    """
    try:
        project = DbtProject(project_dir=DBT_PROJECT_DIR, target_path=paths.dbt / "target")
    except yaml.YAMLError as error:
        raise ConfigurationError(" ".join(str(error).split())) from error
    content, made_of = _content(DBT_PROJECT_DIR), project.manifest_path.with_name("made_of.sha256")
    if not project.manifest_path.exists() or not made_of.exists() or made_of.read_text("utf-8") != content:
        # In this process: the integration would start another one, which takes twice as long.
        _, problem = _invoke(["--quiet", "parse", *_folders(project, project.manifest_path.parent)])
        if problem:
            raise ConfigurationError(f"{DBT_PROJECT_DIR}: {' '.join(problem.split())}")
        made_of.write_text(content, "utf-8")
    return project


def _folders(project: DbtProject, target: Path) -> list[str]:
    folder = str(project.project_dir)
    where = ["--project-dir", folder, "--profiles-dir", folder, "--target-path", str(target), "--log-path", str(target)]
    return [*where, "--log-level-file", "info"]


def _content(folder: Path) -> str:
    """A hash of a dbt project's files. Their times tell nothing: an older release may be installed later."""
    files = sorted(f for suffix in ("sql", "yml", "csv", "md") for f in folder.rglob(f"*.{suffix}"))
    parts = [part for f in files for part in (str(f.relative_to(folder)).encode(), f.read_bytes())]
    return hashlib.sha256(b"".join(len(part).to_bytes(8) + part for part in parts)).hexdigest()
