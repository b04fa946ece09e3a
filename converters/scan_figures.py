"""The texts of a table as pieces of one line, and which may be figures: known by shape, nothing is read.

Worn letters fall into pieces that look like figures. So a figure is one only among others: in a column and a
row that hold figures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from converters.rulings import Frame
from converters.scan_cells import are_figure
from converters.scan_ink import SMALLEST, Marks, Mask, marks
from converters.scan_lines import Part

# In text heights: marks of a text are no higher, and those that stand nearer together than that are of one.
HIGHEST, TOGETHER = 1.4, 0.7
# Figures are so high; brackets that a letter left are lower. What is thinner is left of a ruling beside it.
LOWEST, FULL, REST = 0.55, 1.2, 0.15
# The fullest of 24 drawn tables held 1,013 marks in 233 texts; thousands are a picture, and take seconds.
MOST_MARKS, MOST_TEXTS = 5000, 1200
CUT = 2  # pixels: a text this near to a line was parted by it
# Of the texts in a column of figures so many are figures, heads and captions counted; of those in a row of
# them outside of its labels.
COLUMN, ROW = 0.25, 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """A text in one line, in pixels of its part of the page."""

    left: int
    top: int
    right: int
    bottom: int
    is_figure: bool

    @property
    def across(self) -> float:
        """Where its middle stands."""
        return (self.left + self.right) / 2

    @property
    def down(self) -> float:
        """Where its middle stands."""
        return (self.top + self.bottom) / 2


def texts(frame: Frame, part: Part, ink: Mask, *, together: float = TOGETHER) -> list[Text]:
    """Return the texts inside a frame; `ink` is without rulings. None of what is more than a page holds.

    Marks are of one text where no more than `together` text heights part them.
    """
    scale, height = part.scale, part.height
    found = _marks_inside(frame, part, ink)
    if len(found) > MOST_MARKS:
        return []
    canvas = np.zeros_like(ink)
    for left, top, right, bottom, _ in found.tolist():
        canvas[top:bottom, left:right] = 255
    reach = max(round(together * height), 1) | 1
    joined = np.asarray(
        cv2.morphologyEx(canvas, cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8)), dtype=np.uint8
    )
    known = [round(x * scale) for x in frame.columns[1:-1]]
    for at in known:  # a line that is known parts texts that do not run over it
        joined[:, at - 1 : at + 2] = cv2.bitwise_and(joined[:, at - 1 : at + 2], canvas[:, at - 1 : at + 2])
    boxes = marks(joined)
    if len(boxes) > MOST_TEXTS:
        return []
    result = []
    for left, top, right, bottom, _ in boxes.tolist():
        if bottom - top < SMALLEST * height:
            continue
        inside = found[
            (found[:, 0] >= left) & (found[:, 2] <= right) & (found[:, 1] >= top) & (found[:, 3] <= bottom)
        ]
        if not len(inside):  # what two lines close beside each other cut off, and no mark stands in
            continue
        is_figure = (
            LOWEST * height <= bottom - top <= FULL * height
            and are_figure(inside, height)
            and not any(abs(at - left) <= CUT or abs(at - right) <= CUT for at in known)
        )
        result.append(Text(left=left, top=top, right=right, bottom=bottom, is_figure=is_figure))
    return _among_figures(result, frame, scale)


def _marks_inside(frame: Frame, part: Part, ink: Mask) -> Marks:
    """Return the marks inside a frame that may be of texts."""
    height, scale = part.height, part.scale
    left, top, right, bottom = (
        max(round(x * scale), 0) for x in (frame.columns[0], frame.rows[0], frame.columns[-1], frame.rows[-1])
    )
    inside = np.ascontiguousarray(ink[top:bottom, left:right])
    found = marks(inside) + np.array([left, top, left, top, 0], dtype=np.int32)
    width, tall = found[:, 2] - found[:, 0], found[:, 3] - found[:, 1]
    is_rest = width <= REST * height
    is_rest &= (np.abs(found[:, :1] - np.array(frame.columns) * scale) <= SMALLEST * height).any(axis=1)
    is_text = (np.maximum(width, tall) >= SMALLEST * height) & (tall <= HIGHEST * height)
    return np.asarray(found[is_text & ~is_rest], dtype=np.int32)


def _among_figures(found: Sequence[Text], frame: Frame, scale: float) -> list[Text]:
    """Return texts, of which those alone are figures that stand in a column and a row of figures."""
    columns = [int(np.searchsorted(frame.columns, text.across / scale)) for text in found]
    rows = [int(np.searchsorted(frame.rows, text.down / scale)) for text in found]
    columns_of_figures = _mostly_figures(zip(columns, found, strict=True), COLUMN)
    beside = [
        (row, text)
        for row, column, text in zip(rows, columns, found, strict=True)
        if column in columns_of_figures
    ]
    rows_of_figures = _mostly_figures(beside, ROW)
    return [
        replace(text, is_figure=text.is_figure and column in columns_of_figures and row in rows_of_figures)
        for row, column, text in zip(rows, columns, found, strict=True)
    ]


def _mostly_figures(placed: Iterable[tuple[int, Text]], share: float) -> set[int]:
    """Return the places of whose texts such a share are figures."""
    held: dict[int, list[bool]] = defaultdict(list)
    for place, text in placed:
        held[place].append(text.is_figure)
    return {place for place, found in held.items() if sum(found) >= share * len(found)}
