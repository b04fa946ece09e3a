"""A table as a DuckDB database: `reports` when wide, `report_values` when long.

Types are those of the Parquet file: counts BIGINT, amounts DOUBLE, and a column of counts in which a page
prints a fraction DOUBLE as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from export.arrow import batches, need
from export.rows import Column, Row, Shape

TABLES: dict[Shape, str] = {"wide": "reports", "long": "report_values"}


def write(path: Path, columns: Sequence[Column], rows: Iterable[Row], *, table: str) -> None:
    """Write the database; needs the extra `export`, else MissingProgram.

    Raises OSError when the file cannot be written, as every target does.
    """
    duckdb = need("duckdb")
    need("pyarrow")
    try:
        with duckdb.connect(path) as database:
            doubles: set[str] | None = None
            for batch in batches(columns, rows):
                database.register("batch", batch)
                if doubles is None:
                    database.execute(f"create table {table} as from batch")
                    doubles = _doubles(batch)
                else:
                    for head in sorted(_doubles(batch) - doubles):
                        database.execute(f"alter table {table} alter {_quoted(head)} type double")
                    doubles |= _doubles(batch)
                    database.execute(f"insert into {table} from batch")
                database.unregister("batch")
    except duckdb.IOException as error:
        raise OSError(None, str(error).splitlines()[0]) from error


def _doubles(batch: Any) -> set[str]:  # noqa: ANN401  # pyarrow ships no types
    return {field.name for field in batch.schema if str(field.type) == "double"}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
