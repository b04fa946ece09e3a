"""Sums may confirm or choose digits that were not surely read; they never bring in or overrule any."""

from __future__ import annotations

from dataclasses import replace

import pytest

from document import Document, Grid, Reading
from normalize import normalize
from report import Report
from samples.reports import invent
from tests.normalize.forms import codes
from tests.normalize.scans import read, recognised, shown, with_text


def normalized(texts: dict[str, str], **unsure: tuple[Reading, ...]) -> Report:
    return normalize(recognised(texts, {name.replace("__", "."): what for name, what in unsure.items()}))


SUMMED = "requests__received__business"  # in the balance of its column and the sum of its row
NAME = SUMMED.replace("__", ".")
UNSUMMED = "proactive__licensing__decisions"


def other(text: str) -> str:
    return str(int(text) + 6)


def test_a_surely_read_report_is_verified() -> None:
    report = normalized(shown())
    assert report.trust.status == "verified"
    assert {value.how for value in report.values.values()} == {"recognised"}


def test_sums_confirm_what_was_read_with_doubt() -> None:
    texts = shown()
    report = normalized(texts, **{SUMMED: (read(texts[NAME], other(texts[NAME])),)})
    value = report.values[NAME]
    assert (report.trust.status, value.number, value.how) == ("verified", int(texts[NAME]), "recognised")
    assert value.confidence > 0.999


def test_sums_choose_among_the_candidates_of_a_misread_figure() -> None:
    texts = shown()
    misread = read(other(texts[NAME]), texts[NAME])
    report = normalized(texts, **{SUMMED: (misread, read(texts[NAME], engine="two"))})
    value = report.values[NAME]
    assert (value.number, value.how, value.text) == (int(texts[NAME]), "resolved", texts[NAME])
    assert value.readings == (("one", other(texts[NAME])), ("two", texts[NAME]))
    (reason,) = report.trust.reasons
    assert (report.trust.status, reason.code, reason.at) == ("review", "reading.resolved", (NAME,))


def test_a_number_that_no_engine_read_is_never_brought_in() -> None:
    texts = shown()
    wrong = other(texts[NAME])
    report = normalized(texts, **{SUMMED: (read(wrong, str(int(wrong) + 1)),)})
    assert report.values[NAME].number == int(wrong)
    assert {"reading.unsure", "reading.sum"} <= codes(report)
    assert "source.sum" not in codes(report)


def test_a_misprint_that_was_surely_read_is_the_agencys_own() -> None:
    texts = shown()
    printed = {**texts, NAME: other(texts[NAME])}
    report = normalized(printed)
    assert report.values[NAME].number == int(printed[NAME])
    assert codes(report) == {"source.sum"}


def test_two_misread_figures_that_could_be_mended_in_two_ways_are_left() -> None:
    texts = shown(zero=True)
    row = "requests.received"
    total, first, second = f"{row}.total", f"{row}.natural_person", f"{row}.business"
    assert {total, first, second} <= set(texts)
    # The balance of each column holds with 0 only; so only the candidates 0 can be chosen.
    report = normalized(
        texts, **{total.replace(".", "__"): (read("1", "0"),), first.replace(".", "__"): (read("1", "0"),)}
    )
    assert report.values[total].number == 0
    # In a table whose balance is unread nothing tells the two choices apart.
    unread = {f"requests.carried_in.{column}": "x" for column in ("total", "natural_person")}
    report = normalized(
        {**texts, **unread},
        **{total.replace(".", "__"): (read("1", "0"),), first.replace(".", "__"): (read("1", "0"),)},
    )
    assert report.values[total].number == 1
    assert {total, first} <= {name for reason in report.trust.reasons for name in reason.at}


def test_a_figure_that_may_well_be_wrong_is_no_number() -> None:
    texts = shown()
    name = UNSUMMED.replace("__", ".")
    document = recognised(texts, {name: (read(texts[name]), read("/", engine="two"))})
    blocks = [_less_sure(block) if isinstance(block, Grid) else block for block in document.blocks]
    value = normalize(replace(document, blocks=tuple(blocks))).values[name]
    assert (value.number, value.status, value.text) == (None, "unreadable", texts[name])
    assert value.readings == (("one", texts[name]), ("two", "/"))


def _less_sure(grid: Grid) -> Grid:
    cells = tuple(replace(cell, confidence=0.6) if cell.confidence < 0.95 else cell for cell in grid.cells)
    return Grid(row_count=grid.row_count, column_count=grid.column_count, cells=cells)


def test_a_figure_outside_all_sums_stays_unsure() -> None:
    texts = shown()
    name = UNSUMMED.replace("__", ".")
    assert name in texts
    report = normalized(texts, **{UNSUMMED: (read(texts[name]),)})
    (reason,) = report.trust.reasons
    assert (report.trust.status, reason.code, reason.at) == ("review", "reading.unsure", (name,))


def _sure(grid: Grid) -> Grid:
    cells = tuple(replace(cell, confidence=0.9995) if cell.confidence < 0.95 else cell for cell in grid.cells)
    return Grid(row_count=grid.row_count, column_count=grid.column_count, cells=cells)


@pytest.mark.parametrize(
    ("name", "is_further", "status"),
    [
        ("proactive.licensing.decisions", True, "verified"),
        ("proactive.fees.amount", False, "verified"),
        ("proactive.fees.amount", True, "review"),
    ],
)
def test_further_readings_do_not_prove_that_no_point_was_lost(
    name: str,
    is_further: bool,  # noqa: FBT001  # a case of the test
    status: str,
) -> None:
    texts = shown()
    third = replace(read(texts[name], engine="three"), is_further=is_further)
    readings = (read(texts[name]), read(texts[name], engine="two"), third)
    document = recognised(texts, {name: readings})
    blocks = [_sure(block) if isinstance(block, Grid) else block for block in document.blocks]
    report = normalize(replace(document, blocks=tuple(blocks)))
    assert report.trust.status == status
    assert codes(report) == ({"reading.unsure"} if status == "review" else set())


@pytest.mark.parametrize(("text", "status"), [("-7", "verified"), ("7", "review")])
def test_a_figure_that_shows_its_sign_has_lost_none(text: str, status: str) -> None:
    name = "proactive.licensing.change"
    texts = {**invent(3, edition="2019", blanks="zero").texts, name: text}
    third = replace(read(text, engine="three"), is_further=True)
    document = recognised(texts, {name: (read(text), read(text, engine="two"), third)}, edition="2019")
    blocks = [_sure(block) if isinstance(block, Grid) else block for block in document.blocks]
    report = normalize(replace(document, blocks=tuple(blocks)))
    assert (report.values[name].number, report.trust.status) == (int(text), status)


def test_a_mark_for_none_has_no_sign_to_lose() -> None:
    texts = {name: "—" if text == "0" else text for name, text in shown(zero=True).items()}
    name = "proactive.fees.amount"
    readings = (read("—"), read("—", engine="two"), replace(read("—", engine="three"), is_further=True))
    document = recognised(texts, {name: readings})
    blocks = [_sure(block) if isinstance(block, Grid) else block for block in document.blocks]
    assert normalize(replace(document, blocks=tuple(blocks))).trust.status == "verified"


def test_a_mark_among_printed_zeros_of_a_scan_may_be_what_is_left_of_one() -> None:
    texts = shown(zero=True)
    name = UNSUMMED.replace("__", ".")
    report = normalized({**texts, name: "—"})
    (reason,) = report.trust.reasons
    assert (report.trust.status, reason.code, reason.at) == ("review", "structure.lone_blank", (name,))
    marks = {value: "—" if text == "0" else text for value, text in texts.items()}
    assert normalized(marks).trust.status == "verified"


def test_a_mark_among_blanks_of_a_scan_may_be_what_is_left_of_a_figure() -> None:
    texts = {value: "" if text == "0" else text for value, text in shown().items()}
    name = next(value for value, text in texts.items() if value.startswith("proactive") and text)
    report = normalized({**texts, name: "—"})
    found = [reason for reason in report.trust.reasons if reason.code == "structure.lone_blank"]
    assert report.trust.status == "review"
    assert name in found[-1].at


@pytest.mark.parametrize("name", [SUMMED, UNSUMMED])
def test_no_sum_tells_an_unsure_blank_from_a_zero(name: str) -> None:
    texts = {value: "" if text == "0" else text for value, text in shown(zero=True).items()}
    report = normalized(texts, **{name: (Reading(engine="one", text="", confidence=0.5),)})
    assert report.values[name.replace("__", ".")].number is None
    assert "reading.unsure" in codes(report)


def test_a_text_put_together_from_two_cells_is_not_what_their_engines_read() -> None:
    texts = shown()
    document = recognised(texts, {})
    name = UNSUMMED.replace("__", ".")
    blocks = [
        with_text(block, texts[name], f"{texts[name]}1") if isinstance(block, Grid) else block
        for block in document.blocks
    ]
    report = normalize(replace(document, blocks=tuple(blocks)))
    assert "reading.unsure" in codes(report)


def test_two_unsure_figures_of_one_sum_settle_nothing() -> None:
    """The same glyph is misread alike in every place, and such errors cancel."""
    texts = dict.fromkeys(shown(zero=True), "0")
    row, total = "disputes.reconsideration.upheld", "disputes.reconsideration.total"
    misread = (Reading(engine="one", text="1", confidence=0.9),)
    report = normalize(recognised({**texts, row: "7", total: "7"}, {row: misread, total: misread}))
    assert report.trust.status == "review"
    assert {row, total} == {name for reason in report.trust.reasons for name in reason.at}


def nearly(text: str, confidence: float = 0.997) -> tuple[Reading, ...]:
    """Return what two engines read alike in a cell, hardly less than surely."""
    return tuple(Reading(engine=engine, text=text, confidence=confidence) for engine in ("one", "two"))


def of_one_row(texts: dict[str, str], unsure: dict[str, str], confidence: float = 0.997) -> Report:
    """Return a report in which the given figures were read so surely and no surer."""
    readings = {name: nearly(text, confidence) for name, text in unsure.items()}
    return normalize(_at(recognised(texts, readings), 0.9, confidence))


def _at(document: Document, old: float, new: float) -> Document:
    """Return a document in which all cells of one confidence have another."""
    blocks = [
        Grid(
            row_count=block.row_count,
            column_count=block.column_count,
            cells=tuple(
                replace(cell, confidence=new) if cell.confidence == old else cell for cell in block.cells
            ),
        )
        if isinstance(block, Grid)
        else block
        for block in document.blocks
    ]
    return replace(document, blocks=tuple(blocks))


@pytest.mark.parametrize(("share", "is_doubted"), [(0.25, False), (0.35, True)])
def test_a_figure_of_a_worn_report_has_to_be_surer(share: float, is_doubted: bool) -> None:  # noqa: FBT001
    texts = dict.fromkeys(shown(zero=True), "0")
    names = sorted(set(texts) - {UNSUMMED.replace("__", ".")})
    unsure = {name: nearly("0") for name in names[: round(share * len(texts))]}
    document = recognised(texts, unsure)
    report = normalize(_at(document, 0.9999, 0.9995))
    told = {name for reason in report.trust.reasons for name in reason.at}
    assert (UNSUMMED.replace("__", ".") in told) is is_doubted


def test_blank_cells_do_not_tell_that_a_report_is_not_worn() -> None:
    texts = dict.fromkeys(shown(zero=True), "")
    figures = dict.fromkeys(sorted(name for name in texts if name.startswith("proactive"))[:5], "7")
    unsure = {name: nearly("7") for name in list(figures)[:2]}
    report = normalize(_at(_at(recognised({**texts, **figures}, unsure), 0.9999, 0.9995), 0.9, 0.997))
    assert set(figures) <= {name for reason in report.trust.reasons for name in reason.at}


TOTAL = "disputes.reconsideration.total"
APPEALS = tuple(f"disputes.reconsideration.{one}" for one in ("upheld", "corrected", "other", "pending"))


@pytest.mark.parametrize("confidence", [0.997, 0.9955])
def test_nearly_sure_figures_of_a_sum_that_holds_bear_each_other_out(confidence: float) -> None:
    texts = dict.fromkeys(shown(zero=True), "0")
    report = of_one_row(texts, dict.fromkeys(APPEALS[:3], "0"), confidence)
    assert (report.trust.status, report.trust.reasons) == ("verified", ())
    assert all(report.values[name].confidence > 0.999 for name in APPEALS[:3])


@pytest.mark.parametrize(
    ("unsure", "confidence"),
    [
        (dict.fromkeys(APPEALS, "0"), 0.998),  # too many of them
        (dict.fromkeys(APPEALS[:3], "0"), 0.9945),  # too much doubt together
        (dict.fromkeys(APPEALS[:2], "0"), 0.992),
        ({APPEALS[0]: "7", APPEALS[1]: "0"}, 0.997),  # the sum does not hold
        ({APPEALS[0]: "7", TOTAL: "7"}, 0.997),  # both may be the same glyph, misread
        ({APPEALS[0]: "0", TOTAL: "0"}, 0.997),
        ({APPEALS[0]: "", APPEALS[1]: ""}, 0.997),  # no sum tells a blank
    ],
)
def test_figures_that_may_err_together_bear_nothing_out(unsure: dict[str, str], confidence: float) -> None:
    report = of_one_row(dict.fromkeys(shown(zero=True), "0"), unsure, confidence)
    assert report.trust.status == "review"
    told = {name for reason in report.trust.reasons if reason.code == "reading.unsure" for name in reason.at}
    assert told == set(unsure)


def test_figures_that_another_sum_speaks_against_bear_nothing_out() -> None:
    """The row of two holds, and the column of one of them, all its others sure, does not.

    The other one's column is left unsure as well, so that no sum settles it alone.
    """
    row, results = "requests.received", "requests.results"
    texts = dict.fromkeys(shown(zero=True), "0") | {f"{row}.total": "7", f"{results}.total.total": "5"}
    pair = {f"{row}.business": "7", f"{row}.research": "0"}
    others = ("total.research", "granted.research", "granted.total")
    report = of_one_row(texts, pair | dict.fromkeys((f"{results}.{one}" for one in others), "0"))
    told = {name for reason in report.trust.reasons if reason.code == "reading.unsure" for name in reason.at}
    assert set(pair) <= told


@pytest.mark.parametrize(
    "further",
    [
        Reading(engine="three", text="7", confidence=0.999, is_further=True),  # a dissenting reader
        Reading(
            engine="alike", text="7", confidence=0.5, candidates=(("7", 0.5), ("0", 0.5)), is_further=True
        ),
    ],
)
def test_figures_that_a_reading_speaks_against_bear_nothing_out(further: Reading) -> None:
    texts = dict.fromkeys(shown(zero=True), "0")
    unsure = {APPEALS[0]: (*nearly("0"), further), APPEALS[1]: nearly("0")}
    report = normalize(_at(recognised(texts, unsure), 0.9, 0.997))
    assert report.trust.status == "review"


def test_figures_that_may_be_others_with_the_same_sum_bear_nothing_out() -> None:
    texts = {**dict.fromkeys(shown(zero=True), "0"), TOTAL: "7"}
    one = tuple(replace(each, candidates=(("7", 0.997), ("0", 0.002))) for each in nearly("7"))
    other_one = tuple(replace(each, candidates=(("0", 0.997), ("7", 0.002))) for each in nearly("0"))
    report = normalize(_at(recognised(texts, {APPEALS[0]: one, APPEALS[1]: other_one}), 0.9, 0.997))
    assert report.trust.status == "review"
    alone = normalize(_at(recognised(texts, {APPEALS[0]: nearly("7"), APPEALS[1]: nearly("0")}), 0.9, 0.997))
    assert alone.trust.status == "verified"


def test_figures_of_a_worn_report_bear_nothing_out() -> None:
    texts = dict.fromkeys(shown(zero=True), "0")
    summed = {name for name in texts if name.startswith("disputes")}
    worn = {name: nearly("0", 0.99) for name in sorted(set(texts) - summed)[:70]}
    pair = {name: nearly("0") for name in APPEALS[:2]}
    document = _at(recognised(texts, {**worn, **pair}), 0.9, 0.997)
    told = {name for reason in normalize(document).trust.reasons for name in reason.at}
    assert set(pair) <= told


@pytest.mark.parametrize("further", [False, True])
def test_no_sum_overrules_what_both_engines_read(further: bool) -> None:  # noqa: FBT001
    """The agency's own sum fails; among the candidates is a figure with which it would hold."""
    texts = shown()
    wrong = other(texts[NAME])
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in wrong)
    alike = (read(wrong, texts[NAME]), read(wide, texts[NAME], engine="two"))
    third = replace(read(texts[NAME], engine="three"), is_further=True)
    report = normalized(texts, **{SUMMED: (*alike, third) if further else alike})
    assert report.values[NAME].number == int(wrong)
    assert {"reading.unsure", "reading.sum"} <= codes(report)


def test_a_settled_figure_settles_the_next_one() -> None:
    texts = dict.fromkeys(shown(zero=True), "0")
    one, other = "requests.received.total", "requests.received.business"
    report = normalize(recognised(texts, {one: (read("8", "0"),), other: (read("8", "0"),)}))
    assert (report.values[one].number, report.values[other].number) == (0, 0)
    assert codes(report) == {"reading.resolved"}
