"""Archives as bytes, built by code: with names no program of ours would write, encrypted, or as rar."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Mapping

_CHECK = b"\0" * 11


def zipped(files: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def zipped_raw(files: Mapping[bytes, bytes], flags: int = 0) -> bytes:
    """Zip under names of any bytes, which say of themselves what `flags` says."""
    places = {f"{number:x<{len(name)}}": name for number, name in enumerate(files)}
    data = zipped(dict(zip(places, files.values(), strict=True)), zipfile.ZIP_STORED)
    for placeholder, name in places.items():
        data = data.replace(placeholder.encode(), name)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for part in data.split(mark)[1:]:
            begin = data.index(mark + part[:26]) + place
            data = data[:begin] + struct.pack("<H", flags) + data[begin + 2 :]
    return data


def zipped_encrypted(name: str, content: bytes, password: bytes) -> bytes:
    """Zip one stored file under the traditional encryption."""
    plain = _CHECK + struct.pack("<L", zlib.crc32(content))[3:] + content
    data = zipped({name: bytes(len(plain))}, zipfile.ZIP_STORED)
    data = data.replace(bytes(len(plain)), _encrypted(plain, password))
    data = data.replace(
        struct.pack("<L", zlib.crc32(bytes(len(plain)))), struct.pack("<L", zlib.crc32(content))
    )
    sizes = struct.pack("<LL", len(plain), len(plain))
    data = data.replace(sizes, struct.pack("<LL", len(plain), len(content)))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        begin = data.index(mark) + place
        data = data[:begin] + struct.pack("<H", 1) + data[begin + 2 :]
    return data


def _encrypted(plain: bytes, password: bytes) -> bytes:
    keys = [0x12345678, 0x23456789, 0x34567890]

    def turn(byte: int) -> None:
        keys[0] = ~zlib.crc32(bytes([byte]), ~keys[0] & 0xFFFFFFFF) & 0xFFFFFFFF
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = ~zlib.crc32(bytes([keys[1] >> 24]), ~keys[2] & 0xFFFFFFFF) & 0xFFFFFFFF

    for byte in password:
        turn(byte)
    coded = bytearray()
    for byte in plain:
        pair = (keys[2] | 2) & 0xFFFF
        coded.append(byte ^ (pair * (pair ^ 1) >> 8 & 0xFF))
        turn(byte)
    return bytes(coded)


def tarred(files: Mapping[str, bytes], packing: str = "") -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode=f"w:{packing}") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return target.getvalue()


def rarred(files: Mapping[str, bytes]) -> bytes:
    """Rar (version 5) files as they are, without compression."""
    blocks = [_block(1, 0, _number(0))]
    for name, data in files.items():
        encoded = name.encode()
        about = _number(len(data)) + _number(4) + _number(len(data)) + _number(0o100644)
        about += (
            struct.pack("<L", zlib.crc32(data)) + _number(0) + _number(1) + _number(len(encoded)) + encoded
        )
        blocks.append(_block(2, 2, about) + data)
    return b"Rar!\x1a\x07\x01\0" + b"".join(blocks) + _block(5, 0, _number(0))


def _block(kind: int, flags: int, about: bytes) -> bytes:
    head = _number(kind) + _number(flags) + about
    head = _number(len(head)) + head
    return struct.pack("<L", zlib.crc32(head)) + head


def _number(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
