"""A scanned page as it was read, for drawings: straightened, with the rulings and texts found on it.

The picture is the straightened one, because boxes are places on it; seals and shadows stay in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import cv2

from converters.pdf_view import View
from converters.rulings import Ruling
from converters.scan_load import Scan, scans
from converters.scan_page import read
from document import Box


def views(data: bytes, pages: Iterable[int], *, password: str | None = None) -> Iterator[View]:
    """Yield pages of an image, counted from 1, in rising order; those that it has not got are passed over.

    No image has a password: `password` is here because other kinds of files have one. Raises UnreadableFile,
    LimitExceeded, and MissingProgram when no engine is installed.
    """
    del password
    wanted = frozenset(pages)
    last = max(wanted, default=0)
    for scan in scans(data):
        if scan.number in wanted:
            yield view_of(scan)
        if scan.number >= last:
            return


def view_of(scan: Scan) -> View:
    """Return a page as it was read."""
    found = read(scan)
    grey = cv2.cvtColor(found.picture, cv2.COLOR_RGB2GRAY)
    rows, columns = grey.shape
    in_cells = (word for filled in found.filled for words in filled.words for word in words)
    return View(
        page=found.number,
        scale=found.scale,
        width=columns,
        height=rows,
        pixels=grey.tobytes(),
        words=(*in_cells, *found.words),
        rulings=tuple(_thin(ruling) for ruling in found.rulings),
    )


def _thin(ruling: Ruling) -> Box:
    """Return a ruling as a box without thickness."""
    if ruling.horizontal:
        return Box(left=ruling.start, top=ruling.position, right=ruling.stop, bottom=ruling.position)
    return Box(left=ruling.position, top=ruling.start, right=ruling.position, bottom=ruling.stop)
