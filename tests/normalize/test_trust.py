"""`verified` wants every value printed or blank, its place proved, every sum holding; all else says why."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from document import Box, Grid, Paragraph, Provenance
from findings import CATALOGUE, Finding
from normalize import normalize
from normalize.editions import recognise
from normalize.identities import check
from normalize.placing import place
from normalize.reading import read
from normalize.trust import judge
from samples.reports import invent
from standards import EDITIONS, load
from tests.normalize.forms import document, form


def true_texts(edition="2021", **options):
    return dict(invent(3, edition=edition, blanks="zero", **{"zero": False, **options}).texts)


def reasons(report, code):
    return [reason for reason in report.trust.reasons if reason.code == code]


@pytest.mark.parametrize("zero", [False, True])
@pytest.mark.parametrize("lost_layout", [False, True])
@pytest.mark.parametrize("edition", EDITIONS)
def test_a_whole_report_whose_sums_hold_is_verified(edition, lost_layout, zero):
    report = normalize(form(edition, true_texts(edition, zero=zero), lost_layout=lost_layout))
    assert report.trust.status == "verified"
    assert report.trust.reasons == ()


@pytest.mark.parametrize("mark", ["", "-", "/", "—"])
def test_a_report_that_leaves_its_zeros_blank_is_verified(mark):
    shown = {name: mark if text == "0" else text for name, text in true_texts().items()}
    report = normalize(form("2021", shown))
    assert report.trust.status == "verified"
    assert {value.status for value in report.values.values()} == {"printed", "blank"}


def test_a_lone_blank_among_printed_zeros_is_doubted():
    shown = true_texts()
    name = next(name for name, text in shown.items() if text == "0")
    report = normalize(form("2021", {**shown, name: ""}))
    (reason,) = reasons(report, "structure.lone_blank")
    assert (report.trust.status, reason.at) == ("review", (name,))
    assert report.values[name].number is None


def test_a_failing_sum_is_the_agencys_own_and_kept_as_printed():
    name = "requests.results.granted.business"
    shown = {**true_texts(zero=True), name: "1"}
    report = normalize(form("2021", shown))
    (reason,) = reasons(report, "source.sum")
    assert (report.trust.status, reason.at) == ("review", (name,))
    assert report.values[name].number == 1


def test_a_blank_total_over_figures_is_told():
    name = "requests.received.total"
    shown = true_texts(zero=True) | {
        "requests.received.business": "2",
        "requests.results.granted.business": "2",
        "requests.results.granted.total": "2",
        "requests.results.total.business": "2",
        "requests.results.total.total": "2",
        name: "",
    }
    report = normalize(form("2021", shown))
    (reason,) = reasons(report, "source.blank_total")
    assert report.trust.status == "review"
    assert name in reason.at


def test_a_count_printed_with_a_sign_is_told_and_kept():
    name = "proactive.licensing.decisions"
    report = normalize(form("2021", {**true_texts(zero=True), name: "-3"}))
    assert (report.values[name].number, report.trust.status) == (-3, "review")
    assert reasons(report, "source.negative")[0].at == (name,)


def test_a_decrease_in_a_column_of_changes_is_no_doubt():
    name = "proactive.licensing.change"
    report = normalize(form("2019", {**true_texts("2019", zero=True), name: "-3"}))
    assert (report.values[name].number, report.trust.status) == (-3, "verified")


def test_an_unreadable_cell_is_null_and_told():
    name = "requests.received.total"
    report = normalize(form("2021", {**true_texts(), name: "1 2"}))
    assert (report.values[name].number, report.values[name].status) == (None, "unreadable")
    assert report.trust.status == "review"


def test_a_look_alike_letter_is_read_and_told():
    name = "proactive.licensing.decisions"
    report = normalize(form("2021", {**true_texts(zero=True), name: "O"}))
    assert (report.values[name].number, report.trust.status) == (0, "review")
    assert reasons(report, "reading.lookalike")[0].at == (name,)


def test_the_converters_own_doubts_are_kept():
    doubt = Finding(code="reading.encoding", message="2 characters are not valid utf-8")
    report = normalize(replace(form("2021", true_texts()), findings=(doubt,)))
    assert report.trust.status == "review"
    assert doubt in report.trust.reasons


def test_a_missing_table_is_told_by_its_sections_name():
    blocks = [block for block in form("2021", true_texts()).blocks if isinstance(block, Paragraph)]
    tables = [block for block in form("2021", true_texts()).blocks if not isinstance(block, Paragraph)]
    report = normalize(document(*blocks[:2], tables[0], *blocks[3:], tables[2]))
    (reason,) = reasons(report, "structure.absent")
    assert "三、收到和处理政府信息公开申请情况" in reason.message
    assert len(reason.at) == 175
    assert {report.values[name].status for name in reason.at} == {"absent"}
    assert report.trust.status == "review"


def test_labels_without_any_value_are_a_failure_or_at_least_no_success():
    report = normalize(form("2021", {}, lost_layout=True))
    assert {value.number for value in report.values.values()} == {None}
    assert report.trust.status == "failed"


def test_an_unprescribed_row_does_not_stand_in_the_way():
    assert not CATALOGUE["structure.extra_row"].doubts


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_value_that_is_no_value_is_named_in_a_reason(edition):
    shown = true_texts(edition)
    labels = {"（七）总计": "", "行政许可": "某某事项"}
    report = normalize(form(edition, shown, labels=labels, lost_layout=True))
    named = {name for reason in report.trust.reasons for name in reason.at}
    lost = {value.id for value in report.values.values() if value.status not in ("printed", "blank")}
    assert lost <= named


def test_reasons_are_told_in_one_line_each():
    report = normalize(form("2021", dict.fromkeys(true_texts(), "1 2")))
    assert report.trust.reasons
    assert all(not re.search(r"[\r\n]", reason.message) for reason in report.trust.reasons)


def test_a_value_that_fails_no_sum_but_is_not_proved_keeps_the_report_from_verified():
    report = normalize(form("2021", true_texts(zero=True)))
    values = dict(report.values)
    name = "proactive.licensing.decisions"
    values[name] = replace(values[name], number=None, status="unassigned")
    standard = load("2021")
    trust = judge(*_judged(true_texts(zero=True)), values, (), check(values, standard))
    assert trust.status == "review"


def _judged(shown):
    """Return the document, what was recognised in it, and where everything went."""
    whole = form("2021", shown)
    found = recognise(read(whole.blocks))
    placement = place(found.texts, found.matches, found.script, found.standard, found.foreign_parts)
    return whole, found, placement


@pytest.mark.parametrize(
    ("box", "expected"), [(Box(left=1, top=1, right=2, bottom=2), "review"), (None, "verified")]
)
def test_pages_whose_tables_hold_no_text_may_show_figures_that_are_drawn(box, expected):
    whole = form("2021", dict.fromkeys(true_texts(), ""))
    blocks = tuple(
        Grid(
            row_count=block.row_count,
            column_count=block.column_count,
            cells=tuple(replace(cell, provenance=Provenance(page=1, box=box)) for cell in block.cells),
        )
        if isinstance(block, Grid)
        else block
        for block in whole.blocks
    )
    report = normalize(replace(whole, blocks=blocks))
    assert (report.trust.status, bool(reasons(report, "structure.all_blank"))) == (
        expected,
        expected == "review",
    )
