"""Do other formats say what the Word file says? Reports of Word samples against those of .doc, .rtf, .odt.

LibreOffice writes the other formats, so what it loses in writing counts as a difference here, and is told by
variant; every file is then read as users' files are, each by a LibreOffice of its own. OFD is drawn by
samples/ofd.py and held against its truth, the Word file, and a PDF with everything at the same places.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median

from benchmarks.accuracy import Tally, judge
from converters import convert
from converters.legacy_office import program
from errors import ConversionError
from normalize import normalize
from report import Report
from samples import ofd, pdf, word
from samples.reports import Sample, invent

BASE = 47_000_000
FILTERS = {"doc": "MS Word 97", "rtf": "Rich Text Format", "odt": "writer8"}
STYLES: tuple[dict[str, object], ...] = (
    {"zero": False, "blanks": "zero"},
    {"zero": True},
    {"blanks": "blank"},
    {"misprint": True, "zero": False},
    {"blanks": "mark"},
)


@dataclass
class Agreement:
    """How many reports of a format and variant are those of the Word file, wholly or in their values."""

    files: int = 0
    same: int = 0
    same_values: int = 0
    same_trust: int = 0
    wrong_verified: int = 0
    seconds: list[float] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)


def sample_of(seed: int) -> tuple[Sample, str]:
    """Return the sample that belongs to a seed, and the variant that it is drawn in."""
    variant = word.VARIANTS[seed % len(word.VARIANTS)]
    style = STYLES[seed // len(word.VARIANTS) % len(STYLES)]
    return invent(seed, edition=("2019", "2021")[seed % 2], **style), variant  # type: ignore[arg-type]


def write(folder: Path, suffix: str, names: list[str]) -> None:
    """Let one LibreOffice write all the Word files of a folder in another format."""
    office = program()
    assert office is not None, "LibreOffice is not installed"
    command = [office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", f"{suffix}:{FILTERS[suffix]}", *names]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=3000)


def compare(ours: Report, data: bytes, name: str, agreement: Agreement) -> None:
    """Take a file into the agreement: is its report the one of the Word file?"""
    agreement.files += 1
    start = time.perf_counter()
    try:
        theirs = normalize(convert(data, name=name))
    except ConversionError as error:
        agreement.differences.append(f"{name}: {error}")
        return
    agreement.seconds.append(time.perf_counter() - start)
    values = {key: value.number for key, value in ours.values.items()}
    same_values = values == {key: value.number for key, value in theirs.values.items()}
    agreement.same += theirs == ours
    agreement.same_values += same_values
    agreement.same_trust += theirs.trust.status == ours.trust.status
    agreement.wrong_verified += theirs.trust.status == "verified" and not same_values
    if theirs != ours or theirs.trust.status != ours.trust.status:
        told = ("edition", "title", "issuer", "year", "date", "values", "sections", "unmapped")
        parts = [part for part in told if getattr(ours, part) != getattr(theirs, part)]
        reasons = sorted({reason.code for reason in theirs.trust.reasons})
        agreement.differences.append(f"{name}: {parts} {ours.trust.status} {theirs.trust.status} {reasons}")


def measure(base: int, count: int) -> dict[tuple[str, str], Agreement]:
    """Return the agreement by format and variant over `count` reports a format."""
    found: dict[tuple[str, str], Agreement] = defaultdict(Agreement)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        samples = {f"{seed}.docx": sample_of(seed) for seed in range(base, base + count)}
        for name, (sample, variant) in samples.items():
            (folder / name).write_bytes(word.draw(sample, variant=variant, seed=int(name[:-5])))
        for suffix in FILTERS:
            write(folder, suffix, list(samples))
            for name, (_, variant) in samples.items():
                ours = normalize(convert((folder / name).read_bytes(), name=name))
                made = (folder / name).with_suffix(f".{suffix}")
                compare(ours, made.read_bytes(), made.name, found[suffix, variant])
                made.unlink()
    return found


def measure_ofd(base: int, count: int) -> dict[str, tuple[Tally, Agreement, Agreement]]:
    """Return by look how OFD samples are read, and how they agree with Word files and with PDFs."""
    found: dict[str, tuple[Tally, Agreement, Agreement]] = {}
    looks = tuple(ofd.LOOKS)
    for seed in range(base, base + count):
        look = looks[seed % len(looks)]
        style = STYLES[seed // len(looks) % len(STYLES)]
        sample = invent(seed, edition=("2019", "2021")[seed % 2], **style)  # type: ignore[arg-type]
        tally, as_word, as_pdf = found.setdefault(look, (Tally(), Agreement(), Agreement()))
        data = ofd.draw(sample, look=look, seed=seed)
        report = normalize(convert(data, name=f"{seed}.ofd"))
        label = f"{look} {seed} {style}"
        tally.add(judge(sample, report, frozenset(sample.numbers), label, clean=True))
        writer = pdf.Writer(ofd.LOOKS[look].style, Random(f"ofd {look} {seed}"))
        for agreement, other in (
            (as_word, convert(word.draw(sample), name="word")),
            (as_pdf, convert(writer.write(sample), name="pdf")),
        ):
            compare(normalize(other), data, f"{seed}.ofd", agreement)
    return found


def show_ofd(found: dict[str, tuple[Tally, Agreement, Agreement]]) -> None:
    """Print a line a look, and what all come to."""
    print(f"{'look':16}{'files':>7}{'recovered':>14}{'wrong':>7}{'verified':>10}{'as Word':>9}{'as PDF':>8}")
    every = Tally()
    for look, (tally, as_word, as_pdf) in found.items():
        every.add(tally)
        recovered = f"{tally.recovered}/{tally.recoverable}"
        print(
            f"{look:16}{tally.reports:7}{recovered:>14}{tally.wrong:7}"
            f"{tally.clean_verified:6}/{tally.clean}{as_word.same:9}{as_pdf.same:8}"
        )
    times = [second for _, as_word, _ in found.values() for second in as_word.seconds]
    print(
        f"ofd: {every.recovered} of {every.recoverable} values of {every.reports} reports, "
        f"{every.wrong} wrong; "
        f"{sum(one.same for _, one, _ in found.values())} as the Word file, "
        f"{sum(one.same for _, _, one in found.values())} as the PDF; "
        f"median {1000 * median(times):.0f} ms, least {1000 * min(times):.0f} ms"
    )
    for tally, _, as_pdf in found.values():
        for line in (*tally.failures, *(f"as pdf: {one}" for one in as_pdf.differences)):
            print(line)


def show(found: dict[tuple[str, str], Agreement]) -> None:
    """Print a line a format and variant, and what a format's come to."""
    print(f"{'format':8}{'variant':20}{'files':>7}{'same':>7}{'values':>8}{'trust':>7}{'wrong ver.':>12}")
    for (suffix, variant), one in sorted(found.items()):
        counts = f"{one.files:7}{one.same:7}{one.same_values:8}{one.same_trust:7}{one.wrong_verified:12}"
        print(f"{suffix:8}{variant:20}{counts}")
    for suffix in FILTERS:
        ones = [one for (kind, _), one in found.items() if kind == suffix]
        times = [second for one in ones for second in one.seconds]
        same, files = sum(one.same for one in ones), sum(one.files for one in ones)
        print(
            f"{suffix}: {same} of {files} reports the same, {sum(one.same_values for one in ones)} with the "
            f"same values; median {median(times):.1f} s, least {min(times):.1f} s"
        )
    for one in found.values():
        for line in one.differences:
            print(line)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=int, default=BASE)
    parser.add_argument(
        "--count", type=int, default=4 * len(word.VARIANTS), help="reports a format, 0 for none"
    )
    parser.add_argument("--ofd", type=int, default=360, help="0 for none")
    arguments = parser.parse_args()
    if arguments.count:
        show(measure(arguments.base, arguments.count))
    if arguments.ofd:
        show_ofd(measure_ofd(arguments.base, arguments.ofd))


if __name__ == "__main__":
    main()
