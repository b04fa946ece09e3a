"""Which sides of a table's cells are printed: every side is looked at by itself, then the table as a whole.

A side between empty strips is proved by a trace of ink, one that letters stand at only by an unbroken line.
What is not seen may be implied by the rest of the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray  # noqa: TC002  # beside numpy itself, which is needed at run time

from converters.rulings import Frame, Ruling
from converters.scan_ink import Grey, Mask
from converters.scan_lines import (
    CLEAR,
    FAR,
    NEAR,
    SMOOTH,
    Part,
    Sums,
    Traced,
    brush,
    count,
    filled,
    strips,
    sums_of,
)

# The share of a side along which its line must be seen: between empty strips, with letters on one side, on
# both.
EMPTY_SIDE, CLEAR_SIDE, FILLED_SIDE = 0.45, 0.85, 0.98
# Where nothing stands beside it, a side is a line that is darker by so many grey levels on average, and by
# this share of what the table's other sides are.
FAINT_SIDE, FADED = 4.0, 0.15
# A side that is not seen is implied where this share of its line and of those beside it is.
REGULAR = 0.6
LIKELY, PROVED = 1, 2
APART = (
    0.4  # texts of two cells stand off from the ruling between them, characters of one only by half of this
)
# From this proof on a side may be printed, and nobody can tell: between empty strips, with letters on one
# side, on both. Strokes of letters reach 0.8.
UNSURE = (0.5, 0.85, 0.93)


def settled(frame: Frame, part: Part, inked: Mask) -> tuple[list[Ruling], list[Ruling]]:
    """Return the sides of a frame's cells that are printed, and those that may be."""
    lines = cv2.bitwise_and(part.drawn, strips(inked.shape, frame.rulings, part.height, part.scale))
    ink = np.asarray(cv2.subtract(inked, cv2.dilate(lines, brush((5, 5)))), dtype=np.uint8)
    sides: list[Ruling] = []
    unsure: list[Ruling] = []
    for horizontal, positions, stations in (
        (True, frame.rows, frame.columns),
        (False, frame.columns, frame.rows),
    ):
        traced = part.across if horizontal else part.down
        letters = ink if horizontal else np.ascontiguousarray(ink.T)
        dark = cv2.blur(traced.dark if horizontal else np.ascontiguousarray(traced.dark.T), (SMOOTH, 1))
        sums = sums_of(letters)
        page = np.asarray(dark, dtype=np.uint8)
        seen = [
            [
                _seen(Ruling(horizontal=horizontal, position=at, start=a, stop=b), page, traced, sums, part)
                for a, b in pairwise(stations)
            ]
            for at in positions
        ]
        usual = float(np.percentile([one.contrast for line in seen for one in line], 75))
        proofs = np.array([[one.proof(usual) for one in line] for line in seen])
        printed = proofs >= 1.0
        likely = np.array(
            [
                [one.is_unsure(proof) for one, proof in zip(*pair, strict=True)]
                for pair in zip(seen, proofs, strict=True)
            ]
        )
        printed |= _continued(printed, likely)
        implied = _implied(printed, positions, stations, sums, part)
        for row, at in enumerate(positions):
            for column, (a, b) in enumerate(pairwise(stations)):
                side = Ruling(horizontal=horizontal, position=at, start=a, stop=b)
                is_proved = implied[row, column] == PROVED
                if printed[row, column] or implied[row, column]:
                    sides.append(side)
                is_unsure = implied[row, column] or likely[row, column]
                if not printed[row, column] and not is_proved and is_unsure:
                    unsure.append(side)
    return sides, unsure


def _continued(printed: NDArray[np.bool_], likely: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which sides that may be printed go on a line that is: most of it, and what it touches.

    A ruling that is faint or broken where letters stand at it is seen on both sides of them.
    """
    beside = np.zeros(printed.shape, dtype=np.bool_)
    beside[:, 1:] |= printed[:, :-1]
    beside[:, :-1] |= printed[:, 1:]
    result: NDArray[np.bool_] = likely & beside & (printed.mean(axis=1, keepdims=True) >= REGULAR)
    return result


def _implied(
    printed: NDArray[np.bool_],
    positions: Sequence[float],
    stations: Sequence[float],
    sums: Sums,
    part: Part,
) -> NDArray[np.int8]:
    """Return which unseen sides the rest of the table implies: PROVED by ink on both sides, or LIKELY.

    Most of the same line is printed, most sides beside it across are, and so is its line before and after it.
    A text of its own stands in each half then; one text in the middle belongs to a merged cell.
    """
    result = np.zeros(printed.shape, dtype=np.int8)
    if printed.shape[0] < 3:
        return result
    along, across = printed.mean(axis=1), printed[1:-1].mean(axis=0)
    for row in range(1, len(positions) - 1):
        for column in range(len(stations) - 1):
            if printed[row, column] or min(along[row], across[column]) < REGULAR:
                continue
            inner = [other for other in (column - 1, column + 1) if 0 <= other < printed.shape[1]]
            if not all(printed[row, other] for other in inner):
                continue
            above, line, below = _halves(
                positions[row - 1 : row + 2], stations[column : column + 2], sums, part
            )
            if line > 0:
                continue
            least = 0.03 * part.height * part.height
            if min(above, below) >= least:
                result[row, column] = PROVED
            elif len(inner) == 2:
                result[row, column] = LIKELY
    return result


def _halves(
    positions: Sequence[float], stations: Sequence[float], sums: Sums, part: Part
) -> tuple[int, int, int]:
    """Return how much ink stands above an unseen side, close to it on both sides, and below it."""
    before, at, after = (round(x * part.scale) for x in positions)
    start, stop = (round(x * part.scale) for x in stations)
    rim, near, far = (max(int(share * part.height), 2) for share in (0.15, 0.1, APART))
    left, right = start + rim, stop - rim
    over = count(sums, left, at - far, right, at - near) + count(sums, left, at + near, right, at + far)
    return (
        count(sums, left, before + rim, right, at - near),
        over,
        count(sums, left, at + near, right, after - rim),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Seen:
    """What is seen where a side of a cell would be printed.

    `share` of it is dark; averaged along, its middle is darker than what lies beside it by `contrast`, where
    noise reaches `noise`; `beside` is how much of the strips on both sides is ink.
    """

    share: float
    contrast: float
    noise: float
    beside: tuple[float, float]

    def proof(self, usual: float) -> float:
        """Return how surely the side is printed: at 1 it is. `usual` is what other sides' contrast is.

        Letters that a line would run through may make one up; between empty strips a trace of one is enough.
        """
        if max(self.beside) < CLEAR:
            limit = max(FAINT_SIDE, 4 * self.noise, FADED * usual)
            return max(self.share / EMPTY_SIDE, self.contrast / limit)
        return self.share / (CLEAR_SIDE if min(self.beside) < CLEAR else FILLED_SIDE)

    def is_unsure(self, proof: float) -> bool:
        """Say whether nobody can tell that a side is printed, or that it is not."""
        return UNSURE[0 if max(self.beside) < CLEAR else 1 if min(self.beside) < CLEAR else 2] <= proof < 1.0


def _seen(side: Ruling, dark: Grey, traced: Traced, sums: Sums, part: Part) -> _Seen:
    """Return what is seen of a side on a part of a page."""
    at, start, stop = (round(x * part.scale) for x in (side.position, side.start, side.stop))
    skip = min(max(int(0.35 * part.scale), 1), max((stop - start) // 4, 0))
    rim = min(max(int(0.15 * part.height), 2), (stop - start) // 4)  # rulings that end here may be broken too
    play = max(int(0.15 * part.height), 2)
    near, far = max(round(NEAR * part.height), 1) + play // 2, max(round(FAR * part.height), 4) + play // 2
    top = max(at - far, 0)
    strip = dark[top : at + far + 1, start + skip : max(stop - skip, start + skip + 1)]
    if not strip.size or strip.shape[0] < 2 * play + 2:
        return _Seen(share=1.0, contrast=0.0, noise=0.0, beside=(0.0, 0.0))
    rows = strip.mean(axis=1)
    first = max(at - play - top, 0)
    inside = rows[first : at + play + 1 - top]
    best = first + int(np.argmax(np.convolve(inside, np.ones(3) / 3, mode="same")))
    slack = 1 if stop - start < 12 * part.height else 2
    line = strip[max(best - slack, 0) : best + slack + 1]
    rest = np.delete(rows, slice(first, at + play + 1 - top))
    return _Seen(
        share=float((line.max(axis=0) >= traced.least).mean()),
        contrast=float(rows[max(best - 1, 0) : best + 2].mean() - (rest.mean() if rest.size else 0.0)),
        noise=traced.grain / (3 * strip.shape[1]) ** 0.5,
        beside=(
            filled(sums, start + rim, at - far, stop - rim, at - near),
            filled(sums, start + rim, at + near, stop - rim, at + far),
        ),
    )
