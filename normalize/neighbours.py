"""Prove: misread labels of a scan -> labels of the form, where those around them leave one way.

Between two labels that are sure, as many must be missing as stand there under no sure label. The form prints
its labels in one order, so each of them is known by its turn, if what was read may be that label at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from normalize.misreadings import is_likely
from normalize.reading import Text
from normalize.script import Script
from normalize.sequence import AS_MISREAD, SURE, Match, recognised

# More labels that were misread side by side prove nothing about each other.
_MOST = 3


def prove(texts: Sequence[Text], matches: Sequence[Match], form: Script) -> tuple[Match, ...]:
    """Return the matches with those of misread labels made sure whose neighbours prove them.

    Labels that were not matched at all are so found as well. A page whose labels have an order of their own
    proves nothing.
    """
    if any(match.is_out_of_turn for match in matches):
        return tuple(matches)
    proved: list[Match] = []
    for before, after in pairwise(_bounds(texts, matches, form)):
        proved += _between(before, after, texts, matches, form)
    places = {match.first for match in proved}
    numbers = {match.start for match in proved}
    kept = [match for match in matches if match.first not in places and match.start not in numbers]
    return tuple(sorted((*kept, *proved), key=lambda match: match.first))


def _bounds(texts: Sequence[Text], matches: Sequence[Match], form: Script) -> Iterator[Match]:
    """Yield the sure matches, and between those of two tables one where each ends and begins.

    A table's last misread label stands before the end of its grid, and its first behind the grid's beginning.
    """
    sure = [match for match in matches if match.likeness >= SURE]
    for before, after in pairwise((None, *sure, None)):
        table = form.labels[before.stop].table if before else None
        following = form.labels[after.start].table if after else None
        if before and table and table != following:
            end = _end_of_block(before.last, texts, 1)
            number = max(number for number, label in enumerate(form.labels) if label.table == table) + 1
            yield Match(end, end, number, number, 1.0)
        if after and following and table != following:
            end = _end_of_block(after.first, texts, -1)
            number = min(number for number, label in enumerate(form.labels) if label.table == following) - 1
            yield Match(end, end, number, number, 1.0)
        if after:
            yield after


def _end_of_block(position: int, texts: Sequence[Text], step: int) -> int:
    """Return the next position, in the direction of a step, of a text in another block."""
    block = texts[position].block
    while 0 <= position < len(texts) and texts[position].block == block:
        position += step
    return position


def _between(
    before: Match, after: Match, texts: Sequence[Text], matches: Sequence[Match], form: Script
) -> Sequence[Match]:
    """Return a sure match for every label between two sure ones; none where one may be another label."""
    missing = range(before.stop + 1, after.start)
    if not 0 < len(missing) <= _MOST:
        return ()
    shown = list(_labels(before.last + 1, after.first, texts, matches))
    if len(shown) != len(missing):
        return ()
    found = [
        Match(first, last, number, number, AS_MISREAD)
        for (first, last), number in zip(shown, missing, strict=True)
    ]
    return found if all(_is_proved(match, texts, form) for match in found) else ()


def _labels(
    first: int, stop: int, texts: Sequence[Text], matches: Sequence[Match]
) -> Iterator[tuple[int, int]]:
    """Yield first and last position of every label from one position up to another, matched or not."""
    starts = {match.first: match for match in matches}
    position = first
    while position < stop:
        match = starts.get(position)
        if match is not None:
            yield match.first, match.last
            position = match.last + 1
            continue
        text = texts[position]
        if text.kind in ("label", "prose") and (text.in_table or text.kind == "label"):
            yield position, position
        position += 1


def _is_proved(match: Match, texts: Sequence[Text], form: Script) -> bool:
    """Return whether what stands at a label's turn was recognised, stands where it may, and may be it."""
    label = form.labels[match.start]
    pieces = texts[match.first : match.last + 1]
    confidence = recognised(pieces)
    if confidence is None or label.role == "heading" or any(text.grid is None for text in pieces):
        return False
    if label.role == "row":
        following = texts[match.last + 1] if match.last + 1 < len(texts) else None
        if following is None or following.kind not in ("entry", "run", "blank"):
            return False
        if (following.block, following.row) != (pieces[0].block, pieces[0].row):
            return False
    shown = "\n".join(text.text for text in pieces)
    return is_likely(shown, confidence, label, form)
