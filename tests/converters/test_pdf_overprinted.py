"""Figures that stand on top of each other in a PDF."""

from __future__ import annotations

import io

import pytest
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
