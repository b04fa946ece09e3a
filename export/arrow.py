"""Rows as Arrow batches, for the targets that are written by column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from errors import MissingProgram
from export.rows import Column, Row

# Cells of a batch, and so of a Parquet row group. Of 10,000 reports, wide and long: a tenth of this makes
# files five times and twice as large; ten times this is no faster, and took 1110 MiB, not 361, when long.
_CELLS = 2_000_000


def need(module: str) -> Any:  # noqa: ANN401  # a module
    """Return an imported module of the extra; raises MissingProgram with what to install."""
    from importlib import import_module  # noqa: PLC0415

    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        message = (
            f"{error.name} is not installed, which this kind of file needs; pip install 'gouji[export]',"
            " or name a .csv, .xlsx or .jsonl file"
        )
        raise MissingProgram(message) from error


def batches(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[Any]:
    """Yield record batches, at least one; every batch has the types of its own cells.

    A whole column is int64, or double in a batch that holds a fraction there; numbers are double.
    """
    pa = need("pyarrow")
    size = _CELLS // len(columns)
    remaining = iter(rows)
    chunk = list(islice(remaining, size))
    while True:
        cells: Iterable[Sequence[Any]] = zip(*chunk, strict=True) if chunk else [()] * len(columns)
        arrays = [_array(pa, column, list(one)) for column, one in zip(columns, cells, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, names=[column.head for column in columns])
        chunk = list(islice(remaining, size))
        if not chunk:
            return


def _array(pa: Any, column: Column, cells: list[Any]) -> Any:  # noqa: ANN401  # pyarrow ships no types
    if column.kind == "text":
        return pa.array(cells, pa.string())
    if column.kind == "number" or any(type(cell) is float for cell in cells):
        return pa.array(cells, pa.float64())
    return pa.array(cells, pa.int64())
