"""What an archive holds, one document after the other, straight from its bytes.

Nothing is unpacked to a place of its own: a member is read into memory, up to a bound, and handed on under
the name `archive.zip/folder/file.docx`. What would lead out of the archive, is no file, has another's name or
comes to too much is refused with a record each; what is left aside is said, by the rules for folders.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from pathlib import PurePosixPath
from typing import BinaryIO

from bulk.archive_entries import Bounds, Budget, Entry, Exhausted
from bulk.archive_foreign import foreign_entries
from bulk.archive_tar import COMPRESSED, Stream, tar_entries, unpacked
from bulk.archive_zip import zip_entries
from bulk.sources import MOST_PARTS, Claims
from bulk.wanted import HEAD, Skipped, is_archive, why_not_path, why_not_read
from converters.kinds import kind_of
from errors import ConversionError, LimitExceeded, RefusedMember

__all__ = ["Bounds", "Event", "Member", "Refused", "Skipped", "read"]

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_MIB = 1 << 20
_SHOWN = 10  # folders of a name that is refused for having too many


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A document from an archive; `name` is its source name. No `data` where only names were asked for."""

    name: str
    data: bytes = field(repr=False)
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """What could not be had from an archive, or an archive that could not be read to its end."""

    name: str
    code: str
    message: str


Event = Member | Refused | Skipped


def read(
    file: BinaryIO,
    name: str,
    *,
    size: int,
    password: str | None = None,
    bounds: Bounds | None = None,
    names_only: bool = False,
) -> Iterator[Event]:
    """Yield every document of an archive, in its order, and what was refused or left aside.

    `file` is open for reading at its beginning and can be sought in; `size` is its length in bytes. A file
    that is no archive is its own only member. Never raises for what the archive holds: what ends its
    reading is the last event, Refused under the archive's own name.
    """
    bounds = bounds or Bounds()
    walk = _Walk(bounds=bounds, budget=Budget(bounds, size), password=password, names_only=names_only)
    try:
        yield from walk.archive(file, name, 1)
    except Exhausted as error:
        yield _refused(name, error)


@dataclass(kw_only=True, slots=True)
class _Walk:
    """What the reading of one archive, and of those inside it, shares."""

    bounds: Bounds
    budget: Budget
    password: str | None
    names_only: bool

    def archive(self, file: BinaryIO, name: str, depth: int) -> Iterator[Event]:
        count = 0
        claims = Claims()
        try:
            entries = self._entries(file, name)
            if entries is None:
                file.seek(0)
                data = file.read(self.bounds.file_bytes + 1)
                if len(data) > self.bounds.file_bytes:
                    raise LimitExceeded(_too_large(self.bounds.file_bytes))
                yield self._member(name, data)
                return
            for entry in entries:
                self.budget.count()
                for event in self._entry(entry, name, depth, claims):
                    count += not isinstance(event, Skipped)
                    yield event
        except Exhausted:
            raise
        except ConversionError as error:
            yield _refused(name, error)
            return
        if not count:
            message = "the archive holds no document; look at what it is"
            yield _refused(name, LimitExceeded(message), code="input.unsupported")

    def _entries(self, file: BinaryIO, name: str) -> Iterator[Entry] | None:
        """Return the entries of an archive, told by its first bytes; None if it is none."""
        head = file.read(HEAD)
        file.seek(0)
        kind = "zip" if head.startswith((b"PK\x03\x04", b"PK\x05\x06")) else kind_of(head)
        if kind == "zip":
            return zip_entries(file, self.password)
        if kind in ("7z", "rar"):
            return foreign_entries(file, kind)
        if kind == "tar":
            return tar_entries(Stream(file))
        if kind not in COMPRESSED:
            return None
        stream = unpacked(file, kind, self.budget)
        if kind_of(stream.peek(HEAD)) == "tar":
            return tar_entries(stream)
        inner = re.sub(r"\.(gz|bz2|xz)$", "", PurePosixPath(name).name, flags=re.IGNORECASE)
        return iter([Entry(name=inner, kind="file", pieces=stream.pieces, is_counted=True)])

    def _entry(self, entry: Entry, archive: str, depth: int, claims: Claims) -> Iterator[Event]:
        if entry.kind == "folder":
            return
        path, refusal = _path(entry)
        shown = f"{archive}/{path}"
        inner = is_archive(path)
        if refusal is None and (reason := why_not_path(path)):
            yield Skipped(name=shown, reason=reason)
            return
        problem = refusal or entry.problem
        if problem is None and inner and depth >= self.bounds.depth:
            problem = LimitExceeded(f"it is {depth} archives deep; unpack the outer ones and give the folder")
        if other := claims.claim(shown, is_archive=inner):
            shown = claims.another(shown)
            message = f"the archive holds {other} in the same place; unpack it yourself and rename one"
            problem = problem or RefusedMember(message)
        try:
            if problem is not None:
                raise problem
            if self.names_only and not inner and why_not_read(path, lambda: b"") is None:
                yield Member(name=shown, data=b"", sha256="")
                return
            data = self._data(entry, self.bounds.inner_bytes if inner else self.bounds.file_bytes)
        except Exhausted:
            raise
        except ConversionError as error:
            yield _refused(shown, error)
            return
        yield from self._found(path, shown, data, depth)

    def _found(self, path: str, shown: str, data: bytes, depth: int) -> Iterator[Event]:
        """Yield what an entry's bytes come to."""
        if is_archive(path):
            yield from self.archive(BytesIO(data), shown, depth + 1)
        elif reason := why_not_read(path, lambda: data[:HEAD]):
            yield Skipped(name=shown, reason=reason)
        else:
            yield self._member(shown, data)

    def _data(self, entry: Entry, most: int) -> bytes:
        """Return an entry's bytes; raises LimitExceeded for too many, as such or for their packed size."""
        data = bytearray()
        for piece in entry.pieces():
            if not entry.is_counted:
                self.budget.spend(len(piece))
            data += piece
            if len(data) > most:
                raise LimitExceeded(_too_large(most))
            packed = len(data) if entry.packed is None else entry.packed
            if len(data) > max(self.bounds.small_bytes, self.bounds.ratio * packed):
                message = f"it unpacks to {self.bounds.ratio} times its size, as bombs do; look at what it is"
                raise LimitExceeded(message)
        return bytes(data)

    def _member(self, name: str, data: bytes) -> Member:
        return Member(name=name, data=b"" if self.names_only else data, sha256=sha256(data).hexdigest())


def _path(entry: Entry) -> tuple[str, ConversionError | None]:
    """Return an entry's path below its archive, fit for a record, and why it is refused, if it is."""
    stored = entry.name.replace("\\", "/")
    parts = [part for part in stored.split("/") if part not in ("", ".")]
    what = None
    if entry.kind != "file":
        what = f"it is a {entry.kind}, not a file"
    elif stored.startswith("/") or re.match(r"[A-Za-z]:", stored):
        what = "its name is a path of a whole system"
    elif ".." in parts:
        what = "its name leads out of the archive"
    elif _CONTROLS.search(stored):
        what = "its name holds control characters"
    elif len(parts) > MOST_PARTS:
        what = f"it is more than {MOST_PARTS} folders deep"
        parts = [*parts[:_SHOWN], "…", parts[-1]]
    elif not parts:
        what = "it has no name"
    if what is None:
        return "/".join(parts), None
    shown = [_CONTROLS.sub("_", part).replace("..", "__") for part in parts]
    return "/".join(shown) or "_", RefusedMember(f"{what}; unpack it yourself if you trust it")


def _too_large(most: int) -> str:
    return f"more than the {most // _MIB} MiB that are read; split the file"


def _refused(name: str, error: ConversionError, code: str | None = None) -> Refused:
    return Refused(name=name, code=code or error.code, message=f"{name}: {error}")
