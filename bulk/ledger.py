"""What has been done with every input, in OUT/ledger.sqlite, so that an interrupted run goes on.

One row an input. The key of a finished row (content, options, version of the code) says whether its
outputs still stand for what a new run would write. One process at a time owns a ledger.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

from errors import OutputNotWritten

_TABLE = """
create table if not exists inputs (
    name text primary key,
    state text not null,     -- waiting, done
    sha256 text,
    key text,                -- sha256 of content, options and version
    outcome text,            -- verified, review, failed
    code text,
    reason text,
    reasons text not null default '[]',
    issuer text,
    year integer,
    edition text,
    has_report integer not null default 0,
    nonzero integer not null default 0,  -- how many values are neither blank nor zero
    seconds real,
    peak_bytes integer,
    stamps text not null default '[]',   -- bytes, time and sha256 of each output as it was written
    run integer not null default 0       -- the run that made the record
) without rowid
"""
_LATER = {
    "stamps": "text not null default '[]'",
    "run": "integer not null default 0",
}  # not in the first ledgers
_INDEX = "create index if not exists by_key on inputs (key)"
_COLUMNS = (
    "name, state, sha256, key, outcome, code, reason, reasons, issuer, year, edition, has_report, nonzero,"
    " seconds, peak_bytes, stamps, run"
)
_FIELDS = tuple(name.strip() for name in _COLUMNS.split(","))
_RECORD = f"insert or replace into inputs ({_COLUMNS}) values ({', '.join('?' * len(_FIELDS))})"  # noqa: S608  # only constants


@dataclass(frozen=True, kw_only=True, slots=True)
class Stamp:
    """By what an output is known to be as it was written: its length, its time of change, its sha256."""

    bytes: int
    modified_ns: int
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One input's record.

    `reasons` are finding codes; `has_report` says whether outputs were written, `stamps` how (the report,
    then its evidence); `nonzero` counts the values that are neither blank nor zero.
    """

    name: str
    state: str = "done"
    sha256: str | None = None
    key: str | None = None
    outcome: str | None = None
    code: str | None = None
    reason: str | None = None
    reasons: tuple[str, ...] = ()
    issuer: str | None = None
    year: int | None = None
    edition: str | None = None
    has_report: bool = False
    nonzero: int = 0
    seconds: float = 0.0
    peak_bytes: int = 0
    stamps: tuple[Stamp, ...] = ()
    run: int = 0


class Ledger:
    """The open ledger of an output folder, a context manager.

    Raises OutputNotWritten if it cannot be had, and at its end if it could not be written. `run` counts the
    runs that wrote records, this one included.
    """

    def __init__(self, out: Path) -> None:
        self.path = out / "ledger.sqlite"
        try:
            self._db = sqlite3.connect(self.path, timeout=1.0, isolation_level=None)
        except sqlite3.OperationalError as error:
            raise OutputNotWritten(_why_not(self.path, error)) from error
        try:
            _set_up(self._db)
            (latest,) = self._db.execute("select coalesce(max(run), 0) from inputs").fetchone()
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise OutputNotWritten(_why_not(self.path, error)) from error
        self.run = latest + 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()
        if isinstance(error, sqlite3.DatabaseError):
            message = (
                f"{self.path}: the ledger cannot be written ({error}); make room or allow writing there, then"
                " run the same command again to go on"
            )
            raise OutputNotWritten(message) from error

    def expect(self, names: Iterable[str]) -> None:
        """Give every input without a row one that says it is waiting."""
        with self._at_once():
            self._db.executemany(
                "insert or ignore into inputs (name, state) values (?, 'waiting')",
                ((name,) for name in names),
            )

    def record(self, *rows: Row) -> None:
        """Store the records of inputs in place of those before, all or none."""
        with self._at_once():
            self._db.executemany(_RECORD, map(_values, rows))

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        """Let what is written in this block stand as a whole or not at all."""
        try:
            self._db.execute("begin")
            yield
            self._db.execute("commit")
        except BaseException:  # Ctrl-C too: whoever closes the run goes on recording
            if self._db.in_transaction:  # a full disk has ended it
                self._db.execute("rollback")
            raise

    def forget(self, name: str) -> None:
        """Remove the record of an input, which is none after all: an archive that was read to its end."""
        self._db.execute("delete from inputs where name = ?", (name,))

    def row(self, name: str) -> Row | None:
        """Return the record of an input, None if it has none."""
        found = self._db.execute(f"select {_COLUMNS} from inputs where name = ?", (name,)).fetchone()  # noqa: S608  # only constants
        return None if found is None else _row(found)

    def twin(self, keys: Sequence[str], *, reports_since: int = 0, failures_since: int = 0) -> Row | None:
        """Return the record of any input that stands under one of the keys, None if there is none.

        Records of reports and of failures count from the runs given on.
        """
        marks = ", ".join("?" * len(keys))
        query = (
            f"select {_COLUMNS} from inputs where key in ({marks})"  # noqa: S608  # only constants
            " and run >= case outcome when 'failed' then ? else ? end limit 1"
        )
        found = self._db.execute(query, (*keys, failures_since, reports_since)).fetchone()
        return None if found is None else _row(found)

    def rows(self, outcome: str | None = None) -> Iterator[Row]:
        """Yield every record, or those of one outcome, in the order of the names."""
        query = f"select {_COLUMNS} from inputs where ? is null or outcome = ? order by name"  # noqa: S608  # only constants
        for found in self._db.execute(query, (outcome, outcome)):
            yield _row(found)


def key_of(content_sha256: str, options: str, code_version: str) -> str:
    """Return the key under which a content's outputs stand."""
    return sha256(f"{content_sha256}\n{options}\n{code_version}".encode()).hexdigest()


def code_version() -> str:
    """Return the version of gouji with a digest of the code and standards that make a report.

    The digest keeps a result of other code from passing as current, also between two releases.
    """
    digest = sha256()
    for module in ("converters", "normalize", "standards", "document", "findings", "report"):
        origin = getattr(find_spec(module), "origin", None)
        if origin is None:
            continue
        here = Path(origin)
        files = [here]
        if here.name == "__init__.py":
            files = sorted(one for one in here.parent.rglob("*") if one.suffix in (".py", ".toml"))
        for file in files:
            digest.update(file.name.encode() + b"\n" + file.read_bytes())
    try:
        number = version("gouji")
    except PackageNotFoundError:
        number = "0"
    return f"{number}+{digest.hexdigest()[:16]}"


def _set_up(database: sqlite3.Connection) -> None:
    # Exclusive: needs no shared memory, which network folders lack, and keeps a second run out.
    database.execute("pragma locking_mode = exclusive")
    database.execute("pragma journal_mode = wal")
    database.execute("pragma synchronous = normal")
    database.execute("begin immediate")
    database.execute(_TABLE)
    known = {column[1] for column in database.execute("pragma table_info(inputs)")}
    for column, kind in _LATER.items():
        if column not in known:
            database.execute(f"alter table inputs add column {column} {kind}")
    database.execute(_INDEX)
    database.execute("commit")


def _why_not(path: Path, error: sqlite3.DatabaseError) -> str:
    if "locked" in str(error):
        return f"{path}: another run is writing there; wait for it or give another folder with -o"
    if isinstance(error, sqlite3.OperationalError):
        return f"{path}: the ledger cannot be opened ({error}); check the folder's rights and the disk's room"
    return f"{path}: not a ledger ({error}); delete it and convert again"


def _values(row: Row) -> tuple[object, ...]:
    fields: dict[str, object] = {name: getattr(row, name) for name in _FIELDS}
    fields["reasons"] = json.dumps(row.reasons)
    fields["stamps"] = json.dumps([(one.bytes, one.modified_ns, one.sha256) for one in row.stamps])
    return tuple(fields.values())


def _row(found: tuple[object, ...]) -> Row:
    fields = dict(zip(_FIELDS, found, strict=True))
    fields["reasons"] = tuple(json.loads(str(fields["reasons"])))
    fields["stamps"] = tuple(
        Stamp(bytes=size, modified_ns=modified, sha256=digest)
        for size, modified, digest in json.loads(str(fields["stamps"]))
    )
    fields["has_report"] = bool(fields["has_report"])
    return Row(**fields)  # type: ignore[arg-type]  # the columns are the fields
