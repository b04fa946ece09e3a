"""Which way up a levelled page stands: told by its lines of text, the cheapest witness first.

Characters follow each other nearer than lines do, so what grows together when ink spreads sideways are lines.
Whether those stand on their head is asked of a model made for it, and where that is not sure, of the reader.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from converters.scan_ink import Grey, Mask, ink, letter_height, marks
from converters.scan_straight import turned

# Characters of a line stand within this many text heights, lines farther apart.
TOGETHER = 0.4
# ... and this apart characters of a line still are where they are told from figures under each other. Heads
# set letter under letter stand as far apart as that, so letters nearer to each other are asked first.
APART = (0.3, 0.55)
# Where the lines of one direction are LONGER times as long together as those of the other, and one of them is
# longer than LINE text heights, which a count is not, or all are longer than ENOUGH, that is the direction.
# Else both are asked: where thin letters fall apart, what still grows together are figures and strokes.
LONGER, LINE, ENOUGH = 4.0, 6.5, 40.0
LOWEST = 0.6  # of lines at least, in text heights; specks in a row are lower
# Lines long enough to tell which way up they stand, in text heights.
LONG, HIGH = 3.0, 1.6
# Of a line's rows so many are inked as this share of the fullest: of text two thirds and more, of what is
# left of a ruling a fifth.
FULL, ROWS = 0.25, 0.5
MOST_LINES, FEW = 12, 4  # that are asked about, and that are read
SMALLEST = 64  # pixels of a side that a page has at least
# Over 140 pages at five levels the model's mean was above this on all but 7. On those it is asked about the
# lines turned over as well, and what it says of both is held against each other: it was right on all, by 0.33
# and more.
SURE, TOLD = 0.9, 0.1


def quarters_to_upright(grey: Grey, scale: float) -> int:
    """Return how many quarter turns clockwise a level page needs to stand upright; 0 where nothing tells."""
    if min(grey.shape) < SMALLEST:
        return 0
    letters = _letters(_half(grey), scale / 2)
    height = letter_height(marks(letters), scale / 2)
    best, most = 0, -1.0
    for way in _ways(letters, height):
        lines = _lines(turned(grey, way), turned(letters, way), height)
        if not lines:
            continue
        stands, confidence = _stands(lines)
        # a figure seen from the side may stand as surely as text does, but there is less of it
        told = (2 * confidence - 1) * sum(line.shape[1] for line in lines)
        if told > most:
            best, most = way if stands else way + 2, told
    return best


def _ways(letters: Mask, height: float) -> tuple[int, ...]:
    """Return the quarter turns after which lines may be level: one, or both where nothing tells."""
    across_page = np.ascontiguousarray(letters.T)
    for apart in APART:
        across, down = _lengths(letters, height, apart), _lengths(across_page, height, apart)
        longer, other = sorted((across, down), key=sum, reverse=True)
        is_text = max(longer, default=0) > LINE * height or sum(longer) > ENOUGH * height
        if is_text and sum(longer) > LONGER * sum(other):
            return (0,) if longer is across else (1,)
    return 0, 1


def _half(grey: Grey) -> Grey:
    return np.asarray(cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _letters(grey: Grey, scale: float) -> Mask:
    """Return the ink of a page without its rulings and pictures."""
    inked = ink(grey)
    long = max(int(40 * scale), 10)  # no stroke of a letter is as long
    across = cv2.morphologyEx(inked, cv2.MORPH_OPEN, np.ones((1, long), np.uint8))
    down = cv2.morphologyEx(inked, cv2.MORPH_OPEN, np.ones((long, 1), np.uint8))
    rulings = cv2.dilate(cv2.max(across, down), np.ones((5, 5), np.uint8))
    return np.asarray(cv2.subtract(inked, rulings), dtype=np.uint8)


def _lengths(letters: Mask, height: float, apart: float) -> list[float]:
    """Return how long the lines are that letters make, so many text heights apart at most."""
    reach = max(round(apart * height), 1) + 1
    grown = cv2.morphologyEx(letters, cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(grown)
    boxes = [
        (int(left), int(top), int(width), int(tall))
        for left, top, width, tall, _ in stats[1:]
        if LOWEST * height <= tall <= HIGH * height and width >= LONG * tall
    ]
    return [float(box[2]) for box in boxes if _is_text(letters, box)]


def _lines(page: Grey, letters: Mask, height: float) -> list[Grey]:
    """Return crops of the longest level lines of a page; `letters` and `height` are of half the size."""
    reach = max(int(TOGETHER * height), 2)
    grown = cv2.morphologyEx(letters, cv2.MORPH_CLOSE, np.ones((max(reach // 3, 1), 2 * reach), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(grown)
    boxes = [
        (int(left), int(top), int(width), int(tall))
        for left, top, width, tall, _ in stats[1:]
        if 0.7 * height <= tall <= HIGH * height and width >= LONG * tall
    ]
    boxes = [box for box in boxes if _is_text(letters, box)]
    boxes.sort(key=lambda box: (-box[2], box[1], box[0]))
    pad, most = max(int(0.15 * height), 1), int(12 * height)
    return [
        page[
            2 * max(top - pad, 0) : 2 * (top + tall + pad),
            2 * max(left - pad, 0) : 2 * (left + min(width, most) + pad),
        ]
        for left, top, width, tall in boxes[:MOST_LINES]
    ]


def _is_text(letters: Mask, box: tuple[int, int, int, int]) -> bool:
    """Say whether ink stands in most rows of a line: pieces of a ruling that grew together fill a few."""
    left, top, width, tall = box
    rows = np.count_nonzero(letters[top : top + tall, left : left + width], axis=1)
    return float((rows >= FULL * rows.max()).mean()) >= ROWS


def _stands(lines: Sequence[Grey]) -> tuple[bool, float]:
    """Return whether lines stand on their feet, and how surely it is known."""
    from converters import ocr  # noqa: PLC0415  # loads the models

    as_is = ocr.upright(lines)
    share = float(np.mean(as_is))
    if max(share, 1 - share) > SURE:
        return share > 0.5, max(share, 1 - share)
    on_head = ocr.upright([turned(line, 2) for line in lines])
    more = float(np.mean(as_is) - np.mean(on_head))
    if abs(more) > TOLD:
        return more > 0, (1 + abs(more)) / 2
    few = list(lines[:FEW])
    more = _read(few) - _read([turned(line, 2) for line in few])
    return more >= 0, (1 + abs(more)) / 2


def _read(lines: Sequence[Grey]) -> float:
    """Return how surely lines are read; nothing read is no reading."""
    from converters import ocr  # noqa: PLC0415

    first = [readings[0] for readings in ocr.recognise(lines, figures=False)]
    return float(np.mean([reading.confidence if reading.text else 0.0 for reading in first]))
