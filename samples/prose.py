"""The invented words around the tables: places, titles, sentences.

Names are put together from syllables that place names hardly use, so that none belongs to a real place.
Numbers in the prose are there to be mistaken for values; none of them is one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from random import Random

_FIRST = "砚榧澹笺黛筝笙杼箬霁翎栀荻蓼槿槭芷蕙缃璎"
_SECOND = "篱渚埙岫堇笛棹苔砧棂蓑箫弦屐笠檐烛舷甑钵"
NAME = re.compile(f"[{_FIRST}][{_SECOND}]")
_PLACES = ("镇", "乡", "县", "区", "市", "街道")
_OFFICES = ("教育局", "水利局", "民政局", "交通运输局", "农业农村局", "司法局", "统计局", "医疗保障局")
_NUMERALS = "〇一二三四五六七八九"

_OPENINGS = (
    "{year}年，{we}按照条例要求推进政府信息公开，围绕群众关心的事项及时发布信息",
    "{year}年度，{we}把公开工作列入年度计划，由办公室统一办理，各科室按职责提供材料",
    "{year}年以来，{we}坚持以公开为常态、不公开为例外，公开的质量有所提高",
)
_SENTENCES = (
    "全年通过门户网站发布信息{n}条，其中工作动态{m}条、通知公告{k}条",
    "通过政务新媒体推送消息{n}篇，累计阅读{m}次",
    "更新公开指南{k}次，调整公开目录{m}项",
    "在便民大厅设查阅点{k}处，全年接待群众{n}人次",
    "共受理依申请公开{k}件，均在法定期限内答复",
    "举办业务培训{k}期，参训{n}人次，较上年增加{m}人次",
    "对发布的内容实行三级审核，先审查、后公开，未发生失密泄密情况",
    "对照《中华人民共和国政府信息公开条例》第二十条逐项梳理，补充缺漏内容{n}条",
    "办公室每季度抽查一次栏目更新，发现问题{k}个，已全部整改",
    "公开工作纳入绩效考核，分值权重为{k}%，全年没有追究责任的情形",
    "清理失效文件{k}件，归档{n}卷，做到底数清楚、去向明白",
    "回应网上咨询{n}条，平均用时{k}.5个工作日",
    "配备专职人员{k}名、兼职人员{m}名，经费列入预算",
)
_HEADS = (
    "主动公开情况",
    "主动公开政府信息情况",
    "依申请公开情况",
    "政府信息管理情况",
    "平台建设情况",
    "监督保障情况",
)
_PROBLEMS = (
    "公开的内容还不够细，部分栏目更新偏慢",
    "政策解读形式单一，图表和短片较少",
    "个别科室报送不及时，{year}年有{k}条信息晚于规定时间发布",
    "工作人员变动较多，业务不够熟练",
)
_REMEDIES = (
    "健全工作台账，明确每项内容的责任人与时限",
    "在{next}年组织不少于{k}次的集中学习",
    "丰富解读方式，重要文件与解读同步发布",
    "加强日常检查，每月通报一次更新情况",
)
_CLOSINGS = (
    ("无。",),
    ("本年度没有其他需要报告的事项。",),
    ("按照国务院办公厅有关规定，{year}年{we}未收取政府信息公开信息处理费。",),
    (
        "一、收费情况说明：{year}年收取信息处理费0元。",
        "二、{we}办理人大代表建议{k}件、政协提案{m}件，办结率100%。",
    ),
    ("{year}年发出收费通知0件，总金额0元；主动公开的其他信息{n}条已在网站列明。",),
)
_PREAMBLES = (
    "本报告依照条例第五十条编制，所列数据的统计期限自{year}年1月1日至{year}年12月31日止。",
    "现公布{we}{year}年政府信息公开工作情况。本报告由总体情况等六个部分组成。",
)
_LEADS = {
    "proactive": "本年度主动公开行政规范性文件{k}件，行政许可{n}件，收费0元，具体如下表：",
    "requests": "本年度收到申请{k}件，上年结转0件，办理情况见下表。",
    "disputes": "本年度行政复议{k}件，行政诉讼0件。",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Around:
    """Everything printed outside the tables; `title_lines` is the title as it is broken over lines."""

    title_lines: tuple[str, ...]
    issuer: str | None
    year: int
    date: date | None
    closing: tuple[str, ...]
    preamble: tuple[str, ...]
    paragraphs: dict[str, tuple[str, ...]]


def around(random: Random, *, edition: str) -> Around:
    """Return a report's title, issuer, year, date and prose (section id -> paragraphs)."""
    year = random.choice((2019, 2020)) if edition == "2019" else random.randint(2021, 2025)
    place, issuer, we = _organ(random)
    titled = random.random() > 0.04
    lines, names_issuer = _title(random, place, issuer, year) if titled else ((), False)
    signed = random.random() < (0.75 if names_issuer or not titled else 1)
    day = date(year + 1, random.choice((1, 1, 1, 2, 3)), random.randint(1, 28))
    dated = random.random() < 0.75
    words = {"year": year, "next": year + 1, "we": we}
    return Around(
        title_lines=lines,
        issuer=issuer if signed or names_issuer else None,
        year=year,
        date=day if dated else None,
        closing=((issuer,) if signed else ()) + ((_date_text(random, day),) if dated else ()),
        preamble=(_fill(random, random.choice(_PREAMBLES), words),) if random.random() < 0.3 else (),
        paragraphs={
            "overview": _overview(random, words),
            "problems": _problems(random, words),
            "other": tuple(_fill(random, text, words) for text in random.choice(_CLOSINGS)),
            **{
                section: (_fill(random, lead, words),) if random.random() < 0.12 else ()
                for section, lead in _LEADS.items()
            },
        },
    )


def name(random: Random) -> str:
    """Return a place name without its rank."""
    return random.choice(_FIRST) + random.choice(_SECOND)


def _organ(random: Random) -> tuple[str, str, str]:
    """Return (the place as a title names it, the whole name of the organ, what it calls itself)."""
    kind = random.choice(_PLACES)
    place = name(random) + kind
    if kind in "县区市" and random.random() < 0.6:
        organ = place + random.choice(_OFFICES)
        return organ, organ, "我局"
    if kind == "街道":
        return place, f"{place}办事处", "我街道"
    if kind in "镇乡" and random.random() < 0.4:
        place = name(random) + random.choice("县区市") + place
    return place, f"{place}人民政府", f"我{kind}"


def _title(random: Random, place: str, issuer: str, year: int) -> tuple[tuple[str, ...], bool]:
    """Return the lines of a title, and whether it holds the issuer's whole name."""
    lines, whole = random.choice(
        (
            ((f"{issuer}{year}年政府信息公开工作年度报告",), True),
            ((f"{issuer}{year}年政府信息公开工作年度报告",), True),
            ((f"{issuer}{year}年度政府信息公开工作年度报告",), True),
            ((f"{issuer}", f"{year}年政府信息公开工作年度报告"), True),
            ((f"{issuer}{year}年", "政府信息公开工作年度报告"), True),
            ((f"{issuer}{year}年信息公开工作年度报告",), True),
            ((f"{issuer}{year}年政府信息公开工作年报",), True),
            ((f"{year}年{issuer}政府信息公开工作报告",), True),
            ((f"{place}政府信息公开工作{year}年度报告",), place == issuer),
            ((f"{issuer}政府信息公开工作年度报告",), True),
            ((f"{place}政务公开工作年报",), place == issuer),
            ((f"{issuer}", "政府信息公开工作年度报告", f"（{year}年度）"), True),
        )
    )
    return lines, whole


def _date_text(random: Random, day: date) -> str:
    if random.random() < 0.15:
        year = "".join(_NUMERALS[int(digit)] for digit in str(day.year))
        return f"{year}年{_spoken(day.month)}月{_spoken(day.day)}日"
    if random.random() < 0.15:
        return f"{day.year} 年 {day.month} 月 {day.day} 日"
    return f"{day.year}年{day.month}月{day.day}日"


def _spoken(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else _NUMERALS[tens] + "十") + (
        _NUMERALS[ones] if ones else ""
    )


def _overview(random: Random, words: dict[str, object]) -> tuple[str, ...]:
    paragraphs = [_sentence(random, random.choice(_OPENINGS), words)]
    style = random.choice(("headed", "heads apart", "plain", "firstly"))
    for number, head in enumerate(random.sample(_HEADS, random.randint(2, 5)), start=1):
        body = "".join(
            _sentence(random, text, words) for text in random.sample(_SENTENCES, random.randint(1, 3))
        )
        if style == "headed":
            paragraphs.append(f"（{_NUMERALS[number]}）{head}。{body}")
        elif style == "heads apart":
            paragraphs += [f"（{_NUMERALS[number]}）{head}", body]
        elif style == "firstly":
            paragraphs.append(f"{_NUMERALS[number]}是{body}")
        else:
            paragraphs.append(body)
    return tuple(paragraphs)


def _problems(random: Random, words: dict[str, object]) -> tuple[str, ...]:
    problems = random.sample(_PROBLEMS, 2)
    remedies = random.sample(_REMEDIES, 2)
    if random.random() < 0.5:
        first = "；".join(
            f"{_NUMERALS[number]}是{_fill(random, text, words)}"
            for number, text in enumerate(problems, start=1)
        )
        second = "".join(
            f"{number}.{_sentence(random, text, words)}" for number, text in enumerate(remedies, start=1)
        )
        return (f"存在的主要问题：{first}。", f"下一步改进措施：{second}")
    return (
        "（一）存在的主要问题",
        "".join(_sentence(random, text, words) for text in problems),
        "（二）改进情况",
        *(f"{number}.{_sentence(random, text, words)}" for number, text in enumerate(remedies, start=1)),
    )


def _sentence(random: Random, text: str, words: dict[str, object]) -> str:
    return _fill(random, text, words) + "。"


def _fill(random: Random, text: str, words: dict[str, object]) -> str:
    numbers = {"n": random.randint(10, 3000), "m": random.randint(2, 90), "k": random.randint(1, 9)}
    return text.format(**words, **numbers)
