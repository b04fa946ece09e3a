"""Tight tables: what is erased with their rulings, and the short sides of rows that stand alone."""

from __future__ import annotations

import cv2
import pytest

from converters.scan_ink import Mask, marks
from converters.scan_page import _without_rulings, ruled_tables
from tests.converters import scanned
from tests.converters.ocr.drawn import font

PROSE = "本年度政府信息公开工作情况如下表所示其中公开"


def left(pixels: scanned.Picture) -> Mask:
    """The ink of a page that is left beside the rulings of its tables."""
    page = scanned.sheet(pixels)
    return _without_rulings(page, ruled_tables(page))[1]


# --- Figures under rulings ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "serif", "under"), [(28, False, 5), (34, True, 7), (35, True, 7)])
def test_tops_of_figures_close_under_a_ruling_do_not_go_with_it(size: int, under: int, *, serif: bool):
    xs, ys = range(100, 701, 150), range(100, 321, 44)
    ruled, plain = scanned.paper(420, 800), scanned.paper(420, 800)
    top = round(font(size, serif=serif).getbbox("7552", anchor="ms")[1])
    for row in range(5):
        for column in range(4):
            across, _ = scanned.middle(xs, ys, row, column)
            for pixels in (ruled, plain):
                scanned.write(pixels, "7552", (across, ys[row] + under - top), size, serif=serif, anchor="ms")
    scanned.rule(ruled, xs, ys)
    black = cv2.cvtColor(plain, cv2.COLOR_RGB2GRAY) < 100
    assert (left(ruled)[black] > 0).mean() > 0.99


@pytest.mark.parametrize(
    ("columns", "gaps"), [pytest.param(3, (), id="narrow"), pytest.param(13, (360, 620), id="broken")]
)
def test_a_double_ruling_is_erased_whole(columns: int, gaps: tuple[int, ...]):
    xs, ys = [100 + 60 * number for number in range(columns + 1)], range(100, 321, 44)
    pixels = scanned.paper(420, 1000)
    scanned.rule(pixels, xs, ys)
    cv2.line(pixels, (xs[0], 194), (xs[-1], 194), (0, 0, 0), 2)
    for at in gaps:
        pixels[192:197, at + 4 : at + 24] = 255
    scanned.write_digits(pixels, xs, ys, 22)
    assert len(marks(left(pixels))) == 5 * columns


# --- Rows that stand alone ---------------------------------------------------------------------------------


def row_alone(height: int, figures: str = "0" * 15) -> scanned.Picture:
    """A page of prose with a table of one row of so many pixels, a figure in each of its cells."""
    pixels = scanned.paper(800, 1100)
    for line in range(3):
        for top in (100, 520):
            scanned.write(pixels, PROSE, (80, top + 50 * line), 30, anchor="ls")
    xs, ys = [100 + 60 * number for number in range(len(figures) + 1)], (350, 350 + height)
    scanned.rule(pixels, xs, ys)
    for column, figure in enumerate(figures):
        scanned.write(pixels, figure, scanned.middle(xs, ys, 0, column), 30)
    return pixels


@pytest.mark.parametrize("height", [28, 34])
def test_a_row_that_stands_alone_has_all_its_cells_however_low_it_is(height: int):
    assert scanned.shapes(scanned.sheet(row_alone(height))) == [(1, 15, 15)]


@pytest.mark.parametrize("height", [28, 34])
def test_the_short_sides_of_a_low_row_are_erased(height: int):
    assert len(marks(left(row_alone(height))[340 : 360 + height])) == 15


@pytest.mark.parametrize(
    ("texts", "size"),
    [
        pytest.param([(104, PROSE)], 30, id="prose"),
        pytest.param([(96, "I"), (500, "I"), (992, "I")], 28, id="upright strokes at both ends"),
        pytest.param([(300, "H"), (500, "H"), (700, "H")], 46, id="letters from line to line"),
    ],
)
def test_letters_between_two_long_lines_make_no_table(texts: list[tuple[int, str]], size: int):
    pixels = row_alone(34)
    pixels[330:400] = 255
    for y in (350, 384):
        cv2.line(pixels, (100, y), (1000, y), (0, 0, 0), 2)
    for across, text in texts:
        scanned.write(pixels, text, (across, 367), size, anchor="lm")
    assert scanned.shapes(scanned.sheet(pixels)) == []
