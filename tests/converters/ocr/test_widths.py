from __future__ import annotations

import pytest

from converters import ocr
from converters.ocr.widths import fitted
from tests.converters.ocr.drawn import cell


def _along(text: str, marks: float) -> list[tuple[str, float]]:
    """Characters with their middles: Chinese ones 3 steps wide, others half of it, marks `marks` squares."""
    placed, left = [], 0.0
    for character in text:
        wide = 3.0 * (marks if character in ",:;!?()，：；！？（）" else 0.5 if character.isascii() else 1.0)
        placed.append((character, left + wide / 2))
        left += wide
    return placed


@pytest.mark.parametrize("read", ["公开指南,调整目录(共三次)的", "公开指南，调整目录（共三次）的"])
@pytest.mark.parametrize(
    ("room", "printed"), [(1.0, "公开指南，调整目录（共三次）的"), (0.3, "公开指南,调整目录(共三次)的")]
)
def test_the_room_of_a_mark_tells_its_width(read: str, room: float, printed: str) -> None:
    assert fitted(_along(read, room)) == printed


def test_marks_at_the_ends_of_a_line_are_wide_beside_chinese() -> None:
    assert fitted(_along("(一)公开指南,", 0.3)) == "（一)公开指南，"


def test_marks_among_figures_and_letters_stay() -> None:
    assert fitted(_along("http://a.cn,1,234(5)", 1.0)) == "http://a.cn,1,234(5)"
    assert fitted(_along("", 1.0)) == ""


@pytest.mark.parametrize(
    "text", ["更新公开指南，调整公开目录（三次）；", "更新公开指南,调整公开目录", "更新（公开）指南：调整"]
)
def test_lines_keep_the_marks_that_they_are_drawn_with(text: str) -> None:
    ((reading,),) = ocr.recognise([cell(text, size=40, width=800, height=70)], figures=False)
    assert reading.text == text
