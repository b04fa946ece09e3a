"""Worn tables that are nearly the form's are taken as it prints them, and nothing else is."""

from __future__ import annotations

import numpy as np
import pytest

from converters import convert
from converters.scan_form import as_form
from converters.scan_tiling import tiled
from normalize import normalize
from samples import scan
from samples.reports import invent
from standards import load
from standards.form import layout

SEEN, NOT_SEEN = 5.0, -4.0
WORN, WHOLE = 0.3, 0.0


def odds(name: str, first: int, stop: int) -> tuple[np.ndarray, np.ndarray]:
    """Odds of the sides of some rows of a table, all of them seen as they are printed."""
    table = next(table for table in load("2021").tables if table.id == name)
    slots = layout(table)
    width = max(slot.column + slot.column_span for slot in slots)
    across = np.full((stop - first + 1, width), NOT_SEEN)
    down = np.full((width + 1, stop - first), NOT_SEEN)
    for slot in slots:
        top, bottom = max(slot.row, first) - first, min(slot.row + slot.row_span, stop) - first
        if top < bottom:
            right = slot.column + slot.column_span
            across[[top, bottom], slot.column : right] = SEEN
            down[[slot.column, right], top:bottom] = SEEN
    return across, down


def changed(across: np.ndarray, down: np.ndarray, worn: float) -> int:
    _, sides = as_form(tiled(across, down), across, down, worn)
    return sum(int(one.sum()) for one in sides)


@pytest.mark.parametrize(
    ("name", "first", "stop"), [("disputes", 0, 4), ("requests", 0, 20), ("requests", 9, 28)]
)
def test_what_ink_has_lost_is_completed(name: str, first: int, stop: int):
    across, down = odds(name, first, stop)
    wanted = tiled(across, down).printed
    down[3:6, 2] = -8.0
    across[3, 4] = -8.0
    down[3, 3] = -8.0
    found = tiled(across, down)
    completed, sides = as_form(found, across, down, WORN)
    assert all(np.array_equal(one, other) for one, other in zip(completed.printed, wanted, strict=True))
    assert [np.array_equal(a != b, c) for a, b, c in zip(found.printed, wanted, sides, strict=True)] == [
        True,
        True,
    ]
    assert changed(across, down, WORN) > 0


def test_a_table_with_whole_lines_is_what_it_shows():
    across, down = odds("disputes", 0, 4)
    down[2:4, 3] = -8.0  # an agency joined three cells of its figures
    assert changed(across, down, WHOLE) == 0
    assert changed(across, down, WORN) == 2


def test_a_side_that_ink_leaves_undecided_is_the_forms_and_a_doubt():
    across, down = odds("disputes", 0, 4)
    wanted = tiled(across, down).printed
    down[2, 0] = 1.9  # above two heads under one group
    across[1, 1] = -1.9
    found = tiled(across, down)
    completed, told = as_form(found, across, down, WHOLE)
    assert all(np.array_equal(one, other) for one, other in zip(completed.printed, wanted, strict=True))
    for before, after, doubts in zip(found.printed, wanted, completed.doubts, strict=True):
        assert doubts[before != after].all()
    assert not any(sides.any() for sides in told)


def test_a_side_that_is_not_seen_at_all_is_told():
    across, down = odds("disputes", 0, 4)
    down[2, 3] = -4.6
    assert changed(across, down, WHOLE) == 1


def test_a_table_with_a_side_surely_printed_where_the_form_has_none_stays():
    across, down = odds("disputes", 0, 4)
    down[2, 0] = SEEN
    down[3, 3] = down[5, 2] = -8.0
    assert changed(across, down, WORN) == 0


def test_what_may_be_two_pieces_of_the_form_is_taken_for_neither():
    across, down = odds("requests", 12, 17)
    across[2:4, 1] = 0.0  # above which of its rows （四） begins
    down[4:7, 2] = down[4, 3] = across[3, 4] = -8.0
    assert changed(across, down, WORN) == 0


def test_a_table_that_is_another_one_stays():
    across, down = odds("disputes", 0, 4)
    across[1:3], down[2:12, :3] = NOT_SEEN, NOT_SEEN
    assert changed(across, down, WORN) == 0
    assert changed(np.full((8, 6), SEEN), np.full((7, 7), SEEN), WORN) == 0


def test_what_is_completed_is_told():
    sample, seed = invent(10_900_015, edition="2019"), 10_900_015
    page = scan.scanned(sample, level="fax", seed=seed, tables_only=True)[1]
    report = normalize(convert(scan.packed([page], "png"), name="fax.png"))
    assert "structure.completed" in {reason.code for reason in report.trust.reasons}
