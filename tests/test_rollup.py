"""Sums of reports: what is counted, what is left out and why, and what a sum lacks."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

import messages
from corrections import Correction, save
from corrections import load as load_corrections
from errors import OutputExists, OutputUnfit, UnreadableFile
from normalize.identities import check
from report import Report
from rollup import Rollup, roll_up
from rollup.grouping import place_of
from rollup.writing import to_json, write
from standards import load
from tests.checking.outputs import BLANK, report, same_bytes
from tests.checking.outputs import write as write_reports

RECEIVED, TOTAL = "requests.received.business", "requests.received.total"
FEES = "proactive.fees.amount"


def unit(name: str, received: object = 1, **about) -> Report:
    issuer = about.pop("issuer", f"砚篱县{Path(name).stem}局")
    return report(
        name, {RECEIVED: received, TOTAL: received, **about.pop("given", {})}, issuer=issuer, **about
    )


def rolled(out: Path, *reports: Report, by="year", **options) -> Rollup:
    return roll_up(write_reports(out, *reports), by, **options)


def left_out(rollup: Rollup) -> dict[str, str]:
    return {one.name: one.why for one in rollup.left_out}


def test_a_sum_has_the_value_ids_of_the_form_and_adds_every_report(tmp_path: Path):
    (group,) = rolled(tmp_path, unit("a.docx", 2), unit("b.docx", 3)).groups
    assert tuple(group.totals) == load("2021").value_ids
    assert group.totals[RECEIVED].number == 5
    assert group.totals["requests.carried_in.total"].number == 0
    assert [one.name for one in group.counted] == ["a.docx", "b.docx"]


def test_amounts_are_added_as_they_are_printed(tmp_path: Path):
    amounts = [Decimal("0.1"), Decimal("0.2"), Decimal("1234567.8901")]
    reports = [unit(f"{number}.docx", given={FEES: amount}) for number, amount in enumerate(amounts)]
    (group,) = rolled(tmp_path, *reports).groups
    assert group.totals[FEES].number == Decimal("1234568.1901")


def test_years_and_editions_are_never_summed_together(tmp_path: Path):
    rollup = rolled(
        tmp_path,
        unit("a.docx"),
        unit("b.docx", year=2023),
        unit("c.docx", edition="2019"),
    )
    assert [group.key for group in rollup.groups] == [
        ("", 2023, "2021"),
        ("", 2024, "2019"),
        ("", 2024, "2021"),
    ]


def test_a_folder_and_a_place_are_a_group_each(tmp_path: Path):
    reports = (unit("甲/a.docx"), unit("甲/b.docx"), unit("乙/c.docx", issuer="栀棹区水利局"), unit("d.docx"))
    assert [group.key.name for group in rolled(tmp_path, *reports, by="folder").groups] == [".", "乙", "甲"]
    assert {group.key.name: len(group.counted) for group in roll_up(tmp_path, "prefix").groups} == {
        "栀棹区": 1,
        "砚篱县": 3,
    }


@pytest.mark.parametrize(
    ("issuer", "place"),
    [
        ("砚榧县笺岫镇人民政府", "砚榧县"),
        ("栀棹市民政局", "栀棹市"),
        ("栀棹市上笺区城市管理局", "栀棹市上笺区"),
        ("杭棹州市市场监督管理局", "杭棹州市"),
        ("砚榧县社区管理中心", "砚榧县"),
        ("砚榧 县（本级）水利局", "砚榧县"),
        ("砚榧街道办事处", None),
        ("城市管理局", None),
    ],
)
def test_the_place_of_a_name_is_what_it_begins_with(issuer: str, place: str | None):
    assert place_of(issuer) == place


def test_what_is_left_out_says_why(tmp_path: Path):
    one = unit("a.docx")
    rollup = rolled(
        tmp_path,
        one,
        same_bytes(one, "b.docx"),
        unit("c.docx", status="review"),
        replace(unit("d.docx", status="failed"), edition=None, values={}),
        unit("e.docx", year=None),
        unit("f.docx", 1, issuer="砚篱县统计局"),
        unit("g.docx", 2, issuer="砚篱县 统计局"),
    )
    assert left_out(rollup) == {
        "b.docx": "same_bytes",
        "c.docx": "status",
        "d.docx": "failed",
        "e.docx": "year",
        "f.docx": "twice",
        "g.docx": "twice",
    }
    (group,) = rollup.groups
    assert [counted.name for counted in group.counted] == ["a.docx"]


def test_a_place_needs_a_name_that_begins_with_one(tmp_path: Path):
    rollup = rolled(tmp_path, unit("a.docx", issuer=None), unit("b.docx", issuer="街道办事处"), by="prefix")
    assert left_out(rollup) == {"a.docx": "issuer", "b.docx": "place"}


def decide(out: Path, one: Report, value_id: str, new: int, *, sign: bool = False) -> None:
    """Correct a value of a report as `gouji review` does, and sign the report off."""
    numbers = {name: value.number for name, value in one.values.items()}
    about = Correction(
        name=one.source.name,
        sha256=one.source.sha256,
        id=value_id,
        act="corrected",
        old=numbers[value_id],
        new=new,
        who="某人",
        when="2025-01-05T08:00:00+00:00",
    )
    save(out, [about])
    if sign:
        digest = load_corrections(out).of(about.name, about.sha256).digest_of(numbers)
        save(out, [replace(about, id="", act="signed", old=None, new=None, digest=digest)])


def test_reports_in_review_count_when_asked_for_or_signed_off(tmp_path: Path):
    one, other = unit("a.docx", 2, status="review"), unit("b.docx", 3, status="review")
    decide(tmp_path, one, RECEIVED, 7, sign=True)
    (group,) = rolled(tmp_path, one, other).groups
    assert [counted.name for counted in group.counted] == ["a.docx"]
    assert group.totals[RECEIVED].number == 7
    (group,) = roll_up(tmp_path, "year", include=("verified", "review")).groups
    assert group.totals[RECEIVED].number == 10


def test_a_signature_counts_for_the_numbers_that_were_signed_only(tmp_path: Path):
    one = unit("a.docx", 2, status="review")
    decide(tmp_path, one, RECEIVED, 7, sign=True)
    now = unit("a.docx", 2, status="review", given={"requests.carried_in.total": 999})
    done = rolled(tmp_path, replace(now, source=one.source))
    assert (done.groups, left_out(done), done.unapplied) == ((), {"a.docx": "status"}, 1)


@pytest.mark.parametrize("corrected", ["a.docx", "b.docx"])
def test_of_two_copies_the_one_that_people_decided_about_counts(tmp_path: Path, corrected: str):
    one = unit("a.docx", 2)
    copies = (one, same_bytes(one, "b.docx"))
    decide(tmp_path, next(copy for copy in copies if copy.source.name == corrected), RECEIVED, 7)
    done = rolled(tmp_path, *copies)
    (group,) = done.groups
    assert [counted.name for counted in group.counted] == [corrected]
    assert group.totals[RECEIVED].number == 7
    assert set(left_out(done).values()) == {"same_bytes"}


def test_copies_with_different_numbers_do_not_count(tmp_path: Path):
    one = unit("a.docx", 2)
    other = same_bytes(one, "b.docx")
    write_reports(tmp_path, one, replace(unit("b.docx", 5), source=other.source))
    done = roll_up(tmp_path, "year")
    assert (done.groups, left_out(done)) == ((), {"a.docx": "copies", "b.docx": "copies"})
    write_reports(tmp_path, other)
    decide(tmp_path, one, RECEIVED, 7)
    decide(tmp_path, other, RECEIVED, 8)
    done = roll_up(tmp_path, "year")
    assert (done.groups, left_out(done)) == ((), {"a.docx": "copies", "b.docx": "copies"})


def test_decisions_that_no_longer_apply_are_counted(tmp_path: Path):
    decide(tmp_path, unit("a.docx", 2), RECEIVED, 7, sign=True)  # a file of before
    decide(tmp_path, unit("gone.docx", 2), RECEIVED, 7)
    one = unit("b.docx", 3)
    decide(tmp_path, one, RECEIVED, 7)
    done = rolled(tmp_path, unit("a.docx", 4), one)
    assert done.unapplied == 3
    assert json.loads(to_json(done))["unapplied"] == 3


def test_a_value_without_a_number_makes_its_sum_incomplete_and_a_blank_does_not(tmp_path: Path):
    reports = (unit("a.docx", 2), unit("b.docx", None), unit("c.docx", BLANK))
    (group,) = rolled(tmp_path, *reports).groups
    total = group.totals[RECEIVED]
    assert (total.number, total.numbers, total.blanks, total.missing, total.names) == (
        2,
        1,
        1,
        1,
        ("b.docx",),
    )
    assert group.incomplete == (RECEIVED, TOTAL)


def test_a_sum_of_nothing_is_no_number(tmp_path: Path):
    (group,) = rolled(tmp_path, unit("a.docx", BLANK), unit("b.docx", None)).groups
    assert group.totals[RECEIVED].number is None


def test_the_sums_of_the_form_are_checked_over_the_sums(tmp_path: Path):
    (group,) = rolled(tmp_path, unit("a.docx", 2), unit("b.docx", 3)).groups
    verdicts = {(one.identity, one.at): one.verdict for one in group.checks}
    assert len(verdicts) == len(check(report("x").values, load("2021")))
    assert verdicts["requests.row_total", "received"] == "holds"
    assert verdicts["requests.balance", "business"] == "fails"
    (group,) = rolled(tmp_path / "more", unit("a.docx", 2), unit("b.docx", None)).groups
    verdicts = {(one.identity, one.at): one.verdict for one in group.checks}
    assert verdicts["requests.row_total", "received"] == "unknown"


# --- a parent's own report --------------------------------------------------------------------------------


def test_a_parents_report_is_compared_and_never_counted(tmp_path: Path):
    parent = unit("县.docx", 9, issuer="砚篱县人民政府")
    out = write_reports(tmp_path, unit("a.docx", 2), unit("b.docx", 3), parent)
    rollup = roll_up(out, "year", against=out / "县.docx.json")
    assert left_out(rollup) == {"县.docx": "parent"}
    assert rollup.against is not None
    assert [(one.id, one.units, one.printed) for one in rollup.against.differences] == [
        (RECEIVED, 5, 9),
        (TOTAL, 5, 9),
    ]


def test_of_several_groups_the_parents_is_the_one_of_its_place(tmp_path: Path):
    reports = (unit("a.docx", 2), unit("b.docx", 3, issuer="栀棹区水利局"))
    out = write_reports(tmp_path / "out", *reports)
    other = write_reports(
        tmp_path / "other",
        unit("县.docx", 2, issuer="砚篱县人民政府"),
        unit("省.docx", issuer="某省人民政府"),
    )
    one = roll_up(out, "prefix", against=other / "县.docx.json").against
    assert one is not None
    assert one.key == ("砚篱县", 2024, "2021")
    assert one.differences == ()
    none = roll_up(out, "prefix", against=other / "省.docx.json").against
    assert none is not None
    assert (none.key, none.candidates) == (None, 2)


def test_what_is_no_report_is_no_parent(tmp_path: Path):
    out = write_reports(tmp_path, unit("a.docx"))
    (tmp_path / "x.json").write_text("{}", encoding="utf-8")
    for name in ("nowhere.json", "x.json"):
        with pytest.raises(UnreadableFile):
            roll_up(out, "year", against=tmp_path / name)


# --- files ------------------------------------------------------------------------------------------------


@pytest.fixture(name="rollup")
def some_rollup(tmp_path: Path) -> Rollup:
    parent = unit("县.docx", 9, issuer="砚篱县人民政府")
    reports = (unit("=a.docx", 2), unit("b.docx", None), unit("c.docx", status="review"), parent)
    out = write_reports(tmp_path / "out", *reports)
    return roll_up(out, "year", against=out / "县.docx.json")


def test_json_is_the_same_whenever_it_is_written_and_tells_everything(rollup: Rollup):
    data = json.loads(to_json(rollup))
    assert to_json(rollup) == to_json(rollup)
    (group,) = data["groups"]
    assert group["values"][RECEIVED] == 2
    assert group["incomplete"][RECEIVED] == {"missing": 1, "names": ["b.docx"]}
    assert [one["name"] for one in group["counted"]] == ["=a.docx", "b.docx"]
    assert {one["name"]: one["why"] for one in data["left_out"]} == {"c.docx": "status", "县.docx": "parent"}
    assert data["against"]["differences"][0] == {"id": RECEIVED, "printed": 9, "units": 2}


def test_csv_has_a_line_a_value(rollup: Rollup, tmp_path: Path):
    write(rollup, tmp_path / "x.csv", messages.load("zh"))
    text = (tmp_path / "x.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert len(rows) == 200
    row = next(row for row in rows if row["数据项"] == RECEIVED)
    assert (row["合计"], row["有数字的报告数"], row["无数字的报告数"], row["上级报告"]) == (
        "2",
        "1",
        "1",
        "9",
    )


def test_the_workbook_has_the_form_and_who_is_counted(rollup: Rollup, tmp_path: Path):
    write(rollup, tmp_path / "x.xlsx", messages.load("zh"))
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    who, form = book.worksheets
    rows = [[cell.value for cell in row] for row in who.iter_rows()]
    assert [row[1] for row in rows] == ["报告", "=a.docx", "b.docx", "c.docx", "县.docx"]
    assert rows[3][5] == "状态为 review；加 --include review 则计入"
    cells = [cell.value for row in form.iter_rows() for cell in row]
    assert "全部报告 2024 年汇总（2 份报告）" in cells
    assert "一、本年新收政府信息公开申请数量" in cells
    assert any(
        "rollup.incomplete" in str(cell) and "2 份报告中有 1 份此处无数字：b.docx" in str(cell)
        for cell in cells
    )
    assert any("各单位合计 2，上级报告为 9" in str(cell) for cell in cells)


def test_nothing_is_overwritten_unasked_and_no_other_kind_is_written(rollup: Rollup, tmp_path: Path):
    (tmp_path / "x.json").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputExists):
        write(rollup, tmp_path / "x.json", messages.load("en"))
    with pytest.raises(OutputUnfit):
        write(rollup, tmp_path / "x.pdf", messages.load("en"))
    write(rollup, tmp_path / "x.json", messages.load("en"), force=True)
    assert json.loads((tmp_path / "x.json").read_bytes())["schema"] == "gouji/rollup/1"
