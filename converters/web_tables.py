"""Rows of HTML cells -> a tiling, by the table model that browsers follow.

WHATWG HTML, "Forming a table": a cell takes the first free column, spans end with their group of rows.
Where two cells claim one position the upper one keeps it. Positions that no cell covers stay open; whoever
makes a grid of the tiling fills them. What has no extent on the screen is folded away: rows in which no cell
begins, and the columns that a head of `colspan=20` has beyond the ten below it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from errors import LimitExceeded

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDEST, TALLEST = 1_000, 65_534  # what browsers make of larger colspan and rowspan

# The largest prescribed table has some 30 rows of 10 columns: 200,000 positions are 600 of them.
ROW_LIMIT = 20_000
COLUMN_LIMIT = 200
POSITION_LIMIT = 200_000
_WORK_LIMIT = 2_000_000  # positions before folding

Content = TypeVar("Content")


@dataclass(frozen=True, kw_only=True, slots=True)
class Spanned(Generic[Content]):
    """A cell as written. `row_span` 0 reaches to the end of its group of rows."""

    row_span: int = 1
    column_span: int = 1
    content: Content


@dataclass(kw_only=True, slots=True)
class Slot(Generic[Content]):
    """A cell in its place."""

    row: int
    column: int
    row_span: int
    column_span: int
    content: Content


@dataclass(kw_only=True, slots=True)
class Tiling(Generic[Content]):
    """A table as shown: `open` are the positions that no cell covers, `narrowed` where a cell met another."""

    row_count: int
    column_count: int
    slots: list[Slot[Content]]
    open: list[tuple[int, int]] = field(default_factory=list)
    narrowed: list[tuple[int, int]] = field(default_factory=list)


def span(written: str | None, most: int, *, zero: bool = False) -> int:
    """Return the number that a span attribute means: 1 if it is none, never more than `most`."""
    if not written:
        return 1
    digits = written.strip().removeprefix("+")
    number = ""
    for character in digits[:12]:
        if not character.isascii() or not character.isdecimal():
            break
        number += character
    value = int(number or 1)
    return min(value, most) if value or zero else 1


def form(groups: list[list[list[Spanned[Content]]]], name: str) -> Tiling[Content]:
    """Return the tiling of a table given as groups of rows of cells; raises LimitExceeded."""
    tiling: Tiling[Content] = Tiling(row_count=0, column_count=0, slots=[])
    narrowed: list[Slot[Content]] = []
    widths: list[int] = []  # of the rows, to the end of the last cell that stands or hangs in them
    work = 0
    for rows in groups:
        bottom = tiling.row_count + len(rows)
        until: list[int] = []  # per column, the first row that no cell from above reaches
        for row, cells in enumerate(rows, tiling.row_count):
            for slot, is_narrowed in _placed(cells, row, bottom, until):
                tiling.slots.append(slot)
                if is_narrowed:
                    narrowed.append(slot)
                work += slot.column_span
                if work > _WORK_LIMIT:
                    raise LimitExceeded(_too_large(name))
            if cells:
                widths.append(max(column + 1 for column, end in enumerate(until) if end > row))
                work += len(until)
        tiling.row_count = bottom
        tiling.column_count = max(tiling.column_count, len(until))
    _fold(tiling, widths)
    tiling.narrowed = [(slot.row, slot.column) for slot in narrowed]
    if (
        tiling.row_count > ROW_LIMIT
        or tiling.column_count > COLUMN_LIMIT
        or tiling.row_count * tiling.column_count > POSITION_LIMIT
    ):
        raise LimitExceeded(_too_large(name))
    covered = {
        (row, column)
        for slot in tiling.slots
        for row in range(slot.row, slot.row + slot.row_span)
        for column in range(slot.column, slot.column + slot.column_span)
    }
    tiling.open = [
        (row, column)
        for row in range(tiling.row_count)
        for column in range(tiling.column_count)
        if (row, column) not in covered
    ]
    return tiling


def _placed(
    cells: list[Spanned[Content]], row: int, bottom: int, until: list[int]
) -> Iterator[tuple[Slot[Content], bool]]:
    """Yield a row's cells in their places, each with whether it had to be made narrower; updates `until`.

    `bottom` is the end of the group of rows, where every span ends.
    """
    column = 0
    for cell in cells:
        while column < len(until) and until[column] > row:
            column += 1
        end = min(row + cell.row_span, bottom) if cell.row_span else bottom
        right = column + cell.column_span
        free = column + 1
        while free < right and not (free < len(until) and until[free] > row):
            free += 1
        until += [0] * (free - len(until))
        until[column:free] = [end] * (free - column)
        slot = Slot(
            row=row, column=column, row_span=end - row, column_span=free - column, content=cell.content
        )
        yield slot, free < right
        column = free


def _fold(tiling: Tiling[Content], widths: list[int]) -> None:
    """Fold away the rows in which no cell begins, and the last columns that only a too wide span reaches.

    `widths` are the rows' own. Other columns in which no cell begins stay: the next piece of a table that was
    cut in two may need them.
    """
    begun = {slot.column for slot in tiling.slots}
    least = min(widths, default=0)
    while tiling.column_count > least and tiling.column_count - 1 not in begun:
        tiling.column_count -= 1
    rows = _kept({slot.row for slot in tiling.slots}, tiling.row_count)
    for slot in tiling.slots:
        bottom = rows[slot.row + slot.row_span]
        slot.row = rows[slot.row]
        slot.row_span = bottom - slot.row
        slot.column_span = min(slot.column_span, tiling.column_count - slot.column)
    tiling.row_count = rows[-1]


def _kept(begun: set[int], count: int) -> list[int]:
    """Return, for every boundary from 0 to `count`, its number once the others are folded away."""
    numbers, kept = [], 0
    for position in range(count):
        numbers.append(kept)
        kept += position in begun
    return [*numbers, kept]


def _too_large(name: str) -> str:
    return (
        f"{name}: a table is larger than {ROW_LIMIT} rows, {COLUMN_LIMIT} columns or "
        f"{POSITION_LIMIT} positions; save the report's page alone"
    )
