"""A process of our own at the other end of a pipe, which can be ended with everything it started.

What runs there may hang, crash or eat memory; whoever holds this end judges that from outside.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess


class Child:
    """A running process and the pipe to it."""

    def __init__(self, target: Callable[..., None], *arguments: object) -> None:
        context = get_context("spawn")
        self.pipe: Connection
        self.pipe, theirs = context.Pipe()  # type: ignore[assignment,unused-ignore]  # Windows names it otherwise
        self._process: SpawnProcess = context.Process(target=target, args=(theirs, *arguments), daemon=True)
        with _deaf():
            self._process.start()
        theirs.close()

    @property
    def is_alive(self) -> bool:
        """Whether the process is still there."""
        return self._process.is_alive()

    def died(self) -> str:
        """Return how the process ended, now that its end of the pipe is closed."""
        self._process.join(5.0)
        code = self._process.exitcode
        return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"

    def end(self) -> None:
        """End the process and whatever it started, at once."""
        process = self._process
        if sys.platform == "win32":
            _end_tree(process.pid)
        elif process.pid is not None:
            # It may not yet have come to have a group of its own.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.join(5.0)
        if process.exitcode is not None:  # else the system holds it, in a read from a dead drive for one
            process.close()
        self.pipe.close()


# One document a core: two threads to a document cost a fifth more of processor time on scans, and sums in
# another order where a machine has more cores. What is set already stands.
_ONE_CORE = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "OPENCV_FOR_THREADS_NUM")


def keep_to_one_core() -> None:
    """Let numpy and OpenCV compute in one thread; to be called before they are loaded."""
    for name in _ONE_CORE:
        os.environ.setdefault(name, "1")


def settle_in(memory_bytes: int | None) -> None:
    """Make this process one that can be ended whole, is silent, on one core, and bounded in memory."""
    keep_to_one_core()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends this process
    if hasattr(os, "setsid"):
        os.setsid()  # so that whatever a converter starts can be killed along with it
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _silence()
    if memory_bytes is not None:
        _limit_memory(memory_bytes)


def resident_bytes() -> int:
    """Return the memory that this process holds now, where the system tells; else the most that it held."""
    with suppress(OSError, ValueError), open("/proc/self/statm", "rb") as file:  # noqa: PTH123  # 3 times as fast
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return peak_bytes()


def peak_bytes() -> int:
    """Return the most memory that this process held so far; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0
    import resource  # noqa: PLC0415  # POSIX only

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _end_with_parent() -> None:
    """Wait until the parent is gone, by whatever death, then end this process and what it started."""
    parent = parent_process()
    if parent is None:
        return
    wait([parent.sentinel])
    if sys.platform == "win32":
        _end_tree(os.getpid())
    else:
        os.killpg(os.getpid(), signal.SIGKILL)


def _end_tree(number: int | None) -> None:
    """End a process of Windows and its children, which know no groups."""
    with suppress(OSError, subprocess.SubprocessError):
        command = ["taskkill", "/T", "/F", "/PID", str(number)]
        subprocess.run(command, capture_output=True, check=False, timeout=10)  # noqa: S603


@contextmanager
def _deaf() -> Iterator[None]:
    """Let a process that is started here be deaf to Ctrl-C from its first moment: it is for the parent."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _silence() -> None:
    """Lead what native code prints into nothing: stdout is for results, and failures come as records."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    os.close(nothing)


def _limit_memory(limit: int) -> None:
    """Bound the address space, where the system can; beyond it an allocation raises MemoryError."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  # POSIX only

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    bound = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (bound, hard))
    except (ValueError, OSError):
        return  # macOS refuses some bounds; the time limit still stands
