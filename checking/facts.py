"""What is kept of every report to hold it beside others: a few numbers, who, when, and where it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from sys import intern
from typing import Any, NoReturn

from checking.reading import BROKEN, evidence_of, refuse
from export.counting import key_of
from report import SCHEMA
from standards import EDITIONS, load

CARRIED_IN, CARRIED_OUT = "requests.carried_in.", "requests.carried_out."
DOCUMENTS = ("proactive.regulations.", "proactive.normative_documents.")
COLUMNS = ("issued", "repealed", "in_force")

_NUMBERS = frozenset((int, float, type(None)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """A report in short.

    `key` is the issuer's name without what may differ between two spellings of one name. `numbers` holds what
    is printed at `ids_of` the edition, None where no whole number is; `blanks` are the ids of those printed
    blank, `doubted` of those that may be misread. `codes` are those of the report's reasons.
    """

    path: str
    name: str
    sha256: str
    issuer: str | None
    key: str | None
    year: int | None
    edition: str | None
    status: str
    codes: tuple[str, ...]
    numbers: tuple[int | None, ...]
    blanks: frozenset[str]
    doubted: frozenset[str]

    def number(self, value_id: str) -> int | None:
        """Return the whole number printed at a value id, None where there is none."""
        ids = ids_of(self.edition)
        return self.numbers[ids.index(value_id)] if value_id in ids else None


def read(path: Path) -> Mapping[str, Any]:
    """Return a report's JSON as it stands; raises UnreadableFile.

    No types are built: of a hundred thousand reports most have nothing to tell, and the types take twelve
    times as long as the JSON.
    """
    try:
        data: Mapping[str, Any] = json.loads(path.read_bytes(), parse_constant=_refuse_constant)
        _look(data)
    except BROKEN as error:
        refuse(path, error)
    return data


def facts_of(path: Path, data: Mapping[str, Any]) -> Facts:
    """Return what is kept of a report's JSON."""
    source, report, trust = data["source"], data["report"], data["trust"]
    wanted = ids_of(report["edition"])
    numbers = tuple(_whole(data["values"][value_id]) for value_id in wanted)
    issuer = report["issuer"]
    return Facts(
        path=str(path),
        name=source["name"],
        sha256=source["sha256"],
        issuer=issuer,
        key=intern(key_of(issuer)) if issuer else None,
        year=report["year"],
        edition=report["edition"],
        status=trust["status"],
        codes=tuple(dict.fromkeys(intern(reason["code"]) for reason in trust["reasons"])),
        numbers=numbers,
        blanks=blanks_of(path).intersection(wanted) if None in numbers else frozenset(),
        doubted=frozenset(doubted_in(data).intersection(wanted)),
    )


def doubted_in(data: Mapping[str, Any]) -> set[str]:
    """Return the value ids that a report's reasons say may be misread."""
    return {
        value_id
        for reason in data["trust"]["reasons"]
        if not reason["code"].startswith("source.")
        for value_id in reason["at"]
    }


def blanks_of(path: Path) -> frozenset[str]:
    """Return the value ids that a report's evidence says are printed blank; none where it has no evidence."""
    evidence = evidence_of(path)
    if not evidence.is_file():
        return frozenset()
    try:
        proofs = json.loads(evidence.read_bytes())
        return frozenset(value_id for value_id, proof in proofs.items() if proof["status"] == "blank")
    except BROKEN as error:
        refuse(evidence, error)


@cache
def ids_of(edition: str | None) -> tuple[str, ...]:
    """Return the value ids of an edition that are held beside another year's."""
    if edition is None:
        return ()
    documents = {f"{row}{column}" for row in DOCUMENTS for column in COLUMNS}
    return tuple(
        value_id
        for value_id in load(edition).leaves
        if value_id.startswith((CARRIED_IN, CARRIED_OUT)) or value_id in documents
    )


def _whole(number: float | None) -> int | None:
    return int(number) if number is not None and number == int(number) else None


def _refuse_constant(constant: str) -> NoReturn:
    message = f"{constant} is no number of JSON"
    raise ValueError(message)


def _look(data: Mapping[str, Any]) -> None:
    """Raise for what is no whole report, or a report of another version."""
    report, edition = data["report"], data["report"]["edition"]
    if data["schema"] != SCHEMA or edition not in (None, *EDITIONS):
        message = f"schema {data['schema']!r}, edition {edition!r}"
        raise ValueError(message)
    if set(data["values"]) != (set(load(edition).leaves) if edition else set()):
        message = f"its values are not those of edition {edition}"
        raise ValueError(message)
    texts = [
        data["source"]["name"],
        data["source"]["sha256"],
        data["trust"]["status"],
        report["issuer"] or "",
    ]
    for reason in data["trust"]["reasons"]:
        texts += [reason["code"], reason["message"], *reason["at"]]
    for section in data["sections"]:
        texts += [section["id"], *section["paragraphs"]]
    numbers = [report["year"], *data["values"].values()]
    if not all(type(text) is str for text in texts) or not _NUMBERS.issuperset(map(type, numbers)):
        message = "a text or a number is something else"
        raise TypeError(message)
