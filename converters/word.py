"""DOCX: paragraphs and tables as Word shows them once every tracked change is accepted.

Tables are walked row by row on the layout grid, over each row's own w:tc elements. python-docx's
`table.cell()` is never asked: it misplaces cells in rows that start late, and is quadratic. Nothing is
cleaned here, and a table that the file holds in two pieces stays two grids.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from docx.oxml.ns import qn

from converters.word_numbering import PARAGRAPH_PROPERTIES, W_VAL, Numbering, child_of, is_on, value_of, whole
from converters.word_package import Parts, open_parts
from converters.word_text import (
    ALTERNATIVES,
    DELETED,
    Styles,
    alternative,
    has_deleted_mark,
    shown_text,
)
from document import Cell, Document, Grid, Paragraph, Place, Provenance, Source
from errors import LimitExceeded, MissingProgram
from findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.etree import _Element as Element

    from document import Block

# The largest prescribed table has some 30 rows of 10 columns: 200,000 positions are 600 of them.
ROW_LIMIT = 20_000
COLUMN_LIMIT = 200
POSITION_LIMIT = 200_000

# Not measured on scans yet: a title, issuer and date stay under 100 characters, six typed sections do not.
SCAN_CHARACTERS = 200

PICTURES = (qn("a:blip"), "{urn:schemas-microsoft-com:vml}imagedata")
P, T, TBL, TR, TC = (qn(f"w:{name}") for name in ("p", "t", "tbl", "tr", "tc"))
ROW_PROPERTIES, CELL_PROPERTIES = qn("w:trPr"), qn("w:tcPr")
BEFORE, AFTER, HIDDEN_ROW = qn("w:gridBefore"), qn("w:gridAfter"), qn("w:hidden")
DELETED_CELL, TRACKED_MERGE = qn("w:cellDel"), qn("w:cellMerge")
SPAN, ACROSS, DOWN = qn("w:gridSpan"), qn("w:hMerge"), qn("w:vMerge")
TRACKED = {"rest": "restart", "cont": "continue"}  # what w:cellMerge calls a merge that is to be accepted

# What holds blocks, rows or cells without being one.
WRAPPERS = frozenset(qn(f"w:{name}") for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo"))


def convert(data: bytes, source: Source) -> Document:
    """Return what a DOCX file says; `source` is taken over as it is.

    Places count emitted paragraphs and grids from 1; blank paragraphs are not emitted.
    Raises UnreadableFile or LimitExceeded.
    """
    parts = open_parts(data, source.name)
    styles = Styles(parts.styles)
    body = parts.document.find(qn("w:body"))
    reader = _Reader(name=source.name, numbering=Numbering(parts.numbering, parts.styles), styles=styles)
    content = [] if body is None else reader.content(body)
    blocks, findings = _emit(content)
    margins = _margins(parts, styles, source.name)
    if _is_scan(parts.document, blocks):
        scanned = _scanned(data, parts.document, source)
        if scanned is None:
            message = "the document is pictures and hardly any text: pages scanned into Word"
            findings.append(Finding(code="reading.needs_ocr", message=message))
        else:
            source = scanned.source
            blocks += scanned.blocks
            margins += scanned.margins
            findings += scanned.findings
    return Document(source=source, blocks=tuple(blocks), margins=tuple(margins), findings=tuple(findings))


def _margins(parts: Parts, styles: Styles, name: str) -> list[Paragraph]:
    """Return the texts of headers, footers and notes, a part's as often as the file stores it: once."""
    reader = _Reader(name=name, numbering=Numbering(parts.numbering, parts.styles), styles=styles)
    whole_parts = (qn("w:hdr"), qn("w:ftr"))  # the other parts hold one element a note
    stories = [story for root in parts.margins for story in ([root] if root.tag in whole_parts else root)]
    texts = (text for story in stories for text in _texts(reader.content(story)))
    return [Paragraph(text=text) for text in texts if text.strip()]


# --- What was read, before it is numbered -----------------------------------------------------------


@dataclass(kw_only=True, slots=True)
class _Slot:
    """One cell while its table is read: a merge may still lengthen it. `content` is its blocks."""

    row: int
    column: int
    row_span: int = 1
    column_span: int
    content: list[str | _Table]

    @property
    def text(self) -> str:
        return "\n".join(item for item in self.content if isinstance(item, str))

    @property
    def tables(self) -> list[_Table]:
        return [item for item in self.content if isinstance(item, _Table)]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Table:
    """A table as read. `covered` are positions where text is stored under a merged cell."""

    row_count: int
    column_count: int
    slots: list[_Slot]
    covered: list[tuple[int, int]]

    @property
    def is_layout(self) -> bool:
        """Tell whether the table only arranges other tables on the page."""
        if not any(slot.tables for slot in self.slots):
            return False
        return self.column_count == 1 or all(slot.tables or not slot.text.strip() for slot in self.slots)


_Content = list[str | _Table]


def _emit(content: _Content) -> tuple[list[Block], list[Finding]]:
    blocks: list[Block] = []
    findings: list[Finding] = []
    lines = tables = 0
    for item in _in_order(content):
        if isinstance(item, _Table):
            tables += 1
            blocks.append(_grid(item, tables))
            findings += [_covered_text(Place(table=tables, row=r + 1, column=c + 1)) for r, c in item.covered]
        elif item.strip():
            lines += 1
            blocks.append(Paragraph(text=item, provenance=Provenance(place=Place(line=lines))))
    return blocks, findings


def _in_order(content: _Content) -> Iterator[str | _Table]:
    """Yield texts and tables, a layout table's content in its place, other nested tables after their own."""
    for item in content:
        if isinstance(item, str):
            yield item
        elif item.is_layout:
            for slot in item.slots:
                yield from _in_order(slot.content)
        else:
            yield item
            for slot in item.slots:
                yield from _in_order([*slot.tables])


def _texts(content: _Content) -> Iterator[str]:
    """Yield the texts of margins, cell by cell where they stand in tables."""
    for item in _in_order(content):
        if isinstance(item, str):
            yield item
        else:
            yield from (slot.text for slot in item.slots)


def _grid(table: _Table, number: int) -> Grid:
    return Grid(
        row_count=table.row_count,
        column_count=table.column_count,
        cells=tuple(
            Cell(
                row=slot.row,
                column=slot.column,
                row_span=slot.row_span,
                column_span=slot.column_span,
                text=slot.text,
                provenance=Provenance(place=Place(table=number, row=slot.row + 1, column=slot.column + 1)),
            )
            for slot in table.slots
        ),
        provenance=Provenance(place=Place(table=number)),
    )


def _covered_text(place: Place) -> Finding:
    message = "text is stored under a merged cell, where Word does not show it"
    return Finding(code="reading.lost_text", message=message, at=(str(place),))


def _is_scan(document: Element, blocks: Iterable[Block]) -> bool:
    """Tell whether a document is pictures with no table and hardly any text."""
    characters = 0
    for block in blocks:
        if not isinstance(block, Paragraph):
            return False
        characters += len(block.text)
    return characters < SCAN_CHARACTERS and next(document.iter(*PICTURES), None) is not None


def _scanned(data: bytes, document: Element, source: Source) -> Document | None:
    """Return what a document's pictures say; None where they say nothing, or no engine is installed."""
    try:
        from converters import word_scans  # noqa: PLC0415  # loads models

        return word_scans.read(data, document, source)
    except (MissingProgram, ModuleNotFoundError):
        return None


# --- Reading ------------------------------------------------------------------------------------------


@dataclass(kw_only=True, slots=True)
class _Reader:
    """Reads stories in order: `numbering` counts on from paragraph to paragraph, `positions` add up."""

    name: str
    numbering: Numbering
    styles: Styles
    positions: int = field(default=0)

    def content(self, container: Element) -> _Content:
        """Return the paragraphs and tables that a body, cell, text box or note holds."""
        found: _Content = []
        joined: list[Element] = []  # paragraphs that run on because the mark between them is deleted
        properties: Element | None = None
        for child in _children(container):
            if child.tag == P:
                joined.append(child)
                properties = child_of(child, PARAGRAPH_PROPERTIES)
                if not has_deleted_mark(properties):
                    found += self._paragraph(joined, properties)
                    joined = []
            elif child.tag == TBL:
                if joined:
                    found += self._paragraph(joined, properties)
                    joined = []
                if (table := self._table(child)) is not None:
                    found.append(table)
        return found + self._paragraph(joined, properties) if joined else found

    def _paragraph(self, joined: list[Element], properties: Element | None) -> _Content:
        """Return the text of paragraphs that read as one, then the content of their text boxes.

        The last one's properties hold for all, as they do in Word once the marks are gone. Nothing is
        left of a paragraph whose text and mark are both deleted, so it is not numbered either.
        """
        text, boxes = shown_text(joined, self.styles)
        is_gone = not text and has_deleted_mark(properties)
        found: _Content = [] if is_gone else [self.numbering.label(properties) + text]
        for box in boxes:
            found += self.content(box)
        return found

    def _table(self, table: Element) -> _Table | None:
        """Return a table on its layout grid; None when no row is left of it.

        Short rows are filled up with blank cells, as are gridBefore and gridAfter.
        """
        slots: list[_Slot] = []
        extents: list[tuple[int, int]] = []  # of each row, the first column and the one past the last
        widest = 0
        covered: list[tuple[int, int]] = []
        above: dict[int, _Slot] = {}  # cells of the row above that a merge may continue, by column
        for row_element in _rows(table):
            row, begin, after = len(extents), *_indents(row_element)
            column, below = begin, {}
            for span, merge, cell in _cells(row_element):
                slot = above.get(column)
                if merge == "continue" and slot is not None and slot.column_span == span:
                    slot.row_span += 1
                    if _stored_text(cell) not in ("", *slot.content[:1]):  # some programs repeat the text
                        covered.append((row, column))
                else:
                    slot = _Slot(row=row, column=column, column_span=span, content=self.content(cell))
                    slots.append(slot)
                if merge is not None:
                    below[column] = slot
                column += span
                self._check_size(row, column)
            extents.append((begin, column))
            widest = max(widest, column + after)
            self._check_size(row, widest)
            above = below
        if not widest:
            return None
        self._check_positions(len(extents) * widest)
        slots += [
            _Slot(row=row, column=column, column_span=1, content=[])
            for row, (begin, end) in enumerate(extents)
            for column in (*range(begin), *range(end, widest))
        ]
        return _Table(row_count=len(extents), column_count=widest, slots=slots, covered=covered)

    def _check_size(self, row: int, width: int) -> None:
        if row >= ROW_LIMIT or width > COLUMN_LIMIT:
            message = (
                f"{self.name}: a table is larger than {ROW_LIMIT} rows or {COLUMN_LIMIT} columns "
                f"(row {row + 1} is {width} wide); correct or split it in Word"
            )
            raise LimitExceeded(message)

    def _check_positions(self, count: int) -> None:
        self.positions += count
        if self.positions > POSITION_LIMIT:
            message = f"{self.name}: more than {POSITION_LIMIT} table positions; split the document"
            raise LimitExceeded(message)


# --- Elements ---------------------------------------------------------------------------------


def _children(container: Element) -> Iterator[Element]:
    """Yield child elements in order, looking through content controls, insertions and the like."""
    waiting = list(reversed(container))
    while waiting:
        element = waiting.pop()
        if element.tag in WRAPPERS:
            waiting.extend(reversed(element))
        elif element.tag == ALTERNATIVES:
            waiting.extend(reversed(alternative(element)))
        else:
            yield element


def _rows(table: Element) -> Iterator[Element]:
    """Yield the rows that are shown."""
    for row in _children(table):
        if row.tag == TR:
            properties = child_of(row, ROW_PROPERTIES)
            if child_of(properties, DELETED) is None and not is_on(child_of(properties, HIDDEN_ROW)):
                yield row


def _indents(row: Element) -> tuple[int, int]:
    """Return how many grid columns a row leaves out before its first and after its last cell."""
    properties = child_of(row, ROW_PROPERTIES)
    before, after = (whole(value_of(properties, tag), 0) for tag in (BEFORE, AFTER))
    return max(before, 0), max(after, 0)


def _cells(row: Element) -> list[tuple[int, str | None, Element]]:
    """Return column span, vertical merge ("restart", "continue", None) and element of a row's cells."""
    cells: list[tuple[int, str | None, Element]] = []
    for cell in _children(row):
        if cell.tag != TC:
            continue
        found = child_of(cell, CELL_PROPERTIES)
        properties = {} if found is None else {child.tag: child for child in found}
        if DELETED_CELL in properties:
            continue
        span = properties.get(SPAN)
        width = 1 if span is None else max(whole(span.get(W_VAL), 1), 1)
        if cells and _merge(properties.get(ACROSS)) == "continue":
            first_width, merge, first = cells.pop()
            cells.append((first_width + width, merge, first))
        else:
            tracked = properties.get(TRACKED_MERGE)
            merge = _merge(properties.get(DOWN)) if tracked is None else TRACKED.get(tracked.get(DOWN))
            cells.append((width, merge, cell))
    return cells


def _merge(merge: Element | None) -> str | None:
    """Return "restart", "continue" (also where no value is given), or None without a merge."""
    if merge is None:
        return None
    return "restart" if merge.get(W_VAL) == "restart" else "continue"


def _stored_text(cell: Element) -> str:
    return "".join(text.text or "" for text in cell.iter(T)).strip()
