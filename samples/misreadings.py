"""Scans as their reader sees them: tables as a Document, with labels misread and figures read surely.

What a scan does to letters is drawn at random here, without a picture, so that thousands of pages are read in
minutes. How often labels are misread at which level of wear was counted on drawn scans (RATES).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from document import Box, Cell, Document, Grid, Paragraph, Provenance, Reading, Source
from samples.labels import form_labels
from samples.printed import Print, PrintedTable
from samples.reports import Sample


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """How often a letter of a label is misread, a label is not sure though right, and one is illegible."""

    letter: float
    unsure: float
    illegible: float


# Counted on 72 drawn scans: of the letters of labels 0.004, 0.011 and 0.029 were misread at these levels.
# There they lie closer together, so that fewer labels are hit: 1, 6 and 17 in 100, here 5, 11 and 27.
RATES = {
    "scan150": Rate(letter=0.004, unsure=0.25, illegible=0.001),
    "photocopy": Rate(letter=0.01, unsure=0.4, illegible=0.003),
    "fax": Rate(letter=0.03, unsure=0.6, illegible=0.02),
}
_SURE = 0.9999


def read_scan(sample: Sample, tables: Sequence[PrintedTable], seed: int, rate: Rate) -> Document:
    """Return the Document that a scan of a sample's tables would give, its labels misread at a rate."""
    random = Random(f"misread {seed}")
    headings = {section: heading for section, heading, _ in sample.sections}
    letters = "".join(sorted(set("".join(form_labels(sample.standard)))))
    blocks: list[Paragraph | Grid] = []
    for number, table in enumerate(tables):
        blocks.append(Paragraph(text=headings[table.section], provenance=Provenance(how="recognised")))
        blocks.append(_grid(table, number, random, rate, letters))
    source = Source(name=f"{seed}.png", sha256="0" * 64, bytes=0, kind="image", pages=1, reader="drawn")
    return Document(source=source, blocks=tuple(blocks))


def _grid(table: PrintedTable, number: int, random: Random, rate: Rate, letters: str) -> Grid:
    cells = tuple(_cell(cell, 1000.0 * number, random, rate, letters) for cell in table.cells)
    return Grid(row_count=table.row_count, column_count=table.column_count, cells=cells)


def _cell(cell: Print, top: float, random: Random, rate: Rate, letters: str) -> Cell:
    text, confidence = (cell.text, _SURE) if cell.is_value else misread(cell.text, random, rate, letters)
    box = Box(
        left=40.0 * cell.column,
        top=top + 20.0 * cell.row,
        right=40.0 * cell.right,
        bottom=top + 20.0 * cell.bottom,
    )
    engines = ("one", "two") if cell.is_value else ("one",)
    return Cell(
        row=cell.row,
        column=cell.column,
        row_span=cell.row_span,
        column_span=cell.column_span,
        text=text,
        confidence=confidence,
        provenance=Provenance(page=1, box=box, how="recognised"),
        readings=tuple(Reading(engine=engine, text=text, confidence=confidence) for engine in engines),
    )


def misread(text: str, random: Random, rate: Rate, letters: str) -> tuple[str, float]:
    """Return what a reader makes of a label, and how sure it is; `letters` are those that labels are made of.

    Of misread letters one in six becomes one that labels are made of, which is what may make another label.
    """
    if not text.strip():
        return text, _SURE
    if random.random() < rate.illegible:
        return "".join(_any(random) for _ in text[:3]), random.uniform(0.05, 0.5)
    shown = "".join(
        _letter(letter, random, letters) if random.random() < rate.letter else letter for letter in text
    )
    if random.random() < rate.letter:
        shown += "\n" + random.choice("一-.'|")
    if shown != text:
        return shown, random.uniform(0.2, 0.8)
    return text, random.uniform(0.3, 0.98) if random.random() < rate.unsure else _SURE


def _letter(letter: str, random: Random, letters: str) -> str:
    draw = random.random()
    if draw < 0.15:
        return ""
    if draw < 0.25:
        return letter + random.choice("·.'，:`")
    return random.choice(letters) if draw < 0.42 else _any(random)


def _any(random: Random) -> str:
    """Return some Chinese letter."""
    return chr(random.randrange(0x4E00, 0x9FA5))
