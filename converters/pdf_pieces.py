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
    """Characters that follow each other on a line, and the turns that would make them upright."""

    turns: int
    is_recognised: bool
    characters: list[Character]

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


def foot(character: Character, turns: int) -> float:
    """Return how high the lower edge of a character is, as its own text runs."""
    return (character.bottom, -character.right, -character.top, character.left)[turns]
