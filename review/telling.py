"""One report as the page shows it: the form with its values, what is doubted and why, what a person decided.

Plain data for JSON; every text in it is a text, never markup. Words of the form are Chinese, all others are
codes that the page has words for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from checking import read_report
from corrections import Correction, Corrections
from document import Document, Grid
from messages import Messages
from normalize.identities import terms_of
from report import Report, Value
from review.queue import doubted
from standards import Standard, Table, load
from standards.form import layout
from standards.wording import path_of, section_of, word, word_line


def tell(path: Path, corrections: Corrections, messages: Messages) -> dict[str, Any]:
    """Return what the page needs to know about the report in a file.

    `decisions` and `signed` are those that apply to the numbers as they are now, `unapplied` counts the
    others. `seen` changes whenever anything else here does: who decides says with it what was on the page.
    """
    report = read_report(path)
    layer = corrections.of(report.source.name, report.source.sha256)
    standard = load(report.edition) if report.edition else None
    reasons = [
        {
            "code": reason.code,
            "message": reason.message,
            "at": list(reason.at),
            "meaning": messages.meaning(reason.code),
            "advice": messages.findings[reason.code].advice,
        }
        for reason in report.trust.reasons
    ]
    values = _values(report, standard, doubted(reasons)) if standard else {}
    numbers = {value_id: value["number"] for value_id, value in values.items()}
    signed = layer.signed(numbers)
    told = {
        "name": report.source.name,
        "sha256": report.source.sha256,
        "kind": report.source.kind,
        "title": report.title,
        "issuer": report.issuer,
        "year": report.year,
        "date": report.date,
        "edition": report.edition,
        "status": report.trust.status,
        "reasons": reasons,
        "tables": [_table(standard, table) for table in standard.tables] if standard else [],
        "values": values,
        "sums": _sums(report, standard) if standard else [],
        "decisions": {value_id: _decision(layer.of_values[value_id]) for value_id in layer.standing(numbers)},
        "signed": _decision(signed) if signed else None,
        "unapplied": layer.unapplied(numbers),
    }
    return {**told, "seen": sha256(json.dumps(told).encode()).hexdigest()}


def tell_grids(document: Document) -> list[dict[str, Any]]:
    """Return the tables of a source without pages, as they stand in the file."""
    return [
        {
            "rows": grid.row_count,
            "columns": grid.column_count,
            "cells": [
                {
                    **_spans(cell),
                    "text": cell.text,
                    "place": None if cell.provenance.place is None else _place(cell.provenance.place),
                }
                for cell in grid.cells
            ],
        }
        for grid in document.blocks
        if isinstance(grid, Grid)
    ]


def _table(standard: Standard, table: Table) -> dict[str, Any]:
    slots = layout(table)
    return {
        "id": table.id,
        "section": section_of(standard, table),
        "rows": max(slot.row + slot.row_span for slot in slots),
        "columns": max(slot.column + slot.column_span for slot in slots),
        "cells": [
            {
                **_spans(slot),
                "role": slot.role,
                "id": slot.id if slot.role == "value" else None,
                "text": slot.labels[0] if slot.labels else "",
            }
            for slot in slots
        ],
    }


def _spans(cell: Any) -> dict[str, int]:  # noqa: ANN401  # a Cell of a Grid or a Slot of the form
    return {
        "row": cell.row,
        "column": cell.column,
        "row_span": cell.row_span,
        "column_span": cell.column_span,
    }


def _values(report: Report, standard: Standard, codes: Mapping[str, list[str]]) -> dict[str, Any]:
    return {
        value.id: {
            **_evidence(value),
            "where": _words(standard, value.id),
            "codes": list(dict.fromkeys(codes.get(value.id, ()))),
        }
        for value in (report.values[value_id] for value_id in standard.value_ids)  # in print order
    }


def _evidence(value: Value) -> dict[str, Any]:
    where = value.provenance
    box = where.box
    return {
        "number": json.loads(str(value.number)) if value.number is not None else None,
        "status": value.status,
        "text": value.text,
        "how": value.how,
        "confidence": value.confidence,
        "readings": [{"engine": engine, "text": text} for engine, text in value.readings],
        "page": where.page,
        "box": None if box is None else [box.left, box.top, box.right, box.bottom],
        "place": None if where.place is None else _place(where.place),
    }


def _place(place: Any) -> dict[str, int]:  # noqa: ANN401
    names = ("table", "row", "column", "line")
    return {name: number for name in names if (number := getattr(place, name)) is not None}


def _words(standard: Standard, value_id: str) -> list[str]:
    wording = word(standard, value_id)
    return [
        wording.section,
        *(" › ".join(path) for path in (wording.row, path_of(standard.leaves[value_id][1])) if path),
    ]


def _sums(report: Report, standard: Standard) -> list[dict[str, Any]]:
    """Return every sum with its value ids, so that the page can show which a value takes part in."""
    verdicts = {(check.identity, check.at): check for check in report.checks}
    return [
        {
            "label": terms.identity.label or "",
            "at": word_line(standard, terms.identity.table, terms.at) if terms.identity.each else "",
            "left": list(terms.left),
            "right": list(terms.right),
            "verdict": verdicts[terms.identity.id, terms.at].verdict,
        }
        for terms in terms_of(standard)
        if (terms.identity.id, terms.at) in verdicts
    ]


def _decision(one: Correction) -> dict[str, Any]:
    return {"act": one.act, "old": one.old, "new": one.new, "who": one.who, "when": one.when}
