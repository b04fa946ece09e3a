from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bulk import remote
from bulk.opening import _events
from bulk.run import Options, run
from bulk.sources import Input, collect
from bulk.wanted import Skipped
from bulk.worker import Job, Limits, work
from errors import MissingProgram, UnreadableFile
from tests.bulk.packing import zipped

fsspec: Any = pytest.importorskip("fsspec")
TEXT = "某县2021年度报告\n一、总体情况\n内容。\n".encode()


@pytest.fixture
def memory() -> Iterator[Any]:
    files = fsspec.filesystem("memory")
    for name, data in {
        "a.txt": TEXT,
        "下/b.txt": TEXT + b"\n",
        "Thumbs.db": b"x",
        ".git/c.txt": TEXT,
        "LICENSE": b"free",
        "x.zip": zipped({"d.txt": TEXT}),
    }.items():
        files.pipe(f"/reports/{name}", data)
    yield files
    files.rm("/reports", recursive=True)


def test_it_lists_a_place_by_the_rules_for_folders(memory: Any, tmp_path: Path) -> None:
    listing = collect(["memory://reports"], tmp_path)
    assert listing.inputs == (
        Input(name="a.txt", place="memory:///reports/a.txt"),
        Input(name="x.zip", place="memory:///reports/x.zip"),
        Input(name="下/b.txt", place="memory:///reports/下/b.txt"),
    )
    assert listing.skipped == (
        Skipped(name=".git/c.txt", reason="hidden"),
        Skipped(
            name="LICENSE",
            reason="no document by its first bytes (text); name the file itself to have it read",
        ),
        Skipped(name="Thumbs.db", reason="a desktop leftover"),
    )


def test_it_begins_each_name_with_the_last_part_of_its_url(memory: Any, tmp_path: Path) -> None:
    listing = collect(["memory://reports/下", "memory://reports/a.txt"], tmp_path)
    assert [one.name for one in listing.inputs] == ["a.txt", "下/b.txt"]


def test_it_reads_where_a_url_points(memory: Any) -> None:
    outcome = work(Job(name="a.txt", place="memory://reports/a.txt"))
    assert outcome.json == work(Job(name="a.txt", place=TEXT)).json is not None
    gone = work(Job(name="gone.txt", place="memory://reports/gone.txt"))
    assert gone.code == "input.unreadable"
    assert (gone.message or "").startswith("gone.txt: ")
    ((member, share),) = _events(Input(name="x.zip", place="memory://reports/x.zip"), None, names_only=False)
    assert (member.name, 0 < share <= 1) == ("x.zip/d.txt", True)


def test_it_lists_what_it_has_no_right_to_look_at(
    memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_files: object, path: str, *_more: object) -> None:
        raise RuntimeError(path)  # drivers have errors of their own

    monkeypatch.setattr(type(memory), "open", refuse)
    assert "LICENSE" in [one.name for one in collect(["memory://reports"], tmp_path).inputs]
    assert work(Job(name="LICENSE", place="memory://reports/LICENSE")).code == "input.unreadable"


def test_it_tells_where_a_connection_breaks(memory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object) -> bytes:
        message = "IncompleteRead"
        raise RuntimeError(message)

    monkeypatch.setattr(type(memory.open("/reports/a.txt")), "read", broken)
    outcome = work(Job(name="a.txt", place="memory://reports/a.txt"))
    assert (outcome.code, "IncompleteRead" in (outcome.message or "")) == ("input.unreadable", True)


def test_it_converts_what_is_elsewhere_as_what_is_here(tmp_path: Path) -> None:
    (tmp_path / "in" / "下").mkdir(parents=True)
    (tmp_path / "in" / "a.txt").write_bytes(TEXT)
    (tmp_path / "in" / "下" / "b.txt").write_bytes(TEXT + b"\n")
    (tmp_path / "in" / "x.zip").write_bytes(zipped({"d.txt": TEXT + b"\n\n"}))
    seen = []
    for source, out in ((tmp_path / "in", "here"), ((tmp_path / "in").as_uri(), "elsewhere")):
        listing = collect([source], tmp_path / out)
        told = Options(seen=lambda row, _outcome: seen.append(row.name))
        run(listing.inputs, tmp_path / out, limits=Limits(seconds=30), options=told)
    assert sorted(seen[:3]) == sorted(seen[3:]) == ["a.txt", "x.zip/d.txt", "下/b.txt"]
    here, elsewhere = (
        {path.relative_to(tmp_path / out): path.read_bytes() for path in (tmp_path / out).rglob("*.json*")}
        for out in ("here", "elsewhere")
    )
    assert here == elsewhere


def test_it_refuses_a_place_that_cannot_be_listed(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="there is nothing"):
        collect(["memory://nowhere"], tmp_path)
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        collect(["nothing-of-the-kind://x"], tmp_path)


def test_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name=name)

    monkeypatch.setattr(remote, "import_module", missing)
    with pytest.raises(MissingProgram, match=r"gouji\[remote\]"):
        collect(["s3://bucket/reports"], tmp_path)


@pytest.mark.parametrize(
    ("given", "is_url"), [("s3://a/b", True), ("oss://a", True), ("C:/a", False), ("a/b", False)]
)
def test_it_tells_urls_from_paths(given: str, *, is_url: bool) -> None:
    assert remote.is_url(given) is is_url
