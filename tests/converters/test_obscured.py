"""Figures that a PDF holds as text although a person does not see them as they stand."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from converters import convert

Painter = Callable[[Canvas], None]


def page(*painters: Painter) -> bytes:
    """Return a page on which painters drew one after the other."""
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=1)
    canvas.setFont("Helvetica", 12)
    for paint in painters:
        paint(canvas)
    canvas.save()
    return stream.getvalue()


def text(x: float, y: float, what: str, grey: float = 0.0) -> Painter:
    def paint(canvas: Canvas) -> None:
        canvas.setFillGray(grey)
        canvas.drawString(x, y, what)

    return paint


def line(left: float, right: float, y: float) -> Painter:
    return lambda canvas: canvas.line(left, y, right, y)


def area(grey: float) -> Painter:
    def paint(canvas: Canvas) -> None:
        canvas.setFillGray(grey)
        canvas.rect(80, 680, 100, 60, stroke=0, fill=1)

    return paint


def told(*painters: Painter) -> list[str]:
    return [finding.message for finding in convert(page(*painters), name="a.pdf").findings]


def test_it_tells_figures_with_a_line_through_them():
    assert told(text(100, 700, "1234"), line(98, 130, 704)) == ["a line runs through figures on page 1: 1234"]


@pytest.mark.parametrize("y", [697.5, 699, 711])
def test_it_says_nothing_of_lines_under_or_over_figures(y: float):
    assert told(text(100, 700, "1234"), line(98, 130, y)) == []


def test_it_says_nothing_of_a_line_that_ends_beside_a_figure():
    assert told(text(100, 700, "1234"), line(60, 101, 704)) == []


def test_it_tells_white_figures_on_paper():
    assert told(text(100, 700, "1234", 1.0)) == ["figures on page 1 have the colour of the paper: 1234"]


def test_it_says_nothing_of_white_figures_on_a_dark_ground():
    assert told(area(0.2), text(100, 700, "1234", 1.0)) == []


def test_it_tells_white_figures_on_a_white_ground():
    assert told(area(1.0), text(100, 700, "1234", 1.0)) != []


def test_it_says_nothing_of_white_words():
    assert told(text(100, 700, "abc", 1.0)) == []


def white(canvas: Canvas) -> None:
    canvas.setFillGray(1)
    canvas.rect(98, 697, 40, 14, stroke=0, fill=1)


def seen_through(canvas: Canvas) -> None:
    canvas.setFillColorRGB(1, 1, 0, alpha=0.3)
    canvas.rect(98, 697, 40, 14, stroke=0, fill=1)


def clipped(canvas: Canvas) -> None:
    """A white area that a clip keeps off the figure."""
    canvas.saveState()
    around = canvas.beginPath()
    around.rect(300, 300, 50, 50)
    canvas.clipPath(around, stroke=0, fill=0)
    white(canvas)
    canvas.restoreState()


def ring(canvas: Canvas) -> None:
    """A filled ring around the figure, as the seals that are drawn as curves have."""
    path = canvas.beginPath()
    path.circle(112, 704, 60)
    path.circle(112, 704, 55)
    canvas.setFillColorRGB(1, 0, 0)
    canvas.drawPath(path, stroke=0, fill=1, fillMode=0)


def rounded(canvas: Canvas) -> None:
    canvas.setFillGray(1)
    canvas.roundRect(90, 690, 60, 28, 6, stroke=0, fill=1)


def image(alpha: int) -> Painter:
    def paint(canvas: Canvas) -> None:
        picture = Image.new("RGBA", (40, 14), (255, 255, 255, alpha))
        canvas.drawImage(ImageReader(picture), 98, 697, 40, 14, mask="auto")

    return paint


@pytest.mark.parametrize("over", [white, area(0.0), area(0.5), rounded, image(255)])
def test_it_tells_figures_under_what_is_drawn_over_them(over: Painter):
    assert told(text(100, 700, "1234"), over) == ["figures on page 1 lie under what is drawn over them: 1234"]


@pytest.mark.parametrize("over", [seen_through, clipped, ring, image(0)])
def test_it_says_nothing_of_figures_that_are_seen_through_it(over: Painter):
    assert told(text(100, 700, "1234"), over) == []


@pytest.mark.parametrize("under", [white, area(0.8), rounded, image(255)])
def test_it_says_nothing_of_figures_drawn_later(under: Painter):
    assert told(under, text(100, 700, "1234")) == []


def test_it_says_nothing_of_rows_shaded_one_after_the_other():
    rows = []
    for number in range(10):
        rows += [shaded(700 - 14 * number), text(100, 700 - 14 * number, "1234")]
    assert told(*rows) == []


def shaded(y: float) -> Painter:
    def paint(canvas: Canvas) -> None:
        canvas.setFillGray(0.9)
        canvas.rect(80, y - 3, 100, 14, stroke=0, fill=1)

    return paint


def test_it_tells_a_figure_of_one_object_with_others():
    def wide(canvas: Canvas) -> None:
        canvas.drawString(100, 700, "1234          5678")

    assert told(wide, white) == ["figures on page 1 lie under what is drawn over them: 1234"]


def table(canvas: Canvas) -> None:
    """A row of a label and a blank cell, 80 to 140 to 200 by 690 to 716."""
    canvas.grid([80, 140, 200], [690, 716])
    canvas.drawString(85, 700, "abc")


def outline(left: float, bottom: float, size: float = 10.0) -> Painter:
    def paint(canvas: Canvas) -> None:
        path = canvas.beginPath()
        path.ellipse(left, bottom, size / 2, size)
        canvas.setFillGray(0)
        canvas.drawPath(path, stroke=0, fill=1)

    return paint


def written(canvas: Canvas) -> None:
    """A 4 as an area with straight sides."""
    path = canvas.beginPath()
    path.moveTo(165, 698)
    for x, y in ((165, 700), (160, 700), (166, 710), (168, 710), (168, 698)):
        path.lineTo(x, y)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)


def scanned(width: float) -> Painter:
    return lambda canvas: canvas.drawImage(ImageReader(Image.new("RGB", (8, 10))), 160, 698, width, 8)


@pytest.mark.parametrize("figure", [outline(165, 698), written, scanned(8), scanned(3.7)])
def test_it_tells_of_drawings_in_blank_cells(figure: Painter):
    assert told(table, figure) == ["cells on page 1 without text hold images or drawings: 1"]


def struck_out(canvas: Canvas) -> None:
    canvas.line(140, 690, 200, 716)
    canvas.line(140, 716, 200, 690)


@pytest.mark.parametrize(
    "drawing", [outline(120, 698), outline(165, 650), outline(138, 698, 4), outline(90, 600, 200), struck_out]
)
def test_it_says_nothing_of_drawings_that_are_no_figures_of_blank_cells(drawing: Painter):
    assert told(table, drawing) == []
