"""Golden JSON, one a sample: what came out before comes out again, byte for byte, and agrees with the truth.

`--update-golden` rewrites the files; a change of a golden file is a commit of its own with the reason.
"""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from converters import convert
from normalize import normalize
from report import Report, evidence_to_json, to_json

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
GOLDEN = Path(__file__).parent / "golden"
TRUTHS = {path.stem for path in (SAMPLES / "truth").glob("*.json")}
FILES = sorted(path.name for path in SAMPLES.iterdir() if path.is_file() and path.stem in TRUTHS)


@cache
def report_of(name: str) -> Report:
    return normalize(convert((SAMPLES / name).read_bytes(), name=name))


def truth_of(name: str):
    text = (SAMPLES / "truth" / f"{Path(name).stem}.json").read_text(encoding="utf-8")
    return json.loads(text, parse_float=Decimal)


def told(report: Report):
    """Return value id -> number, as canonical JSON tells it."""
    return json.loads(to_json(report), parse_float=Decimal)["values"]


# --- golden files ----------------------------------------------------------------------------------------


def test_the_switch_that_rewrites_golden_files_is_off(pytestconfig):
    assert pytestconfig.getoption("--update-golden") is False


@pytest.mark.parametrize("name", FILES)
def test_a_sample_gives_its_golden_json(name, pytestconfig):
    report = report_of(name)
    for ending, data in ((".json", to_json(report)), (".evidence.json", evidence_to_json(report))):
        path = GOLDEN / f"{name}{ending}"
        if pytestconfig.getoption("--update-golden"):
            path.write_bytes(data)
        golden = path.read_bytes()
        if report.source.reader == "stored":
            assert json.loads(data) == json.loads(golden)
            assert data == golden
        else:
            assert steady(data) == steady(golden)


def steady(data: bytes) -> dict[str, object]:
    """Return what is the same on every processor: the last digits of an engine are not."""
    told = json.loads(data)
    told.get("trust", {}).pop("reasons", None)
    for entry in told.values():
        if isinstance(entry, dict):
            for name in ("confidence", "readings", "how"):
                entry.pop(name, None)
    return told


def test_every_sample_has_its_golden_files_and_no_other():
    wanted = {f"{name}{ending}" for name in FILES for ending in (".json", ".evidence.json")}
    assert {path.name for path in GOLDEN.iterdir()} == wanted


# --- the truth of the samples ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_every_value_is_what_the_sample_prints_or_null_where_the_text_lost_it(name):
    truth = truth_of(name)
    found, lost = told(report_of(name)), set(truth["lost"])
    assert set(found) == set(truth["values"])
    wrong = {
        value: (number, truth["values"][value])
        for value, number in found.items()
        if number != truth["values"][value] and not (number is None and value in lost)
    }
    assert wrong == {}


@pytest.mark.parametrize("name", FILES)
def test_what_the_text_lost_is_null_or_still_right_and_never_zero_by_guess(name):
    truth = truth_of(name)
    report = report_of(name)
    for value in truth["lost"]:
        if (number := told(report)[value]) is not None:
            assert number == truth["values"][value]
            assert report.trust.status == "review"


@pytest.mark.parametrize("name", FILES)
def test_edition_title_issuer_year_and_date_are_the_samples_own(name):
    truth = truth_of(name)
    report = report_of(name)
    parts = ("edition", "title", "issuer", "year", "date")
    assert {part: getattr(report, part) for part in parts} == {part: truth[part] for part in parts}


@pytest.mark.parametrize("name", [name for name in FILES if truth_of(name)["misprint"]])
def test_a_misprint_is_kept_and_told_as_the_agencys_own(name):
    report, misprint = report_of(name), truth_of(name)["misprint"]
    assert report.trust.status == "review"
    own = [reason for reason in report.trust.reasons if reason.code.startswith("source.")]
    assert any(misprint in reason.at for reason in own)
    assert told(report)[misprint] == truth_of(name)["values"][misprint]


@pytest.mark.parametrize("name", [name for name in FILES if truth_of(name)["lost"]])
def test_a_sample_that_lost_values_is_never_verified(name):
    assert report_of(name).trust.status != "verified"


UNDAMAGED = [
    "2019-word-content-controls-markers.docx",
    "2019-word-split-head.docx",
    "2021-word-grid-before-after.docx",
    "2021-word-numbering.docx",
    "2021-word-plain.docx",
    "2021-word-tracked-changes.docx",
]


@pytest.mark.parametrize("name", UNDAMAGED)
def test_an_undamaged_word_sample_is_verified(name):
    assert report_of(name).trust.status == "verified"


def test_a_report_from_before_there_was_a_form_has_no_edition_and_keeps_its_rows():
    report = report_of("2018-word-indicator-list.docx")
    assert (report.edition, dict(report.values), report.trust.status) == (None, {}, "failed")
    assert ("（一）主动公开政府信息数", ("条", "1264")) in [(row.label, row.texts) for row in report.unmapped]
