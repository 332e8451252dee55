"""Companies: free text of a profile → the company it names first, with an id, a name, a method and a confidence.

Belongs here: reading what a person typed as employer. Does not belong here: the names of the world's companies
(reference/company_aliases.csv), parents and subsidiaries: a subsidiary is a company of its own.

The pipeline, for each distinct string:

1. *normalise*: Unicode clean-up, emoji and taglines (`we're hiring`) dropped;
2. *split* where several companies are named, leave past ones (`ex-`) out, cut roles (`SWE at`) off; the first stays;
3. *match*: not a company, known alias, handle, web address, name without its trailing legal form and its place;
4. *score*: the method says how sure the answer is; evidence of another kind that agrees raises it.

The id of a company that the alias table does not know is its name without spaces and signs, so that `Blue Medora`
and `@bluemedora` meet whatever else is in the data. An answer depends on its own string and evidence only.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import polars as pl

from community_assets.resolution.company_names import (
    EDGES,
    display,
    is_place,
    registrable_label,
    squeeze,
    without_article,
    without_asides,
    without_legal_form,
    without_tail,
)
from community_assets.resolution.reference import read_reference
from community_assets.resolution.text import clean, fold, replace_symbols, typed_key

SCHEMA: dict[str, pl.DataType] = {
    "company": pl.String(),
    "email_domain": pl.String(),
    "organizations": pl.List(pl.String()),
    "company_id": pl.String(),
    "company_name": pl.String(),
    "method": pl.String(),
    "confidence": pl.Float64(),
}
_KEYS = ["company", "email_domain", "organizations"]
_SHORTEST_LABEL = 3


class Company(NamedTuple):
    """A company by its id and display name, how it was recognised, and how sure that is (0 to 1)."""

    company_id: str | None
    name: str | None
    method: str
    confidence: float


def resolve_companies(
    companies: pl.Series,
    email_domain: pl.Series | None = None,
    organizations: pl.Series | None = None,
    *,
    overrides: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Company of each raw company string.

    Args:
        companies: strings as people typed them; null and empty are fine.
        email_domain: optional evidence of equal length, the domain of the public e-mail address.
        organizations: optional evidence of equal length, a list of GitHub organization logins.
        overrides: optional answers of the user, who is always right: company (as typed), company_id, company_name.

    Returns:
        One row per input, in order: company (as given), company_id (a lasting slug; null where nothing names a
        company), company_name (from the alias table, else made from the string alone), method and confidence (0 to 1).
    """
    frame = pl.DataFrame(
        {
            "company": companies.cast(pl.String),
            "email_domain": _or_nulls(email_domain, pl.String(), len(companies)),
            "organizations": _or_nulls(organizations, pl.List(pl.String), len(companies)),
        }
    )
    distinct = frame.unique(maintain_order=True)
    decided = _decided(overrides)
    rows = [(*row, *(decided.get(typed_key(row[0])) or identify(*row))) for row in distinct.iter_rows()]
    answers = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    joined = frame.join(answers, on=_KEYS, how="left", nulls_equal=True, maintain_order="left")
    return joined.drop("email_domain", "organizations")


def _decided(overrides: pl.DataFrame | None) -> dict[str, Company]:
    rows = [] if overrides is None else overrides.select("company", "company_id", "company_name").iter_rows()
    return {typed_key(typed): Company(company_id, name, "override", 1.0) for typed, company_id, name in rows}


def _or_nulls(series: pl.Series | None, dtype: pl.DataType, length: int) -> pl.Series:
    return pl.Series([None] * length, dtype=dtype) if series is None else series.cast(dtype)


def identify(text: str | None, email_domain: str | None = None, organizations: list[str] | None = None) -> Company:
    """The company that `text` names first; where it says nothing at all, the one that the evidence names."""
    evidence = [item for item in (_from_domain(email_domain), *_from_organizations(organizations)) if item]
    typed = _from_text(text or "")
    if typed.company_id:
        agreed = any(item.company_id == typed.company_id for item in evidence)
        return typed._replace(confidence=0.99) if agreed else typed
    return evidence[0] if evidence and typed.method == "nothing typed" else typed


# --- evidence ------------------------------------------------------------------------------------------------------


def _from_domain(domain: str | None) -> Company | None:
    domain = (domain or "").strip().lower()
    if not domain or domain in _public_email_domains():
        return None
    label = registrable_label(domain)
    return _known_or_named(label, "e-mail domain", 0.85) if label else None


def _from_organizations(logins: list[str] | None) -> Iterator[Company]:
    """Organizations are often projects, not employers: only those of known companies count."""
    for login in logins or []:
        known = _aliases().get(squeeze(login or ""))
        if known:
            yield Company(*known, "GitHub organization", 0.6)


@cache
def _public_email_domains() -> frozenset[str]:
    return frozenset(row["domain"] for row in read_reference("public_email_domains.csv"))


# --- normalise -----------------------------------------------------------------------------------------------------

_TAGLINE = re.compile(
    r"[\s,;:|(\[!*—–-]*(?:\b(?:we['’]?re|we are|currently|now|always|is|are)\s+)*\bhiring\b(?P<rest>.*)$", re.IGNORECASE
)
_MARKS = str.maketrans(dict.fromkeys("™®©℠"))


def _normalise(text: str) -> str:
    plain = " ".join(replace_symbols(clean(text.translate(_MARKS)), " ").split())
    tagline = _TAGLINE.search(plain)
    return (plain[: tagline.start()] or tagline["rest"].strip(EDGES)) if tagline else plain


# --- split ---------------------------------------------------------------------------------------------------------

_PAST = re.compile(
    r"""^[^\w@]*(?:
        ex[-\s:@] | ex$ | (?:formerly|former|previously|prev|past|was|retired|late\ of|left|alum(?:nus|ni|na)?)\b
        | (?:бывший|ancien|antes)\b | 前(?=\w)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_PAST_EMPLOYER = re.compile(
    r"\b(?:ex|formerly|former|previously|prev)\b[\s:,-]*(?:at\s+|of\s+)?@?\s*(?=\w)", re.IGNORECASE
)
_NOW = re.compile(r"\s*[,;(–—-]+\s*(?:now|currently)\s+(?:at\s+|with\s+|@\s*)?(?=[\w@])", re.IGNORECASE)
_BETWEEN = re.compile(
    r"""\s*[|;•·●→⇒│]\s* | \s+/+\s* | \s*/+\s+ | \s*//+\s*   # signs that stand between names
    | \s+(?=@\w) | \s*(?:[,/&]|\band\b)\s*(?=@)              # each handle is a name""",
    re.VERBOSE,
)
_AMPERSAND = re.compile(r"\s+(?:&|and|\+)\s+|\s*[,/]\s*", re.IGNORECASE)
_THEN_PAST = re.compile(r"\s*[,(/-]\s*(?=(?:ex[-\s@]|formerly\b|former\b|previously\b|prev\b))", re.IGNORECASE)
_URL = re.compile(r"^(?:https?:/{0,2})?(?:www\.)?(?P<host>[\w-]+(?:\.[\w-]+)+)(?:[/?#:](?P<path>.*))?$", re.IGNORECASE)
_CODE_HOSTS = frozenset({"github.com", "gitlab.com", "bitbucket.org"})
_AT = re.compile(r"^(?P<role>[^@]*?)(?:\s+(?:at|bei|chez|na|в)\s+|\s*@\s*)(?P<rest>\S.*)$", re.IGNORECASE)
_OF = re.compile(r"^(?P<role>[^@]*?)(?:\s+(?:of|en|for)\s+|\s*,\s*|\s+[-–—]\s+|:\s+)(?P<rest>\S.*)$", re.IGNORECASE)


def _parts(text: str) -> list[str]:
    """The companies that a string names, in order."""
    if _URL.match(text):
        return [text]
    marked = _NOW.sub(" | ", _PAST_EMPLOYER.sub("ex-", text))
    pieces = [piece for chunk in _BETWEEN.split(marked) for piece in _THEN_PAST.split(chunk)]
    return [part for piece in pieces for part in _split_known(piece) if part.strip(EDGES)]


def _split_known(piece: str) -> list[str]:
    """`A & B`, `A, B` are two companies where both are known, and one name otherwise (`Procter & Gamble`)."""
    if _known(piece):
        return [piece]
    names = _AMPERSAND.split(piece)
    return names if len(names) > 1 and all(_known(name) for name in names) else [piece]


def _is_past(part: str) -> bool:
    return bool(_PAST.match(part)) and not _known(part)


def _without_role(part: str) -> str:
    """`Software Engineer at Acme`, `Data @ Acme` → `Acme`: cuts what comes before, if it is a role or unit."""
    at = _AT.match(part)
    if at and at["role"].strip() and _is_about_work(at["role"]):
        return at["rest"]
    of = _OF.match(part)
    if of and _is_role(of["role"]):
        return of["rest"]
    unit, sign, company = part.partition(" @ ")
    return company if sign and unit.strip() and not (is_place(company) or _is_no_company(company)) else part


# --- match ---------------------------------------------------------------------------------------------------------


def _from_text(text: str) -> Company:
    typed = _normalise(text)
    if not typed:
        return Company(None, None, "nothing typed" if not text.strip() else "not a company", 0.95)
    return _match_typed(typed)


@lru_cache(maxsize=200_000)
def _match_typed(typed: str) -> Company:
    if _is_no_company(typed) and not _known(_without_role(typed)):
        return Company(None, None, "not a company", 0.95)
    parts = _parts(typed)
    current = [part for part in parts if not _is_past(part)]
    if not current:
        return Company(None, None, "past" if parts else "not a company", 0.9)
    return _first([(part, _match(part)) for part in current])


def _first(found: list[tuple[str, Company]]) -> Company:
    """The first company that is named; a known handle goes before the unknown words it follows (`Search @google`)."""
    named = [(part, company) for part, company in found if company.company_id]
    if not named:
        return found[0][1]
    first = named[0][1]
    handle = next(
        (company for part, company in named[1:2] if part.startswith("@") and company.company_id in _known_ids()), None
    )
    return handle if handle and first.method == "name" else first


@cache
def _known_ids() -> frozenset[str]:
    return frozenset(company_id for company_id, _ in _aliases().values())


def _match(part: str) -> Company:
    name = _without_role(part)
    if _is_no_company(name) or not squeeze(name):
        return Company(None, None, "not a company", 0.95)
    known = _known(name)
    if known:
        return Company(*known, "handle" if name.startswith("@") else "alias", 0.97)
    return _match_address(name) or _match_handle(name) or _match_name(name)


def _match_address(name: str) -> Company | None:
    match = _URL.match(name.strip(EDGES))
    if not match:
        return None
    host, path = match["host"].lower(), (match["path"] or "").strip("/")
    if host in _CODE_HOSTS and path:
        return _match_handle("@" + path.removeprefix("orgs/").split("/")[0])
    known, label = _aliases().get(squeeze(host)), registrable_label(host)
    if known:
        return Company(*known, "web address", 0.97)
    if not label or (len(label) < _SHORTEST_LABEL and not name.lower().startswith(("http", "www"))):
        return None
    as_typed = match["host"][host.index(label) :][: len(label)]
    return _known_or_named(as_typed, "web address", 0.9)


_HANDLE = re.compile(r"^@\s*(?P<handle>[\w-]+(?:\.[\w-]+)*)(?:\s+|\b(?=[^\w\s]))?(?P<rest>.*)$")
_LONGEST_UNIT = 5
_HANDLE_TAIL = re.compile(r"(?<=\w{4})[-_]?(?:hq|inc|official|corp)$", re.IGNORECASE)


def _match_handle(name: str) -> Company | None:
    match = _HANDLE.match(name)
    if not match or (match["rest"] and not _stands_alone(match["handle"], match["rest"])):
        return None
    handle = match["handle"].rstrip("._-")
    bare = _HANDLE_TAIL.sub("", handle)
    known = _known(handle) or _known(bare)
    if known:
        return Company(*known, "handle", 0.97)
    return Company(squeeze(bare), display(bare), "handle", 0.92) if squeeze(bare) else None


def _stands_alone(handle: str, rest: str) -> bool:
    """Whether what follows a handle is no part of the name (`@acme (Acme Inc.)`; but `@Booz Allen Hamilton`)."""
    return not rest[0].isalnum() or (_known(handle) is not None and _known(handle) == _known(without_legal_form(rest)))


def _match_name(name: str) -> Company:
    for method, candidate, confidence in _spellings(name.strip(" @")):
        known = _known(candidate)
        if known:
            return Company(*known, method, confidence)
    core = _core(name.strip(" @"))
    if core != name and (address := _match_address(core)):
        return address
    return Company(squeeze(core), display(core), "name", 0.85)


def _core(name: str) -> str:
    """The name without article, asides and legal form, as long as what is left can be a name."""
    whole = without_article(name).strip(" @,;:.")
    bare = without_asides(whole).strip(EDGES)
    short = without_legal_form(bare).strip(EDGES)
    return next((text for text in (short, bare, whole) if len(squeeze(text)) > 1 and not _is_no_company(text)), name)


def _spellings(name: str) -> Iterator[tuple[str, str, float]]:
    """What a known name may hide behind, from the least to the most that is cut off."""
    yield "alias", name, 0.97
    short = without_legal_form(name)
    yield "alias", short, 0.97
    bare = without_asides(name)
    yield "alias", without_legal_form(bare), 0.95
    short = without_legal_form(bare)
    if not _is_common_word(tail := without_tail(short)):
        yield "alias of a part", tail, 0.9
    unit, comma, company = short.partition(",")
    if comma and len(unit) <= _LONGEST_UNIT and unit.isupper():
        yield "alias of a part", without_tail(company), 0.9


@cache
def _common_words() -> frozenset[str]:
    return frozenset(squeeze(r["alias"]) for r in read_reference("company_aliases.csv") if "common word" in r["origin"])


def _is_common_word(name: str) -> bool:
    """`Square Labs` is not Square: names that are words of the language are known only as a whole."""
    return squeeze(name) in _common_words()


def _known(name: str) -> tuple[str, str] | None:
    key = squeeze(name)
    return _aliases().get(key) or _aliases().get(key.removeprefix("the"))


def _known_or_named(label: str, method: str, confidence: float) -> Company:
    known = _known(label)
    if known:
        return Company(*known, method, max(confidence, 0.95))
    return Company(squeeze(label), display(label), method, confidence)


@cache
def _aliases() -> dict[str, tuple[str, str]]:
    """Id and name by key; ids count as aliases, so that no unknown name can happen to get the id of another company."""
    companies: dict[str, tuple[str, str]] = {}
    for row in read_reference("company_aliases.csv"):
        for alias in (row["alias"], row["company_id"]):
            companies.setdefault(squeeze(alias), (row["company_id"], row["company_name"]))
    return companies


# --- not a company -------------------------------------------------------------------------------------------------


_SHORTEST_NAME = 2


@cache
def _not_companies() -> dict[str, frozenset[str]]:
    """Folded vocabulary by kind: whole phrases, words that say a role or none, and words that may go with those."""
    kinds: dict[str, set[str]] = {"phrase": set(), "head": set(), "filler": set()}
    for row in read_reference("not_companies.csv"):
        kinds[row["kind"]].add(fold(row["text"]))
    return {kind: frozenset(words) for kind, words in kinds.items()}


def _is_no_company(text: str) -> bool:
    key = fold(text)
    squeezed = key.replace(" ", "")
    if squeezed in _aliases():
        return False
    if len(squeezed) < _SHORTEST_NAME or len(set(squeezed)) == 1 or not any(char.isalpha() for char in squeezed):
        return True
    return squeezed in _squeezed_phrases() or squeezed in _not_companies()["head"] or _is_role(text)


@cache
def _squeezed_phrases() -> frozenset[str]:
    return frozenset(phrase.replace(" ", "") for phrase in _not_companies()["phrase"])


def _is_role(text: str) -> bool:
    """Whether all words are about a person's work and one says a role or status (`Freelance web developer`)."""
    return _is_about_work(text) and any(word in _not_companies()["head"] for word in fold(text).split())


def _is_about_work(text: str) -> bool:
    words, vocabulary = fold(text).split(), _not_companies()
    return all(word in vocabulary["head"] or word in vocabulary["filler"] for word in words)
