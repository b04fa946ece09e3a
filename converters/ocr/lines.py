"""Marks of ink as lines of text, and cells proved blank, beside what is usual on the page.

How high figures are and how dark they are printed is known from the other cells: so the halves of a digit
that broke are one line, dust is dust, and a cell is blank because no ink stands in it that could be print,
never because an engine saw nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import erfc, sqrt

from converters.ocr.ink import Ink, Line, gap, grain_lines

# Marks smaller than this share of the figures' height, either way, are dirt; a lone dash is 0.4 of it wide.
# What is larger than dust may be what is left of a figure.
_DIRT, _DUST = 0.33, 0.25
_DUSTY, _DIRTY = 0.9995, 0.99  # how surely a cell with such marks alone is blank
# Dust stands by itself: of 7,019 sure cells of faxes three were figures of which wear had left two or three
# dots, so near to each other in heights of figures. More marks than that many are looked at no further.
_ONE_FIGURE, _MANY = 0.8, 40
# A tenth of a page's figures are no dashes, and none of them is lower than this share of the others.
_TALL, _LEAST_FIGURE = 0.9, 0.45
_DARK = 0.95  # more than a twentieth of a page's marks are print
# In standard deviations: blank cells of noisy pages were 11 dark at most, figures in them 21 at least.
_GRAIN = 15.0
# Ink in a cell is lighter than this share of the page's ink only where nothing is printed.
_PRINTED = 0.25
# Grey levels, and share of the page's ink, by which a blank cell's darkest place is nearer to it by chance.
_CHANCE, _CHANCE_SHARE = 1.5, 0.03


@dataclass(frozen=True, kw_only=True, slots=True)
class Usual:
    """What is usual among the crops of a page; 0 where nothing tells it.

    `height` is that of a line of figures in pixels, `contrast` the darkest contrast of print in grey levels.
    """

    height: float = 0.0
    contrast: float = 0.0


def usual(inks: Sequence[Ink]) -> Usual:
    """Return the usual height and contrast among crops: medians over their lines and over crops with ink."""
    inks = _printed(inks)
    alone = [(ink, line) for ink in inks for line in lines(ink, Usual())]
    shaped = [(ink, line) for ink, line in alone if line.width < 6 * line.height and line.height >= 5]
    # a copier's streak runs through the cells of a column from edge to edge
    inside = [(ink, line) for ink, line in shaped if line.top > 0 and line.bottom < ink.contrast.shape[0]]
    heights = [line.height for _, line in (inside if 2 * len(inside) >= len(shaped) else shaped)]
    darkest = [ink.darkest for ink in inks]
    if heights:
        # dashes in most cells are flat, and say nothing of figures
        tall = _LEAST_FIGURE * sorted(heights)[int(_TALL * len(heights))]
        heights = [height for height in heights if height >= tall]
        return Usual(height=_median(heights), contrast=_median(darkest))
    return Usual(contrast=_median(darkest) if darkest else 0.0)  # dashes alone tell no height


def _printed(inks: Sequence[Ink]) -> list[Ink]:
    """Return the inks of print: marks near the grain and half as dark as a page's dark ones are grain."""
    marked = [ink for ink in inks if ink.marks]
    most = sorted(ink.darkest for ink in marked)[int(_DARK * len(marked))] if marked else 0.0
    return [ink for ink in marked if ink.darkest >= min(most / 2, _GRAIN * ink.noise)]


def _median(values: Sequence[float]) -> float:
    return float(sorted(values)[len(values) // 2])


def lines(ink: Ink, beside: Usual) -> list[Line]:
    """Return the lines of text in a crop from the top down, without dirt and grain."""
    bands: list[list[int]] = []
    for mark in sorted(ink.marks, key=lambda mark: mark.top):
        if bands and mark.top < bands[-1][1]:
            bands[-1][1] = max(bands[-1][1], mark.bottom)
        else:
            bands.append([mark.top, mark.bottom])
    result = []
    for top, bottom in _joined(bands, beside.height):
        inside = [mark for mark in ink.marks if top <= mark.top < bottom]
        left, right = min(mark.left for mark in inside), max(mark.right for mark in inside)
        result.append(Line(left=left, top=top, right=right, bottom=bottom))
    found = [
        line
        for line in result
        if max(line.width, line.height) >= _DIRT * beside.height or _is_dash(line, beside)
    ]
    grainy = grain_lines(ink, found, height=beside.height)
    return [line for line in found if line not in grainy]


def _is_dash(line: Line, beside: Usual) -> bool:
    """Say whether a mark has the shape of a hyphen, which is hardly wider than dirt."""
    return line.width >= _DUST * beside.height and line.width >= 1.5 * line.height


def _joined(bands: list[list[int]], usual_height: float) -> list[list[int]]:
    """Join bands that are parts of one line: strokes of 二 and halves of a broken 2 leave rows free.

    Together they are no higher than a line. A band of less than a quarter of the tallest that joins none is
    dirt.
    """
    if not bands:
        return []
    line = max(usual_height, *(bottom - top for top, bottom in bands))
    result: list[list[int]] = []
    for top, bottom in bands:
        if result and bottom - result[-1][0] <= 1.25 * line and top - result[-1][1] <= 0.5 * line:
            result[-1][1] = bottom
        else:
            result.append([top, bottom])
    tallest = max(bottom - top for top, bottom in result)
    return [band for band in result if band[1] - band[0] >= 0.25 * tallest]


def of_figure(found: Sequence[Line], beside: Usual) -> list[Line]:
    """Return the lines of a cell of a figure: beside one of full height, flat ones are left of rulings."""
    if any(line.height >= 0.6 * beside.height for line in found):
        return [line for line in found if line.height >= 0.45 * beside.height]
    return list(found)


def blank(ink: Ink, beside: Usual) -> float:
    """Return the probability that nothing is printed in a crop that has no lines."""
    marks = (*ink.marks, *ink.specks)
    if min(ink.contrast.shape) < 4:
        return 0.5  # too small to hold or to lack anything
    if marks:
        size = max(max(mark.width, mark.height) for mark in marks)
        is_dust = size <= _DUST * beside.height and not any(
            gap(one, other) <= _ONE_FIGURE * beside.height for one, other in combinations(marks[:_MANY], 2)
        )
        return _DUSTY if is_dust and len(marks) <= _MANY else _DIRTY
    # on a page printed faintly, ink may lie below what is seen as a mark
    print_from = max(5 * ink.noise, _PRINTED * beside.contrast) if beside.contrast else ink.least
    if beside.contrast:  # and grain as dark as half of the page's ink hides figures
        print_from = min(print_from, 0.5 * beside.contrast)
    chance = max(_CHANCE, _CHANCE_SHARE * beside.contrast)
    return 1.0 - 0.5 * erfc((print_from - ink.darkest) / (chance * sqrt(2.0)))
