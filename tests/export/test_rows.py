"""A report as a row: which columns there are, in which order rows come, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from errors import UnreadableFile
from export.rows import columns_of, reports_in, rows_of
from report import SectionText, UnmappedRow, to_json
from standards import EDITIONS, load
from tests.export import outputs
from tests.export.outputs import report

GOLDEN = sorted(
    path
    for path in (Path(__file__).parents[1] / "golden").glob("*.json")
    if not path.name.endswith(".evidence.json")
)


@pytest.mark.parametrize("shape", ["wide", "long"])
@pytest.mark.parametrize("labels", ["id", "zh"])
def test_no_two_columns_have_the_same_head(shape: Any, labels: Any) -> None:
    heads = [column.head.casefold() for column in columns_of(shape, labels)]
    assert len(set(heads)) == len(heads)
    assert all(heads)


def test_one_wide_table_has_the_values_of_every_edition() -> None:
    heads = {column.head for column in columns_of("wide", "id")}
    assert heads >= {value_id for edition in EDITIONS for value_id in load(edition).value_ids}


def test_a_value_that_editions_share_is_of_one_type_and_unit() -> None:
    # Else one column would hold two kinds of numbers.
    for edition in EDITIONS:
        for other in EDITIONS:
            one, two = load(edition).leaves, load(other).leaves
            for value_id in one.keys() & two.keys():
                (_, left), (_, right) = one[value_id], two[value_id]
                assert (left.type, left.unit) == (right.type, right.unit), value_id


def test_amounts_say_their_unit_in_chinese_heads() -> None:
    heads = [column.head for column in columns_of("wide", "zh") if column.kind == "number"]
    assert all("元" in head for head in heads)


def test_reports_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    names = ["b.docx", "a/z.docx", "a.docx", "a-b.docx", "甲.docx", "B.docx", "a/b/c.docx"]
    out = outputs.write(tmp_path, *map(report, names))
    assert [one.data["source"]["name"] for one in reports_in(out)] == sorted(names)


def test_what_is_no_report_is_passed_over(tmp_path: Path) -> None:
    out = outputs.write(tmp_path, report("a.docx"), report("b.evidence"))
    (out / "notes.json").write_text('{"a": 1}', encoding="utf-8")
    (out / "failures.jsonl").write_text("{}\n", encoding="utf-8")
    assert [one.data["source"]["name"] for one in reports_in(out)] == ["a.docx", "b.evidence"]


def test_one_report_can_be_given_by_its_file(tmp_path: Path) -> None:
    out = outputs.write(tmp_path, report("a.docx"), report("b.docx"))
    assert [one.data["source"]["name"] for one in reports_in(out / "b.docx.json")] == ["b.docx"]


def test_without_evidence_the_kind_of_none_is_not_told(tmp_path: Path) -> None:
    out = outputs.write(tmp_path, report("a.docx"), evidence=False)
    told = {row[5]: row[10] for row in rows_of("long", reports_in(out))}
    assert told["requests.carried_in.total"] is None
    assert told["requests.received.total"] == "printed"


def test_evidence_is_opened_only_where_a_number_is_missing(tmp_path: Path) -> None:
    full = dict.fromkeys(outputs.NO_NUMBER, 0)
    out = outputs.write(tmp_path, report("a.docx", given=full))
    (out / "a.docx.evidence.json").write_text("broken", encoding="utf-8")
    assert {row[10] for row in rows_of("long", reports_in(out))} == {"printed"}


def test_broken_evidence_is_named(tmp_path: Path) -> None:
    out = outputs.write(tmp_path, report("a.docx"))
    (out / "a.docx.evidence.json").write_text('{"x": 1}', encoding="utf-8")
    with pytest.raises(UnreadableFile, match=r"a\.docx\.evidence\.json: not a whole evidence"):
        list(rows_of("long", reports_in(out)))


def altered(change: Any) -> bytes:
    data = json.loads(to_json(report("a.docx")))
    change(data)
    return json.dumps(data, separators=(",", ":")).encode()


def put(*path: str, value: object) -> Any:
    def change(data: Any) -> None:
        for name in path[:-1]:
            data = data[name]
        data[path[-1]] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        put("schema", value="gouji/report/2"),
        put("report", "edition", value="2019"),
        put("report", "edition", value="1999"),
        put("report", "edition", value=[]),
        put("report", "year", value="2021"),
        put("report", "title", value=["x"]),
        put("values", value=None),
        put("values", "requests.received.total", value="=1+1"),
        put("values", "requests.received.total", value=True),
        put("values", "requests.received.total", value=float("nan")),
        put("values", "requests.received.total", value=10**400),
        put("values", "more", value=1),
        put("trust", value={}),
        put("source", value=3),
    ],
)
def test_an_altered_report_is_refused_by_its_name(change: Any, tmp_path: Path) -> None:
    (tmp_path / "a.docx.json").write_bytes(altered(change))
    with pytest.raises(UnreadableFile, match=r"a\.docx\.json: not a whole report"):
        list(reports_in(tmp_path))


def test_a_report_that_is_cut_off_is_refused_by_its_name(tmp_path: Path) -> None:
    whole = to_json(report("a.docx"))
    (tmp_path / "a.docx.json").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnreadableFile, match=r"a\.docx\.json: not a whole report"):
        list(reports_in(tmp_path))


MARKS = '],"values":{"x":1},"report":{"title":"y"},"sections":[],"source":{"name":"z"}'


def test_a_text_that_looks_like_json_is_a_text(tmp_path: Path) -> None:
    made = report("a.docx", title=MARKS, issuer=MARKS + "\\")
    prose = SectionText(id="overview", heading=MARKS, paragraphs=(MARKS, "\\" + MARKS))
    rare = UnmappedRow(table=None, label=MARKS, texts=(MARKS,))
    out = outputs.write(tmp_path, replace(made, sections=(prose,), unmapped=(rare,)))
    ((name, _, _, title, issuer, *_),) = rows_of("wide", reports_in(out))
    assert (name, title, issuer) == ("a.docx", MARKS, MARKS + "\\")


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda path: path.name)
def test_what_is_read_in_part_is_what_the_whole_json_says(golden: Path) -> None:
    (found,) = reports_in(golden)
    whole = json.loads(golden.read_bytes())
    assert {key: whole[key] for key in found.data} == found.data
    (row,) = rows_of("wide", [found])
    told = {column.head: cell for column, cell in zip(columns_of("wide", "id"), row, strict=True)}
    assert {value_id: told[value_id] for value_id in whole["values"]} == whole["values"]


def test_json_in_another_layout_is_read_as_well(tmp_path: Path) -> None:
    data = json.loads(to_json(report("a.docx")))
    text = json.dumps(data, indent=None, separators=(",", ":"))
    (tmp_path / "a.json").write_text(text.replace(',"', ', "'), encoding="utf-8")
    assert len(list(rows_of("wide", reports_in(tmp_path)))) == 1
