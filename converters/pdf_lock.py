"""Whether a PDF is locked rather than damaged: for a locked one there is a way out, its password."""

from __future__ import annotations


def is_locked(data: bytes, password: str | None = None) -> bool:
    """Say whether a PDF refuses to open with this password, or without one.

    False for a damaged file, and for one that merely forbids printing or copying.
    """
    import pypdfium2.raw as pdfium  # noqa: PLC0415  # slow to load

    document = pdfium.FPDF_LoadMemDocument64(
        data, len(data), password.encode(errors="replace") if password else None
    )
    if document:
        pdfium.FPDF_CloseDocument(document)
        return False
    return bool(pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD)
