"""What people said about values, in OUT/corrections.jsonl: a layer over the reports, never a change of them.

Every line is one decision with who, when, the old number and the new one; a later line about the same value
takes the place of an earlier one. `review` writes it, `export` applies it, `convert` never touches it. A line
holds only for the content (sha256) and the number that the person saw.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from errors import OutputNotWritten, UnreadableFile
from report import canonical

FILE = "corrections.jsonl"

Act = Literal["accepted", "corrected", "withdrawn", "signed"]
JsonNumber = int | float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """One decision about a value, or with an empty `id` about a whole report (`signed`).

    `old` and `new` are numbers in the standard's unit, None for no number; `when` is UTC, ISO 8601.
    """

    name: str
    sha256: str
    id: str
    act: Act
    old: JsonNumber
    new: JsonNumber
    who: str
    when: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Layer:
    """The decisions that stand about one report: by value id, and the last signature if there is one."""

    of_values: Mapping[str, Correction] = field(default_factory=dict)
    signed: Correction | None = None

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

    def stale(self, values: Mapping[str, JsonNumber]) -> tuple[str, ...]:
        """Return the ids of decisions about numbers that the report no longer says."""
        standing = self.standing(values)
        return tuple(value_id for value_id in self.of_values if value_id not in standing)


NOTHING = Layer()


@dataclass(frozen=True, slots=True)
class Corrections:
    """All decisions in an output folder."""

    _of_reports: Mapping[tuple[str, str], Layer]

    def of(self, name: str, sha256: str) -> Layer:
        """Return what stands about a report; empty if nobody said anything about this content."""
        return self._of_reports.get((name, sha256), NOTHING)


NONE = Corrections({})


def load(out: Path) -> Corrections:
    """Return the decisions of an output folder, none where there is no such file.

    Raises UnreadableFile for a line that is none of ours: what people decided must not be lost in silence.
    """
    try:
        data = (out / FILE).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return NONE
    except OSError as error:
        message = f"{out / FILE}: cannot be read ({error.strerror}); check its rights"
        raise UnreadableFile(message) from error
    lines = data.split(b"\n")
    # The last line may have been cut off as its writer was killed: it was never answered as saved.
    numbered = enumerate(lines[:-1], start=1)
    return _layers(_correction(line, out / FILE, number) for number, line in numbered if line.strip())


def save(out: Path, corrections: Iterable[Correction]) -> None:
    """Add decisions to an output folder's file; they are on the disk when this returns."""
    path = out / FILE
    lines = b"".join(canonical(asdict(one)) + b"\n" for one in corrections)
    try:
        _cut_off_rest(path)
        with path.open("ab") as file:
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        message = f"{path}: cannot be written ({error.strerror}); make room or allow writing there"
        raise OutputNotWritten(message) from error


def _cut_off_rest(path: Path) -> None:
    """Take away a line that a killed writer left without its end."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        os.truncate(path, whole)


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
        {key: Layer(of_values=here, signed=signatures.get(key)) for key, here in values.items()}
    )


_ACTS = ("accepted", "corrected", "withdrawn", "signed")


def _correction(line: bytes, path: Path, number: int) -> Correction:
    try:
        one = Correction(**json.loads(line))
        _check(one)
    except (ValueError, TypeError) as error:
        message = f"{path}: line {number} is no correction ({error}); restore the file from a copy"
        raise UnreadableFile(message) from error
    return one


def _check(one: Correction) -> None:
    texts: tuple[Any, ...] = (one.name, one.sha256, one.id, one.who, one.when)
    if not all(isinstance(text, str) for text in texts) or one.act not in _ACTS:
        message = "a member is missing or of another type"
        raise ValueError(message)
    for number in (one.old, one.new):
        if isinstance(number, bool) or not isinstance(number, int | float | None):
            message = "old or new is no number"
            raise TypeError(message)
