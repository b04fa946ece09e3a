"""gouji convert: many files -> canonical JSON in one folder."""

from __future__ import annotations

import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.console import Password, paint, say, stop, telling
from commands.progress import progress
from errors import ConversionError, ExitCode, MissingProgram

if TYPE_CHECKING:
    from bulk.ledger import Row
    from bulk.run import Carrier, Options
    from bulk.sources import Input, Listing
    from bulk.summary import Tally
    from bulk.worker import Limits, Outcome

# An address that became a path, as s3://bucket/out becomes s3:/bucket/out; a drive has one letter only.
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)


class Engine(StrEnum):
    """What carries the work."""

    LOCAL = "local"
    RAY = "ray"


class DataSet(StrEnum):
    """What a data set is written as."""

    PARQUET = "parquet"
    JSONL = "jsonl"


def convert(
    inputs: Annotated[
        list[str],
        typer.Argument(metavar="INPUT...", help="Files, folders, archives, URLs (s3://...); - for stdin."),
    ],
    out: Annotated[Path, typer.Option("-o", "--output", metavar="OUT", help="The output folder.")],
    *,
    jobs: Annotated[int, typer.Option(min=1, max=256, help="How many documents at a time.")] = 1,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds that one document may take.")] = 180.0,
    memory: Annotated[int, typer.Option(min=0, help="MiB one document may take; 0 for no limit.")] = 2048,
    force: Annotated[bool, typer.Option("--force", help="Convert again what is done already.")] = False,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Convert again what failed for whatever reason.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List what is in and out and why; write nothing.")
    ] = False,
    to: Annotated[
        list[DataSet] | None,
        typer.Option("--to", help="Write a data set into OUT/dataset as well; may be given twice."),
    ] = None,
    engine: Annotated[
        Engine,
        typer.Option(help="What carries the work: this machine's processes, or Ray, on many machines."),
    ] = Engine.LOCAL,
    address: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="A running Ray cluster's; else Ray is started here."),
    ] = None,
    password: Password = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 if a report is not verified.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where gouji's own errors happened.")] = False,
) -> None:
    """Convert reports into canonical JSON (规范 JSON), one file a report, in OUT.

    What is done already is skipped, so an interrupted run goes on when started again. Archives (.zip .7z .rar
    .tar .gz .bz2 .xz) are read without being unpacked.

    Example: gouji convert reports/ archive.zip -o out/
    """
    with telling():
        from bulk.sources import collect  # noqa: PLC0415

        _refuse_wrong(out, engine, address)
        if to and DataSet.PARQUET in to:
            from export.arrow import need  # noqa: PLC0415

            need("pyarrow.parquet")  # told now rather than after a night's work
        try:
            listing = collect(inputs, out)
        except MissingProgram:
            raise
        except ConversionError as error:
            stop(str(error), ExitCode.USAGE)
        if dry_run:
            _list(listing, (memory << 20) or None, password)
            return
        if not listing.inputs:
            say(_nothing(inputs, listing))
            return
        from bulk.run import Options  # noqa: PLC0415
        from bulk.worker import Limits  # noqa: PLC0415

        limits = Limits(seconds=timeout, memory_bytes=(memory << 20) or None)
        options = Options(force=force, retry_failed=retry_failed, password=password)
        carrier = _carrier(engine, address)
        tally = _run(listing, out, limits, options, jobs=jobs, debug=debug, carrier=carrier)
        for form in dict.fromkeys(to or ()):
            _write_dataset(out, form)
    if tally.statuses["failed"]:
        all_missing = set(tally.failures) == {MissingProgram.code}
        raise typer.Exit(ExitCode.MISSING_PROGRAM if all_missing else ExitCode.UNREADABLE)
    if strict and tally.statuses["review"]:
        raise typer.Exit(ExitCode.FINDINGS)


def _refuse_wrong(out: Path, engine: Engine, address: str | None) -> None:
    """End the program where the options make no sense."""
    if address is not None and engine is not Engine.RAY:
        stop("--address is a Ray cluster's; add --engine ray, or leave it out", ExitCode.USAGE)
    if _ELSEWHERE.match(str(out)):
        message = "OUT is a folder of this machine; convert into one, then copy it there (docs/scale.md)"
        stop(f"{out}: {message}", ExitCode.USAGE)


def _carrier(engine: Engine, address: str | None) -> Carrier:
    from functools import partial  # noqa: PLC0415

    from bulk import cluster, local  # noqa: PLC0415

    return partial(cluster.outcomes, address=address) if engine is Engine.RAY else local.outcomes


def _write_dataset(out: Path, form: DataSet) -> None:
    """Bring a data set up to the ledger, and say what it holds.

    A report whose file somebody deleted, to be rid of it, is left out: unless its input came with this run,
    which then wrote it again.
    """
    from bulk.ledger import Ledger  # noqa: PLC0415
    from bulk.sources import outputs  # noqa: PLC0415
    from export.datasets import FOLDER, Record, write  # noqa: PLC0415

    with Ledger(out) as ledger:
        done = [row for row in ledger.rows() if row.state == "done"]
    rows = [row for row in done if not row.has_report or outputs(out, row.name)[0].exists()]
    if gone := len(done) - len(rows):
        say(f"{gone} of {len(done)} not in the data set: the report is no longer in {out}")
    records = [
        Record(
            name=row.name,
            sha256=row.sha256,
            report_sha256=row.stamps[0].sha256 if row.has_report and row.stamps else None,
            code=row.code,
            message=row.reason,
        )
        for row in rows
    ]
    count, shards = write(out, form.value, records)
    files = "1 file" if shards == 1 else f"{shards} files"
    typer.echo(f"{out / FOLDER / form.value}: {count} rows in {files}")


def _run(
    listing: Listing,
    out: Path,
    limits: Limits,
    options: Options,
    *,
    jobs: int,
    debug: bool,
    carrier: Carrier,
) -> Tally:
    """Run, tell what it came to, and end the program if it was interrupted."""
    from dataclasses import replace  # noqa: PLC0415

    from bulk.run import run  # noqa: PLC0415
    from bulk.summary import Tally, summarise  # noqa: PLC0415

    tally = Tally()
    for skipped in listing.skipped:
        tally.leave(skipped)
    start = time.monotonic()
    with _interruptible() as is_interrupted, progress(listing.inputs) as told_of:

        def seen(row: Row, outcome: Outcome) -> None:
            tally.add(row, again=outcome.same)
            if debug and outcome.trace:
                say(outcome.trace.rstrip())
            told_of.finish(row)

        told = replace(options, seen=seen, skipped=tally.leave, read=told_of.read, stops=is_interrupted)
        try:
            run(listing.inputs, out, limits=limits, jobs=jobs, options=told, carrier=carrier)
            interrupted = is_interrupted()
        except KeyboardInterrupt:
            interrupted = True
    if interrupted:
        done = tally.statuses.total()
        left = "" if _total(listing.inputs) is None else f" and {len(listing.inputs) - done} to do"
        message = f"interrupted with {done} done{left}; run the same command again and it goes on from there"
        stop(message, ExitCode.INTERRUPTED)
    for line in summarise(tally, out=str(out), seconds=time.monotonic() - start, paint=paint):
        typer.echo(line)
    return tally


def _list(listing: Listing, memory_bytes: int | None, password: str | None) -> None:
    """Tell what would be done with each input, and with what is in its archives."""
    from bulk.opening import Opener  # noqa: PLC0415

    counts: Counter[str] = Counter()
    opener = Opener(memory_bytes)
    try:
        for one in listing.inputs:
            if one.is_archive:
                for event in opener.events(one, password, names_only=True):
                    _tell(event, counts)
            else:
                _tell(one, counts)
    finally:
        opener.end()
    for skipped in listing.skipped:
        _tell(skipped, counts)
    failing = f", {counts['fail']} that will fail" if counts["fail"] else ""
    typer.echo(f"{counts['in']} to convert, {counts['out']} not taken{failing}; nothing was written")


def _tell(event: object, counts: Counter[str]) -> None:
    from bulk.archives import Refused  # noqa: PLC0415
    from bulk.summary import printable  # noqa: PLC0415
    from bulk.wanted import Skipped  # noqa: PLC0415

    if isinstance(event, Skipped):
        word, about = "out", f"{printable(event.name)}    {event.reason}"
    elif isinstance(event, Refused):
        word, about = "fail", printable(event.message)
    else:
        word, about = "in", printable(event.name)  # type: ignore[attr-defined]  # an input, in an archive or not
    counts[word] += 1
    typer.echo(f"{word:<4} {about}")


def _nothing(inputs: Sequence[str], listing: Listing) -> str:
    from converters import MODULES  # noqa: PLC0415  # one that lists kinds and loads none of them

    met = f" ({len(listing.skipped)} not taken; --dry-run says why)" if listing.skipped else ""
    kinds = ", ".join(sorted(MODULES))
    return f"nothing to convert in {', '.join(inputs)}{met}; what is read: {kinds}, and archives of these"


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Let Ctrl-C, or a request to end (SIGTERM), stop a run after what is under way, and a second at once.

    Gives a function that says whether to stop.
    """
    asked = False

    def interrupt(_number: int, _frame: object) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True
        if sys.stderr.isatty():
            say("stopping after the documents under way; once more stops at once")

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _total(inputs: Sequence[Input]) -> int | None:
    """Return how many documents there are; None with archives, of which reading alone tells."""
    return None if any(one.is_archive for one in inputs) else len(inputs)
