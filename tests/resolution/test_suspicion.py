"""Suspicion: bought stars are found, real people are left alone, and nobody is suspected for one sign."""

from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community_assets.resolution.suspicion import counted_reasons, suspicions
from tests.campaigns import AS_OF, CAMPAIGNS, COURSE, Stargazers, measure, naive, real_people

THRESHOLD = 0.8
EMPTY: dict[str, Any] = {
    "platform": "github",
    "login": None,
    "account_type": "User",
    "is_found": True,
    "created_at": AS_OF - timedelta(days=900),
    **dict.fromkeys(["name", "company", "location", "email", "bio", "website_url", "twitter_username"]),
    **dict.fromkeys(["followers", "following", "public_repos", "own_repo_stars"], 0),
}
DEED: dict[str, Any] = {"platform": "github", "kind": "star", "target_id": "engine"}


@pytest.fixture(scope="module")
def real() -> Stargazers:
    return real_people()


@pytest.fixture(scope="module")
def small() -> Stargazers:
    """A smaller community with a campaign, for what is judged many times."""
    return real_people(700, seed=3, front_pages=[(400, 60)]).with_others(naive(80))


@pytest.fixture(scope="module")
def judged_small(small: Stargazers) -> pl.DataFrame:
    return judge(small)


def judge(community: Stargazers, **options: Any) -> pl.DataFrame:
    return suspicions(community.accounts, community.interactions, THRESHOLD, **options)


def with_account(community: Stargazers, kinds: tuple[str, ...] = ("star",), **facts: Any) -> dict[str, Any]:
    """What is said of one more account, that did something when nobody else came."""
    now = AS_OF - timedelta(days=700, hours=2)
    account = pl.DataFrame([{**EMPTY, "account_id": "new", **facts}], schema=community.accounts.schema)
    deeds = [{**DEED, "account_id": "new", "kind": kind, "happened_at": now} for kind in kinds]
    one = Stargazers(account, pl.DataFrame(deeds, schema=community.interactions.schema), set())
    judged = judge(community.with_others(one)).filter(account_id="new")
    return judged.drop("platform", "account_id").row(0, named=True)


def test_naive_campaigns_are_found_among_real_people(real: Stargazers) -> None:
    for seed, start in ((2, 130), (3, 75.5), (4, 419.9)):  # in a quiet week, within and at the start of a front page
        community = real.with_others(naive(seed=seed, start=start))
        figures = measure(judge(community), community.bought)
        assert (figures["bought"], figures["real"]) == (300, 10_000)
        assert figures["recall"] >= 0.9, start
        assert figures["false_positives"] <= 0.005, start


@pytest.mark.parametrize("campaign", ["aged", "slow"])
def test_other_campaigns_weigh_less_and_cost_no_real_person_more(real: Stargazers, campaign: str) -> None:
    community = real.with_others(CAMPAIGNS[campaign]())
    judged = judge(community)
    assert measure(judged, community.bought)["false_positives"] <= 0.005
    bought = judged.filter(pl.col("account_id").is_in(sorted(community.bought)))
    assert bought["suspicion"].median() > 0.7


def test_nobody_is_suspicious_where_nothing_was_bought(real: Stargazers) -> None:
    """Not on a front page's day, not with an empty profile, and not in a course that signs up to star."""
    judged = judge(real)
    assert judged.filter("is_suspicious").is_empty()
    students = real.interactions.filter(
        (pl.col("happened_at") - (AS_OF - timedelta(days=COURSE[0]))).abs() <= timedelta(hours=1)
    ).join(real.accounts.filter(pl.col("name").is_null(), followers=0), on="account_id")
    assert students.height > COURSE[1] / 2
    assert counted_reasons(judged)["empty profile"] > 1_000


def test_signs_of_one_account_are_never_enough(small: Stargazers) -> None:
    empty = with_account(small)
    assert (empty["suspicion"], empty["reasons"]) == (0.2, "empty profile")
    new = with_account(small, created_at=AS_OF - timedelta(days=700, hours=2))
    assert new["suspicion"] == pytest.approx(1 - 0.8 * 0.8)
    assert (new["reasons"], new["is_suspicious"]) == ("empty profile; new account", False)
    assert with_account(small, name="Ada")["reasons"] == "thin profile"


@pytest.mark.parametrize(("facts", "is_onlooker"), [({}, True), ({"followers": 19}, True), ({"followers": 20}, False)])
def test_who_looks_and_shows_no_person_is_an_onlooker(
    small: Stargazers, facts: dict[str, Any], is_onlooker: bool
) -> None:
    for kinds in (("star", "fork", "watch"), ("watch",)):
        assert with_account(small, kinds=kinds, **facts)["is_onlooker"] == is_onlooker
    assert not with_account(small, kinds=("star", "issue_comment"), **facts)["is_onlooker"]


@pytest.mark.parametrize("campaign", CAMPAIGNS)
def test_who_is_bought_is_an_onlooker(real: Stargazers, campaign: str) -> None:
    community = real.with_others(CAMPAIGNS[campaign]())
    judged = judge(community)
    assert judged.filter(pl.col("account_id").is_in(sorted(community.bought)))["is_onlooker"].all()
    assert judged.filter("is_suspicious")["is_onlooker"].all()


@pytest.mark.parametrize("change", [{"kinds": ("star", "issue")}, {"kinds": ("pull_request",)}, {"followers": 20}])
def test_work_and_a_rich_profile_are_above_suspicion(small: Stargazers, change: dict[str, Any]) -> None:
    assert with_account(small, **change) == {
        "suspicion": 0,
        "reasons": None,
        "is_onlooker": False,
        "is_suspicious": False,
    }


@pytest.mark.parametrize("change", [{"created_at": None}, {"is_found": False}, {"account_type": "Organization"}])
def test_without_a_profile_nothing_is_said(small: Stargazers, change: dict[str, Any]) -> None:
    nothing = {"suspicion": None, "reasons": None, "is_onlooker": False, "is_suspicious": False}
    assert with_account(small, **change) == nothing


def test_who_is_trusted_is_never_suspicious(small: Stargazers) -> None:
    suspected = judge(small).filter("is_suspicious")["account_id"][0]
    trusted = judge(small, trusted=[f"DEV{suspected}"]).filter(account_id=suspected)
    assert trusted.select("suspicion", "reasons", "is_suspicious").row(0) == (0, None, False)


def test_accounts_that_go_the_same_way_are_in_lockstep(small: Stargazers) -> None:
    again = small.interactions.filter(pl.col("account_id").is_in(sorted(small.bought))).with_columns(
        target_id=pl.lit("wheel"), happened_at=pl.col("happened_at") + pl.duration(minutes=5)
    )
    judged = judge(Stargazers(small.accounts, pl.concat([small.interactions, again]), small.bought))
    in_lockstep = judged.filter(pl.col("reasons").str.contains("lockstep"))["account_id"]
    assert measure(judged, small.bought)["recall"] > 0.9
    assert len(set(in_lockstep) & small.bought) > 70


def test_nobody_is_judged_where_nobody_is() -> None:
    nobody = real_people(10, front_pages=[], course=None)
    judged = suspicions(nobody.accounts.clear(), nobody.interactions.clear(), THRESHOLD)
    assert judged.is_empty()
    assert judged.columns == ["platform", "account_id", "suspicion", "reasons", "is_onlooker", "is_suspicious"]
    assert judge(Stargazers(nobody.accounts, nobody.interactions.clear(), set()))["suspicion"].to_list() == [0] * 10


@settings(max_examples=5)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(small: Stargazers, judged_small: pl.DataFrame, random: Any) -> None:
    seeds = random.randrange(10**6), random.randrange(10**6)
    frames = (small.accounts, small.interactions)
    shuffled = [frame.sample(fraction=1, shuffle=True, seed=seed) for frame, seed in zip(frames, seeds, strict=True)]
    assert suspicions(*shuffled, THRESHOLD).equals(judged_small)


CHANGES = [
    *({fact: "something"} for fact in ("name", "company", "location", "bio", "website_url")),
    *({number: value} for number in ("followers", "public_repos", "own_repo_stars") for value in (2, 7, 30)),
]


@settings(max_examples=25)
@given(st.integers(0, 779), st.sampled_from([*CHANGES, *({"kind": k} for k in ("issue", "review", "contribution"))]))
def test_more_of_a_person_never_raises_suspicion(
    small: Stargazers, judged_small: pl.DataFrame, number: int, change: dict[str, Any]
) -> None:
    account = small.accounts["account_id"][number]
    before = judged_small.filter(account_id=account).row(0, named=True)
    accounts, interactions = small.accounts, small.interactions
    if "kind" in change:
        deed = pl.DataFrame(
            [{**DEED, **change, "account_id": account, "happened_at": AS_OF}], schema=interactions.schema
        )
        interactions = pl.concat([interactions, deed])
    else:
        fact, value = next(iter(change.items()))
        more = value if isinstance(value, str) else pl.max_horizontal(fact, pl.lit(value, pl.Int64))
        accounts = accounts.with_columns(
            pl.when(account_id=account)
            .then(pl.lit(more) if isinstance(more, str) else more)
            .otherwise(fact)
            .alias(fact)
        )
    after = suspicions(accounts, interactions, THRESHOLD).filter(account_id=account).row(0, named=True)
    assert 0 <= after["suspicion"] <= before["suspicion"] <= 1
    assert after["is_onlooker"] <= before["is_onlooker"]
