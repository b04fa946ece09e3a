"""Pixels -> pieces of rulings: thin dark lines, however faint, broken, thick or doubled.

A ruling is told from the strokes of letters by three things: it is thin, it goes on for longer than a letter
is wide, and above and below it there is paper. Everything is measured along whole stretches, so that noise
averages out. Lengths are pixels, those of rulings points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from converters.rulings import Ruling, join, snap
from converters.scan_ink import Grey, Mask

Sums = NDArray[np.int32]  # of all pixels above and left of each

# Lengths in text heights, like those in rulings.py.
THICKEST = 0.45  # of rulings: pens of 3 pt in tables of 9 pt
# The lowest rows are 1.6 high, strokes of letters end at 1.1; both look longer by ALONG after averaging.
SHORTEST = 1.9
ALONG = 0.5  # what is averaged along a ruling: gaps of half of it are bridged
AROUND = 0.5  # how far paper is looked for beside it
# A ruling is darker than the paper by this many grey levels after averaging, and by so many times the noise.
FAINTEST, ABOVE_NOISE = 14.0, 4.0
# A piece this long, in text heights, needs no crossing rulings at its ends to be one.
SURE = 5.0
# Pieces of one ruling stand off by this, break apart by no more than that, and cover this share of it.
OFF, BREAK, SEEN = 0.15, 2.5, 0.5
# Ends of shorter pieces stand this near to the rulings that they end at.
TOUCHING = 0.3
# Beside a ruling, from here to there, stands paper: letters fill a fifth to a third of their lines. A ruling
# under or over a line of letters has paper on its other side.
NEAR, FAR = 0.12, 0.5
BOTH_FILLED, ONE_FILLED, CLEAR = 0.10, 0.20, 0.03
# Strokes of letters under each other leave a tenth of their line free and more; printed rulings leave only
# what others cross.
SOLID, WHOLE, WHOLE_LONG = 0.93, 0.985, 0.97
# Rows are this high where they stand alone, and their sides are dark over so much between the lines, but for
# the lines' own ink. In text heights.
LOW, THROUGH, RIM = (0.9, SHORTEST + ALONG), 0.9, 0.08
STRIP = 0.3  # on both sides of a ruling's middle lies all of its ink
# A line shorter than this that runs beside one so many times as long, no farther from it, is of letters where
# their other strokes stand this near to it: figures of ten digits in the widest type are 8 long.
SHORT_LINE, LONGER, STRIP_BESIDE, HANGING = 12.0, 2.0, 0.6, 0.5
PEN = 0.12  # text heights on both sides of a short ruling's middle
SMOOTH = 3  # pixels that are averaged along a side, so that its gaps are seen


@dataclass(frozen=True, kw_only=True, slots=True)
class Traced:
    """Long thin lines along the rows of a page, or of its transposed.

    `drawn` is where they are, `dark` how much darker each pixel is than the paper above and below, averaged
    over SMOOTH pixels along: what is below `least` is noise. `grain` is the noise of a single pixel, one
    standard deviation.
    """

    drawn: Mask
    dark: Grey
    least: float
    grain: float


def trace(grey: Grey, height: float) -> Traced:
    """Return where a page has long thin lines along its rows; `height` is that of its text, in pixels."""
    thick, along = max(int(THICKEST * height), 3) | 1, max(int(ALONG * height), 3)
    around = max(int(2 * AROUND * height), 5) | 1
    shortest = max(int(SHORTEST * height), 5)
    closed = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, brush((1, thick)))
    dark = cv2.subtract(closed, grey)
    even = cv2.blur(dark, (along, 1))
    middle, upper = np.percentile(even[::7, ::7], (50, 75))
    paper, noise = float(middle), 1.5 * float(upper - middle)  # its mean, and one standard deviation
    # twice as dark as what stands around it, the ruling itself counted in
    around_it = cv2.blur(even, (1, around))
    least = max(FAINTEST, paper + ABOVE_NOISE * noise)
    table = np.clip(np.maximum(np.arange(256) * 2 - round(paper), round(least)), 0, 255)
    marked = cv2.compare(even, cv2.LUT(around_it, table.astype(np.uint8)), cv2.CMP_GT)
    # a line that is not quite level goes on in the row above or below
    marked = cv2.dilate(marked, brush((1, 3)))
    drawn = cv2.morphologyEx(marked, cv2.MORPH_OPEN, brush((shortest, 1)))
    return Traced(
        drawn=np.asarray(drawn, dtype=np.uint8),
        dark=np.asarray(cv2.blur(dark, (SMOOTH, 1)), dtype=np.uint8),
        least=max(FAINTEST, paper + ABOVE_NOISE * noise * (along / SMOOTH) ** 0.5),
        grain=noise * along**0.5,
    )


def brush(size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return a rectangle of ones of some width and height."""
    return np.ones((size[1], size[0]), np.uint8)


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Connected pixels that may be of a ruling, in points.

    `beside` is how much of what stands above and below is ink, `solid` how much of the line itself is.
    """

    ruling: Ruling
    beside: tuple[float, float]
    solid: float
    is_long: bool

    @property
    def is_plain(self) -> bool:
        """Whether it is no chain of strokes: nothing stands beside it, or it has no gaps."""
        if max(self.beside) < CLEAR or (self.is_long and self.solid > WHOLE_LONG):
            return True
        return self.solid > SOLID and max(self.beside) < ONE_FILLED and min(self.beside) < BOTH_FILLED


def pieces_of(
    traced: Traced, drawn: Mask, sums: Sums, height: float, scale: float, *, horizontal: bool
) -> Iterable[Piece]:
    """Yield the pieces that `drawn` shows of thin lines in one direction.

    Along columns everything is transposed: `traced`, `drawn`, and the letters that `sums` counts.
    """
    near, far = max(round(NEAR * height), 1), max(round(FAR * height), 2)
    outlines, _ = cv2.findContours(drawn, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    for outline in outlines:
        left, top, width, tall = cv2.boundingRect(outline)
        beside = (
            filled(sums, left, top - far, left + width, top - near),
            filled(sums, left, top + tall + near, left + width, top + tall + far),
        )
        along = traced.dark[top : top + tall, left : left + width].max(axis=0)
        usual = int(np.partition(along, 3 * (width - 1) // 5)[3 * (width - 1) // 5])
        inside = np.flatnonzero(along >= 0.5 * usual)
        start, stop = int(inside[0]), int(inside[-1]) + 1  # averaging made it longer
        weights = cv2.reduce(
            drawn[top : top + tall, left : left + width], 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S
        )
        middle = float(np.average(np.arange(tall), weights=weights[:, 0]))
        ruling = Ruling(
            horizontal=horizontal,
            position=(top + middle + 0.5) / scale,
            start=(left + start) / scale,
            stop=(left + stop) / scale,
        )
        yield Piece(
            ruling=ruling,
            beside=beside,
            solid=len(inside) / (stop - start),
            is_long=stop - start >= SURE * height,
        )


def sums_of(letters: Mask) -> Sums:
    """Return the sums that `filled` and `count` look up."""
    return np.asarray(cv2.integral(letters // 255), dtype=np.int32)


def filled(sums: Sums, left: int, top: int, right: int, bottom: int) -> float:
    """Return the share of a rectangle that is ink."""
    top, bottom = max(top, 0), min(bottom, sums.shape[0] - 1)
    if bottom <= top or right <= left:
        return 0.0
    return count(sums, left, top, right, bottom) / ((bottom - top) * (right - left))


def count(sums: Sums, left: int, top: int, right: int, bottom: int) -> int:
    """Return how many pixels of a rectangle are ink; outside of the page there is none."""
    rows, columns = sums.shape
    left, right = (min(max(x, 0), columns - 1) for x in (left, right))
    top, bottom = (min(max(y, 0), rows - 1) for y in (top, bottom))
    if bottom <= top or right <= left:
        return 0
    return int(sums[bottom, right]) - int(sums[top, right]) - int(sums[bottom, left]) + int(sums[top, left])


def strips(shape: tuple[int, ...], every: Iterable[Ruling], height: float, scale: float) -> Mask:
    """Return the strips of a page in which rulings lie, a little wider than the thickest."""
    mask = np.zeros(shape, np.uint8)
    reach = max(int(STRIP * height), 2)
    for ruling in every:
        at, start, stop = (round(value * scale) for value in (ruling.position, ruling.start, ruling.stop))
        if ruling.horizontal:
            mask[max(at - reach, 0) : at + reach + 1, max(start - reach, 0) : stop + reach] = 255
        else:
            mask[max(start - reach, 0) : stop + reach, max(at - reach, 0) : at + reach + 1] = 255
    return mask


def without(ink: Mask, part: Part, every: Iterable[Ruling]) -> Mask:
    """Return the ink of a part of a page without the thin lines that are rulings."""
    return np.asarray(cv2.subtract(ink, cv2.dilate(part.lines(every), brush((5, 5)))), dtype=np.uint8)


def _own_lines(lined: Lined, rulings: Sequence[Ruling], height: float, scale: float) -> Mask:
    """Return where rulings along rows of what was looked at have their ink.

    The tops of figures that stand close under a ruling make up a thin line beside it, those of 5 and 7 for
    instance. What runs beside a much longer line and has letters hanging on it is no ruling's.
    """
    traced = lined.traced
    near = cv2.bitwise_and(traced.drawn, strips(traced.drawn.shape, rulings, height, scale))
    pen = max(round(PEN * height), 1)
    for ruling in rulings:  # those of a low row are no long lines
        if (ruling.stop - ruling.start) * scale < (SHORTEST + ALONG) * height:
            at, start, stop = (round(x * scale) for x in (ruling.position, ruling.start, ruling.stop))
            strip = np.s_[max(at - pen, 0) : at + pen + 1, max(start, 0) : stop]
            near[strip] = np.where(traced.dark[strip] >= traced.least, np.uint8(255), near[strip])
    _, labels, stats, _ = cv2.connectedComponentsWithStats(near, connectivity=8)
    is_kept = np.full(len(stats), 255, dtype=np.uint8)
    is_kept[0] = 0
    left, top, right, bottom = (
        stats[:, 0],
        stats[:, 1],
        stats[:, 0] + stats[:, 2],
        stats[:, 1] + stats[:, 3],
    )
    reach, hanging = STRIP_BESIDE * height, round(HANGING * height)
    for number in np.flatnonzero(stats[:, 2] < SHORT_LINE * height).tolist():
        wide = int(stats[number, 2])
        is_beside = (
            (np.minimum(right, right[number]) - np.maximum(left, left[number]) >= 0.5 * wide)
            & (stats[:, 2] >= LONGER * wide)
            & (top - bottom[number] < reach)
            & (top[number] - bottom < reach)
        )
        is_beside[0] = False
        if not is_beside.any():
            continue
        line = int(np.argmax(np.where(is_beside, stats[:, 2], 0)))
        under = top[number] + bottom[number] > top[line] + bottom[line]
        first = bottom[number] if under else top[number] - hanging
        if count(lined.sums, int(left[number]), int(first), int(right[number]), int(first) + hanging):
            is_kept[number] = 0
    return np.asarray(is_kept[labels], dtype=np.uint8)


def chained(plain: Iterable[Ruling], height: float) -> list[Ruling]:
    """Return long rulings, and those that are long once the pieces that they broke into are put together."""
    chains: list[list[Ruling]] = []
    for ruling in sorted(plain, key=lambda r: (r.start, r.stop)):
        for chain in chains:
            last = chain[-1]
            if (
                last.horizontal is ruling.horizontal
                and abs(last.position - ruling.position) <= OFF * height
                and ruling.start - last.stop <= BREAK * height
            ):
                chain.append(ruling)
                break
        else:
            chains.append([ruling])
    found: list[Ruling] = []
    for chain in chains:
        start, stop = chain[0].start, max(ruling.stop for ruling in chain)
        seen = sum(ruling.stop - ruling.start for ruling in chain)
        if stop - start < SURE * height or seen < SEEN * (stop - start):
            continue
        if len(chain) == 1:
            found.append(chain[0])
            continue
        middle = sum(r.position * (r.stop - r.start) for r in chain) / seen
        found.append(replace(chain[0], position=middle, start=start, stop=stop))
    return found


def anchored(sure: Iterable[Ruling], short: Iterable[Ruling], height: float) -> tuple[Ruling, ...]:
    """Return rulings joined; short ones that do not end at others are dashes and strokes."""
    every = tuple(sure)
    left = list(short)
    for _ in range(3):
        found = [ruling for ruling in left if _is_anchored(ruling, every, height)]
        if not found:
            break
        left = [ruling for ruling in left if ruling not in found]
        every = (*every, *found)
    return join(snap(every, height), height)


def _is_anchored(ruling: Ruling, every: Sequence[Ruling], height: float) -> bool:
    """Say whether rulings that cross it stand at both ends of a ruling."""
    play = TOUCHING * height
    if ruling.stop - ruling.start < SHORTEST / 2 * height:
        return False
    crossing = [
        other.position
        for other in every
        if other.horizontal is not ruling.horizontal
        and other.start - play <= ruling.position <= other.stop + play
    ]
    return all(any(abs(end - at) <= play for at in crossing) for end in (ruling.start, ruling.stop))


@dataclass(frozen=True, kw_only=True, slots=True)
class Lined:
    """What a part of a page shows along its rows, or, transposed, along its columns.

    `letters` is its ink without thin lines in either direction, `sums` what they sum up to.
    """

    traced: Traced
    letters: Mask
    sums: Sums


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A part of a page looked at for rulings: `height` of its letters in pixels, `scale` pixels a point."""

    across: Lined
    down: Lined
    height: float
    scale: float

    def lines(self, rulings: Iterable[Ruling]) -> Mask:
        """Return the thin lines that are those of rulings."""
        every = [*rulings]
        across = [ruling for ruling in every if ruling.horizontal]
        down = [replace(ruling, horizontal=True) for ruling in every if not ruling.horizontal]
        rows = _own_lines(self.across, across, self.height, self.scale)
        columns = _own_lines(self.down, down, self.height, self.scale)
        return np.asarray(cv2.max(rows, cv2.transpose(columns)), dtype=np.uint8)

    def plain(self) -> list[Ruling]:
        """Return the rulings that need no others to be told from strokes, in points."""
        plain = [piece.ruling for piece in self._pieces(()) if piece.is_plain]
        return chained(plain, self.height / self.scale)

    def rulings(self, plain: Sequence[Ruling]) -> tuple[Ruling, ...]:
        """Return the rulings of tables, joined, in points.

        Strokes of letters go on rulings by chance. So pieces are cut where `plain` ones cross them, and each
        is judged by itself.
        """
        cut = [piece.ruling for piece in self._pieces(plain) if piece.is_plain or piece.solid > WHOLE]
        found = anchored(plain, cut, self.height / self.scale)
        return (*found, *self._sides_of_low_rows(found))

    def _sides_of_low_rows(self, found: Sequence[Ruling]) -> Iterator[Ruling]:
        """Yield the sides of rows that stand alone, too low to be told from strokes by their length.

        They run from one line to the other without a gap, as no letter does, and stand at both ends.
        """
        lines = sorted((one for one in found if one.horizontal), key=lambda one: one.position)
        upright = [one for one in found if not one.horizontal]
        play, rim = TOUCHING * self.height / self.scale, max(int(RIM * self.height), 1)
        traced = self.down.traced
        for upper, lower in pairwise(lines):
            apart = lower.position - upper.position
            ends = abs(upper.start - lower.start), abs(upper.stop - lower.stop)
            if not LOW[0] <= apart * self.scale / self.height <= LOW[1] or max(ends) > play:
                continue
            if any(one.start < lower.position and one.stop > upper.position for one in upright):
                continue
            first = max(round((upper.start - play) * self.scale), 0)
            band = traced.dark[
                first : round((upper.stop + play) * self.scale) + 1,
                round(upper.position * self.scale) + rim : round(lower.position * self.scale) - rim,
            ]
            if not band.size:
                continue
            is_line = (band >= traced.least).mean(axis=1) >= THROUGH
            edges = np.flatnonzero(np.diff(np.concatenate(([0], is_line.astype(np.int8), [0]))))
            at = [(first + (start + stop) / 2) / self.scale for start, stop in edges.reshape(-1, 2).tolist()]
            if len(at) > 2 and at[0] - upper.start <= play and upper.stop - at[-1] <= play:
                for x in at:
                    yield Ruling(horizontal=False, position=x, start=upper.position, stop=lower.position)

    def _pieces(self, crossing: Sequence[Ruling]) -> list[Piece]:
        """Return the pieces of both directions, cut by crossing rulings."""
        found: list[Piece] = []
        for horizontal, lined in ((True, self.across), (False, self.down)):
            drawn = lined.traced.drawn
            others = [_along_rows(ruling) for ruling in crossing if ruling.horizontal is not horizontal]
            if others:
                cuts = strips(drawn.shape, others, 0.3 * self.height, self.scale)
                drawn = np.asarray(cv2.subtract(drawn, cuts), dtype=np.uint8)
            found += pieces_of(
                lined.traced, drawn, lined.sums, self.height, self.scale, horizontal=horizontal
            )
        return found


def _along_rows(ruling: Ruling) -> Ruling:
    return replace(ruling, horizontal=False)


def look_at(grey: Grey, inked: Mask, height: float, scale: float) -> Part:
    """Return a page, or a part of one, looked at for rulings by the height of its letters."""
    across, down = trace(grey, height), trace(np.asarray(cv2.transpose(grey), dtype=np.uint8), height)
    thin = cv2.dilate(cv2.max(across.drawn, cv2.transpose(down.drawn)), brush((5, 5)))
    letters = np.asarray(cv2.subtract(inked, thin), dtype=np.uint8)
    turned = np.asarray(cv2.transpose(letters), dtype=np.uint8)
    return Part(
        across=Lined(traced=across, letters=letters, sums=sums_of(letters)),
        down=Lined(traced=down, letters=turned, sums=sums_of(turned)),
        height=height,
        scale=scale,
    )
