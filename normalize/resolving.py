"""Resolve: may the prescribed sums settle digits that no two readings agree on?

A recognised figure that is not sure (its own confidence says so) is put to the sums that it takes part in.
They may confirm what was read, or choose among the readings' own candidates where exactly one choice makes
every sum hold; they never bring in a number that no engine read, nor touch a figure that was surely read: it
may be the agency's misprint. Whether a cell is blank or holds a 0 no sum can tell.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from document import Cell, Paragraph
from findings import Finding
from normalize.identities import Terms, terms_of
from normalize.placing import Placement
from normalize.rows import Placed
from normalize.values import value_of
from report import Value
from standards import Leaf, Standard

# A recognised text is sure from this probability on, but for worn reports; below it the sums are asked.
SURE_READING = 0.999
# Where so many of a report's figures are unsure it is worn, and the others have to be surer. Of 1,338 figures
# read with margins of 11 to 15.5 (up to 0.9998) in 281 less worn scans of tuning seeds none was misread, in
# the other 16 5 of 752 were, most of them a 4 as 1; and dots as small as dust may be left of a figure.
_WORN, _SURE_WORN = 0.3, 0.9998
# An unsure figure that no sum settles is told as a number from this probability on; below it none is better
# than a wrong one. Of 447 figures read with less than 0.9, 291 were wrong, most of them marks at 100 dpi
# and under heavy noise; of 167 from there to 0.999, 7; of 6,066 surer ones, none.
TOLD_READING = 0.9
# What a figure is worth that is not surely read, but the only one with which its sums of sure figures hold.
CONFIRMED = 0.9995
# No figure that may have lost a sign or a point is surer than this where a further reading was asked for: of
# 327 drawn figures with one that three read alike, 3 had lost it. A signed count that shows its sign has not.
SIGN_OR_POINT = 0.998
_SIGNED = re.compile(r"[-+－−＋]\s*[0-9]")
# Candidates less likely than this are not worth a sum's word.
_LEAST = 0.001
# Figures of a sum that holds bear each other out if all are nearly sure, with this doubt together: errors
# would have to cancel. Of 88 sums with one misread and others unsure (tuning seeds) 2 held: on
# faxes the 4 of a row and that of its total were read as 1.
_TOGETHER = 0.015
_MOST_TOGETHER, _FEW = 3, 5  # figures, and options of each that are tried


def resolve(
    values: Mapping[str, Value], placement: Placement, standard: Standard
) -> tuple[dict[str, Value], tuple[Finding, ...]]:
    """Return the values with unsure digits settled where the sums suffice, and what stays in doubt.

    A sum settles a figure when all others in it are sure; then that figure is sure for the next sum, as
    losses are filled in an erasure code. Of several unsure figures in one sum it settles none, for a glyph
    misread in one place is misread in others, and such errors cancel; only a few that are nearly sure are
    borne out by it.
    """
    settled = dict(values)
    sureness = {
        value.id: _probability(placement.values[value.id], standard.leaves[value.id][1])
        for value in values.values()
        if value.how == "recognised"
    }
    least = _least_sure([sureness[value_id] for value_id in sureness if values[value_id].text.strip()])
    doubtful = [value_id for value_id, probability in sureness.items() if probability < least]
    open_ids = set(doubtful)
    resolved: list[str] = []
    while True:
        resolved += _settle_one_by_one(settled, open_ids, placement, standard)
        nearly = {one: 1 - sureness[one] for one in open_ids if least == SURE_READING}
        together = _borne_out_together(settled, open_ids, nearly, placement, standard)
        if not together:
            break
        for value_id in together:
            open_ids.discard(value_id)
            settled[value_id] = _confirmed(settled[value_id])
    doubted = [value_id for value_id in doubtful if value_id in open_ids]
    for value_id in doubted:
        if values[value_id].status != "blank" and sureness[value_id] < TOLD_READING:
            settled[value_id] = replace(values[value_id], number=None, status="unreadable", steps=())
    return settled, tuple(_findings(resolved, doubted, values, settled))


def _least_sure(sureness: Collection[float]) -> float:
    """Return from which probability on a report's figures are sure; cells left blank are not among them."""
    unsure = sum(probability < SURE_READING for probability in sureness)
    return _SURE_WORN if sureness and unsure >= _WORN * len(sureness) else SURE_READING


def _settle_one_by_one(
    settled: dict[str, Value], open_ids: set[str], placement: Placement, standard: Standard
) -> list[str]:
    """Settle figures that are alone in doubt in a sum, until none is; return those that sums chose."""
    resolved: list[str] = []
    waiting = True
    while waiting:
        waiting = False
        for terms in terms_of(standard):
            unsure = _unsure(terms, open_ids)
            if len(unsure) != 1:
                continue
            (value_id,) = unsure
            first = settled[value_id]
            column = standard.leaves[value_id][1]
            choice = _fitting(_options(first, placement.values[value_id], column), terms, settled)
            if choice is None or not _holds_throughout((choice,), open_ids, settled, standard):
                continue
            open_ids.discard(value_id)
            waiting = True
            if choice == first:
                settled[value_id] = _confirmed(first)
            else:
                settled[value_id] = replace(choice, how="resolved", confidence=CONFIRMED)
                resolved.append(value_id)
    return resolved


def _borne_out_together(
    values: Mapping[str, Value],
    open_ids: set[str],
    doubts: Mapping[str, float],
    placement: Placement,
    standard: Standard,
) -> list[str]:
    """Return the nearly sure figures of one sum that bear each other out; none where no sum has such.

    `doubts` says how unsure each figure is that may be one. All readings see each of them alike, no other
    choice among what they hold possible makes the sum hold, and no digit stands at one place on both sides of
    the sum: misread alike on both sides, it would hold again.
    """
    for terms in terms_of(standard):
        unsure = _unsure(terms, open_ids)
        if not 1 < len(unsure) <= _MOST_TOGETHER or not doubts.keys() >= set(unsure):
            continue
        if sum(doubts[value_id] for value_id in unsure) > _TOGETHER or _may_cancel(terms, unsure, values):
            continue
        figures = [values[value_id] for value_id in unsure]
        places = [(one, placement.values[one.id], standard.leaves[one.id][1]) for one in figures]
        if not all(one[0].status == "printed" and _is_alike(*one, every=True) for one in places):
            continue
        if not _holds_throughout(figures, open_ids, values, standard):
            continue
        choices = product(*(_options(*one, alike=False)[:_FEW] for one in places))
        fitting = [
            choice for choice in choices if _holds(terms, {**values, **{one.id: one for one in choice}})
        ]
        if len(fitting) == 1 and list(fitting[0]) == figures:
            return unsure
    return []


def _may_cancel(terms: Terms, unsure: Sequence[str], values: Mapping[str, Value]) -> bool:
    """Say whether unsure figures on both sides of a sum have a digit in common, at the same place."""
    left, right = (
        {
            place
            for value_id in side
            if value_id in unsure
            for place in enumerate(reversed([one for one in values[value_id].text if one.isdigit()]))
        }
        for side in (terms.left, terms.right)
    )
    return not left.isdisjoint(right)


def _unsure(terms: Terms, open_ids: set[str]) -> list[str]:
    return [value_id for value_id in (*terms.left, *terms.right) if value_id in open_ids]


def _confirmed(value: Value) -> Value:
    return replace(value, confidence=max(value.confidence, CONFIRMED))


def _probability(placed: Placed, leaf: Leaf) -> float:
    """Return how surely the texts in a place were read; 0 for a text that no engine read as it stands.

    Where two readers left a doubt a further one tells digits apart, but sees no better whether a minus or a
    point was printed that the scan has lost.
    """
    return min((_sureness(text.cell, leaf) for text in placed.texts), default=1.0)


def _sureness(cell: Cell | Paragraph, leaf: Leaf) -> float:
    readings = cell.readings if isinstance(cell, Cell) else ()
    read = {"".join(reading.text.split()) for reading in readings}
    read |= {"".join(text.split()) for reading in readings for text, _ in reading.candidates}
    is_put_together = bool(readings) and "".join(cell.text.split()) not in read
    is_figure = any(map(str.isdigit, cell.text))  # a mark for none has no sign to lose
    is_whole = leaf.type == "count" or (leaf.type == "signed_count" and _SIGNED.match(cell.text.strip()))
    is_doubted = is_figure and not is_whole and any(reading.is_further for reading in readings)
    most = SIGN_OR_POINT if is_doubted else 1.0
    return 0.0 if is_put_together else min(cell.confidence, most)


def _options(value: Value, placed: Placed, leaf: Leaf, *, alike: bool = True) -> list[Value]:
    """Return the ways in which the engines' candidates read a figure, what was read first; none twice.

    None for a cell that was read as blank: whether it is, no sum tells. One for what both engines read
    `alike`, if that counts.
    """
    (text,) = placed.texts
    if value.status == "blank":
        return []
    readings = text.cell.readings if isinstance(text.cell, Cell) else ()
    is_told = alike and _is_alike(value, placed, leaf)
    candidates = [
        candidate
        for reading in (() if is_told else readings)
        for candidate, probability in ((reading.text, reading.confidence), *reading.candidates)
        if probability >= _LEAST
    ]
    options: list[Value] = []
    for candidate in (value.text, *candidates):
        read = value_of(value.id, placed, leaf, text=candidate)[0]
        if _counted(read) is not None and _counted(read) not in map(_counted, options):
            options.append(read)
    return options


def _is_alike(value: Value, placed: Placed, leaf: Leaf, *, every: bool = False) -> bool:
    """Say whether both engines, or `every` reading, see the same number in a cell."""
    (text,) = placed.texts
    readings = text.cell.readings if isinstance(text.cell, Cell) else ()
    asked = [one for one in readings if every or not one.is_further]
    seen = {_counted(value_of(value.id, placed, leaf, text=one.text)[0]) for one in asked}
    return len(asked) > 1 and seen == {_counted(value)}


def _counted(value: Value) -> int | None:
    """Return what a value counts in a sum: a blank 0; None for no whole number."""
    if value.status == "blank":
        return 0
    return int(value.number) if value.number is not None and value.number == int(value.number) else None


def _fitting(options: Sequence[Value], terms: Terms, values: Mapping[str, Value]) -> Value | None:
    """Return the one option of a figure with which a sum holds; None for none or several."""
    fitting = [one for one in options if _holds(terms, {**values, one.id: one})]
    return fitting[0] if len(fitting) == 1 else None


def _holds_throughout(
    choices: Sequence[Value], open_ids: set[str], values: Mapping[str, Value], standard: Standard
) -> bool:
    """Return whether no sum of choices and sure figures speaks against the choices."""
    chosen = {**values, **{choice.id: choice for choice in choices}}
    ids = {choice.id for choice in choices}
    return all(
        _holds(terms, chosen)
        for terms in terms_of(standard)
        if not ids.isdisjoint((*terms.left, *terms.right))
        and ids.issuperset(_unsure(terms, open_ids))
        and all(_counted(chosen[other]) is not None for other in (*terms.left, *terms.right))
    )


def _holds(terms: Terms, values: Mapping[str, Value]) -> bool:
    left = [_counted(values[value_id]) for value_id in terms.left]
    right = [_counted(values[value_id]) for value_id in terms.right]
    if None in left or None in right:
        return False
    return sum(filter(None, left)) == sum(filter(None, right))


def _findings(
    resolved: Sequence[str], doubted: Sequence[str], before: Mapping[str, Value], after: Mapping[str, Value]
) -> Iterator[Finding]:
    if resolved:
        shown = ", ".join(
            f"{after[value_id].text!r} instead of {before[value_id].text!r}" for value_id in resolved[:3]
        )
        yield Finding(
            code="reading.resolved",
            message=f"chosen because only so every sum holds: {shown}{_more(resolved)}",
            at=tuple(resolved),
        )
    if doubted:
        shown = ", ".join(f"{before[value_id].text.strip()!r}" for value_id in doubted[:3])
        yield Finding(
            code="reading.unsure",
            message=f"not surely read, and no sum settles it: {shown}{_more(doubted)}",
            at=tuple(doubted),
        )


def _more(ids: Sequence[str]) -> str:
    return f" and {len(ids) - 3} more" if len(ids) > 3 else ""
