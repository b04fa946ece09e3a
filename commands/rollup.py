"""gouji rollup: reports summed into the same form."""

from __future__ import annotations

import os
from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.check import Language
from commands.console import STATUSES, stop, telling
from errors import ExitCode

if TYPE_CHECKING:
    from messages import Messages
    from rollup import Rollup

_FEW = 10  # values and reports that are told in full; the file has them all


class Grouping(StrEnum):
    """What is summed together."""

    FOLDER = "folder"
    PREFIX = "prefix"
    YEAR = "year"


def rollup(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="An output folder.")],
    file: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="A .json, .xlsx or .csv file.")
    ],
    *,
    by: Annotated[
        Grouping,
        typer.Option(
            help="By the folder they lie in, by the place their issuer is named after, or by year alone."
        ),
    ] = Grouping.YEAR,
    include: Annotated[
        str, typer.Option(metavar="STATUS,...", help="Take in reports that are not verified: review.")
    ] = "",
    against: Annotated[
        Path | None,
        typer.Option(metavar="JSON", help="The report of the parent body, to compare: a hint."),
    ] = None,
    lang: Language = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the output file.")] = False,
) -> None:
    """Sum reports into the same form (汇总), and say what was counted, what was left out, and why.

    Years and editions of the form are never summed together. A report that somebody signed off in a review
    counts; any other counts when it is verified.

    Example: gouji rollup out/ --by folder -o 汇总.xlsx
    """
    with telling():
        from messages import language_of, load  # noqa: PLC0415
        from rollup import roll_up  # noqa: PLC0415
        from rollup.writing import write  # noqa: PLC0415

        if not os.path.exists(out):  # noqa: PTH110  # Path.exists raises for a name too long
            stop(f"{out}: there is no such folder; gouji convert INPUT -o {out} makes it", ExitCode.USAGE)
        if against is not None and not os.path.exists(against):  # noqa: PTH110
            stop(f"{against}: there is no such file; --against wants the JSON of one report", ExitCode.USAGE)
        taken = {"verified", *(one.strip() for one in include.split(",") if one.strip())}
        if unknown := sorted(taken.difference(("verified", "review"))):
            stop(
                f"--include: {', '.join(unknown)} cannot be summed; review can, of {', '.join(STATUSES)}",
                ExitCode.USAGE,
            )
        messages = load(language_of(None if lang is None else lang.value))
        done = roll_up(out, by.value, include=taken, against=against)
        if not done.groups and not done.left_out:
            stop(f"{out}: no reports of gouji there; give the folder that convert wrote to", ExitCode.USAGE)
        write(done, file, messages, force=force)
        _tell(done, file, messages)


def _tell(done: Rollup, file: Path, messages: Messages) -> None:
    from bulk.summary import printable  # noqa: PLC0415
    from rollup.writing import differences_in_words, title_of  # noqa: PLC0415

    typer.echo(f"{file}:")
    for group in done.groups:
        typer.echo(f"  {printable(title_of(group, messages))}")
        verdicts = Counter(check.verdict for check in group.checks)
        told = messages.say(
            "rollup.sums", count=verdicts["holds"], fails=verdicts["fails"], unknown=verdicts["unknown"]
        )
        typer.echo(f"    {told}")
        if group.incomplete:
            typer.echo(f"    {messages.say('rollup.lacks', count=len(group.incomplete))}")
    if done.left_out:
        typer.echo(f"  {messages.say('rollup.left_out')}: {len(done.left_out)}")
        for one in done.left_out[:_FEW]:
            typer.echo(
                f"    {printable(one.name)}: {printable(messages.say(f'rollup.why.{one.why}', **one.words))}"
            )
    if done.unapplied:
        typer.echo(f"  {messages.say('rollup.unapplied', count=done.unapplied)}")
    against = done.against
    if against is None:
        return
    if against.key is None:
        name = "rollup.groups" if against.candidates else "rollup.no_group"
        told = messages.say(
            name,
            file=against.name,
            year=against.year,
            edition=against.edition,
            count=against.candidates,
        )
        typer.echo(f"  {printable(told)}")
        return
    differences = differences_in_words(done, messages)
    typer.echo(f"  {printable(messages.say('rollup.compared', file=against.name, count=len(differences)))}")
    for told in differences[:_FEW]:
        typer.echo(f"    {told}")
