"""Finished reports as one table in a file for other programs: CSV, JSON Lines, Excel, Parquet, DuckDB.

Nothing is judged or changed on the way; what is verified and what is not stands in the table itself.
"""

from __future__ import annotations

import gc
import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

from corrections import FILE
from errors import OutputExists, OutputNotWritten, OutputUnfit
from export.layers import Tally
from export.rows import Finished, Labels, Shape, columns_of, reports_in, rows_of

ENDINGS = (".csv", ".xlsx", ".parquet", ".duckdb", ".jsonl")
_KEPT = (FILE, "failures.jsonl", "ledger.sqlite")


def export(
    out: Path,
    file: Path,
    *,
    shape: Shape = "wide",
    labels: Labels = "id",
    statuses: Collection[str] = (),
    forms: bool = False,
    corrected: bool = True,
    force: bool = False,
    tally: Tally | None = None,
) -> Counter[str]:
    """Write the reports of an output folder into a file, of the kind that its ending says.

    Returns how many reports of each status were written; `statuses` says which are wanted, all if empty;
    `corrected` whether people's corrections are applied, and `tally` counts those that do not apply.
    The file is whole or not there. Raises OutputUnfit for what the file cannot be or hold, OutputExists,
    OutputNotWritten, UnreadableFile for a broken report, MissingProgram.
    """
    ending = file.suffix.lower()
    if ending not in ENDINGS:
        message = f"{file}: no kind of table has the ending {ending!r}; name a {', '.join(ENDINGS)} file"
        raise OutputUnfit(message)
    if forms and ending != ".xlsx":
        message = f"{file}: only a workbook has sheets for forms; name a .xlsx file, or leave --forms out"
        raise OutputUnfit(message)
    refuse_overwriting(file, force=force)
    counts: Counter[str] = Counter()
    reports = _counted(_wanted(out, statuses, corrected=corrected, tally=tally), counts)
    part = file.with_name(f".{file.name}.part")
    try:
        part.unlink(missing_ok=True)  # a killed run's; DuckDB would go on in it
        with _uncollected():
            _write(part, ending, reports, shape=shape, labels=labels, forms=forms)
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.replace(file)
    except OSError as error:
        why = error.strerror or error
        message = f"{file}: cannot be written ({why}); make room there or choose another place"
        raise OutputNotWritten(message) from error
    finally:
        for left in (part, part.with_name(f"{part.name}.wal")):
            with suppress(OSError):
                left.unlink(missing_ok=True)
    return counts


def stream(
    out: Path,
    to: TextIO,
    *,
    shape: Shape = "wide",
    labels: Labels = "id",
    statuses: Collection[str] = (),
    corrected: bool = True,
    tally: Tally | None = None,
) -> Counter[str]:
    """Write the reports of an output folder as CSV, without a mark, to a text file that is open."""
    from export.csv import write_lines  # noqa: PLC0415

    counts: Counter[str] = Counter()
    reports = _counted(_wanted(out, statuses, corrected=corrected, tally=tally), counts)
    with _uncollected():
        write_lines(to, columns_of(shape, labels), rows_of(shape, reports))
    return counts


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let no search for reference cycles run: rows make none, and the search took a quarter of the time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def _write(
    path: Path, ending: str, reports: Iterable[Finished], *, shape: Shape, labels: Labels, forms: bool
) -> None:
    from export import csv, duckdb, jsonl, parquet, xlsx  # noqa: PLC0415  # what each needs, it imports itself

    heads = columns_of(shape, labels)
    drawn: list[Finished] = []
    if forms:
        drawn = list(islice(reports, xlsx.MOST_FORMS + 1))
        if len(drawn) > xlsx.MOST_FORMS:
            message = (
                f"--forms draws a sheet a report, {xlsx.MOST_FORMS} at most, and there are more;"
                " give a folder with fewer, --status review, or leave --forms out"
            )
            raise OutputUnfit(message)
        reports = drawn
    cells = rows_of(shape, reports)
    if ending == ".csv":
        csv.write(path, heads, cells)
    elif ending == ".jsonl":
        jsonl.write(path, heads, cells)
    elif ending == ".parquet":
        parquet.write(path, heads, cells)
    elif ending == ".duckdb":
        duckdb.write(path, heads, cells, table=duckdb.TABLES[shape])
    else:
        xlsx.write(path, heads, cells, sheet="reports" if shape == "wide" else "values", forms=drawn)


def refuse_overwriting(file: Path, *, force: bool) -> None:
    """Raise OutputExists for a file that is there without `force`, and for what gouji keeps at any time.

    The second goes by the name alone: of a folder above or beside, nobody knows whose it is.
    """
    if file.name.casefold() in _KEPT:
        message = f"{file} is the name of what gouji keeps in an output folder; give another name"
        raise OutputExists(message)
    if os.path.lexists(file) and not force:
        message = f"{file} is there already; give another name or --force"
        raise OutputExists(message)


def _wanted(
    out: Path, statuses: Collection[str], *, corrected: bool, tally: Tally | None
) -> Iterator[Finished]:
    """Return the reports of some statuses; raises OutputUnfit at once when there is no report at all."""
    reports = reports_in(out, corrected=corrected, tally=tally)
    first = next(reports, None)
    if first is None:
        message = f"{out}: no reports of gouji there; give the folder that convert wrote to"
        raise OutputUnfit(message)
    return (
        report
        for report in chain((first,), reports)
        if not statuses or report.data["trust"]["status"] in statuses
    )


def _counted(reports: Iterable[Finished], counts: Counter[str]) -> Iterator[Finished]:
    for report in reports:
        counts[report.data["trust"]["status"]] += 1
        yield report
