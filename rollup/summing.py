"""The sums themselves, value by value, and the form's own sums over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from export.rows import Finished, value_statuses
from normalize.identities import check
from report import Check, Number, Value, ValueStatus
from rollup.grouping import Key
from standards import load

_FEW = 20  # names of reports without a number that are kept for one value


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """A report that went into a sum."""

    name: str
    sha256: str
    issuer: str | None
    status: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Total:
    """A sum over the reports of a group; `number` is None where no report prints a number.

    Of all reports `numbers` print one, `blanks` a blank, and `missing` have none for another reason: then the
    sum is incomplete. `names` are the first of those.
    """

    number: Number | None
    numbers: int
    blanks: int
    missing: int
    names: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every report has a number there, or a blank."""
        return self.missing == 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """One form of sums: value id -> total, in print order; `checks` are the form's sums over the totals."""

    key: Key
    counted: tuple[Counted, ...]
    totals: Mapping[str, Total]
    checks: tuple[Check, ...]

    @property
    def incomplete(self) -> tuple[str, ...]:
        """The value ids whose sum lacks a report."""
        return tuple(value_id for value_id, total in self.totals.items() if not total.is_complete)


@dataclass(slots=True)
class _Running:
    sums: dict[str, Number] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    blanks: dict[str, int] = field(default_factory=dict)
    missing: dict[str, int] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)
    counted: list[Counted] = field(default_factory=list)


class Summing:
    """Takes reports in one by one and keeps nothing of them but sums, counts and names."""

    def __init__(self) -> None:
        self._running: dict[Key, _Running] = {}

    def add(self, key: Key, report: Finished) -> None:
        """Take a report into a group's sums; raises UnreadableFile for a broken evidence."""
        running = self._running.setdefault(key, _Running())
        source = report.data["source"]
        running.counted.append(
            Counted(
                name=source["name"],
                sha256=source["sha256"],
                issuer=report.data["report"]["issuer"],
                status=report.data["trust"]["status"],
            )
        )
        values = report.values
        statuses = value_statuses(report) if None in values.values() else {}
        for value_id, number in values.items():
            if number is not None:
                running.sums[value_id] = running.sums.get(value_id, 0) + _exact(number)
                running.numbers[value_id] = running.numbers.get(value_id, 0) + 1
            elif statuses.get(value_id) == "blank":
                running.blanks[value_id] = running.blanks.get(value_id, 0) + 1
            else:
                running.missing[value_id] = running.missing.get(value_id, 0) + 1
                names = running.names.setdefault(value_id, [])
                if len(names) < _FEW:
                    names.append(source["name"])

    def groups(self) -> tuple[Group, ...]:
        """Return the groups with their sums, in the order of names, years and editions."""
        return tuple(_group(key, self._running[key]) for key in sorted(self._running))


def _exact(number: float) -> Number:
    """Return a number as it is printed: amounts would not add up as doubles."""
    return number if isinstance(number, int) else Decimal(repr(number))


def _group(key: Key, running: _Running) -> Group:
    standard = load(key.edition)
    totals = {
        value_id: Total(
            number=running.sums.get(value_id),
            numbers=running.numbers.get(value_id, 0),
            blanks=running.blanks.get(value_id, 0),
            missing=running.missing.get(value_id, 0),
            names=tuple(running.names.get(value_id, ())),
        )
        for value_id in standard.value_ids
    }
    values = {value_id: _value(value_id, total) for value_id, total in totals.items()}
    return Group(key=key, counted=tuple(running.counted), totals=totals, checks=check(values, standard))


def _value(value_id: str, total: Total) -> Value:
    """Return a total as a value, for the form's sums: an incomplete one is no number to add up."""
    if not total.is_complete:
        return Value(id=value_id, number=None, status="absent")
    status: ValueStatus = "blank" if total.number is None else "printed"
    return Value(id=value_id, number=total.number, status=status)
