"""The hostile kit: every file that was made to break a reader, built by code and never stored."""

from __future__ import annotations

from functools import cache

from tests.hostile import archives, images, pdfs, texts, webs, words
from tests.hostile.hostile import Hostile

GROUPS = {"word": words, "pdf": pdfs, "web": webs, "text": texts, "image": images, "archive": archives}


@cache
def kit() -> tuple[Hostile, ...]:
    """Return every hostile file, named group/file; the same bytes on every call."""
    return tuple(
        Hostile(name=f"{group}/{one.name}", data=one.data, allowed=one.allowed)
        for group, module in GROUPS.items()
        for one in module.files()
    )
