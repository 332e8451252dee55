"""Companies: free text of a profile → the companies that it names, with id, name, method and confidence.

Belongs here: the reading of one string, and the answers for columns of strings. Does not belong here: the names of the
world's companies (reference/), parents (a subsidiary is a company of its own), what else is known of a person
(company_evidence.py).

The pipeline, for each distinct string:

1. *override*: what the user said of the string goes before everything;
2. *normalise*: Unicode clean-up, emoji and taglines (`we're hiring`) dropped (company_parts.py);
3. *split* where several companies are named, mark past ones (`ex-`), cut roles off (`SWE at`) (company_parts.py);
4. *match*: not a company, known alias, university in any language, handle, web or e-mail address, name without its
   trailing legal form and its place;
5. *score*: the method says how sure the answer is; evidence of another kind that agrees raises it.

The id of a company that no table knows is its name without spaces and signs, so that `Blue Medora` and `@bluemedora`
meet whatever else is in the data. An answer depends on its own string and evidence only.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from community_assets.resolution.company_names import (
    EDGES,
    WEB_ADDRESS,
    display,
    registrable_label,
    squeeze,
    without_article,
    without_asides,
    without_enclosed_form,
    without_legal_form,
    without_tail,
)
from community_assets.resolution.company_parts import Part, email_host, normalise, parts, without_role
from community_assets.resolution.company_vocabulary import (
    Known,
    Vocabulary,
    common_words,
    public_email_domains,
    umbrellas,
)
from community_assets.resolution.gazetteer import gazetteer
from community_assets.resolution.text import fold

_ANSWER: dict[str, pl.DataType] = {
    "company_id": pl.String(),
    "company_name": pl.String(),
    "method": pl.String(),
    "confidence": pl.Float64(),
}
NAMED: dict[str, pl.DataType] = {
    "company": pl.String(),
    "position": pl.Int64(),
    "company_id": pl.String(),
    "company_name": pl.String(),
    "is_current": pl.Boolean(),
    "method": pl.String(),
    "confidence": pl.Float64(),
}
_SHORTEST_LABEL = 3
_SUREST = 0.99


class Company(NamedTuple):
    """A company by its id and display name, how it was recognised, and how sure that is (0 to 1)."""

    company_id: str | None
    name: str | None
    method: str
    confidence: float


class Named(NamedTuple):
    """A company that a string names, and whether the person works there now."""

    company: Company
    is_current: bool


def resolve_companies(
    companies: pl.Series,
    email_domain: pl.Series | None = None,
    organizations: pl.Series | None = None,
    *,
    overrides: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Company of each raw company string: the first that it names as a current one.

    Args:
        companies: strings as people typed them; null and empty are fine.
        email_domain: optional evidence of equal length, the domain of the public e-mail address.
        organizations: optional evidence of equal length, a list of GitHub organization logins.
        overrides: optional answers of the user, who is always right: company (as typed), company_id, company_name.

    Returns:
        One row per input, in order: company (as given), company_id (a lasting slug; null where nothing names a
        company), company_name (from the alias table, else made from the string alone), method and confidence (0 to 1).
    """
    reader = CompanyReader(overrides)
    frame = pl.DataFrame(
        {
            "company": companies.cast(pl.String),
            "email_domain": _or_nulls(email_domain, pl.String(), len(companies)),
            "organizations": _or_nulls(organizations, pl.List(pl.String), len(companies)),
        }
    )
    keys = ["company"] if email_domain is None and organizations is None else frame.columns
    distinct = frame.unique(keys, maintain_order=True)
    answers = [reader.identify(*row) for row in distinct.iter_rows()]
    columns = pl.DataFrame(answers, schema=_ANSWER, orient="row")
    joined = frame.join(
        pl.concat([distinct.select(keys), columns], how="horizontal"),
        on=keys,
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    return joined.select("company", *_ANSWER)


def named_companies(companies: pl.Series, *, overrides: pl.DataFrame | None = None) -> pl.DataFrame:
    """All companies that each distinct string names, past ones too.

    Args:
        companies: strings as people typed them; null and empty are fine.
        overrides: optional answers of the user: company (as typed), company_id, company_name.

    Returns:
        One row per distinct string and company: company (as typed), position (from 1, in the order of the string;
        current ones first), company_id, company_name, is_current, method and confidence (0 to 1). A string that names
        no company has no row.
    """
    return read_companies(companies, CompanyReader(overrides))[1]


def read_companies(companies: pl.Series, reader: "CompanyReader") -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both answers to distinct strings from one reading: as `resolve_companies`, and as `named_companies` gives it."""
    first: list[tuple[object, ...]] = []
    named: list[tuple[object, ...]] = []
    for text in companies.cast(pl.String).drop_nulls().unique(maintain_order=True):
        read = reader.read(text)
        first.append((text, *_first_current(read)))
        named += (
            (text, position, company.company_id, company.name, is_current, company.method, company.confidence)
            for position, (company, is_current) in enumerate(read, start=1)
            if company.company_id
        )
    strings = {"company": pl.String(), **_ANSWER}
    return pl.DataFrame(first, schema=strings, orient="row"), pl.DataFrame(named, schema=NAMED, orient="row")


def _or_nulls(series: pl.Series | None, dtype: pl.DataType, length: int) -> pl.Series:
    return pl.Series([None] * length, dtype=dtype) if series is None else series.cast(dtype)


def surer(confidence: float, other: float) -> float:
    """Confidence of an answer that another, independent one agrees with: both would have to be wrong."""
    return max(confidence, min(_SUREST, 1 - (1 - confidence) * (1 - other)))


class CompanyReader:
    """Reads one string after another; what depends on the string alone is said once."""

    def __init__(self, overrides: pl.DataFrame | None = None) -> None:
        """Overrides: company, company_id, company_name."""
        columns = ("company", "company_id", "company_name")
        self._vocabulary = Vocabulary(() if overrides is None else overrides.select(columns).iter_rows())

    def identify(
        self, text: str | None, email_domain: str | None = None, organizations: list[str] | None = None
    ) -> Company:
        """The company that `text` names first; where it says nothing at all, the one that the evidence names."""
        typed = self.first(text or "")
        found = (self.of_email_domain(email_domain), *map(self.of_organization, organizations or []))
        evidence = [company for company in found if company]
        if typed.company_id:
            agreed = max((e.confidence for e in evidence if e.company_id == typed.company_id), default=0.0)
            return typed._replace(confidence=surer(typed.confidence, agreed)) if agreed else typed
        return evidence[0] if evidence and typed.method == "nothing typed" else typed

    def first(self, text: str) -> Company:
        """The first current company that `text` names, or an answer without a company that says why."""
        return _first_current(self.read(text))

    def is_known(self, company: Company) -> bool:
        """Whether a company is one of the reference tables or of the user, and not only a name."""
        return company.company_id in self._vocabulary.ids

    # --- evidence --------------------------------------------------------------------------------------------------

    def of_email_domain(self, domain: str | None) -> Company | None:
        """The company whose mail a domain receives; anybody can have a domain, so that known ones are surer."""
        domain = (domain or "").strip().lower()
        if not domain or domain in public_email_domains():
            return None
        return self._of_domain(domain, "e-mail domain", 0.9, 0.6)

    def of_website(self, host: str | None) -> Company | None:
        """The known company of a website's host; most websites on profiles are personal."""
        domain = (host or "").strip().lower()
        found = (
            self._of_domain(domain, "website", 0.6, 0.0) if domain and domain not in public_email_domains() else None
        )
        return found if found and found.confidence else None

    def of_organization(self, login: str | None) -> Company | None:
        """The known company of a GitHub organization; others are as often projects as employers."""
        known = self._vocabulary.known(login or "")
        return Company(*known, "GitHub organization", 0.6) if known and known.company_id else None

    def _of_domain(self, domain: str, method: str, known_is: float, other_is: float) -> Company | None:
        label = registrable_label(domain)
        known = self._vocabulary.of_domain(domain) or (self._vocabulary.known(label) if label else None)
        if known:
            return Company(*known, method, known_is) if known.company_id else None
        return Company(squeeze(label), display(label), method, other_is) if label and squeeze(label) else None

    # --- text ------------------------------------------------------------------------------------------------------

    def read(self, text: str) -> list[Named]:
        """All that `text` names, current ones first, or one answer without a company that says why."""
        decided = self._vocabulary.decided(text)
        if decided:
            return [Named(Company(*decided, "override", 1.0), is_current=True)]
        typed = normalise(text)
        if not typed:
            return [_none("nothing typed" if not text.strip() else "not a company")]
        known = self._vocabulary.known(typed)
        if known:
            return [Named(_known(known, "handle" if typed.startswith("@") else "alias", 0.97), is_current=True)]
        if self._vocabulary.is_no_company(typed) and not self._vocabulary.known(without_role(typed, self._vocabulary)):
            return [_none("not a company")]
        return self._named(parts(typed, self._vocabulary))

    def _named(self, found: list[Part]) -> list[Named]:
        current = self._distinct([part for part in found if not part.is_past])
        past = self._distinct([part for part in found if part.is_past], current)
        if current or past:
            return [Named(c, is_current=True) for c in current] + [Named(c, is_current=False) for c in past]
        return [_none("past" if found and all(part.is_past for part in found) else "not a company")]

    def _distinct(self, found: list[Part], known: list[Company] | None = None) -> list[Company]:
        """Companies of some parts, each once."""
        companies: list[Company] = []
        for part in found:
            company = self._match(part.text)
            if not company.company_id or any(_is_one(company, other) for other in (*companies, *(known or []))):
                continue
            # `Search @google`: a known handle goes before the unknown words it follows.
            is_known_handle = part.text.startswith("@") and company.company_id in self._vocabulary.ids
            if is_known_handle and companies and companies[-1].method == "name":
                companies.pop()
            companies.append(company)
        return companies

    def _match(self, part: str) -> Company:
        name = without_role(part, self._vocabulary)
        if self._vocabulary.is_no_company(name) or not squeeze(name):
            return Company(None, None, "not a company", 0.95)
        known = self._vocabulary.known(name)
        if known:
            return _known(known, "handle" if name.startswith("@") else "alias", 0.97)
        return self._match_address(name) or self._match_handle(name) or self._match_name(name)

    def _match_address(self, name: str) -> Company | None:
        mail = email_host(name)
        if mail:
            return self.of_email_domain(mail) or Company(None, None, "not a company", 0.9)
        match = WEB_ADDRESS.match(name.strip(EDGES))
        if not match:
            return None
        host, path = match["host"].lower(), (match["path"] or "").strip("/")
        if host in _CODE_HOSTS and path:
            return self._match_handle("@" + path.removeprefix("orgs/").split("/")[0])
        return self._match_host(match["host"], name.lower().startswith(("http", "www")))

    def _match_host(self, host: str, is_address: bool) -> Company | None:
        """The company of a web host; what only looks like one (`v2.ai`) needs a label that can be a name."""
        known, label = self._vocabulary.of_domain(host), registrable_label(host)
        if known:
            return _known(known, "web address", 0.97)
        if not label or (len(label) < _SHORTEST_LABEL and not is_address):
            return None
        known = self._vocabulary.known(label)
        if known:
            return _known(known, "web address", 0.95)
        as_typed = host[host.lower().index(label) :][: len(label)]
        return Company(squeeze(as_typed), display(as_typed), "web address", 0.9)

    def _match_handle(self, name: str) -> Company | None:
        match = _HANDLE.match(name)
        if not match or (match["rest"] and not self._stands_alone(match["handle"], match["rest"])):
            return None
        handle = match["handle"].rstrip("._-")
        bare = _HANDLE_TAIL.sub("", handle)
        known = self._vocabulary.known(handle) or self._vocabulary.known(bare)
        if known:
            return _known(known, "handle", 0.97)
        team = _HANDLE_OF_TEAM.match(handle)
        known = self._vocabulary.known(team["head"]) if team else None
        if team and known and squeeze(team["head"]) not in common_words():
            return _known(known, "handle of a part", 0.9)
        attached = _ATTACHED_PART.sub("", handle)
        known = self._vocabulary.known(attached) if attached != handle else None
        if known and len(attached) >= _SHORTEST_ATTACHED and squeeze(attached) not in common_words():
            return _known(known, "handle of a part", 0.9)
        return Company(squeeze(bare), display(bare), "handle", 0.92) if squeeze(bare) else None

    def _stands_alone(self, handle: str, rest: str) -> bool:
        """Whether what follows a handle is no part of the name (`@acme (Acme Inc.)`; but `@Booz Allen Hamilton`)."""
        known = self._vocabulary.known(handle)
        return not rest[0].isalnum() or (
            known is not None and known == self._vocabulary.known(without_legal_form(rest))
        )

    def _match_name(self, name: str) -> Company:
        bare = name.strip(" @")
        for method, candidate, confidence in _spellings(bare):
            known = self._vocabulary.known(candidate)
            if known:
                return _known(known, method, confidence)
        school = self._vocabulary.school(bare)
        if school:
            return Company(*school, "university", 0.95)
        core = self._core(bare)
        if core != name and (address := self._match_address(core)):
            return address
        return Company(squeeze(_AND.sub(" ", core)), display(core), "name", 0.85)

    def _core(self, name: str) -> str:
        """The name without article, asides and legal form, as long as what is left can be a name."""
        whole = without_article(name).strip(" @,;:.")
        bare = without_asides(without_enclosed_form(whole)).strip(EDGES)
        short = without_legal_form(bare).strip(EDGES)
        is_name = lambda text: len(squeeze(text)) > 1 and not self._vocabulary.is_no_company(text)  # noqa: E731
        return next(filter(is_name, (short, bare, whole)), name)


_CODE_HOSTS = frozenset({"github.com", "gitlab.com", "bitbucket.org"})
_HANDLE = re.compile(r"^@\s*(?P<handle>[\w-]+(?:\.[\w-]+)*)(?:\s+|\b(?=[^\w\s]))?(?P<rest>.*)$")
_HANDLE_TAIL = re.compile(
    r"(?<=\w{4})[-_]?(?:hq|inc|official|corp)$|(?<=\w{3})[-_.](?:io|com|org|oss|opensource|engineering|llc|ltd|gmbh)$",
    re.IGNORECASE,
)
_HANDLE_OF_TEAM = re.compile(
    r"""^(?P<head>[\w-]{3,})[-_](?:eng|archive|attic|labs?|devs?|developers?|ai|ml|research|cloud|tech|docs|samples|examples
    |experimental|incubator|data|security|design|team|platform|tools|github|code|infra|ops|api|sdk|go|java|js|web
    |digital|studios?|it|global|uk|de|us|usa|eu|jp|japan|india|china|brasil|france|germany)$""",
    re.IGNORECASE | re.VERBOSE,
)
_ATTACHED_PART = re.compile(
    r"(?:ai|api|apis|app|cloud|dev|devs|eng|engineering|labs?|org|oss|opensource|sdk|software|team|tech|technology)$",
    re.IGNORECASE,
)
_SHORTEST_ATTACHED = 4
_LONGEST_UNIT = 5
_LENGTHS_WITH_UNIT = range(3, 5)
_AND = re.compile(r"(?<=\w)\s+and\s+(?=\w)", re.IGNORECASE)
"""`Otter and Finch` is `Otter & Finch`, whose sign is no part of the id."""
_TWO_SCRIPTS = re.compile(r"^([\w&.' -]*?[a-z])[\s(]*(?=[\u3040-\u9fff\uac00-\ud7af])", re.IGNORECASE | re.ASCII)
_AFTER_NAME = re.compile(r"\s*\(")
_UNITS = frozenset({"lab", "labs", "team", "research", "division", "department", "dept", "unit"})


def _known(known: Known, method: str, confidence: float) -> Company:
    """A known company, or the user's word that there is none."""
    return Company(*known, method if known.company_id else "override", confidence)


def _none(method: str) -> Named:
    return Named(Company(None, None, method, 0.9 if method == "past" else 0.95), is_current=False)


def _first_current(named: list[Named]) -> Company:
    first = named[0]
    return first.company if first.is_current or not first.company.company_id else _none("past").company


def _is_one(company: Company, other: Company) -> bool:
    """`Acme Labs @acme` names one company."""
    one, two = sorted((company.company_id or "", other.company_id or ""), key=len)
    return one == two or ({company.method, other.method} == {"name", "handle"} and two.startswith(one))


def _spellings(name: str) -> Iterator[tuple[str, str, float]]:
    """What a known name may hide behind, from the least to the most that is cut off."""
    yield "alias", name, 0.97
    yield "alias", without_legal_form(name), 0.97
    short = without_legal_form(without_asides(name))
    yield "alias", short, 0.95
    head, comma, place = short.rpartition(",")
    if comma and fold(place) in gazetteer().cities_by_key:  # `Acme, Smallville`
        yield "alias", without_legal_form(head), 0.95
    for part in _heads(short):
        # `Square Labs` is not Square, but `Square Japan` is.
        if squeeze(part) not in common_words() or fold(short.removeprefix(part)) in gazetteer().countries:
            yield "alias of a part", part, 0.9
    unit, comma, company = short.partition(",")
    if comma and len(unit) <= _LONGEST_UNIT and unit.isupper():
        yield "alias of a part", without_tail(company), 0.9


def _heads(name: str) -> Iterator[str]:
    """The company of which a longer name says a place or team: `Acme Tokyo`, `Acme (Search)`, `Acme Xuanwu Lab`."""
    yield without_tail(name)
    if scripts := _TWO_SCRIPTS.match(name):  # `ByteDance字节跳动`
        yield scripts[1]
    head = _AFTER_NAME.split(name, maxsplit=1)[0]
    if head != name:
        yield without_tail(without_legal_form(head))
    words = name.split()
    if len(words) in _LENGTHS_WITH_UNIT and words[-1].lower() in _UNITS:
        yield from (" ".join(words[:size]) for size in (2, 1) if size < len(words) - 1)
    folded = fold(name)
    yield from (umbrella for umbrella in umbrellas() if folded.startswith(umbrella))
