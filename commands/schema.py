"""gouji schema: the JSON Schema of the reports."""

from __future__ import annotations

import typer


def schema() -> None:
    """Print the JSON Schema of the reports (draft 2020-12).

    Example: gouji schema > report.schema.json
    """
    from schema import text  # noqa: PLC0415

    typer.echo(text(), nl=False)
