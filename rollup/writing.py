"""A rollup as a file: JSON for programs, CSV, or a workbook with sheets that look like the form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

from errors import OutputNotWritten, OutputUnfit
from export import csv, refuse_overwriting, xlsx
from export.rows import Column, Finished, Row
from messages import Messages
from report import Number, canonical
from rollup import Rollup
from rollup.against import Against
from rollup.summing import Group
from standards import load
from standards.wording import path_of, word

SCHEMA = "gouji/rollup/1"
ENDINGS = (".json", ".xlsx", ".csv")


def write(rollup: Rollup, file: Path, messages: Messages, *, force: bool = False) -> None:
    """Write a rollup into a file of the kind that its ending says; the file is whole or not there.

    Raises OutputUnfit for what the file cannot be or hold, OutputExists, OutputNotWritten.
    """
    ending = file.suffix.lower()
    if ending not in ENDINGS:
        message = f"{file}: no rollup has the ending {ending!r}; name a {', '.join(ENDINGS)} file"
        raise OutputUnfit(message)
    refuse_overwriting(file, force=force)
    part = file.with_name(f".{file.name}.part")
    try:
        if ending == ".json":
            part.write_bytes(to_json(rollup))
        elif ending == ".csv":
            csv.write(part, _columns(messages), _rows(rollup))
        else:
            _write_workbook(part, rollup, messages)
        part.replace(file)
    except OSError as error:
        message = f"{file}: cannot be written ({error.strerror or error}); choose another place"
        raise OutputNotWritten(message) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def to_json(rollup: Rollup) -> bytes:
    """Return a rollup as canonical JSON: each group has `values` and `checks` as a report has.

    Raises OutputUnfit for a sum that no number of JSON can hold.
    """
    data = {
        "schema": SCHEMA,
        "by": rollup.by,
        "groups": [_group(group) for group in rollup.groups],
        "left_out": [
            {"name": one.name, "issuer": one.issuer, "year": one.year, "why": one.why, **one.words}
            for one in rollup.left_out
        ],
        "against": None if rollup.against is None else _against(rollup.against),
        "unapplied": rollup.unapplied,
    }
    try:
        return canonical(data)
    except ValueError as error:
        message = f"a sum is larger than a number of JSON can be ({error}); write a .csv file"
        raise OutputUnfit(message) from error


def title_of(group: Group, messages: Messages) -> str:
    """Return what a group is called: its folder, place or all reports, its year, how many reports."""
    name = group.key.name or messages.say("rollup.all")
    return messages.say("rollup.title", key=name, year=group.key.year, count=len(group.counted))


def _group(group: Group) -> Mapping[str, Any]:
    return {
        "key": group.key.name,
        "report": {"year": group.key.year, "edition": group.key.edition},
        "values": {value_id: _number(total.number) for value_id, total in group.totals.items()},
        "blanks": {value_id: total.blanks for value_id, total in group.totals.items() if total.blanks},
        "incomplete": {
            value_id: {"missing": total.missing, "names": list(total.names)}
            for value_id, total in group.totals.items()
            if not total.is_complete
        },
        "checks": [
            {
                "id": check.identity,
                "at": check.at,
                "left": check.left,
                "right": check.right,
                "verdict": check.verdict,
            }
            for check in group.checks
        ],
        "counted": [
            {"name": one.name, "sha256": one.sha256, "issuer": one.issuer, "status": one.status}
            for one in group.counted
        ],
    }


def _against(against: Against) -> Mapping[str, Any]:
    return {
        "name": against.name,
        "year": against.year,
        "edition": against.edition,
        "key": None if against.key is None else against.key.name,
        "differences": [
            {"id": one.id, "units": _number(one.units), "printed": _number(one.printed)}
            for one in against.differences
        ],
    }


def _number(number: Number | None) -> int | float | None:
    if isinstance(number, Decimal):
        return int(number) if number == int(number) else float(number)
    return number


def _columns(messages: Messages) -> list[Column]:
    heads = (
        ("rollup.group", "text"),
        ("page.year", "whole"),
        ("rollup.edition", "text"),
        ("rollup.id", "text"),
        ("page.table", "text"),
        ("page.line", "text"),
        ("page.column", "text"),
        ("rollup.number", "number"),
        ("rollup.reports", "whole"),
        ("rollup.blank", "whole"),
        ("rollup.missing", "whole"),
        ("rollup.parent", "number"),
    )
    return [Column(head=messages.say(name), kind=kind) for name, kind in heads]  # type: ignore[arg-type]


def _rows(rollup: Rollup) -> Iterator[Row]:
    for group in rollup.groups:
        standard = load(group.key.edition)
        compared = rollup.against is not None and rollup.against.key == group.key
        differs = {one.id: one.printed for one in rollup.against.differences} if rollup.against else {}
        for value_id, total in group.totals.items():
            row, _ = standard.leaves[value_id]
            words = word(standard, value_id)
            parent = differs.get(value_id, total.number) if compared else None
            yield (
                group.key.name,
                group.key.year,
                group.key.edition,
                value_id,
                words.section,
                " › ".join(path_of(row)) or None,
                " › ".join(words.column),
                _number(total.number),
                total.numbers,
                total.blanks,
                total.missing,
                _number(parent),
            )


def _write_workbook(path: Path, rollup: Rollup, messages: Messages) -> None:
    """Write a sheet that says who is counted and who is not, and a form for every group."""
    if len(rollup.groups) > xlsx.MOST_FORMS:
        message = (
            f"a workbook has a sheet a group, {xlsx.MOST_FORMS} at most, and there are {len(rollup.groups)};"
            " name a .csv or .json file, or roll up by year"
        )
        raise OutputUnfit(message)
    heads = ("rollup.group", "rollup.report", "page.issuer", "page.year", "rollup.taken", "rollup.why")
    columns = [
        Column(head=messages.say(head), kind="whole" if head == "page.year" else "text") for head in heads
    ]
    forms = [_form(group, rollup, messages) for group in rollup.groups]
    xlsx.write(path, columns, _who(rollup, messages), sheet=messages.say("rollup.sheet"), forms=forms)


def _who(rollup: Rollup, messages: Messages) -> Iterator[Row]:
    for group in rollup.groups:
        name = group.key.name or messages.say("rollup.all")
        for one in group.counted:
            yield name, one.name, one.issuer, group.key.year, messages.say("rollup.counted"), None
    for left in rollup.left_out:
        why = messages.say(f"rollup.why.{left.why}", **left.words)
        yield None, left.name, left.issuer, left.year, messages.say("rollup.left_out"), why


def _form(group: Group, rollup: Rollup, messages: Messages) -> Finished:
    """Return a group as a report that can be drawn as the form; what is to be known of it stands below."""
    standard = load(group.key.edition)
    reasons = [
        {
            "code": "rollup.incomplete",
            "message": f"{word(standard, value_id)}: "
            + messages.say(
                "rollup.incomplete",
                count=total.missing,
                reports=len(group.counted),
                names=", ".join(total.names[:3]),
            ),
            "at": [value_id],
        }
        for value_id, total in group.totals.items()
        if not total.is_complete
    ]
    if rollup.against is not None and rollup.against.key == group.key:
        reasons += [
            {"code": "rollup.differs", "message": told, "at": [one.id]}
            for one, told in zip(
                rollup.against.differences, differences_in_words(rollup, messages), strict=True
            )
        ]
    sure = not reasons and all(one.status == "verified" for one in group.counted)
    name = group.key.name or messages.say("rollup.all")
    data = {
        "source": {"name": name},
        "report": {
            "title": title_of(group, messages),
            "issuer": name,
            "year": group.key.year,
            "date": None,
            "edition": group.key.edition,
        },
        "values": {value_id: _number(total.number) for value_id, total in group.totals.items()},
        "trust": {"status": "verified" if sure else "review", "reasons": reasons},
    }
    return Finished(path="", data=data)


def differences_in_words(rollup: Rollup, messages: Messages) -> tuple[str, ...]:
    """Return a sentence for every value of which the parent prints another number."""
    if rollup.against is None or rollup.against.key is None:
        return ()
    standard = load(rollup.against.key.edition)
    none = messages.say("number.none")
    return tuple(
        messages.say(
            "rollup.differs",
            place=word(standard, one.id),
            sum=none if one.units is None else _number(one.units),
            printed=none if one.printed is None else _number(one.printed),
        )
        for one in rollup.against.differences
    )
