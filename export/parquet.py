"""A table as Parquet, written a row group at a time.

Counts are int64, amounts double: canonical JSON holds an amount as a double already, and the numerals that
are admitted to it (15 digits) come back from one as printed. Where a page prints a fraction for a count, that
one column becomes double, as an int64 would have to change or drop it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from export.arrow import batches, need
from export.rows import Column, Row


def write(path: Path, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """Write the table; needs the extra `export`, else MissingProgram.

    The types are known for certain at the end only. A batch that needs wider ones begins a part of its own
    beside the file, and the parts are put together at the end.
    """
    pq = need("pyarrow.parquet")
    parts: list[Path] = []
    schema: Any = None
    try:
        with ExitStack() as stack:
            writer: Any = None
            for batch in batches(columns, rows):
                wider = batch.schema if schema is None else _wider(schema, batch.schema)
                if wider != schema:
                    stack.close()
                    schema = wider
                    parts.append(path.with_name(f"{path.name}.{len(parts)}"))
                    writer = stack.enter_context(_writer(pq, parts[-1], schema))
                writer.write_batch(batch.cast(schema))
        if len(parts) == 1:
            parts[0].replace(path)
        else:
            _join(pq, parts, path, schema)
    finally:
        for part in parts:
            part.unlink(missing_ok=True)


def _writer(pq: Any, path: Path, schema: Any) -> Any:  # noqa: ANN401  # pyarrow ships no types
    return pq.ParquetWriter(path, schema, compression="zstd", store_schema=False)


def _wider(one: Any, other: Any) -> Any:  # noqa: ANN401
    """Return the schema with each field's wider type: double where either has it."""
    for number, (left, right) in enumerate(zip(one, other, strict=True)):
        if left.type != right.type and str(right.type) == "double":
            one = one.set(number, right)
    return one


def _join(pq: Any, parts: Sequence[Path], path: Path, schema: Any) -> None:  # noqa: ANN401
    with _writer(pq, path, schema) as writer:
        for part in parts:
            with pq.ParquetFile(part) as opened:
                for number in range(opened.num_row_groups):
                    writer.write_table(opened.read_row_group(number).cast(schema))
