"""Figures as sentences write them: 12, 1,234, 十二, 两千零五."""

from __future__ import annotations

import re

_DIGITS = {word: number for number, word in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_WORDS = "".join((*_DIGITS, *_TENS, "万"))

FIGURE = rf"(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]{{1,12}}|[{_WORDS}]{{1,12}})(?![0-9.,]*[0-9])"
"""A pattern for the figures that `number_of` reads, in a text with ASCII digits."""


def number_of(text: str) -> int | None:
    """Return the number that a figure says, or None for words that make no number (十百, 二三)."""
    if text[0] in "0123456789":
        return int(text.replace(",", ""))
    above, mark, below = text.partition("万")
    if not mark:
        return _below_ten_thousand(text)
    high, low = _below_ten_thousand(above), _below_ten_thousand(below) if below else 0
    return None if high is None or low is None else high * 10_000 + low


def year_of(text: str) -> int:
    """Return the year that four digits say, in ASCII or in Chinese (二〇二四)."""
    return int("".join(digit if digit in "0123456789" else str(_DIGITS[digit]) for digit in text))


def _below_ten_thousand(text: str) -> int | None:
    if not re.fullmatch(
        "[零〇○]|(?:[一二两三四五六七八九]千[零〇○]?)?(?:[一二两三四五六七八九]百[零〇○]?)?"
        "(?:[一二三四五六七八九]?十)?[一二两三四五六七八九]?",
        text,
    ):
        return None
    total, digit = 0, 0
    for word in text:
        if word in _TENS:
            total += (digit or 1) * _TENS[word]
            digit = 0
        else:
            digit = _DIGITS[word]
    return total + digit if text else None
