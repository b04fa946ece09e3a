"""Form fields of a PDF are part of what the page says."""

from __future__ import annotations

import io

import pypdfium2.raw as pdfium
import pytest
from pypdfium2 import PdfDocument
from reportlab.pdfgen.canvas import Canvas

from converters import convert
from drawing import draw, parse


def form(value: str) -> bytes:
    """Return a ruled table whose last cell is a form field."""
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=1)
    for y in (640, 670, 700):
        canvas.line(100, y, 300, y)
    for x in (100, 200, 300):
        canvas.line(x, 640, x, 700)
    for y, left, right in ((680, "name", "count"), (650, "made", "")):
        canvas.drawString(110, y, left)
        canvas.drawString(210, y, right)
    canvas.acroForm.textfield(x=205, y=645, width=80, height=20, value=value, fontSize=10, borderWidth=0)
    canvas.save()
    return stream.getvalue()


def test_it_reads_what_a_form_field_shows():
    document = convert(form("1234"), name="a.pdf")
    (grid,) = document.blocks
    assert draw(grid) == draw(parse("| name | count |\n| made | 1234 |"))
    assert document.findings == ()


def test_it_tells_what_a_form_field_holds_but_does_not_show():
    hidden = form("1234").replace(b"/AP <<", b"/XP <<")
    (finding,) = convert(hidden, name="a.pdf").findings
    assert (finding.code, finding.message) == (
        "reading.lost_text",
        "form fields on page 1 hold what they do not show: 1234",
    )


def test_it_says_nothing_of_fields_left_empty():
    assert convert(form(""), name="a.pdf").findings == ()


@pytest.mark.parametrize("kind", [pdfium.FPDF_ANNOT_STAMP, pdfium.FPDF_ANNOT_INK])
def test_it_tells_of_figures_under_what_a_viewer_laid_on(kind: int):
    written = io.BytesIO()
    canvas = Canvas(written, invariant=1)
    canvas.drawString(210, 650, "1234")
    canvas.save()
    document = PdfDocument(written.getvalue())
    page = document[0]
    patch = pdfium.FPDFPageObj_CreateNewRect(208, 646, 60, 16)
    pdfium.FPDFPageObj_SetFillColor(patch, 255, 255, 255, 255)
    pdfium.FPDFPath_SetDrawMode(patch, pdfium.FPDF_FILLMODE_WINDING, 0)
    laid_on = pdfium.FPDFPage_CreateAnnot(page, kind)
    pdfium.FPDFAnnot_SetRect(laid_on, pdfium.FS_RECTF(200, 700, 300, 640))
    assert pdfium.FPDFAnnot_AppendObject(laid_on, patch)
    pdfium.FPDFPage_CloseAnnot(laid_on)
    stream = io.BytesIO()
    document.save(stream)
    (finding,) = convert(stream.getvalue(), name="a.pdf").findings
    assert finding.message == "figures on page 1 lie under what is drawn over them: 1234"
