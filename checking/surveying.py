"""A first reading of all reports: how many of each kind, and what is to be told besides what each says.

Reports are read twice, each time one by one. What concerns two reports is known only when all were read, and
a person wants everything about one report in one place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from checking.across import Across, Notice
from checking.contradictions import contradictions
from checking.facts import facts_of, read
from checking.reading import Failure, failures_in, paths_below
from checking.units import Unit


@dataclass(frozen=True, kw_only=True, slots=True)
class Totals:
    """How many reports or failures have each status, and how many each code."""

    statuses: Counter[str] = field(default_factory=lambda: Counter(verified=0, review=0, failed=0))
    codes: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, kw_only=True, slots=True)
class Survey:
    """What there is to tell, and where.

    `paths` are all reports in order; `to_tell` are those of which there is something to tell. `notices` are
    by path, `units` about a list of units. `apart` counts reports that could not be held beside other years.
    """

    paths: Sequence[str]
    to_tell: frozenset[str]
    notices: Mapping[str, Sequence[Notice]]
    units: tuple[Notice, ...]
    failures: tuple[Failure, ...]
    totals: Totals
    apart: int

    @property
    def found(self) -> bool:
        """Whether anything was found that keeps the reports from being taken as they are."""
        statuses = self.totals.statuses
        return bool(self.notices or self.units or statuses.total() > statuses["verified"])


def survey(out: Path, units: tuple[Unit, ...] | None = None) -> Survey:
    """Return what an output folder, or one report's JSON, gives to tell; raises UnreadableFile.

    `units` are those that are to have a report; None says nothing about that.
    """
    across = Across(units)
    totals = Totals()
    paths: list[str] = []
    notices: dict[str, list[Notice]] = {}
    to_tell: set[str] = set()
    for path in paths_below(out):
        data = read(path)
        facts = facts_of(path, data)
        across.add(facts)
        paths.append(facts.path)
        totals.statuses[facts.status] += 1
        totals.codes.update(facts.codes)
        if facts.codes or facts.status != "verified":
            to_tell.add(facts.path)
        if found := contradictions(path, data):
            notices[facts.path] = list(found)
    for name, more in across.notices().items():
        notices.setdefault(name, []).extend(more)
    failures = failures_in(out) if out.is_dir() else ()
    totals.statuses["failed"] += len(failures)
    totals.codes.update(_codes(notices, across.of_units()))
    totals.codes.update(failure.code for failure in failures)
    return Survey(
        paths=paths,
        to_tell=frozenset(to_tell.union(notices)),
        notices=notices,
        units=across.of_units(),
        failures=failures,
        totals=totals,
        apart=across.apart,
    )


def _codes(notices: Mapping[str, Sequence[Notice]], units: Sequence[Notice]) -> Iterator[str]:
    for told in (*notices.values(), *((one,) for one in units)):
        yield from {notice.code for notice in told}
