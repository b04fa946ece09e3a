"""Place: matched labels and the texts between them -> a text for every prescribed value.

A row's figures are placed by the columns they stand under where a grid proves it, else by their count: a
row that shows exactly as many figures as the form has columns shows them in the form's order. A row that
shows more or fewer is not guessed at.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from document import Cell, Grid
from findings import Finding
from normalize.alignment import Extent, column_extents, has_spans, places_in_row
from normalize.identities import members
from normalize.labels import core, likeness, plain
from normalize.numerals import read, splits
from normalize.reading import Text
from normalize.sequence import Match, Script
from report import UnmappedRow
from standards import Leaf, Part, Standard, Table

Status = Literal["shown", "absent", "unassigned"]

# Below this a row's label is so damaged that its position in the order weighed more than its letters.
_SURE_LABEL = 0.8


@dataclass(frozen=True, slots=True)
class Placed:
    """What stands in one prescribed place: one text if shown, the row's texts if unassigned."""

    status: Status
    texts: tuple[Text, ...] = ()
    likeness: float = 1.0
    head: str = ""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where everything in the tables went. `covered` are the positions of texts that the tables took up."""

    values: Mapping[str, Placed]
    unmapped: tuple[UnmappedRow, ...]
    findings: tuple[Finding, ...]
    covered: frozenset[int]
    tables_found: tuple[str, ...]


@dataclass(slots=True)
class _Segment:
    """A label and the figures and blanks behind it, up to the next label."""

    row: int | None  # number of the prescribed row in its part; None: a label nobody prescribed, or none
    label: str
    likeness: float = 1.0
    first: Text | None = None
    last: Text | None = None
    texts: list[Text] = field(default_factory=list)
    interrupted: bool = False
    strays: list[str] = field(default_factory=list)

    @property
    def entries(self) -> list[Text]:
        return [text for text in self.texts if text.kind in ("entry", "run")]


@dataclass(slots=True)
class _PartReading:
    """Everything met between a part's first label and the next part's."""

    table: Table
    number: int
    part: Part
    heads: list[list[Text]]
    segments: list[_Segment] = field(default_factory=list)
    blanks_after_heads: int = 0

    @property
    def heads_found(self) -> int:
        return sum(map(bool, self.heads))

    def name(self, row: Leaf | None) -> str:
        return row.label if row else self.part.caption or "数值行"


class _Collector:
    """Gathers values, findings and unmapped rows while the tables are walked."""

    def __init__(self, standard: Standard) -> None:
        self._row_sums = [
            (left, right)
            for identity in standard.identities
            if identity.each != "column"
            for _, left, right in members(identity, standard)
        ]
        self.values: dict[str, Placed] = {}
        self.unmapped: list[UnmappedRow] = []
        self._found: dict[tuple[str, str], tuple[list[str], list[str]]] = {}

    def find(self, code: str, reason: str, at: Iterable[str] = (), *, row: str | None = None) -> None:
        """Note a finding; rows with the same reason make one finding together."""
        rows, ids = self._found.setdefault((code, reason), ([], []))
        if row is not None:
            rows.append(row)
        ids += at

    def row_sums_hold(self, ids: Sequence[str], texts: Sequence[Text]) -> bool:
        """Return whether the texts, placed so, satisfy all sums within their row, and there is at least one.

        Asked only where rows do not agree about their blanks, so that a count alone proves nothing.
        """
        numbers = {value_id: read(text.text).number or 0 for value_id, text in zip(ids, texts, strict=True)}
        sums = [(left, right) for left, right in self._row_sums if left[0] in numbers]
        return bool(sums) and all(
            sum(numbers[value_id] for value_id in left) == sum(numbers[value_id] for value_id in right)
            for left, right in sums
        )

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(
            Finding(code=code, message=_with_rows(reason, rows), at=tuple(dict.fromkeys(ids)))
            for (code, reason), (rows, ids) in self._found.items()
        )


def _with_rows(reason: str, rows: Sequence[str]) -> str:
    if not rows:
        return reason
    more = f" and {len(rows) - 3} more rows" if len(rows) > 3 else ""
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
    parts, covered = _read_parts(texts, matches, form, standard)
    deduplicated = _is_deduplicated(parts, form, matches)
    if deduplicated:
        collector.find(
            "structure.deduplicated", "lines that occurred before were dropped by the export, figures included"
        )
    runs = [
        len(text.text) - len(reading.part.columns)
        for reading in parts
        for segment in reading.segments
        if segment.row is not None or not reading.part.rows
        for text in segment.texts
        if text.kind == "run" and len(reading.part.columns) > 1
    ]
    short_runs = min(runs) < 0 if runs else None
    for reading in parts:
        if (reading.table.id, reading.number) in foreign_parts:
            _keep_foreign(reading, collector)
        elif reading.heads_found or any(segment.row is not None for segment in reading.segments):
            _place_part(reading, collector, deduplicated=deduplicated, short_runs=short_runs)
    found = {reading.table.id for reading in parts if any(value in collector.values for value in reading.table.value_ids())}
    for table in standard.tables:
        missing = [value for value in table.value_ids() if value not in collector.values]
        if missing:
            for value in missing:
                collector.values[value] = Placed("absent")
            _report_absent(table, missing, standard, collector)
    return Placement(
        values={value: collector.values[value] for value in standard.value_ids},
        unmapped=tuple(collector.unmapped),
        findings=collector.findings,
        covered=frozenset(covered),
        tables_found=tuple(table.id for table in standard.tables if table.id in found),
    )


def _report_absent(table: Table, missing: Sequence[str], standard: Standard, collector: _Collector) -> None:
    if len(missing) == len(list(table.value_ids())):
        section = next(section for section in standard.sections if section.id == table.section)
        collector.find("structure.absent", f"the table of {section.label} is not shown", missing)
        return
    by_row: dict[str, list[str]] = defaultdict(list)
    for value in missing:
        row, column = standard.leaves[value]
        by_row[row.label if row else column.label].append(value)
    for label, values in by_row.items():
        collector.find("structure.absent", "rows are not shown", values, row=label)


# --- reading: texts between labels ------------------------------------------------------------------------


def _read_parts(
    texts: Sequence[Text], matches: Sequence[Match], form: Script, standard: Standard
) -> tuple[list[_PartReading], set[int]]:
    """Return what was met in every part of every table, and the positions of all texts taken up."""
    readings = {
        (table.id, number): _PartReading(
            table=table, number=number, part=part, heads=[[] for _ in part.columns]
        )
        for table in standard.tables
        for number, part in enumerate(table.parts)
    }
    starts = {match.first: match for match in matches}
    covered: set[int] = set()
    current: _PartReading | None = None
    segment: _Segment | None = None
    position = 0
    last_of_table = _last_matches(matches, form)
    while position < len(texts):
        match = starts.get(position)
        text = texts[position]
        if match is not None:
            label = form.labels[match.stop]
            pieces = list(texts[match.first : match.last + 1])
            covered.update(range(match.first, match.last + 1))
            position = match.last + 1
            if label.table is None:
                current, segment = None, None
                continue
            current = readings[label.table, label.part]
            if label.role == "row":
                numbers = [row.id for row in current.part.rows]
                segment = _Segment(
                    row=numbers.index(label.id),
                    label=label.label,
                    likeness=match.likeness,
                    first=pieces[0],
                    last=pieces[-1],
                )
                current.segments.append(segment)
                continue
            segment = None
            if label.role == "column":
                numbers = [column.id for column in current.part.columns]
                current.heads[numbers.index(label.id)] = [piece for piece in pieces if piece.kind == "label"]
            current.blanks_after_heads = 0
            continue
        position += 1
        if current is None or text.kind == "furniture":
            continue
        if text.kind == "prose" or (text.kind == "label" and not text.in_table and position - 1 > last_of_table[current.table.id]):
            if position - 1 > last_of_table[current.table.id]:
                current, segment = None, None  # behind a table's last label the first running text ends it
                continue
        covered.add(position - 1)
        segment = _take(text, current, segment)
    return list(readings.values()), covered


def _last_matches(matches: Sequence[Match], form: Script) -> dict[str, int]:
    """Return the position of the last matched label of each table."""
    last: dict[str, int] = {}
    for match in matches:
        table = form.labels[match.stop].table
        if table is not None:
            last[table] = match.last
    return last


def _take(text: Text, current: _PartReading, segment: _Segment | None) -> _Segment | None:
    """Add a text that carries no prescribed label to the part; return the segment that goes on after it."""
    if text.kind in ("label", "prose"):
        if segment is not None and segment.row is not None and not segment.texts and _may_go_on(text, segment):
            if text.plain.startswith("(") or core(text.plain) in segment.label:
                return segment  # an explanation behind the label, or the rest of it
            segment.interrupted = True
            segment.strays.append(text.text)
            return segment
        if segment is None and not current.segments:
            if current.part.rows:
                return None
        segment = _Segment(row=None, label=text.text, first=text, last=text)
        current.segments.append(segment)
        return segment
    if segment is not None and segment.last is not None:
        if text.grid is not None:
            if not _same_row(text, segment.last):
                segment = None
        elif text.row != (segment.texts or [segment.last])[-1].row:
            if segment.texts and text.kind == "blank":
                return segment  # the place of a merged label at the start of the next surviving row
            if segment.texts:
                segment = None  # figures of a row whose label was lost
    if segment is None:
        if text.kind == "blank" and current.part.rows:
            current.blanks_after_heads += 1  # places of merged heads, or padding
            return None
        segment = _Segment(row=None, label="", first=text, last=text)
        current.segments.append(segment)
    segment.texts.append(text)
    return segment


def _may_go_on(text: Text, segment: _Segment) -> bool:
    """Return whether a text may still belong to the label before it: in a grid, only in the same row."""
    return text.grid is None or segment.last is None or _same_row(text, segment.last)


def _same_row(text: Text, label: Text) -> bool:
    if text.grid is not label.grid or not isinstance(label.cell, Cell):
        return False
    return label.cell.row <= text.row < label.cell.row + label.cell.row_span


def _is_deduplicated(parts: Sequence[_PartReading], form: Script, matches: Sequence[Match]) -> bool:
    """Return whether repeated labels are missing throughout: the sign of an export that keeps a line once.

    The form itself repeats labels (信息内容 in every part, 结果维持 three times). If of each repeated label
    at most one is left although the labels around it stand, repeated lines were dropped, and so were figures.
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
    return bool(rows) and all(matched[label] <= 1 for label in repeated) and short * 2 > len(rows)


# --- placing: a part's segments -> values ------------------------------------------------------------------


def _place_part(
    reading: _PartReading, collector: _Collector, *, deduplicated: bool, short_runs: bool | None
) -> None:
    _check_heads(reading, collector)
    if reading.part.rows:
        _fill_gaps(reading)
    else:
        _join_value_row(reading)
    extents = _extents(reading)
    shapes = _shapes(reading, extents, short_runs=short_runs)
    rows = reading.part.rows
    done: set[int] = set()
    for number, segment in enumerate(reading.segments):
        if segment.row is None:
            _keep_unmapped(reading, segment, collector)
            continue
        row = rows[segment.row] if rows else None
        ids = [reading.table.value_id(row, column) for column in reading.part.columns]
        if segment.row in done:
            continue
        done.add(segment.row)
        certain_end = not deduplicated or _next_is_next(reading, number)
        _place_row(
            reading,
            segment,
            row,
            ids,
            extents,
            shapes,
            collector,
            certain_end=certain_end,
            # Editions differ in the columns of a table in parts; a dropped repeat of a head proves nothing.
            heads_decide=len(reading.table.parts) > 1 and not deduplicated,
        )


def _keep_foreign(reading: _PartReading, collector: _Collector) -> None:
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


def _check_heads(reading: _PartReading, collector: _Collector) -> None:
    missing = [
        column for column, head in zip(reading.part.columns, reading.heads, strict=True) if not head
    ]
    if missing:
        labels = "、".join(column.label for column in missing)
        at = [
            reading.table.value_id(row, column) for row in reading.part.rows or (None,) for column in missing
        ]
        collector.find("structure.boxhead", f"column heads not found: {labels}", at)


def _fill_gaps(reading: _PartReading) -> None:
    """Give rows whose label was lost or garbled their place, where order and count leave only one.

    Between two matched rows as many rows must be missing as full rows of figures stand there under no
    known label; their likeness is set low, so that a person is asked.
    """
    count = len(reading.part.columns)
    segments: list[_Segment] = []
    for segment in reading.segments:
        before = segments[-1] if segments else None
        if before is not None and _is_broken_row(before, segment, count):
            before.texts = [*before.texts, *segment.texts]
        elif before is not None and _completes(before, segment, reading):
            before.texts, before.last = segment.texts, segment.last
        elif before is not None and _completes(segment, before, reading, label_first=False):
            segment.texts = before.texts
            segments[-1] = segment
        else:
            segments += _split_full_rows(segment, count)
    reading.segments = segments
    known = [(at, segment.row) for at, segment in enumerate(segments) if segment.row is not None]
    known = [(-1, -1), *known, (len(segments), len(reading.part.rows))]
    for (at, row), (next_at, next_row) in zip(known, known[1:], strict=False):
        assert row is not None
        assert next_row is not None
        between = segments[at + 1 : next_at]
        full = [segment for segment in between if len(segment.entries) == count]
        if full and len(full) == next_row - row - 1 and len(full) == len([s for s in between if s.entries]):
            if 0 <= at and segments[at].interrupted and not segments[at].entries:
                continue
            for offset, segment in enumerate(full, 1):
                segment.row, segment.likeness = row + offset, 0.5


def _is_broken_row(before: _Segment, segment: _Segment, count: int) -> bool:
    """Return whether a row was broken between its figures: both pieces together show just as many as wanted."""
    texts = [*before.texts, *segment.texts]
    return (
        before.row is not None
        and bool(before.texts)
        and segment.row is None
        and not segment.label
        and len(texts) == count
        and all(text.kind != "blank" for text in texts)
    )


def _completes(bare: _Segment, other: _Segment, reading: _PartReading, *, label_first: bool = True) -> bool:
    """Return whether an unknown label is a piece of a known one beside it, which shows no figures of its own."""
    if bare.row is None or bare.texts or other.row is not None or not other.entries or not bare.first:
        return False
    prescribed = core(plain(reading.part.rows[bare.row].label))
    alone, piece = bare.first.plain, plain(other.label)
    together = alone + piece if label_first else piece + alone
    return bool(piece) and likeness(core(together), prescribed) > likeness(core(alone), prescribed) + 0.1


def _split_full_rows(segment: _Segment, count: int) -> list[_Segment]:
    """Take figures behind a full row into segments of their own: rows whose label was lost."""
    entries = segment.entries
    if segment.row is None or len(entries) <= count or len(entries) % count:
        return [segment]
    rows = [entries[start : start + count] for start in range(0, len(entries), count)]
    breaks_agree = all(
        len({(text.block, text.row) for text in row}) == 1 or not _has_rows(entries) for row in rows
    )
    if not breaks_agree or count == 1:
        return [segment]
    first = _Segment(
        row=segment.row,
        label=segment.label,
        likeness=segment.likeness,
        first=segment.first,
        last=segment.last,
        texts=list(rows[0]),
        interrupted=segment.interrupted,
        strays=segment.strays,
    )
    return [first, *(_Segment(row=None, label="", first=row[0], last=row[0], texts=list(row)) for row in rows[1:])]


def _has_rows(texts: Sequence[Text]) -> bool:
    return len({(text.block, text.row) for text in texts}) > 1


def _join_value_row(reading: _PartReading) -> None:
    """Find the one unlabelled row of values in a part that has no stub."""
    count = len(reading.part.columns)
    with_entries = [segment for segment in reading.segments if segment.entries]
    candidates = with_entries or [segment for segment in reading.segments if len(segment.texts) >= count]
    if not candidates:
        return
    pieces = [text for segment in candidates for text in segment.texts]
    by_row: dict[tuple[int, int], list[Text]] = defaultdict(list)
    for text in pieces:
        by_row[text.block, text.row].append(text)
    full = [row for row in by_row.values() if sum(text.kind in ("entry", "run") for text in row) == count]
    chosen = full[0] if full else next(iter(by_row.values())) if len(by_row) == 1 or candidates[0].texts[0].grid else pieces
    rest = [text for text in pieces if not any(text is other for other in chosen)]
    value_row = _Segment(row=0, label="", first=chosen[0], last=chosen[0], texts=list(chosen))
    reading.segments = [value_row]
    if any(text.kind != "blank" for text in rest):
        reading.segments.append(_Segment(row=None, label="", first=rest[0], last=rest[0], texts=rest))


def _extents(reading: _PartReading) -> dict[int, list[Extent]]:
    """Return the columns under each head for every grid of the part, by the grid's block number."""
    proved: dict[int, list[Extent]] = {}
    grids: dict[int, Grid] = {}
    for segment in reading.segments:
        for text in segment.texts:
            if text.grid is not None:
                grids[text.block] = text.grid
    by_width: dict[int, list[Extent]] = {}
    for block, grid in grids.items():
        extents = column_extents(reading.heads, grid)
        if extents is not None:
            proved[block] = extents
            by_width[grid.column_count] = extents
    for block, grid in grids.items():
        no_heads = not any(piece.grid is grid for head in reading.heads for piece in head)
        if block not in proved and no_heads and grid.column_count in by_width:
            proved[block] = by_width[grid.column_count]  # a continuation without its head
    return proved


@dataclass(frozen=True, slots=True)
class _Shapes:
    """Where the figures of a part's rows stand among the blanks around them, by depth of the row's label.

    A merged label leaves blank places before its row's figures, an export may leave some behind them;
    rows of one depth share both. `padding` is None for a depth whose rows do not agree.
    `short_runs` says whether rows with fewer digits than columns occur, so that cells may be blank; None when
    no row's digits were run together.
    """

    complete: Mapping[int, Counter[tuple[int, int]]]
    padding: Mapping[int, tuple[int, int] | None]
    short_runs: bool | None

    def is_odd(self, depth: int, shape: tuple[int, int]) -> bool:
        """Return whether a complete row's figures stand elsewhere than those of other rows of its depth."""
        shapes = self.complete.get(depth)
        return bool(shapes) and (len(shapes) > 1 or shape not in shapes)


def _shapes(
    reading: _PartReading, extents: Mapping[int, list[Extent]], *, short_runs: bool | None
) -> _Shapes:
    count = len(reading.part.columns)
    complete: dict[int, Counter[tuple[int, int]]] = defaultdict(Counter)
    rows: dict[int, list[_Segment]] = defaultdict(list)
    for segment in reading.segments:
        if segment.row is None or not segment.texts or segment.texts[0].block in extents:
            continue
        depth, entries = _depth(reading, segment), segment.entries
        rows[depth].append(segment)
        if len(entries) == count:
            complete[depth][_shape(segment.texts)] += 1
    trails = {_shape(segment.texts)[1] for found in rows.values() for segment in found if segment.entries}
    least_trail = min(trails, default=0)
    return _Shapes(
        complete=complete,
        padding={
            depth: _padding(found, count, least_trail, reading.blanks_after_heads) for depth, found in rows.items()
        },
        short_runs=short_runs,
    )


def _padding(
    rows: Sequence[_Segment], count: int, least_trail: int, after_heads: int
) -> tuple[int, int] | None:
    """Return how many blanks before and behind a row's figures are no values; None when that is not certain.

    All rows must show equally many places. Some row begins with a figure and some row ends in one, so the
    fewest blanks met at either end are padding, if together they are what is left beside the values. Where
    too few rows tell, the blanks behind the column heads do.
    """
    totals = {len(segment.texts) for segment in rows}
    if len(totals) == 2 and len(rows[-1].texts) == min(totals) and len(rows) > 2:
        totals = {max(totals)}  # nothing stands behind the table's last row
    if len(totals) != 1 or (spare := totals.pop() - count) < 0:
        return None
    shapes = [_shape(segment.texts) for segment in rows if segment.entries]
    if spare == 0 or not shapes:
        return spare, 0
    lead, trail = min(lead for lead, _ in shapes), min(trail for _, trail in shapes)
    if lead + trail == spare:
        return lead, trail
    if lead + least_trail >= spare >= least_trail:
        return spare - least_trail, least_trail
    if spare == after_heads and trail >= spare:
        return 0, spare
    return None


def _depth(reading: _PartReading, segment: _Segment) -> int:
    return len(reading.part.rows[segment.row].under) if reading.part.rows and segment.row is not None else 0


def _shape(texts: Sequence[Text]) -> tuple[int, int]:
    kinds = [text.kind == "blank" for text in texts]
    lead = kinds.index(False)
    return lead, kinds[::-1].index(False)


def _next_is_next(reading: _PartReading, number: int) -> bool:
    """Return whether the row after a segment's row is the next one met: nothing was lost between them."""
    row = reading.segments[number].row
    following = reading.segments[number + 1].row if number + 1 < len(reading.segments) else None
    assert row is not None
    return following == row + 1 or row + 1 == max(len(reading.part.rows), 1)


def _place_row(
    reading: _PartReading,
    segment: _Segment,
    row: Leaf | None,
    ids: list[str],
    extents: Mapping[int, list[Extent]],
    shapes: _Shapes,
    collector: _Collector,
    *,
    certain_end: bool,
    heads_decide: bool,
) -> None:
    name = reading.name(row)
    if segment.interrupted and segment.entries:
        _leave(ids, segment, collector, "other words stand between the label and the figures", name)
        return
    if segment.likeness < _SURE_LABEL:
        collector.find("structure.label", "recognised by position more than by label", ids, row=name)
    if reading.heads_found * 2 < len(reading.heads) and heads_decide and segment.entries:
        _leave(ids, segment, collector, "the column heads are not those of this edition", name)
        return
    entries = segment.entries
    block = segment.texts[0].block if segment.texts else -1
    if block in extents and all(text.block == block for text in segment.texts):
        _place_by_columns(reading, segment, name, ids, extents[block], collector)
    elif segment.texts and segment.texts[0].grid is not None and has_spans(segment.texts[0].grid) and entries:
        if reading.heads_found == len(reading.heads):
            collector.find("structure.boxhead", "the column heads do not stand over the figures", ids, row=name)
        _place_by_count(reading, segment, name, ids, shapes, collector, certain_end=certain_end)
    else:
        _place_by_count(reading, segment, name, ids, shapes, collector, certain_end=certain_end)


def _place_by_columns(
    reading: _PartReading,
    segment: _Segment,
    name: str,
    ids: list[str],
    extents: Sequence[Extent],
    collector: _Collector,
) -> None:
    places = places_in_row(segment.texts, extents)
    if places.outside or places.crowded:
        if len(segment.entries) == len(ids):
            collector.find("structure.shifted", "figures do not stand under the column heads", ids, row=name)
            _assign(reading, segment.entries, segment, ids, collector)
        else:
            _leave(ids, segment, collector, "figures stand where no column is", name)
        return
    merged = [ids[number] for number in places.merged]
    if merged:
        collector.find("structure.unassigned", "one cell covers several columns or rows", merged, row=name)
    for number, value in enumerate(ids):
        head = _head_text(reading, number)
        if number in places.shown:
            collector.values[value] = Placed("shown", (places.shown[number],), segment.likeness, head)
        elif number in places.merged:
            collector.values[value] = Placed("unassigned", tuple(segment.entries), segment.likeness, head)
        else:
            collector.values[value] = Placed("absent", (), segment.likeness, head)


def _place_by_count(
    reading: _PartReading,
    segment: _Segment,
    name: str,
    ids: list[str],
    shapes: _Shapes,
    collector: _Collector,
    *,
    certain_end: bool,
) -> None:
    entries, texts = segment.entries, segment.texts
    depth = _depth(reading, segment)
    if len(entries) == 1 and (
        entries[0].kind == "run" or (shapes.short_runs is not None and len(ids) > 1)
    ):
        _place_run(reading, segment, name, ids, shapes, collector)
        return
    padding = shapes.padding.get(depth)
    inner = texts[padding[0] : padding[0] + len(ids)] if padding is not None else []
    if not entries:
        if len(inner) == len(ids):
            _assign(reading, inner, segment, ids, collector)
        else:
            for number, value in enumerate(ids):
                collector.values[value] = Placed("absent", (), segment.likeness, _head_text(reading, number))
            collector.find("structure.absent", "rows show no figures", ids, row=name)
        return
    if not certain_end:
        _leave(ids, segment, collector, "the next label is lost, so the figures may be another row's", name)
        return
    if len(entries) == len(ids):
        if shapes.is_odd(depth, _shape(texts)) or any(
            text.kind == "blank" for text in texts[texts.index(entries[0]) : texts.index(entries[-1])]
        ):
            collector.find("structure.shifted", "figures do not stand where those of other rows do", ids, row=name)
        _assign(reading, entries, segment, ids, collector)
        return
    if len(entries) < len(ids) == len(inner) and sum(text.kind != "blank" for text in inner) == len(entries):
        if None not in shapes.padding.values() or collector.row_sums_hold(ids, inner):
            _assign(reading, inner, segment, ids, collector)
            return
    only = _only_way(texts, ids, collector)
    if only:
        collector.find("structure.shifted", "figures were placed by their sums", ids, row=name)
        _assign(reading, only, segment, ids, collector)
        return
    _leave(ids, segment, collector, f"{len(entries)} figures for {len(ids)} columns", name)


def _only_way(texts: Sequence[Text], ids: Sequence[str], collector: _Collector) -> Sequence[Text] | None:
    """Return the texts that stand for the row's values if only one choice makes the row's own sums hold.

    The choices differ in how many of the blanks at either end are padding.
    """
    spare = len(texts) - len(ids)
    entries = sum(text.kind != "blank" for text in texts)
    if spare < 0 or entries < 2:
        return None
    ways = [texts[lead : lead + len(ids)] for lead in range(spare + 1)]
    fitting = [
        way
        for way in ways
        if sum(text.kind != "blank" for text in way) == entries and collector.row_sums_hold(ids, way)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _place_run(
    reading: _PartReading,
    segment: _Segment,
    name: str,
    ids: list[str],
    shapes: _Shapes,
    collector: _Collector,
) -> None:
    """Take apart figures printed without anything between them, where only one way is possible.

    Rows that show fewer digits than columns tell that cells may be blank; then nothing is certain.
    """
    (run,) = segment.entries
    types = [column.type for column in reading.part.columns]
    ways = [] if shapes.short_runs else [[run.text]] if len(ids) == 1 else splits(run.text, types)
    if len(ways) != 1:
        _leave(ids, segment, collector, "digits can be taken apart in several ways", name)
        return
    figures = [
        Text(text=figure, plain="", kind="entry", block=run.block, row=run.row, cell=run.cell)
        for figure in ways[0]
    ]
    if len(ids) > 1:
        reason = f"digits were taken apart into {len(ids)} figures"
        collector.find("reading.run_together", reason, ids, row=name)
    _assign(reading, figures, segment, ids, collector)


def _assign(
    reading: _PartReading, texts: Sequence[Text], segment: _Segment, ids: Sequence[str], collector: _Collector
) -> None:
    for number, (value, text) in enumerate(zip(ids, texts, strict=True)):
        collector.values[value] = Placed("shown", (text,), segment.likeness, _head_text(reading, number))


def _leave(ids: Sequence[str], segment: _Segment, collector: _Collector, reason: str, name: str) -> None:
    for value in ids:
        collector.values[value] = Placed("unassigned", tuple(segment.entries), segment.likeness)
    collector.find("structure.unassigned", reason, ids, row=name)


def _head_text(reading: _PartReading, number: int) -> str:
    return "".join(piece.text for piece in reading.heads[number])


def _keep_unmapped(reading: _PartReading, segment: _Segment, collector: _Collector) -> None:
    entries = segment.entries
    if not entries:
        return
    label = segment.label.strip()
    collector.unmapped.append(
        UnmappedRow(table=reading.table.id, label=label, texts=tuple(text.text.strip() for text in segment.texts))
    )
    if label:
        collector.find("structure.extra_row", "rows are not prescribed", row=label)
    else:
        collector.find("structure.stray_figures", "figures stand under no label", row=" ".join(segment.texts[0].text.split()))
