"""The measurement of scans counts what it says it counts."""

from dataclasses import replace
from decimal import Decimal

import pytest

from benchmarks import reliability, scan_peers, scans
from document import Source
from findings import Finding
from report import Report, Trust, Value
from samples import scan
from samples.reports import invent
from samples.scan_layout import setting

SAMPLE = invent(5, edition="2021", zero=False, blanks="zero")
BLANK = invent(5, edition="2021", zero=False, blanks="blank")
SOURCE = Source(name="x", sha256="0", bytes=1, kind="image")


def report_of(sample, *, status="review", reasons=(), **numbers):
    """Return a report with the sample's own numbers but for those named (with `__` for a dot)."""
    said = {**sample.numbers, **{name.replace("__", "."): number for name, number in numbers.items()}}
    values = {
        name: Value(id=name, number=number, status="blank" if number is None else "printed", confidence=0.9)
        for name, number in said.items()
    }
    return Report(
        source=SOURCE, edition=sample.edition, values=values, trust=Trust(status=status, reasons=reasons)
    )


def judged(sample, report):
    case = scans.Case(level="scan200", seed=5, sample=sample, data=b"", pages=2)
    answer = {"report": report, "seconds": 3.0, "memory": 400}
    return scans.judge(case, answer, tables_only=True)


def test_a_report_that_says_what_is_printed_is_exact():
    outcome = judged(SAMPLE, report_of(SAMPLE, status="verified"))
    assert (outcome.exact, outcome.wrong, outcome.missing, outcome.verified) == (200, 0, 0, True)
    assert outcome.verified_values == 200
    assert outcome.seconds == [1.5]
    assert outcome.pairs == [(0.9, True)] * 200
    assert outcome.failures == []


def test_another_number_is_wrong_and_weighs_more_in_a_verified_report():
    name = next(name for name, number in SAMPLE.numbers.items() if number)
    wrong = {name.replace(".", "__"): SAMPLE.numbers[name] + 1}
    assert judged(SAMPLE, report_of(SAMPLE, **wrong)).wrong_verified == 0
    outcome = judged(SAMPLE, report_of(SAMPLE, status="verified", **wrong))
    assert (outcome.wrong, outcome.wrong_verified, outcome.exact) == (1, 1, 199)
    assert outcome.pairs.count((0.9, False)) == 1


def test_a_lone_zero_without_a_number_is_lost_and_missing():
    name = next(name for name, text in SAMPLE.texts.items() if text == "0")
    outcome = judged(SAMPLE, report_of(SAMPLE, **{name.replace(".", "__"): None}))
    assert (outcome.missing, outcome.lost_zeros, outcome.wrong) == (1, 1, 0)
    assert outcome.zeros == sum(text == "0" for text in SAMPLE.texts.values())


def test_a_figure_where_nothing_is_printed_is_wrong():
    name = next(name for name, number in BLANK.numbers.items() if number is None)
    outcome = judged(BLANK, report_of(BLANK, **{name.replace(".", "__"): 0}))
    assert (outcome.wrong, outcome.from_blank, outcome.missing) == (1, 1, 0)


def test_values_named_by_a_reason_are_doubted_and_an_unverified_report_says_why():
    reasons = (Finding(code="reading.unsure", message="not sure", at=tuple(SAMPLE.numbers)[:3]),)
    outcome = judged(SAMPLE, report_of(SAMPLE, reasons=reasons))
    assert outcome.doubted == 3
    assert outcome.failures == ["scan200 5: reading.unsure (3): not sure"]


def test_a_file_that_cannot_be_read_is_all_missing():
    case = scans.Case(level="scan200", seed=5, sample=SAMPLE, data=b"", pages=2)
    outcome = scans.judge(case, {"error": "broken"}, tables_only=True)
    assert (outcome.failed, outcome.missing, outcome.exact) == (1, 200, 0)


def test_prose_errors_are_edits_of_the_printed_characters():
    printed = sum(len("".join("".join(paragraphs).split())) for _, _, paragraphs in SAMPLE.sections)
    case = scans.Case(level="scan200", seed=5, sample=SAMPLE, data=b"", pages=2)
    answer = {"report": report_of(SAMPLE), "seconds": 1.0, "memory": 1}
    outcome = scans.judge(case, answer, tables_only=False)
    assert (outcome.characters, outcome.errors) == (printed, printed)  # nothing was read


def test_what_fell_below_its_floor_is_named():
    outcome = judged(SAMPLE, report_of(SAMPLE, status="verified"))
    floors = scans.floors_of({("scan200", "zero"): outcome})
    assert scans.fallen(floors, floors) == []
    worse = {name: {**counts, "wrong": 1, "exact": 199} for name, counts in floors.items()}
    assert scans.fallen(worse, floors) == [
        "scan200 zero: exact was 200 and is 199",
        "scan200 zero: wrong was 0 and is 1",
    ]
    other = {name: {**counts, "reports": 2} for name, counts in floors.items()}
    assert scans.fallen(other, floors)[0].startswith("scan200 zero: no floor for these reports")


@pytest.fixture(scope="module")
def page():
    how = setting(5, packaged_only=True, tables_only=True)
    return scan.scanned(SAMPLE, level="scan100", seed=5, how=how)[0]


def test_others_are_scored_on_what_lies_inside_each_true_cell(page):
    boxes = [box for box in page.page.cells if box.cell.is_value]
    pieces = []
    for box in boxes:
        left, top = page.corners(box).min(axis=0).tolist()
        right, bottom = page.corners(box).max(axis=0).tolist()
        pieces.append((left + 2, top + 2, right - 2, bottom - 2, f" {box.cell.text}"))
    score = scan_peers.Score()
    score.take(page, pieces)
    assert (score.exact, score.wrong, score.missing) == (len(boxes), 0, 0)
    zeros = sum(box.cell.text == "0" for box in boxes)
    score = scan_peers.Score()
    score.take(page, [(*piece[:4], "8") if piece[4] == " 0" else piece for piece in pieces[1:]])
    assert score.wrong == zeros - (boxes[0].cell.text == "0")
    assert score.missing == 1
    score.take(page, None)
    assert (score.failed, score.missing) == (1, len(boxes) + 1)


def test_gouji_is_scored_on_value_ids():
    numbers = {name: None if number is None else str(number) for name, number in SAMPLE.numbers.items()}
    amount = next(name for name, number in SAMPLE.numbers.items() if isinstance(number, Decimal))
    numbers[amount] = f"{Decimal(numbers[amount]):.4f}"  # the same amount, written longer
    score = scan_peers.Score()
    score.take_report(SAMPLE, numbers)
    assert (score.exact, score.cells) == (200, 200)
    score.take_report(replace(SAMPLE), None)
    assert (score.exact, score.missing, score.failed) == (200, 200, 1)


def test_bins_of_confidence_hold_every_figure_once():
    pairs = [(1.0, True)] * 30 + [(0.9995, True)] * 10 + [(0.95, False), (0.95, True), (0.0, False)]
    found = reliability.bins(pairs)
    assert sum(one.count for one in found) == len(pairs)
    assert [(one.count, one.wrong) for one in found] == [(1, 1), (2, 1), (10, 0), (30, 0)]
    assert found[-1].rate == pytest.approx(0.1)  # none of 30: below 3/30
    assert reliability.draw(found).size == (reliability.WIDTH, reliability.HEIGHT)
