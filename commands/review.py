"""gouji review: each value beside the ink it came from, for a person to accept or correct."""

from __future__ import annotations

import getpass
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.check import Language
from commands.console import say, stop, telling
from errors import ExitCode

if TYPE_CHECKING:
    from review.server import Review


def review(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="An output folder.")],
    *,
    source: Annotated[
        Path | None,
        typer.Option(
            "--source", metavar="INPUT", help="The folder or file that was converted, to show its pages."
        ),
    ] = None,
    who: Annotated[str, typer.Option("--who", metavar="NAME", help="Who signs; else your user name.")] = "",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = 0,
    static: Annotated[
        Path | None,
        typer.Option("--static", metavar="FOLDER", help="Write plain HTML files instead, to read or mail."),
    ] = None,
    lang: Language = None,
    force: Annotated[
        bool, typer.Option("--force", help="With --static: write into a folder in use.")
    ] = False,
) -> None:
    """Open a local web page to look at doubted values beside their source, and accept or correct (复核).

    Corrections go into corrections.jsonl of the folder that convert wrote to, with your name and the time;
    gouji export applies them. Ctrl-C ends it.

    Example: gouji review out/ --source reports/
    """
    with telling():
        import messages  # noqa: PLC0415
        from review.server import Review  # noqa: PLC0415

        if not out.is_dir():
            stop(f"{out}: there is no such folder; gouji convert INPUT -o {out} makes it", ExitCode.USAGE)
        if source is not None and not os.path.exists(source):  # noqa: PTH110  # Path.exists raises for a name too long
            stop(f"{source}: there is no such file or folder; check --source", ExitCode.USAGE)
        opened = Review(
            out=out,
            source=source,
            who=who.strip() or _user(),
            messages=messages.load(messages.language_of(None if lang is None else lang.value)),
        )
        if not opened.queue():
            stop(f"{out}: no reports of gouji there; give the folder that convert wrote to", ExitCode.USAGE)
        if static is not None:
            _write_static(opened, static, force=force)
        else:
            _serve(opened, port)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "?"


def _write_static(opened: Review, folder: Path, *, force: bool) -> None:
    from review.still import write  # noqa: PLC0415

    count = sum(1 for _ in write(opened, folder, force=force))
    typer.echo(f"{folder / 'index.html'}: {count - 1} reports")


def _serve(opened: Review, port: int) -> None:
    from review.server import serve  # noqa: PLC0415

    try:
        serving = serve(opened, port=port)
    except OSError as error:
        stop(
            f"port {port} cannot be had ({error.strerror}); leave --port out to take a free one",
            ExitCode.USAGE,
        )
    typer.echo(serving.url)
    say("open this address in a browser on this machine; Ctrl-C ends the review")
    try:
        serving.run()
    except KeyboardInterrupt:
        serving.server.server_close()
        for folder in sorted({entry.folder for entry in opened.queue()}):
            say(f"corrections are in {folder / 'corrections.jsonl'}")
