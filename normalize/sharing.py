"""Rows whose labels stand in one cell of a grid: which of the rows beside it is whose, no text tells.

On a scan a ruling of the stub may be lost. Where those of the figures beside it are not, and there are as
many rows as labels, each label has its row; a person is asked all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from document import Cell
from normalize.reading import Text
from normalize.segments import PartReading, Segment


def note_shared_cells(reading: PartReading) -> None:
    """Mark the rows whose labels stand in one cell, or give each its figures where the cell is a scan's."""
    for segments in _sharing(reading):
        figures = _by_row(segments)
        for number, segment in enumerate(segments):
            segment.shares_cell = figures is None
            if figures is not None:
                segment.texts, segment.likeness = figures[number], 0.5


def _sharing(reading: PartReading) -> Iterator[list[Segment]]:
    """Yield the rows whose labels stand in one cell, several at a time."""
    rows = [segment for segment in reading.segments if segment.row is not None]
    together: list[Segment] = []
    for row in rows:
        if together and _in_one_cell(together[-1], row):
            together.append(row)
            continue
        if len(together) > 1:
            yield together
        together = [row]
    if len(together) > 1:
        yield together


def _in_one_cell(above: Segment, below: Segment) -> bool:
    if above.last is None or below.first is None or above.last.grid is None:
        return False
    return above.last.grid is below.first.grid and above.last.cell is below.first.cell


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
