"""Dashes and slashes that stand alone in a cell, read by their geometry.

Readers of text take a lone dash for 一 or m and a lone slash for 1: a single stroke looks like many letters
when nothing stands beside it. Its slant and straightness say what it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from document import Reading

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from converters.ocr.ink import Ink, Line

ENGINE = "gouji strokes 1"

# A digit 1 leans by 14 degrees at most, in the italics of the common faces; slashes by 17 to 35.
_LEAST_SLANT, _MOST_SLANT = 16.0, 50.0
_SMALLEST = 12  # pixels high


def stroke(ink: Ink, line: Line, *, usual_height: float) -> Reading | None:
    """Return the dash or slash that a line consists of, None for anything else.

    `usual_height` is that of figures on the page, in pixels.
    """
    if usual_height <= 0:
        return None
    part = ink.contrast[line.top : line.bottom, line.left : line.right]
    dark = part > 0.5 * float(np.percentile(part, 95))
    if line.height <= 0.3 * usual_height and line.width >= 0.35 * usual_height:
        return _dash(dark, line)
    if line.height >= 0.75 * usual_height and line.width <= 1.1 * line.height:
        return _slash(dark)
    return None


def _dash(dark: NDArray[np.bool_], line: Line) -> Reading | None:
    """Read one dash or several side by side: flat, and as thick everywhere."""
    thick = dark.sum(axis=0)
    inked = thick[thick > 0]
    # 二 and the like were joined to one line: their ink is not of one piece in every column
    is_even = inked.size > 0 and float(np.ptp(inked)) <= max(2.0, 0.5 * float(np.median(inked)))
    gaps = np.flatnonzero(np.diff(np.flatnonzero(thick)) > max(2, line.height))
    if not is_even or line.width < 1.5 * line.height:
        return None
    text = "——" if gaps.size == 1 and line.width > 8 * line.height else "—" if gaps.size == 0 else "--"
    return Reading(engine=ENGINE, text=text, confidence=0.99, candidates=((text, 0.99),))


def _slash(dark: NDArray[np.bool_]) -> Reading | None:
    """Read a straight stroke that leans to the right."""
    rows = np.flatnonzero(dark.any(axis=1))
    # of a 2 of 10 pixels not enough is left to tell it from a slash
    if rows.size < _SMALLEST:
        return None
    columns = np.arange(dark.shape[1])
    middles = np.array([columns[dark[row]].mean() for row in rows])
    widths = np.array([float(np.ptp(columns[dark[row]])) + 1 for row in rows])
    slope, start = np.polyfit(rows, middles, 1)
    slant = float(np.degrees(np.arctan(-slope)))
    off = float(np.abs(middles - (slope * rows + start)).max())
    is_straight = off <= max(1.0, 0.06 * dark.shape[0]) and float(widths.max()) <= 2.2 * float(
        np.median(widths)
    )
    is_thin = float(np.median(widths)) <= 0.3 * dark.shape[0]
    if not (is_straight and is_thin and _LEAST_SLANT <= slant <= _MOST_SLANT):
        return None
    return Reading(engine=ENGINE, text="/", confidence=0.99, candidates=(("/", 0.99),))
