"""Tables that the page leaves unruled, or rules between rows only: columns from gaps, rows from baselines.

A table shows itself by its figures: they stand in columns, and every line of them is a row. What stands left
of the figures is the stub, what stands above them the boxhead. What comes back is the frame that a printer
would have ruled, so that the steps in rulings.py make the grid as they do for a ruled one. Nothing is made
of lines without figures; prose set in columns is no table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from converters.rulings import Frame, Ruling, Word, lines
from converters.whitespace_bands import Banded, banded
from converters.whitespace_cells import part_rectangles
from converters.whitespace_texts import LARGER, LONGEST_LABEL, STEP, Line, is_within, stack, texts_of, top_of
from document import Box

MOST_LINES = 400
MOST_TEXTS = 1500
MOST_RULINGS = 1000
_PROSE = re.compile(r"^[一二三四五六七八九十]{1,2}、|[。；：]$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Unruled:
    """The frame of an unruled table, and where the columns of its last figures begin and, last, end."""

    frame: Frame
    columns: tuple[float, ...]
    banded: Banded | None = None  # where rulings stand between all its rows


def tables(words: Iterable[Word]) -> tuple[Frame, ...]:
    """Return the frames of unruled tables among words that stand in no ruled one, from top to bottom."""
    return tuple(table.frame for table in unruled(words))


def unruled(
    words: Iterable[Word], before: Unruled | None = None, rulings: Sequence[Ruling] = ()
) -> tuple[Unruled, ...]:
    """Return the unruled tables among words that stand in no ruled one, from top to bottom.

    `before` is a table that may go on at the top of this page: its columns that show no figure here are known
    from there. `rulings` are the horizontal ones that stand in no ruled table either.
    """
    left = tuple(words)
    between = _ruled_between(left, before, rulings) if len(rulings) > 1 else ()
    for table in between:
        left = tuple(word for word in left if not _lies_in(table.frame.box, word.box))
    regions = _regions([texts_of(line) for line in lines(left)])
    first = min((top_of(region[0]) for region in regions), default=0.0)
    is_first = not any(table.frame.rows[0] < first for table in between)
    carried = before.columns if before and is_first else ()
    found = (
        _unruled(region, carried if number == 0 else ())
        for number, region in enumerate(regions)
        if _is_bounded(region)
    )
    every = [*between, *(table for table in found if table)]
    return tuple(sorted(every, key=lambda table: table.frame.rows[0]))


def _ruled_between(
    words: Sequence[Word], before: Unruled | None, rulings: Sequence[Ruling]
) -> tuple[Unruled, ...]:
    """Return the tables that are ruled between all their rows."""
    if len(rulings) > MOST_RULINGS or len(words) > MOST_TEXTS:
        return ()
    size = _size([texts_of(line) for line in lines(words)])
    found = banded(words, rulings, size, before.banded if before else None)
    return tuple(Unruled(frame=table.frame, columns=table.columns, banded=table) for table in found)


def _lies_in(frame: Box, box: Box) -> bool:
    middle = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return frame.left <= middle[0] <= frame.right and frame.top <= middle[1] <= frame.bottom


def _size(found: Iterable[Line]) -> float:
    """Return how high the texts of a page's tables are at most, 0 where it has none.

    Tables of one page may differ in size; what is larger than all of them is a heading.
    """
    return max((text.height for line in found if _has_columns(line) for text in line), default=0.0)


def _is_bounded(region: Sequence[Line]) -> bool:
    return len(region) <= MOST_LINES and sum(len(line) for line in region) <= MOST_TEXTS


def _has_columns(line: Line) -> bool:
    return len(line) > 2 or (len(line) > 1 and any(text.is_figure for text in line[1:]))


def _regions(found: Sequence[Line]) -> list[list[Line]]:
    """Return the stretches of lines that make up a table each."""
    size = _size(found)
    if not size:
        return []
    regions: list[list[Line]] = [[]]
    for line in found:
        is_prose = len(line) == 1 and (
            line[0].height > LARGER * size or line[0].box.right - line[0].box.left > LONGEST_LABEL * size
        )
        is_far = regions[-1] and top_of(line) - top_of(regions[-1][-1]) > STEP * size
        if (is_prose or is_far) and regions[-1]:
            regions.append([])
        if not is_prose:
            regions[-1].append(line)
    trimmed = [_trimmed(region) for region in regions]
    last = len(trimmed) - 1
    return [
        region
        for number, region in enumerate(trimmed)
        if _is_table(region) or (number == 0 and _is_tail(region)) or (number == last and _is_head(region))
    ]


def _is_table(region: Sequence[Line]) -> bool:
    """Say whether lines are a table: two with columns, and figures in one."""
    has_figures = any(text.is_figure for line in region for text in line)
    return has_figures and sum(len(line) > 1 for line in region) > 1


def _is_tail(region: Sequence[Line]) -> bool:
    """Say whether the lines a page begins with may be a table's last row."""
    return any(len(line) > 1 and any(text.is_figure for text in line[1:]) for line in region)


def _is_head(region: Sequence[Line]) -> bool:
    """Say whether the lines a page ends with may be the head of a table that begins overleaf."""
    named = sum("：" in text.text or ":" in text.text for line in region for text in line)
    return any(len(line) > 2 for line in region) and named < 2


def _trimmed(region: Sequence[Line]) -> list[Line]:
    """Return a region without the lines of prose before its first line with columns and after its last."""
    columned = [number for number, line in enumerate(region) if _has_columns(line)]
    if not columned:
        return []
    first, last = columned[0], columned[-1] + 1
    while first and not _is_sentence_or_heading(region[first - 1]):
        first -= 1
    while last < len(region) and not _is_sentence_or_heading(region[last]):
        last += 1
    return list(region[first:last])


def _is_sentence_or_heading(line: Line) -> bool:
    return len(line) == 1 and bool(_PROSE.search(line[0].text))


def _unruled(region: Sequence[Line], carried: Sequence[float]) -> Unruled | None:
    """Return the table of a region, None when its figures do not stand in columns."""
    boxes = [text.box for line in region for text in line]
    size = median(box.bottom - box.top for box in boxes)
    left, right = min(box.left for box in boxes) - size / 2, max(box.right for box in boxes) + size / 2
    rectangles: list[Box] = []
    bounds: Sequence[float] = ()
    parts = _parts(region)
    tops = [top_of(part[0]) for part in parts]
    bottoms = [max(text.box.bottom for line in part for text in line) for part in parts]
    edges = [tops[0] - size / 2, *((a + b) / 2 for a, b in zip(bottoms, tops[1:], strict=False))]
    edges.append(bottoms[-1] + size / 2)
    for number, (part, (top, bottom)) in enumerate(zip(parts, pairwise(edges), strict=True)):
        area = Box(left=left, top=top, right=right, bottom=bottom)
        cells, bounds = part_rectangles(part, area, () if number else carried)
        rectangles += cells
    rows = sorted({y for box in rectangles for y in (box.top, box.bottom)})
    columns = sorted({x for box in rectangles for x in (box.left, box.right)})
    if (len(rows) - 1) * (len(columns) - 1) < 2:
        return None
    frame = Frame(
        rulings=tuple(side for box in rectangles for side in _sides(box)),
        rows=tuple(rows),
        columns=tuple(columns),
    )
    return Unruled(frame=frame, columns=tuple(bounds))


def _sides(box: Box) -> Iterable[Ruling]:
    for position in (box.top, box.bottom):
        yield Ruling(horizontal=True, position=position, start=box.left, stop=box.right)
    for position in (box.left, box.right):
        yield Ruling(horizontal=False, position=position, start=box.top, stop=box.bottom)


def _parts(region: Sequence[Line]) -> list[list[Line]]:
    """Return a region's lines part by part: a head below rows of figures begins a new one."""
    rows = [line for line in region if any(text.is_figure for text in line)]
    stub = max((line[0].box.right for line in rows if not line[0].is_figure), default=0.0)
    middles = [median(text.y for text in line if text.is_figure) for line in rows]
    labels = [
        text.box
        for text in stack(line[0] for line in region if not line[0].is_figure)
        if any(text.box.top < middle < text.box.bottom for middle in middles)
    ]
    parts: list[list[Line]] = [[]]
    has_rows = False
    for line in region:
        is_row = any(text.is_figure for text in line)
        is_label = len(line) == 1 and any(is_within(line[0].box, label) for label in labels)
        if has_rows and not is_row and not is_label and line[-1].x > stub:
            parts.append([])
            has_rows = False
        parts[-1].append(line)
        has_rows = has_rows or is_row
    return parts
