"""Lines of which dots are left, told from dirt by how many stand in one row and how few beside it.

A fax leaves of a thin ruling a dot here and there. What stands along a line does not stand beside it, and is
spread over all of it; dirt and what wear leaves of letters are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray  # noqa: TC002  # beside numpy itself, which is needed at run time

from converters.rulings import Frame
from converters.scan_ink import DOT, SMALLEST, Marks, Mask, near_letters
from converters.scan_lines import SMOOTH, Part
from converters.scan_positions import NARROWEST

REACH = 2  # pixels: a line's dots lie this near to it
BESIDE = (5, 8)  # pixels on both sides of a line, from here to there, where fewer dots stand
AGAINST = 1.5  # times as much as dots on a line, those beside it speak against it
LEAST, DENSITY = 2.0, 0.02  # deviations by which a line stands out, and the share of it that is dark at least
SKIP = 0.15  # text heights at either side of a line that crosses
PARTS = 12  # a line is looked at in so many, to see whether its dots are all over it
# A line beyond doubt stands out by so much, over such a share of it, and so many times; nine specks of random
# dirt in one row stand out by 9.
SEEN, SPREAD, CLEAR = 12.0, 0.5, 4.0
ONE_PLACE = 0.7  # of a line's dots in one third of their cells: they are dashes, or what is left of figures
# Dashes are this wide at least, in text heights; so few of them tell nothing; their widths differ by so much.
DASH, FEW, ALIKE = 0.2, 3, 0.25
MOST = 40  # places that are looked at


@dataclass(frozen=True, kw_only=True, slots=True)
class Dotted:
    """A line of dots at a position in points.

    `strength` is by how many deviations its dots are more than those beside it, `contrast` how many times as
    many they are, `spread` over which share of it.
    """

    position: float
    strength: float
    spread: float
    contrast: float

    @property
    def rank(self) -> float:
        """How likely it is a line, beside others."""
        return self.strength * self.spread

    @property
    def is_seen(self) -> bool:
        """Whether no dirt looks so."""
        return self.strength >= SEEN and self.spread >= SPREAD and self.contrast >= CLEAR


def dotted(frame: Frame, part: Part, ink: Mask, *, across: bool) -> list[Dotted]:
    """Return lines of dots inside a frame that it lacks, along rows or columns, the likeliest first.

    `ink` is without rulings.
    """
    positions, stations = (frame.rows, frame.columns) if across else (frame.columns, frame.rows)
    lined = part.across if across else part.down
    top, bottom = (max(round(at * part.scale), 0) for at in (positions[0], positions[-1]))
    left, right = (max(round(at * part.scale), 0) for at in (stations[0], stations[-1]))
    area = np.s_[top:bottom, left:right]
    dark = lined.traced.dark[area]
    if min(dark.shape) <= 2 * BESIDE[1]:  # too flat for anything to stand beside a line
        return []
    turned = ink if across else np.asarray(cv2.transpose(ink), dtype=np.uint8)
    lettered = near_letters(np.ascontiguousarray(turned[area]), part.height, thickest=2 * REACH + 1)
    free = ~lettered
    rim = max(int(SKIP * part.height), 2)
    for at in stations:
        x = round(at * part.scale) - left
        free[:, max(x - rim, 0) : x + rim + 1] = False
    pieces = _pieces(_apart(dark >= DOT, lettered, part.height) & free)
    dots = pieces.mask.astype(np.float64)
    by_part = [one.sum(axis=1) for one in np.array_split(dots, PARTS, axis=1)]
    thirds = _thirds([round(at * part.scale) - left for at in stations], dots.shape[1])
    near = np.zeros(2 * BESIDE[1] + 1)
    near[: BESIDE[1] - BESIDE[0] + 1] = near[BESIDE[1] + BESIDE[0] :] = 1 / (BESIDE[1] - BESIDE[0] + 1) / 2
    width = 2 * REACH + 1
    on, beside = _summed(by_part, np.ones(width)), _summed(by_part, near * width)
    room = _summed([free.sum(axis=1)], np.ones(width) / width)[0]
    by_third = _summed([dots[:, thirds == one].sum(axis=1) for one in range(3)], np.ones(width))
    excess = on.sum(axis=0) - AGAINST * beside.sum(axis=0)
    strength = excess / np.sqrt(SMOOTH * (beside.sum(axis=0) + SMOOTH))  # a dot is so many pixels of `dark`
    strength[(excess < DENSITY * room) | (by_third.max(axis=0) > ONE_PLACE * by_third.sum(axis=0))] = 0
    spread = (on > AGAINST * beside).mean(axis=0)
    least = round(NARROWEST * part.height)
    for at in positions:
        y = round(at * part.scale) - top
        strength[max(y - least, 0) : y + least + 1] = 0
    rows = dots.sum(axis=1)
    found: list[Dotted] = []
    for _ in range(MOST):
        y = int(np.argmax(strength * spread))
        if strength[y] < LEAST:
            break
        around = slice(max(y - REACH, 0), y + REACH + 1)
        middle = float(np.average(np.arange(len(rows))[around], weights=rows[around] + 1e-9))
        if not _are_dashes(pieces.boxes, y, part.height):
            found.append(
                Dotted(
                    position=(top + middle + 0.5) / part.scale,
                    strength=float(strength[y]),
                    spread=float(spread[y]),
                    contrast=float(on[:, y].sum() / (beside[:, y].sum() + 1)),
                )
            )
        strength[max(y - least, 0) : y + least + 1] = 0
    return sorted(found, key=lambda one: -one.rank)


def _summed(counts: Sequence[NDArray[np.float64]], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each of some counts over rows, summed with weights around each row."""
    return np.stack([np.convolve(one, weights, mode="same") for one in counts])


def _thirds(stations: Sequence[int], size: int) -> NDArray[np.intp]:
    """Return of each place along a line in which third of its cell it lies."""
    places = np.arange(size)
    known = np.array(sorted(set(stations)))
    cell = np.clip(np.searchsorted(known, places, side="right") - 1, 0, len(known) - 2)
    share = (places - known[cell]) / (known[cell + 1] - known[cell])
    return np.asarray(np.clip(3 * share, 0, 2).astype(np.intp))


def _apart(dark: NDArray[np.bool_], lettered: NDArray[np.bool_], height: float) -> NDArray[np.bool_]:
    """Return what is dark without dots that reach into the strips around letters, as the points of 1. do."""
    _, numbered, stats, _ = cv2.connectedComponentsWithStats(dark.astype(np.uint8), connectivity=8)
    is_apart = np.ones(len(stats), dtype=np.bool_)
    is_apart[numbered[lettered]] = False
    is_apart |= np.maximum(stats[:, 2], stats[:, 3]) > SMALLEST * height
    is_apart[0] = False
    return np.asarray(is_apart[numbered])


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pieces:
    """What may be left of a line: where it stands, and the left, top, width, height and size of each."""

    mask: NDArray[np.bool_]
    boxes: Marks


def _pieces(dark: NDArray[np.bool_]) -> _Pieces:
    """Return what is no higher than a line is thick."""
    _, numbered, stats, _ = cv2.connectedComponentsWithStats(dark.astype(np.uint8), connectivity=8)
    is_thin = stats[:, 3] <= 2 * REACH + 1
    is_thin[0] = False
    return _Pieces(mask=is_thin[numbered], boxes=np.asarray(stats[is_thin], dtype=np.int32))


def _are_dashes(pieces: Marks, y: int, height: float) -> bool:
    """Say whether what stands in a row is dashes: marks of one width, several pixels wide."""
    on = pieces[np.abs(pieces[:, 1] + pieces[:, 3] / 2 - y) <= REACH + 1]
    wide = on[on[:, 2] >= DASH * height, 2]
    is_most = len(wide) >= FEW and wide.sum() > 0.5 * on[:, 2].sum()
    return bool(is_most and wide.std() <= ALIKE * wide.mean())
