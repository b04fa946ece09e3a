"""python -m docs.make: write what is generated from data; tests compare it with what is committed.

docs/standards.md from the standards, and the table of findings in docs/errors.md from the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import messages
from drawing import draw as drawn
from findings import CATALOGUE
from standards import EDITIONS, Identity, Leaf, Part, Standard, Table, load
from standards.form import draw
from standards.wording import section_of

TARGET = Path(__file__).with_name("standards.md")
ERRORS = Path(__file__).with_name("errors.md")
_FROM, _TO = (
    f"<!-- findings: {words} -->\n" for words in ("python -m docs.make writes from here", "to here")
)

_OPENING = """\
# The statutory forms

This page is generated from `standards/*.toml` by `python -m docs.make`; a test fails when the two differ.

The id of a value is `table.row.column`, or `table.column` where a table has one row of values and no label
for it. `values` of the JSON holds every id of the edition ([json.md](json.md)). In the drawings `<` joins the
cell on its left and `^` the cell above. *Also* lists other wordings that are taken for the same label."""


def standards_md() -> str:
    """Return the page that describes both editions: drawn tables, ids of rows and columns, sums."""
    blocks = [_OPENING]
    for edition in reversed(EDITIONS):
        blocks += _standard(load(edition))
    return "\n\n".join(blocks) + "\n"


def _standard(standard: Standard) -> Iterator[str]:
    first, last = standard.years
    years = f"{first} and later" if last == 9999 else f"{first} to {last}"
    yield f"## Edition {standard.edition}"
    yield (
        f"{standard.authority}; prescribed for the report years {years}; {len(standard.value_ids)} values. "
        "The edition of a report is known from its tables, never from its year."
    )
    yield _rows(
        ("section", "heading", "also"),
        [(f"`{one.id}`", one.label, "；".join(one.also)) for one in standard.sections],
    )
    for table in standard.tables:
        yield f"### {standard.edition}: table `{table.id}`"
        yield f"{section_of(standard, table)}, {len(list(table.value_ids()))} values."
        yield f"```text\n{drawn(draw(table, {}))}\n```"
        for number, part in enumerate(table.parts, start=1):
            yield from _part(table, part, number)
    yield f"### {standard.edition}: sums"
    yield (
        "The 勾稽关系 that the printed numbers must satisfy. *Over* says whether a sum is taken once a row, "
        "once a column, or once for the table."
    )
    yield _rows(("sum", "over", "left side", "right side"), [_identity(one) for one in standard.identities])


def _part(table: Table, part: Part, number: int) -> Iterator[str]:
    if len(table.parts) > 1:
        yield f"Part {number}: {part.caption}"
    yield _rows(("column", "type", "printed label", "also"), [_leaf(column) for column in part.columns])
    if part.rows:
        rows = [_leaf(row, "count") for row in part.rows]
        yield _rows(("row", "type", "printed label", "also"), rows)


def _leaf(leaf: Leaf, usual: str | None = None) -> tuple[str, str, str, str]:
    """Return the cells that describe a row or column; a row's type is told only where it is unusual."""
    kind = leaf.type.replace("_", " ") + (f", {leaf.unit}" if leaf.unit else "")
    if leaf.type == usual:
        kind = ""
    return f"`{leaf.id}`", kind, " › ".join((*leaf.under, leaf.label)), "；".join(leaf.also)


def _identity(identity: Identity) -> tuple[str, str, str, str]:
    name = f"`{identity.id}`" + (f" {identity.label}" if identity.label else "")
    left, right = (" + ".join(f"`{one}`" for one in side) for side in (identity.left, identity.right))
    return name, f"each {identity.each}" if identity.each else "the table", left, right


def _rows(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Return a Markdown table without the columns that hold nothing."""
    kept = [number for number in range(len(heads)) if any(row[number] for row in rows)]
    lines = [[row[number].replace("|", "\\|") for number in kept] for row in (heads, *rows)]
    texts = ["| " + " | ".join(line) + " |" for line in lines]
    return "\n".join([texts[0], "|" + "---|" * len(kept), *texts[1:]])


def errors_md(text: str) -> str:
    """Return the page of errors with its table of findings written anew; what people wrote stays."""
    english, chinese = messages.load("en"), messages.load("zh")
    rows = [
        (f"`{code}`", english.findings[code].meaning, chinese.findings[code].meaning) for code in CATALOGUE
    ]
    head, rest = text.split(_FROM)
    _, tail = rest.split(_TO)
    return f"{head}{_FROM}\n{_rows(('finding', 'meaning', '含义'), rows)}\n\n{_TO}{tail}"


if __name__ == "__main__":
    TARGET.write_text(standards_md(), encoding="utf-8", newline="\n")
    ERRORS.write_text(errors_md(ERRORS.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
