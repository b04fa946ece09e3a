"""gouji check: what fails in finished reports, why and where."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from commands.console import paint, stop, telling
from errors import ExitCode

if TYPE_CHECKING:
    from checking import Survey
    from messages import Messages


class Format(StrEnum):
    """How `check` tells its findings; `text` is the former name of `table`."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    HTML = "html"
    TEXT = "text"


class Lang(StrEnum):
    """The languages of what is told."""

    ZH = "zh"
    EN = "en"


Language = Annotated[
    Lang | None,
    typer.Option("--lang", envvar="GOUJI_LANG", help="Chinese or English; else that of the system."),
]


def check(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="An output folder, or one report's JSON.")],
    *,
    form: Annotated[
        Format, typer.Option("--format", help="table for the terminal, csv for Excel, html to mail.")
    ] = Format.TABLE,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="A file instead of stdout.")
    ] = None,
    expect: Annotated[
        Path | None,
        typer.Option(metavar="UNITS.CSV", help="Who is to have a report: columns issuer and perhaps year."),
    ] = None,
    lang: Language = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the output file.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 if anything was found.")] = False,
) -> None:
    """Say what fails in finished reports, why and where: sums (勾稽关系), doubts, and what to do.

    Reports are also held beside each other: what last year carried forward, units that are there twice or
    missing, and figures in the running text beside those of the tables.

    Example: gouji check out/ --expect units.csv --format html -o 检查结果.html
    """
    with telling():
        from checking import read_units, survey  # noqa: PLC0415
        from export import refuse_overwriting  # noqa: PLC0415
        from messages import language_of, load  # noqa: PLC0415

        if not os.path.exists(out):  # noqa: PTH110  # Path.exists raises for a name too long
            stop(f"{out}: there is no such folder; gouji convert INPUT -o {out} makes it", ExitCode.USAGE)
        if output is not None and str(output) != "-":
            refuse_overwriting(output, force=force)
        messages = load(language_of(None if lang is None else lang.value))
        found = survey(out, None if expect is None else read_units(expect))
        if not found.totals.statuses.total():
            stop(f"{out}: no reports of gouji there; give the folder that convert wrote to", ExitCode.USAGE)
        with written(output) as to:
            _tell(form, to, found, messages)
    if strict and found.found:
        raise typer.Exit(ExitCode.FINDINGS)


def _tell(form: Format, to: TextIO, found: Survey, messages: Messages) -> None:
    if form is Format.CSV:
        from checking import csv  # noqa: PLC0415

        csv.write(to, found, messages)
    elif form is Format.JSON:
        from checking import json  # noqa: PLC0415

        json.write(to, found, messages)
    elif form is Format.HTML:
        from checking import html  # noqa: PLC0415

        html.write(to, found, messages)
    else:
        from bulk.summary import printable  # noqa: PLC0415
        from checking.table import lines  # noqa: PLC0415

        coloured = to.isatty()
        for line in lines(found, messages):
            texts = ((printable(text), style) for text, style in line)
            told = (paint(text, style) if style and coloured else text for text, style in texts)
            to.write("".join(told).rstrip() + "\n")


@contextmanager
def written(output: Path | None) -> Iterator[TextIO]:
    """Give what to write to, UTF-8 with line ends as they are: stdout, or a file, whole or not there."""
    if output is None or str(output) == "-":
        yield from _stdout()
        return
    part = output.with_name(f".{output.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as to:
            yield to
            to.flush()
            os.fsync(to.fileno())
        part.replace(output)
    except OSError as error:
        stop(f"{output}: cannot be written ({error.strerror}); choose another place", ExitCode.NOT_WRITTEN)
    finally:
        with suppress(OSError):  # a name too long cannot even be removed
            part.unlink(missing_ok=True)


def _stdout() -> Iterator[TextIO]:
    """Give stdout without translated line ends; whoever reads it may stop before the end."""
    sys.stdout.flush()
    try:
        with open(sys.stdout.fileno(), "w", encoding="utf-8", newline="", closefd=False) as to:
            yield to
    except BrokenPipeError:
        # Python flushes stdout once more as it ends, and would tell of the same.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, io.UnsupportedOperation) as error:
        stop(f"stdout: cannot be written ({error}); make room there", ExitCode.NOT_WRITTEN)
