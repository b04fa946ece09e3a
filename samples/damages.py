"""What happens to tables in tab-separated exports of recognised pages, and what survives of the values.

A row is kept apart into its stub, its values and what trails them, so that each model of damage does one
thing. The values of a row stay in one run: a reader finds them by their count, if all (or none) are there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

from samples.flattenings import Flat, Line, is_certain, wrapped
from samples.printed import Print, PrintedTable

DAMAGES: tuple[str, ...] = (
    "page-break",
    "page-number",
    "glued-group",
    "shifted-label",
    "split-head",
    "spaced-labels",
    "trailing-blanks",
    "orphaned-group",
    "lost-label",
    "cut-label",
    "vertical-heads",
    "rule-line",
    "cut-off",
    "one-line",
)
# Of a model's probability for the table, how much falls on a single row.
_PER_ROW = 0.12


@dataclass(slots=True)
class _Row:
    """A row of tab-separated cells in the making."""

    stub: list[str]
    values: tuple[Print, ...]
    extras: list[str]
    is_head: bool
    tail: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    shifted: bool = False
    unlabelled: bool = False


def damaged(
    table: PrintedTable, random: Random, *, damage: float, models: tuple[str, ...] = DAMAGES
) -> tuple[Flat, list[str]]:
    """Return the table as tab-separated rows, each model of damage applied with a probability.

    Also returns the names of the models that came to pass. With no damage the rows are whole.
    """
    rows = [_row(cells) for cells in table.rows()]
    notes: list[str] = []
    for model in models:
        apply = _MODELS.get(model)
        if apply is not None and random.random() < damage and apply(rows, random, damage):
            notes.append(model)
    lines: list[Line] = []
    for row in rows:
        ids = tuple(value.id for value in row.values)
        texts = [*row.stub, *(wrapped(value.text) for value in row.values), *row.extras, *row.tail]
        lines += [Line(text) for text in row.before]
        lines.append(Line("\t".join(texts), ids, row.unlabelled))
        lines += [Line(text, ids) for text in row.after]
    kept = {value.id for row in rows if not row.shifted or is_certain(row.values) for value in row.values}
    return Flat(lines=tuple(lines), kept=frozenset(kept)), notes


def joined(flat: Flat) -> Flat:
    """Return a table whose rows all stand in one line: only rows without blanks are still told apart."""
    text = " ".join(line.text for line in flat.lines if line.text)
    ids = tuple(name for line in flat.lines for name in line.ids)
    return Flat(lines=(Line(text, tuple(dict.fromkeys(ids))),), kept=flat.kept)


def certain_ids(table: PrintedTable) -> frozenset[str]:
    """Return the values of rows that show all or none of their numbers."""
    kept: set[str] = set()
    for number in range(table.row_count):
        values = table.values_of(number)
        if is_certain(values):
            kept.update(value.id for value in values)
    return frozenset(kept)


def _row(cells: list[tuple[Print, bool]]) -> _Row:
    stub: list[str] = []
    extras: list[str] = []
    values = tuple(cell for cell, _ in cells if cell.role == "value")
    for cell, begins in cells:
        if cell.role == "value":
            continue
        texts = [wrapped(cell.text) if begins else "", *[""] * (cell.column_span - 1)]
        (extras if cell.role == "extra" else stub).extend(texts)
    tail = [""] * sum(value.column_span - 1 for value in values)
    return _Row(stub=stub, values=values, extras=extras, is_head=not values and not extras, tail=tail)


def _some(rows: list[_Row], random: Random, damage: float, *, heads: bool = False) -> list[_Row]:
    """Return the rows that a model falls on: at least one."""
    fit = [row for row in rows if row.is_head == heads and row.stub]
    if not fit:
        return []
    chosen = [row for row in fit if random.random() < damage * _PER_ROW]
    return chosen or [random.choice(fit)]


def _page_break(rows: list[_Row], random: Random, damage: float) -> bool:
    for row in _some(rows[1:], random, damage):
        row.before.append("")
    return True


def _page_number(rows: list[_Row], random: Random, damage: float) -> bool:
    for row in _some(rows[1:], random, damage):
        number = random.randint(2, 9)
        row.before += [
            "",
            random.choice((f"— {number} —", f"- {number} -", f"{number}", f"第{number}页")),
            "",
        ]
    return True


def _glued_group(rows: list[_Row], random: Random, damage: float) -> bool:
    """Run a group's label and the label of its first row into one cell."""
    fit = [row for row in rows if not row.is_head and sum(map(bool, row.stub)) > 1]
    chosen = [row for row in fit if random.random() < max(damage * _PER_ROW, 0.3)]
    for row in chosen:
        texts = [text for text in row.stub if text]
        row.stub = [*([""] * (len(row.stub) - len(texts) + 1)), *texts[:-2], texts[-2] + " " + texts[-1]]
    return bool(chosen)


def _shifted_label(rows: list[_Row], random: Random, damage: float) -> bool:
    chosen = _some(rows, random, damage)
    for row in chosen:
        blanks = [place for place, text in enumerate(row.stub) if not text]
        if blanks and random.random() < 0.6:
            del row.stub[random.choice(blanks)]
            row.tail.append("")
        else:
            row.stub.insert(random.choice((0, len(row.stub))), "")
        row.shifted = True
    return bool(chosen)


def _split_head(rows: list[_Row], random: Random, damage: float) -> bool:
    """One head becomes two columns of heads, so the heads no longer stand over their values."""
    del damage
    fit = [
        (row, place)
        for row in rows
        if row.is_head
        for place, text in enumerate(row.stub)
        if 4 <= len(text) <= 8
    ]
    if not fit:
        return False
    row, place = random.choice(fit)
    text = row.stub[place]
    middle = len(text) // 2
    row.stub[place : place + 1] = [text[:middle], text[middle:]]
    for other in rows:
        other.shifted = True
        if other is not row:
            other.tail.append("")
    return True


def _spaced_labels(rows: list[_Row], random: Random, damage: float) -> bool:
    for row in rows:
        for place, text in enumerate(row.stub):
            if len(text) > 1 and random.random() < damage * 0.6:
                if len(text) < 7 and random.random() < 0.4:
                    row.stub[place] = " ".join(text)
                else:
                    cut = random.randrange(1, len(text))
                    row.stub[place] = f"{text[:cut]} {text[cut:]}"
    return True


def _trailing_blanks(rows: list[_Row], random: Random, damage: float) -> bool:
    for row in rows:
        if random.random() < damage:
            row.tail += [""] * random.randint(1, 2)
            row.shifted = True
    return True


def _orphaned_group(rows: list[_Row], random: Random, damage: float) -> bool:
    """Put the end of a group's label on the next page, before a later row of the group."""
    del damage
    for above, below in pairwise(rows):
        group = next((place for place, text in enumerate(above.stub[:-1]) if len(text) > 4 and text), None)
        if above.is_head or group is None or not above.stub[-1]:
            continue
        if len(below.stub) <= group or not below.stub[-1] or below.stub[group]:
            continue
        if random.random() < 0.5:
            text = above.stub[group]
            above.stub[group], below.stub[group] = text[:-1], text[-1]
            below.before.append("")
            return True
    return False


def _lost_label(rows: list[_Row], random: Random, damage: float) -> bool:
    chosen = _some(rows, random, damage / 2)
    for row in chosen:
        place = max((place for place, text in enumerate(row.stub) if text), default=0)
        row.stub[place] = ""
        row.unlabelled = True
    return bool(chosen)


def _cut_label(rows: list[_Row], random: Random, damage: float) -> bool:
    """Let a row's label go on in a line of its own below the row."""
    chosen = [row for row in _some(rows, random, damage) if max(map(len, row.stub)) > 7]
    for row in chosen:
        place = max(range(len(row.stub)), key=lambda place: len(row.stub[place]))
        text = row.stub[place]
        cut = random.randrange(4, len(text) - 1)
        row.stub[place] = text[:cut]
        row.after.append("\t" * place + text[cut:])
    return bool(chosen)


def _vertical_heads(rows: list[_Row], random: Random, damage: float) -> bool:
    del random, damage
    for row in rows:
        if row.is_head:
            row.stub = [" ".join(text) if len(text) < 9 else text for text in row.stub]
    return True


def _rule_line(rows: list[_Row], random: Random, damage: float) -> bool:
    del damage
    row = random.choice(rows)
    row.after.append("\t".join(["-" * 9, *["---"] * (len(row.stub) + len(row.values) - 1)]))
    return True


_MODELS = {
    "page-break": _page_break,
    "page-number": _page_number,
    "glued-group": _glued_group,
    "shifted-label": _shifted_label,
    "split-head": _split_head,
    "spaced-labels": _spaced_labels,
    "trailing-blanks": _trailing_blanks,
    "orphaned-group": _orphaned_group,
    "lost-label": _lost_label,
    "cut-label": _cut_label,
    "vertical-heads": _vertical_heads,
    "rule-line": _rule_line,
}
