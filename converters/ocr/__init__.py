"""Engines that read ink, behind one verb: crops -> what each engine reads, with candidates and confidence."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal, cast, get_args

from converters.ocr import figures as nets
from converters.ocr import groups, lookalikes, models, names, rapid, signs, strokes, tesseract
from converters.ocr.agreement import agree
from converters.ocr.detection import find_lines, upright
from converters.ocr.glyphs import UNKNOWN, as_mark, is_figure, may_be_figure, plain
from converters.ocr.ink import (
    THIN_SHARE,
    Grey,
    Ink,
    Line,
    cut,
    is_cut_off,
    look,
    without_grain,
    without_specks,
)
from converters.ocr.lines import Usual, blank, of_figure, usual
from converters.ocr.lines import lines as lines_of
from converters.ocr.spacing import closed_up
from converters.ocr.words_beside import Parted, are_read, has_words, parted, with_words
from document import Reading
from errors import MissingProgram

__all__ = ["REMAINS", "agree", "find_lines", "look", "reader", "recognise", "upright"]

# RapidOCR and our own reader of figures come with the installation, so every machine reads alike; the
# environment variable GOUJI_OCR asks for Tesseract beside them, or in RapidOCR's place.
Engines = Literal["rapid", "tesseract", "both"]

_INK = "ink"  # the engine of a reading that no engine made: there is nothing to read
# What is said of a cell that a character runs out of: that it is blank is as likely as not, and none of its
# readings holds all that is printed.
_HALF = 0.5
_CUT_OFF = Reading(engine=_INK, text=UNKNOWN, confidence=1.0, candidates=((UNKNOWN, 1.0),))
# Margins as shares of the ink's height. RapidOCR does as well with 0.02 to 0.25 (27 to 29 wrong of 400 worn
# cells); Tesseract sees no lone digit with less than 0.3.
_MARGIN, _TESSERACT_MARGIN = 0.15, 0.45
# A lone 1 of 17 pixels with room around it looks to RapidOCR like 置 or 星 now and then: of 8 it read 6 with
# a margin of 0.15 and all with 0.05; of 40 on a noisy page all with either. Less sure than this it looks
# twice.
_CLOSE, _ODD = 0.05, 0.9
# Lines of labels, so many at most, are put side by side with less room between them than lines have, and read
# one by one where they are not as sure as this.
_STACK_MARGIN, _MOST_STACKED, _STACKED = 0.1, 12, 0.9
# A dash has no height of its own; it is given this share of the figures' height on the page.
_FLAT = 0.85
_STANDS = 0.999  # from here on a figure needs no sum's word
# Ink that is lighter than this share of the table's figures, and not read surely, is what is left of a seal
# after its colour was taken out, or grain: 0.41 at most on scans at eleven levels, where no figure of 20,000
# was lighter than 0.63. A worn one may be, so what any reader takes for a figure, by that share at least,
# stays a doubt. Dashes are, down to 0.38; they are read surely, or else say no more than a blank. What is
# lighter than the lightest of them by half is no level stroke: grain of a coarse JPEG is a dash to readers,
# and what is left of a seal 二.
REMAINS, _TOLD, _LIKELY, _NO_PRINT = 0.42, 0.85, 0.4, 0.2
_LEVEL = ("-", "=", "二", "三")
_REMAINS = Reading(engine=_INK, text="", confidence=0.9995)
# Figures are lower than the letters of labels by a quarter, never by half.
_FIGURE, _LOWEST = 0.75, 0.5
_OF_ROW = 0.45  # of a row's height, where dashes stand alone


def recognise(
    crops: Sequence[Grey], *, figures: bool | Sequence[bool], prose: bool = False
) -> list[tuple[Reading, ...]]:
    """Return the readings of each crop, one an engine: grey crops of cells or lines, dark ink on light.

    `figures` says of all or each crop whether it is short and likely one figure; such a crop is read with
    candidates and by every witness. A crop without ink gives one empty reading of the engine "ink", with the
    probability that it is blank. Lines of a crop are joined by a line break. Crops of one page belong in one
    call: what is usual among them tells a dash from dirt. In lines of `prose` 无 is a word and no mark.

    Raises MissingProgram when the engine or its models are not installed.
    """
    wanted = [figures] * len(crops) if isinstance(figures, bool) else list(figures)
    inks, beside = _inks(crops, wanted)
    lines = [lines_of(ink, beside) for ink in inks]
    if not prose:  # where a lone dash is 一, or the rest of a line
        marks = _marks(inks, lines, beside.height)
        wanted = [figure or number in marks for number, figure in enumerate(wanted)]
    lines = [of_figure(one, beside) if figure else one for one, figure in zip(lines, wanted, strict=True)]
    texts = [number for number in range(len(crops)) if lines[number] and not wanted[number]]
    cells = [number for number in range(len(crops)) if lines[number] and wanted[number]]
    cut_off = [is_cut_off(ink, height=beside.height, contrast=beside.contrast) for ink in inks]
    results: dict[int, tuple[Reading, ...]] = {
        number: (Reading(engine=_INK, text="", confidence=_HALF if is_cut else blank(ink, beside)),)
        for number, (ink, is_cut) in enumerate(zip(inks, cut_off, strict=True))
    }
    read = _texts(texts, inks, lines, beside.height, prose=prose)
    results |= {number: (reading,) for number, reading in zip(texts, read, strict=True)}
    if not prose:
        results |= _witnessed(texts, read, inks, beside)
        # what was taken for text and reads as a figure is read as figures are: a slash alone reads as 1, a
        # lone 0 as O
        for number, reading in zip(texts, read, strict=True):
            if may_be_figure(reading.text) and not as_mark(reading.text):
                inks[number] = _of_figure(look(crops[number]), beside)
                lines[number] = of_figure(lines_of(inks[number], beside), beside)
                cells += [number] if lines[number] else []
    results |= dict(zip(cells, _figures(cells, inks, lines, beside.height), strict=True))
    worded: dict[int, Parted] = {} if prose else _worded(results, crops, beside)
    for number, found in worded.items():
        inks[number], lines[number] = found.ink, [found.figure]
    results |= dict(zip(worded, _figures(list(worded), inks, lines, beside.height), strict=True))
    witnessed = [number for number, readings in results.items() if len(readings) > 1]
    compared = _compared([results[one] for one in witnessed], [inks[one] for one in witnessed])
    results |= dict(zip(witnessed, compared, strict=True))
    results |= {one: with_words(found, results[one]) for one, found in worded.items()}
    results |= {one: (*results[one], _CUT_OFF) for one in {*cells, *worded} if cut_off[one]}
    if not prose:
        results |= {
            number: (_REMAINS,)
            for number, ink in enumerate(inks)
            if ink.darkest < REMAINS * beside.contrast
            and not cut_off[number]
            and (
                not results[number][0].text
                or agree(results[number])[1] < _TOLD
                or (plain(results[number][0].text) in _LEVEL and ink.darkest < _NO_PRINT * beside.contrast)
            )
            and not _names_figure(results[number])
        }
    return [results[number] for number in range(len(crops))]


def _names_figure(readings: Sequence[Reading]) -> bool:
    """Say whether one of the two readers takes a crop for a figure, or holds it possible that it is one.

    The third sees figures in what is left of a seal.
    """
    asked = [reading for reading in readings if reading.engine != nets.THIRD.engine]
    named = [(reading.text, reading.confidence) for reading in asked]
    named += [candidate for reading in asked for candidate in reading.candidates]
    return any(share >= _LIKELY and any(one.isdigit() for one in plain(text)) for text, share in named)


def reader() -> str:
    """Return names and versions of the engines, for `Source.reader`.

    Raises MissingProgram when none is installed.
    """
    chosen = _engines()
    names = [] if chosen == "tesseract" else [models.engine()]
    if chosen != "rapid":
        names.append(tesseract.engine())
    return ", ".join([*names, nets.SECOND.engine, nets.THIRD.engine])


def _inks(crops: Sequence[Grey], wanted: Sequence[bool]) -> tuple[list[Ink], Usual]:
    """Return the ink of each crop, without grain, of figures without specks; and what is usual of figures."""
    inks = [
        look(crop) if figure else look(crop, share=THIN_SHARE)
        for crop, figure in zip(crops, wanted, strict=True)
    ]
    beside = usual([ink for ink, figure in zip(inks, wanted, strict=True) if figure])
    letters = usual([ink for ink, figure in zip(inks, wanted, strict=True) if not figure])
    rows = sorted(ink.contrast.shape[0] for ink, figure in zip(inks, wanted, strict=True) if figure)
    # cells of dashes tell nothing of figures; what is higher than a row is no letter, but what is left of a
    # ruling in a label's cell
    is_letter = not rows or letters.height <= rows[len(rows) // 2]
    if beside.height < _LOWEST * letters.height and is_letter:
        beside = Usual(height=_FIGURE * letters.height, contrast=beside.contrast or letters.contrast)
    elif not beside.height and beside.contrast:
        beside = replace(beside, height=_OF_ROW * rows[len(rows) // 2])
    inks = [without_grain(ink, height=beside.height, contrast=beside.contrast) for ink in inks]
    inks = [_of_figure(ink, beside) if figure else ink for ink, figure in zip(inks, wanted, strict=True)]
    return inks, beside


def _of_figure(ink: Ink, beside: Usual) -> Ink:
    return closed_up(without_specks(ink, height=beside.height))


def _marks(inks: Sequence[Ink], lines: Sequence[Sequence[Line]], height: float) -> dict[int, Reading]:
    """Return the crops that hold a lone stroke, as a mark for none is: no text, however thin it is."""
    alone = [number for number, found in enumerate(lines) if len(found) == 1]
    read = _strokes([(inks[number], lines[number][0]) for number in alone], height, upright=False)
    return {number: reading for number, reading in zip(alone, read, strict=True) if reading}


def _strokes(places: Sequence[tuple[Ink, Line]], height: float, *, upright: bool) -> list[Reading | None]:
    """Return what geometry reads in lines that are single strokes; of `upright` figures no 1 leans."""
    read = [strokes.stroke(*place, usual_height=height, upright=upright) for place in places]
    return groups.of_marks(places, read)


def _texts(
    numbers: Sequence[int],
    inks: Sequence[Ink],
    lines: Sequence[Sequence[Line]],
    height: float,
    *,
    prose: bool,
) -> list[Reading]:
    """Return what crops of text say, one reading each by one engine.

    Lines of a label are read as one, so that each character has those of its word beside it; where that is
    not sure, line by line as well.
    """
    stacks = {} if prose or _engines() == "tesseract" else _stacks(numbers, inks, lines)
    results = dict(zip(stacks, rapid.recognise_stacks(list(stacks.values())), strict=True))
    unsure = {
        number
        for number, reading in results.items()
        if reading.confidence < _STACKED or "" in reading.text.split("\n")
    }
    rest = [number for number in numbers if number not in results or number in unsure]
    places = [(number, line) for number in rest for line in lines[number]]
    read = _first(inks, places, height, figures=False, prose=prose)
    for number, parts in zip(rest, _by_crop(rest, places, read), strict=True):
        alone = _joined(parts)
        if number not in results or alone.confidence > results[number].confidence:
            results[number] = alone
    return [results[number] for number in numbers]


def _stacks(
    numbers: Sequence[int], inks: Sequence[Ink], lines: Sequence[Sequence[Line]]
) -> dict[int, list[Grey]]:
    """Return the lines of crops that have several, all in the height that their letters have."""
    result: dict[int, list[Grey]] = {}
    for number in numbers:
        if 1 < len(lines[number]) <= _MOST_STACKED:
            height = _FLAT * max(line.height for line in lines[number])
            stack = [
                cut(inks[number], line, margin=_STACK_MARGIN, least_height=height) for line in lines[number]
            ]
            if not rapid.is_wide(stack):
                result[number] = stack
    return result


def _witnessed(
    numbers: Sequence[int], read: Sequence[Reading], inks: Sequence[Ink], beside: Usual
) -> dict[int, tuple[Reading, Reading]]:
    """Return two readings of crops whose text is a mark for none, 无 for instance, without dirt beside it.

    Such a mark is as good as a figure, so it is read by the second witness too; specks beside it are no text.
    """
    marks: dict[int, Reading] = {}
    bands = []
    for number, reading in zip(numbers, read, strict=True):
        ink = without_specks(inks[number], height=beside.height)
        found = of_figure(lines_of(ink, beside), beside)
        mark = as_mark(reading.text)
        if mark and len(found) == 1:
            marks[number] = replace(reading, text=mark, candidates=((mark, reading.confidence),))
            bands.append(nets.band(ink, found[0], least_height=_FLAT * beside.height))
    return {
        number: (mark, own) for (number, mark), own in zip(marks.items(), nets.recognise(bands), strict=True)
    }


def _worded(read: Mapping[int, Sequence[Reading]], crops: Sequence[Grey], beside: Usual) -> dict[int, Parted]:
    """Return the crops that show a figure with words beside it, where these read alone are the same."""
    found: dict[int, Parted] = {}
    for number, readings in read.items():
        if not has_words(readings[0].text):
            continue
        ink = without_specks(look(crops[number]), height=beside.height)
        alone = lines_of(ink, beside)
        one = parted(readings[0], ink, alone[0]) if len(alone) == 1 else None
        if one is not None:
            found[number] = one
    inks = [one.whole for one in found.values()]
    places = [(place, line) for place, one in enumerate(found.values()) for line in one.words]
    words = _by_crop(range(len(found)), places, _first(inks, places, beside.height, figures=False))
    return {
        number: one for (number, one), said in zip(found.items(), words, strict=True) if are_read(one, said)
    }


def _figures(
    numbers: Sequence[int], inks: Sequence[Ink], lines: Sequence[Sequence[Line]], height: float
) -> list[tuple[Reading, ...]]:
    """Return what cells of figures say: readings of the first engine, the second witness, any third."""
    places = [(number, line) for number in numbers for line in lines[number]]
    crops = [(inks[number], line) for number, line in places]
    single = _strokes(crops, height, upright=strokes.are_upright(crops))
    own = nets.recognise(
        [nets.band(inks[number], line, least_height=_FLAT * height) for number, line in places]
    )
    single = groups.without_zeros(crops, single, own)
    columns = [_grouped(inks, places, single, own, height), own]
    if _engines() == "both":
        columns.append(tesseract.recognise(_cuts(inks, places, height, _TESSERACT_MARGIN), figures=True))
    whole = [[_joined(parts) for parts in _by_crop(numbers, places, column)] for column in columns]
    return _with_third(dict(zip(numbers, zip(*whole, strict=True), strict=True)), places, inks, height)


def _with_third(
    read: Mapping[int, tuple[Reading, ...]],
    places: Sequence[tuple[int, Line]],
    inks: Sequence[Ink],
    height: float,
) -> list[tuple[Reading, ...]]:
    """Return the readings of crops, of those that they leave in doubt the third reader's as well."""
    unsure = [number for number, readings in read.items() if agree(readings)[1] < _STANDS]
    wanted = frozenset(unsure)
    asked = [(number, line) for number, line in places if number in wanted]
    bands = [nets.band(inks[number], line, least_height=_FLAT * height) for number, line in asked]
    parts = _by_crop(unsure, asked, nets.recognise(bands, nets.THIRD))
    third = {
        number: replace(_joined(of_one), is_further=True)
        for number, of_one in zip(unsure, parts, strict=True)
    }
    return [(*readings, third[one]) if one in third else readings for one, readings in read.items()]


def _grouped(
    inks: Sequence[Ink],
    places: Sequence[tuple[int, Line]],
    single: Sequence[Reading | None],
    own: Sequence[Reading],
    height: float,
) -> list[Reading]:
    """Return the first engine's readings: of strokes what is given, of look-alikes what two of them say."""
    read = {number: stroke for number, stroke in enumerate(single) if stroke}

    def ask(numbers: Sequence[int]) -> None:
        wanted = [number for number in numbers if number not in read]
        found = _first(inks, [places[number] for number in wanted], height, figures=True)
        read.update(zip(wanted, found, strict=True))

    alike = groups.alike([(inks[number], line) for number, line in places], own)
    told = {number for group in alike for number in group[2:]}
    ask([number for number in range(len(places)) if number not in told])
    for group in alike:
        shared = groups.shared([read[number] for number in group[:2]], own[group[0]])
        if shared is None:
            continue
        for number in group[2:]:
            # what is not sure with a look-alike's reading may be with its own
            if number not in read and agree((shared, own[number]))[1] >= _STANDS:
                read[number] = shared
    ask(range(len(places)))
    return [read[number] for number in range(len(places))]


def _compared(read: Sequence[tuple[Reading, ...]], inks: Sequence[Ink]) -> list[tuple[Reading, ...]]:
    """Return readings, with a further one where something speaks against a digit or bears out a figure."""
    results = [*read]
    taken = [agree(readings) for readings in results]
    texts = [text for text, _ in taken]
    against = lookalikes.contradictions(inks, texts)
    for found in against:
        results[found.crop] = (*results[found.crop], lookalikes.doubt(found, texts[found.crop]))
    sure = [probability >= _STANDS for _, probability in taken]
    for number in lookalikes.borne_out(inks, texts, sure) - {found.crop for found in against}:
        results[number] = (*results[number], lookalikes.witness(texts[number]))
    for number, (ink, is_sure) in enumerate(zip(inks, sure, strict=True)):
        sign = signs.doubt(ink, read[number])
        if not is_sure:
            sign = sign or signs.borne_out(ink, read[number], least=_STANDS)
        results[number] = (*results[number], sign) if sign else results[number]
    return results


def _first(
    inks: Sequence[Ink],
    places: Sequence[tuple[int, Line]],
    height: float,
    *,
    figures: bool,
    prose: bool = False,
) -> list[Reading]:
    """Return what the first engine reads in lines of crops.

    A figure in which it sees some letter or other, none surely, it sees again cut closer.
    """
    if _engines() == "tesseract":
        return tesseract.recognise(_cuts(inks, places, height, _TESSERACT_MARGIN), figures=figures)
    lines = _cuts(inks, places, height, _MARGIN)
    read = rapid.recognise(lines, figures=[figures] * len(places), prose=prose)
    if prose:
        return names.settled(lines, read)
    if not figures:
        return read
    odd = [
        number
        for number, reading in enumerate(read)
        if reading.confidence < _ODD and not is_figure(plain(reading.text))
    ]
    close = rapid.recognise(
        _cuts(inks, [places[number] for number in odd], height, _CLOSE), figures=[True] * len(odd)
    )
    for number, reading in zip(odd, close, strict=True):
        if is_figure(plain(reading.text)):
            read[number] = reading
    return read


def _cuts(
    inks: Sequence[Ink], places: Sequence[tuple[int, Line]], height: float, margin: float
) -> list[Grey]:
    return [cut(inks[number], line, margin=margin, least_height=_FLAT * height) for number, line in places]


def _by_crop(
    numbers: Sequence[int], places: Sequence[tuple[int, Line]], readings: Sequence[Reading]
) -> list[list[Reading]]:
    gathered: dict[int, list[Reading]] = {number: [] for number in numbers}
    for (number, _), reading in zip(places, readings, strict=True):
        gathered[number].append(reading)
    return [gathered[number] for number in numbers]


def _joined(parts: Sequence[Reading]) -> Reading:
    """Return the lines of a crop as one reading, as sure as the least sure of them."""
    if len(parts) == 1:
        return parts[0]
    text = "\n".join(part.text for part in parts)
    return Reading(engine=parts[0].engine, text=text, confidence=min(part.confidence for part in parts))


def _engines() -> Engines:
    """Return which engines are to read."""
    chosen = os.environ.get("GOUJI_OCR", "rapid")
    if chosen not in get_args(Engines):
        message = f"GOUJI_OCR is {chosen!r}; it may be {', '.join(get_args(Engines))}"
        raise MissingProgram(message)
    return cast("Engines", chosen)
