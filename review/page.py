"""The page itself, put together from page.html, page.css, page.js and words.toml: one file, nothing loaded.

Texts of documents reach it as JSON only, and page.js sets them as text, never as markup.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from typing import Any

from messages import Messages
from review.queue import Entry

NONCE = b"{{nonce}}"  # put in anew for every answer
MARK = b'{"mode": "still", '  # how the data of a page that holds all it shows begin
_STATIC_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"


def policy(nonce: str) -> str:
    """Return what the live page may load and run: its own script and style, and answers of its own server."""
    own = f"script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; img-src data:"
    return f"default-src 'none'; {own}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def live(messages: Messages) -> bytes:
    """Return the page that asks the server for everything; NONCE stands where a nonce belongs."""
    return _page({"mode": "live"}, messages, policy_here="")


def still(data: Mapping[str, Any], messages: Messages) -> bytes:
    """Return a page that holds all it shows: `reports` for a list, or `report` with its `ink`."""
    return _page({"mode": "still", **data}, messages, policy_here=_STATIC_POLICY)


def row_of(entry: Entry) -> dict[str, Any]:
    """Return a report of the queue as the page lists it."""
    told = asdict(entry)
    del told["path"], told["folder"], told["sha256"]
    return told


@cache
def words(language: str) -> Mapping[str, str]:
    """Return the words on the page in a language."""
    told: Mapping[str, str] = tomllib.loads(_text("words.toml"))[language]
    return told


def _page(boot: Mapping[str, Any], messages: Messages, *, policy_here: str) -> bytes:
    data = {**boot, "language": messages.language, "words": words(messages.language)}
    # Inside a script element nothing but "<" could end it.
    told = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    policy_tag = f'<meta http-equiv="Content-Security-Policy" content="{policy_here}">' if policy_here else ""
    page = _text("page.html")
    for place, text in (
        ("{{language}}", "zh-CN" if messages.language == "zh" else "en"),
        ("{{policy}}", policy_tag),
        ("{{style}}", _text("page.css")),
        ("{{script}}", _text("page.js")),
        ("{{boot}}", told),  # the last, so that no text of a document is taken for a place
    ):
        page = page.replace(place, text, 1)
    return page.encode("utf-8")


@cache
def _text(name: str) -> str:
    return files("review").joinpath(name).read_text(encoding="utf-8")
