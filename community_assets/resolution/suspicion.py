"""Suspicion: how far an account looks as if somebody had paid for its star, from 0 to 1, with reasons.

What belongs here: what our own observations tell of an account and of those who came with it. No single account can be
told from a newcomer: many real people have an empty profile and one star. What gives a campaign away is a crowd, far
more accounts of that kind at one time than the people beside them explain.

The ideas are those of

- StarScout (He, Yang, Burckhardt, Kapravelos, Vasilescu and Kästner 2024: 4.5 Million (Suspected) Fake Stars in GitHub,
  arXiv 2412.13459): *low activity*, accounts that did nothing but star on one day, counted only where a repository has
  many of them; *lockstep*, groups that star the same repositories at the same times;
- Dagster's detector (Marlow, Luo and Glassco 2023: Tracking the Fake GitHub Star Black Market,
  https://dagster.io/blog/fake-stars): an empty profile, hardly a follower, made when it starred.

How far a crowd is too large is 1 - expected / observed, one less the local false discovery rate (Efron, Tibshirani,
Storey and Tusher 2001): the chance that one of them, whoever it is, is of those too many.
"""

from collections.abc import Iterable
from datetime import timedelta

import polars as pl

ACCOUNT = ["platform", "account_id"]
# What each sign weighs: the chance, by judgement, that an account with this sign alone is no person's own.
# None reaches 0.8 alone but a crowd, and a crowd counts for accounts with an empty profile only.
WEIGHTS = {
    "thin profile": 0.1,
    "empty profile": 0.2,
    "new account": 0.2,
    "burst": 0.85,
    "lockstep": 0.5,
    "created together": 0.85,
}
ONLOOKER_WEIGHT = 0.01
"""What an onlooker's interaction weighs in the network, before suspicion takes its share: enough for onlookers to have
a place there, too little for a crowd of them to move others."""
_CLICKS = ("star", "fork")
_LOOKING = (*_CLICKS, "watch")
_FACTS = ("name", "company", "location", "email", "bio", "website_url", "twitter_username")
_NEW = timedelta(days=30)
# Whoever hears of us and signs up does so within a day or two, with many others when many hear of us.
_SIGNED_UP_FOR_US = timedelta(days=2)
_HOUR, _DAY, _WEEK, _MONTH = 3_600, 86_400, 7 * 86_400, 30 * 86_400
# Kinds of accounts that many real people have, and bought ones are of; rarer ones first, because a crowd of these
# explains one of those.
_KINDS = ("fresh", "bare", "thin")
# Who is in such a crowd already is not counted in wider ones: a burst of an hour is none of the month around it.
_EXPLAINED = 0.9
# A crowd of fewer is chance, or a class of students; with larger ones it hardly matters.
_CHANCE = 5
_SIGMAS = 3
# Stars by which a repository with few is thought to be like the others.
_PRIOR = 20
_WEEKS_AROUND = 17
_SEPARATOR = "; "


def suspicions(
    accounts: pl.DataFrame, interactions: pl.DataFrame, threshold: float, trusted: Iterable[str] = ()
) -> pl.DataFrame:
    """Judge accounts by their profile, their deeds and those who came with them.

    ``suspicion = 1 - product of (1 - weight × strength)`` over the signs of `WEIGHTS`, each with a strength from 0 to
    1 (noisy or: signs are taken as independent). It is 0 for who does more than look (stars, forks and watches are
    looks), for who shows a person in the profile, and for who is trusted.

    Args:
        accounts: platform, account_id, login, is_found, account_type, created_at, name, company, location, email, bio,
            website_url, twitter_username, followers, following, public_repos, own_repo_stars; no bots.
        interactions: platform, account_id, kind, target_id, happened_at. Their order is of no consequence.
        threshold: the suspicion, 0 to 1, from which an account is suspicious.
        trusted: GitHub logins that the user vouches for, in any letter case.

    Returns:
        platform, account_id, suspicion, reasons, is_onlooker, is_suspicious: one row per account, by platform and
        account id. Reasons are the signs, separated by `; `, null where there is none; suspicion is null where no
        profile is known. An onlooker does no more than look and shows no person: nobody else can be suspicious.
    """
    profiles = _profiles(accounts, trusted).join(_deeds(interactions), on=ACCOUNT, how="left")
    judged = _kinds(profiles).with_row_index("row")
    clicks = _clicks(judged, interactions)
    by_target, pooled = _usual_shares(clicks)
    for crowds in (_bursts(clicks, by_target), _lockstep(clicks, pooled), _cohorts(judged, clicks, by_target)):
        judged = judged.join(crowds, on="row", how="left")
    signs = judged.with_columns(
        pl.when("is_low")
        .then(pl.when("bare").then(0.0).otherwise(pl.col("thin").cast(pl.Float64)))
        .alias("thin profile"),
        pl.when("is_low").then(pl.col("bare").cast(pl.Float64)).alias("empty profile"),
        pl.when("is_low").then((1 - pl.col("age") / _NEW).clip(0, 1)).alias("new account"),
    )
    innocence = pl.fold(
        pl.lit(1.0),
        lambda rest, sign: rest * (1 - sign),
        [weight * pl.col(sign).fill_null(0) for sign, weight in WEIGHTS.items()],
    )
    reasons = pl.concat_str(
        [pl.when(pl.col(sign) > 0).then(pl.lit(sign)) for sign in WEIGHTS], separator=_SEPARATOR, ignore_nulls=True
    )
    suspicion = pl.when("is_known").then((1 - innocence).round(4))
    return signs.select(
        *ACCOUNT,
        suspicion=suspicion,
        reasons=pl.when(pl.col("is_known") & (reasons != "")).then(reasons),
        is_onlooker="is_onlooker",
        is_suspicious=(suspicion >= threshold).fill_null(False),
    ).sort(ACCOUNT)


def counted_reasons(judged: pl.DataFrame) -> dict[str, int]:
    """How many of the judged accounts have which reason, most frequent first."""
    reasons = judged["reasons"].drop_nulls().str.split(_SEPARATOR).explode().value_counts(name="accounts")
    return dict(reasons.sort("accounts", "reasons", descending=[True, False]).iter_rows())


def _profiles(accounts: pl.DataFrame, trusted: Iterable[str]) -> pl.DataFrame:
    """What the profile says: whether there is one, how empty it is, and whether it shows a person."""
    facts = pl.sum_horizontal((pl.col(fact).fill_null("").str.strip_chars() != "").cast(pl.Int8) for fact in _FACTS)
    number = {c: pl.col(c).fill_null(0) for c in ("followers", "following", "public_repos", "own_repo_stars")}
    is_trusted = (pl.col("platform") == "github") & pl.col("login").str.to_lowercase().is_in(
        sorted({login.lower() for login in trusted})
    )
    return accounts.select(
        *ACCOUNT,
        "created_at",
        is_known=pl.col("created_at").is_not_null()
        & (pl.col("is_found") & (pl.col("account_type") == "User")).fill_null(False),
        is_genuine=(facts >= 4)
        | (number["followers"] >= 20)
        | (number["own_repo_stars"] >= 10)
        | is_trusted.fill_null(False),
        thin=(facts <= 1) & (number["followers"] <= 2) & (number["public_repos"] <= 5),
        bare=(facts == 0) & (number["followers"] <= 1) & (number["following"] <= 1) & (number["public_repos"] <= 1),
    )


def _deeds(interactions: pl.DataFrame) -> pl.DataFrame:
    """Whether an account did more than look, and when it clicked first."""
    is_click = pl.col("kind").is_in(_CLICKS)
    return interactions.group_by(ACCOUNT).agg(
        works=(~pl.col("kind").is_in(_LOOKING)).any(),
        clicks=is_click.any(),
        clicked_at=pl.col("happened_at").filter(is_click).min(),
    )


def _kinds(profiles: pl.DataFrame) -> pl.DataFrame:
    """Accounts of low activity, by how little of a person shows."""
    is_onlooker = pl.col("is_known") & ~pl.col("is_genuine") & ~pl.col("works").fill_null(True)
    age = (pl.col("clicked_at") - pl.col("created_at")).clip(lower_bound=timedelta())
    return (
        profiles.with_columns(
            is_onlooker=is_onlooker, is_low=(is_onlooker & pl.col("clicks")).fill_null(False), age=age
        )
        .with_columns(pl.col("thin", "bare") & pl.col("is_low"))
        .with_columns(fresh=(pl.col("thin") & (pl.col("age") <= _NEW)).fill_null(False))
    )


def _clicks(judged: pl.DataFrame, interactions: pl.DataFrame) -> pl.DataFrame:
    """The first star and the first fork of each target, of accounts whose profile is known, with their kinds."""
    return (
        interactions.filter(pl.col("kind").is_in(_CLICKS) & pl.col("happened_at").is_not_null())
        .join(judged.filter("is_known").select(*ACCOUNT, "row", *_KINDS), on=ACCOUNT)
        .with_columns(target=pl.struct("kind", "target_id").rank("dense"))
        .group_by("row", "target")
        .agg(pl.col(_KINDS).first(), second=pl.col("happened_at").min().dt.epoch("s"))
    )


def _counts() -> list[pl.Expr]:
    return [pl.len().alias("all"), *(pl.col(kind).sum().alias(f"{kind} ones") for kind in _KINDS)]


def _usual_shares(clicks: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The usual share of each kind among those who click: on quieter days, when no campaign runs.

    Of the days with a click, those with no more clicks than the target's median day. Choosing days by all clicks, not
    by those of a kind, keeps the share unbiased.

    Returns:
        By target, and, as one row, of all targets together; a target with few clicks leans on the latter.
    """
    days = clicks.group_by("target", day=pl.col("second") // _DAY).agg(_counts())
    quiet = days.filter(pl.col("all") <= pl.col("all").median().over("target")).drop("day")
    shares = {kind: pl.col(f"{kind} ones") + _PRIOR * pl.col(f"{kind} share") for kind in _KINDS}
    pooled = quiet.select(
        (pl.col(f"{k} ones").sum() + 1).alias(f"{k} share") / (pl.col("all").sum() + 2) for k in _KINDS
    )
    by_target = (
        quiet.group_by("target")
        .sum()
        .join(pooled, how="cross")
        .select(
            "target", *((share / (pl.col("all") + _PRIOR)).alias(f"{kind} share") for kind, share in shares.items())
        )
    )
    return by_target, pooled


def _too_many(observed: pl.Expr, expected: pl.Expr, spread: pl.Expr | float = 1.0) -> pl.Expr:
    """The share of a crowd that nothing explains: 1 - (expected + 3 standard deviations + 5) / observed, at least 0."""
    bound = expected + _SIGMAS * (expected * spread).sqrt() + _CHANCE
    return pl.when(observed > bound).then(1 - bound / observed).otherwise(0.0)


def _look(rows: pl.DataFrame, kind: str, window: list[pl.Expr], usual: pl.Expr | None = None) -> pl.DataFrame:
    """Raise `strength` of the rows of a kind that are in one window with too many others of it.

    How many are expected is `usual`, or follows from how many of other kinds are in the window and the usual share:
    a day on a front page brings more of everybody, a campaign only more of its kind.
    """
    left = pl.when(pl.col("strength") < _EXPLAINED).then(1.0).otherwise(1 - pl.col("strength"))
    observed = pl.when(kind).then(left).sum().over(window)
    if usual is None:
        odds = pl.col(f"{kind} share") / (1 - pl.col(f"{kind} share"))
        too_many = _too_many(observed, (~pl.col(kind)).sum().over(window) * odds, 1 + odds)
    else:
        too_many = _too_many(observed, usual)
    return rows.with_columns(strength=pl.when(kind).then(pl.max_horizontal("strength", too_many)).otherwise("strength"))


def _by_account(rows: pl.DataFrame, sign: str) -> pl.DataFrame:
    return rows.group_by("row").agg(pl.col("strength").max().alias(sign))


def _bursts(clicks: pl.DataFrame, shares: pl.DataFrame) -> pl.DataFrame:
    """Crowds at one target in one hour, day, week or month."""
    rows = clicks.join(shares, on="target").with_columns(strength=pl.lit(0.0))
    for width in (_HOUR, _DAY, _WEEK, _MONTH):
        for kind in _KINDS:
            rows = _look(rows, kind, [pl.col("target"), pl.col("second") // width])
    return _by_account(rows, "burst")


def _lockstep(clicks: pl.DataFrame, shares: pl.DataFrame) -> pl.DataFrame:
    """Crowds that went the same way: to the same targets, two or more, each in the same week."""
    step = pl.concat_str("target", pl.col("second") // _WEEK, separator=" ")
    rows = (
        clicks.group_by("row")
        .agg(pl.col(_KINDS).first(), targets=pl.col("target").n_unique(), journey=step.unique().sort().str.join("|"))
        .filter(pl.col("targets") > 1)
        .join(shares, how="cross")
        .with_columns(strength=pl.lit(0.0))
    )
    for kind in _KINDS:
        rows = _look(rows, kind, [pl.col("journey")])
    return _by_account(rows, "lockstep")


def _cohorts(judged: pl.DataFrame, clicks: pl.DataFrame, shares: pl.DataFrame) -> pl.DataFrame:
    """Crowds that were made together, and clicked when they were at least two days old.

    Either in one hour, day or week, wherever they clicked then; usual is the median week of the seventeen around: young
    accounts are more often empty than old ones, so that each age has its own number. Or in one week, and clicked on one
    target in one month.
    """
    made = judged.filter(pl.col("age") > _SIGNED_UP_FOR_US).select(
        "row", *_KINDS, made=pl.col("created_at").dt.epoch("s"), strength=pl.lit(0.0)
    )
    usual = {kind: _usual_weeks(made.filter(kind), kind) for kind in _KINDS}
    rows = made.with_columns(week=pl.col("made") // _WEEK)
    for weeks in usual.values():
        rows = rows.join(weeks, on="week", how="left")
    for width in (_HOUR, _DAY, _WEEK):
        for kind in _KINDS:
            rows = _look(rows, kind, [pl.col("made") // width], pl.col(f"usual {kind} ones") * (width / _WEEK))
    met = clicks.join(rows.select("row", "made", "strength"), on="row").join(shares, on="target")
    for kind in _KINDS:
        met = _look(met, kind, [pl.col("target"), pl.col("second") // _MONTH, pl.col("made") // _WEEK])
    return _by_account(pl.concat([rows.select("row", "strength"), met.select("row", "strength")]), "created together")


def _usual_weeks(made: pl.DataFrame, kind: str) -> pl.DataFrame:
    """The median number of accounts made in the weeks around each week."""
    weeks = made.group_by(week=pl.col("made") // _WEEK).len()
    first, end = pl.col("week").min().fill_null(0), (pl.col("week").max() + 1).fill_null(0)
    around = pl.col("len").fill_null(0).rolling_median(_WEEKS_AROUND, min_samples=1, center=True)
    return (
        weeks.select(pl.int_range(first, end).alias("week"))
        .join(weeks, on="week", how="left", maintain_order="left")
        .select("week", around.alias(f"usual {kind} ones"))
    )
