from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from converters import ocr
from converters.ocr import strokes
from converters.ocr.lines import Usual, lines
from tests.converters.ocr.drawn import cell

HEIGHT = 20  # pixels that figures are high here

Grey = NDArray[np.uint8]


def drawn(width: int, height: int, *, thick: int = 0, blur: float = 0.7) -> Grey:
    """A cell with a filled rectangle in its middle, or the outline of one, `thick` pixels strong."""
    crop = np.full((48, 120), 245, np.uint8)
    left, top = 60 - width // 2, 24 - height // 2
    crop[top : top + height, left : left + width] = 40
    if thick:
        crop[top + thick : top + height - thick, left + thick : left + width - thick] = 245
    return np.asarray(cv2.GaussianBlur(crop, (0, 0), max(blur, 0.01)), np.uint8)


def read(crop: Grey) -> str | None:
    ink = ocr.look(crop)
    found = lines(ink, Usual(height=HEIGHT, contrast=200.0))
    if len(found) != 1:
        return None
    stroke = strokes.stroke(ink, found[0], usual_height=HEIGHT)
    return stroke.text if stroke else None


@pytest.mark.parametrize("blur", [0.5, 0.9, 1.6])
@pytest.mark.parametrize("width", [6, 8, 12, 20])
def test_a_hyphen_of_any_width_is_a_dash(width: int, blur: float) -> None:
    assert read(drawn(width, 2, blur=blur)) == "—"


@pytest.mark.parametrize("sigma", [4.0, 8.0])
@pytest.mark.parametrize(("width", "height"), [(9, 3), (9, 4), (24, 4)])
def test_a_dash_out_of_focus_has_round_ends(width: int, height: int, sigma: float) -> None:
    for seed in range(10):
        blurred = drawn(width, height, blur=1.6)
        grain = np.random.default_rng(seed).normal(0, sigma, blurred.shape)
        assert read(np.clip(blurred + grain, 0, 255).astype(np.uint8)) == "—"


@pytest.mark.parametrize("stem", [0.25, 0.35, 0.5])
def test_the_bar_of_a_7_with_a_faint_stem_is_no_dash(stem: float) -> None:
    crop = drawn(9, 3, blur=0.0).astype(np.float32)
    for row in range(26, 40):
        crop[row, 62 - (row - 26) // 3 : 64 - (row - 26) // 3] = 245 - 205 * 1.6 * stem
    worn = cv2.GaussianBlur(np.clip(crop, 0, 255), (0, 0), 0.7).astype(np.uint8)
    ink = ocr.look(worn)
    found = lines(ink, Usual(height=17, contrast=200.0))
    assert all(strokes.stroke(ink, line, usual_height=17) is None for line in found)


@pytest.mark.parametrize("width", [9, 12, 14])
def test_the_bar_of_a_5_that_kept_the_beginning_of_its_stem_is_no_dash(width: int) -> None:
    crop = drawn(width, 2, blur=0.0)
    crop[23:28, 60 - width // 2] = 40
    assert read(cv2.GaussianBlur(crop, (0, 0), 0.7)) is None


def test_the_bar_of_a_5_under_blur_stands_lower_where_its_stem_began() -> None:
    crop = drawn(14, 4, blur=0.0)
    crop[22:29, 53:55] = 40
    assert read(cv2.GaussianBlur(crop, (0, 0), 1.2)) is None


def test_a_full_stop_is_no_dash() -> None:
    assert read(drawn(4, 4)) is None


@pytest.mark.parametrize("blur", [0.5, 1.0, 1.7])
def test_a_box_for_a_missing_glyph_is_a_box(blur: float) -> None:
    assert read(drawn(13, 20, thick=2, blur=blur)) == strokes.BOX


# A 0 of a squarish typeface at 150 dpi, row by row.
SQUARISH = """
fffffffef8f8fdfffffffe ffffefcbb5a9b2dcf4fbfd fff3c998898788a9d3f2ff ffdb9989b4cca991b3eaff
fcc996ade1f4ca94a6e0fc f9bf85b2f0fee9ab96c3f1 f0ae85c8fcffecaa8fcdfa eda78bcaf9fff3b791bff3
f5b48fc2f4ffeaab8cc0f4 f7bf91b2ebffe1a08fcef9 fdc891abe8ffd79694d9fe ffd9a09dbcc9ae8faae7ff
fff3c8a1928f8e9fcff6ff fffeefceb4afb5cceefdff fffffdf5ecebecf4fcffff
"""


def test_a_squarish_zero_is_no_box() -> None:
    zero = [np.frombuffer(bytes.fromhex(row), dtype=np.uint8) for row in SQUARISH.split()]
    crop = np.full((40, 80), 253, np.uint8)
    crop[14:29, 30:41] = np.stack(zero)
    assert read(crop) is None


@pytest.mark.parametrize("text", [*"0123456789", "11", "00", "10", "无", "88"])
@pytest.mark.parametrize("blur", [0.5, 1.7])
def test_no_figure_is_a_single_stroke_or_a_box(text: str, blur: float) -> None:
    for serif in (True, False):
        assert read(cell(text, blur=blur, serif=serif)) is None


def test_a_slash_is_no_1() -> None:
    for serif in (True, False):
        assert read(cell("/", serif=serif)) == "/"


@pytest.mark.parametrize(("degrees", "height", "text"), [(15.4, 24, "/"), (15.4, 17, None), (13.0, 24, None)])
def test_a_slash_that_leans_little_is_higher_than_figures(
    degrees: float, height: int, text: str | None
) -> None:
    assert read(slash(degrees, height)) == text


def slash(degrees: float, height: int) -> Grey:
    """A cell with a straight stroke that leans to the right."""
    crop = np.full((60, 120), 245, np.uint8)
    lean = height * np.tan(np.radians(degrees)) / 2
    ends = [(round((60 + side * lean) * 16), round((30 - side * height / 2) * 16)) for side in (-1, 1)]
    cv2.line(crop, ends[0], ends[1], 40, 3, cv2.LINE_AA, 4)
    return np.asarray(cv2.GaussianBlur(crop, (0, 0), 0.6), np.uint8)


def leaning(crop: Grey, degrees: float) -> Grey:
    """A cell whose characters lean to the right, as those of italics do."""
    slope = float(np.tan(np.radians(degrees)))
    matrix = np.array([[1.0, -slope, crop.shape[0] / 2 * slope], [0.0, 1.0, 0.0]])
    turned = cv2.warpAffine(crop, matrix, crop.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(turned, np.uint8)


@pytest.mark.parametrize(("degrees", "upright"), [(0.0, True), (3.0, True), (12.0, False), (14.0, False)])
def test_upright_figures_are_told_from_italics(degrees: float, *, upright: bool) -> None:
    for serif in (True, False):
        inks = [
            ocr.look(leaning(cell(text, serif=serif), degrees)) for text in ("413", "62", "5675", "11", "208")
        ]
        places = [(ink, lines(ink, Usual())[0]) for ink in inks]
        assert strokes.are_upright(places) == upright
        assert not strokes.are_upright(places[:1])


def test_beside_upright_figures_a_slash_need_not_lean_much() -> None:
    ink = ocr.look(slash(13.7, 17))
    (line,) = lines(ink, Usual())
    assert strokes.stroke(ink, line, usual_height=17) is None
    found = strokes.stroke(ink, line, usual_height=17, upright=True)
    assert found is not None
    assert found.text == "/"
    upright = ocr.look(slash(5.0, 17))
    assert strokes.stroke(upright, lines(upright, Usual())[0], usual_height=17, upright=True) is None


def test_a_box_is_never_told_as_a_number() -> None:
    crops = [*(cell(text) for text in ("3", "12", "70", "0", "8")), *[drawn(13, 20, thick=2, blur=1.6)] * 9]
    for readings in ocr.recognise(crops, figures=True)[5:]:
        text, probability = ocr.agree(readings)
        assert not text.isdigit() or probability < 0.9
