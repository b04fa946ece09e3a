"""Prove: misread labels of a scan -> labels of the form, where cells stand as the form prints them.

No other table has cells that are merged like those of the form. Where they are, and what is read in them is
not far from what should be, each label is known by its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from document import Cell, Grid
from normalize.labels import core, letters
from normalize.misreadings import is_illegible, is_likely, is_possible, is_repeated
from normalize.misreadings import read as read_label
from normalize.reading import Text
from normalize.script import Script
from normalize.sequence import AS_MISREAD, SURE, Match, recognised
from standards import Standard, Table
from standards.form import Slot, layout

# Of the letters of all labels so many must be read right for cells to be the form's, and so many for those
# to be sure that may be what was read.
_READ, _MOSTLY = 0.35, 0.6
# From here on one head may be hardly read at all; of 70 letters above the disputes at most ten are wrong.
_CLEARLY = 0.85
# The likeness of a label that its place alone tells: less than SURE, so that a person is asked.
_LAID_OUT = 0.8

# Numbers of labels in the form -> row and column of the cells of a grid that they may stand in: a page's end
# cuts cells in pieces, and one of them holds the label.
_Places = Mapping[int, Sequence[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class LaidOut:
    """Matches, and where texts are dirt: neither label nor figure, in a cell that holds nothing."""

    matches: tuple[Match, ...]
    dirt: frozenset[int] = frozenset()


def prove_by_layout(
    texts: Sequence[Text], matches: Sequence[Match], form: Script, standard: Standard
) -> LaidOut:
    """Return the matches with those of misread labels added or made sure whose cells prove them.

    Cells prove nothing where another label of the form stands in one of them, nor where text was stored.
    """
    found = tuple(matches)
    dirt: set[int] = set()
    by_grid: dict[int, list[int]] = {}
    for position, text in enumerate(texts):
        if text.grid is not None:
            by_grid.setdefault(id(text.grid), []).append(position)
    for inside in by_grid.values():
        grid = texts[inside[0]].grid
        assert grid is not None
        positions = _positions(texts, inside)
        for table in standard.tables:
            for places in _printed(grid, table, form):
                shown = {
                    number: [positions[cell] for cell in cells if cell in positions]
                    for number, cells in places.items()
                }
                at = {number: _label_of(pieces, texts) for number, pieces in shown.items() if pieces}
                proved = _with_labels(at, texts, found, form)
                if proved is not None:
                    found = proved
                    rest = {one for pieces in shown.values() for one in pieces} - set(at.values())
                    dirt |= {one for one in rest if not any(map(str.isalnum, texts[one].text))}
    return LaidOut(found, frozenset(dirt))


def _label_of(pieces: Sequence[int], texts: Sequence[Text]) -> int:
    """Return which of the texts in the pieces of a cell is its label: the first with words."""
    return next((one for one in pieces if any(map(str.isalnum, texts[one].text))), pieces[0])


def stands_as_printed(grid: Grid, table: Table) -> bool:
    """Say whether a grid is cell by cell the form's table, or rows of it that follow each other.

    Cells of groups may be cut in two, as a page's end does.
    """
    slots = layout(table)
    covering = {
        (row, column): slot
        for slot in slots
        for row in range(slot.row, slot.row + slot.row_span)
        for column in range(slot.column, slot.column + slot.column_span)
    }
    width = max(slot.column + slot.column_span for slot in slots)
    height = max(slot.row + slot.row_span for slot in slots)
    if grid.column_count != width:
        return False
    return any(
        all(_is_piece(cell, covering[cell.row + start, cell.column], start) for cell in grid.cells)
        for start in range(height - grid.row_count + 1)
    )


def _positions(texts: Sequence[Text], inside: Sequence[int]) -> dict[tuple[int, int], int]:
    """Return the position of the first text in each cell of a grid that is not blank, by row and column."""
    positions: dict[tuple[int, int], int] = {}
    for position in inside:
        cell = texts[position].cell
        if texts[position].kind != "blank" and isinstance(cell, Cell):
            positions.setdefault((cell.row, cell.column), position)
    return positions


def _printed(grid: Grid, table: Table, form: Script) -> Iterator[_Places]:
    """Yield where labels of a table stand in a grid that has cells like those of the form.

    That are the heads of a part that has groups, its rows, or all labels of a table of many parts.
    """
    slots = layout(table)
    numbers = (number for number, label in enumerate(form.labels) if label.table == table.id)
    labels = dict(zip(numbers, (slot for slot in slots if slot.role != "value" and slot.labels), strict=True))
    if len(table.parts) > 1:
        yield from _standing(grid, labels, slots)
        return
    stub = min(slot.column for slot in slots if slot.role == "value")
    heads = {
        number: slot
        for number, slot in labels.items()
        if slot.column >= stub and slot.role in ("group", "column")
    }
    if any(slot.role == "group" for slot in heads.values()):
        yield from _standing(grid, heads, tuple(heads.values()))
    rows = {
        number: slot
        for number, slot in labels.items()
        if slot.role == "row" or (slot.role == "group" and slot.column < stub)
    }
    if any(slot.role == "group" for slot in rows.values()):
        yield from _rows(grid, rows)


def _standing(grid: Grid, labels: Mapping[int, Slot], slots: Sequence[Slot]) -> Iterator[_Places]:
    """Yield where labels stand if a grid has all slots for cells, moved down, the last at its right side."""
    column = grid.column_count - max(slot.column + slot.column_span for slot in slots)
    height = max(slot.row + slot.row_span for slot in slots)
    cells = {(cell.row, cell.row_span, cell.column, cell.column_span) for cell in grid.cells}
    for row in range(grid.row_count - height + 1):
        if all(
            (slot.row + row, slot.row_span, slot.column + column, slot.column_span) in cells for slot in slots
        ):
            yield {number: [(slot.row + row, slot.column + column)] for number, slot in labels.items()}


def _rows(grid: Grid, labels: Mapping[int, Slot]) -> Iterator[_Places]:
    """Yield where labels of rows stand if a grid ends with rows that are merged as those of the form.

    All of its rows from some row on are rows of the form, without a gap; the last may be on another page.
    """
    first = min(slot.row for slot in labels.values())
    stop = max(slot.row + slot.row_span for slot in labels.values())
    stub = max(slot.column + slot.column_span for slot in labels.values())
    if grid.column_count <= stub:
        return
    covering = {
        (row, column): (number, slot)
        for number, slot in labels.items()
        for row in range(slot.row, slot.row + slot.row_span)
        for column in range(slot.column, slot.column + slot.column_span)
    }
    for above in range(max(grid.row_count - (stop - first), 0), grid.row_count):
        starts = range(first, stop - (grid.row_count - above) + 1)
        found = [places for start in starts if (places := _pieces(grid, above, start, stub, covering))]
        if found:
            yield from found
            return


def _pieces(
    grid: Grid, above: int, start: int, stub: int, covering: Mapping[tuple[int, int], tuple[int, Slot]]
) -> dict[int, list[tuple[int, int]]]:
    """Return the cells of each label if a grid's rows from one on are the form's from a row on.

    `covering` holds the label, and its slot, for each row and column of the form beside which values stand.
    """
    places: dict[int, list[tuple[int, int]]] = {}
    for row in range(above, grid.row_count):
        for column in range(stub):
            number, slot = covering[start + row - above, column]
            cell = grid.at(row, column)
            if not _is_piece(cell, slot, start - above):
                return {}
            if (cell.row, cell.column) not in places.setdefault(number, []):
                places[number].append((cell.row, cell.column))
    return places


def _is_piece(cell: Cell, slot: Slot, moved: int) -> bool:
    """Say whether a cell of a grid is a slot, moved down, or a piece of a group's as a page's end cuts it."""
    if (cell.column, cell.column_span) != (slot.column, slot.column_span):
        return False
    top, bottom = cell.row + moved, cell.row + cell.row_span + moved
    if slot.role == "group":
        return slot.row <= top and bottom <= slot.row + slot.row_span
    return (top, bottom) == (slot.row, slot.row + slot.row_span)


def _with_labels(
    at: Mapping[int, int], texts: Sequence[Text], matches: Sequence[Match], form: Script
) -> tuple[Match, ...] | None:
    """Return the matches with labels at their places, None if something speaks against that.

    `at` holds the position of the text for the number of each label that shows one.
    """
    if any(recognised([texts[position]]) is None for position in at.values()):
        return None
    share = _read(at, texts, form)
    if share < _READ or _speaks_against(at, texts, matches, form):
        return None
    sure = {match.start for match in matches if match.likeness >= SURE and match.start == match.stop}
    likely, possible = set(), set()
    said = {
        number: (texts[position].text, texts[position].cell.confidence)
        for number, position in at.items()
        if number not in sure
    }
    for number, what in said.items():
        label = form.labels[number]
        # of what was not read at all nothing tells that it is no word of the agency's own
        if not is_possible(*what, label, form):
            continue
        if share >= _MOSTLY and is_likely(*what, label, form):
            likely.add(number)
        # rows may be left out and doubled where cells stand as before: half of their label is asked for
        elif share >= _CLEARLY and label.role != "row":
            possible.add(number)
    if share >= _MOSTLY:
        likely |= _repeated(said, (sure | likely) & at.keys(), form)
    possible -= likely
    if len(possible) > 1:  # nothing tells which of two is which
        possible.clear()
    proved = [
        Match(
            at[number], at[number], number, number, AS_MISREAD if number in likely | possible else _LAID_OUT
        )
        for number in said
    ]
    numbers, positions = {match.start for match in proved}, {match.first for match in proved}
    kept = [
        match
        for match in matches
        if numbers.isdisjoint(range(match.start, match.stop + 1))
        and positions.isdisjoint(range(match.first, match.last + 1))
    ]
    return tuple(sorted((*kept, *proved), key=lambda match: match.first))


def _repeated(
    said: Mapping[int, tuple[str, float]], known: AbstractSet[int], form: Script
) -> AbstractSet[int]:
    """Return the heads that are known by those under other groups: what one group shows the others show too.

    `said` holds what was read in place of each label that is not sure, and how surely; `known` are those that
    are. Where two heads of a group cannot be read at all nothing tells which is which.
    """
    shown = {form.labels[number].plains for number in known}
    labels = {number: form.labels[number] for number in said}
    found = {
        number
        for number, what in said.items()
        if labels[number].role == "column"
        and labels[number].plains in shown
        and is_repeated(*what, labels[number], form)
    }
    illegible = {number for number in found if is_illegible(said[number][0])}
    return found - illegible if len({labels[number].plains for number in illegible}) > 1 else found


def _read(at: Mapping[int, int], texts: Sequence[Text], form: Script) -> float:
    """Return the share of the letters of all labels that are read right."""
    length = wrong = 0
    for number, position in at.items():
        found = read_label(texts[position].text)
        own = [letters(core(written)) for written in form.labels[number].plains]
        off, letters_of = min((Levenshtein.distance(one, found.bare), len(one)) for one in own)
        length += letters_of
        wrong += min(off, letters_of)
    return 1 - wrong / length if length else 0.0


def _speaks_against(
    at: Mapping[int, int], texts: Sequence[Text], matches: Sequence[Match], form: Script
) -> bool:
    """Say whether a label's place holds another one of the form, or it was surely found in another place."""
    for number, position in at.items():
        label, text = form.labels[number], texts[position].plain
        if text not in label.plains and (
            text in form.exact or text in form.foreign.get(label.table or "", ())
        ):
            return True
        for match in matches:
            is_there = match.first <= position <= match.last
            is_it = match.start <= number <= match.stop
            if match.likeness >= SURE and is_there != is_it:
                return True
    return False
