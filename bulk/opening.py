"""Archives read in a process of their own: what one of them does to its reader costs that archive alone.

The process reads on while documents are converted, at most one of them ahead: a pipe holds no more.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from bulk.archives import Event, Refused, read
from bulk.process import Child, peak_bytes, settle_in
from bulk.remote import open_url
from bulk.sources import Input
from errors import ConversionError, LimitExceeded

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

# Seconds for one member, or for getting past what is left aside before it; unpacking runs at 30 MB/s and
# more.
PATIENCE = 120.0
_WORN_BYTES = 512 << 20
_MEMORY = "its reading needs more memory than one archive may take; give more with --memory"


class Opener:
    """A process that reads archives, one at a time; a new one takes over when it dies or hangs."""

    def __init__(self, memory_bytes: int | None) -> None:
        self._memory_bytes = memory_bytes
        self._child: Child | None = None

    def end(self) -> None:
        """End the process and whatever it started, at once."""
        child, self._child = self._child, None
        if child is not None:
            child.end()

    def events(
        self, one: Input, password: str | None = None, *, names_only: bool = False
    ) -> Generator[Event, None, None]:
        """Yield what is in an archive, as archives.read does; closing the generator ends its reading."""
        if self._child is not None and not self._child.is_alive:  # ended from outside, between two archives
            self.end()
        if self._child is None:
            self._child = Child(_serve, self._memory_bytes)
        pipe = self._child.pipe
        is_done = False
        try:
            pipe.send((one, password, names_only))
            while True:
                if not pipe.poll(PATIENCE):
                    message = f"{one.name}: nothing came of it for {PATIENCE:g} s; unpack it yourself"
                    yield Refused(name=one.name, code="limit.time", message=message)
                    return
                event = pipe.recv()
                if isinstance(event, int):  # the end, and the memory that the process holds
                    is_done = event < _WORN_BYTES
                    return
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
            pipe.send(peak_bytes())
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


def _events(one: Input, password: str | None, *, names_only: bool) -> Iterator[Event]:
    """Yield what archives.read gives, and whatever else may go wrong as the archive's own failure."""
    try:
        with closing(_opened(one.place)) as file:
            size = file.seek(0, 2)
            file.seek(0)
            yield from read(file, one.name, size=size, password=password, names_only=names_only)
    except ConversionError as error:
        yield Refused(name=one.name, code=error.code, message=f"{one.name}: {error}")
    except MemoryError:
        yield Refused(name=one.name, code="limit.memory", message=f"{one.name}: {_MEMORY}")
    except RecursionError:
        message = f"{one.name}: it is nested too deeply; unpack it yourself"
        yield Refused(name=one.name, code=LimitExceeded.code, message=message)
    except (BrokenPipeError, ConnectionResetError):
        raise
    except OSError as error:
        message = (
            f"{one.name}: the archive cannot be read ({error.strerror or error}); check it and its rights"
        )
        yield Refused(name=one.name, code="input.unreadable", message=message)
    except Exception as error:  # noqa: BLE001  # a bug must cost its own archive only; it is recorded as one
        message = f"{one.name}: {type(error).__name__} in gouji itself; please report it with the file"
        yield Refused(name=one.name, code="internal.error", message=message)


def _opened(place: Path | str | bytes) -> BinaryIO:
    assert not isinstance(place, bytes)
    return open_url(place) if isinstance(place, str) else place.open("rb")
