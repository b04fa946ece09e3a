"""Which edition a report follows is known from its tables, never from its year."""

from __future__ import annotations

from dataclasses import replace

import pytest

from document import Paragraph
from drawing import parse
from normalize import normalize
from normalize.editions import recognise
from normalize.reading import read
from standards import EDITIONS, load
from tests.normalize.forms import codes, document, form, numbers, paragraphs, wrong


def with_title(edition, title, *, lost_layout=False):
    whole = form(edition, lost_layout=lost_layout)
    return replace(whole, blocks=(Paragraph(text=title), *whole.blocks[1:]))


@pytest.mark.parametrize("lost_layout", [False, True])
@pytest.mark.parametrize("year", [2019, 2020, 2021, 2023])
@pytest.mark.parametrize("edition", EDITIONS)
def test_the_table_decides_and_not_the_year(edition, year, lost_layout):
    report = normalize(
        with_title(edition, f"桐溪镇人民政府{year}年政府信息公开工作年度报告", lost_layout=lost_layout)
    )
    assert (report.edition, report.year) == (edition, year)


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_value_of_the_edition_is_there_in_print_order(edition):
    assert tuple(normalize(form(edition)).values) == load(edition).value_ids


def test_one_table_alone_tells_the_edition():
    for edition in EDITIONS:
        blocks = form(edition).blocks[:4]
        assert normalize(document(*blocks)).edition == edition


def test_a_table_of_another_kind_fits_no_edition_and_its_rows_are_kept():
    other = parse("| 指标 | 单位 | 统计数 |\n| 主动公开信息数 | 条 | 1264 |\n| 收到申请数 | 件 | 17 |")
    report = normalize(document(*paragraphs("一、概述", "我县公开信息1264条。"), other))
    assert (report.edition, dict(report.values)) == (None, {})
    assert report.trust.status == "failed"
    assert codes(report) == {"structure.no_edition"}
    assert [row.texts for row in report.unmapped] == [("单位", "统计数"), ("条", "1264"), ("件", "17")]


def test_a_text_without_tables_fits_no_edition():
    report = normalize(document(*paragraphs("一、总体情况", "工作稳步推进。")))
    assert (report.edition, report.trust.status, codes(report)) == (None, "failed", {"structure.no_table"})


def test_an_empty_document_fits_no_edition():
    report = normalize(document())
    assert (report.edition, report.title, report.sections, report.trust.status) == (None, None, (), "failed")


HEADS_OF_2019 = {
    "本年制发件数": "本年新制作数量",
    "本年废止件数": "本年新公开数量",
    "现行有效件数": "对外公开总数量",
}


@pytest.mark.parametrize("lost_layout", [False, True])
def test_a_part_with_the_heads_of_another_edition_is_kept_apart(lost_layout):
    report = normalize(form("2021", labels=HEADS_OF_2019, lost_layout=lost_layout))
    foreign = [name for name in numbers("2021") if name.startswith(("proactive.reg", "proactive.norm"))]
    assert report.edition == "2021"
    assert {report.values[name].status for name in foreign} == {"unassigned"}
    assert wrong(report, numbers("2021")) == {}
    (finding,) = [reason for reason in report.trust.reasons if reason.code == "structure.hybrid"]
    assert set(finding.at) == set(foreign)
    assert [row.texts for row in report.unmapped] == [("1001", "1002", "1003"), ("1004", "1005", "1006")]


def two_reports(edition):
    second = form(edition, dict.fromkeys(numbers(edition), "7"))
    return normalize(document(*form(edition).blocks, *second.blocks))


@pytest.mark.parametrize("edition", EDITIONS)
def test_of_two_reports_in_one_file_one_is_read_whole_and_the_other_told(edition):
    report = two_reports(edition)
    assert "structure.second_report" in codes(report)
    assert report.trust.status == "review"
    first = not wrong(report, numbers(edition))
    second = {value.number for value in report.values.values()} == {7}
    assert first or second


def test_of_two_reports_the_first_is_read():
    assert wrong(two_reports("2021"), numbers("2021")) == {}


def test_a_report_that_fits_completely_is_recognised_with_every_label():
    found = recognise(read(form("2019").blocks))
    assert found.standard is load("2019")
    assert found.foreign_parts == ()
    assert found.second_report == ()
