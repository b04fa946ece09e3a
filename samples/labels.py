"""What becomes of labels between the form and the page: models of noise, not lists of mistakes.

Every model keeps a label recognisable to a person who knows the form. None of them looks at another label.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from random import Random

from standards import Section, Standard
from standards.form import layout

_NUMERAL = re.compile(r"^(?:[一二三四五六七八九]、|（[一二三四五六七八九]）|\d\.)")
_HALF_WIDTH = str.maketrans("（），：“”", '(),:""')
# Characters that writers and recognition take for one another.
_ALIKE = {
    one: other
    for pair in (
        "未末",
        "请清",
        "复夏",
        "理埋",
        "政攻",
        "件伴",
        "数教",
        "机杌",
        "提堤",
        "供洪",
        "关美",
        "公分",
    )
    for one, other in ((pair[0], pair[1]), (pair[1], pair[0]))
}
_EXPLANATIONS = (
    "（指本年度内发生的数量）",
    "（含派出机构）",
    "（以正式印发的日期计，不含内部文件）",
    "（指比上一年度增加或减少的数量，减少的用负数表示，例如-6）",
)
_HEADING_FORMS = {
    "overview": ("一、工作基本情况", "一、概 述", "一、政府信息公开工作总体情况"),
    "proactive": ("二、行政机关主动公开政府信息情况", "二、主动公开政府信息的情况"),
    "requests": (
        "三、行政机关收到和处理政府信息公开申请情况",
        "三、收到的处理政府信息公开申请情况",
    ),
    "disputes": ("四、因政府信息公开工作被申请行政复议、提起行政诉讼情况",),
    "problems": ("五、存在问题及改进情况", "五、政府信息公开工作存在的主要问题及改进情况"),
    "other": ("六、其他需要报告的情况", "六、需要说明的其他事项"),
}


def form_labels(standard: Standard) -> dict[str, tuple[str, ...]]:
    """Return every label the form prints, with the other wordings the standard knows for it."""
    return {
        slot.labels[0]: slot.labels[1:] for table in standard.tables for slot in layout(table) if slot.labels
    }


def noisy(random: Random, standard: Standard, probability: float) -> dict[str, str]:
    """Return label -> what is printed instead, for the labels that noise befell."""
    changed: dict[str, str] = {}
    for label, others in form_labels(standard).items():
        if random.random() < probability:
            printed = _noise(random, label, others)
            if printed != label:
                changed[label] = printed
    return changed


def heading(random: Random, section: Section, probability: float) -> str:
    """Return a section's heading as printed."""
    if random.random() >= probability:
        return random.choice((section.label, section.label, *section.also)) if probability else section.label
    label = random.choice((section.label, *section.also, *_HEADING_FORMS[section.id]))
    return random.choice((lambda text: text, _drop_numeral, _space_after_numeral, _half_width, _full_stop))(
        label
    )


def _noise(random: Random, label: str, others: Iterable[str]) -> str:
    models: list[Callable[[str], str]] = [
        lambda text: _one_space(random, text),
        lambda text: " ".join(text) if len(text) <= 6 else _one_space(random, text),
        _half_width,
        _space_after_numeral,
        lambda text: re.sub(r"^(\d)\.", random.choice((r"\1、", r"\1．", r"\1 ")), text),
        lambda text: _wrong_characters(random, text),
    ]
    if _NUMERAL.match(label):
        models.append(_drop_numeral)
    if "、" in label[2:]:
        models.append(lambda text: text[:2] + re.sub("、", random.choice((",", "，", " ")), text[2:]))
    if label.startswith("第二十条"):
        models += [lambda text: text.replace("第（", " 第（"), lambda text: "《政府信息公开条例》" + text]
    elif len(label) <= 12 and not _NUMERAL.match(label) and "：" not in label:
        models.append(lambda text: text + random.choice(_EXPLANATIONS))
    if label.startswith("本年新"):
        models.append(lambda text: text[:3])
    if label.endswith("件数"):
        models.append(lambda text: text[:-1])
    models += [lambda _, other=other: other for other in others]  # type: ignore[misc]
    return random.choice(models)(label)


def _drop_numeral(label: str) -> str:
    return _NUMERAL.sub("", label)


def _space_after_numeral(label: str) -> str:
    return _NUMERAL.sub(lambda found: found[0] + " ", label)


def _half_width(label: str) -> str:
    return label.translate(_HALF_WIDTH)


def _full_stop(label: str) -> str:
    return label + "。"


def _one_space(random: Random, label: str) -> str:
    if len(label) < 2:
        return label
    position = random.randrange(1, len(label))
    return label[:position] + " " + label[position:]


def _wrong_characters(random: Random, label: str) -> str:
    """Change or lose one character (two of a long label); a short label stays, or nothing would tell it."""
    for _ in range(1 if len(label) < 14 else random.randint(1, 2)):
        if len(label) < 7 or "元" in label:
            break  # a unit that lost a letter would print another amount
        position = random.randrange(3, len(label))
        wrong = _ALIKE.get(label[position], "") if random.random() < 0.7 else ""
        alike = [place for place, letter in enumerate(label) if letter in _ALIKE and place > 1]
        if not wrong and alike and random.random() < 0.6:
            position = random.choice(alike)
            wrong = _ALIKE[label[position]]
        label = label[:position] + wrong + label[position + 1 :]
    return label
