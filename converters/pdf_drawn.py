"""What is drawn on a PDF page beside its text: straight lines, thin strips, and the area under images.

Walks the page's objects, forms included, and keeps from each what may be a ruling, what may hide text drawn
before it, and what may be a character drawn as an outline or an image.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from converters.covering import OPAQUE, Bounds, Cover, Covers, bends, is_within
from document import Box
from errors import LimitExceeded

# A dense page of a report holds 1,000 objects; plans and maps reach 200,000 lines.
MOST_OBJECTS = 300_000
MOST_SEGMENTS = 600_000
# Forms inside forms: printers' own wrappers make three; deeper ones are built to exhaust a reader.
MOST_DEPTH = 16

# A filled strip this thin is a line. The thickest borders met are 3 pt; the thinnest bars of charts 6 pt.
THICKEST = 4.0
# An image is a line when it is so many times as long as thick; a figure in one is twice as high as wide.
LONG = 4
# Dashes and points drawn one after the other are one line from the start when they are no farther apart.
STEP = 2.5
# A line is straight when it leaves its direction by less than this.
SLANT = 0.75
# A colour whose red, green and blue are all this high, of 255, is hardly to be told from the paper.
PALE = 250
MOST_PALE = MOST_MARKS = 16  # that a text stands in: its paragraph, its span, a layer
MOST_SLANTS = 2000  # more texts and areas, or slanting lines, than this are a map's
# A line with as many pieces that slant may be written by hand; a cell struck out has one or a cross of two.
SLANTING = 2
# A text over or under one image as large as this was put there by a scanner's program.
WHOLE_PAGE = 0.8


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


@dataclass(frozen=True, slots=True)
class Shown:
    """The part of the plane that the page shows, in the page's own coordinates."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """The distance between left and right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """The distance between bottom and top."""
        return self.top - self.bottom

    @property
    def bounds(self) -> Bounds:
        """Its sides."""
        return self.left, self.bottom, self.right, self.top

    def upright(self, box: tuple[float, float, float, float], turns: int) -> Box:
        """Return left, bottom, right, top as a box from the top left of the page turned clockwise."""
        left, bottom, right, top = box
        unturned = Box(
            left=left - self.left, top=self.top - top, right=right - self.left, bottom=self.top - bottom
        )
        return turned(unturned, self.width, self.height, turns)


Matrix = tuple[float, float, float, float, float, float]
UNCHANGED: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(slots=True)
class Drawn:
    """Gathers the lines and images of a page while its objects are walked, in the page's own coordinates."""

    pdfium: Any
    number: int
    shown: Shown
    document: Any = None
    page: Any = None
    lines: list[tuple[float, float, float, float]] = field(default_factory=list)
    image_area: float = 0.0
    count: int = 0
    paths: int = 0
    segments: int = 0
    texts: list[tuple[int, bool]] = field(default_factory=list)  # address, is invisible
    corners: tuple[ctypes.c_float, ...] = field(default_factory=lambda: tuple(map(ctypes.c_float, (0,) * 4)))
    modes: tuple[ctypes.c_int, ...] = field(default_factory=lambda: (ctypes.c_int(), ctypes.c_int()))
    colour: tuple[ctypes.c_uint, ...] = field(default_factory=lambda: tuple(map(ctypes.c_uint, (0,) * 4)))
    pale: list[tuple[Any, float, float]] = field(default_factory=list)  # texts, and where their middle is
    shades: list[tuple[float, float, float, float]] = field(default_factory=list)
    covered: int = 0  # so many of the texts lie under an image of the whole page
    items: list[tuple[Any, Matrix]] = field(default_factory=list)  # as many as texts
    covers: Covers = field(default_factory=Covers)
    marks: list[Bounds] = field(default_factory=list)  # images, curves and slanting shapes
    slants: list[Bounds] = field(default_factory=list)  # single slanting lines
    renamed: list[tuple[Any, Matrix]] = field(
        default_factory=list
    )  # texts in place of which others are given

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

    def walk(self, count: int, get: Callable[[int], Any], matrix: Matrix = UNCHANGED, depth: int = 0) -> None:
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
                self.items.append((item, matrix))
                if is_renamed(pdfium, item):
                    self.renamed.append((item, matrix))
                if self._is_pale(item) and mode not in (3, 7):
                    self._take_pale_text(item, matrix)
            elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                self._take_image(item, matrix)
            elif kind == pdfium.FPDF_PAGEOBJ_FORM:
                self.walk(
                    pdfium.FPDFFormObj_CountObjects(item),
                    lambda inner, form=item: pdfium.FPDFFormObj_GetObject(form, inner),  # type: ignore[misc]
                    times(_matrix(pdfium, item), matrix),
                    depth + 1,
                )

    def unseen(self) -> list[Any]:
        """Return the text objects in the colour of paper that stand on nothing darker."""
        return [
            item
            for item, x, y in self.pale
            if not any(left <= x <= right and bottom <= y <= top for left, bottom, right, top in self.shades)
        ]

    def take_lost(self, text_of: Callable[[Any], str]) -> None:
        """Take in as drawings the texts in whose place nothing is given, as where their marks are nested."""
        for item, matrix in self.renamed:
            bounds = self._bounds(item)
            if bounds is not None and not text_of(item).strip():
                self.marks.append(_around(matrix, [bounds[:2], bounds[2:]]))

    def _is_pale(self, item: Any) -> bool:  # noqa: ANN401
        """Say whether an object is filled in white, or in nothing."""
        red, green, blue, alpha = self.colour
        if not self.pdfium.FPDFPageObj_GetFillColor(item, red, green, blue, alpha):
            return False
        return min(red.value, green.value, blue.value) >= PALE or alpha.value <= 255 - PALE

    def _take_pale_text(self, item: Any, matrix: Matrix) -> None:  # noqa: ANN401
        bounds = self._bounds(item)
        if bounds is not None and len(self.pale) < MOST_PALE:
            left, bottom, right, top = _around(matrix, [bounds[:2], bounds[2:]])
            self.pale.append((item, (left + right) / 2, (bottom + top) / 2))

    def under(self) -> dict[int, list[Cover]]:
        """Return the addresses of the text objects that may be hidden, with what was drawn over each."""
        found: dict[int, list[Cover]] = {}
        for number in range(min(self.covers.latest, len(self.items))):
            item, matrix = self.items[number]
            bounds = self._bounds(item)
            if bounds is None:
                continue
            over = list(self.covers.over(number, _around(matrix, [bounds[:2], bounds[2:]])))
            if over:
                found[self.texts[number][0]] = over
        return found

    def _take_shade(self, item: Any, area: Bounds, matrix: Matrix) -> None:  # noqa: ANN401
        """Take in an area under which or over which text may be seen in another colour than black."""
        is_pale = self._is_pale(item)
        if not is_pale and len(self.shades) < MOST_PALE:
            self.shades.append(area)
        if self.texts and self.colour[3].value >= OPAQUE:
            self._take_cover(item, area, matrix)

    def _take_cover(self, item: Any, area: Bounds, matrix: Matrix) -> None:  # noqa: ANN401
        """Take in a filled path as what hides the text before it; how it runs is asked when it matters."""
        pdfium, alternates = self.pdfium, self.modes[0].value == 1
        is_light = min(colour.value for colour in self.colour[:3]) >= OPAQUE
        if is_light and self.colour[3].value == 255 and pdfium.FPDFPageObj_HasTransparency(item):
            return  # blended with what lies under it, as highlighters are
        outlines: list[list[list[tuple[float, float]]]] = []

        def hides(x: float, y: float) -> bool:
            if not outlines:
                inner = times(_matrix(pdfium, item), matrix)
                count = pdfium.FPDFPath_CountSegments(item)
                parts = [points for points, _ in _subpaths(pdfium, item, count)]
                outlines.append([[moved(inner, *point) for point in part] for part in parts])
                outlines.extend(_clips(pdfium, item, matrix))
            path, *clips = outlines
            return is_within(path, x, y, alternates=alternates) and all(
                is_within(clip, x, y) for clip in clips
            )

        self.take_cover(area, hides)

    def take_cover(self, area: Bounds, hides: Callable[[float, float], bool]) -> None:
        """Take in what hides the texts before it, with what says where in its bounds it does."""
        self.covers.add(Cover(area, len(self.texts), hides), self.shown.bounds)

    def _bounds(self, item: Any) -> tuple[float, float, float, float] | None:  # noqa: ANN401
        """Return the bounds of an object in the coordinates of what holds it."""
        left, bottom, right, top = self.corners
        if not self.pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top):
            return None
        return left.value, bottom.value, right.value, top.value

    def _take_image(self, item: Any, matrix: Matrix) -> None:  # noqa: ANN401
        bounds = self._bounds(item)
        if bounds is None:
            return
        area = _around(matrix, [bounds[:2], bounds[2:]])
        self.take_picture(*area)
        self.marks.append(area)
        if self.texts and not self.is_whole(area) and not self.pdfium.FPDFPageObj_HasTransparency(item):
            self.take_cover(area, self._painted(item, area, matrix))

    def _painted(self, item: Any, area: Bounds, matrix: Matrix) -> Callable[[float, float], bool]:  # noqa: ANN401
        """Return what says whether an image is opaque at a point; it is drawn when that is asked first."""
        found: list[Pixels | None] = []
        clips: list[list[list[tuple[float, float]]]] = []

        def hides(x: float, y: float) -> bool:
            if not found:
                found.append(_pixels(self.pdfium, self.document, self.page, item))
                clips.extend(_clips(self.pdfium, item, matrix))
            if not all(is_within(clip, x, y) for clip in clips):
                return False
            left, bottom, right, top = area
            across, down = (x - left) / max(right - left, SLANT), (top - y) / max(top - bottom, SLANT)
            return found[0] is None or found[0].alpha(across, down) >= OPAQUE

        return hides

    def is_whole(self, area: Bounds) -> bool:
        """Say whether an area is the page's, or nearly."""
        left, bottom, right, top = area
        shown = self.shown
        width = max(min(right, shown.right) - max(left, shown.left), 0.0)
        height = max(min(top, shown.top) - max(bottom, shown.bottom), 0.0)
        return width * height >= WHOLE_PAGE * shown.width * shown.height

    def take_picture(self, left: float, bottom: float, right: float, top: float) -> None:
        """Take in the area of an image; what was drawn before one of the whole page lies under it."""
        short, long = sorted((right - left, top - bottom))
        if long >= LONG * short or long <= THICKEST:
            self.take_area(left, bottom, right, top)
        width = max(min(right, self.shown.right) - max(left, self.shown.left), 0.0)
        height = max(min(top, self.shown.top) - max(bottom, self.shown.bottom), 0.0)
        self.image_area += width * height
        if self.is_whole((left, bottom, right, top)):
            self.covered = len(self.texts)

    def _take_path(self, item: Any, matrix: Matrix) -> None:  # noqa: ANN401
        """Take in what a path draws: stroked straight lines, and filled strips thin enough to be lines.

        Most paths are one line or one rectangle, for which their bounds say all there is to know.
        """
        pdfium = self.pdfium
        self.paths += 1
        fill, stroke = self.modes
        pdfium.FPDFPath_GetDrawMode(item, fill, stroke)
        count = pdfium.FPDFPath_CountSegments(item) if fill.value or stroke.value else 0
        if not count:
            return
        self.segments += max(count, 0)
        if self.segments > MOST_SEGMENTS:
            message = (
                f"the drawings on page {self.number} have more than {MOST_SEGMENTS:,} pieces: "
                "print the file anew and convert that"
            )
            raise LimitExceeded(message)
        is_short = count == 2 or (count <= 5 and not stroke.value)
        bounds = self._bounds(item) if fill.value or is_short else None
        if bounds is not None:
            area = bounds if matrix is UNCHANGED else _around(matrix, [bounds[:2], bounds[2:]])
            is_thin = min(area[2] - area[0], area[3] - area[1]) <= THICKEST
            if fill.value and not is_thin:
                self._take_shade(item, area, matrix)
            if is_short and (is_thin or not stroke.value):
                self.take_area(*area)
                return
        elif is_short:
            return
        self._take_pieces(item, times(_matrix(pdfium, item), matrix), count)

    def _take_pieces(self, item: Any, matrix: Matrix, count: int) -> None:  # noqa: ANN401
        """Take in the pieces of a path that is more than one line or rectangle."""
        fill, stroke = (mode.value for mode in self.modes)
        marks: list[Bounds] = []
        for points, is_straight in _subpaths(self.pdfium, item, count):
            there = points if matrix == UNCHANGED else [moved(matrix, *point) for point in points]
            slanting = 0
            if stroke:
                slanting = sum(not self.take_line(*pair) for pair in pairwise(there))
            elif is_straight:
                self.take_area(*_around(UNCHANGED, there))
                slanting = bends(there, SLANT)
            if not is_straight or slanting >= (1 if fill else SLANTING):
                marks.append(_around(UNCHANGED, there))
            elif slanting and len(self.slants) < MOST_SLANTS:
                self.slants.append(_around(UNCHANGED, there))
        if marks and not (fill and not stroke and self._is_pale(item)):
            self.marks += marks

    def take_line(self, before: tuple[float, float], after: tuple[float, float]) -> bool:
        """Take in a stroke between two points, if it is level or upright; say whether it is."""
        (left, right), (bottom, top) = sorted((before[0], after[0])), sorted((before[1], after[1]))
        is_straight = min(right - left, top - bottom) <= SLANT
        if is_straight:
            self._take_strip(left, bottom, right, top)
        return is_straight

    def take_area(self, left: float, bottom: float, right: float, top: float) -> None:
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
        if (left < right or bottom < top) and not self._goes_on(left, bottom, right, top):
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


def is_renamed(pdfium: Any, item: Any) -> bool:  # noqa: ANN401
    """Say whether the file gives another text for what an object draws."""
    count = pdfium.FPDFPageObj_CountMarks(item) if item else 0
    return any(
        pdfium.FPDFPageObjMark_GetParamValueType(pdfium.FPDFPageObj_GetMark(item, number), b"ActualText")
        == pdfium.FPDF_OBJECT_STRING
        for number in range(min(count, MOST_MARKS))
    )


def _subpaths(pdfium: Any, path: Any, count: int) -> list[tuple[list[tuple[float, float]], bool]]:  # noqa: ANN401
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


def _clips(pdfium: Any, item: Any, matrix: Matrix) -> list[list[list[tuple[float, float]]]]:  # noqa: ANN401
    """Return the outlines of the areas within all of which an object is shown."""
    clip = pdfium.FPDFPageObj_GetClipPath(item)
    found = []
    for number in range(max(pdfium.FPDFClipPath_CountPaths(clip), 0) if clip else 0):
        parts: list[list[tuple[float, float]]] = []
        for index in range(max(pdfium.FPDFClipPath_CountPathSegments(clip, number), 0)):
            segment = pdfium.FPDFClipPath_GetPathSegment(clip, number, index)
            x, y = ctypes.c_float(), ctypes.c_float()
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            if not parts or pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO:
                parts.append([])
            parts[-1].append(moved(matrix, x.value, y.value))
        if parts:
            found.append(parts)
    return found


class Pixels(NamedTuple):
    """How opaque an image is, row by row from the top, four bytes to a place."""

    width: int
    height: int
    stride: int
    data: bytes

    def alpha(self, across: float, down: float) -> int:
        """Return how opaque it is at a place, in shares of its sides."""
        x = min(max(int(across * self.width), 0), self.width - 1)
        y = min(max(int(down * self.height), 0), self.height - 1)
        return self.data[y * self.stride + 4 * x + 3]


def _pixels(pdfium: Any, document: Any, page: Any, item: Any) -> Pixels | None:  # noqa: ANN401
    """Return how opaque an image is; None when it is everywhere, or cannot be drawn."""
    bitmap = pdfium.FPDFImageObj_GetRenderedBitmap(document, page, item)
    if not bitmap:
        return None
    try:
        width, height = pdfium.FPDFBitmap_GetWidth(bitmap), pdfium.FPDFBitmap_GetHeight(bitmap)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        if pdfium.FPDFBitmap_GetFormat(bitmap) != pdfium.FPDFBitmap_BGRA or not (width and height):
            return None
        return Pixels(
            width, height, stride, ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * height)
        )
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)


def _matrix(pdfium: Any, item: Any) -> Matrix:  # noqa: ANN401
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, matrix):
        return UNCHANGED
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def times(first: Matrix, then: Matrix) -> Matrix:
    """Return the matrix that does one and then the other."""
    a, b, c, d, e, f = first
    g, h, i, j, k, l = then  # noqa: E741
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l


def moved(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """Return where a matrix moves a point."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _around(matrix: Matrix, points: Sequence[tuple[float, ...]]) -> tuple[float, float, float, float]:
    """Return left, bottom, right, top of points moved by a matrix."""
    if matrix is not UNCHANGED:
        points = [moved(matrix, x, y) for x, y in points]
    across, down = zip(*points, strict=True)
    return min(across), min(down), max(across), max(down)
