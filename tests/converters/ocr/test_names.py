from __future__ import annotations

import numpy as np
import pytest

from converters import ocr
from converters.ocr import names, rapid, typefaces
from converters.ocr.ink import Grey
from converters.ocr.rapid import Character
from converters.ocr.typefaces import Likeness
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


@pytest.mark.parametrize(
    "name",
    ["䶮马街道办事处", "䓖山县民政局", "牪马街道办事处", "竎山县民政局", "㳠马街道办事处", "垅里海县教育局"],
)
@pytest.mark.parametrize("serif", [True, False])
def test_a_letter_that_the_reader_takes_for_another_is_not_borne_out(
    name: str,
    serif: bool,  # noqa: FBT001
) -> None:
    reading = read(name, serif=serif)
    assert reading.text == name or reading.confidence < SURE


@pytest.mark.parametrize(
    "text", ["2024年1月1日—12月31日", "2020—2024年情况", "第三章—第五章", "政务公开——年度报告", "— 12 —"]
)
def test_dashes_and_figures_are_held_against_nothing(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for size, blur, noise in ((24, 0.6, 0.0), (26, 1.2, 14.0), (30, 0.8, 8.0)):
        ink = cell(text, size=size, width=size * (len(text) + 2), height=2 * size, blur=blur, noise=noise)
        with monkeypatch.context() as without:
            without.setattr(names, "settled", lambda _, readings: list(readings))
            ((before,),) = ocr.recognise([ink], figures=False, prose=True)
        ((after,),) = ocr.recognise([ink], figures=False, prose=True)
        assert after.text == before.text


def character(text: str, share: float, *others: str) -> Character:
    return Character(text=text, share=share, middle=0.0, others=others)


@pytest.mark.parametrize(
    ("like", "lead", "told"),
    [
        ("权", 0.1, ("权", 0.99)),  # both say so
        ("权", 0.02, ("权", 0.5)),  # too near to another
        ("杈", 0.1, ("杈", 0.5)),  # clearly what the reader holds possible
        ("杈", 0.04, ("权", 0.5)),
        ("汉", 0.3, ("权", 0.5)),  # which it does not hold possible
    ],
)
def test_a_letter_is_settled_by_what_reader_and_type_say(
    like: str, lead: float, told: tuple[str, float]
) -> None:
    found = names._settled(character("权", 0.5, "杈", "一"), Likeness(character=like, lead=lead))
    assert found == (told[0], pytest.approx(told[1]))


def test_no_letter_becomes_a_stroke() -> None:
    found = names._settled(character("二", 0.5, "一"), Likeness(character="一", lead=0.5))
    assert found == ("二", 0.5)


def test_letters_of_names_alone_are_held_against_type() -> None:
    name = [character(one, 0.5 if one in "泃岜" else 0.99) for one in "泃岜县人民政府"]
    assert names._doubted(name) == [0, 1]
    assert names._doubted([*name, character("—", 0.3, "一"), character("1", 0.3, "一")]) == [0, 1]
    assert names._doubted([character("一", 0.5), *name[2:]]) == []
    assert names._doubted(name[:2]) == []  # no name is as short
    assert names._doubted([character(one, 0.5) for one in "泃岜县人民"]) == []  # nor as unsure


def test_nothing_is_drawn_where_all_is_sure() -> None:
    typefaces._drawn.cache_clear()
    assert read("信息公开工作年度报告").confidence >= SURE
    assert typefaces._drawn.cache_info().currsize == 0


def test_letters_are_cut_out_whole_and_alone() -> None:
    name = "黄花村箐乡"
    ink = line(name)
    placed = rapid.characters([ink])[0]
    assert [one.text for one in placed] == list(name)
    letters = [names._cut(ink, placed, place) for place in range(len(name))]
    assert [one.character for one in typefaces.most_like(letters, rapid.letters()) if one] == list(name)


def test_a_letter_is_like_itself_before_all_others_also_out_of_focus() -> None:
    text = "洵泃天夭末未己已杈权汊汉"
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
