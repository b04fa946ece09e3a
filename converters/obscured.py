"""Figures that a person would not see, or would see struck out or turned over, although the file holds them.

And the reverse: what a person may see as a figure in a cell of which the file holds no text. Nothing is
dropped here: which of two figures was meant, or whether one was, no text tells. They are told.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from converters.pdf_drawn import THICKEST
from converters.pdf_ink import Ink, Run
from converters.pdf_paper import is_figure
from converters.rulings import Ruling
from document import Box, Grid
from findings import Finding

LONGEST_FIGURE = 16  # characters of a run that may be a figure with its signs and unit
# A line that strikes a figure out runs through the middle of its height, over most of its width; rulings of
# tables and underlines keep to the outer fifth.
MIDDLE, WIDTH = 0.25, 0.7
# Figures are parts of one where hardly any room is left between them; of one size they then are one.
TOGETHER, SMALLER = 0.3, 0.7
# One that slants may leave a figure through its top and foot.
CROSSED = 0.5
# Borders with round ends are curves too; they keep to this of a cell's edge, in points.
EDGE = 2.0
# Lines that part columns within a row end at its rulings, give or take so many points.
NEAR = 0.5
# A row of figures in one image is not much higher than its row; seals and watermarks are.
HIGHEST = 1.5
# Figures of 22 pt, which no table has, are so high; lines between columns that are shorter end at a row.
TALLEST = 16.0


def obscured(ink: Ink, number: int) -> tuple[Finding, ...]:
    """Return findings for the figures of a page, counted from 1, that are covered, struck out or unseen."""
    figures = [run for run in ink.runs if len(run.text) <= LONGEST_FIGURE and any(map(str.isdigit, run.text))]
    told = (
        ("figures stand on top of each other on page {}: {}", list(_covered(figures))),
        ("figures of two sizes stand together on page {}: {}", list(_of_two_sizes(figures))),
        ("a line runs through figures on page {}: {}", list(_struck_out(figures, ink))),
        ("the file gives figures on page {} in place of what it draws: {}", list(_figures(ink.replaced))),
        ("figures on page {} stand on their heads or are mirrored: {}", list(_figures(ink.overturned))),
        ("figures on page {} have the colour of the paper: {}", list(_figures(ink.unseen))),
        ("figures on page {} lie under what is drawn over them: {}", list(_figures(ink.hidden))),
        ("form fields on page {} hold what they do not show: {}", list(_figures(ink.unshown))),
        ("figures on page {} are not to be seen on the paper: {}", list(_unprinted(ink))),
    )
    return tuple(
        Finding(
            code="reading.lost_text",
            message=message.format(number, "; ".join(texts[:3])),
            at=(f"page {number}",),
        )
        for message, texts in told
        if texts
    )


def undeciphered(inks: Mapping[int | None, Ink], grids: Iterable[Grid]) -> tuple[Finding, ...]:
    """Return findings for cells in which something is drawn that may be a figure, or a digit beside one.

    `inks` are those of the pages by number from 1, and findings come in their order.
    """
    cells: dict[int | None, list[tuple[Box, str]]] = defaultdict(list)
    for grid in grids:
        for cell in grid.cells:
            page, box, text = cell.provenance.page, cell.provenance.box, cell.text.strip()
            if page in inks and box and (not text or is_figure(text)):
                cells[page].append((box, text))
    findings = []
    for number, ink in inks.items():
        marks = sorted((ink.as_shown(box) for box in (*ink.marks, *_strokes(ink.rulings))), key=_middle)
        middles = [_middle(mark) for mark in marks]
        found = [
            text
            for box, text in cells[number]
            if any(
                _may_be_figure(mark, box) and not (text and _is_border(mark, box))
                for mark in marks[bisect_left(middles, box.top) : bisect_right(middles, box.bottom)]
            )
        ]
        told = (
            ("cells on page {} without text hold images or drawings: {}", found.count("")),
            (
                "images or drawings stand beside figures on page {}: {}",
                "; ".join([text for text in found if text][:3]),
            ),
        )
        findings += [
            Finding(code="reading.lost_text", message=message.format(number, what), at=(f"page {number}",))
            for message, what in told
            if what
        ]
    return tuple(findings)


def _strokes(rulings: Iterable[Ruling]) -> Iterator[Box]:
    """Yield upright lines no longer than a figure is high: a 1 may be drawn as one."""
    for ruling in rulings:
        if not ruling.horizontal and ruling.stop - ruling.start <= TALLEST:
            yield Box(left=ruling.position, top=ruling.start, right=ruling.position, bottom=ruling.stop)


def are_bare(inks: Mapping[int | None, Ink], grids: Iterable[tuple[Grid, bool]]) -> bool:
    """Say whether all cells without text were looked at as they are printed, and show nothing.

    `inks` are those of the pages by number from 1; with each grid goes whether its boxes are where a viewer
    shows them, rather than on the page turned for reading.
    """
    for grid, is_shown in grids:
        for cell in grid.cells:
            if cell.text.strip():
                continue
            ink, box = inks.get(cell.provenance.page), cell.provenance.box
            if ink is None or ink.paper is None or box is None:
                return False
            if not ink.paper.is_bare(box if is_shown else ink.as_shown(box)):
                return False
    return True


def _may_be_figure(mark: Box, cell: Box) -> bool:
    """Say whether a drawing lies in a cell as a figure would: neither on its edges nor all over the table.

    One that is a line and no more lies all within.
    """
    width, height = mark.right - mark.left, mark.bottom - mark.top
    across = min(mark.right, cell.right) - max(mark.left, cell.left)
    down = min(mark.bottom, cell.bottom) - max(mark.top, cell.top)
    return (
        max(width, height) > THICKEST
        and height <= HIGHEST * (cell.bottom - cell.top)
        and cell.top + EDGE <= _middle(mark) <= cell.bottom - EDGE
        and down >= height / 2
        and across >= min(width, cell.right - cell.left) / 2
        and mark.right > cell.left + EDGE
        and mark.left < cell.right - EDGE
        and (min(width, height) > 0 or _is_inside(mark, cell))
    )


def _is_border(mark: Box, cell: Box) -> bool:
    """Say whether a drawing runs along all sides of a cell, as borders with round corners do."""
    sides = zip(
        (mark.left, mark.top, -mark.right, -mark.bottom),
        (cell.left, cell.top, -cell.right, -cell.bottom),
        strict=True,
    )
    return all(side <= edge + EDGE for side, edge in sides)


def _is_inside(mark: Box, cell: Box) -> bool:
    across = cell.left + EDGE <= mark.left and mark.right <= cell.right - EDGE
    return across and cell.top + NEAR <= mark.top and mark.bottom <= cell.bottom - NEAR


def _covered(figures: Iterable[Run]) -> Iterator[str]:
    """Yield pairs of figures of which one covers the other."""
    ordered = sorted(figures, key=lambda run: run.box.left)
    for position, one in enumerate(ordered):
        for other in ordered[position + 1 :]:
            if other.box.left >= one.box.right:
                break
            width = min(one.box.right, other.box.right) - other.box.left
            # by their middles: the boxes of some fonts are twice as high as their figures
            apart = abs(_middle(one.box) - _middle(other.box))
            smaller = min(one.box.right - one.box.left, other.box.right - other.box.left)
            lower = min(one.box.bottom - one.box.top, other.box.bottom - other.box.top)
            if width > smaller / 2 and apart < lower / 2:
                yield f"{one.text} and {other.text}"


def _of_two_sizes(figures: Iterable[Run]) -> Iterator[str]:
    """Yield pairs of figures that would be read as one, though one of them is far smaller."""
    ordered = sorted((run for run in figures if is_figure(run.text)), key=lambda run: run.box.left)
    for position, one in enumerate(ordered):
        for other in ordered[position + 1 :]:
            heights = sorted(run.box.bottom - run.box.top for run in (one, other))
            if other.box.left >= one.box.right + TOGETHER * (one.box.bottom - one.box.top):
                break
            shared = min(one.box.bottom, other.box.bottom) - max(one.box.top, other.box.top)
            if heights[0] < SMALLER * heights[1] and shared > heights[0] / 2:
                yield f"{one.text} and {other.text}"


def _struck_out(figures: Iterable[Run], ink: Ink) -> Iterator[str]:
    """Yield the figures through whose middle a line runs from side to side, level or slanting."""
    across = sorted((ruling for ruling in ink.rulings if ruling.horizontal), key=lambda r: r.position)
    positions = [ruling.position for ruling in across]
    for run in figures:
        box = run.box
        play = MIDDLE * (box.bottom - box.top)
        first = bisect_left(positions, box.top + play)
        for ruling in across[first : bisect_right(positions, box.bottom - play)]:
            covered = min(ruling.stop, box.right) - max(ruling.start, box.left)
            if covered >= WIDTH * (box.right - box.left):
                yield run.text
                break
        else:
            if any(_crosses(slant, box) for slant in ink.slants):
                yield run.text


def _crosses(slant: Box, box: Box) -> bool:
    """Say whether a line between two opposite corners of `slant` runs through the middle of a box."""
    left, right = max(slant.left, box.left), min(slant.right, box.right)
    if right - left < CROSSED * (box.right - box.left):
        return False
    play = MIDDLE * (box.bottom - box.top)
    lean = (slant.bottom - slant.top) / (slant.right - slant.left)
    high, low = (left - slant.left) * lean, (right - slant.left) * lean
    falling, rising = (slant.top + high, slant.top + low), (slant.bottom - low, slant.bottom - high)
    return any(first <= box.bottom - play and last >= box.top + play for first, last in (falling, rising))


def _unprinted(ink: Ink) -> Iterator[str]:
    """Yield the figures that show no ink for a reason not told already."""
    told = "\n".join((*ink.unseen, *ink.hidden))
    return (text for text in ink.unprinted if text not in told)


def _figures(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        if any(map(str.isdigit, text)):
            yield text[:LONGEST_FIGURE]


def _middle(box: Box) -> float:
    return (box.top + box.bottom) / 2
