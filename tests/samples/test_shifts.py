"""Planted faults are told apart from the report they spoil."""

import io

import docx
from hypothesis import given, settings
from hypothesis import strategies as st

from samples.reports import invent
from samples.shifts import plant


@given(st.integers(0, 10**6), st.booleans())
@settings(deadline=None, max_examples=60)
def test_a_fault_is_always_found_a_place_for_and_always_the_same(seed, zero):
    sample = invent(seed, zero=zero)
    data, description = plant(sample, seed)
    assert (data, description) == plant(sample, seed)
    if description.endswith("(Word)"):
        docx.Document(io.BytesIO(data))
    else:
        assert data.decode("utf-8")
