"""Mend: segments whose label was lost, garbled or broken -> segments of the rows that they must be.

Order and count decide, and only where they leave one way; what is mended so keeps a low likeness, so that
a person is asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from normalize.labels import core, likeness, plain
from normalize.reading import Text
from normalize.segments import PartReading, Segment


def fill_gaps(reading: PartReading) -> None:
    """Give rows whose label was lost or garbled their place, where order and count leave only one.

    Between two matched rows as many rows must be missing as full rows of figures stand there under no
    known label; their likeness is set low, so that a person is asked.
    """
    count = len(reading.part.columns)
    segments: list[Segment] = []
    for segment in reading.segments:
        before = segments[-1] if segments else None
        if before is not None and _is_broken_row(before, segment, count):
            before.texts = [*before.texts, *segment.texts]
        elif before is not None and _completes(before, segment, reading):
            before.texts, before.last = segment.texts, segment.last
        elif before is not None and _completes(segment, before, reading, label_first=False):
            segment.texts = before.texts
            segments[-1] = segment
        else:
            segments += _split_full_rows(segment, count)
    reading.segments = segments
    known = [(at, segment.row) for at, segment in enumerate(segments) if segment.row is not None]
    known = [(-1, -1), *known, (len(segments), len(reading.part.rows))]
    for (at, row), (next_at, next_row) in pairwise(known):
        assert row is not None
        assert next_row is not None
        between = segments[at + 1 : next_at]
        full = [segment for segment in between if len(segment.entries) == count]
        if full and len(full) == next_row - row - 1 and len(full) == len([s for s in between if s.entries]):
            if at >= 0 and segments[at].interrupted and not segments[at].entries:
                continue
            for offset, segment in enumerate(full, 1):
                segment.row, segment.likeness = row + offset, 0.5


def _is_broken_row(before: Segment, segment: Segment, count: int) -> bool:
    """Return whether a row was broken between its figures: both pieces together show just enough."""
    texts = [*before.texts, *segment.texts]
    return (
        before.row is not None
        and bool(before.texts)
        and segment.row is None
        and not segment.label
        and len(texts) == count
        and all(text.kind != "blank" for text in texts)
    )


def _completes(bare: Segment, other: Segment, reading: PartReading, *, label_first: bool = True) -> bool:
    """Return whether an unknown label is a piece of a known one beside it that shows no figures itself."""
    if bare.row is None or bare.entries or other.row is not None or not other.entries or not bare.first:
        return False
    prescribed = core(plain(reading.part.rows[bare.row].label))
    alone, piece = bare.first.plain, plain(other.label)
    together = alone + piece if label_first else piece + alone
    return bool(piece) and likeness(core(together), prescribed) > likeness(core(alone), prescribed) + 0.1


def _split_full_rows(segment: Segment, count: int) -> list[Segment]:
    """Take figures behind a full row into segments of their own: rows whose label was lost."""
    entries = segment.entries
    if segment.row is None or len(entries) <= count or len(entries) % count:
        return [segment]
    rows = [entries[start : start + count] for start in range(0, len(entries), count)]
    breaks_agree = all(
        len({(text.block, text.row) for text in row}) == 1 or not _has_rows(entries) for row in rows
    )
    if not breaks_agree or count == 1:
        return [segment]
    first = replace(segment, texts=list(rows[0]))
    return [
        first,
        *(Segment(row=None, label="", first=row[0], last=row[0], texts=list(row)) for row in rows[1:]),
    ]


def _has_rows(texts: Sequence[Text]) -> bool:
    return len({(text.block, text.row) for text in texts}) > 1


def join_value_row(reading: PartReading) -> None:
    """Find the one unlabelled row of values in a part that has no stub."""
    count = len(reading.part.columns)
    with_entries = [segment for segment in reading.segments if segment.entries]
    candidates = with_entries or [segment for segment in reading.segments if len(segment.texts) >= count]
    if not candidates:
        return
    pieces = [text for segment in candidates for text in segment.texts]
    by_row: dict[tuple[int, int], list[Text]] = defaultdict(list)
    for text in pieces:
        by_row[text.block, text.row].append(text)
    full = [row for row in by_row.values() if sum(text.kind in ("entry", "run") for text in row) == count]
    chosen = (
        full[0]
        if full
        else next(iter(by_row.values()))
        if len(by_row) == 1 or candidates[0].texts[0].grid
        else pieces
    )
    rest = [text for text in pieces if not any(text is other for other in chosen)]
    value_row = Segment(row=0, label="", first=chosen[0], last=chosen[0], texts=list(chosen))
    reading.segments = [value_row]
    if any(text.kind != "blank" for text in rest):
        reading.segments.append(Segment(row=None, label="", first=rest[0], last=rest[0], texts=rest))
