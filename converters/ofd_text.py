"""Where the characters of an OFD text object stand (GB/T 33190-2016, 11.3), in millimetres of the object."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from converters.ofd_package import numbers
from converters.pdf_drawn import Matrix

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# Where a character's body stands about its base line, in sizes; most fonts for Chinese have it so.
ABOVE, BELOW = 0.88, 0.12
# How wide characters are, in sizes: Chinese ones one, the others about half.
WIDE, NARROW = 1.0, 0.5
# Text that is slanted by more than this is a watermark or a seal, and no part of the report.
SLANTED = math.radians(10)


def places(item: Element, size: float) -> Iterator[tuple[str, float, float, float]]:
    """Yield each character of a text object, where on its base line it begins, and how wide it is."""
    x = y = 0.0
    for code in item.iterfind("{*}TextCode"):
        # Makers break lines inside the element to have it look well; none of that is drawn.
        text = [one for one in code.text or "" if one >= " "]
        x, y = (numbers(code.get("X")) or [x])[0], (numbers(code.get("Y")) or [y])[0]
        gaps, drops = (_steps(code.get(name), len(text)) for name in ("DeltaX", "DeltaY"))
        if not gaps:
            gaps = [0.0 if drops else _natural(one) * size for one in text]
        drops = drops or [0.0] * len(text)
        for one, gap, drop in zip(text, gaps, drops, strict=True):
            width = _natural(one) * size
            is_followed = gap > 0 and drop == 0
            yield one, x, y, min(gap, width) if is_followed else width
            x, y = x + gap, y + drop


def _steps(text: str | None, count: int) -> list[float]:
    """Return `count` distances from the form that they are written in, where `g 3 1.5` is 1.5 three times.

    Where fewer are given the last goes on; empty when none are.
    """
    steps: list[float] = []
    words = (text or "").replace(",", " ").split()
    position = 0
    while position < len(words) and len(steps) < count:
        if words[position].lower() == "g":
            given = numbers(" ".join(words[position + 1 : position + 3]))
            if len(given) == 2:
                steps += [given[1]] * min(max(int(given[0]), 0), count)
            position += 3
        else:
            steps += numbers(words[position])
            position += 1
    return (steps + steps[-1:] * (count - len(steps)))[:count]


def _natural(character: str) -> float:
    return WIDE if unicodedata.east_asian_width(character) in "WFA" else NARROW


def body(x: float, y: float, width: float, size: float, turned: float) -> list[tuple[float, float]]:
    """Return two opposite corners of a character's body in its object, turned about where it begins."""
    corners = ((0.0, -ABOVE * size), (width, BELOW * size))
    cosine, sine = math.cos(turned), math.sin(turned)
    return [
        (x + across * cosine - down * sine, y + across * sine + down * cosine) for across, down in corners
    ]


def turns_of(matrix: Matrix, turned: float) -> int | None:
    """Return the quarter turns clockwise that make text upright; None for slanted text."""
    x, y = math.cos(turned), math.sin(turned)
    a, b, c, d, _, _ = matrix
    angle = math.atan2(b * x + d * y, a * x + c * y)
    turns = round(angle / (math.pi / 2))
    return turns % 4 if abs(angle - turns * math.pi / 2) <= SLANTED else None
