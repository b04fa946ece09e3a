"""The whole hostile kit in one folder beside good reports, converted by the real command."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.hostile.archives import OUTSIDE
from tests.hostile.hostile import Hostile, allows
from tests.hostile.kit import kit
from tests.hostile.originals import SAMPLES
from tests.hostile.places import Place, places

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="memory is measured by a POSIX call")
ROOT = Path(__file__).parents[2]
GOOD = (
    "2019-word-split-head.docx",
    "2021-pdf-over-pages.pdf",
    "2021-text-zero-pipes.txt",
    "2021-web-government.html",
)
SECONDS = 8.0  # a file; a good one takes a tenth of it on a very busy machine
MEMORY = 2048  # MiB a document, what convert allows by itself
PARENT = 600 << 20  # bytes; the command itself reads no document
# Runs the command as `gouji` does and leaves behind how much memory the command itself took at most.
DRIVER = """
import atexit, resource, sys
from pathlib import Path
import cli
peak = Path(sys.argv.pop(1))
def most():
    status = Path("/proc/self/status")
    if status.exists():  # what the system counts for a child begins with its parent's memory, here pytest's
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return lines["VmHWM"].split()[0]
    return str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
atexit.register(lambda: peak.write_text(most()))
if __name__ == "__main__":
    cli.main()
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ran:
    """What one run of the command left."""

    out: Path
    exit_code: int
    errors: str
    seconds: float
    parent_bytes: int
    rows: list[dict[str, object]]

    def rows_of(self, name: str) -> list[dict[str, object]]:
        """Return the records of an input: its own, or those of its members."""
        return [row for row in self.rows if row["name"] == name or str(row["name"]).startswith(f"{name}/")]


def gouji(root: Path, *arguments: str) -> Ran:
    """Convert in a folder of its own, with nowhere else to write to but places that are looked at later."""
    for name in ("home", "tmp", "here"):
        (root / name).mkdir(exist_ok=True)
    (root / "driver.py").write_text(DRIVER, encoding="utf-8")
    places_to_write = {"HOME": str(root / "home"), "TMPDIR": str(root / "tmp"), "PYTHONPATH": str(ROOT)}
    begin = time.monotonic()
    done = subprocess.run(
        [sys.executable, root / "driver.py", root / "peak", "convert", *arguments],
        cwd=root / "here",
        env={**os.environ, **places_to_write, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        check=False,
    )
    out = Path(arguments[arguments.index("-o") + 1])
    unit = 1 if sys.platform == "darwin" else 1024
    return Ran(
        out=out,
        exit_code=done.returncode,
        errors=done.stderr.decode("utf-8"),
        seconds=time.monotonic() - begin,
        parent_bytes=int((root / "peak").read_text()) * unit,
        rows=list(_rows(out)),
    )


def _rows(out: Path) -> Iterator[dict[str, object]]:
    ledger = sqlite3.connect(out / "ledger.sqlite")
    ledger.row_factory = sqlite3.Row
    try:
        yield from map(dict, ledger.execute("select * from inputs order by name"))
    finally:
        ledger.close()


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Plant the kit, the odd places and the good files, and the good files alone."""
    root = tmp_path_factory.mktemp("hostile")
    for hostile in kit():
        path = root / "in" / hostile.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(hostile.data)
    (root / "in" / "place").mkdir()
    for place in places():
        place.plant(root / "in" / "place")
    for folder in ("in", "alone"):
        (root / folder).mkdir(exist_ok=True)
        for name in GOOD:
            (root / folder / name).write_bytes((SAMPLES / name).read_bytes())
    return root


@pytest.fixture(scope="module")
def before(root: Path) -> dict[str, int]:
    return standing(root)


@pytest.fixture(scope="module")
def ran(root: Path, before: dict[str, int]) -> Ran:
    assert before
    options = ("--jobs", "2", "--timeout", str(SECONDS), "--memory", str(MEMORY))
    return gouji(root, str(root / "in"), "-o", str(root / "out"), *options)


def standing(root: Path) -> dict[str, int]:
    """Return path -> time of change of everything below a folder but the outputs."""
    found = {}
    for folder, folders, names in os.walk(root):
        if Path(folder) == root:
            folders[:] = [name for name in folders if name not in ("out", "out-alone")]
        for name in (*folders, *names):
            path = Path(folder) / name
            if path.parent != root:
                found[str(path.relative_to(root))] = path.lstat().st_mtime_ns
    return found


def is_telemetry(path: str) -> bool:
    return path.startswith("home/.cache") or path == "tmp/.ses"


def ending(row: dict[str, object]) -> str:
    return str(row["code"] if row["outcome"] == "failed" else row["outcome"])


def test_it_holds_a_hundred_files_and_more_of_every_kind() -> None:
    kinds = Counter(hostile.name.split("/")[0] for hostile in kit())
    assert len(kit()) == len({hostile.name for hostile in kit()}) >= 100
    assert min(kinds.values()) >= 20


def test_it_ends_as_a_run_with_failures_and_says_nothing_else(ran: Ran) -> None:
    assert (ran.exit_code, ran.errors) == (3, "")


@pytest.mark.parametrize("hostile", kit(), ids=lambda one: one.name)
def test_it_records_every_hostile_file_as_what_it_is(hostile: Hostile, ran: Ran) -> None:
    rows = ran.rows_of(hostile.name)
    assert rows
    assert [
        (row["name"], ending(row), row["reason"]) for row in rows if not hostile.allows(ending(row))
    ] == []


@pytest.mark.parametrize("place", places(), ids=lambda one: ascii(one.name))
def test_it_records_or_leaves_aside_every_odd_place(place: Place, ran: Ran) -> None:
    rows = ran.rows_of(f"place/{place.name}")
    assert bool(rows) == bool(place.allowed) or place.name == "locked"
    wrong = [ending(row) for row in rows if not allows(place.allowed, ending(row))]
    assert wrong == []


def test_it_meets_no_error_of_its_own(ran: Ran) -> None:
    died = {"pdf/form-bomb.pdf"}  # pdfium aborts where memory is refused, if time does not run out before
    wrong = [row for row in ran.rows if str(row["code"]).startswith("internal.") and row["name"] not in died]
    assert wrong == []


def test_it_gives_every_record_a_reason_in_one_line(ran: Ran) -> None:
    failed = [row for row in ran.rows if row["outcome"] == "failed"]
    lines = (ran.out / "failures.jsonl").read_text("utf-8").split("\n")[:-1]
    assert [json.loads(line)["name"] for line in lines] == [row["name"] for row in failed]
    assert all(row["reason"] for row in failed)
    assert {row["state"] for row in ran.rows} == {"done"}


def test_it_keeps_within_its_time_and_memory(ran: Ran) -> None:
    assert max(float(str(row["seconds"])) for row in ran.rows) <= SECONDS + 1
    assert max(int(str(row["peak_bytes"])) for row in ran.rows) <= MEMORY << 20
    assert ran.parent_bytes <= PARENT
    hung = [row["name"] for row in ran.rows if row["code"] == "limit.time"]
    assert len(hung) <= 12


def test_it_writes_nothing_outside_of_the_output_folder(root: Path, before: dict[str, int], ran: Ran) -> None:
    assert ran.rows
    after = standing(root)
    assert {path: time for path, time in after.items() if not is_telemetry(path)} == before
    assert not Path(OUTSIDE).exists()
    inside = ran.out.resolve()
    assert all(path.resolve().is_relative_to(inside) for path in ran.out.rglob("*"))
    assert not any(path.is_symlink() for path in ran.out.rglob("*"))


def test_its_libraries_write_nothing_either(root: Path, ran: Ran) -> None:
    assert ran.rows
    assert [path for path in standing(root) if is_telemetry(path)] == []


def test_it_leaves_good_files_as_they_are_alone(root: Path, ran: Ran) -> None:
    alone = gouji(root, str(root / "alone"), "-o", str(root / "out-alone"))
    assert [row["outcome"] for row in alone.rows] == ["verified"] * len(GOOD)
    for name in GOOD:
        for ending in ("json", "evidence.json"):
            output = f"{name}.{ending}"
            assert (ran.out / output).read_bytes() == (alone.out / output).read_bytes()
