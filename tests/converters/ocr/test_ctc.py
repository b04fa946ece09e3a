from __future__ import annotations

import itertools

import numpy as np
import pytest

from converters.ocr import ctc

CHARACTERS = ("", "0", "1", "7")


def steps(*rows: tuple[float, ...]) -> ctc.Probabilities:
    return np.array(rows, dtype=np.float32)


def all_ways(rows: ctc.Probabilities) -> dict[str, float]:
    """Every text's probability, by adding up every path."""
    result: dict[str, float] = {}
    for path in itertools.product(range(rows.shape[1]), repeat=len(rows)):
        text = "".join(CHARACTERS[one] for one, _ in itertools.groupby(path))
        share = float(np.prod([rows[step, one] for step, one in enumerate(path)]))
        result[text] = result.get(text, 0.0) + share
    return result


def test_repeats_are_one_character_and_a_blank_parts_them() -> None:
    sure = np.eye(4, dtype=np.float32)
    assert ctc.greedy(sure[[0, 1, 1, 0, 1, 3]], CHARACTERS)[0] == "007"
    assert ctc.candidates(sure[[0, 1, 1, 0, 1, 3]], CHARACTERS)[0] == ("007", 1.0)


def test_a_text_is_as_sure_as_its_least_sure_character() -> None:
    rows = steps((0.0, 0.9, 0.1, 0.0), (0.0, 0.95, 0.05, 0.0), (1.0, 0.0, 0.0, 0.0), (0.0, 0.1, 0.3, 0.6))
    text, confidence = ctc.greedy(rows, CHARACTERS)
    assert text == "07"
    assert confidence == pytest.approx(0.6)


def test_candidates_have_the_probability_of_all_ways_to_write_them() -> None:
    rows = np.random.default_rng(42_000_000).dirichlet([1.0, 0.3, 0.3, 0.3], 5).astype(np.float32)
    truth = all_ways(rows)
    for text, share in ctc.candidates(rows, CHARACTERS):
        assert share == pytest.approx(truth[text], rel=0.02)
    assert ctc.candidates(rows, CHARACTERS)[0][0] == max(truth, key=truth.__getitem__)


def test_a_line_of_blanks_is_empty_and_says_how_surely() -> None:
    rows = steps((0.8, 0.1, 0.1, 0.0), (0.9, 0.1, 0.0, 0.0))
    assert ctc.greedy(rows, CHARACTERS) == ("", pytest.approx(0.8))
    assert ctc.candidates(rows, CHARACTERS)[0][0] == ""
