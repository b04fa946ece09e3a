from __future__ import annotations

import pytest

import drawing
from converters.rulings import Ruling, Word, fill
from converters.whitespace import tables, unruled
from document import Box

SIZE = 10.0


def put(text: str, middle: float, top: float, size: float = SIZE) -> Word:
    """A text set in the middle of a column."""
    width = sum(size if character > "\x7f" else size / 2 for character in text)
    return Word(
        text=text, box=Box(left=middle - width / 2, top=top, right=middle + width / 2, bottom=top + size)
    )


def start(text: str, left: float, top: float, size: float = SIZE) -> Word:
    """A text set at the left of a column."""
    width = sum(size if character > "\x7f" else size / 2 for character in text)
    return Word(text=text, box=Box(left=left, top=top, right=left + width, bottom=top + size))


def found(words: list[Word]) -> list[str]:
    return [drawing.draw(fill(frame, words, height=SIZE).grid) for frame in tables(words)]


def drawn(text: str) -> str:
    return drawing.draw(drawing.parse(text))


def row(label: str, figures: list[str], top: float, left: float = 60.0) -> list[Word]:
    return [start(label, left, top), *(put(figure, 250 + 60 * n, top) for n, figure in enumerate(figures))]


def test_it_takes_columns_from_gaps_and_rows_from_baselines():
    words = [
        start("项目", 60, 100),
        *(put(text, 250 + 60 * n, 100) for n, text in enumerate(("自然人", "法人", "总计"))),
        *row("新收", ["3", "4", "7"], 120),
        *row("上年结转", ["10", "0", "10"], 140),
    ]
    assert found(words) == [
        drawn(
            """
            | 项目     | 自然人 | 法人 | 总计 |
            | 新收     | 3      | 4    | 7    |
            | 上年结转 | 10     | 0    | 10   |
            """
        )
    ]


def test_it_keeps_the_lines_of_a_label_with_their_row():
    words = [
        *row("新收", ["3", "4", "7"], 100),
        start("要求行政机关确认或", 60, 124),
        *(put(figure, 250 + 60 * n, 130) for n, figure in enumerate("010")),
        start("重新出具", 60, 136),
        *row("总计", ["3", "5", "7"], 160),
    ]
    assert found(words) == [
        drawn(
            r"""
            | 新收                         | 3 | 4 | 7 |
            | 要求行政机关确认或\n重新出具 | 0 | 1 | 0 |
            | 总计                         | 3 | 5 | 7 |
            """
        )
    ]


def test_it_keeps_a_figure_broken_over_two_lines_in_its_row():
    words = [
        *row("新收", ["3", "4", "7"], 100),
        start("结转", 60, 130),
        put("9663", 250, 124),
        put("0", 310, 130),
        put("9663", 370, 124),
        put("711", 250, 136),
        put("711", 370, 136),
        *row("总计", ["3", "5", "7"], 160),
    ]
    assert found(words) == [
        drawn("| 新收 | 3 | 4 | 7 |\n| 结转 | 9663\\n711 | 0 | 9663\\n711 |\n| 总计 | 3 | 5 | 7 |")
    ]


def test_it_keeps_rows_set_tight_apart():
    words = [word for n in range(4) for word in row("新收", ["3", "4"], 100 + 12 * n)]
    (text,) = found(words)
    assert text.count("新收") == text.count("\n") + 1 == 4


def test_it_sets_a_head_over_the_columns_it_stands_in_the_middle_of():
    words = [
        *(put(text, x, 100) for text, x in (("行政复议", 160), ("行政诉讼", 340))),
        *(put(text, 100 + 60 * n, 124) for n, text in enumerate(("维持", "纠正", "总计") * 2)),
        *(put(str(n), 100 + 60 * n, 148) for n in range(6)),
    ]
    assert found(words) == [
        drawn(
            """
            | 行政复议 | <    | <    | 行政诉讼 | <    | <    |
            | 维持     | 纠正 | 总计 | 维持     | 纠正 | 总计 |
            | 0        | 1    | 2    | 3        | 4    | 5    |
            """
        )
    ]


def test_it_gives_a_group_the_rows_it_stands_in_the_middle_of():
    words = [
        *row("一、新收", ["1", "2"], 80),
        put("结果", 75, 130),
        *(word for n in range(3) for word in row("1.公开", ["1", "2"], 110 + 20 * n, left=110)),
        put("其他", 75, 180),
        *(word for n in range(2) for word in row("2.部分", ["1", "2"], 170 + 20 * n, left=110)),
    ]
    (grid,) = (fill(frame, words, height=SIZE).grid for frame in tables(words))
    groups = {
        cell.text: (cell.row, cell.row_span, cell.column_span) for cell in grid.cells if cell.column == 0
    }
    assert groups == {"一、新收": (0, 1, 2), "结果": (1, 3, 1), "其他": (4, 2, 1)}


def test_it_lets_each_part_have_its_own_columns():
    words = [
        put("第一项", 200, 60),
        start("项目", 60, 80),
        *(put(text, 250 + 60 * n, 80) for n, text in enumerate(("制发", "废止"))),
        *row("规章", ["1", "2"], 100),
        put("第五项", 200, 120),
        start("项目", 60, 140),
        put("处理决定", 280, 140),
        start("许可", 60, 160),
        put("345", 280, 160),
    ]
    (text,) = found(words)
    (grid,) = (fill(frame, words, height=SIZE).grid for frame in tables(words))
    captions = [cell.text for cell in grid.cells if cell.column_span == grid.column_count]
    assert captions == ["第一项", "第五项"], text
    assert [cell.text for cell in grid.cells if cell.row == grid.row_count - 1] == ["许可", "345"]


def test_it_takes_a_head_over_the_corner_for_a_caption_wherever_its_middle_is():
    words = [
        put("第九项", 290, 80),
        put("内容", 80, 100),
        *(put(text, x, 100) for text, x in (("项目数量", 290), ("金额", 450))),
        start("采购", 60, 120),
        *(put(text, x, 120) for text, x in (("3", 290), ("84.43", 450))),
    ]
    assert found(words) == [drawn("| 第九项 | < | < |\n| 内容 | 项目数量 | 金额 |\n| 采购 | 3 | 84.43 |")]
    beside = [put("第九项", 330, 80), put("内容", 80, 90), *words[2:]]
    assert found(beside) == [drawn("| 内容 | 第九项 | < |\n| ^ | 项目数量 | 金额 |\n| 采购 | 3 | 84.43 |")]


def test_it_keeps_a_heading_between_two_tables_out_of_both():
    words = [
        *row("新收", ["3", "4"], 100),
        *row("总计", ["3", "4"], 120),
        start("三、收到和处理情况", 60, 160, size=15),
        *row("新收", ["5", "6"], 200),
        *row("总计", ["5", "6"], 220),
    ]
    assert found(words) == [
        drawn("| 新收 | 3 | 4 |\n| 总计 | 3 | 4 |"),
        drawn("| 新收 | 5 | 6 |\n| 总计 | 5 | 6 |"),
    ]


@pytest.mark.parametrize(
    "words",
    [
        [],
        [start("全年公开信息二十条，群众满意。", 60, 100 + 20 * n) for n in range(5)],
        [start("左栏的文字写到这里", 60 + 200 * c, 100 + 20 * n) for n in range(5) for c in range(2)],
        [start("2023年1月", 300, 100)],
    ],
    ids=["nothing", "prose", "prose in two columns", "a date"],
)
def test_it_finds_no_table_in(words: list[Word]):
    assert tables(words) == ()


def test_it_gives_a_row_without_figures_its_place():
    words = [
        start("项目", 60, 80),
        *(put(text, 250 + 60 * n, 80) for n, text in enumerate(("自然人", "法人", "总计"))),
        start("新收", 60, 100),
        *row("结转", ["3", "4", "7"], 120),
        start("其他", 60, 140),
        *row("总计", ["3", "4", "7"], 160),
    ]
    assert found(words) == [
        drawn(
            """
            | 项目 | 自然人 | 法人 | 总计 |
            | 新收 |        |      |      |
            | 结转 | 3      | 4    | 7    |
            | 其他 |        |      |      |
            | 总计 | 3      | 4    | 7    |
            """
        )
    ]


def test_it_gives_a_column_without_figures_its_place():
    words = [
        start("项目", 60, 80),
        *(put(text, 250 + 60 * n, 80) for n, text in enumerate(("自然人", "法人", "总计"))),
        start("新收", 60, 100),
        put("3", 250, 100),
        put("3", 370, 100),
        start("结转", 60, 120),
        put("0", 250, 120),
        put("0", 370, 120),
    ]
    assert found(words) == [
        drawn(
            """
            | 项目 | 自然人 | 法人 | 总计 |
            | 新收 | 3      |      | 3    |
            | 结转 | 0      |      | 0    |
            """
        )
    ]


def test_it_keeps_columns_that_show_no_figure_overleaf():
    above = [
        start("项目", 60, 100),
        *(put(text, 250 + 60 * n, 100) for n, text in enumerate(("自然人", "法人", "总计"))),
        *row("新收", ["3", "4", "7"], 120),
        *row("上年结转", ["10", "0", "10"], 140),
    ]
    (table,) = unruled(above)
    below = [start("其他处理", 60, 100), put("8", 370, 100), start("重复申请", 60, 120), put("9", 370, 120)]
    (rest,) = unruled(below, table)
    assert drawing.draw(fill(rest.frame, below, height=SIZE).grid) == drawn(
        "| 其他处理 |  |  | 8 |\n| 重复申请 |  |  | 9 |"
    )


def across(*tops: float, left: float = 55.0) -> list[Ruling]:
    return [Ruling(horizontal=True, position=top, start=left, stop=400.0) for top in tops]


def ruled(words: list[Word], rulings: list[Ruling]) -> list[str]:
    return [drawing.draw(fill(one.frame, words, height=SIZE).grid) for one in unruled(words, None, rulings)]


def test_it_takes_rows_from_rulings_where_these_part_them():
    words = [
        start("项目", 60, 100),
        *(put(text, 250 + 60 * n, 100) for n, text in enumerate(("自然人", "法人", "总计"))),
        *row("新收", ["3", "4", "7"], 120),
        start("的申请", 60, 133),
        start("其他", 60, 144.5),  # nearer to the row above than that row's lines to each other
        *row("总计", ["3", "4", "7"], 160),
    ]
    assert ruled(words, across(98, 115, 143.5, 156, 175)) == [
        drawn(
            r"""
            | 项目         | 自然人 | 法人 | 总计 |
            | 新收\n的申请 | 3      | 4    | 7    |
            | 其他         |        |      |      |
            | 总计         | 3      | 4    | 7    |
            """
        )
    ]


def test_it_begins_no_part_within_a_row():
    words = [
        *row("新收", ["3", "4", "7"], 100),
        *row("处理", ["1", "2", "3"], 120),
        start("因一个很长很长很长的理由而没有", 60, 135),
    ]
    whole = drawn(
        r"""
        | 新收                                 | 3 | 4 | 7 |
        | 处理\n因一个很长很长很长的理由而没有 | 1 | 2 | 3 |
        """
    )
    assert ruled(words, across(98, 115, 150)) == [whole]
    assert found(words) != [whole]
