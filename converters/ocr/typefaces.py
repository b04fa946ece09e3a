"""Characters held against type: a further witness of names, of which nothing else tells what they may say.

Characters are drawn in two typefaces, one with serifs and one without, which come with the installation. A
letter on the page is the character whose drawing is most like it, so this witness shares neither training nor
list of characters with the reader. Letters in a brush's style (楷体) are like neither typeface, and mostly
come out as any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from converters.ocr.ink import Grey

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.ImageFont import FreeTypeFont

_PACKAGE = "pylopdf_fonts_zh_cn"
_FILES = ("NotoSerifSC-Regular.otf", "NotoSansSC-Regular.otf")
_DRAWN = 40  # pixels of a character when drawn
_SIDE = 32  # pixels that characters and letters are brought to
_SMOOTH = 1.0  # pixels; typefaces draw a stroke here or there by as much
_INK = 96  # of 255, from where on a pixel is a letter's
_FULL = 0.7  # what is wider and higher than this share of the other fills its square; 一 and 卜 do not
_MISSING = "\uffff"  # a character that no typeface has
_ROW = 64  # characters drawn at a time
_CHUNK, _TOGETHER = 2048, 32  # characters and letters compared at a time
_SCALE = 500.0  # shapes have length 1; in a byte a pixel they take 52 MB instead of 209


@dataclass(frozen=True, kw_only=True, slots=True)
class Likeness:
    """The character that a letter is most like, and by how much more than like any other: 0 to 2."""

    character: str
    lead: float


def most_like(letters: Sequence[Grey], characters: str) -> list[Likeness | None]:
    """Return for each letter, dark on light and alone, which of the characters it is most like.

    None for a letter without ink, and for all where the typefaces are not installed.
    """
    squares = [_square(_ink(letter)) if letter.size else None for letter in letters]
    results: list[Likeness | None] = [None] * len(letters)
    asked = [number for number, square in enumerate(squares) if square is not None]
    if not asked:
        return results
    drawn, shapes = _drawn(characters)
    for start in range(0, len(asked) if drawn else 0, _TOGETHER):
        numbers = asked[start : start + _TOGETHER]
        wanted = _shapes([square for number in numbers if (square := squares[number]) is not None]).T
        starts = range(0, len(shapes), _CHUNK)
        alike = np.concatenate([shapes[one : one + _CHUNK].astype(np.float32) @ wanted for one in starts])
        for number, one in zip(numbers, alike.T, strict=True):
            best = drawn[int(one.argmax())]
            others = np.array([character != best for character in drawn])
            lead = float(one.max() - one[others].max()) / _SCALE
            results[number] = Likeness(character=best, lead=lead)
    return results


@cache
def _drawn(characters: str) -> tuple[str, NDArray[np.int8]]:
    """Return what the typefaces have of the characters, and the shapes: characters x pixels."""
    spec = find_spec(_PACKAGE)
    folders = (spec.submodule_search_locations if spec else None) or []
    names = ""
    shapes = np.empty((len(_FILES) * len(characters), _SIDE * _SIDE), dtype=np.int8)
    for path in (Path(folder) / file for folder in folders[:1] for file in _FILES):
        for start in range(0, len(characters), _ROW):
            row = characters[start : start + _ROW]
            missing, *pictures = _pictures(path, _MISSING + row)
            squares = {
                character: _square(ink)
                for character, ink in zip(row, pictures, strict=True)
                if not np.array_equal(ink, missing)
            }
            inked = {character: square for character, square in squares.items() if square is not None}
            known = len(names)
            names += "".join(inked)
            found = np.rint(_shapes(list(inked.values())) * _SCALE).clip(-127, 127)
            shapes[known : len(names)] = found.astype(np.int8)
    return names, shapes[: len(names)]


def _pictures(path: Path, characters: str) -> list[Grey]:
    """Return the ink of characters, 0 for paper to 255. A call a character would take twice as long."""
    from PIL import Image, ImageDraw  # noqa: PLC0415  # loads its plugins

    font = _font(path)
    image = Image.new("L", (2 * _DRAWN * len(characters), 2 * _DRAWN), 0)
    ImageDraw.Draw(image).text((_DRAWN // 2, 0), "\u3000".join(characters), font=font, fill=255)
    return np.split(np.asarray(image, dtype=np.uint8), len(characters), axis=1)


@cache
def _font(path: Path) -> FreeTypeFont:
    from PIL import ImageFont  # noqa: PLC0415

    return ImageFont.truetype(str(path), _DRAWN, layout_engine=ImageFont.Layout.BASIC)


def _ink(letter: Grey) -> Grey:
    """Return a letter's ink: 0 for paper to 255."""
    dark = 255 - letter.astype(np.float32)
    paper, darkest = np.percentile(dark, (20, 99))
    ink = (dark - paper) * 255 / max(float(darkest - paper), 1.0)
    return np.asarray(ink.clip(0, 255), dtype=np.uint8)


def _square(ink: Grey) -> Grey | None:
    """Return a letter brought to _SIDE x _SIDE pixels, its strokes smooth; None where there is no ink."""
    rows, columns = (np.flatnonzero(ink.max(axis=axis) >= _INK) for axis in (1, 0))
    if not len(rows):
        return None
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    longer = max(ink.shape)
    height, width = (max(1, round(length * _SIDE / longer)) for length in ink.shape)
    if min(height, width) > _FULL * _SIDE:
        height = width = _SIDE
    square = np.zeros((_SIDE, _SIDE), dtype=np.uint8)
    top, left = (_SIDE - height) // 2, (_SIDE - width) // 2
    square[top : top + height, left : left + width] = cv2.resize(
        ink, (width, height), interpolation=cv2.INTER_AREA
    )
    return np.asarray(cv2.GaussianBlur(square, (0, 0), _SMOOTH), dtype=np.uint8)


def _shapes(squares: Sequence[Grey]) -> NDArray[np.float32]:
    """Return squares as shapes of mean 0 and length 1: squares x pixels."""
    flat = np.array(squares, dtype=np.float32).reshape(-1, _SIDE * _SIDE)
    flat -= flat.mean(axis=1, keepdims=True)
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    return np.asarray(flat / np.maximum(length, 1.0), dtype=np.float32)
