"""Draws a sample straight to PDF, the way programs other than Word print reports.

Every style keeps to what the sample says and differs only in how it stands on the page; the seed chooses
sizes and where pages end.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from random import Random
from typing import Any, Literal

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from samples.printed import Print, PrintedTable, printed_tables
from samples.reports import Sample
from samples.table_layout import column_edges, row_heights

FONT = "STSong-Light"  # known to every reader of PDF, so that no font file is needed
PAGE_WIDTH, PAGE_HEIGHT = 595.0, 842.0
MARGIN_LEFT, MARGIN_TOP = 72.0, 84.0


@dataclass(frozen=True, kw_only=True)
class Style:
    """How a report stands on the page.

    `rulings` says what a printed line is made of; `turns` is the page's /Rotate in quarter turns; `sideways`
    turns the text instead; `crop` moves what is shown away from the plane's origin; `bold` draws text twice.
    """

    rulings: Literal["lines", "rectangles", "dashed", "dotted", "doubled", "one path", "none"] = "lines"
    sides: bool = True
    verticals: bool = True
    turns: int = 0
    sideways: bool = False
    crop: bool = False
    bold: Literal["", "whole", "apart"] = ""
    upright_heads: bool = False
    form: bool = False
    repeats_head: bool = False
    running_head: bool = False
    page_numbers: bool = True
    loose: bool = False  # rows stand apart, as they must where no ruling parts them


STYLES: dict[str, Style] = {
    "lines": Style(),
    "rectangles": Style(rulings="rectangles", running_head=True),
    "dashed": Style(rulings="dashed", repeats_head=True),
    "dotted": Style(rulings="dotted"),
    "doubled": Style(rulings="doubled", running_head=True),
    "one path": Style(rulings="one path"),
    "open-sided": Style(sides=False),
    "horizontal": Style(verticals=False, loose=True),
    "borderless": Style(rulings="none", loose=True),
    "rotated": Style(turns=1, running_head=True),
    "upside down": Style(turns=2),
    "sideways": Style(sideways=True),
    "cropped": Style(crop=True),
    "bold": Style(bold="whole"),
    "bold apart": Style(bold="apart"),
    "upright heads": Style(upright_heads=True),
    "form": Style(form=True, rulings="rectangles"),
    "repeated head": Style(repeats_head=True, running_head=True),
}


def draw(sample: Sample, *, style: str, seed: int = 0) -> bytes:
    """Return the sample as a PDF in one of STYLES."""
    return Writer(STYLES[style], Random(f"pdf {style} {seed}")).write(sample)


@cache
def register() -> None:
    """Make the font known."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))


def width_of(text: str, size: float) -> float:
    """Return how wide a text is in points."""
    return float(pdfmetrics.stringWidth(text, FONT, size))


def _wrapped(text: str, size: float, room: float) -> list[str]:
    """Break a text where it is too wide; a closing mark may hang over rather than begin a line."""
    lines: list[str] = []
    for part in text.split("\n"):
        line = ""
        for character in part:
            if line and width_of(line + character, size) > room and character not in "，。、；：）”》！？":
                lines.append(line)
                line = ""
            line += character
        lines.append(line)
    return lines


class Writer:
    """Keeps the place on the page while a report is drawn, in points from the top left.

    `paper` is what is drawn on instead of a PDF: it has the methods of a Canvas that the style needs.
    """

    def __init__(self, style: Style, random: Random, paper: Any = None) -> None:  # noqa: ANN401
        register()
        self.style = style
        self.random = random
        self.buffer = io.BytesIO()
        # reportlab itself changes width and height over where the page has a rotation
        size = (PAGE_HEIGHT, PAGE_WIDTH) if style.sideways else (PAGE_WIDTH, PAGE_HEIGHT)
        if style.crop:
            size = (size[0] + 130, size[1] + 90)
        self.canvas = paper or Canvas(self.buffer, pagesize=size, invariant=1)
        self.size = random.choice((14.0, 15.0, 16.0))
        self.table_size = random.choice((8.0, 9.0, 10.0))
        self.bottom = PAGE_HEIGHT - random.uniform(84, 130)
        self.page = 0
        self.top = 0.0
        self.head = ""
        self.written: set[Print] = set()

    def write(self, sample: Sample) -> bytes:
        """Return the report as a PDF."""
        self.fill(sample)
        self.canvas.save()
        return self.buffer.getvalue()

    def fill(self, sample: Sample) -> None:
        """Draw the report, page after page."""
        self.head = f"{sample.issuer or ''}政府信息公开年度报告汇编"
        self._begin()
        for line in sample.title_lines:
            self._advance(self.size * 2)
            self._text((PAGE_WIDTH - width_of(line, self.size + 4)) / 2, line, self.size + 4)
        self._advance(self.size)
        for text in sample.preamble:
            self._paragraph(text)
        tables = defaultdict[str, list[PrintedTable]](list)
        for table in printed_tables(sample):
            tables[table.section].append(table)
        for section, heading, paragraphs in sample.sections:
            self._paragraph(heading)
            for table in tables[section]:
                self._table(table)
            for text in paragraphs:
                self._paragraph(text)
        for line in sample.closing:
            self._advance(self.size * 1.8)
            self._text(PAGE_WIDTH - MARGIN_LEFT - width_of(line, self.size), line, self.size)
        self._finish()

    def _begin(self) -> None:
        self.page += 1
        canvas, style = self.canvas, self.style
        if style.crop:
            left, bottom = 60 + self.page % 3 * 10, 40
            canvas.setCropBox((left, bottom, left + PAGE_WIDTH, bottom + PAGE_HEIGHT))
            canvas.translate(left, bottom)
        if style.turns == 1 or style.sideways:
            canvas.transform(0, 1, -1, 0, PAGE_HEIGHT, 0)
        elif style.turns == 2:
            canvas.transform(-1, 0, 0, -1, PAGE_WIDTH, PAGE_HEIGHT)
        canvas.setPageRotation(90 * style.turns)
        if style.form:
            canvas.beginForm(f"page{self.page}", 0, 0, PAGE_WIDTH / 2, PAGE_HEIGHT / 2)
            canvas.scale(0.5, 0.5)
        if style.running_head:
            self._place((PAGE_WIDTH - width_of(self.head, 9)) / 2, 50, self.head, 9)
        self.top = MARGIN_TOP

    def _finish(self) -> None:
        if self.style.page_numbers:
            number = f"— {self.page} —"
            self._place((PAGE_WIDTH - width_of(number, 9)) / 2, PAGE_HEIGHT - 50, number, 9)
        if self.style.form:
            self.canvas.endForm()
            self.canvas.scale(2, 2)
            self.canvas.doForm(f"page{self.page}")
        self.canvas.showPage()

    def _advance(self, height: float) -> None:
        if self.top + height > self.bottom:
            self._finish()
            self._begin()
        self.top += height

    def _paragraph(self, text: str) -> None:
        for line in _wrapped("　　" + text, self.size, PAGE_WIDTH - 2 * MARGIN_LEFT):
            self._advance(self.size * 1.8)
            indent = 2 * self.size if line.startswith("　　") else 0.0
            self._text(MARGIN_LEFT + indent, line.strip("　"), self.size)

    def _text(self, left: float, text: str, size: float) -> None:
        self._place(left, self.top, text, size)

    def _place(self, left: float, baseline: float, text: str, size: float) -> None:
        canvas = self.canvas
        canvas.setFont(FONT, size)
        canvas.drawString(left, PAGE_HEIGHT - baseline, text)
        if self.style.bold == "whole":
            canvas.drawString(left + 0.3, PAGE_HEIGHT - baseline, text)
        elif self.style.bold == "apart":
            for number in range(len(text)):
                start = left + width_of(text[:number], size) + 0.4
                canvas.drawString(start, PAGE_HEIGHT - baseline + 0.1, text[number])

    def _table(self, table: PrintedTable) -> None:
        self.written = set()
        plan = _Plan(table, self.table_size, self.style, self.random)
        self._advance(self.size * 0.8)
        row = 0
        while row < table.row_count:
            is_continued = row > 0
            heads = range(plan.head_rows) if is_continued and self.style.repeats_head else range(0)
            room = self.bottom - self.top - sum(plan.heights[head] for head in heads)
            last = row
            while last < table.row_count and sum(plan.heights[row : last + 1]) <= room:
                last += 1
            if last == row and self.top > MARGIN_TOP:
                self._finish()
                self._begin()
                continue
            last = max(last, row + 1)
            self._piece(plan, [*heads, *range(row, last)], row)
            row = last
            if row < table.row_count:
                self._finish()
                self._begin()

    def _piece(self, plan: _Plan, rows: Sequence[int], first: int) -> None:
        """Draw some rows of a table, those before `first` being a head drawn again.

        A cell that goes on overleaf has its text where there is room for it.
        """
        tops = [self.top]
        for row in rows:
            tops.append(tops[-1] + plan.heights[row])
        cells = list(_cells_of(plan.table, rows))
        for cell, start, stop in cells:
            is_repeated = rows[stop - 1] < first
            fits = len(plan.lines(cell)) * plan.size * 1.15 <= tops[stop] - tops[start]
            is_last = rows[stop - 1] == cell.bottom - 1
            if is_repeated or ((fits or is_last) and cell not in self.written):
                self._cell_text(plan, cell, tops[start], tops[stop])
                self.written.add(cell)
        self._rulings(plan, tops, cells)
        self.top = tops[-1] + self.size * 0.5

    def _cell_text(self, plan: _Plan, cell: Print, top: float, bottom: float) -> None:
        """Draw a cell's text in the middle of its box, smaller where a page's end leaves too little room."""
        left, right = plan.edges[cell.column], plan.edges[cell.right]
        lines = plan.lines(cell)
        size = min(plan.size, (bottom - top) / len(lines) / 1.15)
        baseline = (top + bottom) / 2 - len(lines) * size * 1.15 / 2 + size * 0.9
        for line in lines:
            is_label = cell.role in ("row", "extra row") and not self.style.upright_heads
            start = left + plan.padding if is_label else (left + right - width_of(line, size)) / 2
            self._place(start, baseline, line, size)
            baseline += size * 1.15

    def _rulings(self, plan: _Plan, tops: Sequence[float], cells: Iterable[tuple[Print, int, int]]) -> None:
        """Draw the sides of the cells as lines as long as they go."""
        across: dict[int, set[int]] = defaultdict(set)
        down: dict[int, set[int]] = defaultdict(set)
        for cell, start, stop in cells:
            for side in (start, stop):
                across[side].update(range(cell.column, cell.right))
            for side in (cell.column, cell.right):
                down[side].update(range(start, stop))
        lines = [
            (plan.edges[first], tops[row], plan.edges[last], tops[row])
            for row, columns in across.items()
            for first, last in _stretches(columns)
        ]
        width = plan.table.column_count
        if self.style.verticals:
            lines += [
                (plan.edges[column], tops[first], plan.edges[column], tops[last])
                for column, rows in down.items()
                if self.style.sides or 0 < column < width
                for first, last in _stretches(rows)
            ]
        if self.style.rulings == "one path":
            path = self.canvas.beginPath()
            for left, top, right, bottom in lines:
                path.moveTo(left, PAGE_HEIGHT - top)
                path.lineTo(right, PAGE_HEIGHT - bottom)
            self.canvas.drawPath(path)
            return
        for line in lines:
            self._line(*line)

    def _line(self, left: float, top: float, right: float, bottom: float) -> None:
        canvas, kind = self.canvas, self.style.rulings
        top, bottom = PAGE_HEIGHT - top, PAGE_HEIGHT - bottom
        is_across = top == bottom
        canvas.setLineWidth(0.5)
        if kind == "lines":
            canvas.line(left, top, right, bottom)
        elif kind == "doubled":
            for play in (-0.9, 0.9):
                move = (0, play) if is_across else (play, 0)
                canvas.line(left + move[0], top + move[1], right + move[0], bottom + move[1])
        elif kind == "rectangles":
            canvas.rect(left - 0.25, bottom - 0.25, right - left + 0.5, top - bottom + 0.5, stroke=0, fill=1)
        elif kind in ("dashed", "dotted"):
            step, length = (3.5, 2.0) if kind == "dashed" else (1.5, 0.7)
            start, stop = (left, right) if is_across else (bottom, top)
            while start < stop:
                end = min(start + length, stop)
                if kind == "dotted":
                    x, y = (start, top) if is_across else (left, start)
                    canvas.rect(x - 0.35, y - 0.35, 0.7, 0.7, stroke=0, fill=1)
                elif is_across:
                    canvas.line(start, top, end, top)
                else:
                    canvas.line(left, start, left, end)
                start += step


class _Plan:
    """Where a table's columns stand and how high its rows are."""

    def __init__(self, table: PrintedTable, size: float, style: Style, random: Random) -> None:
        self.table = table
        self.style = style
        narrow = table.column_count > 12
        self.size = min(size, 8.0) if narrow else size
        self.padding = 2.0 if narrow else 4.0
        self.gap = 5.0 if style.loose else random.choice((1.5, 2.5, 4.0))
        wide = PAGE_WIDTH - 2 * MARGIN_LEFT + 20
        edges = column_edges(table, wide, self.size, self.padding, 38.0)
        self.edges = [MARGIN_LEFT - 10 + edge for edge in edges]
        self.heights = row_heights(table, self.lines, self.size, self.gap)
        self.head_rows = min(cell.row for cell in table.cells if cell.is_value)

    def lines(self, cell: Print) -> list[str]:
        """Return a cell's text as it is broken into lines."""
        room = self.edges[cell.right] - self.edges[cell.column] - 2 * self.padding
        if self.style.upright_heads and cell.role in ("column", "group") and cell.row_span > 1:
            return list(cell.text)
        return _wrapped(cell.text, self.size, max(room, self.size))


def _cells_of(table: PrintedTable, rows: Sequence[int]) -> Iterator[tuple[Print, int, int]]:
    """Yield the cells that some rows show, each with the first and last of the shown rows it covers."""
    for cell in table.cells:
        shown = [number for number, row in enumerate(rows) if cell.row <= row < cell.bottom]
        for first, last in _stretches(set(shown)):
            yield cell, first, last


def _stretches(numbers: set[int]) -> Iterator[tuple[int, int]]:
    """Yield the unbroken runs of some numbers, as slices count them."""
    ordered = sorted(numbers)
    breaks = [high for low, high in pairwise(ordered) if high > low + 1]
    ends = [low for low, high in pairwise(ordered) if high > low + 1]
    for start, last in zip([*ordered[:1], *breaks], [*ends, *ordered[-1:]], strict=True):
        yield start, last + 1
