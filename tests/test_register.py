from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from community_assets.register import Register

CONSENTS = {
    "platform": pl.String,
    "account_id": pl.String,
    "channel": pl.String,
    "consent": pl.String,
    "decided_at": pl.Datetime("us", "UTC"),
}


def decide(register: Register, consent: str, day: int) -> None:
    with duckdb.connect(register.path) as db:
        moment = datetime(2026, 1, day, tzinfo=UTC)
        db.execute("insert into consents values ('github', '1', 'email', ?, ?)", [consent, moment])


def test_no_decisions_are_typed_columns_all_the_same(tmp_path: Path) -> None:
    assert dict(Register(tmp_path / "register.duckdb").consents().schema) == CONSENTS


def test_every_decision_is_kept_newest_last(tmp_path: Path) -> None:
    register = Register(tmp_path / "register.duckdb")
    register.consents()
    decide(register, "refused", 2)
    decide(register, "given", 1)
    assert register.consents()["consent"].to_list() == ["given", "refused"]


def test_consent_is_given_or_refused_and_nothing_else(tmp_path: Path) -> None:
    register = Register(tmp_path / "register.duckdb")
    register.consents()
    with pytest.raises(duckdb.ConstraintException):
        decide(register, "unknown", 1)


def test_a_pair_has_one_decision_the_newest_whatever_the_order(tmp_path: Path) -> None:
    register, ada, al = Register(tmp_path / "register.duckdb"), ("github", "2"), ("slack", "1")
    assert register.decide_link(al, ada, "confirmed")
    assert not register.decide_link(ada, al, "confirmed")
    assert register.decide_link(ada, al, "denied")
    (decision,) = register.link_decisions().drop("decided_at").rows()
    assert decision == ("github", "2", "slack", "1", "denied")
    assert register.decide_link(al, ada, None)
    assert not register.decide_link(al, ada, None)
    assert register.link_decisions().is_empty()


def test_a_pair_is_confirmed_or_denied_and_nothing_else(tmp_path: Path) -> None:
    with pytest.raises(duckdb.ConstraintException):
        Register(tmp_path / "register.duckdb").decide_link(("github", "1"), ("slack", "1"), "maybe")  # type: ignore[arg-type]
