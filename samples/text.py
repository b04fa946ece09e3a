"""Samples as plain text from which the layout of the tables was lost, in the ways met in the field."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from samples.damages import DAMAGES, certain_ids, damaged, joined
from samples.flattenings import Flat, Line, flatten
from samples.printed import PrintedTable, printed_tables
from samples.reports import Sample

FLATTENINGS: tuple[str, ...] = (*(f"P{number}" for number in range(1, 16)), "aligned", "markdown")
ENCODINGS: tuple[str, ...] = ("utf-8", "utf-8-sig", "utf-16", "gb18030", "big5")
_SIGNATURE_INDENT = 28
_NUMBER = re.compile(r"\d+")
_FROM_PAGES = ("P13", "P14", "aligned")  # no web page around these

__all__ = ["DAMAGES", "ENCODINGS", "FLATTENINGS", "Flattened", "compose", "draw"]


@dataclass(frozen=True, kw_only=True)
class Flattened:
    """A text file, the ids of the values that it still tells, and what was done to it."""

    data: bytes
    recoverable: frozenset[str]
    notes: tuple[str, ...] = ()


def draw(
    sample: Sample,
    *,
    flattening: str,
    seed: int = 0,
    damage: float = 0.0,
    encoding: str = "utf-8",
    models: tuple[str, ...] = DAMAGES,
) -> Flattened:
    """Return the report as text; the same arguments give the same bytes.

    `damage` is the probability of each of the `models` for each table in P14; in every flattening it is
    (a fifth of it) the probability that the text breaks off. big5 wants a Traditional sample
    (reports.traditional); any other raises UnicodeEncodeError.
    """
    if flattening not in FLATTENINGS:
        message = f"no such flattening: {flattening!r}; there are {', '.join(FLATTENINGS)}"
        raise ValueError(message)
    random = Random(f"text {flattening} {seed} {sample.seed}")
    return compose(
        sample,
        printed_tables(sample),
        random,
        flattening=flattening,
        damage=damage,
        encoding=encoding,
        models=models,
    )


def compose(
    sample: Sample,
    tables: Iterable[PrintedTable],
    random: Random,
    *,
    flattening: str,
    damage: float = 0.0,
    encoding: str = "utf-8",
    models: tuple[str, ...] = DAMAGES,
) -> Flattened:
    """Return a text file with a sample's words around the given tables."""
    notes: list[str] = []
    kept: set[str] = set()
    words = _Words(sample, random, plain=flattening == "P11")
    lines = words.opening()
    if flattening not in _FROM_PAGES and random.random() < 0.12:
        lines = words.web_page() + lines
    tables = tuple(tables)
    for section, heading, paragraphs in sample.sections:
        lines += words.heading(heading)
        for text in paragraphs:
            lines += words.paragraph(text)
        for table in tables:
            if table.section == section:
                flat = _table(table, flattening, random, damage=damage, models=models, notes=notes)
                kept |= flat.kept
                lines += [*flat.lines, Line("")]
    lines += words.closing()
    if flattening == "P9":
        lines, lost = _without_repeats(lines, random)
        kept -= lost
    if "cut-off" in models and random.random() < damage / 5:
        lines, lost = _cut_off(lines, random)
        kept -= lost
        notes.append("cut-off")
    texts = [line.text for line in lines]
    text = " ".join(filter(None, texts)) if flattening == "P11" else "\n".join(texts) + "\n"
    return Flattened(
        data=_encoded(text, encoding), recoverable=frozenset(kept), notes=tuple(dict.fromkeys(notes))
    )


def _table(
    table: PrintedTable,
    flattening: str,
    random: Random,
    *,
    damage: float,
    models: tuple[str, ...],
    notes: list[str],
) -> Flat:
    if flattening != "P14":
        return flatten(table, flattening, random)
    flat, done = damaged(table, random, damage=damage, models=models)
    notes += done
    if "one-line" in models and random.random() < damage / 10:
        notes.append("one-line")
        flat = joined(Flat(lines=flat.lines, kept=flat.kept & certain_ids(table)))
    return flat


class _Words:
    """Sets a report's prose as exports do: wrapped or not, indented or not, with page furniture or not."""

    def __init__(self, sample: Sample, random: Random, *, plain: bool) -> None:
        self.sample = sample
        self.random = random
        self.width = 0 if plain or random.random() < 0.65 else random.randint(28, 42)
        self.indent = "" if plain else random.choice(("", "", "　　", "    "))
        self.gap = [] if plain else random.choice(([Line("")], [Line("")], []))
        self.stray_spaces = random.random() < 0.15
        self.furniture = not plain and random.random() < 0.3
        self.page = 1

    def opening(self) -> list[Line]:
        lines = [Line(text) for text in self.sample.title_lines]
        lines += self.gap
        for text in self.sample.preamble:
            lines += self.paragraph(text)
        return lines

    def web_page(self) -> list[Line]:
        """Return what a web page prints above a report, in pipes that look like data."""
        issuer, title = self.sample.issuer or "", self.sample.title or ""
        number = f"{self.random.randint(10**8, 10**9)}/{self.random.randint(1, 99999):05}"
        day = self.sample.date.isoformat() if self.sample.date else ""
        return [
            Line("首页 > 政务公开 > 政府信息公开年报"),
            Line(f"索引号 | {number} | 发布机构 | {issuer} |"),
            Line(f"发布日期 | {day} | 名称 | {title} |"),
            Line(f"浏览次数：{self.random.randint(2, 900)} 字体：[大 中 小] 打印"),
        ]

    def heading(self, text: str) -> list[Line]:
        return [*self.gap, Line(text), *self.gap]

    def paragraph(self, text: str) -> list[Line]:
        if self.stray_spaces:
            text = _NUMBER.sub(lambda found: f" {found[0]} ", text)
        lines = [Line(piece) for piece in _wrap(self.indent + text, self.width)]
        if self.furniture and len(lines) > 1 and self.random.random() < 0.3:
            self.page += 1
            place = self.random.randrange(1, len(lines))
            head = [Line(self.sample.title)] if self.sample.title and self.random.random() < 0.4 else []
            lines[place:place] = [Line(""), Line(f"— {self.page} —"), Line(""), *head]
        return lines + self.gap

    def closing(self) -> list[Line]:
        lines = [Line(" " * _SIGNATURE_INDENT + text) for text in self.sample.closing]
        if self.furniture:
            lines += [Line(""), Line("— 1 —  "), Line("— 1 —")]
        return lines


def _wrap(text: str, width: int) -> list[str]:
    """Break a text into lines of about `width`, never inside a number or before a closing mark."""
    pieces: list[str] = []
    while width and len(text) > width:
        place = width
        while place > 1 and (text[place] in "，。；、：）”" or text[place - 1 : place + 1].isdecimal()):
            place -= 1
        pieces.append(text[:place])
        text = text[place:]
    return [*pieces, text]


def _without_repeats(lines: list[Line], random: Random) -> tuple[list[Line], set[str]]:
    """Drop every line that occurred before; a row is told only when none of its lines was dropped."""
    navigation = ["网站首页", "政府信息公开", "法规文件", "政策解读"]
    if random.random() < 0.3:
        navigation.append("规章")
    seen: set[str] = set()
    lost: set[str] = set()
    left: list[Line] = []
    for line in [*map(Line, navigation), *lines]:
        if not line.text.strip():
            continue
        if line.text in seen:
            lost.update(line.ids)
            continue
        seen.add(line.text)
        left.append(line)
    return left, lost


def _cut_off(lines: list[Line], random: Random) -> tuple[list[Line], set[str]]:
    """End the text somewhere inside the tables; what is not shown whole is lost."""
    inside = [place for place, line in enumerate(lines) if line.ids]
    if not inside:
        return lines, set()
    place = random.choice(inside)
    lost = {name for line in lines[place:] for name in line.ids}
    # rows without labels are told by the labelled row that follows them, and here none does
    for line in reversed(lines[:place]):
        if line.ids and not line.unlabelled:
            break
        lost.update(line.ids)
    last = lines[place]
    return [*lines[:place], Line(last.text[: len(last.text) // 2])], lost


def _encoded(text: str, encoding: str) -> bytes:
    if encoding not in ENCODINGS:
        message = f"no such encoding: {encoding!r}; there are {', '.join(ENCODINGS)}"
        raise ValueError(message)
    if encoding == "utf-16":
        return b"\xff\xfe" + text.encode("utf-16-le")
    return text.encode(encoding)
