"""7z and rar, by libarchive and by bsdtar."""

from __future__ import annotations

import base64
import io
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bulk import archive_foreign, archive_rar
from bulk.archives import Member, Refused, read
from tests.bulk.packing import rarred, tarred, zipped
from tests.bulk.unpacking import FILES, A, B, events, members, refused


@pytest.fixture(params=["library", "program"])
def foreign(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "library" and archive_foreign._library() is None:
        pytest.skip("no libarchive")
    if request.param == "program":
        if archive_foreign._program() is None:
            pytest.skip("no bsdtar")
        monkeypatch.setattr(archive_foreign, "_library", lambda: None)


def test_it_reads_rar(foreign: None) -> None:
    assert members(rarred(FILES), "x.rar") == {"x.rar/县/a.txt": A, "x.rar/b.txt": B}
    assert not refused(rarred(FILES), "x.rar")


def test_it_reads_7z(foreign: None, tmp_path: Path) -> None:
    data = sevenzipped(tmp_path, FILES)
    assert members(data, "x.7z") == {"x.7z/县/a.txt": A, "x.7z/b.txt": B}
    assert members(zipped({"in.7z": data})) == {"x.zip/in.7z/县/a.txt": A, "x.zip/in.7z/b.txt": B}
    assert refused(data[: len(data) // 2], "x.7z") == {"x.7z": "input.unreadable"}


def sevenzipped(folder: Path, files: dict[str, bytes], packing: str = "lzma1") -> bytes:
    program = archive_foreign._program()
    if program is None:
        pytest.skip("no bsdtar to make one with")
    (folder / "x.tar").write_bytes(tarred(files))
    command = [program, "-cf", str(folder / "x.7z"), "--format=7zip", f"--options=7zip:compression={packing}"]
    subprocess.run([*command, f"@{folder / 'x.tar'}"], check=True, timeout=30)
    return (folder / "x.7z").read_bytes()


# By 7-Zip 26.02, the password is "secret": b.txt and c.txt plain, a.txt encrypted; a.txt with its name
# encrypted.
LOCKED_7Z = base64.b64decode(
    "N3q8ryccAATCac61twAAAAAAAAAiAAAAAAAAAFta5Z8BAAVwbGFpbgoAAQAEbGFzdAoA+wtsiu2ZZvy2wSJ0GUUSs3qT0EDjqKLD"
    "d+d6pjYpx2oAAIEzB65PnwasnuW1khJNcbLJbuk/WEhFvU/pOJW7IFfT9NW4s512fj69sLUNJzlWQgSsXt19lmdGjzJfdNkLyd26"
    "Fii4WmdZrz8ZBuop9Fwq7zwHEGuIjQgNxcWevhFxUcUC5Awbm1bZgBIFwtbXNI6BNaeGpfK+GvTQCHKnv7SQAAAXBjMBCYCEAAcL"
    "AQABIwMBAQVdABAAAAyAsgoBLFp9JQAA"
)
WHOLLY_LOCKED_7Z = base64.b64decode(
    "N3q8ryccAATzCmW4kAAAAAAAAAAuAAAAAAAAALzjBpt2hmnWqnOGRl2a3FJgQHGYZ+7IbjMDKVtT3OeSuRSnbFWMwKFSCXbWu7+x"
    "qZFn3WqyBjjZlV3kjI4vzvDw6tULeRAKBjIzBMSYwSaA4OLsmRVZAGgDHZ03Z6TaEZWfo89kvsSwF11AsObMgLCPq5JjY//OoKqi"
    "5bToDMsNdrLT1UDZy0SXSbFzjfpUH+DWM7MXBiABCXAABwsBAAEkBvEHARJTD1VMrdIKWAX8B9o8gVqBzvoMYgoBpv6oAQAA"
)


@pytest.mark.parametrize("password", [None, "secret"])
def test_it_fails_what_is_encrypted_in_a_7z_and_goes_on(foreign: None, password: str | None) -> None:
    found = members(LOCKED_7Z, "x.7z", password=password)
    assert found == {"x.7z/b.txt": b"plain\n", "x.7z/c.txt": b"last\n"}
    # libarchive does not get past it, so the archive has a record too.
    expected = {"x.7z/a.txt": "input.password", "x.7z": "input.password"}
    assert refused(LOCKED_7Z, "x.7z", password=password) == expected
    assert refused(WHOLLY_LOCKED_7Z, "x.7z", password=password) == {"x.7z": "input.password"}
    assert not members(WHOLLY_LOCKED_7Z, "x.7z", password=password)
    within = zipped({"in.7z": LOCKED_7Z, "b.txt": B})
    assert members(within)["x.zip/b.txt"] == B


def test_it_fails_what_is_encrypted_in_a_rar_and_goes_on(foreign: None) -> None:
    data = rarred({"a.txt": A, "b.txt": B, "c.txt": A}, locked={"b.txt"})
    assert members(data, "x.rar") == {"x.rar/a.txt": A, "x.rar/c.txt": A}
    assert refused(data, "x.rar") == {"x.rar/b.txt": "input.password"}
    assert refused(rarred({}, is_all_locked=True), "x.rar") == {"x.rar": "input.password"}


def test_it_never_gives_a_stored_file_whose_bytes_were_changed(foreign: None, tmp_path: Path) -> None:
    """libarchive gives it, with a warning in 7z and without one in rar."""
    files = {"b.txt": B, "a.txt": A + b"12345\n", "c.txt": A}
    rar = rarred(files).replace(b"12345", b"92345")
    assert members(rar, "x.rar") == {"x.rar/b.txt": B, "x.rar/c.txt": A}
    assert refused(rar, "x.rar") == {"x.rar/a.txt": "input.unreadable"}
    seven = sevenzipped(tmp_path, files, "store")
    assert set(members(seven, "x.7z")) == {"x.7z/b.txt", "x.7z/a.txt", "x.7z/c.txt"}
    changed = seven.replace(b"12345", b"92345")
    assert changed != seven
    assert "x.7z/a.txt" not in members(changed, "x.7z")
    assert "input.unreadable" in refused(changed, "x.7z").values()


def test_it_bears_a_rar_whose_lengths_are_beyond_all_bounds(foreign: None) -> None:
    data = rarred({"a.txt": A, "b.txt": B})
    for begin in range(12, len(data) - 12, 3):
        found = members(data[:begin] + b"\xff" * 12 + data[begin + 12 :], "x.rar")
        assert set(found.values()) <= {A, B}


def test_it_reads_no_number_of_a_rar_without_end() -> None:
    """Numbers that went on for as long as a header may took minutes."""
    data = archive_rar.MARK + b"crc!\x80\x80\x40" + b"\xff" * (1 << 20)
    begin = time.process_time()
    assert not list(archive_rar._headers(io.BytesIO(data)))
    assert time.process_time() - begin < 1


def test_it_reads_a_rar_on_disk_by_a_program_that_shares_its_place(foreign: None, tmp_path: Path) -> None:
    files = {f"{number}.txt": A * 3000 for number in range(40)}
    (tmp_path / "x.rar").write_bytes(rarred(files))
    with (tmp_path / "x.rar").open("rb") as file:
        found = list(read(file, "x.rar", size=1 << 20))
    assert [one.name for one in found if isinstance(one, Member)] == [f"x.rar/{name}" for name in files]


def test_it_loses_no_file_of_a_rar_without_saying_so_whose_name_is_none(foreign: None) -> None:
    data = rarred({"b.txt": B, os.fsdecode(b"a\xff\xfe.txt"): A})
    assert members(data, "x.rar") == {"x.rar/b.txt": B}
    assert set(refused(data, "x.rar").values()) == {"input.unreadable"}


def test_it_goes_on_after_a_name_of_a_rar_that_cannot_be_read() -> None:
    if archive_foreign._library() is None:
        pytest.skip("no libarchive")
    data = rarred({os.fsdecode(b"a\xff\xfe.txt"): A, "b.txt": B})
    assert members(data, "x.rar") == {"x.rar/b.txt": B}
    assert refused(data, "x.rar") == {"x.rar/unnamed-1": "input.unreadable"}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such locale")
def test_it_reads_names_in_whatever_locale_the_program_runs(tmp_path: Path) -> None:
    if archive_foreign._program() is None:
        pytest.skip("no bsdtar")
    (tmp_path / "x.rar").write_bytes(rarred(FILES))
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from bulk import archive_foreign\nfrom bulk.archives import read\n"
        "archive_foreign._library = lambda: None\nfile = Path(sys.argv[1]).open('rb')\n"
        "print(*[ascii(one.name) for one in read(file, 'x.rar', size=1000)])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "x.rar")],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"LC_ALL": "C"},
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert told.stdout.decode().split() == [ascii("x.rar/县/a.txt"), ascii("x.rar/b.txt")]


def test_it_refuses_what_leads_out_of_a_rar(foreign: None) -> None:
    data = rarred({"../../a.txt": A, "b.txt": B})
    assert members(data, "x.rar") == {"x.rar/b.txt": B}
    assert refused(data, "x.rar") == {"x.rar/__/__/a.txt": "input.refused"}


def test_it_says_what_to_install_where_nothing_reads_7z_and_rar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_foreign, "_library", lambda: None)
    monkeypatch.setattr(archive_foreign, "_program", lambda: None)
    (event,) = events(rarred(FILES), "x.rar")
    assert isinstance(event, Refused)
    assert (event.name, event.code) == ("x.rar", "input.missing_program")
    assert "libarchive" in event.message
