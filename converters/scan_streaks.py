"""Streaks that a copier draws down a whole page: found by their length, drawn over by what is beside them.

Dirt on the glass draws one line from the page's upper edge to its lower one, through margins in which no
ruling runs. It is as straight as the page was fed, so it leans once the page is made level.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from converters.scan_ink import Grey, Mask
from converters.scan_lines import trace

# Feeders skew pages by up to 3 degrees: a streak leans by this at most, across over down.
MOST_LEAN = 0.06
# A streak shows in this share of the page's height at least, in that of the outermost parts above and below:
# parts of 7 % hold the margins, of 3 % what lies outside of a frame around the page.
WHOLE = 0.55
MARGINS = ((0.07, 0.6), (0.03, 0.3))
# It is no wider than this, in text heights; where there are more than so many, they are the rulings of a page
# that is cut to its table.
WIDEST, MOST = 0.3, 3
# Its path is found to so many pixels, and that lean, at first: it is the straight path on which most rows are
# darker than what stands around by so many grey levels, or one nearly as good. Rulings beside it are blacker,
# but end with their table.
STRAY, TURN, FAINTEST, NEARLY = 7, 0.006, 10, 0.998
# Where the page was unbent the streak is straight but for a pixel or two, so many rows at a time.
BENT, ROWS = 2, 48
# What is darker than this share of its middle is the streak.
FOOT = 0.15
# Print on a streak is blacker than so many times the streak; one that is as black as this share of a page's
# print hides what stands under it.
BLACKER, HIDING = 1.3, 0.6
# Pixels of the page at half its size that are taken together down the page.
STEP = 8

_Shares = NDArray[np.float32]  # a row for each place across the page, a column for each step down


def without_streaks(grey: Grey, height: float) -> tuple[Grey, Mask | None]:
    """Return a page without the streaks drawn down it, and where they hid what was printed, None for nowhere.

    `height` is that of its letters, in pixels.
    """
    rows, columns = grey.shape
    if min(rows, columns) < 16 * STEP:
        return grey, None
    half = cv2.resize(grey, (columns // 2, rows // 2), interpolation=cv2.INTER_AREA)
    drawn = trace(np.asarray(cv2.transpose(half), dtype=np.uint8), height / 2).drawn
    shares = cv2.resize(drawn, (rows // 2 // STEP, columns // 2), interpolation=cv2.INTER_AREA) / np.float32(
        255
    )
    result, hidden = grey, None
    sample = grey[::5, ::5]
    least = HIDING * (float(np.median(sample)) - float(np.percentile(sample, 0.5)))
    for lean, place in _streaks(shares):
        if result is grey:
            result = grey.copy()
        black, around = _take_out(result, grey, lean, 2 * place + 0.5, height)
        if black >= least:
            hidden = np.zeros_like(grey) if hidden is None else hidden
            hidden[np.arange(rows)[:, None], around] = 255
    return result, hidden


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
    while found.max() > 0:
        if len(chosen) == MOST:
            return []
        numbers, places = np.nonzero(found >= 0.995 * found.max())
        near = np.abs(places - places[0]) < 3
        place = float(places[near].mean())
        chosen.append((float(leans[numbers[near]].mean()), place))
        found[:, max(round(place) - STEP, 0) : round(place) + STEP + 1] = 0
    return chosen


def _take_out(
    result: Grey, grey: Grey, lean: float, place: float, height: float
) -> tuple[float, NDArray[np.intp]]:
    """Draw over a streak what stands on both sides of it, in each row by itself.

    Returns by how many grey levels it is darker than paper, and which columns it covered in each row.
    """
    rows, columns = grey.shape
    wide = max(int(WIDEST * height / 2), 3)
    reach = wide + 2
    down = np.arange(rows) - rows / 2
    around = _around(_path(grey, place + lean * down, wide), reach, columns)
    band = grey[np.arange(rows)[:, None], around].astype(np.float32)
    dark = _darkness(band)
    peak = reach - 1 + int(np.argmax(dark[reach - 1 : reach + 2]))
    left, right = peak, peak
    while left > reach - wide and dark[left - 1] > FOOT * dark[peak]:
        left -= 1
    while right < reach + wide and dark[right + 1] > FOOT * dark[peak]:
        right += 1
    left, right = max(left - 1, 1), min(right + 1, band.shape[1] - 2)  # its path is known to a pixel
    before, after = band[:, left - 1], band[:, right + 1]
    steps = (np.arange(left, right + 1) - left + 1) / (right - left + 2)
    between = before[:, None] * (1 - steps) + after[:, None] * steps
    inside = band[:, left : right + 1]
    # what is blacker than the streak itself is print, and stays
    is_print = between - inside > BLACKER * dark[peak] + FAINTEST
    drawn = np.where(is_print, inside, between).astype(np.uint8)
    covered = around[:, left : right + 1]
    result[np.arange(rows)[:, None], covered] = drawn
    return float(dark[peak]), covered


def _path(grey: Grey, rough: NDArray[np.float64], wide: int) -> NDArray[np.float64]:
    """Return where a streak runs, a place a row, from roughly where; `wide` is half of its width at most."""
    rows, columns = grey.shape
    reach = STRAY + BENT + wide
    band = np.ascontiguousarray(grey[np.arange(rows)[:, None], _around(rough, reach, columns)])
    closed = cv2.morphologyEx(band, cv2.MORPH_CLOSE, np.ones((1, 2 * wide + 1), np.uint8))
    dark = np.where(cv2.subtract(closed, band) >= FAINTEST, np.float32(1), np.float32(0))
    dark = np.asarray(cv2.blur(dark, (3, 1)), dtype=np.float32)  # fullest in the middle
    down = np.arange(rows) - rows / 2
    few = np.arange(0, rows, 4)  # rows enough to tell
    scores = {
        (turn, shift): float(dark[few, _columns(reach + shift + turn * down[few], dark.shape[1])].mean())
        for turn in np.arange(-TURN, TURN, 2 / rows)
        for shift in range(-STRAY, STRAY + 1)
    }
    best = max(scores.values())
    turn, shift = np.mean([place for place, score in scores.items() if score >= NEARLY * best], axis=0)
    straight = reach + shift + turn * down
    steps = np.arange(-BENT, BENT + 1)
    hits = dark[np.arange(rows)[:, None], _columns(straight[:, None] + steps, dark.shape[1])]
    blocks = np.array_split(np.arange(rows), max(rows // ROWS, 1))
    weights = np.array([hits[block].mean(axis=0) ** 4 + 1e-6 for block in blocks])
    off = (weights * steps).sum(axis=1) / weights.sum(axis=1)
    bent = np.interp(np.arange(rows), [block.mean() for block in blocks], off)
    return np.asarray(rough - reach + straight + bent)


def _columns(path: NDArray[np.float64], count: int) -> NDArray[np.intp]:
    return np.asarray(np.clip(np.rint(path), 0, count - 1), dtype=np.intp)


def _around(path: NDArray[np.float64], reach: int, columns: int) -> NDArray[np.intp]:
    around = np.rint(path).astype(np.intp)[:, None] + np.arange(-reach, reach + 1)
    return np.asarray(np.clip(around, 0, columns - 1), dtype=np.intp)


def _darkness(band: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how much darker each column of a band is than its lightest: most of a page's height is paper."""
    usual = np.median(band, axis=0)
    return np.asarray(usual.max() - usual, dtype=np.float32)
