"""Reports beside each other: carried forward, in force, there twice, missing from a list of units."""

from __future__ import annotations

from pathlib import Path

import pytest

from checking import read_units, survey
from errors import UnreadableFile
from findings import Finding
from tests.checking.outputs import BLANK, report, same_bytes, write

COLUMNS = ("natural_person", "business", "research", "public_interest", "legal_service", "other", "total")


def found(out: Path, *reports, units=None):
    """Return report name -> code -> points."""
    survey_ = survey(write(out, *reports), units)
    return {
        Path(path).relative_to(out).as_posix().removesuffix(".json"): {
            notice.code: notice.points for notice in notices
        }
        for path, notices in survey_.notices.items()
    }


@pytest.mark.parametrize("column", COLUMNS)
def test_what_was_carried_forward_is_carried_over_in_all_seven_columns(tmp_path: Path, column: str):
    last = report("2023.docx", {f"requests.carried_out.{column}": 3}, year=2023)
    this = report("2024.docx", {f"requests.carried_in.{column}": 2})
    (point,) = found(tmp_path, last, this)["2024.docx"]["across.carried_over"]
    assert point.at == (f"requests.carried_in.{column}",)
    assert (point.words["before"], point.words["carried_out"], point.words["carried_in"]) == (
        "2023.docx",
        3,
        2,
    )
    assert not point.doubted


def test_what_agrees_is_not_told(tmp_path: Path):
    last = report("2023.docx", {"requests.carried_out.total": 3}, year=2023)
    this = report("2024.docx", {"requests.carried_in.total": 3})
    assert found(tmp_path, last, this) == {}


@pytest.mark.parametrize(
    ("carried_out", "carried_in", "told"),
    [(BLANK, 0, False), (0, BLANK, False), (BLANK, BLANK, False), (3, BLANK, True), (BLANK, 3, True)],
)
def test_a_blank_agrees_with_0_and_with_nothing_else(tmp_path: Path, carried_out, carried_in, told):
    last = report("2023.docx", {"requests.carried_out.total": carried_out}, year=2023)
    this = report("2024.docx", {"requests.carried_in.total": carried_in})
    assert bool(found(tmp_path, last, this)) == told


def test_a_figure_that_is_not_known_contradicts_nothing(tmp_path: Path):
    last = report("2023.docx", {"requests.carried_out.total": 3}, year=2023)
    this = report("2024.docx", {"requests.carried_in.total": None})
    assert found(tmp_path, last, this) == {}


def test_a_figure_in_doubt_is_told_as_such(tmp_path: Path):
    last = report("2023.docx", {"requests.carried_out.total": 3}, year=2023)
    doubt = Finding(code="reading.lookalike", message="O for 0", at=("requests.carried_in.total",))
    this = report("2024.docx", status="review", reasons=(doubt,))
    (point,) = found(tmp_path, last, this)["2024.docx"]["across.carried_over"]
    assert point.doubted


@pytest.mark.parametrize("name", ["砚篱县 教育局", "砚篱县教育局\u3000", "砚篱县教育局"])
def test_a_name_is_the_same_whatever_its_spaces(tmp_path: Path, name: str):
    last = report("2023.docx", {"requests.carried_out.total": 3}, year=2023, issuer=name)
    assert found(tmp_path, last, report("2024.docx"))


def test_brackets_of_a_name_do_not_count(tmp_path: Path):
    last = report("a.docx", {"requests.carried_out.total": 3}, year=2023, issuer="砚篱县教育局（体育局）")
    assert found(tmp_path, last, report("b.docx", issuer="砚篱县教育局(体育局)"))


@pytest.mark.parametrize(
    "other", [{"issuer": "砚篱县教育和体育局"}, {"issuer": None}, {"year": None}, {"year": 2022}]
)
def test_another_name_or_a_year_between_is_not_compared(tmp_path: Path, other):
    last = report("2023.docx", {"requests.carried_out.total": 3}, **{"year": 2023, **other})
    assert found(tmp_path, last, report("2024.docx")) == {}


def test_carrying_over_is_compared_across_the_editions_and_documents_are_not(tmp_path: Path):
    last = report("2020.docx", {"requests.carried_out.total": 3}, year=2020, edition="2019")
    this = report("2021.docx", {"proactive.regulations.in_force": 5}, year=2021)
    assert set(found(tmp_path, last, this)["2021.docx"]) == {"across.carried_over"}


def documents(issued, repealed, in_force):
    given = {"issued": issued, "repealed": repealed, "in_force": in_force}
    return {f"proactive.normative_documents.{column}": number for column, number in given.items()}


@pytest.mark.parametrize(
    ("last", "this", "told"),
    [
        ((0, 0, 10), (3, 1, 12), False),
        ((0, 0, 10), (3, 1, 13), True),
        ((0, 0, 10), (3, BLANK, 13), False),
        ((0, 0, 10), (3, None, 13), False),
        ((BLANK, BLANK, BLANK), (2, BLANK, 2), False),
        ((0, 0, 10), (BLANK, BLANK, 12), True),
    ],
)
def test_in_force_plus_issued_less_repealed_is_in_force(tmp_path: Path, last, this, told):
    before = report("2023.docx", documents(*last), year=2023)
    after = report("2024.docx", documents(*this))
    notices = found(tmp_path, before, after)
    assert bool(notices) == told
    if told:
        (point,) = notices["2024.docx"]["across.in_force"]
        assert point.at == tuple(documents(0, 0, 0))


def test_the_same_file_twice_is_told_at_both(tmp_path: Path):
    one = report("a/x.docx", issuer=None)
    notices = found(tmp_path, one, same_bytes(one, "b/x.docx"), report("c.docx", issuer="别处"))
    assert set(notices) == {"a/x.docx", "b/x.docx"}
    (point,) = notices["a/x.docx"]["across.duplicate"]
    assert (point.sentence, point.words) == ("across.same_bytes", {"others": ("b/x.docx",)})


def test_two_reports_of_one_issuer_and_year_are_told_at_both(tmp_path: Path):
    notices = found(tmp_path, report("a.docx"), report("b.docx", {"requests.received.total": 1}))
    assert {notices[name]["across.duplicate"][0].sentence for name in ("a.docx", "b.docx")} == {
        "across.same_issuer"
    }


def test_of_two_reports_for_last_year_one_that_agrees_is_enough(tmp_path: Path):
    right = report("a.docx", {"requests.carried_out.total": 2}, year=2023)
    wrong = report("b.docx", {"requests.carried_out.total": 3}, year=2023)
    this = report("2024.docx", {"requests.carried_in.total": 2})
    assert "2024.docx" not in found(tmp_path, right, wrong, this)


def test_figures_of_the_text_that_contradict_the_table_are_told(tmp_path: Path):
    says = ("本年度收到政府信息公开申请12件，行政诉讼0件。", "上年结转政府信息公开申请5件。")
    given = {"requests.received.total": 11, "requests.carried_in.total": 5}
    (point,) = found(tmp_path, report("a.docx", given, says=says))["a.docx"]["source.prose"]
    assert point.words["claimed"] == 12
    assert point.words["printed"] == 11


def test_received_may_take_in_what_was_carried_over(tmp_path: Path):
    given = {"requests.received.total": 7, "requests.carried_in.total": 5}
    says = ("本年度共收到政府信息公开申请12件。",)
    assert found(tmp_path, report("a.docx", given, says=says)) == {}


@pytest.mark.parametrize(("cell", "told"), [(BLANK, True), (None, False)])
def test_a_blank_contradicts_a_figure_of_the_text_and_a_lost_cell_does_not(tmp_path: Path, cell, told):
    one = report("a.docx", {"requests.received.total": cell}, says=("本年度收到政府信息公开申请12件。",))
    assert bool(found(tmp_path, one)) == told


# --- lists of units ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_a_list_is_read_in_the_encodings_that_spreadsheets_write(tmp_path: Path, encoding: str):
    file = tmp_path / "units.csv"
    file.write_text(
        "序号,单位名称,年度\n1,砚篱县教育局,2024年\n2,\n3,砚篱县 水利局,\n1,砚篱县教育局,2024\n",
        encoding=encoding,
    )
    assert [(unit.issuer, unit.year) for unit in read_units(file)] == [
        ("砚篱县教育局", 2024),
        ("砚篱县 水利局", None),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "names no column issuer"),
        ("砚篱县教育局\n".encode(), "names no column issuer"),
        ("issuer,year\n砚篱县教育局,明年\n".encode(), "line 2"),
        (b"issuer\n\xff\xff\x00\n", "neither UTF-8 nor GBK"),
        (b'issuer\n"' + b"x" * 140_000 + b'"\n', "is no CSV"),
    ],
)
def test_a_list_that_is_none_is_refused_in_one_line(tmp_path: Path, content: bytes, words: str):
    (tmp_path / "units.csv").write_bytes(content)
    with pytest.raises(UnreadableFile, match=words):
        read_units(tmp_path / "units.csv")


def test_a_unit_without_a_report_is_told_and_so_is_a_report_of_no_unit_of_the_list(tmp_path: Path):
    file = tmp_path / "units.csv"
    file.write_text(
        "issuer,year\n砚篱县教育局,2024\n砚篱县教育局,2023\n砚篱县水利局,\n砚篱县民政局,2024\n",
        encoding="utf-8",
    )
    reports = (
        report("a.docx"),
        report("b.docx", issuer="砚篱县统计局"),
        report("c.docx", issuer="砚篱县水利局", year=2020),
    )
    told = survey(write(tmp_path / "out", *reports), read_units(file))
    assert [(notice.code, *notice.points[0].words.values()) for notice in told.units] == [
        ("across.missing", "砚篱县教育局", 2023),
        ("across.missing", "砚篱县民政局", 2024),
        ("across.unlisted", "砚篱县统计局", 1),
    ]
    assert told.notices == {}
    assert told.totals.codes == {"across.missing": 2, "across.unlisted": 1}
