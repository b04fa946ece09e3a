"""Observed texts are aligned with the form's own label order, globally: one lost label shifts nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from document import Paragraph
from normalize import normalize
from normalize.gluing import split_glued, split_headings
from normalize.reading import read
from normalize.script import script
from normalize.sequence import align
from standards import EDITIONS, load
from tests.cases import params
from tests.normalize.forms import document, form, grid_of, missing, numbers, paragraphs, strip_of, wrong


def aligned(blocks, edition):
    """Return (role, id) of every prescribed label that was found, in order, with the printed text."""
    found = script(load(edition))
    texts = split_glued(split_headings(read(tuple(blocks)), found), found)
    matches, _ = align(texts, found)
    return [
        (found.labels[number].role, found.labels[number].id, texts[match.first].text)
        for match in matches
        for number in range(match.start, match.stop + 1)
    ]


def row_ids(matched):
    return [name for role, name, _ in matched if role == "row"]


# --- the whole form --------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("lost_layout", [False, True])
def test_it_finds_every_label_of_the_form_in_print_order(edition, lost_layout):
    labels = script(load(edition)).labels
    found = aligned(form(edition, lost_layout=lost_layout).blocks, edition)
    assert [(role, name) for role, name, _ in found] == [(label.role, label.id) for label in labels]


@pytest.mark.parametrize("edition", EDITIONS)
def test_labels_alone_are_found_without_any_figure(edition):
    found = aligned(form(edition, {}, lost_layout=True).blocks, edition)
    assert len(found) == len(script(load(edition)).labels)


def test_a_page_without_the_form_matches_next_to_nothing():
    prose = paragraphs("2023年，我镇主动公开政府信息131条。", "下一步将加强培训。", "桐溪镇人民政府", "3")
    assert aligned(prose, "2021") == []


# --- damage to labels ------------------------------------------------------------------------------------


@pytest.mark.parametrize("lost_layout", [False, True])
@pytest.mark.parametrize("case", params("labels", "met", "made_up"))
def test_a_label_printed_otherwise_keeps_every_figure_in_its_place(case, lost_layout):
    edition = case["edition"]
    report = normalize(form(edition, labels={case["prescribed"]: case["printed"]}, lost_layout=lost_layout))
    assert report.edition == edition
    assert wrong(report, numbers(edition)) == {}
    assert missing(report, numbers(edition)) == set()


ROWS = [(edition, row) for edition in EDITIONS for row in load(edition).table("requests").parts[0].rows]


@pytest.mark.parametrize(("edition", "row"), ROWS, ids=[f"{edition} {row.id}" for edition, row in ROWS])
def test_one_lost_label_shifts_nothing(edition, row):
    report = normalize(form(edition, labels={row.label: ""}, lost_layout=True))
    assert wrong(report, numbers(edition)) == {}
    assert report.trust.status == "review"
    lost = missing(report, numbers(edition))
    above = load(edition).table("requests").parts[0].rows
    place = above.index(row)
    near = {above[place].id, above[max(place - 1, 0)].id}
    assert {name.split(".", 1)[1].rsplit(".", 1)[0] for name in lost} <= near


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_group_label_lost_shifts_nothing(edition):
    groups = {group for _, row in ROWS for group in row.under}
    report = normalize(form(edition, labels=dict.fromkeys(groups, ""), lost_layout=True))
    assert wrong(report, numbers(edition)) == {}
    assert missing(report, numbers(edition)) == set()


def test_labels_that_repeat_are_told_by_what_stands_around_them():
    found = aligned(form("2021", lost_layout=True).blocks, "2021")
    thirds = [name for role, name, text in found if role == "row" and text == "3.其他"]
    assert thirds == ["results.other.other"]
    totals = [name for _, name, text in found if text == "总计"]
    assert totals == [
        "total",
        "reconsideration.total",
        "litigation.direct.total",
        "litigation.after_reconsideration.total",
    ]


# --- labels in pieces, labels run together ---------------------------------------------------------------


def test_a_head_set_one_character_a_text_is_put_together():
    table = load("2021").table("requests")
    strip = strip_of(grid_of(table, {}))
    pieces = []
    for cell in strip.cells:
        letters = cell.text if cell.text in ("自然人", "商业企业", "法律服务机构", "总计") else [cell.text]
        pieces += [Paragraph(text=letter) for letter in letters]
    found = aligned([replace(strip, cells=tuple(pieces))], "2021")
    assert {name for role, name, _ in found if role == "column"} == {
        column.id for column in table.parts[0].columns
    }


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("规章000", ["规章", "000"]),
        (
            "信息内容本年制发件数本年废止件数现行有效件数",
            ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
        ),
        ("行政强制12", ["行政强制", "12"]),
        ("规章制度", ["规章制度"]),
        ("行政强制和行政处罚", ["行政强制和行政处罚"]),
        ("2023年", ["2023年"]),
        ("一、本年新收政府信息公开申请数量", ["一、本年新收政府信息公开申请数量"]),
    ],
)
def test_only_a_text_of_nothing_but_labels_and_digits_is_taken_apart(text, pieces):
    form_of = script(load("2021"))
    assert [piece.text for piece in split_glued(read(paragraphs(text)), form_of)] == pieces


def test_a_group_label_glued_to_its_first_row_is_both():
    found = aligned(paragraphs("（四）无法提供1.本机关不掌握相关政府信息"), "2021")
    assert [name for _, name, _ in found] == ["（四）无法提供", "results.unavailable.not_held"]


def test_labels_out_of_print_order_are_not_taken_apart():
    text = "现行有效件数本年制发件数"
    assert [piece.text for piece in split_glued(read(paragraphs(text)), script(load("2021")))] == [text]


def test_a_heading_that_runs_on_into_its_prose_is_taken_off_it():
    texts = split_headings(
        read(paragraphs("一、总体情况。2023年，我镇公开信息131条。")), script(load("2021"))
    )
    assert [text.text for text in texts] == ["一、总体情况", "2023年，我镇公开信息131条。"]


def test_a_sentence_that_opens_with_a_numeral_is_no_heading():
    text = "一、着力完善机制。2023年，我镇公开信息131条。"
    assert [piece.text for piece in split_headings(read(paragraphs(text)), script(load("2021")))] == [text]


# --- the numbers in labels -------------------------------------------------------------------------------


def test_a_bracketed_number_opens_no_section():
    blocks = paragraphs("一、总体情况", "（二）主动公开政府信息情况", "文字。", "二、主动公开政府信息情况")
    assert aligned(blocks, "2021") == [
        ("heading", "overview", "一、总体情况"),
        ("heading", "proactive", "二、主动公开政府信息情况"),
    ]


def test_a_report_cut_off_aligns_as_far_as_it_goes():
    strip = strip_of(grid_of(load("2021").table("requests"), {}))
    half = replace(strip, cells=strip.cells[: len(strip.cells) // 2])
    found = row_ids(aligned([half], "2021"))
    rows = [row.id for row in load("2021").table("requests").parts[0].rows]
    assert found == rows[: len(found)]
    assert len(found) >= 8


def test_the_same_document_aligns_the_same_way_twice():
    blocks = form("2021", lost_layout=True).blocks
    assert aligned(blocks, "2021") == aligned(blocks, "2021")
    assert normalize(document(*blocks)) == normalize(document(*blocks))
