"""Running text without page numbers, running heads, hard line ends, stray spaces; its figures untouched."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalize.prose import Line, is_furniture, paragraphs, running_heads, split_breaks, tidy
from tests.cases import params

DIGITS = re.compile(r"[0-9]+")
PROSE = st.text(alphabet="我镇公开信息工作，。；（）—%.-0123456789 　\nabc", max_size=60)


def lines_of(texts):
    """Return the lines of a file; an empty text is a blank line."""
    lines = []
    for number, text in enumerate(texts):
        if text:
            lines.append(Line(text, follows=number > 0 and bool(texts[number - 1])))
    return lines


@pytest.mark.parametrize("case", params("prose"))
def test_lines_make_clean_paragraphs(case):
    assert list(paragraphs(lines_of(case["lines"]))) == case["paragraphs"]


@pytest.mark.parametrize("case", params("prose"))
def test_clean_paragraphs_are_their_own_clean_form(case):
    blank_between = [text for paragraph in case["paragraphs"] for text in (paragraph, "")]
    if case["label"] != "items that open with their number":
        assert list(paragraphs(lines_of(blank_between))) == case["paragraphs"]


@given(PROSE)
def test_it_keeps_every_figure_in_order(text):
    assert "".join(DIGITS.findall(tidy(text))) == "".join(DIGITS.findall(text))


@given(PROSE)
def test_it_leaves_no_space_beside_a_chinese_character(text):
    assert not re.search(r"[\u4e00-\u9fff，。；（）][ \t\u3000]+[\u4e00-\u9fff，。；（）0-9]", tidy(text))


@given(PROSE)
def test_it_is_tidy_after_once(text):
    assert tidy(tidy(text)) == tidy(text)


@given(st.lists(PROSE, max_size=6))
def test_paragraphs_lose_no_chinese_character_of_lines_that_are_no_furniture(texts):
    kept = [text for text in texts if not is_furniture(text)]
    wanted = "".join(re.findall(r"[\u4e00-\u9fff]", "".join(kept)))
    got = "".join(re.findall(r"[\u4e00-\u9fff]", "".join(paragraphs([Line(text) for text in texts]))))
    assert got == wanted


@pytest.mark.parametrize(
    "text", ["— 1 —", "-2-", "第3页", "3 / 12", "", "　", "发布时间：2024-01-05", "上一篇"]
)
def test_page_numbers_and_buttons_are_furniture(text):
    assert is_furniture(text)


@pytest.mark.parametrize(
    "text", ["1", "2023年", "无。", "2024年1月5日", "来源于群众的申请共3件。", "桐溪镇人民政府"]
)
def test_the_reports_own_lines_are_no_furniture(text):
    assert not is_furniture(text)


def test_a_short_line_on_three_pages_is_a_running_head():
    page = ["桐溪镇政府信息公开年报", "公开工作稳步推进。"]
    assert running_heads(page * 3) == {"桐溪镇政府信息公开年报"}
    assert running_heads(page * 2) == frozenset()


def test_running_heads_are_left_out():
    head = "桐溪镇政府信息公开年报"
    assert paragraphs([Line(head), Line("公开工作稳步推进。"), Line(head)], frozenset({head})) == (
        "公开工作稳步推进。",
    )


def test_a_line_break_before_an_item_begins_a_paragraph():
    assert split_breaks("情况如下：\n1、加强学习\n2、加大\n宣传") == [
        "情况如下：",
        "1、加强学习",
        "2、加大\n宣传",
    ]
