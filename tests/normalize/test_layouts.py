"""Misread labels are known by their cells, where these stand as the form prints them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from document import Cell, Document, Grid
from findings import Finding
from normalize import normalize
from normalize.layouts import stands_as_printed
from standards import load
from tests.normalize import forms

HEADS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")


def scanned(
    labels: Mapping[str, str], *, confidence: float = 0.5, figures: Mapping[str, str] | None = None
) -> Document:
    """A report of zeros, or `figures`, read from a scan; `labels` says what was read in place of a label."""
    found = forms.form("2021", figures or dict.fromkeys(forms.texts("2021"), "0"))
    return replace(
        found,
        blocks=tuple(
            replace(block, cells=tuple(_read(cell, labels, confidence) for cell in block.cells))
            if isinstance(block, Grid)
            else block
            for block in found.blocks
        ),
    )


def _read(cell: Cell, labels: Mapping[str, str], confidence: float) -> Cell:
    return replace(
        cell,
        text=labels.get(cell.text, cell.text),
        confidence=confidence if cell.text in labels else 0.9998,
        provenance=replace(cell.provenance, how="recognised"),
    )


def codes(document: Document) -> set[str]:
    return {reason.code for reason in normalize(document).trust.reasons}


def shown(document: Document, table: str) -> set[str]:
    values = normalize(document).values
    return {value.status for name, value in values.items() if name.startswith(table + ".")}


def test_a_head_that_was_hardly_read_is_known_among_others():
    damaged = {"未经复议直接起诉": "求经复认真梭起诵"}
    assert normalize(scanned(damaged, confidence=0.25)).trust.status == "verified"
    assert normalize(scanned(damaged, confidence=0.95)).trust.status == "review"


def misread(*heads: tuple[int, int, str], confidence: float) -> Document:
    """A scan of zeros, some cells of whose last table, by row and column, were read otherwise."""
    found = scanned({})
    *others, last = found.blocks
    while not isinstance(last, Grid):
        last = others.pop()
    read = {(row, column): text for row, column, text in heads}
    cells = tuple(
        replace(cell, text=read[cell.row, cell.column], confidence=confidence)
        if (cell.row, cell.column) in read
        else cell
        for cell in last.cells
    )
    return replace(found, blocks=(*others, replace(last, cells=cells)))


@pytest.mark.parametrize(
    ("heads", "confidence"),
    [
        (((2, 9, "eit"),), 0.84),
        (((2, 9, "总许"), (2, 14, "eit")), 0.77),
        (((1, 0, "结巢维特"), (2, 8, "尚未审18")), 0.77),
    ],
)
def test_heads_hardly_read_are_known_where_another_group_shows_them(
    heads: tuple[tuple[int, int, str], ...], confidence: float
):
    assert normalize(misread(*heads, confidence=confidence)).trust.status == "verified"


@pytest.mark.parametrize(
    ("heads", "confidence"),
    [
        (((1, 4, "eit"), (2, 9, "eit"), (2, 14, "eit")), 0.84),  # no group shows it
        (((2, 9, "总许"),), 0.95),  # surely read
        (((2, 9, "eit"),), 0.95),
        (((2, 8, "总计"), (2, 9, "尚未审结")), 0.7),  # swapped
        (((2, 8, "合计"), (2, 9, "尚市末结")), 0.7),  # swapped, and misread
        (((2, 9, "不计"),), 0.7),  # another word
        (((2, 11, "结果撤销"),), 0.95),  # the agency's own
        (((2, 13, "合并审理"),), 0.7),
        (((2, 13, "已审结"),), 0.7),
        (((2, 13, "已经审结"),), 0.7),
        (((2, 13, "审理中"),), 0.7),
        (((2, 12, "移送其他"),), 0.7),
        (((2, 12, "其中"),), 0.7),
        (((2, 10, "部分维持"),), 0.7),
        (((2, 11, "部分纠正"),), 0.7),
        (((2, 14, "计划"),), 0.7),
        (((2, 13, "12"),), 0.7),
        (((2, 13, "—"),), 0.7),
        (((2, 7, "eit"), (2, 8, "tie")), 0.84),  # which is which?
    ],
)
def test_heads_that_may_be_others_are_doubted_though_another_group_shows_them(
    heads: tuple[tuple[int, int, str], ...], confidence: float
):
    assert normalize(misread(*heads, confidence=confidence)).trust.status == "review"


def test_heads_that_were_read_as_figures_lose_no_value():
    assert normalize(scanned({"行政诉讼": "1"}, confidence=0.25)).trust.status == "verified"
    document = scanned({"行政诉讼": "1", "总计": "0"})
    assert shown(document, "disputes") == {"printed"}
    assert "structure.boxhead" in codes(document)


def test_heads_of_which_hardly_any_was_read_are_told_and_lose_no_value():
    damaged = {"结果维持": "结集雅特", "结果纠正": "站果到止", "其他结果": "其鲍结最", "尚未审结": "海未市给"}
    document = scanned(damaged, confidence=0.2)
    assert shown(document, "disputes") == {"printed"}
    assert "structure.boxhead" in codes(document)


def test_nothing_of_the_heads_read_proves_nothing():
    damaged = dict.fromkeys((*HEADS, "行政复议", "行政诉讼", "未经复议直接起诉", "复议后起诉"), "夏汪謝綜")
    assert shown(scanned(damaged, confidence=0.1), "disputes") != {"printed"}


def test_groups_of_rows_are_known_by_their_cells():
    assert normalize(scanned({"（四）无法提供": "eit"}, confidence=0.25)).trust.status == "verified"


def test_a_row_is_known_by_its_cells_if_half_of_its_label_was_read():
    assert normalize(scanned({"3.要求提供公开出版物": "3.雯求提仗公升出扳物"})).trust.status == "verified"
    document = scanned({"3.要求提供公开出版物": "3.夏汪版謝綜"}, confidence=0.2)
    assert normalize(document).trust.status == "review"
    assert shown(document, "requests") == {"printed"}


def test_a_head_nearer_to_one_of_another_edition_is_told():
    misread = scanned({"本年制发件数": "本年新公井数童"}, confidence=0.2)
    assert "structure.boxhead" in codes(misread)


HALF_READ = {"结果维持": "结杲雅持", "结果纠正": "结粿亻正", "其他结果": "其彵结棵", "尚未审结": "尚未宙姞"}


def test_heads_of_which_half_was_read_are_known_beside_each_other():
    assert normalize(scanned(HALF_READ, confidence=0.3)).trust.status == "verified"


def test_the_less_of_all_heads_is_read_the_more_of_each_must_be():
    def unsure(labels: Mapping[str, str]) -> list[str]:
        return [reason.message for reason in normalize(scanned(labels, confidence=0.2)).trust.reasons]

    assert unsure(HALF_READ | {"复议后起诉": "夏汪后超诵"}) == [
        "heads that are not quite the form's: 夏汪后超诵"
    ]
    groups = {"行政复议": "夏汪", "行政诉讼": "謝綜", "未经复议直接起诉": "夏汪謝綜", "总计": "夏"}
    (message,) = unsure(HALF_READ | groups)
    assert all(read in message for read in HALF_READ.values())


def test_of_two_heads_that_were_hardly_read_nothing_tells_which_is_which():
    one, other = {"未经复议直接起诉": "求经夏汪真梭起诵"}, {"复议后起诉": "夏汪后超诵"}
    for damaged in (one, other):
        assert normalize(scanned(damaged, confidence=0.2)).trust.status == "verified"
    both = scanned(one | other, confidence=0.2)
    assert "structure.boxhead" in codes(both)
    assert shown(both, "disputes") == {"printed"}


def test_of_a_head_that_was_not_read_at_all_its_place_tells_too_little():
    assert "structure.boxhead" in codes(scanned({"本年制发件数": "夏汪後謝"}, confidence=0.2))


def test_what_is_no_chinese_is_no_head_unless_it_was_hardly_read():
    assert "structure.boxhead" in codes(scanned({"本年制发件数": "eit"}, confidence=0.35))


def test_rows_that_stand_in_another_order_keep_their_figures():
    first, second = "1.属于国家秘密", "2.其他法律行政法规禁止公开"
    document = scanned({first: second, second: first}, figures=forms.texts("2021"), confidence=0.3)
    values, printed = normalize(document).values, forms.numbers("2021")
    for row, other in (("state_secret", "prohibited_by_law"), ("prohibited_by_law", "state_secret")):
        name = "requests.results.denied.{}.business".format
        assert values[name(row)].number == printed[name(other)]


def test_heads_of_a_table_of_many_parts_are_known_by_all_of_its_cells():
    damaged = {
        "信息内容": "夏汪",
        "第二十条第（一）项": "謝綜",
        "本年制发件数": "夏後",
        "本年废止件数": "綜汪",
    }
    assert shown(scanned(damaged, confidence=0.2), "proactive") == {"printed"}


def test_what_was_surely_read_is_what_stands_there():
    assert normalize(scanned({"尚未审结": "撤回申请"}, confidence=0.98)).trust.status == "review"


def test_a_word_that_tells_of_another_row_is_told_however_badly_it_was_read():
    assert normalize(scanned({"2.重复申请": "2.非重复申请"}, confidence=0.3)).trust.status == "review"


def test_stored_text_is_not_misread():
    zeros = dict.fromkeys(forms.texts("2021"), "0")
    document = forms.form("2021", zeros, labels={"未经复议直接起诉": "求经复认真梭起诵"})
    told = [reason.message for reason in normalize(document).trust.reasons]
    assert any("not found" in message for message in told)


@pytest.mark.parametrize(("text", "status"), [("—", "verified"), ("··", "verified"), ("3", "review")])
def test_what_stands_where_a_page_cut_a_group_is_dirt_unless_it_is_a_figure(text: str, status: str):
    found = scanned({})
    blocks = [
        replace(block, cells=tuple(_cut_in_two(block, text)))
        if isinstance(block, Grid) and block.column_count == 10
        else block
        for block in found.blocks
    ]
    assert normalize(replace(found, blocks=tuple(blocks))).trust.status == status


def _cut_in_two(grid: Grid, text: str) -> Iterator[Cell]:
    """Cells, that of （五） cut by a page's end, with a text in the rest of it."""
    for cell in grid.cells:
        if cell.text == "（五）不予处理":
            yield replace(cell, row_span=2)
            yield replace(cell, row=cell.row + 2, row_span=cell.row_span - 2, text=text)
        else:
            yield cell


# --- cells as the form prints them ------------------------------------------------------------------------


def doubted(document: Document) -> Document:
    """A report with rulings in doubt."""
    told = Finding(
        code="structure.ruling", message="a table on page 1 has 3 rulings too faint", at=("page 1",)
    )
    return replace(document, findings=(told,))


def test_doubtful_rulings_are_none_where_all_cells_are_the_forms():
    assert normalize(doubted(scanned({}))).trust.status == "verified"


def test_doubtful_rulings_stay_where_cells_are_not_the_forms():
    found = scanned({})
    blocks = list(found.blocks)
    number = next(
        number for number, block in enumerate(blocks) if isinstance(block, Grid) and block.column_count == 10
    )
    blocks[number] = _with_a_column(blocks[number])
    report = normalize(doubted(replace(found, blocks=tuple(blocks))))
    assert {reason.code for reason in report.trust.reasons} == {"structure.ruling"}


def _with_a_column(grid: Grid) -> Grid:
    """A grid with its first column parted in two, as a stroke beside the stub may do."""
    cells = [
        replace(cell, column=cell.column + 1)
        if cell.column
        else replace(cell, column_span=cell.column_span + 1)
        for cell in grid.cells
    ]
    return Grid(row_count=grid.row_count, column_count=grid.column_count + 1, cells=tuple(cells))


@pytest.mark.parametrize(("first", "stop"), [(0, 28), (0, 14), (12, 28), (7, 9)])
def test_rows_of_the_form_that_follow_each_other_stand_as_printed(first: int, stop: int):
    table = next(table for table in load("2021").tables if table.id == "requests")
    assert stands_as_printed(rows_of(forms.grid_of(table, {}), first, stop), table)


def test_rows_of_which_one_is_lost_or_cells_joined_do_not():
    table = next(table for table in load("2021").tables if table.id == "requests")
    whole = forms.grid_of(table, {})
    upper, lower = rows_of(whole, 0, 9), rows_of(whole, 16, 28)
    moved = [replace(cell, row=cell.row + 9) for cell in lower.cells]
    gapped = Grid(row_count=21, column_count=10, cells=(*upper.cells, *moved))
    assert not stands_as_printed(gapped, table)
    joined = [cell for cell in whole.cells if (cell.row, cell.column) not in {(9, 5), (10, 5)}]
    joined.append(Cell(row=9, column=5, row_span=2, text="0"))
    assert not stands_as_printed(Grid(row_count=28, column_count=10, cells=tuple(joined)), table)


def test_a_table_that_lacks_a_column_does_not():
    table = next(table for table in load("2021").tables if table.id == "requests")
    rows = rows_of(forms.grid_of(table, {}), 5, 9)
    cells = tuple(cell for cell in rows.cells if cell.column < 9)
    assert not stands_as_printed(Grid(row_count=4, column_count=9, cells=cells), table)


def rows_of(grid: Grid, first: int, stop: int) -> Grid:
    """Some rows of a grid; cells that reach beyond them are cut."""
    cells = []
    for cell in grid.cells:
        top, bottom = max(cell.row, first), min(cell.row + cell.row_span, stop)
        if top < bottom:
            cells.append(replace(cell, row=top - first, row_span=bottom - top))
    return Grid(row_count=stop - first, column_count=grid.column_count, cells=tuple(cells))
