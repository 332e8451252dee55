"""Commands that show the published file, to people and to scripts."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import Result

from community_assets import variables
from community_assets.cli import terminal
from tests.cli.conftest import HOSTILE, WEIGHTS

Heroes = Callable[..., Result]


def data(result: Result) -> list[dict[str, object]]:
    assert result.exit_code == 0, result.stderr
    rows: list[dict[str, object]] = json.loads(result.stdout)
    return rows


@pytest.mark.parametrize(
    "command", [["top"], ["explain", "ada"], ["companies"], ["countries"], ["creators"], ["export"]]
)
def test_without_a_published_file_each_command_says_what_to_run(configure, heroes: Heroes, command: list[str]) -> None:
    configure("")
    result = heroes(*command)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "run `heroes refresh` or `heroes demo` first" in result.stderr


@pytest.mark.parametrize(
    ("change", "command"),
    [
        ("alter table heroes drop column why", ["top"]),
        ("alter table heroes drop column network", ["explain", "ada"]),
        ("drop table identity_links", ["explain", "ada"]),
        ("alter table companies drop column expansion_stage", ["companies"]),
        ("drop table companies", ["companies"]),
        ("alter table countries drop column best_rank", ["countries"]),
        ("alter table artifact_creators drop column stars", ["creators"]),
    ],
)
def test_a_file_of_an_older_version_is_told_from_a_broken_one(
    published: Path, heroes: Heroes, change: str, command: list[str]
) -> None:
    with duckdb.connect(published) as db:
        db.execute(change)
    result = heroes(*command)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "is of an older version" in result.stderr
    assert "run `heroes refresh`" in result.stderr
    published.write_bytes(b"no database")
    assert "cannot be read" in heroes(*command).stderr


def test_strangers_names_reach_the_terminal_as_plain_text(published: Path, heroes: Heroes, monkeypatch) -> None:
    monkeypatch.setattr(terminal.output, "_width", 300)
    for command in (["top"], ["companies"], ["explain", "grace-h"]):
        shown = heroes(*command)
        assert shown.exit_code == 0
        assert not {"\x1b", "\x07", "\x9b"} & set(shown.stdout)
    assert "Reviewed [bold]twice." in heroes("top").stdout


def test_why_is_shown_where_there_is_room(published: Path, heroes: Heroes, monkeypatch) -> None:
    monkeypatch.setattr(terminal.output, "_width", 200)
    assert "Reviewed" in heroes("top").stdout
    monkeypatch.setattr(terminal.output, "_width", 100)
    assert "Reviewed" not in heroes("top").stdout
    assert "85.00" in heroes("top").stdout


def test_without_stars_ranks_by_the_other_rank(published: Path, heroes: Heroes) -> None:
    assert [row["login"] for row in data(heroes("top", "--json"))] == ["ada", "Grace-H", "edsger"]
    first, second, _ = data(heroes("top", "--json", "--without-stars"))
    assert (first["rank"], first["login"], first["score"]) == (1, "Grace-H", 44)
    assert second["login"] == "ada"
    assert "Heroes, stars left out" in heroes("top", "--without-stars").stdout


def test_suspicious_people_are_ranked_when_asked_for(published: Path, heroes: Heroes) -> None:
    rows = data(heroes("top", "--json", "--with-suspicious"))
    assert [(row["rank"], row["login"]) for row in rows] == [(1, "ada"), (2, "x5k2"), (3, "Grace-H"), (4, "edsger")]
    assert (rows[1]["score"], rows[1]["why"]) == (30, "Suspicious (0.94): empty profile; burst.")
    assert "Heroes, suspicious people among them" in heroes("top", "--with-suspicious").stdout
    both = heroes("top", "--with-suspicious", "--without-stars")
    assert (both.exit_code, both.stdout) == (2, "")


def test_suspicion_is_told_with_its_reasons(published: Path, heroes: Heroes) -> None:
    (person,) = data(heroes("explain", "x5k2", "--json"))
    assert (person["rank"], person["components"], person["rank_with_suspicious"]) == (None, [], 2)
    shown = heroes("explain", "x5k2").stdout
    assert "suspicion     0.94 (empty profile; burst); without it: rank 2" in shown
    assert "Not ranked: suspicious people are not." in shown


def test_companies_of_one_stage(published: Path, heroes: Heroes) -> None:
    assert [row["company"] for row in data(heroes("companies", "--json"))] == ["Acme", "=SUM(A1)"]
    (team,) = data(heroes("companies", "--json", "--stage", "team"))
    assert (team["company_id"], team["new_30_days"], team["new_90_days"], team["stargazers"]) == ("acme", 2, 3, 5)
    assert (team["first_seen_at"], team["last_seen_at"]) == ("2026-01-01T08:00:00Z", None)
    assert "5 stargazers, 1 contributors" in heroes("companies").stdout
    assert heroes("companies", "--stage", "unheard of").exit_code == 2


def test_csv_has_a_header_and_no_formulas(published: Path, heroes: Heroes) -> None:
    result = heroes("companies", "--csv")
    text = result.stdout_bytes.decode("utf-8")
    header, *rows = csv.DictReader(io.StringIO(text, newline="")).fieldnames, *csv.DictReader(io.StringIO(text))
    assert header[:3] == ["company", "stage", "company_id"]
    assert [row["company"] for row in rows] == ["Acme", "'=SUM(A1)"]
    assert text.count("\r\n") == 3


def test_a_table_without_rows_is_data_still(published: Path, heroes: Heroes) -> None:
    assert data(heroes("companies", "--json", "--stage", "several")) == []
    assert heroes("companies", "--csv", "--stage", "several").stdout.startswith("company,stage,")
    assert heroes("companies", "--stage", "several").exit_code == 0


def test_limits_hold_and_formats_exclude_each_other(published: Path, heroes: Heroes) -> None:
    assert heroes("top", "-n", "99999999999999999999").exit_code == 2
    assert len(data(heroes("top", "--json", "-n", "1"))) == 1
    assert len(data(heroes("countries", "--json", "--limit", "5"))) == 1
    both = heroes("top", "--json", "--csv")
    assert (both.exit_code, both.stdout) == (2, "")
    assert "choose one of --json and --csv" in both.stderr


def test_points_of_the_components_are_the_score(published: Path, heroes: Heroes) -> None:
    for login in ("ada", "grace-h", "edsger"):
        (person,) = data(heroes("explain", login, "--json"))
        assert sum(c["points"] for c in person["components"]) == pytest.approx(person["score"])
        assert {c["component"]: c["weight"] for c in person["components"]} == WEIGHTS
    shown = heroes("explain", "ADA").stdout
    assert "Rank 1 of 3, score 85.00" in shown
    assert "Without stars: rank 2, score 40.00" in shown
    assert 'Acme (legal_form, confidence 0.90, typed "@Acme Inc.")' in shown
    assert 'Paris, France (city, confidence 0.80, typed "Paris, FR")' in shown


def test_weights_that_changed_since_publication_are_told(published: Path, heroes: Heroes) -> None:
    text = variables.DBT_PROJECT.read_text()
    variables.DBT_PROJECT.write_text(text.replace("0.35", "0.25"))
    result = heroes("explain", "ada", "--json")
    assert len(json.loads(result.stdout)) == 1
    assert "are not those of the published score" in result.stderr
    variables.DBT_PROJECT.write_text(text.replace("weight_network", "weight_of_old"))
    assert "has no variable 'weight_network'" in heroes("explain", "ada").stderr


def test_interactions_come_by_kind_with_their_times_and_what_was_taken_back(published: Path, heroes: Heroes) -> None:
    (person,) = data(heroes("explain", "@ada", "--json"))
    assert person["interactions"] == [
        {
            "kind": "review",
            "times": 2,
            "taken_back": 0,
            "targets": 1,
            "first_at": "2026-01-01T09:00:00Z",
            "last_at": "2026-02-01T10:00:00Z",
        },
        {"kind": "watch", "times": 1, "taken_back": 1, "targets": 1, "first_at": None, "last_at": None},
    ]
    assert person["unknown"] == [
        "suspicion: no profile is known",
        "time of watch: GitHub tells none",
        "stars given to acme/hidden: GitHub does not list them to the token",
    ]


def test_addresses_are_shown_only_when_asked_for(published: Path, heroes: Heroes) -> None:
    for arguments in (["explain", "ada"], ["explain", "ada", "--json"]):
        without, with_addresses = heroes(*arguments).stdout, heroes(*arguments, "--contact-points").stdout
        assert "adax" not in without
        assert "ada@example.org" not in without
        assert "unknown" in without  # the consent
        assert "adax" in with_addresses
        assert "ada@example.org" in with_addresses


def test_what_is_not_known_is_said(published: Path, heroes: Heroes) -> None:
    (person,) = data(heroes("explain", "edsger", "--json"))
    assert "company: the profile names none" in person["unknown"]
    assert "followers and repositories: the profile has not been loaded, or the account is gone" in person["unknown"]
    (person,) = data(heroes("explain", "grace-h", "--json"))
    assert "company: '=cmd|x' was not recognised" in person["unknown"]
    assert person["name"] == HOSTILE


def test_a_bot_is_shown_without_rank(published: Path, heroes: Heroes) -> None:
    (bot,) = data(heroes("explain", "builder[bot]", "--json"))
    assert (bot["rank"], bot["components"]) == (None, [])
    assert "builder[bot] (builder[bot]), a bot (login)" in heroes("explain", "builder[bot]").stdout


def test_an_unknown_login_suggests_near_ones(published: Path, heroes: Heroes) -> None:
    result = heroes("explain", "grace_h", "--json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "did you mean Grace-H?" in result.stderr
    assert "nobody has a login like it" in heroes("explain", "zzzzzzzz\x1b[2J").stderr
    assert "\x1b" not in heroes("explain", "zzzzzzzz\x1b[2J").stderr


def test_csv_on_a_terminal_controls_nothing(published: Path, heroes: Heroes, monkeypatch) -> None:
    assert "\x1b" in heroes("top", "--csv").stdout  # a script gets what was typed
    monkeypatch.setattr(terminal.output, "_force_terminal", True)
    assert not {"\x1b", "\x07", "\x9b"} & set(heroes("top", "--csv").stdout)


def run_heroes(*arguments: str, **options: Any) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", "from community_assets.cli import app; app()", *arguments]
    return subprocess.run(command, text=True, encoding="latin-1", stderr=subprocess.PIPE, check=False, **options)


def test_a_terminal_of_another_encoding_gets_what_it_can_show(published: Path) -> None:
    shown = run_heroes("top", stdout=subprocess.PIPE, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "Heroes" in shown.stdout


@pytest.mark.parametrize("form", [[], ["--json"], ["--csv"]])
def test_a_stdout_that_takes_nothing_ends_with_one_line(published: Path, form: list[str]) -> None:
    with open("/dev/full", "w") as full:
        refused = run_heroes("top", *form, stdout=full, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    assert (refused.returncode, refused.stderr) == (1, "error: [Errno 28] No space left on device\n")
    closed = run_heroes("top", *form, preexec_fn=lambda: os.close(1))
    assert (closed.returncode, closed.stderr) == (0, "")


def test_arguments_of_any_bytes_are_a_login_that_nobody_has(published: Path, heroes: Heroes) -> None:
    result = heroes("explain", os.fsdecode(b"\xff\xfe"))
    assert (result.exit_code, result.stderr) == (1, "??: nobody of this login was seen; nobody has a login like it\n")


@pytest.mark.parametrize(
    ("by", "order"),
    [
        ("downloads", ["acme", "ada", None]),
        ("stars", ["acme", None, "ada"]),
        ("artifacts", ["acme", "ada", None]),
        ("contributors", ["ada", "acme", None]),
    ],
)
def test_creators_stand_in_the_order_of_a_figure(
    published: Path, heroes: Heroes, by: str, order: list[str | None]
) -> None:
    assert [row["github_login"] for row in data(heroes("creators", "--by", by, "--json"))] == order


def test_creators_are_shown_with_what_they_publish_and_exported_safely(
    published: Path, heroes: Heroes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal.output, "_width", 200)
    shown = heroes("creators", "--limit", "2").stdout
    assert "official" in shown
    assert "Ada" in shown
    assert "[red]x" not in shown
    (first, *_) = csv.DictReader(io.StringIO(heroes("creators", "--csv").stdout))
    assert first["creator"] == "'=SUM(A1)"
    assert first["github_evidence"] == "publishes from its repositories"
