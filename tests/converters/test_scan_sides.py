"""Headings over several columns, of which a stroke stands where a ruling of the rows below would go on."""

from __future__ import annotations

import pytest

from tests.converters import scanned
from tests.converters.test_scan_rulings import ruled, shape, told

XS = tuple(range(100, 651, 110))


def headed(heading: str, *, rows: int, low: int, over: int, serif: bool) -> scanned.Picture:
    """A table of five columns under a heading that ends so many pixels right of the third ruling inside."""
    pixels, ys = scanned.paper(500, 800), range(100, 101 + rows * low, low)
    scanned.rule(pixels, XS, ys[1:])
    scanned.rule(pixels, XS[::5], ys[:2])
    scanned.write_digits(pixels, XS, ys[1:])
    scanned.write(pixels, heading, (XS[3] + over, ys[0] + low // 2), serif=serif, anchor="rm")
    return pixels


@pytest.mark.parametrize("rows", [4, 6])
@pytest.mark.parametrize(
    ("heading", "over", "serif"),
    [
        pytest.param("申请目", 6, True, id="目"),
        pytest.param("信息公开日", 6, True, id="日"),
        pytest.param("数量合计H", 4, False, id="H"),
    ],
)
def test_a_stroke_of_a_letter_where_a_ruling_would_go_on_is_none(
    heading: str, over: int, rows: int, *, serif: bool
):
    found, (frame,) = ruled(headed(heading, rows=rows, low=44, over=over, serif=serif))
    assert shape(frame) == (rows, 5, 5 * rows - 4)
    assert not told(found)


@pytest.mark.parametrize(("low", "over"), [(36, 0), (36, 2), (44, 6)])
def test_a_table_of_two_rows_without_a_broken_side_leaves_no_doubt(low: int, over: int):
    found, (frame,) = ruled(headed("申请目", rows=2, low=low, over=over, serif=True))
    assert shape(frame) == (2, 5, 6)
    assert not told(found)
