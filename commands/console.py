"""What every command says and how it ends: results on stdout, everything else on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from errors import ConversionError, ExitCode

STATUSES = ("verified", "review", "failed")
_COLOURS = {"good": "32", "warn": "33", "bad": "31", "dim": "2", "bold": "1"}

Password = Annotated[
    str | None,
    typer.Option(
        "--password",
        metavar="TEXT",
        envvar="GOUJI_PASSWORD",
        help="For encrypted PDFs and zips; better in the environment, where no list of processes shows it.",
    ),
]


@contextmanager
def telling() -> Iterator[None]:
    """End with one line and the error's exit code instead of a traceback."""
    try:
        yield
    except ConversionError as error:
        stop(str(error), error.exit_code)
    except RecursionError:
        stop("the file is nested too deeply to be a report; look at what it is", ExitCode.UNREADABLE)
    except MemoryError:
        stop("the file needs more memory than there is; look at what it is", ExitCode.UNREADABLE)
    except KeyboardInterrupt:
        stop("interrupted", ExitCode.INTERRUPTED)


def stop(message: str, code: ExitCode) -> NoReturn:
    """End the program with one line on stderr."""
    say(f"gouji: {message}")
    raise typer.Exit(code)


def say(message: str) -> None:
    """Say something that is no result."""
    typer.echo(message, err=True)


def paint(text: str, style: str) -> str:
    """Return a text in colour if a person reads stdout."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\033[{_COLOURS[style]}m{text}\033[0m"


def write(path: Path, content: str | bytes) -> None:
    """Write a file that is whole or not there; ends the program where that fails."""
    data = content if isinstance(content, bytes) else content.encode("utf-8")
    try:
        part = path.with_name(f".{path.name}.part")
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        stop(f"{path}: cannot be written ({error.strerror}); choose another place", ExitCode.NOT_WRITTEN)
