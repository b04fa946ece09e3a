"""The web page converter: what is shown, on which cell, and what it refuses. Each name completes "it ..."."""

from __future__ import annotations

import codecs
import re
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from converters import word as word_converter
from converters.web import convert
from document import Grid, Paragraph, Place, Source
from errors import LimitExceeded, UnreadableFile
from normalize import normalize
from samples import web, word
from samples.reports import invent
from tests.converters.drawn_grids import rows

# --- Pages and what is read from them -------------------------------------------------------------


def read(html):
    data = html.encode() if isinstance(html, str) else html
    return convert(data, Source(name="年报.html", sha256="0" * 64, bytes=len(data), kind="html"))


def blocks(html):
    return read(html).blocks


def texts(html):
    found = blocks(html)
    assert all(isinstance(block, Paragraph) for block in found)
    return [block.text for block in found]


def table(html):
    """Return the drawing of the one grid that the rows of a table give."""
    (grid,) = blocks(f"<table>{html}</table>")
    return rows(grid)


def cell(html):
    """Return the text of a cell beside another one."""
    (grid,) = blocks(f"<table><tr><td>{html}</td><td>旁</td></tr></table>")
    return grid.at(0, 0).text


def codes(html):
    return [finding.code for finding in read(html).findings]


def messages(html):
    return " ".join(finding.message for finding in read(html).findings)


FIGURES = "<table><tr><td>甲</td><td>1</td><td>2</td></tr><tr><td>乙</td><td>3</td><td>4</td></tr></table>"
PROSE = "<p>本年度共受理申请十二件，均已在法定期限内办结并答复申请人。</p>"

# --- Text -------------------------------------------------------------------------------------------


def test_reads_blocks_and_line_breaks_as_paragraphs():
    assert texts("<div>一<p>二</p>三<br>四<br/><br>五</div><ul><li>六</li></ul>") == list("一二三四五六")


def test_joins_text_across_inline_elements():
    assert texts("<p>共<span>1</span><b>2</b><font>件</font></p>") == ["共12件"]


def test_collapses_spaces_but_keeps_hard_ones():
    assert texts("<p> a \n b&nbsp;&nbsp;c </p>") == ["a b\u00a0\u00a0c"]


def test_keeps_the_indent_that_hard_spaces_make():
    assert texts("<p>&nbsp;&nbsp;甲&nbsp;</p>") == ["\u00a0\u00a0甲"]


def test_drops_a_source_line_end_between_chinese_characters_only():
    assert texts("<p>政府信息\n  公开 a\nb 12\n34</p>") == ["政府信息公开 a b 12 34"]


def test_reads_entities():
    assert texts("<p>&lt;&#20844;&#x5f00;&gt;&amp;&yen;</p>") == ["<公开>&¥"]


def test_keeps_the_lines_of_preformatted_text():
    assert texts("<pre>一\n二\r\n三</pre>") == ["一", "二", "三"]


def test_leaves_out_scripts_styles_controls_and_readings():
    html = (
        "<script>document.write('<p>假</p>')</script><style>p{}</style><noscript>假</noscript>"
        "<template><p>假</p></template><select><option>假</select><button>假</button><!-- 假 -->"
        "<textarea>假</textarea><svg><text>假</text></svg><p><ruby>数<rp>(</rp><rt>shù</rt></ruby>据</p>"
    )
    assert texts(html) == ["数据"]


def test_accepts_deletions_as_word_writes_them():
    assert texts("<p>收到<del>12</del><ins>13</ins>件</p>") == ["收到13件"]


def test_reads_word_exports():
    html = (
        "<!--[if gte mso 9]><xml><w:View>假</w:View></xml><![endif]--><xml><w:View>假</w:View></xml>"
        "<p class=MsoNormal><![if !supportLists]>一、<![endif]><span style='mso-hide:all'>假</span>"
        "总体\n情况<o:p></o:p></p>"
        "<p class=MsoNormal><o:p>&nbsp;</o:p></p>"
    )
    assert texts(html) == ["一、总体情况"]


def test_numbers_places_from_one():
    first, grid, last = blocks(f"<p>一</p>{FIGURES}<p>二</p>")
    assert (first.provenance.place, last.provenance.place) == (Place(line=1), Place(line=2))
    assert grid.at(1, 2).provenance.place == Place(table=1, row=2, column=3)


# --- What is hidden ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "attribute",
    [
        "hidden",
        'style="DISPLAY : none"',
        'style="visibility:hidden"',
        'aria-hidden="true"',
        'class="a b"',
        "id=c",
    ],
)
def test_leaves_out_what_a_screen_hides(attribute):
    style = "<style>.b, p#c {color:red; display:none} .d{display:none} .d{display:block}</style>"
    assert texts(f"{style}<div {attribute}>假{FIGURES}</div><p class=d>真</p>") == ["真"]


def test_shows_what_only_looks_hidden():
    assert texts("<p style='backface-visibility:hidden;mso-display:none'>真</p>") == ["真"]


def test_does_not_take_rules_for_print_as_rules_for_the_screen():
    assert texts("<style>@media print { .a {display:none} } </style><p class=a>真</p>") == ["真"]


def test_shows_a_page_that_is_hidden_until_its_script_runs():
    assert texts("<body style='display:none'><p>真</p></body>") == ["真"]


def test_takes_hidden_cells_and_rows_out_and_leaves_invisible_cells_blank():
    assert table(
        "<tr><td hidden>假</td><td>1</td><td>2</td></tr><tr style='display:none'><td>假<td>假</tr>"
        "<tr><td style='visibility:hidden'>假</td><td>3</td></tr>"
    ) == ["1 2", "_ 3"]


def test_keeps_what_only_screen_readers_skip_in_a_table():
    assert cell('<span aria-hidden="true">5</span>') == "5"


def test_says_that_the_only_tables_are_hidden():
    assert "hidden" in messages(f"<p>题</p><div style='display:none'>{FIGURES}</div>")


# --- Tables -------------------------------------------------------------------------------------------


def test_lays_spans_out_as_browsers_do():
    assert table("<tr><td rowspan=2>a<td colspan=2>b<tr><td>c<td rowspan=2>d<tr><td>e<td>f") == [
        "a b <",
        "^ c d",
        "e f ^",
    ]


@pytest.mark.parametrize("element", ["span", "b", "div", "font", "p", "ul><li", "o:p", "a href=x"])
def test_ends_open_cells_and_rows_whatever_is_open_in_them(element):
    assert table(f"<tr><td><{element}>1<td><{element}>2<tr><td><{element}>3<td>4") == ["1 2", "3 4"]


def test_ends_every_span_with_its_group_of_rows():
    assert table("<tbody><tr><td rowspan=9>a<td>1<tr><td>2<tbody><tr><td rowspan=0>b<td>3<tr><td>4") == [
        "a 1",
        "^ 2",
        "b 3",
        "^ 4",
    ]


def test_puts_the_head_on_top_and_the_foot_at_the_bottom():
    assert table("<tfoot><tr><td>3</tfoot><tr><td>2</tr><thead><tr><td>1</thead>" * 1 + "<tr><td>x<td>y") == [
        "1 _",
        "2 _",
        "x y",
        "3 _",
    ]


def test_gives_a_contested_position_to_the_upper_cell_and_says_so():
    html = "<table><tr><td>a<td rowspan=2>b<td>c<tr><td colspan=3>d</table>"
    (grid,) = blocks(html)
    assert rows(grid) == ["a b c", "d ^ _"]
    assert codes(html) == ["structure.shifted"]


def test_fills_short_rows_with_blank_cells():
    assert table("<tr><td>a<td>b<td>c<tr><td>d") == ["a b c", "d _ _"]


def test_folds_away_rows_and_columns_without_extent():
    assert table("<tr><td colspan=30>题<tr></tr><tr><td rowspan=2>a<td>b</tr><tr></tr><tr><td>c<td>d") == [
        "题 <",
        "a b",
        "c d",
    ]


def test_keeps_the_columns_of_a_piece_that_holds_only_wide_cells():
    (grid,) = blocks("<table><tr><td colspan=3>a<td colspan=7>b</table>")
    assert grid.column_count == 10


@pytest.mark.parametrize(
    ("written", "is_read_as"), [("", 1), ("0", 1), ("-3", 1), ("x", 1), (" +2.5", 2), ("2;", 2)]
)
def test_reads_spans_as_browsers_do(written, is_read_as):
    (grid,) = blocks(f"<table><tr><td colspan='{written}'>a<td>b<tr><td>c<td>d<td>e</table>")
    assert grid.at(0, 0).column_span == is_read_as


def test_keeps_the_lines_of_a_cell():
    assert cell("<p>&nbsp;</p><p>&nbsp;政府</p>信息<br><br/>公开&nbsp;") == "政府\n信息\n公开"


def test_shows_the_figure_in_a_field():
    assert cell('<input type="text" value="5">') == "5"
    assert cell("<input type=hidden value=7>") == ""
    assert cell('5<input value="6">') == "5 6"


def test_holds_raised_and_struck_text_apart_from_figures():
    assert cell("12<sup>1</sup>") == "12 1"
    assert cell("1<s>3</s>4") == "1 3 4"
    assert cell('12<a href="page.htm#_ftn1"><sup>[1]</sup></a>') == "12"


# --- What is shown otherwise than it is stored ------------------------------------------------------------


def styled(rules, inner):
    """Return the text of a cell on a page with a style sheet."""
    _, _, value, _ = grid_texts(f"<style>{rules}</style>", inner)
    return value


def grid_texts(before, inner):
    (grid,) = blocks(
        f"{before}<table><tr><td>甲</td><td>乙</td></tr><tr><td>{inner}</td><td>9</td></tr></table>"
    )
    return [cell.text for cell in grid.cells]


RAISED = (
    "vertical-align:super",
    "vertical-align: SUB",
    "vertical-align:top",
    "vertical-align:4.0pt",
    "vertical-align:-20%",
    "position:relative;top:-4.0pt",
    "text-decoration:line-through",
    "text-decoration: underline line-through red",
    "text-decoration-line:line-through",
)
UNSEEN = (
    "display:none",
    "visibility:hidden",
    "font-size:0",
    "font-size:0px;",
    "font:0/0 a",
    "opacity:0",
    "opacity:.0",
    "text-indent:-9999px",
    "text-indent:-99em",
    "position:absolute;left:-9999px",
    "top:-999em;position:fixed",
    "margin-left:-1000%",
    "position:absolute;clip:rect(0 0 0 0)",
    "clip: rect(1px, 1px, 1px, 1px)",
    "clip-path:inset(50%)",
)


@pytest.mark.parametrize("style", RAISED)
def test_holds_text_apart_that_a_style_raises_or_strikes(style):
    assert cell(f"1<span style='{style}'>3</span>4") == "1 3 4"
    assert styled(f".x{{{style}}}", "1<span class='y x'>3</span>4") == "1 3 4"
    assert styled(f"i{{{style}}}", "1<i>3</i>4") == "1 3 4"
    assert styled(f"td .x, p{{{style}}}", "1<b class=x>3</b>4") == "1 3 4"


@pytest.mark.parametrize("style", UNSEEN)
def test_leaves_out_what_a_style_keeps_from_being_seen(style):
    assert cell(f"1<span style='{style}'>3</span>4") == "14"
    assert texts(f"<p>真<span style='{style}'>假</span></p>") == ["真"]
    assert styled(f".x{{{style}}}", "1<span class='y x'>3</span>4") == "14"
    assert styled(f"i{{{style}}}", "1<i>3</i>4") == "14"


@pytest.mark.parametrize(
    "style",
    [
        "font-size:10px",
        "font-size:0.5em",
        "opacity:0.5",
        "text-indent:-21.0pt",
        "text-indent:-2em",
        "left:-9999px",
        "vertical-align:baseline",
        "vertical-align:middle",
        "vertical-align:0",
        "text-decoration:underline",
        "direction:ltr;unicode-bidi:embed",
        "mso-font-size:0",
    ],
)
def test_reads_through_styles_that_change_only_the_dress(style):
    assert cell(f"1<span style='{style}'>3</span>4") == "134"
    assert styled(f"td .x{{{style}}}", "1<span class=x>3</span>4") == "134"


def test_keeps_a_cell_in_its_place_whose_text_is_unseen():
    assert table("<tr><td style='opacity:0'>1</td><td>2</td></tr><tr><td>3<td>4</tr>") == ["_ 2", "3 4"]
    assert table("<tr><td style='vertical-align:top'>1</td><td>2</td></tr>") == ["1 2"]


@pytest.mark.parametrize("style", UNSEEN)
@pytest.mark.parametrize(
    "rule",
    [
        "td .x{{{}}}",
        ".y.x{{{}}}",
        "b.x{{{}}}",
        "td > b{{{}}}",
        "td>*{{{}}}",
        "b:not(.z){{{}}}",
        "b[class]{{{}}}",
        "@media screen{{.x{{{}}}}}",
        "@media (max-width:9px){{ td b{{{}}} }}",
        ".x{{{}}} .y{{display:inline;visibility:visible;opacity:1;font-size:9px;position:static}}",
    ],
)
def test_takes_no_figure_from_a_cell_of_which_a_rule_may_hide_a_part(rule, style):
    assert styled(rule.format(style), "1<b class='y x'>3</b>4") == "1 3 4\ufffc"
    assert styled(rule.format(style), "<b class='y x'>3</b>") == "3\ufffc"
    assert styled(rule.format(style), "1<i class=z>3</i>4") in ("134", "1 3 4\ufffc")


@pytest.mark.parametrize(
    "rule",
    [
        "@media print{.x{display:none}}",
        "@page a{size:1px} @font-face{font-size:0}",
        ".x:hover{display:none}",
        ".x::before{display:none}",
        ".x i{display:none}",
        ".x.z{display:none}",
        ".x td{display:none}",
        "table{font-size:0} td{display:none}",
        ".x{display:none} .x{display:inline}",
    ],
)
def test_reads_a_cell_that_no_rule_hides(rule):
    assert styled(rule, "1<b class='y x'>3</b>4") == "134"
    assert styled(f"</style><style media=print>{rule} b{{display:none}}", "1<b class=x>3</b>4") == "134"


@pytest.mark.parametrize("name", ["sr-only", "visually-hidden", "hidden", "d-none"])
def test_doubts_what_style_sheets_kept_elsewhere_hide_by_their_name(name):
    assert cell(f"1<span class='{name}'>3</span>4") == "1 3 4\ufffc"
    assert styled(f".{name}{{display:inline}}", f"1<span class='{name}'>3</span>4") == "134"


def test_doubts_what_may_be_shown_inside_of_what_is_not():
    assert cell("1<span style='font-size:0'><b style='font-size:9px'>3</b></span>") == "1 3\ufffc"


@pytest.mark.parametrize(
    "note",
    [
        "<small>3</small>",
        "<a class=footnote href=x>3</a>",
        "<a class='ref'>3</a>",
        "<a class='table-note' href='x'>3</a>",
        "<a href='#r3'>3</a>",
    ],
)
def test_holds_small_text_and_references_apart_from_figures(note):
    assert cell(f"12{note}") == "12 3"


@pytest.mark.parametrize(
    "inner",
    [
        "<bdo dir=rtl>21</bdo>",
        "<span dir=RTL>-5</span>",
        "<span style='direction:rtl;unicode-bidi:bidi-override'>21</span>",
        "<span style='unicode-bidi: isolate-override; direction: rtl'>21</span>",
        "<span class=x>21</span>",
        "&#x202e;21",
        "2&#x202d;1",
        "\u05d0 12",
    ],
)
def test_takes_no_figure_from_text_that_does_not_run_from_left_to_right(inner):
    assert styled(".x{direction:rtl;unicode-bidi:bidi-override}", inner).endswith("\ufffc")


@pytest.mark.parametrize(
    "shown",
    [
        "<img src=a.png>",
        "<svg><text>5</text></svg>",
        "<canvas></canvas>",
        "<input value=请输入>",
        "<input type=checkbox>",
        "<textarea>5</textarea>",
        "<select><option>5</select>",
        "<math><mn>5</mn></math>",
        "<iframe src=a></iframe>",
        "<table><tr><td><img src=a.png></td></tr></table>",
    ],
)
def test_marks_a_cell_that_shows_more_than_its_text(shown):
    assert cell(shown) == "\ufffc"
    assert cell(f"12{shown}") in ("12\ufffc", "12\n\ufffc")
    assert cell(f"收到的申请{shown}") == "收到的申请"
    assert cell(f"12<span hidden>{shown}</span>") == "12"


def test_does_not_mark_spacers():
    assert cell("12<img src=a.gif width=1 height=20>") == "12"


@pytest.mark.parametrize(
    "dress",
    [
        "<span class=h>7</span>{}",
        "{}<img src=a.png>",
        "<bdo dir=rtl>{}</bdo>",
        "{}<sup>7</sup>",
        "{}<span style='vertical-align:super'>7</span>",
    ],
)
def test_gives_no_wrong_value_where_a_cell_shows_more_than_a_figure(dress):
    sample = invent(3, zero=False)
    page = web.draw(sample, variant="plain", seed=3).decode()
    cells = [*re.finditer(r"<td>([0-9.]+)</td>", page)]
    for match in cells[:: max(len(cells) // 12, 1)]:
        changed = f"{page[: match.start(1)]}{dress.format(match[1])}{page[match.end(1) :]}"
        changed = changed.replace("<body", "<style>td .h{display:none}</style><body", 1)
        found = numbers(changed.encode())
        truth = dict(sample.numbers)
        assert all(number in (truth[name], None) for name, number in found.items())


# --- Tables in tables --------------------------------------------------------------------------------------


def test_puts_captions_and_stray_text_in_front_of_the_table():
    first, second, grid = blocks(f"<table><caption>表一</caption><p>漏</p>{FIGURES[7:]}")
    assert (first.text, second.text) == ("漏", "表一")
    assert grid.row_count == 2


def test_drops_the_row_in_which_office_keeps_column_widths():
    html = "<tr><td>a<td>b</tr><![if !misaligned]><tr height=0><td width=64></td><td></td></tr><![endif]>"
    assert table(html) == ["a b"]


def test_opens_layout_tables_in_place():
    html = (
        "<table><tr><td colspan=2>题</td></tr><tr><td><ul><li><a href=a>首页</a></ul></td>"
        f"<td><table><tr><td>{PROSE}{FIGURES}<p>尾</p></td></tr></table></td></tr></table>"
    )
    assert [type(block) for block in blocks(html)][-3:] == [Paragraph, Grid, Paragraph]


def test_opens_a_cell_wrapped_in_a_table_of_its_own():
    assert cell("<table><tr><td>5</td></tr></table>") == "5"


def test_puts_tables_nested_in_a_table_of_figures_after_it():
    html = FIGURES.replace("甲", "甲<table><tr><td>a<td>b</table>")
    outer, inner = blocks(html)
    assert rows(outer) == ["甲 1 2", "乙 3 4"]
    assert rows(inner) == ["a b"]


def test_keeps_a_table_whose_end_tag_is_missing_apart_from_the_next():
    first, second = blocks(FIGURES.replace("</td></tr></table>", "") + FIGURES)
    assert rows(first) == rows(second) == ["甲 1 2", "乙 3 4"]


def test_keeps_two_tables_apart():
    assert [type(block) for block in blocks(FIGURES + FIGURES)] == [Grid, Grid]


def test_leaves_tables_built_of_blocks_as_paragraphs():
    assert texts("<div class=tr><div>规章</div><div>3</div></div>") == ["规章", "3"]


@st.composite
def layouts(draw):
    """Draw a tiling: row count, column count and rectangles (row, column, row span, column span)."""
    height, width = draw(st.integers(1, 6)), draw(st.integers(2, 6))
    free = {(row, column) for row in range(height) for column in range(width)}
    rectangles = []
    while free:
        row, column = min(free)
        across = draw(st.integers(1, width - column))
        while not all((row, column + step) in free for step in range(across)):
            across -= 1
        down = draw(st.integers(1, height - row))
        free -= {(row + y, column + x) for y in range(down) for x in range(across)}
        rectangles.append((row, column, down, across))
    return height, width, rectangles


@given(layouts(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_reads_any_layout_back_as_it_was_written(layout, end_tags):
    height, width, rectangles = layout
    if len(rectangles) < 2 or {row for row, *_ in rectangles} != set(range(height)):
        return
    html = ""
    for line in range(height):
        html += "<tr>"
        for row, column, down, across in rectangles:
            if row == line:
                end = "</td>" if end_tags else ""
                html += f"<td rowspan={down} colspan={across}>{row}:{column}{end}"
    (grid,) = blocks(f"<table>{html}</table>")
    assert (grid.row_count, grid.column_count) == (height, width)
    assert [(c.row, c.column, c.row_span, c.column_span) for c in grid.cells] == sorted(rectangles)
    assert all(c.text == f"{c.row}:{c.column}" for c in grid.cells)


# --- The report on the page -------------------------------------------------------------------------

SITE = (
    '<div class="top-nav"><ul><li><a href=a>首页</a><li><a href=b>政务公开</a></ul></div>'
    "<p>当前位置：<a href=a>首页</a> &gt; <a href=b>年报</a></p><aside>侧栏</aside>"
    "<div class=wrap><h1>某镇2021年政府信息公开工作年度报告</h1><div class=info>来源：某镇 "
    '字体：[<a href="javascript:f(1)">大</a> <a href="javascript:f(2)">小</a>] '
    "<a href=# onclick=p()>打印</a></div>"
    f"<div id=zoom><p>一、总体情况</p>{PROSE}{FIGURES}<p>二〇二二年一月</p></div></div>"
    "<div id=footer>主办：某镇<p>建议使用本站浏览，谢谢您的访问，欢迎提出宝贵意见。</p></div>"
)


def test_tells_the_report_from_the_site_around_it():
    title, heading, prose, grid, day = blocks(SITE)
    assert title.text == "某镇2021年政府信息公开工作年度报告"
    assert (heading.text, day.text) == ("一、总体情况", "二〇二二年一月")
    assert "十二件" in prose.text
    assert grid.row_count == 2


def test_keeps_the_site_around_the_report_in_the_margins():
    margins = [paragraph.text for paragraph in read(SITE).margins]
    assert {"首页", "侧栏", "主办：某镇"} <= set(margins)
    assert any("打印" in text for text in margins)


def test_loses_no_table_of_figures_whatever_the_page_calls_its_place():
    assert any(
        isinstance(block, Grid)
        for block in blocks(f"<p>题</p><footer><div class=nav>{FIGURES}</div></footer>")
    )


def test_loses_no_prose_that_stands_beside_the_container_of_the_tables():
    html = f"<div><div>{PROSE}{FIGURES}</div><div>{PROSE.replace('十二', '三十')}</div></div>"
    assert [type(block) for block in blocks(html)] == [Paragraph, Grid, Paragraph]


def test_takes_the_title_from_the_head_if_the_body_shows_none():
    html = f"<head><meta name=ArticleTitle content=' 某局 年度报告 '></head><div>{PROSE}{FIGURES}</div>"
    assert blocks(html)[0].text == "某局 年度报告"
    assert blocks(html.replace(PROSE, f"<p>某局年度报告</p>{PROSE}"))[0].text == "某局年度报告"


def test_says_when_a_page_is_pictures():
    assert codes("<h1>年报</h1><img src=1.jpg><img src=2.jpg width=800>") == ["reading.needs_ocr"]
    assert codes("<h1>年报</h1><img src=icon.gif width=16 height=16>") == []
    assert codes(f"<img src=1.jpg>{FIGURES}") == []


def test_says_when_the_page_is_in_frames():
    html = "<frameset cols=20,*><frame src=menu.html><frame src=main.html></frameset>"
    assert codes(html) == ["structure.no_table"]
    assert "main.html" in messages(html)
    assert "a.pdf" in messages("<p>年报</p><iframe src=a.pdf></iframe>")
    assert codes(f"{FIGURES}<iframe src=count.html></iframe>") == []


# --- Encodings and saved pages ----------------------------------------------------------------------

CHINESE = f"<p>政府信息公开工作年度报告，数量零</p>{FIGURES}"
TRADITIONAL = "<p>政府資訊公開工作年度報告，數量零，機關辦理結果</p>"


@pytest.mark.parametrize("declared", ["", "utf-8", "gb2312", "big5", "iso-8859-1", "x-unknown"])
@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_believes_the_bytes_rather_than_the_declaration(codec, declared):
    data = f'<html><meta charset="{declared}">{CHINESE}'.encode(codec)
    assert blocks(data)[0].text == "政府信息公开工作年度报告，数量零"
    assert read(data).findings == ()


@pytest.mark.parametrize("declared", ["big5", "gb2312", "utf-8"])
def test_reads_big5(declared):
    assert texts(f"<meta charset={declared}>{TRADITIONAL}".encode("big5"))[0].startswith("政府資訊公開")


def test_doubts_characters_outside_the_encoding():
    data = CHINESE.encode("gb18030").replace("零".encode("gb18030"), b"\xff\xff")
    assert codes(data) == ["reading.encoding"]


def message(html, codec="utf-8", transfer="quoted-printable", before=""):
    name = {"quoted-printable": "quopri", "base64": "base64"}[transfer]
    body = codecs.encode(html.encode(codec), name).decode("ascii")
    return (
        "From: <Saved>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/related; start="<a@b>"; boundary="xyz"\n\n'
        f"{before}--xyz\nContent-Type: text/html; charset={codec}\nContent-ID: <a@b>\n"
        f"Content-Transfer-Encoding: {transfer}\n\n{body}\n--xyz--\n"
    ).encode()


@pytest.mark.parametrize("transfer", ["quoted-printable", "base64"])
@pytest.mark.parametrize("codec", ["utf-8", "gb2312"])
def test_reads_saved_pages(codec, transfer):
    assert blocks(message(CHINESE, codec, transfer)) == blocks(CHINESE)


def test_opens_a_saved_page_with_the_part_it_names():
    other = "--xyz\nContent-Type: text/html; charset=utf-8\n\n<p>other</p>\n"
    assert blocks(message(CHINESE, before=other)) == blocks(CHINESE)


def test_reads_the_frames_saved_with_a_page():
    inner = (
        "--xyz\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + CHINESE + "\n"
    )
    assert blocks(message("<frameset><frame src=a></frameset>", before=inner)) == blocks(CHINESE)


# --- Pages it refuses, or gets through in time --------------------------------------------------------


def refused(html, error=LimitExceeded):
    with pytest.raises(error) as caught:
        read(html)
    text = str(caught.value)
    assert text.startswith("年报.html: ")
    assert "\n" not in text
    return text


def test_refuses_bytes_in_no_encoding():
    assert "save it again" in refused(
        b"<p>" + bytes(range(128, 256)).replace(b"\xfe", b"\xff ") * 9 + b"\xff" * 300, UnreadableFile
    )


def test_refuses_saved_files_without_a_page():
    data = message("").replace(b"text/html", b"image/png")
    assert "no web page" in refused(data, UnreadableFile)


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 50_000,
        "<table><tr><td>" * 20_000,
        "<table><tr><td>" * 150,
        "<p>" * 200_000,
        "<table>" + "<tr><td>1<td>2" * 20_001,
        "<table><tr>" + "<td>1" * 201,
        "<table>" + f"<tr>{'<td>1' * 100}" * 2_001,
        "<table><tr>" + "<td colspan=1000>1" * 3_000,
        f"<table><tr>{'<td>1' * 100}{'<tr><td>1' * 999}</table>" * 3,
    ],
    ids=["open", "open tables", "nested", "tags", "rows", "columns", "positions", "work", "together"],
)
def test_bounds_pages(html):
    started = time.monotonic()
    refused(html)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "html",
    [
        "<table><tr><td rowspan=1000000000>a<td>b<tr><td colspan=1000000000>c</table>",
        "<b x=1><i y=2>" * 2_000 + "<p>" * 2_000,
        "<p>" + "<span>" * 9_000 + "甲",
        "<a href=x>" * 4_000 + "<table>" * 50 + "甲",
        "<style>" * 20_000,
        "<style>" + "/*" * 200_000 + "</style>甲",
        "<style>" + "@a{" * 200_000 + "</style>甲",
        "<style>" + "a" * 1_000_000 + "</style>甲",
        "<style>" + "@" * 500_000 + "</style>甲",
        "<!--" * 50_000,
        "<" * 100_000,
        "&" * 500_000,
        "<p>中" + " " * 500_000 + "\n" * 500_000 + "a",
        "<div class='" + "a" * 500_000 + "'>甲</div>",
        "<div class=nav>" * 9_000 + "<p>甲<br>" * 100,
        "<table><tr><td>" * 90 + "<div>甲</div>" * 500,
        "<td>" * 5_000,
        "</p></table></div>" * 5_000,
        "<table><select><tr><td>1</select></table>" * 500,
        "<math><mi><table><tr><td>" * 50,
        "\x0b\x0c\x00<p>甲\x0b乙",
    ],
)
def test_gets_through_hostile_pages_in_time(html):
    started = time.monotonic()
    with suppress(UnreadableFile, LimitExceeded):
        read(html)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "head",
    [
        'multipart/related; boundary="' + "x" * 100_000,
        "multipart/related" + ';a="b' * 100_000,
        "multipart/related; boundary==?utf-8?q?a?=",
        "multipart/related; start*0*=x''%ff; boundary*=a'b",
        "text/html; charset*=x'y'%%%",
        "message/rfc822",
    ],
)
def test_gets_through_hostile_mail_headers(head):
    started = time.monotonic()
    with suppress(UnreadableFile, LimitExceeded):
        read(f"MIME-Version: 1.0\nContent-Type: {head}\n\n--x\n\n<p>a</p>\n".encode())
    assert time.monotonic() - started < 5


def test_bounds_the_nesting_and_number_of_mail_parts():
    nested = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(2_000))
    assert "parts" in refused(f"MIME-Version: 1.0\n{nested}".encode())
    assert "parts" in refused(message("") + b"--xyz\n" * 60_000)


def test_bounds_the_size_of_a_page():
    assert "more than 32 MiB" in refused(b" " * (32 * 2**20 + 1))


PAGE = web.draw(invent(1, edition="2021"), variant="government")
MESSAGE = message(CHINESE)


@given(st.sampled_from([PAGE, MESSAGE]), st.integers(0, 1 << 30), st.integers(0, 255), st.integers(0, 40))
@settings(max_examples=60, deadline=None)
def test_ends_in_a_document_or_an_error_of_ours_when_bytes_change(data, position, value, count):
    damaged = bytearray(data)
    start = position % len(damaged)
    damaged[start : start + count] = bytes([value])
    with suppress(UnreadableFile, LimitExceeded):
        read(bytes(damaged))


@given(
    st.lists(
        st.sampled_from(
            [*re.findall(r"<[^>]+>|[^<]+", SITE), "<table>", "</td>", "<tr hidden>", "<td rowspan=3>"]
        )
    )
)
@settings(max_examples=60, deadline=None)
def test_reads_any_soup_of_tags(pieces):
    assert read("".join(pieces)).blocks is not None


# --- Whole reports ------------------------------------------------------------------------------------


def numbers(data):
    report = normalize(read(data))
    return {name: value.number for name, value in report.values.items()}


@pytest.mark.parametrize("variant", web.VARIANTS)
def test_reads_every_value_of_a_report_however_the_page_is_written(variant):
    for seed in range(3):
        sample = invent(seed, markers=True)
        assert numbers(web.draw(sample, variant=variant, seed=seed)) == dict(sample.numbers)


def test_reads_a_plain_page_as_the_same_document_as_a_word_file():
    sample = invent(2, markers=False)
    data = word.draw(sample)
    source = Source(name="年报.docx", sha256="0" * 64, bytes=len(data), kind="docx")
    assert word_converter.convert(data, source).blocks == blocks(web.draw(sample, variant="plain", seed=2))


def test_shows_no_figure_of_a_hidden_duplicate():
    sample = invent(5, zero=False)
    assert numbers(web.draw(sample, variant="hidden-duplicates")) == dict(sample.numbers)


@pytest.mark.parametrize("variant", web.VARIANTS)
def test_draws_the_same_bytes_for_the_same_arguments(variant):
    sample = invent(4)
    assert web.draw(sample, variant=variant, seed=3) == web.draw(sample, variant=variant, seed=3)


def test_refuses_to_draw_an_unknown_variant():
    with pytest.raises(ValueError, match="no such variant"):
        web.draw(invent(4), variant="engraved")
