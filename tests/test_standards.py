"""The statutory form as data: what the loader refuses, and what the two editions prescribe."""

from __future__ import annotations

import copy
import tomllib
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from drawing import parse as parse_drawing
from errors import StandardInvalid
from standards import EDITIONS, load, parse
from standards.form import draw, layout
from tests.normalize.forms import assert_same

ROOT = Path(__file__).parents[1]

SMALL = """
edition = "test"
years = [2021, 9999]
authority = "某文件"

[[section]]
id = "requests"
label = "一、申请情况"

[table.requests]
section = "requests"
corner = "项目"
columns = [
  { id = "person", label = "自然人", under = ["申请人情况"] },
  { id = "total", label = "总计", under = ["申请人情况"] },
]
rows = [
  { id = "received", label = "新收" },
  { id = "results.granted", label = "予以公开", under = ["办理结果"] },
  { id = "results.denied", label = "不予公开", under = ["办理结果"] },
]

[[identity]]
id = "requests.row_total"
table = "requests"
each = "row"
left = ["person"]
right = ["total"]
"""


def small():
    return tomllib.loads(SMALL)


# --- what the loader refuses -----------------------------------------------------------------------------


def put(data, path, value):
    """Set an entry deep inside decoded TOML; `...` as value removes it."""
    *way, last = path
    for key in way:
        data = data[key]
    if value is ...:
        del data[last]
    else:
        data[last] = value


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("colour",), "red", "colour: is not a known key"),
        (("years",), [2021], "years: wants two whole numbers"),
        (("years",), ["2021", "9999"], "years: wants two whole numbers"),
        (("edition",), ..., "edition: is missing"),
        (("edition",), 2021, "edition: wants a text"),
        (("authority",), "", "authority: wants a text"),
        (("section",), {}, "section: wants a list"),
        (("section", 0, "label"), ..., "section[0].label: is missing"),
        (("section", 0, "title"), "一、", "section[0].title: is not a known key"),
        (("section", 0, "also"), ["一、", 2], "section[0].also[1]: wants a text"),
        (("table",), ..., "table: wants a table"),
        (("table", "requests"), [], "table.requests: wants a table"),
        (("table", "requests", "section"), "replies", "table.requests.section: names no section: 'replies'"),
        (("table", "requests", "columns"), [], "table.requests.columns: wants at least one column"),
        (
            ("table", "requests", "rows", 1, "type"),
            "text",
            "table.requests.rows[1].type: is not a type: 'text'",
        ),
        (
            ("table", "requests", "rows", 1, "unit"),
            "元",
            "table.requests.rows[1].unit: belongs to every amount",
        ),
        (("table", "requests", "columns", 0, "type"), "amount", "table.requests.columns[0].unit: belongs"),
        (("table", "requests", "rows", 2, "span"), 2, "table.requests.rows[2].span: is not a known key"),
        (("table", "requests", "rows", 1, "under"), "办理结果", "table.requests.rows[1].under: wants a list"),
        (("table", "requests", "rows", 1), "新收", "table.requests.rows[1]: wants a table"),
        (("identity", 0, "table"), "replies", "identity[0].table: names no table: 'replies'"),
        (("identity", 0, "each"), "cell", "identity[0].each: is neither row nor column: 'cell'"),
        (("identity", 0, "left"), ["persons"], "identity[0].left: names nothing: 'persons'"),
        (("identity", 0, "right"), ["received"], "identity[0].right: names nothing: 'received'"),
        (("identity", 0, "weight"), 2, "identity[0].weight: is not a known key"),
    ],
)
def test_it_refuses_a_broken_file_and_names_the_path(path, value, told):
    data = copy.deepcopy(small())
    put(data, path, value)
    with pytest.raises(StandardInvalid) as refused:
        parse(data)
    assert str(refused.value).startswith(told)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("path", "name", "told"),
    [
        (("section",), "requests", "section: id 'requests' is given 2 times"),
        (("identity",), "requests.row_total", "identity: id 'requests.row_total' is given 2 times"),
        (
            ("table", "requests", "rows"),
            "received",
            "table.requests: id 'requests.received.person' is given 2 times",
        ),
    ],
)
def test_it_refuses_an_id_given_twice(path, name, told):
    data = small()
    entries = data
    for key in path:
        entries = entries[key]
    entries.append(copy.deepcopy(next(entry for entry in entries if entry["id"] == name)))
    with pytest.raises(StandardInvalid) as refused:
        parse(data)
    assert str(refused.value) == told


def test_it_refuses_an_edition_that_nobody_knows():
    with pytest.raises(StandardInvalid, match="known: 2019, 2021"):
        load("2018")


def test_a_whole_file_is_read_into_its_parts():
    standard = parse(small())
    assert standard.value_ids == (
        "requests.received.person",
        "requests.received.total",
        "requests.results.granted.person",
        "requests.results.granted.total",
        "requests.results.denied.person",
        "requests.results.denied.total",
    )
    assert standard.table("requests").parts[0].rows[1].under == ("办理结果",)
    with pytest.raises(KeyError):
        standard.table("replies")


def test_a_prefix_in_an_identity_stands_for_every_row_below_it():
    data = small()
    data["identity"] = [
        {
            "id": "sum",
            "table": "requests",
            "each": "column",
            "left": ["results."],
            "right": ["received"],
        }
    ]
    (identity,) = parse(data).identities
    assert identity.left == ("results.granted", "results.denied")


# --- the printed form ------------------------------------------------------------------------------------


def test_spans_follow_from_labels_and_groups():
    (table,) = parse(small()).tables
    texts = {name: str(number) for number, name in enumerate(table.value_ids(), 1)}
    wanted = parse_drawing("""
    | 项目     | <        | 申请人情况 | <    |
    | ^        | ^        | 自然人     | 总计 |
    | 新收     | <        | 1          | 2    |
    | 办理结果 | 予以公开 | 3          | 4    |
    | ^        | 不予公开 | 5          | 6    |
    """)
    assert_same(draw(table, texts), wanted)


def slots_of(edition, table):
    return layout(load(edition).table(table))


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("table", ["proactive", "requests", "disputes"])
def test_the_slots_of_a_table_tile_it(edition, table):
    slots = slots_of(edition, table)
    covered = Counter(
        (row, column)
        for slot in slots
        for row in range(slot.row, slot.row + slot.row_span)
        for column in range(slot.column, slot.column + slot.column_span)
    )
    assert set(covered.values()) == {1}
    height = max(row for row, _ in covered) + 1
    width = max(column for _, column in covered) + 1
    assert len(covered) == height * width


@pytest.mark.parametrize(
    ("edition", "table", "size"),
    [
        ("2021", "proactive", (14, 4)),
        ("2021", "requests", (28, 10)),
        ("2021", "disputes", (4, 15)),
        ("2019", "proactive", (18, 4)),
        ("2019", "requests", (26, 10)),
        ("2019", "disputes", (4, 15)),
    ],
)
def test_a_drawn_table_has_the_size_of_the_printed_one(edition, table, size):
    grid = draw(load(edition).table(table), {})
    assert (grid.row_count, grid.column_count) == size


def slot(edition, table, name, role):
    (found,) = [found for found in slots_of(edition, table) if found.id == name and found.role == role]
    return found.row, found.column, found.row_span, found.column_span


@pytest.mark.parametrize(
    ("table", "name", "role", "place"),
    [
        (
            "requests",
            "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）",
            "corner",
            (0, 0, 3, 3),
        ),
        ("requests", "申请人情况", "group", (0, 3, 1, 7)),
        ("requests", "法人或其他组织", "group", (1, 4, 1, 5)),
        ("requests", "natural_person", "column", (1, 3, 2, 1)),
        ("requests", "business", "column", (2, 4, 1, 1)),
        ("requests", "total", "column", (1, 9, 2, 1)),
        ("requests", "received", "row", (3, 0, 1, 3)),
        ("requests", "三、本年度办理结果", "group", (5, 0, 22, 1)),
        ("requests", "（三）不予公开", "group", (7, 1, 8, 1)),
        ("requests", "results.granted", "row", (5, 1, 1, 2)),
        ("requests", "results.denied.state_secret", "row", (7, 2, 1, 1)),
        ("requests", "carried_out", "row", (27, 0, 1, 3)),
        ("disputes", "行政复议", "group", (0, 0, 1, 5)),
        ("disputes", "行政诉讼", "group", (0, 5, 1, 10)),
        ("disputes", "reconsideration.upheld", "column", (1, 0, 2, 1)),
        ("disputes", "复议后起诉", "group", (1, 10, 1, 5)),
        ("disputes", "litigation.after_reconsideration.total", "column", (2, 14, 1, 1)),
        ("proactive", "第二十条第（一）项", "caption", (0, 0, 1, 4)),
        ("proactive", "amount", "column", (12, 1, 1, 3)),
    ],
)
def test_labels_span_what_they_span_on_paper(table, name, role, place):
    assert slot("2021", table, name, role) == place


@pytest.mark.parametrize("edition", EDITIONS)
def test_slots_come_in_reading_order(edition):
    for table in load(edition).tables:
        places = [(found.row, found.column) for found in layout(table)]
        assert all(one < other for one, other in pairwise(places))


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_value_id_has_its_slot_and_no_other(edition):
    drawn = [found.id for table in load(edition).tables for found in layout(table) if found.role == "value"]
    assert sorted(drawn) == sorted(load(edition).value_ids)


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_drawn_form_tells_every_label_and_every_value_of_its_standard(edition):
    for table in load(edition).tables:
        texts = {name: f"#{number}" for number, name in enumerate(table.value_ids())}
        shown = Counter(cell.text for cell in draw(table, texts).cells)
        assert all(shown[text] == 1 for text in texts.values())
        labels = Counter(found.labels[0] for found in layout(table) if found.labels)
        assert all(shown[label] == count for label, count in labels.items())


# --- the two editions ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edition", "count", "by_table"),
    [
        ("2021", 200, {"proactive": 10, "requests": 175, "disputes": 15}),
        ("2019", 198, {"proactive": 22, "requests": 161, "disputes": 15}),
    ],
)
def test_an_edition_prescribes_its_number_of_values(edition, count, by_table):
    ids = load(edition).value_ids
    assert len(ids) == len(set(ids)) == count
    assert Counter(name.split(".")[0] for name in ids) == by_table


@pytest.mark.parametrize(
    ("edition", "first", "last"),
    [
        ("2021", "proactive.regulations.issued", "disputes.litigation.after_reconsideration.total"),
        ("2019", "proactive.regulations.made", "disputes.litigation.after_reconsideration.total"),
    ],
)
def test_value_ids_come_in_print_order(edition, first, last):
    ids = load(edition).value_ids
    assert (ids[0], ids[-1]) == (first, last)


@pytest.mark.parametrize(
    ("edition", "name", "kind", "unit", "label"),
    [
        ("2021", "proactive.fees.amount", "amount", "万元", "本年收费金额（单位：万元）"),
        ("2021", "proactive.normative_documents.in_force", "count", None, "现行有效件数"),
        ("2021", "requests.results.other.payment_overdue.legal_service", "count", None, "法律服务机构"),
        ("2021", "disputes.reconsideration.total", "count", None, "总计"),
        ("2019", "proactive.procurement.amount", "amount", "元", "采购总金额"),
        ("2019", "proactive.licensing.change", "signed_count", None, "本年增/减"),
        ("2019", "proactive.fees.previous_items", "count", None, "上一年项目数量"),
        ("2019", "requests.results.other.undivided.total", "count", None, "总计"),
    ],
)
def test_a_value_has_the_type_and_unit_of_its_column(edition, name, kind, unit, label):
    _, column = load(edition).leaves[name]
    assert (column.type, column.unit, column.label) == (kind, unit, label)


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_six_sections_stand_in_their_order(edition):
    ids = [section.id for section in load(edition).sections]
    assert ids == ["overview", "proactive", "requests", "disputes", "problems", "other"]


@pytest.mark.parametrize("edition", EDITIONS)
def test_identities_name_values_that_exist(edition):
    standard = load(edition)
    assert [identity.id for identity in standard.identities] == [
        "requests.balance",
        "requests.results_total",
        "requests.row_total",
        "disputes.reconsideration",
        "disputes.litigation_direct",
        "disputes.litigation_after_reconsideration",
    ]
    results = next(identity for identity in standard.identities if identity.id == "requests.results_total")
    rows = [row.id for row in standard.table("requests").parts[0].rows]
    assert list(results.left) == [
        row for row in rows if row.startswith("results.") and row != "results.total"
    ]


def test_the_two_editions_differ_in_their_first_table_and_in_one_row_group():
    ids = {edition: set(load(edition).value_ids) for edition in EDITIONS}
    apart = {name.rsplit(".", 1)[0] for name in ids["2021"] ^ ids["2019"] if name.startswith("requests.")}
    assert apart == {
        "requests.results.other.undivided",
        "requests.results.other.correction_overdue",
        "requests.results.other.payment_overdue",
        "requests.results.other.other",
    }


def test_loading_twice_gives_the_same_standard():
    assert load("2021") is load("2021")


def test_there_is_a_file_for_every_edition_and_no_other():
    assert sorted(path.stem for path in (ROOT / "standards").glob("*.toml")) == list(EDITIONS)
