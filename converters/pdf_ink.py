"""What stands on a PDF page, as pdfium has it: runs of characters, straight rulings, how much is image.

Knows nothing of tables or prose. Everything is bounded, because a page of a few hundred bytes can
describe millions of objects. Characters are asked for one by one, but with the two calls that are
needed and no more: at a microsecond a call, they are most of what converting a page costs.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from converters.rulings import Ruling
from document import Box
from errors import LimitExceeded, UnreadableFile

# A dense page of a report holds 2,000 characters and 1,000 objects; plans and maps reach 200,000 lines.
MOST_CHARACTERS = 100_000
MOST_OBJECTS = 300_000
MOST_SEGMENTS = 600_000
# Forms inside forms: printers' own wrappers make three; deeper ones are built to exhaust a reader.
MOST_DEPTH = 16

# A filled strip this thin is a line. The thickest borders met are 3 pt; the thinnest bars of charts 6 pt.
THICKEST = 4.0
# Dashes and points drawn one after the other are one line from the start when they are no farther apart.
STEP = 2.5
# A line is straight when it leaves its direction by less than this.
SLANT = 0.75
# A character belongs to the run before it when it starts this near to its end, in its own sizes: kerning
# draws back by 0.2, Chinese text set out to both margins opens gaps of 0.3, columns stand 1 and more apart.
BACK, AHEAD = -0.4, 0.6
# ... and when its middle is this near to that of the run: 12 pt figures in 16 pt text stand off by 0.1.
OFF_LINE = 0.35
# Sizes within a run agree to this share, so that a note's mark is a run of its own.
SAME_SIZE = 0.25
# A note's mark is 0.58 to 0.66 as large as its text, and its foot stands 0.2 to 0.4 above that of the text.
MARK_SIZE, MARK_RAISED = 0.75, 0.12
# Text drawn twice to look bold is moved by 0.02 to 0.1 of its size; the closest two alike characters ("11",
# "..") stand 0.25 apart.
TWICE = 0.15
# A text over or under one image as large as this was put there by a scanner's program.
WHOLE_PAGE = 0.8

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_KANGXI = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}


class Run(NamedTuple):
    """Characters that follow each other on a line.

    A tuple rather than a dataclass, because a page has hundreds. `edges` are the left and right edge of
    each character of `text`, and empty where the text runs in another direction than the page's.
    """

    text: str
    box: Box
    edges: tuple[tuple[float, float], ...]
    is_recognised: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Ink:
    """One page, turned so that most of its text is upright.

    `turns` is how many quarter turns clockwise lead from here to the page as a viewer shows it.
    `image_share` is the area of its images as a share of the page's, `objects` the number of its objects
    and `drawings` the number of those that are paths.
    """

    width: float
    height: float
    turns: int
    runs: tuple[Run, ...]
    rulings: tuple[Ruling, ...]
    image_share: float
    objects: int
    drawings: int
    unmapped_share: float  # of characters that stand for nothing a person could read

    def as_shown(self, box: Box) -> Box:
        """Return a box where a viewer shows it."""
        return turned(box, self.width, self.height, self.turns)


def turned(box: Box, width: float, height: float, turns: int) -> Box:
    """Return a box of a page of some width and height after quarter turns clockwise of that page."""
    match turns % 4:
        case 1:
            return Box(left=height - box.bottom, top=box.left, right=height - box.top, bottom=box.right)
        case 2:
            return Box(
                left=width - box.right,
                top=height - box.bottom,
                right=width - box.left,
                bottom=height - box.top,
            )
        case 3:
            return Box(left=box.top, top=width - box.right, right=box.bottom, bottom=width - box.left)
    return box


def read(document: Any, number: int) -> Ink:  # noqa: ANN401  # pdfium's handles have no types
    """Return what stands on a page, counted from 1.

    Raises UnreadableFile when pdfium cannot parse the page, LimitExceeded when there is too much on it.
    """
    import pypdfium2.raw as pdfium  # noqa: PLC0415  # slow to load

    page = pdfium.FPDF_LoadPage(document, number - 1)
    if not page:
        message = f"page {number} cannot be read; the file is damaged: get it again from where it came"
        raise UnreadableFile(message)
    try:
        return _page_ink(pdfium, page, number)
    finally:
        pdfium.FPDF_ClosePage(page)


class _Character(NamedTuple):
    """A character in the page's own coordinates (origin at the bottom left, before any rotation)."""

    text: str
    left: float
    bottom: float
    right: float
    top: float


class _Piece(NamedTuple):
    """Characters of one run in the page's own coordinates, and the turns that would make them upright."""

    turns: int
    is_recognised: bool
    characters: list[_Character]


def _page_ink(pdfium: Any, page: Any, number: int) -> Ink:  # noqa: ANN401
    bounds = pdfium.FS_RECTF()
    if not pdfium.FPDF_GetPageBoundingBox(page, bounds):
        message = f"page {number} has no size; the file is damaged: get it again from where it came"
        raise UnreadableFile(message)
    shown = _Shown(bounds.left, bounds.bottom, bounds.right, bounds.top)
    drawn = _Drawn(pdfium=pdfium, number=number, shown=shown)
    drawn.walk(pdfium.FPDFPage_CountObjects(page), lambda index: pdfium.FPDFPage_GetObject(page, index))
    text_page = pdfium.FPDFText_LoadPage(page)
    try:
        pieces, unmapped = _pieces(pdfium, text_page, number, drawn.recognised())
    finally:
        pdfium.FPDFText_ClosePage(text_page)
    pieces = list(_without_marks(pieces))
    votes = Counter[int]()
    for piece in pieces:
        votes[piece.turns] += len(piece.characters)
    as_viewed = pdfium.FPDFPage_GetRotation(page) % 4
    upright = max(votes, key=lambda turns: (votes[turns], turns == as_viewed), default=as_viewed)
    count = sum(votes.values())
    return Ink(
        width=shown.width if upright % 2 == 0 else shown.height,
        height=shown.height if upright % 2 == 0 else shown.width,
        turns=(as_viewed - upright) % 4,
        runs=tuple(run for piece in _drawn_once(pieces) if (run := _run(piece, shown, upright)) is not None),
        rulings=tuple(_ruling(line, shown, upright) for line in drawn.lines),
        image_share=min(drawn.image_area / max(shown.width * shown.height, 1.0), 1.0),
        objects=drawn.count,
        drawings=drawn.paths,
        unmapped_share=unmapped / count if count else 0.0,
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    """The part of the plane that the page shows, in the page's own coordinates."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom

    def upright(self, box: tuple[float, float, float, float], turns: int) -> Box:
        """Return left, bottom, right, top as a box from the top left of the page turned clockwise."""
        left, bottom, right, top = box
        unturned = Box(
            left=left - self.left, top=self.top - top, right=right - self.left, bottom=self.top - bottom
        )
        return turned(unturned, self.width, self.height, turns)


def _pieces(
    pdfium: Any,  # noqa: ANN401
    text_page: Any,  # noqa: ANN401
    number: int,
    recognised: Callable[[Any], bool] | None,
) -> tuple[list[_Piece], int]:
    """Return the runs of a text page in the order they are drawn, and how many characters are unmapped."""
    count = pdfium.FPDFText_CountChars(text_page) if text_page else 0
    if count > MOST_CHARACTERS:
        message = f"page {number} holds {count:,} characters, more than {MOST_CHARACTERS:,}: split the file"
        raise LimitExceeded(message)
    get_code, get_box = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    box = pdfium.FS_RECTF()
    at = ctypes.byref(box)
    pieces: list[_Piece] = []
    turns, stop, middle, usual, high = 0, math.inf, 0.0, 0.0, 0
    is_recognised, unmapped = False, 0
    for index in range(count):
        code = get_code(text_page, index)
        if code < 0x21 and (code != 0x20 or pdfium.FPDFText_IsGenerated(text_page, index) == 1):
            unmapped += code not in (0x20, 0x0D, 0x0A, 0x09)
            continue
        if not get_box(text_page, index, at):
            continue
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        text, high = _text(code, high), 0
        unmapped += _is_unmapped(text)
        character = _Character(text, box.left, box.bottom, box.right, box.top)
        if turns:
            start, end, centre, size = _along(character, turns)
        else:
            start, end = character.left, character.right
            centre, size = (character.bottom + character.top) / 2, character.top - character.bottom
        hidden = recognised is not None and recognised(pdfium.FPDFText_GetTextObject(text_page, index))
        if not (
            BACK * size <= start - stop <= AHEAD * size
            and abs(centre - middle) <= OFF_LINE * size
            and abs(size - usual) <= SAME_SIZE * usual
            and hidden == is_recognised
        ):
            angle = pdfium.FPDFText_GetCharAngle(text_page, index)
            turns, is_recognised = round(-angle / (math.pi / 2)) % 4, hidden
            start, end, centre, size = _along(character, turns)
            middle, usual = centre, size
            pieces.append(_Piece(turns, is_recognised, []))
        pieces[-1].characters.append(character)
        stop = end
    return pieces, unmapped


def _text(code: int, high: int) -> str:
    """Return the character of a code unit.

    Some fonts give Kangxi radicals for the characters of the same look; they come back as those characters.
    """
    if 0xDC00 <= code < 0xE000:
        return chr(0x10000 + ((high - 0xD800) << 10) + code - 0xDC00) if high else "\ufffd"
    if code in (0x02, 0xFFFE):  # how pdfium gives a hyphen at the end of a line
        return "-"
    return _KANGXI.get(code) or chr(code)


def _is_unmapped(text: str) -> bool:
    """Say whether a character is a replacement, of private use, a control or of no assigned meaning."""
    return text > "\x7e" and (text == "\ufffd" or unicodedata.category(text) in ("Cc", "Co", "Cn", "Cs"))


def _along(character: _Character, turns: int) -> tuple[float, float, float, float]:
    """Return where a character starts and stops in its run's direction, its middle across it, its size."""
    _, left, bottom, right, top = character
    if turns == 0:
        return left, right, (bottom + top) / 2, top - bottom
    if turns == 1:
        return bottom, top, (left + right) / 2, right - left
    if turns == 2:
        return -right, -left, (bottom + top) / 2, top - bottom
    return -top, -bottom, (left + right) / 2, right - left


def _without_marks(pieces: Sequence[_Piece]) -> Iterator[_Piece]:
    """Yield the pieces without the small raised figures that refer to notes.

    A 4 with a note's 1 behind it would else read as 41. After a Latin letter they are part of a unit (m²) and
    stay, as the raised figures they are.
    """
    for number, piece in enumerate(pieces):
        is_short = len(piece.characters) <= 3 and all(c.text.isdecimal() for c in piece.characters)
        near = pieces[max(number - 1, 0) : number + 2] if is_short else ()
        if not any(_is_mark(piece, other) for other in near):
            yield piece
        elif number and pieces[number - 1].characters[-1].text in _LETTERS:
            raised = [c._replace(text=c.text.translate(_RAISED)) for c in piece.characters]
            yield piece._replace(characters=raised)


def _is_mark(piece: _Piece, beside: _Piece) -> bool:
    """Say whether a piece is small and raised against one that it touches."""
    if piece.turns != beside.turns:
        return False
    start, _, _, size = _along(piece.characters[0], piece.turns)
    _, stop, _, _ = _along(piece.characters[-1], piece.turns)
    first, _, _, usual = _along(beside.characters[0], piece.turns)
    _, last, _, _ = _along(beside.characters[-1], piece.turns)
    raised = _foot(piece.characters[0], piece.turns) - _foot(beside.characters[0], piece.turns)
    touches = abs(start - last) <= OFF_LINE * usual or abs(first - stop) <= OFF_LINE * usual
    return touches and size <= MARK_SIZE * usual and MARK_RAISED * usual <= raised <= usual


def _foot(character: _Character, turns: int) -> float:
    """Return how high the lower edge of a character is, as its own text runs."""
    return (character.bottom, -character.right, -character.top, character.left)[turns]


def _drawn_once(pieces: Sequence[_Piece]) -> Sequence[_Piece]:
    """Return the pieces without the characters that stand where the same character stands already.

    pdfium itself drops a text object drawn twice, but not a text drawn again in other pieces.
    """
    coarse = Counter(
        (character.text, character.left // 3, character.top // 3)
        for piece in pieces
        for character in piece.characters
    )
    if not coarse or max(coarse.values()) == 1:
        return pieces
    seen: dict[tuple[str, int, int], list[_Character]] = {}
    kept: list[_Piece] = []
    for piece in pieces:
        once: list[_Character] = []
        for character in piece.characters:
            play = TWICE * max(character.top - character.bottom, 1.0)
            column, row = int(character.left // 3), int(character.top // 3)
            near = (
                other
                for x in (column - 1, column, column + 1)
                for y in (row - 1, row, row + 1)
                for other in seen.get((character.text, x, y), ())
            )
            if not any(
                abs(other.left - character.left) < play and abs(other.top - character.top) < play
                for other in near
            ):
                once.append(character)
                seen.setdefault((character.text, column, row), []).append(character)
        if once:
            kept.append(_Piece(piece.turns, piece.is_recognised, once))
    return kept


def _run(piece: _Piece, shown: _Shown, upright: int) -> Run | None:
    """Return a run on the upright page, or None when it is blank or lies outside what the page shows."""
    characters = piece.characters
    while characters and characters[-1].text.isspace():
        characters = characters[:-1]
    while characters and characters[0].text.isspace():
        characters = characters[1:]
    if not characters:
        return None
    _, lefts, bottoms, rights, tops = zip(*characters, strict=True)
    left, bottom, right, top = min(lefts), min(bottoms), max(rights), max(tops)
    across, down = (left + right) / 2, (bottom + top) / 2
    if not (shown.left <= across <= shown.right and shown.bottom <= down <= shown.top):
        return None
    edges: tuple[tuple[float, float], ...] = ()
    if piece.turns == upright == 0:
        edges = tuple((low - shown.left, high - shown.left) for low, high in zip(lefts, rights, strict=True))
    elif piece.turns == upright:
        start = {1: shown.bottom, 2: -shown.right, 3: -shown.top}[upright]
        edges = tuple(
            (low - start, high - start) for low, high, _, _ in (_along(c, upright) for c in characters)
        )
    return Run(
        text="".join(c.text for c in characters),
        box=shown.upright((left, bottom, right, top), upright),
        edges=edges,
        is_recognised=piece.is_recognised,
    )


def _ruling(line: tuple[float, float, float, float], shown: _Shown, upright: int) -> Ruling:
    box = shown.upright(line, upright)
    if box.right - box.left >= box.bottom - box.top:
        return Ruling(horizontal=True, position=(box.top + box.bottom) / 2, start=box.left, stop=box.right)
    return Ruling(horizontal=False, position=(box.left + box.right) / 2, start=box.top, stop=box.bottom)


_Matrix = tuple[float, float, float, float, float, float]
_UNCHANGED: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(slots=True)
class _Drawn:
    """Gathers the lines and images of a page while its objects are walked, in the page's own coordinates."""

    pdfium: Any
    number: int
    shown: _Shown
    lines: list[tuple[float, float, float, float]] = field(default_factory=list)
    image_area: float = 0.0
    count: int = 0
    paths: int = 0
    segments: int = 0
    texts: list[tuple[int, bool]] = field(default_factory=list)  # address, is invisible
    corners: tuple[ctypes.c_float, ...] = field(default_factory=lambda: tuple(map(ctypes.c_float, (0,) * 4)))
    modes: tuple[ctypes.c_int, ...] = field(default_factory=lambda: (ctypes.c_int(), ctypes.c_int()))
    covered: int = 0  # so many of the texts lie under an image of the whole page

    def recognised(self) -> Callable[[Any], bool] | None:
        """Return what tells whether a text object is another program's reading of an image.

        None if none of the page's is.
        """
        hidden = {
            address
            for number, (address, is_invisible) in enumerate(self.texts)
            if is_invisible or number < self.covered
        }
        if not hidden:
            return None
        if len(hidden) == len(self.texts):
            return lambda _: True
        return lambda text: bool(text) and ctypes.addressof(text.contents) in hidden

    def walk(
        self, count: int, get: Callable[[int], Any], matrix: _Matrix = _UNCHANGED, depth: int = 0
    ) -> None:
        """Take in the objects of a page or form, and of the forms inside."""
        pdfium = self.pdfium
        self.count += max(count, 0)
        if self.count > MOST_OBJECTS:
            message = f"page {self.number} holds more than {MOST_OBJECTS:,} objects: print the file anew"
            raise LimitExceeded(message)
        if depth > MOST_DEPTH:
            message = f"forms on page {self.number} are nested deeper than {MOST_DEPTH}: print the file anew"
            raise LimitExceeded(message)
        for index in range(count):
            item = get(index)
            kind = pdfium.FPDFPageObj_GetType(item)
            if kind == pdfium.FPDF_PAGEOBJ_PATH:
                self._take_path(item, matrix)
            elif kind == pdfium.FPDF_PAGEOBJ_TEXT:
                mode = pdfium.FPDFTextObj_GetTextRenderMode(item)
                self.texts.append((ctypes.addressof(item.contents), mode in (3, 7)))
            elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                self._take_image(item, matrix)
            elif kind == pdfium.FPDF_PAGEOBJ_FORM:
                self.walk(
                    pdfium.FPDFFormObj_CountObjects(item),
                    lambda inner, form=item: pdfium.FPDFFormObj_GetObject(form, inner),  # type: ignore[misc]
                    _times(_matrix(pdfium, item), matrix),
                    depth + 1,
                )

    def _bounds(self, item: Any) -> tuple[float, float, float, float] | None:  # noqa: ANN401
        """Return the bounds of an object in the coordinates of what holds it."""
        left, bottom, right, top = self.corners
        if not self.pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top):
            return None
        return left.value, bottom.value, right.value, top.value

    def _take_image(self, item: Any, matrix: _Matrix) -> None:  # noqa: ANN401
        bounds = self._bounds(item)
        if bounds is None:
            return
        left, bottom, right, top = _around(matrix, [bounds[:2], bounds[2:]])
        self._take_area(left, bottom, right, top)
        width = max(min(right, self.shown.right) - max(left, self.shown.left), 0.0)
        height = max(min(top, self.shown.top) - max(bottom, self.shown.bottom), 0.0)
        self.image_area += width * height
        if width * height >= WHOLE_PAGE * self.shown.width * self.shown.height:
            self.covered = len(self.texts)

    def _take_path(self, item: Any, matrix: _Matrix) -> None:  # noqa: ANN401
        """Take in what a path draws: stroked straight lines, and filled strips thin enough to be lines.

        Most paths are one line or one rectangle, for which their bounds say all there is to know.
        """
        pdfium = self.pdfium
        self.paths += 1
        fill, stroke = self.modes
        pdfium.FPDFPath_GetDrawMode(item, fill, stroke)
        if not (fill.value or stroke.value):
            return
        count = pdfium.FPDFPath_CountSegments(item)
        self.segments += max(count, 0)
        if self.segments > MOST_SEGMENTS:
            message = (
                f"the drawings on page {self.number} have more than {MOST_SEGMENTS:,} pieces: "
                "print the file anew and convert that"
            )
            raise LimitExceeded(message)
        if count == 2 or (count <= 5 and not stroke.value):
            bounds = self._bounds(item)
            if bounds is None:
                return
            area = bounds if matrix is _UNCHANGED else _around(matrix, [bounds[:2], bounds[2:]])
            if not stroke.value or min(area[2] - area[0], area[3] - area[1]) <= THICKEST:
                self._take_area(*area)
                return
        matrix = _times(_matrix(pdfium, item), matrix)
        for points, is_straight in _subpaths(pdfium, item, count):
            if stroke.value:
                for before, after in pairwise(points):
                    self._take_line(_moved(matrix, *before), _moved(matrix, *after))
            elif is_straight:
                self._take_area(*_around(matrix, points))

    def _take_line(self, before: tuple[float, float], after: tuple[float, float]) -> None:
        (left, right), (bottom, top) = sorted((before[0], after[0])), sorted((before[1], after[1]))
        if min(right - left, top - bottom) <= SLANT:
            self._take_strip(left, bottom, right, top)

    def _take_area(self, left: float, bottom: float, right: float, top: float) -> None:
        """Take in a filled area if it is a strip; a point of a dotted line counts in both directions."""
        width, height = right - left, top - bottom
        if min(width, height) > THICKEST:
            return
        if max(width, height) <= THICKEST:
            self._take_point(left, bottom, right, top)
        else:
            self._take_strip(left, bottom, right, top)

    def _take_point(self, left: float, bottom: float, right: float, top: float) -> None:
        """Take in a point of a dotted line, as a piece of whichever line it goes on, or of two new ones."""
        x, y = (left + right) / 2, (bottom + top) / 2
        if not (self._goes_on(left, y, right, y) or self._goes_on(x, bottom, x, top)):
            self._take_strip(left, y, right, y)
            self._take_strip(x, bottom, x, top)

    def _take_strip(self, left: float, bottom: float, right: float, top: float) -> None:
        shown = self.shown
        if left < shown.left or right > shown.right or bottom < shown.bottom or top > shown.top:
            left, right = max(left, shown.left), min(right, shown.right)
            bottom, top = max(bottom, shown.bottom), min(top, shown.top)
            if left > right or bottom > top:
                return
        is_seen = left < right or bottom < top
        if is_seen and not self._goes_on(left, bottom, right, top):
            self.lines.append((left, bottom, right, top))

    def _goes_on(self, left: float, bottom: float, right: float, top: float) -> bool:
        """Lengthen one of the last two lines by a piece that goes on it; say whether one could be.

        Dashes and points come in thousands, one after the other; joined here they cost next to nothing.
        """
        is_across = right - left >= top - bottom
        for number in (-1, -2)[: len(self.lines)]:
            low_x, low_y, high_x, high_y = self.lines[number]
            if (high_x - low_x >= high_y - low_y) is not is_across:
                continue
            if is_across:
                is_next = abs(bottom - low_y) < 0.1 and abs(top - high_y) < 0.1
                is_near = left <= high_x + STEP and right >= low_x - STEP
            else:
                is_next = abs(left - low_x) < 0.1 and abs(right - high_x) < 0.1
                is_near = bottom <= high_y + STEP and top >= low_y - STEP
            if is_next and is_near:
                joined = min(left, low_x), min(bottom, low_y), max(right, high_x), max(top, high_y)
                self.lines[number] = joined
                return True
        return False


def _subpaths(
    pdfium: Any,  # noqa: ANN401
    path: Any,  # noqa: ANN401
    count: int,
) -> list[tuple[list[tuple[float, float]], bool]]:
    """Return the points of each subpath, and whether it is without curves."""
    x, y = ctypes.c_float(), ctypes.c_float()
    at_x, at_y = ctypes.byref(x), ctypes.byref(y)
    found: list[tuple[list[tuple[float, float]], bool]] = []
    points: list[tuple[float, float]] = []
    is_straight = True
    for index in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        pdfium.FPDFPathSegment_GetPoint(segment, at_x, at_y)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO and points:
            found.append((points, is_straight))
            points, is_straight = [], True
        is_straight = is_straight and kind != pdfium.FPDF_SEGMENT_BEZIERTO
        points.append((x.value, y.value))
        if pdfium.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if points:
        found.append((points, is_straight))
    return found


def _matrix(pdfium: Any, item: Any) -> _Matrix:  # noqa: ANN401
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, matrix):
        return _UNCHANGED
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _times(first: _Matrix, then: _Matrix) -> _Matrix:
    """Return the matrix that does one and then the other."""
    a, b, c, d, e, f = first
    g, h, i, j, k, l = then  # noqa: E741
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l


def _moved(matrix: _Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _around(matrix: _Matrix, points: Sequence[tuple[float, ...]]) -> tuple[float, float, float, float]:
    """Return left, bottom, right, top of points moved by a matrix."""
    if matrix is _UNCHANGED:
        across, down = zip(*points, strict=True)
    else:
        across, down = zip(*(_moved(matrix, x, y) for x, y in points), strict=True)
    return min(across), min(down), max(across), max(down)
