"""Check: do the prescribed sums hold in what is printed?

A blank counts as 0 inside a sum, and only there. A sum with a figure that is missing or unread is unknown;
so is one whose total is left blank although its parts are not zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from report import Check, Value, Verdict
from standards import Identity, Standard


def check(values: Mapping[str, Value], standard: Standard) -> tuple[Check, ...]:
    """Return a verdict for every identity of the standard, once a row or column that it ranges over."""
    return tuple(_verdict(terms, values) for terms in terms_of(standard))


@dataclass(frozen=True, slots=True)
class Terms:
    """The value ids on both sides of one identity, taken over one row, column or table (`at`)."""

    identity: Identity
    at: str
    left: tuple[str, ...]
    right: tuple[str, ...]


@cache
def terms_of(standard: Standard) -> tuple[Terms, ...]:
    """Return the terms of every check that `check` returns, in its order."""
    return tuple(
        Terms(identity, at, left, right)
        for identity in standard.identities
        for at, left, right in members(identity, standard)
    )


def members(identity: Identity, standard: Standard) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Yield (row, column or table it is taken over, value ids on the left, value ids on the right)."""
    table = standard.table(identity.table)
    (part,) = table.parts
    if identity.each == "column":
        places = [(column.id, f"{table.id}.{{}}.{column.id}") for column in part.columns]
    elif identity.each == "row":
        places = [(row.id, f"{table.id}.{row.id}.{{}}") for row in part.rows]
    else:
        places = [(table.id, f"{table.id}.{{}}")]
    for at, pattern in places:
        left = tuple(pattern.format(leaf) for leaf in identity.left)
        yield at, left, tuple(pattern.format(leaf) for leaf in identity.right)


def _verdict(terms: Terms, values: Mapping[str, Value]) -> Check:
    blanks = tuple(value for value in (*terms.left, *terms.right) if values[value].status == "blank")
    left, right = _sum(terms.left, values), _sum(terms.right, values)
    verdict: Verdict
    if left is None or right is None:
        verdict = "unknown"
    elif left == right:
        verdict = "holds"
    elif any(all(value in blanks for value in side) for side in (terms.left, terms.right)):
        verdict = "unknown"
    else:
        verdict = "fails"
    return Check(
        identity=terms.identity.id, at=terms.at, left=left, right=right, verdict=verdict, blanks=blanks
    )


def _sum(ids: Sequence[str], values: Mapping[str, Value]) -> int | None:
    total = 0
    for value_id in ids:
        value = values[value_id]
        if value.status == "blank":
            continue
        if value.number is None or value.number != int(value.number):
            return None
        total += int(value.number)
    return total
