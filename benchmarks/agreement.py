"""Counts how readings of cells err, alone and together, and fits what converters/ocr/agreement.py says.

    python -m benchmarks.agreement read readings.jsonl --base 10000000 --count 6
    python -m benchmarks.agreement read drawn.jsonl --count 300 --faces FOLDER_OF_FONTS...
    python -m benchmarks.agreement calibrate readings.jsonl drawn.jsonl     writes agreement.json
    python -m benchmarks.agreement calibrate readings.jsonl drawn.jsonl --kinds both one apart three
    python -m benchmarks.agreement report readings.jsonl        tables of errors and of probabilities kept

The last leaves the curve of marks for none as it is: drawn faces mixed in one page hide that figures lean.
Cells are cut out along their true sides, so that only reading is measured and nothing that finds tables.
Seeds from 10,000,000 on are for fitting, from 20,000,000 on for what is told.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

import numpy as np

from converters import ocr
from converters.ocr import agreement
from converters.ocr.glyphs import is_none, plain
from converters.scan_ink import ink, letter_height, marks
from converters.scan_seals import without_seals
from converters.scan_straight import flattened
from converters.scan_streaks import without_streaks
from document import Reading
from samples import crops, scan
from samples.reports import invent
from samples.scan_faces import HELD_APART
from samples.scan_layout import setting

# A cut along a ruling's middle leaves half of the ruling and its blur: 1.4 points are 4 pixels at 200 dpi.
_TRIM = 1.4
_CURVES = Path(agreement.__file__).with_name("agreement.json")
_INK = "ink"
_TOLD = 5.0  # margin from which on readings that agree are told at all: below it their curve is not needed
_SHOWN = 10  # wrong cells that show how errors depend on the margin


@dataclass(frozen=True, kw_only=True)
class Read:
    """A cell: what it prints, where it comes from, and what was read."""

    level: str
    face: str
    truth: str
    readings: tuple[Reading, ...]

    @property
    def is_zero(self) -> bool:
        """Whether it prints a lone zero."""
        return self.truth == "0"

    @property
    def is_count(self) -> bool:
        """Whether it prints a count or none. A minus or a point that ink lost is lost for every reader."""
        said = plain(self.truth)
        return is_none(said) or said.isdigit()

    def is_right(self, text: str) -> bool:
        """Whether a text says what is printed; nothing and any mark for none say the same."""
        said, printed = plain(text), plain(self.truth)
        return said == printed or (is_none(said) and is_none(printed))


def read(levels: Iterable[str], seeds: Iterable[int]) -> Iterator[Read]:
    """Yield the value cells of scans with their readings; all cells of a page are read in one call."""
    for level in levels:
        for seed in seeds:
            for scanned in scan.scanned(invent(seed), level=level, seed=seed, tables_only=True):
                scale = scanned.dpi / 72
                grey = scanned.pixels if scanned.pixels.ndim == 2 else without_seals(scanned.pixels, scale)
                flat = flattened(grey, scale)
                cleaned, _ = without_streaks(flat, letter_height(marks(ink(flat)), scale))
                page = replace(scanned, pixels=cleaned)
                boxes = [box for box in page.page.cells if box.cell.is_value and box.is_whole]
                found = ocr.recognise([scan.crop(page, box, _TRIM) for box in boxes], figures=True)
                for box, readings in zip(boxes, found, strict=True):
                    text = box.cell.text
                    yield Read(level=level, face=setting(seed).face, truth=text, readings=readings)


def read_crops(folders: Sequence[str], seed: int, count: int) -> Iterator[Read]:
    """Yield cells drawn in every face below the folders, `count` of each level of samples/crops.py.

    They are harder than scans of reports, so that curves are fitted where errors are.
    """
    faces = crops.faces(folders)
    for number, (name, level) in enumerate(crops.LEVELS.items()):
        random = np.random.default_rng([seed, number])
        drawn = []
        while len(drawn) < count:
            face = faces[int(random.integers(len(faces)))]
            text = crops.figure(random)
            # a threshold may leave nothing of a thin sign, and then there is nothing to read wrongly
            is_there = not (level.threshold and text[0] in "+-")
            if is_there and all(crops.has(face, one) for one in text):
                drawn.append((face, crops.draw(text, face, level, random)))
        found = ocr.recognise([crop.grey for _, crop in drawn], figures=True)
        for (face, crop), readings in zip(drawn, found, strict=True):
            yield Read(level=f"drawn {name}", face=face.name, truth=crop.text, readings=readings)


def _stored(path: Path) -> list[Read]:
    result = []
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = json.loads(line)
        readings = tuple(
            Reading(
                engine=engine,
                text=text,
                confidence=share,
                candidates=tuple((one, p) for one, p in candidates),
            )
            for engine, text, share, candidates in fields.pop("readings")
        )
        result.append(Read(**fields, readings=readings))
    return result


def _store(cells: Iterable[Read], path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        for cell in cells:
            readings = [[one.engine, one.text, one.confidence, one.candidates] for one in cell.readings]
            fields = {"level": cell.level, "face": cell.face, "truth": cell.truth, "readings": readings}
            file.write(json.dumps(fields, ensure_ascii=False) + "\n")


def _kinds(cells: Iterable[Read]) -> dict[str, list[tuple[float, bool]]]:
    """Return for each kind of evidence the margins, and whether the text taken was right, of counts alone."""
    result: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for cell in cells:
        if cell.is_count and cell.readings[0].candidates:
            found = agreement.weigh(cell.readings)
            result[agreement.kind(found)].append((found.margin, cell.is_right(found.text)))
            alone = agreement.weigh(cell.readings[:1])
            result["one"].append((alone.margin, cell.is_right(alone.text)))
            if len(cell.readings) > 2:  # the first two as if no further one had been asked
                two = agreement.weigh(cell.readings[:2])
                if (name := agreement.kind(two)) in ("both", "mark"):
                    result[name].append((two.margin, cell.is_right(two.text)))
    return result


def fit(pairs: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    """Return slope and start of the logistic curve through margins and outcomes (Platt 1999, his priors)."""
    margins = np.array([margin for margin, _ in pairs])
    right = np.array([is_right for _, is_right in pairs])
    good, bad = right.sum(), (~right).sum()
    wanted = np.where(right, (good + 1) / (good + 2), 1 / (bad + 2))
    terms = np.stack([margins, np.ones_like(margins)], axis=1)
    curve = np.array([0.3, 0.0])
    for _ in range(200):
        shares = 1 / (1 + np.exp(-np.clip(terms @ curve, -30, 30)))
        weight = shares * (1 - shares) + 1e-9
        step = np.linalg.solve(
            terms.T @ (terms * weight[:, None]) + 1e-3 * np.eye(2), terms.T @ (wanted - shares) - 1e-3 * curve
        )
        curve = curve + np.clip(step, -0.5, 0.5)
        if np.abs(step).max() < 1e-7:
            break
    return float(max(curve[0], 0.0)), float(curve[1])


def calibrate(cells: Sequence[Read]) -> dict[str, dict[str, object]]:
    """Return the curves and what they were fitted on."""
    kinds = _kinds(cells)
    counts = {
        name: {"cells": len(pairs), "wrong": sum(not is_right for _, is_right in pairs)}
        for name, pairs in sorted(kinds.items())
    }
    # Readings that agree may be wrong too seldom to show how that depends on the margin: then their curve is
    # fitted together with those that do not, which makes it too low rather than too high.
    told = {name: [pair for pair in kinds[name] if pair[0] >= _TOLD] for name in ("both", "mark", "three")}
    fitting = kinds | {
        name: pairs if counts[name]["wrong"] >= _SHOWN else [*pairs, *kinds["apart"]]
        for name, pairs in told.items()
    }
    fitted = {name: fit(pairs) for name, pairs in fitting.items()}
    # No curve promises more than the surer half of the cells kept: one more wrong than there were (Laplace).
    most = {name: _kept(pairs) for name, pairs in kinds.items()}
    curves = {
        name: [round(slope, 4), round(start, 4), round(most[name] if name in told else 1.0, 6)]
        for name, (slope, start) in sorted(fitted.items())
    }
    return {"curves": curves, "fitted_on": counts}


def _kept(pairs: Sequence[tuple[float, bool]]) -> float:
    """Return the share of the surer half that is right, by Laplace's rule."""
    surer = sorted(pairs)[len(pairs) // 2 :]
    return 1 - (sum(not is_right for _, is_right in surer) + 1) / (len(surer) + 2)


BINS = (0.0, 0.5, 0.9, 0.99, 0.999, 0.9999, 1.0)


def reliability(cells: Sequence[Read]) -> list[tuple[float, float, int, int, float]]:
    """Return bins of probability: from, to, cells, right ones, and the mean probability that was given."""
    given = [(share, cell.is_right(text)) for cell in cells for text, share in [ocr.agree(cell.readings)]]
    rows = []
    for low, high in zip(BINS, (*BINS[1:-1], 1.1), strict=False):
        inside = [(share, is_right) for share, is_right in given if low <= share < high]
        if inside:
            mean = sum(share for share, _ in inside) / len(inside)
            rows.append((low, min(high, 1.0), len(inside), sum(one for _, one in inside), mean))
    return rows


def report(cells: Sequence[Read]) -> Iterator[str]:
    """Yield the lines of the report: errors by level and witness, zeros apart, and the reliability."""
    groups: dict[str, Callable[[Read], bool]] = {
        "zero": lambda cell: cell.is_zero,
        "other": lambda cell: not cell.is_zero and bool(cell.truth.strip()),
        "blank": lambda cell: not cell.truth.strip(),
        "faces apart": lambda cell: cell.face in HELD_APART,
    }
    engines = list(dict.fromkeys(one.engine for cell in cells for one in cell.readings))
    yield "| level | cells | n | " + " | ".join(engines) + " | both agree, wrong | sure | sure, wrong |"
    yield "|---" * (6 + len(engines)) + "|"
    for level in [*dict.fromkeys(cell.level for cell in cells), "all"]:
        for name, belongs in groups.items():
            part = [cell for cell in cells if level in (cell.level, "all") and belongs(cell)]
            if part:
                yield _row(level, name, part, engines)
    yield ""
    yield "| probability given | n | right | mean given | kept |"
    yield "|---|---|---|---|---|"
    for low, high, count, right, mean in reliability(cells):
        yield f"| {low} to {high} | {count} | {right} | {mean:.5f} | {right / count:.5f} |"


def _row(level: str, name: str, part: Sequence[Read], engines: Sequence[str]) -> str:
    wrong = []
    for engine in engines:
        readings = [(cell, one) for cell in part for one in cell.readings if one.engine == engine]
        errors = sum(not cell.is_right(one.text) for cell, one in readings)
        wrong.append(f"{errors} of {len(readings)}" if readings else "")
    agreed = [
        cell for cell in part if len(cell.readings) > 1 and len({plain(r.text) for r in cell.readings}) == 1
    ]
    together = sum(not cell.is_right(cell.readings[0].text) for cell in agreed)
    taken = [(cell, *ocr.agree(cell.readings)) for cell in part]
    sure = [(cell, text) for cell, text, share in taken if share >= 0.999]
    false = sum(not cell.is_right(text) for cell, text in sure)
    numbers = [f"{together} of {len(agreed)}", f"{100 * len(sure) / len(part):.2f} %", str(false)]
    return f"| {level} | {name} | {len(part)} | " + " | ".join([*wrong, *numbers]) + " |"


def main() -> None:
    """Read, calibrate or report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=("read", "calibrate", "report"))
    parser.add_argument("readings", type=Path, nargs="+")
    parser.add_argument("--base", type=int, default=10_000_000)
    parser.add_argument("--count", type=int, default=6)
    parser.add_argument(
        "--faces", nargs="+", help="read drawn cells in the faces below these folders, no scans"
    )
    parser.add_argument("--levels", nargs="+", default=list(scan.LEVELS))
    parser.add_argument(
        "--kinds", nargs="+", choices=get_args(agreement.Kind), default=get_args(agreement.Kind)
    )
    chosen = parser.parse_args()
    if chosen.command == "read":
        seeds = range(chosen.base, chosen.base + chosen.count)
        cells = (
            read_crops(chosen.faces, chosen.base, chosen.count)
            if chosen.faces
            else read(chosen.levels, seeds)
        )
        _store(cells, chosen.readings[0])
        return
    stored = [cell for path in chosen.readings for cell in _stored(path)]
    if chosen.command == "calibrate":
        kept = json.loads(_CURVES.read_text(encoding="utf-8"))
        for part, found in calibrate(stored).items():
            kept[part] |= {kind: found[kind] for kind in chosen.kinds if kind in found}
        _CURVES.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    else:
        print("\n".join(report(stored)))


if __name__ == "__main__":
    main()
