from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from converters import ocr
from converters.ocr import groups, rapid
from converters.ocr.ink import Grey, Ink, Line, look
from converters.ocr.lines import Usual, lines
from document import Reading
from tests.converters.ocr.drawn import cell

ZEROS = ["0"] * 6 + ["8"] * 2


def _places(crops: Sequence[Grey]) -> list[tuple[Ink, Line]]:
    inks = [look(crop) for crop in crops]
    return [(ink, lines(ink, Usual())[0]) for ink in inks]


def _own(*texts: str, confidence: float = 0.999) -> list[Reading]:
    return [Reading(engine="own", text=text, confidence=confidence) for text in texts]


def test_the_same_digit_is_a_group() -> None:
    places = _places([cell(text, noise=4.0) for text in ZEROS])
    (group,) = groups.alike(places, _own(*ZEROS))
    assert sorted(group) == [0, 1, 2, 3, 4, 5]


def test_another_digit_joins_no_group_even_if_it_was_read_so() -> None:
    places = _places([cell(text, noise=4.0) for text in ZEROS])
    (group,) = groups.alike(places, _own(*["0"] * 8))
    assert sorted(group) == [0, 1, 2, 3, 4, 5]


def test_a_digit_of_another_size_joins_no_group() -> None:
    crops = [cell("0") for _ in range(5)]
    larger = np.kron(cell("0"), np.ones((2, 2))).astype(np.uint8)
    (group,) = groups.alike(_places([*crops, larger]), _own(*["0"] * 6))
    assert sorted(group) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("text", ["12", "—", "无", "1,234"])
def test_only_lone_digits_are_grouped(text: str) -> None:
    assert groups.alike(_places([cell(text)] * 6), _own(*[text] * 6)) == []


def test_unsure_and_few_digits_are_not_grouped() -> None:
    places = _places([cell("0")] * 6)
    assert groups.alike(places, _own(*["0"] * 6, confidence=0.9)) == []
    assert groups.alike(places[:3], _own(*["0"] * 3)) == []


def test_a_group_takes_what_two_of_it_say_and_says_so() -> None:
    first, other = (
        Reading(engine="RapidOCR", text="0", confidence=share, candidates=(("0", share), ("6", 1 - share)))
        for share in (0.9999, 0.995)
    )
    shared = groups.shared([first, other], _own("0")[0])
    assert shared is not None
    assert shared.engine == "RapidOCR, a look-alike"
    assert (shared.confidence, shared.candidates) == (other.confidence, other.candidates)


@pytest.mark.parametrize("texts", [("0", "6"), ("6", "6"), ("6", "0")])
def test_a_group_takes_nothing_where_anybody_disagrees(texts: tuple[str, str]) -> None:
    read = [Reading(engine="RapidOCR", text=text, confidence=0.999) for text in texts]
    assert groups.shared(read, _own("0")[0]) is None


def test_a_group_takes_nothing_that_is_not_sure() -> None:
    read = [Reading(engine="RapidOCR", text="0", confidence=share) for share in (0.9, 0.999)]
    assert groups.shared(read, _own("0")[0]) is None


def test_the_first_engine_reads_two_of_a_group(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    recognise = rapid.recognise

    def counted(crops: Sequence[Grey], *, figures: Sequence[bool], prose: bool = False) -> list[Reading]:
        asked.append(len(crops))
        return recognise(crops, figures=figures, prose=prose)

    monkeypatch.setattr(rapid, "recognise", counted)
    found = ocr.recognise([cell(text, noise=4.0) for text in ["0"] * 20 + ["17"]], figures=True)
    assert [ocr.agree(readings)[0] for readings in found] == ["0"] * 20 + ["17"]
    assert sum(asked) == 3
    assert sum("look-alike" in readings[0].engine for readings in found) == 18


def test_where_the_engines_disagree_about_a_group_every_cell_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    crops = [cell("0", noise=4.0) for _ in range(6)]
    monkeypatch.setattr(ocr.groups, "shared", lambda *_: None)
    found = ocr.recognise(crops, figures=True)
    assert not any("look-alike" in reading.engine for readings in found for reading in readings)


def test_a_figure_that_is_not_sure_with_a_look_alikes_reading_gets_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ocr, "_STANDS", 1.0)
    found = ocr.recognise([cell("0", noise=4.0) for _ in range(6)], figures=True)
    assert not any("look-alike" in reading.engine for readings in found for reading in readings)


def _hyphen(width: int, *, ragged: bool = False) -> Grey:
    crop = cell("")
    row = crop.shape[0] // 2
    crop[row : row + 4, 60 : 60 + width] = 60
    if ragged:  # a corner of it is lost
        crop[row : row + 2, 60:62] = 200
    return np.asarray(cv2.GaussianBlur(crop, (0, 0), 0.9), np.uint8)


def test_a_mark_that_looks_like_the_others_of_its_page_is_one() -> None:
    dash = Reading(engine="gouji strokes 1", text="—", confidence=0.99, candidates=(("—", 0.99),))
    places = _places([*[_hyphen(8)] * 4, _hyphen(8, ragged=True), cell("1"), _hyphen(20)])
    read: list[Reading | None] = [dash, dash, dash, dash, None, None, None]
    found = [reading.text if reading else None for reading in groups.of_marks(places, read)]
    assert found == ["—", "—", "—", "—", "—", None, None]
    few = [dash, dash, dash, *[None] * 4]
    assert groups.of_marks(places, few) == few


def test_a_zero_that_geometry_takes_for_a_box_is_none_where_it_looks_like_the_others() -> None:
    box = Reading(engine="gouji strokes 1", text="□", confidence=0.99, candidates=(("□", 0.99),))
    outline = cell("")
    outline[14:34, 53:67] = 40
    outline[16:32, 55:65] = 245
    places = _places([*[cell("0")] * 5, outline])
    own = _own(*["0"] * 6)
    found = groups.without_zeros(places, [None, None, None, None, box, box], own)
    assert [reading.text if reading else None for reading in found] == [None] * 5 + ["□"]
    few = [None, None, None, box, box, box]
    assert groups.without_zeros(places, few, own) == few
