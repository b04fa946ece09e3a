"""How exact is gouji? Values right, wrong, missing and doubted, by format and variant, against drawn truth.

Run `python -m benchmarks.accuracy --tune` while working and without it to report: the reporting seeds are
never looked at while tuning. Floors in floors.json are checked by `--check` and raised by `--pin`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from converters import convert
from normalize import normalize
from report import Report
from samples import pdf, shifts, text, web, word
from samples.reports import Sample, invent, traditional, with_extra_rows

FLOORS = Path(__file__).with_name("floors.json")
TUNING, REPORTING = 10_000_000, 20_000_000


@dataclass
class Tally:
    """Counts over the values of many reports. `recoverable` are the places a careful reader could fill."""

    reports: int = 0
    values: int = 0
    recoverable: int = 0
    recovered: int = 0
    right: int = 0
    wrong: int = 0
    wrong_verified: int = 0
    missing: int = 0
    doubted: int = 0
    verified: int = 0
    clean: int = 0
    clean_verified: int = 0
    misprints: int = 0
    misprints_told: int = 0
    misprints_located: int = 0
    imprint_right: int = 0
    zero_reports: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    digests: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Take another tally's counts in."""
        for name, value in vars(other).items():
            if isinstance(value, int):
                setattr(self, name, getattr(self, name) + value)
        self.reasons += other.reasons
        self.digests += other.digests
        self.failures += other.failures


def judge(sample: Sample, report: Report, recoverable: frozenset[str], label: str, *, clean: bool) -> Tally:
    """Return the tally of one report against its truth."""
    tally = Tally(reports=1, values=len(sample.numbers), recoverable=len(recoverable))
    tally.zero_reports = not any(sample.numbers.values())
    verified = report.trust.status == "verified"
    doubted = {value for reason in report.trust.reasons for value in reason.at}
    for value_id, truth in sample.numbers.items():
        value = report.values.get(value_id)
        number = value.number if value else None
        if _same(number, truth):
            tally.right += 1
            tally.recovered += value_id in recoverable
        elif number is None:
            tally.missing += 1
            if value_id in recoverable:
                tally.failures.append(
                    f"{label}: {value_id} missing ({value.status if value else 'no edition'})"
                )
        else:
            tally.wrong += 1
            tally.wrong_verified += verified
            tally.failures.append(f"{label}: {value_id} is {number}, printed {truth} ({report.trust.status})")
        tally.doubted += value_id in doubted
    tally.verified = verified
    if clean and sample.misprint is None:
        tally.clean, tally.clean_verified = 1, verified
        if not verified:
            tally.failures.append(
                f"{label}: not verified: {[reason.code for reason in report.trust.reasons][:4]}"
            )
    if sample.misprint is not None:
        tally.misprints = 1
        told = [reason for reason in report.trust.reasons if reason.code.startswith("source.")]
        tally.misprints_told = bool(told) and report.trust.status == "review"
        tally.misprints_located = any(sample.misprint in reason.at for reason in told)
        if not (tally.misprints_told and tally.misprints_located):
            tally.failures.append(f"{label}: misprint {sample.misprint} told {tally.misprints_told}")
    date = sample.date.isoformat() if sample.date else None
    mine = (report.edition, report.title, report.issuer, report.year, report.date)
    edition = None if " P15 " in label else sample.edition
    theirs = (edition, sample.title, sample.issuer, sample.year, date)
    tally.imprint_right = mine == theirs
    if mine != theirs:
        tally.failures.append(
            f"{label}: imprint {[pair for pair in zip(mine, theirs, strict=True) if pair[0] != pair[1]]}"
        )
    tally.reasons.update(reason.code for reason in report.trust.reasons)
    tally.digests.append(report.source.sha256)
    return tally


def _same(one: int | Decimal | None, other: int | Decimal | None) -> bool:
    return one == other and (one is None) == (other is None)


def _sample(seed: int, **options: object) -> Sample:
    return invent(seed, **options)  # type: ignore[arg-type]  # options are literal below


_STYLES: tuple[dict[str, object], ...] = (
    {},
    {"zero": True},
    {"blanks": "blank"},
    {"markers": True},
    {"misprint": True, "zero": False},
    {"label_noise": 0.2},
    {"blanks": "mark"},
)


def word_case(seed: int) -> tuple[str, Tally]:
    """Return the group and tally of one generated Word report."""
    variant = word.VARIANTS[seed % len(word.VARIANTS)]
    options = _STYLES[(seed // len(word.VARIANTS)) % len(_STYLES)]
    sample = _sample(seed, edition=("2019", "2021")[seed % 2], **options)
    if variant == "extra-rows":
        sample = with_extra_rows(sample, seed)
    report = normalize(convert(word.draw(sample, variant=variant, seed=seed), name=f"{seed}.docx"))
    clean = "label_noise" not in options
    label = f"word {variant} {seed} {options}"
    return f"word {variant}", judge(sample, report, frozenset(sample.numbers), label, clean=clean)


def text_case(seed: int) -> tuple[str, Tally]:
    """Return the group and tally of one generated text report."""
    flattening = text.FLATTENINGS[seed % len(text.FLATTENINGS)]
    turn = seed // len(text.FLATTENINGS)
    options = _STYLES[turn % len(_STYLES)]
    damage = (0.0, 0.0, 0.3)[(turn // len(_STYLES)) % 3]
    sample = _sample(seed, **options)
    flat = text.draw(sample, flattening=flattening, seed=seed, damage=damage)
    report = normalize(convert(flat.data, name=f"{seed}.txt"))
    label = f"text {flattening} {seed} damage {damage} {options} {flat.notes}"
    name = f"text {flattening}{' damaged' if damage else ''}"
    tally = judge(sample, report, flat.recoverable, label, clean=False)
    if sample.misprint is not None and (len(flat.recoverable) < len(sample.numbers) or flat.notes):
        tally.misprints = tally.misprints_told = tally.misprints_located = 0
    return name, tally


def pdf_case(seed: int) -> tuple[str, Tally]:
    """Return the group and tally of one report drawn straight to PDF."""
    style = tuple(pdf.STYLES)[seed % len(pdf.STYLES)]
    options = _STYLES[(seed // len(pdf.STYLES)) % len(_STYLES)]
    sample = _sample(seed, edition=("2019", "2021")[seed % 2], **options)
    report = normalize(convert(pdf.draw(sample, style=style, seed=seed), name=f"{seed}.pdf"))
    clean = "label_noise" not in options
    return f"pdf {style}", judge(
        sample, report, frozenset(sample.numbers), f"pdf {style} {seed} {options}", clean=clean
    )


def web_case(seed: int) -> tuple[str, Tally]:
    """Return the group and tally of one report drawn as a web page."""
    variant = web.VARIANTS[seed % len(web.VARIANTS)]
    options = _STYLES[(seed // len(web.VARIANTS)) % len(_STYLES)]
    sample = _sample(seed, edition=("2019", "2021")[seed % 2], **options)
    if "big5" in variant:
        sample = traditional(sample)
    report = normalize(convert(web.draw(sample, variant=variant, seed=seed), name=f"{seed}.html"))
    clean = "label_noise" not in options
    label = f"web {variant} {seed} {options}"
    return f"web {variant}", judge(sample, report, frozenset(sample.numbers), label, clean=clean)


def shift_case(seed: int) -> tuple[str, Tally]:
    """Return the tally of one planted shift; `wrong_verified` counts those that ended as verified."""
    sample = _sample(seed, zero=(True, False)[seed % 2])
    data, description = shifts.plant(sample, seed)
    name = f"{seed}.docx" if data[:2] == b"PK" else f"{seed}.txt"
    report = normalize(convert(data, name=name))
    tally = Tally(reports=1, verified=report.trust.status == "verified", digests=[report.source.sha256])
    if tally.verified:
        tally.wrong_verified = 1
        tally.failures.append(f"shift {seed} {name} {description}: verified")
    return f"shift {name[-4:].strip('.')}", tally


CASES = {"word": word_case, "text": text_case, "shift": shift_case, "pdf": pdf_case, "web": web_case}


def _run(task: tuple[str, int]) -> tuple[str, Tally]:
    kind, seed = task
    return CASES[kind](seed)


def measure(base: int, counts: dict[str, int], jobs: int) -> dict[str, Tally]:
    """Return the tallies by group over generated reports; the seeds run from `base` up."""
    tasks = [(kind, base + number) for kind, count in counts.items() for number in range(count)]
    groups: dict[str, Tally] = {}
    for name, tally in _results(tasks, jobs):
        groups.setdefault(name, Tally()).add(tally)
    return dict(sorted(groups.items()))


def _results(tasks: list[tuple[str, int]], jobs: int) -> Iterator[tuple[str, Tally]]:
    if jobs == 1:
        yield from map(_run, tasks)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(_run, tasks, chunksize=20)


def show(groups: dict[str, Tally]) -> str:
    """Return the table that people read."""
    heads = (
        "reports",
        "recovered",
        "wrong",
        "in verified",
        "missing",
        "verified",
        "clean ver.",
        "misprints",
        "imprint",
    )
    widths = (8, 12, 7, 12, 9, 9, 11, 10, 9)
    lines = [
        "group".ljust(26) + "".join(head.rjust(width) for head, width in zip(heads, widths, strict=True))
    ]
    for name, tally in groups.items():
        recovered = f"{100 * tally.recovered / tally.recoverable:.3f}%" if tally.recoverable else "-"
        clean = f"{100 * tally.clean_verified / tally.clean:.1f}%" if tally.clean else "-"
        misprints = f"{tally.misprints_located}/{tally.misprints}" if tally.misprints else "-"
        lines.append(
            f"{name:26}{tally.reports:8}{recovered:>12}{tally.wrong:7}{tally.wrong_verified:12}{tally.missing:9}"
            f"{tally.verified:9}{clean:>11}{misprints:>10}{tally.imprint_right:9}"
        )
    return "\n".join(lines)


def floors_of(groups: dict[str, Tally]) -> dict[str, dict[str, object]]:
    """Return what may not get worse, by group, with the hash of the files that it was measured on."""
    return {
        name: {
            "corpus": sha256("".join(sorted(tally.digests)).encode()).hexdigest()[:16],
            "reports": tally.reports,
            "recovered": tally.recovered,
            "wrong": tally.wrong,
            "wrong_verified": tally.wrong_verified,
            "clean_verified": tally.clean_verified,
            "misprints_located": tally.misprints_located,
        }
        for name, tally in groups.items()
    }


def fallen(groups: dict[str, Tally], floors: dict[str, dict[str, object]]) -> list[str]:
    """Return what fell below its floor; groups measured on other files than the floor's are told as such."""
    told = []
    for name, now in floors_of(groups).items():
        floor = floors.get(name)
        if floor is None or floor["corpus"] != now["corpus"]:
            told.append(f"{name}: no floor for these files; --pin after looking at the numbers")
            continue
        for key, better in _BETTER.items():
            if better * (now[key] - floor[key]) < 0:  # type: ignore[operator]  # whole numbers
                told.append(f"{name}: {key} was {floor[key]} and is {now[key]}")
    return told


_BETTER = {"recovered": 1, "clean_verified": 1, "misprints_located": 1, "wrong": -1, "wrong_verified": -1}


def main() -> int:
    """Measure, print, and compare with the pinned floors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tune", action="store_true", help="use the tuning seeds and show what fails")
    parser.add_argument("--word", type=int, default=2000)
    parser.add_argument("--text", type=int, default=4000)
    parser.add_argument("--shift", type=int, default=1000)
    parser.add_argument("--pdf", type=int, default=504)
    parser.add_argument("--web", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--check", action="store_true", help="end with 1 if anything fell below its floor")
    parser.add_argument("--pin", action="store_true", help="write the floors of the measured groups anew")
    parser.add_argument("--show", type=int, default=40, help="how many failures to show when tuning")
    arguments = parser.parse_args()
    counts = {kind: getattr(arguments, kind) for kind in CASES}
    groups = measure(TUNING if arguments.tune else REPORTING, counts, arguments.jobs)
    print(show(groups))
    if arguments.pin:
        floors = json.loads(FLOORS.read_text(encoding="utf-8")) | floors_of(groups)
        FLOORS.write_text(json.dumps(floors, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    if arguments.check:
        told = fallen(groups, json.loads(FLOORS.read_text(encoding="utf-8")))
        print("\n".join(told) or "nothing fell below its floor")
        return 1 if told else 0
    if arguments.tune:
        for name, tally in groups.items():
            for failure in tally.failures[: arguments.show]:
                print(name, "|", failure)
    return 0


if __name__ == "__main__":
    sys.exit(main())
