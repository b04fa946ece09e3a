"""What does a run of many cost beside the bare converter, and does it survive being killed?

    python -m benchmarks.bulk                            overhead and two workers, measured in turns
    python -m benchmarks.bulk --reports 20000 --kills 5  the long run: every input one record, memory flat,
                                                         bytes equal to an undisturbed run after kill -9

Costs are told in seconds of processor time as well, which other work on the machine hardly changes. Files are
a few hundred invented reports, each written many times with a mark in its bytes that no reader sees, so that
every content is another; one in a hundred is from the hostile kit, one in a thousand a scan.
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from hashlib import sha256
from pathlib import Path
from random import Random

from bulk.run import run
from bulk.sources import collect
from bulk.worker import Limits
from converters import convert
from normalize import normalize
from report import evidence_to_json, to_json
from samples import pdf, scan, text, web, word
from samples.reports import invent
from tests.hostile.kit import kit

ROOT = Path(__file__).parents[1]
SEED = 45_000_000
TEMPLATES = 200
MIXTURE = ("docx", "docx", "docx", "docx", "txt", "txt", "pdf", "html", "docx", "txt")
ARCHIVED = 10  # one report in so many comes in a zip
HOSTILE = 100  # one file in so many is hostile
SCANNED = 1000  # one file in so many is a scan
# Records that no run makes again: those of failures that may pass (time, memory, a dead process) have no key.
_STANDING = "select count(*), coalesce(max(run), 0) from inputs where key is not null"


def template(number: int) -> tuple[str, bytes]:
    """Return the ending and the bytes of one invented report."""
    seed, ending = SEED + number, MIXTURE[number % len(MIXTURE)]
    if ending == "docx":
        data = word.draw(invent(seed), variant=word.VARIANTS[seed % len(word.VARIANTS)], seed=seed)
    elif ending == "txt":
        data = text.draw(invent(seed), flattening=f"P{1 + seed % 14}", seed=seed).data
    elif ending == "pdf":
        data = pdf.draw(invent(seed), style=sorted(pdf.STYLES)[seed % len(pdf.STYLES)], seed=seed)
    else:
        data = web.draw(invent(seed), seed=seed)
    return ending, data


def marked(ending: str, data: bytes, number: int) -> bytes:
    """Return the same report in other bytes: a comment where the format has room for one."""
    mark = f"{number:08}".encode()
    if ending == "docx":  # the comment of the zip; its length stands in the last two bytes
        return data[:-2] + len(mark).to_bytes(2, "little") + mark
    if ending == "pdf":
        return data + b"\n%" + mark + b"\n"
    return data + (
        b"<!--" + mark + b"-->" if ending == "html" else b"\n" + b" " * (number % 97) + b"\n" * (number // 97)
    )


def files(count: int) -> Iterator[tuple[str, bytes]]:
    """Yield names and bytes of mixed reports, in no order of kinds."""
    templates = [template(number) for number in range(min(TEMPLATES, count))]
    hostile = [one for one in kit() if not one.name.startswith("archive/")]
    scans = [
        scan.draw(invent(SEED + number), level="clean300", seed=number)
        for number in range(0 if count < SCANNED else 2)
    ]
    for number in range(count):
        folder = f"{number // 1000:03}"
        if number % HOSTILE == HOSTILE - 1:
            bad = hostile[number // HOSTILE % len(hostile)]
            yield f"{folder}/{number:06}-{Path(bad.name).name}", bad.data
        elif scans and number % SCANNED == SCANNED // 2:
            yield f"{folder}/{number:06}.pdf", marked("pdf", scans[number // SCANNED % 2], number)
        else:
            ending, data = templates[number * 7919 % len(templates)]
            yield f"{folder}/{number:06}.{ending}", marked(ending, data, number)


def plant(root: Path, count: int) -> int:
    """Write the files, some of them into a zip; return how many records they are to give."""
    names = set()
    with zipfile.ZipFile(root / "more.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, data) in enumerate(files(count)):
            names.add(name)
            if number % ARCHIVED == 0:
                archive.writestr(name, data)
            else:
                (root / name).parent.mkdir(exist_ok=True)
                (root / name).write_bytes(data)
    return len(names)


# --- overhead ---------------------------------------------------------------------------------------------


def costs(count: int, rounds: int) -> None:
    """Print what the bare loop, one worker and two workers take, in turns."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, data in files(count):
            if int(name[4:10]) % HOSTILE != HOSTILE - 1:
                (root / "in" / name).parent.mkdir(parents=True, exist_ok=True)
                (root / "in" / name).write_bytes(data)
        inputs = collect([root / "in"], root / "out").inputs
        paths = [(one.name, one.place) for one in inputs if isinstance(one.place, Path)]
        taken: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for turn in range(rounds):
            taken["bare loop"].append(_timed(lambda: _bare(paths)))
            for jobs in (1, 2):
                for label, some in ((f"start of {jobs}", inputs[:jobs]), (f"workers: {jobs}", inputs)):
                    out = root / f"out-{turn}-{jobs}-{len(some)}"
                    way = partial(run, some, out, limits=Limits(), jobs=jobs)
                    taken[label].append(_timed(way))
        _tell_costs(taken, len(paths))


def _tell_costs(taken: dict[str, list[tuple[float, float]]], count: int) -> None:
    """Print the table; a start is a run of one document a worker, in ms, the others are ms a document."""
    print(f"{count} reports, {len(taken['bare loop'])} turns; ms a report, of a start ms in all\n")
    print(
        "| way | wall, least | wall, median | processor, least | processor, median |\n|---|---|---|---|---|"
    )
    least: dict[str, list[float]] = {}
    for label, both in taken.items():
        over = 1 if label.startswith("start") else count
        wall, processor = ([1000 * one[side] / over for one in both] for side in (0, 1))
        cells = (min(wall), statistics.median(wall), min(processor), statistics.median(processor))
        least[label] = [min(wall), min(processor)]
        print(f"| {label} | " + " | ".join(f"{cell:.1f}" for cell in cells) + " |")
    bare = least["bare loop"]
    steady = [
        [
            (least[f"workers: {jobs}"][side] * count - least[f"start of {jobs}"][side]) / (count - jobs)
            for side in (0, 1)
        ]
        for jobs in (1, 2)
    ]
    print("\nwithout the start, one worker against the bare loop:", end=" ")
    print(f"wall {steady[0][0] / bare[0] - 1:+.1%}, processor {steady[0][1] / bare[1] - 1:+.1%}")
    print(f"two workers against one: {steady[0][0] / steady[1][0]:.2f} times")


def _bare(paths: list[tuple[str, Path]]) -> None:
    for name, path in paths:
        report = normalize(convert(path.read_bytes(), name=name))
        to_json(report)
        evidence_to_json(report)


def _timed(way: object) -> tuple[float, float]:
    """Return seconds on the clock and seconds of processor, those of ended processes included."""
    begin, busy = time.perf_counter(), _processor()
    way()  # type: ignore[operator]
    return time.perf_counter() - begin, _processor() - busy


def _processor() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


# --- the long run -----------------------------------------------------------------------------------------


def long_run(count: int, kills: int, jobs: int, keep: Path | None) -> bool:
    """Convert undisturbed and killed, compare, print; return whether everything held."""
    with tempfile.TemporaryDirectory() as temporary:
        root = keep or Path(temporary)
        (root / "in").mkdir(parents=True)
        begin = time.monotonic()
        expected = plant(root / "in", count)
        print(f"{expected} files written in {time.monotonic() - begin:.0f} s", flush=True)
        seconds, memory = _undisturbed(root, jobs)
        print(f"undisturbed: {seconds:.0f} s, {1000 * seconds / expected:.1f} ms a report", flush=True)
        held = _tell_memory(memory)
        held &= _records(root / "once", expected)
        held &= _killed(root, jobs, kills, seconds)
        held &= _records(root / "killed", expected)
        one, other = _digests(root / "once"), _digests(root / "killed")
        differing = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
        detail = f"{len(one)} files, {len(differing)} differ {differing[:3]}"
        held &= _told("bytes equal to the undisturbed run", detail, holds=not differing)
    return held


def _start(root: Path, out: str, jobs: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "cli", "convert", str(root / "in"), "-o", str(root / out)]
    command += ["--jobs", str(jobs), "--timeout", "600"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def _undisturbed(root: Path, jobs: int) -> tuple[float, list[tuple[int, int, int]]]:
    """Return the seconds, and now and then: records made, bytes held by the parent, by its largest child."""
    begin = time.monotonic()
    memory: list[tuple[int, int, int]] = []
    process = _start(root, "once", jobs)
    while process.poll() is None:
        time.sleep(2.0)
        memory.append(
            (
                _standing(root / "once")[0],
                _resident(process.pid),
                max(map(_resident, _children(process.pid)), default=0),
            )
        )
    return time.monotonic() - begin, memory


def _tell_memory(memory: list[tuple[int, int, int]]) -> bool:
    settled = [one for one in memory if one[0] >= 1000 and one[1]]
    if not settled:
        return _told("memory flat after the first 1000", "there were fewer", holds=False)
    first, last = settled[0], settled[-1]
    most = [max(one[side] for one in settled) for side in (1, 2)]
    detail = (
        f"parent {first[1] >> 20} MiB after {first[0]}, at most {most[0] >> 20}, {last[1] >> 20} at the end;"
        f" workers at most {most[1] >> 20}"
    )
    return _told("memory flat after the first 1000", detail, holds=most[0] < 1.1 * first[1] + (8 << 20))


def _killed(root: Path, jobs: int, kills: int, seconds: float) -> bool:
    """Kill the run at random moments with its workers left to themselves, then let it finish."""
    random = Random(kills)
    done_at: list[tuple[int, int]] = []
    held = True
    for number in range(kills):
        process = _start(root, "killed", jobs)
        time.sleep(random.uniform(1.0, 1.6 * seconds / (kills + 1)))
        children = _children(process.pid)
        process.send_signal(signal.SIGKILL)
        process.wait()
        time.sleep(1.0)
        left = [child for child in children if _resident(child)]
        done_at.append(_standing(root / "killed"))
        detail = f"{done_at[-1][0]} records; processes left: {len(left)}"
        held &= _told(f"kill {number + 1}", detail, holds=not left)
    code = _start(root, "killed", jobs).wait()
    with closing(sqlite3.connect(root / "killed" / "ledger.sqlite")) as ledger:
        kept = [ledger.execute(f"{_STANDING} and run <= ?", (last,)).fetchone()[0] for _, last in done_at]
    then = [count for count, _ in done_at]
    detail = f"records then {then}, of them kept {kept}, exit code {code}"
    return _told("nothing that was recorded was done again", detail, holds=kept == then) and held


def _records(out: Path, expected: int) -> bool:
    with closing(sqlite3.connect(out / "ledger.sqlite")) as ledger:
        rows = ledger.execute("select state, outcome, count(*) from inputs group by 1, 2").fetchall()
    done = sum(count for state, _, count in rows if state == "done")
    holds = done == expected == sum(row[2] for row in rows)
    return _told(f"every input has one record ({out.name})", f"{expected} inputs: {rows}", holds=holds)


def _digests(out: Path) -> dict[str, str]:
    return {
        path.relative_to(out).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in out.rglob("*.json*")
        if path.is_file()
    }


def _standing(out: Path) -> tuple[int, int]:
    """Return how many records stand, and the last run that made one.

    The ledger is locked while a run has it, so a copy is read.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name in ("ledger.sqlite", "ledger.sqlite-wal"):
            if (out / name).is_file():
                (Path(folder) / name).write_bytes((out / name).read_bytes())
        try:
            with closing(sqlite3.connect(Path(folder) / "ledger.sqlite")) as ledger:
                count, last = ledger.execute(_STANDING).fetchone()
                return count, last
        except sqlite3.DatabaseError:  # copied while it was being written
            return 0, 0


def _children(number: int) -> list[int]:
    try:
        told = Path(f"/proc/{number}/task/{number}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [int(one) for one in told.split()]


def _resident(number: int) -> int:
    try:
        pages = int(Path(f"/proc/{number}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _told(what: str, detail: str, *, holds: bool) -> bool:
    print(f"{'holds' if holds else 'FAILS'}  {what}: {detail}", flush=True)
    return holds


def main() -> int:
    """Measure or run, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reports", type=int, help="the long run, of so many files")
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="an empty folder for the long run's files")
    parser.add_argument("--count", type=int, default=200, help="reports for the overhead")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    if given.reports is None:
        costs(given.count, given.rounds)
        return 0
    return 0 if long_run(given.reports, given.kills, given.jobs, given.keep) else 1


if __name__ == "__main__":
    sys.exit(main())
