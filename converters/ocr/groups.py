"""Lone digits of a table that look alike: the first engine reads two of each group for all of it.

Most figures of a report are one digit, and the same digit of the same typeface is the same picture again. A
group is made of cells that the second engine, which reads every cell, surely read as one digit. So a figure
still has two witnesses: what the second engine read in it, and what the first one read in ink of its shape.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from converters.ocr.ink import Ink, Line
from document import Reading

_Vectors = NDArray[np.float32]

_ROWS, _COLUMNS = 24, 16  # pixels that a digit is compared in
# Members are this much like the mean of their group (correlation). Of 1,766 lone digits of scans at five
# levels 94 % are so of their own, down to 0.81; no digit is more than 0.73 like the mean of another.
_ALIKE = 0.88
# Boxes of one digit differ by grain, in pixels; those of another size are other print.
_PLAY = 2.5
_SURE = 0.99  # what the engines must be of the digit, else every cell is read by both
# Marks that geometry missed were 0.72 and more like the mean of those that it read on their page, 1s of the
# size of slashes 0.52 at most (seven levels, 340 marks).
_MARKS, _LIKE_MARKS = "—/", 0.65
_FEWEST = 4  # members that make reading two of them worth it


def alike(places: Sequence[tuple[Ink, Line]], own: Sequence[Reading]) -> list[list[int]]:
    """Return groups of lines that show one lone digit alike, as numbers of `places`.

    `own` is what the second engine read in each line. A group begins with its member that is most like all of
    it and the one that is least: what is true of both is true of the others between them.
    """
    by_digit: dict[str, list[int]] = defaultdict(list)
    for number, reading in enumerate(own):
        if len(reading.text) == 1 and reading.text in "0123456789" and reading.confidence >= _SURE:
            by_digit[reading.text].append(number)
    return [group for _, numbers in sorted(by_digit.items()) for group in _group([*numbers], places)]


def _group(numbers: list[int], places: Sequence[tuple[Ink, Line]]) -> list[list[int]]:
    """Return the one group of the lines that were read alike, if there is one."""
    if len(numbers) < _FEWEST:
        return []
    sizes = np.array([(places[number][1].width, places[number][1].height) for number in numbers])
    is_usual = (np.abs(sizes - np.median(sizes, axis=0)) <= _PLAY).all(axis=1)
    numbers = [number for number, usual in zip(numbers, is_usual, strict=True) if usual]
    if len(numbers) < _FEWEST:
        return []
    vectors = np.stack([_vector(*places[number]) for number in numbers])
    mean = vectors.mean(axis=0)
    likeness = vectors @ mean / max(float(np.linalg.norm(mean)), 1e-6)
    ranked = [int(one) for one in np.argsort(-likeness, kind="stable") if likeness[one] >= _ALIKE]
    if len(ranked) < _FEWEST:
        return []
    return [[numbers[one] for one in (ranked[0], ranked[-1], *ranked[1:-1])]]


def without_zeros(
    places: Sequence[tuple[Ink, Line]], read: Sequence[Reading | None], own: Sequence[Reading]
) -> list[Reading | None]:
    """Return readings of single strokes, without boxes that look like the zeros of their page.

    `own` is what the second engine read. The boxes of missing glyphs are 0.76 like a 0 at most.
    """
    result = list(read)
    zeros = [one for one, reading in enumerate(own) if reading.text == "0" and reading.confidence >= _SURE]
    plain = [one for one in zeros if read[one] is None]
    if len(plain) < _FEWEST:
        return result
    mean = np.stack([_vector(*places[one]) for one in plain]).mean(axis=0)
    mean /= max(float(np.linalg.norm(mean)), 1e-6)
    for number in zeros:
        if float(_vector(*places[number]) @ mean) >= _ALIKE:
            result[number] = None
    return result


def of_marks(places: Sequence[tuple[Ink, Line]], read: Sequence[Reading | None]) -> list[Reading | None]:
    """Return readings of single strokes, with those that look like several others on their page.

    `read` is what geometry reads in each line. A dash of five pixels or a slash out of focus is not straight
    enough for it now and then; it is as large as the others of its page and of their shape.
    """
    result = list(read)
    by_mark: dict[str, list[int]] = defaultdict(list)
    for number, reading in enumerate(read):
        if reading is not None and reading.text in _MARKS:
            by_mark[reading.text].append(number)
    for numbers in by_mark.values():
        if len(numbers) < _FEWEST:
            continue
        size = np.median([(places[one][1].width, places[one][1].height) for one in numbers], axis=0)
        mean = np.stack([_vector(*places[one]) for one in numbers]).mean(axis=0)
        mean /= max(float(np.linalg.norm(mean)), 1e-6)
        for number, (ink, line) in enumerate(places):
            is_as_large = (np.abs(np.array((line.width, line.height)) - size) <= _PLAY).all()
            if read[number] is None and is_as_large and float(_vector(ink, line) @ mean) >= _LIKE_MARKS:
                alike = read[numbers[0]]
                assert alike is not None
                result[number] = replace(alike, engine=f"{alike.engine}, a look-alike")
    return result


def _vector(ink: Ink, line: Line) -> _Vectors:
    """Return a digit as a vector of length 1, mean 0; smoothed, so that grain weighs less than shape."""
    part = ink.contrast[line.top : line.bottom, line.left : line.right]
    small = cv2.resize(part, (_COLUMNS, _ROWS), interpolation=cv2.INTER_AREA)
    vector = cv2.GaussianBlur(small, (3, 3), 0).astype(np.float32).ravel()
    vector -= vector.mean()
    result: _Vectors = vector / max(float(np.linalg.norm(vector)), 1e-6)
    return result


def shared(read: Sequence[Reading], own: Reading) -> Reading | None:
    """Return what the other members of a group take from the two that were read.

    None where those differ from each other, are not sure, or say something else than `own`, which the second
    engine read in all of them. Evidence says of such a reading that it is a look-alike's.
    """
    weakest = min(read, key=lambda reading: reading.confidence)
    if weakest.confidence < _SURE or any(reading.text != own.text for reading in read):
        return None
    return replace(weakest, engine=f"{weakest.engine}, a look-alike")
