"""How exactly are the grids of scanned tables found? Tables, cells, doubts and time, level by level.

Only the geometry runs: pages are made straight, and their rulings made grids; no cell is read. So hundreds of
reports a level take minutes. Without `--report` tuning seeds are taken, and what is wrong is shown. Unruled
tables are found by the words that were read, so the level `borderless` is not measured here.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray  # noqa: TC002  # beside numpy itself, which is needed at run time

from benchmarks.accuracy import REPORTING, TUNING
from benchmarks.scans import first_seed, invented, percent, table
from converters.image import drawn_page
from converters.rulings import Frame, cell, span
from converters.scan_load import Scan, scans
from converters.scan_page import Sheet, doubted_sides, prepared, ruled_tables
from samples import scan
from samples.scan_layout import PAGE_HEIGHT, PAGE_WIDTH, CellBox, Page

LEVELS = tuple(level for level in scan.LEVELS if level != "borderless")
# Cells are compared by where they stand in their table, to so many points: photographs stretch a page by 6,
# rows are 12 high.
PLAY = 7.0
# A table is found where it and what was found share this much of both together.
SHARED = 0.3

Extents = frozenset[tuple[int, int, int, int]]  # first row and column, and those behind the last


@dataclass
class Outcome:
    """Counts over the tables of one level; a table that a page's end cuts counts on every page.

    `exact` have every span right; `untold` are wrong without a doubt, `doubted` right with one. `extra` are
    grids where no table is printed. `seconds` are processor seconds.
    """

    pages: int = 0
    tables: int = 0
    found: int = 0
    exact: int = 0
    cells: int = 0
    right: int = 0
    untold: int = 0
    doubted: int = 0
    extra: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """A table's positions, and the extents of its cells."""

    rows: tuple[float, ...]
    columns: tuple[float, ...]
    extents: Extents

    def corners(self) -> NDArray[np.float64]:
        """Return left, top, right and bottom of the cells, from the table's upper left, as shares of it."""
        rows, columns = (np.array(positions) for positions in (self.rows, self.columns))
        cells = np.array(sorted(self.extents))
        across = (columns[cells[:, [1, 3]]] - columns[0]) / (columns[-1] - columns[0])
        down = (rows[cells[:, [0, 2]]] - rows[0]) / (rows[-1] - rows[0])
        return np.stack([across[:, 0], down[:, 0], across[:, 1], down[:, 1]], axis=1)

    def place(self, width: float, height: float) -> tuple[float, float, float, float]:
        """Return its box as shares of a page."""
        return (
            self.columns[0] / width,
            self.rows[0] / height,
            self.columns[-1] / width,
            self.rows[-1] / height,
        )


def printed(page: Page) -> dict[str, Layout]:
    """Return the tables of a page by their ids, as they are printed on it."""
    boxes: dict[str, list[CellBox]] = defaultdict(list)
    for box in page.cells:
        boxes[box.table].append(box)
    found = {}
    for name, cells in boxes.items():
        rows = sorted({round(y, 3) for box in cells for y in (box.top, box.bottom)})
        columns = sorted({round(x, 3) for box in cells for x in (box.left, box.right)})
        extents = {
            (
                rows.index(round(box.top, 3)),
                columns.index(round(box.left, 3)),
                rows.index(round(box.bottom, 3)),
                columns.index(round(box.right, 3)),
            )
            for box in cells
        }
        found[name] = Layout(rows=tuple(rows), columns=tuple(columns), extents=frozenset(extents))
    return found


def seen(frame: Frame) -> tuple[Layout, bool]:
    """Return a frame's layout, and whether its rulings enclose a shape that is no rectangle."""
    groups = cell(frame)
    extents = span(groups)
    layout = Layout(
        rows=frame.rows,
        columns=frame.columns,
        extents=frozenset((e.row, e.column, e.row + e.row_span, e.column + e.column_span) for e in extents),
    )
    return layout, len(extents) != len(groups)


def shared(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Return what two boxes share, as a share of what both cover."""
    across = max(min(one[2], other[2]) - max(one[0], other[0]), 0.0)
    down = max(min(one[3], other[3]) - max(one[1], other[1]), 0.0)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return across * down / max(sum(areas) - across * down, 1e-9)


def right_cells(wanted: Layout, got: Layout) -> int:
    """Return how many of a table's cells were found in their place."""
    size = np.array([wanted.columns[-1] - wanted.columns[0], wanted.rows[-1] - wanted.rows[0]] * 2)
    off = np.abs(wanted.corners()[:, None] - got.corners()[None]) * size
    return int((off.max(axis=2) < PLAY).any(axis=1).sum())


def judge(page: Page, sheet: Sheet, outcome: Outcome) -> list[str]:
    """Count one page's tables in, and return what is wrong with them."""
    rows, columns = sheet.grey.shape
    width, height = columns / sheet.scale, rows / sheet.scale
    left = [(frame, *seen(frame)) for frame in ruled_tables(sheet)]
    told = []
    for name, wanted in printed(page).items():
        place = wanted.place(PAGE_WIDTH, PAGE_HEIGHT)
        outcome.tables += 1
        outcome.cells += len(wanted.extents)
        best = max(left, key=lambda one: shared(place, one[1].place(width, height)), default=None)
        if best is None or shared(place, best[1].place(width, height)) < SHARED:
            told.append(f"{name}: not found")
            continue
        left.remove(best)
        frame, got, is_torn = best
        doubts = doubted_sides(sheet, frame.box) + is_torn
        is_exact = wanted.extents == got.extents
        outcome.found += 1
        outcome.exact += is_exact
        outcome.right += right_cells(wanted, got)
        outcome.untold += not is_exact and not doubts
        outcome.doubted += is_exact and bool(doubts)
        if not is_exact:
            sizes = [
                f"{len(layout.rows) - 1} x {len(layout.columns) - 1} ({len(layout.extents)} cells)"
                for layout in (wanted, got)
            ]
            told.append(f"{name}: {sizes[0]} found as {sizes[1]}, {'told' if doubts else 'UNTOLD'}")
    outcome.extra += len(left)
    return told


def pages_of(data: bytes, kind: str) -> Iterator[Scan]:
    """Yield the pages of a file as the converters take them."""
    if kind != "pdf":
        yield from scans(data)
        return
    import pypdfium2.raw as pdfium

    document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    try:
        for index in range(pdfium.FPDF_GetPageCount(document)):
            yield drawn_page(document, index + 1)
    finally:
        pdfium.FPDF_CloseDocument(document)


def measure(level: str, seed: int, outcome: Outcome) -> list[str]:
    """Count one report's pages in, and return what is wrong with them."""
    drawn = scan.scanned(invented(seed), level=level, seed=seed, tables_only=True)
    kind = scan.container_of(level, seed, len(drawn))
    told = []
    for page, picture in zip(drawn, pages_of(scan.packed(drawn, kind), kind), strict=True):
        started = time.process_time()
        sheet = prepared(picture)
        ruled_tables(sheet)
        outcome.seconds += time.process_time() - started
        outcome.pages += 1
        told += [
            f"{level} {seed} page {picture.number} {fault}" for fault in judge(page.page, sheet, outcome)
        ]
    return told


def show(found: dict[str, Outcome]) -> str:
    """Return the table that people read."""
    head = (
        "level", "pages", "tables", "found", "exact", "cells right", "wrong and untold", "right but doubted",
        "extra", "s a page",
    )  # fmt: skip
    rows: list[tuple[object, ...]] = [
        (
            level,
            one.pages,
            one.tables,
            one.found,
            one.exact,
            percent(one.right, one.cells),
            one.untold,
            one.doubted,
            one.extra,
            f"{one.seconds / max(one.pages, 1):.2f}",
        )
        for level, one in found.items()
    ]
    return table(head, rows)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=6, help="reports a level")
    parser.add_argument("--level", action="append", choices=LEVELS, help="all levels when left out")
    parser.add_argument("--report", action="store_true", help="use the seeds that numbers are reported of")
    parser.add_argument("--base", type=int, help="use seeds from here up")
    arguments = parser.parse_args()
    base = arguments.base or (REPORTING if arguments.report else TUNING)
    found: dict[str, Outcome] = {}
    for level in arguments.level or LEVELS:
        found[level] = Outcome()
        for number in range(arguments.reports):
            for fault in measure(level, first_seed(base, level) + number, found[level]):
                if not arguments.report:
                    print(fault, file=sys.stderr, flush=True)
        print(f"{level}: {arguments.reports} reports", file=sys.stderr, flush=True)
    print(show(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
