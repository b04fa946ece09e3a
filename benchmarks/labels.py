"""Do misread labels let a wrong page pass? Planted faults and clean pages, their labels misread as on scans.

Every report is drawn twice: as it is, where all its figures must be right and as many as can be `verified`,
and with one fault (rows, columns or labels moved, swapped, left out, added, of other words), where none may
be `verified`. Nothing is drawn as a picture, so that thousands of pages take minutes; the figures are read
surely, so that labels alone decide. Run: python -m benchmarks.labels --reports 1000
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks.accuracy import REPORTING, TUNING
from normalize import normalize
from report import Report
from samples.misreadings import RATES, read_scan
from samples.printed import printed_tables
from samples.reports import Sample, invent
from samples.shifts import planted_tables


@dataclass
class Tally:
    """Counts over the reports of one rate: clean ones, and those with a fault."""

    clean: int = 0
    verified: int = 0
    values: int = 0
    right: int = 0
    wrong: int = 0
    wrong_verified: int = 0
    faults: int = 0
    passed: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)


def sample_of(seed: int) -> Sample:
    """Return the sample of a seed: editions, zero and non-zero in turn."""
    return invent(seed, edition=("2021", "2019")[seed % 2], zero=seed % 4 < 2, blanks="zero")


def measure(rate: str, base: int, reports: int) -> Tally:
    """Return the counts over reports whose labels are misread at a rate."""
    tally = Tally()
    for seed in range(base, base + reports):
        sample = sample_of(seed)
        _judge(sample, normalize(read_scan(sample, printed_tables(sample), seed, RATES[rate])), tally)
        tables, fault = planted_tables(sample, seed)
        report = normalize(read_scan(sample, tables, seed, RATES[rate]))
        tally.faults += 1
        if report.trust.status == "verified":
            tally.passed += 1
            tally.told.append(f"{rate} {seed}: {fault}")
    return tally


def _judge(sample: Sample, report: Report, tally: Tally) -> None:
    """Count a report without a fault."""
    tally.clean += 1
    tally.values += len(sample.numbers)
    is_verified = report.trust.status == "verified"
    tally.verified += is_verified
    tally.reasons.update({reason.code for reason in report.trust.reasons})
    for value_id, truth in sample.numbers.items():
        value = report.values.get(value_id)
        number = value.number if value else None
        tally.right += number == truth
        if number is not None and number != truth:
            tally.wrong += 1
            tally.wrong_verified += is_verified
            tally.told.append(f"{report.source.name}: {value_id} is {number}, printed {truth}")


def lines(found: dict[str, Tally]) -> Iterator[str]:
    """Yield the table that people read."""
    yield "| rate | clean | verified | values right | wrong | wrong in verified | faults | faults verified |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for rate, one in found.items():
        yield (
            f"| {rate} | {one.clean} | {100 * one.verified / one.clean:.1f} % | "
            f"{100 * one.right / one.values:.3f} % | {one.wrong} | {one.wrong_verified} | {one.faults} | "
            f"{one.passed} |"
        )


def main() -> int:
    """Measure, print, and end with 1 if a fault or a wrong value passed as verified."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=1000, help="reports a rate")
    parser.add_argument("--rate", action="append", choices=RATES, help="all rates when left out")
    parser.add_argument("--tune", action="store_true", help="use the tuning seeds and show what passed")
    parser.add_argument("--base", type=int, help="use seeds from here up and show what passed")
    arguments = parser.parse_args()
    base = arguments.base or (TUNING if arguments.tune else REPORTING)
    found = {rate: measure(rate, base, arguments.reports) for rate in arguments.rate or RATES}
    print("\n".join(lines(found)))
    if arguments.tune or arguments.base:
        for one in found.values():
            print(one.reasons.most_common(), *one.told, sep="\n", file=sys.stderr)
    return 1 if any(one.passed or one.wrong_verified for one in found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
