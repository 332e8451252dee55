"""The assembled graph: one unbroken line from the API to the published file, described and owned throughout."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from dagster import AssetKey, DagsterInstance, Definitions, RetryPolicy

from community_assets import resources
from community_assets.definitions import FRESHNESS, build_defs
from community_assets.ingestion import ATTENDED
from community_assets.resources import dbt_project
from community_assets.settings import ConfigurationError, GithubSection, Paths, Settings
from community_assets.sources.github.source import TABLES
from tests.conftest import ROOT

SOURCES = ("github", "terraform_registry", "artifact_hub")
PUBLISHED = AssetKey(["published", "community"])

# Run with every way out barred: no name is looked up, nothing is connected to, no program is started but the `file`
# by which Python's own platform module looks at its executable.
BARRED = """
import socket, subprocess
def bar(*args, **_):
    assert list(args[1:2])[0][0] == "file", args
    start(*args, **_)
start, subprocess.Popen.__init__ = subprocess.Popen.__init__, bar
socket.socket.connect = socket.getaddrinfo = None
from community_assets.definitions import defs
print(len(defs.load_fn().resolve_all_asset_keys()))
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def definitions(data: Path) -> Definitions:
    return build_defs(Settings(data_dir=data, github=GithubSection(repositories=["a/b"])))


def test_importing_needs_no_network_no_token_and_no_dbt_when_the_manifest_is_ready(
    definitions: Definitions, data: Path
) -> None:
    environment = {**os.environ, "COMMUNITY_DATA_DIR": str(data)}
    done = subprocess.run(
        [sys.executable, "-c", BARRED], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == len(definitions.resolve_all_asset_keys())


def test_a_data_directory_of_another_release_gets_the_models_of_this_one(
    definitions: Definitions, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = tmp_path / "dbt_project"
    shutil.copytree(resources.DBT_PROJECT_DIR, release)
    added = release / "models" / "staging" / "stg_added.sql"
    added.write_text("select 1 as one", "utf-8")
    for file in release.rglob("*"):
        os.utime(file, (0, 0))  # installed before the other release was last run
    monkeypatch.setattr(resources, "DBT_PROJECT_DIR", release)
    shutil.copytree(data / "dbt", tmp_path / "data" / "dbt")
    manifest = dbt_project(Paths(tmp_path / "data")).manifest_path.read_text("utf-8")
    assert "model.community.stg_added" in manifest


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("dbt_project.yml", "vars: {weight_reach: [0.2}", "dbt_project.yml"),
        ("models/broken.sql", "select {% if", "Compilation Error in model broken"),
    ],
)
def test_an_error_in_the_dbt_project_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, text: str, message: str
) -> None:
    project = tmp_path / "dbt_project"
    (project / "models").mkdir(parents=True)
    for kept in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(resources.DBT_PROJECT_DIR / kept, project / kept)
    (project / file).write_text(text, "utf-8")
    monkeypatch.setattr(resources, "DBT_PROJECT_DIR", project)
    monkeypatch.setenv("COMMUNITY_DATA_DIR", str(tmp_path))
    with pytest.raises(ConfigurationError, match=message) as told:
        dbt_project(Paths(tmp_path))
    assert "\n" not in str(told.value)


def test_every_source_table_reaches_the_published_file(definitions: Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    upstream = graph.get_ancestor_asset_keys(PUBLISHED)
    for table in TABLES:
        assert AssetKey(["github", table]) in upstream
    assert upstream | {PUBLISHED} >= {k for k in graph.materializable_asset_keys if k.path[0] != "published"}


def test_every_asset_is_described_owned_grouped_and_of_a_kind(definitions: Definitions) -> None:
    specs = {spec.key: spec for spec in definitions.resolve_all_asset_specs() if spec.key.path[-1] != "loads"}
    assert {spec.group_name for spec in specs.values()} == {*SOURCES, "staging", "resolution", "marts", "published"}
    for key, spec in specs.items():
        assert spec.description, key
        assert spec.owners == ["team:community"], key
        assert spec.kinds, key


def _place(order: list[str], group: str | None) -> int:
    return order.index(group) if group in order else -1


def test_groups_run_one_way(definitions: Definitions) -> None:
    order = ["staging", "resolution", "marts", "published"]
    graph = definitions.resolve_asset_graph()
    for key in graph.materializable_asset_keys:
        for parent in graph.get(key).parent_keys & graph.materializable_asset_keys:
            assert _place(order, graph.get(parent).group_name) <= _place(order, graph.get(key).group_name), (
                parent,
                key,
            )


def test_jobs_have_the_names_that_others_rely_on(definitions: Definitions) -> None:
    names = {job.name for job in definitions.resolve_all_job_defs() if not job.name.startswith("__")}
    assert names == {*(f"refresh_{source}" for source in SOURCES), "refresh_github_star_events", "build_marts"}


def test_every_data_test_of_dbt_is_a_check_and_blocks_publication_like_the_guard(definitions: Definitions) -> None:
    checks = list(definitions.resolve_asset_graph().asset_check_keys)
    expected = {"primary_key_stg_github__users_user_id", "nobody_is_missing", "load_is_complete"}
    assert expected <= {c.name for c in checks}
    waved_through = {c.name for c in checks if not definitions.resolve_asset_graph().get(c).blocking}
    assert waved_through == {"load_is_complete"}


def test_every_asset_has_a_freshness_policy(definitions: Definitions) -> None:
    specs = [spec for spec in definitions.resolve_all_asset_specs() if spec.key.path[-1] != "loads"]
    assert {spec.freshness_policy for spec in specs} == {FRESHNESS}


@pytest.mark.parametrize(("tags", "attempts"), [({}, 3), ({ATTENDED: "true"}, 1)])
def test_a_load_is_tried_again_when_the_api_is_down_and_nobody_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tags: dict[str, str], attempts: int
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "t")
    monkeypatch.setenv("GITHUB_API_URL", "http://127.0.0.1:9")
    monkeypatch.setattr("community_assets.definitions.RETRIES", RetryPolicy(max_retries=2))
    defs = build_defs(Settings(data_dir=tmp_path, github=GithubSection(repositories=["a/b"])))
    with DagsterInstance.ephemeral() as instance:
        job = defs.resolve_job_def("refresh_github")
        assert not job.execute_in_process(instance=instance, tags=tags, raise_on_error=False).success
    with duckdb.connect(Paths(tmp_path).raw("github"), read_only=True) as db:
        assert db.execute("select outcome from raw.loads").fetchall() == [("failed",)] * attempts


def test_resources_can_be_replaced(data: Path) -> None:
    from community_assets.resources import Warehouse

    other = Warehouse(path="elsewhere.duckdb")
    settings = Settings(data_dir=data)
    assert build_defs(settings, warehouse=other).resources["warehouse"] is other
