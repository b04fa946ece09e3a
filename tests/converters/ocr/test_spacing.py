"""Digits as wide as letters."""

from __future__ import annotations

import numpy as np
import pytest

from converters import ocr
from converters.ocr.glyphs import plain
from converters.ocr.ink import Grey, look
from converters.ocr.spacing import closed_up
from tests.converters.ocr.drawn import cell

FIGURES = ("0", "12", "0", "1,234", "35.60", "4407", "88", "0")


def spread(text: str, step: int, size: int = 26) -> Grey:
    """A cell with each character in the middle of its room, `step` pixels wide."""
    side = np.full((48, 20), 245, dtype=np.uint8)
    return np.concatenate([side, *(cell(one, width=step, size=size) for one in text), side], axis=1)


@pytest.mark.parametrize("text", ["63263993", "37", "1011", "208"])
def test_digits_in_squares_are_read_as_surely_as_others(text: str) -> None:
    *_, readings = ocr.recognise([*(cell(one) for one in FIGURES), spread(text, 26)], figures=True)
    assert [plain(one.text) for one in readings[:2]] == [text] * 2
    assert ocr.agree(readings)[1] >= 0.999


def test_closed_up_they_keep_their_ink() -> None:
    ink = look(spread("2083", 26))
    closed = closed_up(ink)
    assert len(closed.marks) == len(ink.marks) == 4
    assert [mark.width for mark in closed.marks] == [mark.width for mark in ink.marks]
    assert closed.contrast.shape[1] < ink.contrast.shape[1] - 20
    assert closed.contrast.sum() == pytest.approx(ink.contrast.sum(), rel=0.05)


@pytest.mark.parametrize(
    "crop",
    [
        pytest.param(cell("4407"), id="set as usual"),
        pytest.param(cell("11.1"), id="ones and a point"),
        pytest.param(spread("37", 60), id="of two columns"),
        pytest.param(np.concatenate([spread("37", 26), cell("7", width=40)], axis=1), id="uneven"),
        pytest.param(cell("结果", width=120), id="letters"),
        pytest.param(cell("7"), id="alone"),
    ],
)
def test_others_are_left_as_they_are(crop: Grey) -> None:
    ink = look(crop)
    assert closed_up(ink) is ink
