"""Which reports are summed together, and which are not summed at all."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from export.counting import Claim, Double, claim_of, doubles, key_of
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


def select(out: Path, by: By, *, include: Collection[str], parent: Finished | None) -> Chosen:
    """Return the groups of the reports of an output folder; raises UnreadableFile.

    A file that is there twice counts once, as people decided about it. Of two different reports of one issuer
    and year none counts, as nothing says which is right.
    """
    left_out: list[LeftOut] = []
    claims: list[Claim] = []
    units: dict[str, tuple[str | None, Key]] = {}
    for report in reports_in(out):
        issuer, year = report.data["report"]["issuer"], report.data["report"]["year"]
        why, words = _reason(report, by, include, parent)
        if why:
            name = report.data["source"]["name"]
            left_out.append(LeftOut(name=name, issuer=issuer, year=year, why=why, words=words))
            continue
        claims.append(claim_of(report))
        units[report.path] = issuer, _key(report, by)
    found = doubles(claims)
    return Chosen(
        keys={path: key for path, (_, key) in units.items() if path not in found},
        left_out=(
            *left_out,
            *(_left_out(one, units[one.path][0], found[one.path]) for one in claims if one.path in found),
        ),
    )


def _left_out(claim: Claim, issuer: str | None, double: Double) -> LeftOut:
    words = {"other": double.other}
    return LeftOut(name=claim.name, issuer=issuer, year=claim.year, why=double.why, words=words)


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
    if status not in include and report.signed is None:
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
