"""A document as clean text with its tables redrawn: the work behind `gouji clean`.

Where a standard fits, its tables are drawn from the form and filled with the printed texts; else the
document's own grids are drawn. What found no place is told at the end, never dropped.
"""

from __future__ import annotations

from collections.abc import Iterator

from document import Document, Grid, Paragraph
from drawing import draw_strip, to_markdown, to_text
from findings import CATALOGUE
from report import Report
from standards import Table, load
from standards.form import draw


def clean(document: Document, report: Report, *, markdown: bool = False) -> str:
    """Return clean text, as aligned text or Markdown, ending in a line break."""
    body = _as_printed(document, markdown) if report.edition is None else _by_form(report, markdown)
    comments = list(_comments(report))
    if comments and markdown:
        comments = ["<!--", *(comment.replace("--", "- -") for comment in comments), "-->"]
    elif comments:
        comments = [f"# {comment}" for comment in comments]
    parts = [*body, *(["\n".join(comments)] if comments else [])]
    return "\n\n".join(parts) + "\n"


def _by_form(report: Report, markdown: bool) -> Iterator[str]:  # noqa: FBT001  # private, and named at the call
    standard = load(report.edition or "")
    if report.title:
        yield f"# {report.title}" if markdown else report.title
    texts = {section.id: section for section in report.sections}
    for section in standard.sections:
        found = texts.get(section.id)
        tables = [
            table for table in standard.tables if table.section == section.id and _is_shown(table, report)
        ]
        if found is None and not tables:
            continue
        heading = (found.heading if found else None) or section.label
        yield f"## {heading}" if markdown else heading
        yield from found.paragraphs if found else ()
        for table in tables:
            yield _table(draw(table, {key: value.text for key, value in report.values.items()}), markdown)


def _as_printed(document: Document, markdown: bool) -> Iterator[str]:  # noqa: FBT001  # private, and named at the call
    for block in document.blocks:
        if isinstance(block, Paragraph):
            if block.text.strip():
                yield block.text.strip()
        elif isinstance(block, Grid):
            yield _table(block, markdown)
        else:
            yield draw_strip(block)


def _table(grid: Grid, markdown: bool) -> str:  # noqa: FBT001  # private, and named at the call
    return to_markdown(grid) if markdown else to_text(grid)


def _is_shown(table: Table, report: Report) -> bool:
    return any(report.values[value_id].status != "absent" for value_id in table.value_ids())


def _comments(report: Report) -> Iterator[str]:
    for row in report.unmapped:
        yield f"row that the form does not prescribe: {' | '.join((row.label, *row.texts))}"
    messages: dict[str, list[str]] = {}
    for finding in report.trust.reasons:
        messages.setdefault(finding.code, []).append(finding.message)
    for code, told in messages.items():
        yield f"{code}: {CATALOGUE[code].meaning} {CATALOGUE[code].advice}"
        yield from (f"  {message}" for message in told)
