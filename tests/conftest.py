"""The language, the switch that rewrites golden files, and how hard the properties look: the same in CI."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from hypothesis import settings

from converters import pdf_fonts

if TYPE_CHECKING:
    import pytest

settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
pdf_fonts.use()  # before any test opens a PDF by itself
os.environ["GOUJI_LANG"] = "en"  # what is told does not follow the locale of the machine
settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", default=False, help="rewrite tests/golden with what comes out"
    )
