"""Pages read one by one put together: rows whole that a page's end cut, prose in paragraphs, blocks in order.

Serves every format that has pages, so nothing here knows how they were read. Tables that go on overleaf are
left as one grid a page: joining them takes knowing the form.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from converters import pdf_overleaf, pdf_prose, whitespace
from converters.obscured import are_bare, undeciphered
from converters.pdf_ink import Ink
from converters.pdf_page import HEAD_WORDS, Apart, Page, box_of, centre_lies_in, middle_of
from converters.pdf_prose import Line
from converters.rulings import Filled, Ruling, Word, around, fill, join, rounded, snap
from document import Block, Box, Document, Grid, Paragraph, Provenance, Source


@dataclass(frozen=True, kw_only=True, slots=True)
class Prose:
    """The lines of one paragraph on the page it begins on, and those on the pages it goes on to."""

    page: Page
    lines: tuple[Line, ...]
    overleaf: tuple[Line, ...] = ()


def document_from(read: Sequence[Page], source: Source) -> Document:
    """Return what pages say, in whatever format they were drawn; the source says how many there are."""
    pages = _with_whole_rows(read)
    on_pages = [pdf_prose.plain_lines(page.apart.words, page.apart.height) for page in pages]
    margins = pdf_prose.margin_lines(
        [(page.ink.width, page.ink.height, on) for page, on in zip(pages, on_pages, strict=True)]
    )
    body = [
        tuple(line for number, line in enumerate(on) if number not in numbers)
        for on, numbers in zip(on_pages, margins, strict=True)
    ]
    edges = _text_edges(pages, body)
    blocks: list[Prose | Grid] = []
    before: whitespace.Unruled | None = None
    for page, found in zip(pages, body, strict=True):
        words = [word for line in found for word in line.words]
        more, before = _blocks(page, words, edges[_format(page)], before)
        if blocks and more and _is_one_paragraph(blocks[-1], more[0], edges):
            blocks[-1] = _with_overleaf(blocks[-1], more[0])
            more = more[1:]
        blocks += more
    lost = undeciphered(
        {page.number: page.ink for page in pages},
        (block for block in blocks if isinstance(block, Grid)),
    )
    return Document(
        source=replace(source, pages=len(pages), reader=_reader(pages, source)),
        blocks=tuple(_block(block) for block in blocks),
        margins=tuple(
            _paragraph(Prose(page=page, lines=(line,)))
            for page, on, numbers in zip(pages, on_pages, margins, strict=True)
            for line in (*(on[number] for number in sorted(numbers)), *_note_lines(page))
        ),
        findings=(*(finding for page in pages for finding in page.findings), *lost),
        blanks_seen=_blanks_seen(read, blocks),
    )


def _blanks_seen(pages: Sequence[Page], blocks: Iterable[Prose | Grid]) -> bool:
    """Say whether cells without text show nothing on paper.

    Ruled cells are asked as they stand on their pages: joined over pages, a text stands in one part alone.
    """
    ruled = ((filled.grid, False) for page in pages for filled in (*page.apart.filled, *page.apart.blank))
    unruled = (
        (block, True) for block in blocks if isinstance(block, Grid) and block.provenance.how == "inferred"
    )
    return are_bare({page.number: page.ink for page in pages}, chain(ruled, unruled))


def _reader(pages: Iterable[Page], source: Source) -> str:
    """Return the engine that recognised any of the pages, else what the source says."""
    return next((page.reader for page in pages if page.reader != "stored"), source.reader)


def _note_lines(page: Page) -> tuple[Line, ...]:
    return pdf_prose.plain_lines(page.notes, page.apart.height)


def _with_whole_rows(pages: Sequence[Page]) -> list[Page]:
    """Return the pages with rows that a page's end cut in half whole on the page they begin on."""
    whole = _with_blank_rows(pages)
    for number in range(len(whole) - 1, 0, -1):
        above, below = whole[number - 1], whole[number]
        upper, lower = _last_grid(above.apart), _first_grid(below.apart)
        if upper is None or lower is None or not _is_one_format(above, below):
            continue
        joined, rest = pdf_overleaf.join(upper, lower, is_noted=_is_noted(above.apart, upper))
        whole[number - 1] = replace(above, apart=_exchanged(above.apart, upper, joined))
        whole[number] = replace(below, apart=_exchanged(below.apart, lower, rest))
    return whole


def _with_blank_rows(pages: Sequence[Page]) -> list[Page]:
    """Return the pages with grids without text where these go on the last grid of the page before."""
    whole = list(pages)
    for number, page in enumerate(pages[1:], 1):
        above, blank = _last_grid(whole[number - 1].apart), _first_blank(page.apart)
        if above and blank and pdf_overleaf.has_common_columns(above.grid, blank.grid):
            whole[number] = replace(page, apart=replace(page.apart, filled=(*page.apart.filled, blank)))
    return whole


def _first_blank(apart: Apart) -> Filled | None:
    """Return the grid without text that a page begins with, if there is one."""
    blank = min(apart.blank, key=lambda filled: box_of(filled.grid).top, default=None)
    return blank if blank and _first_grid(replace(apart, filled=(*apart.filled, blank))) is blank else None


def _last_grid(apart: Apart) -> Filled | None:
    """Return the grid that stands lowest on a page."""
    return max(apart.filled, key=lambda filled: box_of(filled.grid).bottom, default=None)


def _is_noted(apart: Apart, last: Filled) -> bool:
    """Say whether more than a page number stands below a page's last grid."""
    return sum(word.box.top >= box_of(last.grid).bottom for word in apart.words) > HEAD_WORDS


def _first_grid(apart: Apart) -> Filled | None:
    """Return the grid that a page begins with; None when more than a running head stands above it."""
    first = min(apart.filled, key=lambda filled: box_of(filled.grid).top, default=None)
    if first is None or sum(word.box.bottom <= box_of(first.grid).top for word in apart.words) > HEAD_WORDS:
        return None
    return first


def _exchanged(apart: Apart, old: Filled, new: Filled | None) -> Apart:
    every = (new if filled is old else filled for filled in apart.filled)
    return replace(apart, filled=tuple(filled for filled in every if filled is not None))


def _text_edges(
    pages: Sequence[Page], body: Sequence[Sequence[Line]]
) -> dict[tuple[int, int], tuple[float, float]]:
    """Return the edges of the area for text, for each size of page in a document."""
    found: dict[tuple[int, int], list[Line]] = defaultdict(list)
    grids: dict[tuple[int, int], list[Box]] = defaultdict(list)
    for page, on_page in zip(pages, body, strict=True):
        found[_format(page)] += on_page
        grids[_format(page)] += [box_of(filled.grid) for filled in page.apart.filled]
    return {key: pdf_prose.text_edges(every, grids[key]) for key, every in found.items()}


def _format(page: Page) -> tuple[int, int]:
    return round(page.ink.width), round(page.ink.height)


def _is_one_format(above: Page, below: Page) -> bool:
    """Say whether two pages are of one size; of sheets on a scanner's glass, whether they lie one way."""
    if "stored" in (above.reader, below.reader):
        return _format(above) == _format(below)
    return (above.ink.width < above.ink.height) == (below.ink.width < below.ink.height)


def _blocks(
    page: Page, words: Sequence[Word], edges: tuple[float, float], before: whitespace.Unruled | None
) -> tuple[list[Prose | Grid], whitespace.Unruled | None]:
    """Return the grids of a page, and the words outside as paragraphs between them, from top to bottom.

    Takes the unruled table that the page before ended with, and returns this page's.
    """
    height = page.apart.height
    grids = [filled.grid for filled in page.apart.filled]
    unruled = whitespace.unruled(words, before, _rulings_between(page))
    for table in unruled:
        grid = fill(table.frame, words, height=height, page=page.number).grid
        grids.append(replace(grid, provenance=replace(grid.provenance, how="inferred")))
        words = [word for word in words if not centre_lies_in(table.frame.box, word.box)]
    grids.sort(key=lambda grid: (middle_of(box_of(grid)), box_of(grid).left))
    middles = [middle_of(box_of(grid)) for grid in grids]
    bands: list[list[Word]] = [[] for _ in range(len(grids) + 1)]
    for word in words:
        bands[bisect_left(middles, middle_of(word.box))].append(word)
    blocks: list[Prose | Grid] = []
    for number, band in enumerate(bands):
        found = pdf_prose.prose_lines(band, height)
        blocks += [Prose(page=page, lines=group) for group in pdf_prose.paragraphs(found, edges)]
        blocks += grids[number : number + 1]
    last = blocks[-1] if blocks else None
    # Grids of a scan are inferred too, without any of these.
    ends_unruled = bool(unruled) and isinstance(last, Grid) and last.provenance.how == "inferred"
    return [
        _as_shown(block, page.ink) if isinstance(block, Grid) and page.ink.turns else block
        for block in blocks
    ], unruled[-1] if ends_unruled else None


def _rulings_between(page: Page) -> tuple[Ruling, ...]:
    """Return the horizontal rulings of a page that stand in none of its grids."""
    boxes = [box_of(filled.grid) for filled in page.apart.filled]
    outside = [
        ruling
        for ruling in page.ink.rulings
        if ruling.horizontal
        and not any(
            box.top - 1 <= ruling.position <= box.bottom + 1
            and ruling.start < box.right
            and ruling.stop > box.left
            for box in boxes
        )
    ]
    return join(snap(outside, page.apart.height), page.apart.height) if len(outside) > 1 else ()


def _is_one_paragraph(
    above: Prose | Grid, below: Prose | Grid, edges: dict[tuple[int, int], tuple[float, float]]
) -> bool:
    if isinstance(above, Grid) or isinstance(below, Grid) or _format(above.page) != _format(below.page):
        return False
    every, sides = above.lines + above.overleaf, edges[_format(above.page)]
    return pdf_prose.goes_on(every, below.lines[0], sides, overleaf=True) or pdf_prose.is_cut(
        every, below.lines, above.page.ink.width, sides
    )


def _with_overleaf(above: Prose | Grid, below: Prose | Grid) -> Prose:
    assert isinstance(above, Prose)
    assert isinstance(below, Prose)
    return replace(above, overleaf=above.overleaf + below.lines)


def _block(block: Prose | Grid) -> Block:
    return _paragraph(block) if isinstance(block, Prose) else block


def _paragraph(prose: Prose) -> Paragraph:
    every = prose.lines + prose.overleaf
    words = [word for line in every for word in line.words]
    return Paragraph(
        text=pdf_prose.joined(line.text for line in every),
        confidence=min(word.confidence for word in words),
        provenance=Provenance(
            page=prose.page.number,
            box=rounded(prose.page.ink.as_shown(around(line.box for line in prose.lines))),
            how="recognised" if any(word.how == "recognised" for word in words) else "read",
        ),
    )


def _as_shown(grid: Grid, ink: Ink) -> Grid:
    """Return a grid of a page that was turned for reading, its boxes where a viewer shows them."""
    return replace(
        grid,
        cells=tuple(
            replace(cell, provenance=replace(cell.provenance, box=rounded(ink.as_shown(cell.provenance.box))))
            for cell in grid.cells
            if cell.provenance.box
        ),
        provenance=replace(grid.provenance, box=rounded(ink.as_shown(box_of(grid)))),
    )
