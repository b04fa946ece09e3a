"""A label of a scan is known by its letters or by its turn, and never taken for another one."""

from __future__ import annotations

from itertools import permutations

import pytest

from benchmarks.labels import measure
from normalize.labels import core
from normalize.misreadings import is_legible, is_likely, is_much_like, read
from normalize.script import Prescribed, script
from standards import EDITIONS, load

_ODD = "籯"  # a letter that no label is written with


def label_of(edition: str, printed: str) -> Prescribed:
    return next(label for label in script(load(edition)).labels if label.label == printed)


@pytest.mark.parametrize(
    ("shown", "bare", "number"),
    [
        ("(-)予以公开", "予以公开", "一"),
        ("三·本\n年度办\n理结果", "本年度办理结果", "三"),
        ("',\n尚未审\n结", "尚未审结", ""),
        ("总计\n一", "总计", ""),
        ("7:属于行政执法案卷", "属于行政执法案卷", ""),
        ("其中：规章", "其中规章", ""),
        ("(七不)总计", "七不总计", ""),
    ],
)
def test_dirt_and_rulings_are_no_letters(shown: str, bare: str, number: str) -> None:
    found = read(shown)
    assert (found.bare, found.number) == (bare, number)


@pytest.mark.parametrize(
    ("shown", "label"),
    [
        ("3.补止后申请内容仍不明确", "3.补正后申请内容仍不明确"),
        ("5.属十三类内部事务信息", "5.属于三类内部事务信息"),
    ],
)
def test_one_letter_of_a_long_label_is_a_slip_however_surely_it_was_read(shown: str, label: str) -> None:
    assert is_legible(shown, 0.997, label_of("2021", label), script(load("2021")))


@pytest.mark.parametrize(
    ("shown", "label"),
    [
        ("6.属十四类过程性信息", "5.属于三类内部事务信息"),
        ("总汁", "总计"),
        ("5.属于三类外部事务信息", "5.属于三类内部事务信息"),
        ("5.属于二类内部事务信息", "5.属于三类内部事务信息"),
        ("4.有正当理由大量反复申请", "4.无正当理由大量反复申请"),
        ("1.本机关已掌握相关政府信息", "1.本机关不掌握相关政府信息"),
        ("3.补正后申请内容仍很明确", "3.补正后申请内容仍不明确"),
        ("3.补歪后申请内容仍木明确", "3.补正后申请内容仍不明确"),
    ],
)
def test_more_than_a_letter_or_one_that_means_something_else_is_no_slip(shown: str, label: str) -> None:
    assert not is_legible(shown, 0.997, label_of("2021", label), script(load("2021")))


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("confidence", [0.35, 0.9, 0.999])
def test_no_label_is_taken_for_another_of_its_table(edition: str, confidence: float) -> None:
    form = script(load(edition))
    taken = [
        (label.label, other.label)
        for label, other in permutations(form.labels, 2)
        if label.table == other.table and core(label.plains[0]) != core(other.plains[0])
        for shown in (other.label, f"{other.label[:-1]}{_ODD}", other.label[:-1])
        if is_legible(shown, confidence, label, form) and label.role != "caption"
    ]
    assert taken == []


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("confidence", [0.35, 0.9])
def test_no_label_stands_at_the_turn_of_another(edition: str, confidence: float) -> None:
    form = script(load(edition))
    taken = [
        (label.label, other.label)
        for label, other in permutations(form.labels, 2)
        if label.table == other.table and core(label.plains[0]) != core(other.plains[0])
        if is_likely(other.label, confidence, label, form) and label.role != "caption"
    ]
    assert taken == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_label_of_four_letters_is_known_with_one_of_them_misread(edition: str) -> None:
    form = script(load(edition))
    for label in form.labels:
        if label.role in ("row", "column") and len(core(label.label)) >= 4:
            assert is_likely(f"{label.label[:-1]}{_ODD}", 0.6, label, form), label.label


def test_what_was_read_surely_is_what_stands_there() -> None:
    label, form = label_of("2021", "结果维持"), script(load("2021"))
    assert is_likely("结果维特", 0.9, label, form)
    assert not is_likely("结果维特", 0.99, label, form)


def test_the_more_of_a_label_is_wrong_the_less_sure_it_must_be() -> None:
    label, form = label_of("2021", "尚未审结"), script(load("2021"))
    assert is_likely("尚末籯结", 0.5, label, form)
    assert not is_likely("尚末籯结", 0.8, label, form)


def test_a_row_that_stands_twice_is_known_when_it_is_misread() -> None:
    assert is_much_like("2.重复由请", "2.重复申请")
    assert not is_much_like("2.其他法律行政法规禁止公开", "2.重复申请")


@pytest.mark.parametrize("rate", ["scan150", "fax"])
def test_no_fault_passes_under_misread_labels(rate: str) -> None:
    """A few of the thousands that `python -m benchmarks.labels` draws."""
    found = measure(rate, 46_700_000, 12)
    assert (found.passed, found.wrong_verified, found.faults) == (0, 0, 12), found.told
    assert found.verified >= (8 if rate == "scan150" else 0)
