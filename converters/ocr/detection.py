"""RapidOCR's detection model on a page: where lines of running text stand; and which way up they are.

The model marks the core of every line; boxes are the marked cores grown back to the letters (differentiable
binarization, Liao et al. 2020).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from converters.ocr import models
from converters.ocr.ink import Grey
from document import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Pixels that letters are brought to: characters of 10 pt on a page 736 pixels wide, which the model was made
# for; a page of 15 pt takes half of the time so. Nothing is enlarged.
_LETTER = 14.0
_SHORT_SIDE = 736  # ... and at most this for the shorter side: a whole page takes 300 MB then
_MULTIPLE = 32  # the model halves its input five times
_MARKED = 0.3  # from here on a pixel belongs to a line
_SURE = 0.5  # mean over a line; the pipeline's own settings, like the one before and after
_GROWN = 1.6  # area over circumference times this is what a core is grown by
_THINNEST = 3  # pixels


class _Core(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float


def find_lines(page: Grey, *, letter: float) -> list[Box]:
    """Return the boxes of text lines in pixels of the page, in reading order: down, and along each line.

    Dark ink on light, letters `letter` pixels high. A page without text gives none; columns are not told
    apart.
    """
    height, width = page.shape
    scale = min(1.0, _LETTER / max(letter, 1.0), _SHORT_SIDE / min(height, width))
    size = (_rounded(width * scale), _rounded(height * scale))
    small = cv2.resize(page, size, interpolation=cv2.INTER_AREA)
    grey = small.astype(np.float32) / 127.5 - 1.0
    (marks,) = models.session(models.DETECTION).run(None, {"x": np.repeat(grey[None, None], 3, axis=1)})
    across, down = width / size[0], height / size[1]
    boxes = [
        Box(
            left=max(core.left * across, 0.0),
            top=max(core.top * down, 0.0),
            right=min(core.right * across, float(width)),
            bottom=min(core.bottom * down, float(height)),
        )
        for core in _cores(marks[0, 0])
    ]
    return _in_order(boxes)


def _rounded(length: float) -> int:
    return max(_MULTIPLE, round(length / _MULTIPLE) * _MULTIPLE)


def _cores(marks: NDArray[np.float32]) -> list[_Core]:
    """Return the marked lines, grown back to their letters, in pixels of the marks."""
    count, numbered, stats, _ = cv2.connectedComponentsWithStats((marks > _MARKED).astype(np.uint8))
    result = []
    for number in range(1, count):
        left, top, width, height, area = (int(one) for one in stats[number])
        if min(width, height) < _THINNEST:
            continue
        inside = numbered[top : top + height, left : left + width] == number
        if float(marks[top : top + height, left : left + width][inside].mean()) < _SURE:
            continue
        grown = area * _GROWN / (2 * (width + height))
        result.append(_Core(left - grown, top - grown, left + width + grown, top + height + grown))
    return result


def _in_order(boxes: Sequence[Box]) -> list[Box]:
    """Order boxes into rows from the top, each from the left; a row takes what has its middle in it."""
    rows: list[list[Box]] = []
    for box in sorted(boxes, key=lambda box: (box.top + box.bottom, box.left)):
        middle = (box.top + box.bottom) / 2
        row = next((row for row in rows[-3:] if row[0].top < middle < row[0].bottom), None)
        if row is None:
            rows.append([box])
        else:
            row.append(box)
    return [box for row in rows for box in sorted(row, key=lambda box: box.left)]


_TURN_HEIGHT, _TURN_WIDTH = 48, 192  # pixels, what the model was made for


def upright(lines: Sequence[Grey]) -> list[float]:
    """Return for each line of text the probability that it stands upright and not upside down."""
    result = []
    for line in lines:
        width = min(_TURN_WIDTH, max(1, round(line.shape[1] * _TURN_HEIGHT / line.shape[0])))
        resized = cv2.resize(line, (width, _TURN_HEIGHT), interpolation=cv2.INTER_AREA)
        grey = np.zeros((1, 3, _TURN_HEIGHT, _TURN_WIDTH), dtype=np.float32)
        grey[:, :, :, :width] = resized.astype(np.float32) / 127.5 - 1.0
        (turned,) = models.session(models.ORIENTATION).run(None, {"x": grey})
        result.append(float(turned[0, 0]))
    return result
