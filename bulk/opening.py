"""Archives read in a process of their own: what one of them does to its reader costs that archive alone.

The process reads on while documents are converted, at most one of them ahead: a pipe holds no more.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from bulk.archives import Event, Refused, read
from bulk.process import Child, peak_bytes, settle_in
from bulk.remote import open_url
from bulk.sources import Input
from errors import ConversionError, LimitExceeded, UnreadableFile

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

# Seconds for one member, or for getting past what is left aside before it; unpacking runs at 30 MB/s and
# more.
PATIENCE = 120.0
_LOOK = 0.5  # seconds after which a stop is noticed
_WORN_BYTES = 512 << 20
_MEMORY = "its reading needs more memory than one archive may take; give more with --memory"


class Opener:
    """A process that reads archives, one at a time; a new one takes over when it dies or hangs.

    `share` is how much of the archive has been read, from 0 to 1.
    """

    def __init__(self, memory_bytes: int | None) -> None:
        self._memory_bytes = memory_bytes
        self._child: Child | None = None
        self.share = 0.0

    def end(self) -> None:
        """End the process and whatever it started, at once."""
        child, self._child = self._child, None
        if child is not None:
            child.end()

    def events(
        self,
        one: Input,
        password: str | None = None,
        *,
        names_only: bool = False,
        stops: Callable[[], bool] = lambda: False,
    ) -> Generator[Event, None, None]:
        """Yield what is in an archive, as archives.read does; closing the generator ends its reading.

        Once `stops` is true it is not waited for any more.
        """
        if self._child is not None and not self._child.is_alive:  # ended from outside, between two archives
            self.end()
        if self._child is None:
            self._child = Child(_serve, self._memory_bytes)
        pipe = self._child.pipe
        is_done = False
        try:
            pipe.send((one, password, names_only))
            while True:
                until = time.monotonic() + PATIENCE
                while not (speaks := pipe.poll(_LOOK)) and time.monotonic() < until and not stops():
                    pass
                if not speaks and stops():
                    return
                if not speaks:
                    message = f"{one.name}: nothing came of it for {PATIENCE:g} s; unpack it yourself"
                    yield Refused(name=one.name, code="limit.time", message=message)
                    return
                event, told = pipe.recv()
                if event is None:  # the end, and the memory that the process held at most
                    is_done = told < _WORN_BYTES
                    return
                self.share = told
                yield event
        except (EOFError, OSError):
            how = self._child.died()
            self.end()
            message = f"{one.name}: the process that read it died ({how}); the file may be made to do that"
            yield Refused(name=one.name, code="internal.died", message=message)
        finally:
            if not is_done:
                self.end()


def _serve(pipe: Connection, memory_bytes: int | None) -> None:
    settle_in(memory_bytes)
    try:
        while True:
            one, password, names_only = pipe.recv()
            for event in _events(one, password, names_only=names_only):
                pipe.send(event)
            pipe.send((None, peak_bytes()))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


def _events(one: Input, password: str | None, *, names_only: bool) -> Iterator[tuple[Event, float]]:
    """Yield what archives.read gives, each with the share of the archive that has been read."""
    share = 0.0
    try:
        with closing(_opened(one.place)) as file:
            size = file.seek(0, 2)
            file.seek(0)
            for event in read(file, one.name, size=size, password=password, names_only=names_only):
                share = file.tell() / max(size, 1)
                yield event, share
    except (BrokenPipeError, ConnectionResetError):
        raise
    except Exception as error:  # noqa: BLE001  # whatever goes wrong is the archive's own failure
        yield _failed(one.name, error), share


def _failed(name: str, error: Exception) -> Refused:
    if isinstance(error, ConversionError):
        code, what = error.code, str(error)
    elif isinstance(error, MemoryError):
        code, what = "limit.memory", _MEMORY
    elif isinstance(error, RecursionError):
        code, what = LimitExceeded.code, "it is nested too deeply; unpack it yourself"
    elif isinstance(error, OSError):
        code = UnreadableFile.code
        what = f"the file cannot be read ({error.strerror or error}); check it and its rights"
    else:
        code = "internal.error"
        what = f"{type(error).__name__} in gouji itself; please report it with the file"
    return Refused(name=name, code=code, message=f"{name}: {what}")


def _opened(place: Path | str | bytes) -> BinaryIO:
    assert not isinstance(place, bytes)
    return open_url(place) if isinstance(place, str) else place.open("rb")
