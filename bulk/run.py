"""Many inputs, one record each: which job is due, what its outcome comes to, in any order, on any carrier.

A carrier takes jobs and gives outcomes (local.outcomes here; another machine's engine by the same signature).
Only this side writes and keeps the ledger. A content that is known, from this run or an earlier one, under
whatever name, is not converted again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from bulk.archives import Member, Refused
from bulk.ledger import Ledger, Row, code_version
from bulk.local import outcomes
from bulk.opening import Opener
from bulk.settling import as_outcome, clear, keys, prepare, renamed, settle, stands, write_failures
from bulk.sources import Input
from bulk.wanted import Skipped
from bulk.worker import Job, Limits, Outcome

# Threads that write: an fsync waits 3 to 8 ms for the disk, a report takes two, and a document some 20 ms.
_WRITERS = 4


class Carrier(Protocol):
    """What takes jobs and gives the outcome of each, in any order; closing it ends what is under way."""

    def __call__(
        self, queue: Iterator[Job], *, limits: Limits, jobs: int, is_wanted: Callable[[Job, str], bool]
    ) -> Generator[Outcome, None, None]:
        """Yield outcomes; `is_wanted` may be asked with a content's sha256 before it is converted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """How a run goes: what counts as done, and whom it tells of what.

    `seen` gets each record as it is made, `skipped` what was met in archives and not taken, `read` how much
    of an archive has been read, from 0 to 1; once `stops` is true no further input is begun.
    """

    force: bool = False
    retry_failed: bool = False
    password: str | None = field(default=None, repr=False)
    seen: Callable[[Row, Outcome], None] = lambda _row, _outcome: None
    skipped: Callable[[Skipped], None] = lambda _skipped: None
    read: Callable[[Input, float], None] = lambda _input, _share: None
    stops: Callable[[], bool] = lambda: False


def run(
    inputs: Sequence[Input],
    out: Path,
    *,
    limits: Limits,
    jobs: int = 1,
    options: Options | None = None,
    carrier: Carrier = outcomes,
) -> None:
    """Convert every input into `out`.

    Finished inputs of the same content, options and version are left as they are, and seen too; of the
    password the ledger knows only which inputs took one. Raises OutputNotWritten when the folder cannot be
    written; everything finished until then stands.
    """
    options = options or Options()
    prepare(out)
    with Ledger(out) as ledger:
        clear(out)
        ledger.expect(one.name for one in inputs)
        desk = _Desk(ledger, out, options)
        opener = Opener(limits.memory_bytes)
        try:
            queue = desk.jobs(inputs, opener)
            with closing(carrier(queue, limits=limits, jobs=jobs, is_wanted=desk.is_wanted)) as done:
                for outcome in done:
                    desk.finish(outcome)
        finally:
            opener.end()
            try:
                desk.close()
            finally:
                write_failures(out, ledger.rows("failed"))


class _Desk:
    """Where jobs are given out and outcomes come in; used from one thread, writes with several."""

    def __init__(self, ledger: Ledger, out: Path, options: Options) -> None:
        self._ledger = ledger
        self._out = out
        self._options = options
        self._version = code_version()
        self._writers = ThreadPoolExecutor(_WRITERS, thread_name_prefix="writer")
        self._written: deque[tuple[Outcome, Future[Row]]] = deque()
        self._folders: set[Path] = set()  # of OUT, which are there
        # A content under way -> the other names that wait for what it comes to.
        self._waiting: dict[str, list[str]] = {}
        # Name under way -> its content and its record so far.
        self._contents: dict[str, tuple[str, Row | None]] = {}
        # Name whose content is known -> what it comes to.
        self._known: dict[str, Row | Outcome] = {}

    def jobs(self, inputs: Sequence[Input], opener: Opener) -> Iterator[Job]:
        """Yield what is to be converted, archives opened on the way."""
        for one in inputs:
            if self._options.stops():
                return
            if isinstance(one.place, bytes):
                yield from self._due(one.name, one.place, sha256(one.place).hexdigest())
            elif one.is_archive:
                yield from self._opened(one, opener)
            else:
                yield Job(name=one.name, place=one.place, password=self._options.password)

    def is_wanted(self, job: Job, digest: str) -> bool:
        """Say whether a job's content is to be converted; if not, its outcome is to come back as same.

        Nothing is once the run is to stop: what a carrier has taken ahead is left for the next run.
        """
        if self._options.stops():
            return False
        # What came with its bytes was looked up before it was given out.
        return isinstance(job.place, bytes) or self._is_due(job, digest)

    def _is_due(self, job: Job, digest: str) -> bool:
        """Say whether a content is to be converted; it is under way from here on, or known."""
        row = self._ledger.row(job.name)
        options = self._options
        current = self._ledger.run
        failures_since = current if options.force or options.retry_failed else 0
        reports_since = current if options.force else 0
        standing = keys(digest, self._version, options.password)
        since = failures_since if row is not None and row.outcome == "failed" else reports_since
        if row is not None and row.key in standing and row.run >= since and stands(row, self._out):
            self._known[job.name] = row
            return False
        if digest in self._waiting:
            self._waiting[digest].append(job.name)
            return False
        twin = self._ledger.twin(standing, reports_since=reports_since, failures_since=failures_since)
        outcome = None if twin is None else as_outcome(twin, self._out)
        if outcome is not None:
            self._known[job.name] = renamed(outcome, job.name)
            return False
        self._waiting[digest] = []
        self._contents[job.name] = (digest, row)
        return True

    def finish(self, outcome: Outcome) -> None:
        """Take an outcome that came back: write what it comes to, and record what is written by now."""
        known = self._known.pop(outcome.name, None)
        if isinstance(known, Outcome):
            self._write(known)
        elif known is not None:
            self._options.seen(known, outcome)
        elif not outcome.same:  # else it waits for another of the same content, which is under way
            self._write(outcome)
        self._record(at_most=2 * _WRITERS)

    def close(self) -> None:
        """Wait for what is being written, and record it."""
        try:
            self._record(at_most=0)
        finally:
            self._writers.shutdown(wait=True)

    def _opened(self, one: Input, opener: Opener) -> Iterator[Job]:
        whole = True
        with closing(opener.events(one, self._options.password, stops=self._options.stops)) as events:
            for event in events:
                if self._options.stops():
                    return
                self._options.read(one, opener.share)
                if isinstance(event, Member):
                    yield from self._due(event.name, event.data, event.sha256)
                elif isinstance(event, Refused):
                    whole = whole and event.name != one.name
                    failed = Outcome(name=event.name, status="failed", code=event.code, message=event.message)
                    self.finish(failed)
                else:
                    self._options.skipped(event)
        if whole and not self._options.stops():
            self._ledger.forget(one.name)

    def _due(self, name: str, data: bytes, digest: str) -> Iterator[Job]:
        """Yield the job for a content that is here, if there is anything to do."""
        job = Job(name=name, place=data, password=self._options.password)
        if self._is_due(job, digest):
            yield job
        else:
            self.finish(Outcome(name=name, status="", same=True, sha256=digest))

    def _write(self, outcome: Outcome) -> None:
        if outcome.name in self._contents:
            digest, before = self._contents[outcome.name]
            if outcome.sha256 is None:  # its worker did not live to tell
                outcome = replace(outcome, sha256=digest)
        else:
            before = self._ledger.row(outcome.name)
        known, force = self._folders, self._options.force
        future = self._writers.submit(
            settle, outcome, before, self._out, self._version, folders=known, force=force
        )
        self._written.append((outcome, future))

    def _record(self, at_most: int) -> None:
        """Record what is written, leaving at most so many outcomes that are still being written."""
        while self._written and (len(self._written) > at_most or self._written[0][1].done()):
            done: list[tuple[Row, Outcome]] = []
            try:
                while self._written and (not done or self._written[0][1].done()):
                    outcome, future = self._written.popleft()
                    done.append((replace(future.result(), run=self._ledger.run), outcome))
            finally:  # also when one of them could not be written
                self._ledger.record(*(row for row, _ in done))
            for row, outcome in done:
                self._options.seen(row, outcome)
                digest, _ = self._contents.pop(outcome.name, (None, None))
                for name in self._waiting.pop(digest, ()) if digest is not None else ():
                    self._write(renamed(outcome, name))
