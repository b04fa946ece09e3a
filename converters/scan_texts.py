"""What the texts at a side of a table's cells say for or against its line, whatever is seen of that line.

Odds are logarithms, a row a position and a column an interval between stations, as in scan_tiling.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from converters.scan_ink import Mask
from converters.scan_lines import Part, Sums, count, sums_of
from converters.scan_tiling import Odds

# What texts say: one on both sides of a line, one on one side of a row's middle, one in the middle of a row.
PARTED, ASIDE, CENTRED = 2.5, 1.0, -2.0
APART = 0.4  # texts of two cells stand off from the ruling between them, lines of one only by half of this
LEAST = 0.03  # ink of a text, in squared heights
RIM = 0.15  # text heights beside rulings, where what is left of them is no text
# A text over a whole row stands this close to its middle and runs so far over a line; its letters stand no
# farther apart. All in text heights. Of no line does its row show more than that share.
MIDDLE, OVER, BETWEEN, SEEN = 0.5, 0.5, 1.2, 0.5


def parted(
    ink: Mask, positions: Sequence[float], stations: Sequence[float], part: Part, *, horizontal: bool
) -> Odds:
    """Return how the texts on both sides of each side speak for it."""
    odds = np.zeros((len(positions), len(stations) - 1))
    sums = sums_of(ink)
    least = LEAST * part.height * part.height
    for row in range(1, len(positions) - 1):
        for column, (start, stop) in enumerate(pairwise(stations)):
            before, over, after = _halves(positions[row - 1 : row + 2], (start, stop), sums, part)
            if over > 0:
                continue
            if min(before, after) >= least:
                odds[row, column] = PARTED
            elif horizontal and max(before, after) >= least:
                odds[row, column] = ASIDE  # a text alone stands in the middle of its row
    return odds


def spanned(
    ink: Mask, positions: Sequence[float], stations: Sequence[float], part: Part, shares: Odds
) -> Odds:
    """Return how one text in the middle of a whole row speaks against every line that would cut that row.

    `positions` are those of upright lines, along rows of `ink`; `shares` is how much of each side is seen.
    """
    odds = np.zeros(shares.shape)
    for column, interval in enumerate(pairwise(stations)):
        if (shares[1:-1, column] < SEEN).all() and _is_centred(ink, positions, interval, part):
            odds[1:-1, column] = CENTRED
    return odds


def _is_centred(ink: Mask, positions: Sequence[float], interval: tuple[float, float], part: Part) -> bool:
    """Say whether all ink of a row is one text in its middle that runs over a line."""
    rim = max(int(RIM * part.height), 2)
    xs = [round(x * part.scale) for x in positions]
    start, stop = (round(y * part.scale) for y in interval)
    inked = np.flatnonzero(ink[xs[0] + rim : xs[-1] - rim, start + rim : stop - rim].any(axis=1))
    if not inked.size or np.diff(inked).max(initial=0) > BETWEEN * part.height:
        return False
    first, last = (int(end) + xs[0] + rim for end in (inked[0], inked[-1]))
    is_in_middle = abs(first + last - xs[0] - xs[-1]) / 2 <= MIDDLE * part.height
    over = OVER * part.height
    return is_in_middle and any(first + over < x < last - over for x in xs[1:-1])


def _halves(
    positions: Sequence[float], stations: Iterable[float], sums: Sums, part: Part
) -> tuple[int, int, int]:
    """Return how much ink stands before a side, close to it on both sides, and after it."""
    first, at, last = (round(x * part.scale) for x in positions)
    start, stop = (round(x * part.scale) for x in stations)
    rim, near, far = (max(int(share * part.height), 2) for share in (RIM, 0.1, APART))
    left, right = start + rim, stop - rim
    over = count(sums, left, at - far, right, at - near) + count(sums, left, at + near, right, at + far)
    return (
        count(sums, left, first + rim, right, at - near),
        over,
        count(sums, left, at + near, right, last - rim),
    )
