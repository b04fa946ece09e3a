"""Title, issuer, reporting year and date, as far as the report states them, and null where it does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalize.imprint import read_imprint
from normalize.prose import Line
from tests.cases import params


def lines(texts):
    return [Line(text) for text in texts]


def imprint_of(case):
    return read_imprint(*(lines(case.get(part, [])) for part in ("front", "body", "back")))


PARTS = ("title", "issuer", "year", "date")


@pytest.mark.parametrize("case", params("imprint"))
def test_it_reads_what_the_report_states_of_itself(case):
    imprint = imprint_of(case)
    assert {part: getattr(imprint, part) for part in PARTS} == {part: case.get(part) for part in PARTS}


@pytest.mark.parametrize("case", params("imprint", "met", "made_up"))
def test_it_names_the_lines_it_took_so_that_they_are_no_prose(case):
    imprint = imprint_of(case)
    given_lines = {text for part in ("front", "body", "back") for text in case.get(part, [])}
    given_lines.add(imprint.title or "")  # a running head repeats a broken title on one line
    assert {line.replace(" ", "") for line in imprint.used} <= {line.replace(" ", "") for line in given_lines}
    assert bool(imprint.used) == bool(imprint.title or imprint.date)


@pytest.mark.parametrize(
    "printed",
    [
        ["桐溪县", "人民政府", "2023年政府信息公开工作年度报告"],
        ["桐溪县", "人民政府2023年政府信息公开工作年度报告"],
        ["桐溪县人民", "政府2023年政府信息公开工作年度报告"],
        ["桐溪县人民政", "府2023年政府信息公开工作年度报告"],
        ["桐溪", "县人民政府2023年政府信息公开工作年度报告"],
    ],
)
def test_it_reads_an_issuer_that_a_title_breaks_in_two(printed):
    imprint = read_imprint(lines(["网站首页", *printed]), [], [])
    assert (imprint.issuer, imprint.year) == ("桐溪县人民政府", 2023)
    assert imprint.title == "".join(printed)


def test_it_adds_no_line_above_to_a_title_that_names_its_issuer():
    imprint = read_imprint(lines(["桐溪县", "教育局2023年政府信息公开工作年度报告"]), [], [])
    assert imprint.issuer == "教育局"


@pytest.mark.parametrize(
    ("signature", "count"),
    [
        ("桐溪县住房和城乡建设局", 0),
        ("桐溪县住建局", 0),
        ("桐溪县住建局办公室", 0),
        ("桐溪县教育局", 1),
        ("松岭县住建局", 1),
    ],
)
def test_it_doubts_a_signature_of_another_body_than_the_titles(signature, count):
    imprint = read_imprint(lines(["桐溪县住建局2023年政府信息公开工作年度报告"]), [], lines([signature]))
    assert imprint.issuer == signature
    assert [finding.code for finding in imprint.doubts] == ["structure.second_report"] * count


def scanned(title, signature):
    """The imprint of a scan, by two names with their confidence."""
    (titled, one), (signed, other) = title, signature
    front = [Line(f"{titled}2023年政府信息公开工作年度报告", confidence=one)]
    return read_imprint(front, [], [Line(signed, confidence=other)])


@pytest.mark.parametrize(
    ("title", "signature", "issuer"),
    [
        (("框钵县教育局", 0.55), ("榧钵县教育局", 0.99), "榧钵县教育局"),
        (("榧钵县教育局", 0.98), ("框钵县教育局", 0.9), "榧钵县教育局"),
        (("榧钵县人民政府", 0.98), ("框钵县人民政府办公室", 0.6), "榧钵县人民政府办公室"),
        (("框钵县教育局", 0.6), ("榧钵县教育局", 0.6), "榧钵县教育局"),
        (("框钵县教育局", 0.6), ("榧钵县教育局", 0.79), "榧钵县教育局"),
    ],
)
def test_two_readings_of_one_name_on_a_scan_are_one_body_and_the_surer_is_given(title, signature, issuer):
    imprint = scanned(title, signature)
    assert imprint.issuer == issuer
    assert [finding.code for finding in imprint.doubts] == ["reading.name"]


@pytest.mark.parametrize(("one", "other"), [(0.6, 0.98), (0.98, 0.6)])
def test_a_name_read_surely_in_one_place_is_sure(one, other):
    imprint = scanned(("榧钵县教育局", one), ("榧钵县教育局", other))
    assert imprint.issuer == "榧钵县教育局"
    assert not imprint.doubts


def test_a_name_that_no_place_shows_surely_is_a_doubt():
    unsure = [
        scanned(("湘钵县教育局", 0.95), ("湘钵县教育局", 0.9)),
        read_imprint([Line("湘钵县教育局2023年政府信息公开工作年度报告", confidence=0.95)], [], []),
        read_imprint(
            [Line("政府信息公开工作年度报告", confidence=0.99)], [], [Line("湘钵县教育局", confidence=0.95)]
        ),
    ]
    for imprint in unsure:
        assert imprint.issuer == "湘钵县教育局"
        assert [finding.code for finding in imprint.doubts] == ["reading.name"]


@pytest.mark.parametrize(
    ("title", "signature"),
    [
        (("东桐县教育局", 0.99), ("西桐县教育局", 0.98)),  # both surely read
        (("桐溪县教育局", 0.6), ("松岭县教育局", 0.6)),  # two characters are no misreading
        (("桐溪县教育局", 0.6), ("桐溪县体育总局", 0.6)),
        (("东桐县教育局", 1.0), ("西桐县教育局", 1.0)),  # as stored
    ],
)
def test_names_that_differ_as_no_misreading_does_are_two_bodies(title, signature):
    imprint = scanned(title, signature)
    assert imprint.issuer == signature[0]
    assert [finding.code for finding in imprint.doubts] == ["structure.second_report"]


def test_of_two_dates_the_last_is_the_reports():
    imprint = read_imprint([], [], lines(["2023年12月1日", "桐溪镇人民政府", "2024年1月9日"]))
    assert imprint.date == "2024-01-09"


@pytest.mark.parametrize(
    "printed",
    [
        ["二〇二四年一月", "十日"],
        ["2024年1月", "10日"],
        ["2024年", "1月10日"],
        ["二〇二四年", "一月", "十日"],
    ],
)
def test_it_reads_a_date_printed_on_several_lines(printed):
    imprint = read_imprint([], [], lines(["特此报告。", "桐溪镇人民政府", *printed]))
    assert imprint.date == "2024-01-10"
    assert set(printed) < imprint.used


def test_it_puts_no_date_together_from_lines_that_say_more():
    imprint = read_imprint([], [], lines(["截至2024年1月", "10日"]))
    assert imprint.date is None


@given(st.integers(2008, 2035), st.integers(1, 12), st.integers(1, 31))
def test_any_closing_date_is_read(year, month, day):
    imprint = read_imprint([], [], lines([f"{year}年{month}月{day}日"]))
    assert imprint.date == f"{year:04}-{month:02}-{day:02}"


def test_a_report_that_states_nothing_has_no_imprint():
    imprint = read_imprint([], lines(["我镇未收到申请。"]), lines(["无。"]))
    assert (imprint.title, imprint.issuer, imprint.year, imprint.date, imprint.used) == (
        None,
        None,
        None,
        None,
        frozenset(),
    )
