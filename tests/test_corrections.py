"""What people decide is kept beside the reports, holds for what they saw, and is never lost in silence."""

from __future__ import annotations

import threading
from dataclasses import asdict, replace

import pytest

from corrections import FILE, Correction, Layer, adding, load, save
from errors import OutputNotWritten, UnreadableFile
from report import canonical

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
    assert found.signed(NUMBERS) is None


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
    assert found.unapplied(now) == 1
    assert found.unapplied(NUMBERS) == 0


def signature(*given):
    layer = Layer(of_values={one.id: one for one in given})
    digest = layer.digest_of(NUMBERS)
    return replace(ONE, id="", act="signed", old=None, new=None, digest=digest)


def test_a_decision_after_the_signature_takes_the_signature_away(tmp_path):
    signed = signature(ONE)
    assert layer(tmp_path, ONE, signed).signed(NUMBERS) == signed
    assert layer(tmp_path, replace(ONE, new=14)).signed(NUMBERS) is None


@pytest.mark.parametrize("value_id", [ONE.id, "proactive.fees.amount", "disputes.reconsideration.total"])
def test_a_signature_holds_for_all_the_numbers_that_stood_there(tmp_path, value_id):
    found = layer(tmp_path, ONE, signature(ONE))
    assert found.signed(NUMBERS) is not None
    now = {**NUMBERS, value_id: 999}
    assert found.signed(now) is None
    assert found.unapplied(now) == 1 + (value_id == ONE.id)


def test_a_signature_holds_for_the_decisions_that_stood_there(tmp_path):
    assert layer(tmp_path, ONE, signature(replace(ONE, new=99))).signed(NUMBERS) is None
    assert layer(tmp_path, signature()).signed(NUMBERS) is None


def test_a_signature_without_what_it_was_given_to_is_none(tmp_path):
    assert layer(tmp_path, replace(signature(), digest="")).signed(NUMBERS) is None


def test_a_line_that_was_cut_off_as_its_writer_died_is_as_if_never_written(tmp_path):
    save(tmp_path, [ONE])
    with (tmp_path / FILE).open("ab") as file:
        file.write(b'{"act":"corrected","id":"requests.rec')
    assert load(tmp_path).of(ONE.name, ONE.sha256).over(NUMBERS)[ONE.id] == 13
    assert layer(tmp_path, replace(ONE, new=15)).over(NUMBERS)[ONE.id] == 15


def test_a_whole_last_line_that_an_editor_left_without_its_end_counts_and_stays(tmp_path):
    (tmp_path / FILE).write_bytes(canonical(asdict(ONE)))
    assert load(tmp_path).of(ONE.name, ONE.sha256).over(NUMBERS)[ONE.id] == 13
    found = layer(tmp_path, replace(ONE, id="proactive.fees.amount", old=8.25, new=9))
    assert found.over(NUMBERS) == {**NUMBERS, ONE.id: 13, "proactive.fees.amount": 9}


def test_who_decides_keeps_others_from_deciding_meanwhile(tmp_path):
    (tmp_path / FILE).write_bytes(b'{"act":"corr')
    other = threading.Thread(target=save, args=(tmp_path, [replace(ONE, new=20)]))
    with adding(tmp_path) as add:
        other.start()
        other.join(0.3)
        assert other.is_alive()
        assert (tmp_path / FILE).read_bytes() == b'{"act":"corr'
        add([ONE])
    other.join(10)
    assert [line.count(b'"new":') for line in (tmp_path / FILE).read_bytes().splitlines()] == [1, 1]
    assert load(tmp_path).of(ONE.name, ONE.sha256).over(NUMBERS)[ONE.id] == 20


def test_many_writers_lose_nothing(tmp_path):
    (tmp_path / FILE).write_bytes(b'{"act":"corr')
    writers = [
        threading.Thread(target=save, args=(tmp_path, [replace(ONE, name=str(number))]))
        for number in range(20)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(10)
    assert len(load(tmp_path).of_reports) == 20


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-1e400", b"9007199254740992", b"1e300"])
def test_a_number_that_no_report_could_hold_is_refused(tmp_path, number):
    (tmp_path / FILE).write_bytes(LINE % (b"corrected", number) + b"\n")
    with pytest.raises(UnreadableFile, match="line 1 is no correction"):
        load(tmp_path)


def test_a_line_of_brackets_is_told(tmp_path):
    (tmp_path / FILE).write_bytes(b"[" * 100_000 + b"\n")
    with pytest.raises(UnreadableFile, match="line 1 is no correction"):
        load(tmp_path)


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
