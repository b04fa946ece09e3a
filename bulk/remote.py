"""Files in other places than this machine's folders: whatever fsspec can list and open (s3://, oss://, file://).

Credentials are the place's own affair and come from the environment, as fsspec and its drivers want them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from bulk.wanted import HEAD, why_not_path, why_not_read
from errors import ConversionError, MissingProgram, UnreadableFile

if TYPE_CHECKING:
    from types import ModuleType

_URL = re.compile(r"[a-z][a-z0-9+.-]+(::[a-z][a-z0-9+.-]+)*://", re.IGNORECASE)


def is_url(given: str) -> bool:
    """Say whether an input is named by a URL; a drive, as in `C:/reports`, makes none."""
    return _URL.match(given) is not None


def own_name(url: str) -> str:
    """Return the last part of a URL, which names the outputs of what is below it."""
    return url.rstrip("/").rpartition("/")[2] or "root"


def listed(url: str) -> Iterator[tuple[str, str, str | None]]:
    """Yield name below the URL, own URL, and the reason if it is no input; one empty name if it is one file.

    In the order of the names. Raises MissingProgram without fsspec or its driver, UnreadableFile where
    nothing can be listed.
    """
    files, path = _opened(url)
    try:
        found = files.find(path)
        root = files._strip_protocol(path).rstrip("/")  # noqa: SLF001  # fsspec's own name for its public path form
    except Exception as error:  # every driver raises errors of its own
        message = f"{url}: cannot be listed ({_said(error)}); check the address and the rights"
        raise UnreadableFile(message) from error
    if not found:
        message = f"{url}: there is nothing; check the address"
        raise UnreadableFile(message)
    for one in sorted(found):
        name = one[len(root) :].lstrip("/")
        yield name, files.unstrip_protocol(one), _why_not(files, one, name) if name else None


def open_url(url: str) -> BinaryIO:
    """Return a URL's content as a file that can be read and sought in; raises ConversionError."""
    files, path = _opened(url)
    try:
        return cast("BinaryIO", files.open(path, "rb"))
    except Exception as error:
        message = f"{url}: cannot be read ({_said(error)}); check the address and the rights"
        raise UnreadableFile(message) from error


def read_url(url: str, most: int) -> bytes:
    """Return up to so many bytes of a URL's content; raises ConversionError."""
    try:
        with open_url(url) as file:
            return file.read(most)
    except (ConversionError, MemoryError):
        raise
    except Exception as error:
        message = f"{url}: cannot be read ({_said(error)}); check the address and the rights"
        raise UnreadableFile(message) from error


def _opened(url: str) -> tuple[Any, str]:
    try:
        core: ModuleType = import_module("fsspec.core")
        files, path = core.url_to_fs(url)
    except ImportError as missing:
        message = f"{url}: reading it needs {missing.name or missing}; pip install 'gouji[remote]'"
        raise MissingProgram(message) from missing
    except Exception as error:
        message = f"{url}: cannot be opened ({_said(error)}); check the address"
        raise UnreadableFile(message) from error
    return files, path


def _why_not(files: Any, path: str, name: str) -> str | None:  # noqa: ANN401  # fsspec has no types
    """Return why a file met below a URL is no input; None if it is one."""
    try:
        return why_not_path(name) or why_not_read(name, lambda: _head(files, path))
    except Exception:  # noqa: BLE001  # gone by now, or no right to look: it fails with a record of its own
        return None


def _head(files: Any, path: str) -> bytes:  # noqa: ANN401
    with files.open(path, "rb") as file:
        return bytes(file.read(HEAD))


def _said(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
