"""Column heads prove the columns they stand over, and nothing else."""

from __future__ import annotations

from drawing import parse
from normalize.alignment import column_extents, has_spans, places_in_row
from normalize.reading import read

WIDE = parse("""
| 项目 | 申请人情况 | <    | <      | <    |
| ^    | 自然人     | <    | 其他   | 总计 |
| 新收 | 3          | <    | 4      | 7    |
| 结转 | 1          | 2    |        | 3    |
| 合并 | 5          | <    | <      | <    |
| 备注 | <          | <    | <      | 8    |
""")
COLUMNS = [(1, 3), (3, 4), (4, 5)]


def heads(grid, *labels):
    found = read((grid,))
    return [[text for text in found if text.text == label] for label in labels]


def row(grid, number):
    return [text for text in read((grid,)) if text.row == number and text.cell.column]


def shown(places):
    return {number: text.text for number, text in places.shown.items()}


def test_a_head_proves_the_columns_that_its_cell_covers():
    assert column_extents(heads(WIDE, "自然人", "其他", "总计"), WIDE) == COLUMNS


def test_a_missing_head_proves_nothing():
    assert column_extents(heads(WIDE, "自然人", "科研机构", "总计"), WIDE) is None


def test_heads_in_another_order_prove_the_columns_they_stand_over():
    assert column_extents(heads(WIDE, "其他", "自然人", "总计"), WIDE) == [(3, 4), (1, 3), (4, 5)]


def test_two_heads_over_one_column_prove_nothing():
    assert column_extents(heads(WIDE, "申请人情况", "自然人"), WIDE) is None


def test_heads_of_another_grid_prove_nothing():
    other = parse("| 自然人 | 其他 | 总计 |")
    assert column_extents(heads(WIDE, "自然人", "其他", "总计"), other) is None


def test_a_figure_belongs_to_the_column_it_lies_under():
    places = places_in_row(row(WIDE, 2), COLUMNS)
    assert shown(places) == {0: "3", 1: "4", 2: "7"}
    assert not places.crowded
    assert not places.outside


def test_two_figures_under_one_head_are_crowded_and_a_blank_is_shown():
    places = places_in_row(row(WIDE, 3), COLUMNS)
    assert places.crowded
    assert shown(places)[1] == ""
    assert shown(places)[2] == "3"


def test_a_figure_across_columns_belongs_to_none_of_them():
    places = places_in_row(row(WIDE, 4), COLUMNS)
    assert places.merged == (0, 1, 2)
    assert shown(places) == {}


def test_a_column_without_a_cell_of_its_own_is_not_shown():
    places = places_in_row(row(WIDE, 5), COLUMNS)
    assert shown(places) == {2: "8"}


def test_a_figure_beside_the_columns_is_outside():
    places = places_in_row(row(WIDE, 2), [(1, 3), (3, 4)])
    assert [text.text for text in places.outside] == ["7"]


def test_a_figure_over_two_rows_belongs_to_neither():
    grid = parse("""
    | 项目 | 自然人 |
    | 新收 | 3      |
    | 结转 | ^      |
    """)
    assert places_in_row(row(grid, 1), [(1, 2)]).merged == (0,)


def test_only_merged_cells_make_spans():
    assert has_spans(WIDE)
    assert not has_spans(parse("| 项目 | 自然人 |"))
