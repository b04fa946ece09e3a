"""Findings as JSON for programs: every report, those without findings too, written one by one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from textwrap import indent
from typing import Any, TextIO

from checking.across import Notice
from checking.facts import read
from checking.stream import Page, page_of
from checking.sums import Term, failing_sums
from checking.surveying import Survey
from checking.telling import Item, kind_of, tell_unit
from messages import Messages
from report import Report
from standards import load
from standards.wording import word


def write(to: TextIO, survey: Survey, messages: Messages) -> None:
    """Write `failures`, `reports`, `totals` and `units`."""
    to.write('{\n "failures": ')
    to.write(_shifted([asdict(one) for one in survey.failures]))
    to.write(',\n "reports": [')
    for number, path in enumerate(survey.paths):
        data = _report(path, survey, messages)
        to.write(("," if number else "") + "\n" + indent(_dumped(data), "  "))
    to.write(("\n " if survey.paths else "") + '],\n "totals": ')
    totals = {"statuses": survey.totals.statuses, "codes": survey.totals.codes, "apart": survey.apart}
    to.write(_shifted(totals) + ',\n "units": ')
    to.write(_shifted([_unit(notice, messages) for notice in survey.units]) + "\n}\n")


def _unit(notice: Notice, messages: Messages) -> Mapping[str, Any]:
    (point,), (item,) = notice.points, tell_unit(notice, messages).items
    return {"code": notice.code, "sentence": item.sentence, **point.words}


def _report(path: str, survey: Survey, messages: Messages) -> Mapping[str, Any]:
    if path in survey.to_tell:
        page = page_of(path, survey, messages)
        return as_data(page, messages)
    data = read(Path(path))
    return {
        "name": data["source"]["name"],
        "status": data["trust"]["status"],
        "issuer": data["report"]["issuer"],
        "year": data["report"]["year"],
        "reasons": [],
        "sums": [],
        "notices": [],
    }


def as_data(page: Page, messages: Messages) -> Mapping[str, Any]:
    """Return what there is to tell about a report as plain data."""
    report = page.report
    stored = {reason.code for reason in report.trust.reasons}
    return {
        "name": report.source.name,
        "status": report.trust.status,
        "issuer": report.issuer,
        "year": report.year,
        "reasons": [
            {
                "code": finding.code,
                "kind": kind_of(finding.code),
                "meaning": messages.findings[finding.code].meaning,
                "advice": messages.findings[finding.code].advice,
                "message": finding.message,
                "at": [_at(at, report) for at in finding.at],
            }
            for finding in report.trust.reasons
        ],
        "sums": [
            {
                "code": one.code,
                "identity": one.identity,
                "label": one.label,
                "where": f"{one.section} · {one.each} {one.line}" if one.each else one.section,
                "left": _side(one.left, one.left_sum),
                "right": _side(one.right, one.right_sum),
                "would_hold": None
                if one.proposal is None
                else {"id": one.proposal.value, "number": one.proposal.number},
            }
            for one in failing_sums(report)
        ],
        "notices": [
            {
                "code": told.code,
                "kind": told.kind,
                "meaning": told.meaning,
                "advice": told.advice,
                "points": [_point(item, report) for item in told.items],
            }
            for told in page.told
            if told.code not in stored and not any(item.sum for item in told.items)
        ],
    }


def _point(item: Item, report: Report) -> Mapping[str, Any]:
    return {"sentence": item.sentence, "at": [_at(one, report) for one in item.ids]}


def _at(at: str, report: Report) -> Mapping[str, Any]:
    """Return a place in the form's words; a place that is no value as it is."""
    if report.edition is None or at not in (standard := load(report.edition)).leaves:
        return {"id": at, "label": at}
    words = word(standard, at)
    number = report.values[at].number
    return {
        "id": at,
        "label": f"{words}  ({at})",
        "section": words.section,
        "row": " › ".join(words.row),
        "column": " › ".join(words.column),
        "number": None if number is None else float(number),
    }


def _side(terms: tuple[Term, ...], total: int | None) -> Mapping[str, Any]:
    numbers = [
        {"id": term.id, "label": term.label, "number": None if term.number is None else float(term.number)}
        for term in terms
    ]
    return {"sum": total, "terms": numbers}


def _dumped(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True)


def _shifted(data: object) -> str:
    """Return JSON that stands one step to the right, but for its first line."""
    return indent(_dumped(data), " ").lstrip(" ")
