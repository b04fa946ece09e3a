"""The recipes work on what the commands before them wrote."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from converters import convert
from normalize import normalize
from report import evidence_to_json, to_json

ROOT = Path(__file__).parents[1]
BLOCKS = re.findall(
    r"^```(\w+)\n(.*?)^```",
    (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8"),
    re.MULTILINE | re.DOTALL,
)
SAMPLES = ("2021-word-plain.docx", "2019-word-nested-misprint.docx", "2021-text-repeats-dropped.txt")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with `out`, and what the recipes' commands write beside it."""
    here = tmp_path_factory.mktemp("recipes")
    (here / "out").mkdir()
    for name in SAMPLES:
        report = normalize(convert((ROOT / "samples" / name).read_bytes(), name=name))
        (here / "out" / f"{name}.json").write_bytes(to_json(report))
        (here / "out" / f"{name}.evidence.json").write_bytes(evidence_to_json(report))
    commands = [
        line[2:] for language, block in BLOCKS if language == "console" for line in block.splitlines()
    ]
    for command in (*commands, "gouji export out -o reports.csv"):
        words = [sys.executable, "-m", "cli", *shlex.split(command)[1:]]
        subprocess.run(words, cwd=here, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, timeout=60)
    return here


@pytest.mark.parametrize("block", [block for language, block in BLOCKS if language == "sql"])
def test_a_query_answers(folder, block):
    duckdb = pytest.importorskip("duckdb")
    first, query = block.split("\n", 1)
    name = first.removeprefix("-- ")
    with (
        contextlib.chdir(folder),
        duckdb.connect(name if name.endswith(".duckdb") else ":memory:") as database,
    ):
        assert database.sql(query).fetchall()


@pytest.mark.parametrize("block", [block for language, block in BLOCKS if language == "python"])
def test_a_program_prints(folder, block):
    if "pandas" in block:
        pytest.importorskip("pandas")
    printed = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(printed):
        exec(compile(block, "recipes.md", "exec"), {})
    assert re.search(r"\d", printed.getvalue())
