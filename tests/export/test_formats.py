"""What is read back from every kind of file is what the reports say."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest
from openpyxl.utils.escape import unescape

from export import ENDINGS, export
from export.rows import columns_of
from findings import Finding
from tests.export import outputs
from tests.export.outputs import numbers, report

Cells = list[dict[str, Any]]

AGENCY = Finding(code="source.sum", message="1 is not 2", at=("requests.received.total",))
DOUBT = Finding(code="reading.lookalike", message="O for 0", at=("requests.received.total",))


def read_csv(path: Path) -> Cells:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{key: cell or None for key, cell in row.items()} for row in csv.DictReader(file)]


def read_xlsx(path: Path) -> Cells:
    book = openpyxl.load_workbook(path, read_only=True)
    heads, *rows = book.worksheets[0].iter_rows(values_only=True)
    book.close()
    return [dict(zip(heads, row, strict=True)) for row in rows]


def read_jsonl(path: Path) -> Cells:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def read_parquet(path: Path) -> Cells:
    with pq.ParquetFile(path) as file:
        return file.read().to_pylist()


def read_duckdb(path: Path) -> Cells:
    with duckdb.connect(path, read_only=True) as database:
        ((table,),) = database.execute("select table_name from duckdb_tables()").fetchall()
        rows = database.execute(f"from {table}")
        heads = [column[0] for column in rows.description]
        return [dict(zip(heads, row, strict=True)) for row in rows.fetchall()]


READERS: dict[str, Callable[[Path], Cells]] = {
    ".csv": read_csv,
    ".xlsx": read_xlsx,
    ".jsonl": read_jsonl,
    ".parquet": read_parquet,
    ".duckdb": read_duckdb,
}
every_kind = pytest.mark.parametrize("ending", ENDINGS)


def same(cell: Any, number: Any) -> bool:
    """Say whether a cell holds a number exactly; CSV holds its digits."""
    if number is None or cell is None:
        return number is None and cell is None
    return Decimal(str(cell)) == Decimal(str(number))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return outputs.write(
        tmp_path / "out",
        report("b/2021.docx"),
        report("a/2019.docx", "2019", status="review", reasons=(AGENCY, DOUBT, AGENCY), year=2020),
        report("c.docx", None, status="failed", issuer=None, year=None, title=None),
    )


@every_kind
def test_every_value_of_both_editions_comes_back_in_its_column(
    ending: str, out: Path, tmp_path: Path
) -> None:
    counts = export(out, tmp_path / f"x{ending}")
    rows = READERS[ending](tmp_path / f"x{ending}")
    assert counts == {"verified": 1, "review": 1, "failed": 1}
    assert list(rows[0]) == [column.head for column in columns_of("wide", "id")]
    assert [row["name"] for row in rows] == ["a/2019.docx", "b/2021.docx", "c.docx"]
    assert [row["status"] for row in rows] == ["review", "verified", "failed"]
    assert [row["reasons"] for row in rows] == ["source.sum; reading.lookalike", None, None]
    assert [str(row["year"]) for row in rows] == ["2020", "2021", "None"]
    for row, printed in zip(rows, (numbers("2019"), numbers("2021"), {}), strict=True):
        wrong = {
            head: cell for head, cell in list(row.items())[10:] if not same(cell, printed.get(str(head)))
        }
        assert wrong == {}


@every_kind
def test_long_tells_every_value_with_its_place_and_its_kind_of_none(
    ending: str, out: Path, tmp_path: Path
) -> None:
    export(out, tmp_path / f"x{ending}", shape="long")
    rows = READERS[ending](tmp_path / f"x{ending}")
    assert len(rows) == 198 + 200
    assert [row["name"] for row in rows] == ["a/2019.docx"] * 198 + ["b/2021.docx"] * 200
    printed = [*numbers("2019").items(), *numbers("2021").items()]
    assert [row["id"] for row in rows] == [value_id for value_id, _ in printed]
    assert all(same(row["number"], number) for row, (_, number) in zip(rows, printed, strict=True))
    found = {row["id"]: row for row in rows[198:]}
    assert {value_id: found[value_id]["value_status"] for value_id in outputs.NO_NUMBER} == outputs.NO_NUMBER
    received = found["requests.received.business"]
    assert received["table"] == "requests"
    assert received["row"] == "一、本年新收政府信息公开申请数量"
    assert received["column"] == "申请人情况 › 法人或其他组织 › 商业企业"
    assert received["value_status"] == "printed"
    assert received["unit"] is None
    assert found["proactive.fees.amount"]["unit"] == "万元"
    assert found["disputes.reconsideration.upheld"]["row"] is None


@every_kind
def test_a_fraction_printed_for_a_count_is_kept(
    ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("export.arrow._CELLS", 3 * len(columns_of("wide", "id")))  # batches of three
    given = {4: Decimal("2.5"), 7: Decimal("0.5"), 8: 3}
    made = [
        report(f"{number}.docx", given={"requests.received.other": given.get(number, number)})
        for number in range(10)
    ]
    export(outputs.write(tmp_path / "out", *made), tmp_path / f"x{ending}")
    rows = READERS[ending](tmp_path / f"x{ending}")
    assert [row["name"] for row in rows] == [f"{number}.docx" for number in range(10)]
    told = [float(row["requests.received.other"]) for row in rows]
    assert told == [0, 1, 2, 3, 2.5, 5, 6, 0.5, 3, 9]
    assert {str(row["requests.received.total"]) for row in rows} == {
        str(numbers("2021")["requests.received.total"])
    }


def test_counts_are_whole_numbers_and_amounts_doubles(out: Path, tmp_path: Path) -> None:
    export(out, tmp_path / "x.parquet")
    export(out, tmp_path / "x.duckdb")
    with pq.ParquetFile(tmp_path / "x.parquet") as file:
        types = {field.name: str(field.type) for field in file.schema_arrow}
    with duckdb.connect(tmp_path / "x.duckdb", read_only=True) as database:
        stored = dict(
            database.execute(
                "select column_name, data_type from duckdb_columns() where not internal"
            ).fetchall()
        )
    named = {"int64": "BIGINT", "double": "DOUBLE", "string": "VARCHAR"}
    assert {name: named[kind] for name, kind in types.items()} == stored
    assert types["name"] == "string"
    assert types["year"] == types["requests.received.total"] == "int64"
    assert types["proactive.fees.amount"] == types["proactive.procurement.amount"] == "double"


@every_kind
def test_a_filter_that_leaves_nothing_gives_a_table_with_heads(ending: str, tmp_path: Path) -> None:
    out = outputs.write(tmp_path / "out", report("a.docx"))
    assert export(out, tmp_path / f"x{ending}", statuses=["failed"]) == {}
    assert READERS[ending](tmp_path / f"x{ending}") == []
    assert (tmp_path / f"x{ending}").is_file()


@every_kind
def test_only_the_wanted_statuses_are_taken(ending: str, out: Path, tmp_path: Path) -> None:
    assert export(out, tmp_path / f"x{ending}", statuses=["verified", "review"]).total() == 2
    rows = READERS[ending](tmp_path / f"x{ending}")
    assert [row["status"] for row in rows] == ["review", "verified"]


@every_kind
@pytest.mark.parametrize("shape", ["wide", "long"])
def test_chinese_heads_are_the_same_columns(ending: str, shape: Any, out: Path, tmp_path: Path) -> None:
    export(out, tmp_path / f"id{ending}", shape=shape)
    export(out, tmp_path / f"zh{ending}", shape=shape, labels="zh")
    by_id, by_words = READERS[ending](tmp_path / f"id{ending}"), READERS[ending](tmp_path / f"zh{ending}")
    assert [list(row.values()) for row in by_id] == [list(row.values()) for row in by_words]
    assert list(by_words[0]) == [column.head for column in columns_of(shape, "zh")]


@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".xlsx", ".parquet"])
@pytest.mark.parametrize("shape", ["wide", "long"])
def test_the_same_reports_give_the_same_bytes(ending: str, shape: Any, out: Path, tmp_path: Path) -> None:
    export(out, tmp_path / f"x{ending}", shape=shape)
    export(out, tmp_path / f"y{ending}", shape=shape)
    assert (tmp_path / f"x{ending}").read_bytes() == (tmp_path / f"y{ending}").read_bytes()


ATTACKS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", '=HYPERLINK("x","y")']


@pytest.mark.parametrize("text", ATTACKS)
@pytest.mark.parametrize("shape", ["wide", "long"])
def test_a_text_that_would_be_a_formula_is_defused_in_csv(text: str, shape: Any, tmp_path: Path) -> None:
    out = outputs.write(tmp_path / "out", report("-x.docx", issuer=text))
    export(out, tmp_path / "x.csv", shape=shape)
    row = read_csv(tmp_path / "x.csv")[0]
    assert row["issuer"] == f"'{text}"
    assert row["name"] == "'-x.docx"


@pytest.mark.parametrize("text", ATTACKS)
def test_a_text_is_never_a_formula_in_a_workbook(text: str, tmp_path: Path) -> None:
    out = outputs.write(tmp_path / "out", report("x.docx", issuer=text, title=text))
    export(out, tmp_path / "x.xlsx", forms=True)
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert unescape(book["reports"]["E2"].value) == text


def test_negative_numbers_stay_numbers_in_csv(tmp_path: Path) -> None:
    out = outputs.write(tmp_path / "out", report("x.docx", "2019", given={"proactive.licensing.change": -3}))
    export(out, tmp_path / "x.csv")
    assert read_csv(tmp_path / "x.csv")[0]["proactive.licensing.change"] == "-3"


def test_csv_begins_with_the_mark_and_ends_its_lines_as_rfc_4180_says(tmp_path: Path) -> None:
    out = outputs.write(tmp_path / "out", report('引号"，逗号,.docx', title="两\n行"))
    export(out, tmp_path / "x.csv")
    data = (tmp_path / "x.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfname,")
    assert data.endswith(b"\r\n")
    assert '\r\n"引号""，逗号,.docx",'.encode() in data
    assert read_csv(tmp_path / "x.csv")[0]["title"] == "两\n行"


def test_parquet_is_written_in_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("export.arrow._CELLS", 2 * len(columns_of("wide", "id")))
    out = outputs.write(tmp_path / "out", *(report(f"{number}.docx") for number in range(5)))
    export(out, tmp_path / "x.parquet")
    with pq.ParquetFile(tmp_path / "x.parquet") as file:
        assert file.num_row_groups == math.ceil(5 / 2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "x.parquet"]
