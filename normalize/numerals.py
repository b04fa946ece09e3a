"""Printed text -> a number, a status, and the named steps that lead from one to the other.

Nothing is guessed: a text that is not exactly one figure, or one of the known marks for "no number", is
unreadable. Replaying the steps on the text gives the number again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import Literal

from standards import LeafType

Status = Literal["printed", "blank", "unreadable"]
Number = int | Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What a text says: a number if `status` is "printed". `doubts` are finding codes."""

    status: Status
    number: Number | None = None
    steps: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


# Marks that agencies print where there is no number.
MARKS = frozenset(
    {"/", "\\", "-", "--", "---", "－", "—", "——", "–", "―", "─", "一一", "无", "無", "空", "~", "*", "N/A"}
)
_WIDE = {wide: wide - 0xFEE0 for wide in (*range(0xFF10, 0xFF1A), 0xFF0B, 0xFF0C, 0xFF0D, 0xFF0E, 0xFF0F)}
_SPACES = re.compile(r"[\s\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]+")
_MINUS = re.compile(r"^[−–—]+(?=[0-9])")
_SIGN_WORD = re.compile(r"^(增加了?|增长了?|增|新增|[减減]少了?|减|減|負|负|下降了?)(?=[0-9])")
_COUNTER = re.compile(r"(?<=[0-9])[件项項个個宗起条條次份人例]$")
_UNIT = re.compile(r"(?<=[0-9])[(（]?(亿元|億元|万元|萬元|千元|百元|元)(?:人民币)?[)）]?$")
_THOUSANDS = re.compile(r"^[+-]?[0-9]{1,3}(?:[,，][0-9]{3})+(?:\.[0-9]+)?$")
_FIGURE = re.compile(r"^[+-]?[0-9]+(?:\.[0-9]+)?$")
_LOOKALIKES = str.maketrans(
    {"O": "0", "o": "0", "〇": "0", "○": "0", "Ｏ": "0", "l": "1", "I": "1", "|": "1"}
)
_LOOKALIKE_FIGURE = re.compile(r"^[0-9Oo〇○ＯlI|]{1,12}$")
_LARGEST = 10**15  # after a change of unit
_YUAN = {"元": 0, "¥": 0, "￥": 0, "十元": 1, "百元": 2, "千元": 3, "万元": 4, "萬元": 4}
_YUAN |= {"十万元": 5, "百万元": 6, "千万元": 7, "亿元": 8, "億元": 8, "十亿元": 9}
_LONGEST = 14  # digits; no report counts further, and no sum of a table passes what a double holds


def _sign_word(text: str) -> str:
    match = _SIGN_WORD.match(text)
    if not match:
        return text
    return ("+" if "增" in match.group() else "-") + text[match.end() :]


# Each step takes a text to a text; a step that changes nothing is not recorded. Order matters.
STEPS: dict[str, Callable[[str], str]] = {
    "trim": lambda text: text.strip(" \t\r\n\u3000\u00a0\u200b\ufeff"),
    "width": lambda text: text.translate(_WIDE),
    "space_after_sign": lambda text: re.sub(r"^([+\-−–—])\s+(?=[0-9])", r"\1", text),
    "space_at_point": lambda text: re.sub(
        r"(?<=[0-9])\s*\.\s+(?=[0-9])|(?<=[0-9])\s+\.\s*(?=[0-9])", ".", text
    ),
    "break_at_comma": lambda text: re.sub(r"(?<=[0-9][,，])\s*\n\s*(?=[0-9]{3})", "", text),
    "space_before_unit": lambda text: re.sub(
        r"(?<=[0-9])\s+(?=[(（]?[亿億万萬千百元件项項个個宗起条條次])", "", text
    ),
    "minus": lambda text: _MINUS.sub("-", text),
    "double_minus": lambda text: re.sub(r"^--(?=[0-9])", "-", text),
    "sign_word": _sign_word,
    "counter": lambda text: _COUNTER.sub("", text),
    "unit": lambda text: _UNIT.sub("", text),
    "thousands": lambda text: re.sub(r"[,，]", "", text) if _THOUSANDS.match(text) else text,
    "lookalike": lambda text: text.translate(_LOOKALIKES) if _LOOKALIKE_FIGURE.match(text) else text,
}


@lru_cache(maxsize=16384)
def read(
    text: str, kind: LeafType = "count", unit: str | None = None, head_unit: str | None = None
) -> Reading:
    """Return what a cell's text says.

    `unit` is the standard's unit of an amount, `head_unit` the one printed in the column's head, if any;
    the number comes back in `unit`, with a step such as "from_元" when the cell was in another.
    """
    bare = _SPACES.sub("", text)
    if not bare or bare in MARKS:
        return Reading(status="blank")
    steps: list[str] = []
    cell_unit: str | None = None
    current = text
    for name, step in STEPS.items():
        if name == "unit":
            match = _UNIT.search(current)
            if match is None or kind != "amount":
                continue
            cell_unit = match.group(1)
        if name == "counter" and kind == "amount":
            continue
        changed = step(current)
        if changed != current:
            steps.append(name)
            current = changed
    if not _FIGURE.match(current) or sum(map(str.isdigit, current)) > _LONGEST:
        return Reading(status="unreadable")
    return _judge(current, steps, kind, unit, cell_unit, head_unit)


def _judge(
    figure: str,
    steps: list[str],
    kind: LeafType,
    unit: str | None,
    cell_unit: str | None,
    head_unit: str | None,
) -> Reading:
    doubts: list[str] = []
    number = Decimal(figure)
    if "lookalike" in steps:
        doubts.append("reading.lookalike")
    if (kind == "count" and figure[0] in "+-") or "double_minus" in steps:
        doubts.append("source.negative")
    if kind != "amount" and number != int(number):
        doubts.append("source.fraction")
    if len(figure.lstrip("+-").split(".")[0]) > 1 and figure.lstrip("+-").startswith("0"):
        return Reading(status="unreadable")
    printed_unit = cell_unit or head_unit
    if kind == "amount" and unit and printed_unit and _YUAN[printed_unit] != _YUAN[unit]:
        steps.append(f"from_{printed_unit}")
        number = convert_unit(number, printed_unit, unit)
    if abs(number) > _LARGEST:
        return Reading(status="unreadable")
    if number and cell_unit and head_unit and _YUAN[cell_unit] != _YUAN[head_unit]:  # 0 is 0 in any
        doubts.append("source.unit")
    whole = int(number) if number == int(number) else number
    return Reading(status="printed", number=whole, steps=tuple(steps), doubts=tuple(doubts))


def replay(text: str, steps: tuple[str, ...], unit: str | None = None) -> list[tuple[str, str]]:
    """Return (step, text or number after it) for every step, the last one ending in the number."""
    current, passed = text, []
    for name in steps:
        if name.startswith("from_"):
            current = str(convert_unit(Decimal(current), name.removeprefix("from_"), unit or "元"))
        else:
            current = STEPS[name](current)
        passed.append((name, current))
    return passed


def convert_unit(number: Decimal, printed_unit: str, unit: str) -> Decimal:
    """Return an amount of one unit in another (元 百元 千元 万元 亿元), exactly."""
    converted = number.scaleb(_YUAN[printed_unit] - _YUAN[unit])
    return (
        converted.to_integral_value() if converted == converted.to_integral_value() else converted.normalize()
    )


_MONEY = re.compile(
    r"[十百千]?[亿億]元|[十百千]?[万萬]元|[十百千]?元|美元|欧元|港元|日元|[¥￥$]|[万萬亿億千百十](?![件元\u4e00-\u9fff])"
)
_DIRT_IN_UNIT = re.compile(r"(?<=[百千万萬亿億])[·•.。,，:：'`]+(?=元)")  # 万·元, as a scan may be read
_MULTIPLE = re.compile(
    r"(?<![第一二三四五六七八九])[十百千万萬亿億]+(?:件|项|個|个|宗|起|条|條|人次|次)|单位[:：为是]?[十百千万萬亿億]"
)


def units_in(label: str) -> tuple[str, ...]:
    """Return the units of money that a label prints, such as 万元 in 采购总金额(万元), in order.

    A character before 元 that is no part of a unit may be what is left of one: 方元 is told as it stands.
    """
    bare = _DIRT_IN_UNIT.sub("", _SPACES.sub("", label))
    return tuple(_whole_unit(match.group(), bare[: match.start()]) for match in _MONEY.finditer(bare))


# What may stand before a plain 元: 金额元, 单位元, 人民币元, 以元计.
_BEFORE_YUAN = frozenset("额位为是以币按费")


def _whole_unit(unit: str, before: str) -> str:
    last = before[-1:]
    is_strange = (last.isalnum() or last == "\ufffd") and last not in _BEFORE_YUAN
    return f"{last}{unit}" if unit == "元" and is_strange else unit


def counts_in_multiples(label: str) -> bool:
    """Return whether a label prints counts in hundreds or thousands (千件), which the form never does."""
    return bool(_MULTIPLE.search(_SPACES.sub("", label)))


def is_known_unit(unit: str) -> bool:
    """Return whether a unit of money can be turned into another."""
    return unit in _YUAN


def looks_like_entry(text: str) -> bool:
    """Return whether a text can stand in a value cell: a figure in any of its spellings, or a mark."""
    bare = _SPACES.sub("", text)
    if not bare or len(bare) > 24:
        return False
    return bare in MARKS or read(bare, "amount", "元").status == "printed" or read(bare).status == "printed"


# What one cell prints when cells are printed without anything between them: by type of column.
_COUNT = r"[0０]|[1-9１-９][0-9０-９]*|[1-9][0-9]{0,2}(?:,[0-9]{3})+|[-/—无]"
_RUN_CELLS = {
    "count": re.compile(_COUNT),
    "signed_count": re.compile(rf"{_COUNT}|(?:[-+－＋]|[增减][加少]?)(?:[1-9１-９][0-9０-９]*|[0０])"),
    "amount": re.compile(rf"(?:{_COUNT})(?:\.[0-9]+)?(?:[万亿]?元)?"),
}


def splits(run: str, types: Sequence[LeafType]) -> list[list[str]]:
    """Return the ways to cut a run of characters into one cell for every column; two at most are told.

    No figure but 0 itself begins with 0, and no cell is blank.
    """

    @cache
    def ways(start: int, column: int) -> tuple[tuple[str, ...], ...]:
        if column == len(types):
            return ((),) if start == len(run) else ()
        found: list[tuple[str, ...]] = []
        for stop in range(start + 1, len(run) + 1):
            if _RUN_CELLS[types[column]].fullmatch(run, start, stop):
                found += [(run[start:stop], *rest) for rest in ways(stop, column + 1)]
                if len(found) > 1:
                    break
        return tuple(found[:2])

    return [list(way) for way in ways(0, 0)]
