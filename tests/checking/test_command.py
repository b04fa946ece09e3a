"""`gouji check` and `gouji rollup` as a person runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checking.outputs import report, write

ROOT = Path(__file__).parents[2]


def gouji(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "cli", *map(str, arguments)],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "GOUJI_LANG": "en", **environment},
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    last = report("2023.docx", {"requests.carried_out.total": 3}, year=2023)
    return write(tmp_path_factory.mktemp("out"), last, report("2024.docx"))


def test_a_finding_between_verified_reports_is_told_and_counts_under_strict(out: Path):
    done = gouji("check", out, "--strict")
    assert done.returncode == 1
    assert "across.carried_over" in done.stdout.decode()
    assert done.stderr == b""
    assert gouji("check", out / "2024.docx.json", "--strict").returncode == 0


def test_the_language_is_an_option_or_in_the_environment(out: Path):
    assert "报告之间不符" in gouji("check", out, "--lang", "zh").stdout.decode()
    assert "报告之间不符" in gouji("check", out, GOUJI_LANG="zh").stdout.decode()
    assert "between reports" in gouji("check", out).stdout.decode()
    assert gouji("check", out, "--lang", "fr").returncode == 2


def test_text_is_another_name_of_table(out: Path):
    assert gouji("check", out, "--format", "text").stdout == gouji("check", out, "--format", "table").stdout


@pytest.mark.parametrize(
    ("form", "begin"), [("csv", b"\xef\xbb\xbffile,"), ("html", b"<!DOCTYPE html>"), ("json", b"{")]
)
def test_every_format_goes_to_stdout_and_the_same_bytes_to_a_file(
    form: str, begin: bytes, out: Path, tmp_path: Path
):
    printed = gouji("check", out, "--format", form).stdout
    assert printed.startswith(begin)
    file = tmp_path / f"x.{form}"
    assert gouji("check", out, "--format", form, "-o", file).returncode == 0
    assert file.read_bytes() == printed
    assert gouji("check", out, "--format", form, "-o", file).returncode == 2
    assert gouji("check", out, "--format", form, "-o", file, "--force").returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_a_file_that_cannot_be_written_ends_with_5(out: Path, tmp_path: Path):
    done = gouji("check", out, "-o", tmp_path / "nowhere" / "x.txt")
    assert done.returncode == 5
    assert len(done.stderr.splitlines()) == 1


def test_a_name_that_no_file_can_have_ends_with_5(out: Path, tmp_path: Path):
    for command in (("check", out, "-o"), ("rollup", out, "-o"), ("summary", out, "--html")):
        done = gouji(*command, tmp_path / f"{'x' * 300}.csv")
        assert (done.returncode, len(done.stderr.splitlines())) == (5, 1), done.stderr


def test_a_link_to_nowhere_is_told(tmp_path: Path):
    out = write(tmp_path / "out", report("2024.docx"))
    (out / "x.json").symlink_to(out / "nowhere")
    done = gouji("check", out)
    assert (done.returncode, len(done.stderr.splitlines())) == (3, 1), done.stderr
    assert "x.json: cannot be read" in done.stderr.decode()


def test_a_summary_goes_to_stdout(out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    done = gouji("summary", out, "--html", "-")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"<!doctype html>")
    assert done.stdout.rstrip().endswith(b"</html>")
    assert list(tmp_path.iterdir()) == []


def test_a_parent_that_is_not_there_is_a_matter_of_usage(out: Path, tmp_path: Path):
    done = gouji("rollup", out, "-o", tmp_path / "x.json", "--against", tmp_path / "none.json")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


def test_units_that_are_missing_are_told(out: Path, tmp_path: Path):
    (tmp_path / "units.csv").write_text("单位,年度\n砚篱县教育局,2024\n砚篱县水利局,2024\n", encoding="gbk")
    done = gouji("check", out, "--expect", tmp_path / "units.csv")
    assert "砚篱县水利局: no report for 2024" in done.stdout.decode()
    done = gouji("check", out, "--expect", tmp_path / "none.csv")
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1


def test_rollup_says_what_it_counted_and_what_not(out: Path, tmp_path: Path):
    file = tmp_path / "x.json"
    done = gouji("rollup", out, "-o", file, "--against", out / "2024.docx.json")
    assert done.returncode == 0, done.stderr
    told = done.stdout.decode()
    assert "all reports, 2023: 1 summed" in told
    assert "2024.docx: it is the parent's own report (--against)" in told
    assert "no group has its year 2024 and edition 2021" in told
    assert len(json.loads(file.read_bytes())["groups"]) == 1
    assert gouji("rollup", out, "-o", file).returncode == 2
    assert gouji("rollup", out, "-o", tmp_path / "x.pdf").returncode == 2
    assert gouji("rollup", out, "-o", file, "--include", "failed").returncode == 2
    assert gouji("rollup", tmp_path, "-o", tmp_path / "y.json").returncode == 2
