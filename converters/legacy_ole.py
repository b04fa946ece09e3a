"""Whether a Word 97-2003 file is whole and open: as much of its compound file as tells that, and no more.

The format is Microsoft's [MS-CFB] and, for the first bytes of the text stream, [MS-DOC] 2.5.1.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from errors import PasswordNeeded, UnreadableFile

_HEADER_ENTRIES = 109  # of the table of tables, in the header itself
_ENTRY = 128  # bytes of a directory entry
_LARGEST_SECTOR = 0xFFFFFFFA
_STREAM, _ROOT = 2, 5
_SMALL = 4096  # streams below this are kept elsewhere; Word pads its text stream to more
_WORD_97 = 0xA5EC
_ENCRYPTED = 0x0100

_CUT_OFF = "the file is not whole, its end is missing: get it again from where it came"
_DAMAGED = "the file is damaged: get it again from where it came, or save it as .docx in Word or WPS"


def refuse_unfit(data: bytes, name: str) -> None:
    """Raise UnreadableFile for a file cut off, damaged or of Word 95, PasswordNeeded for an encrypted one."""
    try:
        first = _first_bytes(data)
    except _CutOff as error:
        message = f"{name}: {_CUT_OFF}"
        raise UnreadableFile(message) from error
    except (struct.error, ValueError, IndexError) as error:
        message = f"{name}: {_DAMAGED}"
        raise UnreadableFile(message) from error
    magic, flags = struct.unpack_from("<H8xH", first)
    if magic != _WORD_97:
        message = (
            f"{name}: written by Word 95 or before, or damaged; open it in Word or WPS, save it as .docx"
        )
        raise UnreadableFile(message)
    if flags & _ENCRYPTED:
        message = f"{name}: encrypted with a password; save a copy without one"
        raise PasswordNeeded(message)


class _CutOff(Exception):
    """A sector that is in use lies behind the file's end."""


def _first_bytes(data: bytes) -> bytes:
    """Return the beginning of the stream that holds a document's text."""
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in (9, 12):
        message = f"sectors of 2^{shift} bytes"
        raise ValueError(message)
    size = 1 << shift
    table = _table(data, size)
    found = None
    left = 2 * len(table)  # sectors to look at: streams share none
    for title, kind, start, count in _entries(data, size, table):
        if kind not in (_STREAM, _ROOT) or count < _SMALL:
            continue
        for sector in _chain(table, start):
            left -= 1
            if left < 0:
                message = "streams that run in a circle"
                raise ValueError(message)
            if (sector + 1) * size >= len(data):
                raise _CutOff
        if title == "WordDocument" and kind == _STREAM:
            found = data[(start + 1) * size :][:64]
    if found is None:
        message = "no text stream"
        raise ValueError(message)
    return found


def _entries(data: bytes, size: int, table: list[int]) -> Iterator[tuple[str, int, int, int]]:
    """Yield title, kind, first sector and number of bytes of everything in the directory."""
    (start,) = struct.unpack_from("<I", data, 48)
    for sector in _chain(table, start):
        for at in range((sector + 1) * size, (sector + 2) * size, _ENTRY):
            length, kind = struct.unpack_from("<HB", data, at + 64)
            title = data[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")
            yield title, kind, *struct.unpack_from("<II", data, at + 116)


def _table(data: bytes, size: int) -> list[int]:
    """Return the sector that follows each sector."""
    entries = size // 4
    places = list(struct.unpack_from(f"<{_HEADER_ENTRIES}I", data, 76))
    (sector, count) = struct.unpack_from("<II", data, 68)
    for _ in range(min(count, len(data) // size)):
        if sector >= _LARGEST_SECTOR:
            break
        *more, sector = _sector(data, sector, size)
        places += more
    table: list[int] = []
    for place in places:
        if place < _LARGEST_SECTOR and len(table) <= len(data) // size + entries:
            table += _sector(data, place, size)
    return table


def _sector(data: bytes, number: int, size: int) -> tuple[int, ...]:
    at = (number + 1) * size
    if at + size > len(data):
        raise _CutOff
    return struct.unpack_from(f"<{size // 4}I", data, at)


def _chain(table: list[int], sector: int) -> Iterator[int]:
    """Yield the sectors of a stream, in order; one that runs in a circle ends."""
    for _ in table:
        if sector >= _LARGEST_SECTOR:
            return
        yield sector
        sector = table[sector]
