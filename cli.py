"""The commands: the only module that prints or exits. Results on stdout, everything else on stderr."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn, TextIO

import typer

from errors import ConversionError, ExitCode, LimitExceeded

if TYPE_CHECKING:
    from bulk.ledger import Row
    from bulk.sources import Listing
    from bulk.worker import Limits, Outcome
    from checking import Failure, Totals
    from document import Document, Grid, Strip
    from report import Report


class Labels(StrEnum):
    """What heads the columns of an export."""

    ID = "id"
    ZH = "zh"


class Format(StrEnum):
    """How `check` tells its findings."""

    TEXT = "text"
    JSON = "json"


app = typer.Typer(
    name="gouji",
    help=(
        "Exact numbers out of Chinese annual reports on government information disclosure"
        " (政府信息公开工作年度报告).\n\n"
        "Example: gouji convert reports/ -o out/"
    ),
    rich_markup_mode=None,  # rich takes longer to load than all the rest of --help
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_STATUSES = ("verified", "review", "failed")
Password = Annotated[
    str | None,
    typer.Option(
        "--password",
        metavar="TEXT",
        envvar="GOUJI_PASSWORD",
        help="For encrypted PDFs; better in the environment, where no list of processes shows it.",
    ),
]

_FIRST_PAGES = 50  # pictures take 0.3 s each; reports have 3 to 30 pages
_COLOURS = {"good": "32", "warn": "33", "bad": "31", "dim": "2", "bold": "1"}


def main() -> None:
    """Run the command line; every way out has an exit code from errors.ExitCode."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # Chinese text on a console of any code page
            reconfigure(encoding="utf-8", errors="backslashreplace")
    app()


@app.callback(invoke_without_command=True)
def _top(
    *,
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        typer.echo(f"gouji {_installed('gouji') or 'not installed'}")
        raise typer.Exit


@app.command()
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
    with _told():
        from bulk.sources import collect  # noqa: PLC0415

        try:
            listing = collect(inputs, out)
        except ConversionError as error:
            _stop(str(error), ExitCode.USAGE)
        if dry_run:
            _list(listing)
            return
        if not listing.inputs:
            _say(_nothing(inputs, listing))
            return
        from bulk.worker import Limits  # noqa: PLC0415

        limits = Limits(seconds=timeout, memory_bytes=(memory << 20) or None)
        rows = _run(listing, out, limits, jobs=jobs, force=force, password=password, debug=debug)
    statuses = {row.outcome for row in rows}
    if "failed" in statuses:
        raise typer.Exit(ExitCode.UNREADABLE)
    if strict and "review" in statuses:
        raise typer.Exit(ExitCode.FINDINGS)


@app.command()
def check(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="An output folder, or one report's JSON.")],
    *,
    output: Annotated[
        Format, typer.Option("--format", help="text for people, json for programs.")
    ] = Format.TEXT,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 if anything was found.")] = False,
) -> None:
    """Say what fails in finished reports, why and where: sums (勾稽关系), doubts, and what to do.

    Example: gouji check out/ --strict
    """
    with _told():
        from checking import Totals, failures_in, reports_below  # noqa: PLC0415

        if not os.path.exists(out):  # noqa: PTH110  # Path.exists raises for a name too long
            _stop(f"{out}: there is no such folder; gouji convert INPUT -o {out} makes it", ExitCode.USAGE)
        failures = failures_in(out) if out.is_dir() else ()
        reports = ((report.source.name, report) for _, report in reports_below(out))
        totals = Totals()
        tell = _check_as_json if output is Format.JSON else _check_as_text
        tell(reports, failures, totals)
        if not totals.statuses.total():
            _stop(f"{out}: no reports of gouji there; give the folder that convert wrote to", ExitCode.USAGE)
    if strict and totals.statuses.total() > totals.statuses["verified"]:
        raise typer.Exit(ExitCode.FINDINGS)


@app.command()
def clean(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Documents; - for stdin.")],
    *,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="A file instead of stdout.")
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Tables as Markdown.")] = False,
    password: Password = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the output file.")] = False,
) -> None:
    """Turn OCR or exported text into clean text with its tables (表格) redrawn.

    Example: gouji clean 年度报告.txt --markdown -o 年度报告.md
    """
    with _told():
        from cleaning import clean as cleaned  # noqa: PLC0415
        from normalize import normalize  # noqa: PLC0415

        if output is not None and str(output) != "-" and os.path.lexists(output) and not force:
            _stop(f"{output} is there already; give another name or --force", ExitCode.USAGE)
        documents = [_document(file, password)[0] for file in files]
        text = "\n".join(cleaned(document, normalize(document), markdown=markdown) for document in documents)
        if output is None or str(output) == "-":
            typer.echo(text, nl=False)
        else:
            _write(output, text)


@app.command()
def export(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="An output folder, or one report's JSON.")],
    file: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="FILE", help="A file; - for CSV on stdout."),
    ],
    *,
    long: Annotated[
        bool, typer.Option("--long/--wide", help="One row a value, or one row a report.")
    ] = False,
    labels: Annotated[
        Labels, typer.Option(help="Columns headed by ids, or by the form's own words (zh).")
    ] = Labels.ID,
    status: Annotated[
        str, typer.Option(metavar="STATUS,...", help="Only reports that are verified, review or failed.")
    ] = "",
    forms: Annotated[
        bool, typer.Option("--forms", help="In .xlsx, a sheet a report that looks like the form (表样).")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the output file.")] = False,
) -> None:
    """Write finished reports as one table (汇总表): .csv, .xlsx, .parquet, .duckdb or .jsonl.

    One row a report and one column a value, or with --long one row a value.

    Example: gouji export out/ -o 年度报告.xlsx --labels zh
    """
    with _told():
        from checking import failures_in  # noqa: PLC0415
        from export import export as exported  # noqa: PLC0415
        from export import stream  # noqa: PLC0415

        if not os.path.exists(out):  # noqa: PTH110  # Path.exists raises for a name too long
            _stop(f"{out}: there is no such folder; gouji convert INPUT -o {out} makes it", ExitCode.USAGE)
        wanted = _statuses(status)
        shape: Literal["long", "wide"] = "long" if long else "wide"
        if str(file) == "-":
            if forms:
                _stop("--forms needs a .xlsx file; name one with -o", ExitCode.USAGE)
            with _plain_stdout() as to:
                stream(out, to, shape=shape, labels=labels.value, statuses=wanted)
            return
        counts = exported(
            out, file, shape=shape, labels=labels.value, statuses=wanted, forms=forms, force=force
        )
        told = ", ".join(f"{counts[one]} {one}" for one in _STATUSES if counts[one])
        noun = "report" if counts.total() == 1 else "reports"
        typer.echo(f"{file}: {counts.total()} {noun}" + (f" ({told})" if told else ""))
        left_out = len(failures_in(out)) if out.is_dir() else 0
        if left_out:
            inputs = "1 input" if left_out == 1 else f"{left_out} inputs"
            typer.echo(f"{inputs} gave no report, so no row; gouji check {out} says why")


@app.command()
def draw(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A document; - for stdin.")],
    *,
    png: Annotated[
        Path | None,
        typer.Option("--png", metavar="FOLDER", help="Draw over the pages of a PDF, one picture a page."),
    ] = None,
    pages: Annotated[
        str | None,
        typer.Option("--pages", metavar="1-3,7", help="With --png: which pages; else the first 50."),
    ] = None,
    password: Password = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite pictures.")] = False,
) -> None:
    """Show the grids (表格) and strips that were found in a document.

    In a drawing < joins the cell on its left and ^ the cell above. With --png, rulings, cells, words and
    values are drawn over the pages instead.

    Example: gouji draw 年度报告.pdf --png pictures/
    """
    with _told():
        from document import Grid, Strip  # noqa: PLC0415
        from drawing import draw as drawn  # noqa: PLC0415
        from drawing import draw_strip  # noqa: PLC0415

        if pages is not None and png is None:
            _stop("--pages says which pages --png draws; give both or neither", ExitCode.USAGE)
        wanted = None if pages is None else _numbers(pages)
        document, data = _document(file, password)
        if png is not None:
            _draw_pages(file, document, data, png, wanted, password=password, force=force)
            return
        blocks = [block for block in document.blocks if isinstance(block, Grid | Strip)]
        for number, block in enumerate(blocks, start=1):
            if isinstance(block, Grid):
                size = f"{block.row_count} rows, {block.column_count} columns"
                typer.echo(f"grid {number}: {size}{_where(block)}\n{drawn(block)}\n")
            else:
                size = f"{len(block.cells)} texts, {len(block.breaks) + 1} rows"
                typer.echo(f"strip {number}: {size}{_where(block)}\n{draw_strip(block)}\n")
        if not blocks:
            _say(f"{file}: no grid and no strip was found; gouji clean shows its text")


@app.command()
def explain(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A document, or its JSON in OUT.")],
    value_id: Annotated[str, typer.Argument(metavar="ID", help="A value's id, as in the JSON.")],
    *,
    password: Password = None,
) -> None:
    """Show the path of one value, from the ink to the number: place, text, steps, sums (勾稽关系), trust.

    Example: gouji explain out/年度报告.docx.json requests.received.total
    """
    with _told():
        import explaining  # noqa: PLC0415

        report, document = _report(file, password)
        if report.edition is None:
            why = "; ".join(finding.message for finding in report.trust.reasons)
            _stop(f"{file}: it has no values, as no edition of the form fits ({why})", ExitCode.UNREADABLE)
        if value_id not in report.values:
            near = explaining.suggest(report, value_id)
            advice = f"did you mean {', '.join(near)}?" if near else "gouji schema lists the ids"
            _stop(f"the {report.edition} edition has no value {value_id!r}; {advice}", ExitCode.USAGE)
        for line in explaining.explain(report, value_id, document):
            typer.echo(line)


@app.command()
def schema() -> None:
    """Print the JSON Schema of the reports (draft 2020-12).

    Example: gouji schema > report.schema.json
    """
    from schema import text  # noqa: PLC0415

    typer.echo(text(), nl=False)


@app.command()
def doctor() -> None:
    """Say what is installed and what is missing; exit 4 if something that is needed is missing.

    Example: gouji doctor
    """
    import platform  # noqa: PLC0415

    typer.echo(f"gouji     {_installed('gouji') or 'not installed'}")
    typer.echo(f"python    {platform.python_version()} on {platform.system()} {platform.machine()}")
    missing = []
    for name in _requirements():
        found = _installed(name)
        missing += [] if found else [name]
        typer.echo(f"{'ok  ' if found else 'MISSING'}  {name} {found or ''}".rstrip())
    for program, use in (("tesseract", "scans, in a later version"), ("soffice", ".doc, in a later version")):
        typer.echo(f"{'ok  ' if which(program) else 'none'}  {program} (not needed yet: {use})")
    if missing:
        _stop(f"missing: {', '.join(missing)}; pip install {' '.join(missing)}", ExitCode.MISSING_PROGRAM)


def _requirements() -> list[str]:
    """Return the names of the packages that gouji itself needs."""
    try:
        requirements = metadata.requires("gouji") or []
    except metadata.PackageNotFoundError:
        return []
    return [re.split(r"[^\w.-]", one, maxsplit=1)[0] for one in requirements if "extra ==" not in one]


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _document(file: Path, password: str | None) -> tuple[Document, bytes]:
    """Return what a file says, read here and now, and its bytes; - is stdin."""
    from converters import LARGEST, convert, too_large  # noqa: PLC0415

    try:
        if str(file) == "-":
            data = sys.stdin.buffer.read(LARGEST + 1)
            return convert(data, name="stdin", password=password), data
        size = file.stat().st_size
        if size > LARGEST:
            raise LimitExceeded(too_large(str(file), size, LARGEST))
        data = file.read_bytes()
        return convert(data, name=file.name, password=password), data
    except OSError as error:
        code = ExitCode.UNREADABLE if os.path.isfile(file) else ExitCode.USAGE  # noqa: PTH113  # Path.is_file raises for a name too long
        _stop(f"{file}: cannot be read ({error.strerror}); check the path", code)


def _report(file: Path, password: str | None) -> tuple[Report, Document | None]:
    """Return the report that a document is, and that document; or the report that canonical JSON holds."""
    from checking import evidence_of, read_report  # noqa: PLC0415
    from normalize import normalize  # noqa: PLC0415

    if file.is_file():
        with file.open("rb") as opened:
            is_output = opened.read(11) == b'{"checks":['
        if is_output:
            if not evidence_of(file).is_file():
                _say(f"{evidence_of(file)} is not there: places, texts and steps are not known")
            return read_report(file), None
    document, _ = _document(file, password)
    return normalize(document), document


def _draw_pages(
    file: Path,
    document: Document,
    data: bytes,
    folder: Path,
    wanted: list[int] | None,
    *,
    password: str | None,
    force: bool,
) -> None:
    """Write a picture of every wanted page of a PDF, and say where each is."""
    count = document.source.pages
    if document.source.kind != "pdf" or count is None:
        _stop(
            f"{file}: --png draws the pages of a PDF, and {document.source.kind} has none;"
            " leave --png out to see what was found as text",
            ExitCode.USAGE,
        )
    numbers = wanted or list(range(1, min(count, _FIRST_PAGES) + 1))
    if numbers[-1] > count:
        _stop(f"{file}: there is no page {numbers[-1]}, only {count}; correct --pages", ExitCode.USAGE)
    stem = "stdin" if str(file) == "-" else file.stem
    targets = {number: folder / f"{stem}-page-{number:0{len(str(count))}}.png" for number in numbers}
    taken = [target for target in targets.values() if os.path.lexists(target)]
    if taken and not force:
        _stop(f"{taken[0]} is there already; give another folder or --force", ExitCode.USAGE)
    from converters.pdf_view import views  # noqa: PLC0415
    from normalize import normalize  # noqa: PLC0415
    from picturing import picture  # noqa: PLC0415

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _stop(f"{folder}: cannot be made ({error.strerror}); choose another place", ExitCode.NOT_WRITTEN)
    report = normalize(document)
    for view in views(data, numbers, password=password):
        _write(targets[view.page], picture(view, document, report))
        typer.echo(targets[view.page])
    if wanted is None and count > _FIRST_PAGES:
        _say(
            f"{_FIRST_PAGES} of {count} pages are drawn; --pages {_FIRST_PAGES + 1}-{count} draws the others"
        )


def _numbers(pages: str) -> list[int]:
    """Return the page numbers that a list such as 1-3,7 names, in rising order."""
    numbers: set[int] = set()
    for part in pages.split(","):
        named = re.fullmatch(r" *([1-9][0-9]{0,5}) *(?:- *([1-9][0-9]{0,5}) *)?", part)
        if named is None or (named[2] and int(named[2]) < int(named[1])):
            _stop(f"--pages: {part!r} is no page; give numbers such as 1-3,7", ExitCode.USAGE)
        numbers.update(range(int(named[1]), int(named[2] or named[1]) + 1))
    return sorted(numbers)


def _statuses(given: str) -> frozenset[str]:
    """Return the statuses of a list with commas; none if the list is empty."""
    names = frozenset(name.strip() for name in given.split(",") if name.strip())
    unknown = sorted(names.difference(_STATUSES))
    if unknown:
        _stop(
            f"--status: {', '.join(unknown)} is no status; the statuses are {', '.join(_STATUSES)}",
            ExitCode.USAGE,
        )
    return names


@contextmanager
def _plain_stdout() -> Iterator[TextIO]:
    """Give stdout as UTF-8 without translated line ends; whoever reads it may stop before the end."""
    try:
        with open(sys.stdout.fileno(), "w", encoding="utf-8", newline="", closefd=False) as to:
            yield to
    except BrokenPipeError:
        # Python flushes stdout once more as it ends, and would tell of the same.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        _stop(f"stdout: cannot be written ({error.strerror}); make room there", ExitCode.NOT_WRITTEN)


def _write(path: Path, content: str | bytes) -> None:
    data = content if isinstance(content, bytes) else content.encode("utf-8")
    try:
        part = path.with_name(f".{path.name}.part")
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        _stop(f"{path}: cannot be written ({error.strerror}); choose another place", ExitCode.NOT_WRITTEN)


def _where(block: Grid | Strip) -> str:
    where = block.provenance
    page = f", page {where.page}" if where.page is not None else ""
    return f"{page}, {where.place}" if where.place is not None and str(where.place) else page


def _check_as_text(
    reports: Iterator[tuple[str, Report]], failures: tuple[Failure, ...], totals: Totals
) -> None:
    from bulk.summary import meaning, printable  # noqa: PLC0415
    from checking import tell  # noqa: PLC0415

    for name, report in reports:
        totals.count(report)
        status = report.trust.status
        lines = list(tell(report))
        if status == "verified" and not lines:
            continue
        about = "  ".join(str(one) for one in (report.issuer, report.year) if one)
        style = {"verified": "good", "review": "warn", "failed": "bad"}[status]
        typer.echo(f"{_paint(status, style)}  {_paint(printable(name), 'bold')}  {printable(about)}".rstrip())
        for line in (*lines, ""):
            typer.echo(printable(line))
    for failure in failures:
        totals.count(failure)
        typer.echo(f"{_paint('failed', 'bad')}  {_paint(printable(failure.name), 'bold')}")
        typer.echo(f"  {failure.code}  {printable(failure.message)}\n")
    if not totals.statuses.total():
        return
    told = ", ".join(f"{count} {status}" for status, count in totals.statuses.items())
    typer.echo(_paint(f"{totals.statuses.total()} in all: {told}", "bold"))
    for code, count in sorted(totals.codes.items(), key=lambda item: (-item[1], item[0])):
        typer.echo(f"  {count:>6}  {meaning(code)} {_paint(code, 'dim')}")


def _check_as_json(
    reports: Iterator[tuple[str, Report]], failures: tuple[Failure, ...], totals: Totals
) -> None:
    import json  # noqa: PLC0415
    from dataclasses import asdict  # noqa: PLC0415

    from checking import as_data  # noqa: PLC0415

    told = []
    for name, report in reports:
        totals.count(report)
        told.append(as_data(name, report))
    for failure in failures:
        totals.count(failure)
    if not totals.statuses.total():
        return
    data = {
        "reports": told,
        "failures": [asdict(one) for one in failures],
        "totals": {"statuses": totals.statuses, "codes": totals.codes},
    }
    typer.echo(json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True))


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
                _say(outcome.trace.rstrip())
            advance(row)

        try:
            run(listing.inputs, out, limits=limits, jobs=jobs, force=force, password=password, seen=seen)
        except KeyboardInterrupt:
            left = len(listing.inputs) - len(rows)
            _stop(
                f"interrupted with {len(rows)} done and {left} to do;"
                " run the same command again and it goes on from there",
                ExitCode.INTERRUPTED,
            )
    seconds = time.monotonic() - start
    for line in summarise(rows, listing.skipped, out=str(out), seconds=seconds, again=again, paint=_paint):
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
def _told() -> Iterator[None]:
    """End with one line and the error's exit code instead of a traceback."""
    try:
        yield
    except ConversionError as error:
        _stop(str(error), error.exit_code)
    except RecursionError:
        _stop("the file is nested too deeply to be a report; look at what it is", ExitCode.UNREADABLE)
    except MemoryError:
        _stop("the file needs more memory than there is; look at what it is", ExitCode.UNREADABLE)
    except KeyboardInterrupt:
        _stop("interrupted", ExitCode.INTERRUPTED)


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


def _paint(text: str, style: str) -> str:
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\033[{_COLOURS[style]}m{text}\033[0m"


def _say(message: str) -> None:
    typer.echo(message, err=True)


def _stop(message: str, code: ExitCode) -> NoReturn:
    _say(f"gouji: {message}")
    raise typer.Exit(code)


if __name__ == "__main__":
    main()
