"""Align: a grid's layout columns -> leaf columns, by where the column heads stand.

Only geometry is used here: a head proves the columns that its cell covers, and a value cell belongs to the
one leaf column it lies under. Where heads are lost or do not stand over their columns nothing is proved,
and the count of figures in a row has to decide (placing.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from document import Box, Cell, Grid
from normalize.reading import Text

Extent = tuple[int, int]
Across = Callable[[Box], tuple[float, float]]

_DIRECTIONS: tuple[Across, ...] = (
    lambda box: (box.left, box.right),
    lambda box: (box.top, box.bottom),
    lambda box: (-box.bottom, -box.top),
    lambda box: (-box.right, -box.left),
)


@dataclass(frozen=True, slots=True)
class RowPlaces:
    """Which text of a grid row stands in which leaf column.

    `shown` has one text (perhaps blank) for every leaf column that has exactly one; `merged` are the leaf
    columns under a cell that covers several of them; `outside` are figures under no leaf column.
    """

    shown: Mapping[int, Text]
    merged: tuple[int, ...]
    outside: tuple[Text, ...]
    crowded: bool


def has_spans(grid: Grid) -> bool:
    """Return whether a grid knows merged cells; one read from separators in text does not."""
    return any(cell.row_span > 1 or cell.column_span > 1 for cell in grid.cells)


def column_extents(heads: Sequence[Sequence[Text]], grid: Grid) -> list[Extent] | None:
    """Return the layout columns (half open) under each leaf column's head.

    None when a head is missing, stands in another grid, or two heads stand over the same column.
    """
    extents: list[Extent] = []
    for pieces in heads:
        cells = [piece.cell for piece in pieces if piece.grid is grid and isinstance(piece.cell, Cell)]
        if not cells or len(cells) != len(pieces):
            return None
        left = min(cell.column for cell in cells)
        right = max(cell.column + cell.column_span for cell in cells)
        if any(left < other_right and other_left < right for other_left, other_right in extents):
            return None
        extents.append((left, right))
    return extents


def extents_on_page(heads: Sequence[Sequence[Text]], grid: Grid) -> list[Extent] | None:
    """Return the layout columns of a grid that lie below each head on the page, wherever the heads are.

    Heads and grid may stand on different pages: a table that goes on keeps its columns' places. None when a
    head has no place on a page, no column of the grid lies below it, or two heads share a column.
    """
    edges = _column_edges(grid)
    across = across_columns(grid)
    extents: list[Extent] = []
    for pieces in heads:
        boxes = [piece.cell.provenance.box for piece in pieces]
        if not boxes or edges is None or any(box is None for box in boxes):
            return None
        left = min(across(box)[0] for box in boxes if box)
        right = max(across(box)[1] for box in boxes if box)
        below = [number for number, (start, stop) in enumerate(edges) if left <= (start + stop) / 2 <= right]
        if not below or (extents and below[0] < extents[-1][1]):
            return None
        extents.append((below[0], below[-1] + 1))
    return extents


def _column_edges(grid: Grid) -> list[tuple[float, float]] | None:
    """Return where each layout column begins and ends on the page; None when some cell tells no place."""
    lefts: dict[int, float] = {}
    rights: dict[int, float] = {}
    across = across_columns(grid)
    for cell in grid.cells:
        if cell.provenance.box is None:
            return None
        lefts[cell.column], rights[cell.column + cell.column_span] = across(cell.provenance.box)
    edges: list[tuple[float, float]] = []
    for column in range(grid.column_count):
        left = lefts.get(column, rights.get(column))
        right = rights.get(column + 1, lefts.get(column + 1))
        if left is None or right is None:
            return None
        edges.append((left, right))
    return edges


def across_columns(grid: Grid) -> Across:
    """Return what tells where a box begins and ends in the direction in which a grid's columns follow.

    That is from left to right, but on a page whose table lies on its side.
    """
    boxes = [(cell.row, cell.column, cell.provenance.box) for cell in grid.cells if cell.provenance.box]
    for across in _DIRECTIONS:
        order = [(row, column, across(box)[0]) for row, column, box in boxes]
        if all(
            here[2] < there[2]
            for here, there in pairwise(sorted(order, key=lambda place: place[:2]))
            if here[0] == there[0]
        ):
            return across
    return _DIRECTIONS[0]


def places_in_row(texts: Sequence[Text], extents: Sequence[Extent]) -> RowPlaces:
    """Return where the texts of one grid row stand, seen from the leaf columns."""
    figures: dict[int, list[Text]] = {}
    blanks: dict[int, Text] = {}
    merged: set[int] = set()
    outside: list[Text] = []
    for text in texts:
        cell = text.cell
        assert isinstance(cell, Cell)
        right = cell.column + cell.column_span
        under = [
            number for number, (start, stop) in enumerate(extents) if cell.column < stop and start < right
        ]
        if text.kind == "blank":
            for number in under:
                blanks.setdefault(number, text)
        elif not under:
            outside.append(text)
        elif len(under) > 1 or cell.row_span > 1:
            merged.update(under)
        else:
            figures.setdefault(under[0], []).append(text)
    free = {number: text for number, text in blanks.items() if number not in figures}
    shown = {
        number: text
        for number, text in ({number: found[0] for number, found in figures.items()} | free).items()
        if number not in merged
    }
    return RowPlaces(
        shown=shown,
        merged=tuple(sorted(merged)),
        outside=tuple(outside),
        crowded=any(len(found) > 1 for found in figures.values()),
    )
