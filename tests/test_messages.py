"""One catalogue in two languages: complete, used, and the same places for words in both."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path
from typing import get_args

import pytest

import docs.make
import messages
from bulk.summary import ERRORS
from checking.telling import Kind
from findings import CATALOGUE
from messages import LANGUAGES, MessagesInvalid, language_of, load, parse, words_of
from report import TrustStatus

STATUSES = get_args(TrustStatus)
KINDS = get_args(Kind)
ROOT = Path(__file__).parents[1]
PACKAGES = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"][
    "packages"
]
USERS = [path for name in PACKAGES for path in (ROOT / name).glob("*.py")]


def data_of(language: messages.Language) -> dict:
    return tomllib.loads((ROOT / "messages" / f"{language}.toml").read_text(encoding="utf-8"))


def test_every_finding_has_its_words_in_chinese():
    assert set(data_of("zh")["finding"]) == set(CATALOGUE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_failure_of_an_input_has_its_words(language: messages.Language):
    assert set(load(language).failures) == set(ERRORS)


def test_the_english_of_failures_is_that_of_the_summary():
    assert load("en").failures == ERRORS


def test_both_languages_have_the_same_sentences_with_the_same_words():
    english, chinese = (load(language).sentences for language in ("en", "zh"))
    assert {name: words_of(text) for name, text in english.items()} == {
        name: words_of(text) for name, text in chinese.items()
    }


def texts_of(path: Path) -> set[str]:
    """Return every text in a module, of f-strings their fixed parts."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_sentence_is_said_somewhere():
    texts = set().union(*map(texts_of, USERS), STATUSES, KINDS)
    unsaid = [
        name
        for name in load("en").sentences
        # Whole, or put together as in f"page.{head}".
        if name not in texts and not (f"{(cut := name.rpartition('.'))[0]}." in texts and cut[2] in texts)
    ]
    assert unsaid == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: data.update(more={}), "wants the tables"),
        (lambda data: data.pop("failure"), "wants the tables"),
        (
            lambda data: data["finding"].update({"source.unknown": {"meaning": "x", "advice": "y"}}),
            "source.unknown",
        ),
        (lambda data: data["finding"]["source.sum"].pop("advice"), "wants meaning and advice"),
        (lambda data: data["finding"]["source.sum"].update(advice=" "), "wants a text"),
        (lambda data: data["sentence"].update({"sum.left": 3}), "wants a text"),
        (lambda data: data["sentence"].update({"sum.left": "{"}), "zh.sentence.sum.left"),
        (lambda data: data["sentence"].update({"sum.left": "{0}"}), "has a name"),
        (lambda data: data.update(sentence=[]), "wants a table"),
    ],
)
def test_a_file_that_breaks_the_rules_is_refused(change, words: str):
    data = data_of("zh")
    change(data)
    with pytest.raises(MessagesInvalid, match=words):
        parse(data, "zh")


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "zh"),
        ({"LC_MESSAGES": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LANG": "zh_TW.Big5"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "C"}, "en"),
    ],
)
def test_the_language_is_that_of_the_system_unless_given(
    environment: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert language_of(None) == language
    assert language_of("zh") == "zh"
    assert language_of("en") == "en"


@pytest.mark.parametrize("name", ["Chinese (Simplified)_China", "zh_CN"])
def test_windows_names_its_language_in_words(name: str, monkeypatch: pytest.MonkeyPatch):
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(messages.locale, "getlocale", lambda: (name, "936"))
    assert language_of(None) == "zh"


def test_the_table_of_findings_is_generated():
    text = docs.make.ERRORS.read_text(encoding="utf-8")
    assert text == docs.make.errors_md(text), "run: python -m docs.make"
