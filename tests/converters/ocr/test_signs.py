from __future__ import annotations

import cv2
import numpy as np
import pytest

from converters.ocr.ink import look
from converters.ocr.signs import borne_out, doubt
from document import Reading
from tests.converters.ocr.drawn import Grey, cell


def said(text: str, share: float, *others: tuple[str, float], engine: str = "one") -> Reading:
    return Reading(engine=engine, text=text, confidence=share, candidates=((text, share), *others))


def twice(text: str, share: float, *others: tuple[str, float]) -> tuple[Reading, Reading]:
    return said(text, share, *others), said(text, share, *others, engine="two")


def touching(digits: str) -> Grey:
    """A minus that runs into the digit after it, as one out of focus does."""
    crop = cell(digits)
    rows, columns = np.nonzero(crop < 128)
    middle = int(rows.min() + rows.max()) // 2 + 2
    crop[middle - 1 : middle + 1, columns.min() - 10 : columns.min() + 2] = 60
    return cv2.GaussianBlur(crop, (0, 0), 1.2)


@pytest.mark.parametrize(
    ("digits", "crop"),
    [
        ("7", cell("-7")),
        ("95", cell("-95", serif=False)),
        ("4", cell("-4")),
        ("7", touching("7")),
        ("95", touching("95")),
    ],
)
def test_a_minus_is_borne_out_by_its_shape(digits: str, crop: Grey) -> None:
    found = borne_out(look(crop), twice(f"-{digits}", 0.97, (digits, 0.02)), least=0.999)
    assert found is not None
    assert (found.text, found.is_further, found.confidence) == (f"-{digits}", True, 0.99)


def test_a_minus_is_not_borne_out_where_its_digits_are_unsure() -> None:
    assert borne_out(look(cell("-7")), twice("-7", 0.6, ("-1", 0.39)), least=0.999) is None


@pytest.mark.parametrize("text", ["7", "95", "1", "238", "66"])
def test_no_minus_is_borne_out_that_is_not_there(text: str) -> None:
    assert borne_out(look(cell(text)), twice(f"-{text}", 0.97, (text, 0.02)), least=0.999) is None


def test_what_sticks_out_of_a_four_is_no_minus() -> None:
    assert borne_out(look(touching("4")), twice("-4", 0.99), least=0.999) is None
    assert doubt(look(touching("4")), twice("4", 0.99)) is None


def test_a_minus_that_no_reader_sees_leaves_a_doubt() -> None:
    found = doubt(look(cell("-62")), twice("62", 0.999))
    assert found is not None
    assert found.candidates == (("-62", 0.5), ("62", 0.5))
    assert doubt(look(cell("62")), twice("62", 0.999)) is None


def test_readers_that_differ_and_one_alone_say_nothing() -> None:
    readings = said("-62", 0.99), said("62", 0.99, engine="two")
    for some in (readings, readings[:1], readings[1:]):
        assert doubt(look(cell("-62")), some) is None
        assert borne_out(look(cell("-62")), some, least=0.999) is None


@pytest.mark.parametrize("text", ["-1.5", "—", "+3", "1.5"])
def test_a_point_or_a_mark_is_no_matter_of_signs(text: str) -> None:
    assert borne_out(look(cell(text)), twice(text, 0.99), least=0.999) is None
    assert doubt(look(cell(text)), twice(text, 0.99)) is None
