"""Stored figures that no ink stands for, whatever hides them; blank cells that are, and that are not."""

from __future__ import annotations

import pytest

from converters import convert
from document import Grid
from normalize import normalize
from report import Report
from samples.pdf import draw
from samples.reports import invent

AROUND = b"BT /F 12 Tf 100 300 Td (777) Tj 0 20 Td (22) Tj 0 20 Td (33) Tj 0 20 Td (44) Tj ET "
FIGURE = b"BT /F 12 Tf 100 200 Td (1234) Tj ET"
FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 %d 400]/Resources<</Font<</F 5 0 R>>>>"
LAYER = b"<</Type/OCG/Name(layer)>>"
OFF = b"/OCProperties<</OCGs[6 0 R]/D<</OFF[6 0 R]>>>>"
ON = b"/OCProperties<</OCGs[6 0 R]/D<</ON[6 0 R]>>>>"


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(content), content)


def file_of(
    content: bytes, *more: bytes, resources: bytes = b"", catalogue: bytes = b"", page: bytes = b""
) -> bytes:
    """A PDF of one page; `more` are the objects from number 6 on."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R%s>>" % catalogue,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 400]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>%s>>%s>>"
        % (resources, page),
        stream(content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *more,
    ]
    data, places = b"%PDF-1.7\n", []
    for number, item in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return data + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (count, table, count, len(data))
    )


def told(content: bytes, *more: bytes, **options: bytes) -> list[str]:
    document = convert(file_of(AROUND + content, *more, **options), name="a.pdf")
    return [finding.message for finding in document.findings]


HIDDEN = ["figures on page 1 are not to be seen on the paper: 1234"]
EMPTY_CHARACTERS = (
    b"<</Type/Font/Subtype/Type3/FontBBox[0 0 1 1]/FontMatrix[.001 0 0 .001 0 0]/FirstChar 49/LastChar 52"
    b"/Widths[500 500 500 500]/CharProcs<</one 6 0 R/two 6 0 R/three 6 0 R/four 6 0 R>>"
    b"/Encoding<</Differences[49/one/two/three/four]>>/Resources<<>>>>"
)


@pytest.mark.parametrize(
    "clip", [b"0 0 50 50 re", b"0 0 112 400 re", b"100 190 m 100 260 l 130 260 l h", b"0 0 0 0 re"]
)
def test_it_tells_figures_cut_off_by_a_clip(clip: bytes):
    assert told(b"q %s W n %s Q" % (clip, FIGURE)) == HIDDEN


def test_it_says_nothing_of_figures_within_their_clip():
    assert told(b"q 90 190 112 40 re W n %s Q" % FIGURE) == []


def test_it_tells_figures_cut_off_by_text_that_clips():
    assert told(b"q BT /F 12 Tf 4 Tr 10 10 Td (x) Tj ET BT 0 Tr /F 12 Tf 100 200 Td (1234) Tj ET Q") == HIDDEN


@pytest.mark.parametrize(("width", "expected"), [(112, HIDDEN), (400, [])])
def test_it_tells_figures_beyond_the_edge_of_a_form(width: int, expected: list[str]):
    form = stream(FIGURE, FORM % width)
    assert told(b"/X Do", b"null", form, resources=b"/XObject<</X 7 0 R>>") == expected


@pytest.mark.parametrize(("layers", "expected"), [(OFF, HIDDEN), (ON, [])])
def test_it_tells_figures_of_a_layer_that_is_off(layers: bytes, expected: list[str]):
    content = b"/OC /M BDC %s EMC" % FIGURE
    assert told(content, LAYER, resources=b"/Properties<</M 6 0 R>>", catalogue=layers) == expected
    form = stream(FIGURE, FORM % 400 + b"/OC 6 0 R")
    assert told(b"/X Do", LAYER, form, resources=b"/XObject<</X 7 0 R>>", catalogue=layers) == expected


def test_it_tells_figures_under_a_mask():
    mask = stream(b"", FORM % 400 + b"/Group<</S/Transparency/CS/DeviceGray>>")
    state = b"/ExtGState<</G<</SMask<</S/Luminosity/G 7 0 R>>>>>>"
    assert told(b"q /G gs %s Q" % FIGURE, b"null", mask, resources=state) == HIDDEN


@pytest.mark.parametrize(
    "content",
    [
        b"BT /F 0.1 Tf 100 200 Td (1234) Tj ET",  # too small to be seen
        b"BT 1 Tz /F 12 Tf 100 200 Td (1234) Tj ET",  # as narrow as a hair
    ],
)
def test_it_tells_figures_that_nobody_can_make_out(content: bytes):
    assert told(content) == HIDDEN


def test_it_tells_figures_painted_with_a_pattern_that_paints_nothing():
    pattern = stream(
        b"",
        b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 9 9]/XStep 9/YStep 9/Resources<<>>",
    )
    content = b"/Pattern cs /P scn " + FIGURE
    assert told(content, pattern, resources=b"/Pattern<</P 6 0 R>>") == HIDDEN


def test_it_tells_figures_whose_characters_have_no_outlines():
    content = b"BT /T 12 Tf 100 200 Td (1234) Tj ET"
    resources = b"/Font<</F 5 0 R/T 7 0 R>>"
    assert told(content, stream(b"500 0 d0"), EMPTY_CHARACTERS, resources=resources) == HIDDEN


@pytest.mark.parametrize("outer", [b"%s", b"/P<</MCID 0>> BDC %s EMC"])
def test_it_tells_figures_given_in_place_of_what_is_drawn(outer: bytes):
    content = outer % (b"/Span<</ActualText(9999)>> BDC %s EMC" % FIGURE)
    assert told(content) == ["the file gives figures on page 1 in place of what it draws: 9999"]
    assert told(outer % (b"/Span<</Lang(zh)>> BDC %s EMC" % FIGURE)) == []


def test_it_tells_figures_in_whose_place_nothing_is_given():
    nested = b"/Span<</ActualText(5)>> BDC /P<</MCID 0>> BDC BT /F 12 Tf 60 110 Td (5) Tj ET EMC EMC"
    document = convert(blank(nested), name="a.pdf")
    (cells,) = [block.cells for block in document.blocks if isinstance(block, Grid)]
    assert [cell.text for cell in cells] == ["a", "b", "", ""]  # pdfium gives neither 5
    (finding,) = document.findings
    assert finding.message == "cells on page 1 without text hold images or drawings: 1"


@pytest.mark.parametrize(
    "style", ["lines", "rotated", "sideways", "cropped", "form", "bold apart", "upside down"]
)
def test_it_sees_every_figure_drawn_in(style: str):
    assert convert(draw(invent(11), style=style, seed=11), name="a.pdf").findings == ()


def blank(*cover: bytes, **options: bytes) -> bytes:
    """A ruled table without any text in its two lower cells, and what is drawn over it."""
    rulings = b"".join(b"50 %d m 350 %d l S " % (y, y) for y in (100, 130, 160))
    rulings += b"".join(b"%d 100 m %d 160 l S " % (x, x) for x in (50, 200, 350))
    heads = b"BT /F 12 Tf 60 140 Td (a) Tj 150 0 Td (b) Tj ET "
    return file_of(rulings + heads + b" ".join(cover[:1]), *cover[1:], **options)


def test_it_sees_that_cells_are_blank():
    assert convert(blank(), name="a.pdf").blanks_seen


@pytest.mark.parametrize(
    "cover",
    [
        [b"60 110 m 65 122 l 70 110 l S"],
        [b"60 108 12 14 re f"],
        [b"q 12 0 0 12 60 110 cm BI /W 2 /H 2 /CS /G /BPC 8 ID \x00\xff\x00\xff EI Q"],
        [b"60 110 300 15 re W n /S sh"],
    ],
    ids=["strokes", "area", "image", "shading"],
)
def test_it_sees_what_is_drawn_in_a_blank_cell(cover: list[bytes]):
    shading = (
        b"/Shading<</S<</ShadingType 2/ColorSpace/DeviceGray/Coords[60 0 200 0]"
        b"/Function<</FunctionType 2/Domain[0 1]/C0[0]/C1[1]/N 1>>/Extend[true true]>>>>"
    )
    assert not convert(blank(*cover, resources=shading), name="a.pdf").blanks_seen


def test_it_sees_what_a_viewer_laid_on_a_blank_cell():
    look = stream(b"0 0 12 12 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 12 12]")
    for kind in (b"Stamp", b"Ink", b"Underline", b"Caret"):
        note = b"<</Type/Annot/Subtype/%s/Rect[60 108 72 120]/F 4/AP<</N 7 0 R>>>>" % kind
        data = blank(b"", note, look, page=b"/Annots[6 0 R]")
        assert not convert(data, name="a.pdf").blanks_seen


def all_blank(style: str) -> Report:
    return normalize(convert(draw(invent(12, zero=True, blanks="blank"), style=style, seed=2), name="a.pdf"))


@pytest.mark.parametrize("style", ["lines", "dashed", "rotated", "sideways", "repeated head"])
def test_it_verifies_a_report_whose_cells_are_seen_to_be_blank(style: str):
    report = all_blank(style)
    assert report.trust.status == "verified"
    assert {value.number for value in report.values.values()} == {None}
