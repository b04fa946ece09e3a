"""Finished reports as `convert` left them, one by one: a hundred thousand need no more memory than one."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from errors import UnreadableFile
from report import Report, from_json

_BEGIN = b'{"checks":['  # how a report begins, and no other JSON file of an output folder
BROKEN = (ValueError, KeyError, TypeError, AttributeError)
"""What reading a file raises that is no whole report."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """An input that gave no report, as in failures.jsonl."""

    name: str
    code: str
    message: str


def paths_below(path: Path) -> Iterator[Path]:
    """Yield the files of an output folder that hold a report, or the one that was given.

    Folder by folder, in the order of their names. Other JSON files are passed over. Raises UnreadableFile.
    """
    if path.is_file():
        files: Iterator[Path] = iter((path,))
    else:
        files = (
            Path(here, name)
            for here, folders, names in os.walk(path)
            for name in _sorted_in_place(folders, names)
            if name.endswith(".json")
        )
    for file in files:
        try:
            with file.open("rb") as opened:
                begin = opened.read(len(_BEGIN))
        except OSError as error:  # a link to nowhere, or no right to read
            message = f"{file}: cannot be read ({error.strerror}); restore it or take it away"
            raise UnreadableFile(message) from error
        if begin == _BEGIN:
            yield file


def read_report(path: Path) -> Report:
    """Return a finished report with its evidence, if that stands beside it; raises UnreadableFile."""
    evidence = evidence_of(path)
    try:
        return from_json(path.read_bytes(), evidence.read_bytes() if evidence.is_file() else None)
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror}); convert its input again"
        raise UnreadableFile(message) from error
    except BROKEN as error:
        refuse(path, error)


def evidence_of(path: Path) -> Path:
    """Return where the evidence of a report's JSON stands."""
    return path.with_name(f"{path.name.removesuffix('.json')}.evidence.json")


def failures_in(folder: Path) -> tuple[Failure, ...]:
    """Return the inputs of an output folder that gave no report at all; raises UnreadableFile."""
    file = folder / "failures.jsonl"
    if not file.is_file():
        return ()
    try:
        entries = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        failures = [
            Failure(name=entry["name"], code=entry["code"], message=entry["message"]) for entry in entries
        ]
    except (ValueError, KeyError, TypeError) as error:
        message = f"{file}: not a list of failures ({error}); run convert again, which writes it anew"
        raise UnreadableFile(message) from error
    # os.path, as a name may be too long for any file, which is why it failed.
    return tuple(one for one in failures if not os.path.isfile(folder / f"{one.name}.json"))  # noqa: PTH113


def refuse(path: Path, error: Exception) -> NoReturn:
    """Say that a file is no whole report: raises UnreadableFile."""
    message = f"{path}: not a whole report of gouji ({error}); convert its input again with --force"
    raise UnreadableFile(message) from error


def _sorted_in_place(folders: list[str], names: list[str]) -> list[str]:
    """Return a folder's files in order, and have os.walk go on into its folders in order."""
    folders.sort()
    return sorted(names)
