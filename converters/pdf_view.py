"""A PDF page as a person sees it, and what the first reading saw on it: words and rulings, for drawings.

What is returned is what pdf.py starts from, by the same functions. Where a page left doubt and pdfplumber
was asked, its words and rulings are not shown here; the grids of the Document are right in either case.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from converters import pdf_ink
from converters.pdf import opened
from converters.pdf_page import UNMAPPED, words_of
from converters.rulings import Ruling, Word, frames, join, snap, text_height
from document import Box

# Pixels a point: at 3, the 5 pt numbers of cells can be read and a page of A4 has 1785 x 2526 pixels.
SCALE = 3.0
# A plan of 2 x 3 m is drawn smaller, so that no page needs more than some 200 MB while it is drawn.
MOST_PIXELS = 4000


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """A page as a viewer shows it: 8-bit grey pixels, row by row, and the boxes of words and rulings.

    Boxes are points from the top left, `scale` pixels a point; a ruling's box has no thickness.
    """

    page: int
    scale: float
    width: int  # pixels
    height: int  # pixels
    pixels: bytes
    words: tuple[Word, ...]
    rulings: tuple[Box, ...]


def views(data: bytes, pages: Iterable[int], *, password: str | None = None) -> Iterator[View]:
    """Yield pages, counted from 1, one at a time; those that the file has not got are passed over.

    Raises UnreadableFile for a file or page that cannot be read, LimitExceeded when there is too much on it.
    """
    with opened(data, password) as (document, count):
        for number in pages:
            if 1 <= number <= count:
                yield _view(document, number)


def _view(document: Any, number: int) -> View:  # noqa: ANN401  # pdfium's handles have no types
    ink = pdf_ink.read(document, number)
    runs = ink.runs if ink.unmapped_share <= UNMAPPED else ()
    height = text_height(runs)
    found = frames(ink.rulings, height)
    words = (word for run in runs for word in words_of(run, found))
    scale, width, rows, pixels = _render(document, number)
    return View(
        page=number,
        scale=scale,
        width=width,
        height=rows,
        pixels=pixels,
        words=tuple(replace(word, box=ink.as_shown(word.box)) for word in words),
        rulings=tuple(ink.as_shown(_thin(ruling)) for ruling in join(snap(ink.rulings, height), height)),
    )


def _thin(ruling: Ruling) -> Box:
    if ruling.horizontal:
        return Box(left=ruling.start, top=ruling.position, right=ruling.stop, bottom=ruling.position)
    return Box(left=ruling.position, top=ruling.start, right=ruling.position, bottom=ruling.stop)


def _render(document: Any, number: int) -> tuple[float, int, int, bytes]:  # noqa: ANN401
    """Return a page's scale, width and height in pixels, and its pixels from the top left."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415  # slow to load

    page = pdfium.FPDF_LoadPage(document, number - 1)
    try:
        across, down = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
        scale = min(SCALE, MOST_PIXELS / max(across, down, 1.0))
        width, height = max(round(across * scale), 1), max(round(down * scale), 1)
        bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_Gray, None, 0)
        if not bitmap:
            raise MemoryError
        try:
            pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
            pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, pdfium.FPDF_ANNOT)
            stride = pdfium.FPDFBitmap_GetStride(bitmap)  # a row may be padded
            padded = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * height)
        finally:
            pdfium.FPDFBitmap_Destroy(bitmap)
    finally:
        pdfium.FPDF_ClosePage(page)
    rows = (padded[row * stride : row * stride + width] for row in range(height))
    return scale, width, height, b"".join(rows)
