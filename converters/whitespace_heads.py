"""The boxhead of an unruled table: heads over the columns of figures that they stand in the middle of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from converters.whitespace_texts import Text
from document import Box

# A label over several columns stands in their middle to this many heights.
CENTRED = 1.0
# How far below the uppermost head, on the way to the lowest, the middle of the corner is: 1.0 where it begins
# below that head and beside one level of heads, 0.75 beside two; 0.5 where it stands beside them all.
BELOW = 0.62


def head_rectangles(
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
        if wide or (len(texts) == 1 and level == 0 and _is_caption(texts[0], corner, own, bounds, area)):
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


def _is_caption(
    text: Text, corner: Sequence[Text], leaves: Sequence[Text], bounds: Sequence[float], area: Box
) -> bool:
    """Say whether a head stands over the whole table rather than over its columns of figures.

    Under a caption the corner begins; beside a head over all columns of figures it stands in the middle. With
    no text in the corner the place of the head tells.
    """
    lowest = max((leaf.y for leaf in leaves), default=text.y)
    if corner and lowest > text.y:
        beside = (min(t.box.top for t in corner) + max(t.box.bottom for t in corner)) / 2
        return (beside - text.y) / (lowest - text.y) > BELOW
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
