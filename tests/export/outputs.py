"""Finished reports for the tests here, written as convert writes them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from document import Source
from findings import Finding
from report import Number, Report, Trust, TrustStatus, Value, ValueStatus, evidence_to_json, to_json
from standards import load

NO_NUMBER: dict[str, ValueStatus] = {
    "requests.carried_in.total": "blank",
    "requests.carried_out.total": "absent",
    "disputes.reconsideration.total": "unreadable",
}


def numbers(edition: str, seed: int = 0) -> dict[str, Number | None]:
    """Return a number for every value: large, negative, with a fraction, and some without one."""
    made: dict[str, Number | None] = {}
    for position, (value_id, (_, column)) in enumerate(load(edition).leaves.items()):
        kind = column.type
        if value_id in NO_NUMBER:
            made[value_id] = None
        elif kind == "amount":
            made[value_id] = Decimal("123456789012.345")
        elif kind == "signed_count":
            made[value_id] = -position
        else:
            made[value_id] = position * (seed + 1)
    return made


def report(
    name: str,
    edition: str | None = "2021",
    *,
    given: Mapping[str, Number | None] | None = None,
    status: TrustStatus = "verified",
    reasons: tuple[Finding, ...] = (),
    title: str | None = "某县2021年政府信息公开工作年度报告",
    issuer: str | None = "某县人民政府",
    year: int | None = 2021,
) -> Report:
    values = {} if edition is None else {**numbers(edition), **(given or {})}
    return Report(
        source=Source(name=name, sha256="0" * 64, bytes=1, kind="docx", pages=None, reader="stored"),
        title=title,
        issuer=issuer,
        year=year,
        date="2022-01-05",
        edition=edition,
        values={
            value_id: Value(
                id=value_id,
                number=number,
                status="printed" if number is not None else NO_NUMBER.get(value_id, "absent"),
                text="" if number is None else str(number),
            )
            for value_id, number in values.items()
        },
        trust=Trust(status=status, reasons=reasons),
    )


def write(out: Path, *reports: Report, evidence: bool = True) -> Path:
    for one in reports:
        target = out / f"{one.source.name}.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(to_json(one))
        if evidence:
            (out / f"{one.source.name}.evidence.json").write_bytes(evidence_to_json(one))
    return out
