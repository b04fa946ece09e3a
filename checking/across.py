"""Reports beside each other: one issuer over the years, one report twice, and a list of units.

Only what two reports print is compared, and only reports of consecutive years. An issuer is known by its name
alone; a unit that was renamed is another one. Nothing here says which of two reports is wrong.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from checking.facts import CARRIED_IN, CARRIED_OUT, COLUMNS, DOCUMENTS, Facts, ids_of
from checking.units import Unit


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """One thing found: a sentence of the catalogue with its words, and the value ids it is about.

    A word that is None is a blank; a tuple is a list of names. `doubted` says that one of
    the figures may be misread.
    """

    sentence: str
    words: Mapping[str, object]
    at: tuple[str, ...] = ()
    doubted: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """A finding that `check` makes itself: a code of the catalogue and what it points at."""

    code: str
    points: tuple[Point, ...]


@dataclass(slots=True)
class Across:
    """Takes reports in, one by one, and says what is wrong between them."""

    units: tuple[Unit, ...] | None = None
    _reports: list[Facts] = field(default_factory=list)

    def add(self, facts: Facts) -> None:
        """Take a report in."""
        self._reports.append(facts)

    @property
    def apart(self) -> int:
        """How many reports name no issuer or no year, so that they cannot be held beside others."""
        return sum(one.key is None or one.year is None for one in self._reports)

    def notices(self) -> dict[str, list[Notice]]:
        """Return path -> what is to be told about that report."""
        found: dict[str, list[Notice]] = defaultdict(list)
        by_year: dict[tuple[str, int], list[Facts]] = defaultdict(list)
        by_bytes: dict[str, list[Facts]] = defaultdict(list)
        for one in self._reports:
            by_bytes[one.sha256].append(one)
            if one.key is not None and one.year is not None:
                by_year[one.key, one.year].append(one)
        for (key, year), reports in by_year.items():
            for one in reports:
                found[one.path] += _year_to_year(one, by_year.get((key, year - 1), ()))
        for path, notice in _duplicates(by_bytes.values(), by_year.values()):
            found[path].append(notice)
        return {path: notices for path, notices in found.items() if notices}

    def of_units(self) -> tuple[Notice, ...]:
        """Return what is to be told about the list: units without a report, issuers that are not in it."""
        if self.units is None:
            return ()
        there = {one.key for one in self._reports} | {(one.key, one.year) for one in self._reports}
        missing = [
            Point(
                sentence="across.missing" if unit.year is None else "across.missing_year",
                words={"issuer": unit.issuer, "year": unit.year},
            )
            for unit in self.units
            if (unit.key if unit.year is None else (unit.key, unit.year)) not in there
        ]
        listed = {unit.key for unit in self.units}
        others = Counter(one.key for one in self._reports if one.key is not None and one.key not in listed)
        names = {one.key: one.issuer for one in self._reports}
        unlisted = [
            Point(sentence="across.unlisted", words={"issuer": names[key], "count": count})
            for key, count in sorted(others.items())
        ]
        return (
            *(Notice(code="across.missing", points=(point,)) for point in missing),
            *(Notice(code="across.unlisted", points=(point,)) for point in unlisted),
        )


def _year_to_year(one: Facts, before: Sequence[Facts]) -> Iterator[Notice]:
    """Yield what does not follow from last year; of two reports for last year one that agrees is enough."""
    for compare, code in ((_carried_over, "across.carried_over"), (_in_force, "across.in_force")):
        points = [compare(last, one) for last in before]
        if points and all(points):
            yield Notice(code=code, points=tuple(points[0]))


def _carried_over(last: Facts, this: Facts) -> list[Point]:
    """Compare column by column; a blank agrees with 0 and with a blank, and is told as what it is."""
    points = []
    for carried_out_id, carried_in_id in _carried(last, this):
        carried_out, carried_in = _figure(last, carried_out_id), _figure(this, carried_in_id)
        if carried_out is not None and carried_in is not None and carried_out != carried_in:
            printed = {"carried_out": last.number(carried_out_id), "carried_in": this.number(carried_in_id)}
            points.append(
                Point(
                    sentence="across.carried_over",
                    words={**_who(last), **printed},
                    at=(carried_in_id,),
                    doubted=carried_in_id in this.doubted or carried_out_id in last.doubted,
                )
            )
    return points


def _carried(last: Facts, this: Facts) -> Iterator[tuple[str, str]]:
    """Yield the ids of what one report carries forward and the other carries over, column by column."""
    columns = [one.removeprefix(CARRIED_IN) for one in ids_of(this.edition) if one.startswith(CARRIED_IN)]
    for column in columns:
        if CARRIED_OUT + column in ids_of(last.edition):
            yield CARRIED_OUT + column, CARRIED_IN + column


def _in_force(last: Facts, this: Facts) -> list[Point]:
    """Compare what forms print of 制发, 废止 and 现行有效; a blank counts as 0 unless it is in doubt."""
    points = []
    for row in DOCUMENTS:
        ids = issued_id, repealed_id, in_force_id = [f"{row}{one}" for one in COLUMNS]
        issued, repealed, in_force = (_figure(this, one) for one in ids)
        before = _figure(last, in_force_id)
        if issued is None or repealed is None or in_force is None or before is None:
            continue
        doubtful_blanks = (this.blanks & this.doubted).intersection(ids)
        if doubtful_blanks or in_force_id in last.blanks & last.doubted:
            continue
        if before + issued - repealed != in_force:
            words = {
                "last": last.number(in_force_id),
                "issued": this.number(issued_id),
                "repealed": this.number(repealed_id),
                "in_force": this.number(in_force_id),
                "sum": before + issued - repealed,
            }
            doubted = not this.doubted.isdisjoint(ids) or in_force_id in last.doubted
            points.append(
                Point(
                    sentence="across.in_force", words={**_who(last), **words}, at=tuple(ids), doubted=doubted
                )
            )
    return points


def _figure(facts: Facts, value_id: str) -> int | None:
    """Return what is printed, 0 for a blank; None where it is not known."""
    return 0 if value_id in facts.blanks else facts.number(value_id)


def _who(facts: Facts) -> dict[str, object]:
    return {"before": facts.name, "before_year": facts.year}


def _duplicates(
    by_bytes: Iterable[Sequence[Facts]], by_year: Iterable[Sequence[Facts]]
) -> Iterator[tuple[str, Notice]]:
    """Yield path and notice for every report that is there twice: byte for byte, or by issuer and year."""
    points: dict[str, list[Point]] = defaultdict(list)
    for same in by_bytes:
        for one in same if len(same) > 1 else ():
            others = tuple(other.name for other in same if other is not one)
            points[one.path].append(Point(sentence="across.same_bytes", words={"others": others}))
    for same in by_year:
        for one in same if len(same) > 1 else ():
            others = tuple(other.name for other in same if other.sha256 != one.sha256)
            if others:
                words = {"issuer": one.issuer, "year": one.year, "others": others}
                points[one.path].append(Point(sentence="across.same_issuer", words=words))
    for path, told in points.items():
        yield path, Notice(code="across.duplicate", points=tuple(told))
