"""Automatic numbers: the 一、 （一） 1. that Word prints before a paragraph but does not store in its text.

ISO/IEC 29500-1, 17.9. Bullets carry no numeral and are dropped. Numerals are spelled as Word spells
them up to 9999; beyond that, and in formats not known here, they are decimal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from docx.oxml.ns import qn

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.etree import _Element as Element

W_VAL = qn("w:val")
PARAGRAPH_PROPERTIES, PARAGRAPH_STYLE, BASE_STYLE = qn("w:pPr"), qn("w:pStyle"), qn("w:basedOn")
NUMBER_PROPERTIES, NUMBER, DEPTH = qn("w:numPr"), qn("w:numId"), qn("w:ilvl")
LEVEL = qn("w:lvl")
DEEPEST = 9  # levels of a list
STYLE_CHAIN = 32  # styles based on one another; Word itself stops earlier
LONGEST_LABEL = 255  # characters of a level's text, Word's own limit
INTEGER = re.compile(r"\s*[+-]?[0-9]{1,18}\s*")
SUFFIXES = {"tab": "\t", "space": " ", "nothing": ""}


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """One level of a list as numbering.xml defines it; `restart` counts levels from 1, 0 is never."""

    start: int
    format: str
    text: str
    suffix: str
    restart: int
    legal: bool
    style: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class NumberedList:
    """A list that paragraphs refer to. Lists over one `abstract` definition count on together."""

    abstract: str
    levels: dict[int, Level]
    start_overrides: dict[int, int]


def whole(text: str | None, default: int) -> int:
    """Return the whole number that an attribute spells, `default` for anything else."""
    return int(text) if text is not None and INTEGER.fullmatch(text) else default


def child_of(parent: Element | None, tag: str) -> Element | None:
    """Return the first child with a tag; lxml's `find` does the same in twice the time."""
    return None if parent is None else next(parent.iterchildren(tag), None)


def value_of(parent: Element | None, tag: str) -> str | None:
    """Return the `w:val` of a child element, None where there is no such child or value."""
    child = child_of(parent, tag)
    return None if child is None else child.get(W_VAL)


def is_on(flag: Element | None) -> bool:
    """Tell whether an on/off element such as w:vanish is there and on."""
    return flag is not None and flag.get(W_VAL, "true") not in ("0", "false", "off")


class Numbering:
    """The lists of one document and how far each has counted; ask for labels in reading order."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._abstracts: dict[str, Element] = _by_id(numbering, "w:abstractNum", "w:abstractNumId")
        self._numbers: dict[str, Element] = _by_id(numbering, "w:num", "w:numId")
        self._styles: dict[str, Element] = _by_id(styles, "w:style", "w:styleId") if self._numbers else {}
        self._default_style = next(
            (name for name, style in self._styles.items() if _is_default_paragraph(style)), None
        )
        self._lists: dict[str, NumberedList | None] = {}
        self._style_lists: dict[str | None, tuple[str | None, int]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._overridden: set[tuple[str, int]] = set()

    def label(self, properties: Element | None) -> str:
        """Return what is printed before a paragraph with these properties (w:pPr), and count it.

        The label ends in the tab or space that separates it from the text. Empty: no number.
        """
        if not self._numbers:
            return ""
        number, depth = self._reference(properties)
        numbered = self._list(number) if number else None
        if number is None or numbered is None or depth not in numbered.levels:
            return ""
        level = numbered.levels[depth]
        counts = self._count(number, numbered, depth)
        if level.format == "bullet" or not level.text:
            return ""
        return _spell(level, numbered.levels, counts) + level.suffix

    def _reference(self, properties: Element | None) -> tuple[str | None, int]:
        """Return the list and level that a paragraph names itself or by its style."""
        own = child_of(properties, NUMBER_PROPERTIES)
        number, depth = (None, None) if own is None else (value_of(own, NUMBER), value_of(own, DEPTH))
        if number is not None:
            return number, whole(depth, 0)
        style = value_of(properties, PARAGRAPH_STYLE) or self._default_style
        if style not in self._style_lists:
            self._style_lists[style] = self._style_reference(style)
        number, style_depth = self._style_lists[style]
        return number, whole(depth, style_depth)

    def _style_reference(self, name: str | None) -> tuple[str | None, int]:
        """Return the list and level of a paragraph style, looking up through the styles it is based on."""
        for _ in range(STYLE_CHAIN):
            style = self._styles.get(name or "")
            own = child_of(child_of(style, PARAGRAPH_PROPERTIES), NUMBER_PROPERTIES)
            number = value_of(own, NUMBER)
            if number is not None:
                numbered = self._list(number)
                levels = {} if numbered is None else numbered.levels
                linked = (depth for depth, level in levels.items() if level.style == name)
                return number, next(linked, whole(value_of(own, DEPTH), 0))
            name = value_of(style, BASE_STYLE)
        return None, 0

    def _list(self, number: str) -> NumberedList | None:
        if number not in self._lists:
            self._lists[number] = self._define(number)
        return self._lists[number]

    def _define(self, number: str) -> NumberedList | None:
        """Return the list `number` with its overrides; None when nothing defines it (0: no list)."""
        definition = self._numbers.get(number)
        abstract = self._abstract(number)
        if definition is None or abstract is None:
            return None
        levels = {_depth(level): _level(level) for level in islice(abstract.iterchildren(LEVEL), DEEPEST)}
        starts = {}
        for override in islice(definition.iterchildren(qn("w:lvlOverride")), DEEPEST):
            if (level := child_of(override, LEVEL)) is not None:
                levels[_depth(override)] = _level(level)
            if (start := value_of(override, qn("w:startOverride"))) is not None:
                starts[_depth(override)] = whole(start, 1)
        name = abstract.get(qn("w:abstractNumId"))
        return NumberedList(abstract=name, levels=levels, start_overrides=starts)

    def _abstract(self, number: str) -> Element | None:
        """Return the definition a list rests on, through a numbering style where it names one."""
        for _ in range(DEEPEST):
            abstract = self._abstracts.get(value_of(self._numbers.get(number), qn("w:abstractNumId")) or "")
            link = value_of(abstract, qn("w:numStyleLink"))
            if link is None or link not in self._styles:
                return abstract
            linked = next(self._styles[link].iter(NUMBER), None)
            number = "" if linked is None else linked.get(W_VAL, "")
        return None

    def _count(self, number: str, numbered: NumberedList, depth: int) -> dict[int, int]:
        """Count one paragraph on its level and restart the levels below it."""
        counts = self._counts.setdefault(numbered.abstract, {})
        override = numbered.start_overrides.get(depth)
        if override is not None and (number, depth) not in self._overridden:
            self._overridden.add((number, depth))
            counts[depth] = override
        else:
            start = numbered.levels[depth].start if override is None else override
            counts[depth] = counts[depth] + 1 if depth in counts else start
        for lower in [lower for lower in counts if lower > depth]:
            level = numbered.levels.get(lower)
            if level is None or depth < level.restart:
                del counts[lower]
        return counts


def _by_id(root: Element | None, tag: str, key: str) -> dict[str, Element]:
    children = () if root is None else root.iterchildren(qn(tag))
    return {child.get(qn(key)) or "": child for child in children}


def _is_default_paragraph(style: Element) -> bool:
    return style.get(qn("w:type")) == "paragraph" and style.get(qn("w:default")) in ("1", "true", "on")


def _depth(element: Element) -> int:
    return whole(element.get(DEPTH), 0)


def _level(level: Element) -> Level:
    # A format that older programs do not know stands in mc:Choice, its substitute behind it.
    formats = [found.get(W_VAL) for found in level.iter(qn("w:numFmt"))]
    return Level(
        start=whole(value_of(level, qn("w:start")), 0),
        format=(formats[-1] if formats else None) or "decimal",
        text=(value_of(level, qn("w:lvlText")) or "")[:LONGEST_LABEL],
        suffix=SUFFIXES.get(value_of(level, qn("w:suff")) or "tab", "\t"),
        restart=whole(value_of(level, qn("w:lvlRestart")), DEEPEST),
        legal=is_on(child_of(level, qn("w:isLgl"))),
        style=value_of(level, PARAGRAPH_STYLE),
    )


def _spell(level: Level, levels: dict[int, Level], counts: dict[int, int]) -> str:
    """Return the level text with every %n replaced by the numeral of the n-th level."""

    def numeral(match: re.Match[str]) -> str:
        depth = int(match[1]) - 1
        if depth not in levels:
            return ""
        # A level that no paragraph has used yet is printed with its start.
        count = counts.get(depth, levels[depth].start)
        return spell(count, "decimal" if level.legal else levels[depth].format)

    return re.sub(r"%([1-9])", numeral, level.text)


def spell(count: int, number_format: str) -> str:
    """Return a count in one of WordprocessingML's number formats (ST_NumberFormat)."""
    if number_format in ("none", "bullet"):
        return ""
    if number_format == "decimalZero":
        return f"{count:02}"
    first, last, write = FORMATS.get(number_format, (0, -1, str))
    return write(count) if first <= count <= last else str(count)


DIGITS = "〇一二三四五六七八九"
ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def _counting(count: int) -> str:
    """Return 一 … 十 十一 … 二十 … 一百零一, up to 9999."""
    text = ""
    for position, digit in zip("千百十 ", f"{count:04}", strict=True):
        if digit != "0":
            text += DIGITS[int(digit)] + position.strip()
        elif text and not text.endswith("零"):
            text += "零"
    text = text.rstrip("零")
    return text[1:] if text.startswith("一十") else text


def _japanese(count: int) -> str:
    return re.sub("一(?=[十百千])", "", _counting(count).replace("零", ""))


def _legal(digits: str) -> Callable[[int], str]:
    """Return a writer of the forgery-proof numerals, where ten is 壹拾."""
    table = str.maketrans("一二三四五六七八九十百千", digits)
    return lambda count: (("一" if 10 <= count < 20 else "") + _counting(count)).translate(table)


def _digital(count: int) -> str:
    return "".join(DIGITS[int(digit)] for digit in str(count))


def _letters(count: int) -> str:
    """Return a … z, then aa bb … zz, as Word goes on."""
    repeats, letter = divmod(count - 1, 26)
    return chr(ord("a") + letter) * (repeats + 1)


def _roman(count: int) -> str:
    text = ""
    for worth, letters in ROMAN:
        repeats, count = divmod(count, worth)
        text += letters * repeats
    return text


def _from(start: str, first: int = 1) -> Callable[[int], str]:
    """Return a writer of consecutive characters, `first` being written as `start`."""
    return lambda count: chr(ord(start) + count - first)


def _circled(count: int) -> str:
    if count <= 20:
        return chr(ord("①") + count - 1)
    return chr(ord("㉑") + count - 21) if count <= 35 else chr(ord("㊱") + count - 36)


def _full_width(count: int) -> str:
    return "".join(chr(ord("０") + int(digit)) for digit in str(count))


CHINESE = (1, 9999, _counting)
JAPANESE = (1, 9999, _japanese)
CIRCLED = (1, 50, _circled)

# Format -> the first and last count it can write, and how.
FORMATS: dict[str, tuple[int, int, Callable[[int], str]]] = {
    "chineseCounting": CHINESE,
    "chineseCountingThousand": CHINESE,
    "taiwaneseCounting": CHINESE,
    "taiwaneseCountingThousand": CHINESE,
    "japaneseCounting": JAPANESE,
    "chineseLegalSimplified": (1, 9999, _legal("壹贰叁肆伍陆柒捌玖拾佰仟")),
    "ideographLegalTraditional": (1, 9999, _legal("壹貳參肆伍陸柒捌玖拾佰仟")),
    "ideographDigital": (0, 9999, _digital),
    "japaneseDigitalTenThousand": (0, 9999, _digital),
    "taiwaneseDigital": (0, 9999, _digital),
    "ideographTraditional": (1, 10, lambda count: "甲乙丙丁戊己庚辛壬癸"[count - 1]),
    "ideographZodiac": (1, 12, lambda count: "子丑寅卯辰巳午未申酉戌亥"[count - 1]),
    "ideographEnclosedCircle": (1, 10, _from("㊀")),
    "decimalFullWidth": (0, 9999, _full_width),
    "decimalFullWidth2": (0, 9999, _full_width),
    "decimalEnclosedCircle": CIRCLED,
    "decimalEnclosedCircleChinese": CIRCLED,
    "decimalEnclosedFullstop": (1, 20, _from("⒈")),
    "decimalEnclosedParen": (1, 20, _from("⑴")),
    "lowerLetter": (1, 260, _letters),
    "upperLetter": (1, 260, lambda count: _letters(count).upper()),
    "lowerRoman": (1, 3999, _roman),
    "upperRoman": (1, 3999, lambda count: _roman(count).upper()),
}
