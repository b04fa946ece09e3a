"""Tables ruled between their rows only: rows from the rulings, columns from where these end and from gaps.

What a ruling leaves out says as much as what it runs over: a cell goes on across every ruling that is not
under it, and where a ruling ends inside a table a column does. Columns that no ruling tells stand in the gaps
between texts of one row. What comes back is the frame that a printer would have ruled. Where one band between
rulings holds several rows, as in tables of three lines, nothing comes back: whitespace.py reads those.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from converters.rulings import Frame, Ruling, Word
from converters.whitespace_stacks import Stack, stacks
from converters.whitespace_texts import Text

# Sides of one column on two pages stand this near to each other, in points.
PLAY = 2.5
# Rulings that end at one side do so give or take their thickness, in points.
SAME = 1.0
# Two sides nearer than this, in text heights, are one seen twice: the narrowest columns are 1.5 wide.
NARROWEST = 1.0
# The middle of a text over the whole table lies this near to the table's, in text heights.
CENTRED = 1.0

_Interval = tuple[float, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Banded:
    """The frame of a table ruled between rows, the sides of its last columns, and of those with figures.

    `shown` is what the heads of its last columns cover, and the figures that stand under them.
    `foot` says between what places those of its last band stand where that is a boxhead's.
    """

    frame: Frame
    sides: tuple[float, ...]
    columns: tuple[float, ...]
    shown: tuple[_Interval, ...]
    foot: tuple[_Interval, ...]
    size: float


@dataclass(frozen=True, kw_only=True, slots=True)
class _Part:
    """Some bands with one boxhead: the numbers of the first, the first below the boxhead, and the end."""

    start: int
    rows: int
    stop: int


def banded(
    words: Sequence[Word], rulings: Iterable[Ruling], size: float, before: Banded | None
) -> list[Banded]:
    """Return the tables ruled between rows among words, from top to bottom.

    `before` is a table that may go on at the top of this page.
    """
    size = max(size, before.size if before else 0.0)
    if not size:
        return []
    found = [
        _banded(stack, before if number == 0 else None)
        for number, stack in enumerate(stacks(words, rulings, size))
    ]
    return [table for table in found if table]


def _banded(stack: Stack, before: Banded | None) -> Banded | None:
    """Return the table of a stack, None where its texts do not stand in columns."""
    if before and not _is_same_table(stack, before):
        before = None
    if len(stack.levels) < 3 and before is None:
        return None
    parts = _parts(stack, before.columns[0] if before and len(before.columns) > 1 else stack.left)
    groups, bounds = _bounds(stack, parts, before)
    shown = [_shown(stack, part, edges) for part, edges in zip(parts, bounds, strict=True)]
    if before and not parts[0].start and parts[0].rows == parts[0].start:
        shown[0] = _joined(before, bounds[0], shown[0])
    if max(map(len, bounds)) < 3 or any(
        _is_crossed(stack, part, edges) or not _is_under_heads(stack, part, edges, heads)
        for part, edges, heads in zip(parts, bounds, shown, strict=True)
    ):
        return None
    upright = [
        ruling
        for part, edges in zip(parts, bounds, strict=True)
        for ruling in _verticals(stack, part, edges, before.foot if before and not part.start else ())
    ]
    frame = Frame(
        rulings=(*_horizontals(stack), *upright),
        rows=tuple(level.position for level in stack.levels),
        columns=tuple(sorted({ruling.position for ruling in upright})),
    )
    lowest = {ruling.position for ruling in upright if ruling.start == stack.levels[-2].position}
    ends_in_head = parts[-1].rows == parts[-1].stop
    return Banded(
        frame=frame,
        sides=tuple(bounds[-1]),
        columns=tuple(bounds[-1][_stub(stack, parts[-1], bounds[-1]) :]),
        shown=tuple(shown[-1]),
        foot=tuple(group for group in groups if ends_in_head and _middle(group) in lowest),
        size=stack.size,
    )


def _bounds(
    stack: Stack, parts: Sequence[_Part], before: Banded | None
) -> tuple[list[_Interval], list[list[float]]]:
    """Return between what places the sides inside a stack stand, and where all those of each part do.

    What may be one side in several parts is one.
    """
    sides: list[list[_Interval]] = []
    for part in parts:
        follows = before if not part.start else None
        carried = _carried(stack, part, follows) if follows and part.rows == part.start else None
        own = _sides(stack, part, follows.foot if follows else ())
        sides.append(own if carried is None else [*map(_around, carried)])
    groups = _groups(interval for own in sides for interval in own)
    common = [*map(_middle, groups)]
    return groups, [
        [stack.left, *sorted({_within(common, side) for side in own}), stack.right] for own in sides
    ]


def _horizontals(stack: Stack) -> Iterable[Ruling]:
    for level in stack.levels:
        for start, stop in level.stretches:
            yield Ruling(horizontal=True, position=level.position, start=start, stop=stop)


def _parts(stack: Stack, carried: float) -> list[_Part]:
    """Return the parts of a stack: a head below rows begins a new one.

    `carried` is how far the stub reaches on the page before.
    """
    stub = _stub_edge(stack)
    parts: list[_Part] = []
    start, rows = 0, None
    for number, band in enumerate(stack.bands):
        is_labelled = not band or band[-1].x <= stub or band[-1].box.right <= carried
        is_row = is_labelled or any(text.is_figure for text in band)
        if is_row and rows is None:
            rows = number
        elif not is_row and rows is not None:
            parts.append(_Part(start=start, rows=rows, stop=number))
            start, rows = number, None
    count = len(stack.bands)
    return [*parts, _Part(start=start, rows=count if rows is None else rows, stop=count)]


def _stub_edge(stack: Stack) -> float:
    """Return how far labels reach: those beside figures, and those alone in a band, captions left out."""
    middle = (stack.left + stack.right) / 2 - CENTRED * stack.size
    labels = [
        text
        for band in stack.bands
        for number, text in enumerate(band)
        if (len(band) == 1 and text.x < middle) or _is_label(band, number)
    ]
    return max((text.box.right for text in labels), default=stack.left)


def _is_label(band: Sequence[Text], number: int) -> bool:
    """Say whether a text stands left of all figures of its band."""
    return any(text.is_figure for text in band) and not any(text.is_figure for text in band[: number + 1])


def _sides(stack: Stack, part: _Part, foot: Sequence[_Interval]) -> list[_Interval]:
    """Return between what places each column of a part but the last ends; some do at the `foot` overleaf."""
    ends = sorted(end for number in range(part.start, part.stop + 1) for end in stack.ends(number))
    together: list[list[float]] = []
    for end in ends:
        if together and end - together[-1][0] <= NARROWEST * stack.size:
            together[-1].append(end)
        else:
            together.append([end])
    fixed = [sum(group) / len(group) for group in together]
    known = [stack.left, *fixed, stack.right]
    play = CENTRED * stack.size
    gaps = [gap for band in stack.bands[part.start : part.rows] for gap in _gaps_of_heads(band, known, play)]
    gaps += [gap for band in stack.bands[part.rows : part.stop] for gap in _gaps(band)]
    open_gaps = [
        gap for gap in (*foot, *gaps) if not any(gap[0] - SAME <= side <= gap[1] + SAME for side in fixed)
    ]
    return sorted([*map(_around, fixed), *_groups(open_gaps)])


def _holds(gap: _Interval, sides: Iterable[float]) -> bool:
    return any(gap[0] - SAME <= side <= gap[1] + SAME for side in sides)


def _gaps(band: Sequence[Text]) -> list[_Interval]:
    return [(before.box.right, after.box.left) for before, after in pairwise(band)]


def _gaps_of_heads(band: Sequence[Text], known: Sequence[float], play: float) -> list[_Interval]:
    """Return between what places the sides between heads stand, those left out that are known.

    Where all heads from one known side to the next stand in the middle of their cells, it is told how far.
    """
    found: list[_Interval] = []
    run: list[Text] = []
    for text, gap in zip(band, [*_gaps(band), (known[-1], known[-1])], strict=True):
        run.append(text)
        if _holds(gap, known):
            found += _centred(run, known, play)
            run = []
    return found


def _centred(run: Sequence[Text], known: Sequence[float], play: float) -> list[_Interval]:
    gaps = _gaps(run)
    left = max((side for side in known if side <= run[0].box.left), default=known[0])
    right = min((side for side in known if side >= run[-1].box.right), default=known[-1])
    sides = [left]
    for text in run:
        sides.append(2 * text.x - sides[-1])
    narrower = [
        (max(low, side - play), min(high, side + play))
        for (low, high), side in zip(gaps, sides[1:-1], strict=True)
    ]
    is_centred = abs(sides[-1] - right) <= play and all(low <= high for low, high in narrower)
    return narrower if is_centred else gaps


def _around(side: float) -> _Interval:
    return side - SAME, side + SAME


def _groups(intervals: Iterable[_Interval]) -> list[_Interval]:
    """Return the fewest intervals such that every one given holds one of them whole."""
    groups: list[_Interval] = []
    for low, high in sorted(intervals, key=lambda interval: interval[1]):
        if groups and low <= groups[-1][1]:
            groups[-1] = max(groups[-1][0], low), groups[-1][1]
        else:
            groups.append((low, high))
    return groups


def _middle(interval: _Interval) -> float:
    return (interval[0] + interval[1]) / 2


def _within(sides: Sequence[float], interval: _Interval) -> float:
    return next(side for side in sides if interval[0] <= side <= interval[1])


def _is_same_table(stack: Stack, before: Banded) -> bool:
    """Say whether a stack stands between the outer sides of a table of the page before."""
    return max(abs(stack.left - before.sides[0]), abs(stack.right - before.sides[-1])) <= PLAY


def _carried(stack: Stack, part: _Part, before: Banded) -> list[float] | None:
    """Return the sides inside a part without a head that goes on with the columns of the page before.

    The stub may show columns that it did not show there. None where a text speaks against it.
    """
    ends = (end for number in range(part.start, part.stop + 1) for end in stack.ends(number))
    new = [end for end in ends if not any(abs(end - side) <= PLAY for side in before.sides)]
    sides = sorted({*before.sides, *new})
    is_apart = all(
        any(one.box.right <= side <= other.box.left for side in sides)
        for band in stack.bands[part.start : part.stop]
        for one, other in pairwise(band)
    )
    if not is_apart or max(new, default=stack.left) > before.columns[0] or _is_crossed(stack, part, sides):
        return None
    return sides[1:-1]


def _shown(stack: Stack, part: _Part, edges: Sequence[float]) -> list[_Interval]:
    """Return what the texts of a part's boxhead cover in each column; nothing in a part without one."""
    covered = [(edge, edge) for edge in edges[:-1]]
    for band in stack.bands[part.start : part.rows]:
        for text in band:
            for number, (left, right) in enumerate(pairwise(edges)):
                if left - SAME <= text.box.left and text.box.right <= right + SAME:
                    covered[number] = _with(covered[number], text.box.left, text.box.right)
    return covered


def _with(covered: _Interval, left: float, right: float) -> _Interval:
    low, high = covered
    return (left, right) if low == high else (min(low, left), max(high, right))


def _joined(before: Banded, edges: Sequence[float], shown: Sequence[_Interval]) -> list[_Interval]:
    """Return what a part without a head shows in its columns, what they show on the page before added."""
    return [
        next(
            (old for old, left in zip(before.shown, before.sides, strict=False) if abs(left - edge) <= PLAY),
            new,
        )
        for edge, new in zip(edges, shown, strict=False)
    ]


def _is_under_heads(stack: Stack, part: _Part, edges: Sequence[float], shown: Sequence[_Interval]) -> bool:
    """Say whether every figure stands under the head of its column, or under a figure that does.

    A figure at the side of its cell may stand between two heads, and then no gap tells which column it is in.
    A row with a figure in each column tells by their count.
    """
    covered = list(shown)
    columns = list(range(_stub(stack, part, edges), len(covered)))
    left: list[tuple[int, Text]] = []
    for band in stack.bands[part.rows : part.stop]:
        figures = [text for text in band if text.is_figure]
        numbers = [min(max(bisect_left(edges, text.x) - 1, 0), len(covered) - 1) for text in figures]
        if numbers == columns:
            for number, text in zip(numbers, figures, strict=True):
                covered[number] = _with(covered[number], text.box.left, text.box.right)
        else:
            left += zip(numbers, figures, strict=True)
    while left:
        under = [(number, text) for number, text in left if _overlaps(covered[number], text)]
        if not under:
            return False
        for number, text in under:
            covered[number] = _with(covered[number], text.box.left, text.box.right)
        left = [one for one in left if one not in under]
    return True


def _overlaps(covered: _Interval, text: Text) -> bool:
    return text.box.left < covered[1] and covered[0] < text.box.right


def _is_crossed(stack: Stack, part: _Part, edges: Sequence[float]) -> bool:
    """Say whether a figure stands in two columns."""
    return any(
        text.is_figure and _crosses(text, edge)
        for band in stack.bands[part.start : part.stop]
        for text in band
        for edge in edges[1:-1]
    )


def _crosses(text: Text, edge: float) -> bool:
    return text.box.left + SAME < edge < text.box.right - SAME


def _stub(stack: Stack, part: _Part, edges: Sequence[float]) -> int:
    """Return the number of the side that a part's labels end at."""
    labels = [
        text
        for band in stack.bands[part.rows : part.stop]
        for number, text in enumerate(band)
        if not any(other.is_figure for other in band[: number + 1])
    ]
    edge = max((text.box.right for text in labels), default=stack.left)
    return min(bisect_left(edges, edge - SAME), len(edges) - 1)


def _verticals(stack: Stack, part: _Part, edges: Sequence[float], foot: Sequence[_Interval]) -> list[Ruling]:
    """Return the sides between the cells of a part, band by band.

    Those of a boxhead go on to its foot, from the page before too.
    """
    shown: dict[int, set[int]] = {number: set() for number in range(part.start, part.stop)}
    stub = _stub(stack, part, edges)
    for number in range(part.start, part.stop + 1):
        for end in stack.ends(number):
            for band in {number - 1, number} & shown.keys():
                shown[band].add(_nearest(edges, end))
    held = [[side for side, edge in enumerate(edges) if low <= edge <= high] for low, high in foot]
    above = {sides[0] for sides in held if len(sides) == 1}
    for number, sides in shown.items():
        if number >= part.rows:
            sides.update(range(stub, len(edges)))
        sides.update((0, len(edges) - 1), above if number < part.rows else ())
        _part_texts(stack.bands[number], edges, sides)
        above = sides
    _go_on(stack, shown, edges)
    return [
        Ruling(
            horizontal=False,
            position=edges[side],
            start=stack.levels[number].position,
            stop=stack.levels[number + 1].position,
        )
        for number, sides in shown.items()
        for side in sorted(sides)
        if not any(_crosses(text, edges[side]) for text in stack.bands[number])
    ]


def _nearest(edges: Sequence[float], place: float) -> int:
    return min(range(len(edges)), key=lambda side: abs(edges[side] - place))


def _part_texts(band: Sequence[Text], edges: Sequence[float], sides: set[int]) -> None:
    """Add sides between texts that have none: those that leave every text nearest to its cell's middle."""
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for number, text in enumerate(band):
        right = band[number + 1].box.left if number + 1 < len(band) else edges[-1]
        between = [side for side in range(len(edges)) if text.box.right - SAME <= edges[side] <= right + SAME]
        stops = [side for side in between if side in sides] or between
        reached: dict[int, tuple[float, tuple[int, ...]]] = {}
        for start, (cost, chosen) in best.items():
            for stop in stops:
                total = cost + abs((edges[start] + edges[stop]) / 2 - text.x)
                if stop > start and (stop not in reached or total < reached[stop][0]):
                    reached[stop] = total, (*chosen, stop)
        best = reached
    if best:
        sides.update(min(best.values())[1])


def _go_on(stack: Stack, shown: dict[int, set[int]], edges: Sequence[float]) -> None:
    """Add the sides of cells in bands that these go on to across a level that does not run over them."""
    for ordered in (sorted(shown), sorted(shown, reverse=True)):
        for one, other in pairwise(ordered):
            level = max(one, other)
            for side in range(1, len(edges) - 1):
                before, here, after = edges[side - 1 : side + 2]
                if not (stack.covers(level, before, here) or stack.covers(level, here, after)):
                    shown[other].update({side} & shown[one])
