"""Dashes, slashes and empty boxes that stand alone in a cell, read by their geometry.

Readers of text take a lone dash for 一 or m and a lone slash for 1: a single stroke looks like many letters
when nothing stands beside it. Its slant and straightness say what it is. An empty box is printed where a
typeface has no glyph for a character; readers of figures take it for 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np

from document import Reading

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from converters.ocr.ink import Ink, Line

ENGINE = "gouji strokes 1"

# A digit 1 leans by 14 degrees at most, in the italics of the common faces; slashes by 17 to 35.
_LEAST_SLANT, _MOST_SLANT = 16.0, 50.0
# ... by 15.6 on a photo; those of most faces are higher than its digits by a sixth, and no 1 is.
_HIGH_SLANT, _HIGHER = 14.5, 1.1
# ... by 13.7 on another, where slashes are the most of what a table prints, and so their height tells
# nothing: there the other figures tell, so many of them that are so many times as wide as high. Figures of
# upright type lean by -6 to 4 degrees in the middle, in a table of two by 9 (140 tables at eleven levels).
_LEANING_SLANT, _UPRIGHT, _FEWEST, _ASKED, _SEVERAL = 11.0, 6.0, 2, 24, 0.9
_FULL = 0.6  # of what three quarters of a table's figures are lower than: what is lower is a dash
_LEANS = range(-6, 19, 2)  # degrees
_SMALLEST = 12  # pixels high
# A dash in shares of the figures' height: hyphens are 0.27 of it wide in the narrowest faces, full stops
# 0.2; and how often as wide as high it is at least.
_DASH_WIDTH, _DASH_HEIGHT, _BLURRED, _FLAT = 0.25, 0.3, 0.45, 1.4
# A tenth of a dash out of focus at either end may be thinner, if it has more pixels than this, and ends stand
# no higher or lower than the rest by so many.
_ROUNDED, _LEVEL = 5, 0.5
# Ink this much lighter than a dash, and darker than so many standard deviations of grain, is none beside it
# from this distance on, in figures' heights.
_FAINT, _GRAIN, _BESIDE = 0.2, 6.0, 0.15
BOX = "□"
# A box in shares of its ink: how dark its corners and sides are at least, and its middle at most. Corners
# of a 0 were 0.11 at most on seven scans at four levels, those of 157 boxes out of focus by 1.6 pixels 0.16
# to 0.42.
_CORNER, _SIDE, _HOLLOW = 0.13, 0.35, 0.2
# ... and its corners beside the mean of its sides. A 0 of squarish type has corners of 0.17 of the ink at 150
# dpi: 65 of 6,100 zeros of scans at ten levels passed for boxes, with this 2; of boxes of 20 pixels none is
# lost, of those of 13 to 15 pixels 383 of 1,440 instead of 213, which the readers see as letters.
_CORNER_OF_SIDES = 0.28
_LEGIBLE = 9  # pixels: of a lower box no middle is left


def are_upright(places: Sequence[tuple[Ink, Line]]) -> bool:
    """Say whether figures of several characters stand upright, so that no 1 among them leans."""
    heights = sorted(line.height for _, line in places)
    least = _FULL * heights[3 * len(heights) // 4] if heights else 0.0  # a dash is wide, and does not lean
    several = [
        place for place in places if place[1].height >= least and place[1].width >= _SEVERAL * place[1].height
    ][:_ASKED]
    return len(several) >= _FEWEST and float(np.median([_lean(*place) for place in several])) <= _UPRIGHT


def _lean(ink: Ink, line: Line) -> float:
    """Return by how many degrees a figure leans to the right: set upright, its columns differ the most."""
    part = ink.contrast[line.top : line.bottom, line.left : line.right]
    height, width = part.shape
    clear = {}
    for degrees in _LEANS:
        slope = float(np.tan(np.radians(degrees)))
        matrix = np.array([[1.0, slope, height / 2 * (1 - slope)], [0.0, 1.0, 0.0]])
        columns = cv2.warpAffine(part, matrix, (width + height, height)).sum(axis=0)
        clear[degrees] = float(np.square(columns).sum())
    return max(clear, key=lambda degrees: clear[degrees])


def stroke(ink: Ink, line: Line, *, usual_height: float, upright: bool = False) -> Reading | None:
    """Return the dash, slash or box that a line consists of, None for anything else.

    `usual_height` is that of figures on the page, in pixels; `upright` says that its figures do not lean.
    """
    if usual_height <= 0:
        return None
    part = ink.contrast[line.top : line.bottom, line.left : line.right]
    dark = part > 0.5 * float(np.percentile(part, 95))
    # blur adds to the box of a stroke, hardly to what is half as dark as its middle
    thick = int(dark.any(axis=1).sum())
    is_low = thick <= _DASH_HEIGHT * usual_height and line.height <= _BLURRED * usual_height
    if is_low and line.width >= _DASH_WIDTH * usual_height:
        return _dash(part, dark, line) if _is_alone(ink, line, usual_height) else None
    if _is_box(part):
        return _sure(BOX)
    if line.height >= 0.75 * usual_height and line.width <= 1.1 * line.height:
        least = _HIGH_SLANT if line.height >= _HIGHER * usual_height else _LEAST_SLANT
        slant = _slant(dark)
        is_slash = slant is not None and (_LEANING_SLANT if upright else least) <= slant <= _MOST_SLANT
        return _sure("/") if is_slash else None
    return None


def _is_alone(ink: Ink, line: Line, usual_height: float) -> bool:
    """Say whether nothing faint stands above or below a flat mark: the bar of a 7 outlasts its stem."""
    reach, skip = round(usual_height), max(3, round(_BESIDE * usual_height))
    rows = slice(max(line.top - reach, 0), line.bottom + reach)
    columns = slice(max(line.left - skip, 0), line.right + skip)
    smooth = cv2.GaussianBlur(ink.contrast[rows, columns], (0, 0), 1.0)
    most = max(_FAINT * float(smooth.max()), _GRAIN * ink.noise)
    own = line.top - rows.start
    beside = np.concatenate([smooth[: max(own - skip, 0)], smooth[own + line.height + skip :]])
    return float(beside.max(initial=0.0)) < most


def _dash(part: NDArray[np.float32], dark: NDArray[np.bool_], line: Line) -> Reading | None:
    """Read one dash or several side by side: flat, and as thick everywhere."""
    thick = dark.sum(axis=0)
    inked = thick[thick > 0]
    # 二 and the like were joined to one line: their ink is not of one piece in every column
    play = max(2.0, 0.5 * float(np.median(inked))) if inked.size else 0.0
    is_even = inked.size > 0 and (float(np.ptp(inked)) <= play or _is_round(part, inked, play))
    gaps = np.flatnonzero(np.diff(np.flatnonzero(thick)) > max(2, line.height))
    if not is_even or int(dark.any(axis=0).sum()) < _FLAT * int(dark.any(axis=1).sum()):
        return None
    text = "——" if gaps.size == 1 and line.width > 8 * line.height else "—" if gaps.size == 0 else "--"
    return _sure(text)


def _is_round(part: NDArray[np.float32], inked: NDArray[np.intp], play: float) -> bool:
    """Say whether a dash is even but for its ends, which blur makes thinner and never moves up or down.

    What is left of a 5 or a 7 is thicker at an end, or its ink stands higher or lower there.
    """
    if inked.size <= _ROUNDED:
        return False
    ends = max(1, inked.size // 10)
    if float(np.ptp(inked[ends:-ends])) > play or float(inked.max() - np.median(inked)) > play:
        return False
    dark = np.maximum(part, 0.0)
    rows = np.arange(part.shape[0], dtype=np.float32)[:, None]
    beside = max(2, part.shape[1] // 6)
    first, middle, last = (
        float((dark[:, columns] * rows).sum() / max(float(dark[:, columns].sum()), 1.0))
        for columns in (slice(None, beside), slice(beside, -beside), slice(-beside, None))
    )
    return max(abs(first - middle), abs(last - middle)) <= _LEVEL


def _sure(text: str) -> Reading:
    return Reading(engine=ENGINE, text=text, confidence=0.99, candidates=((text, 0.99),))


def _is_box(part: NDArray[np.float32]) -> bool:
    """Say whether ink is an upright rectangle's outline: dark in all four corners, hollow in the middle."""
    height, width = part.shape
    if min(height, width) < _LEGIBLE or not 0.4 <= width / height <= 1.0:
        return False
    ink = float(np.percentile(part, 95))
    y, x = max(round(0.15 * height), 2), max(round(0.15 * width), 2)
    down = slice(round(0.35 * height), round(0.65 * height))
    across = slice(round(0.35 * width), round(0.65 * width))
    corners = (part[:y, :x], part[:y, -x:], part[-y:, :x], part[-y:, -x:])
    # between the digits of 11 the upper and the lower side are missing
    sides = (part[:y, across], part[-y:, across], part[down, :x], part[down, -x:])
    darkness = min(float(corner.mean()) for corner in corners)
    dark = [float(side.mean()) for side in sides]
    return bool(
        darkness >= max(_CORNER * ink, _CORNER_OF_SIDES * sum(dark) / len(dark))
        and min(dark) >= _SIDE * ink
        and float(part[down, across].mean()) <= _HOLLOW * ink
    )


def _slant(dark: NDArray[np.bool_]) -> float | None:
    """Return by how many degrees a straight thin stroke leans to the right; None for anything else."""
    rows = np.flatnonzero(dark.any(axis=1))
    # of a 2 of 10 pixels not enough is left to tell it from a slash
    if rows.size < _SMALLEST:
        return None
    columns = np.arange(dark.shape[1])
    middles = np.array([columns[dark[row]].mean() for row in rows])
    widths = np.array([float(np.ptp(columns[dark[row]])) + 1 for row in rows])
    slope, start = np.polyfit(rows, middles, 1)
    off = float(np.abs(middles - (slope * rows + start)).max())
    is_straight = off <= max(1.0, 0.06 * dark.shape[0]) and float(widths.max()) <= 2.2 * float(
        np.median(widths)
    )
    is_thin = float(np.median(widths)) <= 0.3 * dark.shape[0]
    return float(np.degrees(np.arctan(-slope))) if is_straight and is_thin else None
