"""Generated reports as LibreOffice prints them: what the measurements on PDFs are made on."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from document import Grid
from normalize.labels import plain
from samples import word
from samples.reports import Sample, invent, with_extra_rows

# LibreOffice prints deletions that Word only remembers, and works out formulas anew: what these two kinds of
# files print is not what they say, so they prove nothing about reading a page.
VARIANTS = tuple(name for name in word.VARIANTS if name not in ("tracked-changes", "fields"))
# What these print is another layout than the form's: tables in two pieces with a gap or a head in between,
# merged cells ruled apart, rows that begin late. Their cells cannot be compared with the form's.
OTHER_LAYOUTS = ("split", "split-head", "merge-no-restart", "grid-before-after")
CHUNK = 50
PRINT_SECONDS = 600


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
    with printed_seeds(range(base, base + count), keep) as reports:
        yield reports


@contextmanager
def printed_seeds(
    seeds: Iterable[int],
    keep: Path | None = None,
    invent_one: Callable[[int], tuple[Sample, str]] = invented,
) -> Iterator[list[Printed]]:
    """Yield the reports of some seeds as LibreOffice prints them; `invent_one` says which they are."""
    office = shutil.which("soffice")
    assert office is not None
    with tempfile.TemporaryDirectory() as name:
        folder = keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        reports = [_drawn(folder, seed, *invent_one(seed)) for seed in seeds]
        waiting = [report for report in reports if not report.path.exists()]
        for start in range(0, len(waiting), CHUNK):
            say(f"printing {start + 1} to {min(start + CHUNK, len(waiting))} of {len(waiting)}")
            profile = f"-env:UserInstallation={(Path(name) / 'profile').as_uri()}"
            command = [office, "--headless", profile, "--convert-to", "pdf", "--outdir", str(folder / "pdf")]
            files = [str(folder / f"{report.path.stem}.docx") for report in waiting[start : start + CHUNK]]
            subprocess.run([*command, *files], check=False, capture_output=True, timeout=PRINT_SECONDS)
        yield [report for report in reports if report.path.exists()]


def _drawn(folder: Path, seed: int, sample: Sample, variant: str) -> Printed:
    """Draw a report as a Word file in a folder; a print of another Word file of that name is removed."""
    docx = word.draw(sample, variant=variant, seed=seed)
    source, path = folder / f"{seed}.docx", folder / "pdf" / f"{seed}.pdf"
    if not source.exists() or source.read_bytes() != docx:
        path.unlink(missing_ok=True)
        source.write_bytes(docx)
    return Printed(sample=sample, variant=variant, docx=docx, path=path)


def tables_of(printed: Printed) -> set[str]:
    """Return the ids of the tables that a report has."""
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
