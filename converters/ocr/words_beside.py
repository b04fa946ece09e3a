"""Figures with a word before or behind them, 增加6 or 0.00万元, parted from it by what their ink shows.

Readers of figures know digits alone, and a reader of text is one witness. With the word cut off, both read
the figure. The word is one of a few that hardly look alike; read again alone, it must be the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from converters.ocr.glyphs import as_digits, may_be_figure, plain
from converters.ocr.ink import Ink, Line, columns
from document import Reading

_WORDED = re.compile(
    r"(?P<before>增加|新增|增长|[减減]少|下降|增|减|減|负)?"
    r"(?P<figure>[^\u4e00-\u9fff]+)"
    r"(?P<after>亿元|万元|千元|百元|元|[件项条人次])?"
)
# Chinese stands in squares, of which ink fills nine tenths: so many heights of a line are from one to the
# next, and this much less or more the ink of several may be wide.
_SQUARE, _LESS, _MORE = 1.11, 0.45, 0.06
# A word that is read alone is this sure at least; of 减 its other form 減 takes half.
_SURE, _TWO_FORMS = 0.9, 0.6
_FORMS = str.maketrans("減", "减")


@dataclass(frozen=True, kw_only=True, slots=True)
class Parted:
    """A figure and the words beside it: `ink` is the figure's alone, `whole` that of its crop.

    `words` are the places of the words that there are, `before` the figure and `after` it. `read` is what an
    engine read in the whole line.
    """

    read: Reading
    whole: Ink
    ink: Ink
    figure: Line
    words: tuple[Line, ...]
    before: str
    after: str


def has_words(text: str) -> bool:
    """Say whether a text is a figure with a word beside it."""
    match = _WORDED.fullmatch(plain(text))
    return match is not None and bool(match["before"] or match["after"]) and may_be_figure(match["figure"])


def parted(read: Reading, ink: Ink, line: Line) -> Parted | None:
    """Return the parts of a line that was read so; None where it has no words, or no gaps beside them.

    Words are as wide as so many squares.
    """
    match = _WORDED.fullmatch(plain(read.text))
    if match is None:
        return None
    before, after = match["before"] or "", match["after"] or ""
    glyphs = columns(mark for mark in ink.marks if _is_on(mark, line))
    start = _how_many(glyphs, len(before), line.height)
    stop = _how_many(
        [replace(one, left=-one.right, right=-one.left) for one in glyphs[::-1]], len(after), line.height
    )
    if start is None or stop is None or not 0 < start + stop < len(glyphs):
        return None
    middle = glyphs[start : len(glyphs) - stop]
    left, right = middle[0].left, middle[-1].right
    marks = tuple(mark for mark in ink.marks if mark.left >= left and mark.right <= right)
    inside = [mark for mark in marks if _is_on(mark, line)]
    contrast = ink.contrast.copy()
    contrast[:, : max(left - 1, 0)] = 0.0
    contrast[:, right + 1 :] = 0.0
    places = [glyphs[:start], glyphs[len(glyphs) - stop :]]
    return Parted(
        read=read,
        whole=ink,
        ink=replace(ink, marks=marks, specks=(), contrast=contrast),
        figure=Line(
            left=left,
            top=min(mark.top for mark in inside),
            right=right,
            bottom=max(mark.bottom for mark in inside),
        ),
        words=tuple(replace(line, left=place[0].left, right=place[-1].right) for place in places if place),
        before=before,
        after=after,
    )


def are_read(found: Parted, read: Sequence[Reading]) -> bool:
    """Say whether words that were read alone are what they were beside the figure."""
    wanted = [word.translate(_FORMS) for word in (found.before, found.after) if word]
    return all(
        plain(reading.text).translate(_FORMS) == word
        and reading.confidence >= (_TWO_FORMS if "减" in word else _SURE)
        for word, reading in zip(wanted, read, strict=True)
    )


def with_words(found: Parted, readings: Sequence[Reading]) -> tuple[Reading, ...]:
    """Return readings of the figure with the words beside it.

    Where the whole line was read as another figure, that stands against them: a digit may have gone with a
    word that it touches.
    """
    worded = tuple(
        replace(
            reading,
            text=f"{found.before}{reading.text}{found.after}",
            candidates=tuple(
                (f"{found.before}{text}{found.after}", share) for text, share in reading.candidates
            ),
        )
        for reading in readings
    )
    whole = replace(found.read, engine=f"{found.read.engine}, the whole line", candidates=())
    same = {as_digits(reading.text) for reading in worded} == {as_digits(whole.text)}
    return worded if same else (*worded, whole)


def _is_on(mark: Line, line: Line) -> bool:
    return line.top <= (mark.top + mark.bottom) / 2 <= line.bottom


def _how_many(glyphs: Sequence[Line], count: int, height: int) -> int | None:
    """Return how many pieces from the left on are `count` characters in squares; None where none are.

    Of several numbers it is the one behind which the gap is widest.
    """
    if not count:
        return 0
    least, most = (count * _SQUARE - _LESS) * height, (count * _SQUARE + _MORE) * height
    fitting = [
        number
        for number in range(1, len(glyphs))
        if least <= glyphs[number - 1].right - glyphs[0].left <= most
    ]
    return max(fitting, key=lambda number: glyphs[number].left - glyphs[number - 1].right, default=None)
