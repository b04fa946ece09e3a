"""A table as CSV by RFC 4180, safe to open in a spreadsheet.

A text that a spreadsheet would take for a formula gets an apostrophe before it; numbers are never touched,
so a negative one stays a number.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

from export.rows import Column, Row

# What begins a formula in Excel, LibreOffice or WPS, or is skipped before one; full-width as input methods
# write it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write(path: Path, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """Write UTF-8 with the mark (BOM) by which Excel knows it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        write_lines(file, columns, rows)


def write_lines(file: TextIO, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """Write the lines, each ended by CR LF, to a text file that translates no line ends."""
    writer = csv.writer(file)
    writer.writerow([column.head for column in columns])
    texts = [number for number, column in enumerate(columns) if column.kind == "text"]
    for row in rows:
        cells = list(row)
        for number in texts:
            cell = cells[number]
            if isinstance(cell, str) and cell.startswith(_FORMULA):
                cells[number] = f"'{cell}"
        writer.writerow(cells)
