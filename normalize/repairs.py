"""Propose: which single figures, if printed otherwise, would make the failing sums hold.

A table whose rows and columns are both summed locates an error like a code does: the wrong figure is the one
whose failing sums all fail by the same difference and whose other sums hold. Nothing is ever changed here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from normalize.identities import Terms, terms_of
from report import Check, Value
from standards import Standard


@dataclass(frozen=True, slots=True)
class Proposal:
    """A figure that explains failing sums, and the number that would make them hold."""

    value: str
    number: int


@dataclass(frozen=True, slots=True)
class _Sum:
    check: Check
    terms: Terms


def propose(
    checks: Sequence[Check], values: Mapping[str, Value], standard: Standard
) -> tuple[tuple[Check, tuple[Proposal, ...]], ...]:
    """Return each failing check with the figures that would explain it, the likeliest ones only.

    A figure that explains all failing sums it takes part in, and takes part in no sum that holds, is
    preferred; if there is none, the figures that most failing sums share are named.
    """
    sums = [_Sum(check, terms) for check, terms in zip(checks, terms_of(standard), strict=True)]
    return tuple(
        (one.check, _explanations(one, sums, values)) for one in sums if one.check.verdict == "fails"
    )


def _explanations(one: _Sum, sums: Sequence[_Sum], values: Mapping[str, Value]) -> tuple[Proposal, ...]:
    assert one.check.left is not None
    assert one.check.right is not None
    surplus = one.check.left - one.check.right
    ranked: list[tuple[int, int, Proposal]] = []
    for value_id in (*one.terms.left, *one.terms.right):
        number = values[value_id].number
        if number is None and values[value_id].status != "blank":
            continue
        wanted = int(number or 0) + (-surplus if value_id in one.terms.left else surplus)
        mended, broken = _effect(value_id, wanted - int(number or 0), sums)
        if wanted >= 0:
            ranked.append((mended, broken, Proposal(value_id, wanted)))
    if not ranked:
        return ()
    best = max(mended - broken for mended, broken, _ in ranked)
    return tuple(proposal for mended, broken, proposal in ranked if mended - broken == best)


def _effect(value_id: str, change: int, sums: Sequence[_Sum]) -> tuple[int, int]:
    """Return how many failing sums a change of one figure mends, and how many holding ones it breaks."""
    mended = broken = 0
    for one in sums:
        sign = (value_id in one.terms.left) - (value_id in one.terms.right)
        if not sign or one.check.left is None or one.check.right is None:
            continue
        balance = one.check.left - one.check.right
        if balance and balance + sign * change == 0:
            mended += 1
        elif one.check.verdict == "holds":
            broken += 1
    return mended, broken
