"""What an element's names, roles and styles are evidence of: hidden, the report, or the site around it.

The words are general ones of page designers; no site, place or product decides anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from converters.web_items import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator


def names(text: str) -> frozenset[str]:
    """Return the names in a text that spaces hold apart."""
    return frozenset(text.split())


# --- What is shown otherwise than it is stored ----------------------------------------------------------

# Every pattern goes through a style sheet once, whatever is left open in it.
_SHEET_START, _SHEET_END = re.compile(r"<style[^<>]*>", re.IGNORECASE), re.compile("</style", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_AT_RULE = re.compile(r"@[^{};]*+(?:;|\Z|\{(?:[^{}]*+\{[^{}]*+\})*+[^{}]*+(?:\}|\Z))")
_AT_HEAD = re.compile(r"@[^{};]*+[{;]")
_SCREEN_RULES = re.compile(r"@(?:media|supports|layer|container)\b", re.IGNORECASE)
_FOR_PRINT = re.compile(r"@media\s+(?:only\s+)?print\b[^,{]*\{", re.IGNORECASE)
_PRINT_SHEET = re.compile(r"\bmedia\s*=\s*[\"']?\s*print\b[^,]*\Z", re.IGNORECASE)
_SIMPLE = re.compile(r"(?:\w+)?([.#][\w-]+)")
_MOMENTARY = re.compile(r"::|:(?:before|after|first-l|hover|active|focus|visited|checked|target)")
_INNER = re.compile(r"\([^()]*\)")
_ATTRIBUTE = re.compile(r"\[\s*([\w-]+)[^\[\]]*\]?")
_NAME = re.compile(r"[.#][\w-]+")
_TAG_NAME = re.compile(r"[\w-]+")
_LONGEST_DECLARATION = 300
_MOST_ALIKE = 50  # compound selectors that share a name, before the name alone stands for all of them

_NOT_SHOWN = re.compile(
    r"(?<![\w-])(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)", re.IGNORECASE
)
_SHOWN = re.compile(r"(?<![\w-])display\s*:\s*(?!none)\w", re.IGNORECASE)


def _property(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{pattern})", re.IGNORECASE)


_ZERO = r"0*(?:0|\.0+|0\.0+)"
_FAR = r"-(?:0*(?:[2-9]\d\d|\d{4,})(?![\d%]*%)|\d{3,}(?:\.\d+)?%|(?:[2-9]\d|\d{3,})(?:\.\d+)?r?em)"
# By property: what keeps text off the screen, and what says that it is shown.
_HIDING = {
    "display": _property(r"display\s*:\s*none|mso-hide\s*:\s*all"),
    "visibility": _property(r"visibility\s*:\s*(?:hidden|collapse)"),
    "opacity": _property(rf"opacity\s*:\s*{_ZERO}%?(?![\w.])"),
    "font-size": _property(
        rf"font-size\s*:\s*(?:{_ZERO}(?:[a-z]{{1,4}}|%)?(?![\w.%])|1px)|font\s*:\s*0[a-z]*\s*[/\s]"
    ),
    "place": _property(
        rf"text-indent\s*:\s*{_FAR}|clip\s*:\s*rect\((?:\s*[01](?:px)?\s*,?){{4}}\)"
        r"|clip-path\s*:\s*inset\(\s*(?:[5-9]\d|100)%"
    ),
}
_SHOWING = {
    "display": _SHOWN,
    "visibility": _property(r"visibility\s*:\s*visible"),
    "opacity": _property(r"opacity\s*:"),
    "font-size": _property(r"font-size\s*:"),
    "place": _property(r"(?:position|text-indent|clip|clip-path)\s*:"),
}
_AWAY = _property(rf"(?:margin-)?(?:left|top)\s*:\s*{_FAR}")
_POSITIONED = _property(r"position\s*:\s*(?:absolute|fixed|relative)|margin-")
_RAISING = _property(r"vertical-align\s*:\s*(?:super|sub|top|text-top|text-bottom|-?[0-9]*\.?[0-9]*[1-9])")
_LIFTING = _property(r"(?:top|bottom)\s*:\s*-?[0-9]*\.?[0-9]*[1-9]")
_RELATIVE = _property(r"position\s*:\s*relative")
_STRIKING = _property(r"text-decoration(?:-line)?\s*:[^;{}]*?line-through")
_TURNING = _property(r"direction\s*:\s*rtl|unicode-bidi\s*:\s*(?:bidi|isolate)-override")
# What style sheets kept elsewhere hide by common agreement.
_HIDDEN_WORDS = names(
    ".sr-only .visually-hidden .visuallyhidden .screen-reader-text .hidden .hide .d-none .invisible"
)
_NOTE_WORDS = names("footnote footnotes endnote ref refs reference note notes")


@dataclass(frozen=True, slots=True)
class Look:
    """How an element is shown: taken `out` of the page or `unseen` in its place, or `apart` (raised, struck).

    `doubtful` is what may be hidden, or is shown in another order.
    """

    out: bool = False
    unseen: bool = False
    apart: bool = False
    doubtful: bool = False


_PLAIN = Look()


@dataclass(kw_only=True, slots=True)
class Sheets:
    """What the style sheets in a page do, by class (".a"), id ("#a"), tag ("a") and attribute ("[a").

    `hidden` classes and ids are kept off the screen wherever they stand. What holds in a table cell is told
    with more care: `single` are rules for one name, `loose` the last parts of all other selectors by one
    of their names. Both say which properties hide (True) and which show (False).
    """

    hidden: set[str] = field(default_factory=set)
    single: dict[str, dict[str, bool]] = field(default_factory=dict)
    loose: dict[str, dict[frozenset[str], set[tuple[str, bool]]]] = field(default_factory=dict)


def sheets_of(html: str) -> Sheets:
    """Return what the page's own style sheets do on a screen."""
    sheets = Sheets()
    for sheet in _sheets(html):
        bare = _COMMENT.sub("", sheet)
        for at_rule in _AT_RULE.findall(bare):
            if _SCREEN_RULES.match(at_rule) and not _FOR_PRINT.match(at_rule):
                _add(sheets, _AT_HEAD.sub("", at_rule), is_certain=False)
        _add(sheets, _AT_RULE.sub("", bare), is_certain=True)
    return sheets


def _add(sheets: Sheets, rules: str, *, is_certain: bool) -> None:
    """Add rules; those that are not certain hold on some screens only."""
    for rule in rules.split("}"):
        written, _, properties = rule.partition("{")
        effects = _effects(properties)
        if not effects:
            continue
        for selector in map(str.strip, written.split(",")):
            simple = _SIMPLE.fullmatch(selector)
            if is_certain and simple is not None and _NOT_SHOWN.search(properties):
                sheets.hidden.add(simple[1])
            elif is_certain and simple is not None and effects.get("display") is False:
                sheets.hidden.discard(simple[1])
            if is_certain and (_NAME.fullmatch(selector) or _TAG_NAME.fullmatch(selector)):
                key = selector if selector[0] in ".#" else selector.lower()
                sheets.single.setdefault(key, {}).update(effects)
            else:
                _add_loose(sheets, selector, effects)


def _add_loose(sheets: Sheets, selector: str, effects: dict[str, bool]) -> None:
    if not selector or _MOMENTARY.search(selector):
        return
    selector = _INNER.sub("", selector)
    attributes = _ATTRIBUTE.findall(selector)
    last = re.split(r"[\s>+~]+", _ATTRIBUTE.sub(lambda match: f"[{match[1]}", selector).strip())[-1]
    tag = _TAG_NAME.match(last)
    parts = {*_NAME.findall(last)}
    if attributes:
        parts.update(f"[{name.lower()}" for name in re.findall(r"\[([\w-]+)", last))
    if tag is not None:
        parts.add(tag[0].lower())
    key = min(parts, key=lambda part: (part[0] not in "#.", part), default="*")
    alike = sheets.loose.setdefault(key, {})
    needed = frozenset(parts) if len(alike) < _MOST_ALIKE else frozenset({key} - {"*"})
    alike.setdefault(needed, set()).update(effects.items())


def _sheets(html: str) -> Iterator[str]:
    start = _SHEET_START.search(html)
    while start is not None and (end := _SHEET_END.search(html, start.end())) is not None:
        if not _PRINT_SHEET.search(start[0]):
            yield html[start.end() : end.start()]
        start = _SHEET_START.search(html, end.end())


@lru_cache(maxsize=4096)
def _stated(properties: str) -> tuple[tuple[str, bool], ...]:
    """Return what a few properties do: which of them hide (True) or show (False), raise, or turn text."""
    found = {}
    for name, hiding in _HIDING.items():
        if hiding.search(properties):
            found[name] = True
        elif _SHOWING[name].search(properties):
            found[name] = False
    if _POSITIONED.search(properties) and _AWAY.search(properties):
        found["place"] = True
    if (
        _RAISING.search(properties)
        or _STRIKING.search(properties)
        or (_RELATIVE.search(properties) and _LIFTING.search(properties))
    ):
        found["apart"] = True
    if _TURNING.search(properties):
        found["turned"] = True
    return tuple(found.items())


def _effects(properties: str) -> dict[str, bool]:
    if ":" not in properties:
        return {}
    # Patterns look on from every name to the end of its declaration: none is as long as this.
    bounded = ";".join(part[:_LONGEST_DECLARATION] for part in properties.split(";"))
    return dict(_stated(bounded))


def look_of(tag: str, attributes: dict[str, str | None], sheets: Sheets, *, in_cell: bool) -> Look:
    """Return how an element is shown. Only in a table cell are its tag and compound selectors looked at."""
    if not attributes and not (in_cell and (sheets.single or sheets.loose)):
        return _PLAIN
    if "hidden" in attributes:
        return Look(out=True)
    inline = _effects(attributes.get("style") or "")
    if inline.get("display"):
        return Look(out=True)
    tokens = {f".{name}" for name in (attributes.get("class") or "").split()}
    if "id" in attributes:
        tokens.add(f"#{attributes['id']}")
    if not in_cell:
        is_out = inline.get("display") is None and not sheets.hidden.isdisjoint(tokens)
        return Look(out=is_out, unseen=any(inline.get(name) for name in _HIDING))
    classes = tokens | ({tag.removeprefix("x-")} if tag not in _STRUCTURE else set())
    certain = {effect for token in classes for effect in sheets.single.get(token, {}).items()}
    loose = {("display", True) for token in tokens & _HIDDEN_WORDS if token not in sheets.single}
    loose |= _loose(tag, classes, attributes, sheets) if sheets.loose else set()
    hiding = {name for name in _HIDING if (name, True) in certain and name not in inline}
    sure = {name for name in hiding if (name, False) not in certain | loose}
    unsure = hiding | {name for name in _HIDING if (name, True) in loose and name not in inline}
    either = certain | loose | set(inline.items())
    is_turned = ("turned", True) in either or (attributes.get("dir") or "").lower() == "rtl"
    return Look(
        out="display" in sure,
        unseen=bool(sure) or any(inline.get(name) for name in _HIDING),
        apart=("apart", True) in either or _is_note(tag, attributes),
        doubtful=bool(unsure - sure) or is_turned,
    )


def _loose(
    tag: str, classes: set[str], attributes: dict[str, str | None], sheets: Sheets
) -> set[tuple[str, bool]]:
    """Return what the rules may do whose selectors end in something that fits an element."""
    parts = {*classes, *(f"[{name}" for name in attributes)}
    everything = () if tag in _STRUCTURE else ("*",)
    return {
        effect
        for part in (*(parts & sheets.loose.keys()), *everything)
        for needed, effects in sheets.loose.get(part, {}).items()
        if needed <= parts
        for effect in effects
    }


_STRUCTURE = frozenset({"table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption"})


def _is_note(tag: str, attributes: dict[str, str | None]) -> bool:
    """Tell whether an element in a table cell is a reference to a note, or to elsewhere on the page."""
    if tag != "x-a":
        return False
    words = words_of(attributes.get("class") or "")
    return bool(words & _NOTE_WORDS) or (attributes.get("href") or "").strip().startswith("#")


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
