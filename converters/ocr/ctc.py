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
    is_followed = steps > _FOLLOWED
    is_followed[:, 0] = False
    # only these are met: of 18,710 characters a handful, kept as lists because they are asked one by one
    met = np.flatnonzero(is_followed.any(axis=0))
    blanks, shares = steps[:, 0].tolist(), steps[:, met].tolist()
    followed = [np.flatnonzero(one).tolist() for one in is_followed[:, met]]
    # prefix -> probability of ending in blank, and of ending in its last character
    beams: dict[tuple[int, ...], tuple[float, float]] = {(): (1.0, 0.0)}
    for blank, step, following in zip(blanks, shares, followed, strict=True):
        grown = {
            prefix: ((in_blank + in_last) * blank, in_last * step[prefix[-1]] if prefix else 0.0)
            for prefix, (in_blank, in_last) in beams.items()
        }
        if not following:
            beams = grown
            continue
        for prefix, (in_blank, in_last) in beams.items():
            for one in following:
                repeated = bool(prefix) and prefix[-1] == one
                ends = grown.get(longer := (*prefix, one), (0.0, 0.0))
                grown[longer] = ends[0], ends[1] + (in_blank if repeated else in_blank + in_last) * step[one]
        beams = dict(sorted(grown.items(), key=lambda item: (-sum(item[1]), item[0]))[:_WIDTH])
    texts: dict[str, float] = defaultdict(float)
    for prefix, ends in beams.items():
        texts["".join(characters[met[one]] for one in prefix)] += sum(ends)
    ranked = sorted(texts.items(), key=lambda item: (-item[1], item[0]))
    return tuple((text, min(share, 1.0)) for text, share in ranked[:most] if share >= least)
