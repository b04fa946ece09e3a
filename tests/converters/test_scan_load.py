from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from converters import scan_load
from converters.scan_load import Scan, scans
from errors import LimitExceeded, UnreadableFile

WIDTH, HEIGHT = 300, 400


def page(level: int = 255) -> Image.Image:
    """White paper with a black block in its upper left corner."""
    pixels = np.full((HEIGHT, WIDTH), level, dtype=np.uint8)
    pixels[:100, :60] = 0
    return Image.fromarray(pixels)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def loaded(data: bytes) -> Scan:
    (scan,) = scans(data)
    return scan


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def shows_the_page(scan: Scan) -> bool:
    """Whether the block is black and stands in the upper left corner, on white."""
    height, width, _ = scan.pixels.shape
    black = scan.pixels[int(height * 0.05) : int(height * 0.2), int(width * 0.05) : int(width * 0.15)]
    white = scan.pixels[height // 2 :]
    return bool(black.max() < 60 and white.min() > 200)


DEEP = Image.fromarray((np.asarray(page(), dtype=np.uint16) * 257).astype(np.uint16))
TRANSPARENT = Image.merge("LA", (Image.new("L", page().size), page().point(lambda level: 255 - level)))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(encoded(page(), "PNG"), id="png"),
        pytest.param(encoded(page().convert("1"), "TIFF", compression="group4"), id="fax"),
        pytest.param(encoded(page().convert("RGB"), "JPEG"), id="jpeg"),
        pytest.param(encoded(page().convert("CMYK"), "JPEG"), id="cmyk"),
        pytest.param(encoded(page(), "BMP"), id="bmp"),
        pytest.param(encoded(page(), "WEBP"), id="webp"),
        pytest.param(encoded(DEEP, "PNG"), id="16 bit"),
        pytest.param(encoded(DEEP, "TIFF"), id="16 bit tiff"),
        pytest.param(encoded(TRANSPARENT, "PNG"), id="transparent"),
        pytest.param(
            encoded(page().quantize(2), "PNG", transparency=page().quantize(2).getpixel((200, 300))),
            id="palette with alpha",
        ),
        pytest.param(encoded(page(), "GIF", save_all=True, append_images=[page(90)]), id="animated"),
    ],
)
def test_it_shows_every_kind_of_image_as_black_on_white(data):
    assert shows_the_page(loaded(data))


def test_it_turns_what_a_camera_noted_as_turned():
    exif = Image.Exif()
    exif[274] = 6  # the camera was held sideways: a viewer turns the picture clockwise
    turned = page().transpose(Image.Transpose.ROTATE_90)
    assert shows_the_page(loaded(encoded(turned.convert("RGB"), "JPEG", exif=exif)))
    assert shows_the_page(loaded(encoded(turned, "PNG", exif=exif)))


def test_it_yields_the_pages_of_a_tiff_and_not_their_small_copies():
    pages = [page(), page(200), page(250)]
    data = encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    assert [scan.number for scan in scans(data)] == [1, 2, 3]
    copy = encoded(page(), "TIFF", tiffinfo={254: 1})
    with pytest.raises(UnreadableFile, match="no page"):
        list(scans(copy))


def test_a_page_is_as_large_as_it_says_if_that_is_possible():
    letter = Image.new("L", (1700, 2200), "white")
    assert loaded(encoded(letter, "PNG", dpi=(200, 200))).scale == pytest.approx(200 / 72, rel=0.01)
    a4 = Image.new("L", (1654, 2339), "white")
    assert loaded(encoded(a4, "PNG", dpi=(72, 72))).scale == pytest.approx(200 / 72, rel=0.01)


def test_coarse_pages_are_enlarged_and_fine_ones_shrunk():
    coarse = loaded(encoded(Image.new("L", (827, 1170), "white"), "PNG", dpi=(100, 100)))
    fine = loaded(encoded(Image.new("1", (4960, 7016), 1), "PNG", dpi=(600, 600)))
    assert coarse.scale == pytest.approx(200 / 72, rel=0.01)
    assert fine.scale == pytest.approx(240 / 72, rel=0.01)
    assert fine.pixels.size / 3 < scan_load.MOST_WORKED_ON


def test_it_refuses_too_many_pixels_before_decoding_any():
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"not decoded")
    with pytest.raises(LimitExceeded, match="million"):
        list(scans(bomb))
    with pytest.raises(LimitExceeded, match="12,000 x 9,000 pixels"):
        list(scans(encoded(Image.new("1", (12_000, 9_000)), "PNG")))


def test_it_refuses_too_many_pages(monkeypatch):
    monkeypatch.setattr(scan_load, "MOST_PAGES", 2)
    data = encoded(page(), "TIFF", save_all=True, append_images=[page(), page()])
    with pytest.raises(LimitExceeded, match="3 pages"):
        list(scans(data))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP"])
def test_a_file_cut_off_is_unreadable_in_one_line(kind):
    noise = np.random.default_rng(1).integers(0, 255, (200, 200), dtype=np.uint8)
    data = encoded(Image.fromarray(noise), kind)
    for length in (12, 60, len(data) // 2):
        with pytest.raises(UnreadableFile) as caught:
            list(scans(data[:length]))
        assert "\n" not in str(caught.value)
        assert "object at" not in str(caught.value)


def test_an_icon_stays_as_small_as_it_is():
    assert loaded(encoded(Image.new("L", (1, 1)), "PNG")).pixels.shape == (1, 1, 3)
