"""gouji convert: many files -> canonical JSON in one folder."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from commands.console import Password, paint, say, stop, telling
from errors import ConversionError, ExitCode

if TYPE_CHECKING:
    from bulk.ledger import Row
    from bulk.sources import Listing
    from bulk.worker import Limits, Outcome


def convert(
    inputs: Annotated[list[Path], typer.Argument(metavar="INPUT...", help="Files and folders.")],
    out: Annotated[Path, typer.Option("-o", "--output", metavar="OUT", help="The output folder.")],
    *,
    jobs: Annotated[int, typer.Option(min=1, max=256, help="How many documents at a time.")] = 1,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds that one document may take.")] = 60.0,
    memory: Annotated[int, typer.Option(min=0, help="MiB one document may take; 0 for no limit.")] = 2048,
    force: Annotated[bool, typer.Option("--force", help="Convert again what is done already.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List what is in and out and why; write nothing.")
    ] = False,
    password: Password = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 if a report is not verified.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where gouji's own errors happened.")] = False,
) -> None:
    """Convert reports into canonical JSON (规范 JSON), one file a report, in OUT.

    What is done already is skipped, so an interrupted run goes on when started again.

    Example: gouji convert reports/ -o out/
    """
    with telling():
        from bulk.sources import collect  # noqa: PLC0415

        try:
            listing = collect(inputs, out)
        except ConversionError as error:
            stop(str(error), ExitCode.USAGE)
        if dry_run:
            _list(listing)
            return
        if not listing.inputs:
            say(_nothing(inputs, listing))
            return
        from bulk.worker import Limits  # noqa: PLC0415

        limits = Limits(seconds=timeout, memory_bytes=(memory << 20) or None)
        rows = _run(listing, out, limits, jobs=jobs, force=force, password=password, debug=debug)
    statuses = {row.outcome for row in rows}
    if "failed" in statuses:
        raise typer.Exit(ExitCode.UNREADABLE)
    if strict and "review" in statuses:
        raise typer.Exit(ExitCode.FINDINGS)


def _run(
    listing: Listing, out: Path, limits: Limits, *, jobs: int, force: bool, password: str | None, debug: bool
) -> list[Row]:
    from bulk.run import run  # noqa: PLC0415
    from bulk.summary import summarise  # noqa: PLC0415

    rows: list[Row] = []
    again = 0
    start = time.monotonic()

    with _interruptible(), _progress(len(listing.inputs)) as advance:

        def seen(row: Row, outcome: Outcome) -> None:
            nonlocal again
            rows.append(row)
            again += outcome.same
            if debug and outcome.trace:
                say(outcome.trace.rstrip())
            advance(row)

        try:
            run(listing.inputs, out, limits=limits, jobs=jobs, force=force, password=password, seen=seen)
        except KeyboardInterrupt:
            left = len(listing.inputs) - len(rows)
            stop(
                f"interrupted with {len(rows)} done and {left} to do;"
                " run the same command again and it goes on from there",
                ExitCode.INTERRUPTED,
            )
    seconds = time.monotonic() - start
    for line in summarise(rows, listing.skipped, out=str(out), seconds=seconds, again=again, paint=paint):
        typer.echo(line)
    return rows


def _list(listing: Listing) -> None:
    from bulk.summary import printable  # noqa: PLC0415

    for one in listing.inputs:
        typer.echo(f"in   {printable(one.name)}")
    for skipped in listing.skipped:
        typer.echo(f"out  {printable(skipped.name)}    {skipped.reason}")
    typer.echo(f"{len(listing.inputs)} to convert, {len(listing.skipped)} not taken; nothing was written")


def _nothing(inputs: list[Path], listing: Listing) -> str:
    where = ", ".join(map(str, inputs))
    met = f" ({len(listing.skipped)} not taken; --dry-run says why)" if listing.skipped else ""
    return f"nothing to convert in {where}{met}; .docx, .pdf, .html and text files are read"


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let a request to end (SIGTERM) stop a run as cleanly as Ctrl-C does."""

    def interrupt(_number: int, _frame: object) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[Row], None]]:
    """Give a function to call after each input; it moves a bar if a person is watching."""
    if not sys.stderr.isatty():
        yield lambda _row: None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[told]}"),
        TimeRemainingColumn(),
    )
    counts = {"verified": 0, "review": 0, "failed": 0}
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total, told="")

        def advance(row: Row) -> None:
            counts[row.outcome or "failed"] += 1
            told = "  ".join(f"{status} {count}" for status, count in counts.items())
            bar.update(task, advance=1, told=told)

        yield advance
