"""What is drawn over text that stands already: filled areas and images, in the order they are drawn.

A text under one of them is in the file and not on the paper. Coordinates are the page's own, y rising.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from converters.pdf_pieces import Character

Bounds = tuple[float, float, float, float]  # left, bottom, right, top
Points = Sequence[tuple[float, float]]

# An area less opaque than this lets black text through: highlighters have 0.3 to 0.5.
OPAQUE = 128  # of 255
# A character is hidden when so much of the middle of its body is; rows shaded after the one above reach a
# tenth into its characters.
HIDDEN = 0.4
_SAMPLES = (-0.3, -0.15, 0.0, 0.15, 0.3)  # of its width and height, about its middle
_BAND = 24.0  # points; a row of a table is about as high
MOST_COVERS = 100_000  # a table shaded cell by cell has 300, a map some ten thousand


class Cover(NamedTuple):
    """An area that hides what lies under it.

    So many of the page's texts were drawn `before` it; `hides` says whether it does at a point in its bounds.
    """

    bounds: Bounds
    before: int
    hides: Callable[[float, float], bool]


@dataclass(slots=True)
class Covers:
    """The covers of a page, to be found by where they lie."""

    latest: int = 0
    count: int = 0
    _bands: dict[int, list[Cover]] = field(default_factory=lambda: defaultdict(list))

    def add(self, cover: Cover, page: Bounds) -> None:
        """Take in a cover of which some lies on a page; nothing when no text was drawn before it."""
        low, high = max(cover.bounds[1], page[1]), min(cover.bounds[3], page[3])
        if not cover.before or low > high or self.count >= MOST_COVERS:
            return
        self.count += 1
        self.latest = max(self.latest, cover.before)
        for band in range(int(low // _BAND), int(high // _BAND) + 1):
            self._bands[band].append(cover)

    def over(self, number: int, bounds: Bounds) -> Iterator[Cover]:
        """Yield what was drawn later than the text of a number and meets its bounds."""
        if number >= self.latest:
            return
        left, bottom, right, top = bounds
        found: set[int] = set()
        for band in range(int(bottom // _BAND), int(top // _BAND) + 1):
            for cover in self._bands.get(band, ()):
                low_x, low_y, high_x, high_y = cover.bounds
                is_met = left < high_x and low_x < right and bottom < high_y and low_y < top
                if is_met and number < cover.before and id(cover) not in found:
                    found.add(id(cover))
                    yield cover


def is_hidden(character: Character, covers: Iterable[Cover]) -> bool:
    """Say whether covers hide most of the middle of a character."""
    x, y = (character.left + character.right) / 2, (character.bottom + character.top) / 2
    width, height = character.right - character.left, character.top - character.bottom
    points = [(x + across * width, y + up * height) for across in _SAMPLES for up in _SAMPLES]
    least = HIDDEN * len(points)
    return any(sum(_hides(cover, *point) for point in points) >= least for cover in covers)


def _hides(cover: Cover, x: float, y: float) -> bool:
    left, bottom, right, top = cover.bounds
    return left <= x <= right and bottom <= y <= top and cover.hides(x, y)


def is_within(outlines: Iterable[Points], x: float, y: float, *, alternates: bool = False) -> bool:
    """Say whether a point lies in a filled path; curves count as the lines between their points."""
    turns = 0
    for points in outlines:
        if not points:
            continue
        for (x1, y1), (x2, y2) in pairwise((*points, points[0])):
            if (y1 <= y) == (y2 <= y):
                continue
            if x1 + (y - y1) / (y2 - y1) * (x2 - x1) > x:
                turns += 1 if y2 > y1 else -1
    return bool(turns % 2) if alternates else turns != 0


def bends(points: Points, straight: float) -> int:
    """Count the pieces of a line that run neither level nor upright, by more than `straight`."""
    return sum(abs(x1 - x2) > straight and abs(y1 - y2) > straight for (x1, y1), (x2, y2) in pairwise(points))
