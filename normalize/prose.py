"""Clean: lines of running text -> paragraphs, with page numbers, running heads and hard breaks removed.

Figures in the text are never touched; only spaces beside Chinese characters, line ends inside a sentence
and lines that belong to the page or the web site rather than to the report go.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from normalize.reading import is_page_number

_CHINESE = r"\u3001-\u303f\u4e00-\u9fff\u3400-\u4dbf\uff01-\uff5e\u2018\u2019\u201c\u201d\u2026"
_STRAY_SPACE = re.compile(
    rf"(?<=[{_CHINESE}])[ \t\u00a0\u3000]+(?=[{_CHINESE}0-9])|(?<=[0-9%])[ \t\u00a0\u3000]+(?=[{_CHINESE}])"
)
_SPACE_AT_FIGURE = re.compile(r"(?<=[0-9])[ \t\u00a0]+(?=[%％.．、,，])")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_OPENING = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、是.．:：]|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[、.．](?!\d)|[①-⑳]|第[一二三四五六七八九十]{1,3}[，、,章节条])"
)
_CLOSED = re.compile(r"[。！？；：!?;:…”」』）)》】]$")
_PUNCTUATED = re.compile(r"[，。；：、！？,;:]")
_SITE = re.compile(
    r"^(?:【?(?:打印|关闭|分享|收藏|字体|字号)[】\s:：]|您?(?:当前|的|所在的)?位置[:：]|首页\s*[>›»/\-]|(?:浏览|阅读|点击)(?:次数|量|数)|"
    r"(?:发布|成文|生成|更新)(?:时间|日期)[:：]|(?:信息)?来源[:：]|索引号|发布机构[:：]|责任编辑|上一篇|下一篇|扫一扫|该部分以表格形式报告|附件[:：]?$)"
)
_INDENT = re.compile(r"^(?:[ \u00a0]{2,}|\u3000{1,}|\t)")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of running text. `follows` says that no blank line stands before it.

    `confidence` is how surely its least sure character was read: 1 for stored text.
    """

    text: str
    follows: bool = False
    confidence: float = 1.0


def tidy(text: str) -> str:
    """Return a text without stray spaces: none beside Chinese characters, none at the ends."""
    text = _INVISIBLE.sub("", text).strip().replace("\n", " ")
    text = _SPACE_AT_FIGURE.sub("", _STRAY_SPACE.sub("", text))
    return re.sub(r"[ \t\u00a0]{2,}", " ", text).strip(" \t\u00a0\u3000\r\n")


def split_breaks(text: str) -> list[str]:
    """Return the lines of a text that are paragraphs of their own: those that open like one."""
    lines: list[str] = []
    for piece in text.split("\n"):
        if lines and not _OPENING.match(piece.strip()) and not _INDENT.match(piece):
            lines[-1] += f"\n{piece}"
        else:
            lines.append(piece)
    return lines


def is_furniture(text: str) -> bool:
    """Return whether a line belongs to the page or the web site: a page number, a print button."""
    bare = text.strip()
    return not bare or is_page_number(bare) or (len(bare) <= 60 and bool(_SITE.match(bare)))


def running_heads(texts: Iterable[str]) -> frozenset[str]:
    """Return the short lines that stand three times or more: heads and feet printed on every page."""
    counts = Counter(bare for text in texts if 5 < len(bare := tidy(text)) <= 40)
    return frozenset(
        text
        for text, count in counts.items()
        if count >= 3 and not _CLOSED.search(text) and not _OPENING.match(text)
    )


def paragraphs(lines: Sequence[Line], heads: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Return the paragraphs that lines make: broken sentences joined, furniture left out."""
    kept = [line for line in lines if not is_furniture(line.text) and tidy(line.text) not in heads]
    width = _wrap_width(kept)
    result: list[str] = []
    previous: Line | None = None
    for line in kept:
        text = tidy(line.text)
        if result and previous is not None and _goes_on(previous, line, width):
            result[-1] = tidy(_glue(result[-1], text))
        else:
            result.append(text)
        previous = line
    return tuple(result)


def _glue(one: str, other: str) -> str:
    latin = one[-1:].isascii() and one[-1:].isalpha() and other[:1].isascii() and other[:1].isalpha()
    return f"{one} {other}" if latin else one + other


def _wrap_width(lines: Sequence[Line]) -> int | None:
    """Return the width at which an export wrapped its lines; None when it did not.

    Wrapped text has many unfinished lines of nearly one length.
    """
    unfinished = [len(line.text.rstrip()) for line in lines if not _CLOSED.search(line.text.strip())]
    long = [length for length in unfinished if length >= 20]
    if len(long) < 3:
        return None
    width = max(long)
    near = sum(width - 3 <= length <= width for length in long)
    return width if near >= 3 and near * 2 >= len(long) else None


def _goes_on(previous: Line, line: Line, width: int | None) -> bool:
    """Return whether a line continues the sentence, or the wrapped paragraph, of the line before it."""
    before, after = tidy(previous.text), tidy(line.text)
    if _OPENING.match(after) or (line.follows and _INDENT.match(line.text)):
        return False
    if _CLOSED.search(before):
        full = width is not None and width - 2 <= len(previous.text.rstrip()) <= width + 1
        return full and line.follows and not before.endswith(("：", ":"))
    if before.endswith(("，", "、", ",")):
        return True
    if _is_heading(before):
        return False
    return len(before) >= 20


def _is_heading(text: str) -> bool:
    """Return whether a line without a full stop is a heading: numbered and short, without a comma."""
    return (
        len(text) <= 32
        and not _PUNCTUATED.search(_OPENING.sub("", text, count=1))
        and bool(_OPENING.match(text))
    )
