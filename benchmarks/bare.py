"""The bare converter over a list of files, in a process that has loaded nothing else: bulk.py's measure.

Reads from stdin, as JSON, the list of files and whether to look for garbage as seldom as a worker does; says
"ready" when it is warm; begins at the next line, and prints seconds on the clock and of processor.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from pathlib import Path

from bulk.worker import COLLECTING
from converters import convert
from normalize import normalize
from report import evidence_to_json, to_json

WARM = 20


def convert_all(paths: list[Path]) -> None:
    """Convert files to the bytes that a run would write, and write nothing."""
    for path in paths:
        report = normalize(convert(path.read_bytes(), name=path.name))
        to_json(report)
        evidence_to_json(report)


def main() -> None:
    """Warm up, wait, measure, print."""
    given = json.loads(sys.stdin.readline())
    paths = [Path(one) for one in given["paths"]]
    convert_all(paths[:WARM])
    if given["seldom"]:
        gc.set_threshold(*COLLECTING)
        gc.collect()
        gc.freeze()
    print("ready", flush=True)
    sys.stdin.readline()
    begin, busy = time.perf_counter(), time.process_time()
    convert_all(paths)
    print(json.dumps([time.perf_counter() - begin, time.process_time() - busy]), flush=True)


if __name__ == "__main__":
    main()
