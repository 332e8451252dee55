"""Commands that run the pipeline, and what the command line answers when settings are wrong."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from typer.testing import CliRunner

from community_assets.cli import app
from community_assets.sandbox import Community, serve
from community_assets.sandbox.github_limits import Quota

HEROES = Path(sys.executable).with_name("heroes")
COMMANDS = [
    "demo",
    "refresh",
    "top",
    "explain",
    "companies",
    "countries",
    "creators",
    "export",
    "doctor",
    "dev",
    "sandbox",
]


def test_help_names_every_command_at_once() -> None:
    slow = "import sys; sys.argv = ['heroes', '--help']\nfrom community_assets.cli import app\ntry: app()\n"
    slow += "except SystemExit: print(sorted({'dagster', 'dbt', 'dlt', 'duckdb', 'polars'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", slow], capture_output=True, text=True, check=True)
    assert all(command in done.stdout for command in COMMANDS)
    assert "Exit codes: 0 all is well; 1 something went wrong" in done.stdout
    assert done.stdout.endswith("[]\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "github.repositories is empty; expected at least one repository"),
        ('[github]\nrepositories = ["a/b"]', "GITHUB_TOKEN: not set; expected a GitHub token"),
        ('[github]\nrepositories = ["b"]', 'github.repositories[0]: expected a repository as "owner/name"'),
    ],
)
def test_bad_settings_end_with_2_before_anything_is_made(configure, tmp_path: Path, text: str, message: str) -> None:
    configure(text)
    result = CliRunner().invoke(app, ["refresh"])
    assert result.exit_code == 2
    assert message in result.stderr
    assert not (tmp_path / "data").exists()


def test_a_data_directory_that_cannot_be_written_is_named(
    configure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure('[github]\nrepositories = ["a/b"]')
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("COMMUNITY_DATA_DIR", str(tmp_path / "file" / "data"))
    monkeypatch.setenv("GITHUB_TOKEN", "t")
    result = CliRunner().invoke(app, ["refresh"])
    assert result.exit_code == 2
    assert f"COMMUNITY_DATA_DIR: {tmp_path / 'file' / 'data'} cannot be written (Not a directory)" in result.stderr


@pytest.mark.parametrize("name", ["it's", "50%", "what?", "a#b"])
def test_a_data_directory_whose_name_no_database_can_open_is_refused(
    configure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    configure('[github]\nrepositories = ["a/b"]')
    monkeypatch.setenv("COMMUNITY_DATA_DIR", str(tmp_path / name))
    monkeypatch.setenv("GITHUB_TOKEN", "t")
    result = CliRunner().invoke(app, ["refresh"])
    assert result.exit_code == 2
    assert "expected another folder" in result.stderr
    assert not (tmp_path / name).exists()


def test_a_demo_in_a_directory_that_cannot_be_written_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("COMMUNITY_DATA_DIR", str(tmp_path / "file"))
    result = CliRunner().invoke(app, ["demo", "--people", "20"])
    assert result.exit_code == 2
    assert "cannot be written (Not a directory)" in result.stderr


def test_a_file_of_strings_without_its_column_is_named(tmp_path: Path) -> None:
    (tmp_path / "wrong.csv").write_text("employer\nx\n")
    result = CliRunner().invoke(app, ["sandbox", "--companies-csv", str(tmp_path / "wrong.csv")])
    assert result.exit_code == 2
    assert "company" in result.stderr


def test_the_sandbox_serves_until_it_is_interrupted() -> None:
    process = subprocess.Popen([HEROES, "sandbox", "--people", "50"], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    lines = [process.stdout.readline() for _ in range(4)]
    settings = dict(line.removeprefix("export ").strip().split("=", 1) for line in lines if line.startswith("export"))
    headers = {"Authorization": f"Bearer {settings['GITHUB_TOKEN']}"}
    assert requests.get(settings["GITHUB_API_URL"] + "/rate_limit", headers=headers, timeout=10).ok
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0


def test_a_refresh_that_waits_for_github_ends_soon_when_it_is_interrupted(tmp_path: Path) -> None:
    community = Community.generate(people=50)
    names = ", ".join(f'"{name}"' for name in community.repositories)
    (tmp_path / "community.toml").write_text(f"[github]\nrepositories = [{names}]\n", "utf-8")
    with serve(community, quota=Quota(points=5, seconds=600)) as sandbox:
        environment = {**os.environ, "GITHUB_TOKEN": sandbox.token, "GITHUB_API_URL": sandbox.api_url}
        process = subprocess.Popen(
            [HEROES, "refresh"], cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
        )
        assert process.stderr
        assert any(line.startswith("waiting: ") for line in process.stderr)
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(45) == 130
        finally:
            process.kill()
    assert not (tmp_path / "data" / "community.duckdb").exists()


def test_the_demo_needs_nothing_and_ends_with_tables_paths_and_the_next_step(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("RUNTIME__")}
    command = [HEROES, "demo", "--people", "150", "--latency", "0.001"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    assert all(word in done.stdout for word in ("Heroes", "Companies", "Countries", "United States", "heroes refresh"))
    assert str(tmp_path / "data" / "demo" / "community.duckdb") in done.stdout.replace("\n", "")
    assert "points left" in done.stderr
    assert [p.name for p in (tmp_path / "data").iterdir()] == ["demo"]


def test_a_demo_of_another_community_starts_from_nothing(tmp_path: Path) -> None:
    from community_assets.running import clear_demo

    clear_demo(tmp_path, "people=10")
    (tmp_path / "community.duckdb").write_text("")
    clear_demo(tmp_path, "people=10")
    assert (tmp_path / "community.duckdb").exists()
    clear_demo(tmp_path, "people=20")
    assert not (tmp_path / "community.duckdb").exists()


def test_real_people_never_enter_the_directory_of_the_demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from community_assets.connectors.github import github_connector
    from community_assets.running import clear_demo
    from community_assets.settings import ConfigurationError, GithubSection, Settings

    clear_demo(tmp_path, "people=10")
    monkeypatch.setenv("GITHUB_TOKEN", "t")
    settings = Settings(data_dir=tmp_path, github=GithubSection(repositories=["a/b"]))
    with pytest.raises(ConfigurationError, match="holds the made-up community of the demo"):
        github_connector(settings).start()
    monkeypatch.setenv("GITHUB_API_URL", "http://127.0.0.1:9")
    assert github_connector(settings).start()


def test_the_shell_completes_commands() -> None:
    asking = {"_HEROES_COMPLETE": "complete_bash", "COMP_WORDS": "heroes co", "COMP_CWORD": "1"}
    done = subprocess.run([HEROES], env=os.environ | asking, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["companies", "countries"]
