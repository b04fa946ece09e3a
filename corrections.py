"""What people said about values, in OUT/corrections.jsonl: a layer over the reports, never a change of them.

Every line is one decision with who, when, the old number and the new one; a later line about the same value
takes the place of an earlier one. `review` writes it, `export` applies it, `convert` never touches it. A line
holds only for the content (sha256) and the number that the person saw, a signature for all numbers and
decisions that stood there as it was given.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, NoReturn

from errors import OutputNotWritten, UnreadableFile
from report import canonical

FILE = "corrections.jsonl"

Act = Literal["accepted", "corrected", "withdrawn", "signed"]
JsonNumber = int | float | None
_BOUND = 2**53  # RFC 8785: no whole number beyond what a double holds


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """One decision about a value, or with an empty `id` about a whole report (`signed`).

    `old` and `new` are numbers in the standard's unit, None for no number; `when` is UTC, ISO 8601. `digest`
    is what a signature was given to: see `digest_of`; of other decisions it is empty.
    """

    name: str
    sha256: str
    id: str
    act: Act
    old: JsonNumber
    new: JsonNumber
    who: str
    when: str
    digest: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Layer:
    """The decisions about one report: by value id, and the last signature if no decision came after it.

    What of them applies depends on the report's numbers as they are now: `standing` and `signed`.
    """

    of_values: Mapping[str, Correction] = field(default_factory=dict)
    signature: Correction | None = None

    def changes(self, values: Mapping[str, JsonNumber]) -> Mapping[str, JsonNumber]:
        """Return value id -> new number, where the correction was made about the number that stands there."""
        return {
            value_id: self.of_values[value_id].new
            for value_id, act in self.standing(values).items()
            if act == "corrected"
        }

    def over(self, values: Mapping[str, JsonNumber]) -> Mapping[str, JsonNumber]:
        """Return the values with the corrections applied."""
        changes = self.changes(values)
        return {**values, **changes} if changes else values

    def standing(self, values: Mapping[str, JsonNumber]) -> Mapping[str, Act]:
        """Return value id -> accepted or corrected, where the decision was about the number there."""
        return {
            value_id: one.act
            for value_id, one in self.of_values.items()
            if value_id in values and values[value_id] == one.old
        }

    def signed(self, values: Mapping[str, JsonNumber]) -> Correction | None:
        """Return the signature, if numbers and decisions are still those that it was given to."""
        given = self.signature
        return given if given is not None and given.digest == self.digest_of(values) else None

    def digest_of(self, values: Mapping[str, JsonNumber]) -> str:
        """Return the SHA-256 of the numbers of a report and of what was decided about them."""
        decided = {
            value_id: [act, self.of_values[value_id].new] for value_id, act in self.standing(values).items()
        }
        return sha256(canonical([dict(values), decided])).hexdigest()

    def unapplied(self, values: Mapping[str, JsonNumber]) -> int:
        """Return how many decisions are about numbers that the report no longer says."""
        lost_signature = self.signature is not None and self.signed(values) is None
        return len(self.of_values) - len(self.standing(values)) + lost_signature

    @property
    def count(self) -> int:
        """The number of decisions, the signature among them."""
        return len(self.of_values) + (self.signature is not None)


NOTHING = Layer()


@dataclass(frozen=True, slots=True)
class Corrections:
    """All decisions in an output folder, by name and sha256 of a report's source."""

    of_reports: Mapping[tuple[str, str], Layer]

    def of(self, name: str, sha256: str) -> Layer:
        """Return what was decided about a report; empty if nobody said anything about this content."""
        return self.of_reports.get((name, sha256), NOTHING)


NONE = Corrections({})


def load(out: Path) -> Corrections:
    """Return the decisions of an output folder, none where there is no such file.

    Raises UnreadableFile for a line that is none of ours: what people decided must not be lost in silence.
    """
    path = out / FILE
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return NONE
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror}); check its rights"
        raise UnreadableFile(message) from error
    *lines, rest = data.split(b"\n")
    found = [_correction(line, path, number) for number, line in enumerate(lines, start=1) if line.strip()]
    # A last line without its end was saved by an editor if it is whole; if not, its writer was killed, and it
    # was never answered as saved.
    with suppress(UnreadableFile):
        found.append(_correction(rest, path, len(lines) + 1))
    return _layers(found)


def save(out: Path, corrections: Iterable[Correction]) -> None:
    """Add decisions to an output folder's file; they are on the disk when this returns.

    Raises OutputNotWritten.
    """
    with adding(out) as add:
        add(corrections)


@contextmanager
def adding(out: Path) -> Iterator[Callable[[Iterable[Correction]], None]]:
    """Give what saves decisions, and keep every other program from deciding for as long as the block runs.

    So can be looked at what others decided, and nothing comes between the look and the decision. Raises
    OutputNotWritten.
    """
    path = out / FILE
    try:
        lock = path.with_name(f".{FILE}.lock").open("ab")
    except OSError as error:
        _refuse_writing(path, error)
    with lock:
        try:
            _wait_for(lock.fileno())
        except OSError as error:
            _refuse_writing(path, error)
        yield partial(_add, path)  # closing the file unlocks it


def _add(path: Path, corrections: Iterable[Correction]) -> None:
    lines = b"".join(canonical(asdict(one)) + b"\n" for one in corrections)
    try:
        with path.open("ab+") as file:
            _end_last_line(file, path)
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        _refuse_writing(path, error)


def _refuse_writing(path: Path, error: OSError) -> NoReturn:
    message = f"{path}: cannot be written ({error.strerror}); make room or allow writing there"
    raise OutputNotWritten(message) from error


def _end_last_line(file: Any, path: Path) -> None:  # noqa: ANN401  # what open gives
    """End a last line that an editor left without its end; take away one that a killed writer left."""
    file.seek(0)
    data = file.read()
    whole = data.rfind(b"\n") + 1
    if whole == len(data):
        return
    try:
        _correction(data[whole:], path, 0)
    except UnreadableFile:
        file.truncate(whole)
    else:
        file.write(b"\n")


def _wait_for(descriptor: int) -> None:
    """Lock an open file until it is closed; waits for others."""
    try:
        import fcntl  # noqa: PLC0415
    except ImportError:  # Windows
        import msvcrt  # noqa: PLC0415

        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def _layers(corrections: Iterable[Correction]) -> Corrections:
    values: dict[tuple[str, str], dict[str, Correction]] = {}
    signatures: dict[tuple[str, str], Correction | None] = {}
    for one in corrections:
        key = (one.name, one.sha256)
        here = values.setdefault(key, {})
        if one.act == "signed":
            signatures[key] = one
            continue
        signatures[key] = None  # what was signed is no longer what stands there
        here.pop(one.id, None)
        if one.act != "withdrawn":
            here[one.id] = one
    return Corrections(
        {key: Layer(of_values=here, signature=signatures.get(key)) for key, here in values.items()}
    )


_ACTS = ("accepted", "corrected", "withdrawn", "signed")


def _correction(line: bytes, path: Path, number: int) -> Correction:
    try:
        one = Correction(**json.loads(line, parse_constant=_refuse))
        _check(one)
    except (ValueError, TypeError, RecursionError) as error:
        message = f"{path}: line {number} is no correction ({error}); restore the file from a copy"
        raise UnreadableFile(message) from error
    return one


def _refuse(constant: str) -> NoReturn:
    message = f"{constant} is no number of JSON"
    raise ValueError(message)


def _check(one: Correction) -> None:
    texts: tuple[Any, ...] = (one.name, one.sha256, one.id, one.who, one.when, one.digest)
    if not all(isinstance(text, str) for text in texts) or one.act not in _ACTS:
        message = "a member is missing or of another type"
        raise ValueError(message)
    for number in (one.old, one.new):
        if isinstance(number, bool) or not isinstance(number, int | float | None):
            message = "old or new is no number"
            raise TypeError(message)
        if number is not None and not (math.isfinite(number) and abs(number) < _BOUND):
            message = "old or new has more digits than a number of JSON can hold"
            raise ValueError(message)
