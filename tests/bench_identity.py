"""`make bench`: how right the resolution of people is, by phenomenon, and what it costs."""

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import polars as pl

from community_assets.register import Register
from community_assets.resolution.identity import identity_links, linked_components
from tests.identity_community import make_community, measured

PEOPLE = 20_000


def resolve_people(folder: Path) -> Iterator[tuple[str, ...]]:
    """Pairs of accounts that are right and found, on the community that tests/identity_community.py tells of."""
    community = make_community(PEOPLE, seed=2)
    decisions = Register(folder / "register.duckdb").link_decisions()
    accounts = community.accounts.select("platform", "account_id")
    start = perf_counter()
    links = identity_links(community.accounts, community.claims, community.logins, decisions)
    people = linked_components(accounts, links)
    ours = perf_counter() - start
    for row in measured(community, people).iter_rows(named=True):
        what = f"people, {row['phenomenon']}: pairs"
        yield f"{what} right; peer: joined", f"{row['right']:,}", f"{row['joined']:,}", f"{row['precision']:.4f}"
        yield f"{what} found; peer: findable", f"{row['found']:,}", f"{row['findable']:,}", f"{row['recall']:.4f}"
    start = perf_counter()
    mail = community.claims.filter(kind="email").select("platform", "account_id", pl.col("value").str.to_lowercase())
    mail.join(mail, on="value")
    floor = perf_counter() - start
    what = f"resolve {accounts.height:,} accounts of {PEOPLE:,} people; floor: joining equal addresses"
    yield what, f"{ours:.2f} s", f"{floor:.3f} s", f"{ours / floor:.0f}"
