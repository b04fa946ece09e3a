"""gouji draw: what was found in a document, as text or over its pages."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.console import Password, say, stop, telling, write
from commands.reading import read_document
from errors import ExitCode

if TYPE_CHECKING:
    from document import Document, Grid, Strip

_WITH_PAGES = ("pdf", "image")
_FIRST_PAGES = 50  # pictures take 0.3 s each; reports have 3 to 30 pages


def draw(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A document; - for stdin.")],
    *,
    png: Annotated[
        Path | None,
        typer.Option(
            "--png", metavar="FOLDER", help="Draw over the pages of a PDF or scan, a picture a page."
        ),
    ] = None,
    pages: Annotated[
        str | None,
        typer.Option("--pages", metavar="1-3,7", help="With --png: which pages; else the first 50."),
    ] = None,
    password: Password = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite pictures.")] = False,
) -> None:
    """Show the grids (表格) and strips that were found in a document.

    In a drawing < joins the cell on its left and ^ the cell above. With --png, rulings, cells, words and
    values are drawn over the pages instead.

    Example: gouji draw 年度报告.pdf --png pictures/
    """
    with telling():
        from document import Grid, Strip  # noqa: PLC0415
        from drawing import draw as drawn  # noqa: PLC0415
        from drawing import draw_strip  # noqa: PLC0415

        if pages is not None and png is None:
            stop("--pages says which pages --png draws; give both or neither", ExitCode.USAGE)
        wanted = None if pages is None else _numbers(pages)
        document, data = read_document(file, password)
        if png is not None:
            _draw_pages(file, document, data, png, wanted, password=password, force=force)
            return
        blocks = [block for block in document.blocks if isinstance(block, Grid | Strip)]
        for number, block in enumerate(blocks, start=1):
            if isinstance(block, Grid):
                size = f"{block.row_count} rows, {block.column_count} columns"
                typer.echo(f"grid {number}: {size}{_where(block)}\n{drawn(block)}\n")
            else:
                size = f"{len(block.cells)} texts, {len(block.breaks) + 1} rows"
                typer.echo(f"strip {number}: {size}{_where(block)}\n{draw_strip(block)}\n")
        if not blocks:
            say(f"{file}: no grid and no strip was found; gouji clean shows its text")


def _draw_pages(
    file: Path,
    document: Document,
    data: bytes,
    folder: Path,
    wanted: list[int] | None,
    *,
    password: str | None,
    force: bool,
) -> None:
    """Write a picture of every wanted page, and say where each is."""
    count = document.source.pages
    if document.source.kind not in _WITH_PAGES or count is None:
        stop(
            f"{file}: --png draws the pages of a PDF or scan, and {document.source.kind} has none;"
            " leave --png out to see what was found as text",
            ExitCode.USAGE,
        )
    numbers = wanted or list(range(1, min(count, _FIRST_PAGES) + 1))
    if numbers[-1] > count:
        stop(f"{file}: there is no page {numbers[-1]}, only {count}; correct --pages", ExitCode.USAGE)
    stem = "stdin" if str(file) == "-" else file.stem
    targets = {number: folder / f"{stem}-page-{number:0{len(str(count))}}.png" for number in numbers}
    taken = [target for target in targets.values() if os.path.lexists(target)]
    if taken and not force:
        stop(f"{taken[0]} is there already; give another folder or --force", ExitCode.USAGE)
    from converters import views  # noqa: PLC0415
    from normalize import normalize  # noqa: PLC0415
    from picturing import picture  # noqa: PLC0415

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        stop(f"{folder}: cannot be made ({error.strerror}); choose another place", ExitCode.NOT_WRITTEN)
    report = normalize(document)
    for view in views(data, numbers, password=password):
        write(targets[view.page], picture(view, document, report))
        typer.echo(targets[view.page])
    if wanted is None and count > _FIRST_PAGES:
        say(f"{_FIRST_PAGES} of {count} pages are drawn; --pages {_FIRST_PAGES + 1}-{count} draws the others")


def _numbers(pages: str) -> list[int]:
    """Return the page numbers that a list such as 1-3,7 names, in rising order."""
    numbers: set[int] = set()
    for part in pages.split(","):
        named = re.fullmatch(r" *([1-9][0-9]{0,5}) *(?:- *([1-9][0-9]{0,5}) *)?", part)
        if named is None or (named[2] and int(named[2]) < int(named[1])):
            stop(f"--pages: {part!r} is no page; give numbers such as 1-3,7", ExitCode.USAGE)
        numbers.update(range(int(named[1]), int(named[2] or named[1]) + 1))
    return sorted(numbers)


def _where(block: Grid | Strip) -> str:
    where = block.provenance
    page = f", page {where.page}" if where.page is not None else ""
    return f"{page}, {where.place}" if where.place is not None and str(where.place) else page
