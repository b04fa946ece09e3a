"""Read: the texts between matched labels -> segments, a label with the figures and blanks behind it.

What was met is only sorted here, part by part; which value it is is decided later (placing.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from document import Cell
from normalize.labels import core
from normalize.reading import Text
from normalize.script import Script
from normalize.sequence import SURE, Match
from standards import Leaf, Part, Standard, Table


@dataclass(slots=True)
class Segment:
    """A label and the figures and blanks behind it, up to the next label."""

    row: int | None  # number of the prescribed row in its part; None: a label nobody prescribed, or none
    label: str
    likeness: float = 1.0
    first: Text | None = None
    last: Text | None = None
    texts: list[Text] = field(default_factory=list)
    interrupted: bool = False
    line_is_row: bool = False  # labels stand on one line with their figures throughout
    shares_cell: bool = False  # its label stands in one cell of a grid with the label of another row

    @property
    def entries(self) -> list[Text]:
        """The texts that are not blank: figures and marks, and what stands in their place."""
        return [text for text in self.texts if text.kind != "blank"]


@dataclass(slots=True)
class PartReading:
    """Everything met between a part's first label and the next part's."""

    table: Table
    number: int
    part: Part
    heads: list[list[Text]]
    head_positions: list[int]
    segments: list[Segment] = field(default_factory=list)
    heads_out_of_turn: bool = False
    notes: list[Text] = field(default_factory=list)  # other words around the heads, where a unit may stand
    unsure: list[str] = field(default_factory=list)  # heads, groups and captions that are only much alike
    groups: set[str] = field(default_factory=set)  # column groups met, in the form's order
    blanks_after_heads: int = 0

    @property
    def heads_found(self) -> int:
        """How many column heads were met."""
        return sum(map(bool, self.heads))

    @property
    def column_order(self) -> list[int]:
        """The columns as their heads stand: the form's order unless a flat boxhead shows another."""
        columns = list(range(len(self.heads)))
        is_flat = not any(column.under for column in self.part.columns)
        lines = {(piece.block, piece.row) for head in self.heads for piece in head}
        if self.heads_out_of_turn and is_flat and self.heads_found == len(columns) and len(lines) == 1:
            columns.sort(key=lambda column: self.head_positions[column])
        return columns

    def name(self, row: Leaf | None) -> str:
        """Return what a person would call a row: its label, or what the one row without a label is."""
        return row.label if row else self.part.caption or "the row of values"


def read_parts(
    texts: Sequence[Text], matches: Sequence[Match], form: Script, standard: Standard
) -> tuple[list[PartReading], set[int]]:
    """Return what was met in every part of every table, and the positions of all texts taken up."""
    readings = {
        (table.id, number): PartReading(
            table=table,
            number=number,
            part=part,
            heads=[[] for _ in part.columns],
            head_positions=[-1 for _ in part.columns],
        )
        for table in standard.tables
        for number, part in enumerate(table.parts)
    }
    starts = {match.first: match for match in matches}
    covered: set[int] = set()
    current: PartReading | None = None
    segment: Segment | None = None
    position = 0
    last_of_table = _last_matches(matches, form)
    lines_are_rows = _blocks_with_rows_on_lines(texts, matches, form)
    while position < len(texts):
        match = starts.get(position)
        if match is not None:
            covered.update(range(match.first, match.last + 1))
            position = match.last + 1
            label = form.labels[match.stop]
            current, segment = (readings[label.table, label.part] if label.table else None), None
            if current is not None:
                pieces = list(texts[match.first : match.last + 1])
                segment = _take_label(match, pieces, form, current, lines_are_rows)
            continue
        text, position = texts[position], position + 1
        if current is None or (text.kind == "furniture" and not _stands_in_row(text, segment)):
            continue
        behind = position - 1 > last_of_table[current.table.id]
        if behind and (text.kind == "prose" or (text.kind == "label" and not text.in_table)):
            current, segment = None, None  # behind a table's last label the first running text ends it
        elif text.kind == "prose" and not text.in_table:
            segment = None  # a sentence between two parts of a table
        else:
            covered.add(position - 1)
            segment = _take(text, current, segment)
    return list(readings.values()), covered


def _take_label(
    match: Match, pieces: list[Text], form: Script, current: PartReading, lines_are_rows: set[int]
) -> Segment | None:
    """Note a prescribed label of a part; return the segment that a row's label begins."""
    label = form.labels[match.stop]
    current.groups |= {
        form.labels[number].id
        for number in range(match.start, match.stop + 1)
        if form.labels[number].role == "group"
    }
    if label.role == "row":
        segment = Segment(
            row=[row.id for row in current.part.rows].index(label.id),
            label=label.label,
            likeness=match.likeness,
            first=pieces[0],
            last=pieces[-1],
            line_is_row=pieces[-1].block in lines_are_rows,
        )
        current.segments.append(segment)
        return segment
    printed = "".join(piece.plain for piece in pieces)
    is_cut = label.role == "group" and bool(printed) and any(printed in form_of for form_of in label.plains)
    if match.likeness < SURE and label.role != "corner" and not is_cut:
        current.unsure.append("".join(piece.text.strip() for piece in pieces))
    if label.role == "caption":
        current.notes += pieces
    elif label.role == "column":
        column = [column.id for column in current.part.columns].index(label.id)
        current.heads[column] = [piece for piece in pieces if piece.kind != "blank"]
        current.head_positions[column] = match.first
        current.heads_out_of_turn |= match.is_out_of_turn
    current.blanks_after_heads = 0
    return None


def _blocks_with_rows_on_lines(texts: Sequence[Text], matches: Sequence[Match], form: Script) -> set[int]:
    """Return the strips in which most row labels have figures or blanks behind them on the same line."""
    beside: Counter[int] = Counter()
    alone: Counter[int] = Counter()
    labels_on_line: Counter[tuple[int, int]] = Counter()
    for match in matches:
        label, following = texts[match.last], match.last + 1
        if form.labels[match.stop].role != "row" or not label.in_table or label.grid is not None:
            continue
        labels_on_line[label.block, label.row] += 1
        same = following < len(texts) and texts[following].kind in ("entry", "run", "blank")
        if same and (texts[following].block, texts[following].row) == (label.block, label.row):
            beside[label.block] += 1
        else:
            alone[label.block] += 1
    crowded = {block for (block, _), count in labels_on_line.items() if count > 1}
    return {block for block, count in beside.items() if count > 2 * alone[block] and block not in crowded}


def _last_matches(matches: Sequence[Match], form: Script) -> dict[str, int]:
    """Return the position of the last matched label of each table."""
    last: dict[str, int] = {}
    for match in matches:
        table = form.labels[match.stop].table
        if table is not None:
            last[table] = max(match.last, last.get(table, -1))
    return last


def _take(text: Text, current: PartReading, segment: Segment | None) -> Segment | None:
    """Add a text that carries no prescribed label to the part; return the segment that goes on after it."""
    if text.kind in ("label", "prose") and not (segment is not None and _is_in_value_cell(text, segment)):
        return _take_words(text, current, segment)
    if segment is not None and current.part.rows and _is_place_of_merged_label(text, segment):
        return segment
    if segment is not None and not _stays_in_row(text, segment):
        segment = None
    if segment is None:
        if text.kind == "blank" and current.part.rows:
            current.blanks_after_heads += 1  # places of merged heads, or padding
            return None
        segment = _unlabelled(text, current)
        current.segments.append(segment)
    segment.texts.append(text)
    return segment


def _unlabelled(text: Text, current: PartReading) -> Segment:
    """Begin a segment without a known label; strange words before it in its row may begin one."""
    note = current.notes[-1] if current.notes and not current.segments else None
    if note is not None and (note.block, note.row) == (text.block, text.row):
        return Segment(row=None, label=note.text, first=note, last=note)
    return Segment(row=None, label="", first=text, last=text)


def _stands_in_row(text: Text, segment: Segment | None) -> bool:
    """Return whether a text stands in the row of a known label, where the file tells its rows."""
    if segment is None or segment.row is None or segment.last is None:
        return False
    if text.grid is not None:
        return _same_row(text, segment.last)
    return segment.line_is_row and (text.block, text.row) == (segment.last.block, segment.last.row)


def _is_in_value_cell(text: Text, segment: Segment) -> bool:
    """Return whether words stand where a figure belongs: behind a label in its row, and no part of it."""
    if not _stands_in_row(text, segment):
        return False
    return bool(segment.texts) or not (text.plain.startswith("(") or core(text.plain) in segment.label)


def _take_words(text: Text, current: PartReading, segment: Segment | None) -> Segment | None:
    if segment is not None and segment.row is not None and not segment.texts and _may_go_on(text, segment):
        if not (text.plain.startswith("(") or core(text.plain) in segment.label):
            segment.interrupted = True  # neither an explanation behind the label nor the rest of it
        return segment
    if segment is None and not current.segments and current.part.rows:
        current.notes.append(text)
        return None
    segment = Segment(row=None, label=text.text, first=text, last=text)
    current.segments.append(segment)
    return segment


def _is_place_of_merged_label(text: Text, segment: Segment) -> bool:
    """Return whether a blank opens the next surviving row of a strip, in place of a merged label."""
    return (
        text.kind == "blank"
        and text.grid is None
        and bool(segment.texts)
        and text.row != segment.texts[-1].row
    )


def _stays_in_row(text: Text, segment: Segment) -> bool:
    """Return whether a figure or blank stands in the row of the segment's label, as far as rows survive."""
    if text.grid is not None:
        return segment.last is None or _same_row(text, segment.last)
    if not segment.texts and segment.line_is_row and segment.last is not None:
        return text.row == segment.last.row
    return not segment.texts or text.row == segment.texts[-1].row


def _may_go_on(text: Text, segment: Segment) -> bool:
    """Return whether a text may still belong to the label before it: in a grid, only in the same row."""
    return text.grid is None or segment.last is None or _same_row(text, segment.last)


def _same_row(text: Text, label: Text) -> bool:
    if text.grid is not label.grid or not isinstance(label.cell, Cell):
        return False
    return label.cell.row <= text.row < label.cell.row + label.cell.row_span


def is_deduplicated(parts: Sequence[PartReading], form: Script, matches: Sequence[Match]) -> bool:
    """Return whether repeated labels are missing throughout: the sign of an export that keeps a line once.

    The form itself repeats labels (信息内容 in every part, 结果维持 three times). If of each repeated label
    (but perhaps one that was broken differently) at most one is left although the labels around it stand,
    repeated lines were dropped, and so were figures.
    """
    prescribed = Counter(label.plains[0] for label in form.labels if label.role in ("corner", "column"))
    repeated = {label for label, count in prescribed.items() if count > 1}
    matched: Counter[str] = Counter()
    for match in matches:
        for number in range(match.start, match.stop + 1):
            if form.labels[number].plains[0] in repeated and form.labels[number].role in ("corner", "column"):
                matched[form.labels[number].plains[0]] += 1
    rows = [segment for reading in parts for segment in reading.segments if segment.row is not None]
    short = sum(
        len(segment.entries) < len(reading.part.columns)
        for reading in parts
        for segment in reading.segments
        if segment.row is not None
    )
    return bool(rows) and sum(matched[label] > 1 for label in repeated) <= 1 and short * 2 > len(rows)
