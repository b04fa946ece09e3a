"""What an outcome comes to: outputs that are whole or not there, and the row that records them.

The same on one machine and on many; whoever carried the job, this is called where OUT and its ledger are.
"""

from __future__ import annotations

import errno
import json
import os
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from bulk.ledger import Row, Stamp, key_of
from bulk.sources import outputs, readable
from bulk.worker import Outcome
from errors import ConversionError, OutputExists, OutputNotWritten

# Failures that another run may not meet again: they are tried anew, the others stand.
_PASSING = ("limit.", "internal.", "output.", "input.missing_program", "input.password", "input.changed")
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
_PART = ".part"
# Bytes and length are enough; the time of change may be lost with the power, and then the bytes are compared.
_sync = getattr(os, "fdatasync", os.fsync)


def prepare(out: Path) -> None:
    """Make the output folder; raises OutputNotWritten when it cannot be had."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"{out}: the output folder cannot be made ({error.strerror}); give another with -o"
        raise OutputNotWritten(message) from error


def clear(out: Path) -> None:
    """Remove the beginnings of files that a killed run left; only for whoever holds the ledger."""
    for part in out.glob(f"{_PART}*"):
        part.unlink(missing_ok=True)


def keys(content_sha256: str, version: str, password: str | None) -> tuple[str, ...]:
    """Return the keys under which what is recorded of a content stands for what a new run would write."""
    options = ("", _UNLOCKED) if password else ("",)
    return tuple(key_of(content_sha256, option, version) for option in options)


def stands(row: Row, out: Path) -> bool:
    """Say whether a row's outputs are there as they were written; one that was changed by hand is not."""
    if not row.has_report:
        return True
    targets = outputs(out, row.name)
    return len(row.stamps) == len(targets) and all(map(_is_as_stamped, targets, row.stamps))


def settle(
    outcome: Outcome, before: Row | None, out: Path, version: str, *, folders: set[Path], force: bool = False
) -> Row:
    """Write the outputs of an outcome, or clear away those of an earlier content; return its record.

    `folders` are those that are known to be there and below `out`; to ask again for every report takes a
    third of the time that its files do. May run in several threads at once, for outcomes of different names.
    Raises OutputNotWritten when the folder cannot be written.
    """
    stamps: tuple[Stamp, ...] = ()
    try:
        outcome, stamps = _write(outcome, before, out, folders, force=force)
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
        stamps=stamps,
    )


def as_outcome(row: Row, out: Path) -> Outcome | None:
    """Return the outcome that a row records, with its outputs; None if they are not as they were written."""
    report = evidence = None
    if row.has_report:
        targets = outputs(out, row.name)
        try:
            report, evidence = (target.read_bytes() for target in targets)
        except OSError:
            return None
        if [sha256(one).hexdigest() for one in (report, evidence)] != [stamp.sha256 for stamp in row.stamps]:
            return None
    return Outcome(
        name=row.name,
        status=row.outcome or "failed",
        code=row.code,
        message=row.reason,
        reasons=row.reasons,
        issuer=row.issuer,
        year=row.year,
        edition=row.edition,
        nonzero=row.nonzero,
        sha256=row.sha256,
        json=report,
        evidence=evidence,
    )


def renamed(outcome: Outcome, name: str) -> Outcome:
    """Return what the same content comes to under another name, which `source.name` and the message tell."""
    from report import canonical  # noqa: PLC0415  # not needed to start

    data = outcome.json
    if data is not None:
        report = json.loads(data)
        report["source"]["name"] = name
        data = canonical(report)
    message = outcome.message
    if message is not None and message.startswith(f"{outcome.name}:"):
        message = name + message[len(outcome.name) :]
    return replace(outcome, name=name, json=data, message=message, seconds=0.0, trace=None)


def write_failures(out: Path, rows: Iterable[Row]) -> None:
    """Write one line for every failed row; raises OutputNotWritten."""
    from report import canonical  # noqa: PLC0415  # not needed to start

    lines = [
        canonical({"name": row.name, "code": row.code or ConversionError.code, "message": row.reason or ""})
        for row in rows
    ]
    try:
        _write_whole(out / "failures.jsonl", b"".join(line + b"\n" for line in lines), out)
    except OSError as error:
        message = f"{out / 'failures.jsonl'}: cannot be written ({error.strerror}); make room and run again"
        raise OutputNotWritten(message) from error


def _write(
    outcome: Outcome, before: Row | None, out: Path, folders: set[Path], *, force: bool
) -> tuple[Outcome, tuple[Stamp, ...]]:
    report, evidence = outputs(out, outcome.name)
    if outcome.json is None or outcome.evidence is None:
        if before is not None and before.has_report:
            report.unlink(missing_ok=True)
            evidence.unlink(missing_ok=True)
        return outcome, ()
    try:
        if not force and any(_is_foreign(target) for target in (report, evidence)):
            message = (
                f"{outcome.name}: a file that gouji did not write stands in the place of its output,"
                f" {report.name}; move it or give --force"
            )
            raise OutputExists(message)
        if report.parent not in folders:
            report.parent.mkdir(parents=True, exist_ok=True)
            _refuse_outside(report.parent, out, outcome.name)
            folders.add(report.parent)
        # The report last: where it stands, its evidence stands too.
        proof = _write_whole(evidence, outcome.evidence, out)
        return outcome, (_write_whole(report, outcome.json, out), proof)
    except OSError as error:
        why = error.strerror or error
        if error.errno in _FATAL:
            advice = "make room or allow writing there, then run the same command again to go on"
            message = f"{report}: cannot be written ({why}); {advice}"
            raise OutputNotWritten(message) from error
        # A record says nothing of where OUT is, so that two runs into two folders give the same.
        message = f"{outcome.name}: its output cannot be written ({why}); give it a shorter or plainer name"
        code = OutputNotWritten.code
        return replace(outcome, status="failed", code=code, message=message, json=None), ()


def _write_whole(target: Path, data: bytes, out: Path) -> Stamp:
    """Write a file that is whole or not there, also after a loss of power.

    The beginning is kept in `out`, which the ledger's lock makes ours alone, under a name for each thread,
    so that the next run finds what a killed one left lying about.
    """
    part = out / f"{_PART}-{threading.get_ident()}"
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            _sync(file.fileno())
            written = os.fstat(file.fileno()).st_mtime_ns
        # The folder needs no fsync of its own (3 ms each): a rename lost with the power leaves no file, and a
        # finished row without its file is converted again.
        part.replace(target)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    return Stamp(bytes=len(data), modified_ns=written, sha256=sha256(data).hexdigest())


def _is_as_stamped(target: Path, stamp: Stamp) -> bool:
    """Say whether a file is as it was written: by size and time, else by its bytes, as it may be a copy."""
    try:
        now = target.stat()
        if now.st_size != stamp.bytes or not target.is_file():
            return False
        return now.st_mtime_ns == stamp.modified_ns or sha256(target.read_bytes()).hexdigest() == stamp.sha256
    except OSError:
        return False


def _refuse_outside(folder: Path, out: Path, name: str) -> None:
    if not folder.resolve().is_relative_to(out.resolve()):
        message = f"{name}: a link leads from the place of its output out of the output folder; remove it"
        raise OutputExists(message)


def _is_foreign(target: Path) -> bool:
    """Return whether something stands at an output's place that is none of ours."""
    if not os.path.lexists(target):
        return False
    if not target.is_file():
        return True
    ours = (b'{"checks":[', b"{}", b'{"disputes.')  # how a report and its evidence begin
    with target.open("rb") as file:
        head = file.read(16)
    # An empty file, as some systems leave, holds nothing to lose.
    return bool(head) and not head.startswith(ours)
