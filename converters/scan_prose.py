"""Lines of running text on a page whose tables were taken out, found and recognised."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np

from converters import ocr
from converters.rulings import Word, rounded
from converters.scan_cells import look
from converters.scan_ink import Grey, Marks, Mask, marks
from document import Box

MOST_LINES = 400
# Ink outside of lines of this many text heights is a line that the detector passed over.
MISSED = 0.5
# The detector takes its time by area: it is shown parts of this many text heights or a little more, which
# begin where this many are blank, with so much paper around them.
PART, APART, PAPER_AROUND = 12.0, 3.0, 1.0
# A line goes on where marks of this size stand this near to it, in text heights: commas are 0.2 high, and
# behind one in its square three quarters are blank.
MARK, LETTER, NEXT = 0.12, 2.0, 0.9
SHORT = 2  # characters of a line that may be a figure's, misread
ROOM = 0.45  # around a lone figure, in text heights, as it has in a cell: in less a 0 looks like a box
# Lines read with less confidence than this are pictures of something else.
NONSENSE = 0.5
# ... but in 54 photographs and drawings, small and large, no line came out with more than three characters of
# Chinese; lines of letters out of focus have one in ten that is less sure.
WORDY, LEAST = 6, 0.2
# What is lower than this, in text heights, is no line but dirt, or the edge of what the page lies on; only
# dashes are as low, of which the character one is one.
LOW = 0.4
DASHES = frozenset("一—–-")
FAR = 2.0  # from a page number to its dashes, in text heights

PAGE_NUMBER = re.compile(r"[一—–-] ?(\d{1,4}) ?[一—–-]")

_Pixels = tuple[int, int, int, int]  # left, top, right, bottom


def words(page: Grey, letters: Mask, height: float, scale: float) -> list[Word]:
    """Return the lines of a page as words, one a line or piece of a line.

    `page` and `letters`, its ink, are without tables; `height` is that of its letters in pixels, `scale` how
    many pixels make a point.
    """
    every = marks(letters)
    size = np.maximum(every[:, 2] - every[:, 0], every[:, 3] - every[:, 1])
    found = every[size >= MISSED * height]
    if not len(found):
        return []
    boxes = [box for box in (_trimmed(letters, box) for box in _lines(page, found, height)) if box]
    beside = every[(size >= MARK * height) & (size <= LETTER * height)]
    boxes = _to_ends(boxes, beside, height)
    boxes = _to_ends([*boxes, *_missed(found, boxes, letters, height)], beside, height)[:MOST_LINES]
    pad = max(int(0.15 * height), 2)
    crops = [
        page[max(top - pad, 0) : bottom + pad, max(left - pad, 0) : right + pad]
        for left, top, right, bottom in boxes
    ]
    read = [ocr.agree(readings) for readings in ocr.recognise(crops, figures=False, prose=True)]
    read = _with_lone_figures(read, page, boxes, every, height)
    usual = float(np.median([bottom - top for _, top, _, bottom in boxes])) if boxes else 0.0
    lines: list[Word] = []
    unsure: list[Word] = []  # low strokes that may be dashes or dirt
    for box, (text, confidence) in zip(boxes, read, strict=True):
        is_low, is_dash = box[3] - box[1] < LOW * height, text.strip() in DASHES
        if not text.strip() or (is_low and not is_dash):
            continue
        in_points = _in_points(_full_height(box, usual), scale)
        line = Word(text=_as_printed(text), box=in_points, confidence=confidence, how="recognised")
        (unsure if is_low and confidence < NONSENSE else lines).append(line)
    if lines and float(np.median([_sureness(line) for line in lines])) < NONSENSE:
        return []  # a picture of something else, in which the reader sees characters
    # beside a page number a stroke is a dash by where it stands, however it was read
    return [line for line in _with_page_numbers([*lines, *unsure], height / scale) if line not in unsure]


def _sureness(line: Word) -> float:
    """Return how surely a line is text at all, which many characters of Chinese are, be one unsure."""
    letters = sum("\u4e00" <= one <= "\u9fff" for one in line.text)
    return 1.0 if letters >= WORDY and line.confidence >= LEAST else line.confidence


def _with_page_numbers(lines: Sequence[Word], height: float) -> list[Word]:
    """Return lines with every page number and the dashes beside it as one; `height` is of text, in points.

    Three pieces in a row would be a table of one row.
    """
    dashes = [line for line in lines if line.text in DASHES]
    result = list(lines)
    for number in (line for line in lines if line.text.isdigit()):
        beside = [dash for dash in dashes if number.box.top < _middle(dash.box) < number.box.bottom]
        before = [dash for dash in beside if 0 <= number.box.left - dash.box.right <= FAR * height]
        after = [dash for dash in beside if 0 <= dash.box.left - number.box.right <= FAR * height]
        if before and after:
            # dirt may lie beside it too: what was read as a dash goes first, then what is near
            left = max(before, key=lambda dash: (dash.confidence >= NONSENSE, dash.box.right))
            right = min(after, key=lambda dash: (dash.confidence < NONSENSE, dash.box.left))
            three = (left, number, right)
            box = replace(number.box, left=left.box.left, right=right.box.right)
            whole = replace(
                number, text=_as_printed("".join(one.text for one in three)), box=box,
                confidence=min(one.confidence for one in three),
            )  # fmt: skip
            result = [whole if one is number else one for one in result if one not in three[::2]]
    return result


def _middle(box: Box) -> float:
    return (box.top + box.bottom) / 2


def _with_lone_figures(
    read: Sequence[tuple[str, float]],
    page: Grey,
    boxes: Sequence[_Pixels],
    found: Marks,
    height: float,
) -> list[tuple[str, float]]:
    """Return what lines say, those that may be a figure read again as the cells of tables are.

    Of a 0 that stands alone a reader of lines makes nothing, or a letter; tables without rulings hold many.
    """
    again = [
        number
        for number, (text, _) in enumerate(read)
        if len(text.strip()) <= SHORT and not text.strip().isdigit()
    ]
    again = [
        number for number in again if look(found, _in_points(boxes[number], 1.0), height, 1.0).may_be_figure
    ]
    result = list(read)
    pad = max(int(ROOM * height), 2)
    crops = [
        page[max(top - pad, 0) : bottom + pad, max(left - pad, 0) : right + pad]
        for left, top, right, bottom in (boxes[number] for number in again)
    ]
    figures = ocr.recognise(crops, figures=True)
    for number, readings in zip(again, figures, strict=True):
        text, confidence = ocr.agree(readings)
        if text.strip() and confidence >= NONSENSE:
            result[number] = text, confidence
    return result


def _as_printed(text: str) -> str:
    """Return a line as it is printed: strokes around a number are dashes, as no word is 一3一."""
    plain = " ".join(text.split())
    number = PAGE_NUMBER.fullmatch(plain)
    return f"— {number[1]} —" if number else plain


def _lines(page: Grey, found: Marks, height: float) -> Iterator[Box]:
    """Yield the lines that the detector finds on a page, in pixels, part by part from the top."""
    pad = round(PAPER_AROUND * height)
    for left, top, right, bottom in _parts(found, height):
        part = page[top:bottom, left:right]
        framed = cv2.copyMakeBorder(part, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=255)
        for box in ocr.find_lines(np.asarray(framed, dtype=np.uint8), letter=height):
            yield Box(
                left=min(max(box.left - pad, 0), right - left) + left,
                top=min(max(box.top - pad, 0), bottom - top) + top,
                right=min(max(box.right - pad, 0), right - left) + left,
                bottom=min(max(box.bottom - pad, 0), bottom - top) + top,
            )


def _parts(found: Marks, height: float) -> list[_Pixels]:
    """Return the parts of a page that ink stands in, from the top, cut between lines."""
    parts: list[list[int]] = []
    for left, top, right, bottom, _ in found[np.argsort(found[:, 1], kind="stable")].tolist():
        last = parts[-1] if parts else None
        if last is None or top - last[3] > (APART if last[3] - last[1] < PART * height else 0) * height:
            parts.append([left, top, right, bottom])
        else:
            parts[-1] = [min(last[0], left), last[1], max(last[2], right), max(last[3], bottom)]
    return [(left, top, right, bottom) for left, top, right, bottom in parts]


def _trimmed(letters: Mask, box: Box) -> _Pixels | None:
    """Return a box in pixels drawn in to its ink; None where it holds none."""
    left, top, right, bottom = int(box.left), int(box.top), round(box.right), round(box.bottom)
    inside = letters[top:bottom, left:right]
    rows, columns = np.count_nonzero(inside, axis=1), np.flatnonzero(inside.any(axis=0))
    if not len(columns):
        return None
    full = np.flatnonzero(rows > 0)
    return left + int(columns[0]), top + int(full[0]), left + int(columns[-1]) + 1, top + int(full[-1]) + 1


def _to_ends(boxes: Sequence[_Pixels], found: Marks, height: float) -> list[_Pixels]:
    """Return the boxes of lines with the letters and marks that stand right before and behind them.

    The detector leaves out full stops at the end of a line, and the dashes around a page number.
    """
    down = (found[:, 1] + found[:, 3]) / 2
    result = []
    for left, top, right, bottom in boxes:
        beside = found[(down >= top) & (down <= bottom)]
        start, stop = left, right
        for one in beside[np.argsort(beside[:, 0])]:
            if stop - 0.5 * height < one[0] <= stop + NEXT * height:
                stop = max(stop, int(one[2]))
        for one in beside[np.argsort(-beside[:, 2])]:
            if start - NEXT * height <= one[2] < start + 0.5 * height:
                start = min(start, int(one[0]))
        result.append((start, top, stop, bottom))
    return [box for number, box in enumerate(result) if not _is_inside(box, result[:number])]


def _is_inside(box: _Pixels, others: Sequence[_Pixels]) -> bool:
    """Say whether the middle of a box lies inside one of the others."""
    across, down = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return any(left <= across <= right and top <= down <= bottom for left, top, right, bottom in others)


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
