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
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from converters import pdf_paper
from converters.covering import MOST_COVERS, Cover, is_hidden
from converters.pdf_drawn import MOST_SLANTS, Drawn, Shown, is_renamed, turned
from converters.pdf_fields import laid_on
from converters.pdf_marks import without_marks
from converters.pdf_paper import Figure, Paper
from converters.pdf_pieces import OFF_LINE, Character, Piece, along
from converters.rulings import Ruling
from document import Box
from errors import LimitExceeded, UnreadableFile

# A dense page of a report holds 2,000 characters.
MOST_CHARACTERS = 100_000
# A table that fills a page takes 0.7 MB to look at; no report has more pages than this, but yearbooks do.
MOST_PAPERS = 60

# A character belongs to the run before it when it starts this near to its end, in its own sizes: kerning
# draws back by 0.2, Chinese text set out to both margins opens gaps of 0.3, columns stand 1 and more apart.
BACK, AHEAD = -0.4, 0.6
# Sizes within a run agree to this share, so that a note's mark is a run of its own.
SAME_SIZE = 0.25
# Boxes of characters are 0.9 to 1.3 times as high as their type; some fonts, cut down to a few characters,
# give 1.9. What lies below the line is an eighth or so.
HIGHEST, DESCENT = 1.5, 0.12
# Text drawn twice to look bold is moved by 0.02 to 0.1 of its size; the closest two alike characters ("11",
# "..") stand 0.25 apart.
TWICE = 0.15

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

    `turns` is how many quarter turns clockwise lead from here to the page as a viewer shows it. `notes` are
    the boxes of the texts that notes begin with, told by their marks, `unseen` texts in the paper's colour.
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
    notes: tuple[Box, ...] = ()
    unseen: tuple[str, ...] = ()
    unshown: tuple[str, ...] = ()  # what form fields hold but do not show
    hidden: tuple[str, ...] = ()  # what lies under areas and images drawn later
    marks: tuple[Box, ...] = ()  # drawings that may be characters: images, curves, slanting shapes
    slants: tuple[Box, ...] = ()  # single slanting lines
    overturned: tuple[str, ...] = ()  # texts that stand on their heads or are mirrored
    replaced: tuple[str, ...] = ()  # figures that the file gives in place of what it draws
    paper: Paper | None = None  # its tables as they are printed
    unprinted: tuple[str, ...] = ()  # figures in them that show no ink

    def as_shown(self, box: Box) -> Box:
        """Return a box where a viewer shows it."""
        return turned(box, self.width, self.height, self.turns)


def read(document: Any, number: int) -> Ink:  # noqa: ANN401  # pdfium's handles have no types
    """Return what stands on a page, counted from 1.

    Raises UnreadableFile when pdfium cannot parse the page, LimitExceeded when there is too much on it.
    """
    import pypdfium2.raw as pdfium  # noqa: PLC0415  # slow to load

    page = _loaded(pdfium, document, number)
    try:
        is_drawn, unshown = laid_on(pdfium, page)
        if is_drawn:
            pdfium.FPDF_ClosePage(page)
            page = None  # it may not load again
            page = _loaded(pdfium, document, number)
        return replace(_page_ink(pdfium, document, page, number), unshown=unshown)
    finally:
        if page:
            pdfium.FPDF_ClosePage(page)


def _loaded(pdfium: Any, document: Any, number: int) -> Any:  # noqa: ANN401
    page = pdfium.FPDF_LoadPage(document, number - 1)
    if not page:
        message = f"page {number} cannot be read; the file is damaged: get it again from where it came"
        raise UnreadableFile(message)
    return page


def _page_ink(pdfium: Any, document: Any, page: Any, number: int) -> Ink:  # noqa: ANN401
    bounds = pdfium.FS_RECTF()
    if not pdfium.FPDF_GetPageBoundingBox(page, bounds):
        message = f"page {number} has no size; the file is damaged: get it again from where it came"
        raise UnreadableFile(message)
    shown = Shown(bounds.left, bounds.bottom, bounds.right, bounds.top)
    drawn = Drawn(pdfium=pdfium, number=number, shown=shown, document=document, page=page)
    drawn.walk(pdfium.FPDFPage_CountObjects(page), lambda index: pdfium.FPDFPage_GetObject(page, index))
    text_page = pdfium.FPDFText_LoadPage(page)
    try:
        pieces, unmapped = _pieces(pdfium, text_page, number, drawn.recognised())
        unseen = tuple(_text_of(pdfium, item, text_page) for item in drawn.unseen())
        drawn.take_lost(lambda item: _text_of(pdfium, item, text_page))
        under = drawn.under()
        hidden = _hidden(pdfium, text_page, under) if under else ()
    finally:
        pdfium.FPDFText_ClosePage(text_page)
    pieces = [_as_high_as_its_type(piece) for piece in pieces]
    ink = ink_of(pieces, unmapped, drawn, pdfium.FPDFPage_GetRotation(page) % 4)
    ink = replace(ink, unseen=unseen, hidden=hidden + ink.hidden)
    paper, unprinted = _looked_at(pdfium, page, ink)
    return replace(ink, paper=paper if number <= MOST_PAPERS else None, unprinted=unprinted)


def _looked_at(pdfium: Any, page: Any, ink: Ink) -> tuple[Paper | None, tuple[str, ...]]:  # noqa: ANN401
    """Return the tables of a page as they are printed, and the figures in them that show no ink."""
    runs = [run for run in ink.runs if not run.is_recognised and pdf_paper.is_figure(run.text)]
    area = pdf_paper.area_of(ink.rulings, [run.box for run in runs])
    if area is None:
        return None, ()
    paper = pdf_paper.drawn(pdfium, page, ink.as_shown(area))
    if paper is None:
        return None, tuple(run.text for run in runs)
    return paper, pdf_paper.unprinted(paper, (_figure(run, ink) for run in runs))


def _figure(run: Run, ink: Ink) -> Figure:
    """Return a figure with the places of its digits, or of the whole where its text is not upright."""
    box = run.box
    places = [
        pdf_paper.core(left, box.top, right, box.bottom)
        for character, (left, right) in zip(run.text, run.edges, strict=False)
        if character.isdigit()
    ] or [(box.left, box.top, box.right, box.bottom)]
    if ink.turns:
        shown = [ink.as_shown(Box(left=a, top=b, right=c, bottom=d)) for a, b, c, d in places]
        places = [(box.left, box.top, box.right, box.bottom) for box in shown]
    return Figure(run.text, tuple(places))


def _hidden(pdfium: Any, text_page: Any, under: dict[int, list[Cover]]) -> tuple[str, ...]:  # noqa: ANN401
    """Return the characters that are hidden by what is drawn over their text objects, object by object."""
    sides = [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = sides
    found: dict[int, str] = {}
    for index in range(max(pdfium.FPDFText_CountChars(text_page), 0)):
        item = pdfium.FPDFText_GetTextObject(text_page, index)
        address = ctypes.addressof(item.contents) if item else 0
        if address not in under or not pdfium.FPDFText_GetCharBox(text_page, index, *sides):
            continue
        text = _text(pdfium.FPDFText_GetUnicode(text_page, index), 0)
        if is_hidden(Character(text, left.value, bottom.value, right.value, top.value), under[address]):
            found[address] = found.get(address, "") + text
    return tuple(text.strip() for text in found.values())


def ink_of(found: Sequence[Piece], unmapped: int, drawn: Drawn, as_viewed: int = 0) -> Ink:
    """Return a page of the pieces of text and the drawings found on it, as most of its text is upright.

    `unmapped` of the characters stand for nothing; a viewer turns the page by `as_viewed` quarters.
    """
    shown = drawn.shown
    pieces, notes = without_marks(found)
    votes = Counter[int]()
    for piece in pieces:
        votes[piece.turns] += len(piece.characters)
    upright = max(votes, key=lambda turns: (votes[turns], turns == as_viewed), default=as_viewed)
    count = sum(votes.values())
    return Ink(
        width=shown.width if upright % 2 == 0 else shown.height,
        height=shown.height if upright % 2 == 0 else shown.width,
        turns=(as_viewed - upright) % 4,
        runs=tuple(run for piece in _drawn_once(pieces) if (run := _run(piece, shown, upright)) is not None),
        notes=tuple(run.box for piece in notes if (run := _run(piece, shown, upright)) is not None),
        rulings=tuple(_ruling(line, shown, upright) for line in drawn.lines),
        image_share=min(drawn.image_area / max(shown.width * shown.height, 1.0), 1.0),
        objects=drawn.count,
        drawings=drawn.paths,
        unmapped_share=unmapped / count if count else 0.0,
        marks=tuple(shown.upright(mark, upright) for mark in drawn.marks),
        slants=tuple(shown.upright(slant, upright) for slant in drawn.slants),
        replaced=tuple(piece.text.strip() for piece in pieces if piece.is_replaced),
        overturned=tuple(
            piece.text.strip() for piece in pieces if piece.is_overturned or (piece.turns - upright) % 4 == 2
        ),
        hidden=(f"more than {MOST_COVERS:,} areas",) * (drawn.covers.count >= MOST_COVERS)
        + (f"more than {MOST_SLANTS:,} lines",) * (len(drawn.slants) >= MOST_SLANTS),
    )


def _text_of(pdfium: Any, item: Any, text_page: Any) -> str:  # noqa: ANN401
    """Return what a text object says, as far as it tells."""
    length = pdfium.FPDFTextObj_GetText(item, text_page, None, 0)
    buffer = ctypes.create_string_buffer(max(length, 2))
    at = ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR))
    pdfium.FPDFTextObj_GetText(item, text_page, at, length)
    return buffer.raw[: max(length - 2, 0)].decode("utf-16-le", errors="replace")


def _pieces(
    pdfium: Any,  # noqa: ANN401
    text_page: Any,  # noqa: ANN401
    number: int,
    recognised: Callable[[Any], bool] | None,
) -> tuple[list[Piece], int]:
    """Return the runs of a text page in the order they are drawn, and how many characters are unmapped."""
    count = pdfium.FPDFText_CountChars(text_page) if text_page else 0
    if count > MOST_CHARACTERS:
        message = f"page {number} holds {count:,} characters, more than {MOST_CHARACTERS:,}: split the file"
        raise LimitExceeded(message)
    get_code, get_box = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    box = pdfium.FS_RECTF()
    at = ctypes.byref(box)
    pieces: list[Piece] = []
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
        unmapped += is_unmapped(text)
        character = Character(text, box.left, box.bottom, box.right, box.top)
        if turns:
            start, end, centre, size = along(character, turns)
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
            start, end, centre, size = along(character, turns)
            middle, usual = centre, size
            item = pdfium.FPDFText_GetTextObject(text_page, index)
            is_replaced = text.isdigit() and is_renamed(pdfium, item)
            pieces.append(Piece(turns, is_recognised, [], *_type(pdfium, text_page, index), is_replaced))
        pieces[-1].characters.append(character)
        stop = end
    return pieces, unmapped


def _as_high_as_its_type(piece: Piece) -> Piece:
    """Return upright characters with the height of their type where a font gives boxes far higher."""
    first = piece.characters[0]
    if piece.turns or piece.origin is None or first.top - first.bottom <= HIGHEST * piece.size:
        return piece
    line = piece.origin[1]
    bottom, top = line - DESCENT * piece.size, line + (1 - DESCENT) * piece.size
    return piece._replace(characters=[c._replace(bottom=bottom, top=top) for c in piece.characters])


def _type(
    pdfium: Any,  # noqa: ANN401
    text_page: Any,  # noqa: ANN401
    index: int,
) -> tuple[float, tuple[float, float] | None, bool]:
    """Return the size of a character's type, where it stands on its line, and whether it is turned over.

    The size is 0 where the file does not tell. A size below 0 turns a character over, a mirror does so too.
    """
    matrix, x, y = pdfium.FS_MATRIX(), ctypes.c_double(), ctypes.c_double()
    if not pdfium.FPDFText_GetMatrix(text_page, index, matrix):
        return 0.0, None, False
    size = pdfium.FPDFText_GetFontSize(text_page, index) * math.hypot(matrix.c, matrix.d)
    is_turned = size < 0 or matrix.a * matrix.d < matrix.b * matrix.c
    if not pdfium.FPDFText_GetCharOrigin(text_page, index, x, y):
        return 0.0, None, is_turned
    return size, (x.value, y.value), is_turned


def _text(code: int, high: int) -> str:
    """Return the character of a code unit.

    Some fonts give Kangxi radicals for the characters of the same look; they come back as those characters.
    """
    if 0xDC00 <= code < 0xE000:
        return chr(0x10000 + ((high - 0xD800) << 10) + code - 0xDC00) if high else "\ufffd"
    if code in (0x02, 0xFFFE):  # how pdfium gives a hyphen at the end of a line
        return "-"
    return _KANGXI.get(code) or chr(code)


def is_unmapped(text: str) -> bool:
    """Say whether a character is a replacement, of private use, a control or of no assigned meaning."""
    return text > "\x7e" and (text == "\ufffd" or unicodedata.category(text) in ("Cc", "Co", "Cn", "Cs"))


def _drawn_once(pieces: Sequence[Piece]) -> Sequence[Piece]:
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
    seen: dict[tuple[str, int, int], list[Character]] = {}
    kept: list[Piece] = []
    for piece in pieces:
        once: list[Character] = []
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
            kept.append(piece._replace(characters=once))
    return kept


def _run(piece: Piece, shown: Shown, upright: int) -> Run | None:
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
            (low - start, high - start) for low, high, _, _ in (along(c, upright) for c in characters)
        )
    return Run(
        text="".join(c.text for c in characters),
        box=shown.upright((left, bottom, right, top), upright),
        edges=edges,
        is_recognised=piece.is_recognised,
    )


def _ruling(line: tuple[float, float, float, float], shown: Shown, upright: int) -> Ruling:
    box = shown.upright(line, upright)
    if box.right - box.left >= box.bottom - box.top:
        return Ruling(horizontal=True, position=(box.top + box.bottom) / 2, start=box.left, stop=box.right)
    return Ruling(horizontal=False, position=(box.left + box.right) / 2, start=box.top, stop=box.bottom)
