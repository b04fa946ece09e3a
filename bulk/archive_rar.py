"""What the headers of a rar archive (version 5) say of its files, which libarchive does not hold them to.

libarchive 3.6 gives a stored file whose bytes were changed as if it were whole, and the noise of an encrypted
one as its content. So checksum, length and encryption are read here, after the published format.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import BinaryIO

from bulk.archive_entries import Entry
from errors import ConversionError, PasswordNeeded, UnreadableFile

MARK = b"Rar!\x1a\x07\x01\0"
_MOST_HEADER = 2 << 20  # bytes, by the format
_MOST = 1_000_000  # files; no archive is read further
_FILE, _END = 2, 5
_HAS_EXTRA, _HAS_DATA, _IS_SPLIT = 0x1, 0x2, 0x8 | 0x10
_HAS_TIME, _HAS_CRC, _HAS_NO_SIZE = 0x2, 0x4, 0x8
_ENCRYPTION = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What a header says of a file; `size` is its length in bytes, None where it is not told."""

    size: int | None
    crc: int | None
    is_encrypted: bool
    is_split: bool


def checked(entries: Iterator[Entry], file: BinaryIO) -> Iterator[Entry]:
    """Yield the entries of a rar archive, each to fail if it is not what its header says.

    Raises UnreadableFile at the end if there were headers of more.
    """
    # All of them first: another process may be at the same place in the file while its entries are read.
    told = iter(list(islice(_headers(file), _MOST)))
    file.seek(0)
    for entry in entries:
        header = next(told, None)
        problem = _problem(header)
        if problem is not None or header is None:
            yield replace(entry, problem=entry.problem or problem)
        else:
            yield replace(entry, pieces=partial(_checked, entry, header))
    if left := len(list(told)):
        message = f"{left} of its files cannot be had, by their names or for damage; unpack it yourself"
        raise UnreadableFile(message)


def _problem(header: Told | None) -> ConversionError | None:
    if header is None:
        return UnreadableFile("the archive's headers do not tell of it; get the archive again")
    if header.is_encrypted:
        return PasswordNeeded("it is encrypted, which is not read in 7z and rar; unpack it yourself")
    if header.is_split:
        return UnreadableFile("a part of it is in another file of the archive; unpack them yourself")
    return None


def _checked(entry: Entry, told: Told) -> Iterator[bytes]:
    crc = size = 0
    for piece in entry.pieces():
        crc, size = zlib.crc32(piece, crc), size + len(piece)
        yield piece
    if told.crc not in (None, crc) or told.size not in (None, size):
        message = "it is damaged: its checksum is another; get the archive again from where it came from"
        raise UnreadableFile(message)


def _headers(file: BinaryIO) -> Iterator[Told]:
    """Yield what each file's header says, in their order; ends where the archive ends or is broken."""
    place, end = len(MARK), file.seek(0, 2)
    while place < end:
        file.seek(place)
        start = file.read(7)
        header = _Numbers(start[4:])
        try:
            size = header.number()
            if not 0 < size <= _MOST_HEADER:
                return
            file.seek(place + 4 + header.place)
            body = file.read(size)
            kind, told, length = _header(body)
        except (IndexError, struct.error):
            return
        if len(body) < size or kind == _END:
            return
        place += 4 + header.place + size + length
        if told is not None:
            yield told


def _header(body: bytes) -> tuple[int, Told | None, int]:
    """Return a header's kind, what it says if it is a file's, and the bytes of data after it."""
    numbers = _Numbers(body)
    kind, flags = numbers.number(), numbers.number()
    extra = numbers.number() if flags & _HAS_EXTRA else 0
    length = numbers.number() if flags & _HAS_DATA else 0
    if kind != _FILE:
        return kind, None, length
    about, size = numbers.number(), numbers.number()
    numbers.number()  # attributes
    numbers.place += 4 if about & _HAS_TIME else 0
    crc = None
    if about & _HAS_CRC:
        (crc,) = struct.unpack_from("<L", body, numbers.place)
    told = Told(
        size=None if about & _HAS_NO_SIZE else size,
        crc=crc,
        is_encrypted=_ENCRYPTION in _records(body[len(body) - extra :]),
        is_split=bool(flags & _IS_SPLIT),
    )
    return kind, told, length


def _records(extra: bytes) -> set[int]:
    """Return the kinds of the records in a header's extra area."""
    found, numbers = set(), _Numbers(extra)
    while numbers.place < len(extra):
        size = numbers.number()
        end = numbers.place + size
        found.add(numbers.number())
        numbers.place = end
    return found


class _Numbers:
    """Numbers of seven bits a byte, the lowest first; raises IndexError at the end, or for what is none."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.place = 0

    def number(self) -> int:
        """Return the next number, of ten bytes at most."""
        value = shift = 0
        while shift < 70:
            byte = self._data[self.place]
            self.place += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value
        raise IndexError
