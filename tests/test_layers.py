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
    assert sorted(HEIGHT) == sorted(name for name in packaged if "." not in name)
    assert all(name.split(".")[0] in HEIGHT for name in packaged)  # a package inside another has its layer


@pytest.mark.parametrize("name", HEIGHT)
def test_it_imports_only_from_layers_below_its_own(name: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {other}"
        for path in sources(name)
        for other in imported(path)
        if other != name and HEIGHT.get(other, -99) >= HEIGHT[name]
    ]
    assert wrong == []


@pytest.mark.parametrize("names", [("converters", "normalize"), ("normalize", "converters")])
def test_converters_and_normalize_never_import_each_other(names: tuple[str, str]) -> None:
    one, other = names
    assert HEIGHT[one] == HEIGHT[other]
    assert all(other not in imported(path) for path in sources(one))


def test_it_sees_every_kind_of_import(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(
        "import json, cli\nfrom normalize.labels import plain\n"
        "def work():\n    import bulk.run as run\n    from report import Report\n"
        "if False:\n    from errors import *\n",
        encoding="utf-8",
    )
    assert sorted(imported(path)) == ["bulk", "cli", "errors", "json", "normalize", "report"]


# Where the objects of a library may be known; "Third-party objects stop at the module that made them".
HOMES: dict[str, str | tuple[str, ...]] = {
    "docx": "converters/word",
    "pdfplumber": "converters/pdf",
    "pypdfium2": ("converters/pdf", "converters/image", "converters/scan"),
    "PIL": ("picturing", "converters/"),
    "cv2": "converters/",
    "onnxruntime": "converters/ocr/",
    "lxml": "converters/",
    "opencc": ("normalize/labels", "converters/ocr/forms"),
    "rapidfuzz": "normalize/",
    "rfc8785": "report",
    "typer": ("cli", "commands/"),
    "xlsxwriter": "export/xlsx",
}


@pytest.mark.parametrize("library", HOMES)
def test_a_librarys_objects_stop_at_the_module_that_made_them(library: str) -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for name in HEIGHT
        for path in sources(name)
        if library in imported(path)
    }
    assert users
    assert all(user.startswith(HOMES[library]) for user in users)


@pytest.mark.parametrize("name", sorted(set(HEIGHT) - {"cli", "commands"}))
def test_only_the_command_line_prints_or_exits(name: str) -> None:
    # `python -m schema` writes the schema's file and says so.
    calls = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources(name)
        if path.name != "__main__.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("print", "sys.exit", "exit", "os._exit")
    ]
    assert calls == []
