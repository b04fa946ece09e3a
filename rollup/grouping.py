"""Which reports are summed together, and which are not summed at all."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from checking.facts import key_of
from export.rows import Finished, reports_in

By = Literal["folder", "prefix", "year"]

# The places that a body's name begins with, down to the county: 某省某市某区, not the town or office below.
# 杭州市 is one place, and 城市管理局, 社区 or 开发区 below a county make no place of their own.
_PLACES = re.compile(
    r"(?:(?!城市|[社景园库林牧矿学校小片辖]区|区[域划]|市[场容])[\u4e00-\u9fff]{1,9}?"
    r"(?:自治区|自治州|自治县|自治旗|地区|省|市|州(?![市县区])|盟|县|区|旗)){1,3}"
)


class Key(NamedTuple):
    """What a group is: a folder, a place or "" for all, one year and one edition."""

    name: str
    year: int
    edition: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """A report that is not counted. `why` names a sentence of the catalogue, `words` what it says."""

    name: str
    issuer: str | None
    year: int | None
    why: str
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """Path -> the group of every report that counts, and those that do not."""

    keys: Mapping[str, Key]
    left_out: tuple[LeftOut, ...]


class _Candidate(NamedTuple):
    path: str
    name: str
    sha256: str
    issuer: str | None
    key: Key


def select(out: Path, by: By, *, include: Collection[str], parent: Finished | None) -> Chosen:
    """Return the groups of the reports of an output folder; raises UnreadableFile.

    A file that is there twice counts once. Of two different reports of one issuer and year none counts, as
    nothing says which is right.
    """
    left_out: list[LeftOut] = []
    candidates: list[_Candidate] = []
    first: dict[str, str] = {}
    for report in reports_in(out):
        name, sha256 = report.data["source"]["name"], report.data["source"]["sha256"]
        issuer, year = report.data["report"]["issuer"], report.data["report"]["year"]
        why, words = _reason(report, by, include, parent)
        if not why and sha256 in first:
            why, words = "same_bytes", {"other": first[sha256]}
        if why:
            left_out.append(LeftOut(name=name, issuer=issuer, year=year, why=why, words=words))
            continue
        first[sha256] = name
        candidates.append(_Candidate(report.path, name, sha256, issuer, _key(report, by)))
    twice = list(_twice(candidates))
    again = {path for path, _ in twice}
    return Chosen(
        keys={one.path: one.key for one in candidates if one.path not in again},
        left_out=(*left_out, *(one for _, one in twice)),
    )


def place_of(issuer: str) -> str | None:
    """Return the place that a body's name begins with; None where it begins with none."""
    match = _PLACES.match(key_of(issuer))
    return match[0] if match else None


def _reason(
    report: Finished, by: By, include: Collection[str], parent: Finished | None
) -> tuple[str, Mapping[str, str]]:
    """Return why a report cannot count by itself, "" where it can."""
    about, status = report.data["report"], report.data["trust"]["status"]
    if parent is not None and report.data["source"]["sha256"] == parent.data["source"]["sha256"]:
        return "parent", {}
    if about["edition"] is None:
        return "failed", {}
    if status not in include and report.layer.signed is None:
        return "status", {"status": status}
    if about["year"] is None:
        return "year", {}
    if by == "prefix" and (about["issuer"] is None or place_of(about["issuer"]) is None):
        return "issuer" if about["issuer"] is None else "place", {}
    return "", {}


def _key(report: Finished, by: By) -> Key:
    about = report.data["report"]
    name = ""
    if by == "folder":
        name = report.data["source"]["name"].rpartition("/")[0] or "."
    elif by == "prefix":
        name = place_of(about["issuer"]) or ""
    return Key(name, about["year"], about["edition"])


def _twice(candidates: Sequence[_Candidate]) -> Iterator[tuple[str, LeftOut]]:
    by_unit: dict[tuple[str, int], list[_Candidate]] = defaultdict(list)
    for one in candidates:
        if one.issuer is not None:
            by_unit[key_of(one.issuer), one.key.year].append(one)
    for same in by_unit.values():
        for one in same if len(same) > 1 else ():
            other = next(other.name for other in same if other is not one)
            yield (
                one.path,
                LeftOut(
                    name=one.name, issuer=one.issuer, year=one.key.year, why="twice", words={"other": other}
                ),
            )
