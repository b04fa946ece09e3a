"""What people decide is kept beside the reports, holds for what they saw, and is never lost in silence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corrections import FILE, Correction, load, save
from errors import OutputNotWritten, UnreadableFile

NUMBERS = {
    "requests.received.total": 12,
    "proactive.fees.amount": 8.25,
    "disputes.reconsideration.total": None,
}
ONE = Correction(
    name="栀篱镇.docx",
    sha256="a" * 64,
    id="requests.received.total",
    act="corrected",
    old=12,
    new=13,
    who="核对员",
    when="2024-02-01T08:00:00+00:00",
)


def layer(tmp_path, *corrections):
    save(tmp_path, corrections)
    return load(tmp_path).of(ONE.name, ONE.sha256)


def test_nothing_is_decided_where_there_is_no_file(tmp_path):
    found = load(tmp_path).of(ONE.name, ONE.sha256)
    assert found.over(NUMBERS) == NUMBERS
    assert found.signed is None


def test_a_correction_is_laid_over_the_report(tmp_path):
    found = layer(tmp_path, ONE, replace(ONE, id="proactive.fees.amount", old=8.25, new=None))
    assert found.over(NUMBERS) == {**NUMBERS, ONE.id: 13, "proactive.fees.amount": None}
    assert found.of_values[ONE.id].who == "核对员"


def test_a_later_decision_takes_the_place_of_an_earlier_one(tmp_path):
    found = layer(
        tmp_path, ONE, replace(ONE, new=14), replace(ONE, id="proactive.fees.amount", old=8.25, new=9.5)
    )
    assert found.over(NUMBERS)[ONE.id] == 14
    found = layer(tmp_path, replace(ONE, act="withdrawn", new=12))
    assert found.over(NUMBERS) == {**NUMBERS, "proactive.fees.amount": 9.5}


def test_accepting_changes_no_number(tmp_path):
    found = layer(tmp_path, replace(ONE, act="accepted", new=12))
    assert found.over(NUMBERS) == NUMBERS
    assert found.standing(NUMBERS) == {ONE.id: "accepted"}


@pytest.mark.parametrize("changed", [{"sha256": "b" * 64}, {"name": "other.docx"}])
def test_it_holds_for_the_content_that_was_seen_only(tmp_path, changed):
    found = layer(tmp_path, replace(ONE, **changed))
    assert found.over(NUMBERS) == NUMBERS


def test_it_holds_for_the_number_that_was_seen_only(tmp_path):
    found = layer(tmp_path, ONE)
    now = {**NUMBERS, ONE.id: 11}
    assert found.over(now) == now
    assert found.stale(now) == (ONE.id,)
    assert found.stale(NUMBERS) == ()


def test_a_decision_after_the_signature_takes_the_signature_away(tmp_path):
    signature = replace(ONE, id="", act="signed", old=None, new=None)
    assert layer(tmp_path, ONE, signature).signed == signature
    assert layer(tmp_path, replace(ONE, new=14)).signed is None


def test_a_line_that_was_cut_off_as_its_writer_died_is_as_if_never_written(tmp_path):
    save(tmp_path, [ONE])
    with (tmp_path / FILE).open("ab") as file:
        file.write(b'{"act":"corrected","id":"requests.rec')
    assert load(tmp_path).of(ONE.name, ONE.sha256).over(NUMBERS)[ONE.id] == 13
    assert layer(tmp_path, replace(ONE, new=15)).over(NUMBERS)[ONE.id] == 15


LINE = b'{"name":"a","sha256":"a","id":"","act":"%s","old":%s,"new":null,"who":"","when":""}'
WRONG = [b"not json", b"[]", b'{"act":"corrected"}', LINE % (b"erased", b"1"), LINE % (b"signed", b"true")]


@pytest.mark.parametrize(
    "line", [*WRONG, LINE % (b"signed", b'"1"'), (LINE % (b"signed", b"1")).replace(b'"a"', b"1")]
)
def test_a_line_that_is_none_of_ours_is_told_and_not_passed_over(tmp_path, line):
    (tmp_path / FILE).write_bytes(line + b"\n")
    with pytest.raises(UnreadableFile, match="line 1 is no correction"):
        load(tmp_path)


def test_what_cannot_be_written_is_told(tmp_path):
    (tmp_path / FILE).mkdir()
    with pytest.raises(OutputNotWritten, match="cannot be written"):
        save(tmp_path, [ONE])
