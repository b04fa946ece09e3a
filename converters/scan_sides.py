"""What is seen of every side of a table's cells: how much of its line, and what texts stand at it.

Lines are looked at one by one (scan_along.py); what their sides show is weighed here beside the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray  # noqa: TC002  # beside numpy itself, which is needed at run time

from converters.rulings import Frame, Ruling
from converters.scan_along import FEW, line_at, loose, share_of
from converters.scan_form import UNDECIDED, WORN, as_form, is_form, is_size_of_form, score
from converters.scan_implied import apart, implied
from converters.scan_ink import DOT, Mask, marks
from converters.scan_lines import Lined, Part, brush, without
from converters.scan_lost import added, are_lines, dots, is_alone, likeliest, with_dots, with_lost
from converters.scan_outline import open_sides
from converters.scan_positions import completed, regular
from converters.scan_texts import parted, spanned
from converters.scan_tiling import Odds, Sides, Tiled, tiled

# A side's line is as dark as this share of what the line shows elsewhere; lines of a table are no fainter
# than that share of its usual ones, and noise stays below so many grey levels, by so many deviations.
AS_DARK, FADED, FAINTEST, ABOVE_NOISE = 0.5, 0.4, 10.0, 4.0
# How the share of a side's free line that is dark speaks for it. On scans of 100 to 200 dpi, noise included,
# printed sides show 0.75 and more, others 0.76 at most and 0.4 in 98 of 100; fax and copies break lines.
SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
ODDS = (-4.5, -4.0, -3.2, -2.6, -2.0, -1.0, 0.4, 2.0, 3.5, 5.0, 7.0)
# Where lines are whole, what is not seen is not there. On worn pages so many sides between two that are
# surely printed show a share in between.
PRINTED, BREACHED, BROKEN = 0.6, (0.15, 0.85), 0.03
TELLING = 4  # such sides at least; else all are asked that show a line and have no text near them
# Dots leave this share of a line at least, count for less, and where there are none that says little.
DOTTED, LESS, UNSEEN = 0.08, 0.7, -1.0
# Specks are this large, stand off from all else by so much, and so many to a squared text height are dirt:
# copies have 0.06 and more.
SPECK, ISOLATED, SPECKS = 0.25, 0.5, 0.012
NARROW = 0.9  # text heights; rows are 1.1 high at least
BLACK = 120  # grey levels, of rulings that a threshold made black; faint ones have 60
# The share of a side that is a line's beyond doubt, and where no text stands anywhere near: others show 0.76
# of letters, and there nothing.
SURELY, HALF = 0.85, 0.5
# On clean paper dots mean more where no text stands anywhere near: shares and odds.
ALONE = 0.95
DOTS = ((0.0, 0.03, 0.06, 0.15, 0.3, 0.6), (-4.5, -2.0, 0.0, 1.5, 2.5, 3.5))
# This much of a line must be free, in text heights, to count in full; where lines are whole, so much less of
# one that is not there: 0.3 are left beside headings that run over a whole row.
FREE, WHOLE_FREE = 0.8, 0.5
# Where a side shows no more than this share, a gap as long as all of it is the less likely the longer it is:
# drums and thresholds leave gaps of so many text heights. No side is unlikelier than that.
NOTHING, GAP, LEAST_ODDS = 0.12, 1.6, -9.0
# Letters on a side make so much more of it dark than of what stands free, and no more than that share where
# nothing does: printed sides are dark over 0.84 of all their pixels on scans of 150 dpi and more (0.6 on
# copies and at 100 dpi), letters alone over 0.86 at most, in 95 of 100 cells 0.5. There no two texts part.
WRITTEN, COVERED = 0.08, 0.6
# Ink from one side to the other, over so much of the line, is a text's that runs over it.
CROSSING = 0.1
LOOKS = 120  # at frames with lost lines, 16 to 48 ms each
# What a text that runs over a line says, and figures on both sides of one: no cell holds two.
CROSSED, FIGURES = -4.0, 9.0
LOOSE = -4.0  # a line on a page of whole ones that reaches neither of the rulings that it would end at


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """The sides of a frame's cells that are printed, as rulings; those that may be or not.

    Those `completed` are told by the form, by texts or by regularity, and not by ink.
    """

    sides: tuple[Ruling, ...]
    unsure: tuple[Ruling, ...]
    completed: tuple[Ruling, ...]


def settled(frame: Frame, part: Part, inked: Mask) -> Settled:
    """Return which sides of a frame's cells are printed."""
    ink = without(inked, part, frame.rulings)
    frame = _with_regular(frame, part, ink)
    known = frame
    frame, across, down = _with_form(frame, part, ink)
    # worn letters look like figures, so texts are asked where paper is clean
    is_clean = max(across.usual, down.usual) >= BLACK and _is_clean(implied(frame, part, ink), part)
    if is_clean:
        frame = implied(completed(frame, part, ink, (across.usual, down.usual)), part, ink)
        across, down = _both(frame, part, ink, known, is_clean=True)
    looked = _looked(frame, part, ink, (across, down), is_clean=is_clean)
    usual = looked.across.usual, looked.down.usual
    levels = max(_noise(part.across), AS_DARK * usual[0]), max(_noise(part.down), AS_DARK * usual[1])
    frame, looked, unused = _with_lost(frame, looked, part, ink, known, is_clean=is_clean)
    across, down, between = looked.across, looked.down, looked.between
    found, changed = looked.found, looked.changed
    sides: list[Ruling] = []
    filled: list[Ruling] = []
    unsure = [*open_sides(frame, part, levels), *unused]
    for horizontal, positions, stations, seen_before in (
        (True, frame.rows, frame.columns, known.rows),
        (False, frame.columns, frame.rows, known.columns),
    ):
        seen = across if horizontal else down
        printed = found.printed[not horizontal]
        without_ink = np.broadcast_to(np.isin(positions, seen_before, invert=True)[:, None], printed.shape)
        if between is not None:
            without_ink = without_ink | (between[not horizontal] & (seen.odds < 0))
        doubts = found.doubts[not horizontal] | seen.dotted | _narrow(positions, part)[:, None] | without_ink
        # where hardly any ink is seen nothing bears out a doubtful side but what is around it
        wanted = (printed & doubts & (without_ink | (seen.odds < UNDECIDED[0]))) | changed[not horizontal]
        for row, at in enumerate(positions):
            for column, (a, b) in enumerate(pairwise(stations)):
                side = Ruling(horizontal=horizontal, position=at, start=a, stop=b)
                if printed[row, column]:
                    sides.append(side)
                if wanted[row, column]:
                    filled.append(side)
                elif doubts[row, column]:
                    unsure.append(side)
    return Settled(sides=tuple(sides), unsure=tuple(unsure), completed=tuple(filled))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Seen:
    """What is seen along one direction: sides by odds, those that are surely lines or dotted ones.

    On those `written` letters stand, over those `crossed` a text runs. `worn` is the share of those with a
    line that show only a part of it.
    """

    odds: Odds
    sure: Sides
    dotted: Sides
    written: Sides
    crossed: Sides
    usual: float
    worn: float


@dataclass(frozen=True, kw_only=True, slots=True)
class _Looked:
    """What is seen of a frame's sides, those that texts part, and which are printed after all."""

    across: _Seen
    down: _Seen
    odds: tuple[Odds, Odds]
    between: tuple[Sides, Sides] | None
    found: Tiled
    changed: tuple[Sides, Sides]

    @property
    def worn(self) -> float:
        """The share of its sides with a line that show only a part of it."""
        return max(self.across.worn, self.down.worn)


def _with_lost(
    frame: Frame, looked: _Looked, part: Part, ink: Mask, known: Frame, *, is_clean: bool
) -> tuple[Frame, _Looked, list[Ruling]]:
    """Return a frame with lines of dots and lost ones that make it the form's, and what is seen of it then.

    Lost ones are looked for in worn tables that are not the form's; every line has a printed side, so that it
    is told. At last come the lines seen by their dots that the frame does not have: without them it is not
    sure.
    """
    if not is_alone(frame, part, ink):
        return frame, looked, []
    left = dots(frame, part, ink)
    is_the_forms = is_form(looked.found.printed)
    if not left.are_seen and (is_the_forms or looked.worn < WORN):
        return frame, looked, []
    looks = 0
    for base in with_dots(frame, left):
        if base == frame and is_the_forms:
            break
        found: dict[Frame, _Looked] = {}
        for more in dict.fromkeys(with_lost(base, left, part, ink)):
            looks += 1
            if looks > LOOKS:  # of what is left nothing is known, so of none that it is the only one
                return frame, looked, left.unused(frame)
            seen = _both(more, part, ink, known, is_clean=is_clean)
            again = _looked(more, part, ink, seen, is_clean=is_clean, before=base)
            printed = again.found.printed
            if more != frame and is_form(printed) and are_lines(more, frame, printed, part, ink):
                found[more] = again
        scores = {more: score(one.found.printed, *one.odds) for more, one in found.items()}
        best = likeliest(scores, frame, left)
        if best is not None:
            return best, found[best], left.unused(best)
    return frame, looked, left.unused(frame)


def _looked(
    frame: Frame,
    part: Part,
    ink: Mask,
    seen: tuple[_Seen, _Seen],
    *,
    is_clean: bool,
    before: Frame | None = None,
) -> _Looked:
    """Return what is seen of a frame's sides, and as which they are taken.

    Lines that the frame `before` lacks are guesses.
    """
    across, down = seen
    between = None
    odds = across.odds, down.odds
    if is_clean:
        rows, columns = apart(frame, part, ink)
        between = rows & ~across.written, columns & ~down.written
        odds = odds[0] + FIGURES * between[0], odds[1] + FIGURES * between[1]
    guessed = None
    if before is not None:
        rows, columns = added(frame, before)
        guessed = (
            np.broadcast_to(rows[:, None], odds[0].shape),
            np.broadcast_to(columns[:, None], odds[1].shape),
        )
    found, changed = as_form(tiled(*odds), *odds, max(across.worn, down.worn), guessed)
    return _Looked(across=across, down=down, odds=odds, between=between, found=found, changed=changed)


def _with_regular(frame: Frame, part: Part, ink: Mask) -> Frame:
    """Return a frame with those lines that would make it regular of which a side is seen beyond doubt."""
    rows, columns = regular(frame.rows, part), regular(frame.columns, part)
    if not rows and not columns:
        return frame
    more = replace(
        frame,
        rows=tuple(sorted((*frame.rows, *rows))),
        columns=tuple(sorted((*frame.columns, *columns))),
    )
    across, down = _both(more, part, ink, more)
    return replace(
        frame,
        rows=_kept(more.rows, frame.rows, across.sure),
        columns=_kept(more.columns, frame.columns, down.sure),
    )


def _with_form(frame: Frame, part: Part, ink: Mask) -> tuple[Frame, _Seen, _Seen]:
    """Return a frame, and what is seen along its rows and columns, with columns that make it regular.

    They are added if with them it has the size of a form's, and no text runs over them.
    """
    columns = regular(frame.columns, part)
    rows, count = len(frame.rows) - 1, len(frame.columns) - 1
    if columns and not is_size_of_form(rows, count) and is_size_of_form(rows, count + len(columns)):
        more = replace(frame, columns=tuple(sorted((*frame.columns, *columns))))
        across, down = _both(more, part, ink, frame)
        if not down.crossed[np.isin(more.columns, columns)].any():
            return more, across, down
    return frame, *_both(frame, part, ink, frame)


def _kept(positions: Sequence[float], known: Sequence[float], sure: Sides) -> tuple[float, ...]:
    return tuple(
        position for position, sides in zip(positions, sure, strict=True) if position in known or sides.any()
    )


def _is_clean(frame: Frame, part: Part) -> bool:
    """Say whether paper is white all over between texts and rulings: no noise, no specks."""
    if max(_noise(part.across), _noise(part.down)) > FAINTEST:
        return False
    room = max(int(ISOLATED * part.height), 3)
    left, top, right, bottom = (
        round(x * part.scale) for x in (frame.box.left, frame.box.top, frame.box.right, frame.box.bottom)
    )
    dark = cv2.max(part.across.traced.dark, cv2.transpose(part.down.traced.dark))[top:bottom, left:right]
    dots = np.asarray((dark >= DOT) * np.uint8(255), dtype=np.uint8)
    found = marks(np.asarray(cv2.dilate(dots, brush((room, room))), dtype=np.uint8))
    size = np.maximum(found[:, 2] - found[:, 0], found[:, 3] - found[:, 1])
    small = found[size <= room + SPECK * part.height]
    far = np.ones(len(small), dtype=np.bool_)
    for first, positions, start in ((0, frame.columns, left), (1, frame.rows, top)):
        middles = (small[:, first] + small[:, first + 2]) / 2 + start
        for position in (*positions, *regular(positions, part)):
            far &= np.abs(middles - position * part.scale) > ISOLATED * part.height
    area = (right - left) * (bottom - top) / part.height**2
    return int(far.sum()) <= SPECKS * area


def _noise(lined: Lined) -> float:
    """Return the grey levels that noise reaches, or FAINTEST where it stays below."""
    lower, middle = np.percentile(lined.traced.dark[::5, ::5], (25, 50))
    return max(FAINTEST, float(middle) + ABOVE_NOISE * 1.5 * float(middle - lower))


def _narrow(positions: Sequence[float], part: Part) -> NDArray[np.bool_]:
    """Say of each line whether it stands nearer to the next than any text is high: one of them is dirt."""
    near = np.diff(positions) * part.scale < NARROW * part.height
    return np.asarray(np.append(near, False) | np.append(False, near))


def _both(
    frame: Frame, part: Part, ink: Mask, known: Frame, *, is_clean: bool = False
) -> tuple[_Seen, _Seen]:
    """Return what is seen along rows, and along columns; `ink` is without rulings.

    Of the lines that the `known` frame lacks, dots are left.
    """
    turned = np.asarray(cv2.transpose(ink), dtype=np.uint8)
    return (
        _seen(part.across, ink, frame.rows, frame.columns, part, known.rows, is_clean=is_clean),
        _seen(part.down, turned, frame.columns, frame.rows, part, known.columns, is_clean=is_clean),
    )


def _seen(
    lined: Lined,
    ink: Mask,
    positions: Sequence[float],
    stations: Sequence[float],
    part: Part,
    known: Sequence[float],
    *,
    is_clean: bool,
) -> _Seen:
    """Return how what is seen of each side, and the texts at it, speak for it."""
    seen = [line_at(lined.traced.dark, ink, at, stations, part) for at in positions]
    floor = _noise(lined)
    strong = np.array([np.percentile(line.dark, 80) for line in seen])
    usual = float(np.median(strong))
    levels = np.maximum(floor, AS_DARK * np.maximum(strong, FADED * usual))
    shares = np.array([share_of(line, level, line.mask) for line, level in zip(seen, levels, strict=True)])
    covered = np.array([share_of(line, level, line.used) for line, level in zip(seen, levels, strict=True)])
    # a line of which dots are left shows as much of each of its sides
    density = np.clip(np.percentile(shares, 80, axis=1), DOTTED, 1.0)[:, None]
    is_added = np.isin(np.array(positions), np.array(known), invert=True)[:, None]
    odds = np.interp(np.where(is_added, np.minimum(shares / density, 1.0), shares), SHARES, ODDS)
    odds = np.where(is_added, np.maximum(LESS * odds, UNSEEN), odds)
    free = np.array([line.free for line in seen])
    is_alone = free >= ALONE * np.array([line.room for line in seen])
    dotted = is_clean & is_alone & (shares > DOTS[0][1]) & (shares < BREACHED[1])
    if is_clean:
        odds = np.where(is_alone, np.maximum(np.interp(shares, *DOTS), odds), odds)
    is_crossed = np.array([line.crossed for line in seen]) >= max(CROSSING * part.height, 2.0)
    is_whole = _whole(shares, is_crossed, is_alone)
    odds = np.where(odds < 0, odds * (1.0 + is_whole), odds)
    enough = np.where(odds < 0, FREE - (FREE - WHOLE_FREE) * is_whole, FREE)
    odds *= np.clip(free / (enough * part.height), 0.3, 1.0)
    long = np.clip(free / (GAP * part.height), 1.0, 2.0)
    odds = np.where(
        ~is_added & (odds < UNSEEN) & (shares < NOTHING), np.maximum(odds * long, LEAST_ODDS), odds
    )
    odds += np.where(is_crossed, CROSSED, 0.0)
    is_loose = np.array([loose(line, level, part) for line, level in zip(seen, levels, strict=True)])
    odds += np.where(is_loose & ~is_alone, LOOSE * is_whole, 0.0)
    odds = odds + parted(ink, positions, stations, part, horizontal=lined is part.across)
    if lined is part.down:
        odds = odds + spanned(ink, positions, stations, part, shares)
    return _Seen(
        odds=odds,
        sure=(is_alone & (shares >= HALF)) | (shares >= SURELY),
        dotted=dotted,
        written=(covered > WRITTEN) & np.where(free < FEW, covered < COVERED, covered > shares + WRITTEN),
        crossed=is_crossed,
        usual=usual,
        worn=_worn(shares, is_crossed),
    )


def _whole(shares: NDArray[np.float64], is_crossed: Sides, is_alone: Sides) -> float:
    """Return how whole a table's lines are, 0 to 1: by how many sides between printed ones show in part.

    A text that runs over a side shows in part too, and is no wear.
    """
    is_between = (np.minimum(shares[:, :-2], shares[:, 2:]) > PRINTED) & ~is_crossed[:, 1:-1]
    inner = shares[:, 1:-1][is_between]
    if inner.size < TELLING:  # in a low table hardly any side stands between two of its line
        inner = shares[(shares > BREACHED[0]) & ~is_crossed & is_alone]
    if inner.size < TELLING:
        return 0.0
    breached = float(((inner > BREACHED[0]) & (inner < BREACHED[1])).mean())
    return 1.0 - min(breached / BROKEN, 1.0)


def _worn(shares: NDArray[np.float64], is_crossed: Sides) -> float:
    """Return the share of a table's sides with a line, outline aside, of which a part alone shows."""
    inner = shares[1:-1][~is_crossed[1:-1]]
    lined = inner[inner > BREACHED[0]]
    return float((lined < BREACHED[1]).mean()) if lined.size else 0.0
