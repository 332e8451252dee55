"""Bots: which accounts no person types at, and how that is known.

What belongs here: the rules by which an account is a bot. Accounts of apps say so themselves; those that signed up as a
person are told by their login or by the curated list, the dbt project's seed `bots`. The user's word goes before all.
"""

from collections.abc import Iterable

import polars as pl

_SUFFIXES = (r"[bot]", "-bot", "_bot")


def find_bots(
    accounts: pl.DataFrame, listed: pl.DataFrame, bots: Iterable[str] = (), not_bots: Iterable[str] = ()
) -> pl.DataFrame:
    """Find the accounts that are bots.

    Args:
        accounts: platform, account_id, login, account_type.
        listed: login, reason; the curated list of GitHub accounts.
        bots: GitHub logins that are bots, whatever else says no.
        not_bots: GitHub logins that are people, whatever else says bot.

    Returns:
        platform, account_id, bot_reason: one row per bot. Reasons are `settings`, `account type`, `login` and
        `listed: ` with what the bot does. The case of logins is of no consequence.
    """
    login = pl.col("login").str.to_lowercase()
    known = listed.select(name=login, role="reason").unique("name", keep="first", maintain_order=True)
    named = accounts.with_columns(name=pl.when(platform="github").then(login)).join(known, on="name", how="left")
    reason = (
        pl.when(pl.col("name").is_in(_lower(not_bots)))
        .then(None)
        .when(pl.col("name").is_in(_lower(bots)))
        .then(pl.lit("settings"))
        .when(account_type="Bot")
        .then(pl.lit("account type"))
        .when(pl.any_horizontal(login.str.ends_with(suffix) for suffix in _SUFFIXES))
        .then(pl.lit("login"))
        .when(pl.col("role").is_not_null())
        .then("listed: " + pl.col("role"))
    )
    return (
        named.select("platform", "account_id", bot_reason=reason)
        .drop_nulls("bot_reason")
        .sort("platform", "account_id")
    )


def _lower(logins: Iterable[str]) -> list[str]:
    return sorted({login.lower() for login in logins})
