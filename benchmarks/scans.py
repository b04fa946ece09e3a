"""How surely does gouji read scans? Values, zeros, blanks, prose, time and memory, level by level.

Scans are generated (samples/scan.py), so the truth is known; a worker process does nothing but read them, so
that time and memory are the reader's alone. `--tune` takes the tuning seeds and shows what fails; `--peers N`
gives N reports of every level to others in the same run (benchmarks/scan_peers.py). Floors: key "scans" of
floors.json, by `--check` and `--pin`.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import statistics
import sys
import time
import traceback
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from benchmarks.accuracy import FLOORS, REPORTING, TUNING
from benchmarks.issuers import lettered
from bulk.process import keep_to_one_core
from findings import CATALOGUE
from samples import scan
from samples.reports import Sample, invent
from samples.scan_faces import FontMissing

# What is printed: figures as they are, all zero, blanks for zeros, marks for zeros, and a misprint.
OPTIONS: tuple[dict[str, object], ...] = (
    {"zero": False, "blanks": "zero"},
    {"zero": True, "blanks": "zero"},
    {"zero": False, "blanks": "blank"},
    {"zero": False, "blanks": "zero"},
    {"zero": True, "blanks": "zero"},
    {"zero": False, "blanks": "mark"},
    {"zero": False, "blanks": "zero", "misprint": True},
)
GROUPS = ("zero", "non-zero")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@dataclass
class Outcome:
    """Counts over the reports of one level and group. Values are counted where the page prints them.

    `lost_zeros` are lone zeros that came out as no number, `from_blank` figures read where nothing or a mark
    is printed. `named` are in review for the issuer's name alone; `misnamed` are names read wrongly, and
    `misnamed_verified` those nobody was told of. `pairs` are (confidence, right) of every figure read;
    `seconds` are processor seconds a page.
    """

    reports: int = 0
    values: int = 0
    exact: int = 0
    wrong: int = 0
    wrong_verified: int = 0
    missing: int = 0
    doubted: int = 0
    verified: int = 0
    verified_values: int = 0
    verifiable: int = 0
    named: int = 0
    misnamed: int = 0
    misnamed_verified: int = 0
    failed: int = 0
    zeros: int = 0
    lost_zeros: int = 0
    blanks: int = 0
    from_blank: int = 0
    characters: int = 0
    errors: int = 0
    memory: int = 0
    seconds: list[float] = field(default_factory=list)
    pairs: list[tuple[float, bool]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        """Take another outcome's counts in; memory is the largest of the two."""
        for name, value in vars(other).items():
            if name == "memory":
                self.memory = max(self.memory, value)
            else:
                setattr(self, name, getattr(self, name) + value)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One generated scan."""

    level: str
    seed: int
    sample: Sample
    data: bytes
    pages: int
    is_verifiable: bool = True

    @property
    def label(self) -> str:
        """What a failure is told under; enough to draw the scan again."""
        return f"{self.level} {self.seed}"


def invented(seed: int) -> Sample:
    """Return the sample of a seed, its edition and options in turn, its places lettered as real ones."""
    return lettered(with_rare_letters(seed))


def with_rare_letters(seed: int) -> Sample:
    """Return the same sample with the names that the generator gives places."""
    return invent(seed, edition=("2021", "2019")[seed % 2], **OPTIONS[seed % len(OPTIONS)])  # type: ignore[arg-type]


def drawn(level: str, seed: int, *, tables_only: bool) -> Case:
    """Return the scan of a seed at a level."""
    sample = invented(seed)
    pages = scan.scanned(sample, level=level, seed=seed, tables_only=tables_only)
    data = scan.packed(pages, scan.container_of(level, seed, len(pages)))
    return Case(level=level, seed=seed, sample=sample, data=data, pages=len(pages))


def read(data: bytes, name: str) -> dict[str, object]:
    """Return what gouji makes of a file, with processor seconds and peak memory in MB; runs in a worker."""
    from converters import convert
    from errors import ConversionError
    from normalize import normalize

    started = time.process_time()
    try:
        report = normalize(convert(data, name=name))
    except ConversionError as error:
        return {"error": str(error)}
    except Exception as error:  # noqa: BLE001  # a fault costs its report, not the run, and is told
        return {"error": f"fault: {error!r} at {traceback.extract_tb(error.__traceback__)[-1]}"}
    seconds = time.process_time() - started
    unit = 1 if sys.platform == "darwin" else 1024
    return {
        "report": report,
        "seconds": seconds,
        "memory": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6),
    }


def judge(case: Case, answer: dict, *, tables_only: bool) -> Outcome:
    """Return the counts of one scan against its truth."""
    is_verifiable = case.is_verifiable and case.sample.misprint is None
    outcome = Outcome(reports=1, values=len(case.sample.numbers), verifiable=is_verifiable)
    if "error" in answer:
        outcome.failed, outcome.missing = 1, outcome.values
        outcome.failures.append(f"{case.label}: {answer['error']}")
        return outcome
    report = answer["report"]
    outcome.verified = report.trust.status == "verified"
    outcome.verified_values = outcome.verified * outcome.values
    doubts = {reason.code for reason in report.trust.reasons if CATALOGUE[reason.code].doubts}
    outcome.named = doubts == {"reading.name"} and outcome.verifiable
    outcome.misnamed = report.issuer not in (None, case.sample.issuer)
    outcome.misnamed_verified = outcome.misnamed and outcome.verified
    if outcome.misnamed:
        outcome.failures.append(f"{case.label}: named {report.issuer} ({report.trust.status})")
    outcome.memory = answer["memory"]
    outcome.seconds.append(answer["seconds"] / case.pages)
    doubted = {value for reason in report.trust.reasons for value in reason.at}
    missing: dict[str, list[str]] = defaultdict(list)
    for value_id, truth in case.sample.numbers.items():
        value = report.values.get(value_id)
        number = value.number if value else None
        is_zero, is_right = case.sample.texts[value_id] == "0", number == truth
        outcome.zeros += is_zero
        outcome.blanks += truth is None
        outcome.doubted += value_id in doubted
        if number is not None:
            outcome.pairs.append((value.confidence, is_right))
        if is_right:
            outcome.exact += 1
            continue
        if number is None:
            outcome.missing += 1
            outcome.lost_zeros += is_zero
            missing[value.status if value else "no edition"].append(f"{value_id} {truth}")
            continue
        outcome.wrong += 1
        outcome.wrong_verified += outcome.verified
        outcome.from_blank += truth is None
        told = "told" if value_id in doubted else "untold"
        outcome.failures.append(
            f"{case.label}: {value_id} WRONG is {number}, printed {truth} "
            f"({report.trust.status}, {told}, {value.confidence:.4f}, {value.how}, {value.readings})"
        )
    outcome.failures += [
        f"{case.label}: {len(ids)} missing ({status}): {', '.join(ids[:4])}"
        for status, ids in missing.items()
    ]
    if outcome.verifiable and not outcome.verified:
        outcome.failures += [
            f"{case.label}: {reason.code} ({len(reason.at)}): {reason.message}"
            for reason in report.trust.reasons
        ]
    if not tables_only:
        outcome.characters, outcome.errors = _prose_errors(case.sample, report)
    return outcome


def _prose_errors(sample: Sample, report: object) -> tuple[int, int]:
    """Return how many characters the sections print, and the edits between them and what was read.

    What a report opens with before its first heading belongs to its first section.
    """
    read_texts = {section.id: "".join(section.paragraphs) for section in report.sections}
    characters = errors = 0
    for number, (name, _, paragraphs) in enumerate(sample.sections):
        opening = sample.preamble if number == 0 else ()
        printed = "".join("".join((*opening, *paragraphs)).split())
        characters += len(printed)
        errors += Levenshtein.distance(printed, "".join(read_texts.get(name, "").split()))
    return characters, errors


def first_seed(base: int, level: str) -> int:
    """Return the seed that a level's reports begin with: every level has reports of its own."""
    return base + 100_000 * list(scan.LEVELS).index(level)


def all_drawn(
    levels: list[str], base: int, count: int, *, tables_only: bool, minutes: float | None = None
) -> Iterator[Case]:
    """Yield the scans of all levels, as many of each until the time is over; seeds run up from `first_seed`.

    Levels take turns, so that they are even whenever that is.
    """
    until = None if minutes is None else time.monotonic() + 60 * minutes
    for number in range(count):
        if until is not None and time.monotonic() > until:
            say(f"the time is over after {number} reports a level")
            break
        for level in levels:
            yield drawn(level, first_seed(base, level) + number, tables_only=tables_only)


def measure(cases: Iterable[Case], jobs: int, *, tables_only: bool) -> Iterator[tuple]:
    """Yield (level, group, outcome) of every report as it is done. While workers read, scans are drawn."""
    context = multiprocessing.get_context("spawn")  # a worker must not inherit what drew the scans
    keep_to_one_core()  # as the workers of a run do
    under_way: deque[tuple[Case, Future]] = deque()

    def first_done() -> tuple:
        case, answer = under_way.popleft()
        return case.level, _group(case.sample), judge(case, answer.result(), tables_only=tables_only)

    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        pool.submit(read, *_warming()).result()
        for case in cases:
            under_way.append((case, pool.submit(read, case.data, f"{case.seed}.scan")))
            if len(under_way) > jobs:
                yield first_done()
        while under_way:
            yield first_done()


def _warming() -> tuple[bytes, str]:
    """Return a first scan that is not counted: loading models is not reading."""
    case = drawn("scan200", 0, tables_only=True)
    return case.data, "warm.scan"


def _group(sample: Sample) -> str:
    return GROUPS[any(sample.numbers.values())]


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.3f} %" if whole else "-"


def table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *([str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def show(found: dict[tuple[str, str], Outcome]) -> str:
    """Return the tables that people read."""
    head = (
        "level",
        "group",
        "reports",
        "values",
        "exact",
        "wrong",
        "wrong in verified",
        "missing",
        "doubted",
        "verified",
        "in review for the name alone",
        "names wrong, in verified",
        "lone zeros lost",
        "figures from blanks",
        "s a page (median)",
        "MB",
    )
    rows = [
        (
            level,
            group,
            outcome.reports,
            outcome.values,
            percent(outcome.exact, outcome.values),
            outcome.wrong,
            outcome.wrong_verified,
            outcome.missing,
            outcome.doubted,
            f"{outcome.verified} of {outcome.verifiable}",
            outcome.named,
            f"{outcome.misnamed}, {outcome.misnamed_verified}",
            f"{outcome.lost_zeros} of {outcome.zeros}",
            f"{outcome.from_blank} of {outcome.blanks}",
            f"{statistics.median(outcome.seconds):.2f}" if outcome.seconds else "-",
            outcome.memory,
        )
        for (level, group), outcome in found.items()
    ]
    whole = Outcome()
    for outcome in found.values():
        whole.add(outcome)
    lines = [table(head, rows)]
    if whole.characters:
        prose = [
            (level, group, outcome.characters, percent(outcome.errors, outcome.characters))
            for (level, group), outcome in found.items()
        ]
        lines.append(table(("level", "group", "characters of prose", "character errors"), prose))
    lines.append(
        f"{whole.wrong} wrong of {whole.values} values, {whole.wrong_verified} of them in the "
        f"{whole.verified} verified of {whole.reports} reports; {bound(whole)}"
    )
    return "\n\n".join(lines)


def bound(whole: Outcome) -> str:
    """Return what no wrong value among n says about the rate: below 3/n (95 %)."""
    if whole.wrong_verified or not whole.verified:
        return "no bound can be given."
    rate = 3e6 / whole.verified_values
    return f"{whole.verified_values} verified values, so the rate lies below {rate:.0f} in a million (95 %)."


def floors_of(found: dict[tuple[str, str], Outcome]) -> dict[str, dict[str, int]]:
    """Return what may not get worse, by level and group.

    Reports whose figures are all sure count as verified here, though their name may not be.
    """
    keys = ("reports", "exact", "wrong", "wrong_verified", "misnamed_verified", "lost_zeros", "from_blank")
    return {
        f"{level} {group}": {
            **{key: int(getattr(outcome, key)) for key in keys},
            "verified": outcome.verified + outcome.named,
            "named": outcome.named,
        }
        for (level, group), outcome in found.items()
    }


def fallen(now: dict[str, dict[str, int]], floors: dict[str, dict[str, int]]) -> list[str]:
    """Return what fell below its floor; a level measured on another number of reports is told as such."""
    better = {
        "exact": 1,
        "verified": 1,
        "wrong": -1,
        "wrong_verified": -1,
        "misnamed_verified": -1,
        "named": -1,
        "lost_zeros": -1,
        "from_blank": -1,
    }
    told = []
    for name, counts in now.items():
        floor = floors.get(name)
        if floor is None or floor["reports"] != counts["reports"]:
            told.append(f"{name}: no floor for these reports; --pin after looking at the numbers")
            continue
        told += [
            f"{name}: {key} was {floor.get(key, 0)} and is {counts[key]}"
            for key, sign in better.items()
            if sign * (counts[key] - floor.get(key, 0)) < 0
        ]
    return told


def main() -> int:
    """Measure, print, and compare with the pinned floors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=20, help="reports a level")
    parser.add_argument("--level", action="append", choices=scan.LEVELS, help="all levels when left out")
    parser.add_argument(
        "--minutes", type=float, help="stop after so many, with as many reports of every level"
    )
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--tune", action="store_true", help="use the tuning seeds and show what fails")
    parser.add_argument("--base", type=int, help="use seeds from here up and show what fails")
    parser.add_argument(
        "--prose", action="store_true", help="whole reports instead of title and tables alone"
    )
    parser.add_argument("--peers", type=int, default=0, help="reports a level that other readers get too")
    parser.add_argument("--check", action="store_true", help="end with 1 if anything fell below its floor")
    parser.add_argument("--pin", action="store_true", help="write the floors of the measured levels anew")
    parser.add_argument("--pairs", type=Path, help="write (confidence, right) of every figure read here")
    parser.add_argument("--json", type=Path, help="write all counts here")
    arguments = parser.parse_args()
    levels = arguments.level or list(scan.LEVELS)
    base = arguments.base or (TUNING if arguments.tune else REPORTING)
    found: dict[tuple[str, str], Outcome] = {}
    cases = all_drawn(
        levels, base, arguments.reports, tables_only=not arguments.prose, minutes=arguments.minutes
    )
    for level, group, outcome in measure(cases, arguments.jobs, tables_only=not arguments.prose):
        found.setdefault((level, group), Outcome()).add(outcome)
        if arguments.tune or arguments.base:
            say("\n".join(outcome.failures))
    print(show(found), flush=True)
    if arguments.peers:
        from benchmarks import scan_peers

        print("\n" + scan_peers.compare(levels, base, arguments.peers), flush=True)
    return _keep(found, arguments)


def _keep(found: dict[tuple[str, str], Outcome], arguments: argparse.Namespace) -> int:
    """Write what was asked for and return the exit code."""
    if arguments.pairs:
        pairs = [pair for outcome in found.values() for pair in outcome.pairs]
        arguments.pairs.write_text(json.dumps(pairs), encoding="utf-8")
    if arguments.json:
        counts = {" ".join(key): {**asdict(outcome), "pairs": None} for key, outcome in found.items()}
        arguments.json.write_text(json.dumps(counts, indent=1), encoding="utf-8")
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    if arguments.pin:
        floors["scans"] = {**floors.get("scans", {}), **floors_of(found)}
        FLOORS.write_text(json.dumps(floors, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    told = fallen(floors_of(found), floors.get("scans", {})) if arguments.check else []
    if arguments.check:
        print("\n".join(told) or "nothing fell below its floor")
    return 1 if told else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except FontMissing as error:
        sys.exit(str(error))
