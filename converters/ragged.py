"""Rows of a ruled table that begin later or end earlier than the others.

Where they do, the frame around the table encloses places that no cell is printed at. They would come out as
blank cells beside the figures; here the layout columns that hold nothing else are taken off.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from converters.rulings import Filled, Frame, Word, ruled_sides
from document import Cell

_FIGURE = re.compile(r"[-+－＋±]?[0-9０-９.,．，\n]+|[-—–―－/／无]+")


def without_ragged_sides(filled: Filled, frame: Frame) -> Filled:
    """Return a filled frame without outer columns that hold no cell ruled on both sides and no text.

    Only a table without a stub is changed: where labels tell the rows, blanks beside them are no figures'
    places, and the piece overleaf may need the column.
    """
    last_row = (cell for cell in filled.grid.cells if cell.row + cell.row_span == filled.grid.row_count)
    if any(cell.text and not _FIGURE.fullmatch(cell.text) for cell in last_row):
        return filled
    beside = ruled_sides(frame.rulings, frame.columns, frame.rows, horizontal=False)
    first, last = 0, len(frame.columns) - 1
    while last - first > 1 and _is_ragged(filled, beside, (first, first + 1), outer=first):
        first += 1
    while last - first > 1 and _is_ragged(filled, beside, (last - 1, last), outer=last):
        last -= 1
    if (first, last) == (0, len(frame.columns) - 1):
        return filled
    kept = [
        (_between(cell, first, last), words)
        for cell, words in zip(filled.grid.cells, filled.words, strict=True)
        if cell.column < last and cell.column + cell.column_span > first
    ]
    grid = replace(filled.grid, column_count=last - first, cells=tuple(cell for cell, _ in kept))
    words: Sequence[tuple[Word, ...]] = [inside for _, inside in kept]
    return replace(filled, grid=grid, words=tuple(words))


def _is_ragged(filled: Filled, beside: set[tuple[int, int]], sides: tuple[int, int], *, outer: int) -> bool:
    """Say whether a column is printed for some rows only, as the rest of cells that begin further in."""
    rows = range(filled.grid.row_count)
    own = [
        cell
        for cell in filled.grid.cells
        if sides[0] <= cell.column and cell.column + cell.column_span <= sides[1]
    ]
    return (
        bool(own)
        and not any(cell.text for cell in own)
        and any((outer, row) in beside for row in rows)  # else the table has no outer sides at all
        and not any((sides[0], row) in beside and (sides[1], row) in beside for row in rows)
    )


def _between(cell: Cell, first: int, last: int) -> Cell:
    left, right = max(cell.column, first), min(cell.column + cell.column_span, last)
    return replace(cell, column=left - first, column_span=right - left)
