"""A table broken over pages becomes one grid again; two tables stay two."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from document import Box, Cell, Grid, Paragraph, Provenance
from drawing import parse
from normalize.stitching import join, stitch
from standards import EDITIONS, load
from tests.normalize.forms import assert_same, grid_of, texts

WHOLE = parse("""
| 项目 | 申请人情况 | <    |
| ^    | 自然人     | 总计 |
| 新收 | 3          | 4    |
| 结转 | 0          | 1    |
""")
TOP = parse("""
| 项目 | 申请人情况 | <    |
| ^    | 自然人     | 总计 |
| 新收 | 3          | 4    |
""")
REST = parse("| 结转 | 0 | 1 |")
REST_WITH_HEAD = parse("""
| 项目 | 申请人情况 | <    |
| ^    | 自然人     | 总计 |
| 结转 | 0          | 1    |
""")


def only(blocks):
    (block,) = blocks
    return block


@pytest.mark.parametrize("rest", [REST, REST_WITH_HEAD])
def test_it_joins_a_continuation_and_drops_a_repeated_head(rest):
    assert_same(only(stitch((TOP, rest))), WHOLE)


@pytest.mark.parametrize("between", ["— 1 —", "", "第 2 页 共 6 页", "　"])
def test_page_furniture_does_not_keep_the_pieces_apart(between):
    grid, left = stitch((TOP, Paragraph(text=between), REST))
    assert_same(grid, WHOLE)
    assert left == Paragraph(text=between)


def test_running_text_keeps_two_tables_apart():
    blocks = (TOP, Paragraph(text="四、政府信息公开行政复议、行政诉讼情况"), REST)
    assert stitch(blocks) == blocks


def test_another_number_of_columns_keeps_two_tables_apart():
    blocks = (TOP, parse("| 结转 | 0 |"))
    assert stitch(blocks) == blocks


def test_three_pieces_become_one():
    first, second = parse("| 新收 | 3 | 4 |"), parse("| 结转 | 0 | 1 |")
    joined = only(stitch((first, second, parse("| 总计 | 3 | 5 |"))))
    assert_same(joined, parse("| 新收 | 3 | 4 |\n| 结转 | 0 | 1 |\n| 总计 | 3 | 5 |"))


def test_equal_rows_of_figures_are_no_repeated_head():
    zeros = parse("| 新收 | 0 | 0 |")
    assert_same(
        join(zeros, parse("| 新收 | 0 | 0 |\n| 结转 | 0 | 1 |")),
        parse("| 新收 | 0 | 0 |\n| 新收 | 0 | 0 |\n| 结转 | 0 | 1 |"),
    )


def test_a_head_that_spans_into_the_rows_is_not_cut():
    lower = parse("""
    | 项目 | 申请人情况 | <    |
    | ^    | 5          | 6    |
    """)
    upper = parse("""
    | 项目 | 申请人情况 | <    |
    | 新收 | 3          | 4    |
    """)
    assert join(upper, lower).row_count == 4


def split(grid: Grid, row: int) -> tuple[Grid, Grid] | None:
    """Return a grid cut above a row as word processors cut it; None where a span crosses the cut."""
    if any(cell.row < row < cell.row + cell.row_span for cell in grid.cells):
        return None
    upper = tuple(cell for cell in grid.cells if cell.row < row)
    lower = tuple(
        Cell(
            row=cell.row - row,
            column=cell.column,
            row_span=cell.row_span,
            column_span=cell.column_span,
            text=cell.text,
        )
        for cell in grid.cells
        if cell.row >= row
    )
    return (
        Grid(row_count=row, column_count=grid.column_count, cells=upper),
        Grid(row_count=grid.row_count - row, column_count=grid.column_count, cells=lower),
    )


@given(st.sampled_from(EDITIONS), st.sampled_from(["proactive", "requests", "disputes"]), st.integers(1, 40))
def test_a_form_cut_between_any_two_rows_is_whole_again(edition, table, row):
    grid = grid_of(load(edition).table(table), texts(edition))
    pieces = split(grid, row) if row < grid.row_count else None
    if pieces:
        assert_same(only(stitch(pieces)), grid)


def placed(grid: Grid, page: int, sides: list[float]) -> Grid:
    """Return a grid whose cells stand between some sides of a page."""
    cells = tuple(
        replace(
            cell,
            provenance=Provenance(
                page=page,
                box=Box(
                    left=sides[cell.column],
                    top=cell.row * 20,
                    right=sides[cell.column + cell.column_span],
                    bottom=(cell.row + cell.row_span) * 20,
                ),
            ),
        )
        for cell in grid.cells
    )
    return replace(grid, cells=cells, provenance=Provenance(page=page))


def test_boxes_prove_the_columns_of_a_piece_that_has_more_of_them():
    upper = placed(parse("| 项目 | 自然人 | 总计 |\n| 新收 | 3 | 4 |"), 1, [50, 150, 200, 250])
    lower = placed(parse("| 三、结果 | 予以公开 | 2 | 5 |"), 2, [50, 100, 150.3, 199.8, 250])
    assert_same(
        only(stitch((upper, lower))),
        parse("""
        | 项目     | <        | 自然人 | 总计 |
        | 新收     | <        | 3      | 4    |
        | 三、结果 | 予以公开 | 2      | 5    |
        """),
    )


@pytest.mark.parametrize(
    ("page", "sides"),
    [(2, [50, 100, 150, 200, 300]), (2, [50, 100, 144, 200, 250]), (1, [50, 100, 150, 200, 250])],
)
def test_pieces_whose_columns_no_boxes_prove_stay_two(page, sides):
    upper = placed(parse("| 新收 | 3 | 4 |"), 1, [50, 150, 200, 250])
    lower = placed(parse("| 三、结果 | 予以公开 | 2 | 5 |"), page, sides)
    assert stitch((upper, lower)) == (upper, lower)


def test_a_group_that_goes_on_overleaf_is_one_cell():
    upper = parse("| 三、结果 | 予以公开 | 2 |")
    lower = parse("|  | 部分公开 | 5 |\n| ^ | 不予公开 | 6 |")
    assert_same(
        join(upper, lower),
        parse("| 三、结果 | 予以公开 | 2 |\n| ^ | 部分公开 | 5 |\n| ^ | 不予公开 | 6 |"),
    )


def test_a_group_that_one_row_goes_on_overleaf_is_one_cell():
    upper, lower = parse("| 三、结果 | 予以公开 | 2 |"), parse("|  | 部分公开 | 5 |")
    assert_same(join(upper, lower), parse("| 三、结果 | 予以公开 | 2 |\n| ^ | 部分公开 | 5 |"))


def test_a_blank_under_a_head_is_no_part_of_it():
    upper, lower = parse("| 项目 | 数量 |"), parse("| 新收 |  |")
    assert_same(join(upper, lower), parse("| 项目 | 数量 |\n| 新收 |  |"))


def on_its_side(grid: Grid) -> Grid:
    """Return a placed grid as a page shows it that is turned a quarter clockwise."""
    cells = []
    for cell in grid.cells:
        box = cell.provenance.box
        turned = Box(left=800 - box.bottom, top=box.left, right=800 - box.top, bottom=box.right)
        cells.append(replace(cell, provenance=replace(cell.provenance, box=turned)))
    return replace(grid, cells=tuple(cells))


def test_boxes_prove_the_columns_of_tables_on_their_side():
    upper = placed(parse("| 项目 | 自然人 | 总计 |\n| 新收 | 3 | 4 |"), 1, [50, 150, 200, 250])
    lower = placed(parse("| 三、结果 | 予以公开 | 2 | 5 |"), 2, [50, 100, 150, 200, 250])
    joined = only(stitch((on_its_side(upper), on_its_side(lower))))
    assert_same(joined, only(stitch((upper, lower))))


@pytest.mark.parametrize(("shift", "pieces"), [(5, 1), (40, 2)])
def test_columns_inferred_from_gaps_are_common_only_at_one_place(shift, pieces):
    def inferred(text: str, page: int, sides: list[float]) -> Grid:
        grid = placed(parse(text), page, sides)
        return replace(grid, provenance=replace(grid.provenance, how="inferred"))

    upper = inferred("| 新收 | 3 | 4 |", 1, [50, 150, 200, 250])
    lower = inferred("| 结转 | 2 | 5 |", 2, [50, 150 - shift, 200, 250])
    assert len(stitch((upper, lower))) == pieces


@pytest.mark.parametrize(("shift", "pieces"), [(0, 1), (20, 2)])
def test_the_upper_half_of_a_boxhead_goes_on_where_all_its_sides_do(shift, pieces):
    def inferred(text: str, page: int, sides: list[float]) -> Grid:
        grid = placed(parse(text), page, sides)
        return replace(grid, provenance=replace(grid.provenance, how="inferred"))

    upper = inferred("| 行政复议 | 行政诉讼 |", 1, [50, 150 + shift, 250])
    lower = inferred("| 维持 | 纠正 | 维持 | 纠正 |", 2, [50, 100, 150, 200, 250])
    assert len(stitch((upper, lower))) == pieces
