"""How exact are other readers on the same PDFs, told by the cells of the statutory tables?"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from benchmarks.pdf_printed import Printed, broken_tables, say
from benchmarks.pdf_readers import PEERS, Shape
from converters import convert
from document import Grid
from normalize.labels import plain
from samples.printed import PrintedTable, printed_tables

PEER_SECONDS = 120  # a file; the first is read twice, on a machine that may be busy


@dataclass
class PeerScore:
    """What a reader made of the statutory tables of some files."""

    files: int = 0
    failed: int = 0
    cells: int = 0
    exact: int = 0
    spans: int = 0
    spans_right: int = 0
    split: int = 0
    joined: int = 0
    seconds: list[float] = field(default_factory=list)
    memory: float = 0.0


def measure_peers(reports: list[Printed]) -> dict[str, PeerScore | str]:
    """Return the score of every reader on the same files, or why there is none."""
    scores: dict[str, PeerScore | str] = {}
    for name, (module, _) in PEERS.items():
        probe = subprocess.run(
            [sys.executable, "-c", f"import {module or 'sys'}"], check=False, capture_output=True
        )
        if probe.returncode:
            scores[name] = "not installed"
            continue
        score = PeerScore()
        with Reader(name) as reader:
            for number, printed in enumerate(reports):
                say(f"{name}: file {number + 1} of {len(reports)}")
                score.files += 1
                _add(score, printed, reader.read(printed.path))
        scores[name] = score
    return scores


class Reader:
    """A reader in a process of its own, which reads one file after the other and is ended when it hangs."""

    def __init__(self, name: str) -> None:
        self.command = [sys.executable, "-m", "benchmarks.pdf_readers", name]
        self.process: subprocess.Popen[str] | None = None
        self.waiting = ThreadPoolExecutor(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
        self.waiting.shutdown()

    def read(self, path: Path) -> dict[str, Any] | None:
        """Return what the reader printed of a file; None when it failed or took too long."""
        if self.process is None:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            print(path, file=self.process.stdin, flush=True)
            deadline = time.monotonic() + PEER_SECONDS
            while line := self.waiting.submit(self.process.stdout.readline).result(
                deadline - time.monotonic()
            ):
                if line.startswith(('{"tables"', "null")):  # readers print remarks of their own
                    return json.loads(line)
        except (TimeoutError, BrokenPipeError):
            pass
        self._end()
        return None

    def _end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


def _add(score: PeerScore, printed: Printed, answer: dict | None) -> None:
    whole = printed_tables(printed.sample, parts_apart=printed.variant == "parts")
    pages = broken_tables(
        block for block in convert(printed.path.read_bytes(), name="x.pdf").blocks if isinstance(block, Grid)
    )
    tables = [] if answer is None else answer["tables"]
    if answer is None:
        score.failed += 1
    else:
        score.seconds.append(answer["seconds"])
        score.memory = max(score.memory, answer["memory"])
    for table in whole:
        found = _best(table, tables)
        score.cells += len(table.cells)
        merged = [cell for cell in table.cells if cell.row_span > 1 or cell.column_span > 1]
        score.spans += len(merged)
        exact, spans = _compare(table, found)
        score.exact += exact
        score.spans_right += spans
        values = [cell for cell in table.cells if cell.is_value]
        if table.id in pages and any(cell.text.strip() for cell in values):
            score.split += 1
            score.joined += _holds_all(values, found)


def _key(text: str) -> str:
    return plain("".join(text.split()))


def _best(table: PrintedTable, tables: list[list[Shape]]) -> list[Shape]:
    """Return the found table that shares most texts with a printed one."""
    wanted = Counter(_key(cell.text) for cell in table.cells if not cell.is_value)
    shared = [(Counter(_key(shape[4]) for shape in found) & wanted).total() for found in tables]
    return tables[shared.index(max(shared))] if shared and max(shared) else []


def _compare(table: PrintedTable, found: list[Shape]) -> tuple[int, int]:
    """Return how many cells stand exactly where printed, and how many merged ones with their spans.

    Rows and columns may be numbered anew, as long as the order holds: cells are told by the texts at the same
    origin once rows and columns without an origin are left out.
    """
    mine = _numbered([(c.row, c.column, c.row_span, c.column_span, c.text) for c in table.cells])
    theirs = _numbered([tuple(shape) for shape in found])
    exact = spans = 0
    for place, (row_span, column_span, text) in mine.items():
        other = theirs.get(place)
        if other is None or _key(other[2]) != _key(text):
            continue
        exact += other[:2] == (row_span, column_span)
        spans += (row_span > 1 or column_span > 1) and other[:2] == (row_span, column_span)
    return exact, spans


def _numbered(shapes: list[Shape]) -> dict[tuple[int, int], tuple[int, int, str]]:
    """Return cells by origin, rows and columns in which no cell begins left out."""
    rows = sorted({shape[0] for shape in shapes})
    columns = sorted({shape[1] for shape in shapes})
    return {
        (rows.index(r), columns.index(c)): (
            sum(r <= row < r + row_span for row in rows),
            sum(c <= column < c + column_span for column in columns),
            text,
        )
        for r, c, row_span, column_span, text in shapes
    }


def _holds_all(values: list, found: list[Shape]) -> bool:
    """Say whether one found table holds the printed figures of a table, each in order."""
    wanted = [
        _key(cell.text) for cell in sorted(values, key=lambda c: (c.row, c.column)) if cell.text.strip()
    ]
    shown = [_key(shape[4]) for shape in sorted(found, key=lambda s: (s[0], s[1])) if shape[4].strip()]
    position = 0
    for text in shown:
        if position < len(wanted) and text == wanted[position]:
            position += 1
    return position == len(wanted)
