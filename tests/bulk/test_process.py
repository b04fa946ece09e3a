from __future__ import annotations

import sys
from multiprocessing.connection import Connection

from bulk.process import Child, settle_in


def _tell_threads(pipe: Connection) -> None:
    loaded = [name for name in ("numpy", "cv2") if name in sys.modules]
    settle_in(None)
    import cv2  # noqa: PLC0415  # only now

    pipe.send((loaded, cv2.getNumThreads()))


def test_a_worker_keeps_to_one_core():
    child = Child(_tell_threads)
    loaded, threads = child.pipe.recv()
    child.end()
    assert loaded == []  # else what they were loaded with would stand
    assert threads == 1
