"""What people are told, in Chinese and English: one catalogue, a TOML file a language.

The English meaning and advice of a finding stand in findings.py, where its code is; everything else is in
`en.toml` and `zh.toml`. Stored reports are in no language but the form's: what a command says is composed
from codes, value ids and numbers when it is said.
"""

from __future__ import annotations

import locale
import os
import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from findings import CATALOGUE

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_FORMATTER = string.Formatter()


class MessagesInvalid(ValueError):
    """A language's data file breaks the rules of its format; the message names the entry."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What a code means and what to do about it, in one language."""

    meaning: str
    advice: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Messages:
    """Everything that is said in one language.

    `findings` and `failures` are keyed by code; `sentences` by name, with the places for words in braces.
    """

    language: Language
    findings: Mapping[str, Entry]
    failures: Mapping[str, str]
    sentences: Mapping[str, str]

    def say(self, name: str, **words: object) -> str:
        """Return a sentence with its words put in; KeyError for a name or word that is not there."""
        return self.sentences[name].format_map(words)

    def meaning(self, code: str) -> str:
        """Return in one sentence what a code means; the code itself where nothing is known of it."""
        if code in self.findings:
            return self.findings[code].meaning
        return self.failures.get(code, code)


@cache
def load(language: Language) -> Messages:
    """Return the messages of a language; raises MessagesInvalid."""
    text = (files("messages") / f"{language}.toml").read_text(encoding="utf-8")
    return parse(tomllib.loads(text), language)


def parse(data: Mapping[str, Any], language: Language) -> Messages:
    """Return the messages that a decoded TOML file holds.

    A code that a language does not word is told in English; a test sees to it that there is none. Raises
    MessagesInvalid for unknown tables and codes, entries that are no text, and broken places for words.
    """
    tables = ("sentence", "failure", *(() if language == "en" else ("finding",)))
    if set(data) != set(tables):
        message = f"{language}: wants the tables {', '.join(tables)} and no others"
        raise MessagesInvalid(message)
    own = {code: _entry(language, code, entry) for code, entry in data.get("finding", {}).items()}
    if unknown := sorted(own.keys() - CATALOGUE.keys()):
        message = f"{language}.finding: not in the catalogue: {', '.join(unknown)}"
        raise MessagesInvalid(message)
    english = {code: Entry(meaning=one.meaning, advice=one.advice) for code, one in CATALOGUE.items()}
    sentences = _texts(data["sentence"], f"{language}.sentence")
    for name in sentences:
        words_of(sentences[name], f"{language}.sentence.{name}")
    return Messages(
        language=language,
        findings=english | own,
        failures=_texts(data["failure"], f"{language}.failure"),
        sentences=sentences,
    )


def words_of(sentence: str, path: str = "sentence") -> frozenset[str]:
    """Return the names of the words that a sentence wants; raises MessagesInvalid for broken braces."""
    try:
        names = [name for _, name, _, _ in _FORMATTER.parse(sentence) if name is not None]
    except ValueError as error:
        message = f"{path}: {error}"
        raise MessagesInvalid(message) from error
    if not all(name.isidentifier() for name in names):
        message = f"{path}: a place for a word has a name, as in {{number}}"
        raise MessagesInvalid(message)
    return frozenset(names)


def language_of(given: str | None) -> Language:
    """Return the language that was given, or else that of the system: Chinese for any Chinese locale."""
    if given in LANGUAGES:
        return given
    asked = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))  # in the order of POSIX
    name = next(filter(None, asked), None) or locale.getlocale()[0] or ""  # the latter is all Windows has
    return "zh" if name.casefold().startswith(("zh", "chinese")) else "en"


def _entry(language: Language, code: str, entry: object) -> Entry:
    texts = _texts(entry, f"{language}.finding.{code}")
    if set(texts) != {"meaning", "advice"}:
        message = f"{language}.finding.{code}: wants meaning and advice"
        raise MessagesInvalid(message)
    return Entry(**texts)


def _texts(table: object, path: str) -> dict[str, str]:
    if not isinstance(table, dict):
        message = f"{path}: wants a table"
        raise MessagesInvalid(message)
    for name, text in table.items():
        if not (isinstance(text, str) and text.strip()):
            message = f"{path}.{name}: wants a text"
            raise MessagesInvalid(message)
    return dict(table)
