"""What printing, stamping, copying, scanning and photographing do to a page, one step each.

A sheet is printed paper seen straight on; a matrix carries points of the page to pixels, so that the true
place of every cell is known however the page was turned. Images are uint8 arrays, grey or RGB.
"""

from __future__ import annotations

from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from samples.scan_faces import Face, font, runs
from samples.scan_layout import PAGE_HEIGHT, PAGE_WIDTH, Page, Ruling

Pixels = NDArray[np.uint8]
Matrix = NDArray[np.float64]
_SEAL_RED = (205, 30, 35)


def generator(random: Random) -> np.random.Generator:
    """Return a source of noise that belongs to a seed."""
    return np.random.default_rng(random.getrandbits(48))


def print_page(page: Page, dpi: float, *, ink: int = 0) -> Pixels:
    """Return a page on white paper in grey; up to 200 dpi painted at twice that, as ink knows no pixels."""
    oversampling = 2 if dpi <= 200 else 1
    scale = dpi * oversampling / 72
    size = (round(PAGE_WIDTH * scale), round(PAGE_HEIGHT * scale))
    image = Image.new("L", size, 255)
    pencil = ImageDraw.Draw(image)
    for ruling in page.rulings:
        half = max(ruling.width * scale, 1.0) / 2
        left, top = ruling.left * scale - half, ruling.top * scale - half
        right, bottom = ruling.right * scale + half, ruling.bottom * scale + half
        pencil.rectangle(
            (round(left), round(top), max(round(right) - 1, round(left)), max(round(bottom) - 1, round(top))),
            fill=ink,
        )
    for text in page.texts:
        left = text.left * scale
        for piece, file in runs(text.text, page.face):
            kind = font(file, text.size * scale)
            pencil.text((left, text.top * scale), piece, font=kind, fill=ink, anchor="ls")
            left += kind.getlength(piece)
    pixels = np.asarray(image)
    if oversampling == 1:
        return pixels.copy()
    small = (round(PAGE_WIDTH * dpi / 72), round(PAGE_HEIGHT * dpi / 72))
    return np.asarray(cv2.resize(pixels, small, interpolation=cv2.INTER_AREA), np.uint8)


def break_rulings(rulings: list[Ruling], random: Random) -> list[Ruling]:
    """Return rulings with gaps, and without some whole stretches, as a worn drum leaves them."""
    pieces: list[Ruling] = []
    for ruling in rulings:
        across = ruling.top == ruling.bottom
        start, stop = (ruling.left, ruling.right) if across else (ruling.top, ruling.bottom)
        place = start
        while place < stop:
            end = min(place + random.uniform(15, 90), stop)
            low, high = (place, end)
            pieces.append(
                Ruling(left=low, top=ruling.top, right=high, bottom=ruling.bottom, width=ruling.width)
                if across
                else Ruling(left=ruling.left, top=low, right=ruling.right, bottom=high, width=ruling.width)
            )
            place = end + random.choice((1.0, 2.0, 4.0, 8.0, 14.0))
    return pieces


def fade_rulings(sheet: Pixels, page: Page, dpi: float, random: Random) -> Pixels:
    """Return a sheet without rulings with the page's rulings drawn over it, broken and in faint grey."""
    layer = print_page(Page(face=page.face, rulings=break_rulings(page.rulings, random)), dpi)
    strength = random.uniform(0.25, 0.5)
    faint = 255 - (255 - layer.astype(np.float32)) * strength
    return np.minimum(sheet, faint.astype(np.uint8))


def stamp(sheet: Pixels, face: Face, dpi: float, centre: tuple[float, float], random: Random) -> Pixels:
    """Return a sheet in colour with a round red seal, 4 cm wide, over the ink about `centre` (points)."""
    colour = np.repeat(sheet[:, :, None], 3, axis=2) if sheet.ndim == 2 else sheet
    scale = dpi / 72
    radius = 57.0 * scale
    side = round(radius * 2.1)
    middle = side / 2
    layer = Image.new("L", (side, side), 0)
    pencil = ImageDraw.Draw(layer)
    strength = random.randint(140, 225)
    pencil.ellipse(
        (middle - radius, middle - radius, middle + radius, middle + radius),
        outline=strength,
        width=round(3.2 * scale),
    )
    points = []
    for number in range(10):
        reach = radius * (0.3 if number % 2 == 0 else 0.12)
        angle = np.pi * (number / 5 - 0.5)
        points.append((middle + reach * np.cos(angle), middle + reach * np.sin(angle)))
    pencil.polygon(points, fill=strength)
    words = "砚篱县人民政府办公室"
    kind = font(face.chinese, 15 * scale)
    for number, character in enumerate(words):
        angle = np.pi * (1.2 - 1.4 * number / (len(words) - 1)) - np.pi / 2
        glyph = Image.new("L", (round(22 * scale), round(22 * scale)), 0)
        ImageDraw.Draw(glyph).text((11 * scale, 11 * scale), character, font=kind, fill=strength, anchor="mm")
        glyph = glyph.rotate(np.degrees(angle), resample=Image.Resampling.BICUBIC)
        x = middle - np.sin(angle) * radius * 0.76 - glyph.width / 2
        y = middle - np.cos(angle) * radius * 0.76 - glyph.height / 2
        layer.paste(glyph, (round(x), round(y)), glyph)
    layer = layer.rotate(random.uniform(-20, 20), resample=Image.Resampling.BICUBIC)
    cover = np.asarray(layer, np.float32)
    cover *= generator(random).uniform(0.75, 1.0, cover.shape).astype(np.float32)  # stamp ink is uneven
    return _overlay(colour, cover / 255, round(centre[0] * scale - middle), round(centre[1] * scale - middle))


def _overlay(colour: Pixels, cover: NDArray[np.float32], left: int, top: int) -> Pixels:
    """Return an image with red ink laid over it where `cover` says; ink darkens what is under it."""
    result = colour.copy()
    height, width = colour.shape[:2]
    y0, x0, y1, x1 = (
        max(top, 0),
        max(left, 0),
        min(top + cover.shape[0], height),
        min(left + cover.shape[1], width),
    )
    if y0 >= y1 or x0 >= x1:
        return result
    part = cover[y0 - top : y1 - top, x0 - left : x1 - left, None]
    under = colour[y0:y1, x0:x1].astype(np.float32)
    red = np.array(_SEAL_RED, np.float32) / 255
    result[y0:y1, x0:x1] = (under * (1 - part + part * red)).astype(np.uint8)
    return result


def turn(pixels: Pixels, quarters: int) -> tuple[Pixels, Matrix]:
    """Return an image turned by quarters against the clock, and the matrix that does it."""
    height, width = pixels.shape[:2]
    matrix = {
        0: np.eye(3),
        1: np.array([[0, 1, 0], [-1, 0, width], [0, 0, 1]], float),
        2: np.array([[-1, 0, width], [0, -1, height], [0, 0, 1]], float),
        3: np.array([[0, -1, height], [1, 0, 0], [0, 0, 1]], float),
    }[quarters]
    return np.ascontiguousarray(np.rot90(pixels, quarters)), matrix


def skew(pixels: Pixels, degrees: float, paper: int) -> tuple[Pixels, Matrix]:
    """Return an image turned a little about its middle, on the same sheet, and the matrix that does it."""
    height, width = pixels.shape[:2]
    matrix = np.eye(3)
    matrix[:2] = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    fill = (paper,) * 3
    moved = cv2.warpAffine(pixels, matrix[:2], (width, height), flags=cv2.INTER_LINEAR, borderValue=fill)
    return np.asarray(moved, np.uint8), matrix


def photograph(pixels: Pixels, random: Random) -> tuple[Pixels, Matrix]:
    """Return a sheet lying on a table, seen from a hand's height, and the matrix that does it."""
    height, width = pixels.shape[:2]
    noise = generator(random)
    margin_x, margin_y = width * random.uniform(0.03, 0.1), height * random.uniform(0.03, 0.08)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + np.array([margin_x, margin_y], np.float32)
    play = noise.uniform(-1, 1, (4, 2)) * np.array([0.025 * width, 0.02 * height])
    moved = (moved + play).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(corners, moved)
    size = (round(width + 2 * margin_x), round(height + 2 * margin_y))
    table = np.array(random.choice(((120, 85, 60), (70, 70, 75), (150, 125, 95), (50, 60, 80))), np.float32)
    grain = cv2.GaussianBlur(noise.standard_normal((size[1], size[0]), np.float32), (0, 0), 6, sigmaY=1)
    ground = np.clip(table + grain[:, :, None] * 48, 0, 255).astype(np.uint8)
    colour = np.repeat(pixels[:, :, None], 3, axis=2) if pixels.ndim == 2 else pixels
    sheet = cv2.warpPerspective(colour, matrix, size, flags=cv2.INTER_LINEAR)
    mask = cv2.warpPerspective(
        np.full((height, width), 255, np.uint8), matrix, size, flags=cv2.INTER_LINEAR
    ).astype(np.float32)[:, :, None]
    mask /= 255
    return (sheet * mask + ground * (1 - mask)).astype(np.uint8), np.asarray(matrix, np.float64)


def light(pixels: Pixels, random: Random, *, depth: float) -> Pixels:
    """Return an image under light that falls off to one side, with one soft shadow edge across it."""
    height, width = pixels.shape[:2]
    rows, columns = np.mgrid[0:1:256j, 0:1:256j].astype(np.float32)
    angle = random.uniform(0, 2 * np.pi)
    slope = np.cos(angle) * (columns - 0.5) + np.sin(angle) * (rows - 0.5)
    edge = random.uniform(-0.3, 0.3)
    shadow = 1 / (1 + np.exp(-(slope - edge) * random.uniform(12, 40)))
    field = 1 - depth * 0.45 * (slope + 0.7) / 1.4 - depth * 0.55 * shadow
    field = cv2.resize(field.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    if pixels.ndim == 3:
        field = field[:, :, None]
    return np.clip(pixels * field, 0, 255).astype(np.uint8)


def paper_and_ink(pixels: Pixels, *, paper: int, ink: int) -> Pixels:
    """Return an image whose white is the paper's grey and whose black is the ink's."""
    table = np.linspace(ink, paper, 256).round().astype(np.uint8)
    return np.asarray(table[pixels], np.uint8)


def blur(pixels: Pixels, sigma: float) -> Pixels:
    """Return an image out of focus; `sigma` in pixels."""
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), np.uint8)


def grain(pixels: Pixels, random: Random, sigma: float) -> Pixels:
    """Return an image with sensor noise of `sigma` grey levels."""
    noise = generator(random).standard_normal(pixels.shape, np.float32)
    noise *= sigma
    noise += pixels
    return np.clip(noise, 0, 255, out=noise).astype(np.uint8)


def photocopy(pixels: Pixels, random: Random) -> Pixels:
    """Return a copy of a copy: hard contrast, uneven toner, specks, streaks and a dark edge."""
    noise = generator(random)
    width = pixels.shape[1]
    soft = cv2.GaussianBlur(pixels, (0, 0), random.uniform(0.7, 1.1)).astype(np.float32)
    mottle = cv2.GaussianBlur(noise.standard_normal(pixels.shape, np.float32), (0, 0), 1.2) * 40
    threshold = random.uniform(130, 185)
    copy = 255 / (1 + np.exp(-(soft + mottle - threshold) / 14))
    specks = (noise.random(pixels.shape) < random.uniform(0.0001, 0.0005)).astype(np.uint8)
    copy[cv2.dilate(specks, np.ones((2, 2), np.uint8)) > 0] = 20
    for _ in range(random.randint(0, 2)):
        column = random.randrange(width)
        copy[:, column : column + 2] = np.minimum(copy[:, column : column + 2], random.randint(120, 200))
    edge = round(width * random.uniform(0, 0.012))
    if edge:
        copy[:, :edge] = 30
        copy[: edge // 2 + 1] = 40
    return np.clip(copy, 0, 255).astype(np.uint8)


def hard_threshold(pixels: Pixels, level: float) -> Pixels:
    """Return an image of black and white alone."""
    return np.where(pixels > level, 255, 0).astype(np.uint8)


def as_jpeg(pixels: Pixels, quality: int) -> Pixels:
    """Return an image as it comes back from a JPEG file of some quality."""
    done, data = cv2.imencode(
        ".jpg", pixels[..., ::-1] if pixels.ndim == 3 else pixels, jpeg_options(quality)
    )
    assert done
    again = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    return np.ascontiguousarray(again[..., ::-1] if again.ndim == 3 else again, np.uint8)


def jpeg_options(quality: int) -> list[int]:
    """Return what OpenCV wants to be told to write a JPEG of some quality."""
    return [int(cv2.IMWRITE_JPEG_QUALITY), quality]
