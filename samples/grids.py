"""Printed tables as Word stores them: rows of cells on a layout grid, and what Word makes of such rows.

Every change of layout leaves each text where a reader sees it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Literal

from samples.printed import Print, PrintedTable

Merge = Literal["restart", "continue"] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class WordCell:
    """A cell of one row; `origin` is the printed cell that it shows or carries on."""

    text: str
    left: int
    span: int
    merge: Merge
    origin: Print


@dataclass(frozen=True, kw_only=True, slots=True)
class WordRow:
    """A row; `before` and `after` count grid columns that it leaves out, `change` is a tracked one."""

    cells: tuple[WordCell, ...]
    before: int = 0
    after: int = 0
    change: Literal["ins", "del"] | None = None

    @property
    def is_head(self) -> bool:
        """Whether the row carries labels only."""
        return not any(cell.origin.is_value for cell in self.cells)

    @property
    def part(self) -> int:
        """The part of the table that the row belongs to."""
        return self.cells[-1].origin.part


@dataclass(frozen=True, kw_only=True, slots=True)
class WordTable:
    """Rows on a layout grid of `width` columns."""

    width: int
    rows: tuple[WordRow, ...]


def word_table(table: PrintedTable) -> WordTable:
    """Return a printed table with its merges as Word stores them."""
    rows = tuple(
        WordRow(
            cells=tuple(
                WordCell(
                    text=cell.text if begins else "",
                    left=cell.column,
                    span=cell.column_span,
                    merge=None if cell.row_span == 1 else "restart" if begins else "continue",
                    origin=cell,
                )
                for cell, begins in row
            )
        )
        for row in table.rows()
    )
    return WordTable(width=table.column_count, rows=rows)


def without_restarts(table: WordTable) -> WordTable:
    """Begin merges by "continue" where no cell of the same extent stands above."""
    extents: set[tuple[int, int]] = set()
    changed: list[WordRow] = []
    for row in table.rows:
        cells = tuple(
            replace(cell, merge="continue")
            if cell.merge == "restart" and (cell.left, cell.span) not in extents
            else cell
            for cell in row.cells
        )
        changed.append(replace(row, cells=cells))
        extents = {(cell.left, cell.span) for cell in row.cells}
    return replace(table, rows=tuple(changed))


def with_ragged_edges(table: WordTable, random: Random) -> WordTable:
    """Let rows begin late or end early, either by a thin column at each side or for carried-on cells."""
    if random.random() < 0.5:
        return replace(table, rows=tuple(_drop_outer_continuations(row, table) for row in table.rows))
    indented: dict[tuple[int, int, bool], bool] = {}

    def is_indented(cell: WordCell, *, at_left: bool) -> bool:
        key = (cell.origin.row, cell.origin.column, at_left)
        return indented.setdefault(key, random.random() < 0.5)

    rows: list[WordRow] = []
    for row in table.rows:
        before, after = is_indented(row.cells[0], at_left=True), is_indented(row.cells[-1], at_left=False)
        cells = [replace(cell, left=cell.left + 1) for cell in row.cells]
        if not before:
            cells[0] = replace(cells[0], left=0, span=cells[0].span + 1)
        if not after:
            cells[-1] = replace(cells[-1], span=cells[-1].span + 1)
        rows.append(WordRow(cells=tuple(cells), before=int(before), after=int(after)))
    return WordTable(width=table.width + 2, rows=tuple(rows))


def _drop_outer_continuations(row: WordRow, table: WordTable) -> WordRow:
    cells = list(row.cells)
    while cells[0].merge == "continue":
        del cells[0]
    while cells[-1].merge == "continue":
        del cells[-1]
    cells = [replace(cell, merge=None) if _is_outer(cell, table) else cell for cell in cells]
    last = cells[-1]
    return WordRow(cells=tuple(cells), before=cells[0].left, after=table.width - last.left - last.span)


def _is_outer(cell: WordCell, table: WordTable) -> bool:
    """Whether nothing but carried-on cells stands outside of a merged cell in every lower row."""
    below = [
        row
        for row in table.rows
        if any(other.origin is cell.origin and other.merge == "continue" for other in row.cells)
    ]
    at_left = all(
        other.merge == "continue" for row in below for other in row.cells if other.left <= cell.left
    )
    at_right = all(
        other.merge == "continue" for row in below for other in row.cells if other.left >= cell.left
    )
    return bool(below) and (at_left or at_right)


def on_finer_grid(table: WordTable, random: Random) -> WordTable:
    """Cut every column of the layout grid into one to three, without moving any cell."""
    edges = [0]
    for _ in range(table.width):
        edges.append(edges[-1] + random.randint(1, 3))
    rows = tuple(
        replace(
            row,
            cells=tuple(
                replace(cell, left=edges[cell.left], span=edges[cell.left + cell.span] - edges[cell.left])
                for cell in row.cells
            ),
        )
        for row in table.rows
    )
    return WordTable(width=edges[-1], rows=rows)


def cut(table: WordTable, random: Random, *, repeat_head: bool) -> list[WordTable]:
    """Return the table in two, cut above a row; with the boxhead of that row's part on top of the second."""
    places = [
        place
        for place in range(1, len(table.rows))
        if not (repeat_head and (table.rows[place].is_head or table.rows[place - 1].is_head))
    ]
    if not places:
        return [table]
    place = random.choice(places)
    upper, lower = table.rows[:place], list(table.rows[place:])
    head: list[WordRow] = []
    if repeat_head:
        head = [row for row in upper if row.is_head and row.part == lower[0].part]
    if repeat_head or random.random() < 0.5:
        again = repeat_head and random.random() < 0.5
        lower[0] = replace(
            lower[0], cells=tuple(_restarted(cell, lower, again=again) for cell in lower[0].cells)
        )
    return [replace(table, rows=upper), replace(table, rows=(*head, *lower))]


def _restarted(cell: WordCell, below: Sequence[WordRow], *, again: bool) -> WordCell:
    if cell.merge != "continue":
        return cell
    goes_on = len(below) > 1 and any(other.origin is cell.origin for other in below[1].cells)
    return replace(cell, merge="restart" if goes_on else None, text=cell.origin.text if again else "")


def with_tracked_rows(table: WordTable, random: Random) -> WordTable:
    """Double some value rows by a deleted copy with other figures, and mark others as inserted."""
    rows: list[WordRow] = []
    for row in table.rows:
        roll = random.random()
        if row.is_head or roll > 0.2:
            rows.append(row)
        elif roll > 0.1:
            rows.append(replace(row, change="ins"))
        else:
            rows += [row, replace(row, cells=tuple(_old(cell, random) for cell in row.cells), change="del")]
    return replace(table, rows=tuple(rows))


def _old(cell: WordCell, random: Random) -> WordCell:
    if cell.merge is not None:
        return replace(cell, merge="continue", text="")
    return replace(cell, text=str(random.randint(0, 99))) if cell.origin.is_value else cell
