"""gouji export: finished reports -> one table for other programs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, TextIO

import typer

from commands.console import STATUSES, say, stop, telling
from errors import ExitCode


class Labels(StrEnum):
    """What heads the columns of an export."""

    ID = "id"
    ZH = "zh"


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
    corrected: Annotated[
        bool,
        typer.Option(
            "--corrected/--as-read", help="With people's corrections from gouji review, or without."
        ),
    ] = True,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the output file.")] = False,
) -> None:
    """Write finished reports as one table (汇总表): .csv, .xlsx, .parquet, .duckdb or .jsonl.

    One row a report and one column a value, or with --long one row a value.

    Example: gouji export out/ -o 年度报告.xlsx --labels zh
    """
    with telling():
        from checking import failures_in  # noqa: PLC0415
        from export import export as exported  # noqa: PLC0415
        from export import stream  # noqa: PLC0415
        from export.layers import Tally  # noqa: PLC0415

        if not os.path.exists(out):  # noqa: PTH110  # Path.exists raises for a name too long
            stop(f"{out}: there is no such folder; gouji convert INPUT -o {out} makes it", ExitCode.USAGE)
        wanted = _statuses(status)
        shape: Literal["long", "wide"] = "long" if long else "wide"
        tally = Tally()
        if str(file) == "-":
            if forms:
                stop("--forms needs a .xlsx file; name one with -o", ExitCode.USAGE)
            with _plain_stdout() as to:
                stream(
                    out,
                    to,
                    shape=shape,
                    labels=labels.value,
                    statuses=wanted,
                    corrected=corrected,
                    tally=tally,
                )
            _tell_unapplied(tally.unapplied, out)
            return
        counts = exported(
            out,
            file,
            shape=shape,
            labels=labels.value,
            statuses=wanted,
            forms=forms,
            corrected=corrected,
            force=force,
            tally=tally,
        )
        told = ", ".join(f"{counts[one]} {one}" for one in STATUSES if counts[one])
        noun = "report" if counts.total() == 1 else "reports"
        typer.echo(f"{file}: {counts.total()} {noun}" + (f" ({told})" if told else ""))
        left_out = len(failures_in(out)) if out.is_dir() else 0
        if left_out:
            inputs = "1 input" if left_out == 1 else f"{left_out} inputs"
            typer.echo(f"{inputs} gave no report, so no row; gouji check {out} says why")
        _tell_unapplied(tally.unapplied, out)


def _tell_unapplied(count: int, out: Path) -> None:
    if count:
        say(
            f"{count} of the decisions in corrections.jsonl did not apply, as the number or the file is no"
            f" longer what the person saw; gouji review {out} shows what is there now"
        )


def _statuses(given: str) -> frozenset[str]:
    """Return the statuses of a list with commas; none if the list is empty."""
    names = frozenset(name.strip() for name in given.split(",") if name.strip())
    unknown = sorted(names.difference(STATUSES))
    if unknown:
        stop(
            f"--status: {', '.join(unknown)} is no status; the statuses are {', '.join(STATUSES)}",
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
        stop(f"stdout: cannot be written ({error.strerror}); make room there", ExitCode.NOT_WRITTEN)
