"""Draws how well confidence keeps its word: of the figures read with a confidence, how many are wrong?

`python -m benchmarks.scans --tune --pairs pairs.json` collects (confidence, right) of every figure read;
`python -m benchmarks.reliability pairs.json docs/images/reliability.png` draws them. Both axes are
logarithmic, as all that matters lies within a thousandth of certainty. A bin without an error can only say
that the rate lies below 3/n: it is drawn hollow, at that bound.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

# Bins of the error that a confidence tells (1 - confidence): two a decade, down to what can be shown.
EDGES = (1.1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001, 0.00003, 0.00001, 0.0)
LOWEST, HIGHEST = 1e-6, 1.0
WIDTH, HEIGHT, MARGIN = 860, 720, 96
INK, FAINT, MARK = (30, 30, 30), (215, 215, 215), (0, 90, 160)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bin:
    """Figures of about the same confidence: how many, how many wrong, the mean error told."""

    count: int
    wrong: int
    told: float

    @property
    def rate(self) -> float:
        """The share that is wrong; where none is, the bound 3/n."""
        return self.wrong / self.count if self.wrong else min(3 / self.count, 1.0)


def bins(pairs: list[tuple[float, bool]]) -> list[Bin]:
    """Return the bins that hold a figure, the unsure first."""
    found = []
    for high, low in pairwise(EDGES):
        inside = [(1 - sure, right) for sure, right in pairs if low <= 1 - sure < high]
        if inside:
            told = sum(doubt for doubt, _ in inside) / len(inside)
            found.append(Bin(count=len(inside), wrong=sum(not right for _, right in inside), told=told))
    return found


def draw(found: list[Bin]) -> Image.Image:
    """Return the diagram."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pencil = ImageDraw.Draw(image)
    text, small = ImageFont.load_default(17), ImageFont.load_default(14)
    _axes(pencil, text, small)
    side = Image.new("RGB", (320, 24), "white")
    ImageDraw.Draw(side).text((160, 2), "error found", font=text, fill=INK, anchor="mt")
    image.paste(side.rotate(90, expand=True), (14, HEIGHT // 2 - 160))
    for number, one in enumerate(found):
        x, y = _x(max(one.told, LOWEST)), _y(max(one.rate, LOWEST))
        radius = 6
        box = (x - radius, y - radius, x + radius, y + radius)
        pencil.ellipse(box, fill=MARK if one.wrong else "white", outline=MARK, width=2)
        if one.wrong:
            low, high = _interval(one.wrong, one.count)
            pencil.line((x, _y(max(low, LOWEST)), x, _y(high)), fill=MARK, width=2)
        else:
            pencil.line((x, y + radius, x, y + 24), fill=MARK, width=2)
            pencil.line((x - 4, y + 19, x, y + 24, x + 4, y + 19), fill=MARK, width=2)
        label = f"{one.wrong} of {one.count:,}"
        place = (
            (x + 10, y - 8) if number % 2 else (x - 10, y + 8)
        )  # neighbours must not write over each other
        pencil.text(place, label, font=small, fill=INK, anchor="lb" if number % 2 else "rt")
    return image


def _axes(pencil: ImageDraw.ImageDraw, text: ImageFont.ImageFont, small: ImageFont.ImageFont) -> None:
    for power in range(-6, 1):
        value = 10.0**power
        label = f"{value:.0e}".replace("e-0", "e-") if power < -3 else f"{value:g}"
        pencil.line((_x(value), _y(HIGHEST), _x(value), _y(LOWEST)), fill=FAINT)
        pencil.line((_x(HIGHEST), _y(value), _x(LOWEST), _y(value)), fill=FAINT)
        pencil.text((_x(value), _y(LOWEST) + 8), label, font=small, fill=INK, anchor="mt")
        pencil.text((_x(HIGHEST) - 8, _y(value)), label, font=small, fill=INK, anchor="rm")
    pencil.line((_x(HIGHEST), _y(HIGHEST), _x(LOWEST), _y(LOWEST)), fill=(150, 150, 150), width=2)
    pencil.rectangle((_x(HIGHEST), _y(HIGHEST), _x(LOWEST), _y(LOWEST)), outline=INK)
    title = "Figures wrong, by how sure they were read (wrong of all, 95 % interval)"
    pencil.text((WIDTH / 2, 30), title, font=text, fill=INK, anchor="mt")
    pencil.text(
        (WIDTH / 2, 56), "hollow: none wrong, drawn at the bound 3/n", font=small, fill=INK, anchor="mt"
    )
    below = "error told: 1 - confidence (surer to the right)"
    pencil.text((WIDTH / 2, HEIGHT - 28), below, font=text, fill=INK, anchor="mb")


def _x(value: float) -> float:
    span = math.log10(HIGHEST / LOWEST)
    return MARGIN + (WIDTH - 2 * MARGIN) * math.log10(HIGHEST / value) / span


def _y(value: float) -> float:
    span = math.log10(HIGHEST / LOWEST)
    return MARGIN + (HEIGHT - 2 * MARGIN) * math.log10(HIGHEST / value) / span


def _interval(wrong: int, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson)."""
    z, share = 1.96, wrong / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return middle - half, min(middle + half, 1.0)


def main() -> int:
    """Draw the pairs of a run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", type=Path, nargs="+", help="files that benchmarks.scans wrote")
    parser.add_argument("picture", type=Path)
    arguments = parser.parse_args()
    pairs = [pair for path in arguments.pairs for pair in json.loads(path.read_text(encoding="utf-8"))]
    found = bins([(sure, right) for sure, right in pairs])
    for one in found:
        print(f"told {one.told:.6f}  found {one.wrong / one.count:.6f}  ({one.wrong} of {one.count})")
    draw(found).save(arguments.picture, optimize=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
