"""Check: do the prescribed sums hold in what is printed?

A blank counts as 0 inside a sum, and only there. A sum with a figure that is missing or unread is unknown;
so is one whose total is left blank although its parts are not zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from report import Check, Value
from standards import Identity, Standard


def check(values: Mapping[str, Value], standard: Standard) -> tuple[Check, ...]:
    """Return a verdict for every identity of the standard, once a row or column that it ranges over."""
    return tuple(
        _verdict(identity, at, left, right, values)
        for identity in standard.identities
        for at, left, right in members(identity, standard)
    )


def members(identity: Identity, standard: Standard) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Yield (row, column or table it is taken over, value ids on the left, value ids on the right)."""
    table = standard.table(identity.table)
    (part,) = table.parts
    if identity.each == "column":
        for column in part.columns:
            yield column.id, *_ids(table.id, identity, "{table}.{leaf}." + column.id)
    elif identity.each == "row":
        for row in part.rows:
            yield row.id, *_ids(table.id, identity, "{table}." + row.id + ".{leaf}")
    else:
        yield table.id, *_ids(table.id, identity, "{table}.{leaf}")


def all_members(standard: Standard) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the value ids on the left and right of every check that `check` returns, in its order."""
    return [(left, right) for identity in standard.identities for _, left, right in members(identity, standard)]


def _ids(table: str, identity: Identity, pattern: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    left = tuple(pattern.format(table=table, leaf=leaf) for leaf in identity.left)
    right = tuple(pattern.format(table=table, leaf=leaf) for leaf in identity.right)
    return left, right


def _verdict(
    identity: Identity, at: str, left: Sequence[str], right: Sequence[str], values: Mapping[str, Value]
) -> Check:
    blanks = tuple(value for value in (*left, *right) if values[value].status == "blank")
    sums = _sum(left, values), _sum(right, values)
    if sums[0] is None or sums[1] is None:
        return Check(identity=identity.id, at=at, left=sums[0], right=sums[1], verdict="unknown", blanks=blanks)
    if sums[0] == sums[1]:
        verdict = "holds"
    elif all(value in blanks for value in right) or all(value in blanks for value in left):
        verdict = "unknown"
    else:
        verdict = "fails"
    return Check(
        identity=identity.id,
        at=at,
        left=sums[0],
        right=sums[1],
        verdict=verdict,  # type: ignore[arg-type]  # one of three literals
        blanks=blanks,
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
