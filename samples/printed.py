"""A sample's tables as they stand on paper: the cells of the form with the sample's own texts in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from samples.reports import Sample
from standards import Table
from standards.form import layout


@dataclass(frozen=True, kw_only=True, slots=True)
class Print:
    """One cell on paper. `role` is the form's, or "extra" for a value and "extra row" for its label.

    `id` is the leaf's or value's id, as in the form; empty for what nobody prescribed.
    """

    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    role: str
    id: str
    text: str
    part: int = 0

    @property
    def bottom(self) -> int:
        """The first row below the cell."""
        return self.row + self.row_span

    @property
    def right(self) -> int:
        """The first column right of the cell."""
        return self.column + self.column_span

    @property
    def is_value(self) -> bool:
        """Whether the cell carries a value (prescribed or not) rather than a label."""
        return self.role in ("value", "extra")


@dataclass(frozen=True, kw_only=True, slots=True)
class PrintedTable:
    """A table on paper; its cells tile `row_count` x `column_count`."""

    id: str
    section: str
    row_count: int
    column_count: int
    cells: tuple[Print, ...]

    def rows(self) -> Iterator[list[tuple[Print, bool]]]:
        """Yield each row's cells from the left, each with whether it begins in that row."""
        rows: list[list[tuple[Print, bool]]] = [[] for _ in range(self.row_count)]
        for cell in self.cells:
            for row in range(cell.row, cell.bottom):
                rows[row].append((cell, row == cell.row))
        for cells in rows:
            yield sorted(cells, key=lambda entry: entry[0].column)

    def values_of(self, row: int) -> tuple[Print, ...]:
        """Return the prescribed values of a row from the left; empty for heads and extra rows."""
        return tuple(cell for cell in self.cells if cell.row == row and cell.role == "value")


def printed_tables(sample: Sample, *, parts_apart: bool = False) -> tuple[PrintedTable, ...]:
    """Return a sample's tables in order; `parts_apart` makes each part a table of its own width."""
    tables: list[Table] = []
    for table in sample.standard.tables:
        if parts_apart and len(table.parts) > 1:
            tables += [Table(id=table.id, section=table.section, parts=(part,)) for part in table.parts]
        else:
            tables.append(table)
    return tuple(_printed(sample, table) for table in tables)


def _printed(sample: Sample, table: Table) -> PrintedTable:
    cells = tuple(
        Print(
            row=slot.row,
            column=slot.column,
            row_span=slot.row_span,
            column_span=slot.column_span,
            role=slot.role,
            id=slot.id,
            part=slot.part,
            text=sample.texts[slot.id]
            if slot.role == "value"
            else sample.labels.get(slot.labels[0], slot.labels[0])
            if slot.labels
            else "",
        )
        for slot in layout(table)
    )
    for table_id, after, label, texts in sample.extra_rows:
        if table_id == table.id and any(cell.role == "row" and cell.id == after for cell in cells):
            cells = with_row(cells, after, label, texts)
    return PrintedTable(
        id=table.id,
        section=table.section,
        row_count=max(cell.bottom for cell in cells),
        column_count=max(cell.right for cell in cells),
        cells=cells,
    )


def with_row(cells: tuple[Print, ...], after: str, label: str, texts: tuple[str, ...]) -> tuple[Print, ...]:
    """Return the cells with a row below the one of a leaf; groups that go on below it grow by a row."""
    above = next(cell for cell in cells if cell.role == "row" and cell.id == after)
    top = above.bottom
    values = [cell for cell in cells if cell.role == "value" and cell.row == above.row]
    grown: list[Print] = []
    for cell in cells:
        if cell.row >= top:
            grown.append(replace(cell, row=cell.row + 1))
        elif cell.bottom > top:
            grown.append(replace(cell, row_span=cell.row_span + 1))
        else:
            grown.append(cell)
    left = max((cell.right for cell in cells if cell.row < top < cell.bottom), default=0)
    stub = values[0].column - left
    grown.append(
        Print(row=top, column=left, column_span=stub, role="extra row", id="", text=label, part=above.part)
    )
    grown += [
        replace(value, row=top, role="extra", id="", text=text)
        for value, text in zip(values, texts, strict=True)
    ]
    return tuple(sorted(grown, key=lambda cell: (cell.row, cell.column)))
