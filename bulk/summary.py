"""What a run came to, for the person who waits for it: lines of text, aligned for a terminal."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bulk.ledger import Row
from bulk.wanted import Skipped
from drawing import pad, width
from findings import CATALOGUE

Paint = Callable[[str, str], str]  # a text and a style (good, warn, bad, dim, bold) -> the text, coloured

_FEW = 30  # inputs that are listed one by one
_STYLES = {"verified": "good", "review": "warn", "failed": "bad"}
ERRORS = {
    "input.error": "The file could not be read.",
    "input.unreadable": "The file is empty, broken or cannot be opened.",
    "input.password": "The file is encrypted; its password is missing or wrong.",
    "input.unsupported": "No converter reads this kind of file yet.",
    "input.changed": "The file was changed while it was read.",
    "input.refused": "What an archive holds there is never taken: its name or kind may do harm.",
    "input.limit": "The file is larger or deeper than the limits allow.",
    "input.missing_program": "A program that the file needs is not installed.",
    "limit.time": "The file took longer than the time limit.",
    "limit.memory": "The file needed more memory than the limit.",
    "internal.error": "An error in gouji itself.",
    "internal.died": "The process that read the file died.",
    "output.exists": "Something else stands at the place of the output.",
    "output.not_written": "The output could not be written.",
    "output.unfit": "The output cannot be of the kind, or hold what, was asked for.",
}


# What nobody takes for a report; met beside reports, it needs no word in the summary.
_NO_DOCUMENTS = (".json", ".md", ".py", ".pyc", ".toml")


@dataclass(kw_only=True, slots=True)
class Tally:
    """What a run came to so far, in counts: a hundred thousand records need no memory of their own.

    `first` are the first records, as many as are listed one by one; `again` counts those that an earlier run
    had finished, `read` those that are of an edition, `with_figures` those of them that are not all zeros.
    """

    statuses: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    first: list[Row] = field(default_factory=list)
    read: int = 0
    with_figures: int = 0
    again: int = 0
    left_aside: int = 0

    def add(self, row: Row, *, again: bool) -> None:
        """Count a record."""
        self.statuses[row.outcome or "failed"] += 1
        self.codes.update({*row.reasons, *((row.code,) if row.code else ())})
        if row.outcome == "failed" and row.code:
            self.failures[row.code] += 1
        if len(self.first) <= _FEW:
            self.first.append(row)
        self.read += row.edition is not None
        self.with_figures += row.edition is not None and row.nonzero > 0
        self.again += again

    def leave(self, skipped: Skipped) -> None:
        """Count what was not taken, unless nobody would take it for a report."""
        self.left_aside += not skipped.name.endswith(_NO_DOCUMENTS)


def summarise(tally: Tally, *, out: str, seconds: float, paint: Paint) -> Iterator[str]:
    """Yield the lines of a summary."""
    total = tally.statuses.total()
    if total <= _FEW:
        yield from _list(sorted(tally.first, key=lambda row: row.name), paint)
        yield ""
    took = "" if tally.again == total else f" in {_duration(seconds)}"
    resumed = f", {tally.again} of them done before" if tally.again else ""
    yield paint(f"{_plural(total, 'input')}{took}{resumed}", "bold")
    for status, style in _STYLES.items():
        count = tally.statuses[status]
        yield f"  {paint(f'{status:<9}', style if count else 'dim')} {count:>6}"
    if tally.read:
        empty = tally.read - tally.with_figures
        yield f"  {tally.with_figures} with figures, {empty} with nothing but zeros and blanks"
    yield from _reasons(tally.codes, paint)
    if tally.left_aside:
        count = tally.left_aside
        what = "1 file that is no report" if count == 1 else f"{count} files that are no reports"
        yield paint(f"  left aside: {what} (--dry-run says why)", "dim")
    yield ""
    yield from _next(tally.statuses, out, paint)


def printable(text: str) -> str:
    """Return a text that cannot move the cursor or turn the line around."""
    return "".join(
        character.encode("unicode_escape", "surrogatepass").decode()
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        else character
        for character in text
    )


def meaning(code: str) -> str:
    """Return in one sentence what a finding's or an error's code means."""
    return CATALOGUE[code].meaning if code in CATALOGUE else ERRORS.get(code, code)


def _list(rows: Sequence[Row], paint: Paint) -> Iterator[str]:
    names = [_shortened(printable(row.name), 56) for row in rows]
    longest = max(map(width, names), default=0)
    for row, name in zip(rows, names, strict=True):
        status = row.outcome or "waiting"
        year = str(row.year) if row.year else "    "
        about = f"{year}  {printable(row.issuer or '')}" if row.has_report else ""
        if status == "failed":
            about = paint(meaning(row.code or ""), "dim")
        line = f"  {paint(f'{status:<9}', _STYLES.get(status, 'dim'))} {pad(name, longest)}  {about}"
        yield line.rstrip()


def _reasons(codes: Counter[str], paint: Paint) -> Iterator[str]:
    if not codes:
        return
    yield ""
    yield paint("why, and in how many", "bold")
    for code, count in sorted(codes.items(), key=lambda item: (-item[1], item[0])):
        yield f"  {count:>6}  {meaning(code)} {paint(code, 'dim')}"


def _next(counts: Counter[str], out: str, paint: Paint) -> Iterator[str]:
    shown = f'"{out}"' if " " in out else out
    if counts["review"] or counts["failed"]:
        yield f"next: {paint(f'gouji check {shown}', 'bold')}    what fails, where, and what to do"
    elif counts["verified"]:
        yield f"next: the values are in {shown}, one JSON file a report; gouji schema describes it"


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _shortened(text: str, to: int) -> str:
    """Return a text that fits, with its middle left out: both ends of a path tell more than its middle."""
    if width(text) <= to:
        return text
    head, tail = text[: to // 4], text
    while width(head) + 1 + width(tail) > to:
        tail = tail[1:]
    return f"{head}…{tail}"
