"""Lines of which nothing is left, known by the texts that they parted.

A thin ruling that falls between two pixels of a fax is lost whole. What it parted is still there: two figures
never stand in one cell, and a text over several columns has no other one under it. Where a line is known so,
its place follows from the texts, which stand in the middle of their cells or in cells of one size. It is a
guess, and told as one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from converters.rulings import Frame
from converters.scan_figures import Text, texts
from converters.scan_ink import Mask
from converters.scan_lines import Part
from converters.scan_tiling import Sides

# All in text heights. A text lies in a strip but for PLAY, and runs over a line from OVER on; texts beside
# each other have their middles within LEVEL.
PLAY, OVER, LEVEL = 0.25, 0.3, 0.5
# Figures in rows of their own are this far apart, middle to middle; and rows of texts leave this share of
# their height between them, where lines of one text leave 0.2 to 0.4.
ROWS, LINES = 1.4, 0.6
# Brackets around a stroke look like two ones; no two figures beside each other are both as thin.
THIN = 0.45
# So many rows with figures beside each other show where a column ends; one does where it is the only one.
SEVERAL = 2
# The last of several cells, each with its text in its middle, may miss the line that it ends at by this;
# cells are no narrower than that.
CLOSING, NARROWEST = 0.4, 0.9

_Strip = tuple[float, float]  # in pixels, from one known line to the next


def implied(frame: Frame, part: Part, ink: Mask) -> Frame:
    """Return a frame with the lines that its texts imply; `ink` is without rulings."""
    found = texts(frame, part, ink)
    rows, columns = _in_pixels(frame, part)
    new_columns = list(_columns(found, rows, columns, part.height))
    new_rows = list(_rows(found, rows, sorted((*columns, *new_columns)), part.height))
    if not new_rows and not new_columns:
        return frame
    return replace(
        frame,
        rows=tuple(sorted((*frame.rows, *(at / part.scale for at in new_rows)))),
        columns=tuple(sorted((*frame.columns, *(at / part.scale for at in new_columns)))),
    )


def apart(frame: Frame, part: Part, ink: Mask) -> tuple[Sides, Sides]:
    """Return the sides along rows and along columns that have figures on both sides: those are two cells."""
    rows, columns = _in_pixels(frame, part)
    play = PLAY * part.height
    held = np.zeros((len(rows) + 1, len(columns) + 1), dtype=np.bool_)
    for text in texts(frame, part, ink):
        row, column = int(np.searchsorted(rows, text.down)), int(np.searchsorted(columns, text.across))
        if text.is_figure and 0 < row < len(rows) and 0 < column < len(columns):
            held[row, column] |= (
                text.left >= columns[column - 1] - play
                and text.right <= columns[column] + play
                and text.top >= rows[row - 1] - play
                and text.bottom <= rows[row] + play
            )
    return held[:-1, 1:-1] & held[1:, 1:-1], (held[1:-1, :-1] & held[1:-1, 1:]).T


def _in_pixels(frame: Frame, part: Part) -> tuple[list[float], list[float]]:
    return [at * part.scale for at in frame.rows], [at * part.scale for at in frame.columns]


# --- Columns ----------------------------------------------------------------------------------------


def _columns(
    found: Sequence[Text], rows: Sequence[float], columns: Sequence[float], height: float
) -> Iterator[float]:
    """Yield where lines between columns stood: between figures beside each other in one strip."""
    strips = list(pairwise(rows))
    figured = sum(
        any(text.is_figure and top < text.down < bottom for text in found) for top, bottom in strips
    )
    for start, stop in pairwise(columns):
        touching = [text for text in found if text.left < stop and text.right > start]
        inside = [
            text
            for text in touching
            if text.left >= start - PLAY * height and text.right <= stop + PLAY * height
        ]
        parted = [
            beside
            for top, bottom in strips
            if (beside := [text for text in touching if top < text.down < bottom])
            and all(text in inside for text in beside)
            and _are_figures(beside, height)
        ]
        if len(parted) >= min(SEVERAL, figured):
            extents = ((text.left, text.right) for beside in parted for text in beside)
            yield from _between(grouped(extents), (start, stop), height)


def _are_figures(beside: Sequence[Text], height: float) -> bool:
    """Say whether texts are several figures beside each other and nothing else."""
    level = [text.down for text in beside]
    return (
        len(beside) > 1
        and all(text.is_figure for text in beside)
        and max(level) - min(level) <= LEVEL * height
        and any(text.right - text.left > THIN * (text.bottom - text.top) for text in beside)
    )


# --- Rows -------------------------------------------------------------------------------------------


def _rows(
    found: Sequence[Text], rows: Sequence[float], columns: Sequence[float], height: float
) -> Iterator[float]:
    """Yield where lines between rows stood: between figures under each other, under texts over columns."""
    for start, stop in pairwise(rows):
        inside = [
            text
            for text in found
            if text.top >= start - PLAY * height and text.bottom <= stop + PLAY * height
        ]
        if len(inside) < 2 or stop - start < 2 * NARROWEST * height:
            continue
        strip = start, stop
        lines = _figures_apart(inside, columns, strip, height) or _lines_apart(inside, strip, height)
        yield from lines or _under_heads(inside, columns, strip, height)


def _figures_apart(
    inside: Sequence[Text], columns: Sequence[float], strip: _Strip, height: float
) -> list[float]:
    """Return lines between figures under each other.

    A figure that is too wide for its cell goes on under itself: where most cells hold one line, that is so.
    """
    by_column: dict[int, list[Text]] = defaultdict(list)
    for text in inside:
        by_column[int(np.searchsorted(columns, text.across))].append(text)
    figures = [found for found in by_column.values() if all(text.is_figure for text in found)]
    several = [
        [text for text in found if any(abs(text.down - other.down) >= ROWS * height for other in found)]
        for found in figures
    ]
    if sum(map(bool, several)) <= len(figures) / 2:
        return []
    groups = grouped((text.top, text.bottom) for found in several for text in found)
    return _between(groups, strip, height) if _are_apart(groups) else []


def _lines_apart(inside: Sequence[Text], strip: _Strip, height: float) -> list[float]:
    """Return lines between texts that stand as far apart as rows do, each in the middle of its own."""
    groups = grouped((text.top, text.bottom) for text in inside)
    if len(groups) < 2 or not _are_apart(groups):
        return []
    centred = _centred(groups, strip[0])
    return centred[:-1] if abs(centred[-1] - strip[1]) <= CLOSING * height else []


def _are_apart(groups: Sequence[tuple[float, float]]) -> bool:
    """Say whether texts stand as far apart as rows do, and not as near as lines of one text."""
    return all(
        after[0] - before[1] >= LINES * max(before[1] - before[0], after[1] - after[0])
        for before, after in pairwise(groups)
    )


def _under_heads(
    inside: Sequence[Text], columns: Sequence[float], strip: _Strip, height: float
) -> Iterator[float]:
    """Yield lines under texts that run over a line between columns and have another text under them."""
    last = strip[0]
    for text in sorted(inside, key=lambda one: one.down):
        if not any(text.left + OVER * height < at < text.right - OVER * height for at in columns):
            continue
        under = [
            other.top
            for other in inside
            if other.top > text.bottom and other.left < text.right and text.left < other.right
        ]
        if not under or min(under) - text.bottom < LINES * max(height, text.bottom - text.top):
            continue
        middle = 2 * text.down - last
        at = middle if text.bottom < middle < min(under) else (text.bottom + min(under)) / 2
        if at - last >= NARROWEST * height and strip[1] - at >= NARROWEST * height:
            yield at
            last = at


# --- Where a line stood -----------------------------------------------------------------------------


def grouped(extents: Iterable[tuple[int, int]]) -> list[tuple[float, float]]:
    """Return the stretches that extents cover together."""
    groups: list[tuple[float, float]] = []
    for first, last in sorted(extents):
        if groups and first < groups[-1][1]:
            groups[-1] = groups[-1][0], max(groups[-1][1], last)
        else:
            groups.append((first, last))
    return groups


def _between(groups: Sequence[tuple[float, float]], strip: _Strip, height: float) -> list[float]:
    """Return a line in each gap between groups: each group in the middle of its cell, or cells of one size.

    None where neither is so: then a text is missing, or groups fill the strip so closely that they are no
    cells.
    """
    if len(groups) < 2 or any(after[0] - before[1] < PLAY * height for before, after in pairwise(groups)):
        return []
    start, stop = strip
    gaps = [(before[1], after[0]) for before, after in pairwise(groups)]
    choices = [[start + (stop - start) * number / len(groups) for number in range(1, len(groups))]]
    centred = _centred(groups, start)
    if abs(centred[-1] - stop) <= CLOSING * height:
        choices.insert(0, centred[:-1])
    for lines in choices:
        is_between = all(first < at < last for at, (first, last) in zip(lines, gaps, strict=True))
        if is_between and float(np.diff([start, *lines, stop]).min()) >= NARROWEST * height:
            return lines
    return []


def _centred(groups: Iterable[tuple[float, float]], start: float) -> list[float]:
    """Return where cells end that begin at a place, one after another, with a group in the middle of each."""
    ends = [start]
    for first, last in groups:
        ends.append(first + last - ends[-1])
    return ends[1:]
