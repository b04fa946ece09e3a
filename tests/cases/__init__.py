"""Table-driven cases: TOML files with one list for each origin.

`met` was met in the field (its comment says where: "variants C" is a chapter of the survey of real reports),
`made_up` was not, `must_not_change` are look-alikes to be left alone, `known_failure` is wrong today: such a
case fails the suite on the day it passes.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

ORIGINS = ("met", "made_up", "must_not_change", "known_failure")


def read(name: str) -> dict[str, list[dict[str, Any]]]:
    """Return origin -> cases of a file; refuses other origins, and cases without a label and a comment."""
    text = (Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8")
    found: dict[str, list[dict[str, Any]]] = tomllib.loads(text)
    assert set(found) <= set(ORIGINS), name
    labels = [case["label"] for cases in found.values() for case in cases]
    assert len(labels) == len(set(labels)), f"{name}: a label is given twice"
    assert all(case["comment"] for cases in found.values() for case in cases)
    return found


def params(name: str, *origins: str, **wanted: str) -> list[Any]:
    """Return a file's cases for pytest.mark.parametrize: all, or of the named origins; known failures marked.

    `wanted` picks the cases that have these entries.
    """
    found = []
    for origin, cases in read(name).items():
        if origins and origin not in origins:
            continue
        marks = [pytest.mark.xfail(strict=True)] if origin == "known_failure" else []
        found += [
            pytest.param(case, id=case["label"], marks=marks)
            for case in cases
            if all(case.get(key) == value for key, value in wanted.items())
        ]
    return found
