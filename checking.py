"""What fails in finished reports, told in the form's own words: the work behind `gouji check`.

Nothing is judged here again: the verdicts and reasons are those of the report.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from errors import UnreadableFile
from findings import CATALOGUE, Finding
from normalize.identities import Terms, terms_of
from report import Check, Number, Report, from_json
from standards import Identity, Leaf, Standard, load
from standards.wording import path_of, section_of, word, word_line

_FEW = 6  # rows that a finding tells in full; a lost table has dozens


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """One member of a sum in the form's words; `number` is None where no number is printed."""

    id: str
    label: str
    number: Number | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sum:
    """A prescribed sum that does not hold: which, over what, and what each side adds up."""

    identity: str
    label: str
    where: str
    left: tuple[Term, ...]
    right: tuple[Term, ...]
    left_sum: int | None
    right_sum: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """An input that gave no report, as in failures.jsonl."""

    name: str
    code: str
    message: str


def reports_below(path: Path) -> Iterator[tuple[Path, Report]]:
    """Yield every report of an output folder, or the one of a file, in the order of the paths.

    Other JSON files are passed over. Raises UnreadableFile for a report that is cut off or altered.
    """
    files = [path] if path.is_file() else sorted(path.rglob("*.json"))
    for file in files:
        with file.open("rb") as opened:
            if opened.read(11) != b'{"checks":[':
                continue
        yield file, read_report(file)


def read_report(path: Path) -> Report:
    """Return a finished report with its evidence, if that stands beside it; raises UnreadableFile."""
    evidence = evidence_of(path)
    try:
        return from_json(path.read_bytes(), evidence.read_bytes() if evidence.is_file() else None)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"{path}: not a whole report of gouji ({error}); convert its input again with --force"
        raise UnreadableFile(message) from error


def evidence_of(path: Path) -> Path:
    """Return where the evidence of a report's JSON stands."""
    return path.with_name(f"{path.name.removesuffix('.json')}.evidence.json")


def failures_in(folder: Path) -> tuple[Failure, ...]:
    """Return the inputs of an output folder that gave no report at all; raises UnreadableFile."""
    file = folder / "failures.jsonl"
    if not file.is_file():
        return ()
    try:
        entries = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        failures = [
            Failure(name=entry["name"], code=entry["code"], message=entry["message"]) for entry in entries
        ]
    except (ValueError, KeyError, TypeError) as error:
        message = f"{file}: not a list of failures ({error}); run convert again, which writes it anew"
        raise UnreadableFile(message) from error
    # os.path, as a name may be too long for any file, which is why it failed.
    return tuple(one for one in failures if not os.path.isfile(folder / f"{one.name}.json"))  # noqa: PTH113


def failing_sums(report: Report) -> Iterator[Sum]:
    """Yield the sums of a report that do not hold, with the numbers on each side."""
    if report.edition is None:
        return
    standard = load(report.edition)
    terms = {(one.identity.id, one.at): one for one in terms_of(standard)}
    for check in report.checks:
        if check.verdict == "fails":
            yield _sum(report, standard, terms[check.identity, check.at], check)


def tell(report: Report) -> Iterator[str]:
    """Yield the lines that say what is to be known about a report and what to do; none if it is verified."""
    by_code: dict[str, list[Finding]] = {}
    for finding in report.trust.reasons:
        by_code.setdefault(finding.code, []).append(finding)
    sums = list(failing_sums(report))
    if sums:
        by_code.setdefault("source.sum", [])
    for code, findings in by_code.items():
        entry = CATALOGUE[code]
        yield f"  {code}  {entry.meaning} {entry.advice}"
        if code == "source.sum":
            for one in sums:
                yield from _tell_sum(one)
        for finding in findings:
            if code != "source.sum":  # told above, with all the numbers
                yield f"    {finding.message}"
            yield from _tell_places(finding.at, report)


def as_data(name: str, report: Report) -> dict[str, Any]:
    """Return what `tell` tells as plain data for a program."""
    return {
        "name": name,
        "status": report.trust.status,
        "issuer": report.issuer,
        "year": report.year,
        "reasons": [
            {
                "code": finding.code,
                "meaning": CATALOGUE[finding.code].meaning,
                "advice": CATALOGUE[finding.code].advice,
                "message": finding.message,
                "at": [{"id": at, "label": _place(at, report)} for at in finding.at],
            }
            for finding in report.trust.reasons
        ],
        "sums": [
            {
                "identity": one.identity,
                "label": one.label,
                "where": one.where,
                "left": _side(one.left, one.left_sum),
                "right": _side(one.right, one.right_sum),
            }
            for one in failing_sums(report)
        ],
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class Totals:
    """How many reports or failures have each status, and how many each code."""

    statuses: Counter[str] = field(default_factory=lambda: Counter(verified=0, review=0, failed=0))
    codes: Counter[str] = field(default_factory=Counter)

    def count(self, one: Report | Failure) -> None:
        """Take a report or a failure into the totals."""
        if isinstance(one, Failure):
            self.statuses["failed"] += 1
            self.codes[one.code] += 1
        else:
            self.statuses[one.trust.status] += 1
            self.codes.update({finding.code for finding in one.trust.reasons})


def _sum(report: Report, standard: Standard, terms: Terms, check: Check) -> Sum:
    identity = terms.identity
    where = section_of(standard, standard.table(identity.table))
    if identity.each is not None:
        where += f" · {identity.each} {word_line(standard, identity.table, check.at)}"
    return Sum(
        identity=identity.id,
        label=identity.label,
        where=where,
        left=_terms(report, standard, identity, terms.left),
        right=_terms(report, standard, identity, terms.right),
        left_sum=check.left,
        right_sum=check.right,
    )


def _terms(
    report: Report, standard: Standard, identity: Identity, value_ids: tuple[str, ...]
) -> tuple[Term, ...]:
    terms = []
    for value_id in value_ids:
        row, column = standard.leaves[value_id]
        leaf = row if identity.each == "column" and row is not None else column
        number = report.values[value_id].number
        terms.append(Term(id=value_id, label=" › ".join(path_of(leaf)[-2:]), number=number))
    return tuple(terms)


def _tell_sum(one: Sum) -> Iterator[str]:
    yield f"    {one.where}"
    yield f"      {one.label or one.identity}: {one.left_sum} is not {one.right_sum}"
    yield from _tell_side("left", one.left)
    yield from _tell_side("right", one.right)


def _tell_side(side: str, terms: tuple[Term, ...]) -> Iterator[str]:
    """Yield a line for every member that counts; those that are zero or blank are told by their number."""
    shown = [term for term in terms if term.number]
    for number, term in enumerate(shown):
        yield f"      {'' if number else side:>7} {term.number:>8}  {term.label}"
    rest = len(terms) - len(shown)
    if rest:
        yield f"      {'' if shown else side:>7} {0:>8}  {'the other ' if shown else ''}{rest}, zero or blank"


def _side(terms: tuple[Term, ...], total: int | None) -> Mapping[str, Any]:
    numbers = [
        {"id": term.id, "label": term.label, "number": None if term.number is None else float(term.number)}
        for term in terms
    ]
    return {"sum": total, "terms": numbers}


def _tell_places(at: tuple[str, ...], report: Report) -> Iterator[str]:
    """Yield a line for every row that a finding names, with the columns it names in it."""
    if report.edition is None:
        return
    standard = load(report.edition)
    rows: dict[tuple[str, Leaf | None], list[Leaf]] = {}
    others = []
    for place in at:
        if place in standard.leaves:
            row, column = standard.leaves[place]
            rows.setdefault((place.split(".")[0], row), []).append(column)
        else:
            others.append(place)
    lines = [_row_words(standard, table, row, columns) for (table, row), columns in rows.items()]
    yield from (f"      {line}" for line in (*lines, *others)[:_FEW])
    if len(lines) + len(others) > _FEW:
        yield f"      and {len(lines) + len(others) - _FEW} more rows"


def _row_words(standard: Standard, table_id: str, row: Leaf | None, columns: list[Leaf]) -> str:
    table = standard.table(table_id)
    part = next(part for part in table.parts if (row in part.rows if row else columns[0] in part.columns))
    words = [section_of(standard, table), *([" › ".join(path_of(row))] if row else [])]
    if len(columns) == len(part.columns) > 1:
        told = f"all {len(columns)} columns"
    else:
        told = "、".join(" › ".join(path_of(column)[-2:]) for column in columns)
    value_id = table.value_id(row, columns[0])
    return f"{' · '.join(words)}: {told}  ({value_id if len(columns) == 1 else f'{value_id} ...'})"


def _place(at: str, report: Report) -> str:
    """Return the form's words for a value id; any other place as it is."""
    if report.edition is not None and at in (standard := load(report.edition)).leaves:
        return f"{word(standard, at)}  ({at})"
    return at
