from __future__ import annotations

import time

import cv2
import numpy as np
import pytest

from converters.rulings import Frame, Ruling, cell, frames
from converters.scan_ink import ink, letter_height, marks
from converters.scan_rulings import Ruled, find
from converters.scan_streaks import without_streaks
from tests.converters import scanned

SCALE = scanned.DPI / 72
LEFT, TOP, WIDTH, HEIGHT = 150, 200, 110, 56  # of the table and its cells, in pixels


def ruled(pixels: scanned.Picture) -> tuple[Ruled, list[Frame]]:
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    inked = ink(grey)
    height = letter_height(marks(inked), SCALE)
    found = find(grey, inked, height, SCALE)
    return found, list(frames(found.rulings, height / SCALE))


def told(found: Ruled) -> tuple[Ruling, ...]:
    """Sides that are in doubt, or were put where nothing is seen."""
    return (*found.doubts, *found.completed)


def shape(frame: Frame) -> tuple[int, int, int]:
    """Rows, columns and cells of a frame."""
    return len(frame.rows) - 1, len(frame.columns) - 1, len(cell(frame))


def test_a_table_stands_where_it_was_drawn():
    _, (frame,) = ruled(scanned.table(6, 5))
    assert shape(frame) == (6, 5, 30)
    assert [round(x * SCALE) for x in frame.columns] == pytest.approx(
        [LEFT + n * WIDTH for n in range(6)], abs=2
    )
    assert [round(y * SCALE) for y in frame.rows] == pytest.approx(
        [TOP + n * HEIGHT for n in range(7)], abs=2
    )


@pytest.mark.parametrize("pen", [1, 3, 6])
def test_thin_and_thick_pens(pen):
    _, (frame,) = ruled(scanned.table(6, 5, pen=pen))
    assert shape(frame) == (6, 5, 30)


def test_a_grainy_page():
    _, (frame,) = ruled(scanned.grainy(scanned.table(6, 5), 20.0))
    assert shape(frame) == (6, 5, 30)


def test_faint_rulings():
    pixels = scanned.table(6, 5)
    lines = np.full_like(pixels, 255)
    lines[TOP - 2 : TOP + 6 * HEIGHT + 2, LEFT - 2 : LEFT + 5 * WIDTH + 2] = 0
    blank = scanned.table(6, 5)
    for row in range(6):
        for column in range(5):
            blank[
                TOP + row * HEIGHT + 4 : TOP + (row + 1) * HEIGHT - 3,
                LEFT + column * WIDTH + 4 : LEFT + (column + 1) * WIDTH - 3,
            ] = 255
    faint = np.where(blank < 128, np.uint8(205), pixels)
    _, (frame,) = ruled(scanned.grainy(faint, 4.0))
    assert shape(frame) == (6, 5, 30)


def test_merged_cells_have_no_ruling_between_them():
    pixels = scanned.table(6, 5)
    pixels[TOP + 3 : TOP + HEIGHT - 2, LEFT + 3 : LEFT + 3 * WIDTH - 2] = 255
    cv2.putText(pixels, "HEAD", (LEFT + 120, TOP + 38), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (0, 0, 0), 2)
    found, (frame,) = ruled(pixels)
    assert shape(frame) == (6, 5, 28)
    assert not told(found)


def test_a_ruling_lost_between_two_figures_is_a_doubt():
    pixels = scanned.table(6, 5)
    pixels[TOP + 2 * HEIGHT + 3 : TOP + 3 * HEIGHT - 2, LEFT + 3 * WIDTH - 4 : LEFT + 3 * WIDTH + 5] = 255
    found, _ = ruled(pixels)
    assert len(told(found)) == 1


def test_a_ruling_not_there_beside_a_blank_cell_where_all_others_are_whole_makes_one_cell():
    pixels = scanned.table(6, 5)
    y = TOP + 2 * HEIGHT
    pixels[y + 3 : y + HEIGHT - 2, LEFT + 3 * WIDTH - 4 : LEFT + 4 * WIDTH - 4] = 255
    _, (frame,) = ruled(pixels)
    assert shape(frame) == (6, 5, 29)


def test_dashes_and_strokes_are_no_rulings():
    pixels = scanned.table(6, 5)
    for row in (1, 3):
        y = TOP + row * HEIGHT + HEIGHT // 2
        pixels[y - 20 : y + 20, LEFT + 4 : LEFT + WIDTH - 4] = 255
        cv2.line(pixels, (LEFT + 15, y), (LEFT + WIDTH - 15, y), (0, 0, 0), 2)
    _, (frame,) = ruled(pixels)
    assert shape(frame) == (6, 5, 30)


def test_prose_has_no_frames():
    _, found = ruled(scanned.page(0)[:1000])
    assert not found


def test_a_side_lost_from_a_line_that_is_broken_everywhere_is_no_merged_cell():
    pixels = scanned.table(8, 4)
    x = LEFT + 2 * WIDTH
    for row in range(8):
        pixels[TOP + row * HEIGHT + 20 : TOP + row * HEIGHT + 30, x - 3 : x + 4] = 255
    pixels[TOP + 3 * HEIGHT + 3 : TOP + 4 * HEIGHT - 2, x - 3 : x + 4] = 255
    _, (frame,) = ruled(pixels)
    assert shape(frame) == (8, 4, 32)


def test_a_text_over_a_missing_side_makes_a_merged_cell():
    pixels = scanned.table(6, 5)
    y = TOP + 2 * HEIGHT
    pixels[y + 3 : y + HEIGHT - 2, LEFT + WIDTH + 4 : LEFT + 3 * WIDTH - 4] = 255
    cv2.putText(pixels, "48", (LEFT + 2 * WIDTH - 16, y + 39), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (0, 0, 0), 2)
    _, (frame,) = ruled(pixels)
    assert shape(frame) == (6, 5, 29)


def test_letters_between_two_figures_of_one_text_are_no_lost_ruling():
    pixels = scanned.table(8, 5)
    y, x = TOP + 2 * HEIGHT, LEFT + 3 * WIDTH
    pixels[y + 3 : y + HEIGHT - 2, x - WIDTH + 4 : x + WIDTH - 4] = 255
    for text, left in (("2", x - 64), ("HHH", x - 29), ("1", x + 50)):
        cv2.putText(pixels, text, (left, y + 39), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (0, 0, 0), 2)
    cv2.line(pixels, (x, y + 18), (x, y + 39), (0, 0, 0), 2)
    found, (frame,) = ruled(pixels)
    assert shape(frame) == (8, 5, 39)
    assert not told(found)


@pytest.mark.parametrize("lean", [0, 9])
@pytest.mark.parametrize("lid", [False, True])
def test_a_copiers_streak_is_drawn_over_and_leaves_what_it_crosses(lean, lid):
    pixels = scanned.table(6, 5)
    if lid:
        pixels[:4] = 0
    plain = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    x = LEFT + 2 * WIDTH + 30
    cv2.line(pixels, (x, 0), (x + lean, 1199), (60, 60, 60), 2)
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    cleaned, _ = without_streaks(grey, 20.0)
    assert np.abs(cleaned[8:-8].astype(int) - plain[8:-8]).max(axis=1).mean() < 25
    assert ink(cleaned)[8:-8].any(axis=0).sum() == ink(plain)[8:-8].any(axis=0).sum()
    _, (frame,) = ruled(cv2.cvtColor(cleaned, cv2.COLOR_GRAY2RGB))
    assert shape(frame) == (6, 5, 30)


@pytest.mark.parametrize("beside", [-7, 7])
def test_a_faint_streak_right_beside_a_ruling_goes_and_the_ruling_stays(beside):
    pixels = scanned.table(16, 5)
    plain = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    x = LEFT + 2 * WIDTH + beside
    cv2.line(pixels, (x, 0), (x, 1199), (170, 170, 170), 2)
    grey = np.minimum(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), plain)
    cleaned, _ = without_streaks(grey, 20.0)
    assert np.abs(cleaned[8:-8].astype(int) - plain[8:-8]).max(axis=1).mean() < 25
    _, (frame,) = ruled(cv2.cvtColor(cleaned, cv2.COLOR_GRAY2RGB))
    assert shape(frame) == (16, 5, 80)


@pytest.mark.parametrize(("stop", "is_streak"), [(740, True), (900, False)])
def test_a_streak_that_letters_hide_for_a_good_part_of_the_page_goes_too(stop, is_streak):
    grey = np.full((1200, 900), 255, dtype=np.uint8)
    cv2.line(grey, (300, 0), (300, 1199), 150, 2)
    grey[300:stop, 296:306] = 30  # letters that the streak runs through, without a gap between them
    cleaned, _ = without_streaks(grey, 20.0)
    assert (cleaned[1000] > 240).all() == is_streak


@pytest.mark.parametrize(("count", "are_streaks"), [(3, True), (4, False)])
def test_more_lines_than_a_copier_draws_are_rulings_of_a_page_cut_to_its_table(count, are_streaks):
    grey = np.full((1200, 900), 255, dtype=np.uint8)
    for number in range(count):
        cv2.line(grey, (100 + 200 * number, 0), (100 + 200 * number, 1199), 90, 2)
    cleaned, _ = without_streaks(grey, 20.0)
    assert (cleaned[600] > 240).all() == are_streaks


def on_a_streak(grey: int) -> tuple[scanned.Picture, scanned.Picture, int]:
    """A table with a one on a streak that stands in the middle of a cell, in grey, and without the streak."""
    pixels = scanned.table(16, 5)
    x, y = LEFT + 2 * WIDTH + 30, TOP + 3 * HEIGHT
    cv2.line(pixels, (x, y + 16), (x, y + 40), (30, 30, 30), 3)
    plain = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    cv2.line(pixels, (x, 0), (x, 1199), (grey, grey, grey), 3)
    return np.minimum(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), plain), plain, x


def test_print_on_a_streak_is_blacker_than_it_and_stays():
    streaked, plain, x = on_a_streak(170)
    cleaned, hidden = without_streaks(streaked, 20.0)
    assert hidden is None
    y = TOP + 3 * HEIGHT
    assert np.abs(cleaned[y + 18 : y + 38, x].astype(int) - plain[y + 18 : y + 38, x]).max() < 20
    assert cleaned[y + 44 : y + 52, x].min() > 200


def test_a_streak_as_black_as_print_hides_what_stands_under_it():
    streaked, _, x = on_a_streak(30)
    _, hidden = without_streaks(streaked, 20.0)
    assert hidden is not None
    assert hidden[:, x].all()
    assert not hidden[:, x + 20].any()


def test_a_frame_around_a_page_is_no_streak():
    pixels = scanned.table(6, 5)
    cv2.rectangle(pixels, (30, 60), (1070, 1140), (0, 0, 0), 2)
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    cleaned, hidden = without_streaks(grey, 20.0)
    assert cleaned is grey
    assert hidden is None


def dotted(pixels: scanned.Picture, column: int, step: int) -> scanned.Picture:
    """The table with dots instead of one of its vertical rulings, as a threshold leaves them."""
    x = LEFT + column * WIDTH
    rows = pixels.shape[0]
    for row in range(8):
        y = TOP + row * HEIGHT
        pixels[y + 3 : y + HEIGHT - 2, x - 3 : x + 4] = 255
        pixels[y + 8 : min(y + HEIGHT - 6, rows) : step, x] = 0
    return pixels


@pytest.mark.parametrize("column", [1, 2, 3])
def test_a_line_of_which_dots_are_left_is_known_by_the_columns_beside_it_and_told(column):
    found, (frame,) = ruled(dotted(scanned.table(8, 4), column, 14))
    assert shape(frame) == (8, 4, 32)
    assert told(found)


def test_dots_all_over_a_table_are_no_line():
    pixels = scanned.table(8, 4)
    x = LEFT + 2 * WIDTH
    for row in range(8):
        y = TOP + row * HEIGHT
        pixels[y + 3 : y + HEIGHT - 2, x - WIDTH + 3 : x + WIDTH - 2] = 255
        cv2.putText(pixels, "5", (x - 8, y + 39), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (0, 0, 0), 2)
    noise = np.random.default_rng(5).random(pixels.shape[:2]) < 0.002
    pixels[noise] = 0
    _, (frame,) = ruled(pixels)
    assert shape(frame) == (8, 3, 24)


LOW = 36  # pixels, a row as high as those of reports


def headed(rows: int, *, at: int = 0) -> scanned.Picture:
    """A table of four columns in which seven letters run over every fourth row, so far from its middle.

    The fourth is three strokes across, the upper two joined where the line between columns would be.
    """
    pixels = scanned.table(rows, 4, cell=(WIDTH, LOW))
    for row in range(1, rows - 1, 4):
        x, y = LEFT + 2 * WIDTH + at, TOP + row * LOW
        pixels[y + 3 : y + LOW - 2, LEFT + 3 : LEFT + 4 * WIDTH - 2] = 255
        for text, left in (("HEA", x - 72), ("NGS", x + 14)):
            cv2.putText(pixels, text, (left, y + 27), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (0, 0, 0), 2)
        for across in (y + 8, y + 17, y + 26):
            cv2.line(pixels, (x - 9, across), (x + 9, across), (0, 0, 0), 2)
        cv2.line(pixels, (x, y + 8), (x, y + 17), (0, 0, 0), 2)
    return pixels


def test_headings_over_whole_rows_are_no_wear_of_the_lines_that_they_run_over():
    found, (frame,) = ruled(headed(12))
    assert shape(frame) == (12, 4, 39)
    assert not told(found)


@pytest.mark.parametrize("at", [0, -WIDTH])
def test_on_a_worn_page_a_row_is_one_cell_for_sure_where_its_text_stands_in_the_middle_of_it(at):
    pixels = headed(12, at=at)
    for row, column in ((3, 1), (3, 3), (7, 1), (7, 3)):
        x, y = LEFT + column * WIDTH, TOP + row * LOW
        pixels[y + 12 : y + 26, x - 3 : x + 4] = 255
    found, _ = ruled(pixels)
    doubted = {round((side.start * SCALE - TOP) / LOW) for side in told(found) if not side.horizontal}
    assert (doubted & {1, 5, 9} == set()) == (at == 0)


def without_line(
    pixels: scanned.Picture, *, column: int | None = None, row: int | None = None
) -> scanned.Picture:
    """The table without anything of one of its rulings, but for the outline."""
    if column is not None:
        x = LEFT + column * WIDTH
        pixels[TOP + 2 : TOP + 8 * HEIGHT - 1, x - 3 : x + 4] = 255
        for y in range(TOP, TOP + 9 * HEIGHT, HEIGHT):
            cv2.line(pixels, (x - 4, y), (x + 4, y), (0, 0, 0), 2)
    if row is not None:
        y = TOP + row * HEIGHT
        pixels[y - 3 : y + 4, LEFT + 2 : LEFT + 5 * WIDTH - 1] = 255
        for x in range(LEFT, LEFT + 6 * WIDTH, WIDTH):
            cv2.line(pixels, (x, y - 4), (x, y + 4), (0, 0, 0), 2)
    return pixels


@pytest.mark.parametrize(
    "lost", [{"column": 1}, {"column": 4}, {"row": 1}, {"row": 5}, {"column": 3, "row": 4}]
)
def test_two_figures_never_stand_in_one_cell_whatever_is_left_of_the_line_between_them(lost):
    found, (frame,) = ruled(without_line(scanned.table(8, 5), **lost))
    assert shape(frame) == (8, 5, 40)
    assert found.completed  # however well the cells are those of a form


def test_a_text_over_columns_has_its_own_row_though_nothing_is_left_of_the_line_under_it():
    pixels = scanned.table(8, 5)
    pixels[TOP + 3 : TOP + HEIGHT - 2, LEFT + 3 : LEFT + 5 * WIDTH - 2] = 255
    without_line(pixels, row=1)
    pixels[TOP + HEIGHT - 5 : TOP + HEIGHT + 5, LEFT + 3 : LEFT + 5 * WIDTH - 2] = 255
    cv2.putText(pixels, "HEADINGS", (LEFT + 200, TOP + 38), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (0, 0, 0), 2)
    found, (frame,) = ruled(pixels)
    assert len(frame.rows) == 9
    assert round(frame.rows[1] * SCALE) == pytest.approx(TOP + HEIGHT, abs=5)
    assert found.completed


def test_lines_of_one_text_in_a_cell_are_no_rows():
    pixels = scanned.table(8, 5)
    pixels[TOP + 3 : TOP + HEIGHT - 2, LEFT + 3 : LEFT + WIDTH - 2] = 255
    for text, down in (("FIRST", 24), ("LINES", 48)):
        cv2.putText(pixels, text, (LEFT + 14, TOP + down), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (0, 0, 0), 2)
    found, (frame,) = ruled(pixels)
    assert shape(frame) == (8, 5, 40)
    assert not told(found)


@pytest.mark.parametrize("every", [(30, 20), (60, 44)])  # more than are looked at, and nearly as many
def test_a_frame_full_of_figures_ends_soon(every):
    pixels = np.full((2339, 1653), 255, np.uint8)
    cv2.rectangle(pixels, (60, 60), (1590, 2280), 0, 2)
    cv2.line(pixels, (60, 300), (1590, 300), 0, 2)
    for y in range(80, 2270, every[1]):
        for x in range(80, 1570, every[0]):
            cv2.putText(pixels, "0", (x, y + 14), cv2.FONT_HERSHEY_SIMPLEX, 0.5, 0, 1)
    begun = time.process_time()
    _, (frame,) = ruled(cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB))
    assert time.process_time() - begun < 2.5
    assert frame.box.right > frame.box.left
