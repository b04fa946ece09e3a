"""`gouji export` as a program of its own: messages, exit codes, what is written and what is left alone."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from corrections import Correction, save
from errors import MissingProgram, OutputNotWritten, OutputUnfit
from export import ENDINGS, export
from export.rows import reports_in
from tests.export import outputs
from tests.export.outputs import report

ROOT = Path(__file__).parents[2]


def gouji(*arguments: object, program: str = "import cli; cli.main()") -> subprocess.CompletedProcess[bytes]:
    return run("export", *arguments, program=program)


def run(*arguments: object, program: str = "import cli; cli.main()") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", program, *map(str, arguments)],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=120,
        check=False,
    )


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return outputs.write(tmp_path / "out", report("a.docx"), report("b.docx", "2019", status="review"))


@pytest.mark.parametrize("ending", ENDINGS)
def test_it_writes_a_file_and_says_what_is_in_it(ending: str, out: Path, tmp_path: Path) -> None:
    done = gouji(out, "-o", tmp_path / f"表{ending}")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().strip() == f"{tmp_path / f'表{ending}'}: 2 reports (1 verified, 1 review)"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", f"表{ending}"]


def test_a_dash_is_csv_on_stdout_and_nothing_else(out: Path) -> None:
    done = gouji(out, "-o", "-", "--long", "--labels", "zh", "--status", "review")
    assert (done.returncode, done.stderr) == (0, b"")
    rows = list(csv.DictReader(io.StringIO(done.stdout.decode("utf-8"), newline="")))
    assert {row["文件"] for row in rows} == {"b.docx"}
    assert len(rows) == 198
    assert done.stdout.count(b"\r\n") == 199
    assert b"\r\r" not in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="a closed pipe is another error there")
def test_a_reader_that_stops_early_is_no_error(tmp_path: Path) -> None:
    out = outputs.write(tmp_path / "out", *(report(f"{number}.docx") for number in range(300)))
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "export", str(out), "-o", "-"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=60) == 0


def test_inputs_that_gave_no_report_are_counted(out: Path, tmp_path: Path) -> None:
    (out / "failures.jsonl").write_text(
        '{"code":"input.unreadable","message":"cut off","name":"c.docx"}\n', encoding="utf-8"
    )
    done = gouji(out, "-o", tmp_path / "x.csv")
    assert done.returncode == 0
    assert "1 input gave no report" in done.stdout.decode()


def test_a_file_that_is_there_is_overwritten_only_when_asked(out: Path, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("mine", encoding="utf-8")
    done = gouji(out, "-o", tmp_path / "x.csv")
    assert done.returncode == 2
    assert "is there already" in done.stderr.decode()
    assert (tmp_path / "x.csv").read_text(encoding="utf-8") == "mine"
    assert gouji(out, "-o", tmp_path / "x.csv", "--force").returncode == 0
    assert (tmp_path / "x.csv").read_bytes().startswith(b"\xef\xbb\xbfname")


@pytest.mark.parametrize(
    "name", ["failures.jsonl", "ledger.sqlite", "corrections.jsonl", "Corrections.JSONL"]
)
@pytest.mark.parametrize("command", ["export", "check", "summary", "rollup"])
def test_what_gouji_keeps_is_never_overwritten(command: str, name: str, out: Path) -> None:
    (out / name).write_text("", encoding="utf-8")
    option = "--html" if command == "summary" else "-o"
    done = run(command, out, option, out / name, "--force")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, b"", 1)
    assert (out / name).read_text(encoding="utf-8") == ""


def correct(folder: Path, name: str, value_id: str, old: int, new: int) -> None:
    sha256 = report(name).source.sha256
    given = {"name": name, "sha256": sha256, "id": value_id, "old": old, "new": new}
    save(folder, [Correction(**given, act="corrected", who="某人", when="2025-01-05T08:00:00+00:00")])


def test_of_a_folder_inside_the_output_the_corrections_apply(tmp_path: Path) -> None:
    out = outputs.write(tmp_path / "out", report("甲/a.docx"), report("乙/b.docx"))
    value_id = "requests.received.total"
    (one, _) = reports_in(out)
    old = one.data["values"][value_id]
    correct(out, "乙/b.docx", value_id, old, 777)
    for given in (out, out / "乙", out / "乙" / ".." / "乙", out / "乙" / "b.docx.json", tmp_path):
        found = {one.data["source"]["name"]: one.values[value_id] for one in reports_in(given)}
        assert found["乙/b.docx"] == 777
    moved = (out / "乙").rename(tmp_path / "丙")
    assert [one.values[value_id] for one in reports_in(moved)] == [old]


def test_decisions_that_do_not_apply_are_told(out: Path, tmp_path: Path) -> None:
    value_id = "requests.received.total"
    correct(out, "a.docx", value_id, -99, 5)
    correct(out, "gone.docx", value_id, 0, 5)
    told = "2 of the decisions in corrections.jsonl did not apply"
    assert told in gouji(out, "-o", tmp_path / "x.csv").stderr.decode()
    assert told in gouji(out, "-o", "-").stderr.decode()
    assert gouji(out, "-o", tmp_path / "y.csv", "--as-read").stderr == b""
    assert "1 of the decisions" in gouji(out / "a.docx.json", "-o", "-").stderr.decode()
    assert gouji(out / "b.docx.json", "-o", "-").stderr == b""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["-o", "x.xls"], ".csv, .xlsx, .parquet, .duckdb, .jsonl"),
        (["-o", "x"], ".csv"),
        (["-o", "x.csv", "--status", "good"], "good is no status"),
        (["-o", "x.csv", "--labels", "en"], "labels"),
        (["-o", "x.csv", "--forms"], ".xlsx"),
        (["-o", "-", "--forms"], ".xlsx"),
        ([], "-o"),
    ],
)
def test_wrong_usage_ends_with_2(
    arguments: list[str], told: str, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = gouji(out, *arguments)
    assert done.returncode == 2
    assert done.stdout == b""
    assert told in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("folder", ["nowhere", "empty"])
def test_a_folder_without_reports_ends_with_2(folder: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for file in (tmp_path / "x.csv", "-"):
        done = gouji(tmp_path / folder, "-o", file)
        assert (done.returncode, done.stdout) == (2, b"")
        assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "x.csv").exists()


def test_a_broken_report_ends_with_3_and_writes_nothing(out: Path, tmp_path: Path) -> None:
    (out / "c.docx.json").write_bytes(b'{"checks":[')
    done = gouji(out, "-o", tmp_path / "x.csv")
    assert done.returncode == 3
    assert "c.docx.json: not a whole report" in done.stderr.decode()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_place_that_cannot_be_written_ends_with_5(ending: str, out: Path, tmp_path: Path) -> None:
    done = gouji(out, "-o", tmp_path / "nowhere" / f"x{ending}")
    assert (done.returncode, done.stdout) == (5, b"")
    assert len(done.stderr.splitlines()) == 1
    assert "cannot be written" in done.stderr.decode()


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_folder_in_the_way_is_left_alone(ending: str, out: Path, tmp_path: Path) -> None:
    (tmp_path / f"x{ending}").mkdir()
    with pytest.raises(OutputNotWritten):
        export(out, tmp_path / f"x{ending}", force=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", f"x{ending}"]


@pytest.mark.parametrize("ending", [".parquet", ".duckdb"])
@pytest.mark.parametrize("missing", ["pyarrow", "duckdb"])
def test_without_the_extra_it_ends_with_4_and_says_what_to_install(
    ending: str, missing: str, out: Path, tmp_path: Path
) -> None:
    done = gouji(
        out,
        "-o",
        tmp_path / f"x{ending}",
        program=f"import sys; sys.modules[{missing!r}] = None; import cli; cli.main()",
    )
    if (ending, missing) == (".parquet", "duckdb"):
        assert done.returncode == 0
        return
    assert (done.returncode, done.stdout) == (4, b"")
    assert missing in done.stderr.decode()
    assert "pip install 'gouji[export]'" in done.stderr.decode()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_csv_xlsx_and_jsonl_need_no_extra(out: Path, tmp_path: Path) -> None:
    program = "import sys; sys.modules.update(pyarrow=None, duckdb=None); import cli; cli.main()"
    for ending in (".csv", ".xlsx", ".jsonl"):
        assert gouji(out, "-o", tmp_path / f"x{ending}", program=program).returncode == 0


def test_a_missing_program_is_told_before_any_report_is_lost(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "x.parquet").write_text("mine", encoding="utf-8")
    with pytest.raises(MissingProgram):
        export(out, tmp_path / "x.parquet", force=True)
    assert (tmp_path / "x.parquet").read_text(encoding="utf-8") == "mine"


def test_more_rows_than_a_sheet_holds_are_refused(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("export.xlsx._MOST_ROWS", 397)
    with pytest.raises(OutputUnfit, match="397 rows"):
        export(out, tmp_path / "x.xlsx", shape="long")
    monkeypatch.setattr("export.xlsx._MOST_ROWS", 398)
    export(out, tmp_path / "x.xlsx", shape="long")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "x.xlsx"]


def test_a_text_longer_than_a_cell_is_refused_and_not_cut(tmp_path: Path) -> None:
    out = outputs.write(tmp_path / "out", report("a.docx", title="长" * 40_000))
    with pytest.raises(OutputUnfit, match="40000 characters"):
        export(out, tmp_path / "x.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_a_killed_export_left_is_no_hindrance(out: Path, tmp_path: Path) -> None:
    for ending in ENDINGS:
        (tmp_path / f".x{ending}.part").write_bytes(b"half")
        export(out, tmp_path / f"x{ending}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", *sorted(f"x{one}" for one in ENDINGS)]
