from __future__ import annotations

import base64
import bz2
import gzip
import io
import lzma
import os
import struct
import tarfile
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bulk import opening
from bulk.archives import Bounds, Member, Refused, Skipped
from bulk.opening import Opener
from bulk.sources import Input
from tests.bulk.packing import tarred, zipped, zipped_aes, zipped_encrypted, zipped_raw
from tests.bulk.unpacking import FILES, A, B, events, members, refused


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.zip", zipped(FILES)),
        ("x.zip", zipped(FILES, zipfile.ZIP_LZMA)),
        ("x.tar", tarred(FILES)),
        ("x.tar.gz", tarred(FILES, "gz")),
        ("x.tgz", tarred(FILES, "gz")),
        ("x.tar.bz2", tarred(FILES, "bz2")),
        ("x.tar.xz", tarred(FILES, "xz")),
    ],
)
def test_it_gives_what_an_archive_holds_under_its_name(name: str, data: bytes) -> None:
    assert members(data, name) == {f"{name}/县/a.txt": A, f"{name}/b.txt": B}
    assert not refused(data, name)


# By 7-Zip 26.02, the password is "secret": a.txt under AES-256 and b.txt plain.
AES_ZIP = base64.b64decode(
    "UEsDBDMAAQBjAIWGdV0AAAAAKQAAAA0AAAAFAAsAYS50eHQBmQcAAgBBRQMAAB7AvbsYWinKrCMsdksYkgXGMAGatOoXClx6ebvB"
    "vQXfVHA5xq+iL1pXUEsDBAoAAAAAAIWGdV3Q+RU5BgAAAAYAAAAFAAAAYi50eHRwbGFpbgpQSwECPwMzAAEAYwCFhnVdAAAAACkA"
    "AAANAAAABQAvAAAAAAAAACCApIEAAAAAYS50eHQKACAAAAAAAAEAGAAl7OKl2HndAQAAAAAAAAAAAAAAAAAAAAABmQcAAgBBRQMA"
    "AFBLAQI/AwoAAAAAAIWGdV3Q+RU5BgAAAAYAAAAFACQAAAAAAAAAIICkgVcAAABiLnR4dAoAIAAAAAAAAQAYACXs4qXYed0BAAAA"
    "AAAAAAAAAAAAAAAAAFBLBQYAAAAAAgACALkAAACAAAAAAAA="
)


@pytest.mark.parametrize(
    ("ending", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)]
)
def test_it_takes_a_single_packed_file_by_its_name_without_the_ending(ending: str, pack: object) -> None:
    assert members(pack(A), f"年报.txt.{ending}") == {f"年报.txt.{ending}/年报.txt": A}  # type: ignore[operator]
    assert refused(pack(A)[:-5], f"a.txt.{ending}").values()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("stored", "flags", "name"),
    [
        ("某县/年度报告.txt".encode("gb18030"), 0, "某县/年度报告.txt"),
        ("某县\\年度报告.txt".encode("gb18030"), 0, "某县/年度报告.txt"),
        ("某县/年度报告.txt".encode(), 0, "某县/年度报告.txt"),
        ("某县/年度报告.txt".encode(), 0x800, "某县/年度报告.txt"),
        (b"a\xff\xff.txt", 0, "a%ff%ff.txt"),
        (b"a\xff\xff.txt", 0x800, "a%ff%ff.txt"),
        ("年报.txt".encode("gb18030"), 0x800, "年报.txt"),
    ],
)
def test_it_reads_names_in_whatever_encoding(stored: bytes, flags: int, name: str) -> None:
    assert members(zipped_raw({stored: A}, flags)) == {f"x.zip/{name}": A}


def test_it_takes_one_encoding_for_all_names_of_a_zip() -> None:
    both = {
        "联通.txt".encode("gb18030"): A,
        "年度报告.txt".encode("gb18030"): B,
    }  # the first is UTF-8 as well
    assert members(zipped_raw(both)) == {"x.zip/联通.txt": A, "x.zip/年度报告.txt": B}


def test_it_prefers_the_name_that_a_program_added_in_utf_8() -> None:
    info = zipfile.ZipInfo("nb.txt")
    path = b"\1" + struct.pack("<L", zlib.crc32(b"nb.txt")) + "年报.txt".encode()
    info.extra = struct.pack("<HH", 0x7075, len(path)) + path
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(info, A)
    assert members(target.getvalue()) == {"x.zip/年报.txt": A}


def test_it_reads_names_of_a_tar_in_gbk() -> None:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.GNU_FORMAT, encoding="gb18030") as archive:
        info = tarfile.TarInfo("某县/年报.txt")
        info.size = len(A)
        archive.addfile(info, io.BytesIO(A))
    assert members(target.getvalue(), "x.tar") == {"x.tar/某县/年报.txt": A}


def test_it_opens_archives_in_archives_up_to_a_depth() -> None:
    one = tarred({"a.txt": A}, "gz")
    two = zipped({"one.tar.gz": one, "b.txt": B})
    three = zipped({"two.zip": two})
    assert members(three) == {"x.zip/two.zip/one.tar.gz/a.txt": A, "x.zip/two.zip/b.txt": B}
    four = zipped({"three.zip": three})
    assert members(four) == {"x.zip/three.zip/two.zip/b.txt": B}
    assert refused(four) == {"x.zip/three.zip/two.zip/one.tar.gz": "input.limit"}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../a.txt", "__/a.txt"),
        ("b/../../a.txt", "b/__/__/a.txt"),
        ("..\\a.txt", "__/a.txt"),
        ("/etc/a.txt", "etc/a.txt"),
        ("C:\\a.txt", "C:/a.txt"),
        ("a\n.txt", "a_.txt"),
    ],
)
def test_it_refuses_names_that_lead_elsewhere(name: str, shown: str) -> None:
    for data, archive in (
        (zipped({name: A, "good.txt": B}), "x.zip"),
        (tarred({name: A, "good.txt": B}), "x.tar"),
    ):
        assert members(data, archive) == {f"{archive}/good.txt": B}
        assert refused(data, archive) == {f"{archive}/{shown}": "input.refused"}


def test_it_refuses_a_name_of_thousands_of_folders_alone() -> None:
    """Of 30,000 it took 17 s and 4 GiB to see whether another file has the place of one of them."""
    files = {"a/" * 30_000 + "a.txt": A, "a/" * 30_000 + "b.txt": A, "a/" * 150 + "c.txt": B}
    assert members(zipped(files)) == {"x.zip/" + "a/" * 150 + "c.txt": B}
    shown = "x.zip/" + "a/" * 10
    expected = {f"{shown}…/a.txt": "input.refused", f"{shown}…/b.txt": "input.refused"}
    assert refused(zipped(files)) == expected


def test_it_refuses_links_and_devices() -> None:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name, kind in (
            ("a.txt", tarfile.SYMTYPE),
            ("b.txt", tarfile.LNKTYPE),
            ("c.txt", tarfile.CHRTYPE),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    assert set(refused(target.getvalue(), "x.tar").values()) == {"input.refused"}
    assert not members(target.getvalue(), "x.tar")
    link = zipfile.ZipInfo("a.txt")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive_zip:
        archive_zip.writestr(link, "/etc/passwd")
    assert refused(packed.getvalue()) == {"x.zip/a.txt": "input.refused"}


def test_it_refuses_a_second_file_in_the_same_place_and_gives_it_a_record() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in (("a.txt", A), ("./a.txt", B), (".//a.txt", B), ("././a.txt", B)):
            archive.writestr(name, data)
        archive.writestr("a.txt.json/c.txt", B)
    data = target.getvalue()
    assert members(data) == {"x.zip/a.txt": A}
    assert list(refused(data)) == [
        "x.zip/a.txt~2",
        "x.zip/a.txt~3",
        "x.zip/a.txt~4",
        "x.zip/a.txt.json/c.txt~2",
    ]


def test_it_leaves_aside_what_a_folder_would() -> None:
    names = (
        "Thumbs.db",
        "~$a.docx",
        "__MACOSX/._a.txt",
        ".git/a.txt",
        "说明.md",
        "数据.xlsx",
        "README",
        "a.txt",
    )
    found = events(zipped(dict.fromkeys(names, A)))
    assert [one.name for one in found if isinstance(one, Member)] == ["x.zip/a.txt"]
    assert {one.name: one.reason for one in found if isinstance(one, Skipped)} == {
        "x.zip/Thumbs.db": "a desktop leftover",
        "x.zip/~$a.docx": "a desktop leftover",
        "x.zip/__MACOSX/._a.txt": "a desktop leftover",
        "x.zip/.git/a.txt": "hidden",
        "x.zip/说明.md": "no document by its ending .md",
        "x.zip/数据.xlsx": "no document by its ending .xlsx",
        "x.zip/README": "no document by its first bytes (text); name the file itself to have it read",
    }


def test_it_fails_an_archive_that_holds_no_document() -> None:
    assert refused(zipped({})) == {"x.zip": "input.unsupported"}
    assert refused(zipped({"folder/": b"", "Thumbs.db": b"x"})) == {"x.zip": "input.unsupported"}


SMALL = Bounds(
    file_bytes=1 << 20, inner_bytes=1 << 20, small_bytes=1 << 16, free_bytes=1 << 21, ratio=50, count=20
)


@pytest.mark.parametrize("packing", ["zip", "tar.gz"])
def test_it_stops_at_what_is_too_large(packing: str) -> None:
    big = bytes(range(256)) * 4097  # 1 MiB and a little, hardly to be packed in one go
    files = {"big.txt": big, "b.txt": B}
    data = zipped(files, zipfile.ZIP_STORED) if packing == "zip" else tarred(files, "gz")
    assert members(data, f"x.{packing}", bounds=SMALL) == {f"x.{packing}/b.txt": B}
    assert refused(data, f"x.{packing}", bounds=SMALL) == {f"x.{packing}/big.txt": "input.limit"}


def test_it_refuses_bombs() -> None:
    zeros = bytes(1 << 19)
    assert refused(zipped({"a.txt": zeros, "b.txt": B}), bounds=SMALL) == {"x.zip/a.txt": "input.limit"}
    many = {f"{number}.bin": zeros for number in range(10)}
    found = refused(tarred(many, "gz"), "x.tar.gz", bounds=SMALL)
    assert found == {"x.tar.gz": "input.limit"}
    files = {f"{number}.txt": B for number in range(30)}
    assert len(members(zipped(files), bounds=SMALL)) == 20
    assert refused(zipped(files), bounds=SMALL) == {"x.zip": "input.limit"}


def test_it_refuses_files_of_a_zip_that_share_their_bytes() -> None:
    data = zipped({"a.txt": A, "b.txt": B}, zipfile.ZIP_STORED)
    directory = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", directory + 4)
    data = data[: second + 42] + data[directory + 42 : directory + 46] + data[second + 46 :]
    assert refused(data) == {"x.zip/a.txt": "input.unreadable", "x.zip/b.txt": "input.unreadable"}


def test_it_opens_an_encrypted_zip_with_its_password_only() -> None:
    data = zipped_encrypted("a.txt", A, b"secret")
    assert refused(data) == {"x.zip/a.txt": "input.password"}
    assert refused(data, password="wrong") == {"x.zip/a.txt": "input.password"}
    assert members(data, password="secret") == {"x.zip/a.txt": A}


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_it_opens_a_zip_under_aes_with_its_password_only(packing: int) -> None:
    content = A * 30_000  # more than one piece
    data = zipped_aes("a.txt", content, b"secret", packing)
    assert refused(data) == {"x.zip/a.txt": "input.password"}
    assert refused(data, password="wrong") == {"x.zip/a.txt": "input.password"}
    assert members(data, password="secret") == {"x.zip/a.txt": content}
    for place in (len(data) // 3, data.index(b"PK\x01\x02") - 1):  # what was changed: the bytes, their seal
        changed = bytearray(data)
        changed[place] ^= 1
        assert refused(bytes(changed), password="secret") == {"x.zip/a.txt": "input.unreadable"}


def test_it_opens_what_7_zip_put_under_aes() -> None:
    assert members(AES_ZIP, password="secret") == {
        "x.zip/a.txt": "年度报告\n".encode(),
        "x.zip/b.txt": b"plain\n",
    }
    assert members(AES_ZIP) == {"x.zip/b.txt": b"plain\n"}


def test_it_gives_what_stands_before_the_place_where_an_archive_is_cut_off() -> None:
    files = {f"{number}.txt": A * 50 for number in range(40)}
    for packing, name in (("", "x.tar"), ("gz", "x.tar.gz")):
        data = tarred(files, packing)
        cut = data[: len(data) // 2]
        assert refused(cut, name).get(name) == "input.unreadable"
        assert packing or len(members(cut, name)) > 5
    assert refused(zipped(files)[:-30]) == {"x.zip": "input.unreadable"}
    ends_early = tarred(files)[: 512 * 4]  # between two files, without the mark of the end
    assert refused(ends_early, "x.tar") == {"x.tar": "input.unreadable"}


def test_it_fails_a_damaged_member_alone() -> None:
    data = bytearray(zipped({"a.txt": A, "b.txt": B}, zipfile.ZIP_STORED))
    data[data.index(A)] ^= 1
    assert members(bytes(data)) == {"x.zip/b.txt": B}
    assert refused(bytes(data)) == {"x.zip/a.txt": "input.unreadable"}


def test_it_takes_a_document_that_is_called_an_archive_for_what_it_is() -> None:
    word = zipped({"word/document.xml": A})
    assert members(word, "年报.zip") == {"年报.zip": word}
    assert members(b"%PDF-1.7\n", "年报.rar") == {"年报.rar": b"%PDF-1.7\n"}
    outer = zipped({"年报.docx": word}, zipfile.ZIP_STORED)  # the inner names show in the outer bytes
    assert members(outer) == {"x.zip/年报.docx": word}


def test_it_lists_names_without_the_bytes() -> None:
    data = zipped({"a.txt": A, "Thumbs.db": B, "in.zip": zipped({"b.txt": B})})
    assert members(data, names_only=True) == {"x.zip/a.txt": b"", "x.zip/in.zip/b.txt": b""}


@pytest.fixture
def opener() -> Iterator[Opener]:
    one = Opener(2 << 30)
    yield one
    one.end()


def test_it_reads_archives_in_a_process_of_their_own(opener: Opener, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(zipped(FILES))
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04" + bytes(100))
    for _ in range(2):
        found = list(opener.events(Input(name="x.zip", place=tmp_path / "x.zip")))
        assert [one.name for one in found] == ["x.zip/县/a.txt", "x.zip/b.txt"]
        (event,) = opener.events(Input(name="bad.zip", place=tmp_path / "bad.zip"))
        assert isinstance(event, Refused)
        (gone,) = opener.events(Input(name="gone.zip", place=tmp_path / "gone.zip"))
        assert isinstance(gone, Refused)
        assert gone.code == "input.unreadable"


def test_it_goes_on_after_an_archive_that_kills_or_hangs_its_reader(
    opener: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.zip").write_bytes(zipped(FILES))
    good = Input(name="x.zip", place=tmp_path / "x.zip")
    begun = opener.events(good)
    next(begun)
    assert opener._child is not None
    opener._child._process.kill()
    opener._child._process.join()
    assert [one.code for one in begun if isinstance(one, Refused)] in (["internal.died"], [])
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "hangs.zip")
        monkeypatch.setattr(opening, "PATIENCE", 2.0)
        (event,) = opener.events(Input(name="hangs.zip", place=tmp_path / "hangs.zip"))
        assert isinstance(event, Refused)
        assert event.code == "limit.time"
    monkeypatch.undo()
    assert len(list(opener.events(good))) == 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a file that nothing comes out of")
def test_it_waits_for_no_archive_once_it_is_to_stop(opener: Opener, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "hangs.zip")
    begin = time.monotonic()
    assert not list(opener.events(Input(name="x.zip", place=tmp_path / "hangs.zip"), stops=lambda: True))
    assert time.monotonic() - begin < opening.PATIENCE / 2
