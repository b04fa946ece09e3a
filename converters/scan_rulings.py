"""Pixels -> rulings: thin dark lines on a straightened page, however faint, broken, thick or doubled.

A ruling is told from the strokes of letters by three things: it is thin, it goes on for longer than a letter is
wide, and above and below it there is paper. Everything is measured along whole stretches, so that noise averages
out; nothing is decided here about cells, which rulings.py makes of rulings as it does for stored pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from converters.rulings import Frame, Ruling, frames, join, snap
from converters.scan_ink import letter_height, marks

if TYPE_CHECKING:
    from converters.scan_straight import Grey, Map, Mask

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
# Beside a ruling, from here to there, stands paper: letters fill a fifth to a third of their lines. A ruling under
# or over a line of letters has paper on its other side.
NEAR, FAR = 0.12, 0.5
BOTH_FILLED, ONE_FILLED, CLEAR = 0.10, 0.20, 0.03
# Strokes of letters under each other leave a tenth of their line free and more; printed rulings leave nothing.
SOLID, WHOLE = 0.93, 0.985
STRIP = 0.3  # on both sides of a ruling's middle lies all of its ink
# The share of a side along which its line must be seen: between empty strips, with letters on one side, on both.
EMPTY_SIDE, CLEAR_SIDE, FILLED_SIDE = 0.45, 0.85, 0.98
SMOOTH = 3  # pixels that are averaged along a side, so that its gaps are seen
# Where nothing stands beside it, a side is a line that is darker by so many grey levels on average, and by this share
# of what the table's other sides are.
FAINT_SIDE, FADED = 4.0, 0.15
# A side that is not seen is implied where this share of its line and of those beside it is.
REGULAR = 0.6
LIKELY, PROVED = 1, 2
# From this proof on a side may be printed, and nobody can tell: between empty strips, with letters on one side, on
# both. Strokes of letters reach 0.8.
UNSURE = (0.5, 0.85, 0.93)
# Rulings this long tell how a page is bent.
TELLING = 8.0
# A page's lines are bent when they leave the straight by this many pixels.
BENT = 0.8


@dataclass(frozen=True, kw_only=True, slots=True)
class Traced:
    """Long thin lines in one direction.

    `drawn` is where they are, `dark` how much darker each pixel is than the paper across. Averaged over SMOOTH
    pixels, what is below `least` is noise; `grain` is the noise of a single pixel, one standard deviation.
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

    closed = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, _brush(across(thick)))
    dark = cv2.subtract(closed, grey)
    even = cv2.blur(dark, lengthwise(along))
    sample = even[::7, ::7]
    middle, upper = np.percentile(sample, (50, 75))
    paper, noise = float(middle), 1.5 * float(upper - middle)  # its mean, and one standard deviation
    # twice as dark as what stands around it, the ruling itself counted in
    around_it = cv2.blur(even, across(around))
    least = max(FAINTEST, paper + ABOVE_NOISE * noise)
    level = cv2.max(cv2.subtract(cv2.add(around_it, around_it), paper), least)
    marked = cv2.compare(even, level, cv2.CMP_GT)
    # a line that is not quite level goes on in the row above or below
    marked = cv2.dilate(marked, _brush(across(3)))
    drawn = cv2.morphologyEx(marked, cv2.MORPH_OPEN, _brush(lengthwise(shortest)))
    return Traced(
        drawn=np.asarray(drawn, dtype=np.uint8),
        dark=np.asarray(dark, dtype=np.uint8),
        least=max(FAINTEST, paper + ABOVE_NOISE * noise * (along / SMOOTH) ** 0.5),
        grain=noise * along**0.5,
    )


def _brush(size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return a rectangle of ones of some width and height."""
    return np.ones((size[1], size[0]), np.uint8)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruled:
    """The rulings of a page in points, and the pixels of all thin long lines, theirs among them.

    `doubts` are sides of cells, as rulings, of which ink does not tell whether they are printed.
    """

    rulings: tuple[Ruling, ...]
    drawn: Mask
    doubts: tuple[Ruling, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Part:
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

        Strokes of letters go on rulings by chance. So pieces are cut where others cross them, and each is judged by
        itself; the sure ones go before.
        """
        plain = [piece.ruling for piece in self._pieces(()) if piece.is_plain]
        sure = _chained(plain, self.height / self.scale)
        cut = [piece for piece in self._pieces(sure) if piece.is_plain or piece.solid > WHOLE]
        return anchored(sure, [piece.ruling for piece in cut], self.height / self.scale)

    def _pieces(self, crossing: Sequence[Ruling]) -> list[_Piece]:
        """Return the pieces of both directions, cut by crossing rulings."""
        found: list[_Piece] = []
        for horizontal, traced in ((True, self.across), (False, self.down)):
            others = [ruling for ruling in crossing if ruling.horizontal is not horizontal]
            cuts = strips(self.letters.shape, others, 0.3 * self.height, self.scale)
            drawn = cv2.subtract(traced.drawn, cuts) if others else traced.drawn
            pieces = replace(traced, drawn=np.asarray(drawn, dtype=np.uint8))
            found += _pieces(pieces, self.letters, self.height, self.scale, horizontal=horizontal)
        return found


def find(grey: Grey, inked: Mask, height: float, scale: float) -> Ruled:
    """Return the rulings of a page; `height` is that of its text in pixels, `scale` pixels a point.

    Tables are set smaller than the prose around them: each is looked at again by the height of its own letters,
    and every side of its cells by itself.
    """
    first = _part(grey, inked, height, scale)
    drawn = first.drawn
    found: list[Ruling] = []
    doubts: list[Ruling] = []
    for left, top, right, bottom in _areas(first.rulings(), height, scale, grey.shape):
        area = np.s_[top:bottom, left:right]
        own = letter_height(marks(np.ascontiguousarray(first.letters[area])), scale)
        part = _part(np.ascontiguousarray(grey[area]), np.ascontiguousarray(inked[area]), own, scale)
        drawn[area] = part.drawn
        for frame in frames(part.rulings(), own / scale):
            sides, unsure = _settled(frame, part, np.ascontiguousarray(inked[area]))
            found += (_moved(side, left / scale, top / scale) for side in sides)
            doubts += (_moved(side, left / scale, top / scale) for side in unsure)
    return Ruled(rulings=join(found, height / scale), drawn=drawn, doubts=tuple(doubts))


def _part(grey: Grey, inked: Mask, height: float, scale: float) -> _Part:
    across, down = (trace(grey, height, horizontal=horizontal) for horizontal in (True, False))
    thin = cv2.dilate(cv2.max(across.drawn, down.drawn), _brush((5, 5)))
    letters = np.asarray(cv2.subtract(inked, thin), dtype=np.uint8)
    return _Part(across=across, down=down, letters=letters, height=height, scale=scale)


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


def _settled(frame: Frame, part: _Part, inked: Mask) -> tuple[list[Ruling], list[Ruling]]:
    """Return the sides of a frame's cells that are printed, and those that may be."""
    lines = cv2.bitwise_and(part.drawn, strips(inked.shape, frame.rulings, part.height, part.scale))
    ink = cv2.subtract(inked, cv2.dilate(lines, _brush((5, 5))))
    sides: list[Ruling] = []
    unsure: list[Ruling] = []
    for horizontal, positions, stations in (
        (True, frame.rows, frame.columns),
        (False, frame.columns, frame.rows),
    ):
        traced = part.across if horizontal else part.down
        letters = ink if horizontal else np.ascontiguousarray(ink.T)
        dark = cv2.blur(traced.dark if horizontal else np.ascontiguousarray(traced.dark.T), (SMOOTH, 1))
        sums = cv2.integral(letters // 255)
        page = np.asarray(dark, dtype=np.uint8)
        seen = [
            [
                _seen(Ruling(horizontal=horizontal, position=at, start=a, stop=b), page, traced, sums, part)
                for a, b in pairwise(stations)
            ]
            for at in positions
        ]
        usual = float(np.percentile([one.contrast for line in seen for one in line], 75))
        proofs = np.array([[one.proof(usual) for one in line] for line in seen])
        printed = proofs >= 1.0
        implied = _implied(printed, positions, stations, sums, part)
        for row, at in enumerate(positions):
            for column, (a, b) in enumerate(pairwise(stations)):
                side = Ruling(horizontal=horizontal, position=at, start=a, stop=b)
                is_proved = implied[row, column] == PROVED
                if printed[row, column] or implied[row, column]:
                    sides.append(side)
                is_unsure = implied[row, column] or seen[row][column].is_unsure(proofs[row, column])
                if not printed[row, column] and not is_proved and is_unsure:
                    unsure.append(side)
    return sides, unsure


def _implied(
    printed: NDArray[np.bool_],
    positions: Sequence[float],
    stations: Sequence[float],
    sums: NDArray[np.int32],
    part: _Part,
) -> NDArray[np.int8]:
    """Return which sides that are not seen the rest of the table implies: PROVED by ink on both sides, or LIKELY.

    Most of the same line is printed, most sides beside it across are, and so is its line before and after it. A
    text of its own stands in each half then; one text in the middle belongs to a merged cell.
    """
    result = np.zeros(printed.shape, dtype=np.int8)
    if printed.shape[0] < 3:
        return result
    along, across = printed.mean(axis=1), printed[1:-1].mean(axis=0)
    for row in range(1, len(positions) - 1):
        for column in range(len(stations) - 1):
            if printed[row, column] or min(along[row], across[column]) < REGULAR:
                continue
            inner = [other for other in (column - 1, column + 1) if 0 <= other < printed.shape[1]]
            if not all(printed[row, other] for other in inner):
                continue
            above, line, below = _halves(positions[row - 1 : row + 2], stations[column : column + 2], sums, part)
            if line > 0:
                continue
            least = 0.03 * part.height * part.height
            if min(above, below) >= least:
                result[row, column] = PROVED
            elif len(inner) == 2:
                result[row, column] = LIKELY
    return result


def _halves(
    positions: Sequence[float], stations: Sequence[float], sums: NDArray[np.int32], part: _Part
) -> tuple[int, int, int]:
    """Return how many pixels of ink stand above a side that is not seen, on it, and below it."""
    before, at, after = (round(x * part.scale) for x in positions)
    start, stop = (round(x * part.scale) for x in stations)
    rim, near = max(int(0.15 * part.height), 2), max(int(0.08 * part.height), 1)
    return (
        _count(sums, start + rim, before + rim, stop - rim, at - near),
        _count(sums, start + rim, at - near, stop - rim, at + near),
        _count(sums, start + rim, at + near, stop - rim, after - rim),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Seen:
    """What is seen where a side of a cell would be printed.

    `share` of it is dark; averaged along, its middle is darker than what lies beside it by `contrast`, where noise
    reaches `noise`; `beside` is how much of the strips on both sides is ink.
    """

    share: float
    contrast: float
    noise: float
    beside: tuple[float, float]

    def proof(self, usual: float) -> float:
        """Return how surely the side is printed: at 1 it is. `usual` is the contrast of the table's other sides.

        Letters that a line would run through may make one up; between empty strips a trace of one is enough.
        """
        if max(self.beside) < CLEAR:
            limit = max(FAINT_SIDE, 4 * self.noise, FADED * usual)
            return max(self.share / EMPTY_SIDE, self.contrast / limit)
        return self.share / (CLEAR_SIDE if min(self.beside) < CLEAR else FILLED_SIDE)

    def is_unsure(self, proof: float) -> bool:
        """Say whether nobody can tell that a side is printed, or that it is not."""
        return UNSURE[0 if max(self.beside) < CLEAR else 1 if min(self.beside) < CLEAR else 2] <= proof < 1.0


def _seen(side: Ruling, dark: Grey, traced: Traced, sums: NDArray[np.int32], part: _Part) -> _Seen:
    """Return what is seen of a side on a part of a page."""
    at, start, stop = (round(x * part.scale) for x in (side.position, side.start, side.stop))
    skip = min(max(int(0.35 * part.scale), 1), max((stop - start) // 4, 0))
    play = max(int(0.15 * part.height), 2)
    near, far = max(round(NEAR * part.height), 1) + play // 2, max(round(FAR * part.height), 4) + play // 2
    top = max(at - far, 0)
    strip = dark[top : at + far + 1, start + skip : max(stop - skip, start + skip + 1)]
    if not strip.size or strip.shape[0] < 2 * play + 2:
        return _Seen(share=1.0, contrast=0.0, noise=0.0, beside=(0.0, 0.0))
    rows = strip.mean(axis=1)
    first = max(at - play - top, 0)
    inside = rows[first : at + play + 1 - top]
    best = first + int(np.argmax(np.convolve(inside, np.ones(3) / 3, mode="same")))
    slack = 1 if stop - start < 12 * part.height else 2
    line = strip[max(best - slack, 0) : best + slack + 1]
    rest = np.delete(rows, slice(first, at + play + 1 - top))
    return _Seen(
        share=float((line.max(axis=0) >= traced.least).mean()),
        contrast=float(rows[max(best - 1, 0) : best + 2].mean() - (rest.mean() if rest.size else 0.0)),
        noise=traced.grain / (3 * strip.shape[1]) ** 0.5,
        beside=(
            _filled(sums, start + skip, at - far, stop - skip, at - near),
            _filled(sums, start + skip, at + near, stop - skip, at + far),
        ),
    )


def _areas(
    found: Iterable[Ruling], height: float, scale: float, shape: tuple[int, ...]
) -> list[tuple[int, int, int, int]]:
    """Return left, top, right and bottom of the areas in pixels that hold a table each, by their rulings."""
    boxes: list[tuple[int, int, int, int]] = []
    play = int(2 * height)
    for frame in frames(found, height / scale):
        box = frame.box
        left, top, right, bottom = (round(x * scale) for x in (box.left, box.top, box.right, box.bottom))
        area = (
            max(left - play, 0), max(top - play, 0), min(right + play, shape[1]), min(bottom + play, shape[0])
        )  # fmt: skip
        for other in [other for other in boxes if _overlap(area, other)]:
            boxes.remove(other)
            area = (*map(min, area[:2], other[:2]), *map(max, area[2:], other[2:]))
        boxes.append(area)
    return boxes


def _overlap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _moved(ruling: Ruling, across: float, down: float) -> Ruling:
    along, aside = (across, down) if ruling.horizontal else (down, across)
    return replace(
        ruling, position=ruling.position + aside, start=ruling.start + along, stop=ruling.stop + along
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Piece:
    """Connected pixels that may be of a ruling, in points.

    `beside` is how much of what stands above and below is ink, `solid` how much of the line itself is.
    """

    ruling: Ruling
    beside: tuple[float, float]
    solid: float

    @property
    def is_plain(self) -> bool:
        """Whether it is no chain of strokes: nothing stands beside it, or it has no gaps."""
        return max(self.beside) < CLEAR or (self.solid > SOLID and max(self.beside) < ONE_FILLED)


def _pieces(traced: Traced, letters: Mask, height: float, scale: float, *, horizontal: bool) -> Iterable[_Piece]:
    """Yield the pieces of rulings that are no strokes of letters."""
    drawn, dark = traced.drawn, traced.dark
    if not horizontal:
        drawn, dark, letters = (np.ascontiguousarray(page.T) for page in (drawn, dark, letters))
    sums = cv2.integral(letters // 255)
    near, far = max(round(NEAR * height), 1), max(round(FAR * height), 2)
    count, _, stats, centres = cv2.connectedComponentsWithStats(drawn)
    for number in range(1, count):
        left, top, width, tall, _ = (int(one) for one in stats[number])
        beside = (
            _filled(sums, left, top - far, left + width, top - near),
            _filled(sums, left, top + tall + near, left + width, top + tall + far),
        )
        if min(beside) < BOTH_FILLED:
            along = dark[top : top + tall, left : left + width].max(axis=0)
            inside = np.flatnonzero(along >= 0.5 * np.percentile(along, 60))
            start, stop = int(inside[0]), int(inside[-1]) + 1  # averaging made it longer
            ruling = Ruling(
                horizontal=horizontal,
                position=(float(centres[number][1]) + 0.5) / scale,
                start=(left + start) / scale,
                stop=(left + stop) / scale,
            )
            yield _Piece(ruling=ruling, beside=beside, solid=len(inside) / (stop - start))


def _filled(sums: NDArray[np.int32], left: int, top: int, right: int, bottom: int) -> float:
    """Return the share of a rectangle that is ink."""
    top, bottom = max(top, 0), min(bottom, sums.shape[0] - 1)
    if bottom <= top or right <= left:
        return 0.0
    return _count(sums, left, top, right, bottom) / ((bottom - top) * (right - left))


def _count(sums: NDArray[np.int32], left: int, top: int, right: int, bottom: int) -> int:
    """Return how many pixels of a rectangle are ink; outside of the page there is none."""
    rows, columns = sums.shape
    left, right = (min(max(x, 0), columns - 1) for x in (left, right))
    top, bottom = (min(max(y, 0), rows - 1) for y in (top, bottom))
    if bottom <= top or right <= left:
        return 0
    return int(sums[bottom, right]) - int(sums[top, right]) - int(sums[bottom, left]) + int(sums[top, left])


def _chained(plain: Iterable[Ruling], height: float) -> list[Ruling]:
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
    """Return rulings joined, with those short ones that end at others at both ends: the rest is dashes and strokes."""
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


# --- Bent pages -------------------------------------------------------------------------------------


def unbend(grey: Grey, height: float) -> tuple[Map, Map] | None:
    """Return where each pixel of the page with all rulings straight comes from; None for one as straight as that.

    Perspective and curling leave a horizontal ruling at y = c + m(c) x + q(c) x², and likewise down the page; m and
    q change evenly over the page.
    """
    rows, columns = grey.shape
    half = cv2.resize(grey, (columns // 2, rows // 2), interpolation=cv2.INTER_AREA)
    across = _bends(trace(half, height / 2, horizontal=True).drawn, height / 2)
    down = _bends(np.ascontiguousarray(trace(half, height / 2, horizontal=False).drawn.T), height / 2)
    if len(across) < 2:
        return None
    level = _model(across, rows)
    plumb = _model(down, columns) if len(down) > 1 else np.array([-level[0], 0.0, 0.0, 0.0])
    step = 16
    y, x = np.mgrid[0 : rows + step : step, 0 : columns + step : step].astype(np.float32)
    moved_y, moved_x = _shift(level, y, x - columns / 2, rows), _shift(plumb, x, y - rows / 2, columns)
    if max(float(np.abs(moved_y).max()), float(np.abs(moved_x).max())) < BENT:
        return None
    for _ in range(2):  # where a pixel lies on one kind of line depends on where it lies on the other
        moved_y, moved_x = (
            _shift(level, y, x + moved_x - columns / 2, rows),
            _shift(plumb, x, y + moved_y - rows / 2, columns),
        )
    size = (x.shape[1] * step, x.shape[0] * step)
    from_x = cv2.resize(x + moved_x, size, interpolation=cv2.INTER_LINEAR)
    from_y = cv2.resize(y + moved_y, size, interpolation=cv2.INTER_LINEAR)
    # enlarging puts the first sample in the middle of its 16 pixels
    middle = (step - 1) / 2
    shift = np.float32([[1, 0, -middle], [0, 1, -middle]])
    border = cv2.BORDER_REPLICATE
    from_x = cv2.warpAffine(from_x, shift, size, borderMode=border)
    from_y = cv2.warpAffine(from_y, shift, size, borderMode=border)
    return from_x[:rows, :columns], from_y[:rows, :columns]


def _bends(drawn: Mask, height: float) -> list[tuple[float, float, float, float]]:
    """Return c, m, q and the length of long lines along a page of half the size, x counted from its middle."""
    count, numbered, stats, _ = cv2.connectedComponentsWithStats(drawn)
    middle = drawn.shape[1] / 2
    found = []
    for number in range(1, count):
        left, top, width, tall, _ = (int(one) for one in stats[number])
        if width < TELLING * height:
            continue
        piece = numbered[top : top + tall, left : left + width] == number
        weights = piece.sum(axis=0)
        at = np.flatnonzero(weights)
        ys = (piece * np.arange(tall)[:, None]).sum(axis=0)[at] / weights[at] + top
        xs = at + left - middle
        is_long = width > drawn.shape[1] / 3
        square, slope, start = np.polyfit(xs, ys, 2) if is_long else (0.0, *np.polyfit(xs, ys, 1))
        off = np.abs(ys - (start + slope * xs + square * xs * xs))
        if float(np.median(off)) < 0.1 * height:
            found.append((2 * float(start), float(slope), float(square) / 2, 2 * float(width)))
    return found


def _model(bends: Sequence[tuple[float, float, float, float]], extent: int) -> NDArray[np.float64]:
    """Return m and q, each as a value and its change over the page, from the bends of lines."""
    table = np.array(bends)
    weights = table[:, 3] ** 1.5
    wide = table[:, 3] > table[:, 3].max() * 0.6
    place = table[:, 0] / extent - 0.5
    spread = float(np.ptp(place))
    model = np.zeros(4)
    for at, column, rows in ((0, 1, np.ones(len(table), bool)), (2, 2, wide)):
        ys, xs, ws = table[rows, column], place[rows], weights[rows]
        if rows.sum() > 2 and spread > 0.2:
            design = np.stack([np.ones_like(xs), xs], axis=1) * ws[:, None]
            model[at : at + 2] = np.linalg.lstsq(design, ys * ws, rcond=None)[0]
        else:
            model[at] = float(np.average(ys, weights=ws))
    return model


def _shift(model: NDArray[np.float64], place: Map, along: Map, extent: int) -> Map:
    """Return how far a line through `place` has moved at a distance `along` it from the page's middle."""
    at = place / extent - 0.5
    slope, square = model[0] + model[1] * at, model[2] + model[3] * at
    return np.asarray(slope * along + square * along * along, dtype=np.float32)
