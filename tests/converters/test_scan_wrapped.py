"""Figures that were too wide for their cells, and go on under themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from converters import scan_cells, scan_page, scan_wrapped
from converters.rulings import Ruling, Word
from document import Box, Cell, Provenance, Reading
from tests.converters import scanned

WIDE = 200  # pixels


def page(column: int) -> tuple[scanned.Picture, Sequence[int], Sequence[int]]:
    """Seven narrow columns and a wide one, in a cell of whose third row 12 and 8 stand under each other."""
    pixels = scanned.paper(700, 800)
    xs, ys = (*range(100, 437, 48), 436 + WIDE), range(200, 489, 72)
    scanned.rule(pixels, xs, ys)
    for row in range(4):
        for one in range(8):
            if (row, one) != (2, column):
                scanned.write(pixels, str((3 * row + one) % 10), scanned.middle(xs, ys, row, one), 30)
    across, down = scanned.middle(xs, ys, 2, column)
    for text, under in (("12", -17), ("8", 17)):
        scanned.write(pixels, text, (across, down + under), 30)
    return pixels, xs, ys


def read(sheet: scan_page.Sheet) -> list[str]:
    """The texts of a page's only table that are more than a digit."""
    (frame,) = scan_page.ruled_tables(sheet)
    filled, _ = scan_page._table(sheet, frame, *scan_page._without_rulings(sheet, [frame]))
    return [cell.text for cell in filled.grid.cells if len(cell.text) > 1]


def test_a_figure_too_wide_for_its_cell_goes_on_under_itself():
    assert read(scanned.sheet(page(3)[0])) == ["128"]


def test_two_figures_under_each_other_in_a_wide_cell_are_two():
    assert read(scanned.sheet(page(7)[0])) == ["12\n8"]


def test_two_figures_with_a_line_in_doubt_between_them_are_two():
    pixels, xs, ys = page(3)
    sheet = scanned.sheet(pixels)
    start, at, stop = (x / sheet.scale for x in (xs[3], scanned.middle(xs, ys, 2, 3)[1], xs[4]))
    side = Ruling(horizontal=True, position=at, start=start, stop=stop)
    for name in ("doubts", "completed"):
        told = replace(sheet, ruled=replace(sheet.ruled, **{name: (side,)}))
        assert read(told) == ["12\n8"]


def with_texts(
    column: int, texts: Mapping[int, Sequence[tuple[str, int]]], *, blank: bool
) -> scanned.Picture:
    """The page above, with other texts in cells of its third row, each so far under the row's middle.

    A cell of the last row may be `blank`.
    """
    pixels, xs, ys = page(column)
    for one, shown in texts.items():
        pixels[ys[2] + 3 : ys[3] - 2, xs[one] + 3 : xs[one + 1] - 2] = 255
        across, down = scanned.middle(xs, ys, 2, one)
        for text, under in shown:
            scanned.write(pixels, text, (across, down + under), 30)
    if blank:
        pixels[ys[3] + 3 : ys[4] - 2, xs[0] + 3 : xs[1] - 2] = 255
    return pixels


PAIR = (("12", -17), ("8", 17))


@pytest.mark.parametrize(
    ("texts", "blank", "found"),
    [
        pytest.param({}, False, ["128"], id="one"),
        pytest.param(
            dict.fromkeys((0, 1, 4, 5), PAIR), False, ["128"] * 5, id="most, in a table without blanks"
        ),
        pytest.param(
            dict.fromkeys((0, 1, 4, 5), PAIR) | dict.fromkeys((2, 6, 7), (("4", -17),)),
            True,
            ["12\n8"] * 5,
            id="most, in one with blanks",
        ),
        pytest.param(
            dict.fromkeys((0, 1, 4, 5), PAIR), True, ["128"] * 5, id="others in the middle of both lines"
        ),
        pytest.param(dict.fromkeys((0, 1, 4), (("4", 17),)), False, ["128"], id="others lower"),
        pytest.param(dict.fromkeys((0, 1, 4), (("4", 17),)), True, ["12\n8"], id="others lower, with blanks"),
    ],
)
def test_figures_of_a_row_go_on_under_themselves_unless_they_may_be_two_rows(
    texts: Mapping[int, Sequence[tuple[str, int]]], found: list[str], *, blank: bool
):
    assert read(scanned.sheet(with_texts(3, texts, blank=blank))) == found


def test_figures_of_two_rows_whose_ruling_is_lost_are_two():
    """Beside the 4 in the wide cell were room for a further digit, so none of them is joined."""
    texts = {0: PAIR, 5: PAIR, 7: [("4", -17), ("6", 17)]}
    assert read(scanned.sheet(with_texts(3, texts, blank=False))) == ["12\n8", "12\n8", "12\n8", "4\n6"]


def test_a_row_in_which_every_figure_has_two_lines_may_be_two():
    words = [[Word(text=text, box=Box(left=0, top=top, right=9, bottom=top + 9)) for text, top in lines]
             for lines in ([("12", 0), ("8", 13)], [("34", 0), ("5", 13)], [("7", 0)])]  # fmt: skip
    assert not scan_wrapped._is_one_row(words[:2], 10.0, has_blanks=False)
    assert scan_wrapped._is_one_row(words, 10.0, has_blanks=False)


def row(*texts: str) -> list[list[Word]]:
    """Figures of one row, their lines under each other from its top on."""
    return [
        [
            Word(text=line, box=Box(left=0, top=13 * place, right=9, bottom=13 * place + 9))
            for place, line in enumerate(text.split())
        ]
        for text in texts
    ]


@pytest.mark.parametrize(
    ("figures", "is_one"),
    [
        (row("7,61 6", "697 6", "39 38 9"), True),
        (row("７，６１ ６", "697 6"), True),
        (row("7,616 5", "697 6"), False),
        (row("697 6", "39 38 9"), False),
        (row("7,61 6", "5,86 7 121"), False),
        (row("7,61 61", "697 6"), False),
        (row("12. 5", "697 6"), False),  # a speck
    ],
)
def test_figures_cut_behind_a_comma_are_of_one_row(figures: list[list[Word]], is_one: bool):  # noqa: FBT001
    assert scan_wrapped._is_one_row(figures, 10.0, has_blanks=False) is is_one
    assert scan_wrapped._is_one_row(figures, 10.0, has_blanks=True) is is_one


def at(*lines: tuple[str, float]) -> list[Word]:
    """A figure whose lines stand so far below the row's top."""
    return [Word(text=text, box=Box(left=0, top=top, right=9, bottom=top + 9)) for text, top in lines]


@pytest.mark.parametrize(
    ("figures", "is_one"),
    [
        ([at(("12", 6), ("8", 19)), at(("34", 12))], True),
        ([at(("12", 6), ("8", 19)), at(("34", 6))], False),  # set from the top, or of the upper row
        ([at(("12", 6), ("8", 19)), at(("34", 12)), at(("5", 32))], False),  # one of a row below
        # of the upper row one figure is in two lines and one in the middle beside it, below it is an 8
        ([at(("34", 6), ("5", 19)), at(("7", 12)), at(("12", 12), ("8", 38))], False),
        ([at(("7,61", 6), ("6", 19)), at(("12", 12), ("8", 38))], False),
    ],
)
def test_figures_beside_others_in_their_middle_are_of_one_row(figures: list[list[Word]], is_one: bool):  # noqa: FBT001
    single = [lines for lines in figures if len(lines) == 1]
    enough = [
        *figures,
        *(lines for lines in figures if len(lines) > 1 for _ in single),
    ]  # half have two lines
    assert scan_wrapped._is_one_row(enough, 10.0, has_blanks=True) is is_one


def test_a_speck_does_not_make_a_word_as_wide_as_its_cell():
    found = np.array([[40, 10, 52, 30, 90], [5, 2, 7, 4, 4]], dtype=np.int32)
    box = Box(left=0.0, top=0.0, right=80.0, bottom=40.0)
    cell = Cell(row=0, column=0, text="7", provenance=Provenance(box=box))
    (word,) = scan_cells.words(cell, box, found, 1.0)
    assert (word.box.left, word.box.right) == (40.0, 52.0)


# --- By the room that digits take, in points ---------------------------------------------------------------


def looked_at(
    *lines: tuple[str, float],
    width: float,
    height: float = 10.0,
    digits: Sequence[Sequence[float]] = (),
    left: float | None = None,
) -> Cell:
    """A cell so wide after its lines, each a text and how wide its ink is, were looked at as one figure.

    `digits` are the middles of those of each line whose ink is known, from the cell's left side. Lines stand
    in the cell's middle, or begin at `left`.
    """
    box = Box(left=0, top=0, right=width, bottom=40)
    words = [
        Word(
            text=text,
            box=Box(
                left=(width - wide) / 2 if left is None else left,
                top=5 + 14 * number,
                right=(width + wide) / 2 if left is None else left + wide,
                bottom=5 + 14 * number + height,
            ),
        )
        for number, (text, wide) in enumerate(lines)
    ]
    marks = [
        [middle - 2, 5 + 14 * number, middle + 2, 5 + 14 * number + height, 30]
        for number, middles in enumerate(digits)
        for middle in middles
    ]
    text = "\n".join(text for text, _ in lines)
    cell = Cell(
        row=0,
        column=0,
        text=text,
        confidence=1.0,
        provenance=Provenance(box=box),
        readings=(Reading(engine="one", text=text, confidence=1.0),),
    )
    found = np.array(marks, dtype=np.int32).reshape(-1, 5)
    is_one = scan_wrapped.is_wrapped(words, box, 3.0, found, 1.0)
    return scan_wrapped.joined(cell, words)[0] if is_one else cell


@pytest.mark.parametrize(
    ("lines", "width", "text"),
    [
        pytest.param((("12", 12.0), ("8", 5.5)), 24.0, "128", id="narrow"),
        pytest.param((("12", 12.0), ("8", 5.5)), 30.0, "12\n8", id="wide"),
        pytest.param((("12", 12.0), ("1", 1.5)), 24.0, "121", id="a 1 takes the room of any digit"),
        pytest.param((("12", 23.0), ("8", 5.5)), 44.0, "128", id="digits as wide as letters"),
        pytest.param((("12", 12.0), ("无", 10.0)), 24.0, "12\n无", id="no figure"),
    ],
)
def test_a_figure_goes_on_where_its_next_digit_had_no_room(
    lines: tuple[tuple[str, float], ...], width: float, text: str
):
    found = looked_at(*lines, width=width)
    assert (found.text, [reading.text for reading in found.readings]) == (text, [text])


@pytest.mark.parametrize(
    ("digits", "text"),
    [
        pytest.param(((12.5, 23.5), (18.0,)), "185", id="as wide as letters"),
        pytest.param(((15.0, 21.0), (18.0,)), "18\n5", id="half as wide"),
        pytest.param(((18.0,), (18.0,)), "18\n5", id="in one piece"),
    ],
)
def test_digits_are_as_wide_as_their_middles_are_apart(digits: Sequence[Sequence[float]], text: str):
    assert looked_at(("18", 15.0), ("5", 5.5), width=36.0, height=9.0, digits=digits).text == text


@pytest.mark.parametrize(
    ("left", "text"),
    [
        pytest.param(5.4, "59", id="in the middle of a square"),
        pytest.param(3.6, "5\n9", id="at the side, as others begin"),
        pytest.param(9.0, "5\n9", id="further in than any digit"),
        pytest.param(None, "5\n9", id="in the middle of its cell"),
    ],
)
def test_a_lone_digit_as_wide_as_letters_is_known_by_where_it_begins(left: float | None, text: str):
    assert looked_at(("5", 6.0), ("9", 6.0), width=25.0, height=9.0, left=left).text == text


def test_a_lone_digit_may_be_as_wide_as_letters():
    box = Box(left=0.0, top=0.0, right=25.0, bottom=40.0)
    words = [
        Word(text=text, box=Box(left=9.5, top=top, right=15.5, bottom=top + 9.0))
        for text, top in (("5", 5.0), ("9", 18.0))
    ]
    assert scan_wrapped.may_be_wrapped(words, box, 3.0)
    assert not scan_wrapped.may_be_wrapped(words, replace(box, right=40.0), 3.0)


@pytest.mark.parametrize(
    ("lefts", "padding"),
    [
        pytest.param((5.4, 5.5, 14.0, 6.1, 5.9), 5.4, id="several begin there"),
        pytest.param((3.0, 9.0, 14.0, 6.0, 12.0), 0.0, id="each begins elsewhere"),
        pytest.param((5.4, 5.4, 5.4), 0.0, id="too few"),
        pytest.param((9.0, 9.0, 9.0, 9.1), 6.0, id="never more than cells have"),
    ],
)
def test_padding_is_where_several_texts_begin(lefts: Sequence[float], padding: float):
    box = Box(left=20.0, top=0.0, right=60.0, bottom=20.0)
    held = [(box, [Word(text="0", box=Box(left=20 + x, top=5, right=26 + x, bottom=14))]) for x in lefts]
    middle = [(box, [Word(text="123456", box=Box(left=22, top=5, right=58, bottom=14))])] * 5
    assert scan_wrapped.padding_beside([*held, *middle, (box, [])], 10.0) == pytest.approx(padding)
