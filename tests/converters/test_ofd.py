"""OFD: what its XML draws becomes the ink of a page; what is broken or built to harm ends in an error."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from converters import convert
from converters.xml_parts import PART_LIMIT
from document import Document, Grid, Paragraph
from drawing import draw as drawn
from errors import ConversionError, LimitExceeded, PasswordNeeded, UnreadableFile
from normalize import normalize
from samples import ofd, scan, word
from samples.reports import invent
from samples.scan_layout import setting

NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def text(words: str, *, x: float = 20, y: float = 20, code: str = 'DeltaX="5"', **attributes: str) -> str:
    """A text object of 5 mm, its base line 4.4 mm below its top; `code` are attributes of its TextCode."""
    given = {"Boundary": f"{x} {y} 150 6", "Size": "5"} | attributes
    shown = " ".join(f'{name}="{value}"' for name, value in given.items())
    return (
        f'<ofd:TextObject ID="9" {shown}>'
        f'<ofd:TextCode X="0" Y="4.4" {code}>{words}</ofd:TextCode></ofd:TextObject>'
    )


def path(data: str, boundary: str = "0 0 210 297", more: str = "") -> str:
    inner = f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData>"
    return f'<ofd:PathObject ID="8" Boundary="{boundary}" {more}>{inner}</ofd:PathObject>'


RULED = path("M 20 20 L 100 20 M 20 30 L 100 30 M 20 40 L 100 40") + path(
    "M 20 20 L 20 40 M 60 20 L 60 40 M 100 20 L 100 40"
)
IN_CELLS = "".join(
    text(word, x=x, y=y)
    for word, x, y in (("项目", 22, 22), ("数量", 62, 22), ("规章", 22, 32), ("7", 62, 32))
)
GRID = "| 项目 | 数量 |\n| 规章 | 7    |"


def package(*pages: str, common: str = "", **parts: str) -> bytes:
    """An OFD file of pages given as what their content holds; `parts` are further members, / written __."""
    entries = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/{n}.xml"/>' for n in range(len(pages)))
    members = {
        "OFD.xml": f"<ofd:OFD {NAMESPACE}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
        "</ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {NAMESPACE}><ofd:CommonData><ofd:PageArea>"
        f"<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>{common}</ofd:CommonData>"
        f"<ofd:Pages>{entries}</ofd:Pages></ofd:Document>",
    }
    members |= {f"Doc_0/Pages/{n}.xml": page(content) for n, content in enumerate(pages)}
    members |= {f"{name.replace('__', '/')}.xml": content for name, content in parts.items()}
    return zipped(members)


def page(content: str, before: str = "") -> str:
    layer = f'<ofd:Layer ID="2">{content}</ofd:Layer>'
    return f"<ofd:Page {NAMESPACE}>{before}<ofd:Content>{layer}</ofd:Content></ofd:Page>"


def resources(units: dict[str, str]) -> str:
    inner = "".join(
        f'<ofd:CompositeGraphicUnit ID="{name}" Width="210" Height="297"><ofd:Content>{content}'
        "</ofd:Content></ofd:CompositeGraphicUnit>"
        for name, content in units.items()
    )
    start = f"<ofd:Res {NAMESPACE}><ofd:CompositeGraphicUnits>"
    return f"{start}{inner}</ofd:CompositeGraphicUnits></ofd:Res>"


def composite(name: str, boundary: str = "0 0 210 297", more: str = "") -> str:
    return f'<ofd:CompositeObject ID="7" Boundary="{boundary}" ResourceID="{name}" {more}/>'


def zipped(members: dict[str, str]) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def read(*pages: str, **more: str) -> Document:
    return convert(package(*pages, **more), name="a.ofd")


def words(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def codes(document: Document) -> list[str]:
    return [finding.code for finding in document.findings]


@pytest.mark.parametrize("look", ofd.LOOKS)
def test_it_gives_the_report_of_the_word_file(look: str):
    sample = invent(47_000_700, edition="2021", zero=False, blanks="zero")
    theirs = normalize(convert(word.draw(sample), name="a.docx"))
    assert normalize(convert(ofd.draw(sample, look=look), name="a.ofd")) == theirs


def test_it_reads_a_grid_and_where_its_cells_stand():
    document = read(RULED + IN_CELLS)
    (grid,) = document.blocks
    assert isinstance(grid, Grid)
    assert drawn(grid) == GRID
    box = grid.at(1, 1).provenance.box
    assert box is not None
    assert (box.left, box.top, box.right, box.bottom) == pytest.approx((170.1, 85.0, 283.5, 113.4), abs=0.1)
    assert document.source.pages == 1
    assert document.source.kind == "ofd"


def test_it_takes_thin_areas_for_lines():
    across = "".join(
        path("M 0 0 L 80 0 L 80 0.2 L 0 0.2 C", f"20 {y} 80 0.2", 'Stroke="false" Fill="true"')
        for y in (20, 30, 40)
    )
    down = "".join(
        path("M 0 0 L 0.2 0 L 0.2 20 L 0 20 C", f"{x} 20 0.2 20", 'Stroke="false" Fill="true"')
        for x in (20, 60, 100)
    )
    (grid,) = read(across + down + IN_CELLS).blocks
    assert drawn(grid) == GRID


@pytest.mark.parametrize(
    "data",
    [
        "M 20 20 L 100 20 L 100 40 L 20 40 C M 60 20 L 60 40 M 20 30 L 100 30",
        "S 20 20 L 100 20 100 40 20 40 20 20 M 60 20 L 60 40 M 20 30 L 100 30",
        "M20 20L100 20L100 40L20 40C M6e1 20L60 40 M20,30L100,30",
    ],
)
def test_it_reads_paths_however_they_are_written(data: str):
    (grid,) = read(path(data) + IN_CELLS).blocks
    assert drawn(grid) == GRID


@pytest.mark.parametrize("curve", ["Q 60 0 100 20", "B 20 20 60 20 100 20", "A 40 40 0 0 1 100 20"])
def test_it_takes_no_curve_for_a_line(curve: str):
    lines = path(f"M 20 20 {curve}") + path("M 20 40 L 100 40 M 20 20 L 20 40 M 100 20 L 100 40")
    assert "数量" in words(read(lines + text("数量", x=30, y=27)))[0]


@pytest.mark.parametrize(
    "code",
    [
        'DeltaX="g 3 5"',
        'DeltaX="5 g 2 5"',
        'DeltaX="5"',
        'DeltaX="5 5 5 5 5"',
        'DeltaX="5,5,5"',
        'DeltaX="g 2000000000 5"',
        'DeltaX="g 3"',
        'DeltaX="g x y"',
        "",
    ],
)
def test_it_reads_distances_however_they_are_written(code: str):
    (paragraph,) = read(text("本年新收", code=code)).blocks
    assert isinstance(paragraph, Paragraph)
    assert paragraph.text == "本年新收"
    box = paragraph.provenance.box
    assert box is not None
    assert box.right - box.left == pytest.approx(20 / 25.4 * 72, abs=0.1)


def test_it_parts_a_text_where_its_characters_stand_apart():
    document = read(RULED + text("数12", x=22, y=22, code='DeltaX="40 2.5"'))
    assert drawn(document.blocks[0]).splitlines()[0] == "| 数 | 12 |"


def test_it_reads_the_lines_that_one_text_holds():
    lines = text("自然人总计", x=62, y=20, code='DeltaX="5 5 -10 5" DeltaY="0 0 5 0"', Boundary="22 20 60 12")
    assert "自然人\\n总计" in drawn(read(RULED + lines).blocks[0])


def test_it_does_not_draw_line_breaks_of_the_xml():
    assert words(read(text("\n本年\r\n新收\n", code='DeltaX="5 5 5"'))) == ["本年新收"]


def test_it_follows_matrices_into_graphic_units():
    inner = text("本年新收", Boundary="10 10 60 20", Size="10", x=0, y=0)
    document = read(
        composite("u", "20 20 100 100", 'CTM="0.5 0 0 0.5 0 0"'),
        common="<ofd:PublicRes>Res.xml</ofd:PublicRes>",
        Doc_0__Res=resources({"u": inner.replace('DeltaX="5"', 'DeltaX="10"')}),
    )
    assert words(document) == ["本年新收"]
    box = document.blocks[0].provenance.box
    assert box is not None
    assert box.left == pytest.approx(25 / 25.4 * 72, abs=0.1)
    assert box.right - box.left == pytest.approx(20 / 25.4 * 72, abs=0.1)


def test_it_turns_a_page_whose_text_runs_upward():
    upward = text("本年新收政府信息公开申请", CTM="0 -1 1 0 0 60", Boundary="20 20 6 62")
    assert words(read(upward)) == ["本年新收政府信息公开申请"]


def test_it_passes_over_what_is_not_shown():
    hidden = "".join(
        text("9", x=40, **{name: value})
        for name, value in (("Visible", "false"), ("Alpha", "0"), ("Fill", "false"), ("Boundary", "9 9 9 0"))
    )
    slanted = text("内部", CTM="0.7 -0.7 0.7 0.7 0 0", Alpha="51")
    assert words(read(hidden + slanted + text("本年", y=40))) == ["本年"]


@pytest.mark.parametrize(
    ("colour", "is_told"),
    [
        ('Value="255 255 255"', True),
        ('Value="255"', True),
        ('Value="0 0 0 0"', True),
        ('Value="0 0 0" Alpha="0"', True),
        ('Value="0 0 0"', False),
        ('Value="255 0 0"', False),
        ('ColorSpace="4"', False),
    ],
)
def test_it_tells_of_figures_in_the_colour_of_paper(colour: str, *, is_told: bool):
    figure = text("42").replace("<ofd:TextCode", f"<ofd:FillColor {colour}/><ofd:TextCode")
    assert codes(read(figure)) == ["reading.lost_text"] * is_told
    area = path("M 0 0 L 50 0 L 50 20 L 0 20 C", "15 15 50 20", 'Stroke="false" Fill="true"')
    dark = area.replace("<ofd:Abb", '<ofd:FillColor Value="0 0 128"/><ofd:Abb')
    assert codes(read(dark + figure)) == []


def test_it_tells_of_text_outside_of_its_boundary():
    document = read(text("12345678901234567890", Boundary="20 20 20 6"))
    assert codes(document) == ["reading.lost_text"]
    assert "out of the box" in document.findings[0].message


def test_it_shows_only_the_part_of_a_line_that_its_boundary_shows():
    beyond = RULED + path("M 0 0 L 80 0", "20 35 40 0")  # in the left column only
    document = read(beyond + IN_CELLS.replace("规章", "规"))
    (grid,) = document.blocks
    assert isinstance(grid, Grid)
    assert (grid.row_count, grid.at(1, 1).row_span) == (3, 2)


def test_it_takes_text_over_or_under_an_image_for_recognised():
    assert codes(read(WHOLE_PAGE)) == ["reading.needs_ocr"]
    words = "本年新收政府信息公开申请数量" * 3
    for alpha, order in (("0", 1), ("255", -1)):
        objects = (WHOLE_PAGE, text(words, code='DeltaX="3"', Size="3", Alpha=alpha))[::order]
        assert codes(read("".join(objects))) == ["reading.recognised"]


WHOLE_PAGE = '<ofd:ImageObject ID="5" Boundary="0 0 210 297" CTM="210 0 0 297 0 0" ResourceID="3"/>'


def with_image(data: bytes, name: str = "a.png") -> bytes:
    media = f'<ofd:MultiMedia ID="3" Type="Image"><ofd:MediaFile>{name}</ofd:MediaFile></ofd:MultiMedia>'
    part = f'<ofd:Res {NAMESPACE} BaseLoc="Res"><ofd:MultiMedias>{media}</ofd:MultiMedias></ofd:Res>'
    file = BytesIO(package(WHOLE_PAGE, common="<ofd:DocumentRes>Res.xml</ofd:DocumentRes>", Doc_0__Res=part))
    with ZipFile(file, "a") as archive:
        archive.writestr("Doc_0/Res/a.png", data)
    return file.getvalue()


def test_it_recognises_a_page_that_is_an_image():
    sample = invent(47_000_703, edition="2021", zero=False, blanks="zero")
    how = setting(1, packaged_only=True, tables_only=True)
    image = scan.packed(scan.scanned(sample, level="clean300", seed=1, how=how)[:1], "png")
    theirs, ours = (convert(data, name="a") for data in (image, with_image(image)))
    assert any(isinstance(block, Grid) for block in ours.blocks)
    assert ours.blocks == theirs.blocks
    assert ours.source.reader == theirs.source.reader != "stored"


@pytest.mark.parametrize("file", [with_image(b"no image"), with_image(b"", "b.png")])
def test_it_asks_for_recognition_where_the_image_is_broken_or_not_there(file: bytes):
    assert codes(convert(file, name="a.ofd")) == ["reading.needs_ocr"]


def test_it_puts_templates_and_layers_in_the_order_they_are_drawn():
    template = '<ofd:TemplatePage ID="4" BaseLoc="T.xml" ZOrder="Background"/>'
    document = convert(
        zipped(
            {
                "OFD.xml": "<OFD><DocBody><DocRoot>/D.xml</DocRoot></DocBody></OFD>",
                "D.xml": f"<Document {NAMESPACE}><CommonData>{template}</CommonData>"
                '<Pages><Page BaseLoc="P.xml"/></Pages></Document>',
                "T.xml": page(RULED),
                "P.xml": page(IN_CELLS, '<ofd:Template TemplateID="4"/>'),
            }
        ),
        name="a.ofd",
    )
    assert drawn(document.blocks[0]) == GRID


@pytest.mark.parametrize(
    "reference",
    [
        "Pages/0.xml",
        "/Doc_0/Pages/0.xml",
        "Doc_0/Pages/0.xml",
        "./Pages/../Pages/0.xml",
        "../../../Doc_0/Pages/0.xml",
        "Pages\\0.xml",
        "PAGES/0.XML",
        "\n Pages/0.xml ",
    ],
)
def test_it_follows_references_however_they_are_written(reference: str):
    with ZipFile(BytesIO(package(text("本年新收")))) as archive:
        members = {name: archive.read(name).decode() for name in archive.namelist()}
    members["Doc_0/Document.xml"] = members["Doc_0/Document.xml"].replace("Pages/0.xml", reference)
    assert words(convert(zipped(members), name="a.ofd")) == ["本年新收"]


def test_it_tells_of_templates_and_units_that_are_not_there():
    document = convert(
        zipped(
            {
                "OFD.xml": "<OFD><DocBody><DocRoot>D.xml</DocRoot></DocBody></OFD>",
                "D.xml": '<Document><Pages><Page BaseLoc="P.xml"/></Pages></Document>',
                "P.xml": page(composite("none") + text("本年"), '<ofd:Template TemplateID="4"/>'),
            }
        ),
        name="a.ofd",
    )
    assert codes(document) == ["reading.lost_text"] * 2
    assert [finding.message.split(" of ")[0] for finding in document.findings] == [
        "template 4",
        "graphic unit none",
    ]


@pytest.mark.parametrize(
    ("pages", "parts", "error", "says"),
    [
        ((), {}, UnreadableFile, "no pages"),
        (("<ofd:Layer>" * 300 + "</ofd:Layer>" * 300,), {}, LimitExceeded, "nested"),
        (("<ofd:PageBlock>" * 40 + "</ofd:PageBlock>" * 40,), {}, LimitExceeded, "nested deeper"),
        ((text("本" * 100_001),), {}, LimitExceeded, "characters"),
        ((path("M 0 0" + " L 1 1" * 600_001),), {}, LimitExceeded, "pieces"),
        (("<a/>" * 2_000_001,), {}, LimitExceeded, "tags"),
        (("&e;",), {}, UnreadableFile, "not well-formed"),
        ((" " * PART_LIMIT,), {}, LimitExceeded, "64 MiB"),
        (("",), {"Encryptions": "<e/>"}, PasswordNeeded, "encrypted"),
        ((composite("u"),), {"Doc_0__Res": resources({"u": composite("u")})}, LimitExceeded, "nested deeper"),
        (
            (composite("u") * 1000,),
            {"Doc_0__Res": resources({"u": composite("v") * 1000, "v": path("M 0 0 L 1 1")})},
            LimitExceeded,
            "objects",
        ),
    ],
)
def test_it_refuses_what_is_built_to_harm(
    pages: tuple[str, ...], parts: dict[str, str], error: type[ConversionError], says: str
):
    data = package(*pages, common="<ofd:PublicRes>Res.xml</ofd:PublicRes>", **parts)
    with pytest.raises(error, match=says) as caught:
        convert(data, name="a.ofd")
    assert str(caught.value).startswith("a.ofd: ")
    assert "\n" not in str(caught.value)


def test_it_expands_no_entity():
    document = f'<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><ofd:OFD {NAMESPACE}>&e;</ofd:OFD>'
    with pytest.raises(UnreadableFile, match="document type"):
        convert(zipped({"OFD.xml": document}), name="a.ofd")


def test_it_refuses_more_pages_than_anyone_prints():
    entry = '<Page BaseLoc="P.xml"/>' * 2001
    members = {
        "OFD.xml": "<OFD><DocBody><DocRoot>D.xml</DocRoot></DocBody></OFD>",
        "D.xml": f"<Document><Pages>{entry}</Pages></Document>",
        "P.xml": page(""),
    }
    with pytest.raises(LimitExceeded, match="2,000 pages"):
        convert(zipped(members), name="a.ofd")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (
            "OFD.xml",
            "<OFD><DocBody><DocRoot>../../etc/passwd</DocRoot></DocBody></OFD>",
            "the document should be",
        ),
        ("Doc_0/Document.xml", '<D><Pages><Page BaseLoc="1.xml"/></Pages></D>', "page 1 should be in 1.xml"),
        ("Doc_0/Document.xml", "<D><Pages><Page/></Pages></D>", "page 1 should be in"),
        ("Doc_0/Document.xml", "", "not well-formed"),
        ("Doc_0/Pages/0.xml", "<a>", "not well-formed"),
        ("Doc_0/Pages/0.xml", '<?xml version="1.0" encoding="utf-7"?><a/>', "foreign encoding"),
    ],
)
def test_it_says_which_part_is_missing_or_broken(name: str, content: str, says: str):
    with ZipFile(BytesIO(package(text("本年")))) as archive:
        members = {one: archive.read(one).decode() for one in archive.namelist()}
    with pytest.raises(UnreadableFile, match=says):
        convert(zipped(members | {name: content}), name="a.ofd")


@pytest.mark.parametrize("number", ["nan", "inf", "-1e308", "x", "", "1e999"])
def test_it_bears_numbers_that_are_none(number: str):
    objects = "".join(
        (
            text("本年", Size=number),
            text("本年", CTM=f"{number} 0 0 1 0 0", Boundary=f"{number} 0 1 1"),
            text("本年", code=f'DeltaX="{number}" DeltaY="{number}"', CharDirection=number, HScale=number),
            path(f"M {number} 0 L 9 0 Q {number} C L C Z 1", f"0 0 {number} 1", f'CTM="1 0 0 {number} 0 0"'),
        )
    )
    assert read(objects + text("新收", y=60)).blocks


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_it_refuses_a_file_that_was_cut_off(share: float):
    data = ofd.draw(invent(47_000_701), look="lines")
    with pytest.raises(ConversionError, match=r"a\.ofd"):
        convert(data[: int(len(data) * share)], name="a.ofd")
