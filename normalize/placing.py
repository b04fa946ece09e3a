"""Place: matched labels and the texts between them -> a text for every prescribed value.

Part by part: what was met is read (segments.py), mended where order and count leave one way (gaps.py), and
placed row by row (rows.py). What fits nowhere is kept as unmapped.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from document import Grid
from findings import Finding
from normalize.alignment import Extent, column_extents, extents_on_page
from normalize.blanks import shapes_of
from normalize.gaps import fill_gaps, join_value_row
from normalize.labels import core, plain
from normalize.misreadings import is_much_like
from normalize.reading import Text
from normalize.rows import Placed, Row, place_row
from normalize.script import Script
from normalize.segments import PartReading, Segment, is_deduplicated, read_parts
from normalize.sequence import Match
from normalize.sharing import note_shared_cells
from report import UnmappedRow
from standards import Standard, Table


@dataclass(frozen=True, slots=True)
class Placement:
    """Where everything in the tables went. `covered` are the positions of texts that the tables took up."""

    values: Mapping[str, Placed]
    unmapped: tuple[UnmappedRow, ...]
    findings: tuple[Finding, ...]
    covered: frozenset[int]


class _Collector:
    """Gathers values, findings and unmapped rows while the tables are walked."""

    def __init__(self, standard: Standard) -> None:
        self.standard = standard
        self.values: dict[str, Placed] = {}
        self.unmapped: list[UnmappedRow] = []
        self._found: dict[tuple[str, str], tuple[list[str], list[str]]] = {}

    def find(self, code: str, reason: str, at: Iterable[str] = (), *, row: str | None = None) -> None:
        """Note a finding; rows with the same reason make one finding together."""
        rows, ids = self._found.setdefault((code, reason), ([], []))
        if row is not None:
            rows.append(row)
        ids += at

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(
            Finding(code=code, message=_with_rows(reason, rows), at=tuple(dict.fromkeys(ids)))
            for (code, reason), (rows, ids) in self._found.items()
        )


def _with_rows(reason: str, rows: Sequence[str]) -> str:
    if not rows:
        return reason
    more = f" and {len(rows) - 3} more" if len(rows) > 3 else ""
    return f"{reason}: {'; '.join(rows[:3])}{more}"


def place(
    texts: Sequence[Text],
    matches: Sequence[Match],
    form: Script,
    standard: Standard,
    foreign_parts: Collection[tuple[str, int]] = (),
) -> Placement:
    """Return a placed text for every value id of the standard, in print order.

    Parts whose heads are another edition's are not placed; their rows are kept as unmapped.
    """
    collector = _Collector(standard)
    parts, covered = read_parts(texts, matches, form, standard)
    for reading in parts:
        note_shared_cells(reading)
    deduplicated = is_deduplicated(parts, form, matches)
    if deduplicated:
        reason = "lines that occurred before were dropped by the export, figures included"
        collector.find("structure.deduplicated", reason)
    last = next((text for text in reversed(texts) if text.kind not in ("blank", "furniture")), None)
    _add_unit_notes(texts, matches, form, parts)
    short_runs = _short_runs(parts)
    _check_leftovers(texts, covered, matches, form, collector)
    for reading in parts:
        if (reading.table.id, reading.number) in foreign_parts and not deduplicated:
            _keep_foreign(reading, collector)
        elif reading.heads_found or any(segment.row is not None for segment in reading.segments):
            _place_part(reading, collector, last, deduplicated=deduplicated, short_runs=short_runs)
    for table in standard.tables:
        missing = [value for value in table.value_ids() if value not in collector.values]
        if missing:
            collector.values |= dict.fromkeys(missing, Placed("absent"))
            _report_absent(table, missing, collector)
    return Placement(
        values={value: collector.values[value] for value in standard.value_ids},
        unmapped=tuple(collector.unmapped),
        findings=collector.findings,
        covered=frozenset(covered),
    )


_UNIT_NOTE = re.compile(r"单位|以.{0,4}元.{0,2}计|(?:金额|收费|费用).{0,4}(?:为|是|均|按|以).{0,3}元")


def _add_unit_notes(
    texts: Sequence[Text], matches: Sequence[Match], form: Script, parts: Sequence[PartReading]
) -> None:
    """Give short lines around a table that speak of a unit to the heads of its parts."""
    section: str | None = None
    headings = {
        match.first: form.labels[match.stop].id
        for match in matches
        if form.labels[match.stop].role == "heading"
    }
    matched = {position for match in matches for position in range(match.first, match.last + 1)}
    for position, text in enumerate(texts):
        section = headings.get(position, section)
        if position in matched or text.kind != "label" or not _UNIT_NOTE.search(text.plain):
            continue
        for reading in parts:
            if reading.table.section == section and not any(text is note for note in reading.notes):
                reading.notes.append(text)


def _check_leftovers(
    texts: Sequence[Text],
    covered: Collection[int],
    matches: Sequence[Match],
    form: Script,
    collector: _Collector,
) -> None:
    """Tell figures in tables of the statutory sections that no part took up: the table may stand twice."""
    tables = {table.section for table in collector.standard.tables}
    headings = {
        match.first: form.labels[match.stop].id
        for match in matches
        if form.labels[match.stop].role == "heading"
    }
    rows = {
        form_of
        for label in form.labels
        if label.role == "row"
        for form_of in label.plains
        if len(form_of) > 3
    }
    section: str | None = None
    figures: dict[int, list[str]] = defaultdict(list)
    for position, text in enumerate(texts):
        section = headings.get(position, section)
        if position in covered:
            continue
        if text.in_table and section in tables and text.kind in ("entry", "run"):
            figures[text.block].append(text.text.strip())
        elif text.kind == "label" and text.plain in rows:
            collector.find(
                "structure.stray_figures", "a prescribed row stands again outside its table", row=text.text
            )
    for shown in figures.values():
        if len(shown) > 1:
            told = " ".join(shown[:8])
            collector.find(
                "structure.stray_figures", "figures stand in a table that is not the form's", row=told
            )


_QUALIFIERS = re.compile(
    r"\([^()]*\)|上年度?|本年度?|去年|今年|累计|历年|合计|更正后?|修正后?|[0-9]{4}年?度?|[:,.]"
)


def _bare(label: str) -> str:
    """Return a label without what may set it apart from the same row of another year or a correction."""
    return _QUALIFIERS.sub("", core(plain(label)))


def _short_runs(parts: Sequence[PartReading]) -> bool | None:
    """Return whether rows run together show fewer digits than columns; None when no row is run together.

    A row that shows none at all is the shortest: its cells are blank, so others' may be.
    """
    rows = [
        (segment, len(reading.part.columns))
        for reading in parts
        if len(reading.part.columns) > 1
        for segment in reading.segments
        if segment.row is not None or not reading.part.rows
    ]
    if not any(text.kind == "run" for segment, _ in rows for text in segment.texts):
        return None
    return any(
        sum(len(text.text) for text in segment.entries) < columns
        for segment, columns in rows
        if segment.entries or segment.likeness > 0.95  # a garbled label keeps its digits to itself
    )


def _report_absent(table: Table, missing: Sequence[str], collector: _Collector) -> None:
    if len(missing) == len(list(table.value_ids())):
        section = next(section for section in collector.standard.sections if section.id == table.section)
        collector.find("structure.absent", f"the table of {section.label} is not shown", missing)
        return
    by_row: dict[str, list[str]] = defaultdict(list)
    for value in missing:
        row, column = collector.standard.leaves[value]
        by_row[row.label if row else column.label].append(value)
    for label, values in by_row.items():
        collector.find("structure.absent", "rows are not shown", values, row=label)


def _place_part(
    reading: PartReading,
    collector: _Collector,
    last: Text | None,
    *,
    deduplicated: bool,
    short_runs: bool | None,
) -> None:
    _check_heads(reading, collector)
    if reading.part.rows:
        fill_gaps(reading)
    else:
        join_value_row(reading)
    extents = extents_of(reading)
    shapes = shapes_of(reading, extents, short_runs=short_runs)
    for number, segment in enumerate(reading.segments):
        if segment.row is None:
            _keep_unmapped(reading, segment, collector)
            continue
        leaf = reading.part.rows[segment.row] if reading.part.rows else None
        row = Row(
            reading=reading,
            segment=segment,
            leaf=leaf,
            standard=collector.standard,
            extents=extents,
            shapes=shapes,
            deduplicated=deduplicated,
            certain_end=not deduplicated or _next_is_next(reading, number),
            # What a file ends with may itself be cut short; a table without a stub ends in its only row.
            is_cut_off=leaf is not None and any(text is last for text in segment.entries),
        )
        placed, notes = place_row(row)
        collector.values |= dict(zip(row.ids, placed, strict=True))
        for note in notes:
            at = row.ids if note.columns is None else [row.ids[column] for column in note.columns]
            collector.find(note.code, note.reason, at, row=reading.name(leaf))


def _next_is_next(reading: PartReading, number: int) -> bool:
    """Return whether the row after a segment's row is the next one met: nothing was lost between them."""
    row = reading.segments[number].row
    following = reading.segments[number + 1].row if number + 1 < len(reading.segments) else None
    assert row is not None
    return following == row + 1 or row + 1 == max(len(reading.part.rows), 1)


def extents_of(reading: PartReading) -> dict[int, list[Extent]]:
    """Return the columns under each head for every grid of the part, by the grid's block number."""
    proved: dict[int, list[Extent]] = {}
    grids: dict[int, Grid] = {}
    for segment in reading.segments:
        for text in segment.texts:
            if text.grid is not None:
                grids[text.block] = text.grid
    by_width: dict[int, list[Extent]] = {}
    for block, grid in grids.items():
        extents = column_extents(reading.heads, grid) or extents_on_page(reading.heads, grid)
        if extents is not None:
            proved[block] = extents
            by_width[grid.column_count] = extents
    for block, grid in grids.items():
        no_heads = not any(piece.grid is grid for head in reading.heads for piece in head)
        if block not in proved and no_heads and grid.column_count in by_width:
            proved[block] = by_width[grid.column_count]  # a continuation without its head
    return proved


def _keep_foreign(reading: PartReading, collector: _Collector) -> None:
    """Keep the rows of a part that follows another edition's form as unmapped rows."""
    ids: list[str] = []
    for segment in reading.segments:
        row = reading.part.rows[segment.row] if segment.row is not None else None
        label = segment.first.text.strip() if segment.first else segment.label
        shown = tuple(text.text.strip() for text in segment.texts)
        collector.unmapped.append(UnmappedRow(table=reading.table.id, label=label, texts=shown))
        if row is not None:
            for column in reading.part.columns:
                value = reading.table.value_id(row, column)
                collector.values[value] = Placed("unassigned", tuple(segment.entries))
                ids.append(value)
    name = reading.part.caption or reading.table.id
    collector.find("structure.hybrid", f"part {name} has the column heads of another edition", ids)


def _check_heads(reading: PartReading, collector: _Collector) -> None:
    """Tell heads that are not found or only much like the prescribed ones, and groups not in their place."""
    rows = reading.part.rows or (None,)
    at = [reading.table.value_id(row, column) for row in rows for column in reading.part.columns]
    missing = [column for column, head in zip(reading.part.columns, reading.heads, strict=True) if not head]
    if missing:
        labels = "、".join(column.label for column in missing)
        ids = [reading.table.value_id(row, column) for row in rows for column in missing]
        collector.find("structure.boxhead", f"column heads not found: {labels}", ids)
    if reading.unsure:
        collector.find(
            "structure.boxhead", "heads that are not quite the form's", at, row="、".join(reading.unsure)
        )
    groups = dict.fromkeys(group for column in reading.part.columns for group in column.under)
    lost = [group for group in groups if group not in reading.groups]
    if lost:
        # Leaf heads repeat below groups, and their sums hold whichever group stands above them.
        collector.find(
            "structure.boxhead", f"groups of columns not found in their place: {'、'.join(lost)}", at
        )


# What a scan was read as less surely than this may be any row's label; of misread ones none was surer.
_SURE_LABEL = 0.95


def _is_prescribed(segment: Segment, table: Table) -> bool:
    """Return whether a row nobody expected has a prescribed row's label, perhaps misread."""
    rows = [row.label for part in table.parts for row in part.rows]
    if _bare(segment.label) in map(_bare, rows):
        return True
    cell = segment.first.cell if segment.first is not None else None
    if cell is None or cell.provenance.how != "recognised":
        return False
    return cell.confidence < _SURE_LABEL or any(is_much_like(segment.label, row) for row in rows)


def _keep_unmapped(reading: PartReading, segment: Segment, collector: _Collector) -> None:
    if not segment.entries:
        return
    label = segment.label.strip()
    texts = tuple(text.text.strip() for text in segment.texts)
    collector.unmapped.append(UnmappedRow(table=reading.table.id, label=label, texts=texts))
    if label and _is_prescribed(segment, reading.table):
        collector.find(
            "structure.stray_figures", "a prescribed row stands twice, or for another year", row=label
        )
    elif label:
        collector.find("structure.extra_row", "rows are not prescribed", row=label)
    else:
        collector.find("structure.stray_figures", "figures stand under no label", row=" ".join(texts).strip())
