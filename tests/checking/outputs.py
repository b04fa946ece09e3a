"""Finished reports for the tests here: all zeros but for what a test says, written as convert writes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from document import Source
from findings import Finding
from report import Report, SectionText, Trust, TrustStatus, Value, evidence_to_json, to_json
from standards import load

BLANK = "blank"


def report(
    name: str,
    given: Mapping[str, object] | None = None,
    *,
    issuer: str | None = "砚篱县教育局",
    year: int | None = 2024,
    edition: str = "2021",
    status: TrustStatus = "verified",
    reasons: tuple[Finding, ...] = (),
    says: tuple[str, ...] = (),
    content: str | None = None,
) -> Report:
    """Return a report in which every number is 0 but the given ones; None is absent, BLANK printed blank."""
    numbers = {**dict.fromkeys(load(edition).value_ids, 0), **(given or {})}
    values = {}
    for value_id, number in numbers.items():
        what = "blank" if number is BLANK else "absent" if number is None else "printed"
        shown = number if what == "printed" else None
        text = "" if shown is None else str(shown)
        values[value_id] = Value(id=value_id, number=shown, status=what, text=text)
    digest = sha256((content or f"{name} {sorted(map(str, numbers.items()))}").encode()).hexdigest()
    return Report(
        source=Source(name=name, sha256=digest, bytes=1, kind="docx", pages=None, reader="stored"),
        title=f"{issuer}{year}年政府信息公开工作年度报告",
        issuer=issuer,
        year=year,
        edition=edition,
        sections=(SectionText(id="overview", heading="一、总体情况", paragraphs=says),),
        values=values,
        trust=Trust(status=status, reasons=reasons),
    )


def write(out: Path, *reports: Report) -> Path:
    for one in reports:
        target = out / f"{one.source.name}.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(to_json(one))
        (out / f"{one.source.name}.evidence.json").write_bytes(evidence_to_json(one))
    return out


def same_bytes(one: Report, name: str) -> Report:
    return replace(one, source=replace(one.source, name=name))
