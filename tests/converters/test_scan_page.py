"""What is told of sides of cells that are not seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from converters import scan_page
from converters.rulings import Ruling
from tests.converters import scanned

XS, YS = range(100, 701, 100), range(200, 501, 60)


def told(
    texts: Mapping[tuple[int, int], str], unseen: Sequence[tuple[int, int]], *, across: bool = False
) -> bool:
    """Say whether anything is told of a table of lone digits and other texts.

    Not seen are the sides on the right of some cells, or `across` below them.
    """
    pixels = scanned.paper(700, 800)
    scanned.rule(pixels, XS, YS)
    for row in range(len(YS) - 1):
        for column in range(len(XS) - 1):
            if text := texts.get((row, column), str((3 * row + column) % 10)):
                scanned.write(pixels, text, scanned.middle(XS, YS, row, column), 26)
    sheet = scanned.sheet(pixels)
    (frame,) = scan_page.ruled_tables(sheet)
    filled, _ = scan_page._table(sheet, frame, *scan_page._without_rulings(sheet, [frame]))
    sides = tuple(
        Ruling(
            horizontal=True,
            position=frame.rows[row + 1],
            start=frame.columns[column],
            stop=frame.columns[column + 1],
        )
        if across
        else Ruling(
            horizontal=False,
            position=frame.columns[column + 1],
            start=frame.rows[row],
            stop=frame.rows[row + 1],
        )
        for row, column in unseen
    )
    assert not sheet.ruled.completed
    worn = replace(sheet, ruled=replace(sheet.ruled, completed=sides))
    return bool(list(scan_page._unsettled(worn, filled)))


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param({}, id="two figures"),
        pytest.param({(2, 2): "维持"}, id="a label and a figure"),
        pytest.param({(2, 2): "1,234", (2, 3): "35.6"}, id="longer figures"),
    ],
)
def test_a_side_that_parts_figures_is_sure_though_it_is_not_seen(texts: Mapping[tuple[int, int], str]):
    assert not told(texts, [(2, 2)])


@pytest.mark.parametrize(
    ("texts", "unseen"),
    [
        pytest.param({(2, 2): "元"}, [(2, 2)], id="a figure and its unit"),
        pytest.param({(2, 2): ""}, [(2, 2)], id="a figure and a blank"),
        pytest.param({(2, 2): "维持", (2, 3): "纠正"}, [(2, 2)], id="two labels"),
        pytest.param({}, [(0, 2), (1, 2), (2, 2)], id="most of its line is not seen"),
        pytest.param({(1, 2): ""}, [(1, 2), (2, 2)], id="one of two is beside a blank"),
        pytest.param({(2, 2): "123456", (2, 3): "654321"}, [(2, 2)], id="near enough to be one figure"),
    ],
)
def test_another_side_that_is_not_seen_is_told(
    texts: Mapping[tuple[int, int], str], unseen: Sequence[tuple[int, int]]
):
    assert told(texts, unseen)


def test_a_side_between_rows_is_told_for_two_lines_may_be_one_figure():
    assert told({}, [(2, 2)], across=True)
