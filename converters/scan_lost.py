"""Lines of worn tables that are lost whole: looked for where a table has the form's size with them.

They are guesses from what is left: gaps between texts that run over the whole table, and columns of dots.
Whether a guess is taken is decided by the form, which must have just the sides that come of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations, pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from converters.rulings import Frame
from converters.scan_figures import SMALLEST, texts
from converters.scan_form import is_size_of_form
from converters.scan_implied import grouped
from converters.scan_ink import DOT, Mask
from converters.scan_lines import Part, brush
from converters.scan_positions import NARROWEST, even
from converters.scan_tiling import Sides

Lines = NDArray[np.bool_]  # of a frame's rows, or of its columns

GAP = 0.1  # text heights that texts of two rows leave between them at least
PLAY = 0.15  # by which a text may reach over a line
MOST, GUESSES = 3, 5  # columns that may be lost, and places that are tried for them
FEWEST = 4  # rows of the form that its shortest table has
ALONE = 0.25  # of the area around a table is the table's own
REACH = 2  # pixels: a line's dots lie this near to it


def with_lost(frame: Frame, part: Part, ink: Mask) -> Iterator[Frame]:
    """Yield frames with further lines; `ink` is without rulings.

    There are no more further lines than known ones between the outer two, and no less than FEWEST rows. Of an
    area that holds many tables none is the form's, and none is looked at.
    """
    least = NARROWEST * part.height / part.scale
    equal = even(frame.columns, least)
    share = (frame.box.right - frame.box.left) * (frame.box.bottom - frame.box.top) * part.scale**2
    if share < ALONE * ink.size:
        return
    rows = _rows(frame, part, ink)
    places = _columns(frame, part, ink)
    columns = [chosen for count in range(MOST + 1) for chosen in combinations(places, count)]
    for added in ((), tuple(rows)) if rows else ((),):
        for chosen in [*columns, equal] if equal else columns:
            more = replace(
                frame,
                rows=tuple(sorted((*frame.rows, *added))),
                columns=tuple(sorted((*frame.columns, *chosen))),
            )
            size = len(more.rows) - 1, len(more.columns) - 1
            is_more = len(added) > len(frame.rows) - 2 or len(chosen) > len(frame.columns) - 2
            if (not added and not chosen) or is_more or size[0] < FEWEST or not is_size_of_form(*size):
                continue
            if np.diff(more.rows).min() >= least:
                yield more


def likeliest(found: Mapping[Frame, float]) -> Frame | None:
    """Return which of the frames that may be is borne out best, by scores; None where sizes differ.

    More lines have more sides, so scores of two sizes tell nothing of each other.
    """
    if len({(len(frame.rows), len(frame.columns)) for frame in found}) != 1:
        return None
    return max(found, key=found.__getitem__)


def added(more: Frame, frame: Frame) -> tuple[Lines, Lines]:
    """Return which rows and which columns of a frame another one lacks."""
    return np.isin(more.rows, frame.rows, invert=True), np.isin(more.columns, frame.columns, invert=True)


def are_lines(more: Frame, frame: Frame, printed: tuple[Sides, Sides], part: Part, ink: Mask) -> bool:
    """Say whether what `more` has beside a frame may be lines: each has a printed side, no text is on one.

    A line without a printed side would be told nowhere.
    """
    new = added(more, frame)
    if not all(sides[lines].any(axis=1).all() for sides, lines in zip(printed, new, strict=True)):
        return False
    play = PLAY * part.height
    rows, columns = (np.array(lines) * part.scale for lines in (more.rows, more.columns))
    for text in texts(frame, part, ink):  # those of `more` would end at its lines
        row, column = (
            int(np.searchsorted(rows, text.down)) - 1,
            int(np.searchsorted(columns, text.across)) - 1,
        )
        if not (0 <= row < len(rows) - 1 and 0 <= column < len(columns) - 1):
            continue
        under = (rows > text.top + play) & (rows < text.bottom - play) & new[0] & printed[0][:, column]
        along = (columns > text.left + play) & (columns < text.right - play) & new[1] & printed[1][:, row]
        if under.any() or along.any():
            return False
    return True


def _rows(frame: Frame, part: Part, ink: Mask) -> list[float]:
    """Return the middles of all gaps between texts that run over the whole table."""
    found = texts(frame, part, ink)
    rows: list[float] = []
    gap = round(GAP * part.height)
    for start, stop in pairwise(at * part.scale for at in frame.rows):
        inside = [one for one in found if start < one.down < stop]
        groups = grouped((one.top, one.bottom + gap) for one in inside)
        rows += [(before[1] - gap + after[0]) / 2 / part.scale for before, after in pairwise(groups)]
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
    large = np.maximum(stats[:, 2], stats[:, 3]) >= SMALLEST * part.height
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
