"""A parent body's own report beside the sum of its units: a hint, as it may count itself or others too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from errors import UnreadableFile
from export.counting import key_of
from export.rows import Finished, reports_in
from report import Number
from rollup.grouping import Key
from rollup.summing import Group


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A value of which the parent prints another number than its units come to; None is no number."""

    id: str
    units: Number | None
    printed: Number | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Against:
    """What a parent's report was compared with. `key` is None where no one group could be told to be its."""

    name: str
    year: int | None
    edition: str
    candidates: int
    key: Key | None
    differences: tuple[Difference, ...] = ()


def read_parent(path: Path) -> Finished:
    """Return the report of a parent body from its JSON; raises UnreadableFile."""
    if not path.is_file():
        message = f"{path}: there is no such file; --against wants the JSON of one report"
        raise UnreadableFile(message)
    parent = next(reports_in(path), None)
    if parent is None or parent.data["report"]["edition"] is None:
        message = f"{path}: not a report with tables; --against wants the JSON that convert wrote"
        raise UnreadableFile(message)
    return parent


def compare(parent: Finished, groups: Sequence[Group]) -> Against:
    """Return where a parent's report differs from the group of its year and edition.

    Of several such groups it is the one whose place the parent's name begins with; else none is taken.
    """
    about = parent.data["report"]
    same = [one for one in groups if one.key[1:] == (about["year"], about["edition"])]
    if len(same) > 1 and about["issuer"]:
        named = [one for one in same if one.key.name and key_of(about["issuer"]).startswith(one.key.name)]
        same = named if len(named) == 1 else same
    group = same[0] if len(same) == 1 else None
    return Against(
        name=parent.data["source"]["name"],
        year=about["year"],
        edition=about["edition"],
        candidates=len(same),
        key=group.key if group else None,
        differences=tuple(_differences(parent, group)) if group else (),
    )


def _differences(parent: Finished, group: Group) -> list[Difference]:
    """Return the values that differ; a blank agrees with 0, as it does inside a sum."""
    found = []
    for value_id, total in group.totals.items():
        printed = parent.values[value_id]
        exact: Number | None = Decimal(repr(printed)) if isinstance(printed, float) else printed
        if (exact or 0) != (total.number or 0):
            found.append(Difference(id=value_id, units=total.number, printed=exact))
    return found
