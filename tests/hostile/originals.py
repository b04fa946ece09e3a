"""What gets damaged: the committed samples by kind, small pictures and small archives of them."""

from __future__ import annotations

import tarfile
import zipfile
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from tests.bulk.packing import rarred, zipped_aes

PASSWORD = "secret"  # of what is encrypted
SAMPLES = Path(__file__).parents[2] / "samples"
_KINDS = {".docx": "docx", ".html": "html", ".mht": "html", ".pdf": "pdf", ".txt": "text"}


@cache
def originals() -> dict[str, list[tuple[str, bytes]]]:
    """Return kind -> name and bytes of whole files, in the order of their names."""
    found: dict[str, list[tuple[str, bytes]]] = {}
    for path in sorted(SAMPLES.iterdir()):
        if path.suffix in _KINDS:
            found.setdefault(_KINDS[path.suffix], []).append((path.name, path.read_bytes()))
    found["image"] = [
        (f"picture.{ending}", picture(ending)) for ending in ("png", "jpeg", "tiff", "bmp", "webp")
    ]
    found["archive"] = [
        ("small.zip", zipped(dict(found["text"][:3]))),
        ("inner.zip", zipped({"inner.zip": zipped(dict(found["text"][:1])), "a.docx": found["docx"][0][1]})),
        ("small.tar", tarred(dict(found["text"][:3]), "")),
        ("small.tar.gz", tarred(dict(found["text"][:3]), "gz")),
        ("small.tar.xz", tarred(dict(found["text"][:2]), "xz")),
        ("small.rar", rarred(dict(found["text"][:3]), locked={found["text"][1][0]})),
        ("locked.zip", zipped_aes("a.txt", found["text"][0][1], PASSWORD.encode())),
    ]
    return found


def picture(ending: str) -> bytes:
    """Return a small picture of a ruled table with figures."""
    image = Image.new("L", (240, 120), 255)
    pen = ImageDraw.Draw(image)
    for step in range(5):
        pen.line((20 + 50 * step, 20, 20 + 50 * step, 100))
        pen.line((20, 20 + 20 * step, 220, 20 + 20 * step))
        pen.text((30 + 40 * step, 24), str(step))
    target = BytesIO()
    image.save(target, ending)
    return target.getvalue()


def zipped(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an ordinary zip of files."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, compress_type=compression)
    return target.getvalue()


def tarred(files: dict[str, bytes], packing: str = "") -> bytes:
    """Return an ordinary tar of files; `packing` is gz, bz2, xz or nothing."""
    target = BytesIO()
    with tarfile.open(fileobj=target, mode=f"w:{packing}") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, BytesIO(data))
    return target.getvalue()
