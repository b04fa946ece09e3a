"""Do the prescribed sums hold in what is printed? A blank counts as 0 inside a sum, and only there."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalize.identities import check, terms_of
from report import Value
from samples.reports import invent
from standards import EDITIONS, load


def values(edition, shown=None, **changes):
    """Return zeros but for `shown` (value id -> number, or None for a blank) and the named statuses."""
    found = {}
    for name in load(edition).value_ids:
        number = (shown or {}).get(name, 0)
        found[name] = Value(id=name, number=number, status="blank" if number is None else "printed")
    for name, status in changes.items():
        found[name] = Value(id=name, number=None, status=status)
    return found


def verdicts(found, edition="2021"):
    return {(one.identity, one.at): one for one in check(found, load(edition))}


ROW = [f"requests.received.{name}" for name in ("natural_person", "business", "total")]


@pytest.mark.parametrize(("edition", "count"), [("2021", 7 + 7 + 25 + 3), ("2019", 7 + 7 + 23 + 3)])
def test_it_checks_every_identity_in_every_row_or_column_it_ranges_over(edition, count):
    checks = check(values(edition), load(edition))
    assert len(checks) == len(terms_of(load(edition))) == count
    assert {one.verdict for one in checks} == {"holds"}


def test_a_row_sum_holds_or_fails_by_its_figures():
    person, business, total = ROW
    holds = verdicts(values("2021", {person: 3, business: 4, total: 7}))["requests.row_total", "received"]
    fails = verdicts(values("2021", {person: 3, business: 4, total: 8}))["requests.row_total", "received"]
    assert (holds.left, holds.right, holds.verdict) == (7, 7, "holds")
    assert (fails.left, fails.right, fails.verdict) == (7, 8, "fails")


def test_the_balance_takes_two_rows_on_either_side():
    shown = {
        "requests.received.total": 5,
        "requests.carried_in.total": 2,
        "requests.results.total.total": 4,
        "requests.carried_out.total": 3,
    }
    one = verdicts(values("2021", shown))["requests.balance", "total"]
    assert (one.left, one.right, one.verdict) == (7, 7, "holds")


def test_a_blank_counts_as_nothing_and_is_named():
    person, business, total = ROW
    one = verdicts(values("2021", {person: 3, business: None, total: 3}))["requests.row_total", "received"]
    assert (one.verdict, one.blanks) == ("holds", (business,))


def test_a_blank_total_over_figures_is_unknown_and_no_misprint():
    person, _, total = ROW
    one = verdicts(values("2021", {person: 3, total: None}))["requests.row_total", "received"]
    assert (one.left, one.right, one.verdict) == (3, 0, "unknown")


def test_a_blank_row_holds():
    person, business, total = ROW
    found = values("2021", dict.fromkeys(ROW))
    assert verdicts(found)["requests.row_total", "received"].verdict == "holds"
    assert {person, business, total} <= set(verdicts(found)["requests.row_total", "received"].blanks)


@pytest.mark.parametrize("status", ["absent", "unassigned", "unreadable"])
def test_a_figure_that_is_missing_makes_its_sums_unknown(status):
    found = verdicts(values("2021", **{ROW[1]: status}))
    unknown = {key for key, one in found.items() if one.verdict == "unknown"}
    assert unknown == {("requests.row_total", "received"), ("requests.balance", "business")}
    assert found["requests.row_total", "received"].left is None


def test_a_fraction_in_a_count_makes_its_sums_unknown():
    person, _, total = ROW
    found = values("2021", {person: Decimal("1.5"), total: 2})
    assert verdicts(found)["requests.row_total", "received"].verdict == "unknown"


@given(st.integers(0, 10**6), st.sampled_from(EDITIONS))
def test_every_sum_of_an_invented_report_holds(seed, edition):
    sample = invent(seed, edition=edition, blanks="zero")
    found = {name: Value(id=name, number=number, status="printed") for name, number in sample.numbers.items()}
    assert {one.verdict for one in check(found, load(edition))} == {"holds"}


def test_each_check_sums_its_own_terms():
    standard = load("2021")
    found = values("2021", {name: place for place, name in enumerate(standard.value_ids)})
    for one, terms in zip(check(found, standard), terms_of(standard), strict=True):
        assert (one.identity, one.at) == (terms.identity.id, terms.at)
        assert one.left == sum(found[name].number for name in terms.left)
        assert one.right == sum(found[name].number for name in terms.right)
