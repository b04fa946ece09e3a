"""The pictures as one self-contained page; every string of a document is escaped."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib.resources import files
from string import Template

from charting import Change, Gathered
from charting.svg import COLOURS, bars, legend, stacked
from messages import Messages

_HEADS = ("issuer", "place", "years", "change")
_STATUS_COLOURS = {"verified": COLOURS[2], "review": COLOURS[1], "failed": COLOURS[5]}


def page(gathered: Gathered, messages: Messages, *, failures: int = 0) -> str:
    """Return the page; `failures` are the inputs that gave no report."""
    template = Template((files("charting") / "page.html").read_text(encoding="utf-8"))
    return template.substitute(
        language="zh-CN" if messages.language == "zh" else "en",
        title=escape(messages.say("charts.title", count=sum(gathered.statuses.values()))),
        body="\n".join(_sections(gathered, messages, failures)),
    )


def _sections(gathered: Gathered, messages: Messages, failures: int) -> Iterator[str]:
    yield _heading(messages, "charts.trust")
    yield bars(
        [
            (messages.say(f"status.{status}"), gathered.statuses.get(status, 0), colour)
            for status, colour in _STATUS_COLOURS.items()
        ]
    )
    if failures:
        yield _note(messages.say("charts.failures", count=failures))
    if gathered.codes:
        yield _heading(messages, "charts.reasons")
        rows = sorted(gathered.codes.items(), key=lambda item: (-item[1], item[0]))
        yield bars([(messages.meaning(code).rstrip(".。"), count, COLOURS[0]) for code, count in rows])
    if gathered.doubled:
        yield _note(messages.say("charts.doubled", count=gathered.doubled))
    if not gathered.taken:
        return
    left_out = sum(gathered.statuses.values()) - gathered.taken - gathered.doubled
    kinds = list(dict.fromkeys(kind for of_year in gathered.results.values() for kind in of_year))
    yield _heading(messages, "charts.results")
    yield _note(messages.say("charts.taken", taken=gathered.taken, left_out=left_out))
    yield legend(kinds)
    yield stacked(
        {
            messages.say("charts.year", year=year, count=gathered.years[year]): of_year
            for year, of_year in gathered.results.items()
        },
        kinds,
    )
    if gathered.changes:
        yield _heading(messages, "charts.changes")
        yield _note(messages.say("charts.changes_note"))
        yield _table(gathered.changes, messages)


def _table(changes: tuple[Change, ...], messages: Messages) -> str:
    heads = "".join(f"<th>{escape(messages.say(f'charts.{name}'))}</th>" for name in _HEADS)
    rows = "".join(
        f"<tr><td>{escape(change.issuer)}</td><td>{escape(change.place)}</td>"
        f"<td>{change.years[0]} → {change.years[1]}</td>"
        f'<td class="number">{change.numbers[0]:,} → {change.numbers[1]:,} '
        f'<span class="{"rise" if change.size > 0 else "fall"}">{change.size:+,}</span></td></tr>'
        for change in changes
    )
    return f"<table><tr>{heads}</tr>{rows}</table>"


def _heading(messages: Messages, name: str) -> str:
    return f"<h2>{escape(messages.say(name))}</h2>"


def _note(text: str) -> str:
    return f'<p class="note">{escape(text)}</p>'
