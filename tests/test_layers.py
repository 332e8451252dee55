"""The rules between the layers that no linter knows. Those of Python imports are in pyproject.toml (import-linter)."""

import re
from pathlib import Path

import pytest
import sqlglot
import yaml
from sqlglot import exp

from community_assets import diagnosis
from community_assets.connectors import connectors
from community_assets.ingestion import Connector
from community_assets.settings import Settings
from community_assets.variables import dbt_variables
from tests.building import SOURCES
from tests.conftest import ROOT

PROJECT = ROOT / "dbt_project"
MODELS = sorted((PROJECT / "models").rglob("*.sql"))
CONNECTORS = connectors(Settings())
QUERIES = [*MODELS, *sorted((PROJECT / "tests").glob("*.sql"))]


def name(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("model", [m for m in MODELS if "staging" not in m.parts], ids=name)
def test_only_staging_reads_sources(model: Path) -> None:
    assert "source(" not in model.read_text("utf-8")


@pytest.mark.parametrize("model", [m for m in MODELS if "staging" in m.parts], ids=name)
def test_staging_reads_one_source_and_no_model(model: Path) -> None:
    text = model.read_text("utf-8")
    assert len(re.findall(r"\bsource\(", text)) == 1
    assert "ref(" not in text


@pytest.mark.parametrize("model", [m for m in MODELS if "marts" not in m.parts], ids=name)
def test_nothing_below_the_marts_reads_a_mart(model: Path) -> None:
    marts = {m.stem for m in MODELS if "marts" in m.parts}
    assert not marts & set(re.findall(r"ref\('(\w+)'\)", model.read_text("utf-8")))


@pytest.mark.parametrize("query", QUERIES, ids=name)
def test_a_query_means_the_same_in_duckdb_and_in_spark(query: Path) -> None:
    sql = re.sub(r"\{\{.*?\}\}", "jinja", query.read_text("utf-8"), flags=re.DOTALL)
    assert _tree(sql, "duckdb") == _tree(sql, "spark"), "what differs between engines belongs into a dispatched macro"


def _tree(sql: str, dialect: str) -> exp.Expression:
    tree = sqlglot.parse_one(sql, read=dialect)
    assert not list(tree.find_all(exp.Qualify, exp.Anonymous, exp.Lateral, exp.Unnest))

    def plain(node: exp.Expression) -> exp.Expression:
        # Spark's cast answers null for what it cannot read, as DuckDB's try_cast does.
        return exp.Cast(this=node.this, to=node.args["to"]) if isinstance(node, exp.TryCast) else node

    return tree.transform(plain)


@pytest.mark.parametrize(
    "sql", ["select x from t qualify row_number() over () = 1", "select unnest(x) from t", "select list_sum(x) from t"]
)
def test_the_rule_of_two_engines_refuses_what_only_duckdb_knows(sql: str) -> None:
    with pytest.raises((AssertionError, sqlglot.ParseError)):
        assert _tree(sql, "duckdb") == _tree(sql, "spark")


@pytest.mark.parametrize("connector", CONNECTORS, ids=lambda connector: connector.name)
def test_dlts_tables_are_dbts_sources(connector: Connector) -> None:
    source_yaml = PROJECT / f"models/staging/{connector.name}/_{connector.name}__sources.yml"
    (source,) = yaml.safe_load(source_yaml.read_text("utf-8"))["sources"]
    tables = {table["name"] for table in source["tables"]}
    assert (source["name"], source["database"]) == (connector.name, f"raw_{connector.name}")
    assert tables == {*connector.empty().resources, "loads"}


def test_every_part_of_the_house_knows_every_source() -> None:
    names = {connector.name for connector in CONNECTORS}
    assert set(Settings().sources) == names
    assert set(diagnosis.SOURCES) == names
    assert set(dbt_variables()["sources"]) == names
    assert set(SOURCES) == names
    attached = yaml.safe_load((PROJECT / "profiles.yml").read_text("utf-8"))["community"]["outputs"]["local"]["attach"]
    assert {database["alias"] for database in attached} == {f"raw_{name}" for name in names}


def test_every_model_seed_and_column_is_described() -> None:
    described = set()
    for path in [*(PROJECT / "models").rglob("*.yml"), *(PROJECT / "seeds").glob("*.yml")]:
        content = yaml.safe_load(path.read_text("utf-8"))
        for node in [*content.get("models", []), *content.get("seeds", [])]:
            assert node["description"].strip(), node["name"]
            assert all(column.get("description") for column in node["columns"]), node["name"]
            described.add(node["name"])
    assert described == {m.stem for m in MODELS} | {s.stem for s in (PROJECT / "seeds").glob("*.csv")}
