"""How fast is gouji, from file to JSON, beside what others do with the same files in the same run?

One core, warm process, median of processor time a report. The others only yield tables or Markdown; gouji's
time includes reconstruction, checks and both JSON files. Run `make speed`.
"""

from __future__ import annotations

import argparse
import io
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from converters import convert
from normalize import normalize
from report import evidence_to_json, to_json
from samples import text, word
from samples.reports import invent

SEED = 30_000_000
WARM_UP = 5


def gouji(name: str, data: bytes) -> int:
    """Return the length of all that gouji writes for a report."""
    report = normalize(convert(data, name=name))
    return len(to_json(report)) + len(evidence_to_json(report))


def naive_cells(_name: str, data: bytes) -> int:
    """Read every table cell by cell with python-docx, as most scripts do."""
    from docx import Document

    tables = Document(io.BytesIO(data)).tables
    return sum(
        len(table.cell(row, column).text)
        for table in tables
        for row in range(len(table.rows))
        for column in range(len(table.columns))
    )


def row_cells(_name: str, data: bytes) -> int:
    """Read every table row by row with python-docx."""
    from docx import Document

    tables = Document(io.BytesIO(data)).tables
    return sum(len(cell.text) for table in tables for row in table.rows for cell in row.cells)


def markitdown(name: str, data: bytes) -> int:
    """Turn the file into Markdown with markitdown."""
    from markitdown import MarkItDown

    global _markitdown
    _markitdown = _markitdown or MarkItDown()
    stream = io.BytesIO(data)
    return len(_markitdown.convert_stream(stream, file_extension=Path(name).suffix).text_content)


_markitdown = None


def docx2python(_name: str, data: bytes) -> int:
    """Read the file with docx2python."""
    from docx2python import docx2python as read

    with read(io.BytesIO(data)) as content:
        return len(str(content.body))


Way = Callable[[str, bytes], int]
WORD_WAYS: dict[str, Way] = {
    "gouji, file to JSON": gouji,
    "markitdown, to Markdown": markitdown,
    "docx2python, tables as lists": docx2python,
    "python-docx, row.cells": row_cells,
    "python-docx, table.cell": naive_cells,
}
TEXT_WAYS: dict[str, Way] = {"gouji, file to JSON": gouji, "markitdown, passed through": markitdown}


def measure(ways: dict[str, Way], files: list[tuple[str, bytes]]) -> dict[str, list[float]]:
    """Return the seconds of processor time for every way and file; infinite where a way failed."""
    return {
        label: [_seconds(way, name, data) for name, data in files][WARM_UP:] for label, way in ways.items()
    }


def _seconds(way: Way, name: str, data: bytes) -> float:
    begin = time.process_time()
    try:
        way(name, data)
    except (ValueError, IndexError, KeyError):
        if way is gouji:
            raise
        return float("inf")
    return time.process_time() - begin


def table(title: str, taken: dict[str, list[float]]) -> str:
    """Return the medians as Markdown, with the ratio to gouji."""
    own = statistics.median(next(iter(taken.values())))
    lines = [f"| {title} | median ms | slowest ms | times gouji | failed |", "|---|---|---|---|---|"]
    for label, all_seconds in taken.items():
        seconds = [second for second in all_seconds if second != float("inf")]
        median = statistics.median(seconds)
        lines.append(
            f"| {label} | {1000 * median:.1f} | {1000 * max(seconds):.1f} | {median / own:.2f} "
            f"| {len(all_seconds) - len(seconds)} |"
        )
    return "\n".join(lines)


def help_seconds() -> float:
    """Return the wall time of `gouji --help`, the best of seven."""
    import subprocess

    command = Path(sys.executable).with_name("gouji")
    best = float("inf")
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(7):
            begin = time.perf_counter()
            subprocess.run([command, "--help"], cwd=folder, check=True, capture_output=True)
            best = min(best, time.perf_counter() - begin)
    return best


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=60)
    count = parser.parse_args().reports + WARM_UP
    words = [
        (f"{seed}.docx", word.draw(invent(seed), variant=word.VARIANTS[seed % len(word.VARIANTS)], seed=seed))
        for seed in range(SEED, SEED + count)
    ]
    texts = [
        (f"{seed}.txt", text.draw(invent(seed), flattening=f"P{1 + seed % 14}", seed=seed).data)
        for seed in range(SEED, SEED + count)
    ]
    print(table(f"{count - WARM_UP} Word reports", measure(WORD_WAYS, words)))
    print()
    print(table(f"{count - WARM_UP} text reports", measure(TEXT_WAYS, texts)))
    print(f"\n`gouji --help`: {help_seconds():.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
