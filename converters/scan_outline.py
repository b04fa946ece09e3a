"""Whether a table goes on beyond its outline: the line that closes it may be lost, and a row with it.

A lost line inside leaves a row too high, and texts in it; a lost outer one leaves nothing but the ends of the
two outer lines across, which run on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from converters.rulings import Frame, Ruling
from converters.scan_lines import Lined, Part

# Lines that run on are dark over so much of this stretch beyond their corner, in text heights: corners
# themselves reach out by a third, rows are 1.1 high at least.
STRETCH, RUNNING = (0.4, 1.0), 0.8
PLAY = 2  # pixels that a line may stray from its place


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
