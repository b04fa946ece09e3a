"""Findings as lines for a terminal: under each report, each code, what it says and where."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from checking.stream import Page, pages
from checking.sums import Sum, Term
from checking.surveying import Survey
from checking.telling import Item, Told, tell_failure, tell_unit
from messages import Messages

Style = str | None  # good, warn, bad, dim, bold; None for a text as it is
Line = tuple[tuple[str, Style], ...]

_FEW = 6  # rows that a finding tells in full; a lost table has dozens
_STATUSES = {"verified": "good", "review": "warn", "failed": "bad"}


def lines(survey: Survey, messages: Messages) -> Iterator[Line]:
    """Yield the lines as texts with their styles; they end with the totals."""
    for page in pages(survey, messages):
        yield _head(page, messages)
        yield from _body(page.told, messages)
    for failure in survey.failures:
        yield (messages.say("status.failed"), "bad"), ("  ", None), (failure.name, "bold")
        for item in tell_failure(failure, messages).items:
            yield ((f"  {failure.code}  {item.sentence}", None),)
        yield ()
    for _, told in groupby(
        (tell_unit(notice, messages) for notice in survey.units), key=lambda one: one.code
    ):
        units = list(told)
        yield ((f"{units[0].code}  {units[0].meaning} {units[0].advice}", None),)
        yield from (((f"    {item.sentence}", None),) for one in units for item in one.items)
        yield ()
    yield from _totals(survey, messages)


def _head(page: Page, messages: Messages) -> Line:
    report = page.report
    status = report.trust.status
    about = "  ".join(str(one) for one in (report.issuer, report.year) if one)
    return (
        (messages.say(f"status.{status}"), _STATUSES[status]),
        ("  ", None),
        (report.source.name, "bold"),
        (f"  {about}".rstrip(), None),
    )


def _body(told: tuple[Told, ...], messages: Messages) -> Iterator[Line]:
    kind = None
    for one in told:
        if one.kind != kind:
            kind = one.kind
            yield (("  ", None), (messages.say(f"kind.{kind}"), "dim"))
        yield ((f"  {one.code}  {one.meaning} {one.advice}", None),)
        yield from _items(one, messages)
    yield ()


def _items(told: Told, messages: Messages) -> Iterator[Line]:
    said, places = told.meaning, 0
    for item in told.items:
        if item.sum is not None:
            yield from (((line, None),) for line in _sum(item, item.sum, messages))
            continue
        if item.sentence != said:
            said, places = item.sentence, 0
            yield ((f"    {said}", None),)
        if words := _words(item):
            places += 1
            if places <= _FEW:
                yield ((f"      {words}", None),)
    if places > _FEW:
        yield ((f"      {messages.say('place.rows', count=places - _FEW)}", None),)


def _words(item: Item) -> str:
    """Return the place of an item in one line."""
    where = " · ".join(filter(None, (item.section, item.row)))
    told = f"{where}: {item.column}" if where and item.column else where + item.column
    figures = f" = {item.figures}" if item.figures and item.section else ""
    ids = f"  ({item.ids[0]}{' ...' if len(item.ids) > 1 else ''})" if item.section else ""
    place = f"  [{item.place}]" if item.place and item.section else item.place
    return told + figures + ids + place


def _sum(item: Item, one: Sum, messages: Messages) -> Iterator[str]:
    line = f" · {messages.say(f'line.{one.each}', label=one.line)}" if one.each else ""
    yield f"    {item.section}{line}"
    fails, *would = item.sentence.split(messages.say("joint"))
    yield f"      {fails}"
    yield from _side("left", one.left, messages)
    yield from _side("right", one.right, messages)
    yield from (f"      {told}" for told in would)


def _side(side: str, terms: tuple[Term, ...], messages: Messages) -> Iterator[str]:
    """Yield a line for every member that counts; those that are zero or blank are told by their number."""
    name = messages.say(f"sum.{side}")
    name = name.rjust(7 - sum(not character.isascii() for character in name))
    shown = [term for term in terms if term.number]
    for number, term in enumerate(shown):
        yield f"      {' ' * 7 if number else name} {term.number:>8}  {term.label}"
    rest = len(terms) - len(shown)
    if rest:
        told = messages.say("sum.other_zeros" if shown else "sum.zeros", count=rest)
        yield f"      {' ' * 7 if shown else name} {0:>8}  {told}"


def _totals(survey: Survey, messages: Messages) -> Iterator[Line]:
    statuses = survey.totals.statuses
    told = messages.say("list.comma").join(
        messages.say("totals.status", count=count, status=messages.say(f"status.{status}"))
        for status, count in statuses.items()
    )
    yield ((messages.say("totals.all", count=statuses.total(), told=told), "bold"),)
    for code, count in sorted(survey.totals.codes.items(), key=lambda item: (-item[1], item[0])):
        yield (f"  {count:>6}  {messages.meaning(code)} ", None), (code, "dim")
    if survey.apart:
        yield ((messages.say("totals.apart", count=survey.apart), "dim"),)
