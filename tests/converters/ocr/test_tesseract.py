from __future__ import annotations

import json
import shutil
from hashlib import sha256
from pathlib import Path

import pytesseract
import pytest

from converters import ocr
from converters.ocr import tesseract
from converters.ocr.glyphs import plain
from document import Reading
from errors import MissingProgram
from tests.converters.ocr.drawn import Grey, cell

RECORDED = json.loads((Path(__file__).parents[2] / "ocr" / "tesseract.json").read_text(encoding="utf-8"))
CELLS = ("0", "7", "12", "305", "60", "1,234", "35.60", "88", "4407", "9")


def crops() -> list[Grey]:
    return [cell(text, blur=1.5, noise=6.0) for text in CELLS]


def key(crop: Grey) -> str:
    return sha256(crop.tobytes()).hexdigest()[:16]


needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")


@needs_tesseract
def test_it_reads_figures_in_place_of_the_first_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOUJI_OCR", "tesseract")
    found = ocr.recognise([cell(text) for text in ("0", "12", "4407")], figures=True)
    assert [readings[0].engine.split()[0] for readings in found] == ["Tesseract"] * 3
    assert [plain(readings[0].text) for readings in found] == ["0", "12", "4407"]
    assert ocr.reader().startswith("Tesseract")


@needs_tesseract
def test_it_reads_beside_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOUJI_OCR", "both")
    ((*_, last),) = ocr.recognise([cell("305")], figures=True)
    assert last.engine.startswith("Tesseract")
    assert last.text == "305"


@needs_tesseract
def test_a_live_run_gives_the_recorded_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    if tesseract.engine() != RECORDED["engine"] or key(crops()[0]) not in RECORDED["answers"]:
        pytest.skip("the recording was made by another version, or of other typefaces")
    monkeypatch.setenv("GOUJI_OCR", "both")
    found = ocr.recognise(crops(), figures=True)
    answers = {key(crop): readings[-1].text for crop, readings in zip(crops(), found, strict=True)}
    assert answers == {one: text for one, (text, _) in RECORDED["answers"].items()}


def test_a_third_witness_that_disagrees_leaves_a_doubt() -> None:
    found = ocr.recognise(crops(), figures=True)
    for truth, readings, (text, share) in zip(CELLS, found, RECORDED["answers"].values(), strict=True):
        third = Reading(engine=RECORDED["engine"], text=text, confidence=share, candidates=((text, share),))
        taken, probability = ocr.agree([*readings, third])
        assert taken == truth
        assert (probability < 0.999) or plain(text) == truth


@needs_tesseract
def test_it_reads_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOUJI_OCR", "tesseract")
    ((reading,),) = ocr.recognise([cell("行政复议", width=200)], figures=False)
    assert reading.text == "行政复议"


def test_without_the_program_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> str:
        raise pytesseract.TesseractNotFoundError

    monkeypatch.setattr(pytesseract, "get_tesseract_version", absent)
    with pytest.raises(MissingProgram, match="chi_sim"):
        tesseract.engine.__wrapped__()  # what is kept from other tests is passed by
