"""The six prescribed sections with the report's own headings and clean paragraphs; table text left out."""

from __future__ import annotations

import pytest

from document import Paragraph
from drawing import parse
from normalize import normalize
from tests.normalize.forms import document, form, paragraphs

HEADINGS = (
    "一、总体情况",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "六、其他需要报告的事项",
)
IDS = ["overview", "proactive", "requests", "disputes", "problems", "other"]


def sections(prose, *, headings=HEADINGS, lost_layout=False):
    """Return the sections of a report with its tables; `prose` says what follows a heading (or None)."""
    blocks = []
    for block in form("2021", lost_layout=lost_layout).blocks:
        if isinstance(block, Paragraph) and block.text in HEADINGS:
            heading = headings[HEADINGS.index(block.text)]
            if heading is not None:
                blocks.append(Paragraph(text=heading))
            blocks += as_blocks(prose.get(heading, ()))
        else:
            blocks.append(block)
    return normalize(document(*blocks)).sections


def as_blocks(texts):
    return [Paragraph(text=text) if isinstance(text, str) else text for text in texts]


def told(prose, **options):
    return {section.id: section.paragraphs for section in sections(prose, **options) if section.paragraphs}


def with_heading(number, text):
    return (*HEADINGS[:number], text, *HEADINGS[number + 1 :])


# --- headings --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lost_layout", [False, True])
def test_every_paragraph_belongs_to_the_section_it_stands_in(lost_layout):
    prose = {heading: [f"{heading[2:]}如下所述。"] for heading in HEADINGS}
    found = sections(prose, lost_layout=lost_layout)
    assert [section.id for section in found] == IDS
    assert [section.heading for section in found] == list(HEADINGS)
    assert [list(section.paragraphs) for section in found] == list(prose.values())


def test_a_missing_section_is_left_out():
    found = sections({HEADINGS[0]: ["工作稳步推进。"]}, headings=with_heading(4, None))
    assert [section.id for section in found] == [name for name in IDS if name != "problems"]


@pytest.mark.parametrize(
    ("number", "printed"),
    [
        (0, "总体情况"),
        (0, "一、概 述"),
        (0, "一、工作基本情况"),
        (0, "一、政府信息公开工作总体情况"),
        (1, "二、行政机关主动公开政府信息情况"),
        (2, "三、收到的处理政府信息公开申请情况"),
        (2, "三是收到和处理政府信息公开申请情况"),
        (3, "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况"),
        (4, "五、政府信息公开工作存在的主要问题及改进情况"),
        (4, "五、存在问题及改进情况"),
        (4, "五、存在的主要问题及改进情况。"),
        (5, "　　六、其他需要报告的事项"),
    ],
)
def test_a_heading_in_other_words_is_known_and_kept_as_printed(number, printed):
    found = sections({printed: ["情况如下所述。"]}, headings=with_heading(number, printed))
    assert [section.id for section in found] == IDS
    wanted = printed.replace("概 述", "概述").strip("　")
    assert (found[number].heading, found[number].paragraphs) == (wanted, ("情况如下所述。",))


def test_a_heading_that_runs_on_into_its_text_is_taken_off_it():
    run_in = "一、总体情况。2023年，我镇公开信息131条。"
    found = sections({}, headings=with_heading(0, run_in))
    assert (found[0].heading, found[0].paragraphs) == ("一、总体情况", ("2023年，我镇公开信息131条。",))


def test_items_inside_a_section_open_no_section():
    prose = ["（一）主动公开政府信息情况", "公开131条。", "（二）其他需要报告的事项", "无。"]
    assert told({HEADINGS[0]: prose}) == {"overview": tuple(prose)}


def test_a_sentence_about_a_section_opens_none():
    prose = ["2023年总体情况良好，其他需要报告的事项见第六部分。"]
    assert told({HEADINGS[0]: prose}) == {"overview": tuple(prose)}


# --- around the sections ---------------------------------------------------------------------------------


def test_prose_before_the_first_heading_belongs_to_the_overview():
    found = sections({None: ["今年以来，我镇全面推行政务公开制度。"]}, headings=with_heading(0, None))
    assert (found[0].id, found[0].heading) == ("overview", None)
    assert found[0].paragraphs == ("今年以来，我镇全面推行政务公开制度。",)


def test_title_issuer_and_date_belong_to_no_section():
    closing = ["无。", "桐溪镇人民政府", "2024年1月9日"]
    assert told({HEADINGS[5]: closing}) == {"other": ("无。",)}


# --- around the tables -----------------------------------------------------------------------------------


@pytest.mark.parametrize("lost_layout", [False, True])
def test_table_text_is_in_no_section(lost_layout):
    assert told({}, lost_layout=lost_layout) == {}


@pytest.mark.parametrize("lost_layout", [False, True])
def test_prose_around_a_table_stays_in_its_section(lost_layout):
    prose = {HEADINGS[2]: ["申请情况见下表。"], HEADINGS[3]: ["本年度未发生复议和诉讼。"]}
    assert told(prose, lost_layout=lost_layout) == {
        "requests": ("申请情况见下表。",),
        "disputes": ("本年度未发生复议和诉讼。",),
    }


def test_the_cells_of_some_other_table_are_no_prose():
    other = parse("| 栏目 | 条数 |\n| 动态 | 131 |")
    assert told({HEADINGS[0]: ["工作稳步推进。", other]}) == {"overview": ("工作稳步推进。",)}


def test_headings_are_found_where_all_tables_were_lost():
    texts = [text for heading in HEADINGS for text in (heading, f"{heading[2:]}如下所述。")]
    report = normalize(document(*paragraphs(*texts)))
    assert report.trust.status == "failed"
    assert [section.id for section in report.sections] == IDS
    assert [section.paragraphs for section in report.sections] == [(text,) for text in texts[1::2]]


def test_the_first_heading_is_found_where_only_it_and_the_fifth_stand():
    report = normalize(document(*paragraphs(HEADINGS[0], "工作稳步推进。", HEADINGS[4], "队伍不稳。")))
    assert [(section.id, section.paragraphs) for section in report.sections] == [
        ("overview", ("工作稳步推进。",)),
        ("problems", ("队伍不稳。",)),
    ]
