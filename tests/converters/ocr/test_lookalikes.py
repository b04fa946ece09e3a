from __future__ import annotations

from converters.ocr.ink import look
from converters.ocr.lookalikes import contradictions
from tests.converters.ocr.drawn import cell

TEXTS = ["0", "10", "0", "6", "8", "60", "6", "16", "8", "88", "0", "1", "1", "0", "3", "13", "3"]
INKS = [look(cell(text, noise=6.0)) for text in TEXTS]


def test_figures_that_look_like_their_kind_are_not_contradicted() -> None:
    assert contradictions(INKS, TEXTS) == []


def test_a_misread_digit_is_contradicted_by_its_look_alikes() -> None:
    read = [*TEXTS]
    read[6] = "8"
    (found,) = contradictions(INKS, read)
    assert (found.crop, found.position, found.read, found.alike) == (6, 0, "8", "6")


def test_marks_and_unread_cells_are_passed_over() -> None:
    assert contradictions(INKS, [""] * len(INKS)) == []
    assert contradictions(INKS, ["—"] * len(INKS)) == []


def test_too_few_digits_contradict_nothing() -> None:
    assert contradictions(INKS[:3], ["6", "10", "0"]) == []
