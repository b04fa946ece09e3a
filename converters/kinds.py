"""Which kind a file is, from its first bytes rather than its name.

Names lie: an exported web page is called .doc, a scan .pdf, a renamed .wps .docx. This module looks and
names; it never reads a document.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from io import BytesIO

_HEAD = 4096  # bytes; every mark below stands within them

# Matched at the first byte; a PDF alone may have other bytes (mail, a printer's) in front of its mark.
_MARKS = tuple(
    (re.compile(pattern, re.DOTALL), kind)
    for pattern, kind in (
        (rb".{0,1019}%PDF-", "pdf"),
        (rb"\{\\rtf", "rtf"),
        (rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|II\*\0|MM\0\*|GIF8[79]a|RIFF.{4}WEBP|BM.{4}\0\0\0\0", "image"),
        (rb"\x1f\x8b", "gz"),
        (rb"7z\xbc\xaf\x27\x1c", "7z"),
        (rb"Rar!\x1a\x07", "rar"),
        (rb"\xfd7zXZ\0", "xz"),
        (rb"BZh[1-9]1AY&SY", "bz2"),
        (rb".{257}ustar", "tar"),
        (rb"SQLite format 3\0", "sqlite"),
        (rb'\{"checks":\[', "gouji"),
    )
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|table|meta)[\s>]", re.IGNORECASE)
_WORD_XML = re.compile(r"<\?mso-application\s+progid=\"Word|<w:wordDocument|<pkg:package", re.IGNORECASE)
_FLAT_ODT = re.compile(r"<office:document\s[^>]*office:mimetype=\"application/vnd\.oasis\.opendocument\.text")
_MHTML = re.compile(r"^MIME-Version:.*multipart/related", re.IGNORECASE | re.DOTALL | re.MULTILINE)


def kind_of(data: bytes) -> str | None:
    """Return the kind of a file: docx, pdf, text, html, doc, image, zip and so on; None for no known one.

    The first few kilobytes suffice for everything but a zip, whose directory of members stands at its
    end; from a beginning alone the names that show in it decide.
    """
    head = data[:_HEAD]
    for mark, kind in _MARKS:
        if mark.match(head):
            return kind
    if head.startswith(_OLE):
        return _ole_kind(data)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(data)
    return _text_kind(head)


def _ole_kind(data: bytes) -> str:
    """Tell the compound files apart by the names in their directory."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "encrypted"
    if "WordDocument".encode("utf-16-le") in data:
        return "doc"
    return "xls" if "Workbook".encode("utf-16-le") in data else "ole"


def _zip_kind(data: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        # Cut off: the names in front of the members that are left. The reader will say that it is cut off.
        names = {
            name.decode("utf-8", "replace")
            for name in re.findall(rb"PK\x03\x04.{26}([\w\[\]./-]{1,80})", data[:65536], re.DOTALL)
        }
        names = {known for known in (*_MEMBERS, "mimetype") if any(name.startswith(known) for name in names)}
    for member, kind in _MEMBERS.items():
        if member in names:
            return kind
    if "mimetype" in names:
        head = data[:256]
        if b"opendocument.text" in head:
            return "odt"
        if b"epub" in head:
            return "epub"
    return "zip"


_MEMBERS = {
    "word/document.xml": "docx",
    "xl/workbook.xml": "xlsx",
    "ppt/presentation.xml": "pptx",
    "OFD.xml": "ofd",
}


def _text_kind(head: bytes) -> str | None:
    text = _decoded(head)
    if text is None:
        return None
    if _MHTML.search(text):
        return "mhtml"
    if _HTML.search(text[:2048]):
        return "html"  # also the pages that Word writes, whose name spaces look like its own XML
    if _FLAT_ODT.search(text):
        return "odt"
    return "wordml" if _WORD_XML.search(text) else "text"


def _decoded(head: bytes) -> str | None:
    """Return text good enough to look for marks in; None if the bytes are no text in any encoding."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    # A text holds next to no control characters; random bytes hold one in nine.
    controls = len(re.findall(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]", head))
    if controls * 100 <= len(head):
        return head.decode("utf-8", "replace")
    for encoding in ("utf-16-le", "utf-16-be"):
        text = head[: len(head) // 2 * 2].decode(encoding, "replace")
        if sum(map(_is_common, text)) * 10 >= len(text) * 9:
            return text
    return None


def _is_common(character: str) -> bool:
    """Return whether a Chinese page may well hold the character."""
    if character in "\r\n\t\f" or " " <= character <= "~" or "\u3000" <= character <= "\u303f":
        return True
    return "\u4e00" <= character <= "\u9fff" or unicodedata.name(character, "").startswith("FULLWIDTH")
