"""RapidOCR's recognition model on lines of text: the engine that reads everything.

Only the model is used, at each line's own width (the pipeline pads all to 320 px, which costs 24 ms instead
of 5 ms a cell), and its probabilities are kept, so that a figure comes with what else it may be.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from converters.ocr import ctc, models
from converters.ocr.forms import Forms, forms_among, in_one_form
from converters.ocr.glyphs import as_figures
from converters.ocr.ink import Grey
from converters.ocr.widths import fitted
from document import Reading

_HEIGHT = 48  # pixels; what the model was made for
# Lines are filled up to multiples of these widths, in pixels, by clean paper on their right. Figures want
# some of it: filled up to steps of the model's own, 8 pixels, 5 of 2,300 fewer were surely read.
_STEP, _FIGURE_STEP = 8, 16
_LEAST = 32  # pixels that a line is run at
# Letters of running text may stand closer than they are printed. Small ones are enlarged to the model's
# height, which adds nothing to read, so their width need not grow along: it is this share of the scan's own,
# within these shares of what the height asks for. Of 2,500 characters of labels in 9 pt at four levels 117
# were misread so and 119 at 0.7 of the width, which took two fifths longer; of 860 characters of prose in 15
# pt two more at 0.7 than at full width. Figures keep their width.
_KEPT, _MOST_SQUEEZED, _SQUEEZED = 0.75, 0.5, 0.7
_DOUBTFUL = 0.8  # labels of ordinary scans are read more surely
# Titles and names stand on lines no longer than so many heights; prose fills longer ones. Nothing else tells
# which character a name has: of 217 titles and signatures at nine levels 187 were read rightly at half of
# their width, 203 at all of it, and then none wrongly in which every character had 0.8 and more.
_SHORT = 26.0
_RUNNING = 3.0  # heights that running text is wide at least: in shorter lines a 、 was lost
_WIDEST = 4096  # no line of text is longer; a stray ruling may be, and is squeezed into 40 MB of answers
# Width of all lines of a batch together, in pixels; for every 8 of them come back 18,710 floats. Twice as
# much is no faster.
_BATCH_PIXELS = 1280

_BLOCKS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF))  # of Chinese characters that names are printed in
_OTHER = 0.02  # a character of less is none that a place may hold

_Put = tuple[Grey, tuple[int, ...]]  # a line, and where those end that it was put together of, in pixels


@dataclass(frozen=True, kw_only=True, slots=True)
class Character:
    """A character of a line: `middle` in pixels from its left, `others` what may stand there besides."""

    text: str
    share: float
    middle: float
    others: tuple[str, ...]


def recognise(lines: Sequence[Grey], *, figures: Sequence[bool], prose: bool = False) -> list[Reading]:
    """Return what each line says; lines are cut to their ink with a margin, dark on light.

    A line of `figures` comes with candidates: whole texts with probabilities. Short lines of `prose` are read
    at their full width. Other lines that are not surely read at the width that ordinary scans need are read
    once more, wider, and the surer reading stands.
    """
    whole = [one or (prose and is_short(line)) for one, line in zip(figures, lines, strict=True)]
    return _surely_read([(line, ()) for line in lines], figures, whole)


def characters(lines: Sequence[Grey]) -> list[list[Character]]:
    """Return the characters of lines of text, run at their whole width, each with what else it may be."""
    result = []
    for line in lines:
        scaled = _scaled(line, 1.0, _STEP)
        (steps,) = _run(scaled[None])
        steps = in_one_form(steps, _forms())
        pixels = scaled.shape[1] / len(steps) * line.shape[0] / _HEIGHT  # of the line, a step
        result.append(
            [
                Character(
                    text=text,
                    share=share,
                    middle=(place + 0.5) * pixels,
                    others=tuple(
                        _characters()[one]
                        for one in np.flatnonzero(steps[round(place)] >= _OTHER)
                        if one and _characters()[one] != text
                    ),
                )
                for text, share, place in ctc.placed(steps, _characters())
            ]
        )
    return result


def recognise_stacks(stacks: Sequence[Sequence[Grey]]) -> list[Reading]:
    """Return what lines of text that stand under each other say, each stack read as one line.

    Lines are cut as above; in the text a line break stands between them. Of labels in narrow cells, a
    character or two a line, 18 of 156 were misread line by line and are not beside the others of their word;
    one is only then.
    """
    none = [False] * len(stacks)
    return _surely_read([_beside(stack) for stack in stacks], none, none)


def is_wide(stack: Sequence[Grey]) -> bool:
    """Say whether lines put side by side would be wider than any line of text."""
    return bool(
        sum(line.shape[1] for line in stack) * _HEIGHT > _WIDEST * max(line.shape[0] for line in stack)
    )


def _beside(stack: Sequence[Grey]) -> _Put:
    """Return lines as one, in the middle of its height."""
    height = max(line.shape[0] for line in stack)
    level = [
        cv2.copyMakeBorder(
            line, (height - line.shape[0]) // 2, (height - line.shape[0] + 1) // 2, 0, 0,
            cv2.BORDER_CONSTANT, value=255,
        )
        for line in stack
    ]  # fmt: skip
    ends = tuple(int(end) for end in np.cumsum([line.shape[1] for line in stack[:-1]]))
    return np.asarray(np.concatenate(level, axis=1), dtype=np.uint8), ends


def _surely_read(lines: Sequence[_Put], figures: Sequence[bool], whole: Sequence[bool]) -> list[Reading]:
    """Return what each line says, those of text that are not surely read from a wider picture as well."""
    results = _read(lines, figures, whole, _MOST_SQUEEZED)
    again = [
        number
        for number, (line, _) in enumerate(lines)
        if not whole[number]
        and results[number].confidence < _DOUBTFUL
        and _squeezed(line, _MOST_SQUEEZED) < _squeezed(line, _SQUEEZED)
    ]
    none = [False] * len(again)
    wider = _read([lines[number] for number in again], none, none, _SQUEEZED)
    for number, reading in zip(again, wider, strict=True):
        if reading.confidence > results[number].confidence:
            results[number] = reading
    return results


def _read(
    lines: Sequence[_Put], figures: Sequence[bool], whole: Sequence[bool], narrowest: float
) -> list[Reading]:
    """Return what each line says, run at its whole width or a share of it, `narrowest` at least."""
    results: dict[int, Reading] = {}
    by_width: dict[int, list[int]] = defaultdict(list)
    squeezed = [
        1.0 if wide else _squeezed(line, narrowest) for (line, _), wide in zip(lines, whole, strict=True)
    ]
    scaled = [
        _scaled(line, share, _FIGURE_STEP if figure else _STEP)
        for (line, _), figure, share in zip(lines, figures, squeezed, strict=True)
    ]
    for number, line in enumerate(scaled):
        by_width[line.shape[1]].append(number)
    for width, numbers in sorted(by_width.items()):
        together = max(1, _BATCH_PIXELS // width)
        for start in range(0, len(numbers), together):
            batch = numbers[start : start + together]
            steps = _run(np.stack([scaled[number] for number in batch]))
            for number, one in zip(batch, steps, strict=True):
                line, ends = lines[number]
                pixels = squeezed[number] * _HEIGHT / line.shape[0] / width * len(one)
                results[number] = _reading(one, [end * pixels for end in ends], figure=figures[number])
    return [results[number] for number in range(len(lines))]


def is_short(line: Grey) -> bool:
    """Say whether a line is no longer than titles and names are."""
    height, width = line.shape
    return bool(width <= _SHORT * height)


def _squeezed(line: Grey, narrowest: float) -> float:
    """Return the share of its width that a line of text is run at."""
    height, width = line.shape
    return min(max(_KEPT * height / _HEIGHT, narrowest), _SQUEEZED) if width >= _RUNNING * height else 1.0


def _scaled(line: Grey, squeezed: float, step: int) -> Grey:
    """Return a line at the model's height and a share of its width, filled up to steps of some pixels."""
    height, width = line.shape
    wanted = min(max(1, round(width * squeezed * _HEIGHT / height)), _WIDEST)
    full = max(-(-wanted // step) * step, _LEAST)
    way = cv2.INTER_AREA if height > _HEIGHT else cv2.INTER_CUBIC
    resized = cv2.resize(line, (wanted, _HEIGHT), interpolation=way)
    filled = cv2.copyMakeBorder(resized, 0, 0, 0, full - wanted, cv2.BORDER_CONSTANT, value=255)
    return np.asarray(filled, dtype=np.uint8)


def _run(batch: Grey) -> ctc.Probabilities:
    """Return lines x steps x characters for lines x 48 x width."""
    grey = batch.astype(np.float32) / 127.5 - 1.0
    coloured = np.repeat(grey[:, None], 3, axis=1)
    (steps,) = models.session(models.RECOGNITION).run(None, {"x": coloured})
    return np.asarray(steps, dtype=np.float32)


def _reading(steps: ctc.Probabilities, ends: Sequence[float], *, figure: bool) -> Reading:
    """Return what a line says; a break stands in its text at each of `ends`, in steps from its left."""
    if not figure:
        steps = in_one_form(steps, _forms())
        placed = ctc.placed(steps, _characters())
        text = fitted([(character, place) for character, _, place in placed])
        of_line = [bisect_right(ends, place + 0.5) for _, _, place in placed]
        text = "\n".join(
            "".join(character for character, line in zip(text, of_line, strict=True) if line == number)
            for number in range(len(ends) + 1)
        )
        confidence = min(share for _, share, _ in placed) if placed else ctc.greedy(steps, _characters())[1]
        return Reading(engine=models.engine(), text=text, confidence=confidence)
    found = as_figures(ctc.candidates(steps, _characters(), most=8))
    text, confidence = found[0] if found else ("", 0.0)
    return Reading(engine=models.engine(), text=text, confidence=confidence, candidates=found)


@cache
def _characters() -> tuple[str, ...]:
    """Return the model's characters in its order: blank, those of its own list, space."""
    stored = models.session(models.RECOGNITION).get_modelmeta().custom_metadata_map["character"]
    return ("", *stored.splitlines(), " ")


@cache
def _forms() -> Forms:
    return forms_among(_characters())


@cache
def letters() -> str:
    """Return the Chinese characters that a page may print, those that the model does not know among them.

    A letter that it does not know (垅) is read as another, which nothing would speak against if only the
    model's own were compared. Traditional forms of Simplified characters are left out.
    """
    traditional = {_characters()[number] for number in _forms().traditional}
    known = {one for one in _characters() if is_letter(one)}
    every = {chr(one) for first, last in _BLOCKS for one in range(first, last + 1)}
    return "".join(sorted(known.union(every) - traditional))


def is_letter(character: str) -> bool:
    """Say whether a character is a Chinese letter, and no mark or digit."""
    return unicodedata.name(character, "").startswith("CJK UNIFIED") if len(character) == 1 else False
