"""Figures with a word before or behind them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from converters import ocr
from converters.ocr import words_beside
from converters.ocr.glyphs import plain
from converters.ocr.ink import Ink, Line, look
from document import Reading
from tests.converters.ocr.drawn import cell

FIGURES = ("0", "12", "0", "1,234", "35.60", "4407", "88", "0")
WORDED = ("增加6", "减12", "减少0", "0.00万元", "35.6元", "128件", "0 万元", "4407亿元")


def line_of(ink: Ink) -> Line:
    """All that stands in a crop."""
    return Line(
        left=min(mark.left for mark in ink.marks),
        top=min(mark.top for mark in ink.marks),
        right=max(mark.right for mark in ink.marks),
        bottom=max(mark.bottom for mark in ink.marks),
    )


def reading(text: str, confidence: float = 0.99) -> Reading:
    return Reading(engine="one", text=text, confidence=confidence, candidates=((text, confidence),))


@pytest.mark.parametrize("serif", [True, False])
def test_both_readers_of_figures_read_what_stands_beside_a_word(*, serif: bool) -> None:
    crops = [cell(text, serif=serif, width=200) for text in (*FIGURES, *WORDED)]
    for text, readings in zip(WORDED, ocr.recognise(crops, figures=True)[len(FIGURES) :], strict=True):
        assert [plain(one.text) for one in readings[:2]] == [plain(text)] * 2
        assert ocr.agree(readings)[1] >= 0.999


def test_a_cell_of_text_that_reads_as_a_figure_with_a_word_is_read_so_too() -> None:
    crops = [cell(text, width=200) for text in (*FIGURES, "77.31 万元")]
    *_, readings = ocr.recognise(crops, figures=[*[True] * len(FIGURES), False])
    assert [plain(one.text) for one in readings[:2]] == ["77.31万元"] * 2


def test_the_word_is_cut_off_at_its_squares() -> None:
    ink = look(cell("增加128", width=200))
    found = words_beside.parted(reading("增加128"), ink, line_of(ink))
    assert found is not None
    assert (found.before, found.after) == ("增加", "")
    (word,) = found.words
    assert word.right < found.figure.left
    assert found.figure.height < word.height
    assert found.ink.contrast[:, : word.right - 1].max() == 0.0


@pytest.mark.parametrize(
    ("printed", "read", "thick"),
    [
        pytest.param("增加", "增加0", 1, id="no figure"),
        pytest.param("128件", "128", 1, id="no word read"),
        pytest.param("1", "1件", 1, id="one piece"),
        pytest.param("增加6", "增加6", 9, id="run together"),
    ],
)
def test_a_line_without_a_figure_a_word_and_a_gap_is_not_parted(printed: str, read: str, thick: int) -> None:
    ink = look(cv2.erode(cell(printed, width=200), np.ones((thick, thick), np.uint8)))
    assert words_beside.parted(reading(read), ink, line_of(ink)) is None


def test_a_digit_that_went_with_the_word_leaves_a_doubt() -> None:
    ink = look(cell("1792亿元", width=200))
    found = words_beside.parted(reading("17924亿元"), ink, line_of(ink))
    assert found is not None
    sure = [
        reading("1792"),
        Reading(engine="two", text="1792", confidence=0.999, candidates=(("1792", 0.999),)),
    ]
    readings = words_beside.with_words(found, sure)
    assert [one.text for one in readings] == ["1792亿元", "1792亿元", "17924亿元"]
    assert ocr.agree(readings)[1] < 0.999


def test_a_letter_in_a_digits_place_is_no_other_figure() -> None:
    ink = look(cell("减0", width=200))
    found = words_beside.parted(reading("减o"), ink, line_of(ink))
    assert found is not None
    assert len(words_beside.with_words(found, [reading("0"), reading("0")])) == 2


@pytest.mark.parametrize(
    ("word", "confidence", "is_read"), [("增加", 0.95, True), ("增加", 0.8, False), ("增", 0.95, False)]
)
def test_the_word_must_be_the_same_when_it_is_read_alone(
    word: str, confidence: float, *, is_read: bool
) -> None:
    ink = look(cell("增加6", width=200))
    found = words_beside.parted(reading("增加6"), ink, line_of(ink))
    assert found is not None
    assert words_beside.are_read(found, [reading(word, confidence)]) is is_read


@pytest.mark.parametrize("figures", [True, False])
def test_a_figure_cut_off_by_its_cell_is_not_sure_for_the_word_beside_it(*, figures: bool) -> None:
    whole = cell("4128件", width=200)
    left = int(np.flatnonzero((whole < 200).any(axis=0))[0])
    crops = [*(cell(text) for text in FIGURES), whole[:, left + 7 :]]
    *_, readings = ocr.recognise(crops, figures=[*[True] * len(FIGURES), figures])
    assert ocr.agree(readings)[1] < 0.9
