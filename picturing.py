"""What was found on a page, drawn over the page: the work behind `gouji draw --png`.

The page stands in light grey, so that whatever has a colour is ours. Nothing is moved or left out to look
better: a box that misses its ink shows that it does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from document import Box, Document, Grid
from report import Report, Value

if TYPE_CHECKING:
    from converters.pdf_view import View
    from converters.rulings import Word

Colour = tuple[int, int, int]

# Told apart by people with either red-green weakness too (after Okabe and Ito, 2008).
RULING: Colour = (0, 114, 178)
CELL: Colour = (230, 120, 0)
WORD: Colour = (120, 120, 120)
STATUSES: dict[str, Colour] = {
    "printed": (0, 158, 115),
    "blank": (240, 200, 0),
    "unassigned": (170, 70, 190),
    "unreadable": (213, 30, 0),
}
DOUBT: Colour = (213, 30, 0)
INK: Colour = (40, 40, 40)

_LEGEND_WIDTH = 490.0  # points: pages of receipts are narrower than what is said about them
_LABEL, _SMALL_LABEL = 4.2, 3.4  # points: the size of the row,column numbers, and where a cell is full
_DIGITS = 0.8  # the height of digits and comma as a share of their size
_FEW = 3  # codes that the legend names; gouji check tells them all
_TINT = 70  # of 255: how strong the colour over a value is
_PAPER_SHARE = 0.55  # how far black ink fades: still readable, and lighter than every colour above


def plain(view: View) -> bytes:
    """Return a page alone, with nothing drawn over it, as PNG."""
    file = BytesIO()
    Image.frombytes("L", (view.width, view.height), view.pixels).save(file, "PNG")
    return file.getvalue()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pen:
    """Draws in points on an image of `scale` pixels a point."""

    draw: ImageDraw.ImageDraw
    scale: float

    def pixels(self, box: Box, inset: float = 0.0) -> tuple[float, float, float, float]:
        """Return a box in pixels, its sides moved inwards by points, but never past each other."""
        across = min(inset, (box.right - box.left) / 4)
        down = min(inset, (box.bottom - box.top) / 4)
        return (
            (box.left + across) * self.scale,
            (box.top + down) * self.scale,
            (box.right - across) * self.scale,
            (box.bottom - down) * self.scale,
        )

    def width(self, points: float) -> int:
        """Return a line's width in pixels, 1 at least."""
        return max(round(points * self.scale), 1)

    def text(self, left: float, top: float, text: str, size: float, colour: Colour) -> float:
        """Write a text from its top left corner; return its width in points."""
        font = self._font(size)
        self.draw.text((left * self.scale, top * self.scale), text, fill=colour, font=font)
        return font.getlength(text) / self.scale

    def digits(self, left: float, top: float, text: str, size: float, colour: Colour) -> None:
        """Write a text of digits, whose ink begins at its top left corner."""
        self.draw.text(
            (left * self.scale, top * self.scale), text, fill=colour, font=self._font(size), anchor="lt"
        )

    def length(self, text: str, size: float) -> float:
        """Return the width of a text in points."""
        return self._font(size).getlength(text) / self.scale

    def _font(self, size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
        return _font(max(round(size * self.scale), 8))

    def dashed(self, box: Box, inset: float, colour: tuple[int, ...], width: int) -> None:
        """Outline a box with dashes of 3 points."""
        left, top, right, bottom = self.pixels(box, inset)
        step = 3 * self.scale
        for start, stop, fixed, is_across in (
            (left, right, top, True),
            (left, right, bottom, True),
            (top, bottom, left, False),
            (top, bottom, right, False),
        ):
            at = start
            while at < stop:
                end = min(at + step, stop)
                line = (at, fixed, end, fixed) if is_across else (fixed, at, fixed, end)
                self.draw.line(line, fill=colour, width=width)
                at += 2 * step


def picture(view: View, document: Document, report: Report) -> bytes:
    """Return a page as PNG: its ink, words, rulings, cells, and the values that were made of them."""
    grids = list(_grids_on(view.page, document))
    values = [value for value in report.values.values() if value.provenance.page == view.page and _box(value)]
    doubted = {value_id for finding in report.trust.reasons for value_id in finding.at}
    lines = list(_legend(view, document, report, grids, values, doubted))
    page = _faded(view)
    legend_height = round((len(lines) * 14 + 10) * view.scale)
    width = max(page.width, round(_LEGEND_WIDTH * view.scale))
    image = Image.new("RGB", (width, page.height + legend_height), "white")
    image.paste(page, (0, 0))
    pen = _Pen(draw=ImageDraw.Draw(image, "RGBA"), scale=view.scale)
    _draw_values(pen, values)
    _draw_words(pen, view)
    _draw_rulings(pen, view)
    for number, grid in grids:
        _draw_cells(pen, grid, number, view.words)
    _draw_doubts(pen, (value for value in values if value.id in doubted))
    _draw_legend(pen, width / view.scale, page.height / view.scale, lines)
    file = BytesIO()
    image.quantize(palette=_palette(), dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


@cache
def _palette() -> Image.Image:
    """Return an image with the palette of every picture: greys, and each colour at some strengths on them.

    A palette makes the file half as large; one that is fixed keeps a colour the same on every page.
    """
    greys = [round(255 * step / 31) for step in range(32)]
    colours = [(grey, grey, grey) for grey in greys]
    for colour in (RULING, CELL, DOUBT, *STATUSES.values()):
        for paper in (255, 215, 175, 140):
            colours += [_blend(colour, paper, share) for share in (_TINT / 255, 0.5, 0.8, 1.0)]
    palette = Image.new("P", (1, 1))
    palette.putpalette([channel for colour in dict.fromkeys(colours) for channel in colour])
    return palette


def _blend(colour: Colour, paper: int, share: float) -> Colour:
    red, green, blue = (round(paper + (channel - paper) * share) for channel in colour)
    return red, green, blue


def _faded(view: View) -> Image.Image:
    grey = Image.frombytes("L", (view.width, view.height), view.pixels)
    return grey.point(lambda value: 255 - (255 - value) * (1 - _PAPER_SHARE)).convert("RGB")


def _grids_on(page: int, document: Document) -> Iterator[tuple[int, Grid]]:
    """Yield the grids of a page with the numbers that `gouji draw` gives them."""
    number = 0
    for block in document.blocks:
        if isinstance(block, Grid):
            number += 1
            if block.provenance.page == page and block.provenance.box is not None:
                yield number, block


def _box(value: Value) -> Box | None:
    return value.provenance.box


def _draw_values(pen: _Pen, values: Iterable[Value]) -> None:
    for value in values:
        box, colour = _box(value), STATUSES.get(value.status)
        if box is not None and colour is not None:
            pen.draw.rectangle(pen.pixels(box, 1.8), fill=(*colour, _TINT))


def _draw_words(pen: _Pen, view: View) -> None:
    for word in view.words:
        pen.draw.rectangle(pen.pixels(word.box), outline=(*WORD, 110), width=1)


def _draw_rulings(pen: _Pen, view: View) -> None:
    for ruling in view.rulings:
        pen.draw.line(pen.pixels(ruling), fill=(*RULING, 200), width=pen.width(0.9))


def _draw_cells(pen: _Pen, grid: Grid, number: int, words: Sequence[Word]) -> None:
    """Outline cells inside their boxes, beside the rulings; dashed where no ruling told of them."""
    outline = grid.provenance.box
    assert outline is not None
    inside = [word.box for word in words if _meet(word.box, outline)]
    width = pen.width(0.4)
    for cell in grid.cells:
        box = cell.provenance.box
        if box is None:
            continue
        if grid.provenance.how == "inferred":
            pen.dashed(box, 1.2, CELL, width)
        else:
            pen.draw.rectangle(pen.pixels(box, 1.2), outline=CELL, width=width)
        label = f"{cell.row + 1},{cell.column + 1}"
        near = [word for word in inside if _meet(word, box)]
        corner = _free_corner(box, pen.length(label, _LABEL), near)
        if corner is None:
            pen.digits(box.left + 1.8, box.top + 1.6, label, _SMALL_LABEL, CELL)
        else:
            pen.digits(*corner, label, _LABEL, CELL)
    pen.text(outline.left, outline.top - 8.5, f"grid {number}", 7, CELL)


def _free_corner(box: Box, width: float, words: Sequence[Box]) -> tuple[float, float] | None:
    """Return the first corner of a cell in which its number covers no word; None if all are taken."""
    left, right = box.left + 2.2, box.right - 2.2 - width
    top, bottom = box.top + 2.0, box.bottom - 2.0 - _DIGITS * _LABEL
    for across, down in ((left, top), (right, top), (left, bottom), (right, bottom)):
        label = Box(left=across, top=down, right=across + width, bottom=down + _DIGITS * _LABEL)
        if not any(_meet(label, word) for word in words):
            return across, down
    return None


def _meet(one: Box, other: Box) -> bool:
    return (
        one.left < other.right
        and one.right > other.left
        and one.top < other.bottom
        and one.bottom > other.top
    )


def _draw_doubts(pen: _Pen, values: Iterable[Value]) -> None:
    """Mark the values that a finding names with a corner, at the top right."""
    for value in values:
        box = _box(value)
        if box is not None:
            _, top, right, _ = pen.pixels(box, 1.8)
            side = 5 * pen.scale
            pen.draw.polygon(((right - side, top), (right, top), (right, top + side)), fill=DOUBT)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Entry:
    """A word of the legend, with the swatch in front of it: line, outline, dashes, area, corner or none."""

    text: str
    swatch: str = ""
    colour: Colour = INK


def _legend(
    view: View,
    document: Document,
    report: Report,
    grids: Sequence[tuple[int, Grid]],
    values: Sequence[Value],
    doubted: set[str],
) -> Iterator[list[_Entry]]:
    """Yield the lines of the legend: which page, what was found on it, which values it carries, doubts."""
    edition = f"edition {report.edition}" if report.edition else "no edition of the form fits"
    pages = document.source.pages
    codes = list(dict.fromkeys(finding.code for finding in report.trust.reasons))
    why = f": {', '.join(codes[:_FEW])}{' ...' if codes[_FEW:] else ''}" if codes else ""
    yield [_Entry(text=f"page {view.page} of {pages}   {edition}   {report.trust.status}{why}")]
    cells = Counter(grid.provenance.how for _, grid in grids for _ in grid.cells)
    found = [
        _Entry(text=f"ruling {len(view.rulings)}", swatch="line", colour=RULING),
        _Entry(text=f"cell (row,column) {cells['read']}", swatch="outline", colour=CELL),
        _Entry(text=f"word {len(view.words)}", swatch="outline", colour=WORD),
    ]
    if cells["inferred"]:
        told = f"cell, inferred from gaps {cells['inferred']}"
        found.insert(2, _Entry(text=told, swatch="dashes", colour=CELL))
    yield found
    counts = Counter[str](value.status for value in values)
    marks = [
        _Entry(text=f"{status} {counts[status]}", swatch="area", colour=colour)
        for status, colour in STATUSES.items()
    ]
    named = sum(value.id in doubted for value in values)
    yield [
        _Entry(text="values:"),
        *marks,
        _Entry(text=f"named in a finding {named}", swatch="corner", colour=DOUBT),
    ]
    here = sorted({finding.code for finding in report.trust.reasons if f"page {view.page}" in finding.at})
    if here:
        yield [_Entry(text=f"about this page: {', '.join(here)}", colour=DOUBT)]


def _draw_legend(pen: _Pen, width: float, top: float, lines: Iterable[Sequence[_Entry]]) -> None:
    pen.draw.line(pen.pixels(Box(left=0, top=top, right=width, bottom=top)), fill=INK, width=pen.width(0.5))
    for number, line in enumerate(lines):
        left, high = 12.0, top + 6 + 14 * number
        for entry in line:
            left += _draw_swatch(pen, entry, left, high)
            left += pen.text(left, high + 0.5, entry.text, 8.5, entry.colour if not entry.swatch else INK)
            left += 12


def _draw_swatch(pen: _Pen, entry: _Entry, left: float, top: float) -> float:
    """Draw what stands for an entry on the page; return the room it takes."""
    if not entry.swatch:
        return 0.0
    box = Box(left=left, top=top + 1, right=left + 14, bottom=top + 9)
    if entry.swatch == "line":
        line = Box(left=left, top=top + 5, right=left + 14, bottom=top + 5)
        pen.draw.line(pen.pixels(line), fill=entry.colour, width=pen.width(0.9))
    elif entry.swatch == "outline":
        pen.draw.rectangle(pen.pixels(box), outline=entry.colour, width=pen.width(0.4))
    elif entry.swatch == "dashes":
        pen.dashed(box, 0, entry.colour, pen.width(0.4))
    elif entry.swatch == "area":
        pen.draw.rectangle(pen.pixels(box), fill=(*entry.colour, _TINT))
    else:
        right, high, side = box.right * pen.scale, box.top * pen.scale, 6 * pen.scale
        pen.draw.polygon(((right - side, high), (right, high), (right, high + side)), fill=entry.colour)
    return 18.0


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return Pillow's own font, the same on every machine; it has Latin letters only."""
    return ImageFont.load_default(size)
