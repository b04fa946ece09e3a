"""One document in a process of its own, which can be killed: bytes in, canonical bytes out.

What happens here may hang, crash or eat memory; whoever holds the other end of the pipe (run.py) judges
that from outside. Nothing is written to disk here.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import time
import traceback
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from errors import ConversionError, LimitExceeded, UnreadableFile

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from report import Report


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What one document may cost; `memory_bytes` bounds the address space, None for no bound."""

    seconds: float = 60.0
    memory_bytes: int | None = 2 << 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One input; `known` is the sha256 of what is done already, so that the same content is left alone.

    The password reaches the worker here, through the pipe, and goes no further than the converter.
    """

    name: str
    path: Path
    known: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """The one record of an input.

    `status` is verified, review or failed. `json` is None when no report came of it, or when `same`
    says that the content is the one already done. `unlocked` says that it opened with the job's password
    only. `seconds` is the time in the worker, `peak_bytes` the worker's largest memory so far (0 where the
    system does not tell).
    """

    name: str
    status: str
    code: str | None = None
    message: str | None = None
    reasons: tuple[str, ...] = ()
    issuer: str | None = None
    year: int | None = None
    edition: str | None = None
    nonzero: int = 0
    sha256: str | None = None
    json: bytes | None = None
    evidence: bytes | None = None
    same: bool = False
    unlocked: bool = False
    seconds: float = 0.0
    peak_bytes: int = 0
    trace: str | None = None


def serve(pipe: Connection, limits: Limits) -> None:
    """Answer every Job that comes through the pipe with its Outcome, until the other end closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends this process
    if hasattr(os, "setsid"):
        os.setsid()  # so that whatever a converter starts can be killed along with it
    _silence()
    if limits.memory_bytes is not None:
        _limit_memory(limits.memory_bytes)
    try:
        pipe.send(None)  # ready
        while True:
            job = pipe.recv()
            # The parent ends a job that takes too long; should it be gone, this process still ends.
            faulthandler.dump_traceback_later(2 * limits.seconds + 10, exit=True)
            pipe.send(work(job))
            faulthandler.cancel_dump_traceback_later()
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


def work(job: Job) -> Outcome:
    """Return the outcome of one input; never raises for anything that the input causes."""
    start = time.perf_counter()
    fields: dict[str, object]
    digest = None
    try:
        data = _read(job)
        digest = sha256(data).hexdigest()
        fields = {"status": "", "same": True} if digest == job.known else _convert(job, data)
    except ConversionError as error:
        fields = {"status": "failed", "code": error.code, "message": str(error)}
    except RecursionError:
        message = f"{job.name}: it is nested too deeply to be a report; look at what the file is"
        fields = {"status": "failed", "code": LimitExceeded.code, "message": message}
    except MemoryError:
        limit = "it needs more memory than one document may take; give more with --memory"
        fields = {"status": "failed", "code": "limit.memory", "message": f"{job.name}: {limit}"}
    except Exception as error:  # noqa: BLE001  # a bug must cost its own input only; it is recorded as one
        fields = {
            "status": "failed",
            "code": "internal.error",
            "message": f"{job.name}: {type(error).__name__} in gouji itself; please report it with the file",
            "trace": traceback.format_exc(),
        }
    return Outcome(
        name=job.name,
        sha256=digest,
        seconds=time.perf_counter() - start,
        peak_bytes=_peak_bytes(),
        **fields,  # type: ignore[arg-type]  # the three shapes above
    )


def _read(job: Job) -> bytes:
    from converters import LARGEST, too_large  # noqa: PLC0415  # the worker's start-up is the first job's

    if job.path.is_dir():
        message = f"{job.name}: the folder cannot be listed; allow reading it"
        raise UnreadableFile(message)
    try:
        size = job.path.stat().st_size
        if size > LARGEST:
            raise LimitExceeded(too_large(job.name, size, LARGEST))
        return job.path.read_bytes()
    except OSError as error:
        message = f"{job.name}: the file cannot be read ({error.strerror or error}); check it and its rights"
        raise UnreadableFile(message) from error


def _convert(job: Job, data: bytes) -> dict[str, object]:
    from converters import convert, wants_password  # noqa: PLC0415
    from normalize import normalize  # noqa: PLC0415
    from report import evidence_to_json, to_json  # noqa: PLC0415

    name = job.name
    report: Report = normalize(convert(data, name=name, password=job.password))
    reasons = report.trust.reasons
    fields: dict[str, object] = {
        "status": report.trust.status,
        "reasons": tuple(finding.code for finding in reasons),
        "issuer": report.issuer,
        "year": report.year,
        "edition": report.edition,
        "nonzero": sum(bool(value.number) for value in report.values.values()),
        "json": to_json(report),
        "evidence": evidence_to_json(report),
        "unlocked": job.password is not None and wants_password(data),
    }
    if report.trust.status == "failed":
        fields["code"] = reasons[-1].code if reasons else "structure.no_table"
        fields["message"] = f"{name}: {reasons[-1].message if reasons else 'no statutory table was found'}"
    return fields


def _silence() -> None:
    """Lead what native code prints into nothing: stdout is for results, and failures come as records."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    os.close(nothing)


def _limit_memory(limit: int) -> None:
    """Bound the address space, where the system can; beyond it an allocation raises MemoryError."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  # POSIX only

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    bound = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (bound, hard))
    except (ValueError, OSError):
        return  # macOS refuses some bounds; the time limit still stands


def _peak_bytes() -> int:
    if sys.platform == "win32":
        return 0
    import resource  # noqa: PLC0415  # POSIX only

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
