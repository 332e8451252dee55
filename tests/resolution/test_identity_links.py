"""Which accounts are one person's: evidence, what speaks against it, decisions, and what must hold for any input."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community_assets.resolution.identity import assign_person_ids, identity_links, linked_components
from community_assets.resolution.identity_components import components, connected
from tests.identity_community import make_community

TIME = pl.Datetime("us", "UTC")
TEXT = pl.String
ACCOUNTS = {"platform": TEXT, "account_id": TEXT, "is_living": pl.Boolean, "is_person_account": pl.Boolean}
ACCOUNTS |= {"is_bot": pl.Boolean, "created_at": TIME}
CLAIMS = {"platform": TEXT, "account_id": TEXT, "kind": TEXT, "claimed_platform": TEXT, "value": TEXT}
CLAIMS |= {"is_verified": pl.Boolean, "stated_at": TIME}
LOGINS = {"platform": TEXT, "account_id": TEXT, "login": TEXT, "valid_to": TIME}
DECISIONS = {"platform": TEXT, "account_id": TEXT, "linked_platform": TEXT, "linked_account_id": TEXT}
DECISIONS |= {"decision": TEXT, "decided_at": TIME}
REGISTER = {"platform": TEXT, "account_id": TEXT, "person_id": TEXT, "registered_at": TIME}


def on(day: int) -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)


class Profile:
    """An account by `platform:id`, and what it says of itself."""

    def __init__(self, key: str, login: str | None = None, **facts: Any) -> None:
        platform, account_id = key.split(":")
        self.key = {"platform": platform, "account_id": account_id}
        defaults = {"is_living": True, "is_person_account": True, "is_bot": False, "created_at": None}
        self.account = {**self.key, **defaults, **facts}
        self.logins = [{**self.key, "login": login or f"{platform}{account_id}", "valid_to": None}]
        self.claims: list[dict[str, Any]] = []

    def claims_to(self, kind: str, value: str, at: str | None = None, **facts: Any) -> "Profile":
        claim = {"kind": kind, "value": value, "claimed_platform": at, "is_verified": False, "stated_at": None}
        self.claims.append({**self.key, **claim, **facts})
        return self

    def email(self, address: str, is_verified: bool = True) -> "Profile":
        return self.claims_to("email", address, is_verified=is_verified)

    def called(self, name: str) -> "Profile":
        return self.claims_to("full_name", name)

    def names(self, handle: str, platform: str = "github", **facts: Any) -> "Profile":
        return self.claims_to("handle", handle, platform, **facts)

    def once(self, login: str, valid_to: datetime) -> "Profile":
        self.logins.append({**self.key, "login": login, "valid_to": valid_to})
        return self


def decided(*decisions: tuple[str, str, str]) -> pl.DataFrame:
    """Decisions, the oldest first, of pairs of `platform:id`."""
    rows = [
        (*min(one, other).split(":"), *max(one, other).split(":"), decision, on(day))
        for day, (one, other, decision) in enumerate(decisions)
    ]
    return pl.DataFrame(rows, schema=DECISIONS, orient="row")


def frames(profiles: Iterable[Profile]) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    profiles = list(profiles)
    return (
        pl.DataFrame([p.account for p in profiles], schema=ACCOUNTS),
        pl.DataFrame([claim for p in profiles for claim in p.claims], schema=CLAIMS),
        pl.DataFrame([login for p in profiles for login in p.logins], schema=LOGINS),
    )


def links(*profiles: Profile, decisions: pl.DataFrame | None = None) -> dict[tuple[str, str], dict[str, Any]]:
    """Links by their pairs of `platform:id`."""
    found = identity_links(*frames(profiles), decided() if decisions is None else decisions)
    return {
        (f"{r['platform']}:{r['account_id']}", f"{r['linked_platform']}:{r['linked_account_id']}"): r
        for r in found.iter_rows(named=True)
    }


def statuses(*profiles: Profile, decisions: pl.DataFrame | None = None) -> dict[tuple[str, str], str]:
    return {pair: link["status"] for pair, link in links(*profiles, decisions=decisions).items()}


def people(*profiles: Profile, decisions: pl.DataFrame | None = None) -> set[frozenset[str]]:
    """The accounts of each person."""
    accounts, claims, logins = frames(profiles)
    found = identity_links(accounts, claims, logins, decided() if decisions is None else decisions)
    merged = linked_components(accounts.filter("is_person_account").select("platform", "account_id"), found)
    keyed = merged.with_columns(key=pl.format("{}:{}", "platform", "account_id"))
    return {frozenset(keys) for keys in keyed.group_by("component").agg("key")["key"]}


ADA, AL = "github:1", "slack:2"


# --- Evidence ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada@Example.org", "ada@example.org"),
        ("ada+github@example.org", "ada+slack@example.org"),
        ("a.da@gmail.com", "ada@googlemail.com"),
    ],
)
def test_one_address_joins_however_it_is_spelled(one: str, other: str) -> None:
    (link,) = links(Profile(ADA).email(one), Profile(AL).email(other)).values()
    assert (link["status"], link["evidence"], link["confidence"]) == ("linked", "same verified e-mail address", 0.97)


def test_an_address_is_never_part_of_a_link() -> None:
    community = make_community(500, 3)
    found = identity_links(community.accounts, community.claims, community.logins, decided())
    assert found.filter(pl.any_horizontal(pl.col("evidence", "reason").str.contains("@"))).is_empty()


def test_a_noreply_address_names_an_account_by_its_number_whatever_logins_there_are() -> None:
    numbered = Profile("github:583231", "ada")
    impostor = Profile("github:2", "583231")
    maintainer = Profile("artifact_hub:m").email("583231+former@users.noreply.github.com", is_verified=False)
    assert statuses(numbered, impostor, maintainer) == {("artifact_hub:m", "github:583231"): "linked"}
    older = Profile("artifact_hub:m").email("Ada@users.noreply.github.com", is_verified=False)
    assert statuses(numbered, impostor, older) == {("artifact_hub:m", "github:583231"): "linked"}


def test_what_a_chat_alone_says_waits_until_something_else_agrees() -> None:
    ada = Profile(ADA, "ada").called("Ada Lovelace")
    assert statuses(ada, Profile(AL).names("ada")) == {(ADA, AL): "review"}
    assert statuses(ada, Profile(AL).claims_to("website", "https://github.com/ada")) == {(ADA, AL): "review"}
    assert statuses(ada, Profile(AL).names("ada").called("Lovelace, Ada (she/her)")) == {(ADA, AL): "linked"}
    assert statuses(ada, Profile(AL).names("ada").called("Ada L.")) == {(ADA, AL): "linked"}
    assert statuses(Profile(ADA, "ada-7"), Profile(AL, "ada9").names("ada-7")) == {(ADA, AL): "review"}
    assert statuses(Profile(ADA, "lovelace"), Profile(AL, "love.lace9").names("lovelace")) == {(ADA, AL): "linked"}
    assert statuses(ada, Profile(AL).names("ada", is_verified=True)) == {(ADA, AL): "linked"}
    assert statuses(Profile(ADA, "ada").names("2", "slack"), Profile(AL).names("ada")) == {(ADA, AL): "linked"}


def test_what_a_profile_beside_work_says_links_unless_something_contradicts() -> None:
    ada, hub = Profile(ADA, "ada").called("Ada Lovelace"), "artifact_hub:3"

    def page() -> Profile:
        return Profile(hub, "lady").claims_to("website", "https://github.com/ada")

    assert statuses(ada, page()) == {(hub, ADA): "linked"}
    assert statuses(Profile(ADA).names("2", "slack"), Profile(AL)) == {(ADA, AL): "linked"}
    assert statuses(ada, page().called("Ada")) == {(hub, ADA): "linked"}
    assert statuses(ada, page().called("Grace Hopper")) == {(hub, ADA): "vetoed"}
    assert statuses(ada, page().called("Grace")) == {(hub, ADA): "review"}
    assert statuses(Profile(ADA, "ada").names("4", "artifact_hub"), page()) == {(hub, ADA): "vetoed"}


def test_of_two_profiles_that_name_one_account_neither_is_linked_but_by_more() -> None:
    ada = Profile(ADA, "ada").email("ada@example.org")
    both = [Profile(f"artifact_hub:{login}", login).names("ada") for login in ("countess", "lady")]
    assert set(statuses(ada, *both).values()) == {"review"}
    both[1].email("ada@example.org")
    assert statuses(ada, *both) == {("artifact_hub:countess", ADA): "review", ("artifact_hub:lady", ADA): "linked"}


@pytest.mark.parametrize(
    "page",
    ["https://github.com/Ada", "http://www.github.com/ada/?tab=stars", "github.com/ada", "https://ada.github.io"],
)
def test_a_page_of_a_platform_is_a_handle(page: str) -> None:
    hub = Profile("artifact_hub:2")
    (link,) = links(Profile(ADA, "ada"), hub.claims_to("website", page)).values()
    assert (link["evidence"], link["status"]) == ("linked as website", "linked")
    (link,) = links(Profile(ADA, "ada"), Profile("artifact_hub:2").names(page)).values()
    assert link["evidence"] == "named on the profile"


@pytest.mark.parametrize("page", ["https://github.com/ada/engine", "https://ada.github.io/engine"])
def test_a_page_of_a_project_is_nobodys_handle(page: str) -> None:
    assert statuses(Profile(ADA, "ada"), Profile("artifact_hub:2").claims_to("website", page)) == {}


def test_a_namespace_belongs_to_the_owner_of_its_repositories() -> None:
    registry = Profile("terraform_registry:ada").claims_to("namespace", "Ada", "github", is_verified=True)
    assert people(Profile(ADA, "ada"), registry) == {frozenset({ADA, "terraform_registry:ada"})}


def test_whoever_publishes_what_another_owns_is_not_that_one() -> None:
    packager = Profile("artifact_hub:eve", "eve-packages").claims_to("namespace", "ada", "github")
    assert statuses(Profile(ADA, "ada"), packager) == {("artifact_hub:eve", ADA): "review"}
    owner = Profile("artifact_hub:ada", "Ada").claims_to("namespace", "ada", "github")
    assert statuses(Profile(ADA, "ada"), owner) == {("artifact_hub:ada", ADA): "linked"}


def test_a_link_to_an_organization_is_told_and_makes_nobody_one_person() -> None:
    organization = Profile("github:9", "acme", is_person_account=False)
    registries = [
        Profile(f"{platform}:acme").claims_to("namespace", "acme", "github", is_verified=True)
        for platform in ("terraform_registry", "artifact_hub")
    ]
    assert set(statuses(organization, *registries).values()) == {"linked"}
    assert len(people(organization, *registries)) == 2


def test_what_an_organization_says_of_itself_is_nobodys() -> None:
    organization = Profile("github:9", "acme", is_person_account=False).names("acme_x", "x").email("ada@acme.co.uk")
    assert statuses(organization, Profile(AL).names("acme_x", "x").email("ada@acme.co.uk")) == {}


def test_full_name_and_domain_join_only_together() -> None:
    ada = Profile(ADA).called("Ada Lovelace").email("al@mail.acme.co.uk")
    assert statuses(ada, Profile(AL).called("Ada Lovelace").claims_to("website", "https://blog.acme.co.uk/")) == {
        (ADA, AL): "linked"
    }
    assert statuses(ada, Profile(AL).called("Ada Lovelace")) == {}
    assert statuses(ada, Profile(AL).email("grace@acme.co.uk")) == {}
    assert statuses(ada, Profile(AL).called("Ada").email("ada@acme.co.uk")) == {}
    pages = [Profile(k).called("Ada Lovelace").claims_to("website", f"https://medium.com/@{k[-1]}") for k in (ADA, AL)]
    assert statuses(*pages) == {}
    private = Profile(ADA).called("Ada Lovelace").email("al@gmail.com")
    assert statuses(private, Profile(AL).called("Ada Lovelace").email("ada.l@gmail.com")) == {}


def test_independent_evidence_adds_up() -> None:
    ada = Profile(ADA).called("Ada Lovelace").names("lady", "x").claims_to("website", "ada.example")
    other = Profile(AL).called("Ada Lovelace").names("@Lady", "x").claims_to("website", "https://www.ada.example/")
    (link,) = links(ada, other).values()
    assert link["evidence"] == "both name the same account elsewhere, same website, same full name"
    assert link["confidence"] == pytest.approx(1 - (1 - 0.85) * (1 - 0.75) * (1 - 0.6))


def test_linkedin_is_never_joined() -> None:
    one, other = Profile(ADA).called("Ada Lovelace"), Profile(AL).called("Ada Lovelace")
    for profile in (one, other):
        profile.names("https://linkedin.com/in/ada", "linkedin").claims_to("website", "https://www.linkedin.com/in/ada")
    assert statuses(one, other) == {}


# --- What speaks against it -------------------------------------------------------------------------------------------


def test_of_two_living_accounts_of_one_platform_the_surer_link_stays() -> None:
    ada = Profile(ADA, "ada").email("ada@example.org")
    sure, doubtful = Profile("slack:1").email("ada@example.org"), Profile("slack:2").names("ada").called("Ada")
    ada.called("Ada Lovelace")
    found = links(ada, sure, doubtful)
    assert {pair: link["status"] for pair, link in found.items()} == {
        (ADA, "slack:1"): "linked",
        (ADA, "slack:2"): "review",
    }
    assert "two living accounts of one platform" in found[ADA, "slack:2"]["reason"]
    gone = Profile("slack:2", is_living=False).email("ada@example.org")
    assert people(ada, sure, gone) == {frozenset({ADA, "slack:1", "slack:2"})}


def test_colleagues_who_share_a_website_are_no_question() -> None:
    pages = [Profile(f"github:{login}", login).claims_to("website", "https://acme.example") for login in ("ada", "eve")]
    assert set(statuses(*pages).values()) == {"vetoed"}
    assert set(statuses(pages[0], Profile(AL).claims_to("website", "acme.example/")).values()) == {"review"}


def test_of_links_that_are_equally_sure_none_is_taken() -> None:
    mail = [Profile(key).email("ada@example.org") for key in (ADA, "slack:1", "slack:2", "discord:1")]
    assert people(*mail) == {frozenset({ADA, "discord:1"}), frozenset({"slack:1"}), frozenset({"slack:2"})}


def test_a_mailbox_that_many_read_joins_nobody() -> None:
    team = [Profile(f"slack:{n}").email("zephyr@acme.example") for n in range(3)]
    assert statuses(Profile(ADA).email("zephyr@acme.example"), *team) == {}
    hello = Profile(ADA).email("hello@lovelace.dev"), Profile(AL).email("hello@lovelace.dev")
    assert set(statuses(*hello).values()) == {"review"}
    assert set(statuses(*(profile.called("Ada Lovelace") for profile in hello)).values()) == {"linked"}


def test_names_that_differ_weigh_against_an_address() -> None:
    mail = Profile(ADA).email("team-x@acme.example"), Profile(AL).email("team-x@acme.example")
    mail[0].called("Ada Lovelace")
    mail[1].called("Grace Hopper")
    (link,) = links(*mail).values()
    assert (link["status"], link["reason"]) == ("review", "their names differ")
    mail[1].claims[-1]["value"] = "Августа Ада"  # in another script they cannot be compared
    (link,) = links(*mail).values()
    assert (link["status"], link["confidence"]) == ("linked", pytest.approx(0.9151, abs=1e-4))  # odds of 0.97, by 3


def test_names_without_a_word_in_common_weigh_against_what_is_less_than_sure() -> None:
    mail = [Profile(key).email("team-x@acme.example", is_verified=False) for key in (ADA, AL)]
    assert set(statuses(*mail).values()) == {"linked"}
    mail[0].called("Ada Lovelace")
    mail[1].called("Grace")
    (link,) = links(*mail).values()
    assert (link["status"], link["confidence"]) == ("review", pytest.approx(0.75))
    assert link["reason"] == "their names have no word in common"


def test_a_login_shown_as_name_is_no_name() -> None:
    mail = [Profile(ADA, "lady_love").email("ada@example.org"), Profile(AL, "ada").email("ada@example.org")]
    mail[0].called("Lady_Love ")
    mail[1].called("Ada Lovelace")
    (link,) = links(*mail).values()
    assert (link["status"], link["reason"], link["confidence"]) == ("linked", None, 0.97)


def test_a_name_that_many_carry_is_no_evidence() -> None:
    smiths = [Profile(f"github:{n}").called("John Smith") for n in range(10, 14)]
    one = Profile(ADA).called("John Smith").email("john@acme.example")
    other = Profile(AL).called("John Smith").email("js@acme.example")
    (link,) = links(one, other, *smiths).values()
    assert (link["evidence"], link["status"]) == ("same frequent name and domain", "review")
    admins = [Profile(key).called("Site Admin").email(f"{key[-1]}@acme.example") for key in (ADA, AL)]
    assert statuses(*admins) == {}


def test_of_namesakes_at_one_employer_nobody_is_chosen() -> None:
    both = [Profile(f"slack:{n}").called("Wei Zhang").email(f"wz{n}@acme.example") for n in (1, 2)]
    assert statuses(Profile(ADA).called("Wei Zhang").email("wei@acme.example"), *both) == {}


def test_a_login_names_who_had_it_when_that_was_written() -> None:
    renamed = Profile(ADA, "lady", created_at=on(0)).called("Ada Lovelace").once("ada", valid_to=on(10))
    taker = Profile("github:7", "ada", created_at=on(20)).called("Ada Byron")

    def told(at: datetime | None) -> dict[tuple[str, str], str]:
        return statuses(renamed, taker, Profile(AL).called("Ada").names("ada", stated_at=at))

    assert told(on(5)) == {(ADA, AL): "linked", ("github:7", AL): "vetoed"}
    assert told(on(30)) == {("github:7", AL): "linked"}
    assert told(None) == {(ADA, AL): "vetoed", ("github:7", AL): "vetoed"}
    assert statuses(renamed, Profile(AL).called("Ada").names("ada")) == {(ADA, AL): "linked"}
    # Nobody saw the change, but the account is too young to be meant.
    assert statuses(taker, Profile(AL).called("Ada").names("ada", stated_at=on(5))) == {("github:7", AL): "vetoed"}


def test_a_login_of_two_accounts_names_neither() -> None:
    twins = Profile("github:1", "ada").called("Ada One"), Profile("github:2", "Ada").called("Ada Two")
    assert set(statuses(*twins, Profile(AL).names("ada").called("Ada")).values()) == {"vetoed"}


def test_a_handle_whose_owner_names_another_account_is_void() -> None:
    ada = Profile(ADA, "ada").called("Ada Lovelace").names("al", "slack")
    own, thief = Profile("slack:1", "al"), Profile("slack:2", "eve").called("Ada Lovelace").names("ada")
    found = links(ada, own, thief)
    assert (found[ADA, "slack:2"]["status"], found[ADA, "slack:2"]["confidence"]) == ("vetoed", 0)
    assert found[ADA, "slack:2"]["reason"] == "the named account names another one"


def test_an_account_that_many_name_is_no_ones() -> None:
    fans = [Profile(f"slack:{n}").names("idol").called("Real Fan") for n in range(3)]
    assert set(statuses(Profile(ADA, "idol").called("Real Fan"), *fans).values()) == {"vetoed"}


def test_no_evidence_joins_a_bot() -> None:
    bot = Profile(ADA, "ada-bot", is_bot=True).email("ada@example.org")
    assert statuses(bot, Profile(AL).email("ada@example.org")) == {}
    assert people(bot, Profile(AL), decisions=decided((ADA, AL, "confirmed"))) == {frozenset({ADA, AL})}


def test_a_value_that_everybody_carries_costs_no_pairs() -> None:
    crowd = pl.DataFrame({"account_id": range(30_000)}).select(
        pl.lit("slack").alias("platform"), pl.col("account_id").cast(pl.String)
    )
    facts = {"is_living": True, "is_person_account": True, "is_bot": False}
    accounts = crowd.with_columns(
        **{name: pl.lit(value) for name, value in facts.items()}, created_at=pl.lit(None, TIME)
    )
    values = {"email": "all@acme.example", "full_name": "Ada Lovelace", "website": "acme.example", "handle": "acme"}
    claims = pl.concat(
        crowd.with_columns(
            kind=pl.lit(kind),
            claimed_platform=pl.lit("x" if kind == "handle" else None, pl.String),
            value=pl.lit(value),
            is_verified=pl.lit(True),
            stated_at=pl.lit(None, TIME),
        )
        for kind, value in values.items()
    )
    assert identity_links(accounts, claims, pl.DataFrame(schema=LOGINS), decided()).is_empty()


# --- Decisions --------------------------------------------------------------------------------------------------------


def test_a_denied_pair_is_kept_apart_even_through_a_third_account() -> None:
    ada, slack = Profile(ADA, "ada").email("ada@example.org"), Profile(AL).email("ada@example.org")
    discord = Profile("discord:3").names("ada", is_verified=True).names("2", "slack", is_verified=True)
    together = {frozenset({ADA, AL, "discord:3"})}
    assert people(ada, slack, discord) == together
    apart = decided((ADA, AL, "denied"))
    assert all(not {ADA, AL} <= accounts for accounts in people(ada, slack, discord, decisions=apart))
    assert statuses(ada, slack, discord, decisions=apart)[ADA, AL] == "denied"
    assert people(ada, slack, discord, decisions=apart.clear()) == together


def test_a_confirmed_pair_is_one_person_against_any_veto() -> None:
    one, other = Profile("slack:1").called("Ada Lovelace"), Profile("slack:2").called("Countess King")
    found = links(one, other, decisions=decided(("slack:1", "slack:2", "confirmed")))
    assert [(link["status"], link["confidence"], link["evidence"]) for link in found.values()] == [
        ("linked", 1, "decision")
    ]
    ada = Profile(ADA).email("ada@example.org")
    one.email("ada@example.org")
    assert people(ada, one, other, decisions=decided(("slack:1", "slack:2", "confirmed"))) == {
        frozenset({ADA, "slack:1", "slack:2"})
    }


def test_of_decisions_that_contradict_the_newest_hold() -> None:
    three = [Profile(key) for key in (ADA, AL, "discord:3")]
    chain = (ADA, AL, "confirmed"), (AL, "discord:3", "confirmed")
    denial = (ADA, "discord:3", "denied")
    assert people(*three, decisions=decided(denial, *chain)) == {frozenset({ADA, AL, "discord:3"})}
    newest = people(*three, decisions=decided(*chain, denial))
    assert newest == {frozenset({ADA}), frozenset({AL, "discord:3"})}


def test_a_decision_about_an_account_that_is_not_there_waits_for_it() -> None:
    waiting = decided((ADA, AL, "confirmed"))
    assert people(Profile(ADA), decisions=waiting) == {frozenset({ADA})}
    assert people(Profile(ADA), Profile(AL), decisions=waiting) == {frozenset({ADA, AL})}


# --- Ids --------------------------------------------------------------------------------------------------------------


def test_ids_follow_decisions_and_survive_a_rebuild() -> None:
    """A merge keeps the older id, a denial gives the younger account its own back, and nothing else is remembered."""
    profiles = [Profile("slack:1").email("ada@example.org"), Profile("github:2").email("ada@example.org")]
    registered = pl.DataFrame(schema=REGISTER)

    def build(day: int, decisions: pl.DataFrame, *among: Profile) -> dict[str, str]:
        nonlocal registered
        accounts, claims, logins = frames(among)
        found = identity_links(accounts, claims, logins, decisions)
        merged = linked_components(accounts.select("platform", "account_id"), found)
        persons, _ = assign_person_ids(merged, registered, on(day))
        registered = persons
        return dict(persons.select("platform", "person_id").iter_rows())

    alone = build(0, decided(), profiles[0])
    together = build(1, decided(), *profiles)
    assert set(together.values()) == {alone["slack"]}
    assert build(2, decided(), *profiles) == together
    apart = build(3, decided(("slack:1", "github:2", "denied")), *profiles)
    assert apart["slack"] == alone["slack"] != apart["github"]
    assert build(4, decided(("slack:1", "github:2", "denied")), *profiles) == apart
    assert build(5, decided(), *profiles) == together


# --- For any input ----------------------------------------------------------------------------------------------------


def test_the_order_of_rows_does_not_matter() -> None:
    community = make_community(1_500, 5)
    given_frames = community.accounts, community.claims, community.logins
    expected = identity_links(*given_frames, decided())
    for seed in range(2):
        shuffled = (frame.sample(fraction=1, shuffle=True, seed=seed) for frame in given_frames)
        assert identity_links(*shuffled, decided()).equals(expected)


def test_no_accounts_are_no_links() -> None:
    found = identity_links(*frames([]), decided())
    assert found.is_empty()
    assert linked_components(pl.DataFrame(schema={"platform": TEXT, "account_id": TEXT}), found).is_empty()


SIZE = 12
edges = st.lists(st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1), st.sampled_from([0.9, 0.95, 0.99])))


def link_frame(found: list[tuple[int, int, float]]) -> pl.DataFrame:
    rows = sorted({(min(a, b), max(a, b)): c for a, b, c in found if a != b}.items())
    schema = {"left": pl.Int64, "right": pl.Int64, "confidence": pl.Float64}
    return pl.DataFrame([(*pair, c) for pair, c in rows], schema=schema, orient="row")


def account_frame(platforms: list[str], living: list[bool]) -> pl.DataFrame:
    return pl.DataFrame({"account": range(SIZE), "platform": platforms, "is_living": living})


def groups(labels: Any) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == label).tolist()) for label in labels}


@settings(max_examples=40)
@given(edges)
def test_components_are_those_of_networkx(found: list[tuple[int, int, float]]) -> None:
    graph = nx.Graph([(a, b) for a, b, _ in found])
    graph.add_nodes_from(range(SIZE))
    expected = {frozenset(component) for component in nx.connected_components(graph)}
    links_ = link_frame(found)
    assert groups(connected(SIZE, links_)) == expected
    gone = account_frame(["github"] * SIZE, [False] * SIZE)
    nothing = pl.DataFrame(schema={"left": pl.Int64, "right": pl.Int64, "decision": TEXT, "decided_at": TIME})
    assert groups(components(gone, links_, nothing)) == expected


decision_lists = st.lists(
    st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1), st.sampled_from(["confirmed", "denied"])), max_size=5
)


@settings(max_examples=40)
@given(
    edges,
    st.lists(st.sampled_from(["github", "slack", "discord"]), min_size=SIZE, max_size=SIZE),
    st.lists(st.booleans(), min_size=SIZE, max_size=SIZE),
    decision_lists,
    st.randoms(use_true_random=False),
)
def test_nothing_forbidden_is_ever_joined(found, platforms, living, decisions, random) -> None:
    latest = {(min(a, b), max(a, b)): d for a, b, d in decisions if a != b}
    rows = [(a, b, d, on(day)) for day, ((a, b), d) in enumerate(latest.items())]
    schema = {"left": pl.Int64, "right": pl.Int64, "decision": TEXT, "decided_at": TIME}
    verdicts = pl.DataFrame(rows, schema=schema, orient="row")
    accounts, links_ = account_frame(platforms, living), link_frame(found)
    labels = components(accounts, links_, verdicts)
    shuffled = links_.sample(fraction=1, shuffle=True, seed=random.randrange(100)) if links_.height else links_
    assert np.array_equal(labels, components(accounts, shuffled, verdicts))

    # By hand: confirmed pairs, the newest first, unless a newer denial forbids it.
    graph, denied = nx.Graph(), []
    graph.add_nodes_from(range(SIZE))
    for a, b, decision, _ in reversed(rows):
        if decision == "denied" and not nx.has_path(graph, a, b):
            denied.append((a, b))
        elif decision == "confirmed":
            graph.add_edge(a, b)
            if any(nx.has_path(graph, x, y) for x, y in denied):
                graph.remove_edge(a, b)
    certain = {a: n for n, component in enumerate(nx.connected_components(graph)) for a in component}
    assert all(labels[a] == labels[b] for a, b in graph.edges)
    assert all(labels[a] != labels[b] for a, b in denied)
    for group in groups(labels):
        for platform in set(platforms):
            alive = {certain[a] for a in group if platforms[a] == platform and living[a]}
            assert len(alive) <= 1
    # A link of two accounts that nothing else touches holds, unless they are two living ones of a platform.
    touched = [n for a, b, *_ in [*links_.iter_rows(), *rows] for n in (a, b)]
    for a, b, _ in links_.iter_rows():
        if touched.count(a) == touched.count(b) == 1:
            assert (labels[a] == labels[b]) == (not (living[a] and living[b] and platforms[a] == platforms[b]))


@settings(max_examples=20)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 3),
            st.sampled_from(["email", "full_name", "domain", "website", "handle", "namespace"]),
            st.sampled_from([None, "github", "x", "linkedin", "mastodon", ""]),
            st.one_of(
                st.text(max_size=20),
                st.sampled_from(
                    ["@", "https://", "a@b", "x@y.z", "github.com/", "#1", "[::1]", "a@[::1].b", "xn--.com"]
                ),
            ),
        )
    )
)
def test_whatever_strangers_type_is_taken(typed: list[tuple[int, str, str | None, str]]) -> None:
    profiles = [Profile(key) for key in ("github:1", "slack:1", "slack:2", "discord:1")]
    for who, kind, platform, value in typed:
        profiles[who].claims_to(kind, value, platform)
    for pair, link in links(*profiles).items():
        assert pair[0] < pair[1]
        assert 0 <= link["confidence"] <= 1
        assert link["status"] in ("linked", "review", "vetoed")
