"""How exact and fast is gouji on PDFs, and what do others make of the same files in the same run?

Reports are printed by LibreOffice from generated Word files and drawn straight to PDF in every style. What
comes out is Markdown on stdout; progress goes to stderr. The seeds are the reporting ones of accuracy.py
unless `--tune` is given.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.accuracy import REPORTING, TUNING, Tally, pdf_case
from benchmarks.pdf_peers import PeerScore, measure_peers
from benchmarks.pdf_printed import OTHER_LAYOUTS, Printed, broken_tables, printed_reports, say, tables_of
from converters import convert
from converters.pdf import opened
from document import Grid
from normalize import normalize
from report import Report, evidence_to_json, to_json
from samples.reports import Sample

FULL_LENGTH = range(4, 7)  # pages; the samples' prose is short, so that most prints have three or four


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
        outcome.joined += sum(
            _is_right(table, printed.sample, found) for table in broken & tables_of(printed)
        )
        outcome.broken -= len(broken - tables_of(printed))
    return outcome


def _content(report: Report) -> object:
    """Return what a report says: its values and its imprint."""
    values = {name: value.number for name, value in report.values.items()}
    return report.edition, report.year, report.issuer, values


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


def pages_of(path: Path) -> int:
    """Return how many pages a file has."""
    with opened(path.read_bytes(), None) as (_, count):
        return count


def measure_speed(files: Iterable[Path]) -> list[float]:
    """Return the processor seconds from each file to its two JSON texts, warm, the best of three."""
    seconds: list[float] = []
    for path in files:
        data = path.read_bytes()
        tries: list[float] = []
        for _ in range(3):
            started = time.process_time()
            report = normalize(convert(data, name=path.name))
            to_json(report)
            evidence_to_json(report)
            tries.append(time.process_time() - started)
        seconds.append(min(tries))
    return seconds


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
    arguments = parser.parse_args()
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
            timed = [report.path for report in reports if pages_of(report.path) in FULL_LENGTH][:60]
            seconds = measure_speed(timed)
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (
                1 if sys.platform == "darwin" else 1024
            )
            if seconds:
                print("## Speed, reports of 4 to 6 pages, file to both JSON texts, one core, warm\n")
                row = (
                    len(seconds),
                    f"{statistics.mean(map(pages_of, timed)):.1f}",
                    f"{1000 * statistics.median(seconds):.0f}",
                    f"{1000 * max(seconds):.0f}",
                    f"{memory / 1e6:.0f}",
                )
                head = "reports", "pages", "median, ms", "slowest, ms", "peak memory of the whole run, MB"
                print(table(head, [row]), "\n")
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
