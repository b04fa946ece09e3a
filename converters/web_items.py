"""What a web page shows: lines and tables in order, and the regions of the page they stand in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from converters.web_tables import Tiling

FIGURE = re.compile(r"^(?:[+\-－−增减]{0,2}[0-9０-９][0-9０-９,，.．]*[亿万千百]?元?|[/\-—–－]+|无)$")

Kind = Literal["plain", "article", "furniture"]


FEWEST_FIGURES = 4  # of a table that reports something, rather than arranges or describes a page


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of running text. `heading` is 1 to 6, 7 for what only calls itself a title, 0 otherwise.

    `linked` characters are links to elsewhere, `controlling` ones work the page (print, share).
    """

    text: str
    heading: int = 0
    links: int = 0
    linked: int = 0
    controlling: int = 0

    @property
    def is_furniture(self) -> bool:
        """Tell whether the line works the page or leads elsewhere: print buttons, trails, lists of links."""
        length = max(len("".join(self.text.split())), 1)
        if self.controlling and length - self.controlling <= 20:
            return True
        return self.links >= 2 and self.linked * 10 >= length * 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """What a cell holds: its text, a line for every line shown, and the tables in it."""

    text: str
    tables: list[Table]


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table that shows something. `figures` counts the cells that hold a figure, or a mark for none."""

    tiling: Tiling[Held]
    figures: int

    @property
    def nested(self) -> list[Table]:
        """The tables in the cells."""
        return [table for slot in self.tiling.slots for table in slot.content.tables]

    @property
    def is_layout(self) -> bool:
        """Tell whether the table only arranges things on the page.

        So does a single cell, and a table around others that is one column or has next to no figures of its
        own. (One with figures has another in its last cell where its end tag is missing.)
        """
        if len(self.tiling.slots) <= 1:
            return True
        return bool(self.nested) and (self.tiling.column_count == 1 or self.figures < FEWEST_FIGURES)

    def texts(self) -> list[str]:
        """Return the texts of all cells in reading order."""
        return [
            slot.content.text for slot in sorted(self.tiling.slots, key=lambda slot: (slot.row, slot.column))
        ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Region:
    """An element of the page: the items from `start` to before `stop`."""

    start: int
    stop: int
    kind: Kind = "plain"


@dataclass(kw_only=True, slots=True)
class Page:
    """What a page shows. Regions come innermost first; `pictures` and `frames` are counted, not read."""

    items: list[Line | Table] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    pictures: int = 0
    frames: list[str] = field(default_factory=list)
    hidden_tables: int = 0
    title: str = ""
