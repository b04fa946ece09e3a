"""What a PDF page shows where its tables stand: the page drawn small, and looked at.

Stored text may lie outside its clip, in a layer that is switched off, under a mask, or in characters without
outlines. There are more ways than can be listed, and one sign common to all of them: no ink stands where the
text says it does. The reverse holds for cells without text: whatever is drawn in them shows as ink.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from converters.rulings import Ruling, around, touches
from document import Box

# Pixels a point. A figure of 8 pt is 6 pixels wide; at 1 pixel a point, the one to its left reaches into it.
SCALE = 1.5
# Larger areas are drawn smaller; tables of A3 come to 2.3 million.
MOST_PIXELS = 4_000_000
# What differs from its ground by less than this, of 255, is not to be seen: black figures of 5 pt differ by
# 110, the palest grey that people print with (#ccc) by 40.
FAINT = 24
# The part of a character's box that every figure has ink in: below lies what g has and 1 has not, above the
# room over capitals; left and right the figures beside it may reach in.
UPPER, LOWER, SIDE = 0.32, 0.72, 0.15
# So far from its edges, in points, a cell may show the rulings around it.
BORDER = 2.5
# A page without rulings has a table when it has a few figures that stand alone; one or two number the page.
FEWEST = 4

_FIGURE = re.compile(r"[-+]?\d[\d,.]{0,15}")


Bounds = tuple[float, float, float, float]  # left, top, right, bottom


class Paper(NamedTuple):
    """A part of a page as it is printed: grey pixels, row by row, on the page as a viewer shows it."""

    area: Box
    scale: float
    width: int  # pixels
    height: int  # pixels
    pixels: bytes

    def holds(self, place: Bounds) -> bool:
        """Say whether a place lies in the area whole."""
        left, top, right, bottom = place
        area = self.area
        return area.left <= left <= right <= area.right and area.top <= top <= bottom <= area.bottom

    def shows_ink(self, place: Bounds) -> bool:
        """Say whether a place in the area is not of one colour."""
        left, top, right, bottom = place
        first, last = self._pixels(left - self.area.left, right - self.area.left, self.width)
        upper, lower = self._pixels(top - self.area.top, bottom - self.area.top, self.height)
        width, pixels = self.width, self.pixels
        rows = [pixels[row * width + first : row * width + last] for row in range(upper, lower)]
        middle = rows[len(rows) // 2]  # a figure shows itself in any one row
        return max(middle) - min(middle) >= FAINT or max(map(max, rows)) - min(map(min, rows)) >= FAINT

    def _pixels(self, low: float, high: float, most: int) -> tuple[int, int]:
        first = min(int(low * self.scale), most - 1)
        return first, max(min(int(high * self.scale + 0.5), most), first + 1)

    def is_bare(self, cell: Box) -> bool:
        """Say whether a cell shows nothing between its rulings; False for one not looked at."""
        inner = cell.left + BORDER, cell.top + BORDER, cell.right - BORDER, cell.bottom - BORDER
        return self.holds(inner) and not self.shows_ink(inner)


class Figure(NamedTuple):
    """A text that is a figure, and where a viewer shows the ink of its digits."""

    text: str
    digits: tuple[Bounds, ...]


def is_figure(text: str) -> bool:
    """Say whether a text is a figure and nothing else."""
    return bool(_FIGURE.fullmatch(text))


def core(left: float, top: float, right: float, bottom: float) -> Bounds:
    """Return the part of an upright character's body that holds ink if the character is a figure."""
    width, height = right - left, bottom - top
    return left + SIDE * width, top + UPPER * height, right - SIDE * width, top + LOWER * height


def area_of(rulings: Iterable[Ruling], figures: Sequence[Box]) -> Box | None:
    """Return the part of a page to look at: its figures, those in its tables where these are ruled.

    Where the rulings hold hardly a figure it is all that lies between them; None when there is no table.
    """
    boxes = [
        Box(left=r.start, top=r.position, right=r.stop, bottom=r.position)
        if r.horizontal
        else Box(left=r.position, top=r.start, right=r.position, bottom=r.stop)
        for r in rulings
    ]
    if len(boxes) < FEWEST:
        return around(figures) if len(figures) >= FEWEST else None
    ruled = around(boxes)
    inside = [box for box in figures if touches(ruled, box)]
    return around(inside) if len(inside) >= FEWEST else ruled


def drawn(pdfium: Any, page: Any, area: Box) -> Paper | None:  # noqa: ANN401  # pdfium's handles have no types
    """Return a part of a page as it is printed; None when it cannot be drawn."""
    across, down = area.right - area.left, area.bottom - area.top
    scale = min(SCALE, (MOST_PIXELS / max(across * down, 1.0)) ** 0.5)
    width, height = int(across * scale) + 1, int(down * scale) + 1
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_Gray, None, 0)
    if not bitmap:
        return None
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        matrix = pdfium.FS_MATRIX(scale, 0, 0, scale, -area.left * scale, -area.top * scale)
        whole = pdfium.FS_RECTF(0, 0, width, height)
        pdfium.FPDF_RenderPageBitmapWithMatrix(bitmap, page, matrix, whole, pdfium.FPDF_ANNOT)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)  # a row may be padded
        padded = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * height)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
    rows = (padded[row * stride : row * stride + width] for row in range(height))
    return Paper(area, scale, width, height, b"".join(rows))


def unprinted(paper: Paper, figures: Iterable[Figure]) -> tuple[str, ...]:
    """Return the figures of which a digit is not to be seen on the paper."""
    return tuple(
        figure.text
        for figure in figures
        if any(paper.holds(place) and not paper.shows_ink(place) for place in figure.digits)
    )
