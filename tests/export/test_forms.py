"""Sheets that look like the form."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

from errors import OutputUnfit
from export import export
from findings import Finding
from standards import EDITIONS, Standard, load
from standards.form import layout
from standards.wording import section_of
from tests.export import outputs
from tests.export.outputs import numbers, report

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

DOUBTS = (
    Finding(
        code="source.sum", message="1 is not 2", at=("requests.received.total", "requests.received.other")
    ),
    Finding(code="reading.lookalike", message="O for 0", at=("requests.received.total",)),
    Finding(code="structure.extra_row", message="no doubt", at=("requests.received.business",)),
)


def drawn(tmp_path: Path, *reports: object) -> openpyxl.Workbook:
    out = outputs.write(tmp_path / "out", *reports)  # type: ignore[arg-type]
    export(out, tmp_path / "x.xlsx", forms=True)
    return openpyxl.load_workbook(tmp_path / "x.xlsx")


def cells_of(sheet: Worksheet, standard: Standard, table_id: str) -> list[tuple[object, int, int]]:
    """Return (content, row span, column span) of a table's cells in reading order."""
    table = standard.table(table_id)
    heading = section_of(standard, table)
    (top,) = [row[0].row for row in sheet.iter_rows() if row[0].value == heading]
    height = max(slot.row + slot.row_span for slot in layout(table))
    merged = {box.bounds[:2]: box for box in sheet.merged_cells.ranges}
    covered = {cell for box in merged.values() for cell in list(box.cells)[1:]}
    found = []
    for row in range(top + 1, top + 1 + height):
        for column in range(1, 16):
            cell = sheet.cell(row, column)
            if (row, column) in covered or not cell.border.top.style:
                continue
            box = merged.get((column, row))
            spans = (box.size["rows"], box.size["columns"]) if box else (1, 1)
            found.append((cell.value, *spans))
    return found


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_sheet_holds_the_form_with_its_spans_and_numbers(edition: str, tmp_path: Path) -> None:
    standard, printed = load(edition), numbers(edition)
    sheet = drawn(tmp_path, report("a.docx", edition)).worksheets[1]
    for table in standard.tables:
        slots = layout(table)
        found = cells_of(sheet, standard, table.id)
        assert [rows for _, rows, _ in found] == [slot.row_span for slot in slots]
        for (content, *_), slot in zip(found, slots, strict=True):
            if slot.role == "value":
                number = printed[slot.id]
                assert content == (None if number is None else float(number)), slot.id
            else:
                assert content == (slot.labels[0] if slot.labels else None)
        if max(slot.column + slot.column_span for slot in slots) >= 10:
            assert [columns for *_, columns in found] == [slot.column_span for slot in slots]


def test_doubted_values_are_coloured_and_the_colours_explained(tmp_path: Path) -> None:
    sheet = drawn(tmp_path, report("a.docx", status="review", reasons=DOUBTS)).worksheets[1]
    filled = {}
    for row in sheet.iter_rows():
        for cell in row:
            if cell.fill.fill_type == "solid" and cell.column > 1:
                filled[cell.value] = cell.fill.start_color.rgb
    printed = numbers("2021")
    assert filled == {
        printed["requests.received.total"]: "FFFFE699",  # a doubt of ours weighs more than the page's fault
        printed["requests.received.other"]: "FFF4B183",
    }
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any(text.startswith("存疑") for text in texts)
    assert any(text.startswith("报告自身的问题") for text in texts)
    assert "source.sum  1 is not 2" in texts
    assert any("需人工复核" in text for text in texts)


def test_a_report_without_an_edition_has_a_sheet_that_says_why(tmp_path: Path) -> None:
    reasons = (Finding(code="structure.no_table", message="no table"),)
    sheet = drawn(tmp_path, report("a.docx", None, status="failed", reasons=reasons)).worksheets[1]
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "structure.no_table  no table" in texts


def test_sheets_have_names_that_excel_allows(tmp_path: Path) -> None:
    issuers = ["某县" * 20, "a/b:c*d?[e]\\'", None, "reports", "History", "👍" * 20]
    made = [report(f"{number}.docx", issuer=issuer) for number, issuer in enumerate(issuers)]
    names = drawn(tmp_path, *made).sheetnames
    assert len({name.casefold() for name in names}) == 1 + len(issuers)
    for name in names:
        assert len(name.encode("utf-16-le")) <= 62
        assert not set(name) & set("[]:*?/\\'")


def test_more_reports_than_a_person_leafs_through_are_refused(tmp_path: Path) -> None:
    made = [report(f"{number:03}.docx") for number in range(201)]
    out = outputs.write(tmp_path / "out", *made, evidence=False)
    with pytest.raises(OutputUnfit, match="200 at most"):
        export(out, tmp_path / "x.xlsx", forms=True)
    assert not (tmp_path / "x.xlsx").exists()
    (out / "000.docx.json").unlink()
    export(out, tmp_path / "x.xlsx", forms=True)
    assert len(openpyxl.load_workbook(tmp_path / "x.xlsx", read_only=True).sheetnames) == 201


def test_forms_belong_into_a_workbook(tmp_path: Path) -> None:
    out = outputs.write(tmp_path / "out", report("a.docx"))
    with pytest.raises(OutputUnfit, match=r"\.xlsx"):
        export(out, tmp_path / "x.csv", forms=True)
