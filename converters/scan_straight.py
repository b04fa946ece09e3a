"""A scanned page made straight: even paper, no seals, no dark surroundings, lines level and upright.

    cut out -> seals out -> flatten -> level

What comes out is grey, dark ink on white paper; a colour picture goes through the same turns, for people.
Lengths are pixels of the picture at hand, angles degrees, clockwise where the picture is turned clockwise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from converters.scan_ink import Grey
from converters.scan_load import Colour, Scan
from converters.scan_seals import without_seals

Map = NDArray[np.float32]

# Paper beyond this darkness is shadow or surroundings.
SURROUNDINGS = 90
# A page photographed fills this share of its picture at least.
PAGE_SHARE = 0.25
# Paper is lighter than what it lies on by this many grey levels, from this many pixels outside of its edge to
# as many inside, on a picture shrunk to 500 pixels.
STEP, EDGE = 40, 4
# Levels to part paper from surroundings by, as shares of the one that parts light from dark best: with half
# of a page in the shade that one may lie within the page. The whole page is this much larger then. Of 24
# photographed pages (tuning seeds) 16 are found by the first level in grey, all by these.
LEVELS = (1.0, 0.85, 0.7, 0.55)
LARGER = 1.1
# Around a page it is as dark as this share of its paper at most, in grey: a desk of light wood is 0.7.
DARKER = 0.8
# Feeders skew pages by up to 3 degrees, hands by 5.
MOST_SKEW = 5.0
MOST_INK = 100.0  # of 255: a page that is black on average has no lines
# Rulings and lines of text that are level to this angle need no turning: 0.5 pixels over a page's width.
LEVEL = 0.02
STRIP = 4  # pixels of a page shrunk to 500 or 1000 that are turned as one


@dataclass(frozen=True, kw_only=True, slots=True)
class Straight:
    """A page made straight. `colour` is what people are shown, `grey` what is read; both are of one size."""

    number: int
    grey: Grey
    colour: Colour
    scale: float  # pixels a point


def straighten(scan: Scan) -> Straight:
    """Return a page level, on even paper, without seals; which way up it stands is another question."""
    colour = cut_out(scan.pixels)
    grey = flattened(without_seals(colour, scan.scale), scan.scale)
    grey = without_surroundings(grey, scan.scale)
    angle = skew(grey)
    if abs(angle) > LEVEL:
        grey, colour = rotated(grey, angle), rotated(colour, angle, cv2.INTER_LINEAR)
    return Straight(number=scan.number, grey=grey, colour=colour, scale=scan.scale)


# --- Paper ----------------------------------------------------------------------------------------


def flattened(grey: Grey, scale: float) -> Grey:
    """Return a page whose paper is white everywhere: every pixel is seen against the paper around it."""
    height, width = grey.shape
    step = 8
    if min(height, width) < 4 * step:
        return grey
    small = cv2.resize(grey, (width // step, height // step), interpolation=cv2.INTER_AREA)
    small = cv2.medianBlur(small, 3)
    # wider than the strokes of the largest title: paper shows everywhere within 5 mm
    reach = max(int(14 * scale / step) | 1, 3)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    paper = cv2.blur(paper, (reach, reach), borderType=cv2.BORDER_REPLICATE)
    full = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(grey, np.maximum(full, 40), scale=250), dtype=np.uint8)


def without_surroundings(grey: Grey, scale: float) -> Grey:
    """Return a page with what is dark along its edges (a lid, a desk, a fold) made white."""
    step = 8
    height, width = grey.shape
    if min(height, width) < 4 * step:
        return grey
    small = cv2.resize(grey, (width // step, height // step), interpolation=cv2.INTER_AREA)
    dark = np.asarray((small < 255 - SURROUNDINGS) * np.uint8(255), dtype=np.uint8)
    thick = max(int(6 * scale / step), 2)  # 2 mm: no ruling is as thick
    opened = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((thick, thick), np.uint8))
    count, numbered, stats, _ = cv2.connectedComponentsWithStats(opened)
    rows, columns = dark.shape
    edge = np.zeros_like(dark)
    for number in range(1, count):
        left, top, across, down, _ = (int(one) for one in stats[number])
        if min(left, top, columns - left - across, rows - top - down) <= 1:
            edge[numbered == number] = 255
    if not edge.any() or edge.mean() > 127:
        return grey
    mask = cv2.resize(cv2.dilate(edge, np.ones((3, 3), np.uint8)), (width, height))
    return np.where(mask > 0, np.uint8(255), grey)


# --- Page edges -------------------------------------------------------------------------------------


def cut_out(colour: Colour) -> Colour:
    """Return the page in a photograph as seen from straight above; a picture that is all page as it is."""
    corners = _corners(colour)
    if corners is None:
        return colour
    first, second, third, fourth = corners
    width = round(max(math.dist(first, second), math.dist(fourth, third)))
    height = round(max(math.dist(second, third), math.dist(first, fourth)))
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    moved = cv2.getPerspectiveTransform(corners, target)
    return np.asarray(
        cv2.warpPerspective(
            colour, moved, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        ),
        dtype=np.uint8,
    )


def _corners(colour: Colour) -> Map | None:
    """Return the page's corners clockwise from the top left; None when the page fills its picture."""
    height, width = colour.shape[:2]
    shrunk = 500 / max(height, width)
    if min(height, width) * shrunk < 50:
        return None
    small = cv2.resize(colour, None, fx=shrunk, fy=shrunk, interpolation=cv2.INTER_AREA)
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    # wood in the light may be as light as paper in the shade, but it is not as blue
    darkest = np.asarray(small.min(axis=2), dtype=np.uint8)
    best: tuple[int, Map] | None = None
    for plain in (grey, darkest):
        # ink is no surroundings
        closed = cv2.morphologyEx(plain, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
        smooth = np.asarray(cv2.GaussianBlur(closed, (5, 5), 0), dtype=np.uint8)
        level, _ = cv2.threshold(smooth, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
        for share in LEVELS:
            found = _quadrangle(smooth, share * level)
            edges = _edges(found, plain) if found is not None else 0
            if found is None or not edges or not _is_among_darker(found, grey):
                continue
            if best is None or edges > best[0] or (edges == best[0] and _goes_on(best[1], found)):
                best = edges, found
    return np.asarray(best[1] / shrunk, dtype=np.float32) if best else None


def _is_among_darker(corners: Map, grey: Grey) -> bool:
    """Say whether what lies around a page is darker than its paper, and not merely of another colour."""
    inside = np.zeros_like(grey)
    cv2.fillConvexPoly(inside, corners.round().astype(np.int32), 255)
    paper = float(np.percentile(grey[inside > 0], 90))
    return float(np.median(grey[inside == 0])) <= DARKER * paper if (inside == 0).any() else True


def _goes_on(part: Map, whole: Map) -> bool:
    """Say whether a page is a larger one's part in the light: two of their corners are the same.

    A mat that a page lies on is larger on all sides.
    """
    same = sum(math.dist(one, other) <= 3 * EDGE for one, other in zip(part, whole, strict=True))
    return same >= 2 and cv2.contourArea(whole) > LARGER * cv2.contourArea(part)


def _quadrangle(grey: Grey, level: float) -> Map | None:
    """Return the corners of what is lighter than a level, if that is a large part with four sides."""
    mask = np.asarray((grey > level) * np.uint8(255), dtype=np.uint8)
    inside, outside = grey[mask > 0], grey[mask == 0]
    rim = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])
    if not outside.size or not inside.size or (rim > 0).mean() > 0.75:
        return None
    if float(np.median(inside)) - float(np.median(outside)) < 50 or level < 40:
        return None
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    largest = cv2.convexHull(max(contours, key=cv2.contourArea))
    if cv2.contourArea(largest) < PAGE_SHARE * grey.size:
        return None
    around = cv2.arcLength(largest, closed=True)
    for play in (0.01, 0.02, 0.03, 0.05):
        corners = cv2.approxPolyDP(largest, play * around, closed=True)
        if len(corners) == 4:
            break
    if len(corners) != 4 or cv2.contourArea(corners) < 0.93 * cv2.contourArea(largest):
        return None
    return _clockwise(corners.reshape(4, 2).astype(np.float32))


def _edges(corners: Map, grey: Grey) -> int:
    """Return how many sides of a page are edges of paper: light within, dark right outside.

    0 if a side is none, as those of shadows, which fade. Where the picture ends with the page there is no
    edge.
    """
    height, width = grey.shape
    middle = corners.mean(axis=0)
    edges = 0
    for first, second in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        points = first + (second - first) * np.linspace(0.1, 0.9, 17)[:, None]
        across = np.array([second[1] - first[1], first[0] - second[0]]) / max(math.dist(first, second), 1.0)
        if np.dot(middle - first, across) < 0:
            across = -across
        rim = np.minimum(
            np.minimum(points[:, 0], width - 1 - points[:, 0]),
            np.minimum(points[:, 1], height - 1 - points[:, 1]),
        )
        if float(np.median(rim)) <= EDGE:
            continue  # the picture itself ends here
        steps = [
            float(_at(grey, point + across * EDGE)) - float(_at(grey, point - across * EDGE))
            for point in points
        ]
        if float(np.median(steps)) < STEP:
            return 0
        edges += 1
    return edges


def _at(grey: Grey, point: NDArray[np.float64]) -> int:
    height, width = grey.shape
    return int(grey[min(max(round(point[1]), 0), height - 1), min(max(round(point[0]), 0), width - 1)])


def _clockwise(corners: Map) -> Map:
    """Return four corners clockwise, the one nearest to the top left first."""
    middle = corners.mean(axis=0)
    angles = np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0])
    ordered = corners[np.argsort(angles)]
    return np.asarray(np.roll(ordered, -int(np.argmin(ordered.sum(axis=1))), axis=0), dtype=np.float32)


# --- Level ------------------------------------------------------------------------------------------


def skew(grey: Grey) -> float:
    """Return the angle by which a page has to be turned clockwise to be level.

    At the right angle lines and rulings fall into few rows (or columns) and the gaps between them into
    others: the sums of neighbouring rows differ most.
    """
    height, width = grey.shape
    if min(height, width) < 100:
        return 0.0
    best = 0.0
    reach, step, size = MOST_SKEW, 0.5, 500
    while step >= LEVEL:
        shrunk = min(size / max(height, width), 1.0)
        ink = 255 - cv2.resize(grey, None, fx=shrunk, fy=shrunk, interpolation=cv2.INTER_AREA)
        ink = cv2.threshold(ink, 30, 255, cv2.THRESH_TOZERO)[1]
        if float(ink.mean()) > MOST_INK:
            return 0.0
        pages = _strips(np.asarray(ink, dtype=np.uint8)), _strips(np.asarray(ink.T, dtype=np.uint8))
        angles = best + np.arange(-reach, reach + step / 2, step)
        scores = [_levelness(pages, float(angle)) for angle in angles]
        if not any(scores):
            return 0.0
        best = float(angles[int(np.argmax(scores))])
        reach, step, size = step, step / 5, 1000
    return best


def _strips(ink: Grey) -> Map:
    """Return a page as strips STRIP pixels wide, each with the means of its rows: rows x strips.

    A strip is so narrow that lines skewed by MOST_SKEW rise by a third of a pixel in it, so turning strips is
    as good as turning the page, in two fifths of the time: of 12 pages at 6 levels all angles are the same.
    """
    height, width = ink.shape
    size = max(width // STRIP, 1), height
    return np.asarray(
        cv2.resize(ink.astype(np.float32), size, interpolation=cv2.INTER_AREA), dtype=np.float32
    )


def _levelness(pages: tuple[Map, Map], angle: float) -> float:
    """Return how sharply rows and columns of a page differ when it is turned by an angle.

    `pages` are the strips of the page, and those of the page with rows and columns exchanged.
    """
    slope = math.tan(math.radians(angle)) * STRIP
    score = 0.0
    for strips, rise in zip(pages, (slope, -slope), strict=True):
        height, width = strips.shape
        turn = np.array([[1, 0, 0], [rise, 1, -rise * width / 2]], dtype=np.float32)
        rows = cv2.reduce(cv2.warpAffine(strips, turn, (width, height)), 1, cv2.REDUCE_SUM, dtype=cv2.CV_64F)
        score += float(np.square(np.diff(rows.ravel())).sum())
    return score


def rotated(picture: NDArray[np.uint8], angle: float, way: int = cv2.INTER_CUBIC) -> NDArray[np.uint8]:
    """Return a picture turned clockwise about its middle, on paper large enough for its corners.

    What is shown to people alone may be turned in a plainer way, in half of the time.
    """
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -angle, 1.0)
    cosine, sine = abs(turn[0, 0]), abs(turn[0, 1])
    size = math.ceil(width * cosine + height * sine), math.ceil(height * cosine + width * sine)
    turn[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    white = (255, 255, 255) if picture.ndim == 3 else 255
    return np.asarray(
        cv2.warpAffine(picture, turn, size, flags=way, borderMode=cv2.BORDER_CONSTANT, borderValue=white),
        dtype=np.uint8,
    )


def turned(picture: NDArray[np.uint8], quarters: int) -> NDArray[np.uint8]:
    """Return a picture after quarter turns clockwise."""
    return np.ascontiguousarray(np.rot90(picture, -quarters % 4))
