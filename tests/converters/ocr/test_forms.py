from __future__ import annotations

import numpy as np
import pytest

from converters import ocr
from converters.ocr import ctc
from converters.ocr.forms import forms_among, in_one_form
from tests.converters.ocr.drawn import cell

CHARACTERS = ("", "黄", "黃", "蒙", "濛", "乾", "干")
FORMS = forms_among(CHARACTERS)


def read(**shares: float) -> dict[str, float]:
    """One step's probabilities after its forms are one."""
    (step,) = in_one_form(np.array([[shares.get(one, 0.0) for one in CHARACTERS]], dtype=np.float32), FORMS)
    return {
        one: pytest.approx(share, abs=1e-6) for one, share in zip(CHARACTERS, step, strict=True) if share > 0
    }


def test_a_character_has_what_a_reader_gives_its_traditional_form() -> None:
    assert read(黄=0.2, 黃=0.78) == {"黄": 0.98}


def test_what_is_surely_traditional_stays() -> None:
    assert read(黄=0.01, 黃=0.98) == {"黄": 0.01, "黃": 0.98}


@pytest.mark.parametrize("two", ["蒙濛", "干乾"])
def test_characters_that_are_printed_beside_each_other_stay_two(two: str) -> None:
    one, other = two
    assert read(**{one: 0.4, other: 0.5}) == {one: 0.4, other: 0.5}


def test_a_letter_on_two_steps_stays_one() -> None:
    steps = np.array([[0, 0.015, 0.98, 0, 0, 0, 0], [0, 0.022, 0.973, 0, 0, 0, 0]], dtype=np.float32)
    assert ctc.greedy(in_one_form(steps, FORMS), CHARACTERS)[0] == "黄"


def test_steps_are_left_as_they_came_in() -> None:
    given = np.array([[0.0, 0.2, 0.78, 0.0, 0.0, 0.0, 0.0]], dtype=np.float32)
    before = given.copy()
    in_one_form(given, FORMS)
    assert (given == before).all()


@pytest.mark.parametrize(
    "name", ["黄拉特市人民政府", "子米奥镇人民政府", "路叠石市人民政府", "建粤南县教育局"]
)
def test_names_are_read_in_the_form_that_is_printed(name: str) -> None:
    ((reading,),) = ocr.recognise([cell(name, size=60, width=660, height=108)], figures=False, prose=True)
    assert reading.text == name
    assert reading.confidence > 0.99


def test_a_traditional_line_is_read_as_it_stands() -> None:
    ((reading,),) = ocr.recognise(
        [cell("信息公開", size=40, width=280, height=72)], figures=False, prose=True
    )
    assert reading.text == "信息公開"
