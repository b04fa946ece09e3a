"""The list of units that are to report, as somebody keeps it in a spreadsheet: CSV in UTF-8 or GBK."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from errors import UnreadableFile
from export.counting import key_of

_ISSUER = ("issuer", "单位", "单位名称", "名称", "机关", "行政机关名称", "填报单位")
_YEAR = ("year", "年度", "年份", "年")
_LARGEST = 64 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """A unit that is to report, for one year, or at all where the list names no year."""

    issuer: str
    key: str
    year: int | None


def read_units(path: Path) -> tuple[Unit, ...]:
    """Return the units of a list, each once, in its order; raises UnreadableFile.

    The first line names the columns: `issuer` or 单位, and perhaps `year` or 年度. Other columns are passed
    over. UTF-8 with or without a mark, UTF-16 with one, or GB18030, which GBK and GB2312 are part of.
    """
    try:
        if path.stat().st_size > _LARGEST:
            message = (
                f"{path}: larger than {_LARGEST >> 20} MiB, which is no list of units; look at what it is"
            )
            raise UnreadableFile(message)
        data = path.read_bytes()
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror}); check the path"
        raise UnreadableFile(message) from error
    lines = csv.reader(io.StringIO(_decoded(path, data), newline=""))
    try:
        heads = [_plain(head) for head in next(lines, [])]
        issuer, year = _column(heads, _ISSUER), _column(heads, _YEAR)
        if issuer is None:
            message = f"{path}: its first line names no column issuer (单位); write one above the units"
            raise UnreadableFile(message)
        units = [
            _unit(
                path,
                lines.line_num,
                line[issuer],
                line[year] if year is not None and year < len(line) else "",
            )
            for line in lines
            if len(line) > issuer and line[issuer].strip()
        ]
    except csv.Error as error:
        message = f"{path}: line {lines.line_num} is no CSV ({error}); save the list as CSV again"
        raise UnreadableFile(message) from error
    once: dict[tuple[str, int | None], Unit] = {}
    for unit in units:
        once.setdefault((unit.key, unit.year), unit)
    return tuple(once.values())


def _unit(path: Path, line: int, issuer: str, year: str) -> Unit:
    bare = year.strip().removesuffix("年度").removesuffix("年")
    if bare and not re.fullmatch(r"(?:19|20)[0-9]{2}", bare, re.ASCII):
        message = f"{path}: line {line}: {year!r} is no year; write it as 2024"
        raise UnreadableFile(message)
    return Unit(issuer=issuer.strip(), key=key_of(issuer), year=int(bare) if bare else None)


def _column(heads: list[str], names: tuple[str, ...]) -> int | None:
    return next((heads.index(name) for name in names if name in heads), None)


def _plain(head: str) -> str:
    return head.strip().casefold()


def _decoded(path: Path, data: bytes) -> str:
    marked = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else None
    for encoding in (marked,) if marked else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    message = f"{path}: neither UTF-8 nor GBK; save the list as CSV UTF-8"
    raise UnreadableFile(message)
