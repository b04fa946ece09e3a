"""Findings as one self-contained page, to read, print and mail around; every string of a document is escaped.

The page asks for nothing from any network, and its own policy forbids it to. It is written report by report.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from importlib.resources import files
from itertools import groupby
from string import Template
from typing import TextIO

from checking.stream import Page, pages
from checking.sums import Sum, Term
from checking.surveying import Survey
from checking.telling import Item, Told, tell_failure, tell_unit
from messages import Messages

_MARK = "<!-- findings -->"
_FEW = 6  # places that one finding lists; the JSON has them all


def write(to: TextIO, survey: Survey, messages: Messages) -> None:
    """Write the page."""
    template = Template((files("checking") / "page.html").read_text(encoding="utf-8"))
    title = messages.say("page.title", count=survey.totals.statuses.total())
    page = template.substitute(
        language="zh-CN" if messages.language == "zh" else "en",
        title=escape(title),
        summary="\n".join(_summary(survey, messages)),
    )
    head, tail = page.split(_MARK)
    to.write(head)
    for one in pages(survey, messages):
        to.writelines(_report(one, messages))
    if survey.failures:
        failed = ((one.name, tell_failure(one, messages)) for one in survey.failures)
        to.writelines(_plain(messages.say("page.failures"), failed, messages))
    if survey.units:
        units = ((str(one.points[0].words["issuer"]), tell_unit(one, messages)) for one in survey.units)
        to.writelines(_plain(messages.say("page.units"), units, messages))
    if not (survey.to_tell or survey.failures or survey.units):
        to.write(f"<section>{escape(messages.say('page.nothing'))}</section>\n")
    to.write(tail)


def _summary(survey: Survey, messages: Messages) -> Iterator[str]:
    counts = "".join(
        f"<li><b>{count}</b>{escape(messages.say(f'status.{status}'))}</li>"
        for status, count in survey.totals.statuses.items()
    )
    yield f'<ul class="counts">{counts}</ul>'
    yield f'<p class="note">{escape(messages.say("page.colours"))}'
    if survey.apart:
        yield f"<br>{escape(messages.say('totals.apart', count=survey.apart))}"
    yield "</p>"
    if survey.totals.codes:
        yield f"<section><h3>{escape(messages.say('page.why'))}</h3><table>"
        for code, count in sorted(survey.totals.codes.items(), key=lambda item: (-item[1], item[0])):
            yield (
                f'<tr><td class="number">{count}</td><td>{escape(messages.meaning(code))}</td>'
                f'<td class="code">{escape(code)}</td></tr>'
            )
        yield "</table></section>"


def _report(page: Page, messages: Messages) -> Iterator[str]:
    report = page.report
    about = "　".join(escape(str(one)) for one in (report.issuer, report.year) if one)
    status = report.trust.status
    yield (
        f'<section>\n<header><span class="status {status}">{escape(messages.say(f"status.{status}"))}</span>'
        f'<h2>{escape(report.source.name)}</h2><span class="about">{about}</span></header>\n<table>\n'
    )
    heads = ("kind", "where", "found", "do")
    yield ("<tr>" + "".join(f"<th>{escape(messages.say(f'page.{head}'))}</th>" for head in heads) + "</tr>\n")
    for told in page.told:
        yield from _told(told, messages)
    yield "</table>\n</section>\n"


def _told(told: Told, messages: Messages) -> Iterator[str]:
    """Yield the rows of a finding: one for each thing it says, with all places that it says this of."""
    kind, advice = _kind(told, messages), escape(told.advice)
    for said, grouped in groupby(told.items, key=lambda item: (item.section, item.sentence, item.sum)):
        items = list(grouped)
        places = [escape(said[0]), *(_place(item) for item in items[:_FEW])]
        if len(items) > _FEW:
            places.append(escape(messages.say("place.rows", count=len(items) - _FEW)))
        yield _row(
            kind, "".join(f"<div>{one}</div>" for one in places if one), _found(items[0], messages), advice
        )
    if not told.items:
        yield _row(kind, "", escape(told.meaning), advice)


def _row(kind: str, where: str, found: str, advice: str) -> str:
    return f'<tr>{kind}<td class="where">{where}</td><td>{found}</td><td class="do">{advice}</td></tr>\n'


def _kind(told: Told, messages: Messages) -> str:
    kind = escape(messages.say(f"kind.{told.kind}"))
    return f'<td class="kind {told.kind}"><b>{kind}</b><span class="code">{escape(told.code)}</span></td>'


def _place(item: Item) -> str:
    """Return where an item is: row and column of the form, what is printed there, where in the file."""
    words = " · ".join(filter(None, (item.row, item.column)))
    figures = f" = <b>{escape(item.figures)}</b>" if item.figures else ""
    place = f' <span class="about">{escape(item.place)}</span>' if item.place else ""
    ids = ""
    if item.section and item.sum is None:
        more = " …" if len(item.ids) > 1 else ""
        ids = f'<div class="ids">{escape(item.ids[0])}{more}</div>'
    return f"{escape(words)}{figures}{place}{ids}"


def _found(item: Item, messages: Messages) -> str:
    if item.sum is None:
        return escape(item.sentence)
    fails, *would = item.sentence.split(messages.say("joint"))
    more = "".join(f"<div>{escape(one)}</div>" for one in would)
    return f'<span class="wrong">{escape(fails)}</span>{_sides(item.sum, messages)}{more}'


def _sides(one: Sum, messages: Messages) -> str:
    rows = []
    for side, terms, total in (("left", one.left, one.left_sum), ("right", one.right, one.right_sum)):
        name = escape(messages.say(f"sum.{side}"))
        rows += [_term(term) for term in terms if term.number]
        rows.append(f'<tr class="total"><td class="number">{total}</td><td>{name}</td></tr>')
    return f'<table class="sides">{"".join(rows)}</table>'


def _term(term: Term) -> str:
    return f'<tr><td class="number">{term.number}</td><td>{escape(term.label)}</td></tr>'


def _plain(heading: str, told: Iterable[tuple[str, Told]], messages: Messages) -> Iterator[str]:
    """Yield a section of findings that belong to no report, each with the name of what it is about."""
    yield f"<section>\n<header><h2>{escape(heading)}</h2></header>\n<table>\n"
    for name, one in told:
        for item in one.items:
            yield _row(_kind(one, messages), escape(name), escape(item.sentence), escape(one.advice))
    yield "</table>\n</section>\n"
