"""OFD (GB/T 33190-2016), the national format for fixed pages, read straight from its XML.

Its pages become the ink that PDF pages become, and go the same way from there: rulings, words, grids, prose.
A page that is one image is recognised, where an engine is installed; any other without text is named in a
finding.
"""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

from converters import ofd_ink, ofd_package
from converters.pdf import MOST_PAGES
from converters.pdf_document import document_from
from converters.pdf_page import Page, page_from
from converters.xml_parts import DAMAGE, Package
from document import Document, Source
from errors import ConversionError, MissingProgram, UnreadableFile
from findings import Finding

_ANEW = "save it anew in the program that made it"


def convert(data: bytes, source: Source) -> Document:
    """Return what an OFD file says; its source says how many pages it has.

    Raises UnreadableFile, PasswordNeeded or LimitExceeded.
    """
    try:
        with ZipFile(BytesIO(data)) as archive:
            package = Package(archive=archive, name="", anew=_ANEW)
            pages = [
                _page(sheet, number)
                for number, sheet in enumerate(ofd_package.sheets(package, MOST_PAGES), 1)
            ]
        return document_from(pages, source)
    except ConversionError as error:
        message = f"{source.name}: {str(error).removeprefix(': ')}"
        raise type(error)(message) from error
    except DAMAGE as error:
        message = f"{source.name}: not a whole OFD file ({error}); get it again from where it came"
        raise UnreadableFile(message) from error


def _page(sheet: ofd_package.Sheet, number: int) -> Page:
    ink, found = ofd_ink.read(sheet, number)
    page = _with_ocr(page_from(number, ink), sheet, found.scan)
    lost = [f"{what} of page {number} is not in the file" for what in dict.fromkeys(found.missing)]
    lost += sheet.doubts
    for texts, what in (
        (found.clipped, "is cut off by the clip that it is drawn in"),
        (found.sizeless, "has no size"),
    ):
        if any(map(str.isdigit, "".join(texts))):
            lost.append(f"text on page {number} {what}: {''.join(texts)[:20]!r}")
    if found.beyond:
        shown = "".join(found.beyond[:20])
        lost.append(f"text on page {number} runs out of the box that it is drawn in: {shown!r}")
    more = tuple(
        Finding(code="reading.lost_text", message=message, at=(f"page {number}",)) for message in lost[:20]
    )
    return replace(page, findings=page.findings + more)


def _with_ocr(page: Page, sheet: ofd_package.Sheet, scan: str | None) -> Page:
    """Return a page that is one image as recognised; as it is where there is no engine, or no such image."""
    if scan is None or not any(finding.code == "reading.needs_ocr" for finding in page.findings):
        return page
    data = sheet.image(scan)
    if data is None:
        return page
    try:
        from converters.image import page_of  # noqa: PLC0415  # loads models; imports pdf.py
        from converters.scan_load import at_working_size, scans  # noqa: PLC0415

        pixels = next(iter(scans(data))).pixels
        return page_of(at_working_size(pixels, page.number, max(page.ink.width, page.ink.height)))
    except (MissingProgram, ModuleNotFoundError, UnreadableFile):
        return page
