"""Recognise: which edition's form the texts carry, known from the tables and never from the year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from normalize.gluing import split_glued, split_headings
from normalize.layouts import prove_by_layout
from normalize.neighbours import prove
from normalize.reading import Text
from normalize.script import Script, script
from normalize.sequence import Match, align
from report import UnmappedRow
from standards import EDITIONS, Standard, load

# A document carries the form if it shows this many labels of its rows and columns. Lists from before 2019
# share up to four (行政许可, 行政处罚, 总计, 其他); a form cut off behind its first table shows nine.
_FEWEST_LABELS = 6


@dataclass(frozen=True, slots=True)
class Recognised:
    """A document's texts matched to the labels of the edition that fits best.

    `standard` is None when none fits; the matches then hold section headings only. `foreign_parts` are
    (table, part number) whose column heads another edition prescribes; `second_report` holds the labels of
    prescribed rows that stand a second time.
    """

    standard: Standard | None
    script: Script
    texts: tuple[Text, ...]
    matches: tuple[Match, ...]
    foreign_parts: tuple[tuple[str, int], ...] = ()
    second_report: tuple[str, ...] = ()

    def rows_as_text(self) -> tuple[UnmappedRow, ...]:
        """Return every table row of the document as printed, for a document that fits no edition."""
        rows: dict[tuple[int, int], list[str]] = {}
        for text in self.texts:
            if text.in_table and text.text.strip():
                rows.setdefault((text.block, text.row), []).append(text.text.strip())
        return tuple(UnmappedRow(table=None, label=row[0], texts=tuple(row[1:])) for row in rows.values())


def recognise(texts: Sequence[Text]) -> Recognised:
    """Return the alignment with the edition that explains the texts best, the likeliest one tried first."""
    best: tuple[float, Recognised] | None = None
    others: list[Recognised] = []
    labels = {text.plain for text in texts}
    for standard in sorted(map(load, EDITIONS), key=lambda standard: -len(labels & _own_labels(standard))):
        form = script(standard)
        whole = tuple(split_glued(split_headings(texts, form), form))
        matches, score = align(whole, form)
        found = Recognised(standard=standard, script=form, texts=whole, matches=matches)
        if best is None or score > best[0]:
            if best is not None:
                others.append(best[1])
            best = score, found
        else:
            others.append(found)
        if _is_complete(found):
            break  # nothing is left that another edition could explain better
    assert best is not None
    chosen = best[1]
    if _labels_found(chosen) < _FEWEST_LABELS:
        headings = tuple(
            match for match in chosen.matches if chosen.script.labels[match.stop].role == "heading"
        )
        return Recognised(standard=None, script=chosen.script, texts=chosen.texts, matches=headings)
    assert chosen.standard is not None
    laid_out = prove_by_layout(chosen.texts, chosen.matches, chosen.script, chosen.standard)
    clean = tuple(
        replace(text, text="", plain="", kind="blank") if position in laid_out.dirt else text
        for position, text in enumerate(chosen.texts)
    )
    proved = replace(chosen, texts=clean, matches=prove(clean, laid_out.matches, chosen.script))
    return replace(proved, foreign_parts=_foreign_parts(proved, others), second_report=_second_report(proved))


def _second_report(chosen: Recognised) -> tuple[str, ...]:
    """Return the long row labels that stand outside the alignment, if they are too many for chance."""
    matched = {position for match in chosen.matches for position in range(match.first, match.last + 1)}
    rows = {
        form: label.label
        for label in chosen.script.labels
        if label.role == "row"
        for form in label.plains
        if len(form) >= 6
    }
    again = tuple(
        rows[text.plain]
        for position, text in enumerate(chosen.texts)
        if position not in matched and text.plain in rows
    )
    return again if len(again) >= 6 else ()


@cache
def _own_labels(standard: Standard) -> frozenset[str]:
    """Return the labels that this edition prescribes and no other does."""
    others = {
        form for edition in EDITIONS if edition != standard.edition for form in script(load(edition)).exact
    }
    return frozenset(form for form in script(standard).exact if form not in others)


def _is_complete(found: Recognised) -> bool:
    """Return whether all rows and columns are found, each by a label that is exactly its own."""
    wanted = sum(label.role in ("row", "column") for label in found.script.labels)
    exact = sum(
        found.script.labels[number].role in ("row", "column") and match.likeness >= 0.95
        for match in found.matches
        for number in range(match.start, match.stop + 1)
    )
    return exact == wanted


def _labels_found(found: Recognised) -> int:
    return sum(
        found.script.labels[number].role in ("row", "column")
        for match in found.matches
        for number in range(match.start, match.stop + 1)
    )


def _head_scores(found: Recognised) -> dict[tuple[str, int], tuple[float, frozenset[int]]]:
    """Return, for every part, the mean likeness of its column heads and the texts that carry them."""
    scores: dict[tuple[str, int], list[float]] = {}
    carriers: dict[tuple[str, int], set[int]] = {}
    for label in found.script.labels:
        if label.role == "column" and label.table:
            scores.setdefault((label.table, label.part), [])
    counts = {
        key: sum(label.role == "column" and (label.table, label.part) == key for label in found.script.labels)
        for key in scores
    }
    for match in found.matches:
        label = found.script.labels[match.stop]
        if label.role == "column" and label.table:
            scores[label.table, label.part].append(match.likeness)
            carriers.setdefault((label.table, label.part), set()).update(_origins(found, match))
    return {
        key: (sum(likes) / counts[key], frozenset(carriers.get(key, ()))) for key, likes in scores.items()
    }


def _origins(found: Recognised, match: Match) -> set[int]:
    return {id(found.texts[position].cell) for position in range(match.first, match.last + 1)}


def _foreign_parts(chosen: Recognised, others: Sequence[Recognised]) -> tuple[tuple[str, int], ...]:
    """Return the parts whose heads are another edition's: there the same texts match clearly better."""
    own = _head_scores(chosen)
    foreign = set()
    for other in others:
        for key, (score, carriers) in _head_scores(other).items():
            if key in own and score > own[key][0] + 0.1 and score >= 0.8 and carriers:
                foreign.add(key)
    return tuple(sorted(foreign))
