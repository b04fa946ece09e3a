"""A grid as text and back: for `gouji draw`, for test cases, for messages of failed comparisons.

In a drawing `<` joins the cell on its left and every lower row of a span is all `^`; `draw` and `parse`
are exact inverses for every grid. Markdown and aligned text are for reading only and have no way back.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from document import Cell, Grid, Strip

_ESCAPED = {"\\": "\\\\", "|": "\\|", "<": "\\<", "^": "\\^", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_UNESCAPED = {"n": "\n", "r": "\r", "t": "\t", "s": " "}
# Characters that would break a line or vanish when a drawing is stored: controls and line separators.
_UNSAFE = re.compile(r"[\\|<^\x00-\x1f\x7f-\x9f\u2028\u2029]|^ | $")
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-f]+)\}|(.))", re.DOTALL)
_CELL = re.compile(r"((?:[^|\\]|\\.)*)\|", re.DOTALL)
_EMPTY = re.compile(r"\((\d+) x (\d+)\)")


def draw(grid: Grid) -> str:
    """Return the drawing of a grid, one line a row, columns aligned for a terminal.

    A grid without rows or without columns is drawn as its size, such as `(0 x 3)`.
    """
    if not grid.cells:
        return f"({grid.row_count} x {grid.column_count})"
    rows = [
        [_mark(grid.at(row, column), row, column) for column in range(grid.column_count)]
        for row in range(grid.row_count)
    ]
    widths = _column_widths(rows)
    return "\n".join(
        "| " + " | ".join(pad(text, width) for text, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    )


def parse(drawing: str) -> Grid:
    """Return the grid that a drawing shows; raises ValueError naming the line that is not one."""
    if size := _EMPTY.fullmatch(drawing.strip()):
        return Grid(row_count=int(size[1]), column_count=int(size[2]), cells=())
    rows = [_split(line.strip(" \t")) for line in drawing.split("\n") if line.strip(" \t")]
    if len({len(row) for row in rows}) > 1:
        message = f"rows of different length: {', '.join(str(len(row)) for row in rows)}"
        raise ValueError(message)
    origins: dict[tuple[int, int], tuple[int, int]] = {}  # position -> origin of the cell over it
    for row, marks in enumerate(rows):
        for column, mark in enumerate(marks):
            left, above = (row, column - 1), (row - 1, column)
            if mark == "<" and column and origins[left][0] == row:
                origins[row, column] = origins[left]
            elif mark == "^" and row:
                origins[row, column] = origins[above]
            elif mark in ("<", "^"):
                message = f"row {row}, column {column}: {mark} joins nothing"
                raise ValueError(message)
            else:
                origins[row, column] = (row, column)
    return Grid(
        row_count=len(rows),
        column_count=len(rows[0]) if rows else 0,
        cells=_cells(rows, origins),
    )


def draw_strip(strip: Strip) -> str:
    """Return a strip for people: a line for every row that survived, with the position of its first text."""
    starts = (0, *strip.breaks)
    stops = (*strip.breaks, len(strip.cells))
    lines = []
    for start, stop in zip(starts, stops, strict=True):
        texts = (_escape(cell.text) or "·" for cell in strip.cells[start:stop])
        lines.append(f"{start:>4}  " + " ¦ ".join(texts))
    return "\n".join(lines)


def to_markdown(grid: Grid) -> str:
    """Return a Markdown table; Markdown has no spans, so the rest of a span is left blank."""
    if not grid.cells:
        return ""
    rows = [
        [_markdown_text(grid.at(row, column), row, column) for column in range(grid.column_count)]
        for row in range(grid.row_count)
    ]
    widths = [max(3, width) for width in _column_widths(rows)]
    lines = [
        "| " + " | ".join(pad(text, width) for text, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def to_text(grid: Grid) -> str:
    """Return aligned text: a span takes the room of its columns, and its lower rows are blank."""
    widths = _span_widths(grid)
    lines = []
    for row in range(grid.row_count):
        parts = []
        column = 0
        while column < grid.column_count:
            cell = grid.at(row, column)
            room = sum(widths[column : column + cell.column_span]) + 3 * (cell.column_span - 1)
            parts.append(pad(_one_line(cell.text) if row == cell.row else "", room))
            column += cell.column_span
        lines.append(" | ".join(parts).rstrip())
    return "\n".join(lines)


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes: two for an East-Asian wide character."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )


def pad(text: str, to: int) -> str:
    """Return a text with blanks behind it, up to a width in terminal columns."""
    return text + " " * (to - width(text))


def _mark(cell: Cell, row: int, column: int) -> str:
    if row > cell.row:
        return "^"
    return "<" if column > cell.column else _escape(cell.text)


def _escape(text: str) -> str:
    def escaped(match: re.Match[str]) -> str:
        character = match.group()
        return "\\s" if character == " " else _ESCAPED.get(character, f"\\u{{{ord(character):x}}}")

    return _UNSAFE.sub(escaped, text)


def _unescape(text: str) -> str:
    def plain(match: re.Match[str]) -> str:
        if match[1]:
            return chr(int(match[1], 16))
        return _UNESCAPED.get(match[2], match[2])

    return _ESCAPE.sub(plain, text)


def _split(line: str) -> list[str]:
    """Return the marks of a drawn row, still escaped."""
    marks = [match[1].strip(" ") for match in _CELL.finditer(line, 1)]
    consumed = 1 + sum(match.end() - match.start() for match in _CELL.finditer(line, 1))
    if not line.startswith("|") or consumed != len(line):
        message = f"not a drawn row, which begins and ends with |: {line}"
        raise ValueError(message)
    return marks


def _cells(
    rows: Sequence[Sequence[str]], origins: dict[tuple[int, int], tuple[int, int]]
) -> tuple[Cell, ...]:
    """Return a cell for every origin; Grid refuses a span that is no rectangle."""
    ends: dict[tuple[int, int], tuple[int, int]] = {}
    for (row, column), origin in origins.items():
        bottom, right = ends.get(origin, (0, 0))
        ends[origin] = max(bottom, row + 1), max(right, column + 1)
    return tuple(
        Cell(
            row=row,
            column=column,
            row_span=bottom - row,
            column_span=right - column,
            text=_unescape(rows[row][column]),
        )
        for (row, column), (bottom, right) in ends.items()
    )


def _column_widths(rows: Iterable[Sequence[str]]) -> list[int]:
    return [max(width(text) for text in column) for column in zip(*rows, strict=True)]


def _span_widths(grid: Grid) -> list[int]:
    """Return column widths in which every text fits into the columns of its cell."""
    widths = [1] * grid.column_count
    for cell in sorted(grid.cells, key=lambda cell: cell.column_span):
        right = cell.column + cell.column_span
        room = sum(widths[cell.column : right]) + 3 * (cell.column_span - 1)
        widths[right - 1] += max(0, width(_one_line(cell.text)) - room)
    return widths


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _markdown_text(cell: Cell, row: int, column: int) -> str:
    if (row, column) != (cell.row, cell.column):
        return ""
    return _one_line(cell.text).replace("\\", "\\\\").replace("|", "\\|")
