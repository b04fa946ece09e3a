"""Lines that a table lost, all but a few dots: looked for where it has the form's size with them.

What is left tells of them: dots, gaps between texts that run over the whole table, columns of one width.
Whether they are taken is decided by the form, which must have just the sides that come of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from converters.rulings import Frame, Ruling
from converters.scan_dots import Dotted, dotted
from converters.scan_figures import texts
from converters.scan_form import is_size_of_form
from converters.scan_implied import grouped
from converters.scan_ink import Mask
from converters.scan_lines import Part, without
from converters.scan_positions import NARROWEST, even
from converters.scan_tiling import Sides

Lines = NDArray[np.bool_]  # of a frame's rows, or of its columns

GAP = 0.1  # text heights that texts of two rows leave between them at least
PLAY = 0.15  # by which a text may reach over a line
MOST, GUESSES = 3, 5  # columns that may be lost, and places that are tried for them
FEWEST = 4  # rows of the form that its shortest table has
REGULAR = 3  # known columns inside a table that tell that all are equal
DROPPED = 3  # lines seen by their dots that may be none after all
CLOSE = 0.5  # text heights between letters of one text at most: heads of narrow columns nearly touch
ALONE = 0.25  # of the area around a table is the table's own


@dataclass(frozen=True, kw_only=True, slots=True)
class Dots:
    """Lines of dots along rows and along columns that a frame lacks, the likeliest first."""

    rows: tuple[Dotted, ...]
    columns: tuple[Dotted, ...]

    @property
    def are_seen(self) -> bool:
        """Whether any is a line beyond doubt."""
        return any(one.is_seen for one in (*self.rows, *self.columns))

    def unused(self, frame: Frame) -> list[Ruling]:
        """Return the lines beyond doubt that a frame does not have: what it is without them is not sure."""
        rows = [one.position for one in self.rows if one.is_seen and one.position not in frame.rows]
        columns = [one.position for one in self.columns if one.is_seen and one.position not in frame.columns]
        return [*_rulings(frame, rows, horizontal=True), *_rulings(frame, columns, horizontal=False)]


def _rulings(frame: Frame, positions: Iterable[float], *, horizontal: bool) -> list[Ruling]:
    """Return lines through all of a frame."""
    box = frame.box
    start, stop = (box.left, box.right) if horizontal else (box.top, box.bottom)
    return [Ruling(horizontal=horizontal, position=at, start=start, stop=stop) for at in positions]


def is_alone(frame: Frame, part: Part, ink: Mask) -> bool:
    """Say whether a table is no small part of its area: of many in one area none is the form's."""
    share = (frame.box.right - frame.box.left) * (frame.box.bottom - frame.box.top) * part.scale**2
    return share >= ALONE * ink.size


def dots(frame: Frame, part: Part, ink: Mask) -> Dots:
    """Return the lines of which dots are left; `ink` is without rulings."""
    rows, columns = (tuple(dotted(frame, part, ink, across=across)) for across in (True, False))
    return Dots(rows=rows, columns=columns)


def with_dots(frame: Frame, left: Dots) -> Iterator[Frame]:
    """Yield a frame with all lines that are seen by their dots, with fewer of them, and without any."""
    seen = [
        (one.rank, one.position, rows)
        for rows, found in ((True, left.rows), (False, left.columns))
        for one in found
        if one.is_seen
    ]
    seen.sort(reverse=True)
    for count in range(len(seen), max(len(seen) - DROPPED - 1, 0), -1):
        rows, columns = ([at for _, at, is_row in seen[:count] if is_row is one] for one in (True, False))
        yield _more(frame, rows, columns)
    yield frame


def with_lost(frame: Frame, left: Dots, part: Part, ink: Mask) -> Iterator[Frame]:
    """Yield a frame that has a size of the form's, and such with further lines; `ink` is without rulings.

    There are no more further lines than known ones between the outer two, but for columns that make all
    equal, and no less than FEWEST rows.
    """
    least = NARROWEST * part.height / part.scale
    places = [one.position for one in left.rows if one.position not in frame.rows]
    rows = dict.fromkeys(
        ((), tuple(_rows(frame, part, ink)), *((at,) for at in places[:2]), tuple(places[:2]))
    )
    places = [one.position for one in left.columns if one.position not in frame.columns][:GUESSES]
    columns = [chosen for count in range(MOST + 1) for chosen in combinations(places, count)]
    if equal := even(frame.columns, least):
        columns.append(equal)
    for chosen in columns:
        for added in rows:
            more = _more(frame, added, chosen)
            size = len(more.rows) - 1, len(more.columns) - 1
            inside = len(frame.rows) - 2, len(frame.columns) - 2
            is_regular = chosen == equal and inside[1] >= REGULAR
            is_more = len(added) > inside[0] or (len(chosen) > inside[1] and not is_regular)
            if is_more or size[0] < FEWEST or not is_size_of_form(*size):
                continue
            if np.diff(more.rows).min() >= least:
                yield more


def _more(frame: Frame, rows: Iterable[float], columns: Iterable[float]) -> Frame:
    return replace(
        frame, rows=tuple(sorted((*frame.rows, *rows))), columns=tuple(sorted((*frame.columns, *columns)))
    )


def likeliest(found: Mapping[Frame, float], frame: Frame, left: Dots) -> Frame | None:
    """Return which of the frames that may be is borne out best, by scores; None where sizes differ.

    Where every line that `frame` lacks is seen by its dots in some, it is one of those. More lines have more
    sides, so scores of two sizes tell nothing of each other.
    """
    seen = (one.position for one in (*left.rows, *left.columns) if one.is_seen)
    known = {*frame.rows, *frame.columns, *seen}
    best = [more for more in found if known.issuperset((*more.rows, *more.columns))] or list(found)
    if len({(len(more.rows), len(more.columns)) for more in best}) != 1:
        return None
    return max(best, key=found.__getitem__)


def added(more: Frame, frame: Frame) -> tuple[Lines, Lines]:
    """Return which rows and which columns of a frame another one lacks."""
    return np.isin(more.rows, frame.rows, invert=True), np.isin(more.columns, frame.columns, invert=True)


def are_lines(more: Frame, frame: Frame, printed: tuple[Sides, Sides], part: Part, ink: Mask) -> bool:
    """Say whether what `more` has beside a frame may be lines: each has a printed side, no text is on one.

    A line without a printed side would be told nowhere.
    """
    new = added(more, frame)
    if not all(sides[lines].any(axis=1).all() for sides, lines in zip(printed, new, strict=True)):
        return False
    play = PLAY * part.height
    rows, columns = (np.array(lines) * part.scale for lines in (more.rows, more.columns))
    guessed = [
        *_rulings(more, np.array(more.rows)[new[0]].tolist(), horizontal=True),
        *_rulings(more, np.array(more.columns)[new[1]].tolist(), horizontal=False),
    ]
    letters = without(ink, part, guessed)
    for text in texts(frame, part, letters, together=CLOSE):  # those of `more` would end at its lines
        row, column = (
            int(np.searchsorted(rows, text.down)) - 1,
            int(np.searchsorted(columns, text.across)) - 1,
        )
        if not (0 <= row < len(rows) - 1 and 0 <= column < len(columns) - 1):
            continue
        under = (rows > text.top + play) & (rows < text.bottom - play) & new[0] & printed[0][:, column]
        along = (columns > text.left + play) & (columns < text.right - play) & new[1] & printed[1][:, row]
        if under.any() or along.any():
            return False
    return True


def _rows(frame: Frame, part: Part, ink: Mask) -> list[float]:
    """Return the middles of all gaps between texts that run over the whole table."""
    found = texts(frame, part, ink)
    rows: list[float] = []
    gap = round(GAP * part.height)
    for start, stop in pairwise(at * part.scale for at in frame.rows):
        inside = [one for one in found if start < one.down < stop]
        groups = grouped((one.top, one.bottom + gap) for one in inside)
        rows += [(before[1] - gap + after[0]) / 2 / part.scale for before, after in pairwise(groups)]
    return rows
