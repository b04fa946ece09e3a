"""Characters of a PDF page in the pieces that they are drawn in, before the page is turned upright.

Coordinates are the page's own: the origin lies at the bottom left, and no rotation is applied yet.
"""

from __future__ import annotations

from typing import NamedTuple

# A character belongs to the piece before it when its middle is this near to that of the piece, in its own
# sizes: 12 pt figures in 16 pt text stand off by 0.1.
OFF_LINE = 0.35


class Character(NamedTuple):
    """A character and the box of its body."""

    text: str
    left: float
    bottom: float
    right: float
    top: float


class Piece(NamedTuple):
    """Characters that follow each other on a line, and the turns that would make them upright.

    `size` is that of the type and `origin` where the first character stands on its line, as far as the file
    tells them: the boxes of some fonts are twice as high as their characters. `is_replaced` says of a figure
    that the file gives it a text other than that of its characters.
    """

    turns: int
    is_recognised: bool
    characters: list[Character]
    size: float = 0.0
    origin: tuple[float, float] | None = None
    is_overturned: bool = False
    is_replaced: bool = False

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(character.text for character in self.characters)


def along(character: Character, turns: int) -> tuple[float, float, float, float]:
    """Return where a character starts and stops in its piece's direction, its middle across it, its size."""
    _, left, bottom, right, top = character
    if turns == 0:
        return left, right, (bottom + top) / 2, top - bottom
    if turns == 1:
        return bottom, top, (left + right) / 2, right - left
    if turns == 2:
        return -right, -left, (bottom + top) / 2, top - bottom
    return -top, -bottom, (left + right) / 2, right - left


def size_of(piece: Piece) -> float:
    """Return the size of a piece's type, by the height of its first character where the file tells none."""
    return piece.size or along(piece.characters[0], piece.turns)[3]


def raised(piece: Piece, beside: Piece) -> float:
    """Return how far a piece stands above the line of another, both in the same direction."""
    return _level(piece, beside) - _level(beside, piece)


def _level(piece: Piece, other: Piece) -> float:
    """Return how high a piece stands as its own text runs; by the edges of boxes unless both tell origins."""
    first = piece.characters[0]
    if piece.origin is None or other.origin is None:
        return (first.bottom, -first.right, -first.top, first.left)[piece.turns]
    x, y = piece.origin
    return (y, -x, -y, x)[piece.turns]
