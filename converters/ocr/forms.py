"""One character in two forms: of 黄 and 黃 a reader is in two minds, and a report is printed in one of them.

Readers know the Traditional forms besides, and where both look alike they halve what they are sure of.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from converters.ocr.ctc import Probabilities

if TYPE_CHECKING:
    from numpy.typing import NDArray

# From this probability on the Simplified form is what may be printed. 61 characters in Simplified that were
# read as Traditional had as much, 55 of them 0.1; of 1,907 printed in Traditional 119 had.
_LEAST = 0.02

# The characters of GB 2312, which holds Simplified forms only.
SIMPLIFIED = frozenset(
    bytes((row, column)).decode("gb2312", "ignore")
    for row in range(0xB0, 0xF8)
    for column in range(0xA1, 0xFF)
) - {""}


class Forms(NamedTuple):
    """Places of Simplified characters in a reader's list, and of the Traditional form of each."""

    simplified: NDArray[np.intp]
    traditional: NDArray[np.intp]


def in_one_form(steps: Probabilities, forms: Forms) -> Probabilities:
    """Return probabilities in which a Simplified character that may be printed has its other form's as well.

    `steps` is steps x characters of one line. A pair is one at all of them, or one letter might become two.
    """
    may_be = (steps[:, forms.simplified] >= _LEAST).any(axis=0)
    simplified, traditional = forms.simplified[may_be], forms.traditional[may_be]
    if not simplified.size:
        return steps
    result = steps.copy()
    result[:, simplified] += steps[:, traditional]
    result[:, traditional] = 0
    return result


def forms_among(characters: Sequence[str]) -> Forms:
    """Return the pairs of forms among a reader's characters.

    Only characters are paired that stand for each other alone: 蒙 is printed as itself and for 濛, and 乾 is
    Simplified too.
    """
    place = {character: number for number, character in enumerate(characters)}
    own = [one for one in characters if one in SIMPLIFIED]
    full = _converted(own, "s2t")
    back = _converted(full, "t2s")
    pairs = [
        (place[one], place[other])
        for one, other, again in zip(own, full, back, strict=True)
        if other != one == again and other in place and other not in SIMPLIFIED
    ]
    both = np.array(pairs, dtype=np.intp).reshape(-1, 2)
    return Forms(simplified=both[:, 0], traditional=both[:, 1])


def _converted(characters: Sequence[str], way: str) -> list[str]:
    from opencc import OpenCC  # noqa: PLC0415  # loads its dictionaries; only pages of text need them

    converter: Any = OpenCC(way)  # the library carries no types
    return str(converter.convert("\n".join(characters))).split("\n")
