"""What does a run of many cost beside the bare converter, and does it survive being killed?

    python -m benchmarks.bulk                            overhead, two workers, and what two processes get
    python -m benchmarks.bulk --members 100000           what a member of a large archive costs
    python -m benchmarks.bulk --reports 20000 --kills 5 --jobs 2
                                                         the long run: every input one record, memory flat,
                                                         bytes equal to an undisturbed run after kill -9

Costs are told in seconds of processor time as well, which other work on the machine hardly changes. Files are
a few hundred invented reports, each written many times with a mark in its bytes that no reader sees, so that
every content is another; one in a hundred is from the hostile kit, one in a thousand (--scans) a scan.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import resource
import signal
import sqlite3
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from random import Random

from benchmarks.bare import WARM
from bulk.archives import Member
from bulk.ledger import code_version
from bulk.opening import Opener
from bulk.run import run
from bulk.sources import Input, collect
from bulk.worker import Limits

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
    from samples import pdf, text, web, word  # each worker runs this file again: it is to load nothing else
    from samples.reports import invent

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


def files(count: int, scanned: int) -> Iterator[tuple[str, bytes]]:
    """Yield names and bytes of mixed reports, in no order of kinds; one in `scanned` is a scan, if any."""
    from samples import scan
    from samples.reports import invent
    from tests.hostile.kit import kit

    templates = [template(number) for number in range(min(TEMPLATES, count))]
    hostile = [one for one in kit() if not one.name.startswith("archive/")]
    scans = [
        scan.draw(invent(SEED + number), level="clean300", seed=number)
        for number in range(2 if 0 < scanned <= count else 0)
    ]
    for number in range(count):
        folder = f"{number // 1000:03}"
        if number % HOSTILE == HOSTILE - 1:
            bad = hostile[number // HOSTILE % len(hostile)]
            yield f"{folder}/{number:06}-{Path(bad.name).name}", bad.data
        elif scans and number % scanned == scanned // 2:
            yield f"{folder}/{number:06}.pdf", marked("pdf", scans[number // scanned % 2], number)
        else:
            ending, data = templates[number * 7919 % len(templates)]
            yield f"{folder}/{number:06}.{ending}", marked(ending, data, number)


def plant(root: Path, count: int, scanned: int) -> int:
    """Write the files, some of them into a zip; return how many records they are to give."""
    names = set()
    with zipfile.ZipFile(root / "more.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, data) in enumerate(files(count, scanned)):
            names.add(name)
            if number % ARCHIVED == 0:
                archive.writestr(name, data)
            else:
                (root / name).parent.mkdir(exist_ok=True)
                (root / name).write_bytes(data)
    return len(names)


# --- overhead ---------------------------------------------------------------------------------------------


def costs(count: int, rounds: int) -> None:
    """Print what bare loops, alone and two at a time, one worker and two workers take, in turns."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, data in files(count, 0):
            if int(name[4:10]) % HOSTILE != HOSTILE - 1:
                (root / "in" / name).parent.mkdir(parents=True, exist_ok=True)
                (root / "in" / name).write_bytes(data)
        inputs = collect([root / "in"], root / "out").inputs
        paths = [str(one.place) for one in inputs]
        taken: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for turn in range(rounds):
            taken["bare loop"].append(_bare(paths, 1, seldom=False))
            for loops, label in ((1, ALONE), (2, TOGETHER)):
                taken[label].append(_bare(paths, loops, seldom=True))
            for jobs in (1, 2):
                for label, some in (
                    (f"start of {jobs}", inputs[: jobs * WARM]),
                    (f"workers: {jobs}", inputs),
                ):
                    out = root / f"out-{turn}-{jobs}-{len(some)}"
                    way = partial(run, some, out, limits=Limits(), jobs=jobs)
                    taken[label].append(_timed(way))
            print(f"turn {turn + 1} of {rounds} is done", file=sys.stderr, flush=True)
        _tell_costs(taken, len(paths))


ALONE, TOGETHER = "bare loop, garbage as in a worker", "two of these at a time"


def _tell_costs(taken: dict[str, list[tuple[float, float]]], count: int) -> None:
    """Print the table; a start is a run of the first few documents for each worker, until all is loaded."""
    print(f"{count} reports, {len(taken['bare loop'])} turns; ms a report")
    print(f"(a start, of workers and {WARM} reports each: ms in all)\n")
    print("| way | wall, least | wall, median | processor, least | processor, median |")
    print("|---|---|---|---|---|")
    least: dict[str, list[float]] = {}
    for label, both in taken.items():
        over = 1 if label.startswith("start") else 2 * count if label == TOGETHER else count
        wall, processor = ([1000 * one[side] / over for one in both] for side in (0, 1))
        cells = (min(wall), statistics.median(wall), min(processor), statistics.median(processor))
        least[label] = [min(wall), min(processor)]
        print(f"| {label} | " + " | ".join(f"{cell:.1f}" for cell in cells) + " |")
    one, two = (
        [
            (least[f"workers: {jobs}"][side] * count - least[f"start of {jobs}"][side])
            / (count - jobs * WARM)
            for side in (0, 1)
        ]
        for jobs in (1, 2)
    )
    print("\none worker without its start, against")
    for label in ("bare loop", ALONE):
        wall, processor = (one[side] / least[label][side] - 1 for side in (0, 1))
        print(f"  {label}: wall {wall:+.1%}, processor {processor:+.1%}")
    given, ceiling = one[0] / two[0], least[ALONE][0] / least[TOGETHER][0]
    print(f"two workers: {given:.2f} times one; two bare loops that share nothing: {ceiling:.2f} times one")
    print(f"so two workers are {given / ceiling:.0%} of what this machine gives two processes")


def _bare(paths: list[str], count: int, *, seldom: bool) -> tuple[float, float]:
    """Return seconds, on the clock and of processor, of bare loops that run at the same time."""
    command = [sys.executable, "-m", "benchmarks.bare"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    loops = [subprocess.Popen(command, cwd=ROOT, **pipes) for _ in range(count)]  # type: ignore[call-overload]
    for loop in loops:
        loop.stdin.write(json.dumps({"paths": paths, "seldom": seldom}) + "\n")
        loop.stdin.flush()
    for loop in loops:
        loop.stdout.readline()
    begin = time.perf_counter()
    for loop in loops:
        loop.stdin.write("\n")
        loop.stdin.flush()
    processor = sum(json.loads(loop.stdout.readline())[1] for loop in loops)
    wall = time.perf_counter() - begin
    for loop in loops:
        loop.communicate()
    return wall, processor


# --- a large archive --------------------------------------------------------------------------------------


def members(count: int) -> None:
    """Print what a member of a large archive costs until it is here, by the kind of archive."""
    line = "本年度收到政府信息公开申请若干件，均已办结。\n".encode()
    print(
        "| archive | members | wall, ms each | processor, ms each | reader at most, MiB | this process, MiB |"
    )
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("zip", "tar.gz"):
            path = Path(folder, f"many.{kind}")
            _pack(
                path,
                ((f"{number // 1000}/{number}.txt", b"%d\n" % number + 40 * line) for number in range(count)),
            )
            opener = Opener(Limits().memory_bytes)
            begin, busy = time.perf_counter(), _processor()
            found = most = 0
            for event in opener.events(Input(name=path.name, place=path)):
                found += isinstance(event, Member)
                if found % 1000 == 0:
                    most = max([most, *map(_resident, _children(os.getpid()))])
            opener.end()
            wall, processor = time.perf_counter() - begin, _processor() - busy
            each = f"{1000 * wall / count:.2f} | {1000 * processor / count:.2f}"
            print(
                f"| {kind} | {found} | {each} | {most >> 20} | {_resident(os.getpid()) >> 20} |", flush=True
            )
            path.unlink()


def _pack(path: Path, contents: Iterator[tuple[str, bytes]]) -> None:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, data in contents:
                packed.writestr(name, data)
        return
    with tarfile.open(path, "w:gz", compresslevel=6) as tar:
        for name, data in contents:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
            tar.members = []


def _timed(way: object) -> tuple[float, float]:
    """Return seconds on the clock and seconds of processor, those of ended processes included."""
    begin, busy = time.perf_counter(), _processor()
    way()  # type: ignore[operator]
    return time.perf_counter() - begin, _processor() - busy


def _processor() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


# --- the long run -----------------------------------------------------------------------------------------


def long_run(count: int, kills: int, jobs: int, scanned: int, keep: Path | None) -> bool:
    """Convert undisturbed and killed, compare, print; return whether everything held."""
    with tempfile.TemporaryDirectory() as temporary:
        root = keep or Path(temporary)
        (root / "in").mkdir(parents=True)
        begin, version = time.monotonic(), code_version()
        expected = plant(root / "in", count, scanned)
        print(f"{expected} files written in {time.monotonic() - begin:.0f} s", flush=True)
        seconds, memory = _undisturbed(root, jobs, expected)
        print(f"undisturbed: {seconds:.0f} s, {1000 * seconds / expected:.1f} ms a report", flush=True)
        held = _tell_memory(memory)
        held &= _records(root / "once", expected)
        held &= _killed(root, jobs, kills, _written(root / "once"))
        held &= _records(root / "killed", expected)
        one, other = _digests(root / "once"), _digests(root / "killed")
        differing = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
        detail = f"{len(one)} files, {len(differing)} differ {differing[:3]}"
        held &= _told("bytes equal to the undisturbed run", detail, holds=not differing)
        # Other code is another key: everything would rightly be done again.
        same = code_version() == version
        held &= _told("the code stayed as it was", "" if same else "it was edited meanwhile", holds=same)
        _tell_outcomes(root / "once")
        print(f"everything {'held' if held else 'did NOT hold'}; {time.monotonic() - begin:.0f} s in all")
    return held


def _start(root: Path, out: str, jobs: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "cli", "convert", str(root / "in"), "-o", str(root / out)]
    command += ["--jobs", str(jobs), "--timeout", "600"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """How much memory was held at a moment, in bytes, and how many records there were."""

    records: int
    parent: int
    children: int


def _undisturbed(root: Path, jobs: int, expected: int) -> tuple[float, list[Held]]:
    """Return the seconds, and what was held every few seconds."""
    begin = told = time.monotonic()
    memory: list[Held] = []
    process = _start(root, "once", jobs)
    while process.poll() is None:
        time.sleep(3.0)
        children = sum(map(_resident, _children(process.pid)))
        memory.append(
            Held(records=_standing(root / "once")[0], parent=_resident(process.pid), children=children)
        )
        now = time.monotonic()
        if now - told >= 30.0:
            told = now
            last = memory[-1]
            print(
                f"  {now - begin:6.0f} s  {last.records} of {expected} records, parent {last.parent >> 20},"
                f" its processes {last.children >> 20} MiB",
                flush=True,
            )
    return time.monotonic() - begin, memory


def _tell_memory(memory: list[Held]) -> bool:
    """Say whether memory stays: the parent's all along, its processes' from one half to the other.

    A worker that has read a scan holds 0.4 GiB more until it is replaced, so single moments tell nothing.
    """
    settled = [one for one in memory if one.records >= 1000 and one.parent]
    if len(settled) < 4:
        print("untold  memory flat after the first 1000: there were too few reports to say", flush=True)
        return True
    first, most = settled[0].parent, max(one.parent for one in settled)
    half = len(settled) // 2
    early, late = (max(one.children for one in part) for part in (settled[:half], settled[half:]))
    detail = (
        f"parent {first >> 20} MiB after {settled[0].records}, at most {most >> 20}; its processes together"
        f" at most {early >> 20} MiB in the first half, {late >> 20} in the second"
    )
    holds = most < 1.1 * first + (8 << 20) and late < 1.2 * early + (64 << 20)
    return _told("memory flat after the first 1000", detail, holds=holds)


def _tell_outcomes(out: Path) -> None:
    with closing(sqlite3.connect(out / "ledger.sqlite")) as ledger:
        query = (
            "select outcome, coalesce(code, ''), count(*), max(seconds), max(peak_bytes) from inputs"
            " group by 1, 2 order by 3 desc"
        )
        print(
            "\n| outcome | code | inputs | longest, s | worker's memory at most, MiB |\n|---|---|---|---|---|"
        )
        for outcome, code, count, seconds, peak in ledger.execute(query):
            print(f"| {outcome} | {code} | {count} | {seconds or 0:.1f} | {(peak or 0) >> 20} |")


def _killed(root: Path, jobs: int, kills: int, files: int) -> bool:
    """Kill the run at random moments with its workers left to themselves, then let it finish.

    `files` are written by a whole run: a moment is a number of files, since how fast a run is changes.
    """
    random = Random(kills)
    done_at: list[tuple[int, int]] = []
    held = True
    for number, moment in enumerate(sorted(random.randrange(files) for _ in range(kills))):
        process = _start(root, "killed", jobs)
        while _written(root / "killed") < moment and process.poll() is None:
            time.sleep(0.2)
        time.sleep(random.uniform(0.0, 1.0))
        children = _children(process.pid)
        process.send_signal(signal.SIGKILL)
        process.wait()
        time.sleep(1.0)
        left = [child for child in children if _resident(child)]
        done_at.append(_standing(root / "killed"))
        detail = f"{done_at[-1][0]} records; processes left: {len(left)}"
        held &= _told(f"kill {number + 1}", detail, holds=not left)
    print("  resumed for the last time", flush=True)
    code = _start(root, "killed", jobs).wait()
    with closing(sqlite3.connect(root / "killed" / "ledger.sqlite")) as ledger:
        kept = [ledger.execute(f"{_STANDING} and run <= ?", (last,)).fetchone()[0] for _, last in done_at]
    then = [count for count, _ in done_at]
    detail = f"records then {then}, of them kept {kept}, exit code {code}"
    held &= code in (0, 3)  # all is done, or all but what fails
    return _told("nothing that was recorded was done again", detail, holds=kept == then) and held


def _records(out: Path, expected: int) -> bool:
    with closing(sqlite3.connect(out / "ledger.sqlite")) as ledger:
        rows = ledger.execute("select state, outcome, count(*) from inputs group by 1, 2").fetchall()
    done = sum(count for state, _, count in rows if state == "done")
    holds = done == expected == sum(row[2] for row in rows)
    return _told(f"every input has one record ({out.name})", f"{expected} inputs: {rows}", holds=holds)


def _written(out: Path) -> int:
    return sum(1 for _ in out.rglob("*.json")) if out.exists() else 0


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
    parser.add_argument("--scans", type=int, default=SCANNED, help="one file in so many is a scan; 0: none")
    parser.add_argument("--keep", type=Path, help="an empty folder for the long run's files")
    parser.add_argument("--count", type=int, default=200, help="reports for the overhead")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--members", type=int, help="read archives of so many members")
    given = parser.parse_args()
    if given.members is not None:
        members(given.members)
        return 0
    if given.reports is None:
        costs(given.count, given.rounds)
        return 0
    return 0 if long_run(given.reports, given.kills, given.jobs, given.scans, given.keep) else 1


if __name__ == "__main__":
    sys.exit(main())
