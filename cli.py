"""The command line: the commands put together. Results on stdout, everything else on stderr."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from commands.check import check
from commands.clean import clean
from commands.convert import convert
from commands.doctor import doctor, installed
from commands.draw import draw
from commands.explain import explain
from commands.export import export
from commands.review import review
from commands.rollup import rollup
from commands.schema import schema
from commands.summary import summary

app = typer.Typer(
    name="gouji",
    help=(
        "Exact numbers out of Chinese annual reports on government information disclosure"
        " (政府信息公开工作年度报告).\n\n"
        "Example: gouji convert reports/ -o out/"
    ),
    rich_markup_mode=None,  # rich takes longer to load than all the rest of --help
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Run the command line; every way out has an exit code from errors.ExitCode."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # Chinese text on a console of any code page
            reconfigure(encoding="utf-8", errors="backslashreplace")
    app()


@app.callback(invoke_without_command=True)
def _top(
    *,
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        typer.echo(f"gouji {installed('gouji') or 'not installed'}")
        raise typer.Exit


for command in (convert, check, clean, export, rollup, summary, review, draw, explain, schema, doctor):
    app.command()(command)


if __name__ == "__main__":
    main()
