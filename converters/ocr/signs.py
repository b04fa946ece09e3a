"""A minus before a figure, told by its shape: it bears out readers that see one and doubts those that do not.

Readers that see a minus are right about it: of 7,200 figures without one, drawn in 74 faces at eighteen
levels of wear, both saw one in a single figure. What they are unsure of is that it is not lost, for a hyphen
of four pixels looks like dirt; of 327 figures with a sign or a point three lost it to three readers. Shape
loses one in 80 of ordinary scans, and sees none in any figure but some that begin with a 4.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from converters.ocr.agreement import agree
from converters.ocr.glyphs import plain
from converters.ocr.ink import Ink
from converters.ocr.lines import Usual, lines
from document import Reading

ENGINE = "gouji signs 1"
_FIGURE = re.compile(r"(-?)([0-9]+)")
# In heights of the digits. Of 3,000 signs nine tenths are 0.27 to 0.6 wide and 0.09 to 0.3 high, with their
# middle 0.5 to 0.66 below the digits' top; specks are as high as wide. Blur joins a sign to its digit, so it
# is where the ink begins flat; of worn digits a 4 does so now and then.
_WIDE, _HIGH, _LONGER = (0.2, 0.75), 0.3, 1.3
_MIDDLE = (0.35, 0.72)
_LIKE_MINUS = "4"
_DARK = 0.4  # of the darkest ink in the line: what is lighter is blur
# What is said of a figure whose minus is borne out, and of the same without it: dirt that readers take for a
# minus may have the shape of one.
_SAID, _OTHERWISE = 0.99, 0.0067


def borne_out(ink: Ink, readings: Sequence[Reading], *, least: float) -> Reading | None:
    """Return as a reading that a figure with a minus is right, by the shape of a crop's ink; None if not.

    All readers must agree on it, and its digits alone be as sure as `least` by those that were asked first.
    """
    sign, digits = _agreed(readings)
    if not sign or not _has_minus(ink, is_apart=digits[0] == _LIKE_MINUS):
        return None
    asked = [_without_sign(reading) for reading in readings if not reading.is_further]
    return _said((sign + digits, _SAID), (digits, _OTHERWISE)) if agree(asked)[1] >= least else None


def doubt(ink: Ink, readings: Sequence[Reading]) -> Reading | None:
    """Return a reading that takes neither side where all readers agree on no minus, and one is seen."""
    sign, digits = _agreed(readings)
    if sign or not digits or digits[0] == _LIKE_MINUS or not _has_minus(ink, is_apart=False):
        return None
    return _said((f"-{digits}", 0.5), (digits, 0.5))


def _agreed(readings: Sequence[Reading]) -> tuple[str, str]:
    """Return sign and digits of the figure that several readers agree on; nothing for any other text."""
    said = {plain(reading.text) for reading in readings}
    found = _FIGURE.fullmatch(said.pop()) if len(said) == 1 and len(readings) > 1 else None
    return (found[1], found[2]) if found else ("", "")


def _said(*candidates: tuple[str, float]) -> Reading:
    (text, share), *_ = candidates
    return Reading(engine=ENGINE, text=text, confidence=share, candidates=candidates, is_further=True)


def _without_sign(reading: Reading) -> Reading:
    shares: dict[str, float] = defaultdict(float)
    for text, share in reading.candidates:
        shares[plain(text).lstrip("-")] += share
    ranked = tuple(sorted(shares.items(), key=lambda item: -item[1]))
    return replace(reading, text=plain(reading.text).lstrip("-"), candidates=ranked)


def _has_minus(ink: Ink, *, is_apart: bool) -> bool:
    """Say whether the ink of a crop's only line begins with a minus, one apart from its digits if need be."""
    found = lines(ink, Usual())
    if len(found) != 1:
        return False
    (line,) = found
    part = ink.contrast[line.top : line.bottom, line.left : line.right]
    dark = part > _DARK * float(np.percentile(part, 97))
    rows = np.arange(line.height)[:, None]
    first = np.where(dark, rows, line.height).min(axis=0)
    last = np.where(dark, rows, -1).max(axis=0)
    extent = np.maximum(last - first + 1, 0)
    starts = np.flatnonzero(extent)
    flat = (extent > 0) & (extent <= _HIGH * line.height)
    width = int(np.argmin([*flat[starts[0] :], False])) if starts.size else 0
    end = int(starts[0]) + width if width else 0
    if not width or (is_apart and (end >= extent.size or extent[end])):
        return False
    sign = slice(int(starts[0]), end)
    top, bottom = int(first[sign].min()), int(last[sign].max()) + 1
    return (
        _WIDE[0] * line.height <= width <= _WIDE[1] * line.height
        and bottom - top <= _HIGH * line.height
        and width >= _LONGER * (bottom - top)
        and _MIDDLE[0] * line.height <= (top + bottom) / 2 <= _MIDDLE[1] * line.height
    )
