"""gouji explain: the path of one value, from the ink to the number."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commands.console import Password, stop, telling
from commands.reading import read_report_or_document
from errors import ExitCode


def explain(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A document, or its JSON in OUT.")],
    value_id: Annotated[str, typer.Argument(metavar="ID", help="A value's id, as in the JSON.")],
    *,
    password: Password = None,
) -> None:
    """Show the path of one value, from the ink to the number: place, text, steps, sums (勾稽关系), trust.

    Example: gouji explain out/年度报告.docx.json requests.received.total
    """
    with telling():
        import explaining  # noqa: PLC0415

        report, document = read_report_or_document(file, password)
        if report.edition is None:
            why = "; ".join(finding.message for finding in report.trust.reasons)
            stop(f"{file}: it has no values, as no edition of the form fits ({why})", ExitCode.UNREADABLE)
        if value_id not in report.values:
            near = explaining.suggest(report, value_id)
            advice = f"did you mean {', '.join(near)}?" if near else "gouji schema lists the ids"
            stop(f"the {report.edition} edition has no value {value_id!r}; {advice}", ExitCode.USAGE)
        for line in explaining.explain(report, value_id, document):
            typer.echo(line)
