from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from document import Source
from findings import CATALOGUE, Finding
from report import Check, Report, SectionText, Trust, UnmappedRow, Value, to_json
from schema import build, text
from standards import EDITIONS, load

SOURCE = Source(name="a/某县.docx", sha256="0" * 64, bytes=1, kind="docx")
VALIDATOR = Draft202012Validator(build())


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Return a report with every kind of member that the types allow, of an edition or of none."""
    edition = draw(st.sampled_from([*EDITIONS, None]))
    texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
    numbers = st.none() | st.integers(-9, 10**14) | st.decimals("0", "99999", places=2)
    standard = load(edition) if edition else None
    seed = draw(st.lists(numbers, min_size=1, max_size=9))
    value_ids = standard.value_ids if standard else ()
    values = {
        value_id: Value(id=value_id, number=seed[place % len(seed)], status="printed")
        for place, value_id in enumerate(value_ids)
    }
    totals = st.none() | st.integers(0, 99)
    return Report(
        source=SOURCE,
        title=draw(st.none() | texts),
        issuer=draw(st.none() | texts),
        year=draw(st.none() | st.integers(2008, 2030)),
        date=draw(st.none() | texts),
        edition=edition,
        sections=tuple(
            SectionText(
                id=section.id, heading=draw(st.none() | texts), paragraphs=tuple(draw(st.lists(texts)))
            )
            for section in (standard.sections if standard else ())
        ),
        values=values,
        unmapped=(
            UnmappedRow(table=draw(st.sampled_from(["requests", None])), label=draw(texts), texts=("1",)),
        ),
        checks=tuple(
            Check(
                identity=identity.id,
                at="total",
                left=draw(totals),
                right=draw(totals),
                verdict=draw(st.sampled_from(["holds", "fails", "unknown"])),
            )
            for identity in (standard.identities if standard else ())
        ),
        trust=Trust(
            status=draw(st.sampled_from(["verified", "review", "failed"])),
            reasons=tuple(
                Finding(code=code, message=draw(texts), at=("x",))
                for code in draw(
                    st.lists(
                        st.sampled_from(sorted(code for code, entry in CATALOGUE.items() if entry.stored)),
                        max_size=3,
                    )
                )
            ),
        ),
    )


def canonical() -> dict[str, Any]:
    standard = load("2021")
    values = {value_id: Value(id=value_id, number=0, status="printed") for value_id in standard.value_ids}
    report = Report(source=SOURCE, edition="2021", values=values, trust=Trust(status="verified"))
    return json.loads(to_json(report))


def test_it_is_the_committed_one() -> None:
    assert json.loads(text()) == build(), "run: python -m schema"


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(build())


@given(reports())
def test_every_report_satisfies_it(report: Report) -> None:
    VALIDATOR.validate(json.loads(to_json(report)))


def altered() -> Iterator[tuple[str, dict[str, Any]]]:
    for label, change in {
        "a value is missing": lambda data: data["values"].pop("requests.received.total"),
        "a value has an id of no edition": lambda data: data["values"].update({"requests.x": 1}),
        "a value is a text": lambda data: data["values"].update({"requests.received.total": "1"}),
        "the edition is another": lambda data: data["report"].update(edition="2019"),
        "there is no edition": lambda data: data["report"].update(edition=None),
        "the status is unknown": lambda data: data["trust"].update(status="sure"),
        "a member is missing": lambda data: data.pop("checks"),
        "a member is unknown": lambda data: data.update(clock="12:00"),
    }.items():
        data = canonical()
        change(data)
        yield label, data


@pytest.mark.parametrize(("label", "data"), [pytest.param(*case, id=case[0]) for case in altered()])
def test_it_refuses_a_report_in_which(label: str, data: dict[str, Any]) -> None:
    assert VALIDATOR.is_valid(canonical())
    assert not VALIDATOR.is_valid(data), label


def test_it_names_every_value_in_the_words_of_the_form() -> None:
    values = build()["$defs"]["values-2021"]["properties"]
    assert values["proactive.fees.amount"] == {
        "type": ["number", "null"],
        "title": "二、主动公开政府信息情况 · 行政事业性收费 · 本年收费金额（单位：万元）",
        "description": "an amount in 万元",
    }
    assert len(values) == 200
