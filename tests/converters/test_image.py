from __future__ import annotations

import io
import re
from collections.abc import Sequence

import cv2
import docx
import numpy as np
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from benchmarks.scans import invented
from converters import convert, views
from converters.pdf import convert as convert_pdf
from document import Document, Grid, Paragraph, Source
from errors import LimitExceeded, UnreadableFile
from normalize import normalize
from samples import scan
from samples.pdf import draw
from tests.converters import scanned

TABLES = 1  # the page of the sample that is nearly all tables


def png(pixels: scanned.Picture) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", dpi=(scanned.DPI, scanned.DPI))
    return buffer.getvalue()


def pdf(*pages: scanned.Picture) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), invariant=1)
    for pixels in pages:
        canvas.drawImage(ImageReader(Image.fromarray(pixels)), 0, 0, 595, 842)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def read(pixels: scanned.Picture) -> Document:
    return convert(png(pixels), name="page.png")


def grids(document: Document) -> list[Grid]:
    return [block for block in document.blocks if isinstance(block, Grid)]


def stored(number: int) -> list[Grid]:
    """The grids of a page of the sample, from 0, as its stored text gives them."""
    source = Source(name="x.pdf", sha256="", bytes=1, kind="pdf")
    every = grids(convert_pdf(draw(scanned.sample(), style="lines", seed=3), source))
    return [grid for grid in every if grid.provenance.page == number + 1]


def extents(found: Sequence[Grid]) -> list[set[tuple[int, int, int, int]]]:
    return [{(c.row, c.column, c.row_span, c.column_span) for c in grid.cells} for grid in found]


def figures(found: Sequence[Grid]) -> list[str]:
    texts = (cell.text for grid in found for cell in grid.cells)
    return [text for text in texts if re.fullmatch(r"[\d.]+", text)]


@pytest.mark.parametrize(
    "worn",
    [
        pytest.param(lambda page: scanned.grainy(scanned.skewed(page, 2.2)), id="grain and skew"),
        pytest.param(lambda page: scanned.photographed(scanned.lit_from_one_side(page)), id="photo"),
        pytest.param(lambda page: np.ascontiguousarray(np.rot90(page, 2)), id="upside down"),
    ],
)
def test_it_finds_the_grids_and_figures_that_the_page_was_drawn_with(worn):
    wanted = stored(TABLES)
    document = read(worn(scanned.page(TABLES)))
    assert extents(grids(document)) == extents(wanted)
    assert figures(grids(document)) == figures(wanted)
    assert {finding.code for finding in document.findings} <= {"reading.specks"}


def test_every_cell_keeps_its_readings_and_its_place():
    document = read(scanned.table(3, 4))
    (grid,) = grids(document)
    assert document.source.reader != "stored"
    assert document.source.pages == 1
    first = grid.at(0, 0)
    assert first.provenance.how == "recognised"
    assert first.provenance.page == 1
    assert [reading.text for reading in first.readings][:1] == [first.text]
    box = first.provenance.box
    scale = scanned.DPI / 72
    assert (box.left * scale, box.top * scale) == pytest.approx((150, 200), abs=3)


def test_a_cell_without_ink_is_blank_and_one_with_a_speck_is_not_doubted():
    pixels = scanned.table(3, 4)
    pixels[206:250, 156:254] = 255
    pixels[320:323, 300:303] = 0
    document = read(pixels)
    assert grids(document)[0].at(0, 0).text == ""
    assert not document.findings


def test_a_page_of_dashes_alone_holds_no_figures():
    pixels = scanned.table(4, 4)
    for row in range(4):
        for column in range(1, 4):
            top, left = 200 + row * 56, 150 + column * 110
            pixels[top + 4 : top + 53, left + 4 : left + 107] = 255
            cv2.line(pixels, (left + 50, top + 28), (left + 58, top + 28), (0, 0, 0), 2)
    texts = [cell.text for cell in grids(read(pixels))[0].cells if cell.column]
    assert not [text for text in texts if any(char.isdigit() for char in text)]


def test_hyphens_no_larger_than_specks_are_marks_and_stay():
    pixels = scanned.table(5, 4)
    for row in range(5):
        top, left = 200 + row * 56, 150 + row % 4 * 110
        pixels[top + 4 : top + 53, left + 4 : left + 107] = 255
        pixels[top + 28 : top + 30, left + 50 : left + 55] = 120
    (grid,) = grids(read(cv2.GaussianBlur(pixels, (0, 0), 1.3)))
    assert {grid.at(row, row % 4).text for row in range(5)} == {"—"}


def test_ink_too_small_for_a_character_is_told():
    pixels = scanned.table(3, 4)
    pixels[206:250, 156:254] = 255
    pixels[226:231, 200:205] = 60
    found = read(pixels).findings
    assert [finding.code for finding in found] == ["reading.specks"]
    assert "row 1, column 1" in found[0].message


def test_many_cells_with_specks_are_told_once_with_all_their_places():
    pixels = scanned.table(5, 4)
    for row in range(5):
        top = 206 + row * 56
        pixels[top : top + 44, 156:254] = 255
        pixels[top + 20 : top + 25, 200:205] = 60
    (finding,) = read(pixels).findings
    assert finding.message.startswith("in 5 cells of a table on page 1")
    assert "row 1, column 1; row 2, column 1; row 3, column 1 and 2 more" in finding.message
    assert finding.at == ("page 1", *(f"page 1, row {row}, column 1" for row in range(1, 6)))


def test_prose_comes_as_paragraphs_and_the_page_number_as_margin():
    document = read(scanned.page(0))
    texts = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    assert len(max(texts, key=len)) > 40
    assert [re.sub(r"\D", "", margin.text) for margin in document.margins] == ["1"]
    source = Source(name="x.pdf", sha256="", bytes=1, kind="pdf")
    whole = convert_pdf(draw(scanned.sample(), style="lines", seed=3), source)
    longest = max(
        (b.text for b in whole.blocks if isinstance(b, Paragraph) and b.provenance.page == 1), key=len
    )
    same = sum(a == b for a, b in zip(max(texts, key=len), longest, strict=False))
    assert same >= 0.9 * len(longest)


def test_a_page_of_a_pdf_that_is_an_image_is_read_like_one():
    document = convert(pdf(scanned.page(TABLES)), name="scan.pdf")
    assert extents(grids(document)) == extents(stored(TABLES))
    assert document.source.reader != "stored"
    assert not [finding for finding in document.findings if finding.code == "reading.needs_ocr"]


def test_a_table_without_rulings_is_found_by_its_gaps():
    document = read(scanned.page(TABLES, style="borderless"))
    assert figures(grids(document))
    assert {grid.provenance.how for grid in grids(document)} == {"inferred"}
    assert all(cell.readings for grid in grids(document) for cell in grid.cells)


def test_tables_without_rulings_end_at_headings_and_keep_their_lone_zeros():
    pixels = np.full((1000, 1100, 3), 255, dtype=np.uint8)
    font, black = cv2.FONT_HERSHEY_SIMPLEX, (0, 0, 0)
    for top in (150, 560):
        cv2.putText(pixels, "TABLES AND FIGURES", (150, top), font, 1.6, black, 3)
        for row in range(4):
            y = top + 70 + 60 * row
            cv2.putText(pixels, f"label {row + 1}", (150, y), font, 0.9, black, 2)
            for column in range(4):
                cv2.putText(pixels, str(column * row % 3 * 4), (450 + 130 * column, y), font, 0.9, black, 2)
    found = grids(read(pixels))
    assert len(found) == 2
    wanted = [str(column * row % 3 * 4) for row in range(4) for column in range(4)]
    assert [figures([grid]) for grid in found] == [wanted, wanted]


@pytest.mark.parametrize("level", [0, 128, 255])
@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (40, 3000), (1200, 900)])
def test_pictures_of_nothing_are_documents_without_tables(size, level):
    document = convert(png(np.full((*size, 3), level, np.uint8)), name="empty.png")
    assert not grids(document)


def test_a_picture_of_something_else_is_told():
    x, y = np.meshgrid(np.arange(900), np.arange(1200))
    waves = 128 + 60 * np.sin(x / 37.0) + 50 * np.cos(y / 53.0 + x / 91.0)
    document = convert(png(np.repeat(waves.astype(np.uint8)[:, :, None], 3, axis=2)), name="cat.png")
    assert not grids(document)
    assert [finding.code for finding in document.findings] in ([], ["reading.needs_ocr"])


def test_a_photo_of_a_blank_page_is_blank_though_its_sides_show_the_desk():
    page = scanned.photographed(np.full((2339, 1654, 3), 245, dtype=np.uint8))
    page[:3] = page[:, :3] = 30
    document = convert(png(page), name="blank.png")
    assert not document.blocks
    assert not document.findings


def _specks() -> np.ndarray:
    return np.where(np.random.default_rng(10_000_001).random((1400, 1000)) < 0.02, 0, 255)


def _hatching() -> np.ndarray:
    down, across = np.mgrid[:1400, :1000]
    return np.where((down % 6 == 0) | (across % 6 == 0), 0, 255)


def _chessboard() -> np.ndarray:
    down, across = np.mgrid[:1400, :1000]
    return (down // 8 + across // 8) % 2 * 255


@pytest.mark.parametrize("draw", [_specks, _hatching, _chessboard])
def test_pages_full_of_marks_that_are_no_letters_hold_nothing(draw):
    document = convert(png(np.repeat(draw().astype(np.uint8)[:, :, None], 3, axis=2)), name="marks.png")
    assert not document.blocks
    assert [finding.code for finding in document.findings] in ([], ["reading.needs_ocr"])


def test_errors_name_the_file():
    with pytest.raises(UnreadableFile, match=r"^cut\.png: "):
        convert(png(scanned.table(2, 2))[:900], name="cut.png")
    buffer = io.BytesIO()
    Image.new("1", (12_000, 9_000)).save(buffer, "PNG")
    with pytest.raises(LimitExceeded, match=r"^large\.png: "):
        convert(buffer.getvalue(), name="large.png")


def test_the_view_shows_the_straightened_page_with_what_was_found():
    (view,) = views(png(scanned.skewed(scanned.table(3, 4), 2.0)), [1, 2])
    pixels = np.frombuffer(view.pixels, np.uint8).reshape(view.height, view.width)
    across = [ruling for ruling in view.rulings if ruling.top == ruling.bottom]
    assert len(across) == 4
    for ruling in across:
        y, left, right = (round(x * view.scale) for x in (ruling.top, ruling.left, ruling.right))
        assert np.median(pixels[y - 1 : y + 2, left + 8 : right - 8].min(axis=0)) < 80
    assert len(view.words) == 12


def test_a_text_that_runs_over_a_ruling_is_told():
    pixels = scanned.table(3, 4)
    cv2.putText(pixels, "88888", (150 + 60, 200 + 56 + 39), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (0, 0, 0), 2)
    assert "reading.lost_text" in {finding.code for finding in read(pixels).findings}


def test_dashes_under_a_seal_are_read_where_its_red_was_smeared():
    drawn = scan.scanned(invented(11_100_031), level="seal", seed=11_100_031, tables_only=True)
    values = normalize(convert(scan.packed(drawn[:1], "png"), name="seal.png")).values
    rows = ("prohibited_by_law", "security_and_stability")
    assert [values[f"requests.results.denied.{row}.legal_service"].text for row in rows] == ["—", "—"]


def test_pages_scanned_into_word_are_read_like_images():
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = docx.shared.Pt(595), docx.shared.Pt(842)
    document.add_paragraph("年度报告")
    for pixels in (scanned.table(3, 4), scanned.table(2, 3)):
        document.add_picture(io.BytesIO(png(pixels)), width=docx.shared.Pt(300))
    buffer = io.BytesIO()
    document.save(buffer)
    found = convert(buffer.getvalue(), name="scan.docx")
    assert [(grid.row_count, grid.column_count) for grid in grids(found)] == [(3, 4), (2, 3)]
    assert [grid.provenance.page for grid in grids(found)] == [1, 2]
    assert found.source.reader != "stored"
    assert not found.findings
