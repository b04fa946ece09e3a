"""The form as it is printed: where every label and every value of a table stands, with its spans.

Spans follow from `label` and `under` alone. What is drawn here is what the samples print, what `clean`
redraws, and in which order the reconstruction expects to meet the labels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Literal

from document import Cell, Grid
from standards import Leaf, Part, Table

Role = Literal["caption", "corner", "group", "column", "row", "value"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """One printed cell of the form.

    `labels` are the printed label and the others met in the field (empty for a value). `id` is the
    leaf's id for a row or column, the value id for a value, the label itself for the others.
    `part` counts the table's parts from 0.
    """

    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    role: Role
    id: str
    labels: tuple[str, ...] = ()
    part: int = 0


@cache
def layout(table: Table) -> tuple[Slot, ...]:
    """Return the slots of a table in reading order (row by row, a span at its origin)."""
    width = max(_stub_width(part) + len(part.columns) for part in table.parts)
    slots: list[Slot] = []
    top = 0
    for number, part in enumerate(table.parts):
        drawn, top = _part_slots(table, part, number, top, width)
        slots += drawn
    return tuple(sorted(slots, key=lambda slot: (slot.row, slot.column)))


def draw(table: Table, texts: Mapping[str, str]) -> Grid:
    """Return the printed table as a grid, filled with a text for each value id (blank if it has none)."""
    slots = layout(table)
    cells = tuple(
        Cell(
            row=slot.row,
            column=slot.column,
            row_span=slot.row_span,
            column_span=slot.column_span,
            text=texts.get(slot.id, "") if slot.role == "value" else slot.labels[0] if slot.labels else "",
        )
        for slot in slots
    )
    return Grid(
        row_count=max(slot.row + slot.row_span for slot in slots),
        column_count=max(slot.column + slot.column_span for slot in slots),
        cells=cells,
    )


def _stub_width(part: Part) -> int:
    return max((len(row.under) + 1 for row in part.rows), default=0)


def _part_slots(table: Table, part: Part, number: int, top: int, width: int) -> tuple[list[Slot], int]:
    slots: list[Slot] = []
    if part.caption:
        slots.append(
            Slot(
                row=top,
                column=0,
                column_span=width,
                role="caption",
                id=part.caption,
                labels=(part.caption,),
                part=number,
            )
        )
        top += 1
    stub = _stub_width(part)
    head = max(len(column.under) + 1 for column in part.columns)
    extents = _column_extents(len(part.columns), stub, width)
    if stub:
        corner = part.corner or ""
        slots.append(
            Slot(
                row=top,
                column=0,
                row_span=head,
                column_span=stub,
                role="corner",
                id=corner,
                labels=(corner,) if corner else (),
                part=number,
            )
        )
    for start, stop, depth, leaf, label in _spans(part.columns):
        left, right = extents[start][0], extents[stop - 1][1]
        slots.append(
            Slot(
                row=top + depth,
                column=left,
                row_span=head - depth if leaf else 1,
                column_span=right - left,
                role="column" if leaf else "group",
                id=leaf.id if leaf else label,
                labels=(label, *leaf.also) if leaf else (label,),
                part=number,
            )
        )
    top += head
    for start, stop, depth, leaf, label in _spans(part.rows):
        slots.append(
            Slot(
                row=top + start,
                column=depth,
                row_span=stop - start,
                column_span=stub - depth if leaf else 1,
                role="row" if leaf else "group",
                id=leaf.id if leaf else label,
                labels=(label, *leaf.also) if leaf else (label,),
                part=number,
            )
        )
    rows = part.rows or (None,)
    for offset, row in enumerate(rows):
        for column, (left, right) in zip(part.columns, extents, strict=True):
            slots.append(
                Slot(
                    row=top + offset,
                    column=left,
                    column_span=right - left,
                    role="value",
                    id=table.value_id(row, column),
                    part=number,
                )
            )
    return slots, top + len(rows)


def _column_extents(count: int, stub: int, width: int) -> list[tuple[int, int]]:
    """Share the width right of the stub among a part's columns; the last ones take what is over."""
    base, over = divmod(width - stub, count)
    sizes = [base + (number >= count - over) for number in range(count)]
    lefts = [stub + sum(sizes[:number]) for number in range(count)]
    return [(left, left + size) for left, size in zip(lefts, sizes, strict=True)]


def _spans(leaves: Sequence[Leaf]) -> list[tuple[int, int, int, Leaf | None, str]]:
    """Return (start, stop, depth, leaf or None, label) of every label: leaves, and groups of neighbours."""
    spans: list[tuple[int, int, int, Leaf | None, str]] = [
        (number, number + 1, len(leaf.under), leaf, leaf.label) for number, leaf in enumerate(leaves)
    ]
    for depth in range(max((len(leaf.under) for leaf in leaves), default=0)):
        numbered = list(enumerate(leaves))
        for path, members in groupby(numbered, key=lambda item: item[1].under[: depth + 1]):
            numbers = [number for number, _ in members]
            if len(path) > depth:
                spans.append((numbers[0], numbers[-1] + 1, depth, None, path[depth]))
    return spans
