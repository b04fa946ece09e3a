"""Rows of HTML cells -> a tiling, by the table model that browsers follow.

WHATWG HTML, "Forming a table": a cell takes the first free column, spans end with their group of rows.
Where two cells claim one position the upper one keeps it. Positions that no cell covers stay open; whoever
makes a grid of the tiling fills them. Rows and columns in which no cell begins are folded away, as they
have no extent on the screen: a head of `colspan=20` over ten columns is ten columns wide.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from errors import LimitExceeded

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
    """A table as shown: `open` are the positions that no cell covers, `narrowed` the cells that met another."""

    row_count: int
    column_count: int
    slots: list[Slot[Content]]
    open: list[tuple[int, int]] = field(default_factory=list)
    narrowed: list[Slot[Content]] = field(default_factory=list)


def span(written: str | None, most: int, *, zero: bool = False) -> int:
    """Return the number that a span attribute means: 1 if it is none, never more than `most`."""
    digits = (written or "").strip().removeprefix("+")
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
    work = 0
    for rows in groups:
        top = tiling.row_count
        until: list[int] = []  # per column, the first row that no cell from above reaches
        for number, cells in enumerate(rows, top):
            column = 0
            for cell in cells:
                while column < len(until) and until[column] > number:
                    column += 1
                height = cell.row_span or len(rows)
                bottom = min(number + height, top + len(rows))
                right = column + cell.column_span
                free = column + 1
                while free < right and not (free < len(until) and until[free] > number):
                    free += 1
                slot = Slot(
                    row=number,
                    column=column,
                    row_span=bottom - number,
                    column_span=free - column,
                    content=cell.content,
                )
                tiling.slots.append(slot)
                if free < right:
                    tiling.narrowed.append(slot)
                until += [0] * (free - len(until))
                until[column:free] = [bottom] * (free - column)
                work += free - column
                column = free
                if work > _WORK_LIMIT:
                    raise LimitExceeded(_too_large(name))
        tiling.row_count = top + len(rows)
        tiling.column_count = max(tiling.column_count, len(until))
    _fold(tiling)
    if tiling.row_count > ROW_LIMIT or tiling.column_count > COLUMN_LIMIT:
        raise LimitExceeded(_too_large(name))
    if tiling.row_count * tiling.column_count > POSITION_LIMIT:
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


def _fold(tiling: Tiling[Content]) -> None:
    """Fold away the rows and columns in which no cell begins."""
    rows = _kept({slot.row for slot in tiling.slots}, tiling.row_count)
    columns = _kept({slot.column for slot in tiling.slots}, tiling.column_count)
    for slot in tiling.slots:
        bottom, right = rows[slot.row + slot.row_span], columns[slot.column + slot.column_span]
        slot.row, slot.column = rows[slot.row], columns[slot.column]
        slot.row_span, slot.column_span = bottom - slot.row, right - slot.column
    tiling.row_count, tiling.column_count = rows[-1], columns[-1]


def _kept(begun: set[int], count: int) -> list[int]:
    """Return, for every boundary from 0 to `count`, its number once the others are folded away."""
    numbers, kept = [], 0
    for position in range(count):
        numbers.append(kept)
        kept += position in begun
    return [*numbers, kept]


def _too_large(name: str) -> str:
    return (
        f"{name}: a table is larger than {ROW_LIMIT} rows, {COLUMN_LIMIT} columns or {POSITION_LIMIT} positions; "
        "save the report's page alone"
    )
