"""Reports summed into the same form (汇总): who is counted, who is left out and why, and what the sums lack.

A sum is taken over one year and one edition of the form, never over several. A value without a number is
told, not taken for 0: the sum stands, and is called incomplete.

    select   grouping.py   which reports go into which group, which are left out
    sum      summing.py    value by value; the form's own sums over the result
    compare  against.py    a parent body's own report beside the sum, as a hint
    write    writing.py    JSON, CSV, or a workbook with a sheet that looks like the form
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from export.layers import Tally
from export.rows import reports_in
from rollup.against import Against, compare, read_parent
from rollup.grouping import By, LeftOut, select
from rollup.summing import Group, Summing

__all__ = ["Against", "By", "Group", "LeftOut", "Rollup", "roll_up"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rollup:
    """The groups in order, what was left out of them, and what a parent's report was compared with.

    `unapplied` counts the decisions of reviews that are about a number or a file of before.
    """

    by: By
    groups: tuple[Group, ...]
    left_out: tuple[LeftOut, ...]
    against: Against | None = None
    unapplied: int = 0


def roll_up(
    out: Path, by: By, *, include: Collection[str] = ("verified",), against: Path | None = None
) -> Rollup:
    """Return the sums of the reports of an output folder; raises UnreadableFile.

    `include` are the statuses that count; a report that somebody signed off counts in any. `against` is the
    JSON of a parent body's report, which is itself never counted. Corrections of a review are applied.
    """
    parent = None if against is None else read_parent(against)
    chosen = select(out, by, include=include, parent=parent)
    summing = Summing()
    tally = Tally()
    for report in reports_in(out, tally=tally):
        key = chosen.keys.get(report.path)
        if key is not None:
            summing.add(key, report)
    groups = summing.groups()
    return Rollup(
        by=by,
        groups=groups,
        left_out=chosen.left_out,
        against=None if parent is None else compare(parent, groups),
        unapplied=tally.unapplied,
    )
