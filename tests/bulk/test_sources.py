from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from bulk.sources import Input, collect, outputs, readable, refuse_collisions
from errors import OutputExists, UnreadableFile


def plant(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("一、总体情况\n", encoding="utf-8")
    return root


def names(folder: Path | list[Path], out: Path) -> list[str]:
    return [one.name for one in collect(folder if isinstance(folder, list) else [folder], out).inputs]


def skipped(folder: Path, out: Path) -> dict[str, str]:
    return {one.name: one.reason for one in collect([folder], out).skipped}


def test_it_names_inputs_by_their_path_below_the_folder(tmp_path: Path) -> None:
    plant(tmp_path / "in", "b.txt", "a/c.docx", "a/b.pdf")
    assert names(tmp_path / "in", tmp_path / "out") == ["a/b.pdf", "a/c.docx", "b.txt"]


def test_it_begins_each_name_with_its_input_when_there_are_several(tmp_path: Path) -> None:
    plant(tmp_path, "one/a.txt", "two/a.txt", "b.txt")
    paths = [tmp_path / "one", tmp_path / "two", tmp_path / "b.txt"]
    assert names(paths, tmp_path / "out") == ["b.txt", "one/a.txt", "two/a.txt"]


def test_it_takes_a_file_that_is_named_whatever_it_looks_like(tmp_path: Path) -> None:
    plant(tmp_path, ".hidden.json")
    assert names(tmp_path / ".hidden.json", tmp_path / "out") == [".hidden.json"]


def test_it_leaves_desktop_leftovers_and_what_is_no_document_and_says_so(tmp_path: Path) -> None:
    plant(
        tmp_path / "in",
        "a.txt",
        "Thumbs.db",
        "~$a.docx",
        ".DS_Store",
        "desktop.ini",
        ".git/config.txt",
        "__MACOSX/a.docx",
        "README.md",
        "make.py",
        "data.json",
        "LICENSE",
    )
    out = tmp_path / "out"
    assert names(tmp_path / "in", out) == ["a.txt"]
    assert skipped(tmp_path / "in", out) == {
        "Thumbs.db": "a desktop leftover",
        "~$a.docx": "a desktop leftover",
        ".DS_Store": "a desktop leftover",
        "desktop.ini": "a desktop leftover",
        ".git/": "hidden",
        "__MACOSX/": "a desktop leftover",
        "README.md": "no document by its ending .md",
        "make.py": "no document by its ending .py",
        "data.json": "no document by its ending .json",
        "LICENSE": "no document by its first bytes (text); name the file itself to have it read",
    }


def test_it_takes_a_document_without_an_ending_by_its_first_bytes(tmp_path: Path) -> None:
    plant(tmp_path / "in", "a")
    (tmp_path / "in" / "2023年报告").write_bytes(b"%PDF-1.7\n")
    assert names(tmp_path / "in", tmp_path / "out") == ["2023年报告"]


def test_it_never_takes_the_output_folder_or_other_outputs(tmp_path: Path) -> None:
    root = plant(
        tmp_path, "a.txt", "out/b.txt", "earlier/c.txt", "earlier/ledger.sqlite", "earlier/failures.jsonl"
    )
    assert names(root, tmp_path / "out") == ["a.txt"]
    assert skipped(root, tmp_path / "out") == {
        "out/": "the output folder",
        "earlier": "holds outputs of gouji",
    }


def test_it_refuses_the_output_folder_as_an_input(tmp_path: Path) -> None:
    plant(tmp_path, "a.txt")
    with pytest.raises(OutputExists, match="is the output folder"):
        collect([tmp_path], tmp_path)


def test_it_refuses_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no such file or folder"):
        collect([tmp_path / "nothing"], tmp_path / "out")


def test_it_refuses_two_inputs_with_one_name(tmp_path: Path) -> None:
    plant(tmp_path, "x/a/r.txt", "y/a/r.txt")
    with pytest.raises(OutputExists, match="would share an output"):
        collect([tmp_path / "x" / "a", tmp_path / "y" / "a"], tmp_path / "out")


@pytest.mark.parametrize(
    ("one", "other"),
    [("a", "a.evidence"), ("a", "a.json/b"), ("b/a", "b/a.evidence.json/c")],
)
def test_it_refuses_outputs_that_would_stand_in_each_others_place(one: str, other: str) -> None:
    inputs = [Input(name=one, place=Path(one)), Input(name=other, place=Path(other))]
    with pytest.raises(OutputExists):
        refuse_collisions(inputs)


def test_it_takes_the_same_path_once(tmp_path: Path) -> None:
    plant(tmp_path, "a.txt")
    listing = collect([tmp_path / "a.txt", tmp_path / "." / "a.txt"], tmp_path / "out")
    assert [one.name for one in listing.inputs] == ["a.txt"]
    assert [one.reason for one in listing.skipped] == ["given twice"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_it_does_not_follow_links_to_folders(tmp_path: Path) -> None:
    plant(tmp_path / "in", "a.txt")
    plant(tmp_path / "elsewhere", "b.txt")
    (tmp_path / "in" / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "gone.txt").symlink_to(tmp_path / "nothing")
    assert names(tmp_path / "in", tmp_path / "out") == ["a.txt", "gone.txt"]
    assert skipped(tmp_path / "in", tmp_path / "out") == {
        "link/": "a link to a folder",
        "loop/": "a link to a folder",
    }


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no such files there")
def test_it_does_not_open_what_is_no_regular_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert skipped(tmp_path, tmp_path / "out") == {"a.txt": "not a regular file"}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow only valid names")
def test_it_reads_file_names_that_are_not_utf_8(tmp_path: Path) -> None:
    assert readable(os.fsdecode("年度报告.txt".encode("gb18030"))) == "年度报告.txt"
    assert readable(os.fsdecode(b"\xff.txt")) == "\\xff.txt"
    assert readable("年度报告.txt") == "年度报告.txt"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow only valid names")
def test_a_name_in_another_encoding_leaves_the_names_of_its_folders_alone(tmp_path: Path) -> None:
    plant(tmp_path / "in", f"年报/{os.fsdecode('二〇二一.txt'.encode('gb18030'))}", "年报/b.txt")
    assert names(tmp_path / "in", tmp_path / "out") == ["年报/b.txt", "年报/二〇二一.txt"]


@pytest.mark.parametrize("name", ["", "/a", "../a", "a/../../b", "a\0b", "d/" * 300 + "a"])
def test_it_gives_no_output_outside_the_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(OutputExists):
        outputs(tmp_path, name)
