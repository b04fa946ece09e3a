"""How surely are letters of names read, by the reader alone and beside type?

Pages of nothing but names, each printed twice, as in a title and as in a signature, are scanned at a level
and cut along their lines, which is quick: no table has to be found. Names are of three letters as frequent as
in real places' names, or with `--flat` hardly more frequent than rare ones, of which many are misread. A name
is sure where both lines say the same and one of them as surely as normalize/imprint.py asks for.
Run: python -m benchmarks.letters --pages 10
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from unittest.mock import patch

import cv2
import numpy as np

from benchmarks.accuracy import REPORTING, TUNING
from benchmarks.issuers import LETTERS, counted
from benchmarks.scans import first_seed, table
from converters import ocr
from converters.ocr import names
from converters.ocr.ink import Grey
from document import Reading
from samples import scan, scan_wear
from samples.scan_faces import FACES, width
from samples.scan_layout import Page, Text

LEVELS = ("clean300", "scan200", "scan150", "jpeg", "blur", "photocopy", "fax")
KINDS = ("镇人民政府", "乡人民政府", "县人民政府", "街道办事处", "区司法局", "市人民政府", "县教育局")
SURE = 0.97
LEFT, RIGHT, FIRST, APART, LAST = 50.0, 350.0, 70.0, 40.0, 800.0  # points
FLAT = 0.3  # the power that frequencies are raised to


@dataclass(frozen=True, kw_only=True, slots=True)
class Printed:
    """A name and the two lines that show it, cut out of a scanned page."""

    name: str
    lines: tuple[Grey, Grey]


def pages(level: str, seeds: range, *, power: float) -> Iterator[list[Printed]]:
    """Yield the names of scanned pages, a page a seed."""
    letters, counts = list(counted()), [count**power for count in counted().values()]
    for seed in seeds:
        random = Random(f"letters {level} {seed}")
        face, size = FACES[random.choice(list(FACES))], random.choice((14.0, 15.0, 16.0))
        page = Page(face=face)
        printed = []
        for top in np.arange(FIRST, LAST, APART):
            name = "".join(random.choices(letters, counts, k=LETTERS)) + random.choice(KINDS)
            two = [
                Text(left=left, top=float(top), size=of, text=name)
                for left, of in ((LEFT, size + 4), (RIGHT, size))
            ]
            page.texts += two
            printed.append((name, two))
        sheet = scan_wear.print_page(page, scan.LEVELS[level].dpi)
        (worn,) = scan.worn([sheet], level=level, seed=seed)
        pixels = worn.pixels if worn.pixels.ndim == 2 else cv2.cvtColor(worn.pixels, cv2.COLOR_RGB2GRAY)
        yield [
            Printed(
                name=name, lines=tuple(_cut(pixels, worn, one, width(name, face, one.size)) for one in two)
            )
            for name, two in printed
        ]


def _cut(pixels: Grey, worn: scan.Worn, text: Text, wide: float) -> Grey:
    """Return a line of a scanned page with some paper around it."""
    corners = [
        (text.left + across, text.top + down)
        for across in (-4.0, wide + 4.0)
        for down in (-1.05 * text.size, 0.35 * text.size)
    ]
    moved = np.array([[*corner, 1.0] for corner in corners]) @ worn.to_pixels.T
    places = moved[:, :2] / moved[:, 2:]
    (left, top), (right, bottom) = places.min(axis=0), places.max(axis=0)
    return pixels[max(round(top), 0) : round(bottom), max(round(left), 0) : round(right)]


def read(printed: list[Printed]) -> list[tuple[Reading, Reading]]:
    """Return what both lines of each name say."""
    found = ocr.recognise([line for one in printed for line in one.lines], figures=False, prose=True)
    return list(zip((one for (one,) in found[::2]), (one for (one,) in found[1::2]), strict=True))


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=10, help="pages a level, of 19 names each")
    parser.add_argument("--flat", action="store_true", help="letters hardly more frequent than rare ones")
    parser.add_argument("--tune", action="store_true", help="use the tuning seeds and show what is misread")
    arguments = parser.parse_args()
    base = TUNING if arguments.tune else REPORTING
    rows: list[tuple[object, ...]] = []
    for level in LEVELS:
        first = first_seed(base, level)
        count: Counter[str] = Counter()
        seeds = range(first, first + arguments.pages)
        for page in pages(level, seeds, power=FLAT if arguments.flat else 1.0):
            with patch.object(names, "settled", lambda _, found: list(found)):
                alone = read(page)
            for one, without, beside in zip(page, alone, read(page), strict=True):
                count["names"] += 1
                for way, two in (("alone", without), ("type", beside)):
                    is_sure = two[0].text == two[1].text and max(line.confidence for line in two) >= SURE
                    count[way] += is_sure
                    count[f"{way} wrong"] += is_sure and two[0].text != one.name
                    if arguments.tune and is_sure and two[0].text != one.name:
                        print(f"{level}: {one.name} read as {two[0].text}, {way}", file=sys.stderr)
        rows.append(
            (level, *(count[what] for what in ("names", "alone", "alone wrong", "type", "type wrong")))
        )
    print(table(("level", "names", "sure alone", "of them wrong", "sure beside type", "of them wrong"), rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
