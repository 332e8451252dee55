"""Universities: one by its name in any language, by the abbreviation that its web domain is made of, or by the domain.

Belongs here: what universities have in common. Does not belong here: other companies, and the universities that
reference/company_aliases.csv names with aliases of their own, which go first.

A name becomes a key: its words in English, the kinds of university in alphabetical order, the place as the gazetteer
calls it. `Technische Universität München` and `Technical University of Munich` have one key; `University of Washington`
and `Washington University` have two.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from community_assets.resolution.gazetteer import gazetteer
from community_assets.resolution.reference import read_reference
from community_assets.resolution.text import fold

School = tuple[str, str]
"""Id and name."""

_UNIVERSITY = "university"
_SHORTEST_ABBREVIATION = 4
_LARGE_TOWN = 20_000
_COUNTRY_CODE = 2
_LETTERS_BY_VOWEL = 4


@cache
def _words() -> dict[str, tuple[str, ...]]:
    """English words by word; none for those that only join."""
    return {row["word"]: tuple(row["means"].split()) for row in read_reference("school_words.csv")}


@cache
def _kinds() -> frozenset[str]:
    return frozenset(word for words in _words().values() for word in words)


def school_keys(text: str) -> list[str]:
    """Keys of a name, the likelier first; none where no word says university."""
    typed = fold(text).split()
    words = [_words().get(word, (word,)) for word in typed]
    flat = [word for group in words for word in group]
    if _UNIVERSITY not in flat:
        return []
    at = next(number for number, group in enumerate(words) if _UNIVERSITY in group)
    before = [word for group in words[:at] for word in group if word not in _kinds()]
    after = [w for w, group in zip(typed[at + 1 :], words[at + 1 :], strict=True) if group and group[0] not in _kinds()]
    kinds = [word for word in flat if word in _kinds() and word != _UNIVERSITY]
    place = _place(typed[at + 1 :], after)
    rest = [place] if place else after
    if before or not after or _is_joined(typed[at + 1 :]):
        return [_joined(kinds, _names(before), rest)]
    keys = [_joined(kinds, [], rest), _joined(kinds, rest, [])]
    return keys if place else keys[::-1]


_DENSE_SCHOOL = re.compile(
    r"^(?:国立|國立)?(?P<place>.{1,4}?)(?P<kind>工业|工業|科技|理工|师范|師範|医科|醫科|农业|農業|海洋)?(?:大学|大學|대학교)$"
)
_DENSE_KINDS = {
    "工": ("University of Technology",),
    "科": ("University of Science and Technology",),
    "理": ("University of Technology", "University of Science and Technology"),
    "师": ("Normal University",),
    "師": ("Normal University",),
    "医": ("Medical University",),
    "醫": ("Medical University",),
    "农": ("Agricultural University",),
    "農": ("Agricultural University",),
    "海": ("Ocean University",),
}


def _dense_keys(text: str) -> Iterator[str]:
    """Keys of a name in Han or Hangul that is a place and a kind of university: `神戸大学` is Kobe University."""
    match = _DENSE_SCHOOL.match(text.strip())
    place = _place_key(fold(match["place"])) if match else None
    if match and place:
        for kind in _DENSE_KINDS.get((match["kind"] or " ")[0], ("University",)):
            yield squeezed(f"{place} {kind}")
            yield from school_keys(f"{place} {kind}")


def _joined(kinds: list[str], before: list[str], after: list[str]) -> str:
    of = ["of", *after] if after else []
    return " ".join([*before, *sorted(set(kinds)), _UNIVERSITY, *of])


def _is_joined(words: list[str]) -> bool:
    """Whether words such as `of` tell that the name of a place or person follows."""
    kinds_passed = next((word for word in words if not _words().get(word)), None)
    return kinds_passed is not None and kinds_passed in _words()


def _names(words: list[str]) -> list[str]:
    """`Lunds universitet` is Lund's."""
    whole = " ".join(words)
    return [place] if (place := _place_key(whole) or _place_key(whole.removesuffix("s"))) else words


def _place(typed: list[str], names: list[str]) -> str | None:
    """The place that follows, as the gazetteer calls it: with its joining words, or without."""
    if not names:
        return None
    start = typed.index(names[0])
    return _place_key(" ".join(typed[start:])) or _place_key(" ".join(names))


@cache
def _place_key(name: str) -> str | None:
    world = gazetteer()
    if name in world.countries:
        return "in " + world.countries[name].lower()
    cities = [world.cities[number] for number in world.cities_by_key.get(name, [])]
    largest = max(cities, key=lambda city: city.population, default=None)
    if largest and largest.population > _LARGE_TOWN and (largest.key == name or name not in world.regions):
        return largest.key
    areas = world.regions.get(name, [])
    return fold(world.region_names[areas[0]]) if areas else None


# --- the table -----------------------------------------------------------------------------------------------------


class Schools:
    """The universities of reference/universities.csv, by what people may call them.

    Attributes:
        by_name: by squeezed name, by key, and by abbreviation; what means two universities means none.
        by_domain: by registrable web domain.
        countries: alpha-2 code by id, where its web domains tell one.
        ids: of all of them.
    """

    def __init__(self, curated: dict[str, School]) -> None:
        """Index the table; `curated` has aliases of some of its universities, which keep their id and name."""
        found: dict[str, dict[School, None]] = defaultdict(dict)
        for alias, school in curated.items():
            for key in (squeezed(alias), *school_keys(alias)[:1]):
                found[key][school] = None
        self.by_domain: dict[str, School] = {}
        for row in read_reference("universities.csv"):
            names = [row["name"], *filter(None, row["other_names"].split("|"))]
            keys = [key for name in names for key in (squeezed(name), *school_keys(name)[:1])]
            known = next((next(iter(found[key])) for key in keys if len(found.get(key, ())) == 1), None)
            school = known or ("-".join(fold(row["name"]).split()), row["name"])
            self.by_domain[row["domain"]] = school
            for key in (*keys, *_abbreviations(row["domain"], names)):
                found[key][school] = None
        self.ids = {school[0] for school in (*curated.values(), *self.by_domain.values())}
        self.countries = _countries([*curated.items(), *self.by_domain.items()])
        self.by_name = {key: next(iter(schools)) for key, schools in found.items() if len(schools) == 1}

    def named(self, text: str) -> School | None:
        """The university that `text` names, whatever the language."""
        keys = (squeezed(text), *school_keys(text), *_dense_keys(text))
        return next((self.by_name[key] for key in keys if key in self.by_name), None)


def _countries(domains: list[tuple[str, School]]) -> dict[str, str]:
    """Country by id: the only one that web domains end in, else the US for `.edu`."""
    found: dict[str, set[str]] = defaultdict(set)
    for domain, (school_id, _) in domains:
        if "." in domain:
            found[school_id].add(domain.rpartition(".")[2].upper().replace("UK", "GB"))
    countries: dict[str, str] = {}
    for school_id, ends in found.items():
        codes = {end for end in ends if len(end) == _COUNTRY_CODE and end in gazetteer().country_codes}
        if len(codes) == 1 or (not codes and "EDU" in ends):
            countries[school_id] = next(iter(codes), "US")
    return countries


def squeezed(name: str) -> str:
    """Letters and digits of a name."""
    return fold(name).replace(" ", "")


def _abbreviations(domain: str, names: list[str]) -> Iterator[str]:
    """The label of a domain, where it is what people call the university: its initials, or `uni` and a place."""
    label = domain.split(".", maxsplit=1)[0]
    kind, hyphen, _ = label.partition("-")
    bare = label.replace("-", "")
    folded = [fold(name).split() for name in names]
    if hyphen and kind in _words():
        yield bare
    elif len(label) >= _SHORTEST_ABBREVIATION and label.isalpha():
        said = {word for words in folded for word in words}
        initials = {
            "".join(w[0] for w in words if w not in skipped) for words in folded for skipped in ((), _joining())
        }
        begins_so = label.startswith("uni") and len(label) > _SHORTEST_ABBREVIATION and label not in said
        if label in initials or begins_so or _is_short_for(label, folded):
            yield label


def _is_short_for(label: str, names: list[list[str]]) -> bool:
    """Whether a label is no word and its letters stand in a name in their order: `gdut`."""
    if sum(letter in "aeiou" for letter in label) * _LETTERS_BY_VOWEL > len(label) or not label.isascii():
        return False
    for words in names:
        letters = iter("".join(words))
        if words and words[0][:1] == label[0] and all(letter in letters for letter in label):
            return True
    return False


@cache
def _joining() -> frozenset[str]:
    return frozenset(word for word, means in _words().items() if not means)
