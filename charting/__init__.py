"""Finished reports in pictures: how far they can be trusted, what became of requests, what changed most.

Only reports that are verified or signed off by a person are counted in the second and third, and each once;
how many were left out is said beside them. Nothing is estimated or filled in.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from heapq import nlargest
from itertools import pairwise

from export.counting import Claim, claim_of, doubles
from export.rows import Finished
from standards import load
from standards.wording import word

CHANGES = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A number that an issuer's report gives for a year, and for the year of its next report."""

    issuer: str
    place: str  # in the form's own words
    years: tuple[int, int]
    numbers: tuple[int, int]

    @property
    def size(self) -> int:
        """By how much the number rose, negative if it fell."""
        return self.numbers[1] - self.numbers[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Gathered:
    """What the pictures show.

    `results` is year -> kind of result (in the form's words, in print order) -> number of requests;
    `taken` counts the reports behind them, `years` those of each year, `doubled` those that would count but
    that another is of the same file, or of the same issuer and year.
    """

    statuses: Mapping[str, int]
    codes: Mapping[str, int]
    results: Mapping[int, Mapping[str, int]]
    years: Mapping[int, int]
    taken: int
    doubled: int
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Counted:
    """What is kept of a report until it is known which reports count."""

    claim: Claim
    issuer: str | None
    year: int
    edition: str
    results: Mapping[str, int]
    numbers: tuple[int | None, ...]  # at the ids of `_compared`


def gather(reports: Iterable[Finished]) -> Gathered:
    """Return what the pictures show of reports, read one by one."""
    statuses: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    sure: list[_Counted] = []
    for report in reports:
        about, trust = report.data["report"], report.data["trust"]
        statuses[trust["status"]] += 1
        codes.update({reason["code"] for reason in trust["reasons"]})
        is_sure = trust["status"] == "verified" or report.signed is not None
        if about["edition"] is not None and about["year"] is not None and is_sure:
            sure.append(_counted(report))
    found = doubles([one.claim for one in sure])
    once = [one for one in sure if one.claim.path not in found]
    years = Counter(one.year for one in once)
    results: dict[int, Counter[str]] = {year: Counter() for year in sorted(years)}
    of_issuers: dict[str, dict[int, tuple[str, tuple[int | None, ...]]]] = defaultdict(dict)
    for one in once:
        for kind, count in one.results.items():
            results[one.year][kind] += count
        if one.issuer:
            of_issuers[one.issuer][one.year] = (one.edition, one.numbers)
    return Gathered(
        statuses=statuses,
        codes=codes,
        results=results,
        years=years,
        taken=len(once),
        doubled=len(found),
        changes=tuple(nlargest(CHANGES, _changes(of_issuers), key=lambda change: abs(change.size))),
    )


def _counted(report: Finished) -> _Counted:
    about, values = report.data["report"], report.values
    edition = about["edition"]
    return _Counted(
        claim=claim_of(report),
        issuer=about["issuer"],
        year=about["year"],
        edition=edition,
        results={
            kind: sum(int(values[value_id] or 0) for value_id in ids) for kind, ids in _kinds(edition).items()
        },
        numbers=tuple(_whole(values[value_id]) for value_id in _compared(edition)),
    )


def _whole(number: float | None) -> int | None:
    return number if isinstance(number, int) else None


@cache
def _kinds(edition: str) -> Mapping[str, tuple[str, ...]]:
    """Return the form's kinds of result, in print order, each with the value ids that it sums up."""
    kinds: dict[str, list[str]] = defaultdict(list)
    standard = load(edition)
    for value_id, (row, column) in standard.leaves.items():
        if (
            row is None
            or column.id != "total"
            or not row.id.startswith("results.")
            or row.id == "results.total"
        ):
            continue
        inner = row.under[1:]
        kinds[(inner[0] if inner else row.label).split("（区分", maxsplit=1)[0]].append(value_id)
    return {kind: tuple(ids) for kind, ids in kinds.items()}


@cache
def _compared(edition: str) -> tuple[str, ...]:
    """Return the ids of the totals, and of the counts that have none: what a year is compared by."""
    standard = load(edition)
    return tuple(
        value_id
        for value_id, (_, column) in standard.leaves.items()
        if column.type == "count" and (column.id.endswith("total") or value_id.startswith("proactive."))
    )


def _changes(
    of_issuers: Mapping[str, Mapping[int, tuple[str, tuple[int | None, ...]]]],
) -> Iterator[Change]:
    for issuer, of_years in of_issuers.items():
        years = sorted(of_years)
        for before, after in pairwise(years):
            (old_edition, old), (edition, new) = of_years[before], of_years[after]
            old_numbers = dict(zip(_compared(old_edition), old, strict=True))
            for value_id, number in zip(_compared(edition), new, strict=True):
                last = old_numbers.get(value_id)
                if number is not None and last is not None and number != last:
                    yield Change(
                        issuer=issuer,
                        place=str(word(load(edition), value_id)),
                        years=(before, after),
                        numbers=(last, number),
                    )
