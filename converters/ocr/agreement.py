"""What to take from several readings of one cell, and how surely it is right.

Every reading holds a few texts possible. The text that all readings together hold likeliest is taken; how far
it is ahead of the next one, and whether the readings agree, was counted on cells of known text, which gives
the probability that it is right (agreement.json, made by `python -m benchmarks.agreement calibrate`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, log
from pathlib import Path
from typing import Literal

from converters.ocr.figures import THIRD
from converters.ocr.glyphs import UNKNOWN, is_none, plain
from document import Reading

# What a reading gives to a text that it does not name: less than to any that it does.
_UNNAMED = 1e-4
_MOST = 0.5
# However sure of itself, a reading alone is less than what is taken as sure (0.999): two must agree, and none
# of several may see another figure. What two leave in doubt a third does not settle.
_ALONE = 0.998
# Nor is a mark for none surer than this, below what is sure on a worn page: of a 7 a fax may leave the upper
# stroke alone, and of 6,000 marks with margins of 17 and more 4 were a 7 or a 1 that leans.
_MARK = 0.9997
# A reading that sees a character which is in no figure, and nothing else, forbids to tell a number (0.9):
# boxes that are printed for a missing glyph were read as 0 by one reader and as none by the other.
_FORBIDDEN, _NAMED = 0.85, 0.01


# One witness; both agree on a figure; both on a mark for none or on nothing, for a 1 that leans is a slash to
# both; all three agree, where two left a doubt; one names another text first.
Kind = Literal["one", "both", "mark", "three", "apart"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """What readings say together about their likeliest text.

    `margin` is by how much the logarithm of its probability, added over readings, is ahead of the next text's
    that says something else, named or not: nothing and any mark for none say the same. `agreeing` says how
    many readings name it first, of `witnesses`, the third reader among them or not.
    """

    text: str
    margin: float
    witnesses: int
    agreeing: int
    has_third: bool


def agree(readings: Sequence[Reading]) -> tuple[str, float]:
    """Return the text to take from the readings of a cell, and the probability that it is what is printed.

    The text is given as the first reading that names it prints it. A cell without ink, or text that one
    engine read without candidates, keeps that reading's own confidence.
    """
    if not readings:
        return "", 0.0
    if len(readings) == 1 and not readings[0].candidates:
        return readings[0].text, readings[0].confidence
    two = [reading for reading in readings if reading.engine != THIRD.engine]
    found = weigh(two)
    probability = _probability(found)
    if len(two) < len(readings):
        # the third reader bears out what two agree on; it tells no number that they leave untold
        everything = weigh(readings)
        agrees = kind(everything) == "three"
        probability = max(probability, _probability(everything)) if agrees else min(probability, _ALONE)
    if any(_sees_no_figure(reading) for reading in readings):
        probability = min(probability, _FORBIDDEN)
    return found.text, probability


def _probability(found: Evidence) -> float:
    slope, start, most = _calibration()[kind(found)]
    return min(1 / (1 + exp(-(slope * found.margin + start))), most)


def _sees_no_figure(reading: Reading) -> bool:
    return UNKNOWN in reading.text and max(_named(reading).values(), default=0.0) < _NAMED


def kind(found: Evidence) -> Kind:
    """Return which curve tells how sure the evidence is."""
    if found.witnesses == 1:
        return "one"
    if found.agreeing < found.witnesses:
        return "apart"
    if found.has_third:
        return "three"
    return "mark" if is_none(plain(found.text)) else "both"


def weigh(readings: Sequence[Reading]) -> Evidence:
    """Return the text that all readings together hold likeliest; with equal ones the first reading's."""
    named = [_named(reading) for reading in readings]
    texts = list(dict.fromkeys(text for one in named for text in one)) or [""]
    scores = {text: sum(log(max(one.get(text, 0.0), _UNNAMED)) for one in named) for text in texts}
    ranked = sorted(texts, key=lambda text: -scores[text])
    best = ranked[0]
    others = [text for text in ranked[1:] if not (is_none(text) and is_none(best))]
    second = scores[others[0]] if others else len(named) * log(_UNNAMED)
    agreeing = sum(plain(reading.text) == best for reading in readings)
    if agreeing == len(readings) and min((one.get(best, 0.0) for one in named), default=0.0) < _MOST:
        # first of many is not likelier than not: what the readings leave unnamed may well be printed
        second = max(second, sum(log(max(1.0 - sum(one.values()), _UNNAMED)) for one in named))
    printed = next(
        (
            text
            for reading in readings
            for text in (reading.text, *(candidate for candidate, _ in reading.candidates))
            if plain(text) == best
        ),
        "",
    )
    return Evidence(
        text=printed,
        margin=scores[best] - second,
        witnesses=len(readings),
        agreeing=agreeing,
        has_third=any(reading.engine == THIRD.engine for reading in readings),
    )


def _named(reading: Reading) -> dict[str, float]:
    """Return the texts that a reading holds possible, as they are compared, with their probabilities.

    A text with a glyph that the reader does not know is none of them: it cannot be taken.
    """
    shares: dict[str, float] = {}
    for text, share in reading.candidates or ((reading.text, reading.confidence),):
        if UNKNOWN not in text:
            shares[plain(text)] = shares.get(plain(text), 0.0) + share
    return shares


@cache
def _calibration() -> dict[str, tuple[float, float, float]]:
    """Return for each kind of evidence slope and start of a logistic curve over the margin, and its most."""
    stored = json.loads(Path(__file__).with_name("agreement.json").read_text(encoding="utf-8"))
    curves = {name: (float(a), float(b), float(most)) for name, (a, b, most) in stored["curves"].items()}
    for name, bound in (("one", _ALONE), ("apart", _ALONE), ("three", _ALONE), ("mark", _MARK)):
        slope, start, most = curves[name]
        curves[name] = slope, start, min(most, bound)
    return curves
