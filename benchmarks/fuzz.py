"""Damaged files by the thousand: does anything crash, hang, eat memory or give output that is no report?

Each seed damages one real sample (tests/hostile/mutations.py) and sends it through the same worker process
and limits as `gouji convert`. What ends as a bug (internal.*), hangs, or needs too much memory is kept under
--keep with its seed, and the command exits 1. Run: python -m benchmarks.fuzz --minutes 10
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

from jsonschema import Draft202012Validator

from bulk.archives import Refused
from bulk.local import outcomes
from bulk.opening import Opener
from bulk.sources import Input
from bulk.worker import Job, Limits, Outcome
from schema import text
from tests.hostile.mutations import mutate
from tests.hostile.originals import PASSWORD, originals

FIRST_SEED = 46_000_000
_BAD = ("internal.", "limit.")  # what no input may cause; within 20 s, that is
VALIDATED = 20  # one report in so many is held against the schema: that takes longer than converting it


def damaged(seed: int, kinds: frozenset[str]) -> tuple[str, bytes]:
    """Return name and bytes of the file that a seed gives; the name tells its seed and origin."""
    random = Random(seed)
    known = originals()
    kind = random.choice(sorted(kinds))
    name, data = random.choice(known[kind])
    others = [other for files in known.values() for _, other in files]
    return f"{seed}-{name}", mutate(random, kind, data, others)


def files(folder: Path, first: int, until: float, kinds: frozenset[str]) -> Iterator[tuple[str, Path]]:
    """Yield name and place of damaged files until the time is over, each written to the folder."""
    seed = first
    while time.monotonic() < until:
        name, data = damaged(seed, kinds)
        (folder / name).write_bytes(data)
        yield name, folder / name
        seed += 1


def read(found: Iterator[tuple[str, Path]]) -> Iterator[Outcome]:
    """Yield what comes of files that are read as documents."""
    jobs = (Job(name=name, place=path) for name, path in found)
    return outcomes(jobs, limits=Limits(seconds=20.0))


def unpack(found: Iterator[tuple[str, Path]]) -> Iterator[Outcome]:
    """Yield what comes of files that are read as archives: the worst of what each holds."""
    opener = Opener(Limits().memory_bytes)
    try:
        for name, path in found:
            begin = time.perf_counter()
            events = list(opener.events(Input(name=name, place=path), PASSWORD))
            codes = sorted(event.code for event in events if isinstance(event, Refused))
            worst = next((code for code in codes if code.startswith(_BAD)), codes[0] if codes else None)
            yield Outcome(
                name=name, status="unpacked", code=worst, message=name, seconds=time.perf_counter() - begin
            )
    finally:
        opener.end()


class Tally:
    """What came of the files so far, and where those that went wrong are kept."""

    def __init__(self, folder: Path, keep: Path | None) -> None:
        self._folder, self._keep = folder, keep
        self._validator = Draft202012Validator(json.loads(text()))
        self.counts: Counter[str] = Counter()
        self.slowest: list[tuple[float, str]] = []
        self.bad = 0

    def take(self, outcome: Outcome) -> None:
        """Count an outcome, tell and keep what no input may cause, and remove the file."""
        wrong = (outcome.code or "").startswith(_BAD)
        if outcome.json is not None and self.counts.total() % VALIDATED == 0:
            wrong |= not self._validator.is_valid(json.loads(outcome.json))
        path = self._folder / outcome.name
        if wrong:
            self.bad += 1
            print(f"{outcome.name}: {outcome.code}: {outcome.message}\n{outcome.trace or ''}", flush=True)
            if self._keep is not None:
                self._keep.mkdir(parents=True, exist_ok=True)
                (self._keep / outcome.name).write_bytes(path.read_bytes())
        self.counts[outcome.code or outcome.status] += 1
        self.slowest = sorted([*self.slowest, (outcome.seconds, outcome.name)])[-5:]
        path.unlink()


def main() -> int:
    """Fuzz for a time, a sixth of it archives; tell what was found, keep the files that did it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=FIRST_SEED)
    parser.add_argument("--kinds", default=",".join(originals()), help="docx,html,pdf,text,image,archive")
    parser.add_argument("--keep", type=Path, default=None, help="a folder for what went wrong")
    given = parser.parse_args()
    kinds = frozenset(given.kinds.split(","))
    until = time.monotonic() + 60 * given.minutes
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tally = Tally(folder, given.keep)
        if "archive" in kinds:
            part = time.monotonic() + 60 * given.minutes / (6 if len(kinds) > 1 else 1)
            for outcome in unpack(files(folder, given.seed, part, frozenset({"archive"}))):
                tally.take(outcome)
        if kinds - {"archive"}:
            for outcome in read(files(folder, given.seed, until, kinds - {"archive"})):
                tally.take(outcome)
    print(f"{tally.counts.total()} files, {tally.bad} bad; {dict(tally.counts.most_common())}")
    print("slowest: " + ", ".join(f"{name} {taken:.1f} s" for taken, name in reversed(tally.slowest)))
    return 1 if tally.bad else 0


if __name__ == "__main__":
    sys.exit(main())
