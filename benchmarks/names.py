"""How surely are the names of bodies read on scans? Right and wrong ones, by level, told and untold.

Every report is drawn under its invented name, which is made of rare letters, and under one whose letters are
as frequent as in real places' names (benchmarks/issuers.py). Tables are found and left out, and nothing of
them is read. Run: python -m benchmarks.names --reports 10
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator

from benchmarks.accuracy import REPORTING, TUNING
from benchmarks.issuers import lettered
from benchmarks.scan_grids import pages_of
from benchmarks.scans import first_seed, table, with_rare_letters
from converters import scan_page
from normalize.imprint import Imprint, read_imprint
from normalize.prose import Line
from samples import scan
from samples.reports import Sample

LEVELS = ("clean300", "scan200", "scan150", "skew", "jpeg", "seal", "shadow", "photo", "turned", "blur")


def names(seed: int) -> Iterator[tuple[str, Sample]]:
    """Yield the sample of a seed under its rare letters and lettered as real places are, if it has a name."""
    sample = with_rare_letters(seed)
    if sample.issuer:
        yield "rare letters", sample
        yield "letters of real names", lettered(sample)


def read(sample: Sample, level: str, seed: int) -> Imprint:
    """Return the imprint of a scan of title, tables and signature."""
    drawn = scan.scanned(sample, level=level, seed=seed, tables_only=True)
    kind = scan.container_of(level, seed, len(drawn))
    pages = [
        [
            Line(word.text, confidence=word.confidence)
            for word in scan_page.outside_tables(scan_page.prepared(page))
        ]
        for page in pages_of(scan.packed(drawn, kind), kind)
    ]
    return read_imprint(pages[0], [], pages[-1])


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=10, help="reports a level")
    parser.add_argument("--tune", action="store_true", help="use the tuning seeds and show what is misread")
    arguments = parser.parse_args()
    counts: dict[tuple[str, str], Counter[str]] = {}
    for level in LEVELS:
        for number in range(arguments.reports):
            seed = first_seed(TUNING if arguments.tune else REPORTING, level) + number
            for letters, sample in names(seed):
                found = read(sample, level, seed)
                count = counts.setdefault((letters, level), Counter())
                is_right, is_told = found.issuer == sample.issuer, bool(found.doubts)
                count.update(
                    n=1, right=int(is_right), told=int(is_told), untold=int(not is_right and not is_told)
                )
                if arguments.tune and not is_right:
                    print(f"{level} {seed}: {sample.issuer} read as {found.issuer}", file=sys.stderr)
    head = ("names of", "level", "names", "right", "in doubt", "wrong and untold")
    rows: list[tuple[object, ...]] = [
        (*key, count["n"], count["right"], count["told"], count["untold"])
        for key, count in sorted(counts.items())
    ]
    print(table(head, rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
