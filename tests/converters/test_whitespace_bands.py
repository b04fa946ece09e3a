"""Tables ruled between their rows and nowhere else."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

import drawing
from converters.rulings import Ruling, Word, fill
from converters.whitespace import Unruled, unruled
from document import Box

SIZE = 10.0
LEFT, RIGHT = 50.0, 410.0


def word(text: str, left: float, top: float) -> Word:
    width = sum(SIZE if character > "\x7f" else SIZE / 2 for character in text)
    return Word(text=text, box=Box(left=left, top=top, right=left + width, bottom=top + SIZE))


def put(text: str, middle: float, top: float) -> Word:
    """A text set in the middle of a column."""
    one = word(text, 0, top)
    return word(text, middle - one.box.right / 2, top)


def rule(top: float, left: float = LEFT, right: float = RIGHT) -> Ruling:
    return Ruling(horizontal=True, position=top, start=left, stop=right)


def found(words: list[Word], rulings: list[Ruling], before: Unruled | None = None) -> list[str]:
    return [
        drawing.draw(fill(table.frame, words, height=SIZE).grid) for table in unruled(words, before, rulings)
    ]


def drawn(text: str) -> str:
    return drawing.draw(drawing.parse(text))


def row(label: str, figures: str, top: float, left: float = LEFT + 5) -> list[Word]:
    """A label and figures of one digit in the columns from 170 on, 60 wide; a space is a blank."""
    return [
        word(label, left, top),
        *(put(text, 200 + 60 * n, top) for n, text in enumerate(figures) if text != " "),
    ]


HEADS = [put(text, 200 + 60 * n, 105) for n, text in enumerate(("自然人", "法人", "其他", "总计"))]


def test_it_tells_blank_rows_and_columns_by_the_rulings():
    words = [word("项目", 90, 105), *HEADS, *row("新收", "  3 ", 125), word("结转", LEFT + 5, 145)]
    assert found(words, [rule(top) for top in (100, 120, 140, 160)]) == [
        drawn(
            """
            | 项目 | 自然人 | 法人 | 其他 | 总计 |
            | 新收 |        |      | 3    |      |
            | 结转 |        |      |      |      |
            """
        )
    ]


def test_it_finds_a_table_that_shows_no_figure():
    words = [put(text, 100 + 120 * n, 105) for n, text in enumerate(("维持", "纠正", "总计"))]
    assert found(words, [rule(top) for top in (100, 120, 140)]) == [
        drawn("| 维持 | 纠正 | 总计 |\n|  |  |  |")
    ]


def test_it_gives_a_group_the_rows_that_no_ruling_parts_in_its_column():
    words = [
        word("结果", LEFT + 5, 115),  # nearer to the first row than to the middle
        *row("公开", "1234", 105, left=100),
        *row("不公开", "0000", 125, left=100),
        *row("其他", "0101", 145, left=100),
        *row("总计", "1335", 165),
    ]
    rulings = [rule(100), rule(120, 90), rule(140, 90), rule(160), rule(180)]
    assert found(words, rulings) == [
        drawn(
            """
            | 结果 | 公开   | 1 | 2 | 3 | 4 |
            | ^    | 不公开 | 0 | 0 | 0 | 0 |
            | ^    | 其他   | 0 | 1 | 0 | 1 |
            | 总计 | <      | 1 | 3 | 3 | 5 |
            """
        )
    ]


def test_it_gives_a_head_the_columns_that_the_ruling_under_it_runs_over():
    words = [
        put("情况", 290, 105),
        *(put(text, x, 125) for text, x in (("自然人", 200), ("法人", 290), ("总计", 380))),
        *(put(text, x, 145) for text, x in (("企业", 260), ("机构", 320))),
        *row("新收", "1236", 165),
        *row("结转", "0000", 185),
    ]
    rulings = [rule(100), rule(120, 170), rule(140, 230, 350), *(rule(top) for top in (160, 180, 200))]
    assert found(words, rulings) == [
        drawn(
            """
            |      | 情况   | <    | <    | <    |
            | ^    | 自然人 | 法人 | <    | 总计 |
            | ^    | ^      | 企业 | 机构 | ^    |
            | 新收 | 1      | 2    | 3    | 6    |
            | 结转 | 0      | 0    | 0    | 0    |
            """
        )
    ]


def test_it_keeps_the_columns_overleaf_where_no_figure_shows_them():
    above = [word("项目", 90, 105), *HEADS, *row("新收", "1236", 125)]
    (table,) = unruled(above, None, [rule(top) for top in (100, 120, 140)])
    below = [word("其他处理", LEFT + 5, 65), *row("总计", "   6", 85)]
    overleaf = [rule(top) for top in (60, 80, 100)]
    assert found(below, overleaf, table) == [drawn("| 其他处理 |  |  |  |  |\n| 总计 |  |  |  | 6 |")]


def test_it_keeps_the_columns_of_a_head_that_the_page_s_end_cuts():
    above = [
        put("情况", 230, 85),
        *(put(t, x, 105) for t, x in (("复议", 110), ("诉讼", 260), ("总计", 380))),
    ]
    (table,) = unruled(above, None, [rule(80), rule(100), rule(120)])
    leaves = [put(text, x, 65) for text, x in (("维持", 80), ("纠正", 140), ("维持", 215), ("纠正", 305))]
    figures = [put("0", x, 85) for x in (80, 140, 215, 305, 380)]
    assert found(leaves + figures, [rule(top) for top in (60, 80, 100)], table) == [
        drawn("| 维持 | 纠正 | 维持 | 纠正 |  |\n| 0 | 0 | 0 | 0 | 0 |")
    ]


def test_it_takes_no_row_from_tables_of_three_lines():
    words = [word("项目", 90, 105), *HEADS]
    for number, top in enumerate((125, 145, 165)):
        words += row(f"{number + 1}.公开", "1236", top)
    with_lines = found(words, [rule(top) for top in (100, 120, 180)])
    assert with_lines == found(words, [])
    assert with_lines[0].count("公开") == with_lines[0].count("\n") == 3


def test_it_keeps_figures_broken_over_two_lines_beside_one_label():
    words = [word("总计", LEFT + 5, 111), *(put(t, 200, top) for t, top in (("880117", 105), ("7", 117)))]
    words += [put("3", 320, 111), word("结转", LEFT + 5, 135), put("1", 320, 135)]
    assert found(words, [rule(top) for top in (100, 130, 150)]) == [
        drawn(
            r"""
            | 总计 | 880117\n7 | 3 |
            | 结转 |           | 1 |
            """
        )
    ]


def test_it_takes_no_row_from_lines_that_run_through_texts():
    words = [word("项目", 90, 105), *HEADS, *row("新收", "1236", 125), *row("总计", "1236", 145)]
    assert found(words, [rule(top) for top in (100, 110, 120, 140, 160)]) == found(words, [])


def test_it_makes_two_tables_where_a_heading_stands_between_rulings():
    rows = [*row("新收", "1236", 105), *row("总计", "1236", 125)]
    below = [Word(text=w.text, box=Box(left=w.box.left, top=w.box.top + 80, right=w.box.right,
             bottom=w.box.bottom + 80)) for w in rows]  # fmt: skip
    heading = Word(text="三、处理情况", box=Box(left=60, top=156, right=150, bottom=171))
    rulings = [rule(top) for top in (100, 120, 140, 180, 200, 220)]
    once = drawn("| 新收 | 1 | 2 | 3 | 6 |\n| 总计 | 1 | 2 | 3 | 6 |")
    assert found([*rows, heading, *below], rulings) == [once, once]


def test_it_makes_no_table_of_the_rules_around_a_running_head():
    words = [word("某某县人民政府年度报告", 60, 40), word("本局公开信息若干条，群众满意。", 60, 80)]
    rulings = [rule(54), rule(56.5), rule(70)]
    assert found(words, rulings) == []


@pytest.mark.parametrize(("levels", "texts"), [(990, 1490), (100_000, 1490), (990, 100_000)])
def test_it_ends_quickly_on(levels: int, texts: int):
    rulings = [rule(50 + 700 * number / levels, 50, 60 + number % 350) for number in range(levels)]
    words = [
        word(str(number % 10), 60 + number * 7 % 340, 50 + 700 * number / texts) for number in range(texts)
    ]
    start = time.process_time()
    unruled(words, None, rulings)
    assert time.process_time() - start < 5


def test_it_leaves_every_row_its_own_figures_whatever_is_blank():
    for blank in range(16):
        figures = "".join(" " if blank >> n & 1 else str(n + 1) for n in range(4))
        words = [word("项目", 90, 105), *HEADS, *row("新收", figures, 125), *row("结转", "5678", 145)]
        (text,) = found(words, [rule(top) for top in (100, 120, 140, 160)])
        cells = [line.split("|")[2:6] for line in text.splitlines()]
        assert [cell.strip() for cell in cells[1]] == [figure.strip() for figure in figures]
        assert all(len(one) == len(other) for one, other in pairwise(cells))


def beside_the_side(figures: str, top: float) -> list[Word]:
    """Figures of one digit at the left side of the columns from 170 on, 60 wide; a space is a blank."""
    return [word(text, 173 + 60 * n, top) for n, text in enumerate(figures) if text != " "]


@pytest.mark.parametrize("rows", [("  33", "  22"), ("1 33", "  22")])
def test_figures_that_stand_under_no_head_may_be_of_either_column_beside_it(rows):
    words = [word("项目", 90, 105), *HEADS, word("新收", LEFT + 5, 125), word("结转", LEFT + 5, 145)]
    words += [one for number, row in enumerate(rows) for one in beside_the_side(row, 125 + 20 * number)]
    rulings = [rule(top) for top in (100, 120, 140, 160)]
    drawn_over = [ruling for table in unruled(words, None, rulings) for ruling in table.frame.rulings]
    # what is read is read by its gaps, which leaves a doubt
    assert not any((ruling.start, ruling.stop) == (LEFT, RIGHT) for ruling in drawn_over)


def test_a_row_with_a_figure_in_each_column_tells_which_they_are_of():
    words = [word("项目", 90, 105), *HEADS, word("新收", LEFT + 5, 125), word("结转", LEFT + 5, 145)]
    words += [*beside_the_side("1234", 125), *beside_the_side("  5 ", 145)]
    assert found(words, [rule(top) for top in (100, 120, 140, 160)]) == [
        drawn(
            """
            | 项目 | 自然人 | 法人 | 其他 | 总计 |
            | 新收 | 1 | 2 | 3 | 4 |
            | 结转 |  |  | 5 |  |
            """
        )
    ]
