"""A table as an Excel workbook, row by row on disk; with forms, a sheet a report that looks like the form.

Texts are written as texts, so none is taken for a formula or a link.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from errors import OutputUnfit
from export.rows import Column, Finished, Row

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MOST_FORMS = 200  # sheets that a person can still leaf through
_MOST_ROWS = 1_048_575  # below the heads; Excel's own limit, as is the next
_LONGEST = 32_767
_EPOCH = datetime(1980, 1, 1, tzinfo=UTC)  # the day of creation, as no clock enters an output


def write(
    path: Path,
    columns: Sequence[Column],
    rows: Iterable[Row],
    *,
    sheet: str,
    forms: Sequence[Finished] = (),
) -> None:
    """Write the workbook: the table on a sheet of its own, then the form of every report of `forms`.

    Raises OutputUnfit for more rows, or a longer text, than a sheet holds.
    """
    from xlsxwriter import Workbook  # noqa: PLC0415  # not needed to start
    from xlsxwriter.exceptions import FileCreateError  # noqa: PLC0415

    options = {
        # Merged cells want earlier rows again, so only a table alone is written row by row.
        "constant_memory": not forms,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "use_zip64": True,
    }
    workbook = Workbook(str(path), options)
    workbook.set_properties({"created": _EPOCH})
    try:
        _write_table(workbook.add_worksheet(sheet), columns, rows, workbook.add_format({"bold": True}))
        if forms:
            from export.forms import add_forms  # noqa: PLC0415

            add_forms(workbook, forms, taken=sheet)
    except BaseException:
        _abandon(workbook)
        raise
    try:
        workbook.close()
    except FileCreateError as error:
        raise OSError(None, str(error)) from error


def _write_table(sheet: Worksheet, columns: Sequence[Column], rows: Iterable[Row], bold: Format) -> None:
    texts = [column.kind == "text" for column in columns]
    sheet.freeze_panes(1, 1)
    for number, column in enumerate(columns):
        sheet.set_column(number, number, 24 if texts[number] else 12)
        sheet.write_string(0, number, column.head, bold)
    for at, row in enumerate(rows, start=1):
        if at > _MOST_ROWS:
            message = (
                f"a sheet of Excel holds {_MOST_ROWS} rows, and there are more;"
                " name a .csv, .jsonl or .parquet file, or leave --long out"
            )
            raise OutputUnfit(message)
        for number, cell in enumerate(row):
            if cell is None:
                continue
            if not isinstance(cell, str):
                sheet.write_number(at, number, cell)
            elif sheet.write_string(at, number, cell):
                message = (
                    f"{row[0]}: a text of {len(cell)} characters, and a cell of Excel holds {_LONGEST};"
                    " name a .csv or .jsonl file"
                )
                raise OutputUnfit(message)


def _abandon(workbook: Any) -> None:  # noqa: ANN401
    """Let go of a workbook without writing it: the rows on disk, and the finalizer that warns of it."""
    workbook.fileclosed = 1
    for sheet in workbook.worksheets():
        if sheet.constant_memory:
            sheet.row_data_fh.close()
            Path(sheet.row_data_filename).unlink(missing_ok=True)
