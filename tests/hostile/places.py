"""What stands in a folder and is no ordinary file, and names that no report has."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.hostile.hostile import NOTHING

_TEXT = "一、总体情况\n".encode()
# Left aside with a reason, so without a record.
ASIDE: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Something to plant below a folder: its name as gouji tells it, and how its record may end."""

    name: str
    plant: Callable[[Path], None]
    allowed: frozenset[str]


def places() -> list[Place]:
    """Return what this system can have."""
    if sys.platform == "win32":
        return []
    found = [
        Place(name="locked.txt", plant=_locked, allowed=NOTHING),
        Place(name="locked", plant=_locked_folder, allowed=NOTHING),
        Place(name="pipe.txt", plant=lambda folder: os.mkfifo(folder / "pipe.txt"), allowed=ASIDE),
        Place(name="socket.txt", plant=_socket, allowed=ASIDE),
        Place(name="link-to-zeros.txt", plant=_linked("link-to-zeros.txt", "/dev/zero"), allowed=ASIDE),
        Place(name="link-to-nothing.txt", plant=_linked("link-to-nothing.txt", "nothing"), allowed=NOTHING),
        Place(
            name="link-to-itself.txt",
            plant=_linked("link-to-itself.txt", "link-to-itself.txt"),
            allowed=NOTHING,
        ),
        Place(name="link-to-folder", plant=_linked("link-to-folder", ".."), allowed=ASIDE),
        Place(name="folder.docx", plant=lambda folder: (folder / "folder.docx").mkdir(), allowed=ASIDE),
    ]
    names = (
        ("-o.txt", NOTHING),
        ("--force.txt", NOTHING),
        ("con.txt", NOTHING),
        ("a\nb.txt", NOTHING),
        ("a\x1b[2Jb.txt", NOTHING),
        ("a\u202etxt.txt", NOTHING),
        ("%s{0}$(x)`x`.txt", NOTHING),
        ("a\\b.txt", NOTHING),
        (f"{'长' * 80}abcdefghijk.txt", NOTHING | {"output.not_written"}),  # 255 bytes: no room for .json
    )
    found += [Place(name=name, plant=_named(name), allowed=allowed) for name, allowed in names]
    if sys.platform == "linux":
        found.append(
            Place(name="年报.txt", plant=_named(os.fsdecode("年报.txt".encode("gbk"))), allowed=NOTHING)
        )
        found.append(
            Place(name="\\xff\\xff.txt", plant=_named(os.fsdecode(b"\xff\xff.txt")), allowed=NOTHING)
        )
    return found


def _named(name: str) -> Callable[[Path], None]:
    def plant(folder: Path) -> None:
        (folder / name).write_bytes(_TEXT)

    return plant


def _linked(name: str, target: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).symlink_to(target)


def _locked(folder: Path) -> None:
    (folder / "locked.txt").write_bytes(_TEXT)
    (folder / "locked.txt").chmod(0)


def _locked_folder(folder: Path) -> None:
    (folder / "locked").mkdir()
    if os.geteuid():  # the superuser may read it all the same, and an empty folder has no record
        (folder / "locked").chmod(0)


def _socket(folder: Path) -> None:
    here = Path.cwd()
    os.chdir(folder)  # a socket's path may be a hundred bytes long and no more
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind("socket.txt")
    finally:
        os.chdir(here)
