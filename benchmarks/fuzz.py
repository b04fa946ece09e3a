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

from bulk.run import outcomes
from bulk.worker import Job, Limits, Outcome
from schema import text
from tests.hostile.mutations import mutate
from tests.hostile.originals import originals

FIRST_SEED = 46_000_000
VALIDATED = 20  # one report in so many is held against the schema: that takes longer than converting it


def damaged(seed: int, kinds: frozenset[str]) -> tuple[str, bytes]:
    """Return name and bytes of the file that a seed gives; the name tells its seed and origin."""
    random = Random(seed)
    known = originals()
    kind = random.choice(sorted(kinds or known))
    name, data = random.choice(known[kind])
    others = [other for files in known.values() for _, other in files]
    return f"{seed}-{name}", mutate(random, kind, data, others)


def jobs(folder: Path, first: int, until: float, kinds: frozenset[str]) -> Iterator[Job]:
    """Yield jobs until the time is over, each with its file written to the folder."""
    seed = first
    while time.monotonic() < until:
        name, data = damaged(seed, kinds)
        path = folder / name
        path.write_bytes(data)
        yield Job(name=name, place=path)
        seed += 1


def is_bad(outcome: Outcome) -> bool:
    """Say whether an outcome is one that no input may cause."""
    return (outcome.code or "").startswith(("internal.", "limit."))


def main() -> int:
    """Fuzz for a time, tell what was found, keep the files that did it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=FIRST_SEED)
    parser.add_argument("--kinds", default="", help="docx,html,pdf,text,image,archive; else all")
    parser.add_argument("--keep", type=Path, default=None, help="a folder for what went wrong")
    given = parser.parse_args()
    kinds = frozenset(given.kinds.split(",")) if given.kinds else frozenset()
    counts: Counter[str] = Counter()
    seconds: list[tuple[float, str]] = []
    validator = Draft202012Validator(json.loads(text()))
    until = time.monotonic() + 60 * given.minutes
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        work = jobs(Path(folder), given.seed, until, kinds)
        for number, outcome in enumerate(outcomes(work, limits=Limits(seconds=20.0))):
            path = Path(folder) / outcome.name
            wrong = is_bad(outcome)
            if outcome.json is not None and number % VALIDATED == 0:
                wrong |= not validator.is_valid(json.loads(outcome.json))
            if wrong:
                bad += 1
                print(f"{outcome.name}: {outcome.code}: {outcome.message}\n{outcome.trace or ''}", flush=True)
                if given.keep is not None:
                    given.keep.mkdir(parents=True, exist_ok=True)
                    (given.keep / outcome.name).write_bytes(path.read_bytes())
            counts[outcome.code or outcome.status] += 1
            seconds = sorted([*seconds, (outcome.seconds, outcome.name)])[-5:]
            path.unlink()
    print(f"{counts.total()} files, {bad} bad; {dict(counts.most_common())}")
    print("slowest: " + ", ".join(f"{name} {taken:.1f} s" for taken, name in reversed(seconds)))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
