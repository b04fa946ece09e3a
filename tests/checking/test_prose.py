"""What running text surely says of the tables; what it says of anything else is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checking.figures import number_of
from checking.prose import claims
from tests.cases import params

NAMES = {
    "requests.received.total": "received",
    "requests.carried_in.total": "carried_in",
    "requests.carried_out.total": "carried_out",
    "requests.results.granted.total": "granted",
    "requests.results.partial.total": "partial",
    "requests.results.denied.state_secret.total": "denied",
    "requests.results.unavailable.not_held.total": "unavailable",
    "requests.results.not_processed.petition.total": "not_processed",
    "disputes.reconsideration.total": "reconsideration",
    "disputes.litigation.direct.total": "litigation",
    "proactive.normative_documents.issued": "issued",
    "proactive.normative_documents.repealed": "repealed",
    "proactive.normative_documents.in_force": "in_force",
    "proactive.licensing.decisions": "licensing",
}


def said(*texts: str, section: str = "overview", year: int | None = 2024, edition: str = "2021"):
    found = claims([(section, texts)], year, edition, "砚篱县教育局")
    return sorted((NAMES.get(claim.rows[0][0], claim.rows[0][0]), claim.number) for claim in found)


@pytest.mark.parametrize("case", params("claims"))
def test_it_takes_a_figure_for_what_its_words_surely_say(case):
    wanted = sorted(tuple(one) for one in case.get("says", []))
    assert said(case["text"], section=case.get("section", "overview")) == wanted


def test_a_sentence_may_be_in_the_table_of_requests_and_name_them_no_further():
    assert said("本年度收到申请5件，上年结转0件。", section="requests") == [
        ("carried_in", 0),
        ("received", 5),
    ]
    assert said("本年度收到申请5件，上年结转0件。") == []


def test_the_2019_form_has_no_repeals_and_calls_issuing_by_another_name():
    assert said("制发行政规范性文件3件，废止规范性文件2件。", edition="2019") == [
        ("proactive.normative_documents.made", 3)
    ]


def test_without_a_year_of_the_report_no_named_year_is_its_own():
    assert said("2024年，我局收到政府信息公开申请12件。", year=None) == []
    assert said("本年度收到政府信息公开申请12件。", year=None) == [("received", 12)]


def test_more_than_two_figures_for_one_thing_are_a_list_of_parts():
    two = ("收到政府信息公开申请12件。", "收到政府信息公开申请11件。")
    assert [number for _, number in said(*two)] == [11, 12]
    assert said(*two, "收到政府信息公开申请3件。") == []


def test_the_quotation_is_what_the_text_says():
    (claim,) = claims(
        [("overview", ("砚篱县教育局共收到政府信息公开申请十二件。",))], 2024, "2021", "砚篱县教育局"
    )
    assert claim.quote == "砚篱县教育局共收到政府信息公开申请十二件"


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("零", 0),
        ("十", 10),
        ("二十一", 21),
        ("一百零五", 105),
        ("一百二十", 120),
        ("两千零五", 2005),
        ("三万", 30000),
        ("一万二千三百四十五", 12345),
        ("1,234", 1234),
        ("二三", None),
        ("十百", None),
        ("一二三", None),
    ],
)
def test_it_reads_figures_in_words(words: str, number: int | None):
    assert number_of(words) == number


@given(
    st.text(
        alphabet="收到政府信息公开申请其中上年结转行政复议诉讼件一二十0123456789，。（）、我局共本年度的",
        max_size=120,
    )
)
def test_any_text_is_read_in_the_time_its_length_allows(text: str):
    claims([("requests", (text,))], 2024, "2021", "我局")
