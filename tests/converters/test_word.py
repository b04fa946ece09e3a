"""The Word converter: what is shown, on which cell, and what it refuses. Each name completes "it ..."."""

from __future__ import annotations

import re
import zipfile
from contextlib import suppress
from io import BytesIO

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st

from converters.word import convert
from converters.word_numbering import spell
from document import Grid, Paragraph, Source
from errors import LimitExceeded, UnreadableFile
from tests.converters.drawn_grids import rows

NAMESPACES = nsdecls("w", "a", "pic", "r", "wp") + (
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
)


# --- Files and what is read from them -------------------------------------------------------------


def source(data):
    return Source(name="年报.docx", sha256="0" * 64, bytes=len(data), kind="docx")


def word(body, *, numbering=None, styles=""):
    """Return a DOCX made by python-docx whose body is this XML."""
    document = docx.Document()
    root = document.element.body
    for child in list(root)[:-1]:
        root.remove(child)
    for child in reversed(parse_xml(f"<w:body {NAMESPACES}>{body}</w:body>")):
        root.insert(0, child)
    if numbering is not None:
        lists = document.part.numbering_part.element
        lists[:] = list(parse_xml(f"<w:numbering {NAMESPACES}>{numbering}</w:numbering>"))
    for style in parse_xml(f"<w:styles {NAMESPACES}>{styles}</w:styles>"):
        document.styles.element.append(style)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def members(data):
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(contents, compression=zipfile.ZIP_DEFLATED):
    file = BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return file.getvalue()


def with_part(data, kind, xml):
    """Return the file with one more part, related to the document as `kind`."""
    contents = members(data)
    contents[f"word/{kind}.xml"] = xml.replace(">", f" {NAMESPACES}>", 1).encode()
    relation = (
        f'<Relationship Id="x{kind}" Target="{kind}.xml" Type='
        f'"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"/></Relationships>'
    )
    path = "word/_rels/document.xml.rels"
    contents[path] = contents[path].replace(b"</Relationships>", relation.encode())
    return packed(contents)


def read(data):
    return convert(data, source(data))


def blocks(body, **parts):
    return read(word(body, **parts)).blocks


def texts(body, **parts):
    found = blocks(body, **parts)
    assert all(isinstance(block, Paragraph) for block in found)
    return [block.text for block in found]


def text(body, **parts):
    (found,) = texts(f"<w:p>{body}</w:p>", **parts)
    return found


def table(body):
    """Return the drawing of the one grid that a table of these rows gives."""
    (grid,) = blocks(tbl(body))
    return rows(grid)


def p(content="", properties=""):
    return f"<w:p><w:pPr>{properties}</w:pPr>{r(content) if content else ''}</w:p>"


def r(content, properties=""):
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{content}</w:t></w:r>'


def tc(content="", properties="", span=1, merge=None):
    down = {None: "", "continue": "<w:vMerge/>", "restart": '<w:vMerge w:val="restart"/>'}[merge]
    across = f'<w:gridSpan w:val="{span}"/>' if span != 1 else ""
    inner = content if content.startswith("<") else p(content)
    return f"<w:tc><w:tcPr>{properties}{across}{down}</w:tcPr>{inner}</w:tc>"


def tbl(*lines):
    return "<w:tbl>" + "".join(lines) + "</w:tbl>"


def tr(*cells, properties=""):
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


# --- Blocks ---------------------------------------------------------------------------------------


def test_keeps_paragraphs_and_tables_in_order():
    found = blocks(p("一、总体情况") + tbl(tr(tc("1"))) + p("完"))
    assert [type(block) for block in found] == [Paragraph, Grid, Paragraph]


def test_keeps_two_adjacent_tables_apart():
    assert len(blocks(f"<w:tbl>{tr(tc('1'))}</w:tbl><w:tbl>{tr(tc('2'))}</w:tbl>")) == 2


def test_counts_places_from_one():
    found = blocks(p("甲") + p() + p("乙") + tbl(tr(tc("1"), tc("2"))))
    assert [str(block.provenance.place) for block in found] == ["line 1", "line 2", "table 1"]
    assert str(found[2].at(0, 1).provenance.place) == "table 1, row 1, column 2"


def test_looks_into_content_controls():
    def control(inner):
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{inner}</w:sdtContent></w:sdt>"

    row = control(tr(control(tc("1")), tc(control(p("2")))))
    found = blocks(control(p("甲")) + control(tbl(row)))
    assert found[0] == Paragraph(text="甲")
    assert rows(found[1]) == ["1 2"]


def test_ignores_imported_chunks():
    assert texts('<w:altChunk r:id="rId1"/>' + p("甲")) == ["甲"]


# --- Tables ---------------------------------------------------------------------------------------


def test_reads_spans_and_merges():
    assert table(
        tr(tc("项目", merge="restart"), tc("情况", span=2))
        + tr(tc(merge="continue"), tc("甲"), tc("乙"))
        + tr(tc("新收"), tc("3"), tc("4"))
    ) == ["项目 情况 <", "^ 甲 乙", "新收 3 4"]


def test_continues_a_merge_without_a_restart():
    assert table(tr(tc("1", merge="continue")) + tr(tc(merge="continue")) + tr(tc("2"))) == ["1", "^", "2"]


def test_does_not_continue_a_cell_of_another_width():
    assert table(tr(tc("1", span=2, merge="restart")) + tr(tc(merge="continue"), tc("2"))) == ["1 <", "_ 2"]


def test_does_not_continue_a_cell_that_is_not_merged():
    assert table(tr(tc("1")) + tr(tc("2", merge="continue"))) == ["1", "2"]


def test_joins_cells_merged_across_the_old_way():
    first, further = '<w:hMerge w:val="restart"/>', "<w:hMerge/>"
    assert table(tr(tc("1", first), tc("", further), tc("2")) + tr(tc("3"), tc("4"), tc("5"))) == [
        "1 < 2",
        "3 4 5",
    ]


def test_fills_what_a_row_leaves_out_with_blank_cells():
    late = tr(tc("2"), properties='<w:gridBefore w:val="1"/><w:gridAfter w:val="1"/>')
    assert table(tr(tc("1", span=3)) + late) == ["1 < <", "_ 2 _"]


def test_pads_short_rows_to_the_widest():
    assert table(tr(tc("1")) + tr(tc("2"), tc("3"), tc("4"))) == ["1 _ _", "2 3 4"]


def test_keeps_a_merge_in_its_column_when_a_row_starts_late():
    late = tr(tc(merge="continue"), tc("3"), properties='<w:gridBefore w:val="1"/>')
    assert table(tr(tc("1"), tc("2", merge="restart"), tc("0")) + late) == ["1 2 0", "_ ^ 3"]


def test_joins_the_paragraphs_of_a_cell_by_line_breaks():
    (grid,) = blocks(tbl(tr(tc(p("行政") + p(" 许可")))))
    assert grid.at(0, 0).text == "行政\n 许可"


def test_reports_text_under_a_merged_cell():
    body = tr(tc("1", merge="restart")) + tr(tc("9", merge="continue")) + tr(tc("1", merge="continue"))
    (finding,) = read(word(tbl(body))).findings
    assert (finding.code, finding.at) == ("reading.lost_text", ("table 1, row 2, column 1",))


def test_drops_tables_without_rows():
    assert blocks("<w:tbl><w:tblPr/></w:tbl>" + tbl(tr()) + p("甲")) == (Paragraph(text="甲"),)


def test_drops_hidden_rows():
    assert table(tr(tc("1"), properties="<w:hidden/>") + tr(tc("2"))) == ["2"]


# --- Nested tables --------------------------------------------------------------------------------


def test_opens_a_table_that_only_frames_others():
    inner = tbl(tr(tc("1"), tc("2")))
    found = blocks(tbl(tr(tc(p("甲") + inner + p("乙")))))
    assert [rows(block) if isinstance(block, Grid) else block.text for block in found] == [
        "甲",
        ["1 2"],
        "乙",
    ]


def test_opens_a_table_whose_other_cells_are_blank():
    inner = tbl(tr(tc("1")))
    (grid,) = blocks(tbl(tr(tc(), tc(inner + p())), tr(tc(), tc())))
    assert rows(grid) == ["1"]


def test_puts_a_table_nested_among_texts_after_the_outer_one():
    inner = tbl(tr(tc("8")))
    found = blocks(tbl(tr(tc("1"), tc(p("2") + inner))) + p("甲"))
    assert [rows(block) for block in found[:2]] == [["1 2"], ["8"]]
    assert found[1].provenance.place.table == 2
    assert found[2] == Paragraph(text="甲")


# --- Tracked changes ------------------------------------------------------------------------------


def test_accepts_insertions_and_deletions():
    assert (
        text(f"<w:ins>{r('12')}</w:ins><w:del><w:r><w:delText>3</w:delText></w:r></w:del>{r('件')}") == "12件"
    )


def test_accepts_moves():
    assert text(f"<w:moveFrom>{r('旧')}</w:moveFrom><w:moveTo>{r('新')}</w:moveTo>") == "新"


def test_joins_paragraphs_whose_mark_is_deleted():
    assert texts(p("一", "<w:rPr><w:del/></w:rPr>") + p("二") + p("三")) == ["一二", "三"]


def test_leaves_nothing_of_a_paragraph_deleted_with_its_mark():
    assert table(tr(tc(p("1") + p("", "<w:rPr><w:del/></w:rPr>")))) == ["1"]


def test_keeps_a_paragraph_apart_from_a_table_behind_its_deleted_mark():
    found = blocks(p("一", "<w:rPr><w:del/></w:rPr>") + tbl(tr(tc("1"))))
    assert found[0] == Paragraph(text="一")


def test_drops_deleted_rows_and_keeps_inserted_ones():
    assert table(tr(tc("1"), properties="<w:del/>") + tr(tc("2"), properties="<w:ins/>")) == ["2"]


def test_drops_deleted_cells():
    assert table(tr(tc("1", "<w:cellDel/>"), tc("2"), tc("3", "<w:cellIns/>"))) == ["2 3"]


def test_accepts_tracked_merges():
    def merge(kind):
        return f'<w:cellMerge w:vMerge="{kind}"/>'

    assert table(tr(tc("1", merge("rest"))) + tr(tc("", merge("cont")))) == ["1", "^"]


# --- Text -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t></w:r>", "甲\n乙"),
        ('<w:r><w:t>甲</w:t><w:br w:type="page"/><w:t>乙</w:t></w:r>', "甲\n乙"),
        ("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:cr/><w:t>丙</w:t></w:r>", "甲\t乙\n丙"),
        ("<w:r><w:t>1</w:t><w:noBreakHyphen/><w:t>2</w:t></w:r>", "1-2"),
        ("<w:r><w:t>1</w:t><w:softHyphen/><w:lastRenderedPageBreak/><w:t>2</w:t></w:r>", "12"),
        ('<w:r><w:sym w:font="宋体" w:char="2460"/></w:r>', "①"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>', "\uf0fc"),
        ('<w:r><w:sym w:font="Wingdings" w:char="0031"/></w:r>', "\uf031"),
        ('<w:r><w:sym w:font="宋体" w:char="D800"/><w:sym w:char="x"/></w:r>', "\ufffd\ufffd"),
        ('<w:hyperlink w:anchor="a"><w:r><w:t>网址</w:t></w:r></w:hyperlink>', "网址"),
        ("<w:smartTag><w:r><w:t>2021</w:t></w:r></w:smartTag><w:r><w:t>年</w:t></w:r>", "2021年"),
        ("<m:oMath><m:r><m:t>1+1</m:t></m:r></m:oMath>", "1+1"),
        ("<!-- 注 --><w:r><w:t>甲<!-- 注 --></w:t></w:r>", "甲"),
        (
            f"<w:r><w:ruby><w:rt>{r('gōu')}</w:rt><w:rubyBase>{r('勾')}</w:rubyBase></w:ruby></w:r>",
            "勾",
        ),
        ('<w:r><w:t>5</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r>', "5"),
        (
            f'<w:r><w:footnoteReference w:customMarkFollows="1" w:id="2"/><w:t>1</w:t></w:r>{r("件")}',
            "件",
        ),
        ('<w:r><w:t>5</w:t></w:r><w:r><w:endnoteReference w:id="2"/></w:r>', "5"),
    ],
)
def test_reads_what_is_shown(content, expected):
    assert text(content) == expected


def test_drops_hidden_text():
    assert text(r("1") + r("2", "<w:vanish/>") + r("3", '<w:vanish w:val="0"/>')) == "13"


def test_drops_text_hidden_by_its_style():
    styles = (
        '<w:style w:type="character" w:styleId="藏"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="亦藏"><w:basedOn w:val="藏"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="段藏"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="环"><w:basedOn w:val="环"/></w:style>'
    )
    hidden = r("2", '<w:rStyle w:val="亦藏"/>')
    body = f"<w:p>{r('1')}{hidden}</w:p>" + p("窗体顶端", '<w:pStyle w:val="段藏"/>')
    assert texts(body + p("3", '<w:pStyle w:val="环"/>'), styles=styles) == ["1", "3"]


def look(name, properties, base="", kind="character"):
    based = f'<w:basedOn w:val="{base}"/>' if base else ""
    return (
        f'<w:style w:type="{kind}" w:styleId="{name}">{based}<w:rPr>{properties}</w:rPr></w:style>'
        f'<w:style w:type="{kind}" w:styleId="亦{name}"><w:basedOn w:val="{name}"/></w:style>'
    )


LOOKS = [
    ('<w:vertAlign w:val="superscript"/>', '<w:vertAlign w:val="baseline"/>', "¹"),
    ('<w:vertAlign w:val="subscript"/>', '<w:vertAlign w:val="baseline"/>', "¹"),
    ('<w:position w:val="6"/>', '<w:position w:val="0"/>', "¹"),
    ('<w:position w:val="-0.5pt"/>', '<w:position w:val="0pt"/>', "¹"),
    ("<w:strike/>", '<w:strike w:val="0"/>', "~~1~~"),
    ("<w:dstrike/>", '<w:dstrike w:val="false"/>', "~~1~~"),
    ('<w:color w:val="FFFFFF"/>', '<w:color w:val="auto"/>', "~~1~~"),
    (
        '<w:color w:val="auto" w:themeColor="background1"/>',
        '<w:color w:val="BFBFBF" w:themeColor="background1" w:themeShade="BF"/>',
        "~~1~~",
    ),
    ('<w:rFonts w:ascii="Wingdings"/>', '<w:rFonts w:ascii="Arial"/>', "\uf031"),
    ('<w:rFonts w:ascii="Symbol"/>', '<w:rFonts w:asciiTheme="minorAscii"/>', "\uf031"),
]


@pytest.mark.parametrize(("on", "off", "shown"), LOOKS)
def test_marks_digits_that_are_shown_otherwise(on, off, shown):
    assert text(r("12") + r("1", on)) == f"12{shown}"
    assert text(r("12") + r("1", off)) == "121"


@pytest.mark.parametrize(("on", "off", "shown"), LOOKS)
def test_marks_digits_that_a_style_shows_otherwise(on, off, shown):
    styles = look("字", on) + look("段", on, kind="paragraph") + look("平", off, "字")
    assert text(r("12") + r("1", '<w:rStyle w:val="亦字"/>'), styles=styles) == f"12{shown}"
    assert text(r("12") + r("1", f'<w:rStyle w:val="亦字"/>{off}'), styles=styles) == "121"
    assert text(r("12") + r("1", '<w:rStyle w:val="亦平"/>'), styles=styles) == "121"
    body = (
        p("1", '<w:pStyle w:val="亦段"/>') + f'<w:p><w:pPr><w:pStyle w:val="段"/></w:pPr>{r("1", off)}</w:p>'
    )
    assert texts(body, styles=styles) == [shown, "1"]


def test_marks_nothing_for_looks_that_leave_digits_as_they_are():
    fonts = '<w:rFonts w:eastAsia="Wingdings" w:hAnsi="Symbol"/><w:color w:val="FF0000"/>'
    assert text(r("12", fonts) + r("1", '<w:webHidden/><w:rStyle w:val="无"/>')) == "121"


def test_marks_whatever_a_run_writes():
    content = '<w:noBreakHyphen/><w:t>1 </w:t><w:sym w:font="宋体" w:char="0032"/><w:br/>'
    assert text(f"<w:r><w:rPr><w:strike/></w:rPr>{content}</w:r>{r('3')}") == "~~-~~~~1 ~~~~2~~\n3"
    assert text(r("１2 件", '<w:vertAlign w:val="superscript"/>')) == "¹² 件"
    assert text(r("1 年", '<w:rFonts w:ascii="Webdings"/><w:strike/>')) == "~~\uf031 年~~"


def test_drops_a_raised_mark_of_a_note_that_is_typed_out():
    raised = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
    note = f'<w:r>{raised}<w:footnoteReference w:customMarkFollows="1" w:id="2"/><w:t>1</w:t></w:r>'
    assert text(r("12") + note + r("件")) == "12件"


def test_reads_white_text_where_it_shows():
    color = '<w:color w:val="FFFFFF"/>'
    white = f"<w:p>{r('12', color)}</w:p>"
    dark = '<w:shd w:val="clear" w:fill="4472C4"/>'
    light = '<w:shd w:val="clear" w:fill="FFFFFF"/>'
    solid = '<w:shd w:val="solid" w:color="000000" w:fill="FFFFFF"/>'
    cells = tc(white) + tc(white, dark) + tc(white, light) + tc(white, solid)
    assert table(tr(cells)) == ["~~12~~ 12 ~~12~~ 12"]
    assert texts(white.replace("<w:p>", f"<w:p><w:pPr>{dark}</w:pPr>") + white) == ["12", "~~12~~"]
    assert texts(f"<w:p>{box(white)}</w:p>") == ["12"]


def test_marks_digits_of_a_cell_that_are_hidden_on_the_web():
    assert table(tr(tc(f"<w:p>{r('1')}{r('2', '<w:webHidden/>')}</w:p>"))) == ["1~~2~~"]


def m(name, *parts):
    return f"<m:{name}>{''.join(parts)}</m:{name}>"


def mr(content, properties=""):
    return f"<m:r><w:rPr>{properties}</w:rPr><m:t>{content}</m:t></m:r>"


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (mr("12"), "12"),
        (mr("1") + mr("2", "<w:strike/>") + mr("3", "<w:vanish/>"), "1~~2~~"),
        (m("f", m("fPr"), m("num", mr("1")), m("den", mr("2"))), "¹⁄₂"),
        (mr("3") + m("f", m("num", mr("1")), m("den", mr("2"))), "3¹⁄₂"),
        (m("f", m("num", mr("12")), m("den")), "¹²⁄"),
        (m("sSup", m("e", mr("12")), m("sup", mr("3"))), "12³"),
        (m("sSup", m("e", mr("12")), m("sup", mr("件"))), "12^件"),
        (m("sSub", m("e", mr("12")), m("sub", mr("3"))), "12₃"),
        (m("sSub", m("e", mr("12")), m("sub", mr("元"))), "12_元"),
        (m("sSubSup", m("e", mr("1")), m("sub", mr("2")), m("sup", mr("3"))), "1₂³"),
        (m("sPre", m("sub", mr("2")), m("sup", mr("3")), m("e", mr("1"))), "₂³1"),
        (m("sSup", m("e", mr("1")), m("sup", m("f", m("num", mr("2")), m("den", mr("3"))))), "1²^⁄₃"),
        (m("rad", m("deg", mr("3")), m("e", mr("8"))), "³√~~8~~"),
        (m("phant", m("phantPr", '<m:show m:val="0"/>'), m("e", mr("1"))) + mr("2"), "2"),
        (m("phant", m("e", mr("1"))) + mr("2"), "~~1~~2"),
        (m("d", m("e", mr("1")), m("e", mr("2"))), "~~1~~~~2~~"),
        (m("limLow", m("e", mr("1")), m("lim", mr("2"))), "~~1~~~~2~~"),
        (m("m", m("mr", m("e", mr("1")), m("e", mr("2")))), "~~1~~~~2~~"),
        (m("borderBox", m("e", mr("12"))), "~~12~~"),
    ],
)
def test_reads_no_figure_from_what_a_formula_stacks(formula, expected):
    assert text(m("oMath", formula)) == expected
    assert text(m("oMathPara", m("oMath", formula))) == expected


def test_reads_formulas_nested_deep():
    formula = mr("1")
    for _ in range(60):
        formula = m("sSup", m("e", formula), m("sup", mr("2")))
    assert text(m("oMath", formula)) == "1" + "²" * 60


def field(kind):
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def test_keeps_a_fields_result_and_drops_its_instruction():
    instruction = "<w:r><w:instrText>PAGE</w:instrText></w:r>"
    content = field("begin") + instruction + field("separate") + r("3") + field("end")
    assert text(r("第") + content + r("页")) == "第3页"


def test_drops_the_result_of_a_field_inside_an_instruction():
    inner = field("begin") + field("separate") + r("9") + field("end")
    content = field("begin") + inner + field("separate") + r("3") + field("end")
    assert text(r("第") + content) == "第3"


def test_loses_nothing_to_a_field_that_never_ends():
    assert text(r("甲") + field("end") + field("begin") + r("乙") + field("begin") + r("丙")) == "甲乙丙"


def test_keeps_the_result_of_a_simple_field():
    assert text(f'<w:fldSimple w:instr="DATE">{r("2022年")}</w:fldSimple>') == "2022年"


# --- Text boxes -----------------------------------------------------------------------------------


def box(inner):
    shape = f"<wps:wsp><wps:txbx><w:txbxContent>{inner}</w:txbxContent></wps:txbx></wps:wsp>"
    picture = (
        f"<w:pict><v:shape><v:textbox><w:txbxContent>{inner}</w:txbxContent></v:textbox></v:shape></w:pict>"
    )
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>{shape}</w:drawing></mc:Choice>'
        f"<mc:Fallback>{picture}</mc:Fallback></mc:AlternateContent></w:r>"
    )


def test_reads_a_text_box_once_after_its_paragraph():
    found = blocks(f"<w:p>{box(p('框') + tbl(tr(tc('1'))))}{r('甲')}</w:p>" + p("乙"))
    assert [rows(block) if isinstance(block, Grid) else block.text for block in found] == [
        "甲",
        "框",
        ["1"],
        "乙",
    ]


def test_reads_the_text_box_of_an_old_drawing():
    old = f"<w:pict><v:textbox><w:txbxContent>{p('框')}</w:txbxContent></v:textbox></w:pict>"
    assert texts(f"<w:p><w:r>{old}</w:r></w:p>") == ["框"]


def test_takes_the_fallback_of_an_extension_it_does_not_know():
    content = (
        '<w:r><mc:AlternateContent><mc:Choice Requires="w16se"><w:t>x</w:t></mc:Choice>'
        "<mc:Fallback><w:t>①</w:t></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert text(content) == "①"
    assert text(re.sub("<mc:Fallback.*Fallback>", "", content)) == "x"


# --- Automatic numbers ----------------------------------------------------------------------------


def level(depth, number_format, pattern, extra="", *, start=1, suffix="nothing"):
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{number_format}"/>{extra}'
        f'<w:suff w:val="{suffix}"/><w:lvlText w:val="{pattern}"/></w:lvl>'
    )


def abstract(*levels, number=0):
    return f'<w:abstractNum w:abstractNumId="{number}">{"".join(levels)}</w:abstractNum>'


def instance(number, of=0, overrides=""):
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{of}"/>{overrides}</w:num>'


def style(name, properties="", kind="paragraph"):
    return f'<w:style w:type="{kind}" w:styleId="{name}">{properties}</w:style>'


def item(content, depth=0, number=1):
    return p(content, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>')


CHAPTERS = abstract(
    level(0, "chineseCountingThousand", "%1、"),
    level(1, "chineseCounting", "（%2）"),
    level(2, "decimal", "%1.%2.%3", "<w:isLgl/>", suffix="space"),
)


def test_prints_the_numbers_of_lists_and_restarts_lower_levels():
    body = item("总", 0) + item("甲", 1) + item("乙", 1) + item("细", 2) + item("分", 0) + item("丙", 1)
    assert texts(body, numbering=CHAPTERS + instance(1)) == [
        "一、总",
        "（一）甲",
        "（二）乙",
        "1.2.1 细",
        "二、分",
        "（一）丙",
    ]


def test_counts_on_over_lists_of_one_definition_until_one_starts_over():
    start_over = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    numbering = CHAPTERS + instance(1) + instance(2) + instance(3, overrides=start_over)
    body = item("甲") + item("乙", number=2) + item("丙", number=3) + item("丁", number=3) + item("戊")
    assert texts(body, numbering=numbering) == ["一、甲", "二、乙", "五、丙", "六、丁", "七、戊"]


def test_follows_a_level_that_a_list_redefines():
    other = f'<w:lvlOverride w:ilvl="0">{level(0, "upperLetter", "%1)", start=2)}</w:lvlOverride>'
    assert texts(item("甲"), numbering=CHAPTERS + instance(1, overrides=other)) == ["B)甲"]


@pytest.mark.parametrize(("restart", "expected"), [(0, "2"), (1, "2"), (2, "1")])
def test_restarts_a_level_only_after_the_one_it_names(restart, expected):
    third = level(2, "decimal", "%3.", f'<w:lvlRestart w:val="{restart}"/>')
    numbering = abstract(level(0, "decimal", "%1"), level(1, "decimal", "%2"), third) + instance(1)
    body = item("甲", 2) + item("乙", 1) + item("丙", 2)
    assert texts(body, numbering=numbering)[-1] == f"{expected}.丙"


def test_separates_the_number_as_the_list_says():
    numbering = abstract(level(0, "decimal", "%1", suffix="tab")) + instance(1)
    assert texts(item("2021年"), numbering=numbering) == ["1\t2021年"]


def test_prints_no_bullets_and_no_numbers_of_list_zero():
    numbering = abstract(level(0, "bullet", "\uf06c")) + abstract(level(0, "none", "注："), number=1)
    body = item("甲") + item("乙", number=0) + item("丙", number=2) + item("丁", number=7) + item("戊", 8)
    assert texts(body, numbering=numbering + instance(1) + instance(2, of=1)) == [
        "甲",
        "乙",
        "注：丙",
        "丁",
        "戊",
    ]


FIRST_LIST = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'


def test_prints_numbers_that_come_with_a_style():
    styles = style("章", FIRST_LIST) + style("节", '<w:basedOn w:val="章"/>') + style("条", FIRST_LIST)
    second = level(1, "decimal", "%2.", '<w:pStyle w:val="条"/>')
    numbering = abstract(level(0, "chineseCounting", "%1、"), second) + instance(1)
    off = '<w:numPr><w:numId w:val="0"/></w:numPr>'
    body = "".join(
        p(content, f'<w:pStyle w:val="{name}"/>{own}')
        for content, name, own in (("甲", "章", ""), ("乙", "条", ""), ("丙", "节", ""), ("丁", "章", off))
    )
    assert texts(body, numbering=numbering, styles=styles) == ["一、甲", "1.乙", "二、丙", "丁"]


def test_follows_a_numbering_style():
    link = '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="列"/></w:abstractNum>'
    numbering = CHAPTERS + link + instance(1) + instance(2, of=1)
    styles = style("列", FIRST_LIST, kind="numbering")
    assert texts(item("甲", number=2), numbering=numbering, styles=styles) == ["一、甲"]


def test_numbers_the_cells_of_a_table_even_without_text():
    numbering = abstract(level(0, "decimal", "%1")) + instance(1)
    (grid,) = blocks(tbl(tr(tc(item(""))), tr(tc(item("")))), numbering=numbering)
    assert rows(grid) == ["1", "2"]


@pytest.mark.parametrize(
    ("number_format", "count", "expected"),
    [
        ("chineseCounting", 10, "十"),
        ("chineseCounting", 12, "十二"),
        ("chineseCountingThousand", 20, "二十"),
        ("chineseCountingThousand", 101, "一百零一"),
        ("taiwaneseCountingThousand", 110, "一百一十"),
        ("taiwaneseCountingThousand", 1005, "一千零五"),
        ("japaneseCounting", 111, "百十一"),
        ("japaneseCounting", 2, "二"),
        ("chineseLegalSimplified", 12, "壹拾贰"),
        ("ideographDigital", 10, "一〇"),
        ("ideographTraditional", 3, "丙"),
        ("ideographZodiac", 12, "亥"),
        ("decimal", 0, "0"),
        ("decimalZero", 7, "07"),
        ("decimalFullWidth", 12, "１２"),
        ("decimalEnclosedCircle", 3, "③"),
        ("decimalEnclosedCircleChinese", 21, "㉑"),
        ("decimalEnclosedCircle", 50, "㊿"),
        ("decimalEnclosedCircle", 51, "51"),
        ("decimalEnclosedFullstop", 2, "⒉"),
        ("decimalEnclosedParen", 2, "⑵"),
        ("lowerLetter", 27, "aa"),
        ("upperLetter", 26, "Z"),
        ("lowerRoman", 4, "iv"),
        ("upperRoman", 1999, "MCMXCIX"),
        ("upperRoman", 10**15, "1000000000000000"),
        ("nobodyKnows", 5, "5"),
        ("bullet", 5, ""),
    ],
)
def test_spells_numerals_as_word_does(number_format, count, expected):
    assert spell(count, number_format) == expected


# --- Margins and findings -------------------------------------------------------------------------


def test_keeps_headers_footers_and_notes_apart():
    document = docx.Document()
    document.add_paragraph("正文")
    document.add_comment(document.paragraphs[0].runs, text="批注")
    document.sections[0].header.paragraphs[0].text = "页眉"
    document.sections[0].footer.add_table(1, 1, 100).cell(0, 0).text = "页脚"
    document.add_section()
    file = BytesIO()
    document.save(file)
    notes = f'<w:footnote w:type="separator">{p()}</w:footnote><w:footnote>{p("脚注")}</w:footnote>'
    data = with_part(file.getvalue(), "footnotes", f"<w:footnotes>{notes}</w:footnotes>")
    data = with_part(data, "endnotes", f"<w:endnotes><w:endnote>{p('尾注')}</w:endnote></w:endnotes>")
    found = read(data)
    assert found.blocks == (Paragraph(text="正文"),)
    assert [margin.text for margin in found.margins] == ["页眉", "页脚", "脚注", "尾注", "批注"]


def test_says_when_a_document_is_pictures_only():
    picture = '<w:p><w:r><w:drawing><a:blip r:embed="rId99"/></w:drawing></w:r></w:p>'
    assert [finding.code for finding in read(word(p("年度报告") + picture)).findings] == ["reading.needs_ocr"]
    assert not read(word(p("字" * 300) + picture)).findings
    assert not read(word(tbl(tr(tc("1"))) + picture)).findings
    assert not read(word(p("年度报告"))).findings


# --- Packages that Word opens and python-docx does not --------------------------------------------


def test_reads_strict_files():
    usual = word(p("甲") + tbl(tr(tc("1", span=2))))
    contents = members(usual)
    pattern = re.compile(rb"http://schemas\.openxmlformats\.org/(\w+)/2006/")
    for name in ("_rels/.rels", "word/_rels/document.xml.rels", "word/document.xml"):
        contents[name] = pattern.sub(rb"http://purl.oclc.org/ooxml/\1/", contents[name])
    assert read(packed(contents)).blocks == read(usual).blocks


def test_passes_over_links_to_parts_that_are_not_there():
    contents = members(word(p("甲")))
    del contents["word/styles.xml"]
    assert read(packed(contents)).blocks == (Paragraph(text="甲"),)


def test_never_inflates_media():
    contents = members(word(p("甲")))
    contents["word/media/image1.png"] = b"PICTURE" * 100
    data = packed(contents, zipfile.ZIP_STORED).replace(b"PICTURE", b"DAMAGED")
    assert read(data).blocks == (Paragraph(text="甲"),)


# --- Files it refuses -----------------------------------------------------------------------------


def refused(data, error=UnreadableFile):
    with pytest.raises(error) as caught:
        read(data)
    message = str(caught.value)
    assert message.startswith("年报.docx: ")
    assert "\n" not in message
    return message


def with_document(content):
    return packed({**members(word("")), "word/document.xml": content})


OPEN = f"<w:document {NAMESPACES}><w:body>"
CLOSE = "</w:body></w:document>"


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"%PDF-1.7", word(p("甲"))[:-100], word(p("甲"))[:2000]]
)
def test_refuses_what_is_no_whole_package(data):
    assert "not a whole Word package" in refused(data)


def test_refuses_damaged_parts():
    data = packed(members(word(p("甲"))), zipfile.ZIP_STORED)
    assert "not a whole Word package" in refused(data.replace("甲".encode(), "乙".encode()))


@pytest.mark.parametrize("contents", [{"a.txt": b"1"}, {"_rels/.rels": members(word(""))["_rels/.rels"]}])
def test_refuses_other_archives(contents):
    assert "not a Word document" in refused(packed(contents))


def test_refuses_other_office_files():
    assert "not a Word document" in refused(with_document(b"<workbook/>"))


@pytest.mark.parametrize(
    ("tail", "says"), [(b"", "old .doc"), ("EncryptedPackage".encode("utf-16-le"), "password")]
)
def test_tells_encrypted_and_old_files(tail, says):
    assert says in refused(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(600) + tail)


@pytest.mark.parametrize(
    "encode", [lambda text: text.encode(), lambda text: text.encode("utf-16")], ids=["utf-8", "utf-16"]
)
def test_refuses_document_types(encode):
    entities = '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/hostname">]>'
    assert "document type" in refused(with_document(encode(entities + OPEN + p("&amp;a;") + CLOSE)))


def test_refuses_encodings_that_could_hide_a_document_type():
    assert "encoding" in refused(with_document(b'<?xml version="1.0" encoding="utf-7"?><a/>'))


def test_reads_utf_16():
    data = with_document(f'<?xml version="1.0" encoding="UTF-16"?>{OPEN}{p("甲")}{CLOSE}'.encode("utf-16"))
    assert read(data).blocks == (Paragraph(text="甲"),)


def test_refuses_xml_that_is_not_well_formed():
    assert "not well-formed" in refused(with_document(f"{OPEN}<w:p>{CLOSE}"))


def test_refuses_nesting_without_end():
    def nested(depth):
        return with_document(
            f"{OPEN}{'<w:tbl><w:tr><w:tc>' * depth}{'</w:tc></w:tr></w:tbl>' * depth}{CLOSE}"
        )

    assert len(read(nested(80)).blocks) == 1
    assert "nested too deep" in refused(nested(100), LimitExceeded)


@pytest.mark.parametrize(
    "body",
    [
        tr(tc(span=10**9)),
        tr(tc(), properties='<w:gridBefore w:val="100000"/>'),
        tr(tc(), properties='<w:gridAfter w:val="100000"/>'),
        tr(tc()) * 20_001,
        tr(tc(span=200)) * 1_001,
    ],
    ids=["span", "before", "after", "rows", "positions"],
)
def test_bounds_grids(body):
    refused(with_document(f"{OPEN}<w:tbl>{body}</w:tbl>{CLOSE}"), LimitExceeded)


def test_takes_spans_that_are_no_numbers_for_one():
    assert table(tr(tc("1", span="x"), tc("2", span=-3))) == ["1 2"]


def test_bounds_the_size_of_a_part():
    assert "larger than" in refused(with_document(b" " * (32 * 2**20 + 1)), LimitExceeded)


def test_bounds_the_number_of_tags():
    assert "tags" in refused(with_document(b"<" * 2_000_001), LimitExceeded)


def test_bounds_the_number_of_members():
    contents = members(word(p("甲"))) | {f"{number}": b"" for number in range(10_000)}
    assert "members" in refused(packed(contents), LimitExceeded)


def test_bounds_the_text_parts_together():
    data = word(p("甲"))
    for kind in ("footnotes", "endnotes", "comments"):
        data = with_part(data, kind, f"<w:{kind}>{' ' * 25 * 2**20}</w:{kind}>")
    assert "text parts" in refused(data, LimitExceeded)


def test_is_not_misled_by_a_directory_that_lies_about_sizes():
    content = f"{OPEN}{p('甲' * 100_000)}{CLOSE}".encode()
    data = with_document(content)
    lie = data.replace(len(content).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lie != data
    assert "not a whole Word package" in refused(lie)


def test_refuses_encrypted_and_unusually_packed_members():
    assert "unknown way" in refused(packed(members(word(p("甲"))), zipfile.ZIP_BZIP2))
    data = bytearray(word(p("甲")))
    for match in re.finditer(rb"PK\x01\x02", bytes(data)):
        data[match.start() + 8] |= 1
    assert "encrypted" in refused(bytes(data))


DAMAGEABLE = word(p("甲") + tbl(tr(tc("1"))))


@given(position=st.integers(0, len(DAMAGEABLE) - 1), value=st.integers(0, 255))
@settings(max_examples=100, deadline=None)
def test_ends_in_a_document_or_an_error_of_ours_when_bytes_change(position, value):
    data = bytearray(DAMAGEABLE)
    data[position] = value
    with suppress(UnreadableFile, LimitExceeded):
        read(bytes(data))


# --- Any layout ---------------------------------------------------------------------------------------


@st.composite
def layouts(draw):
    """Draw a tiling: row count, column count and rectangles (row, column, row span, column span)."""
    height, width = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    free = {(row, column) for row in range(height) for column in range(width)}
    rectangles = []
    while free:
        row, column = min(free)
        across = draw(st.integers(1, width - column))
        while not all((row, column + step) in free for step in range(across)):
            across -= 1
        down = draw(st.integers(1, height - row))
        area = {(row + y, column + x) for y in range(down) for x in range(across)}
        free -= area
        rectangles.append((row, column, down, across))
    return height, width, rectangles


@given(layouts())
@settings(max_examples=60, deadline=None)
def test_reads_any_layout_back_as_it_was_written(layout):
    height, width, rectangles = layout
    lines = []
    for line in range(height):
        cells = []
        for row, column, down, across in sorted(rectangles, key=lambda rectangle: rectangle[1]):
            if row <= line < row + down:
                merge = None if down == 1 else "restart" if line == row else "continue"
                cells.append(tc(f"{row}:{column}" if line == row else "", span=across, merge=merge))
        lines.append(tr(*cells))
    (grid,) = blocks(tbl(*lines))
    assert (grid.row_count, grid.column_count) == (height, width)
    assert [(cell.row, cell.column, cell.row_span, cell.column_span) for cell in grid.cells] == sorted(
        rectangles
    )
    assert all(cell.text == f"{cell.row}:{cell.column}" for cell in grid.cells)
