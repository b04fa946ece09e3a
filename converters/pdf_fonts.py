"""Which fonts stand in for those that a PDF names and does not hold: the same on every machine.

Without any, pdfium drops texts of one character, as their boxes come out empty; with those of the machine,
boxes would differ from one machine to the next. So the Chinese fonts of a package are used, and only those.
"""

from __future__ import annotations

import ctypes
from functools import cache
from importlib.util import find_spec

_PACKAGE = "pylopdf_fonts_zh_cn"


@cache
def use() -> None:
    """Tell pdfium where its fonts are; to be called before a document is opened."""
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return
    import pypdfium2.raw as pdfium  # noqa: PLC0415  # slow to load

    folder = ctypes.create_string_buffer(spec.submodule_search_locations[0].encode())
    paths = (ctypes.POINTER(ctypes.c_char) * 2)(ctypes.cast(folder, ctypes.POINTER(ctypes.c_char)))
    _KEPT.extend((folder, paths))
    pdfium.FPDF_DestroyLibrary()
    pdfium.FPDF_InitLibraryWithConfig(pdfium.FPDF_LIBRARY_CONFIG(version=2, m_pUserFontPaths=paths))


_KEPT: list[object] = []  # pdfium holds on to the paths
