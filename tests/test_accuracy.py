"""A small run of the accuracy benchmark on reports that nobody tuned on: what must never happen does not."""

from __future__ import annotations

from functools import cache

import pytest

from benchmarks.accuracy import Tally, measure

SEEDS = 21_000_000


@cache
def groups(kind: str, count: int) -> dict[str, Tally]:
    return measure(SEEDS, {kind: count}, jobs=1)


@pytest.mark.parametrize(("kind", "count"), [("word", 51), ("text", 102), ("web", 36), ("shift", 60)])
def test_it_verifies_no_wrong_value_and_no_planted_shift(kind: str, count: int) -> None:
    failures = [
        failure
        for tally in groups(kind, count).values()
        if tally.wrong_verified
        for failure in tally.failures
    ]
    assert failures == []


@pytest.mark.parametrize(("kind", "count"), [("word", 51), ("web", 36)])
def test_it_reads_every_value_of_a_file_that_kept_its_tables(kind: str, count: int) -> None:
    for name, tally in groups(kind, count).items():
        assert (tally.recovered, tally.wrong) == (tally.recoverable, 0), (name, tally.failures)


def test_it_tells_and_locates_every_planted_misprint() -> None:
    for name, tally in (groups("word", 51) | groups("text", 102)).items():
        assert tally.misprints_located == tally.misprints, (name, tally.failures)
