"""Rulings between rows that make up one table, and the texts in each band, from one ruling to the next.

A stack is bounded above and below by rulings from side to side. Headings, prose and wide blanks between two
rulings part two stacks, and so does a ruling that stands out beyond the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from converters.rulings import Ruling, Word, around, lines
from converters.whitespace_texts import LARGER, LONGEST_LABEL, STEP, Text, texts_of

# Rulings of one level are drawn at one height, give or take their thickness, in points.
LEVEL = 1.0
# Rows are this high at least, in text heights; lower is a line drawn double, over a page's head.
LOWEST = 1.1
# The boxes of some fonts reach over the rulings around them by this share of their height.
OVER = 0.3
# Lines of one cell are set 1.0 to 1.5 text heights apart; rows between which nothing stands 1.8 and more.
APART = 1.7
# Two columns of figures that are broken over lines may meet in a row, but not in most rows.
MOST_WRAPPED = 0.5

_NUMBERED = re.compile(
    r"(?:[一二三四五六七八九十]{1,2}、|[（(][一二三四五六七八九十]{1,2}[）)]|\d{1,2}[.．])"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """The rulings at one height: where each begins and ends."""

    position: float
    stretches: tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stack:
    """A table's levels, and the texts of each band between two of them, from the left, one for a cell."""

    left: float
    right: float
    size: float
    levels: tuple[Level, ...]
    bands: tuple[tuple[Text, ...], ...]

    def ends(self, number: int) -> list[float]:
        """Return where the rulings of a level begin or end inside the table."""
        inner = self.left + self.size, self.right - self.size
        found = (end for stretch in self.levels[number].stretches for end in stretch)
        return sorted(end for end in found if inner[0] < end < inner[1])

    def covers(self, number: int, left: float, right: float) -> bool:
        """Say whether the rulings of a level run over most of what lies between two sides."""
        shares = (min(stop, right) - max(start, left) for start, stop in self.levels[number].stretches)
        return sum(max(share, 0.0) for share in shares) > (right - left) / 2


def stacks(words: Sequence[Word], rulings: Iterable[Ruling], size: float) -> list[Stack]:
    """Return the stacks of horizontal rulings among words, in tables whose texts are `size` high at most."""
    found: list[list[Level]] = [[]]
    left = right = 0.0
    for level in _levels(rulings):
        start, stop = _outline(level)
        is_inside = start >= left - size / 2 and stop <= right + size / 2
        if not found[-1] or not is_inside or _is_parted(words, found[-1][-1], level, (left, right), size):
            found.append([])
            left, right = start, stop
        found[-1].append(level)
    made = (_stack(words, levels, size) for levels in found)
    return [stack for stack in made if stack]


def _levels(rulings: Iterable[Ruling]) -> list[Level]:
    groups: list[list[Ruling]] = []
    for ruling in sorted(rulings, key=lambda ruling: ruling.position):
        if not groups or ruling.position - groups[-1][0].position > LEVEL:
            groups.append([])
        groups[-1].append(ruling)
    return [
        Level(
            position=sum(ruling.position for ruling in group) / len(group),
            stretches=tuple(sorted((ruling.start, ruling.stop) for ruling in group)),
        )
        for group in groups
    ]


def _outline(level: Level) -> tuple[float, float]:
    return level.stretches[0][0], max(stop for _, stop in level.stretches)


def _is_parted(
    words: Iterable[Word], above: Level, below: Level, sides: tuple[float, float], size: float
) -> bool:
    """Say whether what stands between two levels is no row of a table."""
    found = lines(_between(words, above, below, sides))
    edges = [above.position]
    for line in found:
        texts = texts_of(line)
        is_long = len(texts) == 1 and texts[0].box.right - texts[0].box.left > LONGEST_LABEL * size
        if is_long or max(text.height for text in texts) > LARGER * size:
            return True
        edges += [min(text.box.top for text in texts), max(text.box.bottom for text in texts)]
    edges.append(below.position)
    return any(bottom - top > STEP * size for top, bottom in zip(edges[::2], edges[1::2], strict=True))


def _between(words: Iterable[Word], above: Level, below: Level, sides: tuple[float, float]) -> list[Word]:
    return [
        word
        for word in words
        if above.position < (word.box.top + word.box.bottom) / 2 < below.position
        and sides[0] < (word.box.left + word.box.right) / 2 < sides[1]
    ]


def _stack(words: Sequence[Word], levels: Sequence[Level], size: float) -> Stack | None:
    """Return the stack of some levels, None where it is none, or does not part the rows from each other."""
    if not levels:
        return None
    left, right = min(_outline(level)[0] for level in levels), max(_outline(level)[1] for level in levels)
    full = [number for number, level in enumerate(levels) if _is_full(level, left, right, size)]
    if len(full) < 2:
        return None
    levels = levels[full[0] : full[-1] + 1]
    inside = [_between(words, above, below, (left, right)) for above, below in pairwise(levels)]
    if not any(inside) and levels[-1].position - levels[0].position < LOWEST * size:
        return None
    if any(_is_struck(word, level) for level in levels for word in words):
        return None
    texts = [[text for line in lines(band) for text in texts_of(line)] for band in inside]
    columns = [_beside_each_other(band) for band in texts]
    if not _parts_rows(columns):
        return None
    bands = tuple(tuple(map(_joined, band)) for band in columns)
    return Stack(left=left, right=right, size=size, levels=tuple(levels), bands=bands)


def _is_full(level: Level, left: float, right: float, size: float) -> bool:
    return any(start <= left + size / 2 and stop >= right - size / 2 for start, stop in level.stretches)


def _is_struck(word: Word, level: Level) -> bool:
    """Say whether a level runs through a word, as lines do that bound no cells."""
    play = OVER * (word.box.bottom - word.box.top)
    return word.box.top + play < level.position < word.box.bottom - play and any(
        start < word.box.right and stop > word.box.left for start, stop in level.stretches
    )


def _beside_each_other(texts: Iterable[Text]) -> list[list[Text]]:
    """Return the texts of a band cell by cell: those that share a part of the page's width are one's."""
    cells: list[list[Text]] = []
    reach = 0.0
    for text in sorted(texts, key=lambda text: text.box.left):
        if not cells or text.box.left >= reach:
            cells.append([])
            reach = text.box.right
        cells[-1].append(text)
        reach = max(reach, text.box.right)
    return [sorted(cell, key=lambda text: text.y) for cell in cells]


def _joined(texts: Sequence[Text]) -> Text:
    return Text(text="".join(text.text for text in texts), box=around(text.box for text in texts))


def _parts_rows(bands: Iterable[Sequence[Sequence[Text]]]) -> bool:
    """Say whether bands hold a row each, rather than several rows of figures or labels.

    Beside one line of a label figures on two lines are broken ones; else only most bands can tell.
    """
    with_figures = wrapped = 0
    for band in bands:
        for cell in band:
            if any(low.box.top - high.box.top > APART * low.height for high, low in pairwise(cell)):
                return False
            if sum(bool(_NUMBERED.match(text.text)) for text in cell) > 1:
                return False
        figures = [cell for cell in band if any(text.is_figure for text in cell)]
        with_figures += bool(figures)
        is_labelled_once = len(band[0]) == 1 and not band[0][0].is_figure if band else False
        wrapped += any(len(cell) > 1 for cell in figures) and not is_labelled_once
    return wrapped <= MOST_WRAPPED * with_figures
