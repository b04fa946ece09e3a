"""Marks of notes beside figures in a PDF, and the notes at the page's foot."""

from __future__ import annotations

import io

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from converters import convert
from document import Document
from drawing import draw, parse

FONT = "STSong-Light"


def page(mark: tuple[float, float, str], note: str | None, *, size: float = 6) -> Document:
    """Return a page with the figure 3 in a table's last cell, a mark at (x, y) beside it and a note below."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=1)
    for y in (640, 670, 700):
        canvas.line(100, y, 300, y)
    for x in (100, 200, 300):
        canvas.line(x, 640, x, 700)
    canvas.setFont(FONT, 11)
    for x, y, text in ((110, 682, "项目"), (210, 682, "数量"), (110, 656, "规章"), (210, 656, "3")):
        canvas.drawString(x, y, text)
    canvas.setFont(FONT, size)
    canvas.drawString(*mark)
    canvas.setFont(FONT, 11)
    if note:
        canvas.drawString(100, 100, note)
    canvas.save()
    return convert(stream.getvalue(), name="a.pdf")


def table(document: Document) -> str:
    return draw(document.blocks[0])


@pytest.mark.parametrize("place", [(216, 660), (235, 660), (206, 647)])
def test_it_drops_a_mark_that_a_note_explains_wherever_it_moved(place: tuple[float, float]):
    document = page((*place, "12"), "12统计口径与上年相同。")
    assert table(document) == draw(parse("| 项目 | 数量 |\n| 规章 | 3 |"))


def test_it_drops_a_mark_that_touches_its_figure_without_any_note():
    assert table(page((216, 660, "12"), None)) == draw(parse("| 项目 | 数量 |\n| 规章 | 3 |"))


def test_it_keeps_a_small_figure_that_no_note_explains():
    assert "12" in table(page((235, 660, "12"), None))


def test_it_keeps_a_figure_of_the_same_size_although_a_note_has_its_number():
    assert "12" in table(page((235, 656, "12"), "12统计口径与上年相同。", size=11))


def test_it_sets_notes_apart_from_the_text():
    document = page((216, 660, "12"), "12统计口径与上年相同。")
    assert len(document.blocks) == 1
    assert [paragraph.text for paragraph in document.margins] == ["12统计口径与上年相同。"]
