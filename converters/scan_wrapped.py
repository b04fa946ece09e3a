"""Figures that were too wide for their cells, and go on under themselves.

A line of a wrapped figure is so full that the next digit would not have stood on it, beside what cells keep
free. Figures of two rows whose ruling is lost stand under each other too, so a row is looked at as a whole.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from converters.ocr import glyphs
from converters.rulings import PADDING, Frame, Word, around, is_wrapped_figure
from converters.scan_ink import Marks
from document import Box, Cell

Placed = NDArray[np.float64]  # marks in points, not pixels

# Beside and around digits their type leaves this much free, in shares of their height: SimSun, Times, DejaVu.
BEARING, AROUND = 0.14, 0.2
WIDEST = 0.75  # of their height, of the ink of digits
# Digits as wide as letters take this much of their height, and begin no further in.
LETTER, INDENT = 1.45, 0.45
# So many texts of a table begin equally far from their rulings, to this share of a text height, where that is
# their cells' padding.
BEGIN, SAME = 4, 0.15
# Digits, and what may part them in threes or stand for a point.
FIGURE = re.compile(r"[0-9０-９.,，．]*[0-9０-９]")
# Lines of one figure are equally far apart in all cells of a row, and other figures of it stand in the middle
# beside them, to this share of what they are apart.
UNEVEN = 0.25


def wrapped(
    frame: Frame,
    cells: Sequence[Cell],
    words: Sequence[Sequence[Word]],
    found: Marks,
    *,
    padding: float,
    scale: float,
    height: float,
    is_doubted: Callable[[Box], bool],
) -> frozenset[int]:
    """Return the numbers of cells whose lines are one figure each, and surely not those of two rows.

    Where a line between rows was lost the cells reach over both: hardly all of their upper figures fill their
    cells, so one that does not speaks against the others of its row.

    `found` are the table's marks in pixels, `scale` of them a point; `height` is that of its text, and
    `is_doubted` says whether a part of the page has sides of which it is not known if they are printed.
    """
    rows: dict[int, list[int]] = defaultdict(list)
    for number, cell in enumerate(cells):
        if cell.row_span == 1 and cell.text and is_figure(cell):
            rows[cell.row].append(number)
    every: list[int] = []
    for row, numbers in rows.items():
        several = [number for number in numbers if len(words[number]) > 1]
        sure = [
            number
            for number in several
            if is_wrapped(words[number], _box(cells[number]), padding, found, scale)
        ]
        others = [number for number in several if number not in sure]
        strip = replace(frame.box, top=frame.rows[row], bottom=frame.rows[row + 1])
        if (
            sure
            and not is_doubted(strip)
            and all(may_be_wrapped(words[number], _box(cells[number]), padding) for number in others)
            and _is_one_row(
                [words[number] for number in numbers], height, has_blanks=_has_blanks(cells, numbers)
            )
        ):
            every += sure
    return frozenset(every)


def _has_blanks(cells: Sequence[Cell], numbers: Sequence[int]) -> bool:
    """Say whether a table leaves cells blank in the columns of some of them."""
    columns = {cells[number].column for number in numbers}
    return any(not cell.text and cell.column in columns for cell in cells)


def _is_one_row(figures: Sequence[Sequence[Word]], height: float, *, has_blanks: bool) -> bool:
    """Say whether figures, some of several lines, are hardly those of two rows without their ruling.

    Those would have two lines in every cell, or where a table has blanks, in most, and the others of them at
    two levels, none in the middle between both. Nor is any of them 7,61 with a 6 under it.
    """
    single = [lines[0].box for lines in figures if len(lines) == 1]
    several = [lines for lines in figures if len(lines) > 1]
    if _are_even(several) and (_are_parts(figures) or _are_level(single, several)):
        return True
    if not has_blanks:
        return bool(single)
    levels = [box.top + box.bottom for box in single]
    return 2 * len(single) >= len(figures) and max(levels) - min(levels) <= height


def _are_even(several: Sequence[Sequence[Word]]) -> bool:
    """Say whether lines of figures are equally far apart: those of two rows are farther than those of one."""
    # by their tops, for commas hang below
    steps = [under.box.top - over.box.top for lines in several for over, under in pairwise(lines)]
    return bool(steps) and max(steps) <= (1 + UNEVEN) * min(steps)


def _are_parts(figures: Sequence[Sequence[Word]]) -> bool:
    """Say whether an upper line is no figure by its commas, and every figure is one with all of its lines."""
    texts = [[glyphs.plain(line.text) for line in lines] for lines in figures]
    return all(glyphs.is_figure("".join(lines)) for lines in texts) and any(
        "," in text and not glyphs.is_figure(text) for lines in texts for text in lines[:-1]
    )


def _are_level(single: Sequence[Box], several: Sequence[Sequence[Word]]) -> bool:
    """Say whether figures of one line all stand in the middle of each that has several beside them."""
    for lines in several:
        first, last = lines[0].box, lines[-1].box
        middle, apart = (first.top + last.bottom) / 2, (last.top - first.top) / (len(lines) - 1)
        if any(abs((box.top + box.bottom) / 2 - middle) > UNEVEN * apart for box in single):
            return False
    return bool(single and several)


def is_figure(cell: Cell) -> bool:
    """Say whether a cell shows digits alone, on one line or several, and what parts them in threes."""
    return bool(FIGURE.fullmatch("".join(cell.text.split())))


def padding_beside(held: Iterable[tuple[Box, Sequence[Word]]], height: float) -> float:
    """Return what a table's cells keep free on the left of their texts, in points; 0 where nothing tells.

    Several texts begin there, and none before. Those that end as near to the other side may stand in the
    middle.
    """
    gaps = sorted(
        min(word.box.left for word in words) - box.left
        for box, words in held
        if words and _leans_left(box, words)
    )
    if len(gaps) < BEGIN or gaps[BEGIN - 1] - gaps[0] > SAME * height:
        return 0.0
    return min(max(gaps[0], 0.0), PADDING * height)


def _leans_left(box: Box, words: Sequence[Word]) -> bool:
    before = min(word.box.left for word in words) - box.left
    return box.right - max(word.box.right for word in words) > 2 * before


def is_wrapped(lines: Sequence[Word], box: Box, padding: float, found: Marks, scale: float) -> bool:
    """Say whether a cell's lines are a figure that was too wide for it.

    `padding` is what the table's cells keep free at either side, in points; `found` are the table's marks in
    pixels, `scale` of them a point.
    """
    room = replace(box, left=box.left + padding, right=box.right - padding) if padding else None
    return is_wrapped_figure([[line] for line in _bodies(lines, found / scale, room)], box, padding)


def may_be_wrapped(lines: Sequence[Word], box: Box, padding: float) -> bool:
    """Say whether they would be if digits were as wide as letters; of one digit a line that is not seen."""
    none = np.zeros((0, 5))
    return is_wrapped_figure([[line] for line in _bodies(lines, none, None, least=LETTER)], box, padding)


def joined(cell: Cell, lines: Sequence[Word]) -> tuple[Cell, tuple[Word, ...]]:
    """Return a cell and its lines as one figure."""
    readings = tuple(
        replace(reading, text=_in_one_line(reading.text), candidates=()) for reading in cell.readings
    )
    text = _in_one_line(cell.text)
    whole = replace(lines[0], text=text, box=around(line.box for line in lines))
    return replace(cell, text=text, readings=readings), (whole,)


def _in_one_line(text: str) -> str:
    return text.replace("\n", "")


def _bodies(lines: Sequence[Word], found: Placed, room: Box | None, *, least: float = 0.0) -> Iterator[Word]:
    """Yield lines of digits in the room that their type takes, of which ink fills a part.

    Digits are of one width, so none is narrower than those above it, or than `least` of their height. `room`
    is what their cell has for them, where that is known.
    """
    widest = 0.0
    for line in lines:
        box = line.box
        high, wide, count = box.bottom - box.top, box.right - box.left, max(len(line.text), 1)
        widest = max(widest, (wide + BEARING * high) / count, least * high)
        if count > 1:  # digits as wide as letters stand far apart
            widest = max(widest, (wide - WIDEST * high) / (count - 1), _pitch(line, found))
        elif room is not None and 0 < box.left - room.left <= min(
            INDENT * high, (room.right - box.right) / 2
        ):
            # ... and each of them in the middle of its room, which begins where the cell's does
            widest = max(widest, wide + 2 * (box.left - room.left))
        yield replace(
            line,
            box=Box(
                left=box.left - BEARING / 2 * high,
                top=box.top - AROUND * high,
                right=box.left - BEARING / 2 * high + widest * len(line.text),
                bottom=box.bottom + AROUND * high,
            ),
        )


def _pitch(line: Word, found: Placed) -> float:
    """Return how far the middles of a line's digits are apart, in points; 0 where each has no ink of its own.

    Full-width digits stand in the middle of squares, a 1 leaves most of its own free.
    """
    box = line.box
    across, down = (found[:, 0] + found[:, 2]) / 2, (found[:, 1] + found[:, 3]) / 2
    inside = found[(across > box.left) & (across < box.right) & (down > box.top) & (down < box.bottom)]
    glyphs: list[list[float]] = []
    for left, _, right, _, _ in inside[np.argsort(inside[:, 0])].tolist():
        if glyphs and left < glyphs[-1][1]:
            glyphs[-1][1] = max(glyphs[-1][1], right)
        else:
            glyphs.append([left, right])
    if len(glyphs) != len(line.text) or not line.text.isdigit():
        return 0.0
    return float(np.median(np.diff([(left + right) / 2 for left, right in glyphs])))


def _box(cell: Cell) -> Box:
    assert cell.provenance.box is not None
    return cell.provenance.box
