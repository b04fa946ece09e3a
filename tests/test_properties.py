"""What holds for every report, seen through reports that nobody wrote (samples/) and their known truth."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from converters import convert
from normalize import normalize
from report import Report, evidence_to_json, from_json, to_json
from samples import shifts, text, word
from samples.reports import Sample, invent, with_extra_rows
from standards import EDITIONS, load
from tests.normalize.forms import form

SEEDS = st.integers(0, 10**6)
STYLES = st.sampled_from(
    [
        {"blanks": "zero"},
        {"blanks": "zero", "zero": True},
        {"blanks": "blank"},
        {"blanks": "mark"},
        {"markers": True},
        {"label_noise": 0.2},
    ]
)
# Blank cells and row ends survive in these, or what stands for them does.
KEEPS_ALL = ("P2", "P3", "P13", "markdown")


def from_word(sample: Sample, **options: object) -> Report:
    return normalize(convert(word.draw(sample, **options), name="年报.docx"))


def from_text(sample: Sample, flattening: str, **options: object) -> tuple[Report, text.Flattened]:
    flat = text.draw(sample, flattening=flattening, **options)
    return normalize(convert(flat.data, name="年报.txt")), flat


def wrong(report: Report, sample: Sample) -> dict[str, tuple[object, object]]:
    """Return value id -> (what was read, what is printed), for what was read as another number."""
    return {
        value.id: (value.number, sample.numbers[value.id])
        for value in report.values.values()
        if value.number is not None and value.number != sample.numbers[value.id]
    }


def numbers(report: Report) -> dict[str, object]:
    return {value.id: value.number for value in report.values.values()}


def missing(report: Report, sample: Sample, names: frozenset[str] | None = None) -> set[str]:
    wanted = sample.numbers if names is None else names
    return {
        name for name in wanted if sample.numbers[name] is not None and report.values[name].number is None
    }


# --- the form --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lost_layout", [False, True])
@pytest.mark.parametrize("edition", EDITIONS)
@given(data=st.data())
@settings(max_examples=15)
def test_what_is_drawn_into_the_form_is_read_out_of_it(edition, lost_layout, data):
    ids = load(edition).value_ids
    drawn = data.draw(st.lists(st.integers(0, 99999), min_size=len(ids), max_size=len(ids)))
    filled = dict(zip(ids, drawn, strict=True))
    report = normalize(
        form(edition, {name: str(number) for name, number in filled.items()}, lost_layout=lost_layout)
    )
    assert numbers(report) == filled


@given(SEEDS, st.sampled_from(EDITIONS), st.sampled_from(word.VARIANTS), STYLES)
@settings(max_examples=60)
def test_every_word_report_is_read_exactly(seed, edition, variant, style):
    sample = invent(seed, edition=edition, **style)
    if variant == "extra-rows":
        sample = with_extra_rows(sample, seed)
    report = from_word(sample, variant=variant, seed=seed)
    assert wrong(report, sample) == {}
    assert missing(report, sample) == set()


# --- lost layouts ----------------------------------------------------------------------------------------


@given(SEEDS, st.sampled_from(text.FLATTENINGS), STYLES)
@settings(max_examples=120)
def test_flattened_in_any_way_it_gives_the_same_value_or_none(seed, flattening, style):
    sample = invent(seed, **style)
    report, _ = from_text(sample, flattening, seed=seed)
    assert wrong(report, sample) == {}
    assert all((value.status == "printed") == (value.number is not None) for value in report.values.values())


@pytest.mark.parametrize(
    ("seed", "options"),
    [
        pytest.param(121, {"markers": True}, id="a thousands separator does not end the label"),
        pytest.param(
            452490,
            {"label_noise": 0.2},
            id="the unit of two heads that were taken apart",
        ),
    ],
)
def test_figures_glued_to_their_labels_are_read_whole_or_not_at_all(seed, options):
    sample = invent(seed, **options)
    report, _ = from_text(sample, "P12", seed=seed)
    assert wrong(report, sample) == {}


@given(SEEDS, st.sampled_from(text.FLATTENINGS), STYLES, st.floats(0, 1))
@settings(max_examples=120)
def test_however_damaged_no_verified_report_holds_another_value(seed, flattening, style, damage):
    sample = invent(seed, **style)
    report, _ = from_text(sample, flattening, seed=seed, damage=damage)
    assert report.trust.status != "verified" or wrong(report, sample) == {}


@pytest.mark.parametrize("flattening", KEEPS_ALL)
@given(seed=SEEDS, style=STYLES.filter(lambda style: "markers" not in style))  # a wide figure may be broken
@settings(max_examples=15)
def test_what_a_careful_reader_could_recover_is_recovered(flattening, seed, style):
    sample = invent(seed, **style)
    report, flat = from_text(sample, flattening, seed=seed)
    assert missing(report, sample, flat.recoverable) == set()


@given(SEEDS, st.sampled_from(text.FLATTENINGS))
@settings(max_examples=40)
def test_every_value_that_is_none_is_named_in_a_reason(seed, flattening):
    report, _ = from_text(invent(seed, blanks="zero"), flattening, seed=seed, damage=0.5)
    named = {name for reason in report.trust.reasons for name in reason.at}
    none = {value.id for value in report.values.values() if value.status not in ("printed", "blank")}
    assert none <= named


# --- pages and labels ------------------------------------------------------------------------------------


@given(SEEDS, st.sampled_from(EDITIONS), st.sampled_from(["split", "split-head"]), STYLES)
@settings(max_examples=25)
def test_a_word_table_cut_over_pages_gives_the_same_values(seed, edition, variant, style):
    sample = invent(seed, edition=edition, **style)
    whole, cut = from_word(sample), from_word(sample, variant=variant, seed=seed)
    assert numbers(cut) == numbers(whole)
    assert (cut.edition, cut.year, cut.issuer, cut.sections) == (
        whole.edition,
        whole.year,
        whole.issuer,
        whole.sections,
    )


@given(SEEDS, st.sampled_from(EDITIONS))
@settings(max_examples=25)
def test_page_ends_inside_a_text_table_change_no_value(seed, edition):
    sample = invent(seed, edition=edition, blanks="zero")
    whole, _ = from_text(sample, "P14", seed=seed)
    cut, flat = from_text(sample, "P14", seed=seed, damage=1.0, models=("page-break",))
    assert flat.recoverable == frozenset(sample.numbers)
    assert numbers(cut) == numbers(whole) == dict(sample.numbers)


@given(SEEDS, st.sampled_from(EDITIONS), st.sampled_from(["word", "P1", "P2", "P3", "P13", "P14"]))
@settings(max_examples=60)
def test_noise_in_labels_never_moves_a_value(seed, edition, how):
    sample = invent(seed, edition=edition, blanks="zero", label_noise=0.5)
    report = from_word(sample) if how == "word" else from_text(sample, how, seed=seed)[0]
    assert wrong(report, sample) == {}


# --- formats ---------------------------------------------------------------------------------------------


def prose(report: Report) -> list[tuple[str, str | None, str]]:
    """Return the sections with their words in one, as an export that wraps its lines leaves them."""
    return [
        (section.id, section.heading, "".join(section.paragraphs).replace(" ", ""))
        for section in report.sections
    ]


@given(SEEDS, st.sampled_from(EDITIONS), st.sampled_from(["P13", "markdown"]))
@settings(max_examples=40)
def test_word_and_text_of_one_report_say_the_same(seed, edition, flattening):
    sample = invent(seed, edition=edition, blanks="zero")
    one, (other, _) = from_word(sample), from_text(sample, flattening, seed=seed)
    assert one.values == other.values
    assert one.checks == other.checks
    imprints = [
        (report.edition, report.title, report.issuer, report.year, report.date) for report in (one, other)
    ]
    assert imprints[0] == imprints[1]
    assert prose(one) == prose(other)


@pytest.mark.parametrize(
    ("seed", "flattening", "options"),
    [
        pytest.param(23, "markdown", {}, id="a closing date below a page that names a date as well"),
        pytest.param(50, "P13", {}, id="a title over two lines is a running head on one"),
        pytest.param(
            391881,
            "markdown",
            {"edition": "2019", "zero": False, "misprint": True},
            id="a title repeated before the first heading",
        ),
        pytest.param(
            781450,
            "markdown",
            {"edition": "2021", "zero": False, "misprint": True},
            id="a short line of a wrapped preamble",
        ),
    ],
)
def test_word_and_text_of_one_report_have_the_same_prose(seed, flattening, options):
    sample = invent(seed, blanks="zero", **options)
    assert prose(from_text(sample, flattening, seed=seed)[0]) == prose(from_word(sample))


def test_spaces_around_figures_leave_no_trace():
    sample = invent(1, edition="2019", blanks="zero")
    assert from_text(sample, "P13", seed=1)[0].sections == from_word(sample).sections


@given(SEEDS, st.sampled_from(EDITIONS))
@settings(max_examples=25)
def test_word_keeps_the_paragraphs_as_they_were_written(seed, edition):
    sample = invent(seed, edition=edition)
    found = [(section.id, section.heading, section.paragraphs) for section in from_word(sample).sections]
    written = [
        (name, heading, (*sample.preamble, *paragraphs) if name == "overview" else paragraphs)
        for name, heading, paragraphs in sample.sections
    ]
    assert found == written


@given(SEEDS, STYLES, st.sampled_from(["word", "P1", "P9", "P13", "P15"]))
@settings(max_examples=25)
def test_json_and_back_is_the_same_report(seed, style, how):
    sample = invent(seed, **style)
    report = from_word(sample) if how == "word" else from_text(sample, how, seed=seed)[0]
    data, evidence = to_json(report), evidence_to_json(report)
    again = from_json(data, evidence)
    assert again == report
    assert (again.source, again.trust) == (report.source, report.trust)
    assert (to_json(again), evidence_to_json(again)) == (data, evidence)
    assert to_json(from_json(data)) == data


@given(
    SEEDS, st.lists(st.sampled_from(["word", "P1", "P3", "P12", "P13", "aligned"]), min_size=2, max_size=3)
)
@settings(max_examples=12)
def test_the_order_of_conversion_changes_no_byte(seed, kinds):
    def output(number):
        sample = invent(seed + number, label_noise=0.1)
        kind = kinds[number]
        report = from_word(sample) if kind == "word" else from_text(sample, kind, seed=seed)[0]
        return to_json(report), evidence_to_json(report)

    order = range(len(kinds))
    forwards = {number: output(number) for number in order}
    backwards = {number: output(number) for number in reversed(order)}
    assert forwards == backwards


# --- errors of the agency, faults of the copy ------------------------------------------------------------


@given(SEEDS, st.sampled_from(EDITIONS), st.sampled_from(["zero", "mark"]))
@settings(max_examples=60)
def test_a_misprint_is_kept_told_and_located(seed, edition, blanks):
    sample = invent(seed, edition=edition, zero=False, blanks=blanks, misprint=True)
    report = from_word(sample)
    assert wrong(report, sample) == {}
    assert report.trust.status == "review"
    own = {name for reason in report.trust.reasons if reason.code.startswith("source.") for name in reason.at}
    assert sample.misprint in own


@given(SEEDS, st.booleans())
@settings(max_examples=120)
def test_a_shifted_row_or_column_is_never_verified(seed, zero):
    data, description = shifts.plant(invent(seed, zero=zero), seed)
    report = normalize(convert(data, name="年报"))
    assert report.trust.status != "verified", description


@given(SEEDS, st.sampled_from(EDITIONS), st.booleans())
@settings(max_examples=30)
def test_an_undamaged_word_report_whose_sums_hold_is_verified(seed, edition, zero):
    report = from_word(invent(seed, edition=edition, zero=zero, blanks="zero"))
    assert report.trust.status == "verified"
