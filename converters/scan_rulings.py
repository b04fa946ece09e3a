"""Pixels -> rulings: the rulings of every table of a straightened page, its sides settled one by one.

Nothing is decided here about cells, which rulings.py makes of rulings as it does for stored pages.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain

import cv2
import numpy as np

from converters.rulings import Ruling, frames, join
from converters.scan_ink import Grey, Mask, letter_height, marks
from converters.scan_lines import Part, look_at
from converters.scan_outline import tables
from converters.scan_sides import settled

# Letters of so many pixels are told apart from rulings at half the size as well.
LARGE = 20

_Area = tuple[int, int, int, int]  # left, top, right, bottom in pixels


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruled:
    """The rulings of a page in points, and the pixels of their lines.

    `doubts` are sides of cells, as rulings, of which ink does not tell whether they are printed, `completed`
    those that are taken as the form prints them, whatever ink tells.
    """

    rulings: tuple[Ruling, ...]
    drawn: Mask
    doubts: tuple[Ruling, ...] = ()
    completed: tuple[Ruling, ...] = ()


def find(grey: Grey, inked: Mask, height: float, scale: float) -> Ruled:
    """Return the rulings of a page; `height` is that of its text in pixels, `scale` pixels a point.

    Tables are set smaller than the prose around them: each is looked at again by the height of its own
    letters, and every side of its cells by itself.
    """
    first, half = _first_look(grey, inked, height, scale)
    plain = first.plain()
    drawn = np.zeros_like(grey)
    found: list[Ruling] = []
    doubts: list[Ruling] = []
    filled: list[Ruling] = []
    for left, top, right, bottom in _areas(first.rulings(plain), height, scale, grey.shape):
        area = np.s_[top:bottom, left:right]
        own = _own_height(first, (left, top, right, bottom), half)
        part = look_at(np.ascontiguousarray(grey[area]), np.ascontiguousarray(inked[area]), own, scale)
        printed: list[Ruling] = []
        seen = frames(part.rulings(part.plain()), own / scale)
        for frame in chain.from_iterable(tables(one, part) for one in seen):
            told = settled(frame, part, np.ascontiguousarray(inked[area]))
            printed += told.sides
            for all_of_page, sides in ((found, told.sides), (doubts, told.unsure), (filled, told.completed)):
                all_of_page.extend(_moved(side, left / scale, top / scale) for side in sides)
        drawn[area] = part.lines(join(printed, own / scale))
    return Ruled(
        rulings=join(found, height / scale), drawn=drawn, doubts=tuple(doubts), completed=tuple(filled)
    )


def _first_look(grey: Grey, inked: Mask, height: float, scale: float) -> tuple[Part, int]:
    """Return the whole page looked at, at half its size where letters stay large enough, and that share."""
    if height < LARGE or min(grey.shape) < 2:
        return look_at(grey, inked, height, scale), 1
    rows, columns = grey.shape
    half, dots = (
        cv2.resize(page, (columns // 2, rows // 2), interpolation=cv2.INTER_AREA) for page in (grey, inked)
    )
    letters = np.asarray((dots > 64) * np.uint8(255), dtype=np.uint8)
    return look_at(np.asarray(half, dtype=np.uint8), letters, height / 2, scale / 2), 2


def _own_height(first: Part, area: _Area, share: int) -> float:
    """Return the height of the letters of an area, in pixels of the page."""
    left, top, right, bottom = (x // share for x in area)
    letters = np.ascontiguousarray(first.across.letters[top:bottom, left:right])
    return share * letter_height(marks(letters), first.scale)


def _areas(
    found: Iterable[Ruling], height: float, scale: float, shape: tuple[int, ...]
) -> list[tuple[int, int, int, int]]:
    """Return left, top, right and bottom of the areas in pixels that hold a table each, by their rulings."""
    boxes: list[tuple[int, int, int, int]] = []
    play = int(2 * height)
    for frame in frames(found, height / scale):
        box = frame.box
        left, top, right, bottom = (round(x * scale) for x in (box.left, box.top, box.right, box.bottom))
        area = (
            max(left - play, 0), max(top - play, 0), min(right + play, shape[1]), min(bottom + play, shape[0])
        )  # fmt: skip
        for other in [other for other in boxes if _overlap(area, other)]:
            boxes.remove(other)
            area = (
                min(area[0], other[0]), min(area[1], other[1]), max(area[2], other[2]), max(area[3], other[3])
            )  # fmt: skip
        boxes.append(area)
    return boxes


def _overlap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _moved(ruling: Ruling, across: float, down: float) -> Ruling:
    along, aside = (across, down) if ruling.horizontal else (down, across)
    return replace(
        ruling, position=ruling.position + aside, start=ruling.start + along, stop=ruling.stop + along
    )
