from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given

import drawing
from converters.rulings import (
    Frame,
    Ruling,
    Word,
    cell,
    cross,
    fill,
    frames,
    join,
    snap,
    span,
    text_height,
)
from document import Box, Grid
from tests.strategies import grids

HEIGHT = 10.0
LEFT, TOP, WIDTH, ROW = 50.0, 80.0, 60.0, 24.0

FORM = """
| 项目 | 申请人情况 | <    | <    |
| ^    | 自然人     | 法人 | 总计 |
| 新收 | 3          | 4    | 7    |
| 办理 | <          | 0    | ^    |
"""


def across(y: float, start: float, stop: float) -> Ruling:
    return Ruling(horizontal=True, position=y, start=start, stop=stop)


def down(x: float, start: float, stop: float) -> Ruling:
    return Ruling(horizontal=False, position=x, start=start, stop=stop)


def word(text: str, left: float, top: float, size: float = HEIGHT) -> Word:
    return Word(text=text, box=Box(left=left, top=top, right=left + size * len(text), bottom=top + size))


def sides(grid: Grid, left: float = LEFT, top: float = TOP) -> list[Ruling]:
    """The four sides of every cell, each ruled by itself."""
    rulings = []
    for item in grid.cells:
        near, far = left + item.column * WIDTH, left + (item.column + item.column_span) * WIDTH
        low, high = top + item.row * ROW, top + (item.row + item.row_span) * ROW
        rulings += [
            across(low, near, far),
            across(high, near, far),
            down(near, low, high),
            down(far, low, high),
        ]
    return rulings


def texts(grid: Grid, left: float = LEFT, top: float = TOP) -> list[Word]:
    return [
        word(
            item.text,
            left + item.column * WIDTH + 3,
            top + item.row * ROW + 7,
            size=min(HEIGHT, 50 / len(item.text)),
        )
        for item in grid.cells
        if item.text
    ]


def found(rulings: list[Ruling], words: list[Word]) -> list[str]:
    return [drawing.draw(fill(frame, words, height=HEIGHT).grid) for frame in frames(rulings, HEIGHT)]


def pieces(ruling: Ruling, length: float, gap: float) -> Iterator[Ruling]:
    start = ruling.start
    while start < ruling.stop:
        yield replace(ruling, start=start, stop=min(start + length, ruling.stop))
        start += length + gap


FORM_GRID = drawing.parse(FORM)
FORM_DRAWN = drawing.draw(FORM_GRID)


def test_it_finds_spans_where_rulings_are_absent():
    assert found(sides(FORM_GRID), texts(FORM_GRID)) == [FORM_DRAWN]


def test_it_joins_dashes():
    dashed = [piece for ruling in sides(FORM_GRID) for piece in pieces(ruling, 3.0, 3.5)]
    assert found(dashed, texts(FORM_GRID)) == [FORM_DRAWN]


def test_it_takes_a_doubled_line_for_one():
    doubled = [
        replace(ruling, position=ruling.position + play)
        for ruling in sides(FORM_GRID)
        for play in (-1.2, 1.2)
    ]
    assert found(doubled, texts(FORM_GRID)) == [FORM_DRAWN]


def test_it_takes_lines_that_are_out_of_true_for_one():
    shaken = [
        replace(ruling, position=ruling.position + number % 5 * 0.5, start=ruling.start + number % 3)
        for number, ruling in enumerate(sides(FORM_GRID))
    ]
    assert found(shaken, texts(FORM_GRID)) == [FORM_DRAWN]


def test_it_completes_a_table_without_outer_sides():
    right = LEFT + 4 * WIDTH
    open_sided = [r for r in sides(FORM_GRID) if r.horizontal or LEFT < r.position < right]
    assert found(open_sided, texts(FORM_GRID)) == [FORM_DRAWN]


def test_it_keeps_a_caption_across_an_open_sided_table():
    grid = drawing.parse(
        """
        | 第一项 | <    | <    |
        | 项目   | 数量 | 金额 |
        | 第五项 | <    | <    |
        | 许可   | 3    | 4    |
        """
    )
    right = LEFT + 3 * WIDTH
    open_sided = [r for r in sides(grid) if r.horizontal or LEFT < r.position < right]
    assert found(open_sided, texts(grid)) == [drawing.draw(grid)]


def test_it_completes_a_table_cut_off_by_the_end_of_the_page():
    lowest = TOP + 4 * ROW
    cut_off = [ruling for ruling in sides(FORM_GRID) if not ruling.horizontal or ruling.position < lowest]
    assert found(cut_off, texts(FORM_GRID)) == [FORM_DRAWN]


def test_it_keeps_tables_under_each_other_apart():
    below = TOP + 4 * ROW + 40
    rulings = sides(FORM_GRID) + sides(FORM_GRID, top=below)
    words = texts(FORM_GRID) + texts(FORM_GRID, top=below)
    assert found(rulings, words) == [FORM_DRAWN, FORM_DRAWN]


def test_it_finds_a_table_inside_a_cell_of_another():
    outer = drawing.parse("| 外 | < |\n| 内 | 外 |")
    rulings = [
        replace(r, position=r.position * 4, start=r.start * 4, stop=r.stop * 4) for r in sides(outer, 0, 0)
    ]
    inner = drawing.parse("| 1 | 2 |")
    boxes = [frame.box for frame in frames(rulings + sides(inner, 20, 110), HEIGHT)]
    assert [(box.left, box.right) for box in boxes] == [(0, 480), (20, 140)]


@pytest.mark.parametrize(
    "rulings",
    [
        [],
        [across(100, 50, 300)],
        [across(100, 50, 300), across(120, 50, 300)],
        [across(100, 50, 300), down(60, 20, 90)],
        [across(100, 50, 300), across(400, 50, 300), down(50, 100, 400), down(300, 100, 400)],
    ],
    ids=["nothing", "an underline", "two underlines", "lines apart", "a box around prose"],
)
def test_it_makes_no_grid_of(rulings: list[Ruling]):
    assert frames(rulings, HEIGHT) == ()


def test_it_drops_what_is_too_short_to_bound_a_cell():
    assert join([across(10, 0, 4), across(50, 0, 300)], HEIGHT) == (across(50, 0, 300),)


def test_it_moves_near_positions_to_their_mean_by_length():
    moved = snap([across(10, 0, 300), across(12, 0, 100), across(20, 0, 300)], HEIGHT)
    assert [round(ruling.position, 1) for ruling in moved] == [10.5, 10.5, 20.0]


def test_it_joins_only_pieces_of_one_line():
    joined = join([across(10, 0, 50), across(10, 53, 90), across(10, 120, 200), down(10, 0, 50)], HEIGHT)
    assert joined == (across(10, 0, 90), across(10, 120, 200), down(10, 0, 50))


def test_it_cuts_a_shape_that_is_no_rectangle_into_rectangles():
    rulings = [
        *(across(y, 0, 120) for y in (0, 48)),
        *(down(x, 0, 48) for x in (0, 120)),
        across(24, 60, 120),
        down(60, 24, 48),
    ]
    (frame,) = frames(rulings, HEIGHT)
    assert len(cell(frame)) == 2
    filled = fill(frame, [word("上", 30, 5), word("下", 80, 30)], height=HEIGHT)
    assert filled.is_torn
    assert filled.grid.at(1, 1).text == "下"
    assert len(filled.grid.cells) == 3


def test_it_tiles_the_layout_grid_whatever_the_groups_are():
    extents = span([[(0, 0), (0, 1), (1, 0)], [(1, 1)]])
    assert sum(extent.row_span * extent.column_span for extent in extents) == 4


def test_it_joins_the_lines_of_a_cell_in_reading_order():
    (frame,) = frames(sides(drawing.parse("| a | b |")), HEIGHT)
    words = [
        word("第二行", LEFT + 2, TOP + 12, 8),
        word("一行", LEFT + 10, TOP + 1, 8),
        word("第", LEFT + 2, TOP + 1, 8),
    ]
    assert fill(frame, words, height=HEIGHT).grid.at(0, 0).text == "第一行\n第二行"


def test_it_joins_characters_under_each_other_line_by_line():
    grid = drawing.parse("| a | b |\n| ^ | c |")
    (frame,) = frames(sides(grid), HEIGHT)
    words = [word(character, LEFT + 20, TOP + 2 + 11 * number) for number, character in enumerate("自然人")]
    assert fill(frame, words, height=HEIGHT).grid.at(0, 0).text == "自\n然\n人"


def test_it_parts_words_by_a_space_only_where_the_gap_is_one():
    (frame,) = frames(sides(drawing.parse("| a | b |")), HEIGHT)
    words = [word("总", LEFT + 2, TOP + 5), word("计", LEFT + 14, TOP + 5), word("数", LEFT + 36, TOP + 5)]
    assert fill(frame, words, height=HEIGHT).grid.at(0, 0).text == "总计 数"


def test_it_reports_a_word_that_no_cell_holds():
    (frame,) = frames(sides(drawing.parse("| a | b |")), HEIGHT)
    across_the_ruling = word("行政许可", LEFT + WIDTH - 22, TOP + 5)
    beside = word("外", LEFT - 7, TOP + 5)
    far = word("远", LEFT - 40, TOP + 5)
    filled = fill(frame, [across_the_ruling, beside, far], height=HEIGHT)
    assert filled.strays == (across_the_ruling, beside)


def test_it_gives_a_cell_the_least_confidence_of_its_words():
    (frame,) = frames(sides(drawing.parse("| a | b |")), HEIGHT)
    words = [
        word("1", LEFT + 2, TOP + 5),
        replace(word("2", LEFT + 20, TOP + 5), confidence=0.4, how="recognised"),
    ]
    found_cell = fill(frame, words, height=HEIGHT, page=3).grid.at(0, 0)
    assert found_cell.confidence == 0.4
    assert found_cell.provenance.how == "recognised"
    assert found_cell.provenance.page == 3
    assert found_cell.provenance.box == Box(left=LEFT, top=TOP, right=LEFT + WIDTH, bottom=TOP + ROW)


def test_it_measures_by_the_median_height_of_the_words():
    assert text_height([word("a", 0, 0, 8), word("b", 0, 0, 10), word("c", 0, 0, 40)]) == 10
    assert text_height([]) > 0


@given(grids())
def test_it_reads_back_the_layout_of_any_grid_it_is_ruled_from(grid: Grid):
    if grid.row_count * grid.column_count < 2:
        return
    rulings = sides(grid)
    drawn_rows = {r.position for r in rulings if r.horizontal}
    drawn_columns = {r.position for r in rulings if not r.horizontal}
    if len(drawn_rows) <= grid.row_count or len(drawn_columns) <= grid.column_count or len(grid.cells) < 2:
        return  # a row that no cell begins or ends at cannot be seen on paper
    (frame,) = frames(rulings, HEIGHT)
    extents = {(e.row, e.column, e.row_span, e.column_span) for e in span(cell(frame))}
    assert extents == {(c.row, c.column, c.row_span, c.column_span) for c in grid.cells}


def test_it_ends_quickly_on_a_hundred_thousand_lines():
    rulings = [across(number % 840, number % 500, number % 500 + 90) for number in range(50_000)]
    rulings += [down(number % 590, number % 700, number % 700 + 90) for number in range(50_000)]
    start = time.process_time()
    assert all(isinstance(frame, Frame) for frame in cross(join(snap(rulings, HEIGHT), HEIGHT), HEIGHT))
    assert time.process_time() - start < 5


def cell_text(*words: Word, width: float) -> str:
    """The text of the first of two cells, under each other, that holds the words."""
    rulings = [
        *(across(y, 0, width) for y in (0, 60, 120)),
        *(down(x, 0, 120) for x in (0, width)),
    ]
    (frame,) = frames(rulings, HEIGHT)
    return fill(frame, words, height=HEIGHT).grid.cells[0].text


def test_it_joins_a_figure_that_was_too_wide_for_its_cell():
    assert cell_text(word("1664", 2, 10), word("6", 2, 22), width=46) == "16646"


def test_it_joins_a_figure_whose_lines_come_in_several_words():
    first, below = word("１", 2, 10), word("４", 2, 24)
    assert cell_text(first, word("２", 12, 10.4), below, width=26) == "１２４"
    assert cell_text(first, word("２", 14, 10.4), below, width=26) == "１２\n４"


def test_it_joins_a_figure_that_begins_with_the_word_for_its_sign():
    assert cell_text(word("减少46", 2, 10), word("7", 2, 22), width=46) == "减少467"


def test_it_keeps_apart_the_lines_of_a_cell_with_room_left():
    assert cell_text(word("1664", 2, 10), word("6", 2, 22), width=60) == "1664\n6"


def test_it_keeps_apart_figures_that_stand_as_far_from_each_other_as_rows():
    assert cell_text(word("1664", 2, 10), word("6", 2, 32), width=46) == "1664\n6"


def test_it_keeps_the_lines_of_a_label():
    assert cell_text(word("本年新收", 2, 10), word("数", 2, 22), width=46) == "本年新收\n数"
