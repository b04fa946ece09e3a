"""Tables that the page leaves unruled, or rules between rows only: columns from gaps, rows from baselines.

A table shows itself by its figures: they stand in columns, and every line of them is a row. What stands left
of the figures is the stub, what stands above them the boxhead. What comes back is the frame that a printer
would have ruled, so that the steps in rulings.py make the grid as they do for a ruled one. Nothing is made
of lines without figures; prose set in columns is no table.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from converters.rulings import Frame, Ruling, Word, around, line_text, lines
from document import Box

# Words this near, in heights, are one text; the gaps between columns met are 0.7 and more.
APART = 0.5
# Lines this near, from top to top, are one text broken over lines; rows of an unruled table stand 1.8 and
# more apart, or nobody could read them.
WRAPPED = 1.4
# The largest step from one line of a table to the next; a heading between two tables stands off farther.
STEP = 3.5
# The longest label on one line; prose is longer.
LONGEST_LABEL = 22
# Headings are printed larger than the tables under them, by a fifth at least.
LARGER = 1.2
# A boundary inside the stub may be crossed by the labels of rows that have no group, which are fewer than the
# lines of the groups.
CROSSED = 1.0
# A label over several columns stands in their middle to this many heights.
CENTRED = 1.0
# Figures that reach into each other's line by this share of a height are one row's.
OVERLAP = 0.2
# A label without figures stands this share of the usual gap between rows from its neighbours when it has a
# row of its own; a group's label in the gap between two rows half as far at most.
ROW_GAP = 0.75
MOST_LINES = 400
MOST_TEXTS = 1500
MOST_COLUMNS = 40

_FIGURE = re.compile(r"(?:[-+增减±]?\d[\d,.，]*(?:万元|元|件|条|项)?|[-—–―/无]+)")
_PROSE = re.compile(r"^[一二三四五六七八九十]{1,2}、|[。；：]$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """Words that stand together, on one line or on several under each other."""

    text: str
    box: Box

    @property
    def is_figure(self) -> bool:
        """Whether it is a figure, or a mark that stands for none."""
        return bool(_FIGURE.fullmatch(self.text))

    @property
    def height(self) -> float:
        """How high it is."""
        return self.box.bottom - self.box.top

    @property
    def x(self) -> float:
        """The middle between left and right."""
        return (self.box.left + self.box.right) / 2

    @property
    def y(self) -> float:
        """The middle between top and bottom."""
        return (self.box.top + self.box.bottom) / 2


Line = tuple[Text, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Unruled:
    """The frame of an unruled table, and where the columns of its last figures begin and, last, end."""

    frame: Frame
    columns: tuple[float, ...]


def tables(words: Iterable[Word]) -> tuple[Frame, ...]:
    """Return the frames of unruled tables among words that stand in no ruled one, from top to bottom."""
    return tuple(table.frame for table in unruled(words))


def unruled(words: Iterable[Word], carried: Sequence[float] = ()) -> tuple[Unruled, ...]:
    """Return the unruled tables among words that stand in no ruled one, from top to bottom.

    `carried` are the columns of a table that may go on at the top of this page: those that show no figure
    here are known from there.
    """
    regions = _regions([_texts(line) for line in lines(words)])
    found = (
        _unruled(region, carried if number == 0 else ())
        for number, region in enumerate(regions)
        if _is_bounded(region)
    )
    return tuple(table for table in found if table)


def _is_bounded(region: Sequence[Line]) -> bool:
    return len(region) <= MOST_LINES and sum(len(line) for line in region) <= MOST_TEXTS


def _texts(line: Sequence[Word]) -> Line:
    groups: list[list[Word]] = []
    for word in line:
        size = word.box.bottom - word.box.top
        if groups and word.box.left - groups[-1][-1].box.right < APART * size:
            groups[-1].append(word)
        else:
            groups.append([word])
    return tuple(
        Text(text=line_text(group, group[0].box.bottom - group[0].box.top), box=around(w.box for w in group))
        for group in groups
    )


def _has_columns(line: Line) -> bool:
    return len(line) > 2 or (len(line) > 1 and any(text.is_figure for text in line[1:]))


def _regions(found: Sequence[Line]) -> list[list[Line]]:
    """Return the stretches of lines that make up a table each."""
    sizes = [text.height for line in found if _has_columns(line) for text in line]
    if not sizes:
        return []
    size = max(sizes)  # tables of one page may differ in size; what is larger than all of them is a heading
    regions: list[list[Line]] = [[]]
    for line in found:
        is_prose = len(line) == 1 and (
            line[0].height > LARGER * size or line[0].box.right - line[0].box.left > LONGEST_LABEL * size
        )
        is_far = regions[-1] and _top(line) - _top(regions[-1][-1]) > STEP * size
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


def _top(line: Line) -> float:
    return min(text.box.top for text in line)


def _unruled(region: Sequence[Line], carried: Sequence[float]) -> Unruled | None:
    """Return the table of a region, None when its figures do not stand in columns."""
    boxes = [text.box for line in region for text in line]
    size = median(box.bottom - box.top for box in boxes)
    left, right = min(box.left for box in boxes) - size / 2, max(box.right for box in boxes) + size / 2
    rectangles: list[Box] = []
    bounds: Sequence[float] = ()
    parts = _parts(region)
    tops = [_top(part[0]) for part in parts]
    bottoms = [max(text.box.bottom for line in part for text in line) for part in parts]
    edges = [tops[0] - size / 2, *((a + b) / 2 for a, b in zip(bottoms, tops[1:], strict=False))]
    edges.append(bottoms[-1] + size / 2)
    for number, (part, (top, bottom)) in enumerate(zip(parts, pairwise(edges), strict=True)):
        area = Box(left=left, top=top, right=right, bottom=bottom)
        cells, bounds = _part_rectangles(part, area, () if number else carried)
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
        for text in _stacked(line[0] for line in region if not line[0].is_figure)
        if any(text.box.top < middle < text.box.bottom for middle in middles)
    ]
    parts: list[list[Line]] = [[]]
    has_rows = False
    for line in region:
        is_row = any(text.is_figure for text in line)
        is_label = len(line) == 1 and any(_is_within(line[0].box, label) for label in labels)
        if has_rows and not is_row and not is_label and line[-1].x > stub:
            parts.append([])
            has_rows = False
        parts[-1].append(line)
        has_rows = has_rows or is_row
    return parts


def _part_rectangles(
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
    over = _stacked([text for line in head for text in line])
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
    rectangles = _head_rectangles(over, leaves, bounds, replace(area, bottom=top)) if head else []
    rectangles += _stub_rectangles(labels, lows, area.left, bounds[0])
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
        if above is not None and _top(line) - _top(above) <= WRAPPED * line[-1].height:
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
    edges = [area.top, *((a + _top(b)) / 2 for a, b in zip(bottoms, part[1:], strict=False)), area.bottom]
    rectangles: list[Box] = []
    middles: list[float] = []
    for line, (top, bottom) in zip(part, pairwise(edges), strict=True):
        middles = [(before.box.right + after.box.left) / 2 for before, after in pairwise(line)]
        bounds = pairwise([area.left, *middles, area.right])
        rectangles += [Box(left=near, top=top, right=far, bottom=bottom) for near, far in bounds]
    return rectangles, [*middles, area.right] if len(part) < 3 else ()


def _is_beside(line: Line, row: Line, start: float) -> bool:
    """Say whether a line over the first row is the upper part of its label rather than a head."""
    return line[-1].box.right <= start and _top(row) - _top(line) <= WRAPPED * line[0].height * 2


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
        is_lowest = not any(other.y > head.y and _is_under(other, head) for other in over)
        is_over_figures = any(_is_under(text, head) for text in figures)
        if is_lowest and not is_over_figures and head.box.left >= edge and head.y >= highest:
            found.append((head.box.left, [], head))
    found.sort(key=lambda column: column[0])
    return [cluster for _, cluster, _ in found], [leaf for _, _, leaf in found]


def _is_under(lower: Text, upper: Text) -> bool:
    """Say whether two texts share a part of the page's width."""
    return lower.box.left < upper.box.right and lower.box.right > upper.box.left


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
    every = _stacked(labels)
    inner = _stacked(_innermost(labels))
    blank = [label for label in inner if not any(label.box.top <= y <= label.box.bottom for y in middles)]
    known = sorted(
        [*((label.box.top, label.box.bottom) for label in inner), *(_extent(row)[1:] for row in rows)]
    )
    gaps = [below[0] - above[1] for above, below in pairwise(known) if below[0] > above[1]]
    usual = min(gaps, default=0.0)
    for label in every:
        if any(_is_within(piece.box, label.box) or _is_within(label.box, piece.box) for piece in inner):
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


def _stacked(texts: Iterable[Text]) -> list[Text]:
    """Return texts with those broken over lines joined: under each other, overlapping, and near."""
    stacks: list[list[Text]] = []
    for text in sorted(texts, key=lambda text: text.box.top):
        for stack in stacks:
            above = stack[-1]
            is_near = text.box.top - above.box.top <= WRAPPED * text.height
            if is_near and min(text.box.right, above.box.right) > max(text.box.left, above.box.left):
                stack.append(text)
                break
        else:
            stacks.append([text])
    return [
        Text(text="".join(text.text for text in stack), box=around(text.box for text in stack))
        for stack in stacks
    ]


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
    innermost = _innermost(labels)
    for text in _stacked(innermost):
        pieces = [piece for piece in innermost if _is_within(piece.box, text.box)]
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


def _innermost(labels: Sequence[Text]) -> list[Text]:
    """Return the labels of the stub's last column."""
    bounds = _stub_bounds(labels)
    return [text for text in labels if not bounds or text.box.right > bounds[-1]]


def _is_within(inner: Box, outer: Box) -> bool:
    return (
        outer.left <= inner.left
        and inner.right <= outer.right
        and outer.top <= inner.top
        and inner.bottom <= outer.bottom
    )


def _stub_bounds(labels: Sequence[Text]) -> list[float]:
    """Return where the columns of a stub meet: gaps that hardly a label crosses."""
    edges = sorted({text.box.left for text in labels})
    covered = [sum(text.box.left < edge < text.box.right for text in labels) for edge in edges]
    bounds: list[float] = []
    for number, edge in enumerate(edges):
        if not number:
            continue
        starting = sum(abs(text.box.left - edge) < 1.0 for text in labels)
        ending = [text.box.right for text in labels if text.box.right <= edge]
        is_gap = starting > 1 and len(ending) > 1 and covered[number] <= CROSSED * min(starting, len(ending))
        if is_gap and (not bounds or edge - bounds[-1] > 2 * labels[0].height):
            bounds.append((max(ending) + edge) / 2)
    return bounds


def _stub_rectangles(labels: Sequence[Text], rows: Sequence[float], left: float, right: float) -> list[Box]:
    """Return the cells of the stub: in each of its columns, groups beside the rows whose middle they mark."""
    if not labels:
        return []
    bounds = [left, *(bound for bound in _stub_bounds(labels) if left < bound < right), right]
    count = len(rows) - 1
    taken: set[tuple[int, int]] = set()
    rectangles: list[Box] = []
    stacked = _stacked(labels)
    for column, (near, far) in enumerate(pairwise(bounds)):
        inside = [text for text in stacked if near <= text.box.left < far]
        if column == len(bounds) - 2:
            rectangles += [
                Box(left=near, top=rows[row], right=far, bottom=rows[row + 1])
                for row in range(count)
                if (row, column) not in taken
            ]
            break
        groups: list[Text] = []
        for text in inside:
            row = _row_at(rows, text.y)
            own = [
                other
                for other in stacked
                if other.box.left >= far and rows[row] <= other.y < rows[row + 1] and other is not text
            ]
            if not own and (row, column) not in taken and text.height < 1.5 * labels[0].height:
                whole = Box(left=near, top=rows[row], right=right, bottom=rows[row + 1])
                rectangles.append(whole)
                taken.update((row, other) for other in range(column, len(bounds) - 1))
            else:
                groups.append(text)
        for start, stop in _free(count, column, taken):
            held = [text for text in groups if rows[start] <= text.y < rows[stop]]
            shares = _shares(held, rows[start : stop + 1])
            rectangles += [Box(left=near, top=low, right=far, bottom=high) for low, high in shares]
    return rectangles


def _row_at(rows: Sequence[float], y: float) -> int:
    return max(number for number in range(len(rows) - 1) if rows[number] <= y or number == 0)


def _free(count: int, column: int, taken: set[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """Yield the stretches of rows in which a column of the stub is not taken by a label of an outer one."""
    start: int | None = None
    for row in range(count + 1):
        is_free = row < count and (row, column) not in taken
        if is_free and start is None:
            start = row
        elif not is_free and start is not None:
            yield start, row
            start = None


def _shares(groups: Sequence[Text], rows: Sequence[float]) -> list[tuple[float, float]]:
    """Return the rows of each group such that every one stands nearest to the middle of its own."""
    ordered = sorted(groups, key=lambda text: text.y)
    if len(ordered) < 2 or len(ordered) > len(rows) - 1:
        return [(rows[0], rows[-1])]
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [0])}
    for number, text in enumerate(ordered):
        left = len(ordered) - number - 1
        reached: dict[int, tuple[float, list[int]]] = {}
        for start, (cost, cuts) in best.items():
            for stop in range(start + 1, len(rows) - left):
                total = cost + abs((rows[start] + rows[stop]) / 2 - text.y)
                if stop not in reached or total < reached[stop][0]:
                    reached[stop] = (total, [*cuts, stop])
        best = reached
    cuts = best[len(rows) - 1][1]
    return [(rows[start], rows[stop]) for start, stop in pairwise(cuts)]


def _head_rectangles(
    over: Sequence[Text], leaves: Sequence[Text | None], bounds: Sequence[float], area: Box
) -> list[Box]:
    """Return the cells of a boxhead: level by level, heads over the columns they stand in the middle of."""
    own = [leaf for leaf in leaves if leaf is not None]
    corner = [text for text in over if text.box.right <= bounds[0] and text not in own]
    upper = [text for text in over if text not in own and text not in corner]
    shared = [leaf for leaf in own if own.count(leaf) > 1]
    upper += [leaf for number, leaf in enumerate(shared) if shared.index(leaf) == number]
    levels = _levels(upper)
    lowest = [leaf.box.top for leaf in own if leaf not in shared]
    edges = [area.top]
    for above, below in pairwise([*levels, [min(own, key=lambda t: t.box.top)] if lowest else []]):
        if below:
            bottom = max(text.box.bottom for text in above)
            edges.append(max((bottom + min(t.box.top for t in below)) / 2, bottom))
    edges = [*dict.fromkeys(sorted(edges)), area.bottom]
    rectangles: list[Box] = []
    depth = [0] * (len(bounds) - 1)
    stub_top = 0
    for level, texts in enumerate(levels[: len(edges) - 1]):
        wide = [text for text in texts if text.box.left < bounds[0] < text.box.right]
        if wide or (len(texts) == 1 and level == 0 and _is_caption(texts[0], bounds, area)):
            rectangles.append(
                Box(left=area.left, top=edges[level], right=area.right, bottom=edges[level + 1])
            )
            depth = [level + 1] * len(depth)
            stub_top = level + 1
            continue
        for start, stop in _under(texts, bounds, _lower(leaves, level == len(levels) - 1)):
            if all(depth[column] == level for column in range(start, stop)):
                rectangles.append(
                    Box(left=bounds[start], top=edges[level], right=bounds[stop], bottom=edges[level + 1])
                )
                depth[start:stop] = [level + 1] * (stop - start)
    for column, level in enumerate(depth):
        if level < len(edges) - 1:
            rectangles.append(
                Box(left=bounds[column], top=edges[level], right=bounds[column + 1], bottom=area.bottom)
            )
    if bounds[0] > area.left and stub_top < len(edges) - 1:
        rectangles.append(Box(left=area.left, top=edges[stub_top], right=bounds[0], bottom=area.bottom))
    return rectangles


def _is_caption(text: Text, bounds: Sequence[float], area: Box) -> bool:
    """Say whether a head stands in the middle of the whole table rather than of its columns of figures."""
    of_all = abs(text.x - (area.left + area.right) / 2)
    return of_all <= abs(text.x - (bounds[0] + bounds[-1]) / 2)


def _levels(texts: Iterable[Text]) -> list[list[Text]]:
    """Return heads that stand beside each other together, from the uppermost down."""
    levels: list[list[Text]] = []
    for text in sorted(texts, key=lambda text: text.y):
        if levels and text.y - levels[-1][0].y < text.height / 2:
            levels[-1].append(text)
        else:
            levels.append([text])
    return levels


def _lower(leaves: Sequence[Text | None], is_lowest: bool) -> set[int]:  # noqa: FBT001
    """Return the columns that a group may stand over: next to the leaves, those whose own head is as low."""
    every = set(range(len(leaves)))
    middles = [leaf.y for leaf in leaves if leaf is not None]
    if not is_lowest or not middles:
        return every
    usual = max(middles)
    return {
        number
        for number, leaf in enumerate(leaves)
        if leaf is None or usual - leaf.y < 0.6 * min(leaf.height, 12.0)
    }


def _under(texts: Sequence[Text], bounds: Sequence[float], allowed: set[int]) -> list[tuple[int, int]]:
    """Return the columns under each head: the most that it stands in the middle of, without overlap."""
    found: list[tuple[int, int]] = []
    count = len(bounds) - 1
    for number, text in enumerate(texts):
        near = [
            (start, stop)
            for start in range(count)
            for stop in range(start + 1, count + 1)
            if abs((bounds[start] + bounds[stop]) / 2 - text.x) <= CENTRED * text.height
            and set(range(start, stop)) <= allowed
            and not any(bounds[start] < other.x < bounds[stop] for other in texts if other is not text)
            and not any(start < last and stop > first for first, last in found)
        ]
        if near:
            found.append(max(near, key=lambda extent: extent[1] - extent[0]))
        elif number < count:
            column = max((c for c in range(count) if bounds[c] <= text.x), default=0)
            if not any(first <= column < last for first, last in found):
                found.append((column, column + 1))
    return found
