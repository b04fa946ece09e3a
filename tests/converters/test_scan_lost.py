"""Lines that a fax lost whole come back where the form has just the cells that come of them, and are told."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.scans import invented
from converters import convert
from converters.scan_form import as_form, is_form
from converters.scan_lost import even
from converters.scan_tiling import tiled
from document import Grid
from samples import scan
from tests.converters.test_scan_form import NOT_SEEN, WORN, odds


@pytest.mark.parametrize(
    ("seed", "page", "size"),
    [
        pytest.param(10_900_015, 2, (17, 10), id="a column of dots"),
        pytest.param(10_900_019, 2, (4, 15), id="every second column"),
        pytest.param(10_900_022, 1, (14, 4), id="rows between texts"),
    ],
)
def test_lines_that_are_lost_whole_come_back_and_are_told(seed: int, page: int, size: tuple[int, int]):
    pages = scan.scanned(invented(seed), level="fax", seed=seed, tables_only=True)
    kind = scan.container_of("fax", seed, len(pages))
    document = convert(scan.packed(pages, kind), name=f"fax.{kind}")
    sizes = {
        (block.row_count, block.column_count)
        for block in document.blocks
        if isinstance(block, Grid) and block.provenance.page == page
    }
    assert size in sizes
    assert "structure.completed" in {finding.code for finding in document.findings}


def test_sides_of_guessed_lines_are_not_held_against_a_table():
    across, down = odds("proactive", 0, 14)
    lost = np.zeros_like(across, dtype=np.bool_)
    lost[[4, 5, 9, 10]] = True
    across[lost] = NOT_SEEN
    found = tiled(across, down)
    guessed = lost, np.zeros_like(down, dtype=np.bool_)
    assert not is_form(as_form(found, across, down, WORN)[0].printed)
    assert is_form(as_form(found, across, down, WORN, guessed)[0].printed)


def test_a_guess_does_not_outweigh_a_side_that_is_surely_printed():
    across, down = odds("proactive", 0, 14)
    lost = np.zeros_like(across, dtype=np.bool_)
    lost[[4, 5, 9, 10]] = True
    across[lost] = NOT_SEEN
    down[2, 0] = 9.0
    found = tiled(across, down)
    guessed = lost, np.zeros_like(down, dtype=np.bool_)
    assert not is_form(as_form(found, across, down, WORN, guessed)[0].printed)


@pytest.mark.parametrize(
    ("positions", "wanted"),
    [
        ((0.0, 30.0, 90.0, 120.0), (60.0,)),
        ((0.0, 30.0, 75.0), ()),
        ((0.0, 30.0, 60.0), ()),
        ((0.0, 0.0, 60.0), ()),
        ((5.0,), ()),
    ],
)
def test_equal_columns_are_those_of_the_narrowest_width(
    positions: tuple[float, ...], wanted: tuple[float, ...]
):
    assert even(positions, least=10.0) == wanted
