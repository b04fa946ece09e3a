from __future__ import annotations

from converters.ocr.ink import look
from converters.ocr.lookalikes import borne_out, contradictions
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


SURE = [True] * len(TEXTS)


def test_a_figure_is_borne_out_by_those_of_its_kind_that_were_surely_read() -> None:
    for number in (1, 2, 3, 4):  # 10, 0, 6, 8
        sure = [one != number for one in range(len(TEXTS))]
        assert borne_out(INKS, TEXTS, sure) == {number}


def test_a_misread_figure_is_not_borne_out() -> None:
    for number, wrong in (
        (2, "6"),
        (2, "8"),
        (5, "68"),
        (5, "80"),
        (7, "10"),
        (7, "1"),
        (16, "8"),
        (16, "—"),
    ):
        read, sure = [*TEXTS], [*SURE]
        read[number], sure[number] = wrong, False
        assert borne_out(INKS, read, sure) == set()


def test_figures_bear_out_neither_themselves_nor_by_few() -> None:
    assert borne_out(INKS, TEXTS, [False] * len(TEXTS)) == set()
    seldom = [text != "88" for text in TEXTS]
    fewer = [one and text not in ("8", "88") for one, text in zip(seldom, TEXTS, strict=True)]
    assert borne_out(INKS, TEXTS, fewer) == set()


def test_marks_are_borne_out_by_marks() -> None:
    texts = ["/", "/", "1", "—", "/", "—", "1", "/", "1", "—", "1", "—"]
    inks = [look(cell(text, noise=4.0)) for text in texts]
    for number in (0, 3):
        sure = [one != number for one in range(len(texts))]
        assert borne_out(inks, texts, sure) == {number}
        wrong = ["1" if one == number else text for one, text in enumerate(texts)]
        assert borne_out(inks, wrong, sure) == set()


def test_a_misread_figure_is_not_borne_out_where_its_rivals_are_unknown() -> None:
    texts = [*["0", "1", "8"] * 4, "8"]
    inks = [look(cell(text, blur=1.2, serif=False, size=16)) for text in [*texts[:-1], "6"]]
    assert borne_out(inks, texts, [*[True] * 12, False]) == set()
