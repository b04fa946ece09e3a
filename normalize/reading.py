"""A document's texts in reading order, one after the other, whatever held them.

Grids are read row by row, a span at its origin; strips and paragraphs in order. From here on a table that
kept its layout and one that lost it are aligned by the same means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from document import Block, Cell, Grid, Paragraph, Strip
from normalize.labels import plain
from normalize.numerals import looks_like_entry

Kind = Literal["label", "entry", "run", "blank", "prose", "furniture"]

# Longer texts are never labels: the longest prescribed one has 38 characters, 60 with damage.
_LONGEST_LABEL = 64
# Digits that cannot be one figure: a row's figures with nothing between them.
_RUN = re.compile(r"^[0-9０-９]{2,}$")
_PAGE_NUMBER = re.compile(
    r"^(?:[-—–―－_~·•\s]+\d{1,4}[-—–―－_~·•\s]+|第\s*\d{1,4}\s*页(?:[,，/\s]*共\s*\d{1,4}\s*页)?|\d{1,4}\s*/\s*\d{1,4}|page\s*\d+)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a document. `kind` says what it can be; `row` counts within its block."""

    text: str
    plain: str
    kind: Kind
    block: int
    row: int
    cell: Cell | Paragraph
    grid: Grid | None = None

    @property
    def in_table(self) -> bool:
        """Whether the file itself held this text in a table."""
        return self.grid is not None or self.row >= 0


def is_page_number(text: str) -> bool:
    """Return whether a line is nothing but a dressed page number, such as — 1 —."""
    return bool(_PAGE_NUMBER.match(text.strip()))


@lru_cache(maxsize=16384)
def kind_of(text: str) -> Kind:
    """Return what a text can be by its looks alone."""
    bare = text.strip()
    if not bare:
        return "blank"
    if len(bare) <= 32:
        if is_page_number(bare):
            return "furniture"
        if looks_like_entry(text):
            return "entry"
        if _RUN.match(bare):
            return "run"
    if len(bare) > 8 * _LONGEST_LABEL:
        return "prose"
    return "label" if len(plain(text)) <= _LONGEST_LABEL else "prose"


def read(blocks: tuple[Block, ...]) -> list[Text]:
    """Return all texts of the blocks in reading order. `row` is -1 for running text."""
    return list(_texts(blocks))


def _texts(blocks: tuple[Block, ...]) -> Iterator[Text]:
    for number, block in enumerate(blocks):
        if isinstance(block, Paragraph):
            yield _text(block, number, -1, None)
        elif isinstance(block, Strip):
            for position, cell in enumerate(block.cells):
                yield _text(cell, number, block.row_of(position), None)
        else:
            for grid_cell in block.cells:
                yield _text(grid_cell, number, grid_cell.row, block)


def _text(cell: Cell | Paragraph, block: int, row: int, grid: Grid | None) -> Text:
    kind = kind_of(cell.text)
    return Text(
        text=cell.text,
        plain=plain(cell.text) if kind == "label" else "",
        kind=kind,
        block=block,
        row=row,
        cell=cell,
        grid=grid,
    )
