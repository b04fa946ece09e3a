"""Charts count what is verified or signed off, say what they leave out, and escape every string."""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256
from xml.etree import ElementTree as ET

import pytest

from charting import CHANGES, gather
from charting.page import page
from charting.svg import bars, legend, stacked
from corrections import Correction, save
from export.rows import reports_in
from findings import Finding
from messages import LANGUAGES, load
from report import evidence_to_json, to_json
from standards import load as load_standard
from tests.export.outputs import report

SUM = Finding(code="source.sum", message="4 is not 3", at=("requests.received.total",))
DENIED = {"state_secret": 5, "third_party_rights": 6}
HOSTILE = "<script>alert(1)</script>"


def numbers(edition, **given):
    shown = dict.fromkeys(load_standard(edition).value_ids, 0)
    return {**shown, **{name.replace("__", "."): number for name, number in given.items()}}


def digest_of(name):
    return sha256(name.encode()).hexdigest()


def write(
    out,
    name,
    edition="2021",
    *,
    year=2021,
    issuer="甲县",
    status="verified",
    reasons=(),
    content=None,
    **given,
):
    one = report(
        name,
        edition,
        given=numbers(edition, **given),
        year=year,
        issuer=issuer,
        status=status,
        reasons=reasons,
    )
    one = replace(one, source=replace(one.source, sha256=content or digest_of(name)))
    (out / f"{name}.json").write_bytes(to_json(one))
    (out / f"{name}.evidence.json").write_bytes(evidence_to_json(one))


def test_results_are_summed_by_year_and_kind_over_both_editions(tmp_path):
    write(tmp_path, "a", year=2020, edition="2019", requests__results__granted__total=3)
    write(tmp_path, "b", year=2020, issuer="乙县", requests__results__granted__total=4)
    denied = {f"requests__results__denied__{name}__total": number for name, number in DENIED.items()}
    write(tmp_path, "c", year=2021, requests__results__total__total=11, **denied)
    gathered = gather(reports_in(tmp_path))
    assert (gathered.taken, dict(gathered.years)) == (3, {2020: 2, 2021: 1})
    assert gathered.results[2020]["（一）予以公开"] == 7
    assert {kind: count for kind, count in gathered.results[2021].items() if count} == {"（三）不予公开": 11}
    assert len(gathered.results[2021]) == 6


def test_a_report_in_doubt_counts_only_when_a_person_signed_it(tmp_path):
    write(tmp_path, "a", status="review", reasons=(SUM,), requests__results__granted__total=3)
    gathered = gather(reports_in(tmp_path))
    assert (gathered.taken, gathered.results, dict(gathered.codes)) == (0, {}, {"source.sum": 1})
    decision = Correction(
        name="a",
        sha256=digest_of("a"),
        id="requests.results.granted.total",
        act="corrected",
        old=3,
        new=8,
        who="甲",
        when="2022",
    )
    save(tmp_path, [decision])
    (one,) = reports_in(tmp_path)
    digest = one.layer.digest_of(one.data["values"])
    save(tmp_path, [replace(decision, id="", act="signed", old=None, new=None, digest=digest)])
    gathered = gather(reports_in(tmp_path))
    assert (gathered.taken, gathered.results[2021]["（一）予以公开"]) == (1, 8)


def test_what_is_there_twice_is_counted_once_or_not_at_all(tmp_path):
    granted = {"requests__results__granted__total": 5}
    write(tmp_path, "a", issuer="甲县", **granted)
    write(tmp_path, "b", issuer="甲县", content=digest_of("a"), **granted)
    write(tmp_path, "c", issuer="乙县", **granted)
    write(tmp_path, "d", issuer="乙 县", requests__results__granted__total=6)
    gathered = gather(reports_in(tmp_path))
    assert (gathered.taken, gathered.doubled, dict(gathered.years)) == (1, 3, {2021: 1})
    assert gathered.results[2021]["（一）予以公开"] == 5
    told = page(gathered, load("en"))
    assert "3 reports that are there twice are not counted" in told
    assert "From 1 reports that are verified or signed off; 0 are left out" in told


def test_the_largest_changes_are_those_between_reports_that_follow_each_other(tmp_path):
    for year, received in ((2021, 10), (2022, 50), (2024, 20)):
        write(tmp_path, f"a{year}", year=year, requests__received__total=received)
    write(tmp_path, "b", issuer="乙县", year=2022, requests__received__total=900)
    changes = gather(reports_in(tmp_path)).changes
    assert [(change.years, change.size) for change in changes] == [((2021, 2022), 40), ((2022, 2024), -30)]
    assert "一、本年新收政府信息公开申请数量" in changes[0].place


def test_no_more_than_ten_changes_are_listed(tmp_path):
    ids = [value_id for value_id in load_standard("2021").value_ids if value_id.startswith("proactive.")]
    totals = [value_id for value_id in load_standard("2021").value_ids if value_id.endswith(".total")]
    for year in (2021, 2022):
        given = {value_id.replace(".", "__"): year + place for place, value_id in enumerate((*ids, *totals))}
        write(tmp_path, f"a{year}", year=year, **{name: n * (year - 2020) for name, n in given.items()
                                                   if "fees" not in name})  # fmt: skip
    assert len(gather(reports_in(tmp_path)).changes) == CHANGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_whole_loads_nothing_and_escapes_every_string(tmp_path, language):
    write(tmp_path, "a", issuer=HOSTILE, requests__received__total=4)
    write(tmp_path, "b", issuer=HOSTILE, year=2022, status="review", reasons=(SUM,))
    write(tmp_path, "c", issuer=HOSTILE, year=2023, requests__received__total=9)
    told = page(gather(reports_in(tmp_path)), load(language), failures=2)
    assert HOSTILE not in told
    assert "&lt;script&gt;" in told
    assert not re.search(r"https?://|src=|href=|url\(", told)
    assert told.count("<svg") >= 4
    assert "$" not in told


def test_bars_are_as_long_as_their_numbers_and_nothing_has_none():
    picture = ET.fromstring(bars([("甲", 40, "#000"), ("乙", 10, "#000"), ("丙", 0, "#000")]))
    widths = [float(bar.get("width")) for bar in picture.iter("rect")]
    assert widths[0] == pytest.approx(4 * widths[1], abs=0.2)
    assert len(widths) == 2


def test_stacked_parts_lie_beside_each_other():
    keys = ["甲", "乙"]
    picture = ET.fromstring(stacked({"2021": {"甲": 3, "乙": 1}, "2022": {"乙": 4}}, keys))
    first, second, third = picture.iter("rect")
    assert float(second.get("x")) == pytest.approx(float(first.get("x")) + float(first.get("width")), abs=0.2)
    assert second.get("fill") == third.get("fill") != first.get("fill")
    assert all(key in legend(keys) for key in keys)
