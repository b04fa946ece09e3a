"""The cells of a ruled table on a scan: their crops without rulings, and what their ink proves.

A cell is blank because its ink is too small for any character, and where ink is too small for a character but
too large for dirt, that is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from converters.rulings import PADDING, Ruling, Word, around, is_wrapped_figure
from converters.scan_ink import Grey, Marks, Mask
from document import Box, Cell

Placed = NDArray[np.float64]  # marks in points, not pixels

# Lengths in heights of the table's letters. The smallest characters that mean something in a cell are dashes
# and dots of 0.3; dust of printers and noise of scanners stay below 0.2.
SPECK, CHARACTER = 0.2, 0.32
# What is left of a ruling after it was erased is this thin, this near to it, and longer than thick.
RIM, THIN = 0.3, 0.2
# A short cell, one line of at most so many glyphs, may be a figure.
MOST_GLYPHS = 12
# Glyphs of Chinese are as wide as high; digits, even two that touch, are not.
SQUARE, SQUARE_HEIGHT = (0.85, 1.2), 0.75
LINE = 1.5  # one line of letters with its marks is no higher
# Beside and around digits their type leaves this much free, in shares of their height: SimSun, Times, DejaVu.
BEARING, AROUND = 0.14, 0.2
WIDEST = 0.75  # of their height, of the ink of digits
# Digits as wide as letters take this much of their height, and begin no further in.
LETTER, INDENT = 1.45, 0.45
# Ink on both sides of a ruling, for this length of it, belongs to a text that runs over it.
CROSSING = 0.15
# So many texts of a table begin equally far from their rulings, to this share of a text height, where that is
# their cells' padding.
BEGIN, SAME = 4, 0.15
LOWEST = 0.3  # of the highest line of a cell, of its others


@dataclass(frozen=True, kw_only=True, slots=True)
class Inked:
    """What the ink of a cell proves."""

    is_blank: bool
    is_doubtful: bool  # blank but for ink that may be a small character
    may_be_figure: bool


def erased(grey: Grey, inked: Mask, drawn: Mask, near: Mask, paper: int) -> tuple[Grey, Mask]:
    """Return a page and its ink without the rulings: `drawn` where it also lies `near` an accepted one."""
    lines = cv2.dilate(cv2.bitwise_and(drawn, near), np.ones((5, 5), np.uint8))
    return np.where(lines > 0, np.uint8(paper), grey), np.asarray(cv2.subtract(inked, lines), dtype=np.uint8)


def crop(page: Grey, box: Box, height: float, scale: float) -> Grey:
    """Return the inside of a cell, without the strip along its rulings."""
    inset = max(int(0.08 * height), 1)
    top, bottom = int(box.top * scale) + inset, int(box.bottom * scale) - inset
    left, right = int(box.left * scale) + inset, int(box.right * scale) - inset
    top, left = max(top, 0), max(left, 0)
    return page[top : max(bottom, top + 1), left : max(right, left + 1)]


def look(found: Marks, box: Box, height: float, scale: float) -> Inked:
    """Return what ink proves about the cell in a box; `height` is that of letters, in pixels."""
    left, top, right, bottom = (value * scale for value in (box.left, box.top, box.right, box.bottom))
    across, down = (found[:, 0] + found[:, 2]) / 2, (found[:, 1] + found[:, 3]) / 2
    inside = found[(across > left) & (across < right) & (down > top) & (down < bottom)]
    width, tall = inside[:, 2] - inside[:, 0], inside[:, 3] - inside[:, 1]
    rim = (
        (np.minimum(inside[:, 0] - left, right - inside[:, 2]) < RIM * height) & (width <= THIN * height)
    ) | ((np.minimum(inside[:, 1] - top, bottom - inside[:, 3]) < RIM * height) & (tall <= THIN * height))
    size = np.maximum(width, tall)
    rim &= size > 2 * np.minimum(width, tall)
    kept, size = inside[~rim], size[~rim]
    characters = kept[size >= CHARACTER * height]
    if not len(characters):
        is_doubtful = bool((size >= SPECK * height).any()) or _clustered(kept, height)
        return Inked(is_blank=True, is_doubtful=is_doubtful, may_be_figure=is_doubtful)
    return Inked(is_blank=False, is_doubtful=False, may_be_figure=are_figure(characters, height))


def _clustered(specks: Marks, height: float) -> bool:
    """Say whether specks stand together as the rest of a character does whose strokes fell apart."""
    if len(specks) < 4:
        return False
    inked = specks[:, 4].sum()
    left, top = specks[:, 0].min(), specks[:, 1].min()
    right, bottom = specks[:, 2].max(), specks[:, 3].max()
    return bool(right - left < 2 * height and bottom - top < 1.5 * height and inked > 0.05 * height * height)


def are_figure(characters: Marks, height: float) -> bool:
    """Say whether marks may be a figure: one short line of glyphs that are no Chinese."""
    if characters[:, 3].max() - characters[:, 1].min() > LINE * height:
        return False
    glyphs: list[list[int]] = []
    for left, top, right, bottom, _ in characters[np.argsort(characters[:, 0])].tolist():
        if glyphs and left < glyphs[-1][2]:
            last = glyphs[-1]
            glyphs[-1] = [last[0], min(last[1], top), max(last[2], right), max(last[3], bottom)]
        else:
            glyphs.append([left, top, right, bottom])
    return len(glyphs) <= MOST_GLYPHS and not any(_is_square(glyph, height) for glyph in glyphs)


def _is_square(glyph: Sequence[int], height: float) -> bool:
    left, top, right, bottom = glyph
    tall = bottom - top
    return tall >= SQUARE_HEIGHT * height and SQUARE[0] <= (right - left) / tall <= SQUARE[1]


def words(cell: Cell, box: Box, found: Marks, scale: float) -> tuple[Word, ...]:
    """Return a cell's text as words, a line each; as one where its ink shows another number of lines."""
    if not cell.text:
        return ()
    across, down = (found[:, 0] + found[:, 2]) / 2 / scale, (found[:, 1] + found[:, 3]) / 2 / scale
    inside = found[(across > box.left) & (across < box.right) & (down > box.top) & (down < box.bottom)]
    bands: list[list[int]] = []
    for left, top, right, bottom, _ in inside[np.argsort(inside[:, 1])].tolist():
        if bands and top < bands[-1][3]:
            last = bands[-1]
            bands[-1] = [min(last[0], left), last[1], max(last[2], right), max(last[3], bottom)]
        else:
            bands.append([left, top, right, bottom])
    tallest = max((band[3] - band[1] for band in bands), default=0)
    bands = [band for band in bands if band[3] - band[1] >= LOWEST * tallest]  # specks are no line
    texts = cell.text.split("\n")
    if len(texts) != len(bands):
        edges = np.array(bands or [[round(x * scale) for x in (box.left, box.top, box.right, box.bottom)]])
        texts = ["".join(texts)]
        bands = [[*edges[:, :2].min(axis=0).tolist(), *edges[:, 2:].max(axis=0).tolist()]]
    return tuple(
        Word(
            text=text,
            box=Box(left=left / scale, top=top / scale, right=right / scale, bottom=bottom / scale),
            confidence=cell.confidence,
            how="recognised",
        )
        for text, (left, top, right, bottom) in zip(texts, bands, strict=True)
        if text
    )


def padding_beside(held: Iterable[tuple[Box, Sequence[Word]]], height: float) -> float:
    """Return what a table's cells keep free on the left of their texts, in points; 0 where nothing tells.

    Several texts begin there, and none before. Those that end as near to the other side may stand in the
    middle.
    """
    gaps = sorted(
        min(word.box.left for word in words) - box.left
        for box, words in held
        if words and _leans_left(box, words)
    )
    if len(gaps) < BEGIN or gaps[BEGIN - 1] - gaps[0] > SAME * height:
        return 0.0
    return min(max(gaps[0], 0.0), PADDING * height)


def _leans_left(box: Box, words: Sequence[Word]) -> bool:
    before = min(word.box.left for word in words) - box.left
    return box.right - max(word.box.right for word in words) > 2 * before


def is_wrapped(lines: Sequence[Word], box: Box, padding: float, found: Marks, scale: float) -> bool:
    """Say whether a cell's lines are a figure that was too wide for it.

    `padding` is what the table's cells keep free at either side, in points; `found` are the table's marks in
    pixels, `scale` of them a point.
    """
    room = replace(box, left=box.left + padding, right=box.right - padding) if padding else None
    return is_wrapped_figure([[line] for line in _bodies(lines, found / scale, room)], box, padding)


def may_be_wrapped(lines: Sequence[Word], box: Box, padding: float) -> bool:
    """Say whether they would be if digits were as wide as letters; of one digit a line that is not seen."""
    none = np.zeros((0, 5))
    return is_wrapped_figure([[line] for line in _bodies(lines, none, None, least=LETTER)], box, padding)


def joined(cell: Cell, lines: Sequence[Word]) -> tuple[Cell, tuple[Word, ...]]:
    """Return a cell and its lines as one figure."""
    readings = tuple(
        replace(reading, text=_in_one_line(reading.text), candidates=()) for reading in cell.readings
    )
    text = _in_one_line(cell.text)
    whole = replace(lines[0], text=text, box=around(line.box for line in lines))
    return replace(cell, text=text, readings=readings), (whole,)


def _in_one_line(text: str) -> str:
    return text.replace("\n", "")


def _bodies(lines: Sequence[Word], found: Placed, room: Box | None, *, least: float = 0.0) -> Iterator[Word]:
    """Yield lines of digits in the room that their type takes, of which ink fills a part.

    Digits are of one width, so none is narrower than those above it, or than `least` of their height. `room`
    is what their cell has for them, where that is known.
    """
    widest = 0.0
    for line in lines:
        box = line.box
        high, wide, count = box.bottom - box.top, box.right - box.left, max(len(line.text), 1)
        widest = max(widest, (wide + BEARING * high) / count, least * high)
        if count > 1:  # digits as wide as letters stand far apart
            widest = max(widest, (wide - WIDEST * high) / (count - 1), _pitch(line, found))
        elif room is not None and 0 < box.left - room.left <= min(
            INDENT * high, (room.right - box.right) / 2
        ):
            # ... and each of them in the middle of its room, which begins where the cell's does
            widest = max(widest, wide + 2 * (box.left - room.left))
        yield replace(
            line,
            box=Box(
                left=box.left - BEARING / 2 * high,
                top=box.top - AROUND * high,
                right=box.left - BEARING / 2 * high + widest * len(line.text),
                bottom=box.bottom + AROUND * high,
            ),
        )


def _pitch(line: Word, found: Placed) -> float:
    """Return how far the middles of a line's digits are apart, in points; 0 where each has no ink of its own.

    Full-width digits stand in the middle of squares, a 1 leaves most of its own free.
    """
    box = line.box
    across, down = (found[:, 0] + found[:, 2]) / 2, (found[:, 1] + found[:, 3]) / 2
    inside = found[(across > box.left) & (across < box.right) & (down > box.top) & (down < box.bottom)]
    glyphs: list[list[float]] = []
    for left, _, right, _, _ in inside[np.argsort(inside[:, 0])].tolist():
        if glyphs and left < glyphs[-1][1]:
            glyphs[-1][1] = max(glyphs[-1][1], right)
        else:
            glyphs.append([left, right])
    if len(glyphs) != len(line.text) or not line.text.isdigit():
        return 0.0
    return float(np.median(np.diff([(left + right) / 2 for left, right in glyphs])))


def is_crossed(inked: Mask, side: Ruling, height: float, scale: float) -> bool:
    """Say whether ink runs over a side of a cell from one to the other; `inked` is without rulings."""
    at, start, stop = (round(value * scale) for value in (side.position, side.start, side.stop))
    page = inked if side.horizontal else inked.T
    skip, reach = max(int(0.3 * height), 2), max(int(0.25 * height), 3)
    strip = page[max(at - reach, 0) : at + reach + 1, start + skip : stop - skip]
    if strip.shape[0] < 2 * reach + 1 or strip.shape[1] < 2:
        return False
    columns = strip.any(axis=0)
    rows = strip > 0
    # the strip without ruling: ink must come up to the erased line from both sides, in the same column
    upper = rows[:reach][::-1][: max(reach // 2 + 1, 3)].any(axis=0) & rows[: reach // 2 + 1].any(axis=0)
    lower = rows[reach + 1 :][: max(reach // 2 + 1, 3)].any(axis=0) & rows[-(reach // 2 + 1) :].any(axis=0)
    both = int((upper & lower & columns).sum())
    return both >= max(CROSSING * height, 3)
