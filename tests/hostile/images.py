"""Pictures that claim to be large, or are no ordinary ones."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO

from PIL import Image

from tests.hostile.hostile import DOUBTED, NOTHING, REFUSED, SLOW, Hostile
from tests.hostile.originals import picture

# Read, they hold no report; recognising what looks like text may take its time on a busy machine.
_EMPTY = NOTHING | DOUBTED | SLOW | {"input.unsupported"}


def files() -> Iterator[Hostile]:
    """Yield every hostile picture."""
    for name, (build, allowed) in _FILES.items():
        yield Hostile(name=name, data=build(), allowed=allowed)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _png(width: int, height: int, *, depth: int = 8, rows: bytes = b"", more: bytes = b"") -> bytes:
    """Return a grey PNG that claims a size, whatever its rows hold."""
    head = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    data = _chunk(b"IHDR", head) + more + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + data


def _saved(image: Image.Image, ending: str, **options: object) -> bytes:
    target = BytesIO()
    image.save(target, ending, **options)
    return target.getvalue()


def _blank(mode: str, size: tuple[int, int] = (200, 100), colour: object = 0) -> Image.Image:
    return Image.new(mode, size, colour)  # type: ignore[arg-type]  # a colour is what the mode takes


def _text_bomb() -> bytes:
    text = _chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * (64 << 20), 9))
    return _png(8, 8, rows=b"\0" * 72, more=text)


def _turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return _saved(_blank("RGB"), "jpeg", exif=exif)


def _exif_junk() -> bytes:
    return _saved(_blank("RGB"), "jpeg", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff" * 500)


def _frames(ending: str) -> bytes:
    frames = [_blank("L", (40, 40), shade) for shade in range(0, 240, 2)]
    return _saved(frames[0], ending, save_all=True, append_images=frames[1:])


def _pages_in_a_circle() -> bytes:
    """Return a TIFF whose first page says that it is also the next."""
    data = bytearray(_saved(_blank("L"), "tiff"))
    first = struct.unpack("<I", data[4:8])[0]
    count = struct.unpack("<H", data[first : first + 2])[0]
    data[first + 2 + 12 * count : first + 6 + 12 * count] = struct.pack("<I", first)
    return bytes(data)


def _tiff_claims(size: int) -> bytes:
    tags = (
        (256, size),
        (257, size),
        (258, 8),
        (259, 1),
        (262, 1),
        (273, 8),
        (277, 1),
        (278, size),
        (279, 2**31 - 1),
    )
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + entries + bytes(4)


def _bmp_claims(width: int, height: int) -> bytes:
    return (
        b"BM"
        + struct.pack("<IIIIiiHHIIiiII", 58, 0, 54, 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
        + bytes(4)
    )


def _gif_claims() -> bytes:
    return b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\xff\xff\xff\xff\0\x02\x02D\x01\0;"


_FILES: dict[str, tuple[Callable[[], bytes], frozenset[str]]] = {
    "claims-100000-by-100000.png": (lambda: _png(100_000, 100_000, rows=bytes(1000)), REFUSED | SLOW),
    "claims-20000-and-has-them.png": (
        lambda: _png(20_000, 20_000, depth=1, rows=bytes(2501 * 20_000)),
        _EMPTY,
    ),
    "claims-nothing.png": (lambda: _png(0, 0), REFUSED),
    "claims-the-most.png": (lambda: _png(2**31 - 1, 2**31 - 1), REFUSED),
    "one-pixel.png": (lambda: _png(1, 1, rows=b"\0\0"), _EMPTY),
    "one-line.png": (lambda: _png(60_000, 1, rows=bytes(60_001)), _EMPTY),
    "one-column.png": (lambda: _png(1, 60_000, rows=bytes(120_000)), _EMPTY),
    "rows-missing.png": (lambda: _png(500, 500, rows=bytes(600)), _EMPTY),
    "text-bomb.png": (_text_bomb, _EMPTY),
    "flipped.png": (lambda: picture("png")[:100] + b"\xff\xff\xff" + picture("png")[103:], _EMPTY),
    "cut.png": (lambda: picture("png")[:150], _EMPTY),
    "16-bit.png": (lambda: _saved(_blank("I;16", colour=40_000), "png"), _EMPTY),
    "palette-alpha.png": (lambda: _saved(_blank("P", colour=1), "png", transparency=b"\0\x80"), _EMPTY),
    "grey-alpha.png": (lambda: _saved(_blank("LA", colour=(9, 0)), "png"), _EMPTY),
    "one-bit.png": (lambda: _saved(_blank("1"), "png"), _EMPTY),
    "black-3000.png": (lambda: _saved(_blank("L", (3000, 3000)), "png"), _EMPTY),
    "four-colours.jpg": (lambda: _saved(_blank("CMYK", colour=(9, 9, 9, 9)), "jpeg"), _EMPTY),
    "turned.jpg": (_turned, _EMPTY),
    "exif-junk.jpg": (_exif_junk, _EMPTY),
    "cut.jpg": (lambda: picture("jpeg")[:900], _EMPTY),
    "nothing-but-a-mark.jpg": (lambda: b"\xff\xd8\xff\xe0", REFUSED),
    "named-otherwise.jpg": (lambda: picture("png"), _EMPTY),
    "frames.gif": (lambda: _frames("gif"), _EMPTY),
    "claims-65535.gif": (_gif_claims, _EMPTY),
    "frames.tif": (lambda: _frames("tiff"), _EMPTY),
    "frames.webp": (lambda: _frames("webp"), _EMPTY),
    "pages-in-a-circle.tif": (_pages_in_a_circle, _EMPTY),
    "claims-60000.tif": (lambda: _tiff_claims(60_000), REFUSED | SLOW),
    "nothing-but-a-mark.tif": (lambda: b"II*\0\xff\xff\xff\xff", REFUSED),
    "real-numbers.tif": (lambda: _saved(_blank("F", colour=float("nan")), "tiff"), _EMPTY),
    "claims-60000.bmp": (lambda: _bmp_claims(60_000, -60_000), REFUSED | SLOW),
    "cut.webp": (lambda: picture("webp")[:60], _EMPTY),
}
