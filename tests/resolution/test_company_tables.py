"""Tables of companies: several companies of a string, claims beside it, similar names, sectors and parents."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community_assets.resolution.companies import CompanyReader, named_companies, resolve_companies, surer
from community_assets.resolution.company_tables import companies_of_bio, company_tables, sector
from community_assets.resolution.reference import read_reference
from community_assets.resolution.schools import school_keys
from tests.resolution.test_companies import HOSTILE


def named(text: str) -> list[tuple[str, bool]]:
    return [tuple(row) for row in named_companies(pl.Series([text])).select("company_id", "is_current").iter_rows()]


def claims(*accounts: dict[str, str | list[str]]) -> pl.DataFrame:
    rows = [
        ("github", str(number), kind, value)
        for number, account in enumerate(accounts)
        for kind, values in account.items()
        for value in ([values] if isinstance(values, str) else values)
    ]
    return pl.DataFrame(rows, schema=["platform", "account_id", "kind", "value"], orient="row")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@globex @initech", [("globex", True), ("initech", True)]),
        ("Globex | Initech", [("globex", True), ("initech", True)]),
        ("Google & Microsoft", [("google", True), ("microsoft", True)]),
        ("Black & Veatch", [("blackveatch", True)]),
        ("Stripe, ex-Google", [("stripe", True), ("google", False)]),
        ("ex-Uber, now Globex", [("globex", True), ("uber", False)]),
        ("Google → Meta", [("meta", True), ("google", False)]),
        ("Formerly at Google, Meta", [("google", False), ("meta", False)]),
        ("Globex (prev @initech)", [("globex", True), ("initech", False)]),
        ("Globex @globex", [("globex", True)]),
        ("Search @google", [("google", True)]),
        ("Freelance", []),
        ("ex-", []),
    ],
)
def test_all_companies_of_a_string_are_told_and_past_ones_marked(text: str, expected: list[tuple[str, bool]]) -> None:
    assert named(text) == expected


@given(HOSTILE)
@settings(max_examples=100, deadline=None)
def test_the_first_current_company_is_the_answer(text: str) -> None:
    current = [company_id for company_id, is_current in named(text) if is_current]
    assert resolve_companies(pl.Series([text]))["company_id"].to_list() == (current[:1] or [None])
    everything = named_companies(pl.Series([text]))
    assert everything["position"].to_list() == list(range(1, everything.height + 1))
    assert everything["company_id"].n_unique() == everything.height


@given(HOSTILE.filter(str.strip), st.sampled_from([("acme", "Acme"), (None, None)]))
@settings(max_examples=100, deadline=None)
def test_an_override_of_any_string_wins(text: str, answer: tuple[str | None, str | None]) -> None:
    overrides = pl.DataFrame({"company": [text], "company_id": [answer[0]], "company_name": [answer[1]]})
    overrides = overrides.cast(dict.fromkeys(overrides.columns, pl.String))
    row = resolve_companies(pl.Series([f" {text} "]), pl.Series(["google.com"]), overrides=overrides).row(0, named=True)
    assert (row["company_id"], row["company_name"], row["confidence"]) == (*answer, 1.0)


def test_an_override_is_an_alias_in_every_place() -> None:
    overrides = pl.DataFrame(
        {"company": ["globex", "hooli"], "company_id": ["globex-group", None], "company_name": ["Globex Group", None]}
    )
    reader = CompanyReader(overrides)
    for text in ("CTO at Globex", "@globex", "https://globex.com", "Initech | ex-Globex Inc."):
        assert "globex-group" in [found.company.company_id for found in reader.read(text)], text
    assert reader.identify(None, "globex.com").company_id == "globex-group"
    assert reader.identify(None, None, ["Globex"]).company_id == "globex-group"
    assert [found.company.company_id for found in reader.read("Initech | Hooli")] == ["initech"]
    assert reader.identify(None, "hooli.com").company_id is None


@pytest.mark.parametrize(
    ("bio", "expected"),
    [
        ("Senior engineer at @acme. Ex-Google.", [("acme", 0.6)]),
        ("working at Blue Moon Data, love cats", [("bluemoondata", 0.5)]),
        ("I work for Google", [("google", 0.75)]),
        ("Maintainer of @dagster at @elementl", [("dagster-labs", 0.85)]),
        ("Interested in Rust | CTO @globex | prev @meta", [("globex", 0.6)]),
        ("Former engineer at Google", []),
        ("Student at MIT", []),
        ("Love to look at Paris", []),
        ("Worked at Meta", []),
        ("mail me: ada@acme.com", []),
    ],
)
def test_a_biography_tells_an_employer_of_now(bio: str, expected: list[tuple[str, float]]) -> None:
    found = companies_of_bio(bio, CompanyReader())
    assert [(company.company_id, company.confidence) for company in found] == expected


@given(st.text(max_size=80))
@settings(max_examples=100, deadline=None)
def test_no_claim_is_too_odd(text: str) -> None:
    kinds = ("company", "bio", "website", "organization", "email_domain")
    tables = company_tables(claims(dict.fromkeys(kinds, text)))
    assert set(tables["company_evidence"]["kind"]) <= set(kinds[1:])
    assert tables["company_details"]["company_id"].is_unique().all()


def evidence(**claim: str) -> list[tuple[Any, ...]]:
    columns = ("company_id", "is_known", "method", "confidence")
    return company_tables(claims(claim))["company_evidence"].select(columns).rows()


def test_claims_tell_what_they_can() -> None:
    assert evidence(email_domain="globex.com") == [("globex", False, "e-mail domain", 0.6)]
    assert evidence(email_domain="eng.google.com") == [("google", True, "e-mail domain", 0.9)]
    assert evidence(email_domain="student.uni-bremen.de") == [("universitat-bremen", True, "e-mail domain", 0.9)]
    assert evidence(organization="shopify") == [("shopify", True, "GitHub organization", 0.6)]
    assert evidence(website="https://stripe.com/ada") == [("stripe", True, "website", 0.6)]
    for nothing in ({"email_domain": "gmail.com"}, {"organization": "some-project"}, {"website": "https://ada.dev"}):
        assert evidence(**nothing) == []


def test_what_agrees_makes_surer_but_never_certain() -> None:
    assert surer(0.8, 0.5) == pytest.approx(0.9)
    assert surer(0.97, 0.9) == 0.99


def similar(*accounts: dict[str, str | list[str]]) -> list[tuple[Any, ...]]:
    table = company_tables(claims(*accounts))["similar_companies"]
    return table.select("company_id", "other_company_id", "reason", "is_same").rows()


def test_similar_names_are_one_company_only_where_a_second_fact_agrees() -> None:
    right, wrong = {"company": "Initech Systems"}, {"company": "Initech Sistems"}
    pair = ("initechsistems", "initechsystems")
    assert similar(right, right, wrong) == [(*pair, "names are alike", False)]
    mail = {"email_domain": "initech.com"}
    assert similar(right | mail, right, wrong | mail) == [(*pair, "same e-mail domain", True)]
    public = {"email_domain": "gmail.com"}
    assert similar(right | public, right | public, wrong | public) == [(*pair, "names are alike", False)]
    named_by_itself = {"email_domain": "microsoft.com"}
    assert similar({"company": "Microsfot"} | named_by_itself, {"company": "Microsoft"}) == [
        ("microsfot", "microsoft", "same e-mail domain", True)
    ]


def test_different_names_and_known_companies_are_never_one() -> None:
    mail = {"email_domain": "acme.com"}
    assert similar({"company": "Acme"} | mail, {"company": "Globex"} | mail) == []
    assert similar({"company": "Canon"} | mail, {"company": "Canonical"} | mail) in (
        [],
        [("canon", "canonical", "same e-mail domain", False)],
    )
    assert all(not row[3] for row in similar({"company": "Amazon"} | mail, {"company": "AWS"} | mail))


def test_no_company_is_merged_into_one_that_is_merged_itself() -> None:
    mail = {"email_domain": "globex.com"}
    spellings = ["Globexx Industries", "Globex Industries", "Globex Industriess", "Globexx Industriess"]
    pairs = similar(*({"company": name} | mail for name in spellings for _ in range(1 + (name == spellings[1]))))
    merged = {one for one, _, _, is_same in pairs if is_same}
    assert merged
    assert not merged & {other for _, other, _, is_same in pairs if is_same}


def test_subsidiaries_have_parents_that_are_known_and_no_circles() -> None:
    known = {row["company_id"] for row in read_reference("company_aliases.csv")}
    parents = {row["company_id"]: row["parent_id"] for row in read_reference("company_parents.csv")}
    assert parents.items() >= {"amazon-web-services": "amazon", "github": "microsoft", "youtube": "google"}.items()
    assert {*parents, *parents.values()} <= known
    for owner in parents.values():
        owners = [owner]
        while owners[-1] in parents:
            owners.append(parents[owners[-1]])
            assert len(set(owners)) == len(owners)


@pytest.mark.parametrize(
    ("company_id", "name", "expected"),
    [
        ("google", "Google", "company"),
        ("mit", "MIT", "university"),
        ("hochschuledirgendwo", "Hochschule Irgendwo", "university"),
        ("cityofamsterdam", "City of Amsterdam", "public body"),
        ("rustfoundation", "Rust Foundation", "non-profit"),
        ("cern", "CERN", "public body"),
        ("statestreet", "State Street", "company"),
    ],
)
def test_a_sector_comes_from_the_tables_or_the_words_of_the_name(company_id: str, name: str, expected: str) -> None:
    assert sector(company_id, name) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Technische Universität München", "Technical University of Munich"),
        ("Universidad Nacional de Colombia", "National University of Colombia"),
        ("Universität Wien", "University of Vienna"),
        ("Lunds universitet", "Lund University"),
        ("Universidad Simón Bolívar", "Simón Bolívar University"),
    ],
)
def test_a_university_has_one_key_in_all_languages(one: str, other: str) -> None:
    assert school_keys(one)[0] == school_keys(other)[0]


def test_word_order_tells_universities_apart() -> None:
    assert not set(school_keys("University of Washington")) & set(school_keys("Washington University"))
