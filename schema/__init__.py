"""The JSON Schema of canonical JSON, generated from the standards and committed beside this module."""

from __future__ import annotations

from importlib.resources import files
from typing import Any, get_args

from findings import CATALOGUE
from report import SCHEMA, TrustStatus, Verdict
from standards import EDITIONS, Leaf, Standard, load
from standards.wording import word

_TYPES = {
    "count": "a count: whole, unless the page prints a fraction (then trust names it)",
    "signed_count": "a count that may be below zero",
    "amount": "an amount",
}


def text() -> str:
    """Return the committed schema."""
    return (files("schema") / "report.schema.json").read_text(encoding="utf-8")


def build() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) that every report's canonical JSON satisfies."""
    standards = [load(edition) for edition in EDITIONS]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{SCHEMA.replace('/', ':')}",
        "title": "政府信息公开工作年度报告",
        "description": "An annual report on government information disclosure, as gouji reads it.",
        **_record(
            {
                "schema": {"const": SCHEMA},
                "source": _source(),
                "report": _report(),
                "sections": _list(_section(standards)),
                "values": {"type": "object"},
                "unmapped": _list(_unmapped(standards)),
                "checks": _list(_check(standards)),
                "trust": _trust(),
            }
        ),
        "allOf": [
            {
                "if": {"properties": {"report": {"properties": {"edition": {"const": edition}}}}},
                "then": {"properties": {"values": {"$ref": f"#/$defs/values-{edition or 'none'}"}}},
            }
            for edition in (*EDITIONS, None)
        ],
        "$defs": {
            **{f"values-{standard.edition}": _values(standard) for standard in standards},
            "values-none": {"type": "object", "maxProperties": 0},
        },
    }


def _source() -> dict[str, Any]:
    return _record(
        {
            "name": {"type": "string", "minLength": 1},
            "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "bytes": {"type": "integer", "minimum": 0},
            "kind": {"type": "string", "description": "docx, pdf, image, text, html, doc, ofd ..."},
            "pages": {"type": ["integer", "null"], "minimum": 0},
            "reader": {"type": "string", "description": '"stored", or the OCR engine and its version'},
        }
    )


def _report() -> dict[str, Any]:
    stated = {"type": ["string", "null"]}
    return _record(
        {
            "title": stated,
            "issuer": stated,
            "year": {"type": ["integer", "null"], "description": "the reporting year"},
            "date": stated,
            "edition": {"enum": [*EDITIONS, None]},
        }
    )


def _section(standards: list[Standard]) -> dict[str, Any]:
    ids = dict.fromkeys(section.id for standard in standards for section in standard.sections)
    return _record(
        {
            "id": {"enum": list(ids)},
            "heading": {"type": ["string", "null"]},
            "paragraphs": _list({"type": "string"}),
        }
    )


def _values(standard: Standard) -> dict[str, Any]:
    values = {
        value_id: {
            "type": ["number", "null"],
            "title": str(word(standard, value_id)),
            "description": _description(*leaves),
        }
        for value_id, leaves in standard.leaves.items()
    }
    return _record(values)


def _description(row: Leaf | None, column: Leaf) -> str:
    leaf = row if row is not None and row.type != "count" else column
    return _TYPES[leaf.type] + (f" in {leaf.unit}" if leaf.unit else "")


def _unmapped(standards: list[Standard]) -> dict[str, Any]:
    tables = dict.fromkeys(table.id for standard in standards for table in standard.tables)
    return _record(
        {"table": {"enum": [*tables, None]}, "label": {"type": "string"}, "texts": _list({"type": "string"})}
    )


def _check(standards: list[Standard]) -> dict[str, Any]:
    identities = dict.fromkeys(identity.id for standard in standards for identity in standard.identities)
    total = {"type": ["integer", "null"]}
    return _record(
        {
            "id": {"enum": list(identities)},
            "at": {"type": "string", "description": "the row or column, or the table"},
            "left": total,
            "right": total,
            "verdict": {"enum": list(get_args(Verdict))},
        }
    )


def _trust() -> dict[str, Any]:
    reason = _record(
        {
            "code": {"enum": [code for code, entry in CATALOGUE.items() if entry.stored]},
            "message": {"type": "string"},
            "at": _list({"type": "string"}),
        }
    )
    return _record({"status": {"enum": list(get_args(TrustStatus))}, "reasons": _list(reason)})


def _record(properties: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an object that has these members and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}
