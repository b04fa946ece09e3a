"""What README and docs show is what a reader gets: commands, their output, JSON, links, generated pages."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from converters import MODULES
from docs import make
from schema import build

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh.md")
WALKS = {"README.md": "README.zh.md", "docs/tutorial.md": "docs/tutorial.zh.md"}  # English -> Chinese
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("samples/*.md"))
)
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Shown:
    """A command as a page shows it, the exit code it announces, and the lines it is said to print."""

    command: str
    exits_with: int
    lines: tuple[str, ...]


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def shown_in(page: str) -> Iterator[Shown]:
    for language, block in FENCE.findall(text_of(page)):
        if language != "console":
            continue
        for entry in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, output = entry.partition("\n")
            command, _, remark = line.removeprefix(".venv/bin/").partition("#")
            code = re.search(r"\d+", remark)
            if command.startswith("gouji "):
                yield Shown(command.strip(), int(code[0]) if code else 0, tuple(output.splitlines()))


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return for each page a folder that looks like a fresh clone to whoever follows it there."""
    return {page: _clone(tmp_path_factory.mktemp("clone")) for page in WALKS}


def _clone(clone: Path) -> Path:
    shutil.copytree(ROOT / "samples", clone / "samples", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "samples" / "2021-word-plain.docx", clone / "INPUT")
    (clone / "units.csv").write_text("issuer\n箬渚县交通运输局\n无此单位\n", encoding="utf-8")
    return clone


Printed = dict[str, dict[str, subprocess.CompletedProcess[str]]]


@pytest.fixture(scope="module")
def printed(folders: dict[str, Path]) -> Printed:
    """Return what every command of a page came to, each run once, in the order of the page."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "utf-8",
        "GOUJI_LANG": "en",
    }
    return {
        page: {
            shown.command: subprocess.run(
                [sys.executable, "-m", "cli", *shlex.split(shown.command)[1:]],
                cwd=folder,
                env=environment,
                capture_output=True,
                encoding="utf-8",
                timeout=300,
                check=False,
            )
            for shown in shown_in(page)
        }
        for page, folder in folders.items()
    }


@pytest.mark.parametrize(
    ("page", "shown"),
    [(page, shown) for page in WALKS for shown in shown_in(page)],
    ids=lambda part: part if isinstance(part, str) else part.command,
)
def test_a_command_of_the_docs_works(page: str, shown: Shown, printed: Printed) -> None:
    done = printed[page][shown.command]
    assert done.returncode == shown.exits_with, done.stderr
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("english", "page"), [(one, page) for pair in WALKS.items() for one in pair[:1] for page in pair]
)
def test_the_docs_show_what_the_commands_print(english: str, page: str, printed: Printed) -> None:
    for shown in shown_in(page):
        real = iter(steady(printed[english][shown.command].stdout).splitlines())
        for line in steady("\n".join(shown.lines)).splitlines():
            assert line in ("", "...") or line in real, f"{shown.command} prints no such line here: {line}"


def steady(output: str) -> str:
    """Return an output without what differs from run to run: how long it took."""
    return re.sub(r" in \d+\.\d s$", " in 0.0 s", output, flags=re.MULTILINE)


@pytest.mark.parametrize("pages", WALKS.items())
def test_both_languages_show_the_same_commands(pages: tuple[str, str]) -> None:
    english, chinese = ([(shown.command, shown.exits_with) for shown in shown_in(page)] for page in pages)
    assert len(english) > 8
    assert chinese == english


@pytest.mark.parametrize("page", READMES)
def test_the_readme_lists_the_formats_that_are_read(page: str) -> None:
    rows = re.findall(r"^\|.*?[(（]`(\w+)`[)）].*\|$", text_of(page), re.MULTILINE)
    assert sorted(rows) == sorted(MODULES)


# A file that a command wrote is named shortly before the excerpt of it.
EXCERPT = re.compile(r"`(out/\S+?\.json)`[^`]*?\n```json\n(.*?)^```", re.MULTILINE | re.DOTALL)
MEMBER = re.compile(r'"([^"]+)": ("[^"]*"|-?[\d.]+|null|true|false)')


@pytest.mark.parametrize("page", [*READMES, "docs/json.md"])
@pytest.mark.usefixtures("printed")
def test_the_json_shown_is_real(page: str, folders: dict[str, Path]) -> None:
    folder = folders["README.md"]
    compared = 0
    for name, block in EXCERPT.findall(text_of(page)):
        real = set(pairs(json.loads((folder / name).read_bytes())))
        for key, told in MEMBER.findall(block):
            if "…" not in told:
                assert (key, told) in real, f"{name} has no {key}: {told}"
                compared += 1
    assert compared > 8


def pairs(data: Any) -> Iterator[tuple[str, str]]:
    if isinstance(data, dict):
        for key, value in data.items():
            if isinstance(value, dict | list):
                yield from pairs(value)
            else:
                yield key, json.dumps(value, ensure_ascii=False)
    elif isinstance(data, list):
        for one in data:
            yield from pairs(one)


def test_json_md_names_every_member_of_the_schema() -> None:
    text = text_of("docs/json.md")
    properties = dict(build()["properties"])
    del properties["values"]
    missing = [name for name in members(properties) if f"`{name}`" not in text]
    assert missing == []


def members(properties: dict[str, Any]) -> Iterator[str]:
    for name, described in properties.items():
        yield name
        yield from members(described.get("properties", described.get("items", {}).get("properties", {})))


def test_standards_md_is_generated() -> None:
    assert make.TARGET.read_text(encoding="utf-8") == make.standards_md(), "run: python -m docs.make"


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    text = FENCE.sub("", text_of(page))
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, heading = target.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        file = (ROOT / page).parent / path if path else ROOT / page
        if not file.exists() or (heading and heading not in anchors(file)):
            broken.append(target)
    assert broken == []


def anchors(file: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", file.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_files_named_in_the_docs_are_there(page: str) -> None:
    names = re.findall(r"`((?:[a-z]+/)+[\w.]+\.(?:py|toml|json|md))`", text_of(page))
    assert [name for name in names if not name.startswith("out/") and not (ROOT / name).exists()] == []
