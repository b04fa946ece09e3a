"""Cut: which running text belongs to which of the prescribed sections."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from document import Cell, Paragraph
from normalize.editions import Recognised
from normalize.imprint import Imprint, read_imprint
from normalize.prose import Line, paragraphs, running_heads, split_breaks, tidy
from normalize.reading import Text
from report import SectionText

# Issuer and date stand among the last lines of a report.
_CLOSING_LINES = 8
_SENTENCE = re.compile(r"[。；，]")


@dataclass(frozen=True, slots=True)
class _Piece:
    section: str | None  # None: before the first heading
    heading: str | None
    lines: tuple[Line, ...]


def cut(recognised: Recognised, covered: Collection[int]) -> tuple[tuple[SectionText, ...], Imprint]:
    """Return the sections with clean paragraphs, and the imprint taken from the lines around them.

    `covered` are the positions of texts that belong to tables. What stands before the first heading and is
    no title belongs to the first section: reports often open without its heading, or with a preamble.
    """
    pieces = _pieces(recognised, covered)
    front, body = pieces[0], pieces[1:]
    body_lines = [line for piece in body for line in piece.lines]
    closing = body_lines[-_CLOSING_LINES:]
    imprint = read_imprint(front.lines, body_lines, closing)
    heads = running_heads(line.text for piece in pieces for line in piece.lines) | imprint.used
    opening = _opening(front.lines, imprint, heads, lacks_heading=not body or body[0].section != "overview")
    sections: list[SectionText] = []
    for piece in body:
        assert piece.section is not None
        text = paragraphs(piece.lines, heads)
        sections.append(
            SectionText(
                id=piece.section,
                heading=tidy(piece.heading) if piece.heading else None,
                paragraphs=(*opening, *text) if piece.section == "overview" else text,
            )
        )
    if opening and not any(section.id == "overview" for section in sections):
        sections.insert(0, SectionText(id="overview", heading=None, paragraphs=opening))
    return tuple(sections), imprint


def _opening(
    front: tuple[Line, ...], imprint: Imprint, heads: frozenset[str], *, lacks_heading: bool
) -> tuple[str, ...]:
    """Return the paragraphs between title and first heading that are the report's own prose."""
    used = [number for number, line in enumerate(front) if tidy(line.text) in imprint.used]
    start = used[0] if used else 0
    return tuple(
        text
        for text in paragraphs(front[start:], heads)
        if lacks_heading or len(text) >= 20 or _SENTENCE.search(text)
    )


def _pieces(recognised: Recognised, covered: Collection[int]) -> list[_Piece]:
    headings = {
        match.first: (match.last, recognised.script.labels[match.stop].id)
        for match in recognised.matches
        if recognised.script.labels[match.stop].role == "heading"
    }
    pieces: list[_Piece] = []
    section: str | None = None
    heading: str | None = None
    lines: list[Line] = []
    previous: Text | None = None
    skip_to = 0
    for position, text in enumerate(recognised.texts):
        if position < skip_to:
            continue
        if position in headings:
            pieces.append(_Piece(section, heading, tuple(lines)))
            last, section = headings[position]
            heading = "".join(tidy(piece.text) for piece in recognised.texts[position : last + 1])
            lines, skip_to, previous = [], last + 1, None
        elif position not in covered and _is_running(text):
            lines += _lines(text, previous)
            previous = text
    pieces.append(_Piece(section, heading, tuple(lines)))
    return pieces


def _is_running(text: Text) -> bool:
    """Return whether a text outside the statutory tables is prose: not a cell of some other grid."""
    return text.kind != "blank" and not isinstance(text.cell, Cell)


def _lines(text: Text, previous: Text | None) -> list[Line]:
    first, *others = split_breaks(text.text)
    sure = text.cell.confidence
    return [
        Line(first, _follows(text, previous), sure),
        *(Line(other, follows=True, confidence=sure) for other in others),
    ]


def _follows(text: Text, previous: Text | None) -> bool:
    """Return whether a line of a text file stands right below the one before, no blank line between."""
    if previous is None or not isinstance(text.cell, Paragraph):
        return False
    here, before = text.cell.provenance.place, previous.cell.provenance.place
    if here is None or before is None or here.line is None or before.line is None:
        return False
    return here.line - before.line == 1
