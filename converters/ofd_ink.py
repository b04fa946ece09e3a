"""What stands on an OFD page: characters with their places, straight rulings, the area under images.

The standard's clauses: 8.5 objects and their boundaries, 9 paths, 10 images, 11 text, 13 composites. OFD has
no widths of characters; the distance to the next one stands for them. The first matrix turns millimetres into
points and lets y rise, so that everything behind it is as in a PDF.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from converters.ofd_package import Sheet, numbers
from converters.ofd_text import body, places, turns_of
from converters.pdf_drawn import (
    MOST_DEPTH,
    MOST_OBJECTS,
    MOST_PALE,
    MOST_SEGMENTS,
    PALE,
    UNCHANGED,
    WHOLE_PAGE,
    Drawn,
    Matrix,
    Shown,
    moved,
    times,
)
from converters.pdf_ink import AHEAD, BACK, MOST_CHARACTERS, SAME_SIZE, Ink, ink_of, is_unmapped
from converters.pdf_pieces import OFF_LINE, Character, Piece, along
from errors import LimitExceeded

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

POINTS = 72 / 25.4  # in a millimetre

# An image is the page itself when its sides are this near to those of the page, in widths of it.
FRAMED = 0.02
# A boundary cuts off what is drawn outside of it; makers round it, and that of a line may have no width.
ROUNDED = 1.0  # millimetres

_OPERATION = re.compile(r"([MSLQBAC])([^MSLQBAC]*)")
_CURVES = {"Q": 4, "B": 6, "A": 7}  # how many numbers each takes; the last two are where it ends


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """The characters of a text object, which way they run, and whether they are drawn at all."""

    number: int  # of the text objects on the page, from 0
    turns: int
    characters: tuple[Character, ...]


@dataclass(kw_only=True, slots=True)
class Page:
    """Gathers what the objects of a page draw while they are walked."""

    number: int
    drawn: Drawn
    composites: dict[str, Element]
    texts: list[Text] = field(default_factory=list)
    characters: int = 0
    missing: list[str] = field(default_factory=list)
    beyond: list[str] = field(default_factory=list)  # characters outside of their objects' boundaries
    scan: str | None = None  # the image that the whole page is

    def walk(self, holder: Element, matrix: Matrix, depth: int = 0) -> None:
        """Take in the objects that a layer, block or graphic unit holds."""
        if depth > MOST_DEPTH:
            message = f"objects on page {self.number} are nested deeper than {MOST_DEPTH}: make the file anew"
            raise LimitExceeded(message)
        for item in holder:
            take = _KINDS.get(_name(item))
            if take is None:
                continue
            self.drawn.count += 1
            if self.drawn.count > MOST_OBJECTS:
                message = f"page {self.number} holds more than {MOST_OBJECTS:,} objects: make the file anew"
                raise LimitExceeded(message)
            take(self, item, matrix, depth)


def read(sheet: Sheet, number: int) -> tuple[Ink, Page]:
    """Return what stands on a page, and what of it could not be taken in; pages count from 1.

    Raises LimitExceeded when there is too much on it.
    """
    shown = Shown(0.0, -sheet.height * POINTS, sheet.width * POINTS, 0.0)
    drawn = Drawn(pdfium=None, number=number, shown=shown)
    page = Page(number=number, drawn=drawn, composites=sheet.composites, missing=list(sheet.missing))
    for layer in sheet.layers:
        page.walk(layer, (POINTS, 0.0, 0.0, -POINTS, 0.0, 0.0))
    pieces = list(_pieces(_seen(page)))
    unmapped = sum(is_unmapped(character.text) for piece in pieces for character in piece.characters)
    return replace(ink_of(pieces, unmapped, drawn), unseen=tuple(drawn.unseen())), page


def _seen(page: Page) -> Iterator[tuple[Text, bool]]:
    """Yield the texts of a page, each with whether it is another program's reading of an image.

    Invisible text is, over or under an image of the whole page, and nothing at all elsewhere.
    """
    area = page.drawn.shown.width * page.drawn.shown.height
    is_scan = page.drawn.image_area >= WHOLE_PAGE * area
    for text in page.texts:
        _, is_invisible = page.drawn.texts[text.number]
        is_hidden = is_invisible or text.number < page.drawn.covered
        if is_scan or not is_invisible:
            yield text, is_hidden


def _pieces(texts: Iterator[tuple[Text, bool]]) -> Iterator[Piece]:
    """Yield the characters in pieces that follow each other on a line, whatever objects they are of."""
    piece: Piece | None = None
    stop, middle, usual = math.inf, 0.0, 0.0
    for text, is_recognised in texts:
        for character in text.characters:
            start, end, centre, size = along(character, text.turns)
            if not (
                piece is not None
                and (piece.turns, piece.is_recognised) == (text.turns, is_recognised)
                and BACK * size <= start - stop <= AHEAD * size
                and abs(centre - middle) <= OFF_LINE * size
                and abs(size - usual) <= SAME_SIZE * usual
            ):
                if piece is not None:
                    yield piece
                piece = Piece(text.turns, is_recognised, [])
                middle, usual = centre, size
            piece.characters.append(character)
            stop = end
    if piece is not None:
        yield piece


def _name(element: Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _inner(item: Element, matrix: Matrix) -> Matrix:
    """Return the matrix of what an object draws: its own, then its place, then that of what holds it."""
    box = numbers(item.get("Boundary"))
    left, top = box[:2] if len(box) == 4 else (0.0, 0.0)
    own = numbers(item.get("CTM"))
    a, b, c, d, e, f = own if len(own) == 6 else UNCHANGED
    return times((a, b, c, d, e + left, f + top), matrix)


def _boundary(item: Element, matrix: Matrix, room: float = 0.0) -> tuple[float, float, float, float] | None:
    """Return left, bottom, right, top of an object's boundary with some room around, in millimetres."""
    box = numbers(item.get("Boundary"))
    if len(box) != 4:
        return None
    left, top, width, height = box
    corners = [
        moved(matrix, x, y)
        for x in (left - room, left + width + room)
        for y in (top - room, top + height + room)
    ]
    across, down = zip(*corners, strict=True)
    return min(across), min(down), max(across), max(down)


def _is_off(item: Element, name: str, *, usual: bool) -> bool:
    """Say whether a switch of an object is off."""
    value = item.get(name)
    return not usual if value is None else value.strip().lower() in ("false", "0")


def _is_invisible(item: Element) -> bool:
    return _is_off(item, "Visible", usual=True) or numbers(item.get("Alpha")) == [0.0]


def _is_shut(item: Element) -> bool:
    """Say whether an object's boundary holds no place at all; licences keep data for machines so."""
    box = numbers(item.get("Boundary"))
    return len(box) == 4 and min(box[2:]) <= 0


def _is_pale(item: Element, *, usual: bool) -> bool:
    """Say whether an object is filled in the colour of paper, or in nothing; `usual` if it does not tell."""
    colour = item.find("{*}FillColor")
    if colour is None:
        return usual
    shares = numbers(colour.get("Value"))
    is_white = sum(shares) == 0 if len(shares) == 4 else bool(shares) and min(shares) >= PALE
    return is_white or numbers(colour.get("Alpha")) == [0.0]


# --- Text -------------------------------------------------------------------------------------------


def _take_text(page: Page, item: Element, matrix: Matrix, _depth: int) -> None:
    number = len(page.drawn.texts)
    is_unpainted = _is_off(item, "Fill", usual=True) and _is_off(item, "Stroke", usual=False)
    page.drawn.texts.append((number, _is_invisible(item) or _is_shut(item) or is_unpainted))
    size = (numbers(item.get("Size")) or [0.0])[0]
    inner = _inner(item, matrix)
    turned = math.radians((numbers(item.get("CharDirection")) or [0.0])[0])
    turns = turns_of(inner, turned)
    if size <= 0 or turns is None:
        return
    page.characters += sum(len(code.text or "") for code in item.iterfind("{*}TextCode"))
    if page.characters > MOST_CHARACTERS:
        message = f"page {page.number} holds more than {MOST_CHARACTERS:,} characters: split the file"
        raise LimitExceeded(message)
    clip = _boundary(item, matrix, size)
    across = (numbers(item.get("HScale")) or [1.0])[0]
    found = []
    for text, x, y, width in places(item, size * across):
        character = _character(text, body(x, y, width, size, turned), inner)
        if clip is None or _is_inside(character, clip):
            found.append(character)
        elif not (text.isspace() or _is_shut(item)):
            page.beyond.append(text)
    page.texts.append(Text(number=number, turns=turns, characters=tuple(found)))
    if found and _is_pale(item, usual=False) and len(page.drawn.pale) < MOST_PALE:
        middle = found[len(found) // 2]
        x, y = (middle.left + middle.right) / 2, (middle.bottom + middle.top) / 2
        page.drawn.pale.append(("".join(character.text for character in found), x, y))


def _character(text: str, corners: Sequence[tuple[float, float]], matrix: Matrix) -> Character:
    across, down = zip(*(moved(matrix, x, y) for x, y in corners), strict=True)
    # Some fonts have Kangxi radicals for the characters of the same look.
    plain = unicodedata.normalize("NFKC", text) if "\u2f00" <= text <= "\u2fd5" else text
    return Character(plain, min(across), min(down), max(across), max(down))


def _is_inside(character: Character, area: tuple[float, float, float, float]) -> bool:
    across, down = (character.left + character.right) / 2, (character.bottom + character.top) / 2
    return area[0] <= across <= area[2] and area[1] <= down <= area[3]


# --- Paths, images, and what holds other objects ------------------------------------------------------


def _take_path(page: Page, item: Element, matrix: Matrix, _depth: int) -> None:
    drawn = page.drawn
    drawn.paths += 1
    is_stroked, is_filled = not _is_off(item, "Stroke", usual=True), not _is_off(item, "Fill", usual=False)
    if _is_invisible(item) or not (is_stroked or is_filled):
        return
    clip = _boundary(item, matrix, ROUNDED)
    inner = _inner(item, matrix)
    if is_filled and clip and not _is_pale(item, usual=True) and len(drawn.shades) < MOST_PALE:
        drawn.shades.append(clip)
    for points, is_straight in _subpaths(item.findtext("{*}AbbreviatedData") or ""):
        drawn.segments += len(points)
        if drawn.segments > MOST_SEGMENTS:
            message = f"drawings on page {page.number} have over {MOST_SEGMENTS:,} pieces: make the file anew"
            raise LimitExceeded(message)
        there = [moved(inner, x, y) for x, y in points]
        if clip is not None:
            there = _clipped(there, clip)
        if is_stroked:
            for before, after in pairwise(there):
                drawn.take_line(before, after)
        elif is_straight and there:
            across, down = zip(*there, strict=True)
            drawn.take_area(min(across), min(down), max(across), max(down))


def _clipped(
    points: list[tuple[float, float]], area: tuple[float, float, float, float]
) -> list[tuple[float, float]]:
    """Return points moved to the edge of an area where they lie outside; none when all are on one side of it.

    For lines along its sides, which is what rulings are, this is what a viewer shows of them.
    """
    if not points:
        return []
    left, bottom, right, top = area
    across, down = zip(*points, strict=True)
    if max(across) < left or min(across) > right or max(down) < bottom or min(down) > top:
        return []
    return [(min(max(x, left), right), min(max(y, bottom), top)) for x, y in points]


def _subpaths(data: str) -> Iterator[tuple[list[tuple[float, float]], bool]]:
    """Yield the corners of each part of a path, and whether it is all straight; a curve ends a part."""
    points: list[tuple[float, float]] = []
    is_straight = True
    start: tuple[float, float] | None = None
    for match in _OPERATION.finditer(data):
        operation, given = match[1], numbers(match[2])
        if operation in ("M", "S") and len(given) >= 2:
            if points:
                yield points, is_straight
            start = (given[0], given[1])
            points, is_straight = [start], True
        elif operation == "L":
            points += zip(given[::2], given[1::2], strict=False)
        elif operation == "C" and start is not None:
            points.append(start)
        elif operation in _CURVES and len(given) >= _CURVES[operation]:
            if points:
                yield points, False
            points, is_straight = [(given[-2], given[-1])], False
    if points:
        yield points, is_straight


def _take_image(page: Page, item: Element, matrix: Matrix, _depth: int) -> None:
    area = _boundary(item, matrix)
    if area is None or _is_invisible(item):
        return
    page.drawn.take_picture(*area)
    page.drawn.shades.append(area)
    own = numbers(item.get("CTM"))
    is_upright = len(own) == 6 and own[0] > 0 and own[3] > 0 and own[1] == own[2] == 0
    shown = page.drawn.shown
    sides = (shown.left, shown.bottom, shown.right, shown.top)
    if is_upright and all(
        abs(one - other) <= FRAMED * shown.width for one, other in zip(area, sides, strict=True)
    ):
        page.scan = item.get("ResourceID")


def _take_composite(page: Page, item: Element, matrix: Matrix, depth: int) -> None:
    if _is_invisible(item):
        return
    unit = page.composites.get(item.get("ResourceID") or "")
    content = None if unit is None else unit.find("{*}Content")
    if content is None:
        page.missing.append(f"graphic unit {item.get('ResourceID')}")
    else:
        page.walk(content, _inner(item, matrix), depth + 1)


def _take_block(page: Page, item: Element, matrix: Matrix, depth: int) -> None:
    page.walk(item, matrix, depth + 1)


_KINDS = {
    "TextObject": _take_text,
    "PathObject": _take_path,
    "ImageObject": _take_image,
    "CompositeObject": _take_composite,
    "PageBlock": _take_block,
    "Layer": _take_block,
}
