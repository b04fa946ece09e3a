"""Which files are inputs, under which names, and why the others are not.

A folder gives up what looks like a document by its ending or its first bytes; a file that is named is
taken whatever it looks like. Nothing is read here beyond a few kilobytes, and nothing is written.
"""

from __future__ import annotations

import os
import re
import stat
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from converters.kinds import kind_of
from errors import OutputExists, UnreadableFile

# Endings of whatever may be somebody's report, also of kinds that are not read yet: those fail with a
# record and advice, instead of being left out quietly.
_DOCUMENTS = re.compile(
    r"\.(doc[xm]?|dot[xm]?|wp[st]|rtf|odt|pdf|ofd|txt|html?|mht(ml)?|png|jpe?g|tiff?|bmp|webp"
    r"|zip|7z|rar|tar|t?gz|bz2|xz)"
)
# Endings that say what a file is, and that it is no report.
_OTHER = re.compile(
    r"\.(md|rst|pyc?|jsonl?|toml|ya?ml|ini|cfg|[ct]sv|log|sqlite|db|js|css|xml|svg|ico|xlsx?|et|pptx?|dps"
    r"|sh|bat|exe|dll|lnk|url|tmp|bak|mp[34])"
)
_LEFTOVERS = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", ".ds_store"})
_SNIFFED = frozenset({"docx", "pdf", "doc", "rtf", "ofd", "odt", "html", "image"})
_HEAD = 65536


@dataclass(frozen=True, kw_only=True, slots=True)
class Input:
    """A file to convert. `name` is the contract's source name, which also says where its output goes."""

    name: str
    path: Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Skipped:
    """What was met and not taken, with the reason."""

    name: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """Inputs in the order of their names, and what was not taken."""

    inputs: tuple[Input, ...]
    skipped: tuple[Skipped, ...]


def collect(paths: Sequence[Path], out: Path) -> Listing:
    """Return what there is to convert, files as named and folders walked without following links.

    Raises UnreadableFile for a path that is not there, OutputExists when two inputs would share an
    output or an input is the output folder itself.
    """
    found: list[Input | Skipped] = []
    taken: set[Path] = set()
    for path in paths:
        whole = Path(os.path.abspath(path))  # noqa: PTH100  # resolve() would follow links
        if whole in taken:
            found.append(Skipped(name=readable(str(path)), reason="given twice"))
            continue
        taken.add(whole)
        own_name = readable(whole.name or "root")
        if os.path.isdir(whole):  # noqa: PTH112  # Path.is_dir raises for a name too long
            if _is_same(whole, out):
                message = f"{path} is the output folder; give another folder with -o"
                raise OutputExists(message)
            found += _walk(whole, f"{own_name}/" if len(paths) > 1 else "", out)
        elif os.path.lexists(whole):
            found.append(Input(name=own_name, path=whole))
        else:
            message = f"{path}: there is no such file or folder; check the path"
            raise UnreadableFile(message)
    inputs = sorted((one for one in found if isinstance(one, Input)), key=lambda one: one.name)
    refuse_collisions(inputs)
    skipped = sorted((one for one in found if isinstance(one, Skipped)), key=lambda one: one.name)
    return Listing(inputs=tuple(inputs), skipped=tuple(skipped))


def outputs(out: Path, name: str) -> tuple[Path, Path]:
    """Return where the report and the evidence of an input go, always below `out`."""
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or "\0" in name:
        message = f"{name!r} does not name a file below the output folder; rename the input"
        raise OutputExists(message)
    stem = out.joinpath(*parts)
    return stem.with_name(f"{stem.name}.json"), stem.with_name(f"{stem.name}.evidence.json")


def refuse_collisions(inputs: Sequence[Input]) -> None:
    """Raise OutputExists when two inputs would write to one place, or one into the other's file."""
    fold = sys.platform in ("win32", "darwin")  # whose file systems take A and a for the same name
    owner: dict[str, Input] = {}
    folders: dict[str, Input] = {}
    for one in inputs:
        name = unicodedata.normalize("NFC", one.name).casefold() if fold else one.name
        for target in (f"{name}.json", f"{name}.evidence.json"):
            if (other := owner.setdefault(target, one)) is not one:
                raise OutputExists(_collision(other, one))
        for parent in PurePosixPath(name).parents:
            folders.setdefault(str(parent), one)
    for target, one in owner.items():
        if target in folders:
            raise OutputExists(_collision(one, folders[target]))


def readable(name: str) -> str:
    """Return a file name as valid text: bytes that are no UTF-8 read as GB18030, else shown as escapes."""
    try:
        name.encode()
    except UnicodeEncodeError:
        stored = os.fsencode(name)
        try:
            return stored.decode("gb18030").replace("/", "_")
        except UnicodeDecodeError:
            return stored.decode("utf-8", "backslashreplace")
    return name


def _collision(one: Input, other: Input) -> str:
    return (
        f"{one.path} and {other.path} would share an output under the name {one.name};"
        " rename one of them or convert them into two folders"
    )


def _walk(root: Path, prefix: str, out: Path) -> Iterator[Input | Skipped]:
    def name_of(path: Path) -> str:
        return prefix + readable(path.relative_to(root).as_posix())

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
                yield Input(name=name_of(here / name), path=here / name)
    for name in unlisted:  # nobody knows what is in there: it fails with a record of its own
        yield Input(name=name_of(Path(name)), path=Path(name))


def _why_not_folder(folder: Path, out: Path) -> str | None:
    if folder.is_symlink():
        return "a link to a folder"
    if _is_same(folder, out):
        return "the output folder"
    if folder.name == "__MACOSX":
        return "a desktop leftover"
    return "hidden" if folder.name.startswith(".") else None


def _why_not(path: Path) -> str | None:
    """Return why a file met in a folder is no input; None if it is one."""
    name, ending = path.name.lower(), path.suffix.lower()
    if name in _LEFTOVERS or name.startswith(("~$", "~wrl", "._")):
        return "a desktop leftover"
    if name.startswith("."):
        return "hidden"
    if _OTHER.fullmatch(ending):
        return f"no document by its ending {ending}"
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return "not a regular file"
        return None if _DOCUMENTS.fullmatch(ending) else _why_not_by_bytes(path)
    except OSError:
        return None  # a broken link, or no right to look: it fails with a record of its own


def _why_not_by_bytes(path: Path) -> str | None:
    with path.open("rb") as file:
        kind = kind_of(file.read(_HEAD))
    if kind in _SNIFFED:
        return None
    return f"no document by its first bytes ({kind or 'unknown'}); name the file itself to have it read"


def _holds_outputs(folder: Path) -> bool:
    return (folder / "ledger.sqlite").is_file() and (folder / "failures.jsonl").is_file()


def _is_same(folder: Path, other: Path) -> bool:
    try:
        return folder.samefile(other)
    except OSError:
        return False
