"""One scanned page: straightened, its tables ruled or not, its cells and lines recognised.

    straighten -> turn upright -> unbend -> streaks out -> rulings -> frames -> cells -> lines

Boxes are points on the straightened page, origin at its top left: `Scanned.picture` is that page, so that
whoever shows a box finds its ink there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from converters import ocr, scan_cells, scan_prose, scan_wrapped, whitespace
from converters.ocr.glyphs import is_none, plain
from converters.rulings import (
    DEFAULT_HEIGHT,
    Filled,
    Frame,
    Ruling,
    Word,
    fill,
    frames,
    lines,
    padding_of,
    text_height,
    touches,
)
from converters.scan_cells import Inked
from converters.scan_ink import Grey, Mask, ink, letter_height, marks
from converters.scan_lines import strips
from converters.scan_load import Colour, Scan
from converters.scan_rulings import Ruled, find
from converters.scan_straight import straighten, turned
from converters.scan_streaks import without_streaks
from converters.scan_unbend import Map, unbend
from converters.scan_upright import quarters_to_upright
from document import Box, Cell, Reading
from findings import Finding

PAPER = 250  # grey level of flattened paper
# The requests table has 300 cells; hatching and maps have thousands, and reading them would take minutes.
MOST_CELLS = 1500
# Tables are set smaller than prose by a third at most, and their rows are 1.5 of their own letters high.
NARROWEST = 0.7
# Letters stand in bodies this much higher than their ink.
BODY = 1.15
# Headings over tables are larger than these by this share at least, 15 pt over 9 to 10.5 met, and so many
# times as long as high.
LARGER, LONG = 1.35, 5.0
# A page with less ink than this share is blank.
BLANK = 0.00002
EDGE = 0.5  # text heights along its sides, where no text stands
# From here on readings of ink that is hardly there are taken; else such a cell is blank, no surer than this.
SURE, SPECKS = 0.99, 0.3
PROVED = 0.999  # from here on a cell whose ink is lighter than any print is blank, and no more is said
NAMED = 3  # cells that a message names
LEVEL = 0.2  # text heights that sides of one line are apart
WORD = 2  # characters of a label; one beside a figure may be its unit
APART = 1.2  # text heights; digits of one figure, as wide as letters, are 0.6 apart
# Figures are this high beside the table's letters at least, and this dark beside its other print, of which so
# many cells are looked at.
AS_HIGH, AS_DARK, COMPARED = 0.5, 0.6, 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Scanned:
    """A page read: sizes in points, `picture` for people, `scale` its pixels a point."""

    number: int
    width: float
    height: float
    picture: Colour
    scale: float
    rulings: tuple[Ruling, ...]
    filled: tuple[Filled, ...]
    words: tuple[Word, ...]  # outside of all tables
    text_height: float
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A page made ready: straight, upright, its ink and rulings known."""

    number: int
    grey: Grey
    inked: Mask
    colour: Colour
    scale: float
    letter: float  # height of its letters, in pixels
    ruled: Ruled
    hidden: Mask | None = None  # where a streak as black as print was taken out

    def pixels(self, box: Box) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom of a box in pixels, inside the page."""
        rows, columns = self.grey.shape
        left, right = (min(max(round(x * self.scale), 0), columns) for x in (box.left, box.right))
        top, bottom = (min(max(round(y * self.scale), 0), rows) for y in (box.top, box.bottom))
        return left, top, right, bottom


def read(scan: Scan) -> Scanned:
    """Return a scanned page with everything recognised on it.

    Raises MissingProgram when no engine is installed.
    """
    sheet = prepared(scan)
    found = sorted(ruled_tables(sheet), key=lambda frame: _area(frame.box))
    cleaned, letters = _without_rulings(sheet, found)
    findings: list[Finding] = []
    filled: list[Filled] = []
    outside, rest = cleaned.copy(), letters.copy()
    for frame in found:
        one, told = _table(sheet, frame, outside, rest)
        if any(cell.text for cell in one.grid.cells):
            filled.append(one)
            findings += (*told, *_unsettled(sheet, one))
            _blank_out(sheet, frame.box, outside, rest)
    words = scan_prose.words(outside, rest, sheet.letter, sheet.scale)
    inferred, words = _unruled(sheet, words, outside, rest)
    filled += inferred
    if not filled and not words:
        findings += _nothing(sheet)
    rows, columns = sheet.grey.shape
    return Scanned(
        number=sheet.number,
        width=columns / sheet.scale,
        height=rows / sheet.scale,
        picture=sheet.colour,
        scale=sheet.scale,
        rulings=sheet.ruled.rulings,
        filled=tuple(filled),
        words=tuple(words),
        text_height=text_height(words) if words else _body(sheet),
        findings=tuple(findings),
    )


def prepared(scan: Scan) -> Sheet:
    """Return a page straight and upright."""
    straight = straighten(scan)
    quarters = quarters_to_upright(straight.grey, straight.scale)
    grey, colour = turned(straight.grey, quarters), turned(straight.colour, quarters)
    letter = letter_height(marks(ink(grey)), straight.scale)
    source = unbend(grey, letter)
    if source is not None:
        grey, colour = _remapped(grey, source), _remapped(colour, source)
    grey, hidden = without_streaks(grey, letter)
    inked = ink(grey)
    ruled = find(grey, inked, letter, straight.scale)
    return Sheet(
        number=scan.number,
        grey=grey,
        inked=inked,
        colour=colour,
        scale=straight.scale,
        letter=letter,
        ruled=ruled,
        hidden=hidden,
    )


def ruled_tables(sheet: Sheet) -> list[Frame]:
    """Return the frames of a page's ruled tables, from top to bottom."""
    every = frames(sheet.ruled.rulings, _body(sheet), has_open_rows=False)
    return [frame for frame in every if _is_table(frame, sheet.letter / sheet.scale)]


def outside_tables(sheet: Sheet) -> list[Word]:
    """Return the lines of a page that stand outside of its ruled tables, of which nothing is read."""
    found = ruled_tables(sheet)
    cleaned, letters = _without_rulings(sheet, found)
    for frame in found:
        _blank_out(sheet, frame.box, cleaned, letters)
    return scan_prose.words(cleaned, letters, sheet.letter, sheet.scale)


def doubted_sides(sheet: Sheet, box: Box) -> int:
    """Return how many sides of cells inside a box may be printed or not."""
    return _inside(box, (*sheet.ruled.doubts, *sheet.ruled.completed))


def _remapped(picture: Grey, source: tuple[Map, Map]) -> Grey:
    white = (255, 255, 255) if picture.ndim == 3 else 255
    return np.asarray(
        cv2.remap(picture, *source, cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=white),
        dtype=np.uint8,
    )


def _body(sheet: Sheet) -> float:
    """Return the height of the page's text in points, as stored pages would have it."""
    return sheet.letter * BODY / sheet.scale


def _is_table(frame: Frame, letter: float) -> bool:
    """Say whether a frame may be a table, by the height of the page's letters in points.

    A box around a text is none, nor is a picture's hatching, nor strokes of large letters: rows and columns
    are wider than letters.
    """
    if not 1 < (len(frame.rows) - 1) * (len(frame.columns) - 1) <= MOST_CELLS:
        return False
    steps = [np.median(np.diff(positions)) for positions in (frame.rows, frame.columns)]
    return float(min(steps)) >= NARROWEST * letter


def _without_rulings(sheet: Sheet, found: Iterable[Frame]) -> tuple[Grey, Mask]:
    """Return the page and its ink without the rulings of its frames."""
    every = [ruling for frame in found for ruling in frame.rulings]
    near = strips(sheet.grey.shape, every, sheet.letter, sheet.scale)
    return scan_cells.erased(sheet.grey, sheet.inked, sheet.ruled.drawn, near, PAPER)


def _blank_out(sheet: Sheet, box: Box, *pages: Grey) -> None:
    """Make a table's area, and the strip around it that its outer rulings lie in, paper."""
    left, top, right, bottom = sheet.pixels(box)
    play = max(int(0.25 * sheet.letter), 2)
    page, letters = pages
    area = np.s_[max(top - play, 0) : bottom + play, max(left - play, 0) : right + play]
    page[area], letters[area] = PAPER, 0


# --- Tables -----------------------------------------------------------------------------------------


def _table(sheet: Sheet, frame: Frame, page: Grey, letters: Mask) -> tuple[Filled, list[Finding]]:
    """Return a frame's grid, its cells recognised, and the doubts about it."""
    empty = fill(frame, (), height=_body(sheet), page=sheet.number)
    left, top, right, bottom = sheet.pixels(frame.box)
    found = marks(letters[top:bottom, left:right]) + np.array([left, top, left, top, 0], dtype=np.int32)
    height = letter_height(found, sheet.scale)
    boxes = [_box(cell) for cell in empty.grid.cells]
    inks = [scan_cells.look(found, box, height, sheet.scale) for box in boxes]
    crops = [scan_cells.crop(page, box, height, sheet.scale) for box in boxes]
    read = ocr.recognise(crops, figures=[one.may_be_figure for one in inks])
    usual = _usual_darkness(crops, inks)
    cells = tuple(
        _hidden(
            sheet,
            _recognised(cell, readings, is_print=not inked.is_blank or _is_print(crop, usual, height)),
            inked,
        )
        for cell, readings, crop, inked in zip(empty.grid.cells, read, crops, inks, strict=True)
    )
    specked = [
        cell
        for cell, crop, inked in zip(cells, crops, inks, strict=True)
        if ((inked.is_doubtful and not cell.text) or not (inked.is_blank or cell.text))
        and not (cell.confidence >= PROVED and ocr.look(crop).darkest < ocr.REMAINS * usual)
    ]
    doubts = [*_specks(specked, sheet.number), *_crossed(empty, letters, height, sheet)]
    words = tuple(
        scan_cells.words(cell, box, found, sheet.scale) for cell, box in zip(cells, boxes, strict=True)
    )
    # figures with several lines may be those of two cells, so labels tell what cells keep free
    labels = [
        (box, lines)
        for cell, box, lines in zip(cells, boxes, words, strict=True)
        if not scan_wrapped.is_figure(cell)
    ]
    every = list(zip(boxes, words, strict=True))
    padding = padding_of(labels, _body(sheet)) or scan_wrapped.padding_beside(every, _body(sheet))
    wrapped = scan_wrapped.wrapped(
        frame,
        cells,
        words,
        found,
        padding=padding,
        scale=sheet.scale,
        height=_body(sheet),
        is_doubted=lambda strip: doubted_sides(sheet, strip) > 0,
    )
    whole = [
        scan_wrapped.joined(cell, lines) if number in wrapped else (cell, lines)
        for number, (cell, lines) in enumerate(zip(cells, words, strict=True))
    ]
    cells, words = tuple(cell for cell, _ in whole), tuple(lines for _, lines in whole)
    return replace(empty, grid=replace(empty.grid, cells=cells), words=words, padding=padding), doubts


def _usual_darkness(crops: Sequence[Grey], inks: Sequence[Inked]) -> float:
    """Return how dark print in a table's cells mostly is; 0 where all are blank."""
    filled = [crop for crop, inked in zip(crops, inks, strict=True) if not inked.is_blank][:COMPARED]
    return float(np.median([ocr.look(crop).darkest for crop in filled])) if filled else 0.0


def _is_print(crop: Grey, usual: float, height: float) -> bool:
    """Say whether specks in a cell may be print.

    Thin strokes of a 2 fall apart on a worn page: where they are as high as half of the table's letters and
    as dark as print elsewhere in it, a cell is not blank.
    """
    seen = ocr.look(crop)
    tallest = max((mark.height for mark in seen.marks), default=0)
    return seen.darkest >= AS_DARK * usual and tallest >= AS_HIGH * height


def _recognised(cell: Cell, readings: tuple[Reading, ...], *, is_print: bool) -> Cell:
    """Return a cell with its text: nothing, and that doubted, where a reader sees a figure in specks.

    A hyphen is hardly larger than a speck, and whether it is one or dirt, nothing is counted there.
    """
    text, confidence = ocr.agree(readings)
    is_agreed = len({reading.text for reading in readings}) == 1 < len(readings)
    if text and not is_print and not is_none(plain(text)) and not (is_agreed and confidence >= SURE):
        text, confidence = "", SPECKS
    return replace(
        cell,
        text=text,
        confidence=confidence,
        provenance=replace(cell.provenance, how="recognised"),
        readings=readings,
    )


def _hidden(sheet: Sheet, cell: Cell, inked: Inked) -> Cell:
    """Return a cell of a figure or none, unsure where a streak hid a part of it: a 1 is no wider."""
    left, top, right, bottom = sheet.pixels(_box(cell))
    is_value = inked.is_blank or inked.may_be_figure
    if sheet.hidden is None or not is_value or not sheet.hidden[top:bottom, left:right].any():
        return cell
    return replace(cell, confidence=min(cell.confidence, SPECKS))


def _specks(specked: Sequence[Cell], number: int) -> Iterable[Finding]:
    """Tell of the cells of a table in which there is ink, and no text."""
    what = "there is ink, of which nothing could be read"
    yield from _of_cells("reading.specks", what, specked, number)


def _crossed(filled: Filled, letters: Mask, height: float, sheet: Sheet) -> Iterable[Finding]:
    """Tell of texts that run over a ruling from one cell into the next: neither cell holds them whole."""
    last = filled.grid.column_count
    crossed = []
    for cell in filled.grid.cells:
        box = _box(cell)
        if cell.column + cell.column_span == last:
            continue
        side = Ruling(horizontal=False, position=box.right, start=box.top, stop=box.bottom)
        if scan_cells.is_crossed(letters, side, height, sheet.scale):
            crossed.append(cell)
    yield from _of_cells("reading.lost_text", "a text runs over the right side", crossed, sheet.number)


def _of_cells(code: str, what: str, cells: Sequence[Cell], number: int) -> Iterable[Finding]:
    """Tell of cells of one table: how many they are, where the first few stand, and all places in `at`."""
    if not cells:
        return
    places = [f"row {cell.row + 1}, column {cell.column + 1}" for cell in cells]
    more = f" and {len(places) - NAMED} more" if len(places) > NAMED else ""
    count = "a cell" if len(places) == 1 else f"{len(places)} cells"
    message = f"in {count} of a table on page {number} {what}: {'; '.join(places[:NAMED])}{more}"
    at = (f"page {number}", *(f"page {number}, {place}" for place in places))
    yield Finding(code=code, message=message, at=at)


def _unsettled(sheet: Sheet, filled: Filled) -> Iterable[Finding]:
    """Tell of rulings inside a table of which ink does not say whether they are printed."""
    frame = _whole(filled)
    inside = [side for side in sheet.ruled.completed if touches(frame, _middle(side))]
    doubts = [side for side in sheet.ruled.doubts if touches(frame, _middle(side))]
    if added := len(inside) - _parting(filled, inside, doubts, _body(sheet)):
        yield Finding(
            code="structure.completed",
            message=f"{added} sides of cells of a table on page {sheet.number} are wanted and not seen",
            at=(f"page {sheet.number}",),
        )
    if not doubts and not filled.is_torn:
        return
    what = f"{len(doubts)} rulings" if doubts else "rulings that enclose no rectangle"
    message = (
        f"a table on page {sheet.number} has {what} too faint or broken to tell its cells apart for sure"
    )
    yield Finding(code="structure.ruling", message=message, at=(f"page {sheet.number}",))


def _parting(filled: Filled, unseen: Sequence[Ruling], doubts: Sequence[Ruling], height: float) -> int:
    """Return how many unseen sides between columns are sure by what they part.

    That is a figure from another, or from a label, far enough apart to be no halves of one; and their line is
    seen beside as many other cells as not.
    """
    boxes = [_box(cell) for cell in filled.grid.cells]
    left, top, right, bottom = np.array([[box.left, box.top, box.right, box.bottom] for box in boxes]).T
    spans = np.array([cell.row_span for cell in filled.grid.cells])
    across = [side for side in (*unseen, *doubts) if not side.horizontal]
    places = np.array([side.position for side in across])
    play = LEVEL * height
    count = 0
    for side in unseen:
        if side.horizontal:
            continue
        middle = (side.start + side.stop) / 2
        is_level = (top < middle) & (middle < bottom)
        ends, begins = abs(right - side.position) <= play, abs(left - side.position) <= play
        before, after = np.flatnonzero(ends & is_level), np.flatnonzero(begins & is_level)
        lost = int((abs(places - side.position) <= play).sum())
        if len(before) == len(after) == 1 and int(spans[ends].sum()) >= 2 * lost:
            count += _are_two(filled, int(before[0]), int(after[0]), height)
    return count


def _are_two(filled: Filled, before: int, after: int, height: float) -> bool:
    """Say whether neighbouring cells hold two figures, or one and a label."""
    shown = [plain(filled.grid.cells[number].text) for number in (before, after)]
    figures = [bool(scan_wrapped.FIGURE.fullmatch(text)) for text in shown]
    words = [filled.words[number] for number in (before, after)]
    if not any(figures) or not all(words):
        return False
    gap = min(word.box.left for word in words[1]) - max(word.box.right for word in words[0])
    return gap >= APART * height and all(
        is_figure or len(text) >= WORD for text, is_figure in zip(shown, figures, strict=True)
    )


def _whole(filled: Filled) -> Box:
    assert filled.grid.provenance.box is not None
    return filled.grid.provenance.box


def _inside(box: Box, sides: Iterable[Ruling]) -> int:
    """Return how many sides of cells lie inside a box."""
    return sum(touches(box, _middle(side)) for side in sides)


def _middle(side: Ruling) -> Box:
    """Return the middle of a side as a box of no size."""
    at = (side.start + side.stop) / 2
    across, down = (at, side.position) if side.horizontal else (side.position, at)
    return Box(left=across, top=down, right=across, bottom=down)


def _unruled(
    sheet: Sheet, words: Sequence[Word], page: Grey, letters: Mask
) -> tuple[list[Filled], list[Word]]:
    """Return the grids of tables without rulings, and the words outside of them."""
    grids: list[Filled] = []
    rest = list(words)
    height = text_height(rest) if rest else DEFAULT_HEIGHT
    for frame in [frame for part in _between_headings(words) for frame in whitespace.tables(part)]:
        inside = [word for word in rest if touches(frame.box, word.box)]
        rough = fill(frame, inside, height=height, page=sheet.number)
        filled, _ = _table(sheet, frame, page, letters)
        grid = replace(filled.grid, provenance=replace(filled.grid.provenance, how="inferred"))
        grids.append(replace(filled, grid=grid, strays=rough.strays))
        rest = [word for word in rest if word not in inside]
    return grids, rest


def _between_headings(words: Sequence[Word]) -> list[list[Word]]:
    """Return the words between headings: those that stand alone, larger than words beside others mostly are.

    Boxes of lines that stand close under each other reach into each other, so heights tell little one by one.
    """
    every = lines(words)
    heights = [word.box.bottom - word.box.top for line in every if len(line) > 1 for word in line]
    usual = float(np.percentile(heights, 75)) if heights else 0.0  # figures are lower than letters
    parts: list[list[Word]] = [[]]
    for line in every:
        box = line[0].box
        is_long = len(line) == 1 and box.right - box.left >= LONG * (box.bottom - box.top)
        if heights and is_long and box.bottom - box.top >= LARGER * usual:
            parts.append([])
        else:
            parts[-1] += line
    return parts


def _nothing(sheet: Sheet) -> tuple[Finding, ...]:
    """Tell of a page with ink and without text; a blank one needs no word.

    Along its sides a photo may show what the page lies on.
    """
    side = max(round(EDGE * sheet.letter), 1)
    inside = sheet.inked[side:-side, side:-side] if min(sheet.inked.shape) > 2 * side else sheet.inked
    if float(np.count_nonzero(inside)) <= BLANK * sheet.inked.size:
        return ()
    message = f"page {sheet.number} is a picture, in which no text was found"
    return (Finding(code="reading.needs_ocr", message=message, at=(f"page {sheet.number}",)),)


def _box(cell: Cell) -> Box:
    assert cell.provenance.box is not None
    return cell.provenance.box


def _area(box: Box) -> float:
    return (box.right - box.left) * (box.bottom - box.top)
