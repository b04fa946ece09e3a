from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from errors import UnreadableFile
from export import datasets
from export.datasets import Format, Record, write
from findings import Finding
from standards import EDITIONS, load
from tests.export import outputs
from tests.export.outputs import report

FORMS: tuple[Format, ...] = ("parquet", "jsonl")


def records(out: Path) -> list[Record]:
    return [
        Record(
            name=path.relative_to(out).as_posix().removesuffix(".json"),
            sha256="0" * 64,
            report_sha256=sha256(path.read_bytes()).hexdigest(),
        )
        for path in out.rglob("*.json")
        if not path.name.endswith(".evidence.json")
    ]


def plant(out: Path, count: int) -> Path:
    return outputs.write(out, *(report(f"f{n % 3}/{n}.docx", EDITIONS[n % 2]) for n in range(count)))


def shards(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (out / "dataset").rglob("*") if path.is_file()}


def test_it_holds_source_report_trust_and_values_of_every_record(tmp_path: Path) -> None:
    doubt = Finding(code="source.sum", message="a sum fails", at=("requests.received.total",))
    outputs.write(tmp_path, report("a.docx", "2021", status="review", reasons=(doubt,)))
    failed = Record(
        name="b.doc", sha256="1" * 64, report_sha256=None, code="input.unsupported", message="b: no"
    )
    assert write(tmp_path, "parquet", [failed, *records(tmp_path)]) == (2, 1)
    assert write(tmp_path, "jsonl", [failed, *records(tmp_path)]) == (2, 1)
    one, other = ds.dataset(tmp_path / "dataset" / "parquet").to_table().to_pylist()
    lines = next((tmp_path / "dataset" / "jsonl").iterdir()).read_bytes().splitlines()
    written = json.loads((tmp_path / "a.docx.json").read_bytes())
    assert json.loads(lines[0]) == {key: written[key] for key in ("source", "report", "trust", "values")}
    assert {name: one[name] for name in written["values"]} == written["values"]
    assert (one["name"], one["status"], one["year"], one["bytes"]) == ("a.docx", "review", 2021, 1)
    reason = {"code": "source.sum", "message": "a sum fails", "at": ["requests.received.total"]}
    assert one["reasons"] == [reason]
    assert (other["name"], other["status"], other["reasons"][0]["code"]) == (
        "b.doc",
        "failed",
        "input.unsupported",
    )
    assert json.loads(lines[1])["trust"]["reasons"] == other["reasons"]
    assert set(one) >= {value_id for edition in EDITIONS for value_id in load(edition).value_ids}


@pytest.mark.parametrize("form", FORMS)
def test_its_files_are_the_same_in_whatever_order_the_records_came(form: Format, tmp_path: Path) -> None:
    plant(tmp_path / "one", 9)
    plant(tmp_path / "two", 9)
    write(tmp_path / "one", form, records(tmp_path / "one"))
    write(tmp_path / "two", form, records(tmp_path / "two")[::-1])
    assert shards(tmp_path / "one") == shards(tmp_path / "two") != {}


@pytest.mark.parametrize("form", FORMS)
def test_a_new_report_costs_one_shard_and_a_killed_run_the_rest(
    form: Format, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datasets, "_ROWS", 4)
    plant(tmp_path, 40)
    rows, count = write(tmp_path, form, records(tmp_path))
    before = shards(tmp_path)
    assert (rows, len(before)) == (40, count)
    assert count > 1
    outputs.write(tmp_path, report("new.docx"))
    write(tmp_path, form, records(tmp_path))
    after = shards(tmp_path)
    assert len(after.keys() - before.keys()) == 1
    folder = tmp_path / "dataset" / form
    victim = min(after)
    (folder / victim).unlink()
    (folder / f".{victim}.part").write_bytes(b"half")
    write(tmp_path, form, records(tmp_path))
    assert shards(tmp_path) == after


def test_its_shards_have_the_same_columns_whatever_is_in_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datasets, "_ROWS", 1)
    outputs.write(
        tmp_path, report("a", "2019"), report("b", None), report("c", given={"requests.received.total": 1})
    )
    write(tmp_path, "parquet", records(tmp_path))
    schemas = [pq.read_schema(path) for path in (tmp_path / "dataset" / "parquet").iterdir()]
    assert len(schemas) > 1
    assert all(schema.equals(schemas[0]) for schema in schemas)


def test_it_takes_no_report_that_was_changed_by_hand(tmp_path: Path) -> None:
    plant(tmp_path, 1)
    found = records(tmp_path)
    path = tmp_path / f"{found[0].name}.json"
    path.write_bytes(path.read_bytes().replace(b"verified", b"verifie "))
    with pytest.raises(UnreadableFile, match="not as it was written"):
        write(tmp_path, "jsonl", found)
    assert shards(tmp_path) == {}


def test_it_leaves_files_of_others_alone(tmp_path: Path) -> None:
    plant(tmp_path, 2)
    theirs = tmp_path / "dataset" / "jsonl" / "part-1.docx.json"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("{}", encoding="utf-8")
    write(tmp_path, "jsonl", records(tmp_path)[:2])
    assert theirs.exists()
