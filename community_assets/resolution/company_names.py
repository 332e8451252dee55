"""Company names taken apart: legal forms, articles, asides, places, divisions, web addresses.

Belongs here: what can be said of a name from its own letters and general reference data. Does not belong here: which
company a name means (companies.py).
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from cleanco.termdata import terms_by_country, terms_by_type
from publicsuffixlist import PublicSuffixList

from community_assets.resolution.gazetteer import LARGE_CITY, gazetteer
from community_assets.resolution.reference import read_reference
from community_assets.resolution.text import fold, is_dense_script

EDGES = " \t,;:.!?*~#_-–—|/\\<>()[]{}\"'“”‘’`=+&…"
"""Signs that may stand around a name and are no part of it."""


@lru_cache(maxsize=4096)
def squeeze(text: str) -> str:
    """Comparison key of a company name: letters and digits only."""
    return fold(text).replace(" ", "")


def display(name: str) -> str:
    """A name to show, from the string alone: as typed, with capitals where there are none, without needless signs."""
    words = name.strip(EDGES + "@").replace("_", " ").split()
    shown = " ".join(words)
    return " ".join(_capitalise(word) for word in words) if shown.islower() else shown


def _capitalise(word: str) -> str:
    return "-".join(part[:1].upper() + part[1:] for part in word.split("-"))


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)


WEB_ADDRESS = re.compile(
    r"^(?:https?:/{0,2})?(?:www\.)?(?P<host>[\w-]+(?:\.[\w-]+)+)(?:[/?#:](?P<path>.*))?$", re.IGNORECASE
)


def registrable_domain(host: str) -> str | None:
    """`www.example.co.uk` → `example.co.uk`; None where there is none under a known suffix."""
    try:
        domain: str | None = _suffixes().privatesuffix(host.strip(".").lower())
    except (UnicodeError, ValueError):
        return None
    return domain


def registrable_label(host: str) -> str | None:
    """`www.example.co.uk` → `example`; None where there is no registrable domain under a known suffix."""
    domain = registrable_domain(host)
    return domain.split(".")[0] if domain else None


_LONGEST_FORM = 5
_ENCLOSED_FORM = re.compile(r"\s*[(（](?:株|有|合|주|유|재|사)[)）]\s*")
_LONGEST_CODE = 3
_ASIDE = re.compile(r"\s*[(（\[]([^)）\]]*)[)）\]]")
_OWNER = re.compile(r"\s*[,(–—-]\s*(?:acquired by|part of|subsidiary of|owned by|an?\s.*\bcompany)\b.*$", re.IGNORECASE)
_AFTER_COMMA = re.compile(r"\s*,\s*([^,]+)$")
_TICKER = re.compile(r"^(?:[A-Z]+:\s?)?[\dA-Z]{2,6}(?:\.[A-Z]{1,2})?$")


@cache
def _legal_forms() -> frozenset[str]:
    rows = read_reference("legal_forms.csv")
    kept = {squeeze(row["form"]) for row in rows if row["place"] == "trailing"}
    refused = {squeeze(row["form"]) for row in rows if row["place"] == "no form"} - kept
    libraries = (term for terms in (*terms_by_type.values(), *terms_by_country.values()) for term in terms)
    return frozenset(({squeeze(term) for term in libraries} | kept) - refused - {""})


@cache
def _leading_forms() -> frozenset[str]:
    return frozenset(squeeze(row["form"]) for row in read_reference("legal_forms.csv") if row["place"] == "leading")


def without_legal_form(name: str) -> str:
    """`name` without its trailing legal forms; a name that is nothing else is kept."""
    shorter = _cut_form(_without_leading_form(without_enclosed_form(name)))
    while shorter != name:
        name, shorter = shorter, _cut_form(shorter)
    return name


def without_enclosed_form(name: str) -> str:
    """`name` without a legal form in brackets, as in Japan and Korea; `㈱` is `(株)` by then."""
    return _ENCLOSED_FORM.sub("", name) or name


def _cut_form(name: str) -> str:
    words = name.strip(EDGES).split()
    for size in range(min(_LONGEST_FORM, len(words) - 1), 0, -1):
        if squeeze("".join(words[-size:])) in _legal_forms():
            return " ".join(words[:-size]).strip(EDGES)
    return _cut_attached_form(name)


def _cut_attached_form(name: str) -> str:
    """Forms that are written without a space: `腾讯科技有限公司`, `Acme,Inc.`."""
    head, comma, tail = name.rpartition(",")
    if comma and squeeze(tail) in _legal_forms() and head.strip(EDGES):
        return head.strip(EDGES)
    if name.isascii():
        return name
    for form in _attached_forms():
        if name.endswith(form) and len(name) > len(form) + 1:
            return name.removesuffix(form)
    return name


@cache
def _attached_forms() -> tuple[str, ...]:
    forms = (row["form"] for row in read_reference("legal_forms.csv") if row["place"] == "trailing")
    return tuple(sorted((form for form in forms if form > "\u3000"), key=len, reverse=True))


def _without_leading_form(name: str) -> str:
    first, _, rest = name.partition(" ")
    if rest and squeeze(first) in _leading_forms():
        return rest
    if name.isascii():
        return name
    return next((name.removeprefix(form) for form in _attached_forms() if name.startswith(form) and name != form), name)


def without_article(name: str) -> str:
    """`The Home Depot` → `Home Depot`."""
    first, _, rest = name.partition(" ")
    return rest if rest and first.lower() == "the" else name


def without_asides(name: str) -> str:
    """`name` without an acronym, handle, place or ticker in parentheses, and without a place after a comma."""
    outside = _OWNER.sub("", _ASIDE.sub(lambda match: "" if _is_aside(match[1], name) else match[0], name)).strip()
    match = _AFTER_COMMA.search(outside)
    if match and is_place(match[1]) and not _is_school(outside):
        outside = outside[: match.start()]
    return outside or name


def _is_aside(inside: str, name: str) -> bool:
    """Whether what stands in parentheses only repeats or locates the name: `(ACM)`, `(@acme)`, `(UK)`, `(0700.HK)`."""
    outside, said, inside = fold(name.split("(", maxsplit=1)[0]), squeeze(inside), inside.strip()
    initials = "".join(word[0] for word in outside.split())
    return (
        said in ("", initials, outside.replace(" ", ""))
        or said in _legal_forms()
        or inside.startswith("@")
        or bool(_TICKER.match(inside))
        or said == registrable_label(inside)
        or (is_place(inside) and not _is_school(name))
    )


_SCHOOL = re.compile(
    r"universi|\binstitu|college|school|académ|academ|\bcampus\b|politec|polytech|hochschule|大学|대학", re.IGNORECASE
)


def _is_school(name: str) -> bool:
    """Schools are told apart by their place: `University of California, Davis`."""
    return bool(_SCHOOL.search(name))


def is_place(text: str) -> bool:
    """Whether `text` is a country, region, nickname of a place, or well-known city; codes count in capitals only."""
    world, key, typed = gazetteer(), fold(text), text.strip()
    return (
        key in world.countries
        or key in world.aliases
        or key in world.regions
        or (typed.isupper() and typed in world.country_codes)
        or any(world.cities[number].population > LARGE_CITY for number in world.cities_by_key.get(key, []))
    )


_DENSE_HEAD = re.compile(r"^(?:\w{2}(?:市|省)|北京|上海|深圳|广州|杭州|南京|成都|武汉|中国)")
_DENSE_TAIL = re.compile(
    r"(?:集团|集團|公司|股份|有限|责任|控股|科技|技术|技術|网络|網絡|在线|在線|信息|软件|計算機|计算机|系统|系統|服务|服務|电子|电商|商城"
    r"|中国|\(中国\)|\([^)]*\)|研究院|实验室|事业部|グループ|ホールディングス|그룹|테크)+$"
)


def without_tail(name: str) -> str:
    """`name` without places and words for divisions at its end; only ever compared with known names."""
    if is_dense_script(name):
        short = _DENSE_TAIL.sub("", name)
        return _DENSE_TAIL.sub("", _DENSE_HEAD.sub("", short)) or short or name
    words = name.split()
    size = _tail_size(words)
    while size:
        words = words[:-size]
        size = _tail_size(words)
    return " ".join(words).strip(EDGES)


def _tail_size(words: list[str]) -> int:
    """How many words at the end (two at most, never all) are a place or say that a part of something is meant."""
    for size in range(1, min(3, len(words))):
        tail = " ".join(words[-size:])
        if fold(tail) in _division_words() or ((len(tail) > _LONGEST_CODE or tail.isupper()) and is_place(tail)):
            return size
    return 0


@cache
def _division_words() -> frozenset[str]:
    return frozenset(fold(row["word"]) for row in read_reference("division_words.csv"))


def school_pieces(name: str) -> Iterator[str]:
    """What may be the university in the name of one of its parts: `Department of Physics, Acme University`."""
    pieces = [piece for piece in _BETWEEN_UNITS.split(name) if piece.strip(EDGES)]
    others = sum(_is_unit(piece) or is_place(piece) for piece in pieces)
    if len(pieces) > 1 and others >= len(pieces) - 1:
        yield from pieces
    words = pieces[0].split() if pieces else []
    yield from (" ".join(words[:size]) for size in range(len(words) - 1, 0, -1) if _is_unit(words[size]))


_BETWEEN_UNITS = re.compile(r"\s*[,;:()]\s*|\s+[-–—]\s+|\s*@\s*|\s+(?:at|of the|in)\s+")


def _is_unit(text: str) -> bool:
    return any(word in _school_units() for word in fold(text).split())


@cache
def _school_units() -> frozenset[str]:
    return frozenset(fold(row["word"]) for row in read_reference("school_units.csv"))
