"""Pixels -> pieces of rulings: thin dark lines, however faint, broken, thick or doubled.

A ruling is told from the strokes of letters by three things: it is thin, it goes on for longer than a letter
is wide, and above and below it there is paper. Everything is measured along whole stretches, so that noise
averages out. Lengths are pixels, those of rulings points.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

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
# A line down the page stands out over the rulings that it crosses by this at one end, and by half of it at
# the other, when it is none itself.
STREAK = 4.0
EDGE = 0.5  # what is nearer to the page's edge than this is the edge itself
# Ends of shorter pieces stand this near to the rulings that they end at.
TOUCHING = 0.3
# Beside a ruling, from here to there, stands paper: letters fill a fifth to a third of their lines. A ruling
# under or over a line of letters has paper on its other side.
NEAR, FAR = 0.12, 0.5
BOTH_FILLED, ONE_FILLED, CLEAR = 0.10, 0.20, 0.03
# Strokes of letters under each other leave a tenth of their line free and more; printed rulings leave only
# what others cross.
SOLID, WHOLE, WHOLE_LONG = 0.93, 0.985, 0.97
STRIP = 0.3  # on both sides of a ruling's middle lies all of its ink
SMOOTH = 3  # pixels that are averaged along a side, so that its gaps are seen


@dataclass(frozen=True, kw_only=True, slots=True)
class Traced:
    """Long thin lines in one direction.

    `drawn` is where they are, `dark` how much darker each pixel is than the paper across. Averaged over
    SMOOTH pixels, what is below `least` is noise; `grain` is the noise of a single pixel, one standard
    deviation.
    """

    drawn: Mask
    dark: Grey
    least: float
    grain: float


def trace(grey: Grey, height: float, *, horizontal: bool) -> Traced:
    """Return where a page has long thin lines in one direction; `height` is that of its text, in pixels."""
    thick, along = max(int(THICKEST * height), 3) | 1, max(int(ALONG * height), 3)
    around = max(int(2 * AROUND * height), 5) | 1
    shortest = max(int(SHORTEST * height), 5)

    def across(length: int) -> tuple[int, int]:
        return (1, length) if horizontal else (length, 1)

    def lengthwise(length: int) -> tuple[int, int]:
        return (length, 1) if horizontal else (1, length)

    closed = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, brush(across(thick)))
    dark = cv2.subtract(closed, grey)
    even = cv2.blur(dark, lengthwise(along))
    sample = even[::7, ::7]
    middle, upper = np.percentile(sample, (50, 75))
    paper, noise = float(middle), 1.5 * float(upper - middle)  # its mean, and one standard deviation
    # twice as dark as what stands around it, the ruling itself counted in
    around_it = cv2.blur(even, across(around))
    least = max(FAINTEST, paper + ABOVE_NOISE * noise)
    level = np.maximum(np.clip(around_it.astype(np.int16) * 2 - round(paper), 0, 255), round(least))
    marked = cv2.compare(even, level.astype(np.uint8), cv2.CMP_GT)
    # a line that is not quite level goes on in the row above or below
    marked = cv2.dilate(marked, brush(across(3)))
    drawn = cv2.morphologyEx(marked, cv2.MORPH_OPEN, brush(lengthwise(shortest)))
    return Traced(
        drawn=np.asarray(drawn, dtype=np.uint8),
        dark=np.asarray(dark, dtype=np.uint8),
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
    traced: Traced, letters: Mask, height: float, scale: float, *, horizontal: bool
) -> Iterable[Piece]:
    """Yield the pieces of thin lines in one direction."""
    drawn = traced.drawn
    dark = np.asarray(cv2.blur(traced.dark, (SMOOTH, 1) if horizontal else (1, SMOOTH)), dtype=np.uint8)
    if not horizontal:
        drawn, dark, letters = (np.ascontiguousarray(page.T) for page in (drawn, dark, letters))
    sums = sums_of(letters)
    near, far = max(round(NEAR * height), 1), max(round(FAR * height), 2)
    count, _, stats, centres = cv2.connectedComponentsWithStats(drawn)
    for number in range(1, count):
        left, top, width, tall, _ = (int(one) for one in stats[number])
        beside = (
            filled(sums, left, top - far, left + width, top - near),
            filled(sums, left, top + tall + near, left + width, top + tall + far),
        )
        along = dark[top : top + tall, left : left + width].max(axis=0)
        inside = np.flatnonzero(along >= 0.5 * np.percentile(along, 60))
        start, stop = int(inside[0]), int(inside[-1]) + 1  # averaging made it longer
        ruling = Ruling(
            horizontal=horizontal,
            position=(float(centres[number][1]) + 0.5) / scale,
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


def _streaks(found: Sequence[Ruling], height: float, bottom: float) -> list[Ruling]:
    """Return those of the rulings down a page that begin and end in nothing, far from any that they cross.

    A line along the page's own edge, from 0 to `bottom`, is the lid's and no ruling to end at.
    """
    play = TOUCHING * height
    streaks: list[Ruling] = []
    for ruling in found:
        if ruling.horizontal:
            continue
        crossing = [
            other.position
            for other in found
            if other.horizontal
            and EDGE * height <= other.position <= bottom - EDGE * height
            and other.start - play <= ruling.position <= other.stop + play
            and ruling.start - play <= other.position <= ruling.stop + play
        ]
        ends = (
            (min(crossing) - ruling.start, ruling.stop - max(crossing))
            if crossing
            else (STREAK * height,) * 2
        )
        rim = (ruling.start, bottom - ruling.stop)
        from_edge = any(
            end >= STREAK * height and off <= EDGE * height for end, off in zip(ends, rim, strict=True)
        )
        if from_edge or (max(ends) >= STREAK * height and min(ends) >= STREAK / 2 * height):
            streaks.append(ruling)
    return streaks


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
class Part:
    """A part of a page looked at for rulings: lengths in pixels, `letters` is its ink without thin lines."""

    across: Traced
    down: Traced
    letters: Mask
    height: float
    scale: float

    @property
    def drawn(self) -> Mask:
        """Thin lines in both directions."""
        return np.asarray(cv2.max(self.across.drawn, self.down.drawn), dtype=np.uint8)

    def rulings(self) -> tuple[Ruling, ...]:
        """Return the rulings of tables, joined, in points.

        Strokes of letters go on rulings by chance. So pieces are cut where others cross them, and each is
        judged by itself; the sure ones go before.
        """
        plain = [piece.ruling for piece in self._pieces(()) if piece.is_plain]
        sure = chained(plain, self.height / self.scale)
        cut = [piece.ruling for piece in self._pieces(sure) if piece.is_plain or piece.solid > WHOLE]
        return anchored(sure, cut, self.height / self.scale)

    def streaks(self) -> Mask | None:
        """Return the pixels of streaks that a copier drew down the page; None where there are none."""
        plain = [piece.ruling for piece in self._pieces(()) if piece.is_plain]
        height = self.height / self.scale
        found = _streaks(chained(plain, height), height, self.letters.shape[0] / self.scale)
        if not found:
            return None
        lines = cv2.bitwise_and(self.down.drawn, strips(self.letters.shape, found, self.height, self.scale))
        return np.asarray(cv2.dilate(lines, brush((5, 1))), dtype=np.uint8)

    def _pieces(self, crossing: Sequence[Ruling]) -> list[Piece]:
        """Return the pieces of both directions, cut by crossing rulings."""
        found: list[Piece] = []
        for horizontal, traced in ((True, self.across), (False, self.down)):
            others = [ruling for ruling in crossing if ruling.horizontal is not horizontal]
            cuts = strips(self.letters.shape, others, 0.3 * self.height, self.scale)
            drawn = cv2.subtract(traced.drawn, cuts) if others else traced.drawn
            pieces = replace(traced, drawn=np.asarray(drawn, dtype=np.uint8))
            found += pieces_of(pieces, self.letters, self.height, self.scale, horizontal=horizontal)
        return found


def look_at(grey: Grey, inked: Mask, height: float, scale: float) -> Part:
    """Return a page, or a part of one, looked at for rulings by the height of its letters."""
    across, down = (trace(grey, height, horizontal=horizontal) for horizontal in (True, False))
    thin = cv2.dilate(cv2.max(across.drawn, down.drawn), brush((5, 5)))
    letters = np.asarray(cv2.subtract(inked, thin), dtype=np.uint8)
    return Part(across=across, down=down, letters=letters, height=height, scale=scale)
