"""Rows of a table that begin later or end earlier than the others."""

from __future__ import annotations

from converters.ragged import without_ragged_sides
from converters.rulings import Filled, Frame, Ruling, Word, fill, frames
from document import Box
from drawing import draw, parse

HEIGHT = 10.0


def across(y: float, start: float, stop: float) -> Ruling:
    return Ruling(horizontal=True, position=y, start=start, stop=stop)


def down(x: float, start: float, stop: float) -> Ruling:
    return Ruling(horizontal=False, position=x, start=start, stop=stop)


def word(text: str, x: float, y: float) -> Word:
    return Word(text=text, box=Box(left=x, top=y, right=x + 10, bottom=y + 10))


def read(*words: Word, rulings: list[Ruling]) -> Filled:
    frame: Frame
    (frame,) = frames(rulings, HEIGHT)
    return without_ragged_sides(fill(frame, words, height=HEIGHT), frame)


def rows(*, ends_early: bool) -> list[Ruling]:
    """Two rows of two cells; the second row's last cell reaches out farther than the first's."""
    edge = 100 if ends_early else 130
    return [
        across(0, 0, edge),
        across(20, 0, 130),
        across(40, 0, 130),
        down(0, 0, 40),
        down(50, 0, 40),
        *([down(100, 0, 20)] if ends_early else [down(100, 0, 20), down(130, 0, 20)]),
        down(130, 20, 40),
    ]


WORDS = word("a", 10, 5), word("b", 70, 5), word("1", 10, 25), word("2", 70, 25)


def test_it_takes_off_places_beyond_the_end_of_a_row():
    assert draw(read(*WORDS, rulings=rows(ends_early=True)).grid) == draw(parse("| a | b |\n| 1 | 2 |"))


def test_it_keeps_a_blank_cell_that_is_ruled_all_around():
    grid = read(*WORDS, rulings=rows(ends_early=False)).grid
    assert draw(grid) == draw(parse("| a | b |  |\n| 1 | 2 | < |"))


def test_it_keeps_what_has_text():
    grid = read(*WORDS, word("x", 110, 5), rulings=rows(ends_early=True)).grid
    assert draw(grid) == draw(parse("| a | b | x |\n| 1 | 2 | < |"))


def test_it_leaves_a_table_without_outer_sides_alone():
    open_sided = [across(y, 0, 150) for y in (0, 20, 40)] + [down(50, 0, 40), down(100, 0, 40)]
    grid = read(word("a", 10, 5), word("1", 70, 5), rulings=open_sided).grid
    assert draw(grid) == draw(parse("| a | 1 |  |\n|  |  |  |"))


def test_it_leaves_a_table_with_a_stub_alone():
    words = word("a", 10, 5), word("b", 70, 5), word("c", 10, 25), word("2", 70, 25)
    grid = read(*words, rulings=rows(ends_early=True)).grid
    assert draw(grid) == draw(parse("| a | b |  |\n| c | 2 | < |"))
