"""Findings as CSV, a line a finding and row of the form; safe to open in a spreadsheet (export/csv.py)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from checking.stream import pages
from checking.surveying import Survey
from checking.telling import Told, tell_failure, tell_unit
from export.csv import write_lines
from export.rows import Column, Row
from messages import Messages

_HEADS = (
    "file",
    "issuer",
    "year",
    "status",
    "kind",
    "code",
    "table",
    "line",
    "column",
    "place",
    "ids",
    "found",
    "do",
)


def write(to: TextIO, survey: Survey, messages: Messages) -> None:
    """Write the mark (BOM) by which Excel knows UTF-8, the heads, and a line a finding, ended by CR LF."""
    to.write("\ufeff")
    columns = [
        Column(head=messages.say(f"page.{head}"), kind="whole" if head == "year" else "text")
        for head in _HEADS
    ]
    write_lines(to, columns, _rows(survey, messages))


def _rows(survey: Survey, messages: Messages) -> Iterator[Row]:
    for page in pages(survey, messages):
        report = page.report
        about = (
            report.source.name,
            report.issuer,
            report.year,
            messages.say(f"status.{report.trust.status}"),
        )
        for told in page.told:
            yield from (_row(about, row) for row in _places(told, messages))
    failed = messages.say("status.failed")
    for failure in survey.failures:
        for row in _places(tell_failure(failure, messages), messages):
            yield _row((failure.name, None, None, failed), row)
    for notice in survey.units:
        (point,) = notice.points
        about = (None, str(point.words["issuer"]), point.words.get("year"), None)  # type: ignore[assignment]
        for row in _places(tell_unit(notice, messages), messages):
            yield _row(about, row)


def _row(about: Row, row: Row) -> Row:
    return (*about, *row)


def _places(told: Told, messages: Messages) -> Iterator[Row]:
    for item in told.items:
        yield (
            messages.say(f"kind.{told.kind}"),
            told.code,
            item.section,
            item.row,
            item.column,
            item.place,
            " ".join(item.ids),
            f"{item.sentence} ({item.figures})" if item.figures else item.sentence,
            told.advice,
        )
