"""Draws cells with a figure as scanners, copiers and fax machines leave them, for readers to learn from.

A cell is drawn large with a font of the machine, brought to its resolution and then damaged. `LEVELS` names
the damages; everything follows from the random generator that is passed in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from numpy.random import Generator

Grey = NDArray[np.uint8]

# Files whose digits are drawings, or so thin that a worn page loses them whole.
_ORNAMENTS = {"D050000L", "LinBiolinum_K", "StandardSymbolsPS"}
_THIN = ("Thin", "Hairline", "ExtraLight", "Display", "Nushu")  # the last two have signs of a hair's breadth
MISSING = "\uffff"  # a character that no face has
_LARGE_DPI = 450  # what a cell is drawn at before it is brought to its resolution


@dataclass(frozen=True, kw_only=True)
class Face:
    """One face of a font file: its path and its number inside the file."""

    path: str
    index: int = 0

    @property
    def name(self) -> str:
        """The file's name: what a report calls the face."""
        return Path(self.path).stem

    @property
    def style(self) -> str:
        """What its font calls its style: Regular, Bold Italic."""
        return _font(self, 40).getname()[1] or ""


@dataclass(frozen=True, kw_only=True)
class Crop:
    """A cell as cut out of a page; `digit_height` is how high a digit of its font stands, in pixels."""

    text: str
    grey: Grey
    digit_height: float


@dataclass(frozen=True, kw_only=True)
class Level:
    """What happened to a page: resolution, and ranges that a cell's damage is drawn from.

    Lengths are pixels at 200 dpi and grow with the resolution; `noise`, `contrast` are grey levels.
    """

    dpi: tuple[int, ...] = (200,)
    blur: tuple[float, float] = (0.3, 0.6)
    noise: tuple[float, float] = (0.0, 4.0)
    jpeg: tuple[int, int] = (70, 95)
    ink: tuple[int, int] = (0, 60)
    weight: tuple[float, float] = (-0.3, 0.3)  # strokes grown (above 0) or thinned
    hairs: tuple[float, float] = (0.0, 0.0)  # strokes along the line thinned: the first that wear leaves out
    skew: float = 0.3  # degrees at most
    turned: bool = False  # skewed on the scanner and straightened again
    threshold: tuple[float, float] | None = None  # black and white, split at this share of the contrast
    specks: float = 0.0  # for each square of 40 pixels at 200 dpi
    shadow: float = 0.0  # grey levels from one side to the other at most
    seal: bool = False  # a red seal lay over the cell and was taken out by colour
    white: bool = False  # paper as white as the format knows, which cuts off the light half of the noise
    copied: tuple[float, float] | None = None  # toner put where it is darker than this grey level, unevenly


LEVELS: dict[str, Level] = {
    "clean 300": Level(dpi=(300,), blur=(0.2, 0.4), noise=(0, 1), jpeg=(90, 98), skew=0.1),
    "scan 300": Level(dpi=(300,), blur=(0.4, 0.9), noise=(2, 8), jpeg=(50, 85)),
    "scan 200": Level(blur=(0.4, 0.9), noise=(2, 8), jpeg=(50, 85)),
    "scan 150": Level(dpi=(150,), blur=(0.5, 0.9), noise=(2, 8), jpeg=(50, 85)),
    "scan 100": Level(dpi=(100,), blur=(0.5, 0.9), noise=(1, 6), jpeg=(60, 90)),
    "blurred": Level(blur=(1.3, 1.9), noise=(4, 12), jpeg=(40, 60)),
    "noisy": Level(blur=(0.4, 0.8), noise=(20, 38), jpeg=(50, 90)),
    "faint": Level(blur=(0.5, 1.0), noise=(2, 6), ink=(140, 200), weight=(-0.6, 0.0)),
    "photocopy": Level(blur=(0.6, 1.1), noise=(2, 6), weight=(-0.9, 1.6), threshold=(0.3, 0.7), specks=0.6),
    "grainy": Level(blur=(0.4, 1.0), noise=(18, 40), jpeg=(50, 90), ink=(0, 80), white=True),
    "copied": Level(copied=(120, 190), weight=(-0.6, 0.8), specks=0.5, jpeg=(60, 95)),
    "fax": Level(dpi=(150, 200), blur=(0.4, 0.8), noise=(4, 16), threshold=(0.35, 0.65), specks=0.4),
    "worn copy": Level(
        copied=(110, 180), weight=(-0.8, 0.2), hairs=(0.0, 1.4), specks=0.5, ink=(0, 30), jpeg=(60, 95)
    ),
    "worn fax": Level(
        dpi=(150,),
        blur=(0.4, 0.8),
        noise=(4, 16),
        weight=(-0.8, 0.2),
        hairs=(0.0, 1.4),
        threshold=(0.35, 0.7),
        specks=0.1,
    ),
    "skewed": Level(skew=3.0, turned=True, blur=(0.5, 0.9), noise=(2, 8), jpeg=(50, 85)),
    "shadow": Level(shadow=110.0, blur=(0.5, 1.1), noise=(2, 9), jpeg=(50, 85)),
    "seal": Level(seal=True, blur=(0.5, 0.9), noise=(2, 8), jpeg=(60, 90)),
    "photo": Level(
        dpi=(110, 140, 180), blur=(0.6, 1.4), noise=(4, 14), jpeg=(40, 75), skew=1.2, shadow=60.0, turned=True
    ),
}


def faces(folders: Iterable[str]) -> list[Face]:
    """Return every face below the folders that draws all digits, each differently, by their paths."""
    found = []
    files = sorted(
        str(path)
        for folder in folders
        for ending in ("ttf", "otf", "ttc", "t1")
        for path in Path(folder).rglob(f"*.{ending}")
    )
    for path in files:
        try:
            drawn = [np.asarray(_mask(Face(path=path), digit, 40)) for digit in "0123456789"]
        except OSError:  # a font file that the drawing library does not take
            continue
        is_whole = len({one.tobytes() for one in drawn}) == 10 and all(one.any() for one in drawn)
        name = Path(path).stem
        if is_whole and name not in _ORNAMENTS and not any(thin in name for thin in _THIN):
            found.append(Face(path=path))
    return found


@lru_cache(maxsize=4096)
def has(face: Face, character: str) -> bool:
    """Say whether a face can draw a character, by what it draws for one that no face has."""
    nothing = _mask(face, MISSING, 40)
    return _mask(face, character, 40).tobytes() != nothing.tobytes()


@lru_cache(maxsize=256)
def _font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(face.path, size, index=face.index)


def _mask(face: Face, text: str, size: int) -> Image.Image:
    """Return a text's ink: 0 for paper to 255, cut to the text's own width and to its line's height."""
    font = _font(face, size)
    left, _, right, _ = font.getbbox(text)
    ascent, descent = font.getmetrics()
    image = Image.new("L", (max(int(right - left), 1), ascent + descent), 0)
    ImageDraw.Draw(image).text((-left, 0), text, font=font, fill=255)
    return image


def figure(random: Generator) -> str:
    """Return something that a cell of figures may print; every digit is equally likely at every place."""
    kind = random.random()
    digits = "".join(
        str(one) for one in random.integers(0, 10, int(random.choice([1, 1, 1, 2, 2, 3, 3, 4, 5, 6])))
    )
    if kind < 0.72:
        return digits
    if kind < 0.80:
        return f"{int(random.integers(1, 10**7)):,}"
    if kind < 0.88:
        return f"{digits}.{int(random.integers(0, 100)):0{int(random.integers(1, 3))}d}"
    if kind < 0.92:
        return str(random.choice(["+", "-"])) + digits
    if kind < 0.98:
        return str(random.choice(["-", "—", "——", "/", "无", "-", "/", "--"]))
    return f"{digits}%"


def draw(text: str, face: Face, level: Level, random: Generator) -> Crop:
    """Return a cell that prints a text, cut out along its rulings: dark ink on light. It may be blank."""
    dpi = int(random.choice(level.dpi))
    points = random.uniform(8.0, 13.0)
    large = _large(text, face, points, level, random)
    scale = dpi / _LARGE_DPI
    size = (max(8, round(large.shape[1] * scale)), max(8, round(large.shape[0] * scale)))
    if level.turned:
        large = _turned(large, random.uniform(-level.skew, level.skew))
    cell = cv2.resize(large, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    if level.turned:
        cell = _resampled(cell, random)
    return Crop(
        text=text,
        grey=_damaged(cell, level, random, dpi / 200),
        digit_height=_digit_share(face) * points * dpi / 72,
    )


@lru_cache(maxsize=1024)
def _digit_share(face: Face) -> float:
    """Return a digit's height as a share of the font's size."""
    _, top, _, bottom = _mask(face, "0", 200).getbbox() or (0, 0, 0, 140)
    return (bottom - top) / 200


def _large(text: str, face: Face, points: float, level: Level, random: Generator) -> NDArray[np.float32]:
    """Return the undamaged cell at _LARGE_DPI; strokes are grown or thinned here."""
    size = round(points * _LARGE_DPI / 72)
    ink = np.asarray(_mask(face, text, size), dtype=np.float32) / 255
    room = [round(random.uniform(0.15, most) * size) for most in (0.5, 0.6, 1.6, 1.6)]
    ink = np.pad(ink, ((room[0], room[1]), (room[2], room[3])))
    weight = random.uniform(*level.weight) * _LARGE_DPI / 200
    if abs(weight) >= 0.5:
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (round(abs(weight)) + 1,) * 2)
        ink = cv2.dilate(ink, kernel) if weight > 0 else cv2.erode(ink, kernel)
    hairs = round(random.uniform(*level.hairs) * _LARGE_DPI / 200) if level.hairs[1] else 0
    if hairs:
        ink = cv2.erode(ink, np.ones((hairs + 1, 1), np.uint8))
    _rim(ink, random)
    if not level.turned and level.skew:
        ink = _turned(ink, random.uniform(-level.skew, level.skew))
    if level.seal:
        ink = ink * (1 - _seal_gaps(ink.shape, random))
    darkest, paper = random.uniform(*level.ink), 255.0 if level.white else random.uniform(225, 255)
    result: NDArray[np.float32] = paper - ink * (paper - darkest)
    return result


def _rim(ink: NDArray[np.float32], random: Generator) -> None:
    """Leave the edge of a ruling along some sides, as an imperfect cut does."""
    for side in (ink, ink[::-1], ink.T, ink.T[::-1]):
        if random.random() < 0.12:
            side[: int(random.integers(1, 8))] = random.uniform(0.4, 1.0)


def _turned(image: NDArray[np.float32], degrees: float) -> NDArray[np.float32]:
    height, width = image.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    turned = cv2.warpAffine(
        image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return turned.astype(np.float32)


def _resampled(cell: NDArray[np.float32], random: Generator) -> NDArray[np.float32]:
    """Return the cell as straightening leaves it: every pixel mixed from its neighbours at an odd place."""
    shift = np.array([[1, 0, random.uniform(-0.5, 0.5)], [0, 1, random.uniform(-0.5, 0.5)]])
    height, width = cell.shape
    moved = cv2.warpAffine(
        cell, shift, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    degrees = random.uniform(-0.4, 0.4)
    return _turned(moved.astype(np.float32), degrees)


def _seal_gaps(shape: tuple[int, ...], random: Generator) -> NDArray[np.float32]:
    """Return how much of the ink was lost where strokes of a seal crossed it: 0 none to 1 all."""
    gaps = np.zeros(shape, dtype=np.float32)
    for _ in range(int(random.integers(0, 4))):
        ends = [(int(random.integers(0, shape[1])), int(random.integers(0, shape[0]))) for _ in range(2)]
        cv2.line(gaps, ends[0], ends[1], random.uniform(0.2, 0.75), int(random.integers(4, 20)))
    return cv2.GaussianBlur(gaps, (0, 0), 2.0).astype(np.float32)


def _damaged(cell: NDArray[np.float32], level: Level, random: Generator, scale: float) -> Grey:
    """Return the cell after the machine's optics, light, noise, threshold and file format."""
    height, width = cell.shape
    cell = cv2.GaussianBlur(cell, (0, 0), max(random.uniform(*level.blur) * scale, 0.15)).astype(np.float32)
    if level.shadow:
        across, down = np.meshgrid(np.linspace(-0.5, 0.5, width), np.linspace(-0.5, 0.5, height))
        angle, depth = random.uniform(0, 2 * np.pi), random.uniform(0, level.shadow) * 0.5
        cell = cell * (1 - (depth / 255) * (1 + np.cos(angle) * across + np.sin(angle) * down))
    cell = cell + random.normal(0, 1, cell.shape) * random.uniform(*level.noise)
    if level.copied:
        cell = _copied(cell, level.copied, random)
    if level.threshold:
        split = float(cell.min()) + random.uniform(*level.threshold) * float(np.ptp(cell))
        cell = np.where(cell < split, 0.0, 255.0)
    for _ in range(int(random.poisson(level.specks * cell.size / (40 * scale) ** 2))):
        left, top = int(random.integers(0, width)), int(random.integers(0, height))
        side = 1 + int(random.integers(0, 2))
        cell[top : top + side, left : left + side] = random.choice([0.0, 0.0, 255.0])
    grey = np.clip(np.rint(cell), 0, 255).astype(np.uint8)
    quality = int(random.integers(*level.jpeg))
    _, packed = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)


def _copied(cell: NDArray[np.float32], split: tuple[float, float], random: Generator) -> NDArray[np.float32]:
    """Return the cell as a copier prints it again: hard contrast, and toner that holds in places only."""
    mottle = cv2.GaussianBlur(random.normal(0, 1, cell.shape), (0, 0), 1.2) * 40
    steep = np.clip((cell + mottle - random.uniform(*split)) / 14, -30, 30)
    result: NDArray[np.float32] = (255 / (1 + np.exp(-steep))).astype(np.float32)
    return result
