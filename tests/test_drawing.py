from __future__ import annotations

import pytest
from hypothesis import given

from document import Cell, Grid, Paragraph, Strip
from drawing import draw, draw_strip, parse, to_markdown, to_text, width
from tests.strategies import grids

HEAD = """
| 项目 | 申请人情况 | <    |
| ^    | 自然人     | 总计 |
| 新收 | 3          | 4    |
"""


def grid(*cells: Cell, rows: int, columns: int) -> Grid:
    return Grid(row_count=rows, column_count=columns, cells=cells)


@given(grids())
def test_it_parses_what_it_draws(found: Grid) -> None:
    assert parse(draw(found)) == found


@given(grids())
def test_it_draws_every_row_on_one_line(found: Grid) -> None:
    lines = draw(found).splitlines()
    assert len(lines) == (found.row_count if found.cells else 1)


@given(grids())
def test_its_readings_for_people_have_a_line_a_row(found: Grid) -> None:
    if found.cells:
        assert len(to_text(found).split("\n")) == found.row_count
        assert len(to_markdown(found).split("\n")) == found.row_count + 1


def test_it_reads_spans_from_their_marks() -> None:
    found = parse(HEAD)
    assert found.at(1, 0) == found.at(0, 0) == Cell(row=0, column=0, row_span=2, text="项目")
    assert found.at(0, 2) == Cell(row=0, column=1, column_span=2, text="申请人情况")


def test_it_aligns_wide_characters() -> None:
    assert draw(parse(HEAD)) == HEAD.strip()
    assert {width(line) for line in HEAD.strip().splitlines()} == {28}


def test_it_keeps_every_lower_row_of_a_span_apart_from_a_joined_cell() -> None:
    block = grid(Cell(row=0, column=0, row_span=2, column_span=2, text="合"), rows=2, columns=2)
    assert draw(block) == "| 合 | < |\n| ^  | ^ |"


@pytest.mark.parametrize(
    "text", ["<", "^", "a|b", "a\\nb", "a\nb", " ", " a ", "\\", "\x0b", "\u2028", "\u3000"]
)
def test_it_escapes_texts_that_look_like_its_own_marks(text: str) -> None:
    one = grid(Cell(row=0, column=0, text=text), rows=1, columns=1)
    assert parse(draw(one)) == one
    assert len(draw(one).splitlines()) == 1


@pytest.mark.parametrize(
    ("drawing", "complaint"),
    [
        ("| < |", "joins nothing"),
        ("| ^ |", "joins nothing"),
        ("| a |\n| a | b |", "different length"),
        ("| a | < |\n| ^ | b |", "overlaps"),
        ("| a | b |\n| ^ | < |", "joins nothing"),
        ("a | b", "not a drawn row"),
        ("| a | b", "not a drawn row"),
    ],
)
def test_it_refuses_what_is_no_drawing(drawing: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse(drawing)


def test_it_draws_a_grid_without_cells_as_its_size() -> None:
    assert draw(grid(rows=0, columns=3)) == "(0 x 3)"
    assert parse("(0 x 3)") == grid(rows=0, columns=3)


def test_it_leaves_the_rest_of_a_span_blank_in_markdown() -> None:
    assert to_markdown(parse(HEAD)).splitlines() == [
        "| 项目 | 申请人情况 |      |",
        "|------|------------|------|",
        "|      | 自然人     | 总计 |",
        "| 新收 | 3          | 4    |",
    ]


def test_it_gives_a_span_the_room_of_its_columns_in_aligned_text() -> None:
    assert to_text(parse(HEAD)).splitlines() == [
        "项目 | 申请人情况",
        "     | 自然人 | 总计",
        "新收 | 3      | 4",
    ]


def test_it_draws_a_strip_with_the_rows_that_survived() -> None:
    texts = ("新收", "3", "", "结转", "0")
    strip = Strip(cells=tuple(Paragraph(text=text) for text in texts), breaks=(3,))
    assert draw_strip(strip) == "   0  新收 ¦ 3 ¦ ·\n   3  结转 ¦ 0"
