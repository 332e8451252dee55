"""Text normalisation shared by the resolvers: what two spellings of one name have in common.

Belongs here: Unicode clean-up, folding to comparison keys, emoji and flags. Does not belong here: anything that
knows about places, companies or people.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache

from community_assets.resolution.reference import read_reference

MAX_LENGTH = 300
"""Characters of a raw string that are looked at: profile fields are shorter, and the cut keeps cost linear."""

_LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ə": "e"}
_DROPPED = re.compile(r"[.\u200c\u200d'`´ʹʻʼʿ‘’“”\"\u0300-\u036f\u064b-\u065f\u0670]")
_VOWEL_SIGNS = "".join(chr(code) for code in range(0x0900, 0x1900) if unicodedata.category(chr(code)) in ("Mn", "Mc"))
"""Signs of Indic and South-East Asian scripts, which are no letters to `re` but part of the word."""
_NOT_WORD = re.compile(rf"[^\w\n{_VOWEL_SIGNS}]+")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_TAG_FLAG = re.compile("\U0001f3f4([\U000e0061-\U000e007a]{3,6})\U000e007f")
_INVISIBLE = {"Cf", "Cc", "Cs", "Co", "Cn"}
_SYMBOLS = {"So", "Sk", "Sm"}
_EMOJI_JOINERS = re.compile("[\u200d\ufe0e\ufe0f\u20e3]")


def clean(text: str | None, limit: int = MAX_LENGTH) -> str:
    """One line of NFKC text without control, zero-width and unassigned characters; at most `limit` characters."""
    composed = unicodedata.normalize("NFKC", (text or "")[:limit])
    if not composed.isascii() or not composed.isprintable():
        composed = "".join(_visible(char) for char in composed)
    return " ".join(composed.split())


def typed_key(text: str | None) -> str:
    """What a string is compared by as it was typed: everything but case, white space and what cannot be seen counts."""
    return clean(text).casefold()


def _visible(char: str) -> str:
    if char in "\t\n\r\v\f":
        return " "
    return "" if unicodedata.category(char) in _INVISIBLE else char


def flags(text: str | None) -> list[str]:
    """Country codes of the flag emoji in `text`, in order; the flags of the UK's nations count as GB."""
    raw = (text or "")[:MAX_LENGTH]
    if raw.isascii():
        return []
    pairs = [(match.start(), _letters(match.group())) for match in _FLAG.finditer(raw)]
    tagged = [(match.start(), "GB") for match in _TAG_FLAG.finditer(raw) if ord(match.group(1)[0]) == ord("\U000e0067")]
    return [code for _, code in sorted(pairs + tagged)]


def _letters(flag: str) -> str:
    return "".join(chr(ord(char) - 0x1F1E6 + ord("A")) for char in flag)


def replace_symbols(text: str, replacement: str) -> str:
    """`text` with each emoji, pictograph, flag, arrow and other sign beyond ASCII replaced."""
    if text.isascii():
        return text
    text = _EMOJI_JOINERS.sub("", text)
    return "".join(replacement if char > "\x7f" and unicodedata.category(char) in _SYMBOLS else char for char in text)


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Comparison key: no case, accents, apostrophes or punctuation; words separated by one space.

    `São Paulo` and `sao-paulo` fold to `sao paulo`; `St. Louis` to `saint louis`. Marks that carry meaning in Indic
    and other scripts are kept, as part of their word.
    """
    return fold_all([text])[0]


def fold_all(texts: Sequence[str]) -> list[str]:
    """Keys of many strings, folded as one text: a gazetteer's million names cost a second and not ten."""
    lines = "\n".join(text.replace("\n", " ") for text in texts)
    if not lines.isascii():
        lines = _DROPPED.sub("", unicodedata.normalize("NFKD", lines))
        lines = unicodedata.normalize("NFC", lines).casefold()
        for letter, plain in _LETTERS.items():
            lines = lines.replace(letter, plain)
    lines = _NOT_WORD.sub(" ", _DROPPED.sub("", lines.lower()).replace("_", " "))
    lines = _abbreviation().sub(lambda match: _abbreviations()[match[0]], lines)
    return [line.strip() for line in lines.split("\n")]


@cache
def _abbreviation() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, _abbreviations()))})\b")


@cache
def _abbreviations() -> dict[str, str]:
    return {row["short"]: row["long"] for row in read_reference("word_abbreviations.csv")}


def is_dense_script(text: str) -> bool:
    """Whether `text` has characters of a script that writes words without spaces (Han, Kana, Hangul, Thai)."""
    return not text.isascii() and any(
        "\u3040" <= c <= "\u30ff" or "\u3400" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7af" or "\u0e00" <= c <= "\u0e7f"
        for c in text
    )
