"""The path of one value from the ink to the number: the work behind `gouji explain`."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from drawing import pad
from findings import CATALOGUE
from normalize.identities import terms_of
from normalize.numerals import replay
from report import Report, Value
from standards import Standard, load
from standards.wording import path_of, section_of, word_line

_STATUS = {
    "printed": "printed",
    "blank": "blank: the cell is empty or holds a mark for no number",
    "absent": "absent: the report does not show this place",
    "unassigned": "unassigned: figures are shown, but which of them belongs here is not proved",
    "unreadable": "unreadable: the cell holds something that is not one figure",
}


def explain(report: Report, value_id: str) -> Iterator[str]:
    """Yield the lines that lead from what is printed to a value; KeyError for an id the edition lacks."""
    standard = load(report.edition or "")
    value = report.values[value_id]
    row, column = standard.leaves[value_id]
    table = standard.table(value_id.split(".", maxsplit=1)[0])
    yield f"{value_id} = {'null' if value.number is None else value.number}"
    yield ""
    yield _line("section", section_of(standard, table))
    if row is not None:
        yield _line("row", " › ".join(path_of(row)))
    unit = f"  ({column.unit})" if column.unit else ""
    yield _line("column", " › ".join(path_of(column)) + unit)
    yield _line("place", _place(value))
    yield _line("text", f"“{value.text}”" if value.text else "no text")
    yield from _steps(value, column.unit)
    yield _line("status", _STATUS[value.status])
    for engine, reading in value.readings:
        yield _line("reading", f"“{reading}” by {engine}")
    yield from _sums(report, standard, value_id)
    yield from _trust(report, value_id)


def suggest(report: Report, value_id: str) -> list[str]:
    """Return up to five ids of the report that are near to a wrong one."""
    holding = [known for known in report.values if value_id and value_id in known]
    near = get_close_matches(value_id, list(report.values), n=5, cutoff=0.5)
    return list(dict.fromkeys((*holding, *near)))[:5]


def _line(label: str, text: str) -> str:
    return f"{pad(label, 9)}{text}"


def _place(value: Value) -> str:
    where = value.provenance
    parts = [f"page {where.page}"] if where.page is not None else []
    if where.box is not None:
        box = where.box
        parts.append(
            f"{box.left:.1f} to {box.right:.1f} across, {box.top:.1f} to {box.bottom:.1f} down, points"
        )
    if where.place is not None:
        parts.append(str(where.place))
    parts.append(f"{value.how} with confidence {value.confidence:.2f}")
    return ", ".join(parts)


def _steps(value: Value, unit: str | None) -> Iterator[str]:
    if value.status != "printed":
        return
    if not value.steps:
        yield _line("steps", "none: the text is the number")
    for number, (step, after) in enumerate(replay(value.text, value.steps, unit)):
        yield _line("" if number else "steps", f"{pad(step, 18)}→ “{after}”")


def _sums(report: Report, standard: Standard, value_id: str) -> Iterator[str]:
    verdicts = {(check.identity, check.at): check for check in report.checks}
    found = False
    for terms in terms_of(standard):
        check = verdicts.get((terms.identity.id, terms.at))
        if check is None or value_id not in (*terms.left, *terms.right):
            continue
        text = f"{pad(check.verdict, 8)} {terms.identity.label or terms.identity.id}"
        if terms.identity.each is not None:
            text += f", {terms.identity.each} {word_line(standard, terms.identity.table, terms.at)}"
        yield _line(
            "" if found else "sums", f"{text}: {_or_unknown(check.left)} and {_or_unknown(check.right)}"
        )
        found = True
    if not found:
        yield _line("sums", "none: no prescribed sum takes this value in")


def _or_unknown(number: int | None) -> str:
    return "unknown" if number is None else str(number)


def _trust(report: Report, value_id: str) -> Iterator[str]:
    yield _line("trust", f"the report is {report.trust.status}")
    held = [finding for finding in report.trust.reasons if value_id in finding.at]
    for finding in held:
        entry = CATALOGUE[finding.code]
        yield _line("", f"{finding.code}: {finding.message}")
        yield _line("", f"{entry.meaning} {entry.advice}")
    if not held:
        yield _line("", "nothing is held against this value")
