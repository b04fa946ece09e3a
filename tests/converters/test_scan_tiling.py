from __future__ import annotations

import numpy as np
import pytest

from converters.scan_tiling import Tiled, tiled

SEEN, NOT_SEEN, CANNOT_TELL = 7.0, -4.5, 0.0
ROWS, COLUMNS = 6, 5


def odds(rows: int = ROWS, columns: int = COLUMNS) -> tuple[np.ndarray, np.ndarray]:
    """A table of which every side is seen."""
    return np.full((rows + 1, columns), SEEN), np.full((columns + 1, rows), SEEN)


def lost(found: Tiled) -> tuple[int, int]:
    return tuple(int((~sides).sum()) for sides in found.printed)


def test_what_is_seen_is_printed_beyond_doubt():
    found = tiled(*odds())
    assert lost(found) == (0, 0)
    assert not any(doubts.any() for doubts in found.doubts)


def test_a_broken_ruling_goes_on_and_is_a_doubt_where_no_text_tells():
    across, down = odds()
    down[2, 3] = NOT_SEEN
    found = tiled(across, down)
    assert lost(found) == (0, 0)
    assert [tuple(place) for place in np.argwhere(found.doubts[1])] == [(2, 3)]


def test_a_row_across_the_whole_table_keeps_its_one_cell():
    across, down = odds()
    down[1:-1, 2] = NOT_SEEN
    assert lost(tiled(across, down)) == (0, COLUMNS - 1)


def test_a_stub_cell_beside_many_rows_keeps_them():
    across, down = odds()
    across[2:5, 0] = NOT_SEEN
    assert lost(tiled(across, down)) == (3, 0)


def test_a_head_of_two_rows_beside_a_head_over_two_columns():
    across, down = odds()
    across[1, 0] = NOT_SEEN
    down[2, 0] = NOT_SEEN
    found = tiled(across, down)
    assert lost(found) == (1, 1)


@pytest.mark.parametrize("seen", [CANNOT_TELL, -1.0])
def test_a_side_that_ends_in_nothing_without_another_is_decided_with_it(seen):
    across, down = odds()
    across[2, 1] = across[2, 2] = NOT_SEEN * 2
    down[2, 1] = seen  # above the merged pair
    down[2, 2] = seen
    found = tiled(across, down)
    for row in range(1, ROWS):
        for column in range(1, COLUMNS):
            meeting = (
                found.printed[0][row, column - 1],
                found.printed[0][row, column],
                found.printed[1][column, row - 1],
                found.printed[1][column, row],
            )
            assert sum(meeting) != 1
            assert sum(meeting) != 2 or meeting in ((True, True, False, False), (False, False, True, True))


def test_the_outline_is_printed_whatever_is_seen():
    across, down = odds()
    across[0], across[-1], down[0], down[-1] = (NOT_SEEN,) * 4
    found = tiled(across, down)
    assert lost(found) == (0, 0)


def test_a_table_of_one_row():
    across, down = odds(1, 3)
    assert lost(tiled(across, down)) == (0, 0)
