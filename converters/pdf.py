"""PDF with stored text: the printed lines give the grids, the stored characters their texts.

pdfium reads every page; pdfplumber, ten times slower, is asked for a second opinion where the first leaves
doubt. A page without usable text is named in a finding and left to whoever can recognise characters. Tables
that go on overleaf are left as one grid a page: joining them takes knowing the form.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Any

from converters import pdf_fonts, pdf_ink, pdf_overleaf, pdf_prose, pdf_second, whitespace
from converters.obscured import are_bare, obscured, undeciphered
from converters.pdf_ink import Ink, Run
from converters.pdf_prose import Line
from converters.ragged import without_ragged_sides
from converters.rulings import (
    Filled,
    Frame,
    Ruling,
    Word,
    around,
    fill,
    frames,
    join,
    rounded,
    snap,
    text_height,
)
from document import Block, Box, Document, Grid, How, Paragraph, Provenance, Source
from errors import LimitExceeded, MissingProgram, UnreadableFile
from findings import Finding

# Reports have 3 to 30 pages; a yearbook of a province's reports some 1,500.
MOST_PAGES = 2000
# Text that another program recognised, unchecked by us.
RECOGNISED = 0.5
# A page whose characters stand for nothing this often was written with a broken character map; the bullets
# of symbol fonts reach 0.02.
UNMAPPED = 0.1
# A page with fewer characters than this, beside images or drawings, has its content in those.
FEW_CHARACTERS = 30
IMAGE_SHARE = 0.1
DRAWING_OBJECTS = 60
# Characters of one text stand nearer than this, in text heights; between texts of two cells there is padding.
TIGHT = 0.12
# Pages with more than this are not given to pdfplumber: it would take minutes over a map or plan.
MOST_FOR_SECOND = 8000
# Between a page's first or last row and its edge stand a running head and a page number, hardly more.
HEAD_WORDS = 4
# A file cut off in transit lacks the mark at its end, which others leave within some bytes of padding.
TAIL = 4096

_TWO_FIGURES = re.compile(r"[-+]?\d[\d,.]* +[-+]?\d[\d,.]*")
_LINEARIZED = re.compile(rb"/Linearized\b[^>]*?/L\s+(\d+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Apart:
    """A page by its printed rulings: filled grids, and the words outside all of them.

    Grids without any text are kept apart: they may be decoration, or rows left blank.
    """

    filled: tuple[Filled, ...]
    words: tuple[Word, ...]
    height: float  # of the page's text
    blank: tuple[Filled, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A page read: its ink, what its rulings make of it, the doubts about that, and the notes at its foot."""

    number: int
    ink: Ink
    apart: Apart
    findings: tuple[Finding, ...]
    notes: tuple[Word, ...] = ()
    reader: str = "stored"  # or the engine that recognised it


@dataclass(frozen=True, kw_only=True, slots=True)
class Prose:
    """The lines of one paragraph on the page it begins on, and those on the pages it goes on to."""

    page: Page
    lines: tuple[Line, ...]
    overleaf: tuple[Line, ...] = ()


def convert(data: bytes, source: Source, *, password: str | None = None) -> Document:
    """Return what a PDF says; its source says how many pages it has.

    Raises UnreadableFile for a file that is damaged or wants a password, LimitExceeded for one too large.
    """
    _refuse_cut_off(data)
    return document_from(_pages(data, password), source)


def document_from(read: Sequence[Page], source: Source) -> Document:
    """Return what pages say, in whatever format they were drawn; the source says how many there are."""
    pages = _with_whole_rows(read)
    on_pages = [pdf_prose.plain_lines(page.apart.words, page.apart.height) for page in pages]
    margins = pdf_prose.margin_lines(
        [(page.ink.height, on) for page, on in zip(pages, on_pages, strict=True)]
    )
    body = [
        tuple(line for number, line in enumerate(on) if number not in numbers)
        for on, numbers in zip(on_pages, margins, strict=True)
    ]
    edges = _text_edges(pages, body)
    blocks: list[Prose | Grid] = []
    columns: tuple[float, ...] = ()
    for page, found in zip(pages, body, strict=True):
        words = [word for line in found for word in line.words]
        more, columns = _blocks(page, words, edges[_format(page)], columns)
        if blocks and more and _is_one_paragraph(blocks[-1], more[0], edges):
            blocks[-1] = _with_overleaf(blocks[-1], more[0])
            more = more[1:]
        blocks += more
    lost = undeciphered(
        {page.number: page.ink for page in pages if page.ink.marks},
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


def _refuse_cut_off(data: bytes) -> None:
    """Raise UnreadableFile for a file that ends early: pdfium would mend it and lose pages in silence."""
    length = _LINEARIZED.search(data[:1024])
    if b"%%EOF" not in data[-TAIL:] or (length and int(length[1]) > len(data)):
        message = "the file is not a whole PDF, its end is missing: get it again from where it came"
        raise UnreadableFile(message)


@contextmanager
def opened(data: bytes, password: str | None) -> Iterator[tuple[Any, int]]:
    """Yield pdfium's handle of a document and its number of pages."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415  # slow to load

    pdf_fonts.use()
    document = pdfium.FPDF_LoadMemDocument64(
        data, len(data), password.encode(errors="replace") if password else None
    )
    if not document:
        if pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD:
            message = (
                "the password is wrong: give the right one with --password"
                if password
                else "the file is encrypted and wants a password: give it with --password"
            )
        else:
            message = "the file is damaged and cannot be opened as PDF: get it again from where it came"
        raise UnreadableFile(message)
    try:
        yield document, pdfium.FPDF_GetPageCount(document)
    finally:
        pdfium.FPDF_CloseDocument(document)


def _pages(data: bytes, password: str | None) -> list[Page]:
    with opened(data, password) as (document, count):
        if count < 1:
            message = "the file holds no pages: get it again from where it came"
            raise UnreadableFile(message)
        if count > MOST_PAGES:
            message = (
                f"the file has {count:,} pages, more than {MOST_PAGES:,}: split it and convert the parts"
            )
            raise LimitExceeded(message)
        return [
            _with_ocr(
                document,
                page_from(number, pdf_ink.read(document, number), partial(_second, data, password, number)),
            )
            for number in range(1, count + 1)
        ]


def _with_ocr(document: Any, page: Page) -> Page:  # noqa: ANN401  # pdfium's handles have no types
    """Return a page whose text is an image, or says nothing, as recognised; as it is where no engine is."""
    if not any(finding.code == "reading.needs_ocr" for finding in page.findings):
        return page
    try:
        from converters.image import drawn_page, page_of  # noqa: PLC0415  # loads models; imports this module

        read = page_of(drawn_page(document, page.number))
    except (MissingProgram, ModuleNotFoundError):
        return page
    return read if read.apart.filled or read.apart.words else page


def page_from(number: int, ink: Ink, second_opinion: Callable[[], Apart | None] = lambda: None) -> Page:
    """Take a page apart, with a second opinion, if there is one, where the first leaves doubt."""
    findings = (*_unusable_text(number, ink), *obscured(ink, number))
    if ink.unmapped_share > UNMAPPED:
        ink = replace(ink, runs=())
    apart = _apart(ink.runs, ink.rulings, number)
    if any(run.is_recognised for run in ink.runs):
        message = f"the text of page {number} was recognised by another program, of which nothing is known"
        findings = (*findings, Finding(code="reading.recognised", message=message, at=(f"page {number}",)))
    elif (
        ink.turns == 0
        and ink.objects <= MOST_FOR_SECOND
        and _is_doubtful(apart, may_be_ruled=ink.drawings > len(ink.rulings))
    ):
        first = apart
        second = second_opinion()
        if second is not None:
            apart = second if second.filled and not _is_doubtful(second) else first
            findings += _disagreement(first, second, number)
    words, notes = _without_notes(apart, ink)
    return Page(
        number=number,
        ink=ink,
        apart=replace(apart, words=words),
        findings=findings + _lost(apart, number),
        notes=notes,
    )


def _without_notes(apart: Apart, ink: Ink) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    """Return the words outside a page's grids, and apart from them those of the notes at its foot."""
    lowest = max((_box(filled.grid).bottom for filled in apart.filled), default=0.0)
    start = min((box.top for box in ink.notes if _middle(box) > lowest), default=ink.height)
    notes = tuple(word for word in apart.words if _middle(word.box) >= start)
    if whitespace.tables(notes):
        return apart.words, ()
    return tuple(word for word in apart.words if _middle(word.box) < start), notes


def _unusable_text(number: int, ink: Ink) -> tuple[Finding, ...]:
    count = sum(len(run.text) for run in ink.runs)
    if ink.unmapped_share > UNMAPPED:
        message = f"page {number} has a broken character map, so that its text says nothing"
    elif count < FEW_CHARACTERS and (ink.image_share >= IMAGE_SHARE or ink.objects >= DRAWING_OBJECTS):
        message = f"page {number} is an image and holds no text"
    else:
        return ()
    return (Finding(code="reading.needs_ocr", message=message, at=(f"page {number}",)),)


def _apart(runs: Sequence[Run], rulings: Sequence[Ruling], number: int) -> Apart:
    """Return a page's runs as the words of its frames and the words outside; an inner frame comes first."""
    height = text_height(runs)
    found = frames(rulings, height)
    words = [word for run in runs for word in words_of(run, found)]
    filled: list[Filled] = []
    blank: list[Filled] = []
    for frame in sorted(found, key=lambda frame: _area(frame.box)):
        inside = without_ragged_sides(fill(frame, words, height=height, page=number), frame)
        if not any(cell.text for cell in inside.grid.cells):
            blank.append(inside)
        elif not _is_box(inside.grid, words, height):
            filled.append(inside)
            words = [word for word in words if not _centre_lies_in(frame.box, word.box)]
    return Apart(filled=tuple(filled), words=tuple(words), height=height, blank=tuple(blank))


def _is_box(grid: Grid, words: Iterable[Word], height: float) -> bool:
    """Say whether a grid is a box around a text, rather than a row that the page's end parted from its table.

    Such a row has nothing but heads, numbers and notes above or below it.
    """
    if len(grid.cells) > 1:
        return False
    box = _box(grid)
    above = sum(word.box.bottom <= box.top for word in words)
    below = sum(word.box.top >= box.bottom for word in words)
    return min(above, below) > HEAD_WORDS or box.right - box.left < 20 * height


def words_of(run: Run, found: Iterable[Frame]) -> Iterator[Word]:
    """Yield a run as words, cut where a column of a frame ends.

    Figures of two narrow cells may stand as near to each other as the words of a line.
    """
    box = run.box
    middle = (box.top + box.bottom) / 2
    how: How = "recognised" if run.is_recognised else "read"
    confidence = RECOGNISED if run.is_recognised else 1.0
    cuts = [
        position
        for frame in found
        if frame.rows[0] < middle < frame.rows[-1]
        for position in frame.columns[
            bisect_right(frame.columns, box.left) : bisect_left(frame.columns, box.right)
        ]
    ]
    if not cuts or not run.edges:
        yield Word(text=run.text, box=box, confidence=confidence, how=how)
        return
    cuts.sort()
    first = 0
    for number in range(1, len(run.text) + 1):
        if number < len(run.text) and not _is_cut(run, number, cuts):
            continue
        text = run.text[first:number]
        if text.strip():
            part = replace(box, left=run.edges[first][0], right=run.edges[number - 1][1])
            yield Word(text=text.strip(), box=part, confidence=confidence, how=how)
        first = number


def _is_cut(run: Run, number: int, cuts: Sequence[float]) -> bool:
    """Say whether a run is cut before a character: a column ends there, and there is a gap.

    A figure too wide for its cell runs on over the ruling without one; it is not two figures.
    """
    (left, before), (after, right) = run.edges[number - 1 : number + 1]
    if bisect_left(cuts, (left + before) / 2) == bisect_left(cuts, (after + right) / 2):
        return False
    is_blank = run.text[number - 1].isspace() or run.text[number].isspace()
    return is_blank or after - before >= TIGHT * (run.box.bottom - run.box.top)


def _is_doubtful(apart: Apart, *, may_be_ruled: bool = False) -> bool:
    """Say whether a second opinion is worth its time.

    `may_be_ruled` says that there are drawings which gave no ruling.
    """
    if not apart.filled:
        return may_be_ruled and bool(whitespace.tables(apart.words))
    return any(
        filled.strays
        or filled.is_torn
        or any(_TWO_FIGURES.fullmatch(cell.text) for cell in filled.grid.cells if cell.text)
        for filled in apart.filled
    )


def _second(data: bytes, password: str | None, number: int) -> Apart | None:
    opinion = pdf_second.read(data, number, password)
    return None if opinion is None else _apart(*opinion, number)


def _disagreement(first: Apart, second: Apart, number: int) -> tuple[Finding, ...]:
    """Return a finding when both readings have grids and the texts in them differ; agreement is silent."""
    if not (first.filled and second.filled):
        return ()
    ours, theirs = _cell_texts(first), _cell_texts(second)
    if ours == theirs:
        return ()
    shown = ", ".join(f"{text!r}" for text in sorted((ours - theirs) + (theirs - ours))[:4])
    message = f"two readings of the tables on page {number} differ: {shown}"
    return (Finding(code="reading.disagreement", message=message, at=(f"page {number}",)),)


def _cell_texts(apart: Apart) -> Counter[str]:
    """Return how often each text stands in a cell, spaces and line breaks aside."""
    texts = ("".join(cell.text.split()) for filled in apart.filled for cell in filled.grid.cells)
    return Counter(text for text in texts if text)


def _lost(apart: Apart, number: int) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            code="reading.lost_text",
            message=f"{stray.text!r} on page {number} stands in a table but in none of its cells",
            at=(f"page {number}",),
        )
        for filled in apart.filled
        for stray in filled.strays
    )


def _with_whole_rows(pages: Sequence[Page]) -> list[Page]:
    """Return the pages with rows that a page's end cut in half whole on the page they begin on."""
    whole = _with_blank_rows(pages)
    for number in range(len(whole) - 1, 0, -1):
        above, below = whole[number - 1], whole[number]
        upper, lower = _last_grid(above.apart), _first_grid(below.apart)
        if upper is None or lower is None or _format(above) != _format(below):
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
    blank = min(apart.blank, key=lambda filled: _box(filled.grid).top, default=None)
    return blank if blank and _first_grid(replace(apart, filled=(*apart.filled, blank))) is blank else None


def _last_grid(apart: Apart) -> Filled | None:
    """Return the grid that stands lowest on a page."""
    return max(apart.filled, key=lambda filled: _box(filled.grid).bottom, default=None)


def _is_noted(apart: Apart, last: Filled) -> bool:
    """Say whether more than a page number stands below a page's last grid."""
    return sum(word.box.top >= _box(last.grid).bottom for word in apart.words) > HEAD_WORDS


def _first_grid(apart: Apart) -> Filled | None:
    """Return the grid that a page begins with; None when more than a running head stands above it."""
    first = min(apart.filled, key=lambda filled: _box(filled.grid).top, default=None)
    if first is None or sum(word.box.bottom <= _box(first.grid).top for word in apart.words) > HEAD_WORDS:
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
        grids[_format(page)] += [_box(filled.grid) for filled in page.apart.filled]
    return {key: pdf_prose.text_edges(every, grids[key]) for key, every in found.items()}


def _format(page: Page) -> tuple[int, int]:
    return round(page.ink.width), round(page.ink.height)


def _blocks(
    page: Page, words: Sequence[Word], edges: tuple[float, float], columns: tuple[float, ...]
) -> tuple[list[Prose | Grid], tuple[float, ...]]:
    """Return the grids of a page, and the words outside as paragraphs between them, from top to bottom.

    Takes the columns of an unruled table that the page before ended with, and returns this page's.
    """
    height = page.apart.height
    grids = [filled.grid for filled in page.apart.filled]
    unruled = whitespace.unruled(words, columns, _rulings_between(page))
    for table in unruled:
        grid = fill(table.frame, words, height=height, page=page.number).grid
        grids.append(replace(grid, provenance=replace(grid.provenance, how="inferred")))
        words = [word for word in words if not _centre_lies_in(table.frame.box, word.box)]
    grids.sort(key=lambda grid: (_middle(_box(grid)), _box(grid).left))
    middles = [_middle(_box(grid)) for grid in grids]
    bands: list[list[Word]] = [[] for _ in range(len(grids) + 1)]
    for word in words:
        bands[bisect_left(middles, _middle(word.box))].append(word)
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
    ], unruled[-1].columns if ends_unruled else ()


def _rulings_between(page: Page) -> tuple[Ruling, ...]:
    """Return the horizontal rulings of a page that stand in none of its grids."""
    boxes = [_box(filled.grid) for filled in page.apart.filled]
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
        provenance=replace(grid.provenance, box=rounded(ink.as_shown(_box(grid)))),
    )


def _box(grid: Grid) -> Box:
    assert grid.provenance.box is not None
    return grid.provenance.box


def _middle(box: Box) -> float:
    return (box.top + box.bottom) / 2


def _area(box: Box) -> float:
    return (box.right - box.left) * (box.bottom - box.top)


def _centre_lies_in(frame: Box, box: Box) -> bool:
    across = (box.left + box.right) / 2
    return frame.left <= across <= frame.right and frame.top <= _middle(box) <= frame.bottom
