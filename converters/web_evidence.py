"""What an element's names, roles and styles are evidence of: hidden, the report, or the site around it.

The words are general ones of page designers; no site, place or product decides anything.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from converters.web_items import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator


def names(text: str) -> frozenset[str]:
    """Return the names in a text that spaces hold apart."""
    return frozenset(text.split())


# --- What is hidden -----------------------------------------------------------------------------------

# Every pattern goes through a style sheet once, whatever is left open in it.
_SHEET_START, _SHEET_END = re.compile(r"<style[^<>]*>", re.IGNORECASE), re.compile("</style", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_AT_RULE = re.compile(r"@[^{};]*+(?:;|\Z|\{(?:[^{}]*+\{[^{}]*+\})*+[^{}]*+(?:\}|\Z))")
_SIMPLE = re.compile(r"(?:\w+)?([.#][\w-]+)")
_NOT_SHOWN = re.compile(
    r"(?<![\w-])(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)", re.IGNORECASE
)
_SHOWN = re.compile(r"(?<![\w-])display\s*:\s*(?!none)\w", re.IGNORECASE)


def hidden_selectors(html: str) -> frozenset[str]:
    """Return the classes (".a") and ids ("#a") that the page's own style sheets hide on a screen."""
    hidden: set[str] = set()
    for sheet in _sheets(html):
        for rule in _AT_RULE.sub("", _COMMENT.sub("", sheet)).split("}"):
            selectors, _, properties = rule.partition("{")
            found = {
                simple[1]
                for selector in selectors.split(",")
                if (simple := _SIMPLE.fullmatch(selector.strip())) is not None
            }
            if found and _NOT_SHOWN.search(properties):
                hidden |= found
            elif found and _SHOWN.search(properties):
                hidden -= found
    return frozenset(hidden)


def _sheets(html: str) -> Iterator[str]:
    start = _SHEET_START.search(html)
    while start is not None and (end := _SHEET_END.search(html, start.end())) is not None:
        yield html[start.end() : end.start()]
        start = _SHEET_START.search(html, end.end())


def is_hidden(attributes: dict[str, str | None], selectors: frozenset[str]) -> bool:
    """Tell whether an element is kept off the screen, by itself or by one of the hidden `selectors`."""
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    if style and _NOT_SHOWN.search(style):
        return True
    if not selectors or (style and _SHOWN.search(style)):
        return False
    names = {f".{name}" for name in (attributes.get("class") or "").split()}
    names.add(f"#{attributes.get('id')}")
    return not selectors.isdisjoint(names)


# --- What an element is evidence of -----------------------------------------------------------------

_FURNITURE_TAGS = frozenset({"nav", "header", "footer", "aside", "menu", "dialog"})
_FURNITURE_ROLES = frozenset(
    {"navigation", "banner", "contentinfo", "search", "complementary", "menu", "dialog"}
)
_FURNITURE_WORDS = names(
    "nav navi navbar navigation menu submenu topbar banner header breadcrumb breadcrumbs crumb crumbs "
    "location footer foot copyright sidebar aside share sharing toolbar tools print printer search "
    "login related recommend pager pagination qrcode friendlink links"
)
_ARTICLE_TAGS = frozenset({"article", "main"})
_ARTICLE_WORDS = names("article zoom content contents editor detail details text main wznr")
TITLE_WORDS = frozenset({"title", "tit", "biaoti", "headline"})
_WORD_STORIES = re.compile(r"mso-element\s*:\s*(?:comment|footnote|endnote|header|footer)", re.IGNORECASE)
_NAME_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


@lru_cache(maxsize=4096)
def words_of(names: str) -> frozenset[str]:
    """Return the words that class names and ids are made of, lower case."""
    return frozenset(word.lower() for word in _NAME_WORD.findall(names))


def kind_of(tag: str, attributes: dict[str, str | None]) -> Kind:
    """Return what an element that holds others is, by what it calls itself."""
    if tag in _FURNITURE_TAGS:
        return "furniture"
    if tag in _ARTICLE_TAGS:
        return "article"
    if not attributes:
        return "plain"
    if (attributes.get("role") or "").lower() in _FURNITURE_ROLES:
        return "furniture"
    words = words_of(f"{attributes.get('class') or ''} {attributes.get('id') or ''}")
    if words & _FURNITURE_WORDS - ({"header"} if words & _ARTICLE_WORDS else set()) or _WORD_STORIES.search(
        attributes.get("style") or ""
    ):
        return "furniture"
    return "article" if words & _ARTICLE_WORDS else "plain"
