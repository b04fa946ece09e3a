"""`gouji convert` with archives, stdin and missing programs, as a user calls it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bulk.ledger import Row
from bulk.summary import Tally, summarise
from bulk.wanted import Skipped
from converters import MODULES
from tests.bulk.packing import rarred, zipped

ROOT = Path(__file__).parents[2]
TEXT = "某县2021年度报告\n一、总体情况\n内容。\n".encode()


def gouji(
    *arguments: object, stdin: bytes | None = None, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "cli", *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | environment,
        input=stdin,
        capture_output=True,
        check=False,
        timeout=120,
    )


def test_it_lists_what_is_in_archives_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(
        zipped({"a.txt": TEXT, "Thumbs.db": b"x", "../b.txt": TEXT, "in.zip": zipped({"c.txt": TEXT})})
    )
    told = gouji("convert", tmp_path / "x.zip", "-o", tmp_path / "out", "--dry-run")
    assert told.stdout.decode().splitlines() == [
        "in   x.zip/a.txt",
        "out  x.zip/Thumbs.db    a desktop leftover",
        "fail x.zip/__/b.txt: its name leads out of the archive; unpack it yourself if you trust it",
        "in   x.zip/in.zip/c.txt",
        "2 to convert, 1 not taken, 1 that will fail; nothing was written",
    ]
    assert not (tmp_path / "out").exists()


def test_it_reads_stdin(tmp_path: Path) -> None:
    told = gouji("convert", "-", "-o", tmp_path / "out", stdin=TEXT)
    assert told.returncode == 3  # a text without tables
    assert (tmp_path / "out" / "stdin.json").is_file()


def test_it_names_every_kind_that_is_read_where_there_is_nothing_to_convert(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    said = gouji("convert", tmp_path / "in", "-o", tmp_path / "out").stderr.decode()
    assert all(f" {kind}," in said for kind in MODULES)


@pytest.mark.parametrize("out", ["s3://bucket/out", "memory://out", "file:///out"])
def test_it_refuses_an_address_as_output(tmp_path: Path, out: str) -> None:
    (tmp_path / "a.txt").write_bytes(TEXT)
    told = gouji("convert", tmp_path / "a.txt", "-o", out)
    assert told.returncode == 2
    assert b"a folder of this machine" in told.stderr
    assert not (ROOT / out.partition("/")[0]).exists()


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """Give an environment in which neither libarchive nor bsdtar is found."""
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "libarchive.py").write_text("raise ImportError\n")
    return {"PATH": str(tmp_path / "without"), "PYTHONPATH": str(tmp_path / "without")}


def test_it_ends_with_4_where_only_a_program_was_missing(tmp_path: Path, bare: dict[str, str]) -> None:
    (tmp_path / "x.rar").write_bytes(rarred({"a.txt": TEXT}))
    told = gouji("convert", tmp_path / "x.rar", "-o", tmp_path / "out", **bare)
    assert told.returncode == 4
    assert b"input.missing_program" in told.stdout
    assert b"libarchive-tools" in (tmp_path / "out" / "failures.jsonl").read_bytes()
    (tmp_path / "empty.txt").write_bytes(b"")
    both = gouji("convert", tmp_path / "x.rar", tmp_path / "empty.txt", "-o", tmp_path / "out2", **bare)
    assert both.returncode == 3


def test_a_summary_counts_and_says_what_to_type_next() -> None:
    tally = Tally()
    for number in range(40):
        tally.add(
            Row(name=f"{number}.txt", outcome="verified", edition="2021", nonzero=number % 2),
            again=number < 3,
        )
    tally.add(Row(name="bad.txt", outcome="failed", code="limit.time"), again=False)
    tally.leave(Skipped(name="Thumbs.db", reason="a desktop leftover"))
    tally.leave(Skipped(name="README.md", reason="no document by its ending .md"))
    assert list(summarise(tally, out="my out", seconds=90.0, paint=lambda text, _style: text)) == [
        "41 inputs in 1 min 30 s, 3 of them done before",
        "  verified      40",
        "  review         0",
        "  failed         1",
        "  20 with figures, 20 with nothing but zeros and blanks",
        "",
        "why, and in how many",
        "       1  The file took longer than the time limit. limit.time",
        "  left aside: 1 file that is no report (--dry-run says why)",
        "",
        'next: gouji check "my out"    what fails, where, and what to do',
    ]
