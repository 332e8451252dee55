"""How right the resolution of people is on a made-up community of 20,000; tests/identity_community.py tells of it."""

from typing import Any

import polars as pl
import pytest

from community_assets.register import Register
from community_assets.resolution.identity import identity_links, linked_components
from tests.identity_community import SHARES, make_community, measured


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    community = make_community(20_000, seed=1)
    nothing = Register(tmp_path_factory.mktemp("register") / "register.duckdb").link_decisions()
    links = identity_links(community.accounts, community.claims, community.logins, nothing)
    people = linked_components(community.accounts.select("platform", "account_id"), links)
    rows = measured(community, people).to_dicts()
    return {row["phenomenon"]: row for row in rows}


def test_people_are_right_and_found(figures: dict[str, dict[str, Any]]) -> None:
    overall = figures["overall"]
    assert overall["people"] == 20_000
    assert overall["findable"] > 8_000
    assert overall["precision"] >= 0.995
    assert overall["recall"] >= 0.90


@pytest.mark.parametrize("phenomenon", SHARES)
def test_no_phenomenon_joins_strangers_at_large(figures: dict[str, dict[str, Any]], phenomenon: str) -> None:
    row = figures[phenomenon]
    assert row["people"] >= 0.9 * SHARES[phenomenon] * 20_000
    assert row["joined"] >= 50
    assert row["precision"] >= 0.85


def test_the_same_seed_is_the_same_community() -> None:
    one, other = make_community(200, 7), make_community(200, 7)
    assert one.accounts.equals(other.accounts)
    assert one.claims.equals(other.claims)
    assert one.truth.equals(other.truth)
    assert not one.claims.equals(make_community(200, 8).claims)
    assert isinstance(one.logins, pl.DataFrame)
