"""Rows whose labels stand in one cell of a grid: which of the rows beside it is whose, no text tells.

On a scan a ruling of the stub may be lost. Where those of the figures beside it are not, and there are as
many rows as labels, each label has its row; a person is asked all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from document import Cell
from normalize.reading import Text
from normalize.segments import PartReading, Segment


def note_shared_cells(reading: PartReading) -> None:
    """Mark the rows whose labels stand in one cell, or give each its figures where the cell is a scan's."""
    rows = [segment for segment in reading.segments if segment.row is not None]
    for _, group in groupby(rows, key=_place_of_label):
        segments = list(group)
        if len(segments) < 2 or segments[0].last is None or segments[0].last.grid is None:
            continue
        figures = _by_row(segments)
        for number, segment in enumerate(segments):
            segment.shares_cell = figures is None
            if figures is not None:
                segment.texts, segment.likeness = figures[number], 0.5


def _place_of_label(segment: Segment) -> tuple[int, int, int]:
    """Return which cell a row's label stands in, or begins in."""
    assert segment.first is not None
    cell = segment.first.cell
    column = cell.column if isinstance(cell, Cell) else id(cell)
    return segment.first.block, segment.first.row, column


def _by_row(segments: Sequence[Segment]) -> list[list[Text]] | None:
    """Return the figures beside each of the labels in one cell of a scan; None where no ruling parts them."""
    assert segments[0].first is not None
    cell = segments[0].first.cell
    if not isinstance(cell, Cell) or cell.provenance.how != "recognised" or cell.row_span != len(segments):
        return None
    texts = [text for segment in segments for text in segment.texts]
    if any(not isinstance(text.cell, Cell) or text.cell.row_span > 1 for text in texts):
        return None
    numbers = [segment.row for segment in segments if segment.row is not None]
    rows = [[text for text in texts if text.row == cell.row + offset] for offset in range(len(segments))]
    are_neighbours = numbers == list(range(numbers[0], numbers[0] + len(segments)))
    return rows if are_neighbours and all(rows) and sum(map(len, rows)) == len(texts) else None
