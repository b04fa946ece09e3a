"""Rulings and words in, grids with true spans out: the one place where printed lines become a table.

Pages with stored text and scans meet here, so nothing in this module knows where a line or a word came
from. Every step is a plain function on values, and what it returns can be drawn over the page:

    snap -> join -> cross -> cell -> span -> fill

A merged cell shows itself by the rulings that are absent between its positions, never by its text. All
lengths are points from the page's top left; all tolerances are shares of a text height, because a
ruling's play grows with the size a table is printed in and not with the resolution it was read at.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Protocol

from document import Box, Cell, Grid, How, Provenance

# Two rulings this near are one, drawn double or out of true. Double borders stand 0.15 to 0.3 text heights
# apart; the lowest rows met are 1.1 text heights high.
SNAP = 0.35
# Rulings farther from each other than this, along their direction, may be those of two tables: a heading
# between two stands in 3.5 and more.
NEAR = 2.0
# The longest gap inside a dashed ruling: dashes leave 0.1 to 0.4; the narrowest columns met are 1.5 wide.
GAP = 0.5
# A ruling that ends this near to another one meets it; pens of 2 pt leave corners open by 0.2.
REACH = 0.5
# What is left shorter than this after joining bounds no cell: corner squares, bullets, underlined points.
SHORTEST = 0.6
# A side counts as ruled when this share of it is; real sides show 0.9 and more, those of ragged rows in
# tables without outer borders 0.5, absent ones under 0.2.
RULED = 0.4
# A frame is open-sided when rulings stand out this far beyond its last crossing ruling.
OVERHANG = 1.0
# A row without vertical rulings, between two horizontal ones of one length, is this high at most: captions
# take one line and its padding, 1.5 to 2.2; a heading between two tables stands in 3.5 and more.
OPEN_ROW = 2.6
# A word belongs to a cell when this share of its height and width lies inside.
INSIDE = 0.6
# Words of one line have their middles this near: 12 pt figures in 16 pt text 0.1, raised ones 0.3; the lines
# of a cell are set 1.0 and more apart.
LEVEL = 0.35
# A gap between two words of a line is a space from this share of a text height on: 0.2 between Latin words;
# Chinese text set out to both margins opens gaps of up to 0.3 that are none.
SPACE_LATIN, SPACE = 0.15, 0.5
# Real pages hold some hundred rulings. Drawings hold more; their longest lines are enough to find a frame.
MOST_RULINGS = 4000
# The requests table has 30 x 10 positions; beyond this a frame is hatching or a map.
MOST_POSITIONS = 40_000

# Lines of one wrapped figure follow each other at the font's own distance, 1.0 to 1.5 text heights; figures
# of two rows are parted by their cells' padding besides.
WRAPPED = 1.7
# Between the text of a full line and the sides of its cell stands padding, at most this much: Word sets 0.5
# text heights at either side, drawn tables 0.2 to 0.5.
PADDING = 0.6
# Words of one figure touch: wide digits that come one by one stand 0.0 text heights apart; a space is 0.5.
TOUCHING = 0.1
# A ruling's own thickness makes a cell look wider than the room for its text, by 0.05 text heights.
EVEN = 0.08
# Marks that may not begin a line: the character before goes to the next line with them.
CLOSING = frozenset("，。、；：？！）》〉】」』”’")

DEFAULT_HEIGHT = 10.5  # the size most forms are printed in, where a page has no words to measure

_FIGURE_LINE = re.compile(r"(?:[-+－＋]|增加?|减少?)?[0-9０-９.,．，]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """A printed line: a horizontal one at y = `position` from x = `start` to `stop`, or the reverse."""

    horizontal: bool
    position: float
    start: float
    stop: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """A text without a wide gap, and the box of its ink or, where known, of its characters' bodies."""

    text: str
    box: Box
    confidence: float = 1.0
    how: How = "read"


class Boxed(Protocol):
    """Anything with a box."""

    @property
    def box(self) -> Box:
        """Where it stands."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """The rulings of one connected table, and the distinct positions that part its rows and columns.

    `rows` and `columns` hold one more position than the layout grid has rows and columns.
    """

    rulings: tuple[Ruling, ...]
    rows: tuple[float, ...]
    columns: tuple[float, ...]

    @property
    def box(self) -> Box:
        """The outer rectangle."""
        return Box(left=self.columns[0], top=self.rows[0], right=self.columns[-1], bottom=self.rows[-1])


@dataclass(frozen=True, kw_only=True, slots=True)
class Extent:
    """The positions of the layout grid that one cell covers."""

    row: int
    column: int
    row_span: int
    column_span: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Filled:
    """A grid with the words in its cells.

    `strays` are words inside the frame that no cell holds whole; those whose centre lies in a cell are in
    its text as well. `is_torn` says that rulings enclosed a shape that is no rectangle. `words` holds those
    of each of the grid's cells, `padding` what the cells keep free at either side.
    """

    grid: Grid
    words: tuple[tuple[Word, ...], ...] = ()
    padding: float = 0.0
    strays: tuple[Word, ...] = ()
    is_torn: bool = False


def text_height(words: Iterable[Boxed]) -> float:
    """Return the median height of the words in points: the unit of every tolerance here."""
    heights = [word.box.bottom - word.box.top for word in words]
    return max(median(heights), 1.0) if heights else DEFAULT_HEIGHT


def frames(rulings: Iterable[Ruling], height: float, *, has_open_rows: bool = True) -> tuple[Frame, ...]:
    """Return the frames that rulings as drawn make up, from top to bottom.

    Where no row of a table can have open sides, two rulings without any between them are those of two tables.
    """
    return cross(join(snap(rulings, height), height), height, has_open_rows=has_open_rows)


def snap(rulings: Iterable[Ruling], height: float, *, near: float = NEAR) -> tuple[Ruling, ...]:
    """Return the rulings with those that stand nearly at one position moved to their common position.

    Only those are moved together that follow each other within `near` text heights: the columns of two
    tables under each other have nothing to do with each other.
    """
    snapped: list[Ruling] = []
    group: list[Ruling] = []
    for ruling in sorted(rulings, key=lambda r: (not r.horizontal, r.position)):
        apart = group and ruling.position - group[0].position > SNAP * height
        if group and (apart or ruling.horizontal is not group[0].horizontal):
            snapped += _snapped(group, near * height)
            group = []
        group.append(ruling)
    snapped += _snapped(group, near * height)
    return tuple(snapped)


def join(rulings: Iterable[Ruling], height: float) -> tuple[Ruling, ...]:
    """Return the rulings with the pieces of one line joined, without those too short to bound a cell."""
    drawn: dict[tuple[bool, float], list[tuple[float, float]]] = defaultdict(list)
    for ruling in rulings:
        drawn[ruling.horizontal, ruling.position].append((ruling.start, ruling.stop))
    joined: list[Ruling] = []
    for (horizontal, position), pieces in drawn.items():
        for start, stop in _joined(pieces, GAP * height):
            if stop - start >= SHORTEST * height:
                joined.append(Ruling(horizontal=horizontal, position=position, start=start, stop=stop))
    if len(joined) > MOST_RULINGS:
        joined = sorted(joined, key=lambda r: r.start - r.stop)[:MOST_RULINGS]
    return tuple(sorted(joined, key=lambda r: (not r.horizontal, r.position, r.start)))


def cross(rulings: Sequence[Ruling], height: float, *, has_open_rows: bool = True) -> tuple[Frame, ...]:
    """Return the frames that joined rulings make by crossing each other, open sides completed.

    Rulings that cross nothing are in no frame; nor is a frame returned that has but one cell, for that is
    a box around prose, unless it is as low as a row: a page's end may have cut off a caption.
    """
    reach = REACH * height
    verticals = [number for number, ruling in enumerate(rulings) if not ruling.horizontal]
    positions = [rulings[number].position for number in verticals]
    roots = list(range(len(rulings)))
    for number, ruling in enumerate(rulings):
        if not ruling.horizontal:
            continue
        first = bisect_left(positions, ruling.start - reach)
        for other in verticals[first : bisect_right(positions, ruling.stop + reach)]:
            if rulings[other].start - reach <= ruling.position <= rulings[other].stop + reach:
                roots[_root(roots, other)] = _root(roots, number)
    for upper, lower in _open_rows(rulings, height) if has_open_rows else ():
        roots[_root(roots, lower)] = _root(roots, upper)
    connected: dict[int, list[Ruling]] = defaultdict(list)
    for number, ruling in enumerate(rulings):
        connected[_root(roots, number)].append(ruling)
    found = (_frame(group, height) for group in connected.values() if len(group) > 2)
    return tuple(sorted((frame for frame in found if frame), key=lambda f: (f.rows[0], f.columns[0])))


def cell(frame: Frame) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Return the groups of layout positions (row, column) that no ruling parts, in reading order.

    The frame's own outline counts as ruled.
    """
    width = len(frame.columns) - 1
    height = len(frame.rows) - 1
    below = ruled_sides(frame.rulings, frame.rows, frame.columns, horizontal=True)
    beside = ruled_sides(frame.rulings, frame.columns, frame.rows, horizontal=False)
    roots = list(range(width * height))
    for row in range(height):
        for column in range(width):
            position = row * width + column
            if column + 1 < width and (column + 1, row) not in beside:
                roots[_root(roots, position + 1)] = _root(roots, position)
            if row + 1 < height and (row + 1, column) not in below:
                roots[_root(roots, position + width)] = _root(roots, position)
    groups: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for position in range(width * height):
        groups[_root(roots, position)].append(divmod(position, width))
    return tuple(tuple(group) for group in sorted(groups.values()))


def span(groups: Iterable[Sequence[tuple[int, int]]]) -> tuple[Extent, ...]:
    """Return the extents of the cells, in reading order of their origins.

    A group that is no rectangle (a side is half ruled) is cut into rectangles, the uppermost and widest
    first, so that the extents always tile the layout grid.
    """
    extents: list[Extent] = []
    for group in groups:
        left = set(group)
        for row, column in group:
            if (row, column) in left:
                extent = _widest(left, row, column)
                extents.append(extent)
                left -= set(_positions(extent))
    return tuple(sorted(extents, key=lambda extent: (extent.row, extent.column)))


def fill(frame: Frame, words: Iterable[Word], *, height: float, page: int | None = None) -> Filled:
    """Return the frame's grid with each word in the cell that holds its centre.

    Words whose box does not touch the frame are passed over.
    """
    groups = cell(frame)
    extents = span(groups)
    owner = {position: number for number, extent in enumerate(extents) for position in _positions(extent)}
    boxes = [_box(frame, extent) for extent in extents]
    frame_box = frame.box
    held: list[list[Word]] = [[] for _ in extents]
    strays: list[Word] = []
    for word in words:
        if not touches(frame_box, word.box):
            continue
        row = bisect_right(frame.rows, (word.box.top + word.box.bottom) / 2) - 1
        column = bisect_right(frame.columns, (word.box.left + word.box.right) / 2) - 1
        number = owner.get((row, column))
        if number is not None:
            held[number].append(word)
        if number is None or not _holds(boxes[number], word.box):
            strays.append(word)
    padding = padding_of(zip(boxes, held, strict=True), height)
    grid = Grid(
        row_count=len(frame.rows) - 1,
        column_count=len(frame.columns) - 1,
        cells=tuple(
            _cell(extent, box, inside, height, page, padding)
            for extent, box, inside in zip(extents, boxes, held, strict=True)
        ),
        provenance=Provenance(page=page, box=rounded(frame.box)),
    )
    return Filled(
        grid=grid,
        words=tuple(map(tuple, held)),
        padding=padding,
        strays=tuple(strays),
        is_torn=len(extents) != len(groups),
    )


def lines(words: Iterable[Word]) -> tuple[tuple[Word, ...], ...]:
    """Return the words line by line from top to bottom, each line from left to right.

    Two words share a line when their middles are nearer than a third of the taller one.
    """
    found: list[list[Word]] = []
    for word in sorted(words, key=lambda w: w.box.top + w.box.bottom):
        if not found or not _is_level(found[-1][0].box, word.box):
            found.append([])
        found[-1].append(word)
    return tuple(tuple(sorted(line, key=lambda w: w.box.left)) for line in found)


def line_text(line: Sequence[Word], height: float) -> str:
    """Return the text of one line's words, with a space where the gap between two is one."""
    text = line[0].text
    for before, after in pairwise(line):
        is_latin = before.text[-1:].isascii() and after.text[:1].isascii()
        gap = after.box.left - before.box.right
        text += (" " if gap > (SPACE_LATIN if is_latin else SPACE) * height else "") + after.text
    return text


def touches(frame: Box, box: Box) -> bool:
    """Say whether a box lies at least partly inside a frame."""
    return (
        box.left < frame.right
        and box.right > frame.left
        and box.top < frame.bottom
        and box.bottom > frame.top
    )


def rounded(box: Box) -> Box:
    """Return a box in hundredths of a point: what lies below is the noise of a file's own arithmetic."""
    return Box(
        left=round(box.left, 2),
        top=round(box.top, 2),
        right=round(box.right, 2),
        bottom=round(box.bottom, 2),
    )


def around(boxes: Iterable[Box]) -> Box:
    """Return the smallest box around boxes, of which there must be one."""
    every = tuple(boxes)
    return Box(
        left=min(box.left for box in every),
        top=min(box.top for box in every),
        right=max(box.right for box in every),
        bottom=max(box.bottom for box in every),
    )


def _is_level(first: Box, other: Box) -> bool:
    taller = max(first.bottom - first.top, other.bottom - other.top)
    return abs(first.top + first.bottom - other.top - other.bottom) / 2 <= LEVEL * taller


def _snapped(group: Sequence[Ruling], near: float) -> Iterable[Ruling]:
    """Yield rulings of nearly one position, each stretch of them moved to its common position."""
    stretch: list[Ruling] = []
    reach = 0.0
    for ruling in sorted(group, key=lambda r: r.start):
        if stretch and ruling.start - reach > near:
            yield from _at_common_position(stretch)
            stretch = []
        reach = max(reach, ruling.stop) if stretch else ruling.stop
        stretch.append(ruling)
    yield from _at_common_position(stretch)


def _at_common_position(group: Sequence[Ruling]) -> Iterable[Ruling]:
    """Move rulings to the mean of their positions, a long one counting more than a short one."""
    if len({ruling.position for ruling in group}) < 2:
        return group
    weights = [ruling.stop - ruling.start + 0.01 for ruling in group]
    common = sum(r.position * weight for r, weight in zip(group, weights, strict=True)) / sum(weights)
    return [replace(ruling, position=common) for ruling in group]


def _joined(pieces: Iterable[tuple[float, float]], gap: float) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for start, stop in sorted(pieces):
        if joined and start - joined[-1][1] <= gap:
            joined[-1] = (joined[-1][0], max(joined[-1][1], stop))
        else:
            joined.append((start, stop))
    return joined


def _root(roots: list[int], number: int) -> int:
    while roots[number] != number:
        roots[number] = roots[roots[number]]
        number = roots[number]
    return number


def _open_rows(rulings: Sequence[Ruling], height: float) -> Iterable[tuple[int, int]]:
    """Yield pairs of horizontal rulings that hold a row of an open-sided table between them.

    Such a row (a caption across the whole table) has no vertical ruling to tie the parts above and below it.
    """
    reach = REACH * height
    across = [number for number, ruling in enumerate(rulings) if ruling.horizontal]
    ends: dict[tuple[int, int], int] = {}
    for number in across:
        ruling = rulings[number]
        key = round(ruling.start / reach / 2), round(ruling.stop / reach / 2)
        above = ends.get(key)
        if above is not None and ruling.position - rulings[above].position <= OPEN_ROW * height:
            yield above, number
        ends[key] = number


def _frame(rulings: Sequence[Ruling], height: float) -> Frame | None:
    """Return the frame of connected rulings, or None when they bound fewer than two cells."""
    rulings = join(snap(rulings, height, near=math.inf), height)
    horizontals = [ruling for ruling in rulings if ruling.horizontal]
    verticals = [ruling for ruling in rulings if not ruling.horizontal]
    if not horizontals or not verticals:
        return None
    columns = _with_open_sides(verticals, horizontals, height)
    rows = _with_open_sides(horizontals, verticals, height)
    positions = (len(rows) - 1) * (len(columns) - 1)
    is_row = rows[-1] - rows[0] <= OPEN_ROW * height
    if not (2 if not is_row else 1) <= positions <= MOST_POSITIONS:
        return None
    return Frame(rulings=rulings, rows=rows, columns=columns)


def _with_open_sides(across: Sequence[Ruling], along: Sequence[Ruling], height: float) -> tuple[float, ...]:
    """Return the distinct positions of rulings, and those where two or more crossing ones stand out together.

    Word sets many tables without outer borders: their horizontal rulings run on beyond the last vertical one.
    """
    positions = sorted({ruling.position for ruling in across})
    starts = [r.start for r in along if r.start < positions[0] - OVERHANG * height]
    stops = [r.stop for r in along if r.stop > positions[-1] + OVERHANG * height]
    if len(starts) > 1:
        positions.insert(0, min(starts))
    if len(stops) > 1:
        positions.append(max(stops))
    return tuple(positions)


def ruled_sides(
    rulings: Iterable[Ruling], positions: Sequence[float], stations: Sequence[float], *, horizontal: bool
) -> set[tuple[int, int]]:
    """Return (position, interval) for each interval between two stations that a ruling covers."""
    index = {position: number for number, position in enumerate(positions)}
    ruled: set[tuple[int, int]] = set()
    for ruling in rulings:
        if ruling.horizontal is not horizontal:
            continue
        first = max(bisect_right(stations, ruling.start) - 1, 0)
        last = min(bisect_left(stations, ruling.stop), len(stations) - 1)
        for interval in range(first, last):
            low, high = stations[interval], stations[interval + 1]
            if min(ruling.stop, high) - max(ruling.start, low) >= RULED * (high - low):
                ruled.add((index[ruling.position], interval))
    return ruled


def _widest(left: set[tuple[int, int]], row: int, column: int) -> Extent:
    column_span = 1
    while (row, column + column_span) in left:
        column_span += 1
    row_span = 1
    while all((row + row_span, column + offset) in left for offset in range(column_span)):
        row_span += 1
    return Extent(row=row, column=column, row_span=row_span, column_span=column_span)


def _positions(extent: Extent) -> Iterable[tuple[int, int]]:
    for row in range(extent.row, extent.row + extent.row_span):
        for column in range(extent.column, extent.column + extent.column_span):
            yield row, column


def _box(frame: Frame, extent: Extent) -> Box:
    return Box(
        left=frame.columns[extent.column],
        top=frame.rows[extent.row],
        right=frame.columns[extent.column + extent.column_span],
        bottom=frame.rows[extent.row + extent.row_span],
    )


def _holds(cell_box: Box, box: Box) -> bool:
    """Say whether enough of a word lies in a cell for it to belong there beyond doubt."""
    across = min(cell_box.right, box.right) - max(cell_box.left, box.left)
    down = min(cell_box.bottom, box.bottom) - max(cell_box.top, box.top)
    return across >= INSIDE * (box.right - box.left) and down >= INSIDE * (box.bottom - box.top)


def is_full(line: Sequence[Word], below: Sequence[Word], box: Box, padding: float) -> bool:
    """Say whether what the line below begins with would not have stood on a line of a cell.

    That is its first character, with the marks behind it that may not begin a line.
    """
    first = below[0].box
    length = 1
    while below[0].text[length : length + 1] in CLOSING and length < len(below[0].text):
        length += 1
    wanted = (first.right - first.left) / len(below[0].text) * length
    play = EVEN * (first.bottom - first.top)
    return line[-1].box.right - line[0].box.left + wanted > box.right - box.left - 2 * padding - play


def is_wrapped_figure(found: Sequence[Sequence[Word]], box: Box, padding: float) -> bool:
    """Say whether the lines of a cell are one figure that was too wide for it.

    Proved by the room: each line is so full that the next one's first character would not have stood on it.
    """
    if len(found) < 2 or not all(_is_figure_line(line) for line in found):
        return False
    for above, below in pairwise(found):
        upper, lower = around(word.box for word in above), around(word.box for word in below)
        step = (lower.top + lower.bottom - upper.top - upper.bottom) / 2
        # wide figures are as high as they are wide, but some fonts leave out what lies above and below them
        size = max(upper.bottom - upper.top, (upper.right - upper.left) / sum(len(w.text) for w in above))
        if not is_full(above, below, box, padding) or step > WRAPPED * size:
            return False
    return True


def _is_figure_line(line: Sequence[Word]) -> bool:
    """Say whether a line of a cell is a piece of one figure.

    It may come as several words: wide digits have boxes of different heights in some fonts.
    """
    is_together = all(
        after.box.left - before.box.right <= TOUCHING * _height(before) for before, after in pairwise(line)
    )
    return is_together and bool(_FIGURE_LINE.fullmatch("".join(word.text for word in line)))


def _height(word: Word) -> float:
    return word.box.bottom - word.box.top


def padding_of(held: Iterable[tuple[Box, Sequence[Word]]], height: float) -> float:
    """Return what a frame's cells keep free at either side, told by those with several lines.

    Their longest lines are full; the median passes over those with a mark hanging out into the padding.
    """
    gaps = [
        min(min(word.box.left - box.left, box.right - word.box.right) for word in words)
        for box, words in held
        if len(words) > 1
    ]
    return min(max(median(gaps), 0.0), PADDING * height) if gaps else 0.0


def _cell(
    extent: Extent, box: Box, words: Sequence[Word], height: float, page: int | None, padding: float
) -> Cell:
    found = lines(words)
    between = "" if is_wrapped_figure(found, box, padding) else "\n"
    return Cell(
        row=extent.row,
        column=extent.column,
        row_span=extent.row_span,
        column_span=extent.column_span,
        text=between.join(line_text(line, height) for line in found),
        confidence=min((word.confidence for word in words), default=1.0),
        provenance=Provenance(
            page=page,
            box=rounded(box),
            how="recognised" if any(word.how == "recognised" for word in words) else "read",
        ),
    )
