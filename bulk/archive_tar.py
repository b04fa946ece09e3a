"""Tar archives and single compressed files, read from front to back."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

from bulk.archive_entries import PIECE, Budget, Entry, Kind
from bulk.sources import readable
from errors import UnreadableFile

BROKEN = (tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, OverflowError)
COMPRESSED = ("gz", "bz2", "xz")
_BLOCK = 512


def unpacked(file: BinaryIO, kind: str, budget: Budget) -> Stream:
    """Return what a compressed file holds, as a stream that counts what it gives out."""
    if kind == "gz":
        return Stream(cast("BinaryIO", gzip.GzipFile(fileobj=file)), budget)
    return Stream(cast("BinaryIO", bz2.BZ2File(file) if kind == "bz2" else lzma.LZMAFile(file)), budget)


class Stream:
    """Bytes from front to back, with a look at the first ones; `tail` is the last block that was read."""

    def __init__(self, file: BinaryIO, budget: Budget | None = None) -> None:
        self._file = file
        self._budget = budget
        self.is_counted = budget is not None
        self._ahead = b""
        self.tail = b""
        self.is_ended = False

    def peek(self, size: int) -> bytes:
        """Return up to `size` of the next bytes without taking them; raises UnreadableFile."""
        try:
            self._ahead += self._file.read(max(0, size - len(self._ahead)))
        except BROKEN as error:
            raise UnreadableFile(_broken(error)) from error
        return self._ahead[:size]

    def read(self, size: int) -> bytes:
        """Return up to `size` of the next bytes; fewer at the end only."""
        data, self._ahead = self._ahead[:size], self._ahead[size:]
        while len(data) < size and (more := self._file.read(size - len(data))):
            data += more
        if self._budget is not None:
            self._budget.spend(len(data))
        self.is_ended = len(data) < size
        self.tail = (self.tail + data)[-_BLOCK:]
        return data

    def pieces(self) -> Iterator[bytes]:
        """Yield the rest in pieces; raises UnreadableFile where it is broken."""
        try:
            while piece := self.read(PIECE):
                yield piece
        except BROKEN as error:
            raise UnreadableFile(_broken(error)) from error


def tar_entries(stream: Stream) -> Iterator[Entry]:
    """Yield the entries of a tar archive; raises UnreadableFile where it is broken or ends too soon."""
    try:
        with tarfile.open(
            fileobj=cast("BinaryIO", stream), mode="r|", encoding="utf-8", errors="surrogateescape"
        ) as archive:
            for info in archive:
                archive.members = []  # type: ignore[attr-defined]  # it would keep every entry there was
                yield Entry(
                    name=readable(info.name),
                    kind=_kind(info),
                    is_counted=stream.is_counted,
                    pieces=lambda info=info: _pieces(archive, info),  # type: ignore[misc]
                )
    except BROKEN as error:
        raise UnreadableFile(_broken(error)) from error
    if stream.is_ended and stream.tail.strip(b"\0"):
        message = "the archive ends without the mark of its end, so files may be missing; get it again"
        raise UnreadableFile(message)


def _pieces(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Iterator[bytes]:
    try:
        member = archive.extractfile(info)
        if member is None:
            return
        with member:
            while piece := member.read(PIECE):  # raises where it is cut off
                yield piece
    except BROKEN as error:
        raise UnreadableFile(_broken(error)) from error


def _kind(info: tarfile.TarInfo) -> Kind:
    if info.isfile():
        return "file"
    if info.isdir():
        return "folder"
    return "link" if info.issym() or info.islnk() else "device"


def _broken(error: Exception) -> str:
    return f"the archive is broken or cut off ({error}); get it again from where it came from"
