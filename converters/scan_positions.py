"""Lines of which a threshold left dots alone: looked for where they would make a table regular.

A thin ruling that falls between two pixels of a fax comes out as dots far apart. Nothing that short tells it
from dirt, but rows and columns are alike: where one twice as wide as the others is cut in half by dots, and
on both sides of them stands nothing, a ruling was printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray  # noqa: TC002  # beside numpy itself, which is needed at run time

from converters.rulings import Frame
from converters.scan_ink import Mask, near_letters
from converters.scan_lines import Lined, Part

# Rows and columns are no narrower than this, in text heights. Those of one width differ by this share of it;
# no more of them than that are lost side by side.
NARROWEST, EVEN, MOST_TIMES = 0.9, 0.03, 8
UNEVEN = 0.15  # of the narrowest column: by so much at most wide ones miss being several of it
# A dot is as dark as this share of a ruling: averaged along, one black pixel of three is left.
DOT = 0.25
# A line is looked for so many pixels around its place; beside it, from here to there, stand fewer dots.
PLAY, BESIDE = 3, (4, 7)
# Dots beside a line count against it so many times; this share of a line is dirt. So many text heights of
# dots make one, where this share of its sides shows any.
AGAINST, DIRT, ENOUGH, SPREAD = 1.5, 0.03, 0.4, 0.6
# Texts stand off from a line by this; on both sides of it they stand in so many rows one after another.
OFF, TEXTS = 0.2, 2
SKIP = 0.15  # text heights at the ends of each side, where others cross


def completed(frame: Frame, part: Part, ink: Mask, rulings: tuple[float, float]) -> Frame:
    """Return a frame with lines of which dots are left, and those between columns that texts alone show.

    `ink` is without rulings, `rulings` how dark those along rows and along columns are. Which sides of a line
    are printed is not decided here.
    """
    rows = _dotted(part.across, ink, frame.rows, frame.columns, part, DOT * rulings[0])
    turned = np.asarray(cv2.transpose(ink), dtype=np.uint8)
    columns = _dotted(part.down, turned, frame.columns, frame.rows, part, DOT * rulings[1])
    if not rows and not columns:
        return frame
    return replace(
        frame,
        rows=tuple(sorted((*frame.rows, *rows))),
        columns=tuple(sorted((*frame.columns, *columns))),
    )


def _dotted(
    lined: Lined,
    ink: Mask,
    positions: Sequence[float],
    stations: Sequence[float],
    part: Part,
    level: float,
) -> list[float]:
    """Return where lines along rows stand of which dots are left, or that texts of `ink` stand off from."""
    found: list[float] = []
    added = regular(positions, part)
    if not added:
        return []
    letters = near_letters(ink, part.height, thickest=2 * PLAY)
    every = sorted((*positions, *added))
    for position in added:
        at = round(position * part.scale)
        place = every.index(position)
        room = round(every[place - 1] * part.scale), round(every[place + 1] * part.scale)
        reach = PLAY + BESIDE[1]
        if at - reach < 0 or at + reach >= lined.traced.dark.shape[0]:
            continue
        band = np.asarray(lined.traced.dark[at - reach : at + reach + 1] >= level)
        xs = [round(x * part.scale) for x in stations]
        free = np.asarray(~letters[at - PLAY : at + PLAY + 1].any(axis=0))
        shift = _line_in(band, free, xs, part.height)
        if shift is None and lined is part.down and _parts_texts(ink, at, room, xs, part.height):
            shift = 0
        if shift is not None:
            found.append((at + shift + 0.5) / part.scale)
    return found


def _parts_texts(ink: Mask, at: int, room: tuple[int, int], stations: Sequence[int], height: float) -> bool:
    """Say whether on both sides of a line stand texts, one beside the other, and none on it.

    `room` is where the lines before and after it stand.
    """
    near, rim = max(round(OFF * height), 2), max(int(SKIP * height), 2)
    upper, lower = ink[room[0] + rim : at - near], ink[at + near + 1 : room[1] - rim]
    middle = ink[at - near : at + near + 1]
    run = best = 0
    for start, stop in pairwise(stations):
        inside = np.s_[:, start + rim : stop - rim]
        if middle[inside].any():
            run = 0
        elif upper[inside].any() and lower[inside].any():
            run += 1
        best = max(best, run)
    return best >= TEXTS


def regular(positions: Sequence[float], part: Part) -> list[float]:
    """Return the positions that cut wide steps into as many of the usual one as they hold."""
    steps = np.diff(positions)
    alike = np.abs(steps[:, None] - steps) <= EVEN * steps
    most = int(np.argmax(alike.sum(axis=0)))
    usual = float(np.median(steps[alike[:, most]]))
    if alike[:, most].sum() < 2 or usual < NARROWEST * part.height / part.scale:
        return []
    found: list[float] = []
    for start, step in zip(positions, steps, strict=False):
        times = round(step / usual)
        if 1 < times <= MOST_TIMES and abs(step - times * usual) <= 2 * EVEN * usual:
            found += [start + step * number / times for number in range(1, times)]
    return found


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


def _line_in(
    band: NDArray[np.bool_], free: NDArray[np.bool_], stations: Sequence[int], height: float
) -> int | None:
    """Return how far from the middle of a band a line of dots stands, None where there is none.

    `free` is where no letter stands: strokes of letters under each other make up lines too.
    """
    reach = band.shape[0] // 2
    rim = max(int(SKIP * height), 2)
    used = free.copy()
    for x in stations:
        used[max(x - rim, 0) : x + rim] = False
    starts = [min(x, band.shape[1] - 1) for x in stations[:-1]]
    used[: stations[0]], used[stations[-1] :] = False, False
    counts = np.add.reduceat(band & used, starts, axis=1, dtype=np.float64)
    room = np.add.reduceat(used, starts, dtype=np.float64)
    middle = reach + int(np.argmax(counts[reach - PLAY : reach + PLAY + 1].sum(axis=1))) - PLAY
    near, far = BESIDE
    sides = [y for y in range(band.shape[0]) if near <= abs(y - middle) <= far]
    beside = counts[sides].mean(axis=0)
    score = counts[middle] - AGAINST * beside - DIRT * room
    best, first, last = 0.0, 0, 0
    for start in range(len(score)):
        sums = np.cumsum(score[start:])
        if sums.max() > best:
            best, first, last = float(sums.max()), start, start + int(np.argmax(sums)) + 1
    if best < ENOUGH * height or float((counts[middle, first:last] > 0).mean()) < SPREAD:
        return None
    return int(middle - reach)
