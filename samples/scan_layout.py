"""Sets a sample in pages as a printer would: what stands where, in points from a page's top left.

Nothing here knows pixels; scan_wear.py makes paper of it. Unlike a PDF, a page keeps the box of every cell,
so that readers can be tried on cells alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from random import Random

from samples.printed import Print, PrintedTable, printed_tables
from samples.reports import Sample
from samples.scan_faces import FACES, PACKAGED, Face, width
from samples.table_layout import column_edges, row_heights

PAGE_WIDTH, PAGE_HEIGHT = 595.0, 842.0
_NEVER_FIRST = "，。、；：）”》！？%"


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """A line of text; `top` is its baseline."""

    left: float
    top: float
    size: float
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """A printed line from (left, top) to (right, bottom), along one axis."""

    left: float
    top: float
    right: float
    bottom: float
    width: float


@dataclass(frozen=True, kw_only=True, slots=True)
class CellBox:
    """Where a cell of a table stands; `is_whole` says that no page's end cuts it."""

    table: str
    cell: Print
    left: float
    top: float
    right: float
    bottom: float
    is_whole: bool


@dataclass(kw_only=True)
class Page:
    """A page before it is printed."""

    face: Face
    texts: list[Text] = field(default_factory=list)
    rulings: list[Ruling] = field(default_factory=list)
    cells: list[CellBox] = field(default_factory=list)
    signature: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """How a report is set; lengths in points. `align` is where figures stand in their cells."""

    face: str
    size: float = 15.0
    table_size: float = 9.0
    gap: float = 3.0
    ruling: float = 0.5
    frame: float = 0.5
    align: str = "centre"
    is_ruled: bool = True
    tables_only: bool = False
    top: float = 84.0
    side: float = 72.0
    bottom: float = 76.0


def setting(seed: int, *, packaged_only: bool = False, **changes: object) -> Setting:
    """Return the setting that belongs to a seed; `packaged_only` keeps to typefaces that a package brings."""
    random = Random(f"scan setting {seed}")
    names = list(FACES)
    face = random.choice(names)
    chosen = Setting(
        face=random.choice(PACKAGED) if packaged_only else face,
        size=random.choice((14.0, 15.0, 16.0)),
        table_size=random.choice((8.0, 9.0, 9.0, 10.0, 10.5)),
        gap=random.choice((1.5, 2.5, 4.0)),
        ruling=random.choice((0.4, 0.5, 0.75)),
        frame=random.choice((0.5, 0.75, 1.5)),
        align=random.choice(("centre", "centre", "centre", "right", "left")),
    )
    if changes.get("tables_only"):
        chosen = replace(chosen, top=60.0, side=60.0)
    return replace(chosen, **changes)  # type: ignore[arg-type]  # callers name the fields of Setting


def lay_out(sample: Sample, how: Setting) -> list[Page]:
    """Return the pages of a sample."""
    return _Setter(how).set(sample)


def wrapped(text: str, face: Face, size: float, room: float) -> list[str]:
    """Break a text where it is too wide; a closing mark may hang over rather than begin a line."""
    lines: list[str] = []
    for part in text.split("\n"):
        line, length = "", 0.0
        for character in part:
            advance = width(character, face, size)
            if line and length + advance > room and character not in _NEVER_FIRST:
                lines.append(line)
                line, length = "", 0.0
            line += character
            length += advance
        lines.append(line)
    return lines


class _Setter:
    """Keeps the place on the page while a report is set."""

    def __init__(self, how: Setting) -> None:
        self.how = how
        self.face = FACES[how.face]
        self.left = how.side
        self.first_top = how.top
        self.bottom = PAGE_HEIGHT - how.bottom
        self.pages: list[Page] = []
        self.top = 0.0

    def set(self, sample: Sample) -> list[Page]:
        """Return all pages."""
        self._turn()
        size = self.how.size
        for line in sample.title_lines:
            self._advance(size * 2)
            self._centre(line, size + 4)
        if not self.how.tables_only:
            self._advance(size)
            for text in sample.preamble:
                self._paragraph(text)
        tables = defaultdict[str, list[PrintedTable]](list)
        for table in printed_tables(sample):
            tables[table.section].append(table)
        for section, heading, paragraphs in sample.sections:
            if self.how.tables_only and section not in tables:
                continue
            self._paragraph(heading)
            for table in tables[section]:
                self._table(table)
            for text in () if self.how.tables_only else paragraphs:
                self._paragraph(text)
        self._close(sample)
        return self.pages

    def _close(self, sample: Sample) -> None:
        lines = sample.closing
        for line in lines:
            self._advance(self.how.size * 1.8)
            self._put(PAGE_WIDTH - self.left - width(line, self.face, self.how.size), line, self.how.size)
        if lines:
            self.pages[-1].signature = (PAGE_WIDTH - self.left - 60, self.top - self.how.size)

    def _turn(self) -> None:
        self.pages.append(Page(face=self.face))
        number = f"— {len(self.pages)} —"
        left = (PAGE_WIDTH - width(number, self.face, 9)) / 2
        self.pages[-1].texts.append(
            Text(left=left, top=PAGE_HEIGHT - self.how.bottom * 0.66, size=9, text=number)
        )
        self.top = self.first_top

    def _advance(self, distance: float) -> None:
        if self.top + distance > self.bottom:
            self._turn()
        self.top += distance

    def _put(self, left: float, text: str, size: float) -> None:
        self.pages[-1].texts.append(Text(left=left, top=self.top, size=size, text=text))

    def _centre(self, text: str, size: float) -> None:
        self._put((PAGE_WIDTH - width(text, self.face, size)) / 2, text, size)

    def _paragraph(self, text: str) -> None:
        size = self.how.size
        for line in wrapped("　　" + text, self.face, size, PAGE_WIDTH - 2 * self.left):
            self._advance(size * 1.8)
            indent = 2 * size if line.startswith("　　") else 0.0
            self._put(self.left + indent, line.strip("　"), size)

    def _table(self, table: PrintedTable) -> None:
        plan = _Plan(table, self.how, self.face, PAGE_WIDTH - 2 * self.left + 20)
        written: set[Print] = set()
        self._advance(self.how.size * 0.8)
        row = 0
        while row < table.row_count:
            room, last = self.bottom - self.top, row
            while last < table.row_count and sum(plan.heights[row : last + 1]) <= room:
                last += 1
            if last == row and self.top > self.first_top:
                self._turn()
                continue
            last = max(last, row + 1)
            self._piece(plan, row, last, written)
            row = last
            if row < table.row_count:
                self._turn()

    def _piece(self, plan: _Plan, first: int, last: int, written: set[Print]) -> None:
        """Set the rows of a table from `first` to before `last`; a cut cell has its text where it fits."""
        page = self.pages[-1]
        tops = {first: self.top}
        for row in range(first, last):
            tops[row + 1] = tops[row] + plan.heights[row]
        boxes = []
        for cell in plan.table.cells:
            start, stop = max(cell.row, first), min(cell.bottom, last)
            if start >= stop:
                continue
            box = CellBox(
                table=plan.table.id,
                cell=cell,
                left=self.left - 10 + plan.edges[cell.column],
                top=tops[start],
                right=self.left - 10 + plan.edges[cell.right],
                bottom=tops[stop],
                is_whole=(start, stop) == (cell.row, cell.bottom),
            )
            boxes.append(box)
            fits = len(plan.lines(cell)) * plan.size * 1.15 <= box.bottom - box.top
            if cell not in written and (fits or stop == cell.bottom):
                page.texts += _inside(box, plan, self.how.align)
                written.add(cell)
        page.cells += boxes
        if self.how.is_ruled:
            page.rulings += _sides(boxes, self.how)
        self.top = tops[last] + self.how.size * 0.5


class _Plan:
    """Where a table's columns stand, counted from its left side, and how high its rows are."""

    def __init__(self, table: PrintedTable, how: Setting, face: Face, total: float) -> None:
        self.table = table
        self.face = face
        narrow = table.column_count > 12
        self.size = min(how.table_size, 8.0) if narrow else how.table_size
        self.padding = 2.0 if narrow else 4.0
        self.gap = how.gap if how.is_ruled else max(how.gap, 5.0)  # only the gap parts unruled rows
        self.edges = column_edges(table, total, self.size, self.padding, 40.0)
        self.heights = row_heights(table, self.lines, self.size, self.gap)

    def lines(self, cell: Print) -> list[str]:
        """Return a cell's text as it is broken into lines; a figure is set smaller rather than broken."""
        if cell.is_value:
            return cell.text.split("\n")
        return wrapped(cell.text, self.face, self.size, max(self.room(cell), self.size))

    def room(self, cell: Print) -> float:
        """Return how wide a cell is between its paddings."""
        return self.edges[cell.right] - self.edges[cell.column] - 2 * self.padding


def _inside(box: CellBox, plan: _Plan, align: str) -> Iterator[Text]:
    """Yield a cell's lines in the middle of its box, smaller where there is too little room."""
    lines = plan.lines(box.cell)
    size = min(plan.size, (box.bottom - box.top) / len(lines) / 1.15)
    if box.cell.is_value and any(lines):
        size = min(size, plan.room(box.cell) / max(width(line, plan.face, 1.0) for line in lines))
    baseline = (box.top + box.bottom) / 2 - len(lines) * size * 1.15 / 2 + size * 0.9
    if box.cell.role in ("row", "extra row"):
        align = "left"
    elif not box.cell.is_value:
        align = "centre"
    for line in lines:
        wide = width(line, plan.face, size)
        left = {
            "left": box.left + plan.padding,
            "right": box.right - plan.padding - wide,
            "centre": (box.left + box.right - wide) / 2,
        }[align]
        if line:
            yield Text(left=left, top=baseline, size=size, text=line)
        baseline += size * 1.15


def _sides(boxes: Sequence[CellBox], how: Setting) -> Iterator[Ruling]:
    """Yield the sides of the cells as lines as long as they go, the table's own frame in its own width."""
    across: dict[float, set[tuple[float, float]]] = defaultdict(set)
    down: dict[float, set[tuple[float, float]]] = defaultdict(set)
    for box in boxes:
        for side in (box.top, box.bottom):
            across[side].add((box.left, box.right))
        for side in (box.left, box.right):
            down[side].add((box.top, box.bottom))
    for place, pieces in across.items():
        wide = how.frame if place in (min(across), max(across)) else how.ruling
        for start, stop in _joined(pieces):
            yield Ruling(left=start, top=place, right=stop, bottom=place, width=wide)
    for place, pieces in down.items():
        wide = how.frame if place in (min(down), max(down)) else how.ruling
        for start, stop in _joined(pieces):
            yield Ruling(left=place, top=start, right=place, bottom=stop, width=wide)


def _joined(pieces: set[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return stretches of a line as few as they can be."""
    ordered = sorted(pieces)
    lows, highs = [ordered[0][0]], []
    reach = ordered[0][1]
    for (_, _), (low, high) in pairwise(ordered):
        if low > reach:
            highs.append(reach)
            lows.append(low)
        reach = max(reach, high)
    return list(zip(lows, [*highs, reach], strict=True))
