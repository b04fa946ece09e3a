"""Many inputs, one record each: work in processes that can be killed, outputs that are whole or not there.

The worker reads and converts; only this side writes, judges time and death, and keeps the ledger. What one
input does to its worker costs that input alone.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING

from bulk.ledger import Ledger, Row, code_version, key_of
from bulk.sources import Input, outputs, readable
from bulk.worker import Job, Limits, Outcome, serve
from errors import ConversionError, LimitExceeded, OutputExists, OutputNotWritten

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

# Memory of a long-lived worker creeps up; public field reports tell of gigabytes after thousands of pages.
JOBS_PER_WORKER = 500
_START_SECONDS = 60.0
# Failures that another run may not meet again: they are tried anew, the others stand.
_PASSING = ("limit.", "internal.", "output.", "input.missing_program", "input.password")
# The options under which the outputs of an encrypted input stand: that a password was given, never which.
_UNLOCKED = "password"
# What ends the run, because every further output would meet it too.
_FATAL = {
    errno.ENOSPC,
    errno.EROFS,
    errno.EACCES,
    errno.EPERM,
    errno.EIO,
    getattr(errno, "EDQUOT", errno.ENOSPC),  # Windows has none
}


def run(
    inputs: Sequence[Input],
    out: Path,
    *,
    limits: Limits,
    jobs: int = 1,
    force: bool = False,
    password: str | None = None,
    seen: Callable[[Row, Outcome], None] = lambda _row, _outcome: None,
) -> None:
    """Convert every input into `out`; `seen` gets each record as it is made, in any order.

    Finished inputs of the same content, options and version are left as they are, and seen too; of the
    password the ledger knows only which inputs took one. Raises
    OutputNotWritten when the folder cannot be written; everything finished until then stands.
    """
    prepare(out)
    version = code_version()
    with Ledger(out) as ledger:
        before = {row.name: row for row in ledger.rows()}
        ledger.expect(one.name for one in inputs)
        try:
            queue = (
                _job(one, before.get(one.name), out, version, force=force, password=password)
                for one in inputs
            )
            with closing(outcomes(queue, limits=limits, jobs=jobs)) as done:
                for outcome in done:
                    row = _settle(outcome, before.get(outcome.name), out, version, force=force)
                    ledger.record(row)
                    seen(row, outcome)
        finally:
            _write_failures(out, ledger)


def prepare(out: Path) -> None:
    """Make the output folder; raises OutputNotWritten when it cannot be had."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"{out}: the output folder cannot be made ({error.strerror}); give another with -o"
        raise OutputNotWritten(message) from error


def outcomes(queue: Iterable[Job], *, limits: Limits, jobs: int = 1) -> Generator[Outcome, None, None]:
    """Yield the outcome of every job, as they come; closing the generator ends the workers at once."""
    waiting = iter(queue)
    workers = [_Worker(limits) for _ in range(jobs)]
    done: list[Outcome] = []
    try:
        while True:
            for worker in workers:
                if worker.job is None and (job := next(waiting, None)) is not None:
                    worker.give(job)
            yield from done  # whoever writes these does so while the workers are busy again
            busy = [worker for worker in workers if worker.job is not None]
            if not busy:
                return
            soonest = min(worker.deadline for worker in busy)
            wait([worker.pipe for worker in busy], timeout=max(0.0, soonest - time.monotonic()))
            done = [outcome for worker in busy if (outcome := worker.take()) is not None]
    finally:
        for worker in workers:
            worker.end()


class _Worker:
    """A process and the job it is at; a new process takes over when it dies, hangs or has served."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: SpawnProcess | None = None
        self._served = 0
        self.pipe: Connection
        self.job: Job | None = None
        self.deadline = 0.0

    def give(self, job: Job) -> None:
        if self._process is None:
            self._start()
        self.job = job
        self.deadline = time.monotonic() + self._limits.seconds
        with suppress(OSError):  # it died while idle: take() will see the same
            self.pipe.send(job)

    def take(self) -> Outcome | None:
        """Return the outcome of the job, None while it is still at work."""
        job = self.job
        if job is None:
            return None
        outcome: Outcome | None = None
        try:
            if self.pipe.poll():
                outcome = self.pipe.recv()
        except (EOFError, OSError):
            outcome = self._died(job)
        if outcome is None and time.monotonic() >= self.deadline:
            self.end()
            message = (
                f"{job.name}: not done after {self._limits.seconds:g} s; "
                "open it to see what it is, or give more time with --timeout"
            )
            outcome = Outcome(
                name=job.name,
                status="failed",
                code="limit.time",
                message=message,
                seconds=self._limits.seconds,
            )
        if outcome is not None:
            self.job = None
            self._served += 1
            if self._served >= JOBS_PER_WORKER or outcome.code == "limit.memory":
                self.end()
        return outcome

    def end(self) -> None:
        """End the process and whatever it started, at once."""
        process, self._process, self.job = self._process, None, None
        if process is None:
            return
        if sys.platform != "win32" and process.pid is not None:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                process.kill()  # it has not yet come to have a group of its own
        else:
            process.kill()
        process.join(5.0)
        if process.exitcode is not None:  # else the system holds it, in a read from a dead drive for one
            process.close()
        self.pipe.close()

    def _start(self) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()  # type: ignore[assignment,unused-ignore]  # Windows names it otherwise
        self._process = context.Process(target=serve, args=(theirs, self._limits), daemon=True)
        with _deaf():
            self._process.start()
        theirs.close()
        self._served = 0
        try:
            ready = self.pipe.poll(_START_SECONDS)
            if ready:
                self.pipe.recv()
        except (EOFError, OSError):
            ready = False
        if not ready:
            self.end()
            message = "the worker process does not start; give it more with --memory, or see gouji doctor"
            raise LimitExceeded(message)

    def _died(self, job: Job) -> Outcome:
        process = self._process
        code = None
        if process is not None:
            process.join(5.0)
            code = process.exitcode
        self.end()
        how = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
        message = f"{job.name}: the process that read it died ({how}); the file may be made to do that"
        return Outcome(name=job.name, status="failed", code="internal.died", message=message)


@contextmanager
def _deaf() -> Iterator[None]:
    """Let a process that is started here be deaf to Ctrl-C from its first moment: it is for the parent."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _job(one: Input, row: Row | None, out: Path, version: str, *, force: bool, password: str | None) -> Job:
    """Return the job for an input, with the content that needs no work because its outputs stand."""
    known = None
    if row is not None and row.state == "done" and row.sha256 and not force:
        options = ("", _UNLOCKED) if password else ("",)
        stands = row.key in {key_of(row.sha256, option, version) for option in options}
        if stands and (not row.has_report or all(target.is_file() for target in outputs(out, one.name))):
            known = row.sha256
    return Job(name=one.name, path=one.path, known=known, password=password)


def _settle(outcome: Outcome, before: Row | None, out: Path, version: str, *, force: bool) -> Row:
    """Write the outputs of an outcome, or clear away those of an earlier content; return its record."""
    if outcome.same and before is not None:
        return before
    try:
        outcome = _write(outcome, before, out, force=force)
    except OutputExists as error:
        outcome = replace(outcome, status="failed", code=error.code, message=str(error), json=None)
    passing = outcome.code is not None and outcome.code.startswith(_PASSING)
    options = _UNLOCKED if outcome.unlocked else ""
    return Row(
        name=outcome.name,
        sha256=outcome.sha256,
        key=None if passing or outcome.sha256 is None else key_of(outcome.sha256, options, version),
        outcome=outcome.status,
        code=outcome.code,
        reason=None if outcome.message is None else readable(outcome.message),
        reasons=outcome.reasons,
        issuer=outcome.issuer,
        year=outcome.year,
        edition=outcome.edition,
        nonzero=outcome.nonzero,
        has_report=outcome.json is not None,
        seconds=round(outcome.seconds, 6),
        peak_bytes=outcome.peak_bytes,
    )


def _write(outcome: Outcome, before: Row | None, out: Path, *, force: bool) -> Outcome:
    report, evidence = outputs(out, outcome.name)
    if outcome.json is None or outcome.evidence is None:
        if before is not None and before.has_report:
            report.unlink(missing_ok=True)
            evidence.unlink(missing_ok=True)
        return outcome
    try:
        if before is None and not force and any(_is_foreign(target) for target in (report, evidence)):
            message = f"{report}: a file that gouji did not write stands there; move it or give --force"
            raise OutputExists(message)
        report.parent.mkdir(parents=True, exist_ok=True)
        _refuse_outside(report.parent, out)
        # The report last: where it stands, its evidence stands too.
        write_whole(evidence, outcome.evidence, out)
        write_whole(report, outcome.json, out)
    except OSError as error:
        message = f"{report}: cannot be written ({error.strerror or error})"
        if error.errno in _FATAL:
            advice = "make room or allow writing there, then run the same command again to go on"
            message += f"; {advice}"
            raise OutputNotWritten(message) from error
        return replace(
            outcome,
            status="failed",
            code=OutputNotWritten.code,
            message=f"{message}; give the input a shorter or plainer name",
            json=None,
        )
    return outcome


def write_whole(target: Path, data: bytes, out: Path) -> None:
    """Write a file that is whole or not there, also after a loss of power.

    The beginning is kept at one place in `out`, which the ledger's lock makes ours alone, so that
    nothing is left lying about when a run is killed.
    """
    part = out / ".part"
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    # The folder needs no fsync of its own (3 ms each): a rename lost with the power leaves no file, and a
    # finished row without its file is converted again.
    part.replace(target)


def _refuse_outside(folder: Path, out: Path) -> None:
    if not folder.resolve().is_relative_to(out.resolve()):
        message = f"{folder}: a link leads out of the output folder; remove it"
        raise OutputExists(message)


def _is_foreign(target: Path) -> bool:
    """Return whether something stands at an output's place that is none of ours."""
    if not os.path.lexists(target):
        return False
    if not target.is_file():
        return True
    ours = (b'{"checks":[', b"{}", b'{"disputes.')  # how a report and its evidence begin
    with target.open("rb") as file:
        return not file.read(16).startswith(ours)


def _write_failures(out: Path, ledger: Ledger) -> None:
    from report import canonical  # noqa: PLC0415  # not needed to start

    failed = [row for row in ledger.rows() if row.outcome == "failed"]
    lines = [
        canonical({"name": row.name, "code": row.code or ConversionError.code, "message": row.reason or ""})
        for row in failed
    ]
    try:
        write_whole(out / "failures.jsonl", b"".join(line + b"\n" for line in lines), out)
    except OSError as error:
        message = f"{out / 'failures.jsonl'}: cannot be written ({error.strerror}); make room and run again"
        raise OutputNotWritten(message) from error
