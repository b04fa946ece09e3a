"""Everything about one report as a person is to be told it: what, where in the form, whose error, what to do.

Sentences are composed here from codes, value ids and numbers, in the language asked for. The English message
that a report stores is shown in English; in another language the meaning of its code stands for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from checking.across import Notice, Point
from checking.reading import Failure
from checking.sums import Sum, failing_sums
from findings import CATALOGUE, Finding
from messages import Messages
from report import Report, Value
from standards import Leaf, Standard, load
from standards.wording import path_of, section_of, word

Kind = Literal["misread", "misprinted", "across", "note", "failed"]
_KINDS: tuple[Kind, ...] = ("misread", "misprinted", "across", "failed", "note")  # as they are told
_PLACES = 4  # that are named of a finding's
_SUMS = ("source.sum", "reading.sum")


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One place of a finding: the section, row and column in the form's words, each perhaps empty.

    `place` is where the file prints it. `sum` is there for a sum that fails.
    """

    ids: tuple[str, ...] = ()
    section: str = ""
    row: str = ""
    column: str = ""
    figures: str = ""
    place: str = ""
    sentence: str
    sum: Sum | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """Everything that one code says about a report."""

    code: str
    kind: Kind
    meaning: str
    advice: str
    items: tuple[Item, ...]


def tell(report: Report, notices: Sequence[Notice], messages: Messages) -> tuple[Told, ...]:
    """Return all there is to tell about a report: doubts of ours first, then the agency's errors.

    Raises ValueError for a report whose checks are not those of its edition.
    """
    items: dict[str, list[Item]] = {}
    for finding in report.trust.reasons:
        items.setdefault(finding.code, [])
        if finding.code not in _SUMS:
            items[finding.code] += _of_finding(finding, report, messages)
    for one in failing_sums(report):
        items.setdefault(one.code, []).append(_of_sum(one, report, messages))
    for notice in notices:
        for point in notice.points:
            items.setdefault(notice.code, []).append(_of_point(point, report, messages))
    told = [_told(code, found, messages) for code, found in items.items()]
    return tuple(sorted(told, key=lambda one: _KINDS.index(one.kind)))


def tell_failure(failure: Failure, messages: Messages) -> Told:
    """Return what is to be told about an input that gave no report; its own message says what to do."""
    english = messages.language == "en"
    sentence = failure.message if english else messages.meaning(failure.code)
    return Told(
        code=failure.code,
        kind="failed",
        meaning=messages.meaning(failure.code) if english else "",
        advice="",
        items=(Item(sentence=sentence),),
    )


def tell_unit(notice: Notice, messages: Messages) -> Told:
    """Return what is to be told about a unit of the list, or one that is not in it."""
    items = tuple(Item(sentence=_sentence(point, messages)) for point in notice.points)
    return _told(notice.code, items, messages)


def kind_of(code: str) -> Kind:
    """Return whose error a finding is: our reading's, the agency's, or one between reports."""
    if not CATALOGUE[code].doubts:
        return "note"
    if code.startswith("across."):
        return "across"
    return "misprinted" if code.startswith("source.") else "misread"


def _told(code: str, items: Sequence[Item], messages: Messages) -> Told:
    entry = messages.findings[code]
    return Told(code=code, kind=kind_of(code), meaning=entry.meaning, advice=entry.advice, items=tuple(items))


def _of_finding(finding: Finding, report: Report, messages: Messages) -> Iterator[Item]:
    """Yield an item for every row of the form that a finding names, and one for all its other places."""
    sentence = finding.message if messages.language == "en" else messages.findings[finding.code].meaning
    standard = load(report.edition) if report.edition is not None else None
    rows: dict[tuple[str, Leaf | None], list[str]] = {}
    others = []
    for at in finding.at:
        if standard is not None and at in standard.leaves:
            rows.setdefault((at.split(".", maxsplit=1)[0], standard.leaves[at][0]), []).append(at)
        else:
            others.append(at)
    if standard is not None:
        for ids in rows.values():
            yield _of_row(tuple(ids), report, standard, sentence, messages)
    if others:
        yield Item(ids=tuple(others), place=_places(others, messages), sentence=sentence)
    if not finding.at:
        yield Item(sentence=sentence)


def _places(places: Sequence[str], messages: Messages) -> str:
    """Return places that are no values, the first few of them: a page of specks may have hundreds."""
    shown, rest = "; ".join(places[:_PLACES]), len(places) - _PLACES
    return messages.say("place.more", places=shown, count=rest) if rest > 0 else shown


def _of_row(
    ids: tuple[str, ...], report: Report, standard: Standard, sentence: str, messages: Messages
) -> Item:
    table = standard.table(ids[0].split(".", maxsplit=1)[0])
    row, column = standard.leaves[ids[0]]
    part = next(part for part in table.parts if (row in part.rows if row else column in part.columns))
    columns = [" › ".join(path_of(standard.leaves[one][1])[-2:]) for one in ids]
    whole = len(ids) == len(part.columns) > 1
    return Item(
        ids=ids,
        section=section_of(standard, table),
        row=" › ".join(path_of(row)),
        column=messages.say("place.all", count=len(ids)) if whole else "、".join(columns),
        figures="、".join(_figure(report.values[one], messages) for one in ids) if len(ids) <= 3 else "",
        place=_place(report.values[ids[0]], messages),
        sentence=sentence,
    )


def _of_sum(one: Sum, report: Report, messages: Messages) -> Item:
    sentence = messages.say("sum.fails", label=one.label, left=one.left_sum, right=one.right_sum)
    ids = tuple(term.id for term in (*one.left, *one.right))
    if one.proposal is not None:
        assert report.edition is not None
        words = word(load(report.edition), one.proposal.value)
        place = " · ".join(" › ".join(path[-1:]) for path in (words.row, words.column) if path)
        printed = _figure(report.values[one.proposal.value], messages)
        number = one.proposal.number
        sentence += messages.say("joint") + messages.say(
            "sum.would_hold", number=number, place=place, printed=printed
        )
    total = report.values[one.right[0].id]
    return Item(
        ids=ids,
        section=one.section,
        row=one.line if one.each == "row" else "",
        column=one.line if one.each == "column" else "",
        place=_place(total, messages),
        sentence=sentence,
        sum=one,
    )


def _of_point(point: Point, report: Report, messages: Messages) -> Item:
    sentence = _sentence(point, messages)
    if not point.at:
        return Item(sentence=sentence)
    assert report.edition is not None
    standard = load(report.edition)
    item = _of_row(point.at[:1], report, standard, sentence, messages)
    columns = [" › ".join(path_of(standard.leaves[one][1])[-2:]) for one in point.at]
    rows = list(dict.fromkeys(" › ".join(path_of(standard.leaves[one][0])) for one in point.at))
    return Item(
        ids=point.at,
        section=item.section,
        row=rows[0] if len(rows) == 1 else f"{rows[0]} … {rows[-1].rsplit(' › ', 1)[-1]}",
        column="、".join(dict.fromkeys(columns)),
        place=item.place,
        sentence=sentence,
    )


def _sentence(point: Point, messages: Messages) -> str:
    words = {name: _word(one, messages) for name, one in point.words.items()}
    sentence = messages.say(point.sentence, **words)
    if point.doubted:
        sentence += messages.say("joint") + messages.say("across.doubted")
    return sentence


def _word(one: object, messages: Messages) -> object:
    """Return a word of a point as it is said; of a list of names the first three."""
    if one is None:
        return messages.say("number.blank")
    if isinstance(one, tuple):
        names = ", ".join(one[:3])
        rest = len(one) - 3
        return messages.say("others.more", names=names, count=rest) if rest > 0 else names
    return one


def _figure(value: Value, messages: Messages) -> str:
    """Return what is printed at a place: its text, else its number."""
    if value.number is not None:
        return f"{value.number:f}" if isinstance(value.number, Decimal) else str(value.number)
    if text := value.text.strip():
        return f"“{text}”"
    return messages.say("number.blank" if value.status == "blank" else "number.none")


def _place(value: Value, messages: Messages) -> str:
    """Return where a file prints a value: its page, or its table, row and column, or its line."""
    where = value.provenance
    told = [] if where.page is None else [messages.say("place.page", page=where.page)]
    if where.place is not None:
        told += [
            messages.say(f"place.{name}", **{name: number})
            for name in ("table", "row", "column", "line")
            if (number := getattr(where.place, name)) is not None
        ]
    return " ".join(told)
