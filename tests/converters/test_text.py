"""Plain text: which separator holds a table together, which row ends survive, and what a file may not be."""

from __future__ import annotations

import codecs
import time
from hashlib import sha256
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters import convert as convert_any
from converters.text import convert
from document import Grid, Paragraph, Source, Strip
from drawing import parse
from errors import ConversionError, LimitExceeded, UnreadableFile, UnsupportedKind
from normalize import normalize
from tests.normalize.forms import assert_same


def document_of(text, encoding="utf-8"):
    data = text if isinstance(text, bytes) else text.encode(encoding)
    source = Source(name="年报.txt", sha256=sha256(data).hexdigest(), bytes=len(data), kind="text")
    return convert(data, source)


def tables(document):
    return [block for block in document.blocks if not isinstance(block, Paragraph)]


def rows(block):
    """Return the texts of a grid or strip, row by row as far as rows survive; blank cells as empty texts."""
    if isinstance(block, Grid):
        return [
            [block.at(row, column).text.strip() for column in range(block.column_count)]
            for row in range(block.row_count)
        ]
    edges = (0, *block.breaks, len(block.cells))
    return [[cell.text.strip() for cell in block.cells[start:stop]] for start, stop in pairwise(edges)]


def one_table(text):
    (block,) = tables(document_of(text))
    return rows(block)


def values(text):
    """Return the values that a report with this text in its second section prints."""
    around = (
        "一、总体情况\n\n工作稳步推进。\n\n二、主动公开政府信息情况\n\n{}\n\n六、其他需要报告的事项\n\n无。\n"
    )
    report = normalize(document_of(around.format(text)))
    return {
        value.id.removeprefix("proactive."): value.number
        for value in report.values.values()
        if value.number is not None
    }


# --- the flattenings met in the field, each on the same two parts of a form -------------------------------
#
#   | 第二十条第（一）项 | <            | <            | <            |
#   | 信息内容           | 本年制发件数 | 本年废止件数 | 现行有效件数 |
#   | 规章               | 1            | 2            | 3            |
#   | 行政规范性文件     | 4            |              | 6            |
#   | 第二十条第（五）项 | <            | <            | <            |
#   | 信息内容           | 本年处理决定数量 | <        | <            |
#   | 行政许可           | 7            | <            | <            |

ITEM_1, ITEM_5 = "第二十条第（一）项", "第二十条第（五）项"
HEADS = ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"]
REGULATIONS, NORMATIVE = ["规章", "1", "2", "3"], ["行政规范性文件", "4", "", "6"]
HEADS_5, LICENSING = ["信息内容", "本年处理决定数量"], ["行政许可", "7"]

ALL = {
    "regulations.issued": 1,
    "regulations.repealed": 2,
    "regulations.in_force": 3,
    "normative_documents.issued": 4,
    "normative_documents.in_force": 6,
    "licensing.decisions": 7,
}
WITHOUT_THE_SHORT_ROW = {name: number for name, number in ALL.items() if "normative" not in name}

P1 = """第二十条第（一）项

信息内容

本年制发件数

本年废止件数

现行有效件数

规章

1

2

3

行政规范性文件

4

6

第二十条第（五）项

信息内容

本年处理决定数量

行政许可

7
"""

P2 = """第二十条第（一）项 | |||
信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |
规章 | 1 | 2 | 3 |
行政规范性文件 | 4 | | 6 |
第二十条第（五）项 | |||
信息内容 | 本年处理决定数量 | ||
行政许可 | 7 | ||
"""

P3 = """第二十条第（一）项 |
|||
信息内容 |
本年制发件数 |
本年废止件数 |
现行有效件数 |
规章 |
1 |
2 |
3 |
行政规范性文件 |
4 |
|
6 |
第二十条第（五）项 |
|||
信息内容 |
本年处理决定数量 |
||
行政许可 |
7 |
||
"""

P4 = """第二十条第（一）项 |
信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |
规章 | 1 | 2 | 3 |
行政规范性文件 | 4 | | 6 |
第二十条第（五）项 |
信息内容 | 本年处理决定数量 |
行政许可 | 7 |
"""

P5 = """|
第二十条第（一）项 | |||
|
信息内容 |
本年制发件数 |
本年废止件数 |
现行有效件数 |
|
规章 |
1 |
2 |
3 |
|
行政规范性文件 |
4 |
|
6 |
|
第二十条第（五）项 | |||
|
信息内容 |
本年处理决定数量 | ||
|
行政许可 |
7 | ||
"""

P6 = """| 第二十条第（一）项
|
| 信息内容
|
本年制发件数
|
本年废止件数
|
现行有效件数
|
| 规章
|
1
|
2
|
3
|
| 行政规范性文件
|
4
|

|
6
|
| 第二十条第（五）项
|
| 信息内容
|
本年处理决定数量
|
| 行政许可
|
7
|
"""

P7 = "\n".join(f"| {line}" for line in P2.splitlines()) + "\n"

P8 = """|
                第二十条第（一）项  |
|
        信息内容  |
~
    本年制发件数  |
                本年废止
                件数  |
        现行有效件数  |
|
        规章  |
    1  |
                2  |
        3  |
|
        行政规范性
        文件  |
    4  |
        |
    6  |
|
        第二十条第（五）项  |
|
        信息内容  |
        本年处理决定数量  |
|
        行政许可  |
~
        7  |
""".replace("~", " " * 8)

P9 = P1.replace("信息内容\n\n本年处理决定数量", "本年处理决定数量")

P10_CELLS = """第二十条第（一）项 |
信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |
规章 |
1 |
2 |
3 |
行政规范性文件 |
4 |
|
6 |
第二十条第（五）项 |
信息内容 | 本年处理决定数量 |
行政许可 |
7 |
"""

P10_ROWS = """第二十条第（一）项 |
信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |
规章
1 | 2 | 3 |
行政规范性文件
4 | | 6 |
第二十条第（五）项 |
信息内容 | 本年处理决定数量 |
行政许可
7 |
"""

P11 = " | ".join(text for text in P1.split("\n") if text) + " |"

P12 = """第二十条第（一）项
信息内容本年制发件数本年废止件数现行有效件数
规章000
行政规范性文件456
第二十条第（五）项
信息内容本年处理决定数量
行政许可7
"""

P13 = """→第二十条第（一）项

→信息内容
→本年制发件数
→本年废止
件数
→现行有效件数

→规章
→1\u3000
→ 2
→3

→行政规范性文件
→4
→
→6

→第二十条第（五）项

→信息内容
→本年处理决定数量

→行政许可
→7

""".replace("→", "\t")

P14 = """第二十条第（一）项\t\t\t
信息内容\t本年制发件数\t本年废止件数\t现行有效件数

规 章\t1\t2\t3
行政规范性文件\t4\t\t6
第二十条第（五）项-\t
信息内容\t本年处理决定数量
行政许可\t7
"""

MARKDOWN = """| 第二十条第（一）项 | | | |
|---|---|---|---|
| 信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |
| 规章 | 1 | 2 | 3 |
| 行政规范性文件 | 4 | | 6 |
| 第二十条第（五）项 | | | |
| 信息内容 | 本年处理决定数量 | | |
| 行政许可 | 7 | | |
"""

ALIGNED = """第二十条第（一）项
信息内容        本年制发件数  本年废止件数  现行有效件数
规章            1             2             3
行政规范性文件  4                           6
第二十条第（五）项
信息内容        本年处理决定数量
行政许可        7
"""

BOXED = """┌──────────────────┬──────────────┬──────────────┬──────────────┐
│第二十条第（一）项│              │              │              │
├──────────────────┼──────────────┼──────────────┼──────────────┤
│信息内容          │本年制发件数  │本年废止件数  │现行有效件数  │
│规章              │1             │2             │3             │
│行政规范性文件    │4             │              │6             │
├──────────────────┼──────────────┼──────────────┼──────────────┤
│第二十条第（五）项│              │              │              │
│信息内容          │本年处理决定数量│            │              │
│行政许可          │7             │              │              │
└──────────────────┴──────────────┴──────────────┴──────────────┘
"""

TELLS_ALL = {
    "P2": P2,
    "P3": P3,
    "P4": P4,
    "P5": P5,
    "P6": P6,
    "P7": P7,
    "P8": P8,
    "P10, a cell a line": P10_CELLS,
    "P10, a row's figures together": P10_ROWS,
    "P13": P13,
    "P14": P14,
    "Markdown": MARKDOWN,
    "aligned": ALIGNED,
    "boxed": BOXED,
}


@pytest.mark.parametrize("text", TELLS_ALL.values(), ids=TELLS_ALL)
def test_where_blanks_survive_every_figure_comes_to_its_place(text):
    assert values(text) == ALL


@pytest.mark.parametrize("text", [P1, P9, P11], ids=["P1", "P9", "P11"])
def test_where_blanks_vanish_a_short_row_is_left_and_the_others_stay(text):
    assert values(text) == WITHOUT_THE_SHORT_ROW


def test_p12_digits_without_separators_are_read_where_only_one_way_is_left():
    assert values(P12) == {
        "regulations.issued": 0,
        "regulations.repealed": 0,
        "regulations.in_force": 0,
        "normative_documents.issued": 4,
        "normative_documents.repealed": 5,
        "normative_documents.in_force": 6,
        "licensing.decisions": 7,
    }


def test_p12_no_row_is_cut_where_another_shows_that_cells_were_blank():
    assert values(P12.replace("456", "46")) == {"licensing.decisions": 7}


def test_p15_a_table_that_is_not_there_has_no_values():
    report = normalize(
        document_of(
            "一、总体情况\n\n稳步推进。\n\n二、主动公开政府信息情况\n\n三、收到和处理政府信息公开申请情况\n"
        )
    )
    assert (report.edition, report.trust.status) == (None, "failed")


def test_the_last_row_of_a_file_that_may_have_broken_off_is_left():
    report = normalize(document_of(f"二、主动公开政府信息情况\n\n{P2}"))
    assert report.trust.status == "review"
    assert report.values["proactive.licensing.decisions"].number is None
    assert report.values["proactive.regulations.in_force"].number == 3


# --- rows and cells --------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [P2, P7], ids=["P2", "P7"])
def test_a_row_a_line_keeps_its_row_ends(text):
    found = one_table(text)
    assert [row[0] for row in found] == [
        ITEM_1,
        "信息内容",
        "规章",
        "行政规范性文件",
        ITEM_5,
        "信息内容",
        "行政许可",
    ]
    assert found[2][:4] == REGULATIONS
    assert found[3][:4] == NORMATIVE


def test_rows_of_cells_between_tabs_end_with_their_lines():
    found = one_table(P14)
    assert ["规 章", "1", "2", "3"] in found
    assert NORMATIVE in found
    assert found[-1] == LICENSING


def test_a_cell_a_line_behind_a_tab_keeps_rows_and_joins_a_broken_cell():
    found = one_table(P13)
    assert found == [
        [ITEM_1],
        ["信息内容", "本年制发件数", "本年废止\n件数", "现行有效件数"],
        REGULATIONS,
        NORMATIVE,
        [ITEM_5],
        HEADS_5,
        LICENSING,
    ]


def test_a_cell_a_line_alone_keeps_the_order_and_no_row_end():
    figures = [[text for text in row if text.isdigit()] for row in one_table(P1)]
    assert figures == [["1", "2", "3", "4", "6", "7"]]


def test_a_regular_table_is_a_grid_with_its_places():
    (grid,) = tables(document_of("工作稳步推进。\n\n项目\t自然人\t总计\n新收\t3\t3\n结转\t0\t0\n"))
    assert_same(grid, parse("| 项目 | 自然人 | 总计 |\n| 新收 | 3 | 3 |\n| 结转 | 0 | 0 |"))
    place = grid.at(1, 2).provenance.place
    assert (place.table, place.row, place.column, place.line) == (1, 2, 3, 4)


def test_rules_of_any_kind_are_no_cells():
    for text in (MARKDOWN, BOXED):
        assert not any(set(cell) & set("-─") for row in one_table(text) for cell in row)


def test_an_irregular_table_is_a_strip():
    (strip,) = tables(document_of("新收\t3\t3\n结转\t0\n合计\t3\t3\n"))
    assert isinstance(strip, Strip)
    assert rows(strip) == [["新收", "3", "3"], ["结转", "0"], ["合计", "3", "3"]]


def test_running_text_makes_paragraphs_with_their_lines():
    document = document_of("一、总体情况\n\n　　工作稳步推进。\r\n下一步加强培训。")
    assert [block.text.strip() for block in document.blocks] == [
        "一、总体情况",
        "工作稳步推进。",
        "下一步加强培训。",
    ]
    assert [block.provenance.place.line for block in document.blocks] == [1, 3, 4]


@pytest.mark.parametrize(
    "text",
    [
        "收到申请3件，其中：自然人2件；商业企业1件。",
        "联系电话：0469-4941237    邮编：155900",
        "首页 | 政务公开 | 正文",
        "一方面\t另一方面",
    ],
)
def test_a_single_line_with_separators_is_no_table_of_the_form(text):
    assert values(text) == {}


def test_prose_between_pipes_is_running_text():
    sentence = "2023年，我镇认真贯彻落实条例，扎实推进政府信息公开工作，" * 3 + "取得成效。"
    document = document_of(f"{sentence} |\n信息内容 | 本年制发件数 |\n规章 | 0 |\n")
    assert document.blocks[0] == Paragraph(text=sentence)


# --- encodings -------------------------------------------------------------------------------------------

SENTENCE = "一、总体情况\n\n2023年，我镇认真贯彻落实条例，扎实推进政府信息公开工作，主动公开政府信息131条。\n"
TRADITIONAL = (
    "一、總體情況\n\n2023年，我鎮認真貫徹落實條例，紮實推進政府信息公開工作，主動公開政府信息131條。\n"
)


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
        (b"", "gb18030"),
        (b"", "gbk"),
    ],
)
def test_every_encoding_reads_the_same(mark, encoding):
    document = document_of(mark + SENTENCE.encode(encoding))
    assert document.blocks == document_of(SENTENCE).blocks
    assert document.findings == ()


@pytest.mark.parametrize("encoding", ["big5", "utf-8", "gb18030"])
def test_traditional_text_reads_the_same_in_its_encodings(encoding):
    assert document_of(TRADITIONAL, encoding).blocks == document_of(TRADITIONAL).blocks


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le"])
def test_a_whole_table_is_read_in_every_encoding(encoding):
    whole = f"一、总体情况\n\n工作稳步推进。\n\n二、主动公开政府信息情况\n\n{P2}"
    assert document_of(whole, encoding).blocks == document_of(whole).blocks


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_few_bad_bytes_are_told_and_the_rest_is_read(encoding):
    data = SENTENCE.encode(encoding)
    document = document_of(data[:-2] + b"\xff\xff" + data[-2:] + SENTENCE.encode(encoding) * 3)
    assert [finding.code for finding in document.findings] == ["reading.encoding"]
    assert document.blocks[0].text == "一、总体情况"
    assert "131" in document.blocks[1].text


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 40,
        Random("junk").randbytes(4000),
        b"\x89PNG\r\n\x1a\n" + bytes(400),
        b"\x00" * 500,
    ],
    ids=["all bytes", "noise", "an image", "zeros"],
)
def test_bytes_that_are_no_text_are_refused_in_one_line(data):
    with pytest.raises((UnreadableFile, UnsupportedKind)) as refused:
        convert_any(data, name="年报.txt")
    assert "年报.txt" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_text_that_is_mostly_bad_bytes_is_refused():
    with pytest.raises(UnreadableFile, match="save it as UTF-8"):
        document_of(codecs.BOM_UTF8 + "规章".encode() + b"\x80" * 200)


@given(st.binary(max_size=400))
def test_any_bytes_make_a_document_or_a_clear_refusal(data):
    try:
        document = document_of(data)
    except ConversionError as refused:
        assert "\n" not in str(refused)  # noqa: PT017  # both endings are right
    else:
        assert normalize(document).trust.status in ("failed", "review", "verified")


@given(st.text(alphabet="规章总计一、（）|\t\n 0123-—　项目", max_size=200))
def test_any_arrangement_of_cells_makes_a_document(text):
    document = document_of(text)
    assert all(block.cells for block in tables(document))


# --- limits ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [b"a" * (64 << 20), b"|" * 10_000_000, b"\n" * 10_000_000, b"0\t" * 5_000_000],
    ids=["a line of 64 MiB", "ten million pipes", "ten million lines", "five million tabs"],
)
def test_what_is_larger_than_any_report_is_refused_at_once(data):
    begun = time.process_time()
    with pytest.raises(LimitExceeded) as refused:
        document_of(data)
    assert time.process_time() - begun < 2
    assert "split the file" in str(refused.value)


@pytest.mark.parametrize("text", ["", "\n\n", "　 \t \n"])
def test_a_text_without_a_word_is_an_empty_document(text):
    assert document_of(text).blocks == ()


def test_an_empty_file_is_refused():
    with pytest.raises(UnreadableFile, match="empty"):
        convert_any(b"", name="年报.txt")


def test_a_long_line_of_prose_takes_no_time():
    begun = time.process_time()
    document_of("我镇认真贯彻落实条例，" * 100_000)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("line", ["-" * 20_000 + "年", "-=" * 10_000 + "1", "|" + "-+" * 10_000 + "|年"])
def test_a_long_line_of_hyphens_that_is_no_rule_takes_no_time(line):
    begun = time.process_time()
    document_of(f"项目\t数量\n{line}\n规章\t1\n")
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("data", ["|\t--", "\t--\n", "|---|\n|---|", "| |\n--- ---\n"])
def test_a_table_of_nothing_but_rules_holds_nothing(data):
    document = convert(data.encode(), Source(name="a.txt", sha256="", bytes=len(data), kind="text"))
    assert not any(
        paragraph.text.strip() for paragraph in document.blocks if isinstance(paragraph, Paragraph)
    )
