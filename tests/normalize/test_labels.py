"""Two spellings that a reader would call the same label have the same plain form; others do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalize.labels import core, likeness, numbering, plain
from normalize.sequence import least_likeness
from standards import EDITIONS, load
from standards.form import layout
from tests.cases import params


def plains(case):
    return plain(case["printed"]), plain(case["prescribed"])


def every_label():
    return sorted(
        {
            label
            for edition in EDITIONS
            for table in load(edition).tables
            for slot in layout(table)
            for label in slot.labels
        }
    )


@pytest.mark.parametrize("case", params("labels", alike="plain"))
def test_width_spaces_script_and_punctuation_do_not_count(case):
    printed, prescribed = plains(case)
    assert printed == prescribed


@pytest.mark.parametrize("case", params("labels", alike="core"))
def test_numbering_and_explanations_do_not_count_for_the_core(case):
    printed, prescribed = plains(case)
    assert printed != prescribed
    assert core(printed) == core(prescribed)


@pytest.mark.parametrize("case", params("labels", alike="likeness"))
def test_damaged_labels_are_still_alike(case):
    printed, prescribed = map(core, plains(case))
    assert printed != prescribed
    assert likeness(printed, prescribed) >= least_likeness(len(printed))


@pytest.mark.parametrize("case", params("labels", "must_not_change"))
def test_it_keeps_different_labels_apart(case):
    printed, prescribed = plains(case)
    assert printed != prescribed
    assert core(printed) != core(prescribed)


def test_the_labels_of_both_editions_have_plain_forms_of_their_own():
    labels = every_label()
    assert len({plain(label) for label in labels}) == len(labels)


@pytest.mark.parametrize("label", every_label())
def test_the_plain_form_of_a_prescribed_label_is_its_own(label):
    assert plain(plain(label)) == plain(label)


@given(st.sampled_from(every_label()), st.data())
def test_spaces_anywhere_in_a_label_change_nothing(label, data):
    place = data.draw(st.integers(0, len(label)))
    space = data.draw(st.sampled_from([" ", "\n", "　", "\u00a0", "\u200b", "\t"]))
    assert plain(label[:place] + space + label[place:]) == plain(label)


@pytest.mark.parametrize(
    ("label", "number"),
    [
        ("一、本年新收政府信息公开申请数量", "一"),
        ("（四）无法提供", "四"),
        ("1.属于国家秘密", "1"),
        ("(四) 1. 本机关不掌握相关政府信息", "1"),
        ("总计", ""),
        ("2023年", ""),
        ("3.5", ""),
    ],
)
def test_it_tells_the_last_number_that_a_label_begins_with(label, number):
    assert numbering(plain(label)) == number


@pytest.mark.parametrize("label", ["（一）", "1.", "一、", "（本列数据的勾稽关系为）"])
def test_what_is_nothing_but_numbering_or_brackets_is_its_own_core(label):
    assert core(plain(label))


def test_likeness_is_one_for_equals_and_nothing_for_strangers():
    assert likeness("总计", "总计") == 1.0
    assert likeness("总计", "规章") == 0.0
