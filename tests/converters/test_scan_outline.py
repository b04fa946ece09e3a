"""Where a table ends: two of one width near each other are two, whatever is open stays one."""

from __future__ import annotations

import cv2
import pytest

from tests.converters import scanned

XS = tuple(range(100, 651, 110))
ROW = 48  # pixels


def under_each_other(apart: int) -> scanned.Picture:
    """Two tables of three rows and five columns, so many pixels apart."""
    pixels = scanned.paper(700, 800)
    for top in (100, 100 + 3 * ROW + apart):
        ys = range(top, top + 3 * ROW + 1, ROW)
        scanned.rule(pixels, XS, ys)
        scanned.write_digits(pixels, XS, ys)
    return pixels


@pytest.mark.parametrize("apart", [14, 24, 40, 46])
def test_tables_with_nothing_between_them_are_two(apart: int):
    assert scanned.shapes(scanned.sheet(under_each_other(apart))) == [(3, 5, 15)] * 2


@pytest.mark.parametrize("apart", [36, 40, 46])
def test_tables_with_one_line_of_text_between_them_are_two(apart: int):
    pixels = under_each_other(apart)
    middle = (XS[0] + 8, 100 + 3 * ROW + apart // 2)
    scanned.write(pixels, "收到和处理政府信息公开申请情况", middle, anchor="lm")
    assert scanned.shapes(scanned.sheet(pixels)) == [(3, 5, 15)] * 2


def with_sides(*rows: str, height: int = 46) -> scanned.Picture:
    """A table of five columns, of each row of which "all" sides are printed, "inner", "outer" or "no" ones.

    Digits stand in all its cells, in a row without inner sides one text.
    """
    pixels = scanned.paper(700, 800)
    ys = [100 + height * number for number in range(len(rows) + 1)]
    for y in ys:
        cv2.line(pixels, (XS[0], y), (XS[-1], y), (0, 0, 0), 2)
    for row, sides in enumerate(rows):
        for x in (
            *(XS[1:-1] if sides in ("all", "inner") else ()),
            *(XS[::5] if sides in ("all", "outer") else ()),
        ):
            cv2.line(pixels, (x, ys[row]), (x, ys[row + 1]), (0, 0, 0), 2)
        if sides in ("all", "inner"):
            scanned.write_digits(pixels, XS, ys[row : row + 2])
        else:
            scanned.write(pixels, "政府信息公开申请情况", ((XS[0] + XS[-1]) // 2, ys[row] + height // 2))
    return pixels


@pytest.mark.parametrize(
    ("rows", "shape"),
    [
        pytest.param(("inner",) * 5, (5, 5, 25), id="no outer sides"),
        pytest.param((*("inner",) * 3, "no", *("inner",) * 2), (6, 5, 26), id="a caption and no outer sides"),
        pytest.param((*("all",) * 3, "outer", *("all",) * 2), (6, 5, 26), id="a caption"),
        pytest.param(("inner",), (1, 5, 5), id="one row without outer sides"),
    ],
)
def test_a_table_stays_one_whatever_sides_it_has(rows: tuple[str, ...], shape: tuple[int, int, int]):
    assert scanned.shapes(scanned.sheet(with_sides(*rows))) == [shape]


@pytest.mark.parametrize("row", [0, 2, 4])
def test_a_row_that_has_inner_sides_is_no_room_between_tables(row: int):
    rows = ["all"] * 5
    rows[row] = "inner"
    assert scanned.shapes(scanned.sheet(with_sides(*rows))) == [(5, 5, 25)]


@pytest.mark.xfail(strict=True, reason="by the height of the page's letters rulings are joined again")
@pytest.mark.parametrize("apart", [14, 20])
def test_tables_near_each_other_are_two_beside_prose_of_large_letters(apart: int):
    tables = under_each_other(apart)
    pixels = scanned.paper(1300, 1000)
    pixels[:700, :800] = tables
    for line in range(6):
        scanned.write(pixels, "本年度政府信息公开工作情况", (60, 560 + 70 * line), 40, anchor="ls")
    assert scanned.shapes(scanned.sheet(pixels)) == [(3, 5, 15)] * 2
