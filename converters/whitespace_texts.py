"""Words that stand together as texts: what columns, stubs and heads of an unruled table are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from converters.rulings import Word, around, line_text
from document import Box

# Words this near, in heights, are one text; the gaps between columns met are 0.7 and more.
APART = 0.5
# Lines this near, from top to top, are one text broken over lines; rows of an unruled table stand 1.8 and
# more apart, or nobody could read them.
WRAPPED = 1.4
# The largest step from one line of a table to the next; a heading between two tables stands off farther.
STEP = 3.5
# The longest label on one line; prose is longer.
LONGEST_LABEL = 22
# Headings are printed larger than the tables under them, by a fifth at least.
LARGER = 1.2
_FIGURE = re.compile(r"(?:[-+增减±]?\d[\d,.，]*(?:万元|元|件|条|项)?|[-—–―/无]+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """Words that stand together, on one line or on several under each other."""

    text: str
    box: Box

    @property
    def is_figure(self) -> bool:
        """Whether it is a figure, or a mark that stands for none."""
        return bool(_FIGURE.fullmatch(self.text))

    @property
    def height(self) -> float:
        """How high it is."""
        return self.box.bottom - self.box.top

    @property
    def x(self) -> float:
        """The middle between left and right."""
        return (self.box.left + self.box.right) / 2

    @property
    def y(self) -> float:
        """The middle between top and bottom."""
        return (self.box.top + self.box.bottom) / 2


Line = tuple[Text, ...]


def texts_of(line: Sequence[Word]) -> Line:
    """Return the words of a line as texts, parted where the gaps are wide."""
    groups: list[list[Word]] = []
    for word in line:
        size = word.box.bottom - word.box.top
        if groups and word.box.left - groups[-1][-1].box.right < APART * size:
            groups[-1].append(word)
        else:
            groups.append([word])
    return tuple(
        Text(text=line_text(group, group[0].box.bottom - group[0].box.top), box=around(w.box for w in group))
        for group in groups
    )


def stack(texts: Iterable[Text]) -> list[Text]:
    """Return texts with those broken over lines joined: under each other, overlapping, and near."""
    stacks: list[list[Text]] = []
    for text in sorted(texts, key=lambda text: text.box.top):
        for stack in stacks:
            above = stack[-1]
            is_near = text.box.top - above.box.top <= WRAPPED * text.height
            if is_near and min(text.box.right, above.box.right) > max(text.box.left, above.box.left):
                stack.append(text)
                break
        else:
            stacks.append([text])
    return [
        Text(text="".join(text.text for text in stack), box=around(text.box for text in stack))
        for stack in stacks
    ]


def is_within(inner: Box, outer: Box) -> bool:
    """Say whether one box lies in another."""
    return (
        outer.left <= inner.left
        and inner.right <= outer.right
        and outer.top <= inner.top
        and inner.bottom <= outer.bottom
    )


def is_under(lower: Text, upper: Text) -> bool:
    """Say whether two texts share a part of the page's width."""
    return lower.box.left < upper.box.right and lower.box.right > upper.box.left


def top_of(line: Line) -> float:
    """Return where the highest text of a line begins."""
    return min(text.box.top for text in line)
