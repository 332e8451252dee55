"""Marts from rows of raw, without HTTP and Dagster: dbt in this process, resolution and register as functions."""

import os
from contextlib import chdir
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa

from community_assets.assets import (
    DISTINCT_STRINGS,
    EMPLOYER_CLAIMS,
    JUDGED_ACCOUNTS,
    JUDGED_INTERACTIONS,
    NETWORK_EDGES,
    find_links,
    find_people,
)
from community_assets.raw import Attempt
from community_assets.resolution.bots import find_bots
from community_assets.resolution.company_tables import company_tables
from community_assets.resolution.identity import assign_person_ids
from community_assets.resolution.network import network_ranks
from community_assets.resolution.places import named_places
from community_assets.resolution.suspicion import suspicions
from community_assets.settings import Paths
from community_assets.sources.artifact_hub import schemas as hub
from community_assets.sources.github import schemas
from community_assets.sources.terraform_registry import schemas as terraform_registry
from community_assets.variables import suspicion_threshold
from tests.campaigns import AS_OF, REPOSITORIES, Stargazers
from tests.conftest import ROOT

RESOLVED = "source:resolution+"
SCHEMAS = {
    "repositories": schemas.REPOSITORIES,
    "stargazers": schemas.STARGAZERS,
    "star_events": schemas.STAR_EVENTS,
    "star_history": schemas.STAR_HISTORY,
    "walks": schemas.WALKS,
    "watchers": schemas.WATCHERS,
    "forks": schemas.FORKS,
    "activities": schemas.ACTIVITIES,
    "contributors": schemas.CONTRIBUTORS,
    "artifact_repositories": schemas.ARTIFACT_REPOSITORIES,
    "artifact_contributors": schemas.ARTIFACT_CONTRIBUTORS,
    "users": schemas.USERS,
    "deep_profiles": schemas.DEEP_PROFILES,
}
SOURCES = {
    "github": SCHEMAS,
    "terraform_registry": {
        "modules": terraform_registry.MODULES,
        "providers": terraform_registry.PROVIDERS,
        "versions": terraform_registry.VERSIONS,
    },
    "artifact_hub": {"packages": hub.PACKAGES, "package_details": hub.PACKAGE_DETAILS},
}
ACCOUNT = {"platform": pl.String, "account_id": pl.String}
TIME = pl.Datetime("us", "UTC")
Statements = list[tuple[str, str]]


@dataclass(frozen=True)
class Built:
    """A warehouse, and the queries by table that dbt ran before and after resolution, in their order."""

    warehouse: Path
    before: Statements
    after: Statements

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Rows of a query over the marts."""
        with duckdb.connect(self.warehouse, read_only=True) as db:
            db.execute(f"set timezone = 'UTC'; use {self.warehouse.stem}.marts")
            return db.execute(query).pl().to_dicts()

    def rebuilt(self, folder: Path, raw: dict[str, pa.Table]) -> "Built":
        """The same queries over other raw tables, without dbt: a second community in a tenth of the time."""
        paths = Paths(folder)
        write_raw(paths, raw)
        with duckdb.connect(paths.warehouse) as db:
            for source in SOURCES:
                db.execute(f"attach '{paths.raw(source)}' as raw_{source} (read_only)")
            db.execute("set timezone = 'UTC'")
            db.execute(f"attach '{self.warehouse}' as built (read_only)")
            for schema in ("reference", "staging", "intermediate", "marts"):
                db.execute(f"create schema {schema}")
            seeds = "select table_name from duckdb_tables() where database_name = 'built' and schema_name = 'reference'"
            for (seed,) in db.execute(seeds).fetchall():
                db.execute(f"create table reference.{seed} as from built.reference.{seed}")
            create(db, self.before)
            resolve(db)
            create(db, self.after)
        return Built(paths.warehouse, self.before, self.after)


def build(data: Path, raw: dict[str, pa.Table]) -> Built:
    """Build every mart of the raw tables into the warehouse of `data`, tests included; tables not named are empty."""
    paths = Paths(data)
    write_raw(paths, raw)
    before = dbt(paths, "build", "--exclude", RESOLVED, "--indirect-selection", "cautious")
    with duckdb.connect(paths.warehouse) as db:
        resolve(db)
    after = dbt(paths, "build", "--select", RESOLVED)
    return Built(paths.warehouse, before, after)


def write_raw(paths: Paths, raw: dict[str, pa.Table]) -> None:
    """Write raw files as loads publish them: lists are JSON there. Tables of other sources than GitHub are named
    `<source>/<table>`, those not named are empty."""
    for source, tables in SOURCES.items():
        file = paths.raw(source)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        prefix = "" if source == "github" else f"{source}/"
        is_on = source == "github" or any(name.startswith(prefix) for name in raw)
        Attempt.without_load(source, "complete" if is_on else "off").append_to(file)
        with duckdb.connect(file) as db:
            for name, schema in tables.items():
                rows = raw.get(f"{prefix}{name}", schema.empty_table())
                assert rows.schema == schema, name
                lists = [field.name for field in schema if pa.types.is_list(field.type)]
                replaced = ", ".join(f"to_json({column}) as {column}" for column in lists)
                db.execute(f"create table raw.{name} as select * {f'replace ({replaced})' if lists else ''} from rows")


def raw_stargazers(community: Stargazers) -> dict[str, pa.Table]:
    """The raw tables of a load; the own stars of an account are those of one repository."""
    person = {
        "user_id": "U_" + pl.col("account_id"),
        "user_database_id": pl.col("account_id").cast(pl.Int64),
        "user_login": "dev" + pl.col("account_id"),
    }
    deeds = community.interactions.with_row_index("number").with_columns(
        **person, repository_id="target_id", activity_id=pl.format("A_{}", "number")
    )
    users = community.accounts.with_columns(
        user_id="U_" + pl.col("account_id"),
        database_id=pl.col("account_id").cast(pl.Int64),
        followers_count="followers",
        following_count="following",
        public_repositories_count="public_repos",
        top_repositories=pl.concat_list(
            pl.struct(repository_id="O_" + pl.col("account_id"), stargazer_count="own_repo_stars")
        ),
    )
    names = pl.Series(REPOSITORIES)
    frames = {
        "repositories": pl.DataFrame({"repository_id": names, "name_with_owner": names}),
        "stargazers": deeds.filter(kind="star").with_columns(starred_at="happened_at"),
        "forks": deeds.filter(kind="fork").with_columns(created_at="happened_at", fork_id="activity_id"),
        "activities": deeds.filter(~pl.col("kind").is_in(["star", "fork"])).with_columns(thread_id="activity_id"),
        "users": users,
    }
    observation = {"observed_at": pl.lit(AS_OF, TIME), "walk_id": pl.lit("w1")}
    return {name: as_raw(frame.with_columns(**observation), SCHEMAS[name]) for name, frame in frames.items()}


def as_raw(frame: pl.DataFrame, schema: pa.Schema) -> pa.Table:
    """The columns of a raw table, null where the frame has none of the name; lists by way of Python."""

    def column(field: pa.Field) -> Any:
        if field.name not in frame.columns:
            return pa.nulls(frame.height, field.type)
        if pa.types.is_list(field.type):
            return pa.array(frame[field.name].to_list(), field.type)
        return frame[field.name].to_arrow().cast(field.type)

    return pa.table([column(field) for field in schema], schema=schema)


def dbt(paths: Paths, *command: str) -> Statements:
    """Run dbt, and fail when a model or a data test does; the queries of the models that ran."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    os.environ["COMMUNITY_DATA_DIR"] = str(paths.data)
    project, target = str(ROOT / "dbt_project"), str(paths.dbt)
    folders = ["--project-dir", project, "--profiles-dir", project, "--target-path", target, "--log-path", target]
    with chdir("."):  # dbt changes into its project
        done = dbtRunner().invoke([*command, *folders, "--quiet", "--exclude-resource-type", "unit_test"])
    DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
    results = list(getattr(done.result, "results", ()))
    assert done.success, [f"{r.node.name}: {r.message}" for r in results if r.status in ("error", "fail")]
    return [(r.node.relation_name, r.node.compiled_code) for r in results if r.node.resource_type == "model"]


def create(db: duckdb.DuckDBPyConnection, statements: Statements) -> None:
    for table, query in statements:
        db.execute(f"create table {table} as {query}")


def resolve(db: duckdb.DuckDBPyConnection) -> None:
    """Fill the schema `resolution` as its assets do, with an empty register."""
    db.execute("set timezone = 'UTC'; create schema resolution")

    def store(table: str, rows: pl.DataFrame) -> None:
        db.execute(f"create table resolution.{table} as from rows")

    def read(query: str) -> pl.DataFrame:
        return db.execute(query).pl()

    for table, rows in company_tables(read(EMPLOYER_CLAIMS)).items():
        store(table, rows)
    store("places", named_places(read(DISTINCT_STRINGS.format(column="location"))["location"]))
    store("bots", find_bots(read("from intermediate.int_accounts"), read("from reference.bots")))
    linked = {"linked_platform": pl.String, "linked_account_id": pl.String}
    nothing_decided = pl.DataFrame(schema={**ACCOUNT, **linked, "decision": pl.String, "decided_at": TIME})
    store("identity_links", find_links(read, nothing_decided))
    registered = pl.DataFrame(schema={**ACCOUNT, "person_id": pl.String, "registered_at": TIME})
    store("person_accounts", assign_person_ids(find_people(read), registered, datetime(2026, 1, 1, tzinfo=UTC))[0])
    store("consents", pl.DataFrame(schema={**ACCOUNT, "channel": pl.String, "consent": pl.String, "decided_at": TIME}))
    store("suspicion", suspicions(read(JUDGED_ACCOUNTS), read(JUDGED_INTERACTIONS), suspicion_threshold()))
    store("network", network_ranks(read(NETWORK_EDGES)))
