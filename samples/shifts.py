"""Planted damage that puts values where they do not belong. No report so damaged may end as verified.

Each plant leaves a trace that a careful reader sees: a blank where the report prints its zeros, a label
out of order, doubled or gone, a row that is short, or a sum that fails.
Damage without a trace is not planted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from samples import text, values, word
from samples.printed import Print, PrintedTable, printed_tables
from samples.reports import Sample

_FLATTENINGS = ("P1", "P2", "P3", "P7", "P13", "P14", "markdown")
_Rows = list[list[Print]]
_Planted = tuple[dict[Print, str | None], str] | None


def plant(sample: Sample, seed: int) -> tuple[bytes, str]:
    """Return a DOCX or a UTF-8 text with one fault in it, and the fault in words."""
    random = Random(f"shifts {seed} {sample.seed}")
    tables = printed_tables(sample)
    for _ in range(100):
        fault = random.choice(_FAULTS)
        table = random.choice(tables)
        planted = fault(table, random)
        if planted is None:
            continue
        changes, description = planted
        if fault in _MOVES and not _shows(sample, changes):
            continue
        changed = tuple(_with(other, changes) if other is table else other for other in tables)
        # Word cannot lack a cell: a short row is a matter of text.
        if None not in changes.values() and random.random() < 0.5:
            return word.compose(sample, changed, random), f"{description} (Word)"
        flattening = random.choice(_FLATTENINGS)
        flat = text.compose(sample, changed, random, flattening=flattening)
        return flat.data, f"{description} ({flattening})"
    message = f"no fault leaves a trace in sample {sample.seed}"
    raise ValueError(message)


def _shows(sample: Sample, changes: dict[Print, str | None]) -> bool:
    """Whether moved values leave a blank among printed zeros, or break a sum."""
    moved = {cell.id: new for cell, new in changes.items() if cell.is_value and new is not None}
    if moved == {name: sample.texts[name] for name in moved}:
        return False
    if all(shown.strip() for shown in sample.texts.values()) and not all(
        new.strip() for new in moved.values()
    ):
        return True
    numbers = dict(sample.numbers)
    by_text = {shown: sample.numbers[name] for name, shown in sample.texts.items()}
    numbers.update({name: by_text.get(new) for name, new in moved.items()})
    return values.failing(sample.standard, numbers) != values.failing(sample.standard, sample.numbers)


def _with(table: PrintedTable, changes: dict[Print, str | None]) -> PrintedTable:
    """Return the table with other texts in some cells; a cell whose text is None is gone."""
    cells = (replace(cell, text=changes.get(cell, cell.text) or "") for cell in table.cells)
    left = tuple(
        new for new, old in zip(cells, table.cells, strict=True) if changes.get(old, old.text) is not None
    )
    return replace(table, cells=left)


def _value_rows(table: PrintedTable) -> _Rows:
    rows = ([*table.values_of(number)] for number in range(table.row_count))
    return [row for row in rows if row]


def _row_labels(table: PrintedTable) -> list[Print]:
    return [cell for cell in table.cells if cell.role == "row"]


def _onto(cells: Sequence[Print], texts: Sequence[str]) -> dict[Print, str | None]:
    return dict(zip(cells, texts, strict=True))


def _values_right(table: PrintedTable, random: Random) -> _Planted:
    row = random.choice(_value_rows(table))
    if len(row) < 2:
        return None
    return _onto(row, ["", *(cell.text for cell in row[:-1])]), f"values one column right from {row[0].id}"


def _values_left(table: PrintedTable, random: Random) -> _Planted:
    row = random.choice(_value_rows(table))
    if len(row) < 2:
        return None
    return _onto(row, [*(cell.text for cell in row[1:]), ""]), f"values one column left from {row[0].id}"


def _values_down(table: PrintedTable, random: Random) -> _Planted:
    rows = _value_rows(table)
    places = [place for place in range(len(rows) - 1) if len(rows[place]) == len(rows[place + 1])]
    if not places:
        return None
    upper, lower = rows[place := random.choice(places)], rows[place + 1]
    changes = _onto(upper, [""] * len(upper)) | _onto(lower, [cell.text for cell in upper])
    return changes, f"values moved to the next row from {upper[0].id}"


def _labels_swapped(table: PrintedTable, random: Random) -> _Planted:
    labels = _row_labels(table)
    if len(labels) < 2:
        return None
    one, other = random.sample(labels, 2)
    return {one: other.text, other: one.text}, f"labels swapped: {one.id} and {other.id}"


def _label_lost(table: PrintedTable, random: Random) -> _Planted:
    labels = _row_labels(table)
    if not labels:
        return None
    lost = random.choice(labels)
    return {lost: ""}, f"label lost: {lost.id}"


def _labels_down(table: PrintedTable, random: Random) -> _Planted:
    del random
    labels = _row_labels(table)
    if len(labels) < 3:
        return None
    return _onto(labels, ["", *(cell.text for cell in labels[:-1])]), f"labels one row down in {table.id}"


def _heads_right(table: PrintedTable, random: Random) -> _Planted:
    del random
    heads = [cell for cell in table.cells if cell.role == "column" and cell.part == 0]
    heads.sort(key=lambda cell: cell.column)
    return _onto(heads, ["", *(cell.text for cell in heads[:-1])]), f"heads one column right in {table.id}"


def _row_doubled(table: PrintedTable, random: Random) -> _Planted:
    labels = {label.row: label for label in _row_labels(table)}
    rows = [row for row in _value_rows(table) if row[0].row in labels]
    pairs = [(one, other) for one in rows for other in rows if one is not other and len(one) == len(other)]
    if not pairs:
        return None
    kept, deleted = random.choice(pairs)
    changes = _onto(deleted, [cell.text for cell in kept])
    changes[labels[deleted[0].row]] = labels[kept[0].row].text
    return changes, f"row deleted: {deleted[0].id}; row doubled: {kept[0].id}"


def _cell_deleted(table: PrintedTable, random: Random) -> _Planted:
    row = random.choice(_value_rows(table))
    if len(row) < 2 or not all(cell.text.strip() for cell in row):
        return None
    gone = random.choice(row)
    return {gone: None}, f"cell deleted: {gone.id}"


_MOVES: tuple[Callable[[PrintedTable, Random], _Planted], ...] = (_values_right, _values_left, _values_down)
_FAULTS = (
    *_MOVES,
    _labels_swapped,
    _label_lost,
    _labels_down,
    _heads_right,
    _row_doubled,
    _cell_deleted,
)
