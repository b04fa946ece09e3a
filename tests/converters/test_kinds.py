from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO

import pytest

from converters import convert
from converters.kinds import kind_of
from errors import LimitExceeded, UnreadableFile, UnsupportedKind


def zipped(*names: str, stored: dict[str, bytes] | None = None) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in (stored or {}).items():
            archive.writestr(name, data)
        for name in names:
            archive.writestr(name, b"<xml/>")
    return out.getvalue()


def png() -> bytes:
    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + b"IHDR"
        + head
        + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    )


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
CHINESE = "一、总体情况\n本年度新收政府信息公开申请三件。\n"
DOCX = zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (DOCX, "docx"),
        (DOCX[:-40], "docx"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (zipped("content.xml", stored={"mimetype": b"application/vnd.oasis.opendocument.text"}), "odt"),
        (zipped("OFD.xml", "Doc_0/Document.xml"), "ofd"),
        (zipped("OEBPS/a.html", stored={"mimetype": b"application/epub+zip"}), "epub"),
        (zipped("a.txt"), "zip"),
        (zipped("报告.docx", stored={"b.docx": DOCX}), "zip"),
        (zipped(), "zip"),
        (b"%PDF-1.7\n", "pdf"),
        (b"\r\n" * 500 + b"%PDF-1.4\n", "pdf"),
        (OLE + "WordDocument".encode("utf-16-le"), "doc"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (OLE, "ole"),
        (b"{\\rtf1\\ansi}", "rtf"),
        (b'<office:document office:mimetype="application/vnd.oasis.opendocument.text">', "odt"),
        (png(), "image"),
        (b"\xff\xd8\xff\xe0JFIF", "image"),
        (b"II*\0\x08\0\0\0", "image"),
        (b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0", "image"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image"),
        (b"GIF89a", "image"),
        (b"\x1f\x8b\x08\0", "gz"),
        (b"7z\xbc\xaf\x27\x1c\0\x04", "7z"),
        (b"Rar!\x1a\x07\x01\0", "rar"),
        (b"<!DOCTYPE html><html><body>" + CHINESE.encode(), "html"),
        ("<HTML><BODY>".encode("utf-16"), "html"),
        (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument>', "wordml"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n", "mhtml"),
        (CHINESE.encode(), "text"),
        (CHINESE.encode("utf-8-sig"), "text"),
        (CHINESE.encode("gb18030"), "text"),
        ("一、總體情況".encode("big5"), "text"),
        (CHINESE.encode("utf-16"), "text"),
        (CHINESE.encode("utf-16-le"), "text"),
        (CHINESE.encode("utf-16-be"), "text"),
        (b"BMW is no image", "text"),
        (b"\f" + CHINESE.encode(), "text"),
        (bytes(range(256)) * 16, None),
        (bytes(4096), None),
    ],
)
def test_it_names_the_kind_from_the_bytes(data: bytes, kind: str | None) -> None:
    assert kind_of(data) == kind


def test_it_refuses_an_empty_file() -> None:
    with pytest.raises(UnreadableFile, match=r"空白报告\.docx: the file is empty"):
        convert(b"", name="空白报告.docx")


@pytest.mark.parametrize(
    ("data", "advice"),
    [
        (OLE, r"save it as \.docx"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "save it without one"),
        (zipped("a.txt"), "unpack it"),
        (bytes(4096), "check that the download is complete"),
    ],
)
def test_it_says_what_to_do_with_a_kind_that_is_not_read(data: bytes, advice: str) -> None:
    with pytest.raises(UnsupportedKind, match=advice) as caught:
        convert(data, name="a.docx")
    assert "\n" not in str(caught.value)


def test_it_reads_no_text_above_its_limit() -> None:
    with pytest.raises(LimitExceeded, match="33 MiB is more than the 32 MiB"):
        convert(b"a" * (33 << 20), name="a.txt")
