"""The form as a scan: every figure surely read, but for those whose readings are given."""

from __future__ import annotations

from dataclasses import replace

from document import Document, Grid, Provenance, Reading
from samples.reports import invent
from tests.normalize.forms import form

RECOGNISED = Provenance(page=1, how="recognised")


def shown(*, zero: bool = False) -> dict[str, str]:
    return dict(invent(3, edition="2021", blanks="zero", zero=zero).texts)


def recognised(
    texts: dict[str, str], unsure: dict[str, tuple[Reading, ...]], *, edition: str = "2021"
) -> Document:
    """Return the form as a scan: every figure read surely by two engines, except the unsure ones."""
    document = form(edition, {name: f"@{name}" for name in texts})
    blocks = [
        _scanned(block, texts, unsure) if isinstance(block, Grid) else block for block in document.blocks
    ]
    return replace(document, blocks=tuple(blocks))


def _scanned(grid: Grid, texts: dict[str, str], unsure: dict[str, tuple[Reading, ...]]) -> Grid:
    cells = []
    for cell in grid.cells:
        name = cell.text.removeprefix("@")
        text = texts.get(name, cell.text)
        readings = tuple(Reading(engine=engine, text=text, confidence=0.9999) for engine in ("one", "two"))
        if name in unsure:
            readings = unsure[name]
            text = readings[0].text
        cells.append(
            replace(
                cell,
                text=text,
                provenance=RECOGNISED,
                readings=readings,
                confidence=0.9 if name in unsure else 0.9999,
            )
        )
    return Grid(row_count=grid.row_count, column_count=grid.column_count, cells=tuple(cells))


def read(text: str, *others: str, engine: str = "one") -> Reading:
    """Return what is read with the confidence of an unsure cell."""
    return Reading(
        engine=engine,
        text=text,
        confidence=0.9,
        candidates=((text, 0.9), *((other, 0.05) for other in others)),
    )


def with_text(grid: Grid, old: str, new: str) -> Grid:
    """Return a grid in which cells of one text hold another one, without a word from the engines."""
    cells = tuple(replace(cell, text=new) if cell.text == old else cell for cell in grid.cells)
    return Grid(row_count=grid.row_count, column_count=grid.column_count, cells=cells)


def relabelled(label: str, read: str, confidence: float) -> Document:
    """Return a surely read report with another reading of one label."""
    document = recognised(shown(), {})
    blocks = [
        Grid(
            row_count=block.row_count,
            column_count=block.column_count,
            cells=tuple(
                replace(cell, text=read, confidence=confidence) if cell.text == label else cell
                for cell in block.cells
            ),
        )
        if isinstance(block, Grid)
        else block
        for block in document.blocks
    ]
    return replace(document, blocks=tuple(blocks))
