"""What a report's running text says of its tables, held beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from checking.across import Notice, Point
from checking.facts import blanks_of, doubted_in
from checking.prose import Claim, claims


def contradictions(path: Path, data: Mapping[str, Any]) -> tuple[Notice, ...]:
    """Return the figures of a report's running text that its tables contradict, as one notice or none."""
    report, values = data["report"], data["values"]
    if report["edition"] is None:
        return ()
    sections = ((section["id"], section["paragraphs"]) for section in data["sections"])
    found = claims(sections, report["year"], report["edition"], report["issuer"])
    doubted = doubted_in(data) if found else set()
    points = tuple(point for claim in found for point in _contradicted(claim, path, values, doubted))
    return (Notice(code="source.prose", points=points),) if points else ()


def _contradicted(claim: Claim, path: Path, values: Mapping[str, Any], doubted: set[str]) -> Iterator[Point]:
    """Yield a point unless the figure is one of the sums that it may mean, or the sum is not known."""
    sums = [_sum(path, values, row, doubted) for row in claim.rows]
    if sums[0] is None or claim.number in sums:
        return
    ids = claim.rows[0]
    printed = None if all(values[one] is None for one in ids) else sums[0]
    yield Point(
        sentence="prose.differs",
        words={"claimed": claim.number, "quote": claim.quote, "printed": printed, "section": claim.section},
        at=ids,
        doubted=not doubted.isdisjoint(ids),
    )


def _sum(path: Path, values: Mapping[str, Any], ids: tuple[str, ...], doubted: set[str]) -> int | None:
    """Return what is printed in a row, blanks as 0; None where a figure is not known or not whole.

    Of several figures none may be a blank that is in doubt: it may be the one that is missing.
    """
    numbers = [values[one] for one in ids]
    missing = [one for one in ids if values[one] is None]
    if missing and not blanks_of(path).issuperset(missing):
        return None
    if missing and len(ids) > 1 and not doubted.isdisjoint(missing):
        return None
    total = sum(number for number in numbers if number is not None)
    return int(total) if total == int(total) else None
