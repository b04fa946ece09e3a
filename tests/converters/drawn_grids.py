"""A grid drawn as text, for tests to compare."""

from __future__ import annotations

from document import Grid


def rows(grid):
    """Return a grid drawn as rows of texts, "<" and "^" where a cell goes on from its left or from above."""
    assert isinstance(grid, Grid)
    drawn = []
    for row in range(grid.row_count):
        line = []
        for column in range(grid.column_count):
            cell = grid.at(row, column)
            line.append("^" if row > cell.row else "<" if column > cell.column else cell.text)
        drawn.append(" ".join(part or "_" for part in line))
    return drawn
