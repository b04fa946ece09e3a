"""A file's bytes -> Document: look at the kind, call its module."""

from __future__ import annotations

from hashlib import sha256
from importlib import import_module
from typing import TYPE_CHECKING

from converters.kinds import kind_of
from document import Source
from errors import (
    ConversionError,
    LimitExceeded,
    MissingProgram,
    PasswordNeeded,
    UnreadableFile,
    UnsupportedKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

    from converters.pdf_view import View
    from document import Document

MODULES = {
    "doc": "legacy",
    "docx": "word",
    "html": "web",
    "image": "image",
    "mhtml": "web",
    "odt": "legacy",
    "ofd": "ofd",
    "pdf": "pdf",
    "rtf": "legacy",
    "text": "text",
    "wordml": "legacy",
}
_VIEWS = {"image": "scan_view", "pdf": "pdf_view"}  # kind -> the module that shows its pages

_MIB = 1 << 20
LIMITS = {  # bytes
    "doc": 128 * _MIB,
    "docx": 128 * _MIB,
    "html": 32 * _MIB,
    "image": 256 * _MIB,
    "mhtml": 32 * _MIB,
    "odt": 128 * _MIB,
    "ofd": 256 * _MIB,
    "pdf": 256 * _MIB,
    "rtf": 128 * _MIB,
    "text": 32 * _MIB,
    "wordml": 64 * _MIB,
}
LARGEST = max(LIMITS.values())  # no file above this needs to be read at all

# What a kind without a converter is, and what to do about it.
_ADVICE = {
    "encrypted": ("protected by a password", "open it with the password and save it without one"),
    "ole": ("an old Office file", "open it and save it as .docx"),
    "xls": ("a spreadsheet", "give the report itself, as .docx, .pdf or text"),
    "xlsx": ("a spreadsheet", "give the report itself, as .docx, .pdf or text"),
    "pptx": ("a presentation", "give the report itself, as .docx, .pdf or text"),
    "epub": ("an e-book", "give the report itself, as .docx, .pdf or text"),
    "gouji": ("an output of gouji", "give the report that it was made from"),
    "sqlite": ("a database", "give the report itself, as .docx, .pdf or text"),
} | {
    kind: (f"an archive ({kind})", "unpack it and give the folder")
    for kind in ("zip", "gz", "7z", "rar", "xz", "bz2", "tar")
}


def convert(data: bytes, *, name: str, password: str | None = None) -> Document:
    """Return what a file's bytes say; `name` goes into the Document's source as it is.

    Raises ConversionError: UnreadableFile for an empty or broken file, UnsupportedKind for a kind
    without a converter, LimitExceeded for a file too large for its kind.
    """
    if not data:
        message = f"{name}: the file is empty; get it again from where it came from"
        raise UnreadableFile(message)
    kind = kind_of(data)
    if kind not in MODULES:
        raise UnsupportedKind(_unsupported(name, kind))
    if len(data) > LIMITS[kind]:
        raise LimitExceeded(too_large(name, len(data), LIMITS[kind]))
    source = Source(name=name, sha256=sha256(data).hexdigest(), bytes=len(data), kind=kind)
    try:
        module = import_module(f"converters.{MODULES[kind]}")
    except ModuleNotFoundError as missing:
        message = f"{name}: reading {kind} needs {missing.name}; install it (see gouji doctor)"
        raise MissingProgram(message) from missing
    document: Document = (
        _convert_pdf(module, data, source, password) if kind == "pdf" else module.convert(data, source)
    )
    return document


def wants_password(data: bytes) -> bool:
    """Say whether a file is of a kind that is read, and opens with a password only."""
    if kind_of(data) != "pdf":
        return False
    from converters.pdf_lock import is_locked  # noqa: PLC0415  # loads pdfium, which only PDFs need

    return is_locked(data)


def _convert_pdf(module: ModuleType, data: bytes, source: Source, password: str | None) -> Document:
    """Convert a PDF; errors name the file, and a password that it does not want is not tried on it."""
    from converters.pdf_lock import is_locked  # noqa: PLC0415  # loads pdfium, which only PDFs need

    if password and not is_locked(data):
        password = None
    try:
        document: Document = module.convert(data, source, password=password)
    except ConversionError as error:
        kind = PasswordNeeded if is_locked(data, password) else type(error)
        message = f"{source.name}: {error}"
        raise kind(message) from error
    return document


def views(data: bytes, pages: Iterable[int], *, password: str | None = None) -> Iterator[View]:
    """Yield pages, counted from 1, as a person sees them, with the words and rulings found on them.

    Raises UnsupportedKind for a kind without pages, UnreadableFile, LimitExceeded.
    """
    kind = kind_of(data)
    if kind not in _VIEWS:
        message = f"{kind or 'the file'} has no pages to show; gouji draw shows its tables as text"
        raise UnsupportedKind(message)
    module = import_module(f"converters.{_VIEWS[kind]}")
    yield from module.views(data, pages, password=password)


def too_large(name: str, size: int, limit: int) -> str:
    """Return the message for a file above its limit; sizes are bytes."""
    return f"{name}: {size / _MIB:.0f} MiB is more than the {limit // _MIB} MiB that are read; split the file"


def _unsupported(name: str, kind: str | None) -> str:
    if kind is None:
        return f"{name}: the bytes are no document and no text; check that the download is complete"
    what, advice = _ADVICE[kind]
    return f"{name}: this is {what}, which is not read; {advice}"
