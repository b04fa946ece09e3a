"""Glyphs that are one and the same to the eye: letters for digits, and when two readings say the same."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

UNKNOWN = "\ufffd"  # a glyph that a reader of figures does not know

# Where a cell holds one figure, what a reader takes for one of these letters is the digit.
_DIGITS = str.maketrans(
    {
        **dict.fromkeys("OoОоQD〇○◯°ΟοØøÓó", "0"),
        **dict.fromkeys("lI|!丨ｌＩ｜ı¹і", "1"),
        "Z": "2",
        "z": "2",
        "S": "5",
        "s": "5",
        "B": "8",
    }
)
_DASHES = str.maketrans(dict.fromkeys("－‐‑‒–—―─━一ー−_", "-"))
_POINTS = str.maketrans({"，": ",", "、": ",", "．": ".", "。": ".", "·": ".", "•": "."})
_SPECKS = ".,'`:;\"*^"  # no figure begins or ends with one: there it is dirt
_FIGURE = re.compile(r"[+-]?(?:0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.[0-9]+)?%?")
_MARK = re.compile(r"-{1,3}|/|\\|无")
# A text that is no figure and no blank mark has this share of its probability left: cells of figures seldom
# print anything else, and 7.971.711 is 7,971,711 more often than not.
_ODD = 0.03


def plain(text: str) -> str:
    """Return a text as it is compared between readings: no spaces, one kind of dash, half width."""
    folded = unicodedata.normalize("NFKC", text).translate(_POINTS).translate(_DASHES)
    joined = "".join(folded.split())
    return "-" if joined and set(joined) == {"-"} else joined


def is_figure(text: str) -> bool:
    """Say whether a plain text is a figure as figures are written, or a mark for none."""
    return bool(_FIGURE.fullmatch(text) or _MARK.fullmatch(text))


def may_be_figure(text: str) -> bool:
    """Say whether a text as it was read is a figure, letters that look like digits taken for them."""
    return is_figure(plain(text)) or is_figure(as_digits(text).strip(_SPECKS))


def as_digits(text: str) -> str:
    """Return a plain text in which letters that look like digits are digits."""
    return plain(text).translate(_DIGITS)


def is_none(text: str) -> bool:
    """Say whether a plain text says that there is no figure: nothing, or a mark for it."""
    return not text or bool(_MARK.fullmatch(text))


def as_mark(text: str) -> str:
    """Return the mark for none that a text is but for dirt beside it; empty for any other text."""
    bare = plain(text).strip(_SPECKS)
    return _printed(bare) if _MARK.fullmatch(bare) else ""


def as_figures(candidates: Iterable[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    """Return candidates of a cell of figures, surest first: letters that look like digits joined with them.

    Probabilities are shared out anew, so that a text that is no figure counts less; together they stay what
    the reader gave to all its candidates.
    """
    shares: dict[str, float] = defaultdict(float)
    total = weighed = 0.0
    for text, share in candidates:
        read = plain(text)
        digits = read.translate(_DIGITS).strip(_SPECKS)
        if is_figure(digits):
            read = digits
        fit = share if is_figure(read) else share * _ODD
        shares[read] += fit
        total += share
        weighed += fit
    if not weighed:
        return ()
    ranked = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    return tuple((_printed(text), min(share * total / weighed, 1.0)) for text, share in ranked)


def _printed(text: str) -> str:
    """Return a plain text with a dash as it stands alone: as long as it is printed."""
    return "—" if text == "-" else text
