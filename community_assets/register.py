"""The register: what was decided about accounts and people. Small, precious, never rebuilt from anything else.

What belongs here: reading and writing `data/register.duckdb`. The rules by which ids are given are pure functions in
`resolution/identity.py`; the hashing of suppressed accounts is in `privacy.py`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb
import polars as pl
from tenacity import retry, retry_if_exception_message, stop_after_delay, wait_fixed

_SCHEMA = """
create table if not exists account_persons (
    platform varchar not null,
    account_id varchar not null,
    person_id varchar not null,
    registered_at timestamptz not null,
    primary key (platform, account_id)
);
create table if not exists person_aliases (
    alias varchar primary key,
    person_id varchar not null
);
create table if not exists suppressions (
    account_hash varchar primary key,
    suppressed_at timestamptz not null
);
create table if not exists consents (
    platform varchar not null,
    account_id varchar not null,
    channel varchar not null,
    consent varchar not null check (consent in ('given', 'refused')),
    decided_at timestamptz not null
);
create table if not exists link_decisions (
    platform varchar not null,
    account_id varchar not null,
    linked_platform varchar not null,
    linked_account_id varchar not null,
    decision varchar not null check (decision in ('confirmed', 'denied')),
    decided_at timestamptz not null,
    primary key (platform, account_id, linked_platform, linked_account_id)
);
"""
_FORGET_DECISION = """
delete from link_decisions
where (platform, account_id, linked_platform, linked_account_id) = (?, ?, ?, ?)
returning decision
"""
Account = tuple[str, str]
"""Platform and account id."""


@dataclass(frozen=True)
class Register:
    """The register's file."""

    path: Path

    @contextmanager
    def _open(self) -> Iterator[duckdb.DuckDBPyConnection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with _connect(self.path) as db:
            db.execute("set timezone = 'UTC'")
            db.execute(_SCHEMA)
            yield db

    def account_persons(self) -> pl.DataFrame:
        """One row per registered account: platform, account_id, person_id, registered_at."""
        with self._open() as db:
            return db.execute("from account_persons order by platform, account_id").pl()

    def store_persons(self, account_persons: pl.DataFrame, aliases: pl.DataFrame) -> None:
        """Add or replace accounts and aliases, all or none.

        Args:
            account_persons: platform, account_id, person_id, registered_at.
            aliases: alias (a person id that is no longer given), person_id (the one that took its place).
        """
        with self._open() as db:
            db.begin()
            db.register("new_persons", account_persons)
            db.register("new_aliases", aliases)
            db.execute("insert or replace into account_persons by name from new_persons")
            db.execute("insert or replace into person_aliases by name from new_aliases")
            db.execute("delete from person_aliases where alias in (select person_id from account_persons)")
            db.commit()

    def link_decisions(self) -> pl.DataFrame:
        """One row per decided pair of accounts, the lesser one first.

        Columns: platform, account_id, linked_platform, linked_account_id, decision (confirmed, denied), decided_at.
        """
        with self._open() as db:
            return db.execute("from link_decisions order by all").pl()

    def decide_link(self, one: Account, other: Account, decision: Literal["confirmed", "denied"] | None) -> bool:
        """Remember whether two accounts are one person's, in place of what was decided before.

        Args:
            one: an account.
            other: another one; the order of the two does not matter.
            decision: None forgets what was decided.

        Returns:
            Whether the register says something else than before.
        """
        pair = [*min(one, other), *max(one, other)]
        with self._open() as db:
            db.begin()
            before = db.execute(_FORGET_DECISION, pair).fetchone()
            if decision:
                db.execute("insert into link_decisions values (?, ?, ?, ?, ?, now())", [*pair, decision])
            db.commit()
        return (before[0] if before else None) != decision

    def consents(self) -> pl.DataFrame:
        """One row per decision, newest last: platform, account_id, channel, consent (given, refused), decided_at."""
        with self._open() as db:
            return db.execute("from consents order by decided_at, platform, account_id, channel, consent").pl()

    def suppressed_hashes(self) -> frozenset[str]:
        """Keyed hashes of accounts that must not be stored again."""
        with self._open() as db:
            return frozenset(row[0] for row in db.execute("select account_hash from suppressions").fetchall())

    def suppress(self, account_hash: str) -> None:
        """Remember a hash; once is enough."""
        with self._open() as db:
            db.execute("insert or ignore into suppressions values (?, now())", [account_hash])


_is_locked = retry_if_exception_message(match=".*Could not set lock")


@retry(retry=_is_locked, wait=wait_fixed(0.1), stop=stop_after_delay(20), reraise=True)
def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    """Open the register; another source holds it for milliseconds at most."""
    return duckdb.connect(path)
