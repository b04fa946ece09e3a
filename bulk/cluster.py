"""Many documents on many machines: Ray carries batches to benches, each with a worker of local.py's own.

Ray is the carrier and nothing else. The unit of work, its limits and its record are worker.py's; which
content is wanted, and what is written, is decided where the run was started. A batch is looked at first
(read, and its digests sent back), then what is wanted of it is converted; both can be done again, by another
bench, with the same result. So a bench that is lost costs the time of its batches and nothing else.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from bulk.ledger import code_version
from bulk.local import Pool
from bulk.worker import Job, Limits, Outcome
from errors import InputChanged, LimitExceeded, MissingProgram

# A batch is to take about so long: a call takes 1 to 3 ms, and what is lost with a bench is to be little.
_SECONDS_PER_BATCH = 2.0
_FIRST, _MOST = 8, 64  # documents in a batch, as long as nobody knows how long they take, and ever
_AHEAD = 2  # batches at a bench: one is at work while the other's digests are on their way
_MOST_BYTES = 16 << 20  # of archive members in one batch; files are read by the bench itself
_TRIES = 3  # how often a batch may be lost before its documents are sent one by one, and one document ever
_START_SECONDS = 600.0  # a cluster that grows on demand takes minutes for a new machine
_SPARE_SECONDS = 60.0
_STORE_BYTES = 256 << 20  # of Ray's shared memory, when it is started here


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """Jobs that travel together; `digests` are the contents that were looked at and are wanted."""

    jobs: tuple[Job, ...]
    digests: Mapping[str, str] | None = None
    losses: int = 0


class Bench:
    """A place of work on some machine: one worker process under the limits, kept from batch to batch."""

    def __init__(self, limits: Limits) -> None:
        # A worker process starts by running its parent's main file again, and this one's is Ray's own.
        vars(sys.modules["__main__"]).pop("__file__", None)
        self._pool = Pool(limits)

    def version(self) -> str:
        """Return which code works here."""
        return code_version()

    def end(self) -> None:
        """End the worker process."""
        self._pool.end()

    def look(self, jobs: Sequence[Job]) -> list[Outcome]:
        """Return for every job that it is `same`, with its content's sha256, or why it cannot be read."""
        return list(self._pool.outcomes(iter(jobs), is_wanted=lambda _job, _digest: False))

    def convert(self, jobs: Sequence[Job], digests: Mapping[str, str]) -> list[Outcome]:
        """Return the outcome of every job; one whose content is no longer the given one is `same`."""
        return list(
            self._pool.outcomes(
                iter(jobs), is_wanted=lambda job, digest: digests.get(job.name, digest) == digest
            )
        )


def outcomes(
    queue: Iterable[Job],
    *,
    limits: Limits,
    jobs: int = 1,
    is_wanted: Callable[[Job, str], bool] = lambda _job, _digest: True,
    address: str | None = None,
) -> Generator[Outcome, None, None]:
    """Yield the outcome of every job, as they come, from `jobs` benches; closing it ends them at once.

    `address` is a running cluster's; without one Ray is started on this machine for as long as this runs.
    Raises MissingProgram without Ray, LimitExceeded when no bench is to be had.
    """
    with _connected(address, jobs) as ray:
        fleet = _Fleet(ray, limits, jobs)
        try:
            yield from fleet.outcomes(iter(queue), is_wanted)
        finally:
            fleet.end()


@dataclass(slots=True)
class _Place:
    """A bench as seen from here: `version` has been told once it is ready."""

    bench: Any
    is_ready: bool = False
    under_way: int = 0


@dataclass(slots=True)
class _Call:
    """What was asked of a bench, and until when it must have answered."""

    place: _Place
    batch: Batch | None  # None: which code it has
    is_look: bool
    deadline: float


@dataclass(slots=True)
class Pace:
    """How large batches are to be, by how long documents took so far."""

    seconds: float = 0.0
    count: int = 0

    def size(self) -> int:
        """Return how many documents the next batch is to have."""
        if not self.count:
            return _FIRST
        return max(1, min(_MOST, int(_SECONDS_PER_BATCH / max(self.seconds / self.count, 1e-3))))

    def learn(self, done: Sequence[Outcome]) -> None:
        """Take in how long documents took; older ones weigh less."""
        self.seconds = self.seconds / 2 + sum(one.seconds for one in done)
        self.count = self.count // 2 + len(done)


class _Fleet:
    """The benches of a run, what each is at, and what is to be done again."""

    def __init__(self, ray: Any, limits: Limits, count: int) -> None:  # noqa: ANN401  # the module, if there
        self._ray = ray
        self._limits = limits
        self._version = code_version()
        self._calls: dict[Any, _Call] = {}
        self._again: deque[Batch] = deque()
        self._pace = Pace()
        self._is_over = False
        self._heard = time.monotonic()
        self._places = [self._opened() for _ in range(count)]

    def outcomes(self, queue: Iterator[Job], is_wanted: Callable[[Job, str], bool]) -> Iterator[Outcome]:
        """Yield the outcome of every job."""
        while True:
            self._give(queue)
            if self._is_over and not self._again and not any(call.batch for call in self._calls.values()):
                return
            ready, _ = self._ray.wait(list(self._calls), timeout=1.0)
            for answer in ready:
                yield from self._taken(self._calls.pop(answer), answer, is_wanted)
            self._end_late(bool(ready))

    def end(self) -> None:
        """End every bench at once; the process that works for it ends with it."""
        for place in self._places:
            self._ray.kill(place.bench)

    def _give(self, queue: Iterator[Job]) -> None:
        for _ in range(_AHEAD):  # one each before anybody gets a second
            for place in self._places:
                if not place.is_ready or place.under_way >= _AHEAD:
                    continue
                batch = self._again.popleft() if self._again else self._next(queue)
                if batch is None:
                    return
                place.under_way += 1
                self._send(place, batch)

    def _next(self, queue: Iterator[Job]) -> Batch | None:
        jobs, size = [], 0
        for job in islice(queue, self._pace.size()):
            jobs.append(job)
            size += len(job.place) if isinstance(job.place, bytes) else 0
            if size > _MOST_BYTES:
                break
        self._is_over = not jobs
        return Batch(jobs=tuple(jobs)) if jobs else None

    def _send(self, place: _Place, batch: Batch) -> None:
        """Have a batch looked at; or converted, if it was, or holds nothing that the bench reads itself."""
        read = [job for job in batch.jobs if not isinstance(job.place, bytes)]
        is_look = batch.digests is None and bool(read)
        if is_look:
            answer = place.bench.look.remote(read)
        else:
            answer = place.bench.convert.remote(batch.jobs, batch.digests or {})
        patience = _SPARE_SECONDS + _AHEAD * _MOST * self._limits.seconds
        self._calls[answer] = _Call(place, batch, is_look, time.monotonic() + patience)

    def _taken(self, call: _Call, answer: object, is_wanted: Callable[[Job, str], bool]) -> Iterator[Outcome]:
        """Yield what came of a call; what was looked at goes on to be converted, what was lost again."""
        place, batch = call.place, call.batch
        try:
            said = self._ray.get(answer)
        except self._ray.exceptions.RayError:
            yield from self._lost(place, batch)
            return
        if batch is None:
            self._welcome(place, said)
        elif call.is_look:
            wanted = yield from self._asked(batch, said, is_wanted)
            if wanted.jobs:
                self._send(place, wanted)
            else:
                place.under_way -= 1
        else:
            place.under_way -= 1
            self._pace.learn(said)
            yield from (unchanged(one) for one in said)

    def _asked(
        self, batch: Batch, looked: Sequence[Outcome], is_wanted: Callable[[Job, str], bool]
    ) -> Generator[Outcome, None, Batch]:
        """Yield the outcomes of what needs no converting; return the rest with its digests."""
        by_name = {one.name: one for one in looked}
        jobs, digests = [], {}
        for job in batch.jobs:
            outcome = by_name.get(job.name)
            digest = None if outcome is None else outcome.sha256
            if outcome is None:
                jobs.append(job)  # its bytes came with it, and whoever sent them asked already
            elif not outcome.same or digest is None or not is_wanted(job, digest):
                yield outcome
            else:
                jobs.append(job)
                digests[job.name] = digest
        return replace(batch, jobs=tuple(jobs), digests=digests)

    def _lost(self, place: _Place, batch: Batch | None) -> Iterator[Outcome]:
        """Open another bench in the place of one that is gone, and see to what it had."""
        if place in self._places:
            self._places[self._places.index(place)] = self._opened()
        if batch is None:
            return
        batch = replace(batch, losses=batch.losses + 1)
        if batch.losses < _TRIES:
            self._again.append(batch)
        elif len(batch.jobs) > 1:
            self._again.extend(replace(batch, jobs=(job,), losses=1) for job in batch.jobs)
        else:
            (job,) = batch.jobs
            message = f"{job.name}: {_TRIES} machines or benches were lost with it; the file may do that"
            yield Outcome(name=job.name, status="failed", code="internal.died", message=message)

    def _opened(self) -> _Place:
        bench = self._ray.remote(num_cpus=1, max_restarts=0)(Bench).remote(self._limits)
        place = _Place(bench)
        deadline = time.monotonic() + _START_SECONDS
        self._calls[bench.version.remote()] = _Call(place, None, is_look=False, deadline=deadline)
        return place

    def _welcome(self, place: _Place, version: str) -> None:
        if version != self._version:
            message = (
                f"a machine of the cluster has other code ({version}) than this one ({self._version}):"
                " install the same gouji on all of them"
            )
            raise LimitExceeded(message)
        place.is_ready = True

    def _end_late(self, is_heard: bool) -> None:  # noqa: FBT001  # what was just seen
        """End benches that do not answer in time, which then count as lost; give up when there are none."""
        now = time.monotonic()
        if is_heard or any(place.is_ready for place in self._places):
            self._heard = now
        elif now - self._heard > _START_SECONDS:
            message = (
                f"no machine of the cluster was free for {_START_SECONDS:g} s; see what `ray status` says"
            )
            raise LimitExceeded(message)
        for call in self._calls.values():
            if now > call.deadline and call.place.is_ready:
                self._ray.kill(call.place.bench)
                call.deadline = now + _SPARE_SECONDS


def unchanged(outcome: Outcome) -> Outcome:
    """Return an outcome; one that was not converted, as its content is another by now, as a failure."""
    if not outcome.same:
        return outcome
    error = InputChanged(f"{outcome.name}: it changed while it was read; run the same command again")
    return replace(outcome, status="failed", code=error.code, message=str(error), same=False, sha256=None)


@contextmanager
def _connected(address: str | None, jobs: int) -> Iterator[Any]:
    """Give Ray, connected to a cluster or started here, silent, and with nothing sent to its makers."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray  # noqa: PLC0415  # an extra, and slow to load
        import ray.exceptions  # noqa: PLC0415
    except ModuleNotFoundError as missing:
        message = "working on a cluster needs Ray; pip install 'gouji[ray]'"
        raise MissingProgram(message) from missing
    quiet = {"log_to_driver": False, "logging_level": "critical"}
    with tempfile.TemporaryDirectory(prefix="gouji-ray-", ignore_cleanup_errors=True) as folder:
        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            if address is None:
                here = {"num_cpus": jobs, "object_store_memory": _STORE_BYTES, "_temp_dir": folder}
                ray.init(include_dashboard=False, **here, **quiet)
            else:
                ray.init(address=address, **quiet)
        except (ConnectionError, RuntimeError, ValueError, OSError) as error:
            where = "on this machine" if address is None else f"at {address}"
            message = f"Ray cannot be had {where} ({str(error).splitlines()[0]}); see what `ray status` says"
            raise LimitExceeded(message) from error
        finally:
            for number, handler in before.items():  # Ray puts its own in their place
                signal.signal(number, handler)
        try:
            yield ray
        finally:
            ray.shutdown()
