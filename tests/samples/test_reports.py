"""What invented reports promise, by arithmetic and reading of the tests' own."""

import re
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samples.printed import printed_tables
from samples.reports import invent, traditional, with_extra_rows
from standards import EDITIONS, load

seeds = st.integers(0, 10**6)
APPLICANTS = ("natural_person", "business", "research", "public_interest", "legal_service", "other")


def sums(sample):
    """Yield (left, right) of every prescribed sum, written out by hand."""
    value = {name: number or 0 for name, number in sample.numbers.items()}
    rows = [row.id for row in sample.standard.table("requests").parts[0].rows]
    inner = [row for row in rows if row.startswith("results.") and row != "results.total"]
    for column in (*APPLICANTS, "total"):
        cell = {row: value[f"requests.{row}.{column}"] for row in rows}
        yield cell["received"] + cell["carried_in"], cell["results.total"] + cell["carried_out"]
        yield sum(cell[row] for row in inner), cell["results.total"]
    for row in rows:
        yield sum(value[f"requests.{row}.{column}"] for column in APPLICANTS), value[f"requests.{row}.total"]
    for block in ("reconsideration", "litigation.direct", "litigation.after_reconsideration"):
        parts = ("upheld", "corrected", "other", "pending")
        yield sum(value[f"disputes.{block}.{part}"] for part in parts), value[f"disputes.{block}.total"]


def read(text):
    """Return the number a cell prints, without its unit; None for a blank or a mark."""
    text = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    found = re.fullmatch(r"(增加|增|減少|减少|減|减|\+|-)?(\d+(?:\.\d+)?)\s*(万元|萬元|元)?", text)
    if not found:
        assert text in ("", "-", "/", "—", "无", "無")
        return None
    sign = -1 if found[1] and found[1][0] in "减減-" else 1
    return sign * Decimal(found[2])


@given(seeds, st.sampled_from(("zero", "blank", "mark")), st.booleans())
@settings(deadline=None)
def test_every_sum_holds(seed, blanks, markers):
    sample = invent(seed, blanks=blanks, markers=markers)
    assert all(left == right for left, right in sums(sample))


@given(seeds)
@settings(deadline=None)
def test_a_misprint_breaks_a_sum(seed):
    sample = invent(seed, misprint=True)
    assert sample.misprint in sample.numbers
    assert any(left != right for left, right in sums(sample))


@given(seeds, st.floats(0, 1), st.booleans())
@settings(deadline=None)
def test_numbers_are_what_the_cells_print(seed, label_noise, markers):
    sample = invent(seed, label_noise=label_noise, markers=markers)
    assert tuple(sample.numbers) == tuple(sample.texts) == sample.standard.value_ids
    for name, text in sample.texts.items():
        number, printed = sample.numbers[name], read(text)
        if number is None or printed is None:
            assert number is None
            assert printed is None
        elif isinstance(number, Decimal):
            # the unit is in the cell, in the head or the standard's
            assert number in (printed, printed * 10_000, printed / 10_000)
        else:
            assert number == printed


@given(seeds, st.floats(0, 1))
@settings(deadline=None)
def test_a_seed_always_invents_the_same(seed, label_noise):
    assert invent(seed, label_noise=label_noise) == invent(seed, label_noise=label_noise)


@pytest.mark.parametrize("edition", EDITIONS)
def test_zero_means_zero_everywhere(edition):
    sample = invent(1, edition=edition, zero=True, blanks="zero")
    assert sample.edition == edition
    assert not any(sample.numbers.values())
    assert None not in sample.numbers.values()


def test_blank_zeros_are_no_numbers():
    sample = invent(1, zero=True, blanks="blank")
    assert set(sample.numbers.values()) == {None}
    assert set(sample.texts.values()) == {""}


def test_prose_has_the_six_sections_and_states_the_year():
    for seed in range(50):
        sample = invent(seed)
        assert [section for section, _, _ in sample.sections] == [
            section.id for section in load(sample.edition).sections
        ]
        words = (sample.title or "") + "".join(
            text for _, _, paragraphs in sample.sections for text in paragraphs
        )
        assert str(sample.year) in words
        assert "".join(sample.title_lines) == (sample.title or "")


def test_traditional_reports_keep_their_numbers():
    sample = invent(3, markers=True)
    turned = traditional(sample)
    assert turned.numbers == sample.numbers
    assert turned.labels["规章"] == "規章"


@given(seeds)
@settings(deadline=None)
def test_extra_rows_leave_the_others_in_place(seed):
    sample = invent(seed)
    for plain, grown in zip(
        printed_tables(sample), printed_tables(with_extra_rows(sample, seed)), strict=True
    ):
        values = [cell.text for cell in plain.cells if cell.role == "value"]
        assert [cell.text for cell in grown.cells if cell.role == "value"] == values
        covered = sum(cell.row_span * cell.column_span for cell in grown.cells)
        assert covered == grown.row_count * grown.column_count
