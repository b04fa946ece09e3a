"""The parts of a Word package that hold text, opened within limits.

python-docx would open the package too, but it inflates every picture, parses every part, and refuses
files that Word itself opens: Strict ones, those with macros, those with a link to a part that is not
there. So the package is opened here and python-docx parses the parts. What is not text (pictures,
themes, embedded files) is never inflated, and nothing is fetched from outside the file.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

from docx.oxml.ns import qn
from docx.oxml.parser import oxml_parser

from converters.xml_parts import DAMAGE, Package, parsed
from errors import LimitExceeded, UnreadableFile

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

# A five-page report drawn with python-docx has 17 members; its text part is 65 kB and 5,000 tags, its
# styles 350 kB and 12,000. The limits leave room for a bound volume of reports. At the limit of tags,
# all of them empty paragraphs, reading took 9 s and 500 MB. A ratio of sizes would say less: these two
# parts shrink by 43 and 29 as it is.
MEMBER_LIMIT = 10_000
PART_LIMIT = 32 * 2**20
TOTAL_LIMIT = 64 * 2**20

OLE_MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
MARGINS = ("header", "footer", "footnotes", "endnotes", "comments")
STRICT_NAMESPACE = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
ANEW = "save it anew in Word"


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """The roots of the parts that hold text. `margins` are headers, footers and notes, in this order."""

    document: Element
    styles: Element | None
    numbering: Element | None
    margins: tuple[Element, ...]


def open_parts(data: bytes, name: str) -> Parts:
    """Return the parts of the package `data`; `name` is the file's name, for messages.

    Raises UnreadableFile or LimitExceeded.
    """
    if data.startswith(OLE_MAGIC):
        raise UnreadableFile(_ole_message(data, name))
    try:
        with ZipFile(BytesIO(data)) as archive:
            return _parts(Package(archive=archive, name=name, anew=ANEW))
    except DAMAGE as error:
        message = f"{name}: not a whole Word package ({error}); get the file again or save it anew in Word"
        raise UnreadableFile(message) from error


def _ole_message(data: bytes, name: str) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return f"{name}: encrypted with a password; save a copy without one"
    return f"{name}: an old .doc file, or an encrypted one, under the name .docx; save it as .docx in Word"


def _parts(package: Package) -> Parts:
    members = package.archive.infolist()
    if len(members) > MEMBER_LIMIT:
        message = f"{package.name}: {len(members)} members, more than {MEMBER_LIMIT}; save it anew in Word"
        raise LimitExceeded(message)
    main = next((path for kind, path in _relations(package, "") if kind == "officeDocument"), None)
    if main is None:
        message = f"{package.name}: a ZIP archive, but not a Word document; check what kind of file it is"
        raise UnreadableFile(message)
    related = dict.fromkeys((kind, path) for kind, path in _relations(package, main) if path != main)
    needed = [(kind, path) for kind, path in related if kind in ("styles", "numbering", *MARGINS)]
    total = sum(package.archive.getinfo(path).file_size for path in (main, *(path for _, path in needed)))
    if total > TOTAL_LIMIT:
        message = f"{package.name}: {total} bytes of text parts, more than {TOTAL_LIMIT}; split the document"
        raise LimitExceeded(message)
    document = _root(package, main)
    if document.tag != qn("w:document"):
        message = f"{package.name}: {main} is not a Word document; check what kind of file it is"
        raise UnreadableFile(message)
    roots = [(kind, _root(package, path)) for kind, path in needed]
    return Parts(
        document=document,
        styles=next((root for kind, root in roots if kind == "styles"), None),
        numbering=next((root for kind, root in roots if kind == "numbering"), None),
        margins=tuple(root for margin in MARGINS for kind, root in roots if kind == margin),
    )


def _relations(package: Package, source: str) -> list[tuple[str, str]]:
    """Return kind and path of the parts that the part `source` ("": the package) points to.

    What lies outside the package, or is named but not there, is left out.
    """
    folder, base = posixpath.split(source)
    path = posixpath.join(folder, "_rels", f"{base}.rels")
    present = package.archive.NameToInfo
    if path not in present:
        return []
    relations = []
    for relation in _root(package, path):
        kind = (relation.get("Type") or "").removeprefix(OFFICE)
        target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target") or "")).lstrip("/")
        if relation.get("TargetMode") != "External" and target in present:
            relations.append((kind, target))
    return relations


def _root(package: Package, path: str) -> Element:
    """Return the root of one XML part, with the names of Strict files turned into the usual ones."""
    content = STRICT_NAMESPACE.sub(
        rb"http://schemas.openxmlformats.org/\1/2006/", package.content(path, PART_LIMIT)
    )
    return parsed(content, f"{package.name}: {path}", package.anew, oxml_parser)
