"""Identity: accounts that belong together are one person, and a person keeps one id for good.

What belongs here: how claims, evidence and decisions become links, links become people, and the rules by which people
get lasting ids. What accounts say is read in `identity_claims.py`, what two have in common in `identity_evidence.py`;
`identity_components.py` tells which links hold together. Ids and decisions are kept by the register.
"""

import hashlib
from datetime import datetime

import polars as pl

from community_assets.resolution.identity_components import components, connected
from community_assets.resolution.identity_evidence import PAIR, evidence

ACCOUNT = ["platform", "account_id"]
LINKED_ACCOUNT = ["linked_platform", "linked_account_id"]
THRESHOLD = 0.9
"""Links that are at least so sure make accounts one person."""
REVIEW_THRESHOLD = 0.4
"""Links that are less sure are not worth a question."""

DECISION = "decision"
DECIDED = "somebody decided so"
TOO_WEAK = "too little evidence"
CONTRADICTED = "it would join two living accounts of one platform, or accounts that somebody keeps apart"


def identity_links(
    accounts: pl.DataFrame, claims: pl.DataFrame, logins: pl.DataFrame, decisions: pl.DataFrame
) -> pl.DataFrame:
    """Find out which accounts are one person's; the order of rows does not matter.

    Args:
        accounts: platform, account_id, is_living, is_person_account, is_bot, created_at. No evidence joins bots.
        claims: platform, account_id, kind, claimed_platform, value, is_verified, stated_at.
        logins: platform, account_id, login, valid_to (null for the present one).
        decisions: platform, account_id, linked_platform, linked_account_id, decision, decided_at; newer ones win.

    Returns:
        One row per pair, the lesser account first: platform, account_id, linked_platform, linked_account_id, evidence
        (the surest first), confidence (0 to 1), status (`linked`, `review`, `denied` or `vetoed`), reason (null where
        evidence linked them).
    """
    numbered = accounts.sort(ACCOUNT).with_columns(account=pl.int_range(pl.len(), dtype=pl.Int64))
    left = numbered.select(*ACCOUNT, left="account")
    right = numbered.select(linked_platform="platform", linked_account_id="account_id", right="account")
    found = evidence(
        numbered.with_columns(is_person=pl.col("is_person_account") & ~pl.col("is_bot")),
        claims.join(left, on=ACCOUNT).drop(ACCOUNT).rename({"left": "account"}),
        logins.join(left, on=ACCOUNT).rename({"left": "account"}),
    )
    verdicts = decisions.join(left, on=ACCOUNT).join(right, on=LINKED_ACCOUNT)
    people = numbered.filter("is_person_account")
    sure = _among(people, found.filter(pl.col("confidence") >= THRESHOLD))
    merged = pl.Series("component", components(numbered, sure, _among(people, verdicts)))
    links = _with_status(_with_decisions(found, verdicts), numbered.with_columns(merged))
    return (
        links.join(left, on="left")
        .join(right, on="right")
        .sort(PAIR)
        .select(*ACCOUNT, *LINKED_ACCOUNT, pl.col("evidence").list.join(", "), "confidence", "status", reason="reason")
    )


def linked_components(accounts: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """The people that links make: connected components over those that are linked.

    Args:
        accounts: platform, account_id; accounts of people.
        links: as `identity_links` returns them.

    Returns:
        platform, account_id, component; one row per account.
    """
    numbered = accounts.sort(ACCOUNT).with_columns(account=pl.int_range(pl.len(), dtype=pl.Int64))
    right = numbered.select(linked_platform="platform", linked_account_id="account_id", right="account")
    held = links.filter(status="linked").join(numbered.rename({"account": "left"}), on=ACCOUNT)
    merged = connected(numbered.height, held.join(right, on=LINKED_ACCOUNT))
    return numbered.select(*ACCOUNT, component=pl.Series(merged))


def _among(accounts: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs of which both are among the accounts."""
    for side in PAIR:
        pairs = pairs.join(accounts.select(pl.col("account").alias(side)), on=side, how="semi")
    return pairs


def _with_decisions(found: pl.DataFrame, verdicts: pl.DataFrame) -> pl.DataFrame:
    """One row per pair with evidence or a decision; a confirmed one is certain."""
    is_confirmed = (pl.col("decision") == "confirmed").fill_null(False)
    return found.join(verdicts.select(*PAIR, "decision"), on=PAIR, how="full", coalesce=True).with_columns(
        evidence=pl.when(is_confirmed)
        .then(pl.concat_list(pl.lit([DECISION]), pl.col("evidence").fill_null([])))
        .otherwise(pl.col("evidence").fill_null([])),
        confidence=pl.when(is_confirmed).then(1.0).otherwise(pl.col("confidence").fill_null(0.0)),
    )


def _with_status(links: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """Add what became of each link, and why."""
    facts = accounts.select("account", "platform", "is_living", "component", "is_person_account")
    for side in PAIR:
        links = links.join(facts.rename({c: f"{side}_{c}" for c in facts.columns[1:]} | {"account": side}), on=side)
    are_people = pl.col("left_is_person_account") & pl.col("right_is_person_account")
    are_rivals = (
        pl.col("left_is_living") & pl.col("right_is_living") & (pl.col("left_platform") == pl.col("right_platform"))
    )
    is_sure = pl.col("confidence") >= THRESHOLD
    # Colleagues share websites; that two accounts of one platform are one person's takes more to ask about.
    is_worth_a_question = pl.when(are_rivals).then(is_sure).otherwise(pl.col("confidence") >= REVIEW_THRESHOLD)
    is_linked = pl.when(are_people).then(pl.col("left_component") == pl.col("right_component")).otherwise(is_sure)
    links = links.with_columns(
        status=pl.when(is_linked & (pl.col("decision").is_not_null() | (pl.col("confidence") >= REVIEW_THRESHOLD)))
        .then(pl.lit("linked"))
        .when(pl.col("decision") == "denied")
        .then(pl.lit("denied"))
        .when(is_worth_a_question)
        .then(pl.lit("review"))
        .otherwise(pl.lit("vetoed"))
    )
    in_review = pl.col("status") == "review"
    return links.with_columns(
        reason=pl.when(pl.col("decision").is_not_null() & ~in_review)
        .then(pl.lit(DECIDED))
        .when(pl.col("status") == "linked")
        .then(None)
        .when(in_review & is_sure)
        .then(pl.lit(CONTRADICTED))
        .otherwise(pl.coalesce("reason", pl.lit(TOO_WEAK)))
    )


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
    new = known.sort(*ACCOUNT).unique("component", keep="first", maintain_order=True)
    new = new.join(kept, on="component", how="anti").select("component", *ACCOUNT)
    taken = set(registered["person_id"])
    made = [_person_id(f"{platform}:{account_id}", taken) for _, platform, account_id in new.iter_rows()]
    new = new.select("component", kept_id=pl.Series(made, dtype=pl.String))
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


def _person_id(key: str, taken: set[str]) -> str:
    """A hash of the first account, and of more where another person has kept the id that this account once gave."""
    person_id = "p_" + hashlib.sha256(key.encode()).hexdigest()[:16]
    return _person_id(f"{key}:", taken) if person_id in taken else person_id
