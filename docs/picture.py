"""python -m docs.picture: draw docs/images/draw.png, what `gouji draw --png` makes of an invented report.

The report's font is not in the PDF, so that the characters look as the fonts of the machine let them.
"""

from __future__ import annotations

from pathlib import Path

from converters import convert
from converters.pdf_view import views
from normalize import normalize
from picturing import picture
from samples.pdf import draw
from samples.reports import invent

TARGET = Path(__file__).with_name("images") / "draw.png"
PAGE = 2  # it carries on a table from the page before, and holds a figure that breaks its sums


def draw_png() -> bytes:
    """Return the picture of one page of an invented report with blank cells and a misprint."""
    data = draw(invent(7, edition="2021", zero=False, misprint=True, blanks="blank"), style="dashed")
    document = convert(data, name="report.pdf")
    (view,) = views(data, [PAGE])
    return picture(view, document, normalize(document))


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(draw_png())
