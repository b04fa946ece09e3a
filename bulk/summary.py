"""What a run came to, for the person who waits for it: lines of text, aligned for a terminal."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from bulk.ledger import Row
from bulk.sources import Skipped
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


def summarise(
    rows: Sequence[Row], skipped: Sequence[Skipped], *, out: str, seconds: float, again: int, paint: Paint
) -> Iterator[str]:
    """Yield the lines of a summary; `again` of the rows were found finished by an earlier run."""
    ordered = sorted(rows, key=lambda row: row.name)
    if len(ordered) <= _FEW:
        yield from _list(ordered, paint)
        yield ""
    counts = Counter(row.outcome for row in ordered)
    took = "" if again == len(ordered) else f" in {_duration(seconds)}"
    resumed = f", {again} of them done before" if again else ""
    yield paint(f"{_plural(len(ordered), 'input')}{took}{resumed}", "bold")
    for status, style in _STYLES.items():
        count = counts[status]
        yield f"  {paint(f'{status:<9}', style if count else 'dim')} {count:>6}"
    read = [row for row in ordered if row.edition]
    if read:
        nonzero = sum(row.nonzero > 0 for row in read)
        yield f"  {nonzero} with figures, {len(read) - nonzero} with nothing but zeros and blanks"
    yield from _reasons(ordered, paint)
    strange = [one for one in skipped if not one.name.endswith(_NO_DOCUMENTS)]
    if strange:
        what = (
            "1 file that is no report" if len(strange) == 1 else f"{len(strange)} files that are no reports"
        )
        yield paint(f"  left aside: {what} (--dry-run says why)", "dim")
    yield ""
    yield from _next(counts, out, paint)


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


def _reasons(rows: Sequence[Row], paint: Paint) -> Iterator[str]:
    reasons = Counter(code for row in rows for code in {*row.reasons, *((row.code,) if row.code else ())})
    if not reasons:
        return
    yield ""
    yield paint("why, and in how many", "bold")
    for code, count in sorted(reasons.items(), key=lambda item: (-item[1], item[0])):
        yield f"  {count:>6}  {meaning(code)} {paint(code, 'dim')}"


def _next(counts: Counter[str | None], out: str, paint: Paint) -> Iterator[str]:
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
