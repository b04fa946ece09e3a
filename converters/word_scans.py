"""Pages scanned into Word: the pictures of a document that is hardly anything else, read in their order.

Only such documents have their pictures inflated; each picture is opened within the limits of an image file.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

from docx.oxml.ns import qn

from converters.pdf_document import document_from
from converters.pdf_page import Page
from converters.scan_load import scans
from converters.xml_parts import DAMAGE, ENCRYPTED_FLAG
from errors import LimitExceeded, UnreadableFile

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from document import Document, Source

MOST_PICTURES = 300
LARGEST_PICTURE = 64 * 2**20
# Pictures with fewer pixels along their shorter side are no pages: emblems, seals, rules.
SMALLEST_PAGE = 600

_DRAWN = {qn("a:blip"): qn("r:embed"), "{urn:schemas-microsoft-com:vml}imagedata": qn("r:id")}


def read(data: bytes, document: Element, source: Source) -> Document | None:
    """Return what the pictures of a package say, a page each; None where no text is found in any.

    Raises LimitExceeded for a picture too large, MissingProgram when no engine is installed.
    """
    from converters.image import page_of  # noqa: PLC0415  # loads models

    pages: list[Page] = []
    for picture in _pictures(data, document):
        try:
            for scan in scans(picture):
                if min(scan.pixels.shape[:2]) >= SMALLEST_PAGE:
                    pages.append(page_of(replace(scan, number=len(pages) + 1)))
        except UnreadableFile:
            continue  # a drawing in a format of Windows, or a damaged picture
        except LimitExceeded as error:
            message = f"{source.name}: {error}"
            raise LimitExceeded(message) from error
    if not any(page.apart.filled or page.apart.words for page in pages):
        return None
    return document_from(pages, source)


def _pictures(data: bytes, document: Element) -> Iterator[bytes]:
    """Yield the pictures of a package in the order in which its text shows them."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            targets = _targets(archive)
            shown = (element.get(_DRAWN[element.tag]) for element in document.iter(*_DRAWN))
            paths = [targets[key] for key in shown if key in targets]
            for path in paths[:MOST_PICTURES]:
                member = archive.NameToInfo.get(path)
                if member and member.file_size <= LARGEST_PICTURE and not member.flag_bits & ENCRYPTED_FLAG:
                    yield archive.read(member)
    except DAMAGE:
        return


def _targets(archive: ZipFile) -> dict[str, str]:
    """Return the paths of the pictures of the main part by the ids that it knows them by."""
    from lxml import etree  # noqa: PLC0415

    found: dict[str, str] = {}
    for name in archive.namelist():
        folder, base = posixpath.split(name)
        if posixpath.basename(folder) != "_rels" or not base.startswith("document"):
            continue
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        for relation in etree.fromstring(archive.read(name), parser):
            if (relation.get("Type") or "").endswith("/image") and relation.get("TargetMode") != "External":
                target = posixpath.join("/", posixpath.dirname(folder), relation.get("Target") or "")
                found[relation.get("Id") or ""] = posixpath.normpath(target).lstrip("/")
    return found
