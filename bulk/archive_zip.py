"""Zip archives: names in whatever encoding their program used, encryption told, overlaps refused."""

from __future__ import annotations

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import BinaryIO, cast

from bulk.archive_aes import METHOD, aes_pieces
from bulk.archive_entries import PIECE, Entry, Kind
from errors import ConversionError, PasswordNeeded, UnreadableFile

_UTF8 = 0x800  # the flag that says that a name is UTF-8
_ENCRYPTED = 0x1
_STRONG = 0x40  # encrypted by PKWARE's own ways
_UNICODE_PATH = 0x7075  # the extra field of Info-ZIP that holds a name in UTF-8
_LOCAL_HEADER = 30  # bytes in front of a member's name
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, struct.error, ValueError)
# One of these makes a zip a document of its own.
_DOCUMENTS = frozenset(
    {"word/document.xml", "xl/workbook.xml", "ppt/presentation.xml", "OFD.xml", "mimetype"}
)


def zip_entries(file: BinaryIO, password: str | None) -> Iterator[Entry] | None:
    """Return the entries of a zip archive, None if it is a document in a zip's clothes (.docx, .ofd).

    Raises UnreadableFile for a broken directory.
    """
    try:
        archive = _opened(file)
    except (*_BROKEN, NotImplementedError) as error:
        message = f"the archive is broken or cut off ({error}); get it again from where it came from"
        raise UnreadableFile(message) from error
    infos = archive.infolist()
    if not _DOCUMENTS.isdisjoint(info.filename for info in infos):
        return None
    return _entries(archive, infos, password)


def _entries(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], password: str | None) -> Iterator[Entry]:
    names = _names(infos)
    overlapping = _overlapping(infos)
    for info in infos:
        problem: ConversionError | None = None
        if id(info) in overlapping:
            problem = UnreadableFile("its bytes are shared with another file of the archive, as in a bomb")
        elif info.flag_bits & _ENCRYPTED and not password:
            problem = PasswordNeeded("it is encrypted; give the archive's password with --password")
        yield Entry(
            name=names[id(info)],
            kind=_kind(info, names[id(info)]),
            pieces=lambda info=info: _pieces(archive, info, password),  # type: ignore[misc]
            packed=info.compress_size,
            problem=problem,
        )


def _pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo, password: str | None) -> Iterator[bytes]:
    secret = password.encode() if password and info.flag_bits & _ENCRYPTED else None
    try:
        if secret and info.compress_type == METHOD:
            yield from aes_pieces(cast("BinaryIO", archive.fp), info, secret)
            return
        with archive.open(info, pwd=secret) as member:
            while piece := member.read(PIECE):
                yield piece
    except RuntimeError as error:
        if not isinstance(error, NotImplementedError):
            message = "the password does not open it; give the right one with --password"
            raise PasswordNeeded(message) from error
        if info.flag_bits & _STRONG:
            message = (
                "it is encrypted in a way that is not read (neither AES nor the old one); unpack it yourself"
            )
            raise PasswordNeeded(message) from error
        message = f"it is packed in a way that is not read ({error}); unpack it yourself and give the folder"
        raise UnreadableFile(message) from error
    except _BROKEN as error:
        if secret:  # one wrong password in 256 is taken at first, and gives noise
            message = "the password does not open it, or it is broken; give the right one with --password"
            raise PasswordNeeded(message) from error
        message = f"it is broken or cut off ({error}); get the archive again from where it came from"
        raise UnreadableFile(message) from error


def _opened(file: BinaryIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except UnicodeDecodeError:  # a name is said to be UTF-8 and is not: read them all as bytes
        file.seek(0)
        return zipfile.ZipFile(cast("BinaryIO", _Unflagged(file)))


class _Unflagged:
    """A zip file that says of no name that it is UTF-8, neither in its directory nor in front of a member."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek = file.seek
        self.tell = file.tell
        self.seekable = file.seekable

    def read(self, size: int = -1) -> bytes:
        data = bytearray(self._file.read(size))
        if size == _LOCAL_HEADER and data.startswith(b"PK\x03\x04"):
            _clear_flag(data, 6)
        place = 0
        while data[place : place + 4] == b"PK\x01\x02" and place + 46 <= len(data):
            _clear_flag(data, place + 8)
            place += 46 + sum(struct.unpack_from("<HHH", data, place + 28))
        return bytes(data)


def _clear_flag(data: bytearray, place: int) -> None:
    (flags,) = struct.unpack_from("<H", data, place)
    struct.pack_into("<H", data, place, flags & ~_UTF8)


def _names(infos: list[zipfile.ZipInfo]) -> Mapping[int, str]:
    """Return the name of each entry, by the entry's id.

    A name without the flag is UTF-8 if all of them are (macOS), else GB18030 (Windows in China): one program
    wrote them all. What is neither keeps its odd bytes as escapes.
    """
    stored = {id(info): info.orig_filename.encode("cp437") for info in infos if not info.flag_bits & _UTF8}
    encoding = "utf-8" if all(map(_is_utf8, stored.values())) else "gb18030"
    names = {}
    for info in infos:
        data = stored.get(id(info))
        if data is None:
            names[id(info)] = info.orig_filename
        else:
            names[id(info)] = _unicode_path(info, data) or _decoded(data, encoding)
    return names


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return data.decode("utf-8", "backslashreplace").replace("\\x", "%")


def _unicode_path(info: zipfile.ZipInfo, stored: bytes) -> str | None:
    """Return the UTF-8 name of the extra field, if it belongs to the stored one."""
    place, extra = 0, info.extra
    while place + 4 <= len(extra):
        field, size = struct.unpack_from("<HH", extra, place)
        value = extra[place + 4 : place + 4 + size]
        if field == _UNICODE_PATH and value[1:5] == struct.pack("<L", zlib.crc32(stored)):
            return value[5:].decode() if _is_utf8(value[5:]) else None
        place += 4 + size
    return None


def _kind(info: zipfile.ZipInfo, name: str) -> Kind:
    mode = info.external_attr >> 16 if info.create_system == 3 else 0  # 3: the attributes are Unix's
    if stat.S_ISLNK(mode):
        return "link"
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "device"
    return "folder" if name.endswith(("/", "\\")) else "file"


def _overlapping(infos: list[zipfile.ZipInfo]) -> set[int]:
    """Return the ids of entries whose bytes reach into the next entry's, or are the same."""
    ordered = sorted(infos, key=lambda info: info.header_offset)
    found = set()
    for one, other in pairwise(ordered):
        name = one.orig_filename.encode("utf-8" if one.flag_bits & _UTF8 else "cp437")
        end = one.header_offset + _LOCAL_HEADER + len(name) + one.compress_size
        if end > other.header_offset:
            found |= {id(one)} if one.header_offset < other.header_offset else {id(one), id(other)}
    return found
