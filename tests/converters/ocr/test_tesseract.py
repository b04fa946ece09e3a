from __future__ import annotations

import shutil

import pytesseract
import pytest

from converters import ocr
from converters.ocr import tesseract
from converters.ocr.glyphs import plain
from errors import MissingProgram
from tests.converters.ocr.drawn import cell

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
