"""What is known before any string is read: companies by their aliases, universities, words that name no company.

Belongs here: look-ups in the reference data and in what the user decided. Does not belong here: how a string is taken
apart (company_parts.py), and how the pieces are matched (companies.py).
"""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from community_assets.resolution.company_names import registrable_domain, school_pieces, squeeze
from community_assets.resolution.reference import read_reference
from community_assets.resolution.schools import Schools
from community_assets.resolution.text import fold, typed_key

_SHORTEST_NAME = 2


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
        return squeezed in _phrases() or is_role(text)


def _find(key: str) -> Known | None:
    found = aliases().get(key)
    if not found and (school := schools().by_name.get(key)):
        found = Known(*school)
    return found


@cache
def aliases() -> dict[str, Known]:
    """Companies by key; ids count as aliases, so that no unknown name can happen to get the id of another company."""
    companies: dict[str, Known] = {}
    for row in read_reference("company_aliases.csv"):
        for alias in (row["alias"], row["company_id"]):
            companies.setdefault(squeeze(alias), Known(row["company_id"], row["company_name"]))
    return companies


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


def is_role(text: str) -> bool:
    """Whether all words are about a person's work and one says a role or status (`Freelance web developer`)."""
    return is_about_work(text) and has_role(text)


def has_role(text: str) -> bool:
    """Whether one of the words says a role or status."""
    return any(word in words("head") for word in fold(text).split())


def is_about_work(text: str) -> bool:
    """Whether all words are about a person's work."""
    head, filler = words("head"), words("filler")
    return all(word in head or word in filler for word in fold(text).split())
