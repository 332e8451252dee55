"""Identity: accounts that belong together are one person, and a person keeps one id for good.

What belongs here: the rules by which components of linked accounts get lasting person ids. Which accounts are linked
is decided before, where the ids are kept is the register's business.
"""

import hashlib
from datetime import datetime

import polars as pl

ACCOUNT = ["platform", "account_id"]


def assign_person_ids(
    components: pl.DataFrame, registered: pl.DataFrame, now: datetime
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give each component a person id: the oldest that its accounts already have, else a new one.

    After a merge the oldest id stays and the others become its aliases; after a split the id stays with the account
    that had it first. A new id is made of the component's first account, so that it depends on nothing else.

    Args:
        components: platform, account_id, component; one row per account.
        registered: platform, account_id, person_id, registered_at; what the register says.
        now: when accounts that are new to the register are registered.

    Returns:
        All accounts of `components` as platform, account_id, person_id, registered_at; and aliases as alias, person_id.
    """
    known = components.join(registered, on=ACCOUNT, how="left").sort("registered_at", *ACCOUNT, nulls_last=True)
    kept = (
        known.drop_nulls("person_id")
        .unique("person_id", keep="first", maintain_order=True)
        .unique("component", keep="first", maintain_order=True)
        .select("component", kept_id="person_id")
    )
    new = (
        known.sort(*ACCOUNT)
        .unique("component", keep="first", maintain_order=True)
        .join(kept, on="component", how="anti")
        .with_columns(kept_id=pl.struct(ACCOUNT).map_elements(_person_id, return_dtype=pl.String))
        .select("component", "kept_id")
    )
    assigned = known.join(pl.concat([kept, new]), on="component", how="left").sort(*ACCOUNT)
    persons = assigned.select(
        *ACCOUNT, person_id="kept_id", registered_at=pl.col("registered_at").fill_null(pl.lit(now))
    )
    aliases = (
        assigned.filter(pl.col("person_id") != pl.col("kept_id"))
        .filter(~pl.col("person_id").is_in(persons["person_id"].implode()))
        .select(alias="person_id", person_id="kept_id")
        .unique("alias", keep="first", maintain_order=True)
    )
    return persons, aliases


def _person_id(account: dict[str, str]) -> str:
    return "p_" + hashlib.sha256(f"{account['platform']}:{account['account_id']}".encode()).hexdigest()[:16]
