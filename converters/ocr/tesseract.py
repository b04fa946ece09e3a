"""Tesseract on lines of text, where the program is installed: a further witness, or the only engine.

All lines go through one process as the pages of one list, because starting it costs as much as reading twenty
cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2

from converters.ocr.glyphs import as_figures
from converters.ocr.ink import Grey
from document import Reading
from errors import MissingProgram

_HEIGHT = 48  # pixels of a line with its margin: capitals of 30 pixels are what its models were made for
_FIGURES = "0123456789+-,./%"
_LANGUAGES = {False: "chi_sim", True: "eng"}


def recognise(lines: Sequence[Grey], *, figures: bool) -> list[Reading]:
    """Return what each line says; `figures` reads digits, signs and marks only.

    Raises MissingProgram when tesseract or the language is not installed.
    """
    if not lines:
        return []
    import pytesseract  # noqa: PLC0415  # loads pandas where that is installed

    name = engine()
    settings = "--psm 7 --dpi 200" + (f" -c tessedit_char_whitelist={_FIGURES}" if figures else "")
    with TemporaryDirectory(prefix="gouji-") as folder:
        paths = [str(Path(folder) / f"{number:05}.png") for number in range(len(lines))]
        for path, line in zip(paths, lines, strict=True):
            size = (max(1, round(line.shape[1] * _HEIGHT / line.shape[0])), _HEIGHT)
            cv2.imwrite(path, cv2.resize(line, size, interpolation=cv2.INTER_AREA))
        listed = Path(folder) / "lines.txt"
        listed.write_text("\n".join(paths) + "\n", encoding="utf-8")
        found = pytesseract.image_to_data(
            str(listed), lang=_language(figures=figures), config=settings, output_type=pytesseract.Output.DICT
        )
    words: list[list[tuple[str, float]]] = [[] for _ in lines]
    for page, text, confidence in zip(found["page_num"], found["text"], found["conf"], strict=True):
        if text.strip():
            words[int(page) - 1].append((text.strip(), max(float(confidence), 0.0) / 100))
    return [_reading(name, one, figures=figures) for one in words]


def _reading(name: str, words: Sequence[tuple[str, float]], *, figures: bool) -> Reading:
    text = "".join(word for word, _ in words)
    confidence = min((share for _, share in words), default=0.0)
    if not figures:
        return Reading(engine=name, text=text, confidence=confidence)
    candidates = as_figures([(text, confidence)]) if text else ()
    return Reading(
        engine=name, text=candidates[0][0] if candidates else "", confidence=confidence, candidates=candidates
    )


@cache
def engine() -> str:
    """Return name and version of the program that is installed. Raises MissingProgram."""
    try:
        import pytesseract  # noqa: PLC0415  # loads pandas where that is installed

        return f"Tesseract {pytesseract.get_tesseract_version()}"
    except ImportError as missing:
        message = "reading with Tesseract needs pytesseract; install it with pip (see gouji doctor)"
        raise MissingProgram(message) from missing
    except pytesseract.TesseractNotFoundError as missing:
        message = "tesseract is not installed; install it with chi_sim and eng, or read with GOUJI_OCR=rapid"
        raise MissingProgram(message) from missing


@cache
def _language(*, figures: bool) -> str:
    import pytesseract  # noqa: PLC0415  # loads pandas where that is installed

    language = _LANGUAGES[figures]
    if language not in pytesseract.get_languages():
        message = f"tesseract has no {language}; install its language pack, or read with GOUJI_OCR=rapid"
        raise MissingProgram(message)
    return language
