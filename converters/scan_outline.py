"""Where tables end: whether one goes on beyond its outline, and whether what looks like one is two.

A lost line inside leaves a row too high, and texts in it; a lost outer one leaves nothing but the ends of the
two outer lines across, which run on. Between two tables of one width under each other stands a line of text
or none, and no side at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray  # noqa: TC002  # beside numpy itself, which is needed at run time

from converters.rulings import Frame, Ruling, frames
from converters.scan_lines import Lined, Part

# Lines that run on are dark over so much of this stretch beyond their corner, in text heights: corners
# themselves reach out by a third, rows are 1.1 high at least.
STRETCH, RUNNING = (0.4, 1.0), 0.8
PLAY = 2  # pixels that a line may stray from its place
# Between two tables both outer sides show no more than this share of their line, in most rows of a table that
# share and more; no line between columns shows as much as the third, which letters of a heading there never
# do, and the lines over and under it run over so much of the width. In text heights: how far sides may stray,
# the least that tables stand apart, and what is left out at the ends of a side.
NOTHING, SEEN, THROUGH, ACROSS = 0.1, 0.8, 0.85, 0.9
STRAY, LEAST_APART, SKIP = 0.3, 0.5, 0.15


def tables(frame: Frame, part: Part) -> list[Frame]:
    """Return the tables that a frame holds: more than one where a row of it has no sides at all."""
    sides = [_side(frame, at, part) for at in (frame.columns[0], frame.columns[-1])]
    if any(float(np.median(side)) < SEEN for side in sides):
        return [frame]  # a table without outer sides, or with worn ones
    cuts = [
        (above, below)
        for (above, below), *shares in zip(pairwise(frame.rows), *sides, strict=True)
        if max(shares) <= NOTHING
        and not _is_parted(frame, part, above, below)
        and (below - above) * part.scale >= LEAST_APART * part.height
        and all(_is_across(frame, row) for row in (above, below))
    ]
    if not cuts:
        return [frame]
    found: list[Frame] = []
    starts, ends = (
        [frame.rows[0], *(below for _, below in cuts)],
        [*(above for above, _ in cuts), frame.rows[-1]],
    )
    for start, end in zip(starts, ends, strict=True):
        found += frames(_within(frame.rulings, start, end), part.height / part.scale)
    return found


def _is_parted(frame: Frame, part: Part, above: float, below: float) -> bool:
    """Say whether a line between columns goes on from one row to the next: then it is a row of one table."""
    strip = replace(frame, rows=(above, below))
    return any(_side(strip, at, part)[0] >= THROUGH for at in frame.columns[1:-1])


def _side(frame: Frame, at: float, part: Part) -> NDArray[np.float64]:
    """Return how much of a line along columns is seen, row by row."""
    stray = max(int(STRAY * part.height), PLAY)
    x, ys = round(at * part.scale), [round(row * part.scale) for row in frame.rows]
    along = part.down.traced.dark[max(x - stray, 0) : x + stray + 1].max(axis=0)
    is_dark = along >= max(part.down.traced.least, 0.5 * float(np.median(along[ys[0] : ys[-1]])))
    rim = int(SKIP * part.height)
    return np.array([float(is_dark[a + rim : max(b - rim, a + rim + 1)].mean()) for a, b in pairwise(ys)])


def _is_across(frame: Frame, row: float) -> bool:
    """Say whether a line runs over a whole frame."""
    seen = sum(one.stop - one.start for one in frame.rulings if one.horizontal and one.position == row)
    return seen >= ACROSS * (frame.columns[-1] - frame.columns[0])


def _within(rulings: Sequence[Ruling], start: float, end: float) -> Iterator[Ruling]:
    """Yield rulings between two rows, those along columns cut off there."""
    for ruling in rulings:
        if not ruling.horizontal:
            if min(ruling.stop, end) > max(ruling.start, start):
                yield replace(ruling, start=max(ruling.start, start), stop=min(ruling.stop, end))
        elif start <= ruling.position <= end:
            yield ruling


def open_sides(frame: Frame, part: Part, levels: tuple[float, float]) -> Iterator[Ruling]:
    """Yield the outer sides beyond which both lines that end there run on.

    `levels` are how dark lines along rows and along columns are at least.
    """
    for lined, level, positions, ends, is_across in (
        (part.down, levels[1], frame.columns, frame.rows, True),
        (part.across, levels[0], frame.rows, frame.columns, False),
    ):
        for end, away in ((ends[0], -1), (ends[-1], 1)):
            if all(_runs_on(lined, at, end, away, level, part) for at in (positions[0], positions[-1])):
                yield Ruling(horizontal=is_across, position=end, start=positions[0], stop=positions[-1])


def _runs_on(lined: Lined, at: float, end: float, away: int, level: float, part: Part) -> bool:
    """Say whether a line at a place, along rows of what was traced, goes on beyond its end."""
    dark = lined.traced.dark
    y = round(at * part.scale)
    xs: Sequence[int] = sorted(round(end * part.scale + away * share * part.height) for share in STRETCH)
    if xs[0] < 0 or xs[1] >= dark.shape[1] or xs[0] == xs[1]:
        return False
    band = dark[max(y - PLAY, 0) : y + PLAY + 1, xs[0] : xs[1]]
    return bool(band.size) and float(np.mean(band.max(axis=0) >= level)) >= RUNNING
