"""What has been done with every input, in OUT/ledger.sqlite, so that an interrupted run goes on.

One row an input. The key of a finished row (content, options, version of the code) says whether its
outputs still stand for what a new run would write. One process at a time owns a ledger.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
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
    peak_bytes integer
) without rowid
"""
_COLUMNS = (
    "name, state, sha256, key, outcome, code, reason, reasons, issuer, year, edition, has_report, nonzero,"
    " seconds, peak_bytes"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One input's record.

    `reasons` are finding codes; `has_report` says whether outputs were written; `nonzero` counts the
    values that are neither blank nor zero.
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


class Ledger:
    """The open ledger of an output folder, a context manager; raises OutputNotWritten if it cannot be had."""

    def __init__(self, out: Path) -> None:
        self.path = out / "ledger.sqlite"
        try:
            self._db = sqlite3.connect(self.path, timeout=1.0, isolation_level=None)
        except sqlite3.OperationalError as error:
            raise OutputNotWritten(_why_not(self.path, error)) from error
        try:
            _set_up(self._db)
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise OutputNotWritten(_why_not(self.path, error)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def expect(self, names: Iterable[str]) -> None:
        """Give every input without a row one that says it is waiting."""
        self._db.execute("begin")
        self._db.executemany(
            "insert or ignore into inputs (name, state) values (?, 'waiting')", ((name,) for name in names)
        )
        self._db.execute("commit")

    def record(self, row: Row) -> None:
        """Store the record of an input in place of the one before."""
        values = (
            row.name,
            row.state,
            row.sha256,
            row.key,
            row.outcome,
            row.code,
            row.reason,
            json.dumps(row.reasons),
            row.issuer,
            row.year,
            row.edition,
            row.has_report,
            row.nonzero,
            row.seconds,
            row.peak_bytes,
        )
        marks = ", ".join("?" * len(values))
        self._db.execute(f"insert or replace into inputs ({_COLUMNS}) values ({marks})", values)  # noqa: S608  # only constants

    def row(self, name: str) -> Row | None:
        """Return the record of an input, None if it has none."""
        found = self._db.execute(f"select {_COLUMNS} from inputs where name = ?", (name,)).fetchone()  # noqa: S608  # only constants
        return None if found is None else _row(found)

    def rows(self) -> Iterator[Row]:
        """Yield every record in the order of the names."""
        for found in self._db.execute(f"select {_COLUMNS} from inputs order by name"):  # noqa: S608  # only constants
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
    database.execute("commit")


def _why_not(path: Path, error: sqlite3.DatabaseError) -> str:
    if "locked" in str(error):
        return f"{path}: another run is writing there; wait for it or give another folder with -o"
    if isinstance(error, sqlite3.OperationalError):
        return f"{path}: the ledger cannot be opened ({error}); check the folder's rights"
    return f"{path}: not a ledger ({error}); delete it and convert again"


def _row(found: tuple[object, ...]) -> Row:
    names = [name.strip() for name in _COLUMNS.split(",")]
    fields = dict(zip(names, found, strict=True))
    fields["reasons"] = tuple(json.loads(str(fields["reasons"])))
    fields["has_report"] = bool(fields["has_report"])
    return Row(**fields)  # type: ignore[arg-type]  # the columns are the fields
