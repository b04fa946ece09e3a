"""A figure is placed where structure proves it, by column or by count; the rest is never guessed at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from document import Cell, Grid, Paragraph, Strip
from drawing import draw as drawn
from drawing import parse
from normalize import normalize
from standards import EDITIONS, load
from tests.normalize.forms import (
    codes,
    form,
    grid_of,
    missing,
    numbers,
    rows_of,
    strip_of,
    texts,
    wrong,
)

ROW = "requests.received"
COLUMNS = [column.id for column in load("2021").table("requests").parts[0].columns]
IDS = [f"{ROW}.{column}" for column in COLUMNS]
LABEL = "一、本年新收政府信息公开申请数量"


def requests(change=None, *, layout="grid", edition="2021", shown=None):
    """Return the report whose requests table is changed by `change` before its layout is lost or kept."""
    grid = grid_of(load(edition).table("requests"), shown or texts(edition))
    block = {"grid": grid, "strip": strip_of(grid), "rows": strip_of(grid, rows=True)}[layout]
    block = change(block) if change else block
    return normalize(form(edition, shown, instead={"requests": [block]}))


def with_row(label, figures):
    """Return a change that puts other texts behind a label of a strip, in place of the row's seven."""

    def change(strip):
        texts_of = [cell.text for cell in strip.cells]
        place = texts_of.index(label) + 1
        cells = (*strip.cells[:place], *(Paragraph(text=text) for text in figures), *strip.cells[place + 7 :])
        shift = len(figures) - 7
        breaks = tuple(position + shift if position > place else position for position in strip.breaks)
        return Strip(cells=cells, breaks=breaks)

    return change


def statuses(report, names=IDS):
    return [report.values[name].status for name in names]


def found_numbers(report, names=IDS):
    return [report.values[name].number for name in names]


# --- by count --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", ["grid", "strip", "rows"])
@pytest.mark.parametrize("edition", EDITIONS)
def test_every_figure_of_the_form_comes_to_its_place(edition, layout):
    report = requests(layout=layout, edition=edition)
    assert {name: value.number for name, value in report.values.items()} == numbers(edition)


@pytest.mark.parametrize("layout", ["strip", "rows"])
@pytest.mark.parametrize("figures", [["0"], ["5", "6"], ["1", "2", "3", "4", "5"], ["1"] * 6])
def test_a_row_with_fewer_figures_than_columns_is_not_guessed_at(figures, layout):
    report = requests(with_row(LABEL, figures), layout=layout)
    assert statuses(report) == ["unassigned"] * 7
    assert missing(report, numbers("2021")) == set(IDS)
    assert wrong(report, numbers("2021")) == {}
    (reason,) = [reason for reason in report.trust.reasons if reason.code == "structure.unassigned"]
    assert set(reason.at) == set(IDS)


@pytest.mark.parametrize("layout", ["strip", "rows"])
@pytest.mark.parametrize("count", [8, 9, 13])
def test_a_row_with_more_figures_than_columns_is_not_guessed_at(count, layout):
    report = requests(with_row(LABEL, ["9"] * count), layout=layout)
    assert statuses(report) == ["unassigned"] * 7
    assert wrong(report, numbers("2021")) == {}


def test_what_a_row_shows_is_kept_as_evidence_though_it_is_not_assigned():
    report = requests(with_row(LABEL, ["5", "6"]), layout="strip")
    assert {report.values[name].text for name in IDS} == {"5 | 6"}


def test_a_row_without_any_figure_is_absent_and_never_zero():
    report = requests(with_row(LABEL, []), layout="strip")
    assert statuses(report) == ["absent"] * 7
    assert "structure.absent" in codes(report)
    assert missing(report, numbers("2021")) == set(IDS)


def test_a_full_row_without_its_label_takes_the_one_place_left_and_is_told():
    label = "2.重复申请"
    report = normalize(form("2021", labels={label: "□□□□□□"}, lost_layout=True))
    assert wrong(report, numbers("2021")) == {}
    assert missing(report, numbers("2021")) == set()
    assert "structure.label" in codes(report)
    assert report.trust.status == "review"


def test_a_page_number_inside_a_table_is_no_figure():
    figures = [texts("2021")[name] for name in IDS]
    report = requests(with_row(LABEL, ["— 4 —", *figures]), layout="strip")
    assert found_numbers(report) == [numbers("2021")[name] for name in IDS]


# --- by column -------------------------------------------------------------------------------------------


def edited(replacements):
    """Return a change of a grid's drawing."""

    def change(grid):
        drawing = drawn(grid)
        for old, new in replacements:
            assert old in drawing
            drawing = drawing.replace(old, new)
        return parse(drawing)

    return change


def test_a_blank_cell_of_a_grid_is_blank_and_moves_nothing():
    report = requests(edited([(texts("2021")[IDS[2]], "    ")]))
    assert statuses(report)[2] == "blank"
    assert missing(report, numbers("2021")) == {IDS[2]}
    assert wrong(report, numbers("2021")) == {}


def test_one_cell_over_several_columns_belongs_to_none_of_them():
    # variants D: one merged 0
    grid = grid_of(load("2021").table("requests"), texts("2021"))
    first = next(cell for cell in grid.cells if cell.text == texts("2021")[IDS[0]])
    row = [cell for cell in grid.cells if cell.row == first.row and cell.column >= first.column]
    cells = (*(cell for cell in grid.cells if cell not in row), replace(first, column_span=7, text="0"))
    report = requests(lambda _: Grid(row_count=grid.row_count, column_count=grid.column_count, cells=cells))
    assert statuses(report) == ["unassigned"] * 7
    assert wrong(report, numbers("2021")) == {}


def test_a_figure_set_one_column_too_far_right_is_told():
    grid = grid_of(load("2021").table("requests"), texts("2021"))
    first = next(cell for cell in grid.cells if cell.text == texts("2021")[IDS[0]])
    moved = [
        replace(cell, column=cell.column + 1)
        if cell.row == first.row and cell.column >= first.column
        else cell
        for cell in grid.cells
    ]
    wide = [
        cell
        if cell.row == first.row and cell.column > first.column
        else replace(cell, column_span=cell.column_span + 1)
        if cell.row <= first.row < cell.row + cell.row_span and cell.column + cell.column_span == first.column
        else cell
        for cell in moved
    ]
    gap = [Cell(row=row, column=grid.column_count) for row in range(grid.row_count) if row != first.row]
    report = requests(
        lambda _: Grid(row_count=grid.row_count, column_count=grid.column_count + 1, cells=(*wide, *gap))
    )
    assert report.trust.status == "review"
    assert "structure.shifted" in codes(report)


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_finer_layout_grid_changes_nothing(edition):
    def finer(grid):
        cells = tuple(
            replace(cell, column=2 * cell.column, column_span=2 * cell.column_span) for cell in grid.cells
        )
        return Grid(row_count=grid.row_count, column_count=2 * grid.column_count, cells=cells)

    report = requests(finer, edition=edition)
    assert {name: value.number for name, value in report.values.items()} == numbers(edition)


# --- rows nobody prescribed, tables that are not there ---------------------------------------------------


@pytest.mark.parametrize("layout", ["strip", "rows"])
def test_a_row_nobody_prescribed_is_kept_as_unmapped_and_shifts_nothing(layout):
    # variants D: Hubei
    grid = grid_of(load("2021").table("proactive"), texts("2021"))
    strip = strip_of(grid, rows=layout == "rows")
    place = next(number for number, cell in enumerate(strip.cells) if cell.text == "第二十条第（五）项")
    extra = [Paragraph(text=text) for text in ("其他主动公开文件", "11", "22", "33")]
    cells = (*strip.cells[:place], *extra, *strip.cells[place:])
    breaks = tuple(position if position <= place else position + 4 for position in strip.breaks)
    breaks = tuple(sorted({*breaks, place + 4})) if layout == "rows" else ()
    report = normalize(form("2021", instead={"proactive": [Strip(cells=cells, breaks=breaks)]}))
    assert wrong(report, numbers("2021")) == {}
    assert missing(report, numbers("2021")) == set()
    assert [(row.table, row.label, row.texts) for row in report.unmapped] == [
        ("proactive", "其他主动公开文件", ("11", "22", "33"))
    ]
    assert "structure.extra_row" in codes(report)


@pytest.mark.parametrize("table", ["proactive", "requests", "disputes"])
def test_a_table_that_is_not_shown_is_absent_and_never_zero(table):
    report = normalize(form("2021", instead={table: []}))
    gone = [name for name in numbers("2021") if name.startswith(f"{table}.")]
    assert set(statuses(report, gone)) == {"absent"}
    assert missing(report, numbers("2021")) == set(gone)
    assert wrong(report, numbers("2021")) == {}


def test_a_report_that_breaks_off_keeps_what_stands_before():
    def cut(strip):
        return replace(strip, cells=strip.cells[: len(strip.cells) // 2])

    report = requests(cut, layout="strip")
    assert wrong(report, numbers("2021")) == {}
    rows = rows_of(load("2021"), "requests")
    whole = [row for row in rows if f"requests.{row}.total" not in missing(report, numbers("2021"))]
    assert whole == rows[: len(whole)]
    assert len(whole) >= 7


def test_figures_in_prose_captions_and_hints_do_not_leak_into_cells():
    # variants G6
    labels = {
        "本年增/减": "本年增/减（指2019年增加或减少的事项数，如-8）",
        "第二十条第（一）项": "图1 第二十条第（一）项",
    }
    sentence = Paragraph(text="全年办理行政许可18件，行政处罚62起，收费0元。")
    table = load("2019").table("proactive")
    for lost_layout in (False, True):
        grid = grid_of(table, texts("2019"), labels)
        block = strip_of(grid) if lost_layout else grid
        report = normalize(form("2019", instead={"proactive": [sentence, block]}))
        assert wrong(report, numbers("2019")) == {}
        assert missing(report, numbers("2019")) == set()


# --- exports that drop repeats ---------------------------------------------------------------------------


def without_repeats(strip):
    seen, cells = set(), []
    for cell in strip.cells:
        if cell.text not in seen:
            seen.add(cell.text)
            cells.append(cell)
    return Strip(cells=tuple(cells))


@pytest.mark.parametrize("edition", EDITIONS)
def test_zeros_that_an_export_dropped_are_not_inferred(edition):
    whole = form(edition, dict.fromkeys(numbers(edition), "0"), lost_layout=True)
    cells = [
        cell for block in whole.blocks for cell in (block.cells if isinstance(block, Strip) else [block])
    ]
    report = normalize(replace(whole, blocks=(without_repeats(Strip(cells=tuple(cells))),)))
    shown = [value.id for value in report.values.values() if value.number is not None]
    assert len(shown) <= 1
    assert report.trust.status != "verified"


# --- digits run together ---------------------------------------------------------------------------------


NEXT_LABEL = "二、上年结转政府信息公开申请数量"


def run_together(**rows):
    """Return the report whose rows, by label, show digits with nothing between them."""

    def change(strip):
        for label, digits in rows.items():
            strip = with_row(label, [digits])(strip)
        return strip

    return requests(change, layout="strip")


def test_digits_that_fall_apart_in_one_way_only_are_read_and_told():
    report = run_together(**{LABEL: "5000005", NEXT_LABEL: "0000000"})
    assert found_numbers(report) == [5, 0, 0, 0, 0, 0, 5]
    assert "reading.run_together" in codes(report)
    assert report.trust.status == "review"


@pytest.mark.parametrize("digits", ["041000041", "12000012", "12345678901"])
def test_digits_that_may_fall_apart_in_several_ways_are_left(digits):
    report = run_together(**{LABEL: digits, NEXT_LABEL: "0000000"})
    assert statuses(report) == ["unassigned"] * 7


def test_one_long_figure_in_a_row_of_seven_is_not_taken_apart_where_no_row_is_run_together():
    assert statuses(run_together(**{LABEL: "5000005"})) == ["unassigned"] * 7


def test_rows_short_of_digits_show_that_cells_may_be_blank_so_nothing_is_taken_apart():
    report = run_together(**{LABEL: "5000005", NEXT_LABEL: "00"})
    assert statuses(report) == ["unassigned"] * 7


# --- units -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("printed", ["采购总金额（万元）", "采购总金额(万元,保留四位小数)"])
def test_a_unit_in_the_head_counts_for_the_figures_under_it(printed):
    name = "proactive.procurement.amount"
    report = normalize(form("2019", {**texts("2019"), name: "43.788"}, labels={"采购总金额": printed}))
    assert report.values[name].number == 437880
    assert report.values[name].text == "43.788"


def test_a_unit_in_the_cell_counts_more_than_the_one_in_the_head():
    name = "proactive.fees.amount"
    report = normalize(form("2021", {**texts("2021"), name: "152790元"}))
    assert str(report.values[name].number) == "15.279"
    assert "source.unit" in codes(report)


@pytest.mark.parametrize(
    "printed", ["本年收费金额（单位：\n元）", "本年收费金额（单位： 元）", "本年收费金额（单 位：\n元）"]
)
def test_a_unit_broken_over_two_lines_counts(printed):
    name = "proactive.fees.amount"
    shown = {**texts("2021"), name: "152790"}
    report = normalize(form("2021", shown, labels={"本年收费金额（单位：万元）": printed}))
    assert str(report.values[name].number) == "15.279"


def test_two_units_for_one_figure_are_told():
    labels = {"采购总金额": "采购总金额（万元）", "政府集中采购": "政府集中采购（单位：元）"}
    report = normalize(form("2019", labels=labels))
    (reason,) = [reason for reason in report.trust.reasons if reason.code == "source.unit"]
    assert reason.at == ("proactive.procurement.amount",)


@pytest.mark.parametrize(
    ("above", "below", "count"),
    [("1.属于国家秘密", "2.其他法律行政法规禁止公开", 14), ("规章", "行政规范性文件", 6)],
)
def test_two_labels_in_one_cell_over_two_rows_tell_no_row_apart(above, below, count):
    def merged(grid):
        upper, lower = (
            next((cell for cell in grid.cells if cell.text == one), None) for one in (above, below)
        )
        if upper is None or lower is None:
            return grid
        both = replace(upper, row_span=upper.row_span + lower.row_span, text=f"{above}\n{below}")
        cells = (*(cell for cell in grid.cells if cell is not upper and cell is not lower), both)
        return Grid(row_count=grid.row_count, column_count=grid.column_count, cells=cells)

    whole = form("2021")
    blocks = tuple(merged(block) if isinstance(block, Grid) else block for block in whole.blocks)
    report = normalize(replace(whole, blocks=blocks))
    assert wrong(report, numbers("2021")) == {}
    assert len(missing(report, numbers("2021"))) == count
    assert "structure.unassigned" in codes(report)


def test_a_whole_row_is_placed_in_order_though_a_cell_reaches_under_two_heads():
    """As where columns of a table without rulings stand elsewhere on the page that it goes on to."""

    def change(grid: Grid) -> Grid:
        first = grid.column_count - 7
        cells = []
        for cell in grid.cells:
            if cell.column <= first < cell.column + cell.column_span:
                cells.append(replace(cell, column_span=cell.column_span + 1))
            else:
                cells.append(replace(cell, column=cell.column + (cell.column > first)))
        row = next(cell.row for cell in cells if cell.text == LABEL)
        moved = {first: (first, 1), first + 2: (first + 1, 2)}
        cells = [
            replace(cell, column=moved[cell.column][0], column_span=moved[cell.column][1])
            if cell.row == row and cell.column in moved
            else cell
            for cell in cells
        ]
        return replace(grid, column_count=grid.column_count + 1, cells=tuple(cells))

    report = requests(change)
    assert found_numbers(report) == [number for name, number in numbers("2021").items() if name in IDS]
    assert "structure.shifted" in codes(report)
    assert report.trust.status == "review"
