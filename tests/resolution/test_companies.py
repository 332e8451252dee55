"""Companies: the shape of the answer, what evidence adds, and what must hold for any string."""

import re
from collections import defaultdict

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from community_assets.resolution import resolve_companies
from community_assets.resolution.company_names import squeeze
from community_assets.resolution.reference import read_reference

COLUMNS = {
    "company": pl.String,
    "company_id": pl.String,
    "company_name": pl.String,
    "method": pl.String,
    "confidence": pl.Float64,
}
FRAGMENTS = st.sampled_from(
    [
        "Globex",
        "@google",
        "Inc.",
        " & ",
        ", ",
        "(",
        ")",
        "ex-",
        "www.",
        ".com",
        " at ",
        "freelance",
        "株式会社",
        "™",
        "|",
        "/",
    ]
)
HOSTILE = st.one_of(st.text(max_size=80), st.lists(FRAGMENTS, max_size=8).map("".join))


def company(text: str | None, domain: str | None = None, organizations: list[str] | None = None) -> dict[str, object]:
    return resolve_companies(
        pl.Series([text], dtype=pl.String),
        pl.Series([domain], dtype=pl.String),
        pl.Series([organizations], dtype=pl.List(pl.String)),
    ).row(0, named=True)


def test_each_input_gets_one_row_in_order():
    texts = ["Globex", None, "", "@globex", "student", "x" * 10_000]
    answers = resolve_companies(pl.Series("anything", texts))
    assert dict(answers.schema) == COLUMNS
    assert answers["company"].to_list() == texts
    assert answers["company_id"].to_list()[:5] == ["globex", None, None, "globex", None]


@pytest.mark.parametrize("empty", [pl.Series([], dtype=pl.String), pl.Series([None, None])])
def test_a_column_without_strings_is_no_error(empty: pl.Series):
    answers = resolve_companies(empty)
    assert dict(answers.schema) == COLUMNS
    assert answers["company_id"].null_count() == len(empty)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("@amzn", "Amazon"),
        ("blue moon data", "Blue Moon Data"),
        ("deepSense.AI GmbH", "deepSense"),
        ("@some_handle", "Some Handle"),
        ("Globex (UK) Ltd.", "Globex"),
    ],
)
def test_the_name_to_show_comes_from_the_table_or_the_string(text: str, name: str):
    assert company(text)["company_name"] == name


def test_an_email_domain_speaks_where_nothing_is_typed():
    answer = company(None, "eng.globex.co.uk")
    assert (answer["company_id"], answer["method"]) == ("globex", "e-mail domain")


@pytest.mark.parametrize("domain", ["gmail.com", "users.noreply.github.com", "qq.com", "", "localhost", "not a domain"])
def test_a_mailbox_provider_is_no_employer(domain: str):
    assert company("", domain)["company_id"] is None


def test_an_organization_counts_only_if_it_is_a_known_company():
    assert company(None, None, ["some-project", "Shopify"])["company_id"] == "shopify"
    assert company(None, None, ["some-project"])["company_id"] is None


def test_what_is_typed_goes_before_evidence():
    assert company("Globex", "shopify.com")["company_id"] == "globex"
    assert company("Freelance", "shopify.com")["company_id"] is None
    assert company("ex-Globex", "shopify.com")["company_id"] is None


def test_evidence_that_agrees_makes_the_answer_surer():
    alone, confirmed = company("Globex"), company("Globex", "globex.io")
    assert alone["company_id"] == confirmed["company_id"] == "globex"
    assert float(str(alone["confidence"])) < float(str(confirmed["confidence"]))


def test_past_employers_are_told_from_no_employer():
    assert company("formerly Globex")["method"] == "past"
    assert company("unemployed")["method"] == "not a company"


@given(HOSTILE)
@example("@")
@example("((((")
@example("https://")
@example("ﷺ Inc.")
@settings(max_examples=200, deadline=None)
def test_any_string_gets_a_consistent_answer(text: str):
    answer = company(text)
    assert (answer["company_id"] is None) == (answer["company_name"] is None)
    assert answer["method"]
    assert 0 < float(str(answer["confidence"])) <= 1
    if answer["company_id"] is not None:
        assert re.fullmatch(r"[^\s_]+", str(answer["company_id"]))
        assert str(answer["company_name"]).strip()


@given(st.lists(HOSTILE, max_size=6), HOSTILE)
@settings(max_examples=50, deadline=None)
def test_an_answer_depends_on_its_own_string_only(others: list[str], text: str):
    among = resolve_companies(pl.Series([*others, text], dtype=pl.String)).row(-1)
    assert among == resolve_companies(pl.Series([text])).row(0)


@given(HOSTILE, st.sampled_from([" {} ", "{}\n", "\t{}", "\u200b{}\ufeff"]))
@settings(max_examples=50, deadline=None)
def test_space_around_a_string_changes_nothing(text: str, frame: str):
    bare, framed = company(text), company(frame.format(text))
    assert framed["company_id"] == bare["company_id"]


def test_case_and_signs_change_no_known_company():
    rows = read_reference("company_aliases.csv")
    aliases = pl.Series([row["alias"] for row in rows])
    for spelling in (aliases, aliases.str.to_uppercase(), " " + aliases.str.to_lowercase() + "."):
        ids = resolve_companies(spelling)["company_id"].to_list()
        assert ids == [row["company_id"] for row in rows]


def test_no_alias_means_two_companies_and_no_company_has_two_names():
    ids, names = defaultdict(set), defaultdict(set)
    for row in read_reference("company_aliases.csv"):
        ids[squeeze(row["alias"])].add(row["company_id"])
        names[row["company_id"]].add(row["company_name"])
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["company_id"]), row
        assert row["origin"], row
    assert [alias for alias, found in ids.items() if len(found) > 1] == []
    assert [company_id for company_id, found in names.items() if len(found) > 1] == []


def test_an_unknown_name_never_gets_the_id_of_a_known_company():
    known = {row["company_id"]: row["company_name"] for row in read_reference("company_aliases.csv")}
    answers = resolve_companies(pl.Series([company_id.replace("-", "") for company_id in known]))
    by_id = dict(answers.select("company_id", "company_name").iter_rows())
    assert {company_id: name for company_id, name in by_id.items() if company_id in known} == {
        company_id: name for company_id, name in known.items() if company_id in by_id
    }


def test_an_override_wins_both_ways() -> None:
    overrides = pl.DataFrame(
        {
            "company": ["Fun Inc.", "student", "google"],
            "company_id": ["fun-park", "student-agency", None],
            "company_name": ["Fun Park", "STUDENT AGENCY", None],
        }
    )
    typed = pl.Series(["fun inc. ", "Student", "Google", "@google"])
    answers = resolve_companies(typed, pl.Series(["a.com"] * 4), overrides=overrides)
    assert answers["company_id"].to_list()[:3] == ["fun-park", "student-agency", None]
    assert set(answers["method"][:3]) == {"override"}
