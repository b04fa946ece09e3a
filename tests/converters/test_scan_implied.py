"""Figures under each other: two rows whose ruling was lost, or one figure that was too wide for its cell."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from tests.converters import scanned

COLUMNS = 6


def page(*, twice: Collection[int], low: int = 44) -> scanned.Picture:
    """A table whose fourth row is high, and holds 12 and 8 under each other in some of its columns.

    Labels stand in the middle of every row.
    """
    xs = range(40, 100 + 60 * COLUMNS + 1, 60)
    heights = (low, low, low, 2 * low - 8, low, low)
    ys = [100 + sum(heights[:number]) for number in range(len(heights) + 1)]
    pixels = scanned.paper(600, 600)
    scanned.rule(pixels, xs, ys)
    for row in range(len(heights)):
        scanned.write(pixels, "维持", scanned.middle(xs, ys, row, 0), 24)
        for column in range(COLUMNS):
            across, down = scanned.middle(xs, ys, row, column + 1)
            if row == 3 and column in twice:
                for text, under in (("12", -20), ("8", 20)):
                    scanned.write(pixels, text, (across, down + under), 28)
            else:
                scanned.write(pixels, str((3 * row + column) % 10), (across, down), 28)
    return pixels


@pytest.mark.parametrize("twice", [(3,), (1, 4), (0, 2, 5)])
def test_a_row_in_which_a_few_figures_go_on_under_themselves_is_one(twice: tuple[int, ...]):
    sheet = scanned.sheet(page(twice=twice))
    assert scanned.shapes(sheet) == [(6, COLUMNS + 1, 6 * COLUMNS + 6)]
    assert not sheet.ruled.doubts
    assert not sheet.ruled.completed


def test_a_row_in_which_every_cell_holds_two_figures_is_two_that_lost_their_ruling():
    sheet = scanned.sheet(page(twice=range(COLUMNS)))
    ((rows, columns, _),) = scanned.shapes(sheet)
    assert (rows, columns) == (7, COLUMNS + 1)
    assert len(sheet.ruled.completed) >= COLUMNS
