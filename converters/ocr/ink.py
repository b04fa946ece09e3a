"""Where the ink of a crop is: marks on even paper, apart from rulings and dirt; and lines cut out of it.

All that is decided here is where to look; what the ink says is the engines' business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import sqrt

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Contrast = NDArray[np.float32]

# Ink is at least this much darker than paper (grey levels, after smoothing). The paper of scans varies by
# some 6 levels; the faintest print still read by anyone differs by 25.
_FAINTEST = 14.0
# ... and at least so many standard deviations of the paper's own noise.
_ABOVE_NOISE = 5.0
# A pixel belongs to the ink from this share of the darkest contrast on: blur spreads a stroke of 2 pixels so
# that a third of its contrast is left.
_SHARE = 0.33
# Thin strokes such as 一 of a Song typeface are half as dark as the letters beside them.
THIN_SHARE = 0.2
# A speck is smaller than this share of the crop's height (of 60 pixels at most); a full stop is 0.09 of it.
_SPECK = 0.06
# Marks as high as this share of the highest are letters beside it, where that is as high as this share of the
# crop (of 60 pixels at most): dust may be as high as a dash.
_LETTER, _UPRIGHT = 0.6, 0.2
# Grain alone: smoothed over these shares of the figures' height, blank cells of the noisiest pages were
# darker than their middle by 7.3 standard deviations of it at most and by 0.16 of the page's print, figures
# by 11 and 0.5, hyphens by 7.6 and 0.2.
_STROKES = (0.07, 0.12)
_GRAIN, _FAINT_PRINT = 7.5, 0.2
_ROOMY = (1.2, 3.0)  # the least height and width of a crop that shows its grain, in figures' heights
_NO_GRAIN = 0.6  # a place as dark as print needs no smoothing to be seen
# Lines of grain beside print were darker by 5.4 standard deviations and by 0.18 of the print at most, lines
# of letters by 0.44 at least, on five noisy reports. Paper with less noise than this, in grey levels, shows
# no grain as lines.
_FAINT_LINE, _GRAINY = 0.3, 2.0
_ERASED = 0.3  # of the figures' height: the strip along a crop's sides where rulings were erased
_LEGIBLE = 10  # pixels; strokes of lower figures are lost in smoothing
# Specks of a copier are two or three pixels large, which is 0.15 of the figures' height at 200 dpi; a minus
# is 0.27 wide. Those nearer to a figure than the first of these shares of its height may be part of it,
# those nearer to each other than the second may be what is left of a stroke.
_SPECK_PIXELS, _SPECK_SIZE = 3, 0.16
_APART, _TOGETHER = 0.12, 0.4
_WHOLE = 0.7  # of the figures' height: lower marks are strokes whose others may have gone
_MINUS = (0.3, 0.8)  # how far below a figure's top its sign stands, as shares of its height
# The rest of a character at a crop's side has this height and darkness, beside the figures of its page. Of
# 1,400 cells of whole pages at six levels it was found in none that was cut out rightly.
_CUT_HIGH, _CUT_HIGHEST, _CUT_DARK = 0.4, 1.3, 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of text in a crop, in pixels: rows `top` to `bottom`, columns `left` to `right`, half open."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def height(self) -> int:
        """Rows that it covers."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """Columns that it covers."""
        return self.right - self.left


@dataclass(frozen=True, kw_only=True, slots=True)
class Ink:
    """What stands in a crop.

    `marks` are connected pieces of ink, specks near others among them; `specks` those that stand alone; `rim`
    are pieces along the crop's sides that may be left of rulings.
    `contrast` is the crop with even light: grey levels below the paper's, 0 on paper, not smoothed.
    `darkest` is the most of it, smoothed, that is no ruling's; `noise` the paper's standard deviation.
    """

    marks: tuple[Line, ...]
    specks: tuple[Line, ...]
    contrast: Contrast
    darkest: float
    noise: float
    rim: tuple[Line, ...] = ()

    @property
    def least(self) -> float:
        """Contrast from which on something is ink."""
        return max(_FAINTEST, _ABOVE_NOISE * self.noise)


def look(crop: Grey, *, share: float = _SHARE) -> Ink:
    """Return the ink of a crop: dark on light, at least 1 x 1 pixel.

    Ink begins at `share` of the darkest contrast.
    """
    height, width = crop.shape
    even = _paper(crop) - crop
    sigma = min(max(0.02 * height, 0.6), 1.0)
    smooth = cv2.GaussianBlur(even, (0, 0), sigma).astype(np.float32)
    noise = _noise(smooth)
    boxes, rim, darkest = _boxes(smooth, max(_FAINTEST, _ABOVE_NOISE * noise), share)
    largest = max((max(box.width, box.height) for box in boxes), default=0)
    # a crop of less than 4 pixels shows nothing that could be read
    if largest < max(3, _SPECK * min(height, 60)) or min(height, width) < 4:
        return Ink(marks=(), specks=tuple(boxes), contrast=even, darkest=darkest, noise=noise, rim=rim)
    # letters that blur ran together may be so wide that others beside them look small
    tallest = max(box.height for box in boxes)
    upright = _LETTER * tallest if tallest >= _UPRIGHT * min(height, 60) else largest
    main = [box for box in boxes if max(box.width, box.height) >= 0.3 * largest or box.height >= upright]
    near = _near(boxes, main, 0.6 * largest)
    marks = tuple(box for box, is_near in zip(boxes, near, strict=True) if is_near)
    specks = tuple(box for box, is_near in zip(boxes, near, strict=True) if not is_near)
    return Ink(marks=marks, specks=specks, contrast=even, darkest=darkest, noise=noise, rim=rim)


def _near(boxes: Sequence[Line], others: Sequence[Line], reach: float) -> list[bool]:
    """Say of each mark whether one of the others is within reach."""
    if len(boxes) == len(others):
        return [True] * len(boxes)
    sides = np.array([(other.left, other.top, other.right, other.bottom) for other in others], dtype=np.int32)
    left, top, right, bottom = sides.T
    return [
        bool(
            (
                (left - box.right <= reach)
                & (box.left - right <= reach)
                & (top - box.bottom <= reach)
                & (box.top - bottom <= reach)
            ).any()
        )
        for box in boxes
    ]


def without_grain(ink: Ink, *, height: float, contrast: float) -> Ink:
    """Return ink without marks where all are grain, beside the height and contrast of the page's print."""
    if not _is_grain(ink, height, contrast):
        return ink
    return replace(ink, marks=(), specks=(), darkest=0.0)


def _is_grain(ink: Ink, height: float, contrast: float) -> bool:
    """Say whether a crop shows the grain of its paper alone.

    Grain as coarse as a noisy camera's is full of marks. Smoothed over a stroke's width and over more, it
    fades where strokes do not: nothing is printed where neither shows a place darker than grain has.
    """
    # where a character would fill the crop, its own strokes would be taken for grain
    if ink.darkest >= _NO_GRAIN * contrast or not _shows_grain(ink, height):
        return False
    for paper, grain in _smoothed(ink, height):
        # what is left of print after so much smoothing must stand out, else nothing is proved
        if float(paper.max()) > min(_GRAIN * grain, _FAINT_PRINT * contrast):
            return False
    return True


def grain_lines(ink: Ink, found: Sequence[Line], *, height: float) -> frozenset[Line]:
    """Return those of a crop's lines that are grain, as beside lines of print they are told apart.

    `height` is that of the page's figures. Smoothed as above they are darker than the middle of the paper no
    more than grain is, and far less than the print beside them.
    """
    if len(found) < 2 or ink.noise < _GRAINY or not _shows_grain(ink, height):
        return frozenset()
    grainy = frozenset(found)
    for paper, grain in _smoothed(ink, height):
        darkest = {line: float(paper[line.top : line.bottom, line.left : line.right].max()) for line in found}
        most = min(_GRAIN * grain, _FAINT_LINE * max(darkest.values()))
        grainy &= {line for line, level in darkest.items() if level <= most}
    return grainy


def _shows_grain(ink: Ink, height: float) -> bool:
    """Say whether a crop is large enough to show its paper's grain beside a character."""
    rows, columns = ink.contrast.shape
    return rows >= _ROOMY[0] * height and columns >= _ROOMY[1] * height and height >= _LEGIBLE


def _smoothed(ink: Ink, height: float) -> Iterator[tuple[Contrast, float]]:
    """Yield a crop smoothed over a stroke's width and over more, above its paper's middle, and its grain.

    Middle and grain are those of the paper beside the strip along its sides, where rulings were erased.
    """
    for share in _STROKES:
        smooth = cv2.GaussianBlur(ink.contrast, (0, 0), share * height).astype(np.float32)
        edge = round(_ERASED * height)
        inside = np.s_[edge:-edge, edge:-edge]
        level = _share_below(smooth[inside].ravel(), 0.5)
        yield smooth - level, _noise(smooth[inside], lag=max(4, round(3 * share * height)))


def without_specks(ink: Ink, *, height: float) -> Ink:
    """Return the ink of a cell without specks that stand alone beside what is written in it.

    They are smaller than a point that could be read, touch nothing, and lie outside of the rectangle that the
    larger marks fill: no point stands there, and where a minus would stand none is taken away. `height` is
    that of the page's figures; beside marks that are no whole figure nothing is a speck.
    """
    most = max(_SPECK_PIXELS, _SPECK_SIZE * height)
    pieces = (*ink.marks, *ink.specks)
    large = [piece for piece in pieces if max(piece.width, piece.height) > most]
    if not large:
        return ink
    whole = Line(
        left=min(piece.left for piece in large),
        top=min(piece.top for piece in large),
        right=max(piece.right for piece in large),
        bottom=max(piece.bottom for piece in large),
    )
    if whole.height < _WHOLE * height:
        return ink
    lone = {
        piece
        for piece in pieces
        if max(piece.width, piece.height) <= most
        and gap(piece, whole) >= _APART * height
        and not _may_be_minus(piece, whole)
        # the rest of a stroke that fell apart is no speck
        and not any(
            piece is not other and gap(piece, other) < _TOGETHER * height
            for other in pieces
            if other not in large
        )
    }
    if not lone:
        return ink
    contrast = ink.contrast.copy()
    for piece in lone:
        rows, columns = (
            slice(max(piece.top - 2, 0), piece.bottom + 2),
            slice(max(piece.left - 2, 0), piece.right + 2),
        )
        contrast[rows, columns] = np.minimum(contrast[rows, columns], 0.0)
    return replace(
        ink,
        marks=tuple(mark for mark in ink.marks if mark not in lone),
        specks=tuple(speck for speck in ink.specks if speck not in lone),
        contrast=contrast,
    )


def _may_be_minus(piece: Line, whole: Line) -> bool:
    """Say whether a small piece stands where a figure's sign does; a worn page may leave two pixels of it."""
    middle = (piece.top + piece.bottom) / 2 - whole.top
    is_level = _MINUS[0] * whole.height <= middle <= _MINUS[1] * whole.height
    return is_level and 0 <= whole.left - piece.right <= whole.height


def is_cut_off(ink: Ink, *, height: float, contrast: float) -> bool:
    """Say whether a character runs over a side of its crop, by the height and contrast of the page's figures.

    What is left of a ruling runs along the whole side; a character's rest is as high as a character.
    """
    rows, columns = ink.contrast.shape
    for box in (*ink.marks, *ink.specks, *ink.rim):
        dark = ink.contrast[box.top : box.bottom, box.left : box.right]
        if float(dark.max(initial=0.0)) < _CUT_DARK * contrast:
            continue
        is_upright = _CUT_HIGH * height <= box.height <= _CUT_HIGHEST * height
        is_free = box.top > 1 and box.bottom < rows - 1
        if is_upright and is_free and (box.left <= 1 or box.right >= columns - 1):
            return True
    return False


def _noise(smooth: Contrast, *, lag: int = 4) -> float:
    """Return the standard deviation of the paper's grain, from pixels a little apart.

    What a seal leaves behind is no grain: taken for it, it would hide the figure that it lies over.
    """
    width = smooth.shape[1]
    lag = min(lag, width - 1)
    if lag < 1:
        return 0.0
    return 1.4826 / sqrt(2.0) * _share_below(np.abs(smooth[::2, lag:] - smooth[::2, :-lag]).ravel(), 0.5)


def _paper(crop: Grey) -> Contrast:
    """Return the level of the paper at every pixel: a plane through what is no ink, so light may fall off."""
    height, width = crop.shape
    down = np.linspace(-0.5, 0.5, height, dtype=np.float32)
    across = np.linspace(-0.5, 0.5, width, dtype=np.float32)
    # 24 x 48 pixels tell a plane as well as all of them
    every, each = max(1, height // 24), max(1, width // 48)
    grey = crop[::every, ::each].astype(np.float32)
    rows, columns = np.broadcast_arrays(down[::every, None], across[::each])
    terms = np.stack([np.ones(grey.size, np.float32), rows.ravel(), columns.ravel()], axis=1)
    level = grey.ravel()
    paper = np.array([_share_below(level, 0.75), 0.0, 0.0], dtype=np.float32)
    for _ in range(3):
        off = np.abs(level - terms @ paper)
        near = off < 2.5 * max(_share_below(off, 0.6), 3.0)
        # Ink on most of the crop leaves no paper to fit; the level of its light quarter stands.
        if near.sum() < max(12, 0.3 * near.size):
            break
        kept = terms[near]
        # a little weight on the diagonal holds a crop of one row or column level
        paper = np.linalg.solve(kept.T @ kept + 1e-3 * np.eye(3, dtype=np.float32), kept.T @ level[near])
    result: Contrast = paper[0] + paper[1] * down[:, None] + paper[2] * across
    return result


def _share_below(values: Contrast, share: float) -> float:
    """Return the value that a share of all lies below; numpy's own is ten times slower on a few hundred."""
    place = min(int(share * values.size), values.size - 1)
    return float(np.partition(values, place)[place])


def _boxes(contrast: Contrast, least: float, share: float) -> tuple[list[Line], tuple[Line, ...], float]:
    """Return the boxes of connected ink, those left of rulings, and the darkest contrast without these."""
    height, width = contrast.shape
    rest = contrast
    boxes: list[Line] = []
    rim: list[Line] = []
    darkest = 0.0
    # Faint print beside the black edge of a ruling is seen only when the ruling has been taken away.
    for _ in range(3):
        darkest = float(rest.max())
        if darkest < least:
            return [], tuple(rim), darkest
        mask = (rest > max(least * 0.7, share * darkest)).astype(np.uint8)
        count, numbered, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
        boxes = [
            Line(left=int(x), top=int(y), right=int(x + w), bottom=int(y + h))
            for x, y, w, h, _ in stats[1:count]
        ]
        rulings = [number for number, box in enumerate(boxes, start=1) if _is_ruling(box, height, width)]
        if not rulings:
            break
        rim += [boxes[number - 1] for number in rulings]
        taken = np.isin(numbered, rulings).astype(np.uint8)
        # a ruling's soft flank is two pixels wide
        rest = np.where(cv2.dilate(taken, np.ones((5, 5), np.uint8)) > 0, 0.0, rest).astype(np.float32)
    kept = [box for box in boxes if not _is_ruling(box, height, width)]
    return kept, tuple(rim), darkest


def _is_ruling(box: Line, height: int, width: int) -> bool:
    """Say whether a mark is what is left of a ruling: it lies along the rim, and is flat on it."""
    flat = max(3.0, 0.15 * min(height, width))
    along = (box.top <= 1 or box.bottom >= height - 1) and box.height <= flat
    upright = (box.left <= 1 or box.right >= width - 1) and box.width <= flat
    framed = box.width >= 0.9 * width and box.height >= 0.9 * height
    return along or upright or framed


def columns(marks: Iterable[Line]) -> list[Line]:
    """Return the pieces that columns without ink part, from left to right."""
    result: list[Line] = []
    for mark in sorted(marks, key=lambda mark: mark.left):
        if result and mark.left < result[-1].right:
            last = result[-1]
            result[-1] = Line(
                left=last.left,
                top=min(last.top, mark.top),
                right=max(last.right, mark.right),
                bottom=max(last.bottom, mark.bottom),
            )
        else:
            result.append(mark)
    return result


def gap(one: Line, other: Line) -> int:
    """Return how many pixels part two marks, across or down, whichever is more."""
    across = max(one.left - other.right, other.left - one.right, 0)
    down = max(one.top - other.bottom, other.top - one.bottom, 0)
    return max(across, down)


def cut(ink: Ink, line: Line, *, margin: float, least_height: float) -> Grey:
    """Return a line of a crop, dark on white, with clean paper around it, `margin` of its height wide.

    `least_height` is the height in pixels that a flat mark such as a dash is given, so that it stays flat.
    """
    height = max(float(line.height), least_height)
    pad = max(1, round(margin * height))
    half = (height - line.height) / 2
    top, bottom = round(line.top - half) - pad, round(line.bottom + half) + pad
    left, right = line.left - pad, line.right + pad
    result = np.full((bottom - top, right - left), 255, dtype=np.uint8)
    # what surrounds the ink by less than a stroke belongs to it: blur ends softly
    soft = max(1, round(0.06 * height))
    x0, x1 = max(line.left - soft, 0), min(line.right + soft, ink.contrast.shape[1])
    y0, y1 = max(line.top - soft, 0), min(line.bottom + soft, ink.contrast.shape[0])
    x0, x1, y0, y1 = max(x0, left), min(x1, right), max(y0, top), min(y1, bottom)
    grey = np.clip(255.0 - ink.contrast[y0:y1, x0:x1], 0, 255).astype(np.uint8)
    result[y0 - top : y1 - top, x0 - left : x1 - left] = grey
    return result
