"""How far a run is, for a person who watches; nothing is said where nobody does."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from commands.console import STATUSES

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from bulk.ledger import Row
    from bulk.sources import Input


class Progress:
    """What is done, in documents and, for the time that is left, in bytes of the inputs.

    How many documents an archive holds is known only when it has been read; how much of it was read is known
    all along.
    """

    def __init__(self, inputs: Sequence[Input], bar: Bar | None) -> None:
        self._bar = bar
        self._counts: Counter[str] = Counter()
        self._start = time.monotonic()
        if bar is None:
            return
        self._told = ""
        self._of = "" if any(one.is_archive for one in inputs) else f" of {len(inputs)}"
        self._sizes = {one.name: _size(one) for one in inputs}
        self._read = dict.fromkeys((one.name for one in inputs if one.is_archive), 0.0)
        self._bytes = 0
        total = sum(size for size in self._sizes.values() if size is not None)
        is_known = None not in self._sizes.values()
        self._task = bar.add_task("", total=total if is_known else None, told="")

    def finish(self, row: Row) -> None:
        """Count a record."""
        self._counts[row.outcome or "failed"] += 1
        if self._bar is None:
            return
        if row.name not in self._read:
            self._bytes += self._sizes.get(row.name) or 0
        done = self._counts.total()
        rate = done / max(time.monotonic() - self._start, 0.001)
        statuses = "  ".join(f"{status} {self._counts[status]}" for status in STATUSES)
        self._told = f"{done}{self._of}  {statuses}  {rate:.1f}/s"
        self._show()

    def read(self, one: Input, share: float) -> None:
        """Note how much of an archive has been read, from 0 to 1."""
        if self._bar is not None:
            self._read[one.name] = share * (self._sizes.get(one.name) or 0)
            self._show()

    def _show(self) -> None:
        assert self._bar is not None
        self._bar.update(self._task, completed=self._bytes + sum(self._read.values()), told=self._told)


@contextmanager
def progress(inputs: Sequence[Input]) -> Iterator[Progress]:
    """Give what is told of each record; it moves a bar if a person is watching."""
    if not sys.stderr.isatty():
        yield Progress(inputs, None)
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415
    from rich.progress import Progress as Bar  # noqa: PLC0415

    columns = (BarColumn(), TextColumn("{task.fields[told]}"), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        yield Progress(inputs, bar)


def _size(one: Input) -> int | None:
    """Return the bytes of an input, None where they are not known without reading it."""
    if isinstance(one.place, bytes):
        return len(one.place)
    try:
        return one.place.stat().st_size if isinstance(one.place, Path) else None
    except OSError:
        return 0
