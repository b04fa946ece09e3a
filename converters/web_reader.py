"""HTML -> the lines and tables that a screen would show, in order, with the regions of the page they stand in.

The tree is built by lexbor as browsers build it: end tags are missing from half of all tables met in the
field, and parsers that do not follow the standard then put rows inside cells. What is the report and
what belongs to the site around it is not decided here; this module only notes the evidence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from selectolax.lexbor import LexborHTMLParser

from converters.web_tables import POSITION_LIMIT, TALLEST, WIDEST, Slot, Spanned, Tiling, form, span
from errors import LimitExceeded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

# A report as Word exports it has some 5,000 tags. The tree builder looks up the stack of open elements for every
# tag: 50,000 elements inside each other take 3 s, 10,000 take 0.1 s, and no page shows more than a few hundred.
TAG_LIMIT = 150_000
OPEN_LIMIT = 10_000
NESTING_LIMIT = 100  # tables; sites laid out by tables nest a dozen
_FEW_TAGS = 10_000  # below, no nesting can take long

Kind = Literal["plain", "article", "furniture"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of running text. `heading` is 1 to 6, 7 for what only calls itself a title, 0 otherwise.

    `linked` characters are links to elsewhere, `controlling` ones work the page (print, share).
    """

    text: str
    heading: int = 0
    links: int = 0
    linked: int = 0
    controlling: int = 0

    @property
    def is_furniture(self) -> bool:
        """Tell whether the line works the page or leads elsewhere: print buttons, breadcrumbs, lists of links."""
        length = max(len("".join(self.text.split())), 1)
        if self.controlling and length - self.controlling <= 20:
            return True
        return self.links >= 2 and self.linked * 10 >= length * 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """What a cell holds: its text, a line for every line shown, and the tables in it."""

    text: str
    tables: list[Table]


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table that shows something. `figures` counts the cells that hold a figure, or a mark for none."""

    tiling: Tiling[Held]
    figures: int

    @property
    def nested(self) -> list[Table]:
        """The tables in the cells."""
        return [table for slot in self.tiling.slots for table in slot.content.tables]

    @property
    def is_layout(self) -> bool:
        """Tell whether the table only arranges things on the page.

        So does a single cell, and a table around others that is one column or has no more figures than they.
        """
        if len(self.tiling.slots) <= 1:
            return True
        nested = self.nested
        if not nested:
            return False
        return self.tiling.column_count == 1 or self.figures <= sum(table.figures for table in nested)

    def texts(self) -> list[str]:
        """Return the texts of all cells in reading order."""
        return [slot.content.text for slot in sorted(self.tiling.slots, key=lambda slot: (slot.row, slot.column))]


@dataclass(frozen=True, kw_only=True, slots=True)
class Region:
    """An element of the page: the items from `start` to before `stop`."""

    start: int
    stop: int
    kind: Kind = "plain"


@dataclass(kw_only=True, slots=True)
class Page:
    """What a page shows. Regions come innermost first; `pictures` and `frames` are counted, not read."""

    items: list[Line | Table] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    pictures: int = 0
    frames: list[str] = field(default_factory=list)
    hidden_tables: int = 0
    title: str = ""


def read_page(html: str, name: str) -> Page:
    """Return what the HTML of a page shows; raises LimitExceeded."""
    _check_size(html, name)
    # Unclosed formatting elements are cloned into every later paragraph; as unknown elements they are not.
    html = _FORMATTING.sub(r"<\1x-\2", html.replace("\v", " "))
    tree = LexborHTMLParser(html)
    reader = _Reader(name, _hidden_selectors(html))
    if tree.root is not None:
        reader.read(tree.root)
    return reader.page


# --- Bounds -----------------------------------------------------------------------------------------

_FORMATTING = re.compile(
    r"<(/?)(a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])", re.IGNORECASE
)
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
# Elements that are never open for long: they hold nothing, or the next of their kind closes them.
_SELF_CLOSING = frozenset(
    "area base basefont bgsound br col colgroup embed frame hr img input link meta param source track wbr "
    "p li dt dd tr td th tbody thead tfoot option optgroup html head body caption".split()
)


def _check_size(html: str, name: str) -> None:
    """Raise LimitExceeded for a page that would take long to parse."""
    tags = html.count("<")
    if tags <= _FEW_TAGS:
        return
    message = f"{name}: the page has more than {TAG_LIMIT} tags; save the report's page alone"
    if tags > TAG_LIMIT:
        raise LimitExceeded(message)
    opened = 0
    for tag in _TAG.finditer(html):
        if tag[2].lower() in _SELF_CLOSING:
            continue
        opened = max(opened - 1, 0) if tag[1] else opened + 1
        if opened > OPEN_LIMIT:
            message = f"{name}: more than {OPEN_LIMIT} tags are open at once; save the page again from a browser"
            raise LimitExceeded(message)


# --- What is hidden -----------------------------------------------------------------------------------

_SHEET = re.compile(r"<style[^>]*>(.*?)</style", re.IGNORECASE | re.DOTALL)
_SHEET_LIMIT = 1 << 20  # characters
_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_AT_RULE = re.compile(r"@[^{};]*+(?:;|\{(?:[^{}]*+\{[^{}]*+\})*+[^{}]*+\})")
_RULE = re.compile(r"([^{}]++)\{([^{}]*+)\}")
_SIMPLE = re.compile(r"(?:\w+)?([.#][\w-]+)")
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_SHOWN = re.compile(r"display\s*:\s*(?!none)\w", re.IGNORECASE)


def _hidden_selectors(html: str) -> frozenset[str]:
    """Return the classes (".a") and ids ("#a") that the page's own style sheets hide on a screen."""
    hidden: set[str] = set()
    for sheet in _SHEET.finditer(html):
        for rule in _RULE.finditer(_AT_RULE.sub("", _COMMENT.sub("", sheet[1][:_SHEET_LIMIT]))):
            found = {
                simple[1]
                for selector in rule[1].split(",")
                if (simple := _SIMPLE.fullmatch(selector.strip())) is not None
            }
            if found and _NOT_SHOWN.search(rule[2]):
                hidden |= found
            elif found and _SHOWN.search(rule[2]):
                hidden -= found
    return frozenset(hidden)


def _is_hidden(attributes: dict[str, str | None], selectors: frozenset[str]) -> bool:
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
_FURNITURE_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "complementary", "menu", "dialog"})
_FURNITURE_WORDS = frozenset(
    "nav navi navbar navigation menu submenu topbar banner header breadcrumb breadcrumbs crumb crumbs location footer foot "
    "copyright sidebar aside share sharing toolbar tools print printer search login related recommend pager "
    "pagination qrcode friendlink links".split()
)
_ARTICLE_TAGS = frozenset({"article", "main"})
_ARTICLE_WORDS = frozenset("article zoom content contents editor detail details text main wznr".split())
_TITLE_WORDS = frozenset({"title", "tit", "biaoti", "headline"})
_WORD_STORIES = re.compile(r"mso-element\s*:\s*(?:comment|footnote|endnote|header|footer)", re.IGNORECASE)
_NAME_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


@lru_cache(maxsize=4096)
def _words(names: str) -> frozenset[str]:
    """Return the words that class names and ids are made of, lower case."""
    return frozenset(word.lower() for word in _NAME_WORD.findall(names))


def _kind(tag: str, attributes: dict[str, str | None]) -> Kind:
    if tag in _FURNITURE_TAGS:
        return "furniture"
    if tag in _ARTICLE_TAGS:
        return "article"
    if not attributes:
        return "plain"
    if (attributes.get("role") or "").lower() in _FURNITURE_ROLES:
        return "furniture"
    words = _words(f"{attributes.get('class') or ''} {attributes.get('id') or ''}")
    if words & _FURNITURE_WORDS - ({"header"} if words & _ARTICLE_WORDS else set()) or _WORD_STORIES.search(attributes.get("style") or ""):
        return "furniture"
    return "article" if words & _ARTICLE_WORDS else "plain"


# --- Reading ------------------------------------------------------------------------------------------

_SKIPPED = frozenset(
    "head script style template noscript noframes title xml svg math select option button object applet audio "
    "video canvas datalist map rt rp x-del del progress meter".split()
)
_REGIONS = frozenset(
    "article aside body center details dialog div dl fieldset figure footer form header main menu nav ol section ul "
    "blockquote dir".split()
)
_BLOCKS = _REGIONS | frozenset(
    "address dd dt figcaption h1 h2 h3 h4 h5 h6 hgroup hr html legend li optgroup p pre summary listing xmp plaintext".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_GROUPS = frozenset({"tbody", "thead", "tfoot"})
_CELLS = frozenset({"td", "th"})
_FRAMES = frozenset({"iframe", "frame", "embed"})
_RAISED = frozenset({"sup", "sub", "x-s", "x-strike"})
_PREFORMATTED = frozenset({"pre", "listing", "xmp", "plaintext"})
_NOTE_MARK = re.compile(r"#_?(?:ftn|edn|fn|note)", re.IGNORECASE)
_FIGURE = re.compile(r"^(?:[+\-－−增减]{0,2}[0-9０-９][0-9０-９,，.．]*[亿万千百]?元?|[/\-—–－]+|无)$")

_WIDE = r"\u2e80-\u9fff\uf900-\ufaff\uff01-\uff60"
_LINE_END = re.compile(rf"(?<=[{_WIDE}])[ \t\r\f]*\n[ \t\r\n\f]*(?=[{_WIDE}])")
_SPACES = re.compile(r"[ \t\r\n\f]+")


@dataclass(kw_only=True, slots=True)
class _Flow:
    """Text as it runs in the page, a cell or a caption, while it is read."""

    items: list[Line | Table] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    links: int = 0
    linked: int = 0
    controlling: int = 0

    def end_line(self, heading: int) -> None:
        """Make a line of the text that has run up; blank ones are left out."""
        if not self.pieces:
            return
        text = "".join(self.pieces)
        if "\n" in text:
            text = _LINE_END.sub("", text)
        text = _SPACES.sub(" ", text).strip(" ").rstrip(" \u00a0")
        if text and not text.isspace():
            self.items.append(
                Line(
                    text=text,
                    heading=heading,
                    links=self.links,
                    linked=self.linked,
                    controlling=self.controlling,
                )
            )
        self.pieces = []
        self.links = self.linked = self.controlling = 0


@dataclass(kw_only=True, slots=True)
class _OpenTable:
    groups: list[tuple[str, list[list[Spanned[_Flow]]]]] = field(default_factory=list)
    caption: _Flow | None = None


@dataclass(kw_only=True, slots=True)
class _Open:
    """An element whose end is still to come, with what its end has to undo."""

    tag: str
    start: int = -1
    kind: Kind = "plain"
    flow: _Flow | None = None  # the one to return to
    heading: int = 0
    is_link: bool = False
    is_control: bool = False


class _Reader:
    """Walks a tree without recursion: pages nest as deep as whoever wrote them likes."""

    def __init__(self, name: str, hidden: frozenset[str]) -> None:
        self.name = name
        self.hidden = hidden
        self.page = Page()
        self.flow = _Flow(items=self.page.items, regions=self.page.regions)
        self.tables: list[_OpenTable] = []
        self.heading = self.in_link = self.in_control = self.preformatted = 0
        self.positions = 0

    def read(self, root: LexborNode) -> None:
        """Read a whole tree into `page`."""
        opened: list[_Open] = []
        node: LexborNode | None = root
        while node is not None:
            if node.is_text_node:
                self._text(node.text_content or "")
            elif node.is_element_node and (element := self._enter(node)) is not None:
                child = node.child
                if child is not None:
                    opened.append(element)
                    node = child
                    continue
                self._leave(element)
            following = node.next
            while following is None and opened:
                self._leave(opened.pop())
                node = node.parent
                if node is None:
                    break
                following = node.next if opened else None
            node = following
        self.flow.end_line(0)

    def _text(self, text: str) -> None:
        flow = self.flow
        if self.preformatted:
            *lines, text = text.replace("\r\n", "\n").split("\n")
            for line in lines:
                flow.pieces.append(line)
                flow.end_line(self.heading)
        flow.pieces.append(text)
        if self.in_link:
            flow.linked += len("".join(text.split()))
        if self.in_control:
            flow.controlling += len("".join(text.split()))

    def _enter(self, node: LexborNode) -> _Open | None:
        """Begin an element; None for one whose content is not read."""
        tag = node.tag or ""
        if tag == "br":
            self.flow.end_line(self.heading)
            return None
        if tag in _SKIPPED:
            if tag == "head":
                self._head(node)
            return None
        attributes = node.attributes
        if attributes:
            if _is_hidden(attributes, self.hidden) and self._hide(tag, node):
                return None
            if attributes.get("aria-hidden") == "true" and not self.tables and tag != "table":
                return None
        if tag in _CELLS:
            return self._cell(tag, attributes)
        if tag in _BLOCKS:
            return self._block(tag, attributes)
        if tag == "table" or tag == "tr" or tag in _GROUPS or tag == "caption":
            return self._part_of_table(tag, attributes, node)
        return self._inline(tag, attributes)

    def _hide(self, tag: str, node: LexborNode) -> bool:
        """Note a hidden element; a hidden cell stays in its place, blank, if only its content is not visible."""
        self.page.hidden_tables += tag == "table" or node.css_first("table") is not None
        if tag in _CELLS and "visibility" in (node.attributes.get("style") or ""):
            self._leave(self._cell(tag, node.attributes))
        return True

    def _head(self, node: LexborNode) -> None:
        for meta in node.css("meta"):
            attributes = meta.attributes
            if (attributes.get("name") or "").lower() == "articletitle":
                self.page.title = " ".join((attributes.get("content") or "").split())

    def _block(self, tag: str, attributes: dict[str, str | None]) -> _Open:
        self.flow.end_line(self.heading)
        heading = _HEADINGS.get(tag, 0)
        if not heading and attributes and tag in ("div", "p"):
            words = _words(f"{attributes.get('class') or ''} {attributes.get('id') or ''}")
            heading = 7 if words & _TITLE_WORDS else 0
        element = _Open(tag=tag, heading=self.heading)
        self.heading = heading or self.heading
        self.preformatted += tag in _PREFORMATTED
        if tag in _REGIONS:
            element.kind = _kind(tag, attributes)
            element.start = len(self.flow.items)
        return element

    def _inline(self, tag: str, attributes: dict[str, str | None]) -> _Open | None:
        element = _Open(tag=tag)
        if tag == "x-a":
            target = attributes.get("href") or ""
            if self.tables and _NOTE_MARK.match(target[target.rfind("#") :] if "#" in target else ""):
                return None
            self.flow.links += 1
            element.is_link = bool(target)
            element.is_control = target.lower().startswith("javascript:") or (
                not target.strip("#") and "onclick" in attributes
            )
            self.in_link += element.is_link
            self.in_control += element.is_control
        elif tag in _RAISED:
            self.flow.pieces.append(" " if self.tables else "")
        elif tag == "img":
            self._picture(attributes)
            return None
        elif tag in _FRAMES:
            self.page.frames.append(attributes.get("src") or "")
            return None
        elif tag in ("input", "textarea"):
            if self.tables and (attributes.get("type") or "text").lower() in ("text", "number"):
                self.flow.pieces.append(attributes.get("value") or "")
                return element
            return None
        return element

    def _picture(self, attributes: dict[str, str | None]) -> None:
        """Count a picture unless it says that it is smaller than a table can be."""
        sizes = [span(attributes.get(side), 10_000) for side in ("width", "height") if attributes.get(side)]
        self.page.pictures += all(size >= 100 for size in sizes)

    def _part_of_table(self, tag: str, attributes: dict[str, str | None], node: LexborNode) -> _Open | None:
        if tag == "table":
            self.flow.end_line(self.heading)
            if len(self.tables) >= NESTING_LIMIT:
                message = f"{self.name}: tables stand more than {NESTING_LIMIT} deep in each other; correct the page"
                raise LimitExceeded(message)
            self.tables.append(_OpenTable())
            return _Open(tag=tag, heading=self.heading)
        if not self.tables:
            return _Open(tag=tag)
        table = self.tables[-1]
        if tag == "caption":
            element = _Open(tag=tag, flow=self.flow)
            self.flow = table.caption = _Flow()
            return element
        if tag in _GROUPS:
            table.groups.append((tag, []))
            return _Open(tag=tag)
        if (attributes.get("height") or "").strip() == "0" and not node.text(deep=True, strip=True):
            return None  # Office's last row, which only holds the widths of the columns
        if not table.groups:
            table.groups.append(("tbody", []))
        table.groups[-1][1].append([])
        return _Open(tag=tag)

    def _cell(self, tag: str, attributes: dict[str, str | None]) -> _Open:
        element = _Open(tag=tag, flow=self.flow, heading=self.heading)
        if not self.tables or not self.tables[-1].groups or not self.tables[-1].groups[-1][1]:
            return element
        self.flow = _Flow()
        self.heading = 0
        row = self.tables[-1].groups[-1][1][-1]
        row.append(
            Spanned(
                row_span=span(attributes.get("rowspan"), TALLEST, zero=True),
                column_span=span(attributes.get("colspan"), WIDEST),
                content=self.flow,
            )
        )
        return element

    def _leave(self, element: _Open) -> None:
        tag = element.tag
        if tag in _CELLS or tag == "caption":
            self.flow.end_line(self.heading)
            self.heading = element.heading
            if element.flow is not None:
                self.flow = element.flow
        elif tag == "table":
            self._close_table(self.tables.pop())
        elif tag in _BLOCKS:
            self.flow.end_line(self.heading)
            self.heading = element.heading
            self.preformatted -= tag in _PREFORMATTED
            if 0 <= element.start < len(self.flow.items):
                region = Region(start=element.start, stop=len(self.flow.items), kind=element.kind)
                self.flow.regions.append(region)
        elif tag in _RAISED:
            self.flow.pieces.append(" " if self.tables else "")
        else:
            self.in_link -= element.is_link
            self.in_control -= element.is_control

    def _close_table(self, opened: _OpenTable) -> None:
        """Put a table into the flow, or what is in its cells if it only arranges them."""
        flow = self.flow
        start = len(flow.items)
        if opened.caption is not None:
            flow.items += opened.caption.items
        tiling = form(_in_shown_order(opened.groups), self.name)
        self.positions += tiling.row_count * tiling.column_count
        if self.positions > POSITION_LIMIT:
            message = f"{self.name}: more than {POSITION_LIMIT} table positions; save the report's page alone"
            raise LimitExceeded(message)
        table = _table(tiling)
        if table.is_layout:
            for slot in sorted(tiling.slots, key=lambda slot: (slot.row, slot.column)):
                offset = len(flow.items)
                flow.items += slot.content.items
                flow.regions += [
                    Region(start=region.start + offset, stop=region.stop + offset, kind=region.kind)
                    for region in slot.content.regions
                ]
                if slot.content.items:
                    flow.regions.append(Region(start=offset, stop=len(flow.items)))
        else:
            flow.items.append(table)
            flow.items += table.nested
        if start < len(flow.items):
            flow.regions.append(Region(start=start, stop=len(flow.items)))


def _table(tiling: Tiling[_Flow]) -> Table:
    """Return a table whose cells are all read."""
    slots = [
        Slot(
            row=slot.row,
            column=slot.column,
            row_span=slot.row_span,
            column_span=slot.column_span,
            content=Held(
                text="\n".join(item.text.strip(" \u00a0") for item in slot.content.items if isinstance(item, Line)),
                tables=[item for item in slot.content.items if isinstance(item, Table)],
            ),
        )
        for slot in tiling.slots
    ]
    return Table(
        tiling=Tiling(
            row_count=tiling.row_count,
            column_count=tiling.column_count,
            slots=slots,
            open=tiling.open,
            narrowed=tiling.narrowed,
        ),
        figures=sum(bool(_FIGURE.match(slot.content.text)) for slot in slots),
    )


def _in_shown_order(
    groups: list[tuple[str, list[list[Spanned[_Flow]]]]],
) -> list[list[list[Spanned[_Flow]]]]:
    """Return the groups of rows with the first head on top and the first foot at the bottom."""
    heads = [rows for tag, rows in groups if tag == "thead"][:1]
    feet = [rows for tag, rows in groups if tag == "tfoot"][:1]
    apart = [id(rows) for rows in (*heads, *feet)]
    return [*heads, *(rows for _, rows in groups if id(rows) not in apart), *feet]
