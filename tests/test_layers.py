"""The layers of pyproject.toml, for modules as well as packages (import-linter sees packages only)."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
(CONTRACT,) = SETTINGS["importlinter"]["contracts"]
LAYERS = [[name.strip(" ()") for name in layer.split("|")] for layer in CONTRACT["layers"]]
HEIGHT = {name: -number for number, layer in enumerate(LAYERS) for name in layer}


def sources(name: str) -> list[Path]:
    return sorted((ROOT / name).rglob("*.py")) or [ROOT / f"{name}.py"]


def imported(path: Path) -> Iterator[str]:
    """Yield the top-level name of every import, also of those inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]


def test_every_module_has_its_layer() -> None:
    packaged = SETTINGS["setuptools"]["py-modules"] + SETTINGS["setuptools"]["packages"]
    assert sorted(HEIGHT) == sorted(packaged)


@pytest.mark.parametrize("name", HEIGHT)
def test_it_imports_only_from_layers_below_its_own(name: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {other}"
        for path in sources(name)
        for other in imported(path)
        if other != name and HEIGHT.get(other, -99) >= HEIGHT[name]
    ]
    assert wrong == []
