"""Lines that a fax lost whole come back where the form has just the cells that come of them, and are told."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from benchmarks.scans import invented
from converters import convert, scan_dots, scan_ink, scan_sides
from converters.rulings import Frame
from converters.scan_dots import Dotted, dotted
from converters.scan_figures import texts
from converters.scan_form import as_form, is_form
from converters.scan_lines import Part, look_at
from converters.scan_lost import Dots, are_lines, dots, is_alone, likeliest, with_dots, with_lost
from converters.scan_positions import even
from converters.scan_tiling import Tiled, tiled
from document import Grid
from samples import scan
from tests.converters.test_scan_form import NOT_SEEN, WORN, odds


def sizes(seed: int, page: int) -> tuple[set[tuple[int, int]], set[str]]:
    """Return rows and columns of the grids of a page of a drawn fax, and what is said of the fax."""
    pages = scan.scanned(invented(seed), level="fax", seed=seed, tables_only=True)
    kind = scan.container_of("fax", seed, len(pages))
    document = convert(scan.packed(pages, kind), name=f"fax.{kind}")
    grids = [block for block in document.blocks if isinstance(block, Grid) and block.provenance.page == page]
    return {(one.row_count, one.column_count) for one in grids}, {one.code for one in document.findings}


@pytest.mark.parametrize(
    ("seed", "page", "size"),
    [
        pytest.param(10_900_015, 2, (17, 10), id="a column of dots"),
        pytest.param(10_900_022, 2, (4, 15), id="every second column"),
        pytest.param(10_900_022, 1, (14, 4), id="rows between texts"),
        pytest.param(10_900_034, 2, (9, 10), id="rows and a column of dots"),
        pytest.param(10_900_033, 2, (4, 15), id="a row of dots, and every second column"),
        pytest.param(10_900_032, 2, (4, 15), id="columns of dots where other lines are whole"),
    ],
)
def test_lines_that_are_lost_whole_come_back_and_are_told(seed: int, page: int, size: tuple[int, int]):
    found, told = sizes(seed, page)
    assert size in found
    assert "structure.completed" in told


def test_tables_that_are_not_worn_are_not_guessed_at(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(scan_sides, "WORN", 1.1)
    monkeypatch.setattr(scan_dots, "SEEN", 1e9)
    assert (17, 10) not in sizes(10_900_015, 2)[0]


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


# --- A page of five rows and two columns, a point a pixel, with a figure in each cell ---------------------

HEIGHT = 20
ROWS, COLUMNS = (10.0, 50.0, 90.0, 130.0, 170.0, 210.0), (10.0, 130.0, 370.0)
FRAME = Frame(rulings=(), rows=ROWS, columns=COLUMNS)


def page(*, dots: tuple[int, ...] = (), room: int = 0):
    """Return a part of a page and its ink; dots stand under each other where lines were."""
    ink = np.zeros((220 + room, 380), dtype=np.uint8)
    for row in (30, 70, 110, 150, 190):
        for column in (70, 250):
            for text, left in (("80", column - 40), ("64", column - 3)):
                cv2.putText(ink, text, (left, row + 10), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 255, 2)
    for x in dots:
        ink[12:210:7, x] = 255
    return look_at(np.asarray(255 - ink, dtype=np.uint8), ink, HEIGHT, 1.0), ink


def printed_with(frame: Frame, *, at: float | None) -> tuple[np.ndarray, np.ndarray]:
    """Return sides of which every one is printed but those of a column, if one is named."""
    across = np.ones((len(frame.rows), len(frame.columns) - 1), dtype=np.bool_)
    down = np.ones((len(frame.columns), len(frame.rows) - 1), dtype=np.bool_)
    if at is not None:
        down[frame.columns.index(at)] = False
    return across, down


def test_a_line_between_texts_may_be_one():
    part, ink = page()
    more = Frame(rulings=(), rows=ROWS, columns=(10.0, 130.0, 330.0, 370.0))
    assert are_lines(more, FRAME, printed_with(more, at=None), part, ink)


@pytest.mark.parametrize(
    "more",
    [
        pytest.param(
            Frame(rulings=(), rows=ROWS, columns=(10.0, 130.0, 246.0, 370.0)), id="between a figure's digits"
        ),
        pytest.param(
            Frame(rulings=(), rows=(*ROWS[:1], 26.0, *ROWS[1:]), columns=COLUMNS),
            id="through a row of figures",
        ),
    ],
)
def test_no_line_runs_through_a_text(more: Frame):
    part, ink = page()
    assert not are_lines(more, FRAME, printed_with(more, at=None), part, ink)


@pytest.mark.parametrize("apart", [7.0, 8.0, 9.0])
def test_two_lines_close_beside_each_other_between_letters_hold_no_text(apart: float):
    ink = np.zeros((220, 380), dtype=np.uint8)
    for row in (30, 70):
        for text, left in (("80", 96), ("64", 140)):
            cv2.putText(ink, text, (left, row + 10), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 255, 2)
    part = look_at(np.asarray(255 - ink, dtype=np.uint8), ink, HEIGHT, 1.0)
    end = float(np.flatnonzero(ink[:, :138].any(axis=0))[-1])
    frame = Frame(rulings=(), rows=ROWS[:3], columns=(10.0, end + 3, end + 3 + apart, 370.0))
    assert len(texts(frame, part, ink)) == 4


def test_a_guess_that_prints_no_side_would_not_be_told_and_is_none():
    part, ink = page()
    more = Frame(rulings=(), rows=ROWS, columns=(10.0, 130.0, 330.0, 370.0))
    assert not are_lines(more, FRAME, printed_with(more, at=330.0), part, ink)


def guesses(frame: Frame, part: Part, ink: np.ndarray) -> list[Frame]:
    """Return the frames with lost lines that are tried."""
    return list(with_lost(frame, dots(frame, part, ink), part, ink))


def test_columns_of_dots_are_guessed():
    part, ink = page(dots=(330,))
    three = Frame(rulings=(), rows=ROWS, columns=(10.0, 130.0, 200.0, 370.0))
    assert any(330 <= more.columns[3] <= 331 for more in guesses(three, part, ink))


def test_no_more_lines_are_guessed_than_are_known():
    part, ink = page(dots=(330, 190))
    assert not guesses(FRAME, part, ink)


def test_columns_that_make_all_equal_may_be_more_than_those_known():
    part, ink = page()
    known = (10.0, 34.0, 58.0, 106.0, 370.0)  # fifteen of 24 each
    three, two = (Frame(rulings=(), rows=ROWS[:5], columns=one) for one in (known, (*known[:3], 370.0)))
    assert any(len(more.columns) == 16 for more in guesses(three, part, ink))
    assert not any(len(more.columns) == 16 for more in guesses(two, part, ink))


def test_of_an_area_with_many_tables_none_is_guessed_at():
    part, ink = page()
    assert is_alone(FRAME, part, ink)
    part, ink = page(room=800)
    assert not is_alone(FRAME, part, ink)


def test_tables_of_three_rows_are_not_guessed_at():
    part, ink = page(dots=(330,))
    three = Frame(rulings=(), rows=ROWS[:4], columns=(10.0, 130.0, 200.0, 370.0))
    assert not guesses(three, part, ink)


def test_rows_are_as_high_as_texts():
    part, ink = page()
    ink[12:18, 40:80] = 255  # a text: the gap under it is nearer to the line above than texts are high
    four = Frame(rulings=(), rows=ROWS, columns=(10.0, 70.0, 130.0, 200.0, 370.0))
    assert guesses(four, part, ink) == [four]


def line(at: float, *, strength: float = 100.0, spread: float = 1.0, contrast: float = 9.0) -> Dotted:
    return Dotted(position=at, strength=strength, spread=spread, contrast=contrast)


def test_lines_that_are_seen_are_tried_together_then_without_the_weakest():
    left = Dots(rows=(line(30.0, strength=50.0),), columns=(line(330.0), line(300.0, strength=3.0)))
    tried = [(frame.rows[1] == 30.0, 330.0 in frame.columns) for frame in with_dots(FRAME, left)]
    assert tried == [(True, True), (False, True), (False, False)]


def test_lines_that_are_seen_and_not_taken_are_told():
    left = Dots(rows=(line(30.0),), columns=(line(330.0), line(300.0, strength=3.0)))
    with_row = Frame(rulings=(), rows=(*ROWS[:1], 30.0, *ROWS[1:]), columns=COLUMNS)
    assert [(one.horizontal, one.position) for one in left.unused(FRAME)] == [(True, 30.0), (False, 330.0)]
    assert [(one.horizontal, one.position) for one in left.unused(with_row)] == [(False, 330.0)]


# --- Lines of dots -----------------------------------------------------------------------------------------


def seen_columns(ink: np.ndarray) -> list[int]:
    """Return the columns of dots of a page that are lines beyond doubt."""
    part = look_at(np.asarray(255 - ink, dtype=np.uint8), ink, HEIGHT, 1.0)
    return [int(one.position) for one in dotted(FRAME, part, ink, across=False) if one.is_seen]


def test_a_line_of_dots_is_seen():
    _, ink = page(dots=(330,))
    assert seen_columns(ink) == [330]


def test_dots_beside_letters_are_theirs(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(scan_dots, "ONE_PLACE", 1.0)
    monkeypatch.setattr(scan_dots, "DASH", 9.0)
    _, ink = page()
    near = int(np.flatnonzero(ink.any(axis=0))[-1]) + 4
    for row in (30, 70, 110, 150, 190):
        ink[row - 6 : row + 9 : 2, near] = 255
    assert seen_columns(ink) == []
    monkeypatch.setattr(scan_ink, "NEAR", 0.0)
    assert seen_columns(ink) == [near]


def test_what_stands_in_one_place_of_every_cell_is_no_line(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(scan_dots, "SPREAD", 0.3)
    monkeypatch.setattr(scan_dots, "DASH", 9.0)
    _, ink = page()
    for row in (30, 70, 110, 150, 190):
        ink[row - 5 : row + 6 : 2, 330] = 255
    assert seen_columns(ink) == []
    monkeypatch.setattr(scan_dots, "ONE_PLACE", 1.0)
    assert seen_columns(ink) == [330]


def test_a_row_of_dashes_is_no_line(monkeypatch: pytest.MonkeyPatch):
    _, ink = page()
    for column in range(20, 360, 17):
        ink[50:51, column : column + 5] = 255  # of cells whose lines are lost
    ink[40:60] = np.where(np.arange(40, 60)[:, None] == 50, ink[50], 0)
    known = Frame(rulings=(), rows=(ROWS[0], *ROWS[2:]), columns=COLUMNS)

    def rows() -> list[int]:
        part = look_at(np.asarray(255 - ink, dtype=np.uint8), ink, HEIGHT, 1.0)
        return [int(one.position) for one in dotted(known, part, ink, across=True) if one.is_seen]

    assert rows() == []
    monkeypatch.setattr(scan_dots, "DASH", 9.0)
    assert rows() == [50]


def test_dots_over_a_part_of_a_table_are_no_line():
    _, ink = page()
    ink[12:90:3, 330] = 255
    assert seen_columns(ink) == []


@pytest.mark.parametrize("count", [60, 200, 600, 2000])
def test_dirt_is_no_line(count: int):
    for seed in range(20):
        _, ink = page()
        random = np.random.default_rng(seed)
        ink[random.integers(10, 210, count), random.integers(300, 360, count)] = 255
        assert seen_columns(ink) == []


# --- Which guess is taken ----------------------------------------------------------------------------------


def test_lines_with_dots_are_likelier_than_those_without():
    few = Frame(rulings=(), rows=ROWS, columns=(10.0, 130.0, 330.0, 370.0))
    more = Frame(rulings=(), rows=ROWS, columns=(10.0, 130.0, 330.0, 350.0, 370.0))
    left = Dots(rows=(), columns=(line(330.0),))
    assert likeliest({few: 5.0, more: 7.0}, FRAME, left) == few
    faint = Dots(rows=(), columns=(line(330.0, strength=3.0),))
    assert likeliest({few: 5.0, more: 7.0}, FRAME, faint) is None
    other = Frame(rulings=(), rows=ROWS, columns=(10.0, 130.0, 340.0, 370.0))
    assert likeliest({few: 5.0, other: 7.0}, FRAME, left) == few


def test_of_guesses_of_one_size_the_likeliest_is_taken_and_of_two_sizes_none():
    left = Dots(rows=(), columns=())
    one, other = (Frame(rulings=(), rows=ROWS, columns=(10.0, 130.0, at, 370.0)) for at in (330.0, 335.0))
    more = Frame(rulings=(), rows=ROWS, columns=(10.0, 130.0, 330.0, 350.0, 370.0))
    assert likeliest({one: 5.0, other: 7.0}, FRAME, left) == other
    assert likeliest({one: 5.0, more: 7.0}, FRAME, left) is None
    assert likeliest({}, FRAME, left) is None


def test_what_is_seen_of_guesses_does_not_tell_which_form_it_is():
    across, down = odds("proactive", 0, 14)
    down[1, 4] = -1.0
    found = tiled(across, down)
    everything = np.ones_like(across, dtype=np.bool_), np.ones_like(down, dtype=np.bool_)
    assert is_form(as_form(found, across, down, WORN)[0].printed)
    assert not is_form(as_form(found, across, down, WORN, everything)[0].printed)


@pytest.mark.parametrize("count", [9, 10])
def test_guesses_do_not_make_room_for_more_that_is_told_otherwise(count: int):
    across, down = odds("proactive", 0, 14)
    wanted = tiled(across, down).printed
    guessed = np.zeros_like(across, dtype=np.bool_), np.zeros_like(down, dtype=np.bool_)
    guessed[0][[4, 5, 9, 10]] = True  # 16 of 130 sides; 8 of 100 of the others are 9
    printed = tuple(sides.copy() for sides in wanted)
    for row, column in [(row, column) for row in (1, 2, 6, 8) for column in range(4)][:count]:
        printed[0][row, column] = False
    found = Tiled(printed=printed, doubts=tuple(np.zeros_like(sides) for sides in printed))
    across = np.where(printed[0], across, -1.0)
    assert is_form(as_form(found, across, down, WORN, guessed)[0].printed) is (count == 9)
