"""What does Ray cost beside the local pool? The same reports, in turns, two workers each; needs gouji[ray].

    python -m benchmarks.cluster --reports 600 --rounds 3

Ray's own start (2 s on a quiet machine, once a run) is told apart: what is compared is the time from the
first record to the last. Every run's outputs are compared byte for byte.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from bulk import cluster, local
from bulk.run import Carrier, Options, run
from bulk.sources import collect
from bulk.worker import Limits
from samples import text, word
from samples.reports import invent

SEED = 46_700_000
CARRIERS: dict[str, Carrier] = {"local": local.outcomes, "ray": cluster.outcomes}


def plant(folder: Path, count: int) -> None:
    """Write invented reports, Word and text in turns."""
    folder.mkdir()
    for seed in range(SEED, SEED + count):
        if seed % 2:
            data = word.draw(invent(seed), variant=word.VARIANTS[seed % len(word.VARIANTS)], seed=seed)
        else:
            data = text.draw(invent(seed), flattening=f"P{1 + seed % 14}", seed=seed).data
        (folder / f"{seed}.{'docx' if seed % 2 else 'txt'}").write_bytes(data)


def measure(folder: Path, out: Path, carrier: Carrier) -> tuple[float, float]:
    """Return the seconds until the first record, and from there to the last."""
    times: list[float] = []
    begin = time.perf_counter()
    options = Options(seen=lambda _row, _outcome: times.append(time.perf_counter()))
    run(collect([folder], out).inputs, out, limits=Limits(), jobs=2, options=options, carrier=carrier)
    return times[0] - begin, times[-1] - times[0]


def outputs(out: Path) -> dict[str, bytes]:
    """Return every output by its path."""
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*.json*") if path.is_file()}


def main() -> int:
    """Measure in turns, print, and exit 1 if any bytes differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    found: dict[str, list[float]] = {name: [] for name in CARRIERS}
    expected: dict[str, bytes] = {}
    same = True
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root, "in")
        plant(folder, given.reports)
        for _ in range(given.rounds):
            for name, carrier in CARRIERS.items():
                out = Path(root, name)
                start, seconds = measure(folder, out, carrier)
                found[name].append(seconds)
                print(
                    f"{name:6} first record after {start:5.1f} s, the others in {seconds:6.1f} s", flush=True
                )
                expected = expected or outputs(out)
                same &= outputs(out) == expected
                shutil.rmtree(out)
    best = {name: min(seconds) for name, seconds in found.items()}
    print(f"ray is {best['local'] / best['ray']:.2f} of local (best of {given.rounds} each)")
    print("the same bytes" if same else "DIFFERENT BYTES")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
