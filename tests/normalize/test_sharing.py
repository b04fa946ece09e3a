"""Labels of two rows in one cell of a scan have their rows where the figures' rulings are there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from document import Cell, Document, Grid
from normalize import normalize
from report import Report
from tests.normalize.forms import codes
from tests.normalize.test_resolving import recognised, shown

UPPER, LOWER = "3.危及“三安全一稳定”", "4.保护第三方合法权益"


def merged(grid: Grid, *, figures_too: bool) -> Grid:
    """Lose the ruling between two rows in the stub, or all along."""
    labels = {cell.text: cell for cell in grid.cells}
    if UPPER not in labels:
        return grid
    row = labels[UPPER].row
    cells: list[Cell] = []
    for cell in grid.cells:
        below = next((one for one in grid.cells if (one.row, one.column) == (row + 1, cell.column)), None)
        is_lost = cell.text == UPPER or (figures_too and cell.column > labels[UPPER].column)
        if cell.row == row and is_lost and below is not None:
            cells.append(replace(cell, row_span=2, text=f"{cell.text}\n{below.text}"))
        elif cell.row != row + 1 or not (cell.text == LOWER or figures_too):
            cells.append(cell)
    return Grid(row_count=grid.row_count, column_count=grid.column_count, cells=tuple(cells))


def read(*, figures_too: bool) -> tuple[Report, Document]:
    document = recognised(shown(), {})
    blocks = [
        merged(block, figures_too=figures_too) if isinstance(block, Grid) else block
        for block in document.blocks
    ]
    return normalize(replace(document, blocks=tuple(blocks))), document


def test_as_many_rows_of_figures_as_labels_are_theirs_and_a_person_is_asked() -> None:
    report, document = read(figures_too=False)
    whole = normalize(document)
    assert {name: value.number for name, value in report.values.items()} == {
        name: value.number for name, value in whole.values.items()
    }
    assert (report.trust.status, codes(report)) == ("review", {"structure.label"})


@pytest.mark.parametrize("name", ["security_and_stability", "third_party_rights"])
def test_figures_that_share_cells_as_well_are_not_placed(name: str) -> None:
    report, _ = read(figures_too=True)
    assert report.trust.status == "review"
    assert report.values[f"requests.results.denied.{name}.business"].number is None
