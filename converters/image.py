"""Scans: every page straightened, its rulings found, its cells and lines recognised.

A page is a page: what is left after recognition (grids, words, their places) goes through the same steps as a
PDF's (pdf.py), so that rows cut by a page's end, running heads and paragraphs are dealt with in one place.
"""

from __future__ import annotations

import ctypes
from typing import Any

import cv2
import numpy as np

from converters import ocr
from converters.pdf_document import document_from
from converters.pdf_ink import Ink
from converters.pdf_page import Apart, Page
from converters.scan_load import Scan, at_working_size, scans
from converters.scan_page import Scanned, read
from document import Document, Source
from errors import ConversionError, UnreadableFile

# A page of a PDF is drawn at the resolution of the largest image on it, between these, in pixels an inch.
FINEST, USUAL, COARSEST = 300, 200, 72
# A plan of 2 x 3 m is drawn smaller.
MOST_ALONG = 6000


def convert(data: bytes, source: Source) -> Document:
    """Return what an image says; its source says how many pages it has, and who read them.

    Raises UnreadableFile, LimitExceeded, and MissingProgram when no engine is installed.
    """
    try:
        return document_from([page_of(scan) for scan in scans(data)], source)
    except ConversionError as error:
        message = f"{source.name}: {error}"
        raise type(error)(message) from error


def page_of(scan: Scan) -> Page:
    """Return a scanned page as the pages of other formats are."""
    found = read(scan)
    return Page(
        number=found.number,
        ink=_ink(found),
        apart=Apart(filled=found.filled, words=found.words, height=found.text_height),
        findings=found.findings,
        reader=ocr.reader(),
    )


def _ink(found: Scanned) -> Ink:
    """Return the size of a page, of which nothing is stored."""
    return Ink(
        width=found.width,
        height=found.height,
        turns=0,
        runs=(),
        rulings=found.rulings,
        image_share=1.0,
        objects=1,
        drawings=0,
        unmapped_share=0.0,
    )


def drawn_page(document: Any, number: int) -> Scan:  # noqa: ANN401  # pdfium's handles have no types
    """Return a page of a PDF, counted from 1, as a scanner would give it.

    Raises UnreadableFile for a page that cannot be drawn.
    """
    import pypdfium2.raw as pdfium  # noqa: PLC0415  # slow to load

    page = pdfium.FPDF_LoadPage(document, number - 1)
    if not page:
        message = f"page {number} is damaged: get the file again from where it came"
        raise UnreadableFile(message)
    try:
        across, down = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
        scale = min(_resolution(page, max(across, 1.0)) / 72, MOST_ALONG / max(across, down, 1.0))
        pixels = _drawn(page, max(round(across * scale), 1), max(round(down * scale), 1))
    finally:
        pdfium.FPDF_ClosePage(page)
    return at_working_size(pixels, number, max(across, down))


def _resolution(page: Any, width: float) -> float:  # noqa: ANN401
    """Return the pixels an inch of the largest image on a page that is `width` points wide."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415

    most = 0.0
    across, down = ctypes.c_uint(), ctypes.c_uint()
    corners = tuple(ctypes.c_float() for _ in range(4))
    for index in range(min(pdfium.FPDFPage_CountObjects(page), 1000)):
        item = pdfium.FPDFPage_GetObject(page, index)
        if pdfium.FPDFPageObj_GetType(item) != pdfium.FPDF_PAGEOBJ_IMAGE:
            continue
        if pdfium.FPDFImageObj_GetImagePixelSize(item, across, down) and pdfium.FPDFPageObj_GetBounds(
            item, *corners
        ):
            shown = corners[2].value - corners[0].value
            if shown > width / 3:
                most = max(most, across.value / shown * 72)
    return min(max(most, COARSEST), FINEST) if most else USUAL


def _drawn(page: Any, width: int, height: int) -> np.ndarray[Any, np.dtype[np.uint8]]:  # noqa: ANN401
    """Return a page's pixels in red, green and blue."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415

    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_BGR, None, 0)
    if not bitmap:
        raise MemoryError
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, pdfium.FPDF_ANNOT)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        raw = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * height)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
    padded = np.frombuffer(raw, dtype=np.uint8).reshape(height, stride)
    return np.asarray(
        cv2.cvtColor(padded[:, : width * 3].reshape(height, width, 3), cv2.COLOR_BGR2RGB), dtype=np.uint8
    )
