"""The printed form with a different figure in every place, so that a figure that strays is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from document import Block, Cell, Document, Grid, Paragraph, Source, Strip
from drawing import draw as drawn
from report import Report
from standards import Standard, Table, load
from standards.form import draw

SOURCE = Source(name="年报.txt", sha256="0" * 64, bytes=1, kind="text")


def document(*blocks: Block) -> Document:
    return Document(source=SOURCE, blocks=blocks)


def paragraphs(*texts: str) -> tuple[Paragraph, ...]:
    return tuple(Paragraph(text=text) for text in texts)


def numbers(edition: str) -> dict[str, int]:
    """Return a figure of four digits for every value id, no two alike. No sum holds."""
    return {value: 1001 + place for place, value in enumerate(load(edition).value_ids)}


def texts(edition: str) -> dict[str, str]:
    return {value: str(number) for value, number in numbers(edition).items()}


def grid_of(table: Table, shown: Mapping[str, str], labels: Mapping[str, str] | None = None) -> Grid:
    """Return the form's table; `labels` says what is printed instead of a label."""
    grid = draw(table, shown)
    cells = tuple(_relabelled(cell, labels or {}) for cell in grid.cells)
    return Grid(row_count=grid.row_count, column_count=grid.column_count, cells=cells)


def _relabelled(cell: Cell, labels: Mapping[str, str]) -> Cell:
    return Cell(
        row=cell.row,
        column=cell.column,
        row_span=cell.row_span,
        column_span=cell.column_span,
        text=labels.get(cell.text, cell.text),
    )


def strip_of(grid: Grid, *, rows: bool = False, blanks: bool = False) -> Strip:
    """Return a grid's texts in reading order, with or without its row ends and its blank cells."""
    cells: list[Paragraph] = []
    breaks: list[int] = []
    row = 0
    for cell in grid.cells:
        if cell.text or blanks:
            if rows and cell.row != row and cells:
                breaks.append(len(cells))
            row = cell.row
            cells.append(Paragraph(text=cell.text))
    return Strip(cells=tuple(cells), breaks=tuple(breaks))


def form(
    edition: str,
    shown: Mapping[str, str] | None = None,
    *,
    labels: Mapping[str, str] | None = None,
    lost_layout: bool = False,
    instead: Mapping[str, Sequence[Block]] | None = None,
) -> Document:
    """Return a whole report: headings and tables, `instead` naming tables that other blocks replace."""
    standard = load(edition)
    shown = texts(edition) if shown is None else shown
    blocks: list[Block] = [Paragraph(text="桐溪镇人民政府2023年政府信息公开工作年度报告")]
    for section in standard.sections:
        blocks.append(Paragraph(text=section.label))
        for table in standard.tables:
            if table.section == section.id:
                grid = grid_of(table, shown, labels)
                own: Sequence[Block] = [strip_of(grid) if lost_layout else grid]
                blocks += (instead or {}).get(table.id, own)
    return document(*blocks)


def wrong(report: Report, truth: Mapping[str, int | None]) -> dict[str, object]:
    """Return the values that say something else than the truth; no number is not a wrong one."""
    return {
        value.id: value.number
        for value in report.values.values()
        if value.number is not None and value.number != truth.get(value.id)
    }


def missing(report: Report, truth: Mapping[str, int | None]) -> set[str]:
    return {
        name for name, number in truth.items() if number is not None and report.values[name].number is None
    }


def codes(report: Report) -> set[str]:
    return {reason.code for reason in report.trust.reasons}


def rows_of(standard: Standard, table_id: str) -> list[str]:
    return [row.id for part in standard.table(table_id).parts for row in part.rows]


def assert_same(found: Grid, wanted: Grid) -> None:
    """Fail with both drawings."""
    if found != wanted:
        message = f"found\n{drawn(found)}\nwanted\n{drawn(wanted)}"
        raise AssertionError(message)
