"""The statutory form as typed data: sections, tables, labels, units and sums, one TOML file an edition.

A standard describes what is printed, in print order. It holds no coordinates and no instructions to
the program; spans follow from `label` and `under` (form.py draws them).
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal, NoReturn

from errors import StandardInvalid

EDITIONS = ("2019", "2021")

LeafType = Literal["count", "signed_count", "amount"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A prescribed section; `also` lists other headings met in the field."""

    id: str
    label: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaf:
    """A row or column that carries values; `under` is the path of group labels above it."""

    id: str
    label: str
    also: tuple[str, ...] = ()
    under: tuple[str, ...] = ()
    type: LeafType = "count"
    unit: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A block of a table with its own boxhead. A part without rows has one row of values, unlabelled."""

    caption: str | None = None
    corner: str | None = None
    columns: tuple[Leaf, ...]
    rows: tuple[Leaf, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A prescribed table, in one part or several stacked ones."""

    id: str
    section: str
    parts: tuple[Part, ...]

    def value_id(self, row: Leaf | None, column: Leaf) -> str:
        """Return the id under which canonical JSON holds the value at a row and column."""
        return f"{self.id}.{row.id}.{column.id}" if row else f"{self.id}.{column.id}"

    def value_ids(self) -> Iterator[str]:
        """Yield every value id of the table in print order."""
        for part in self.parts:
            for row in part.rows or (None,):
                for column in part.columns:
                    yield self.value_id(row, column)


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """A sum that the printed numbers must satisfy.

    `left` and `right` are row ids (each="column"), column ids (each="row") or column ids of a table
    without rows (each=None), with prefixes already replaced by the ids they stand for.
    """

    id: str
    table: str
    each: Literal["row", "column"] | None
    left: tuple[str, ...]
    right: tuple[str, ...]
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Standard:
    """One edition of the form."""

    edition: str
    years: tuple[int, int]
    authority: str
    sections: tuple[Section, ...]
    tables: tuple[Table, ...]
    identities: tuple[Identity, ...]
    leaves: Mapping[str, tuple[Leaf | None, Leaf]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        leaves = {
            table.value_id(row, column): (row, column)
            for table in self.tables
            for part in table.parts
            for row in part.rows or (None,)
            for column in part.columns
        }
        object.__setattr__(self, "leaves", leaves)

    @property
    def value_ids(self) -> tuple[str, ...]:
        """Every value id in print order."""
        return tuple(self.leaves)

    def table(self, table_id: str) -> Table:
        """Return the table with an id; KeyError when the edition has none."""
        for table in self.tables:
            if table.id == table_id:
                return table
        raise KeyError(table_id)


@cache
def load(edition: str) -> Standard:
    """Return the standard of an edition, "2019" or "2021"; raises StandardInvalid."""
    if edition not in EDITIONS:
        message = f"edition {edition!r} is not known; known: {', '.join(EDITIONS)}"
        raise StandardInvalid(message)
    text = (files("standards") / f"{edition}.toml").read_text(encoding="utf-8")
    return parse(tomllib.loads(text))


def parse(data: Mapping[str, Any]) -> Standard:
    """Return the standard that a decoded TOML file describes.

    Raises StandardInvalid for unknown keys, wrong types, repeated ids and references to nothing,
    with the path of the offending entry.
    """
    top = _Reader(data, "standard")
    edition, authority = top.text("edition"), top.text("authority")
    years = top.items("years")
    if len(years) != 2 or not all(isinstance(year, int) for year in years):
        top.refuse("years", "wants two whole numbers")
    sections = tuple(_section(entry) for entry in top.readers("section"))
    _refuse_repeats("section", [section.id for section in sections])
    tables_reader = top.reader("table")
    tables = tuple(_table(table_id, tables_reader.reader(table_id)) for table_id in tables_reader.names())
    for table in tables:
        if table.section not in {section.id for section in sections}:
            top.refuse(f"table.{table.id}.section", f"names no section: {table.section!r}")
        _refuse_repeats(f"table.{table.id}", list(table.value_ids()))
    identities = tuple(_identity(entry, tables) for entry in top.readers("identity"))
    _refuse_repeats("identity", [identity.id for identity in identities])
    top.finish()
    return Standard(
        edition=edition,
        years=(years[0], years[1]),
        authority=authority,
        sections=sections,
        tables=tables,
        identities=identities,
    )


def _section(entry: _Reader) -> Section:
    section = Section(id=entry.text("id"), label=entry.text("label"), also=entry.texts("also"))
    entry.finish()
    return section


def _table(table_id: str, entry: _Reader) -> Table:
    section = entry.text("section")
    parts = tuple(_part(part) for part in entry.readers("part")) or (_part(entry),)
    entry.finish()
    return Table(id=table_id, section=section, parts=parts)


def _part(entry: _Reader) -> Part:
    part = Part(
        caption=entry.optional_text("caption"),
        corner=entry.optional_text("corner"),
        columns=tuple(_leaf(leaf) for leaf in entry.readers("columns")),
        rows=tuple(_leaf(leaf) for leaf in entry.readers("rows")),
    )
    if not part.columns:
        entry.refuse("columns", "wants at least one column")
    if entry.path.endswith("]"):
        entry.finish()
    return part


def _leaf(entry: _Reader) -> Leaf:
    kind = entry.optional_text("type") or "count"
    if kind not in ("count", "signed_count", "amount"):
        entry.refuse("type", f"is not a type: {kind!r}")
    unit = entry.optional_text("unit")
    if (kind == "amount") != (unit is not None):
        entry.refuse("unit", "belongs to every amount and to nothing else")
    leaf = Leaf(
        id=entry.text("id"),
        label=entry.text("label"),
        also=entry.texts("also"),
        under=entry.texts("under"),
        type=kind,  # type: ignore[arg-type]  # narrowed by the check above
        unit=unit,
    )
    entry.finish()
    return leaf


def _identity(entry: _Reader, tables: tuple[Table, ...]) -> Identity:
    table_id = entry.text("table")
    table = next((table for table in tables if table.id == table_id), None)
    if table is None:
        entry.refuse("table", f"names no table: {table_id!r}")
    each = entry.optional_text("each")
    if each not in (None, "row", "column"):
        entry.refuse("each", f"is neither row nor column: {each!r}")
    (part,) = table.parts if len(table.parts) == 1 else entry.refuse("table", "has several parts")
    known = [leaf.id for leaf in (part.rows if each == "column" else part.columns)]

    def members(key: str) -> tuple[str, ...]:
        ids: list[str] = []
        for name in entry.texts(key):
            found = [
                leaf for leaf in known if (leaf.startswith(name) if name.endswith(".") else leaf == name)
            ]
            if not found:
                entry.refuse(key, f"names nothing: {name!r}")
            ids += found
        return tuple(ids)

    identity = Identity(
        id=entry.text("id"),
        table=table_id,
        each=each,  # type: ignore[arg-type]  # narrowed by the check above
        left=members("left"),
        right=members("right"),
        label=entry.optional_text("label") or "",
    )
    entry.finish()
    return identity


def _refuse_repeats(path: str, ids: list[str]) -> None:
    for name, count in Counter(ids).items():
        if count > 1:
            message = f"{path}: id {name!r} is given {count} times"
            raise StandardInvalid(message)


class _Reader:
    """Takes entries out of a decoded TOML table one by one, so that what is left over is unknown."""

    def __init__(self, data: object, path: str) -> None:
        self.path = path
        if not isinstance(data, Mapping):
            message = f"{path}: wants a table"
            raise StandardInvalid(message)
        self._left = dict(data)

    def refuse(self, key: str, reason: str) -> NoReturn:
        message = f"{self.path}.{key}: {reason}".removeprefix("standard.")
        raise StandardInvalid(message)

    def names(self) -> tuple[str, ...]:
        return tuple(self._left)

    def items(self, key: str) -> list[Any]:
        entry = self._left.pop(key, [])
        return entry if isinstance(entry, list) else self.refuse(key, "wants a list")

    def optional_text(self, key: str) -> str | None:
        entry = self._left.pop(key, None)
        if entry is None or (isinstance(entry, str) and entry):
            return entry
        return self.refuse(key, "wants a text")

    def text(self, key: str) -> str:
        entry = self.optional_text(key)
        return entry if entry is not None else self.refuse(key, "is missing")

    def texts(self, key: str) -> tuple[str, ...]:
        entries = self.items(key)
        for number, entry in enumerate(entries):
            if not (isinstance(entry, str) and entry):
                self.refuse(f"{key}[{number}]", "wants a text")
        return tuple(entries)

    def reader(self, key: str) -> _Reader:
        return _Reader(self._left.pop(key, None), f"{self.path}.{key}".removeprefix("standard."))

    def readers(self, key: str) -> list[_Reader]:
        path = f"{self.path}.{key}".removeprefix("standard.")
        return [_Reader(entry, f"{path}[{number}]") for number, entry in enumerate(self.items(key))]

    def finish(self) -> None:
        for key in self._left:
            self.refuse(key, "is not a known key")
