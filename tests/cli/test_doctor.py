"""What `heroes doctor` finds, and that it changes nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from click.testing import Result

from community_assets.sandbox import Access, Community, Sandbox, serve
from community_assets.sandbox.github_limits import Quota
from tests.loading import load

Heroes = Callable[..., Result]
Use = Callable[[Sandbox], None]


def found(result: Result) -> dict[str, dict[str, Any]]:
    return {check["name"]: check for check in json.loads(result.stdout)}


@pytest.fixture
def repository(sandbox: Sandbox, use_sandbox: Use, configure) -> str:
    """A repository that the settings name, and that a sandbox serves."""
    name: str = sandbox.community.repositories[0]
    use_sandbox(sandbox)
    configure(f'[github]\nrepositories = ["{name}"]')
    return name


def test_all_is_well_and_nothing_is_written(
    repository: str, sandbox: Sandbox, heroes: Heroes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    result = heroes("doctor")
    lines = [line for line in result.stdout.splitlines() if not line.startswith(" ")]
    assert (result.exit_code, result.stderr) == (0, "")
    assert {line.split(":")[0] for line in lines} == {
        "ok   configuration",
        "ok   data directory",
        "ok   API",
        "ok   token",
        "ok   GraphQL limit",
        "ok   REST limit",
        f"ok   {repository}",
        "ok   first load",
        "warn last load of github",
        "warn published file",
    }
    assert [path.name for path in tmp_path.iterdir()] == ["community.toml"]
    assert sandbox.token not in result.stdout


def test_a_repository_yields_what_the_community_holds(repository: str, sandbox: Sandbox, heroes: Heroes) -> None:
    project = sandbox.community.projects[0]
    details = found(heroes("doctor", "--json"))[repository]["details"]
    counted = ("stars", "watchers", "forks", "issues", "pull_requests", "discussions")
    assert all(details[name] == len(getattr(project, name)) > 0 for name in counted)
    assert details["contributors"] > 1
    assert details["star_tier"] == "listed"
    assert details["watchers_listed"]


def test_only_the_owner_of_the_token_is_named(repository: str, sandbox: Sandbox, heroes: Heroes) -> None:
    result = heroes("doctor", "--json")
    viewer = sandbox.community.viewer.login
    logins = {a.login for a in sandbox.community.accounts.values() if len(a.login) > 6} - {viewer}
    assert found(result)["token"]["details"]["login"] == viewer
    assert [login for login in logins if f'"{login}"' in result.stdout or f" {login} " in result.stdout] == []


def test_a_first_load_costs_about_what_is_said(
    repository: str, sandbox: Sandbox, heroes: Heroes, tmp_path: Path
) -> None:
    said = found(heroes("doctor", "--json"))["first load"]["details"]["points"]
    before = sandbox.points
    load(tmp_path, [repository], deep_profile_points=0)
    assert said / 2 < sandbox.points - before < 2 * said


def test_the_age_of_the_last_load_is_told(repository: str, heroes: Heroes, tmp_path: Path) -> None:
    load(tmp_path / "data", [repository])
    check = found(heroes("doctor", "--json"))["last load of github"]
    assert check["status"] == "ok"
    assert check["message"].startswith("complete 0 days ago, 2")


@pytest.mark.parametrize(
    ("scopes", "status", "message"),
    [
        ("repo, user, admin:org", "ok", "scopes admin:org, repo, user"),
        ("public_repo, read:user, user:email", "fail", "lacks read:org"),
        ("read:user, user:email, read:org", "warn", "lacks public_repo"),
        ("", "fail", "lacks public_repo, read:org, read:user, user:email"),
        (None, "ok", "fine-grained tokens and apps tell no scopes"),
    ],
)
def test_scopes_that_are_missing_are_named(
    repository: str, sandbox: Sandbox, heroes: Heroes, scopes: str | None, status: str, message: str
) -> None:
    sandbox.scopes = scopes
    result = heroes("doctor", "--json")
    check = found(result)["token"]
    assert (check["status"], result.exit_code) == (status, int(status == "fail"))
    assert message in check["message"]


@pytest.mark.parametrize(("shown", "tier"), [(True, "events"), (False, "counts")])
@pytest.mark.parametrize("refusal", ["401", "403", "404", "empty"])
def test_lists_that_are_not_shown_are_a_warning_that_says_which_token_would_list_them(
    repository: str,
    sandbox: Sandbox,
    heroes: Heroes,
    monkeypatch: pytest.MonkeyPatch,
    refusal: str,
    shown: bool,
    tier: str,
) -> None:
    monkeypatch.setitem(sandbox.access, "stargazers", Access(refusal))
    monkeypatch.setattr(sandbox, "events", shown)
    result = heroes("doctor", "--json")
    check = found(result)[repository]
    assert (result.exit_code, check["status"]) == (0, "warn")
    assert "stars (not listed to this token)" in check["message"]
    assert f"tier {tier}" in check["message"]
    assert "classic token of one of them, with the scope public_repo" in check["advice"]
    assert (check["details"]["star_tier"], check["details"]["watchers_listed"]) == (tier, True)
    assert check["details"]["stars"] > 0


def test_unknown_names_fail_and_the_others_are_asked(
    sandbox: Sandbox, use_sandbox: Use, configure, heroes: Heroes
) -> None:
    use_sandbox(sandbox)
    organization = sandbox.community.organization.login
    configure(f'[github]\nrepositories = ["nobody/nothing"]\norganizations = ["unheard", "{organization}"]')
    result = heroes("doctor", "--json")
    checks = found(result)
    assert result.exit_code == 1
    assert checks["nobody/nothing"]["status"] == checks["unheard"]["status"] == "fail"
    assert all(checks[name]["status"] == "ok" for name in sandbox.community.repositories)


@pytest.mark.parametrize(
    ("name", "value", "check", "message"),
    [
        ("GITHUB_TOKEN", "wrong", "token", "does not accept the token in GITHUB_TOKEN (401 Bad credentials)"),
        ("GITHUB_API_URL", "http://127.0.0.1:9", "API", "cannot be reached"),
    ],
)
def test_a_token_or_an_api_that_does_not_work_fails(
    repository: str, heroes: Heroes, monkeypatch: pytest.MonkeyPatch, name: str, value: str, check: str, message: str
) -> None:
    monkeypatch.setenv(name, value)
    result = heroes("doctor", "--json")
    assert result.exit_code == 1
    assert found(result)[check]["status"] == "fail"
    assert message in found(result)[check]["message"]
    assert repository not in found(result)


def test_an_api_that_is_not_githubs_is_told(
    repository: str, sandbox: Sandbox, heroes: Heroes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_API_URL", f"{sandbox.api_url}/nowhere")
    monkeypatch.setenv("GITHUB_GRAPHQL_URL", sandbox.graphql_url)
    result = heroes("doctor", "--json")
    assert result.exit_code == 1
    assert "is GITHUB_API_URL that of a GitHub API?" in found(result)["token"]["message"]


def test_limits_that_are_nearly_spent_are_a_warning(use_sandbox: Use, configure, heroes: Heroes) -> None:
    community = Community.generate(people=250, seed=11)
    configure(f'[github]\nrepositories = ["{community.repositories[0]}"]')
    with serve(community, quota=Quota(points=3, seconds=3600)) as poor:
        use_sandbox(poor)
        result = heroes("doctor", "--json")
    checks = found(result)
    assert result.exit_code == 0
    assert checks["first load"]["status"] == "warn"
    assert "3 are left until" in checks["first load"]["message"]


@pytest.mark.parametrize(
    ("text", "check", "message"),
    [
        ("[github]\nrepository = 1", "configuration", "github.repository: unknown key"),
        ("", "configuration", "names no repository"),
        ('[github]\nrepositories = ["a/b"]', "token", "GITHUB_TOKEN: not set"),
    ],
)
def test_wrong_settings_end_with_2(configure, heroes: Heroes, text: str, check: str, message: str) -> None:
    configure(text)
    result = heroes("doctor", "--json")
    assert result.exit_code == 2
    assert message in found(result)[check]["message"]


def test_a_data_directory_that_cannot_be_used_ends_with_2(
    repository: str, heroes: Heroes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    for folder in ("file/data", "it's"):
        monkeypatch.setenv("COMMUNITY_DATA_DIR", str(tmp_path / folder))
        result = heroes("doctor", "--json")
        assert (result.exit_code, found(result)["data directory"]["status"]) == (2, "fail")


def test_a_full_disk_fails(repository: str, heroes: Heroes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=10 * 2**20))
    result = heroes("doctor", "--json")
    assert (result.exit_code, found(result)["data directory"]["status"]) == (1, "fail")


def test_a_published_file_that_cannot_be_read_fails(published: Path, heroes: Heroes) -> None:
    assert found(heroes("doctor", "--json"))["published file"]["status"] == "ok"
    published.write_bytes(b"no database")
    assert found(heroes("doctor", "--json"))["published file"]["status"] == "fail"


def test_an_old_load_is_a_warning(
    repository: str, heroes: Heroes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(tmp_path / "data", [repository])
    with duckdb.connect(tmp_path / "data" / "raw" / "github.duckdb") as db:
        db.execute("update raw.loads set finished_at = finished_at - interval 9 days")
    check = found(heroes("doctor", "--json"))["last load of github"]
    assert (check["status"], check["message"][:21]) == ("warn", "complete 9 days ago, ")


def test_artifact_hub_is_asked_how_many_packages_each_setting_names(
    sandbox: Sandbox, configure, heroes: Heroes, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure('[artifact_hub]\norganizations = ["beacon-example", "nobody"]')
    monkeypatch.setenv("ARTIFACT_HUB_URL", sandbox.artifact_hub.url)
    checks = found(heroes("doctor", "--json"))
    assert checks["organization beacon-example"]["message"] == "3 packages"
    assert (checks["organization nobody"]["status"], checks["organization nobody"]["message"]) == (
        "warn",
        "no packages",
    )
    assert checks["Artifact Hub"]["details"] == {"packages": 3, "requests": 4}
    assert "token" not in checks
    monkeypatch.setenv("ARTIFACT_HUB_URL", "http://127.0.0.1:9")
    assert "cannot be reached" in found(heroes("doctor", "--json"))["Artifact Hub"]["message"]
    monkeypatch.setenv("ARTIFACT_HUB_API_KEY_ID", "half")
    assert found(heroes("doctor", "--json"))["Artifact Hub"]["status"] == "fail"


def test_the_terraform_registry_is_asked_what_the_settings_find(
    sandbox: Sandbox, configure, heroes: Heroes, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure('[terraform_registry]\nnamespaces = ["BEACON-example", "nobody"]')
    monkeypatch.setenv("TERRAFORM_REGISTRY_URL", sandbox.terraform_registry.url)
    result = heroes("doctor", "--json")
    checks = found(result)
    assert result.exit_code == 1
    assert checks["Terraform artifacts"]["details"] == {"modules": 3, "providers": 1, "requests": 5}
    assert checks["nobody"]["status"] == "fail"
    assert "token" not in checks
    monkeypatch.setenv("TERRAFORM_REGISTRY_URL", "http://127.0.0.1:9")
    assert "cannot be reached" in found(heroes("doctor", "--json"))["Terraform Registry"]["message"]
