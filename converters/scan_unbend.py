"""Bent pages: where each pixel of a page comes from whose rulings are all straight.

Perspective and curling leave a horizontal ruling at y = c + m(c) x + q(c) x², and likewise down the page; m
and q change evenly over the page.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from converters.scan_ink import Grey, Mask
from converters.scan_lines import trace

Map = NDArray[np.float32]  # for each pixel, a coordinate

# Rulings this long, in text heights, tell how a page is bent.
TELLING = 8.0
# A page's lines are bent when they leave the straight by this many pixels.
BENT = 0.8


def unbend(grey: Grey, height: float) -> tuple[Map, Map] | None:
    """Return where each pixel of the page made straight comes from; None for one that is straight.

    Perspective and curling leave a horizontal ruling at y = c + m(c) x + q(c) x², and likewise down the page;
    m and q change evenly over the page.
    """
    rows, columns = grey.shape
    if min(rows, columns) < 2:
        return None
    half = np.asarray(
        cv2.resize(grey, (columns // 2, rows // 2), interpolation=cv2.INTER_AREA), dtype=np.uint8
    )
    across = _bends(trace(half, height / 2).drawn, height / 2)
    down = _bends(trace(np.asarray(cv2.transpose(half), dtype=np.uint8), height / 2).drawn, height / 2)
    if len(across) < 2:
        return None
    level = _model(across, rows)
    plumb = _model(down, columns) if len(down) > 1 else np.array([-level[0], 0.0, 0.0, 0.0])
    step = 16
    y, x = np.mgrid[0 : rows + step : step, 0 : columns + step : step].astype(np.float32)
    moved_y, moved_x = _shift(level, y, x - columns / 2, rows), _shift(plumb, x, y - rows / 2, columns)
    if max(float(np.abs(moved_y).max()), float(np.abs(moved_x).max())) < BENT:
        return None
    for _ in range(2):  # where a pixel lies on one kind of line depends on where it lies on the other
        moved_y, moved_x = (
            _shift(level, y, x + moved_x - columns / 2, rows),
            _shift(plumb, x, y + moved_y - rows / 2, columns),
        )
    size = (x.shape[1] * step, x.shape[0] * step)
    from_x = cv2.resize(x + moved_x, size, interpolation=cv2.INTER_LINEAR)
    from_y = cv2.resize(y + moved_y, size, interpolation=cv2.INTER_LINEAR)
    # enlarging puts the first sample in the middle of its 16 pixels
    middle = (step - 1) / 2
    shift = np.array([[1, 0, -middle], [0, 1, -middle]], dtype=np.float32)
    border = cv2.BORDER_REPLICATE
    from_x = cv2.warpAffine(from_x, shift, size, borderMode=border)
    from_y = cv2.warpAffine(from_y, shift, size, borderMode=border)
    return (
        np.asarray(from_x[:rows, :columns], dtype=np.float32),
        np.asarray(from_y[:rows, :columns], dtype=np.float32),
    )


def _bends(drawn: Mask, height: float) -> list[tuple[float, float, float, float]]:
    """Return c, m, q and the length of long lines on a page of half the size, x from its middle."""
    count, numbered, stats, _ = cv2.connectedComponentsWithStats(drawn)
    middle = drawn.shape[1] / 2
    found = []
    for number in range(1, count):
        left, top, width, tall, _ = (int(one) for one in stats[number])
        if width < TELLING * height:
            continue
        piece = numbered[top : top + tall, left : left + width] == number
        weights = piece.sum(axis=0)
        at = np.flatnonzero(weights)
        ys = (piece * np.arange(tall)[:, None]).sum(axis=0)[at] / weights[at] + top
        xs = at + left - middle
        is_long = width > drawn.shape[1] / 3
        square, slope, start = np.polyfit(xs, ys, 2) if is_long else (0.0, *np.polyfit(xs, ys, 1))
        off = np.abs(ys - (start + slope * xs + square * xs * xs))
        if float(np.median(off)) < 0.1 * height:
            found.append((2 * float(start), float(slope), float(square) / 2, 2 * float(width)))
    return found


def _model(bends: Sequence[tuple[float, float, float, float]], extent: int) -> NDArray[np.float64]:
    """Return m and q, each as a value and its change over the page, from the bends of lines."""
    table = np.array(bends)
    weights = table[:, 3] ** 1.5
    wide = table[:, 3] > table[:, 3].max() * 0.6
    place = table[:, 0] / extent - 0.5
    spread = float(np.ptp(place))
    model = np.zeros(4)
    for at, column, rows in ((0, 1, np.ones(len(table), bool)), (2, 2, wide)):
        ys, xs, ws = table[rows, column], place[rows], weights[rows]
        if rows.sum() > 2 and spread > 0.2:
            design = np.stack([np.ones_like(xs), xs], axis=1) * ws[:, None]
            model[at : at + 2] = np.linalg.lstsq(design, ys * ws, rcond=None)[0]
        else:
            model[at] = float(np.average(ys, weights=ws))
    return model


def _shift(model: NDArray[np.float64], place: Map, along: Map, extent: int) -> Map:
    """Return how far a line through `place` has moved at a distance `along` it from the page's middle."""
    at = place / extent - 0.5
    slope, square = model[0] + model[1] * at, model[2] + model[3] * at
    return np.asarray(slope * along + square * along * along, dtype=np.float32)
