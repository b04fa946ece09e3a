"""The records of an output folder as a data set in OUT/dataset: a few large files, not a million small ones.

One row an input: where it came from, what its report says of itself, its trust, and a column a value; an
input that gave no report has a row too, with its reason. Prose, evidence and people's corrections are left
to the reports and to `export`.

A row's shard follows from its input's name, and a shard's file name holds a digest of what is in it. So the
same records give the same files, in whatever order and by however many workers they were made; a shard that
stands is not written again, and one new report costs one shard. For a moment while a shard is exchanged it is
missing, never there twice.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from errors import OutputNotWritten, UnreadableFile
from export.arrow import need
from report import canonical
from standards import EDITIONS, load

Format = Literal["parquet", "jsonl"]
FOLDER = "dataset"
_VERSION = "gouji/dataset/1"
# Rows of a shard at most, roughly: names fall into 16, 256, 4096 ... shards. 10,000 are 2 MB as Parquet and
# 90 MB as lines, and take some 400 MB of memory to write.
_ROWS = 10_000
_OURS = re.compile(r"\.?part-([0-9a-f]+|all)-[0-9a-f]{16}\.(parquet|jsonl)(\.part)?")
_ABOUT = ("title", "issuer", "year", "date", "edition")


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """What the ledger knows of an input; `report_sha256` is of its JSON file, None if it gave no report."""

    name: str
    sha256: str | None
    report_sha256: str | None
    code: str | None = None
    message: str | None = None


def write(out: Path, form: Format, records: Iterable[Record]) -> tuple[int, int]:
    """Bring the data set of an output folder up to its records; returns how many rows and shards there are.

    Raises MissingProgram without the extra that Parquet needs, UnreadableFile for a report that is not as it
    was written, OutputNotWritten.
    """
    save: Callable[..., None] = _save_lines
    if form == "parquet":
        save = partial(_save_columns, need("pyarrow"), need("pyarrow.parquet"))
    ordered = sorted(records, key=lambda record: record.name)
    folder = out / FOLDER / form
    wanted = {_file_name(prefix, shard, form): shard for prefix, shard in _shards(ordered)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _clear(folder, wanted)
        for name, shard in wanted.items():
            if not (folder / name).exists():
                _write_whole(folder / name, partial(save, rows=_rows(out, shard)))
    except OSError as error:
        message = f"{folder}: cannot be written ({error.strerror or error}); make room and run again"
        raise OutputNotWritten(message) from error
    return len(ordered), len(wanted)


def _shards(records: Sequence[Record]) -> Iterator[tuple[str, Sequence[Record]]]:
    """Yield what the digests of a shard's names begin with, and its records in the order of their names."""
    digits = 0
    while len(records) > _ROWS * 16**digits:
        digits += 1
    shards: dict[str, list[Record]] = {}
    for record in records:
        shards.setdefault(sha256(record.name.encode()).hexdigest()[:digits], []).append(record)
    yield from sorted(shards.items())


def _file_name(prefix: str, records: Iterable[Record], form: Format) -> str:
    digest = sha256(f"{_VERSION} {form} {' '.join(_value_ids())}\n".encode())
    for one in records:
        fields = (one.name, one.sha256, one.report_sha256, one.code, one.message)
        digest.update(canonical(fields) + b"\n")
    return f"part-{prefix or 'all'}-{digest.hexdigest()[:16]}.{form}"


def _clear(folder: Path, wanted: Container[str]) -> None:
    """Remove shards of other records, and the beginnings that a killed run left."""
    for path in folder.iterdir():
        if path.name not in wanted and _OURS.fullmatch(path.name):
            path.unlink()


def _write_whole(target: Path, save: Callable[[Path], None]) -> None:
    part = target.with_name(f".{target.name}.part")
    try:
        save(part)
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _rows(out: Path, records: Iterable[Record]) -> Iterator[dict[str, Any]]:
    """Yield what a row holds: name, source, report, trust, values (id -> number; empty without a report)."""
    for record in records:
        if record.report_sha256 is None:
            yield _reportless(record)
            continue
        path = out.joinpath(*f"{record.name}.json".split("/"))
        try:
            data = path.read_bytes()
        except OSError as error:
            message = f"{path}: cannot be read ({error.strerror}); convert again"
            raise UnreadableFile(message) from error
        if sha256(data).hexdigest() != record.report_sha256:
            message = f"{path}: it is not as it was written; convert its input again"
            raise UnreadableFile(message)
        report = json.loads(data)
        yield {key: report[key] for key in ("source", "report", "trust", "values")}


def _reportless(record: Record) -> dict[str, Any]:
    reason = {"code": record.code or "input.error", "message": record.message or "", "at": []}
    source = {"name": record.name, "sha256": record.sha256, "bytes": None, "kind": None, "pages": None}
    return {
        "source": {**source, "reader": None},
        "report": dict.fromkeys(_ABOUT),
        "trust": {"status": "failed", "reasons": [reason]},
        "values": {},
    }


def _save_lines(path: Path, *, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write a canonical JSON object a row: source, report, trust and values as in the report."""
    with path.open("wb") as file:
        file.writelines(canonical(row) + b"\n" for row in rows)


def _save_columns(
    pa: Any,  # noqa: ANN401  # pyarrow ships no types
    pq: Any,  # noqa: ANN401
    path: Path,
    *,
    rows: Iterable[Mapping[str, Any]],
) -> None:
    """Write a column a field and a column a value, the same columns and types in every shard.

    Every value is a double, counts too: a page may print a fraction for a count, and files of one data set
    must not differ in their types. Doubles hold all that canonical JSON does.
    """
    fields = _fields(pa)
    cells: dict[str, list[Any]] = {field.name: [] for field in fields}
    for row in rows:
        flat = {**row["source"], **row["report"], **row["trust"], **row["values"]}
        for name, column in cells.items():
            column.append(flat.get(name))
    arrays = [pa.array(cells[field.name], field.type) for field in fields]
    table = pa.Table.from_arrays(arrays, schema=pa.schema(fields))
    pq.write_table(table, path, compression="zstd", store_schema=False)


def _fields(pa: Any) -> list[Any]:  # noqa: ANN401
    text, whole = pa.string(), pa.int64()
    reason = pa.struct([("code", text), ("message", text), ("at", pa.list_(text))])
    known = {
        **dict.fromkeys(("name", "sha256", "kind", "reader", *_ABOUT, "status"), text),
        **dict.fromkeys(("bytes", "pages", "year"), whole),
        "reasons": pa.list_(reason),
    }
    order = ("name", "sha256", "bytes", "kind", "pages", "reader", *_ABOUT, "status", "reasons")
    values = [pa.field(value_id, pa.float64()) for value_id in _value_ids()]
    return [*(pa.field(name, known[name]) for name in order), *values]


def _value_ids() -> list[str]:
    """Return the value ids of every edition, in print order, each once."""
    return list(dict.fromkeys(value_id for edition in EDITIONS for value_id in load(edition).value_ids))
