"""Stitch: grids that one table was broken into over pages -> one grid.

Grids are joined when nothing but page furniture stands between them and they have the same layout columns.
A boxhead repeated on the new page is dropped.
"""

from __future__ import annotations

from dataclasses import replace

from document import Block, Cell, Grid, Paragraph
from normalize.labels import plain
from normalize.reading import kind_of


def stitch(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return the blocks with continued grids joined; furniture between the pieces comes after them."""
    result: list[Block] = []
    between: list[Block] = []
    for block in blocks:
        before = result[-1] if result else None
        if isinstance(block, Grid) and isinstance(before, Grid) and before.column_count == block.column_count:
            result[-1] = join(before, block)
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
    cells = [replace(cell, row=cell.row + shift) for cell in lower.cells if cell.row >= repeated]
    return Grid(
        row_count=upper.row_count + lower.row_count - repeated,
        column_count=upper.column_count,
        cells=(*upper.cells, *cells),
        provenance=upper.provenance,
    )


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
