"""Which sides of a layout grid are printed, all of them together: what is seen of each, and what tiles.

A ruling that is broken goes on where it is seen on both sides of the gap, cells are rectangles, and a text
belongs to one cell. Each of these speaks for or against a side by an amount like the logarithm of odds, and a
side is printed where they sum up to more than nothing. What is left close to nothing is a doubt.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Sides = NDArray[np.bool_]  # of one direction: a row a position, a column an interval between stations
Odds = NDArray[np.float64]  # the same, logarithms

# What speaks for a side: its line before and after it, the sides next to it across. Against it: that nothing
# of its line stands on either side.
CONTINUED, BEGUN, REGULAR, ALONE = 3.0, 1.5, 2.5, -1.5
# What speaks against a pattern: an end of a ruling at which no other stands, or a corner with nothing behind.
LOOSE = 4.0
# Below this a side is a doubt either way.
SURE = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Tiled:
    """The printed sides along rows and along columns, and which of all are doubts."""

    printed: tuple[Sides, Sides]
    doubts: tuple[Sides, Sides]


def tiled(across: Odds, down: Odds) -> Tiled:
    """Return the sides that are printed, by the odds of each seen by itself, outline included.

    `across` has a row for each horizontal position and a column for each interval between vertical ones,
    `down` the reverse.
    """
    seen = (across, down)
    states = tuple(_with_outline(odds > 0) for odds in seen)
    for _ in range(across.size + down.size):
        sums = _sums(seen, states)
        gains = [np.where(state, -odds, odds) for state, odds in zip(states, sums, strict=True)]
        best = int(np.argmax([gain.max(initial=0.0) for gain in gains]))
        if gains[best].max(initial=0.0) <= 0:
            break
        place = np.unravel_index(int(np.argmax(gains[best])), gains[best].shape)
        states[best][place] = ~states[best][place]
    sums = _sums(seen, states)
    doubts = [np.abs(odds) < SURE for odds in sums]
    return Tiled(printed=(states[0], states[1]), doubts=(doubts[0], doubts[1]))


def _with_outline(state: Sides) -> Sides:
    state[0], state[-1] = True, True
    return state


def _sums(seen: tuple[Odds, Odds], states: tuple[Sides, ...]) -> list[Odds]:
    """Return the odds of every side when all others are as they are; the outline is out of doubt."""
    found = []
    for odds, state, other in zip(seen, states, states[::-1], strict=True):
        total = odds + _from_line(state) + _from_beside(state) + _from_corners(state, other)
        total[0], total[-1] = np.inf, np.inf
        found.append(total)
    return found


def _from_line(state: Sides) -> Odds:
    """Return what the line before and after each side says."""
    before, after = np.zeros_like(state), np.zeros_like(state)
    before[:, 1:], after[:, :-1] = state[:, :-1], state[:, 1:]
    odds = np.where(before & after, CONTINUED, np.where(before | after, 0.0, ALONE))
    if state.shape[1] > 1:
        odds[:, 0] = np.where(after[:, 0], BEGUN, ALONE)
        odds[:, -1] = np.where(before[:, -1], BEGUN, ALONE)
    return odds


def _from_beside(state: Sides) -> Odds:
    """Return what the sides next to each across say."""
    odds = np.zeros(state.shape)
    odds[1:-1] = np.where(state[:-2] & state[2:], REGULAR, 0.0)
    return odds


def _from_corners(state: Sides, other: Sides) -> Odds:
    """Return what the places say where sides meet: rulings end at others, cells are rectangles."""
    odds = np.zeros(state.shape)
    if state.shape[0] < 3 or state.shape[1] < 2:
        return odds
    inner = slice(1, -1)
    # at each place inside: along this direction before and after it, along the other one above and below it
    before, after = state[inner, :-1], state[inner, 1:]
    above, below = other[inner, :-1].T, other[inner, 1:].T
    # a side is the one after the place at its beginning, and the one before the place at its end
    odds[inner, 1:] += LOOSE * (
        _is_loose(before, np.zeros_like(after), above, below).astype(float)
        - _is_loose(before, np.ones_like(after), above, below)
    )
    odds[inner, :-1] += LOOSE * (
        _is_loose(np.zeros_like(before), after, above, below).astype(float)
        - _is_loose(np.ones_like(before), after, above, below)
    )
    return odds


def _is_loose(before: Sides, after: Sides, above: Sides, below: Sides) -> Sides:
    """Say of each place whether sides meet there as those of rectangles never do."""
    count = before.astype(int) + after + above + below
    straight = (before & after) | (above & below)
    return np.asarray((count == 1) | ((count == 2) & ~straight))
