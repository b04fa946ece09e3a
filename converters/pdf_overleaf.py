"""Rows that the end of a page cut in half: made whole again where the room on the page proves it.

Word processors let a row go on overleaf: "4125" stands at the foot of a page and "643" on top of the next.
The first half alone would be a wrong figure. A text goes on overleaf when its last line is so full that what
follows would not have stood on it; where that is not so although the row evidently goes on, the halves are
kept apart by a line break, which no figure survives.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from converters.rulings import Filled, Word, is_full, lines
from document import Box, Cell, Grid

# Sides of one column on two pages stand this near to each other.
PLAY = 2.5

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
    def differs(self) -> bool:
        """Whether one half is a label and the other a figure, so that they are two cells."""
        above, below = self.above.text, self.below.text
        if not (above and below) or _NO_START.match(below):
            return False
        return (bool(_FIGURE.fullmatch(above)) and not _is_entry(below)) or (
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
    pairs = _pairs(upper, lower, first)
    if pairs is None:
        return upper, lower
    leaf = _leaf_label(pairs)
    if is_noted and not any(pair.goes_on and pair.fits for pair in pairs):
        return upper, lower
    if _is_cut(pairs, leaf):
        is_sure = all(pair.fits for pair in pairs)
        texts = {pair.upper: _joined(pair, is_sure=is_sure) for pair in pairs if pair.below.text}
        return _with_texts(upper, texts), _without_row(lower, first)
    if _is_doubtful(pairs):
        texts = {
            pair.upper: _joined(pair, is_sure=False) for pair in pairs if pair.goes_on and pair.is_figure
        }
        return _with_texts(upper, texts), lower
    if any(pair.differs for pair in pairs):
        return upper, lower
    groups = [
        pair
        for pair in pairs[: max(leaf, 0)]
        if pair.above.text and pair.below.text and pair.fits and not pair.is_figure
    ]
    above = {pair.upper: f"{pair.above.text}\n{pair.below.text}" for pair in groups}
    return _with_texts(upper, above), _with_texts(lower, dict.fromkeys((pair.lower for pair in groups), ""))


def _pairs(upper: Filled, lower: Filled, first: int) -> list[_Pair] | None:
    """Return the cells at the foot of one grid with those overleaf; None when they do not match."""
    foot = [
        number
        for number, cell in enumerate(upper.grid.cells)
        if cell.row + cell.row_span == upper.grid.row_count
    ]
    head = [number for number, cell in enumerate(lower.grid.cells) if cell.row == first]
    foot.sort(key=lambda number: upper.grid.cells[number].column)
    if len(foot) != len(head) or first >= lower.grid.row_count:
        return None
    pairs: list[_Pair] = []
    for one, other in zip(foot, head, strict=True):
        above, below = upper.grid.cells[one], lower.grid.cells[other]
        if not _is_one_column(_box(above), _box(below)):
            return None
        goes_on = _goes_on(upper.words[one], lower.words[other], _box(above), upper.padding)
        pairs.append(_Pair(upper=one, lower=other, above=above, below=below, goes_on=goes_on))
    return pairs


def _goes_on(above: Sequence[Word], below: Sequence[Word], box: Box, padding: float) -> bool:
    if not above or not below:
        return False
    return is_full(lines(above)[-1], lines(below)[0], box, padding)


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


def _is_cut(pairs: Sequence[_Pair], leaf: int) -> bool:
    """Say whether the row overleaf is the rest of the one before: no label begins in it, it lacks cells."""
    rest = [pair for pair in pairs if pair.below.text]
    if not rest or any(_NUMBERED.match(pair.below.text) or pair.differs for pair in pairs):
        return False
    own = pairs[leaf] if leaf >= 0 else None
    figures = pairs[leaf + 1 :]
    if own is not None and own.below.text:
        return bool(own.above.text) and (own.goes_on or bool(_NO_START.match(own.below.text)))
    if own is None:
        return any(pair.above.text and (pair.fits or not pair.below.text) for pair in figures)
    return any(pair.below.text for pair in figures)


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


def _joined(pair: _Pair, *, is_sure: bool) -> str:
    """Return a cell's text made whole; halves that are not surely one figure stay apart."""
    if not pair.above.text:
        return pair.below.text
    between = "" if pair.is_figure and is_sure else "\n"
    return f"{pair.above.text}{between}{pair.below.text}"


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


def _with_texts(filled: Filled, texts: dict[int, str]) -> Filled:
    if not texts:
        return filled
    cells = tuple(
        replace(cell, text=texts.get(number, cell.text)) for number, cell in enumerate(filled.grid.cells)
    )
    return replace(filled, grid=replace(filled.grid, cells=cells))


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
    box = _around(cell for cell, _ in kept)
    return replace(
        filled,
        grid=replace(
            grid,
            row_count=grid.row_count - 1,
            cells=tuple(cell for cell, _ in kept),
            provenance=replace(grid.provenance, box=box),
        ),
        words=tuple(tuple(words) for _, words in kept),
    )


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
