"""Red seals taken out of a page by their colour; black print under them stays.

Black is as dark in red light as in any other, and a seal hardly shows in it. But pictures are stored with
less colour than light: a thin red stroke comes out as grey with red around it. So what is dark near red, no
darker than the seal's own ink, and not darker than red alone accounts for, is the seal's as well.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from converters.scan_ink import Grey, Mask
from converters.scan_load import Colour

_Shares = NDArray[np.float32]

# A seal is 38 to 45 mm across; part of one at a page's edge is still 10 mm high. Red letters that make up a
# letterhead are as high, but stand in a row.
SEAL_HEIGHT, SEAL_ASPECT = 10 / 25.4 * 72, 2.5  # points; width over height
# Red ink is redder than green or blue, and than the paper, by this much (grey levels); a thin stroke of a
# seal by that, and its mean over 4 pixels a side by the third.
RED, REDDISH, MEAN = 45, 15, 18
STEP, PAPER_STEP = 4, 8  # pixels that are taken together to find seals, and the paper beside them
APART = 8.5  # points, 3 mm: what stands as near belongs to one seal
# Colour is as coarse as this, in points; red accounts for what is dark there from this share on. The darkest
# tenth of a seal's pure ink tells how dark it is, and print is darker by so many grey levels.
COARSE, SHARE, DARKEST, PRINT = 1.0, 0.75, 10, 60
# Paper is as light as the lightest that shows around a pixel within BESIDE points across and down, or within
# FAR where that is darker than LIT of it: there print alone shows, or nothing. It is seen where what is not
# red, by EDGE pixels, covers the share SHOWN of the pixels taken together.
BESIDE, FAR, LIT, EDGE, SHOWN = 12.0, 60.0, 0.9, 2, 0.1
NOISE, FAINT = 8.0, 4.0  # grey levels by which paper is darker in places, and less than any ink on average


def without_seals(colour: Colour, scale: float) -> Grey:
    """Return a page in grey levels, the red of seals as light as the paper; `scale` is pixels a point."""
    grey = np.asarray(cv2.cvtColor(colour, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    red, green, blue = cv2.split(colour)
    other = np.asarray(cv2.max(green, blue), dtype=np.uint8)
    tinted = np.asarray(cv2.subtract(red, other), dtype=np.uint8)
    tint = np.full_like(tinted, np.median(tinted[::STEP, ::STEP]))
    redder = np.asarray(cv2.subtract(tinted, tint), dtype=np.uint8)
    if int(redder.max(initial=0)) <= RED or min(redder.shape) < STEP:
        return grey
    seals = _seals(redder, scale)
    left, top, width, height = cv2.boundingRect(seals)
    if not width:
        return grey
    area = np.s_[top : top + height, left : left + width]
    is_seal = seals[area] > 0
    pure = is_seal & (redder[area] > RED)
    if not pure.any():
        return grey
    # where only the seal's ink lies, red light sees it this bright; below that there is black under it
    level = max(float(np.percentile(red[area][pure], 20)), 60.0)
    lit = red[area].astype(np.float32) * (255.0 / level)
    is_red = is_seal & (_accounted(redder[area], other[area], pure, scale) >= SHARE)
    darkest = float(np.percentile(grey[area][pure], DARKEST))
    print_alone = 255.0 - (darkest - grey[area].astype(np.float32)) * (255.0 / PRINT)
    lit = np.where(is_red, np.maximum(lit, print_alone), lit)
    reddish = np.asarray((redder[area] > REDDISH) * np.uint8(255), dtype=np.uint8)
    near = cv2.dilate(reddish, np.ones((5, 5), np.uint8))  # colours of JPEG bleed by two pixels
    inside = is_red | (is_seal & (near > 0))
    # lighter than the paper around it, it would make that paper look like ink; all of it is made darker
    # alike, so that thin print under red stands out as before
    lit = np.clip(lit, 0, 255) * (_paper(grey[area], inside, scale) / np.float32(255))
    result = grey.copy()
    result[area] = np.where(inside, np.maximum(lit, grey[area]), grey[area])
    return result


def _paper(grey: Grey, is_red: NDArray[np.bool_], scale: float) -> Grey:
    """Return how light the paper is at every pixel, by what shows beside red; 255 where none does."""
    rows, columns = grey.shape
    size = max(columns // PAPER_STEP, 1), max(rows // PAPER_STEP, 1)
    edge = np.ones((2 * EDGE + 1, 2 * EDGE + 1), np.uint8)
    beside = (cv2.dilate(is_red.astype(np.uint8), edge) == 0).astype(np.float32)
    shown = cv2.resize(beside, size, interpolation=cv2.INTER_AREA)
    level = cv2.resize(beside * grey, size, interpolation=cv2.INTER_AREA) / np.maximum(shown, SHOWN)
    level = cv2.medianBlur(np.where(shown >= SHOWN, np.clip(level, 0, 255), 0).astype(np.uint8), 3)
    near, far = (
        cv2.dilate(level, np.ones((2 * max(int(length * scale / PAPER_STEP), 1) + 1,) * 2, np.uint8))
        for length in (BESIDE, FAR)
    )
    paper = np.where(near >= LIT * far, near, far)
    paper = np.where(far > 0, paper, 255).astype(np.uint8)
    return np.asarray(cv2.resize(paper, (columns, rows), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def _accounted(redder: Grey, other: Grey, pure: NDArray[np.bool_], scale: float) -> _Shares:
    """Return for how much of what is dark about each pixel red alone accounts: 0 nothing, 1 all of it.

    `other` is the page in the light in which a seal is dark, `pure` says where nothing but its ink lies.
    """
    paper = float(np.percentile(other, 85))
    lit = np.full_like(other, max(paper - NOISE, 0.0))
    dark = _coarse(np.asarray(cv2.subtract(lit, other), dtype=np.uint8), scale)
    share = _coarse(redder, scale) / np.maximum(dark, FAINT)
    share = np.where(dark > FAINT, share / max(float(np.median(share[pure])), 0.1), 0.0)
    return np.asarray(share, dtype=np.float32)


def _coarse(levels: Grey, scale: float) -> _Shares:
    blurred = cv2.GaussianBlur(levels.astype(np.float32), (0, 0), COARSE * scale)
    return np.asarray(blurred, dtype=np.float32)


def _seals(redder: Grey, scale: float) -> Mask:
    """Return the areas of seals by how red pixels are: roundish when what stands near is taken together."""
    small = cv2.resize(redder, None, fx=1 / STEP, fy=1 / STEP, interpolation=cv2.INTER_AREA)
    found = np.asarray((small > MEAN) * np.uint8(255), dtype=np.uint8)
    reach = max(int(APART * scale / STEP), 1)
    # a ruling that crosses a ring at a slant leaves a gap that closing would not bridge
    near = np.asarray(cv2.dilate(found, np.ones((reach, reach), np.uint8)), dtype=np.uint8)
    count, numbered, stats, _ = cv2.connectedComponentsWithStats(near)
    seals = np.zeros_like(found)
    for number in range(1, count):
        if stats[number, cv2.CC_STAT_HEIGHT] * STEP < SEAL_HEIGHT * scale:
            continue
        x, y, wide, high = (int(stats[number, side]) for side in range(4))
        part = np.s_[y : y + high, x : x + wide]
        inside = (numbered[part] == number) & (found[part] > 0)
        of_one = np.asarray(inside * np.uint8(255), dtype=np.uint8)
        _, _, width, height = cv2.boundingRect(of_one)
        is_round = height * STEP >= SEAL_HEIGHT * scale and width <= SEAL_ASPECT * height
        if is_round and _longest(of_one) * STEP >= SEAL_HEIGHT * scale:
            outline, _ = cv2.findContours(of_one, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
            # the letters inside its ring stand apart from it
            cv2.fillConvexPoly(seals[part], cv2.convexHull(np.concatenate(outline)), 255)
    return np.asarray(
        cv2.resize(cv2.dilate(seals, np.ones((3, 3), np.uint8)), redder.shape[::-1]), dtype=np.uint8
    )


def _longest(found: Mask) -> int:
    """Return the length of the longest stroke, across or down: a ring has long ones, red figures have not."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(found)
    return int(stats[1:, cv2.CC_STAT_WIDTH : cv2.CC_STAT_HEIGHT + 1].max(initial=0))
