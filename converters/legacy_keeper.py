"""Runs one program and sees that nothing of it stays: no process, no folder, however its parent ends.

A worker that takes too long is killed, and can then neither end LibreOffice nor clear away its files; so this
small process stands between the two. It is run as a script and needs nothing but Python:

    python legacy_keeper.py SECONDS FOLDER PROGRAM ARGUMENT...

Its standard input is a pipe that nobody writes to; when it closes, the parent is gone. It ends with the
program's own exit code, or with OUT_OF_TIME.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading

OUT_OF_TIME = 124
# LibreOffice took 482 MiB of address space for a report and 621 MiB for sixty of them in one file; a worker's
# own bound, which it would be handed down, may be less.
MEMORY_BYTES = 4 << 30
# The largest file it may write. Word files of reports take under 1 MB.
FILE_BYTES = 256 << 20


def main(arguments: list[str]) -> int:
    """Run the program and return its exit code."""
    seconds, folder, *command = arguments
    _limit()
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(  # noqa: S603  # what the parent asks for
        command,
        cwd=folder,
        stdin=nothing,
        stdout=nothing,
        stderr=nothing,
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    is_alone = threading.Event()
    watcher = threading.Thread(target=_watch, args=(process, folder, is_alone), daemon=True)
    watcher.start()
    try:
        return process.wait(float(seconds))
    except subprocess.TimeoutExpired:
        return OUT_OF_TIME
    finally:
        _end(process)
        if is_alone.is_set():
            watcher.join()


def _watch(process: subprocess.Popen[bytes], folder: str, is_alone: threading.Event) -> None:
    """Wait for the parent's end of the pipe to close; then end the program and clear its folder away."""
    while os.read(0, 1):
        pass
    is_alone.set()
    _end(process)
    process.wait()
    shutil.rmtree(folder, ignore_errors=True)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program and all that it started."""
    if sys.platform == "win32":
        ender = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
        subprocess.run(ender, check=False, capture_output=True)  # noqa: S603
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _limit() -> None:
    """Give the program bounds of its own in place of those that a worker hands down."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  # POSIX only

    for which, wanted in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_FSIZE, FILE_BYTES)):
        _, hard = resource.getrlimit(which)
        bound = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with contextlib.suppress(ValueError, OSError):  # macOS refuses some bounds; the time limit stands
            resource.setrlimit(which, (bound, hard))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))  # of this small process alone
