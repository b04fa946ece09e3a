"""Archives as bytes, built by code: with names no program of ours would write, encrypted, or as rar."""

from __future__ import annotations

import hmac
import io
import os
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Collection, Mapping
from hashlib import pbkdf2_hmac

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

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


def zipped_aes(name: str, content: bytes, password: bytes, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Zip one file under AES-256 (AE-2), as WinZip and 7-Zip do."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush() if packing == zipfile.ZIP_DEFLATED else content
    salt = bytes(range(16))
    keys = pbkdf2_hmac("sha1", password, salt, 1000, 66)
    encryptor = Cipher(algorithms.AES(keys[:32]), modes.ECB()).encryptor()
    blocks = range(1, len(packed) // 16 + 2)
    stream = b"".join(encryptor.update(block.to_bytes(16, "little")) for block in blocks)
    coded = bytes(one ^ other for one, other in zip(packed, stream, strict=False))
    data = salt + keys[64:] + coded + hmac.new(keys[32:64], coded, "sha1").digest()[:10]
    extra = struct.pack("<HHH2sBH", 0x9901, 7, 2, b"AE", 3, packing)
    stored = name.encode()
    common = struct.pack("<HHHHHLLLHH", 51, 1, 99, 0, 33, 0, len(data), len(content), len(stored), len(extra))
    local = b"PK\x03\x04" + common + stored + extra + data
    listed = (
        b"PK\x01\x02" + struct.pack("<H", 51) + common + struct.pack("<HHHLL", 0, 0, 0, 0, 0) + stored + extra
    )
    return local + listed + b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 1, 1, len(listed), len(local), 0)


def rarred(files: Mapping[str, bytes], *, locked: Collection[str] = (), is_all_locked: bool = False) -> bytes:
    """Rar (version 5) files as they are, without compression; those that are locked hold noise.

    With `is_all_locked` the names are encrypted too.
    """
    key = b"\x0f" + b"s" * 16  # how often the password is hashed, and the salt
    if is_all_locked:
        return b"Rar!\x1a\x07\x01\0" + _block(4, 0, _number(0) + _number(0) + key) + b"noise" * 100
    blocks = [_block(1, 0, _number(0))]
    for name, data in files.items():
        encoded = os.fsencode(name)
        size = -(-len(data) // 16) * 16 if name in locked else len(data)
        record = _number(1) + _number(0) + _number(0) + key + b"i" * 16
        extra = _number(len(record)) + record if name in locked else b""
        about = (_number(len(extra)) if extra else b"") + _number(size) + _number(4) + _number(len(data))
        about += _number(0o100644) + struct.pack("<L", zlib.crc32(data))
        about += _number(0) + _number(1) + _number(len(encoded)) + encoded + extra
        content = b"?" * size if name in locked else data
        blocks.append(_block(2, 3 if extra else 2, about) + content)
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
