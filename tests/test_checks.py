"""The guard before publication, with the real check and the real publication but a made-up mart."""

from pathlib import Path

import duckdb
import polars as pl
import pytest
from dagster import AssetKey, DagsterInstance, Definitions, asset
from dagster import define_asset_job as job

from community_assets.assets import publication_asset
from community_assets.checks import publication_guard
from community_assets.register import Register
from community_assets.resources import Warehouse
from community_assets.settings import Paths

PEOPLE = AssetKey(["marts", "people"])


def publish(paths: Paths, people: list[str]) -> bool:
    """Build a mart of `people` and publish it behind the guard."""

    @asset(key=PEOPLE)
    def mart(warehouse: Warehouse) -> None:
        warehouse.replace_table("marts", "people", pl.DataFrame({"person_id": people}))
        accounts = {"platform": "github", "account_id": ["1", "2", "3"], "is_person_account": [True, True, False]}
        warehouse.replace_table("intermediate", "int_accounts", pl.DataFrame(accounts))

    definitions = Definitions(
        assets=[mart, publication_asset([PEOPLE], paths)],
        asset_checks=[publication_guard(paths)],
        resources={"warehouse": Warehouse(path=str(paths.warehouse))},
        jobs=[job("build")],
    )
    with DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_job_def("build").execute_in_process(instance=instance, raise_on_error=False)
    return result.success


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    paths = Paths(tmp_path)
    registered = pl.DataFrame({"platform": "github", "account_id": ["1", "2", "3"], "person_id": ["p_1", "p_2", "p_o"]})
    aliases = pl.DataFrame(schema={"alias": pl.String, "person_id": pl.String})
    now = pl.lit("2026-01-01").str.to_datetime(time_zone="UTC")
    Register(paths.register).store_persons(registered.with_columns(registered_at=now), aliases)
    return paths


def test_an_account_that_turned_out_to_be_an_organization_is_not_missed(paths: Paths) -> None:
    assert publish(paths, ["p_1", "p_2"])


def test_everybody_of_the_register_is_published(paths: Paths) -> None:
    assert publish(paths, ["p_1", "p_2", "p_3"])
    with duckdb.connect(paths.community, read_only=True) as db:
        assert db.execute("select count(*) from people").fetchall() == [(3,)]


def test_when_somebody_is_missing_the_last_published_file_stays(paths: Paths) -> None:
    assert publish(paths, ["p_1", "p_2"])
    before = paths.community.read_bytes()
    assert not publish(paths, ["p_1"])
    assert paths.community.read_bytes() == before
