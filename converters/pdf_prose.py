"""Lines of words into paragraphs: what belongs together is joined, what repeats on every page set apart.

Works by where lines stand, and by their text only where a mark at a line's end or start settles it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from converters.rulings import Word, around, line_text, lines
from document import Box

# A full line has no room for what follows it: a character, or what may not be broken (a number, a word with
# the marks around it), give or take some play; some programs leave two characters free where a mark may not
# begin the next line. Where a paragraph may as well end there, the play is less.
FULL, PLAY, LESS_PLAY = 2.2, 0.7, 0.4
# A first line stands in by two characters; lines that continue one stand in by no more than this.
INDENT = 1.0
# What stands in by more than this is no line of a paragraph but a title or a signature.
CENTRED = 3.5
# A mark at the end of a line may hang over the edge by a character; what goes further shows another edge.
BEYOND = 2.0
# Lines of a paragraph follow each other within this many heights; reports are set at up to 2.2 (fixed 28 pt
# pitch under 16 pt text is 1.75).
PITCH = 2.6
# Sizes within one paragraph agree to this share; a numbered line in another size than the one above it is the
# heading under a title.
SAME_SIZE, HEADING_SIZE = 0.25, 0.1
# The strip of a page, from its edge, in which running heads and page numbers stand.
MARGIN = 0.12
# Running heads stand at one height to a point or so; half a line of play covers odd and even pages.
SAME_PLACE = 6.0
# So many lines, at most, are larger than the text: those of a title, which a cover may show as well.
TITLE_LINES = 7

# A head or a page number is one to four words; a row of a table without rulings is more.
MOST_WORDS = 4

# The gap between two columns of prose is one and a half characters wide at least; four lines that keep it
# free, their left halves ending at it, are no accident.
GUTTER = 1.2
COLUMN_LINES = 4
COLUMN_FILLED = 0.75
MOST_GAPS = 2000

_ENDS = re.compile(r"[。！？：；…!?:;][”’）)」』]*$")
_OPENS = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[、.．](?!\d)|"
    r"第[一二三四五六七八九十]+[章条]|[一二三四五六七八九]是)"
)
_COMMA = re.compile(r"[，、；,;]")
_SENTENCE = re.compile(r"[，、。；：！？（(]")
# A date cut by a page's end goes on after its year or month; one that begins overleaf is a line of its own.
_DATE_START, _DATE_CUT = re.compile(r"[0-9０-９二]"), re.compile(r"[0-9０-９年月]$")
_PAGE_NUMBER = re.compile(
    r"^(?:第?\s*[-—–－―·]*\s*\d{1,4}\s*[-—–－―·]*\s*页?|第?\s*\d{1,4}\s*页?\s*[,，/]?\s*(?:共\s*)?\d{1,4}\s*页?|"
    r"[Pp]age\s*\d{1,4}(?:\s*of\s*\d{1,4})?)$"
)
_TOKEN = re.compile(r"^[“‘（《〔(]*(?:[A-Za-z0-9][A-Za-z0-9.,%/:+-]*|.)[，。、；：！？”’）》〕)%]*")
_DIGITS = re.compile(r"\d+")
_LATIN_END, _LATIN_START = re.compile(r"[A-Za-z0-9,.;:]$"), re.compile(r"^[A-Za-z0-9]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line of prose; `column` is the left and right edge of its column where prose stands in two."""

    words: tuple[Word, ...]
    text: str
    box: Box
    column: tuple[float, float] | None = None

    @property
    def height(self) -> float:
        """The height of its tallest word."""
        return max(word.box.bottom - word.box.top for word in self.words)


def plain_lines(words: Iterable[Word], height: float) -> tuple[Line, ...]:
    """Return words as lines from top to bottom, each across the whole page."""
    return tuple(_line(line, height) for line in lines(words))


def prose_lines(words: Iterable[Word], height: float) -> tuple[Line, ...]:
    """Return words as lines in the order they are read: column by column where prose stands in two."""
    found = lines(words)
    gutter = _gutter(found, height)
    if gutter is None:
        return tuple(_line(line, height) for line in found)
    parted = [_parted(line, gutter) for line in found]
    rows = [number for number, (left, right) in enumerate(parted) if left and right]
    first, last = rows[0], rows[-1] + 1
    while first and _is_on_one_side(found[first - 1], gutter) and _follows(found[first - 1], found[first]):
        first -= 1
    while (
        last < len(found) and _is_on_one_side(found[last], gutter) and _follows(found[last - 1], found[last])
    ):
        last += 1
    return (
        *(_line(line, height) for line in found[:first]),
        *_column([left for left, _ in parted[first:last] if left], height),
        *_column([right for _, right in parted[first:last] if right], height),
        *(_line(line, height) for line in found[last:]),
    )


def _column(found: Sequence[Sequence[Word]], height: float) -> list[Line]:
    edges = min(line[0].box.left for line in found), max(line[-1].box.right for line in found)
    return [_line(line, height, edges) for line in found]


def _line(words: Sequence[Word], height: float, column: tuple[float, float] | None = None) -> Line:
    return Line(
        words=tuple(words),
        text=line_text(words, height),
        box=around(word.box for word in words),
        column=column,
    )


def _gutter(found: Sequence[Sequence[Word]], height: float) -> float | None:
    """Return the x of a gap that parts two columns of prose, None where there is none."""
    gaps = [
        (before.box.right, after.box.left)
        for line in found
        for before, after in pairwise(line)
        if after.box.left - before.box.right > GUTTER * height
    ]
    if not COLUMN_LINES <= len(gaps) <= MOST_GAPS:
        return None
    middles = sorted({(left + right) / 2 for left, right in gaps})
    gutter = max(middles, key=lambda x: sum(left < x < right for left, right in gaps))
    both = [(left, right) for left, right in (_parted(line, gutter) for line in found) if left and right]
    if len(both) < COLUMN_LINES:
        return None
    start = min(left[0].box.left for left, _ in both)
    stop = max(left[-1].box.right for left, _ in both)
    filled = sum(
        sum(word.box.right - word.box.left for word in left) >= COLUMN_FILLED * (stop - start)
        for left, _ in both
    )
    crossed = sum(any(w.box.left < gutter < w.box.right for w in (*left, *right)) for left, right in both)
    is_prose = filled >= 0.7 * len(both) and crossed <= 0.1 * len(both) and stop - start > 8 * height
    return gutter if is_prose else None


def _parted(line: Sequence[Word], gutter: float) -> tuple[Sequence[Word], Sequence[Word]]:
    left = [word for word in line if (word.box.left + word.box.right) / 2 < gutter]
    return left, line[len(left) :]


def _is_on_one_side(line: Sequence[Word], gutter: float) -> bool:
    return line[-1].box.right <= gutter or line[0].box.left >= gutter


def _follows(above: Sequence[Word], below: Sequence[Word]) -> bool:
    upper, lower = above[0].box, below[0].box
    return lower.top - upper.top < PITCH * (upper.bottom - upper.top)


def margin_lines(pages: Sequence[tuple[float, float, Sequence[Line]]]) -> tuple[frozenset[int], ...]:
    """Return which lines are running heads or page numbers, for pages given as their width, height and lines.

    A line of the outer strip is one when its text, figures aside, stands in one size at the same place of
    another page, from the left or as far from the right, or when it is the outermost line and nothing but a
    page number. A line that reaches down beside another is none, but the upper part of a cell of a table
    without rulings. Nor is one that is larger than the running text, or stands farther in than a line that is
    none: a title's lines may repeat too.
    """
    found: list[set[int]] = [set() for _ in pages]
    spots: list[_Spot] = []
    largest = _largest_head(line.height for *_, on_page in pages for line in on_page)
    for page, (width, height, on_page) in enumerate(pages):
        tops = sorted(line.box.top for line in on_page)
        for number, line in enumerate(on_page):
            is_upper = line.box.bottom < MARGIN * height
            is_lower = line.box.top > (1 - MARGIN) * height
            if not (is_upper or is_lower) or len(line.words) > MOST_WORDS or _is_beside(line, on_page):
                continue
            if line.box.top == tops[0 if is_upper else -1] and _PAGE_NUMBER.match(line.text):
                found[page].add(number)
            elif line.height <= largest and (
                not tops[2:] or line.box.top < tops[2] or line.box.top > tops[-3]
            ):
                outside = _farther_out(line, on_page, is_upper=is_upper)
                spots.append(_Spot(page, number, line, width, outside))
    for spot in _repeated(spots, found):
        found[spot.page].add(spot.number)
    return tuple(frozenset(numbers) for numbers in found)


class _Spot(NamedTuple):
    """A line that may be a running head, and which lines of its page stand farther out."""

    page: int
    number: int
    line: Line
    width: float  # of the page
    outside: frozenset[int]

    def repeats(self, other: _Spot) -> bool:
        """Say whether a line of the same text is the same head on another page."""
        one, another = self.line, other.line
        return (
            other.page != self.page
            and abs(one.box.top - another.box.top) <= SAME_PLACE
            and abs(one.height - another.height) <= SAME_SIZE * one.height
            and self._is_across(other.line.box.left, other.line.box.right)
        )

    def _is_across(self, left: float, right: float) -> bool:
        """Say whether two edges are this line's, or those of its mirror image; page numbers differ in one."""
        box = self.line.box
        play = max(SAME_PLACE, self.line.height)  # of two digits more or less
        as_here = abs(box.left - left), abs(box.right - right)
        mirrored = abs(self.width - box.right - left), abs(self.width - box.left - right)
        centred = abs(box.left + box.right - left - right) / 2
        return min(*as_here, *mirrored, centred) <= play


def _repeated(spots: Sequence[_Spot], margins: Sequence[Collection[int]]) -> Sequence[_Spot]:
    """Return the spots that repeat, with nothing farther out but others that do, and what `margins` hold."""
    while True:
        alike: dict[str, list[_Spot]] = defaultdict(list)
        outer = [set(numbers) for numbers in margins]
        for spot in spots:
            alike[_DIGITS.sub("#", spot.line.text)].append(spot)
            outer[spot.page].add(spot.number)
        kept = [
            spot
            for same in alike.values()
            for spot in same
            if spot.outside <= outer[spot.page] and any(spot.repeats(other) for other in same)
        ]
        if len(kept) == len(spots):
            return kept
        spots = kept


def _largest_head(heights: Iterable[float]) -> float:
    """Return how high a running head may be: no higher than the running text, which has many lines."""
    ordered = sorted(heights, reverse=True)
    return ordered[min(TITLE_LINES, len(ordered) // 3)] * (1 + HEADING_SIZE) if ordered else 0.0


def _farther_out(line: Line, on_page: Iterable[Line], *, is_upper: bool) -> frozenset[int]:
    """Return the numbers of a page's lines between a line and the edge it stands at."""
    top = line.box.top
    return frozenset(
        number
        for number, other in enumerate(on_page)
        if (other.box.top < top - 1 if is_upper else other.box.top > top + 1)
    )


def _is_beside(line: Line, on_page: Iterable[Line]) -> bool:
    return any(
        other is not line and other.box.top < line.box.bottom - 1.0 and other.box.bottom > line.box.top + 1.0
        for other in on_page
    )


def text_edges(found: Sequence[Line], grids: Iterable[Box]) -> tuple[float, float]:
    """Return the left and right edge of the area that a document's lines fill, as the lines show it.

    Where no three lines reach a common right edge, or some go far beyond it, the farthest line or grid tells:
    headings that happen to end at one place are no edge.
    """
    if not found:
        return 0.0, 0.0
    height = found[0].height
    left = _shared([line.box.left for line in found], height)
    right = _shared([-line.box.right for line in found], height)
    farthest = max(line.box.right for line in found)
    if right is None or farthest + right > BEYOND * height:
        right = -max(farthest, *(box.right for box in grids), 0.0)
    return min(line.box.left for line in found) if left is None else left, -right


def _shared(values: Iterable[float], play: float) -> float | None:
    """Return the lowest value that two more lie near to."""
    ordered = sorted(values)
    return next((low for low, high in zip(ordered, ordered[2:], strict=False) if high - low <= play), None)


def paragraphs(found: Sequence[Line], edges: tuple[float, float]) -> tuple[tuple[Line, ...], ...]:
    """Return lines in reading order in groups, one a paragraph."""
    groups: list[list[Line]] = []
    for line in found:
        if groups and goes_on(groups[-1], line, edges, overleaf=False):
            groups[-1].append(line)
        else:
            groups.append([line])
    return tuple(tuple(group) for group in groups)


def goes_on(above: Sequence[Line], line: Line, edges: tuple[float, float], *, overleaf: bool) -> bool:
    """Say whether a line evidently goes on a paragraph.

    The paragraph's last line is full, this one is not set in, both are of one size and, on one page, near
    each other. Where the paragraph's own first line is not set in either, a full line that ends a sentence
    may end the paragraph too; then what this line begins with, or the page's end, tells.
    """
    last = above[-1]
    is_near = overleaf or (
        last.column == line.column and 0 < line.box.top - last.box.top <= PITCH * last.height
    )
    may_end = _is_flush(above[0], above[0].column or edges) and bool(_ENDS.search(last.text))
    if is_near and not overleaf and _is_end_of_title(above, line, edges):
        return True
    return (
        is_near
        and not _is_centred(last, last.column or edges)
        and _is_full(last, last.column or edges, line.text, is_sure=may_end)
        and _is_flush(line, line.column or edges)
        and abs(line.height - last.height)
        <= (HEADING_SIZE if _OPENS.match(line.text) else SAME_SIZE) * last.height
        and not (may_end and (overleaf or _OPENS.match(line.text)))
    )


def _is_end_of_title(above: Sequence[Line], line: Line, edges: tuple[float, float]) -> bool:
    """Say whether a line in the middle is the last of a title whose other lines fill the page's width."""
    left, right = edges
    in_middle = abs(line.box.left - left - (right - line.box.right)) <= line.height
    return (
        in_middle
        and not _is_flush(line, edges)
        and not _OPENS.match(line.text)
        and all(
            _is_flush(one, edges)
            and _is_full(one, edges, line.text, is_sure=False)
            and not _ENDS.search(one.text)
            and abs(one.height - line.height) <= HEADING_SIZE * line.height
            for one in above
        )
    )


def is_cut(above: Sequence[Line], below: Sequence[Line], width: float, edges: tuple[float, float]) -> bool:
    """Say whether the end of a page cut a paragraph whose last line there has room left, as page breaks do.

    `width` is the page's. A title or signature goes on in the middle or on the right, where it stood, a
    heading with what has neither a number nor the marks of a sentence. Running text is known by its comma.
    """
    last, first = above[-1], below[0]
    if (
        _ENDS.search(last.text)
        or _OPENS.match(first.text)
        or abs(first.height - last.height) > SAME_SIZE * last.height
        or last.text in first.text
    ):
        return False
    if _is_centred(last, edges) or _is_centred(first, edges):
        is_dated = bool(_DATE_START.match(first.text))
        return (
            len(above) == len(below) == 1
            and _stand_alike(last, first, width)
            and (bool(_DATE_CUT.search(last.text)) if is_dated else not last.text.endswith(("月", "日")))
        )
    if not (_is_flush(first, edges) and last.column is first.column is None):
        return False
    text = "".join(line.text for line in above)
    number = _OPENS.match(text)
    if _COMMA.search(text, number.end() if number else 0):
        return True
    return bool(number) and len(above) == len(below) == 1 and not _SENTENCE.search(first.text)


def _stand_alike(one: Line, other: Line, width: float) -> bool:
    """Say whether two lines stand in the middle of a page, or end at the same place on the right."""
    play = one.height / 2
    in_middle = all(abs(line.box.left + line.box.right - width) <= 2 * play for line in (one, other))
    is_right = min(one.box.left, other.box.left) > width / 2 and abs(one.box.right - other.box.right) <= play
    return in_middle or is_right


def joined(texts: Iterable[str]) -> str:
    """Return lines as running text: a space between Latin words, else none."""
    whole = ""
    for text in texts:
        is_latin = _LATIN_END.search(whole) and _LATIN_START.search(text)
        whole += f" {text}" if is_latin and (whole[-1].isalpha() or text[0].isalpha()) else text
    return whole


def _is_full(line: Line, edges: tuple[float, float], next_text: str, *, is_sure: bool) -> bool:
    """Say whether what follows on the next line found no room on this one."""
    left, right = edges
    token = _TOKEN.match(next_text)
    wanted = sum(0.5 if character.isascii() else 1.0 for character in token[0]) if token else 0.0
    most = wanted + LESS_PLAY if is_sure else max(wanted + PLAY, FULL)
    return right - line.box.right <= most * line.height and line.box.right > left + 8 * line.height


def _is_centred(line: Line, edges: tuple[float, float]) -> bool:
    """Say whether a line is a title's: it stands in farther than the first line of a paragraph does."""
    return line.box.left > edges[0] + CENTRED * line.height


def _is_flush(line: Line, edges: tuple[float, float]) -> bool:
    return line.box.left <= edges[0] + INDENT * line.height
