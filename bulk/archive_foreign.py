"""7z and rar archives, by libarchive: as a library where it is installed, else by its program bsdtar.

Python reads neither, and the packages that do are under licences that what gouji needs may not have, or call
a program themselves. libarchive reads both from front to back; bsdtar, which Windows and macOS call tar,
hands them on as a tar archive, so names, kinds and ends are judged as everywhere.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from types import ModuleType
from typing import Any, BinaryIO, cast

from bulk.archive_entries import PIECE, Entry, Kind
from bulk.archive_tar import Stream, tar_entries
from bulk.sources import readable
from errors import MissingProgram, PasswordNeeded, UnreadableFile

_ADVICE = (
    "bsdtar reads it (Windows and macOS have it as tar; apt install libarchive-tools), and so does"
    " pip install 'gouji[archives]' where libarchive is there"
)


def foreign_entries(file: BinaryIO, kind: str) -> Iterator[Entry]:
    """Yield the entries of a 7z or rar archive.

    Raises MissingProgram where nothing can read it, PasswordNeeded if it is encrypted, UnreadableFile if it
    is broken.
    """
    if _library() is not None:
        return _by_library(file, kind)
    program = _program()
    if program is None:
        message = f"a {kind} archive needs a program that is not there: {_ADVICE}; or unpack it yourself"
        raise MissingProgram(message)
    return _by_program(file, program)


def readers() -> tuple[str, ...]:
    """Return what here reads 7z and rar: "libarchive", the path of bsdtar, both or nothing."""
    return tuple(filter(None, ("libarchive" if _library() else None, _program())))


@cache
def _library() -> ModuleType | None:
    try:
        import libarchive  # noqa: PLC0415  # loads a native library, which may be missing
    except (ImportError, OSError, TypeError, AttributeError):
        return None
    return cast("ModuleType", libarchive)


@cache
def _program() -> str | None:
    """Return the path of a program that is bsdtar, by whatever name."""
    for name in ("bsdtar", "tar"):
        path = shutil.which(name)
        if path is None:
            continue
        with suppress(OSError, subprocess.SubprocessError):
            told = subprocess.run([path, "--version"], capture_output=True, check=False, timeout=10)  # noqa: S603
            if told.stdout.startswith(b"bsdtar"):
                return path
    return None


def _by_library(file: BinaryIO, kind: str) -> Iterator[Entry]:
    library: Any = _library()
    head = file.read(8)
    file.seek(0)
    form = "7zip" if kind == "7z" else "rar5" if head[6:7] == b"\x01" else "rar"
    try:
        with library.stream_reader(file, format_name=form, filter_name="none", block_size=PIECE) as archive:
            for entry in archive:
                yield Entry(name=_name(entry), kind=_kind(entry), pieces=lambda entry=entry: _blocks(entry))  # type: ignore[misc]
    except library.ArchiveError as error:
        raise _told(str(error)) from error


def _blocks(entry: Any) -> Iterator[bytes]:  # noqa: ANN401  # the library has no types
    library: Any = _library()
    try:
        yield from entry.get_blocks(PIECE)
    except library.ArchiveError as error:
        raise _told(str(error)) from error


def _name(entry: Any) -> str:  # noqa: ANN401
    name = entry.pathname
    return readable(name if isinstance(name, str) else bytes(name).decode("utf-8", "surrogateescape"))


def _kind(entry: Any) -> Kind:  # noqa: ANN401
    if entry.issym or entry.islnk:
        return "link"
    if entry.isdir:
        return "folder"
    return "file" if entry.isreg else "device"


def _by_program(file: BinaryIO, program: str) -> Iterator[Entry]:
    with tempfile.TemporaryFile() as told, _with_number(file) as source:
        command = [program, "-cf", "-", "--format=pax", "@-"]
        process = subprocess.Popen(command, stdin=source, stdout=subprocess.PIPE, stderr=told)  # noqa: S603
        assert process.stdout is not None
        try:
            yield from tar_entries(Stream(cast("BinaryIO", process.stdout)))
            code = process.wait()
        except UnreadableFile:
            code = process.wait() or 1
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
        told.seek(0)
        said = told.read(2000).decode("utf-8", "replace").partition("\n")[0]
    if code:
        raise _told(said)


def _with_number(file: BinaryIO) -> BinaryIO:
    """Return a file that another process can read and seek in, with the same bytes."""
    with suppress(OSError, AttributeError):
        number = file.fileno()
        os.lseek(number, 0, os.SEEK_SET)
        return open(number, "rb", closefd=False)  # whoever asks closes it
    copy = tempfile.TemporaryFile()  # noqa: SIM115  # whoever asks closes it; it never has a name
    shutil.copyfileobj(file, copy)
    copy.seek(0)
    return cast("BinaryIO", copy)


def _told(said: str) -> UnreadableFile:
    if "crypt" in said.lower() or "passphrase" in said.lower():
        return PasswordNeeded("it is encrypted, which is not read in 7z and rar; unpack it yourself")
    return UnreadableFile(f"the archive is broken or cut off ({said}); get it again from where it came from")
