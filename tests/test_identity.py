from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from community_assets.assets import find_links, find_people
from community_assets.register import Register
from community_assets.resolution.identity import assign_person_ids

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
REGISTER = {
    "platform": pl.String,
    "account_id": pl.String,
    "person_id": pl.String,
    "registered_at": pl.Datetime("us", "UTC"),
}
EMPTY = pl.DataFrame(schema=REGISTER)


def components(**of_account: int) -> pl.DataFrame:
    rows = {
        "platform": ["github"] * len(of_account),
        "account_id": list(of_account),
        "component": list(of_account.values()),
    }
    return pl.DataFrame(rows, schema={"platform": pl.String, "account_id": pl.String, "component": pl.UInt32})


def ids(persons: pl.DataFrame) -> dict[str, str]:
    return dict(persons.select("account_id", "person_id").iter_rows())


def test_an_account_gets_the_same_id_on_every_machine() -> None:
    persons, aliases = assign_person_ids(components(a=1, b=2), EMPTY, FIRST)
    assert ids(persons) == {"a": "p_7a7d97dbbde4fc55", "b": "p_bbc608e26c7cc06a"}
    assert aliases.is_empty()


def test_what_is_registered_stays() -> None:
    persons, _ = assign_person_ids(components(a=1, b=2), EMPTY, FIRST)
    again, aliases = assign_person_ids(components(c=9, b=5, a=7), persons, FIRST + timedelta(days=1))
    assert {k: v for k, v in ids(again).items() if k != "c"} == ids(persons)
    assert again.filter(pl.col("account_id") != "c").equals(persons)
    assert aliases.is_empty()


def test_a_merge_keeps_the_oldest_id_and_remembers_the_other() -> None:
    older, _ = assign_person_ids(components(b=1), EMPTY, FIRST)
    newer, _ = assign_person_ids(components(a=1), EMPTY, FIRST + timedelta(days=1))
    merged, aliases = assign_person_ids(components(a=1, b=1), pl.concat([older, newer]), FIRST + timedelta(days=2))
    assert set(ids(merged).values()) == {ids(older)["b"]}
    assert aliases.rows() == [(ids(newer)["a"], ids(older)["b"])]


def test_a_split_leaves_the_id_with_the_account_that_had_it_first() -> None:
    first, _ = assign_person_ids(components(b=1), EMPTY, FIRST)
    both, _ = assign_person_ids(components(a=1, b=1), first, FIRST + timedelta(days=1))
    assert len(set(ids(both).values())) == 1
    split, aliases = assign_person_ids(components(a=1, b=2), both, FIRST + timedelta(days=2))
    assert ids(split)["b"] == ids(first)["b"]
    assert ids(split)["a"] != ids(first)["b"]
    assert aliases.is_empty()


accounts = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 4), min_size=1)


@given(accounts, accounts, st.randoms(use_true_random=False))
def test_ids_follow_components_whatever_the_order_of_rows(before, after, random) -> None:
    registered, _ = assign_person_ids(components(**before), EMPTY, FIRST)
    shuffled = list(after.items())
    random.shuffle(shuffled)
    persons, aliases = assign_person_ids(components(**after), registered, FIRST + timedelta(days=1))
    again, aliases_again = assign_person_ids(components(**dict(shuffled)), registered, FIRST + timedelta(days=1))
    assert persons.equals(again)
    assert aliases.equals(aliases_again)
    of = ids(persons)
    assert all((of[x] == of[y]) == (after[x] == after[y]) for x in after for y in after)
    assert not set(aliases["alias"]) & set(of.values())


def test_links_are_found_in_the_tables_of_the_warehouse(tmp_path: Path) -> None:
    """Present and former logins come from the accounts and their history; whoever is gone has none any more."""
    statements = """
        create schema intermediate;
        create schema resolution;
        create table intermediate.int_accounts as from (values
            ('github', '1', 'lady', true, true, null::timestamptz), ('github', '2', 'gone', false, true, null),
            ('slack', 'U1', null, null, true, null), ('slack', 'U2', null, null, true, null),
            ('slack', 'B1', null, null, true, null)
        ) a (platform, account_id, login, is_found, is_person_account, created_at);
        create table resolution.bots as select 'slack' as platform, 'B1' as account_id, 'login' as bot_reason;
        create table intermediate.int_account_history as from (values
            ('github', '1', 'ada', timestamptz '2026-01-02 00:00:00+00'), ('github', '1', 'lady', null),
            ('github', '2', 'gone', '2026-01-02 00:00:00+00')
        ) h (platform, account_id, login, valid_to);
        create table intermediate.int_identity_claims as from (values
            ('slack', 'U1', 'handle', 'github', 'ada', true, timestamptz '2026-01-01 00:00:00+00'),
            ('slack', 'B1', 'handle', 'github', 'lady', true, '2026-01-01 00:00:00+00'),
            ('slack', 'U2', 'handle', 'github', 'gone', true, '2026-01-03 00:00:00+00')
        ) c (platform, account_id, kind, claimed_platform, value, is_verified, stated_at);
    """
    with duckdb.connect() as db:
        db.execute(statements)
        found = find_links(lambda query: db.execute(query).pl(), Register(tmp_path / "register").link_decisions())
        db.execute("create table resolution.identity_links as from found")
        people = find_people(lambda query: db.execute(query).pl())
    pairs = found.select("account_id", "linked_account_id", "status").rows()
    assert pairs == [("1", "U1", "linked"), ("2", "U2", "vetoed")]
    assert people["component"].n_unique() == 4


def test_an_id_that_somebody_else_has_kept_is_not_given_again() -> None:
    both, _ = assign_person_ids(components(a=1, b=1), EMPTY, FIRST)
    forgotten = both.filter(pl.col("account_id") == "b")
    persons, aliases = assign_person_ids(components(a=1, b=2), forgotten, FIRST + timedelta(days=1))
    assert ids(persons)["b"] == ids(both)["b"] != ids(persons)["a"]
    again, _ = assign_person_ids(components(a=1, b=2), persons, FIRST + timedelta(days=2))
    assert again.equals(persons)
    assert aliases.is_empty()


@given(accounts)
def test_a_second_build_changes_nothing(of_account) -> None:
    persons, _ = assign_person_ids(components(**of_account), EMPTY, FIRST)
    again, aliases = assign_person_ids(components(**of_account), persons, FIRST + timedelta(days=1))
    assert again.equals(persons)
    assert aliases.is_empty()
