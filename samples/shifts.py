"""Planted damage that puts values where they do not belong. No report so damaged may end as verified.

Each plant leaves a trace that a careful reader sees: a blank where the report prints its zeros, a label
out of order, doubled or gone, a row that is short, or a sum that fails.
Damage without a trace is not planted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from samples import text, values, word
from samples.printed import Print, PrintedTable, printed_tables, with_row
from samples.reports import Sample
from standards import EDITIONS, load

_FLATTENINGS = ("P1", "P2", "P3", "P7", "P13", "P14", "markdown")
_Rows = list[list[Print]]
_Planted = tuple[dict[Print, str | None], str] | None
_Fault = Callable[[PrintedTable, Random], tuple[dict[Print, str | None] | PrintedTable, str] | None]


def plant(sample: Sample, seed: int) -> tuple[bytes, str]:
    """Return a DOCX or a UTF-8 text with one fault in it, and the fault in words."""
    random = Random(f"shifts {seed} {sample.seed}")
    changed, description, is_short = _planted(sample, random, _FAULTS)
    # Word cannot lack a cell: a short row is a matter of text.
    if not is_short and random.random() < 0.5:
        return word.compose(sample, changed, random), f"{description} (Word)"
    flattening = random.choice(_FLATTENINGS)
    flat = text.compose(sample, changed, random, flattening=flattening)
    return flat.data, f"{description} ({flattening})"


def planted_tables(sample: Sample, seed: int) -> tuple[tuple[PrintedTable, ...], str]:
    """Return a sample's tables with one fault in them, cells where they belong, and the fault in words."""
    random = Random(f"shifts of cells {seed} {sample.seed}")
    while True:
        tables, description, is_short = _planted(sample, random, _FAULTS + _FAULTS_OF_CELLS)
        if not is_short:
            return tables, description


def _planted(
    sample: Sample, random: Random, faults: Sequence[_Fault]
) -> tuple[tuple[PrintedTable, ...], str, bool]:
    """Return a sample's tables with one fault in them, the fault in words, and whether a cell is gone."""
    tables = printed_tables(sample)
    for _ in range(100):
        fault = random.choice(faults)
        table = random.choice(tables)
        planted = fault(table, random)
        if planted is None:
            continue
        changes, description = planted
        if isinstance(changes, PrintedTable):
            return tuple(changes if other is table else other for other in tables), description, False
        if fault in _MOVES and not _shows(sample, changes):
            continue
        changed = tuple(_with(other, changes) if other is table else other for other in tables)
        return changed, description, None in changes.values()
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


def _heads_swapped(table: PrintedTable, random: Random) -> _Planted:
    return _swapped(table, random, "column")


def _groups_swapped(table: PrintedTable, random: Random) -> _Planted:
    return _swapped(table, random, "group")


def _swapped(table: PrintedTable, random: Random, role: str) -> _Planted:
    """Swap labels in a boxhead; what groups rows says nothing that the rows' own labels do not."""
    cells = [cell for cell in table.cells if cell.role == role and (role == "column" or cell.row_span == 1)]
    one, other = random.sample(cells, 2) if len(cells) > 1 else (None, None)
    if one is None or other is None or one.text == other.text or one.part != other.part:
        return None
    return {one: other.text, other: one.text}, f"{one.role}s swapped: {one.text} and {other.text}"


def _label_of_other_words(table: PrintedTable, random: Random) -> _Planted:
    cells = [cell for cell in table.cells if cell.role in ("row", "column") and len(cell.text) > 1]
    cell = random.choice(cells)
    number = re.match(r"(?:（.）|[\d一二三四][.、])?", cell.text)
    at = number.end() if number else 0
    words = random.choice(("非", "不", "未", "上年", "其中：县级", "去年", "原"))
    printed = cell.text[:at] + words + cell.text[at:]
    if random.random() < 0.5:
        printed = cell.text[:at] + random.choice(("撤回申请", "其中：网上申请", "移送其他机关", "合并审理"))
    return {cell: printed}, f"{cell.text} is {printed}"


def _head_of_other_edition(table: PrintedTable, random: Random) -> _Planted:
    heads = [cell for cell in table.cells if cell.role == "column" and cell.part == 0]
    printed = [cell.text for cell in sorted(heads, key=lambda cell: cell.column)]
    for edition in EDITIONS:
        others = [column.label for column in load(edition).table(table.id).parts[0].columns]
        if not set(others) & set(printed):
            head = random.choice(heads)
            other = others[printed.index(head.text)]
            return {head: other}, f"{head.text} is {other}, as in {edition}"
    return None


def _row_left_out(table: PrintedTable, random: Random) -> tuple[PrintedTable, str] | None:
    labels = _row_labels(table)
    if len(labels) < 2:
        return None
    row = random.choice(labels).row
    if any(cell.role == "row" and cell.row_span > 1 for cell in table.cells if cell.row == row):
        return None
    cells = [
        replace(cell, row=cell.row - 1)
        if cell.row > row
        else replace(cell, row_span=cell.row_span - 1)
        if cell.bottom > row
        else cell
        for cell in table.cells
        if cell.row != row or cell.row_span > 1
    ]
    left = replace(table, row_count=table.row_count - 1, cells=tuple(cells))
    return left, f"row {row} of {table.id} left out"


def _row_added(table: PrintedTable, random: Random) -> tuple[PrintedTable, str] | None:
    labels = _row_labels(table)
    if not labels:
        return None
    after = random.choice(labels)
    texts = tuple(cell.text for cell in table.values_of(after.row))
    cells = with_row(table.cells, after.id, random.choice(labels).text, texts)
    added = replace(table, row_count=table.row_count + 1, cells=cells)
    return added, f"row {after.id} stands a second time, perhaps under another's label"


_MOVES: tuple[Callable[[PrintedTable, Random], _Planted], ...] = (_values_right, _values_left, _values_down)
_FAULTS: tuple[_Fault, ...] = (
    *_MOVES,
    _labels_swapped,
    _label_lost,
    _labels_down,
    _heads_right,
    _row_doubled,
    _cell_deleted,
)
# What is planted where cells keep their places, as on a scan.
_FAULTS_OF_CELLS: tuple[_Fault, ...] = (
    _heads_swapped,
    _groups_swapped,
    _label_of_other_words,
    _head_of_other_edition,
    _row_left_out,
    _row_added,
)
