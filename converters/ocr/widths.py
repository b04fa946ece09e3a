"""Marks in their width: ， and , are one shape, and the room that a line leaves them tells which is printed.

Readers of Chinese give either for the other. In running Chinese a mark fills a square like any character.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

_WIDE = dict(zip(",:;!?()", "，：；！？（）", strict=True))
_NARROW = {wide: narrow for narrow, wide in _WIDE.items()}
# Of a square: narrow marks of Latin typefaces take 0.25 to 0.35, and places are sure to 0.2.
_ROOM = 0.65


def fitted(characters: Sequence[tuple[str, float]]) -> str:
    """Return characters with their places along a line as a text, each mark in its width.

    Only marks beside a Chinese character are looked at; where one begins or ends the line, it is wide.
    """
    steps = [
        place - before
        for (one, before), (other, place) in pairwise(characters)
        if _is_square(one) and _is_square(other)
    ]
    square = median(steps) if steps else 0.0
    return "".join(
        _fitted(characters, number, square) if character in _WIDE or character in _NARROW else character
        for number, (character, _) in enumerate(characters)
    )


def _fitted(characters: Sequence[tuple[str, float]], number: int, square: float) -> str:
    """Return a mark in its width; `square` is how far Chinese characters are apart, 0 where nothing tells."""
    mark = characters[number][0]
    around = [characters[beside] for beside in (number - 1, number + 1) if 0 <= beside < len(characters)]
    if not any(_is_square(character) for character, _ in around):
        return mark
    if len(around) == 2 and square:
        (before, start), (after, stop) = around
        room = (stop - start) / square - (_width(before) + _width(after)) / 2
        if room < _ROOM:
            return _NARROW.get(mark, mark)
    return _WIDE.get(mark, mark)


def _is_square(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


def _width(character: str) -> float:
    return 0.5 if character.isascii() else 1.0
