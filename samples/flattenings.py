"""A printed table as lines of text, in each of the ways a layout is lost, and what survives of it.

A value survives when a careful reader of the text alone can still tell its place and read it without
guessing. Labels always survive here; damage to them is a matter of damages.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random

from samples.printed import Print, PrintedTable

_NUMBER = re.compile(r"0|[1-9]\d*")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, the ids of the values whose row it takes part in, and whether its label was lost."""

    text: str
    ids: tuple[str, ...] = ()
    unlabelled: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Flat:
    """A flattened table: its lines, and the ids of the values that survive."""

    lines: tuple[Line, ...]
    kept: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Row:
    """A row on its way into text: each cell with whether it begins here, and its values."""

    cells: tuple[tuple[Print, bool], ...]
    values: tuple[Print, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(value.id for value in self.values)

    @property
    def begun(self) -> list[Print]:
        return [cell for cell, begins in self.cells if begins]


def flatten(table: PrintedTable, flattening: str, random: Random) -> Flat:
    """Return a table in one of the flattenings that FLATTENERS names."""
    return FLATTENERS[flattening](_rows(table), random)


def wrapped(text: str) -> str:
    """Return a cell's text on one line, as exports print it that know no line breaks in cells."""
    return text.replace("\n", "").strip()


def is_certain(values: Sequence[Print]) -> bool:
    """Whether the texts of a row tell their columns by their count alone: all are there, or none is."""
    shown = [bool(wrapped(value.text)) for value in values]
    return all(shown) or not any(shown)


def _rows(table: PrintedTable) -> list[_Row]:
    return [
        _Row(cells=tuple(row), values=tuple(cell for cell, _ in row if cell.role == "value"))
        for row in table.rows()
    ]


def _all_ids(rows: Iterable[_Row]) -> frozenset[str]:
    return frozenset(name for row in rows for name in row.ids)


def _certain_ids(rows: Iterable[_Row]) -> frozenset[str]:
    return frozenset(name for row in rows if is_certain(row.values) for name in row.ids)


def _broken(text: str, random: Random) -> list[str]:
    """Break a long label over two lines now and then."""
    text = wrapped(text)
    if (
        len(text) > 4
        and not text.isascii()
        and not re.search(r"[0-9０-９]{2}", text)
        and random.random() < 0.05
    ):
        place = random.randrange(2, len(text) - 1)
        return [text[:place], text[place:]]
    return [text]


def _paragraphs(rows: list[_Row], random: Random) -> Flat:
    """P1: every text a paragraph of its own; blank cells and the ends of rows are gone."""
    lines: list[Line] = []
    for row in rows:
        for cell in row.begun:
            for text in _broken(cell.text, random):
                if text:
                    lines += [Line(text, row.ids), Line("", row.ids)]
    return Flat(lines=tuple(lines), kept=_certain_ids(rows))


def _repeatable(rows: list[_Row], random: Random) -> Flat:
    """P9 before its repeats are dropped: P1, but a row without figures may as well have lost them."""
    flat = _paragraphs(rows, random)
    shown = frozenset(value.id for row in rows for value in row.values if wrapped(value.text))
    return Flat(lines=flat.lines, kept=flat.kept & shown)


def _row_a_line(rows: list[_Row], random: Random, *, opening: str = "", padded: bool = True) -> Flat:
    """P2, P4, P7: a row a line, pipes between; spans as further pipes, or not at all."""
    carries = random.random() < 0.4
    lines: list[Line] = []
    for row in rows:
        text = opening
        for cell, begins in row.cells:
            if begins or (carries and padded):
                text += f"{wrapped(cell.text) if begins else ''} | "
                text += "|" * (cell.column_span - 1 if padded else 0)
        lines.append(Line(text.rstrip(), row.ids))
    return Flat(lines=tuple(lines), kept=_all_ids(rows))


def _cell_a_line(rows: list[_Row], random: Random, *, opened: bool = False) -> Flat:
    """P3, P5: a cell a line with a pipe after it, spans as a line of pipes; P5 opens rows by a pipe."""
    apart = not opened or random.random() < 0.5
    lines: list[Line] = []
    for row in rows:
        if opened:
            lines.append(Line("|", row.ids))
        for cell in row.begun:
            first, *more = _broken(cell.text, random)
            text = "".join((first, *(f" {rest}" for rest in more)))
            lines.append(Line(f"{text} |".strip(), row.ids))
            pipes = "|" * (cell.column_span - 1)
            if pipes and apart:
                lines.append(Line(pipes, row.ids))
            elif pipes:
                lines[-1] = Line(f"{lines[-1].text} {pipes}", row.ids)
    return Flat(lines=tuple(lines), kept=_counted_ids(rows) if apart else _all_ids(rows))


def _counted_ids(rows: list[_Row]) -> frozenset[str]:
    """Where a span of two and a blank cell look the same, a row with a blank beside a span is not told."""
    kept: set[str] = set()
    for row in rows:
        doubtful = any(cell.column_span == 2 for cell in row.begun)
        if is_certain(row.values) or not doubtful:
            kept.update(row.ids)
    return frozenset(kept)


def _cell_and_pipe(rows: list[_Row], random: Random) -> Flat:
    """P6: every cell's line is followed by a line with a pipe."""
    opened = random.random() < 0.5
    lines: list[Line] = []
    for row in rows:
        for number, cell in enumerate(row.begun):
            text = ("| " if opened and not number else "") + wrapped(cell.text)
            lines += [Line(text, row.ids), Line("|", row.ids)]
    return Flat(lines=tuple(lines), kept=_all_ids(rows))


def _deep_cells(rows: list[_Row], random: Random) -> Flat:
    """P8: a row opens with a pipe; cells stand deep in their lines, between lines of spaces."""
    lines: list[Line] = []
    for row in rows:
        lines.append(Line("|", row.ids))
        for cell in row.begun:
            indent = " " * random.choice((4, 8, 16))
            *first, last = _broken(cell.text, random)
            lines += [Line(indent + text, row.ids) for text in first]
            lines.append(Line(f"{indent}{last}  |", row.ids))
            if random.random() < 0.2:
                lines.append(Line(indent, row.ids))
    return Flat(lines=tuple(lines), kept=_all_ids(rows))


def _mixed(rows: list[_Row], random: Random) -> Flat:
    """P10: heads a row a line and cells a cell a line, or labels apart with a row's values together."""
    together = random.random() < 0.5
    lines: list[Line] = []
    for row in rows:
        labels = [wrapped(cell.text) for cell in row.begun if not cell.is_value]
        values = [wrapped(cell.text) for cell in row.begun if cell.is_value]
        if not values:
            lines.append(Line(" | ".join(labels) + " |"))
        elif together:
            lines += [Line(text, row.ids) for text in labels if text]
            lines.append(Line("".join(f"{text} | " for text in values).rstrip(), row.ids))
        else:
            lines += [Line(f"{text} |".strip(), row.ids) for text in (*labels, *values)]
    return Flat(lines=tuple(lines), kept=_all_ids(rows))


def _one_line(rows: list[_Row], random: Random) -> Flat:
    """P11: everything in one line, pipes between the texts; blank cells are gone."""
    del random
    texts = [wrapped(cell.text) for row in rows for cell in row.begun]
    return Flat(lines=(Line(" | ".join(filter(None, texts)) + " |"),), kept=_certain_ids(rows))


def _run_together(rows: list[_Row], random: Random) -> Flat:
    """P12: the texts of a row without anything between them."""
    del random
    lines = tuple(Line("".join(wrapped(cell.text) for cell in row.begun), row.ids) for row in rows)
    kept = frozenset(name for row in rows if _split_is_forced(row.values) for name in row.ids)
    return Flat(lines=tuple(line for line in lines if line.text), kept=kept)


def _split_is_forced(values: Sequence[Print]) -> bool:
    """Whether the joined texts of a row can be cut into its values in one way only."""
    texts = [unicodedata.normalize("NFKC", value.text).strip() for value in values]
    if not any(texts) or len(texts) == 1:
        return True
    if not all(text in ("-", "/", "—", "无", "無") or _NUMBER.fullmatch(text) for text in texts):
        return False
    joined = "".join(texts)
    # ways[n]: in how many ways the text so far can be cut into n values
    ways = [{0: 1}] + [{} for _ in joined]
    for start in range(len(joined)):
        for stop in range(start + 1, len(joined) + 1):
            piece = joined[start:stop]
            if not (_NUMBER.fullmatch(piece) or (len(piece) == 1 and not piece.isdigit())):
                if not piece.isdigit():
                    break
                continue
            for count, number in ways[start].items():
                if count < len(texts):
                    ways[stop][count + 1] = ways[stop].get(count + 1, 0) + number
    return ways[-1].get(len(texts)) == 1


def _tabbed_cells(rows: list[_Row], random: Random) -> Flat:
    """P13: a cell a line behind a tab, a blank line after each row; carried-on cells are blank ones."""
    lines: list[Line] = []
    for row in rows:
        for cell, begins in row.cells:
            first, *more = _broken(cell.text, random) if begins else [""]
            pad = random.choice((" ", "", "", "", "　")) if cell.is_value and first else ""
            lines.append(Line(f"\t{first}{pad}", row.ids))
            lines += [Line(text, row.ids) for text in more]
        lines.append(Line("", row.ids))
    return Flat(lines=tuple(lines), kept=_all_ids(rows))


def _aligned(rows: list[_Row], random: Random) -> Flat:
    """Columns kept apart by spaces, long labels over several lines, as from a page's text layer."""
    del random
    columns = max(cell.right for row in rows for cell in row.begun)
    stub = min((cell.column for row in rows for cell in row.values), default=0)
    widths = [18 if column < stub else 14 for column in range(columns)]
    for value in (cell for row in rows for cell in row.begun if cell.is_value):
        # a number is never folded, however long
        widest = display_width(wrapped(value.text)) + 2
        widths[value.column] = max(widths[value.column], widest)
    lefts = [sum(widths[:column]) for column in range(columns + 1)]
    lines: list[Line] = []
    for row in rows:
        folded = [
            (lefts[cell.column], _fold(wrapped(cell.text), lefts[cell.right] - lefts[cell.column] - 2))
            for cell in row.begun
        ]
        height = max((len(texts) for _, texts in folded), default=1)
        for level in range(height):
            text = ""
            for left, texts in folded:
                # a cell's text stands in the middle of its row, as pages have it
                place = level - (height - len(texts)) // 2
                if 0 <= place < len(texts) and texts[place]:
                    text += " " * (left - display_width(text)) + texts[place]
            lines.append(Line(text, row.ids))
    return Flat(lines=tuple(lines), kept=_all_ids(rows))


def display_width(text: str) -> int:
    """Return how many narrow columns a text takes, wide characters counting two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)


def _fold(text: str, width: int) -> list[str]:
    pieces = [""]
    for letter in text:
        if display_width(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _markdown(rows: list[_Row], random: Random) -> Flat:
    """Write a Markdown table: covered positions are blank cells, a rule below the first row."""
    del random
    lines: list[Line] = []
    for number, row in enumerate(rows):
        texts: list[str] = []
        for cell, begins in row.cells:
            texts += [wrapped(cell.text) if begins else "", *[""] * (cell.column_span - 1)]
        lines.append(Line("| " + " | ".join(texts) + " |", row.ids))
        if not number:
            lines.append(Line("|" + " --- |" * len(texts)))
    return Flat(lines=tuple(lines), kept=_all_ids(rows))


def _lost(rows: list[_Row], random: Random) -> Flat:
    """P15: the table is not there."""
    del rows, random
    return Flat(lines=(), kept=frozenset())


FLATTENERS: dict[str, Callable[[list[_Row], Random], Flat]] = {
    "P1": _paragraphs,
    "P2": _row_a_line,
    "P3": _cell_a_line,
    "P4": lambda rows, random: _row_a_line(rows, random, padded=False),
    "P5": lambda rows, random: _cell_a_line(rows, random, opened=True),
    "P6": _cell_and_pipe,
    "P7": lambda rows, random: _row_a_line(rows, random, opening="| "),
    "P8": _deep_cells,
    "P9": _repeatable,
    "P10": _mixed,
    "P11": _one_line,
    "P12": _run_together,
    "P13": _tabbed_cells,
    "P15": _lost,
    "aligned": _aligned,
    "markdown": _markdown,
}
