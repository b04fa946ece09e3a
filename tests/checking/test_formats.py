"""What `gouji check` says: the same findings as lines, CSV, JSON and a page, in two languages."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import messages
from checking import csv as as_csv
from checking import html as as_html
from checking import json as as_json
from checking import survey, table
from checking.surveying import Survey
from converters import convert
from findings import Finding
from normalize import normalize
from report import evidence_to_json, to_json
from tests.checking.outputs import report, write

ROOT = Path(__file__).parents[2]
MISPRINT = ROOT / "samples" / "2019-word-nested-misprint.docx"
HOSTILE = "<script>alert(1)</script>&\"'=cmd|' /C calc'!A0"
LANGUAGES = ("zh", "en")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a misprint, a doubt, a contradiction between years, and an input that failed."""
    folder = tmp_path_factory.mktemp("out")
    misprint = normalize(convert(MISPRINT.read_bytes(), name=MISPRINT.name))
    (folder / f"{MISPRINT.name}.json").write_bytes(to_json(misprint))
    (folder / f"{MISPRINT.name}.evidence.json").write_bytes(evidence_to_json(misprint))
    at = ("requests.received.business", "requests.received.other")
    doubt = Finding(code="reading.lookalike", message=f"a letter: {HOSTILE}", at=at)
    write(
        folder,
        report("=doubt.docx", status="review", reasons=(doubt,), issuer=HOSTILE),
        report("2023.docx", {"requests.carried_out.total": 3}, year=2023),
        report("2024.docx"),
    )
    failure = {
        "name": "坏.docx",
        "code": "input.unreadable",
        "message": f"坏.docx: the file is empty {HOSTILE}",
    }
    (folder / "failures.jsonl").write_text(json.dumps(failure, ensure_ascii=False) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def found(out: Path) -> Survey:
    return survey(out)


def told(found: Survey, language: messages.Language) -> list[str]:
    return ["".join(text for text, _ in line) for line in table.lines(found, messages.load(language))]


def written(module, found: Survey, language: messages.Language = "zh") -> str:
    to = io.StringIO(newline="")
    module.write(to, found, messages.load(language))
    return to.getvalue()


def test_lines_tell_a_sum_with_its_numbers_and_what_would_make_it_hold(found: Survey):
    chinese = "\n".join(told(found, "zh"))
    assert "各类申请人之和，等于总计：1 ≠ 0" in chinese
    assert "若“（六）其他处理 · 法律服务机构”为 0（现为 1）则成立" in chinese
    english = "\n".join(told(found, "en"))
    assert "各类申请人之和，等于总计: 1 is not 0" in english
    assert "would hold with 0 for （六）其他处理 · 法律服务机构 instead of 1" in english


def test_lines_tell_whose_error_it_is(found: Survey):
    lines = told(found, "zh")
    at = lines.index("  可能读错")
    assert lines[at + 1].startswith("  reading.lookalike")
    at = lines.index("  报告之间不符")
    assert lines[at + 1].startswith("  across.carried_over")


def test_chinese_lines_hold_no_stored_english(found: Survey):
    text = "\n".join(told(found, "zh"))
    assert "a letter" not in text
    assert "the file is empty" not in text
    assert "文件是空的、已损坏或打不开" in text


def test_the_totals_count_what_is_told(found: Survey):
    assert found.totals.statuses == {"verified": 2, "review": 2, "failed": 1}
    assert "5 in all: 2 verified, 2 review, 1 failed" in told(found, "en")
    assert "共 5 份：已核实 2，需人工复核 2，未读出法定表格 1" in told(found, "zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_csv_has_a_line_a_finding_and_place_and_starts_no_formula(found: Survey, language: messages.Language):
    text = written(as_csv, found, language)
    assert text.startswith("\ufeff")
    assert text.count("\r\n") == text.count("\n")
    rows = list(csv.reader(io.StringIO(text[1:], newline="")))
    assert {len(row) for row in rows} == {13}
    cells = [cell for row in rows[1:] for cell in row]
    assert "'=doubt.docx" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    doubt = next(row for row in rows if row[0] == "'=doubt.docx")
    assert doubt[5] == "reading.lookalike"
    assert doubt[6:9] == [
        "三、收到和处理政府信息公开申请情况",
        "一、本年新收政府信息公开申请数量",
        "法人或其他组织 › 商业企业、法人或其他组织 › 其他",
    ]
    assert doubt[10] == "requests.received.business requests.received.other"


def test_json_keeps_the_shape_it_had_and_tells_more(found: Survey):
    data = json.loads(written(as_json, found, "en"))
    assert set(data) == {"failures", "reports", "totals", "units"}
    assert data["totals"]["statuses"] == {"verified": 2, "review": 2, "failed": 1}
    by_name = {one["name"]: one for one in data["reports"]}
    assert len(by_name) == 4
    misprint = by_name[MISPRINT.name]
    assert {one["identity"] for one in misprint["sums"]} == {"requests.results_total", "requests.row_total"}
    assert all(one["would_hold"]["number"] == 0 for one in misprint["sums"])
    (place, _) = by_name["=doubt.docx"]["reasons"][0]["at"]
    assert place["row"] == "一、本年新收政府信息公开申请数量"
    (notice,) = by_name["2024.docx"]["notices"]
    assert notice["code"] == "across.carried_over"
    assert by_name["2023.docx"] == {
        "issuer": "砚篱县教育局",
        "name": "2023.docx",
        "notices": [],
        "reasons": [],
        "status": "verified",
        "sums": [],
        "year": 2023,
    }


class Page(HTMLParser):
    """Collects the tags and what leads out of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.leads: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.leads += [
            f"{name}={value}" for name, value in attributes if name in ("src", "href", "action", "style")
        ]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_stands_alone_and_holds_no_markup_of_a_document(found: Survey, language: messages.Language):
    text = written(as_html, found, language)
    page = Page()
    page.feed(text)
    assert page.open == []
    assert page.leads == []
    assert "script" not in page.tags
    assert not re.search(r"https?://|@import|url\(", text)
    assert "&lt;script&gt;alert(1)" in text
    assert "default-src 'none'" in text


def test_the_page_shows_both_sides_of_a_sum(found: Survey):
    text = written(as_html, found)
    assert "各类申请人之和，等于总计：1 ≠ 0" in text
    assert '<td class="number">1</td><td>法人或其他组织 › 法律服务机构</td>' in text


def test_a_page_without_findings_says_so(tmp_path: Path):
    text = written(as_html, survey(write(tmp_path, report("a.docx"))))
    assert "未发现问题。" in text


@pytest.mark.parametrize("module", [as_csv, as_html, as_json])
def test_the_same_findings_are_written_as_the_same_bytes(module, out: Path):
    assert written(module, survey(out)) == written(module, survey(out))


def test_checking_changes_no_report(out: Path):
    before = {path: path.read_bytes() for path in out.iterdir()}
    written(as_json, survey(out))
    assert {path: path.read_bytes() for path in out.iterdir()} == before


@pytest.mark.parametrize(("language", "more"), [("zh", "，另有 37 处"), ("en", " and 37 more")])
def test_the_places_of_one_finding_that_are_no_values_are_one_line(
    tmp_path: Path, language: messages.Language, more: str
):
    places = ("page 1", *(f"page 1, row {row}, column 2" for row in range(1, 41)))
    specks = Finding(code="reading.specks", message="in 40 cells there is ink", at=places)
    write(tmp_path, report("scan.pdf", status="review", reasons=(specks,)))
    lines = told(survey(tmp_path), language)
    assert [line for line in lines if "page 1, row" in line and more in line]
    assert sum("page 1, row" in line for line in lines) == 1
