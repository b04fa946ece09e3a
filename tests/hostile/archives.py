"""Archives that lead outside, blow up, lie about what they hold, or hold themselves."""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO

from tests.hostile.hostile import NOTHING, REFUSED, SLOW, Hostile
from tests.hostile.originals import tarred, zipped

_TEXT = "一、总体情况\n".encode()
OUTSIDE = "/var/tmp/gouji-slipped.txt"  # a place that anybody may write to; nothing must ever stand there
# A refused member or archive; members without fault come out as whatever they are.
_ANY = REFUSED | NOTHING | {"input.password", "input.missing_program", "input.refused"}


def files() -> Iterator[Hostile]:
    """Yield every hostile archive."""
    for name, (build, allowed) in _FILES.items():
        yield Hostile(name=name, data=build(), allowed=allowed)


def _zeros(mebibytes: int) -> bytes:
    """Return a raw deflate stream of zeros: one packed mebibyte, repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    one = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return one * mebibytes + packer.flush()


def _sum_of_zeros(mebibytes: int) -> int:
    total, one = 0, bytes(1 << 20)
    for _ in range(mebibytes):
        total = zlib.crc32(one, total)
    return total


def _entry(
    name: bytes, packed: bytes, *, size: int, total: int, method: int = 8, flags: int = 0x800
) -> tuple[bytes, bytes]:
    """Return the local part and the directory part (without its offset) of a zip's member."""
    fields = struct.pack("<HHHHHIIIHH", 20, flags, method, 0, 0x21, total, len(packed), size, len(name), 0)
    return b"PK\x03\x04" + fields + name + packed, b"PK\x01\x02\x14\0" + fields + bytes(10)


def _joined(entries: list[tuple[bytes, bytes]], names: list[bytes], comment: bytes = b"") -> bytes:
    data, directory = b"", b""
    for (local, central), name in zip(entries, names, strict=True):
        directory += central + struct.pack("<I", len(data)) + name
        data += local
    count = len(entries)
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(data), len(comment))
    return data + directory + b"PK\x05\x06" + end + comment


def _one(name: bytes, packed: bytes, **fields: int) -> bytes:
    return _joined([_entry(name, packed, **fields)], [name])  # type: ignore[arg-type]  # size, total, method, flags


def _bomb(mebibytes: int, claimed: int | None = None) -> bytes:
    size = mebibytes << 20 if claimed is None else claimed
    return _one(b"zeros.txt", _zeros(mebibytes), size=size, total=_sum_of_zeros(mebibytes))


def _nested(depth: int, fan: int = 1) -> bytes:
    data = zipped({"a.txt": _TEXT})
    for _ in range(depth):
        data = zipped({f"{number}.zip": data for number in range(fan)})
    return data


def _overlapping(count: int) -> bytes:
    """Return a zip whose members all have the same bytes for their own."""
    data = _bomb(8)
    end = data.rindex(b"PK\x05\x06")
    size, start = struct.unpack("<II", data[end + 12 : end + 20])
    entry = data[start : start + size]
    entries = b"".join(entry.replace(b"zeros", b"z%04d" % number) for number in range(count))
    tail = struct.pack("<HHHHIIH", 0, 0, count, count, len(entries), start, 0)
    return data[:start] + entries + b"PK\x05\x06" + tail


def _around_itself() -> bytes:
    """Return a zip with a stored member that is the zip's own beginning, its directory included."""
    inner = zipped({"a.txt": _TEXT})
    whole = zipped({"b.zip": inner}, zipfile.ZIP_STORED)
    data = bytearray(whole)
    place = data.rindex(b"PK\x01\x02", 0, data.rindex(b"b.zip"))
    data[place + 20 : place + 28] = struct.pack("<II", len(whole) - 35, len(whole) - 35)
    return bytes(data)


def _names(*names: str) -> bytes:
    return zipped({name: _TEXT + name.encode("utf-8", "replace") for name in names})


def _bytes_of_names(*names: bytes) -> bytes:
    """Return a zip with names that are not said to be UTF-8."""
    entries = [
        _entry(name, _TEXT, size=len(_TEXT), total=zlib.crc32(_TEXT), method=0, flags=0) for name in names
    ]
    return _joined(entries, list(names))


def _twice() -> bytes:
    packed = [b"1", b"2"]
    entries = [_entry(b"a.txt", one, size=1, total=zlib.crc32(one), method=0) for one in packed]
    return _joined(entries, [b"a.txt", b"a.txt"])


def _file_and_folder() -> bytes:
    return _bytes_of_names(b"a.txt", b"a.txt/b.txt", b"a.txt.json/c.txt", b"a.txt.evidence")


def _many() -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(20_000):
            archive.writestr(zipfile.ZipInfo(f"{number}.bin"), b"")
    return target.getvalue()


def _flagged(flags: int) -> bytes:
    return _one(b"a.txt", b"x" * 24, size=12, total=1, method=0, flags=flags)


def _wrong_sum() -> bytes:
    return _one(b"a.txt", _TEXT, size=len(_TEXT), total=12345, method=0)


def _tar(*members: tarfile.TarInfo, packing: str = "") -> bytes:
    target = BytesIO()
    with tarfile.open(fileobj=target, mode=f"w:{packing}", format=tarfile.GNU_FORMAT) as archive:
        for member in members:
            archive.addfile(member, BytesIO(bytes(member.size)) if member.isreg() else None)
    return target.getvalue()


def _member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, link
    return member


def _tar_claims(size: bytes) -> bytes:
    """Return a tar whose one member claims a size, 12 bytes as they stand in the head."""
    head = bytearray(_tar(_member("a.txt"))[:512])
    head[124:136] = size
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head) + _TEXT.ljust(512, b"\0") + bytes(1024)


def _tar_sparse() -> bytes:
    """Return a tar in GNU's sparse form: 512 bytes that stand for eight gibibytes."""
    head = bytearray(_tar(_member("a.txt", tarfile.GNUTYPE_SPARSE))[:512])
    head[124:136] = b"%011o\0" % 512
    head[386:410] = b"%011o\0" % (2**33 - 512) + b"%011o\0" % 512
    head[483:495] = b"%011o\0" % (2**33 - 1)
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head) + bytes(512 + 1024)


def _tar_pax() -> bytes:
    """Return a tar with a record of names that claims more bytes than there are."""
    record = b"999999999 path=a.txt\n".ljust(512, b"\0")
    head = bytearray(_tar(_member("x", tarfile.XHDTYPE))[:512])
    head[124:136] = b"%011o\0" % 21
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head) + record + _tar(_member("a.txt"))


def _gz_of_gz(depth: int) -> bytes:
    data = _TEXT
    for _ in range(depth):
        data = gzip.compress(data, mtime=0)
    return data


def _gz_named(name: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packer.compress(_TEXT) + packer.flush()
    tail = struct.pack("<II", zlib.crc32(_TEXT), len(_TEXT))
    return b"\x1f\x8b\x08\x08\0\0\0\0\0\x03" + name + b"\0" + body + tail


def _gz_bomb(mebibytes: int) -> bytes:
    tail = struct.pack("<II", _sum_of_zeros(mebibytes), mebibytes << 20)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + _zeros(mebibytes) + tail


def _tar_bomb(mebibytes: int, pack: Callable[[bytes], bytes]) -> bytes:
    member = _member("zeros.txt")
    member.size = mebibytes << 20
    return pack(_tar(member))


def _seven(rest: bytes) -> bytes:
    return b"7z\xbc\xaf\x27\x1c\0\x04" + rest


_SLIPS = (
    "../../slipped.txt",
    "a/../../../slipped.txt",
    "..\\..\\slipped.txt",
    OUTSIDE,
    "C:\\slipped.txt",
    "./a.txt",
)
_FILES: dict[str, tuple[Callable[[], bytes], frozenset[str]]] = {
    "slip.zip": (lambda: _names(*_SLIPS), _ANY),
    "slip.tar": (lambda: tarred(dict.fromkeys(_SLIPS, _TEXT)), _ANY),
    "odd-names.zip": (
        lambda: _names("", "/", ".", "..", "a//b.txt", "con.txt", "a\n\x1b[2Jb.txt", " .txt "),
        _ANY,
    ),
    "long-names.zip": (
        lambda: _names("长" * 21_000 + ".txt", "/".join("d" * 2_000) + "/a.txt"),
        _ANY | {"output.not_written", "output.exists"},
    ),
    "gbk-names.zip": (lambda: _bytes_of_names("某县/年度报告.txt".encode("gbk")), _ANY),
    "no-names.zip": (lambda: _bytes_of_names(b"\xff\xfe\x81.txt", b"\0\0.txt", b"a\0b.txt"), _ANY),
    "one-name-twice.zip": (_twice, _ANY | {"output.exists"}),
    "names-by-case.zip": (lambda: _names("a.txt", "A.txt", "Ａ.txt"), _ANY | {"output.exists"}),
    "file-and-folder.zip": (_file_and_folder, _ANY | {"output.exists"}),
    "leftovers.zip": (lambda: _names("__MACOSX/._a.txt", "Thumbs.db", "~$a.docx"), _ANY),
    "many.zip": (_many, _ANY | SLOW),
    "bomb.zip": (lambda: _bomb(300), _ANY | SLOW),
    "bomb-claims-little.zip": (lambda: _bomb(300, 1000), _ANY | SLOW),
    "bomb-claims-4-gib.zip": (lambda: _bomb(1, 0xFFFFFFFE), _ANY),
    "bomb-in-layers.zip": (
        lambda: zipped({"a.zip": _bomb(64), "b.zip": zipped({"c.zip": _bomb(64)})}),
        _ANY | SLOW,
    ),
    "overlapping.zip": (lambda: _overlapping(500), _ANY | SLOW),
    "around-itself.zip": (_around_itself, _ANY),
    "depth-40.zip": (lambda: _nested(40), _ANY),
    "depth-4-by-10.zip": (lambda: _nested(4, 10), _ANY | SLOW),
    "encrypted.zip": (lambda: _flagged(1), _ANY),
    "encrypted-strongly.zip": (lambda: _flagged(0x41), _ANY),
    "wrong-sum.zip": (_wrong_sum, _ANY),
    "unknown-packing.zip": (lambda: _one(b"a.txt", b"x", size=1, total=0, method=97), _ANY),
    "cut.zip": (lambda: zipped({"a.txt": _TEXT * 99})[:-30], _ANY),
    "nothing.zip": (lambda: b"PK\x05\x06" + bytes(18), _ANY),
    "end-in-comment.zip": (lambda: zipped({"a.txt": _TEXT})[:-2] + b"\x16\0PK\x05\x06" + bytes(18), _ANY),
    "behind-a-program.zip": (lambda: b"MZ" + bytes(4000) + zipped({"a.txt": _TEXT}), _ANY),
    "links.tar": (
        lambda: _tar(
            _member("a", tarfile.SYMTYPE, "/etc"),
            _member("a/passwd.txt"),
            _member("b.txt", tarfile.SYMTYPE, "../../../../etc/passwd"),
            _member("c.txt", tarfile.LNKTYPE, "/etc/passwd"),
            _member("d.txt", tarfile.LNKTYPE, "d.txt"),
        ),
        _ANY,
    ),
    "devices.tar": (
        lambda: _tar(
            _member("a.txt", tarfile.CHRTYPE),
            _member("b.txt", tarfile.BLKTYPE),
            _member("c.txt", tarfile.FIFOTYPE),
        ),
        _ANY,
    ),
    "unknown-kind.tar": (lambda: _tar(_member("a.txt", b"Z"), _member("b.txt", tarfile.CONTTYPE)), _ANY),
    "claims-8-gib.tar": (lambda: _tar_claims(b"77777777777\0"), _ANY),
    "claims-less-than-none.tar": (lambda: _tar_claims(b"\xff" * 12), _ANY),
    "sparse.tar": (_tar_sparse, _ANY | SLOW),
    "records.tar": (_tar_pax, _ANY),
    "cut.tar": (lambda: tarred({"a.txt": _TEXT * 99})[:700], _ANY),
    "bomb.tar.gz": (lambda: _tar_bomb(64, lambda data: gzip.compress(data, mtime=0)), _ANY | SLOW),
    "bomb.tar.bz2": (lambda: _tar_bomb(48, bz2.compress), _ANY | SLOW),
    "bomb.tar.xz": (lambda: _tar_bomb(64, lambda data: lzma.compress(data, preset=0)), _ANY | SLOW),
    "bomb.gz": (lambda: _gz_bomb(300), _ANY | SLOW),
    "gz-of-gz.gz": (lambda: _gz_of_gz(60), _ANY),
    "slip.gz": (lambda: _gz_named(b"../../slipped.txt"), _ANY),
    "cut.gz": (lambda: _gz_of_gz(1)[:-9], _ANY),
    "wrong-sum.bz2": (lambda: bz2.compress(_TEXT)[:-6] + bytes(6), _ANY),
    "huge-window.xz": (lambda: lzma.compress(_TEXT)[:12] + b"\x02\0!\x01\x28\0\0\0" + bytes(40), _ANY),
    "junk.7z": (lambda: _seven(b"\xff" * 200), _ANY),
    "claims-much.7z": (lambda: _seven(struct.pack("<IQQI", 0, 2**62, 2**62, 0)), _ANY),
    "junk.rar": (lambda: b"Rar!\x1a\x07\x01\0" + b"\xff" * 200, _ANY),
    "old-junk.rar": (lambda: b"Rar!\x1a\x07\0" + b"\xff" * 200, _ANY),
}
