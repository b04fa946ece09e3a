"""The cells of a ruled table on a scan: their crops without rulings, and what their ink proves.

A cell is blank because its ink is too small for any character, and where ink is too small for a character but
too large for dirt, that is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from converters.rulings import Ruling, Word
from converters.scan_ink import Grey, Marks, Mask
from document import Box, Cell

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
# Ink on both sides of a ruling, for this length of it, belongs to a text that runs over it.
CROSSING = 0.15
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
