"""Digits as wide as letters, set as close as others are: readers of figures know these spaces alone.

Full-width digits, ６３２, stand in the squares of Chinese letters. Between them a reader sees points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

import numpy as np

from converters.ocr.ink import Ink, Line, columns

# From middle to middle, in heights of digits: full-width ones are 1.25 to 1.5 apart, others 0.65 to 0.9. A 1
# stands a little off the middle of its room. Figures of two cells are as near only where the ruling between
# two narrow ones is lost, and are read as one with or without these spaces.
_WIDE, _CLOSE, _UNEVEN = (1.1, 1.75), 0.8, 0.3
_BROAD = 0.9  # wider than a digit
_LEFT = 0.12  # of a gap, at least


def closed_up(ink: Ink) -> Ink:
    """Return the ink of a figure with its digits closed up, if all of them stand far and evenly apart."""
    pieces = columns(ink.marks)
    if len(pieces) < 2:
        return ink
    height = median(mark.height for mark in ink.marks)
    steps = [
        (after.left + after.right - before.left - before.right) / 2 for before, after in pairwise(pieces)
    ]
    is_wide = all(_WIDE[0] * height <= step <= _WIDE[1] * height for step in steps)
    is_even = max(steps) - min(steps) <= _UNEVEN * height
    if not (is_wide and is_even) or max(piece.width for piece in pieces) > _BROAD * height:
        return ink
    kept = np.ones(ink.contrast.shape[1], dtype=bool)
    for before, after in pairwise(pieces):
        room = after.left - before.right
        cut = min(round(median(steps) - _CLOSE * height), room - round(_LEFT * height))
        start = before.right + (room - cut) // 2
        kept[start : start + max(cut, 0)] = False
    place = np.concatenate([[0], np.cumsum(kept)])

    def moved(lines: Sequence[Line]) -> tuple[Line, ...]:
        return tuple(
            replace(
                line, left=int(place[line.left]), right=max(int(place[line.right]), int(place[line.left]) + 1)
            )
            for line in lines
        )

    return replace(
        ink,
        marks=moved(ink.marks),
        specks=moved(ink.specks),
        rim=moved(ink.rim),
        contrast=np.ascontiguousarray(ink.contrast[:, kept]),
    )
