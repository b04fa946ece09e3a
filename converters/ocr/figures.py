"""Our own readers of figures: a second witness beside RapidOCR that needs no other program, and a third.

A small network reads a cell column by column (CTC). It was trained on figures that samples/crops.py draws, so
it shares neither training nor code nor cutting with the first reader: it sees the whole width of the cell,
where the other sees the ink it was cut to. A glyph that is no digit, sign or blank mark is read as UNKNOWN.
A network four times as large, trained on other drawings, is asked where these two leave a doubt.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from converters.ocr import ctc
from converters.ocr.glyphs import UNKNOWN, as_figures
from converters.ocr.ink import Ink, Line
from document import Reading

# What it can read, in the order of the network's outputs; number 0 is none of them. All dashes are one.
CHARACTERS = ("", *"0123456789", "+", "-", ",", ".", "/", "%", "无", UNKNOWN)


@dataclass(frozen=True, kw_only=True, slots=True)
class Net:
    """A trained network: what its readings are said to be by, and the file of its weights."""

    engine: str
    file: str


SECOND = Net(engine="gouji figures 2", file="figures.npz")
THIRD = Net(engine="gouji figures 3 large", file="figures-large.npz")

HEIGHT = 32  # pixels of a line's band: the ink's height is brought to 20 of them
_ROOM = 0.3  # of the ink's height, above and below
_SIDE = 3.0  # of the ink's height, left and right of the ink at most: what stands there must be paper
_STEP = 16  # widths are filled up to multiples of this
_BATCH_PIXELS = 6400  # width of a batch's bands together: 30 MB while a layer is computed

Band = NDArray[np.float32]


def recognise(bands: Sequence[Band], net: Net = SECOND) -> list[Reading]:
    """Return what each band says, with candidates; see `band`."""
    results: dict[int, Reading] = {}
    by_width: dict[int, list[int]] = defaultdict(list)
    for number, one in enumerate(bands):
        by_width[-(-one.shape[1] // _STEP) * _STEP].append(number)
    for width, numbers in sorted(by_width.items()):
        together = max(1, _BATCH_PIXELS // width)
        for start in range(0, len(numbers), together):
            batch = numbers[start : start + together]
            filled = [
                np.pad(bands[number], ((0, 0), (0, width - bands[number].shape[1]))) for number in batch
            ]
            for number, steps in zip(batch, _steps(np.stack(filled), net.file), strict=True):
                found = as_figures(ctc.candidates(steps, CHARACTERS, most=8))
                text, confidence = found[0] if found else ("", 0.0)
                results[number] = Reading(
                    engine=net.engine, text=text, confidence=confidence, candidates=found
                )
    return [results[number] for number in range(len(bands))]


def band(ink: Ink, line: Line, *, least_height: float) -> Band:
    """Return a line of a crop as the network sees it: HEIGHT x width, 0 for paper to 1 for ink.

    `least_height` is the height in pixels that a flat mark such as a dash is given.
    """
    contrast = ink.contrast
    height = max(float(line.height), least_height)
    middle = (line.top + line.bottom) / 2
    half = height * (0.5 + _ROOM)
    top, bottom = round(middle - half), max(round(middle + half), round(middle - half) + 1)
    left = max(round(line.left - _SIDE * height), 0)
    right = min(round(line.right + _SIDE * height), contrast.shape[1])
    above, below = max(-top, 0), max(bottom - contrast.shape[0], 0)
    inside = contrast[max(top, 0) : min(bottom, contrast.shape[0]), left:right]
    cut = np.pad(inside, ((above, below), (0, 0)))
    width = max(4, round(cut.shape[1] * HEIGHT / cut.shape[0]))
    way = cv2.INTER_AREA if cut.shape[0] > HEIGHT else cv2.INTER_LINEAR
    scaled = cv2.resize(cut, (width, HEIGHT), interpolation=way)
    darkest = float(np.percentile(contrast[line.top : line.bottom, line.left : line.right], 97))
    result: Band = np.clip(scaled / max(darkest, 1.0), 0.0, 1.0).astype(np.float32)
    return result


@cache
def _weights(file: str) -> dict[str, NDArray[np.float32]]:
    with np.load(Path(__file__).with_name(file)) as stored:
        return {name: stored[name].astype(np.float32) for name in stored.files}


def _steps(bands: Band, file: str) -> NDArray[np.float32]:
    """Return bands x steps x characters, probabilities, for bands x HEIGHT x width; a step is 2 pixels."""
    weights = _weights(file)
    layer = bands[:, :, :, None]
    for number, stride in enumerate(STRIDES):
        layer = _convolved(layer, weights[f"w{number}"], weights[f"b{number}"], stride)
        np.maximum(layer, 0.0, out=layer)
    scores = layer[:, 0] @ weights["w"] + weights["b"]
    scores -= scores.max(axis=2, keepdims=True)
    shares = np.exp(scores)
    result: NDArray[np.float32] = shares / shares.sum(axis=2, keepdims=True)
    return result


STRIDES = ((2, 2), (2, 1), (2, 1), (2, 1), (2, 1))  # down and across, layer by layer: 32 rows become 1


def _convolved(
    layer: NDArray[np.float32],
    weight: NDArray[np.float32],
    bias: NDArray[np.float32],
    stride: tuple[int, int],
) -> NDArray[np.float32]:
    """Return a layer (bands x rows x columns x channels) convolved; a weight is rows x columns x in x out."""
    rows, columns = weight.shape[:2]
    up, left = (rows - 1) // 2, (columns - 1) // 2
    padded = np.pad(layer, ((0, 0), (up, rows - 1 - up), (left, columns - 1 - left), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (rows, columns), axis=(1, 2))
    windows = windows[:, :: stride[0], :: stride[1]].transpose(0, 1, 2, 4, 5, 3)
    flat = windows.reshape(*windows.shape[:3], -1)
    result: NDArray[np.float32] = flat @ weight.reshape(-1, weight.shape[3]) + bias
    return result
