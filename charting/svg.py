"""Bars as SVG: horizontal, labelled in words, no script and nothing loaded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from drawing import width

# Told apart by people with either red-green weakness too (after Okabe and Ito, 2008).
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#999999")
_ROW, _BAR, _GAP = 26, 16, 8  # pixels
_WIDTH, _NUMBERS = 900, 110
_CHARACTER = 7.2  # pixels that a narrow character of 13 px takes


def bars(rows: Sequence[tuple[str, int, str]]) -> str:
    """Return a bar for each (label, number, colour), the largest as wide as the picture."""
    left = _room(label for label, _, _ in rows)
    most = max((number for _, number, _ in rows), default=0) or 1
    drawn = []
    for position, (label, number, colour) in enumerate(rows):
        length = (_WIDTH - left - _NUMBERS) * number / most
        drawn.append(_label(label, left, position))
        if number:
            drawn.append(_bar(left, position, length, colour, f"{label}: {number:,}"))
        drawn.append(_text(left + length + _GAP, position, f"{number:,}"))
    return _picture("".join(drawn), len(rows))


def stacked(rows: Mapping[str, Mapping[str, int]], keys: Sequence[str]) -> str:
    """Return a bar for each row, cut into the numbers of its keys, in the colours of `legend`."""
    left = _room(rows)
    most = max((sum(row.values()) for row in rows.values()), default=0) or 1
    drawn = []
    for position, (label, row) in enumerate(rows.items()):
        drawn.append(_label(label, left, position))
        start = float(left)
        for number, key in enumerate(keys):
            length = (_WIDTH - left - _NUMBERS) * row.get(key, 0) / most
            if length:
                told = f"{label} {key}: {row[key]:,}"
                drawn.append(_bar(start, position, length, COLOURS[number % len(COLOURS)], told))
            start += length
        drawn.append(_text(start + _GAP, position, f"{sum(row.values()):,}"))
    return _picture("".join(drawn), len(rows))


def legend(keys: Sequence[str]) -> str:
    """Return what the colours of `stacked` mean."""
    entries = (
        f'<span class="key"><svg width="12" height="12" aria-hidden="true"><rect width="12" height="12" '
        f'fill="{COLOURS[number % len(COLOURS)]}"/></svg> {escape(key)}</span>'
        for number, key in enumerate(keys)
    )
    return f'<p class="legend">{" ".join(entries)}</p>'


def _room(labels: Iterable[str]) -> int:
    widest = max((width(label) for label in labels), default=0)
    return min(int(widest * _CHARACTER) + 2 * _GAP, _WIDTH // 2)


def _label(label: str, left: int, position: int) -> str:
    most = int((left - _GAP) / _CHARACTER)
    shown = label
    while width(shown) > most:
        shown = shown[:-1]
    if shown != label:
        shown = f"{shown[:-1]}…"
    return (
        f'<text x="{left - _GAP}" y="{_middle(position)}" text-anchor="end">{escape(shown)}'
        f"<title>{escape(label)}</title></text>"
    )


def _text(x: float, position: int, text: str) -> str:
    return f'<text x="{x:.1f}" y="{_middle(position)}">{escape(text)}</text>'


def _bar(x: float, position: int, length: float, colour: str, told: str) -> str:
    top = position * _ROW + (_ROW - _BAR) // 2
    return (
        f'<rect x="{x:.1f}" y="{top}" width="{max(length, 1):.1f}" height="{_BAR}" fill="{colour}">'
        f"<title>{escape(told)}</title></rect>"
    )


def _middle(position: int) -> float:
    return position * _ROW + _ROW / 2 + 4.5  # the baseline of 13 px text whose middle is the row's


def _picture(drawn: str, rows: int) -> str:
    height = rows * _ROW
    return f'<svg viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" role="img">{drawn}</svg>'
