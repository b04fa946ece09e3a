"""A failing sum names the figures that would explain it. Nothing is ever changed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from normalize.identities import check
from normalize.repairs import propose
from report import Value
from samples.reports import invent
from standards import EDITIONS, load


def printed(numbers):
    return {
        name: Value(id=name, number=number, status="blank" if number is None else "printed")
        for name, number in numbers.items()
    }


def proposals(numbers, edition="2021"):
    """Return (row or column, identity) of each failing check -> value id -> number that would mend it."""
    standard = load(edition)
    values = printed(numbers)
    return {
        (one.identity, one.at): {proposal.value: proposal.number for proposal in found}
        for one, found in propose(check(values, standard), values, standard)
    }


def zeros(**changes):
    return {**dict.fromkeys(load("2021").value_ids, 0), **changes}


def test_where_every_sum_holds_there_is_nothing_to_propose():
    assert proposals(zeros()) == {}


def test_the_one_figure_that_all_failing_sums_share_is_named_with_its_right_number():
    # Printed 1 in a table of zeros: its row, its column's results and nothing else fail.
    wrong = "requests.results.granted.business"
    found = proposals(zeros(**{wrong: 1}))
    assert set(found) == {("requests.row_total", "results.granted"), ("requests.results_total", "business")}
    assert all(suspects == {wrong: 0} for suspects in found.values())


def test_a_total_that_is_wrong_is_told_from_its_parts():
    parts = zeros(
        **{
            "disputes.reconsideration.upheld": 2,
            "disputes.reconsideration.other": 1,
            "disputes.reconsideration.total": 4,
        }
    )
    (suspects,) = proposals(parts).values()
    assert suspects["disputes.reconsideration.total"] == 3
    assert suspects["disputes.reconsideration.upheld"] == 3
    assert suspects["disputes.reconsideration.other"] == 2


def test_no_count_below_zero_is_proposed():
    parts = zeros(**{"disputes.reconsideration.upheld": 1, "disputes.reconsideration.total": 0})
    (suspects,) = proposals(parts).values()
    assert suspects == {"disputes.reconsideration.upheld": 0, "disputes.reconsideration.total": 1}


@given(st.integers(0, 10**6), st.sampled_from(EDITIONS))
def test_a_single_misprint_is_among_the_suspects_of_every_sum_it_breaks(seed, edition):
    sample = invent(seed, edition=edition, zero=False, blanks="zero", misprint=True)
    found = proposals(sample.numbers, edition)
    assert found
    assert all(sample.misprint in suspects for suspects in found.values())


@given(st.integers(0, 10**6))
def test_proposing_changes_no_value(seed):
    sample = invent(seed, edition="2021", zero=False, misprint=True)
    values = printed(sample.numbers)
    before = dict(values)
    propose(check(values, load("2021")), values, load("2021"))
    assert values == before
