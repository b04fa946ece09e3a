"""Damaged files: whatever is in them, reading ends in a report or in one of the declared errors."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bulk.archives import Member, read
from bulk.local import outcomes
from bulk.worker import Job, Limits
from converters import convert
from errors import ConversionError
from normalize import normalize
from report import evidence_to_json, from_json, to_json
from tests.hostile.mutations import mutate
from tests.hostile.originals import originals

PIECES = [data for files in originals().values() for _, data in files]
SEEDS = st.integers(46_000_000, 46_999_999)
# What these kinds are read with is native code; should it crash, a process of its own takes the blow.
NATIVE = {"pdf": 12, "image": 6}  # how many of each: a page without text is recognised, in a second or two


def damaged(seed: int, kind: str) -> bytes:
    random = Random(seed)
    _, data = random.choice(originals()[kind])
    return mutate(random, kind, data, PIECES)


@pytest.mark.parametrize("kind", ["docx", "html", "text"])
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(seed=SEEDS)
def test_it_reads_a_damaged_file_or_says_why_not(kind: str, seed: int) -> None:
    try:
        report = normalize(convert(damaged(seed, kind), name="a"))
    except ConversionError:
        return
    written = to_json(report)
    assert to_json(from_json(written, evidence_to_json(report))) == written


@pytest.mark.parametrize("kind", NATIVE)
def test_it_outlives_whatever_a_damaged_file_does(kind: str, tmp_path: Path) -> None:
    def jobs() -> Iterator[Job]:
        for seed in range(46_000_000, 46_000_000 + NATIVE[kind]):
            path = tmp_path / f"{seed}"
            path.write_bytes(damaged(seed, kind))
            yield Job(name=path.name, place=path)

    found = list(outcomes(jobs(), limits=Limits(seconds=20.0)))
    assert len(found) == NATIVE[kind]
    assert [
        (one.name, one.code, one.trace) for one in found if (one.code or "").startswith("internal.")
    ] == []


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(seed=SEEDS)
def test_it_tells_what_a_damaged_archive_holds_and_lets_nothing_out(seed: int) -> None:
    data = damaged(seed, "archive")
    events = list(read(BytesIO(data), "a.zip", size=len(data)))
    for event in events:
        assert event.name == "a.zip" or event.name.startswith("a.zip/")
        assert ".." not in event.name.split("/")
    members = [event.name for event in events if isinstance(event, Member)]
    assert len(members) == len(set(members))
