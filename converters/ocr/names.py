"""Letters of titles, names and other short lines that were not surely read, held against type.

A line says what it says as surely as its least sure letter. Such a letter is cut out: where the character
that it is most like in type (converters/ocr/typefaces.py) is the one that was read, two witnesses agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from converters.ocr import rapid, typefaces
from converters.ocr.ink import Grey
from converters.ocr.rapid import Character
from converters.ocr.typefaces import Likeness
from document import Reading

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Lines are settled that are less sure than a name has to be (normalize/imprint.py), and not as unsure as
# nonsense; of so many letters as a name has at least, and no more of them in doubt than one has.
_SURE, _LEAST, _FEWEST, _MOST = 0.97, 0.2, 3, 4
_STROKE = "一"  # what a dash, and dirt, is like
_NEAR = 1.4  # letters whose middles are so many squares apart stand beside each other
# A letter that type leads to by so much is borne out: one in as many such letters, times what the reader left
# open, is another. Where it leads elsewhere it has to do so clearly.
_LEAD, _TIMES, _CLEAR = 0.03, 50, 0.05
_LEVEL = 2.0  # grey levels by which columns are as light as each other
_PLAY = 0.2  # of a square, by which a letter's side may lie elsewhere than half-way to the next one


def settled(lines: Sequence[Grey], read: Sequence[Reading]) -> list[Reading]:
    """Return what lines say, surer where type bears out the letters that were in doubt.

    Lines are cut to their ink with a margin, dark on light. Where type says that a letter is another one
    which the reader holds possible too, that is taken, as unsure as before.
    """
    asked = [
        number
        for number, (line, reading) in enumerate(zip(lines, read, strict=True))
        if _LEAST <= reading.confidence < _SURE and rapid.is_short(line)
    ]
    placed = dict(zip(asked, rapid.characters([lines[number] for number in asked]), strict=True))
    doubted = [
        (number, place)
        for number, characters in placed.items()
        if len(characters) == len(read[number].text)
        for place in _doubted(characters)
    ]
    if not doubted:
        return list(read)
    letters = [_cut(lines[number], placed[number], place) for number, place in doubted]
    like = dict(zip(doubted, typefaces.most_like(letters, rapid.letters()), strict=True))
    results = list(read)
    for number in dict.fromkeys(number for number, _ in doubted):
        text, shares = list(read[number].text), [one.share for one in placed[number]]
        for place, one in enumerate(placed[number]):
            if (found := like.get((number, place))) is not None:
                text[place], shares[place] = _settled(one, found)
        results[number] = replace(read[number], text="".join(text), confidence=min(shares))
    return results


def _doubted(characters: Sequence[Character]) -> list[int]:
    """Return the places of the letters of a line that are in doubt; none where it is no name."""
    letters = [place for place, one in enumerate(characters) if rapid.is_letter(one.text)]
    places = [
        place for place in letters if characters[place].share < _SURE and characters[place].text != _STROKE
    ]
    return places if len(letters) >= _FEWEST and len(places) <= _MOST else []


def _settled(read: Character, like: Likeness) -> tuple[str, float]:
    """Return what a letter is, beside what it is most like in type, and how surely."""
    if like.character == read.text and like.lead >= _LEAD:
        return read.text, 1 - (1 - read.share) / _TIMES
    if like.character in read.others and like.character != _STROKE and like.lead >= _CLEAR:
        return like.character, read.share
    return read.text, read.share


def _cut(line: Grey, characters: Sequence[Character], place: int) -> Grey:
    """Return a letter of a line, cut where there is least ink between it and what stands beside it."""
    middles = [one.middle for one in characters]
    apart = [after - before for before, after in pairwise(middles)]
    square = median(apart) if apart else float(line.shape[0])
    dark = 255 - line.astype(np.float32).mean(axis=0)
    sides = []
    for way in (-1, 1):
        side = middles[place] + way * square / 2
        if 0 <= place + way < len(middles) and abs(middles[place + way] - middles[place]) <= _NEAR * square:
            side = (middles[place] + middles[place + way]) / 2
        sides.append(_gap(dark, side, _PLAY * square))
    left = min(sides[0], line.shape[1] - 1)
    return line[:, left : max(sides[1], left + 1)]


def _gap(dark: NDArray[np.float32], side: float, play: float) -> int:
    """Return the column near a side that has least ink, the nearest of several."""
    first, last = max(round(side - play), 0), min(round(side + play) + 1, len(dark))
    if first >= last:
        return min(max(round(side), 0), len(dark))
    columns = np.arange(first, last)
    least = columns[dark[first:last] <= dark[first:last].min() + _LEVEL]
    return int(least[np.abs(least - side).argmin()])
