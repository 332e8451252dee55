"""The whole line, API to published file, as `heroes refresh` runs it. The tests of this module build on each other."""

import errno
import fcntl
import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import Result
from dagster import AssetKey, DagsterInstance
from sqlalchemy.exc import OperationalError
from typer.testing import CliRunner

from community_assets.cli import app
from community_assets.register import Register
from community_assets.sandbox import Community, Sandbox, serve
from community_assets.settings import Paths
from tests import ghrr
from tests.conftest import ROOT

DECISIONS = [("given", "2026-01-01"), ("refused", "2026-02-01"), ("given", "2026-01-15")]
MARTS = [
    "accounts",
    "artifact_creators",
    "artifacts",
    "cities",
    "companies",
    "company_members",
    "company_review",
    "contact_points",
    "countries",
    "ecosystem_languages",
    "ecosystem_repositories",
    "ecosystem_topics",
    "followers_history",
    "ghrr",
    "growth",
    "heroes",
    "identity_links",
    "identity_review",
    "interactions",
    "people",
    "people_history",
    "person_companies",
    "person_places",
    "refreshes",
    "star_coverage",
    "suspicious_people",
]


class Deployment:
    """One data directory, its configuration and the sandbox that it loads from."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.to_be_killed: subprocess.Popen[bytes] | None = None
        self.paths = Paths(folder / "data")
        self.config = folder / "community.toml"
        self.configure(sandbox.community.repositories)
        self.environment = {
            "COMMUNITY_CONFIG": str(self.config),
            "COMMUNITY_DATA_DIR": str(self.paths.data),
            **sandbox.environment,
        }

    def configure(self, repositories: list[str], **sections: dict[str, list[str]]) -> None:
        sections = {**sections, "github": {"repositories": repositories}}
        lines = [
            f"[{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())
            for name, keys in sections.items()
        ]
        self.config.write_text("".join(lines), "utf-8")

    def heroes(self, *command: str, **environment: str) -> Result:
        return CliRunner().invoke(app, command, env={**self.environment, **environment}, catch_exceptions=False)

    def published(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(self.paths.community, read_only=True) as db:
            return db.execute(query).fetchall()

    def marts(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every mart but the log of refreshes, without the times at which something was looked at."""
        rows = "select columns(c -> c not in ('observed_at', 'last_observed_at')) from {} order by all"
        return {mart: self.published(rows.format(mart)) for mart in MARTS if mart != "refreshes"}


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    deployment: Deployment | None = None

    def on_request(_number: int, _info: object) -> None:
        if deployment and deployment.to_be_killed:
            deployment.to_be_killed.kill()

    with serve(Community.generate(people=300, seed=13), on_request=on_request) as sandbox:
        deployment = Deployment(tmp_path_factory.mktemp("deployment"), sandbox)
        decide(deployment)
        yield deployment


def decide(deployment: Deployment) -> None:
    """Let somebody with an address decide three times about mail."""
    register = Register(deployment.paths.register)
    register.consents()
    with duckdb.connect(register.path) as db:
        for consent, decided_at in DECISIONS:
            values = [addressee(deployment.sandbox), consent, f"{decided_at} 00:00:00+00"]
            db.execute("insert into consents values ('github', ?, 'email', ?, ?)", values)


def addressee(sandbox: Sandbox) -> str:
    """The account id of the first stargazer with an address who is no bot."""
    accounts = sandbox.community.accounts
    fans = [accounts[s.user_id] for s in sandbox.community.projects[0].stars if s.user_id in accounts]
    return str(next(f.database_id for f in fans if getattr(f, "email", None) and not f.login.endswith("bot")))


@contextmanager
def held_open(path: Path) -> Iterator[None]:
    """Another process that has a DuckDB file open, for writing, as the duckdb shell opens files."""
    program = f"import duckdb; db = duckdb.connect({str(path)!r}); print('open', flush=True); input()"
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdin
    assert process.stdout.readline() == "open\n"
    try:
        yield
    finally:
        process.stdin.close()
        process.wait(30)


def test_the_first_refresh_publishes_every_mart(deployment: Deployment) -> None:
    deployment.configure(deployment.sandbox.community.repositories, **deployment.sandbox.sections)
    result = deployment.heroes("refresh")
    assert result.exit_code == 0, result.output
    assert deployment.published("select table_name from duckdb_tables() order by 1") == [(m,) for m in MARTS]
    empty = [mart for mart, rows in deployment.marts().items() if not rows]
    # Nothing is doubtful and nobody suspicious in so small a community.
    assert set(empty) <= {"company_review", "identity_review", "suspicious_people"}
    assert set(deployment.published("select source, status from refreshes")) == {
        ("github", "fresh"),
        ("terraform_registry", "fresh"),
        ("artifact_hub", "fresh"),
    }
    accounts = deployment.sandbox.community.accounts
    people = {
        r[0] for r in deployment.published("select github_login from people where account_created_at is not null")
    }
    edges = ("stargazers", "watchers", "forks", "activities", "contributors")
    with duckdb.connect(deployment.paths.raw("github"), read_only=True) as db:
        seen = db.execute(" union ".join(f"select user_id from raw.{edge}" for edge in edges)).fetchall()
    met = [accounts[user_id] for (user_id,) in seen if user_id in accounts]
    assert people == {account.login for account in met if type(account).__name__ in ("User", "Bot")}
    assert people >= {
        accounts[s.user_id].login
        for p in deployment.sandbox.community.projects
        for s in p.stars
        if s.user_id in accounts
    }


def test_ghrr_says_of_each_person_what_ghrr_itself_writes(deployment: Deployment) -> None:
    lines, walked = deployment.published("from ghrr"), ghrr.walk(deployment.sandbox)
    published, expected = ghrr.by_account_and_role(lines), ghrr.by_account_and_role(walked)
    assert deployment.published("select column_name from duckdb_columns() where table_name = 'ghrr'") == [
        (column,) for column in ghrr.COLUMNS
    ]
    assert {role for _, role in expected} == set(ghrr.LISTS.values())
    assert len(lines) == len(published)
    assert published.keys() == expected.keys()
    assert [(published[key], row) for key, row in expected.items() if published[key] != row] == []


def test_the_community_compared_with_ghrr_has_what_could_go_wrong(deployment: Deployment) -> None:
    ((bots, several, companies, addresses),) = deployment.published(
        """
        select
            count(*) filter (username like '%[bot]'), count(*) filter (organizations like '%, %'),
            count(*) filter (company is not null), count(*) filter (email is not null)
        from ghrr
        """
    )
    assert min(bots, several, companies, addresses) > 0
    assert deployment.sandbox.community.ghosts


def test_the_newest_decision_of_the_register_is_published_with_the_channel(deployment: Deployment) -> None:
    points = deployment.published("select account_id, channel, consent from contact_points where consent <> 'unknown'")
    assert points == [(addressee(deployment.sandbox), "email", "refused")]
    assert deployment.published("select count(distinct channel) > 2 from contact_points") == [(True,)]


def test_creators_come_out_with_their_planted_ranks_downloads_and_links(deployment: Deployment) -> None:
    creators = deployment.sandbox.community.creators
    downloads: Counter[str] = Counter()
    for artifact in [*creators.modules, *creators.providers]:
        owner = artifact.source.removeprefix("https://github.com/").partition("/")[0]
        is_found = "github.com" in artifact.source and owner != "platform-example"
        downloads[owner if is_found else artifact.namespace.lower()] += artifact.downloads
    published = deployment.published(
        "select coalesce(github_login, name), downloads from artifact_creators where downloads is not null "
        "order by rank_by_downloads"
    )
    assert published == downloads.most_common()
    stars = Counter(
        {p: sum(a.stars for a in creators.packages if a.repository.publisher == p) for p in creators.organizations}
    )
    ((most_starred,),) = deployment.published("select github_login from artifact_creators where rank_by_stars = 1")
    assert most_starred == stars.most_common(1)[0][0]


def test_an_account_a_namespace_and_an_address_are_one_person_with_the_evidence_shown(deployment: Deployment) -> None:
    maker = deployment.sandbox.community.creators.maker
    assert maker
    ((person_id, creator_type, evidence),) = deployment.published(
        f"select person_id, creator_type, github_evidence from artifact_creators where github_login = '{maker.login}'"
    )
    assert (creator_type, evidence.split(", ")[0]) == ("person", "publishes from its repositories")
    accounts = deployment.published(f"select platform, account_id from accounts where person_id = '{person_id}'")
    maintainer = f"maintainer:{hashlib.sha256(str(maker.email).lower().encode()).hexdigest()[:32]}"
    assert set(accounts) == {
        ("github", str(maker.database_id)),
        ("terraform_registry", maker.login.lower()),
        ("artifact_hub", f"user:{maker.login}"),
        ("artifact_hub", maintainer),
    }
    links = deployment.published(
        "select linked_account_id, evidence from identity_links "
        f"where person_id = '{person_id}' and platform = 'github' and status = 'linked'"
    )
    assert {account: evidence.split(", ")[0] for account, evidence in links} == {
        maker.login.lower(): "publishes from its repositories",
        f"user:{maker.login}": "publishes from its repositories",
        maintainer: "same e-mail address",
    }
    ((deeds,),) = deployment.published(
        f"select count(*) from interactions where person_id = '{person_id}' and kind = 'published'"
    )
    assert deeds > 3


def test_the_ui_knows_rows_columns_and_column_lineage_of_a_mart(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(deployment.paths.dagster_home))
    with DagsterInstance.get() as instance:
        event = instance.get_latest_materialization_event(AssetKey(["marts", "heroes"]))
    assert event
    assert event.asset_materialization
    metadata = event.asset_materialization.metadata
    assert [(metadata["dagster/row_count"].value,)] == deployment.published("select count(*) from heroes")
    columns = metadata["dagster/column_schema"].value.columns
    assert {c.name for c in columns} == {name for name, *_ in deployment.published("describe heroes")}
    assert all(c.description for c in columns)
    lineage = metadata["dagster/column_lineage"].value.deps_by_column["followers"]
    assert [(d.asset_key.path, d.column_name) for d in lineage] == [
        (["intermediate", "int_ranks"], "followers"),
    ]


def test_companies_and_places_are_more_than_the_raw_strings(deployment: Deployment) -> None:
    ((raw, resolved),) = deployment.published(
        "select count(distinct company), count(distinct company_id) from people where company_id is not null"
    )
    assert resolved < raw
    assert deployment.published("select count(*) > 100 from people where country_code is not null") == [(True,)]


def test_no_login_no_address_and_no_token_reaches_dagsters_event_log(deployment: Deployment) -> None:
    everything = b"".join(p.read_bytes() for p in deployment.paths.dagster_home.rglob("*") if p.is_file())
    personal = deployment.published(
        """
        select value from (select unnest([github_login, email, display_name]) as value from people)
        where length(value) > 8
        """
    )
    assert len(personal) > 100
    assert [value for (value,) in personal if value.encode() in everything] == []
    assert deployment.sandbox.token.encode() not in everything


def test_after_a_killed_refresh_and_from_a_deleted_warehouse_the_same_is_published_while_others_hold_the_files_open(
    deployment: Deployment,
) -> None:
    before = deployment.marts()
    environment = {**os.environ, **deployment.environment}
    deployment.to_be_killed = subprocess.Popen([Path(sys.executable).with_name("heroes"), "refresh"], env=environment)
    assert deployment.to_be_killed.wait(60) == -signal.SIGKILL
    deployment.to_be_killed = None
    assert deployment.marts() == before
    deployment.paths.warehouse.unlink()
    with held_open(deployment.paths.community), held_open(deployment.paths.raw("github")):
        result = deployment.heroes("refresh")
        assert result.exit_code == 0, result.output
        assert deployment.marts() == before


def test_a_second_refresh_at_the_same_time_is_told_to_wait(deployment: Deployment) -> None:
    lock = deployment.paths.dagster_home / "refresh.lock"
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        result = deployment.heroes("refresh")
    assert result.exit_code == 2
    assert "another refresh is running" in result.output


def test_new_readers_see_new_stars_and_decisions_and_an_unknown_repository_is_named(deployment: Deployment) -> None:
    community = deployment.sandbox.community
    project, other = community.projects[:2]
    fans = {star.user_id for star in project.stars}
    newcomer = next(s.user_id for s in other.stars if s.user_id in community.accounts and s.user_id not in fans)
    community.star(project, community.accounts[newcomer], project.stars[-1].starred_at)
    query = f"select count(*) from interactions where target_name = '{project.name_with_owner}'"
    ((before,),) = deployment.published(query)
    timeless = "select person_id from interactions where happened_at is null"  # what two share would be one then
    some = f"select login, person_id from accounts where person_id not in ({timeless}) order by account_id limit 2"
    first, second = deployment.published(some)
    assert deployment.heroes("link", first[0], second[0]).exit_code == 0
    deployment.configure([*community.repositories, "nobody/nothing"])
    with held_open(deployment.paths.community), held_open(deployment.paths.raw("github")):
        result = deployment.heroes("refresh")
        assert deployment.published(query) == [(before + 1,)]
    linked = f"select login from accounts where person_id = '{first[1]}' order by account_id"
    assert deployment.published(linked) == [(first[0],), (second[0],)]
    assert deployment.published(f"from people where person_id = '{second[1]}'") == []
    deployment.configure(community.repositories)
    assert result.exit_code == 1
    assert "nobody/nothing: no such repository" in result.output
    assert dict(deployment.published("select source, status from refreshes")) == {
        "github": "incomplete",
        "terraform_registry": "off",
        "artifact_hub": "off",
    }
    assert deployment.published("select count(*) from artifacts") != [(0,)]


@pytest.fixture(scope="module")
def troubled(deployment: Deployment) -> Iterator[tuple[Result, dict[str, Any], int]]:
    """A refresh while the API is down and a chart fails; the marts and the published file before it."""

    def fail(_rows: object) -> str:
        raise ValueError("no such font")

    before, file = deployment.marts(), deployment.paths.community.stat().st_ino
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("community_assets.publishing.charts.bars", fail)
        yield deployment.heroes("refresh", GITHUB_API_URL="http://127.0.0.1:9"), before, file


def test_when_the_api_is_down_the_last_data_stay_and_refreshes_says_so(
    deployment: Deployment, troubled: tuple[Result, dict[str, Any], int]
) -> None:
    result, before, _ = troubled
    message = "(GITHUB_API_URL) cannot be reached: [Errno 111] Connection refused"
    assert result.exit_code == 1
    assert message in result.output
    assert deployment.marts() == before
    ((status, text),) = deployment.published("select status, message from refreshes where source = 'github'")
    assert status == "failed"
    assert message in text


def test_a_chart_that_fails_is_told_and_the_marts_are_published_all_the_same(
    deployment: Deployment, troubled: tuple[Result, dict[str, Any], int]
) -> None:
    result, _, before = troubled
    assert result.exit_code == 1
    assert "no such font" in result.output
    assert "is as it was before" not in result.output
    assert deployment.paths.community.stat().st_ino != before


def test_a_disk_that_is_full_for_dagster_itself_is_said_in_one_line(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = deployment.paths.community.read_bytes()

    def full(*_: Any, **__: Any) -> None:
        raise OperationalError("insert", {}, sqlite3.OperationalError("database or disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr("dagster.DagsterInstance.create_run_for_job", full)
        patch.setattr("dagster.DagsterInstance.get_runs", full)
        result = deployment.heroes("refresh")
    assert result.exit_code == 1
    assert "MB free): database or disk is full" in result.output
    assert "Traceback" not in result.output
    assert deployment.paths.community.read_bytes() == before


def test_every_published_column_is_described(deployment: Deployment) -> None:
    columns = "select table_name, column_name from duckdb_columns() where comment is null and not internal"
    assert deployment.published(columns) == []


def test_top_prints_what_is_published(deployment: Deployment) -> None:
    result = deployment.heroes("top", "--limit", "3")
    assert result.exit_code == 0
    ((login,),) = deployment.published("select github_login from heroes join people using (person_id) where rank = 1")
    ((country,),) = deployment.published(
        "select country_name from countries order by people desc, country_code limit 1"
    )
    assert login[:6] in result.output
    assert country.split()[0] in result.output


@pytest.fixture(scope="module")
def refused(deployment: Deployment) -> tuple[Result, dict[Path, bytes]]:
    """A refresh on a full disk, with a key twice in raw; the raw and the published file before it."""

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    files = (deployment.paths.raw("github"), deployment.paths.community)
    with duckdb.connect(deployment.paths.raw("github")) as db:
        db.execute("insert into raw.loads from raw.loads limit 1")
    before = {file: file.read_bytes() for file in files}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("community_assets.raw.shutil.copyfile", full)
        return deployment.heroes("refresh"), before


def test_a_disk_that_is_full_while_a_load_is_published_fails_the_refresh(
    deployment: Deployment, refused: tuple[Result, dict[Path, bytes]]
) -> None:
    result, before = refused
    assert result.exit_code == 1
    assert "github: failed" in result.output
    assert "No space left on device" in result.output
    assert deployment.paths.raw("github").read_bytes() == before[deployment.paths.raw("github")]


def test_a_duplicate_key_in_staging_keeps_the_last_published_file_and_names_the_check(
    deployment: Deployment, refused: tuple[Result, dict[Path, bytes]]
) -> None:
    result, before = refused
    assert result.exit_code == 1
    assert "primary_key_stg_github__loads_load_id" in result.output
    assert "is as it was before" in result.output
    assert deployment.paths.community.read_bytes() == before[deployment.paths.community]


def test_the_unit_tests_of_the_models_pass(deployment: Deployment, tmp_path: Path) -> None:
    project = ROOT / "dbt_project"
    command = [Path(sys.executable).with_name("dbt"), "test", "--select", "test_type:unit", "--project-dir", project]
    command += ["--profiles-dir", project, "--target-path", tmp_path, "--log-path", tmp_path]
    environment = {**os.environ, **deployment.environment}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout
    assert "ERROR=0" in done.stdout
    assert "PASS=0" not in done.stdout


def test_dlt_keeps_no_copy_of_what_it_loaded(deployment: Deployment) -> None:
    files = [p for p in deployment.paths.dlt.rglob("*") if p.is_file()]
    assert files
    assert [p for p in files if p.suffix in (".parquet", ".jsonl", ".gz")] == []
