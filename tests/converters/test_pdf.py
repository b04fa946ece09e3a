from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from random import Random

import pytest
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader

import drawing
from converters import pdf, pdf_page, pdf_second
from converters.rulings import Filled
from document import Cell, Grid, Paragraph
from errors import LimitExceeded, UnreadableFile
from normalize import normalize
from samples.pdf import STYLES, Writer, draw
from samples.printed import printed_tables
from samples.reports import Sample, invent
from tests.converters.pages import (
    FONT,
    HEIGHT,
    WIDTH,
    Canvas,
    both,
    codes,
    drawn,
    grids,
    paragraphs,
    plain,
    prose,
    read,
)

FIGURES = drawing.parse("| 项目 | 自然人 | 总计 |\n| 新收 | 3 | 4 |\n| 结转 | 12 | 20 |")


def table(grid: Grid, top: float = 100, *, left: float = 90, width: float = 100) -> Callable[[Canvas], None]:
    def page(canvas: Canvas) -> None:
        for cell in grid.cells:
            near, high = left + cell.column * width, HEIGHT - top - cell.row * 24
            canvas.rect(near, high - cell.row_span * 24, cell.column_span * width, cell.row_span * 24)
            canvas.drawString(near + 5, high - 16, cell.text)

    return page


def expected(sample: Sample) -> list[Grid]:
    return [
        Grid(
            row_count=printed.row_count,
            column_count=printed.column_count,
            cells=tuple(
                Cell(
                    row=cell.row,
                    column=cell.column,
                    row_span=cell.row_span,
                    column_span=cell.column_span,
                    text=plain(cell.text),
                )
                for cell in printed.cells
            ),
        )
        for printed in printed_tables(sample)
    ]


def texts(found: Sequence[Grid]) -> list[str]:
    return sorted(plain(cell.text) for grid in found for cell in grid.cells if cell.text)


RULED = [name for name, style in STYLES.items() if style.rulings != "none" and style.verticals]
ONCE = [name for name in RULED if not STYLES[name].repeats_head]


@pytest.mark.parametrize("style", ONCE)
@pytest.mark.parametrize("edition", ["2019", "2021"])
def test_it_reads_every_cell_of_the_statutory_tables_drawn_in(style: str, edition: str):
    sample = invent(11, edition=edition, zero=False)
    assert texts(grids(read(draw(sample, style=style)))) == texts(expected(sample))


@pytest.mark.parametrize("style", ONCE)
def test_it_reads_a_table_that_no_page_breaks_span_for_span_in(style: str):
    sample = invent(3, edition="2021")
    whole = expected(sample)[2]
    every = [grid for seed in range(6) for grid in grids(read(draw(sample, style=style, seed=seed)))]
    unbroken = [grid for grid in every if (grid.row_count, grid.column_count) == (4, 15)]
    assert unbroken
    for grid in unbroken:
        same = [(c.row, c.column, c.row_span, c.column_span, plain(c.text)) for c in grid.cells]
        assert same == [(c.row, c.column, c.row_span, c.column_span, c.text) for c in whole.cells]


@pytest.mark.parametrize("style", list(STYLES))
def test_it_reads_the_prose_around_the_tables_in(style: str):
    sample = invent(6, edition="2021")
    every = [*sample.title_lines, *sample.preamble]
    for _, heading, texts_of_section in sample.sections:
        every += [heading, *texts_of_section]
    every += sample.closing
    found = [plain(text) for text in paragraphs(read(draw(sample, style=style)))]
    assert found == [plain(text) for text in every]


def test_it_names_the_texts_that_only_one_of_two_readings_has():
    def reading(text: str) -> pdf_page.Apart:
        grid = drawing.parse(f"| 新收 | {text} |")
        return pdf_page.Apart(filled=(Filled(grid=grid),), words=(), height=10.0)

    assert pdf_page._disagreement(reading("12"), reading("12"), 3) == ()
    (finding,) = pdf_page._disagreement(reading("12"), reading("1 2 3"), 3)
    assert (finding.code, finding.at) == ("reading.disagreement", ("page 3",))
    assert "'12', '123'" in finding.message


def test_it_gives_boxes_in_hundredths_of_a_point():
    document = read(draw(invent(1, edition="2021"), style="cropped", seed=1))
    boxes = [block.provenance.box for block in document.blocks]
    boxes += [cell.provenance.box for grid in grids(document) for cell in grid.cells]
    assert all(round(side, 2) == side for box in boxes for side in (box.left, box.top, box.right, box.bottom))


def test_it_leaves_a_repeated_head_with_its_grid():
    sample = invent(2, edition="2021")
    every = [grids(read(draw(sample, style="repeated head", seed=seed))) for seed in range(4)]
    heads = [[grid.at(0, 3).text for grid in found if grid.column_count == 10] for found in every]
    assert ["申请人情况", "申请人情况"] in heads


@pytest.mark.parametrize("style", ["borderless", "horizontal"])
def test_it_reads_every_figure_of_unruled_tables_in(style: str):
    sample = invent(2, edition="2021", zero=False)
    found = texts(grids(read(draw(sample, style=style))))
    figures = [text for text in texts(expected(sample)) if text.isdecimal()]
    assert [text for text in found if text.isdecimal()] == figures


def test_it_says_of_an_unruled_grid_that_it_is_inferred():
    words = [
        (90, 100, "新收"),
        (300, 100, "3"),
        (400, 100, "4"),
        (90, 120, "结转"),
        (300, 120, "5"),
        (400, 120, "6"),
    ]

    def page(canvas: Canvas) -> None:
        for left, top, text in words:
            canvas.drawString(left, HEIGHT - top, text)

    (grid,) = grids(read(drawn(page)))
    assert drawing.draw(grid) == drawing.draw(drawing.parse("| 新收 | 3 | 4 |\n| 结转 | 5 | 6 |"))
    assert grid.provenance.how == "inferred"


def test_it_keeps_blocks_in_reading_order():
    page = both(prose("一、总体情况", "二、主动公开"), table(FIGURES, 160), prose("三、存在的问题", top=260))
    kinds = [type(block).__name__ for block in read(drawn(page)).blocks]
    assert kinds == ["Paragraph", "Paragraph", "Grid", "Paragraph"]


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_it_gives_boxes_as_a_viewer_shows_a_turned_page(turns: int):
    def page(canvas: Canvas) -> None:
        canvas.setPageRotation(90 * turns)
        if turns == 1:
            canvas.transform(0, 1, -1, 0, HEIGHT, 0)
        elif turns == 2:
            canvas.transform(-1, 0, 0, -1, WIDTH, HEIGHT)
        elif turns == 3:
            canvas.transform(0, -1, 1, 0, 0, WIDTH)
        table(FIGURES)(canvas)

    (grid,) = grids(read(drawn(page)))
    assert drawing.draw(grid) == drawing.draw(FIGURES)
    box = grid.at(2, 2).provenance.box
    assert box is not None
    assert [round(edge) for edge in (box.left, box.top, box.right, box.bottom)] == [290, 148, 390, 172]


def test_it_reads_text_turned_on_an_upright_page_and_boxes_it_where_it_stands():
    def page(canvas: Canvas) -> None:
        canvas.transform(0, 1, -1, 0, WIDTH, 0)
        table(FIGURES, top=300, left=60)(canvas)

    (grid,) = grids(read(drawn(page)))
    assert drawing.draw(grid) == drawing.draw(FIGURES)
    box = grid.at(0, 0).provenance.box
    assert box is not None
    assert box.bottom - box.top == pytest.approx(100, abs=1)


@pytest.mark.parametrize("turn", [90, -90])
def test_it_reads_a_head_turned_in_its_cell(turn: int):
    def page(canvas: Canvas) -> None:
        table(drawing.parse("|  | 新收 | 3 |\n| ^ | 结转 | 4 |\n| ^ | 总计 | 7 |"))(canvas)
        canvas.translate(140, HEIGHT - 136)
        canvas.rotate(turn)
        canvas.drawString(-24, 0, "办理结果")

    (grid,) = grids(read(drawn(page)))
    assert grid.at(0, 0).text == "办理结果"
    assert grid.at(0, 0).row_span == 3


def test_it_measures_from_the_corner_of_what_a_cropped_page_shows():
    def page(canvas: Canvas) -> None:
        canvas.setCropBox((80, 40, WIDTH, HEIGHT - 60))
        prose("边上的字", left=20)(canvas)
        table(FIGURES)(canvas)

    document = read(drawn(page))
    (grid,) = grids(document)
    box = grid.at(0, 0).provenance.box
    assert box is not None
    assert (round(box.left), round(box.top)) == (10, 40)
    assert paragraphs(document) == []


def test_it_reads_text_drawn_twice_once():
    def page(canvas: Canvas) -> None:
        for left in (90.0, 90.4):
            canvas.drawString(left, 700, "总体情况11")
        for number, character in enumerate("分开画的字"):
            canvas.drawString(90 + 12 * number, 650, character)
        for number, character in enumerate("分开画的字"):
            canvas.drawString(90.5 + 12 * number, 650.3, character)

    assert paragraphs(read(drawn(page))) == ["总体情况11", "分开画的字"]


def test_it_leaves_the_marks_of_notes_out_of_figures():
    def page(canvas: Canvas) -> None:
        table(drawing.parse("| 新收 | 总计 |"))(canvas)
        canvas.drawString(250, HEIGHT - 116, "3")
        canvas.setFont(FONT, 7)
        canvas.drawString(256.7, HEIGHT - 111.5, "4")

    (grid,) = grids(read(drawn(page)))
    assert [cell.text for cell in grid.cells] == ["新收", "总计 3"]


def test_it_keeps_the_raised_figure_of_a_unit():
    def page(canvas: Canvas) -> None:
        canvas.drawString(90, 700, "120 m")
        canvas.setFont(FONT, 7)
        canvas.drawString(90 + canvas.stringWidth("120 m", FONT, 12), 704.5, "2")

    assert paragraphs(read(drawn(page))) == ["120 m²"]


def test_it_keeps_figures_of_narrow_cells_apart():
    def page(canvas: Canvas) -> None:
        for top in (100, 120, 140):
            canvas.line(90, HEIGHT - top, 190, HEIGHT - top)
        for number in range(11):
            canvas.line(90 + 10 * number, HEIGHT - 100, 90 + 10 * number, HEIGHT - 140)
        for row in range(2):
            for column in range(10):
                canvas.drawString(91.5 + 10 * column, HEIGHT - 115 - 20 * row, str((row + column) % 10))

    (grid,) = grids(read(drawn(page)))
    assert [cell.text for cell in grid.cells] == [
        str((row + column) % 10) for row in range(2) for column in range(10)
    ]


def test_it_keeps_a_figure_that_runs_on_over_its_ruling_whole():
    def page(canvas: Canvas) -> None:
        table(drawing.parse("| 新收 |  | 0 |\n| 总计 | 3 | 0 |"), width=50)(canvas)
        canvas.drawString(143, HEIGHT - 116, "96637115")

    (grid,) = grids(read(drawn(page)))
    assert [cell.text for cell in grid.cells] == ["新收", "96637115", "0", "总计", "3", "0"]


@pytest.mark.parametrize(
    "style", ["lines", "rectangles", "one path", "bold", "open-sided", "form", "cropped"]
)
def test_it_has_a_second_reading_that_agrees_with_the_first(style: str):
    data = draw(invent(5, edition="2021"), style=style)
    for page in pdf._pages(data, None):
        opinion = pdf_second.read(data, page.number, None)
        assert opinion is not None
        second = pdf_page.apart_of(*opinion, page.number)
        assert [drawing.draw(f.grid) for f in second.filled] == [
            drawing.draw(f.grid) for f in page.apart.filled
        ]


def test_it_reports_a_text_that_stands_across_two_cells():
    def page(canvas: Canvas) -> None:
        table(FIGURES)(canvas)
        canvas.setFont(FONT, 40)
        canvas.drawString(170, HEIGHT - 150, "章")

    document = read(drawn(page))
    assert "reading.lost_text" in codes(document)


def whole_page_image(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("L", (60, 80), 200)), 0, 0, WIDTH, HEIGHT)


def hidden(text: str) -> Callable[[Canvas], None]:
    def page(canvas: Canvas) -> None:
        line = canvas.beginText(90, 700)
        line.setFont(FONT, 12)
        line.setTextRenderMode(3)
        line.textOut(text)
        canvas.drawText(line)

    return page


def test_it_takes_the_hidden_text_over_an_image_for_recognised():
    document = read(drawn(both(whole_page_image, hidden("政府信息公开"))))
    (block,) = document.blocks
    assert isinstance(block, Paragraph)
    assert (block.text, block.provenance.how) == ("政府信息公开", "recognised")
    assert block.confidence < 1
    assert "reading.recognised" in codes(document)


def test_it_takes_the_text_under_an_image_for_recognised():
    document = read(drawn(both(prose("政府信息公开"), whole_page_image)))
    assert document.blocks[0].provenance.how == "recognised"


def test_it_takes_the_text_over_a_background_for_printed():
    document = read(
        drawn(
            both(
                whole_page_image,
                prose("本局公开信息若干条，其中动态若干条、通知若干条，群众满意，明年再来。"),
            )
        )
    )
    assert document.blocks[0].provenance.how == "read"
    assert document.findings == ()


def test_it_names_the_pages_that_are_images():
    document = read(drawn(prose("本局公开信息若干条。"), whole_page_image))
    (finding,) = document.findings
    assert (finding.code, finding.at) == ("reading.needs_ocr", ("page 2",))


def test_it_drops_text_whose_character_map_is_broken():
    broken = "".join(chr(0xE000 + number) for number in range(40))
    document = read(drawn(prose(broken), prose("好的一页。")))
    (finding,) = document.findings
    assert (finding.code, finding.at) == ("reading.needs_ocr", ("page 1",))
    assert paragraphs(document) == ["好的一页。"]


def test_it_says_nothing_of_a_blank_page():
    document = read(drawn(lambda canvas: None, prose("字")))
    assert document.source.pages == 2
    assert document.findings == ()


def test_it_gives_every_block_and_cell_its_page_and_box():
    document = read(drawn(prose("字"), both(table(FIGURES), prose("又一段", top=300))))
    for block in document.blocks:
        assert block.provenance.box is not None
        for item in block.cells if isinstance(block, Grid) else (block,):
            assert item.provenance.page == block.provenance.page
            assert item.provenance.box is not None


def test_it_opens_a_file_that_only_its_owner_may_change():
    protected = drawn(prose("字"), encrypt=StandardEncryption("", ownerPassword="owner"))
    assert paragraphs(read(protected)) == ["字"]


def test_it_says_that_a_password_is_needed():
    protected = drawn(prose("字"), encrypt=StandardEncryption("user", ownerPassword="owner"))
    with pytest.raises(UnreadableFile, match="--password"):
        read(protected)
    with pytest.raises(UnreadableFile, match="wrong"):
        read(protected, password="密码")
    assert paragraphs(read(protected, password="user")) == ["字"]


def test_it_refuses_a_file_that_ends_early():
    whole = drawn(prose(*["一行文字"] * 30))
    for share in (0.3, 0.6, 0.97):
        with pytest.raises(UnreadableFile, match="end is missing"):
            read(whole[: int(len(whole) * share)])


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n%%EOF", bytes(range(256)) * 40 + b"%%EOF"])
def test_it_refuses_what_is_no_pdf(data: bytes):
    with pytest.raises(UnreadableFile):
        read(data)


def test_it_ends_in_a_document_or_an_error_whatever_byte_is_damaged():
    whole = drawn(both(table(FIGURES), prose("字", top=300)), pageCompression=0)
    for place in range(0, len(whole), 23):
        damaged = bytearray(whole)
        damaged[place] ^= 0x15
        try:
            read(bytes(damaged))
        except (UnreadableFile, LimitExceeded):
            continue


def test_it_refuses_three_thousand_pages():
    with pytest.raises(LimitExceeded, match="3,000 pages"):
        read(drawn(*[lambda canvas: None] * 3000))


def test_it_ends_quickly_on_a_hundred_thousand_lines():
    def page(canvas: Canvas) -> None:
        for number in range(50_000):
            x, y = number * 7919 % 595, number * 104_729 % 842
            canvas.line(x, y, x + 150, y)
            canvas.line(x, y, x, y + 150)

    data = drawn(page)
    start = time.process_time()
    read(data)
    assert time.process_time() - start < 20


def test_it_refuses_forms_nested_too_deep():
    def page(canvas: Canvas) -> None:
        canvas.beginForm("form0")
        canvas.line(0, 0, 100, 0)
        canvas.endForm()
        for number in range(1, 25):
            canvas.beginForm(f"form{number}")
            canvas.doForm(f"form{number - 1}")
            canvas.endForm()
        canvas.doForm("form24")

    with pytest.raises(LimitExceeded, match="nested deeper"):
        read(drawn(page))


def test_it_refuses_a_form_that_draws_itself():
    def page(canvas: Canvas) -> None:
        canvas.beginForm("other")
        canvas.drawString(0, 0, "b")
        canvas.endForm()
        canvas.beginForm("form0")
        canvas.doForm("other")
        canvas.endForm()
        canvas.doForm("form0")
        canvas.drawString(90, 700, "page")

    data = drawn(page, pageCompression=0)
    own = re.search(rb"/FormXob.form0 (\d+ 0 R)", data)
    assert own is not None
    itself = re.sub(rb"/FormXob.other \d+ 0 R", b"/FormXob.other " + own[1], data)
    assert len(itself) == len(data)
    with pytest.raises(LimitExceeded, match="nested deeper"):
        read(itself)


def test_it_refuses_more_characters_than_a_page_can_hold():
    def page(canvas: Canvas) -> None:
        canvas.setFont(FONT, 1)
        for number in range(400):
            canvas.drawString(20, 20 + 2 * number, "1234567890" * 30)

    with pytest.raises(LimitExceeded, match="characters"):
        read(drawn(page))


def test_it_gives_the_same_for_the_same_bytes():
    data = draw(invent(4), style="lines")
    assert read(data) == read(data)


def test_it_tells_that_a_file_holds_a_second_report():
    writer = Writer(STYLES["lines"], Random(7))
    writer.fill(invent(31))
    writer.fill(invent(32))
    writer.canvas.save()
    trust = normalize(read(writer.buffer.getvalue())).trust
    assert trust.status == "review"
    assert "structure.second_report" in {reason.code for reason in trust.reasons}
