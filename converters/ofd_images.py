"""Where an image of an OFD page hides what lies under it: nowhere that it is transparent."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING

from converters.covering import OPAQUE
from converters.pdf_drawn import Matrix, moved

if TYPE_CHECKING:
    from lxml.etree import _Element as Element
    from PIL.Image import Image

MOST_PIXELS = 40_000_000  # a seal at 600 dpi has 1,000,000


def hides_of(
    item: Element, image: Callable[[str], bytes | None], matrix: Matrix
) -> Callable[[float, float], bool]:
    """Return what says whether an image is opaque at a point; its file is read when that is asked first.

    `matrix` puts the square of one by one that the image fills on the page. What cannot be read hides all.
    """
    found: list[Image | None] = []

    def hides(x: float, y: float) -> bool:
        if not found:
            found.append(_alpha(image(item.get("ResourceID") or "")))
        place = _inverse(matrix, x, y)
        if found[0] is None or place is None:
            return True
        width, height = found[0].size
        across = min(max(int(place[0] * width), 0), width - 1)
        down = min(max(int(place[1] * height), 0), height - 1)
        value = found[0].getpixel((across, down))
        return isinstance(value, int | float) and value >= OPAQUE

    return hides


def _alpha(data: bytes | None) -> Image | None:
    """Return how opaque an image is; None when it is everywhere, or cannot be read."""
    from PIL import Image  # noqa: PLC0415  # slow to load, and seldom needed

    try:
        with Image.open(BytesIO(data or b"")) as opened:
            is_clear = "transparency" in opened.info or opened.mode in ("RGBA", "LA", "PA")
            if not is_clear or opened.width * opened.height > MOST_PIXELS:
                return None
            return opened.convert("RGBA").getchannel("A")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _inverse(matrix: Matrix, x: float, y: float) -> tuple[float, float] | None:
    """Return the point that a matrix moves to this one; None when it moves all onto a line."""
    a, b, c, d, e, f = matrix
    area = a * d - b * c
    if abs(area) < 1e-9:
        return None
    turned = (d / area, -b / area, -c / area, a / area, 0.0, 0.0)
    return moved(turned, x - e, y - f)
