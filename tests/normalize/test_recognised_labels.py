"""What a scan's labels, heads and units were read as, and when that leaves a doubt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from document import Grid
from normalize import normalize
from samples.reports import invent
from tests.normalize.forms import codes
from tests.normalize.scans import recognised, relabelled, shown, with_text


@pytest.mark.parametrize(
    ("label", "read", "confidence"),
    [
        ("2.重复申请", "2.重复由请", 0.6),
        ("（三）不予公开", "（二）不予公升", 0.5),
        ("（一）予以公开", "（一）予公开", 0.5),
        ("（一）予以公开", "(-)予以公开", 0.26),
        ("（三）不予公开", "(E)不予公开", 0.7),
        ("自然人", "白然人", 0.5),
        ("结果维持", "结果维特", 0.5),
        ("结果维持", "结果继持", 0.5),
        ("尚未审结", "尚末审结", 0.5),
        ("尚未审结", "尚未审结\n一", 0.5),
        ("总计", "总i计", 0.99),
        ("总计", "eit", 0.2),
        ("3.其他", "3.其地", 0.5),
        ("三、本年度办理结果", "三·本\n年度办\n理结果", 0.99),
        ("（四）无法提供", "(四)\n无法提\n：供", 0.99),
        ("1.属于国家秘密", "1.属十国家秘密", 0.6),
        ("一、本年新收政府信息公开申请数量", "本年新收政府信息公开申请数量", 0.99),
        ("一、本年新收政府信息公开申请数量", "一、本年新收府信息公开申请数量", 0.99),
        ("自然人", "白然人", 0.99),
        ("尚未审结", "尚\n未\n申\n结", 0.97),
        ("结果纠正", "结果纠止", 0.97),
    ],
)
def test_a_misread_label_of_a_scan_is_known_all_the_same(label: str, read: str, confidence: float) -> None:
    report = normalize(relabelled(label, read, confidence))
    assert (report.trust.status, report.trust.reasons) == ("verified", ())


@pytest.mark.parametrize(
    ("label", "read", "confidence"),
    [
        ("2.重复申请", "2.非重复申请", 0.99),
        ("一、本年新收政府信息公开申请数量", "一、上年新收政府信息公开申请数量", 0.99),
        ("一、本年新收政府信息公开申请数量", "一、上年结收政府信息公开申请数量", 0.5),
        ("（一）予以公开", "予公开", 0.5),
        ("2.重复申请", "2.其中县级重复申请", 0.5),
        ("自然人", "白然人", 0.9995),
        ("自然人", "目然人", 0.99),
        ("尚未审结", "尚未再结", 0.97),
        ("1.属于国家秘密", "1.属于商业秘密", 0.9),
        ("结果维持", "结果纠持", 0.5),
        ("结果维持", "撤回申请", 0.5),
        ("规章", "上年规章", 0.2),
        ("2.重复申请", "2.非重复申请", 0.94),
    ],
)
def test_a_label_that_was_surely_read_otherwise_or_may_be_another_is_doubted(
    label: str, read: str, confidence: float
) -> None:
    report = normalize(relabelled(label, read, confidence))
    assert report.trust.status == "review"
    assert codes(report) & {"structure.label", "structure.boxhead"}


def test_an_amount_that_a_recognised_head_turns_into_another_unit_is_doubted() -> None:
    texts = {**shown(), "proactive.fees.amount": "250000"}
    document = recognised(texts, {})
    for head, code in (
        ("本年收费金额（单位：元）", "reading.unsure"),
        ("本年收费金额（单位：千元）", "reading.unsure"),
        ("本年收费金额（单位：百元）", "reading.unsure"),
        ("本年收费金额（单位：方元）", "source.unit"),
    ):
        blocks = [
            with_text(block, "本年收费金额（单位：万元）", head) if isinstance(block, Grid) else block
            for block in document.blocks
        ]
        assert codes(normalize(replace(document, blocks=tuple(blocks)))) == {code}


@pytest.mark.parametrize("text", ["25.5万元", "255000元"])
def test_a_unit_that_a_scan_shows_has_lost_nothing(text: str) -> None:
    """The form of 2019 asks for 元."""
    truth = dict(invent(4, edition="2019", blanks="zero").texts) | {"proactive.procurement.amount": text}
    report = normalize(recognised(truth, {}, edition="2019"))
    assert str(report.values["proactive.procurement.amount"].number) == "255000"
    assert not codes(report)


def test_dirt_in_the_unit_of_a_head_makes_no_other_unit_of_it() -> None:
    name = "proactive.fees.amount"
    report = normalize(relabelled("本年收费金额（单位：万元）", "本年收费金额（单位：万·元）", 0.6))
    assert report.values[name].steps == ()
    assert report.values[name].number == normalize(recognised(shown(), {})).values[name].number
