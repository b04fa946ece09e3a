"""`gouji convert` for runs of many: data sets, and what carries the work."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.test_cli import ROOT, gouji

NAMES = ("2019-word-split-head.docx", "2021-text-zero-pipes.txt", "2021-web-government.html")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("in")
    for name in NAMES:
        (folder / name).write_bytes((ROOT / "samples" / name).read_bytes())
    (folder / "empty.txt").write_bytes(b"")
    return folder


def shards(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((out / "dataset").rglob("part-*"))}


def test_it_writes_a_row_for_every_input_beside_the_reports(folder: Path, tmp_path: Path) -> None:
    done = gouji("convert", folder, "-o", tmp_path / "out", "--to", "jsonl", "--to", "parquet")
    assert done.returncode == 3
    assert "jsonl: 4 rows in 1 file" in done.stdout
    assert "parquet: 4 rows in 1 file" in done.stdout
    (lines,) = (data for name, data in shards(tmp_path / "out").items() if name.endswith(".jsonl"))
    rows = [json.loads(line) for line in lines.splitlines()]
    assert [row["source"]["name"] for row in rows] == [*NAMES, "empty.txt"]
    assert [row["trust"]["status"] for row in rows] == ["verified"] * 3 + ["failed"]
    report = json.loads((tmp_path / "out" / f"{NAMES[0]}.json").read_bytes())
    assert rows[0] == {key: report[key] for key in ("source", "report", "trust", "values")}


def test_its_data_sets_are_the_same_by_two_workers_and_after_a_second_run(
    folder: Path, tmp_path: Path
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    gouji("convert", folder, "-o", one, "--to", "parquet")
    gouji("convert", folder / NAMES[2], folder / NAMES[0], "-o", two)
    gouji("convert", folder, "-o", two, "--to", "parquet", "--jobs", "2")
    assert shards(one) == shards(two) != {}
    gouji("convert", folder, "-o", one, "--to", "parquet")
    assert shards(one) == shards(two)


def test_a_data_set_leaves_out_what_somebody_deleted_and_says_so(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    gouji("convert", folder / NAMES[0], "-o", out)
    for ending in (".json", ".evidence.json"):
        (out / f"{NAMES[0]}{ending}").unlink()
    done = gouji("convert", folder / NAMES[1], "-o", out, "--to", "jsonl")
    assert (done.returncode, "jsonl: 1 rows in 1 file" in done.stdout) == (0, True)
    assert "1 of 2 not in the data set" in done.stderr
    again = gouji("convert", folder / NAMES[0], "-o", out, "--to", "jsonl")
    assert (again.returncode, "jsonl: 2 rows in 1 file" in again.stdout) == (0, True)
    assert "not in the data set" not in again.stderr


def test_it_refuses_an_address_without_the_engine_it_is_of(folder: Path, tmp_path: Path) -> None:
    done = gouji("convert", folder, "-o", tmp_path / "out", "--address", "10.0.0.1:6379")
    assert done.returncode == 2
    assert "--engine ray" in done.stderr
    assert not (tmp_path / "out").exists()
