"""Commands that decide which accounts are one person's."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from click.testing import Result

from community_assets.register import Register
from tests.cli.test_marts import data

Heroes = Callable[..., Result]


def decisions(published: Path) -> list[tuple[str, ...]]:
    columns = ["platform", "account_id", "linked_platform", "linked_account_id", "decision"]
    return Register(published.with_name("register.duckdb")).link_decisions().select(columns).rows()


def test_a_decision_is_kept_for_the_accounts_however_they_are_named(published: Path, heroes: Heroes) -> None:
    assert heroes("link", "slack:Barbara", "ADA").exit_code == 0
    assert decisions(published) == [("github", "1", "slack", "U3", "confirmed")]
    again = heroes("link", "github:1", "slack:U3")
    assert "already" in again.stdout
    assert "refresh" not in again.stdout
    assert "It shows after the next refresh" in heroes("unlink", "@ada", "barbara").stdout
    assert decisions(published) == [("github", "1", "slack", "U3", "denied")]


def test_a_decision_can_be_forgotten(published: Path, heroes: Heroes) -> None:
    heroes("unlink", "ada", "slack:U1")
    assert "forgotten" in heroes("link", "slack:U1", "ada", "--undo").stdout
    assert decisions(published) == []
    undone = heroes("unlink", "ada", "slack:U1", "--undo")
    assert (undone.exit_code, "nothing was decided" in undone.stdout) == (0, True)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("ada", "slack:barbra"), "slack:barbra: no such account was seen; did you mean slack:barbara?"),
        (("edsgr", "ada"), "did you mean github:edsger?"),
        (("ada", "slak:barbara"), "expected platform:login, with a platform out of github, slack"),
        (("ada", "slack:al"), "2 accounts have this name; choose one by its id: slack:U1, slack:U2"),
        (("ada", "slack:\x1b[2J"), "nobody has a login like it"),
    ],
)
def test_an_account_that_nobody_knows_is_no_decision(
    published: Path, heroes: Heroes, names: tuple[str, str], message: str
) -> None:
    result = heroes("link", *names)
    assert (result.exit_code, result.stdout) == (1, "")
    assert message in result.stderr
    assert "\x1b" not in result.stderr
    assert decisions(published) == []


def test_an_account_is_itself(published: Path, heroes: Heroes) -> None:
    result = heroes("unlink", "ada", "github:1")
    assert (result.exit_code, "are the same account" in result.stderr) == (2, True)


def test_a_register_that_cannot_be_written_is_said(published: Path, heroes: Heroes) -> None:
    published.with_name("register.duckdb").write_bytes(b"no database")
    result = heroes("link", "ada", "slack:barbara")
    assert (result.exit_code, "register.duckdb cannot be written" in result.stderr) == (1, True)


def test_explain_shows_the_accounts_with_their_evidence_and_what_waits(published: Path, heroes: Heroes) -> None:
    (person,) = data(heroes("explain", "slack:U1", "--json"))
    assert person["login"] == "ada"
    assert person["accounts"] == [
        {"platform": "github", "account": "ada", "linked_to": None, "evidence": None, "confidence": None},
        {
            "platform": "slack",
            "account": "al",
            "linked_to": "github:ada",
            "evidence": "same verified e-mail address",
            "confidence": 0.97,
        },
    ]
    assert [(row["account"], row["linked_to"]) for row in person["doubtful_links"]] == [("github:ada", "slack:barbara")]
    assert [row["evidence"] for row in person["links"]] == ["twitter_username"]
    assert "same verified e-mail address" in heroes("explain", "ada").stdout


def test_a_published_file_of_an_older_version_is_told(published: Path, heroes: Heroes) -> None:
    with duckdb.connect(published) as db:
        db.execute("drop table accounts")
    result = heroes("link", "ada", "slack:barbara")
    assert (result.exit_code, "is of an older version" in result.stderr) == (1, True)
