"""Tables of a PDF as several readers have them, in one shape.

As a program, one reader on the files named on standard input, a line of JSON each.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterable
from itertools import groupby
from pathlib import Path

from converters import convert
from document import Grid
from normalize.stitching import stitch

Shape = tuple[int, int, int, int, str]  # row, column, row span, column span, text


def by_gouji(path: Path) -> list[list[Shape]]:
    """Return the grids of a file as gouji stitches them, with their spans."""
    blocks = stitch(convert(path.read_bytes(), name=path.name).blocks)
    return [
        [(c.row, c.column, c.row_span, c.column_span, c.text) for c in block.cells]
        for block in blocks
        if isinstance(block, Grid)
    ]


def by_pdfplumber(path: Path) -> list[list[Shape]]:
    """Return the tables of pdfplumber's find_tables, spans worked out from its cells' boxes."""
    import pdfplumber

    tables = []
    with pdfplumber.open(path) as document:
        for page in document.pages:
            for table in page.find_tables():
                boxes = [(*box, page.crop(box).extract_text() or "") for box in table.cells]
                tables.append(_with_spans(boxes))
    return tables


def by_camelot(path: Path) -> list[list[Shape]]:
    """Return camelot's lattice tables; a span is where it knows no edge between two positions."""
    import camelot

    tables = []
    for table in camelot.read_pdf(str(path), pages="all", flavor="lattice", suppress_stdout=True):
        shapes: list[Shape] = []
        seen: set[tuple[int, int]] = set()
        rows = table.cells
        for r, row in enumerate(rows):
            for c in range(len(row)):
                if (r, c) in seen:
                    continue
                right, bottom = c, r
                while right + 1 < len(row) and not row[right].right:
                    right += 1
                while bottom + 1 < len(rows) and not rows[bottom][c].bottom:
                    bottom += 1
                inside = [(i, j) for i in range(r, bottom + 1) for j in range(c, right + 1)]
                seen.update(inside)
                text = "".join(rows[i][j].text for i, j in inside)
                shapes.append((r, c, bottom - r + 1, right - c + 1, text))
        tables.append(shapes)
    return tables


def by_img2table(path: Path) -> list[list[Shape]]:
    """Return img2table's tables; it takes a PDF's own text and needs no OCR for it."""
    from img2table.document import PDF

    tables = []
    for found in PDF(str(path), pdf_text_extraction=True).extract_tables(implicit_rows=False).values():
        for table in found:
            boxes = {
                (cell.bbox.x1, cell.bbox.y1, cell.bbox.x2, cell.bbox.y2, cell.value or "")
                for row in table.content.values()
                for cell in row
            }
            tables.append(_with_spans(list(boxes)))
    return tables


def by_markitdown(path: Path) -> list[list[Shape]]:
    """Return the pipe tables in markitdown's Markdown; Markdown knows no spans."""
    from markitdown import MarkItDown

    text = MarkItDown().convert(str(path)).text_content
    tables = []
    for is_table, group in groupby(text.splitlines(), key=lambda line: line.strip().startswith("|")):
        if is_table:
            rows = [line.strip().strip("|").split("|") for line in group]
            rows = [row for row in rows if not all(set(cell.strip()) <= set(":-") for cell in row)]
            tables.append([(r, c, 1, 1, cell) for r, row in enumerate(rows) for c, cell in enumerate(row)])
    return tables


def _with_spans(boxes: list[tuple[float, float, float, float, str]]) -> list[Shape]:
    """Return boxes (left, top, right, bottom, text) on the layout grid of their distinct edges."""
    columns = _edges([x for box in boxes for x in (box[0], box[2])])
    rows = _edges([y for box in boxes for y in (box[1], box[3])])
    shapes = []
    for left, top, right, bottom, text in boxes:
        row, column = _nearest(rows, top), _nearest(columns, left)
        shapes.append((row, column, _nearest(rows, bottom) - row, _nearest(columns, right) - column, text))
    return shapes


def _edges(values: list[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > 3:
            edges.append(value)
    return edges


def _nearest(edges: list[float], value: float) -> int:
    return min(range(len(edges)), key=lambda number: abs(edges[number] - value))


PEERS: dict[str, tuple[str, Callable[[Path], list[list[Shape]]]]] = {
    "gouji": ("", by_gouji),
    "pdfplumber find_tables": ("pdfplumber", by_pdfplumber),
    "camelot lattice": ("camelot", by_camelot),
    "img2table": ("img2table", by_img2table),
    "markitdown": ("markitdown", by_markitdown),
}


def run_peer(name: str, paths: Iterable[str]) -> None:
    """Print what a reader makes of each file, with its time and the memory so far; runs in its own process.

    The first file is read twice: loading a library is not reading a file.
    """
    _, read = PEERS[name]
    for number, line in enumerate(paths):
        path = Path(line.strip())
        try:
            if not number:
                read(path)
            started = time.process_time()
            tables = read(path)
            seconds = time.process_time() - started
        except Exception:  # noqa: BLE001  # a file that a reader cannot read is counted, not raised
            print("null", flush=True)
            continue
        unit = 1 if sys.platform == "darwin" else 1024
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
        print(json.dumps({"tables": tables, "seconds": seconds, "memory": memory}), flush=True)


if __name__ == "__main__":
    run_peer(sys.argv[1], sys.stdin)
