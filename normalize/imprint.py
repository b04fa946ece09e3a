"""What a report says of itself: title, issuer, reporting year, date. None where it does not say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from findings import Finding
from normalize.labels import simplify
from normalize.prose import Line, is_furniture, tidy

_TITLE = re.compile(
    r"(?:信息公开|政务公开|信息公開|政務公開).{0,24}?(?:报告|年报|報告|年報)(?:[（(][^（）()]{1,12}[)）])?$"
)
_ORGAN_ENDINGS = (
    "人民政府|人民政府办公室|人民政府办公厅|街道办事处|办事处|管理委员会|管委会|委员会|办公室|办公厅|"
    "局|厅|委|院|中心|站|所|处|支队|总队|大队|公司|集团|大学|学院|学校|医院|银行|协会|总工会|联合会|法院|检察院|部"
)
_ORGAN = re.compile(rf"^[\u4e00-\u9fff（）()·]{{2,40}}?(?:{_ORGAN_ENDINGS})$")
_OFFICE = re.compile(r"(?<=.)(?:办公室|办公厅|委员会|办|委)+$")
# The kind of a body without its name: a title may break before it.
_KIND_OF_ORGAN = re.compile(rf"^(?:街道|[省市县区乡镇])?(?:{_ORGAN_ENDINGS})$")
_NAMELESS = re.compile(
    r"^(?:关于)?(?:(?:[0-9０-９]{4}|[二两][〇○零][〇○零一二三四五六七八九]{2})年?度?)?(?:政府)?(?:信息公开|政务公开|信息公開|政務公開)"
)
_PLACE = re.compile(
    r"^[\u4e00-\u9fff]{2,30}?(?:[省市县區区旗州盟镇鎮乡鄉]|街道|(?:[0-9０-９]{4}|[二两][〇○零].{2})年度?)$"
)
_LABELLED_ISSUER = re.compile(
    r"^(?:单位名称|填报单位|编制单位|报告单位|公开单位|发布机构|发布单位|行政机关名称)(?:[（(][^）)]*[）)])?[:：]\s*(?P<organ>\S.{1,40}?)$"
)
_COMPILED_BY = re.compile(
    r"(?:由|系)(?P<organ>[\u4e00-\u9fff]{2,30}?(?:人民政府|办公室|委员会|街道办事处|局|厅))[^，。]{0,12}?编制"
)
_YEAR = re.compile(r"(?<![0-9])(?P<year>(?:19|20)[0-9]{2})(?![0-9])\s*年?")
_WORD_YEAR = re.compile(r"(?P<year>[二两][〇○0零OoＯ][〇○0零一二三四五六七八九OoＯ]{2})\s*年")
_PERIOD = re.compile(r"(?P<year>(?:19|20)[0-9]{2})年1月1日[起始]?[，,]?(?:至|到|—|-|－|~).{0,8}?12月31日")
_YEAR_IN_PROSE = re.compile(r"(?<![0-9〔（(\[【])(?P<year>20[0-9]{2})年(?!第)(?P<month>[0-9]{1,2}月)?")
_DATE = re.compile(
    r"^(?:[（(]?(?:发布|成文|生成|印发|公开|报告)?(?:时间|日期)?[:：]?)?\s*(?P<year>(?:19|20)[0-9]{2})\s*[年./-]\s*(?P<month>[0-9]{1,2})\s*[月./-]\s*(?P<day>[0-9]{1,2})\s*日?[)）]?$"
)
_WORD_DATE = re.compile(
    r"^(?P<year>[二两][〇○0零OoＯ][〇○0零一二三四五六七八九OoＯ]{2})年(?P<month>[一二三四五六七八九十]{1,2})月(?P<day>[一二三四五六七八九十]{1,3})日$"
)
_DIGITS = {
    **{word: number for number, word in enumerate("〇一二三四五六七八九")},
    "○": 0,
    "零": 0,
    "O": 0,
    "o": 0,
    "Ｏ": 0,
    "0": 0,
    "两": 2,
}
_DATE_PIECE = re.compile(r"^[0-9０-９〇○零一二三四五六七八九十两OoＯ年月日./\-\s]{1,12}$")
# Names made of rare letters are misread in one character, if at all (框 for 榧, 湘 for 缃): 45 of 720 read at
# half width, none more surely than 0.96; 7 of 94 at full width, one (羽 for 翎) more surely than 0.95. Of 151
# names lettered as real ones 150 were read rightly, 149 of them as surely as this.
_SURELY_READ = 0.97
DATE_LINES = 3  # a date is printed on at most so many lines
_YEAR_LINE = re.compile(r"^[（(][0-9０-９〇○零一二三四五六七八九]{4}年?度?[)）]$")
_LEADING_YEAR = re.compile(r"^(?:[0-9０-９]{4}|[二两][〇○零][〇○零一二三四五六七八九]{2})年度?")
_FULL_WIDTH = {0xFF10 + digit: 0x30 + digit for digit in range(10)}


@dataclass(frozen=True, slots=True)
class Imprint:
    """`date` is ISO 8601. `used` holds the tidy lines that were nothing but one of these.

    `doubts` say that the report names two bodies, or one in two readings.
    """

    title: str | None
    issuer: str | None
    year: int | None
    date: str | None
    used: frozenset[str]
    doubts: tuple[Finding, ...] = ()


def read_imprint(front: Sequence[Line], body: Sequence[Line], back: Sequence[Line]) -> Imprint:
    """Return the imprint of the lines before the first heading, the running text, and the closing lines."""
    title, title_lines, organ_in_title = _title(front)
    date, date_lines = _date(back, front)
    issuer, issuer_line = _issuer(front, body, back, organ_in_title)
    year = _year(title, [*front, *body, *back])
    used = {*title_lines, *date_lines, *filter(None, (title, issuer_line))}
    doubts: tuple[Finding, ...] = ()
    if organ_in_title and issuer and issuer_line:
        titled = _Name(organ_in_title, _sureness(title_lines, front))
        signed = _Name(issuer, _sureness((issuer_line,), [*front, *back]))
        issuer, doubts = _one_body(titled, signed)
    if issuer and not doubts:
        doubts = _unsure_name(issuer, title_lines, [*front, *body, *back])
    return Imprint(title=title, issuer=issuer, year=year, date=date, used=frozenset(used), doubts=doubts)


# --- title ------------------------------------------------------------------------------------------------


def _title(front: Sequence[Line]) -> tuple[str | None, tuple[str, ...], str | None]:
    """Return the title, the lines it was printed on, and the body it names.

    A title may stand on up to three short lines, the first of them perhaps the issuer alone.
    """
    texts = [tidy(line.text) for line in front]
    for end in range(len(texts)):
        for count in (1, 2, 3):
            start = end + 1 - count
            if start < 0 or not _can_be_title(texts[start]):
                break
            joined = "".join(texts[start : end + 1])
            if len(joined) <= 80 and _TITLE.search(joined) and (count == 1 or _can_open(texts[start])):
                while above := _lines_above(texts[:start], "".join(texts[start : end + 1])):
                    start -= above
                stop = end + 1
                if stop < len(texts) and _YEAR_LINE.match(texts[stop]):
                    stop += 1
                title = "".join(texts[start:stop])
                return title, tuple(texts[start:stop]), _organ_of(title)
    return None, (), None


def _can_be_title(text: str) -> bool:
    """Return whether a line can be part of a title: short, no sentence, no trail of links."""
    return 0 < len(text) <= 60 and not re.search(r"[。；，>|《]", text) and not is_furniture(text)


def _can_open(text: str) -> bool:
    """Return whether a line can be the first of a title: no list item, no label with a colon."""
    return not re.search(r"[:：>|]|^[（(一二三四五六]{1,2}[、）)]", text)


def _lines_above(lines: Sequence[str], title: str) -> int:
    """Return how many of the lines above a title name its issuer, and perhaps the year, which it lacks.

    A name may be printed on two lines (某某县 / 人民政府), the second of which may be the title's own.
    """
    head = "" if _NAMELESS.match(title) else _head_of(title)
    if head and _is_organ(head) and not _KIND_OF_ORGAN.match(head):
        return 0
    for count in range(1, min(len(lines), 2) + 1):
        above = lines[-count:]
        if any(line in title or not _can_be_title(line) for line in above):
            return 0
        name = "".join(above)
        if _is_organ(name + head) or (not head and count == 1 and _PLACE.match(name)):
            return count
    return 0


def _is_organ(text: str) -> bool:
    return bool(_ORGAN.match(simplify(text)))


def _organ_of(title: str) -> str | None:
    head = _head_of(title)
    return head if 2 <= len(head) <= 40 else None


def _head_of(title: str) -> str:
    """Return what a title begins with, before the year and what the report is about."""
    head = re.split(
        r"(?:关于)?(?:[0-9０-９]{4}|[二两][〇○零][〇○零一二三四五六七八九]{2})年?|政府信息公开|信息公开|政务公开|政府信息公開|信息公開",
        _LEADING_YEAR.sub("", title),
        maxsplit=1,
    )[0]
    return head.removesuffix("关于").strip("《")


# --- issuer -----------------------------------------------------------------------------------------------


def _issuer(
    front: Sequence[Line], body: Sequence[Line], back: Sequence[Line], organ_in_title: str | None
) -> tuple[str | None, str | None]:
    """Return the issuer and the line that is nothing but its name, if any; the most explicit source first."""
    for line in front:
        match = _LABELLED_ISSUER.match(tidy(line.text))
        if match and _is_organ(match["organ"]):
            return match["organ"], tidy(line.text)
    for line in reversed(back):
        text = tidy(line.text)
        if _is_organ(text) and len(text) <= 30:
            return text, text
    if organ_in_title and _is_organ(organ_in_title):
        return organ_in_title, None
    for line in (*front, *body):
        if match := _COMPILED_BY.search(tidy(line.text)):
            return match["organ"], None
    return organ_in_title, None


@dataclass(frozen=True, slots=True)
class _Name:
    """A body as a line names it, and how surely that line was read: 1 for stored text."""

    text: str
    confidence: float


def _sureness(texts: Collection[str], lines: Sequence[Line]) -> float:
    """Return how surely the least sure of the lines was read that print these tidy texts."""
    return min((line.confidence for line in lines if tidy(line.text) in texts), default=1.0)


def _one_body(titled: _Name, signed: _Name) -> tuple[str, tuple[Finding, ...]]:
    """Return the issuer that title and signature name, and what to tell where they differ.

    They may name different bodies: a second report may end the file. An office signs for its body, short
    names leave characters out (住建局, 住房和城乡建设局), and of a scan's two readings one may be wrong.
    """
    one, other = (_OFFICE.sub("", simplify(name.text)) for name in (titled, signed))
    if not _is_organ(titled.text) or _is_short_for(one, other) or _is_short_for(other, one):
        return signed.text, ()
    place = _misread_at(one, other)
    if place is None or min(titled.confidence, signed.confidence) >= _SURELY_READ:
        message = f"the title names {titled.text}, but {signed.text} signs"
        return signed.text, (Finding(code="structure.second_report", message=message),)
    surer = max(signed, titled, key=lambda name: name.confidence)
    issuer = signed.text[:place] + surer.text[place : place + 1] + signed.text[place + 1 :]
    message = f"{titled.text} in the title and {signed.text} below are one body read twice, here {issuer}"
    return issuer, (Finding(code="reading.name", message=message),)


def _unsure_name(issuer: str, title_lines: Sequence[str], lines: Sequence[Line]) -> tuple[Finding, ...]:
    """Tell of a name that neither the title nor any line shows surely."""
    if all(line.confidence == 1 for line in lines):
        return ()
    shown = [line.confidence for line in lines if issuer in tidy(line.text)]
    if _organ_of("".join(title_lines)) == issuer:
        shown.append(_sureness(title_lines, lines))
    if max(shown, default=0.0) >= _SURELY_READ:
        return ()
    return (Finding(code="reading.name", message=f"the name was not surely read: {issuer}"),)


def _misread_at(one: str, other: str) -> int | None:
    """Return the place of the one character by which two names as long as each other differ."""
    if len(one) != len(other):
        return None
    places = [number for number, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    return places[0] if len(places) == 1 else None


def _is_short_for(short: str, name: str) -> bool:
    """Say whether a name's characters stand in another one in their order."""
    rest = iter(name)
    return all(character in rest for character in short)


# --- year and date ----------------------------------------------------------------------------------------


def _year(title: str | None, lines: Sequence[Line]) -> int | None:
    """Return the reporting year: from the title, the stated period, or what the prose speaks of."""
    if title:
        wide = title.translate(_FULL_WIDTH)
        if match := _YEAR.search(wide):
            return int(match["year"])
        if match := _WORD_YEAR.search(wide):
            return _from_words(match["year"])
    texts = [tidy(line.text).translate(_FULL_WIDTH) for line in lines]
    for text in texts:
        if match := _PERIOD.search(text):
            return int(match["year"])
    return _year_in_prose([text for text in texts if not _DATE.match(text)])


def _year_in_prose(texts: Sequence[str]) -> int | None:
    """Return the first year that opens a sentence (2024年，我镇 ...), else the one named most often."""
    counts: Counter[int] = Counter()
    for text in texts:
        for match in _YEAR_IN_PROSE.finditer(text):
            if "号" in text[match.end() : match.end() + 6]:
                continue  # the year of a document number
            if match.start() <= 2 and not match["month"]:
                return int(match["year"])
            counts[int(match["year"])] += 1
    return counts.most_common(1)[0][0] if counts else None


def _date(back: Sequence[Line], front: Sequence[Line]) -> tuple[str | None, tuple[str, ...]]:
    """Return the last date of the closing lines, else the first above, and the lines it was printed on.

    It stands alone on its line, or on two or three (二〇二四年一月 / 十日).
    """
    for lines, order in ((back, range(len(back) - 1, -1, -1)), (front, range(len(front)))):
        texts = [tidy(line.text) for line in lines]
        for last in order:
            for first in range(last, max(last - DATE_LINES, -1), -1):
                printed = texts[first : last + 1]
                if len(printed) > 1 and not all(map(_DATE_PIECE.match, printed)):
                    break
                if date := _date_of("".join(printed).translate(_FULL_WIDTH)):
                    return date, tuple(printed)
    return None, ()


def _date_of(text: str) -> str | None:
    """Return the date that a text is; None when it is none, or more."""
    if match := _DATE.match(text):
        year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
    elif match := _WORD_DATE.match(text):
        year, month, day = _from_words(match["year"]), _small(match["month"]), _small(match["day"])
    else:
        return None
    return f"{year:04}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else None


def _from_words(year: str) -> int:
    return int("".join(str(_DIGITS[word]) for word in year))


def _small(words: str) -> int:
    """Return a number below 40 written in words, such as 二十一."""
    if "十" not in words:
        return _DIGITS[words] if len(words) == 1 else 0
    tens, ones = words.split("十", 1)
    return (_DIGITS.get(tens, 1) if tens else 1) * 10 + (_DIGITS.get(ones, 0) if ones else 0)
