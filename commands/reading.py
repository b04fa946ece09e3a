"""A file, or what gouji wrote about it, for the commands that look at one document."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from commands.console import say, stop
from errors import ExitCode, LimitExceeded

if TYPE_CHECKING:
    from document import Document
    from report import Report


def read_document(file: Path, password: str | None) -> tuple[Document, bytes]:
    """Return what a file says, read here and now, and its bytes; - is stdin."""
    from converters import LARGEST, convert, too_large  # noqa: PLC0415

    try:
        if str(file) == "-":
            data = sys.stdin.buffer.read(LARGEST + 1)
            return convert(data, name="stdin", password=password), data
        size = file.stat().st_size
        if size > LARGEST:
            raise LimitExceeded(too_large(str(file), size, LARGEST))
        data = file.read_bytes()
        return convert(data, name=file.name, password=password), data
    except OSError as error:
        code = ExitCode.UNREADABLE if os.path.isfile(file) else ExitCode.USAGE  # noqa: PTH113  # Path.is_file raises for a name too long
        stop(f"{file}: cannot be read ({error.strerror}); check the path", code)


def read_report_or_document(file: Path, password: str | None) -> tuple[Report, Document | None]:
    """Return the report that a document is, and that document; or the report that canonical JSON holds."""
    from checking import evidence_of, read_report  # noqa: PLC0415
    from normalize import normalize  # noqa: PLC0415

    if file.is_file():
        with file.open("rb") as opened:
            is_output = opened.read(11) == b'{"checks":['
        if is_output:
            if not evidence_of(file).is_file():
                say(f"{evidence_of(file)} is not there: places, texts and steps are not known")
            return read_report(file), None
    document, _ = read_document(file, password)
    return normalize(document), document
