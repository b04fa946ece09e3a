"""7z and rar archives, by libarchive: as a library where it is installed, else by its program bsdtar.

Python reads neither, and the packages that do are under licences that what gouji needs may not have, or call
a program themselves. libarchive reads both from front to back; bsdtar, which Windows and macOS call tar,
hands them on as a tar archive, so names, kinds and ends are judged as everywhere.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache, partial
from types import ModuleType
from typing import Any, BinaryIO, cast

from bulk.archive_entries import PIECE, Entry, Kind
from bulk.archive_rar import MARK, checked
from bulk.archive_tar import Stream, tar_entries
from bulk.sources import readable
from errors import MissingProgram, PasswordNeeded, UnreadableFile

_ADVICE = (
    "bsdtar reads it (Windows and macOS have it as tar; apt install libarchive-tools), and so does"
    " pip install 'gouji[archives]' where libarchive is there"
)

# In another locale bsdtar drops the files whose names it cannot say in it.
_ENVIRONMENT = os.environ | {"LC_ALL": "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"}


def foreign_entries(file: BinaryIO, kind: str) -> Iterator[Entry]:
    """Yield the entries of a 7z or rar archive.

    Raises MissingProgram where nothing can read it, PasswordNeeded if it is encrypted, UnreadableFile if it
    is broken.
    """
    program = _program()
    if _library() is None and program is None:
        message = f"a {kind} archive needs a program that is not there: {_ADVICE}; or unpack it yourself"
        raise MissingProgram(message)
    is_rar5 = file.read(len(MARK)) == MARK
    file.seek(0)
    if _library() is not None:
        entries = _by_library(file, "7zip" if kind == "7z" else "rar5" if is_rar5 else "rar")
    else:
        entries = _by_program(file, cast("str", program))
    return checked(entries, file) if is_rar5 else entries


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


def _by_library(file: BinaryIO, form: str) -> Iterator[Entry]:
    library: Any = _library()
    locked: list[str] = []
    try:
        with library.stream_reader(file, format_name=form, filter_name="none", block_size=PIECE) as archive:
            for number, entry in enumerate(archive, 1):
                name = _name(entry)
                problem = None if name else UnreadableFile("its name cannot be read; unpack it yourself")
                name = name or f"unnamed-{number}"
                yield Entry(
                    name=name,
                    kind=_kind(entry),
                    pieces=lambda entry=entry, name=name: _blocks(entry, name, locked),  # type: ignore[misc]
                    problem=problem,
                )
    except library.ArchiveError as error:
        if locked:  # libarchive does not get past the bytes that it cannot decrypt
            message = (
                f"what comes after {locked[0]} cannot be had, because that is encrypted; unpack it yourself"
            )
            raise PasswordNeeded(message) from error
        raise _told(str(error)) from error


def _blocks(entry: Any, name: str, locked: list[str]) -> Iterator[bytes]:  # noqa: ANN401  # the library has no types
    """Yield what an entry holds; its name is added to `locked` if it is encrypted."""
    library: Any = _library()
    piece = ctypes.create_string_buffer(PIECE)
    try:
        # Not by get_blocks: it takes the code of a warning, which a wrong checksum is in 7z, for a length.
        while size := library.ffi.read_data(entry._archive_p, piece, PIECE):  # noqa: SLF001
            if size < 0:
                raise _told(library.ffi.error_string(entry._archive_p).decode("utf-8", "replace"))  # noqa: SLF001
            yield piece.raw[:size]
    except library.ArchiveError as error:
        why = _told(str(error))
        if isinstance(why, PasswordNeeded):
            locked.append(name)
        raise why from error


def _name(entry: Any) -> str:  # noqa: ANN401
    """Return an entry's name, nothing if it is in no encoding that libarchive knows."""
    name = entry.pathname or ""
    return readable(name if isinstance(name, str) else bytes(name).decode("utf-8", "surrogateescape"))


def _kind(entry: Any) -> Kind:  # noqa: ANN401
    if entry.issym or entry.islnk:
        return "link"
    if entry.isdir:
        return "folder"
    return "file" if entry.isreg else "device"


def _by_program(file: BinaryIO, program: str) -> Iterator[Entry]:
    with tempfile.TemporaryFile() as told, _with_number(file) as source:
        tested = _tested(source, program)
        if tested is not None and not isinstance(tested, PasswordNeeded):
            raise tested
        # In blocks of 512 bytes: of larger ones the last is lost where bsdtar ends before its time.
        command = [program, "-c", "-f", "-", "-b", "1", "--format=pax", "@-"]
        process = subprocess.Popen(  # noqa: S603
            command, stdin=source, stdout=subprocess.PIPE, stderr=told, env=_ENVIRONMENT
        )
        assert process.stdout is not None
        stream = cast("BinaryIO", process.stdout)

        def why() -> UnreadableFile | None:
            """Return what bsdtar found wrong with the archive; None for nothing."""
            stream.close()  # else it might wait for somebody who reads
            code = process.wait()
            told.seek(0)
            lines = told.read(2000).decode("utf-8", "replace").splitlines()
            # It ends with 0 too where it left out a file whose name it cannot say.
            nameless = next((line for line in lines if "pathname" in line), None)
            said = nameless or (lines or [""])[0]
            return tested or (_told(said) if code or nameless else None)

        def pieces(entry: Entry) -> Iterator[bytes]:
            try:
                yield from entry.pieces()
            except UnreadableFile as error:
                raise why() or error from error

        try:
            for entry in tar_entries(Stream(stream)):
                yield replace(entry, pieces=partial(pieces, entry))
            while stream.read(PIECE):  # so that it comes to its own end, whose code tells
                pass
            problem = why()
        except UnreadableFile as error:
            problem = why() or error
        finally:
            process.kill()
            process.wait()
            stream.close()
        if problem is not None:
            raise problem


def _tested(source: BinaryIO, program: str) -> UnreadableFile | None:
    """Return what bsdtar finds encrypted or damaged as it extracts; as it copies it says nothing of either.

    It would give zeros for a file of a 7z whose checksum is wrong, and end with 0.
    """
    with tempfile.TemporaryFile() as told:
        command = [program, "-x", "-O", "-f", "-"]
        subprocess.run(  # noqa: S603  # ends with the archive's reader
            command, stdin=source, stdout=subprocess.DEVNULL, stderr=told, check=False, env=_ENVIRONMENT
        )
        source.seek(0)
        told.seek(0)
        said = told.read(1 << 20).decode("utf-8", "replace").splitlines()
    for sign in ("crypt", "CRC"):
        if found := next((line for line in said if sign in line), None):
            return _told(found)
    return None


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
