"""The five sample reports: real towns' reports, turned to text by others, all of them zero throughout.

The only tests that need files from outside the repository: ../shared/seeds, relative to its root. Without
that folder they are skipped.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from converters import convert
from normalize import normalize
from report import Report
from standards import load

SEEDS = Path(__file__).parents[1].parent / "shared" / "seeds"

pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the sample reports are not here")

FILES = {
    "000": "000_f8baeb06ca360d2a.txt",
    "001": "001_7755c529bed9ed92.txt",
    "002": "002_6aa6356136dd47b5.txt",
    "003": "003_9ec49e90548ab3ce.txt",
    "004": "004_33c70e6d64948353.txt",
}
SECTIONS = ["overview", "proactive", "requests", "disputes", "problems", "other"]


def report_of(name: str) -> Report:
    path = SEEDS / FILES[name]
    return normalize(convert(path.read_bytes(), name=path.name))


def prose(report: Report) -> list[str]:
    return [text for section in report.sections for text in section.paragraphs]


@pytest.mark.parametrize("name", FILES)
def test_all_200_values_are_printed_zeros(name):
    values = report_of(name).values
    assert tuple(values) == load("2021").value_ids
    assert {(value.number, value.status) for value in values.values()} == {(0, "printed")}


@pytest.mark.parametrize("name", FILES)
def test_every_sum_holds_and_no_row_is_left_over(name):
    report = report_of(name)
    assert {check.verdict for check in report.checks} == {"holds"}
    assert report.unmapped == ()


@pytest.mark.parametrize(
    ("name", "title", "issuer", "year", "date"),
    [
        (
            "000",
            "井研县镇阳镇人民政府2023年信息公开工作年度报告",
            "井研县镇阳镇人民政府",
            2023,
            "2024-01-05",
        ),
        ("001", "皇宫镇政府信息公开工作2023年度报告", "乌苏市皇宫镇人民政府", 2023, "2024-01-16"),
        ("002", "甘河滩镇政府信息公开工作年度报告", "甘河滩镇人民政府", 2024, None),
        ("003", None, None, 2023, None),
        (
            "004",
            "集贤县升昌镇人民政府2023年政府信息公开工作年度报告",
            "集贤县升昌镇人民政府",
            2023,
            None,
        ),
    ],
)
def test_it_says_what_the_report_says_of_itself(name, title, issuer, year, date):
    report = report_of(name)
    assert (report.edition, report.title, report.issuer, report.year, report.date) == (
        "2021",
        title,
        issuer,
        year,
        date,
    )


@pytest.mark.parametrize("name", FILES)
def test_its_sections_are_those_that_stand_in_the_report(name):
    # The third report ends with its fifth section.
    wanted = SECTIONS[:5] if name == "002" else SECTIONS
    assert [section.id for section in report_of(name).sections] == wanted


def test_headings_are_kept_as_printed():
    printed = {name: {section.id: section.heading for section in report_of(name).sections} for name in FILES}
    assert printed["000"]["overview"] == "总体情况"
    assert printed["003"]["overview"] is None
    assert printed["004"]["problems"] == "五、存在的主要问题及改进情况。"


@pytest.mark.parametrize("name", FILES)
def test_paragraphs_hold_no_page_number_no_table_and_no_stray_space(name):
    for text in prose(report_of(name)):
        assert not re.fullmatch(r"[-—–\s]*\d{1,3}[-—–\s]*", text)
        assert not re.search(r"[\t\n|]", text)
        assert not re.search(r"[\u4e00-\u9fff，。；：、] +[\u4e00-\u9fff0-9]|[0-9] +[\u4e00-\u9fff]", text)
        assert "本年制发件数" not in text
        assert text == text.strip()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("002", "我镇未收到任何形式的政府信息公开申请。"),
        ("004", "着力将网站打造为全面的政务公开平台，加强解读回应，"),
        ("004", "开展依申请公开政府信息工作、提供多样化公开形式等方面"),
    ],
)
def test_a_sentence_broken_over_a_page_is_whole_again(name, sentence):
    assert any(sentence in text for text in prose(report_of(name)))


@pytest.mark.parametrize(
    ("name", "figures"),
    [
        ("000", ["主动公开政府信息131条", "依申请公开业务0条"]),
        ("001", ["相关工作信息243次", "公示142次"]),
        ("004", ["截至12月31日", "93条和37条", "0469-4941237", "12345热线"]),
    ],
)
def test_figures_in_prose_are_untouched(name, figures):
    whole = "".join(prose(report_of(name)))
    assert all(figure in whole for figure in figures)


@pytest.mark.parametrize("name", ["000", "001"])
def test_a_text_that_kept_its_rows_is_verified(name):
    assert report_of(name).trust.status == "verified"
    assert report_of(name).trust.reasons == ()


@pytest.mark.parametrize("name", ["002", "003", "004"])
def test_recognised_text_with_columns_out_of_line_wants_a_persons_review(name):
    trust = report_of(name).trust
    assert trust.status == "review"
    assert any(reason.code.startswith("structure.") for reason in trust.reasons)
    assert all(reason.at for reason in trust.reasons)
