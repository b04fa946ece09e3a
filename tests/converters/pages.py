"""Small PDFs drawn for tests, and what is read in them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from converters.pdf import convert
from document import Document, Grid, Paragraph, Source

FONT = "STSong-Light"
WIDTH, HEIGHT = 595.0, 842.0

pdfmetrics.registerFont(UnicodeCIDFont(FONT))


def drawn(*pages: Callable[[Canvas], object], **settings: object) -> bytes:
    """A PDF of pages, each drawn by a function."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=1, **settings)
    for page in pages:
        canvas.setFont(FONT, 12)
        page(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def read(data: bytes, password: str | None = None) -> Document:
    source = Source(name="report.pdf", sha256="", bytes=len(data), kind="pdf")
    return convert(data, source, password=password)


def grids(document: Document) -> list[Grid]:
    return [block for block in document.blocks if isinstance(block, Grid)]


def paragraphs(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def codes(document: Document) -> set[str]:
    return {finding.code for finding in document.findings}


def prose(*lines: str, left: float = 90, top: float = 100) -> Callable[[Canvas], None]:
    def page(canvas: Canvas) -> None:
        for number, line in enumerate(lines):
            canvas.drawString(left, HEIGHT - top - 20 * number, line)

    return page


def both(*pages: Callable[[Canvas], None]) -> Callable[[Canvas], None]:
    def page(canvas: Canvas) -> None:
        for part in pages:
            part(canvas)

    return page


def plain(text: str) -> str:
    return re.sub(r"\s", "", text)
