"""Members of a zip under the AES encryption of WinZip and 7-Zip, of which Python's zipfile knows nothing.

After the public description (AE-1 and AE-2): a salt and two bytes that tell a wrong password stand before the
packed bytes, ten bytes of their HMAC after them; keys come from PBKDF2, the counter is little-endian.
"""

from __future__ import annotations

import hmac
import struct
import zlib
from collections.abc import Callable, Iterator
from hashlib import pbkdf2_hmac
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipInfo

import numpy as np

from bulk.archive_entries import PIECE
from errors import PasswordNeeded, UnreadableFile

METHOD = (
    99  # what a zip's directory gives as the packing of such a member; the true one is in the extra field
)
_EXTRA = 0x9901
_SALTS = {1: 8, 2: 12, 3: 16}  # strength -> bytes of salt; the keys are twice as long
_VERIFIER, _SEAL = 2, 10
_ROUNDS = 1000
_LOCAL_HEADER = 30
_BLOCK = 16


def aes_pieces(file: BinaryIO, info: ZipInfo, password: bytes) -> Iterator[bytes]:
    """Yield what a member holds, in pieces; `file` is the whole zip, of which no other member may be open.

    Raises PasswordNeeded for a wrong password, UnreadableFile for what is broken or packed in another way.
    """
    strength, packing = _extra(info)
    file.seek(info.header_offset)
    header = file.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or not header.startswith(b"PK\x03\x04"):
        raise UnreadableFile(_BROKEN)
    file.seek(sum(struct.unpack_from("<HH", header, 26)), 1)
    head = file.read(_SALTS[strength] + _VERIFIER)
    left = info.compress_size - len(head) - _SEAL
    if left < 0:
        raise UnreadableFile(_BROKEN)
    salt, verifier = head[:-_VERIFIER], head[-_VERIFIER:]
    length = 2 * len(salt)
    keys = pbkdf2_hmac("sha1", password, salt, _ROUNDS, 2 * length + _VERIFIER)
    if keys[2 * length :] != verifier:
        message = "the password does not open it; give the right one with --password"
        raise PasswordNeeded(message)
    seal = hmac.new(keys[length : 2 * length], digestmod="sha1")
    decrypt, unpack = _decryption(keys[:length]), _unpacking(packing)
    while left:
        piece = file.read(min(PIECE, left))
        if not piece:
            raise UnreadableFile(_BROKEN)
        left -= len(piece)
        seal.update(piece)
        yield from unpack(decrypt(piece))
    if not hmac.compare_digest(seal.digest()[:_SEAL], file.read(_SEAL)):
        raise UnreadableFile(_BROKEN)


_BROKEN = "it is broken or cut off; get the archive again from where it came from"


def _extra(info: ZipInfo) -> tuple[int, int]:
    """Return the strength (1 to 3) and the packing of an encrypted member."""
    place, extra = 0, info.extra
    while place + 4 <= len(extra):
        field, size = struct.unpack_from("<HH", extra, place)
        if field == _EXTRA and size >= 7 and place + 11 <= len(extra):
            strength, packing = struct.unpack_from("<BH", extra, place + 8)
            if strength in _SALTS and packing in (ZIP_STORED, ZIP_DEFLATED):
                return strength, packing
        place += 4 + size
    message = "it is encrypted or packed in a way that is not read; unpack it yourself and give the folder"
    raise UnreadableFile(message)


def _decryption(key: bytes) -> Callable[[bytes], bytes]:
    """Return what decrypts the pieces of one member, in their order, all but the last of whole blocks."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415  # slow to load

    # Counter mode counts big-endian there, so the counters are encrypted one by one, which is the same.
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305  # see above
    done = 0

    def decrypt(piece: bytes) -> bytes:
        nonlocal done
        count = -(-len(piece) // _BLOCK)
        counters = np.zeros((count, 2), "<u8")
        counters[:, 0] = np.arange(done + 1, done + 1 + count, dtype="<u8")
        done += count
        stream = np.frombuffer(encryptor.update(counters.tobytes()), np.uint8)[: len(piece)]
        return (np.frombuffer(piece, np.uint8) ^ stream).tobytes()

    return decrypt


def _unpacking(packing: int) -> Callable[[bytes], Iterator[bytes]]:
    """Return what unpacks the pieces of one member; a bomb comes out in pieces too."""
    if packing == ZIP_STORED:
        return lambda piece: iter((piece,))
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)

    def unpack(piece: bytes) -> Iterator[bytes]:
        try:
            while data := unpacker.decompress(piece, PIECE):
                yield data
                piece = unpacker.unconsumed_tail
        except zlib.error as error:
            raise UnreadableFile(_BROKEN) from error

    return unpack
