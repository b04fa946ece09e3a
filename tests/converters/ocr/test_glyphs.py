from __future__ import annotations

import pytest

from converters.ocr.glyphs import as_figures, is_figure, may_be_figure, plain


@pytest.mark.parametrize(
    ("one", "other"),
    [("1 234", "1234"), ("——", "-"), ("－5", "-5"), ("１２", "12"), ("1，234", "1,234"), ("", " ")],
)
def test_texts_that_look_alike_are_plainly_the_same(one: str, other: str) -> None:
    assert plain(one) == plain(other)


@pytest.mark.parametrize(
    ("one", "other"), [("1.234", "1,234"), ("-5", "5"), ("0", "O"), ("", "-"), ("12", "1 3")]
)
def test_texts_that_say_something_else_are_not(one: str, other: str) -> None:
    assert plain(one) != plain(other)


def test_letters_are_the_digits_that_they_look_like_where_a_figure_stands() -> None:
    assert as_figures([("O", 0.6), ("0", 0.3), ("o", 0.05)]) == (("0", pytest.approx(0.95)),)
    assert as_figures([("l2", 0.9)])[0][0] == "12"


@pytest.mark.parametrize("text", ["0", "O", "l2", "-S", "〇", "1.5", "7."])
def test_letters_that_look_like_digits_may_be_a_figure(text: str) -> None:
    assert may_be_figure(text)


@pytest.mark.parametrize("text", ["", "万元", "O类", "总计", "A"])
def test_other_letters_are_no_figure(text: str) -> None:
    assert not may_be_figure(text)


def test_words_stay_words() -> None:
    assert as_figures([("万元", 0.9)])[0][0] == "万元"
    assert as_figures([("Only", 0.9)])[0][0] == "Only"


def test_a_point_that_ends_a_figure_is_dirt() -> None:
    assert as_figures([("7.", 0.7), ("7", 0.25)])[0] == ("7", pytest.approx(0.95))


def test_a_text_that_is_no_figure_gives_way_only_to_one_that_the_engine_named() -> None:
    assert as_figures([("7.971.711", 0.9), ("7,971,711", 0.05)])[0][0] == "7,971,711"
    assert as_figures([("7.971.711", 0.9)])[0][0] == "7.971.711"


def test_nothing_is_added_to_what_the_engine_gave() -> None:
    found = as_figures([("0", 0.5), ("07", 0.2), ("八", 0.1)])
    assert sum(share for _, share in found) == pytest.approx(0.8)


@pytest.mark.parametrize("text", ["0", "12", "1,234", "3.50", "-5", "+7", "100%", "-", "/", "无"])
def test_figures_and_marks_are_figures(text: str) -> None:
    assert is_figure(text)


@pytest.mark.parametrize("text", ["", "07", "1,23", "1.2.3", "5-", "二"])
def test_other_texts_are_none(text: str) -> None:
    assert not is_figure(text)
