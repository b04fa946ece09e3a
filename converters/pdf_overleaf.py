"""Rows that the end of a page cut in half: made whole again where the room on the page proves it.

Word processors let a row go on overleaf: "4125" stands at the foot of a page and "643" on top of the next.
The first half alone would be a wrong figure. A text goes on overleaf when its last line is so full that what
follows would not have stood on it; where that is not so although the row evidently goes on, the halves are
kept apart by a line break, which no figure survives.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from converters.rulings import Filled, Word, is_full, lines
from document import Box, Cell, Grid

# Sides of one column on two pages stand this near to each other.
PLAY = 2.5
# Two pages of one scan are of one size but for so much: no scanner feeds evenly, no photograph is level.
STRETCHED = 0.04
# Characters under each other stand this far from each other, in their own heights.
PITCH = 1.5

_NUMBERED = re.compile(
    r"[一二三四五六七八九十]{1,2}[、.．]|[（(][一二三四五六七八九十\d]{1,2}[）)]|\d{1,2}[.．、]"
)
_NO_START = re.compile(r"[.．、，。；：）)》”]")  # no label begins with these
_FIGURE = re.compile(r"[-+－＋±]?[0-9０-９.,．，\n]+|[-—–―－/／无]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pair:
    """The halves of a cell: the last on a page and the first overleaf, by their places among the cells."""

    upper: int
    lower: int
    above: Cell
    below: Cell
    goes_on: bool  # the last line above is full

    @property
    def is_figure(self) -> bool:
        """Whether what is there of the halves is figures."""
        texts = [cell.text for cell in (self.above, self.below) if cell.text]
        return bool(texts) and all(_FIGURE.fullmatch(text) for text in texts)

    @property
    def is_blank(self) -> bool:
        """Whether nothing is there of either half."""
        return not (self.above.text or self.below.text)

    @property
    def differs(self) -> bool:
        """Whether one half is a label and the other a figure, so that they are two cells."""
        above, below = self.above.text, self.below.text
        if not (above and below) or _NO_START.match(below):
            return False
        is_numbering = bool(_NUMBERED.fullmatch(above))  # of the label below
        return (bool(_FIGURE.fullmatch(above)) and not is_numbering and not _is_entry(below)) or (
            bool(_FIGURE.fullmatch(below)) and not _is_entry(above)
        )

    @property
    def fits(self) -> bool:
        """Whether the lower half may be the rest of the upper one."""
        if not (self.above.text and self.below.text):
            return True
        if _NO_START.match(self.below.text) and not _FIGURE.fullmatch(self.below.text):
            return True
        return self.goes_on and not _NUMBERED.match(self.below.text)


def join(upper: Filled, lower: Filled, *, is_noted: bool = False) -> tuple[Filled, Filled | None]:
    """Return a page's last grid and the next page's first with a row cut in half in the upper one.

    The lower one is None when nothing of it is left. Group labels cut in half are joined although the rows
    beside them are whole. `is_noted` says that text stands below the upper grid, perhaps notes: then only
    full lines prove that the table goes on.
    """
    first = _repeated(upper.grid, lower.grid)
    pairs, is_one_row = _pairs(upper, lower, first)
    if not pairs:
        return upper, lower
    is_head = _is_head(upper.grid, lower.grid, first)
    if is_noted and not any(pair.goes_on and pair.fits for pair in pairs):
        return upper, lower
    leaf = _leaf_label(pairs)
    if is_one_row and _is_cut(pairs, leaf, is_head=is_head):
        is_sure = all(pair.fits for pair in pairs)
        whole = {pair.upper: _joined(pair, is_sure=is_sure) for pair in pairs if pair.below.text}
        return _with_cells(upper, whole), _without_row(lower, first)
    if (is_one_row or not _has_label(lower.grid, first)) and _is_doubtful(pairs):
        whole = {
            pair.upper: _joined(pair, is_sure=False) for pair in pairs if pair.goes_on and pair.is_figure
        }
        return _with_cells(upper, whole), lower
    if any(pair.differs for pair in pairs):
        return upper, lower
    last = _last_label(upper.grid)
    groups = [
        pair
        for number, pair in enumerate(pairs)
        if _is_one_label(
            pair,
            may_be_row=(is_one_row and number >= max(leaf, 0)) or (not is_head and pair.above is last),
            is_head=is_head,
        )
    ]
    above = {pair.upper: _made_whole(pair) for pair in groups}
    below = {pair.lower: replace(lower.grid.cells[pair.lower], text="") for pair in groups}
    return _with_cells(upper, above), _with_cells(lower, below)


def has_common_columns(upper: Grid, lower: Grid) -> bool:
    """Say whether two grids lie between the same two sides and have columns in common."""
    above = {side for cell in upper.cells for side in (_box(cell).left, _box(cell).right)}
    below = {side for cell in lower.cells for side in (_box(cell).left, _box(cell).right)}
    common = sum(any(abs(one - other) <= PLAY for other in above) for one in below)
    return (
        abs(min(above) - min(below)) <= PLAY
        and abs(max(above) - max(below)) <= PLAY
        and lower.column_count > 1
        and common == len(below)
    )


def _is_one_label(pair: _Pair, *, may_be_row: bool, is_head: bool) -> bool:
    """Say whether the halves of a cell are one label, of a group or head that goes on beside whole rows.

    A head may go overleaf as a whole; beside rows a blank is more often the rest of the group before.
    """
    above, below = pair.above, pair.below
    if not below.text or pair.is_figure or may_be_row:
        return False
    if not above.text:
        return is_head and not _is_entry(below.text) and not _NUMBERED.match(below.text)
    return pair.fits


def _has_label(grid: Grid, row: int) -> bool:
    """Say whether a label begins in a row."""
    return any(cell.row == row and cell.text and not _is_entry(cell.text) for cell in grid.cells)


def _last_label(grid: Grid) -> Cell | None:
    """Return the label of a grid's last row that stands next to its figures."""
    foot = (cell for cell in grid.cells if cell.row + cell.row_span == grid.row_count)
    labels = [cell for cell in foot if cell.text and not _is_entry(cell.text)]
    return max(labels, key=lambda cell: cell.column, default=None)


def _is_head(upper: Grid, lower: Grid, first: int) -> bool:
    """Say whether the rows on both sides of the page's end are a boxhead's: words stand over the figures.

    Below they may stand in any column but the first, which a row left blank shows as well.
    """
    middle = (
        min(_box(cell).left for cell in upper.cells) + max(_box(cell).right for cell in upper.cells)
    ) / 2
    last = upper.row_count - 1
    above = [cell for cell in upper.cells if cell.row <= last < cell.row + cell.row_span]
    below = [cell for cell in lower.cells if cell.row <= first < cell.row + cell.row_span]
    return (
        not any(_FIGURE.fullmatch(cell.text) for cell in (*above, *below))
        and any(cell.text and _box(cell).left + _box(cell).right >= 2 * middle for cell in above)
        and any(cell.text and cell.column for cell in below)
    )


def _pairs(upper: Filled, lower: Filled, first: int) -> tuple[list[_Pair], bool]:
    """Return the cells at the foot of one grid with those overleaf between the same two sides.

    Says too whether every cell has its other half, as those of one row have; a side without text may be
    parted into more cells than the other.
    """
    if first >= lower.grid.row_count:
        return [], False
    foot = _numbered(upper.grid, lambda cell: cell.row + cell.row_span == upper.grid.row_count)
    head = _numbered(lower.grid, lambda cell: cell.row == first)
    if _is_scanned(upper.grid) and _is_scanned(lower.grid):
        head = _shifted(head, upper.grid, lower.grid)
    _drop_margins(foot, head)
    pairs: list[_Pair] = []
    is_one_row = True
    while foot and head:
        ours, theirs = [foot.pop(0)], [head.pop(0)]
        starts_together = abs(_box(ours[0][1]).left - _box(theirs[0][1]).left) <= PLAY
        while (beyond := _box(ours[-1][1]).right - _box(theirs[-1][1]).right) and abs(beyond) > PLAY:
            rest, side = (head, theirs) if beyond > 0 else (foot, ours)
            if not rest:
                break
            side.append(rest.pop(0))
        one, other = _only(ours, theirs), _only(theirs, None)
        is_margin = not pairs and not any(cell.text for _, cell in (*ours, *theirs))
        if one is None or other is None or not (starts_together or is_margin) or abs(beyond) > PLAY:
            is_one_row = False
        else:
            pairs.append(_pair(upper, lower, one, other))
    return pairs, is_one_row and not foot and not head and bool(pairs)


_Numbered = list[tuple[int, Cell]]


def _is_scanned(grid: Grid) -> bool:
    return all(cell.provenance.how == "recognised" for cell in grid.cells)


def _shifted(cells: _Numbered, upper: Grid, lower: Grid) -> _Numbered:
    """Return cells of one page moved to where they would stand on the other.

    Sheets lie on the glass as they are put there, so a table's place on the page says nothing, its columns'
    places in it do. Tables that differ in width are left where they are.
    """
    ours, theirs = _around(upper.cells), _around(lower.cells)
    share = (ours.right - ours.left) / (theirs.right - theirs.left)
    if not 1 - STRETCHED <= share <= 1 + STRETCHED:
        return cells

    def moved(x: float) -> float:
        return ours.left + (x - theirs.left) * share

    return [
        (
            number,
            replace(
                cell,
                provenance=replace(
                    cell.provenance,
                    box=replace(_box(cell), left=moved(_box(cell).left), right=moved(_box(cell).right)),
                ),
            ),
        )
        for number, cell in cells
    ]


def _drop_margins(foot: _Numbered, head: _Numbered) -> None:
    """Take blank cells off the ends of two rows where the other row is not so wide."""
    for one, other in ((foot, head), (head, foot)):
        left, right = _box(other[0][1]).left + PLAY, _box(other[-1][1]).right - PLAY
        while len(one) > 1 and not one[0][1].text and _box(one[0][1]).right <= left:
            del one[0]
        while len(one) > 1 and not one[-1][1].text and _box(one[-1][1]).left >= right:
            del one[-1]


def _numbered(grid: Grid, is_wanted: Callable[[Cell], bool]) -> _Numbered:
    """Return the wanted cells of a grid from left to right, each with its place among the cells."""
    found = [(number, cell) for number, cell in enumerate(grid.cells) if is_wanted(cell)]
    return sorted(found, key=lambda entry: entry[1].column)


def _only(cells: _Numbered, below: _Numbered | None) -> tuple[int, Cell] | None:
    """Return the one cell of several that goes on below, or itself goes on another; None if any could.

    Where nothing goes on below it is the last with text, and where none has text the first.
    """
    with_text = [entry for entry in cells if entry[1].text]
    if len(cells) == 1 or not with_text:
        return cells[0]
    return None if below is None or any(cell.text for _, cell in below) else with_text[-1]


def _pair(upper: Filled, lower: Filled, one: tuple[int, Cell], other: tuple[int, Cell]) -> _Pair:
    (above_at, above), (below_at, below) = one, other
    padding = max(upper.padding, lower.padding)  # a piece of few lines shows none
    goes_on = _goes_on(upper.words[above_at], lower.words[below_at], _box(above), padding)
    return _Pair(upper=above_at, lower=below_at, above=above, below=below, goes_on=goes_on)


def _goes_on(above: Sequence[Word], below: Sequence[Word], box: Box, padding: float) -> bool:
    """Say whether a cell's text fills its part on the page, so that the rest found no room there.

    Characters under each other fill it when one more would not have stood below them.
    """
    if not above or not below:
        return False
    upper, lower = lines(above), lines(below)
    if all(len(line) == 1 and _is_letter(line[0].text) for line in (*upper, *lower)):
        longer = max(upper, lower, key=len)
        heights = [line[0].box.bottom - line[0].box.top for line in longer]
        steps = [low[0].box.top - high[0].box.top for high, low in pairwise(longer)]
        pitch = max(steps, default=PITCH * heights[0])
        return box.bottom - box.top - 2 * padding < pitch * (len(upper) + 1)
    return is_full(upper[-1], lower[0], box, padding)


def _is_letter(text: str) -> bool:
    return len(text) == 1 and not _FIGURE.fullmatch(text)


def _leaf_label(pairs: Sequence[_Pair]) -> int:
    """Return the number of the pair that holds the row's own label, the last before the figures; else -1."""
    labels = [
        number
        for number, pair in enumerate(pairs)
        if (pair.above.text and not _is_entry(pair.above.text))
        or (pair.below.text and not _is_entry(pair.below.text))
    ]
    return labels[-1] if labels else -1


def _is_entry(text: str) -> bool:
    return bool(_FIGURE.fullmatch(text)) or len(text) < 2


def _is_cut(pairs: Sequence[_Pair], leaf: int, *, is_head: bool) -> bool:
    """Say whether the row overleaf is the rest of the one before: no label begins in it, it lacks cells."""
    rest = [pair for pair in pairs if pair.below.text]
    if not rest or any(_NUMBERED.match(pair.below.text) or pair.differs for pair in pairs):
        return False
    if is_head:
        return all(pair.above.text and pair.goes_on for pair in rest)
    own = pairs[leaf] if leaf >= 0 else None
    figures = pairs[leaf + 1 :]
    if own is None:
        return any(pair.above.text and (pair.fits or not pair.below.text) for pair in figures)
    if not own.below.text:
        return any(pair.below.text for pair in figures)
    if not own.above.text:
        return False
    return own.goes_on or bool(_NO_START.match(own.below.text)) or _is_rest(own, figures)


def _is_rest(own: _Pair, figures: Sequence[_Pair]) -> bool:
    """Say whether the figures show that a label without a number goes on one with a number.

    That is where most stand in the first half alone, or any and none in the second, and the others go on
    there or stand in the second.
    """
    whole = sum(bool(pair.above.text) and not pair.below.text for pair in figures)
    stays = not any(pair.below.text for pair in figures)
    return (
        bool(_NUMBERED.match(own.above.text + own.below.text))
        and (whole * 2 > len(figures) or (stays and whole > 0))
        and all(
            pair.goes_on if pair.above.text and pair.below.text else pair.is_figure or pair.is_blank
            for pair in figures
        )
    )


def _is_doubtful(pairs: Sequence[_Pair]) -> bool:
    """Say whether a row may be the rest of the one before although its label does not show it.

    Figures that fill their cells stand over others, some over none, and no number begins the label.
    """
    if any(_NUMBERED.match(pair.below.text) or pair.differs for pair in pairs):
        return False
    figures = [pair for pair in pairs if _FIGURE.fullmatch(pair.above.text)]
    return any(pair.goes_on and _FIGURE.fullmatch(pair.below.text) for pair in figures) and any(
        not pair.below.text for pair in figures
    )


def _joined(pair: _Pair, *, is_sure: bool) -> Cell:
    """Return a cell made whole; halves that are not surely one figure stay apart."""
    return _made_whole(pair, between="" if pair.is_figure and is_sure else "\n")


def _made_whole(pair: _Pair, *, between: str = "\n") -> Cell:
    """Return the halves of a cell as one, as sure as the less sure of them, its readings made whole too."""
    above, below = pair.above, pair.below
    if not below.text:
        return above
    readings = below.readings
    if above.text:
        by_engine = {reading.engine: reading for reading in below.readings}
        readings = tuple(
            replace(
                one,
                text=f"{one.text}{between}{by_engine[one.engine].text}",
                confidence=min(one.confidence, by_engine[one.engine].confidence),
                candidates=(),
            )
            for one in above.readings
            if one.engine in by_engine
        )
    return replace(
        above,
        text=f"{above.text}{between}{below.text}" if above.text else below.text,
        confidence=min(above.confidence, below.confidence),
        readings=readings,
    )


def _repeated(upper: Grid, lower: Grid) -> int:
    """Return how many rows on top of a grid repeat the head of the one before."""
    count = 0
    while count < min(upper.row_count, lower.row_count - 1):
        texts = _texts(upper, count)
        if texts != _texts(lower, count) or not any(text and not _is_entry(text) for text in texts):
            break
        count += 1
    while count and any(cell.row < count < cell.row + cell.row_span for cell in lower.cells):
        count -= 1
    return count


def _texts(grid: Grid, row: int) -> list[str]:
    return [grid.at(row, column).text for column in range(grid.column_count)]


def _with_cells(filled: Filled, cells: dict[int, Cell]) -> Filled:
    """Return a grid with some of its cells exchanged, by their places among the cells."""
    if not cells:
        return filled
    every = tuple(cells.get(number, cell) for number, cell in enumerate(filled.grid.cells))
    return replace(filled, grid=replace(filled.grid, cells=every))


def _without_row(filled: Filled, row: int) -> Filled | None:
    """Return a grid without one of its rows; cells that go on below it keep the others, without text."""
    grid = filled.grid
    if grid.row_count == 1:
        return None
    edge = min(_box(cell).bottom for cell in grid.cells if cell.row == row)
    kept: list[tuple[Cell, Sequence[Word]]] = []
    for cell, words in zip(grid.cells, filled.words, strict=True):
        if cell.row > row:
            kept.append((replace(cell, row=cell.row - 1), words))
        elif cell.row < row:
            kept.append((cell, words))
        elif cell.row_span > 1:
            below = replace(cell.provenance, box=replace(_box(cell), top=edge))
            kept.append((replace(cell, row_span=cell.row_span - 1, text="", provenance=below), ()))
    if not kept:
        return None
    kept.sort(key=lambda entry: (entry[0].row, entry[0].column))
    starts = sorted({cell.column for cell, _ in kept})  # the columns that the other rows have
    kept = [(_on_columns(cell, starts), words) for cell, words in kept]
    box = _around(cell for cell, _ in kept)
    return replace(
        filled,
        grid=replace(
            grid,
            row_count=grid.row_count - 1,
            column_count=len(starts),
            cells=tuple(cell for cell, _ in kept),
            provenance=replace(grid.provenance, box=box),
        ),
        words=tuple(tuple(words) for _, words in kept),
    )


def _on_columns(cell: Cell, starts: Sequence[int]) -> Cell:
    """Return a cell on a layout grid of which some columns alone, told by their numbers, are left."""
    first = bisect_left(starts, cell.column)
    last = bisect_left(starts, cell.column + cell.column_span)
    return replace(cell, column=first, column_span=last - first)


def _around(cells: Iterable[Cell]) -> Box:
    boxes = [_box(cell) for cell in cells]
    return Box(
        left=min(box.left for box in boxes),
        top=min(box.top for box in boxes),
        right=max(box.right for box in boxes),
        bottom=max(box.bottom for box in boxes),
    )


def _is_one_column(above: Box, below: Box) -> bool:
    return abs(above.left - below.left) <= PLAY and abs(above.right - below.right) <= PLAY


def _box(cell: Cell) -> Box:
    assert cell.provenance.box is not None
    return cell.provenance.box
