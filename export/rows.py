"""A finished report as a row: wide (a row a report) or long (a row a value), the same for every kind of file.

Reading is what an export costs, so a report is parsed no further than its row needs, and no types are
built. What is told is what the JSON says: nothing is judged, summed, filled or converted here.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Any, Literal, NoReturn

from corrections import NOTHING, Correction, Layer
from errors import UnreadableFile
from export.layers import Layers, Tally
from report import SCHEMA
from standards import EDITIONS, load
from standards.wording import path_of, word

Shape = Literal["wide", "long"]
Labels = Literal["id", "zh"]
Kind = Literal["text", "whole", "number"]
Cell = str | int | float | None
Row = tuple[Cell, ...]

_BEGIN = b'{"checks":['  # how a report begins, and no other JSON file of an output folder

_BOUND = 2**53  # RFC 8785: no whole number beyond what a double holds
_NUMBERS = frozenset((int, float, NoneType))


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column: its head, unique in its table, and what it holds.

    "whole" holds int, and where a page prints a fraction for a count, that fraction as a float.
    """

    head: str
    kind: Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """A report's JSON as it was read, the file it came from, and what people decided about it.

    `folder` is the output folder that it belongs to, where what people decided is kept.
    """

    path: str
    data: Mapping[str, Any]
    layer: Layer = NOTHING
    folder: Path = Path()

    @property
    def values(self) -> Mapping[str, int | float | None]:
        """The report's values with the corrections applied."""
        return self.layer.over(self.data["values"])

    @property
    def signed(self) -> Correction | None:
        """Who signed the report off as it is now, and when; None if nobody did."""
        return self.layer.signed(self.data["values"])


_ABOUT: tuple[tuple[str, str, Kind], ...] = (
    ("name", "文件", "text"),
    ("sha256", "SHA-256", "text"),
    ("kind", "文件类型", "text"),
    ("title", "标题", "text"),
    ("issuer", "单位", "text"),
    ("year", "年度", "whole"),
    ("date", "日期", "text"),
    ("edition", "格式版本", "text"),
    ("status", "状态", "text"),
    ("reasons", "原因代码", "text"),
)
# What people decided in a review: the ids of corrected values, and who signed the report off.
_DECIDED: tuple[tuple[str, str, Kind], ...] = (
    ("corrected", "人工更正", "text"),
    ("signed_by", "签核人", "text"),
)
_LONG: tuple[tuple[str, str, Kind], ...] = (
    ("name", "文件", "text"),
    ("issuer", "单位", "text"),
    ("year", "年度", "whole"),
    ("edition", "格式版本", "text"),
    ("status", "状态", "text"),
    ("id", "数据项", "text"),
    ("table", "表", "text"),
    ("row", "行", "text"),
    ("column", "列", "text"),
    ("number", "数值", "number"),
    ("value_status", "数值状态", "text"),
    ("unit", "计量单位", "text"),
    ("decision", "人工处理", "text"),
)


def columns_of(shape: Shape, labels: Labels) -> tuple[Column, ...]:
    """Return the columns of a shape, headed by ids or by the form's own words."""
    heads = _LONG if shape == "long" else (*_ABOUT, *_DECIDED, *_value_columns())
    return tuple(Column(head=zh if labels == "zh" else name, kind=kind) for name, zh, kind in heads)


def rows_of(shape: Shape, reports: Iterable[Finished]) -> Iterator[Row]:
    """Yield the rows of reports, in their order, with a cell for every column of the shape."""
    if shape == "wide":
        return map(_wide, reports)
    return (row for report in reports for row in _long(report))


def reports_in(out: Path, *, corrected: bool = True, tally: Tally | None = None) -> Iterator[Finished]:
    """Yield every report of an output folder, or the one of a file, in the order of their names.

    Other JSON files are passed over. `corrected` says whether the layer of corrections is laid over them;
    what of it does not apply is counted in `tally` when all are read. Raises UnreadableFile for a report
    that is cut off, altered or of another version.
    """
    layers = Layers(out)
    for path in [str(out)] if out.is_file() else _candidates(str(out)):
        try:
            with open(path, "rb") as file:  # noqa: PTH123  # a Path for each of 100,000 costs a second
                data = file.read()
        except OSError as error:
            message = f"{path}: cannot be read ({error.strerror}); check its rights"
            raise UnreadableFile(message) from error
        if not data.startswith(_BEGIN):
            continue
        read = _checked(path, data)
        folder = layers.folder_of(path, read["source"]["name"])
        layer = layers.of(folder, read) if corrected else NOTHING
        yield Finished(path=path, data=read, layer=layer, folder=folder)
    if tally is not None:
        tally.unapplied += layers.unapplied()


def value_statuses(report: Finished) -> Mapping[str, str]:
    """Return value id -> status by the report's evidence, empty without one; raises UnreadableFile."""
    path = f"{report.path.removesuffix('.json')}.evidence.json"
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return {value_id: proof["status"] for value_id, proof in json.loads(file.read()).items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"{path}: not a whole evidence of gouji ({error}); convert its input again with --force"
        raise UnreadableFile(message) from error


def _candidates(folder: str) -> list[str]:
    """Return the JSON files below a folder that may be reports, sorted by the names of their inputs."""
    found: list[tuple[str, str]] = []
    for here, _, names in os.walk(folder):
        present = set(names)
        for name in names:
            # <name>.evidence.json is a report only when the input itself was called <name>.evidence.
            if name.endswith(".json") and not (
                name.endswith(".evidence.json") and f"{name.removesuffix('.evidence.json')}.json" in present
            ):
                path = os.path.join(here, name)  # noqa: PTH118
                found.append((path.removesuffix(".json").replace(os.sep, "/"), path))
    return [path for _, path in sorted(found)]


def _checked(path: str, data: bytes) -> Mapping[str, Any]:
    """Return a report's members after a look at all that a row is made of."""
    try:
        read = _members(data)
        _check(read)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"{path}: not a whole report of gouji ({error}); convert its input again with --force"
        raise UnreadableFile(message) from error
    return read


def _members(data: bytes) -> Mapping[str, Any]:
    """Return what a report's JSON holds; of canonical bytes without `checks` and `sections`.

    No row has anything of these two, and they are three quarters of the work: 205 us a report with them, 51
    without. The marks are looked for in the order of the keys. Inside a text they cannot occur, as its
    quotation marks are escaped, and no deeper member has these names.
    """
    report = data.find(b',"report":{')
    end = data.find(b',"sections":[', report)
    source = data.find(b'],"source":{', end)
    if -1 in (report, end, source):
        whole: Mapping[str, Any] = _DECODER.decode(data.decode("utf-8"))
        return whole
    head = _DECODER.decode(f"{{{data[report + 1 : end].decode('utf-8')}}}")
    tail = _DECODER.decode(f"{{{data[source + 2 :].decode('utf-8')}")
    return {**head, **tail}


def _check(read: Mapping[str, Any]) -> None:
    if read["schema"] != SCHEMA:
        message = f"schema is {read['schema']!r}, not {SCHEMA!r}"
        raise ValueError(message)
    edition, values = read["report"]["edition"], read["values"]
    if values.keys() != _ids_of(edition):
        message = f"its values are not those of edition {edition}"
        raise ValueError(message)
    for cell, (name, _, kind) in zip(_about(read), _ABOUT, strict=True):
        if cell is not None and type(cell) is not (str if kind == "text" else int):
            message = f"{name} is {cell!r}"
            raise ValueError(message)
    if not _NUMBERS.issuperset(map(type, values.values())):  # by type, as a bool is no number
        message = "a value is neither a number nor null"
        raise ValueError(message)
    numbers = [number for number in values.values() if number is not None]
    if numbers and not -_BOUND <= min(numbers) <= max(numbers) <= _BOUND:
        message = "a value has more digits than a number of JSON can hold"
        raise ValueError(message)


def _refuse(constant: str) -> NoReturn:
    message = f"{constant} is no number of JSON"
    raise ValueError(message)


_DECODER = json.JSONDecoder(parse_constant=_refuse)


@cache
def _ids_of(edition: str | None) -> frozenset[str]:
    if edition is None:
        return frozenset()
    if edition not in EDITIONS:
        message = f"edition {edition!r} is not known"
        raise ValueError(message)
    return frozenset(load(edition).value_ids)


def _about(data: Mapping[str, Any]) -> Row:
    source, report, trust = data["source"], data["report"], data["trust"]
    return (
        source["name"],
        source["sha256"],
        source["kind"],
        report["title"],
        report["issuer"],
        report["year"],
        report["date"],
        report["edition"],
        trust["status"],
        "; ".join(dict.fromkeys(reason["code"] for reason in trust["reasons"])) or None,
    )


def _wide(report: Finished) -> Row:
    values = report.values
    return (*_about(report.data), *_decided(report), *map(values.get, _union()))


def _decided(report: Finished) -> Row:
    layer = report.layer
    if layer is NOTHING:
        return (None, None)
    changed = layer.changes(report.data["values"])
    signed = report.signed
    return (
        "; ".join(value_id for value_id in _ids_in_order(report) if value_id in changed) or None,
        f"{signed.who} {signed.when}" if signed is not None else None,
    )


def _ids_in_order(report: Finished) -> tuple[str, ...]:
    edition = report.data["report"]["edition"]
    return load(edition).value_ids if edition is not None else ()


def _long(report: Finished) -> Iterator[Row]:
    data = report.data
    name, _, _, _, issuer, year, _, edition, status, _ = _about(data)
    values = report.values
    decisions = report.layer.standing(data["values"])
    # A number is always a printed one; only for the others is the evidence opened, twice the report's size.
    statuses = value_statuses(report) if None in values.values() else {}
    for value_id, table, row, column, unit in _places(edition):
        number = values[value_id]
        value_status = "printed" if number is not None else statuses.get(value_id)
        yield (
            name,
            issuer,
            year,
            edition,
            status,
            value_id,
            table,
            row,
            column,
            number,
            value_status,
            unit,
            decisions.get(value_id),
        )


@cache
def _places(edition: str | None) -> tuple[tuple[str, str, str | None, str, str | None], ...]:
    """Return (value id, table id, row label, column label, unit) of an edition in print order."""
    if edition is None:
        return ()
    return tuple(
        (
            value_id,
            value_id.split(".", maxsplit=1)[0],
            " › ".join(path_of(row)) or None,
            " › ".join(path_of(column)),
            column.unit,
        )
        for value_id, (row, column) in load(edition).leaves.items()
    )


@cache
def _union() -> tuple[str, ...]:
    """Return the value ids of all editions: table by table, the newest edition first, each in print order."""
    editions = [load(edition) for edition in reversed(EDITIONS)]
    tables = dict.fromkeys(table.id for standard in editions for table in standard.tables)
    return tuple(
        dict.fromkeys(
            value_id
            for table_id in tables
            for standard in editions
            for table in standard.tables
            if table.id == table_id
            for value_id in table.value_ids()
        )
    )


@cache
def _value_columns() -> tuple[tuple[str, str, Kind], ...]:
    """Return (id, the newest edition's words with the unit, kind) of every value id."""
    told = []
    for value_id in _union():
        standard = next(one for one in map(load, reversed(EDITIONS)) if value_id in one.leaves)
        _, column = standard.leaves[value_id]
        words = str(word(standard, value_id))
        if column.unit and column.unit not in words:
            words = f"{words}（{column.unit}）"
        kind: Kind = "number" if column.type == "amount" else "whole"
        told.append((value_id, words, kind))
    return tuple(told)
