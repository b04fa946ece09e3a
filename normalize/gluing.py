"""Take apart: texts that run a heading and its prose, or several labels and a row's figures, together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz import fuzz, process

from normalize.labels import core, plain
from normalize.reading import Text, kind_of
from normalize.script import Script

# A whole boxhead printed as one text has 80 characters; what is longer is no row of labels.
_LONGEST_GLUED = 600
_RUN_IN = re.compile(r"^\s*(?P<heading>[一二三四五六]、[^。：:\n]{4,36})[。：:\n](?P<rest>.+)$", re.DOTALL)


_OWN_LINE = re.compile(r"^\s*(?P<heading>[一二三四五六]、[^\n]{4,36})\n(?P<rest>.+)$", re.DOTALL)


def split_headings(texts: Sequence[Text], form: Script) -> list[Text]:
    """Return the texts, a section heading taken off the prose, or the table's first cell, behind it."""
    headings = {
        core(plain_text) for label in form.labels if label.role == "heading" for plain_text in label.plains
    }
    result: list[Text] = []
    for text in texts:
        match = (_OWN_LINE if text.in_table else _RUN_IN).match(text.text)
        heading = plain(match["heading"]) if match else ""
        if match and core(heading) in headings and match["rest"].strip():
            result.append(replace(text, text=match["heading"], plain=heading, kind="label"))
            kind = kind_of(match["rest"])
            result.append(replace(text, text=match["rest"], plain=plain(match["rest"]), kind=kind))
        else:
            result.append(text)
    return result


def split_glued(texts: Sequence[Text], form: Script) -> list[Text]:
    """Return the texts, those that run several labels (and a row's figures) together taken apart.

    Only a text that consists of nothing but prescribed labels, with digits at most at its end, is taken
    apart; whatever else it holds leaves it whole.
    """
    result: list[Text] = []
    for position, text in enumerate(texts):
        is_words = text.kind in ("label", "prose") and len(text.text) <= _LONGEST_GLUED
        pieces = _pieces(text, form) if is_words else None
        if pieces and pieces[-1].kind != "label" and _has_cells_behind(position, texts):
            pieces = None  # its figures stand in cells of their own; a digit at the label is a note's
        if pieces is None:
            result.append(text)
        else:
            result += pieces
    return result


_APART = re.compile(r"[-+]?[0-9０-９][0-9０-９.,]*(?:\s+[-+]?[0-9０-９][0-9０-９.,]*)+\s*$")
_BRACKETS = re.compile(r"(?:\([^()]*\))+")
# A row's cells printed right behind its label: figures, marks, signs and units.
_TAIL = re.compile(
    r"^(?P<label>.*?[^-0-9.,+/无增减加少万亿元])(?P<cells>[-0-9.,+/无增减加少万亿元]*[-0-9/无元])$", re.DOTALL
)


def _has_cells_behind(position: int, texts: Sequence[Text]) -> bool:
    """Return whether the next text is a figure or blank in the same row of a table."""
    text, following = texts[position], texts[position + 1] if position + 1 < len(texts) else None
    return (
        following is not None
        and text.in_table
        and (following.block, following.row) == (text.block, text.row)
        and following.kind in ("entry", "run", "blank")
    )


def _pieces(text: Text, form: Script) -> list[Text] | None:
    whole = text.plain or plain(text.text)
    tail = _TAIL.match(whole)
    marks = tail["cells"] if tail and not re.search(r"[0-9]", tail["cells"]) else ""
    if whole in form.exact or (core(whole) in form.cores and len(marks) < 2):
        return None
    label, cells = (tail["label"], tail["cells"]) if tail else (whole, "")
    parts = _cut(label, form)
    if parts is None or not _in_print_order(parts, form):
        if not cells or not (core(label) in form.cores or _nearest(core(label), form)):
            return None
        parts = [label]
    if len(parts) < 2 and not cells:
        return None
    pieces = [replace(text, text=part, plain=part, kind="label") for part in parts]
    apart = _APART.search(text.text)
    if cells and apart:  # spaces still hold the cells apart
        return [
            *pieces,
            *(replace(text, text=cell, plain="", kind="entry") for cell in apart.group().split()),
        ]
    if cells:
        pieces.append(replace(text, text=cells, plain="", kind="run"))
    return pieces


def _cut(label: str, form: Script) -> list[str] | None:
    """Return the prescribed labels that a text consists of, each with the explanation in brackets behind it.

    What is left between two labels must itself be much like one.
    """
    parts: list[str] = []
    end = 0
    for match in (*form.glued.finditer(label), None):
        rest = label[end : match.start() if match else None]
        brackets = _BRACKETS.match(rest)
        if brackets and parts:
            parts[-1] += brackets.group()
            rest = rest[brackets.end() :]
        if rest:
            if not _nearest(core(rest), form):
                return None
            parts.append(rest)
        if match:
            parts.append(match.group())
            end = match.end()
    return parts or None


def _nearest(bare: str, form: Script) -> str | None:
    """Return the prescribed core that a damaged one is much like; None if there is none."""
    if len(bare) < 4:
        return None
    found = process.extractOne(bare, form.core_list, scorer=fuzz.ratio, score_cutoff=75)
    return found[0] if found else None


def _in_print_order(parts: Sequence[str], form: Script) -> bool:
    """Return whether the form prints these labels one right after the other."""
    ends: set[int] | None = None
    for part in parts:
        spans = form.exact.get(part)
        if spans is None:
            nearest = core(part) if core(part) in form.cores else _nearest(core(part), form)
            starts = set(form.cores[nearest]) if nearest else set()
        else:
            starts = {start for start, _ in spans}
        ends = starts if ends is None else {start for start in starts if start - 1 in ends}
    return bool(ends)
