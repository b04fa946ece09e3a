"""A row that a page's end cut in half is whole again, or in doubt; never its first half alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

import drawing
from converters.pdf_overleaf import join
from converters.rulings import Filled, Word
from document import Box, Cell, Grid, Provenance, Reading

SIZE, WIDTH, ROW = 10.0, 46.0, 40.0


def filled(text: str) -> Filled:
    """A drawn grid in columns of four characters and a stub of eight, its lines where they are printed."""
    grid = drawing.parse(text)
    cells = tuple(set_in_box(cell) for cell in grid.cells)
    return Filled(
        grid=Grid(row_count=grid.row_count, column_count=grid.column_count, cells=cells),
        words=tuple(tuple(words_of(cell)) for cell in cells),
        padding=2.0,
    )


def side(column: int) -> float:
    return column * WIDTH + (4 * SIZE if column else 0)


def set_in_box(cell: Cell) -> Cell:
    box = Box(
        left=side(cell.column),
        top=cell.row * ROW,
        right=side(cell.column + cell.column_span),
        bottom=(cell.row + cell.row_span) * ROW,
    )
    return Cell(
        row=cell.row,
        column=cell.column,
        row_span=cell.row_span,
        column_span=cell.column_span,
        text=cell.text,
        provenance=Provenance(page=1, box=box),
    )


def words_of(cell: Cell) -> list[Word]:
    box = cell.provenance.box
    lines = cell.text.split("\n") if cell.text else []
    return [
        Word(
            text=line,
            box=Box(
                left=box.left + 2,
                top=box.top + 12 * number,
                right=box.left + 2 + SIZE * len(line),
                bottom=box.top + 12 * number + SIZE,
            ),
        )
        for number, line in enumerate(lines)
    ]


def scanned(part: Filled, *, across: float = 0.0, share: float = 1.0, engines: str = "ab") -> Filled:
    """The same grid as scans give it, so far from where it stood and so much wider, read by some engines."""
    cells = []
    for number, cell in enumerate(part.grid.cells):
        box = cell.provenance.box
        assert box is not None
        moved = replace(box, left=box.left * share + across, right=box.right * share + across)
        sure = 0.99 - number / 100
        readings = tuple(Reading(engine=engine, text=cell.text, confidence=sure) for engine in engines)
        provenance = replace(cell.provenance, box=moved, how="recognised")
        cells.append(replace(cell, provenance=provenance, confidence=sure, readings=readings))
    return replace(part, grid=replace(part.grid, cells=tuple(cells)))


def drawn(part: Filled | None) -> str:
    return "" if part is None else drawing.draw(part.grid)


def same(text: str) -> str:
    return drawing.draw(drawing.parse(text))


def test_it_joins_a_figure_whose_first_half_fills_its_cell():
    upper, lower = join(filled("| 新收 | 4125 | 3 |"), filled("|  | 643 |  |\n| 结转 | 0 | 1 |"))
    assert drawn(upper) == same("| 新收 | 4125643 | 3 |")
    assert drawn(lower) == same("| 结转 | 0 | 1 |")


@pytest.mark.parametrize(("across", "share"), [(14.0, 1.0), (-9.0, 1.0), (14.0, 1.03)])
def test_it_joins_pages_that_lay_elsewhere_on_the_glass(across, share):
    above, below = filled("| 新收 | 4125 | 3 |"), filled("|  | 643 |  |\n| 结转 | 0 | 1 |")
    upper, lower = join(scanned(above), scanned(below, across=across, share=share))
    assert drawn(upper) == same("| 新收 | 4125643 | 3 |")
    assert drawn(lower) == same("| 结转 | 0 | 1 |")


def test_it_leaves_scanned_tables_of_other_widths_alone():
    above, below = scanned(filled("| 新收 | 4125 | 3 |")), scanned(filled("|  | 643 |  |"), share=1.2)
    assert join(above, below) == (above, below)


def test_it_leaves_stored_tables_that_stand_elsewhere_alone():
    above, below = filled("| 新收 | 4125 | 3 |"), scanned(filled("|  | 643 |  |"), across=14.0)
    assert join(above, below) == (above, below)


def test_a_figure_made_whole_is_as_sure_as_its_less_sure_half_and_has_its_readings_whole():
    upper, _ = join(scanned(filled("| 新收 | 4125 | 3 |")), scanned(filled("|  | 643 |  |")))
    cell = upper.grid.cells[1]
    assert (cell.text, cell.confidence) == ("4125643", 0.98)
    assert [(one.engine, one.text) for one in cell.readings] == [("a", "4125643"), ("b", "4125643")]


def test_a_reading_of_one_half_alone_is_none_of_the_whole():
    upper, _ = join(scanned(filled("| 新收 | 4125 | 3 |")), scanned(filled("|  | 643 |  |"), engines="b"))
    assert [(one.engine, one.text) for one in upper.grid.cells[1].readings] == [("b", "4125643")]


def test_it_leaves_nothing_of_a_grid_that_was_only_the_rest():
    upper, lower = join(filled("| 新收 | 4125 | 3 |"), filled("|  | 643 |  |"))
    assert (drawn(upper), lower) == (same("| 新收 | 4125643 | 3 |"), None)


def test_it_keeps_halves_apart_that_are_not_surely_one_figure():
    upper, _ = join(filled("| 新收 | 41 | 3 |"), filled("|  | 643 |  |\n| 结转 | 0 | 1 |"))
    assert drawn(upper) == same(r"| 新收 | 41\n643 | 3 |")


def test_it_joins_a_label_whose_first_half_fills_its_cell():
    upper, _ = join(filled("| 一、本年新收申请 | 4125 |"), filled("| 数量 | 0 |\n| 结转 | 0 |"))
    assert drawn(upper) == same(r"| 一、本年新收申请\n数量 | 41250 |")


def test_it_joins_the_one_row_of_a_table_without_labels():
    upper, lower = join(filled("| 44444444 | 1 | 4125 |"), filled("|  |  | 0 |"))
    assert (drawn(upper), lower) == (same("| 44444444 | 1 | 41250 |"), None)


@pytest.mark.parametrize(
    "below",
    [
        "| 二、结转 | 5 | 6 |",
        "| 结转 | 5 | 6 |",
        "| 新收 | 本年 | 总计 |",
    ],
)
def test_it_leaves_a_row_with_its_own_label_alone(below: str):
    above = filled("| 新收 | 4125 | 3 |")
    assert join(above, filled(below))[0] == above


def test_it_leaves_figures_under_a_head_alone():
    above, below = filled("| 结果维持 | 结果纠正 | 总计 |"), filled("| 1 | 0 | 1 |")
    assert join(above, below) == (above, below)


def test_it_leaves_grids_of_other_columns_alone():
    above, below = filled("| 新收 | 4125 | 3 |"), filled("| 结转 | < | 643 |")
    assert join(above, below) == (above, below)


def test_it_asks_for_a_full_line_where_notes_stand_below():
    above, below = filled("| 新收 | 41 | 3 |"), filled("|  | 643 |  |\n| 结转 | 0 | 1 |")
    assert join(above, below, is_noted=True) == (above, below)


def test_it_joins_a_group_whose_label_goes_on_beside_whole_rows():
    upper, lower = join(
        filled("| 三、本年度办理结 | 许可 | 4 |"), filled("| 果 | 2.处罚 | 5 |\n| ^ | 3.强制 | 6 |")
    )
    assert drawn(upper) == same(r"| 三、本年度办理结\n果 | 许可 | 4 |")
    assert drawn(lower) == same("|  | 2.处罚 | 5 |\n| ^ | 3.强制 | 6 |")


def test_it_joins_a_label_broken_before_a_character_that_keeps_its_mark():
    upper, _ = join(filled("| 一、部分公开处 | 4125 |"), filled("| 理，只计 | 0 |\n| 结转 | 0 |"))
    assert drawn(upper) == same(r"| 一、部分公开处\n理，只计 | 41250 |")


def test_it_joins_the_cells_that_went_overleaf_whole():
    upper, lower = join(filled("| 44444444 |  | 52 |"), filled("|  | 14 |  |"))
    assert (drawn(upper), lower) == (same("| 44444444 | 14 | 52 |"), None)


def test_it_joins_a_label_that_begins_with_what_no_label_begins_with():
    upper, _ = join(filled("| 5 | 41 | 3 |"), filled("| .属于三类 |  |  |\n| 结转 | 0 | 1 |"))
    assert drawn(upper) == same(r"| 5\n.属于三类 | 41 | 3 |")


def test_it_doubts_a_full_figure_over_another_beside_a_label_that_proves_nothing():
    upper, lower = join(filled("| 新收 | 4125 | 3 |"), filled("| 结转 | 643 |  |"))
    assert drawn(upper) == same(r"| 新收 | 4125\n643 | 3 |")
    assert drawn(lower) == same("| 结转 | 643 |  |")


def test_it_joins_a_boxhead_cut_within_its_rows():
    upper, lower = join(filled("| 项目 | 社会 | 上年总共 |"), filled("|  |  | 合计 |\n| 新收 | 3 | 4 |"))
    assert drawn(upper) == same(r"| 项目 | 社会 | 上年总共\n合计 |")
    assert drawn(lower) == same("| 新收 | 3 | 4 |")


def test_it_joins_a_head_whose_text_stands_overleaf_alone():
    upper, lower = join(
        filled("|  | 申请人情况 | < |"), filled("| 勾稽关系 | 自然人 | 总计 |\n| ^ | 1 | 2 |")
    )
    assert drawn(upper) == same("| 勾稽关系 | 申请人情况 | < |")
    assert drawn(lower) == same("|  | 自然人 | 总计 |\n| ^ | 1 | 2 |")


def test_it_leaves_a_group_that_begins_overleaf_alone():
    above = filled("|  | 8.属于查询 |  |")
    below = filled("| （四）无法提供 | 1.本机关 |  |\n| ^ | 2.没有现成 |  |")
    assert join(above, below) == (above, below)


def test_it_joins_a_numbered_label_where_the_figures_show_that_it_goes_on():
    upper, lower = join(filled("| （七）总 | 5 | 6 | 7 |"), filled("| 计 |  |  |  |\n| 结转 | 0 | 0 | 0 |"))
    assert drawn(upper) == same(r"| （七）总\n计 | 5 | 6 | 7 |")
    assert drawn(lower) == same("| 结转 | 0 | 0 | 0 |")


def test_it_joins_a_numbered_label_where_blanks_stand_beside_its_figures():
    upper, lower = join(filled("| （七）总 | 5 |  |  |"), filled("| 计 |  |  |  |\n| 结转 |  |  | 1 |"))
    assert drawn(upper) == same(r"| （七）总\n计 | 5 |  |  |")
    assert drawn(lower) == same("| 结转 |  |  | 1 |")


def test_it_leaves_a_row_without_figures_under_a_label_without_a_number():
    above, below = filled("| 行政处罚 | 5 | 6 |"), filled("| 行政强制 |  |  |")
    assert join(above, below) == (above, below)


def test_it_joins_a_ragged_row_whose_margins_are_blank():
    upper, lower = join(filled("|  | 4444 | 1 |"), filled("|  | 3 |  |"))
    assert (drawn(upper), lower) == (same("|  | 44443 | 1 |"), None)
