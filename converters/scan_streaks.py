"""Streaks that a copier draws down a whole page: found by their length, drawn over by what is beside them.

Dirt on the glass draws one line from the page's upper edge to its lower one, through margins in which no
ruling runs. It is as straight as the page was fed, so it leans once the page is made level.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from converters.scan_ink import Grey
from converters.scan_lines import trace

# Feeders skew pages by up to 3 degrees: a streak leans by this at most, across over down.
MOST_LEAN = 0.06
# A streak shows in this share of the page's height at least, in that of the outermost parts above and below:
# parts of 7 % hold the margins, of 3 % what lies outside of a frame around the page.
WHOLE = 0.7
MARGINS = ((0.07, 0.6), (0.03, 0.3))
# It is no wider than this, in text heights, and there are no more than so many.
WIDEST, MOST = 0.3, 6
# Its path is found to so many pixels at first.
STRAY = 4
# What is darker than this share of its middle is the streak; its path is looked for in so many blocks.
FOOT, BLOCKS = 0.15, 16
# Pixels of the page at half its size that are taken together down the page.
STEP = 8

_Shares = NDArray[np.float32]  # a row for each place across the page, a column for each step down


def without_streaks(grey: Grey, height: float) -> Grey:
    """Return a page without the streaks drawn down it; `height` is that of its letters, in pixels."""
    rows, columns = grey.shape
    if min(rows, columns) < 16 * STEP:
        return grey
    half = cv2.resize(grey, (columns // 2, rows // 2), interpolation=cv2.INTER_AREA)
    drawn = trace(np.asarray(cv2.transpose(half), dtype=np.uint8), height / 2).drawn
    shares = cv2.resize(drawn, (rows // 2 // STEP, columns // 2), interpolation=cv2.INTER_AREA) / np.float32(
        255
    )
    result = grey
    for lean, place in _streaks(shares):
        if result is grey:
            result = grey.copy()
        _take_out(result, grey, lean, 2 * place + 0.5, height)
    return result


def _streaks(shares: _Shares) -> list[tuple[float, float]]:
    """Return how streaks lean, and where they stand at half the page's height, in pixels of half the page."""
    steps = shares.shape[1]
    ends = [max(round(part * steps), 1) for part, _ in MARGINS]
    if not (shares[:, : ends[0]].any() and shares[:, -ends[0] :].any()):
        return []
    leans = np.arange(-MOST_LEAN, MOST_LEAN, 2 / (steps * STEP))
    found = np.zeros((len(leans), shares.shape[0]), dtype=np.float32)
    for number, lean in enumerate(leans):
        slope = lean * STEP
        shear = np.array([[1, 0, 0], [-slope, 1, slope * steps / 2]], dtype=np.float32)
        upright = cv2.warpAffine(shares, shear, shares.shape[::-1], flags=cv2.INTER_LINEAR)
        upright = np.asarray(cv2.dilate(upright, np.ones((3, 1), np.uint8)), dtype=np.float32)
        is_streak = upright.mean(axis=1) >= WHOLE
        for end, (_, least) in zip(ends, MARGINS, strict=True):
            is_streak &= upright[:, :end].mean(axis=1) >= least
            is_streak &= upright[:, -end:].mean(axis=1) >= least
        found[number] = np.where(is_streak, upright.mean(axis=1), 0)
    chosen: list[tuple[float, float]] = []
    while len(chosen) < MOST and found.max() > 0:
        numbers, places = np.nonzero(found >= 0.995 * found.max())
        near = np.abs(places - places[0]) < 3
        place = float(places[near].mean())
        chosen.append((float(leans[numbers[near]].mean()), place))
        found[:, max(round(place) - STEP, 0) : round(place) + STEP + 1] = 0
    return chosen


def _take_out(result: Grey, grey: Grey, lean: float, place: float, height: float) -> None:
    """Draw over a streak what stands on both sides of it, in each row by itself."""
    rows, columns = grey.shape
    wide = max(int(WIDEST * height / 2), 3)
    reach = wide + 2
    down = np.arange(rows) - rows / 2
    shift, turn = _off(_band(grey, place + lean * down, STRAY), down, STRAY)
    around = _around(place + shift + (lean + turn) * down, reach, columns)
    band = grey[np.arange(rows)[:, None], around].astype(np.float32)
    dark = _darkness(band)
    peak = reach - 1 + int(np.argmax(dark[reach - 1 : reach + 2]))
    left, right = peak, peak
    while left > reach - wide and dark[left - 1] > FOOT * dark[peak]:
        left -= 1
    while right < reach + wide and dark[right + 1] > FOOT * dark[peak]:
        right += 1
    before, after = band[:, left - 1], band[:, right + 1]
    steps = (np.arange(left, right + 1) - left + 1) / (right - left + 2)
    between = before[:, None] * (1 - steps) + after[:, None] * steps
    result[np.arange(rows)[:, None], around[:, left : right + 1]] = between.astype(np.uint8)


def _off(band: NDArray[np.float32], down: NDArray[np.float64], reach: int) -> tuple[float, float]:
    """Return by how much the darkest line in a band stands off its middle, and how it leans against it."""
    peaks, middles, weights = [], [], []
    for block, place in zip(np.array_split(band, BLOCKS), np.array_split(down, BLOCKS), strict=True):
        dark = _darkness(block)
        peaks.append(int(np.argmax(dark)) - reach)
        weights.append(float(dark.max()))
        middles.append(float(place.mean()))
    for _ in range(2):  # letters make peaks of their own, far off the line
        turn, shift = np.polyfit(middles, peaks, 1, w=weights)
        far = np.abs(np.array(peaks) - shift - turn * np.array(middles))
        weights = [
            weight if off <= max(2.0, float(np.median(far))) else 0.0
            for weight, off in zip(weights, far, strict=True)
        ]
        weights = [weight + 1e-6 for weight in weights]
    return float(shift), float(turn)


def _band(grey: Grey, path: NDArray[np.float64], reach: int) -> NDArray[np.float32]:
    """Return what stands on both sides of a line down a page."""
    rows, columns = grey.shape
    return grey[np.arange(rows)[:, None], _around(path, reach, columns)].astype(np.float32)


def _around(path: NDArray[np.float64], reach: int, columns: int) -> NDArray[np.intp]:
    around = np.rint(path).astype(np.intp)[:, None] + np.arange(-reach, reach + 1)
    return np.asarray(np.clip(around, 0, columns - 1), dtype=np.intp)


def _darkness(band: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how much darker each column of a band is than its lightest: most of a page's height is paper."""
    usual = np.median(band, axis=0)
    return np.asarray(usual.max() - usual, dtype=np.float32)
