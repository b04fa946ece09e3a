"""What is filled in on a PDF page over its content: form fields, text laid on by a viewer, stamps and areas.

pdfium leaves them out of a page's text, though everybody sees and prints them. Where a page has any they are
drawn into the page before it is read. The file itself is not touched.
"""

from __future__ import annotations

import ctypes
from typing import Any

# A page of a form holds some hundred fields.
MOST_FIELDS = 5000
# What may hold figures, hide them or strike them out; highlights, links and notes do none of these.
KINDS = (
    *("WIDGET", "FREETEXT", "STAMP", "INK", "SQUARE", "CIRCLE", "POLYGON", "REDACT"),
    *("STRIKEOUT", "LINE", "POLYLINE"),
)
# What a viewer draws by itself where the file says only where it is.
DRAWN_BY_VIEWERS = ("STRIKEOUT", "INK", "SQUARE", "CIRCLE")


def laid_on(pdfium: Any, page: Any) -> tuple[bool, tuple[str, ...]]:  # noqa: ANN401  # pdfium has no types
    """Draw fields and laid-on text into a page; say whether any were, and what fields hold but do not show.

    The page has to be loaded anew to be read with them.
    """
    kinds = tuple(getattr(pdfium, f"FPDF_ANNOT_{kind}") for kind in KINDS)
    by_viewers = tuple(getattr(pdfium, f"FPDF_ANNOT_{kind}") for kind in DRAWN_BY_VIEWERS)
    found, has_looks, unshown = False, True, []
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), MOST_FIELDS)):
        item = pdfium.FPDFPage_GetAnnot(page, index)
        if not item:
            continue
        try:
            if pdfium.FPDFAnnot_GetSubtype(item) not in kinds:
                continue
            found = True
            # an empty text takes up two bytes
            shown = pdfium.FPDFAnnot_GetAP(item, pdfium.FPDF_ANNOT_APPEARANCEMODE_NORMAL, None, 0)
            if shown <= 2 and pdfium.FPDFAnnot_GetSubtype(item) in kinds[:2]:
                unshown.append(_value(pdfium, item))
            has_looks = has_looks and (shown > 2 or pdfium.FPDFAnnot_GetSubtype(item) not in by_viewers)
        finally:
            pdfium.FPDFPage_CloseAnnot(item)
    if not has_looks:
        _give_looks(pdfium, page)
    is_drawn = found and pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) == pdfium.FLATTEN_SUCCESS
    return is_drawn, tuple(text for text in unshown if text)


def _give_looks(pdfium: Any, page: Any) -> None:  # noqa: ANN401
    """Have pdfium make up the looks of what a viewer draws by itself, as it does when it draws a page."""
    bitmap = pdfium.FPDFBitmap_CreateEx(1, 1, pdfium.FPDFBitmap_Gray, None, 0)
    if bitmap:
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, 1, 1, 0, pdfium.FPDF_ANNOT)
        pdfium.FPDFBitmap_Destroy(bitmap)


def _value(pdfium: Any, item: Any) -> str:  # noqa: ANN401
    """Return what a field holds, or the words of a text laid on."""
    for key in (b"V", b"Contents"):
        length = pdfium.FPDFAnnot_GetStringValue(item, key, None, 0)
        if length > 2:
            buffer = ctypes.create_string_buffer(length)
            at = ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR))
            pdfium.FPDFAnnot_GetStringValue(item, key, at, length)
            return buffer.raw[: length - 2].decode("utf-16-le", errors="replace").strip()
    return ""
