"""A bench works under Ray, but what it does needs none."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from bulk import cluster
from bulk.cluster import Bench
from bulk.settling import settle
from bulk.worker import Job, Limits
from errors import MissingProgram

TEXT = "一、总体情况\n".encode()


@pytest.fixture
def bench() -> Iterator[Bench]:
    main = vars(sys.modules["__main__"])
    before = {name: main[name] for name in ("__file__",) if name in main}
    bench = Bench(Limits(seconds=30.0))
    yield bench
    bench.end()
    main.update(before)


def test_it_looks_at_files_and_converts_what_is_wanted_by_one_worker(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(TEXT)
    jobs = [Job(name="a", place=tmp_path / "a"), Job(name="gone", place=tmp_path / "gone")]
    looked = {one.name: one for one in bench.look(jobs)}
    assert (looked["a"].same, looked["a"].sha256) == (True, sha256(TEXT).hexdigest())
    assert looked["gone"].code == "input.unreadable"
    (done,) = bench.convert(jobs[:1], {"a": sha256(TEXT).hexdigest()})
    assert done.json is not None
    (member,) = bench.convert([Job(name="x.zip/b", place=TEXT)], {})
    assert member.json is not None


def test_it_converts_no_content_but_the_one_that_was_looked_at(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(TEXT)
    job = Job(name="a", place=tmp_path / "a")
    (looked,) = bench.look([job])
    (tmp_path / "a").write_bytes(TEXT * 2)
    (done,) = bench.convert([job], {"a": looked.sha256 or ""})
    outcome = cluster.unchanged(done)
    assert (outcome.status, outcome.code, outcome.sha256) == ("failed", "input.changed", None)
    row = settle(outcome, None, tmp_path / "out", "version", folders=set())
    assert row.key is None  # so the next run tries again


def test_it_says_what_to_install_where_ray_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingProgram, match=r"pip install 'gouji\[ray\]'"):
        next(cluster.outcomes([], limits=Limits()))


@pytest.mark.parametrize(("seconds", "size"), [(0.0001, 64), (0.02, 64), (0.1, 20), (12.0, 1)])
def test_its_batches_take_about_two_seconds(seconds: float, size: int) -> None:
    pace = cluster.Pace()
    assert pace.size() == 8
    pace.learn([cluster.Outcome(name="a", status="verified", seconds=seconds)] * 8)
    assert pace.size() == size
