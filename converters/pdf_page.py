"""One page taken apart: its rulings give grids, its characters the texts in them and the words outside.

Another reading of the page is asked for where the first leaves doubt. Knows nothing of other pages.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from converters import whitespace
from converters.obscured import obscured
from converters.pdf_ink import Ink, Run
from converters.ragged import without_ragged_sides
from converters.rulings import Filled, Frame, Ruling, Word, fill, frames, text_height
from document import Box, Grid, How
from findings import Finding

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

_TWO_FIGURES = re.compile(r"[-+]?\d[\d,.]* +[-+]?\d[\d,.]*")


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


def page_from(number: int, ink: Ink, second_opinion: Callable[[], Apart | None] = lambda: None) -> Page:
    """Take a page apart, with a second opinion, if there is one, where the first leaves doubt."""
    findings = (*_unusable_text(number, ink), *obscured(ink, number))
    if ink.unmapped_share > UNMAPPED:
        ink = replace(ink, runs=())
    apart = apart_of(ink.runs, ink.rulings, number)
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
    lowest = max((box_of(filled.grid).bottom for filled in apart.filled), default=0.0)
    start = min((box.top for box in ink.notes if middle_of(box) > lowest), default=ink.height)
    notes = tuple(word for word in apart.words if middle_of(word.box) >= start)
    if whitespace.tables(notes):
        return apart.words, ()
    return tuple(word for word in apart.words if middle_of(word.box) < start), notes


def _unusable_text(number: int, ink: Ink) -> tuple[Finding, ...]:
    count = sum(len(run.text) for run in ink.runs)
    if ink.unmapped_share > UNMAPPED:
        message = f"page {number} has a broken character map, so that its text says nothing"
    elif count < FEW_CHARACTERS and (ink.image_share >= IMAGE_SHARE or ink.objects >= DRAWING_OBJECTS):
        message = f"page {number} is an image and holds no text"
    else:
        return ()
    return (Finding(code="reading.needs_ocr", message=message, at=(f"page {number}",)),)


def apart_of(runs: Sequence[Run], rulings: Sequence[Ruling], number: int) -> Apart:
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
            words = [word for word in words if not centre_lies_in(frame.box, word.box)]
    return Apart(filled=tuple(filled), words=tuple(words), height=height, blank=tuple(blank))


def _is_box(grid: Grid, words: Iterable[Word], height: float) -> bool:
    """Say whether a grid is a box around a text, rather than a row that the page's end parted from its table.

    Such a row has nothing but heads, numbers and notes above or below it.
    """
    if len(grid.cells) > 1:
        return False
    box = box_of(grid)
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


def box_of(grid: Grid) -> Box:
    """Return where a grid stands; those of pages all have a box."""
    assert grid.provenance.box is not None
    return grid.provenance.box


def middle_of(box: Box) -> float:
    """Return the middle of a box between its top and bottom."""
    return (box.top + box.bottom) / 2


def _area(box: Box) -> float:
    return (box.right - box.left) * (box.bottom - box.top)


def centre_lies_in(frame: Box, box: Box) -> bool:
    """Say whether the centre of a box lies in a frame."""
    across = (box.left + box.right) / 2
    return frame.left <= across <= frame.right and frame.top <= middle_of(box) <= frame.bottom
