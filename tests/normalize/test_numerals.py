"""What a cell says: a number, one of the known marks for none, or nothing that can be read."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from findings import CATALOGUE
from normalize.numerals import convert_unit, looks_like_entry, read, replay, splits, units_in
from tests.cases import params


def reading_of(case):
    return read(case["text"], case.get("kind", "count"), case.get("unit"), case.get("head_unit"))


@pytest.mark.parametrize("case", params("numerals"))
def test_it_reads_what_the_cell_says_and_no_more(case):
    reading = reading_of(case)
    number = Decimal(case["number"]) if "number" in case else None
    assert reading.status == case.get("status", "printed")
    assert reading.number == number
    assert list(reading.doubts) == case.get("doubts", [])


@pytest.mark.parametrize("case", [case for case in params("numerals") if "number" in case.values[0]])
def test_replaying_the_steps_gives_the_number_again(case):
    reading = reading_of(case)
    passed = replay(case["text"], reading.steps, case.get("unit"))
    assert [step for step, _ in passed] == list(reading.steps)
    assert Decimal(passed[-1][1] if passed else case["text"]) == reading.number


@pytest.mark.parametrize("case", params("numerals"))
def test_its_doubts_are_in_the_catalogue(case):
    assert all(doubt in CATALOGUE for doubt in reading_of(case).doubts)


@pytest.mark.parametrize("case", params("numerals", "met", "made_up", "known_failure"))
def test_whatever_it_reads_can_stand_in_a_value_cell(case):
    assert looks_like_entry(case["text"]) == bool(case["text"].strip())


@pytest.mark.parametrize(
    "text", ["规章", "1.属于国家秘密", "（一）予以公开", "2023年", "第二十条第（一）项", "— 3 —人", "三"]
)
def test_labels_and_words_cannot_stand_in_a_value_cell(text):
    assert not looks_like_entry(text)


@given(st.text(max_size=12), st.sampled_from(["count", "signed_count", "amount"]))
def test_it_has_a_number_exactly_when_it_is_printed(text, kind):
    reading = read(text, kind, "元" if kind == "amount" else None)
    assert (reading.number is not None) == (reading.status == "printed")


@given(
    st.text(alphabet="0123456789０１２,，.．+-－增减加少万元亿 　件OlI〇—/", max_size=10),
    st.sampled_from(["count", "signed_count", "amount"]),
    st.sampled_from([None, "元", "万元"]),
)
def test_the_steps_of_any_text_lead_to_its_number(text, kind, head_unit):
    unit = "元" if kind == "amount" else None
    reading = read(text, kind, unit, head_unit if unit else None)
    if reading.number is not None:
        passed = replay(text, reading.steps, unit)
        assert Decimal(passed[-1][1] if passed else text) == reading.number


@given(st.integers(0, 10**14 - 1))
def test_plain_digits_are_their_own_number(number):
    reading = read(str(number))
    assert (reading.number, reading.steps, reading.doubts) == (number, (), ())


@given(st.decimals(min_value=0, max_value=10**6, places=4))
def test_units_convert_exactly_and_back(amount):
    assert convert_unit(convert_unit(amount, "万元", "元"), "元", "万元") == amount


@pytest.mark.parametrize(
    ("label", "units"),
    [
        ("本年收费金额（单位：万元）", ("万元",)),
        ("采购总金额(万元)", ("万元",)),
        ("采购总金额(万元,保留四位小数)", ("万元",)),
        ("采购总金额（单位：元）", ("元",)),
        ("采购总金额", ()),
    ],
)
def test_it_finds_the_unit_that_a_head_prints(label, units):
    assert units_in(label) == units


@pytest.mark.parametrize(
    ("digits", "count", "ways"),
    [
        ("000", 3, [["0", "0", "0"]]),
        ("2000002", 7, [["2", "0", "0", "0", "0", "0", "2"]]),
        ("10", 1, [["10"]]),
        ("10", 2, [["1", "0"]]),
        ("100", 2, [["10", "0"]]),
        ("3--", 3, [["3", "-", "-"]]),
        ("0", 1, [["0"]]),
        ("007", 1, []),
        ("12", 3, []),
        ("", 1, []),
    ],
)
def test_digits_are_cut_where_no_figure_begins_with_zero(digits, count, ways):
    assert splits(digits, ["count"] * count) == ways


def test_of_several_ways_to_cut_digits_two_are_told():
    assert len(splits("1234567890", ["count"] * 3)) == 2


def test_a_sign_may_open_a_change_only():
    assert splits("3+25", ["count", "signed_count"]) == [["3", "+25"]]
    assert splits("3+25", ["count", "count"]) == []


@given(st.lists(st.integers(0, 9999), min_size=1, max_size=7))
def test_the_figures_themselves_are_among_the_ways_to_cut_them(figures):
    ways = splits("".join(map(str, figures)), ["count"] * len(figures))
    assert [str(figure) for figure in figures] in ways or len(ways) == 2
