"""The second reading: every report that something is to be told of, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from checking.reading import BROKEN, read_report, refuse
from checking.surveying import Survey
from checking.telling import Told, tell
from messages import Messages
from report import Report


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A report and what is to be told about it."""

    report: Report
    told: tuple[Told, ...]


def pages(survey: Survey, messages: Messages) -> Iterator[Page]:
    """Yield the reports of which there is something to tell, in order; raises UnreadableFile."""
    for path in survey.paths:
        if path in survey.to_tell:
            yield page_of(path, survey, messages)


def page_of(path: str, survey: Survey, messages: Messages) -> Page:
    """Return what is to be told about one report of a survey; raises UnreadableFile."""
    report = read_report(Path(path))
    try:
        return Page(report=report, told=tell(report, survey.notices.get(path, ()), messages))
    except BROKEN as error:
        refuse(Path(path), error)
