"""OFD: figures that are not seen as they stand, or stand where no text says them, are told."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from converters import convert
from document import Document, Grid
from errors import UnreadableFile
from tests.converters.test_ofd import NAMESPACE, RULED, codes, page, path, read, text, words, zipped

AREA = "M 0 0 L 30 0 L 30 8 L 0 8 C"
FIGURE = text("42", code='DeltaX="2.5"')
LABELS = text("项目", x=22, y=22) + text("数量", x=62, y=22) + text("规章", x=22, y=32)


def filled(colour: str, *, data: str = AREA, more: str = "", inner: str = "") -> str:
    drawn = path(data, "18 19 30 8", f'Stroke="false" Fill="true" {more}')
    return drawn.replace("<ofd:Abb", f"<ofd:FillColor {colour}/>{inner}<ofd:Abb")


def image(boundary: str, resource: str = "3") -> str:
    _, _, width, height = boundary.split()
    return (
        f'<ofd:ImageObject ID="5" Boundary="{boundary}" CTM="{width} 0 0 {height} 0 0" '
        f'ResourceID="{resource}"/>'
    )


def clips(data: str) -> str:
    area = f'<ofd:Path Boundary="0 0 30 8" Fill="true"><ofd:AbbreviatedData>{data}</ofd:AbbreviatedData>'
    return f"<ofd:Clips><ofd:Clip><ofd:Area>{area}</ofd:Path></ofd:Area></ofd:Clip></ofd:Clips>"


def with_clip(item: str, data: str) -> str:
    return item.replace("<ofd:TextCode", f"{clips(data)}<ofd:TextCode")


def hidden(document: Document) -> list[str]:
    return [finding.message for finding in document.findings]


def with_resources(inner: str, content: str, **parts: bytes | str) -> Document:
    document = (
        f"<Document {NAMESPACE}><CommonData><PublicRes>R.xml</PublicRes></CommonData>"
        '<Pages><Page ID="1" BaseLoc="P.xml"/></Pages></Document>'
    )
    members: dict[str, bytes | str] = {
        "OFD.xml": "<OFD><DocBody><DocRoot>D.xml</DocRoot></DocBody></OFD>",
        "D.xml": document,
        "R.xml": f"<ofd:Res {NAMESPACE}>{inner}</ofd:Res>",
        "P.xml": page(content),
    }
    return convert(
        zipped(members | {name.replace("__", "."): part for name, part in parts.items()}), name="a.ofd"
    )


ROUNDED = "M 2 0 L 28 0 Q 30 0 30 2 L 30 6 B 30 7 29 8 28 8 L 2 8 A 2 2 0 0 1 0 6 L 0 2 A 2 2 0 0 1 2 0 C"
DISC = "M 0 4 A 15 4 0 1 1 30 4 A 15 4 0 1 1 0 4 C"


@pytest.mark.parametrize(
    "over",
    [
        filled('Value="255 255 255"'),
        filled('Value="0 0 0"'),
        filled('Value="#FF #FF #FF"'),
        filled('Value="255 255 255"', data=ROUNDED),
        filled('Value="255 255 255"', data=DISC),
        filled('Value="255 255 255" Alpha="200"'),
        image("18 19 30 8"),
    ],
)
def test_it_tells_figures_under_what_is_drawn_over_them(over: str):
    assert hidden(read(FIGURE + over)) == ["figures on page 1 lie under what is drawn over them: 42"]
    assert hidden(read(over + FIGURE)) == []


@pytest.mark.parametrize(
    "over",
    [
        filled('Value="255 255 0" Alpha="90"'),
        filled('Value="255 255 0"', more='Alpha="90"'),
        filled('Value="255 0 0"', data=f"{AREA} M 1 0.2 L 29 0.2 L 29 7.8 L 1 7.8 C", more='Rule="Even-Odd"'),
        filled('Value="255 255 255"', inner=clips("M 20 0 L 30 0 L 30 8 L 20 8 C")),
        filled('Value="255 255 255"', more='Visible="false"'),
        path(AREA, "18 19 30 8", 'Stroke="true"'),
    ],
)
def test_it_says_nothing_of_figures_that_are_seen_through_it(over: str):
    assert hidden(read(FIGURE + over)) == []


@pytest.mark.parametrize(("alpha", "is_told"), [(0, False), (90, False), (255, True)])
def test_it_knows_where_an_image_is_transparent(alpha: int, *, is_told: bool):
    stream = BytesIO()
    Image.new("RGBA", (30, 8), (255, 255, 255, alpha)).save(stream, "png")
    media = '<ofd:MultiMedias><ofd:MultiMedia ID="3"><ofd:MediaFile>i.png</ofd:MediaFile></ofd:MultiMedia>'
    document = with_resources(
        f"{media}</ofd:MultiMedias>", FIGURE + image("18 19 30 8"), i__png=stream.getvalue()
    )
    assert bool(hidden(document)) == is_told


@pytest.mark.parametrize("value", ["#FF #FF #FF", "#ff #ff #ff", "#FFFFFF", "#FA #FB #FC", "# FF # FF # FF"])
def test_it_knows_white_in_sixteens(value: str):
    white = FIGURE.replace("<ofd:TextCode", f'<ofd:FillColor Value="{value}"/><ofd:TextCode')
    assert codes(read(white)) == ["reading.lost_text"]


@pytest.mark.parametrize("value", ["#00 #00 #00", "#000000", "#FF #00 #00", "#"])
def test_it_knows_other_colours_in_sixteens(value: str):
    dark = FIGURE.replace("<ofd:TextCode", f'<ofd:FillColor Value="{value}"/><ofd:TextCode')
    assert codes(read(dark)) == []


PARAMS = (
    '<ofd:DrawParams><ofd:DrawParam ID="7" Relative="8"/><ofd:DrawParam ID="8" Relative="7">'
    '<ofd:FillColor Value="255 255 255"/></ofd:DrawParam></ofd:DrawParams>'
)


def test_it_follows_parameters_to_a_colour():
    own = FIGURE.replace("<ofd:TextObject", '<ofd:TextObject DrawParam="7"')
    of_block = f'<ofd:PageBlock DrawParam="8">{FIGURE}</ofd:PageBlock>'
    for content, count in (
        (own, 1),
        (of_block, 1),
        (of_block + FIGURE.replace("20 20", "20 80"), 1),
        (FIGURE, 0),
    ):
        assert codes(with_resources(PARAMS, content)) == ["reading.lost_text"] * count
    black = own.replace("<ofd:TextCode", '<ofd:FillColor Value="0 0 0"/><ofd:TextCode')
    assert codes(with_resources(PARAMS, black)) == []
    assert codes(with_resources(PARAMS.replace('ID="8"', 'ID="9"'), own)) == []


@pytest.mark.parametrize(("alpha", "is_told"), [("3", True), ("5", True), ("60", False), ("255", False)])
def test_it_tells_figures_that_are_hardly_painted(alpha: str, *, is_told: bool):
    assert codes(read(text("42", Alpha=alpha))) == ["reading.lost_text"] * is_told


def test_it_tells_figures_that_a_clip_cuts_off():
    assert "clip" in hidden(read(with_clip(FIGURE, "M 0 0 L 0.1 0 L 0.1 0.1 C")))[0]
    assert hidden(read(with_clip(FIGURE, "M 0 0 L 10 0 L 10 6 L 0 6 C"))) == []
    # counted from the page instead
    assert hidden(read(with_clip(FIGURE, "M 19 19 L 40 19 L 40 30 L 19 30 C"))) == []


def test_it_tells_figures_without_a_size():
    assert "has no size" in hidden(read(text("42", Size="-5")))[0]
    assert hidden(read(text("abc", Size="0"))) == []


@pytest.mark.parametrize(
    "figure",
    [
        image("64 32 3 5"),
        path("M 0 0 B 1 2 2 3 1 4 B 0 3 1 2 0 0 C", "64 32 3 5", 'Stroke="false" Fill="true"'),
        path("M 0 4 L 2 0 L 2 6 M 2 0 L 0 4", "64 32 3 5").replace("L 2 6", "L 1 6 L 2 5"),
        text("7", x=64, y=32, CTM="0.978 0.208 -0.208 0.978 0 0"),
    ],
)
def test_it_tells_of_drawings_in_blank_cells(figure: str):
    document = read(RULED + LABELS + figure)
    assert isinstance(document.blocks[0], Grid)
    assert hidden(document) == ["cells on page 1 without text hold images or drawings: 1"]


@pytest.mark.parametrize(
    "drawing",
    [
        image("64 12 30 40"),
        image("24 32 3 5"),
        path("M 60 30 L 100 40 M 60 40 L 100 30"),
        path("M 0 0 B 1 2 2 3 1 4 B 0 3 1 2 0 0 C", "64 32 3 5", 'Visible="false"'),
        text("内部", x=64, y=32, CTM="0.7 -0.7 0.7 0.7 0 0"),
        text("20", x=10, y=10, Size="40", Boundary="10 10 200 80", CTM="0.7 -0.7 0.7 0.7 0 40"),
    ],
)
def test_it_says_nothing_of_drawings_that_are_no_figures_of_blank_cells(drawing: str):
    assert hidden(read(RULED + LABELS + drawing)) == []


# --- Annotations and versions -------------------------------------------------------------------------


def annotated(content: str, shown: str, more: str = "", boundary: str = "0 0 210 297") -> Document:
    appearance = f'<ofd:Appearance Boundary="{boundary}">{shown}</ofd:Appearance>'
    return convert(
        zipped(
            {
                "OFD.xml": "<OFD><DocBody><DocRoot>D/D.xml</DocRoot></DocBody></OFD>",
                "D/D.xml": '<Document><Pages><Page ID="1" BaseLoc="P.xml"/></Pages>'
                "<Annotations>A/A.xml</Annotations></Document>",
                "D/A/A.xml": '<Annotations><Page PageID="1"><FileLoc>1.xml</FileLoc></Page>'
                '<Page PageID="2"><FileLoc>2.xml</FileLoc></Page></Annotations>',
                "D/A/1.xml": f"<ofd:PageAnnot {NAMESPACE}><ofd:Annot {more}>{appearance}</ofd:Annot>"
                "</ofd:PageAnnot>",
                "D/P.xml": page(content),
            }
        ),
        name="a.ofd",
    )


def test_it_reads_what_annotations_show():
    figure = text("7", x=2, y=2)
    (grid,) = annotated(RULED + LABELS, figure, boundary="60 30 40 10").blocks
    assert isinstance(grid, Grid)
    assert grid.at(1, 1).text == "7"


def test_it_tells_figures_under_a_patch_of_an_annotation():
    patch = filled('Value="255 255 255"')
    assert hidden(annotated(FIGURE, patch)) == ["figures on page 1 lie under what is drawn over them: 42"]
    assert hidden(annotated(FIGURE, patch, 'Visible="false"')) == []


def test_it_tells_of_annotations_that_are_not_there():
    parts = {
        "OFD.xml": "<OFD><DocBody><DocRoot>D.xml</DocRoot></DocBody></OFD>",
        "D.xml": '<Document><Pages><Page ID="1" BaseLoc="P.xml"/></Pages>'
        "<Annotations>A.xml</Annotations></Document>",
        "P.xml": page(text("本年")),
    }
    assert codes(convert(zipped(parts), name="a.ofd")) == ["reading.lost_text"]
    parts["A.xml"] = '<Annotations><Page PageID="1"><FileLoc>1.xml</FileLoc></Page></Annotations>'
    assert codes(convert(zipped(parts), name="a.ofd")) == ["reading.lost_text"]


def versioned(*current: str) -> Document:
    versions = "".join(
        f'<Version ID="{number}" Index="{number}" Current="{value}" BaseLoc="V/{number}.xml"/>'
        for number, value in enumerate(current)
    )
    document = '<Document><Pages><Page ID="1" BaseLoc="{}.xml"/></Pages></Document>'
    parts = {
        "OFD.xml": f"<OFD><DocBody><DocRoot>D.xml</DocRoot><Versions>{versions}</Versions></DocBody></OFD>",
        "D.xml": document.format("P"),
        "P.xml": page(text("底本")),
    }
    for number in range(len(current)):
        parts[f"V/{number}.xml"] = f"<DocVersion><DocRoot>D{number}.xml</DocRoot></DocVersion>"
        parts[f"V/D{number}.xml"] = document.format(f"P{number}")
        parts[f"V/P{number}.xml"] = page(text(f"版本{number}"))
    return convert(zipped(parts), name="a.ofd")


@pytest.mark.parametrize(
    ("current", "shown", "is_told"),
    [
        ((), "底本", False),
        (("true",), "版本0", False),
        (("false", "true"), "版本1", False),
        (("1", "false"), "版本0", False),
        (("false", "false"), "底本", True),
        (("true", "true"), "版本1", True),
    ],
)
def test_it_reads_the_current_version(current: tuple[str, ...], shown: str, *, is_told: bool):
    document = versioned(*current)
    assert words(document) == [shown]
    assert codes(document) == ["reading.lost_text"] * is_told


def test_it_refuses_a_file_without_its_current_version():
    version = '<Versions><Version Current="true" BaseLoc="V.xml"/></Versions>'
    parts = {
        "OFD.xml": f"<OFD><DocBody><DocRoot>D.xml</DocRoot>{version}</DocBody></OFD>",
        "D.xml": "<Document/>",
    }
    with pytest.raises(UnreadableFile, match=r"the current version should be in V\.xml"):
        convert(zipped(parts), name="a.ofd")
