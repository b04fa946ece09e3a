"""What others make of the same scanned pages, in the same run.

They are given what gouji has to find for itself: a figure counts as found when its text lies inside the true
sides of its cell, wherever their own tables run. So reading alone is measured, and generously. gouji gets the
report's file and must put every figure under its value id; the others get its pages, one by one, as PNG.
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from samples import scan
from samples.reports import Sample
from samples.scan import ScannedPage

# left, top, right, bottom in pixels, and the text that stands there
Piece = tuple[float, float, float, float, str]
PEER_SECONDS = 300


def by_gouji(path: Path) -> dict[str, str | None]:
    """Return the number that gouji puts under each value id, as text."""
    from converters import convert
    from normalize import normalize

    values = normalize(convert(path.read_bytes(), name=path.name)).values
    return {name: None if value.number is None else str(value.number) for name, value in values.items()}


def by_img2table(path: Path) -> list[Piece]:
    """Return the cells of img2table's tables, read with Tesseract."""
    from img2table.document import Image as Page
    from img2table.ocr import TesseractOCR

    tables = Page(str(path)).extract_tables(
        ocr=TesseractOCR(n_threads=1, lang="chi_sim+eng"), implicit_rows=False, borderless_tables=False
    )
    return [
        (cell.bbox.x1, cell.bbox.y1, cell.bbox.x2, cell.bbox.y2, cell.value or "")
        for table in tables
        for row in table.content.values()
        for cell in row
    ]


def by_rapidocr(path: Path) -> list[Piece]:
    """Return the lines that RapidOCR finds on the whole page."""
    found = _rapidocr()(str(path))
    if found.boxes is None:
        return []
    return [
        (*box.min(axis=0).tolist(), *box.max(axis=0).tolist(), text)
        for box, text in zip(found.boxes, found.txts, strict=True)
    ]


def _rapidocr() -> Callable:
    global _ENGINE
    if _ENGINE is None:
        from rapidocr import RapidOCR

        _ENGINE = RapidOCR(
            params={
                "Global.log_level": "error",
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )
    return _ENGINE


_ENGINE = None


def by_tesseract(path: Path) -> list[Piece]:
    """Return the words that Tesseract finds on the whole page."""
    import pytesseract

    words = pytesseract.image_to_data(
        Image.open(path), lang="chi_sim+eng", output_type=pytesseract.Output.DICT
    )
    return [
        (left, top, left + width, top + height, text)
        for left, top, width, height, text in zip(
            words["left"], words["top"], words["width"], words["height"], words["text"], strict=True
        )
        if text.strip()
    ]


PEERS: dict[str, Callable[[Path], list[Piece]]] = {
    "img2table with Tesseract": by_img2table,
    "RapidOCR, whole page": by_rapidocr,
    "Tesseract, whole page": by_tesseract,
}


@dataclass
class Score:
    """What a reader made of the value cells of some pages."""

    pages: int = 0
    failed: int = 0
    cells: int = 0
    exact: int = 0
    wrong: int = 0
    missing: int = 0
    zeros: int = 0
    lost_zeros: int = 0
    seconds: list[float] = field(default_factory=list)
    memory: float = 0.0

    def take_report(self, sample: Sample, numbers: dict[str, str | None] | None) -> None:
        """Count a report that gouji read: the number under each value id, nothing at all when it failed."""
        self.pages += 1
        self.failed += numbers is None
        for value_id, truth in sample.numbers.items():
            number = (numbers or {}).get(value_id)
            is_zero = sample.texts[value_id] == "0"
            is_right = number is None if truth is None else number is not None and Decimal(number) == truth
            self.cells += 1
            self.zeros += is_zero
            self.exact += is_right
            self.lost_zeros += is_zero and number is None
            self.missing += not is_right and number is None
            self.wrong += not is_right and number is not None

    def take(self, page: ScannedPage, pieces: list[Piece] | None) -> None:
        """Count a page: every value cell with the text inside it, no text at all when the reader failed."""
        self.pages += 1
        self.failed += pieces is None
        for box in page.page.cells:
            if not box.cell.is_value:
                continue
            printed, text = _key(box.cell.text), _key(_inside(page.corners(box), pieces or []))
            is_zero = printed == "0"
            self.cells += 1
            self.zeros += is_zero
            self.lost_zeros += is_zero and not text
            if not any(character.isdecimal() for character in printed):  # blank or a mark: no figure is right
                has_figure = any(character.isdecimal() for character in text)
                self.wrong += has_figure
                self.exact += not has_figure
                continue
            self.exact += text == printed
            self.missing += text != printed and not text
            self.wrong += text != printed and bool(text)

    def spent(self, answer: dict | None, pages: int) -> None:
        """Take in what a reading cost."""
        if answer is not None:
            self.seconds += [answer["seconds"] / pages] * pages
            self.memory = max(self.memory, answer["memory"])


def _key(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _inside(corners: np.ndarray, pieces: list[Piece]) -> str:
    """Return the texts whose middle lies inside a cell, from left to right."""
    within = [
        piece
        for piece in pieces
        if cv2.pointPolygonTest(
            corners, ((piece[0] + piece[2]) / 2, (piece[1] + piece[3]) / 2), measureDist=False
        )
        > 0
    ]
    return "".join(piece[4] for piece in sorted(within, key=lambda piece: piece[0]))


def compare(levels: list[str], base: int, count: int) -> str:
    """Return a table of what every reader makes of `count` reports of each level, title and tables alone."""
    from benchmarks.scans import first_seed, invented, percent, say, table

    scores = {(level, name): Score() for level in levels for name in ("gouji", *PEERS)}
    with tempfile.TemporaryDirectory() as folder:
        for level in levels:
            first = first_seed(base, level)
            for seed in range(first, first + count):
                sample = invented(seed)
                pages = scan.scanned(sample, level=level, seed=seed, tables_only=True)
                _take_all(scores, level, sample, pages, Path(folder))
            say(f"peers: {level}")
    rows = []
    for (level, name), score in scores.items():
        own = scores[level, "gouji"]
        seconds = statistics.median(score.seconds) if score.seconds else 0.0
        mine = statistics.median(own.seconds) if own.seconds else 0.0
        rows.append(
            (
                level,
                name,
                score.pages,
                score.failed,
                percent(score.exact, score.cells),
                score.wrong,
                score.missing,
                f"{score.lost_zeros} of {score.zeros}",
                f"{seconds:.2f}",
                f"{seconds / mine:.1f}" if mine else "-",
                f"{score.memory:.0f}",
            )
        )
    head = (
        "level",
        "reader",
        "pages",
        "failed",
        "cells exact",
        "wrong",
        "missing",
        "lone zeros lost",
        "s a page",
        "times gouji's",
        "MB",
    )
    return table(head, rows)


def _take_all(
    scores: dict[tuple[str, str], Score], level: str, sample: Sample, pages: list[ScannedPage], folder: Path
) -> None:
    """Give a report to every reader and count what comes back."""
    whole = folder / "report.scan"
    whole.write_bytes(scan.packed(pages, "tiff"))
    answer, own = _answer("gouji", whole), scores[level, "gouji"]
    own.take_report(sample, answer and answer["found"])
    own.pages += len(pages) - 1
    own.spent(answer, len(pages))
    for page in pages:
        path = folder / "page.png"
        path.write_bytes(scan.packed([page], "png"))
        for name in PEERS:
            answer = _answer(name, path)
            scores[level, name].take(page, answer and answer["found"])
            scores[level, name].spent(answer, 1)


def _answer(name: str, path: Path) -> dict | None:
    """Return what a reader makes of a file in a process of its own; None when it failed or took too long."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.scan_peers", "--peer", name, str(path)]
    try:
        done = subprocess.run(command, check=False, capture_output=True, timeout=PEER_SECONDS)
        return json.loads(done.stdout.splitlines()[-1])
    except (subprocess.TimeoutExpired, ValueError, IndexError):
        return None


def main() -> int:
    """Print what one reader makes of one page, with its processor time (children included) and memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", choices=("gouji", *PEERS), required=True)
    parser.add_argument("path", type=Path)
    arguments = parser.parse_args()
    read = by_gouji if arguments.peer == "gouji" else PEERS[arguments.peer]
    read(_warming(arguments.path.parent))  # loading models is not reading
    started = _processor_seconds()
    found = read(arguments.path)
    seconds = _processor_seconds() - started
    unit = 1 if sys.platform == "darwin" else 1024
    memory = max(
        resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(json.dumps({"found": found, "seconds": seconds, "memory": memory * unit / 1e6}))
    return 0


def _processor_seconds() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def _warming(folder: Path) -> Path:
    """Return a small page with a word on it, to warm a reader with."""
    path = folder / "warm.png"
    if not path.exists():
        page = np.full((300, 600), 255, np.uint8)
        cv2.putText(page, "2021", (60, 180), cv2.FONT_HERSHEY_SIMPLEX, 4, 0, 6)
        buffer = io.BytesIO()
        Image.fromarray(page).save(buffer, "PNG", dpi=(200, 200))
        path.write_bytes(buffer.getvalue())
    return path


if __name__ == "__main__":
    sys.exit(main())
