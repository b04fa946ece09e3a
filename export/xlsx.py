"""A table as an Excel workbook, row by row on disk; with forms, a sheet a report that looks like the form.

Texts are written as texts, so none is taken for a formula or a link.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from errors import OutputUnfit
from export.rows import Column, Finished, Row

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

    # Beside the file, where there is room for it, and not in a place for temporary files that may be small.
    with TemporaryDirectory(prefix=f"{path.name}.", dir=path.parent) as folder:
        options = {
            # Merged cells want earlier rows again, so only a table alone is written row by row.
            "constant_memory": not forms,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "use_zip64": True,
        }
        workbook = Workbook(str(path), options)
        workbook.set_properties({"created": _EPOCH})
        try:
            bold = workbook.add_format({"bold": True})
            _write_table(workbook.add_worksheet(sheet), columns, rows, bold)
            if forms:
                from export.forms import add_forms  # noqa: PLC0415

                add_forms(workbook, forms, taken=sheet)
        except BaseException:
            _abandon(workbook)
            raise
        try:
            workbook.close()
        except FileCreateError as error:
            _abandon(workbook)
            raise OSError(None, str(error)) from error


def _write_table(sheet: Any, columns: Sequence[Column], rows: Iterable[Row], bold: Any) -> None:  # noqa: ANN401
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


def _abandon(workbook: Any) -> None:  # noqa: ANN401  # xlsxwriter ships no types
    """Let go of a workbook without writing it, so that its rows on disk can be deleted."""
    for sheet in workbook.worksheets():
        if sheet.row_data_fh is not None:
            sheet.row_data_fh.close()
