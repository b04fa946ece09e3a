from __future__ import annotations

from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from rapidfuzz import fuzz

from converters import scan_prose
from converters.rulings import Word
from converters.scan_ink import ink, letter_height, marks
from document import Box

SCALE = 200 / 72
TEXTS = (
    "2022年以来，我市坚持以公开为常态、不公开为例外，公开的质",
    "量有所提高，共受理依申请公开1件（网上8件）。更新公开指南，",
    "（二）主动公开",
    "无。",
)


def read(
    *placed: tuple[float, float, str], size: float = 15.0, dirt: tuple[float, ...] = (), blur: float = 0.0
) -> list[Word]:
    """The words of a page with texts at some left side and baseline, and a hatched spot, in points.

    `blur`, in pixels, comes with grain.
    """
    spec = find_spec("pylopdf_fonts_zh_cn")
    assert spec is not None
    (folder,) = spec.submodule_search_locations or ()
    font = ImageFont.truetype(str(Path(folder) / "NotoSerifSC-Regular.otf"), size * SCALE)
    image = Image.new("L", (1654, 2339), 250)
    pencil = ImageDraw.Draw(image)
    for left, baseline, text in placed:
        pencil.text((left * SCALE, baseline * SCALE), text, font=font, fill=30, anchor="ls")
    if dirt:
        left, top, right, bottom = (round(one * SCALE) for one in dirt)
        for across in range(left, right, 4):
            pencil.line((across, top, across + 3, bottom), fill=30, width=2)
    page = np.asarray(image, dtype=np.uint8)
    if blur:
        grain = np.random.default_rng(1).normal(0, 6, page.shape)
        grainy = np.clip(cv2.GaussianBlur(page, (0, 0), blur) + grain, 0, 255).astype(np.uint8)
        page = np.asarray(cv2.GaussianBlur(grainy, (0, 0), 0.8), dtype=np.uint8)
    letters = ink(page)
    return scan_prose.words(page, letters, letter_height(marks(letters), SCALE), SCALE)


def test_lines_keep_the_marks_that_they_end_with():
    words = read(*((72, 100 + 28 * number, text) for number, text in enumerate(TEXTS)))
    assert [word.text for word in words] == list(TEXTS)
    for number, word in enumerate(words):
        assert word.box.bottom == pytest.approx(100 + 28 * number, abs=4)
        assert word.box.left == pytest.approx(72, abs=10)  # brackets stand on the right of their square


def test_a_page_number_stands_between_dashes():
    words = read((72, 100, TEXTS[0]), (285, 790, "— 3 —"))
    assert [word.text for word in words] == [TEXTS[0], "— 3 —"]


def test_a_page_number_is_one_line_however_far_its_dashes_stand():
    words = read((72, 100, TEXTS[0]), (270, 790, "—"), (300, 790, "3"), (322, 790, "—"))
    assert [word.text for word in words] == [TEXTS[0], "— 3 —"]
    assert words[1].box.left == pytest.approx(270, abs=3)
    assert words[1].box.right == pytest.approx(337, abs=3)


def test_a_page_number_keeps_dashes_that_are_hardly_read():
    """A short thin dash is read with less than a half."""
    words = read((72, 100, TEXTS[0]), (281, 790, "—"), (300, 790, "3"), (315, 790, "—"), size=9)
    assert [word.text for word in words] == [TEXTS[0], "— 3 —"]


def test_of_strokes_beside_a_page_number_dirt_is_none_of_its_dashes():
    def word(text: str, left: float, confidence: float) -> Word:
        return Word(text=text, box=Box(left=left, top=780, right=left + 8, bottom=790), confidence=confidence)

    dash, dirt, number = word("—", 280, 0.9), word("一", 270, 0.1), word("3", 292, 1.0)
    (first, second) = scan_prose._with_page_numbers([dash, number, word("—", 304, 0.2), dirt], 9.0)
    assert (first.text, first.box.left, first.box.right) == ("— 3 —", 280, 312)
    assert second is dirt


def test_dirt_is_no_line():
    page = [(72, 100 + 28 * number, text) for number, text in enumerate(TEXTS)]
    assert [word.text for word in read(*page, dirt=(400, 700, 412, 704))] == list(TEXTS)


def test_a_page_without_ink_has_no_lines():
    assert read() == []


def test_parts_of_a_page_are_cut_between_lines():
    lines = [[100, 40 * number, 900, 40 * number + 25, 500] for number in range(20)]
    far = [[400, 2000, 440, 2020, 100]]
    parts = scan_prose._parts(np.array(lines + far, dtype=np.int32), 20.0)
    assert parts[-1] == (400, 2000, 440, 2020)
    assert parts[0][1] == 0
    assert parts[-2][3] == 785
    assert all(bottom - top <= (scan_prose.PART + 3) * 20 for _, top, _, bottom in parts)
    assert all(before[3] < after[1] for before, after in pairwise(parts))


def test_lines_of_which_each_has_an_unsure_character_are_text_and_no_picture():
    lines = (
        "1.健全工作台账，明确每项内容的责任人与时限。",
        "2.加强日常检查，每月通报一次更新情况。",
        "六、其他需要报告的事项",
        "拉塘北县交通运输局",
    )
    words = read(*((72, 100 + 22 * number, line) for number, line in enumerate(lines)), size=9.0, blur=2.2)
    assert max(word.confidence for word in words if len(word.text) > 2) < 0.8
    assert sum(word.confidence < scan_prose.NONSENSE for word in words) > len(words) / 2
    assert [fuzz.ratio(word.text, line) >= 60 for word, line in zip(words, lines, strict=True)] == [True] * 4
