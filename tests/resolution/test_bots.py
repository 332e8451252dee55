"""Bots: every rule, its near misses, and the user's word before all of them."""

import csv

import polars as pl
import pytest

from community_assets.resolution.bots import find_bots
from tests.conftest import ROOT

LISTED = pl.DataFrame({"login": ["lisTed"], "reason": ["merge queue"]})


def reasons(*accounts: tuple[str | None, str | None], **overrides: list[str]) -> list[str | None]:
    """Why each account, given as login and type, is a bot."""
    frame = pl.DataFrame(
        [("github", str(number), *account) for number, account in enumerate(accounts)],
        schema={"platform": pl.String, "account_id": pl.String, "login": pl.String, "account_type": pl.String},
        orient="row",
    )
    found = dict(find_bots(frame, LISTED, **overrides).select("account_id", "bot_reason").iter_rows())
    return [found.get(str(number)) for number in range(len(accounts))]


@pytest.mark.parametrize(
    ("login", "account_type", "reason"),
    [
        ("typed", "Bot", "account type"),
        ("Renovate[bot]", "User", "login"),
        ("release-BOT", "User", "login"),
        ("release_bot", "User", "login"),
        ("Listed", "User", "listed: merge queue"),
        ("abbot", "User", None),
        ("bot-anist", "User", None),
        (None, None, None),
        (None, "Bot", "account type"),
    ],
)
def test_what_makes_a_bot(login: str | None, account_type: str | None, reason: str | None) -> None:
    assert reasons((login, account_type)) == [reason]


def test_the_users_word_goes_before_all_rules() -> None:
    everyone = [("typed", "Bot"), ("a-bot", "User"), ("listed", "User"), ("ada", "User")]
    assert reasons(*everyone, not_bots=["TYPED", "A-bot", "Listed"], bots=["Ada"]) == [None, None, None, "settings"]


def test_lists_of_github_logins_say_nothing_of_other_platforms() -> None:
    elsewhere = pl.DataFrame({"platform": ["terraform_registry"], "account_id": ["1"], "login": ["listed"]})
    assert find_bots(elsewhere.with_columns(account_type=pl.lit(None, pl.String)), LISTED, ["listed"]).is_empty()


def test_the_curated_list_names_each_bot_once_with_what_it_does_and_where_it_is_from() -> None:
    with (ROOT / "dbt_project" / "seeds" / "bots.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["login"].lower() for row in rows}) == len(rows) > 150
    assert all(row["reason"] and row["origin"] for row in rows)
    told = [row["login"] for row in rows if row["login"].lower().endswith(("[bot]", "-bot", "_bot"))]
    assert told == [], "the rule of logins finds these"
