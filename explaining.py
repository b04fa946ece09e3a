"""The path of one value from the ink to the number: the work behind `gouji explain`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from document import Box, Cell, Document, Grid
from drawing import pad
from findings import CATALOGUE
from normalize.identities import terms_of
from normalize.labels import core, likeness, plain
from normalize.numerals import replay
from report import Report, Value
from standards import Standard, load
from standards.wording import path_of, section_of, word_line

# A printed head is taken for a label of the form from this likeness of their cores on; other labels that lead
# to the same value reach 0.67 (其他 and 其他处理), and 99 of 100 worn labels of the samples are above it.
_ALIKE = 0.7
# Of the heads that are about as like the label as the likest, the nearest is meant: a head worn by a misprint
# loses 0.1 or so against the same label over another part of the table.
_ABOUT = 0.15

_STATUS = {
    "printed": "printed",
    "blank": "blank: the cell is empty or holds a mark for no number",
    "absent": "absent: the report does not show this place",
    "unassigned": "unassigned: figures are shown, but which of them belongs here is not proved",
    "unreadable": "unreadable: the cell holds something that is not one figure",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Spot:
    """A cell, its grid, and the number that `gouji draw` gives the grid."""

    number: int
    grid: Grid
    cell: Cell


def explain(report: Report, value_id: str, document: Document | None = None) -> Iterator[str]:
    """Yield the lines that lead from what is printed to a value; KeyError for an id the edition lacks.

    With the document that the report was made from, the value's cell and the printed heads that lead to it
    are told too, where the format has pages.
    """
    standard = load(report.edition or "")
    value = report.values[value_id]
    row, column = standard.leaves[value_id]
    table = standard.table(value_id.split(".", maxsplit=1)[0])
    yield f"{value_id} = {'null' if value.number is None else value.number}"
    yield ""
    yield _line("section", section_of(standard, table))
    if row is not None:
        yield _line("row", " › ".join(path_of(row)))
    unit = f"  ({column.unit})" if column.unit else ""
    yield _line("column", " › ".join(path_of(column)) + unit)
    yield _line("place", _place(value))
    if document is not None and (spot := _spot(value, document)) is not None:
        inferred = ", inferred from gaps" if spot.grid.provenance.how == "inferred" else ""
        told = f"grid {spot.number}, row {spot.cell.row + 1}, column {spot.cell.column + 1}{inferred}"
        yield _line("cell", told)
        yield from _heads("row head", "beside", path_of(row), list(_beside(spot, document)))
        yield from _heads("col head", "above", path_of(column), list(_above(spot, document)))
    yield _line("text", f"“{value.text}”" if value.text else "no text")
    yield from _steps(value, column.unit)
    yield _line("status", _STATUS[value.status])
    for engine, reading in value.readings:
        yield _line("reading", f"“{reading}” by {engine}")
    yield from _sums(report, standard, value_id)
    yield from _trust(report, value_id)


def suggest(report: Report, value_id: str) -> list[str]:
    """Return up to five ids of the report that are near to a wrong one."""
    holding = [known for known in report.values if value_id and value_id in known]
    near = get_close_matches(value_id, list(report.values), n=5, cutoff=0.5)
    return list(dict.fromkeys((*holding, *near)))[:5]


def _line(label: str, text: str) -> str:
    return f"{pad(label, 9)}{text}"


def _place(value: Value) -> str:
    where = value.provenance
    parts = [f"page {where.page}"] if where.page is not None else []
    if where.box is not None:
        parts.append(f"{_extent(where.box)}, points")
    if where.place is not None:
        parts.append(str(where.place))
    parts.append(f"{value.how} with confidence {value.confidence:.2f}")
    return ", ".join(parts)


def _extent(box: Box) -> str:
    return f"{box.left:.1f} to {box.right:.1f} across, {box.top:.1f} to {box.bottom:.1f} down"


def _spot(value: Value, document: Document) -> _Spot | None:
    """Return where a value stands in a document with pages; None if no grid's cell is that place."""
    if value.provenance.box is None:
        return None
    for number, grid in enumerate(_grids(document), start=1):
        for cell in grid.cells:
            where = cell.provenance
            if where.page == value.provenance.page and where.box == value.provenance.box:
                return _Spot(number=number, grid=grid, cell=cell)
    return None


def _grids(document: Document) -> Iterator[Grid]:
    return (block for block in document.blocks if isinstance(block, Grid))


def _heads(name: str, side: str, labels: Iterable[str], cells: Sequence[Cell]) -> Iterator[str]:
    """Yield the cell that prints each label, or that none does."""
    for number, label in enumerate(labels):
        found = _head(label, cells)
        if found is None or found.provenance.box is None:
            told = f"no cell {side} the value prints “{label}” or nearly so"
        else:
            text = "".join(found.text.split())
            told = f"“{text}”, page {found.provenance.page}, {_extent(found.provenance.box)}"
        yield _line("" if number else name, told)


def _head(label: str, cells: Sequence[Cell]) -> Cell | None:
    """Return the first of the cells that are about as like a label as any; None if none is like it."""
    wanted = core(plain(label))
    scores = [likeness(core(plain(cell.text)), wanted) for cell in cells]
    best = max(scores, default=0.0)
    if best < _ALIKE:
        return None
    return next(cell for cell, score in zip(cells, scores, strict=True) if score >= best - _ABOUT)


def _beside(spot: _Spot, document: Document) -> Iterator[Cell]:
    """Yield the cells in a value's row before it, the nearest first, then those of the pages about it.

    The label of a group whose rows go on overleaf is printed on one of its pages only.
    """
    row, column = spot.cell.row, spot.cell.column
    yield from (spot.grid.at(row, before) for before in range(column - 1, -1, -1))
    for number, grid in enumerate(_grids(document), start=1):
        if number in (spot.number - 1, spot.number + 1):
            rows = range(grid.row_count)
            for position in reversed(rows) if number < spot.number else rows:
                yield from (grid.at(position, before) for before in range(min(column, grid.column_count)))


def _above(spot: _Spot, document: Document) -> Iterator[Cell]:
    """Yield the cells over a value, the nearest first, then those at its place in the grids before.

    A table that is carried on overleaf has its head in the grid it begins with.
    """
    row, column = spot.cell.row, spot.cell.column
    yield from (spot.grid.at(above, column) for above in range(row - 1, -1, -1))
    is_across = _runs_across(spot.grid)
    middle = _middle(spot.cell, is_across=is_across)
    for grid in reversed(list(_grids(document))[: spot.number - 1]):
        yield from (
            cell
            for cell in reversed(grid.cells)
            if cell.provenance.box is not None and _covers(cell.provenance.box, middle, is_across=is_across)
        )


def _runs_across(grid: Grid) -> bool:
    """Say whether the columns of a grid follow each other across the page, as in upright text."""
    first, last = grid.cells[0].provenance.box, grid.at(0, grid.column_count - 1).provenance.box
    if first is None or last is None or first == last:
        return True
    return abs(last.left - first.left) >= abs(last.top - first.top)


def _middle(cell: Cell, *, is_across: bool) -> float:
    box = cell.provenance.box
    assert box is not None
    return (box.left + box.right) / 2 if is_across else (box.top + box.bottom) / 2


def _covers(box: Box, middle: float, *, is_across: bool) -> bool:
    return box.left <= middle <= box.right if is_across else box.top <= middle <= box.bottom


def _steps(value: Value, unit: str | None) -> Iterator[str]:
    if value.status != "printed":
        return
    if not value.steps:
        yield _line("steps", "none: the text is the number")
    for number, (step, after) in enumerate(replay(value.text, value.steps, unit)):
        yield _line("" if number else "steps", f"{pad(step, 18)}→ “{after}”")


def _sums(report: Report, standard: Standard, value_id: str) -> Iterator[str]:
    verdicts = {(check.identity, check.at): check for check in report.checks}
    found = False
    for terms in terms_of(standard):
        check = verdicts.get((terms.identity.id, terms.at))
        if check is None or value_id not in (*terms.left, *terms.right):
            continue
        text = f"{pad(check.verdict, 8)} {terms.identity.label or terms.identity.id}"
        if terms.identity.each is not None:
            text += f", {terms.identity.each} {word_line(standard, terms.identity.table, terms.at)}"
        yield _line(
            "" if found else "sums", f"{text}: {_or_unknown(check.left)} and {_or_unknown(check.right)}"
        )
        found = True
    if not found:
        yield _line("sums", "none: no prescribed sum takes this value in")


def _or_unknown(number: int | None) -> str:
    return "unknown" if number is None else str(number)


def _trust(report: Report, value_id: str) -> Iterator[str]:
    yield _line("trust", f"the report is {report.trust.status}")
    held = [finding for finding in report.trust.reasons if value_id in finding.at]
    for finding in held:
        entry = CATALOGUE[finding.code]
        yield _line("", f"{finding.code}: {finding.message}")
        yield _line("", f"{entry.meaning} {entry.advice}")
    if not held:
        yield _line("", "nothing is held against this value")
