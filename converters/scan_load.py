"""An image's bytes -> the pictures of its pages, one at a time, within limits.

What a file declares is judged before anything is decoded: size, number of pages, kind. Whatever the colours,
the bits and the turn noted by a camera, what comes out is 8-bit red, green and blue on white, as a person
sees it.
"""

from __future__ import annotations

import math
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from errors import LimitExceeded, UnreadableFile

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

Colour = NDArray[np.uint8]  # height x width x 3: red, green, blue

# A3 at 600 dpi has 70 million pixels; decoding one with 80 million takes 330 MB.
MOST_PIXELS = 80_000_000
# A page takes about a second; reports have 3 to 30 pages.
MOST_PAGES = 300
# Pages are worked on at this many pixels a point (72 of them are an inch): at 200 to 240 dpi. Less is
# enlarged, so that the thinnest rulings have a pixel; more is shrunk, because it tells hardly more and costs
# time.
FINEST, COARSEST = 240 / 72, 200 / 72
MOST_WORKED_ON = 12_000_000  # pixels: A4 at 300 dpi has 8.7 million, A3 at 200 dpi 7.7
# What a page measures, in points: from A6 to A3 along its longer side. A resolution that says otherwise is a
# default that some program wrote; the page is taken to be A4 then.
SHORTEST, LONGEST = 380.0, 1400.0
A4 = 842.0

SMALLEST = 200  # pixels along the longer side of a page: 17 an inch of A4

_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF")
_DEEP = ("I", "F", "I;16", "I;16L", "I;16B", "I;16N")
# What Pillow lets out for damaged files, whatever their format.
_DAMAGE = (
    OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, AttributeError, EOFError,
    OverflowError, ArithmeticError, struct.error, zlib.error, RuntimeError, AssertionError,
)  # fmt: skip
_REDUCED, _MASK = 1, 4  # bits of a TIFF page's kind: a smaller copy, a mask of another page
_KIND_TAG, _TURN = 254, 274


@dataclass(frozen=True, kw_only=True, slots=True)
class Scan:
    """One page as scanned: its pixels, and how many of them make a point."""

    number: int
    pixels: Colour
    scale: float


def scans(data: bytes) -> Iterator[Scan]:
    """Yield the pages of an image, counted from 1, one at a time.

    Of animations the first picture is taken. Raises LimitExceeded for more pixels or pages than are read, and
    UnreadableFile for what cannot be decoded.
    """
    with _limits():
        image = _opened(data)
        number = 0
        for index in range(_page_count(image)):
            image.seek(index)
            if _is_copy(image):
                continue
            _refuse_large(image)
            number += 1
            yield _scan(image, number)
        if not number:
            message = "the image holds no page: get it again from where it came"
            raise UnreadableFile(message)


def at_working_size(pixels: Colour, number: int, points: float | None) -> Scan:
    """Return a page at the size it is worked on; `points` is what its longer side is said to be."""
    height, width = pixels.shape[:2]
    longer = max(height, width)
    if points is None or not SHORTEST <= points <= LONGEST:
        points = A4
    scale = longer / points
    finest = scale * math.sqrt(MOST_WORKED_ON / (height * width))
    wanted = min(max(scale, COARSEST), max(min(FINEST, finest), COARSEST))
    if longer < SMALLEST:
        wanted = scale  # an icon: there is nothing to read
    if not 0.99 < wanted / scale < 1.01:
        size = max(round(width * wanted / scale), 1), max(round(height * wanted / scale), 1)
        method = cv2.INTER_AREA if wanted < scale else cv2.INTER_CUBIC
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=method), dtype=np.uint8)
        scale = wanted
    return Scan(number=number, pixels=pixels, scale=scale)


@contextmanager
def _limits() -> Iterator[None]:
    """Turn what Pillow raises into our own errors; its warnings are about oddities that we judge."""
    from PIL import Image  # noqa: PLC0415  # loads its plugins

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Image.DecompressionBombError as error:
        raise LimitExceeded(_too_large(None)) from error
    except _DAMAGE as error:
        message = (
            f"the image is damaged and cannot be decoded{_reason(error)}: get it again from where it came"
        )
        raise UnreadableFile(message) from error


def _reason(error: Exception) -> str:
    """Return what Pillow says is wrong, in brackets; nothing when it only names its own objects."""
    reason = " ".join(str(error).split())[:80]
    return "" if not reason or "<" in reason else f" ({reason})"


def _opened(data: bytes) -> Picture:
    from PIL import Image  # noqa: PLC0415

    return Image.open(BytesIO(data), formats=_FORMATS)


def _page_count(image: Picture) -> int:
    """Return how many pages are read: those of a TIFF, else one."""
    count = int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1
    if count > MOST_PAGES:
        message = f"the image has {count:,} pages, more than {MOST_PAGES:,}: split it and convert the parts"
        raise LimitExceeded(message)
    return count


def _is_copy(image: Picture) -> bool:
    tags = getattr(image, "tag_v2", None)
    kind = tags.get(_KIND_TAG, 0) if tags is not None else 0
    return isinstance(kind, int) and bool(kind & (_REDUCED | _MASK))


def _refuse_large(image: Picture) -> None:
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise LimitExceeded(_too_large(image.size))


def _too_large(size: tuple[int, int] | None) -> str:
    shown = f"{size[0]:,} x {size[1]:,} pixels are" if size else "the image declares"
    return f"{shown} more than the {MOST_PIXELS // 1_000_000} million that are read: scan it at 300 dpi"


def _scan(image: Picture, number: int) -> Scan:
    """Return the page that an image stands at; what is far too fine is shrunk before its colours are made."""
    from PIL import ImageOps  # noqa: PLC0415

    dpi = _resolution(image)
    points = None if dpi is None else max(image.size) / dpi * 72
    finest = int(FINEST * A4 * 2)  # pixels along the longer side: twice what is needed
    if image.format in ("JPEG", "MPO"):
        image.draft(None, (finest, finest))  # a JPEG can be decoded at a half, a quarter or an eighth
    page = _shallow(image)
    if (times := max(page.size) // finest) > 1:
        page = page.reduce(times)
    page = _on_white(ImageOps.exif_transpose(page))
    return at_working_size(np.asarray(page, dtype=np.uint8), number, points)


def _resolution(image: Picture) -> float | None:
    """Return the pixels an inch that a file declares, None when it declares none."""
    declared = image.info.get("dpi")
    try:
        dpi = float(declared[0]) if isinstance(declared, tuple) else 0.0
    except (TypeError, ValueError, ArithmeticError):
        return None
    return dpi if math.isfinite(dpi) and dpi > 1.0 else None


def _shallow(image: Picture) -> Picture:
    """Return an image with 8 bits a colour that can be shrunk; palettes and bits are spelt out."""
    from PIL import Image  # noqa: PLC0415

    if image.mode in _DEEP:
        deep = np.nan_to_num(np.asarray(image, dtype=np.float32))
        most = float(deep.max(initial=0.0))
        # 12-bit data is kept in 16 bits; floating-point data runs to 1 or to 255
        full = next(level for level in (1.0, 255.0, 4095.0, 65535.0, max(most, 1.0)) if most <= level)
        page = Image.fromarray(np.clip(deep * (255.0 / full), 0, 255).astype(np.uint8))
        page.info, page.getexif()[_TURN] = dict(image.info), image.getexif().get(_TURN, 1)
        return page
    if image.mode in ("P", "PA"):
        return image.convert("RGBA" if "transparency" in image.info or image.mode == "PA" else "RGB")
    return image.convert("L") if image.mode == "1" else image


def _on_white(page: Picture) -> Picture:
    """Return a page as red, green and blue, on white paper where it is transparent."""
    from PIL import Image  # noqa: PLC0415

    if not page.has_transparency_data:
        return page.convert("RGB")
    page = page.convert("RGBA")
    paper = Image.new("RGB", page.size, "white")
    paper.paste(page, mask=page.getchannel("A"))
    return paper
