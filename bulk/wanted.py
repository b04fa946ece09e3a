"""What may be somebody's report, by its name and first bytes: one rule for folders, archives and URLs.

A name that promises a document is taken, also of a kind that is not read yet: it then fails with a record
and advice, instead of being left out quietly. What is left out is left out with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from converters.kinds import kind_of

HEAD = 65536  # bytes of a file that tell its kind

_DOCUMENTS = re.compile(
    r"\.(doc[xm]?|dot[xm]?|wp[st]|rtf|odt|pdf|ofd|txt|html?|mht(ml)?|png|jpe?g|tiff?|bmp|webp)"
)
_ARCHIVES = re.compile(r"\.(zip|7z|rar|tar|tgz|gz|tbz2?|bz2|txz|xz)")
# Endings that say what a file is, and that it is no report.
_OTHER = re.compile(
    r"\.(md|rst|pyc?|jsonl?|toml|ya?ml|ini|cfg|[ct]sv|log|sqlite|db|js|css|xml|svg|ico|xlsx?|et|pptx?|dps"
    r"|sh|bat|exe|dll|lnk|url|tmp|bak|mp[34])"
)
_LEFTOVERS = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", ".ds_store"})
_SNIFFED = frozenset({"docx", "pdf", "doc", "rtf", "ofd", "odt", "html", "image"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Skipped:
    """What was met and not taken, with the reason."""

    name: str
    reason: str


def is_archive(name: str) -> bool:
    """Say whether a name promises an archive."""
    return _ARCHIVES.fullmatch(PurePosixPath(name).suffix.lower()) is not None


def why_not_named(name: str) -> str | None:
    """Return why a file of this name, without its folders, is no input; None if it may be one."""
    small = name.lower()
    if small in _LEFTOVERS or small.startswith(("~$", "~wrl", "._")):
        return "a desktop leftover"
    if name.startswith("."):
        return "hidden"
    ending = PurePosixPath(small).suffix
    return f"no document by its ending {ending}" if _OTHER.fullmatch(ending) else None


def why_not_below(folder: str) -> str | None:
    """Return why nothing below a folder of this name is an input; None if something may be."""
    if folder == "__MACOSX":
        return "a desktop leftover"
    return "hidden" if folder.startswith(".") else None


def why_not_path(path: str) -> str | None:
    """Return why a file is no input, by its own name and those of its folders, parted by `/`."""
    *folders, name = path.split("/")
    return next(filter(None, map(why_not_below, folders)), None) or why_not_named(name)


def why_not_read(name: str, head: Callable[[], bytes]) -> str | None:
    """Return why a file is no input by its first bytes, which are asked for only if its name says nothing."""
    ending = PurePosixPath(name.lower()).suffix
    if _DOCUMENTS.fullmatch(ending) or _ARCHIVES.fullmatch(ending):
        return None
    kind = kind_of(head())
    if kind in _SNIFFED:
        return None
    return f"no document by its first bytes ({kind or 'unknown'}); name the file itself to have it read"
