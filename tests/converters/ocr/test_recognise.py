from __future__ import annotations

import subprocess
import sys

import cv2
import numpy as np
import pytest

from converters import ocr
from converters.ocr import ctc, figures, models, rapid
from converters.ocr.glyphs import plain
from converters.ocr.ink import Grey
from errors import MissingProgram
from tests.converters.ocr.drawn import cell

FIGURES = ("0", "0", "7", "12", "0", "1,234", "35.60", "4407", "88", "-5", "0", "0", "9", "160")


def test_it_reads_figures_with_two_witnesses() -> None:
    for serif in (True, False):
        found = ocr.recognise([cell(text, serif=serif) for text in FIGURES], figures=True)
        assert [[plain(one.text) for one in readings[:2]] for readings in found] == [[t, t] for t in FIGURES]
        assert {len({one.engine for one in readings}) for readings in found} == {2}


def test_a_third_reader_is_asked_where_two_leave_a_doubt_and_nowhere_else() -> None:
    worn = [cell(text, blur=2.2, noise=30.0, ink=110) for text in FIGURES]
    found = ocr.recognise([*worn, *(cell(text) for text in FIGURES)], figures=True)
    third = figures.THIRD.engine
    two = [readings for readings in found if third not in {one.engine for one in readings}]
    three = [readings for readings in found if readings not in two]
    assert len(two) >= len(FIGURES)
    assert len(three) >= 4
    assert all(ocr.agree(readings[:2])[1] < 0.999 for readings in three)
    assert {readings[2].engine for readings in three} == {third}
    assert ocr.reader().endswith(third)


def test_figures_that_are_clear_are_sure() -> None:
    found = [ocr.agree(readings) for readings in ocr.recognise([cell(t) for t in FIGURES], figures=True)]
    assert [text for text, _ in found] == list(FIGURES)
    assert min(probability for _, probability in found) >= 0.999


@pytest.mark.parametrize("level", [{"blur": 1.7, "noise": 8.0}, {"noise": 25.0}, {"ink": 180}])
def test_worn_figures_are_read_or_left_unsure(level: dict[str, float]) -> None:
    crops = [cell(text, **level) for text in FIGURES]  # type: ignore[arg-type]
    for text, readings in zip(FIGURES, ocr.recognise(crops, figures=True), strict=True):
        taken, probability = ocr.agree(readings)
        assert taken == text or probability < 0.999


@pytest.mark.parametrize("mark", ["—", "——", "-", "/", "无"])
def test_marks_for_no_number_are_read_beside_figures(mark: str) -> None:
    *_, readings = ocr.recognise([cell(text) for text in (*FIGURES, mark)], figures=True)
    assert [plain(one.text) for one in readings] == [plain(mark)] * 2


def _dashes(*, thin: int) -> Grey:
    """A cell with a dash as thin as those of Song typefaces at 150 dpi: a third as dark as the figures."""
    crop = cell("")
    row = crop.shape[0] // 2
    crop[row : row + 2, 50:74] = 255 - thin
    return crop


def test_a_thin_dash_is_a_mark_even_where_text_was_expected() -> None:
    crops = [*(cell(text) for text in FIGURES), *[_dashes(thin=90)] * 3]
    figures = [*[True] * len(FIGURES), *[False] * 3]
    for readings in ocr.recognise(crops, figures=figures)[-3:]:
        assert [plain(one.text) for one in readings[:2]] == ["-", "-"]
        assert ocr.agree(readings)[1] >= 0.999


def _hyphen(*, width: int, height: int) -> Grey:
    """A high cell with a hyphen of two pixels."""
    crop = cell("", width=110, height=height)
    crop[height // 2 : height // 2 + 2, 55 - width // 2 : 55 - width // 2 + width] = 40
    return crop


@pytest.mark.parametrize("width", [6, 8])
@pytest.mark.parametrize("height", [78, 140])
def test_hyphens_alone_in_high_cells_beside_labels_are_marks_for_none(width: int, height: int) -> None:
    labels = [cell(text, width=190, height=height) for text in ("申请人情况", "其他处理")]
    blank = cell("", width=110, height=height)
    crops = [*labels, *[_hyphen(width=width, height=height)] * 6, blank]
    found = ocr.recognise(crops, figures=[False, False, *[True] * 7])[2:]
    assert [[plain(one.text) for one in readings[:2]] for readings in found[:6]] == [["-", "-"]] * 6
    assert all(ocr.agree(readings)[1] >= 0.999 for readings in found)
    assert found[6][0].text == ""


def test_hyphens_without_labels_are_as_high_as_their_rows_let_figures_be() -> None:
    found = ocr.recognise([_hyphen(width=8, height=48)] * 6, figures=True)
    assert [ocr.agree(readings)[0] for readings in found] == ["—"] * 6
    assert all(ocr.agree(readings)[1] >= 0.999 for readings in found)


def _left_of_a_seal(*, ink: int) -> Grey:
    """A blank cell with pieces of strokes that have no shape of a character."""
    crop = cell("", noise=3.0)
    for left, top, right, bottom in ((38, 12, 52, 16), (44, 26, 47, 38), (60, 18, 74, 21), (66, 30, 70, 34)):
        cv2.line(crop, (left, top), (right, bottom), ink, 2, cv2.LINE_AA)
    return crop


def test_what_is_left_of_a_seal_is_no_print() -> None:
    printed = [cell(text) for text in FIGURES]
    *_, light = ocr.recognise([*printed, _left_of_a_seal(ink=190)], figures=True)
    assert ocr.agree(light)[0] == ""
    assert ocr.agree(light)[1] >= 0.999
    *_, dark = ocr.recognise([*printed, _left_of_a_seal(ink=90)], figures=True)
    assert ocr.agree(dark)[1] < 0.999


def test_a_figure_in_grey_is_no_remains_of_a_seal() -> None:
    *_, grey = ocr.recognise([*(cell(text) for text in FIGURES), cell("37", ink=175)], figures=True)
    assert ocr.agree(grey)[0] == "37"


def test_a_cell_without_ink_is_read_by_its_ink() -> None:
    readings = ocr.recognise([cell("3"), cell("", noise=3.0)], figures=True)[1]
    assert [(one.engine, one.text) for one in readings] == [("ink", "")]
    assert readings[0].confidence > 0.999


def _noisy(text: str, *, ink: int = 40) -> Grey:
    """A cell under a camera's noise, of which the light half was cut off with the paper's white."""
    return np.maximum(cell(text, noise=35.0, paper=255, ink=ink, blur=0.8), 60)


def test_coarse_grain_is_no_ink() -> None:
    printed = [_noisy(text) for text in ("3", "12", "70", "0")]
    for flag in (True, False):
        flags = [True] * 4 + [flag]
        (reading,) = ocr.recognise([*printed, _noisy("")], figures=flags)[4]
        assert (reading.engine, reading.text) == ("ink", "")
        assert reading.confidence > 0.999


@pytest.mark.parametrize("ink", [40, 110, 150])
def test_a_figure_in_coarse_grain_is_no_blank(ink: int) -> None:
    printed = [_noisy(text) for text in ("3", "12", "70", "0")]
    for text in ("0", "1", "7"):
        found = ocr.agree(ocr.recognise([*printed, _noisy(text, ink=ink)], figures=True)[4])
        assert found[0] or found[1] < 0.999


def test_a_figure_that_runs_out_of_its_cell_is_not_told() -> None:
    printed = [cell(text) for text in ("3", "12", "70", "0")]
    for text in ("29", "40", "85"):
        whole = cell(text)
        inked = np.flatnonzero((whole < 150).any(axis=0))
        for at in range(inked[0] + 2, inked[0] + 9):
            found, probability = ocr.agree(ocr.recognise([*printed, whole[:, at:]], figures=True)[4])
            assert found == text or probability < 0.9, (text, at)


def _specked(text: str, *specks: tuple[int, int]) -> Grey:
    """A cell with black specks of 2 x 2 pixels at places (row, column)."""
    crop = cell(text)
    for row, column in specks:
        crop[row : row + 2, column : column + 2] = 20
    return crop


def test_specks_beside_a_figure_are_no_part_of_it() -> None:
    printed = [cell(text) for text in ("3", "12", "70", "0")]
    for text in ("0", "7", "44", "1,234", "35.60", "-5", "无"):
        crop = _specked(text, (8, 10), (24, 6), (38, 14), (6, 108), (24, 112), (40, 104))
        readings = ocr.recognise([*printed, crop], figures=True)[4]
        assert [plain(one.text) for one in readings[:2]] == [text, text]


def test_points_and_signs_are_no_specks() -> None:
    printed = [cell(text) for text in ("3", "12", "70", "0")]
    for text in ("1.5", "-1", "0.7", "-77", "2,345"):
        for blur in (0.5, 1.2):
            found, probability = ocr.agree(ocr.recognise([*printed, cell(text, blur=blur)], figures=True)[4])
            assert found.replace("—", "-") == text or probability < 0.999


def test_a_figure_in_a_cell_of_text_is_read_as_figures_are() -> None:
    crops = [cell("申请人情况", width=190), *(cell(text) for text in ("3", "12", "70", "0", "/", "1"))]
    _, *found = ocr.recognise(crops, figures=[False, True, True, True, True, False, False])
    assert [[plain(one.text) for one in readings[:2]] for readings in found[-2:]] == [["/"] * 2, ["1"] * 2]
    assert {len({one.engine for one in readings[:2]}) for readings in found[-2:]} == {2}


def test_a_letter_in_a_cell_of_text_is_the_digit_that_it_looks_like() -> None:
    label, letter = ocr.recognise([cell("科研机构", width=160), cell("O")], figures=False)
    assert [reading.text for reading in label] == ["科研机构"]
    assert [reading.text for reading in letter] == ["0", "0"]


def test_a_mark_in_a_cell_of_text_has_two_witnesses() -> None:
    crops = [cell("申请人情况", width=190), _specked("无", (24, 20), (8, 100))]
    label, mark = ocr.recognise(crops, figures=False)
    assert len(label) == 1
    assert [one.text for one in mark] == ["无", "无"]


def test_labels_are_read_line_by_line() -> None:
    label = cell("结果维持及\n其他处理", width=190, height=100)
    ((reading,),) = ocr.recognise([label], figures=False)
    assert reading.text == "结果维持及\n其他处理"


def test_a_thin_stroke_that_begins_a_label_is_not_lost() -> None:
    label = cell("一、本年新收政府信息公开申请数量", width=440, blur=1.4, noise=5.0)
    ((reading,),) = ocr.recognise([label], figures=False)
    assert reading.text.startswith("一")


def test_each_crop_may_be_a_figure_or_not() -> None:
    found = ocr.recognise([cell("总计", width=90), cell("30")], figures=[False, True])
    assert [len(readings) for readings in found] == [1, 2]


@pytest.mark.parametrize("word", ["吗", "总计", "3件", "见附件"])
def test_words_are_surely_no_figures(word: str) -> None:
    *_, readings = ocr.recognise([cell(text) for text in (*FIGURES, word)], figures=True)
    text, probability = ocr.agree(readings)
    assert text == word or probability < 0.999


def test_a_figure_comes_with_what_else_it_may_be() -> None:
    ((first, second, *_),) = ocr.recognise([cell("7", blur=2.6, size=20)], figures=True)
    for one in (first, second):
        assert one.candidates[0] == (one.text, one.confidence)
        assert sum(share for _, share in one.candidates) <= 1.0 + 1e-6


def test_the_same_crops_give_the_same_readings() -> None:
    crops = [cell(text, noise=12.0) for text in FIGURES]
    assert ocr.recognise(crops, figures=True) == ocr.recognise(crops, figures=True)


def test_no_crops_give_no_readings() -> None:
    assert ocr.recognise([], figures=True) == []


def test_dark_light_and_tiny_crops_end_in_readings() -> None:
    crops = [np.full(shape, level, np.uint8) for shape in ((1, 1), (40, 90)) for level in (0, 128, 255)]
    for readings in ocr.recognise(crops, figures=True):
        assert readings[0].text == ""


def test_lines_of_a_page_are_found_in_reading_order() -> None:
    page = np.full((1000, 800), 250, np.uint8)
    for number, text in enumerate(("一、总体情况", "本年度公开信息十二条", "二、主动公开")):
        page[100 + 200 * number : 160 + 200 * number, 60:560] = cell(text, size=34, width=500, height=60)
    found = ocr.find_lines(page, letter=26)
    assert len(found) == 3
    assert [100 < box.top - 200 * number < 160 for number, box in enumerate(found)] == [True] * 3
    assert all(0 <= box.left < box.right <= 800 for box in found)


def test_an_empty_page_has_no_lines() -> None:
    assert ocr.find_lines(np.full((700, 500), 255, np.uint8), letter=26) == []


def test_it_knows_which_way_up_a_line_stands() -> None:
    line = cell("政府信息公开工作年度报告", width=400)
    standing, turned = ocr.upright([line, np.ascontiguousarray(cv2.rotate(line, cv2.ROTATE_180))])
    assert turned < 0.5 < standing


def test_the_reader_is_named_with_its_version() -> None:
    assert ocr.reader().startswith("RapidOCR 3.")
    assert figures.SECOND.engine in ocr.reader()


def test_a_missing_model_is_told_with_what_to_install() -> None:
    with pytest.raises(MissingProgram, match="install rapidocr"):
        models.session("nothing.onnx")


def test_an_unknown_engine_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOUJI_OCR", "eyes")
    with pytest.raises(MissingProgram, match="rapid, tesseract, both"):
        ocr.recognise([cell("1")], figures=True)


def test_it_runs_without_the_pipeline_of_the_package() -> None:
    code = (
        "import sys; sys.path.insert(0, '.'); import numpy as np; from converters import ocr;"
        "ocr.recognise([np.full((40, 90), 255, np.uint8)], figures=True); ocr.reader();"
        "print(sorted({'rapidocr', 'omegaconf', 'torch'} & {name.split('.')[0] for name in sys.modules}))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


def test_a_line_of_prose_keeps_what_stands_beside_a_mark() -> None:
    lines = [cell("无。", size=40, width=200, height=70)]
    ((reading,),) = ocr.recognise(lines, figures=False, prose=True)
    assert reading.text == "无。"
    assert ocr.recognise(lines, figures=False)[0][0].text == "无"


@pytest.fixture
def widths(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The widths of all batches that RapidOCR's model is run on."""
    found: list[int] = []
    run = rapid._run

    def noted(batch: Grey) -> ctc.Probabilities:
        found.append(batch.shape[2])
        return run(batch)

    monkeypatch.setattr(rapid, "_run", noted)
    return found


def test_a_label_that_is_not_surely_read_is_read_again_wider(widths: list[int]) -> None:
    sharp, blurred = (
        cell("其他法律行政法规禁止公开", size=25, width=340, blur=blur, noise=6.0) for blur in (0.6, 3.4)
    )
    ocr.recognise([sharp], figures=False)
    assert len(widths) == 1
    ocr.recognise([blurred], figures=False)
    assert widths[2] > widths[1] >= widths[0] - 16


def test_the_rest_of_a_ruling_in_a_label_is_no_letter_to_measure_figures_by() -> None:
    streaked = cell("三", width=70, height=300)
    streaked[10:290, 20:24] = 40
    figures = [cell(text) for text in ("3", "12", "0", "0", "70")]
    readings = ocr.recognise([streaked, *figures], figures=[False, True, True, True, True, True])
    assert [ocr.agree(found)[0] for found in readings[1:]] == ["3", "12", "0", "0", "70"]


def test_titles_and_names_are_read_at_their_full_width(widths: list[int]) -> None:
    texts = ("信息公开" * 4, "信息公开" * 4, "信息公开" * 9)
    for text, is_prose in zip(texts, (True, False, True), strict=True):
        line = cell(text, size=25, width=27 * len(text), height=32)
        ocr.recognise([line], figures=False, prose=is_prose)
    title, label, body = (width / len(text) for width, text in zip(widths, texts, strict=True))
    assert title > 1.3 * label
    assert body == pytest.approx(label, rel=0.1)


@pytest.mark.parametrize(("text", "ink", "blur"), [("8", 150, 0.8), ("3", 170, 1.1)])
def test_a_worn_figure_that_a_reader_sees_is_no_remains_of_a_seal(text: str, ink: int, blur: float) -> None:
    worn = cell(text, ink=ink, blur=0.6).astype(np.float32)
    gaps = cv2.GaussianBlur(np.random.default_rng(1).random(worn.shape).astype(np.float32), (0, 0), 1.2)
    worn[gaps < np.quantile(gaps, 0.55)] = 235
    faint = cv2.GaussianBlur(worn, (0, 0), blur).astype(np.uint8)
    *_, readings = ocr.recognise([*(cell(one) for one in FIGURES), faint], figures=True)
    assert ocr.agree(readings)[1] < 0.999


def _lines(*texts: str, size: int = 26, blur: float = 0.6, noise: float = 0.0) -> Grey:
    """A cell with lines under each other."""
    return np.concatenate(
        [cell(text, size=size, width=160, height=size + 8, blur=blur, noise=noise) for text in texts]
    )


def test_the_lines_of_a_label_stay_lines() -> None:
    labels = [
        ("自然", "人"),
        ("社会", "公益", "组织"),
        ("尚", "未", "审", "结"),
        ("一、本年新收政府", "信息公开申请", "数量"),
    ]
    found = ocr.recognise([_lines(*label, size=20) for label in labels], figures=False)
    assert [readings[0].text for readings in found] == ["\n".join(label) for label in labels]


def test_characters_under_each_other_are_read_beside_the_others_of_their_word() -> None:
    """One by one 审 comes out as 申 or 车 on a worn page."""
    labels = [("尚", "未", "审", "结"), ("结", "果", "纠", "正"), ("其", "他", "结", "果")]
    crops = [_lines(*label, blur=1.9, noise=14.0) for label in labels]
    found = ocr.recognise(crops, figures=False)
    assert [readings[0].text for readings in found] == ["\n".join(label) for label in labels]


def test_grain_of_a_coarse_jpeg_is_no_dash() -> None:
    """Both readers see a dash in it; no dash is so light beside the figures of its page."""
    random = np.random.default_rng(35)
    sheet = cell("", width=100, height=40).astype(np.float32)
    for _ in range(random.integers(4, 9)):
        left, top = random.integers(2, 96), random.integers(2, 36)
        width, height = random.integers(1, 4), random.integers(1, 3)
        sheet[top : top + height, left : left + width] -= random.integers(25, 45)
    soft = np.clip(cv2.GaussianBlur(sheet, (0, 0), 0.7), 0, 255).astype(np.uint8)
    _, stored = cv2.imencode(".jpg", soft, [cv2.IMWRITE_JPEG_QUALITY, 25])
    blank = np.asarray(cv2.imdecode(stored, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
    crops = [*(cell(text) for text in FIGURES), blank]
    *_, readings = ocr.recognise(crops, figures=True)
    assert ocr.agree(readings)[0] == ""


def test_a_faint_label_is_no_grain() -> None:
    """Lighter than any dash beside the figures of its page, it is read all the same."""
    crops = [*(cell(text) for text in FIGURES), cell("结果维持", width=160, ink=222)]
    *_, readings = ocr.recognise(crops, figures=[*[True] * len(FIGURES), False])
    assert readings[0].text == "结果维持"
