"""How exact and fast is gouji on PDFs, and what do others make of the same files in the same run?

Reports are printed by LibreOffice from generated Word files and drawn straight to PDF in every style. What
comes out is Markdown on stdout; progress goes to stderr. The seeds are the reporting ones of accuracy.py
unless `--tune` is given.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from benchmarks.accuracy import REPORTING, TUNING, Tally, pdf_case
from converters import convert
from document import Grid
from normalize import normalize
from normalize.labels import plain
from normalize.stitching import stitch
from report import Report, evidence_to_json, to_json
from samples import word
from samples.printed import PrintedTable, printed_tables
from samples.reports import Sample, invent, with_extra_rows

# LibreOffice prints deletions that Word only remembers, and works out formulas anew: what these two kinds of
# files print is not what they say, so they prove nothing about reading a page.
VARIANTS = tuple(name for name in word.VARIANTS if name not in ("tracked-changes", "fields"))
# What these print is another layout than the form's: tables in two pieces with a gap or a head in between,
# merged cells ruled apart, rows that begin late. Their cells cannot be compared with the form's.
OTHER_LAYOUTS = ("split", "split-head", "merge-no-restart", "grid-before-after")
CHUNK = 50
PRINT_SECONDS = 600
PEER_SECONDS = 60


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@dataclass(frozen=True, kw_only=True)
class Printed:
    """A generated report: what it says, its Word file, and that file as LibreOffice prints it."""

    sample: Sample
    variant: str
    docx: bytes
    path: Path


def invented(seed: int) -> tuple[Sample, str]:
    """Return a sample and the Word variant it is stored in."""
    variant = VARIANTS[seed % len(VARIANTS)]
    options = ({}, {"zero": True}, {"blanks": "blank"}, {"markers": True}, {"blanks": "mark"})
    style = options[(seed // len(VARIANTS)) % len(options)]
    sample = invent(seed, edition=("2019", "2021")[seed // 2 % 2], **style)
    return (with_extra_rows(sample, seed) if variant == "extra-rows" else sample), variant


@contextmanager
def printed_reports(base: int, count: int, keep: Path | None = None) -> Iterator[list[Printed]]:
    """Yield generated reports printed by LibreOffice, in a folder of their own or one to keep.

    In a kept folder what is printed already, from the same Word file, is not printed again.
    """
    office = shutil.which("soffice")
    assert office is not None
    with tempfile.TemporaryDirectory() as name:
        folder = keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        reports = [_drawn(folder, base + number) for number in range(count)]
        waiting = [report for report in reports if not report.path.exists()]
        for start in range(0, len(waiting), CHUNK):
            say(f"printing {start + 1} to {min(start + CHUNK, len(waiting))} of {len(waiting)}")
            profile = f"-env:UserInstallation={(Path(name) / 'profile').as_uri()}"
            command = [office, "--headless", profile, "--convert-to", "pdf", "--outdir", str(folder / "pdf")]
            files = [str(folder / f"{report.path.stem}.docx") for report in waiting[start : start + CHUNK]]
            subprocess.run([*command, *files], check=False, capture_output=True, timeout=PRINT_SECONDS)
        yield [report for report in reports if report.path.exists()]


def _drawn(folder: Path, seed: int) -> Printed:
    """Draw a report as a Word file in a folder; a print of another Word file of that name is removed."""
    sample, variant = invented(seed)
    docx = word.draw(sample, variant=variant, seed=seed)
    source, path = folder / f"{seed}.docx", folder / "pdf" / f"{seed}.pdf"
    if not source.exists() or source.read_bytes() != docx:
        path.unlink(missing_ok=True)
        source.write_bytes(docx)
    return Printed(sample=sample, variant=variant, docx=docx, path=path)


@dataclass
class Outcome:
    """What became of printed reports."""

    reports: int = 0
    values: int = 0
    right: int = 0
    wrong: int = 0
    wrong_verified: int = 0
    missing: int = 0
    verified: int = 0
    equal: int = 0
    broken: int = 0
    joined: int = 0
    failures: list[str] = field(default_factory=list)


def measure_printed(reports: Iterable[Printed]) -> Outcome:
    """Return how exact printed reports come out, and whether they equal their Word files."""
    outcome = Outcome()
    for number, printed in enumerate(reports):
        if number % 50 == 0:
            say(f"reading printed report {number + 1}")
        document = convert(printed.path.read_bytes(), name=printed.path.name)
        found = normalize(document)
        origin = normalize(convert(printed.docx, name="report.docx"))
        verified = found.trust.status == "verified"
        outcome.reports += 1
        outcome.verified += verified
        is_equal = _content(found) == _content(origin)
        outcome.equal += is_equal
        label = f"{printed.variant} {printed.sample.seed}"
        if not is_equal:
            outcome.failures.append(f"{label}: differs from its Word file")
        for value_id, truth in printed.sample.numbers.items():
            value = found.values.get(value_id)
            shown = value.number if value else None
            outcome.values += 1
            if shown == truth and (shown is None) == (truth is None):
                outcome.right += 1
            elif shown is None:
                outcome.missing += 1
                outcome.failures.append(f"{label}: {value_id} missing ({value.status if value else 'none'})")
            else:
                outcome.wrong += 1
                outcome.wrong_verified += verified
                outcome.failures.append(f"{label}: {value_id} is {shown}, printed {truth}")
        broken = broken_tables([block for block in document.blocks if isinstance(block, Grid)])
        outcome.broken += len(broken)
        outcome.joined += sum(_is_right(table, printed.sample, found) for table in broken & _tables(printed))
        outcome.broken -= len(broken - _tables(printed))
    return outcome


def _content(report: Report) -> object:
    """Return what a report says: its values and its imprint."""
    values = {name: value.number for name, value in report.values.items()}
    return report.edition, report.year, report.issuer, values


def _tables(printed: Printed) -> set[str]:
    return {table.id for table in printed.sample.standard.tables}


def broken_tables(grids: Iterable[Grid]) -> set[str]:
    """Return the ids of the tables that go on overleaf, as the pages of their grids show."""
    pages: dict[str, set[int]] = {"proactive": set(), "requests": set(), "disputes": set()}
    current = "proactive"
    for grid in grids:
        text = plain("".join(cell.text for cell in grid.cells))
        for table, sign in (("proactive", "第二十条"), ("requests", "申请人情况"), ("disputes", "行政复议")):
            if sign in text:
                current = table
                break
        pages[current].add(grid.provenance.page or 0)
    return {table for table, on in pages.items() if len(on) > 1}


def _is_right(table: str, sample: Sample, report: Report) -> bool:
    """Say whether every value of a table is as printed."""
    return all(
        value_id in report.values and report.values[value_id].number == truth
        for value_id, truth in sample.numbers.items()
        if value_id.startswith(f"{table}.")
    )


def measure_styles(base: int, count: int) -> dict[str, Tally]:
    """Return the tallies of reports drawn straight to PDF, by style."""
    groups: dict[str, Tally] = {}
    for number in range(count):
        if number % 50 == 0:
            say(f"drawn report {number + 1} of {count}")
        name, tally = pdf_case(base + number)
        groups.setdefault(name.removeprefix("pdf "), Tally()).add(tally)
    return dict(sorted(groups.items()))


def measure_speed(files: Iterable[Path]) -> list[float]:
    """Return the processor seconds from each file to its two JSON texts, warm."""
    seconds: list[float] = []
    for number, path in enumerate(files):
        data = path.read_bytes()
        started = time.process_time()
        report = normalize(convert(data, name=path.name))
        to_json(report)
        evidence_to_json(report)
        if number >= 3:
            seconds.append(time.process_time() - started)
    return seconds


# --- peers ------------------------------------------------------------------------------------------------

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


def run_peer(name: str, path: Path) -> None:
    """Print what a reader makes of a file, with its time and memory; runs in a process of its own."""
    _, read = PEERS[name]
    read(path)  # warm: loading a library is not reading a file
    started = time.process_time()
    tables = read(path)
    seconds = time.process_time() - started
    unit = 1 if sys.platform == "darwin" else 1024
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    print(json.dumps({"tables": tables, "seconds": seconds, "memory": memory}))


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
        for number, printed in enumerate(reports):
            say(f"{name}: file {number + 1} of {len(reports)}")
            command = [sys.executable, "-m", "benchmarks.pdf", "--peer", name, "--file", str(printed.path)]
            score.files += 1
            _add(score, printed, _answer(command))
        scores[name] = score
    return scores


def _answer(command: list[str]) -> dict[str, object] | None:
    """Return what a reader printed; None when it failed or took too long."""
    try:
        done = subprocess.run(command, check=False, capture_output=True, timeout=PEER_SECONDS)
        return json.loads(done.stdout.splitlines()[-1])
    except (subprocess.TimeoutExpired, ValueError, IndexError):
        return None


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


# --- what people read --------------------------------------------------------------------------------------


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.3f} %" if whole else "-"


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *([str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def show_printed(outcome: Outcome) -> str:
    head = "reports", "values", "exact", "wrong", "wrong in verified", "missing", "verified", "equal to Word"
    row = (
        outcome.reports,
        outcome.values,
        percent(outcome.right, outcome.values),
        outcome.wrong,
        outcome.wrong_verified,
        outcome.missing,
        outcome.verified,
        outcome.equal,
    )
    return (
        f"{table(head, [row])}\n\nTables over pages, every value right: {outcome.joined} of {outcome.broken}."
    )


def show_styles(groups: dict[str, Tally]) -> str:
    rows = [
        (
            name,
            tally.reports,
            percent(tally.recovered, tally.recoverable),
            tally.wrong,
            tally.wrong_verified,
            tally.missing,
            tally.verified,
        )
        for name, tally in groups.items()
    ]
    head = "style", "reports", "exact", "wrong", "wrong in verified", "missing", "verified"
    return table(head, rows)


def show_peers(scores: dict[str, PeerScore | str]) -> str:
    rows: list[tuple[object, ...]] = []
    for name, score in scores.items():
        if isinstance(score, str):
            rows.append((name, score, *["-"] * 6))
            continue
        median = f"{statistics.median(score.seconds):.2f}" if score.seconds else "-"
        rows.append(
            (
                name,
                score.files,
                score.failed,
                percent(score.exact, score.cells),
                percent(score.spans_right, score.spans),
                f"{score.joined} of {score.split}",
                median,
                f"{score.memory:.0f}",
            )
        )
    head = (
        "reader",
        "files",
        "failed",
        "cells exact",
        "merged cells right",
        "tables over pages joined",
        "seconds",
        "memory, MB",
    )
    return table(head, rows)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tune", action="store_true", help="use the tuning seeds and show what fails")
    parser.add_argument("--reports", type=int, default=200, help="reports printed by LibreOffice")
    parser.add_argument("--keep", type=Path, help="folder for what LibreOffice prints, to use it again")
    parser.add_argument("--drawn", type=int, default=36 * 7, help="reports drawn straight to PDF")
    parser.add_argument("--peer-files", type=int, default=40, help="printed reports that the others read too")
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peer:
        run_peer(arguments.peer, arguments.file)
        return 0
    base = TUNING if arguments.tune else REPORTING
    failures: list[str] = []
    if shutil.which("soffice") is None:
        print("Reports printed by LibreOffice: skipped, there is no soffice on the path.\n")
    elif arguments.reports:
        with printed_reports(base, arguments.reports, arguments.keep) as reports:
            outcome = measure_printed(reports)
            failures += outcome.failures
            print(f"## Printed by LibreOffice\n\n{show_printed(outcome)}\n", flush=True)
            if len(reports) < arguments.reports:
                print(f"LibreOffice did not print {arguments.reports - len(reports)} files.\n")
            seconds = measure_speed(report.path for report in reports[:60])
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (
                1 if sys.platform == "darwin" else 1024
            )
            if seconds:
                print("## Speed, file to both JSON texts, one core, warm\n")
                row = (
                    f"{1000 * statistics.median(seconds):.0f}",
                    f"{1000 * max(seconds):.0f}",
                    f"{memory / 1e6:.0f}",
                )
                print(table(("median, ms", "slowest, ms", "peak memory of the whole run, MB"), [row]), "\n")
            if arguments.peer_files:
                alike = [report for report in reports if report.variant not in OTHER_LAYOUTS]
                scores = measure_peers(alike[: arguments.peer_files])
                print(f"## The same files read by others\n\n{show_peers(scores)}\n")
    if arguments.drawn:
        groups = measure_styles(base, arguments.drawn)
        failures += [failure for tally in groups.values() for failure in tally.failures]
        print(f"## Drawn straight to PDF\n\n{show_styles(groups)}\n")
    if arguments.tune:
        print("\n".join(failures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
