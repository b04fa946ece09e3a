"""A table as JSON Lines: one object a row, its members in the order of the columns, null where nothing is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from export.rows import Column, Row


def write(path: Path, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """Write UTF-8 without a mark, each line ended by LF."""
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
    heads = [column.head for column in columns]
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(encode(dict(zip(heads, row, strict=True))))
            file.write("\n")
