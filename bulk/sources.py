"""Which files are inputs, under which names, and why the others are not.

A folder gives up what looks like a document by its ending or its first bytes; a file that is named is
taken whatever it looks like. Nothing is read here beyond a few kilobytes, and nothing is written. What an
archive holds is met later, when it is read (archives.py).
"""

from __future__ import annotations

import os
import re
import stat
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TypeGuard

from bulk import remote
from bulk.wanted import HEAD, Skipped, is_archive, why_not_below, why_not_named, why_not_read
from converters import LARGEST
from errors import OutputExists, UnreadableFile

STDIN = "stdin"

# Folders in a name: pathlib makes them by recursion, and 1,000 of them end a whole run. People nest ten deep.
MOST_PARTS = 200
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Input:
    """A file to convert. `name` is the contract's source name, which also says where its output goes.

    `place` is a path, a URL, or the bytes themselves. An archive is as many inputs as it has documents.
    """

    name: str
    place: Path | str | bytes = field(repr=False)

    @property
    def is_archive(self) -> bool:
        """Whether its name promises an archive."""
        return is_archive(self.name) and not isinstance(self.place, bytes)


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """Inputs in the order of their names, and what was not taken."""

    inputs: tuple[Input, ...]
    skipped: tuple[Skipped, ...]


class Claims:
    """The places below the output folder that are taken, and by whom."""

    def __init__(self) -> None:
        self._owner: dict[str, str] = {}
        self._folders: dict[str, str] = {}

    def claim(self, name: str, *, is_archive: bool = False) -> str | None:
        """Take the places of a name; return the name that has one of them, or stands in its way, already.

        An archive takes the folder of its own name.
        """
        folded = _folded(name)
        targets = (f"{folded}/",) if is_archive else (f"{folded}.json", f"{folded}.evidence.json")
        parents = [str(parent) for parent in PurePosixPath(folded).parents][:-1]
        met = [self._owner.get(place) for place in (*targets, *parents, *(f"{one}/" for one in parents))]
        met += [self._folders.get(target.rstrip("/")) for target in targets]
        other = next((one for one in met if one is not None), None)
        if other is None:
            self._owner.update(dict.fromkeys(targets, name))
            for parent in parents:
                self._folders.setdefault(parent, name)
        return other

    def another(self, name: str) -> str:
        """Return a name like one that is taken, for the record of what gets no output."""
        number = 2
        while f"{_folded(name)}~{number}.json" in self._owner:
            number += 1
        self._owner[f"{_folded(name)}~{number}.json"] = name
        return f"{name}~{number}"


def collect(paths: Sequence[Path | str], out: Path) -> Listing:
    """Return what there is to convert: files as named, folders walked without following links, URLs listed.

    `-` is what comes through stdin, which is read here. Raises UnreadableFile for a path that is not there,
    OutputExists when two inputs would share an output or an input is the output folder itself,
    MissingProgram for a URL without fsspec.
    """
    found: list[Input | Skipped] = []
    taken: set[str] = set()
    for given in paths:
        whole = given if _is_elsewhere(given) else os.path.abspath(given)  # noqa: PTH100  # resolve() would follow links
        if str(whole) in taken:
            found.append(Skipped(name=readable(str(given)), reason="given twice"))
            continue
        taken.add(str(whole))
        found += _listed(given, Path(whole), out, is_one=len(paths) == 1)
    inputs = sorted((one for one in found if isinstance(one, Input)), key=lambda one: one.name)
    refuse_collisions(inputs)
    skipped = sorted((one for one in found if isinstance(one, Skipped)), key=lambda one: one.name)
    return Listing(inputs=tuple(inputs), skipped=tuple(skipped))


def outputs(out: Path, name: str) -> tuple[Path, Path]:
    """Return where the report and the evidence of an input go, always below `out`."""
    parts = PurePosixPath(name).parts
    is_below = parts and not name.startswith("/") and ".." not in parts and "\0" not in name
    if not is_below or len(parts) > MOST_PARTS or not _is_writable(parts):
        message = f"{name!r} does not name a file below the output folder; rename the input"
        raise OutputExists(message)
    stem = out.joinpath(*parts)
    return stem.with_name(f"{stem.name}.json"), stem.with_name(f"{stem.name}.evidence.json")


def refuse_collisions(inputs: Sequence[Input]) -> None:
    """Raise OutputExists when two inputs would write to one place, or one into the other's file."""
    claims = Claims()
    places = {one.name: one.place for one in inputs}
    for one in inputs:
        other = claims.claim(one.name, is_archive=one.is_archive)
        if other is not None:
            message = (
                f"{_told(one.place)} and {_told(places[other])} would share an output under the name"
                f" {one.name}; rename one of them or convert them into two folders"
            )
            raise OutputExists(message)


def readable(name: str) -> str:
    """Return a file name as valid text: bytes that are no UTF-8 read as GB18030, else shown as escapes."""
    try:
        name.encode()
    except UnicodeEncodeError:
        try:
            stored = name.encode("utf-8", "surrogateescape")
            return stored.decode("gb18030")
        except UnicodeEncodeError:  # no bytes of a file system, but halves of a character
            return name.encode("utf-8", "backslashreplace").decode()
        except UnicodeDecodeError:
            return stored.decode("utf-8", "backslashreplace")
    return name


def _folded(name: str) -> str:
    """Return a name as the file system takes it: some hold A and a for the same."""
    if sys.platform in ("win32", "darwin"):
        return unicodedata.normalize("NFC", name).casefold()
    return name


def _is_writable(parts: tuple[str, ...]) -> bool:
    """Say whether the system can have such files; on Windows `a:b` is a stream of `a`, and NUL a device."""
    if sys.platform != "win32":
        return True
    return not any(
        set(part) & set('<>:"|?*\\') or part != part.rstrip(". ") or _RESERVED.fullmatch(part)
        for part in parts
    )


def _is_elsewhere(given: Path | str) -> TypeGuard[str]:
    return isinstance(given, str) and (given == "-" or remote.is_url(given))


def _told(place: Path | str | bytes) -> str:
    return STDIN if isinstance(place, bytes) else str(place)


def _listed(given: Path | str, whole: Path, out: Path, *, is_one: bool) -> Iterator[Input | Skipped]:
    """Yield what one input of the command line comes to."""
    if given == "-":
        yield Input(name=STDIN, place=sys.stdin.buffer.read(LARGEST + 1))
        return
    if _is_elsewhere(given):
        prefix = "" if is_one else f"{remote.own_name(given)}/"
        for name, url, reason in remote.listed(given):
            whole_name = prefix + name if name else remote.own_name(given)
            yield Skipped(name=whole_name, reason=reason) if reason else Input(name=whole_name, place=url)
        return
    own_name = readable(whole.name or "root")
    if os.path.isdir(whole):  # noqa: PTH112  # Path.is_dir raises for a name too long
        if _is_same(whole, out):
            message = f"{given} is the output folder; give another folder with -o"
            raise OutputExists(message)
        yield from _walk(whole, "" if is_one else f"{own_name}/", out)
    elif os.path.lexists(whole):
        yield Input(name=own_name, place=whole)
    else:
        message = f"{given}: there is no such file or folder; check the path"
        raise UnreadableFile(message)


def _walk(root: Path, prefix: str, out: Path) -> Iterator[Input | Skipped]:
    def name_of(path: Path) -> str:
        # Part by part: an old file's name in GB18030 may stand in a folder whose name is UTF-8.
        return prefix + "/".join(map(readable, path.relative_to(root).parts))

    unlisted: list[str] = []
    for folder, subfolders, files in os.walk(root, onerror=lambda error: unlisted.append(error.filename)):
        here = Path(folder)
        if _holds_outputs(here):
            yield Skipped(name=name_of(here), reason="holds outputs of gouji")
            subfolders.clear()
            continue
        for name in sorted(subfolders):
            if reason := _why_not_folder(here / name, out):
                subfolders.remove(name)
                yield Skipped(name=f"{name_of(here / name)}/", reason=reason)
        subfolders.sort()
        for name in sorted(files):
            reason = _why_not(here / name)
            if reason:
                yield Skipped(name=name_of(here / name), reason=reason)
            else:
                yield Input(name=name_of(here / name), place=here / name)
    for name in unlisted:  # nobody knows what is in there: it fails with a record of its own
        yield Input(name=name_of(Path(name)), place=Path(name))


def _why_not_folder(folder: Path, out: Path) -> str | None:
    if folder.is_symlink():
        return "a link to a folder"
    if _is_same(folder, out):
        return "the output folder"
    return why_not_below(folder.name)


def _why_not(path: Path) -> str | None:
    """Return why a file met in a folder is no input; None if it is one."""
    if reason := why_not_named(path.name):
        return reason
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return "not a regular file"
        return why_not_read(path.name, lambda: _head(path))
    except OSError:
        return None  # a broken link, or no right to look: it fails with a record of its own


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD)


def _holds_outputs(folder: Path) -> bool:
    return (folder / "ledger.sqlite").is_file() and (folder / "failures.jsonl").is_file()


def _is_same(folder: Path, other: Path) -> bool:
    try:
        return folder.samefile(other)
    except OSError:
        return False
