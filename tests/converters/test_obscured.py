"""Figures that a PDF holds as text although a person does not see them as they stand."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
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
