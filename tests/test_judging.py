"""The assets that judge accounts: the user's word reaches them, and the UI sees numbers and nobody's name."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from dagster import AssetSelection, materialize

from community_assets import variables
from community_assets.assets import resolution_assets
from community_assets.resources import Warehouse
from community_assets.settings import ConfigurationError, Paths, ResolutionSection
from tests.campaigns import AS_OF, naive, real_people


def judged(folder: Path, accounts: pl.DataFrame, interactions: pl.DataFrame, **section: list[str]) -> Any:
    """Materialise bots and suspicion of a warehouse with these accounts; the run's result and the warehouse."""
    warehouse = Warehouse(path=str(folder / "warehouse.duckdb"))
    tables = {
        ("intermediate", "int_accounts"): accounts.with_columns(is_person_account=pl.lit(True)),
        ("intermediate", "int_interactions"): interactions,
        ("reference", "bots"): pl.DataFrame({"login": ["dev3"], "reason": ["merge queue"]}),
        ("resolution", "person_accounts"): accounts.select("platform", "account_id", person_id="account_id"),
    }
    for (schema, table), rows in tables.items():
        warehouse.replace_table(schema, table, rows)
    assets = resolution_assets(Paths(folder), ResolutionSection(**section))
    wanted = AssetSelection.assets(["resolution", "bots"], ["resolution", "suspicion"])
    return materialize(assets, selection=wanted, resources={"warehouse": warehouse}), warehouse


def test_the_users_word_decides_and_metadata_are_counts(tmp_path: Path) -> None:
    community = real_people(400, front_pages=[], course=None).with_others(naive(60))
    trusted = min(community.bought)
    result, warehouse = judged(
        tmp_path,
        community.accounts,
        community.interactions,
        bots=["DEV1"],
        not_bots=["Dev3"],
        trusted=[f"Dev{trusted}"],
    )
    bots = warehouse.read("from resolution.bots")
    assert bots.rows() == [("github", "1", "settings")]
    suspicion = warehouse.read("from resolution.suspicion")
    assert "1" not in set(suspicion["account_id"])
    suspicious = set(suspicion.filter("is_suspicious")["account_id"])
    assert len(suspicious) >= 50
    assert trusted not in suspicious
    (event,) = result.asset_materializations_for_node("resolution__suspicion")
    shown = {name: value.value for name, value in event.metadata.items()}
    assert shown["suspicious"] == len(suspicious)
    assert shown["judged"] == 1
    assert shown["reasons of suspicious accounts"]["burst"] == len(suspicious)
    assert "dev" not in json.dumps([shown["reasons"], shown["reasons of suspicious accounts"]])


def test_work_through_another_account_of_a_person_is_above_suspicion(tmp_path: Path) -> None:
    community = naive(60)
    worker = min(community.bought)
    facts = {"platform": "terraform_registry", "account_id": worker}
    deed = pl.DataFrame(
        [{**facts, "kind": "published", "target_id": "m", "happened_at": AS_OF - timedelta(days=1)}],
        schema=community.interactions.schema,
    )
    account = pl.DataFrame([facts], schema=community.accounts.schema)
    others = real_people(400, front_pages=[], course=None)
    both = others.with_others(community)
    _, warehouse = judged(tmp_path, pl.concat([both.accounts, account]), pl.concat([both.interactions, deed]))
    rows = warehouse.read(
        f"select platform, suspicion from resolution.suspicion where account_id = '{worker}' order by 1"
    )
    assert rows.rows() == [("github", 0), ("terraform_registry", None)]


@pytest.mark.parametrize("value", ["0", "1.5", "high", "true", "null"])
def test_a_threshold_that_is_none_is_said(value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tmp_path / "dbt_project.yml"
    project.write_text(f"vars: {{suspicion_threshold: {value}}}")
    monkeypatch.setattr(variables, "DBT_PROJECT", project)
    with pytest.raises(
        ConfigurationError, match=r"dbt_project.yml: vars.suspicion_threshold: expected a number above 0"
    ):
        variables.suspicion_threshold()
