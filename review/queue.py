"""Which reports there are to look at, the worst first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from export.rows import Finished, reports_in
from findings import CATALOGUE

_WORST_FIRST = ("failed", "review", "verified")


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A report in the queue.

    `doubts` counts the values that a finding names, `decided` those decided on as they are now.
    """

    name: str
    path: Path
    folder: Path  # whose corrections.jsonl keeps what is decided
    sha256: str
    issuer: str | None
    year: int | None
    status: str
    codes: tuple[str, ...]
    doubts: int
    decided: int
    signed: str | None  # by whom


def entries(out: Path) -> list[Entry]:
    """Return the reports of an output folder: failed ones first, then by the number of doubted values.

    Raises UnreadableFile for a broken report.
    """
    found = [_entry(report) for report in reports_in(out)]
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


def _entry(report: Finished) -> Entry:
    source, about, trust = (report.data[member] for member in ("source", "report", "trust"))
    values = report.data["values"]
    return Entry(
        name=source["name"],
        path=Path(report.path),
        folder=report.folder,
        sha256=source["sha256"],
        issuer=about["issuer"],
        year=about["year"],
        status=trust["status"],
        codes=tuple(dict.fromkeys(reason["code"] for reason in trust["reasons"])),
        doubts=sum(value_id in values for value_id in doubted(trust["reasons"])),
        decided=len(report.layer.standing(values)),
        signed=report.signed.who if report.signed else None,
    )
