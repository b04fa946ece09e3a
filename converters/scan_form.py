"""The sides of a worn table as the form prints them, where they are nearly that.

Copies and faxes lose rulings in pieces, and ink alone joins cells there that the form parts. Of all rows of
the form's tables that follow each other only one has the lines of a table and nearly its sides. Sides that
ink leaves undecided are the form's then; those that it tells otherwise are as well, and are told.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from converters.scan_tiling import Odds, Sides, Tiled
from standards import EDITIONS, load
from standards.form import Slot, layout

# A table is worn where so many of its sides show a part of their line: on scans of 100 to 300 dpi 0.06 at
# most, seals and noise aside. Of 25 tables that ink told otherwise than they were printed (fax, photocopies,
# faint ones) it did so in 0.065 of all sides at most; other rows of the form were behind by 19 at least. What
# speaks less than this against the form, in the logarithm of odds, may do so on any table.
WORN, MOST, AHEAD, LITTLE = 0.08, 0.08, 15.0, 6.0
FEWEST = 3  # rows: any table of two has nearly the sides of some rows of the form
# A side with odds above these is printed, and its table not the form's if that has none. Between the others
# ink leaves it undecided: 0.4 to 0.7 of its line is dark.
PRINTED, UNDECIDED = 4.0, (-2.0, 2.0)


@dataclass(frozen=True, slots=True)
class _Printed:
    """Sides of rows of the form, along rows and along columns."""

    across: Sides
    down: Sides


def as_form(
    found: Tiled, across: Odds, down: Odds, worn: float, guessed: tuple[Sides, Sides] | None = None
) -> tuple[Tiled, tuple[Sides, Sides]]:
    """Return sides as the form prints them, where a worn table is nearly so, and which it tells against ink.

    `across` and `down` are the odds of each side as seen, `worn` is the share of sides that show a part of
    their line. What is seen of lines that are `guessed` says nothing: they were put where it speaks for them.
    """
    unchanged = (np.zeros_like(found.printed[0]), np.zeros_like(found.printed[1]))
    rows, columns = across.shape[0] - 1, down.shape[0] - 1
    forms = _forms().get((rows, columns), ())
    if not forms:
        return found, unchanged
    size = across.size + down.size
    if guessed is not None:
        across, down = np.where(guessed[0], 0.0, across), np.where(guessed[1], 0.0, down)
        size -= sum(int(sides.sum()) for sides in guessed)
    scores = [_score(form, across, down) for form in forms]
    best = int(np.argmax(scores))
    form = forms[best]
    changed = form.across != found.printed[0], form.down != found.printed[1]
    held = changed if guessed is None else (changed[0] & ~guessed[0], changed[1] & ~guessed[1])
    count = sum(int(sides.sum()) for sides in held)
    second = max((score for number, score in enumerate(scores) if number != best), default=-np.inf)
    is_far = count > MOST * size or scores[best] < second + AHEAD
    against = _score(_Printed(across=found.printed[0], down=found.printed[1]), across, down) - scores[best]
    if is_far or (worn < WORN and against > 2 * LITTLE):
        return found, unchanged
    if any(
        (sides & printed & (odds > PRINTED)).any()
        for sides, printed, odds in zip(changed, found.printed, (across, down), strict=True)
    ):
        return found, unchanged
    told = [
        sides & ((odds < UNDECIDED[0]) | (odds > UNDECIDED[1]))
        for sides, odds in zip(changed, (across, down), strict=True)
    ]
    doubts = found.doubts[0] | changed[0], found.doubts[1] | changed[1]
    return Tiled(printed=(form.across, form.down), doubts=doubts), (told[0], told[1])


def is_size_of_form(rows: int, columns: int) -> bool:
    """Say whether rows of the form that follow each other are so many, and have so many columns."""
    return (rows, columns) in _forms()


def is_form(sides: tuple[Sides, Sides]) -> bool:
    """Say whether sides along rows and along columns are just those of rows of the form."""
    across, down = sides
    forms = _forms().get((across.shape[0] - 1, down.shape[0] - 1), ())
    return any((form.across == across).all() and (form.down == down).all() for form in forms)


def score(sides: tuple[Sides, Sides], across: Odds, down: Odds) -> float:
    """Return how much what is seen speaks for sides."""
    return _score(_Printed(across=sides[0], down=sides[1]), across, down)


def _score(form: _Printed, across: Odds, down: Odds) -> float:
    """Return how much speaks for the sides of a form; the outline is out of doubt."""
    signed = (np.where(form.across, across, -across)[1:-1], np.where(form.down, down, -down)[1:-1])
    return float(signed[0].sum() + signed[1].sum())


@cache
def _forms() -> dict[tuple[int, int], tuple[_Printed, ...]]:
    """Return the sides of all rows of the form that follow each other, by how many rows and columns."""
    found: dict[tuple[int, int], dict[bytes, _Printed]] = {}
    for edition in EDITIONS:
        for table in load(edition).tables:
            slots = layout(table)
            width = max(slot.column + slot.column_span for slot in slots)
            height = max(slot.row + slot.row_span for slot in slots)
            for top in range(height):
                for bottom in range(top + FEWEST, height + 1):
                    sides = _sides(slots, top, bottom, width)
                    key = sides.across.tobytes() + sides.down.tobytes()
                    found.setdefault((bottom - top, width), {})[key] = sides
    return {size: tuple(forms.values()) for size, forms in found.items()}


def _sides(slots: tuple[Slot, ...], top: int, bottom: int, width: int) -> _Printed:
    """Return the sides of the form's rows from `top` up to `bottom`; a page's ends are sides."""
    across = np.zeros((bottom - top + 1, width), dtype=np.bool_)
    down = np.zeros((width + 1, bottom - top), dtype=np.bool_)
    for slot in slots:
        first, last = max(slot.row, top) - top, min(slot.row + slot.row_span, bottom) - top
        if first >= last:
            continue
        left, right = slot.column, slot.column + slot.column_span
        across[[first, last], left:right] = True
        down[[left, right], first:last] = True
    return _Printed(across=across, down=down)
