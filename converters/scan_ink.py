"""What is ink on a straightened page: its marks, how high its letters are."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]  # 0 is black
Mask = NDArray[np.uint8]  # 255 where it holds, else 0
# Boxes of connected ink: left, top, right, bottom (half open) and the number of inked pixels, one row each.
Marks = NDArray[np.int32]

# Letters are 5 to 30 pt high; what is flatter is a stroke or a speck, what is higher a picture.
LOWEST, HIGHEST = 4.5, 36.0
DEFAULT_HEIGHT = 9.0  # points, of a page without letters
# Ink is darker than the paper by this many grey levels, by so many standard deviations of its noise, and by
# this share of what the darkest ink is: the thin strokes of printed letters reach two fifths of it.
DARKER, ABOVE_NOISE, SHARE = 25.0, 5.0, 0.3
SMALLEST = 0.3  # text heights, of letters and figures; smaller marks are dots
NEAR = 0.3  # text heights: dots this near to letters are theirs, as that of 1. is; rulings keep off
DOT = 60  # grey levels, of one black pixel among three that are averaged


def ink(grey: Grey) -> Mask:
    """Return the inked pixels of a flattened page."""
    smooth = cv2.GaussianBlur(grey, (3, 3), 0)
    sample = smooth[::5, ::5].astype(np.float32)
    paper = float(np.median(sample))
    noise = 1.48 * float(np.median(np.abs(sample - paper)))
    darkest = float(np.percentile(sample, 0.5))
    darker = max(DARKER, ABOVE_NOISE * noise, SHARE * (paper - darkest))
    return np.asarray((smooth < paper - darker) * np.uint8(255), dtype=np.uint8)


def marks(inked: Mask) -> Marks:
    """Return the boxes of connected ink."""
    if not inked.size:  # OpenCV ends the program on it
        return np.zeros((0, 5), dtype=np.int32)
    _, _, stats, _ = cv2.connectedComponentsWithStats(inked, connectivity=8)
    boxes = stats[1:].astype(np.int32)
    boxes[:, 2:4] += boxes[:, 0:2]
    return boxes


def near_letters(inked: Mask, height: float, *, thickest: int) -> NDArray[np.bool_]:
    """Return where letters stand, and a little around them: marks too large for the dots that lines leave.

    `thickest` is how high such dots are, in pixels along the columns of the mask.
    """
    _, numbered, stats, _ = cv2.connectedComponentsWithStats(inked, connectivity=8)
    large = (np.maximum(stats[:, 2], stats[:, 3]) >= SMALLEST * height) | (stats[:, 3] > thickest)
    large[0] = False
    beside = max(round(NEAR * height), 1)
    around = cv2.dilate(large[numbered].astype(np.uint8), np.ones((2 * beside + 1, 7), np.uint8))
    return np.asarray(around > 0)


def letter_height(found: Marks, scale: float) -> float:
    """Return the height of a page's letters in pixels: what most ink of letters' shape stands in."""
    width, height = found[:, 2] - found[:, 0], found[:, 3] - found[:, 1]
    is_letter = (height >= LOWEST * scale) & (height <= HIGHEST * scale) & (width <= 2 * height)
    is_letter &= (width >= 0.15 * height) & (found[:, 4] >= 0.08 * width * height)
    heights = height[is_letter]
    if heights.size < 5:
        return DEFAULT_HEIGHT * scale
    return float(np.percentile(heights, 60))
