"""Many documents on one machine: processes that each take one at a time, and are ended when they must be.

What one input does to its worker costs that input alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from multiprocessing.connection import Connection, wait

from bulk.process import Child
from bulk.worker import Job, Limits, Outcome, serve
from errors import LimitExceeded

# Memory of a long-lived worker creeps up; public field reports tell of gigabytes after thousands of pages.
# Ours peaked at 75 MiB over 2000 Word, PDF, web and text reports; a new worker costs 0.5 s.
JOBS_PER_WORKER = 2000
_MOST_RESIDENT = 768 << 20  # a worker that reads scans holds 425 MiB, a hostile file may leave more
_START_SECONDS = 60.0
_STARTS = 3  # workers in a row that may die before they are ready


def outcomes(
    queue: Iterable[Job],
    *,
    limits: Limits,
    jobs: int = 1,
    is_wanted: Callable[[Job, str], bool] = lambda _job, _digest: True,
) -> Generator[Outcome, None, None]:
    """Yield the outcome of every job, as they come; closing the generator ends the workers at once.

    `is_wanted` is asked for every job, with its content's sha256. Raises LimitExceeded when no worker can be
    started.
    """
    pool = Pool(limits, jobs)
    try:
        yield from pool.outcomes(iter(queue), is_wanted)
    finally:
        pool.end()


class Pool:
    """Workers that are kept from one queue of jobs to the next; `end` ends their processes."""

    def __init__(self, limits: Limits, jobs: int = 1) -> None:
        self._workers = [_Worker(limits) for _ in range(jobs)]

    def outcomes(
        self, waiting: Iterator[Job], is_wanted: Callable[[Job, str], bool]
    ) -> Generator[Outcome, None, None]:
        """Yield the outcome of every job, as `outcomes` does; closing it ends the workers that are at one."""
        ahead: list[Job] = []
        done: list[Outcome] = []
        try:
            while True:
                for worker in self._workers:
                    while worker.job is None:
                        job = ahead.pop() if ahead else next(waiting, None)
                        if job is None:
                            break
                        # What comes with its bytes is asked about here: it has nothing to wait for there.
                        digest = sha256(job.place).hexdigest() if isinstance(job.place, bytes) else None
                        if digest is None or is_wanted(job, digest):
                            worker.give(job)
                        else:
                            done.append(Outcome(name=job.name, status="", same=True, sha256=digest))
                yield from done  # whoever takes these does so while the workers are busy again
                busy = [worker for worker in self._workers if worker.job is not None]
                if not busy:
                    return
                if not ahead and (job := next(waiting, None)) is not None:
                    ahead.append(job)
                soonest = min(worker.deadline for worker in busy)
                patience = max(0.0, soonest - time.monotonic())
                speaking = wait([worker.pipe for worker in busy], timeout=patience)
                taken = [worker.take(is_wanted, speaks=worker.pipe in speaking) for worker in busy]
                done = [outcome for outcome in taken if outcome is not None]
        finally:
            for worker in self._workers:
                if worker.job is not None:
                    worker.end()

    def end(self) -> None:
        """End every worker and whatever it started, at once."""
        for worker in self._workers:
            worker.end()


class _Worker:
    """A process and the job it is at; a new process takes over when it dies, hangs or has served."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._child: Child | None = None
        self._is_ready = False
        self._starts = 0
        self._served = 0
        self.job: Job | None = None
        self.deadline = 0.0

    @property
    def pipe(self) -> Connection:
        """This end of the pipe to the process; only while there is a job."""
        assert self._child is not None
        return self._child.pipe

    def give(self, job: Job) -> None:
        """Take a job; there must be none."""
        self.job = job
        if self._child is None:
            self._start()
        elif self._is_ready:
            self._send(job)

    def take(self, is_wanted: Callable[[Job, str], bool], *, speaks: bool) -> Outcome | None:
        """Return the outcome of the job, None while it is at work; `speaks`: the process said something."""
        job = self.job
        if job is None:
            return None
        outcome = self._heard(job, is_wanted) if speaks else None
        if outcome is None and time.monotonic() >= self.deadline:
            outcome = self._late(job)
        if outcome is not None:
            self.job = None
            self._served += 1
            worn = self._served >= JOBS_PER_WORKER or outcome.resident_bytes > _MOST_RESIDENT
            if worn or outcome.code == "limit.memory":
                self.end()
        return outcome

    def end(self) -> None:
        """End the process and whatever it started, at once."""
        child, self._child, self.job = self._child, None, None
        if child is not None:
            child.end()

    def _heard(self, job: Job, is_wanted: Callable[[Job, str], bool]) -> Outcome | None:
        """Return the outcome if the process has sent it, or has died; answer whatever else it says."""
        try:
            said = self.pipe.recv()
            if isinstance(said, Outcome):
                return said
            if said is None:
                self._is_ready, self._starts = True, 0
                self._send(job)
            else:
                self.pipe.send(is_wanted(job, said))
                self.deadline = time.monotonic() + self._limits.seconds
        except (EOFError, OSError):
            if self._is_ready:
                return self._died(job)
            self._restart(job)
        return None

    def _late(self, job: Job) -> Outcome | None:
        if not self._is_ready:
            self._restart(job)
            return None
        self.end()
        message = (
            f"{job.name}: not done after {self._limits.seconds:g} s; "
            "open it to see what it is, or give more time with --timeout"
        )
        seconds = self._limits.seconds
        return Outcome(name=job.name, status="failed", code="limit.time", message=message, seconds=seconds)

    def _died(self, job: Job) -> Outcome:
        how = "" if self._child is None else self._child.died()
        self.end()
        message = f"{job.name}: the process that read it died ({how}); the file may be made to do that"
        return Outcome(name=job.name, status="failed", code="internal.died", message=message)

    def _start(self) -> None:
        self._child = Child(serve, self._limits)
        self._is_ready, self._served = False, 0
        self._starts += 1
        self.deadline = time.monotonic() + _START_SECONDS

    def _restart(self, job: Job) -> None:
        self.end()
        if self._starts >= _STARTS:
            message = "the worker process does not start; give it more with --memory, or see gouji doctor"
            raise LimitExceeded(message)
        self.job = job
        self._start()

    def _send(self, job: Job) -> None:
        self.deadline = time.monotonic() + self._limits.seconds
        with suppress(OSError):  # it died while idle: take() will see the same
            self.pipe.send(job)
