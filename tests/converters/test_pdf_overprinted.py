"""Figures of a PDF printed over each other, struck out, added to by drawings, or turned over."""

from __future__ import annotations

import io
from collections.abc import Callable

import pypdfium2.raw as pdfium
import pytest
from PIL import Image
from pypdfium2 import PdfDocument
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from converters import convert


def page(*texts):
    """Return a page with texts at (x, y)."""
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=1)
    canvas.setFont("Helvetica", 12)
    for x, y, text in texts:
        canvas.drawString(x, y, text)
    canvas.save()
    return stream.getvalue()


@pytest.mark.parametrize("shift", [0, 1, 3])
def test_it_tells_figures_printed_over_each_other(shift):
    document = convert(page((100, 700, "12"), (100 + shift, 700, "13")), name="a.pdf")
    assert [finding.code for finding in document.findings] == ["reading.lost_text"]


def test_it_says_nothing_of_figures_beside_or_below_each_other():
    document = convert(page((100, 700, "12"), (118, 700, "13"), (100, 684, "12")), name="a.pdf")
    assert document.findings == ()


Draw = Callable[[Canvas], object]


def table(*draw: Draw) -> bytes:
    """Return a ruled table with 23 in its last cell, and what is drawn about it."""
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=1)
    for y in (640, 670, 700):
        canvas.line(100, y, 300, y)
    for x in (100, 200, 300):
        canvas.line(x, 640, x, 700)
    for y, left, right in ((680, "name", "count"), (650, "made", "23")):
        canvas.drawString(110, y, left)
        canvas.drawString(240, y, right)
    for one in draw:
        one(canvas)
    canvas.save()
    return stream.getvalue()


def told(data: bytes) -> list[str]:
    return [finding.message for finding in convert(data, name="a.pdf").findings]


def image(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("L", (4, 8), 0)), 232, 650, 6, 9)


@pytest.mark.parametrize(
    "draw",
    [
        image,
        lambda canvas: canvas.ellipse(255, 650, 260, 659),
        lambda canvas: canvas.lines([(233, 656, 236, 659), (236, 659, 236, 650)]),
        lambda canvas: canvas.rect(235, 650, 1, 9, stroke=0, fill=1),
    ],
    ids=["image", "curve", "lines", "strip"],
)
def test_it_tells_what_is_drawn_beside_a_figure(draw: Draw):
    assert told(table(draw)) == ["images or drawings stand beside figures on page 1: 23"]


@pytest.mark.parametrize(
    "draw",
    [
        lambda canvas: canvas.line(240, 647, 254, 647),
        lambda canvas: canvas.roundRect(201, 641, 98, 28, 4),
        lambda canvas: canvas.ellipse(205, 680, 210, 689),
    ],
    ids=["underline", "round border", "beside a label"],
)
def test_it_says_nothing_of_drawings_that_are_no_digits(draw: Draw):
    assert told(table(draw)) == []


@pytest.mark.parametrize(("size", "x", "count"), [(6, 254, 1), (6, 235, 1), (6, 262, 0), (10, 254, 0)])
def test_it_tells_figures_of_two_sizes_that_stand_together(size: float, x: float, count: int):
    def small(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", size)
        canvas.drawString(x, 650, "7")

    messages = told(table(small))
    assert sum("figures of two sizes stand together on page 1" in message for message in messages) == count


@pytest.mark.parametrize("ends", [(238, 648, 256, 661), (238, 661, 256, 648), (200, 640, 300, 670)])
def test_it_tells_figures_struck_out_aslant(ends: tuple[float, float, float, float]):
    assert told(table(lambda canvas: canvas.line(*ends))) == ["a line runs through figures on page 1: 23"]


@pytest.mark.parametrize("ends", [(205, 645, 235, 665), (238, 640, 300, 650), (200, 670, 300, 700)])
def test_it_says_nothing_of_slanting_lines_beside_figures(ends: tuple[float, float, float, float]):
    assert told(table(lambda canvas: canvas.line(*ends))) == []


@pytest.mark.parametrize("across", [-1, 1])
def test_it_tells_figures_that_stand_on_their_heads(across: int):
    def overturned(canvas: Canvas) -> None:
        canvas.translate(150, 600)
        canvas.scale(across, -1)
        canvas.drawString(0, 0, "66")

    assert told(table(overturned)) == ["figures on page 1 stand on their heads or are mirrored: 66"]


def test_it_says_nothing_of_figures_turned_over_twice():
    def twice(canvas: Canvas) -> None:
        canvas.scale(1, -1)
        canvas._code.append("BT /F1 12 Tf 1 0 0 -1 150 -600 Tm (66) Tj ET")

    assert told(table(twice)) == []


def test_it_tells_figures_that_a_viewer_struck_out():
    document = PdfDocument(table())
    sheet = document[0]
    note = pdfium.FPDFPage_CreateAnnot(sheet, pdfium.FPDF_ANNOT_STRIKEOUT)
    pdfium.FPDFAnnot_SetRect(note, pdfium.FS_RECTF(238, 662, 256, 648))
    corners = pdfium.FS_QUADPOINTSF(238, 662, 256, 662, 238, 648, 256, 648)
    assert pdfium.FPDFAnnot_AppendAttachmentPoints(note, corners)
    pdfium.FPDFPage_CloseAnnot(note)
    stream = io.BytesIO()
    document.save(stream)
    assert told(stream.getvalue()) == ["a line runs through figures on page 1: 23"]
