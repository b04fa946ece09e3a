"""What stands on an OFD page: characters with their places, straight rulings, the area under images.

The standard's clauses: 8.5 objects and their boundaries, 9 paths, 10 images, 11 text, 13 composites. OFD has
no widths of characters; the distance to the next one stands for them. The first matrix turns millimetres into
points and lets y rise, so that everything behind it is as in a PDF.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from converters.covering import OPAQUE, Bounds, bends, is_hidden, is_within
from converters.ofd_clips import Part, clips_of, outlines
from converters.ofd_colours import colour, is_white, opacity
from converters.ofd_images import hides_of
from converters.ofd_package import Sheet, numbers
from converters.ofd_text import body, places, turns_of
from converters.pdf_drawn import (
    MOST_DEPTH,
    MOST_OBJECTS,
    MOST_PALE,
    MOST_SEGMENTS,
    PALE,
    SLANT,
    SLANTING,
    THICKEST,
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
    clipped: list[str] = field(default_factory=list)  # characters outside of their objects' clips
    sizeless: list[str] = field(default_factory=list)  # texts without a size that can be drawn
    scan: str | None = None  # the image that the whole page is
    image: Callable[[str], bytes | None] = lambda _: None
    params: Mapping[str, Element] = field(default_factory=dict)
    param: str | None = None  # how to draw what does not say so itself

    def walk(self, holder: Element, matrix: Matrix, depth: int = 0) -> None:
        """Take in the objects that a layer, block or graphic unit holds."""
        if depth > MOST_DEPTH:
            message = f"objects on page {self.number} are nested deeper than {MOST_DEPTH}: make the file anew"
            raise LimitExceeded(message)
        outer, self.param = self.param, holder.get("DrawParam") or self.param
        for item in holder:
            take = _KINDS.get(_name(item))
            if take is None:
                continue
            self.drawn.count += 1
            if self.drawn.count > MOST_OBJECTS:
                message = f"page {self.number} holds more than {MOST_OBJECTS:,} objects: make the file anew"
                raise LimitExceeded(message)
            take(self, item, matrix, depth)
        self.param = outer


def read(sheet: Sheet, number: int) -> tuple[Ink, Page]:
    """Return what stands on a page, and what of it could not be taken in; pages count from 1.

    Raises LimitExceeded when there is too much on it.
    """
    shown = Shown(0.0, -sheet.height * POINTS, sheet.width * POINTS, 0.0)
    drawn = Drawn(pdfium=None, number=number, shown=shown)
    page = Page(
        number=number,
        drawn=drawn,
        composites=sheet.composites,
        missing=list(sheet.missing),
        image=sheet.image,
        params=sheet.params,
    )
    for layer in sheet.layers:
        matrix = (POINTS, 0.0, 0.0, -POINTS, 0.0, 0.0)
        # what an annotation shows has a place of its own
        page.walk(layer, _inner(layer, matrix) if _name(layer) == "Appearance" else matrix)
    pieces = list(_pieces(_seen(page)))
    unmapped = sum(is_unmapped(character.text) for piece in pieces for character in piece.characters)
    ink = ink_of(pieces, unmapped, drawn)
    return replace(ink, unseen=tuple(drawn.unseen()), hidden=(*ink.hidden, *_hidden(page))), page


def _hidden(page: Page) -> Iterator[str]:
    """Yield the characters of a page that lie under what was drawn later, text by text."""
    for text in page.texts:
        over = list(page.drawn.covers.over(text.number, _bounds(text.characters))) if text.characters else []
        found = "".join(one.text for one in text.characters if over and is_hidden(one, over))
        if found:
            yield found


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
    return times(_own(item), matrix)


def _own(item: Element) -> Matrix:
    box = numbers(item.get("Boundary"))
    left, top = box[:2] if len(box) == 4 else (0.0, 0.0)
    own = numbers(item.get("CTM"))
    a, b, c, d, e, f = own if len(own) == 6 else UNCHANGED
    return a, b, c, d, e + left, f + top


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


def _is_pale(page: Page, item: Element, name: str, *, usual: bool) -> bool:
    """Say whether an object is painted in the colour of paper, or in nothing; `usual` if it does not tell."""
    found = colour(item, name, page.params, page.param)
    if opacity(item, found) <= 255 - PALE:
        return True
    return usual if found is None else is_white(found)


# --- Text -------------------------------------------------------------------------------------------


def _take_text(page: Page, item: Element, matrix: Matrix, _depth: int) -> None:
    number = len(page.drawn.texts)
    is_unpainted = _is_off(item, "Fill", usual=True) and _is_off(item, "Stroke", usual=False)
    page.drawn.texts.append((number, _is_invisible(item) or _is_shut(item) or is_unpainted))
    size = (numbers(item.get("Size")) or [0.0])[0]
    inner = _inner(item, matrix)
    turned = math.radians((numbers(item.get("CharDirection")) or [0.0])[0])
    turns = turns_of(inner, turned)
    if size <= 0:
        if not page.drawn.texts[number][1]:
            page.sizeless += [code.text or "" for code in item.iterfind("{*}TextCode")]
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
        elif not (turns is None or text.isspace() or _is_shut(item)):
            page.beyond.append(text)
    if not found or page.drawn.texts[number][1]:
        page.texts += [] if turns is None else [Text(number=number, turns=turns, characters=tuple(found))]
        return
    # text that slants more than a page laid askew is a watermark, unless it stands where figures do
    if turns is None:
        page.drawn.marks += [_bounds(found)] * any(one.text.isdigit() for one in found)
        return
    page.texts.append(Text(number=number, turns=turns, characters=tuple(found)))
    _take_doubts(page, item, matrix, found)


def _take_doubts(page: Page, item: Element, matrix: Matrix, found: Sequence[Character]) -> None:
    """Take in what of a text is cut off by a clip, and a text in the colour of paper."""
    shows = clips_of(item, _own(item), matrix)
    page.clipped += [one.text for one in found if one.text.isdigit() and not shows(*_middle(one))]
    paint = "StrokeColor" if _is_off(item, "Fill", usual=True) else "FillColor"
    if _is_pale(page, item, paint, usual=False) and len(page.drawn.pale) < MOST_PALE:
        x, y = _middle(found[len(found) // 2])
        page.drawn.pale.append(("".join(character.text for character in found), x, y))


def _bounds(characters: Sequence[Character]) -> Bounds:
    _, lefts, bottoms, rights, tops = zip(*characters, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def _character(text: str, corners: Sequence[tuple[float, float]], matrix: Matrix) -> Character:
    across, down = zip(*(moved(matrix, x, y) for x, y in corners), strict=True)
    # Some fonts have Kangxi radicals for the characters of the same look.
    plain = unicodedata.normalize("NFKC", text) if "\u2f00" <= text <= "\u2fd5" else text
    return Character(plain, min(across), min(down), max(across), max(down))


def _middle(character: Character) -> tuple[float, float]:
    return (character.left + character.right) / 2, (character.bottom + character.top) / 2


def _is_inside(character: Character, area: tuple[float, float, float, float]) -> bool:
    across, down = _middle(character)
    return area[0] <= across <= area[2] and area[1] <= down <= area[3]


# --- Paths, images, and what holds other objects ------------------------------------------------------


def _take_path(page: Page, item: Element, matrix: Matrix, _depth: int) -> None:
    drawn = page.drawn
    drawn.paths += 1
    is_stroked, is_filled = not _is_off(item, "Stroke", usual=True), not _is_off(item, "Fill", usual=False)
    if _is_invisible(item) or not (is_stroked or is_filled):
        return
    data = item.findtext("{*}AbbreviatedData") or ""
    clip = _boundary(item, matrix, ROUNDED)
    inner = _inner(item, matrix)
    shape = _on_page(outlines(data), inner)
    is_straight = all(straight for _, straight in shape)
    for there, is_whole in shape if is_straight else _on_page(_subpaths(data), inner):
        drawn.segments += len(there)
        if drawn.segments > MOST_SEGMENTS:
            message = f"drawings on page {page.number} have over {MOST_SEGMENTS:,} pieces: make the file anew"
            raise LimitExceeded(message)
        shown = there if clip is None else _clipped(there, clip)
        if is_stroked:
            for before, after in pairwise(shown):
                drawn.take_line(before, after)
        elif is_whole and shown:
            drawn.take_area(*_around(shown))
    if not is_straight or any(len(there) > 2 for there, _ in shape):
        is_pale = not is_stroked and _is_pale(page, item, "FillColor", usual=False)
        drawn.marks += () if is_pale else _marks(shape, 1 if not is_stroked else SLANTING)
    if is_filled and shape:
        _take_fill(page, item, matrix, [there for there, _ in shape])


def _on_page(parts: Iterable[Part], matrix: Matrix) -> list[Part]:
    return [([moved(matrix, x, y) for x, y in points], is_straight) for points, is_straight in parts]


def _around(points: Iterable[tuple[float, float]]) -> Bounds:
    across, down = zip(*points, strict=True)
    return min(across), min(down), max(across), max(down)


def _marks(parts: Iterable[Part], slanting: int) -> Iterator[Bounds]:
    """Yield the bounds of the parts of a path that may be characters: curves, and what slants so often."""
    for points, is_straight in parts:
        if not is_straight or bends(points, SLANT) >= slanting:
            yield _around(points)


def _take_fill(page: Page, item: Element, matrix: Matrix, parts: list[list[tuple[float, float]]]) -> None:
    """Take in a filled path as a ground for pale text, and as what may hide the texts before it."""
    drawn, area = page.drawn, _boundary(item, matrix)
    if area and not _is_pale(page, item, "FillColor", usual=True) and len(drawn.shades) < MOST_PALE:
        drawn.shades.append(area)
    fill = colour(item, "FillColor", page.params, page.param)
    # one filled without a colour is drawn as nothing
    if fill is None or not drawn.texts or opacity(item, fill) < OPAQUE:
        return
    bounds = _around(point for part in parts for point in part)
    if area is not None:
        left, bottom = max(bounds[0], area[0]), max(bounds[1], area[1])
        bounds = left, bottom, min(bounds[2], area[2]), min(bounds[3], area[3])
    if min(bounds[2] - bounds[0], bounds[3] - bounds[1]) <= THICKEST:
        return
    shows, alternates = clips_of(item, _own(item), matrix), item.get("Rule") == "Even-Odd"
    drawn.take_cover(bounds, lambda x, y: is_within(parts, x, y, alternates=alternates) and shows(x, y))


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


def _subpaths(data: str) -> Iterator[Part]:
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
    drawn = page.drawn
    is_whole = drawn.is_whole(area)
    drawn.take_picture(*area)
    drawn.shades.append(area)
    drawn.marks.append(area)
    if drawn.texts and not is_whole and opacity(item) >= OPAQUE:
        paints, shows = hides_of(item, page.image, _inner(item, matrix)), clips_of(item, _own(item), matrix)
        drawn.take_cover(area, lambda x, y: shows(x, y) and paints(x, y))
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
