""".doc, .wps (of WPS Writer), .rtf and .odt: made .docx by LibreOffice, read as such.

LibreOffice mends what is damaged and says nothing of it; so each file is first seen to be whole and open, as
far as its own format tells. Word's XML in one file is a .docx unpacked, and needs no other program.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

from lxml import etree

from converters import word
from converters.legacy_office import to_docx
from converters.legacy_ole import refuse_unfit
from converters.xml_parts import DAMAGE, MEMBER_LIMIT, Package, parsed
from errors import LimitExceeded, PasswordNeeded, UnreadableFile, UnsupportedKind

if TYPE_CHECKING:
    from document import Document, Source

# What all the parts of an OpenDocument package may come to, pictures included.
TOTAL_LIMIT = 512 << 20

_ANEW = "save it anew in the program that made it"
_MANIFEST = "META-INF/manifest.xml"
_PACKAGE = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_CUT_OFF = "a part of it is missing: get it again from where it came"
_RTF_MARKS = re.compile(rb"\\[\\{}]|\\bin\d|[{}]")
_FIELD = re.compile(rb"(?:&#x0[dD];)*</?(?:loext:content-control|text:text-input)(?:\s[^<>]*)?>")


def convert(data: bytes, source: Source) -> Document:
    """Return what a file says; places are those of the .docx that LibreOffice makes of it.

    Raises UnreadableFile, PasswordNeeded, LimitExceeded, or MissingProgram where LibreOffice is missing.
    """
    if source.kind == "wordml":
        return word.convert(_packed(data, source.name), source)
    suffix = "fodt" if source.kind == "odt" and not data.startswith(b"PK") else source.kind
    prepare, reader = _READERS[suffix]
    return word.convert(to_docx(prepare(data, source.name), source.name, suffix, reader), source)


def _whole_doc(data: bytes, name: str) -> bytes:
    refuse_unfit(data, name)
    return data


def _whole_rtf(data: bytes, name: str) -> bytes:
    """Return an RTF file; raises UnreadableFile when groups stay open at its end, or a block is blank."""
    depth = 0
    for mark in _RTF_MARKS.finditer(data):
        if mark[0].startswith(b"\\bin"):
            return data  # bytes of any kind follow
        depth += {b"{": 1, b"}": -1}.get(mark[0], 0)
    if depth > 0 or b"\0" in data.rstrip(b"\0\r\n "):
        message = f"{name}: {_CUT_OFF}"
        raise UnreadableFile(message)
    return data


def _whole_xml(data: bytes, name: str) -> bytes:
    parsed(data, name, _ANEW)
    return data


def _whole_odt(data: bytes, name: str) -> bytes:
    """Return an OpenDocument package with its fields for input as plain text.

    LibreOffice 7.4 writes the text of such a field several times into a .docx.
    """
    try:
        with ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MEMBER_LIMIT or sum(one.file_size for one in members) > TOTAL_LIMIT:
                message = f"{name}: it unpacks to more than {TOTAL_LIMIT >> 20} MiB; split the document"
                raise LimitExceeded(message)
            package = Package(archive=archive, name=name, anew=_ANEW)
            if _MANIFEST in archive.NameToInfo and b"encryption-data" in package.content(_MANIFEST):
                message = f"{name}: encrypted with a password; save a copy without one"
                raise PasswordNeeded(message)
            content = package.content("content.xml")
            parsed(content, f"{name}: content.xml", _ANEW)
            plain = _FIELD.sub(b"", content)
            return data if plain == content else _exchanged(archive, "content.xml", plain)
    except DAMAGE as error:
        message = f"{name}: not a whole OpenDocument text ({error}); get it again from where it came"
        raise UnreadableFile(message) from error


def _exchanged(archive: ZipFile, path: str, content: bytes) -> bytes:
    """Return an archive's bytes with other content in one member."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as copy:
        for member in archive.infolist():
            copy.writestr(member, content if member.filename == path else archive.read(member))
    return target.getvalue()


def _packed(data: bytes, name: str) -> bytes:
    """Return Word's XML in one file as the package that it was; raises UnsupportedKind for that of Word 2003.

    LibreOffice loses vertical merges of the latter, and figures move to other columns.
    """
    root = parsed(data, name, _ANEW)
    if root.tag != f"{_PACKAGE}package":
        message = f"{name}: this is a Word 2003 document as XML, which is not read; save it as .docx in Word"
        raise UnsupportedKind(message)
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as package:
        for part in root.iterfind(f"{_PACKAGE}part"):
            content = part.find(f"{_PACKAGE}xmlData/*")
            if content is not None:
                package.writestr((part.get(f"{_PACKAGE}name") or "").lstrip("/"), etree.tostring(content))
    return target.getvalue()


# Suffix -> what sees that a file is whole, and LibreOffice's name of the filter that reads it.
_READERS: dict[str, tuple[Callable[[bytes, str], bytes], str]] = {
    "doc": (_whole_doc, "MS Word 97"),
    "rtf": (_whole_rtf, "Rich Text Format"),
    "odt": (_whole_odt, "writer8"),
    "fodt": (_whole_xml, "OpenDocument Text Flat XML"),
}
