"""The unit of work: one document, bytes in, canonical bytes out; here, or in a process that can be ended.

Whatever carries jobs (local.py, or another machine's engine) calls `work` and brings back its Outcome; what
an outcome comes to in files and records is settling.py's. Nothing is written to disk here.
"""

from __future__ import annotations

import faulthandler
import gc
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from bulk.process import peak_bytes, resident_bytes, settle_in
from bulk.remote import read_url
from errors import ConversionError, LimitExceeded, UnreadableFile

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from report import Report

# When Python looks for garbage in cycles. By its own measure, 700, that takes 4 % of the time of a report,
# by this one 1 %, for 2 MiB more of memory.
COLLECTING = (20_000, 10, 10)


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What one document may cost; `memory_bytes` bounds the address space, None for no bound."""

    seconds: float = 180.0  # a scan of 30 pages takes 90 s
    memory_bytes: int | None = 2 << 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One input. `place` is where it is read, a path or a URL, or the bytes themselves.

    The password reaches the worker here, through the pipe, and goes no further than the converter.
    """

    name: str
    place: Path | str | bytes = field(repr=False)
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """The one record of an input.

    `status` is verified, review or failed. `json` is None when no report came of it, or when `same`
    says that the content was not wanted, because what it comes to is known. `unlocked` says that it opened
    with the job's password only. `seconds` is the time in the worker, `peak_bytes` the worker's largest
    memory so far, `resident_bytes` what it holds now (0 where the system does not tell).
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
    json: bytes | None = field(default=None, repr=False)
    evidence: bytes | None = field(default=None, repr=False)
    same: bool = False
    unlocked: bool = False
    seconds: float = 0.0
    peak_bytes: int = 0
    resident_bytes: int = 0
    trace: str | None = None


def serve(pipe: Connection, limits: Limits) -> None:
    """Answer every Job that comes through the pipe with its Outcome, until the other end closes.

    Sends None once it is ready, and for every content that it reads itself the digest, upon which the other
    end says whether it is wanted.
    """

    def is_wanted(digest: str) -> bool:
        pipe.send(digest)
        return bool(pipe.recv())

    settle_in(limits.memory_bytes)
    gc.set_threshold(*COLLECTING)
    is_frozen = False
    try:
        pipe.send(None)
        while True:
            job = pipe.recv()
            # The parent ends a job that takes too long; should that fail, this process still ends.
            faulthandler.dump_traceback_later(2 * limits.seconds + 10, exit=True)
            pipe.send(work(job, _always if isinstance(job.place, bytes) else is_wanted))
            faulthandler.cancel_dump_traceback_later()
            if not is_frozen:  # what is loaded by now stays for good, and need not be looked through again
                gc.collect()
                gc.freeze()
                is_frozen = True
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


def _always(_digest: str) -> bool:
    return True


def work(job: Job, is_wanted: Callable[[str], bool] = _always) -> Outcome:
    """Return the outcome of one input; never raises for anything that the input causes.

    `is_wanted` is asked once, with the sha256 of what was read; a content that is not wanted is `same`.
    """
    start = time.perf_counter()
    fields: dict[str, object]
    digest = None
    try:
        data = job.place if isinstance(job.place, bytes) else _read(job.name, job.place)
        digest = sha256(data).hexdigest()
        fields = _convert(job, data) if is_wanted(digest) else {"status": "", "same": True}
    except ConversionError as error:
        fields = {"status": "failed", "code": error.code, "message": _named(job.name, str(error))}
    except RecursionError:
        message = f"{job.name}: it is nested too deeply to be a report; look at what the file is"
        fields = {"status": "failed", "code": LimitExceeded.code, "message": message}
    except MemoryError:
        limit = "it needs more memory than one document may take; give more with --memory"
        fields = {"status": "failed", "code": "limit.memory", "message": f"{job.name}: {limit}"}
    except (EOFError, BrokenPipeError, ConnectionResetError):
        raise  # the other end is gone, whose death is nothing of the input's
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
        peak_bytes=peak_bytes(),
        resident_bytes=resident_bytes(),
        **fields,  # type: ignore[arg-type]  # the shapes above
    )


def _named(name: str, message: str) -> str:
    return message if message.startswith(name) else f"{name}: {message}"


def _read(name: str, place: Path | str) -> bytes:
    from converters import LARGEST, too_large  # noqa: PLC0415  # the worker's start-up is the first job's

    try:
        if isinstance(place, str):
            data = read_url(place, LARGEST + 1)
            if len(data) > LARGEST:
                raise LimitExceeded(too_large(name, len(data), LARGEST))
            return data
        if place.is_dir():
            message = f"{name}: the folder cannot be listed; allow reading it"
            raise UnreadableFile(message)
        size = place.stat().st_size
        if size > LARGEST:
            raise LimitExceeded(too_large(name, size, LARGEST))
        return place.read_bytes()
    except OSError as error:
        message = f"{name}: the file cannot be read ({error.strerror or error}); check it and its rights"
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
