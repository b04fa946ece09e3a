"""How long does `gouji export` take, and with how much memory, beside what a reader of the JSON would write?

The committed samples are converted, and their reports written N times under names of their own. Every way
runs as a process of its own on the same files: wall time with the start of the program, processor time (other
work may share the cores), peak memory. The others read the same files into pandas (json_normalize) or let
DuckDB read them (read_json). The repeats compress well, so sizes of files are not told.

    python -W ignore -m benchmarks.export
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from converters import convert
from normalize import normalize
from report import evidence_to_json, to_json

ROOT = Path(__file__).parents[1]
PANDAS = """
import json, sys, pandas
out, file = sys.argv[1:]
from pathlib import Path
files = sorted(path for path in Path(out).rglob("*.json") if not path.name.endswith(".evidence.json"))
table = pandas.json_normalize([json.loads(file.read_bytes()) for file in files])
"""
DUCKDB = """
import sys, duckdb
from pathlib import Path
out, file = sys.argv[1:]
files = sorted(str(path) for path in Path(out).rglob("*.json") if not path.name.endswith(".evidence.json"))
with duckdb.connect() as database:
    database.execute(
        "copy (select source.name, source.sha256, source.kind, report.*, trust.status, values.*"
        " from read_json(?, map_inference_threshold = -1) order by source.name)"
        f" to '{file}' (format parquet)",
        [files],
    )
"""


def write_outputs(folder: Path, count: int) -> None:
    """Write the reports and evidence of the samples, again and again under other names."""
    samples = sorted(path for path in (ROOT / "samples").iterdir() if path.suffix in (".docx", ".txt"))
    made = []
    for sample in samples:
        report = normalize(convert(sample.read_bytes(), name=sample.name))
        made.append((f'"name":"{sample.name}"'.encode(), to_json(report), evidence_to_json(report)))
    for number in range(count):
        was, report, evidence = made[number % len(made)]
        name = f"{number // 1000:03}/{number:06}.docx"
        target = folder / name
        target.parent.mkdir(exist_ok=True)
        target.with_name(f"{target.name}.json").write_bytes(report.replace(was, f'"name":"{name}"'.encode()))
        target.with_name(f"{target.name}.evidence.json").write_bytes(evidence)


def ways(out: str, folder: str) -> dict[str, list[str]]:
    """Return the command of every way."""
    gouji = [sys.executable, "-m", "cli", "export", out, "-o"]

    def python(program: str, ending: str) -> list[str]:
        return [sys.executable, "-c", program, out, f"{folder}/peer{ending}"]

    return {
        "gouji, .parquet": [*gouji, f"{folder}/wide.parquet"],
        "pandas, to_parquet": python(f"{PANDAS}table.to_parquet(file)", ".parquet"),
        "DuckDB read_json, to Parquet": python(DUCKDB, ".duckdb.parquet"),
        "gouji, .csv": [*gouji, f"{folder}/wide.csv"],
        "pandas, to_csv": python(f"{PANDAS}table.to_csv(file)", ".csv"),
        "gouji, .xlsx": [*gouji, f"{folder}/wide.xlsx"],
        "pandas, to_excel (xlsxwriter)": python(
            f"{PANDAS}columns = [one for one in table if one not in ('checks', 'sections', 'unmapped')]\n"
            "table[columns].to_excel(file, engine='xlsxwriter')",
            ".xlsx",
        ),
        "gouji, .duckdb": [*gouji, f"{folder}/wide.duckdb"],
        "gouji, .jsonl": [*gouji, f"{folder}/wide.jsonl"],
        "gouji, .parquet --long": [*gouji, f"{folder}/long.parquet", "--long"],
    }


def measure(command: list[str]) -> tuple[float, float, float, int]:
    """Return wall seconds, processor seconds, peak MiB and exit code of a command."""
    begin = time.perf_counter()
    # Of all children the largest is told, so each is the only child of a process of its own.
    program = (
        "import resource, subprocess, sys\n"
        "code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(used.ru_maxrss, used.ru_utime + used.ru_stime, code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *command], check=True, capture_output=True, text=True, cwd=ROOT
    )
    seconds = time.perf_counter() - begin
    peak, processor, code = done.stdout.split()
    if int(code):
        print(done.stderr, file=sys.stderr)
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return seconds, float(processor), int(peak) / unit, int(code)


def main() -> int:
    """Write the outputs, run every way, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=20_000)
    parser.add_argument("--only", default="", help="ways whose label begins so")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        out.mkdir()
        write_outputs(out, given.reports)
        for path in out.rglob("*.json"):  # warm for all ways alike
            path.read_bytes()
        print(f"| {given.reports} reports | seconds | processor seconds | peak MiB |\n|---|---|---|---|")
        for label, command in ways(str(out), folder).items():
            if label.startswith(given.only):
                seconds, processor, peak, code = measure(command)
                failed = f" exit {code}" if code else ""
                print(f"| {label} | {seconds:.1f} | {processor:.1f} | {peak:.0f} |{failed}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
