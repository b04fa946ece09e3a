"""The typefaces that scans are set in, found where the machine or a package has them.

Offices print with typefaces that may not be given away; these are free ones of the same kinds. Nothing is
drawn with another typeface than the one asked for: a scan belongs to its seed, wherever it is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PIL import ImageFont

_PACKAGE = "pylopdf_fonts_zh_cn"  # two typefaces under the Open Font License, of the extra `dev`
_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/share/fonts-droid-fallback"),
    Path.home() / ".fonts",
    Path("/Library/Fonts"),
)
_FROM_PACKAGE = ("NotoSansSC-Regular.otf", "NotoSerifSC-Regular.otf")
_FILES = {  # file name -> Debian package, and which typeface of a collection
    "wqy-zenhei.ttc": ("fonts-wqy-zenhei", 0),
    "wqy-microhei.ttc": ("fonts-wqy-microhei", 0),
    "uming.ttc": ("fonts-arphic-uming", 0),
    "ukai.ttc": ("fonts-arphic-ukai", 0),
    "DroidSansFallback.ttf": ("fonts-droid-fallback", 0),
    "LiberationSerif-Regular.ttf": ("fonts-liberation", 0),
    "LiberationSans-Regular.ttf": ("fonts-liberation", 0),
    "STIXGeneral-Regular.otf": ("fonts-stix", 0),
    "Gentium-R.ttf": ("fonts-sil-gentium", 0),
}
_MEASURE = 200  # size at which widths are taken: hinting moves them by less than 0.3 %


class FontMissing(LookupError):
    """A typeface is nowhere on this machine; the message says which package has it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Face:
    """A pair of font files: one for Chinese, one for figures and Latin letters (often the same)."""

    chinese: str
    latin: str


FACES: dict[str, Face] = {
    "song": Face(chinese="NotoSerifSC-Regular.otf", latin="NotoSerifSC-Regular.otf"),
    "hei": Face(chinese="NotoSansSC-Regular.otf", latin="NotoSansSC-Regular.otf"),
    "song times": Face(chinese="NotoSerifSC-Regular.otf", latin="LiberationSerif-Regular.ttf"),
    "ming": Face(chinese="uming.ttc", latin="uming.ttc"),
    "ming times": Face(chinese="uming.ttc", latin="LiberationSerif-Regular.ttf"),
    "kai": Face(chinese="ukai.ttc", latin="ukai.ttc"),
    "kai times": Face(chinese="ukai.ttc", latin="LiberationSerif-Regular.ttf"),
    "zenhei": Face(chinese="wqy-zenhei.ttc", latin="wqy-zenhei.ttc"),
    "zenhei arial": Face(chinese="wqy-zenhei.ttc", latin="LiberationSans-Regular.ttf"),
    "microhei": Face(chinese="wqy-microhei.ttc", latin="wqy-microhei.ttc"),
    "fallback arial": Face(chinese="DroidSansFallback.ttf", latin="LiberationSans-Regular.ttf"),
    "song stix": Face(chinese="NotoSerifSC-Regular.otf", latin="STIXGeneral-Regular.otf"),
    "ming gentium": Face(chinese="uming.ttc", latin="Gentium-R.ttf"),
}
HELD_APART = ("song stix", "ming gentium")  # no reader of ours may learn from figures in these
PACKAGED = ("song", "hei")  # those that `pip install --editable .[dev]` brings


def runs(text: str, face: Face) -> list[tuple[str, str]]:
    """Return the pieces of a text in order, each with the file it is set in."""
    pieces: list[tuple[str, str]] = []
    for character in text:
        file = _file_of(character, face)
        if pieces and pieces[-1][1] == file:
            pieces[-1] = (pieces[-1][0] + character, file)
        else:
            pieces.append((character, file))
    return pieces


def width(text: str, face: Face, size: float) -> float:
    """Return how wide a text is, in the unit of its size."""
    return sum(_advance(character, face) for character in text) * size


def font(file: str, size: float) -> ImageFont.FreeTypeFont:
    """Return a font to draw with; `size` is in pixels. Raises FontMissing."""
    return _font(file, round(size * 4) / 4)


def missing() -> list[str]:
    """Return the names in FACES that this machine cannot draw."""
    return [name for name, face in FACES.items() if not all(_find(f) for f in (face.chinese, face.latin))]


@cache
def _file_of(character: str, face: Face) -> str:
    """Return the file a character is set in; what the Chinese one lacks, as some lack dashes, in the other.

    A box for a missing glyph is never printed: the truth would say another character than the page.
    """
    if character.isascii():
        return face.latin
    drawing = [file for file in (face.chinese, face.latin) if not _lacks(file, character)]
    return drawing[0] if drawing else face.chinese


def _lacks(file: str, character: str) -> bool:
    """Say whether a file draws for a character what it draws for one that no typeface has."""
    kind = _font(file, _MEASURE)
    drawn, missing = kind.getmask(character), kind.getmask("\uffff")
    return drawn.size == missing.size and bytes(drawn) == bytes(missing)


@cache
def _advance(character: str, face: Face) -> float:
    file = _file_of(character, face)
    return _font(file, _MEASURE).getlength(character) / _MEASURE


@cache
def _font(file: str, size: float) -> ImageFont.FreeTypeFont:
    path = _find(file)
    if path is None:
        debian = _FILES[file][0] if file in _FILES else None
        source = f"apt-get install {debian}" if debian else "pip install --editable '.[dev]'"
        message = f"the font file {file} is missing; `{source}` brings it"
        raise FontMissing(message)
    index = _FILES[file][1] if file in _FILES else 0
    return ImageFont.truetype(str(path), size, index=index, layout_engine=ImageFont.Layout.BASIC)


@cache
def _find(file: str) -> Path | None:
    if file in _FROM_PACKAGE:
        spec = find_spec(_PACKAGE)
        folders = tuple(Path(place) for place in spec.submodule_search_locations or ()) if spec else ()
    else:
        folders = _FOLDERS
    return next((path for folder in folders for path in sorted(folder.rglob(file))), None)
