"""Web pages (HTML, MHT) -> Document: the report on the page, without the site around it.

What belongs to the report is told by what it holds: every table of figures and every sentence outside of
what calls itself navigation, head or foot. No site is known by name. Nothing visible is lost: what is not
the report stands in the margins. What a browser hides is not read.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

from converters.web_bytes import pages_of
from converters.web_items import FEWEST_FIGURES, Line, Page, Region, Table
from converters.web_reader import read_page
from document import Cell, Document, Grid, Paragraph, Place, Provenance, Source
from errors import LimitExceeded
from findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from document import Block

_MOST_BYTES = 32 << 20

# A statutory table has 25 cells at least when its head is counted; those that describe a page have 8 to 20.
_FEWEST_CELLS = 25
_PROSE = re.compile(
    r"。|^(?:[一二三四五六七八九十]{1,2}、|[（(][一二三四五六七八九十]{1,2}[）)])"
    r"|^[0-9０-９〇○零一二]{4}年[0-9０-９一二三四五六七八九十]{1,2}月[0-9０-９一二三四五六七八九十]{1,3}日$"
)
_SCAN_CHARACTERS = 200  # a title, issuer and date stay under 100, six typed sections do not
_LONGEST_TITLE = 80
_FRONT_LINES = 12  # in which a report repeats its title


def convert(data: bytes, source: Source) -> Document:
    """Return what a web page says; `source` is taken over as it is.

    Places count emitted paragraphs and grids from 1. Raises UnreadableFile or LimitExceeded.
    """
    if len(data) > _MOST_BYTES:
        size, most = len(data) >> 20, _MOST_BYTES >> 20
        message = f"{source.name}: {size} MiB of web page, more than {most} MiB; save the report's page alone"
        raise LimitExceeded(message)
    html, *others = pages_of(data, source.name)
    pages = [read_page(html, source.name)]
    if pages[0].frames and not any(_is_data(item) for item in pages[0].items):
        pages += [read_page(html, source.name) for html in others]
    page = max(pages, key=lambda page: sum(map(_weight, page.items)))
    body, margins = _told_apart(page)
    blocks, findings = _emit(body)
    findings += _doubts(page, blocks)
    return Document(
        source=source,
        blocks=tuple(blocks),
        margins=tuple(Paragraph(text=text) for text in margins),
        findings=tuple(findings),
    )


# --- The report on the page -------------------------------------------------------------------------


def _told_apart(page: Page) -> tuple[list[Line | Table], list[str]]:
    """Return the items of the report, and the texts of everything else."""
    items = page.items
    tables = _totals(_is_data(item) for item in items)
    weights = _totals(map(_weight, items))
    edges = [0] * (len(items) + 1)  # where furniture begins, less where it ends
    for region in page.regions:
        if (
            region.kind == "furniture"
            and not _sum(tables, region)
            and _sum(weights, region) * 10 < weights[-1] * 3
        ):
            edges[region.start] += 1
            edges[region.stop] -= 1
    outside = {
        number
        for number, (item, depth) in enumerate(zip(items, accumulate(edges), strict=False))
        if depth or (isinstance(item, Line) and item.is_furniture)
    }
    main = _main(page, tables, outside)
    title = _title(page, main, outside)
    inside = {*title, *range(main.start, main.stop)} - outside
    body = [item for number, item in enumerate(items) if number in inside]
    margins = [
        text.replace("\n", " ")
        for number, item in enumerate(items)
        if number not in inside
        for text in ([item.text] if isinstance(item, Line) else item.texts())
        if text.strip()
    ]
    return _with_stored_title(page, body), margins


def _main(page: Page, tables: list[int], outside: AbstractSet[int]) -> Region:
    """Return the smallest region that holds every table of data and all prose of the page.

    A region that calls itself the article needs only most of the prose: pages end in disclaimers. A page
    without prose is taken whole.
    """
    prose = _totals(
        len(item.text) if number not in outside and isinstance(item, Line) and _is_prose(item) else 0
        for number, item in enumerate(page.items)
    )
    whole = Region(start=0, stop=len(page.items))
    if not prose[-1]:
        return whole
    fitting = [
        region
        for region in (*page.regions, whole)
        if _sum(tables, region) == tables[-1]
        and (
            _sum(prose, region) == prose[-1]
            or (region.kind == "article" and _sum(prose, region) * 10 >= prose[-1] * 8)
        )
    ]
    return min(fitting, key=lambda region: region.stop - region.start)


def _title(page: Page, main: Region, outside: AbstractSet[int]) -> range:
    """Return the nearest run of heading lines in front of the main region; empty if it has one itself."""
    front = page.items[main.start : main.start + _FRONT_LINES]
    inner = {item.text for item in front if isinstance(item, Line)}
    if any(isinstance(item, Line) and item.heading == 1 for item in front):
        return range(0)
    end = main.start
    while end and not _is_heading(page.items[end - 1], end - 1, outside):
        end -= 1
    start = end
    while start and end - start < 3 and _is_heading(page.items[start - 1], start - 1, outside):
        start -= 1
    texts = [item.text for item in page.items[start:end] if isinstance(item, Line)]
    return range(0) if inner.issuperset(texts) else range(start, end)


def _is_heading(item: Line | Table, number: int, outside: AbstractSet[int]) -> bool:
    return (
        isinstance(item, Line)
        and number not in outside
        and bool(item.heading)
        and len(item.text) <= _LONGEST_TITLE
        and item.linked * 2 < len(item.text)
    )


def _with_stored_title(page: Page, body: list[Line | Table]) -> list[Line | Table]:
    """Put the title that the page's head states in front of a body without it and without a heading."""
    front = [item for item in body[:_FRONT_LINES] if isinstance(item, Line)]
    shown = "".join("".join(item.text.split()) for item in front)
    is_stated = 0 < len(page.title) <= _LONGEST_TITLE and "".join(page.title.split()) not in shown
    if is_stated and body and not any(item.heading for item in front):
        return [Line(text=page.title, heading=1), *body]
    return body


def _totals(numbers: Iterable[int]) -> list[int]:
    """Return running totals with a 0 in front: the sum of items i to before j is [j] - [i]."""
    return [*accumulate(numbers, initial=0)]


def _sum(totals: list[int], region: Region) -> int:
    return totals[region.stop] - totals[region.start]


def _is_data(item: Line | Table) -> bool:
    """Tell whether an item is a table of figures, or a form for them; tables that describe a page are not."""
    if isinstance(item, Line) or item.tiling.column_count < 2:
        return False
    return item.figures >= FEWEST_FIGURES or len(item.tiling.slots) >= _FEWEST_CELLS


def _is_prose(line: Line) -> bool:
    """Tell whether a line is a sentence, a numbered heading or a date: what a report is written in."""
    return bool(_PROSE.search(line.text.strip(" \u00a0\u3000"))) and line.linked * 2 < len(line.text)


def _weight(item: Line | Table) -> int:
    if isinstance(item, Line):
        return max(len(item.text) - 2 * item.linked, 0)
    return sum(map(len, item.texts()))


# --- Blocks and doubts --------------------------------------------------------------------------------


def _emit(body: list[Line | Table]) -> tuple[list[Block], list[Finding]]:
    blocks: list[Block] = []
    findings: list[Finding] = []
    lines = tables = 0
    for item in body:
        if isinstance(item, Line):
            lines += 1
            blocks.append(Paragraph(text=item.text, provenance=Provenance(place=Place(line=lines))))
        elif any(text.strip(" \u00a0\u3000\n\ufffc") for text in item.texts()):
            tables += 1
            blocks.append(_grid(item, tables))
            findings += _met_cells(item, tables)
    return blocks, findings


def _grid(table: Table, number: int) -> Grid:
    """Return a table as a grid, with blank cells where rows are short."""
    tiling = table.tiling
    shown = [
        (slot.row, slot.column, slot.row_span, slot.column_span, slot.content.text) for slot in tiling.slots
    ]
    return Grid(
        row_count=tiling.row_count,
        column_count=tiling.column_count,
        cells=tuple(
            Cell(
                row=row,
                column=column,
                row_span=row_span,
                column_span=column_span,
                text=text,
                provenance=Provenance(place=Place(table=number, row=row + 1, column=column + 1)),
            )
            for row, column, row_span, column_span, text in (
                *shown,
                *((row, column, 1, 1, "") for row, column in tiling.open),
            )
        ),
        provenance=Provenance(place=Place(table=number)),
    )


def _met_cells(table: Table, number: int) -> Iterator[Finding]:
    for row, column in table.tiling.narrowed:
        place = Place(table=number, row=row + 1, column=column + 1)
        message = "two cells claim one position; the lower one was made narrower"
        yield Finding(code="structure.shifted", message=message, at=(str(place),))


def _doubts(page: Page, blocks: list[Block]) -> list[Finding]:
    """Return what keeps a page from being read whole."""
    findings: list[Finding] = []
    strange = sum(text.count("\ufffd") for text in _texts(blocks))
    if strange:
        message = f"{strange} characters do not belong to the encoding of the page"
        findings.append(Finding(code="reading.encoding", message=message))
    if any(_is_data(item) for item in page.items):
        return findings
    characters = sum(map(len, _texts(blocks)))
    if page.frames:
        inner = ", ".join(filter(None, page.frames[:3])) or "without an address"
        message = (
            f"the page shows other files in frames, which are not in this one ({inner[:200]}); convert those"
        )
        findings.append(Finding(code="structure.no_table", message=message))
    if page.hidden_tables:
        message = (
            f"{page.hidden_tables} tables are hidden until a script shows them; save the page with them open"
        )
        findings.append(Finding(code="structure.no_table", message=message))
    if page.pictures and (
        characters < _SCAN_CHARACTERS or not any(isinstance(block, Grid) for block in blocks)
    ):
        message = f"the page shows {page.pictures} pictures and no table as text; convert the pictures"
        findings.append(Finding(code="reading.needs_ocr", message=message))
    return findings


def _texts(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text
        else:
            yield from (cell.text for cell in block.cells)
