"""Letters under each other, where a line would make a table's columns regular."""

from __future__ import annotations

import pytest

from tests.converters import scanned
from tests.converters.test_scan_rulings import ruled, shape, told

YEARS = ("年申请公开数", "年申请维持数", "年申请纠正数")
SECRETS = ("国家秘密信息", "国内商业信息", "国外个人信息")


def labelled(labels: tuple[str, ...], *, indent: int, low: int, serif: bool) -> scanned.Picture:
    """A table of twelve rows so low, with labels in a wide column and digits in four of half its width."""
    xs, ys = (100, *range(300, 701, 100)), range(100, 101 + 12 * low, low)
    pixels = scanned.paper(700, 900)
    scanned.rule(pixels, xs, ys)
    scanned.write_digits(pixels, xs[1:], ys, 24)
    for row in range(12):
        middle = (xs[0] + indent, scanned.middle(xs, ys, row, 0)[1])
        scanned.write(pixels, labels[row % 3], middle, 24, serif=serif, anchor="lm")
    return pixels


@pytest.mark.parametrize("labels", [YEARS, SECRETS])
@pytest.mark.parametrize("serif", [True, False])
@pytest.mark.parametrize(("low", "indent"), [(32, 2), (32, 29), (36, 2), (36, 11), (40, 8)])
def test_letters_under_each_other_are_no_dots_of_a_line(
    labels: tuple[str, ...], low: int, indent: int, *, serif: bool
):
    found, (frame,) = ruled(labelled(labels, indent=indent, low=low, serif=serif))
    assert shape(frame) == (12, 5, 60)
    assert not told(found)


@pytest.mark.parametrize("step", [9, 14])
def test_dots_of_a_line_in_free_paper_make_a_column_and_are_told(step: int):
    pixels = labelled(("",) * 3, indent=0, low=40, serif=True)
    for y in range(106, 100 + 12 * 40, step):
        pixels[y : y + 2, 199:201] = 0
    found, (frame,) = ruled(pixels)
    assert shape(frame) == (12, 6, 72)
    assert told(found)
