"""Align: a document's texts, in order -> the labels of a standard, in the order the form prints them.

One global, cost-based alignment carries headings, captions, boxheads and stubs at once. Labels are matched
by likeness, a lost label costs a gap, and what follows it stays where it belongs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from document import Cell
from normalize.labels import core, numbering
from normalize.misreadings import is_legible
from normalize.reading import Text
from normalize.script import Prescribed, Script

# A skipped label costs less than the poorest match gains, so that a lost one is skipped and never forced.
_SKIP_PRESCRIBED = 0.12
# Texts that match nothing cost little: pages hold many of them. They keep an alignment together.
_SKIP_TEXT = 0.03
# A label broken over several texts is put together again up to this many (vertical heads: one a character).
_MOST_PIECES = 9


@dataclass(frozen=True, slots=True)
class Match:
    """Texts `first` to `last` carry the labels `start` to `stop`, both inclusive; likeness is 0 to 1.

    One that is out of turn is exactly the label but stands elsewhere than the form prints it.
    """

    first: int
    last: int
    start: int
    stop: int
    likeness: float
    is_out_of_turn: bool = False


def align(texts: Sequence[Text], form: Script) -> tuple[tuple[Match, ...], float]:
    """Return the matches, no text and no prescribed label used twice, and their total score.

    They come in order, but for rows and columns that stand in their part with their exact label at another
    turn than the form prints them; those come last, at a likeness that asks for a person. The score adds
    the likeness of what is matched and subtracts for what is skipped in between; what is missing at either
    end costs nothing, so a report that was cut off aligns as far as it goes.
    """
    points = list(_candidates(texts, form))
    useful = {position for point in points for position in range(point.first, point.last + 1)}
    turns, turn = [], 0
    for position, text in enumerate(texts):
        turns.append(turn)
        turn += position in useful or (text.in_table and text.kind == "label")
    turns.append(turn)
    chain, score = _best_chain(points, turns, form)
    headings = _lone_headings(points, chain, form, len(texts))
    found = sorted((*chain, *headings), key=lambda match: match.first)
    return (*found, *_out_of_turn(texts, found, form)), score


def _lone_headings(
    points: Sequence[Match], chain: Sequence[Match], form: Script, end: int
) -> Iterator[Match]:
    """Yield headings whose tables are lost: to skip so many labels cost more than a heading gains."""
    ends = [(-1, -1), *((match.last, match.stop) for match in chain)]
    begins = [*((match.first, match.start) for match in chain), (end, len(form.labels))]
    for (last, stop), (first, start) in zip(ends, begins, strict=True):
        reached = last, stop
        for point in points:
            is_heading = form.labels[point.start].role == "heading" and point.likeness >= 0.9
            behind = point.first > reached[0] and point.start > reached[1]
            if is_heading and behind and point.last < first and point.stop < start:
                yield point
                reached = point.last, point.stop


def _out_of_turn(texts: Sequence[Text], chain: Sequence[Match], form: Script) -> Iterator[Match]:
    """Yield matches for rows and columns that were printed in another order than the form's."""
    taken = {position for match in chain for position in range(match.first, match.last + 1)}
    found = {number for match in chain for number in range(match.start, match.stop + 1)}
    windows = _windows(chain, form, len(texts))
    for number, label in enumerate(form.labels):
        window = windows.get((label.table, label.part))
        if number in found or window is None or label.role not in ("row", "column"):
            continue
        first, rows_from, stop = window
        reach = range(first, rows_from) if label.role == "column" else range(rows_from, stop)
        places = [at for at in reach if at not in taken and texts[at].plain in label.plains]
        if len(places) == 1:
            taken.add(places[0])
            yield Match(places[0], places[0], number, number, _OUT_OF_TURN, is_out_of_turn=True)


# From here on a label is the prescribed one, as it stands or but for spaces, brackets and numbering.
SURE = 0.93
# A label that is exactly right but stands elsewhere than the form prints it is less like it.
_OUT_OF_TURN = 0.7


def _windows(
    chain: Sequence[Match], form: Script, end: int
) -> dict[tuple[str | None, int], tuple[int, int, int]]:
    """Return, for every part met, where it begins, where its rows begin, and where the next part begins."""
    windows: dict[tuple[str | None, int], tuple[int, int, int]] = {}
    for match in reversed(chain):
        label = form.labels[match.stop]
        key = (label.table, label.part)
        if label.role == "heading":
            end = match.first
        elif key not in windows:
            windows[key] = (match.first, match.first if label.role == "row" else match.last + 1, end)
            end = match.first
        else:
            _, rows_from, stop = windows[key]
            windows[key] = (match.first, match.first if label.role == "row" else rows_from, stop)
            end = match.first
    return windows


def _candidates(texts: Sequence[Text], form: Script) -> Iterator[Match]:
    labels = [position for position, text in enumerate(texts) if text.kind == "label"]
    settled: dict[int, bool] = {}
    for position in labels:
        found = list(_matches(texts[position].plain, position, position, form, fuzzy=True))
        found = [_unless_misread(match, (texts[position],), form) for match in found]
        settled[position] = any(match.likeness >= 0.97 for match in found)
        yield from found
    for number, position in enumerate(labels):
        joined, previous = texts[position].plain, position
        all_settled = settled[position]
        for following in labels[number + 1 : number + _MOST_PIECES]:
            if not _continues(texts, previous, following):
                break
            joined += texts[following].plain
            all_settled = all_settled and settled[following]
            if len(joined) > 48:
                break
            if not all_settled:
                fuzzy = not settled[position] and not settled[following]
                for match in _matches(joined, position, following, form, fuzzy=fuzzy):
                    # Whole texts explain a page better than texts put together.
                    whole = _unless_misread(match, texts[position : following + 1], form)
                    yield replace(whole, likeness=whole.likeness - 0.01)
            previous = following


def _continues(texts: Sequence[Text], one: int, other: int) -> bool:
    """Return whether two texts may be pieces of one label: neighbours with nothing but blanks between."""
    if other - one > 4 or any(text.kind != "blank" for text in texts[one + 1 : other]):
        return False
    upper, lower = texts[one], texts[other]
    if upper.grid is None or lower.grid is None:
        return upper.grid is lower.grid
    if upper.grid is not lower.grid or not isinstance(upper.cell, Cell) or not isinstance(lower.cell, Cell):
        return False
    same_row = upper.row == lower.row
    return same_row or upper.cell.column == lower.cell.column


def _matches(text: str, first: int, last: int, form: Script, *, fuzzy: bool) -> Iterator[Match]:
    spans = form.exact.get(text)
    if spans:
        for start, stop in spans:
            yield Match(first, last, start, stop, 1.0)
        return
    bare, number = core(text), numbering(text)
    same_core = form.cores.get(bare)
    if same_core:
        for index in same_core:
            yield Match(first, last, index, index, _judge(0.97, text, number, form.labels[index]))
        return
    if not fuzzy or len(bare) < 3:
        return
    cutoff = 100 * least_likeness(len(bare))
    for _, score, at in process.extract(
        bare, form.core_list, scorer=fuzz.ratio, score_cutoff=cutoff, limit=4
    ):
        for index in form.cores[form.core_list[at]]:
            # However alike, another label may say the opposite: 不予公开, 非重复申请. SURE lies above.
            likeness = _judge(min(score / 100, 0.9), text, number, form.labels[index])
            if likeness >= cutoff / 100 - 0.05:
                yield Match(first, last, index, index, likeness)


def recognised(texts: Sequence[Text]) -> float | None:
    """Return how surely the least sure of recognised texts was read; None if any is stored text."""
    if any(text.cell.provenance.how != "recognised" for text in texts):
        return None
    return min(text.cell.confidence for text in texts)


# The likeness of a label that a scan was misread in. SURE lies below.
AS_MISREAD = 0.945


def _unless_misread(match: Match, texts: Sequence[Text], form: Script) -> Match:
    """Return a match as a sure one if all that speaks against it is that a scan was misread."""
    confidence = recognised(texts)
    if confidence is None or match.likeness >= SURE or match.start != match.stop:
        return match
    shown = "\n".join(text.text for text in texts)
    if is_legible(shown, confidence, form.labels[match.start], form):
        return replace(match, likeness=AS_MISREAD)
    return match


def least_likeness(length: int) -> float:
    """Return the likeness below which a label is not taken for another: short ones must be closer."""
    return 0.6 if length >= 6 else 0.66


def _judge(likeness: float, text: str, number: str, label: Prescribed) -> float:
    """Return a likeness corrected for what the numbering says."""
    if label.role == "heading" and text.startswith("("):
        return likeness - 0.3  # （一） opens a paragraph inside a section, never a section
    prescribed = numbering(label.plains[0])
    if label.role == "heading" and number != prescribed and likeness < 0.9:
        return likeness - 0.3  # titles and sentences use the same words as headings
    if number and prescribed:
        return min(1.0, likeness + 0.02) if number == prescribed else likeness - 0.12
    return likeness - 0.02 if number or prescribed else likeness


def _best_chain(points: list[Match], turns: list[int], form: Script) -> tuple[tuple[Match, ...], float]:
    """Return the chain of matches, rising in texts and labels, with the highest score.

    Gap costs are linear, so the best predecessor of a match is a prefix maximum over label positions: a
    Fenwick tree finds it in logarithmic time.
    """
    size = len(form.labels) + 1
    tree: list[tuple[float, int]] = [(float("-inf"), -1)] * (size + 1)
    scores: list[float] = []
    came_from: list[int] = []
    points = sorted(points, key=lambda match: (match.first, match.last, match.start, match.stop))
    waiting = sorted(range(len(points)), key=lambda number: points[number].last)
    next_waiting = 0
    for match in points:
        while next_waiting < len(waiting) and points[waiting[next_waiting]].last < match.first:
            done = waiting[next_waiting]
            ended = points[done]
            key = scores[done] + _SKIP_PRESCRIBED * (ended.stop + 1) + _SKIP_TEXT * turns[ended.last + 1]
            position = ended.stop + 1
            while position <= size:
                if key > tree[position][0]:
                    tree[position] = (key, done)
                position += position & -position
            next_waiting += 1
        best, origin = 0.0, -1
        position = match.start
        while position > 0:
            key, done = tree[position]
            if done >= 0:
                score = key - _SKIP_PRESCRIBED * match.start - _SKIP_TEXT * turns[match.first]
                if score > best or (score == best and done > origin):
                    best, origin = score, done
            position -= position & -position
        scores.append(best + _gain(match, form))
        came_from.append(origin)
    if not points:
        return (), 0.0
    at = max(range(len(points)), key=lambda number: (scores[number], -number))
    total, chain = scores[at], []
    while at >= 0:
        chain.append(points[at])
        at = came_from[at]
    return tuple(reversed(chain)), total


def _gain(match: Match, form: Script) -> float:
    weight = sum(form.labels[number].weight for number in range(match.start, match.stop + 1))
    return weight * (match.likeness - 0.4) / 0.6
