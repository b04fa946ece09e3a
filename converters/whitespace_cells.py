"""The cells of one part of an unruled table: rows from lines of figures, columns from gaps."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from converters.whitespace_heads import head_rectangles
from converters.whitespace_stub import innermost_labels, stub_rectangles
from converters.whitespace_texts import WRAPPED, Line, Text, is_under, is_within, stack, top_of
from document import Box

# Figures that reach into each other's line by this share of a height are one row's.
OVERLAP = 0.2
# A label without figures stands this share of the usual gap between rows from its neighbours when it has a
# row of its own; a group's label in the gap between two rows half as far at most.
ROW_GAP = 0.75
MOST_COLUMNS = 40


def part_rectangles(
    part: Sequence[Line], area: Box, carried: Sequence[float]
) -> tuple[list[Box], Sequence[float]]:
    """Return the cells of a part, its boxhead, its stub and its figures, and the columns of these."""
    of_figures = [line for line in part if any(text.is_figure for text in line)]
    if not of_figures:
        return _headless(part, area)
    first = part.index(of_figures[0])
    rows = _rows(of_figures)
    values = _clusters([text for line in rows for text in line if text.is_figure])
    start = min(text.box.left for text in values[0])
    while first and _is_beside(part[first - 1], rows[0], start):
        first -= 1
    head, body = part[:first], part[first:]
    labels = [text for line in body for text in line if text.x < start and not text.is_figure]
    over = stack([text for line in head for text in line])
    stub = [text for text in over if _is_row_label(text, over, labels)]
    over = [text for text in over if text not in stub]
    labels = [*stub, *labels]
    top = _head_bottom(over, labels, body, area)
    values, leaves = _columns(over, labels, values)
    bounds = _bounds(area, labels, values, leaves)
    if not over and _fit(values, labels, carried):
        bounds, leaves = [*carried], [None] * (len(carried) - 1)
        area = replace(area, right=carried[-1])
    if len(values) > MOST_COLUMNS:
        return [area], ()
    lows = _row_bounds(
        [*map(_extent, rows), *map(_label_extent, _blank_rows(rows, labels))], labels, top, area.bottom
    )
    rectangles = head_rectangles(over, leaves, bounds, replace(area, bottom=top)) if head else []
    rectangles += stub_rectangles(labels, lows, area.left, bounds[0])
    for (low, high), (near, far) in ((row, column) for row in pairwise(lows) for column in pairwise(bounds)):
        rectangles.append(Box(left=near, top=low, right=far, bottom=high))
    return rectangles, bounds


def _fit(values: Sequence[Sequence[Text]], labels: Sequence[Text], carried: Sequence[float]) -> bool:
    """Say whether figures and labels stand in columns of the page before, each in one."""
    if not carried or any(label.box.right > carried[0] for label in labels):
        return False
    return all(
        any(
            low <= min(t.box.left for t in column) and max(t.box.right for t in column) <= high
            for low, high in pairwise(carried)
        )
        for column in values
    )


def _rows(of_figures: Sequence[Line]) -> list[Line]:
    """Return lines of figures row by row.

    A figure too wide for its column goes on below, beside no label or beside a line that it reaches into.
    """
    rows: list[list[Line]] = []
    for line in of_figures:
        above = rows[-1][-1] if rows else None
        if above is not None and top_of(line) - top_of(above) <= WRAPPED * line[-1].height:
            foot = min(text.box.bottom for text in above if text.is_figure)
            head = min(text.box.top for text in line if text.is_figure)
            if above[0].is_figure or line[0].is_figure or head < foot - OVERLAP * line[-1].height:
                rows[-1].append(line)
                continue
        rows.append([line])
    return [tuple(text for line in row for text in line) for row in rows]


def _headless(part: Sequence[Line], area: Box) -> tuple[list[Box], Sequence[float]]:
    """Return the cells of a head that the page's end parted from its rows, one for every text of a line.

    Its last line, where that has several texts, tells the columns as well.
    """
    bottoms = [max(text.box.bottom for text in line) for line in part]
    edges = [area.top, *((a + top_of(b)) / 2 for a, b in zip(bottoms, part[1:], strict=False)), area.bottom]
    rectangles: list[Box] = []
    middles: list[float] = []
    for line, (top, bottom) in zip(part, pairwise(edges), strict=True):
        middles = [(before.box.right + after.box.left) / 2 for before, after in pairwise(line)]
        bounds = pairwise([area.left, *middles, area.right])
        rectangles += [Box(left=near, top=top, right=far, bottom=bottom) for near, far in bounds]
    return rectangles, [*middles, area.right] if len(part) < 3 else ()


def _is_beside(line: Line, row: Line, start: float) -> bool:
    """Say whether a line over the first row is the upper part of its label rather than a head."""
    return line[-1].box.right <= start and top_of(row) - top_of(line) <= WRAPPED * line[0].height * 2


def _clusters(figures: Iterable[Text]) -> list[list[Text]]:
    """Return figures column by column: those that overlap when all are pushed onto one line."""
    clusters: list[list[Text]] = []
    reach = 0.0
    for figure in sorted(figures, key=lambda text: text.box.left):
        if not clusters or figure.box.left > reach:
            clusters.append([])
            reach = figure.box.right
        clusters[-1].append(figure)
        reach = max(reach, figure.box.right)
    return clusters


def _is_row_label(text: Text, over: Sequence[Text], labels: Sequence[Text]) -> bool:
    """Say whether a text above the first figures labels a row without any: it stands below all heads."""
    stub = max((label.box.right for label in labels), default=0.0)
    heads = [other for other in over if other.x > stub]
    return bool(heads) and text.x <= stub and text.box.top >= max(head.box.bottom for head in heads)


def _columns(
    over: Sequence[Text], labels: Sequence[Text], clusters: Sequence[list[Text]]
) -> tuple[list[list[Text]], list[Text | None]]:
    """Return the figures column by column, and the head over each.

    A column left blank shows itself by its head.
    """
    edge = max((label.box.right for label in labels), default=0.0)
    found = [(min(text.box.left for text in cluster), cluster, _leaf(over, cluster)) for cluster in clusters]
    used = [leaf for _, _, leaf in found if leaf is not None]
    highest = min((leaf.box.top for leaf in used), default=math.inf)
    figures = [text for cluster in clusters for text in cluster]
    for head in over:
        is_lowest = not any(other.y > head.y and is_under(other, head) for other in over)
        is_over_figures = any(is_under(text, head) for text in figures)
        if is_lowest and not is_over_figures and head.box.left >= edge and head.y >= highest:
            found.append((head.box.left, [], head))
    found.sort(key=lambda column: column[0])
    return [cluster for _, cluster, _ in found], [leaf for _, _, leaf in found]


def _extent(row: Line) -> tuple[float, float, float]:
    """Return the middle, upper and lower edge of a row's figures."""
    figures = [text for text in row if text.is_figure]
    return (
        median(text.y for text in figures),
        min(text.box.top for text in figures),
        max(text.box.bottom for text in figures),
    )


def _label_extent(label: Text) -> tuple[float, float, float]:
    return label.y, label.box.top, label.box.bottom


def _blank_rows(rows: Sequence[Line], labels: Sequence[Text]) -> list[Text]:
    """Return the labels of rows that show no figure.

    The stub's last column labels a row each. A label farther out has a row of its own when it stands as far
    from its neighbours as rows do; a group's stands beside its rows, or in the gap between two of them.
    """
    middles = [_extent(row)[0] for row in rows]
    every = stack(labels)
    inner = stack(innermost_labels(labels))
    blank = [label for label in inner if not any(label.box.top <= y <= label.box.bottom for y in middles)]
    known = sorted(
        [*((label.box.top, label.box.bottom) for label in inner), *(_extent(row)[1:] for row in rows)]
    )
    gaps = [below[0] - above[1] for above, below in pairwise(known) if below[0] > above[1]]
    usual = min(gaps, default=0.0)
    for label in every:
        if any(is_within(piece.box, label.box) or is_within(label.box, piece.box) for piece in inner):
            continue
        above = max((low for _, low in known if low <= label.box.top), default=None)
        below = min((high for high, _ in known if high >= label.box.bottom), default=None)
        beside = any(high < label.box.bottom and low > label.box.top for high, low in known)
        if (
            not beside
            and (above is None or label.box.top - above >= ROW_GAP * usual)
            and (below is None or below - label.box.bottom >= ROW_GAP * usual)
        ):
            blank.append(label)
    return blank


def _head_bottom(over: Sequence[Text], labels: Sequence[Text], body: Sequence[Line], area: Box) -> float:
    if not over:
        return area.top
    bottom = max(text.box.bottom for text in over)
    top = min(text.box.top for text in (*labels, *(text for line in body for text in line)))
    return (bottom + top) / 2


def _leaf(over: Sequence[Text], cluster: Sequence[Text]) -> Text | None:
    """Return the head that stands lowest over a column of figures."""
    left, right = min(t.box.left for t in cluster), max(t.box.right for t in cluster)
    above = [text for text in over if text.box.left < right and text.box.right > left]
    return max(above, key=lambda text: text.box.bottom, default=None)


def _bounds(
    area: Box, labels: Sequence[Text], values: Sequence[Sequence[Text]], leaves: Sequence[Text | None]
) -> list[float]:
    """Return where the columns of figures begin and, last, where the table ends."""
    extents: list[tuple[float, float]] = []
    for cluster, leaf in zip(values, leaves, strict=True):
        boxes = [text.box for text in cluster]
        if leaf is not None and leaves.count(leaf) == 1:
            boxes.append(leaf.box)
        extents.append((min(box.left for box in boxes), max(box.right for box in boxes)))
    edge = max((text.box.right for text in labels), default=area.left)
    bounds = [(edge + extents[0][0]) / 2 if area.left < edge < extents[0][0] else extents[0][0] - 1.0]
    if not labels:
        bounds = [area.left]
    for (low, before), (after, high) in pairwise(extents):
        bounds.append((before + after) / 2 if before < after else (low + before + after + high) / 4)
    return [*bounds, area.right]


def _row_bounds(
    rows: Iterable[tuple[float, float, float]], labels: Sequence[Text], top: float, bottom: float
) -> list[float]:
    """Return where the rows begin and, last, where they end: half way between one's texts and the next's."""
    ordered = sorted(rows)
    middles = [middle for middle, _, _ in ordered]
    highs = [high for _, high, _ in ordered]
    lows = [low for _, _, low in ordered]
    innermost = innermost_labels(labels)
    for text in stack(innermost):
        pieces = [piece for piece in innermost if is_within(piece.box, text.box)]
        own = [number for number, middle in enumerate(middles) if text.box.top <= middle <= text.box.bottom]
        for piece in pieces if len(own) != 1 else [text]:
            row = min(range(len(middles)), key=lambda number: abs(middles[number] - piece.y))
            highs[row], lows[row] = min(highs[row], piece.box.top), max(lows[row], piece.box.bottom)
    between = [(low + high) / 2 for low, high in zip(lows, highs[1:], strict=False)]
    between = [
        edge if above < edge < below else (above + below) / 2
        for edge, (above, below) in zip(between, pairwise(middles), strict=True)
    ]
    return [top, *between, bottom]
