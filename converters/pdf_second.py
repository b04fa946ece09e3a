"""A second opinion on a page: characters and lines as pdfplumber has them.

pdfplumber rests on another parser (pdfminer) than pdfium, so that where the two agree they are two witnesses.
It costs ten times as much and is asked only where the first reading leaves doubt.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Sequence
from typing import Any

from converters.pdf_ink import Run
from converters.pdf_marks import without_marks
from converters.pdf_pieces import Character, Piece
from converters.rulings import Ruling
from document import Box

# Characters this near to each other, in text heights, are one word; narrower than the gaps between columns.
WORD_GAP = 0.3


def read(data: bytes, number: int, password: str | None) -> tuple[tuple[Run, ...], tuple[Ruling, ...]] | None:
    """Return the runs and rulings of a page, counted from 1, as a viewer shows it.

    None if pdfplumber cannot read the page.
    """
    import pdfplumber  # noqa: PLC0415  # slow to load

    # pdfminer tells the standard error stream of every oddity in a file; its reader gets findings instead
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
    try:
        with pdfplumber.open(io.BytesIO(data), pages=[number], password=password or "") as document:
            page = document.pages[0]
            return tuple(_runs(page)), tuple(_rulings(page))
    except Exception:  # noqa: BLE001  # it fails in countless ways on damaged files; the first reading stands
        return None


def _runs(page: Any) -> Iterable[Run]:  # noqa: ANN401  # pdfplumber's pages have no types
    left, top = page.bbox[0], page.bbox[1]
    heights = sorted(character["bottom"] - character["top"] for character in page.chars)
    gap = WORD_GAP * heights[len(heights) // 2] if heights else 3.0
    words = page.dedupe_chars(tolerance=1).extract_words(
        x_tolerance=gap, return_chars=True, extra_attrs=["size"]
    )
    pieces, _ = without_marks([_piece(word["chars"], left, top) for word in words])
    for piece in pieces:
        _, lefts, bottoms, rights, tops = zip(*piece.characters, strict=True)
        yield Run(
            text=piece.text,
            box=Box(left=min(lefts), top=-max(tops), right=max(rights), bottom=-min(bottoms)),
            edges=tuple(zip(lefts, rights, strict=True)),
            is_recognised=False,
        )


def _piece(characters: Sequence[Any], left: float, top: float) -> Piece:
    """Return characters of one word and size, with the page's top as the origin upwards."""
    return Piece(
        0,
        is_recognised=False,
        characters=[
            Character(c["text"], c["x0"] - left, top - c["bottom"], c["x1"] - left, top - c["top"])
            for c in characters
        ],
        size=characters[0]["size"],
        origin=(characters[0]["matrix"][4], characters[0]["matrix"][5]),
    )


def _rulings(page: Any) -> Iterable[Ruling]:  # noqa: ANN401
    left, top = page.bbox[0], page.bbox[1]
    for edge in page.edges:
        if edge["orientation"] == "h":
            yield Ruling(
                horizontal=True, position=edge["top"] - top, start=edge["x0"] - left, stop=edge["x1"] - left
            )
        elif edge["orientation"] == "v":
            yield Ruling(
                horizontal=False,
                position=edge["x0"] - left,
                start=edge["top"] - top,
                stop=edge["bottom"] - top,
            )
