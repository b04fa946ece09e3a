"""Lines of running text on a page whose tables were taken out, found and recognised."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from converters import ocr
from converters.rulings import Word, rounded
from converters.scan_ink import Grey, Marks, Mask, marks
from document import Box

MOST_LINES = 400
# Ink outside of lines of this many text heights is a line that the detector passed over.
MISSED = 0.5
# Lines read with less confidence than this are pictures of something else.
NONSENSE = 0.5

_Pixels = tuple[int, int, int, int]  # left, top, right, bottom


def words(page: Grey, letters: Mask, height: float, scale: float) -> list[Word]:
    """Return the lines of a page as words, one a line or piece of a line.

    `page` and `letters`, its ink, are without tables; `height` is that of its letters in pixels, `scale` how
    many pixels make a point.
    """
    found = marks(letters)
    found = found[np.maximum(found[:, 2] - found[:, 0], found[:, 3] - found[:, 1]) >= MISSED * height]
    if not len(found):
        return []
    boxes = [box for box in (_trimmed(letters, box) for box in ocr.find_lines(page)) if box]
    boxes += _missed(found, boxes, letters, height)
    boxes = boxes[:MOST_LINES]
    pad = max(int(0.15 * height), 2)
    crops = [
        page[max(top - pad, 0) : bottom + pad, max(left - pad, 0) : right + pad]
        for left, top, right, bottom in boxes
    ]
    read = [ocr.agree(readings) for readings in ocr.recognise(crops, figures=False)]
    usual = float(np.median([bottom - top for _, top, _, bottom in boxes])) if boxes else 0.0
    lines = [
        Word(
            text=" ".join(text.split()),
            box=_in_points(_full_height(box, usual), scale),
            confidence=confidence,
            how="recognised",
        )
        for box, (text, confidence) in zip(boxes, read, strict=True)
        if text.strip()
    ]
    if lines and float(np.median([line.confidence for line in lines])) < NONSENSE:
        return []  # a picture of something else, in which the reader sees characters
    return lines


def _trimmed(letters: Mask, box: Box) -> _Pixels | None:
    """Return a box in pixels drawn in to its ink; None where it holds none."""
    left, top, right, bottom = int(box.left), int(box.top), round(box.right), round(box.bottom)
    inside = letters[top:bottom, left:right]
    rows, columns = np.count_nonzero(inside, axis=1), np.flatnonzero(inside.any(axis=0))
    if not len(columns):
        return None
    full = np.flatnonzero(rows > 0)
    return left + int(columns[0]), top + int(full[0]), left + int(columns[-1]) + 1, top + int(full[-1]) + 1


def _missed(found: Marks, boxes: Sequence[_Pixels], letters: Mask, height: float) -> list[_Pixels]:
    """Return lines made of the letters that lie in none of the boxes."""
    across, down = (found[:, 0] + found[:, 2]) / 2, (found[:, 1] + found[:, 3]) / 2
    is_in = np.zeros(len(found), dtype=bool)
    for left, top, right, bottom in boxes:
        is_in |= (across >= left) & (across <= right) & (down >= top) & (down <= bottom)
    left_out = found[~is_in]
    size = np.maximum(left_out[:, 2] - left_out[:, 0], left_out[:, 3] - left_out[:, 1])
    left_out = left_out[size <= 4 * height]
    if not len(left_out) or len(left_out) > MOST_LINES:
        return []
    canvas = np.zeros_like(letters)
    for left, top, right, bottom, _ in left_out.tolist():
        canvas[top:bottom, left:right] = 255
    reach = max(int(height), 2)
    joined = cv2.morphologyEx(canvas, cv2.MORPH_CLOSE, np.ones((3, reach), np.uint8))
    lines = marks(np.asarray(joined, dtype=np.uint8))
    return [(left, top, right, bottom) for left, top, right, bottom, _ in lines.tolist()]


def _full_height(box: _Pixels, usual: float) -> tuple[float, float, float, float]:
    """Return a box at the height of a line: 一 and page numbers are lower than the letters of their size."""
    left, top, right, bottom = box
    if 0.45 * usual <= bottom - top < usual:
        middle = (top + bottom) / 2
        return left, middle - usual / 2, right, middle + usual / 2
    return left, top, right, bottom


def _in_points(box: tuple[float, float, float, float], scale: float) -> Box:
    left, top, right, bottom = box
    return rounded(Box(left=left / scale, top=top / scale, right=right / scale, bottom=bottom / scale))
