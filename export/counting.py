"""Which of several reports about the same thing counts, so that nothing is summed twice.

Of equal files one counts, the one that people decided about. Where it cannot be told which is right, as
copies say different numbers or one body has two reports of a year, none does.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from export.rows import Finished

_BRACKETS = str.maketrans("〔〕【】[]《》", "()()()()")
_INVISIBLE = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A report that could be counted, in short.

    `key` is its issuer's, `numbers` is the same for reports of the same numbers, corrections applied, and
    `is_decided` says whether a person decided about it as it is now.
    """

    path: str
    name: str
    sha256: str
    key: str | None
    year: int | None
    numbers: int
    is_decided: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Double:
    """Why a report does not count: its copy `other` does (same_bytes), or neither of the two does."""

    why: Literal["same_bytes", "copies", "twice"]
    other: str


def claim_of(report: Finished) -> Claim:
    """Return what of a report is needed to tell whether it counts."""
    source, about, values = report.data["source"], report.data["report"], report.data["values"]
    return Claim(
        path=report.path,
        name=source["name"],
        sha256=source["sha256"],
        key=key_of(about["issuer"]) if about["issuer"] else None,
        year=about["year"],
        numbers=hash(frozenset(report.values.items())),
        is_decided=report.signed is not None or bool(report.layer.standing(values)),
    )


def doubles(claims: Sequence[Claim]) -> Mapping[str, Double]:
    """Return path -> why, for the reports that do not count beside the others."""
    found: dict[str, Double] = {}
    for copies in _several(claims, lambda one: one.sha256):
        found.update(_of_copies(copies))
    rest = [one for one in claims if one.path not in found]
    for same in _several(rest, lambda one: (one.key, one.year) if one.key else one.path):
        found.update((one.path, Double(why="twice", other=_other(same, one))) for one in same)
    return found


def key_of(issuer: str) -> str:
    """Return a name without spaces, in one width and with one kind of brackets; nothing else is guessed."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", issuer).translate(_BRACKETS))


def _several(claims: Iterable[Claim], by: Callable[[Claim], object]) -> Iterator[list[Claim]]:
    groups: dict[object, list[Claim]] = defaultdict(list)
    for one in claims:
        groups[by(one)].append(one)
    return (group for group in groups.values() if len(group) > 1)


def _of_copies(copies: Sequence[Claim]) -> Iterator[tuple[str, Double]]:
    known = [one for one in copies if one.is_decided] or copies
    if len({one.numbers for one in known}) > 1:
        yield from ((one.path, Double(why="copies", other=_other(copies, one))) for one in copies)
        return
    first = known[0]
    yield from ((one.path, Double(why="same_bytes", other=first.name)) for one in copies if one is not first)


def _other(group: Sequence[Claim], one: Claim) -> str:
    return next(other.name for other in group if other is not one)
