"""Decisions about accounts: whether two of them are one person's, by names that people type.

What belongs here: finding an account of the published file, and telling the register. What a decision brings about is
told in `resolution/identity.py`.
"""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

import duckdb

from community_assets.publishing.reading import PublishedFileError, published, rows
from community_assets.register import Register
from community_assets.settings import Paths


class UnknownAccountError(PublishedFileError):
    """No published account is named so, or several are; the message names those that come near."""


class SameAccountError(ValueError):
    """Both names are one account's."""


@dataclass(frozen=True)
class PublishedAccount:
    """An account of a person."""

    platform: str
    account_id: str
    login: str | None
    person_id: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.login or self.account_id}"


def decide_link(
    paths: Paths, one: str, other: str, decision: Literal["confirmed", "denied"] | None
) -> tuple[PublishedAccount, PublishedAccount, bool]:
    """Tell the register that two accounts are one person's, or are not; the next build heeds it.

    Args:
        paths: where the published file and the register live.
        one: `platform:login`, `platform:id`, or a login on GitHub.
        other: likewise.
        decision: None forgets what was decided.

    Returns:
        The two accounts, and whether the register says something else than before.

    Raises:
        UnknownAccountError: a name is nobody's, or several accounts'.
        SameAccountError: both are the same account.
        PublishedFileError: the published file cannot be read.
    """
    with published(paths) as db:
        found = find_account(db, one), find_account(db, other)
    first, second = ((account.platform, account.account_id) for account in found)
    if first == second:
        raise SameAccountError(f"{one} and {other} are the same account")
    return *found, Register(paths.register).decide_link(first, second, decision)


def find_account(db: duckdb.DuckDBPyConnection, name: str) -> PublishedAccount:
    """The account of a name: `platform:login` in any letter case, `platform:id`, or a login on GitHub or elsewhere.

    Raises:
        UnknownAccountError: nobody has this name, or several have.
    """
    platform, colon, login = name.partition(":")
    platform, login = (platform, login) if colon else ("", name)
    login = login.removeprefix("@")
    found = [PublishedAccount(**row) for row in rows(db, _ACCOUNTS, platform, login)]
    # An id is the surer name; a login alone is GitHub's where GitHub has it.
    for preferred in (
        [account for account in found if colon and account.account_id == login],
        [account for account in found if not colon and account.platform == "github"],
        found,
    ):
        if len(preferred) == 1:
            return preferred[0]
    if found:
        several = ", ".join(f"{account.platform}:{account.account_id}" for account in found[:5])
        raise UnknownAccountError(f"{name}: {len(found)} accounts have this name; choose one by its id: {several}")
    raise UnknownAccountError(f"{name}: no such account was seen; {_hint(db, platform, login)}")


def _hint(db: duckdb.DuckDBPyConnection, platform: str, login: str) -> str:
    platforms = [row["platform"] for row in rows(db, "select distinct platform from accounts order by 1")]
    if platform and platform not in platforms:
        return f"expected platform:login, with a platform out of {', '.join(platforms) or 'none'}"
    query = "select platform, login from accounts where login is not null and ? in ('', platform)"
    names = {row["login"].lower(): f"{row['platform']}:{row['login']}" for row in rows(db, query, platform)}
    near = [names[match] for match in get_close_matches(login.lower(), names, n=5)]
    return f"did you mean {', '.join(near)}?" if near else "nobody has a login like it"


_ACCOUNTS = """
    select platform, account_id, login, person_id from accounts
    where $1 in ('', platform) and (lower(login) = lower($2) or ($1 <> '' and account_id = $2))
    order by platform, account_id
"""
