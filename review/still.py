"""The review as plain files to mail around: a list and a page a report, each with all it shows inside."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from errors import ConversionError, OutputExists, OutputNotWritten
from review import ink, page
from review.server import Review

_OURS = re.compile(r"index\.html|[0-9]+\.html")
_MOST_PAGES = 40  # pictures in one file; a page is about 200 kB


def write(review: Review, folder: Path, *, force: bool = False) -> Iterator[Path]:
    """Write index.html and a file a report into a folder, yielding each when it is there.

    Raises OutputExists for a folder that holds something already, OutputNotWritten.
    """
    try:
        if folder.exists() and any(folder.iterdir()) and not force:
            message = f"{folder} is not empty; give another folder or --force"
            raise OutputExists(message)
        folder.mkdir(parents=True, exist_ok=True)
        _clear(folder)
        entries = review.queue()
        rows = []
        for number, entry in enumerate(entries, start=1):
            file = folder / f"{number:0{len(str(len(entries)))}}.html"
            report = review.report(entry.name)
            told = {"report": report, "ink": _ink(review, entry.name, report)}
            _write(file, page.still(told, review.messages))
            rows.append({**page.row_of(entry), "link": file.name})
            yield file
        _write(folder / "index.html", page.still({"reports": rows}, review.messages))
        yield folder / "index.html"
    except OSError as error:
        message = f"{folder}: cannot be written ({error.strerror}); choose another place"
        raise OutputNotWritten(message) from error


def _ink(review: Review, name: str, report: dict[str, Any]) -> dict[str, Any]:
    """Return the pages that values stand on, or the tables of a file without pages, if it is there."""
    file = review.file_of(name)
    if file is None:
        return {"pages": {}, "grids": None}
    values = report["values"].values()
    numbers = sorted({value["page"] for value in values if value["page"] is not None and value["box"]})
    try:
        pages = {number: ink.page(file, number) for number in numbers[:_MOST_PAGES]}
        grids = ink.grids(file) if any(value["place"] for value in values) else None
    except ConversionError:
        return {"pages": {}, "grids": None}  # the form is shown without its source
    return {"pages": pages, "grids": grids}


def _clear(folder: Path) -> None:
    """Remove the pages of an earlier run: nobody may take them for these reports."""
    for file in folder.glob("*.html"):
        if _OURS.fullmatch(file.name) and page.MARK in file.read_bytes():
            file.unlink()


def _write(file: Path, data: bytes) -> None:
    part = file.with_name(f".{file.name}.part")
    part.write_bytes(data)
    os.replace(part, file)  # noqa: PTH105  # whole or not there
