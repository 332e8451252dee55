"""Company strings taken apart: clean text → the companies that it names, in order, past ones marked, roles cut off.

Belongs here: how people write several companies, past ones and what they do there. Does not belong here: which company
a piece names (companies.py).
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from community_assets.resolution.company_names import EDGES, WEB_ADDRESS, is_place, without_legal_form
from community_assets.resolution.company_vocabulary import Vocabulary, has_role, is_about_work, is_role
from community_assets.resolution.text import clean, replace_symbols


class Part(NamedTuple):
    """A piece of a string that may name a company, and whether it names a past one."""

    text: str
    is_past: bool = False


# --- normalise -----------------------------------------------------------------------------------------------------

_MARKS = str.maketrans(dict.fromkeys("™®©℠"))
_ARROW = re.compile(r"\s*(?:[→⇒➡➔➜➝➞⟶⮕]\ufe0f?|(?<=\s)[-=]{1,2}>(?=\s))\s*")
_TAGLINE = re.compile(
    r"""[\s,;:|(\[!*—–-]*(?:
        (?:\b(?:we['’]?re|we\ are|currently|now|always|is|are)\s+)*\bhiring\b
        | \b(?:join\ us|come\ work\ with\ us|open\ to\ work|hire\ me)\b
        | \b(?:wir\ stellen\ ein|on\ recrute|estamos\ contratando)\b
    )(?P<rest>.*)$""",
    re.IGNORECASE | re.VERBOSE,
)
_SLOGAN = re.compile(
    r"""\s+(?:[–—|-]\s+|-{2,}\s+)(?=\S+\s+\S+\s+\S)
        (?:we|our|your|the|an?|i|where|for|helping|building|making|creating|empowering|connecting|bringing|ai\ for)\b.*$
        | ,\s+an?\s+\S+(?:\s+\S+)?\s+(?:company|startup)$""",
    re.IGNORECASE | re.VERBOSE,
)
_BATCH = re.compile(r"[\s,]*[(\[]?\b(?:YC|Y\s?Combinator)[\s-]?[WSFX]['’]?(?:20)?\d\d\b[)\]]?", re.IGNORECASE)
"""Batches of a well-known programme for startups: `Acme (YC W21)`."""
_THEN = " >> "
"""Stands for an arrow from one employer to the next."""


def normalise(text: str) -> str:
    """One line of plain text: emoji, marks of trade and taglines dropped, arrows as `>>`."""
    line = _ARROW.sub(_THEN, clean(text.translate(_MARKS)))
    plain = " ".join(replace_symbols(line, " ").split())
    tagline = _TAGLINE.search(plain)
    named = (plain[: tagline.start()] or tagline["rest"].strip(EDGES)) if tagline else plain
    return _SLOGAN.sub("", _BATCH.sub("", named)) or named


# --- split ---------------------------------------------------------------------------------------------------------

_PAST = re.compile(
    r"""^[^\w@]*(?:
        ex(?:[-–:.]\s*|\s+(?:at\s+)?(?=[@A-Z])|(?=@)|$)
        | (?:formerly|former|previously|prev|ancien(?:ne(?:ment)?)?|ehemals|früher|fruher|antes|anteriormente|eski
            |vroeger|voorheen|tidigare|бывший|бывшая|ранее|раньше)\b[\s.:,-]*
        | (?:past|was|worked|retired|late|left|alum(?:nus|ni|na)?)(?:\s+(?:at|from|of|with)\s+|\s*[:@-]\s*(?=[\w@])|$)
        | [前元](?=[A-Z@])
    )(?:(?:at|of|with|bei|chez|de|en|from)\s+|@\s+)?""",
    re.IGNORECASE | re.VERBOSE,
)
_GLUED_PAST = re.compile(r"ex[-–@]", re.IGNORECASE)
_PAST_INSIDE = re.compile(
    r"\s*[,(/;|.–—-]*\s*\b(?:ex(?=[-@:]|\s+@)|(?<=\()ex(?=\s+\w)|formerly|former|previously|prev)\b[\s:.,-]*(?:(?:at|of|with)\s+)?(?=[\w@])",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"\s*[.,;:(–—|-]+\s*(?:now|currently)\b(?!\s+(?:an?|part|owned)\s):?\s*(?:at\s+|with\s+|@\s+)?(?=[\w@])",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"""\s*[|;•·●│‖]\s* | \s+/+\s* | \s*/+\s+ | \s*//+\s*   # signs that stand between names
    | \s+(?=@\w) | \s*(?:[,/&+]|\band\b|\bund\b|\by\b|\bet\b)\s*(?=@)   # each handle is a name""",
    re.VERBOSE,
)
_WORK_AT_HANDLE = re.compile(
    r"""^(?: now | currently | [^@|/,;•·&]*\s(?:at|for|with|bei|chez|presso|bij|hos|på|na|em|en|w|в) ):?\s+(?=@\w)""",
    re.IGNORECASE | re.VERBOSE,
)
"""Whatever stands before `at @acme` is no name: `Entwicklerin bei @acme`."""
_GLUED = re.compile(r"(?<=\w)@(?=[A-Za-z])")
_AMPERSAND = re.compile(r"\s+(?:&|and|und|et|y|\+)\s+|\s*[,/+]\s*", re.IGNORECASE)
_EMAIL = re.compile(r"^[\w.+-]+@(?P<host>[\w-]+(?:\.[\w-]+)+)$")


def email_host(text: str) -> str | None:
    """The domain of a text that is one e-mail address."""
    match = _EMAIL.match(text)
    return match["host"] if match else None


def parts(text: str, vocabulary: Vocabulary) -> list[Part]:
    """The pieces of a normalised string that may name companies, in order."""
    if WEB_ADDRESS.match(text) or _EMAIL.match(text):
        return [Part(text)]
    found: list[Part] = []
    spaced = _GLUED.sub(" @", text) if text.startswith("@") else _WORK_AT_HANDLE.sub("", text)
    chunks = _NOW.sub(_THEN, spaced).split(_THEN)
    for number, chunk in enumerate(chunks):
        pieces = _BETWEEN.split(_PAST_INSIDE.sub(" | ex-", chunk))
        for piece, following in zip(pieces, [*pieces[1:], ""], strict=True):
            if not (following.startswith("@") and piece and is_about_work(piece)):  # `Android @acme`
                found += _pieces(piece, number < len(chunks) - 1, vocabulary)
    return found


def _pieces(piece: str, is_past: bool, vocabulary: Vocabulary) -> list[Part]:
    marker = None if vocabulary.known(piece) else _PAST.match(piece)
    name = piece[marker.end() :] if marker else piece
    if marker and _GLUED_PAST.match(piece):  # `ex-Acme, Globex`
        past, comma, now = (part.strip() for part in name.partition(","))
        if comma and now and not vocabulary.known(name) and not vocabulary.known(now) and not _is_legal_form(now):
            return [Part(past, True), *_pieces(now, is_past, vocabulary)]
    texts = [text for text in _split_known(name, vocabulary.known) if text.strip(EDGES)]
    return [Part(text, is_past or bool(marker)) for text in texts] or ([Part("", True)] if marker else [])


def _split_known(piece: str, known: Callable[[str], object]) -> list[str]:
    """`A & B`, `A, B` are two companies where both are known, and one name otherwise (`Procter & Gamble`)."""
    names = _AMPERSAND.split(piece)
    return names if len(names) > 1 and all(map(known, names)) and not known(piece) else [piece]


# --- roles ---------------------------------------------------------------------------------------------------------

_AT = re.compile(
    r"^(?P<role>[^@]*?)(?:\s+(?:at|bei|chez|presso|bij|hos|på|na|no|em|à|w|у|в|with|w/)\s+|\s*@\s*)(?P<rest>\S.*)$",
    re.IGNORECASE,
)
_OF = re.compile(r"\s+(?:of|en|for)\s+|\s*,\s*|\s+[-–—]\s+|:\s+", re.IGNORECASE)
_NAME = "Name"
_THEN_ROLE = re.compile(r"^(?P<rest>\S.*?)(?:\s*,\s*|\s+[-–—]\s+|:\s+|\s*\()(?P<role>[^,()@]+)\)?$")


def without_role(part: str, vocabulary: Vocabulary) -> str:
    """`Software Engineer at Acme`, `Data @ Acme`, `Acme (CTO)` → `Acme`."""
    at = _AT.match(part)
    if at and at["role"].strip() and _tells_work(at["role"], at["rest"], vocabulary):
        return at["rest"]
    rests = list(_after_role(part))
    if rests:
        return next((rest for rest in reversed(rests) if not is_about_work(rest)), rests[0])
    then = _THEN_ROLE.match(part)
    if then and is_role(then["role"]) and not is_about_work(then["rest"]):
        return then["rest"]
    unit, sign, company = part.partition(" @ ")
    nowhere = not (sign and unit.strip()) or is_place(company) or vocabulary.is_no_company(company)
    return part if nowhere else company


def _after_role(part: str) -> Iterator[str]:
    """What follows a role, the longer first: `Engineering, Acme` and `Acme` in `VP of Engineering, Acme`."""
    for number, of in enumerate(_OF.finditer(part)):
        rest = part[of.end() :]
        is_first_or_sign = number == 0 or not of[0].strip().isalpha()
        if is_first_or_sign and rest and is_role(part[: of.start()]) and not _is_legal_form(rest):
            yield rest


def _is_legal_form(text: str) -> bool:
    return without_legal_form(f"{_NAME} {text}") == _NAME


def _tells_work(role: str, rest: str, vocabulary: Vocabulary) -> bool:
    """Whether what stands before `at` is a role, or at least begins like one and a company follows."""
    if is_about_work(role):
        return True
    begins_so = has_role(role) and is_about_work(role.split(maxsplit=1)[0])
    return begins_so and not vocabulary.is_no_company(rest) and not is_place(rest)
