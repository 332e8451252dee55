"""Evidence: which pairs of accounts may be one person's, why, and how sure each reason is.

What belongs here: the rules of evidence and of what spoils it. Which links hold together is decided in
`identity_components.py`.

Pairs come only from values that few accounts carry, so that cost follows the accounts and never their square.
"""

import polars as pl

from community_assets.resolution.identity_claims import (
    addresses,
    domains,
    handles,
    login_stems,
    names,
    websites,
)

NAMED_BY_BOTH = "each names the other"
NOREPLY = "GitHub noreply address"
OWN_NAMESPACE = "namespace of the same owner"
NAMESPACE = "publishes from its repositories"
SAME_VERIFIED_ADDRESS = "same verified e-mail address"
SAME_ADDRESS = "same e-mail address"
CONNECTED = "connected by a login there"
NAMED = "named on the profile"
PAGE = "linked as website"
NAMED_IN_CHAT = "named in a chat"
SAME_ELSEWHERE = "both name the same account elsewhere"
SAME_NAME_AND_DOMAIN = "same full name and domain"
SAME_WEBSITE = "same website"
SAME_NAME = "same full name"
SIMILAR_NAME = "similar name"
SAME_LOGIN = "same login"
FREQUENT_NAME_AND_DOMAIN = "same frequent name and domain"
ROLE_ADDRESS = "same shared mailbox"
# How sure each is by itself that two accounts are one person's. Evidence of different families is independent.
KINDS = pl.DataFrame(
    [
        (NAMED_BY_BOTH, "handle", 0.995),
        (CONNECTED, "handle", 0.98),
        (NOREPLY, "noreply", 0.98),
        (OWN_NAMESPACE, "namespace", 0.98),
        (SAME_VERIFIED_ADDRESS, "address", 0.97),
        (SAME_ADDRESS, "address", 0.9),
        (SAME_NAME_AND_DOMAIN, "name", 0.9),
        (NAMED, "handle", 0.9),
        (PAGE, "handle", 0.9),
        (NAMED_IN_CHAT, "handle", 0.88),
        (NAMESPACE, "namespace", 0.85),
        (SAME_ELSEWHERE, "elsewhere", 0.85),
        (SAME_WEBSITE, "website", 0.75),
        (FREQUENT_NAME_AND_DOMAIN, "name", 0.6),
        (ROLE_ADDRESS, "address", 0.5),
        # These three only beside other evidence.
        (SAME_NAME, "name", 0.6),
        (SIMILAR_NAME, "name", 0.5),
        (SAME_LOGIN, "login", 0.6),
    ],
    schema=["evidence", "family", "confidence"],
    orient="row",
)
# Evidence by the kind of what names an account, and whether the platform made sure of it.
_NAMED = {
    "handle true": CONNECTED,
    "handle false": NAMED,
    "namespace true": OWN_NAMESPACE,
    "namespace false": NAMESPACE,
    "website true": PAGE,
    "website false": PAGE,
    "noreply true": NOREPLY,
    "noreply false": NOREPLY,
}
_CHATS = ["slack", "discord"]
"""Where a profile stands beside no work: a seat is made in a minute, and whoever is named there may never see it."""
NAMES_DIFFER_ODDS = 20
"""Full names without a word in common divide the odds that two accounts are one person's by this."""
NAMES_UNLIKE_ODDS = 3
"""So do names that cannot be compared as full ones: of one word, or of two scripts."""

NAMES_DIFFER = "their names differ"
NAMES_UNLIKE = "their names have no word in common"
REASSIGNED = "the login may have been somebody else's when this was written"
CONTRADICTED = "the named account names another one"
NAMED_BY_MANY = "many accounts name it"

# A value that more accounts carry, or more living ones of one platform, is nobody's own.
MOST_CARRIERS = 8
MOST_ON_ONE_PLATFORM = 2
# A full name that more living accounts of one platform carry tells nobody apart.
MOST_NAMESAKES = 3

PAIR = ["left", "right"]


def evidence(accounts: pl.DataFrame, claims: pl.DataFrame, logins: pl.DataFrame) -> pl.DataFrame:
    """Pairs of accounts with what speaks for and against their being one person's.

    Args:
        accounts: account (a number), platform, account_id, is_living, is_person, created_at.
        claims: account, kind, claimed_platform, value, is_verified, stated_at.
        logins: account, platform, login, valid_to (null for the present one).

    Returns:
        left, right (left < right), evidence (texts, the surest first), confidence (0 to 1), reason (what speaks against
        it, or null); one row per pair. The confidence is 1 - ∏ (1 - the surest of each family), its odds divided by
        `NAMES_DIFFER_ODDS` or `NAMES_UNLIKE_ODDS` where the names say so, and 0 where nothing unspoilt is left.
    """
    people = accounts.filter("is_person")
    of_people = claims.join(people, on="account", how="semi")
    found_handles, found_names = handles(claims), names(_without_logins(of_people, logins))
    named = _named(found_handles, accounts, logins)
    elsewhere = _unknown(found_handles, named).join(people, on="account", how="semi")
    held = pl.concat(
        [
            _undirected(named.filter(pl.col("reason").is_null())),
            _same_address(addresses(of_people), accounts),
            _sharing(SAME_WEBSITE, websites(of_people), ["page"], accounts),
            _sharing(SAME_ELSEWHERE, elsewhere, ["claimed_platform", "handle"], accounts),
            _same_name_and_domain(found_names, domains(of_people), accounts),
        ]
    )
    pairs = held.select(PAIR).unique()
    comparison = _compared_names(pairs, found_names, accounts)
    same_login = _same_login(pairs, login_stems(logins), accounts)
    return pl.concat([_combined(pl.concat([held, same_login]), comparison), _spoilt(named, held)]).sort(PAIR)


def _without_logins(claims: pl.DataFrame, logins: pl.DataFrame) -> pl.DataFrame:
    """The claims but for names that repeat the login of their account, which is what some show who tell no name."""
    own = logins.select("account", kind=pl.lit("full_name"), folded=pl.col("login").str.to_lowercase()).unique()
    folded = claims.with_columns(folded=pl.col("value").str.strip_chars().str.to_lowercase())
    return folded.join(own, on=["account", "kind", "folded"], how="anti").drop("folded")


def _named(found: pl.DataFrame, accounts: pl.DataFrame, logins: pl.DataFrame) -> pl.DataFrame:
    """Known accounts that accounts name: account, target, claimed_platform, handle, evidence, reason."""
    facts = accounts.select("account", "platform", "is_living", "is_person", "created_at")
    held_by = _holders(accounts, logins)
    reassigned = held_by.group_by("claimed_platform", "handle").agg(
        holders=pl.col("valid_to").is_null().sum(), freed_at=pl.col("valid_to").max()
    )
    named = (
        found.join(held_by, on=["claimed_platform", "handle"])
        .join(reassigned, on=["claimed_platform", "handle"])
        .join(facts, on="account")
        .join(facts.rename({"account": "target"}), on="target", suffix="_of_target")
        .filter(pl.col("account") != pl.col("target"))
        .filter((pl.col("is_person") & pl.col("is_person_of_target")) | (pl.col("kind") == "namespace"))
        # Written after a login was given up, it names whoever has it now.
        .filter(~((pl.col("holders") > 0) & (pl.col("stated_at") >= pl.col("valid_to"))).fill_null(False))
    )
    is_own = named.select(account="target", target="account", names_back=pl.lit(True)).unique()
    platforms = found.filter(kind="handle").select(
        target="account", platform="claimed_platform", names_there=pl.lit(True)
    )
    crowds = (
        named.filter("is_living").group_by("target", "platform").agg(pl.col("account").n_unique().alias("claimants"))
    )
    return (
        named.join(is_own, on=["account", "target"], how="left")
        .join(platforms.unique(), on=["target", "platform"], how="left")
        .join(crowds, on=["target", "platform"], how="left")
        .with_columns(
            evidence=_kind_of_evidence(),
            reason=pl.when(_is_reassigned())
            .then(pl.lit(REASSIGNED))
            .when(pl.col("names_back").is_not_null() | ((pl.col("kind") == "handle") & pl.col("is_verified")))
            .then(None)
            .when(pl.col("kind").is_in(["handle", "website"]) & pl.col("names_there").is_not_null())
            .then(pl.lit(CONTRADICTED))
            .when(pl.col("claimants") > MOST_ON_ONE_PLATFORM)
            .then(pl.lit(NAMED_BY_MANY)),
        )
        .select("account", "target", "claimed_platform", "handle", "evidence", "reason")
    )


def _kind_of_evidence() -> pl.Expr:
    by_kind = pl.format("{} {}", "kind", pl.col("is_verified").cast(pl.String)).replace_strict(_NAMED)
    is_typed = by_kind.is_in([NAMED, PAGE]) & pl.col("platform").is_in(_CHATS)
    return pl.when(is_typed).then(pl.lit(NAMED_IN_CHAT)).otherwise(by_kind)


def _holders(accounts: pl.DataFrame, logins: pl.DataFrame) -> pl.DataFrame:
    """Who has, or had, each handle: target, claimed_platform, handle, valid_to (null for who has it)."""
    lower_id = pl.col("account_id").str.to_lowercase()
    ids = accounts.select(
        target="account",
        claimed_platform="platform",
        # GitHub's logins may be numbers, too; only its own noreply addresses tell an id, which they do by `#`.
        handle=pl.when(pl.col("platform") == "github").then(pl.format("#{}", lower_id)).otherwise(lower_id),
        valid_to=pl.lit(None, logins.schema["valid_to"]),
    )
    by_login = logins.select(
        target="account",
        claimed_platform="platform",
        handle=pl.col("login").str.to_lowercase(),
        valid_to="valid_to",
    )
    is_present = pl.col("valid_to").is_null().any()
    return (
        pl.concat([ids, by_login])
        .drop_nulls("handle")
        .group_by("target", "claimed_platform", "handle")
        .agg(valid_to=pl.when(~is_present).then(pl.col("valid_to").max()))
    )


def _is_reassigned() -> pl.Expr:
    """Whether somebody else may be meant, or may have had the login when the claim was made."""
    stated, freed, left, holders = (pl.col(name) for name in ("stated_at", "freed_at", "valid_to", "holders"))
    too_young = (pl.col("created_at_of_target") > stated).fill_null(False)
    from_before = freed.is_not_null() & (stated.is_null() | (stated < freed))
    too_late = pl.when(stated.is_null()).then(holders > 0).otherwise(stated >= left)
    return too_young | pl.when(left.is_null()).then((holders > 1) | from_before).otherwise(too_late)


def _undirected(named: pl.DataFrame) -> pl.DataFrame:
    """Pairs with evidence, of accounts of which one names the other."""
    pairs = named.select(
        left=pl.min_horizontal("account", "target"),
        right=pl.max_horizontal("account", "target"),
        evidence="evidence",
        is_forward=pl.col("account") < pl.col("target"),
    )
    on_profile = pl.col("evidence").is_in([CONNECTED, NAMED, PAGE, NAMED_IN_CHAT])
    both = pairs.filter(on_profile).group_by(PAIR).agg(pl.col("is_forward").n_unique()).filter(is_forward=2)
    reciprocal = both.select(*PAIR, evidence=pl.lit(NAMED_BY_BOTH))
    return pl.concat([pairs.select(*PAIR, "evidence").unique(), reciprocal])


def _unknown(found: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    """Handles on profiles that are no known account's."""
    known = named.select("claimed_platform", "handle").unique()
    own = found.filter(pl.col("kind").is_in(["handle", "namespace"]))
    return own.join(known, on=["claimed_platform", "handle"], how="anti")


def _few(values: pl.DataFrame, key: list[str], accounts: pl.DataFrame, most: int) -> pl.DataFrame:
    """The values that at least two and at most `MOST_CARRIERS` accounts carry, `most` living ones of one platform."""
    carried = values.select(*key, "account").unique().join(accounts, on="account")
    by_platform = carried.group_by(*key, "platform").agg(carriers=pl.len(), living=pl.col("is_living").sum())
    totals = by_platform.group_by(key).agg(pl.col("carriers").sum(), pl.col("living").max())
    return totals.filter(pl.col("carriers").is_between(2, MOST_CARRIERS), pl.col("living") <= most).select(key)


def _sharing(
    text: str, values: pl.DataFrame, key: list[str], accounts: pl.DataFrame, most: int = MOST_ON_ONE_PLATFORM
) -> pl.DataFrame:
    """Pairs of accounts that carry the same value of which few do: left, right, evidence."""
    few = values.join(_few(values, key, accounts, most), on=key, how="semi").select(*key, left="account")
    pairs = few.join(few.rename({"left": "right"}), on=key).filter(pl.col("left") < pl.col("right"))
    return pairs.select(*PAIR, evidence=pl.lit(text)).unique()


def _same_address(mail: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    own, few = mail.filter(~pl.col("is_role")), _few(mail, ["address"], accounts, MOST_ON_ONE_PLATFORM)
    kinds = [
        (SAME_ADDRESS, own),
        (SAME_VERIFIED_ADDRESS, own.filter("is_verified")),
        (ROLE_ADDRESS, mail.filter("is_role")),
    ]
    pairs = [_sharing(text, rows.join(few, on="address", how="semi"), ["address"], accounts) for text, rows in kinds]
    return pl.concat(pairs)


def _same_name_and_domain(known: pl.DataFrame, at: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """Of two namesakes behind one domain on one platform, nobody could tell which is meant."""
    both, frequent = known.filter("is_full").join(at, on="account"), _frequent("name", known, accounts)
    kinds = [
        (SAME_NAME_AND_DOMAIN, both.join(frequent, on="name", how="anti")),
        (FREQUENT_NAME_AND_DOMAIN, both.join(frequent, on="name", how="semi")),
    ]
    return pl.concat([_sharing(text, rows, ["name", "domain"], accounts, most=1) for text, rows in kinds])


def _frequent(key: str, known: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """The values that tell nobody apart."""
    living = known.join(accounts.filter("is_living"), on="account")
    return living.group_by(key, "platform").len().filter(pl.col("len") > MOST_NAMESAKES).select(key).unique()


def _same_login(pairs: pl.DataFrame, stems: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    rare = stems.join(_frequent("stem", stems, accounts), on="stem", how="anti")
    left, right = (rare.rename({"account": side}) for side in PAIR)
    same = pairs.join(left, on="left").join(right, on=["right", "stem"])
    return same.select(*PAIR, evidence=pl.lit(SAME_LOGIN)).unique()


def _compared_names(pairs: pl.DataFrame, known: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """What names say of pairs, where both accounts have one: left, right, evidence, reason, odds (by which to divide).

    Evidence and reason are null where the names say nothing for it, or against it.
    """
    facts = known.join(_frequent("name", known, accounts), on="name", how="anti").select("account", "name")
    left, right = (known.rename({"account": side}) for side in PAIR)
    both = pairs.join(left, on="left").join(right, on="right", suffix="_right")
    rare = facts.select(left="account", name="name", is_rare=pl.lit(True))
    in_common = pl.col("words").list.set_intersection("words_right").list.len()
    shorter = pl.min_horizontal(pl.col("words").list.len(), pl.col("words_right").list.len())
    are_full = pl.col("is_full") & pl.col("is_full_right")
    return (
        both.join(rare, on=["left", "name"], how="left")
        .group_by(PAIR)
        .agg(
            is_same=((pl.col("name") == pl.col("name_right")) & are_full & pl.col("is_rare").is_not_null()).any(),
            is_similar=(in_common == shorter).any(),
            is_different=((in_common == 0) & are_full & pl.col("is_latin") & pl.col("is_latin_right")).all(),
            is_unlike=(in_common == 0).all(),
        )
        .select(
            *PAIR,
            evidence=pl.when("is_same").then(pl.lit(SAME_NAME)).when("is_similar").then(pl.lit(SIMILAR_NAME)),
            reason=pl.when("is_different").then(pl.lit(NAMES_DIFFER)).when("is_unlike").then(pl.lit(NAMES_UNLIKE)),
            odds=pl.when("is_different").then(NAMES_DIFFER_ODDS).when("is_unlike").then(NAMES_UNLIKE_ODDS),
        )
    )


def _combined(held: pl.DataFrame, comparison: pl.DataFrame) -> pl.DataFrame:
    """One row per pair with unspoilt evidence."""
    by_name = comparison.drop_nulls("evidence").select(*PAIR, "evidence")
    rows = pl.concat([held, by_name]).unique().join(KINDS, on="evidence")
    # The domain of an address or website that is the same says nothing new.
    tied = rows.filter(pl.col("evidence").is_in([SAME_ADDRESS, SAME_VERIFIED_ADDRESS, SAME_WEBSITE])).select(PAIR)
    at_domain = pl.DataFrame({"evidence": [SAME_NAME_AND_DOMAIN, FREQUENT_NAME_AND_DOMAIN]})
    tied = tied.unique().join(at_domain, how="cross")
    surest = (
        rows.join(tied, on=[*PAIR, "evidence"], how="anti")
        .sort("confidence", "evidence", descending=[True, False])
        .unique([*PAIR, "family"], keep="first", maintain_order=True)
    )
    odds = pl.col("confidence") / (1 - pl.col("confidence")) / pl.col("odds")
    return (
        surest.group_by(PAIR, maintain_order=True)
        .agg("evidence", confidence=1 - (1 - pl.col("confidence")).product())
        .join(comparison.drop("evidence"), on=PAIR, how="left")
        .select(
            *PAIR,
            "evidence",
            # Rounded, so that the noise of products makes no two strengths of one.
            confidence=pl.coalesce(odds / (1 + odds), "confidence").round(6),
            reason="reason",
        )
    )


def _spoilt(named: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """One row per pair of which no evidence is left."""
    return (
        named.drop_nulls("reason")
        .select(
            left=pl.min_horizontal("account", "target"),
            right=pl.max_horizontal("account", "target"),
            evidence="evidence",
            reason="reason",
        )
        .join(held, on=PAIR, how="anti")
        .sort("reason", "evidence")
        .group_by(PAIR, maintain_order=True)
        .agg(pl.col("evidence").unique(maintain_order=True), pl.lit(0.0).alias("confidence"), pl.col("reason").first())
    )
