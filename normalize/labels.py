"""The plain form of a label, and how alike two labels are.

Two spellings that a reader would call the same label have the same plain form: width, spaces, brackets,
Traditional characters, pinyin glosses and the choice between 、 and a comma do not count.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from rapidfuzz import fuzz

_PUNCTUATION = str.maketrans(
    {
        "、": ",",
        "。": ".",
        "．": ".",
        "“": '"',
        "”": '"',
        "‘": '"',
        "’": '"',
        "「": '"',
        "」": '"',
        "『": '"',
        "』": '"',
        "〔": "(",
        "〕": ")",
        "【": "(",
        "】": ")",
        "[": "(",
        "]": ")",
        "—": "-",
        "–": "-",
        "―": "-",
        "−": "-",
        "•": None,
        "·": None,
        "_": None,
        "*": None,
        "#": None,
    }
)
_INVISIBLE = re.compile(r"[\s\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]+")
# A gloss behind a character, as some mirrors print it: 數(shù).
_PINYIN = re.compile(r"\([a-zA-ZüÜāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ]+\)")
_NUMBERING = re.compile(
    r"^(?:\([一二三四五六七八九十\d]{1,2}\)[,.]?|[一二三四五六七八九十]{1,2}[,.:]|\d{1,2}[,.](?!\d))"
)
_MARKS = re.compile(r"[\W_]")
_TRAILING_BRACKET = re.compile(r"\([^()]*\)?$")
# A bracket that sets a label apart from the same label without it: another year, a correction, a share.
_TELLS_APART = re.compile(
    r"^\((?!指).*(?:[0-9]{2}|上年|本年|去年|今年|同期|更正|修正|累计|历年|合计|占比|同比|其中|%)"
)
_WORD_FOR_WORD = str.maketrans({"計": "计", "係": "系", "於": "于"})


@lru_cache(maxsize=1)
def _to_simplified() -> Any:  # noqa: ANN401  # the library carries no types
    from opencc import OpenCC  # noqa: PLC0415  # loads its dictionaries; only labels need them

    return OpenCC("t2s")


@lru_cache(maxsize=4096)
def simplify(text: str) -> str:
    """Return a text in Simplified characters, whatever else it holds unchanged."""
    return str(_to_simplified().convert(text.translate(_WORD_FOR_WORD)))


@lru_cache(maxsize=16384)
def plain(text: str) -> str:
    """Return the plain form of a label: NFKC, Simplified, no space, one kind of each punctuation mark."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    text = text.translate(_PUNCTUATION)
    if "(" in text:
        text = _PINYIN.sub("", text)
    return simplify(text)


@lru_cache(maxsize=16384)
def core(plain_text: str) -> str:
    """Return a plain label without its numbering and without explanations in brackets behind it.

    A label that is nothing but numbering or brackets is its own core.
    """
    text = plain_text
    while (match := _NUMBERING.match(text)) and match.end() < len(text):
        text = text[match.end() :]
    bracket = _TRAILING_BRACKET.search(text)
    shorter = text[: bracket.start()] if bracket and not _TELLS_APART.match(bracket.group()) else text
    return (shorter or text).rstrip(".,:;-") or plain_text


def numbering(plain_text: str) -> str:
    """Return the last numbering that a plain label begins with (1 in (四)1.), bare; "" when it has none."""
    found, text = "", plain_text
    while match := _NUMBERING.match(text):
        found, text = match.group().strip("(),.:"), text[match.end() :]
    return found


def letters(plain_text: str) -> str:
    """Return a plain label without marks, brackets and spaces."""
    return _MARKS.sub("", plain_text)


def likeness(one: str, other: str) -> float:
    """Return how alike two plain labels are, 0 to 1: matching characters in order against all characters."""
    return fuzz.ratio(one, other) / 100
