from __future__ import annotations

import cv2
import numpy as np
import pytest

from converters.ocr.ink import THIN_SHARE, cut, look, without_specks
from converters.ocr.lines import Usual, blank, lines, of_figure, usual
from tests.converters.ocr.drawn import Grey, cell

PAGE = Usual(height=19.0, contrast=190.0)


def read(crop: Grey) -> list[tuple[int, int]]:
    """Rows of the lines that are seen."""
    return [(line.top, line.bottom) for line in lines(look(crop), PAGE)]


@pytest.mark.parametrize("blur", [0.4, 1.2, 2.0])
@pytest.mark.parametrize("ink", [40, 170])
def test_it_never_loses_a_lone_zero(blur: float, ink: int) -> None:
    assert len(read(cell("0", blur=blur, ink=ink))) == 1


def test_it_proves_an_empty_cell_blank() -> None:
    ink = look(cell("", noise=4.0))
    assert lines(ink, PAGE) == []
    assert blank(ink, PAGE) > 0.999


@pytest.mark.parametrize(("seed", "sigma"), [(2, 35.0), (3, 35.0), (3, 45.0), (2, 45.0)])
@pytest.mark.parametrize("tops", [(51,), (27, 75)])
def test_grain_beside_print_makes_no_lines(seed: int, sigma: float, tops: tuple[int, ...]) -> None:
    crop = np.full((150, 160), 245, np.float32)
    for top in tops:
        crop[top : top + 48] = cell("其他", width=160, ink=60, blur=0.7)
    grain = np.random.default_rng(seed).normal(0, sigma, crop.shape)
    noisy = np.clip(crop + grain, 0, 255).astype(np.float32)
    soft = cv2.GaussianBlur(noisy, (0, 0), 0.5).astype(np.uint8)
    found = lines(look(soft, share=THIN_SHARE), Usual(height=19.0, contrast=110.0))
    assert len(found) == len(tops)


@pytest.mark.parametrize("blur", [0.8, 1.2, 2.2])
def test_letters_beside_those_that_blur_ran_together_are_no_specks(blur: float) -> None:
    label = cell("二 部 分公分处理的 只 计 这 一", width=420, blur=blur)
    (line,) = lines(look(label, share=THIN_SHARE), PAGE)
    assert (line.left, line.right) == pytest.approx((36, 385), abs=1)


def test_dust_as_high_as_a_dash_is_a_speck() -> None:
    crop = cell("")
    crop[23:26, 20:50] = 60
    crop[23:26, 110:113] = 60
    ink = look(crop)
    assert [len(ink.marks), len(ink.specks)] == [1, 1]


def test_a_faint_figure_is_no_blank() -> None:
    ink = look(cell("7", ink=215, blur=1.0))
    assert lines(ink, PAGE) or blank(ink, PAGE) < 0.9


def test_ink_almost_too_faint_to_see_leaves_blankness_in_doubt() -> None:
    page = Usual(height=19.0, contrast=40.0)
    ink = look(cell("0", ink=229, blur=1.0))
    assert lines(ink, page) or blank(ink, page) < 0.999


def test_rulings_left_along_the_rim_are_no_ink() -> None:
    crop = cell("")
    crop[:3], crop[:, -2:] = 30, 60
    assert read(crop) == []


def test_a_figure_beside_a_left_ruling_is_seen_alone() -> None:
    crop = cell("12")
    crop[-3:] = 20
    (line,) = lines(look(crop), PAGE)
    assert line.bottom < 40


def test_light_that_falls_off_is_no_ink() -> None:
    crop = cell("").astype(np.float32) * np.linspace(1.0, 0.55, 120)
    assert read(crop.astype(np.uint8)) == []


def test_dust_is_told_from_ink_and_leaves_a_doubt_when_it_is_large() -> None:
    crop = cell("")
    crop[20:22, 60:62] = 0
    small = look(crop)
    crop[18:23, 58:63] = 0
    large = look(crop)
    assert lines(small, PAGE) == lines(large, PAGE) == []
    assert 0.9 < blank(large, PAGE) < 0.999 < blank(small, PAGE) < 1.0


@pytest.mark.parametrize("size", [(2, 3), (2, 2), (1, 2)])
def test_what_is_left_of_a_sign_is_no_speck(size: tuple[int, int]) -> None:
    for text in ("7", "62"):
        crop = cell(text)
        left = int(np.flatnonzero((crop < 150).any(axis=0))[0]) - 6
        crop[25 : 25 + size[0], left : left + size[1]] = 60
        ink = look(crop)
        assert without_specks(ink, height=19) is ink
        crop[8:10, 10:12] = 130
        worn = look(crop)
        assert len(worn.marks) + len(worn.specks) == len(ink.marks) + len(ink.specks) + 1
        cleaned = without_specks(worn, height=19)
        assert len(cleaned.marks) + len(cleaned.specks) == len(ink.marks) + len(ink.specks)


def test_beside_a_bar_alone_nothing_is_a_speck() -> None:
    crop = cell("")
    crop[14:17, 50:60] = 40
    crop[24:26, 54:56] = 40
    ink = look(crop)
    assert without_specks(ink, height=19) is ink


def test_halves_of_a_broken_digit_are_one_line() -> None:
    crop = cell("8")
    crop[23:25] = 245
    assert len(read(crop)) == 1


def test_lines_of_a_label_come_from_the_top_down() -> None:
    found = read(cell("行政\n复议", height=120))
    assert len(found) == 2
    assert found == sorted(found)


def test_a_flat_line_beside_a_figure_is_left_of_a_ruling() -> None:
    crop = cell("5", height=70)
    crop[59:64, 40:80] = 60
    found = lines(look(crop), PAGE)
    assert len(found) == 2
    assert len(of_figure(found, PAGE)) == 1


def test_the_usual_height_is_that_of_digits() -> None:
    inks = [look(cell(text)) for text in ("0", "12", "—", "345", "")]
    assert 17 <= usual(inks).height <= 22
    assert usual([look(cell(""))]) == Usual()


def test_dashes_alone_tell_how_dark_print_is_and_not_how_high() -> None:
    dash = cell("")
    dash[23:25, 50:64] = 60
    alone = usual([look(dash)] * 5)
    assert alone.height == 0
    assert alone.contrast > 100


def test_a_streak_through_a_column_says_nothing_of_the_usual_height() -> None:
    crops = [cell("0", width=90) for _ in range(30)]
    for crop in crops[:6]:
        crop[:, 70:72] = 20
    assert 17 <= usual([look(crop) for crop in crops]).height <= 22


def test_figures_that_fill_their_cells_tell_their_height_beside_dirt() -> None:
    tight = look(cell("0")).marks[0]
    crops = [cell("0")[tight.top : tight.bottom].copy() for _ in range(10)]
    dirty = cell("")
    dirty[20:26, 20:26] = 20
    assert usual([look(crop) for crop in (*crops, dirty)]).height >= 17


@pytest.mark.parametrize(("apart", "is_sure"), [(0, True), (8, False), (40, True)])
def test_dots_near_each_other_may_be_what_is_left_of_a_figure(apart: int, *, is_sure: bool) -> None:
    crop = cell("", width=120)
    crop[20:22, 40:42] = 20
    crop[20:22, 40 + apart : 42 + apart] = 20
    assert (blank(look(crop), PAGE) >= 0.999) is is_sure


def test_a_dash_is_cut_with_the_room_of_a_digit() -> None:
    ink = look(cell("—"))
    (line,) = lines(ink, PAGE)
    assert cut(ink, line, margin=0.15, least_height=19.0).shape[0] >= 19


@pytest.mark.parametrize("shape", [(1, 1), (2, 300), (300, 2), (4, 4)])
@pytest.mark.parametrize("level", [0, 128, 255])
def test_any_crop_has_an_answer(shape: tuple[int, int], level: int) -> None:
    ink = look(np.full(shape, level, dtype=np.uint8))
    assert lines(ink, Usual()) == []
    assert 0.0 <= blank(ink, Usual()) <= 1.0
