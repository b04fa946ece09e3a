"""gouji doctor: what is there is tried, what is not is told with its cost; what is needed decides the end."""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import app
from commands import doctor
from converters.legacy_office import program

METADATA = [
    "lxml>=5.3",
    "rapidocr<4,>=3.10",
    "markitdown[docx]>=0.1; extra == 'bench'",
    'pyarrow>=18; extra == "export"',
]


def run(*arguments: str):
    return CliRunner().invoke(app, ["doctor", *arguments])


@pytest.fixture
def nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without any program."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("converters.legacy_office._USUAL_PLACES", ())
    monkeypatch.delenv("GOUJI_OCR", raising=False)


def asks_for(monkeypatch: pytest.MonkeyPatch, *requirements: str) -> None:
    monkeypatch.setattr(metadata, "requires", lambda _name: list(requirements))


def test_it_names_what_is_needed_with_its_version(nothing: None):
    done = run()
    assert done.exit_code == 0
    assert f"ok    lxml {metadata.version('lxml')}" in done.stdout


def test_programs_that_are_missing_cost_something_but_nothing_fails(nothing: None):
    done = run()
    assert done.exit_code == 0
    for name, cost in (("soffice", ".doc, .wps"), ("tesseract", "GOUJI_OCR")):
        told = done.stdout.split(f"none  {name}\n      without it: ")[1]
        assert cost in told.splitlines()[0]
        assert told.splitlines()[1].startswith("      to have it: apt install")


@pytest.mark.parametrize("wanted", ["no-such-package>=1", "lxml>=999"])
def test_a_package_that_is_missing_or_too_old_ends_with_4(
    nothing: None, monkeypatch: pytest.MonkeyPatch, wanted: str
):
    asks_for(monkeypatch, wanted)
    done = run()
    assert done.exit_code == 4
    assert f"pip install '{wanted}'" in done.stderr


def test_tesseract_is_needed_where_it_is_asked_for(nothing: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GOUJI_OCR", "both")
    done = run()
    assert done.exit_code == 4
    assert "missing: tesseract" in done.stderr


def test_an_extra_is_told_whole_or_with_what_it_costs(nothing: None, monkeypatch: pytest.MonkeyPatch):
    asks_for(
        monkeypatch, "lxml>=5.3; extra == 'archives'", "no-such-package; extra == 'ray'", "x; extra == 'dev'"
    )
    done = run()
    assert done.exit_code == 0
    assert f"ok    gouji[archives] lxml {metadata.version('lxml')}" in done.stdout
    assert "none  gouji[ray]\n      without it: documents are converted on this machine alone" in done.stdout
    assert "dev" not in done.stdout


def test_requirements_are_read_as_packaging_writes_them(monkeypatch: pytest.MonkeyPatch):
    asks_for(monkeypatch, *METADATA)
    assert doctor._requirements() == {
        "": [("lxml", ">=5.3"), ("rapidocr", "<4,>=3.10")],
        "bench": [("markitdown", ">=0.1")],
        "export": [("pyarrow", ">=18")],
    }


@pytest.mark.parametrize(
    ("found", "wanted", "is_older"),
    [
        ("5.2.9", ">=5.3", True),
        ("5.10", ">=5.9", False),
        ("3.10.0", "<4,>=3.10", False),
        ("6rc1", ">=5.3", False),
        ("1", "", False),
    ],
)
def test_versions_are_compared_number_by_number(found: str, wanted: str, *, is_older: bool):
    assert doctor._is_older(found, wanted) is is_older


@pytest.mark.skipif(program() is None, reason="LibreOffice is not installed")
def test_libreoffice_is_tried():
    assert "ok    soffice LibreOffice" in run().stdout


@pytest.mark.skipif(sys.platform == "win32", reason="a script stands for the program")
def test_libreoffice_that_reads_nothing_is_not_there(
    nothing: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    script = tmp_path / "soffice"
    script.write_text("#!/bin/sh\necho LibreOffice 0\n")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    done = run()
    assert "none  soffice" in done.stdout
    assert "it is there and does not work" in done.stdout
