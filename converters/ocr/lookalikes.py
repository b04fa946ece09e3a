"""Digits of one table beside each other: does a figure look like what others of its page were read as?

The same author's 0 is printed forty times with the same type on the same machine, so a digit that looks
more like the document's sixes than like its zeros was perhaps misread. That is a doubt and never a reading:
look-alikes put no other digit in its place. They may also bear out what the readers agree on and neither is
sure of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from converters.ocr.ink import Ink, Line
from converters.ocr.lines import Usual, lines
from document import Reading

Vectors = NDArray[np.float32]

_ROWS, _COLUMNS = 20, 16  # pixels that a glyph is compared in
_COMPARED = 3  # look-alikes of each digit that are asked, the likest ones
# A digit is contradicted where others are so much like it (correlation), and so much more than its own kind.
# Of 3,546 cells of scans at nine levels none was contradicted that was read rightly; of 270 with one digit
# made wrong 235 were (tuning seeds); most others had too few of their kind on the page.
_ALIKE, _AHEAD = 0.9, 0.04
# A figure is borne out where all its glyphs are so much like those of their kind that were surely read, and
# so much more than like any other. Of 10,100 figures of scans at eleven levels 8,400 are; with one digit
# made wrong none of 25,500, and none of 5,400 where it was the digit that looks likest.
_BORNE, _BORNE_AHEAD = 0.85, 0.06
# Where no surely read figure shows a digit's usual rivals, nothing tells that it is none of them: it has to
# be as like its kind as worn ink hardly is. Of 30,960 misread cells 63 were borne out where all other digits
# are known and 238 where only 0 and 1 are, but for this; with it 10 and 5.
_RIVALS = {
    digit: frozenset(others)
    for digit, others in (("0", "68"), ("6", "08"), ("8", "036"), ("9", "08"), ("3", "8"), ("5", "36"))
}
_BORNE_ALONE = 0.96
_PLAY = 2.5  # pixels that glyphs of one size may differ by
_MARKS = ("—", "/", "无")  # what is read alone, and not as digits
_MOST = 4000  # glyphs compared with each other: 16 million correlations in 0.3 s and 64 MB


@dataclass(frozen=True, kw_only=True, slots=True)
class Contradiction:
    """A digit that looks like others that were read otherwise.

    `crop` counts the inks given, `position` the characters of its text, from 0; `alike` is what the
    look-alikes were read as, `likeness` their correlation with it.
    """

    crop: int
    position: int
    read: str
    alike: str
    likeness: float


def contradictions(inks: Sequence[Ink], texts: Sequence[str]) -> list[Contradiction]:
    """Return the digits of a table's figures that look like others that were read otherwise.

    `inks` are of its crops, `texts` holds what was read in each. Figures whose digits touch are passed over,
    as are documents with too few digits to compare.
    """
    places: list[tuple[int, int]] = []
    vectors: list[Vectors] = []
    read: list[str] = []
    for number, (ink, text) in enumerate(zip(inks, texts, strict=True)):
        if not (text.isascii() and text.isdigit()) or len(read) + len(text) > _MOST:
            continue
        for position, vector in enumerate(_glyphs(ink, len(text))):
            places.append((number, position))
            vectors.append(vector)
            read.append(text[position])
    if len(read) < 2 * _COMPARED:
        return []
    return list(_compared(np.stack(vectors), read, places))


def _compared(
    vectors: Vectors, read: Sequence[str], places: Sequence[tuple[int, int]]
) -> Iterator[Contradiction]:
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -1.0)
    members: dict[str, list[int]] = defaultdict(list)
    for number, digit in enumerate(read):
        members[digit].append(number)
    digits = sorted(digit for digit, numbers in members.items() if len(numbers) >= _COMPARED)
    if len(digits) < 2:
        return
    # row: a glyph; column: how much it is like the likest few that were read as this digit
    best = np.stack(
        [np.sort(likeness[:, members[digit]], axis=1)[:, -_COMPARED:].mean(axis=1) for digit in digits],
        axis=1,
    )
    for number, digit in enumerate(read):
        others = [column for column, other in enumerate(digits) if other != digit]
        if not others:
            continue
        column = max(others, key=lambda column: float(best[number, column]))
        own = float(best[number, digits.index(digit)]) if digit in digits else 0.0
        other = float(best[number, column])
        if other >= _ALIKE and other - own >= _AHEAD:
            crop, position = places[number]
            yield Contradiction(
                crop=crop, position=position, read=digit, alike=digits[column], likeness=other
            )


def _glyphs(ink: Ink, count: int) -> list[Vectors]:
    """Return the digits of a crop as vectors of length 1, mean 0; none where they are not `count`."""
    found = lines(ink, Usual())
    if len(found) != 1:
        return []
    line = found[0]
    part = ink.contrast[line.top : line.bottom, line.left : line.right]
    dark = part > 0.4 * float(np.percentile(part, 95))
    inked = np.asarray(dark.any(axis=0), dtype=np.bool_)
    pieces = _pieces(inked, 0.12 * line.height)
    if len(pieces) != count:
        return []
    return [_vector(ink, line, start, end) for start, end in pieces]


def _pieces(inked: NDArray[np.bool_], least: float) -> list[tuple[int, int]]:
    """Return the stretches of columns with ink that are wide enough for a digit, half open."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], inked.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= least]


def _vector(ink: Ink, line: Line, start: int, end: int) -> Vectors:
    """Return a digit in a frame of its line's height, so that 1 stays narrow and a dot stays low."""
    height = line.height
    width = max(round(height * _COLUMNS / _ROWS), end - start)
    left = line.left + (start + end - width) // 2
    frame = np.zeros((height, width), dtype=np.float32)
    inside = slice(max(left, line.left + start), min(left + width, line.left + end))
    frame[:, inside.start - left : inside.stop - left] = ink.contrast[line.top : line.bottom, inside]
    small = cv2.resize(frame, (_COLUMNS, _ROWS), interpolation=cv2.INTER_AREA).astype(np.float32)
    small -= small.mean()
    vector: Vectors = small.ravel() / max(float(np.linalg.norm(small)), 1e-6)
    return vector


def borne_out(inks: Sequence[Ink], texts: Sequence[str], sure: Sequence[bool]) -> set[int]:
    """Return the crops that are not surely read and look, glyph by glyph, like those that are.

    Of figures every digit is compared, of marks for none their whole ink. Nothing is borne out by itself,
    nor by fewer than three others.
    """
    glyphs = [
        (number, character, glyph)
        for number, (ink, text) in enumerate(zip(inks, texts, strict=True))
        for character, glyph in _sized(ink, text)
    ][:_MOST]
    known: dict[str, list[_Glyph]] = defaultdict(list)
    for number, character, glyph in glyphs:
        if sure[number]:
            known[character].append(glyph)
    templates = {one: _stacked(each) for one, each in known.items() if len(each) >= _COMPARED}
    found: dict[int, list[bool]] = defaultdict(list)
    for number, character, glyph in glyphs:
        if not sure[number]:
            found[number].append(_is_borne(glyph, character, templates))
    return {number for number, borne in found.items() if all(borne)}


@dataclass(frozen=True, slots=True)
class _Glyph:
    """A glyph as it is compared, and the size of its ink in pixels; `width` is 0 for digits."""

    vector: Vectors
    height: int
    width: int


def _sized(ink: Ink, text: str) -> list[tuple[str, _Glyph]]:
    """Return the characters of a text with their ink, none where their number is not that of its pieces."""
    found = lines(ink, Usual())
    if len(found) != 1:
        return []
    (line,) = found
    if text in _MARKS:
        vector = _vector(ink, line, 0, line.width)
        return [(text, _Glyph(vector, line.height, line.width))]
    if not (text.isascii() and text.isdigit()):
        return []
    vectors = _glyphs(ink, len(text))
    return [(one, _Glyph(vector, line.height, 0)) for one, vector in zip(text, vectors, strict=bool(vectors))]


def _stacked(glyphs: Sequence[_Glyph]) -> tuple[Vectors, NDArray[np.int64]]:
    """Return glyphs of one kind as rows of vectors, and of heights with widths."""
    sizes = np.array([(glyph.height, glyph.width) for glyph in glyphs], dtype=np.int64)
    return np.stack([glyph.vector for glyph in glyphs]), sizes


def _is_borne(
    glyph: _Glyph, character: str, templates: Mapping[str, tuple[Vectors, NDArray[np.int64]]]
) -> bool:
    own, other = 0.0, 0.0
    least = _BORNE if _RIVALS.get(character, frozenset()) <= templates.keys() else _BORNE_ALONE
    for name, (vectors, sizes) in templates.items():
        is_as_large = (np.abs(sizes - (glyph.height, glyph.width)) <= _PLAY).all(axis=1)
        alike = vectors[is_as_large] @ glyph.vector
        if alike.size >= _COMPARED:
            mean = float(np.sort(alike)[-_COMPARED:].mean())
            own, other = (mean, other) if name == character else (own, max(other, mean))
    return own >= least and own - other >= _BORNE_AHEAD


ENGINE = "gouji look-alikes 1"
# What look-alikes say of a figure that they bear out: of a misread one they do so less than once in 1,800
# times, and what is said here counts as once in 150.
_SAID = 0.99


def witness(text: str) -> Reading:
    """Return as a reading that a figure looks like others that were surely read."""
    said = ((text, _SAID),)
    return Reading(engine=ENGINE, text=text, confidence=_SAID, candidates=said, is_further=True)


def doubt(found: Contradiction, text: str) -> Reading:
    """Return a contradiction as a reading that takes neither side: what was read, and what is alike."""
    other = text[: found.position] + found.alike + text[found.position + 1 :]
    said = ((other, 0.5), (text, 0.5))
    return Reading(engine=ENGINE, text=other, confidence=0.5, candidates=said, is_further=True)
