"""gouji doctor: what is installed and what is missing."""

from __future__ import annotations

import re
from importlib import metadata
from shutil import which

import typer

from commands.console import stop
from errors import ExitCode


def doctor() -> None:
    """Say what is installed and what is missing; exit 4 if something that is needed is missing.

    Example: gouji doctor
    """
    import platform  # noqa: PLC0415

    typer.echo(f"gouji     {installed('gouji') or 'not installed'}")
    typer.echo(f"python    {platform.python_version()} on {platform.system()} {platform.machine()}")
    missing = []
    for name in _requirements():
        found = installed(name)
        missing += [] if found else [name]
        typer.echo(f"{'ok  ' if found else 'MISSING'}  {name} {found or ''}".rstrip())
    for program, use in (("tesseract", "scans, in a later version"), ("soffice", ".doc, in a later version")):
        typer.echo(f"{'ok  ' if which(program) else 'none'}  {program} (not needed yet: {use})")
    if missing:
        stop(f"missing: {', '.join(missing)}; pip install {' '.join(missing)}", ExitCode.MISSING_PROGRAM)


def _requirements() -> list[str]:
    """Return the names of the packages that gouji itself needs."""
    try:
        requirements = metadata.requires("gouji") or []
    except metadata.PackageNotFoundError:
        return []
    return [re.split(r"[^\w.-]", one, maxsplit=1)[0] for one in requirements if "extra ==" not in one]


def installed(name: str) -> str | None:
    """Return the version of an installed package; None if it is missing."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
