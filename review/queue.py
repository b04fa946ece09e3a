"""Which reports there are to look at, the worst first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corrections import Corrections
from export.rows import Finished, reports_in
from findings import CATALOGUE

_WORST_FIRST = ("failed", "review", "verified")


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A report in the queue. `doubts` counts the values that a finding names, `decided` those decided on."""

    name: str
    path: Path
    sha256: str
    issuer: str | None
    year: int | None
    status: str
    codes: tuple[str, ...]
    doubts: int
    decided: int
    signed: str | None  # by whom


def entries(out: Path, corrections: Corrections) -> list[Entry]:
    """Return the reports of an output folder: failed ones first, then by the number of doubted values.

    Raises UnreadableFile for a broken report.
    """
    found = [_entry(report, corrections) for report in reports_in(out)]
    return sorted(found, key=lambda entry: (_WORST_FIRST.index(entry.status), -entry.doubts, entry.name))


def doubted(reasons: Sequence[Any]) -> dict[str, list[str]]:
    """Return value id -> the codes of the findings that name it and want a person's eye."""
    codes: dict[str, list[str]] = {}
    for reason in reasons:
        if reason["code"] in CATALOGUE and not CATALOGUE[reason["code"]].doubts:
            continue
        for value_id in reason["at"]:
            codes.setdefault(value_id, []).append(reason["code"])
    return codes


def _entry(report: Finished, corrections: Corrections) -> Entry:
    source, about, trust = (report.data[member] for member in ("source", "report", "trust"))
    layer = corrections.of(source["name"], source["sha256"])
    values = report.data["values"]
    return Entry(
        name=source["name"],
        path=Path(report.path),
        sha256=source["sha256"],
        issuer=about["issuer"],
        year=about["year"],
        status=trust["status"],
        codes=tuple(dict.fromkeys(reason["code"] for reason in trust["reasons"])),
        doubts=sum(value_id in values for value_id in doubted(trust["reasons"])),
        decided=len(layer.of_values),
        signed=layer.signed.who if layer.signed else None,
    )
