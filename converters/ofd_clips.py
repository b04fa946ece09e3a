"""The areas within which an OFD object is shown (GB/T 33190-2016, 8.4), and arcs as lines.

Makers differ in what an area's coordinates count from: the object, its place, or the page. An object is held
for cut off only where it is so by each of these.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from converters.covering import is_within
from converters.ofd_package import numbers
from converters.pdf_drawn import UNCHANGED, Matrix, moved, times

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MOST_AREAS = 100  # of one object
_STEPS = 16  # lines of an arc
_OPERATION = re.compile(r"([MSLQBAC])([^MSLQBAC]*)")

Outlines = list[list[tuple[float, float]]]
Part = tuple[list[tuple[float, float]], bool]  # points, is without curves


def clips_of(item: Element, own: Matrix, outer: Matrix) -> Callable[[float, float], bool]:
    """Return what says whether an object is shown at a point of the page.

    `own` puts the object's coordinates into those of what holds it, `outer` those on the page.
    """
    clips = [list(_areas(clip)) for clip in item.iterfind("{*}Clips/{*}Clip")][:MOST_AREAS]
    clips = [areas for areas in clips if areas]
    if not clips:
        return _everywhere
    box = numbers(item.get("Boundary"))
    place = (1.0, 0.0, 0.0, 1.0, box[0], box[1]) if len(box) == 4 else UNCHANGED
    readings = [
        [[[[moved(matrix, *point) for point in part] for part in area] for area in areas] for areas in clips]
        for matrix in (times(own, outer), times(place, outer), outer)
    ]

    def shows(x: float, y: float) -> bool:
        return any(
            all(any(is_within(area, x, y) for area in areas) for areas in reading) for reading in readings
        )

    return shows


def _everywhere(_x: float, _y: float) -> bool:
    return True


def _areas(clip: Element) -> Iterator[Outlines]:
    """Yield the paths of a clip; one that clips by text is passed over, for it shows next to nothing."""
    for area in clip.iterfind("{*}Area"):
        given = numbers(area.get("CTM"))
        a, b, c, d, e, f = given if len(given) == 6 else UNCHANGED
        for path in area.iterfind("{*}Path"):
            box, own = numbers(path.get("Boundary")), numbers(path.get("CTM"))
            left, top = box[:2] if len(box) == 4 else (0.0, 0.0)
            g, h, i, j, k, l = own if len(own) == 6 else UNCHANGED  # noqa: E741
            matrix = times((g, h, i, j, k + left, l + top), (a, b, c, d, e, f))
            parts = [points for points, _ in outlines(path.findtext("{*}AbbreviatedData") or "")]
            yield [[moved(matrix, *point) for point in part] for part in parts]


def outlines(data: str) -> Iterator[Part]:
    """Yield each part of a path with the points that its curves run by, and whether it is without curves."""
    points: list[tuple[float, float]] = []
    is_straight = True
    for match in _OPERATION.finditer(data):
        operation, given = match[1], numbers(match[2])
        if operation in "MS" and len(given) >= 2:
            if points:
                yield points, is_straight
            points, is_straight = [(given[0], given[1])], True
        elif operation == "C":
            points += points[:1]
        elif operation == "A":
            points += _arc(points[-1], given) if points and len(given) >= 7 else ()
            is_straight = False
        elif operation in "LQB":
            points += zip(given[::2], given[1::2], strict=False)
            is_straight = is_straight and operation == "L"
    if points:
        yield points, is_straight


def _arc(start: tuple[float, float], given: Sequence[float]) -> list[tuple[float, float]]:
    """Return points of an arc of an ellipse: two half axes, its turn, large, clockwise, and where it ends."""
    across, down, turn, large, clockwise, *end = given[:7]
    if not (across and down) or tuple(end) == start:
        return [(end[0], end[1])]
    cosine, sine = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    x1, y1, x2, y2 = (
        value
        for x, y in (start, end)
        for value in ((x * cosine + y * sine) / across, (y * cosine - x * sine) / down)
    )
    # on a circle of radius 1, or as large as reaches both ends
    half = math.hypot(x2 - x1, y2 - y1) / 2
    radius = max(half, 1.0)
    away = math.sqrt(max(radius**2 - half**2, 0.0)) * (1 if bool(large) != bool(clockwise) else -1)
    x, y = (x1 + x2) / 2 - away * (y2 - y1) / (2 * half), (y1 + y2) / 2 + away * (x2 - x1) / (2 * half)
    first, last = math.atan2(y1 - y, x1 - x), math.atan2(y2 - y, x2 - x)
    swept = (last - first) % math.tau if clockwise else -((first - last) % math.tau)
    angles = [first + swept * step / _STEPS for step in range(1, _STEPS + 1)]
    circle = [((x + radius * math.cos(a)) * across, (y + radius * math.sin(a)) * down) for a in angles]
    return [(u * cosine - v * sine, u * sine + v * cosine) for u, v in circle]
