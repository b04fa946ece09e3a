"""Scans of invented reports: a page set, printed and worn down to one of LEVELS, each cell's place known.

`draw` gives a file; `scanned` the pages behind it; `cells` the value cells alone, so that a recogniser can be
tried without anything that finds tables. The seed chooses the typeface, the sizes and how bad the level is.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Literal

import cv2
import numpy as np
from PIL import Image

from samples import scan_wear as wear
from samples.reports import Sample
from samples.scan_faces import FACES
from samples.scan_layout import CellBox, Page, Setting, lay_out, setting
from samples.scan_wear import Matrix, Pixels

Container = Literal["pdf", "tiff", "png", "jpeg"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """How a page comes to the reader. Ranges are drawn from by the seed; `blur` is in pixels.

    `jpeg` is a range of qualities, None for a file without loss; `paper` and `ink` are grey levels.
    """

    dpi: int
    blur: tuple[float, float] = (0.0, 0.0)
    grain: tuple[float, float] = (0.0, 0.0)
    jpeg: tuple[int, int] | None = None
    skew: tuple[float, float] = (0.0, 0.0)
    paper: tuple[int, int] = (255, 255)
    ink: tuple[int, int] = (0, 0)
    light: tuple[float, float] = (0.0, 0.0)
    quarters: tuple[int, ...] = (0,)
    special: Literal["", "photocopy", "fax", "faint", "seal", "photo", "borderless"] = ""


_SCAN200 = Level(
    dpi=200,
    blur=(0.5, 0.9),
    grain=(3, 8),
    jpeg=(55, 85),
    skew=(-0.4, 0.4),
    paper=(235, 252),
    ink=(15, 60),
)
LEVELS: dict[str, Level] = {
    "clean300": Level(dpi=300),
    "scan200": _SCAN200,
    "scan150": replace(_SCAN200, dpi=150),
    "scan100": replace(_SCAN200, dpi=100),
    "skew": replace(_SCAN200, skew=(-3.0, 3.0)),
    "blur": replace(_SCAN200, blur=(1.3, 1.8)),
    "noise": replace(_SCAN200, grain=(20, 35)),
    "jpeg": replace(_SCAN200, jpeg=(12, 30)),
    "photocopy": Level(dpi=200, skew=(-0.6, 0.6), special="photocopy"),
    "fax": Level(dpi=150, blur=(0.4, 0.7), grain=(6, 14), skew=(-0.4, 0.4), special="fax"),
    "faint": replace(_SCAN200, special="faint"),
    "seal": replace(_SCAN200, special="seal"),
    "shadow": replace(_SCAN200, light=(0.35, 0.65)),
    "photo": Level(
        dpi=190,
        blur=(0.6, 1.1),
        grain=(3, 8),
        jpeg=(60, 85),
        paper=(225, 250),
        ink=(25, 60),
        light=(0.2, 0.5),
        special="photo",
    ),
    "turned": replace(_SCAN200, quarters=(1, 2, 3)),
    "borderless": replace(_SCAN200, special="borderless"),
}
ORDINARY = ("clean300", "scan200", "turned")  # what an office's scanner makes of a sheet laid in straight


@dataclass(frozen=True, kw_only=True)
class Worn:
    """A page as the scanner gives it; `to_pixels` carries points of the sheet to pixels."""

    pixels: Pixels
    to_pixels: Matrix
    dpi: int
    quality: int | None


@dataclass(frozen=True, kw_only=True)
class ScannedPage(Worn):
    """A page of which each cell's place is known."""

    page: Page

    def corners(self, box: CellBox) -> np.ndarray:
        """Return a cell's corners in pixels, from the top left as the page is read, clockwise."""
        points = np.array(
            [[box.left, box.top], [box.right, box.top], [box.right, box.bottom], [box.left, box.bottom]]
        )
        moved = np.c_[points, np.ones(4)] @ self.to_pixels.T
        return np.asarray(moved[:, :2] / moved[:, 2:], np.float32)


def draw(
    sample: Sample,
    *,
    level: str,
    seed: int,
    tables_only: bool = False,
    container: Container | None = None,
    how: Setting | None = None,
) -> bytes:
    """Return a file with the pages of a sample; the seed chooses kind and setting where they are not given.

    A PNG or JPEG holds one page; ValueError when the report has more. Raises FontMissing.
    """
    pages = scanned(sample, level=level, seed=seed, tables_only=tables_only, how=how)
    return packed(pages, container or container_of(level, seed, len(pages)))


def scanned(
    sample: Sample,
    *,
    level: str | Level,
    seed: int,
    tables_only: bool = False,
    how: Setting | None = None,
) -> list[ScannedPage]:
    """Return the scanned pages of a sample; `tables_only` leaves the prose out. Raises FontMissing."""
    name, worn = (level, LEVELS[level]) if isinstance(level, str) else ("", level)
    how = how or setting(seed, is_ruled=worn.special != "borderless", tables_only=tables_only)
    return [
        _scan(page, worn, Random(f"scan {name} {seed} {number}"))
        for number, page in enumerate(lay_out(sample, how))
    ]


def worn(sheets: Sequence[Pixels], *, level: str, seed: int) -> list[Worn]:
    """Return pages that something else printed as scanned pages: grey sheets at the level's resolution.

    A seal is stamped anywhere. ValueError for a level that wears rulings, which only `scanned` knows.
    """
    how = LEVELS[level]
    if how.special in ("faint", "borderless"):
        message = f"{level}: where rulings stand on a printed sheet is not known"
        raise ValueError(message)
    pages = []
    for number, printed in enumerate(sheets):
        random = Random(f"scan {level} {seed} {number}")
        sheet = printed
        if how.special == "seal":
            high, wide = (side * 72 / how.dpi for side in printed.shape[:2])
            centre = random.uniform(0.3, 0.7) * wide, random.uniform(0.3, 0.8) * high
            sheet = wear.stamp(sheet, FACES[setting(seed).face], how.dpi, centre, random)
        pages.append(_worn(sheet, how, random))
    return pages


def cells(
    sample: Sample, *, level: str, seed: int, trim: float = 0.0, tables_only: bool = True
) -> Iterator[tuple[Pixels, str]]:
    """Yield the value cells of a scan, cut out along their true sides and upright, with the printed text.

    The crop ends on the middle of the cell's rulings; `trim` takes that many points more off each side.
    Blank cells come too; cells that a page's end cuts are left out. Raises FontMissing.
    """
    for scan in scanned(sample, level=level, seed=seed, tables_only=tables_only):
        for box in scan.page.cells:
            if box.cell.is_value and box.is_whole:
                yield crop(scan, box, trim), box.cell.text


def crop(scan: ScannedPage, box: CellBox, trim: float = 0.0) -> Pixels:
    """Return a cell of a scanned page, upright, at the page's own resolution."""
    inner = replace(
        box, left=box.left + trim, top=box.top + trim, right=box.right - trim, bottom=box.bottom - trim
    )
    corners = scan.corners(inner)
    width = round(float(np.linalg.norm(corners[1] - corners[0])))
    height = round(float(np.linalg.norm(corners[3] - corners[0])))
    straight = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, straight)
    return np.asarray(
        cv2.warpPerspective(scan.pixels, matrix, (width, height), flags=cv2.INTER_LINEAR), np.uint8
    )


def container_of(level: str, seed: int, count: int) -> Container:
    """Return the kind of file that a seed chooses for a number of pages."""
    random = Random(f"scan container {level} {seed}")
    if count == 1:
        return "jpeg" if LEVELS[level].jpeg else random.choice(("png", "pdf", "tiff"))
    return random.choice(("pdf", "tiff"))


def packed(pages: Sequence[Worn], container: Container) -> bytes:
    """Return scanned pages as one file: an image-only PDF, a TIFF of many pages, a PNG or a JPEG."""
    if container in ("png", "jpeg") and len(pages) > 1:
        message = f"{container} holds one page, the report has {len(pages)}"
        raise ValueError(message)
    images = [Image.fromarray(page.pixels) for page in pages]
    if container != "jpeg" and _is_black_and_white(pages[0].pixels):
        images = [image.convert("1") for image in images]
    options: dict[str, object] = {"dpi": (pages[0].dpi, pages[0].dpi)}
    if container == "jpeg" or pages[0].quality:
        options["quality"] = pages[0].quality or 90
    if container == "tiff":
        options["compression"] = (
            "group4" if images[0].mode == "1" else "jpeg" if "quality" in options else "tiff_lzw"
        )
    if container == "pdf":
        then = time.gmtime(0)
        options |= {"resolution": pages[0].dpi, "creationDate": then, "modDate": then}
    if container in ("pdf", "tiff"):
        options |= {"save_all": True, "append_images": images[1:]}
    buffer = io.BytesIO()
    images[0].save(buffer, container.upper(), **options)
    return buffer.getvalue()


def _is_black_and_white(pixels: Pixels) -> bool:
    return pixels.ndim == 2 and bool(((pixels == 0) | (pixels == 255)).all())


def _scan(page: Page, level: Level, random: Random) -> ScannedPage:
    """Return a page through all that a level does to it, in the order in which it happens."""
    scan = _worn(_sheet(page, level, random), level, random)
    return ScannedPage(
        pixels=scan.pixels, to_pixels=scan.to_pixels, dpi=scan.dpi, quality=scan.quality, page=page
    )


def _worn(sheet: Pixels, level: Level, random: Random) -> Worn:
    """Return a printed sheet as the scanner gives it."""
    paper, ink = random.randint(*level.paper), random.randint(*level.ink)
    pixels = wear.paper_and_ink(sheet, paper=paper, ink=ink)
    matrix = np.diag([level.dpi / 72, level.dpi / 72, 1.0])
    if any(level.skew):
        pixels, moved = wear.skew(pixels, random.uniform(*level.skew), paper)
        matrix = moved @ matrix
    if level.special == "photo":
        pixels, moved = wear.photograph(pixels, random)
        matrix = moved @ matrix
    pixels, moved = wear.turn(pixels, random.choice(level.quarters))
    matrix = moved @ matrix
    if any(level.light):
        pixels = wear.light(pixels, random, depth=random.uniform(*level.light))
    if any(level.blur):
        pixels = wear.blur(pixels, random.uniform(*level.blur))
    if any(level.grain):
        pixels = wear.grain(pixels, random, random.uniform(*level.grain))
    if level.special == "photocopy":
        pixels = wear.photocopy(pixels, random)
    if level.special == "fax":
        pixels = wear.hard_threshold(pixels, random.uniform(140, 190))
    quality = random.randint(*level.jpeg) if level.jpeg else None
    if quality:  # packing writes it once more at the same quality, which changes next to nothing
        pixels = wear.as_jpeg(pixels, quality)
    return Worn(pixels=pixels, to_pixels=matrix, dpi=level.dpi, quality=quality)


def _sheet(page: Page, level: Level, random: Random) -> Pixels:
    """Return the printed sheet before it is scanned, in colour where it is stamped."""
    if level.special == "faint":
        bare = replace(page, rulings=[])
        return wear.fade_rulings(wear.print_page(bare, level.dpi), page, level.dpi, random)
    sheet = wear.print_page(page, level.dpi)
    if level.special == "seal":
        for centre in _seal_places(page, random):
            sheet = wear.stamp(sheet, page.face, level.dpi, centre, random)
    return sheet


def _seal_places(page: Page, random: Random) -> list[tuple[float, float]]:
    """Return where a page is stamped, in points: over the signature, and over some value of the tables."""
    places = [] if page.signature is None else [page.signature]
    values = [box for box in page.cells if box.cell.is_value]
    if values:
        box = random.choice(values)
        places.append(((box.left + box.right) / 2, (box.top + box.bottom) / 2))
    return places
