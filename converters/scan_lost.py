"""Lines of worn tables that are lost whole: looked for where a table has the form's size with them.

They are guesses from what is left: gaps between texts that run over the whole table, and columns of dots.
Whether a guess is taken is decided by the form, which must have just the sides that come of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, pairwise

import cv2
import numpy as np

from converters.rulings import Frame
from converters.scan_figures import texts
from converters.scan_form import is_size_of_form
from converters.scan_ink import Mask
from converters.scan_lines import Part, brush

# In text heights: marks of letters are larger, columns are no narrower, texts of two rows leave more.
LETTER, NARROWEST, GAP = 0.35, 0.9, 0.1
MOST, GUESSES = 3, 5  # columns that may be lost, and places that are tried for them
UNEVEN = 0.15  # of the narrowest column: by so much at most wide ones miss being several of it
DOT = 60  # grey levels, of one black pixel among three
REACH = 2  # pixels: a line's dots lie this near to it


def with_lost(frame: Frame, part: Part, ink: Mask) -> Iterator[Frame]:
    """Yield frames with further lines, likeliest first; `ink` is without rulings."""
    rows = _rows(frame, part, ink)
    columns = _columns(frame, part, ink)
    equal = even(frame.columns, NARROWEST * part.height / part.scale)
    for added in ([], rows) if rows else ([],):
        for count in range(MOST + 1):
            for chosen in [*combinations(columns, count), *([equal] if equal and not count else [])]:
                more = replace(
                    frame,
                    rows=tuple(sorted((*frame.rows, *added))),
                    columns=tuple(sorted((*frame.columns, *chosen))),
                )
                if (added or chosen) and is_size_of_form(len(more.rows) - 1, len(more.columns) - 1):
                    yield more


def even(positions: Sequence[float], least: float) -> tuple[float, ...]:
    """Return the positions that cut all steps into the smallest, where they are whole times as wide.

    None where the smallest is less than `least`.
    """
    steps = np.diff(positions)
    if steps.size == 0 or steps.min() < least:
        return ()
    times = np.rint(steps / steps.min())
    if np.abs(steps - times * steps.min()).max() > UNEVEN * steps.min():
        return ()
    return tuple(
        float(start + step * number / count)
        for start, step, count in zip(positions, steps, times, strict=False)
        for number in range(1, int(count))
    )


def _rows(frame: Frame, part: Part, ink: Mask) -> list[float]:
    """Return the middles of all gaps between texts that run over the whole table."""
    found = texts(frame, part, ink)
    rows: list[float] = []
    for start, stop in pairwise(at * part.scale for at in frame.rows):
        groups: list[list[int]] = []
        for top, bottom in sorted((one.top, one.bottom) for one in found if start < one.down < stop):
            if groups and top < groups[-1][1] + GAP * part.height:
                groups[-1][1] = max(groups[-1][1], bottom)
            else:
                groups.append([top, bottom])
        rows += [(before[1] + after[0]) / 2 / part.scale for before, after in pairwise(groups)]
    return rows


def _columns(frame: Frame, part: Part, ink: Mask) -> list[float]:
    """Return where most dots stand under each other outside of letters, most of them first."""
    left, top, right, bottom = (
        max(round(at * part.scale), 0)
        for at in (frame.box.left, frame.box.top, frame.box.right, frame.box.bottom)
    )
    dark = np.asarray(cv2.transpose(part.down.traced.dark), dtype=np.uint8)[top:bottom, left:right]
    if min(dark.shape) <= 2 * REACH:
        return []
    _, numbered, stats, _ = cv2.connectedComponentsWithStats(ink[top:bottom, left:right], connectivity=8)
    large = np.maximum(stats[:, 2], stats[:, 3]) >= LETTER * part.height
    large[0] = False
    letters = cv2.dilate(large[numbered].astype(np.uint8), brush((7, 3))) > 0
    dots = ((dark >= DOT) & ~letters).sum(axis=0).astype(np.float64)
    profile = np.convolve(dots, np.ones(2 * REACH + 1), mode="same")
    near = round(NARROWEST * part.height)
    for at in frame.columns:
        x = round(at * part.scale) - left
        profile[max(x - near, 0) : x + near + 1] = 0
    found: list[float] = []
    for _ in range(GUESSES):
        x = int(np.argmax(profile))
        if profile[x] <= 0:
            break
        around = slice(max(x - REACH, 0), x + REACH + 1)
        middle = float(np.average(np.arange(len(dots))[around], weights=dots[around] + 1e-9))
        found.append((left + middle + 0.5) / part.scale)
        profile[max(x - near, 0) : x + near + 1] = 0
    return found
