"""Random grids for the properties: every tiling of a small rectangle, with texts of every kind."""

from __future__ import annotations

from hypothesis import strategies as st

from document import Cell, Grid

TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("一二三、（）总计0123456789 \u3000\n\r\t|<^\\s·"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=8,
)


@st.composite
def grids(draw: st.DrawFn, texts: st.SearchStrategy[str] = TEXTS) -> Grid:
    """Return a grid of up to 6 by 6, tiled at random: each free position starts a cell that grows."""
    row_count = draw(st.integers(0, 6))
    column_count = draw(st.integers(0, 6))
    free = {(row, column) for row in range(row_count) for column in range(column_count)}
    cells = []
    while free:
        row, column = min(free)
        wide = 1
        while (row, column + wide) in free and draw(st.booleans()):
            wide += 1
        high = 1
        while all((row + high, place) in free for place in range(column, column + wide)) and draw(
            st.booleans()
        ):
            high += 1
        free -= {(row + down, column + right) for down in range(high) for right in range(wide)}
        cells.append(Cell(row=row, column=column, row_span=high, column_span=wide, text=draw(texts)))
    return Grid(row_count=row_count, column_count=column_count, cells=tuple(cells))
