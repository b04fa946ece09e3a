"""The stub of an unruled table: labels beside the rows whose middle they mark, in columns of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from converters.whitespace_texts import Text, stack
from document import Box

# A boundary inside the stub may be crossed by the labels of rows that have no group, which are fewer than the
# lines of the groups.
CROSSED = 1.0


def innermost_labels(labels: Sequence[Text]) -> list[Text]:
    """Return the labels of the stub's last column."""
    bounds = _stub_bounds(labels)
    return [text for text in labels if not bounds or text.box.right > bounds[-1]]


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


def stub_rectangles(labels: Sequence[Text], rows: Sequence[float], left: float, right: float) -> list[Box]:
    """Return the cells of the stub: in each of its columns, groups beside the rows whose middle they mark."""
    if not labels:
        return []
    bounds = [left, *(bound for bound in _stub_bounds(labels) if left < bound < right), right]
    count = len(rows) - 1
    taken: set[tuple[int, int]] = set()
    rectangles: list[Box] = []
    stacked = stack(labels)
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
