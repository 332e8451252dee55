"""Resources: the warehouse that models and resolution share, and the dbt project that is run on it."""

import os
import sys
from pathlib import Path

import duckdb
import polars as pl
from dagster import ConfigurableResource
from dagster_dbt import DbtProject

from community_assets.settings import Paths

DBT_PROJECT_DIR = Path(__file__).parent.parent / "dbt_project"


class Warehouse(ConfigurableResource):  # type: ignore[type-arg]
    """The disposable DuckDB file of staging, resolution and marts; opened for each call, never while anything waits."""

    path: str

    def read(self, query: str) -> pl.DataFrame:
        """The rows of a query; times in UTC."""
        with duckdb.connect(self.path, read_only=True) as db:
            db.execute("set timezone = 'UTC'")
            return db.execute(query).pl()

    def row_counts(self) -> dict[tuple[str, str], int]:
        """Rows of each table, by schema and name."""
        if not Path(self.path).exists():
            return {}
        with duckdb.connect(self.path, read_only=True) as db:
            names = "select schema_name, table_name from duckdb_tables() where database_name = current_database()"
            tables = db.execute(names).fetchall()
            return {(s, t): db.execute(f'select count(*) from "{s}"."{t}"').fetchall()[0][0] for s, t in tables}

    def replace_table(self, schema: str, table: str, rows: pl.DataFrame) -> None:
        """Create or replace a table by a frame, in one transaction."""
        with duckdb.connect(self.path) as db:
            db.execute(f"create schema if not exists {schema}")
            db.register("rows", rows)
            db.execute(f"create or replace table {schema}.{table} as from rows")


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
