"""Names of bodies as real ones are lettered: how often a letter stands in them is counted, not chosen.

The generator's own places (samples/prose.py) are made of letters that make up less than one in a thousand of
those in real places' names, so that none is a real place; reading them is harder than reading a real name.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

from samples import prose
from samples.reports import Sample

LETTERS = 3  # one more than most real names have, so that hardly any name drawn is a real place's


@cache
def counted() -> dict[str, int]:
    """Return how often each letter stands in real places' names."""
    counts = tomllib.loads(Path(__file__).with_name("place_letters.toml").read_text(encoding="utf-8"))
    return {letter: int(count) for count, letters in counts.items() for letter in letters}


def lettered(sample: Sample) -> Sample:
    """Return a sample with places whose letters are as frequent as in real ones, wherever it prints them."""
    random = Random(f"letters {sample.seed}")
    names: dict[str, str] = {}

    def name(match: re.Match[str]) -> str:
        letters = counted()
        drawn = "".join(random.choices(list(letters), list(letters.values()), k=LETTERS))
        return names.setdefault(match[0], drawn)

    def renamed(text: str) -> str:
        return prose.NAME.sub(name, text)

    return replace(
        sample,
        issuer=sample.issuer and renamed(sample.issuer),
        title=sample.title and renamed(sample.title),
        title_lines=tuple(map(renamed, sample.title_lines)),
        preamble=tuple(map(renamed, sample.preamble)),
        closing=tuple(map(renamed, sample.closing)),
    )
