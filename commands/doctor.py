"""gouji doctor: what is installed, what is missing, what that costs and how to have it.

Programs are not only looked for but tried: LibreOffice reads a document, Tesseract lists its languages.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata

import typer

from commands.console import stop
from errors import ConversionError, ExitCode

_DEVELOPMENT = ("dev", "bench")  # extras that nobody needs who only uses gouji
# What does not work without an extra.
_COSTS = {
    "archives": ".7z and .rar archives are read by bsdtar alone, where that is installed",
    "export": "export writes no .parquet and no .duckdb; .csv, .xlsx and .jsonl need nothing more",
    "ray": "documents are converted on this machine alone",
    "remote": "inputs are files and folders of this machine alone, no addresses",
}
_OFFICE = (
    "apt install libreoffice-writer-nogui, brew install --cask libreoffice, or from libreoffice.org",
    ".doc, .wps, .rtf and .odt are not read; each such input fails with input.missing_program",
)
_TESSERACT = (
    "apt install tesseract-ocr tesseract-ocr-chi-sim, brew install tesseract tesseract-lang",
    "scans have no further witness; GOUJI_OCR=both or tesseract does not work",
)
_TESSERACT_LANGUAGES = ("chi_sim", "eng")
_BSDTAR = "apt install libarchive-tools; Windows and macOS have it as tar"
_SECONDS = 60.0  # what a program may take to answer; LibreOffice takes 2 to 3


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """One thing that gouji uses: `found` is its version, None where it is missing, too old or does not work.

    `cost` is what its absence costs, `install` how to have it.
    """

    name: str
    found: str | None
    is_needed: bool
    cost: str = ""
    install: str = ""


def doctor() -> None:
    """Say what is installed and what is missing; exit 4 if something that is needed is missing.

    Example: gouji doctor
    """
    import platform  # noqa: PLC0415

    typer.echo(f"gouji     {installed('gouji') or 'not installed'}")
    typer.echo(f"python    {platform.python_version()} on {platform.system()} {platform.machine()}")
    missing: list[State] = []
    for title, states in (
        ("needed for everything", _packages()),
        ("needed for some inputs and outputs", _options()),
    ):
        typer.echo(f"\n{title}")
        for state in states:
            _show(state)
            missing += [state] if state.is_needed and state.found is None else []
    if missing:
        names = ", ".join(state.name for state in missing)
        stop(f"missing: {names}; {missing[0].install}", ExitCode.MISSING_PROGRAM)


def _show(state: State) -> None:
    if state.found is not None:
        typer.echo(f"ok    {state.name} {state.found}".rstrip())
        return
    typer.echo(f"{'MISSING' if state.is_needed else 'none'}  {state.name}")
    typer.echo(f"      without it: {state.cost}")
    typer.echo(f"      to have it: {state.install}")


def _packages() -> Iterator[State]:
    """Yield the packages without which nothing works."""
    for name, wanted in _requirements().get("", ()):
        found = installed(name)
        yield State(
            name=f"{name} {wanted}".rstrip() if found is None or _is_older(found, wanted) else name,
            found=None if found is None or _is_older(found, wanted) else found,
            is_needed=True,
            cost="gouji does not run, or not as tested" + (f"; {found} is too old" if found else ""),
            install=f"pip install '{name}{wanted}'",
        )


def _options() -> Iterator[State]:
    yield _office()
    yield _tesseract()
    yield _archives()
    for extra, requirements in sorted(_requirements().items()):
        if extra in ("", *_DEVELOPMENT):
            continue
        versions = [(name, installed(name)) for name, _ in requirements]
        is_whole = all(version for _, version in versions)
        yield State(
            name=f"gouji[{extra}]",
            found=", ".join(f"{name} {version}" for name, version in versions) if is_whole else None,
            is_needed=False,
            cost=_COSTS.get(extra, "what docs and README name with this extra"),
            install=f"pip install 'gouji[{extra}]'",
        )


def _office() -> State:
    """Return the state of LibreOffice, which is asked to read a document."""
    from converters.legacy_office import program, to_docx  # noqa: PLC0415  # the converters load with it

    install, cost = _OFFICE
    office = program()
    found = _said(office, "--version") if office else None
    if found is not None:
        try:
            to_docx(b"{\\rtf1 gouji}", "a document of our own", "rtf", "Rich Text Format")
        except ConversionError as error:
            cost, found = f"{cost}; it is there and does not work: {error}", None
    return State(
        name="soffice", found=found and found.split("(")[0], is_needed=False, cost=cost, install=install
    )


def _tesseract() -> State:
    """Return the state of Tesseract with its languages; it is needed where GOUJI_OCR asks for it."""
    install, cost = _TESSERACT
    version, languages = _said("tesseract", "--version"), _said("tesseract", "--list-langs")
    lacking = [one for one in _TESSERACT_LANGUAGES if one not in (languages or "").split()]
    found = (
        None if version is None or lacking else f"{version.split()[-1]} ({', '.join(_TESSERACT_LANGUAGES)})"
    )
    if version is not None and lacking:
        cost = f"{cost}; it is there, but not its language {' and '.join(lacking)}"
    is_asked_for = os.environ.get("GOUJI_OCR", "rapid") != "rapid"
    return State(name="tesseract", found=found, is_needed=is_asked_for, cost=cost, install=install)


def _archives() -> State:
    """Return the state of what reads the archives that Python does not."""
    from bulk.archive_foreign import readers  # noqa: PLC0415  # looks for a library and a program

    cost = ".7z and .rar archives are not read; unpack them and give the folder"
    return State(
        name="bsdtar or libarchive",
        found=", ".join(readers()) or None,
        is_needed=False,
        cost=cost,
        install=_BSDTAR,
    )


def _said(program: str, argument: str) -> str | None:
    """Return what a program answers, its first line or a list of lines in one; None if it does not answer."""
    try:
        done = subprocess.run(  # noqa: S603  # programs that are installed, asked for their versions
            [program, argument], capture_output=True, check=True, timeout=_SECONDS, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.SubprocessError):
        return None
    lines = done.stdout.decode(errors="replace").strip().splitlines()
    return " ".join(lines) if argument == "--list-langs" else (lines or [""])[0]


def _requirements() -> dict[str, list[tuple[str, str]]]:
    """Return the packages that gouji asks for, with the versions it wants, by extra; "" is no extra."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    try:
        requirements = metadata.requires("gouji") or []
    except metadata.PackageNotFoundError:
        return found
    for one in requirements:
        match = re.match(r"([\w.-]+)(?:\[[^]]*\])?\s*([^;]*?)\s*(?:;.*extra == ['\"]([\w-]+)['\"].*)?$", one)
        if match:
            found[match[3] or ""].append((match[1], match[2]))
    return found


def _is_older(found: str, wanted: str) -> bool:
    """Say whether a version is below the least that is wanted."""
    least = re.search(r">=\s*([\d.]+)", wanted)
    return least is not None and _numbers(found) < _numbers(least[1])


def _numbers(version: str) -> list[int]:
    match = re.match(r"[\d.]*", version)
    return [int(one) for one in (match[0] if match else "").split(".") if one]


def installed(name: str) -> str | None:
    """Return the version of an installed package; None if it is missing."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
