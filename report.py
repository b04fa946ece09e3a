"""What a document means: one value for every prescribed place, and how far it can be trusted.

Canonical JSON is the contract's: RFC 8785 bytes, a flat `values` map; the evidence for every value
goes into a second file beside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

import rfc8785

from document import NOWHERE, Box, Place, Provenance, Source
from findings import Finding

SCHEMA = "gouji/report/1"

Number = int | Decimal
ValueStatus = Literal["printed", "blank", "absent", "unassigned", "unreadable"]
Verdict = Literal["holds", "fails", "unknown"]
TrustStatus = Literal["verified", "review", "failed"]
Manner = Literal["read", "recognised", "resolved"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """One prescribed place. `number` is None unless `status` is "printed".

    `steps` are the names of the corrections that lead from `text` to `number`, in order
    (normalize/numerals.py replays them). `readings` holds what each engine read, where several did.
    """

    id: str
    number: Number | None
    status: ValueStatus
    text: str = field(default="", compare=False)
    steps: tuple[str, ...] = field(default=(), compare=False)
    how: Manner = field(default="read", compare=False)
    confidence: float = field(default=1.0, compare=False)
    provenance: Provenance = field(default=NOWHERE, compare=False)
    readings: tuple[tuple[str, str], ...] = field(default=(), compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class SectionText:
    """A section as it stands in the report: its printed heading (None if lost) and clean paragraphs."""

    id: str
    heading: str | None
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class UnmappedRow:
    """A printed table row that the form does not prescribe; `table` is None outside the known tables."""

    table: str | None
    label: str
    texts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One prescribed sum over what is printed.

    `at` is the row or column it was taken over, or the table. `left` and `right` are None when a
    figure is missing. `blanks` are the value ids that counted as 0.
    """

    identity: str
    at: str
    left: int | None
    right: int | None
    verdict: Verdict
    blanks: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Trust:
    """Whether the evidence suffices, and every reason why it does not."""

    status: TrustStatus
    reasons: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """An annual report. `edition` is None, and `values` empty, when no standard fits."""

    source: Source = field(compare=False)
    title: str | None = None
    issuer: str | None = None
    year: int | None = None
    date: str | None = None
    edition: str | None = None
    sections: tuple[SectionText, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)
    unmapped: tuple[UnmappedRow, ...] = ()
    checks: tuple[Check, ...] = ()
    trust: Trust = field(compare=False)


def to_json(report: Report) -> bytes:
    """Return the canonical JSON of a report."""
    return canonical(
        {
            "schema": SCHEMA,
            "source": {
                "name": report.source.name,
                "sha256": report.source.sha256,
                "bytes": report.source.bytes,
                "kind": report.source.kind,
                "pages": report.source.pages,
                "reader": report.source.reader,
            },
            "report": {
                "title": report.title,
                "issuer": report.issuer,
                "year": report.year,
                "date": report.date,
                "edition": report.edition,
            },
            "sections": [
                {"id": section.id, "heading": section.heading, "paragraphs": list(section.paragraphs)}
                for section in report.sections
            ],
            "values": {value.id: _json_number(value.number) for value in report.values.values()},
            "unmapped": [
                {"table": row.table, "label": row.label, "texts": list(row.texts)} for row in report.unmapped
            ],
            "checks": [
                {
                    "id": check.identity,
                    "at": check.at,
                    "left": check.left,
                    "right": check.right,
                    "verdict": check.verdict,
                }
                for check in report.checks
            ],
            "trust": {
                "status": report.trust.status,
                "reasons": [
                    {"code": finding.code, "message": finding.message, "at": list(finding.at)}
                    for finding in report.trust.reasons
                ],
            },
        }
    )


def evidence_to_json(report: Report) -> bytes:
    """Return the canonical JSON of the evidence: value id -> text, status, place, manner, steps."""
    return canonical({value.id: _evidence(value) for value in report.values.values()})


def from_json(data: bytes, evidence: bytes | None = None) -> Report:
    """Return the report that canonical JSON holds; with its evidence, the values' provenance too."""
    read = json.loads(data, parse_float=Decimal)
    if read.get("schema") != SCHEMA:
        message = f"schema is {read.get('schema')!r}, not {SCHEMA!r}"
        raise ValueError(message)
    proofs = json.loads(evidence) if evidence is not None else {}
    return Report(
        source=Source(**read["source"]),
        **read["report"],
        sections=tuple(
            SectionText(id=entry["id"], heading=entry["heading"], paragraphs=tuple(entry["paragraphs"]))
            for entry in read["sections"]
        ),
        values={
            value_id: _value(value_id, number, proofs.get(value_id))
            for value_id, number in read["values"].items()
        },
        unmapped=tuple(
            UnmappedRow(table=entry["table"], label=entry["label"], texts=tuple(entry["texts"]))
            for entry in read["unmapped"]
        ),
        checks=tuple(
            Check(
                identity=entry["id"],
                at=entry["at"],
                left=entry["left"],
                right=entry["right"],
                verdict=entry["verdict"],
            )
            for entry in read["checks"]
        ),
        trust=Trust(
            status=read["trust"]["status"],
            reasons=tuple(
                Finding(code=entry["code"], message=entry["message"], at=tuple(entry["at"]))
                for entry in read["trust"]["reasons"]
            ),
        ),
    )


def canonical(data: Any) -> bytes:  # noqa: ANN401  # any JSON value
    """Return the RFC 8785 bytes of a JSON value."""
    return rfc8785.dumps(data)


def _json_number(number: Number | None) -> int | float | None:
    """Return a JSON number; numerals.py admits only amounts that a double holds as printed."""
    if not isinstance(number, Decimal):
        return number
    whole = int(number)
    return whole if whole == number else float(number)


def _evidence(value: Value) -> dict[str, Any]:
    where = value.provenance
    proof: dict[str, Any] = {
        "text": value.text,
        "status": value.status,
        "page": where.page,
        "how": value.how,
        "confidence": value.confidence,
        "steps": list(value.steps),
    }
    if where.box is not None:
        proof["box"] = [where.box.left, where.box.top, where.box.right, where.box.bottom]
    if where.place is not None:
        names = ("table", "row", "column", "line")
        proof["place"] = {
            name: number for name in names if (number := getattr(where.place, name)) is not None
        }
    if value.readings:
        proof["readings"] = dict(value.readings)
    return proof


def _value(value_id: str, number: Number | None, proof: Mapping[str, Any] | None) -> Value:
    if proof is None:
        return Value(id=value_id, number=number, status="absent" if number is None else "printed")
    box = (
        Box(**dict(zip(("left", "top", "right", "bottom"), proof["box"], strict=True)))
        if "box" in proof
        else None
    )
    return Value(
        id=value_id,
        number=number,
        status=proof["status"],
        text=proof["text"],
        steps=tuple(proof["steps"]),
        how=proof["how"],
        confidence=proof["confidence"],
        provenance=Provenance(
            page=proof["page"],
            box=box,
            place=Place(**proof["place"]) if "place" in proof else None,
            how="read" if proof["how"] == "read" else "recognised",
        ),
        readings=tuple(sorted(proof.get("readings", {}).items())),
    )
