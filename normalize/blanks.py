"""Tell blanks that are values from blanks that are padding, by what the rows of a part have in common."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from normalize.alignment import Extent
from normalize.reading import Text
from normalize.segments import PartReading, Segment


@dataclass(frozen=True, slots=True)
class Shapes:
    """Where the figures of a part's rows stand among the blanks around them, by depth of the row's label.

    A merged label leaves blank places before its row's figures, an export may leave some behind them;
    rows of one depth share both. `padding` is None for a depth whose rows do not agree.
    `short_runs` says whether rows with fewer digits than columns occur, so that cells may be blank; None when
    no row's digits were run together.
    """

    complete: Mapping[int, Counter[tuple[int, int]]]
    padding: Mapping[int, tuple[int, int] | None]
    short_runs: bool | None

    def is_odd(self, depth: int, shape: tuple[int, int]) -> bool:
        """Return whether a complete row's figures stand elsewhere than those of other rows of its depth."""
        shapes = self.complete.get(depth, Counter())
        return len(shapes) > 1 or (len(shapes) == 1 and shape not in shapes)


def shapes_of(
    reading: PartReading, extents: Mapping[int, list[Extent]], *, short_runs: bool | None
) -> Shapes:
    """Return the shapes of a part's rows; rows whose places a grid proves (`extents`) are left out."""
    count = len(reading.part.columns)
    complete: dict[int, Counter[tuple[int, int]]] = defaultdict(Counter)
    rows: dict[int, list[Segment]] = defaultdict(list)
    for segment in reading.segments:
        if segment.row is None or not segment.texts or segment.texts[0].block in extents:
            continue
        depth, entries = depth_of(reading, segment), segment.entries
        rows[depth].append(segment)
        if len(entries) == count:
            complete[depth][shape_of(segment.texts)] += 1
    trails = {shape_of(segment.texts)[1] for found in rows.values() for segment in found if segment.entries}
    least_trail = min(trails, default=0)
    return Shapes(
        complete=complete,
        padding={
            depth: _padding(found, count, least_trail, reading.blanks_after_heads)
            for depth, found in rows.items()
        },
        short_runs=short_runs,
    )


def _padding(
    rows: Sequence[Segment], count: int, least_trail: int, after_heads: int
) -> tuple[int, int] | None:
    """Return how many blanks before and behind a row's figures are no values; None when that is not certain.

    All rows must show equally many places. Some row begins with a figure and some row ends in one, so the
    fewest blanks met at either end are padding, if together they are what is left beside the values. Where
    too few rows tell, the blanks behind the column heads do.
    """
    totals = {len(segment.texts) for segment in rows}
    if len(totals) == 2 and len(rows[-1].texts) == min(totals) and len(rows) > 2:
        totals = {max(totals)}  # nothing stands behind the table's last row
    if len(totals) != 1 or (spare := totals.pop() - count) < 0:
        return None
    shapes = [shape_of(segment.texts) for segment in rows if segment.entries]
    if spare == 0 or not shapes:
        return spare, 0
    lead, trail = min(lead for lead, _ in shapes), min(trail for _, trail in shapes)
    if lead + trail == spare:
        return lead, trail
    if len(shapes) > 1 and lead + least_trail >= spare >= least_trail:
        return spare - least_trail, least_trail
    if spare == after_heads and trail >= spare:
        return 0, spare
    return None


def depth_of(reading: PartReading, segment: Segment) -> int:
    """Return how many group labels stand above a row's own: as many columns its label does not span."""
    return len(reading.part.rows[segment.row].under) if reading.part.rows and segment.row is not None else 0


def shape_of(texts: Sequence[Text]) -> tuple[int, int]:
    """Return how many blanks stand before and behind the figures of a row that has some."""
    kinds = [text.kind == "blank" for text in texts]
    lead = kinds.index(False)
    return lead, kinds[::-1].index(False)
