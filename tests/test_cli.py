"""Every test here runs `gouji` as a program of its own, as a person would."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLAIN = ROOT / "samples" / "2021-word-plain.docx"
MISPRINT = ROOT / "samples" / "2019-word-nested-misprint.docx"
COMMANDS = (
    "convert",
    "check",
    "clean",
    "draw",
    "explain",
    "export",
    "review",
    "rollup",
    "summary",
    "schema",
    "doctor",
)


def gouji(
    *arguments: object, given: bytes | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "cli", *map(str, arguments)],
        input=given,
        capture_output=True,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"},
        timeout=120,
        check=False,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    )


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("converted")
    done = gouji("convert", PLAIN, MISPRINT, "-o", out)
    assert done.returncode == 0, done.stderr
    return out


def test_it_converts_and_says_what_came_of_it(tmp_path: Path) -> None:
    done = gouji("convert", PLAIN, MISPRINT, "-o", tmp_path / "out")
    assert done.returncode == 0
    assert done.stderr == ""
    assert "2 inputs" in done.stdout
    assert "verified       1" in done.stdout
    assert "review         1" in done.stdout
    assert "source.sum" in done.stdout
    assert "next: gouji check" in done.stdout
    assert "\033" not in done.stdout
    report = json.loads((tmp_path / "out" / "2021-word-plain.docx.json").read_bytes())
    truth = json.loads((ROOT / "samples" / "truth" / "2021-word-plain.json").read_bytes())
    assert report["values"] == truth["values"]


def test_it_goes_on_from_what_is_done(tmp_path: Path) -> None:
    gouji("convert", PLAIN, "-o", tmp_path / "out")
    before = (tmp_path / "out" / "2021-word-plain.docx.json").stat().st_mtime_ns
    done = gouji("convert", PLAIN, "-o", tmp_path / "out")
    assert "1 of them done before" in done.stdout
    assert (tmp_path / "out" / "2021-word-plain.docx.json").stat().st_mtime_ns == before


def test_it_ends_with_3_when_an_input_failed_and_writes_the_rest(tmp_path: Path) -> None:
    (tmp_path / "坏.docx").write_bytes(PLAIN.read_bytes()[:2000])
    (tmp_path / "empty.txt").write_bytes(b"")
    done = gouji("convert", tmp_path / "坏.docx", tmp_path / "empty.txt", PLAIN, "-o", tmp_path / "out")
    assert done.returncode == 3
    assert "Traceback" not in done.stdout + done.stderr
    failures = [
        json.loads(line) for line in (tmp_path / "out" / "failures.jsonl").read_text("utf-8").splitlines()
    ]
    assert [one["code"] for one in failures] == ["input.unreadable", "input.unreadable"]
    assert (tmp_path / "out" / "2021-word-plain.docx.json").is_file()


def test_strict_ends_with_1_when_a_report_needs_review(tmp_path: Path) -> None:
    assert gouji("convert", PLAIN, "-o", tmp_path / "out", "--strict").returncode == 0
    assert gouji("convert", MISPRINT, "-o", tmp_path / "out", "--strict").returncode == 1


def test_dry_run_lists_the_work_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("x", encoding="utf-8")
    (tmp_path / "in" / "Thumbs.db").write_bytes(b"x")
    done = gouji("convert", tmp_path / "in", "-o", tmp_path / "out", "--dry-run")
    assert done.returncode == 0
    assert done.stdout.splitlines()[:2] == ["in   a.txt", "out  Thumbs.db    a desktop leftover"]
    assert not (tmp_path / "out").exists()


def test_an_empty_folder_is_nothing_to_convert(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    done = gouji("convert", tmp_path / "in", "-o", tmp_path / "out")
    assert done.returncode == 0
    assert "nothing to convert" in done.stderr
    assert not (tmp_path / "out").exists()


def test_no_arguments_give_help() -> None:
    done = gouji()
    assert "Usage" in done.stdout + done.stderr
    assert "gouji convert reports/ -o out/" in done.stdout + done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["convert"],
        ["convert", "nowhere", "-o", "out"],
        ["convert", "n" * 300, "-o", "out"],
        ["convert", ".", "-o", "."],
        ["frobnicate"],
        ["check", "nowhere"],
        ["check", "."],
        ["draw", "nowhere"],
        ["draw", "."],
        ["draw", "n" * 300],
        ["explain", "nowhere", "x"],
        ["clean", "nowhere"],
    ],
)
def test_wrong_usage_ends_with_2_and_without_a_traceback(arguments: list[str], tmp_path: Path) -> None:
    done = gouji(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_colliding_inputs_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    for folder in ("x/a", "y/a"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "r.txt").write_text("x", encoding="utf-8")
    done = gouji("convert", "x/a", "y/a", "-o", "out", cwd=tmp_path)
    assert done.returncode == 2
    assert "would share an output" in done.stderr
    assert not (tmp_path / "out").exists()


def test_an_output_folder_that_cannot_be_made_ends_with_5(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    done = gouji("convert", PLAIN, "-o", tmp_path / "out")
    assert done.returncode == 5
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(
    sys.platform == "win32", reason="a console event there, which a test cannot send to one process"
)
def test_ctrl_c_ends_cleanly_with_130_and_the_next_run_goes_on(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(1500):
        (tmp_path / "in" / f"{number}.txt").write_text(f"某县{number}年度报告\n", encoding="utf-8")
    out = tmp_path / "out"
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "convert", str(tmp_path / "in"), "-o", str(out)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 30
    while len(list(out.glob("*.txt.json"))) < 20 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=30)
    assert process.returncode == 130
    assert stdout == b""
    assert stderr.decode().startswith("gouji: interrupted with ")
    assert "it goes on from there" in stderr.decode()
    assert len(stderr.splitlines()) == 1
    written = len(list(out.glob("*.txt.json")))
    assert 20 <= written < 1500
    assert (out / "failures.jsonl").is_file()
    done = gouji("convert", tmp_path / "in", "-o", out)
    assert len(list(out.glob("*.txt.json"))) == 1500
    assert f"{written} of them done before" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal there")
def test_a_killed_run_goes_on_to_the_same_bytes_as_an_undisturbed_one(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(400):
        (tmp_path / "in" / f"{number}.txt").write_text(f"某县{number}年度报告\n", encoding="utf-8")
    command = [sys.executable, "-m", "cli", "convert", str(tmp_path / "in"), "-o", str(tmp_path / "killed")]
    for seconds in (0.9, 0.7, 0.5):
        process = subprocess.Popen(
            command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL
        )
        time.sleep(seconds)
        process.kill()
        process.wait()
    gouji("convert", tmp_path / "in", "-o", tmp_path / "killed")
    gouji("convert", tmp_path / "in", "-o", tmp_path / "whole", "--jobs", 2)
    killed, whole = (
        {path.name: path.read_bytes() for path in (tmp_path / out).iterdir() if "ledger" not in path.name}
        for out in ("killed", "whole")
    )
    assert killed == whole
    assert len(whole) == 801


def test_check_tells_the_sum_that_fails_in_the_words_of_the_form(converted: Path) -> None:
    done = gouji("check", converted)
    assert done.returncode == 0
    assert "review  2019-word-nested-misprint.docx  " in done.stdout
    assert "2021-word-plain" not in done.stdout
    assert "各类申请人之和，等于总计: 1 is not 0" in done.stdout
    assert "法律服务机构" in done.stdout
    assert "2 in all: 1 verified, 1 review, 0 failed" in done.stdout
    assert gouji("check", converted, "--strict").returncode == 1
    assert gouji("check", converted / "2021-word-plain.docx.json", "--strict").returncode == 0


def test_check_tells_the_same_to_programs(converted: Path) -> None:
    data = json.loads(gouji("check", converted, "--format", "json").stdout)
    assert data["totals"]["statuses"] == {"failed": 0, "review": 1, "verified": 1}
    (misprint,) = [report for report in data["reports"] if report["status"] == "review"]
    assert {one["identity"] for one in misprint["sums"]} == {"requests.results_total", "requests.row_total"}
    assert all(one["left"]["sum"] != one["right"]["sum"] for one in misprint["sums"])


def test_check_tells_the_inputs_that_gave_no_report(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / f"{'报' * 80}.txt").write_text("x", encoding="utf-8")
    (tmp_path / "in" / "空.txt").write_bytes(b"")
    gouji("convert", tmp_path / "in", "-o", tmp_path / "out")
    done = gouji("check", tmp_path / "out")
    assert done.returncode == 0
    assert "2 in all: 0 verified, 0 review, 2 failed" in done.stdout
    assert "空.txt: the file is empty" in done.stdout
    assert "shorter or plainer name" in done.stdout


def test_check_says_so_when_a_report_is_cut_off(converted: Path, tmp_path: Path) -> None:
    whole = (converted / "2021-word-plain.docx.json").read_bytes()
    (tmp_path / "a.json").write_bytes(whole[: len(whole) // 2])
    done = gouji("check", tmp_path)
    assert done.returncode == 3
    assert "not a whole report" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("made_from", ["document", "json"])
def test_explain_leads_from_the_ink_to_the_number(converted: Path, made_from: str) -> None:
    file = PLAIN if made_from == "document" else converted / "2021-word-plain.docx.json"
    done = gouji("explain", file, "requests.received.total")
    assert done.returncode == 0
    number = json.loads((converted / "2021-word-plain.docx.json").read_bytes())["values"][
        "requests.received.total"
    ]
    assert done.stdout.startswith(f"requests.received.total = {number}\n")
    for words in ("一、本年新收政府信息公开申请数量", "申请人情况 › 总计", "table ", "holds", "verified"):
        assert words in done.stdout


def test_explain_suggests_ids_near_to_a_wrong_one(converted: Path) -> None:
    done = gouji("explain", converted / "2021-word-plain.docx.json", "requests.recieved.total")
    assert done.returncode == 2
    assert "did you mean requests.received.total" in done.stderr


def test_draw_shows_what_was_found_and_reads_stdin() -> None:
    done = gouji("draw", PLAIN)
    assert done.returncode == 0
    assert "grid 1: " in done.stdout
    assert "| 信息内容" in done.stdout
    assert gouji("draw", "-", given=PLAIN.read_bytes()).stdout == done.stdout


def test_clean_redraws_the_tables(tmp_path: Path) -> None:
    text = gouji("clean", PLAIN).stdout
    assert "一、总体情况" in text
    assert "一、本年新收政府信息公开申请数量" in text
    markdown = tmp_path / "a.md"
    assert gouji("clean", PLAIN, "--markdown", "-o", markdown).returncode == 0
    assert "|----" in markdown.read_text(encoding="utf-8")
    refused = gouji("clean", PLAIN, "-o", markdown)
    assert refused.returncode == 2
    assert "--force" in refused.stderr


def test_clean_gives_the_same_values_when_it_is_converted_again(tmp_path: Path) -> None:
    (tmp_path / "clean.txt").write_text(gouji("clean", PLAIN).stdout, encoding="utf-8")
    gouji("convert", tmp_path / "clean.txt", "-o", tmp_path / "out")
    report = json.loads((tmp_path / "out" / "clean.txt.json").read_bytes())
    truth = json.loads((ROOT / "samples" / "truth" / "2021-word-plain.json").read_bytes())
    wrong = {
        value_id: number
        for value_id, number in report["values"].items()
        if number is not None and number != truth["values"][value_id]
    }
    assert wrong == {}


def test_schema_is_valid_json() -> None:
    assert json.loads(gouji("schema").stdout)["title"] == "政府信息公开工作年度报告"


def test_doctor_finds_what_is_needed() -> None:
    done = gouji("doctor")
    assert done.returncode == 0
    assert "ok    python-docx" in done.stdout


def test_version_is_one_line() -> None:
    assert gouji("--version").stdout.startswith("gouji 0.")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_that_ends_in_an_example(command: str) -> None:
    done = gouji(command, "--help")
    assert done.returncode == 0
    assert f"Example: gouji {command}" in " ".join(done.stdout.split())


def test_every_command_is_tested_here() -> None:
    listed = re.findall(r"^  (\w+)  ", gouji("--help").stdout.split("Commands:")[1], re.MULTILINE)
    assert sorted(listed) == sorted(COMMANDS)


def test_help_loads_nothing_heavy() -> None:
    heavy = ("rich", "lxml", "docx", "pdfplumber", "report", "sqlite3")
    script = f"import sys, cli; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == b"[]"
