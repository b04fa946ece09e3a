"""What a file says: paragraphs, grids and strips, with where and how surely each was read.

A Document never mentions a statutory form. What was found counts for equality; how it was found
(provenance, confidence) does not, so the same report read from two formats gives equal Documents.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Literal

from findings import Finding

How = Literal["read", "recognised", "inferred"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Which file a Document came from. `pages` is None where the format has none.

    `reader` says how text was had: "stored", or the name and version of the OCR engine.
    """

    name: str
    sha256: str
    bytes: int
    kind: str
    pages: int | None = None
    reader: str = "stored"


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """A rectangle on a page in points, origin at the page's top left."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """An address inside a file that has no pages. Everything counts from 1, as a person would count.

    `row` and `column` are positions in the layout grid of the file's n-th table; `line` is a line
    of a text file or the n-th paragraph of a document.
    """

    table: int | None = None
    row: int | None = None
    column: int | None = None
    line: int | None = None

    def __str__(self) -> str:
        parts = ((name, getattr(self, name)) for name in ("table", "row", "column", "line"))
        return ", ".join(f"{name} {number}" for name, number in parts if number is not None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Provenance:
    """Where a text stands (page and box, or place) and how it was had."""

    page: int | None = None
    box: Box | None = None
    place: Place | None = None
    how: How = "read"


NOWHERE = Provenance()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What one OCR engine made of a cell.

    `candidates` are the texts that it holds possible with their probabilities, surest first, the read
    text among them; empty where an engine tells none. An empty text says that it saw nothing. `is_further`
    says that it was asked for because the readings before it left a doubt.
    """

    engine: str
    text: str
    confidence: float
    candidates: tuple[tuple[str, float], ...] = ()
    is_further: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Paragraph:
    """Running text, or one text of a strip. Line breaks inside are kept."""

    text: str
    confidence: float = field(default=1.0, compare=False)
    provenance: Provenance = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One cell of a grid, stored once at its origin; rows and columns count from 0.

    `readings` are those of every OCR engine that looked at a recognised cell.
    """

    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    text: str = ""
    confidence: float = field(default=1.0, compare=False)
    provenance: Provenance = field(default=NOWHERE, compare=False)
    readings: tuple[Reading, ...] = field(default=(), compare=False)


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A table as found: cells that tile `row_count` x `column_count` exactly.

    Raises ValueError when cells overlap, leave a gap or stand outside, naming the cells.
    Cells are kept in reading order of their origins.
    """

    row_count: int
    column_count: int
    cells: tuple[Cell, ...]
    provenance: Provenance = field(default=NOWHERE, compare=False)
    _covering: tuple[Cell, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        cells = tuple(sorted(self.cells, key=lambda cell: (cell.row, cell.column)))
        object.__setattr__(self, "cells", cells)
        width = self.column_count
        covering: list[Cell | None] = [None] * (self.row_count * width)
        for cell in cells:
            bottom, right = cell.row + cell.row_span, cell.column + cell.column_span
            inside = 0 <= cell.row < bottom <= self.row_count and 0 <= cell.column < right <= width
            if not inside:
                message = f"{cell} stands outside {self.row_count} x {width}"
                raise ValueError(message)
            for row in range(cell.row, bottom):
                for position in range(row * width + cell.column, row * width + right):
                    if (other := covering[position]) is not None:
                        message = f"{cell} overlaps {other}"
                        raise ValueError(message)
                    covering[position] = cell
        if None in covering:
            row, column = divmod(covering.index(None), width)
            message = f"no cell covers row {row}, column {column}"
            raise ValueError(message)
        object.__setattr__(self, "_covering", tuple(covering))

    def at(self, row: int, column: int) -> Cell:
        """Return the cell that covers a position of the layout grid."""
        if not (0 <= row < self.row_count and 0 <= column < self.column_count):
            message = f"row {row}, column {column} is outside {self.row_count} x {self.column_count}"
            raise IndexError(message)
        return self._covering[row * self.column_count + column]


@dataclass(frozen=True, kw_only=True, slots=True)
class Strip:
    """A table whose layout was lost: its texts in order, with the row breaks that survive.

    A blank cell that the file shows is a cell with empty text. `breaks` holds, in rising order,
    the positions in `cells` at which a row begins (never 0); empty when no row boundary survived.
    """

    cells: tuple[Paragraph, ...]
    breaks: tuple[int, ...] = ()
    provenance: Provenance = field(default=NOWHERE, compare=False)

    def row_of(self, position: int) -> int:
        """Return the number, from 0, of the surviving row that a position lies in."""
        return bisect_right(self.breaks, position)


Block = Paragraph | Grid | Strip


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """What the pages say, in reading order.

    `margins` holds headers, footers and notes, apart from the body.
    `findings` are the converter's own doubts about its reading. `blanks_seen` says that the pages were looked
    at as they are printed, and that cells without text show nothing there.
    """

    source: Source
    blocks: tuple[Block, ...]
    margins: tuple[Paragraph, ...] = ()
    findings: tuple[Finding, ...] = field(default=(), compare=False)
    blanks_seen: bool = field(default=False, compare=False)
