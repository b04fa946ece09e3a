"""From probabilities of characters at every step to texts: the best one, and what else it may be (CTC).

A CTC reader gives for every step across a line the probability of each character and of none ("blank"). A
text's probability is the sum over all ways to write it with repeats and blanks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Probabilities = NDArray[np.float32]

# Characters of less than this at a step are not followed: three factors below what a candidate must have.
_FOLLOWED = 1e-4
_WIDTH = 12  # texts kept at every step


def greedy(steps: Probabilities, characters: Sequence[str]) -> tuple[str, float]:
    """Return the text of the likeliest character at every step, and its weakest character's probability.

    `steps` is steps x characters, `characters` names them; number 0 is the blank. An empty text comes with
    the least probability of blank.
    """
    found = placed(steps, characters)
    if not found:
        return "", float(steps.max(axis=1).min(initial=1.0))
    return "".join(character for character, _, _ in found), min(share for _, share, _ in found)


def placed(steps: Probabilities, characters: Sequence[str]) -> list[tuple[str, float, float]]:
    """Return the likeliest characters with their probabilities and their places: steps from the left."""
    best = steps.argmax(axis=1)
    starts = np.flatnonzero((best != 0) & np.diff(best, prepend=-1).astype(bool))
    ends = [*starts[1:], len(best)] if starts.size else []
    result = []
    for start, end in zip(starts, ends, strict=True):
        run = start + np.flatnonzero(best[start:end] == best[start])
        shares = steps[run, best[start]]
        place = float(np.dot(run, shares) / shares.sum())
        result.append((characters[best[start]], float(shares.max()), place))
    return result


def candidates(
    steps: Probabilities, characters: Sequence[str], *, most: int = 5, least: float = 1e-4
) -> tuple[tuple[str, float], ...]:
    """Return the likeliest texts with their probabilities, likeliest first (prefix beam search)."""
    # prefix -> probability of ending in blank, and of ending in its last character
    beams: dict[tuple[int, ...], tuple[float, float]] = {(): (1.0, 0.0)}
    for step in steps:
        followed = [int(one) for one in np.flatnonzero(step > _FOLLOWED) if one]
        grown: dict[tuple[int, ...], list[float]] = defaultdict(lambda: [0.0, 0.0])
        blank = float(step[0])
        for prefix, (in_blank, in_last) in beams.items():
            both = in_blank + in_last
            grown[prefix][0] += both * blank
            if prefix:
                grown[prefix][1] += in_last * float(step[prefix[-1]])
            for one in followed:
                repeated = bool(prefix) and prefix[-1] == one
                grown[(*prefix, one)][1] += (in_blank if repeated else both) * float(step[one])
        kept = sorted(grown.items(), key=lambda item: (-sum(item[1]), item[0]))[:_WIDTH]
        beams = {prefix: (one, other) for prefix, (one, other) in kept}
    texts: dict[str, float] = defaultdict(float)
    for prefix, ends in beams.items():
        texts["".join(characters[one] for one in prefix)] += sum(ends)
    ranked = sorted(texts.items(), key=lambda item: (-item[1], item[0]))
    return tuple((text, min(share, 1.0)) for text, share in ranked[:most] if share >= least)
