"""The source of a report as a picture of a page, or as its tables: by a process of its own, killed in time.

The file was converted once under limits; looking at it again may still hang native code, and the review must
go on. `python -m review FILE PAGE` is that process (__main__.py); it writes JSON on stdout.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from errors import LimitExceeded, UnreadableFile

SECONDS = 30.0  # a scanned page takes 2 to 5 s on a slow machine
_MOST_BYTES = 64 << 20


def page(file: Path, number: int) -> dict[str, Any]:
    """Return a page of a file as a person sees it: `width` and `height` in points, `png` in base64.

    Raises UnreadableFile, LimitExceeded.
    """
    told: dict[str, Any] = json.loads(_run(file, str(number)))
    return told


def grids(file: Path) -> list[dict[str, Any]]:
    """Return the tables of a file without pages as `telling.tell_grids` does; raises like `page`."""
    told: list[dict[str, Any]] = json.loads(_run(file, "tables"))
    return told


def _run(file: Path, what: str) -> bytes:
    # -P: else a review.py in the folder that one stands in would be run instead.
    command = [sys.executable, "-P", "-m", "review", str(file), what]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as late:
        message = f"{file.name}: showing it takes more than {SECONDS:.0f} s; open the file itself"
        raise LimitExceeded(message) from late
    if done.returncode != 0 or len(done.stdout) > _MOST_BYTES:
        why = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        told = why[0] if why else "no reason given"
        message = f"{file.name}: it cannot be shown ({told}); open the file itself"
        raise UnreadableFile(message)
    return done.stdout
