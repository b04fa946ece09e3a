"""What every kind of archive is read as: entries in the order of the file, each with its bytes in pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from errors import ConversionError, LimitExceeded

Kind = Literal["file", "folder", "link", "device"]
PIECE = 1 << 18  # bytes that are unpacked at a time
_MIB = 1 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """How much an archive may come to, the archives inside it included; all sizes are bytes.

    `ratio` is unpacked to packed, and holds above `free_bytes` for all together and above `small_bytes` for
    one file. Word and PDF files hardly shrink (1 to 1.3), text to a tenth, a blank page scanned without
    compression to a thousandth, but then it has no more than 26 MiB (A4, 300 dpi, colour).
    """

    depth: int = 3
    count: int = 1_000_000
    file_bytes: int = 256 * _MIB
    inner_bytes: int = 512 * _MIB  # an archive inside an archive is held in memory
    ratio: int = 200
    small_bytes: int = 32 * _MIB
    free_bytes: int = 1024 * _MIB


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One entry: its name as stored (with `/` or a backslash), and its bytes as they are asked for.

    `packed` is how many bytes it takes in the archive, None where that is not known. `pieces` may raise
    ConversionError; it can be called until the next entry is asked for. `is_counted` says that the budget
    knows of them without being told. `problem` is why it cannot be read.
    """

    name: str
    kind: Kind
    pieces: Callable[[], Iterator[bytes]]
    packed: int | None = None
    is_counted: bool = False
    problem: ConversionError | None = None


class Exhausted(LimitExceeded):
    """The whole archive comes to more than the bounds allow; nothing more of it is read."""


class Budget:
    """What an archive has come to so far; raises Exhausted as soon as that is too much."""

    def __init__(self, bounds: Bounds, packed: int) -> None:
        self._bounds = bounds
        self._most = max(bounds.free_bytes, bounds.ratio * packed)
        self._bytes = 0
        self._count = 0

    def spend(self, size: int) -> None:
        """Count bytes that were unpacked."""
        self._bytes += size
        if self._bytes > self._most:
            message = (
                f"it unpacks to more than {self._most // _MIB} MiB, as archives made to fill a disk do;"
                " look at what it is, and unpack it yourself if it is honest"
            )
            raise Exhausted(message)

    def count(self) -> None:
        """Count an entry."""
        self._count += 1
        if self._count > self._bounds.count:
            message = f"it holds more than {self._bounds.count} files; split it"
            raise Exhausted(message)
