"""Cells drawn for the tests, in the typefaces that the extra `dev` brings."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Grey = NDArray[np.uint8]


@cache
def font(size: int, *, serif: bool) -> ImageFont.FreeTypeFont:
    """A typeface that has both digits and Chinese letters."""
    spec = find_spec("pylopdf_fonts_zh_cn")
    assert spec is not None
    assert spec.submodule_search_locations
    name = "NotoSerifSC-Regular.otf" if serif else "NotoSansSC-Regular.otf"
    return ImageFont.truetype(str(Path(spec.submodule_search_locations[0]) / name), size)


def cell(
    text: str,
    *,
    size: int = 26,
    width: int = 120,
    height: int = 48,
    ink: int = 40,
    paper: int = 245,
    blur: float = 0.6,
    serif: bool = True,
    noise: float = 0.0,
) -> Grey:
    """A cell of 200 dpi with a text in its middle."""
    image = Image.new("L", (width, height), paper)
    pencil = ImageDraw.Draw(image)
    pencil.text((width / 2, height / 2), text, font=font(size, serif=serif), fill=ink, anchor="mm")
    soft = cv2.GaussianBlur(np.asarray(image), (0, 0), blur).astype(np.float32)
    grain = np.random.default_rng(42_000_000).normal(0, noise, soft.shape) if noise else 0.0
    return np.clip(soft + grain, 0, 255).astype(np.uint8)
