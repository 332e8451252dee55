"""`make bench`: what things cost, as ratios to a floor or a peer that is measured in the same run.

Times of one machine say little and fail no test; the ratios are for people who change something to look at.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import dlt
import duckdb
import polars as pl
import pyarrow as pa
from rich.console import Console
from rich.table import Table

from community_assets import raw
from community_assets.publishing.snapshot import publish_marts
from community_assets.settings import Paths
from community_assets.sources.github import schemas
from tests.bench_github import ask_github, load_many
from tests.bench_identity import resolve_people
from tests.bench_resolution import accuracy, speed
from tests.bench_suspicion import move, suspect

ROWS = 200_000


def main() -> None:
    """Run every measurement and print one table."""
    table = Table("measurement", "ours", "floor or peer", "ratio", title="Bench")
    storage = (append_to_raw, publish_raw, publish_community)
    with tempfile.TemporaryDirectory() as folder:
        resolution = (accuracy, speed, resolve_people, suspect, move)
        for measure in (import_definitions, *storage, ask_github, load_many, *resolution):
            for row in measure(Path(folder)):
                table.add_row(*row)
    Console().print(table)


def seconds(work: Callable[[], object]) -> float:
    """Wall time of the best of three runs."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def ratio(what: str, ours: float, floor: float) -> tuple[str, str, str, str]:
    """A row of the table for two times."""
    return what, f"{ours:.2f} s", f"{floor:.2f} s", f"{ours / floor:.1f}"


def import_definitions(_folder: Path) -> Iterator[tuple[str, ...]]:
    """Importing the definitions in a process of its own, beside importing what they are made with."""

    def run(code: str) -> float:
        return seconds(lambda: subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True))

    ours, floor = run("import community_assets.definitions"), run("import dagster, dagster_dlt, dagster_dbt")
    yield ratio("import the definitions; floor: importing dagster, dagster_dlt, dagster_dbt", ours, floor)


def edges() -> pa.Table:
    """Made-up observations of stargazers."""
    now = datetime.now(UTC)
    numbers = pl.DataFrame({"user_database_id": range(ROWS)}).with_columns(
        repository_id=pl.lit("R_1"),
        user_id="U_" + pl.col("user_database_id").cast(pl.String),
        user_login="login-" + pl.col("user_database_id").cast(pl.String),
        starred_at=pl.lit(now),
        observed_at=pl.lit(now),
        walk_id=pl.lit("w"),
    )
    return numbers.select(schemas.STARGAZERS.names).to_arrow().cast(schemas.STARGAZERS)


def append_to_raw(folder: Path) -> Iterator[tuple[str, ...]]:
    """Appending Arrow through dlt, beside DuckDB reading the same rows from Parquet."""
    rows = edges()
    parquet = folder / "edges.parquet"
    pl.from_arrow(rows).write_parquet(parquet)  # type: ignore[union-attr]
    destination = dlt.destinations.duckdb(str(folder / "bench.duckdb"))
    pipeline = dlt.pipeline("bench", pipelines_dir=str(folder), destination=destination, dataset_name="raw")
    ours = seconds(lambda: pipeline.run([rows], table_name="edges", write_disposition="append"))
    with duckdb.connect(folder / "floor.duckdb") as db:
        floor = seconds(lambda: db.execute(f"create or replace table edges as from '{parquet}'"))
    yield ratio(f"append {ROWS:,} edges to raw; floor: DuckDB from Parquet", ours, floor)


def publish_raw(folder: Path) -> Iterator[tuple[str, ...]]:
    """Publishing a raw file, beside reading the bytes that have to be copied."""
    paths = Paths(folder / "publish")
    paths.loading("github").parent.mkdir(parents=True)
    with duckdb.connect(paths.loading("github")) as db:
        db.register("rows", edges())
        db.execute("create schema raw; create table raw.edges as from rows")
    ours = seconds(lambda: raw.publish(paths, "github"))
    floor = seconds(lambda: (folder / "copy").write_bytes(paths.raw("github").read_bytes()))
    yield ratio(f"publish a raw file of {ROWS:,} edges; floor: copying its bytes", ours, floor)


def publish_community(folder: Path) -> Iterator[tuple[str, ...]]:
    """Publishing a mart, beside DuckDB creating the same table in memory."""
    paths = Paths(folder)
    with duckdb.connect(paths.warehouse) as db:
        db.register("rows", edges())
        db.execute("create schema marts; create table marts.edges as from rows")
    ours = seconds(lambda: publish_marts(paths, ["edges"]))
    with duckdb.connect() as db:
        db.execute(f"attach '{paths.warehouse}' as warehouse (read_only)")
        floor = seconds(lambda: db.execute("create or replace table edges as from warehouse.marts.edges"))
    yield ratio(f"publish a mart of {ROWS:,} rows; floor: DuckDB in memory", ours, floor)


if __name__ == "__main__":
    main()
