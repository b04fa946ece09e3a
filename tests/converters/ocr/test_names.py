from __future__ import annotations

import numpy as np
import pytest

from converters import ocr
from converters.ocr import names, rapid, typefaces
from converters.ocr.ink import Grey
from document import Reading
from tests.converters.ocr.drawn import cell

SURE = 0.97  # what a name has to be read with (normalize/imprint.py)


def line(text: str, *, serif: bool = True) -> Grey:
    """A title of 200 dpi."""
    return cell(text, size=46, width=46 * (len(text) + 3), height=83, serif=serif)


def read(text: str, *, serif: bool = True) -> Reading:
    ((reading,),) = ocr.recognise([line(text, serif=serif)], figures=False, prose=True)
    return reading


def alone(text: str, *, serif: bool, monkeypatch: pytest.MonkeyPatch) -> Reading:
    """What the reader makes of a line without type."""
    with monkeypatch.context() as without:
        without.setattr(names, "settled", lambda _, readings: list(readings))
        return read(text, serif=serif)


@pytest.mark.parametrize(
    ("name", "serif"),
    [
        ("沙廿松市人民政府", True),
        ("两海栗市人民政府", False),
        ("垌村平县人民政府", False),
        ("洞车峃区民政局", True),
    ],
)
def test_a_letter_that_reader_and_type_agree_on_is_sure(
    name: str,
    serif: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, after = alone(name, serif=serif, monkeypatch=monkeypatch), read(name, serif=serif)
    assert (before.text, before.confidence < SURE) == (name, True)
    assert (after.text, after.confidence >= SURE) == (name, True)


@pytest.mark.parametrize(
    ("name", "misread"), [("枧田乡人民政府", "视田乡人民政府"), ("二泃盈区司法局", "二沟盈区司法局")]
)
def test_a_letter_that_type_knows_better_is_taken_and_stays_in_doubt(
    name: str, misread: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert alone(name, serif=False, monkeypatch=monkeypatch).text == misread
    reading = read(name, serif=False)
    assert reading.text == name
    assert reading.confidence < SURE


@pytest.mark.parametrize("serif", [True, False])
def test_a_letter_that_the_reader_does_not_know_stays_in_doubt(serif: bool) -> None:  # noqa: FBT001
    assert "垅" not in {one.text for one in rapid.characters([line("垅里海县教育局", serif=serif)])[0]}
    assert read("垅里海县教育局", serif=serif).confidence < SURE


def test_letters_are_cut_out_whole_and_alone() -> None:
    name = "黄花村箐乡"
    ink = line(name)
    placed = rapid.characters([ink])[0]
    assert [one.text for one in placed] == list(name)
    letters = [names._cut(ink, placed, place) for place in range(len(name))]
    assert [one.character for one in typefaces.most_like(letters, rapid.letters()) if one] == list(name)


def test_a_letter_is_like_itself_before_all_others_also_out_of_focus() -> None:
    text = "洵泃天夭末未己已巳杈权汊汉"
    for size, blur in ((46, 0.6), (34, 0.7), (60, 2.0)):
        letters = [cell(one, size=size, width=2 * size, height=2 * size, blur=blur) for one in text]
        like = typefaces.most_like(letters, rapid.letters())
        assert [one.character for one in like if one] == list(text)
        assert all(one is not None and one.lead > 0 for one in like)


def test_a_letter_without_ink_is_like_none() -> None:
    blank = np.full((40, 40), 250, dtype=np.uint8)
    nothing, one = typefaces.most_like([blank, cell("一", size=40, width=80, height=80)], rapid.letters())
    assert nothing is None
    assert one is not None
    assert one.character == "一"


def test_where_the_typefaces_are_not_installed_names_stay_in_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typefaces, "_PACKAGE", "no_such_fonts")
    typefaces._drawn.cache_clear()
    try:
        assert typefaces.most_like([cell("一")], rapid.letters()) == [None]
        assert read("沙廿松市人民政府").confidence < SURE
    finally:
        typefaces._drawn.cache_clear()
