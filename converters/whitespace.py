"""Tables that the page leaves unruled."""

from __future__ import annotations

from collections.abc import Sequence

from converters.rulings import Frame, Ruling, Word


def tables(words: Sequence[Word], rulings: Sequence[Ruling], height: float) -> tuple[Frame, ...]:
    return ()
