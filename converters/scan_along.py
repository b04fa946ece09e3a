"""What stands along one line of a layout grid: how much of each of its sides is dark, and how much is free.

A line is looked at where nothing stands above or below it: between letters, where their strokes cannot make
one up. The path of a whole line tells where each of its sides runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from converters.scan_ink import Grey, Mask
from converters.scan_lines import Part

_Row = NDArray[np.float64]

# A line is looked for this far from where it was found, and is free where no ink stands from NEAR to FAR
# beside it; sides are looked at from SKIP beyond the rulings that they end at. In text heights.
PLAY, NEAR, FAR, SKIP = 0.15, 0.1, 0.3, 0.12
FEW = 3  # pixels: where fewer stand free, all of a side are looked at
END = 0.12  # text heights before both rulings that a side ends at; letters reach neither


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of a layout grid looked at, an entry a side.

    `room` is how many of its pixels are looked at, `free` how many of them stand free, `dark` how dark they
    are on average, `crossed` how much of it a text runs over. `values` is how dark each pixel of the whole
    line is, `mask` which of them are looked at, `used` which are no corner's, `starts` where each side
    begins.
    """

    room: _Row
    free: _Row
    dark: _Row
    values: NDArray[np.uint8]
    mask: NDArray[np.bool_]
    used: NDArray[np.bool_]
    starts: NDArray[np.intp]
    crossed: _Row


def line_at(dark: Grey, ink: Mask, at: float, stations: Sequence[float], part: Part) -> Line:
    """Return what is seen of a line, along rows of `dark` and `ink`, at its own path."""
    height, width = dark.shape
    play = max(int(PLAY * part.height), 2)
    near = play + max(int(NEAR * part.height), 1)
    far = near + max(int(FAR * part.height), 3)
    skip = max(int(SKIP * part.height), 2)
    y = min(max(round(at * part.scale), play + 1), height - play - 2)
    xs = [min(max(round(x * part.scale), 0), width - 1) for x in stations]
    used = np.zeros(xs[-1] - xs[0], dtype=np.bool_)
    for left, right in pairwise(xs):
        rim = min(skip, (right - left) // 4)
        used[left - xs[0] + rim : right - xs[0] - rim] = True
    span = slice(xs[0], xs[-1])
    upper, lower = (
        ink[max(y - far, 0) : y - near + 1, span].any(axis=0),
        ink[y + near : y + far + 1, span].any(axis=0),
    )
    starts = np.array(xs[:-1]) - xs[0]
    free = np.add.reduceat((used & ~upper & ~lower).astype(np.float64), starts)
    crowded = np.repeat(free < FEW, np.diff(xs))
    mask = used & (~(upper | lower) | crowded)
    band = dark[y - play - 1 : y + play + 2, span]
    offsets = np.repeat(_path(band, mask, starts, play), np.diff(xs))
    along = np.arange(band.shape[1])
    values = np.maximum(np.maximum(band[offsets - 1, along], band[offsets, along]), band[offsets + 1, along])
    pixels = np.maximum(np.add.reduceat(mask.astype(np.float64), starts), 1.0)
    reach = max(int(0.25 * part.height), 3)
    through = (
        ink[max(y - reach, 0) : y - 1, span].any(axis=0)
        & ink[y - 1 : y + 2, span].any(axis=0)
        & ink[y + 2 : y + reach + 1, span].any(axis=0)
    )
    return Line(
        room=np.add.reduceat(used.astype(np.float64), starts),
        free=free,
        dark=np.add.reduceat(values * mask, starts, dtype=np.float64) / pixels,
        values=values,
        mask=mask,
        used=used,
        starts=starts,
        crossed=np.add.reduceat((through & used).astype(np.float64), starts),
    )


def loose(line: Line, level: float, part: Part) -> NDArray[np.bool_]:
    """Return which sides show nothing at both their ends: letters stand off from rulings."""
    reach = max(int(END * part.height), 2)
    skip = max(int(SKIP * part.height), 2)
    is_dark = line.values >= level
    found = []
    for start, stop in pairwise((*line.starts.tolist(), len(line.values))):
        rim = min(skip, (stop - start) // 4)
        first, last = is_dark[start + rim :][:reach], is_dark[: stop - rim][-reach:]
        found.append(stop - start > 2 * (rim + reach) and not first.any() and not last.any())
    return np.array(found)


def share_of(line: Line, level: float, where: NDArray[np.bool_]) -> _Row:
    """Return the share of each side's pixels, those of a mask, that are as dark as a level."""
    pixels = np.maximum(np.add.reduceat(where.astype(np.float64), line.starts), 1.0)
    dark = np.add.reduceat(((line.values >= level) & where).astype(np.float64), line.starts)
    return np.asarray(dark / pixels)


def _path(band: Grey, mask: NDArray[np.bool_], starts: NDArray[np.intp], play: int) -> NDArray[np.intp]:
    """Return in which row of a band each side of a line runs: on one straight path, but for a pixel."""
    pixels = np.maximum(np.add.reduceat(mask.astype(np.float64), starts), 1.0)
    sums = np.add.reduceat(band * mask, starts, axis=1, dtype=np.float64) / pixels
    smooth = sums[:-2] + sums[1:-1] + sums[2:]  # of rows 1 to 2 * play + 1
    best = smooth.argmax(axis=0)
    response = smooth.max(axis=0)
    weights = pixels * np.where(response >= 0.5 * response.max(initial=1.0), response, 0.0)
    ends = np.append(starts[1:], band.shape[1])
    middles = (starts + ends) / 2
    if weights.sum() <= 0:
        return np.full(len(starts), play + 1)
    level = np.average(best, weights=weights)
    slope = 0.0
    spread = np.average((middles - np.average(middles, weights=weights)) ** 2, weights=weights)
    if np.count_nonzero(weights) > 2 and spread > 0:
        off = middles - np.average(middles, weights=weights)
        slope = float(np.average(off * (best - level), weights=weights) / spread)
    wanted = np.clip(
        np.rint(level + slope * (middles - np.average(middles, weights=weights))), 0, smooth.shape[0] - 1
    ).astype(np.intp)
    choices = np.stack([np.clip(wanted + step, 0, smooth.shape[0] - 1) for step in (0, -1, 1)])
    columns = np.arange(len(starts))
    chosen = choices[smooth[choices, columns].argmax(axis=0), columns]
    return np.asarray(chosen + 1)
