"""PDF with stored text: the printed lines give the grids, the stored characters their texts.

pdfium reads every page; pdfplumber, ten times slower, is asked for a second opinion where the first leaves
doubt. A page without usable text is named in a finding and left to whoever can recognise characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from converters import pdf_fonts, pdf_ink, pdf_second
from converters.pdf_document import document_from
from converters.pdf_page import Apart, Page, apart_of, page_from
from document import Document, Source
from errors import LimitExceeded, MissingProgram, UnreadableFile

# Reports have 3 to 30 pages; a yearbook of a province's reports some 1,500.
MOST_PAGES = 2000
# A file cut off in transit lacks the mark at its end, which others leave within some bytes of padding.
TAIL = 4096

_LINEARIZED = re.compile(rb"/Linearized\b[^>]*?/L\s+(\d+)")


def convert(data: bytes, source: Source, *, password: str | None = None) -> Document:
    """Return what a PDF says; its source says how many pages it has.

    Raises UnreadableFile for a file that is damaged or wants a password, LimitExceeded for one too large.
    """
    _refuse_cut_off(data)
    return document_from(_pages(data, password), source)


def _refuse_cut_off(data: bytes) -> None:
    """Raise UnreadableFile for a file that ends early: pdfium would mend it and lose pages in silence."""
    length = _LINEARIZED.search(data[:1024])
    if b"%%EOF" not in data[-TAIL:] or (length and int(length[1]) > len(data)):
        message = "the file is not a whole PDF, its end is missing: get it again from where it came"
        raise UnreadableFile(message)


@contextmanager
def opened(data: bytes, password: str | None) -> Iterator[tuple[Any, int]]:
    """Yield pdfium's handle of a document and its number of pages."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415  # slow to load

    pdf_fonts.use()
    document = pdfium.FPDF_LoadMemDocument64(
        data, len(data), password.encode(errors="replace") if password else None
    )
    if not document:
        if pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD:
            message = (
                "the password is wrong: give the right one with --password"
                if password
                else "the file is encrypted and wants a password: give it with --password"
            )
        else:
            message = "the file is damaged and cannot be opened as PDF: get it again from where it came"
        raise UnreadableFile(message)
    try:
        yield document, pdfium.FPDF_GetPageCount(document)
    finally:
        pdfium.FPDF_CloseDocument(document)


def _pages(data: bytes, password: str | None) -> list[Page]:
    with opened(data, password) as (document, count):
        if count < 1:
            message = "the file holds no pages: get it again from where it came"
            raise UnreadableFile(message)
        if count > MOST_PAGES:
            message = (
                f"the file has {count:,} pages, more than {MOST_PAGES:,}: split it and convert the parts"
            )
            raise LimitExceeded(message)
        return [
            _with_ocr(
                document,
                page_from(number, pdf_ink.read(document, number), partial(_second, data, password, number)),
            )
            for number in range(1, count + 1)
        ]


def _with_ocr(document: Any, page: Page) -> Page:  # noqa: ANN401  # pdfium's handles have no types
    """Return a page whose text is an image, or says nothing, as recognised; as it is where no engine is."""
    if not any(finding.code == "reading.needs_ocr" for finding in page.findings):
        return page
    try:
        from converters.image import drawn_page, page_of  # noqa: PLC0415  # loads models; imports this module

        read = page_of(drawn_page(document, page.number))
    except (MissingProgram, ModuleNotFoundError):
        return page
    return read if read.apart.filled or read.apart.words else page


def _second(data: bytes, password: str | None, number: int) -> Apart | None:
    opinion = pdf_second.read(data, number, password)
    return None if opinion is None else apart_of(*opinion, number)
