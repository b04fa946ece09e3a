from __future__ import annotations

import re
from pathlib import Path

import pytest

import errors
from bulk.summary import ERRORS
from errors import ConversionError, ExitCode
from findings import CATALOGUE

TEXT = (Path(__file__).parents[1] / "docs" / "errors.md").read_text(encoding="utf-8")
ENTRIES = dict(re.findall(r"^## (\S+)\n(.*?)(?=^#|\Z)", TEXT, re.MULTILINE | re.DOTALL))
RAISED = {
    error.code
    for error in vars(errors).values()
    if isinstance(error, type) and issubclass(error, ConversionError)
}


def test_errors_md_has_a_heading_for_every_code_and_no_other() -> None:
    assert set(ENTRIES) == {*CATALOGUE, *RAISED, *ERRORS}


def test_every_failure_has_a_sentence_for_the_summary() -> None:
    assert set(ERRORS) >= RAISED - {"standard.invalid"}


@pytest.mark.parametrize("code", ENTRIES)
def test_an_entry_says_what_you_see_why_and_what_to_do(code: str) -> None:
    assert re.findall(r"\*\*(You see|Why|Do)\*\*", ENTRIES[code]) == ["You see", "Why", "Do"]


def test_errors_md_lists_every_exit_code() -> None:
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", TEXT, re.MULTILINE)} == {
        int(code) for code in ExitCode
    }
