"""gouji summary: finished reports in pictures."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from commands.check import Language, written
from commands.console import stop, telling, write
from errors import ExitCode


def summary(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="An output folder.")],
    *,
    html: Annotated[
        Path,
        typer.Option("--html", metavar="FILE", help="The page, - for stdout; it holds all it shows."),
    ],
    lang: Language = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the page.")] = False,
) -> None:
    """Draw finished reports as charts (图表): trust and reasons, results by year and kind, largest changes.

    Example: gouji summary out/ --html 一览.html
    """
    with telling():
        import messages  # noqa: PLC0415
        from charting import gather  # noqa: PLC0415
        from charting.page import page  # noqa: PLC0415
        from checking import failures_in  # noqa: PLC0415
        from export import refuse_overwriting  # noqa: PLC0415
        from export.rows import reports_in  # noqa: PLC0415

        if not os.path.exists(out):  # noqa: PTH110  # Path.exists raises for a name too long
            stop(f"{out}: there is no such folder; gouji convert INPUT -o {out} makes it", ExitCode.USAGE)
        if str(html) != "-":
            refuse_overwriting(html, force=force)
        gathered = gather(reports_in(out))
        if not gathered.statuses:
            stop(f"{out}: no reports of gouji there; give the folder that convert wrote to", ExitCode.USAGE)
        failures = len(failures_in(out)) if out.is_dir() else 0
        told = page(
            gathered,
            messages.load(messages.language_of(None if lang is None else lang.value)),
            failures=failures,
        )
        if str(html) == "-":
            with written(None) as to:
                to.write(told)
            return
        write(html, told)
        typer.echo(f"{html}: {sum(gathered.statuses.values())} reports")
