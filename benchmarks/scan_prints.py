"""How surely does gouji read scans of what Word sets? Word files, printed by LibreOffice, then scanned.

The pages of benchmarks/scans.py are set by our own generator. Word sets tables tighter: figures close under
their rulings, wrapped in narrow cells, tables a line apart, rows cut overleaf.
Whole reports are read; values, zeros and doubts are counted as there. `--tune` shows what fails on seeds that
are not reported. Floors: key "scan prints" of floors.json, by `--check` and `--pin`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import pypdfium2

from benchmarks import pdf_printed
from benchmarks.accuracy import FLOORS, REPORTING, TUNING
from benchmarks.issuers import lettered
from benchmarks.scans import Case, Outcome, fallen, first_seed, floors_of, measure, say, show
from samples import scan
from samples.reports import Sample
from samples.scan_wear import Pixels

LEVELS = tuple(name for name, level in scan.LEVELS.items() if level.special not in ("faint", "borderless"))
# Beyond the seeds of benchmarks/scans.py, and of what is printed for PDFs.
BEYOND = 5_000_000
KEY = "scan prints"
# Nobody is told that these are right: rows that no form has, cells that begin late, figures with notes.
IN_REVIEW = ("extra-rows", "grid-before-after", "notes")


def invented(seed: int) -> tuple[Sample, str]:
    """Return a sample and its Word variant, its places lettered as real ones."""
    sample, variant = pdf_printed.invented(seed)
    return lettered(sample), variant


def cases(levels: Sequence[str], base: int, count: int, keep: Path | None = None) -> Iterator[Case]:
    """Yield the scans of printed reports, levels taking turns; prints stay in a folder that is given."""
    seeds = {
        (level, number): BEYOND + first_seed(base, level) + number
        for number in range(count)
        for level in levels
    }
    with pdf_printed.printed_seeds(seeds.values(), keep, invented) as reports:
        printed = {int(report.path.stem): report for report in reports}
        for (level, _), seed in seeds.items():
            if seed not in printed:
                say(f"{level} {seed}: LibreOffice did not print it")
                continue
            sheets = list(_sheets(printed[seed].path, scan.LEVELS[level].dpi))
            pages = scan.worn(sheets, level=level, seed=seed)
            yield Case(
                level=level,
                seed=seed,
                sample=printed[seed].sample,
                data=scan.packed(pages, scan.container_of(level, seed, len(pages))),
                pages=len(pages),
                is_verifiable=printed[seed].variant not in IN_REVIEW,
            )


def _sheets(path: Path, dpi: int) -> Iterator[Pixels]:
    """Yield the pages of a PDF in grey."""
    with pypdfium2.PdfDocument(path) as document:
        for page in document:
            colour = np.asarray(page.render(scale=dpi / 72).to_pil().convert("RGB"))
            yield np.asarray(cv2.cvtColor(colour, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def main() -> int:
    """Measure, print, and compare with the pinned floors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=8, help="reports a level")
    parser.add_argument("--level", action="append", choices=LEVELS, help="all levels when left out")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--tune", action="store_true", help="use the tuning seeds and show what fails")
    parser.add_argument("--base", type=int, help="use seeds from here up and show what fails")
    parser.add_argument("--keep", type=Path, help="a folder for prints, to be used again")
    parser.add_argument("--check", action="store_true", help="end with 1 if anything fell below its floor")
    parser.add_argument("--pin", action="store_true", help="write the floors of the measured levels anew")
    arguments = parser.parse_args()
    base = arguments.base or (TUNING if arguments.tune else REPORTING)
    drawn = cases(arguments.level or LEVELS, base, arguments.reports, arguments.keep)
    found: dict[tuple[str, str], Outcome] = {}
    for level, group, outcome in measure(drawn, arguments.jobs, tables_only=True):
        found.setdefault((level, group), Outcome()).add(outcome)
        if arguments.tune or arguments.base:
            say("\n".join(outcome.failures))
    print(show(found), flush=True)
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    told = fallen(floors_of(found), floors.get(KEY, {})) if arguments.check else []
    if arguments.check:
        print("\n".join(told) or "nothing fell below its floor")
    if arguments.pin:
        floors[KEY] = {**floors.get(KEY, {}), **floors_of(found)}
        FLOORS.write_text(json.dumps(floors, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
