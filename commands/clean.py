"""gouji clean: OCR or exported text -> clean text with its tables redrawn."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from commands.console import Password, stop, telling, write
from commands.reading import read_document
from errors import ExitCode


def clean(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Documents; - for stdin.")],
    *,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="A file instead of stdout.")
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Tables as Markdown.")] = False,
    password: Password = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the output file.")] = False,
) -> None:
    """Turn OCR or exported text into clean text with its tables (表格) redrawn.

    Example: gouji clean 年度报告.txt --markdown -o 年度报告.md
    """
    with telling():
        from cleaning import clean as cleaned  # noqa: PLC0415
        from normalize import normalize  # noqa: PLC0415

        if output is not None and str(output) != "-" and os.path.lexists(output) and not force:
            stop(f"{output} is there already; give another name or --force", ExitCode.USAGE)
        documents = [read_document(file, password)[0] for file in files]
        text = "\n".join(cleaned(document, normalize(document), markdown=markdown) for document in documents)
        if output is None or str(output) == "-":
            typer.echo(text, nl=False)
        else:
            write(output, text)
