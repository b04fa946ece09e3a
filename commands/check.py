"""gouji check: what fails in finished reports, why and where."""

from __future__ import annotations

import os
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.console import paint, stop, telling
from errors import ExitCode

if TYPE_CHECKING:
    from checking import Failure, Totals
    from report import Report


class Format(StrEnum):
    """How `check` tells its findings."""

    TEXT = "text"
    JSON = "json"


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
    with telling():
        from checking import Totals, failures_in, reports_below  # noqa: PLC0415

        if not os.path.exists(out):  # noqa: PTH110  # Path.exists raises for a name too long
            stop(f"{out}: there is no such folder; gouji convert INPUT -o {out} makes it", ExitCode.USAGE)
        failures = failures_in(out) if out.is_dir() else ()
        reports = ((report.source.name, report) for _, report in reports_below(out))
        totals = Totals()
        tell = _check_as_json if output is Format.JSON else _check_as_text
        tell(reports, failures, totals)
        if not totals.statuses.total():
            stop(f"{out}: no reports of gouji there; give the folder that convert wrote to", ExitCode.USAGE)
    if strict and totals.statuses.total() > totals.statuses["verified"]:
        raise typer.Exit(ExitCode.FINDINGS)


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
        typer.echo(f"{paint(status, style)}  {paint(printable(name), 'bold')}  {printable(about)}".rstrip())
        for line in (*lines, ""):
            typer.echo(printable(line))
    for failure in failures:
        totals.count(failure)
        typer.echo(f"{paint('failed', 'bad')}  {paint(printable(failure.name), 'bold')}")
        typer.echo(f"  {failure.code}  {printable(failure.message)}\n")
    if not totals.statuses.total():
        return
    told = ", ".join(f"{count} {status}" for status, count in totals.statuses.items())
    typer.echo(paint(f"{totals.statuses.total()} in all: {told}", "bold"))
    for code, count in sorted(totals.codes.items(), key=lambda item: (-item[1], item[0])):
        typer.echo(f"  {count:>6}  {meaning(code)} {paint(code, 'dim')}")


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
