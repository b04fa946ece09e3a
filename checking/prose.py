"""Figures of the running text beside those of the tables: 收到申请 12 件, and the table prints 11.

A small grammar of words that the form's own rows have. It speaks up only where a phrase surely means the
whole of this report's year: every word from the beginning of the clause to the figure has to be known. A
figure that is about another year, a part of a year, one channel, another unit, or that is not exact
(余、多、近、约) claims nothing. What the grammar does not know is passed over; no value is read from text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from checking.figures import FIGURE, number_of, year_of
from normalize.labels import simplify
from standards import load

Context = Literal["requests", "disputes", "any"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """A figure of the running text. `rows` are the sums of value ids of which it means one."""

    section: str
    quote: str
    number: int
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Phrase:
    """What a phrase speaks of: a pattern whose group `figure` is the figure; none means 0.

    `word` is in every text that the pattern fits, and quickly looked for. `context` is what the section, or
    the sentence so far, has to be about. `within` says that the phrase may follow 其中: it names
    the part that its figure is.
    """

    word: str
    pattern: re.Pattern[str]
    name: str
    context: Context
    within: bool = False


def claims(
    sections: Iterable[tuple[str, Sequence[str]]], year: int | None, edition: str, issuer: str | None
) -> tuple[Claim, ...]:
    """Return what the sections (id, paragraphs) of a report surely say about the values of its edition.

    Where a text gives more than two numbers for one thing it is a list of parts, and none of them counts.
    """
    found = [
        claim
        for section, paragraphs in sections
        if section != "problems"  # what went wrong, and plans
        for paragraph in paragraphs
        if _WORTH_READING.search(paragraph)
        for sentence in _sentences(paragraph, issuer)
        for claim in _claims_of(sentence, section, year, edition, issuer)
    ]
    numbers: dict[tuple[tuple[str, ...], ...], set[int]] = {}
    for claim in found:
        numbers.setdefault(claim.rows, set()).add(claim.number)
    return tuple(claim for claim in dict.fromkeys(found) if len(numbers[claim.rows]) <= 2)


def _claims_of(
    sentence: str, section: str, year: int | None, edition: str, issuer: str | None
) -> Iterator[Claim]:
    sentence = _before_another_year(sentence, year)
    for phrase in _PHRASES:
        if phrase.word not in sentence or not (rows := _rows_of(phrase.name, edition)):
            continue
        for match in phrase.pattern.finditer(sentence):
            before = sentence[: match.start()]
            if not _in_context(phrase.context, section, before + match[0]):
                continue
            if _ELSEWHERE.search(_WHOLE_YEAR.sub("", before)) or (not phrase.within and "其中" in before):
                continue
            figure = match["figure"] if "figure" in phrase.pattern.groupindex else "0"
            number = number_of(figure)
            if number is not None:
                quote = match[0].replace(_ISSUER, issuer or "")
                yield Claim(section=section, quote=quote, number=number, rows=rows)


def _before_another_year(sentence: str, year: int | None) -> str:
    """Return a sentence up to the clause that names another year: its figures may be that year's."""
    for match in _YEAR.finditer(sentence):
        if year_of(match[1]) != year and not _NEXT_YEAR.match(sentence, max(match.start() - 3, 0)):
            return sentence[: max(sentence.rfind(comma, 0, match.start()) for comma in "，,") + 1]
    return sentence


def _in_context(context: Context, section: str, text: str) -> bool:
    if context in ("any", section):
        return True
    return bool((_ABOUT_REQUESTS if context == "requests" else _ABOUT_DISCLOSURE).search(text))


def _sentences(paragraph: str, issuer: str | None) -> Iterator[str]:
    """Yield the sentences of a paragraph without spaces, in ASCII digits and Simplified characters."""
    text = _SPACES.sub("", simplify(paragraph.translate(_HALF_WIDTH)))
    if issuer:
        text = text.replace(_SPACES.sub("", simplify(issuer.translate(_HALF_WIDTH))), _ISSUER)
    yield from filter(None, _ENDS.split(text))


_ISSUER = "\ue000"  # stands for the issuer's name, so that a clause may begin with it
_HALF_WIDTH = {0xFF10 + digit: 0x30 + digit for digit in range(10)} | {
    ord("："): ":",
    ord("（"): "(",
    ord("）"): ")",
}
_SPACES = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]+")
_ENDS = re.compile(r"[。！？；;!?]")
_WORTH_READING = re.compile(
    "申[请請]|[结結][转轉]|[复復複][议議]|[诉訴][讼訟]|[规規]范?範?性文件|[规規]章|[决決]定"
    "|予以公[开開]|部分公[开開]|不予|[无無]法提供"
)
_YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2}|[二两][〇○零][〇○零一二三四五六七八九]{2})年")
_NEXT_YEAR = re.compile(r".{0,2}结转[至到]?[0-9]")
_WHOLE_YEAR = re.compile(r"(?:[0-9]{4}年)?1月1日起?[至到—\-－~～]+(?:[0-9]{4}年)?12月31日(?:止|期间)?")
_ABOUT_REQUESTS = re.compile(r"公开申请|申请公开|信息公开的?申请")
_ABOUT_DISCLOSURE = re.compile(r"信息公开|申请公开")
# What, said earlier in the sentence, leaves open whether a figure is this unit's whole year.
_ELSEWHERE = re.compile(
    r"去年|上一?年(?!度?结转)|往年|历年|前年|同期|同比|环比|[较比]|[上下]半年|季度|月|截[至止]|(?<!年)(?<!年度)以来|试行"
    r"|网上|网络|网站|在线|线上|信函|邮[寄件箱]|当面|现场|传真|平台|窗口|书面|电话|渠道|自然人|(?<!公民、)(?<!公民和)(?<!公民)法人|企业"
    r"|各(?:单位|部门|[镇乡县区市局科]|街道)|[下所]属|[全我本][省市州县区旗]|全[镇乡]|计划|目标|预计|力争|拟|下一步|将"
    r"|(?<=[\u4e00-\u9fff])(?<![我本大布格])(?:局|委员会|街道|镇|乡|中心|管委会|公司|学校|医院|部门)"
)

_START = r"(?:^|(?<=[，,:()、.]))"
# The subject and the time a clause may begin with and still speak of this report's whole year. 我县 is none:
# it may be the county with all its units, and the report that of the county's government alone.
_HEAD = (
    r"(?:[一二三四五六七八九]是|(?:[0-9]{4}|[二两][〇○零][〇○零一二三四五六七八九]{2})年度?(?:以来|期间|内|中)?"
    r"|本年度?|今年|全年|年内|一年来"
    rf"|{_WHOLE_YEAR.pattern}|报告期内?|本报告期|{_ISSUER}|我(?:街道|单位|机关|部门|中心|[镇乡局办委院厅校处所站])(?:人民政府|政府|机关|办事处)?"
    r"|本(?:机关|单位|部门|行政机关|街道|[镇乡局级])|依法|已|共计?|总共|一共|总计|合计|累计|新|有){0,7}"
)
_FILL = (
    r"(?:的|公民|法人|群众|社会公众|公众|申请人|任何|形式|和|及|与|或者?|其他|组织|、|提出|提交|各类|有关|相关"
    r"|政府|政务|信息|公开|依){0,12}"
)
_REQUEST = r"(?<!无)申请(?:公开)?(?:政府)?(?:信息)?(?:事项|案件|业务|数量|总数|总量|件数)?"
_TALLY = r"(?:共计?|总计|合计|一共|总共|数量|总数)?(?:为|是|达|:)?"
_UNIT = "[件宗份例起条次项个]"
_COUNT = rf"(?P<figure>{FIGURE}){_UNIT}(?=[，,、()]|$)"
_CAUSE = (
    r"(?:被|因|由|涉及?|政府|政务|信息|公开|申请|工作|答复|引起|引发|发生|产生|提起|收到|受理|办理|的){0,10}"
)


def _phrase(word: str, pattern: str, name: str, context: Context, *, within: bool = False) -> _Phrase:
    return _Phrase(word, re.compile(pattern), name, context, within)


def _phrases() -> Iterator[_Phrase]:
    yield from _about_requests()
    yield from _about_disputes()
    yield from _about_documents()


def _about_requests() -> Iterator[_Phrase]:
    received = r"新?(?:收到|接到|接收|受理|收)了?"
    for pattern in (
        rf"{_START}{_HEAD}{received}{_FILL}{_REQUEST}{_TALLY}{_COUNT}",
        rf"{_START}{_HEAD}{received}(?P<figure>{FIGURE}){_UNIT}{_FILL}{_REQUEST}(?=[，,、(]|$)",
        rf"{_START}{_HEAD}(?:未|没有)(?:收到|接到|受理)过?{_FILL}{_REQUEST}(?=[，,、(]|$)",
    ):
        yield _phrase("申请", pattern, "received", "requests")
    yield _phrase(
        "结转",
        rf"上一?年度?结转{_FILL}(?:{_REQUEST})?{_TALLY}{_COUNT}",
        "carried_in",
        "requests",
        within=True,
    )
    next_year = r"(?:下一?年度?|次年|[0-9]{4}年度?)"
    yield _phrase(
        "结转",
        rf"结转[至到]?{next_year}(?:继续)?(?:办理)?的?(?:申请)?{_TALLY}{_COUNT}",
        "carried_out",
        "requests",
        within=True,
    )
    for label, name in _RESULTS.items():
        result = rf"(?:决定|答复|作出|依法)?(?<!不){label}的?(?:申请|信息)?{_TALLY}{_COUNT}"
        yield _phrase(label, rf"{_START}(?:其中|{_HEAD}){result}", name, "requests", within=True)


def _about_disputes() -> Iterator[_Phrase]:
    both = r"(?:行政)?复议(?:案件|申请)?(?:、|和|及|以及|与|或)(?:提起)?(?:行政)?诉讼(?:案件)?"
    for court, name in (("行政复议", "reconsideration"), ("行政诉讼", "litigation")):
        for pattern in (
            rf"{_CAUSE}{court}(?:案件|申请)?{_TALLY}{_COUNT}",
            rf"{_CAUSE}{both}[均都][为是]?{_COUNT}",
            rf"(?:未|没有|无){_CAUSE}(?:{court}(?:案件|申请)?|{both})(?:的?情[况形])?(?=[，,]|$)",
        ):
            yield _phrase(court[2:], f"{_START}{_HEAD}{pattern}", name, "disputes")


def _about_documents() -> Iterator[_Phrase]:
    for word, before, name in (
        ("规范性文件", "(?:行政)?", "normative_documents"),
        ("规章", "(?:政府|部门)?", "regulations"),
    ):
        noun = before + word
        for verb, column in (("新?(?:制发|制定|出台)了?", "issued"), ("废止了?", "repealed")):
            yield _phrase(word, f"{_START}{_HEAD}{verb}{noun}{_TALLY}{_COUNT}", f"{name}.{column}", "any")
        yield _phrase(word, f"{_START}{_HEAD}现行有效的?{noun}{_TALLY}{_COUNT}", f"{name}.in_force", "any")
    for label, name in (("行政许可", "licensing"), ("行政处罚", "penalties"), ("行政强制", "coercion")):
        decided = f"[作做]出{label}(?:处理)?决定{_TALLY}{_COUNT}"
        yield _phrase(label, f"{_START}{_HEAD}{decided}", f"{name}.decisions", "any")


_RESULTS = {
    "予以公开": "results.granted",
    "部分公开": "results.partial",
    "不予公开": "results.denied.",
    "无法提供": "results.unavailable.",
    "不予处理": "results.not_processed.",
}
_PHRASES = tuple(_phrases())
# 收到 and 受理 may take in what was carried over; the 2019 form calls 制发 by another name.
_MORE_MEANINGS = {
    "received": ("requests.received.total", "requests.carried_in.total"),
    "litigation": (
        "disputes.litigation.direct.total",
        "disputes.litigation.after_reconsideration.total",
    ),
    "normative_documents.issued": ("proactive.normative_documents.made",),
    "regulations.issued": ("proactive.regulations.made",),
}


@cache
def _rows_of(name: str, edition: str) -> tuple[tuple[str, ...], ...]:
    """Return the sums of value ids that a phrase may mean in an edition; none if it has nothing like it."""
    leaves = load(edition).leaves
    if name.endswith("."):
        return (
            tuple(one for one in leaves if one.startswith(f"requests.{name}") and one.endswith(".total")),
        )
    ids = (f"proactive.{name}", f"requests.{name}.total", f"disputes.{name}.total")
    meanings = (*((one,) for one in ids), _MORE_MEANINGS.get(name, ()))
    return tuple(one for one in meanings if one and all(value_id in leaves for value_id in one))
