"""The small raised figures that refer to notes: told from the figures beside them, and set apart.

A 4 with a note's 1 behind it would else read as 41. A mark is known by its size and place; where the line
broke before it or justified text moved it off, the note of its number at the foot of the page tells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from converters.pdf_pieces import OFF_LINE, Piece, along, raised, size_of

# A note's mark is 0.58 to 0.66 as large as its text, and stands 0.2 to 0.4 of that above its line.
MARK_SIZE, MARK_RAISED = 0.75, 0.12
# A mark moved off its figure by justified text or a broken line stands this many sizes away at most.
FARTHEST = 4.0
LONGEST = 3  # digits
WINDOW = 12  # pieces before and after

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_NOTE = re.compile(r"(\d{1,3})\s?(?=[\u3400-\u9fff])")


def without_marks(pieces: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
    """Return the pieces without marks of notes, and those among them that notes begin with.

    The room that a mark takes up is counted to the figure before it. After a Latin letter raised figures are
    part of a unit (m²) and stay, as the raised figures they are.
    """
    numbered = _numbered(pieces)
    # the last notes may have found no room on the page
    known = {*numbered, *(str(int(number) + more) for number in numbered for more in (1, 2, 3))}
    kept: list[Piece] = []
    notes: list[Piece] = []
    for number, piece in enumerate(pieces):
        is_short = _is_short(piece)
        before = pieces[number - 1] if number else None
        behind = pieces[number + 1] if number + 1 < len(pieces) else None
        if not is_short or not (
            any(_is_mark(piece, other) for other in (before, behind) if other)
            or (piece.text in known and any(_is_moved_mark(piece, other) for other in _near(pieces, number)))
        ):
            wider = _with_room_of(behind, piece) if behind and behind.turns == piece.turns == 0 else piece
            kept.append(wider)
        elif before and before.characters[-1].text in _LETTERS and _is_mark(piece, before):
            raised = [c._replace(text=c.text.translate(_RAISED)) for c in piece.characters]
            kept.append(piece._replace(characters=raised))
        elif behind and _is_mark(piece, behind) and not (before and _is_mark(piece, before)):
            notes.append(behind)
        elif piece.text in numbered:
            notes.append(numbered[piece.text])
    return kept, notes


def _numbered(pieces: Sequence[Piece]) -> dict[str, Piece]:
    """Return the pieces that begin with a number and go on with words, as notes do, by their numbers."""
    found = {match[1]: piece for piece in pieces if (match := _NOTE.match(piece.text))}
    for piece, behind in pairwise(pieces):
        if _is_short(piece) and _NOTE.match(piece.text + behind.text) and piece.turns == behind.turns:
            stop = along(piece.characters[-1], piece.turns)[1]
            start = along(behind.characters[0], piece.turns)[0]
            if abs(start - stop) <= OFF_LINE * size_of(behind):
                found.setdefault(piece.text, piece)
    return found


def _near(pieces: Sequence[Piece], number: int) -> Sequence[Piece]:
    """Return the pieces drawn shortly before and after one: a cell's are, though not always in order."""
    return (*pieces[max(number - WINDOW, 0) : number], *pieces[number + 1 : number + 1 + WINDOW])


def _is_short(piece: Piece) -> bool:
    return len(piece.characters) <= LONGEST and all(c.text.isdecimal() for c in piece.characters)


def _is_mark(piece: Piece, beside: Piece) -> bool:
    """Say whether a piece is small and raised against one that it touches."""
    if piece.turns != beside.turns:
        return False
    usual = size_of(beside)
    start, stop = along(piece.characters[0], piece.turns)[0], along(piece.characters[-1], piece.turns)[1]
    first, last = along(beside.characters[0], piece.turns)[0], along(beside.characters[-1], piece.turns)[1]
    return (
        (abs(start - last) <= OFF_LINE * usual or abs(first - stop) <= OFF_LINE * usual)
        and size_of(piece) <= MARK_SIZE * usual
        and MARK_RAISED * usual <= raised(piece, beside) <= usual
    )


def _is_moved_mark(piece: Piece, before: Piece) -> bool:
    """Say whether a piece is small against the one before it, and near it on its line or below."""
    if piece.turns != before.turns:
        return False
    usual, up = size_of(before), raised(piece, before)
    start = along(piece.characters[0], piece.turns)[0]
    first, last = along(before.characters[-1], piece.turns)[:2]
    is_behind = 0 <= start - last <= FARTHEST * usual and MARK_RAISED * usual <= up <= usual
    is_below = abs(start - first) <= FARTHEST * usual and -2.5 * usual <= up < 0
    return size_of(piece) <= MARK_SIZE * usual and (is_behind or is_below)


def _with_room_of(mark: Piece, piece: Piece) -> Piece:
    """Return a piece as wide as it is with the mark that stands behind it; as it is when there is none."""
    last, first = piece.characters[-1], mark.characters[0]
    if not _is_short(mark) or first.left < last.left or not _is_mark(mark, piece):
        return piece
    wider = last._replace(right=max(last.right, mark.characters[-1].right))
    return piece._replace(characters=[*piece.characters[:-1], wider])
