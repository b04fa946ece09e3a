from __future__ import annotations

import json
import os
import sqlite3
import sys
import threading
from collections.abc import Iterator
from hashlib import sha256
from multiprocessing import active_children
from pathlib import Path

import pytest

from bulk import local
from bulk.ledger import Ledger, Row
from bulk.local import outcomes
from bulk.run import Options, run
from bulk.sources import collect
from bulk.worker import Job, Limits, Outcome, work
from errors import OutputNotWritten

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs a pipe with a name")
LIMITS = Limits(seconds=30.0)


def plant(root: Path, **texts: str) -> Path:
    root.mkdir(exist_ok=True)
    for name, text in texts.items():
        (root / f"{name}.txt").write_text(text, encoding="utf-8")
    return root


def convert(folder: Path, out: Path, **options: object) -> dict[str, Row]:
    rows: dict[str, Row] = {}

    def seen(row: Row, _outcome: Outcome) -> None:
        rows[row.name] = row

    run(collect([folder], out).inputs, out, limits=LIMITS, options=Options(seen=seen, **options))
    return rows


def files(out: Path) -> dict[str, bytes]:
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*.json*"))
        if path.is_file()
    }


def test_it_leaves_one_record_for_every_input(tmp_path: Path) -> None:
    plant(tmp_path / "in", a="一、总体情况\n没有表格。\n", empty="", deep="x")
    (tmp_path / "in" / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    rows = convert(tmp_path / "in", tmp_path / "out")
    assert sorted(rows) == ["a.txt", "deep.txt", "empty.txt", "old.doc"]
    assert rows["empty.txt"].code == "input.unreadable"
    assert rows["old.doc"].code == "input.unsupported"
    assert (tmp_path / "out" / "a.txt.json").is_file()
    assert (tmp_path / "out" / "a.txt.evidence.json").is_file()
    failures = [
        json.loads(line) for line in (tmp_path / "out" / "failures.jsonl").read_text("utf-8").splitlines()
    ]
    assert [failure["name"] for failure in failures] == ["a.txt", "deep.txt", "empty.txt", "old.doc"]
    assert all(set(failure) == {"name", "code", "message"} for failure in failures)


def test_it_writes_the_same_bytes_in_any_order_on_any_number_of_workers(tmp_path: Path) -> None:
    folder = plant(tmp_path / "in", **{f"r{number}": f"某县{number}年度报告\n" for number in range(8)})
    inputs = collect([folder], tmp_path / "x").inputs
    run(inputs, tmp_path / "one", limits=LIMITS)
    run(inputs[::-1], tmp_path / "two", limits=LIMITS, jobs=2)
    assert files(tmp_path / "one") == files(tmp_path / "two") != {}


def test_it_skips_what_is_done_and_whose_outputs_stand(tmp_path: Path) -> None:
    folder, out = plant(tmp_path / "in", a="甲\n", b="乙\n", c="丙\n"), tmp_path / "out"
    convert(folder, out)
    before = {path: path.stat().st_mtime_ns for path in out.glob("*.json")}
    (folder / "b.txt").write_text("改了\n", encoding="utf-8")
    (out / "c.txt.json").unlink()
    seen: dict[str, bool] = {}
    inputs = collect([folder], out).inputs
    told = Options(seen=lambda row, outcome: seen.update({row.name: outcome.same}))
    run(inputs, out, limits=LIMITS, options=told)
    assert seen == {"a.txt": True, "b.txt": False, "c.txt": False}
    assert (out / "a.txt.json").stat().st_mtime_ns == before[out / "a.txt.json"]
    assert (out / "b.txt.json").stat().st_mtime_ns > before[out / "b.txt.json"]


def test_it_removes_the_outputs_of_a_content_that_no_longer_gives_any(tmp_path: Path) -> None:
    folder, out = plant(tmp_path / "in", a="甲\n"), tmp_path / "out"
    convert(folder, out)
    (folder / "a.txt").write_bytes(b"")
    assert convert(folder, out)["a.txt"].code == "input.unreadable"
    assert list(out.glob("a.txt*")) == []


def test_it_overwrites_no_file_of_somebody_else(tmp_path: Path) -> None:
    folder, out = plant(tmp_path / "in", a="甲\n"), tmp_path / "out"
    out.mkdir()
    (out / "a.txt.json").write_text("mine", encoding="utf-8")
    assert convert(folder, out)["a.txt"].code == "output.exists"
    assert (out / "a.txt.json").read_text(encoding="utf-8") == "mine"
    assert convert(folder, out, force=True)["a.txt"].has_report


def test_it_goes_on_after_a_name_too_long_for_its_output(tmp_path: Path) -> None:
    folder, out = plant(tmp_path / "in", b="乙\n", **{"报" * 80: "甲\n"}), tmp_path / "out"
    rows = convert(folder, out)
    long = rows[f"{'报' * 80}.txt"]
    assert long.code == "output.not_written"
    assert rows["b.txt"].has_report
    assert not list(out.glob(".part*"))
    elsewhere = tmp_path / "elsewhere"
    assert convert(folder, elsewhere)[long.name].reason == long.reason
    assert (elsewhere / "failures.jsonl").read_bytes() == (out / "failures.jsonl").read_bytes()


@POSIX
def test_it_writes_nothing_through_a_link_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "in" / "sub").mkdir(parents=True)
    plant(tmp_path / "in" / "sub", a="甲\n")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "sub").symlink_to(tmp_path / "elsewhere")
    assert convert(tmp_path / "in", tmp_path / "out")["sub/a.txt"].code == "output.exists"
    assert list((tmp_path / "elsewhere").iterdir()) == []


@POSIX
def test_it_kills_what_takes_too_long_and_goes_on(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "hangs")  # nobody ever writes to it
    plant(tmp_path, good="甲\n")
    jobs = [Job(name=name, place=tmp_path / name) for name in ("hangs", "good.txt")]
    found = {one.name: one for one in outcomes(jobs, limits=Limits(seconds=1.5))}
    assert found["hangs"].code == "limit.time"
    assert "not done after 1.5 s" in (found["hangs"].message or "")
    assert found["good.txt"].json is not None


@POSIX
def test_it_goes_on_after_the_death_of_a_worker(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "hangs")
    plant(tmp_path, good="甲\n")

    def queue() -> Iterator[Job]:
        threading.Timer(1.0, lambda: [child.kill() for child in active_children()]).start()
        yield Job(name="hangs", place=tmp_path / "hangs")
        yield Job(name="good.txt", place=tmp_path / "good.txt")

    found = {one.name: one for one in outcomes(queue(), limits=LIMITS)}
    assert found["hangs"].code == "internal.died"
    assert "signal 9" in (found["hangs"].message or "")
    assert found["good.txt"].json is not None


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not bound the address space")
def test_it_fails_an_input_that_needs_too_much_memory(tmp_path: Path) -> None:
    with (tmp_path / "big.pdf").open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(250 << 20)
    plant(tmp_path, good="甲\n")
    jobs = [Job(name=name, place=tmp_path / name) for name in ("big.pdf", "good.txt")]
    found = {one.name: one for one in outcomes(jobs, limits=Limits(seconds=30, memory_bytes=256 << 20))}
    assert found["big.pdf"].code == "limit.memory"
    assert found["good.txt"].json is not None


def test_it_reads_no_file_above_the_largest_limit(tmp_path: Path) -> None:
    with (tmp_path / "big.txt").open("wb") as file:
        file.truncate(300 << 20)
    outcome = work(Job(name="big.txt", place=tmp_path / "big.txt"))
    assert outcome.code == "input.limit"
    assert outcome.sha256 is None


def test_it_records_a_folder_that_cannot_be_listed(tmp_path: Path) -> None:
    outcome = work(Job(name="locked", place=tmp_path))
    assert (outcome.code, outcome.message) == (
        "input.unreadable",
        "locked: the folder cannot be listed; allow reading it",
    )


def test_it_records_its_own_errors_and_says_where_they_happened() -> None:
    outcome = work(Job(name="a", place=None))  # type: ignore[arg-type]  # the error to be recorded
    assert outcome.code == "internal.error"
    assert "AttributeError" in (outcome.message or "")
    assert "Traceback" in (outcome.trace or "")


def test_it_asks_about_every_job_whether_it_reads_it_or_has_its_bytes(tmp_path: Path) -> None:
    plant(tmp_path, a="甲\n", b="乙\n")
    jobs = [Job(name=f"{one}.txt", place=tmp_path / f"{one}.txt") for one in "ab"]
    jobs += [Job(name=one, place=f"{one}\n".encode()) for one in "cde"]
    found = {
        one.name: one
        for one in outcomes(jobs, limits=LIMITS, is_wanted=lambda job, _digest: job.name in ("a.txt", "e"))
    }
    assert {name: one.same for name, one in found.items()} == {
        "a.txt": False,
        "b.txt": True,
        "c": True,
        "d": True,
        "e": False,
    }
    assert found["d"].sha256 == sha256(b"d\n").hexdigest()


def test_it_replaces_a_worker_that_has_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "JOBS_PER_WORKER", 2)
    plant(tmp_path, **{f"r{number}": "甲\n" for number in range(5)})
    jobs = [Job(name=path.name, place=path) for path in sorted(tmp_path.glob("*.txt"))]
    assert len(list(outcomes(jobs, limits=LIMITS))) == 5
    assert active_children() == []


def test_it_tries_passing_failures_again_and_lasting_ones_not(tmp_path: Path) -> None:
    folder, out = plant(tmp_path / "in", a="甲\n"), tmp_path / "out"
    convert(folder, out)
    with Ledger(out) as ledger:
        row = ledger.row("a.txt")
        assert row is not None
        ledger.record(Row(name="a.txt", sha256=row.sha256, key=None, outcome="failed", code="limit.time"))
    assert convert(folder, out)["a.txt"].code == "structure.no_table"


def test_it_keeps_a_second_run_out_of_the_folder(tmp_path: Path) -> None:
    folder, out = plant(tmp_path / "in", a="甲\n"), tmp_path / "out"
    out.mkdir()
    with Ledger(out), pytest.raises(OutputNotWritten, match="another run is writing there"):
        convert(folder, out)


def test_it_says_so_when_the_ledger_is_none(tmp_path: Path) -> None:
    folder, out = plant(tmp_path / "in", a="甲\n"), tmp_path / "out"
    out.mkdir()
    (out / "ledger.sqlite").write_text("x" * 4096, encoding="utf-8")
    with pytest.raises(OutputNotWritten, match="not a ledger"):
        convert(folder, out)


def test_its_ledger_can_be_read_by_anybody(tmp_path: Path) -> None:
    convert(plant(tmp_path / "in", a="甲\n"), tmp_path / "out")
    database = sqlite3.connect(tmp_path / "out" / "ledger.sqlite")
    try:
        rows = database.execute("select name, state, outcome, seconds > 0 from inputs").fetchall()
    finally:
        database.close()
    assert rows == [("a.txt", "done", "failed", 1)]


def test_its_ledger_goes_on_after_a_record_that_could_not_be_made(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        with pytest.raises(sqlite3.Error):
            ledger.record(Row(name="a"), Row(name=object()))  # type: ignore[arg-type]  # the error to get over
        ledger.record(Row(name="b"))
        assert [row.name for row in ledger.rows()] == ["b"]
