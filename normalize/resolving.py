"""Resolve: may the prescribed sums settle digits that no two readings agree on?

A recognised figure that is not sure (its own confidence says so) is put to the sums that it takes part in.
They may confirm what was read, or choose among the readings' own candidates where exactly one choice makes
every sum hold; they never bring in a number that no engine read, nor touch a figure that was surely read: it
may be the agency's misprint. Whether a cell is blank or holds a 0 no sum can tell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from document import Cell, Paragraph
from findings import Finding
from normalize.identities import Terms, terms_of
from normalize.placing import Placement
from normalize.rows import Placed
from normalize.values import value_of
from report import Value
from standards import Leaf, Standard

# A recognised text is sure from this probability on; below it the sums are asked.
SURE_READING = 0.999
# An unsure figure that no sum settles is told as a number from this probability on; below it none is better
# than a wrong one. Of 217 figures read with less than 0.9, 45 were wrong; of 489 from there to 0.999, none.
TOLD_READING = 0.9
# What a figure is worth that one engine read and every sum confirms: for it to be wrong another figure of the
# same sum has to be wrong by the same amount.
CONFIRMED = 0.9995
# Candidates less likely than this are not worth a sum's word.
_LEAST = 0.001
_MOST_TRIES = (
    20_000  # choices tried for figures that share sums; ten figures with three candidates are 59,049
)


@dataclass(frozen=True, slots=True)
class _Option:
    """One way to read a figure; `number` is what it counts in a sum (a blank counts 0)."""

    value: Value
    number: int


_Options = Mapping[str, Sequence[_Option]]


def resolve(
    values: Mapping[str, Value], placement: Placement, standard: Standard
) -> tuple[dict[str, Value], tuple[Finding, ...]]:
    """Return the values with unsure digits settled where the sums suffice, and what stays in doubt."""
    doubtful = [
        value
        for value in values.values()
        if value.how == "recognised" and _probability(placement.values[value.id]) < SURE_READING
    ]
    unsure = {
        value.id: _options(value, placement.values[value.id], standard.leaves[value.id][1])
        for value in doubtful
        if value.status != "blank"
    }
    settled = dict(values)
    resolved: list[str] = []
    doubted = [value.id for value in doubtful if value.status == "blank"]
    for group in _groups(unsure, standard):
        choice = _only_choice(group, unsure, values)
        if choice is None:
            doubted += group.ids
            for value_id in group.ids:
                if _probability(placement.values[value_id]) < TOLD_READING:
                    settled[value_id] = replace(values[value_id], number=None, status="unreadable", steps=())
            continue
        for value_id, option in choice.items():
            first = values[value_id]
            if option.value == first:
                settled[value_id] = replace(first, confidence=max(first.confidence, CONFIRMED))
            else:
                settled[value_id] = replace(option.value, how="resolved", confidence=CONFIRMED)
                resolved.append(value_id)
    return settled, tuple(_findings(resolved, doubted, values, settled))


def _probability(placed: Placed) -> float:
    """Return how surely the texts in a place were read; 0 for a text that no engine read as it stands."""
    return min((_sureness(text.cell) for text in placed.texts), default=1.0)


def _sureness(cell: Cell | Paragraph) -> float:
    readings = cell.readings if isinstance(cell, Cell) else ()
    read = {"".join(reading.text.split()) for reading in readings}
    read |= {"".join(text.split()) for reading in readings for text, _ in reading.candidates}
    is_put_together = bool(readings) and "".join(cell.text.split()) not in read
    return 0.0 if is_put_together else cell.confidence


def _options(value: Value, placed: Placed, leaf: Leaf) -> list[_Option]:
    """Return the ways in which the engines' candidates read a figure, what was read first; none twice."""
    (text,) = placed.texts
    readings = text.cell.readings if isinstance(text.cell, Cell) else ()
    candidates = [
        candidate
        for reading in readings
        for candidate, probability in ((reading.text, reading.confidence), *reading.candidates)
        if probability >= _LEAST
    ]
    options: list[_Option] = []
    for candidate in (value.text, *candidates):
        read = value_of(value.id, placed, leaf, text=candidate)[0]
        is_new = all(read != option.value for option in options)
        if is_new and (read.status == "blank" or (read.status == "printed" and _is_whole(read))):
            options.append(_Option(read, int(read.number or 0)))
    return options


def _is_whole(value: Value) -> bool:
    return value.number is not None and value.number == int(value.number)


@dataclass(frozen=True, slots=True)
class _Group:
    """Unsure figures that share sums, with all sums that any of them takes part in."""

    ids: tuple[str, ...]
    sums: tuple[Terms, ...]


def _groups(unsure: Iterable[str], standard: Standard) -> Iterator[_Group]:
    """Yield the unsure figures, together with those that they share a sum with."""
    left = dict.fromkeys(unsure)
    of_value: dict[str, list[Terms]] = defaultdict(list)
    for terms in terms_of(standard):
        for value_id in (*terms.left, *terms.right):
            of_value[value_id].append(terms)
    while left:
        ids: list[str] = []
        sums: dict[Terms, None] = {}
        waiting = [next(iter(left))]
        del left[waiting[0]]
        while waiting:
            value_id = waiting.pop()
            ids.append(value_id)
            for terms in of_value[value_id]:
                sums[terms] = None
                beside = [other for other in (*terms.left, *terms.right) if other in left]
                waiting += beside
                for other in beside:
                    del left[other]
        yield _Group(tuple(ids), tuple(sums))


def _only_choice(group: _Group, unsure: _Options, values: Mapping[str, Value]) -> dict[str, _Option] | None:
    """Return the one choice of options with which every sum of a group holds; None for none or several.

    A figure that no sum takes in, or only sums with a missing figure, is not settled by them.
    """
    balances = [(terms, _balance(terms, group.ids, values)) for terms in group.sums]
    known = [(terms, balance) for terms, balance in balances if balance is not None]
    if len(known) < len(balances):
        return None
    summed = {value_id for terms, _ in known for value_id in (*terms.left, *terms.right)}
    if any(value_id not in summed or not unsure[value_id] for value_id in group.ids):
        return None
    choices = list(islice(_choices(group.ids, unsure, known), 2))
    return choices[0] if len(choices) == 1 else None


def _balance(terms: Terms, ids: Sequence[str], values: Mapping[str, Value]) -> int | None:
    """Return left less right over the figures of a sum that are sure; None where one is missing."""
    balance = 0
    for side, sign in ((terms.left, 1), (terms.right, -1)):
        for value_id in side:
            value = values[value_id]
            if value_id in ids or value.status == "blank":
                continue
            if not _is_whole(value):
                return None
            balance += sign * int(value.number or 0)
    return balance


def _choices(
    ids: Sequence[str], unsure: _Options, sums: Sequence[tuple[Terms, int]]
) -> Iterator[dict[str, _Option]]:
    """Yield the choices that make all sums hold, as far as the number of tries reaches.

    Figures are set one after the other; a sum is looked at when the last of its figures is set.
    """
    position = {value_id: number for number, value_id in enumerate(ids)}
    closing: dict[int, list[tuple[Terms, int]]] = defaultdict(list)
    for terms, balance in sums:
        last = max(position[value_id] for value_id in (*terms.left, *terms.right) if value_id in position)
        closing[last].append((terms, balance))
    tries = 0
    chosen: list[_Option] = []
    numbers = [0]  # which option of each figure is tried next
    while numbers:
        depth = len(numbers) - 1
        del chosen[depth:]
        options = unsure[ids[depth]]
        if numbers[depth] == len(options):
            numbers.pop()
            continue
        tries += 1
        if tries > _MOST_TRIES:
            # Too much is open to be sure that there is one choice only: say so by a second one.
            yield {}
            yield {}
            return
        chosen.append(options[numbers[depth]])
        numbers[depth] += 1
        now = dict(zip(ids, chosen, strict=False))
        if not all(_holds(terms, balance, now) for terms, balance in closing[depth]):
            continue
        if len(chosen) == len(ids):
            yield now
        else:
            numbers.append(0)


def _holds(terms: Terms, balance: int, chosen: Mapping[str, _Option]) -> bool:
    left = sum(chosen[value_id].number for value_id in terms.left if value_id in chosen)
    right = sum(chosen[value_id].number for value_id in terms.right if value_id in chosen)
    return balance + left == right


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
