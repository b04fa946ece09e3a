"""Runs that are stopped, killed or repeated: what is done stays done, with the bytes of one calm run."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from functools import partial
from pathlib import Path
from random import Random

import pytest

from bulk.ledger import Ledger, Row
from bulk.process import Child, settle_in
from bulk.run import Options, run
from bulk.settling import renamed
from bulk.sources import Input, collect
from bulk.worker import Job, Limits, Outcome, work
from errors import OutputNotWritten
from tests.bulk.packing import zipped

ROOT = Path(__file__).parents[2]
LIMITS = Limits(seconds=30.0)
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs its signals")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc")


def convert(source: Path, out: Path, **options: object) -> dict[str, tuple[Row, Outcome]]:
    seen: dict[str, tuple[Row, Outcome]] = {}

    def keep(row: Row, outcome: Outcome) -> None:
        assert row.name not in seen
        seen[row.name] = (row, outcome)

    told = Options(seen=keep, **options)  # type: ignore[arg-type]
    run(collect([source], out).inputs, out, limits=LIMITS, jobs=2, options=told)
    return seen


def plant(root: Path, texts: dict[str, str]) -> Path:
    for name, text in texts.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def files(out: Path) -> dict[str, bytes]:
    return {
        path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*.json*") if path.is_file()
    }


def reports(count: int) -> dict[str, str]:
    return {
        f"{number:03}.txt": f"某县{number}年度报告\n一、总体情况\n第{number}段。\n" for number in range(count)
    }


def test_it_converts_a_content_once_and_records_it_under_every_name(tmp_path: Path) -> None:
    same = {f"{letter}/报告.txt": "某县2021年度报告\n一、总体情况\n内容。\n" for letter in "abcd"}
    seen = convert(plant(tmp_path / "in", same | {"e.txt": ""}), tmp_path / "out")
    worked = [name for name, (_, outcome) in seen.items() if outcome.seconds and name != "e.txt"]
    assert len(worked) == 1
    assert sorted(seen) == sorted([*same, "e.txt"])
    for name in same:
        alone = tmp_path / "alone" / name.replace("/", "-")
        run([Input(name=name, place=tmp_path / "in" / name)], alone, limits=LIMITS)
        for ending in (".json", ".evidence.json"):
            assert (alone / f"{name}{ending}").read_bytes() == (
                tmp_path / "out" / f"{name}{ending}"
            ).read_bytes()
        assert seen[name][0].reason == f"{name}: {(seen['a/报告.txt'][0].reason or '').partition(': ')[2]}"


SAMPLES = sorted(
    path for path in (ROOT / "samples").iterdir() if path.suffix in (".docx", ".html", ".pdf", ".txt")
)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_name_changes_nothing_of_a_report_but_itself(path: Path) -> None:
    one, other = (work(Job(name=name, place=path.read_bytes())) for name in ("甲/a.bin", "b"))
    assert one.json is not None
    assert renamed(one, "b").json == other.json != one.json
    assert one.evidence == other.evidence
    assert (one.message is None) == (other.message is None)


def test_it_knows_a_content_from_an_earlier_run_and_from_archives(tmp_path: Path) -> None:
    plant(tmp_path / "in", reports(2))
    convert(tmp_path / "in", tmp_path / "out")
    texts = {name: (tmp_path / "in" / name).read_bytes() for name in reports(2)}
    (tmp_path / "in" / "x.zip").write_bytes(zipped(texts))
    seen = convert(tmp_path / "in", tmp_path / "out")
    assert sorted(seen) == ["000.txt", "001.txt", "x.zip/000.txt", "x.zip/001.txt"]
    assert not any(outcome.seconds for name, (_, outcome) in seen.items() if name.startswith("x.zip"))
    report = json.loads((tmp_path / "out" / "x.zip" / "001.txt.json").read_bytes())
    assert report["source"]["name"] == "x.zip/001.txt"


def test_it_keeps_no_record_of_an_archive_that_was_read_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    whole = zipped({"a.txt": "甲\n".encode(), "b.txt": "乙\n".encode()})
    (tmp_path / "in" / "x.zip").write_bytes(whole[:-30])
    assert convert(tmp_path / "in", tmp_path / "out")["x.zip"][0].code == "input.unreadable"
    (tmp_path / "in" / "x.zip").write_bytes(whole)
    assert sorted(convert(tmp_path / "in", tmp_path / "out")) == ["x.zip/a.txt", "x.zip/b.txt"]
    with Ledger(tmp_path / "out") as ledger:
        assert [row.name for row in ledger.rows()] == ["x.zip/a.txt", "x.zip/b.txt"]


@pytest.mark.parametrize("ending", [".json", ".evidence.json"])
def test_it_writes_an_output_again_that_was_changed_by_hand(ending: str, tmp_path: Path) -> None:
    plant(tmp_path / "in", reports(2))
    convert(tmp_path / "in", tmp_path / "out")
    target = tmp_path / "out" / f"001.txt{ending}"
    whole = target.read_bytes()
    target.write_bytes(whole.replace(b"0", b"1") if b"0" in whole else whole + b" ")
    seen = convert(tmp_path / "in", tmp_path / "out")
    assert {name: outcome.same for name, (_, outcome) in seen.items()} == {"000.txt": True, "001.txt": False}
    assert target.read_bytes() == whole


def test_it_takes_a_copied_output_folder_for_what_it_is(tmp_path: Path) -> None:
    plant(tmp_path / "in", reports(1))
    convert(tmp_path / "in", tmp_path / "out")
    os.utime(tmp_path / "out" / "000.txt.json", (1, 1))
    assert convert(tmp_path / "in", tmp_path / "out")["000.txt"][1].same


def test_it_tries_failures_again_when_asked(tmp_path: Path) -> None:
    plant(tmp_path / "in", {"a.txt": "", "b.txt": "乙\n"})
    convert(tmp_path / "in", tmp_path / "out")
    assert all(outcome.same for _, outcome in convert(tmp_path / "in", tmp_path / "out").values())
    again = convert(tmp_path / "in", tmp_path / "out", retry_failed=True)
    assert not any(outcome.same for _, outcome in again.values())
    forced = convert(tmp_path / "in", tmp_path / "out", force=True)
    assert not any(outcome.same for _, outcome in forced.values())


def test_it_begins_nothing_more_once_it_is_to_stop(tmp_path: Path) -> None:
    plant(tmp_path / "in", reports(30))
    seen: list[str] = []
    told = Options(seen=lambda row, _outcome: seen.append(row.name), stops=lambda: len(seen) >= 5)
    run(collect([tmp_path / "in"], tmp_path / "out").inputs, tmp_path / "out", limits=LIMITS, options=told)
    assert 5 <= len(seen) < 30
    with Ledger(tmp_path / "out") as ledger:
        assert Counter(row.state for row in ledger.rows()) == {"done": len(seen), "waiting": 30 - len(seen)}
    assert len(convert(tmp_path / "in", tmp_path / "out")) == 30


@pytest.mark.parametrize("is_packed", [False, True])
def test_what_a_carrier_took_ahead_is_left_for_the_next_run_once_it_is_to_stop(
    tmp_path: Path, *, is_packed: bool
) -> None:
    texts = {"a.txt": "甲\n", "b.txt": "乙\n"}
    if is_packed:
        (tmp_path / "in").mkdir()
        packed = zipped({name: text.encode() for name, text in texts.items()})
        (tmp_path / "in" / "x.zip").write_bytes(packed)
    else:
        plant(tmp_path / "in", texts)
    asked = []

    def carrier(
        queue: Iterator[Job], *, limits: Limits, jobs: int, is_wanted: Callable[[Job, str], bool]
    ) -> Generator[Outcome, None, None]:
        for job in list(queue):
            yield work(job, partial(is_wanted, job))
            asked.append(job.name)

    options = Options(stops=lambda: bool(asked))
    inputs = collect([tmp_path / "in"], tmp_path / "out").inputs
    run(inputs, tmp_path / "out", limits=LIMITS, options=options, carrier=carrier)
    with Ledger(tmp_path / "out") as ledger:
        states = {row.name: row.state for row in ledger.rows()}
    assert states == ({"x.zip/a.txt": "done"} if is_packed else {"a.txt": "done", "b.txt": "waiting"})
    assert len(convert(tmp_path / "in", tmp_path / "out")) == 2


def test_a_full_disk_ends_the_ledger_with_one_line(tmp_path: Path) -> None:
    with pytest.raises(OutputNotWritten, match="make room"), Ledger(tmp_path) as ledger:  # noqa: PT012
        ledger.record(Row(name="a", outcome="failed"))
        ledger._db.execute("pragma max_page_count = 8")
        with pytest.raises(sqlite3.OperationalError):
            ledger.expect(f"{number}{'-' * 100}" for number in range(1000))
        assert [row.name for row in ledger.rows()] == ["a"]
        ledger.record(Row(name="b", outcome="failed"))
        ledger.expect(f"{number}{'-' * 100}" for number in range(1000))
    with Ledger(tmp_path) as ledger:
        assert [row.name for row in ledger.rows()] == ["a", "b"]


def start(source: Path, out: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "cli", "convert", str(source), "-o", str(out), "--jobs", "2"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def until(holds: Callable[[], bool], seconds: float = 60.0) -> bool:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return holds()


def has_come_to(out: Path, wanted: int, process: subprocess.Popen[bytes]) -> bool:
    return len(list(out.rglob("*.evidence.json"))) >= wanted or process.poll() is not None


def test_it_gives_the_same_bytes_after_being_killed_at_any_moment(tmp_path: Path) -> None:
    plant(tmp_path / "in", reports(60))
    (tmp_path / "in" / "x.zip").write_bytes(
        zipped({f"{number}.txt": f"某县{number}号报告\n".encode() for number in range(40)})
    )
    convert(tmp_path / "in", tmp_path / "calm")
    out, random = tmp_path / "out", Random(45_000_001)
    for number in range(4):
        process = start(tmp_path / "in", out)
        wanted = random.randrange(25 * number + 1, 25 * number + 25)
        until(partial(has_come_to, out, wanted, process))
        process.kill()
        process.communicate()
    seen = convert(tmp_path / "in", out)
    assert len(seen) == 100
    assert sum(outcome.same for _, outcome in seen.values()) > 0
    assert files(out) == files(tmp_path / "calm")
    assert not list(out.glob(".part*"))


@POSIX
def test_it_stops_cleanly_at_the_first_interrupt_and_at_once_at_the_second(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "hangs.txt")  # nobody ever writes to it
    plant(tmp_path / "in", reports(3))
    out = tmp_path / "out"
    command = [
        sys.executable,
        "-m",
        "cli",
        "convert",
        str(tmp_path / "hangs.txt"),
        str(tmp_path / "in"),
        "-o",
        str(out),
    ]
    process = subprocess.Popen([*command, "--jobs", "2"], cwd=ROOT, stderr=subprocess.PIPE)
    assert until(lambda: len(list(out.rglob("*.evidence.json"))) == 3)
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert process.poll() is None  # it waits for the document under way
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"interrupted with 3 done and 1 to do" in told
    assert (out / "failures.jsonl").is_file()


def _hang_with_a_child(pipe: object) -> None:
    settle_in(None)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    pipe.send(child.pid)  # type: ignore[attr-defined]
    time.sleep(600)


def is_running(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@LINUX
def test_it_ends_what_a_worker_started_along_with_it() -> None:
    child = Child(_hang_with_a_child)
    number = child.pipe.recv()
    assert is_running(number)
    child.end()
    assert until(lambda: not is_running(number), 10)


@LINUX
def test_a_worker_and_what_it_started_end_when_the_run_is_killed(tmp_path: Path) -> None:
    code = (
        "from bulk.process import Child\nfrom tests.bulk.test_resuming import _hang_with_a_child\n"
        "if __name__ == '__main__':\n child = Child(_hang_with_a_child)\n"
        " print(child.pipe.recv(), flush=True)\n child.pipe.recv()\n"
    )
    (tmp_path / "holds.py").write_text(code)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, str(tmp_path / "holds.py")], cwd=ROOT, env=environment, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    number = int(process.stdout.readline())
    assert is_running(number)
    process.kill()
    process.communicate()
    assert until(lambda: not is_running(number), 10)
