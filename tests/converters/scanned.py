"""Pages as a scanner gives them, drawn for tests: tables with their rulings, turned, worn, lit unevenly."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from converters.rulings import cell as cells
from converters.scan_ink import ink, letter_height, marks
from converters.scan_load import Scan
from converters.scan_page import Sheet, ruled_tables
from converters.scan_rulings import find
from samples.pdf import draw
from samples.reports import Sample, invent
from tests.converters.ocr.drawn import font

DPI = 200
Picture = NDArray[np.uint8]


@cache
def sample() -> Sample:
    return invent(10_000_000, edition="2021")


@cache
def page(number: int, style: str = "lines") -> Picture:
    """A page of the sample, from 0, at 200 dpi."""
    document = pypdfium2.PdfDocument(draw(sample(), style=style, seed=3))
    return np.asarray(document[number].render(scale=DPI / 72).to_pil().convert("RGB"))


def scan(pixels: Picture) -> Scan:
    return Scan(number=1, pixels=pixels, scale=DPI / 72)


def skewed(pixels: Picture, degrees: float) -> Picture:
    """The page turned clockwise on white paper of the same size."""
    height, width = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    return cv2.warpAffine(pixels, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255))


def photographed(pixels: Picture, wood: tuple[int, int, int] = (60, 60, 60)) -> Picture:
    """The page on a desk, seen from a little aside."""
    height, width = pixels.shape[:2]
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    shift = np.array([(140, 90), (60, 150), (90, 60), (190, 120)], dtype=np.float32)
    sign = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)], dtype=np.float32)
    moved = cv2.getPerspectiveTransform(corners, corners + shift * sign)
    desk = np.full_like(pixels, wood)
    return cv2.warpPerspective(pixels, moved, (width, height), dst=desk, borderMode=cv2.BORDER_TRANSPARENT)


def lit_from_one_side(pixels: Picture) -> Picture:
    light = np.linspace(0.45, 1.0, pixels.shape[1])[None, :, None]
    return (pixels * light).astype(np.uint8)


def grainy(pixels: Picture, deviation: float = 8.0) -> Picture:
    noise = np.random.default_rng(7).normal(0, deviation, pixels.shape[:2])[:, :, None]
    soft = cv2.GaussianBlur(pixels, (0, 0), 0.7)
    return np.clip(soft + noise, 0, 255).astype(np.uint8)


def stamped(pixels: Picture, centre: tuple[int, int]) -> Picture:
    """The page with a round red seal over what stands there."""
    ink = np.full_like(pixels, 255)
    cv2.circle(ink, centre, 150, (225, 40, 45), 9)
    cv2.circle(ink, centre, 45, (225, 40, 45), -1)
    return (pixels.astype(np.uint16) * ink // 255).astype(np.uint8)


def table(rows: int, columns: int, *, pen: int = 2, cell: tuple[int, int] = (110, 56)) -> Picture:
    """A table of lone figures on white paper, 200 dpi, its upper left corner at (150, 200)."""
    pixels = np.full((1200, 1100, 3), 255, dtype=np.uint8)
    width, height = cell
    for row in range(rows + 1):
        y = 200 + row * height
        cv2.line(pixels, (150, y), (150 + columns * width, y), (0, 0, 0), pen)
    for column in range(columns + 1):
        x = 150 + column * width
        cv2.line(pixels, (x, 200), (x, 200 + rows * height), (0, 0, 0), pen)
    for row in range(rows):
        for column in range(columns):
            at = (150 + column * width + width // 2 - 8, 200 + row * height + height // 2 + 11)
            cv2.putText(pixels, str((row + column) % 10), at, cv2.FONT_HERSHEY_SIMPLEX, 0.9, (0, 0, 0), 2)
    return pixels


# --- Pages drawn piece by piece, 200 dpi ------------------------------------------------------------------


def paper(height: int, width: int) -> Picture:
    return np.full((height, width, 3), 255, dtype=np.uint8)


def write(
    pixels: Picture, text: str, at: tuple[int, int], size: int = 26, *, serif: bool = True, anchor: str = "mm"
) -> None:
    """Print a text; `anchor` is the one of its places that stands there, in Pillow's words."""
    kind = font(size, serif=serif)
    left, top, right, bottom = (round(side) for side in kind.getbbox(text, anchor=anchor))
    x, y = at[0] + left - 2, at[1] + top - 2
    area = np.s_[y : at[1] + bottom + 2, x : at[0] + right + 2]
    image = Image.fromarray(pixels[area])
    ImageDraw.Draw(image).text((at[0] - x, at[1] - y), text, font=kind, fill=(0, 0, 0), anchor=anchor)
    pixels[area] = np.asarray(image)


def rule(pixels: Picture, xs: Sequence[int], ys: Sequence[int], pen: int = 2) -> None:
    """Print rulings at these places, each of the length of the table."""
    for y in ys:
        cv2.line(pixels, (xs[0], y), (xs[-1], y), (0, 0, 0), pen)
    for x in xs:
        cv2.line(pixels, (x, ys[0]), (x, ys[-1]), (0, 0, 0), pen)


def middle(xs: Sequence[int], ys: Sequence[int], row: int, column: int) -> tuple[int, int]:
    """The middle of a cell of a table with rulings at these places."""
    return (xs[column] + xs[column + 1]) // 2, (ys[row] + ys[row + 1]) // 2


def write_digits(pixels: Picture, xs: Sequence[int], ys: Sequence[int], size: int = 26) -> None:
    """Print a lone digit into every cell of a table with rulings at these places."""
    for row in range(len(ys) - 1):
        for column in range(len(xs) - 1):
            write(pixels, str((3 * row + column) % 10), middle(xs, ys, row, column), size)


def sheet(pixels: Picture) -> Sheet:
    """A page that lies straight and upright, its rulings found."""
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    inked, scale = ink(grey), DPI / 72
    letter = letter_height(marks(inked), scale)
    return Sheet(
        number=1,
        grey=grey,
        inked=inked,
        colour=pixels,
        scale=scale,
        letter=letter,
        ruled=find(grey, inked, letter, scale),
    )


def shapes(page: Sheet) -> list[tuple[int, int, int]]:
    """Rows, columns and cells of the ruled tables of a page."""
    return [(len(one.rows) - 1, len(one.columns) - 1, len(cells(one))) for one in ruled_tables(page)]
