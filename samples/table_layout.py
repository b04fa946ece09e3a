"""Where the columns and rows of a drawn table stand: the same for PDF and for scans."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from samples.printed import Print, PrintedTable

LEADING = 1.15  # from line to line, in sizes of the type


def column_edges(table: PrintedTable, total: float, size: float, padding: float, value: float) -> list[float]:
    """Return where columns begin and end, in points from the left side of a table `total` points wide.

    Value columns are `value` wide, narrower in small type; the last column of the stub takes what is left.
    """
    count = table.column_count
    stub = max((cell.right for cell in table.cells if cell.role == "row"), default=0)
    if stub > 1:
        widths = [3.4 * size + 2 * padding] * (stub - 1)
        value = 4.1 * size + 2 * padding if size < 9 else value
        widths += [total - sum(widths) - value * (count - stub)] + [value] * (count - stub)
    else:
        widths = [total / count] * count
    edges = [0.0]
    for wide in widths:
        edges.append(edges[-1] + wide)
    return edges


def row_heights(
    table: PrintedTable, lines: Callable[[Print], Sequence[str]], size: float, gap: float
) -> list[float]:
    """Return how high the rows are, in points: `gap` above and below the lines of every cell."""
    heights = [size * LEADING + 2 * gap] * table.row_count
    for cell in sorted(table.cells, key=lambda cell: cell.row_span):
        wanted = len(lines(cell)) * size * LEADING + 2 * gap
        over = wanted - sum(heights[cell.row : cell.bottom])
        if over > 0:
            heights[cell.bottom - 1] += over
    return heights
