"""Place: the texts of one row -> one text for each of its columns, or the reason why not.

Where a grid proves it, by the columns they stand under; else by their count: a row that shows exactly as
many figures as the form has columns shows them in the form's order. A row that shows more or fewer is not
guessed at, unless its own sums leave a single way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from normalize.alignment import Extent, has_spans, places_in_row
from normalize.blanks import Shapes, depth_of, shape_of
from normalize.identities import terms_of
from normalize.numerals import read, splits
from normalize.reading import Text
from normalize.segments import PartReading, Segment
from normalize.sequence import SURE
from standards import Leaf, Standard

Status = Literal["shown", "absent", "unassigned"]


@dataclass(frozen=True, slots=True)
class Placed:
    """What stands in one prescribed place: one text if shown, the row's texts if unassigned.

    `head` is the printed label of its row and head of its column, which may name a unit.
    """

    status: Status
    texts: tuple[Text, ...] = ()
    likeness: float = 1.0
    head: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A finding about one row: its code, the reason, and the columns it concerns (None: all)."""

    code: str
    reason: str
    columns: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a part, and what is known about the part around it."""

    reading: PartReading
    segment: Segment
    leaf: Leaf | None
    standard: Standard
    extents: Mapping[int, list[Extent]]
    shapes: Shapes
    deduplicated: bool
    certain_end: bool
    is_cut_off: bool

    @property
    def count(self) -> int:
        """How many columns the row has."""
        return len(self.reading.part.columns)

    @property
    def ids(self) -> tuple[str, ...]:
        """The value ids of the row, in column order."""
        return tuple(self.reading.table.value_id(self.leaf, column) for column in self.reading.part.columns)

    def shown(self, texts: Sequence[Text]) -> list[Placed]:
        """Return the texts, in the order in which they stand, as what the columns show."""
        by_column = dict(zip(self.reading.column_order, texts, strict=True))
        return [
            Placed("shown", (by_column[number],), self.segment.likeness, self.head(number))
            for number in range(self.count)
        ]

    def head(self, number: int) -> str:
        """Return the printed label of the row, head of a column and words around it: each may name a unit."""
        label = self.segment.first.text if self.segment.row is not None and self.segment.first else ""
        around = (*self.reading.heads[number], *self.reading.notes)
        return "".join((label, *(piece.text for piece in around)))


Outcome = tuple[list[Placed], list[Note]]


def place_row(row: Row) -> Outcome:
    """Return what stands in every column of a row, and what a person should know about it."""
    segment, reading = row.segment, row.reading
    if segment.interrupted:
        return _left(row, "other words stand where the figures belong")
    if segment.shares_cell:
        return _left(row, "its label stands in one cell with the label of another row")
    if row.is_cut_off:
        return _left(row, "the text ends within the row")
    heads_lost = reading.heads_found * 2 < len(reading.heads)
    # Editions differ in the columns of a table in parts; a dropped repeat of a head proves nothing.
    if heads_lost and len(reading.table.parts) > 1 and not row.deduplicated and segment.entries:
        return _left(row, "the column heads are not those of this edition")
    placed, notes = _by_structure(row)
    if segment.likeness < SURE:
        notes = [Note("structure.label", "recognised by position more than by label"), *notes]
    return placed, notes


def _by_structure(row: Row) -> Outcome:
    texts, reading = row.segment.texts, row.reading
    block = texts[0].block if texts else -1
    other_order = Note("structure.boxhead", "the column heads stand in another order than the form's")
    if block in row.extents and all(text.block == block for text in texts):
        extents = row.extents[block]
        placed, notes = _by_columns(row, extents)
        return placed, notes if extents == sorted(extents) else [other_order, *notes]
    placed, notes = _by_count(row)
    if reading.heads_out_of_turn:
        notes = [other_order, *notes]
    grid = texts[0].grid if texts else None
    if grid is not None and has_spans(grid) and row.segment.entries and reading.heads_found == row.count:
        notes = [Note("structure.boxhead", "the column heads do not stand over the figures"), *notes]
    return placed, notes


def _left(row: Row, reason: str) -> Outcome:
    """Leave the row's figures unassigned."""
    placed = Placed("unassigned", tuple(row.segment.entries), row.segment.likeness)
    return [placed] * row.count, [Note("structure.unassigned", reason)]


def _by_columns(row: Row, extents: Sequence[Extent]) -> Outcome:
    segment = row.segment
    places = places_in_row(segment.texts, extents)
    is_off = places.outside or places.crowded
    if is_off or (places.merged and len(segment.entries) == row.count):
        if len(segment.entries) == row.count:
            note = Note("structure.shifted", "figures do not stand under the column heads")
            return row.shown(segment.entries), [note]
        return _left(row, "figures stand where no column is")
    notes = []
    if places.merged:
        notes.append(Note("structure.unassigned", "one cell covers several columns or rows", places.merged))
    placed = []
    for number in range(row.count):
        if number in places.shown:
            placed.append(Placed("shown", (places.shown[number],), segment.likeness, row.head(number)))
        elif number in places.merged:
            placed.append(Placed("unassigned", tuple(segment.entries), segment.likeness))
        else:
            placed.append(Placed("absent", (), segment.likeness))
    return placed, notes


def _by_count(row: Row) -> Outcome:
    entries = row.segment.entries
    if len(entries) == 1 and (
        entries[0].kind == "run" or (row.shapes.short_runs is not None and row.count > 1)
    ):
        return _from_run(row, entries[0])
    if not entries:
        return _without_figures(row)
    if not row.certain_end:
        return _left(row, "the next label is lost, so the figures may be another row's")
    if len(entries) == row.count:
        return row.shown(entries), _shift_notes(row)
    return _with_blanks(row)


def _inner(row: Row) -> Sequence[Text]:
    """Return the texts between the padding on either side; none where the padding is not certain."""
    padding = row.shapes.padding.get(depth_of(row.reading, row.segment))
    return row.segment.texts[padding[0] : padding[0] + row.count] if padding is not None else []


def _without_figures(row: Row) -> Outcome:
    inner = _inner(row)
    if len(inner) == row.count:
        return row.shown(inner), []
    absent = Placed("absent", (), row.segment.likeness)
    return [absent] * row.count, [Note("structure.absent", "rows show no figures")]


def _with_blanks(row: Row) -> Outcome:
    """Place fewer figures than columns by the blanks that the file shows between them."""
    inner, count = _inner(row), len(row.segment.entries)
    fits = count < row.count == len(inner) and sum(text.kind != "blank" for text in inner) == count
    if fits and _sums_hold(row, inner):
        return row.shown(inner), []
    only = _only_way(row)
    if only is not None:
        return row.shown(only), [Note("structure.shifted", "figures were placed by their sums")]
    if fits and row.leaf is not None and None not in row.shapes.padding.values():
        return row.shown(inner), []  # other rows vouch for the blanks; a row without others has only its sums
    return _left(row, f"the row shows another number of figures than columns, {count} instead of {row.count}")


def _shift_notes(row: Row) -> list[Note]:
    """Return a note if a complete row's figures stand elsewhere than other rows', or blanks between them."""
    kinds = [text.kind == "blank" for text in row.segment.texts]
    first, last = kinds.index(False), len(kinds) - kinds[::-1].index(False)
    depth = depth_of(row.reading, row.segment)
    if row.shapes.is_odd(depth, shape_of(row.segment.texts)) or any(kinds[first:last]):
        return [Note("structure.shifted", "figures do not stand where those of other rows do")]
    return []


def _only_way(row: Row) -> Sequence[Text] | None:
    """Return the texts that stand for the row's values if only one choice makes the row's own sums hold.

    The choices differ in how many of the blanks at either end are padding.
    """
    texts, entries = row.segment.texts, len(row.segment.entries)
    spare = len(texts) - row.count
    if not 0 <= spare < row.count or entries < 2:
        return None  # as many blanks as a row may be another row's, whose label was lost
    ways = [texts[lead : lead + row.count] for lead in range(spare + 1)]
    fitting = [
        way for way in ways if sum(text.kind != "blank" for text in way) == entries and _sums_hold(row, way)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _sums_hold(row: Row, texts: Sequence[Text]) -> bool:
    """Return whether the texts, placed so, satisfy all sums within their row, and there is at least one.

    Asked only where rows do not agree about their blanks, so that a count alone proves nothing.
    """
    readings = {value_id: read(text.text) for value_id, text in zip(row.ids, texts, strict=True)}
    if any(reading.status == "unreadable" for reading in readings.values()):
        return False
    numbers = {value_id: reading.number or 0 for value_id, reading in readings.items()}
    sums = [
        terms
        for terms in terms_of(row.standard)
        if terms.identity.each != "column" and terms.left[0] in numbers
    ]
    return bool(sums) and all(
        sum(numbers[value_id] for value_id in terms.left)
        == sum(numbers[value_id] for value_id in terms.right)
        for terms in sums
    )


def _from_run(row: Row, run: Text) -> Outcome:
    """Take apart figures printed without anything between them, where only one way is possible.

    Rows that show fewer digits than columns tell that cells may be blank; then nothing is certain.
    """
    types = [column.type for column in row.reading.part.columns]
    if row.count == 1:
        ways = [[run.text]]
    elif row.shapes.short_runs:
        ways = []
    else:
        ways = splits(run.text, types)
    if len(ways) != 1:
        return _left(row, "digits can be taken apart in several ways")
    figures = [replace(run, text=figure, kind="entry") for figure in ways[0]]
    parted = f"digits were taken apart into {row.count} figures"
    reason = parted if row.count > 1 else "the figure stands right behind its label"
    return row.shown(figures), [Note("reading.run_together", reason)]
