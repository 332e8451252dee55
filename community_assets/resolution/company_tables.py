"""What accounts claim of their employers → the tables that models join: each distinct string is read once.

Belongs here: which claim may tell what (typed string, e-mail domain, organization, bio, website), pairs of companies
that may be one, sectors and parents. Does not belong here: the reading of a typed string (companies.py), and whose
claims they are: how those of one person are put together is SQL (int_account_companies).
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple
from urllib.parse import urlsplit

import polars as pl
from rapidfuzz import fuzz

from community_assets.resolution.companies import Company, CompanyReader, read_companies
from community_assets.resolution.company_names import squeeze
from community_assets.resolution.company_vocabulary import (
    aliases,
    has_role,
    is_about_work,
    public_email_domains,
    schools,
)
from community_assets.resolution.reference import read_reference
from community_assets.resolution.text import clean, fold

EVIDENCE: dict[str, pl.DataType] = {
    "kind": pl.String(),
    "value": pl.String(),
    "company_id": pl.String(),
    "company_name": pl.String(),
    "is_known": pl.Boolean(),
    "method": pl.String(),
    "confidence": pl.Float64(),
}
SIMILAR: dict[str, pl.DataType] = {
    "company_id": pl.String(),
    "other_company_id": pl.String(),
    "similarity": pl.Float64(),
    "reason": pl.String(),
    "people": pl.Int64(),
    "is_same": pl.Boolean(),
}
DETAILS: dict[str, pl.DataType] = {
    "company_id": pl.String(),
    "sector": pl.String(),
    "parent_company_id": pl.String(),
    "parent_company_name": pl.String(),
}


def company_tables(claims: pl.DataFrame, overrides: pl.DataFrame | None = None) -> dict[str, pl.DataFrame]:
    """All that is known of the companies that accounts name.

    Args:
        claims: one row per account, period and claim: platform, account_id, kind (`company`, `email_domain`,
            `organization`, `bio`, `website`) and value.
        overrides: the user's answers: company (as typed), company_id, company_name.

    Returns:
        By name: `companies` (one row per distinct typed string), `named_companies` (one per string and company),
        `company_evidence` (one per kind, value and company), `similar_companies` (one per pair), `company_details`
        (one per company).
    """
    strings = claims.filter(pl.col("kind") == "company")["value"].unique().sort()
    companies, named = read_companies(strings, CompanyReader(overrides))
    evidence = company_evidence(claims, overrides=overrides)
    found = pl.concat([named.select("company_id", "company_name"), evidence.select("company_id", "company_name")])
    return {
        "companies": companies,
        "named_companies": named,
        "company_evidence": evidence,
        "similar_companies": similar_companies(claims, named, evidence),
        "company_details": company_details(found.unique("company_id", keep="first", maintain_order=True)),
    }


# --- evidence ------------------------------------------------------------------------------------------------------


def company_evidence(claims: pl.DataFrame, *, overrides: pl.DataFrame | None = None) -> pl.DataFrame:
    """Companies that each distinct claim beside the typed string speaks for; a claim that tells none has no row.

    Returns:
        kind, value, company_id, company_name, is_known (whether the company is one of the reference tables or of the
        user), method and confidence (0 to 1).
    """
    reader = CompanyReader(overrides)
    distinct = claims.filter(pl.col("kind") != "company").select("kind", "value").unique().sort("kind", "value")
    rows = [
        (kind, value, company.company_id, company.name, reader.is_known(company), company.method, company.confidence)
        for kind, value in distinct.iter_rows()
        for company in _told(reader, kind, value)
    ]
    return pl.DataFrame(rows, schema=EVIDENCE, orient="row")


def _told(reader: CompanyReader, kind: str, value: str) -> list[Company]:
    match kind:
        case "email_domain":
            found = [reader.of_email_domain(value)]
        case "organization":
            found = [reader.of_organization(value)]
        case "website":
            found = [reader.of_website(_host(value))]
        case _:
            return companies_of_bio(value, reader)
    return [company for company in found if company]


def _host(url: str) -> str | None:
    try:
        return urlsplit(url if "//" in url else f"//{url}").hostname
    except ValueError:
        return None


_CLAUSE = re.compile(r"[\n|•·;!?]|\.(?=\s|$)|,\s+(?=\w)")
_EMPLOYED = re.compile(
    r"^(?P<role>.*?)(?:\s*@\s*|\s+(?:at|for|with|bei|chez|na|в)\s+@?)(?P<name>(?<=@)[\w-]+|[A-Z][\w&.-]*(?:\s+[A-Z][\w&.-]*){0,3})"
)
_AT_WORK = re.compile(
    r"\b(?:work(?:s|ing)?|employed|building|arbeite|travaille|trabajo|trabalho|работаю)\b", re.IGNORECASE
)
_NOT_NOW = re.compile(
    r"\b(?:ex|former(?:ly)?|previously|prev|past|was|used to|worked|formerly|alum\w*|student|studied|studying|intern"
    r"|volunteer|speaker|organi[sz]er)\b",
    re.IGNORECASE,
)


def companies_of_bio(bio: str, reader: CompanyReader) -> list[Company]:
    """Employers that a biography tells: `engineer at @acme`, `working at Acme`; never former ones.

    A handle is surer than a name, and a known company than another, whose name is only taken after a word for work.
    """
    found: dict[str, Company] = {}
    for clause in _CLAUSE.split(clean(bio)):
        match = _EMPLOYED.match(clause)
        if not match or _NOT_NOW.search(match["role"]) or not _is_employment(match["role"]):
            continue
        is_handle = clause[match.start("name") - 1] == "@"
        company = reader.first(f"@{match['name']}" if is_handle else match["name"])
        if company.company_id:
            sure = 0.5 + 0.25 * reader.is_known(company) + 0.1 * is_handle
            found.setdefault(company.company_id, company._replace(method="biography", confidence=sure))
    return list(found.values())


def _is_employment(role: str) -> bool:
    return bool(_AT_WORK.search(role)) or (has_role(role) and is_about_work(role.rsplit(maxsplit=1)[-1]))


# --- similar names -------------------------------------------------------------------------------------------------

_ALIKE = 88.0
_BLOCK = 4
_LARGEST_BLOCK = 50
_SHORTEST = 5


def similar_companies(claims: pl.DataFrame, named: pl.DataFrame, evidence: pl.DataFrame) -> pl.DataFrame:
    """Pairs of companies whose names are alike: one and the same where a second fact agrees, else a suggestion.

    A second fact is an e-mail domain, organization or website by which people of both names are bound, or which names
    the other company itself. Names are compared within blocks of the same first letters or the same fact, and only
    unknown companies are compared with others, so that cost grows with the vocabulary.

    Args:
        claims: platform, account_id, kind, value.
        named: what `named_companies` answers for the typed strings.
        evidence: what `company_evidence` answers.

    Returns:
        One row per pair: company_id (the one that few people name), other_company_id, similarity (0 to 100, Indel
        similarity of the names without signs), reason, people (who name the first), is_same. No company is the same as
        two others, or as one that is itself the same as another.
    """
    typed = claims.filter(pl.col("kind") == "company").join(named, left_on="value", right_on="company")
    met = _meet(typed)
    pairs: dict[str, list[tuple[bool, float, int, str, str]]] = {}
    for one, other, fact in _candidates(met, _facts(claims, typed, evidence)):
        alike = fuzz.ratio(met[one].key, met[other].key)
        is_part = bool(fact) and met[one].key.startswith(met[other].key)
        if alike >= _ALIKE or is_part:
            pairs.setdefault(one, []).append((bool(fact) and alike >= _ALIKE, alike, met[other].people, other, fact))
    rows: list[tuple[str, str, float, str, int, bool]] = []
    same: dict[str, str] = {}
    for one in sorted(pairs, key=lambda company_id: (met[company_id].people, company_id)):
        agreed, alike, _, other, fact = max(pairs[one])
        if agreed and other not in same and one not in same.values():
            same[one] = other
        rows.append((one, other, round(alike, 1), fact or "names are alike", met[one].people, same.get(one) == other))
    return pl.DataFrame(rows, schema=SIMILAR, orient="row").sort("people", "company_id", descending=[True, False])


class _Met(NamedTuple):
    """A company that people typed: its squeezed name and how many accounts typed it."""

    key: str
    people: int


def _meet(typed: pl.DataFrame) -> dict[str, _Met]:
    """Companies with a name long enough to compare, the one that most accounts typed first."""
    counted = (
        typed.group_by("company_id")
        .agg(pl.col("company_name").min(), people=pl.struct("platform", "account_id").n_unique())
        .sort("people", "company_id", descending=[True, False])
    )
    met = {company_id: _Met(squeeze(name), people) for company_id, name, people in counted.iter_rows()}
    return {company_id: company for company_id, company in met.items() if len(company.key) >= _SHORTEST}


_FACTS = {"email_domain": "same e-mail domain", "organization": "same GitHub organization", "website": "same website"}


def _facts(claims: pl.DataFrame, typed: pl.DataFrame, evidence: pl.DataFrame) -> dict[tuple[str, str], set[str]]:
    """Companies by the fact that binds them: people who typed them share it, or it names the company itself."""
    stated = claims.filter(pl.col("kind").is_in(list(_FACTS)) & ~pl.col("value").is_in(sorted(public_email_domains())))
    accounts = typed.select("platform", "account_id", "company_id").unique()
    bound = stated.join(accounts, on=["platform", "account_id"]).select("kind", "value", "company_id").unique()
    said = evidence.filter(pl.col("kind").is_in(list(_FACTS))).select("kind", "value", "company_id")
    facts: dict[tuple[str, str], set[str]] = {}
    for kind, value, company_id in pl.concat([bound, said]).unique().iter_rows():
        facts.setdefault((kind, value), set()).add(company_id)
    return facts


def _candidates(met: dict[str, _Met], facts: dict[tuple[str, str], set[str]]) -> Iterator[tuple[str, str, str]]:
    """Pairs worth comparing, the unknown and rarer company first, with the fact that binds them or none.

    Without a fact, only companies that are known or that several people typed are suggested, and of each block of
    names with the same first letters only the largest few.
    """
    place = {company_id: number for number, company_id in enumerate(met)}
    blocks: dict[str, list[str]] = {}
    for company_id, company in met.items():
        if company.people > 1 or _is_known(company_id):
            blocks.setdefault(company.key[:_BLOCK], []).append(company_id)
    for one in filter(lambda company_id: not _is_known(company_id), met):
        heads = blocks.get(met[one].key[:_BLOCK], [])[:_LARGEST_BLOCK]
        yield from ((one, other, "") for other in heads if place[other] < place[one] or _is_known(other))
    for (kind, _), companies in facts.items():
        bound = sorted(companies & met.keys(), key=place.__getitem__)[:_LARGEST_BLOCK]
        yield from (
            (one, other, _FACTS[kind])
            for one in bound
            for other in bound
            if one != other and not _is_known(one) and (place[other] < place[one] or _is_known(other))
        )


def _is_known(company_id: str) -> bool:
    return company_id in _known_ids()


@cache
def _known_ids() -> frozenset[str]:
    return frozenset(str(known.company_id) for known in aliases().values()) | schools().ids


# --- sectors and parents -------------------------------------------------------------------------------------------


def company_details(companies: pl.DataFrame) -> pl.DataFrame:
    """Sector and parent of companies.

    Args:
        companies: company_id and company_name, one row per company.

    Returns:
        company_id, sector (`company`, `university`, `school`, `public body`, `non-profit`), parent_company_id and
        parent_company_name; null where no parent is known.
    """
    names = {str(known.company_id): str(known.name) for known in aliases().values()}
    rows = []
    for company_id, name in companies.select("company_id", "company_name").iter_rows():
        parent = _parents().get(company_id)
        rows.append((company_id, sector(company_id, name), parent, names.get(parent, parent) if parent else None))
    return pl.DataFrame(rows, schema=DETAILS, orient="row")


@cache
def _parents() -> dict[str, str]:
    return {row["company_id"]: row["parent_id"] for row in read_reference("company_parents.csv")}


def sector(company_id: str, name: str) -> str:
    """What kind of organisation: as the reference tables say, else as words of its name do, else a company."""
    said = _sectors().get(company_id)
    if said:
        return said
    if company_id in schools().ids:
        return "university"
    folded = f" {fold(name)} "
    return next((kind for word, kind in _sector_words() if f" {word}" in folded), "company")


@cache
def _sectors() -> dict[str, str]:
    return {row["company_id"]: row["sector"] for row in read_reference("company_sectors.csv")}


@cache
def _sector_words() -> tuple[tuple[str, str], ...]:
    rows = read_reference("sector_words.csv")
    return tuple((fold(row["word"]) + " " * (row["is_beginning"] == "no"), row["sector"]) for row in rows)
