"""What is known before any string is read: companies by their aliases, universities, words that name no company.

Belongs here: look-ups in the reference data and in what the user decided. Does not belong here: how a string is taken
apart (company_parts.py), and how the pieces are matched (companies.py).
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from community_assets.resolution.company_names import is_place, registrable_domain, school_pieces, squeeze
from community_assets.resolution.gazetteer import gazetteer
from community_assets.resolution.reference import read_reference
from community_assets.resolution.schools import Schools
from community_assets.resolution.text import fold, is_dense_script, typed_key

_SHORTEST_NAME = 2
_LONGEST_PERSON = 5
_LONGEST_CODE = 3
_STANDS_BEFORE_COMPANY = re.compile(
    r"[@|/,;:•·&+(\[]|\s[-–—]\s|\s(?:at|for|with|bei|chez|presso|bij|hos|på|na|em|en|à|w|у|в|from|by)\s", re.IGNORECASE
)
_PERSON_ENDINGS = (
    "entwickler",
    "entwicklerin",
    "informatiker",
    "informatikerin",
    "ingenieur",
    "studerende",
    "utvecklare",
    "administrator",
    "architekt",
    "berater",
    "kehittaja",
    "ontwikkelaar",
    "programmierer",
    "suunnittelija",
    "techniker",
    "udvikler",
    "utvikler",
)
_SENTENCE = re.compile(
    r"""(?: (?:currently|actively|always|still|just|now)\s )*
        (?: (?:looking|searching|seeking|hunting|applying)
            \s(?:for|a|an|to|the|my|new|work|job|full|remote|opportunit\w*)\b
        | (?:open|available)\s(?:to|for)\b
        | (?:un|not\s)employed\b
        | not\s(?:currently|really|yet|telling|working|sure|applicable|available|affiliated|at|a\scompany)\b
        | no\s(?:current|company|comp|employer|affiliation|organi[sz]ation|job|work|idea|thanks)\b
        | (?:none|nothing)\s(?:of|at|for|to|yet|just|right|so|currently|here)\b
        | (?:i|we)\s(?:am|do|dont|have|work|just|build|make|love|like|code|write|cant|can)\b
        | (?:cant|cannot|wont|dont)\s(?:say|tell|have|work|know)\b
        | (?:somewhere|nowhere)\s(?:in|on|at|over|near|between|else)\b
        | (?:between|in\sbetween)\s(?:jobs?|roles?|gigs?|opportunit\w*|things|positions?|companies)\b
        | (?:hunting|applying|waiting|ready|hoping|trying|available)\s(?:for|to)\b
        | (?:job|work)\s(?:hunting|seeking|searching)\b
        | (?:does|do|did)\snot\s\w+
        | (?:never\s(?:stop|give|be|forget|look)|always\s(?:be|\w+ing))\b
        | taking\s(?:a|some|time|care\sof)\b
        | (?:built|made)\swith\b
        | my\s(?:own|dogs?|cats?|wife|mom|moms|mum|dad|parents|kids?|house|room|bed|bedroom|basement|garage|couch)\b
        | (?:buscando|procurando|szukam|hledam|ищу|шукаю|op\szoek\snaar|auf\s(?:der\s)?suche|(?:a\sla|en)\srecherche
            |en\sbusca|em\sbusca|in\scerca)\s\w
        | (?:suche|recherche|busco|cerco|procuro)\s
            (?:une?|ein|eine|einen|neue|neuen|nach|job|emploi|stage|trabajo|empleo|lavoro|emprego|estagio)\b
        | (?:нет|без|keine?|ohne|sans|aucune?|sin|sem|ninguna?|nenhuma?|senza|nessuna?|geen|zonder|ingen|utan|uden
            |bez)\s
            (?:компании|работы|фирмы|firma|firmy|arbeit|arbeitgeber|job|jobb|entreprise|employeur|emploi|societe|travail
            |empresa|compania|trabajo|empleo|trabalho|emprego|azienda|lavoro|bedrijf|werk|baan|foretag|pracy|prace)$
        | .*\bfor\sfun$ | .*\bin\s(?:my\s)?(?:spare|free)\stime$
        | (?:keep|stay)\s(?:it|on|calm|hungry|curious|simple|safe|cool|humble|focused|\w+ing)\b
        | (?:(?:(?:a|one|two|three|four|five|\d+|my|our|and|with|of|to|dad|mom|mum|father|mother|owner|husband)\s)+
            (?:cats?|dogs?|kids?|child(?:ren)?|daughters?|sons?|boys|girls|wife)\s?)+$
        | be\s(?:yourself|kind|happy|good|nice|curious|brave|the)\b
        | (?:making|building|doing|writing|working|learning|coding|hacking|living|breaking)
            \s(?:to|my|the|a|on|by|every|everyday|from|all|new|things|stuff|cool|hard|random|something)\b
        ) (?! .*\b(?:inc|llc|ltd|gmbh|labs|studios?)$ )""",
    re.VERBOSE,
)
_SAYS_SOMETHING = re.compile(
    r"""^(?:my|your|our|some|just|only)\s\S
        | ^(?=\S+\s\S+\s\S) (?:.*\s)?
          (?:i|im|me|my|you|your|youre|we|it|its|is|are|am|was|be|not|dont|cant|never|always|every|everything|nothing
          |something|anything|someone|everyone|myself|yourself|repeat)
          (?:\s|$)""",
    re.VERBOSE,
)
"""Words of sentences, which few names have and no name that is written in small letters but for the first."""
_FOR_NOW = re.compile(
    r"\s(?:for\s(?:now|the\smoment)|right\snow|now|at\s(?:the\smoment|this\stime|present)|atm|so\sfar|yet|sorry|really|thanks)$"
)
_SOMEBODY = re.compile(r"^(?:an?|just|only|still|simply)\s")
_LISTED = re.compile(r"\s*[,&+]\s*|\s+and\s+", re.IGNORECASE)
_NAME_INSIDE = re.compile(r"(?<=[^.!?\s])\s+(?!I\b)[^\Wa-z\d_](?<!\s[a-zß-ÿ])")
_DATE = re.compile(
    r"(?=.*\d)(?:(?:since|until|till|from|to|in|class|of|present|now|today|current|(?:19|20)\d\d)(?:\s|$))+$"
)
_YEAR = re.compile(r"(?:19|20)\d\d$")
_COMPANY_ENDINGS = (
    "academy",
    "capital",
    "collective",
    "foundation",
    "gmbh",
    "group",
    "guild",
    "holdings",
    "inc",
    "industries",
    "institute",
    "labs",
    "llc",
    "ltd",
    "partners",
    "solutions",
    "studio",
    "studios",
    "technologies",
    "ventures",
)


class Known(NamedTuple):
    """A company that is known by id and name; both null where the user said that a string names none."""

    company_id: str | None
    name: str | None


class Vocabulary:
    """Aliases of companies; the user's own go before those of the reference tables."""

    def __init__(self, overrides: Iterable[tuple[str, str | None, str | None]] = ()) -> None:
        """Overrides are (string as typed, id, name)."""
        self._typed: dict[str, Known] = {}
        self._decided: dict[str, Known] = {}
        for typed, company_id, name in overrides:
            known = Known(company_id, name)
            self._typed[typed_key(typed)] = known
            self._decided.setdefault(squeeze(typed) or typed_key(typed), known)
        self._names: dict[str | None, Known] = {
            known.company_id: known for known in self._decided.values() if known.company_id
        }
        self.ids = {known.company_id for known in (*aliases().values(), *self._decided.values())} | schools().ids

    def decided(self, text: str) -> Known | None:
        """What the user said of a string: as it is typed, else but for case, signs and spaces."""
        if not self._typed:
            return None
        key = typed_key(text)
        return self._typed.get(key) or self._decided.get(squeeze(text) or key)

    def known(self, name: str) -> Known | None:
        """The company of which `name` is an alias, but for case, signs, spaces and an article."""
        key = squeeze(name)
        found = self._decided.get(key) or _find(key) or (_find(key[3:]) if key.startswith("the") else None)
        return self._named(found)

    def school(self, name: str) -> Known | None:
        """The university that `name`, or a piece of it, means in any language."""
        found = schools().named(name)
        if found:
            return self._named(Known(*found))
        pieces = (self.known(piece) or self.school(piece) for piece in school_pieces(name))
        return next((known for known in pieces if known and known.company_id in schools().ids), None)

    def of_domain(self, host: str) -> Known | None:
        """The company of a web domain: by the whole host, else by the registrable domain."""
        domain = registrable_domain(host) or ""
        key = squeeze(host)
        found = self._decided.get(key) or self._decided.get(squeeze(domain)) or aliases().get(key)
        if not found and (school := schools().by_domain.get(domain)):
            found = Known(*school)
        return self._named(found)

    def _named(self, known: Known | None) -> Known | None:
        """A company that the user named is called so, whatever led to it."""
        return self._names.get(known.company_id, known) if known else None

    def is_no_company(self, text: str) -> bool:
        """Whether `text` says what a person does or is, or nothing at all, and is no company's name."""
        key = fold(text)
        squeezed = key.replace(" ", "")
        if squeezed in self._decided:
            return self._decided[squeezed].company_id is None
        if squeezed in aliases():
            return False
        if len(squeezed) < _SHORTEST_NAME or len(set(squeezed)) == 1 or not any(char.isalpha() for char in squeezed):
            return True
        if squeezed in _phrases() or _DATE.match(key) or _is_where(text):
            return True
        return not _is_called_company(text, key) and self._is_about_somebody(text, key)

    def _is_about_somebody(self, text: str, key: str) -> bool:
        """Whether a text that is no phrase of its own is a role, a sentence, or a list of what names no company."""
        shorter = _FOR_NOW.sub("", key if _NAME_INSIDE.search(text) else _SOMEBODY.sub("", key)).replace(" ", "")
        if shorter in _phrases() or is_role(text) or self._is_list(text):
            return True
        if "@" not in text and (_SENTENCE.match(key) or _is_sentence(text, key)):
            return True
        if is_dense_script(text):
            return bool(_dense_role().match(key.replace(" ", "")))
        return self._is_person(text, key.split())

    def _is_list(self, text: str) -> bool:
        """Whether each of several things that a text lists is no company: `Planet Earth, Milky Way`."""
        listed = [piece for piece in _LISTED.split(text) if piece.strip()]
        return len(listed) > 1 and all(len(piece) >= _LONGEST_CODE and self.is_no_company(piece) for piece in listed)

    def _is_person(self, text: str, words_: list[str]) -> bool:
        """Whether a short text ends or begins as what a person is called: `Solidity developer`, `Estudante de Letras`.

        Known companies have people (`Acme engineer`), and signs and prepositions may stand before a company.
        """
        if not 1 <= len(words_) <= _LONGEST_PERSON or _STANDS_BEFORE_COMPANY.search(text):
            return False
        if len(words_) == 1:
            return words_[0].endswith(_PERSON_ENDINGS)
        if words_[-1] in words("person") or words_[-1].endswith(_PERSON_ENDINGS):
            return not any(self.known(" ".join(words_[:size])) for size in range(1, len(words_)))
        return words_[0] in words("person first") and not self.known(" ".join(words_[1:]))


def _is_called_company(text: str, key: str) -> bool:
    """Whether the last word is one of companies, and all are capitalised: `Student Ventures`."""
    return " " in key and key.rsplit(" ", 1)[1] in _COMPANY_ENDINGS and all(word[0].isupper() for word in text.split())


def _is_sentence(text: str, key: str) -> bool:
    """Whether words of sentences are in a text that is written like one: `Keep it simple`, but `Be My Eyes`."""
    names = _NAME_INSIDE.search(text) or _STANDS_BEFORE_COMPANY.search(text.replace(",", ""))
    return not names and bool(_SAYS_SOMETHING.match(key))


def _is_where(text: str) -> bool:
    """Whether `text` is a country, or a place in another one: `Smallville, Ohio`, and no company's name."""
    places = [place for place in text.split(",") if place.strip()]
    if len(places) > 1:
        return all(map(is_place, places))
    return len(text) > _LONGEST_CODE and fold(text) in gazetteer().countries


def _find(key: str) -> Known | None:
    found = aliases().get(key)
    if not found and (school := schools().by_name.get(key)):
        found = Known(*school)
    return found


@cache
def aliases() -> dict[str, Known]:
    """Companies by key; ids count as aliases, so that no unknown name can happen to get the id of another company."""
    companies: dict[str, Known] = {}
    rows = read_reference("company_aliases.csv")
    for row in rows:
        for alias in (row["alias"], row["company_id"]):
            companies.setdefault(squeeze(alias), Known(row["company_id"], row["company_name"]))
    for row in rows:
        for spelling in _other_spellings(row["alias"]):
            companies.setdefault(squeeze(spelling), Known(row["company_id"], row["company_name"]))
    return companies


def _other_spellings(alias: str) -> Iterator[str]:
    """`Procter and Gamble`, `Oak Ridge National Lab`."""
    if "&" in alias:
        yield alias.replace("&", " and ")
    if " and " in alias:
        yield alias.replace(" and ", " & ")
    if "National Laboratory" in alias:
        yield from (alias.replace("Laboratory", word) for word in ("Lab", "Labs", "Laboratories"))


@cache
def schools() -> Schools:
    """The world's universities; those with aliases of their own keep their id and name."""
    rows = read_reference("company_aliases.csv")
    return Schools(
        {row["alias"]: (row["company_id"], row["company_name"]) for row in rows if "university" in row["origin"]}
    )


@cache
def common_words() -> frozenset[str]:
    """Keys of names that are words of the language, or short: they mean the company only where they stand alone."""
    found = set()
    for row in read_reference("company_aliases.csv"):
        if "short or a common word" in row["origin"]:
            found.add(squeeze(row["alias"]))
        elif "a common word" in row["origin"]:
            found.add(squeeze(row["company_name"]))
    return frozenset(found)


@cache
def umbrellas() -> tuple[str, ...]:
    """Folded names of research organisations whose institutes carry their name before their own."""
    rows = read_reference("company_aliases.csv")
    return tuple(fold(row["alias"]) + " " for row in rows if "institutes" in row["origin"])


@cache
def public_email_domains() -> frozenset[str]:
    """Domains at which anybody may have a mailbox."""
    return frozenset(row["domain"] for row in read_reference("public_email_domains.csv"))


# --- not a company -------------------------------------------------------------------------------------------------


@cache
def words(kind: str) -> frozenset[str]:
    """Folded words of a kind: `head` says a role or status, `filler` may go with it, `phrase` stands alone."""
    return frozenset(fold(row["text"]) for row in read_reference("not_companies.csv") if row["kind"] == kind)


@cache
def _phrases() -> frozenset[str]:
    return frozenset(phrase.replace(" ", "") for phrase in words("phrase") | words("head"))


@cache
def _dense_role() -> re.Pattern[str]:
    """Roles of scripts without spaces between words, put together of known ones: `フリーランスのエンジニア`."""
    known = {word.replace(" ", "") for word in words("head") | words("phrase") if is_dense_script(word)}
    joined = "|".join(sorted((word for word in known if len(word) > 1), key=len, reverse=True))
    students = r"[\w]{0,10}(?:学生|學生|学生です|年生|校生|研究生|학생|학부생|대학생)"
    return re.compile(rf"(?:(?:(?:{joined})(?:の|な|的|中|です|一枚|一名|생|者)?)+|{students})$")


def is_role(text: str) -> bool:
    """Whether all words are about a person's work and one says a role or status (`Freelance web developer`)."""
    return is_about_work(text) and has_role(text)


def has_role(text: str) -> bool:
    """Whether one of the words says a role or status."""
    return any(word in words("head") for word in fold(text).split())


def is_about_work(text: str) -> bool:
    """Whether all words are about a person's work."""
    head, filler = words("head"), words("filler")
    return all(word in head or word in filler or _YEAR.match(word) for word in fold(text).split())
