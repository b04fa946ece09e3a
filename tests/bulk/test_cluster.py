"""A real Ray cluster of two machines on this one; skipped where Ray is not installed."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from bulk import cluster, local
from bulk.run import Options, run
from bulk.sources import collect
from bulk.worker import Job, Limits, Outcome
from samples import text
from samples.reports import invent
from tests.hostile.originals import zipped

ray = pytest.importorskip("ray")
pytestmark = pytest.mark.filterwarnings("ignore")

LIMITS = Limits(seconds=60.0)
REPORTS = 40


@pytest.fixture
def machines() -> Iterator[Any]:
    """Start a head that does no work, and two machines with one processor each."""
    machines = import_module("ray.cluster_utils").Cluster(
        initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False}
    )
    machines.workers = [machines.add_node(num_cpus=1) for _ in range(2)]
    yield machines
    machines.shutdown()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Plant reports, one of them twice, an archive, and files that fail."""
    folder = tmp_path_factory.mktemp("in")
    reports = [text.draw(invent(46_600_000 + n), flattening="P3", seed=n).data for n in range(REPORTS)]
    for number, data in enumerate(reports):
        (folder / f"{number}.txt").write_bytes(data)
    (folder / "again.txt").write_bytes(reports[3])
    (folder / "more.zip").write_bytes(zipped({"a.txt": reports[5], "b.txt": reports[6] + b"\n"}))
    (folder / "empty.txt").write_bytes(b"")
    (folder / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    return folder


def files(out: Path) -> dict[str, bytes]:
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*.json*"))
        if path.is_file()
    }


def records(out: Path) -> list[tuple[Any, ...]]:
    ledger = sqlite3.connect(out / "ledger.sqlite")
    try:
        fields = "name, state, sha256, key, outcome, code, reason, reasons, issuer, year, edition"
        return ledger.execute(f"select {fields} from inputs order by name").fetchall()
    finally:
        ledger.close()


@pytest.fixture(scope="module")
def expected(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("local") / "out"
    run(collect([folder], out).inputs, out, limits=LIMITS, jobs=2, carrier=local.outcomes)
    return out


def converted(folder: Path, out: Path, address: str, seen: Callable[[int], None]) -> None:
    count = 0

    def counted(_row: object, _outcome: Outcome) -> None:
        nonlocal count
        count += 1
        seen(count)

    carrier = partial(cluster.outcomes, address=address)
    options = Options(seen=counted)
    run(collect([folder], out).inputs, out, limits=LIMITS, jobs=2, options=options, carrier=carrier)


def test_it_gives_the_same_bytes_and_records_though_a_machine_is_lost(
    folder: Path, expected: Path, machines: Any, tmp_path: Path
) -> None:
    lost = []

    def lose(count: int) -> None:
        if count == 10:
            lost.append(machines.workers[0])
            machines.remove_node(machines.workers[0], allow_graceful=False)

    out = tmp_path / "out"
    converted(folder, out, machines.address, lose)
    assert lost
    assert records(out) == records(expected)
    assert files(out) == files(expected)
    again: list[int] = []
    converted(folder, out, machines.address, again.append)
    assert len(again) == REPORTS + 5
    assert records(out) == records(expected)


class Doomed(cluster.Bench):
    """A bench that is gone as soon as it meets a certain name."""

    def look(self, jobs: Sequence[Job]) -> list[Outcome]:
        if any(job.name == "doomed" for job in jobs):
            os._exit(1)
        return super().look(jobs)


def test_what_takes_bench_after_bench_with_it_fails_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "Bench", Doomed)
    monkeypatch.setattr(cluster, "_FIRST", 3)
    jobs = []
    for name in ("a", "doomed", "b"):
        (tmp_path / name).write_text(f"{name}\n", encoding="utf-8")
        jobs.append(Job(name=name, place=tmp_path / name))
    found = {one.name: one for one in cluster.outcomes(jobs, limits=LIMITS, jobs=1)}
    assert found["doomed"].code == "internal.died"
    assert found["a"].json is not None
    assert found["b"].json is not None


def test_it_works_where_no_cluster_is_and_leaves_none(tmp_path: Path) -> None:
    jobs = [Job(name="a", place="一、总体情况\n".encode()), Job(name="b", place=tmp_path / "nothing")]
    found = {one.name: one for one in cluster.outcomes(jobs, limits=LIMITS, jobs=1)}
    assert found["a"].json is not None
    assert json.loads(found["a"].json)["source"]["name"] == "a"
    assert found["b"].code == "input.unreadable"
    assert not ray.is_initialized()
