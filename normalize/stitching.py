"""Stitch: grids that one table was broken into over pages -> one grid.

Grids are joined when nothing but page furniture stands between them and they have the same layout columns,
or when they stand on following pages between the same two edges. A boxhead repeated on the new page is
dropped; a group that goes on there is one cell again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from document import Block, Cell, Grid, Paragraph
from normalize.alignment import across_columns
from normalize.labels import plain
from normalize.reading import kind_of

# Sides of one column on two pages, in points: borders drawn in pieces stand off by 0.1 to 2.7; columns are
# 15 wide and more, so that a narrower one is no column but a side seen twice.
PLAY = 4.0
NARROWEST = 10.0
# Columns inferred from gaps lie half way between texts, which differ in width from page to page.
INFERRED_PLAY = 12.0


def stitch(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return the blocks with continued grids joined; furniture between the pieces comes after them."""
    result: list[Block] = []
    between: list[Block] = []
    for block in blocks:
        before = result[-1] if result else None
        pair = (
            _on_common_columns(before, block)
            if isinstance(before, Grid) and isinstance(block, Grid)
            else None
        )
        if pair is not None:
            result[-1] = join(*pair)
        elif (
            isinstance(block, Paragraph)
            and kind_of(block.text) in ("furniture", "blank")
            and isinstance(before, Grid)
        ):
            between.append(block)
        else:
            result += between
            between = []
            result.append(block)
    return (*result, *between)


def join(upper: Grid, lower: Grid) -> Grid:
    """Return one grid of two that have the same layout columns, the lower one's repeated head left out."""
    repeated = _repeated_rows(upper, lower)
    shift = upper.row_count - repeated
    rest = [replace(cell, row=cell.row + shift) for cell in lower.cells if cell.row >= repeated]
    overleaf = {
        cell.column: below
        for cell in upper.cells
        for below in rest
        if _is_one_group(cell, below, upper.row_count) and (below.row_span > 1 or _is_outer(below, rest))
    }
    grown = [
        replace(cell, row_span=cell.row_span + overleaf[cell.column].row_span)
        if cell.row + cell.row_span == upper.row_count and cell.column in overleaf
        else cell
        for cell in upper.cells
    ]
    taken = {(below.row, below.column) for below in overleaf.values()}
    return Grid(
        row_count=upper.row_count + lower.row_count - repeated,
        column_count=upper.column_count,
        cells=(*grown, *(cell for cell in rest if (cell.row, cell.column) not in taken)),
        provenance=upper.provenance,
    )


def _is_one_group(above: Cell, below: Cell, edge: int) -> bool:
    """Return whether a cell below the edge between two pages is the blank rest of a group above it."""
    return (
        above.row + above.row_span == edge == below.row
        and (above.column, above.column_span) == (below.column, below.column_span)
        and kind_of(below.text) == "blank"
        and kind_of(above.text) == "label"
    )


def _is_outer(blank: Cell, cells: Sequence[Cell]) -> bool:
    """Return whether a label stands in a cell's row on its right: then no figure belongs in the cell."""
    return any(
        cell.row == blank.row and cell.column > blank.column and kind_of(cell.text) == "label"
        for cell in cells
    )


def _on_common_columns(upper: Grid, lower: Grid) -> tuple[Grid, Grid] | None:
    """Return two grids on the same layout columns; None when they are not one table's.

    With another count of columns, the boxes must show that one goes on overleaf where the other ended; then
    both get the sides of all their columns, which moves no cell.
    """
    if upper.column_count == lower.column_count:
        return (upper, lower) if _may_share_columns(upper, lower) else None
    above, below = _sides(upper), _sides(lower)
    last = max(cell.provenance.page or 0 for cell in upper.cells)
    if above is None or below is None or lower.provenance.page != last + 1:
        return None
    is_inferred = "inferred" in (upper.provenance.how, lower.provenance.how)
    if is_inferred and not _are_among(*sorted((above, below), key=len)):
        return None
    if abs(above[0] - below[0]) > PLAY or abs(above[-1] - below[-1]) > PLAY:
        return None
    every: list[float] = []
    for side in sorted((*above, *below)):
        if not every or side - every[-1] > PLAY:
            every.append(side)
    if any(right - left < NARROWEST for left, right in pairwise(every)):
        return None
    finer_above, finer_below = _on_columns(upper, above, every), _on_columns(lower, below, every)
    return (finer_above, finer_below) if finer_above and finer_below else None


def _are_among(few: list[float], many: list[float]) -> bool:
    """Return whether all sides of one grid are sides of the other, as those of a boxhead's upper half are.

    Sides half way between texts hardly are, those where rulings between rows end are.
    """
    return all(any(abs(one - other) <= PLAY for other in many) for one in few)


def _may_share_columns(upper: Grid, lower: Grid) -> bool:
    """Return whether as many columns may be the same; those inferred from gaps must stand at one place."""
    if "inferred" not in (upper.provenance.how, lower.provenance.how):
        return True
    above, below = _sides(upper), _sides(lower)
    if above is None or below is None:
        return True
    return all(abs(one - other) <= INFERRED_PLAY for one, other in zip(above, below, strict=True))


def _sides(grid: Grid) -> list[float] | None:
    """Return where each column begins and, last, where the grid ends, in points; None where no cell tells."""
    places: list[list[float]] = [[] for _ in range(grid.column_count + 1)]
    across = across_columns(grid)
    for cell in grid.cells:
        box = cell.provenance.box
        if box is None:
            return None
        left, right = across(box)
        places[cell.column].append(left)
        places[cell.column + cell.column_span].append(right)
    return [median(sides) for sides in places] if all(places) else None


def _on_columns(grid: Grid, own: list[float], every: list[float]) -> Grid | None:
    """Return a grid on the layout columns between all sides; None where two of its own sides are one."""
    new = [min(range(len(every)), key=lambda number: abs(every[number] - side)) for side in own]
    if any(left >= right for left, right in pairwise(new)):
        return None
    cells = tuple(
        replace(
            cell,
            column=new[cell.column],
            column_span=new[cell.column + cell.column_span] - new[cell.column],
        )
        for cell in grid.cells
    )
    return replace(grid, column_count=len(every) - 1, cells=cells)


def _repeated_rows(upper: Grid, lower: Grid) -> int:
    """Return how many rows at the top of the lower grid repeat the upper one's head.

    The rows must be the same, hold no figures, and not be cut by a span that reaches further down.
    """
    count = 0
    limit = min(upper.row_count, lower.row_count - 1)
    while count < limit and _row(upper, count) == _row(lower, count) and not _has_figures(lower, count):
        count += 1
    while count and any(cell.row < count < cell.row + cell.row_span for cell in lower.cells):
        count -= 1
    return count if any(any(text for text, *_ in _row(lower, row)) for row in range(count)) else 0


def _row(grid: Grid, row: int) -> list[tuple[str, int, int]]:
    return [(plain(cell.text), cell.column, cell.column_span) for cell in _cells(grid, row)]


def _cells(grid: Grid, row: int) -> list[Cell]:
    return [cell for cell in grid.cells if cell.row <= row < cell.row + cell.row_span]


def _has_figures(grid: Grid, row: int) -> bool:
    return any(kind_of(cell.text) == "entry" for cell in _cells(grid, row))
