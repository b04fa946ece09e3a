"""Reports as sheets that look like the form: the printed tables, merged cells, doubted values coloured."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from drawing import width
from export.rows import Finished
from findings import CATALOGUE
from standards import Table, load
from standards.form import Slot, layout
from standards.wording import section_of

# Widths of the sheet's columns in characters: the three stub columns of the requests table, then figures.
# The disputes table has the most columns, fifteen.
_WIDTHS = (13, 13, 36, *[11] * 12)
_LINE = 15  # points a line of text
_COLOURS = {"doubt": "#FFE699", "source": "#F4B183"}
_LEGEND = (
    ("doubt", "存疑：未能确认读得是否准确（reading.*、structure.*）"),
    ("source", "报告自身的问题，如勾稽不平（source.*）"),
)
_STATUSES = {"verified": "已核实", "review": "需人工复核", "failed": "未读出法定表格"}


def add_forms(workbook: Any, reports: Sequence[Finished], *, taken: str) -> None:  # noqa: ANN401
    """Add a sheet a report to a workbook in which one name is taken."""
    names = {taken.casefold()}
    formats = _formats(workbook)
    for number, report in enumerate(reports, start=1):
        name = _sheet_name(number, report.data, names)
        names.add(name.casefold())
        _add_form(workbook.add_worksheet(name), report, formats)


def _formats(workbook: Any) -> Mapping[str, Any]:  # noqa: ANN401
    middle = {"valign": "vcenter", "text_wrap": True, "border": 1}
    formats = {
        "title": {"bold": True, "font_size": 14},
        "line": {},
        "heading": {"bold": True, "font_size": 12},
        "label": {**middle, "align": "center"},
        "row": {**middle, "align": "left"},
        "value": {**middle, "align": "center"},
    }
    for key, colour in _COLOURS.items():
        formats[key] = {**middle, "align": "center", "bg_color": colour}
    return {key: workbook.add_format(given) for key, given in formats.items()}


def _add_form(sheet: Any, finished: Finished, formats: Mapping[str, Any]) -> None:  # noqa: ANN401
    source, report, trust = (finished.data[member] for member in ("source", "report", "trust"))
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    for column, characters in enumerate(_WIDTHS):
        sheet.set_column(column, column, characters)
    sheet.write_string(0, 0, report["title"] or source["name"], formats["title"])
    about = [source["name"], report["issuer"], report["date"], _STATUSES[trust["status"]]]
    sheet.write_string(1, 0, "　".join(text for text in about if text), formats["line"])
    top = 2
    doubted = _doubted(trust["reasons"])
    for key, legend in _LEGEND:
        if key in doubted.values():
            sheet.write_blank(top, 0, None, formats[key])
            sheet.write_string(top, 1, legend, formats["line"])
            top += 1
    if report["edition"] is not None:
        standard = load(report["edition"])
        for table in standard.tables:
            sheet.write_string(top + 1, 0, section_of(standard, table), formats["heading"])
            top = _add_table(sheet, top + 2, table, finished.values, doubted, formats)
    for reason in trust["reasons"]:
        top += 1
        sheet.write_string(top, 0, f"{reason['code']}  {reason['message']}", formats["line"])


def _add_table(
    sheet: Any,  # noqa: ANN401
    top: int,
    table: Table,
    values: Mapping[str, int | float | None],
    doubted: Mapping[str, str],
    formats: Mapping[str, Any],
) -> int:
    """Write a table of the form and return the row below it."""
    slots = layout(table)
    columns = _fitted(max(slot.column + slot.column_span for slot in slots))
    heights: dict[int, int] = {}
    for slot in slots:
        left, right = columns[slot.column], columns[slot.column + slot.column_span]
        style, content = _filled(slot, values, doubted)
        box = (top + slot.row, left, top + slot.row + slot.row_span - 1, right - 1)
        if box[:2] != box[2:]:
            sheet.merge_range(*box, "", formats[style])
        if content is None:
            sheet.write_blank(box[0], box[1], None, formats[style])
        elif isinstance(content, str):
            sheet.write_string(box[0], box[1], content, formats[style])
            lines = ceil((width(content) + 2) / sum(_WIDTHS[left:right]))
            each = ceil(lines / slot.row_span)
            heights[box[0]] = max(heights.get(box[0], 1), each)
        else:
            sheet.write_number(box[0], box[1], content, formats[style])
    for row, lines in heights.items():
        sheet.set_row(row, _LINE * lines + 3)
    return top + max(slot.row + slot.row_span for slot in slots)


def _fitted(count: int) -> Sequence[int]:
    """Return where each of a table's columns begins on the sheet, and where the last ends.

    A narrow table (section 2 of the form) is as wide as the requests table, ten columns, so that the form has
    one right edge.
    """
    whole = 10
    if count >= whole:
        return range(count + 1)
    return [0, *(3 + round((whole - 3) * number / (count - 1)) for number in range(count))]


def _filled(
    slot: Slot, values: Mapping[str, int | float | None], doubted: Mapping[str, str]
) -> tuple[str, str | int | float | None]:
    """Return a slot's format and what stands in it."""
    if slot.role == "value":
        return doubted.get(slot.id, "value"), values[slot.id]
    return "row" if slot.role == "row" else "label", slot.labels[0] if slot.labels else None


def _doubted(reasons: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return value id -> why it is coloured; a doubt of ours weighs more than a fault of the page."""
    found: dict[str, str] = {}
    for reason in reasons:
        code = reason["code"]
        if code in CATALOGUE and not CATALOGUE[code].doubts:
            continue
        kind = "source" if code.startswith("source.") else "doubt"
        for value_id in reason["at"]:
            if found.get(value_id) != "doubt":
                found[value_id] = kind
    return found


def _sheet_name(number: int, data: Mapping[str, Any], taken: set[str]) -> str:
    """Return a name that Excel allows and no other sheet has: number, issuer or file, year."""
    report = data["report"]
    whose = report["issuer"] or data["source"]["name"].rsplit("/", 1)[-1]
    plain = re.sub(r"[\[\]:*?/\\'\x00-\x1f]", "", whose)
    year = f" {report['year']}" if report["year"] is not None else ""
    name = f"{number} {plain[:20]}{year}"
    while len(name.encode("utf-16-le")) > 2 * 31:
        plain = plain[:-1]
        name = f"{number} {plain[:20]}{year}"
    return name if name.casefold() not in taken else f"{number}"
