"""What people decided, found for every report in the output folder that it belongs to."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corrections import NONE, NOTHING, Corrections, Layer, load


@dataclass(slots=True)
class Tally:
    """Counts, as reports are read, the `unapplied` decisions: those about a number or a file of before."""

    unapplied: int = 0


class Layers:
    """The corrections of the output folders that reports belong to: mostly one, `out` or a folder above."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._given = os.path.abspath(out)  # noqa: PTH100  # Path.absolute leaves `..` where it is
        self._folders: dict[str, Path] = {}
        self._corrections: dict[Path, Corrections] = {}
        self._seen: set[tuple[Path, str, str]] = set()
        self._stale = 0

    def folder_of(self, path: str, name: str) -> Path:
        """Return the output folder of a report: the one below which it stands as `name` says.

        For a report that was moved it is the folder that was given, or that of the file.
        """
        root = _without(os.path.abspath(path), name)  # noqa: PTH100
        if root is None or root == self._given:
            return self._out if self._out.is_dir() else self._out.parent
        return self._folders.setdefault(root, Path(root))

    def of(self, folder: Path, data: Mapping[str, Any]) -> Layer:
        """Return what was decided about a report."""
        if folder not in self._corrections:
            self._corrections[folder] = load(folder)
        known = self._corrections[folder]
        if known is NONE:
            return NOTHING
        name, sha256 = data["source"]["name"], data["source"]["sha256"]
        layer = known.of(name, sha256)
        if layer is not NOTHING:
            self._seen.add((folder, name, sha256))
            self._stale += layer.unapplied(data["values"])
        return layer

    def unapplied(self) -> int:
        """Return how many decisions do not apply, of those about reports that stand or stood below `out`."""
        gone = sum(
            layer.count
            for folder, known in self._corrections.items()
            for (name, sha256), layer in known.of_reports.items()
            if (folder, name, sha256) not in self._seen and self._is_below(folder, name)
        )
        return self._stale + gone

    def _is_below(self, folder: Path, name: str) -> bool:
        path = os.path.abspath(folder / f"{name}.json")  # noqa: PTH100
        return path == self._given or path.startswith(f"{self._given.rstrip(os.sep)}{os.sep}")


def _without(path: str, name: str) -> str | None:
    """Return the folder below which a report stands as its source's name says, None if it does not."""
    tail = f"{os.sep}{name.replace('/', os.sep)}.json"
    return path.removesuffix(tail) or os.sep if path.endswith(tail) else None
